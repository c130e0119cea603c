"""Who is given safeguarding, worries about a child or the school, though no role stands with the name or the number.

"Safeguarding | Ann Lee", "Any concern is passed to Ann Lee", "Who should I tell?" over a name, "She is our head". It
may be a link governor or one of the team, so ``check`` lists whom ``told.toml`` tells of here, and holds nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pipeline.last_look.lines import Rows
from pipeline.last_look.names import NameFound, is_little, without
from pipeline.last_look.role_labels import list_labels, post_at
from pipeline.text.lazily import compiled_lazily
from pipeline.text.phrases import Writing, phrase_pattern
from pipeline.text.rules import load_rules

_RULES = Path(__file__).with_suffix(".toml")
_WRITING = Writing(gap=r"\W+", some=r"[^.;:]{0,60}?")
_BEGINS = r"(?:^|[^\w\s'’-]\s*|-\s+|\band\s+)\W*"
_ENDS = r"(?=\W*(?:$|\n)|[^\w\s-]|\s+(?:and|for|from|on|since|who)\b|\s+in\W+\d)"
_ENTRY_END = compiled_lazily(r"(?<=[\w)])[.!;]\s+|\n")
_TITLE_ROWS = 4
_REACH = 8
"""How many lines below a heading of people a name may stand."""
_LONGEST_LABEL = 90
_LONGEST = 220


@cache
def says(kind: str) -> "re.Pattern[str]":
    """Return what finds the words of a kind of ``told.toml``."""
    return re.compile(rf"(?<!\w){load_rules(_RULES).pattern_of(kind, _WRITING)}(?!\w)")


@cache
def _tellings(kind: str) -> list[tuple["re.Pattern[str]", "re.Pattern[str]"]]:
    """Return what finds the words of each phrase of a kind before its ``{name}`` and behind it."""
    read = load_rules(_RULES)
    halves = [phrase.split("{name}") for phrase in read.phrases_of(kind)]
    made = [[phrase_pattern(half, read.words, _WRITING) if half.strip() else "" for half in each] for each in halves]
    return [
        (re.compile(rf"{_BEGINS}{before}$" if before else ""), re.compile(rf"{behind}{_ENDS}" if behind else ""))
        for before, behind in made
    ]


@dataclass(frozen=True, slots=True)
class Spot:
    """What stands around a place: its own words, or what is read as if it stood there."""

    before: str
    behind: str
    is_own: bool = False

    @property
    def text(self) -> str:
        """All its words, roles left out."""
        text = f"{self.before} {self.behind}"
        for label in reversed(list_labels(text)):
            text = f"{text[: label.start]} {text[label.end :]}" if label.role is not None else text
        return text

    def tells(self, kind: str) -> bool:
        """Whether a phrase of a kind of ``told.toml`` stands around the place."""
        return any(before.search(self.before) and behind.match(self.behind) for before, behind in _tellings(kind))


class Told:
    """What the words of one finished document give to the person there."""

    def __init__(self, rows: Rows) -> None:
        """Look whether the title is of safeguarding."""
        self._rows = rows
        titles = [rows.text(at).strip() for at in range(min(len(rows), _TITLE_ROWS))]
        short = (each for each in titles if len(each) < _LONGEST_LABEL and not each.endswith("."))
        self._titled = any(map(says("area").search, short))

    def role_of(self, index: int, number: int, start: int, end: int) -> str | None:
        """Return the lead's or the head's role that the words at a place, beside or over it let a reader guess."""
        own, *others = spots = list(self._spots(index, number, start, end))
        wide = replace(own, behind=self._rows.behind(index, number, end))
        if any(each.tells("headteacher") for each in (wide, *others)):
            return "headteacher"
        if post_at(self._rows.words(index)[number], start, end) is not None:
            # "The ALNCo, Ann Lee, …" is told by the post who she is.
            return None
        found = next((each for each in spots if self._calls(each) and not self._is_of_others(index, each)), None)
        if found is None:
            return None
        return "headteacher" if says("staff").search(found.text) else "dsl"

    def role_of_number(self, index: int, number: int, start: int, end: int) -> str | None:
        """Return what ``role_of`` does for a number or address that no other role or body, and no head by name, has."""
        rows, text = self._rows, self._rows.text(index)
        if self._rows.words(index)[number].startswith(("03", "08"), start):
            return None
        role = self.role_of(index, number, start, end)
        if role == "headteacher":
            return None if any(rows.names(index)) else role
        return None if says("others").search(text) or list_labels(text) else role

    def leads(self, index: int, number: int, name: NameFound, *, of_team: bool) -> bool:
        """Whether a person alone is told to lead on safeguarding, so that only the lead can be meant.

        A person who is not ``of_team``, neither lead nor deputy, is asked about for any words of the kind.
        """
        names = self._rows.names(index)
        if sum(map(len, names)) != 1 or self.role_of(index, number, name.start, name.end) != "dsl":
            return False
        own = next(self._spots(index, number, name.start, name.end))
        return not of_team or is_little(says("area").sub(" ", own.text))

    def _calls(self, spot: Spot) -> bool:
        """Whether words are about safeguarding, or a worry of which the lead is told."""
        text = spot.text
        if len(text) > (_LONGEST if spot.is_own else _LONGEST_LABEL):
            return False
        if says("area").search(text) or says("asks").fullmatch(text.strip(" \t\n?:.")):
            return True
        if self._titled and spot.tells("dsl"):
            return True
        of_child = self._titled or says("child").search(text) is not None
        worry = says("harm").search(text) or (of_child and says("worry").search(text))
        return bool(worry) and (not spot.is_own or spot.tells("gives"))

    def _is_of_others(self, index: int, spot: Spot) -> bool:
        """Whether words are about governors, training or another body, or a table is beside whose cell they stand."""
        rows, around = self._rows, [spot.text]
        if not spot.is_own and rows[index].table is not None:
            first = rows.top(index)
            around += [rows.text(index), rows.text(first), rows.text(first - 1) if first else ""]
        return any(map(says("others").search, around))

    def _spots(self, index: int, number: int, start: int, end: int) -> Iterator[Spot]:
        """Yield what stands around a place, and where it is all of its part what stands beside and over it."""
        rows, words = self._rows, self._rows.words(index)
        text = words[number]
        first = max((each.end() for each in _ENTRY_END.finditer(text, 0, start)), default=0)
        last = _ENTRY_END.search(text, end)
        named = [
            (each.start - first, each.end - first) for each in rows.names(index)[number] if first <= each.start < start
        ]
        yield Spot(without(text[first:start], named), text[end : last.start() if last else len(text)], is_own=True)
        if not is_little(says("aside").sub(" ", without(text[first:start], named))):
            return
        mine, sides = rows.cell(index, number), (*range(number - 1, -1, -1), *range(number + 1, len(words)))
        beside = next((at for at in sides if at not in mine and not rows.names(index)[at]), number)
        near = [at for at in mine if abs(at - number) == 1] + [beside] * (beside != number)
        yield from (Spot(f"{words[at]} ", "") if at < number else Spot("", f" {words[at]}") for at in near)
        yield Spot(f"{rows.head(index, number)} ", "")
        if self._tells_people_only(index):
            yield from self._over(index)

    def _over(self, index: int) -> Iterator[Spot]:
        """Yield the line over one of people, and the heading of the list."""
        rows = self._rows
        if index and rows.are_near(index - 1, index) and rows.text(index - 1).rstrip().endswith("?"):
            yield Spot(f"{rows.text(index - 1)} ", "")
        for at in rows.above(index, _REACH):
            of_people = self._tells_people_only(at)
            if rows[at].table is None and not any(rows.names(at)) and (at == index - 1 or not of_people):
                yield Spot(f"{rows.text(at)} ", "")
            if not of_people:
                return

    def _tells_people_only(self, index: int) -> bool:
        """Whether a row holds nothing but names, numbers and words such as "lead" or "tell"."""
        return all(
            is_little(says("aside").sub(" ", without(words, [(each.start, each.end) for each in names])))
            for words, names in zip(self._rows.words(index), self._rows.names(index), strict=True)
        )
