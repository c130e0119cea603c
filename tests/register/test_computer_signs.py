"""By what a register's place is known again: what a move keeps, and what a copy on another computer lacks."""

import os
import shutil
from pathlib import Path

import pytest

from pipeline.mail.holds import aside_from_doubt, note_doubt, release_mail
from pipeline.register.decision import Decision
from pipeline.register.store import computer_signs
from pipeline.register.store.database import Register
from pipeline.register.store.marks import AccountMark, HoldReason, RegisterMark, read_mark
from tests.register.conftest import NOW
from tests.register.test_marks import append, open_at

HERE = ("machine a", "file 1")


class Computer:
    """The computer on which the program believes to run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, accounts: Path) -> None:
        self._patch, self._accounts = monkeypatch, accounts
        self.sit_at("first")

    def sit_at(self, number: str, account: str = "") -> None:
        """Go on at a computer; without its number where that is empty, as in a container."""
        self._patch.setattr(computer_signs, "machine_number", lambda: number)
        self._patch.setenv(computer_signs.STATE_FOLDER, str(self._accounts / (account or number or "container")))


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Computer:
    return Computer(monkeypatch, tmp_path / "accounts")


def used(folder: Path) -> Path:
    """Use a register in a folder for a day; return the folder."""
    with open_at(folder) as register:
        append(register)
        with register.transaction() as tx:
            note_doubt(tx, register, NOW)
    return folder


def doubt_at(folder: Path) -> HoldReason | None:
    with open_at(folder) as register:
        return register.doubt


def carried(folder: Path) -> Path:
    """Copy a folder and take the first one away, as on the way to another computer."""
    aside = folder.rename(folder.with_name("aside"))
    shutil.copytree(aside, folder)
    return folder


def confirmed(register: Register) -> None:
    """Say that this is the register that is used from now on, as ``policy send --confirm`` does."""
    with aside_from_doubt(register) as found, register.transaction() as tx:
        assert release_mail(Decision(tx, register.school, "Pat Clerk", NOW), found)


@pytest.mark.parametrize(
    ("known", "now", "elsewhere"),
    [
        ([HERE], HERE, False),
        ([HERE], ("machine b", "file 2"), True),
        ([HERE], ("machine b", "file 1"), False),  # a share, a volume, a disk put into another computer
        ([HERE], ("machine a", "file 2"), False),  # another disk in the same computer
        ([HERE], ("file 2",), False),  # a container, whose computer cannot be told
        ([("file 1",)], ("machine b", "file 2"), False),
        ([HERE], ("machine b",), False),  # a drive that has no numbers of files
        ([(*HERE, "drive 9")], ("machine b", "file 2", "drive 9"), False),  # a stick on Windows
        ([HERE, ("machine b", "file 7")], ("machine b", "file 2"), False),  # here it was before
        ([(), HERE], ("machine b", "file 2"), True),
        ([()], ("machine b", "file 2"), False),  # marks of an earlier edition
        ([], ("machine b", "file 2"), False),
    ],
)
def test_only_another_computer_with_another_file_is_elsewhere(
    known: list[tuple[str, ...]], now: tuple[str, ...], elsewhere: bool
) -> None:
    assert computer_signs.are_elsewhere(known, now) is elsewhere


def test_a_folder_copied_to_another_computer_is_held_until_its_owner_says_so(
    computer: Computer, tmp_path: Path
) -> None:
    folder = used(tmp_path / "school")
    computer.sit_at("second")
    assert doubt_at(carried(folder)) is HoldReason.ELSEWHERE
    assert doubt_at(used(folder)) is HoldReason.ELSEWHERE, "a run alone does not end it"
    with open_at(folder) as register:
        confirmed(register)
    assert doubt_at(folder) is None


@pytest.mark.parametrize("number", ["second", ""])
def test_a_folder_that_is_only_renamed_or_mounted_elsewhere_is_at_home(
    computer: Computer, tmp_path: Path, number: str
) -> None:
    folder = used(tmp_path / "school")
    computer.sit_at(number)
    assert doubt_at(folder.rename(tmp_path / "Z")) is None


def test_a_container_made_anew_each_night_is_at_home(computer: Computer, tmp_path: Path) -> None:
    for night in ("one", "two"):
        computer.sit_at("", account=night)
        assert doubt_at(tmp_path / "school") is None
        used(tmp_path / "school")
        carried(tmp_path / "school")
        shutil.rmtree(tmp_path / "aside")


def test_a_folder_carried_back_is_at_home_where_nothing_was_done_here_meanwhile(
    computer: Computer, tmp_path: Path
) -> None:
    folder = used(tmp_path / "school")
    computer.sit_at("second")
    with open_at(carried(folder)) as register:
        confirmed(register)
    append_to(folder)
    computer.sit_at("first")
    assert doubt_at(folder) is None
    folder.rename(tmp_path / "on its way back")
    (tmp_path / "aside").rename(folder)
    append_to(folder)
    folder.rename(tmp_path / "aside")
    (tmp_path / "on its way back").rename(folder)
    assert doubt_at(folder) is HoldReason.OLDER


def append_to(folder: Path) -> None:
    with open_at(folder) as register:
        register.account.hasten()
        append(register)


def test_a_folder_put_back_whole_with_its_marks_is_an_older_one(computer: Computer, tmp_path: Path) -> None:
    folder = used(tmp_path / "school")
    backup = shutil.copytree(folder, tmp_path / "backup")
    append_to(folder)
    shutil.rmtree(folder)
    backup.rename(folder)
    assert doubt_at(folder) is HoldReason.OLDER
    with open_at(folder) as register:
        confirmed(register)
        append(register)
    assert doubt_at(folder) is None


def test_what_the_account_notes_is_written_at_most_once_a_minute_and_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "state" / "a.mark"
    account = AccountMark(path)
    account.note(RegisterMark("a", 1))
    account.note(RegisterMark("a", 2))
    assert read_mark(path) == RegisterMark("a", 1)
    account.keep()
    assert read_mark(path) == RegisterMark("a", 2)
    account.keep()
    account.hasten()
    account.note(RegisterMark("a", 3))
    assert read_mark(path) == RegisterMark("a", 3)


def test_an_account_without_a_place_notes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(computer_signs.STATE_FOLDER, "relative")
    folder = used(tmp_path / "school")
    assert doubt_at(folder) is None
    assert not Path("relative").exists()
    AccountMark(None).note(RegisterMark("a", 1))


def test_the_number_of_a_computer_is_none_of_a_container(tmp_path: Path) -> None:
    number, sign = tmp_path / "machine-id", tmp_path / ".dockerenv"
    number.write_text("0123\n", encoding="ascii")
    files = [str(tmp_path / "missing"), str(number)]
    assert computer_signs._number_in(files, [str(sign)], {}) == "0123"
    assert computer_signs._number_in(files, [str(sign)], {"container": "lxc"}) == ""
    sign.touch()
    assert computer_signs._number_in(files, [str(sign)], {}) == ""
    number.write_bytes(b"\n")
    assert computer_signs._number_in(files, [], {}) == ""
    assert "0123" not in computer_signs.machine_number()


def test_the_account_keeps_its_notes_where_the_system_wants_them(tmp_path: Path) -> None:
    system = "LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME"
    here = tmp_path / "policy-pipeline" / "ab12.mark"
    assert computer_signs.account_mark("ab12", {system: str(tmp_path)}) == here
    assert (
        computer_signs.account_mark("ab12", {system: "/elsewhere", computer_signs.STATE_FOLDER: str(tmp_path)}) == here
    )
    assert computer_signs.account_mark("ab12", {system: str(tmp_path), computer_signs.STATE_FOLDER: "none"}) is None
    assert computer_signs.account_mark("../ab12", {system: str(tmp_path)}) is None
