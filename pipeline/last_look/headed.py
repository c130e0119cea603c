"""Headings that tell of the lines below them: "DSL on duty" over days, "Safeguarding contacts" over "Lead | Deputy".

``claims`` asks. What stands under such a heading names no role itself.
"""

from collections.abc import Sequence, Set
from re import IGNORECASE

from pipeline.last_look.lines import Rows
from pipeline.last_look.names import is_little
from pipeline.last_look.role_labels import (
    heads_area,
    list_labels,
    names_role,
    opens_section,
    short_role,
    tells_role_only,
)
from pipeline.text.lazily import compiled_lazily

_LONGEST_ROTA = 14
_DAYS = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?|week(?:days?|ends?|s)?(?:\W+[\dab]\b)?|days?"
)
_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|march|april|may|june(?=\W+\d|\W*:)|july|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|autumn|spring|summer|winter|easter|christmas|half\W?terms?|terms?(?:\W?time)?"
    r"|holidays?"
)
_TIMES = (
    r"a\.?m|p\.?m|mornings?|afternoons?|evenings?|lunch(?:times?)?|break(?:times?)?|dates?|times?|periods?(?:\W+\d)?"
)
_SITES = (
    r"infants?|juniors?|primary|secondary|early\W+years|EYFS|nursery|pre\W?school|key\W+stages?|KS\d?|sixth\W+form"
    r"|lower|upper|sites?|campus|building|phase|years?"
)
_WHEN = compiled_lazily(rf"\b(?:{_DAYS}|{_MONTHS}|{_TIMES}|{_SITES})\b|\b\d{{1,2}}[.:]\d{{2}}\b", IGNORECASE)
"""A day, date, part of a day, or site."""
_ASIDE = compiled_lazily(
    r"(?:[\W_]|\d+(?:st|nd|rd|th|am|pm)?|\b(?:and|to|until|from|the|on|every|each|of|in|school)\b)*", IGNORECASE
)
_ROTA = compiled_lazily(
    r"\b(?:duty|rotas?|rosters?|on\W+call|cover|each\W+day|daily|by\W+day|timetable|availab\w+|holidays?|sites?"
    r"|when\W[^.]{0,30}\b(?:in\W+school|here)|who\W+(?:to|is|can)|lunch\w*|break\w*)\b",
    IGNORECASE,
)
_COVER_TEXT = r"""
    safe\W?guarding child(?:ren)?(?:['’]?s)? protection duty duties rotas? rosters? on call cover(?:s|ed|ing|age)? each
    daily by timetable availab\w+ holidays? sites? our we who is are will be to a the at for in of and or from during
    when out hours? school academy nursery college trust contacts? person people team staff members? names? leads?
    deput(?:y|ies) senior concerns? ask see tell this these your us lunch week\w* break\w* about emergency phone
    numbers?
"""
_OF_COVER = compiled_lazily(rf"(?:[\W\d_]|\b(?:{'|'.join(_COVER_TEXT.split())})\b)*", IGNORECASE)
"""All that a heading over a rota says besides the role and the days: one of assemblies, visits or training is none."""
_LONGEST_HEADING = 90
_GOES_ON = compiled_lazily(
    r"\s*(?:[^\w\s]|\d|$|\b(?:and|or|on|in|at|from|until|to|for|with|tel\w*|phone|mobile|e-?mail|ext\w*|a\.?m|p\.?m)\b|(?-i:[A-Z]))",
    IGNORECASE,
)
"""Behind a name of a rota; "visited", "wrote" and their like tell what somebody did that day."""
_OF_PEOPLE = compiled_lazily(
    r"\W*(?:\w+\W+){0,4}?(?:names?|who|persons?|staff|members?|contacts?|photo\w*|pictures?|schools?|academy|college)\W*",
    IGNORECASE,
)
"""How a row of a table is called whose columns are the people: "Name", "Who", "Contact"; or the school they are at."""


def rota_role(rows: Rows, index: int, number: int) -> str | None:
    """Return the role of the heading over a list of days, dates or sites for whoever a part of such a line names.

    None where the part is no such line's, or no role heads the list.
    """
    if not rows.is_listed(index) or not _is_of_a_day(rows, index, number):
        return None
    for at in range(index - 1, max(-1, index - 1 - _LONGEST_ROTA), -1):
        if rows.region(at) is not rows.region(index) or rows[at].table not in (rows[index].table, None):
            return None
        if not _has_a_day(rows.words(at)):
            return _heading_role(rows, at)
    return None


def _heading_role(rows: Rows, index: int) -> str | None:
    """Return the role that a heading over a rota names, ``dsl`` where it is of safeguarding alone; else None."""
    text = rows.text(index).strip()
    if not rows.is_listed(index) or len(text) > _LONGEST_HEADING or text.endswith("."):
        return None
    role = next((each.role for each in list_labels(text) if each.role in ("dsl", "deputy-dsl")), None)
    if role is not None and tells_role_only(text.rstrip(" :")):
        return role
    if _ROTA.search(text) is None or not (role or heads_area(text)):
        return None
    return role or "dsl" if _tells_cover_only(text) else None


def tables_of_area(rows: Rows) -> Set[int]:
    """Return the tables whose first row says "Lead" or "Deputy" and, there or in the line above, of safeguarding."""
    found: set[int] = set()
    for index in range(len(rows)):
        table = rows[index].table
        if table is None or (index and rows[index - 1].table == table):
            continue
        over = index and rows[index - 1].table is None and rows.is_listed(index - 1)
        title = rows.text(index - 1) if over and rows.region(index) is rows.region(index - 1) else ""
        roles = {role for words in rows.words(index) if (role := short_role(words)) is not None}
        first = rows.words(index)[0]
        of_area = (heads_area(first) and not names_role(first)) or heads_area(title)
        # A plan of actions has a lead for each; who heads a list of people, or has a deputy, leads on the area itself.
        if roles and (opens_section(title) or (of_area and len(roles) > 1)):
            found.add(table)
    return found


def _tells_cover_only(text: str) -> bool:
    """Whether a heading is about who is there for safeguarding on which day, and about nothing else."""
    for label in reversed(list_labels(text)):
        if label.role is not None:
            text = f"{text[: label.start]} {text[label.end :]}"
    return _OF_COVER.fullmatch(_WHEN.sub(" ", text)) is not None


def names_people_by_column(rows: Rows, index: int, number: int) -> bool:
    """Whether a row of a table headed "Lead | Deputy" tells who they are, and not who has a task or another area.

    "Name", a day, a site or safeguarding itself stands in its first cell, or its first cell is below "Lead".
    """
    first = rows.words(index)[0]
    if rows.column(index, number) == rows.column(index, 0):
        return True
    return is_little(first) or _OF_PEOPLE.fullmatch(first) is not None or heads_area(first) or _tells_a_day(first)


def _is_of_a_day(rows: Rows, index: int, number: int) -> bool:
    """Whether a day or the like stands before the names of a part, opens its row or heads its column."""
    words, names = rows.words(index), rows.names(index)
    before = words[number][: names[number][0].start] if names[number] else ""
    if any(_GOES_ON.match(words[number], each.end) is None for each in names[number]):
        return False
    if _is_when(before) or not is_little(before):
        return _is_when(before)
    opens = number > 0 and not names[0] and _is_when(words[0])
    opens = opens or (number == 0 and any(map(_is_when, words[1:])))
    return opens or _is_when(rows.head(index, number))


def _has_a_day(words: Sequence[str]) -> bool:
    """Whether a line begins with a day or the like, or one of its cells is that alone."""
    return _tells_a_day(words[0]) or any(map(_is_when, words[1:]))


def _is_when(words: str) -> bool:
    """Whether words give a day, date, time or site and nothing else."""
    return _WHEN.search(words) is not None and _ASIDE.fullmatch(_WHEN.sub(" ", words)) is not None


def _tells_a_day(text: str) -> bool:
    """Whether a line begins with a day or the like."""
    match = _WHEN.search(text)
    return match is not None and _ASIDE.fullmatch(text, 0, match.start()) is not None
