"""Other accounts of the machine cannot read what holds links and readings: real files, and a real other account."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.errors import UsageError
from pipeline.private_files import close_doors, create_file, make_folder, say_doors, say_profile, write_file
from pipeline.publish.site import publish_site
from pipeline.register.store.claims import Claimant
from pipeline.safety_copies.keeping import make_copy
from pipeline.workspace import init_workspace
from tests.copies.workspace import OFFICE, SHEFFIELD, Workspace, policy_file
from tests.school import MONDAY, School, at

pytestmark = pytest.mark.skipif(os.name != "posix", reason="files have no modes on this system")
NOBODY = 65534

LOOK = """
import os, sys
os.setgroups([])
os.setgid({nobody}), os.setuid({nobody})
for name in sys.argv[1:]:
    try:
        os.listdir(name) if os.path.isdir(name) else open(name, "rb").read()
        print("open", name)
    except PermissionError:
        print("closed", name)
"""
"""A program that turns into the account nobody and says which files it can read and which folders it can list."""


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_up(root: Path) -> None:
    """Give every file and folder the rights that earlier editions gave them."""
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.fixture
def school() -> Iterator[School]:
    """A school whose outbox holds a mail with a personal link, made under the usual umask in a folder open to all."""
    before = os.umask(0o022)
    try:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)  # unlike pytest's own folders
            with School(Path(folder) / "school", '[web]\nbase_url = "https://policies.example.org"\n') as school:
                school.add_policy("Child Protection Policy")
                school.add_person("Hill")
                school.plan()
                assert school.deliver().written == 1
                yield school
    finally:
        os.umask(before)


def test_what_is_made_is_its_owners_alone_from_the_beginning(school: School) -> None:
    distribution = school.config.distribution
    mail = next((distribution / "outbox").glob("*.eml"))
    assert "https://policies.example.org/my/" in mail.read_text(encoding="utf-8")
    register = distribution / "register.sqlite3"
    beside = [path for path in distribution.iterdir() if path.name.startswith("register.sqlite3") and path.is_file()]
    assert {path.name for path in beside} >= {"register.sqlite3", "register.sqlite3-wal", "register.sqlite3-shm"}
    assert {oct(mode_of(path)) for path in (mail, register, *beside)} == {"0o600"}
    assert oct(mode_of(mail.parent)) == oct(mode_of(distribution / "register.sqlite3.claims")) == "0o700"
    assert oct(mode_of(distribution)) == "0o711"


def test_the_lock_that_a_run_holds_cannot_be_taken_by_another_account(school: School) -> None:
    with school.register.lock(), Claimant(school.register.path, at(MONDAY)):
        locks = sorted(school.config.distribution.rglob("*.lock"))
        assert len(locks) == 2
        assert {oct(mode_of(path)) for path in locks} == {"0o600"}


def test_a_register_is_closed_while_it_is_being_made(tmp_path: Path) -> None:
    """The file is there, closed, before SQLite writes a word into it."""
    descriptor = create_file(tmp_path / "r.sqlite3.unfinished")
    assert oct(stat.S_IMODE(os.fstat(descriptor).st_mode)) == "0o600"
    os.close(descriptor)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can turn into another account")
def test_another_account_reads_no_link_and_still_is_served_the_copies(school: School) -> None:
    root, distribution = school.root, school.config.distribution
    open_up(root)
    close_doors(root, distribution, distribution / "register.sqlite3")
    mail = next((distribution / "outbox").glob("*.eml"))
    copy = next((distribution / "copies").glob("*.pdf"))
    shut = [distribution / "register.sqlite3", mail, mail.parent, distribution]
    command = [sys.executable, "-I", "-c", LOOK.format(nobody=NOBODY), *map(str, [*shut, copy])]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said == [*(f"closed {path}" for path in shut), f"open {copy}"]


def test_what_an_earlier_edition_left_open_is_closed_and_told_once(school: School) -> None:
    root, distribution = school.root, school.config.distribution
    (root / ".secrets").mkdir(exist_ok=True)
    (root / ".secrets" / "secret-key").write_text("a secret of the tests\n", encoding="utf-8")
    (distribution / "evidence" / "2026").mkdir(parents=True)
    (distribution / "evidence" / "2026" / "readings.xlsx").write_bytes(b"x")
    open_up(root)
    register = distribution / "register.sqlite3"
    planned = close_doors(root, distribution, register, write=False)
    assert oct(mode_of(register)) == "0o644"
    assert "a run closes that to them" in say_doors(planned, root, dry_run=True)[0]
    doors = close_doors(root, distribution, register)
    assert doors.closed == planned.closed
    assert doors.stuck == ()
    told = say_doors(doors, root)[0]
    assert told.startswith("Other accounts of this computer could read distribution, distribution/register.sqlite3, ")
    assert oct(mode_of(register)) == oct(mode_of(root / ".secrets" / "secret-key")) == "0o600"
    assert oct(mode_of(distribution / "evidence" / "2026")) == oct(mode_of(root / ".secrets")) == "0o700"
    assert oct(mode_of(distribution / "copies")) == "0o755"
    assert say_doors(close_doors(root, distribution, register), root) == ()


@pytest.mark.parametrize("umask", [0o077, 0o027, 0o000])
def test_what_a_website_serves_is_read_by_everybody_and_written_by_its_owner_alone(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with Workspace(tmp_path / "school", SHEFFIELD, OFFICE) as made:
            made.put("behaviour.docx", policy_file("Behaviour Policy", "Be kind."))
            made.day()
            publish_site(made.register, made.config, made.standings(), MONDAY)
            distribution = made.config.distribution
    finally:
        os.umask(before)
    assert oct(mode_of(distribution)) == "0o711"
    for name in ("site", "staff-site", "copies"):
        served = [distribution / name, *(distribution / name).rglob("*")]
        assert len(served) > 2
        assert {oct(mode_of(path)) for path in served if path.is_dir()} == {"0o755"}
        assert {oct(mode_of(path)) for path in served if path.is_file()} == {"0o644"}


def test_what_others_could_write_to_of_what_is_served_is_closed_to_that_and_told(school: School) -> None:
    root, distribution = school.root, school.config.distribution
    copies = distribution / "copies"
    copies.chmod(0o777)
    (copies / "placed.pdf").write_bytes(b"%PDF")
    (copies / "placed.pdf").chmod(0o666)
    register = distribution / "register.sqlite3"
    planned = close_doors(root, distribution, register, write=False)
    assert oct(mode_of(copies)) == "0o777"
    doors = close_doors(root, distribution, register)
    assert doors.written == planned.written == (copies,)
    told = "Other accounts of this computer could change what stands in distribution/copies, which a website shows"
    assert told in say_doors(doors, root)[0]
    assert (oct(mode_of(copies)), oct(mode_of(copies / "placed.pdf"))) == ("0o755", "0o644")
    assert say_doors(close_doors(root, distribution, register), root) == ()


def test_a_folder_as_a_checkout_makes_it_is_closed_without_a_word(tmp_path: Path) -> None:
    distribution = tmp_path / "distribution"
    distribution.mkdir()
    distribution.chmod(0o755)
    (distribution / "README.md").write_text("what comes out\n", encoding="utf-8")
    register = distribution / "register.sqlite3"
    os.close(create_file(register))
    doors = close_doors(tmp_path, distribution, register)
    assert say_doors(doors, tmp_path) == ()
    assert oct(mode_of(distribution)) == "0o711"


def test_what_its_owner_closed_stays_closed_and_a_link_is_not_followed(tmp_path: Path) -> None:
    distribution, elsewhere = tmp_path / "distribution", tmp_path / "elsewhere.eml"
    make_folder(distribution / "outbox")
    distribution.chmod(0o700)
    elsewhere.write_text("somebody else's", encoding="utf-8")
    elsewhere.chmod(0o644)
    (distribution / "outbox" / "1.eml").symlink_to(elsewhere)
    assert close_doors(tmp_path, distribution, distribution / "register.sqlite3").closed == ()
    assert oct(mode_of(distribution)) == "0o700"
    assert oct(mode_of(elsewhere)) == "0o644"


def test_what_cannot_be_closed_is_told_with_what_to_do() -> None:
    """/proc keeps no modes: what stands in it belongs to the system."""
    proc = Path("/proc/self")
    if not proc.is_dir():
        pytest.skip("this system has no /proc")
    doors = close_doors(Path("/nowhere"), Path("/nowhere/distribution"), proc / "status")
    assert doors.stuck == (proc / "status",)
    assert "that could not be changed" in say_doors(doors, Path("/nowhere"))[0]


def test_a_file_written_over_an_open_one_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)
    write_file(path, b"new")
    assert (path.read_bytes(), oct(mode_of(path))) == (b"new", "0o600")
    assert [each.name for each in tmp_path.iterdir()] == ["mark"]
    with pytest.raises(OSError):
        write_file(tmp_path / "mark" / "below", b"x")


def test_on_windows_a_workspace_outside_the_users_own_folder_is_told(tmp_path: Path) -> None:
    home = tmp_path / "Users" / "office"
    assert say_profile(home / "Documents" / "school", windows=True, home=home) == ()
    assert "outside your own user folder" in say_profile(tmp_path / "Shared", windows=True, home=home)[0]
    assert say_profile(tmp_path / "Shared", windows=False, home=home) == ()


def test_a_new_workspace_lays_out_a_folder_that_nobody_else_lists(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        init_workspace(tmp_path / "school", "Westhaven School")
    finally:
        os.umask(before)
    config = parse_config((tmp_path / "school" / "config.toml").read_text(encoding="utf-8"), root=tmp_path / "school")
    assert oct(mode_of(config.distribution)) == "0o711"
    assert oct(mode_of(config.policies)) == "0o755"


def test_an_encrypted_copy_with_a_short_passphrase_is_refused_where_it_is_written(tmp_path: Path) -> None:
    with School(tmp_path / "school") as school, pytest.raises(UsageError, match="at least 12 characters"):
        make_copy(school.register, school.config, tmp_path / "copy.zip", now=at(MONDAY), passphrase="eleven char")
    assert not (tmp_path / "copy.zip").exists()
