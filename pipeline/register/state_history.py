"""Every state of the settings and of the policies, kept as they change, so that a day can be asked for later.

A state is a JSON value of one kind (a table of ``config.toml``, a policy, a version) and, but for settings, of one row
of the register. It is written down where it differs from the last one; nothing is ever changed or deleted.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select

from pipeline.register.tables.decisions import kept_state as table
from pipeline.register.transaction import Transaction

SETTINGS = 0
"""The subject of what is no row of the register."""


def keep_states(
    tx: Transaction, school: str, kind: str, states: Mapping[int, Mapping[str, Any]], *, actor: str, now: datetime
) -> int:
    """Write down the states, by subject, that differ from the last ones; return how many.

    The order of their keys counts: it is that of the entries in ``config.toml``.
    """
    last = _states(tx, school, kind, func.max(table.c.id))
    written = {subject: _written(state) for subject, state in states.items()}
    new = {subject: value for subject, value in written.items() if value != last.get(subject)}
    if new:
        common = {"school": school, "kind": kind, "recorded_at": now, "actor": actor}
        tx.execute(insert(table), [{**common, "subject": subject, "value": value} for subject, value in new.items()])
    return len(new)


def states_at(tx: Transaction, school: str, kind: str, moment: datetime) -> dict[int, dict[str, Any]]:
    """Return the last state of each subject that was written down by ``moment``."""
    # The last one written down: a clock that was set back changes nothing of what came after what.
    return _read(_states(tx, school, kind, func.max(table.c.id), table.c.recorded_at <= moment))


def last_states(tx: Transaction, school: str, kind: str) -> dict[int, dict[str, Any]]:
    """Return the last state of each subject."""
    return _read(_states(tx, school, kind, func.max(table.c.id)))


def first_states(tx: Transaction, school: str, kind: str) -> dict[int, dict[str, Any]]:
    """Return the first state that was ever written down of each subject."""
    return _read(_states(tx, school, kind, func.min(table.c.id)))


_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _read(written: Mapping[int, str]) -> dict[int, dict[str, Any]]:
    return {subject: json.loads(value) for subject, value in written.items()}


def _states(
    tx: Transaction, school: str, kind: str, which: ColumnElement[int], *known: ColumnElement[bool]
) -> dict[int, str]:
    of_kind = (table.c.school == school, table.c.kind == kind)
    chosen = select(which).where(*of_kind, *known).group_by(table.c.subject)
    rows = tx.execute(select(table.c.subject, table.c.value).where(table.c.id.in_(chosen)))
    return {row.subject: row.value for row in rows.all()}
