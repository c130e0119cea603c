"""Which names a text ties to which roles, by the phrases of ``ties.toml``.

In: one line or paragraph. Out: each name with its role, where it stands and the phrase that says so. What is told over
several lines or cells is the work of ``named.layout``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby, pairwise
from pathlib import Path

from pipeline.named.roles.passages import tells_of_a_former_holder
from pipeline.named.roles.rules import DEPUTY, LEAD, OTHER
from pipeline.named.roles.vocabulary import OF_LEADS, RoleMention, find_roles, former_before
from pipeline.named.ties import marks
from pipeline.named.ties.marks import Mark, Marked, mark_text
from pipeline.text.phrases import Words, Writing, phrase_pattern
from pipeline.text.rules import Rule, RuleFile, load_rules

MORE = ("closed", "near", "post")
"""What the rules of this file may have besides."""
_NAMES = {
    "name": marks.NAME,
    "lead": marks.LEAD,
    "deputy": marks.DEPUTY,
    "post": marks.POST,
}
_WRITING = Writing(gap=r"[^\S\n]+", some=r"[^.;:\n]{0,60}?")
_CLOSED = r"(?=[^\S\n]*(?:[.,;:)/\n]|$|(?:and|who|with|or)\b))"
_NO_MORE = r"(?![\w'’-])"
_SURE = 0.9
_DOES = 0.85
"""How sure it is that somebody holds a role of whom it is told what they do."""
_NEED_A_LEAD = ("deputy", "in-place")
_DONE = {"lead": LEAD, "deputy": DEPUTY, "in-place": DEPUTY}


@dataclass(frozen=True, slots=True)
class Tie:
    """A name and a role that a text gives it."""

    start: int
    end: int
    """Of the name."""
    role: str
    mention: RoleMention | None
    """The words of the role; None where the text tells what the person does."""
    rule: str
    """Which phrase says so."""
    confidence: float = _SURE
    with_post: bool = False
    """Whether words that are no known post tell another one, which whoever follows in the role may not hold."""
    plain: bool = True
    """Whether nothing but the role is told."""

    @property
    def planned(self) -> str:
        """The role as the plan of a copy takes it."""
        return self.role if self.mention is None else self.mention.planned or self.mention.role


@dataclass(frozen=True, slots=True)
class _Telling:
    rule: Rule
    phrase: str
    pattern: re.Pattern[str]


@cache
def tie_rules() -> RuleFile:
    """Return the rules in the order of the file."""
    return load_rules(Path(__file__).with_name("ties.toml"), MORE)


@cache
def _tellings() -> tuple[_Telling, ...]:
    read = tie_rules()
    words = {**read.words, **{name: (sign,) for name, sign in _NAMES.items()}}
    return tuple(_telling(rule, phrase, words) for rule in read.rules for phrase in rule.phrases)


def _telling(rule: Rule, phrase: str, words: Words) -> _Telling:
    behind = _CLOSED if rule.more.get("closed") else _NO_MORE
    return _Telling(rule, phrase, re.compile(rf"(?<![\w'’-]){phrase_pattern(phrase, words, _WRITING)}{behind}"))


_DUTY = re.compile(r"safe[\s-]?guarding|child(?:ren)?(?:['’]s)?\s+protection", re.IGNORECASE)
_DEPUTY_WORD = re.compile(r"deput|absence", re.IGNORECASE)


@lru_cache(maxsize=2048)
def find_ties(text: str, *, after_lead: bool = False) -> tuple[Tie, ...]:
    """Return the ties that ``text`` tells, in reading order, at most one of a name and role.

    ``after_lead``: the lines before name the lead, so that "her deputy" is the lead's.
    """
    if not (find_roles(text) or _DUTY.search(text) or _DEPUTY_WORD.search(text)):
        return ()
    marked = mark_text(text)
    if marks.NAME not in marked.signs:
        return ()
    found: dict[tuple[int, str], Tie] = {}
    for deputies in (False, True):
        leads = [*marked.places_of(OF_LEADS), *(marked.place_of(tie.start) for tie in found.values())]
        for telling in _tellings():
            kind = telling.rule.kind
            if kind == "below" or deputies != (kind in _NEED_A_LEAD):
                continue
            above = after_lead and not telling.rule.more.get("near", False)
            for match in telling.pattern.finditer(marked.signs):
                at = match.start()
                if kind == "in-place" and not any(place < match.end() for place in leads):
                    continue
                if kind == "deputy" and not _is_of_the_lead(marked, at, leads, after_lead=above):
                    continue
                found = {(tie.start, tie.role): tie for tie in _ties_of(marked, telling, match)} | found
    return tuple(sorted(found.values(), key=lambda tie: tie.start))


_ENDS = re.compile(r"[\s:.…–-]*$")


@lru_cache(maxsize=2048)
def announced(text: str) -> RoleMention | None:
    """Return the role whose holders ``text`` announces, so that they stand in the next lines; else None."""
    if not (find_roles(text) or _DUTY.search(text)):
        return None
    marked = mark_text(text)
    for telling in _tellings():
        for match in telling.pattern.finditer(marked.signs) if telling.rule.kind == "below" else ():
            if _ENDS.match(marked.signs, match.end()) is None:
                continue
            roles = [mark.role for mark in marked.between(*match.span()) if mark.role is not None]
            if roles:
                return None if former_before(text, roles[-1].start) else roles[-1]
            start, end = marked.position(match.start()), marked.position(match.end())
            return RoleMention(LEAD, start, end, text[start:end])
    return None


def _ties_of(marked: Marked, telling: _Telling, match: re.Match[str]) -> Iterator[Tie]:
    """Yield what one telling ties; nothing where it tells of somebody who held the role before."""
    told, kind, rule = marked.between(*match.span()), telling.rule.kind, telling.rule.name(telling.phrase)
    first, last = _sentence(marked, *match.span())
    if tells_of_a_former_holder(marked.text[first:last]) or _is_half(marked.signs, *match.span()):
        return
    post = telling.rule.more.get("post", False)
    plain = not post and not any(mark.role and mark.role.role == OTHER for mark in told)
    if kind in _DONE:
        people = (each for each in told if each.role is None and not _WHOSE.match(marked.text, each.end))
        yield from (Tie(each.start, each.end, _DONE[kind], None, rule, _DOES) for each in people)
        return
    held = [mark for mark in told if mark.role is None or mark.role.role != OTHER]
    for names, roles in _pairs(held, names_first=kind == "name-first"):
        for role in roles:
            if not former_before(marked.text, role.start):
                yield from (
                    Tie(each.start, each.end, role.role, role, rule, with_post=post, plain=plain) for each in names
                )


_LEAD_OR_DEPUTY = f"[{marks.LEAD}{marks.DEPUTY}]"
_WITH = r"(?:[^\S\n]*[/,&]|[^\S\n]+(?:and|or)\b)[^\S\n]*(?:(?:the|our|a)[^\S\n]+)?"
_MORE_BEHIND = re.compile(_WITH + _LEAD_OR_DEPUTY)
_MORE_BEFORE = re.compile(f"{_LEAD_OR_DEPUTY}{_WITH}$")


def _is_half(signs: str, start: int, end: int) -> bool:
    """Whether lead and deputy are told in one, each for one of two names: "X and Y are our DSL and Deputy DSL"."""
    ends_with_role, begins_with_role = signs[end - 1] != marks.NAME, signs[start] not in (marks.NAME,)
    behind = ends_with_role and _MORE_BEHIND.match(signs, end) is not None
    return behind or (begins_with_role and _MORE_BEFORE.search(signs, max(0, start - 40), start) is not None)


_WHOSE = re.compile(r"['’]|[^\S\n]+absence\b")
"""Behind a name that is told only for its absence."""


def _pairs(told: Sequence[Mark], *, names_first: bool) -> Iterator[tuple[list[Mark], list[RoleMention]]]:
    """Yield names with the roles right behind them, or right before them."""
    runs = [(is_role, list(run)) for is_role, run in groupby(told, key=lambda mark: mark.role is not None)]
    for (left_is_role, left), (_, right) in pairwise(runs):
        if left_is_role != names_first:
            names, roles = (left, right) if names_first else (right, left)
            yield names, [mark.role for mark in roles if mark.role is not None]


_SENTENCE_END = re.compile(r"[.!?;][\"”’)]?\s+(?=\W*[A-Z\ue000-\ue003])|\n")


def _sentence(marked: Marked, start: int, end: int) -> tuple[int, int]:
    """Return where in the text the sentences around a stretch of ``signs`` begin and end."""
    first = max((each.end() for each in _SENTENCE_END.finditer(marked.signs, 0, start)), default=0)
    behind = _SENTENCE_END.search(marked.signs, end)
    return marked.position(first), marked.position(behind.start() if behind else len(marked.signs))


def _is_of_the_lead(marked: Marked, start: int, leads: Sequence[int], *, after_lead: bool) -> bool:
    """Whether the nearest sentence with a role, that around ``start`` first, tells of the lead or a deputy alone.

    Whose deputy somebody is beside another post, nobody can tell: "the headteacher and DSL; her deputy".
    """
    behind = _SENTENCE_END.search(marked.signs, start)
    end = behind.start() if behind else len(marked.signs)
    for first in [*reversed([each.end() for each in _SENTENCE_END.finditer(marked.signs, 0, start)]), 0]:
        if marks.POST in marked.signs[first:end]:
            return False
        if any(first <= place < end for place in leads):
            return True
        end = first
    return after_lead
