"""Who is told to have safeguarding, to receive worries or to be the head though no role stands with the name.

``check`` asks last, and lists whom it is told of: ``areas``, ``headings``, ``receivers`` and ``heads`` together.
"""

from collections.abc import Callable, Iterator, Sequence

from pipeline.last_look.area_numbers import rows_of_numbers
from pipeline.last_look.areas import is_told_of_area, leads_area
from pipeline.last_look.headings import is_named_as_lead, is_titled_of_area, rows_under_headings, stands_under_area
from pipeline.last_look.heads import is_told_head, rows_of_heads
from pipeline.last_look.lines import Row
from pipeline.last_look.names import NameFound
from pipeline.last_look.receivers import receives_worries, rows_of_worries

NamesOf = Callable[[int], Sequence[Sequence[NameFound]]]
"""The people whom a row names, part by part."""


class WithoutRoles:
    """The lines of one finished document, and whom their words give what roles there are for."""

    def __init__(self, rows: Sequence[Row], names_of: NamesOf) -> None:
        """``names_of`` is asked for rows alone that are looked at."""
        self._rows, self._names_of = rows, names_of
        self._of_area = is_titled_of_area(rows)

    def rows(self) -> Iterator[int]:
        """Yield the rows to look at, some twice, in no order."""
        yield from rows_of_heads(self._rows)
        yield from rows_of_numbers(self._rows)
        yield from rows_of_worries(self._rows, of_area=self._of_area)
        yield from rows_under_headings(self._rows, of_area=self._of_area)

    def role_of(self, index: int, number: int, name: NameFound) -> str | None:
        """Return the lead's or the head's role that the words about a name, beside or over it let somebody guess."""
        rows, people = self._rows, self._names_of(index)
        names = people[number]
        if is_told_head(rows, names, index, number, name):
            return "headteacher"
        if is_told_of_area(rows, index, number, name):
            return "dsl"
        if stands_under_area(rows, people, index, number, name, of_area=self._of_area):
            return "dsl"
        if self._of_area and is_named_as_lead(rows, index, number, name):
            return "dsl"
        return receives_worries(rows, names, index, number, names.index(name), of_area=self._of_area)

    def leads(self, index: int, number: int, name: NameFound, *, of_team: bool) -> bool:
        """Whether somebody alone is told to lead on safeguarding, so that only the lead can be meant.

        Whoever is not ``of_team``, neither lead nor deputy, is asked about for any words of the kind.
        """
        names = self._names_of(index)
        alone = sum(map(len, names if self._rows[index].table is None else names[number : number + 1])) == 1
        if not of_team and (alone or (self._of_area and is_named_as_lead(self._rows, index, number, name))):
            return self.role_of(index, number, name) == "dsl"
        text = self._rows[index].parts[number].text
        told = is_told_of_area(self._rows, index, number, name) and leads_area(text, name)
        return sum(map(len, names)) == 1 and (
            told or stands_under_area(self._rows, names, index, number, name, of_area=self._of_area, alone=True)
        )
