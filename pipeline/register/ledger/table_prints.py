"""Tell in one look whether anything was changed that every reader's page rests on.

How policies stand and who may be named today takes a tenth of a second to work out and is the same for everybody; pages
keep it for as long as this print stays the same. It is made of the hashes that each row carries (``row_hashes``), so
a change of a row changes it, by whatever program. Where every state is kept beside the rows, the last one tells.
"""

from collections.abc import Sequence

from sqlalchemy import TextClause, text

from pipeline.register.jobs import RUN_DAY
from pipeline.register.tables.schema import DECLARED
from pipeline.register.transaction import Transaction

WATCHED = {name: its.watched for name, its in DECLARED.items() if its.watched}
"""What is watched, by table; see ``TableDeclaration``."""

_ONLY = {"policy_version": "status <> 'superseded'", "policy_copy": "retired_at IS NULL"}
"""Rows that can still change; a new row of the others shows among these."""


def print_of_pages(tx: Transaction) -> tuple[str, ...]:
    """Return a print of all that pages share: equal while nothing of it was changed."""
    return tuple(str(row[0]) for row in tx.execute(_QUERY[_is_on_server(tx)]))


LATE = ("request", "request_deadline", "told", "delivery", "inbox_item")
"""What changes who is late beside readings and what pages rest on: asking, a moved day, a mail that went or came back.

A run closes requests; it notes its day first and when it is done.
"""


def print_of_lateness(tx: Transaction) -> tuple[str, ...]:
    """Return a print of what may make a reader late, or not late any more, without a reading being recorded."""
    return tuple(str(row[0]) for row in tx.execute(_LATE_QUERY))


def print_of_ahead(tx: Transaction) -> tuple[str, ...]:
    """Return a print of all that a look at the days to come rests on: equal while nothing of it was changed."""
    rest = tuple(str(row[0]) for row in tx.execute(_AHEAD_QUERY[_is_on_server(tx)]))
    return (*print_of_pages(tx), *print_of_lateness(tx), *rest)


def _part(table: str, by: str, *, on_server: bool) -> str:
    if by == "state":
        return f"SELECT {_newest('id')} FROM {table}_state"
    if by == "id":
        return f"SELECT {_newest('id')} FROM {table}"
    return _together(table, by, _ONLY.get(table, ""), on_server=on_server)


def _newest(column: str, otherwise: str = "0") -> str:
    return f"coalesce(CAST(max({column}) AS TEXT), '{otherwise}')"


def _together(table: str, by: str, only: str = "", *, on_server: bool) -> str:
    """Return the SQL of one column of all rows, in the order in which they were added."""
    where = f" WHERE {only}" if only else ""
    if on_server:
        order = "school" if table == "school" else "id"
        return f"SELECT coalesce(string_agg({by}, ',' ORDER BY {order}), '') FROM {table}{where}"
    return f"SELECT coalesce(group_concat({by}), '') FROM (SELECT {by} FROM {table}{where} ORDER BY rowid)"


def _joined(parts: Sequence[str]) -> TextClause:
    """Return one question of several, whose answers come in their order."""
    numbered = (f"SELECT {number} AS place, ({part}) AS print" for number, part in enumerate(parts))
    return text(f"SELECT print FROM ({' UNION ALL '.join(numbered)}) AS prints ORDER BY place")


def _of_pages(*, on_server: bool) -> TextClause:
    return _joined([_part(table, by, on_server=on_server) for table, by in WATCHED.items()])


def _of_days_ahead(*, on_server: bool) -> TextClause:
    read = f"SELECT {_newest('id')} FROM acknowledgement"
    return _joined([read, _together("campaign", "state", on_server=on_server)])


_QUERY = {on_server: _of_pages(on_server=on_server) for on_server in (False, True)}
_AHEAD_QUERY = {on_server: _of_days_ahead(on_server=on_server) for on_server in (False, True)}
_LATE_QUERY = _joined(
    [
        *(f"SELECT {_newest('id')} FROM {table}" for table in LATE),
        f"SELECT {_newest('id')} FROM job_run WHERE job = '{RUN_DAY}'",
        f"SELECT {_newest('finished_at', '')} FROM job_run WHERE job = '{RUN_DAY}'",
    ]
)


def _is_on_server(tx: Transaction) -> bool:
    return tx.dialect.name != "sqlite"
