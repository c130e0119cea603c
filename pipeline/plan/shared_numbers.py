"""A number that stands behind several people: "Lead: X | Deputy: Y | Tel: N", "They can be reached on …". Whose is it?

Only the school's contacts tell; ``details`` asks, and holds the copy where they do not.
"""

import re
from collections.abc import Mapping, Sequence

from pipeline.named.details.found import find_any_details
from pipeline.named.details.ways import DETAIL_WORD
from pipeline.named.mentions import Mention
from pipeline.named.roles.vocabulary import OF_LEADS
from pipeline.named.scene import Scene
from pipeline.text.passages import Stretch

_MARK = re.compile(r"[^\S\t]*(?:(?P<mark>[|\t,;/–—-])|(?<=\s)(?=[^\W\d][\w \u00a0]{1,50}:))")
"""What ends an entry; a space alone does where the words behind it end with a colon."""
_BRACKETS = re.compile(r"[\s\u00a0]*\([^()\d@]{0,60}\)")
_OF_ALL = re.compile(r"\b(?:they|them|both|either|these|their|respectively)\b", re.IGNORECASE)
_BEGINS_ANEW = re.compile(r"[\s\u00a0)\]]*(?:[.;!][\s\u00a0]|\n)")
_JOINED = re.compile(rf"(?:[\s\u00a0,/;&(]|\b(?:and|or)\b|\b{DETAIL_WORD})*", re.IGNORECASE)
_LINES = 4
_SEVERAL = 2
_SHORT = 90
"""Longer lines tell more than who a person is."""
_ONLY_LABEL = re.compile(rf"(?:[\W_]|\b{DETAIL_WORD})*", re.IGNORECASE)


_Named = Mapping[int, Sequence[Mention]]
"""The names of the map by passage."""


def people_listed(scene: Scene, named: _Named, place: Stretch, *, of_the_school: bool) -> tuple[Mention, ...]:
    """Return the people behind all of whom a number or address stands, by name two or more; empty where it is one's.

    ``of_the_school``: the school's own mailbox or number is nobody's behind several people in its line.
    """
    ways = (_entries_before, _told_together, _in_rows_above, _in_line)
    for way in ways if of_the_school else ways[:-1]:
        listed = way(scene, named, place)
        if len({mention.person.name for mention in listed}) > 1:
            return tuple(listed)
    return ()


def _entries_before(scene: Scene, named: _Named, place: Stretch) -> list[Mention]:
    """Return the people listed before a number or address that is an entry of its own in their line or row.

    None where one mark parts the people and the number stands otherwise behind the last ("X | Y, 01632 960111"), and
    where a number stands between.
    """
    text, known = _line(scene, named, place)
    listed: list[Mention] = []
    end, mark = len(text), None
    for mention, start, stop in reversed(known):
        own = _own_mark(text[stop:end], last=not listed)
        if own is None or (mark is not None and own != mark):
            break
        listed.insert(0, mention)
        end, mark = start, own
    return listed


def _told_together(scene: Scene, named: _Named, place: Stretch) -> Sequence[Mention]:
    """Return the people who are told of before a number, where its own words begin anew or mean them all, or where
    several are given at once ("X and Y can be reached on … and …").

    "The lead is X and the deputy Y. They can be reached on …", "Lead: X. Deputy: Y. Email …", and "Tel: …" on a line
    below theirs. None where one of them has a number of their own.
    """
    text = scene.passages[place.passage].text[: place.start]
    cut, first = _own_words(text, place.start)
    own = [each for each in named.get(place.passage, ()) if cut <= each.form.start and each.form.end <= first]
    gap = text[own[-1].form.end if own else cut : first]
    begins = _BEGINS_ANEW.match(gap) is not None if own else not cut
    several = bool(own) and is_one_of_several(scene, place)
    if not (several or _OF_ALL.search(gap) or (begins and _ONLY_LABEL.fullmatch(gap))):
        return ()
    return own if len(own) > 1 or cut else [*_lines_above(scene, named, place.passage), *own]


def _in_rows_above(scene: Scene, named: _Named, place: Stretch) -> Sequence[Mention]:
    """Return the people of the rows above a cell that gives numbers, or addresses, in a row that names nobody.

    "DSL | X", "Deputy | Y" and below both "Telephone | … / …", or one number where lead and deputies are all whom they
    name.
    """
    cell = scene.cells[place.passage]
    own = scene.cells.passages(cell) if cell is not None else ()
    found = [(at, each) for at in own for each in find_any_details(scene.passages[at].text)]
    mine = next((each for at, each in found if at == place.passage and each.start <= place.start < each.end), None)
    row = (place.passage, *scene.cells.others_in_row(place.passage))
    if mine is None or any(named.get(at) or scene.labels(at) for at in row):
        return ()
    by_mail = mine.email is not None
    listed: list[Mention] = []
    for above in scene.cells.above(place.passage):
        told = [each for at in above for each in find_any_details(scene.passages[at].text)]
        people = [mention for at in above for mention in named.get(at, ())]
        if not people or any((each.email is not None) == by_mail for each in told):
            break
        listed = [*people, *listed]
    several = sum((each.email is not None) == by_mail for _, each in found) >= _SEVERAL
    leads = all(each.standing is not None and each.standing.role in OF_LEADS for each in listed)
    return listed if several or leads else ()


def _in_line(scene: Scene, named: _Named, place: Stretch) -> Sequence[Mention]:
    """Return the people named before a number in its line."""
    return [each for each in named.get(place.passage, ()) if each.form.end <= place.start]


def is_one_of_several(scene: Scene, place: Stretch) -> bool:
    """Whether a number is given with another one at once ("… and …", "… / …"), or an address with another."""
    text = scene.passages[place.passage].text
    found = find_any_details(text)
    mine = next((each for each in found if each.start <= place.start < each.end), None)
    alike = [each for each in found if mine is not None and (each.email is None) == (mine.email is None)]
    at = alike.index(mine) if mine in alike else 0
    pairs = zip(alike[max(0, at - 1) : at + 1], alike[max(1, at) : at + 2], strict=False)
    return any(_JOINED.fullmatch(text, one.end, other.start) for one, other in pairs)


def _own_words(text: str, start: int) -> tuple[int, int]:
    """Return where the words of a number begin, behind another one, and where the first of those it is joined to is."""
    first = start
    for found in reversed(find_any_details(text)):
        if _JOINED.fullmatch(text, found.end, first) is None:
            return found.end, first
        first = found.start
    return 0, first


def _lines_above(scene: Scene, named: _Named, index: int) -> list[Mention]:
    """Return who is named in the lines right above, of the same cell in a table, up to one with a number."""
    listed: list[Mention] = []
    own, above = scene.passages[index], range(index - 1, max(-1, index - 1 - _LINES), -1)
    for at in above:
        passage = scene.passages[at]
        known = list(named.get(at, ()))
        alone = known or scene.labels(at)
        if scene.cells[at] != scene.cells[index] or passage.region is not own.region or not alone:
            break
        if len(passage.text) > _SHORT or find_any_details(passage.text):
            break
        listed = [*known, *listed]
    return listed


def _line(scene: Scene, named: _Named, place: Stretch) -> tuple[str, list[tuple[Mention, int, int]]]:
    """Return the words of a row or line up to a place, cells parted by tabs, and where in them who is named."""
    text, known = "", []
    left = [index for cell in scene.cells.left_of(place.passage) for index in reversed(cell)]
    for index in (*reversed(left), place.passage):
        own = scene.passages[index].text
        own = own[: place.start] if index == place.passage else own
        known += [
            (each, len(text) + each.form.start, len(text) + each.form.end)
            for each in named.get(index, ())
            if each.form.end <= len(own)
        ]
        text += own if index == place.passage else f"{own}\t"
    return text, known


def _own_mark(gap: str, *, last: bool) -> str | None:
    """Return the mark that ends a person's entry in the words behind the name, None where there is none.

    Behind the last one nothing but what a number is called may follow, behind the others no number.
    """
    brackets = _BRACKETS.match(gap)
    start = brackets.end() if brackets else 0
    mark = _MARK.match(gap, start)
    if mark is None or re.search(r"[\d@]|[.!?]\s", gap):
        return None
    return (mark["mark"] or " ") if not last or _ONLY_LABEL.fullmatch(gap, mark.end()) else None
