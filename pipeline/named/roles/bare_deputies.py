"""A bare "Deputy" is the lead's deputy where it stands right below the lead, or behind the lead in one line.

Whose deputy is meant shows nowhere else. ``named.layout.told`` asks it of the lines that are read, ``copies`` of the
roles that a text names.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from pipeline.named.layout.entries import is_role
from pipeline.named.names.people import drop_title, find_name, has_given_name
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.lazily import compiled_lazily

_WORD = r"(deput(?:y|ies|es?)(?:[ \u00a0]leads?)?)"
_WHOSE = r"(?:(?:the|our|her|his|their|whose)[ \u00a0]+)"
_GIVEN = r"(?:[ \u00a0]+(?:role|post))?[ \u00a0]+(?:is|are)\b"
_BARE_DEPUTY = compiled_lazily(rf"(\W*{_WHOSE}?){_WORD}(?=\W*$|[ \u00a0]?[:\t–]|{_GIVEN})", re.IGNORECASE)
IN_ABSENCE = compiled_lazily(
    r"\W*in (?:(?:her|his|their)|the (?:DSL|lead|officer)['’]?s?|(?:her|his|their) or (?:her|his|their)) absence"
    r"(?:,? contact)?(?=\s?[:\t–]|\W*$)",
    re.IGNORECASE,
)
"""A label below the lead, before the one who acts then: "In her absence: X"."""
_GAP = r"[ \u00a0]"
_BEHIND_LEAD = compiled_lazily(
    rf"((?:\t|[(,;|–-]){_GAP}*){_WORD}(?={_GAP}?[:–]|{_GAP}-{_GAP}|\W*$)|(?<=\()(){_WORD}(?=\))"
    rf"|(?<=\bas{_GAP})(){_WORD}(?=[.,;)]|\W*$)"
    rf"|(?<=\band{_GAP})(){_WORD}(?=[.,;)]|{_GIVEN}|\W*$)"
    rf"|\b({_WHOSE}){_WORD}(?={_GIVEN}|,(?!\s+(?:is|are)\b)|{_GAP}?\([^\W\d_]|[.;]|\W*$)",
    re.IGNORECASE,
)
"""After the lead: "; Deputy – X", "X (deputy)", "the deputy is X", "the deputy, X", "X is her deputy", "as deputy",
"the DSL and deputy"."""
_BEFORE_A_NAME = compiled_lazily(rf"(?<![\w-]){_WORD}(?=(?P<joint>{_GAP}?[:(–-]{_GAP}?|{_GAP}))", re.IGNORECASE)
"""The person who is named right behind the word: "and deputies (X and Y)", "or deputy Mr X", "the deputy – X –
covers"."""
_LEADS = ("dsl", "deputy-dsl")
_DETAIL = compiled_lazily(r"[\d@]")
_TOLD_LEAD = compiled_lazily(
    r"\b(?:responsib\w+ for|leads? (?:on|for|in)) (?:safe[- ]?guarding|child protection)\b", re.IGNORECASE
)
"""The lead told without the role: "Person responsible for safeguarding: X"."""
_OF_THE_BOARD = compiled_lazily(r"\b(?:govern\w+|trustees?|board|committee)\b", re.IGNORECASE)
_NAMED_WITH = compiled_lazily(r"\)?[ \u00a0]?[:\t–-][\s\u00a0]*[^\W\d_a-z]")
"""Behind a role, where its holder is named in the same line."""
NEAR = 4
"""How many lines above may name the lead."""


@dataclass(frozen=True, slots=True)
class BareDeputy:
    """The word "deputy" in a text, where it means the lead's."""

    start: int
    """With what joins it to the words before."""
    word: int
    """Where the word itself begins."""
    end: int
    whole: str
    """What the words say in full."""


def find_bare_deputies(text: str, *, opens: bool, below: bool) -> Iterator[BareDeputy]:
    """Yield each bare "deputy" of one line or cell, in order.

    ``opens``: the lead stands above or to the left, so that one may begin the text. ``below``: one further on in the
    text may be the lead's, too, though the text does not name the lead itself.
    """
    first = _BARE_DEPUTY.match(text) if opens else None
    position = first.end() if first is not None else 0
    behind = _BEHIND_LEAD.search(text, position)
    found = [_bare(first)] if first is not None else []
    if behind is not None and _is_of_the_lead(text[: behind.start()], below=below):
        found += map(_bare, _BEHIND_LEAD.finditer(text, position))
    known = {each.word for each in found}
    for match in _BEFORE_A_NAME.finditer(text, position):
        names = match.start() not in known and _names_somebody(text, match.end("joint"))
        if names and _is_of_the_lead(text[: match.start()], below=below):
            found.append(BareDeputy(match.start(), match.start(), match.end(), _whole(match[1])))
    yield from sorted(found, key=lambda each: each.start)


def _bare(match: re.Match[str]) -> BareDeputy:
    *before, word = (group for group in match.groups() if group)
    joint = "".join(before)
    whose = "the " if re.match(r"[^\W\d_]", joint) else joint
    return BareDeputy(match.start(), match.end() - len(word), match.end(), whose + _whole(word))


def _whole(word: str) -> str:
    return "Deputy DSLs" if word.casefold().endswith("s") else "Deputy DSL"


def _is_of_the_lead(before: str, *, below: bool) -> bool:
    """Whether of all roles only the lead's and the lead's deputies' are named before, there or in the text above."""
    roles = {each.role for each in find_roles(before)}
    return (below or "dsl" in roles) and roles <= set(_LEADS)


def _names_somebody(text: str, position: int) -> bool:
    """Whether a person's name for certain stands at ``position``: with a title, or a known first name."""
    name = find_name(text, position)
    return name is not None and (drop_title(name[0]) != name[0] or has_given_name(name[0]))


def written_whole(text: str, deputies: Iterable[BareDeputy]) -> str:
    """Return a text with "Deputy DSL" for each of its bare deputies."""
    for each in sorted(deputies, key=lambda one: one.start, reverse=True):
        text = text[: each.start] + each.whole + text[each.end :]
    return text


def is_below_lead(above: Iterable[str]) -> bool:
    """Whether the role named last in the texts above, the nearest first, is the lead or a deputy of the lead.

    A line that is another post and nothing else is that of the person named with such a role in the line above it.
    """
    posted = False
    for text in islice(above, NEAR):
        roles = find_roles(text)
        if roles and roles[0].role not in _LEADS and not posted and is_role(text) and not text.rstrip().endswith(":"):
            posted = True
            continue
        if roles:
            return roles[0].role in _LEADS and (not posted or _NAMED_WITH.match(text, roles[-1].end) is not None)
        if _TOLD_LEAD.search(text) and not _OF_THE_BOARD.search(text):
            return True
        name = find_name(text.strip())
        if text.strip() and not _DETAIL.search(text) and (name is None or name.end() < len(text.strip())):
            return False
    return False


def is_right_of_lead(left: Iterable[str]) -> bool:
    """Whether the nearest role to the left in a row is the lead or a deputy; the nearest of ``left`` comes first."""
    named = map(find_roles, left)
    return next((roles[0].role in _LEADS for roles in named if roles), False)


def may_be_bare(text: str) -> bool:
    """Say whether a text has the words of a bare deputy: most documents have none."""
    small = text.casefold()
    return "deput" in small or "absence" in small
