"""The people to whom a text gives a role after their name: "Greta Penhallow (Designated Safeguarding Lead)".

Between ``named.names.people`` and ``named.contacts``. Brackets behind a name, and a role between two commas or dashes,
give it the role wherever they stand; a comma or a dash alone does so in a short sentence only.
"""

import re
from collections.abc import Iterator

from pipeline.named.names.people import find_name
from pipeline.named.names.titles import no_title_before
from pipeline.named.roles.vocabulary import RoleMention
from pipeline.text.lazily import compiled_lazily
from pipeline.text.needed import in_plain_letters

_WHOSE = (
    r"(?:(?:the|our|a)\s+)?(?:(?:(?:school|academy|college|nursery|trust|setting)(?:['’]?s)?|MAT|current|main|independent"
    r"|dedicated|nominated|named|trained|overall)\s+)?"
)
_OF_A_POST = (
    r"(?:\s+(?:(?:Deputy|Assistant|Executive|Managing|Senior|General|Acting|Co-?)\s*)?"
    r"(?:Director|Manager|Head(?:\s?[Tt]eacher)?|Principal|Leader|Officer|Co-?ordinator|Proprietor|Supervisor|Bursar)"
    r"(?:\s(?:of|for)(?:\s(?:[A-Z][\w’'-]+|and|&)){1,5}?)?\s+(?:and|&))?"
)
"""Another post told first: "Ada Holt, Director of Learning & Designated Safeguarding Lead"."""
_JOINED_POST = r"(?:(?-i:[A-Z])[^(),.;:\n\t]{1,40}?(?:\s+and\s+|\s*[&/]\s*))?"
"""Another post told first in brackets: "Ada Holt (Headteacher and Deputy DSL)"."""
_WHO_IS = rf"\s*,?\s+who\s+(?:is(?:\s+also)?|acts\s+as)\s+{_WHOSE}"
_ASIDE = r"(?:,\s+(?:(?:who\s+is\s+)?(?:our|the|an?)\s|(?=(?-i:[A-Z])))[^,.;:\n]{2,40},)?"
"""What is told between commas: "Ada Holt, our Head of Year, is …"."""
_IS = (
    r"(?:(?:is|are)(?:\s+also)?|acts\s+as|serves\s+as"
    r"|(?:has|have)\s+been\s+(?:appointed|nominated|designated|named)\s+(?:as|to\s+be)"
    r"|is\s+[^.;:()]{3,60}\s+and\s+is(?:\s+also)?"
    r"|(?:takes|takes\s+on|has|holds|undertakes|fulfils|performs|fills|carries\s+out)"
    r"\s+(?:the\s+(?:role|post|position)\s+of|(?:overall\s+|lead\s+)?responsibility\s+as))"
)
_IN_CAPACITY = r"(?P<capacity>,\s+(?:in\s+(?:her|his|their|the)\s+(?:role|capacity|position)\s+)?as\s+)"
_BEFORE = compiled_lazily(
    # Each form begins with a space or a mark: at letters none is tried.
    rf"(?=[\s(,–-])(?:\s*(?P<bracket>\()\s*{_JOINED_POST}{_WHOSE}|(?P<aside>\s*[,–-]){_OF_A_POST}\s*{_WHOSE}|{_WHO_IS}"
    rf"|{_ASIDE}\s+{_IS}\s+{_WHOSE}|{_IN_CAPACITY}{_WHOSE}"
    rf"|(?P<appointed>\s+(?:as|to\s+be)\s+){_WHOSE}|\t+{_WHOSE}|\s*\([^()]{{2,40}}\)\s*[:–-]\s*{_WHOSE})['‘’“\"]?$",
    re.IGNORECASE,
)
_ENDS_THERE = compiled_lazily(r"s?\s*(?:\([^)]{1,20}\)\s*)?(?:[,.;)]|[–-]\s|$)")
_CLOSES = compiled_lazily(r"[^()]{0,40}(?:\([^()]{1,20}\)[^()]{0,20})?\)")
_APPOINTED = compiled_lazily(r"\b(?:(?:appoint|nominat|designat|nam|identif|chos)\w*|with)\s+$", re.IGNORECASE)
_APPOINTED_TOO = compiled_lazily(
    r"\b(?:appoint|nominat|designat|nam|identif|chos)\w*\s[^.;]{3,90}?\b(?:as|to be)\b[^.;]{3,90}?(?:,|\band)\s+$",
    re.IGNORECASE,
)
"""The second of two who are appointed: "appoints Ada Holt as DSL and Cy Dale as safeguarding governor"."""
_SAID_OF = compiled_lazily(
    rf"\b(?:is|are|acts as|serves as|role of|to be|as)\s+(?:also\s+)?{_WHOSE}['‘’“\"]?$", re.IGNORECASE
)
"""A sentence that gives a person a role, however long it is."""
_JOINED = compiled_lazily(r"(?:\s*,)?\s+(?:and|or|&)\s+$|\s*[,/&]\s*$")
_SENTENCE_END = compiled_lazily(rf"(?<!\b[A-Z])(?<!\bSt){no_title_before()}[.!?]\s+(?=[A-Z])")
_LONG = 160
_REACH = 160
_LONGEST_NAME = 80


def names_before(text: str, mention: RoleMention, *, several: bool = False) -> list[re.Match[str]]:
    """Return the names that ``text`` gives a role to afterwards, in order; several where the role is told of several.

    "Ben Lowe or Cy Dale (Deputy DSLs)", "Ben Lowe and Cy Dale are our deputy leads". ``several``: the mention is of
    several roles.
    """
    joint = _BEFORE.search(text, max(0, mention.start - _REACH), mention.start) if _may_give(text, mention) else None
    if joint is None or not _gives(text, joint, mention):
        return []
    names: list[re.Match[str]] = []
    end, plural = joint.start(), several or mention.is_plural
    while (name := _name_up_to(text, end)) is not None:
        names.insert(0, name)
        between = _JOINED.search(text, max(0, name.start() - _REACH), name.start()) if plural else None
        if between is None:
            break
        end = between.start()
    if names and joint["appointed"] and not _is_appointed(text, names[0].start()):
        return []
    return names


_GIVING = frozenset(("is", "also", "are", "as", "be", "of", "and", "&"))
_SIGNS_OF_GIVING = re.compile(r"[(,–:&\t-]|\s\s")
_NEAR, _NEAR_WORDS = 60, 4


def _may_give(text: str, mention: RoleMention) -> bool:
    """Say whether a sign, or a word that gives roles, stands shortly before one: two words may tell whose it is."""
    before = text[max(0, mention.start - _NEAR) : mention.start]
    if _SIGNS_OF_GIVING.search(before):
        return True
    return not _GIVING.isdisjoint(in_plain_letters(before).split()[-_NEAR_WORDS:])


_TIGHT = compiled_lazily(r"(?:[ \u00a0][–-][ \u00a0]|\()(?:(?:the|our)[ \u00a0])?$")
_LOOSE = compiled_lazily(r"s?\)?(?:\s*\([^)]{0,60}\))*\)?\s*[,;]")


def belongs_before(text: str, mention: RoleMention) -> bool:
    """Whether a dash or bracket joins a role to what stands before it, and a comma parts it from what comes after.

    So does each of "Ada Holt – DSL (01632 960101), Ben Lowe – Deputy DSL (01632 960102)".
    """
    tight = _TIGHT.search(text, max(0, mention.start - _REACH), mention.start)
    return tight is not None and _LOOSE.match(text, mention.end) is not None


def _is_appointed(text: str, position: int) -> bool:
    """Whether the name at ``position`` is that of a person whom the sentence appoints."""
    return any(each.search(text, max(0, position - 2 * _REACH), position) for each in (_APPOINTED, _APPOINTED_TOO))


def _gives(text: str, joint: re.Match[str], mention: RoleMention) -> bool:
    """Whether what stands between a name and a role gives it to that name."""
    if joint["bracket"] and _CLOSES.match(text, mention.end):
        return True
    closed = _ENDS_THERE.match(text, mention.end) is not None
    if joint["capacity"] and not closed:
        return False
    if (
        joint["capacity"]
        or (joint["aside"] and closed)
        or _SAID_OF.search(text, max(0, mention.start - _REACH), mention.start)
    ):
        return True
    return _length_of_sentence(text, mention) < _LONG


def _length_of_sentence(text: str, mention: RoleMention) -> int:
    """Return how long the sentence around a role is; beyond what counts as long it is not measured."""
    first, last = max(0, mention.start - _LONG), min(len(text), mention.end + _LONG)
    start = max((match.end() for match in _SENTENCE_END.finditer(text, first, mention.start)), default=first)
    end = _SENTENCE_END.search(text, mention.end, last)
    return (end.end() if end else last) - start


def _name_up_to(text: str, end: int) -> re.Match[str] | None:
    """Return the longest name that ends at ``end``."""
    for start in _capitals(text, end):
        name = find_name(text, start)
        if name is not None and name.end() == end:
            return name
    return None


def _capitals(text: str, end: int) -> Iterator[int]:
    for match in re.compile(r"(?<![\w.])[^\W\d_a-z]").finditer(text, max(0, end - _LONGEST_NAME), end):
        yield match.start()
