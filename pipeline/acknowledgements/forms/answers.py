"""Tell what a row of a form's export says of the code in it: whether it was read, and of which policies it speaks.

Between ``columns`` and ``export``. Each cell is judged by itself, whatever other rows say in its column.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.acknowledgements.forms.columns import FormColumns, asks_reading, cell_of, says_no, says_yes
from pipeline.people.lists.files.sheets import ListRow
from pipeline.register.policies.policies import PolicyRow


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """What stands beside the code of a row."""

    named: tuple[PolicyRow, ...] = ()
    """Policies that a cell names."""
    unknown: tuple[str, ...] = ()
    """Titles beside those that no policy in use has."""
    yes: bool = False
    no: bool = False
    fault: str = ""
    """Why nobody can tell whether it was read; a sentence for the school office."""

    @property
    def counts(self) -> bool:
        """Whether the code may be taken as read."""
        return not self.no and not self.fault


def read_code_answer(
    row: ListRow, columns: FormColumns, policy_called: Callable[[str], PolicyRow | None]
) -> CodeAnswer:
    """Return what a row says of its code; ``policy_called`` knows a policy by its title."""
    named: list[PolicyRow] = []
    unknown: list[str] = []
    said: list[tuple[str, str]] = []
    for column, heading in columns.confirms.items():
        cell = cell_of(row, column)
        titles = titles_in(cell)
        if found := [policy for title in titles if (policy := policy_called(title))]:
            named += found
            unknown += [title for title in titles if policy_called(title) is None]
        elif cell or heading:
            said.append((heading, cell))
    yes = any(says_yes(cell) for _, cell in said)
    no = any(says_no(cell) for _, cell in said)
    return CodeAnswer(tuple(named), tuple(unknown), yes, no, _find_fault(row, columns, said, yes=yes, no=no))


def _find_fault(row: ListRow, columns: FormColumns, said: Sequence[tuple[str, str]], *, yes: bool, no: bool) -> str:
    if no and (yes or any(says_yes(cell_of(row, column)) for column in columns.policies)):
        return "It says yes and no in one row, so nobody can tell whether it was read."
    for heading, cell in said:
        if not says_yes(cell) and not says_no(cell):
            return _say_odd(heading, cell)
    for column, heading in columns.remarks.items():
        cell = cell_of(row, column)
        if cell and not says_yes(cell) and not says_no(cell):
            return f"{cell[:60]!r} stands under {heading[:60]!r}: look at it, then record the reading if it counts."
    return ""


def titles_in(cell: str) -> list[str]:
    """Return the titles that a cell names, as a form joins several."""
    return [title.strip() for title in re.split(r"[;\n]", cell) if title.strip()]


def _say_odd(heading: str, cell: str) -> str:
    under = f"{heading[:60]!r}" if heading else "a column without a heading"
    found = f"{cell[:60]!r} under {under} says neither yes nor no" if cell else f"{under} is empty"
    said = f"{found}, so nobody can tell whether it was read."
    if asks_reading(heading):
        return said
    return f"{said} If that column asks something else, take it out of the list and import it again."
