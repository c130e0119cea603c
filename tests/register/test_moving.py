"""A register is carried into a database and back, whole, and nothing writes to the old one any more."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from pipeline.cli import policy as policy_group
from pipeline.errors import ExitCode
from pipeline.register.ledger import ledger
from pipeline.register.ledger.driver import driver_behind
from pipeline.register.ledger.evidence_prints import compute_prints
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.store.counter import list_holds
from pipeline.register.store.database import Register, open_register
from pipeline.register.store.marks import HoldReason
from pipeline.register.store.postgresql import receiving
from pipeline.register.tables import schema
from pipeline.safety_copies import restoring
from tests.mail.world import World
from tests.postgresql import Server
from tests.register.conftest import NOW

pytestmark = pytest.mark.needs("postgresql")

NAME = "West Park School"
FILE = "distribution/register.sqlite3"


class Place:
    """A workspace with a register in which something has happened."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.set_url(FILE)
        with self.open() as register:
            world = World(root, register=register)
            world.add_policy("confidentiality")
            person = world.add_person("alex")
            world.queue("alex", "confidentiality", person=person)
            self.record(register)
            with register.transaction() as tx:
                ledger.sign(tx, register.school, ledger_key_path(root), NOW)
            self.record(register)

    url = FILE
    key = "west-park-school"

    def set_url(self, url: str) -> None:
        self.url = url
        settings = f'[school]\nname = "{NAME}"\nkey = "{self.key}"\n\n[register]\nurl = "{url}"\n'
        (self.root / "config.toml").write_text(settings, encoding="utf-8")

    def name_key(self, key: str) -> None:
        self.key = key
        self.set_url(self.url)

    def open(self) -> Register:
        return open_register(self.url, root=self.root, school_name=NAME, time_zone="Europe/London")

    def record(self, register: Register) -> None:
        with register.transaction() as tx:
            ledger.append(tx, register.school, "noted", {"number": 1}, personal={"name": "Jo Hill"}, now=NOW)

    def policy(self, *arguments: str) -> Result:
        called = ["--workspace", str(self.root), "--today", "2026-11-24", "--as", "Pat Clerk", *arguments]
        return CliRunner().invoke(policy_group, called, catch_exceptions=True)

    def everything(self) -> tuple[dict[str, str], dict[str, list[object]]]:
        """Every print and every row."""
        with self.open() as register, register.reading() as tx:
            rows = {
                table.name: [tuple(row) for row in tx.execute(select(table).order_by(*list(table.c)[:2]))]
                for table in schema.metadata.sorted_tables
            }
            return compute_prints(driver_behind(tx)), rows  # type: ignore[return-value]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A workspace whose register is a file."""
    return Place(tmp_path)


def test_a_register_goes_into_a_database_and_back_with_every_row_and_its_seal(place: Place, postgresql: Server) -> None:
    before = place.everything()
    server = postgresql.new_database()
    moved = place.policy("register", "move", server, "--yes", "--json")
    assert moved.exit_code == 0, moved.output
    assert json.loads(moved.output)["records"] == 2

    refused = place.policy("status")
    assert isinstance(refused.exception, Exception)
    assert "was moved to the database" in str(refused.exception)

    place.set_url(server)
    assert place.everything() == before
    assert place.policy("ledger", "verify").exit_code == 0
    with place.open() as register:
        assert (register.doubt, register.is_new) == (None, False)
        place.record(register)
    there = place.everything()

    again = place.policy("register", "move", "distribution/register-2.sqlite3", "--yes")
    assert again.exit_code == 0, again.output
    assert 'url = "distribution/register-2.sqlite3"' in again.output
    refused = place.policy("status")
    assert "was moved to" in str(refused.exception)
    place.set_url("distribution/register-2.sqlite3")
    assert place.everything() == there
    assert place.policy("ledger", "verify").exit_code == 0
    with place.open() as register:
        assert register.doubt is None
        assert register.find_damage() == ()


def test_settings_that_name_a_server_make_nothing_there_while_a_file_lies_here(
    place: Place, postgresql: Server
) -> None:
    before, server = place.everything(), postgresql.new_database()
    database = server.rpartition("/")[2]
    schemas = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'policy%' ORDER BY 1"
    there = postgresql.ask(schemas, database)
    place.set_url(server)
    for command in (("run",), ("run", "--dry-run"), ("status",)):
        refused = place.policy(*command)
        assert "There is a register in" in str(refused.exception), command
        assert "policy register move" in str(refused.exception)
        assert getattr(refused.exception, "exit_code", None) is ExitCode.REGISTER
    assert postgresql.ask(schemas, database) == there
    assert not postgresql.ask("SELECT 1 FROM policy_west_park_school.school", database)

    moved = place.policy("register", "move", server, "--yes")
    assert moved.exit_code == 0, (moved.output, moved.exception)
    assert "config.toml" not in moved.output
    assert place.everything() == before
    assert place.policy("status").exit_code == 0


def test_a_database_that_has_the_school_already_is_refused_and_nothing_is_changed(
    place: Place, postgresql: Server, tmp_path: Path
) -> None:
    server = postgresql.new_database()
    with open_register(server, root=tmp_path / "other", school_name=NAME, time_zone="Europe/London"):
        pass
    refused = place.policy("register", "move", server)
    assert "has this school already" in str(refused.exception)
    assert not (place.root / f"{FILE}.moved").exists()
    with place.open() as register:
        place.record(register)


def test_what_cannot_be_moved_is_said_and_stays(place: Place, postgresql: Server) -> None:
    for url, words in (
        (FILE, "is that already"),
        ("config.toml", "is no address of a database"),
        ("elsewhere", "is no address of a database"),
        ("sqlite:///distribution/new/../../config.toml", "There is something at"),
        (postgresql.url("nowhere"), "There is no database nowhere"),
        ("postgresql+psycopg://policy:tiger@127.0.0.1/policy", "has a password in it"),
        ("mysql://127.0.0.1/policy", "is no register"),
    ):
        for more in ((), ("--yes",)):
            refused = place.policy("register", "move", url, *more)
            assert words in str(refused.exception), (url, more)
            assert "tiger" not in str(refused.exception)
    with place.open() as register:
        place.record(register)
    assert place.policy("ledger", "verify").exit_code == 0


def test_without_a_yes_a_move_is_only_looked_at(place: Place, postgresql: Server) -> None:
    for url in (postgresql.new_database(), "sqlite:///distribution/register-2.sqlite3"):
        looked = place.policy("register", "move", url)
        assert looked.exit_code == 0, looked.exception
        for words in ("This would carry ", "with the ledger of 2 records", "Nothing was changed.", f"move {url} --yes"):
            assert words in looked.output
        shown = json.loads(place.policy("register", "move", url, "--json").output)
        assert (shown["moved"], shown["records"], shown["rows"] > 2) == (False, 2, True)
    assert not (place.root / f"{FILE}.moved").exists()
    assert not (place.root / "distribution" / "register-2.sqlite3").exists()
    with place.open() as register:
        place.record(register)


@pytest.mark.parametrize("word", ["elsewhere", "help", "postgresql", "db.example.org/policy", "--", ""])
def test_a_word_is_taken_for_no_file_to_carry_the_register_into(place: Place, word: str) -> None:
    refused = place.policy("register", "move", "--yes", "--", word)
    assert getattr(refused.exception, "exit_code", None) is ExitCode.USAGE
    assert "is no address of a database" in str(refused.exception)
    assert place.policy("status").exit_code == 0


def test_a_register_that_was_changed_is_not_moved(place: Place, postgresql: Server) -> None:
    with closing(sqlite3.connect(place.root / FILE, isolation_level=None)) as driver:
        driver.execute("DELETE FROM ledger_record WHERE position = 1")
    refused = place.policy("register", "move", postgresql.new_database())
    assert "nothing is moved" in str(refused.exception) or "is damaged" in str(refused.exception)
    assert not (place.root / f"{FILE}.moved").exists()


def test_a_run_that_is_at_work_is_not_moved_under(place: Place, postgresql: Server) -> None:
    server = postgresql.new_database()
    with place.open() as register, register.lock():
        refused = place.policy("register", "move", server, "--yes")
        assert getattr(refused.exception, "exit_code", None) is ExitCode.REGISTER
    with place.open() as register:
        assert place.policy("register", "move", server, "--yes").exit_code == 0
        with pytest.raises(Exception, match="was moved to"):
            place.record(register)


def test_a_safety_copy_of_a_register_on_a_server_is_put_back_there_and_what_was_there_is_kept(
    place: Place, postgresql: Server, tmp_path: Path
) -> None:
    server = postgresql.new_database()
    assert place.policy("register", "move", server, "--yes").exit_code == 0
    place.set_url(server)
    before = place.everything()
    made = place.policy("backup")
    assert made.exit_code == 0, made.output
    copy = next((place.root / "distribution" / "safety-copies").glob("*.zip"))
    with place.open() as register:
        place.record(register)
        refused = place.policy("restore", str(copy), "--yes")
        assert "A program has the register" in str(refused.exception)
    assert "register on its server as well" in place.policy("restore", str(copy)).output
    restored = place.policy("restore", str(copy), "--yes")
    assert restored.exit_code == 0, (restored.output, restored.exception)
    _, rows = place.everything()
    records = [record[2] for record in rows["ledger_record"]]
    assert len(records) == len(before[1]["ledger_record"]) + 1
    assert "register-restored" in str(records[-1])
    with place.open() as register:
        assert register.find_damage() == ()
        with register.reading() as tx:
            assert [hold.reason for hold in list_holds(tx, register.school)] == [HoldReason.RESTORED]
    schemas = postgresql.ask("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'policy%'", server.rpartition("/")[2])
    assert any("_replaced_" in name for (name,) in schemas)

    elsewhere = tmp_path / "new-machine"
    before = place.everything()
    for words in ((), ("--yes",)):
        refused = place.policy("restore", str(copy), "--into", str(elsewhere), *words)
        assert "by another folder than this one" in str(refused.exception), words
    assert place.everything() == before
    assert not list(elsewhere.iterdir())
    # The old folder is gone for good, so whoever looks after the database lets go of the school.
    postgresql.ask("COMMENT ON SCHEMA policy_west_park_school IS NULL", server.rpartition("/")[2])
    again = place.policy("restore", str(copy), "--into", str(elsewhere), "--yes")
    assert again.exit_code == 0, (again.output, again.exception)
    assert not list(elsewhere.rglob("register*sqlite3"))


def test_what_a_copy_replaces_is_kept_also_where_two_are_put_back_within_a_second(
    place: Place, postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longest name of a school, which leaves no letter to spare."""
    put_back = restoring.put_back
    monkeypatch.setattr(restoring, "put_back", lambda found, actor, now: put_back(found, actor=actor, now=NOW))
    server = postgresql.new_database()
    place.name_key("the-school-of-the-longest-name-that-anybody-has-ever-given-one")
    assert place.policy("register", "move", server, "--yes").exit_code == 0
    place.set_url(server)
    assert place.policy("backup").exit_code == 0
    copy = next((place.root / "distribution" / "safety-copies").glob("*.zip"))
    for number in (1, 2, 3):
        restored = place.policy("restore", str(copy), "--yes")
        assert restored.exit_code == 0, (number, restored.output, restored.exception)
        query = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'policy_the_school_of_the_longest%'"
        schemas = postgresql.ask(query, server.rpartition("/")[2])
        assert len(schemas) == number + 1, schemas
        assert len(list((place.root / "distribution").glob("replaced-*"))) == number


def test_a_program_that_is_just_ending_does_not_keep_a_copy_from_being_put_back(
    place: Place, postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = postgresql.new_database()
    assert place.policy("register", "move", server, "--yes").exit_code == 0
    place.set_url(server)
    assert place.policy("backup").exit_code == 0
    copy = next((place.root / "distribution" / "safety-copies").glob("*.zip"))
    held = place.open()
    place.record(held)
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        held.close()
        time.sleep(seconds)

    monkeypatch.setattr(receiving, "time", SimpleNamespace(sleep=wait, monotonic=time.monotonic))
    restored = place.policy("restore", str(copy), "--yes")
    assert restored.exit_code == 0, (restored.output, restored.exception)
    assert waits


def test_a_copy_from_before_the_move_is_refused_before_anything_is_replaced(place: Place, postgresql: Server) -> None:
    server = postgresql.new_database()
    assert place.policy("backup").exit_code == 0
    copy = next((place.root / "distribution" / "safety-copies").glob("*.zip"))
    assert place.policy("register", "move", server, "--yes").exit_code == 0
    place.set_url(server)
    with place.open() as register:
        place.record(register)
    before, settings = place.everything(), (place.root / "config.toml").read_bytes()
    for words in ((), ("--yes",)):
        refused = place.policy("restore", str(copy), *words)
        assert "from before the register" in str(refused.exception), words
        assert "register.sqlite3.moved" in str(refused.exception)
    assert (place.root / "config.toml").read_bytes() == settings
    assert not list((place.root / "distribution").glob("replaced-*"))
    assert place.everything() == before
    (place.root / f"{FILE}.moved").unlink()
    assert place.policy("restore", str(copy), "--yes").exit_code == 0
    place.url = FILE
    with place.open() as register, register.reading() as tx:
        assert HoldReason.RESTORED in [hold.reason for hold in list_holds(tx, register.school)]
