"""Read who a document names in a role, with telephone number and address.

A name counts where it stands in the role's own clause, column or list; a number or address where it follows the name
before anybody else is named. Where a role is named without a person nothing is read.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import pairwise

from pipeline.model.facts import Contact
from pipeline.named.connectors import BEHIND_POST, CONNECTOR, OF_THE_ROLE, WHO_DOES
from pipeline.named.details.behind_names import details_of, details_of_entries, details_told
from pipeline.named.details.introduced import OF_BODIES
from pipeline.named.details.ways import WAY
from pipeline.named.layout.broken import cut_addresses
from pipeline.named.layout.entries import is_role
from pipeline.named.layout.find import LaidOut, find_laid_out
from pipeline.named.layout.marks import Marks, mark_lines
from pipeline.named.layout.writers import leads_told_of_oneself
from pipeline.named.names.letters import letters_of
from pipeline.named.names.people import POSSESSIVES, drop_title, find_name, has_given_name
from pipeline.named.names.people_in_a_row import begins_another, find_next_person, find_person
from pipeline.named.one_person import (
    FoundContact,
    NamedPerson,
    drop_double_roles,
    merge_contact,
    whole_names,
)
from pipeline.named.other_bodies import is_at_a_trust, is_of_a_trust
from pipeline.named.own_body import lists_governors, with_own_body
from pipeline.named.roles.before_roles import belongs_before, names_before
from pipeline.named.roles.records import list_records
from pipeline.named.roles.rules import DEPUTY, LEAD
from pipeline.named.roles.vacancies import says_nobody
from pipeline.named.roles.vocabulary import (
    OF_LEADS,
    RoleMention,
    find_roles,
    is_bare_teacher,
    is_former,
)
from pipeline.named.ties.find import Tie, announced, find_ties
from pipeline.text.addresses import SPACED_ADDRESS
from pipeline.text.lines import Line, numbered
from pipeline.text.needed import Needed
from pipeline.text.telephones import begins_with_number, find_numbers

_IN_BRACKETS = re.compile(rf"{OF_THE_ROLE}" r"(?:\s*\([A-Z&/ -]{2,12}s?\))?\s*[(\[]\s*(?:(?:currently|name)\b:?\s*)?")
"""The name in brackets after the role: "the Designated Safeguarding Lead (Ada Holt)"."""
_BRACKET_GOES_ON = re.compile(rf"\s*(?:[)\],;:/–-]|\d|\+|{WAY}|on \d)", re.IGNORECASE)
_THIS_IS = re.compile(
    r"\W*\s*this is (?:the |our )?(?:head ?teacher|principal|headmaster|headmistress|deputy head(?: ?teacher)?)?,?\s*",
    re.IGNORECASE,
)
_DELEGATED = re.compile(r"\bdelegated to\s+", re.IGNORECASE)
_NEVER_SO = re.compile(r"\b(?:not|never|cannot|nor|can['’]t)\b[^.;]{0,40}$", re.IGNORECASE)
_BETWEEN = re.compile(
    r"(?:\s*\([^)]{0,60}\)|\s[–-]\sext\.?\s\d+)?\s*(?:,?\s*(?:and|or|&)\s+|[,;/&\n]\s*|(?<=\))\s(?=[A-Z])"
    r"|\s+in\s+[A-Z][\w']+(?:\s[A-Z][\w']+)?\s+absence\s+or\s+)"
)
_BULLET = re.compile(
    r"^\s*(?:[-–•*o\uf0b7]\s+|\d+[.)]\s+)?(?:name\s*[:\t]\s*)?"
    r"(?:(?:the )?(?:head ?teacher|deputy head ?teacher)\s*:\s*)?",
    re.IGNORECASE,
)
_DETAIL_LINES = 5
_LONG_LINE = 160


def find_contacts(lines: Sequence[Line], *, own: str | None = None) -> tuple[FoundContact, ...]:
    """Return who ``lines`` name in which role, in reading order, each person once a role.

    ``own``: whose document it is, None where that is not known.
    The first ``dsl`` is the lead; where leads of equal rank are named (one a site) each is a ``dsl``.
    """
    marks = mark_lines(numbered(with_own_body(lines, own)))
    laid, claimed = find_laid_out(marks)
    lines = marks.lines
    told = [*(_person(lines, each) for each in laid), *_list_named(marks, claimed)]
    named = sorted(_of_this_area(lines, _with_stand_ins(lines, told)), key=lambda each: (each.line, each.end))
    found: dict[tuple[str, str], FoundContact] = {}
    plain = [_plain(each.name) for each in named]
    in_line: dict[int, set[str]] = {}
    for name, person in zip(plain, named, strict=True):
        in_line.setdefault(person.line, set()).add(name)
    entries = details_of_entries(lines) if named else {}
    cut = cut_addresses(lines) if named else {}
    for name, person, following in zip(plain, named, _named_after(named, plain), strict=True):
        if person.role == "other":
            continue
        if person.details is not None:
            phone, email = details_told(lines, person)
        else:
            shared = in_line[person.line] - {name}
            phone, email = details_of(lines, person, following, reach=0 if shared else _DETAIL_LINES)
        email = cut.get(email, email) if email else None
        listed = entries.get(name, (None, None))
        key = (person.role, name)
        contact = Contact(person.role, drop_title(person.name), phone or listed[0], email or listed[1])
        if key in found:
            found[key] = merge_contact(found[key], contact, person.confidence)
        else:
            found[key] = FoundContact(contact, person.name, lines[person.line].where, person.confidence)
    return drop_double_roles(whole_names(found))


def _person(lines: Sequence[Line], laid: LaidOut) -> NamedPerson:
    """Return whom a layout ties to a role, with what reaches the person."""
    its, name = laid.mention, laid.name
    return NamedPerson(
        its.role,
        name.value,
        name.line,
        name.end,
        _SURE,
        bare=its.text if its.bare else "",
        of_trust=_is_trusts(lines[name.line].text, its),
        details=laid.details,
    )


_SURE = 0.95


def _named_after(named: Sequence[NamedPerson], plain: Sequence[str]) -> list[NamedPerson | None]:
    """Return for each person who is named next, apart from the same one again."""
    after: list[NamedPerson | None] = [None] * len(named)
    for index in range(len(named) - 2, -1, -1):
        after[index] = after[index + 1] if plain[index + 1] == plain[index] else named[index + 1]
    return after


_AREA_WORDS = re.compile(r"safe ?guarding|child(?:ren)? protection|\bDSL|\bDSP|\bLADO\b", re.IGNORECASE)
_OF_AREA = ("guarding", "protection", "dsl", "dsp", "lado")
_AREA_NEEDED = Needed([_OF_AREA])
_WHERE_TEACHERS_LEAD = re.compile(
    r"\bNorthern Ireland\b|(?<!Local )\bEducation Authority\b|\bCCMS\b|\bDE Circular\b|\bETI\b"
)
"""Signs of a school in Northern Ireland, whose "Designated Teacher" is the lead for child protection."""
_OF_WHERE_TEACHERS_LEAD = ("Northern Ireland", "Education Authority", "CCMS", "DE Circular", "ETI")


def _says_where_teachers_lead(text: str) -> bool:
    return any(map(text.__contains__, _OF_WHERE_TEACHERS_LEAD)) and _WHERE_TEACHERS_LEAD.search(text) is not None


def _speaks_of_the_area(text: str) -> bool:
    return bool(_AREA_NEEDED.of(text)) and _AREA_WORDS.search(text) is not None


def _of_this_area(lines: Sequence[Line], named: Sequence[NamedPerson]) -> Iterator[NamedPerson]:
    """Leave out who is designated for something else, who signed as lead, and a trust's lead beside the school's.

    Nobody of the school is the authority's officer, whose number stands behind the name.
    """
    records = list_records(lines) if any(one.role in OF_LEADS for one in named) else {}
    named = [one for one in named if one.role not in OF_LEADS or one.end not in records.get(one.line, ())]
    speaks = not any(one.bare for one in named) or any(
        _speaks_of_the_area(line.text) or _says_where_teachers_lead(line.text) for line in lines
    )
    of_school = {(one.line, one.end) for one in named if one.role not in OF_BODIES}
    named = [one for one in named if one.role not in OF_BODIES or (one.line, one.end) not in of_school]
    own = {person.role for person in named if not person.of_trust}
    led = any(one.role == LEAD and not one.bare for one in named)
    elsewhere = led and not any(_says_where_teachers_lead(line.text) for line in lines)
    for person in named:
        # Beside a lead the "designated teacher" of a school in England is there for children in care.
        no_lead = not speaks or (elsewhere and person.role == LEAD and is_bare_teacher(person.bare))
        if not (person.bare and no_lead) and not (person.of_trust and person.role in own):
            yield person


def _plain(name: str) -> str:
    return letters_of(drop_title(name))


def _list_named(marks: Marks, claimed: Set[int]) -> Iterator[NamedPerson]:
    """Yield who is named in a role: by what stands around the roles of a line, and by how the line tells it.

    Where the two differ on who is lead and who deputy, the first counts; what a person is said to do never does then.
    """
    around = [*_list_around_roles(marks, claimed), *_list_writers(marks.lines)]
    yield from around
    roles: dict[tuple[int, int], set[str]] = {}
    for person in around:
        roles.setdefault((person.line, person.end), set()).add(person.role)
    known = {_plain(person.name) for person in around if person.role in OF_LEADS}
    tied = [each for line in marks.lines if line.number not in claimed for each in _tied_in(marks, line)]
    led = any(one.role == LEAD for one in around) or any(one.role == LEAD and not tie.by_worries for one, tie in tied)
    for person, tie in tied:
        told = roles.get((person.line, person.end), set())
        again = tie.mention is None and _plain(person.name) in known
        if not (told & OF_LEADS and person.role in OF_LEADS) and not again and not (tie.by_worries and (led or told)):
            yield person


_LEAD_ABSENT = re.compile(
    r"\b(?:when(?:ever)?|if|where|should|while)\b[^.;:\n]{0,60}?\b(?:absent|away|off[ -]?site|off sick|unavailable|ill"
    r"|on leave|not (?:be )?(?:at work|available|here|in|in school|on site|present|there)|out of school|out)\b"
    r"[^.;:\n]{0,60}$",
    re.IGNORECASE,
)
"""Before a name in its sentence: the one named acts for the lead only then."""


def _with_stand_ins(lines: Sequence[Line], named: list[NamedPerson]) -> list[NamedPerson]:
    """Return ``named`` with one who leads only while the lead is away as a deputy, where another is named as lead."""
    leads = {_plain(each.name) for each in named if each.role == LEAD}
    return [
        replace(each, role=DEPUTY, confidence=min(each.confidence, _STANDS_IN))
        if each.role == LEAD and len(leads) > 1 and _LEAD_ABSENT.search(_sentence_before(lines[each.line].text, each))
        else each
        for each in named
    ]


_STANDS_IN = 0.85


def _sentence_before(text: str, person: NamedPerson) -> str:
    return re.split(r"[.;!?]\s+(?=[A-Z])", text[: person.end - len(person.name)])[-1]


def _list_writers(lines: Sequence[Line]) -> Iterator[NamedPerson]:
    """Yield the writer of a document who says to be the lead."""
    for line, end, name in leads_told_of_oneself(lines):
        yield NamedPerson(LEAD, name, line, end, _SURE)


def _tied_in(marks: Marks, line: Line) -> Iterator[tuple[NamedPerson, Tie]]:
    """Yield whom the words of a line tie to a role, with the tie."""
    above = marks.told[line.number - 1] if line.number else ()
    for tie in find_ties(line.text, marks.told[line.number], after_lead=bool(above) and above[-1].role == "dsl"):
        if tie.by_field and lists_governors(marks.lines, line):
            continue
        its, name = tie.mention, line.text[tie.start : tie.end]
        named = NamedPerson(tie.role, name, line.number, tie.end, tie.confidence)
        if its is not None and (its.bare or _is_trusts(line.text, its)):
            named = replace(named, bare=its.text if its.bare else "", of_trust=_is_trusts(line.text, its))
        yield named, tie


def _is_trusts(text: str, mention: RoleMention) -> bool:
    return is_of_a_trust(text, mention.start) or is_at_a_trust(text, mention.end)


def _list_around_roles(marks: Marks, claimed: Set[int]) -> Iterator[NamedPerson]:
    lines = marks.lines
    for index, line in enumerate(lines):
        text, mentions = line.text, marks.told[index]
        if index in claimed:
            continue
        if not mentions and (announces := announced(text)) is not None:
            yield from _people_below(marks, claimed, index + 1, announces)
            continue
        in_turn = _lead_and_deputy_before(text, mentions, index)
        yield from (person for people in in_turn.values() for person in people)
        for position, mention in enumerate(mentions):
            if position in in_turn:
                continue
            limit = mentions[position + 1].start if position + 1 < len(mentions) else len(text)
            if is_former(text, mention.start, mention.end):
                continue
            last = position + 1 == len(mentions)
            people = list(_people_of(marks, claimed, line, mention, limit, last=last))
            yield from _each_in_turn(people, _joined_before(text, mentions, position))
            if (_IS_LABEL.match(text, mention.end) and len(people) == 1) or (
                last and len(people) == 1 and people[0].line > index and is_role(text)
            ):
                yield from (replace(people[0], role=role) for role in _held_too(text, mentions, position))


_IS_LABEL = re.compile(r"\s*[:\t]|\s*[-–]\s")
_ALSO = re.compile(r"\s*(?:/|&|\band\b)\s*", re.IGNORECASE)


def _held_too(text: str, mentions: Sequence[RoleMention], position: int) -> list[str]:
    """Return the roles that one label names before the last for the same person: "DSL and Headteacher:"."""
    first = position
    while first and _ALSO.fullmatch(text, mentions[first - 1].end, mentions[first].start):
        first -= 1
    roles = {each.role for each in mentions[first : position + 1]}
    return [] if roles >= OF_LEADS else [each.role for each in mentions[first:position]]


_AND = re.compile(r"\s*(?:/|,|&|\band\b|\bor\b)\s*(?:the\s+|our\s+)?", re.IGNORECASE)


def _joined_before(text: str, mentions: Sequence[RoleMention], position: int) -> list[str]:
    """Return the roles of a run of different ones that ends at ``position``: "DSL or Deputy DSL"."""
    first = position
    while first and _AND.fullmatch(text, mentions[first - 1].end, mentions[first].start):
        first -= 1
    roles = [each.role for each in mentions[first : position + 1]]
    return roles if len(set(roles)) == len(roles) else roles[-1:]


def _lead_and_deputy_before(text: str, mentions: Sequence[RoleMention], line: int) -> dict[int, list[NamedPerson]]:
    """Return who is lead and who deputy, by the place of the role, where both are told together after the names.

    "Ada Holt or Ben Lowe, our DSL and Deputy DSL"; of more than two one is the lead. Empty where one person is named.
    """
    found: dict[int, list[NamedPerson]] = {}
    for position, (first, second) in enumerate(pairwise(mentions)):
        run = _joined_before(text, mentions, position + 1)
        if {first.role, second.role} != OF_LEADS or len(run) != 2 or is_former(text, first.start, first.end):
            continue
        both = RoleMention(first.role, first.start, second.end, text[first.start : second.end])
        names = names_before(text, both, several=True)
        ones = 1 if first.role == "dsl" else len(names) - 1
        for at, role, mine in ((position, run[0], names[:ones]), (position + 1, run[1], names[ones:])):
            if len(names) > 1:
                found[at] = [NamedPerson(role, name[0], line, name.end(), 0.9) for name in mine]
    return found


def _each_in_turn(people: list[NamedPerson], roles: list[str]) -> Iterator[NamedPerson]:
    """Give each of as many people as roles the role of its turn: "the DSL or Deputy DSL (Ada Holt or Ben Lowe)"."""
    in_turn = len(roles) > 1 and len(people) == len(roles) and len({each.role for each in people}) == 1
    yield from map(lambda one, role: replace(one, role=role), people, roles) if in_turn else people


def _people_of(
    marks: Marks, claimed: Set[int], line: Line, mention: RoleMention, limit: int, *, last: bool
) -> Iterator[NamedPerson]:
    text = line.text
    people = list(_people_after(text, mention, limit, line.number))
    if not people or belongs_before(text, mention):
        before = names_before(text, mention)
        people = [NamedPerson(mention.role, each[0], line.number, each.end(), 0.9) for each in before] or people
    if not people and last and (_ends_open(text, mention) or announced(text) == mention):
        people = list(_people_below(marks, claimed, line.number + 1, mention))
    goes_on = people and last and (mention.role in OF_LEADS or mention.is_plural)
    if goes_on and people[-1].end == len(marks.lines[people[-1].line].text):
        people += _more_names(marks.lines, people[-1].line + 1, mention)
    bare, of_trust = mention.text if mention.bare else "", _is_trusts(text, mention)
    yield from (replace(each, bare=bare, of_trust=of_trust) for each in people) if bare or of_trust else people
    delegated = _DELEGATED.search(text, mention.end) if mention.role == "dsl" else None
    if delegated is not None and not _NEVER_SO.search(text, mention.end, delegated.start()):
        yield from _names_at(text, delegated.end(), len(text), "deputy-dsl", line.number, 0.8)


def _people_after(text: str, mention: RoleMention, limit: int, line: int) -> Iterator[NamedPerson]:
    for connector in (CONNECTOR, _THIS_IS):
        match = connector.match(text, mention.end)
        if match is not None and match.end() > mention.end - 1:
            people = list(_names_at(text, match.end(), len(text), mention.role, line, 0.95, in_row=mention.is_plural))
            if people and people[0].end <= max(limit, match.end() + 60):
                yield from people
                return
    bracket = _IN_BRACKETS.match(text, mention.end)
    people = list(_names_at(text, bracket.end(), len(text), mention.role, line, 0.9)) if bracket else []
    if people and _BRACKET_GOES_ON.match(text, people[-1].end):
        yield from people
        return
    straight = find_name(text, mention.end + 1) if text[mention.end : mention.end + 1] == " " else None
    if mention.role not in OF_LEADS and re.search(r"\w,\s$", text[: mention.start]) and names_before(text, mention):
        return
    marked = straight is not None and begins_with_number(text[straight.end() :])
    if straight and has_given_name(straight[0], marked=marked):
        # "Designated Safeguarding Lead Sarah Holt": nothing but the given name tells the two apart.
        yield from _names_at(text, straight.start(), len(text), mention.role, line, 0.85, in_row=mention.is_plural)


def _names_at(
    text: str, position: int, limit: int, role: str, line: int, confidence: float, *, in_row: bool = False
) -> Iterator[NamedPerson]:
    """Yield the names of a list that begins at ``position``: "A, B and C"; ``in_row``: also "A B C" without a mark.

    None of whom something is said to be: "the DSL is Ada Holt's first contact".
    """
    name = find_person(text, position)
    while name is not None and name.end() <= limit and not text.startswith(POSSESSIVES, name.end()):
        if not is_former(text, name.end(), name.end()):
            yield NamedPerson(_role_in_brackets(text, name.end(), role), name[0], line, name.end(), confidence)
        between = (begins_another(text, name.end()) if in_row else None) or _BETWEEN.match(text, name.end())
        following = find_next_person(text, between.end()) if between else None
        behind_post = BEHIND_POST.match(text, name.end()) if following is None else None
        name = following if behind_post is None else find_person(text, behind_post.end())


def _role_in_brackets(text: str, position: int, role: str) -> str:
    """Tell lead from deputy in a list that names both: "Delia Ollerton (Deputy)"."""
    if role not in {"dsl", "deputy-dsl"}:
        return role
    bracket = re.match(
        r"\s*[(–-]\s*(?P<rank>lead|deputy|main|DSL|DDSL|deputy DSL)\)?\s*(?:$|[,;)])", text[position:], re.IGNORECASE
    )
    if bracket is None:
        return role
    return "dsl" if bracket["rank"].lower() in {"lead", "main", "dsl"} else "deputy-dsl"


_GIVEN_TO_WHAT_STANDS_BEFORE = re.compile(r"\w[^\d:]*\s[–-]\s*$")
_SENTENCE_WORD = re.compile(
    r"\b(?!(?:the|our|of|and|for|is|are|name|named|a|in|at|this|s|current|whole|school)\b)[a-z]{2,}"
)
_ASKS = re.compile(r"(?:[:–-]|\b(?:is|are))\s*$")
_HEAD_OFFICE = r"(?:our\s+)?(?:head[\s-]?(?:office|quarters)|main\s+(?:office|site)|each\s+site)"
_GOES_ON = (
    r"(?:,?\s+and\s+(?:is|are)\s+(?:always|usually|also)\s+available"
    r"|[^.;:]{0,80}\.\s+(?:[Tt]his|[Tt]hey|[Tt]hese)\s+(?:is|are)(?=:))?"
)
"""Behind a role whose holders stand below: "are, and are always available:", "… in the nursery. This is:"."""
_NOTHING_BEHIND = re.compile(
    rf"{WHO_DOES}(?:\s+(?:in|at|for|of)\s+(?:(?:this|the|our)\s+\w+|{_HEAD_OFFICE}))?\s*"
    rf"(?:is|are|in school)?{_GOES_ON}[\s:.\-–]*"
)


def _ends_open(text: str, mention: RoleMention) -> bool:
    """Say whether nothing but marks follows the role, so that the names stand below."""
    before = re.sub(r"^\s*\d+(?:\.\d+)*[.)]?\s+", "", text[: mention.start])
    if (len(before) > 60 or re.search(r"\.\s", before)) and not text.endswith(("is:", "are:")):
        return False
    rest = re.sub(r"\([^)]*\)", "", text[mention.end :])
    if _GIVEN_TO_WHAT_STANDS_BEFORE.search(before) or (rest.lstrip().startswith(".") and len(before.split()) > 2):
        return False
    if find_name(before.split("\t")[0]) or (_SENTENCE_WORD.search(before) and not _ASKS.search(text)):
        # The role is that of who stands before it, or a reader is told to go to its holder.
        return False
    if says_nobody(rest.partition("\t")[2].strip(" :")):
        return False
    return _NOTHING_BEHIND.fullmatch(rest) is not None


def _people_below(marks: Marks, claimed: Set[int], first: int, mention: RoleMention) -> Iterator[NamedPerson]:
    """Yield the names that begin the next lines, contact details between them skipped."""
    taken = 0
    for line in marks.lines[first : first + 24]:
        text = line.text
        if line.number in claimed:
            return
        start = _BULLET.match(text)
        position = start.end() if start else 0
        name = find_name(text, position)
        if name is None:
            if taken and _is_detail(text):
                continue
            return
        own = {each.role for cell in line.cells[1:] if is_role(cell) for each in find_roles(cell)}
        own |= {each.role for each in marks.told[line.number] if each.start > name.end() and each.end == len(text)}
        own &= OF_LEADS
        if (
            any(each.start < name.start() for each in marks.told[line.number])
            or len(text) > _LONG_LINE
            or (own and mention.role not in own)
        ):
            return
        names = list(_names_at(text, position, len(text), mention.role, line.number, 0.92))
        yield from names
        taken += len(names)
        if not (mention.is_plural or mention.role == "deputy-dsl") and taken:
            return


def _more_names(lines: Sequence[Line], first: int, mention: RoleMention) -> list[NamedPerson]:
    """Return the names that carry a list of several people on, from lines that hold nothing else.

    Below a role of one person there are none in a table, where the last of them stands over a role of their own, or
    where the names are those of several roles in turn.
    """
    found: list[NamedPerson] = []
    for line in lines[first : first + 12]:
        names = list(_names_at(line.text, 0, len(line.text), mention.role, line.number, 0.85))
        if not names or names[-1].end != len(line.text):
            break
        found += names
    behind = lines[found[-1].line + 1].text if found and found[-1].line + 1 < len(lines) else ""
    in_turn = is_role(behind) or any(is_role(line.text) for line in lines[max(0, first - 3) : first - 2])
    return found if mention.is_plural or not (in_turn or lines[first - 1].table is not None) else []


def _is_detail(text: str) -> bool:
    return len(text) < _LONG_LINE and bool(
        find_numbers(text) or SPACED_ADDRESS.search(text) or _DETAIL_LINE.match(text) is not None
    )


_DETAIL_LINE = re.compile(rf"(?:contact\b|{WAY}|role\b|job title\b)", re.IGNORECASE)
