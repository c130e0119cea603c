"""Check what the policy register's ledger hands out without the program that wrote it. Needs only Python 3.9 or newer.

    python3 -I verify_ledger.py EXPORT [--key PUBLIC_KEY] [--head HEAD]...
    python3 -I verify_ledger.py PROOF --key PUBLIC_KEY [--head HEAD]...
    python3 -I verify_ledger.py PACK [--key PUBLIC_KEY] [--head HEAD]...

It exits 0 and says what it found where everything agrees, else 1 and names the line. An export proves that nothing in
it was changed since whoever holds the key signed it: compare the key, and a head you were given earlier, with --key and
--head. An old head that still fits proves that nothing before it was changed since. A key changes only by a record that
the key before signed. HEAD is SIZE:ROOT_HASH or a file: a checkpoint, a proof, or lines of heads. PUBLIC_KEY is 64
hexadecimal digits or the form that tools for signed notes take (name+hash+key).

A PROOF is one of three forms of public transparency logs, told by how it begins: a proof that one record stands in the
ledger (C2SP tlog-proof; the record itself is its extra data), a proof that an older head is part of a newer one (as
C2SP tlog-witness asks for it; give the older one with --head), or a head alone (C2SP tlog-checkpoint).

A PACK is an evidence pack: its folder, or its archive where that is not encrypted. Every file in it is held against the
manifest, the manifest against the note that signs it, and ledger, head and proofs in it as by themselves. An EXPORT
that lies in a pack is checked with the whole pack around it; a folder of a pack stands for the pack.

What an export is: UTF-8, one JSON object a line, written the one way it can be (keys sorted, no spaces, no needless
escapes), each line ended by a line feed. First {"type":"ledger"}, then the public keys, then the records in order; each
head stands after the last record it covers, numbered from 0; the last line is a seal, signed over all bytes before it.
Hashes: RFC 6962, section 2.1. Signatures: Ed25519, RFC 8032, over the line's object without "signature" (and "number").
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
import zipfile
import zlib
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
        self.handed_over: list[str] = []
        self.commitments: set[bytes] = set()
        self.notices: list[str] = []

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
        if value["kind"] in ("key-changed", "key-lost"):
            self.change_key(value["kind"], position, fields)
        elif value["kind"] == "erasure":
            self.check_erasure(position, fields, personal)
        self.commitments.update(bytes.fromhex(item) for item in personal.values())
        self.add_leaf(line)

    def change_key(self, kind: str, position: int, fields: dict[str, Any]) -> None:
        """Let another key sign from here on: the one before must have signed that, or is said to be lost."""
        before, after = fields.get("before"), fields.get("public_key")
        known = self.handed_over[-1:] == [before] and is_written(HASH, after)
        require(known, "the key is said to change from one that did not sign the heads before")
        if kind == "key-lost":
            words = "record {}: the key {} was lost; for what stands before it only the next key vouches"
            self.notices.append(words.format(position, before))
            self.handed_over = [str(after)]
            return
        statement = {
            "before": before,
            "format": FORMAT,
            "position": position,
            "public_key": after,
            "root_hash": self.root(),
            "school": self.school,
            "type": "key-change",
        }
        signature = fields.get("signature")
        signed = is_written(SIGNATURE, signature) and is_signed(
            bytes.fromhex(str(before)), canonical(statement), bytes.fromhex(str(signature))
        )
        require(signed, "the key changes here and the key before did not sign that: weak, as a forger could write it")
        self.handed_over.append(str(after))

    def check_erasure(self, position: int, fields: dict[str, Any], personal: dict[str, str]) -> None:
        """Check a record of what was erased: by hash, of earlier records, by two people."""
        removed = str(fields.get("removed", "")).split()
        counted = bool(removed) and fields.get("count") == len(set(removed))
        require(counted and all(map(HASH.fullmatch, removed)), "an erasure does not say what was erased")
        people = [personal.get("actor"), personal.get("agreed_by")]
        require(all(people) and people[0] != people[1], "an erasure does not name two people")
        there = all(bytes.fromhex(item) in self.commitments for item in removed)
        require(there, "an erasure speaks of what no record before it holds")
        self.notices.append(f"record {position}: {len(removed)} names and texts were erased")

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
        self.handed_over = self.handed_over or [value["public_key"]]
        require(value["public_key"] == self.handed_over[-1], "another key signs, and the key before did not say so")


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
    require(
        key is None or key in ledger.handed_over, "it was not signed with the key " + str(key) + ", nor handed over by"
    )
    for size, root in earlier:
        require(ledger.roots.get(size) == root, f"the earlier head over {size} records does not fit")
    return ledger


# --- forms of public transparency logs: C2SP signed-note, tlog-checkpoint, tlog-proof, tlog-witness ----------------

PROOF = "c2sp.org/tlog-proof@v1"
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


def decode_base64(words: str, length: int | None = None) -> bytes:
    """Return the bytes of standard base64. Raises ExportError for any other way to write them."""
    try:
        decoded = base64.b64decode(words, validate=True)
    except (binascii.Error, ValueError):
        raise ExportError(f"{words[:60]!r} is no base64") from None
    same = base64.b64encode(decoded).decode("ascii") == words
    require(same and length in (None, len(decoded)), f"{words[:60]!r} is not as long as it should be")
    return decoded


def decode_number(words: str) -> int:
    """Return a decimal number without leading zeroes. Raises ExportError for anything else."""
    require(NUMBER.fullmatch(words) is not None, f"{words[:60]!r} is no number")
    return int(words)


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split_note(text: str) -> tuple[str, str]:
    """Return the body of a signed note, and the lines that sign it. Raises ExportError."""
    body, blank, signatures = text.rpartition("\n\n")
    require(bool(blank) and signatures.endswith("\n"), "it is no signed note")
    require(all(c >= " " or c == "\n" for c in text), "it holds characters that no note may")
    return body, signatures


def read_note(text: str, key: str) -> str:
    """Return the body of a note over a manifest, signed in the name of the log of its third line. Raises ExportError.

    Nothing but that one signature may stand under it: what is not signed could be anybody's.
    """
    body, signatures = split_note(text)
    lines = body.split("\n")
    require(len(lines) >= 3 and all(lines) and signatures.count("\n") == 1, "it is no note over a manifest")
    check_note(body, signatures, lines[2], key)
    return body


def read_checkpoint(text: str, key: str | None) -> tuple[str, int, bytes]:
    """Return origin, size and root of a checkpoint; with ``key`` its signature is checked. Raises ExportError."""
    body, signatures = split_note(text)
    lines = body.split("\n")
    require(len(lines) >= 3 and all(lines), "a checkpoint begins with three lines: origin, size and root")
    origin, size, root = lines[0], decode_number(lines[1]), decode_base64(lines[2], 32)
    if key is not None:
        check_note(body, signatures, origin, key)
    return origin, size, root


def check_note(body: str, signatures: str, origin: str, key: str) -> None:
    """Check that a note is signed with a key in the name of a log. Raises ExportError."""
    public_key = bytes.fromhex(key)
    named = hashlib.sha256(origin.encode("utf-8") + b"\n\x01" + public_key).digest()[:4]
    signed = 0
    for line in signatures[:-1].split("\n"):
        dash, name, words = [*line.split(" "), "", ""][:3]
        require(dash == "\u2014" and bool(name) and line.count(" ") == 2, "a line of its signatures is none")
        signature = decode_base64(words)
        if name == origin and signature[:4] == named:
            right = len(signature) == 68 and is_signed(public_key, (body + "\n").encode("utf-8"), signature[4:])
            require(right, "the signature is wrong")
            signed += 1
    require(signed > 0, "it is not signed with the key " + key)


def root_by_path(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """Return the root that a path of hashes leads to. Source: RFC 9162, section 2.1.3.2."""
    require(index < size, "the record is not under that head")
    place, last, root = index, size - 1, leaf
    for side in path:
        require(last > 0, "the path is too long")
        if place & 1 or place == last:
            root = node(side, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node(root, side)
        place, last = place >> 1, last >> 1
    require(last == 0, "the path is too short")
    return root


def check_consistency(old: tuple[int, bytes], new: tuple[int, bytes], path: list[bytes]) -> None:
    """Check that an old head is part of a new one. Raises ExportError. Source: RFC 9162, section 2.1.4.2."""
    require(old[0] <= new[0], "the older head covers more than the newer one")
    if old[0] in (0, new[0]):
        same = old[1] == (hashlib.sha256(b"").digest() if old[0] == 0 else new[1])
        require(same and not path, "the two heads do not fit together")
        return
    hashes = [old[1], *path] if old[0] & (old[0] - 1) == 0 else list(path)
    require(bool(hashes), "the path is too short")
    place, last = old[0] - 1, new[0] - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_root = new_root = hashes[0]
    for side in hashes[1:]:
        require(last > 0, "the path is too long")
        if place & 1 or place == last:
            old_root, new_root = node(side, old_root), node(side, new_root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new_root = node(new_root, side)
        place, last = place >> 1, last >> 1
    require(last == 0 and old_root == old[1] and new_root == new[1], "the two heads do not fit together")


def verify_proof(text: str, key: str, heads: list[tuple[int, str]]) -> str:
    """Check a proof or checkpoint and return what it proves. Raises ExportError."""
    before, _, rest = text.partition("\n\n")
    lines = before.split("\n")
    if lines[0] == PROOF:
        extra = decode_base64(lines.pop(1)[6:]) if lines[1:] and lines[1].startswith("extra ") else b""
        require(len(lines) > 1 and lines[1].startswith("index ") and bool(extra), "the record or its index is missing")
        index, path = decode_number(lines[1][6:]), [decode_base64(line, 32) for line in lines[2:]]
        origin, size, root = read_checkpoint(rest, key)
        leaf = hashlib.sha256(b"\x00" + extra).digest()
        require(root_by_path(index, size, leaf, path) == root, "the record does not stand under that head")
        record = parse(extra)
        require(record["type"] == "record" and record["position"] == index, "it is no record of that place")
        said = f"record {index} stands in {origin}, under the head over {size} records:\n{extra.decode('utf-8')}"
    elif lines[0].startswith("old "):
        old_size, path = decode_number(lines[0][4:]), [decode_base64(line, 32) for line in lines[1:]]
        origin, size, root = read_checkpoint(rest, key)
        known = [bytes.fromhex(each) for number, each in heads if number == old_size]
        require(bool(known), f"give the older head over {old_size} records with --head")
        for old_root in known:
            check_consistency((old_size, old_root), (size, root), path)
        said = f"the head over {old_size} records is part of that over {size} in {origin}"
    else:
        origin, size, root = read_checkpoint(text, key)
        said = f"a head of {origin} over {size} records, root {root.hex()}"
    for number, each in heads:
        require(number != size or each == root.hex(), f"the earlier head over {size} records does not fit")
    return said


# --- evidence packs -----------------------------------------------------------------------------------------------

MANIFEST, NOTE = "MANIFEST.sha256", "MANIFEST.note"
MANIFEST_NOTE = "policy-evidence/1"
MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  ([^\x00-\x1f\\\\]+)")
KEY_FILE, CHECKPOINT, EXPORT = "ledger/public-key.txt", "ledger/checkpoint.txt", "ledger/ledger.jsonl"


class Pack:
    """What an evidence pack was found to be."""

    def __init__(self, files: dict[str, bytes], key: str | None) -> None:
        self.files = files
        self.key_was_given = key is not None
        self.key = key or self.own_key()
        self.name, self.origin, self.head = "", "", (0, "")
        self.proofs: list[str] = []
        self.unproved: list[str] = []

    def own_key(self) -> str:
        """Return the key that the pack itself names."""
        require(KEY_FILE in self.files, f"{KEY_FILE} is missing")
        key = self.text(KEY_FILE).split("\n")[0]
        require(HASH.fullmatch(key) is not None, f"{KEY_FILE} names no key")
        return key

    def text(self, name: str) -> str:
        """Return the words of one file."""
        try:
            return self.files[name].decode("utf-8")
        except UnicodeDecodeError:
            raise ExportError(f"{name} is not text in UTF-8") from None


def pack_around(path: Path) -> Path | None:
    """Return the folder of the pack that a file or folder lies in, a level up; None where it lies in none."""
    folder = path if path.is_dir() else path.parent
    places = (folder, folder / "..") if path.is_dir() else (folder / "..",)
    found = (place for place in places for name in (MANIFEST, NOTE) if (place / name).exists())
    place = next(found, None)
    return place and place.resolve()


def read_pack(path: Path) -> dict[str, bytes]:
    """Return every file of a pack's folder or archive by its name, with forward slashes. Raises ExportError."""
    files: dict[str, bytes] = {}
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            name = each.relative_to(path).as_posix()
            require(not each.is_symlink(), f"{name} is a link to another place")
            if not each.is_dir():
                files[name] = each.read_bytes()
        return files
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                require(not info.flag_bits & 1, "it is encrypted: unpack it with its passphrase and give the folder")
                _, _, name = info.filename.partition("/")
                require(bool(name) and name not in files, f"{info.filename} stands in it twice, or beside its folder")
                files[name] = archive.read(info)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as fault:
        raise ExportError(f"the archive is damaged ({fault})") from None
    return files


def read_manifest(pack: Pack) -> dict[str, str]:
    """Return the hash of each file by the signed manifest. Raises ExportError."""
    for name in (MANIFEST, NOTE):
        require(name in pack.files, f"{name} is missing: nothing says which files belong to the pack")
    body = read_note(pack.text(NOTE), pack.key)
    lines = body.split("\n")
    require(len(lines) == 5 and lines[0] == MANIFEST_NOTE, f"{NOTE} is no note over the manifest of a pack")
    require(lines[4] == hashlib.sha256(pack.files[MANIFEST]).hexdigest(), f"{MANIFEST} is not the one that was signed")
    size, _, root = lines[3].partition(":")
    require(HASH.fullmatch(root) is not None, f"{NOTE} names no head of the ledger")
    pack.name, pack.origin, pack.head = lines[1], lines[2], (decode_number(size), root)
    listed: dict[str, str] = {}
    for line in pack.text(MANIFEST).split("\n")[:-1]:
        found = MANIFEST_LINE.fullmatch(line)
        require(found is not None and found[2] not in listed, f"{MANIFEST} has a line that is none: {line[:80]!r}")
        if found is not None:
            listed[found[2]] = found[1]
    return listed


def verify_pack(files: dict[str, bytes], key: str | None, heads: list[tuple[int, str]]) -> Pack:
    """Check every file of an evidence pack and return what was found. Raises ExportError that names each fault."""
    pack = Pack(files, key)
    listed = read_manifest(pack)
    there = set(files) - {MANIFEST, NOTE}
    faults = [f"{name} was changed" for name in sorted(there & set(listed)) if digest(files[name]) != listed[name]]
    faults += [f"{name} is missing" for name in sorted(set(listed) - there)]
    faults += [f"{name} does not belong to the pack" for name in sorted(there - set(listed))]
    require(not faults, "; ".join(faults))
    require(CHECKPOINT in files, f"{CHECKPOINT} is missing")
    origin, size, root = read_checkpoint(pack.text(CHECKPOINT), pack.key)
    require((origin, (size, root.hex())) == (pack.origin, pack.head), f"{CHECKPOINT} is not the head of the pack")
    check_contents(pack, heads)
    return pack


def check_contents(pack: Pack, heads: list[tuple[int, str]]) -> None:
    """Check ledger and proofs in a pack as by themselves, and the heads that whoever checks has kept."""
    if EXPORT in pack.files:
        ledger = verify(pack.files[EXPORT], pack.key, [pack.head, *heads])
        pack.proofs.append(f"{EXPORT}: {ledger.size} records and {ledger.heads} signed heads agree with each other")
        pack.proofs += [f"{EXPORT}: {notice}" for notice in ledger.notices]
        require(ledger.size == pack.head[0], f"{EXPORT} does not end with the head of the pack")
    for name in sorted(name for name in pack.files if name.startswith("proofs/")):
        old = pack.text(name).partition("\n")[0]
        known = any(old == f"old {size}" for size, _ in heads)
        if not old.startswith("old ") or known:
            pack.proofs.append(f"{name}: " + verify_proof(pack.text(name), pack.key, heads).partition("\n")[0])
    if EXPORT not in pack.files and heads:
        same = any(head == pack.head for head in heads)
        require(same or all(size != pack.head[0] for size, _ in heads), "the earlier head does not fit")
        pack.unproved += [] if same else ["that the head you gave is part of this one's ledger: it is not in this pack"]


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def report_pack(pack: Pack, heads: list[tuple[int, str]]) -> None:
    """Print what is proved of a pack, and what is not."""
    size, root = pack.head
    print(f"In order: {len(pack.files)} files of {pack.name}")
    print(f"Signed with the key {pack.key}")
    print(f"As at the head {size}:{root} of {pack.origin}")
    print("Proved:")
    print("  no file was changed, added, taken out or renamed since whoever holds that key signed the pack")
    for line in pack.proofs:
        print(f"  {line}")
    print("Not proved:")
    unproved = list(pack.unproved)
    if not pack.key_was_given:
        unproved.append("whose key that is: compare it with one you have from elsewhere, and give it with --key")
    if not heads:
        unproved.append(
            "that nothing before that head was changed earlier: give a head you were given then with --head"
        )
    unproved += [
        "that this program is not a changed one itself: use one that did not come with the pack",
        "that what was recorded was true, who pressed a button, or that anybody understood what they read",
    ]
    for line in unproved:
        print(f"  {line}")


# --- the command --------------------------------------------------------------------------------------------------


def head_argument(words: str) -> list[tuple[int, str]]:
    """Read SIZE:ROOT_HASH, or a file with a checkpoint, a proof or lines of heads."""
    size, _, root = words.partition(":")
    if size.isdecimal() and HASH.fullmatch(root):
        return [(int(size), root)]
    try:
        text = Path(words).read_text(encoding="utf-8")
        if not text.startswith("{"):
            note = text.partition("\n\n")[2] if text.startswith((PROOF, "old ")) else text
            _, number, digest = read_checkpoint(note, None)
            return [(number, digest.hex())]
        lines = [json.loads(line) for line in text.splitlines()]
        found = [(each["size"], each["root_hash"]) for each in lines if each.get("type") == "head"]
    except (OSError, ValueError, KeyError, AttributeError, RecursionError, ExportError):
        found = []
    if not found or not all(is_count(number) and is_written(HASH, digest) for number, digest in found):
        raise argparse.ArgumentTypeError("a head is SIZE:ROOT_HASH or a file that holds one")
    return found


def key_argument(words: str) -> str:
    """Read a public key: 64 hexadecimal digits, or name+hash+base64."""
    name, _, rest = words.partition("+")
    named_so, _, encoded = rest.partition("+")
    if encoded:
        try:
            decoded = decode_base64(encoded, 33)
        except ExportError:
            decoded = b""
        named = hashlib.sha256(name.encode("utf-8") + b"\n" + decoded).hexdigest()[:8]
        if decoded[:1] == b"\x01" and named == named_so:
            return decoded[1:].hex()
    elif HASH.fullmatch(words):
        return words
    raise argparse.ArgumentTypeError("a key is 64 hexadecimal digits, or name+hash+key")


def main(arguments: list[str]) -> int:
    """Check the file that the arguments name and return the exit code."""
    parser = argparse.ArgumentParser(description="Check an export, a proof, a head or a pack.")
    parser.add_argument("export", metavar="EXPORT")
    parser.add_argument("--key", type=key_argument, help="the public key that must have signed it")
    parser.add_argument("--head", action="append", default=[], type=head_argument, metavar="HEAD")
    try:
        options = parser.parse_args(arguments)
    except SystemExit as stop:
        return 1 if stop.code else 0
    heads = [head for given in options.head for head in given]
    path = Path(options.export)
    try:
        around = pack_around(path)
        if path.is_dir() or path.suffix.lower() == ".zip":
            report_pack(verify_pack(read_pack(around or path), options.key, heads), heads)
            return 0
        content = path.read_bytes()
        if content[:1] in (b"{", b"") or b"\n\n\xe2\x80\x94 " not in content:
            ledger = verify(content, options.key, heads)
            pack = verify_pack(read_pack(around), options.key, heads) if around else None
            report(ledger)
            if pack is None:
                print("To know: this file alone was checked, and no other beside it")
            else:
                report_pack(pack, heads)
            return 0
        require(options.key is not None, "a proof is checked against a key: give it with --key")
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            raise ExportError("it is not text in UTF-8") from None
        print("In order: " + verify_proof(text, options.key, heads))
    except (ExportError, OSError) as error:
        print(f"NOT in order: {options.export}: {error}")
        return 1
    return 0


def report(ledger: Ledger) -> None:
    """Print what an export holds."""
    print(f"In order: {ledger.size} records and {ledger.heads} signed heads of {ledger.school}")
    seal = ledger.seal or {}
    print("Sealed {} over root {}".format(seal.get("signed_at"), seal.get("root_hash")))
    for signer in ledger.keys:
        print(f"Signed with the key {signer}")
    for notice in ledger.notices:
        print(f"To know: {notice}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
