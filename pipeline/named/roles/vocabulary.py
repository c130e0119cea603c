"""The roles a school's policies name people in, in the many wordings of forty years: found in a text.

The wordings stand in ``roles.toml``. ``find_roles`` finds them for the reading of a document and, by way of
``passages.find_labels``, for the planning of a copy.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from pipeline.dates.months import BEGINS_MONTH, SHORT_MONTHS_SMALL
from pipeline.named.other_bodies import is_at_a_trust, is_of_another_body, may_be_a_bodys
from pipeline.named.roles.rules import DEPUTY, LEAD, OTHER, Wording, load_wordings
from pipeline.named.roles.words import pattern_of
from pipeline.text.lazily import compiled_lazily
from pipeline.text.needed import numbers_of

OF_LEADS = frozenset((LEAD, DEPUTY))
"""Roles that bodies other than a school have too, in the same words."""
_FOR_SCHOOLS_TOO = frozenset(("data-protection-officer", "senco"))
"""Posts of other bodies that may be the school's as well: a council's data protection officer serves its schools."""

_FORMER = compiled_lazily(
    r"\b(?:previous|former|outgoing|past|retired|ex|(?:the|our|its)\s+then)[\s-]+(?:school['’]?s?\s+)?$", re.IGNORECASE
)
_LEAVING = r"(?:(?:his|her|their)\s+)?(?:retirement|retiring|death|leaving)(?:\s+in\s+(?:[a-z]+\s+)?20\d\d)?"
_ENDED = compiled_lazily(
    r"[\s,(]*(?:from\s+(?:[A-Z][a-z]+\s+)?(?:19|20)\d\d\s+)?(?:until|till|up\s+to)\s+"
    r"(?:(?:the\s+)?(?:end|summer|autumn|spring|start)\s+(?:of\s+)?)?(?:\d\d?(?:st|nd|rd|th)?\s+)?"
    rf"(?:(?-i:[A-Z])[a-z]+\s+)?(?:(?:19|20)\d\d|last\s|recently|(?:he|she|they)\s+(?:left|retired)|{_LEAVING})",
    re.IGNORECASE,
)
"""Behind a role: "until July 2012", "until she retired"."""
_TOLD_TIME = compiled_lazily(rf"(?:\b(?P<month>{BEGINS_MONTH})[a-z]*\s+)?(?P<year>(?:19|20)\d\d)$", re.IGNORECASE)
_YEARS = compiled_lazily(
    r"[\s,(]*(?:from\s+)?(?P<first>(?:19|20)\d\d)\s*(?:[-–—]|\bto\b|\buntil\b)\s*(?P<last>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
"""Behind a role: years that are no school year, "2012–2019"."""
_LADO = "lado"
_LOOK_BACK = 40
_OF_THE_SETTING = compiled_lazily(
    r"\b(?:our|(?:school|setting|nursery|pre-?school|playgroup|club)['’]?s?)\s+$", re.IGNORECASE
)
_NO_LADO = compiled_lazily(r"designated\s+officers?", re.IGNORECASE)
"""Pre-schools have a "designated officer" of their own, who oversees the lead and is no authority's."""


def is_former(text: str, start: int, end: int) -> bool:
    """Whether the role at a place is said to be held no more: "Previous DSL", "DSL until 2012", "DSL 2012–2019".

    An end after this program was made is none yet: who is "DSL until August 2099" counts as of today, whenever the
    document is read, so that nobody's reading of it changes by the clock.
    """
    if _FORMER.search(text[max(0, start - _LOOK_BACK) : start]) is not None:
        return True
    if (ended := _ENDED.match(text, end)) is not None:
        return not is_to_come(ended[0])
    years = _YEARS.match(text, end)
    return years is not None and int(years["last"]) - int(years["first"]) > 1 and not is_to_come(years[0])


_MADE = (2026, 11)
"""Year and month in which these rules were made. An end that has come since then leaves a copy changed or held."""


def is_to_come(words: str) -> bool:
    """Whether the month or year in which ``words`` end lies after ``_MADE``: "until August 2099", a year to its end."""
    told = _TOLD_TIME.search(words)
    if told is None:
        return False
    month = SHORT_MONTHS_SMALL.index(told["month"].casefold()) + 1 if told["month"] else 12
    return (int(told["year"]), month) >= _MADE


_FOR_A_WHILE = r"reserve|substitute|alternative|relief|cover|stand[ -]?in|out[ -]of[ -]hours"
_NOT_YET = r"associate|trainee|under(?=-)|shadow(?:ing)?|incoming|proposed|potential"
_BETWEEN = r"(?:child(?:ren)?(?:['’]?s)?|designated|lead|named|nominated|school|senior|welfare|safety)"
_RANKED_BELOW = compiled_lazily(
    r"(?<![^\W\d_])(?:(?P<deputy>dep(?:uty|uties|utes?|ty)?|dpty|vice|assistant|asst|(?-i:D(?=[./-]))|alternate"
    rf"|second|additional|back[ -]?up)|(?P<a_while>{_FOR_A_WHILE})|{_NOT_YET})\.?"
    r"(?:[ \u00a0]+|(?<![ \u00a0])[-/\u2010\u2011])"
    rf"(?:{_BETWEEN}[ \u00a0]+){{0,2}}$",
    re.IGNORECASE,
)
"""Right before a role: "Deputy-DSL", "D/DSL", "Vice Principal", "Assistant SENCO", "Deputy Child" … "Officer"."""
_EITHER = compiled_lazily(r"(?:deputy|deputies|assistant)/$", re.IGNORECASE)
"""The lead's deputy, or a deputy of the head who is the lead: nobody can tell."""
_NO_POST = frozenset(("childrens-social-care", OTHER))


def rank_below(text: str, start: int, role: str) -> tuple[str, int]:
    """Return whose the role at ``start`` is with the word right before it, and where that begins.

    A deputy of the lead is ``deputy-dsl``; a deputy of anybody else, an associate, each who stands in and each who is
    still to come are ``other``.
    """
    before = _ranked_below(text, start, role)
    if before is None:
        return role, start
    return DEPUTY if role == LEAD and before["deputy"] else OTHER, before.start()


def _ranked_below(text: str, start: int, role: str) -> re.Match[str] | None:
    before = _RANKED_BELOW.search(text, max(0, start - _LOOK_BACK), start)
    if before is None or role in _NO_POST or role == DEPUTY or _EITHER.search(before[0]):
        return None
    return before


_DEPUTY_WORD = r"(?<![^\W\d_])(?:deput(?:y|ies|es?)|(?<!teaching )(?<!classroom )assistant|alternate"
_DEPUTY_FAR = compiled_lazily(rf"{_DEPUTY_WORD})\b[\w\s,/&()'’\u2010-\u2015-]{{0,24}}$", re.IGNORECASE)
"""Not far before the lead, with words between: "Deputy EYFS Safeguarding Lead", "Deputy and Safeguarding Lead"."""
_DEPUTY_NEAR = compiled_lazily(
    rf"{_DEPUTY_WORD}|second|additional|back[\s-]?up|vice)\b[\s,/&(\u2010-\u2015-]*"
    r"(?:(?!(?:the|an?|to|will|or|of|in|for|by|is|are|with|our|who|must|should|can|may|then|from|as|on|at|their)\b)"
    r"[\w'’]+[\s/&(\u2010-\u2015-]+){0,2}(?:(?:to|for|of)\s+(?:(?:the|our)\s+)?)?$",
    re.IGNORECASE,
)
"""Before any other post: "Deputy - Clerk", "Back-up DPO", "Assistant to the Headteacher"; no verb between."""

_IN_PLACE_OF_LEAD = compiled_lazily(
    r"(?<![\w-])(?:third|fourth|[234](?:nd|rd|th)|secondary|stand[ -]?by|junior|other(?:[ \u00a0]+trained)?"
    r"|support(?:ing)?|emergency|holiday|future|level[ \u00a0][12])[ \u00a0]+$",
    re.IGNORECASE,
)
"""Right before the lead, a person who is not the one lead: "Third DSL", "Other trained DSL", "Level 2 DSL"."""
_NOT_THE_FIRST = compiled_lazily(
    rf"[\s\u00a0]*\([\s\u00a0]*(?:second|third|fourth|[234](?:nd|rd|th)?|assistant|back[ -]?up|{_FOR_A_WHILE}"
    r"|stand[ -]?by|nights?|weekends?|holidays?|in training|trainee|junior|other)[\s\u00a0]*\)",
    re.IGNORECASE,
)
"""The same behind the lead: "DSL (second): X"."""
_IN_ABSENCE = compiled_lazily(r"\b(?:absence|place)\s+of\s+(?:the|our)\s+$", re.IGNORECASE)
_IS_SAID = compiled_lazily(
    r"\s*(?:\([^()]{0,20}\)\s*)?(?:[:\t\u2013\u2014-]|,?\s*(?:please\s+)?\b(?:ask|call|contact|inform|ring|see|tell|notify"
    r"|(?:go|report|speak|talk|turn)\s+to)\b)",
    re.IGNORECASE,
)
"""With the one before and this behind the lead: "In the absence of the DSL: X" names the one who is there instead."""
_SERVES = compiled_lazily(
    r"\b(?:PA|(?:personal[ \u00a0]+)?secretary)[ \u00a0]+to[ \u00a0]+(?:the|our)[ \u00a0]+$", re.IGNORECASE
)
"""Before a role, a person who works for its holder: "PA to the Headteacher"."""


@dataclass(frozen=True, slots=True)
class RoleMention:
    """A role named in a text."""

    role: str
    """As in ``model.Contact``; ``other`` for roles the directory does not keep."""
    start: int
    end: int
    text: str
    bare: bool = False
    """Whether the words do not say of what ("Designated person")."""
    planned: str = ""
    """The role that the planning of a copy takes it for, where that is another one; see ``roles.toml``."""
    may_be: str = ""
    """A role that the same words may name: nobody can tell."""
    rule: str = field(default="", compare=False)
    """Which phrase of which file found it; empty for what stands around another."""

    @property
    def is_plural(self) -> bool:
        """Whether several people are announced ("Deputy DSL(s)", "Designated Persons")."""
        return bool(
            re.search(
                r"(?:leads|leaders|persons|people|officers|teachers|coordinators|co-ordinators|members|DSLs|DSPs|\(s\)"
                r"|deputies)\b|\(s\)",
                self.text,
                re.IGNORECASE,
            )
        )


_AREA = r"(?:safe[\s-]?guarding|child(?:ren)?\s+protection)"
_CUT_SHORT = compiled_lazily(
    rf"(?<![\w-])((?:designated|lead)(?:\s+{_AREA})?)\s+(?:and|or|&)\s+(?:the\s+|our\s+)?$", re.IGNORECASE
)
"""The lead before a deputy, both told in one: "our Designated and Deputy Designated Safeguarding Leads"."""
_NAMED_AGAIN = compiled_lazily(
    r"\b(?:(?P<absent>(?:absence|away|available|absent|in school),?)\s+)?(?:the|our)\s+"
    r"(?P<role>(?:named|nominated)\s+(?:person|teacher|member of staff))(?=\s+(?:is|will\s+be)\b)",
    re.IGNORECASE,
)
"""The lead told once more without the field, or who takes the lead's place: "In her absence the named person is …"."""
_DEPUTY_IN_BRACKETS = compiled_lazily(r"\b(?:deput(?:y|ies)|assistant|alternate)[\s\u00a0]*\(\s*$", re.IGNORECASE)
"""Before a lead: "X, Deputy (Designated Safeguarding Lead)"."""
_BRACKETS_DEPUTY = compiled_lazily(r"[\s\u00a0]*\([\s\u00a0]*deput(?:y|ies)[\s\u00a0]*\)", re.IGNORECASE)
"""Behind a lead: "DSL (Deputy): X"."""
_EXPLAINED = compiled_lazily(
    r"\s*\((?:the\s+|or\s+|formerly\s+)?(?:local|designated|child|safeguarding|team|do\b)[^)]{0,60}\)", re.IGNORECASE
)
"""Behind "LADO": what the letters stand for, or who is meant."""
_OF_CHILDREN = compiled_lazily(r"\s*\((?:for\s+)?(?:p?lac|cla|looked)\b[^)]{0,40}\)", re.IGNORECASE)
"""Behind a designated teacher: "Designated Teacher (LAC)"."""


_TOLD_ABOUT = compiled_lazily(
    r"\b(?:(?:concern|worr|allegation|complaint|disclosure)\w*\b[^.;:\n]{0,30}?\b(?:about|against|regarding|concerning)"
    r"|manage\w*\s(?:of|for)|supervis\w+\s(?:of|for))\s(?:(?:the|our|your)\s)?$",
    re.IGNORECASE,
)
_AS_LABEL = re.compile(r"\s*(?:\([^)]{1,12}\)\s*)?(?:[:\t|–]|-\s|$)")
"""Around a role whose holder a label speaks about: "Concerns about the DSL: X"."""
_FOR = compiled_lazily(
    r"\s+(?:for|in charge of|responsible for|with responsibility for)\s+(?P<task>[^,.:;()\t\n–—]{1,60}?)"
    r"(?=\s*(?:[,.:;()\t\n–—]|$|\s-\s|\b(?:are|at|has|is|was|who|will)\b))",
    re.IGNORECASE,
)
_A_PART = (
    r"early years|eyfs|foundation stage|reception|boarding|boarders|prep|sixth form"
    r"|(?:infant|junior|primary|secondary)s?"
    r"|(?:lower|middle|upper|senior)(?: school)?|(?:key stages?|ks|years?|phases?)\s?\d.{0,9}"
)
_OF_CHILDREN_ALL = r"children|pupils|students|young people|us|them"
_OF_HARM = r"abuse|allegations?|child protection|concerns?|cp|disclosures?|protection|safe-?guarding|welfare|worries"
_SERVED = compiled_lazily(
    lambda: (
        rf"(?:(?:the|our|this|these|each|every|both|whole|all)\s+)*(?:(?:[\w'’-]+\s+){{0,4}}{pattern_of('served')}|(?:{_A_PART})"
        rf"|(?:{_OF_CHILDREN_ALL})|.*\b(?:{_OF_HARM})\b.*)(?:\s+(?:and|or|&)\s.{{1,30}})?"
    ),
    re.IGNORECASE,
)
"""Whom and what a lead is there for: a place, a part of a school, children, and what is told of them."""
_TASKS = compiled_lazily(lambda: rf"(?:(?:the|our|all|any)\s+)*{pattern_of('task')}\b.*", re.IGNORECASE)
"""Tasks that schools name another person for."""
_BARE_TEACHER = compiled_lazily(r"(?:\w+\s+)?designated\s+(?:senior\s+)?teachers?", re.IGNORECASE)
_CARE = compiled_lazily(
    r"\blooked[\s-]+after\b|\bvirtual\s+(?:head|school)|\b(?:child(?:ren)?|pupils?|students?)\s+in\s+care\b"
    r"|\b(?:care[\s-]+experienced|previously\s+in\s+care)\b|\b(?-i:P?LAC|CLA)\b",
    re.IGNORECASE,
)
_CARE_BEFORE, _CARE_BEHIND = 240, 160
"""How many letters around a designated teacher may say that looked-after children are meant."""
_OF_THEM = compiled_lazily(r"\s+(?:for|of)\s+(?:(?:such|these|those)\s+\w+|them)\b", re.IGNORECASE)
"""Behind a role, whom the sentence before speaks of."""
_SENTENCE_END = compiled_lazily(r"[.;!?]\s+(?=[A-Z])")


def is_bare_teacher(words: str) -> bool:
    """Say whether a role is a "designated teacher" of nothing told: in England the looked-after children's."""
    return _BARE_TEACHER.fullmatch(words) is not None


def _tells_of_care(text: str, start: int, end: int) -> bool:
    """Say whether the sentence around a role is of children in care, or the one before it where that points back."""
    before = _SENTENCE_END.split(text[max(0, start - _CARE_BEFORE) : start])
    behind = _SENTENCE_END.split(text[end : end + _CARE_BEHIND])[0]
    told = before[-2:] if _OF_THEM.match(text, end) else before[-1:]
    return any(_CARE.search(words) for words in (*told, behind))


@cache
def every_mark() -> tuple[str, ...]:
    """Return words in small letters of which a text holds one that names a role; none has a space in it."""
    return tuple(dict.fromkeys(word for words in load_wordings().marks.values() for word in words))


def plain_case(text: str) -> str:
    """Return a text as roles are looked for in it: in small letters, every i with one dot."""
    return text.casefold().replace("ı", "i").replace("i\u0307", "i")


_stem = lru_cache(maxsize=1024)(plain_case)


def _matches(text: str, possible: int) -> Iterator[tuple[Wording, int, int]]:
    """Yield the possible wordings in a text with start and end, in order; of several at a place the longest."""
    wordings, free = load_wordings(), 0
    for start, stem in _starts(text, possible):
        if start < free or not wordings.bits_of_stem.get(stem, 0) & possible:
            continue
        found = _longest(text, start, wordings.by_stem[stem], possible)
        if found is not None:
            wording, free = found
            yield wording, start, free


def _starts(text: str, possible: int) -> Iterator[tuple[int, str]]:
    """Yield where a wording may begin, with the longest stem there: at the stems of possible ones at the least."""
    wordings, small = load_wordings(), plain_case(text)
    if len(small) != len(text) or any(map(small.__contains__, _stems_with_stops())):
        yield from ((start.start(), _stem(start[0])) for start in wordings.starts.finditer(text))
        return
    places: set[int] = set()
    for stem in {stem for number in numbers_of(possible) for stem in _stems_by_number()[number]}:
        at = small.find(stem)
        while at >= 0:
            places.add(at)
            at = small.find(stem, at + 1)
    for at in sorted(places):
        if not (at and "a" <= small[at - 1] <= "z"):
            stems = (small[at : at + length] for length in _STEM_LENGTHS)
            yield at, next(stem for stem in stems if stem in wordings.by_stem)


_STEM_LENGTHS = (3, 2, 1)


@cache
def _stems_by_number() -> Mapping[int, tuple[str, ...]]:
    """Return the stems of each wording, by the number of its bit."""
    found: dict[int, tuple[str, ...]] = {}
    for stem, wordings in load_wordings().by_stem.items():
        for each in wordings:
            number = each.bit.bit_length() - 1
            found[number] = (*found.get(number, ()), stem)
    return found


@cache
def _stems_with_stops() -> tuple[str, ...]:
    """Return the stems with a full stop in them, within which another one might begin."""
    return tuple(stem for stem in load_wordings().by_stem if not stem.isalpha())


def _longest(text: str, start: int, wordings: tuple[Wording, ...], possible: int) -> tuple[Wording, int] | None:
    """Return the longest possible wording at a place, with its end; one that fits any word comes last."""
    best: tuple[tuple[bool, int, bool], Wording] | None = None
    for wording in wordings:
        end = _end_of(text, start, wording, possible) if wording.bit & possible else None
        if end is not None:
            rank = (not wording.is_open, end, wording.rule.kind != OTHER)
            if best is None or rank > best[0]:
                best = rank, wording
    return None if best is None else (best[1], best[0][1])


def _end_of(text: str, start: int, wording: Wording, possible: int) -> int | None:
    match = wording.pattern.match(text, start)
    if match is None or not wording.before_lead:
        return None if match is None else match.end()
    stem = load_wordings().starts.match(text, match.end())
    roles = load_wordings().by_stem.get(plain_case(stem[0]), ()) if stem is not None else ()
    found = _longest(text, match.end(), tuple(each for each in roles if not each.before_lead), possible)
    return found[1] if found is not None and found[0].is_lead else None


_FOOTNOTE = compiled_lazily(r"(?:(?:[*†‡§]{1,3}|[¹²³⁰-⁹]{1,2})(?:[/,](?=[*†‡§¹²³⁰-⁹]))?)+(?=[\s:)]|$)")
"""The mark of a footnote, which goes with the role: "Deputy DSL*/**", "Safeguarding Lead¹"; "DSL1" may be the first."""


@lru_cache(maxsize=8192)
def find_roles(text: str) -> tuple[RoleMention, ...]:
    """Return the roles named in ``text``, in reading order, none overlapping another."""
    possible = load_wordings().needed.of(text)
    if not possible & load_wordings().alone:
        return ()
    mentions: list[RoleMention] = []
    for wording, start, end in _matches(text, possible):
        mention = _mention(text, wording, start, end, mentions)
        if (note := _FOOTNOTE.match(text, mention.end)) is not None:
            mention = replace(mention, end=note.end(), text=text[mention.start : note.end()])
        if mention.role == DEPUTY:
            mentions += _lead_cut_short(text, mention.start, mentions)
        before = mentions[-1] if mentions else None
        if before is not None and before.role == mention.role and before.start < mention.start < before.end:
            # The same role once more within its words: "Lead for Safeguarding (DSL)".
            end = max(before.end, mention.end)
            mentions[-1] = replace(before, end=end, text=text[before.start : end])
            continue
        if before is not None and before.role == mention.role and text[before.end : mention.start].strip() == "(":
            # The same role once more in initials: "Leads (DDSLs)".
            end = mention.end + text.startswith(")", mention.end)
            mentions[-1] = replace(before, end=end, text=text[before.start : end])
        elif before is not None and _is_in_welsh_too(text, before, mention):
            fuller = mention if before.bare else before
            mentions[-1] = replace(fuller, start=before.start, end=mention.end, text=text[before.start : mention.end])
        elif before is not None and _is_told_in_brackets(text, before, mention):
            end = mention.end + text.startswith(")", mention.end)
            mentions[-1] = replace(mention, start=before.start, end=end, text=text[before.start : end])
        elif before is None or not _is_told_in_passing(text, before, mention):
            mentions.append(mention)
    again = list(_named_again(text, mentions))
    return tuple(sorted((*mentions, *again), key=lambda each: each.start)) if again else tuple(mentions)


def _is_told_in_passing(text: str, before: RoleMention, mention: RoleMention) -> bool:
    """Say whether commas set a role apart from the one whose holder is named: "The DSL, helped by the deputy, is X"."""
    opens = _OPENS_ASIDE.fullmatch(text, before.end, mention.start) is not None
    return opens and _CLOSES_ASIDE.match(text, mention.end) is not None


_OPENS_ASIDE = re.compile(
    r"(?:\s*\([^()]{0,40}\))?\s*,\s+(?:[a-z]+\s+){0,4}(?:alongside|by|for|from|like|not|of|to|with)\s+(?:(?:an?|her|his|our|the|their)\s+)?"
)
_CLOSES_ASIDE = re.compile(r"(?:\s*\([^()]{0,40}\))?\s*,\s+(?:is|are|will be)\b")


def _is_in_welsh_too(text: str, before: RoleMention, mention: RoleMention) -> bool:
    """Say whether a stroke parts a role from the same one in Welsh: "DSL / Arweinydd Diogelu Dynodedig"."""
    parted = before.role == mention.role and text[before.end : mention.start].strip() in {"/", "|"}
    return parted and sum("dynodedig" in each.text.casefold() for each in (before, mention)) == 1


def _is_told_in_brackets(text: str, before: RoleMention, mention: RoleMention) -> bool:
    """Say whether brackets tell whose role the words before are: "Safeguarding Officers (Deputy DSLs)", "(LADO)"."""
    opens = text[before.end : mention.start].strip() == "(" and text.startswith(")", mention.end)
    if not opens or before.role != LEAD:
        return False
    return mention.role == _LADO or (mention.role == DEPUTY and before.is_plural and mention.is_plural)


def _mention(text: str, wording: Wording, start: int, end: int, before: Sequence[RoleMention]) -> RoleMention:
    """Return the role that the wording at a place names with what stands around it; ``before`` are those before it."""
    rule = wording.rule
    role, first, end = _by_what_stands_around(text, rule.kind, start, end)
    if role in OF_LEADS and _TOLD_ABOUT.search(text, max(0, first - 60), first) and _AS_LABEL.match(text, end):
        return RoleMention(OTHER, first, end, text[first:end], rule=rule.name(wording.phrase))
    of_what = _FOR.match(text, end) if role == LEAD and rule.more.get("bare") else None
    if of_what is not None and not _SERVED.fullmatch(of_what["task"]):
        # Of a task that nobody can tell the lead may be meant all the same.
        words, doubt = text[first : of_what.end()], "" if _TASKS.fullmatch(of_what["task"]) else LEAD
        return RoleMention(OTHER, first, of_what.end(), words, may_be=doubt, rule=rule.name(wording.phrase))
    its_own = role == rule.kind or (rule.kind, role) == ("lado", OTHER)
    planned, may_be = (rule.more.get(key, "") if its_own else "" for key in ("planned", "may_be"))
    before_it, start = _ranked_below(text, first, role), first
    if role == LEAD and before_it is not None and before_it["a_while"]:
        # A person who leads out of hours may be the lead or a deputy: a stranger there is told.
        may_be = LEAD
    elif may_be:
        may_be, start = rank_below(text, first, may_be)
    if role in _FOR_SCHOOLS_TOO and (is_of_another_body(text, first, end) or is_at_a_trust(text, end)):
        planned = OTHER
    if role in OF_LEADS and its_own and not planned and may_be_a_bodys(text, first, end):
        planned, may_be = OTHER, may_be or role
    role, its = rank_below(text, first, role)
    start = min(start, its)
    bare = rule.more.get("bare", False) and role == rule.kind
    is_lead = LEAD in (role, may_be)
    if (deputy := _deputy_before(text, start, role, before, is_lead=is_lead)) is not None:
        start, planned, may_be = (deputy if is_lead else start), OTHER, (DEPUTY if is_lead else may_be)
    elif role == LEAD and _NOT_THE_FIRST.match(text, end):
        role, may_be = OTHER, DEPUTY
    elif role == LEAD and _IN_ABSENCE.search(text, max(0, start - _LOOK_BACK), start) and _IS_SAID.match(text, end):
        planned, may_be = OTHER, DEPUTY
    return RoleMention(role, start, end, text[start:end], bare, planned, may_be, rule.name(wording.phrase))


def _deputy_before(text: str, start: int, role: str, before: Sequence[RoleMention], *, is_lead: bool) -> int | None:
    """Return where a deputy's word stands before the role at ``start`` that may be meant to go with it.

    Not that of a post of its own, "Deputy Headteacher and Safeguarding Lead"; but where the lead runs on from it.
    """
    if role == DEPUTY or (role in _NO_POST and not is_lead):
        return None
    of_lead: tuple[re.Pattern[str], ...] = (_DEPUTY_FAR, _IN_PLACE_OF_LEAD) if is_lead else ()
    found = (each.search(text, max(0, start - _LOOK_BACK), start) for each in (*of_lead, _DEPUTY_NEAR, _SERVES))
    match = next(filter(None, found), None)
    if match is None:
        return None
    its = next((each for each in before if each.start <= match.start() < each.end), None)
    if its is None:
        return match.start()
    return its.start if is_lead and not text[its.end : start].strip() else None


def _by_what_stands_around(text: str, role: str, start: int, end: int) -> tuple[str, int, int]:
    """Return role and stretch of a wording with what stands right before and behind it."""
    if role in OF_LEADS and (children := _OF_CHILDREN.match(text, end)):
        return "designated-teacher" if role == LEAD else OTHER, start, children.end()
    if role == LEAD and is_bare_teacher(text[start:end]) and _tells_of_care(text, start, end):
        return "designated-teacher", start, end
    if role == LEAD and (deputy := _DEPUTY_IN_BRACKETS.search(text, max(0, start - _LOOK_BACK), start)):
        role, start, end = DEPUTY, deputy.start(), end + text.startswith(")", end)
    elif role == LEAD and (deputy := _BRACKETS_DEPUTY.match(text, end)):
        role, end = DEPUTY, deputy.end()
    if role in OF_LEADS:
        several = load_wordings().behind.match(text, end)
        end = several.end() if several is not None else end
        return (OTHER if is_of_another_body(text, start, end) else role), start, end
    if role == "lado" and _NO_LADO.fullmatch(text[start:end]) and _OF_THE_SETTING.search(text[:start]):
        return OTHER, start, end
    if role == "lado" and (explained := _EXPLAINED.match(text, end)):
        end = explained.end()
    return role, start, end


def _lead_cut_short(text: str, position: int, before: list[RoleMention]) -> Iterator[RoleMention]:
    """Yield the lead of whom nothing but the first word stands before the deputy at ``position``, if there is one."""
    match = _CUT_SHORT.search(text, max(0, position - 2 * _LOOK_BACK), position)
    if match is not None and not (before and before[-1].end > match.start()):
        yield RoleMention(LEAD, match.start(), match.end(1), match[1])


def _named_again(text: str, mentions: list[RoleMention]) -> Iterator[RoleMention]:
    """Yield each bare "named person" behind the lead: the lead's deputy where it is said of the lead's absence."""
    first = next((each.end for each in mentions if each.role == LEAD), None)
    for match in _NAMED_AGAIN.finditer(text, first) if first is not None else ():
        if not any(each.start < match.end() and match.start() < each.end for each in mentions):
            role = DEPUTY if match["absent"] else LEAD
            yield RoleMention(role, match.start("role"), match.end("role"), match["role"])
