"""Tell what a document calls itself, and the school it speaks for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, pairwise, tee

from pipeline.catalogue.policies import is_policy_name
from pipeline.dates.written import find_dates
from pipeline.facts.labelled.values import Stated, list_values
from pipeline.facts.titles.headings import goes_on, heads_part, is_furniture, names_requirement, tells_setting
from pipeline.facts.titles.letters import mend_letters
from pipeline.facts.titles.openings import opening_title, title_before_part, without_short_name
from pipeline.facts.titles.setting import is_setting, is_spoken_of, is_whole, without_setting
from pipeline.facts.titles.shape import (
    FULL_KIND,
    KIND,
    LONGEST,
    POLICY_FOR,
    SENTENCE,
    candidate,
    is_bare,
    is_sentence,
    tidy_title,
)
from pipeline.facts.titles.witness import Witness
from pipeline.labels.kinds import DATE_KINDS, Label, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.model import BlockKind
from pipeline.named.names.people import find_name, has_given_name, is_name
from pipeline.named.organisation_names import is_institution
from pipeline.named.roles.vocabulary import find_roles
from pipeline.named.schools import is_school_line
from pipeline.places import Place
from pipeline.text.capitals import ordinary_case
from pipeline.text.lines import HEAD_LINES, Line, first_of_body, first_of_furniture


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


_QUOTED = re.compile(r"^[“\"‘'].*[”\"’']$")
_JOINS_ON = re.compile(
    r"(?:\b(?:and|of|for|the|with|in|on|at|to|a|by|from|or|not|when|who|without|document for)|[,&–:-])$", re.IGNORECASE
)
_BEGINS_OR_ENDS = re.compile(rf"^{KIND.pattern}|{KIND.pattern}(?:\s\([^)]*\))?$", re.IGNORECASE)
_BREAKS_OFF = re.compile(r"^[A-Z][^:;.]*\s(?:and|of|for|with|in|&)$")
_PROSE = re.compile(r"(?:\b[a-z]+\s){3}.*\w,?$")
"""A line of a sentence that does not end it."""
_FAITH_IN_BRACKETS = re.compile(r"\s?\([A-Z]{1,4}\)")
_JOINED_BY = re.compile(r"^(?:and|of|for|with|to|in|on|at|&|areas)\b", re.IGNORECASE)
_ENDS_IN_KIND = re.compile(r"\b(?:policy|procedures?|plan|statement)$", re.IGNORECASE)
"""A whole title: a capital below it begins something else, "For use in all schools"."""
_STARTS_WITH_TYPE = re.compile(
    r"^(?:\([A-Z&]{2,8}\) )?(?:policy document(?= \d|$)|(?!(?:policy )?statement(?::| of intent))(?:policy|procedures?"
    r"|statement|plan|scheme)\b(?! (?:details|information|control|record|document|number|title)\b))[\w &-]{0,30}:?$",
    re.IGNORECASE,
)
_POSTCODE_LINE = re.compile(r"^(?:[\w .'’-]{1,24}[, ]+)?[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}[.,]?$")
_IN_A_SET = re.compile(r"^(?:\d{1,2}\.){1,2}\d{1,2}[a-z]?\.?\s+[A-Z]")
_NEAR_LINES = 8
_OPENING_SENTENCES = 12
_WITNESSED, _DOUBTED = 0.9, 0.7
"""Confidence where the file's name says the same, and where only a sentence names the document."""
_OPENING_LINES = 3
_SHORT = 40
_MOST_WORDS = 11
"""Of a title whose kind of document stands on the next line."""
_LINKS_TO = re.compile(r"\bpolicy (?:links|is linked|relates) to\b", re.IGNORECASE)
_OPENS_LIST = re.compile(r"\b(?:works?|links?|linked|read|includes?|related|following)\b", re.IGNORECASE)
_MOST_COMMAS = 3
"""An enumeration of policies has more of them than a title."""
_LEADS = frozenset({"dsl", "deputy-dsl", "senco", "headteacher", "chair-of-governors", "lado"})
_TITLE_REACH = 60
_MOST_TRIED = 4
_LEFT_OVER = re.compile(r"['’]?s\b|contents\b", re.IGNORECASE)
"""Of a word from which a name was cut, "Pots Schools Policy" without "Pots School", and of a list of contents."""


def find_title(lines: Sequence[Line], *, school: str | None = None, file_name: str = "") -> FoundTitle | None:
    """Return the title of the document, years, codes and the school's name left off; None where it has none.

    A title in capitals is given in ordinary case; ``text`` keeps the words as printed. ``school`` is the name of the
    setting as it was read. ``file_name``, without its ending, is a weak witness: it never gives a title, it only lets
    a line count that is named so.
    """
    school = school if school is not None and is_whole(school) else None
    for _ in range(_MOST_TRIED):
        found = _labelled_title(lines) or _find_title(lines, Witness.of(file_name), school) or _named_in_prose(lines)
        if found is None:
            return None
        title = without_setting(without_short_name(found.title, lines), school, lines)
        title = mend_letters(title, (line.text for line in lines))
        if not _names_no_document(title, school):
            return replace(found, title=ordinary_case(title))
        # What stands above and below it does not come together by that.
        lines = [replace(line, text=".", cells=(".",)) if line.where == found.where else line for line in lines]
    return None


def _names_no_document(title: str, school: str | None) -> bool:
    """Say whether words can be no title: a person, a part of the setting's name, the heading of a list's columns."""
    if KIND.search(title) and not _LEFT_OVER.match(title):
        return False
    of_setting = school is not None and f" {title} ".casefold() in f" {school} ".casefold()
    a_person = is_name(title) and has_given_name(title) and not is_policy_name(title)
    return of_setting or a_person or is_furniture(title) or _LEFT_OVER.match(title) is not None


def _find_title(lines: Sequence[Line], witness: Witness, school: str | None) -> FoundTitle | None:
    head = first_of_body(lines, HEAD_LINES)
    numbered = _numbered_title(head[:_NEAR_LINES])
    if numbered:
        return numbered
    near = list(_typed_titles(head[:_NEAR_LINES]))
    plain, again = tee(_plain_titles(head[:_NEAR_LINES], school))
    opening = next((each for each in plain if _is_among(each, head[:2])), None)
    own = [each for each in near if not each.title.lower().startswith("model ")]
    near = own or near
    near = [each for each in near if not is_bare(without_setting(each.title, school, lines))] or near
    full = [each for each in near if FULL_KIND.search(each.title) or POLICY_FOR.match(each.text)]
    if opening and is_policy_name(opening.title) and not full:
        return opening
    first = _first_plain(head[:_NEAR_LINES], again, lines)
    if first and near and _stands_before(head, first, (full or near)[0], witness):
        return _witnessed(first)
    if near:
        return (full or near)[0]
    if first and (is_policy_name(first.title) or _is_heading(head, first)):
        return first
    if first and witness.names(first.title):
        return _witnessed(first)
    furniture = first_of_furniture(lines, 6)
    begins = next((at for at, line in enumerate(head) if heads_part(line.text)), len(head))
    return (
        next(_typed_titles(head[:begins] if first else head, first=_NEAR_LINES, strict=True), None)
        or next(_typed_titles(furniture), None)
        or next(
            (
                replace(each, confidence=_WITNESSED)
                for each in _plain_titles(furniture, school)
                if witness.names(each.title)
            ),
            None,
        )
        or first
    )


def _numbered_title(lines: Sequence[Line]) -> FoundTitle | None:
    """Return a title with its number in a set of policies, straight above the heading of its first part.

    What stands over it is the section of the set: "Child protection" / "1.4 Lost child" / "Policy statement".
    """
    for line, below in pairwise(lines):
        if _IN_A_SET.match(line.text) and heads_part(below.text) and not _IN_A_SET.match(below.text):
            title = candidate(line.text, said=not line.text.endswith("."))
            if title is not None and not is_bare(title):
                return FoundTitle(title, line.text, line.where, _WITNESSED, "facts/titles/find.py: _IN_A_SET")
    return None


def _first_plain(lines: Sequence[Line], titles: Iterator[FoundTitle], document: Sequence[Line]) -> FoundTitle | None:
    """Return the first line that could be a title; the second where it alone is set as a heading, or where the first
    is spoken of as a place, is an organisation by its name or a school's motto.
    """
    found = list(islice(titles, 2))
    if len(found) > 1 and found[0].where != found[1].where:
        first, second = found
        set_apart = _is_heading(lines, second) and not _is_heading(lines, first) and not is_policy_name(first.title)
        of_setting = is_institution(first.text) and not is_policy_name(first.title) and _names_policies(second.title)
        motto = _is_said_of_school(document, first, second)
        if set_apart or is_spoken_of(first.text, document) or of_setting or motto:
            return second
    return found[0] if found else None


def _is_said_of_school(lines: Sequence[Line], first: FoundTitle, second: FoundTitle) -> bool:
    """Say whether a first line is a school's motto: in small letters right below its name, over a title in capitals."""
    at = next(line.number for line in lines if line.where == first.where)
    words = first.text.split()
    small = len(words) > _SHORTEST_MOTTO and sum(word[0].isupper() for word in words) <= _CAPITALS_OF_A_MOTTO
    below = at + 1 < len(lines) and lines[at + 1].where == second.where
    titled = all(word[0].isupper() for word in re.findall(r"[^\W\d_]{4,}", second.text))
    return at > 0 and is_school_line(lines[at - 1].text) and small and below and titled and not KIND.search(first.text)


_SHORTEST_MOTTO, _CAPITALS_OF_A_MOTTO = 3, 2


def _names_policies(title: str) -> bool:
    """Say whether a title is a policy's or holds one: "Admissions and Fees"."""
    return any(map(is_policy_name, (title, *re.split(r"\s+and\s+|,\s*", title))))


def _is_among(found: FoundTitle, lines: Sequence[Line]) -> bool:
    return any(line.where == found.where for line in lines)


def _witnessed(found: FoundTitle) -> FoundTitle:
    return replace(found, confidence=_WITNESSED)


def _stands_before(lines: Sequence[Line], first: FoundTitle, typed: FoundTitle, witness: Witness) -> bool:
    """Say whether a first line that names no kind of document is the title before one that does.

    It is a heading, or the file is called so and not as the other; and a sentence or a label parts the two.
    """
    at = next(line.number for line in lines if line.where == first.where)
    to = next(line.number for line in lines if line.where == typed.where)
    if at >= to or first.where == typed.where:
        return False
    if witness.names(first.title) and not witness.names(typed.title):
        return True
    between = [line for line in lines if at < line.number < to]
    parted = any(SENTENCE.search(line.text) or _is_label_line(line.text) for line in between)
    begun = any(heads_part(line.text) for line in between) and not _ENDS_IN_KIND.search(typed.title)
    return begun or (parted and _is_heading(lines, first))


_FILED_OR_CALLED = re.compile(
    r"(?:\w+ )?ref(?:erence)?\.?[ :]+\w{0,4}\d\w*$|(?:call|tel(?:ephone)?|phone|fax|e-?mail)\b[ :.]*[+(\d\w]*[\d@]"
    r"|.*\b(?:ofsted|charity|company) (?:regist\w+|no\.?|number|urn)[ :.]*[A-Z]{0,3}\d",
    re.IGNORECASE,
)
"""A line that files the document, "ISI Reference 7a", or says how to reach the school."""
_SELF_NAMED = re.compile(
    r"\bThis (?P<title>(?:[A-Z][\w'’&/-]*,?\s|(?:and|of|for|the|on|in|to|&)\s){1,8}"
    r"(?:Policy|Procedures?|Plan|Statement|Scheme))\b(?=\s[a-z(])"
)


def _named_in_prose(lines: Sequence[Line]) -> FoundTitle | None:
    """Return what the opening sentences call the document itself ("This Lone Working Policy sets out"): a question."""
    for line in first_of_body(lines, _OPENING_SENTENCES):
        match = _SELF_NAMED.search(line.text)
        title = candidate(match["title"]) if match else None
        if match and title and not is_bare(title):
            return FoundTitle(
                title, match["title"], line.where, _DOUBTED, "facts/titles/find.py: a sentence that names it"
            )
    return None


_A_WORD = re.compile(r"[^\W\d_]{3}")
"""In every title, and in no code of a policy: "P1.02"."""


def _labelled_title(lines: Sequence[Line]) -> FoundTitle | None:
    for label, stated in list_values(lines[:_TITLE_REACH], LabelKind.TITLE):
        if _heads_columns(lines, label):
            continue
        value = tidy_title(_with_next_line(lines, label, stated))
        if (
            value
            and len(value) <= LONGEST
            and _A_WORD.search(value)
            and not SENTENCE.search(value)
            and not is_bare(value)
        ):
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
    if line is None or following is None or KIND.search(stated.value) or not line.text.endswith(stated.value):
        return stated.value
    ends_title = len(following.text) <= 40 and _ENDS_IN_KIND.search(following.text)
    return f"{stated.value} {following.text}" if ends_title and not _is_label_line(following.text) else stated.value


def _is_heading(lines: Sequence[Line], found: FoundTitle) -> bool:
    return any(line.where == found.where and line.kind is BlockKind.HEADING for line in lines[:3])


def _typed_titles(lines: Sequence[Line], *, first: int = 0, strict: bool = False) -> Iterator[FoundTitle]:
    """Yield the lines from the ``first`` on that name a kind of document, those that name nothing else left out.

    Strictly: only lines that look like a title by themselves, for further down stand lists of other policies.
    """
    for index, line in enumerate(lines[first:], first):
        text = _join_wrapped(lines, index)
        if title_before_part(text):
            continue
        if index < _OPENING_LINES and len(text) > LONGEST + 80 and not strict:
            text = opening_title(text) or text
        title = candidate(text, said=False) if KIND.search(text[: LONGEST + 40]) else None
        if title is None or is_bare(title):
            continue
        if (not KIND.search(title) and _is_schools_name(title)) or _is_carried_on(lines, index):
            continue
        if title.count(",") > _MOST_COMMAS:
            continue
        if _stands_in_list(lines[:index]):
            continue
        if strict and (
            line.kind is BlockKind.LIST_ITEM
            or not _BEGINS_OR_ENDS.search(title)
            or not (title[0].isupper() or title.startswith("e-"))
            or len(title.split()) > 9
            or ";" in text
        ):
            continue
        sure = _sureness(title) if index < _NEAR_LINES else 0.85
        yield FoundTitle(title, text, line.where, sure, "facts/titles/find.py: KIND")


def _sureness(title: str) -> float:
    """Return the confidence of a title near the top: what does not read as one from end to end is doubted a little."""
    whole = title[:1].isupper() or title[:1].isdigit() or is_policy_name(title)
    named = is_policy_name(title) or bool(_BEGINS_OR_ENDS.search(title))
    return 0.97 if whole and named and ":" not in title and len(title.split()) <= _MOST_WORDS else _WITNESSED


def _stands_in_list(before: Sequence[Line]) -> bool:
    """Say whether the lines before end in a sentence that announces a list, with nothing but items since."""
    for line in reversed(before):
        if line.text.endswith(":") and (len(line.text) > _SHORT or _LINKS_TO.search(line.text)):
            return bool(SENTENCE.search(line.text) or _OPENS_LIST.search(line.text))
        if len(line.text) > _SHORT * 2 or line.text.endswith(".") or _is_label_line(line.text):
            return False
    return False


def _plain_titles(lines: Sequence[Line], school: str | None) -> Iterator[FoundTitle]:
    """Yield short lines that could be a title though they do not say "policy"."""
    for index, line in enumerate(lines):
        is_long = len(line.text) > LONGEST
        run_in = title_before_part(line.text) if is_long and index < _OPENING_LINES else None
        if run_in is None and (heads_part(line.text) or (is_long and line.text.endswith("."))):
            # The text has begun.
            return
        text = run_in or _join_wrapped(lines, index)
        if len(text) > LONGEST + 80:
            continue
        if line.kind is BlockKind.LIST_ITEM or _QUOTED.match(text):
            continue
        if _is_schools_name(text) or is_setting(text, school) or (index and tells_setting(text)) or _is_motto(line):
            continue
        if any(_POSTCODE_LINE.match(after.text) for after in lines[index + 1 : index + 5]):
            # A line of the address at the head of a letter.
            continue
        if _FILED_OR_CALLED.match(text):
            continue
        answers = (index > 0 and lines[index - 1].text.endswith(":")) or _stands_in_list(lines[:index])
        if answers or _is_date(text) or _is_of_person(text) or (text.endswith(":") and not is_policy_name(text)):
            continue
        title = candidate(text, said=not index and _is_in_capitals(text))
        if (
            title is None
            or _is_schools_name(title)
            or len(title.split()) > 9
            or is_bare(title)
            or not re.search(r"[A-Za-z]{4}", title)
        ):
            continue
        yield FoundTitle(title, text, line.where, 0.8, "facts/titles/find.py: a short line at the top")


def _is_in_capitals(text: str) -> bool:
    """Say whether every longer word of a line begins with a capital and nothing ends it: "How We Choose Tutors"."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(words) > 1 and all(word[0].isupper() for word in words) and text[-1].isalpha()


def _is_schools_name(text: str) -> bool:
    return is_school_line(_FAITH_IN_BRACKETS.sub("", text))


def _is_carried_on(lines: Sequence[Line], index: int) -> bool:
    """Say whether the line before breaks off in a title that this one carries on."""
    before = lines[index - 1].text if index else ""
    if lines[index].text[0].islower() and _PROSE.search(before):
        # The second line of a sentence.
        return True
    return bool(_BREAKS_OFF.search(before)) and len(before) <= _TITLE_REACH and not SENTENCE.search(before)


def _is_motto(line: Line) -> bool:
    """Say whether a line is single words side by side: "Kindness", "Courage", "Curiosity"; "Singing · Dancing"."""
    words = line.cells if len(line.cells) > 1 else re.split(r"\s[·•|]\s", line.text)
    return len(words) > 2 and all(word.isalpha() for word in words)


def _is_date(text: str) -> bool:
    dates = find_dates(text)
    return bool(dates) and len(re.sub(r"\W", "", text[: dates[0].start] + text[dates[-1].end :])) < 4


def _is_of_person(text: str) -> bool:
    """Say whether a line names somebody and what they are ("Ada Holt Deputy Head, North Site"), or a lead's role."""
    roles, name = find_roles(text), find_name(text)
    return any(role.role in _LEADS or (name is not None and role.start >= name.end()) for role in roles)


def _join_wrapped(lines: Sequence[Line], index: int) -> str:
    """Return a line together with those that carry its title on."""
    return _joined(tuple(line.text for line in lines), index)


@lru_cache(maxsize=128)
def _joined(lines: Sequence[str], index: int) -> str:
    """Return the same; asked of the same lines for titles that name a kind of document and for plain ones."""
    text = lines[index]
    for number, more in enumerate(lines[index + 1 : index + 6], index + 1):
        if text.endswith(":") and find_roles(text):
            break
        if len(text) > 90 or len(more) > 70 or "\t" in text + more or _is_label_line(more) or _is_label_line(text):
            break
        if is_school_line(more) and not _JOINS_ON.search(text):
            break
        if _opens_part(lines, number) or heads_part(text) or names_requirement(text) or is_furniture(more):
            break
        if is_sentence(more) or find_dates(text):
            break
        joined = _JOINED_BY.match(more) and not (
            more[0].isupper() and _ENDS_IN_KIND.search(text) and not more.isupper()
        )
        goes_on = joined or _JOINS_ON.search(text) or _carries_type(text, more)
        if not goes_on and not _is_said_in_one(text, more, lines):
            break
        text = f"{text} {more}"
    return text


def _opens_part(lines: Sequence[str], index: int) -> bool:
    """Say whether a line is the heading over the first sentences: "Policy statement" is part of a title elsewhere."""
    text, below = lines[index], lines[index + 1] if index + 1 < len(lines) else ""
    if not heads_part(text):
        return False
    return not is_bare(text.rstrip(":")) or text.endswith(":") or len(below) > 2 * _SHORT or below.endswith(".")


def _carries_type(text: str, more: str) -> bool:
    """Say whether the next line gives the kind of document that this one lacks ("GENERAL COMPLAINTS" / "POLICY")."""
    if (
        (more.startswith("(") and not KIND.search(more))
        or KIND.search(text)
        or SENTENCE.search(text)
        or is_school_line(text.partition(",")[0])
    ):
        return False
    if goes_on(more) and len(text.split()) <= 8 and text[0].isupper():
        return True
    alone = (" " not in text or " " not in more or KIND.search(more) is not None) and is_policy_name(more)
    if not alone and is_policy_name(f"{text} {more}"):
        return True
    return bool(_STARTS_WITH_TYPE.match(more)) and len(text.split()) <= _MOST_WORDS


def _is_said_in_one(text: str, more: str, lines: Sequence[str]) -> bool:
    """Say whether another line near the top has the words of both running on, so that the title was wrapped here."""
    if len(text.split()) < 3 or is_school_line(text) or KIND.search(text):
        return False
    joined = f"{text} {more.split(maxsplit=1)[0]}".casefold()
    return any(joined in line.casefold() for line in lines if line not in {text, more})


def _is_label_line(text: str) -> bool:
    return any(label.kinds[0] in DATE_KINDS and label.start < 3 for label in find_labels(text))
