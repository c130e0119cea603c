"""The roles a school's policies name people in, in the many wordings of forty years."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_AREA = (
    r"(?:safe ?-?guarding(?: and child protection|(?: ?/ ?| & )child protection)?|child(?:ren)? protection(?: and "
    r"safeguarding|(?: ?/ ?| & )safeguarding)?)"
)
_PERSON = (
    r"(?:leads?|leaders?|person/s|persons?|people|officers?|teachers?|members? of staff|staff|co-?ordinators?"
    r"|liaison officers?|managers?)"
)
_INITIALS = r"(?:DSLs?|DSPs?|DCPOs?|CPOs?|DMSs?|DCPs?|CPLOs?|DSOs?)"
_LEAD = (
    rf"(?:lead |nominated |main |named )?designated (?:senior |lead )?(?:{_AREA} )?(?:senior )?{_PERSON}(?: "
    rf"?\((?:{_INITIALS}|s)\))*(?:(?: with responsibility)? for (?:leading )?{_AREA})?"
    rf"|(?:senior )?(?:designated )?(?:lead |named |nominated )?{_AREA} {_PERSON}|(?:named|nominated|senior) "
    rf"(?:person|teacher|member of staff) for {_AREA}"
    rf"|(?:lead )?{_INITIALS}(?:\(s\))?|head of {_AREA}|{_AREA} team leaders?"
)
_DEPUTY = r"(?:deput(?:y|ies)|assistant|alternate|additional|second)"

OF_LEADS = frozenset(("dsl", "deputy-dsl"))
"""Roles that bodies other than a school have too, in the same words."""
_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "designated-teacher",
        r"designated (?:teacher|member of staff|person|lead) (?:for|of) (?:the )?(?:looked[- ]after|previously "
        r"looked[- ]after|LAC|CLA)(?: children)?"
        r"(?: and previously looked[- ]after children)?|children (?:looked after|in care)|LAC (?:virtual "
        r"headteacher|designated teacher|co-?ordinator)|virtual (?:school )?head(?:teacher)?",
    ),
    ("data-protection-officer", r"data protection officer|DPO"),
    (
        "other",
        r"designated (?:mental health|attendance|health|prevent|medical|online safety)[\w\x20]*|(?:prevent"
        r"|attendance|mental health|online safety|e-?safety|whistleblowing|data protection|anti-?bullying|"
        r"pshe|rse|early help|wellbeing|behaviour|data|health and safety|first aid|medical|curriculum"
        r"|inclusion|pastoral|equality) (?:leads?|officers?|co-?ordinators?|champion|governors?|processing "
        r"\w+)"
        r"|designated first aiders?|business manager|office manager|(?:deputy|assistant) head(?! of safe"
        r"| of child)(?: ?(?:teacher|master|mistress))?s?|vice[- ]chair(?: of [\w\x20]+)?"
        r"|deputy chair(?: of [\w\x20]+)?",
    ),
    (
        "safeguarding-governor",
        rf"(?:nominated |designated |link |lead |named )*{_AREA} (?:link |lead )?(?:governor|trustee)s?"
        rf"|(?:nominated |designated |link |lead |named )*(?:link )?(?:governor|trustee)s?"
        rf"(?: responsible| with responsibility)? for {_AREA}",
    ),
    (
        "lado",
        r"(?:local authority )?designated officers?(?: ?\(LADO\))?|local area designated officer|LADO(?: "
        r"?\((?:the |or |formerly )?(?:local|designated|child|safeguarding|team|do\b)[^)]{0,60}\))?|team of officers",
    ),
    (
        "deputy-dsl",
        rf"(?:designated )?{_DEPUTY} (?:of )?(?:the )?(?:{_LEAD})|(?:designated )(?:senior )?(?:{_AREA} "
        rf")?(?:{_DEPUTY}) (?:{_AREA} )?{_PERSON}"
        rf"|DDSLs?(?:\(s\))?|deput(?:y|ies) (?:DSL|DSP)s?(?:\(s\))?|designated deput(?:y|ies)(?: persons?)?"
        rf"|deputies(?= are\b)|{_DEPUTY} {_AREA} "
        rf"{_PERSON}",
    ),
    ("dsl", _LEAD),
    (
        "chair-of-governors",
        r"chair(?:man|person|woman)? of (?:the )?(?:board of )?(?:governors|governing body|governing board"
        r"|trustees|trust board|directors|trust)|chair of (?:the )?(?:local )?governing [a-z]+",
    ),
    (
        "headteacher",
        r"(?:executive )?(?:head ?teacher|headmaster|headmistress)|(?:executive )?principal|head of school",
    ),
    (
        "senco",
        r"SEND?CO(?:ordinator)?|SEND? co-?ordinator|special educational needs co-?ordinator|inclusion leader"
        r"|additional needs leader",
    ),
    (
        "childrens-social-care",
        r"children['’]?s (?:social care|social services|services|access point|advice)[\w\x20]*|social "
        r"services[\w\x20]*|multi[- ]agency (?:safeguarding|support) hub|MASH|(?:county )?safeguarding hub|"
        r"first response|duty (?:social worker|desk)",
    ),
    ("clerk", r"clerk to (?:the )?(?:governors|governing body|trustees)"),
)


_OWNED = r"(?:['’]s?|s['’])?(?:[\s\u00a0]+own)?(?:[\s\u00a0]+named)?[\s\u00a0]+$"
_BODY = (
    r"(?:local[\s\u00a0]+authority|(?-i:LA|NHS|ICB|CCG|LSCP|LSCB)|NHS[\s\u00a0]+trust|council|county|borough"
    r"|(?:arch)?dioces(?:e|es|an)|parish|church|hospital|partnership|club|agency|provider|company|contractor|hirer)"
)
_OF_A_BODY = re.compile(rf"\b{_BODY}{_OWNED}", re.IGNORECASE)
_FOR_A_BODY = re.compile(
    rf"[\s\u00a0]+(?:for|of|at|in|from|within)[\s\u00a0]+(?:the|our|your|their)[\s\u00a0]+{_BODY}\b", re.IGNORECASE
)
_OF_A_TRUST = re.compile(rf"\b(?:trust|MAT)(?:[\s-]?wide)?{_OWNED}", re.IGNORECASE)
_FORMER = re.compile(
    r"\b(?:previous|former|outgoing|past|retired|ex|(?:the|our|its)\s+then)[\s-]+(?:school['’]?s?\s+)?$", re.IGNORECASE
)
_LOOK_BACK = 40


def is_of_another_body(text: str, start: int, end: int) -> bool:
    """Whether the lead named at a place is not a school's: "the council’s safeguarding lead", "Diocesan … Officer"."""
    return _OF_A_BODY.search(text[max(0, start - _LOOK_BACK) : start]) is not None or bool(_FOR_A_BODY.match(text, end))


def is_of_a_trust(text: str, start: int) -> bool:
    """Whether the lead named at a place is the trust's, who may be the school's as well: "Trust Safeguarding Lead"."""
    return _OF_A_TRUST.search(text[max(0, start - _LOOK_BACK) : start]) is not None


def former_before(text: str, position: int) -> bool:
    """Whether the role at ``position`` is said to be held no more: "Previous DSL", "our outgoing deputy DSL"."""
    return _FORMER.search(text[max(0, position - _LOOK_BACK) : position]) is not None


_RANKED_BELOW = re.compile(
    r"(?<![^\W\d_])(?:(?P<deputy>dep(?:uty|uties|ty)?|dpty|vice|assistant|asst|(?-i:D(?=[./-])))|associate|trainee)\.?"
    r"(?:[ \u00a0]+|(?<![ \u00a0])[-/\u2010\u2011])$",
    re.IGNORECASE,
)
"""Right before a role: "Deputy-DSL", "Dep. DSL", "D/DSL", "Vice Principal", "Assistant SENCO"."""
_EITHER = re.compile(r"(?:deputy|deputies|assistant)/$", re.IGNORECASE)
"""The lead's deputy, or a deputy of the head who is the lead: nobody can tell."""
_NO_POST = frozenset(("childrens-social-care", "other"))


def rank_below(text: str, start: int, role: str) -> tuple[str, int]:
    """Return whose the role at ``start`` is with the word right before it, and where that begins.

    A deputy of the lead is ``deputy-dsl``; a deputy of anybody else, an associate and a trainee are ``other``.
    """
    before = _RANKED_BELOW.search(text, max(0, start - _LOOK_BACK), start)
    if before is None or role in _NO_POST or role == "deputy-dsl" or _EITHER.search(before[0]):
        return role, start
    return "deputy-dsl" if role == "dsl" and before["deputy"] else "other", before.start()


@dataclass(frozen=True, slots=True)
class RoleMention:
    """A role named in a text."""

    role: str
    """As in ``model.Contact``; ``other`` for roles the directory does not keep."""
    start: int
    end: int
    text: str

    @property
    def is_plural(self) -> bool:
        """Whether several people are announced ("Deputy DSL(s)", "Designated Persons")."""
        return bool(
            re.search(
                r"(?:leads|persons|people|officers|teachers|coordinators|co-ordinators|members|DSLs|DSPs|\(s\)"
                r"|deputies)\b|\(s\)",
                self.text,
                re.IGNORECASE,
            )
        )


def _compile() -> re.Pattern[str]:
    parts = [f"(?P<r{number}>{pattern})" for number, (_, pattern) in enumerate(_PATTERNS)]
    return re.compile(
        rf"(?<![A-Za-z])(?:{'|'.join(parts)})(?-i:(?![a-z]))".replace(" ", r"\s+").replace(r"\s+?", r"\s*"),
        re.IGNORECASE,
    )


_ROLES = _compile()
_CUT_SHORT = re.compile(
    rf"(?<![\w-])((?:designated|lead)(?: {_AREA})?) (?:and|or|&) (?:the |our )?$".replace(" ", r"\s+"), re.IGNORECASE
)
"""The lead before a deputy, both told in one: "our Designated and Deputy Designated Safeguarding Leads"."""
_NAMED_AGAIN = re.compile(
    r"\b(?:(?P<absent>(?:absence|away|available|absent|in school),?)\s+)?(?:the|our)\s+"
    r"(?P<role>(?:named|nominated)\s+(?:person|teacher|member of staff))(?=\s+(?:is|will\s+be)\b)",
    re.IGNORECASE,
)
"""The lead told once more without the field, or who takes the lead's place: "In her absence the named person is …"."""
_TRIGGER = re.compile(
    r"designated|safe[ -]?guarding|child protection|dsl|dsp|cpo|cplo|dcp|dso|dms|deputies|head|principal|chair|lado"
    r"|senco|sendco|children['’]?s|social|mash|clerk|dpo|governor|officer|lead|hub|needs"
)
IN_EVERY_ROLE = (
    "designated", "guarding", "protection", "dsl", "dsp", "cpo", "cplo", "dcp", "dso", "deputies", "dms", "head",
    "principal", "chair", "lado", "senco", "sendco", "children", "social", "mash", "clerk", "dpo", "governor",
    "officer", "lead", "hub", "needs",
)  # fmt: skip
"""A text that holds none of these in small letters, whatever its spaces, holds no trigger and so no role."""


_STEMS_TEXT = """
    acc add alt ant ass att beh bus cha chi cle cou cpl cpo cur dat dcp dds dep des dms dpo dso dsl dsp dut e-s ear equ
    esa exe fir gov hea inc lac lad lea lin loc loo mai mas med men mul nam nom off onl pas pre pri psh rse saf sec sen
    soc spe tea tru vic vir wel whi
"""
_STARTS = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(_STEMS_TEXT.split())})", re.IGNORECASE)
"""The first three letters of every role: the long pattern is tried only there."""


def _role_matches(text: str) -> Iterator[re.Match[str]]:
    free = 0
    for start in _STARTS.finditer(text):
        match = _ROLES.match(text, start.start()) if start.start() >= free else None
        if match is not None:
            free = match.end()
            yield match


@lru_cache(maxsize=8192)
def find_roles(text: str) -> tuple[RoleMention, ...]:
    """Return the roles named in ``text``, in reading order, none overlapping another."""
    if not _TRIGGER.search(text.lower()):
        return ()
    mentions: list[RoleMention] = []
    for match in _role_matches(text):
        if match.lastgroup is not None:
            role = _PATTERNS[int(match.lastgroup[1:])][0]
            if role in OF_LEADS and is_of_another_body(text, match.start(), match.end()):
                role = "other"
            role, start = rank_below(text, match.start(), role)
            if role == "deputy-dsl":
                mentions += _lead_cut_short(text, start, mentions)
            before = mentions[-1] if mentions else None
            if before is not None and before.role == role and text[before.end : start].strip() == "(":
                # The same role once more in initials: "Leads (DDSLs)".
                end = match.end() + 1 if text[match.end() : match.end() + 1] == ")" else match.end()
                mentions[-1] = RoleMention(role, before.start, end, text[before.start : end])
                continue
            mentions.append(RoleMention(role, start, match.end(), text[start : match.end()]))
    again = list(_named_again(text, mentions))
    return tuple(sorted((*mentions, *again), key=lambda each: each.start)) if again else tuple(mentions)


def _lead_cut_short(text: str, position: int, before: list[RoleMention]) -> Iterator[RoleMention]:
    """Yield the lead of whom nothing but the first word stands before the deputy at ``position``, if there is one."""
    match = _CUT_SHORT.search(text, max(0, position - 2 * _LOOK_BACK), position)
    if match is not None and not (before and before[-1].end > match.start()):
        yield RoleMention("dsl", match.start(), match.end(1), match[1])


def _named_again(text: str, mentions: list[RoleMention]) -> Iterator[RoleMention]:
    """Yield each bare "named person" behind the lead: the lead's deputy where it is said of the lead's absence."""
    first = next((each.end for each in mentions if each.role == "dsl"), None)
    for match in _NAMED_AGAIN.finditer(text, first) if first is not None else ():
        if not any(each.start < match.end() and match.start() < each.end for each in mentions):
            role = "deputy-dsl" if match["absent"] else "dsl"
            yield RoleMention(role, match.start("role"), match.end("role"), match["role"])
