"""Say of the roles in a document whether they are its own: a club's lead in the club's policy, another school's here.

Between ``text.lines`` and ``contacts``. In: the lines and whose document it is. Out: the same lines, where "the
club’s" of a club's document says "our", and a role of another school says so in the words that ``roles`` knows.
"""

import re
from collections.abc import Iterator, Sequence, Set

from pipeline.named.organisation_names import is_institution
from pipeline.named.roles.vocabulary import OF_LEADS, find_roles
from pipeline.named.schools import school_in, school_words, schools_in
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
_OF_CHURCHES = frozenset(("church", "parish"))
_CHURCH_NAME = re.compile(r"\b(?:church|parish|chapel|cathedral|minster|abbey|benefice)\b", re.IGNORECASE)
_OF_COUNCILS = ("pcc", "p.cc", "pc.c", "p.c.c", "parochial", "parish", "church", "kirk")
_COUNCIL_NEEDED = Needed([_OF_COUNCILS])
_CHURCH_COUNCIL = re.compile(
    r"\bP\.?C\.?C\b|\bparochial church council\b|\bparish church\b|\bchurch ?wardens?\b|\bkirk session\b"
    r"|\bchurch (?:elders|council)\b|(?-i:\bParish of [A-Z])",
    re.IGNORECASE,
)
"""Who governs a church, of whom a school's policy does not speak."""
_SCHOOLS_WORD = re.compile(r"\b(?:pupils?|governors?|head ?teacher|academy)\b", re.IGNORECASE)
_CLUBS_WORD = re.compile(r"\bclubs?\b", re.IGNORECASE)
_ENDS_IN_CLUB = re.compile(r"\bclub\s*$", re.IGNORECASE)
_OFTEN = 2
"""In how many lines a document without a name speaks of a club that is then its own."""
_AT = re.compile(r"s?(?:\s*\([A-Z]{2,5}\))?,?\s+(?:at|of|for|from|in)\s+(?:the\s+)?(?=[A-Z])")
_ANOTHER = "other school’s "


def with_own_body(lines: Sequence[Line], own: str | None) -> list[Line]:
    """Return ``lines`` with their roles told as the document's own or another school's; ``own``: whose document."""
    lines = _with_chairs(_with_officers(lines))
    bodies = _bodies(lines, own)
    if bodies:
        lines = [_of_itself(line, bodies) for line in lines]
    if own is None or _OF_SEVERAL.search(own):
        return lines
    return [_of_another_school(line, own) for line in lines]


def _bodies(lines: Sequence[Line], own: str | None) -> frozenset[str]:
    """Return by which words a document speaks of its own institution: "the club" of a club; none of a school's."""
    if own is None:
        if any(_SCHOOLS_WORD.search(line.text) for line in lines):
            return frozenset()
        clubs = sum(_CLUBS_WORD.search(line.text) is not None for line in lines)
        return (_OF_CHURCHES if _is_church(lines) else frozenset()) | ({"club"} if clubs >= _OFTEN else set())
    if _A_SCHOOL.search(own):
        return frozenset({"club"} if _ENDS_IN_CLUB.search(own) else ())
    named = {body for body in _NAMED_SO if body in own.lower()}
    church = _CHURCH_NAME.search(own) is not None or _is_church(lines)
    return frozenset({"club", "company"} | named | (_OF_CHURCHES if church else frozenset()))


def _is_church(lines: Sequence[Line]) -> bool:
    return any(_COUNCIL_NEEDED.of(line.text) and _CHURCH_COUNCIL.search(line.text) for line in lines)


def _of_itself(line: Line, bodies: Set[str]) -> Line:
    if not any(
        word in line.text.lower() for word in ("club", "compan", "agency", "provider", "church", "parish", "welfare")
    ):
        return line

    def said(match: re.Match[str]) -> str:
        return f"our setting{match['whose'] or ''}" if match["body"].lower() in bodies else match[0]

    def left_out(match: re.Match[str]) -> str:
        return "" if match["body"].lower() in bodies else match[0]

    cells = [_WELFARE.sub(r"Safeguarding Officer\g<several>", _ITSELF.sub(said, cell)) for cell in line.cells]
    if "church" in bodies:
        cells = [_REPRESENTATIVE.sub("Safeguarding Officer", cell) for cell in cells]
    return _with_words(line, [_BODY_BEFORE.sub(left_out, cell) for cell in cells])


_OFFICER = Needed([("officer",)])
_DEPUTY_OFFICER = re.compile(r"\bdeputy designated officers?\b", re.IGNORECASE)
_OF_ANOTHER = ("deputy", "authority", "authority’s", "authority's", "area", "council", "council’s", "la")
_BARE_OFFICER = re.compile(
    "".join(rf"(?<!\b{word} )" for word in _OF_ANOTHER) + r"\bdesignated officer\b(?!\s*\()", re.IGNORECASE
)
"""Of the local authority where nothing else is said; where a person is its deputy it is the document's own lead."""


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


_CHAIR_OF_COMMITTEE = re.compile(
    r"\b(?P<chair>chair(?:man|woman|person)?) of (?:the )?(?:management )?committee\b", re.IGNORECASE
)
_HAS_GOVERNORS = re.compile(r"\b(?:governors?|governing|trustees?)\b", re.IGNORECASE)


def _with_chairs(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a setting that a committee runs with its chair told as governors' chairs are.

    Where governors or trustees are spoken of the committee is one of theirs.
    """
    if not any("ommittee" in line.text for line in lines) or any(_HAS_GOVERNORS.search(line.text) for line in lines):
        return list(lines)
    return [
        _with_words(line, [_CHAIR_OF_COMMITTEE.sub(r"\g<chair> of governors", cell) for cell in line.cells])
        if "ommittee" in line.text
        else line
        for line in lines
    ]


_WELFARE = re.compile(r"\b(?:club(?:['’]?s?['’]?)?\s+)?welfare officer(?P<several>s?)\b", re.IGNORECASE)
_REPRESENTATIVE = re.compile(r"\bsafeguarding representative\b", re.IGNORECASE)
"""What the lead of a club is called; a school's welfare officer looks after attendance."""
_BODY_BEFORE = re.compile(
    r"(?<!other )(?<!each )\b(?P<body>club|church|parish|company|agency|provider)\s+"
    r"(?=(?:lead|designated|named|nominated|deputy|assistant|child(?:ren)?|safe ?g(?:ua|au)rding)\b)",
    re.IGNORECASE,
)


def _of_another_school(line: Line, own: str) -> Line:
    if not find_roles(line.text):
        return line
    return _with_words(line, [_told(cell, own) for cell in line.cells])


_BY_NAME = re.compile(r"(?<=\bis )(?P<name>[A-Z][\w-]+)['’]s(?= [A-Z])")


def _told(text: str, own: str) -> str:
    """Return a text with the school's own name before a role told as "our", and roles of another school as such."""
    text = _BY_NAME.sub(lambda said: said[0] if _is_another(said["name"], own) else "our", text)
    for start in sorted(set(_of_others(text, own)), reverse=True):
        text = f"{text[:start]}{_ANOTHER}{text[start:]}"
    return text


def _of_others(text: str, own: str) -> Iterator[int]:
    """Yield where the roles of a lead begin that a text says are those of a school or body of another name.

    Of a line that speaks of another school and never of this one, every lead told behind it is that school's.
    """
    schools = list(schools_in(text)) if len(text) > _A_SENTENCE else []
    if schools and all(_is_another(each, own) for each in schools):
        named_at = text.find(schools[0])
        yield from (each.start for each in find_roles(text) if each.start > named_at >= 0 and each.role in _OF_A_SCHOOL)
    for mention in find_roles(text):
        at = _AT.match(text, mention.end) if mention.role in _OF_A_SCHOOL else None
        name = _institution_at(text, at.end()) if at is not None else None
        if at is not None and name is not None and text.startswith(name, at.end()) and _is_another(name, own):
            yield mention.start


def _institution_at(text: str, start: int) -> str | None:
    """Return the school that is named in the rest of a text, or the club, company or agency it begins with."""
    name, run = school_in(text[start:]), _A_RUN.match(text, start)
    institution = run is not None and is_institution(run[0]) and not _OF_A_DAY.fullmatch(run[0])
    return run[0] if name is None and run is not None and institution else name


_A_RUN = re.compile(r"[A-Z][\w'’&-]*(?: (?:[A-Z][\w'’&-]*|and|of|&(?= )))*(?<! and)(?<! of)")
_OF_A_DAY = re.compile(r"(?:(?:after|before|breakfast|holiday|hours|lunch|of|out|school|tea) ?)+club", re.IGNORECASE)
"""A club that schools have themselves."""
_A_SENTENCE = 90
"""Letters of a line that tells a story; a shorter one may be an entry of several schools' contacts."""
_OF_A_SCHOOL = OF_LEADS | {"headteacher"}


def _is_another(name: str, own: str) -> bool:
    """Say whether two schools share no word that is a name."""
    words = [set(re.findall(r"[a-z&]+", each.lower().replace("’", "'").replace("'s", ""))) for each in (name, own)]
    mine, others = (each - school_words("tells-none-apart") for each in words)
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
