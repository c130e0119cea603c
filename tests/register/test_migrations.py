"""Migrations: they make what ``schema`` draws, and one that is killed leaves the old tables."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Engine, Index, Integer, MetaData, Table, Text, create_engine, inspect, text

from pipeline.errors import RegisterError, RegisterInUseError
from pipeline.register.ledger import ledger, row_hashes
from pipeline.register.ledger.row_hashes import COLUMN
from pipeline.register.mail.told import list_told
from pipeline.register.store.database import Register, open_register
from pipeline.register.store.migrate import SHIPPED, Migrations, ship
from pipeline.register.tables.common import school_key
from pipeline.register.tables.declared import TableKind, declared
from pipeline.register.tables.schema import metadata
from tests.register.first_edition import make_edition, make_first_edition

ROOT = Path(__file__).resolve().parents[2]

NEXT_MIGRATION = '''
"""Give the school a motto; a drill for the test of killed migrations."""
import os, signal
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "@"


def upgrade():
    op.create_table("motto", sa.Column("id", sa.Integer, primary_key=True))
    with op.batch_alter_table("school") as table:
        table.add_column(sa.Column("motto", sa.Text))
        table.alter_column("name", nullable=True)
    if os.environ.get("KILL_IN_MIGRATION"):
        os.kill(os.getpid(), signal.SIGKILL)
'''

UPGRADE = """
import sys
import threading
from pathlib import Path
from tests.register.test_migrations import later_in, open_at
open_at(Path(sys.argv[1]), later_in(Path(sys.argv[2]))).close()
"""
LATER = (*SHIPPED.revisions, "9999")


def later_in(folder: Path) -> Migrations:
    """The shipped migrations and that of a folder for an edition more."""
    return replace(SHIPPED, folder=folder, revisions=LATER)


def open_at(folder: Path, migrations: Migrations = SHIPPED, *, wait_seconds: float = 10.0) -> Register:
    return open_register(
        "r.sqlite3",
        root=folder,
        school_name="S",
        time_zone="Europe/London",
        wait_seconds=wait_seconds,
        migrations=migrations,
    )


def open_and_be_killed(folder: Path, migrations: Migrations) -> None:
    command = [sys.executable, "-c", UPGRADE, str(folder), str(migrations.folder)]
    killed = subprocess.run(command, cwd=ROOT, env={**os.environ, "KILL_IN_MIGRATION": "1"}, check=False)
    assert killed.returncode == -signal.SIGKILL


@pytest.fixture
def later(tmp_path: Path) -> Migrations:
    """The shipped migrations and one more."""
    folder = tmp_path / "migrations"
    shutil.copytree(SHIPPED.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_motto.py").write_text(
        NEXT_MIGRATION.replace("@", SHIPPED.revisions[-1]), encoding="utf-8"
    )
    return later_in(folder)


def columns(path: Path) -> tuple[list[str], list[str], list[str]]:
    """The tables, the school's columns and the edition that stand in a file."""
    with sqlite3.connect(path) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        school = [row[1] for row in connection.execute("PRAGMA table_info(school)")]
        edition = [row[0] for row in connection.execute("SELECT version_num FROM alembic_version")]
    connection.close()
    return tables, school, edition


def test_migrations_make_what_the_schema_draws_and_a_new_register_has(tmp_path: Path) -> None:
    engines = []
    for name in ("step-by-step", "at-once"):
        (folder := tmp_path / name).mkdir()
        if name == "step-by-step":
            make_first_edition(folder / "r.sqlite3")
        open_at(folder).close()
        engine = create_engine(f"sqlite:///{folder / 'r.sqlite3'}")
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "compare_server_default": True}
            )
            assert compare_metadata(context, metadata) == []
        engines.append(engine)
    steps, at_once = engines
    assert constraints(steps) == constraints(at_once)
    assert edition_table(steps) == edition_table(at_once)
    for engine in engines:
        engine.dispose()


def edition_table(engine: Engine) -> tuple[str, list[str]]:
    """How the table of the edition is made, in words without breaks, and what stands in it."""
    with engine.connect() as connection:
        made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'alembic_version'")).scalar_one()
        edition = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return re.sub(r"\s+", " ", made).replace("( ", "(").replace(" )", ")"), list(edition)


def constraints(engine: Engine) -> dict[str, object]:
    """What the comparison of Alembic leaves out on SQLite: keys and their names."""
    found = inspect(engine)
    return {
        table: (
            found.get_pk_constraint(table),
            sorted(found.get_foreign_keys(table), key=lambda key: str(key["name"])),
            sorted(found.get_unique_constraints(table), key=lambda key: str(key["name"])),
            sorted((_words(index) for index in found.get_indexes(table)), key=lambda index: index["name"]),
            sorted(column["name"] for column in found.get_columns(table)),
        )
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def _words(index: Mapping[str, Any]) -> dict[str, str]:
    """An index in words: a condition is an object that equals no other."""
    return {name: repr({key: str(one) for key, one in value.items()}) if isinstance(value, dict) else str(value)
            for name, value in index.items()}  # fmt: skip


def test_the_list_of_editions_is_that_of_the_folder() -> None:
    written = {path.name[:4]: path.read_text(encoding="utf-8") for path in SHIPPED.folder.glob("versions/*.py")}
    assert SHIPPED.revisions[0] == "0002"
    assert all(f'revision = "{edition}"' in words for edition, words in written.items())
    assert written.keys() <= {*SHIPPED.revisions}
    assert SHIPPED.revisions[1:] == tuple(sorted({*written, *SHIPPED.new}))


def with_a_new_table() -> Migrations:
    """The shipped migrations and an edition without a file, in which a table is new."""
    drawn = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(drawn)
    columns_of_it = Column("id", Integer, primary_key=True), school_key(), Column("words", Text), Column(COLUMN, Text)
    Table("motto", drawn, *columns_of_it, Index(None, "words"), info=declared(TableKind.RECORD, since="9999"))
    return ship(SHIPPED.folder, drawn)


def write_motto(register: Register) -> None:
    with register.transaction() as tx:
        tx.execute(text("INSERT INTO motto (school, words) VALUES (:school, 'Dare')"), {"school": register.school})


def test_a_table_that_says_since_when_it_is_there_needs_no_file(tmp_path: Path) -> None:
    """A register of the edition before, one that is new and one that is made step by step have it alike."""
    later = with_a_new_table()
    assert later.revisions == LATER
    made = {}
    for name in ("before", "new", "stepwise"):
        (folder := tmp_path / name).mkdir()
        if name == "before":
            open_at(folder).close()
        if name == "stepwise":
            make_first_edition(folder / "r.sqlite3")
        with open_at(folder, later) as register:
            assert register.find_damage() == ()
            write_motto(register)
        with open_at(folder, later) as register:
            assert register.find_damage() == ()
        engine = create_engine(f"sqlite:///{folder / 'r.sqlite3'}")
        made[name] = constraints(engine), edition_table(engine)[1]
        engine.dispose()
    assert made["before"] == made["new"] == made["stepwise"]
    assert made["new"][1] == ["9999"]
    with pytest.raises(RegisterError, match="made by a newer version"):
        open_at(tmp_path / "new")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a program cannot be killed this way on Windows")
def test_a_migration_that_is_killed_leaves_the_old_tables_and_the_next_opening_migrates(
    tmp_path: Path, later: Migrations
) -> None:
    open_at(tmp_path).close()
    before = columns(tmp_path / "r.sqlite3")
    open_and_be_killed(tmp_path, later)
    assert columns(tmp_path / "r.sqlite3") == before
    open_at(tmp_path).close()

    open_at(tmp_path, later).close()
    tables, school, edition = columns(tmp_path / "r.sqlite3")
    assert "motto" in tables
    assert school[-1] == "motto"
    assert edition == ["9999"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a program cannot be killed this way on Windows")
def test_a_first_run_killed_while_it_makes_the_register_leaves_none(tmp_path: Path, later: Migrations) -> None:
    open_and_be_killed(tmp_path, later)
    assert not (tmp_path / "r.sqlite3").exists()
    open_at(tmp_path, later).close()
    assert columns(tmp_path / "r.sqlite3")[2] == ["9999"]
    assert not list(tmp_path.glob("*.unfinished*"))


def test_a_register_of_a_newer_program_is_left_alone(tmp_path: Path, later: Migrations) -> None:
    open_at(tmp_path, later).close()
    before = (tmp_path / "r.sqlite3").read_bytes()
    with pytest.raises(RegisterError, match="made by a newer version"):
        open_at(tmp_path)
    assert (tmp_path / "r.sqlite3").read_bytes() == before


def test_a_migration_that_would_leave_rows_pointing_nowhere_is_undone(tmp_path: Path, later: Migrations) -> None:
    open_at(tmp_path).close()
    (later.folder / "versions" / "9999_motto.py").write_text(
        f'from alembic import op\nrevision = "9999"\ndown_revision = "{SHIPPED.revisions[-1]}"\n\n\ndef upgrade():\n'
        "    op.execute(\"INSERT INTO mail_route (school, route) VALUES ('gone', 'smtp')\")\n",
        encoding="utf-8",
    )
    before = columns(tmp_path / "r.sqlite3")
    with pytest.raises(RegisterError, match="point nowhere"):
        open_at(tmp_path, later)
    assert columns(tmp_path / "r.sqlite3") == before


def test_an_upgrade_waits_for_no_run_that_goes_on(tmp_path: Path, later: Migrations) -> None:
    with open_at(tmp_path) as register, register.lock(), pytest.raises(RegisterInUseError):
        open_at(tmp_path, later, wait_seconds=0.1)


def test_two_first_runs_at_once_make_one_register(tmp_path: Path) -> None:
    opened: list[Register] = []
    threads = [threading.Thread(target=lambda: opened.append(open_at(tmp_path))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [register.school for register in opened] == ["s", "s"]
    for register in opened:
        register.close()


def test_what_became_of_letters_is_carried_over_to_their_messages(tmp_path: Path) -> None:
    make_edition(tmp_path / "r.sqlite3", "0018")
    values = "'s', 'owner', 'a@example.org', 'A mail', 1, '{}', '2026-09-01', 'sent', 0, 0, '2026-09-01'"
    with closing(sqlite3.connect(tmp_path / "r.sqlite3")) as driver:
        row_hashes.teach(driver)
        row_hashes.keep(driver)
        for statement in (
            "INSERT INTO letter_body (id, school, text_part, html_part, attachments) VALUES (1, 's', 'a', 'b', '[]')",
            *(
                "INSERT INTO message (id, message_id, school, kind, recipient, subject, body, slots, due_on, state, "
                f"attempts, in_doubt, queued_at) VALUES ({key}, '<{key}>', {values})"
                for key in (1, 2)
            ),
            "INSERT INTO told (school, message, route, about, outcome, settled_at) VALUES "
            "('s', 1, 'smtp', 'find', 'sent', '2026-09-02 08:00:00.000000'), "
            "('s', 1, 'smtp', 'reading', 'sent', '2026-09-02 08:00:00.000000'), "
            "('s', 2, 'smtp', 'reading', NULL, NULL), "
            "('s', NULL, 'paper', 'reading', 'printed', '2026-09-03 08:00:00.000000')",
        ):
            driver.execute(statement)
        driver.commit()
    with open_at(tmp_path) as register, register.reading() as tx:
        letters = tx.execute(text("SELECT told_outcome, told_at FROM message ORDER BY id")).all()
        told = [(row.message, row.outcome, row.settled_at and row.settled_at.day) for row in list_told(tx, "s")]
        assert register.find_damage() == ()
    assert letters == [("sent", "2026-09-02 08:00:00.000000"), (None, None)]
    assert told == [(1, "sent", 2), (1, "sent", 2), (2, None, None), (None, "printed", 3)]


@pytest.mark.slow
def test_a_register_of_each_edition_that_was_in_use_is_carried_over(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    open_at(tmp_path / "new").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'new' / 'r.sqlite3'}")
    drawn = constraints(engine)
    engine.dispose()
    for edition in SHIPPED.revisions[:-1]:
        (folder := tmp_path / edition).mkdir()
        make_edition(folder / "r.sqlite3", edition)
        with open_at(folder) as register, register.reading() as tx:
            assert register.find_damage() == (), edition
            assert ledger.verify(tx, register.school).faults == (), edition
        engine = create_engine(f"sqlite:///{folder / 'r.sqlite3'}")
        assert constraints(engine) == drawn, edition
        engine.dispose()
