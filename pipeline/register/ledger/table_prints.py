"""Tell in one look whether anything was changed that every reader's page rests on.

How policies stand and who may be named today takes a tenth of a second to work out and is the same for everybody; pages
keep it for as long as this print stays the same. It is made of the hashes that each row carries (``row_hashes``), so
whoever changes a row changes it, by whatever program. Where every state is kept beside the rows, the last one tells.
"""

from sqlalchemy import text

from pipeline.register.jobs import RUN_DAY
from pipeline.register.store.database import Transaction

WATCHED: dict[str, str] = {
    "school": "name",
    "policy": "row_sha256",
    "policy_version": "row_sha256",
    "approval": "id",
    "fact_override": "id",
    "policy_copy": "row_sha256",
    "source_file": "row_sha256",
    "contact_confirmation": "id",
    "contact_settlement": "row_sha256",
    "cover": "id",
    "correction": "id",
    "person": "state",
    "engagement": "state",
    "away": "row_sha256",
    "erasure": "row_sha256",
}
"""What is watched, by table: each row's hash, the newest ``id`` where rows are only added, or the newest kept state."""

_ONLY = {"policy_version": "status <> 'superseded'", "policy_copy": "retired_at IS NULL"}
"""Rows that can still change; a new row of the others shows among these."""


def print_of_pages(tx: Transaction) -> tuple[str, ...]:
    """Return a print of all that pages share: equal while nothing of it was changed."""
    return tuple(str(row[0]) for row in tx.execute(_QUERY))


LATE = ("request", "request_deadline", "told", "delivery", "inbox_item")
"""What changes who is late beside readings and what pages rest on: asking, a moved day, a mail that went or came back.

A run closes requests; it notes its day first and when it is done.
"""


def print_of_lateness(tx: Transaction) -> tuple[str, ...]:
    """Return a print of what may make somebody late, or not late any more, without a reading being recorded."""
    return tuple(str(row[0]) for row in tx.execute(_LATE_QUERY))


def print_of_ahead(tx: Transaction) -> tuple[str, ...]:
    """Return a print of all that a look at the days to come rests on: equal while nothing of it was changed."""
    rest = tuple(str(row[0]) for row in tx.execute(_AHEAD_QUERY))
    return (*print_of_pages(tx), *print_of_lateness(tx), *rest)


def _part(table: str, by: str) -> str:
    if by == "state":
        return f"SELECT coalesce(max(id), 0) FROM {table}_state"
    if by == "id":
        return f"SELECT coalesce(max(id), 0) FROM {table}"
    only = f" WHERE {_ONLY[table]}" if table in _ONLY else ""
    return f"SELECT coalesce(group_concat({by}), '') FROM (SELECT {by} FROM {table}{only} ORDER BY rowid)"


_QUERY = text(" UNION ALL ".join(_part(table, by) for table, by in WATCHED.items()))
_AHEAD_QUERY = text(
    "SELECT coalesce(max(id), 0) FROM acknowledgement UNION ALL "
    "SELECT coalesce(group_concat(state), '') FROM (SELECT state FROM campaign ORDER BY id)"
)
_LATE_QUERY = text(
    " UNION ALL ".join(
        [
            *(f"SELECT coalesce(max(id), 0) FROM {table}" for table in LATE),
            f"SELECT coalesce(max(id), 0) FROM job_run WHERE job = '{RUN_DAY}'",
            f"SELECT coalesce(max(finished_at), '') FROM job_run WHERE job = '{RUN_DAY}'",
        ]
    )
)
