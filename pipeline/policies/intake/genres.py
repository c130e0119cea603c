"""Whether a file that came into ``policies/`` is a policy at all, or a letter, minutes, a list of people.

Whatever is taken for a policy gets copies, stands on the staff site and is named to a whole staff. So a first text that
gives no sign of being one waits for its owner's word. In come its words, the facts read from them and the file's path;
out comes why it is doubted.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from pipeline.catalogue.titles import match_policy
from pipeline.model.facts import Facts
from pipeline.named.names.people import drop_title, find_name, has_given_name
from pipeline.text.rules import load_rules

_RULES = load_rules(Path(__file__).with_suffix(".toml"))
_NAME = re.compile(rf"(?<![^\W\d_]){_RULES.pattern_of('policy')}(?![^\W\d_])", re.IGNORECASE)
_OTHER = re.compile(rf"(?<![^\W\d_]){_RULES.pattern_of('other')}(?![^\W\d_])", re.IGNORECASE)
_OPENS = re.compile(rf"\W*{_RULES.pattern_of('opens')}(?![^\W\d_])", re.IGNORECASE)
_CASE = re.compile(
    rf"\b(?:polic(?:y|ies)|procedures?|polisi|gweithdrefn)(?:\W+\d[\d\W]*)?\W+(?:stage\W+\w+\W+)?"
    rf"(?P<said>{_RULES.pattern_of('case')})(?![^\W\d_])(?!\W+{_RULES.pattern_of('blank')}(?![^\W\d_]))",
    re.IGNORECASE,
)
_CONCERNING = re.compile(rf"(?<![^\W\d_]){_RULES.pattern_of('concerning')}(?![^\W\d_])", re.IGNORECASE)
_RECORD = re.compile(rf"(?<![^\W\d_]){_RULES.pattern_of('record')}(?![^\W\d_])", re.IGNORECASE)
_PAPER = re.compile(rf"(?<![^\W\d_]){_RULES.pattern_of('paper')}(?![^\W\d_])", re.IGNORECASE)
_INITIALS = r"(?:[A-Z]\.?\s?){2,3}"
_PARTIES = re.compile(
    rf"\b{_INITIALS}\s*(?:v|vs)\.?\s+{_INITIALS}(?![^\W_])|\b[A-Z][\w.'’-]+ (?:v|vs)\.? [A-Z][\w.'’-]+"
)
"""Two who are in dispute, by initials or names: "AL v BA"."""
_BY_INITIALS = re.compile(r"\s(?P<who>[A-Z]\.?[A-Z]\.?)[\W\d_]*$")
"""Behind what is done with a single person: "Capability AL", "Sickness absence A.L. 12 May"."""
_NO_INITIALS = frozenset(("AI", "CP", "EU", "HR", "HT", "II", "IT", "KS", "LA", "NI", "PE", "RE", "TA", "UK"))
_SUBJECT = re.compile(rf"\s*{_RULES.pattern_of('subject')}\s*[:\t]\s*(?=[A-Z])", re.IGNORECASE)
"""Before the name of the person a form is about; case is not told there, so the name is looked at afterwards."""
_DAY = r"(?:[\W\d_]|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)*$"
_BEHIND = re.compile(rf".*\b(?:policy|procedure|polisi|gweithdrefn)\b(?P<rest>.*?){_DAY}", re.IGNORECASE)
"""What stands behind the last word for a policy; a day at the end is left out."""
_PARTED = re.compile(r"\s*(?::|[-–—]\s)")
"""Between a name that opens a title and what is done with that person: "Ann Lee: grievance procedure"."""
_BY_THEM = re.compile(
    r"\b(?:by|from|owner|author|approver|approved|reviewed|updated|written|contact|lead|leader|co-?ordinator|officer|head|headteacher|manager|chair|clerk|dsl|st|saint|sir|lady|lord)\W*$",
    re.IGNORECASE,
)
"""Before the name of the person who keeps or wrote a policy, or of the saint whom a school is called after."""
_OF_PLACE = re.compile(
    r"^sir\b|['’]s?$|\b(?:lodge|grange|manor|avenue|road|street|campus|centre|house)$", re.IGNORECASE
)
"""So is no member of staff called: "Sir Thomas Boteler", "Dr Challoner's", "Holly Lodge"."""
_SCHOOLS = (
    r"(?: (?!(?:head|teacher|governor|chair|principal|manager|assistant|year|class|pupil)s?\b)[A-Z][\w.'’&-]*"
    r"| of| the| and){0,5}"
    r" (?:School|Academy|College|Nursery|Primary|Infants?|Juniors?|Federation|Trust)\b"
)
"""Behind a person's name where a school has it: "Ann Lee Community Primary School"."""
_COLUMN = re.compile(_RULES.pattern_of("column"), re.IGNORECASE)
_ITSELF = re.compile(
    r"\bthis\s+(?:[\w-]+\s+){0,3}(?:policy|procedure|statement|code|handbook|guidance)\b|\b[bp]olisi\s+hwn\b"
    r"|\bour\s+(?:[\w-]+\s+){0,3}(?:policy|procedure)\s+(?:is|aims|applies|sets|covers)\b",
    re.IGNORECASE,
)
"""How a policy speaks of itself; a letter or a complaint speaks of others."""
_ADDRESSED = re.compile(r"\s*(?:(?:dear|hello|hi|good (?:morning|afternoon))\b|to whom it may concern)", re.IGNORECASE)
_TO_SOMEBODY = re.compile(r"\s*(?:dear|hello|hi)\s+(?:mrs?|ms|miss|mx|dr)\b", re.IGNORECASE)
_OF_A_MEETING = re.compile(
    r"\s*(?:present|apologies(?: for absence)?|in attendance|attendees)\s*(?::|$)", re.IGNORECASE
)
_WITH_CLASS = re.compile(
    r"\s*(?:[,(–-]\s*(?:year|class|form|y|born|d\.?o\.?b\.?)\b[^,;]{0,20}?\)?)?\s*(?::.*)?", re.IGNORECASE
)
"""Behind the name of a child on a line of its own."""
_FIRST_LINES = 12
"""So far down a letter greets its reader, minutes tell who was there and a form whom it is about."""
_NAMES_PEOPLE = re.compile(r"\b(?:name|surname|forename|pupil|child|student|staff|employee)s?\b", re.IGNORECASE)
"""The heading beside which a column holds what is known of each."""
_FEWEST_COLUMNS, _FILLED_ROWS = 2, 2
"""So many people make a list of them; a form that shows how it is filled in has one."""


def why_no_policy(title: str, text: str, facts: Facts, path: str, school: str = "") -> str | None:
    """Return what speaks against a text being a policy, as it ends a sentence that begins with its file.

    ``title`` is what the program calls it, ``text`` as ``Document.text`` gives it, ``school`` the school's name. None
    where it reads as a policy: by its title or its file's name, by dates, an owner, an approver or a version of its
    own, or since it speaks of itself as one. What is called something else ("Support plan for …") needs a name that the
    catalogue knows, or an approver; what tells of a case ("Pay policy decisions", "Grievance procedure: Ann Lee") is
    doubted whatever it has.
    """
    stem = PurePosixPath(path).stem.replace("_", " ")
    names = (title, re.sub(r"\W+", " ", stem))
    first = text.split("\n", _FIRST_LINES)[:_FIRST_LINES]
    if column := _listed_people(text):
        return f"has a list of people with “{column}” in it"
    if any(map(_OPENS.match, names)) or any(_TO_SOMEBODY.match(line) or _OF_A_MEETING.match(line) for line in first):
        return "reads like a letter or the notes of a meeting"
    if case := next((found for name in names if (found := _CASE.search(name))), None):
        return f"tells by “{case['said'].strip()}” of what was done by a policy, and is none"
    is_named = any(map(_NAME.search, names))
    about = _whom_about((title, stem), first, is_named=is_named)
    if somebody := next((one for one in about if not _is_the_schools(one, text, facts, school)), None):
        return f"seems to be about {somebody}, and not a policy"
    if is_named:
        return None
    if initials := next(filter(None, (_initialled(name, (school, facts.school)) for name in (title, stem))), None):
        return f"seems to be about {initials}, and not a policy"
    if any(map(_ADDRESSED.match, first)):
        return "reads like a letter or the notes of a meeting"
    if called := next(filter(None, map(_what_else, names)), None):
        return called
    says_so = _tells_its_life(facts) or _ITSELF.search(text) is not None
    if says_so and (facts.approved_by is not None or match_policy(title) is not None):
        return None
    if other := next((found for name in names if (found := _OTHER.search(name))), None):
        return f"is called “{other[0].strip()}”, and not policy, procedure or the like"
    if says_so:
        return None
    return "neither says that it is a policy, procedure or the like, nor gives dates of its own, an owner or a version"


def _whom_about(names: Sequence[str], first: list[str], *, is_named: bool) -> Iterator[str]:
    """Yield those a text may be about: by its ``names``, or by its ``first`` lines, less so where it ``is_named``."""
    for look in (_about_somebody, _named_last):
        yield from filter(None, map(look, names))
    looks = (_subject_of,) if is_named else (_subject_of, _alone_on_a_line)
    yield from filter(None, (look(first) for look in looks))


def _about_somebody(name: str) -> str | None:
    """Return whose name opens or ends a title that deals with single people: "Grievance procedure: Ann Lee"."""
    behind = _BEHIND.match(name)
    if behind is None or _CONCERNING.search(name) is None:
        return None
    first = find_name(name)
    if first is not None and _PARTED.match(name, first.end()) and _is_somebodys(first[0]):
        return first[0]
    rest = behind["rest"]
    for word in re.finditer(r"\b[A-Z]", rest):
        person = find_name(rest, word.start())
        if person is not None and person.end() == len(rest) and _is_somebodys(person[0]):
            return None if _BY_THEM.search(rest, 0, word.start()) else person[0]
    return None


def _named_last(name: str) -> str | None:
    """Return who alone a name is, or who ends one that says nothing of a policy: "Statement of Ann Lee", "Ann Lee"."""
    plain = re.sub(rf"{_DAY}", "", re.sub(r"[\W_]+", " ", name), flags=re.IGNORECASE).strip()
    if _BEHIND.match(name) is not None:
        return None
    for word in re.finditer(r"\b[A-Z]", plain):
        person = find_name(plain, word.start())
        if person is not None and person.end() == len(plain) and _is_somebodys(person[0]):
            return None if _BY_THEM.search(plain, 0, word.start()) else person[0]
    turned = " ".join(reversed(plain.split()))
    alone = find_name(turned)
    return alone[0] if alone is not None and alone[0] == turned and _is_somebodys(turned) else None


def _what_else(name: str) -> str | None:
    """Return as what else than a policy a name calls a text, approved or not."""
    if record := _RECORD.search(name):
        return f"is called “{record[0].strip()}”, which is written about single people"
    if paper := _PAPER.search(name):
        return f"is called “{paper[0].strip()}”, which governors may approve and which is no policy"
    return None


def _initialled(name: str, schools: Sequence[str | None]) -> str | None:
    """Return whom a name that says nothing of a policy tells of by initials: "Grievance AL v BA", "Capability AL"."""
    if parties := _PARTIES.search(name):
        return parties[0].strip()
    found = _BY_INITIALS.search(re.sub(rf"{_DAY}", "", name, flags=re.IGNORECASE))
    if found is None or _CONCERNING.search(name) is None:
        return None
    bare = found["who"].replace(".", "")
    is_of_school = any(bare in "".join(re.findall(r"\b[A-Z]", each)) for each in schools if each)
    return None if bare in _NO_INITIALS or is_of_school else found["who"]


def _subject_of(lines: list[str]) -> str | None:
    """Return whom a form names at its top as the one it is about: "Child: Tom Jones"."""
    for line in lines:
        if (label := _SUBJECT.match(line)) and (person := find_name(line, label.end())) and _is_somebodys(person[0]):
            return person[0]
    return None


def _alone_on_a_line(lines: list[str]) -> str | None:
    """Return who stands on a line of their own, with their class at most: "Kim Moss", "Tom Reed, Year 9"."""
    for line in lines[: _FIRST_LINES // 2]:
        person = find_name(line.strip())
        if person is not None and _is_somebodys(person[0]) and _WITH_CLASS.fullmatch(line.strip(), person.end()):
            return person[0]
    return None


def _is_the_schools(name: str, text: str, facts: Facts, school: str) -> bool:
    """Whether a school is called so ("Ann Lee Primary School"), or the person who owns or approved the policy."""
    given = (school, facts.school, facts.owner, facts.approved_by, *(contact.name for contact in facts.contacts))
    if any(name.casefold() in each.casefold() for each in given if each):
        return True
    words = r"\s+".join(map(re.escape, name.split()))
    return re.search(rf"\b(?i:{words}){_SCHOOLS}", text) is not None


def _is_somebodys(name: str) -> bool:
    """Whether a name is surely a person's: by a title, or a given name before a surname."""
    plain = drop_title(name)
    if _OF_PLACE.search(name) is not None:
        return False
    return plain != name or (" " in plain and has_given_name(plain))


def _tells_its_life(facts: Facts) -> bool:
    said = (facts.approved_on, facts.approved_by, facts.last_review, facts.next_review, facts.owner, facts.version)
    return any(said) or facts.review_cycle_months is not None


def _listed_people(text: str) -> str | None:
    """Return the heading of a column of a table that holds what is known of single people; None without any."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        sign = "\t" if "\t" in line else ","
        headings = [heading.strip(" :*") for heading in line.split(sign)]
        if len(headings) < _FEWEST_COLUMNS or not any(map(_NAMES_PEOPLE.search, headings)):
            continue
        for place, heading in enumerate(headings):
            if _COLUMN.fullmatch(heading) and _are_filled(lines[number + 1 :], place, sign):
                return heading
    return None


def _are_filled(below: list[str], place: int, sign: str) -> bool:
    """Whether the next rows of a table have a date or a number at a place; the labels of an empty form have none."""
    rows = [line.split(sign) for line in below[:_FILLED_ROWS]]
    return len(rows) == _FILLED_ROWS and all(len(row) > place and re.search(r"\d", row[place]) for row in rows)
