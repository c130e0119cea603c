"""Every state of the settings and of the policies, kept as they change, so that a day can be asked for later.

A state is a JSON value of one kind (a table of ``config.toml``, a policy, a version) and, but for settings, of one row
of the register. It is written down where it differs from the last one; nothing is ever changed or deleted.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from pipeline.register.database import Transaction
from pipeline.register.decision_tables import kept_state as table
from pipeline.register.merkle import canonical

SETTINGS = 0
"""The subject of what is no row of the register."""


def keep_states(
    tx: Transaction, school: str, kind: str, states: Mapping[int, Mapping[str, Any]], *, actor: str, now: datetime
) -> int:
    """Write down the states, by subject, that differ from the last ones; return how many."""
    last = states_at(tx, school, kind)
    new = {subject: canonical(state).decode("utf-8") for subject, state in states.items() if state != last.get(subject)}
    if new:
        common = {"school": school, "kind": kind, "recorded_at": now, "actor": actor}
        rows = [{**common, "subject": subject, "value": value} for subject, value in new.items()]
        tx.execute(insert(table), rows)
    return len(new)


def states_at(tx: Transaction, school: str, kind: str, moment: datetime | None = None) -> dict[int, dict[str, Any]]:
    """Return the last state of each subject that was written down by ``moment``, all of them by default."""
    # The last one written down: a clock that was set back changes nothing of what came after what.
    of_kind = [table.c.school == school, table.c.kind == kind]
    known = of_kind if moment is None else [*of_kind, table.c.recorded_at <= moment]
    last = select(func.max(table.c.id)).where(*known).group_by(table.c.subject)
    rows = tx.execute(select(table.c.subject, table.c.value).where(table.c.id.in_(last)))
    return {row.subject: json.loads(row.value) for row in rows}
