"""The mapper between rows and values: what is written comes back, and a value that does not fit is told at once."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Column, Date, Integer, MetaData, Table, Text, create_engine, text

import pipeline.register
from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables.mapper import Mapper, made_of, stored

REGISTER = Path(pipeline.register.__file__).parent
NAMES = "school", "first", "last", "way", "link"
TRIED = Table(
    "tried",
    MetaData(),
    Column("id", Integer, primary_key=True),
    *(Column(name, Text) for name in NAMES),
    Column("on", Date),
    Column("at", UtcDateTime),
    Column("is_done", Boolean),
    *(Column(name, JSON) for name in ("words", "parts")),
)


class Way(StrEnum):
    BY_MAIL = "mail"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    first: str
    way: Way
    way_on: date | None
    at: datetime | None
    is_done: bool | None
    words: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried(Record):
    id: int
    called: str = field(default="", compare=False)
    beside: int = field(default=0, compare=False)


MAPPER = Mapper(
    Tried,
    TRIED,
    way_on=TRIED.c.on,
    link=stored(TRIED.c.link, lambda kept: kept or "", lambda link: link or None),
    called=made_of(lambda first, last: f"{first} {last or ''}".strip(), TRIED.c.first, TRIED.c.last),
    known=("beside",),
)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
RECORDS = st.builds(
    Record,
    first=WORDS,
    way=st.sampled_from(Way),
    way_on=st.none() | st.dates(),
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
    is_done=st.none() | st.booleans(),
    words=st.lists(WORDS).map(tuple),
    parts=st.lists(st.builds(Part, WORDS, st.none() | st.integers(0, 9))).map(tuple),
    link=WORDS,
)


@given(record=RECORDS)
def test_what_is_written_of_a_record_is_read_again(record: Record) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as tx:
        TRIED.create(tx)
        MAPPER.add(tx, "another", record)
        added = MAPPER.added(tx, "ours", record)
        (row,) = tx.execute(MAPPER.of("ours"))
        assert MAPPER.read(row, beside=7) == added
        assert (MAPPER.read(row, beside=7).beside, MAPPER.read(row).called) == (7, record.first.strip())
        assert MAPPER.first(tx, MAPPER.of("nowhere")) is None
        assert MAPPER.all(tx, MAPPER.of("ours").add_columns(TRIED.c.id)) == (added,)
        kept = tx.execute(text('SELECT way, "on", link FROM tried')).first()
    engine.dispose()
    assert kept == (record.way.value, record.way_on and record.way_on.isoformat(), record.link or None)


@dataclass(frozen=True, slots=True)
class Misnamed:
    third: str


@dataclass(frozen=True, slots=True)
class OfAnotherKind:
    first: int


@dataclass(frozen=True, slots=True)
class ADayForAMoment:
    at: date


@dataclass(frozen=True)
class Unslotted:
    first: str


@dataclass(slots=True)
class Unfrozen:
    first: str


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: Mapper(Misnamed, TRIED), "Misnamed.third stands in no column of tried"),
        (lambda: Mapper(OfAnotherKind, TRIED), "OfAnotherKind.first is of another kind than tried.first"),
        (lambda: Mapper(ADayForAMoment, TRIED), "ADayForAMoment.at is of another kind"),
        (lambda: Mapper(Unslotted, TRIED), "not frozen and slotted"),
        (lambda: Mapper(Unfrozen, TRIED), "not frozen and slotted"),
        (lambda: Mapper(Part, TRIED, other=TRIED.c.first), "Part has no field other"),
    ],
)
def test_a_value_that_does_not_fit_its_table_is_told_where_it_is_declared(made: Callable[[], Any], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        made()


def test_a_word_that_no_member_has_is_an_error() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as tx:
        TRIED.create(tx)
        tx.execute(TRIED.insert().values(school="ours", way="by-bird", words=[], parts=[]))
        with pytest.raises(ValueError, match="by-bird"):
            MAPPER.all(tx, MAPPER.of("ours"))
    engine.dispose()


def test_no_query_module_makes_values_of_rows_by_hand() -> None:
    """Four fields of a row handed to a class are a mapper's work; what a migration reads stays as it was."""
    by_hand = [
        f"{path.name}:{node.lineno}"
        for path in sorted(REGISTER.rglob("*.py"))
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id[:1].isupper()
        if len([each for each in (*node.args, *(one.value for one in node.keywords)) if _of_row(each)]) > 3
    ]
    assert by_hand == []


def _of_row(given: ast.expr) -> bool:
    return any(
        isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "row"
        for each in ast.walk(given)
    )
