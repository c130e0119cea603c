"""The cells of a table that give a name its role: a head above, a label further left, a role below, by the grid.

For ``named.scene``, which looks at the words of the name itself first. A cell counts where a role is all it says.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from pipeline.named.layout.entries import NAME_LABEL, ROLE_LABEL, begins_with_name, is_label, is_only_name
from pipeline.named.names.name_words import is_certain
from pipeline.named.roles.passages import RoleLabel, says_only
from pipeline.named.roles.vacancies import says_nobody
from pipeline.text.passages import Passage
from pipeline.text.sheet import Sheet

_ROWS = 12
"""How many rows up a role is looked for that a cell may stand under."""


class RoleCells:
    """Looks for the roles around a cell; ``labels`` gives those named in a passage."""

    def __init__(
        self, passages: Sequence[Passage], cells: Sheet[Passage], labels: Callable[[int], tuple[RoleLabel, ...]]
    ) -> None:
        self._passages = passages
        self._cells = cells
        self._labels = labels

    def above(self, index: int) -> tuple[int, ...]:
        """Return the nearest cell above where a role is all it says, else the head of the column.

        In a form, where "Role" stands below "Name", the role below is meant, and not that of the entry above.
        """
        own = self._role_of_form(index)
        if own is not None:
            return own
        for cell in islice(self._cells.above(index, outside=True), _ROWS):
            alone = self._alone(self._filled(cell))
            if alone and not self._is_of_its_row(alone[0]):
                return alone
        head = self._cells.head(index)
        return () if head and self._is_of_its_row(head[0]) else head

    def further_left(self, index: int) -> tuple[int, ...]:
        """Return the nearest role to the left where nobody stands between, and no other head over the name."""
        head = " ".join(self._passages[each].text for each in self._cells.head(index)).strip()
        if head and not is_label(NAME_LABEL, head) and not begins_with_name(head):
            return ()
        for cell in self._cells.left_of(index, outside=True):
            filled = self._filled(cell)
            alone = self._alone(filled)
            if alone or any(begins_with_name(self._passages[each].text.strip()) for each in filled):
                return alone
        return ()

    def is_empty(self, index: int) -> bool:
        """Whether beside a role at the left of its row nothing stands but the word that nobody holds it."""
        return says_nobody(self._beside(index))

    def _is_of_its_row(self, index: int) -> bool:
        """Whether a role at the left of its row has its holder beside it, or the word that there is none."""
        words = self._beside(index)
        return says_nobody(words) or (is_only_name(words) and is_certain(words))

    def _beside(self, index: int) -> str:
        """Return what the next filled cell beside a role at the left of its row says, where that is one paragraph."""
        row = next(self._cells.right_of(index), []) if not self._cells.before(index) else []
        beside = next((filled for cell in row if (filled := self._filled(cell))), [])
        return self._passages[beside[0]].text.strip() if len(beside) == 1 else ""

    def _role_of_form(self, index: int) -> tuple[int, ...] | None:
        """Return the role in the row below a name, in a form that begins with "Name" and goes on with "Role"."""
        below = self._filled(self._cells.below(index))
        if not below or not self._is_labelled(index, NAME_LABEL) or not self._is_labelled(below[0], ROLE_LABEL):
            return None
        above = [cell[0] for cell in self._cells.above(index) if cell]
        first = next((at for at in reversed(above) if self._is_labelled(at, NAME_LABEL, ROLE_LABEL)), index)
        if not self._is_labelled(first, NAME_LABEL):
            return None
        return self._alone(below)

    def _is_labelled(self, index: int, *labels: re.Pattern[str]) -> bool:
        left = next(iter(self._cells.left_of(index)), ())
        words = " ".join(self._passages[each].text for each in left)
        return any(is_label(label, words) for label in labels)

    def _filled(self, cell: Iterable[int]) -> list[int]:
        return [each for each in cell if self._passages[each].text.strip()]

    def _alone(self, cell: Sequence[int]) -> tuple[int, ...]:
        """The one passage of ``cell``, where a role is all it says."""
        alone = len(cell) == 1 and says_only(self._labels(cell[0]), self._passages[cell[0]].text)
        return tuple(cell) if alone else ()
