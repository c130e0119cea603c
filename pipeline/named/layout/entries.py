"""People of a contact table, a form or a list: what looks like a role, a name or a label, and the line a person makes.

Below ``contact_tables`` and ``contact_lines``, which find the layouts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from pipeline.named.details.ways import DETAIL_WORD, WAY
from pipeline.named.names.people import drop_title, find_name, has_given_name
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.lines import Line, joined_cells

PART_OF_SCHOOL = (
    r"EYFS|early years|nursery|reception|infants?|juniors?|primary|secondary|prep|lower school|upper school|sixth form"
    r"|(?:KS|key stage|phase|years?) ?\d{1,2}(?: ?[-–&/] ?\d{1,2})?"
)
"""Of which part of a school somebody is the lead, as a pattern in small letters and capitals."""
_ROLE_REST = re.compile(
    rf"(?:[\s:()/&*,.–-]|\b(?:and|the|our|school|trust|name|of|is|senior|snr|{PART_OF_SCHOOL})\b\.?|['’]s\b|\(s\))*",
    re.IGNORECASE,
)
_JOINED = re.compile(rf"(?:^|[,/&;(\n]|\band\b)\s*(?:the\s+|our\s+)?(?:(?:{PART_OF_SCHOOL})[\s:–-]+)?$", re.IGNORECASE)
NAME_LABEL = re.compile(r"(?:full |staff )?names?(?: of (?:staff|person|contact))?|who|staff(?: member)?|person", re.I)
ROLE_LABEL = re.compile(r"(?:job |safeguarding )?(?:roles?|positions?|titles?|posts?|responsibilit(?:y|ies))", re.I)
DETAIL_LABEL = re.compile(
    rf"(?:(?:contact|direct|office|work)\b|{WAY})(?:[ /]?(?:{DETAIL_WORD}|(?:office|work)\b))*[ /]?", re.IGNORECASE
)
DETAIL = re.compile(r"[\d@]")
_AFTER_NAME = re.compile(rf"\s*(?:$|[\n(,;:–-]|[\d+]|{WAY}|\S+@)", re.IGNORECASE)
LONGEST = 90


def entries_of(line: Line, role: str, name: str, details: Sequence[str]) -> Iterator[Line]:
    """Yield one line for each role that a cell names and each person that another names.

    Several of both are paired where they stand one a line, alike in number; else nobody can tell who holds what.
    """
    mentions = [each for each in find_roles(role) if _JOINED.search(role[: each.start])]
    people, roles = several_names(name), [each for each in role.split("\n") if each.strip()]
    if len(mentions) > 1 and people:
        if len(roles) == len(people) and all(map(is_role, roles)):
            for one, (person, own) in zip(roles, _one_by_one(name, details), strict=True):
                yield from entries_of(line, one, person, own)
        return
    for mention in mentions:
        for person, own in _one_by_one(name, details):
            cells = (mention.text, person, *(each for each in own if each.strip()))
            places = (line.where,) * len(cells)
            yield replace(line, text="\t".join(cells), cells=cells, places=places, widths=(), merged=())


def _one_by_one(name: str, details: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield whom a cell names, one a line, with the details one a line beside them; one for all is nobody's."""
    people = several_names(name)
    if not people:
        yield name, list(details)
    for number, person in enumerate(people):
        parted = (each.split("\n") for each in details)
        yield person, [parts[number] for parts in parted if len(parts) == len(people)]


def several_names(cell: str) -> list[str]:
    """Return the names of a cell that holds several, one a line, and nothing else; empty where it does not.

    Before a name may stand for which place it is: "Orchard House: Ada Holt".
    """
    if "\n" not in cell:
        return []
    parts = [_FOR_A_PLACE.sub("", _AND.sub("", part.strip())) for part in cell.split("\n") if part.strip()]
    while len(parts) > 2 and DETAIL.search(parts[-1]) and find_name(parts[-1]) is None:
        # A number below several is nobody's alone.
        parts.pop()
    return parts if len(parts) > 1 and all(map(is_only_name, parts)) else []


_AND = re.compile(r"^(?:and|or|&)\s+|\s+(?:and|or|&)$|,$")
_FOR_A_PLACE = re.compile(r"[A-Z][\w'’-]*(?: [\w'’-]+){0,3}:\s+(?=[A-Z])")
_OTHER_LANGUAGE = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+){0,4}[:.]?")
"""Behind a stroke the same label in the other language of a school in Wales."""


@lru_cache(maxsize=4096)
def is_role(text: str) -> bool:
    """Say whether a text is one role or several and nothing else."""
    mentions = find_roles(text) if 0 < len(text) < LONGEST else ()
    first, stroke, second = text.partition(" / ")
    if stroke and mentions and mentions[-1].end <= len(first) and _OTHER_LANGUAGE.fullmatch(second):
        text = first
    rest = text
    for mention in reversed(mentions):
        rest = rest[: mention.start] + rest[mention.end :]
    return bool(mentions) and _ROLE_REST.fullmatch(re.sub(r"\([^)]{0,40}\)", "", rest)) is not None


def with_details_apart(line: Line) -> Line:
    """Return a row with lines of a cell parted as cells are, where a name does not run on from one into the next.

    It does not into a number's line ("Childline 0800 1111"), nor out of a line that is a whole name ("Rainbow Room").
    """
    for cell in line.cells:
        if "\n" in cell:
            break
    else:
        return line
    if line.text not in ("\t".join(line.cells), joined_cells(line.cells, line.widths).strip()):
        return line  # put together from other words
    return replace(line, text=joined_cells([*map(_parted, line.cells)], line.widths).strip())


def _parted(cell: str) -> str:
    lines = cell.split("\n")
    gaps = ("\t" if DETAIL.search(one + other) or _ends_name(one, other) else " " for one, other in pairwise(lines))
    return lines[0] + "".join(f"{gap}{line}" for gap, line in zip(gaps, lines[1:], strict=True))


def _ends_name(line: str, below: str) -> bool:
    """Say whether a line is a name with its surname, so that the next one is no more of it."""
    words = drop_title(line).split()
    if len(words) < 2 or not is_only_name(line):
        return False
    if is_role(below) and _OF_A_PART.match(below) is None:
        return False  # a role of the person's, which is read with the name
    # Behind "Mary Jane" one word more may be the surname.
    return len(below.split()) > 1 or not has_given_name(words[-1])


_OF_A_PART = re.compile(rf"(?:{PART_OF_SCHOOL})\b", re.IGNORECASE)


def begins_with_name(text: str) -> bool:
    """Say whether a text begins with a person's name, alone or with details behind it."""
    first, _, more = text.partition("\n")
    alone = is_only_name(first) and not any(map(find_name, more.split("\n")))
    name = find_name((several_names(text) or [first if alone else text])[0])
    return name is not None and _AFTER_NAME.match(text, name.end()) is not None and not find_roles(name[0])


@lru_cache(maxsize=4096)
def is_only_name(text: str) -> bool:
    """Say whether a text is a person's name and nothing else."""
    name = find_name(text)
    return name is not None and not text[name.end() :].strip(" .,") and not find_roles(text)


def head_run_on(line: Line, following: Sequence[Line]) -> bool:
    """Say whether a line names several roles over one of several people, who stand nobody can tell under which."""
    below = following[0] if following else None
    if below is None or line.table is not None or below.table is not None or len(below.cells) < 2:
        return False
    return len({each.role for each in find_roles(line.text)}) > 1 and sum(map(begins_with_name, below.cells)) > 1


def are_heads(line: Line) -> bool:
    """Say whether a line is roles side by side, so that nobody can tell under which the name below stands."""
    mentions = find_roles(line.text)
    gaps = [line.text[before.end : after.start] for before, after in pairwise(mentions)]
    return bool(gaps) and not any(gap.strip() for gap in gaps) and is_role(line.text) and "\t" not in line.text


def is_label(label: re.Pattern[str], text: str) -> bool:
    """Say whether a text is one of the labels that ``label`` knows, and nothing else; perhaps in two languages."""
    if label.fullmatch(text.strip(_AROUND_LABELS)):
        return True
    return " / " in text and any(label.fullmatch(part.strip(_AROUND_LABELS)) for part in text.split(" / "))


_AROUND_LABELS = " :.?*\n"


@dataclass(slots=True)
class Record:
    """One person of a form while its rows are read."""

    line: Line
    name: str = ""
    role: str = ""
    details: list[str] = field(default_factory=list)

    def entry(self) -> Iterator[Line]:
        """Yield the person's lines; none where name or role is wanting."""
        if self.name and self.role and begins_with_name(self.name):
            yield from entries_of(self.line, self.role, self.name, self.details)
