"""What is noted outside of how far the register has come, and what it says against an older one."""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mail.holds import note_doubt, why_all_is_held
from pipeline.register.ledger import ledger
from pipeline.register.store.counter import current_mark, hold_mail, list_holds
from pipeline.register.store.database import Register, open_register
from pipeline.register.store.marks import (
    HoldReason,
    MarkedHead,
    RegisterMark,
    find_doubt,
    mark_paths,
    note_restored,
    read_mark,
    write_marks,
)
from tests.register.conftest import NOW
from tests.register.first_edition import make_first_edition

HEAD = MarkedHead(3, "ab" * 32, "2026-11-24T06:30:00Z", "cd" * 32, "ef" * 64)
ROOT = Path(__file__).resolve().parents[2]


def open_at(folder: Path) -> Register:
    return open_register("register.sqlite3", root=folder, school_name="West Park School", time_zone="Europe/London")


def append(register: Register) -> None:
    with register.transaction() as tx:
        ledger.append(tx, register.school, "tried", {"a": 1}, now=NOW)


def append_and_fail(register: Register) -> None:
    with register.transaction() as tx:
        ledger.append(tx, register.school, "tried", {"a": 1}, now=NOW)
        raise ZeroDivisionError


@given(st.builds(RegisterMark, st.text(), st.integers(0), st.none() | st.just(HEAD), st.booleans()))
def test_a_mark_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, mark: RegisterMark) -> None:
    path = tmp_path_factory.mktemp("mark") / "register.sqlite3.mark"
    write_marks([path], mark)
    assert read_mark(path) == mark


@pytest.mark.parametrize(
    ("marks", "mine", "reason"),
    [
        ([], RegisterMark("a", 0), None),
        ([RegisterMark("a", 4)], RegisterMark("a", 4), None),
        ([RegisterMark("a", 4)], RegisterMark("a", 9), None),
        ([RegisterMark("a", 5)], RegisterMark("a", 4), HoldReason.OLDER),
        ([RegisterMark("a", 4), RegisterMark("a", 5)], RegisterMark("a", 4), HoldReason.OLDER),
        ([RegisterMark("a", 1, HEAD)], RegisterMark("a", 4), HoldReason.OLDER),
        ([RegisterMark("b", 1)], RegisterMark("a", 4), HoldReason.OTHER),
        ([RegisterMark("a", 1, restored=True)], RegisterMark("a", 4), HoldReason.RESTORED),
        ([None, RegisterMark("a", 4)], RegisterMark("a", 4), None),
        ([None], RegisterMark("a", 4), HoldReason.UNREADABLE),
    ],
)
def test_what_marks_say_against_a_register(
    marks: list[RegisterMark | None], mine: RegisterMark, reason: HoldReason | None
) -> None:
    known = [mark for mark in marks if mark is not None]
    assert find_doubt(marks, known, mine, lambda head: False) is reason


def test_every_record_is_marked_in_both_places_behind_its_commit(tmp_path: Path) -> None:
    paths = mark_paths(tmp_path / "register.sqlite3", tmp_path)
    with open_at(tmp_path) as register:
        for number in (1, 2):
            append(register)
            marks = [read_mark(path) for path in paths]
            with register.reading() as tx:
                assert marks == [register.placed(current_mark(tx, register.school))] * 2
            assert marks[0] is not None
            assert marks[0].counter == number
        with pytest.raises(ZeroDivisionError):
            append_and_fail(register)
        with register.transaction() as tx:
            pass
        assert read_mark(paths[0]) == marks[0]
    with open_at(tmp_path) as again:
        assert again.doubt is None


def test_marks_are_not_written_while_the_register_is_in_doubt_nor_lowered(tmp_path: Path) -> None:
    path = mark_paths(tmp_path / "register.sqlite3", tmp_path)[0]
    with open_at(tmp_path) as register:
        append(register)
        with register.transaction() as tx:
            hold_mail(tx, register.school, HoldReason.OLDER, NOW)
            hold_mail(tx, register.school, HoldReason.OLDER, NOW)
            assert [hold.reason for hold in list_holds(tx, register.school)] == [HoldReason.OLDER]
        before = path.read_bytes()
        append(register)
        assert path.read_bytes() == before
    write_marks([path], RegisterMark(json.loads(before)["register_id"], 0))
    assert path.read_bytes() == before


def test_a_step_taken_by_an_older_register_is_held_with_that_step(tmp_path: Path) -> None:
    with open_at(tmp_path) as register:
        append(register)
    for path in mark_paths(tmp_path / "register.sqlite3", tmp_path):
        mark = read_mark(path)
        assert mark is not None
        write_marks([path], RegisterMark(mark.register_id, 9))
    with open_at(tmp_path) as older:
        assert older.doubt is HoldReason.OLDER
        append(older)
        with older.reading() as tx:
            assert [hold.reason for hold in list_holds(tx, older.school)] == [HoldReason.OLDER]


def test_a_register_copied_with_its_folder_is_held_while_the_first_is_in_its_place(tmp_path: Path) -> None:
    with open_at(tmp_path / "school") as register:
        append(register)
    copied = shutil.copytree(tmp_path / "school", tmp_path / "school - Copy")
    with open_at(copied) as second:
        assert (second.doubt, second.copied_from) == (HoldReason.COPIED, tmp_path / "school" / "register.sqlite3")
        append(second)
        with second.reading() as tx:
            assert [hold.reason for hold in list_holds(tx, second.school)] == [HoldReason.COPIED]
    with open_at(tmp_path / "school") as first:
        assert first.doubt is None, "the first one goes on"


def test_a_copy_is_told_as_one_though_the_first_has_gone_on_meanwhile(tmp_path: Path) -> None:
    with open_at(tmp_path / "school") as register:
        append(register)
    copied = shutil.copytree(tmp_path / "school", tmp_path / "school - Copy")
    with open_at(tmp_path / "school") as first:
        append(first)
    for _ in range(2):
        with open_at(copied) as second:
            found = second.doubt, second.copied_from
            assert found == (HoldReason.COPIED, tmp_path / "school" / "register.sqlite3")
            append(second)
            with second.reading() as tx:
                assert why_all_is_held(tx, second) == (HoldReason.COPIED,)
    with open_at(copied) as second:
        (tmp_path / "school").rename(tmp_path / "put aside")
        assert second.copied_from is None, "looked for at the moment"


def test_a_safety_copy_put_back_beside_the_first_is_a_copy_of_it(tmp_path: Path) -> None:
    with open_at(tmp_path / "school") as register:
        append(register)
    (tmp_path / "other").mkdir()
    shutil.copy(tmp_path / "school" / "register.sqlite3", tmp_path / "other" / "register.sqlite3")
    note_restored(tmp_path / "other" / "register.sqlite3", tmp_path / "other")
    with open_at(tmp_path / "other") as second:
        assert (second.doubt, second.copied_from) == (
            HoldReason.RESTORED,
            tmp_path / "school" / "register.sqlite3",
        )


def test_a_register_that_was_moved_or_is_reached_by_a_link_is_no_copy(tmp_path: Path) -> None:
    with open_at(tmp_path / "school") as register:
        append(register)
    (tmp_path / "school").rename(tmp_path / "moved")
    (tmp_path / "link").symlink_to(tmp_path / "moved", target_is_directory=True)
    for name in ("moved", "link", "moved"):
        with open_at(tmp_path / name) as register:
            assert register.doubt is None
            append(register)
    shutil.copytree(tmp_path / "moved", tmp_path / "school")
    with open_at(tmp_path / "school") as back:
        assert back.doubt is HoldReason.COPIED


def test_a_copy_of_a_folder_that_was_moved_is_told_once_a_run_has_noted_the_place(tmp_path: Path) -> None:
    with open_at(tmp_path / "school") as register:
        append(register)
    (tmp_path / "school").rename(tmp_path / "moved")
    with open_at(tmp_path / "moved") as register, register.transaction() as tx:
        assert note_doubt(tx, register, NOW) == ()
    shutil.copytree(tmp_path / "moved", tmp_path / "moved - Copy")
    with open_at(tmp_path / "moved - Copy") as copied:
        assert copied.doubt is HoldReason.COPIED


def test_another_school_in_the_first_ones_place_makes_no_copy_of_this_one(tmp_path: Path) -> None:
    with open_at(tmp_path / "school") as register:
        append(register)
    (tmp_path / "school").rename(tmp_path / "moved")
    with open_at(tmp_path / "school") as other:
        append(other)
    with open_at(tmp_path / "moved") as register:
        assert register.doubt is None


def test_a_mark_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / ".secrets").write_text("a file where the folder should be", encoding="utf-8")
    with open_at(tmp_path) as register:
        append(register)
    assert read_mark(tmp_path / "register.sqlite3.mark") is not None


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"counter": 1}', '{"head": 1}', "null", "[" * 100_000])
def test_a_mark_that_is_none_is_told_from_one_that_is_not_there(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mark"
    assert read_mark(path) is None
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError):
        read_mark(path)


def test_restoring_notes_it_in_both_places_and_keeps_what_the_marks_knew(tmp_path: Path) -> None:
    with open_at(tmp_path) as register:
        append(register)
    paths = mark_paths(tmp_path / "register.sqlite3", tmp_path)
    paths[1].write_bytes(b"not a mark")
    note_restored(tmp_path / "register.sqlite3", tmp_path)
    for path in paths:
        mark = read_mark(path)
        assert mark is not None
        assert (mark.counter, mark.restored) == (1, True)
    with open_at(tmp_path) as restored:
        assert restored.doubt is HoldReason.RESTORED


def test_a_register_opened_while_others_write_is_never_taken_for_an_older_one(tmp_path: Path) -> None:
    """A mark is read before its register, so that a commit in between only makes the register newer."""
    code = (
        "import sys; from pathlib import Path; from tests.register.test_marks import append, open_at\n"
        "with open_at(Path(sys.argv[1])) as register:\n"
        "    for _ in range(150): append(register)\n"
    )
    open_at(tmp_path).close()
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT) as writer:
        while writer.poll() is None:
            with open_at(tmp_path) as opened:
                assert opened.doubt is None
    assert writer.returncode == 0


def test_a_register_made_before_hashes_and_marks_is_carried_over(tmp_path: Path) -> None:
    """Made by the first two migrations alone, as the edition before made it, with a row in it."""
    path = tmp_path / "register.sqlite3"
    make_first_edition(path)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("INSERT INTO school VALUES ('west-park-school', 'West Park School', 'Europe/London')")
        connection.execute("INSERT INTO mail_route (school, route) VALUES ('west-park-school', 'smtp')")
    connection.close()
    with open_at(tmp_path) as register:
        assert register.find_damage() == ()
        assert register.doubt is None
        with register.reading() as tx:
            mark = current_mark(tx, register.school)
        assert (len(mark.register_id), mark.counter, mark.head) == (16, 0, None)
        append(register)
    with open_at(tmp_path) as again, again.reading() as tx:
        assert current_mark(tx, again.school).register_id == mark.register_id
        assert again.doubt is None
