"""Where a text speaks of roles, and where of something a copy must not rewrite.

Roles of the directory have their own names (``dsl``); anything else a person may be ("Year 4 teacher", "PSHE lead")
is ``OTHER``: a capacity no contact entry speaks for.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.dates.months import one_month
from pipeline.model.dates import MONTHS
from pipeline.named.names.people import find_name
from pipeline.named.names.titles import Shows, one_title
from pipeline.named.roles.records import DECIDED, MADE, NO_DUTY
from pipeline.named.roles.rules import OTHER, load_wordings
from pipeline.named.roles.vocabulary import OF_LEADS, RoleMention, every_mark, find_roles, is_to_come
from pipeline.reasons.reason import Reason, because
from pipeline.text.lazily import compiled_lazily


def words_of_role(role: str) -> tuple[str, ...]:
    """Return words of which every wording that ``find_labels`` takes for ``role`` holds one, in small letters."""
    marks = load_wordings().marks
    if role in OF_LEADS:
        # A deputy's may be but a wording of the lead with a word before it: "backup trust DSL".
        return tuple(word for each in OF_LEADS for word in marks[each])
    return every_mark() if role == OTHER else marks.get(role, every_mark())


@dataclass(frozen=True, slots=True)
class RoleLabel:
    """A role named in a text."""

    role: str
    start: int
    end: int
    read: str = ""
    """The role that the reading of a document takes the same words for."""
    may_be: str = ""
    """A role that they may name as well: a stranger beside them is told."""


def find_labels(text: str) -> tuple[RoleLabel, ...]:
    """Return the roles named in ``text``, in order."""
    return tuple(_as_label(each) for each in find_roles(text))


def _as_label(mention: RoleMention) -> RoleLabel:
    return RoleLabel(mention.planned or mention.role, mention.start, mention.end, mention.role, mention.may_be)


_BEFORE_NAME = compiled_lazily(
    r"^[\s\u00a0:;,(\[)\]–—.|*-]*(?:\([A-Za-z&/ -]{2,24}\)[\s\u00a0:,–—-]*)?"
    r"(?:(?:is|are|was|currently|named|called|at present|here|for (?:the|our|this) school"
    r"|at [\w' ]{3,30}|\(?dd?sls?\)?|\(s\)|s|in (?:the|our|this) school)\b[\s\u00a0:,()\[\]–—.-]*){0,4}$",
    re.IGNORECASE,
)
_AFTER_NAME = compiled_lazily(
    r"^[\s\u00a0]*(?:[,(\[–—:|-]|\bis\b|\bas\b|\bacts as\b|\bhas been\b|\bwho is\b|\bremains\b|\bwas\b)[\s\u00a0,(]*"
    r"(?:(?:who|is|as|acts|serves|the|our|a|an|this|currently|also|school['’]?s|\w+['’]s|acting|appointed|named|designated|senior)\b[\s\u00a0]*){0,5}$",
    re.IGNORECASE,
)


_GIVEN_BEFORE = compiled_lazily(r"(?::|\s[–—-]|\b(?:is|are))\s*(?:the\s+head\s*teacher,?\s*)?$", re.IGNORECASE)
_GIVEN_AFTER = compiled_lazily(r"\s*(?:\(|,?\s*(?:who\s+)?is\s+(?:also\s+)?(?:the|our)\b)", re.IGNORECASE)
_COLON = compiled_lazily(r"[\s\u00a0]*(?:\([\w ]{1,12}\))?[\s\u00a0]*[:=]")
_NAMED_NEXT = compiled_lazily(
    rf"{_COLON.pattern}[\s\u00a0]*(?!\S*@|(?:tel|phone|mobile|mob|ext|e-?mail|contact|office|room)\w*\b)[^\W\d_]",
    re.IGNORECASE,
)
_OPENS_ITEM = compiled_lazily(r"(?:^|[,;\n])[\s\u00a0•*]*(?:(?:and|our|the)[ \u00a0]+)*$", re.IGNORECASE)
_DASH_AND_NAME = compiled_lazily(r"[ \u00a0]*(?:\([\w ]{1,12}\))?[ \u00a0]*[–—-][ \u00a0]+[^\W\d_a-z]")
_DEPUTY_AFTER = compiled_lazily(r"\s*[(\[,–-]\s*deputy\s*(?:$|[)\],.;])", re.IGNORECASE)


def roles_bound_to(text: str, start: int, end: int, labels: tuple[RoleLabel, ...]) -> tuple[str, ...]:
    """Return the roles a text directly gives to the name at ``text[start:end]``.

    "the DSL is X", "DSL: X", "X (DSL)", "X is our DSL", "Headteacher X". Empty where no role stands at the name.
    """
    after, before = roles_after(text, end, labels), _roles_before(text, start, end, labels)
    if after and (OTHER in after or OF_LEADS & {*after} or not OF_LEADS & {*before}):
        return after[-1:] if _are_lead_and_deputy(after) else after
    # "The DSL is X, Principal": the post behind the name does not take the place of the lead's role before it.
    return (*before, *after)


def _roles_before(text: str, start: int, end: int, labels: tuple[RoleLabel, ...]) -> tuple[str, ...]:
    before = [label for label in labels if label.end <= start]
    if not before or _BEFORE_NAME.match(text[before[-1].end : start]) is None:
        return ()
    roles = tuple(label.role for label in _run_up_to(text, before))
    roles = roles[:1] if _are_lead_and_deputy(roles) else roles
    return ("deputy-dsl",) if roles == ("dsl",) and _DEPUTY_AFTER.match(text, end) else roles


def _are_lead_and_deputy(roles: tuple[str, ...]) -> bool:
    """Whether roles are the lead's and a deputy's: nobody is both, so two people are named, each in turn."""
    return len(roles) == 2 and set(roles) == OF_LEADS


A_PART = (
    r"(?:whole[ -])?(?:school|nursery|pre-?school|primary|secondary|infants?|juniors?|lower|upper|senior|middle"
    r"|sixth form|boarding|prep|pre-prep|EYFS|early years|children['’]s centre|KS ?\d|key stage \d|out of hours)"
    r"(?: (?:school|site|campus|phase|club|centre|department|division))?"
)
"""The part of a setting that a lead is for, behind a dash: "DSL – Children’s Centre"."""
WHEN_AND_WHERE = (
    r"(?:[ \u00a0]*\b(?:at present|at the moment|at the time of writing|currently|this (?:school |academic )?year"
    r"|20\d\d[ \u00a0]?[-–/][ \u00a0]?(?:20)?\d\d\b"
    r"|until[ \u00a0]+(?:\d{1,2}[ \u00a0]+)?(?:[a-z]{3,9}[ \u00a0]+)?20\d\d\b"
    r"|(?:for|of|in|at|within|across)[ \u00a0]+(?:[\w'’.&-]+[ \u00a0]+){0,5}[\w'’.&-]+"
    r"(?=[ \u00a0]+(?:is|are|will be)\b))){0,2}[ \u00a0]*"
)
"""Between a role and its holder: "the DSL for the nursery is", "the lead at present is"."""


def surely_given(text: str, start: int, end: int) -> bool:
    """Whether a colon, a dash or "is" joins the name at a place and what stands before it, or brackets follow it."""
    return (
        _GIVEN_BEFORE.search(text, max(0, start - 80), start) is not None or _GIVEN_AFTER.match(text, end) is not None
    )


def roles_after(text: str, end: int, labels: tuple[RoleLabel, ...]) -> tuple[str, ...]:
    """Return the roles given right after a name that ends at ``end``: "X (DSL)", "X is our DSL"."""
    for label in labels:
        if label.end > end:
            if _AFTER_NAME.match(text[end : max(end, label.start)]) is None or opens_next(text, end, label, labels):
                return ()
            return (label.role, *_joined(text, labels, label.role, end))
    return ()


_TITLED = rf"(?:{one_title(Shows.BESIDE)}\b\.?[ \u00a0]+)?"
_A_NAME = rf"{_TITLED}(?-i:[^\W\d_a-z])[\w'’.-]*(?:[ \u00a0]+(?-i:[^\W\d_a-z])[\w'’.-]*){{0,3}}"
_AND_MORE = r"[ \u00a0]*(?:,|/|&|\band\b|\bor\b)[ \u00a0]*(?:and[ \u00a0]+)?"
_POST_THEN_NAME = compiled_lazily(rf"[ \u00a0]+{_TITLED}", re.IGNORECASE)
_POST_COMMA_NAME = compiled_lazily(rf",[ \u00a0]+{_TITLED}", re.IGNORECASE)
_LABEL_THEN_NAMES = compiled_lazily(rf"[ \u00a0]*[:\t–-][\s\u00a0]*(?:{_A_NAME}{_AND_MORE})*{_TITLED}", re.IGNORECASE)
_POST_THEN_NAMES = compiled_lazily(rf"[ \u00a0]+(?:{_A_NAME}{_AND_MORE})+{_TITLED}", re.IGNORECASE)
_NAME_THEN_POST = compiled_lazily(r"[ \u00a0]*,[ \u00a0]*(?:(?:the|our|an?|who[ \u00a0]+is)[ \u00a0]+)*", re.IGNORECASE)
_NAMES_THEN_POSTS = compiled_lazily(
    rf"(?:{_AND_MORE}{_A_NAME})+[ \u00a0]*,[ \u00a0]*(?:(?:the|our|both)[ \u00a0]+)*", re.IGNORECASE
)
_APPOSED = compiled_lazily(r"[ \u00a0]*(?:[,.;\n]|$|\b(?:is|are|who)\b)", re.IGNORECASE)
_OPENS = compiled_lazily(r"(?:^|[.:;\t\n(])[\W\d]*(?:(?:the|our)[ \u00a0]+)?$", re.IGNORECASE)


_MORE_NAMES = compiled_lazily(rf"(?:{_AND_MORE}{_A_NAME})+(?=[ \u00a0,(–—-]|$)")


def past_more_names(text: str, end: int) -> int:
    """Return where the list of names ends of which one ends at ``end``: "A" of "A, B and C are our DSLs"."""
    match = _MORE_NAMES.match(text, end)
    return match.end() if match is not None else end


def posts_told_with(text: str, start: int, end: int, posts: Sequence[RoleLabel]) -> Iterator[RoleLabel]:
    """Yield the posts of which the name at ``text[start:end]`` is told besides: "Directors X and Y are DSLs".

    Before the name, alone or with others in the plural, or between commas behind it. ``posts`` are all of the text.
    """
    before = next((each for each in reversed(posts) if each.end <= start), None)
    after = next((each for each in posts if each.start >= end), None)
    if before is not None:
        gap, several = text[before.end : start], text[before.end - 1].casefold() == "s"
        opens = _OPENS.search(text, 0, before.start) is not None and _APPOSED.match(text, end) is not None
        if (
            _POST_THEN_NAME.fullmatch(gap)
            or _LABEL_THEN_NAMES.fullmatch(gap)
            or (opens and _POST_COMMA_NAME.fullmatch(gap))
            or (several and _POST_THEN_NAMES.fullmatch(gap))
        ):
            yield before
    if after is not None and _APPOSED.match(text, after.end):
        gap = text[end : after.start]
        if _NAME_THEN_POST.fullmatch(gap) or (text[after.end - 1] in "sS" and _NAMES_THEN_POSTS.fullmatch(gap)):
            yield after


_BULLET = re.compile(r"[\s\u00a0]*(?:[–•*o\uf0b7-][\s\u00a0]+)?")


def roles_by_line(text: str, start: int, end: int, labels: tuple[RoleLabel, ...]) -> tuple[str, ...]:
    """Return the roles that the line of a text directly gives to the name at a place in it."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    last = len(text) if last < 0 else last
    own = tuple(
        replace(each, start=each.start - first, end=each.end - first)
        for each in labels
        if first <= each.start and each.end <= last
    )
    return roles_bound_to(text[first:last], start - first, end - first, own)


def roles_over_lines(text: str, start: int, end: int, labels: tuple[RoleLabel, ...]) -> tuple[str, ...]:
    """Return the roles that a text directly gives to the name at a place, by whichever of its lines.

    A role at the end of a line that begins with a person's name is that person's, and not the next line's.
    """
    first = text.rfind("\n", 0, start) + 1
    others = tuple(each for each in labels if each.start >= first or not _is_of_its_line(text, each))
    return roles_bound_to(text, start, end, others)


def _is_of_its_line(text: str, label: RoleLabel) -> bool:
    """Whether a role stands behind a name with which its line begins."""
    bullet = _BULLET.match(text, text.rfind("\n", 0, label.start) + 1)
    name = find_name(text, bullet.end()) if bullet is not None else None
    return name is not None and name.end() <= label.start


def opens_next(text: str, end: int, label: RoleLabel, labels: tuple[RoleLabel, ...]) -> bool:
    """Whether a role behind a name is the label of the next one: "DSL: X, Deputy DSL: Y", "DSL – X, Deputy DSL – Y"."""
    before = [each for each in labels if each.end < end]
    if any(_COLON.match(text, each.end) for each in before) and _NAMED_NEXT.match(text, label.end) is not None:
        return True
    return any(_is_dashed(text, each) for each in before) and _is_dashed(text, label)


def _is_dashed(text: str, label: RoleLabel) -> bool:
    """Whether a role opens its part of a list and a dash parts it from a name: "DSL – X"."""
    opens = _OPENS_ITEM.search(text, 0, label.start) is not None
    return opens and _DASH_AND_NAME.match(text, label.end) is not None


def _joined(text: str, labels: tuple[RoleLabel, ...], first: str, end: int) -> tuple[str, ...]:
    """Further roles after the first: "X is the DSL and headteacher"."""
    following = [label for label in labels if label.end > end]
    roles: list[str] = []
    for left, right in pairwise(following):
        if (
            re.fullmatch(
                r"(?:[\s\u00a0,/&)(]|(?<=\))[\s\u00a0]*[:–—-])*(?:and|&|/)?[\s\u00a0]*(?:the|our)?[\s\u00a0]*",
                text[left.end : right.start],
            )
            is None
        ):
            break
        roles.append(right.role)
    return tuple(role for role in roles if role != first)


def _run_up_to(text: str, labels: list[RoleLabel]) -> list[RoleLabel]:
    """The last label and those it is joined with: "Headteacher and DSL: X"."""
    run = [labels[-1]]
    for label in reversed(labels[:-1]):
        between = text[label.end : run[0].start]
        if {label.role, run[0].role} == OF_LEADS:
            between = re.sub(r"\bor\b", "and", between)
        if re.fullmatch(r"[\s\u00a0]*[(/&,]?[\s\u00a0]*(?:and|&)?[\s\u00a0]*(?:the|our)?[\s\u00a0]*", between) is None:
            break
        run.insert(0, label)
    return run


_ONLY_LABELS = compiled_lazily(
    r"^[\W\d_]*(?:(?:the|our|school['’]?s?|names?|of|is|are|and|details|contact|for|s|dsl|in|at|current)\b[\W\d_]*)*$",
    re.IGNORECASE,
)


def says_only(labels: Sequence[RoleLabel], text: str) -> bool:
    """Whether a text names a role and says nothing else."""
    for label in reversed(labels):
        text = text[: label.start] + text[label.end :]
    return bool(labels) and _ONLY_LABELS.match(text) is not None


# --- what is never rewritten -------------------------------------------------------------------------------------

SIGNATURE = because("signature")
APPROVAL = because("approval")
AUTHOR = because("author")
OWNER = because("policy-owner")
PAST_EVENT = because("past-event")
HISTORY = because("history")
CAPACITY = because("capacity")
"""What a post is told as that no contact entry speaks for; ``capacity_of`` says which."""

# "… by", and nothing but titles, roles and other names between it and the name.
_UP_TO_NAME = r"\b[\w\s]{0,30}?\bby\b(?:(?!\b(?:is|are|to|will|must|should|who|which|for|with|then)\b)[^.;!?]){0,60}$"
_BEFORE_THE_NAME: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    (SIGNATURE, re.compile(rf"\b{NO_DUTY}signed(?: off)?{_UP_TO_NAME}", re.IGNORECASE)),
    (APPROVAL, re.compile(rf"\b{NO_DUTY}{DECIDED}{_UP_TO_NAME}", re.IGNORECASE)),
    (AUTHOR, re.compile(rf"\b{NO_DUTY}{MADE}{_UP_TO_NAME}", re.IGNORECASE)),
    # "November 2015 / Ada Holt, Ben Lowe", "Version 2, Ada Holt": a row of what was done when.
    (
        PAST_EVENT,
        re.compile(
            rf"^\W*(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?{one_month()}\s+(?:19|20)\d\d\s*[/|–—-]\s*(?:[A-Z][^.;:]*,\s*)?$"
            r"|^\W*(?:version|edition|issue)\s\d[\d.]*\s*[,/|–—-]\s*$",
            re.IGNORECASE,
        ),
    ),
)
_ANYWHERE: tuple[tuple[Reason, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.IGNORECASE))
    for reason, pattern in (
        (SIGNATURE, r"^\W*signed\b|\bsigned\s*(?::|\(|_|\.{2}|…|on behalf)|\bsignature\b"),
        (APPROVAL, r"^\W*(?:approved|ratified|adopted|endorsed)\b|\bapproval\s*(?:date|:|by|on)"),
        (APPROVAL, r"\bdate\s+(?:approved|ratified|adopted)\b"),
        (AUTHOR, r"\bauthors?\b|\breviewer\b|\boriginator\b"),
        (
            PAST_EVENT,
            r"^\W*(?:minutes?\s*[:–-]\s*)?(?:(?:those\s+)?present|apologies|in attendance|attendees?)\s*[:–-]",
        ),
        (PAST_EVENT, r"^\W*minutes?\s*:|\bminuted by\b|\b(?:(?:thanks|grateful|tribute)\b[^.]{0,20}|thank you )\bto\b"),
        (OWNER, r"\b(?:policy|document)\s+(?:owner|holder|lead)\b|\bowner\b"),
    )
)
_HISTORY_HEADING = compiled_lazily(
    r"^\W*(?:\d+\.?\s*)?(?:version|revision|document|amendment|change|review|policy)"
    r"\s*(?:history|control|log|record|changes?)\b.{0,30}$"
    r"|^\W*(?:record of (?:changes|amendments|revisions)|amendments?|document control sheet)\W*$",
    re.IGNORECASE,
)
_HISTORY_ROW = compiled_lazily(
    r"\b(?:version|issue|rev(?:ision)?)\b.*\b(?:date|author|change|amend|comment|reason)", re.IGNORECASE | re.DOTALL
)
_NOT_NOW = r"(?<!\bis )(?<!\bare )(?<!\bbe )(?<!\bbeen )(?<!\bbeing )"
_FORMER = r"former(?! (?:pupil|student|school|employer|address|foster|famil|parent|carer|name)\w*)"
_WHO_WENT = (
    rf"\b(?:formerly|{_FORMER}|previously|predecessor|stepped down|retired|(?:took|taken) over from|succeeded"
    rf"|{_NOT_NOW}(?:handed over|stood down)|until (?:\w+ ){{0,3}}\d{{4}}|(?<!\bwhat )(?:was|were) the"
    r"|used to|left the school|(?:and|he|she|who) left (?:at|in|us))\b"
)
_PREVIOUS = (
    r"(?<!pupil['’]s )(?<!child['’]s )(?<!student['’]s )\b(?:previous|past|outgoing|ex|(?:the|our|its)[\s\u00a0]+then)"
    r"[\s\u00a0-]+(?:school['’]?s?\s+)?(?:designated|d?dsl|deputy|safeguarding|child protection|head)"
)
_PAST = compiled_lazily(
    rf"{_WHO_WENT}|{_PREVIOUS}"
    r"|\b(?:role|post|position)\s+(?:of\s+(?:\w+\s+){1,4})?(?:was\s+)?passed\s+(?:over\s+)?from\b"
    r"|\b(?:dsls?|dsp|leads?|officer|co-?ordinator|person|head\s?teacher)\s+was\s+(?-i:[A-Z])",
    re.IGNORECASE,
)
_PAST_EVENT = compiled_lazily(
    r"\b(?:was|were|had|attended|undertook"
    r"|(?<!\bis )(?<!\bare )(?<!\bbe )"
    r"(?:completed|delivered|received|led|presented|trained|carried out|held|met|given))\b",
    re.IGNORECASE,
)
A_DAY = compiled_lazily(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\blast (?:week|term|year|month)\b"
    rf"|\b(?:{'|'.join(name for name in MONTHS if name not in {'March', 'May'})})\b"
    r"|\b(?:in|on|since)\s+(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:march|may)\b",
    re.IGNORECASE,
)


def capacity_of(role: str) -> Reason:
    """Return what a post is told as that is ``role``, as a person says it."""
    return because("capacity-of", role=role)


def is_capacity(reason: Reason) -> bool:
    """Whether words stay because they name a person in another capacity."""
    return reason.code in ("capacity", "capacity-of")


def purpose_of(sentence: str, position: int) -> Reason | None:
    """Return why the name (or detail) at ``position`` stays as it is ("a signature"); None where it may change.

    ``sentence`` is one sentence of prose, or a short line or cell with the label before it.
    """
    for reason, pattern in _BEFORE_THE_NAME:
        if pattern.search(sentence[:position]):
            return reason
    for reason, pattern in _ANYWHERE:
        if pattern.search(sentence):
            return reason
    if _PAST.search(sentence) or (_PAST_EVENT.search(sentence) and A_DAY.search(sentence)):
        return PAST_EVENT
    return None


def tells_of_a_former_holder(sentence: str) -> bool:
    """Whether a sentence speaks of a person who held a role before ("was the DSL until 2021")."""
    return any(not is_to_come(past[0]) for past in _PAST.finditer(sentence))


def opens_history(text: str) -> bool:
    """Whether a line is the heading of a revision history."""
    return len(text) < 80 and _HISTORY_HEADING.match(text) is not None


def is_history_row(text: str) -> bool:
    """Whether the first row of a table is that of a revision history (version, date, author, changes)."""
    return len(text) < 200 and _HISTORY_ROW.search(text) is not None
