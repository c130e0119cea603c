"""By what a person can be found in the register besides their key: their names and addresses, and where those stand.

``erasing`` takes them out. What another person has as well, such as the name of two people, is nobody's trace: words
with it are left as they are. Documents of the school and copies of them stay what they were.
"""

import html
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Table,
    Text,
    and_,
    cast,
    literal_column,
    or_,
    select,
    true,
    update,
)

from pipeline.register.tables.declared import TableKind
from pipeline.register.tables.people import engagement, person, person_state
from pipeline.register.tables.schema import DECLARED, ledger_opening, ledger_record, metadata
from pipeline.register.transaction import Transaction

_STATES_OF_DOCUMENTS = ("policy", "version")
"""Kinds of kept states that say what a document of the school says."""
_OWN = frozenset({"school", "row_sha256"})
BY_OTHERS = frozenset({"actor", "agreed_by", "entered_by", "held_by", "trainer"})
"""What a record of the ledger calls those who may be others than whom it is about."""
_TWO_WORDS = 2
_RUN = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Traces:
    """By what one person can be found."""

    person: int
    """The register's key."""
    names: frozenset[str]
    """Every whole name they ever had."""
    addresses: frozenset[str]
    """Every work address they ever had, in small letters."""
    keys: frozenset[str]
    """Every key that a list had for them."""
    shared: frozenset[str]
    """Names and addresses (in small letters) and keys that another person has, or had, as well; names of one word."""

    @property
    def own_addresses(self) -> frozenset[str]:
        """The addresses that nobody else had."""
        return self.addresses - self.shared

    def stands_in(self, words: str) -> bool:
        """Tell whether they are named in a person's words."""
        pattern = self.pattern()
        return pattern is not None and pattern.search(words) is not None

    def is_called(self, words: str) -> bool:
        """Tell whether words are one of their names or addresses, though another person has it too."""
        written = " ".join(words.split()).casefold()
        return written in self.addresses or written in {name.casefold() for name in self.names}

    def without(self, value: Any, name: str, address: str) -> Any:
        """Return words, or a JSON value of them, with ``name`` and ``address`` in their place."""
        if isinstance(value, Mapping):
            return {key: self.without(each, name, address) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.without(each, name, address) for each in value]
        pattern = self.pattern()
        if not isinstance(value, str) or pattern is None:
            return value
        return pattern.sub(lambda found: address if found["address"] else name, value)

    def pattern(self) -> re.Pattern[str] | None:
        """Return what finds them in words, None where nothing of theirs is theirs alone."""
        names = frozenset(name for name in self.names if name.casefold() not in self.shared)
        return _pattern(names, self.own_addresses)

    def pieces(self) -> tuple[tuple[str, ...], ...]:
        """Return of each name and address the runs of plain letters, by which a database finds where to look.

        Of an address those before the @: everybody's have the same behind it.
        """
        own = {*(name for name in self.names if name.casefold() not in self.shared), *self.own_addresses}
        return tuple(sorted({tuple(_RUN.findall(name.partition("@")[0])) for name in own}))


@lru_cache(maxsize=8)
def _pattern(names: frozenset[str], addresses: frozenset[str]) -> re.Pattern[str] | None:
    if not names and not addresses:
        return None
    of_names = "|".join(sorted({way for name in names for way in _ways(name)})) or "(?!)"
    of_addresses = "|".join(re.escape(address) for address in sorted(addresses)) or "(?!)"
    return re.compile(
        rf"(?P<address>(?<![\w.+'-])(?:{of_addresses})(?![\w-]))|(?<!\w)(?:{of_names})(?!\w)", re.IGNORECASE
    )


def _ways(name: str) -> Iterator[str]:
    """Yield the patterns of a name as people, lists and web pages write it."""
    words = name.split()
    turned = [*([words[-1] + ","] if len(words) >= _TWO_WORDS else []), *words[:-1]]
    for order in (words, turned):
        for written in (order, [html.escape(word) for word in order], [word.replace("'", "&#39;") for word in order]):
            yield r"\s+".join(re.escape(word) for word in written)


def traces_of(tx: Transaction, school: str, person_id: int) -> Traces:
    """Return by what a person can be found."""
    known = [*_people(tx, school, person_id), *_said(tx, school, person_id)]
    names = frozenset(name for name, _ in known if name)
    addresses = frozenset(address.casefold() for _, address in known if address)
    keys = frozenset(key for owner, key in _keys(tx, school) if owner == person_id)
    others = {word.casefold() for pair in _others(tx, school, person_id) for word in pair if word}
    others |= {key for owner, key in _keys(tx, school) if owner != person_id}
    short = {name.casefold() for name in names if len(name.split()) < _TWO_WORDS}
    shared = {word for word in {*(name.casefold() for name in names), *addresses, *keys} if word in others} | short
    return Traces(person_id, names, addresses, keys, frozenset(shared))


def _people(tx: Transaction, school: str, person_id: int) -> Iterator[tuple[str, str | None]]:
    for table, column in ((person, person.c.id), (person_state, person_state.c.person)):
        query = select(table.c.first_name, table.c.last_name, table.c.work_email)
        for row in tx.execute(query.where(table.c.school == school, column == person_id)):
            yield _whole(row.first_name, row.last_name), row.work_email


def _others(tx: Transaction, school: str, person_id: int) -> Iterator[tuple[str, str | None]]:
    query = select(person_state.c.first_name, person_state.c.last_name, person_state.c.work_email).distinct()
    for row in tx.execute(query.where(person_state.c.school == school, person_state.c.person != person_id)):
        yield _whole(row.first_name, row.last_name), row.work_email


def _said(tx: Transaction, school: str, person_id: int) -> Iterator[tuple[str, str | None]]:
    """Yield names and addresses that a list says of them, taken over or not."""
    query = select(engagement.c.said).where(engagement.c.school == school, engagement.c.person == person_id)
    for said in tx.execute(query).scalars():
        if said:
            yield _whole(said.get("first_name") or "", said.get("last_name") or ""), said.get("work_email")


def _keys(tx: Transaction, school: str) -> list[tuple[int, str]]:
    state = metadata.tables["engagement_state"]
    now = select(engagement.c.person, engagement.c.key).where(engagement.c.school == school)
    then = select(engagement.c.person, state.c.key).join(state, state.c.engagement == engagement.c.id)
    return [(owner, key) for owner, key in tx.execute(now.union(then.where(engagement.c.school == school)))]


def _whole(first_name: str, last_name: str) -> str:
    return " ".join(f"{first_name} {last_name}".split())


# --- where they stand ----------------------------------------------------------------------------------------------


def searched_columns() -> Iterator[tuple[Table, Sequence[Column[Any]]]]:
    """Yield every table with the columns of words in which a person may be named; a new one as well."""
    for table in metadata.sorted_tables:
        its = DECLARED[table.name]
        left = {*_OWN, *its.untraced}
        words = [each for each in table.c if isinstance(each.type, Text | JSON) and each.name not in left]
        if its.holds is not TableKind.LEDGER and words:
            yield table, words


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """One value in which a person is named."""

    table: Table
    column: Column[Any]
    row: int
    """Its key; of a table without, SQLite's own number of the row, which is the same."""
    value: Any


def find_words(tx: Transaction, school: str, traces: Traces) -> Iterator[PersonalValue]:
    """Yield every value, but for documents, in which they are named."""
    for table, columns in searched_columns():
        only = [table.c.kind.not_in(_STATES_OF_DOCUMENTS)] if table.name == "kept_state" else []
        for number, values in _likely(tx, school, traces, columns, only):
            for column, value in zip(columns, values, strict=True):
                if value is not None and traces.without(value, "", "") != value:
                    yield PersonalValue(table, column, number, value)


def _key(table: Table) -> ColumnElement[Any]:
    """Return what tells a row of a table from the others: its key, else the number that each row has without one."""
    return table.c.id if "id" in table.c else literal_column("rowid")


def replace_words(tx: Transaction, standing: PersonalValue, value: Any) -> None:
    """Write a value without them in its place."""
    row = _key(standing.table) == standing.row
    tx.execute(update(standing.table).where(row).values({standing.column.name: value}))


def find_documents(tx: Transaction, school: str, traces: Traces) -> frozenset[int]:
    """Return the register's keys of the policies whose documents name them, in whatever version."""
    table = metadata.tables["policy_version"]
    found = [
        number
        for number, values in _likely(tx, school, traces, (table.c.text, table.c.facts))
        if traces.without(values, "", "") != values
    ]
    query = select(table.c.policy_id).where(_key(table).in_(found))
    return frozenset(tx.execute(query).scalars()) if found else frozenset()


def _likely(
    tx: Transaction,
    school: str,
    traces: Traces,
    columns: Sequence[Column[Any]],
    only: Sequence[ColumnElement[bool]] = (),
) -> list[tuple[int, list[Any]]]:
    """Return the rows of one table in which one of the pieces stands; whether it is they, the caller looks."""
    pieces, table = traces.pieces(), columns[0].table
    if not pieces:
        return []
    words = [cast(each, Text) for each in columns]
    stands = or_(*(and_(true(), *(each.ilike(f"%{run}%") for run in runs)) for each in words for runs in pieces))
    query = select(_key(table), *columns).select_from(table).where(table.c.school == school, stands, *only)
    return [(number, list(values)) for number, *values in tx.execute(query)]


# --- the ledger ----------------------------------------------------------------------------------------------------


def find_openings(tx: Transaction, school: str, traces: Traces, positions: Collection[int]) -> frozenset[str]:
    """Return the commitments whose openings name them.

    ``positions`` are the records that stand for rows on them: of these everything goes that is not said of others.
    Elsewhere their name or address goes, and a list's key that nobody else had.
    """
    query = select(ledger_opening.c.commitment, ledger_opening.c.value).where(ledger_opening.c.school == school)
    openings = {row.commitment: row.value for row in tx.execute(query)}
    own_keys, mine = traces.keys - traces.shared, set(positions)
    found: set[str] = set()
    records = select(ledger_record.c.position, ledger_record.c.record).where(ledger_record.c.school == school)
    for position, words in tx.execute(records):
        for name, commitment in json.loads(words)["personal"].items():
            value = openings.get(commitment)
            if value is None:
                continue
            # Of a record on them, one who is called as they are is they: nobody else records that for a namesake.
            is_about = position in mine and (name not in BY_OTHERS or traces.is_called(value))
            if is_about or traces.stands_in(value) or (name == "person_id" and value in own_keys):
                found.add(commitment)
    return frozenset(found)
