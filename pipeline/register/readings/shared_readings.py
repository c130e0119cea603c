"""Who asks a reader for a policy of the trust that they owe at several of its schools: every line of SQL about it.

``other_schools`` decides and writes here, once a night; ``letters`` asks for nothing that another school asks for, and
every list of readings says where a reader is asked. A standing that is over ends, and another row begins.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, or_, select, update

from pipeline.model.mail import DeliveryState
from pipeline.register.cached_answers import keeps_answers
from pipeline.register.store.chunks import in_chunks
from pipeline.register.tables.mapper import Mapper, stored
from pipeline.register.tables.people import person_state
from pipeline.register.tables.schema import ledger_record, letter_body, message
from pipeline.register.tables.shared_readings import shared_reading as table
from pipeline.register.transaction import Transaction

LASTS_DAYS = 4
"""So many days after it was last found to be so, a standing holds no more: the school asks by itself."""


class AskedBy(StrEnum):
    """Who asks."""

    HERE = "here"
    """This school, for all."""
    WAITS = "waits"
    """Nobody yet: this school waits for another's word, or for its copy."""
    THERE = "there"
    """Another school."""
    READ = "read"
    """Nobody any more: it was read at another school."""


@dataclass(frozen=True, slots=True)
class CopyBeside:
    """Another school's copy that goes with this school's letter."""

    at_key: str
    """That school."""
    at_school: str
    path: str
    """From this school's ``distribution/``, with forward slashes; or absolute."""
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Waited:
    """For how long another school's word was waited for."""

    key: str
    """That school."""
    seen_on: date
    """The day of its last word."""
    nights: int
    """Mail days without a new one, or without that the reader was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedReading:
    """How it stands with one person and one policy that they owe at several schools."""

    person: int
    """The register's key, as is the next."""
    policy_id: int
    edition: str
    """The SHA-256 of the trust's document that this school's version is of."""
    standing: AskedBy
    at_key: str = ""
    """The other school that asks, asked or is waited for; empty of none. So is the next."""
    at_school: str = ""
    is_told: bool = False
    """That school has put it before them."""
    gives_copy: bool = False
    """This school's own copy did not go with that school's letter: it is sent here, to read and not to sign."""
    since_on: date
    """Since when it is owed at several schools."""
    waited: tuple[Waited, ...] = ()
    renewed_on: date
    beside: tuple[CopyBeside, ...] = ()

    @property
    def is_asked_elsewhere(self) -> bool:
        """Whether this school asks for nothing."""
        return self.standing in (AskedBy.THERE, AskedBy.WAITS)


def _read_waited(those: Iterable[tuple[str, str, int]]) -> tuple[Waited, ...]:
    return tuple(Waited(key, date.fromisoformat(seen_on), nights) for key, seen_on, nights in those)


def _write_waited(those: Iterable[Waited]) -> list[list[str | int]]:
    return [[each.key, each.seen_on.isoformat(), each.nights] for each in those]


_SHARED = Mapper(SharedReading, table, waited=stored(table.c.waited, _read_waited, _write_waited))


def list_shared(
    tx: Transaction, school: str, *, persons: Collection[int] | None = None, as_at: datetime | None = None
) -> tuple[SharedReading, ...]:
    """Return how it stands, or stood at a moment, with everything that is owed at several schools; oldest first."""
    query = _SHARED.of(school)
    if as_at is None:
        query = query.where(table.c.ended_at.is_(None))
    else:
        query = query.where(table.c.started_at <= as_at, or_(table.c.ended_at.is_(None), table.c.ended_at > as_at))
    if persons is not None:
        query = query.where(table.c.person.in_(persons))
    return _SHARED.all(tx, query)


def list_holding(tx: Transaction, school: str, today: date) -> tuple[SharedReading, ...]:
    """Return what holds on a day: of what nobody has looked at for some days a school asks by itself.

    In a look ahead what held when it began goes on.
    """
    since = date.min if keeps_answers(tx) else today - timedelta(days=LASTS_DAYS)
    return tuple(
        one for one in list_shared(tx, school) if one.standing is AskedBy.READ or since <= one.renewed_on <= today
    )


def keep_shared(tx: Transaction, school: str, found: Iterable[SharedReading], now: datetime) -> None:
    """Keep how it stands with everything that is owed at several schools; what is not ``found`` ends."""
    before = {(one.person, one.policy_id): one for one in list_shared(tx, school)}
    wanted = {(one.person, one.policy_id): one for one in found}
    for key, old in before.items():
        new = wanted.get(key)
        if new is None or _spell(new) != _spell(old):
            tx.execute(update(table).where(*_open(school, *key)).values(ended_at=now))
        elif new != old:
            tx.execute(update(table).where(*_open(school, *key)).values(**_SHARED.values(new)))
    added = [new for key, new in wanted.items() if key not in before or _spell(new) != _spell(before[key])]
    if added:
        tx.execute(insert(table), [{"school": school, "started_at": now, **_SHARED.values(new)} for new in added])


def _spell(one: SharedReading) -> tuple[object, ...]:
    """Return what begins a row of its own where it changes."""
    return one.edition, one.standing, one.at_key


def _open(school: str, person: int, policy_id: int) -> tuple[Any, ...]:
    mine = table.c.school == school, table.c.person == person, table.c.policy_id == policy_id
    return *mine, table.c.ended_at.is_(None)


# --- what went with letters, and what the ledger has ------------------------------------------------------------------


def list_carried(tx: Transaction, school: str, persons: Collection[int]) -> Mapping[int, frozenset[str]]:
    """Return by person the SHA-256 of each copy of another school that went, or waits to go, with a letter to them."""
    gone = (DeliveryState.CANCELLED.value, DeliveryState.BOUNCED.value)
    found: dict[int, set[str]] = defaultdict(set)
    bodies: dict[int, set[str]] = {}
    for some in in_chunks(sorted(persons)):
        query = (
            select(message.c.person, message.c.body, letter_body.c.attachments)
            .join(letter_body, letter_body.c.id == message.c.body)
            .where(message.c.school == school, message.c.person.in_(some), message.c.state.not_in(gone))
        )
        for row in tx.execute(query):
            if row.body not in bodies:
                bodies[row.body] = {each["sha256"] for each in row.attachments if each.get("of_school")}
            found[row.person] |= bodies[row.body]
    return {person: frozenset(copies) for person, copies in found.items() if copies}


def copies_beside(tx: Transaction, school: str) -> frozenset[tuple[str, str]]:
    """Return school and SHA-256 of each copy of another school that may go with a letter now."""
    return frozenset((copy.at_key, copy.sha256) for one in list_shared(tx, school) for copy in one.beside)


_SAID = ("school", "version", "sha256", "method")


@dataclass(frozen=True, slots=True)
class ReadElsewhere:
    """What the ledger has of a reading that was given at another school."""

    at_school: str
    version: str
    """What that school calls the version that was read there."""
    sha256: str
    """Of its text there."""
    method: str
    edition: str
    copy_went: bool
    """This school's copy went with the letter that asked."""


def list_read_elsewhere(tx: Transaction, school: str, positions: Sequence[int]) -> Mapping[int, ReadElsewhere]:
    """Return what the ledger's records at some places have of readings given at other schools; of no others."""
    found = {}
    for some in in_chunks(positions):
        query = select(ledger_record.c.position, ledger_record.c.record).where(
            ledger_record.c.school == school, ledger_record.c.position.in_(some)
        )
        for position, text in tx.execute(query):
            said = json.loads(text)["fields"]
            if "at_school" in said:
                at_school, version, sha256, method = (said[f"at_{name}"] for name in _SAID)
                copy_went = said["copy_went"] == "yes"
                found[position] = ReadElsewhere(at_school, version, sha256, method, said["edition"], copy_went)
    return found


@dataclass(frozen=True, slots=True)
class KnownAs:
    """A name and an address that a person has, or had."""

    first_name: str
    last_name: str
    work_email: str


_KNOWN = Mapper(KnownAs, person_state)


def list_known_as(tx: Transaction, school: str) -> Mapping[int, Sequence[KnownAs]]:
    """Return every name with an address that each person has had at the school, the first one first."""
    query = _KNOWN.of(school, person_state.c.work_email.is_not(None)).add_columns(person_state.c.person)
    found: dict[int, dict[KnownAs, None]] = defaultdict(dict)
    for row in tx.execute(query):
        found[row.person][_KNOWN.read(row)] = None
    return {person: tuple(known) for person, known in found.items()}
