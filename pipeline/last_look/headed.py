"""Headings that tell of the lines below them: "DSL on duty" over days, "Safeguarding contacts" over "Lead | Deputy".

``claims`` asks. What stands under such a heading names no role itself.
"""

from re import IGNORECASE

from pipeline.last_look.lines import Rows
from pipeline.last_look.names import is_little, without
from pipeline.last_look.role_labels import (
    heads_area,
    list_labels,
    names_role,
    opens_section,
    short_label,
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
_ASIDE = compiled_lazily(r"\d(?:st|nd|rd|th|am|pm)\b|\b(?:to|until|from|every|each|of|in|for|with)\b", IGNORECASE)
_COVER_TEXT = r"""
    safe\W?guarding child(?:ren)?(?:['’]?s)? protection duty duties rotas? rosters? on call cover(?:s|ed|ing|age)? each
    daily by timetable availab\w+ holidays? sites? our we who is are will be to a the at for in of and or from during
    when out hours? school academy nursery college trust contacts? person people team staff members? names? leads?
    deput(?:y|ies) senior concerns? ask see this these your us lunch week\w* break\w* about emergency phone numbers?
    here
"""
_OF_COVER = compiled_lazily(rf"(?:[\W\d_]|\b(?:{'|'.join(_COVER_TEXT.split())})\b)*", IGNORECASE)
"""All that a heading over a rota says besides the role and the days: one of assemblies, visits or training is none."""
_LONGEST_HEADING = 90
_OF_PEOPLE = compiled_lazily(
    r"\W*(?:\w+\W+){0,4}?(?:names?|who|persons?|staff|members?|contacts?|photo\w*|pictures?|schools?|academy|college)\W*",
    IGNORECASE,
)
"""How a row of a table is called whose columns are the people: "Name", "Who", "Contact"; or the school they are at."""


def rota_role(rows: Rows, index: int, number: int) -> str | None:
    """Return the role of the heading over a list of days, dates or sites for the person a part of such a line names.

    None where the part is no such line's, or no role heads the list.
    """
    alone, of_days = _is_little_but_days(_unnamed(rows, index)[number]), _is_when(rows.head(index, number))
    if not (rows.is_listed(index) and alone and (of_days or any(map(_is_when, _unnamed(rows, index))))):
        return None
    for at in rows.above(index, _LONGEST_ROTA):
        if not any(map(_is_when, _unnamed(rows, at))):
            return _heading_role(rows, at)
    return None


def _heading_role(rows: Rows, index: int) -> str | None:
    """Return the role that a heading over a rota names, ``dsl`` where it is of safeguarding alone; else None."""
    text = rows.text(index).strip()
    if len(text) > _LONGEST_HEADING or text.endswith("."):
        return None
    roles = [each for each in list_labels(text) if each.role in ("dsl", "deputy-dsl")]
    rest = without(text, [(each.start, each.end) for each in roles])
    if not (roles or heads_area(text)) or _OF_COVER.fullmatch(_WHEN.sub(" ", rest)) is None:
        return None
    return roles[0].role if roles else "dsl"


def heads_people(rows: Rows, index: int, number: int) -> bool:
    """Whether "Lead" or "Deputy" over a part of a table is of safeguarding, and the row tells who they are.

    The first row or the line above says of what; "Name", a day, a site or safeguarding itself stands in the first cell
    of the row, or that is the cell itself: none of a task or another area.
    """
    top, first = rows.top(index), rows.words(index)[0]
    over = top > 0 and rows[top - 1].table is None and rows.is_listed(top - 1)
    title = rows.text(top - 1) if over and rows.region(top) is rows.region(top - 1) else ""
    corner = rows.words(top)[0]
    roles = {label.role for words in rows.words(top) if (label := short_label(words)) is not None}
    of_area = (heads_area(corner) and not names_role(corner)) or heads_area(title)
    # A plan of actions has a lead for each; who heads a list of people, or has a deputy, leads on the area itself.
    if not (opens_section(title) or (of_area and len(roles) > 1)):
        return False
    names_people = rows.column(index, number) == rows.column(index, 0) or _OF_PEOPLE.fullmatch(first) is not None
    return names_people or _is_little_but_days(first) or heads_area(first)


def _unnamed(rows: Rows, index: int) -> list[str]:
    """Return the parts of a row without the people whom they name."""
    named = zip(rows.words(index), rows.names(index), strict=True)
    return [without(words, [(each.start, each.end) for each in names]) for words, names in named]


def _is_when(text: str) -> bool:
    return _WHEN.search(text) is not None and _is_little_but_days(text)


def _is_little_but_days(text: str) -> bool:
    return is_little(_ASIDE.sub(" ", _WHEN.sub(" ", text)))
