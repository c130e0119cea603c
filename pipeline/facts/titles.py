"""Tell what a document calls itself, and the school it speaks for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.catalogue.policies import is_policy_name
from pipeline.dates.written import find_dates
from pipeline.facts.labelled.values import Stated, list_values
from pipeline.facts.openings import opening_title, without_short_name
from pipeline.labels.kinds import DATE_KINDS, Label, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.model import BlockKind
from pipeline.named.names.people import find_name
from pipeline.named.roles.vocabulary import find_roles
from pipeline.named.schools import is_school_line, school_in, without_school
from pipeline.places import Place
from pipeline.text.capitals import ordinary_case
from pipeline.text.lines import HEAD_LINES, Line


@dataclass(frozen=True, slots=True)
class FoundTitle:
    """The title with the place it was read at."""

    title: str
    text: str
    """The words as printed."""
    where: Place
    confidence: float
    rule: str = ""
    """What told the label, or what the line was taken for a title by."""


_TYPE = re.compile(
    r"\b(?:policy|policies|procedures?|statement|plan|scheme|code of (?:conduct|practice)|strategy|guidelines"
    r"|protocol|notice|charter|addendum|handbook"
    r"|arrangements|local offer|terms of reference|principles|framework|information report)\b",
    re.IGNORECASE,
)
_FULL_TYPE = re.compile(
    r"\b(?:code of conduct|information report|policy|policies and|procedures?|statement|plan|scheme|local offer|notice"
    r"|strategy|agreement)\b(?! document)",
    re.IGNORECASE,
)
_BARE_TYPE = re.compile(
    r"^(?:(?:school|federation|trust|our|whole school|academy|academies|model|statutory) )*(?:policy|policies"
    r"|policy (?:no\.?|number) ?\d+"
    r"|policy document"
    r"|policy statement|policy and procedures?"
    r"|policies and procedures|procedures?|statement|document|policy (?:details|information)|document "
    r"information|addendum|appendix|annex|principles|framework|plan|charter|protocol|arrangements|(?:senior "
    r"|junior |whole )+school policies)$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"^(?:this|these|to)\b|^our (?-i:[a-z])|\b(?:is|are|was|were|will|has|have|should|must|may|can|we|our policy"
    r"|this policy|this document|please"
    r"|adopts?|download|click|aims?|recognises|covers|applies|believe[sd]?|written|policy of|see)\b"
    r"|[.;?!]$|[.;]\s+[A-Z]",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"^(?:sign(?:ed|ature)\b.*|print(?:ed)? name\b.*|title of (?:the )?policy|policy title|contents?"
    r"|table of contents|introduction|index|page\b.*"
    r"|appendix\b.*|[\d\W]+|status\b.*|statutory\b.*|audience\b.*|approved\b.*|reviewed\b.*|draft|confidential"
    r"|.*\.(?:pdf|docx?|rtf|odt)|.*https?:.*|[\w-]+\.\w+|(?:for )?use by\b.*|(?:policy|mission|vision|ethos"
    r"|values) statement:?"
    r"|definitions?\b.*|statement of intent:?|child protection statement"
    r"|(?:(?:related|linked|associated|other|relevant|supporting) )+(?:school |key )?(?:policies|documents)\b.*"
    r"|links? (?:to|with) other policies.*"
    r"|policy (?:number|no\.?|ref(?:erence)?|code|type|status|category|owner|lead)(?: number)?\W*"
    r"|.*\bcharity\b.*|.*@.*|www\..*|(?:.*\s)?tel(?:ephone)?\b.*\d.*|tel(?:ephone)?\b.*|section \d+|.*[…_]{3,}.*)$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^[“\"‘'].*[”\"’']$")
_JOINS_ON = re.compile(r"(?:\b(?:and|of|for|the|with|in|on|at|to|a|by|from|document for)|[,&–:-])$", re.IGNORECASE)
_JOINED_BY = re.compile(r"^(?:and|of|for|with|to|in|on|at|&|areas)\b", re.IGNORECASE)
_STARTS_WITH_TYPE = re.compile(
    r"^(?:\([A-Z&]{2,8}\) )?(?:policy document(?= \d|$)|(?!(?:policy )?statement(?::| of intent))(?:policy|procedures?"
    r"|statement|plan|scheme)\b(?! (?:details|information|control|record|document|number|title)\b))[\w &-]{0,30}:?$",
    re.IGNORECASE,
)
_UNKNOWN_LABEL = re.compile(
    r"^(?P<title>.*?\b(?i:policy|policies|plan|procedures?|scheme|strategy))\s+(?:[A-Z]\w+\s){0,2}(?!Policy"
    r"|Statement)[A-Z]\w+\s*:"
)
"""A label that is none of ours after the kind of document: "Homework Policy Audience: Staff"."""
_ADDRESS_LINE = re.compile(
    r"^[\w ,.'’-]{0,50}\b(?:road|street|lane|avenue|close|drive|crescent|terrace|gardens|grove|square|place)[,.]?$"
    r"|\b[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}$|^(?:fax|e-?mail|dear)\b",
    re.IGNORECASE,
)
_POSTCODE_LINE = re.compile(r"^(?:[\w .'’-]{1,24}[, ]+)?[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}[.,]?$")
_CODE = re.compile(
    r"\s*\((?=[^)]*\d)[^)]{1,24}\)|^(?:version|v)\s*\d[\d.]*\s*/\s*|\bpage\s+\d+(?:\s+of\s+\d+)?\b"
    r"|^[A-Z]{2,4}[-/]\d+\s*/\s*",
    re.IGNORECASE,
)
_IN_SQUARE = re.compile(r"\s*\[[^\]]*\]")
_POLICY_FOR_TEXT = r"(?:a|our|the) school policy (?:for|on)|policy document for|school policy (?:for|on)"
_POLICY_FOR = re.compile(rf"^(?:{_POLICY_FOR_TEXT})", re.IGNORECASE)
_LEADING = re.compile(
    rf"^(?:{_POLICY_FOR_TEXT}"
    r"|\d{1,2}(?:[.)]\s+"
    r"|\s?[-–]\s)|[A-Z]{1,2}\d{1,2}[.:)]\s|\d{1,2}(?:\.\d{1,2})+[.)]?\s+"
    r"|\d{1,2}\s(?=(?-i:[A-Z]))(?!(?:years?|terms?|days?|hours?|months?)\b))\s*",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:\s+(?:based on\b.*|at\s*|for\s*(?=$)))+$|\s*[–-]\s*(?:[\w&]+ ){0,3}committee$|(?<=policy)(?:\s\d{1,2}"
    r"|\sdocument|\sintroduction)$"
    r"|\s+v(?:ersion)?\.?\s?\d[\d.]*$|[\s:;,/|(–-]+$|(?<=[a-z])\d$",
    re.IGNORECASE,
)
_PAGE_BEFORE = re.compile(r"^page\s+\d+\s+of\s+\d+\s+(?=[A-Z])", re.IGNORECASE)
_RUN_IN = re.compile(
    r"^(?:\d{1,2}\s)?(?P<title>(?:[A-Z][\w&'’/.-]*,?\s|s\s|(?:and|of|for|the|on|in|to)\s|&\s){1,9}(?:Policy|POLICY))\s+"
    r"(?=(?:The|This|At|We|Our|In|It|To)\s[a-zA-Z]+\s[a-zA-Z]+\s)"
)
"""A heading set in one line with the sentence under it: "Homework Policy At our school we ..."."""
_FULL_STOP = re.compile(
    r"^(?P<type>[^.;]{3,80}\b(?:policy|policies|plan|procedures?|statement))\."
    r"(?:\s+(?:version\s[\d.]+|rationale|introduction|aims?|contents|purpose))?$",
    re.IGNORECASE,
)
_YEARS_AT_END = re.compile(r"\s*[(–-]?\s*(?:(?:19|20)\d\d\s?[-–/]\s?(?:19|20)?\d\d|(?<=\s)\d\d\s?[-–/]\s?\d\d)\)?\s*$")
_NEAR_LINES = 8
_OPENING_LINES = 3
_SHORT = 40
_LINKS_TO = re.compile(r"\bpolicy (?:links|is linked|relates) to\b", re.IGNORECASE)
_OPENS_LIST = re.compile(r"\b(?:works?|links?|linked|read|includes?|related|following)\b", re.IGNORECASE)
_MOST_COMMAS = 3
"""An enumeration of policies has more of them than a title."""
_LEADS = frozenset({"dsl", "deputy-dsl", "senco", "headteacher", "chair-of-governors", "lado"})
_TITLE_REACH = 60
_LONGEST = 120


def find_title(lines: Sequence[Line]) -> FoundTitle | None:
    """Return the title of the document, years, codes and the school's name left off; None where it has none.

    A title in capitals is given in ordinary case; ``text`` keeps the words as printed.
    """
    found = _find_title(lines)
    found = replace(found, title=without_short_name(found.title, lines)) if found else None
    return replace(found, title=ordinary_case(found.title)) if found else None


def _find_title(lines: Sequence[Line]) -> FoundTitle | None:
    labelled = _labelled_title(lines)
    if labelled:
        return labelled
    head = [line for line in lines if not line.is_furniture][:HEAD_LINES]
    near = list(_typed_titles(head[:_NEAR_LINES]))
    opening = next(_plain_titles(head[:2]), None)
    own = [each for each in near if not each.title.lower().startswith("model ")]
    near = own or near
    full = [each for each in near if _FULL_TYPE.search(each.title) or _POLICY_FOR.match(each.text)]
    if opening and is_policy_name(opening.title) and not full:
        return opening
    if near:
        return (full or near)[0]
    first = next(_plain_titles(head[:_NEAR_LINES]), None)
    if first and (is_policy_name(first.title) or _is_heading(head, first)):
        return first
    furniture = [line for line in lines if line.is_furniture][:6]
    return (
        next(_typed_titles(head, first=_NEAR_LINES, strict=True), None) or next(_typed_titles(furniture), None) or first
    )


def _labelled_title(lines: Sequence[Line]) -> FoundTitle | None:
    for label, stated in list_values(lines[:_TITLE_REACH], LabelKind.TITLE):
        if _heads_columns(lines, label):
            continue
        value = _tidy_title(_with_next_line(lines, label, stated))
        if value and len(value) <= _LONGEST and not _SENTENCE.search(value) and not _BARE_TYPE.match(value):
            return FoundTitle(value, stated.text, stated.where, stated.confidence, stated.rule)
    return None


def _heads_columns(lines: Sequence[Line], label: Label) -> bool:
    """Say whether a label only heads the column of a list, as "Policy Name" before "Date Issued" does."""
    line = next((each for each in lines if label.text in each.text), None)
    if line is None or ":" in line.text:
        return False
    return bool(re.fullmatch(r"\s+date\b[\w\x20]*", line.text[line.text.index(label.text) + len(label.text) :], re.I))


def _with_next_line(lines: Sequence[Line], label: Label, stated: Stated) -> str:
    """Return a labelled title with its second line, where the first lacks the kind of document the second gives."""
    line = next((each for each in lines if label.text in each.text and stated.value in each.text), None)
    following = lines[line.number + 1] if line is not None and line.number + 1 < len(lines) else None
    if line is None or following is None or _TYPE.search(stated.value) or not line.text.endswith(stated.value):
        return stated.value
    ends_title = len(following.text) <= 40 and re.search(
        r"\b(?:policy|procedures?|plan|statement)$", following.text, re.I
    )
    return f"{stated.value} {following.text}" if ends_title and not _is_label_line(following.text) else stated.value


def _is_heading(lines: Sequence[Line], found: FoundTitle) -> bool:
    return any(line.where == found.where and line.kind is BlockKind.HEADING for line in lines[:3])


def _typed_titles(lines: Sequence[Line], *, first: int = 0, strict: bool = False) -> Iterator[FoundTitle]:
    """Yield the lines from the ``first`` on that name a kind of document, those that name nothing else left out.

    Strictly: only lines that look like a title by themselves, for further down stand lists of other policies.
    """
    for index, line in enumerate(lines[first:], first):
        text = _join_wrapped(lines, index)
        if index < _OPENING_LINES and len(text) > _LONGEST + 80 and not strict:
            text = opening_title(text) or text
        title = _candidate(text)
        if title is None or not _TYPE.search(text[: _LONGEST + 40]) or _BARE_TYPE.match(title):
            continue
        if title.count(",") > _MOST_COMMAS:
            continue
        if _stands_in_list(lines[:index]):
            continue
        if strict and (
            line.kind is BlockKind.LIST_ITEM
            or not (title[0].isupper() or title.startswith("e-"))
            or len(title.split()) > 9
            or ";" in text
        ):
            continue
        sure = 0.97 if index < _NEAR_LINES else 0.85
        yield FoundTitle(title, text, line.where, sure, "facts/titles.py: _TYPE")


def _stands_in_list(before: Sequence[Line]) -> bool:
    """Say whether the lines before end in a sentence that announces a list, with nothing but items since."""
    for line in reversed(before):
        if line.text.endswith(":") and (len(line.text) > _SHORT or _LINKS_TO.search(line.text)):
            return bool(_SENTENCE.search(line.text) or _OPENS_LIST.search(line.text))
        if len(line.text) > _SHORT * 2 or line.text.endswith(".") or _is_label_line(line.text):
            return False
    return False


def _plain_titles(lines: Sequence[Line]) -> Iterator[FoundTitle]:
    """Yield short lines that could be a title though they do not say "policy"."""
    for index, line in enumerate(lines):
        text = _join_wrapped(lines, index)
        if len(text) > _LONGEST + 80:
            continue
        if line.kind is BlockKind.LIST_ITEM or is_school_line(text) or _QUOTED.match(text):
            continue
        if any(_POSTCODE_LINE.match(after.text) for after in lines[index + 1 : index + 5]):
            # A line of the address at the head of a letter.
            continue
        answers = (index > 0 and lines[index - 1].text.endswith(":")) or _stands_in_list(lines[:index])
        if answers or _is_date(text) or _is_of_person(text) or (text.endswith(":") and not is_policy_name(text)):
            continue
        title = _candidate(text)
        if title is None or len(title.split()) > 9 or _BARE_TYPE.match(title) or not re.search(r"[A-Za-z]{4}", title):
            continue
        yield FoundTitle(title, text, line.where, 0.8, "facts/titles.py: a short line at the top")


def _is_date(text: str) -> bool:
    dates = find_dates(text)
    return bool(dates) and len(re.sub(r"\W", "", text[: dates[0].start] + text[dates[-1].end :])) < 4


def _is_of_person(text: str) -> bool:
    """Say whether a line names somebody and what they are ("Ada Holt Deputy Head, North Site"), or a lead's role."""
    roles, name = find_roles(text), find_name(text)
    return any(role.role in _LEADS or (name is not None and role.start >= name.end()) for role in roles)


def _join_wrapped(lines: Sequence[Line], index: int) -> str:
    """Return a line together with those that carry its title on."""
    text = lines[index].text
    for following in lines[index + 1 : index + 4]:
        more = following.text
        if text.endswith(":") and find_roles(text):
            break
        if len(text) > 90 or len(more) > 70 or "\t" in text + more or _is_label_line(more) or _is_label_line(text):
            break
        runs_on = _carries_type(text, more) or _is_said_in_one(text, more, lines)
        if not (_JOINS_ON.search(text) or _JOINED_BY.match(more) or runs_on):
            break
        if _SENTENCE.search(more) or find_dates(text):
            break
        text = f"{text} {more}"
    return text


def _carries_type(text: str, more: str) -> bool:
    """Say whether the next line gives the kind of document that this one lacks ("GENERAL COMPLAINTS" / "POLICY")."""
    if (
        (more.startswith("(") and not _TYPE.search(more))
        or _TYPE.search(text)
        or _SENTENCE.search(text)
        or is_school_line(text)
    ):
        return False
    alone = is_policy_name(more) and bool(_TYPE.search(more) or " " not in text or " " not in more)
    if not alone and is_policy_name(f"{text} {more}"):
        return True
    return bool(_STARTS_WITH_TYPE.match(more)) and len(text.split()) <= 8


def _is_said_in_one(text: str, more: str, lines: Sequence[Line]) -> bool:
    """Say whether another line near the top has the words of both running on, so that the title was wrapped here."""
    if len(text.split()) < 3 or is_school_line(text) or _TYPE.search(text):
        return False
    joined = f"{text} {more.split(maxsplit=1)[0]}".casefold()
    return any(joined in line.text.casefold() for line in lines if line.text not in {text, more})


def _is_label_line(text: str) -> bool:
    return any(label.kinds[0] in DATE_KINDS and label.start < 3 for label in find_labels(text))


def _candidate(text: str) -> str | None:
    """Return ``text`` tidied into a title, None where it cannot be one."""
    text = _PAGE_BEFORE.sub("", text)
    school, colon, rest = text.partition(":")
    if colon and _TYPE.search(rest) and is_school_line(school):
        # "THORNFIELD SCHOOL: HOMEWORK POLICY"
        text = rest.strip()
    run_in = _RUN_IN.match(text)
    text = run_in["title"] if run_in else _FULL_STOP.sub(r"\g<type>", text)
    if len(text) > _LONGEST + 80 or _NO_TITLE.match(text.strip()) or re.match(r"^[•\-–*·]\s", text):
        return None
    labels = [
        label
        for label in find_labels(text)
        if not label.means(LabelKind.TITLE) and not label.means(LabelKind.SIGNATURE)
    ]
    labels = [label for label in labels if not label.means(LabelKind.DATE) and not label.means(LabelKind.OTHER)]
    if labels and "\t" in text:
        cells = [cell for cell in text.split("\t") if not find_labels(cell) and _TYPE.search(cell)]
        text = cells[0] if cells else ""
    elif labels:
        text = _beside_labels(text, labels)
    unknown = _UNKNOWN_LABEL.match(text)
    text = unknown["title"] if unknown else text
    title = _tidy_title(text)
    if _ADDRESS_LINE.search(title) and not _TYPE.search(title):
        return None
    if not title or len(title) > _LONGEST or _SENTENCE.search(title) or _NO_TITLE.match(title):
        return None
    return title if re.search(r"[A-Za-z]{3}", title) else None


def _beside_labels(text: str, labels: Sequence[Label]) -> str:
    """Return what stands before the first label, or behind the last date where only the school stands before."""
    first = re.match(r"(?:policy|plan|procedure|statement)\b", labels[0].text, re.IGNORECASE)
    # In "Homework Policy Agreed: May 2019" the kind of document belongs to the title.
    before = text[: labels[0].start + (first.end() if first and labels[0].start > 3 else 0)]
    if text[: labels[0].start].rstrip().endswith("/"):
        # "Principal/ Policy Owner:" is all label.
        return ""
    if school_in(before) != before.strip():
        return before
    dates = find_dates(text)
    after = text[dates[-1].end :] if dates else ""
    return after if _TYPE.search(after) and not find_labels(after) else before


def _before_school(text: str) -> str:
    """Return a title without the school's name and what follows it: "Fire Procedures Ada Holt School Staff Guide"."""
    name = school_in(text)
    before = text[: text.index(name)].rstrip(" ,–-") if name and name in text else ""
    return before if re.search(rf"(?:{_FULL_TYPE.pattern})$", before, re.IGNORECASE) and not _is_bare(before) else text


def _is_bare(title: str) -> bool:
    return bool(_BARE_TYPE.match(title))


def _goes_on(text: str, start: int, end: int) -> bool:
    """Say whether a title that names an Act by its year says only behind it what kind of document it is."""
    return bool(_TYPE.search(text[end:])) and not _TYPE.search(text[:start])


def _tidy_title(text: str) -> str:
    text = _LEADING.sub("", _CODE.sub("", _IN_SQUARE.sub("", text).replace("\t", " ").replace("\n", " ")).strip())
    dates = find_dates(text)
    if (
        dates
        and (
            dates[-1].end >= len(text.rstrip(" .)")) - 1
            or dates[-1].start > 12
            or _FULL_TYPE.search(text[: dates[0].start])
        )
        and dates[0].start > 3
        and not _goes_on(text, dates[0].start, dates[-1].end)
    ):
        text = text[: dates[0].start].rstrip(" (–-,[")
    text = _before_school(_YEARS_AT_END.sub("", text))
    previous = None
    while text != previous:
        previous = text
        text = _TRAILING.sub("", _LEADING.sub("", without_school(text).lstrip())).strip()
    return re.sub(r"\s+", " ", text).strip(" ,;:|/")
