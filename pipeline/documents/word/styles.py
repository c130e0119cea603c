"""What a Word file's styles and numbering say of a paragraph: heading, list item, bold, hidden.

Used by ``document`` alone. Styles are looked up by name, inheritance and outline level, since their ids are
translated ("berschrift1") and their names may be a school's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.documents.word.numbering import Numbering
from pipeline.documents.word.styles_part import Style, StylesPart, level_of

Given = TypeVar("Given")

_MAX_INHERITANCE = 12
PLAIN = Style()


@dataclass(frozen=True, slots=True)
class ListPlace:
    """How a paragraph stands in a list."""

    number: str
    """The list's ``numId``."""
    level: int
    kind: str
    """``bullet``, ``decimal``, …"""
    depth: int
    """How deep it is shown; deeper than its level where its style says so."""


class StyleSheet:
    """All styles by id, and the formats of all lists.

    Word files carry hundreds of styles and use a dozen: only those asked for are parsed.
    """

    def __init__(self, styles: bytes | None = None, numbering: bytes | None = None) -> None:
        self.numbering = Numbering(numbering)
        self._resolved: dict[str, Style] = {}
        self._part = StylesPart(styles or b"")
        self.hidden: frozenset[str] = frozenset(
            each for each in self._part.mentioning("vanish") if self.of(each).hidden
        )
        """The ids of styles that hide their text."""

    def of(self, style_id: str | None) -> Style:
        """Return what the style says, its ancestors included; nothing where there is no such style."""
        return PLAIN if style_id is None else self._resolve(style_id, _MAX_INHERITANCE)

    def list_place(self, numbers: Iterable[tuple[str | None, str | None]], style: Style) -> ListPlace | None:
        """Return how a paragraph stands in a list, None where it does not; ``numbers``: its ``numId`` and ``ilvl``."""
        number, level = style.number, style.level
        for own, depth in numbers:
            number = own or number
            level = level_of(depth, level)
        found = self.numbering.of(number)
        if number is None or found is None:
            return None
        level = level or 0
        look = found.levels.get(level)
        return ListPlace(number, level, "bullet" if look is None else look.format, level or style.depth or 0)

    def _resolve(self, style_id: str, depth: int) -> Style:
        if style_id in self._resolved:
            return self._resolved[style_id]
        said = self._part.own(style_id) if depth else None
        if said is None:
            return PLAIN
        own = said.style
        if own.number is not None and own.level is None:
            own = replace(own, level=self.numbering.level_of_style(own.number, style_id))
        parent = self._resolve(said.parent, depth - 1) if said.parent else PLAIN
        style = Style(
            inherit(own.heading, parent.heading),
            inherit(own.bold, parent.bold),
            inherit(own.italic, parent.italic),
            inherit(own.hidden, parent.hidden),
            inherit(own.number, parent.number),
            inherit(own.level, parent.level),
            inherit(own.depth, parent.depth),
        )
        self._resolved[style_id] = style
        return style


def inherit(own: Given | None, inherited: Given | None) -> Given | None:
    """Return what is set here, else what is set above."""
    return inherited if own is None else own
