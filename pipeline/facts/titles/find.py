"""Tell what a document calls itself: the line at its top that looks most like a title and stands where one does."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from pipeline.catalogue.titles import is_policy_name
from pipeline.dates.written import find_dates
from pipeline.facts.labelled.values import list_values
from pipeline.facts.titles.cut import LONGEST, cut_title, tidy_title, without_setting
from pipeline.facts.titles.letters import mend_letters
from pipeline.facts.titles.look import KIND, SENTENCE, heads_part, is_bare, is_no_title, is_sentence, words_of
from pipeline.labels.kinds import DATE_KINDS, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.model.documents import BlockKind
from pipeline.named.names.people import find_name, has_given_name, is_name
from pipeline.named.names.titles import Shows, one_title
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


_NEAR_LINES = 8
_TITLE_REACH = 60
_SHORT = 40
_MOST_LINES = 7
_MOST_WORDS = 11
"""Of a title whose kind of document stands on the next line."""
_MOST_PLAIN, _MOST_COMMAS = 9, 3
"""Words of a title that names no kind of document; commas: an enumeration has more of them."""
_SURE, _WITNESSED, _FAR, _PLAIN = 0.97, 0.9, 0.85, 0.8
_A_WORD = re.compile(r"[^\W\d_]{3}")
"""In every title, and in no code of a policy: "P1.02"."""
_BEGINS_AS_TITLE = re.compile(r"(?:e-?)?[^\W\d_a-z]")
"""A capital, also behind the e of "e-Safety"."""
_JOINS_ON = re.compile(
    r"(?:\b(?:and|of|for|the|with|in|on|at|to|a|by|from|or|not|when|who|without|document for)|[,&–:-])$", re.IGNORECASE
)
_JOINED_BY = re.compile(r"^(?:and|of|for|with|to|in|on|at|&|areas)\b", re.IGNORECASE)
_OPENS_SENTENCE = re.compile(r"(?:At|In|On|To)\b")
"""Such a capital begins the text below a title: "Code of Behaviour" over "At Moorland School we"."""
_ENDS_IN_KIND = re.compile(rf"{KIND.pattern}(?:\s\([^)]*\))?$", re.IGNORECASE)
_OF_ITS_KIND = re.compile(rf"^{KIND.pattern}|{_ENDS_IN_KIND.pattern}", re.IGNORECASE)
_STARTS_WITH_KIND = re.compile(
    r"^(?:\([A-Z&]{2,8}\) )?(?!statement(?::| of intent)"
    r"|policy (?:document (?:for|on)|details|information|control|record|number|title))"
    r"(?:policy|procedures?|statement|plan|scheme"
    r"|(?:protection|practice|conduct|needs|arrangements|management) (?:policy|procedures?|plan))\b[\w &-]{0,30}:?$",
    re.IGNORECASE,
)
"""The second line of a title that lacks what kind of document it is."""
_SERIES = re.compile(r"^(\D{3,20}\s)(\d{1,2})\b")
_TITLED = re.compile(rf"^{one_title(Shows.ANYWHERE)}\.?\s[A-Z]")
_LEADS = frozenset({"dsl", "deputy-dsl", "senco", "headteacher", "chair-of-governors", "lado"})


def find_title(lines: Sequence[Line], *, school: str | None = None, file_name: str = "") -> FoundTitle | None:
    """Return the title of the document, years, codes and the school's name left off; None where it has none.

    A title in capitals is given in ordinary case; ``text`` keeps the words as printed. ``school`` is the name of the
    setting as it was read. ``file_name``, without its ending, is a weak witness: it never gives a title, it only lets
    a line count that is named so.
    """
    for found in chain(_labelled(lines), _at_the_top(lines, school, file_name)):
        title = mend_letters(without_setting(found.title, school, lines), (line.text for line in lines))
        of_setting = f" {title} ".casefold() in f" {school} ".casefold()
        a_person = is_name(title) and has_given_name(title) and not is_policy_name(title)
        if KIND.search(title) or not (of_setting or a_person or is_no_title(title)):
            return replace(found, title=ordinary_case(title))
    return None


def _labelled(lines: Sequence[Line]) -> Iterator[FoundTitle]:
    """Yield what stands at a label for the title."""
    for label, stated in list_values(lines[:_TITLE_REACH], LabelKind.TITLE):
        at = next((line.number for line in lines if label.text in line.text and stated.value in line.text), None)
        below = lines[at + 1].text if at is not None and at + 1 < len(lines) else ""
        broken = at is not None and lines[at].text.endswith(stated.value) and not KIND.search(stated.value)
        joined = broken and len(below) <= _SHORT and _ENDS_IN_KIND.search(below) and not _is_label_line(below)
        value = tidy_title(f"{stated.value} {below}" if joined else stated.value)
        if _A_WORD.search(value) and len(value) <= LONGEST and not SENTENCE.search(value) and not is_bare(value):
            yield FoundTitle(value, stated.text, stated.where, stated.confidence, stated.rule)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A line at the top, with those that carry its title on."""

    lines: Sequence[Line]
    index: int
    text: str
    title: str
    school: str | None

    @property
    def line(self) -> Line:
        return self.lines[self.index]

    @property
    def above(self) -> str:
        return self.lines[self.index - 1].text if self.index else ""


def _at_the_top(lines: Sequence[Line], school: str | None, file_name: str) -> Iterator[FoundTitle]:
    """Yield the lines that can be the title, the likeliest first: those near the top, running ones, those below."""
    head, running, named = first_of_body(lines, HEAD_LINES), first_of_furniture(lines, 6), content_words(file_name)
    for group, numbers in ((head, range(_NEAR_LINES)), (running, range(6)), (head, range(_NEAR_LINES, HEAD_LINES))):
        texts = tuple(each.text for each in group)
        begins = next((at for at, text in enumerate(texts) if heads_part(text)), len(texts))
        found: list[tuple[float, FoundTitle]] = []
        for index in numbers[: max(0, len(group) - numbers.start)]:
            text = _joined(texts, index)
            title = cut_title(text, said=not index and _is_in_capitals(text))
            if title is None or is_bare(title) or is_bare(without_setting(title, school, lines)):
                continue
            seen, far = _Seen(group, index, text, title, school), index >= _NEAR_LINES
            kind = KIND.search(f"{text.partition(title)[0]} {title}") is not None
            witnessed = min(2, len(content_words(title))) if content_words(title) <= named else 0
            plain = index < begins and not far and (group is head or witnessed)
            vetoes = _ALWAYS + (_FAR_VETOES if far else ()) if kind else _ALWAYS + _OF_PLAIN
            if not (kind or plain) or any(veto(seen) for veto in vetoes):
                continue
            sure = _sureness(title, kind=kind, far=far, witnessed=witnessed > 0)
            told = FoundTitle(title, text, group[index].where, sure, "facts/titles/find.py: look and place")
            found.append((_score(seen, kind=kind, begun=index >= begins, witnessed=witnessed), told))
        yield from (each for _, each in sorted(found, key=lambda pair: -pair[0]))


def _score(seen: _Seen, *, kind: bool, begun: bool, witnessed: int) -> float:
    known = is_policy_name(seen.title)
    heading = seen.line.kind is BlockKind.HEADING and seen.index < 3
    model = seen.title.lower().startswith("model ")
    of_setting = not known and is_institution(seen.text)
    late = begun and seen.index < _NEAR_LINES and not _ENDS_IN_KIND.search(seen.title)
    likely = 4 * kind + 2 * known + 2 * heading + 3 * witnessed
    return likely - 4 * model - 3 * of_setting - 4 * late - seen.index / 2


def _sureness(title: str, *, kind: bool, far: bool, witnessed: bool) -> float:
    """Return the confidence of a title: what does not read as one from end to end is doubted a little."""
    if not kind or far:
        return _WITNESSED if witnessed else _FAR if kind else _PLAIN
    whole = title[:1].isupper() or title[:1].isdigit() or is_policy_name(title)
    named = is_policy_name(title) or _OF_ITS_KIND.search(title) is not None
    return _SURE if whole and named and ":" not in title and len(title.split()) <= _MOST_WORDS else _WITNESSED


def content_words(text: str) -> frozenset[str]:
    """Return the words of a title or of a file's name that tell one policy from another."""
    words = re.findall(r"[a-z]{2,}", text.lower())
    return frozenset(word.removesuffix("s") for word in words if word not in words_of("file-name"))


def _is_person(seen: _Seen) -> bool:
    """A person with a title, or with what they are: "Ada Holt Deputy Head, North Site"; or a lead's role."""
    roles, name = find_roles(seen.text), find_name(seen.text)
    told = any(role.role in _LEADS or (name is not None and role.start >= name.end()) for role in roles)
    return told or _TITLED.match(seen.text) is not None


def _is_carried_on(seen: _Seen) -> bool:
    """The second line of a sentence, or of a title that the line before begins."""
    breaks_off = re.search(r"\s(?:and|of|for|with|in|&)$", seen.above) and len(seen.above) <= _TITLE_REACH
    small = seen.line.text[0].islower() and not _BEGINS_AS_TITLE.match(seen.line.text)
    prose = small and re.search(r"(?:\b[a-z]+\s){3}.*\w,?$", seen.above)
    return bool(prose or (breaks_off and not SENTENCE.search(seen.above) and not _TITLED.match(seen.above)))


def _is_of_series(seen: _Seen) -> bool:
    """One of several headings with a number each: "Year 1 Add with numbers", further down "Year 2 …"."""
    own = _SERIES.match(seen.title)
    others = (_SERIES.match(line.text) for line in seen.lines) if own else ()
    return any(each is not None and own is not None and each[1] == own[1] and each[2] != own[2] for each in others)


def _is_setting(seen: _Seen) -> bool:
    """The setting's name, its motto, or an organisation."""
    text = re.sub(r"\s?\([A-Z]{1,4}\)", "", seen.text)
    cells = seen.line.cells if len(seen.line.cells) > 1 else re.split(r"\s[·•|]\s", seen.text)
    single = len(cells) > 2 and all(cell.isalpha() for cell in cells)
    own = seen.text.casefold().removeprefix("the ")
    rest = own.removeprefix((seen.school or "\0").casefold().removeprefix("the "))
    # "Elm Rovers Club - Child Welfare" names its subject behind the dash.
    named = rest != own and not rest.startswith((" - ", " – "))
    return named or single or is_school_line(text) or is_school_line(seen.title)


_Veto = Callable[[_Seen], object]
_ALWAYS: tuple[_Veto, ...] = (
    _is_carried_on,
    _is_of_series,
    lambda seen: _TITLED.match(seen.text),
    lambda seen: seen.title.count(",") > _MOST_COMMAS,
)
_FAR_VETOES: tuple[_Veto, ...] = (
    lambda seen: seen.line.kind is BlockKind.LIST_ITEM or ";" in seen.text,
    lambda seen: not _OF_ITS_KIND.search(seen.title) or not _BEGINS_AS_TITLE.match(seen.title),
)
"""Of lines further down, where other policies are listed."""
_OF_PLAIN: tuple[_Veto, ...] = (
    _is_person,
    _is_setting,
    lambda seen: seen.line.kind is BlockKind.LIST_ITEM,
    lambda seen: seen.above.endswith(":") or (seen.text.endswith(":") and not is_policy_name(seen.text)),
    lambda seen: not _A_WORD.search(_without_dates(seen.text)),
    lambda seen: len(seen.title.split()) > _MOST_PLAIN or not re.search(r"[A-Za-z]{4}", seen.title),
)


def _without_dates(text: str) -> str:
    for date in reversed(find_dates(text)):
        text = text[: date.start] + text[date.end :]
    return text


def _is_in_capitals(text: str) -> bool:
    """Say whether every longer word of a line begins with a capital and nothing ends it: "How We Choose Tutors"."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(words) > 1 and all(word[0].isupper() for word in words) and text[-1].isalpha()


@lru_cache(maxsize=128)
def _joined(lines: Sequence[str], index: int) -> str:
    """Return a line with those that carry its title on."""
    text = lines[index]
    for more in lines[index + 1 : index + _MOST_LINES]:
        if len(text) > 90 or len(more) > 70 or "\t" in text + more or _is_label_line(more) or _is_label_line(text):
            break
        if (
            is_sentence(text)
            or is_sentence(more)
            or find_dates(text)
            or heads_part(text)
            or is_no_title(text)
            or is_no_title(more)
            or _TITLED.match(text)
        ):
            break
        if heads_part(more) or (is_school_line(more) and not _JOINS_ON.search(text)):
            break
        opens = more[0].isupper() and not more.isupper()
        carried = _JOINED_BY.match(more) and not (opens and (_ENDS_IN_KIND.search(text) or _OPENS_SENTENCE.match(more)))
        if not (carried or _JOINS_ON.search(text) or _carries_kind(text, more) or _runs_on(text, more, lines)):
            break
        text = f"{text} {more}"
    return text


def _carries_kind(text: str, more: str) -> bool:
    """Say whether the next line gives the kind of document that this one lacks ("GENERAL COMPLAINTS" / "POLICY")."""
    if KIND.search(text) or SENTENCE.search(text) or is_school_line(text.partition(",")[0]):
        return False
    if more.startswith("(") and not KIND.search(more):
        return False
    alone = (" " not in text or " " not in more or KIND.search(more) is not None) and is_policy_name(more)
    whole = not alone and is_policy_name(f"{text} {more}")
    return whole or (_STARTS_WITH_KIND.match(more) is not None and len(text.split()) <= _MOST_WORDS)


def _runs_on(text: str, more: str, lines: Sequence[str]) -> bool:
    """Say whether another line near the top has the words of both running on, so that the title was wrapped here."""
    if len(text.split()) < 3 or is_school_line(text) or KIND.search(text):
        return False
    joined = f"{text} {more.split(maxsplit=1)[0]}".casefold()
    return any(joined in line.casefold() for line in lines if line not in {text, more})


def _is_label_line(text: str) -> bool:
    return any(label.kinds[0] in DATE_KINDS and label.start < 3 for label in find_labels(text))
