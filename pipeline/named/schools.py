"""Recognise the names of schools, trusts and federations, and tell whose document it is.

What names of schools look like stands here; words that are of them, before them and none, in ``schools.toml``.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.dates.written import find_dates
from pipeline.model.documents import BlockKind
from pipeline.named.left_out import cut_out, without_others
from pipeline.named.names.given_names import WrittenSmall, ordinary_words
from pipeline.named.names.titles import Shows, titles_small
from pipeline.named.organisation_names import is_common, is_known_body
from pipeline.places import Place
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import HEAD_LINES, Line, first_of_body, first_of_furniture
from pipeline.text.needed import Needed
from pipeline.text.phrases import one_of_words
from pipeline.text.rules import words_beside


@dataclass(frozen=True, slots=True)
class FoundSchool:
    """The school's name with the place it was read at."""

    name: str
    where: Place
    confidence: float


_KIND = (
    r"(?:(?<=After\s)School\s(?:Care\s)?Club|[Ss]chool|SCHOOL|[Aa]cademy|ACADEMY|[Cc]ollege|COLLEGE|[Nn]ursery|NURSERY|[Pp]re-?[Ss]chool|PRE-?SCHOOL"
    r"|[Pp]lay(?:group|scheme)|PLAY(?:GROUP|SCHEME)|Federation|FEDERATION"
    r"|Trust|TRUST|(?<!Years\s)Foundation(?!\sStage)|(?<!YEARS\s)FOUNDATION(?!\sSTAGE)|Kindergarten|Primary"
    r"|PRIMARY|Infants|INFANTS|Juniors|JUNIORS|Nurseries|NURSERIES"
    r"|Montessori|Pupil\sReferral\sUnit|PRU|UTC|[NP]S(?=[\s,.]|$)|Children['’]s\sCentre|[NP]\.S\.|FORMCOLLEGE|[Pp]rep|PREP)"
)
_KIND_WORDS_TEXT = (
    "school academ college nursery playgroup playscheme federation trust foundation kindergarten primary infants"
    " juniors p.s. prep n.s. ns nurseries montessori referral pru utc centre partnership ps ysgol sgoil scoil cylch"
    " meithrinfa"
)
_OF_KINDS = Needed([_KIND_WORDS_TEXT.split()])
school_words = words_beside(__file__)
"""Returns every word of some kinds of ``schools.toml``; a text without one of a kind of school asks for none."""


def _one_of(kind: str, more: Iterable[str] = ()) -> str:
    """Return a pattern of any word of a kind, or of some more."""
    return one_of_words({*school_words(kind), *more})


# A lost apostrophe leaves "St Mary s" behind.
_PROPER = (
    r"(?:[A-Z][\w'’\-]{0,24}(?!\w)(?:\ss(?=\s[A-Z]))?\.?(?<![\w'’-]{4}\.)|(?:[A-Z]\.){1,3}|[A-Z]{0,4}\([A-Z]{1,4}\)"
    r"|\((?:(?:Voluntary )?(?:Aided|Controlled)|Foundation|Academy)\))"
)
_JOIN = r"(?:&|of|and|the|on|le|la|de|upon|by|under|cum|yr?|in(?=\sWales)|OF|AND|THE)"
_BEFORE_KIND = rf"(?:(?:{_PROPER}|{_JOIN}),?\s)"


def _place() -> str:
    """Return a pattern of a word that may be a place's: not what a policy is about."""
    return rf"(?!(?:{_one_of('no-place')}|{_one_of('topic')})\b)[A-Z][a-z'’\-]+(?![\w'’-])"


def _after_kind() -> str:
    """Return a pattern of what may stand behind the kind of a school and is of its name."""
    art = _one_of("art", map(str.upper, school_words("art")))
    return (
        rf"(?:\s(?:and|&|AND)\s(?:{_PROPER}\s){{0,3}}?(?:{_KIND}|CENTRES?|Centres?)|\s(?:for|FOR)\s(?:Girls|Boys"
        rf"|GIRLS|BOYS)|\s(?:of|OF)\s{art}|\sof\s{_place()}|(?:\s{_one_of('faith')}){{0,5}}\s{_KIND}"
        r"|\s(?:Girls|Boys|Infants)['’]?\s(?:Division|School|Academy)"
        r"|\s(?:Educational|Education|Academies|Academy|Multi|Schools?)\s(?:Trust|Federation|Foundation)"
        r"|\s(?:Infants|Juniors)['’]?|\s(?:Sixth\sForm|Nursery|Preparatory|Satellite)(?:\s(?:College|School|Centre"
        r"|Centres))?)"
    )


def _in_welsh_or_gaelic() -> str:
    """Return a pattern of a school whose kind stands first: "Ysgol Gynradd Bryn Teg"."""
    no_name = rf"Polisi|Policy|Policies|Procedures?|Behaviour|Anti|Child|Safeguarding|Health|{_one_of('topic')}"
    kind = r"(?:Ysgol|YSGOL|(?:Bun-?)?[Ss]goil|(?:Gael)?[Ss]coil|SCOIL|Meithrinfa|Cylch\sMeithrin)"
    return rf"{kind}(?:\s(?:(?:[Yy]r?|na|an|nan|nam)\s)?(?!(?:{no_name})\b)[A-ZŴŶÂÊÎÔÛÁÉÍÓÚÀÈÌÒÙ][\w'’-]+){{1,4}}"


_FEDERATION = (
    rf"(?:The\s|THE\s)?(?:{_PROPER}\s)??[Ff](?:ederation|EDERATION)\s(?:of|OF)\s{_PROPER}"
    rf"(?:(?:,?\s{_JOIN})?\s{_PROPER})*"
)


def _academy_of() -> str:
    """Return a pattern of an academy with its place behind: "Holt Academy Moorland"."""
    follows = rf"(?!\s?(?!{_one_of('topic')}\b)[A-Z\d])"
    return rf"(?:The\s)?(?:{_PROPER}\s){{1,2}}?Academy(?:\s{_place()}){{1,2}}{follows}"


_GROUP = (
    rf"{_PROPER}(?:\s{_PROPER})*\s(?:Multi[\s-]Academy\s(?:Company|Trust)|Academ(?:y|ies)\sTrust|Community\sCollege"
    r"|(?:Schools|Academies)\s(?:Partnership|Collaborative|Alliance|Group)|(?:Learning|Education)\sPartnership)"
)


def _any_name() -> str:
    """Return a pattern of all that may be the name of a school."""
    # Each form begins with a capital, a bracket, "federation" or "sgoil": at other letters none is tried.
    return (
        rf"(?=[A-Z(fs])(?<![\w'’-])(?:{_FEDERATION}|{_academy_of()}|{_GROUP}|{_PROPER},?\s{_BEFORE_KIND}{{0,9}}?{_KIND}"
        rf"(?![\w-])(?!\s{_one_of('no-name-before')}\b){_after_kind()}*|{_in_welsh_or_gaelic()})"
    )


_NAME = compiled_lazily(_any_name)
_DONE_BY = r"(?:adopted|approved|reviewed|written|agreed|prepared|produced|operated|run|managed) (?:by|for|at)"
_LEAD = compiled_lazily(
    lambda: (
        rf"^(?:(?:all(?! (?:saints|souls|hallows))|{_one_of('leads-in')}|{_one_of('part-before')}|{_DONE_BY})\s+"
        rf"|(?:(?:the )?{_one_of('of-a-school')}(?:,| and)?\s+(?:of|at|for|in)\s+(?:the\s+(?=federation))?))+"
    ),
    re.IGNORECASE,
)
"""What a sentence or heading says before a school's name: "Introduction", "the governors of"."""
_PEOPLE_OF = compiled_lazily(lambda: rf"^.*\b{_one_of('people-of')}\s+(?:of|at|for|in)\s+", re.IGNORECASE)
_ADDRESS = compiled_lazily(
    r",\s.*\b(?:road|street|lane|avenue|close|drive|way|crescent)\b|\b[A-Z]{1,2}\d{1,2}[A-Z]?\s?\d[A-Z]{2}\b",
    re.IGNORECASE,
)
_CONTENT = compiled_lazily(lambda: rf"\b{_one_of('content')}\b", re.IGNORECASE)
_HEADING = compiled_lazily(lambda: rf"\b{_one_of('heading')}\b(?!['’])", re.IGNORECASE)
_IS_TRUST = compiled_lazily(
    r"\b(?:Academy|Academies|Educational|Education|Learning|Schools|Diocesan)\sTrust$", re.IGNORECASE
)
"""The name of a group of schools, under which its letterhead names the one that writes."""
_TRUST_BEFORE = compiled_lazily(
    r".+?\b(?:Academy|Academies|Educational|Education|Learning|Schools|Diocesan|Federation)\sTrust\s[–|-]?\s?"
    r"(?P<school>[A-Z].+)$"
)
_ENDS_AS_KIND = compiled_lazily(rf"(?<![\w-]){_KIND}$")
_BARE_NAME = compiled_lazily(r"(?:(?:[A-Z][\w'’-]+|St\.|of|and|the|&)\s?){1,6}")
_SAINT_LINE = compiled_lazily(
    r"(?:St\.?|Saint|Ss\.?|SS\.?|ST\.?|Our Lady(?: of| and)?)(?:\s(?:[A-Z][\w'’-]+|and|of|the|&)){1,5}"
)
"""A church school's short name, which only a line of its own shows: "St Orwin's", "St Orwin's Catholic"."""
_SEVERAL = compiled_lazily(r"(?:[A-Z][\w'’-]+\s){1,4}S(?:chools|CHOOLS)")
"""Schools under one name, which only a line of their own shows: "Moorland Schools"."""

_SURE = 0.8
"""How sure an organisation must be to be read before a school that the text speaks of."""


def find_school(lines: Sequence[Line]) -> FoundSchool | None:
    """Return the school (trust, federation, nursery) whose document this is, None where it names none.

    A line of its own near the top counts most, then a running header, then a name inside the title, then the name
    that the text uses most often or, where more signs show it, an organisation without a word for one in its name.
    Its board is left off, and a kind of school alone is no name.
    """
    found = _find_school(lines)
    name = _BOARD_BEHIND.sub("", found.name) if found is not None else ""
    return replace(found, name=name) if found is not None and not _KIND_ALONE.fullmatch(name) else None


_BOARD_BEHIND = compiled_lazily(
    r"(?:['’]s)?\s+(?:LGB|(?:Local\s+)?Governing\s+(?:Body|Board)|Board(?:\s+of\s+\w+)?|Governors|Trustees|Trust\s+Board)$"
    r"|\s+[–-]\s+(?:[A-Z&][\w&]*\s+){0,2}(?:Department|Division|HR|Office|Team)$"
)
_KIND_ALONE = compiled_lazily(r"(?:The\s+)?(?:Academy|School|College|Nursery|Trust|Centre|Club)", re.IGNORECASE)


def _find_school(lines: Sequence[Line]) -> FoundSchool | None:
    head = first_of_body(lines, HEAD_LINES)
    furniture = first_of_furniture(lines, 10)
    small = WrittenSmall("\n".join(line.text for line in lines))
    for group, confidence in ((head[:14], 0.97), (furniture, 0.96), (head[14:], 0.85)):
        for index, line in enumerate(group):
            name = _line_name(group, index) if line.kind is not BlockKind.LIST_ITEM else None
            if name and _IS_TRUST.search(name):
                name = _school_below(group, index) or name
            if name and (surest := _surest(name, small)):
                return FoundSchool(name, line.where, min(confidence, surest))
    return _in_text(lines, head, small)


def _surest(name: str, small: Container[str]) -> float:
    """Return how surely a line can be the name of a school, less where it goes on; 0 where only common words stand.

    "Within School Systems" and "Holiday Club" are made of words that every text writes.
    """
    own = [word for word in _own_words(name) if word not in ordinary_words() and word not in small]
    if not own and not any(word in school_words("of-places") for word in _own_words(name)):
        return 0.0
    return 0.97 if is_school_line(name) else _NOT_WHOLE


_NOT_WHOLE = 0.9
_OFTEN = 3
"""How often a text gives a name before it is hardly another's."""


def _in_text(lines: Sequence[Line], head: Sequence[Line], small: Container[str]) -> FoundSchool | None:
    """Return the school that the text names, or the organisation that more signs show as whose document it is."""
    from pipeline.named.organisations import Named

    school, named = _commonest(lines, small) or _saint(head[:4]), Named(lines)
    found = named.best()
    if found is None or (school is not None and (found.confidence < _SURE or school_in(found.name) == found.name)):
        return school
    if school is not None and (found.signs <= named.signs_of(school.name) or _is_short_for(found.name, school.name)):
        return school
    return FoundSchool(found.name, found.where, found.confidence)


def _is_short_for(short: str, name: str) -> bool:
    """Say whether a name has no word of its own that a school's has not: "Little Larch", "LARCH VALUES"."""
    own = {word for word in _own_words(short) if not is_common(word)}
    return len(short.split()) <= len(name.split()) and own <= set(_words_of(name))


def _school_below(lines: Sequence[Line], index: int) -> str | None:
    """Return the school on the two lines below its trust's name."""
    below = (_line_name(lines, at) for at in range(index + 1, min(index + 3, len(lines))))
    return next((name for name in below if name and not _IS_TRUST.search(name)), None)


def _saint(lines: Sequence[Line]) -> FoundSchool | None:
    names = (line for line in lines if _SAINT_LINE.fullmatch(line.text) and not _CONTENT.search(line.text))
    return next((FoundSchool(line.text, line.where, 0.82) for line in names), None)


@lru_cache(maxsize=4096)
def school_in(text: str) -> str | None:
    """Return the first school named in ``text``, None where there is none."""
    return next(schools_in(text), None)


@lru_cache(maxsize=4096)
def is_school_line(text: str) -> bool:
    """Say whether ``text`` is nothing but the name of a school, or of several."""
    text = text.strip()
    return school_in(text) == text or _SEVERAL.fullmatch(text) is not None


def without_school(text: str) -> str:
    """Return a title without the school's name before or after it; all of it where nothing else would be left."""
    name = school_in(text)
    if not name:
        return text
    if text.startswith(name) and name.endswith(" school") and text[len(name) : len(name) + 2].strip().islower():
        # "COVID-19 school closure": the word belongs to what follows.
        return text
    rest = cut_out(text, name).strip()
    if text.startswith(name) or text.endswith(name):
        return re.sub(r"\s+(?:at|for|of)$", "", rest) if re.search(r"[A-Za-z]{3}", rest) else text
    return text


def schools_in(text: str) -> Iterator[str]:
    """Yield every school named in ``text``, in order."""
    if not _OF_KINDS.of(text):
        return
    for match in _NAME.finditer(text):
        name = _proper_name(match[0])
        if name is not None:
            yield name


@lru_cache(maxsize=2048)
def _proper_name(words: str) -> str | None:
    """Return the name of a school in words that may be one, None where they have no word of its own."""
    name = _first_of_two(_after_heading(_trim(words)))
    return name if _is_proper(name) else None


def _first_of_two(name: str) -> str:
    """Return a name without that of another behind it: "Moorland School and First Steps Nursery"."""
    one, joined, other = name.replace(" & ", " and ").rpartition(" and ")
    both = joined and _ENDS_AS_KIND.search(one) and _own_words(other) and _is_proper(one)
    return name[: len(one)].rstrip(" &") if both else name


def _after_heading(name: str) -> str:
    """Return a name without the title set before it in one line: "Access Plan Ada Holt Academy"."""
    headings = list(_HEADING.finditer(name))
    rest = _LEAD.sub("", name[headings[-1].end() :].strip()) if headings else ""
    return rest if len(rest.split()) > 1 and _is_proper(rest) and _NAME.fullmatch(rest) else name


_PAGE = re.compile(r"^page \d+ of \d+ (?=[A-Z])|(?<=[a-z])(?<!section)(?<!item)\s(?:page )?\d{1,3}$", re.IGNORECASE)
_LABELLED = compiled_lazily(
    r"^(?:school name|(?:name of )?(?:the )?(?:school|academy|college))(?P<colon>\s*:)?\s*(?P<name>\S.+)$",
    re.IGNORECASE,
)


def _line_name(lines: Sequence[Line], index: int) -> str | None:
    """Return the name where the line is nothing but a school's name (perhaps broken over two lines)."""
    text = _PAGE.sub("", lines[index].text)
    if index + 1 < len(lines) and len(text) < 50 and _completes(text, lines[index + 1].text):
        text = f"{text} {lines[index + 1].text}"
    parts = [part.strip() for cell in lines[index].cells if "\n" in cell for part in cell.split("\n")]
    if own := next(filter(is_school_line, parts), None):
        # A person, a post and their school below each other in one cell.
        return own
    for cell in text.split("\t"):
        labelled = _LABELLED.match(cell)
        named = school_in(labelled["name"]) if labelled is not None else None
        if labelled is not None and (
            labelled["colon"] or (named is not None and named == labelled["name"] and named.count(" ") > 1)
        ):
            return named or labelled["name"].strip()
        cell = cell.strip(" .,")
        if len(cell) > 90 or _CONTENT.search(cell) or (_ADDRESS.search(cell) and index):
            continue
        if _SEVERAL.fullmatch(cell) and _is_proper(cell):
            return cell
        name = school_in(cell)
        if name and cell.startswith(f"{name},") and (_ADDRESS.search(cell) or _TOWN_BEHIND.search(cell)):
            return name
        if name and len(name) >= 0.55 * len(cell) and _is_name_like(cell) and cell.startswith(name[:8]):
            return _after_trust(_trim(cell))
    return None


_TOWN_BEHIND = re.compile(r",\s[A-Z][\w'’-]+(?:[\s-][A-Z][\w'’-]+)?$")
"""Where a school is, behind its name: "Ysgol Bryn Teg, Aberdale"."""


def _after_trust(name: str) -> str:
    """Return the school of a line that names its trust before it: "Moorland Academy Trust Thornfield School"."""
    match = _TRUST_BEFORE.match(name)
    return match["school"] if match and school_in(match["school"]) == match["school"] else name


def _completes(text: str, more: str) -> bool:
    """Say whether the next line gives the kind of school this one is called ("Ada Holt" / "Primary School")."""
    if re.fullmatch(_KIND, more):
        return re.search(r"\b(?:School|Academy|College|Trust)$", text, re.IGNORECASE) is None
    generic = (
        len(more.split()) <= 6 and _ENDS_AS_KIND.search(more) and not _is_proper(more) and not _CONTENT.search(more)
    )
    return bool(generic) and bool(_BARE_NAME.fullmatch(text)) and not _CONTENT.search(text)


_ENDS_SENTENCE = re.compile(r"(?<!\b[A-Z])(?<!\b[A-Z][A-Za-z])\.\s|[:;?!]\s")
"""No stop of "St. Brigid's" or "N.S. School" does."""


def _is_name_like(cell: str) -> bool:
    """Say whether every longer word of a line begins with a capital, as in a name."""
    words = re.findall(r"[A-Za-z][\w'’-]*", cell)
    return (
        0 < len(words) <= 14
        and words[-1][0].isupper()
        and all(word[0].isupper() or len(word) <= 4 for word in words)
        and not _ENDS_SENTENCE.search(cell)
    )


def _commonest(lines: Sequence[Line], small: Container[str]) -> FoundSchool | None:
    counts: Counter[str] = Counter()
    places: dict[str, Place] = {}
    for line in lines[:400]:
        if not _OF_KINDS.of(line.text):
            continue
        for name in schools_in(without_others(line.text)):
            headings = list(_CONTENT.finditer(name))
            if headings and _is_proper(rest := name[headings[-1].end() :].strip()) and school_in(rest) == rest:
                # A heading set in one line with the name: "General Statement Moorland Trust".
                name = rest
            if not _CONTENT.search(name) and not is_known_body(name):
                counts[name] += 1
                places.setdefault(name, line.where)
    for name in [name for name in counts if not _surest(name, small)]:
        del counts[name]
    if not counts:
        return None
    for name in [name for name in counts if name.startswith("The ") and name[4:] in counts]:
        # The same school, written both ways: the article is the sentence's.
        counts[name[4:]] += counts.pop(name)
    order = list(counts)
    best = max(counts, key=lambda name: (counts[name], -order.index(name)))
    sure = 0.8 if counts[best] == 1 else 0.85 if counts[best] < _OFTEN else 0.96
    return FoundSchool(best, places[best], min(sure, _surest(best, small)))


def _trim(name: str) -> str:
    name = re.sub(r"\b([NP]\.S)$", r"\1.", re.sub(r"\s+", " ", name).strip(" .,:;–-"))
    name = re.sub(r"\s+(?:home ?page|website)$|^(?:school name|name of school)\s+", "", name, flags=re.IGNORECASE)
    dates = find_dates(name)
    if dates and dates[0].start > 8 and re.search(r"[–,-]\s*$", name[: dates[0].start]):
        # "Thornfield School – 3rd July 2015"
        name = name[: dates[0].start].rstrip(" –,-")
    name = re.sub(r"\s*[–-]\s*[Vv]\.?\d.*$", "", name)
    trimmed = _PEOPLE_OF.sub("", _LEAD.sub("", re.sub(r"\s+(?:(?:Page|Section|Item)\s+\d+.*|Page)$", "", name)))
    if trimmed != name and trimmed.startswith("the "):
        # "Role of the Lantern Foundation": the article went with what was taken off.
        trimmed = trimmed[4:]
    trimmed = re.sub(r"\s+(?:of|and|the|on|for|&)$", "", _LEAD.sub("", trimmed))
    return re.sub(r"(?<=[a-rt-z])['’]s$", "", trimmed).strip() or name


_ACTIVITY = compiled_lazily(
    r"(?:.*\b(?:and|at|for|in|of)\s|.*[,&]\s)?(?:the\s)?(?:forest|holiday|summer|sunday) school"
    r"|(?:(?:the|an|and|&|after|before|breakfast|care|club|holiday|lunch|school|tea)(?:\s|$))+",
    re.IGNORECASE,
)
"""What schools and others do that is called a school: "Outdoor Learning and Forest School"."""


_OF_A_TOPIC = compiled_lazily(lambda: rf"{_one_of('topic')}\b.*\b(?:and|&|in|of)\sSchool$")
"""What a policy is about: "Educational Visits and School" before "Trips"."""


def is_activity(name: str) -> bool:
    """Say whether a name is no more than what any school or club does: "Breakfast, Lunch & Holiday Club"."""
    return _ACTIVITY.fullmatch(name.replace(",", "")) is not None


def _is_proper(name: str) -> bool:
    """Say whether the name has a word of its own, not only words that every school shares."""
    if _ACTIVITY.fullmatch(name) or _OF_A_TOPIC.match(name):
        return False
    words = _words_of(name)
    if len(words) > 1 and words[-2] in school_words("never-before-kind") and _ENDS_AS_KIND.search(name):
        # "Medication in School", "Use of the School"
        return False
    if (
        not words
        or words[0] in {*titles_small(Shows.ANYWHERE), "insert", "enter"}
        or re.search(r"\bhead of\b", name, re.IGNORECASE)
    ):
        return False
    return bool(_own_words(name)) and len(words) >= 2 and name[0].isupper()


def _words_of(name: str) -> list[str]:
    return [word.strip(".'’,()").lower() for word in name.split()]


def _own_words(name: str) -> list[str]:
    """Return the words of a name that not every school's may have, in small letters."""
    return [
        word
        for word in _words_of(name)
        if word[:1].isalpha() and word not in school_words("shared") and word not in school_words("doing")
    ]
