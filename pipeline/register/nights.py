"""Which schools' nights are done, on the server that a trust's workers share: one row a trust, school and night.

Workers on several machines ask here before they begin a school and say here how it ended. The engine that hands out the
work (``trust.worker``) runs things at least once; that a night counts once is this table's key. What a night *does* is
kept in the school's own register, by unique keys of its own, so that a night begun twice does nothing twice.

The table and the engine's own stand in a schema of their own, beside the registers.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    func,
    select,
    update,
)
from sqlalchemy import text as words
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from pipeline.errors import RegisterError
from pipeline.register.store.engines import log_no_interrupts
from pipeline.register.store.postgresql.place import ServerPlace
from pipeline.register.tables.mapper import Mapper, stored

SCHEMA = "policy_nights"
_SETTING_UP = 4_811_739_520_113
"""The number of the lock under which the tables are made, so that two workers that start at once make them once."""

_night = Table(
    "school_night",
    MetaData(),
    Column("trust", Text, primary_key=True),  # two trusts in one database may have a school of one key
    Column("school", Text, primary_key=True),
    Column("night", Date, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("worker", Text, nullable=False),  # who began it last: its machine and process
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),  # None: it is under way, or the process that began it was killed
    Column("report", Text),  # what the school's night answered, as JSON
)


@dataclass(frozen=True, slots=True)
class NightRow:
    """One school's night."""

    school: str
    night: date
    attempts: int
    worker: str
    began_at: datetime
    ended_at: datetime | None
    report: Mapping[str, Any] | None


_REPORT = stored(_night.c.report, lambda told: None if told is None else json.loads(told))
_NIGHTS = Mapper(NightRow, _night, report=_REPORT)


class Nights:
    """One trust's nights in the table on a server. Any thread may use it; close it, or use it in a ``with`` statement.

    Every method raises RegisterError, in words, where the server cannot be asked.
    """

    def __init__(self, place: ServerPlace, trust: str, environ: Mapping[str, str]) -> None:
        """``trust`` is what tells it from others; their nights are not seen."""
        self.place: ServerPlace = place
        self.trust: str = trust
        self._engine = create_engine(
            "postgresql+psycopg://", connect_args=to_connect(place, environ), pool_size=2, max_overflow=4,
            pool_pre_ping=True,
        )  # fmt: skip
        log_no_interrupts(self._engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def prepare(self, engine_tables: str, engine_sql: str) -> None:
        """Make the schema and what stands in it, where it is not there: ours, and the engine's by ``engine_sql``.

        ``engine_tables``: a table of the engine's that is there once its SQL was run.
        """
        with self._asking() as connection:
            connection.execute(words("SELECT pg_advisory_xact_lock(:key)"), {"key": _SETTING_UP})
            connection.execute(words(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
            _night.create(connection, checkfirst=True)
            there = connection.execute(words("SELECT to_regclass(:name)"), {"name": f"{SCHEMA}.{engine_tables}"})
            if there.scalar() is None:
                # As it is, many statements in one: whatever passes it on with parameters would look for them in it.
                connection.connection.cursor().execute(engine_sql)

    def now(self) -> datetime:
        """Return the server's moment, which counts for all workers."""
        with self._asking() as connection:
            moment = connection.execute(select(func.now())).scalar_one()
            assert isinstance(moment, datetime)
            return moment

    def begin(self, school: str, night: date, worker: str, most_attempts: int) -> int | None:
        """Note that a worker begins a school's night; return which attempt it is.

        None where it is done, or was begun so often that it is given up.
        """
        values = {"attempts": 1, "worker": worker, "began_at": func.now()}
        fresh = insert(_night).values(trust=self.trust, school=school, night=night, **values)
        again = fresh.on_conflict_do_update(
            index_elements=["trust", "school", "night"],
            set_={"attempts": _night.c.attempts + 1, "worker": worker, "began_at": func.now()},
            where=_night.c.ended_at.is_(None) & (_night.c.attempts < most_attempts),
        )
        with self._asking() as connection:
            attempt = connection.execute(again.returning(_night.c.attempts)).scalar()
            return None if attempt is None else int(attempt)

    def let_go(self, school: str, night: date) -> None:
        """Take an attempt back that came to nothing through nobody's fault, as where another run was at work there."""
        mine = *self._that(school, night), _night.c.ended_at.is_(None), _night.c.attempts > 0
        with self._asking() as connection:
            connection.execute(update(_night).where(*mine).values(attempts=_night.c.attempts - 1))

    def finish(self, school: str, night: date, report: Mapping[str, Any]) -> bool:
        """Note how a school's night ended; False where that was noted before."""
        unfinished = *self._that(school, night), _night.c.ended_at.is_(None)
        told = json.dumps(report, ensure_ascii=False)
        with self._asking() as connection:
            done = connection.execute(update(_night).where(*unfinished).values(ended_at=func.now(), report=told))
            return done.rowcount == 1

    def list_open(self, night: date, schools: Sequence[str], most_attempts: int) -> tuple[str, ...]:
        """Return which of the schools are still to be worked on, in their order."""
        rows = {row.school: row for row in self.list_nights(night)}
        return tuple(
            key
            for key in schools
            if key not in rows or (rows[key].ended_at is None and rows[key].attempts < most_attempts)
        )

    def list_nights(self, night: date) -> tuple[NightRow, ...]:
        """Return every school of a night that was begun, by key."""
        query = _NIGHTS.select.where(_night.c.trust == self.trust, _night.c.night == night).order_by(_night.c.school)
        with self._asking() as connection:
            return _NIGHTS.all(connection, query)

    def forget_before(self, night: date) -> None:
        """Delete what is kept of nights before a day; what they did stands in the schools' registers."""
        with self._asking() as connection:
            connection.execute(_night.delete().where(_night.c.trust == self.trust, _night.c.night < night))

    def _that(self, school: str, night: date) -> tuple[Any, ...]:
        return _night.c.trust == self.trust, _night.c.school == school, _night.c.night == night

    @contextmanager
    def _asking(self) -> Iterator[Connection]:
        """Begin a transaction whose faults are told in words."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            why = " ".join(str(error.orig).split())[:200].rstrip(". ")
            raise RegisterError(f"{_begin_large(str(self.place))} cannot be used: {why}.") from error


def to_connect(place: ServerPlace, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return what a connection of a worker needs, whose tables are those of the schema of nights.

    Raises ConfigurationError where the file with the password cannot be read.
    """
    return {**place.to_connect(environ), "options": f"-c search_path={SCHEMA}", "application_name": "policy-worker"}


def _begin_large(text: str) -> str:
    return text[:1].upper() + text[1:]
