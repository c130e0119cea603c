"""Whom a worry goes to today, in the two lines at the top of every mail, page and copy: chosen and worded here alone.

The first is about a child: the lead or who stands in, then the deputies who are there, then the school office. The
second is about an adult, the headteacher and danger. Templates show the pieces; none of them chooses anybody.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date

from pipeline.directory import DEPUTY, HEAD, LEAD, STANDS_IN
from pipeline.model.contacts import Directory, Holder, ShownDirectory
from pipeline.named.names.likeness import name_key
from pipeline.text.lazily import compiled_lazily
from pipeline.wording import say_near_day

_OFFICE, _CHAIR, _LADO = "office", "chair-of-governors", "lado"
_LONGEST_NAME = 80
_CALLED = {
    LEAD: "the designated safeguarding lead",
    DEPUTY: "the deputy designated safeguarding lead",
    HEAD: "the headteacher",
    _CHAIR: "the chair of governors or trustees",
    _LADO: "the local authority designated officer (LADO)",
}


_SEVERAL = {
    LEAD: "the designated safeguarding leads",
    DEPUTY: "the deputy designated safeguarding leads",
    HEAD: "the headteachers",
    _CHAIR: "the chairs of governors",
    _LADO: "the local authority designated officers (LADO)",
}


@dataclass(frozen=True, slots=True)
class LinePiece:
    """A stretch of a line: plain words, a name, or a number to ring."""

    words: str
    phone: str = ""
    """The number, where ``words`` are one."""
    strong: bool = False

    @property
    def call(self) -> str:
        """The address that rings ``phone``, the first of several, with its extension; empty where there is none.

        Source: RFC 3966, 3 and 5.3.
        """
        found = _FIRST_NUMBER.search(self.phone)
        if found is None:
            return ""
        number = re.sub(r"[^\d+]", "", found["number"].replace("(0)", "") if "+" in found[0] else found["number"])
        return f"tel:{number};ext={found['ext']}" if found["ext"] else f"tel:{number}"


_FIRST_NUMBER = compiled_lazily(
    r"(?P<number>\+?\(?\d(?:[\s().-]{0,2}\d)*)(?:\s*(?:extension|ext|x)\.?\s*(?P<ext>\d+))?", re.IGNORECASE
)

Line = tuple[LinePiece, ...]


@dataclass(frozen=True, slots=True)
class SafetyLines:
    """The two lines."""

    child: Line
    """A worry about a child."""
    others: Line
    """About an adult who works here, about the headteacher, and in danger."""
    cover: str = ""
    """Who stands in as lead for a few days, as mails say it once; empty where nobody does."""
    first: Line = ()
    """Whom to go to, as part of a sentence: where a policy cannot be read, these are asked in person."""

    @property
    def first_text(self) -> str:
        """Return whom to go to as plain text."""
        return "".join(piece.words for piece in self.first)

    @property
    def names_somebody(self) -> bool:
        """Whether the first line names anybody: a lead, a deputy or the headteacher."""
        return sum(piece.strong for piece in self.child) > 1

    @property
    def child_text(self) -> str:
        """The first line as plain text."""
        return line_text(self.child)

    @property
    def others_text(self) -> str:
        """The second line as plain text."""
        return line_text(self.others)


def line_text(line: Line) -> str:
    """Return a line as plain text."""
    return "".join(piece.words for piece in line)


def safety_lines(directory: ShownDirectory, absent: Set[str] = frozenset()) -> SafetyLines:
    """Return the two lines of a directory whose numbers may be shown; names only where it has an entry for the role.

    ``absent``: the keys (``name_key``) of holders known not to be there; an absent holder is named only where nobody
    else is left to go to.
    """
    first, behind = _chosen(directory, absent)
    child = tuple(_child(first, behind, _office_phone(directory)))
    return SafetyLines(child, tuple(_others(directory)), first=tuple(_first(first)))


def line_of_role(
    role: str, people: Sequence[Holder], *, is_new: bool, is_number: bool = False, by_office: Set[str] = frozenset()
) -> Line:
    """Return the line that says who holds a role now: "From today the headteacher is Mrs Jo Hill, telephone …".

    ``is_new``: it counts from today. ``is_number``: the same people hold it, and have another number. ``by_office``:
    the names of those for whom the number is the school office's.
    """
    several = len(people) > 1
    called = (_SEVERAL if several else _CALLED)[role]
    if not people:
        nobody = f"nobody is {called.removeprefix('the ')}"
        return (LinePiece(f"From today {nobody}." if is_new else f"N{nobody[1:]} now."),)
    verb = "are" if several else "is"
    if is_number:
        what = "number" if any(one.phone for one in people) else "address"
        says = f"have these {what}es: " if what == "address" else "have these numbers: "
        verb = says if several else f"has a new {what}: "
        begins = f"From today {called} {verb}" if is_new else f"{called[0].upper()}{called[1:]} {verb}"
    else:
        begins = f"From today {called} {verb} " if is_new else f"{called[0].upper()}{called[1:]} {verb} now "
    return (LinePiece(begins), *_with_numbers(people, by_office), LinePiece("."))


def _with_numbers(people: Sequence[Holder], by_office: Set[str]) -> Iterator[LinePiece]:
    for number, one in enumerate(people):
        if number:
            yield LinePiece("; and " if number == len(people) - 1 else "; ")
        yield LinePiece(_full_name(one), strong=True)
        yield LinePiece(" (standing in)" if one.covers else "")
        if one.phone:
            yield LinePiece(f", telephone {'the school office, ' if one.name in by_office else ''}")
            yield _number(one.phone)
        elif one.email:
            yield LinePiece(f", e-mail {one.email}")


def say_cover(people: Sequence[Holder], until: date, today: date) -> str:
    """Return the line that says who stands in as lead for a few days, with the number that may be given."""
    names = " and ".join(f"{_full_name(one)}{f', telephone {one.phone}' if one.phone else ''}," for one in people)
    when = "Today" if until <= today else f"Until {say_near_day(until, today)}"
    return f"{when} {names} {'stands' if len(people) == 1 else 'stand'} in as designated safeguarding lead."


def _full_name(one: Holder) -> str:
    return " ".join(f"{one.title} {one.name}".split())[:_LONGEST_NAME]


def _office_phone(directory: Directory) -> str:
    office = next(iter(directory.of(_OFFICE)), directory.office)
    return (office.phone or "") if office is not None else ""


def _chosen(directory: Directory, absent: Set[str]) -> tuple[tuple[Holder, ...], tuple[Holder, ...]]:
    """Return whom to go to, and who stands in where they cannot be reached."""
    groups = [directory.of(role) for role in (LEAD, *STANDS_IN)]
    # The person who was named to cover is there: that was said of this day.
    present = [tuple(one for one in group if one.covers or name_key(one.name) not in absent) for group in groups]
    here = [group for group in present if group]
    if not here:
        here = [group for group in groups if group]
    first = here[0] if here else ()
    named = {name_key(one.name) for one in first}
    others = (tuple(one for one in group if name_key(one.name) not in named) for group in here[1:])
    return first, next((group for group in others if group), ())


def _child(first: Sequence[Holder], behind: Sequence[Holder], office: str) -> Iterator[LinePiece]:
    yield LinePiece("Worried about a child?", strong=True)
    if first:
        yield LinePiece(" Go to ")
        yield from _people(first)
        yield LinePiece(f", {_called(first)}, now, in person or by telephone.")
    else:
        yield LinePiece(
            " Go to the school’s designated safeguarding lead or the headteacher now, in person or by telephone."
        )
    if not (behind or office):
        return
    yield LinePiece(" If you cannot reach them: " if first else " ")
    if behind:
        yield from _people(behind)
        yield LinePiece(f", {_called(behind)}")
    if office:
        yield LinePiece(f"{'; or the' if behind else 'the' if first else 'The'} school office (")
        yield _number(office)
        yield LinePiece(")")
    yield LinePiece(".")


def _first(people: Sequence[Holder]) -> Iterator[LinePiece]:
    yield from _people(people)
    yield LinePiece(f", {_called(people)}" if people else f"{_CALLED[LEAD]} or {_CALLED[HEAD]}")


def _called(people: Sequence[Holder]) -> str:
    role = people[0].role
    if any(one.covers for one in people):
        return "standing in as designated safeguarding lead"
    if len(people) > 1:
        return _CALLED[role].removeprefix("the ") + "s"
    return _CALLED[role]


def other_lines(directory: Directory) -> tuple[Line, Line, Line]:
    """Return where a worry about an adult goes, one about the headteacher, and whom to ring in danger."""
    return tuple(_about_adult(directory)), tuple(_about_head(directory)), tuple(_danger())


def _others(directory: Directory) -> Iterator[LinePiece]:
    for number, line in enumerate(other_lines(directory)):
        if number:
            yield LinePiece(" ")
        yield from line


def _about_adult(directory: Directory) -> Iterator[LinePiece]:
    yield LinePiece("About an adult who works here:", strong=True)
    yield LinePiece(" ")
    yield from _in_role(directory, HEAD)
    yield LinePiece(".")


def _about_head(directory: Directory) -> Iterator[LinePiece]:
    yield LinePiece("About the headteacher:", strong=True)
    yield LinePiece(" ")
    yield from _in_role(directory, _CHAIR)
    yield LinePiece(", or ")
    yield from _in_role(directory, _LADO)
    # Keeping Children Safe in Education, part four: no board stands over the owner of the school.
    yield LinePiece("; where the headteacher owns the school, the LADO at once.")


def _danger() -> Iterator[LinePiece]:
    yield LinePiece("In danger now:", strong=True)
    yield LinePiece(" ")
    yield _number("999")
    yield LinePiece(".")


def _in_role(directory: Directory, role: str) -> Iterator[LinePiece]:
    people = directory.of(role)
    yield LinePiece(_CALLED[role])
    if people:
        yield LinePiece(", ")
        yield from _people(people)


def _people(people: Iterable[Holder]) -> Iterator[LinePiece]:
    for number, one in enumerate(people):
        if number:
            yield LinePiece(" or ")
        yield LinePiece(_full_name(one), strong=True)
        if one.phone:
            yield LinePiece(" (")
            yield _number(one.phone)
            yield LinePiece(")")


def _number(phone: str) -> LinePiece:
    return LinePiece(phone, phone=phone)


UNNAMED = safety_lines(ShownDirectory())
"""The lines of a school that names nobody: the words of the roles."""
