"""What a table says of itself where it is drawn: what it holds, whether it is sealed, whether its rows give a right.

A row that opens a page, or lets a person decide, is believed only with its code (``ledger.keyed_rows``). Who has an
account, and what it may do, stands in ``config.toml`` and, of a trust, in ``trust.toml``: no table holds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sqlalchemy import MetaData, Table

CODE = "mac"
"""The column with the code of a row that gives rights."""
FIXED = frozenset(
    {"kind", "rule", "occasion", "method", "answer", "standing", "state", "outcome", "told_outcome", "closed_reason"}
    | {"about", "stage", "route", "list", "edition", "version_sha256", "statement_sha256", "print", "message_id"}
    | {"actor", "recorded_by", "withdrawn_by", "entered_by", "held_by", "released_by", "proposed_by", "agreed_by"}
    | {"claimed_by"}
)
"""Columns that hold in every table fixed words of this program, a hash or another decider: they stay where a person is
erased, whose own name in them is replaced."""
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


class ErasedAs(Enum):
    """What is put in the place of words that say who a person was who is erased."""

    FIRST_NAME = "the first name of a person who was erased"
    LAST_NAME = "the last name, by which those who were erased are told apart"
    ADDRESS = "an address that no mail ever reaches"
    KEY = "a key by chance, so that no link that was ever given out opens anything"
    ONE_EACH = "a key that nobody else has, one for each engagement"
    GONE = "words that say that something stood there"


@dataclass(frozen=True, slots=True)
class OnPeople:
    """What a table with rows on people says of them."""

    kind: str
    """The key of what is held, in ``privacy/purposes.toml``: what for, who sees it, how long it is kept."""
    heading: str = ""
    """What stands above its rows for a person who asks what is held on them; empty where the data alone has them."""
    wiped: Mapping[str, Any] = field(default_factory=dict)
    """What is put in the place of whatever says who a person is or was, by column."""
    stays: tuple[str, ...] = ()
    """Columns of words that stay beside those of ``FIXED``; the person's own name in them is replaced."""
    shows_duty: bool = False
    """The school shows by its rows that it did its duty: nobody is erased while it has to."""
    goes: bool = False
    """The rows themselves go where a person is erased: no figure rests on them."""


@dataclass(frozen=True, slots=True)
class TableDeclaration:
    """What one table says of itself."""

    holds: TableKind | GivingRights
    unsealed: str
    """What a table is about whose changes the seal does not show; empty where every column of it is bound."""
    since: str
    """The edition in which the table came, ``0030``: on the way there it is made as it is drawn; empty where a
    migration makes it. Before another edition changes such a table, what it was is written down as a migration."""
    sealed_since: str
    """The edition in which it was bound first, where it was there before."""
    people: OnPeople | None
    """None of a table without a person's key or address."""
    untraced: tuple[str, ...]
    """Columns of words in which a person who is erased is not looked for: what a document of the school says, or what
    was done to a copy of it, and words that are nobody's."""
    watched: str
    """How a change is told that every reader's page rests on: by ``row_sha256``, of each row; by ``id``, the newest,
    where rows are only added; by ``state``, the newest kept state; or by another column. Empty: no page rests on it."""


def declared(
    holds: TableKind | GivingRights,
    *,
    unsealed: str = "",
    since: str = "",
    sealed_since: str = "",
    people: OnPeople | None = None,
    untraced: tuple[str, ...] = (),
    watched: str = "",
) -> dict[str, TableDeclaration]:
    """Return the ``info`` of a table."""
    return {_KEY: TableDeclaration(holds, unsealed, since, sealed_since, people, untraced, watched)}


def declared_by(metadata: MetaData) -> Mapping[str, TableDeclaration]:
    """Return what each table says of itself, by name. Raises KeyError where one says nothing."""
    return {name: _of(table) for name, table in sorted(metadata.tables.items())}


def _of(table: Table) -> TableDeclaration:
    its: TableDeclaration = table.info[_KEY]
    return its
