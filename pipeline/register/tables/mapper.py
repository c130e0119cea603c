"""One way between the rows of a table and frozen values of ours: what a query asks for, reads and writes of each.

A query module says once which value stands for which table. A field stands in the column of its own name, or where the
mapper is told; words of an enumeration are read as its members, a list that is kept as JSON as a tuple. Whatever else
differs from what is kept says so at the mapper (``stored``, ``made_of``). A field without a column, or of another kind
than its column, is told when the module is loaded.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

from sqlalchemy import JSON, ColumnElement, Select, Table, insert, select

from pipeline.register.transaction import Transaction

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Value = TypeVar("Value", bound="DataclassInstance")
Convert = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """Where one field of a value stands, and how it is read and written."""

    columns: tuple[ColumnElement[Any], ...]
    read: Convert | None = None
    """Takes what stands in the columns; None where the one column has the field's value."""
    write: Convert | None = None
    """The way back, into one column; None where it stands there as it is."""
    is_written: bool = True


def stored(column: ColumnElement[Any], read: Convert | None = None, write: Convert | None = None) -> Stored:
    """Say in which column a field stands and how it is kept there."""
    return Stored((column,), read, write)


def made_of(read: Convert, *columns: ColumnElement[Any]) -> Stored:
    """Say from which columns a field is worked out; it is written to none."""
    return Stored(columns, read, is_written=False)


class Mapper(Generic[Value]):
    """What stands between the rows of one table and one frozen, slotted dataclass of ours.

    ``elsewhere`` says by field where one stands that is in no column of its own name; fields that are ``known`` stand
    in no row, and reading is given them. With ``whole`` every column of the table is asked for, of which the code of a
    row that gives rights is made (``ledger.keyed_rows``).

    Raises TypeError where a field has no column, or one of another kind.
    """

    def __init__(
        self,
        made: type[Value],
        table: Table,
        /,
        *,
        known: Collection[str] = (),
        whole: bool = False,
        **elsewhere: ColumnElement[Any] | Stored,
    ) -> None:
        if "__slots__" not in vars(made) or not made.__dataclass_params__.frozen:  # type: ignore[attr-defined]
            raise TypeError(f"{made.__name__} stands for rows and is not frozen and slotted")
        if unknown := {*elsewhere, *known} - {each.name for each in fields(made)}:
            raise TypeError(f"{made.__name__} has no field {', '.join(sorted(unknown))}")
        self.table, self._made = table, made
        own = sorted((each for each in fields(made) if each.name not in known), key=lambda each: bool(each.kw_only))
        where = {each.name: _where(made, table, each.name, each.type, elsewhere) for each in own}
        self._by_name = tuple(each.name for each in own if each.kw_only or known)
        asked = [*(table.c if whole else ()), *(column for each in where.values() for column in each.columns)]
        self.columns: tuple[ColumnElement[Any], ...] = tuple(dict.fromkeys(asked))
        """What a query asks for, in this order; it may ask for more behind them."""
        at_place = {column: place for place, column in enumerate(self.columns)}
        places = {name: tuple(at_place[column] for column in each.columns) for name, each in where.items()}
        self._first = tuple(place[0] for place in places.values())
        self._is_plain = self._first == tuple(range(len(self._first)))
        self._reads = [(at, read, places[name]) for at, (name, each) in enumerate(where.items()) if (read := each.read)]
        writable = {*table.c} - {table.c.get("id")}
        kept = {name: each for name, each in where.items() if each.is_written and each.columns[0] in writable}
        self._written = {str(each.columns[0].key): name for name, each in kept.items()}
        self._writes = [(str(each.columns[0].key), each.write) for each in kept.values() if each.write]
        self.select: Select[Any] = select(*self.columns)

    def of(self, school: str, *where: ColumnElement[bool]) -> Select[Any]:
        """Return the question for the rows of a school, oldest first."""
        return self.select.where(self.table.c.school == school, *where).order_by(self.table.c.id)

    def read(self, row: Sequence[Any], **known: object) -> Value:
        """Return the value of a row that was asked for by ``columns``."""
        values: list[Any] = list(row) if self._is_plain else [row[place] for place in self._first]
        del values[len(self._first) :]
        for at, convert, places in self._reads:
            values[at] = convert(*[row[place] for place in places])
        if not self._by_name:
            return self._made(*values)
        plain = len(values) - len(self._by_name)
        return self._made(*values[:plain], **dict(zip(self._by_name, values[plain:], strict=True)), **known)

    def all(self, tx: Transaction, query: Select[Any]) -> tuple[Value, ...]:
        """Return the values of all rows, in the order of a question that begins with ``select``."""
        return tuple(map(self.read, tx.execute(query)))

    def first(self, tx: Transaction, query: Select[Any], **known: object) -> Value | None:
        """Return the value of the first row, None where there is none."""
        row = tx.execute(query).first()
        return None if row is None else self.read(row, **known)

    def values(self, value: object) -> dict[str, Any]:
        """Return by column what is written of a value, or of one of a record's class: all but the register's key."""
        written = {column: getattr(value, name) for column, name in self._written.items()}
        for name, convert in self._writes:
            written[name] = convert(written[name])
        return written

    def add(self, tx: Transaction, school: str, value: object, **more: object) -> int:
        """Add a row and return the register's key of it; ``more`` are columns that the value does not have."""
        return add_row(tx, self.table, school=school, **self.values(value), **more)

    def added(self, tx: Transaction, school: str, record: "DataclassInstance", **more: object) -> Value:
        """Add a row of what is recorded and return it with the register's key."""
        return self.keyed(self.add(tx, school, record, **more), record)

    def keyed(self, key: int, record: "DataclassInstance", **more: object) -> Value:
        """Return what was recorded with the register's key of its row, and what was written with it."""
        known: Any = {each.name: getattr(record, each.name) for each in fields(record)} | {"id": key, **more}
        return self._made(**known)


def add_row(tx: Transaction, table: Table, **values: object) -> int:
    """Add a row by its columns and return the register's key of it."""
    # Handed beside the statement, which is then the same one each time and is not made and looked up anew.
    key = tx.execute(insert(table), values).inserted_primary_key
    assert key is not None
    return int(key[0])


def _where(
    made: type[Any], table: Table, name: str, hint: Any, elsewhere: dict[str, ColumnElement[Any] | Stored]
) -> Stored:
    """Return where a field stands, and how it is read and written where its kind says that."""
    given = elsewhere.get(name, table.c.get(name))
    if given is None:
        raise TypeError(f"{made.__name__}.{name} stands in no column of {table.name}")
    its = given if isinstance(given, Stored) else stored(given)
    if its.read is not None or its.write is not None:
        return its
    (column,) = its.columns
    kinds = [each for each in get_args(hint) if each is not NoneType] if NoneType in get_args(hint) else [hint]
    kind = kinds[0]
    if isinstance(column.type, JSON):
        return stored(column, *_as_list(get_args(kind)[0])) if get_args(kind)[1:] == (...,) else its
    if isinstance(kind, type) and issubclass(kind, Enum):
        return stored(column, *_as_words(kind, optional=NoneType in get_args(hint)))
    if kinds != [column.type.python_type]:
        raise TypeError(f"{made.__name__}.{name} is of another kind than {table.name}.{column.key}")
    return its


def _as_list(kind: Any) -> tuple[Convert, Convert]:
    """Return how a tuple is read from a list kept as JSON, and the way back."""
    if isinstance(kind, type) and is_dataclass(kind):
        return lambda kept: tuple(kind(**each) for each in kept), lambda those: [asdict(each) for each in those]
    return tuple, list


def _as_words(kind: type[Enum], *, optional: bool) -> tuple[Convert, Convert]:
    """Return how a member of an enumeration is read from its word, and the way back."""
    if optional:
        return cache(lambda words: None if words is None else kind(words)), _word_or_none
    return cache(kind), attrgetter("value")


def _word_or_none(member: Enum | None) -> Any:
    return None if member is None else member.value
