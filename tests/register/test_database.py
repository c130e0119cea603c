"""Opening, locking, reading and writing a register, and what is said when that is impossible."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_mock_engine, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from pipeline.errors import ExitCode, RegisterError, RegisterInUseError
from pipeline.register.store.database import Register, copy_to_memory, open_memory_register, open_register
from pipeline.register.store.engines import COMPILED
from pipeline.register.store.failures import explain_failure, explain_file_failure
from pipeline.register.tables import schema
from tests.register.conftest import NOW

ROOT = Path(__file__).resolve().parents[2]


def open_at(folder: Path, *, url: str = "register.sqlite3", name: str = "West Park School") -> Register:
    return open_register(url, root=folder, school_name=name, time_zone="Europe/London")


def names(register: Register) -> list[str]:
    with register.reading() as tx:
        return list(tx.execute(select(schema.school.c.name)).scalars())


def rename(register: Register, name: str) -> None:
    with register.transaction() as tx:
        tx.execute(update(schema.school).values(name=name))


def rename_and_fail(register: Register) -> None:
    with register.transaction() as tx:
        tx.execute(update(schema.school).values(name="half done"))
        raise ZeroDivisionError


def campaign(opened: Register, number: int) -> dict[str, object]:
    return {"school": opened.school, "state": str(number), "route": "smtp", "created_at": NOW}


def outgrow_the_drive(register: Register) -> None:
    with register.transaction() as tx:
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar()
        tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        tx.execute(update(schema.school).values(name="x" * 1_000_000))


def test_a_new_register_stands_whole_in_its_folder(tmp_path: Path) -> None:
    with open_at(tmp_path, url="distribution/register.sqlite3") as register:
        assert register.path == tmp_path / "distribution" / "register.sqlite3"
        assert names(register) == ["West Park School"]
    left = {path.name for path in (tmp_path / "distribution").iterdir()}
    assert left == {"register.sqlite3", "register.sqlite3.lock"}


def test_it_is_written_so_that_a_power_cut_loses_nothing(register: Register) -> None:
    with register.reading() as tx:
        settings = [tx.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        assert settings == ["wal", 2]
        assert tx.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_row_that_points_nowhere_is_refused(register: Register) -> None:
    with pytest.raises(IntegrityError), register.transaction() as tx:
        tx.execute(insert(schema.metadata.tables["mail_route"]).values(school="elsewhere", route="smtp"))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("West Park School", "west-park-school"),
        ("St. Zoë's C of E", "st-zoes-c-of-e"),
        ("学校", "school"),
        ("", "school"),
    ],
)
def test_the_schools_key_is_made_from_its_name(name: str, key: str) -> None:
    with open_memory_register(school_name=name, time_zone="Europe/London") as register:
        assert register.school == key


def test_a_school_that_is_renamed_keeps_its_key(tmp_path: Path) -> None:
    open_at(tmp_path).close()
    with open_at(tmp_path, name="West Park Academy") as register:
        assert register.school == "west-park-school"
        assert names(register) == ["West Park Academy"]


def test_a_register_of_several_schools_is_left_to_the_version_that_wrote_it(tmp_path: Path) -> None:
    with open_at(tmp_path) as register, register.transaction() as tx:
        tx.execute(insert(schema.school).values(school="second", name="Second", time_zone="Europe/London"))
    with pytest.raises(RegisterError, match="holds 2 schools"):
        open_at(tmp_path)


def test_opening_again_changes_nothing_and_loads_no_migrations(tmp_path: Path) -> None:
    open_at(tmp_path).close()
    before = (tmp_path / "register.sqlite3").read_bytes()
    code = (
        "import sys; from pathlib import Path; from pipeline.register.store.database import open_register;"
        "open_register('register.sqlite3', root=Path(sys.argv[1]), school_name='West Park School',"
        " time_zone='Europe/London').close(); sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True)
    assert (tmp_path / "register.sqlite3").read_bytes() == before


def test_an_index_of_some_rows_is_one_in_postgresql_too_whose_dialect_no_command_loads() -> None:
    loaded = "import sys, pipeline.register.tables.schema; print('sqlalchemy.dialects.postgresql' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "False"
    drawn: list[str] = []
    engine = create_mock_engine(
        "postgresql://", lambda made, *_, **__: drawn.append(str(made.compile(dialect=engine.dialect)))
    )
    schema.metadata.create_all(engine, checkfirst=False)  # type: ignore[arg-type]
    whole = [each for each in drawn if "CREATE UNIQUE INDEX uq_request_open" in each]
    assert [each.rpartition("WHERE ")[2] for each in whole] == ["closed_at IS NULL"]


def test_without_leave_to_make_one_a_missing_register_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match=r"no register yet .* `policy run` first"):
        open_register("r.sqlite3", root=tmp_path, school_name="X", time_zone="Europe/London", create=False)
    assert list(tmp_path.iterdir()) == []


def test_what_a_transaction_wrote_is_gone_when_it_fails(register: Register) -> None:
    with pytest.raises(ZeroDivisionError):
        rename_and_fail(register)
    assert names(register) == ["West Park School"]


def test_reading_keeps_the_picture_of_its_beginning(register: Register) -> None:
    with register.reading() as tx:
        assert tx.execute(select(schema.school.c.name)).scalar() == "West Park School"
        rename(register, "Renamed")
        assert tx.execute(select(schema.school.c.name)).scalar() == "West Park School"
    assert names(register) == ["Renamed"]


def test_writing_where_only_reading_was_meant_is_a_mistake_told_at_once(register: Register) -> None:
    with pytest.raises(OperationalError, match="readonly"), register.reading() as tx:
        tx.execute(update(schema.school).values(name="by mistake"))
    rename(register, "meant")
    assert names(register) == ["meant"]


@pytest.mark.parametrize("kind", ["register", "memory_register"])
def test_a_transaction_inside_a_transaction_is_a_mistake_told_at_once(
    kind: str, request: pytest.FixtureRequest
) -> None:
    opened: Register = request.getfixturevalue(kind)
    with opened.transaction(), pytest.raises(RuntimeError, match="already open"), opened.transaction():
        pass
    rename(opened, "still works")
    assert names(opened) == ["still works"]


def test_several_threads_write_one_after_the_other(register: Register, memory_register: Register) -> None:
    for opened in (register, memory_register):

        def add(number: int, opened: Register = opened) -> None:
            with opened.transaction() as tx:
                tx.execute(insert(schema.campaign).values(**campaign(opened, number)))

        threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with opened.reading() as tx:
            assert sorted(tx.execute(select(schema.campaign.c.state)).scalars()) == list("01234567")


def test_in_memory_a_transaction_inside_a_reading_can_fail_alone(memory_register: Register) -> None:
    with memory_register.reading() as tx:
        with pytest.raises(ZeroDivisionError):
            rename_and_fail(memory_register)
        assert tx.execute(select(schema.school.c.name)).scalar() == "West Park School"
        rename(memory_register, "kept")
        assert names(memory_register) == ["kept"]
    assert names(memory_register) == ["kept"]


def test_a_copy_in_memory_leaves_the_file_alone(register: Register, tmp_path: Path) -> None:
    rename(register, "As it stands")
    with copy_to_memory(register) as copy:
        assert copy.school == register.school
        assert names(copy) == ["As it stands"]
        rename(copy, "Only tried out")
        with copy.lock(), copy_to_memory(copy) as second:
            assert names(second) == ["Only tried out"]
    assert names(register) == ["As it stands"]


def test_a_second_run_is_kept_out_at_once_and_let_in_afterwards(tmp_path: Path) -> None:
    with open_at(tmp_path) as first, open_at(tmp_path) as second:
        with first.lock():
            with pytest.raises(RegisterInUseError, match="Another run is using"), second.lock():
                pass
            assert names(second) == ["West Park School"]
        with second.lock():
            pass


def test_a_run_that_was_killed_keeps_nobody_out(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from pipeline.register.store.database import open_register;"
        "r = open_register('register.sqlite3', root=Path(sys.argv[1]), school_name='S', time_zone='Europe/London');"
        "lock = r.lock(); lock.__enter__(); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "held\n"
        with open_at(tmp_path, name="S") as register:
            with pytest.raises(RegisterInUseError), register.lock():
                pass
            run.kill()
            run.wait()
            with register.lock():
                pass


def test_a_lock_that_cannot_be_taken_is_told(register: Register, tmp_path: Path) -> None:
    (tmp_path / "register.sqlite3.lock").unlink()
    (tmp_path / "register.sqlite3.lock").mkdir()
    with pytest.raises(RegisterError, match="cannot be written"), register.lock():
        pass


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty: it was cut short"),
        (b"Dear all, please find attached the register." * 100, "is not a register"),
        (b"SQLite format 3\0" + bytes(4096), "damaged|not a register"),
    ],
)
def test_a_file_that_is_no_register_stops_the_run(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "register.sqlite3"
    path.write_bytes(content)
    with pytest.raises(RegisterError, match=words) as caught:
        open_at(tmp_path)
    assert caught.value.exit_code is ExitCode.REGISTER
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_a_folder_in_the_place_of_the_register_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "register.sqlite3").mkdir()
    with pytest.raises(RegisterError, match="is a folder"):
        open_at(tmp_path)


def test_a_damaged_register_stops_the_run(tmp_path: Path) -> None:
    open_at(tmp_path).close()
    path = tmp_path / "register.sqlite3"
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 8192)
    with pytest.raises(RegisterError, match="is damaged"):
        open_at(tmp_path)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="which files are open is asked of Linux")
def test_a_register_that_could_not_be_opened_is_let_go_of(tmp_path: Path) -> None:
    open_at(tmp_path).close()
    path = tmp_path / "register.sqlite3"
    path.write_bytes(b"not a register " * 500)
    with pytest.raises(RegisterError, match="not a register") as caught:
        open_at(tmp_path)
    held = [link.resolve() for link in Path("/proc/self/fd").iterdir() if link.exists()]
    assert path.resolve() not in held, f"still open while this is told: {caught.value}"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="which files are open is asked of Linux")
@pytest.mark.parametrize("begun", ["reading", "transaction"])
def test_a_register_closed_while_a_thread_uses_it_is_let_go_of_at_the_threads_end(tmp_path: Path, begun: str) -> None:
    opened = open_at(tmp_path)
    begins, closes = threading.Event(), threading.Event()

    def use() -> None:
        with getattr(opened, begun)():
            begins.set()
            closes.wait(timeout=20)

    thread = threading.Thread(target=use)
    thread.start()
    assert begins.wait(timeout=20)
    opened.close()
    closes.set()
    thread.join()
    held = [link.resolve() for link in Path("/proc/self/fd").iterdir() if link.exists()]
    assert opened.path not in held


def test_another_programs_database_stops_the_run(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "register.sqlite3") as other:
        other.execute("CREATE TABLE pupil (name TEXT)")
    other.close()
    with pytest.raises(RegisterError, match="is a database, but no register"):
        open_at(tmp_path)


def test_a_place_that_cannot_be_written_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "distribution").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(RegisterError, match="cannot be written"):
        open_at(tmp_path, url="distribution/register.sqlite3")


OPEN_WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
from pipeline.errors import RegisterError
from pipeline.register.store.database import open_register
name, zone = "Renamed", "Europe/London"
# Everything is loaded before the rights are given up: without them the program's own files may be out of reach.
open_register("register.sqlite3", root=Path(sys.argv[2]), school_name=name, time_zone=zone).close()
if administrator := os.geteuid() == 0:
    os.seteuid(65534)
try:
    open_register("register.sqlite3", root=Path(sys.argv[1]), school_name=name, time_zone=zone)
except RegisterError as error:
    sys.exit(str(error))
finally:
    if administrator:
        os.seteuid(0)
"""


@pytest.mark.skipif(os.name != "posix", reason="rights to a folder are another matter on Windows")
@pytest.mark.parametrize("made_before", [True, False])
def test_a_folder_without_the_right_to_write_stops_the_run(tmp_path: Path, made_before: bool) -> None:
    # Not in tmp_path: an administrator's test gives its rights up, and would not find its way there.
    with tempfile.TemporaryDirectory() as folder:
        if made_before:
            open_at(Path(folder)).close()
        for path in (*Path(folder).iterdir(), Path(folder)):
            path.chmod(0o555)
        command = [sys.executable, "-c", OPEN_WITHOUT_RIGHTS, folder, str(tmp_path)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        Path(folder).chmod(0o755)
    assert run.returncode == 1
    assert f"The register {folder}/register.sqlite3 cannot be written" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_full_drive_is_told_and_nothing_is_half_written(register: Register) -> None:
    with pytest.raises(RegisterError, match="is full"):
        outgrow_the_drive(register)
    assert names(register) == ["West Park School"]


def test_a_register_that_stays_locked_by_another_program_is_told(tmp_path: Path) -> None:
    open_at(tmp_path).close()
    other = sqlite3.connect(tmp_path / "register.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(RegisterError, match="being written by another program"):
            open_register(
                "register.sqlite3", root=tmp_path, school_name="Renamed", time_zone="Europe/London", wait_seconds=0.05
            )
    finally:
        other.close()


def test_a_mistake_in_our_own_question_is_no_fault_of_the_register(register: Register) -> None:
    with pytest.raises(OperationalError, match="no such table"), register.reading() as tx:
        tx.exec_driver_sql("SELECT * FROM nowhere")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_IOERR, "could not be read or written"),
        (sqlite3.SQLITE_READONLY, "cannot be written"),
        (sqlite3.SQLITE_CANTOPEN, "cannot be written"),
        (sqlite3.SQLITE_FULL, "is full"),
        (sqlite3.SQLITE_BUSY, "by another program"),
        (sqlite3.SQLITE_CORRUPT, "is damaged"),
    ],
)
def test_each_failure_says_what_to_do(tmp_path: Path, code: int, words: str) -> None:
    for path in (tmp_path / "register.sqlite3", None):
        cause = sqlite3.OperationalError("as the driver says it")
        cause.sqlite_errorcode = code | (3 << 8)  # extended codes count by their low byte
        explained = explain_failure(OperationalError("SELECT 1", {}, cause), path)
        assert explained is not None
        assert words in str(explained)
        assert str(explained).endswith(".")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux has a folder that is always full")
def test_a_statement_is_worked_out_once_for_every_register(tmp_path: Path) -> None:
    COMPILED.clear()
    found = []
    for name in ("one", "two"):
        with open_at(tmp_path / name) as register:
            rename(register, name)
            assert names(register) == [name]
            with copy_to_memory(register) as copy:
                assert names(copy) == [name]
        found.append(len(COMPILED))
    assert found[0] > 0
    assert found == [found[0]] * 2


def test_a_fault_on_a_drive_without_room_is_told_as_that() -> None:
    path = Path("/proc/register.sqlite3")
    cause = sqlite3.OperationalError("disk I/O error")
    cause.sqlite_errorcode = sqlite3.SQLITE_IOERR
    for explained in (
        explain_failure(OperationalError("SELECT 1", {}, cause), path),
        explain_file_failure(OSError(28, "No space left on device"), path),
    ):
        assert "(/proc) is full" in str(explained)


def test_a_failure_without_a_code_is_left_to_whoever_caused_it() -> None:
    assert explain_failure(OperationalError("SELECT 1", {}, sqlite3.OperationalError("?")), None) is None


def test_a_refused_file_says_why_in_words(tmp_path: Path) -> None:
    error = PermissionError(13, "Permission denied")
    assert "this account has no right to it" in str(explain_file_failure(error, tmp_path / "register.sqlite3"))
    assert "no reason" in str(explain_file_failure(OSError(), tmp_path / "gone" / "register.sqlite3"))
