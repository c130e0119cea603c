"""Check an export of the policy register's ledger without the program that wrote it. Needs only Python 3.9 or newer.

    python3 -I verify_ledger.py EXPORT [--key PUBLIC_KEY] [--head SIZE:ROOT_HASH]...

It exits 0 and says what it found where everything agrees, else 1 and names the line. An export proves that nothing in
it was changed since whoever holds the key signed it: compare the key, and a head you were given earlier, with --key and
--head. An old head that still fits proves that nothing before it was changed since.

What an export is: UTF-8, one JSON object a line, written the one way it can be (keys sorted, no spaces, no needless
escapes), each line ended by a line feed. First {"type":"ledger"}, then the public keys, then the records in order; each
head stands after the last record it covers, numbered from 0; the last line is a seal, signed over all bytes before it.
Hashes: RFC 6962, section 2.1. Signatures: Ed25519, RFC 8032, over the line's object without "signature" (and "number").
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Point = tuple[int, int, int, int]

FORMAT = "policy-ledger/1"
KEYS = {
    "ledger": {"format", "school", "type"},
    "key": {"public_key", "type"},
    "record": {"at", "fields", "kind", "personal", "position", "school", "type"},
    "head": {"format", "number", "public_key", "root_hash", "school", "signature", "signed_at", "size", "type"},
    "seal": {
        *("content_sha256", "format", "heads", "public_key", "records", "root_hash", "school", "signature"),
        *("signed_at", "type"),
    },
}
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
HASH = re.compile(r"[0-9a-f]{64}")
SIGNATURE = re.compile(r"[0-9a-f]{128}")


class ExportError(Exception):
    """Something in the export does not agree; the message says what."""


# --- Ed25519, RFC 8032 section 5.1.7 and its sample code ---------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL: Point = (0, 1, 1, 0)


def add_points(a: Point, b: Point) -> Point:
    """Add two points in extended coordinates (x, y, z, t) with x*y = z*t."""
    minus = (a[1] - a[0]) * (b[1] - b[0]) % P
    plus = (a[1] + a[0]) * (b[1] + b[0]) % P
    product = 2 * a[3] * b[3] * D % P
    double = 2 * a[2] * b[2] % P
    e, f, g, h = plus - minus, double - product, double + product, plus + minus
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply_point(factor: int, point: Point) -> Point:
    """Add a point to itself ``factor`` times."""
    result = NEUTRAL
    while factor:
        if factor & 1:
            result = add_points(result, point)
        point = add_points(point, point)
        factor >>= 1
    return result


def decode_point(encoded: bytes) -> Point | None:
    """Return the point that 32 bytes stand for, None where they stand for none."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def encode_point(point: Point) -> bytes:
    """Return the 32 bytes that stand for a point."""
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE_Y = 4 * pow(5, P - 2, P) % P
BASE: Point = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the 64 bytes of ``signature`` are the key's signature of ``message``."""
    point = decode_point(public_key)
    factor = int.from_bytes(signature[32:], "little")
    if point is None or factor >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    negative = (P - point[0], point[1], point[2], P - point[3])
    return encode_point(add_points(multiply_point(factor, BASE), multiply_point(challenge, negative))) == signature[:32]


# --- records and hashes -------------------------------------------------------------------------------------------


def canonical(value: Any) -> bytes:
    """Write an object the one way an export writes it."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def parse(line: bytes) -> dict[str, Any]:
    """Return the object of one line. Raises ExportError where it is not written as an export writes it."""
    try:
        value = json.loads(line.decode("utf-8"))
        same = canonical(value) == line
    except (ValueError, RecursionError):
        raise ExportError("it is not JSON in UTF-8") from None
    if not isinstance(value, dict) or not same:
        raise ExportError("it is not written the way an export writes it")
    kind = value.get("type")
    if not isinstance(kind, str) or set(value) != KEYS.get(kind):
        raise ExportError("it is no line of an export")
    return value


def require(agrees: bool, words: str) -> None:
    """Raise ExportError with ``words`` unless ``agrees``."""
    if not agrees:
        raise ExportError(words)


def is_count(value: Any) -> bool:
    """Tell whether a value is a whole number of zero or more."""
    return type(value) is int and value >= 0


def is_written(pattern: re.Pattern[str], value: Any) -> bool:
    """Tell whether a value is text of exactly that form."""
    return isinstance(value, str) and pattern.fullmatch(value) is not None


class Ledger:
    """An export as far as it has been read: what later lines are held against."""

    def __init__(self, sizes: set[int]) -> None:
        self.sizes = sizes
        self.school: str | None = None
        self.keys: list[str] = []
        self.used_keys: set[str] = set()
        self.size = 0
        self.subtrees: list[tuple[int, bytes]] = []
        self.heads = 0
        self.last_head_size = -1
        self.roots: dict[int, str] = {}
        self.digest = hashlib.sha256()
        self.seal: dict[str, Any] | None = None

    def root(self) -> str:
        """Return the root over all records so far, in hexadecimal digits."""
        if not self.subtrees:
            return hashlib.sha256(b"").hexdigest()
        root = self.subtrees[-1][1]
        for _, left in reversed(self.subtrees[:-1]):
            root = hashlib.sha256(b"\x01" + left + root).digest()
        return root.hex()

    def add_leaf(self, line: bytes) -> None:
        """Add a record to the tree, joining subtrees of one size."""
        entry = (1, hashlib.sha256(b"\x00" + line).digest())
        while self.subtrees and self.subtrees[-1][0] == entry[0]:
            size, left = self.subtrees.pop()
            entry = (2 * size, hashlib.sha256(b"\x01" + left + entry[1]).digest())
        self.subtrees.append(entry)
        self.size += 1
        if self.size in self.sizes:
            self.roots[self.size] = self.root()

    def read(self, line: bytes) -> None:
        """Check the next line against all before it."""
        value = parse(line)
        require(self.seal is None, "it stands after the seal")
        require((self.school is None) == (value["type"] == "ledger"), "an export begins with one line of type ledger")
        getattr(self, "read_" + value["type"])(value, line)
        self.digest.update(line + b"\n")

    def read_ledger(self, value: dict[str, Any], line: bytes) -> None:
        """Take the first line."""
        require(value["format"] == FORMAT, "this verifier does not know the format " + repr(value["format"]))
        require(isinstance(value["school"], str), "the school is not named")
        self.school = value["school"]
        self.roots[0] = self.root()

    def read_key(self, value: dict[str, Any], line: bytes) -> None:
        """Take a public key; all stand before the first record and head."""
        require(self.size == 0 and self.heads == 0, "a key stands too late")
        require(is_written(HASH, value["public_key"]), "the key is not 64 hexadecimal digits")
        require(value["public_key"] not in self.keys, "the key is repeated")
        self.keys.append(value["public_key"])

    def read_record(self, value: dict[str, Any], line: bytes) -> None:
        """Take a record."""
        position = value["position"]
        require(is_count(position), "the position is no number")
        require(position == self.size, f"record {position} stands where {self.size} should")
        require(value["school"] == self.school, "the record is another school's")
        require(isinstance(value["kind"], str), "the kind is no text")
        require(is_written(MOMENT, value["at"]), "the moment is not written as an export writes it")
        fields, personal = value["fields"], value["personal"]
        require(isinstance(fields, dict) and isinstance(personal, dict), "fields or commitments are missing")
        plain = all(item is None or type(item) in (str, int) for item in fields.values())
        require(plain, "a field is neither text nor a whole number")
        require(all(is_written(HASH, item) for item in personal.values()), "a commitment is no hash")
        self.add_leaf(line)

    def read_head(self, value: dict[str, Any], line: bytes) -> None:
        """Take a signed head; it stands after the last record it covers."""
        require(is_count(value["number"]) and value["number"] == self.heads, "a head is missing or repeated")
        require(is_count(value["size"]) and value["size"] == self.size, "the head does not stand after its last record")
        require(value["size"] > self.last_head_size, "there are two heads of one size")
        require(value["root_hash"] == self.root(), "the head does not agree with the records before it")
        self.check_signature(value, ("signature", "number"))
        self.heads += 1
        self.last_head_size = self.size

    def read_seal(self, value: dict[str, Any], line: bytes) -> None:
        """Take the last line."""
        require(is_count(value["records"]) and value["records"] == self.size, "a record is missing or too many")
        require(is_count(value["heads"]) and value["heads"] == self.heads, "a head is missing or too many")
        require(value["root_hash"] == self.root(), "the seal does not agree with the records")
        require(value["content_sha256"] == self.digest.hexdigest(), "the seal does not agree with the lines before it")
        self.check_signature(value, ("signature",))
        require(set(self.keys) == self.used_keys, "a key is listed that signed nothing")
        self.seal = value

    def check_signature(self, value: dict[str, Any], unsigned: tuple[str, ...]) -> None:
        """Check the signature of a head or seal."""
        require(value["format"] == FORMAT and value["school"] == self.school, "it belongs to another ledger")
        require(is_written(MOMENT, value["signed_at"]), "the moment is not written as an export writes it")
        require(value["public_key"] in self.keys, "its key is not among those at the beginning")
        require(is_written(SIGNATURE, value["signature"]), "the signature is not 128 hexadecimal digits")
        message = canonical({name: item for name, item in value.items() if name not in unsigned})
        key, signature = bytes.fromhex(value["public_key"]), bytes.fromhex(value["signature"])
        require(is_signed(key, message, signature), "the signature is wrong")
        self.used_keys.add(value["public_key"])


def verify(content: bytes, key: str | None = None, heads: list[tuple[int, str]] | None = None) -> Ledger:
    """Check the bytes of an export and return what was read. Raises ExportError naming the line."""
    earlier = heads or []
    ledger = Ledger({size for size, _ in earlier})
    lines = content.split(b"\n")
    number = 0
    try:
        require(lines.pop() == b"", "the last line is cut short")
        for line in lines:
            number += 1
            ledger.read(line)
        require(ledger.seal is not None, "the seal at the end is missing")
    except ExportError as fault:
        raise ExportError(f"line {number or 1}: {fault}") from None
    require(key is None or ledger.keys == [key], "it was not signed with the key " + str(key) + " alone")
    for size, root in earlier:
        require(ledger.roots.get(size) == root, f"the earlier head over {size} records does not fit")
    return ledger


def head_argument(words: str) -> tuple[int, str]:
    """Read SIZE:ROOT_HASH."""
    size, _, root = words.partition(":")
    if not size.isdecimal() or not HASH.fullmatch(root):
        raise argparse.ArgumentTypeError("a head is written SIZE:ROOT_HASH")
    return int(size), root


def main(arguments: list[str]) -> int:
    """Check the export that the arguments name and return the exit code."""
    parser = argparse.ArgumentParser(description="Check an export of the policy register's ledger.")
    parser.add_argument("export", metavar="EXPORT")
    parser.add_argument("--key", help="the public key that must have signed it, 64 hexadecimal digits")
    parser.add_argument("--head", action="append", default=[], type=head_argument, metavar="SIZE:ROOT_HASH")
    try:
        options = parser.parse_args(arguments)
    except SystemExit as stop:
        return 1 if stop.code else 0
    try:
        ledger = verify(Path(options.export).read_bytes(), options.key, options.head)
    except (ExportError, OSError) as error:
        print(f"NOT in order: {options.export}: {error}")
        return 1
    print(f"In order: {ledger.size} records and {ledger.heads} signed heads of {ledger.school}")
    seal = ledger.seal or {}
    print("Sealed {} over root {}".format(seal.get("signed_at"), seal.get("root_hash")))
    for signer in ledger.keys:
        print(f"Signed with the key {signer}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
