"""Carry a school's register to another place: from its file into a PostgreSQL database, or back into a file.

All of it goes over in one transaction there, while nobody writes here. Every row is held against its hash, and the
ledger is checked on both sides with the workspace's key before the new one counts. The old one is kept, and marked, so
that no program writes to it by mistake.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from pipeline.config import Config
from pipeline.errors import LedgerError, RegisterError
from pipeline.private_files import write_file
from pipeline.register.ledger import ledger
from pipeline.register.ledger.check import Against
from pipeline.register.ledger.head_file import read_outside
from pipeline.register.ledger.seal import key_at_hand
from pipeline.register.store.carrying import count_rows
from pipeline.register.store.counter import current_mark
from pipeline.register.store.database import Register, server_of
from pipeline.register.store.for_run import open_workspace_register
from pipeline.register.store.location import is_on_server, refuse_no_address, register_name, register_path
from pipeline.register.store.marks import HoldReason, moved_note, write_marks
from pipeline.register.store.sqlite import SQLiteBackend, file_beside, refuse_taken, write_file_of
from pipeline.register.tables.schema import message


@dataclass(frozen=True, slots=True)
class Moved:
    """What was carried over."""

    rows: int
    records: int
    """Of the ledger."""
    to: str
    """Where the register is now, in words."""
    kept: str
    """Where the old one stands, in words."""


def open_to_move(config: Config, url: str) -> Register:
    """Open the register that is to be carried to ``url``.

    That is where the settings say; where they name ``url`` already, as a trust's may, the file that lies there still.
    Raises RegisterError where it cannot be opened.
    """
    named, path = config.register_.url, file_beside(config.root)
    if path is not None and is_on_server(named) and named == url:
        named = str(path)
    return open_workspace_register(config, create=False, url=named)


def preview_move(register: Register, url: str, *, root: Path, school_key: str) -> Moved:
    """Return what ``move_register`` would carry where, once both sides were looked at; nothing is changed.

    Raises as ``move_register``.
    """
    to = _refuse_target(register, url, root)
    if is_on_server(url):
        server = server_of()
        from pipeline.register.store.postgresql import receiving

        receiving.refuse_taken(server.place.server_place(url), server.schools.schema_of(school_key or register.school))
    else:
        refuse_taken(register_path(url, root=root))
    with standing_still(register, root) as (tx, records):
        return Moved(sum(count_rows(tx).values()), records, to, _place_of(register))


def _refuse_target(register: Register, url: str, root: Path) -> str:
    """Return where ``url`` is, in words. Raises UsageError for no address, RegisterError for the register itself."""
    refuse_no_address(url)
    to = register_name(url, root=root)
    if to == _place_of(register):
        raise RegisterError(f"{register.name} is that already.")
    return to


def _place_of(register: Register) -> str:
    return register.name.removeprefix("The register ").removeprefix("in ")


def move_register(register: Register, url: str, *, root: Path, school_key: str, now: datetime) -> Moved:
    """Carry the register to where ``url`` says; ``config.toml`` is its owner's to change afterwards.

    Raises UsageError for a word that is no address; RegisterError where it is damaged or in doubt, mail is going out,
    the target has this school already, is this register itself, or cannot be reached; LedgerError where the ledger
    does not agree. Nothing is changed then.
    """
    to = _refuse_target(register, url, root)
    with standing_still(register, root) as (tx, records):
        mark = current_mark(tx, register.school)

        def check(target: Connection) -> None:
            if _check(target, register, root) != records:
                raise LedgerError("The ledger that came over is not the one that was here, so nothing was kept there.")

        if is_on_server(url):
            rows = _into_server(tx, register, url, root, school_key, check)
        else:
            rows = write_file_of(tx, register_path(url, root=root), check)
        kept = _leave(register, tx, mark.register_id, to, now)
    beside = register_path(url, root=root)
    write_marks((beside.with_name(f"{beside.name}.mark"),), replace(mark, place=str(beside.absolute())))
    return Moved(rows, records, to, kept)


@contextmanager
def standing_still(register: Register, root: Path) -> Iterator[tuple[Connection, int]]:
    """Let nobody write to the register meanwhile; yield a transaction, and how many records its ledger has.

    Raises RegisterError where it is damaged or in doubt, or mail is going out; LedgerError where the ledger does not
    agree.
    """
    if register.copied_from is not None:
        raise RegisterError(
            f"{register.name} is a copy of {register.copied_from}, which is still there: nothing is carried from a "
            "copy. If this folder is the one to be used from now on, move or rename the other one first."
        )
    if register.doubt is not None:
        newest = ", since it may not be the newest" if register.doubt is HoldReason.OLDER else ""
        raise RegisterError(f"{register.name} is held{newest}: 'policy send' says why. Settle that first.")
    register.refuse_damage()
    with register.lock(), register.transaction() as tx:
        if tx.scalar(select(func.count()).select_from(message).where(message.c.claimed_by.is_not(None))):
            raise RegisterError("Mail is going out just now. Let 'policy deliver' end, then do this again.")
        yield tx, _check(tx, register, root)


def was_moved(config: Config) -> bool:
    """Tell whether the register that the settings name was moved to another place, by what was left where it was.

    Raises RegisterError where a server that it was on cannot be asked.
    """
    url, root = config.register_.url, config.root
    if not is_on_server(url):
        return moved_note(register_path(url, root=root)).exists()
    server = server_of()
    from pipeline.register.store.postgresql import receiving

    known = server.schools.known_ids(register_path(url, root=root), root)
    return receiving.was_moved(server.place.server_place(url), known)


def _check(tx: Connection, register: Register, root: Path) -> int:
    """Check the ledger on one side, with its seal and the heads that are kept outside; return how many records."""
    secrets = root / ".secrets"
    against = Against(key_at_hand(secrets), read_outside(secrets))
    found = ledger.verify(tx, register.school, against=against)
    if found.faults:
        raise LedgerError(f"The ledger does not agree, so nothing is moved: {_first(found.faults)}")
    return found.records


def _first(faults: Sequence[str]) -> str:
    more = len(faults) - 1
    return faults[0] + (f" And {more} more: 'policy ledger verify' lists them." if more else "")


def _into_server(
    tx: Connection, register: Register, url: str, root: Path, school_key: str, check: Callable[[Connection], None]
) -> int:
    server = server_of()
    from pipeline.register.store.postgresql import receiving

    place = server.place.server_place(url)
    schema = server.schools.schema_of(school_key or register.school)
    mark = current_mark(tx, register.school)
    server.backend.refuse_place(place)
    return receiving.receive(place, schema, tx, register_id=mark.register_id, check=check)


def _leave(register: Register, tx: Connection, register_id: str, to: str, now: datetime) -> str:
    """Mark the old register, in the transaction in which it was read; return where it is kept."""
    if isinstance(register.backend, SQLiteBackend) and register.path is not None:
        write_file(moved_note(register.path), f"{to}\n".encode())
        return str(register.path)
    from pipeline.register.store.postgresql import receiving
    from pipeline.register.store.postgresql.backend import PostgreSQLBackend

    assert isinstance(register.backend, PostgreSQLBackend)
    name = receiving.leave(register.backend, tx, register_id, to, f"{now:%Y-%m-%d}")
    return f"{name} in {register.backend.place}"
