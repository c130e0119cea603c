"""Read which other policies a document says it goes with."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.catalogue.policies import is_policy_name
from pipeline.facts.link_tables import names_at_split_label, names_in_cells, names_under_value
from pipeline.facts.listed_policies import (
    POLICY_WORD,
    PROSE,
    RULES,
    SAYS_MORE,
    closes_list,
    is_long_name,
    is_run_on,
    names_of_item,
    parts_policies,
    run_on_names,
    split_names,
    without_aside,
)
from pipeline.labels.listed import find_labels
from pipeline.model import BlockKind
from pipeline.places import Place
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import Line
from pipeline.text.needed import Needed, one_of_letters
from pipeline.text.phrases import Writing, phrase_openings


@dataclass(frozen=True, slots=True)
class FoundLinks:
    """The policies named, as printed, with the words that announce them."""

    names: tuple[str, ...]
    announcement: str
    where: Place


_WRITING = Writing(gap=" ", some=r"\b[^.:]{0,90}?\b")
"""An announcement stands in one cell, whose words are parted by single spaces."""
_BEHIND: Mapping[str, str] = {
    "by-subject": "",
    "announces": "",
    "before-article": r"(?= (?:the|our|all|other|and)\b)",
    "before-ours": r"(?= (?:the|our)\b)",
    "before-title": "(?-i:(?= [A-Z]))",
    "over-colon": r"(?=\s*:)",
    "over-list": "(?=[^.:]{0,70}:)",
    "over-near-list": "(?=[^.:]{0,40}:)",
    "over-tab": r"(?=\s*[:\t])",
    "up-to-list": r"\b[^.:]{0,70}(?=:)",
}
"""What has to stand behind a phrase of each kind that announces policies anywhere in a line; the first kind counts."""
_HEADS_LIST = compiled_lazily(rf"\W*(?:\d[\d.)]*\s+)?{RULES.pattern_of('heads-list', _WRITING)}(?=:?$)", re.IGNORECASE)
_ANYWHERE = "|".join(RULES.pattern_of(kind, _WRITING) + behind for kind, behind in _BEHIND.items())
_ANNOUNCES = compiled_lazily(rf"\b(?:{_ANYWHERE})\b", re.IGNORECASE)
_OF_ANNOUNCES = RULES.marks_of("heads-list", *_BEHIND)
"""Letters one of which stands in every announcement."""
_OPENINGS = (
    opening for kind in _BEHIND for phrase in RULES.phrases_of(kind) for opening in phrase_openings(phrase, RULES.words)
)
_BEGINS = re.compile(r"\b" + one_of_letters(_OPENINGS))
"""Where an announcement may begin: the pattern is tried there alone."""
_WHICH = (
    r"(?:(?:these|the|our|other|following|school|specific|relevant|statutory|safeguarding|key|approved|related|linked|and"
    r"|as|appropriate|current|list of|a number of|of)\b\s*)*"
)
_WHERE_LISTED = r"\s+(?:as\s+)?(?:outlined|listed|set out|detailed|named|given|shown)?\s*(?:below|here)\.?"
_THESE = re.compile(
    rf"^[\s:,]*(?:with\s+)?(?:all\s+)?{_WHICH}"
    r"(?:policies|documents|documentation|policies and (?:documents|procedures|guidance)|guidance)?"
    rf"(?:\s+(?:to cover|which|that|and)\b[^:]{{0,80}}|\s*\([^)]*\)|{_WHERE_LISTED})?[\s:,\-–/]*"
    r"(?:which include|including|include[s]?|are|is)?[\s:\-–,]*(?:located\s*:)?(?:as appropriate\s*:?)?[\s:]*$",
    re.IGNORECASE,
)
"""What may stand between an announcement and the list below it: "these school policies, as set out below:"."""
_SAYS_BELOW = re.compile(r"\b(?:below|following|here)\b", re.IGNORECASE)
_NUMBERED = r"\d{1,2}(?:\.\d{1,2}){0,2}(?=\s+[A-Z][\w &,/’'-]*(?:Policy|Policies|Procedures?)\s*$)"
_BULLET = re.compile(
    rf"^\s*(?:{_NUMBERED}|[•\-–*·▪●o\ue000-\uf8ff➢✓]|\d{{1,2}}[.)]|\(?[ivx]{{1,4}}[.)]|\(?[a-z][.)]|\(\d{{1,2}}\))\s+"
)
_HEADING = re.compile(
    r"^(?:\d+(?:\.\d+)*[.)]?\s+)?(?:aims?(?: and objectives?| (?:of|for) (?:the|this|our)\b.*)?"
    r"|(?:our )?(?:mission|vision|values|commitment)(?: statement)?|date.*|publication.*"
    rf"|{RULES.pattern_of('heading', _WRITING)}|{RULES.pattern_of('heading-with-more', _WRITING)}\b.*)$",
    re.IGNORECASE,
)
_OF_DOCUMENT = ("polic", "link", "side", "conjunction", "read", "refer", "see", "document")
_NEEDED = Needed([_OF_DOCUMENT, _OF_ANNOUNCES])
_BOTH = 0b11
_OF_DOCUMENTS = re.compile(r"polic|document|procedure|read|conjunction|along ?side|refer|see", re.IGNORECASE)
_AS_A_TITLE = re.compile(r"[A-Z][\w'’&/-]*(?:\s(?:[A-Z&][\w'’&/-]*|and|of|the|in|for|to|on|at|with))*")
_MOST = 40
_LONGEST_OPENING, _FEWEST_BELOW = 130, 3


def find_links(lines: Sequence[Line]) -> FoundLinks | None:
    """Return the policies this one is linked to, in reading order; None where nothing announces any.

    From a list under an announcement, else from the announcing sentence itself.
    """
    names: list[str] = []
    first: tuple[str, Place] | None = None
    for line in lines:
        line, match = _whole_announcement(lines, line)
        found = names_at_split_label(lines, line)
        if match is None and not found:
            continue
        found = found or (_announced(lines, line, match) if match else [])
        if found and first is None:
            first = (match[0] if match else line.cells[0], line.where)
        names.extend(name for name in found if name.lower() not in {known.lower() for known in names})
    return FoundLinks(tuple(names), *first) if first else None


def _announced(lines: Sequence[Line], line: Line, match: re.Match[str]) -> list[str]:
    found = _from_table(lines, line, match) or _from_list(lines, line, match)
    return found or _from_value(lines, line, match) or _from_policies_below(lines, line)


def _whole_announcement(lines: Sequence[Line], line: Line) -> tuple[Line, re.Match[str] | None]:
    """Return a line and the announcement in it; both lines as the second one where it is broken over two."""
    match = _announcement(line)
    below = lines[line.number + 1] if line.number + 1 < len(lines) else None
    if match is not None or below is None or not _is_wrapped(line.text, below.text):
        return line, match
    whole = below.with_cells([f"{line.text} {below.text}"])
    match = _announcement(whole)
    return (whole, match) if match is not None and match.start() < len(line.text) < match.end() else (line, None)


def _announcement(line: Line) -> re.Match[str] | None:
    if _NEEDED.of(line.text) != _BOTH:
        return None
    if re.search(r"\.{3,}\s*\d+$|(?<=[a-z])\s+\d{1,3}$", line.text) or closes_list(line.text):
        return None
    return first_announcement(line.text)


def first_announcement(text: str) -> re.Match[str] | None:
    """Return the first announcement in a text, as ``_ANNOUNCES`` finds it, or a heading that is one as a whole."""
    small = text.casefold()
    if len(small) != len(text):
        return _ANNOUNCES.search(text) or _HEADS_LIST.match(text)
    begins = (each.start() for each in _BEGINS.finditer(small.replace("ı", "i")))
    return next((match for at in begins if (match := _ANNOUNCES.match(text, at))), None) or _HEADS_LIST.match(text)


def _from_list(lines: Sequence[Line], line: Line, match: re.Match[str]) -> list[str]:
    """Read the items under an announcement that ends its line, or the next where it is wrapped."""
    rest, first = re.sub(r"(?:\s*•)+\s*$", "", line.text[match.end() :]), line.number + 1
    if first < len(lines) and _is_wrapped(rest, lines[first].text):
        rest, first = f"{rest} {lines[first].text}", first + 1
    told, *more = re.split(r"(?<=[a-z])[.;]\s+(?=[A-Z])", rest)
    last = more[-1] if more else told
    listed = bool(more) and _SAYS_BELOW.search(told) is not None
    # "the policies listed below. Copies are in the office."
    opens = _THESE.match(rest) or (listed and _THESE.match(told)) or (rest.rstrip().endswith(":") and len(last) < 160)
    if not opens or _is_in_contents(lines, line):
        return []
    items = _list_items(lines[first : first + _MOST])
    names = [name for item in items for name in names_of_item(item)]
    return names if _speaks_of_policies(line, match) or _are_policies(names) else []


def _from_table(lines: Sequence[Line], line: Line, match: re.Match[str]) -> list[str]:
    names = names_in_cells(lines, line, match.start(), match.end())
    return names if _OF_DOCUMENTS.search(match[0]) or _are_policies(names) else []


def _from_value(lines: Sequence[Line], line: Line, match: re.Match[str]) -> list[str]:
    """Read the announcing sentence, and the lines under it where it is a cell that goes on."""
    text = _to_the_end(lines, line)
    found = _from_sentence(text, match)
    if not _OF_DOCUMENTS.search(match[0]) and not _are_policies(found) and not _said_of_all(found):
        # "Linked to: Science" is of something else.
        return []
    return [*found, *names_under_value(lines, line)] if found and text == line.text else found


def _from_policies_below(lines: Sequence[Line], line: Line) -> list[str]:
    """Read the lines under an announcement worded in some other way, where every one is a policy by its name."""
    if len(line.text) > _LONGEST_OPENING or _is_in_contents(lines, line):
        return []
    items = _list_items(lines[line.number + 1 : line.number + 1 + _MOST])
    names = [name for item in items for name in names_of_item(item)]
    named = all(POLICY_WORD.search(name) or is_policy_name(name) for name in names)
    return names if named and len(names) >= _FEWEST_BELOW and len(names) == len(items) else []


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
    known = sum(bool(POLICY_WORD.search(name)) or is_policy_name(name) for name in names)
    return known * 2 >= len(names) > 0


def _is_wrapped(rest: str, following: str) -> bool:
    return (
        bool(rest)
        and not re.search(r"[.:;]\s*$", rest)
        and len(following) < 60
        and following.endswith(":")
        and following[0].islower()
    )


def _is_in_contents(lines: Sequence[Line], line: Line) -> bool:
    """Say whether a numbered heading stands in a table of contents: another stands straight before or after it."""
    number = re.match(r"^(\d+)[.)]?\s+[A-Z]", line.text)
    if number is None or line.text.endswith(":"):
        return False
    near = [lines[at].text for at in (line.number - 1, line.number + 1) if 0 <= at < len(lines)]
    return any(re.match(r"^\d+[.)]?\s+[A-Z][^.]{0,70}$", text) for text in near)


def _list_items(lines: Sequence[Line]) -> list[str]:
    """Return the lines of the list that ``lines`` begin with, wrapped items joined again."""
    items: list[str] = []
    bulleted: bool | None = None
    levels = 0
    for following in lines:
        if following.is_furniture:
            continue
        text = _first_column(following)
        mark = _BULLET.match(text)
        is_item = mark is not None or following.kind is BlockKind.LIST_ITEM
        item = text[mark.end() :] if mark else text
        if bulleted is None:
            if not is_item and _announcement(following):
                return []
            bulleted, levels = is_item, _levels(mark)
        if mark is not None and _is_numbered_further(mark, item, levels, begun=bool(items)):
            break
        if bulleted and not is_item:
            if items and _continues(items[-1], text):
                items[-1] = f"{items[-1]} {text}"
                continue
            break
        if not bulleted and items and is_run_on(items[-1]) and not items[-1].endswith(("Policy", ".")):
            items[-1] = f"{items[-1]} {text}"
            continue
        if not bulleted and items and items[-1].endswith(";") and re.fullmatch(r"[^.;]{3,60}\.", text):
            items.append(item)
            break
        if closes_list(text) or (not bulleted and (_ends_list(text) or _is_answer(following, items))):
            break
        items.append(item)
    if not bulleted:
        return [part for item in items for part in (split_names(item) if _is_enumeration(item) else [item])]
    return items


def _first_column(line: Line) -> str:
    """Return what a row lists: its first cell where the others name no policies, "Duck Policy" of "on the website"."""
    first, *others = line.cells
    listed = POLICY_WORD.search(first) is not None or is_policy_name(first)
    alone = listed and others and not any(POLICY_WORD.search(each) or is_policy_name(each) for each in others)
    return first if alone else line.text


def _is_answer(line: Line, items: Sequence[str]) -> bool:
    """Say whether a line is a label with its answer in the next column: what a form asks next."""
    if len(line.cells) < 2:
        return False
    if not items:
        # An announcement that nobody filled in: "Linked documents", and below it "Distribution", "Staff room".
        return POLICY_WORD.search(line.text) is None and not is_policy_name(line.cells[0])
    labels = find_labels(line.text)
    return bool(labels) and labels[0].start == 0


def _is_numbered_further(mark: re.Match[str], item: str, levels: int, *, begun: bool) -> bool:
    """Say whether a numbered line is what comes after a list whose first item has a number of so many ``levels``.

    "4. Roles and Responsibilities" under a list of dots, or of "3.1" and "3.2"; numbers that begin again; a heading.
    """
    if not _levels(mark):
        return False
    heads = _HEADING.match(item) is not None and POLICY_WORD.search(item) is None and not is_policy_name(item)
    return not levels or _levels(mark) < levels or (begun and (heads or mark[0].strip(" .)(") == "1"))


def _levels(mark: re.Match[str] | None) -> int:
    """Return how many numbers an item's own number has: two of "6.1", none where it is a dot or a letter."""
    return len(re.findall(r"\d+", mark[0])) if mark is not None and mark[0].strip()[0].isdigit() else 0


def _is_enumeration(item: str) -> bool:
    return "," in item and "(" not in item and not is_run_on(item)


def _continues(item: str, text: str) -> bool:
    """Say whether a line without a bullet carries the item before it on."""
    return (
        len(item) > 40
        and len(text.split()) <= 5
        and not _HEADING.match(text)
        and not text.endswith(":")
        and (text[0].islower() or bool(re.search(r"\b(?:of|to|and|for|the|Harm to)$", item)))
    )


_NAME_WITH_STOP = re.compile(
    r"(?:[A-Z][\w'’&/-]*\s|&\s|and\s|of\s){1,6}(?:Policy|Procedures?|Plan|Statement|Guidance)\."
)


def _ends_list(line: str) -> bool:
    text = without_aside(line)
    if is_run_on(text) or _NAME_WITH_STOP.fullmatch(text) or parts_policies(text):
        return False
    return (
        (len(text) > 80 and not (text.count(",") >= 3 and len(text) <= 300))
        or bool(re.search(r"[.;]\s|:$", text) or (text.endswith(".") and text.count(",") < 3))
        or bool(_HEADING.match(text))
        or (text.isupper() and " " in text and not POLICY_WORD.search(text) and not is_policy_name(text))
        or bool(PROSE.search(text))
        or bool(re.match(r"^\d+$|^\d+\.?\s+[A-Z]", text))
    )


def _to_the_end(lines: Sequence[Line], line: Line) -> str:
    """Return a line with those that carry its sentence on, where a text keeps the line breaks of its page."""
    text = line.text
    for following in lines[line.number + 1 : line.number + 3]:
        if re.search(r"[.:;?!]$", text) or following.is_furniture or following.table is not None:
            break
        if not (
            following.text[0].islower()
            or _KIND_FIRST.match(following.text)
            or re.search(r"(?:,|\b(?:and|the|our|with|on|for|policies|policy))$", text)
        ):
            break
        if _BULLET.match(following.text):
            break
        text = f"{text} {following.text}"
    return text


_KIND_FIRST = re.compile(r"(?:Polic(?:y|ies)|Procedures?|Plan|Statement)(?:[.,;]|$)")
"""What a line begins with that carries the last name of the line above on."""
_GOES_ON = re.compile(r"(?:,|\b(?:and|the|our|with))$")


def _from_sentence(text: str, match: re.Match[str]) -> list[str]:
    """Read names out of the announcing sentence: after a colon, in brackets, or straight after it."""
    rest = re.split(r"(?<=[a-z)’'])\.(?:\s+(?=[A-Z])|(?=[A-Z][a-z]))", text[match.end() :])[0]
    rest = _within_bracket(SAYS_MORE.sub("", rest))
    if _THIS_ONE.match(rest):
        # "The Behaviour Policy and the Uniform Policy should be read alongside this policy"
        before = split_names(re.split(r"[.:;]\s+(?=[A-Z])", text[: match.start()])[-1])
        return before if all(POLICY_WORD.search(name) and name[0].isupper() for name in before) else []
    if marked := _marked_names(rest):
        return marked
    rest = re.sub(
        r"\([^)]*\)(?!\s[A-Z])", lambda m: m[0] if POLICY_WORD.search(m[0]) is None and len(m[0]) < 14 else "", rest
    )
    listing = match[0].lower().endswith(_LISTING) or bool(match[0].endswith(" are") and re.match(r"\s[A-Z]", rest))
    particular = _PARTICULARLY.match(rest)
    if particular:
        rest, listing = rest[particular.end() :], True
    opener = re.match(r"^[^:‘“]{0,60}:\s*|^\s?[-–]\s|^\s(?:are|include)\s(?=[A-Z])", rest)
    called = bool(_CALLED.match(rest))
    labelled = opener is not None or listing or called or bool(re.match(r"^\s*\t", rest))
    if opener:
        rest = rest[opener.end() :]
    those = _THOSE.match(rest)
    if those:
        # "including those for behaviour management, data protection and the use of images"
        return split_names(rest[those.end() :], in_small_letters=True)
    subjects = _SUBJECTS.match(rest)
    announced = match[0].lower()
    if (subjects and announced.endswith(("policies", "procedures"))) or _ENDS_BEFORE_SUBJECTS.search(announced):
        # Subjects follow, and only those that are known as policies count, or are written as a title is.
        about = split_names(rest[subjects.end() if subjects else 0 :])
        titled = len(about) >= _FEWEST_BELOW and all(_AS_A_TITLE.fullmatch(name) for name in about)
        return [name for name in about if titled or is_policy_name(name)]
    names = [
        name for name in split_names(rest) if name[0].isupper() or not listing or (particular and is_policy_name(name))
    ]
    # "the Safeguarding, Behaviour and Attendance policies": the last word is said of all.
    labelled = labelled or (len(names) > 1 and names[-1].lower().endswith(" policies"))
    return names if labelled else _own_names(names)


def _within_bracket(rest: str) -> str:
    """Return a text up to the bracket that was opened before it: "(see also the Visits Policy) before they leave"."""
    depth = 0
    for at, sign in enumerate(rest):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return rest[:at]
    return rest


def _marked_names(rest: str) -> list[str]:
    """Return the names of a list run on, set in small letters or in brackets behind an announcement."""
    bracketed = re.match(r"^[^(:]{0,60}\(([^)]{6,})\)", rest)
    in_brackets = split_names(bracketed[1]) if bracketed and bracketed[1].count(",") >= 1 else []
    if is_run_on(rest.strip()) and rest.strip()[0].isupper():
        return names_of_item(rest.strip())
    return run_on_names(rest) or _all_in_small_letters(rest) or in_brackets


def _own_names(names: Sequence[str]) -> list[str]:
    """Return the names that by themselves, or by the kind said of all of them, can only be policies."""
    of_all = _said_of_all(names)
    known = (each for each in names if of_all and is_policy_name(each))
    kept = {*known, *(each for each in names if POLICY_WORD.search(each) or is_long_name(each))}
    return [each for each in names if each in kept]


def _said_of_all(names: Sequence[str]) -> bool:
    """Say whether the kind behind the last name may be said of all: "the Behaviour, Attendance and Uniform Policy"."""
    return len(names) > 1 and re.search(r"\bpolic(?:y|ies)$", names[-1], re.IGNORECASE) is not None


def _all_in_small_letters(rest: str) -> list[str]:
    """Return the names of an enumeration in small letters of whose last the kind is said for all."""
    enumeration = _SMALL.fullmatch(rest)
    return split_names(enumeration["names"], in_small_letters=True) if enumeration else []


_SMALL = re.compile(
    r"\s*(?:to |with )?(?:my|our|the)\s"
    r"(?P<names>[a-z][a-z\s&/-]+(?:,\s[a-z][a-z\s&/-]+)+\s(?:policy|policies|procedures))\.?"
)


_LISTING = ("including", "include", "such as", "namely", "particularly", "in particular", "especially", "specifically")
_PARTICULARLY = re.compile(
    r"(?:[^,.:]{0,40}\bpolicies)?[\s,(]*(?:but\s+)?(?:in particular|particularly|especially|specifically"
    r"|for example|e\.?g\.?|i\.?e\.?|including"
    r"|such as|namely|notably)[\s,:]+",
    re.IGNORECASE,
)
"""Words that open an enumeration behind "links to other policies"."""
_ENDS_BEFORE_SUBJECTS = re.compile(r"(?:polic(?:y|ies)|procedures)\s(?:on|for|covering|about)$")
"""How an announcement ends that subjects follow: "policies on"; "builds on" has names behind it."""
_THIS_ONE = re.compile(r"\s*(?:with\s+)?(?:this (?:policy|document|procedure|plan|statement|one)|it)\b(?!\s*:)")
_THOSE = re.compile(
    r"\s*(?:(?:the|our|other|(?:the )?(?:school|trust|academy|college)['’]?s?)\s+)*(?:those|ones|policies)\s+"
    r"(?:for|on|about|covering|concerning|relating to)\s+(?:the\s+)?"
)
_CALLED = re.compile(r"\s*(?:(?:the|our)\s+)?(?:policy|policies)\s+[‘'“\"]?(?-i:[A-Z])", re.IGNORECASE)
_SUBJECTS = re.compile(r"\s*(?:on|for|covering|about)\b\s*")
