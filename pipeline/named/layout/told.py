"""Which roles each line of a document names, those too that only what stands around shows: "Deputy:" below the lead.

For ``marks`` and ``named.contacts``. Places are those of the line's own text; ``text`` says the role in full.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.named.layout.broken import Broken
from pipeline.named.roles.bare_deputies import (
    IN_ABSENCE,
    NEAR,
    find_bare_deputies,
    is_below_lead,
    is_right_of_lead,
    may_be_bare,
    written_whole,
)
from pipeline.named.roles.rules import DEPUTY, LEAD, OTHER
from pipeline.named.roles.vocabulary import OF_LEADS, RoleMention, find_roles
from pipeline.text.lines import Line

_POINTS = re.compile(r"(?:this|these|they|he|she)\s+(?:is|are)\s*:?", re.IGNORECASE)
_BARE_LEAD = re.compile(r"(?:the )?lead(?: (?:contact|officer|person|practitioner))?(?= ?[:\t–])", re.IGNORECASE)
_TEAM = re.compile(
    r"(?:our |the )?(?:safe ?guarding|child protection)(?: and child protection| and welfare)?"
    r" (?:team|contacts?|people|staff)(?: (?:are|is))?:?",
    re.IGNORECASE,
)
_BESIDE_THE_LEAD = re.compile(
    r"(?:[\s,;:&/()•–-]|\b(?:and|contacts?|deput(?:y|ies)|details|governors?|our|team|the|trustees?)\b)*", re.IGNORECASE
)
_BARE_GOVERNOR = re.compile(
    r"\W*(?P<label>(?:link|nominated|named|designated|lead)\s+(?:governor|trustee))(?=\s*(?:[:\t–—]|-\s)|\W*$)",
    re.IGNORECASE,
)
_NEAR_GOVERNORS = 5
"""How many lines above may name the lead of whom a bare "Link Governor" looks after safeguarding."""
_DEPUTY = "Deputy DSL"

Told = tuple[RoleMention, ...]


def told_roles(lines: Sequence[Line], broken: Iterable[Broken]) -> list[Told]:
    """Return the roles of each line, by place."""
    told = [find_roles(line.text) for line in lines]
    for each in broken:
        _put_together(lines, told, each)
    _point(lines, told)
    if any(may_be_bare(line.text) for line in lines):
        _name_deputies(lines, told)
    for at, line in enumerate(lines):
        bare = _BARE_GOVERNOR.match(line.text)
        near = bare is not None and any(
            role.role in OF_LEADS for above in told[max(0, at - _NEAR_GOVERNORS) : at] for role in above
        )
        if bare is not None and near and all(each.role == OTHER for each in told[at] if each.start < bare.end()):
            told[at] = _with(told[at], f"{bare['label']} for safeguarding", *bare.span("label"))
    return told


def _with(told: Told, whole: str, start: int, end: int) -> Told:
    """Return the roles of a line with those of ``whole`` in the place of a stretch of it."""
    roles = (replace(each, start=start, end=end, text=each.text) for each in find_roles(whole))
    others = (each for each in told if each.end <= start or each.start >= end)
    return tuple(sorted((*others, *roles), key=lambda each: each.start))


def _put_together(lines: Sequence[Line], told: list[Told], broken: Broken) -> None:
    """Name a role where it begins, beside the names of its row, or else where it ends, before what follows it."""
    home = broken.home[0]
    if len(lines[home].cells) > 1 and broken.cells[-1] != broken.home:
        for line, at in broken.cells:
            start, words = lines[line].start_of(at), lines[line].cells[at]
            told[line] = _with(told[line], broken.whole if line == home else "", start, start + len(words))
        return
    first, rest = broken.cells[0][0], len(broken.whole) - broken.end - 1
    begins = max(0, len(lines[first].text) - rest) if len(broken.cells) == 2 else 0
    told[first] = _with(told[first], "", begins, len(lines[first].text))
    for line, _ in broken.cells[1:-1]:
        told[line] = ()
    told[home] = _with(told[home], broken.whole, 0, broken.end)


def _point(lines: Sequence[Line], told: list[Told]) -> None:
    """Name the lead's role at "This is:" below a line that speaks of the lead, and at a bare "Lead:" below its team."""
    for at, line in enumerate(lines[1:], start=1):
        above = told[at - 1]
        lead = _BARE_LEAD.match(line.text) if len(line.cells) < 3 else None
        if len(line.cells) == 1 and above and above[0].role in OF_LEADS and _POINTS.fullmatch(line.text):
            if len({each.role for each in above}) == 1:
                told[at] = (replace(above[0], start=0, end=len(line.text.rstrip(" :"))),)
        elif lead is not None and _heads_the_lead(lines[at - 1].text, above):
            told[at] = _with(told[at], "DSL", 0, lead.end())


def _heads_the_lead(text: str, roles: Told) -> bool:
    """Say whether a line is about the lead first and names nobody, or heads who looks after safeguarding."""
    rest = text
    for role in reversed(roles):
        rest = rest[: role.start] + rest[role.end :]
    about = bool(roles) and roles[0].role == LEAD and _BESIDE_THE_LEAD.fullmatch(rest) is not None
    return about or _TEAM.fullmatch(text.strip()) is not None


def _name_deputies(lines: Sequence[Line], told: list[Told]) -> None:
    """Name the deputy's role at a bare "Deputy", or "In her absence", below, beside or behind the lead."""
    whole: dict[tuple[int, int | None], str] = {}
    for at, line in enumerate(lines):
        if not may_be_bare(line.text):
            continue
        columns = [None] if line.table is None else [column for column, _ in line.starts() if line.cells[column]]
        for column in columns:
            text, start = (line.text, 0) if column is None else (line.cells[column], line.start_of(column))
            opens = is_below_lead(_above(lines, at, column, whole))
            if column is not None:
                left = range(column - 1, -1, -1)
                opens = opens or is_right_of_lead(
                    whole.get((at, each)) or line.cells[each] or line.covering(each) for each in left
                )
            absent = IN_ABSENCE.match(text) if opens else None
            if absent is not None and (column is None or absent.end() == len(text)):
                told[at] = _with(told[at], _DEPUTY, start, start + absent.end())
                whole[at, column] = _DEPUTY + text[absent.end() :]
                continue
            bare = list(find_bare_deputies(text, opens=opens, below=opens and column is None))
            whole[at, column] = written_whole(text, bare)
            for each in bare:
                whose = text[each.start : each.word]
                of = next(
                    (one for one in told[at] if one.role == DEPUTY and one.start <= start + each.word < one.end), None
                )
                if of is not None:
                    # "DSL (Deputy)": nobody can tell, so both are named, and a copy waits.
                    first = line.text[of.start : start + each.word].rstrip(" \u00a0(")
                    if [one.role for one in find_roles(first)] == [LEAD]:
                        told[at] = _with(told[at], first, of.start, of.start + len(first))
                        told[at] = _with(told[at], _DEPUTY, start + each.word, start + each.end)
                    continue
                begins = each.start if whose[:1].isalpha() and whose.strip().casefold() != "the" else each.word
                told[at] = _with(told[at], each.whole, start + begins, start + each.end)


def _above(
    lines: Sequence[Line], at: int, column: int | None, whole: dict[tuple[int, int | None], str]
) -> Iterator[str]:
    """Yield the lines above, the nearest first, with their deputies in full; in a table those of one column."""
    for number in range(at - 1, max(-1, at - 1 - NEAR), -1):
        line = lines[number]
        if line.table != lines[at].table:
            return
        yield whole.get((number, column)) or (line.text if column is None else line.covering(column))
