"""The stand-alone verifier: it takes every true export, and refuses one that was changed anywhere."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from pipeline.register.ledger import ledger, verify_ledger
from pipeline.register.ledger.key import LedgerKey, is_signed, key_from_seed
from pipeline.register.ledger.merkle import canonical, leaf_hash
from pipeline.register.tables import schema
from tests.register.conftest import NOW
from tests.register.test_ledger import KEY, fill, fresh_register

OTHER_KEY = key_from_seed(bytes(32))


def export_with(records: int, heads_after: set[int], key: LedgerKey = KEY, *, is_lost: bool = False) -> bytes:
    """The export of a ledger with that many records, signed whenever it has one of those sizes, by two keys in turn."""
    used = KEY
    with fresh_register() as register, register.transaction() as tx:
        for number in range(records + 1):
            if number in heads_after:
                old, used = used, key if number % 2 else KEY
                at, before = NOW + timedelta(days=number), None if is_lost else old
                ledger.sign_head(tx, register.school, used, at, renewed=True, old_key=before)
            if number < records:
                fields: dict[str, str | int | None] = {"policy": "é\u2028", "version": number, "why": None}
                ledger.append(tx, register.school, "version", fields, personal={"name": "Ann"}, now=NOW)
        return "".join(ledger.export(tx, register.school, used, NOW)).encode()


@cache
def small_export() -> bytes:
    """Four records, two of them acknowledgements, two heads."""
    with fresh_register() as register:
        fill(register)
        with register.reading() as tx:
            return "".join(ledger.export(tx, register.school, KEY, NOW)).encode()


def refusal(content: bytes) -> str:
    """Why the verifier refuses an export."""
    with pytest.raises(verify_ledger.ExportError) as caught:
        verify_ledger.verify(content)
    return str(caught.value)


@settings(max_examples=20, deadline=None)
@given(records=st.integers(0, 12), heads=st.sets(st.integers(0, 12), max_size=5))
def test_every_true_export_is_taken(records: int, heads: set[int]) -> None:
    read = verify_ledger.verify(export_with(records, heads))
    assert read.size == records
    assert not read.notices
    assert read.heads == len({size for size in heads if size <= records})


def test_a_ledger_signed_by_two_keys_is_taken() -> None:
    content = export_with(3, {1, 2}, OTHER_KEY)
    read = verify_ledger.verify(content)
    assert read.keys == [OTHER_KEY.public_key, KEY.public_key]
    assert not read.notices
    # Whoever knows only the first key can follow it to the second.
    assert verify_ledger.verify(content, OTHER_KEY.public_key).size == read.size == 4


def test_a_key_that_was_lost_is_told_and_the_one_before_vouches_for_nothing() -> None:
    content = export_with(3, {1, 2}, OTHER_KEY, is_lost=True)
    assert "was lost" in verify_ledger.verify(content, KEY.public_key).notices[0]
    with pytest.raises(verify_ledger.ExportError, match="was not signed with the key"):
        verify_ledger.verify(content, OTHER_KEY.public_key)


def test_exporting_writes_nothing_and_gives_the_same_lines_again() -> None:
    with fresh_register() as register:
        fill(register)
        with register.transaction() as tx:
            first = list(ledger.export(tx, register.school, KEY, NOW))
            assert list(ledger.export(tx, register.school, KEY, NOW)) == first
            assert len(ledger.list_heads(tx, register.school)) == 2


@settings(deadline=None)
@given(byte=st.integers(0, 100_000), bit=st.integers(0, 7))
def test_one_changed_bit_anywhere_is_refused(byte: int, bit: int) -> None:
    content = bytearray(small_export())
    content[byte % len(content)] ^= 1 << bit
    refusal(bytes(content))


@settings(deadline=None)
@given(length=st.integers(0, 100_000))
def test_an_export_cut_short_anywhere_is_refused(length: int) -> None:
    content = small_export()
    refusal(content[: length % len(content)])


@settings(deadline=None)
@given(first=st.integers(0, 8), second=st.integers(0, 8), change=st.sampled_from(["drop", "repeat", "swap", "move"]))
def test_lines_taken_out_repeated_swapped_or_moved_are_refused(first: int, second: int, change: str) -> None:
    lines = small_export().splitlines(keepends=True)
    first, second = first % len(lines), second % len(lines)
    changed = list(lines)
    if change == "drop":
        del changed[first]
    elif change == "repeat":
        changed.insert(second, lines[first])
    elif change == "swap":
        changed[first], changed[second] = changed[second], changed[first]
    else:
        changed.insert(second, changed.pop(first))
    assume(changed != lines)
    refusal(b"".join(changed))


@settings(max_examples=20, deadline=None)
@given(record=st.integers(0, 3), byte=st.integers(0, 1000), bit=st.integers(0, 7))
def test_both_verifiers_refuse_the_same_changed_record(record: int, byte: int, bit: int) -> None:
    lines = small_export().splitlines()
    places = [number for number, line in enumerate(lines) if b'"type":"record"' in line]
    words = bytearray(lines[places[record]])
    words[byte % len(words)] ^= 1 << bit
    try:
        changed = words.decode()
    except UnicodeDecodeError:
        assume(False)
    with fresh_register() as register, register.transaction() as tx:
        for position, place in enumerate(places):
            stored = changed if position == record else lines[place].decode()
            tx.execute(
                insert(schema.ledger_record).values(
                    school=register.school,
                    position=position,
                    record=stored,
                    leaf_hash=leaf_hash(stored.encode()).hex(),  # as a forger would
                )
            )
        for line in lines:
            head = json.loads(line)
            if head["type"] == "head":
                values = {name: head[name] for name in ("size", "root_hash", "signed_at", "public_key", "signature")}
                tx.execute(insert(schema.ledger_head).values(school=register.school, **values))
        assert any("does not agree with them" in fault for fault in ledger.verify(tx, register.school).faults)
    lines[places[record]] = bytes(words)
    refusal(b"\n".join(lines) + b"\n")


# --- forgeries by somebody who holds a key and signs again ------------------------------------------------------

Line = dict[str, Any]


def resealed(change: Callable[[list[Line]], None], key: LedgerKey = KEY) -> bytes:
    """An export with its lines changed and everything after signed again."""
    lines: list[Line] = [json.loads(line) for line in small_export().splitlines()]
    change(lines)
    body = b"".join(canonical(line) + b"\n" for line in lines[:-1])
    seal = {**lines[-1], "content_sha256": hashlib.sha256(body).hexdigest()}
    seal.pop("signature", None)
    return body + canonical({**seal, "signature": key.sign(canonical(seal))}) + b"\n"


def at(number: int, /, **values: object) -> Callable[[list[Line]], None]:
    def change(lines: list[Line]) -> None:
        lines[number].update(values)

    return change


def without(number: int) -> Callable[[list[Line]], None]:
    def change(lines: list[Line]) -> None:
        del lines[number]

    return change


def repeated(number: int) -> Callable[[list[Line]], None]:
    def change(lines: list[Line]) -> None:
        lines.insert(number, dict(lines[number]))

    return change


def test_the_lines_of_the_small_export_are_where_these_tests_think() -> None:
    kinds = [json.loads(line)["type"] for line in small_export().splitlines()]
    assert kinds == ["ledger", "key", "record", "record", "head", "record", "record", "head", "seal"]
    assert verify_ledger.verify(resealed(lambda lines: None)).size == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without(0), "line 1: an export begins with"),
        (repeated(0), "line 2: an export begins with"),
        (at(0, format="policy-ledger/9"), "does not know the format"),
        (at(0, school=7), "school is not named"),
        (without(1), "not among those at the beginning"),
        (repeated(1), "the key is repeated"),
        (at(1, public_key="ff"), "64 hexadecimal digits"),
        (lambda lines: lines.insert(1, {"type": "key", "public_key": "ab" * 32}), "signed nothing"),
        (lambda lines: lines.insert(3, {"type": "key", "public_key": "ab" * 32}), "a key stands too late"),
        (at(2, position=True), "the position is no number"),
        (at(2, position=1), "record 1 stands where 0 should"),
        (at(2, school="other"), "another school's"),
        (at(2, kind=7), "the kind is no text"),
        (at(2, at="yesterday"), "the moment is not written"),
        (at(2, fields=[]), "fields or commitments are missing"),
        (at(2, fields={"a": 1.5}), "neither text nor a whole number"),
        (at(2, fields={"a": True}), "neither text nor a whole number"),
        (at(2, personal={"name": "Ann"}), "a commitment is no hash"),
        (at(2, fields={"policy": "other"}), "line 5: the head does not agree"),
        (at(2, more="than it should have"), "no line of an export"),
        (at(2, type=["record"]), "no line of an export"),
        (without(4), "line 7: a head is missing or repeated"),
        (repeated(4), "line 6: a head is missing or repeated"),
        (at(4, number=True), "a head is missing or repeated"),
        (at(4, size=1), "does not stand after its last record"),
        (at(4, root_hash="ab" * 32), "does not agree with the records"),
        (at(4, school="other"), "belongs to another ledger"),
        (at(4, signed_at="2026-11-24"), "the moment is not written"),
        (at(4, signature="AB" * 64), "128 hexadecimal digits"),
        (at(4, signature="ab" * 64), "the signature is wrong"),
        (without(6), "line 7: the head does not stand after its last record"),
        (without(7), "a head is missing or too many"),
        (at(-1, records=5), "a record is missing or too many"),
        (at(-1, heads=1), "a head is missing or too many"),
        (at(-1, root_hash="ab" * 32), "the seal does not agree with the records"),
    ],
)
def test_a_forgery_sealed_again_is_refused_for_what_is_wrong_with_it(
    change: Callable[[list[Line]], None], words: str
) -> None:
    assert words in refusal(resealed(change))


def test_two_heads_of_one_size_are_refused() -> None:
    def change(lines: list[Line]) -> None:
        again = {**lines[4], "number": 1, "signed_at": "2026-11-25T06:30:00.000000Z"}
        signed = {name: value for name, value in again.items() if name not in ("number", "signature")}
        lines.insert(5, {**again, "signature": KEY.sign(canonical(signed))})

    assert "two heads of one size" in refusal(resealed(change))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1: the seal at the end is missing"),
        (b"\n", "line 1: it is not JSON"),
        (b'{"a": 1}\n', "not written the way"),
        (b"[]\n", "not written the way"),
        (b'{"type":"seal"}\n', "no line of an export"),
        (b"[" * 100_000 + b"\n", "not JSON"),
        (b"NaN\n", "not JSON"),
        (b'"\\ud800"\n', "not JSON"),
        (b"1" * 5000 + b"\n", "not JSON"),
        (b"\xff\n", "not JSON in UTF-8"),
    ],
)
def test_what_is_no_export_is_refused(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_nothing_may_stand_after_the_seal() -> None:
    content = small_export()
    assert "stands after the seal" in refusal(content + content.splitlines(keepends=True)[2])


def test_another_seal_over_other_lines_is_refused() -> None:
    lines = small_export().splitlines(keepends=True)
    later = export_with(4, set()).splitlines(keepends=True)[-1]
    assert "line 9" in refusal(b"".join(lines[:-1]) + later)


# --- the signatures ----------------------------------------------------------------------------------------------


def test_a_signature_of_the_standard_is_taken() -> None:
    """RFC 8032 section 7.1, tests 1 and 2."""
    for public_key, message, signature in [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
            "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
            "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
    ]:
        arguments = bytes.fromhex(public_key), bytes.fromhex(message), bytes.fromhex(signature)
        assert verify_ledger.is_signed(*arguments)
        assert not verify_ledger.is_signed(arguments[0], b"other", arguments[2])


@settings(deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=64), flip=st.integers(0, 1023))
def test_both_verifiers_agree_on_signatures_and_on_keys(seed: bytes, message: bytes, flip: int) -> None:
    key = key_from_seed(seed)
    parts = bytearray(bytes.fromhex(key.public_key) + bytes.fromhex(key.sign(message)))
    assert verify_ledger.is_signed(bytes(parts[:32]), message, bytes(parts[32:]))
    if flip < 768:
        parts[flip // 8] ^= 1 << flip % 8
        public_key, signature = bytes(parts[:32]), bytes(parts[32:])
        assert not verify_ledger.is_signed(public_key, message, signature)
        assert not is_signed(message, public_key=public_key.hex(), signature=signature.hex())


def test_a_signature_written_with_a_larger_number_is_refused() -> None:
    signature = bytes.fromhex(KEY.sign(b"words"))
    larger = int.from_bytes(signature[32:], "little") + verify_ledger.ORDER
    forged = signature[:32] + larger.to_bytes(32, "little")
    assert not verify_ledger.is_signed(bytes.fromhex(KEY.public_key), b"words", forged)


@pytest.mark.parametrize(
    "encoded",
    [
        (2**255 - 19).to_bytes(32, "little"),  # zero, written larger than it need be
        (1 | 1 << 255).to_bytes(32, "little"),  # the point with x = 0 has no second sign
        (2).to_bytes(32, "little"),  # no point has this y
    ],
)
def test_what_stands_for_no_point_is_no_key(encoded: bytes) -> None:
    assert verify_ledger.decode_point(encoded) is None
    assert not verify_ledger.is_signed(encoded, b"words", bytes(64))


# --- the program -------------------------------------------------------------------------------------------------


def test_it_runs_by_itself_with_nothing_but_python(tmp_path: Path) -> None:
    program = tmp_path / "verify_ledger.py"
    program.write_bytes(Path(verify_ledger.__file__).read_bytes())
    export = tmp_path / "ledger.txt"
    for content, code, words in [(small_export(), 0, "In order: 4 records"), (b"", 1, "NOT in order")]:
        export.write_bytes(content)
        run = subprocess.run(
            [sys.executable, "-I", "-S", str(program), str(export)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.returncode, run.stderr) == (code, "")
        assert run.stdout.startswith(words)


def test_it_says_what_it_found_and_with_which_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = tmp_path / "ledger.txt"
    export.write_bytes(small_export())
    root = json.loads(small_export().splitlines()[4])["root_hash"]
    command = [str(export), "--key", KEY.public_key, "--head", f"2:{root}"]
    assert verify_ledger.main(command) == 0
    out = capsys.readouterr().out
    assert "4 records and 2 signed heads of west-park-school" in out
    assert KEY.public_key in out


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--key", OTHER_KEY.public_key], "was not signed with the key"),
        (["--head", f"2:{'ab' * 32}"], "the earlier head over 2 records does not fit"),
        (["--head", f"900:{'ab' * 32}"], "the earlier head over 900 records does not fit"),
    ],
)
def test_another_key_or_an_earlier_head_that_does_not_fit_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], words: str
) -> None:
    export = tmp_path / "ledger.txt"
    export.write_bytes(small_export())
    assert verify_ledger.main([str(export), *more]) == 1
    assert words in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["a", "--head", "nonsense"], ["no such file"]])
def test_a_command_it_cannot_follow_ends_with_one(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_ledger.main(arguments) == 1
    assert "".join(capsys.readouterr())


def test_asking_for_help_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_ledger.main(["--help"]) == 0
    assert "EXPORT" in capsys.readouterr().out
