"""What else a text tells of a person: another post ("exams officer: X"), another task ("X teaches history"), the past.

``named.scene`` asks it where no role of the directory stands at a name.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.named.names.titles import Shows, one_title, titles_small
from pipeline.named.roles.passages import A_DAY, AUTHOR, HISTORY, PAST_EVENT, RoleLabel
from pipeline.named.roles.records import DECIDED, MADE, NO_DUTY
from pipeline.named.roles.rules import OTHER
from pipeline.named.roles.words import pattern_of, words_of
from pipeline.reasons.reason import Reason, because
from pipeline.text.lazily import compiled_lazily
from pipeline.text.phrases import one_of_words

OTHER_TASK = because("capacity")
MAY_BE_ANOTHER_TASK = because("may-be-another-task")


def _small_capacity() -> str:
    """Return a pattern of a post in small letters that is no contact role, with one to three words of its own."""
    no_word = one_of_words(words_of("no-post") | titles_small(Shows.ANYWHERE))
    return (
        rf"\b(?P<words>(?:(?!{no_word}\b)[a-z][\w'’&/-]*[ \u00a0]+){{1,3}})"
        rf"{one_of_words(words_of('post'))}s?\b(?![\w-]|['’])"
        r"(?!(?<=lead)[ \u00a0]+(?:responsib|role|on\b|in\b|the\b))"
    )


_CAPACITY = compiled_lazily(_small_capacity)
"""In small letters: there a choice that does not fit is told by its first letter, in a third of the time."""
_CAPACITY_IN_ANY_CASE = compiled_lazily(_small_capacity, re.IGNORECASE)
_OTHER_CASE = compiled_lazily("[ſıİ\u212a]")
"""Signs that are letters of English in any case and others in small letters."""
_OF_SAFEGUARDING = compiled_lazily(r"safe-?guard|protection|designated|\bdd?sl|\bdsp\b", re.IGNORECASE)
_GAPS = r"[ \u00a0]+"
_LONE_POST = compiled_lazily(
    lambda: (
        rf"(?<![\w’'.-]){pattern_of('lone-post', _GAPS)}"
        r"(?=[ \u00a0]+(?-i:[^\W\d_a-z])|[ \u00a0]+(?:and|&)[ \u00a0]|[ \u00a0]*(?:[:\t=|,()]|[–-][ \u00a0]|$))"
    ),
    re.IGNORECASE | re.MULTILINE,
)
"""A post of one word, where a name or the end of an entry follows: "Directors X and Y", "X, director, is …"."""


def find_capacities(text: str, labels: Sequence[RoleLabel]) -> Iterator[RoleLabel]:
    """Yield the posts of a text that are no contact roles ("first aid coordinator"), none overlapping ``labels``."""
    taken = [(label.start, label.end) for label in labels]
    for match in _capacities(text):
        words = match["words"].casefold().split()
        apart = not any(start < match.end() and match.start() < end for start, end in taken)
        ours = _OF_SAFEGUARDING.search(match["words"]) and not any(word in words_of("body") for word in words)
        if apart and not ours and not set(words) <= words_of("any-post"):
            taken.append(match.span())
            yield RoleLabel(OTHER, match.start(), match.end())
    for match in _LONE_POST.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            yield RoleLabel(OTHER, match.start(), match.end())


def _capacities(text: str) -> Iterator[re.Match[str]]:
    small = text.lower()
    if len(small) == len(text) and (text.isascii() or _OTHER_CASE.search(text) is None):
        return _CAPACITY.finditer(small)
    return _CAPACITY_IN_ANY_CASE.finditer(text)


# --- examples -----------------------------------------------------------------------------------------------------

EXAMPLE = because("example")
_EXAMPLE = compiled_lazily(
    r"^\W*(?:\d+\W*)?(?:(?:case|worked)\s+)?(?:case\s+stud(?:y|ies)|example|scenario|vignette)s?\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_CALLED = compiled_lazily(
    r"\b(?:pupil|child|student|boy|girl|parent|carer|mother|father|mum|dad|brother|sister)s?\s*,?\s*"
    r"(?:(?:is|was|who is)\s+)?(?:called|named|by the name of)\s+$",
    re.IGNORECASE,
)
_AGED = compiled_lazily(
    r"^[\s\u00a0]*[,(–-]?[\s\u00a0]*(?:aged?\b|\d{1,2}\)|\d{1,2}\s+years?\s+old|(?:who\s+is\s+)?an?\s+(?:\w+\s+){0,2}"
    r"(?:pupil|child|student|boy|girl|parent)\b)|^[\s\u00a0]*(?:in|from)\s+(?:year|class|form)\s+\d",
    re.IGNORECASE,
)


def opens_example(text: str, *, alone: bool) -> bool:
    """Whether a text begins an example; ``alone``: it must be a short line that says no more than that."""
    match = _EXAMPLE.match(text)
    return match is not None and (len(text) < 60 if alone else re.match(r"\s*\d*\s*[:.–(-]", match["rest"]) is not None)


def is_somebody_elses(before: str, after: str) -> bool:
    """Whether a name between two parts of a sentence is a child's or a parent's: "a pupil called X", "X, aged 9"."""
    return _CALLED.search(before) is not None or _AGED.match(after) is not None


# --- the past ----------------------------------------------------------------------------------------------------

_ASIDE = r"^(?:\s*\([^)]{0,60}\)|\s*,[^,.;]{0,60},)?[\s\u00a0,]*(?:(?:who|also|then|first|kindly|[a-z]+ly)\s+)*"
_TOLD = (
    r"(?:wrote|set up|began|became|founded|gave|led|ran|made|came|left|won|taught|spoke|went|took|brought|built|drew"
    r"|held|chose|retired|told|said|met|sent|put)\b"
)
_STATES = (
    r"(?:based|supported|located|named|called|appointed|trained|designated|qualified|assisted|delegated|authorised"
    r"|nominated|allocated|assigned|employed|involved|placed|related|shared|required|entitled|tasked|expected|informed"
    r"|notified|contacted|consulted)\b"
)
_DID = compiled_lazily(
    rf"{_ASIDE}(?:{_TOLD}|(?!{_STATES})[a-z]{{2,}}[^\We]ed\s+(?:the|an?|our|this|these|us|as|from)\b)", re.I
)
_DID_ON_A_DAY = compiled_lazily(rf"{_ASIDE}(?:{_TOLD}|(?!{_STATES})[a-z]{{2,}}[^\We]ed\b)", re.IGNORECASE)
_DONE_BY = compiled_lazily(
    r"(?:[a-z]{2,}ed|written|begun|set up|run|led|given|held|taught|made|drawn up)\s+by\s+(?:the\s+\w+,?\s+)?$",
    re.IGNORECASE,
)
_NOT_YET = compiled_lazily(r"\b(?:is|are|be|will|must|should|shall|may|can|has to|have to)\b", re.IGNORECASE)
_CONDITION = compiled_lazily(
    r"\b(?:if|once|when|whenever|after|until|unless|before|where|should|whatever|what|which|that)\b", re.IGNORECASE
)


_IN_HONOUR = compiled_lazily(
    r"\b(?:in\s+(?:loving\s+|fond\s+)?memory\s+of|named\s+after|in\s+honour\s+of|dedicated\s+to"
    r"|commemorat\w+|remembering|thank(?:s|ed|ing)?|farewell\s+to|goodbye\s+to)\s+(?:the\s+late\s+)?$",
    re.IGNORECASE,
)
_YEARS = compiled_lazily(
    r"^[\s\u00a0]*[(,:–-]?[\s\u00a0]*(?:19|20)\d\d[\s\u00a0]*(?:[–—/-]|to\b)[\s\u00a0]*(?:19|20)?\d\d\b"
)
_WORK_BY = compiled_lazily(
    r"\b(?:policy|template|model|document|photo\w*|image|picture|illustration|drawing|book|article|poem|logo"
    r"|artwork|design)s?\s+(?:is\s+|was\s+|are\s+)?by\s+$",
    re.IGNORECASE,
)
_CREDITED = compiled_lazily(
    r"(?:\b(?:further\s+reading|bibliography|contributors?|credits?|photos?|photographs?|pictures?|copyright)\s*[:–-]|\xa9)"
    r"(?:[^\w.;]|\d|\b(?:and|by)\b|(?-i:[^\W\d_a-z])[\w'’.-]*+)*+$",
    re.IGNORECASE,
)
"""What stands before those who made something, with no more than other names between."""
_MADE_ON_A_DAY = compiled_lazily(rf"{NO_DUTY}\b(?:{MADE}|{DECIDED})\b[^.;()]{{0,30}}\d[\s\u00a0]*\([\s\u00a0]*$", re.I)
_LOG = compiled_lazily(
    r"\b(?:review|revision|version|amendment|change|document)s?\s+(?:history|log|record)\s*[:–-][^\n]*$", re.IGNORECASE
)


def is_credited(before: str) -> Reason | None:
    """Return why the person named behind some words made a text or a picture, or stands in its history; else None."""
    if _LOG.search(before):
        return HISTORY
    return AUTHOR if any(each.search(before) for each in (_WORK_BY, _CREDITED, _MADE_ON_A_DAY)) else None


def past_of(before: str, after: str) -> Reason | None:
    """Return ``PAST_EVENT`` where a sentence tells what the person between its two parts once did, else None.

    "In 2019 X wrote the first edition", "X introduced the scheme", "set up by X in 2019", "named after X".
    """
    if _IN_HONOUR.search(before) or _YEARS.match(after):
        return PAST_EVENT
    dated = A_DAY.search(before) is not None or A_DAY.search(after) is not None
    if dated and (_DID_ON_A_DAY.match(after) or (_DONE_BY.search(before) and not _NOT_YET.search(before))):
        return PAST_EVENT
    return PAST_EVENT if _DID.match(after) and not _CONDITION.search(before) else None


# --- other tasks -------------------------------------------------------------------------------------------------

_TEACHES = compiled_lazily(rf"{_ASIDE}(?:teaches|coaches|tutors)\b", re.IGNORECASE)
_ADDRESSED = compiled_lazily(r"\bdear\s+$", re.IGNORECASE)
_OF_A_BODY = compiled_lazily(
    r"^[\s\u00a0]*,?\s*(?:at|of|from)\s+(?:the\s+)?(?:(?!in\b|of\b|or\b|and\b)[\w'’&-]+\s+){0,4}"
    r"(?:Council|Borough|County|Police|NHS|Hospital|Surgery|Clinic|Diocese|University|Cafcass|CAMHS|Ltd|Limited)\b"
)
_ANOTHER_KIND = compiled_lazily(
    r"^[\s\u00a0]*[(–-][\s\u00a0]*(?:an?\s+)?(?:parent|carer|mother|father|grand\w+|pupil|child|student|visitor|volunteer"
    r"|supply|agency|contractor)(?:\s+(?:teacher|staff|cover|worker|of\b[^()]{1,40}))?[\s\u00a0]*(?:[)\t\n]|$)",
    re.IGNORECASE,
)
_RUNS = compiled_lazily(
    rf"{_ASIDE}(?:runs|leads|manages|organi[sz]es|co-?ordinates|oversees|heads|chairs|edits|looks\s+after|helps\s+with"
    r"|is\s+(?:also\s+)?(?:in\s+charge\s+of|responsible\s+for))\b",
    re.IGNORECASE,
)
_RUN_BY = compiled_lazily(
    r"\b(?:run|led|managed|organi[sz]ed|co-?ordinated|overseen|headed|chaired|edited|taught|coached)\s+by\s+$",
    re.IGNORECASE,
)
_OF_A_CLASS = compiled_lazily(
    r"^[\s\u00a0]*[(–-][\s\u00a0]*(?:y(?:ear|r)?[\s\u00a0]*\d|ks[\s\u00a0]*\d|reception\b|nursery\b|eyfs\b|class\b|form\b)",
    re.IGNORECASE,
)
_COVERS = (
    r"(?<!\bas )(?<!\bwill )(?<!\bto )(?<!\bprovide )(?<!\bprovides )"
    r"cover(?:ed|ing|s(?! (?:in|when|during|if|for (?:the|her|him))\b))?"
)
"""A person's cover for a time, and not the deputy's duty: "the deputy, X, will act as cover"."""
_LETTERS_BEHIND = (
    r"(?-i:B\.?A|B\.?[Ss]\.?[Cc]|B\.?[Ee][Dd]|LL\.?B|M\.?A|M\.?[Ss]\.?[Cc]|M\.?[Ee][Dd]|M\.?[Pp]hil|MBA|LL\.?M|P[Hh]\.?D"
    r"|D\.?[Pp]hil|E[Dd]\.?D|P\.?G\.?C\.?E|PGDip|QTL?S|NPQ\w*|[OMCDK]BE|BEM|JP|FRSA|FCCT)\b"
)
"""Degrees, teaching qualifications and honours, as they are written behind a name."""
_OWN_PAST = (
    r"who\s+(?:(?:also|first|originally|previously|formerly)\s+)*(?:joined|came|holds|held|had|used\s+to|trained|qualified"
    r"|graduated|studied|taught|worked|started|began|served|led|previously|formerly"
    r"|was\b(?!\s+(?:appoint|designat|nominat|elect|chosen|identif|train))"
    r"|has\s+(?:(?:over|more\s+than|many|several|nearly|almost)\s+\w+\s+years|\d+\s+years|worked|taught|served|held|qualified"
    rf"|an?\s+(?:degree|diploma|master|doctorate)|(?:an?\s+)?{_LETTERS_BEHIND}"
    r"|been\b(?!\s+(?:appoint|designat|nominat|elect|chosen|identif|train|given|made))))\b"
)
"""What a person did or has: "who joined us in 2011". What goes with the post ("was appointed") is not."""
_OWN_YEARS = (
    r"(?:(?:also|first|originally|previously|formerly)\s+)*(?:joined\s+(?:us|the|our|in)|graduated|was\s+born"
    r"|(?:studied|taught)\s+(?:at|in|for)|(?:trained|qualified)\s+(?:as|at|in\s+\d)|worked\s+(?:at|as|in|for|with)"
    r"|came\s+to\s+(?:us|the\s+school)|has\s+(?:(?:over|more\s+than|many|several|nearly|almost)\s+\w+\s+years|\d+\s+years"
    r"|(?:worked|taught|served)\s+(?:at|as|in|for|with|here)|been\s+(?:here|at|in|with)\b[^.;]{0,40}\b(?:for|since)))\b"
)
"""The same told in a sentence of its own, where the lead's duties are told too: "X joined us in 2011"."""
_ROLE_BEHIND = r"(?:\([^)]{0,30}(?:lead|dsl)\)|,[\s\u00a0]*(?:the|our)[\s\u00a0][^,.;()]{0,40}?\b(?:lead|dsl)\b)"
_GOES = (
    r"(?:(?:is|will be|goes|who is)\b[^.;]{0,30}\b(?:leave|sabbatical|seconded|secondment)\b"
    r"|is\s+retiring\b|retires\b|has\s+been\b[^.;]{0,60}\bsince\b)"
)
_AWAY = r"(?:(?:ma|pa)ternity|(?:adoption|sick|on) leave|sabbatical|second(?:ed|ment)|retir(?:es|ed|ing)|until|since)"
_CAPITAL = r"(?-i:[^\W\d_a-z])"
_CALLED_BEFORE = (
    rf"(?:[(,–—-]\s*)?(?:n(?:é|e\u0301)e|(?-i:nee|NEE))\s+{_CAPITAL}"
    rf"|(?:[(,–—-]\s*)?(?:formerly|previously)\s+(?:{one_title(Shows.BESIDE)}\.?\s+)?{_CAPITAL}"
    rf"|[(,–—-]\s*born\s+{_CAPITAL}|\(\s*(?:born|maiden\s+name)\b|\(\s*(?:also|was|now)\s+{_CAPITAL}"
    r"|\(?\s*(?:formerly|also)\s+known\b"
)
"""A name of the person's own behind the one read: "X (née Field)"."""
_TRAINED = (
    r"(?:[(,–-]\s*(?:who\s+(?:is|has)\s+)?|(?:who\s+)?(?:is|has)\s+)(?:(?:also|recently|fully|been|last)\s+)*"
    r"(?:(?:level|tier)\s*\w{1,5}\s*[,:–-]?\s*|safeguarding\s+|advanced\s+|DSL\s+)?"
    r"(?:(?:trained|qualified)\b(?!\s+(?:staff|teacher|to\b|every|each|annually))|(?:training|certificate|refresher)\s*(?:on|in|:|–|-|\d|renewed|completed|(?-i:[A-Z]))"
    r"|(?:completed|attended|undertaken|renewed|updated|gained|achieved)\b[^.;]{0,50}\b(?:training|course|certificate|level|award))"
)
"""What training a person had: "X (Level 3 trained, 2024)", "X, who has completed …"."""
_TRAINED_IN = (
    r"[(,–—-]\s*(?!(?:all|any|and|are|by|every|for|must|or|our|staff|the|to|who|with)\b)"
    r"(?:(?!(?:all|and|are|be|every|is|must|staff)\b)[\w’'-]+\s+){1,4}(?:trained|accredited)\s*(?:[),;.\d]|in\s+\d|$)"
)
"""What a person is trained in: "X (Safer recruitment trained)"."""
_SINCE = (
    r"[(,–—-]\s*(?:(?:who\s+was|first)\s+)*(?:appointed|in\s+(?:post|role)|elected|started)\b"
    r"[^.;()\n]{0,24}\b(?:19|20)\d\d\b"
)
"""From when a person has the post: "X, appointed September 2019"."""
_OF_THE_PERSON = compiled_lazily(
    rf"^[\s\u00a0]*(?:\([^)]{{0,30}}(?:lead|dsl)\)[\s\u00a0]*)?[(,–-][^).;]{{0,40}}?\b(?:{_AWAY}|{_COVERS})\b"
    rf"|^[\s\u00a0]*{_ROLE_BEHIND}?[\s\u00a0]*[(,–-]?[\s\u00a0(]*(?:{_LETTERS_BEHIND}|{_OWN_PAST})"
    rf"|^[\s\u00a0]+(?:{_GOES}|{_OWN_YEARS})|^[\s\u00a0]*\({one_title()}\.?\)"
    rf"|^[\s\u00a0]*{_ROLE_BEHIND}?[\s\u00a0]*(?:{_CALLED_BEFORE}|{_TRAINED}|{_TRAINED_IN}|{_SINCE})",
    re.IGNORECASE,
)
_THEIR_TIME = compiled_lazily(
    rf"^[\s\u00a0]+(?:{_GOES}|{_OWN_YEARS}|have\s+(?:(?:over|more\s+than|many|nearly)\s+\w+\s+years|\d+\s+years))",
    re.IGNORECASE,
)
_THEIR_WORK = compiled_lazily(
    r"^[\s\u00a0]+(?:have\s+(?:worked|taught|served)\s+(?:at|as|in|for|with|here)|w(?:as|ere)\s+(?:last\s+)?trained\b"
    r"|(?:is|are)\s+an?\s+(?:[\w’'-]+\s+){0,2}?(?:qualified|experienced|former|registered|chartered)\b"
    r"(?!\s+(?:designated|safeguarding|DSL|member)\b))",
    re.IGNORECASE,
)
"""Behind "She", "He" or "They", who is the person just named: "She is a qualified social worker"."""
_SAME_PERSON = compiled_lazily(r"(?:^|[\s\u00a0])(?:She|He|They)(?=[\s\u00a0])")
_OTHER_SCRIPT = r"[\u0370-\u1cff\u2e80-\u2fdf\u3041-\ud7af\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufefc]"
_SPELT_AGAIN = compiled_lazily(rf"^[\s\u00a0]*[(/（]?[\s\u00a0]*{_OTHER_SCRIPT}")
_SPELT_BEFORE = compiled_lazily(rf"{_OTHER_SCRIPT}[\s\u00a0]*[(/（]?[\s\u00a0]*$")
"""The same name in letters other than Latin ones, as the person writes it: no program can say it is the next one's."""
_FROM_A_DAY = compiled_lazily(r"\bfrom\b[^.;]{2,40}\bwill\s+be\s*$", re.IGNORECASE)
_PAIR = compiled_lazily(rf"\b{one_title(Shows.BESIDE)}\.?[\s\u00a0]+(?:and|&)[\s\u00a0]+$", re.IGNORECASE)
_GOES_BEFORE = compiled_lazily(
    r"\b(?:not|no longer|replac(?:es?|ed|ing)|(?:takes?|taking) over from|instead of|rather than|successor (?:to|of))"
    r"[\s\u00a0]+$",
    re.IGNORECASE,
)
_GOES_AFTER = compiled_lazily(
    r"^[\s\u00a0]+(?:(?:is|was|will be)[\s\u00a0]+(?:no longer|not[\s\u00a0]+(?:the|our))\b"
    r"|(?:has|will have)[\s\u00a0]+left\b|(?:will[\s\u00a0]+|has[\s\u00a0]+)?(?:cease|step(?:s|ping)? down)\w*)"
    r"|^['’]s?[\s\u00a0]+(?:successor|replacement)\b",
    re.IGNORECASE,
)
_KIN = compiled_lazily(
    r"^['’]s?[\s\u00a0]+(?:son|daughter|child|children|husband|wife|partner|mother|father|brother|sister|family)\b",
    re.IGNORECASE,
)
_DUTY = compiled_lazily(
    r"safe-?guard|protect|concern|worr|referral|record|disclos|welfare|abuse|neglect|prevent|training|induction"
    r"|allegation|polic|procedure|report|\bcases?\b|\bfiles?\b|safety|\brisk|designated|\bdd?sl|\blado\b|incident",
    re.IGNORECASE,
)


def tells_of_the_person(before: str, after: str) -> bool:
    """Whether what stands about a name is true of the person alone: "X (maternity leave from May)", "Mr and Mrs X"."""
    told = _OF_THE_PERSON.match(after) or _FROM_A_DAY.search(before) or _PAIR.search(before)
    spelt = _SPELT_AGAIN.match(after) or _SPELT_BEFORE.search(before)
    return bool(told or spelt or _GOES_BEFORE.search(before) or _GOES_AFTER.match(after))


def next_of_the_person(sentence: str) -> bool:
    """Whether a sentence behind that of a name is true of the person alone: "She has worked here for twenty years."."""
    subject = _SAME_PERSON.match(sentence)
    behind = sentence[subject.end() :] if subject is not None else ""
    return _THEIR_TIME.match(behind) is not None or _THEIR_WORK.match(behind) is not None


def other_task(before: str, after: str) -> Reason | None:
    """Return ``OTHER_TASK`` where a sentence tells what the person does besides any role, None where it does not.

    ``MAY_BE_ANOTHER_TASK`` where that cannot be told: "X runs the library".
    """
    if _TEACHES.match(after) or _OF_A_CLASS.match(after) or _KIN.match(after):
        return OTHER_TASK
    if _ADDRESSED.search(before) or _OF_A_BODY.match(after) or _ANOTHER_KIND.match(after):
        return MAY_BE_ANOTHER_TASK
    if _DUTY.search(before) or _DUTY.search(after):
        return None
    runs = _RUNS.match(after)
    if runs is not None and re.search(r"\balso\b", runs[0], re.IGNORECASE):
        return OTHER_TASK
    return MAY_BE_ANOTHER_TASK if runs or _RUN_BY.search(before) else None
