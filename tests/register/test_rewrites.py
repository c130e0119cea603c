"""A register that was rewritten by somebody without the ledger's key is found out, by both verifiers."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.acknowledgements.keys import renew_ledger_key_in
from pipeline.config import load_config
from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger, verify_ledger
from pipeline.register.ledger.check import Against, verify
from pipeline.register.ledger.evidence_prints import EVIDENCE
from pipeline.register.ledger.head_file import outside_path, read_outside
from pipeline.register.ledger.key import load_or_make_key
from pipeline.register.store.engines import driver_of
from tests.conftest import ROOT
from tests.made_once import put_aside
from tests.register.conftest import NOW
from tests.soak_ledger.forging import EXPORT_CANNOT_TELL, REWRITES, forged_export, forging
from tests.soak_ledger.places import Place, make_place

_NOBODY = 65534


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """West Park School after a run, with an approval, readings on paper and one of them corrected."""
    return Place(put_aside(make_place(tmp_path_factory.mktemp("west-park")).root))


@pytest.fixture
def place(made: Place, tmp_path: Path) -> Place:
    """A copy of it to break."""
    shutil.copytree(made.root, tmp_path / "west-park")
    return Place(tmp_path / "west-park")


@pytest.fixture(params=REWRITES, ids=lambda name: name)
def rewritten(request: pytest.FixtureRequest, place: Place) -> tuple[str, Place]:
    """The register as a forger left it."""
    key = load_or_make_key(place.secrets / "ledger-key").public_key
    with forging(place.register) as forger:
        REWRITES[request.param](forger, key)
    return request.param, place


def test_a_rewritten_register_is_found_out_by_the_command_and_never_written_out_under_a_seal(
    rewritten: tuple[str, Place], capsys: pytest.CaptureFixture[str]
) -> None:
    _, place = rewritten
    capsys.readouterr()
    assert place.policy("ledger", "verify", "--json") == 6
    assert json.loads(capsys.readouterr().out)["faults"]
    assert place.policy("ledger", "export", str(place.root / "ledger.txt")) == 6
    assert not (place.root / "ledger.txt").exists()


def test_a_rewritten_register_is_found_out_by_the_stand_alone_verifier(
    rewritten: tuple[str, Place], made: Place
) -> None:
    name, place = rewritten
    if name in EXPORT_CANNOT_TELL:
        pytest.skip("what was rewritten stands in no export")
    content, key = forged_export(place.register), load_or_make_key(made.secrets / "ledger-key").public_key
    with pytest.raises(verify_ledger.ExportError):
        verify_ledger.verify(content, key)
    if name != "the last head gone" and not name.startswith("c: the same"):
        with pytest.raises(verify_ledger.ExportError):
            verify_ledger.verify(content, None, [made.newest()])


@pytest.mark.parametrize("name", [name for name in REWRITES if name[:2] in ("a:", "c:", "d:")])
def test_nothing_is_signed_over_a_rewritten_ledger(name: str, place: Place) -> None:
    key = load_or_make_key(place.secrets / "ledger-key").public_key
    with forging(place.register) as forger:
        REWRITES[name](forger, key)
    heads = outside_path(place.secrets).read_bytes()
    # Where a stranger's key signed last, a run holds all mail and signs nothing; else it stops at signing.
    assert place.policy("run") in ((0, 6) if name.startswith("a:") else (6,))
    assert outside_path(place.secrets).read_bytes() == heads
    assert place.policy("ledger", "verify") == 6


def test_every_column_that_evidence_rests_on_is_bound(made: Place) -> None:
    """Each value that stands in a row of evidence, changed with a fitting hash of the row, is found."""
    key = load_or_make_key(made.secrets / "ledger-key")
    against = Against(key, read_outside(made.secrets))
    flipped = []
    with made.open() as register, pytest.raises(InterruptedError), register.transaction() as tx:  # noqa: PT012
        driver = driver_of(tx)
        assert verify(tx, register.school, signed=True, public_key=key.public_key, against=against).faults == ()
        driver.execute("PRAGMA defer_foreign_keys = ON")
        for table in EVIDENCE:
            for _, column, kind, *_ in driver.execute(f"PRAGMA table_info({table})").fetchall():
                found = driver.execute(f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL").fetchone()
                if found is None or column in ("row_sha256", "school") or kind == "BLOB":
                    continue
                changed = found[1] + 1_000_000 if isinstance(found[1], int) else f"{found[1]}x"
                driver.execute("SAVEPOINT flip")
                driver.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (changed, found[0]))
                faults = verify(tx, register.school, against=against).faults
                assert any("Rows of the register" in fault or "no longer" in fault for fault in faults), (table, column)
                driver.execute("ROLLBACK TO flip")
                flipped.append((table, column))
        raise InterruptedError
    needed = {
        *(("acknowledgement", name) for name in ("entered_by", "acknowledged_at", "recorded_at", "version_sha256")),
        *(("acknowledgement", name) for name in ("person", "method", "request", "school_year")),
        *(("approval", name) for name in ("body", "approved_on", "version_id", "actor")),
        *(("request", name) for name in ("due_on", "asked_on", "occasion", "person")),
        *(("policy_version", name) for name in ("number", "sha256", "text", "facts")),
        *(("correction", name) for name in ("target", "reason", "actor")),
        ("source_content", "sha256"), ("ledger_opening", "value"), ("person", "last_name"), ("engagement", "key"),
    }  # fmt: skip
    assert needed <= set(flipped)


def test_the_bytes_of_a_document_are_bound(place: Place) -> None:
    with forging(place.register) as forger:
        forger.driver.execute("UPDATE source_content SET content = CAST(content || x'00' AS BLOB) WHERE rowid = 1")
    assert place.policy("ledger", "verify") == 6


def test_a_head_changed_outside_is_found_and_an_old_one_is_checked(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    first = read_outside(place.secrets).heads[0]
    kept = place.root / "kept.txt"
    for words in (f"{first.size}:{first.root_hash}", outside_path(place.secrets).read_text(encoding="utf-8")):
        kept.write_text(words, encoding="utf-8")
        assert place.policy("ledger", "verify", "--head", str(kept)) == 0
    assert place.policy("ledger", "verify", "--head", f"{first.size}:{first.root_hash}") == 0
    capsys.readouterr()
    assert place.policy("ledger", "verify", "--head", f"{first.size}:{'ab' * 32}") == 6
    assert "does not fit" in capsys.readouterr().out
    kept.write_text("no head at all", encoding="utf-8")
    assert place.policy("ledger", "verify", "--head", str(kept)) == 2
    with outside_path(place.secrets).open("a", encoding="utf-8") as file:
        file.write('{"half a li')
    assert place.policy("ledger", "verify") == 6


def test_an_older_register_put_back_is_told_until_its_owner_takes_it(place: Place) -> None:
    older = place.register.read_bytes()
    assert place.policy("correct", "approval", "confidentiality", "--reason", "not in the minutes") == 0
    place.register.write_bytes(older)
    assert place.policy("ledger", "verify") == 6
    assert place.policy("send", "--confirm") in (0, 2)
    assert place.policy("ledger", "verify") == 0


def test_work_without_the_key_is_signed_once_the_key_is_back_and_told_for_good(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    key = place.secrets / "ledger-key"
    words = key.read_bytes()
    key.unlink()
    with place.open() as register, register.transaction() as tx:
        ledger.append(tx, register.school, "tried", {}, now=NOW)
    assert place.policy("ledger", "verify") == 0
    key.write_bytes(words)
    capsys.readouterr()
    assert place.policy("ledger", "verify") == 0
    assert "was written while the ledger's key was not at hand" in capsys.readouterr().out
    assert place.policy("run") == 0
    capsys.readouterr()
    assert place.policy("ledger", "verify") == 0
    assert "The ledger's key was not at hand while records" in capsys.readouterr().out


def test_a_register_that_was_changed_is_taken_as_it_is_only_by_name(place: Place) -> None:
    with forging(place.register) as forger:
        REWRITES["an approval on another day"](forger, "")
        forger.driver.execute("UPDATE approval SET approved_on = '2026-11-20'")
        forger.driver.execute("UPDATE engagement SET team = 'Year 6'")
    assert place.policy("ledger", "verify") == 6
    assert place.policy("ledger", "accept", "--reason", " ") == 2
    assert place.policy("ledger", "accept", "--reason", "our IT provider set the teams by hand") == 0
    assert place.policy("ledger", "verify") == 0


def test_the_key_is_renewed_by_a_record_that_the_old_key_signs(place: Place) -> None:
    old = load_or_make_key(place.secrets / "ledger-key").public_key
    assert place.policy("keys", "--renew", "ledger", "--yes") == 0
    assert place.policy("ledger", "verify") == 0
    export = place.root / "ledger.txt"
    assert place.policy("ledger", "export", str(export)) == 0
    new = load_or_make_key(place.secrets / "ledger-key").public_key
    for known in (old, new):
        assert verify_ledger.main([str(export), "--key", known]) == 0


def test_a_change_of_keys_that_was_cut_short_is_none_and_can_be_done_again(place: Place) -> None:
    path = place.secrets / "ledger-key"
    old = load_or_make_key(path).public_key

    def cut_short() -> None:
        with place.open() as register, register.transaction() as tx:
            renew_ledger_key_in(Decision(tx, register.school, "Bea", NOW), load_config(place.root / "config.toml"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_short()
    assert load_or_make_key(path).public_key != old
    assert place.policy("ledger", "verify") == 0
    assert place.policy("keys", "--renew", "ledger", "--yes") == 0
    new = load_or_make_key(path).public_key
    assert new != old
    assert place.policy("ledger", "verify") == 0
    assert [each.name for each in place.secrets.glob("ledger-key*")] == ["ledger-key"]
    export = place.root / "ledger.txt"
    assert place.policy("ledger", "export", str(export)) == 0
    assert verify_ledger.main([str(export), "--key", old]) == 0


def test_whoever_writes_next_puts_the_old_key_back(place: Place) -> None:
    path = place.secrets / "ledger-key"
    old = load_or_make_key(path).public_key
    ledger.replace_key(path)
    assert place.policy("acknowledge", "record", "WP010", "confidentiality", "--by", "Cy Office") == 0
    assert load_or_make_key(path).public_key == old
    assert place.policy("ledger", "verify") == 0


def test_a_tail_that_a_killed_program_left_is_told_from_a_forged_one(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    program = (
        "import os, sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from tests.soak_ledger.places import Place\n"
        "from pipeline.register.ledger import ledger\n"
        "with Place(Path(sys.argv[1])).open() as register:\n"
        "    with register.transaction() as tx:\n"
        "        ledger.append(tx, register.school, 'tried', {}, now=datetime.now(UTC))\n"
        "    if sys.argv[2] == 'killed':\n"
        "        os._exit(9)\n"
    )
    heads = len(read_outside(place.secrets).heads)
    for how, signed in (("killed", 0), ("ended", 1)):
        command = [sys.executable, "-c", program, str(place.root), how]
        subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
        capsys.readouterr()
        assert place.policy("ledger", "verify") == 0
        assert ("1 record is not signed yet" in capsys.readouterr().out) == (how == "killed")
        assert len(read_outside(place.secrets).heads) == heads + signed


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Let nobody write in ``folder``: by its modes, as an account that has to obey them."""
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    for path in modes:
        path.chmod(0o555 if path.is_dir() else 0o444)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_a_register_on_a_drive_that_cannot_be_written_is_checked(
    made: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    # Not under pytest's own folder, which only its owner may walk through.
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder) / "drive")
        shutil.copytree(made.root, place.root)
        Path(folder).chmod(0o755)
        kept = Path(folder) / "head.txt"
        assert place.policy("ledger", "head", str(kept)) == 0
        kept.chmod(0o644)
        before = sorted((path, path.stat().st_mtime_ns) for path in place.root.rglob("*"))
        capsys.readouterr()
        with unwritable(place.root):
            assert place.policy("ledger", "verify", "--head", str(kept)) == 0
        assert "The ledger is whole" in capsys.readouterr().out
        assert sorted((path, path.stat().st_mtime_ns) for path in place.root.rglob("*")) == before
        place.register.with_name(f"{place.register.name}-wal").write_bytes(b"the last work of a server")
        with unwritable(place.root):
            assert place.policy("ledger", "verify") == 6
        assert "to a drive that can be written" in capsys.readouterr().err
