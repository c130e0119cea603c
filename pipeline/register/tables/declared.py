"""What a table says of itself where it is drawn: what it holds, whether it is sealed, whether its rows give a right.

A row that opens a page, or lets a person decide, is believed only with its code (``ledger.keyed_rows``). Who has an
account, and what it may do, stands in ``config.toml`` and, of a trust, in ``trust.toml``: no table holds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import MetaData, Table

CODE = "mac"
"""The column with the code of a row that gives rights."""
_KEY = "declared"


class TableKind(Enum):
    """What the rows of a table are that give no right, with why they give none."""

    RECORD = "a record of what was done or decided; who may decide is told before"
    SETTLED = "what the program works out of documents, lists and settings"
    MAIL = "mail and what became of it; a link in it is believed by its own row"
    STATES = "what somebody is or was at the school; their page is opened by the row of the person"
    UPKEEP = "the register's own upkeep"
    LEDGER = "the ledger, which has heads and a seal of its own"


@dataclass(frozen=True, slots=True)
class GivingRights:
    """How the rows of one table give a right: each opens something to a person who holds what its hash or key is of."""

    told_by: tuple[str, ...]
    """The columns that tell one right from another: what the ledger names when it has ended."""
    last_used: tuple[str, ...] = ()
    """The columns that every use changes; all others are bound."""


@dataclass(frozen=True, slots=True)
class TableDeclaration:
    """What one table says of itself."""

    holds: TableKind | GivingRights
    unsealed: str
    """What a table is about whose changes the seal does not show; empty where every column of it is bound."""
    since: str
    """The edition of the tables in which it was bound first, ``0032``; empty: in the first that has seals."""


def declared(holds: TableKind | GivingRights, *, unsealed: str = "", since: str = "") -> dict[str, TableDeclaration]:
    """Return the ``info`` of a table."""
    return {_KEY: TableDeclaration(holds, unsealed, since)}


def declared_by(metadata: MetaData) -> Mapping[str, TableDeclaration]:
    """Return what each table says of itself, by name. Raises KeyError where one says nothing."""
    return {name: _of(table) for name, table in sorted(metadata.tables.items())}


def _of(table: Table) -> TableDeclaration:
    its: TableDeclaration = table.info[_KEY]
    return its
