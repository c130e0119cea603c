"""Read which other policies a document says it goes with."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.catalogue.titles import is_policy_name
from pipeline.facts.link_sentences import BULLET, names_in_sentence
from pipeline.facts.listed_policies import (
    POLICY_WORD,
    RULES,
    closes_list,
    is_policy,
    is_prose,
    names_of_item,
    split_names,
    without_aside,
)
from pipeline.labels.listed import find_labels
from pipeline.model.documents import BlockKind
from pipeline.places import Place
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import Line
from pipeline.text.phrases import Writing


@dataclass(frozen=True, slots=True)
class FoundLinks:
    """The policies named, as printed, with the words that announce them."""

    names: tuple[str, ...]
    announcement: str
    where: Place


_WRITING = Writing(gap=" ", some=r"\b[^.:]{0,90}?\b")
"""An announcement stands in one cell, whose words are parted by single spaces."""
_BEHIND: Mapping[str, str] = {
    "announces": "",
    "before-names": r"(?= (?:(?:the|my|our|all|other|and)\b|(?-i:[A-Z])))",
    "over-list": "(?=[^.:]{0,40}:)",
    "over-tab": r"(?=\s*[:\t])",
}
"""What has to stand behind a phrase of each kind that announces policies anywhere in a line; the first kind counts."""
_ANNOUNCED = "|".join(f"{RULES.pattern_of(kind, _WRITING)}{behind}" for kind, behind in _BEHIND.items())
_ANNOUNCES = compiled_lazily(
    rf"(?<![\w-])(?:{_ANNOUNCED})\b"
    rf"|^\W*(?:\d[\d.)]*\s+)?{RULES.pattern_of('heads-list', _WRITING)}(?=:?$)",
    re.IGNORECASE,
)
_STEMS = (
    "polic", "docum", "read", "conjunct", "along", "refer", "see", "link", "relat", "complem", "familiar", "supp",
    "underp", "regard", "builds", "inform", "addition", "togeth", "proced", "be used", "be consid", "be view",
    "used with", "goes with",
)  # fmt: skip
"""Of which every line has one that announces policies."""
_WHICH = (
    r"(?:(?:these|the|our|other|following|school|specific|relevant|statutory|safeguarding|key|approved|related|linked|and"
    r"|as|appropriate|current|list of|a number of|of)\b\s*)*"
)
_WHERE_LISTED = r"\s+(?:as\s+)?(?:outlined|listed|set out|detailed|named|given|shown)?\s*(?:below|here)\.?"
_OF_POLICIES = (
    r"(?:(?-i:[A-Z])[\w&]+\s)?"
    r"(?:policies|documents|documentation|policies and (?:documents|procedures|guidance)|guidance)?"
)
_THESE = re.compile(
    rf"^[\s:,]*(?:with\s+)?(?:all\s+)?{_WHICH}{_OF_POLICIES}"
    rf"(?:\s+(?:to cover|which|that|and)\b[^:]{{0,80}}|\s*\([^)]*\)|{_WHERE_LISTED})?[\s:,\-–/]*"
    r"(?:which include|including|include[s]?|are|is)?[\s:\-–,]*(?:located\s*:)?(?:as appropriate\s*:?)?[\s:]*$",
    re.IGNORECASE,
)
"""What may stand between an announcement and the list below it: "these school policies, as set out below:"."""
_HEADING = re.compile(
    r"^(?:\d+(?:\.\d+)*[.)]?\s+)?(?:aims?(?: and objectives?| (?:of|for) (?:the|this|our)\b.*)?"
    r"|(?:our )?(?:mission|vision|values|commitment)(?: statement)?|date.*|publication.*"
    rf"|{RULES.pattern_of('heading', _WRITING)}|{RULES.pattern_of('heading-with-more', _WRITING)}\b.*)$",
    re.IGNORECASE,
)
_OF_DOCUMENTS = re.compile(r"polic|document|procedure|read|conjunction|along ?side|refer|see", re.IGNORECASE)
_MOST = 40
_LONGEST_OPENING = 160
_ENTRY_OF_CONTENTS = re.compile(r"\.{3,}\s*\d+$|(?<=[a-z])\s+\d{1,3}$")
_TELLS_CHANGE = re.compile(r"\t.*\b(?:added|inserted|removed|deleted|reworded)\b", re.IGNORECASE)
"""A row of what changed since the last version: "Links to policies", "Bullet point added"."""
_OTHER_WORDS = re.compile(r"\s*/\s*[^\W\d_]+(?:[ '’-][^\W\d_]+){0,4}:?|\s*this(?: one| policy)?:?|(?:\s*•)+\s*", re.I)
"""What stands behind a heading over a list: the same in Welsh, "… to read with this one", dots of a broken list."""


def find_links(lines: Sequence[Line]) -> FoundLinks | None:
    """Return the policies this one is linked to, in reading order; None where nothing announces any.

    From a list under an announcement, else from the announcing sentence itself.
    """
    names: list[str] = []
    first: tuple[str, Place] | None = None
    for line in lines:
        line, matches = _whole_announcement(lines, line)
        found = next(filter(None, (names_at(lines, line, match) for match in matches for names_at in _PLACES_OF)), [])
        if found and first is None:
            first = (matches[0][0], line.where)
        names.extend(name for name in found if name.lower() not in {known.lower() for known in names})
    return FoundLinks(tuple(names), *first) if first else None


def _whole_announcement(lines: Sequence[Line], line: Line) -> tuple[Line, list[re.Match[str]]]:
    """Return a line and the announcements in it; both lines as the second one where one is broken over two."""
    matches = _announcements(line.text)
    below = lines[line.number + 1] if line.number + 1 < len(lines) else None
    if matches or below is None or not _is_wrapped(line.text, below.text):
        return line, matches
    whole = below.with_cells([f"{line.text} {below.text}"])
    across = [each for each in _announcements(whole.text) if each.start() < len(line.text) < each.end()]
    return (whole, across) if across else (line, [])


def _announcements(text: str) -> list[re.Match[str]]:
    """Return what announces policies in a line, in order, none within another; none in an entry of contents."""
    small = text.casefold()
    if (
        not any(map(small.__contains__, _STEMS))
        or _ENTRY_OF_CONTENTS.search(text)
        or closes_list(text)
        or _TELLS_CHANGE.search(text)
    ):
        return []
    return list(_ANNOUNCES.finditer(text))


def _is_wrapped(rest: str, following: str) -> bool:
    """Say whether the next line ends, with a colon, what this one says."""
    ends = following.endswith(":") and len(following) < 60 and following[0].islower()
    return ends and bool(rest) and not re.search(r"[.:;]\s*$", rest)


def _in_list(lines: Sequence[Line], line: Line, match: re.Match[str]) -> list[str]:
    """Read the items under an announcement that ends its line, or the next where it is wrapped."""
    rest, first = line.text[match.end() :], line.number + 1
    rest = "" if _OTHER_WORDS.fullmatch(rest) else re.sub(r"(?:\s*•)+\s*$", "", rest)
    if first < len(lines) and _is_wrapped(rest, lines[first].text):
        rest, first = f"{rest} {lines[first].text}", first + 1
    last = re.split(r"(?<=[a-z])[.;]\s+(?=[A-Z])", rest)[-1]
    if not (_THESE.match(rest) or (rest.rstrip().endswith(":") and len(last) < _LONGEST_OPENING)):
        return []
    names = [name for item in _items(lines, line, first) for name in names_of_item(item)]
    return names if _speaks_of_policies(line, match) or _are_policies(names) else []


def _in_sentence(lines: Sequence[Line], line: Line, match: re.Match[str]) -> list[str]:
    """Read the announcing sentence."""
    found = names_in_sentence(_to_the_end(lines, line), match)
    # "Linked to: Science" is of something else.
    return found if _OF_DOCUMENTS.search(match[0]) or _are_policies(found) else []


_PLACES_OF = (_in_list, _in_sentence)
"""Where the names stand that a line announces; the first place that has any counts."""


def _to_the_end(lines: Sequence[Line], line: Line) -> str:
    """Return a line with those that carry its sentence on, where a text keeps the line breaks of its page.

    A row of a table is read with the lines of its cells: one may list a policy a line.
    """
    text = "\t".join(line.cells[column] for column, _ in line.starts()).strip()
    if line.table is not None and len(text) == len(line.text):
        return text
    text = line.text
    for below in lines[line.number + 1 : line.number + 3]:
        goes_on = below.text[0].islower() or _KIND_FIRST.match(below.text) or _BREAKS_OFF.search(text)
        if re.search(r"[.:;?!]$", text) or below.is_furniture or below.table is not None or not goes_on:
            break
        if BULLET.match(below.text):
            break
        text = f"{text} {below.text}"
    return text


_KIND_FIRST = re.compile(r"(?:Polic(?:y|ies)|Procedures?|Plan|Statement)(?:[.,;]|$)")
"""What a line begins with that carries the last name of the line above on."""
_BREAKS_OFF = re.compile(r"(?:,|\b(?:and|the|our|with|on|for|policies|policy))$")


def _speaks_of_policies(line: Line, match: re.Match[str]) -> bool:
    """Say whether an announcement is of policies ("areas of learning linked to:" is of other things)."""
    rest = line.text[match.end() :]
    opening = line.text[: match.start()][-60:] + match[0]
    about = re.search(r"polic|document|procedure|guidance|read", opening + rest[:60], re.IGNORECASE)
    # "with this policy (and other related policies) and will learn about:" announces a list of something else.
    if not _THESE.match(rest) and not re.search(r"polic|document|procedure|guidance", rest, re.IGNORECASE):
        return False
    return about is not None and len(rest) <= 90 and not re.search(r"\blegislation\b(?!.*polic)", rest)


def _are_policies(names: Sequence[str]) -> bool:
    """Say whether half of some names are policies', or the kind behind the last is said of all."""
    of_all = len(names) > 1 and re.search(r"\bpolic(?:y|ies)$", names[-1], re.IGNORECASE) is not None
    return of_all or sum(map(is_policy, names)) * 2 >= len(names) > 0


def _is_in_contents(lines: Sequence[Line], line: Line) -> bool:
    """Say whether a numbered heading stands in a table of contents: another stands straight before or after it."""
    number = re.match(r"^(\d+)[.)]?\s+[A-Z]", line.text)
    if number is None or line.text.endswith(":"):
        return False
    near = [lines[at].text for at in (line.number - 1, line.number + 1) if 0 <= at < len(lines)]
    return any(re.match(r"^\d+[.)]?\s+[A-Z][^.]{0,70}$", text) for text in near)


def _items(lines: Sequence[Line], line: Line, first: int) -> list[str]:
    """Return the items of the list that begins at the line of a number, wrapped ones joined again.

    None where ``line``, which announces it, is an entry of contents.
    """
    rows = [row for row in lines[first : first + _MOST] if not row.is_furniture]
    if not rows or _is_in_contents(lines, line):
        return []
    if _is_item(rows[0]):
        return list(_marked(rows))
    items = [] if _announcements(rows[0].text) else _unmarked(rows)
    return [
        part
        for item in items
        for part in (split_names(item) if re.search(r"[,\t]", item) and "(" not in item else [item])
    ]


def _is_item(line: Line) -> bool:
    return line.kind is BlockKind.LIST_ITEM or BULLET.match(line.text) is not None


def _marked(rows: Sequence[Line]) -> Iterator[str]:
    """Yield the items of a list that dots, letters or numbers mark; one that lost its dot ends none that goes on."""
    first = BULLET.match(rows[0].text)
    for number, (row, below) in enumerate(pairwise([*rows, None])):
        text = _first_column(row) if row is not None else ""
        mark = BULLET.match(text)
        if row is None or closes_list(text) or (number and _heads_next(text, mark, first)):
            return
        if not _is_item(row) and not (is_policy_name(text) and below is not None and _is_item(below)):
            return
        yield text[mark.end() :] if mark else text


def _heads_next(text: str, mark: re.Match[str] | None, first: re.Match[str] | None) -> bool:
    """Say whether a numbered line is what comes after a list: "4. Roles" under dots, numbers begun again, a heading."""
    if mark is None or not mark[0].strip()[:1].isdigit():
        return False
    heads = _HEADING.match(text[mark.end() :]) is not None and not is_policy(text)
    return heads or first is None or not first[0].strip()[:1].isdigit() or mark[0].strip(" .)(") == "1"


def _unmarked(rows: Sequence[Line]) -> list[str]:
    """Return the items of a list that nothing marks, up to what is none."""
    items: list[str] = []
    for row in rows:
        text = _first_column(row)
        if items and items[-1].endswith(";") and re.fullmatch(r"[^.;]{3,60}\.", text):
            return [*items, text]
        if closes_list(text) or _ends_list(text) or _is_answer(row, items):
            break
        items.append(text)
    return items


def _first_column(line: Line) -> str:
    """Return what a row lists: its first cell where the others name no policies, "Duck Policy" of "on the website"."""
    first, *others = line.cells
    says = POLICY_WORD.search(first) is not None
    alone = (says or is_policy_name(first)) and not any(map(POLICY_WORD.search, others))
    return first if others and alone and (says or not any(map(is_policy_name, others))) else line.text


def _is_answer(line: Line, items: Sequence[str]) -> bool:
    """Say whether a line is a label with its answer in the next column: what a form asks next."""
    if len(line.cells) < 2 or sum(map(is_policy_name, line.cells)) > 1:
        return False
    if not items:
        # An announcement that nobody filled in: "Linked documents", and below it "Distribution", "Staff room".
        return not is_policy(line.cells[0]) and not is_policy(line.text)
    labels = find_labels(line.text)
    return bool(labels) and labels[0].start == 0


def _ends_list(line: str) -> bool:
    text = without_aside(line)
    return (
        (len(text) > 80 and not (text.count(",") >= 3 and len(text) <= 300))
        or bool(re.search(r"[.;]\s|:$", text) or (text.endswith(".") and text.count(",") < 3))
        or bool(_HEADING.match(text))
        or (text.isupper() and " " in text and not is_policy(text))
        or is_prose(text)
        or bool(re.match(r"^\d+$|^\d+\.?\s+[A-Z]", line))
    )
