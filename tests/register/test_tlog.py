"""Heads and proofs in the forms of public transparency logs: our own verifier and Go's packages take the same ones."""

import base64
import itertools
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.errors import LedgerError, UsageError
from pipeline.register.ledger import ledger, verify_ledger
from pipeline.register.ledger.head_file import read_heads
from pipeline.register.ledger.merkle import leaf_hash, list_consistency, list_path, root_of
from pipeline.register.ledger.signed_heads import LedgerHead
from pipeline.register.ledger.tlog import make_checkpoint, make_consistency, make_proof
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from tests.conftest import ROOT
from tests.register.conftest import NOW
from tests.register.test_ledger import KEY, fresh_register

GO_SOURCE = Path("/usr/share/gocode")
"""Where Debian's golang-golang-x-mod-dev puts the packages."""
RECORDS = 11


@dataclass(frozen=True)
class Signed:
    """A ledger with a head after each of its first records, open."""

    register: Register
    tx: Transaction
    heads: tuple[LedgerHead, ...]


@pytest.fixture(scope="module")
def signed() -> Iterator[Signed]:
    with fresh_register() as register, register.transaction() as tx:
        heads = []
        for number in range(RECORDS):
            ledger.append(tx, register.school, "version", {"policy": "é\u2028", "number": number}, now=NOW)
            heads.append(ledger.sign_head(tx, register.school, KEY, NOW))
        yield Signed(register, tx, tuple(heads))


def test_a_proof_of_every_record_and_of_every_older_head_is_taken(signed: Signed) -> None:
    tx, school = signed.tx, signed.register.school
    for position in range(RECORDS):
        proof = make_proof(tx, school, KEY, position)
        assert f'"number":{position}' in verify_ledger.verify_proof(proof, KEY.public_key, [])
    for head in signed.heads:
        proof = make_consistency(tx, school, KEY, head.size, head.root_hash)
        known = [(head.size, head.root_hash)]
        assert f"over {head.size} records is part of" in verify_ledger.verify_proof(proof, KEY.public_key, known)
        assert read_heads(make_checkpoint(tx, school, KEY).note.encode())[0].size == RECORDS


def test_paths_of_trees_of_every_size_lead_to_their_roots_and_to_no_other() -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(33)]
    for size in range(1, len(leaves) + 1):
        root = root_of(leaves[:size])
        for index in range(size):
            path = list_path(leaves[:size], index)
            assert verify_ledger.root_by_path(index, size, leaves[index], path) == root
            for wrong in ([*path, root], path[:-1]):
                if wrong != path:
                    with pytest.raises(verify_ledger.ExportError):
                        assert verify_ledger.root_by_path(index, size, leaves[index], wrong) == root
        for old in range(size + 1):
            path = list_consistency(leaves[:size], old)
            verify_ledger.check_consistency((old, root_of(leaves[:old])), (size, root), path)
            with pytest.raises(verify_ledger.ExportError):
                verify_ledger.check_consistency((old, leaf_hash(b"another")), (size, root), path)
    for wrong_index in (-1, 3):
        with pytest.raises(IndexError):
            list_path(leaves[:3], wrong_index)
        with pytest.raises(IndexError):
            list_consistency(leaves[:2], wrong_index)


def test_one_changed_bit_anywhere_in_a_proof_or_head_is_refused(signed: Signed) -> None:
    tx, school, old = signed.tx, signed.register.school, signed.heads[4]
    for text in (
        make_proof(tx, school, KEY, 6),
        make_consistency(tx, school, KEY, old.size, old.root_hash),
        make_checkpoint(tx, school, KEY).note,
    ):
        content = text.encode()
        # Every third byte: each line is met, and each signature costs five milliseconds.
        for place, bit in itertools.product(range(0, len(content), 3), (0, 5)):
            changed = bytearray(content)
            changed[place] ^= 1 << bit
            try:
                words = changed.decode()
            except UnicodeDecodeError:
                continue
            with pytest.raises(verify_ledger.ExportError):
                verify_ledger.verify_proof(words, KEY.public_key, [(old.size, old.root_hash)])


def test_what_is_not_signed_or_not_there_has_no_proof(signed: Signed) -> None:
    tx, school = signed.tx, signed.register.school
    with pytest.raises(UsageError, match="not signed yet"):
        make_proof(tx, school, KEY, RECORDS)
    with pytest.raises(UsageError, match="the last records are lost"):
        make_consistency(tx, school, KEY, RECORDS + 1, "ab" * 32)
    with pytest.raises(LedgerError, match="does not fit"):
        make_consistency(tx, school, KEY, 3, "ab" * 32)
    with fresh_register() as empty, empty.reading() as other, pytest.raises(LedgerError, match="Nothing"):
        make_checkpoint(other, empty.school, KEY)


def test_the_program_takes_proofs_heads_from_files_and_both_forms_of_the_key(
    signed: Signed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tx, school, old = signed.tx, signed.register.school, signed.heads[4]
    checkpoint = make_checkpoint(tx, school, KEY)
    files = {
        "reading.tlog-proof": make_proof(tx, school, KEY, 6),
        "consistency": make_consistency(tx, school, KEY, old.size, old.root_hash),
        "head": checkpoint.note,
        "heads": json.dumps({**old.statement(), "signature": old.signature}) + "\n",
    }
    for name, words in files.items():
        (tmp_path / name).write_text(words, encoding="utf-8", newline="")
    for key in (KEY.public_key, checkpoint.verifier_key):
        for name in ("reading.tlog-proof", "consistency", "head"):
            more = ["--head", str(tmp_path / "heads"), "--head", str(tmp_path / "head")]
            assert verify_ledger.main([str(tmp_path / name), "--key", key, *more]) == 0, name
    out = capsys.readouterr().out
    assert out.count("In order: ") == 6
    for arguments in (
        ["head"],
        ["head", "--key", "ab" * 32],
        ["head", "--key", checkpoint.verifier_key[:-4] + "AAAA"],
        ["consistency", "--key", KEY.public_key],
        ["head", "--key", KEY.public_key, "--head", f"{RECORDS}:{'ab' * 32}"],
        ["head", "--key", KEY.public_key, "--head", str(tmp_path / "reading.tlog-proof" / "none")],
    ):
        assert verify_ledger.main([str(tmp_path / arguments[0]), *arguments[1:]]) == 1, arguments


# --- Go's packages --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def go_reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small Go program, built off-line from Debian's packages; what Go has compiled of its own is kept."""
    folder = tmp_path_factory.mktemp("go")
    source = folder / "src" / "go_readers"
    source.mkdir(parents=True)
    (source / "main.go").write_bytes((Path(__file__).parent / "go_readers" / "main.go").read_bytes())
    environ = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": f"{folder}:{GO_SOURCE}",
        "GOCACHE": os.environ.get("GOCACHE", str(ROOT / "build" / "go")),
        "GOFLAGS": "",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
    }
    subprocess.run(["go", "build", "-o", str(folder / "reader"), "go_readers"], cwd=source, env=environ, check=True)
    return folder / "reader"


@pytest.mark.needs("go")
@pytest.mark.slow
def test_go_takes_our_heads_and_proofs_and_refuses_changed_ones(
    signed: Signed, tmp_path: Path, go_reader: Path
) -> None:
    tx, school, file = signed.tx, signed.register.school, tmp_path / "given"
    checkpoint = make_checkpoint(tx, school, KEY)

    def read(words: str, *arguments: str) -> tuple[int, str]:
        file.write_text(words, encoding="utf-8", newline="")
        command = [str(go_reader), checkpoint.verifier_key, arguments[0], str(file), *arguments[1:]]
        run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        return run.returncode, run.stdout.strip()

    assert read(checkpoint.note, "checkpoint") == (0, f"{RECORDS} {checkpoint.head.root_hash}")
    for position in range(RECORDS):
        proof = make_proof(tx, school, KEY, position)
        code, out = read(proof, "proof")
        assert code == 0
        assert f'"number":{position}' in out
    for head in signed.heads:
        proof = make_consistency(tx, school, KEY, head.size, head.root_hash)
        assert read(proof, "consistency", str(head.size), head.root_hash) == (0, f"{head.size} {RECORDS}")
        assert read(proof, "consistency", str(head.size), "ab" * 32)[0] != 0
    other = base64.b64encode(bytes(32)).decode()
    lines = make_proof(tx, school, KEY, 3).split("\n")
    assert read("\n".join([*lines[:3], other, *lines[4:]]), "proof")[0] != 0
    assert read(checkpoint.note.replace(f"\n{RECORDS}\n", f"\n{RECORDS - 1}\n"), "checkpoint")[0] != 0
