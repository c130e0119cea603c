"""Where a line names a safeguarding role, or another post: the plain words that ``last_check`` goes by.

Not the roles that planning goes by (``named.roles.vocabulary``), so that what the one does not know the other may.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.text.lazily import compiled_lazily

AREA = r"(?:safe\W?guarding|child(?:ren)?(?:['’]?s)?\W+protection)"
_END = r"(?![^\W\d¹²³⁰-⁹])"
"""No letter more; the mark of a footnote may be glued to a word."""
_PERSON = (
    r"(?:leads?|leaders?|officers?|persons?|people|co-?ordinators?|managers?|teachers?|staff|members? of staff"
    r"|deput\w+|contacts?|representatives?|link)" + _END
)
_MORE = (
    r"(?:\W+(?:and(?!\W+deput)|children|child|protection|welfare|safeguarding|designated|deputy|liaison|lead|link|team|senior|named"
    r"|practice))"
)
_RANK = r"(?:(?:designated|named|nominated|lead|senior|deputy|assistant)\W+)"
_INITIALS = r"(?-i:\b[DMS]?D?(?:DLP|DSL|DSP|DSO|DMS|DCPO|DCPC|DCPL|CWO)s?" + _END + ")"
_FOR_AREA = rf"(?:for|of)\W+(?:\w+\W+)?{AREA}"
_LADO = r"\bLADO\b|local\s+(?:authority|area)\s+designated(?:\s+officer)?"
_GOVERNORS = r"(?:governor|trustee|committee\W+member)s?"
_GOVERNOR = rf"{_RANK}{{0,3}}(?:{AREA}{_MORE}{{0,3}}\W+{_GOVERNORS}|{_GOVERNORS}\W+(?:\w+\W+){{0,3}}{_FOR_AREA})"
_RANKED = (
    rf"{_RANK}{{1,3}}{AREA}(?:{_MORE}{{0,3}}\W+{_PERSON}(?:\W+{_FOR_AREA})?|(?=\s*(?:$|[^\w\s])|\s*[\t\n]))"
    rf"|{AREA}{_MORE}{{0,3}}\W+{_PERSON}"
    rf"|{_RANK}{{1,3}}(?:\w+\W+)?{_PERSON}\W+(?:\w+\W+){{0,3}}?{_FOR_AREA}|head\W+of\W+{AREA}"
    r"|(?:\b(?:club|child)(?:['’]?s)?\W+|\b(?:our|the)\W+|^\W*|,\W*)welfare\W+officers?\b"
    rf"|\b(?-i:CP)\W+{_PERSON}|{_RANK}{{1,3}}{AREA}(?=\W+\d)"
)
_DESIGNATED = (
    rf"designated\W+(?:(?:senior|deputy|liaison)\W+)?(?:persons?|leads?|leaders?|members?\W+of\W+staff){_END}"
    rf"(?!\W+for\W+(?!{AREA}))"
)
_ROLE = compiled_lazily(
    rf"(?P<lado>{_LADO})|(?P<governor>{_GOVERNOR})|{_RANKED}"
    rf"|(?:lead|responsib\w+)\W+(?:(?!governor|trustee)\w+\W+)?for\W+{AREA}|{_DESIGNATED}|{_RANK}{{0,2}}{_INITIALS}",
    re.IGNORECASE,
)
_HEAD = r"head\W?teachers?|head(?:master|mistress)?\b(?!\W+of\W+(?:safe|child))"
_DEPUTY = compiled_lazily(
    rf"\b(?:deput\w*|assistant)\b(?!\W*(?:{_HEAD}|principal|manager))|alternat|\b[DM]?DD(?:S[LP]|LP)|second|back\W?up|reserve|\bvice\b",
    re.IGNORECASE,
)
_SHORT_DEPUTY = compiled_lazily(r"(?:\b(?:dep|dpty|asst)\b\.?|\bD[/‑-])[ \u00a0]*\Z", re.IGNORECASE)
_BARE_DEPUTY = compiled_lazily(r"\bdeput(?:y|ies)\b(?=\s*(?:$|[:(),=–—-]|(?:is|are|will)\b))", re.IGNORECASE)
"""Whose deputy it is, the role that the same line names before tells."""
_POSTS_TEXT = r"""
    administrator advis[eo]r bursar caretaker CEOP chair\w* channel childline clerk co-?ordinators? council counsellor
    DfE directors? england governors? GP help\W?lines? hospital hub ICO inspector leaders? lead LSCB LSCP managers?
    MARAT MARU MASH nspcc nurse office officers? ofsted police prevent principal psychologist reception samaritans SCP
    secretary SEND?I?COs? teachers? therapist trustees? wales
"""
_POST = compiled_lazily(
    rf"\b(?:designated\W+(?:teacher|person|member\W+of\W+staff)|looked\Wafter|{_HEAD}"
    r"|social\W+(?:workers?|care|services)|first\W+aiders?|fire\W+wardens?|local\W+authority|childcare\W+agency"
    rf"|leads(?!\W+(?:on|the|our)\b)|{'|'.join(_POSTS_TEXT.split())})\b",
    re.IGNORECASE,
)
_HALF = compiled_lazily(rf"{AREA}$", re.IGNORECASE)
"""The end of a role whose last word, "Lead", stands elsewhere."""
_FRAGMENT = compiled_lazily(
    r"\W*(?:(?:the|our|designated|deputy|lead|senior|named|nominated|safe\W?guarding|child(?:ren)?|protection|leads?"
    r"|club(?:['’]s)?|liaison|welfare|teacher|is|are"
    rf"|officers?|person|people|member|of|staff|for|and|co-?ordinator|{_INITIALS})\b\W*)+",
    re.IGNORECASE,
)
_STANDS_IN = (
    r"cover(?:ed\W+by)?|stand\W?in|back\W?up|reserve|otherwise|(?:if|when)\W+(?:(?:she|he|they)\W+(?:is|are)\W+)?"
    r"(?:away|absent|unavailable|out|off\W?site)|in\W+(?:(?:her|his|their|the\W+(?:DSL|lead)\W?s?)\W+)?absence"
)
_SHORT = compiled_lazily(
    r"^\W*(?:(?:the|our|main|named|first|second|third|1st|2nd|3rd|other|further)\W+)*"
    rf"(?:leads?(?:\W+person)?|(?P<opens>deput(?:y|ies)(?:\W+leads?)?|dep|second\W+in\W+(?:charge|command)|{_STANDS_IN}))"
    r"(?:\(s\))?(?=\W*$|\s*[:=–—-])|[(=–—,-]\s*(?:the\s+)?(?:lead|(?P<ends>deputy(?:\W+lead)?))(?=\W*$)",
    re.IGNORECASE,
)
"""What is a role where something around is of safeguarding: "Lead – Ann Lee", "Ann Lee (Deputy)", "In her absence:"."""
_TEAM = compiled_lazily(r"\b(?:team|contacts?|people|staff|leads|roles)\b", re.IGNORECASE)
_SPEAKS_OF_AREA = compiled_lazily(rf"\b{AREA}\b", re.IGNORECASE)
_LONGEST_HEADING = 50
_TRIGGER = compiled_lazily(r"guard|protection|designated|lado|ds[lpo]|dlp|dms|dcp|\bcp\b|cwo|welfare", re.IGNORECASE)
"""Every role holds one of these: a quick look before the long pattern."""
_TOLD_ABOUT = compiled_lazily(
    r"\b(?:about|against|regarding|concerning|manage\w*\W+(?:of|for)|supervis\w+\W+(?:of|for))\W+(?:(?:the|our|your)\W+)?$",
    re.IGNORECASE,
)
_AS_LABEL = compiled_lazily(r"\W*(?:[:\t|–]|-\s|$)")
"""Around a role that a label speaks about: "Concerns about the DSL:"."""
_AT_A_TRUST = compiled_lazily(
    rf"\b{AREA}\W+(?:\w+\W+)?(?:at|for|of|from|across|within)\W+(?:the|our)\W+(?:\w+\W+){{0,3}}(?:trust|MAT|federation)"
    r"[\s:(,–—-]*$",
    re.IGNORECASE,
)
_LOOK_BACK = 24
_PARTED = {",": 2, ";": 4}
"""How much farther a sign sets apart: in "Ann Lee - DSL, Bob Ray - Deputy" a comma stands between two people."""
_ANNOUNCES = compiled_lazily(r"(?:[:=]|\b(?:is|are)\b)\W*$")
_DIRECTLY = compiled_lazily(
    r"[^.;:]{0,30}\b(?:direct(?:ly)?|personal(?:ly)?|mobile|is[ \u00a0]on)\b[^.;:\d]{0,20}$", re.IGNORECASE
)
"""Behind an office, before a number that is not the office's: "through the office or directly on"."""
_ALSO = compiled_lazily(r"[\s,:(/&–—-]{0,4}(?:(?:and|also|the|our|an?|is|as|school)\b\W{0,2}){0,3}", re.IGNORECASE)
_JOINS_BEFORE = compiled_lazily(
    r"(?:\(s\)|s)?[\s\u00a0:=.…_(|–—-]*(?:(?:is|are|will be|currently|named?|our|the|school)\b[\s\u00a0:]*)*",
    re.IGNORECASE,
)
_AND_ALSO = compiled_lazily(
    r"\W*(?:(?:and|also|the|our|is|as|who|school|assistant|deputy|acting)\b\W*)*", re.IGNORECASE
)
_GOES_WITH = compiled_lazily(
    r"(?:\W+(?:of|for|the)\W+(?:\w+\W+){1,4})?\W*(?:\b(?:and|also|the|our)\b\W*)*", re.IGNORECASE
)
"""What stands between two posts of one person: "Director of Care and", "Headteacher / "."""

_TELLS_NEXT = compiled_lazily(
    r"[^.!?]*[.!?]\s+[^.!?]*\b(?:(?:reports?|pass|passes|refers?|speaks?|talks?|goes|go)\b[^.!?]*\bto|tells?|informs?|asks?)\W+"
    r"(?:(?:the|our|a)\W+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Label:
    """A role or post named in a line."""

    role: str | None
    """``dsl``, ``deputy-dsl``, ``safeguarding-governor`` or ``lado``; None for any other post or body."""
    start: int
    end: int


def list_labels(text: str) -> tuple[Label, ...]:
    """Return the roles and posts named in a line, in order, none overlapping another."""
    found = _ROLE.finditer(text) if may_name_role(text) else ()
    roles = [Label(None if _is_told_about(match, text) else _role_of(match, text), *match.span()) for match in found]
    if roles:
        bare = [match.span() for match in _BARE_DEPUTY.finditer(text, roles[0].end)]
        roles += [Label("deputy-dsl", *span) for span in bare if not any(_meets(each, span) for each in roles)]
    posts = [Label(None, *match.span()) for match in _POST.finditer(text)]
    apart = [post for post in posts if not any(_meets(role, (post.start, post.end)) for role in roles)]
    return tuple(sorted((*roles, *(_whole(post, roles, text) for post in apart)), key=lambda each: each.start))


def _whole(post: Label, roles: Sequence[Label], text: str) -> Label:
    """Return "Lead" as the end of a role that a number and a name broke: "Designated Safeguarding 01632 … X Lead"."""
    before = [each for each in roles if each.end <= post.start][-1:]
    broken = [each for each in before if _HALF.search(text, each.start, each.end)]
    return Label(broken[0].role, post.start, post.end) if broken and text[post.start : post.end] == "Lead" else post


def _is_told_about(match: re.Match[str], text: str) -> bool:
    """Whether a label tells whom to ask about one in the role, and not who that is: "Concerns about the DSL:"."""
    return _TOLD_ABOUT.search(text, 0, match.start()) is not None and _AS_LABEL.match(text, match.end()) is not None


def _meets(label: Label, span: tuple[int, int]) -> bool:
    return label.start < span[1] and span[0] < label.end


def _role_of(match: re.Match[str], text: str) -> str:
    if match["lado"]:
        return "lado"
    if match["governor"]:
        return "safeguarding-governor"
    if _SHORT_DEPUTY.search(text, 0, match.start()):
        return "deputy-dsl"
    before = re.split(r"[.:;,\t\n]|\b(?:and|or)\b|&", text[max(0, match.start() - _LOOK_BACK) : match.start()])[-1]
    return "deputy-dsl" if _DEPUTY.search(before + match[0]) else "dsl"


def is_fragment(text: str) -> bool:
    """Whether a part holds nothing but words of a role, as where a narrow cell broke it over several lines."""
    return len(text) < 60 and _FRAGMENT.fullmatch(text) is not None


def short_label(text: str) -> Label | None:
    """Return the label of "Lead" or "Deputy" that is all of a text, opens or ends it; a heading makes it a role."""
    match = _SHORT.search(text)
    if match is None:
        return None
    return Label("deputy-dsl" if match["opens"] or match["ends"] else "dsl", *match.span())


def heads_area(text: str) -> bool:
    """Whether a heading or the first cell of a row is about safeguarding, and says little else."""
    return len(text) < _LONGEST_HEADING and _SPEAKS_OF_AREA.search(text) is not None


def opens_section(text: str) -> bool:
    """Whether a line is a heading over the people of safeguarding: "Safeguarding Team", "DSL team"."""
    area = len(text) < _LONGEST_HEADING and (_SPEAKS_OF_AREA.search(text) or names_role(text))
    return bool(area) and _TEAM.search(text) is not None


def may_name_role(text: str) -> bool:
    """Whether a text holds a word of a role, be it that narrow cells parted it from the others."""
    return _TRIGGER.search(text) is not None


@lru_cache(maxsize=2048)
def names_role(text: str) -> bool:
    """Whether a safeguarding role is named anywhere in a text."""
    return may_name_role(text) and _ROLE.search(text) is not None


def nearest_label(labels: Sequence[Label], text: str, start: int, end: int, *, alone: bool) -> Label:
    """Return the label that a place belongs to: the one right at it, or announced to it, else the nearest one.

    Where one person ``alone`` is named, the nearest role of the line.
    """
    labels = [each for each in labels if not _is_passed_by(each, text, start)] or labels
    if text[:start].endswith("("):
        # "Director: (Ann Lee) Safeguarding Lead" gives a post of hers before the bracket, too.
        labels = [each for each in labels if each.role is not None or each.start >= end] or labels
    before = next((label for label in reversed(labels) if label.end <= start), None)
    if before is not None and _ANNOUNCES.search(text, max(before.end, start - _LOOK_BACK), start):
        label = _also(before, labels, text, end)
    else:
        label = label_at(labels, text, start, end)
    roles = [each for each in labels if each.role is not None]
    return label or min(roles if alone and roles else labels, key=lambda each: _gap(each, text, start, end))


def label_at(labels: Sequence[Label], text: str, start: int, end: int) -> Label | None:
    """Return the label that stands right at a place, nothing but words that join them between; None where none does.

    Before it ("DSL: Ann Lee"), else behind ("Ann Lee, Headteacher and DSL", of which it is the lead's).
    """
    before = [each for each in labels if each.end <= start and _JOINS_BEFORE.fullmatch(text, each.end, start)]
    if before:
        return _also(before[-1], labels, text, end)
    post = behind = next((each for each in labels if each.start >= end and _is_also(each, text, end)), None)
    while behind is not None and behind.role is None:
        at = behind.end
        further = (each for each in labels if each.start >= at and _GOES_WITH.fullmatch(text, at, each.start))
        behind = next(further, None)
    return behind or post


def _also(before: Label | None, labels: Sequence[Label], text: str, end: int) -> Label | None:
    """Return a label before a place, or where that is a post the role behind: "Headteacher: Ann Lee (DSL)"."""
    if before is None or before.role is not None:
        return before
    return next((each for each in labels if each.role is not None and _is_also(each, text, end)), before)


def is_only_told(label: Label, text: str, end: int) -> bool:
    """Whether a role behind a place is but whom the next sentence reports to: "Ann Lee. She tells the DSL."."""
    return label.start >= end and _TELLS_NEXT.fullmatch(text, end, label.start) is not None


def post_at(text: str, start: int, end: int) -> Label | None:
    """Return the post, no role of safeguarding, that the words right at a place give: "Ann Lee, the bursar, …"."""
    for label in list_labels(text):
        between = text[end : label.start] if label.start >= end else text[label.end : start]
        lead = text[label.start : label.end].casefold() == "lead"
        if label.role is None and not lead and _ALSO.fullmatch(between) is not None:
            return label
    return None


def is_at_a_trust(text: str, start: int) -> bool:
    """Whether the words before a name tell a role at a trust: "Safeguarding link at the trust: Ann Lee"."""
    return _AT_A_TRUST.search(text, 0, start) is not None


def _is_passed_by(label: Label, text: str, start: int) -> bool:
    """Whether a number behind an office is not the office's: "through the office or directly on 01632 …"."""
    return label.role is None and label.end <= start and _DIRECTLY.match(text, label.end, start) is not None


def _is_also(label: Label, text: str, end: int) -> bool:
    """Whether a label behind a name is another post of that person, and not the next person's."""
    follows = text[label.end : label.end + 3]
    return label.start >= end and _ALSO.fullmatch(text, end, label.start) is not None and not {":", "="} & {*follows}


def tells_role_only(text: str) -> bool:
    """Whether a line says who a person is and nothing else, as "(also Deputy DSL)" below a name."""
    rest = text
    for label in reversed(list_labels(text)):
        rest = rest[: label.start] + rest[label.end :]
    return _AND_ALSO.fullmatch(rest) is not None


def _gap(label: Label, text: str, start: int, end: int) -> int:
    """Return how far a label stands from a place, farther where a sign parts them."""
    between = text[end : label.start] if label.start >= end else text[label.end : start]
    return len(between) + sum(_PARTED.get(sign, 0) for sign in between)
