"""Safety copies: each run makes one, a command one to take away, and one is put back with nothing lost or mailed."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

import pytest

from pipeline.cli import run_command
from pipeline.config import load_config
from pipeline.errors import SafetyCopyError
from pipeline.register.store.database import open_register
from pipeline.safety_copies import archive
from pipeline.safety_copies.archive import is_sealed, unpack
from pipeline.safety_copies.keeping import list_nightly, nightly_folder, say_newest
from tests.end_to_end.conftest import TODAY, Answer, School

_ROOT = Path(__file__).resolve().parents[2]
NEXT = "2026-11-25"
WORDS = "four plain words here"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which one run has been, made once."""
    root = tmp_path_factory.mktemp("ran")
    for name in ("config.toml", "staff.csv"):
        shutil.copy(_ROOT / name, root / name)
    (root / "policies").mkdir()
    source = next((_ROOT / "policies").glob("*.docx"))
    shutil.copy(source, root / "policies" / source.name)
    command = [sys.executable, "-m", "pipeline", "--workspace", str(root), "--today", TODAY, "run"]
    subprocess.run(command, cwd=_ROOT, check=True, capture_output=True)
    return root


@pytest.fixture
def school(ran: Path, tmp_path: Path, call: Callable[..., Answer]) -> School:
    root = tmp_path / "Westhaven, Höhe 2"
    shutil.copytree(ran, root)
    return School(root, call)


@pytest.fixture(scope="module")
def sealed(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A safety copy of that workspace to take away, made once: to make and to open one takes a second each."""
    folder = tmp_path_factory.mktemp("sealed")
    root = shutil.copytree(ran, folder / "school")
    with pytest.MonkeyPatch.context() as environ:
        environ.setenv("POLICY_BACKUP_PASSPHRASE", WORDS)
        assert run_command(["--workspace", str(root), "--today", TODAY, "backup", str(folder / "copy.policy")]) == 0
    return folder / "copy.policy"


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_BACKUP_PASSPHRASE", WORDS)


def everything(root: Path) -> dict[str, bytes]:
    """What lies in a workspace, the safety copies, what was moved aside and SQLite's own files left out."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        mine = not name.startswith(("distribution/safety-copies", "distribution/replaced-"))
        if path.is_file() and mine and "register" not in name and not name.endswith(".lock"):
            found[name] = path.read_bytes()
    return found


def test_each_run_makes_a_copy_that_is_closed_to_others_and_drops_the_oldest(school: School) -> None:
    config = load_config(school.root / "config.toml")
    [(day, path)] = list_nightly(config)
    assert day == date.fromisoformat(TODAY)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    school.configure("keep = 30", "keep = 2")
    for number in range(1, 4):
        shutil.copy(path, path.with_name(f"2026-11-0{number}.zip"))
    (path.with_name("the head's own.zip")).write_bytes(b"x")
    assert school.policy("run", today=NEXT).code == 0
    assert [path.name for path in sorted(path.parent.iterdir())] == [
        f"{TODAY}.zip",
        f"{NEXT}.zip",
        "the head's own.zip",
    ]


def test_what_a_run_makes_is_not_encrypted_and_opens_anywhere(school: School) -> None:
    [(_, path)] = list_nightly(load_config(school.root / "config.toml"))
    with zipfile.ZipFile(path) as copy:
        names = copy.namelist()
        content = copy.read("register.sqlite3")
        packed = {
            PurePosixPath(each.filename).suffix for each in copy.infolist() if each.compress_type == zipfile.ZIP_STORED
        }
    assert packed == {".docx"}
    assert {"config.toml", "staff.csv", ".secrets/ledger-key", ".secrets/secret-key", "manifest.json"} <= set(names)
    assert any(name.startswith("policies/") for name in names)
    assert any(name.startswith("distribution/copies/") for name in names)
    assert not any("outbox" in name or "safety-copies" in name for name in names)
    register = school.root / "alone.sqlite3"
    register.write_bytes(content)
    with sqlite3.connect(register) as driver:
        assert driver.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    driver.close()


def test_a_full_drive_stops_no_run_and_is_told(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_zip", full)
    answer = school.policy("run", today=NEXT)
    assert answer.code == 0
    assert "could not be written" in " ".join(answer.out.split())
    assert [path.name for path in nightly_folder(load_config(school.root / "config.toml")).iterdir()] == [
        f"{TODAY}.zip"
    ]


def test_an_old_newest_copy_is_told_of_every_day(school: School) -> None:
    config = load_config(school.root / "config.toml")
    assert say_newest(config, date(2026, 11, 26)) is None
    assert "24 November 2026, 8 days ago" in (say_newest(config, date(2026, 12, 2)) or "")
    shutil.rmtree(nightly_folder(config))
    assert "no safety copy yet" in (say_newest(config, date(2026, 12, 2)) or "")
    school.configure("keep = 30", "keep = 0")
    assert say_newest(load_config(school.root / "config.toml"), date(2026, 12, 2)) is None


def test_a_list_of_people_from_elsewhere_is_said_not_to_be_in_the_copy(school: School, tmp_path: Path) -> None:
    elsewhere = tmp_path / "office" / "staff.csv"
    elsewhere.parent.mkdir()
    shutil.copy(school.root / "staff.csv", elsewhere)
    school.configure('source = "staff.csv"', f'source = "{elsewhere.as_posix()}"')
    answer = school.policy("backup", "--json")
    assert (answer.code, answer.json["left_out"]) == (0, [str(elsewhere)])
    assert "lies outside this folder" in " ".join(school.policy("backup").out.split())


def test_a_copy_to_take_away_is_encrypted_and_put_back_on_a_new_machine(school: School, tmp_path: Path) -> None:
    before = everything(school.root)
    away = tmp_path / "stick" / "copy.policy"
    made = school.policy("backup", str(away), "--json")
    assert (made.code, made.json["encrypted"]) == (0, True)
    assert is_sealed(away)
    raw = away.read_bytes()
    assert b"example.org" not in raw
    assert b"SQLite format 3" not in raw
    new = tmp_path / "new machine"
    looked = school.policy("restore", str(away), "--into", str(new))
    assert (looked.code, list(new.iterdir())) == (0, [])
    assert f'policy restore {away} --into "{new}" --yes' in looked.out.replace("\n", " ")
    done = school.policy("restore", str(away), "--into", str(new), "--yes")
    assert done.code == 0, done.err
    assert "All mail is held" in done.out
    there = everything(new)
    heads = ".secrets/ledger-heads"
    # A head over the record that says so was added behind those that were there.
    assert there.pop(heads).startswith(before.pop(heads))
    assert {name: there.get(name) for name in before if "outbox" not in name and "site" not in name} == {
        name: content for name, content in before.items() if "outbox" not in name and "site" not in name
    }
    assert (new / ".secrets" / "ledger-key").stat().st_mode & 0o077 == 0
    there_school = School(new, school.call)
    assert there_school.policy("ledger", "verify").code == 0
    assert there_school.policy("send", "--json").json["held"] == ["restored"]


def test_put_back_in_mid_campaign_nothing_goes_twice_and_nothing_is_lost(school: School) -> None:
    """Mail of after the copy is not known to it: everything waits for somebody's word."""
    copy = school.root / "distribution" / "safety-copies" / f"{TODAY}.zip"
    slug = next(iter(school.status()))
    assert school.policy("set", slug, "owner=Deputy Head", "--reason", "the head said so").code == 0
    later = school.root / "policies" / "later.txt"
    later.write_text("Complaints Policy\nReview date: August 2027\n", encoding="utf-8")
    assert school.policy("restore", str(copy), "--yes").code == 0
    [aside] = (school.root / "distribution").glob("replaced-*")
    assert (aside / "distribution" / "register.sqlite3").is_file()
    assert later.is_file()
    answer = school.policy("run", today=NEXT)
    assert answer.code == 0
    assert "safety copy of the register was put back" in " ".join(answer.out.split())
    register = open_register(
        "distribution/register.sqlite3", root=school.root, school_name="West Park School", time_zone="Europe/London"
    )
    with register, register.reading() as tx:
        kinds = [row[0] for row in tx.exec_driver_sql("SELECT json_extract(record, '$.kind') FROM ledger_record")]
    assert kinds.count("register-restored") == 1
    assert school.policy("ledger", "verify").code == 0


@pytest.mark.skipif(os.name != "posix", reason="files have no modes on this system")
@pytest.mark.parametrize("umask", [0o077, 0o000])
def test_after_a_restore_a_website_is_served_on_and_what_is_private_is_closed(
    school: School, tmp_path: Path, umask: int
) -> None:
    copy = school.root / "distribution" / "safety-copies" / f"{TODAY}.zip"
    there = tmp_path / "on a new machine"
    before = os.umask(umask)
    try:
        assert school.policy("restore", str(copy), "--into", str(there), "--yes").code == 0
    finally:
        os.umask(before)
    distribution = there / "distribution"
    modes = {path: oct(stat.S_IMODE(path.stat().st_mode)) for path in (distribution, *there.rglob("*"))}
    assert modes[distribution] == "0o711"
    served = {path: mode for path, mode in modes.items() if path.is_relative_to(distribution / "copies")}
    assert len(served) > 2
    assert set(served.items()) == {(path, "0o755" if path.is_dir() else "0o644") for path in served}
    private = [distribution / "evidence", there / ".secrets"]
    closed = {path: mode for path, mode in modes.items() if any(path.is_relative_to(each) for each in private)}
    assert {path.name for path in closed} >= {"evidence", ".secrets", "secret-key", "ledger-key"}
    closed |= {path: mode for path, mode in modes.items() if path.name.startswith("register.sqlite3")}
    assert set(closed.items()) == {(path, "0o700" if path.is_dir() else "0o600") for path in closed}


def test_a_restore_over_a_running_program_is_refused_with_nothing_changed(school: School) -> None:
    copy = school.root / "distribution" / "safety-copies" / f"{TODAY}.zip"
    before = everything(school.root)
    with open_register(
        "distribution/register.sqlite3", root=school.root, school_name="West Park School", time_zone="Europe/London"
    ) as register:
        with register.reading():
            pass
        answer = school.policy("restore", str(copy), "--yes")
    assert answer.code == 6
    assert "open ('policy serve', a run)" in " ".join(answer.err.split())
    assert everything(school.root) == before
    assert not list((school.root / "distribution").glob("replaced-*"))
    assert school.policy("restore", str(copy), "--yes").code == 0


@pytest.mark.parametrize("part", [0.0, 0.3, 0.6, 0.999])
def test_a_copy_cut_short_is_refused(school: School, sealed: Path, tmp_path: Path, part: float) -> None:
    plain = school.root / "distribution" / "safety-copies" / f"{TODAY}.zip"
    for whole in (sealed, plain):
        content = whole.read_bytes()
        cut = tmp_path / f"cut-{whole.name}"
        cut.write_bytes(content[: int(len(content) * part)])
        answer = school.policy("restore", str(cut), "--yes")
        assert answer.code == 6
        assert "cut short" in " ".join(answer.err.split())
    assert not list((school.root / "distribution").glob("replaced-*"))
    assert not list(school.root.glob(".restoring*"))


def test_every_changed_byte_of_a_copy_is_found(school: School, tmp_path: Path) -> None:
    """A byte in a name's or a date's place of the archive may be changed without harm: then the content is the same."""
    plain = school.root / "distribution" / "safety-copies" / f"{TODAY}.zip"
    content = bytearray(plain.read_bytes())
    (whole := tmp_path / "whole").mkdir()
    manifest = unpack(plain, whole, passphrase=None)
    changed = tmp_path / "changed.zip"
    refused = 0
    for number, place in enumerate(range(7, len(content), len(content) // 60)):
        damaged = bytearray(content)
        damaged[place] ^= 0x10
        changed.write_bytes(damaged)
        (folder := tmp_path / f"into-{number}").mkdir()
        try:
            found = unpack(changed, folder, passphrase=None)
        except SafetyCopyError:
            refused += 1
        else:
            assert found.entries == manifest.entries
    assert refused > 50


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../outside.txt", "not whole"),
        ("/etc/outside", "not whole"),
        ("C:/outside", "not whole"),
        ("a\\b", "not whole"),
    ],
)
def test_a_copy_writes_nothing_outside_its_folder(tmp_path: Path, name: str, said: str) -> None:
    hostile = tmp_path / "hostile.zip"
    entry = archive.ArchiveEntry(name, 1, "0" * 64)
    register = archive.ArchiveEntry(
        archive.REGISTER, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    with zipfile.ZipFile(hostile, "w") as copy:
        copy.writestr(name, b"x")
        copy.writestr(archive.REGISTER, b"")
        manifest = archive.Manifest("S", datetime(2026, 11, 1, tzinfo=UTC), "1", (register, entry))
        copy.writestr("manifest.json", manifest.as_json())
    (folder := tmp_path / "into").mkdir()
    with pytest.raises(SafetyCopyError, match=said):
        unpack(hostile, folder, passphrase=None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hostile.zip", "into"]


def test_another_passphrase_a_short_one_and_none_are_told(
    school: School, sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path / "copy.policy"
    monkeypatch.setenv("POLICY_BACKUP_PASSPHRASE", "another one altogether")
    answer = school.policy("restore", str(sealed), "--yes")
    assert (answer.code, "not the passphrase" in answer.err) == (6, True)
    monkeypatch.setenv("POLICY_BACKUP_PASSPHRASE", "short")
    assert school.policy("backup", str(away)).code == 2
    monkeypatch.delenv("POLICY_BACKUP_PASSPHRASE")
    answer = school.policy("backup", str(away))
    assert (answer.code, "leaves this machine" in answer.err) == (2, True)
    assert not away.exists()
    answer = school.policy("restore", str(sealed))
    assert (answer.code, "This safety copy is encrypted" in answer.err) == (2, True)


def test_a_copy_of_a_newer_program_is_refused_before_anything_is_moved(school: School, tmp_path: Path) -> None:
    with sqlite3.connect(school.root / "distribution" / "register.sqlite3") as driver:
        driver.execute("UPDATE alembic_version SET version_num = '9999'")
        driver.execute("PRAGMA user_version = 0")
    driver.close()
    plain = school.root / "distribution" / "safety-copies" / f"{TODAY}.zip"
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(plain) as copy:
        (folder := tmp_path / "content").mkdir()
        copy.extractall(folder)
    shutil.copy(school.root / "distribution" / "register.sqlite3", folder / "register.sqlite3")
    files = [(path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file()]
    archive.write_archive(
        newer,
        [one for one in files if one[0] != "manifest.json"],
        school="S",
        program="9",
        made_at=datetime(2026, 11, 1, tzinfo=UTC),
        passphrase=None,
        work=tmp_path,
    )
    answer = school.policy("restore", str(newer), "--yes")
    assert (answer.code, "newer version" in answer.err) == (6, True)
    assert not list((school.root / "distribution").glob("replaced-*"))


def test_what_is_no_copy_is_told(school: School, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all", encoding="utf-8")
    for file, said in ((letter, "no safety copy"), (tmp_path / "nowhere.zip", "no safety copy")):
        answer = school.policy("restore", str(file))
        assert (answer.code, said in answer.err) == (6, True)
    assert letter.exists()


def test_a_copy_of_another_school_is_refused_and_nothing_is_changed(school: School, tmp_path: Path) -> None:
    [(_, copy)] = list_nightly(load_config(school.root / "config.toml"))
    other = tmp_path / "elm"
    other.mkdir()
    text = (school.root / "config.toml").read_text(encoding="utf-8")
    name = load_config(school.root / "config.toml").school.name
    assert text.count(f'"{name}"') >= 1
    (other / "config.toml").write_text(text.replace(f'"{name}"', '"Elm Primary School"'), encoding="utf-8")
    for has_run in (False, True):
        if has_run:
            with open_register(
                "distribution/register.sqlite3", root=other, school_name="Elm", time_zone="Europe/London"
            ):
                pass
        before = everything(other)
        for words in ((), ("--yes",)):
            refused = school.policy("restore", str(copy), "--into", str(other), *words)
            assert refused.code != 0
            assert "Elm Primary School is in" in " ".join((refused.out + refused.err).split())
        assert everything(other) == before
    # Under another name the school's own folder is still the same school's.
    school.configure(f'"{name}"', '"Westhaven Academy"')
    assert school.policy("restore", str(copy), "--yes").code == 0
