"""Which names a text ties to which roles, by the phrases of ``ties.toml``.

In: one line or paragraph. Out: each name with its role, where it stands and the phrase that says so. What is told over
several lines or cells is the work of ``named.layout``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import groupby, pairwise
from pathlib import Path

from pipeline.named.roles.passages import tells_of_a_former_holder
from pipeline.named.roles.rules import DEPUTY, LEAD, OTHER
from pipeline.named.roles.vocabulary import OF_LEADS, RoleMention, find_roles, is_former
from pipeline.named.ties import marks
from pipeline.named.ties.marks import Mark, Marked, mark_text
from pipeline.text.lazily import compiled_lazily
from pipeline.text.needed import Needed, in_plain_letters, numbers_of
from pipeline.text.phrases import (
    PartKind,
    Words,
    Writing,
    parse_phrase,
    phrase_endings,
    phrase_needs,
    phrase_openings,
    phrase_pattern,
)
from pipeline.text.rules import Rule, RuleFile, load_rules

MORE = ("closed", "post")
"""What the rules of this file may have besides."""
_NAMES = {
    "name": marks.NAME,
    "lead": marks.LEAD,
    "deputy": marks.DEPUTY,
    "post": marks.POST,
}
_A_MARK = re.compile(f"[{''.join(_NAMES.values())}]")
_WRITING = Writing(gap=r"[ \u00a0]+", some=r"[^.;:\n\t]{0,60}?")
"""Never over a tab: what stands behind it is another column."""
_CLOSED = r"(?=[ \u00a0]*(?:[.,;)/\n\t]|\([\d+]|$|(?:and|who|with)\b))"
_NO_MORE = r"(?![\w'’-])"
_NO_LABEL = rf"{_NO_MORE}(?![ \u00a0]*:)"
"""A role before a colon is the next one's."""
_PLACES = 3
"""Of how many places of a phrase letters are looked for first."""
_SURE = 0.9
_DOES = 0.85
"""How sure it is that a person holds a role of whom it is told what they do."""
_NEED_A_LEAD = ("deputy", "in-place")
_AWAY = "bsence of "
"""Before a name: the one who is away is not the one who acts."""
_FOR_LEAD = "for-lead"
_BY_FIELD = "lead-label"
_BY_WORRIES = "lead-of-worries"
_DONE = {"lead": LEAD, _BY_FIELD: LEAD, _BY_WORRIES: LEAD, "deputy": DEPUTY, "in-place": DEPUTY}


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
    """Whether words that are no known post tell another one, which the one who follows in the role may not hold."""
    plain: bool = True
    """Whether nothing but the role is told."""
    by_field: bool = False
    """Whether only the field stands before the name, "Safeguarding: X": a governor's where governors are listed."""
    by_worries: bool = False
    """Whether only that worries go to the person is told: no lead where another one is named."""

    @property
    def planned(self) -> str:
        """The role as the plan of a copy takes it."""
        return self.role if self.mention is None else self.mention.planned or self.mention.role


@dataclass(frozen=True, slots=True)
class _Telling:
    rule: Rule
    phrase: str
    pattern: re.Pattern[str]
    signs: frozenset[str]
    """Of the names and roles that it cannot do without."""
    opens: bool
    """Whether it begins with a name or a role."""

    def met_in(self, signs: str) -> Iterator[re.Match[str]]:
        """Yield where a marked text has the phrase, as ``finditer`` does: only where a mark stands if it opens so."""
        if not self.opens:
            yield from self.pattern.finditer(signs)
            return
        free = 0
        for at in _places_of_marks(signs):
            match = self.pattern.match(signs, at) if at >= free else None
            if match is not None:
                free = match.end()
                yield match


@lru_cache(maxsize=64)
def _places_of_marks(signs: str) -> tuple[int, ...]:
    """Return where the names and roles of a marked text stand; asked once for each phrase."""
    return tuple(mark.start() for mark in _A_MARK.finditer(signs))


@cache
def tie_rules() -> RuleFile:
    """Return the rules in the order of the file."""
    return load_rules(Path(__file__).with_name("ties.toml"), MORE)


@cache
def _words() -> Words:
    return {**tie_rules().words, **{name: (sign,) for name, sign in _NAMES.items()}}


@cache
def _tellings() -> tuple[_Telling, ...]:
    return tuple(_telling(rule, phrase, _words()) for rule in tie_rules().rules for phrase in rule.phrases)


@cache
def _needed() -> Needed:
    letters = (phrase_needs(each.phrase, _words(), most=_PLACES) for each in _tellings())
    return Needed(*zip(*letters, strict=True))


@cache
def _below() -> int:
    """Return the bits of the phrases that announce who is named in the next lines."""
    return sum(1 << number for number, each in enumerate(_tellings()) if each.rule.kind == "below")


def _possible(signs: str) -> list[_Telling]:
    """Return the phrases that a marked text may hold, by the letters and the names and roles that each needs."""
    return _held_by(numbers_of(_needed().of(signs)), signs)


def _held_by(possible: Iterable[int], signs: str) -> list[_Telling]:
    """Return those of some phrases whose names and roles a marked text has."""
    held = {sign for sign in _NAMES.values() if sign in signs}
    return [telling for number in possible if (telling := _tellings()[number]).signs <= held]


def _telling(rule: Rule, phrase: str, words: Words) -> _Telling:
    behind = _CLOSED if rule.more.get("closed") else _NO_LABEL if rule.kind == "name-first" else _NO_MORE
    pattern = compiled_lazily(rf"(?<![\w'’-]){phrase_pattern(phrase, words, _WRITING)}{behind}")
    named = (part.words for part in parse_phrase(phrase) if part.kind is PartKind.NAMED)
    signs = frozenset(_NAMES[name] for name in named if name in _NAMES)
    return _Telling(rule, phrase, pattern, signs, phrase_openings(phrase, words) <= set(_NAMES.values()))


_DUTY = re.compile(
    r"safe[\s-]?guarding|child(?:ren)?(?:['’]s)?\s+protection|(?:concern(?:s|ed)|worri(?:es|ed)) about", re.IGNORECASE
)
_DEPUTY_WORD = re.compile(r"deput|absence", re.IGNORECASE)
_OF_DUTY, _OF_DEPUTIES = ("guarding", "protection", "concern", "worri"), ("deput", "absence")
_SPEAKS = Needed([_OF_DUTY, _OF_DEPUTIES])


def _has_duty(text: str) -> bool:
    if not _SPEAKS.of(text) & 0b01:
        return False
    return "safeguarding" in text or "Safeguarding" in text or _DUTY.search(text) is not None


def _has_deputy(text: str) -> bool:
    return bool(_SPEAKS.of(text) & 0b10) and _DEPUTY_WORD.search(text) is not None


@lru_cache(maxsize=2048)
def find_ties(text: str, roles: tuple[RoleMention, ...] | None = None, *, after_lead: bool = False) -> tuple[Tie, ...]:
    """Return the ties that ``text`` tells, in reading order, at most one of a name and role.

    ``roles``: those named in it, where what stands around the text shows more than its own words.
    ``after_lead``: the lines before name the lead, so that "her deputy" is the lead's.
    """
    roles = find_roles(text) if roles is None else roles
    if not (roles or _has_duty(text) or _has_deputy(text)):
        return ()
    marked = mark_text(text, roles)
    if marks.NAME not in marked.signs:
        return ()
    found: dict[tuple[int, str], Tie] = {}
    tellings = _possible(marked.signs)
    for of_deputies in (False, True):
        for telling in tellings:
            if telling.rule.kind == "below" or of_deputies != (telling.rule.kind in _NEED_A_LEAD):
                continue
            known = OF_LEADS if telling.rule.kind == "deputy" else {LEAD}
            for match in telling.met_in(marked.signs):
                leads = {marked.place_of(tie.start) for tie in found.values() if tie.role in known}
                posted = of_deputies and (
                    _follows_a_leads_post(marked, match, leads) or _leads_by_a_post(marked, match)
                )
                if not of_deputies or posted or _follows_the_lead(marked, match, leads, after_lead=after_lead):
                    ties = (replace(tie, with_post=tie.with_post or posted) for tie in _ties_of(marked, telling, match))
                    found = {(tie.start, tie.role): tie for tie in ties} | found
    return tuple(sorted(found.values(), key=lambda tie: tie.start))


_ENDS = re.compile(r"[\s:.…–-]*$")


def _that_end_so(text: str, numbers: Iterable[int]) -> list[int]:
    """Return the phrases with which a text may end, but for marks: an announcement stands at the end of its line."""
    core, before = text, ""
    while core != before:
        before, core = core, core.rstrip().rstrip(_MARKS_BEHIND)
    last, behind = in_plain_letters(core[-_LONGEST_ENDING:]), text[len(core) :]
    return [
        number
        for number in numbers
        if any(ending in behind if ending in _MARKS_BEHIND else last.endswith(ending) for ending in _endings_of(number))
    ]


@cache
def _endings_of(number: int) -> tuple[str, ...]:
    """Return with which letters or marks a phrase may end; the empty ones where it ends with a name or a role."""
    endings = phrase_endings(_tellings()[number].phrase, _words())
    return tuple("" if ending in _NAMES.values() else ending[-_LONGEST_ENDING:] for ending in endings)


_MARKS_BEHIND = ":.…–-"
_LONGEST_ENDING = 12


@lru_cache(maxsize=2048)
def announced(text: str) -> RoleMention | None:
    """Return the role whose holders ``text`` announces, so that they stand in the next lines; else None."""
    below = _needed().of(text) & _below()
    possible = _that_end_so(text, numbers_of(below)) if below else []
    if not possible or not (find_roles(text) or _has_duty(text)):
        return None
    marked = mark_text(text, find_roles(text))
    for telling in _held_by(possible, marked.signs):
        for match in telling.met_in(marked.signs):
            if _ENDS.match(marked.signs, match.end()) is None:
                continue
            roles = [mark.role for mark in marked.between(*match.span()) if mark.role is not None]
            if roles:
                return None if is_former(text, roles[-1].start, roles[-1].end) else roles[-1]
            if _OF_OTHERS.search(marked.signs) or _NOT_SAID.search(marked.signs):
                return None
            start, end = marked.position(match.start()), marked.position(match.end())
            return RoleMention(LEAD, start, end, text[start:end])
    return None


def _ties_of(marked: Marked, telling: _Telling, match: re.Match[str]) -> Iterator[Tie]:
    """Yield what one telling ties; nothing where it tells of a person who held the role before."""
    told, kind, rule = marked.between(*match.span()), telling.rule.kind, telling.rule.name(telling.phrase)
    if _tells_nothing(marked, telling, match):
        return
    post = telling.rule.more.get("post", False)
    plain = not post and not any(mark.role and mark.role.role == OTHER for mark in told)
    if kind == _FOR_LEAD:
        for number, each in enumerate(each for each in told if each.role is None):
            yield Tie(each.start, each.end, DEPUTY if number else LEAD, None, rule, _DOES)
        return
    if kind in _DONE:
        no_deputy = _OF_ANOTHER_BODY if kind == "in-place" else _WHOSE
        people = (each for each in told if each.role is None and not _WHOSE.match(marked.text, each.end))
        people = (each for each in people if not marked.text.endswith(_AWAY, 0, each.start))
        people = (each for each in people if not no_deputy.match(marked.text, each.end))
        if kind == "in-place" and any(_ANOTHERS_POST.search(mark.role.text) for mark in told if mark.role is not None):
            return
        by_field, worries, post = kind == _BY_FIELD, kind == _BY_WORRIES, bool(telling.rule.more.get("post"))
        for each in people:
            tie = Tie(each.start, each.end, _DONE[kind], None, rule, _DOES, post, plain=not post)
            yield replace(tie, by_field=by_field, by_worries=worries)
        return
    held = [mark for mark in told if mark.role is None or mark.role.role != OTHER]
    for names, roles in _pairs(held, names_first=kind == "name-first"):
        for role in roles:
            if not is_former(marked.text, role.start, role.end):
                yield from (
                    Tie(each.start, each.end, role.role, role, rule, with_post=post, plain=plain) for each in names
                )


def _tells_nothing(marked: Marked, telling: _Telling, match: re.Match[str]) -> bool:
    """Whether what stands around a telling makes it none: it may be, was, or is another body's or another name's."""
    told, kind = marked.between(*match.span()), telling.rule.kind
    first, last = _sentence(marked, *match.span())
    clause, before = marked.text[first:last], marked.text[first : marked.position(match.start())]
    by_names = kind == "name-first" and all(mark.role is None or mark.role.role == DEPUTY for mark in told)
    of_deputies = kind == "deputy" or by_names
    not_said = _DENIED.search(before.rpartition(",")[2]) if of_deputies else _NOT_SAID.search(before)
    if tells_of_a_former_holder(clause) or not_said or _is_half(marked.signs, *match.span()):
        return True
    appointed = telling.phrase.startswith("{appointed}")
    if appointed and _ANOTHER_APPOINTS.search(before):
        return True
    # Who appoints a person here is no other body whose lead it is.
    of_whom = clause[len(before) :] if appointed else clause
    if _DONE.get(kind) == LEAD and (_OF_OTHERS.search(of_whom) or _A_NAME_BEFORE.search(before)):
        return True
    if kind == _BY_FIELD and before.strip(" •*-–\t\u00a0"):
        return True
    return kind == "name-first" and not appointed and _is_named_before(marked, match)


_NOT_SAID = re.compile(
    r"\b(?:if|when(?:ever)?|where|unless|until|should|whether|not|never|instead|example|absent|absence|holidays?)\b",
    re.IGNORECASE,
)
"""Before a telling in its sentence: it says what may be, or is not."""
_DENIED = re.compile(r"\b(?:never|not|until|example)\b", re.IGNORECASE)
"""The same where a deputy is told as that, who acts when a person is away anyhow."""
_OF_OTHERS = re.compile(
    r"\b(?:authorit\w+|council\w*|county|boards?|bod(?:y|ies)|govern\w+|trust(?:ees?)?|borough|diocese|police"
    r"|(?-i:[A-Z][a-z]+ (?:School|Academy|College|Nursery)))\b",
    re.IGNORECASE,
)
"""In a sentence that says by itself who leads: it may be another body's lead, or one for a while."""


_A_NAME_BEFORE = re.compile(r"[A-Z][a-z]+[ \u00a0]$")
"""Right before a telling: it is the rest of a name, "Surrey Safeguarding team"."""


def _is_named_before(marked: Marked, match: re.Match[str]) -> bool:
    """Whether the first name of a telling follows another role: "DSL: X, SENCO and Deputy DSL: Y"."""
    start = _start_of_sentence(marked.signs, match.start())
    before = marked.between(start, match.start())
    return bool(before) and before[-1].role is not None and before[-1].role.role in OF_LEADS


_LEAD_OR_DEPUTY = f"[{marks.LEAD}{marks.DEPUTY}]"
_WITH = r"(?:[^\S\n]*[/,&]|[^\S\n]+(?:and|or)\b)[^\S\n]*(?:(?:the|our|a)[^\S\n]+)?"
_MORE_BEHIND = re.compile(_WITH + _LEAD_OR_DEPUTY)
_MORE_BEFORE = re.compile(f"{_LEAD_OR_DEPUTY}{_WITH}$")


def _is_half(signs: str, start: int, end: int) -> bool:
    """Whether lead and deputy are told in one, each for one of two names: "X and Y are our DSL and Deputy DSL"."""
    ends_with_role, begins_with_role = signs[end - 1] != marks.NAME, signs[start] != marks.NAME
    behind = ends_with_role and _MORE_BEHIND.match(signs, end) is not None
    return behind or (begins_with_role and _MORE_BEFORE.search(signs, max(0, start - 40), start) is not None)


_WHOSE = re.compile(r"['’]|[^\S\n]+absence\b")
"""Behind a name that is told only for its absence."""


_OF_ANOTHER_BODY = re.compile(
    r"(?:,|[ \u00a0]*\(|[ \u00a0](?:at|from|in|of)\b)[ \u00a0]*(?!(?:and|or|then|who)\b)(?:[\w'’-]+[ \u00a0]+){0,4}"
    r"(?:LADO|authority|chair\w*|council|county|governors?|MASH|police|social (?:care|services)|trustees?)\b",
    re.IGNORECASE,
)
"""Behind the one who acts for the lead: it is no deputy, but a governor, the council, the police."""
_ANOTHERS_POST = re.compile(r"\b(?:LADO|authority|chair|council|governor|police|trustee)", re.IGNORECASE)
_ANOTHER_APPOINTS = re.compile(
    r"\b(?:authority|borough|(?<!church )(?<!parish )council|county|police)\b[^,;:]*$", re.IGNORECASE
)
"""Before "appointed": whose lead that is."""


def _pairs(told: Sequence[Mark], *, names_first: bool) -> Iterator[tuple[list[Mark], list[RoleMention]]]:
    """Yield names with the roles right behind them, or right before them."""
    runs = [(is_role, list(run)) for is_role, run in groupby(told, key=lambda mark: mark.role is not None)]
    for (left_is_role, left), (_, right) in pairwise(runs):
        if left_is_role != names_first:
            names, roles = (left, right) if names_first else (right, left)
            yield names, [mark.role for mark in roles if mark.role is not None]


_SENTENCE_END = re.compile(r"[.!?;][\"”’)]?\s+(?=\W*[A-Z\ue000-\ue003])|\n")


def _start_of_sentence(signs: str, place: int) -> int:
    # A sentence may begin at the place itself, so that its capital has to be seen.
    ends = (each.end() for each in _SENTENCE_END.finditer(signs, 0, place + 1))
    return max((end for end in ends if end <= place), default=0)


def _sentence(marked: Marked, start: int, end: int) -> tuple[int, int]:
    """Return where in the text the sentences around a stretch of ``signs`` begin and end."""
    behind = _SENTENCE_END.search(marked.signs, end)
    last = behind.start() if behind else len(marked.signs)
    return marked.position(_start_of_sentence(marked.signs, start)), marked.position(last)


def _follows_the_lead(marked: Marked, match: re.Match[str], leads: Set[int], *, after_lead: bool) -> bool:
    """Whether of all that is named before a telling the lead is named last: "her deputy" is the deputy of the lead.

    ``leads``: where names stand that are tied to the lead. A name right behind the lead's role is the lead's as well.
    In "in X's absence" X must be the lead, as far as anybody is named before.
    """
    names = [place for place in marked.places_in(*match.span()) if marked.signs[place] == marks.NAME]
    absent = names[0] if _ABSENT.match(match[0]) else None
    before = marked.places_in(0, match.start())
    if absent is not None and any(marked.signs[place] == marks.NAME for place in before):
        return any(marked.last_word(absent) == marked.last_word(each) for each in _leads_named(marked, before, leads))
    if not before:
        return after_lead
    if (away := _WHEN_AWAY.search(match[0])) is not None and away["who"].casefold() not in _HE_OR_SHE:
        led = [place for place in _leads_named(marked, before, leads) if marked.signs[place] == marks.NAME]
        return any(away["who"].casefold() in marked.words_at(place) for place in led)
    if _CONDITION.match(match[0]) and not _speaks_of_the_lead(marked, match.start(), before, leads):
        return False
    first = _start_of_sentence(marked.signs, match.start())
    if _WITH_A_POST.search(marked.signs, first, match.start()):
        # Of two posts together nobody can tell whose deputy it is: "X (Headteacher and DSL) and Y (Deputy)".
        return False
    return marked.signs[before[-1]] == marks.LEAD or before[-1] in _leads_named(marked, before, leads)


_WHEN_AWAY = re.compile(r"\bwhen (?P<who>\w+) is (?:absent|away|not|off|out|unavailable)\b", re.IGNORECASE)
_HE_OR_SHE = frozenset(("he", "she"))
_CONDITION = re.compile(r"(?:if|when) ", re.IGNORECASE)


def _speaks_of_the_lead(marked: Marked, start: int, before: Sequence[int], leads: Set[int]) -> bool:
    """Whether "if she is away" can mean only the lead: named in the sentence right before, and nobody else there."""
    signs, first = marked.signs, _start_of_sentence(marked.signs, before[-1])
    led = _leads_named(marked, before, leads)
    alone = all(signs[place] != marks.NAME or place in led for place in before if place >= first)
    return alone and len(_SENTENCE_END.findall(signs, before[-1], start)) < _FAR


_FAR = 2


def _follows_a_leads_post(marked: Marked, match: re.Match[str], leads: Set[int]) -> bool:
    """Whether the sentence before ends in the lead's name with one post behind it: "The DSL is X, Head. Her deputy …".

    It may be the post's deputy as well, so that a copy waits.
    """
    before = marked.places_in(0, match.start())
    if len(before) < 2 or _ABSENT.match(match[0]):
        return False
    name, post = before[-2:]
    return (
        marked.signs[post] == marks.POST
        and name in _leads_named(marked, before, leads)
        and _IN_APPOSITION.fullmatch(marked.signs, name + 1, post) is not None
        and _ENDS_SENTENCE.fullmatch(marked.signs, post + 1, match.start()) is not None
    )


def _leads_by_a_post(marked: Marked, match: re.Match[str]) -> bool:
    """Whether the clause before tells the lead by a post: "The DSL is the Head, X, and in her absence …"."""
    first = _start_of_sentence(marked.signs, match.start())
    return _BY_A_POST.search(marked.signs, first, match.start()) is not None


_BY_A_POST = re.compile(
    rf"{marks.LEAD}(?:\s*\([^()]{{0,20}}\))?\s*(?:is|:|–|-)\s*(?:(?:the|our)\s+)?{marks.POST}\s*,?\s*{marks.NAME}"
    r"\s*[,;]?\s*(?:(?:and|or)\s*,?\s*)?$"
)
_IN_APPOSITION = re.compile(r"\s*[,(:–-]\s*(?:(?:our|the)\s+)?")
_ENDS_SENTENCE = re.compile(
    rf"\)?\s*(?:,\s*who\b[^{marks.NAME}{marks.LEAD}{marks.DEPUTY}{marks.POST}]{{0,160}}?)?[.;]\s+"
    r"(?:(?:he|she|they)\s+(?:is|are)\s+)?",
    re.IGNORECASE,
)
_WITH_A_POST = re.compile(
    f"{marks.POST}(?:(?!{marks.LEAD}).)*$|{marks.POST}[^{marks.NAME}{marks.LEAD}]{{0,6}}{marks.LEAD}"
    f"|{marks.LEAD}[^{marks.NAME}{marks.LEAD}]{{0,40}}{marks.POST}",
    re.DOTALL,
)
"""A post behind the lead's role or joined with it, so that "her deputy" may be the post's."""
_ABSENT = re.compile(f"in {marks.NAME}", re.IGNORECASE)


def _leads_named(marked: Marked, places: Sequence[int], leads: Set[int]) -> set[int]:
    """Return where among ``places`` the lead is named: by a tie, or right behind or before the lead's role."""
    named = {place for place in places if place in leads}
    for left, right in pairwise(places):
        gap = marked.signs[left + 1 : right]
        if marked.signs[left] == marks.LEAD and marked.signs[right] == marks.NAME and _TIGHT.fullmatch(gap):
            named.add(right)
        if marked.signs[left] == marks.NAME and marked.signs[right] == marks.LEAD and _TIGHT.fullmatch(gap):
            named.update((left, right))
    return named


_OF_WHERE = r"(?:(?:for|of|at|in)\s+(?:the\s+|our\s+)?(?:(?:[A-Z][\w'’-]*|and|nursery|school|setting)\s+){1,6})?"
_TIGHT = re.compile(rf"[\s(:,–-]*{_OF_WHERE}(?:(?:is|are|the|our)\b[\s(:,–-]*){{0,2}}")
