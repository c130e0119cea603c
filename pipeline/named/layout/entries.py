"""What looks like a role, a name or a label in a contact table, a form or a list, and nothing else."""

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.named.details.ways import DETAIL_WORD, WAY
from pipeline.named.names.people import find_name
from pipeline.named.roles.vocabulary import RoleMention, find_roles

PART_OF_SCHOOL = (
    r"EYFS|early years|nursery|reception|infants?|juniors?|primary|secondary|prep|lower school|upper school|sixth form"
    r"|(?:KS|key stage|phase|years?) ?\d{1,2}(?: ?[-–&/] ?\d{1,2})?"
)
"""Of which part of a school a person is the lead, as a pattern in small letters and capitals."""
_ROLE_REST = re.compile(
    rf"(?:[\s:()/&*,.–-]|\b(?:and|the|our|school|trust|name|of|is|senior|snr|{PART_OF_SCHOOL})\b\.?|['’]s\b|\(s\))*",
    re.IGNORECASE,
)
NAME_LABEL = re.compile(
    r"(?:full |staff |print(?:ed)? )?names?(?: of (?:staff|person|contact))?|who|staff(?: member)?|person", re.I
)
ROLE_LABEL = re.compile(r"(?:job |safeguarding )?(?:roles?|positions?|titles?|posts?|responsibilit(?:y|ies))", re.I)
DETAIL_LABEL = re.compile(
    rf"(?:(?:contact|direct|office|work)\b|{WAY})(?:[ /]?(?:{DETAIL_WORD}|(?:office|work)\b))*[ /]?", re.IGNORECASE
)
DETAIL = re.compile(r"[\d@]")
_AFTER_NAME = re.compile(rf"\s*(?:$|[\n(,;:–-]|[\d+]|{WAY}|\S+@)", re.IGNORECASE)
LONGEST = 90


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
    return 0 < len(text) < LONGEST and covers(text, find_roles(text))


def covers(text: str, mentions: Sequence[RoleMention]) -> bool:
    """Say whether a text is the roles named in it and nothing else."""
    first, stroke, second = text.partition(" / ")
    if stroke and mentions and mentions[-1].end <= len(first) and _OTHER_LANGUAGE.fullmatch(second):
        text = first
    rest = text
    for mention in reversed(mentions):
        rest = rest[: mention.start] + rest[mention.end :]
    return bool(mentions) and _ROLE_REST.fullmatch(re.sub(r"\([^)]{0,40}\)", "", rest)) is not None


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


def is_label(label: re.Pattern[str], text: str) -> bool:
    """Say whether a text is one of the labels that ``label`` knows, and nothing else; perhaps in two languages."""
    if label.fullmatch(text.strip(_AROUND_LABELS)):
        return True
    return " / " in text and any(label.fullmatch(part.strip(_AROUND_LABELS)) for part in text.split(" / "))


_AROUND_LABELS = " :.?*\n"
