"""Say of the roles in a document whether they are its own: a club's lead in the club's policy, another school's here.

Between ``text.lines`` and ``contacts``. In: the lines and whose document it is. Out: the same lines, where "the
club’s" of a club's document says "our", and a role of another school says so in the words that ``roles`` knows.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.named.roles.vocabulary import OF_LEADS, find_roles
from pipeline.named.schools import COMMON_WORDS, school_in
from pipeline.text.lines import Line
from pipeline.text.needed import Needed

_A_SCHOOL = re.compile(
    r"\b(?:school|academy|college|nursery|pre-?school|playgroup|federation|kindergarten|ysgol|infants|juniors|primary)\b",
    re.IGNORECASE,
)
_OF_SEVERAL = re.compile(r"\b(?:trust|federation|partnership|alliance|collaborative|group|schools|academies)\b", re.I)
"""An institution of many schools, each with a lead of its own."""
_ITSELF = re.compile(
    r"\b(?:the|our|this)\s+(?P<body>club|company|agency|provider|church|parish)\b(?P<whose>['’]s)?", re.I
)
_NAMED_SO = frozenset(("agency", "provider", "church", "parish"))
"""What an organisation may have beside itself: its own name must say that it is one."""
_AT = re.compile(r"s?(?:\s*\([A-Z]{2,5}\))?,?\s+(?:at|of|for|from|in)\s+(?:the\s+)?(?=[A-Z])")
_ANOTHER = "other school’s "


def with_own_body(lines: Sequence[Line], own: str | None) -> list[Line]:
    """Return ``lines`` with their roles told as the document's own or another school's; ``own``: whose document."""
    lines = _with_officers(lines)
    if own is None:
        return lines
    if not _A_SCHOOL.search(own):
        return [_of_itself(line, own) for line in lines]
    if _OF_SEVERAL.search(own):
        return lines
    return [_of_another_school(line, own) for line in lines]


def _of_itself(line: Line, own: str) -> Line:
    if not any(
        word in line.text.lower() for word in ("club", "compan", "agency", "provider", "church", "parish", "welfare")
    ):
        return line

    def said(match: re.Match[str]) -> str:
        body = match["body"].lower()
        return match[0] if body in _NAMED_SO and body not in own.lower() else f"our setting{match['whose'] or ''}"

    cells = (_ITSELF.sub(said, cell) for cell in line.cells)
    return _with_words(
        line, [_CLUB_BEFORE.sub("", _WELFARE.sub(r"Safeguarding Officer\g<several>", cell)) for cell in cells]
    )


_OFFICER = Needed([("officer",)])
_DEPUTY_OFFICER = re.compile(r"\bdeputy designated officers?\b", re.IGNORECASE)
_OF_ANOTHER = ("deputy", "authority", "authority’s", "authority's", "area", "council", "council’s", "la")
_BARE_OFFICER = re.compile(
    "".join(rf"(?<!\b{word} )" for word in _OF_ANOTHER) + r"\bdesignated officer\b(?!\s*\()", re.IGNORECASE
)
"""Of the local authority where nothing else is said; where somebody is its deputy it is the document's own lead."""


def _with_officers(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with the "Designated Officer" who has a deputy told as the lead that it is."""
    if not any(_OFFICER.of(line.text) and _DEPUTY_OFFICER.search(line.text) for line in lines):
        return list(lines)
    return [
        _with_words(line, [_BARE_OFFICER.sub("Designated Safeguarding Officer", cell) for cell in line.cells])
        if "fficer" in line.text.lower()
        else line
        for line in lines
    ]


_WELFARE = re.compile(r"\b(?:club(?:['’]?s?['’]?)?\s+)?welfare officer(?P<several>s?)\b", re.IGNORECASE)
"""What the lead of a club is called; a school's welfare officer looks after attendance."""
_CLUB_BEFORE = re.compile(r"\bclub\s+(?=(?:lead|designated|deputy|child|safeguarding)\b)", re.IGNORECASE)


def _of_another_school(line: Line, own: str) -> Line:
    if not any(word in line.text for word in ("School", "Academy", "College")) or not find_roles(line.text):
        return line
    return _with_words(line, [_told(cell, own) for cell in line.cells])


def _told(text: str, own: str) -> str:
    for start in sorted(_of_others(text, own), reverse=True):
        text = f"{text[:start]}{_ANOTHER}{text[start:]}"
    return text


def _of_others(text: str, own: str) -> Iterator[int]:
    """Yield where the roles of a lead begin that a text says are those of a school of another name."""
    for mention in find_roles(text):
        at = _AT.match(text, mention.end) if mention.role in OF_LEADS else None
        name = school_in(text[at.end() :]) if at is not None else None
        if at is not None and name is not None and text.startswith(name, at.end()) and _is_another(name, own):
            yield mention.start


def _is_another(name: str, own: str) -> bool:
    """Say whether two schools share no word that is a name."""
    words = [set(re.findall(r"[a-z&]+", each.lower().replace("’", "'").replace("'s", ""))) for each in (name, own)]
    mine, others = (each - COMMON_WORDS for each in words)
    return bool(mine) and bool(others) and not mine & others


def _with_words(line: Line, cells: Sequence[str]) -> Line:
    return line if list(cells) == list(line.cells) else line.with_cells(cells)


_GOVERNS = re.compile(r"\b(?:governors?|governing|trustees?|directors?|councillors?|committees?)\b", re.IGNORECASE)
_LIST_OF_GOVERNORS = 6
"""How many lines above or below may say that a list is one of governors."""


def lists_governors(lines: Sequence[Line], line: Line) -> bool:
    """Say whether governors or their committees are named near a line, so that a field beside a name is theirs."""
    near = lines[max(0, line.number - _LIST_OF_GOVERNORS) : line.number + _LIST_OF_GOVERNORS]
    return any(_GOVERNS.search(each.text) for each in near)
