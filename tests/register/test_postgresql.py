"""What only a register in PostgreSQL has: sign-in, sessions that end, several schools, and a server that goes away."""

import gc
import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select, update

from pipeline.errors import ExitCode, RegisterError, RegisterInUseError
from pipeline.register.ledger import ledger
from pipeline.register.ledger.check import Against
from pipeline.register.ledger.driver import driver_behind
from pipeline.register.ledger.evidence_prints import compute_prints
from pipeline.register.ledger.head_file import read_outside
from pipeline.register.ledger.key import load_or_make_key
from pipeline.register.policies.policies import add_policy, list_policies
from pipeline.register.store.damage import DamageKind
from pipeline.register.store.database import Register, copy_to_memory, has_register, open_register
from pipeline.register.store.engines import driver_of
from pipeline.register.store.marks import HoldReason
from pipeline.register.store.migrate import SHIPPED
from pipeline.register.store.postgresql import backend
from pipeline.register.store.postgresql.schools import schema_of
from pipeline.register.store.snapshots import check_snapshot, write_snapshot
from pipeline.register.tables import schema
from pipeline.schedule import Schedule, Work
from tests.conftest import ROOT
from tests.mail.world import World
from tests.postgresql import GUARDED, WORD, Server
from tests.register.conftest import NOW
from tests.register.test_migrations import NEXT_MIGRATION, later_in, with_a_new_table, write_motto

pytestmark = pytest.mark.needs("postgresql")

NAME = "West Park School"


@pytest.fixture
def url(postgresql: Server) -> str:
    """An empty database."""
    return postgresql.new_database()


def open_at(url: str, root: Path, name: str = NAME, **options: object) -> Register:
    return open_register(url, root=root, school_name=name, time_zone="Europe/London", **options)  # type: ignore[arg-type]


@pytest.fixture
def register(url: str, tmp_path: Path) -> Iterator[Register]:
    """A new register on the server."""
    with open_at(url, tmp_path) as opened:
        yield opened


def database_of(url: str) -> str:
    return url.rpartition("/")[2]


def record(register: Register, words: str = "noted") -> int:
    with register.transaction() as tx:
        return ledger.append(tx, register.school, words, {"number": 1}, personal={"name": "Jo Hill"}, now=NOW)


def positions(register: Register) -> list[int]:
    with register.reading() as tx:
        return list(tx.execute(select(schema.ledger_record.c.position).order_by("position")).scalars())


def fill(register: Register, root: Path) -> None:
    """Policies, people and mail: rows of many kinds."""
    world = World(root, register=register)
    world.add_policy("confidentiality")
    person = world.add_person("alex")
    world.queue("alex", "confidentiality", person=person)
    record(register)


# --- the same register ---------------------------------------------------------------------------------------------


def test_a_copy_in_memory_and_one_in_a_file_have_every_row_with_the_same_hash(
    register: Register, tmp_path: Path
) -> None:
    fill(register, tmp_path)
    with register.reading() as tx:
        prints = compute_prints(driver_behind(tx))
    with copy_to_memory(register) as memory:
        assert memory.find_damage() == ()
        with memory.reading() as tx:
            assert compute_prints(driver_of(tx)) == prints
            assert [row.slug for row in list_policies(tx, memory.school)] == ["confidentiality"]
    write_snapshot(register, tmp_path / "copy.sqlite3")
    check_snapshot(tmp_path / "copy.sqlite3")
    with open_at("copy.sqlite3", tmp_path) as restored:
        assert positions(restored) == [0]
        with restored.transaction() as tx:
            # Sealed by the server's register, and right for the file's: the seal is over the same hashes.
            ledger.sign(tx, restored.school, tmp_path / ".secrets" / "ledger-key", NOW)


def test_words_stand_in_the_order_of_their_bytes_whatever_the_server_speaks(register: Register) -> None:
    titles = ["Zebra", "apple", "Äpfel", "Apple", "_"]
    with register.transaction() as tx:
        for title in titles:
            add_policy(tx, register.school, slug=title, title=title, catalogue_slug=None, now=NOW)
    with register.reading() as tx:
        assert [row.slug for row in list_policies(tx, register.school)] == sorted(titles)


def test_a_letter_that_the_server_has_no_place_for_is_said_and_nothing_is_kept(register: Register) -> None:
    def add(*titles: str) -> None:
        with register.transaction() as tx:
            for title in titles:
                add_policy(tx, register.school, slug=title[0], title=title, catalogue_slug=None, now=NOW)

    with pytest.raises(RegisterError, match=r"holds a character \(NUL\)"):
        add("a", "b\0")
    with register.reading() as tx:
        assert not list_policies(tx, register.school)


# --- what was changed by somebody else -----------------------------------------------------------------------------


def test_a_row_that_something_else_changed_is_found_and_not_changed_further(
    register: Register, postgresql: Server, url: str, tmp_path: Path
) -> None:
    fill(register, tmp_path)
    assert register.find_damage() == ()
    postgresql.ask("UPDATE policy_west_park_school.policy SET title = 'Another'", database_of(url))
    (found,) = register.find_damage()
    assert (found.kind, found.table, found.count) == (DamageKind.ROWS, "policy", 1)
    with pytest.raises(RegisterError, match="is damaged"), register.transaction() as tx:
        tx.execute(update(schema.policy).values(title="A third"))


def test_a_row_changed_with_its_hash_is_found_by_the_seal(
    register: Register, postgresql: Server, url: str, tmp_path: Path
) -> None:
    fill(register, tmp_path)
    key = tmp_path / ".secrets" / "ledger-key"
    with register.transaction() as tx:
        ledger.sign(tx, register.school, key, NOW)
    record(register)
    postgresql.ask(
        "SET search_path TO policy_west_park_school; SET policy_pipeline.keeps_hashes = 'on'; "
        "CREATE TEMPORARY TABLE evidence_changed (name text, before text, after text); "
        "UPDATE policy SET title = 'Another'",
        database_of(url),
    )
    assert register.find_damage() == ()
    against = Against(load_or_make_key(key), read_outside(tmp_path / ".secrets"))
    with register.reading() as tx:
        (fault,) = ledger.verify(tx, register.school, against=against).faults
    assert "changed, added or taken out by something else: policy" in fault


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER hash_changed ON policy",
        "ALTER TABLE policy DISABLE TRIGGER hash_new",
        "ALTER TABLE policy ADD COLUMN more text",
        "CREATE OR REPLACE FUNCTION hash_of_policy(r policy) RETURNS text LANGUAGE sql AS $$ SELECT r.row_sha256 $$",
        "DROP INDEX uq_request_open",
    ],
)
def test_tables_that_something_else_changed_are_refused(
    register: Register, postgresql: Server, url: str, tmp_path: Path, statement: str
) -> None:
    postgresql.ask(f"SET search_path TO policy_west_park_school; {statement}", database_of(url))
    assert [found.kind for found in register.find_damage()] == [DamageKind.TABLES]
    with pytest.raises(RegisterError, match="tables are not as this program wrote them"):
        open_at(url, tmp_path)


# --- one at a time -------------------------------------------------------------------------------------------------

HOLD = """
import sys, time
from pathlib import Path
from pipeline.register.store.database import open_register
with open_register(sys.argv[1], root=Path(sys.argv[2]), school_name="West Park School", time_zone="Europe/London") as r:
    with r.lock():
        print("held", flush=True)
        time.sleep(60)
"""


def test_a_run_keeps_another_out_and_one_that_is_killed_lets_go(register: Register, url: str, tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, url, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT)
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RegisterInUseError, match="Another run is using"), register.lock():
            pass
        record(register)  # decisions are not kept out
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    until = time.monotonic() + 10
    while True:
        try:
            with register.lock(), register.publishing():
                break
        except RegisterInUseError:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_writers_of_two_programs_take_turns_and_number_their_records_one_after_the_other(
    register: Register, url: str, tmp_path: Path
) -> None:
    faults: list[BaseException] = []

    def write(one: Register) -> None:
        try:
            for _ in range(25):
                record(one)
        except BaseException as error:
            faults.append(error)

    with open_at(url, tmp_path) as second:
        # Another program has a line of its own; here it must not share the first one's.
        second.backend.turn = threading.Lock  # type: ignore[method-assign]
        threads = [threading.Thread(target=write, args=(one,)) for one in (register, second, register, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert faults == []
    assert positions(register) == list(range(100))
    with register.reading() as tx:
        assert ledger.verify(tx, register.school).faults == ()


def test_who_waits_too_long_is_told_that_another_program_writes(register: Register, url: str, tmp_path: Path) -> None:
    with open_at(url, tmp_path, wait_seconds=0.2) as second:
        second.backend.turn = threading.Lock  # type: ignore[method-assign]
        with (
            register.transaction(),
            pytest.raises(RegisterError, match="is being written by another program"),
        ):
            record(second)


def test_who_reads_sees_one_moment_and_may_not_write(register: Register) -> None:
    record(register)
    with register.reading() as tx:
        before = tx.execute(select(schema.ledger_record.c.position)).all()
        record(register)
        assert tx.execute(select(schema.ledger_record.c.position)).all() == before
    with pytest.raises(Exception, match="read-only"), register.reading() as tx:
        tx.execute(update(schema.school).values(name="Another"))


# --- a server that goes away ---------------------------------------------------------------------------------------


def test_a_connection_lost_in_mid_work_is_said_and_leaves_nothing_by_half(
    register: Register, postgresql: Server, url: str
) -> None:
    record(register)

    def lose() -> None:
        with register.transaction() as tx:
            ledger.append(tx, register.school, "lost", {}, now=NOW)
            assert postgresql.end_connections(database_of(url))
            ledger.append(tx, register.school, "lost too", {}, now=NOW)

    with pytest.raises(RegisterError, match=r"has ended the connection.*nothing of this was done by half") as told:
        lose()
    assert told.value.exit_code is ExitCode.REGISTER
    assert positions(register) == [0]
    assert record(register) == 1  # the same program goes on once the server is there


# The driver's cursor stays open where the server has gone before it could be closed there.
@pytest.mark.filterwarnings("ignore:.*ServerCursor object:ResourceWarning")
def test_a_connection_lost_while_a_copy_is_written_is_said(
    register: Register, postgresql: Server, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(register)
    carry = backend.carry

    def cut(source: Connection, target: Connection) -> None:
        assert postgresql.end_connections(database_of(url))
        carry(source, target)

    monkeypatch.setattr(backend, "carry", cut)
    for copy in (lambda: write_snapshot(register, tmp_path / "copy.sqlite3"), lambda: copy_to_memory(register)):
        with pytest.raises(RegisterError, match="has ended the connection") as told:
            copy()
        assert told.value.exit_code is ExitCode.REGISTER
        del told
        gc.collect()


def test_a_run_whose_lock_was_lost_writes_nothing_more(register: Register, postgresql: Server, url: str) -> None:
    def run() -> None:
        with register.lock():
            record(register)
            postgresql.end_connections(database_of(url))
            record(register)

    with pytest.raises(RegisterError, match=r"has ended the connection|cannot be reached"):
        run()
    assert positions(register) == [0]
    with register.lock():
        record(register)


def test_while_the_server_is_away_every_question_says_so_and_afterwards_all_is_there(
    register: Register, postgresql: Server, url: str, tmp_path: Path
) -> None:
    record(register)
    postgresql.stop()
    try:
        for _ in range(2):
            with pytest.raises(RegisterError, match="cannot be reached"):
                record(register)
        with pytest.raises(RegisterError, match="cannot be reached"):
            open_at(url, tmp_path)
    finally:
        postgresql.start()
    assert record(register) == 1
    assert register.find_damage() == ()


def test_a_schedule_goes_on_and_does_the_days_work_once_the_server_is_there_again(
    register: Register, postgresql: Server, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[datetime] = []

    def run(now: datetime) -> None:
        ran.append(now)
        if len(ran) == 1:
            postgresql.stop()
        record(register)

    work = Work(run, lambda now: None, lambda now: False)
    zone = ZoneInfo("Europe/London")
    schedule = Schedule(register, work, daily_at=clock_time(6, 30), zone=zone, clock=lambda: NOW + timedelta(hours=1))
    try:
        schedule.tick()
        schedule.tick()
    finally:
        postgresql.start()
    assert len(ran) == 1
    assert "is tried again: The register in the database" in caplog.text
    assert "Traceback" not in caplog.text
    for _ in range(2):
        schedule.tick()
    assert len(ran) == 2
    assert positions(register) == [0]


def test_a_run_without_its_server_ends_with_the_exit_code_of_the_register(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql+psycopg://policy@127.0.0.1:{taken.getsockname()[1]}/policy"
        (tmp_path / "config.toml").write_text(f'[register]\nurl = "{url}"\n', encoding="utf-8")
        for command in (("run",), ("run", "--dry-run"), ("status",)):
            called = subprocess.run(
                [sys.executable, "-m", "pipeline", "--workspace", str(tmp_path), *command],
                capture_output=True,
                text=True,
                check=False,
                cwd=ROOT,
            )
            assert called.returncode == ExitCode.REGISTER, called.stderr
            assert "cannot be reached" in called.stderr
            assert "Traceback" not in called.stderr


def test_a_dump_of_the_servers_own_is_a_whole_register_again(
    register: Register, postgresql: Server, url: str, tmp_path: Path
) -> None:
    fill(register, tmp_path)
    with register.transaction() as tx:
        ledger.sign(tx, register.school, tmp_path / ".secrets" / "ledger-key", NOW)
    there = ["-h", "127.0.0.1", "-p", str(postgresql.port), "-U", "postgres"]
    dump = subprocess.run(
        [postgresql.programs / "pg_dump", *there, database_of(url)], capture_output=True, check=True
    ).stdout
    new = postgresql.new_database("TEMPLATE template0")
    put = [postgresql.programs / "psql", *there, "-q", "-v", "ON_ERROR_STOP=1", database_of(new)]
    subprocess.run(put, input=dump, stdout=subprocess.DEVNULL, check=True)
    with open_at(new, tmp_path) as restored:
        assert (restored.is_new, restored.doubt, restored.find_damage()) == (False, None, ())
        record(restored)
        with restored.transaction() as tx:
            ledger.sign(tx, restored.school, tmp_path / ".secrets" / "ledger-key", NOW)
    record(register)
    record(register)
    with open_at(new, tmp_path) as restored:
        assert restored.doubt is HoldReason.OLDER  # what came after the dump is missing, and mail is held


# --- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+psycopg://policy:tiger@db.example.org/policy", "has a password in it"),
        ("postgresql+psycopg://policy@db.example.org/policy?password=tiger", "has a password in it"),
        ("postgresql+psycopg://policy@db.example.org/policy?options=-cx", "says options behind its question mark"),
        ("postgresql+psycopg://db.example.org/policy", "names no user"),
        ("postgresql+psycopg://policy@db.example.org/", "names no database"),
        ("postgresql+psycopg://policy@/policy", "names no server"),
        ("postgresql+psycopg://policy@db.example.org:port/policy", "is no address of a database"),
        ("postgresql+asyncpg://policy@db.example.org/policy", "another driver's word"),
    ],
)
def test_an_address_that_cannot_be_used_is_said_and_a_password_never_repeated(
    url: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(RegisterError) as told:
        open_at(url, tmp_path)
    assert words in str(told.value)
    assert "tiger" not in str(told.value)


def test_the_password_comes_from_the_environment_or_a_file_it_names(
    postgresql: Server, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = url.replace("//policy@", f"//{GUARDED}@")
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    with pytest.raises(RegisterError, match=r"does not let guarded in.*POLICY_REGISTER_PASSWORD"):
        open_at(mine, tmp_path)
    monkeypatch.setenv("POLICY_REGISTER_PASSWORD", "wrong")
    with pytest.raises(RegisterError, match="does not let guarded in"):
        open_at(mine, tmp_path)
    monkeypatch.setenv("POLICY_REGISTER_PASSWORD", WORD)
    assert not has_register(mine, root=tmp_path, school_name=NAME)
    monkeypatch.delenv("POLICY_REGISTER_PASSWORD")
    (tmp_path / "word").write_text(f"{WORD}\n", encoding="utf-8")
    monkeypatch.setenv("POLICY_REGISTER_PASSWORD_FILE", str(tmp_path / "word"))
    assert not has_register(mine, root=tmp_path, school_name=NAME)


def test_what_the_server_does_not_have_or_allow_is_said(postgresql: Server, tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="There is no database nowhere"):
        open_at(postgresql.url("nowhere"), tmp_path)
    with pytest.raises(RegisterError, match="does not let nobody in"):
        open_at(postgresql.url("postgres", "nobody"), tmp_path)
    with pytest.raises(RegisterError, match="policy may not do this"):
        open_at(postgresql.url("postgres"), tmp_path)
    latin = postgresql.new_database("TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(RegisterError, match="keeps words as LATIN1"):
        open_at(latin, tmp_path)


def test_without_the_driver_it_says_what_to_install(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['psycopg'] = None; from pathlib import Path;"
        "from pipeline.errors import RegisterError;"
        "from pipeline.register.store.database import open_register\n"
        "try: open_register('postgresql+psycopg://a@127.0.0.1/b', root=Path(sys.argv[1]), school_name='S',"
        " time_zone='Europe/London')\n"
        "except RegisterError as error: print(error)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "policy-pipeline[trust]" in told.stdout


def test_a_register_that_is_not_there_is_not_made_by_looking(url: str, tmp_path: Path) -> None:
    assert not has_register(url, root=tmp_path, school_name=NAME)
    with pytest.raises(RegisterError, match="There is no register of this school yet"):
        open_at(url, tmp_path, create=False)
    assert not has_register(url, root=tmp_path, school_name=NAME)
    with open_at(url, tmp_path) as register:
        assert register.is_new
    assert has_register(url, root=tmp_path, school_name=NAME)
    with open_at(url, tmp_path, create=False) as register:
        assert not register.is_new
        assert register.doubt is None


# --- several schools -----------------------------------------------------------------------------------------------


def test_two_schools_in_one_database_have_each_what_it_would_have_alone(
    url: str, postgresql: Server, tmp_path: Path
) -> None:
    east, west, alone = (tmp_path / name for name in ("east", "west", "alone"))
    with (
        open_at(url, east, "East Park School") as first,
        open_at(url, west) as second,
        open_at(postgresql.new_database(), alone) as third,
    ):
        for register, root in ((first, east), (second, west), (third, alone)):
            fill(register, root)
        fill_more = record(second)
        assert (fill_more, record(third)) == (1, 1)
        assert positions(first) == [0]
        for table in schema.metadata.sorted_tables:
            columns = [each for each in table.c if each.name in ("id", "school")]
            with second.reading() as tx, third.reading() as only:
                assert tx.execute(select(*columns)).all() == only.execute(select(*columns)).all(), table.name
        postgresql.ask("UPDATE policy_east_park_school.policy SET title = 'Another'", database_of(url))
        assert first.find_damage()
        assert second.find_damage() == ()


def test_the_server_can_keep_one_schools_account_from_anothers_rows(
    url: str, postgresql: Server, tmp_path: Path
) -> None:
    with open_at(url, tmp_path / "east", "East Park School"), open_at(url, tmp_path / "west"):
        postgresql.ask(f"CREATE ROLE {database_of(url)}_west LOGIN", database_of(url))
        with pytest.raises(Exception, match="permission denied for schema"):
            postgresql.ask("SELECT * FROM policy_east_park_school.person", database_of(url), f"{database_of(url)}_west")


def test_a_school_that_is_renamed_stays_the_same_one(url: str, tmp_path: Path) -> None:
    with open_at(url, tmp_path) as register:
        record(register)
        key = register.school
    with open_at(url, tmp_path, "West Park Academy") as register:
        assert (register.school, register.is_new) == (key, False)
        assert positions(register) == [0]
    with pytest.raises(RegisterError, match="Set the key back"):
        open_at(url, tmp_path, "West Park Academy", school_key="west-park-academy")


def test_a_second_school_of_the_same_name_is_told_from_the_first(url: str, tmp_path: Path) -> None:
    with open_at(url, tmp_path / "one") as register:
        record(register)
    with pytest.raises(RegisterError, match="A school of that name is kept already") as told:
        open_at(url, tmp_path / "two")
    assert 'key = "west-park-school"' in str(told.value)
    with open_at(url, tmp_path / "two", school_key="west-park-leeds") as second:
        assert (second.is_new, second.school, positions(second)) == (True, "west-park-leeds", [])


def test_a_key_that_is_anothers_opens_its_register_only_with_the_key_that_signs_its_ledger(
    url: str, tmp_path: Path, postgresql: Server
) -> None:
    with open_at(url, tmp_path / "one") as register:
        record(register)
        with register.transaction() as tx:
            ledger.sign(tx, register.school, tmp_path / "one" / ".secrets" / "ledger-key", NOW)
    for name in (NAME, "East Park School"):
        with pytest.raises(RegisterError, match="another workspace has written to it"):
            open_at(url, tmp_path / "three", name, school_key="west-park-school")
        with pytest.raises(RegisterError, match="another workspace has written to it"):
            has_register(url, root=tmp_path / "three", school_name=name, school_key="west-park-school")
    assert not (tmp_path / "three").exists()
    (tmp_path / "three" / ".secrets").mkdir(parents=True)
    shutil.copy(tmp_path / "one" / ".secrets" / "ledger-key", tmp_path / "three" / ".secrets")
    with open_at(url, tmp_path / "three", school_key="west-park-school") as same:
        assert (same.is_new, positions(same)) == (False, [0])
    # Neither is left: whoever looks after the database lets go of it, as docs/postgresql.md says.
    with pytest.raises(RegisterError, match="another workspace has written to it"):
        open_at(url, tmp_path / "four", school_key="west-park-school")
    postgresql.ask("COMMENT ON SCHEMA policy_west_park_school IS NULL", database_of(url))
    with open_at(url, tmp_path / "four", school_key="west-park-school") as same:
        assert (same.is_new, positions(same)) == (False, [0])


def test_two_new_workspaces_of_one_name_that_begin_at_once_never_share_a_register(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, both, looked = backend._find, threading.Barrier(2, timeout=20), threading.local()

    def find_together(*words: object, **named: object) -> object:
        found = find(*words, **named)  # type: ignore[arg-type]
        if not getattr(looked, "once", False):
            looked.once = True
            both.wait()
        return found

    monkeypatch.setattr(backend, "_find", find_together)
    ids: list[str] = []
    refused: list[str] = []

    def begin(root: Path) -> None:
        try:
            with open_at(url, root) as register, register.reading() as tx:
                ids.extend(tx.execute(select(schema.school.c.register_id)).scalars())
        except RegisterError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=begin, args=(tmp_path / name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 1, ids
    assert "[school]" in refused[0]
    marked = [name for name in ("one", "two") if (tmp_path / name / ".secrets" / "register-mark").exists()]
    assert len(marked) == 1


def test_a_long_name_has_a_schema_of_its_own() -> None:
    one, two = (schema_of("st-" + "mary-" * 20 + end) for end in ("a", "b"))
    assert one != two
    assert max(len(one), len(two)) <= 63


# --- editions ------------------------------------------------------------------------------------------------------


def test_a_register_is_brought_up_to_date_and_a_killed_upgrade_leaves_it_as_it_was(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(SHIPPED.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    plain = NEXT_MIGRATION.replace("@", SHIPPED.revisions[-1])
    later = later_in(folder)
    with open_at(url, tmp_path) as register:
        fill(register, tmp_path)
        with register.transaction() as tx:
            ledger.sign(tx, register.school, tmp_path / ".secrets" / "ledger-key", NOW)
    (folder / "versions" / "9999_motto.py").write_text(plain + "    raise RuntimeError\n", encoding="utf-8")
    with pytest.raises(RuntimeError):
        open_at(url, tmp_path, migrations=later)
    with open_at(url, tmp_path) as register:
        assert register.find_damage() == ()
    (folder / "versions" / "9999_motto.py").write_text(plain, encoding="utf-8")
    with open_at(url, tmp_path, migrations=later) as register:
        assert register.find_damage() == ()
        record(register)
        with register.transaction() as tx:
            ledger.sign(tx, register.school, tmp_path / ".secrets" / "ledger-key", NOW)
        assert register.find_damage() == ()
    with pytest.raises(RegisterError, match="made by a newer version"):
        open_at(url, tmp_path)


def test_a_table_that_says_since_when_it_is_there_needs_no_file(url: str, tmp_path: Path) -> None:
    open_at(url, tmp_path).close()
    later = with_a_new_table()
    for _ in ("made", "opened again"):
        with open_at(url, tmp_path, migrations=later) as register:
            assert register.find_damage() == ()
            write_motto(register)
            assert register.find_damage() == ()
    with pytest.raises(RegisterError, match="made by a newer version"):
        open_at(url, tmp_path)


def test_another_programs_tables_are_left_alone(url: str, postgresql: Server, tmp_path: Path) -> None:
    postgresql.ask(
        "CREATE SCHEMA policy_south_park_school AUTHORIZATION policy; "
        "CREATE TABLE policy_south_park_school.accounts (id integer)",
        database_of(url),
    )
    with pytest.raises(RegisterError, match="holds tables of another program"):
        open_at(url, tmp_path, "South Park School")


def test_the_key_that_signs_is_the_same_as_for_a_file(register: Register, tmp_path: Path) -> None:
    with register.transaction() as tx:
        ledger.append(tx, register.school, "noted", {}, now=NOW)
        ledger.sign(tx, register.school, tmp_path / ".secrets" / "ledger-key", NOW)
    key = load_or_make_key(tmp_path / ".secrets" / "ledger-key")
    mark = json.loads((tmp_path / ".secrets" / "register-mark").read_text(encoding="utf-8"))
    assert mark["head"]["public_key"] == key.public_key
