"""Open the register: safe against power cuts, two runs at once and older or newer programs.

It is one file of SQLite's, or one school's part of a PostgreSQL database; what differs between the two stands behind
``Backend``. ``run`` and the commands open it once and hand ``Transaction`` values to the other modules of this package,
which hold every statement. ``open_memory_register`` and ``copy_to_memory`` give a register that leaves nothing behind,
for dry runs.
"""

import logging
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, Self

from sqlalchemy import Connection, Engine, func, insert, select, update

from pipeline.errors import PolicyPipelineError, RegisterError
from pipeline.register.ledger.head_file import PENDING_HEAD, keep_head
from pipeline.register.ledger.key import ledger_key_in
from pipeline.register.ledger.keyed_rows import KEYS, RowKeys, give_codes, lacks_codes
from pipeline.register.ledger.seal import APPENDED, CHECKED, SECRETS, renew_seal
from pipeline.register.store.backend import BEGIN, READING, WRITING, Backend
from pipeline.register.store.computer_signs import account_mark, signs_of
from pipeline.register.store.counter import current_mark, has_head
from pipeline.register.store.damage import Damage, damaged
from pipeline.register.store.location import is_on_server, key_of, register_path
from pipeline.register.store.marks import (
    DOUBT,
    PENDING,
    AccountMark,
    HoldReason,
    RegisterMark,
    find_doubt,
    find_original,
    mark_paths,
    read_marks,
    write_marks,
)
from pipeline.register.store.migrate import SHIPPED, Migrations
from pipeline.register.store.sqlite import open_empty_memory, open_file, open_unwritable_file
from pipeline.register.tables import schema
from pipeline.register.transaction import Transaction

_log = logging.getLogger(__name__)

_LONGEST_WRITING_SECONDS = 60.0


class Register:
    """The register of one school, open. Any thread may use it; close it, or use it in a ``with`` statement."""

    def __init__(
        self,
        backend: Backend,
        *,
        school: str,
        marks: Sequence[Path] = (),
        secrets: Path | None = None,
        keys: RowKeys | None = None,
    ) -> None:
        self.school: str = school
        """The key that every row of this school carries."""
        self.path: Path | None = backend.path
        """The register's file; None where it is kept in memory or by a server."""
        self.beside: Path | None = backend.beside
        """What lies beside it is named after this: the file, or where it would be in the workspace; None in memory."""
        self.name: str = backend.name
        """The register at the beginning of a sentence; never with a password."""
        self.marks: Sequence[Path] = marks
        """Where it is noted how far the register has come; empty in memory."""
        self.account = AccountMark(None)  # the same, as this account notes it outside of the workspace
        self.secrets: Path | None = secrets
        """Where the ledger's key is and its heads are kept as well; None in memory, where nothing is sealed."""
        self.keys: RowKeys = keys or RowKeys()  # with what its rows are keyed that give rights
        self.doubt: HoldReason | None = None  # what the marks said against it when it was opened
        self.original: Path | None = None
        """The register that this one was copied from with its folder, where that was in its place at the opening."""
        self.is_new: bool = backend.beside is None  # there was none before it was opened
        self.backend: Backend = backend
        """For copies of the whole register; everything else takes a transaction."""
        self._engine, self._writer, self._thread = backend.engine, backend.writer, threading.local()
        # A register in memory has one connection, which threads take in turns.
        self._turn = threading.RLock()
        self._shared: Connection | None = None
        self._closed = False
        # When the last record was added that no head of this program covers yet.
        self._unsigned: datetime | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def copied_from(self) -> Path | None:
        """The register that this one was copied from with its folder, where that is still in its place now."""
        return self.original if self.original is not None and self.original.is_file() else None

    def placed(self, mark: RegisterMark) -> RegisterMark:
        """Return a mark of this register with the place where it lies, and by what that is known again."""
        if self.beside is None:
            return mark
        return replace(mark, place=str(self.beside.absolute()), signs=signs_of(self.path) if self.path else ())

    def close(self) -> None:
        """Let go of the file; a register in memory is gone. A thread still using it lets go once it is done.

        What was added to the ledger and is not signed yet, since something stopped the work, is signed before.
        """
        if self._unsigned is not None and not self._closed:
            self._sign_rest(self._unsigned)
        self.account.keep()
        self._closed = True
        self._engine.dispose()
        self._writer.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write: everything inside is kept together at the end, or nothing if it raises.

        Only one thread of one program writes at a time. Those of this program take turns in the order they came;
        another program is waited for up to ten seconds. Raises RegisterError where the file cannot be written,
        RuntimeError where this thread is already writing (it would wait for itself).
        """
        if getattr(self._thread, "writing", False):
            raise RuntimeError("a transaction is already open on this thread")
        self._thread.writing = True
        try:
            with self._explained(), self.backend.turn():
                began = time.monotonic()
                with self._begun(WRITING) as connection:
                    yield connection
                self.backend.rest(time.monotonic() - began)
        finally:
            self._thread.writing = False

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Read what stood in the register at the first question; whatever others write meanwhile is not seen.

        Writing in here is a mistake of the program; in a file it raises sqlalchemy's OperationalError.
        """
        with self._explained(), self._begun(READING) as connection:
            yield connection

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other runs out while one reads and plans. A run that died has let go of it by dying.

        Decisions and deliveries take no such lock: they work beside a run, in transactions of their own. Raises
        RegisterInUseError at once where another run holds it. A register in memory has nobody to keep out.
        """
        with self.backend.keep_out("", wait_seconds=0.0):
            yield

    @contextmanager
    def publishing(self, what: str = "pages") -> Iterator[None]:
        """Let one program at a time write the pages, or folders: what was decided last stands there at the end.

        Another waits up to a minute; raises RegisterInUseError where that is not enough.
        """
        with self.backend.keep_out(what, wait_seconds=_LONGEST_WRITING_SECONDS):
            yield

    @property
    def is_in_memory(self) -> bool:
        """Whether it is gone when it is closed, and nobody else can write to it."""
        return self.beside is None

    @property
    def engine(self) -> Engine:
        """For what listens to the connections of a register in memory; everything else takes a transaction."""
        return self._engine

    def known_marks(self) -> tuple[RegisterMark, ...]:
        """Return every mark of this register that can be read, what the account noted too."""
        return tuple(mark for mark in read_marks((*self.marks, *self.account.paths)) if mark is not None)

    def find_damage(self) -> tuple[Damage, ...]:
        """Read all of the register and return what is not whole in it; empty where nothing is."""
        with explained(self.backend), self._begun(READING) as connection:
            return self.backend.find_damage(connection)

    def refuse_damage(self) -> None:
        """Raise RegisterError where something in the register is not whole: nothing may rest on it then."""
        if found := self.find_damage():
            raise damaged(self.name, found[0])

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Say in words what the file refused; any other fault too, where it comes of damage to the file."""
        try:
            with explained(self.backend):
                yield
        except PolicyPipelineError:
            raise
        except Exception as error:
            found = () if self.is_in_memory or self._closed else self.find_damage()
            if found:
                raise damaged(self.name, found[0]) from error
            raise

    def _sign_rest(self, now: datetime) -> None:
        """Sign the ledger as it stands; what cannot be signed now the next program that starts signs or tells."""
        from pipeline.register.ledger import ledger

        try:
            with self.transaction() as tx:
                assert self.secrets is not None  # a register in memory keeps nothing to sign
                ledger.sign(tx, self.school, ledger_key_in(self.secrets), now, whole=False)
        except (PolicyPipelineError, RuntimeError) as error:
            _log.warning("the ledger was not signed: %s", error)

    @contextmanager
    def _begun(self, begin: str) -> Iterator[Transaction]:
        if self.is_in_memory:
            with self._turn, self._in_turn(begin) as connection:
                yield connection
            return
        self.backend.refuse_another()
        engine = self._engine if begin == READING else self._writer
        lent_by = engine.pool
        try:
            options = {BEGIN: begin, DOUBT: self.doubt, SECRETS: self.secrets, KEYS: self.keys}
            with engine.connect().execution_options(**options) as connection:
                for left_over in (PENDING, PENDING_HEAD, APPENDED, CHECKED):
                    connection.info.pop(left_over, None)
                self.backend.prepare(connection, writing=begin == WRITING)
                with connection.begin():
                    if begin == WRITING:
                        # Looked at again: a person may have moved it while this waited for its turn.
                        self.backend.refuse_another()
                    yield connection
                    appended, signed = connection.info.get(APPENDED), connection.info.get(CHECKED)
                    if begin == WRITING:
                        renew_seal(connection, self.school)
                if mark := connection.info.pop(PENDING, None):
                    write_marks(self.marks, placed := self.placed(mark))
                    self.account.note(placed)
                if self.secrets is not None and (head := connection.info.pop(PENDING_HEAD, None)):
                    keep_head(self.secrets, *head)
                if self.secrets is not None and (appended or signed):
                    self._unsigned = None if signed else appended
        finally:
            if self._closed:
                # Closed meanwhile: the pool that takes this connection back would keep the file open.
                lent_by.dispose()
                engine.dispose()

    @contextmanager
    def _in_turn(self, begin: str) -> Iterator[Transaction]:
        if self._shared is None:
            options = {DOUBT: self.doubt, KEYS: self.keys}
            with self._engine.connect().execution_options(**options) as connection, connection.begin():
                self.backend.prepare(connection, writing=True)
                self._shared = connection
                try:
                    yield connection
                finally:
                    self._shared = None
        elif begin == READING:
            yield self._shared
        else:
            with self._shared.begin_nested():
                yield self._shared


def open_register(
    url: str,
    *,
    root: Path,
    school_name: str,
    time_zone: str,
    create: bool = True,
    wait_seconds: float = 10.0,
    migrations: Migrations = SHIPPED,
    school_key: str = "",
    environ: Mapping[str, str] | None = None,
) -> Register:
    """Open the register that ``[register] url`` names; make it, or bring its tables up to date, where needed.

    ``root`` is the folder of ``config.toml``; ``wait_seconds`` is how long to wait for another writer or a run that is
    making or upgrading it; ``migrations`` are others than the shipped ones only in drills. The name and time zone are
    kept as given now; ``school_key`` is ``[school] key``, by which a server's database keeps its schools apart;
    ``environ`` may hold the workspace's secret, None: this process's. Raises RegisterError for a place it must not
    stand in, no register or a newer program's, a full or unwritable drive, and, with ``create`` False, none;
    RegisterInUseError where another run is making it.
    """
    opening = _Opening(root, school_name, time_zone, school_key, os.environ if environ is None else environ)
    path = register_path(url, root=root)
    if is_on_server(url):
        return _open_on_server(url, opening, create=create, migrations=migrations, wait_seconds=wait_seconds)
    backend, is_new = open_file(
        path, create=create, migrations=migrations, wait_seconds=wait_seconds, secrets=root / ".secrets"
    )
    with _closed_on_failure(backend):
        return _settled(backend, opening, is_new=is_new)


@dataclass(frozen=True, slots=True)
class _Opening:
    """For which workspace and school a register is opened."""

    root: Path
    school_name: str
    time_zone: str
    school_key: str
    environ: Mapping[str, str]


def _settled(backend: Backend, opening: _Opening, *, is_new: bool) -> Register:
    key = opening.school_key or key_of(opening.school_name)
    school = _settle_school(Register(backend, school=""), opening.school_name, opening.time_zone, key)
    register = _held_against_marks(_at(backend, opening.root, school, opening.environ))
    register.is_new = is_new
    _key_once(register)
    return register


def _open_on_server(
    url: str, opening: _Opening, *, create: bool, migrations: Migrations, wait_seconds: float
) -> Register:
    server = server_of()
    root, place = opening.root, server.place.server_place(url)
    with ExitStack() as alone:
        backend, is_new = server.backend.open_server(
            place,
            beside=register_path(url, root=root),
            root=root,
            key=opening.school_key,
            by_name=key_of(opening.school_name),
            create=create,
            migrations=migrations,
            wait_seconds=wait_seconds,
            opening=alone,
        )
        with _closed_on_failure(backend):
            register = _settled(backend, opening, is_new=is_new)
            with register.reading() as tx:
                mark = register.placed(current_mark(tx, register.school))
            if not any(each and each.register_id == mark.register_id for each in read_marks(register.marks)):
                # By it the workspace knows its school again; what another mark says against it stays.
                write_marks([path for path in register.marks if not path.exists()], mark)
            server.backend.note_register_id(backend, mark.register_id)
            return register


def server_of() -> Any:
    """Return what knows PostgreSQL, which nobody loads whose register is a file.

    Raises RegisterError where its driver is not installed.
    """
    try:
        from pipeline.register.store import postgresql
        from pipeline.register.store.postgresql import backend, place, schools  # noqa: F401
    except ImportError as error:
        raise RegisterError(
            "[register] url names a PostgreSQL database, and what speaks to one is not installed. Install it with: "
            "python -m pip install 'policy-pipeline[trust]' (or psycopg[binary] beside this program)."
        ) from error
    return postgresql


def has_register(url: str, *, root: Path, school_name: str = "", school_key: str = "") -> bool:
    """Return whether there is a register of the school where ``[register] url`` says; none is made.

    Raises RegisterError for a kind of database that is none, or a server that cannot be asked.
    """
    path = register_path(url, root=root)
    if not is_on_server(url):
        return path.exists()
    server = server_of()
    place = server.place.server_place(url)
    _, there = server.backend.find_school(place, beside=path, root=root, key=school_key, by_name=key_of(school_name))
    return bool(there)


def open_unwritable(url: str, *, root: Path) -> Register | None:
    """Open the register to look into it where its drive, or this account, cannot write; None where it can be written.

    Nothing is made beside it and nothing is brought up to date. Raises RegisterError where it cannot be read like that:
    a server's last work stands beside it, or it is of another edition.
    """
    path = register_path(url, root=root)
    found = None if is_on_server(url) else open_unwritable_file(path)
    return None if found is None else _held_against_marks(_at(found[0], root, found[1], os.environ))


def _at(backend: Backend, root: Path, school: str, environ: Mapping[str, str]) -> Register:
    assert backend.beside is not None  # a register in memory has no workspace
    marks = mark_paths(backend.beside, root)
    return Register(backend, school=school, marks=marks, secrets=root / ".secrets", keys=RowKeys(root, environ))


def open_memory_register(*, school_name: str, time_zone: str) -> Register:
    """Open an empty register with the same tables that nobody else sees and that is gone when closed."""
    backend = open_empty_memory()
    with _closed_on_failure(backend):
        school = _settle_school(Register(backend, school=""), school_name, time_zone, key_of(school_name))
        return Register(backend, school=school)


def copy_to_memory(register: Register) -> Register:
    """Return a copy of the register, as it stands now, that leaves nothing behind. The original stays open."""
    with explained(register.backend):
        memory = Register(register.backend.copy_to_memory(), school=register.school, keys=register.keys.copied())
        memory.doubt, memory.original, memory.is_new = register.doubt, register.original, register.is_new
        return memory


@contextmanager
def _closed_on_failure(backend: Backend) -> Iterator[None]:
    """Let go of a register that cannot be opened; one that is open closes itself."""
    try:
        with explained(backend):
            yield
    except BaseException:
        backend.engine.dispose()
        backend.writer.dispose()
        raise


@contextmanager
def explained(backend: Backend) -> Iterator[None]:
    """Say in words what the file or the server refused: what ``backend`` knows is raised as RegisterError."""
    try:
        yield
    except PolicyPipelineError:
        raise
    except Exception as error:
        explained = backend.explain(error)
        if explained is None:
            raise
        raise explained from error


# --- the school ------------------------------------------------------------------------------------------------


def _settle_school(register: Register, name: str, time_zone: str, key: str) -> str:
    """Return the school's key, which is ``key`` in a new register; write its name and time zone where they are new."""
    with register.reading() as tx:
        rows = tx.execute(select(schema.school)).all()
    if len(rows) > 1:
        raise RegisterError(
            f"{register.name} holds {len(rows)} schools; this version of the program keeps one. Use the "
            f"version that wrote it."
        )
    if rows and (rows[0].name, rows[0].time_zone) == (name, time_zone) and rows[0].register_id is not None:
        return str(rows[0].school)
    with register.transaction() as tx:
        written = tx.execute(select(schema.school.c.school)).scalar()
        if written is not None:
            known = func.coalesce(schema.school.c.register_id, token_hex(8))
            tx.execute(update(schema.school).values(name=name, time_zone=time_zone, register_id=known))
            return str(written)
        values = {"school": key, "name": name, "time_zone": time_zone, "register_id": token_hex(8)}
        tx.execute(insert(schema.school).values(**values))
    return key


def _held_against_marks(register: Register) -> Register:
    """Ask the marks whether this is the register that they were written for, as far as it has come."""
    if register.path is not None:
        with register.reading() as tx:
            number = current_mark(tx, register.school).register_id
        register.account = AccountMark(account_mark(number, os.environ))
    marks, known = read_marks(register.marks), register.known_marks()
    with register.reading() as tx:
        mine = register.placed(current_mark(tx, register.school))
        register.doubt = find_doubt(marks, known, mine, lambda head: has_head(tx, register.school, head))
    if register.doubt is not HoldReason.OTHER:
        # Else the right register is to be put back, wherever this one is from.
        register.original = find_original((*marks, *known), mine)
    return register


def _key_once(register: Register) -> None:
    """Give the rows of an edition before codes theirs, once: the marks outside of the register say that it was done."""
    known = register.known_marks()
    if register.is_new or register.doubt is not None or any(mark.keyed for mark in known):
        return
    with register.reading() as tx:
        if not lacks_codes(tx, register.school):
            return
    with register.transaction() as tx:
        give_codes(tx, register.school)
        mark = register.placed(current_mark(tx, register.school))
    if known:
        write_marks((*register.marks, *register.account.paths), mark)
