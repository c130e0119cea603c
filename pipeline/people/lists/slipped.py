"""Whether the addresses of a list stand beside other people's names: one column of it was sorted alone.

Where people are known already, an address that is another's is kept back person by person. A first list has nobody to
compare with: everybody would be sent a personal page of somebody else's.
"""

import re
from collections.abc import Iterator

from pipeline.named.names.letters import plain_letters
from pipeline.people.lists.sheets import SheetRow
from pipeline.people.lists.tables import Table

_FEWEST = 3
"""Of so few a married name may explain it."""


def ask_whose_addresses(table: Table) -> Iterator[str]:
    """Ask where half of the addresses that fit anybody in the list fit somebody else than the one they stand beside."""
    people = [(_forms(table, row), _before_at(table.cell(row, "work_email"))) for row in table.rows]
    known = {form for forms, _ in people for form in forms}
    own = sum(local in forms for forms, local in people)
    others = [local for forms, local in people if local not in forms and local in known]
    if len(others) < max(_FEWEST, own):
        return
    yield (
        f"{len(others)} of the e-mail addresses are those of other people in the list, by their names: one column may "
        "have been sorted without the others, or have slipped by a row. Everybody would get what is for somebody else. "
        "Export the list again, or put its rows right."
    )


def _forms(table: Table, row: SheetRow) -> frozenset[str]:
    """Return what stands before the @ of the addresses that schools make of a name, by its letters alone."""
    first, last = _letters(table.cell(row, "first_name")), _letters(table.cell(row, "last_name"))
    if not (first and last):
        whole = table.cell(row, "full_name")
        before, comma, behind = whole.partition(",")
        parts = f"{behind} {before}".split() if comma else whole.split()
        first, last = (_letters(parts[0]), _letters(parts[-1])) if len(parts) > 1 else ("", "")
    if not (first and last):
        return frozenset()
    return frozenset({first + last, last + first, first[0] + last, last + first[0], first + last[0]})


def _before_at(address: str) -> str:
    return _letters(address.partition("@")[0])


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", plain_letters(text))
