"""The register as a file by itself: a copy as it stands at one moment, and one that is to take its place.

``safety_copies`` keeps and puts back such files.
"""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import RegisterError
from pipeline.private_files import create_file
from pipeline.register.ledger import row_hashes
from pipeline.register.store.counter import current_mark
from pipeline.register.store.damage import check_head, damaged, find_damage
from pipeline.register.store.database import Register, explained, open_register, server_of
from pipeline.register.store.location import is_on_server, key_of, register_path
from pipeline.register.store.marks import mark_paths, moved_note, read_marks, write_marks
from pipeline.register.store.migrate import SHIPPED


def write_snapshot(register: Register, target: Path) -> None:
    """Write the register as it stands now to a new file ``target`` that only this account can read.

    Readers and writers go on meanwhile. Raises RegisterError where either file fails.
    """
    os.close(create_file(target))
    with explained(register.backend):
        register.backend.write_file(target)


def check_snapshot(path: Path) -> None:
    """Make sure that a file is a whole register which this program can use. It is only read.

    Raises RegisterError: no register, damaged, or of a newer program.
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as driver:
            row_hashes.teach(driver)
            check_head(driver, path)
            editions = [str(row[0]) for row in driver.execute("SELECT version_num FROM alembic_version")]
            if editions not in ([edition] for edition in SHIPPED.revisions):
                raise RegisterError("It was made by a newer version of this program. Install that version first.")
            if found := find_damage(driver):
                raise damaged(path, found[0])
    except sqlite3.Error as error:
        raise RegisterError("The register in it cannot be read.") from error


def read_register_id(path: Path) -> str | None:
    """Return the number of the register in a file, which is only read; None of one from before registers had any.

    Raises RegisterError: it cannot be read.
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as driver:
            columns = [str(row[1]) for row in driver.execute("PRAGMA table_info(school)")]
            found = driver.execute("SELECT register_id FROM school").fetchone() if "register_id" in columns else None
    except sqlite3.Error as error:
        raise RegisterError("The register in it cannot be read.") from error
    return None if found is None or found[0] is None else str(found[0])


def known_registers(url: str, root: Path) -> frozenset[str]:
    """Return the numbers of the registers that a workspace has written to, by its marks."""
    marks = read_marks(mark_paths(register_path(url, root=root), root))
    return frozenset(mark.register_id for mark in marks if mark is not None and mark.register_id)


def refuse_replacing(snapshot: Path, url: str, config: Config) -> None:
    """Raise RegisterError where the register in a file may not take the place it is to have, before anything is done.

    That is where the register there was moved elsewhere, where another school is in its place on a server, or where
    what is there belongs to another workspace than that of ``config``.
    """
    if not is_on_server(url):
        _refuse_moved_file(register_path(url, root=config.root))
        return
    server = server_of()
    from pipeline.register.store.postgresql import receiving

    place = server.place.server_place(url)
    server.backend.refuse_place(place)
    register_id, school = read_register_id(snapshot), config.school
    receiving.refuse_replacing(
        place,
        register_id or "",
        school.key or key_of(school.name),
        is_mine=register_id in known_registers(url, config.root),
    )


def _refuse_moved_file(path: Path) -> None:
    note = moved_note(path)
    if note.exists():
        raise RegisterError(
            f"The copy is from before the register {path} was moved; config.toml in it leads back to that file. Put a "
            "copy back that was made since. To go back to the file, and lose what was recorded since it was moved, "
            f"delete {note.name} beside it first. Nothing was changed."
        )


def put_on_server(path: Path, url: str, config: Config, now: datetime) -> None:
    """Carry the register in a file into the database that ``url`` names; what is there of this school is set aside.

    It is brought up to date first, in its file. Raises RegisterError where the database cannot be used, a program has
    the school's register open, or another school is in its place.
    """
    server = server_of()
    from pipeline.register.store.postgresql import receiving

    place = server.place.server_place(url)
    server.backend.refuse_place(place)
    school = config.school
    with (
        open_register(str(path), root=config.root, school_name=school.name, time_zone=school.time_zone) as register,
        register.reading() as tx,
    ):
        receiving.replace(place, tx, school.key or register.school, f"{now:%Y%m%d%H%M%S}")
        # By it the workspace, which may be a new one, knows its school again.
        beside = register_path(url, root=config.root)
        mark = replace(current_mark(tx, register.school), place=str(beside.absolute()))
        write_marks(mark_paths(beside, config.root), mark)


def is_in_use(path: Path) -> bool:
    """Tell whether any program, this one too, has the register at ``path`` open."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, timeout=0)) as driver:
        try:
            driver.execute("PRAGMA locking_mode = EXCLUSIVE")
            driver.execute("BEGIN EXCLUSIVE")
            driver.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        except sqlite3.DatabaseError:
            # Damaged, or no register: nobody can be at work with it.
            return False
    return False
