"""What a bar chart shows: rows of parts. ``pages/_chart.html`` draws it, and gives the same figures as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.acknowledgements.tally import ReadingCount
from pipeline.wording import say_count


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """What one colour and pattern of a chart stands for."""

    key: str
    """``done``, ``due``, ``late`` or ``missing``: how it is drawn."""
    words: str
    """Such as ``read``."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a row of the chart and of its table."""

    label: str
    values: tuple[int, ...]
    """One for each part, in their order."""
    href: str = ""
    note: str = ""
    """What stands beside the label, such as the governors' meeting of a month."""

    @property
    def total(self) -> int:
        """All parts together."""
        return sum(self.values)


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart of stacked bars with its table."""

    name: str
    """One of its kind on a page: the elements' names are made of it."""
    title: str
    description: str
    """What it shows, in a sentence or two, for readers who do not see it."""
    of: str
    """What a row is: ``Policy``."""
    parts: tuple[ChartSeries, ...]
    bars: tuple[Bar, ...]
    is_shared: bool = True
    """Each bar is a whole of its own; otherwise all have one scale."""

    @property
    def longest(self) -> int:
        """The total of the longest bar, 1 at least."""
        return max([1, *(bar.total for bar in self.bars)])

    def spans(self, bar: Bar, width: float) -> list[tuple[ChartSeries, int, float, float]]:
        """Return each part of a bar that is not empty: with its number, where it begins and how wide it is.

        ``width`` is that of a whole bar; a part that is there is at least 3 wide.
        """
        whole = bar.total if self.is_shared else self.longest
        found, at = [], 0.0
        for part, value in zip(self.parts, bar.values, strict=True):
            if value:
                wide = max(3.0, round(width * value / whole, 1))
                found.append((part, value, min(at, width - 3.0), min(wide, width - min(at, width - 3.0))))
                at += wide
        return found

    def said(self, bar: Bar) -> str:
        """Return the numbers of a bar in words: ``70 read, 10 late``."""
        parts = [f"{value:,} {part.words}" for part, value in zip(self.parts, bar.values, strict=True) if value]
        return ", ".join(parts) or "none"


READING_PARTS = (ChartSeries("done", "read"), ChartSeries("due", "to come"), ChartSeries("late", "late"))


def reading_figure(
    name: str, title: str, of: str, counted: Sequence[tuple[str, ReadingCount, str]], *, noun: str = "reading"
) -> Figure:
    """Return the chart of read of asked; ``counted`` has a label, its count and the address it leads to."""
    bars = tuple(Bar(label, (one.done, one.due, one.late), href) for label, one, href in counted)
    all_done, all_late, asked = (
        sum(getattr(one, name) for _, one, _ in counted) for name in ("done", "late", "required")
    )
    description = (
        f"For each {of.lower()} how many have read of those who are asked. In all {all_done:,} of "
        f"{say_count(asked, noun)} recorded, {all_late:,} late."
    )
    return Figure(name, title, description, of, READING_PARTS, bars)
