"""Recognise who approves policies: governing bodies, trust boards, committees, heads."""

import re

from pipeline.dates.months import BEGINS_MONTH
from pipeline.named.names.given_names import ordinary_words
from pipeline.text.lazily import compiled_lazily

_COMMITTEE = (
    r"(?:[A-Z][\w'’-]*(?:\s*(?:,|&|and|/)\s*|\s+)){1,6}?(?:Committee|Sub-?Committee|Council|Team|Group|Panel"
    r"|Board(?:\s+of\s+(?:Directors|Governors|Management|Trustees))?)\b"
)
_BOARD = (
    r"(?:full |local |school |academy |interim )*(?:governing (?:body|bodies|board|council)"
    r"|governors['’]? (?:meeting|committee)|board of (?:governors|directors|trustees|management)"
    r"|(?:trust|trustees?|directors['’]?|governors['’]?|local|academy) board|management committee"
)
_OWN_COMMITTEE = r"(?-i:(?:[A-Z][\w'’-]*\s+){1,5}(?:(?:club|group|pre-?[Ss]chool|playgroup|nursery)\s+)?committee)"
_OTHER_BOARD = r"academy (?:council|committee)|(?:senior )?leadership team|governors|trustees|directors|corporation)"
_CHAIR = r"chair of (?:the )?(?:governors|governing body|trustees|board)"
_HEAD = r"head ?teacher(?:,? (?:and|&) (?:the )?(?:chair of governors|governing body|governors))?|principal"
_BODY = compiled_lazily(
    rf"(?:the\s+)?(?P<body>{_BOARD}|parochial church council|kirk session|{_OWN_COMMITTEE}|{_OTHER_BOARD}"
    rf"|{_CHAIR}|{_HEAD}|FGB|LGB|SLT|IEB)\b",
    re.IGNORECASE,
)
_NAMED = compiled_lazily(rf"(?:[Tt]he\s+)?(?P<body>{_COMMITTEE})")
_INITIALS = compiled_lazily(
    rf"(?!{BEGINS_MONTH.upper()}|(?:SPRING|SUMMER|AUTUMN|DATED?|ONLY|ALL|THE|AND|DRAFT|FINAL|NEW|TB[ACD]|NONE)\b)"
    r"(?P<body>[A-Z][A-Z&]{2,6})\b(?!\s+(?!ON\b|IN\b|AT\b|DATED?\b)[A-Z]{3,})"
)
"""Initials stand alone: "HOLY" in a name set in capitals is none."""


def find_body(text: str) -> re.Match[str] | None:
    """Return the match of the first approving body in ``text`` (group ``body``), None where there is none."""
    matches = [match for match in (_BODY.search(text), _NAMED.search(text)) if match]
    return min(matches, key=lambda match: (match.start(), -match.end()), default=None)


def body_at(text: str) -> re.Match[str] | None:
    """Return the match of the approving body that ``text`` begins with (group ``body``), None where it has none."""
    matches = [match for match in (_BODY.match(text), _NAMED.match(text)) if match]
    return max(matches, key=lambda match: match.end(), default=None) or _initials_at(text)


def _initials_at(text: str) -> re.Match[str] | None:
    """Return the match of initials that are no word in capitals: "SLT", no "POLICY"."""
    match = _INITIALS.match(text)
    return match if match is None or match["body"].casefold() not in ordinary_words() else None


def is_same_body(one: str, other: str) -> bool:
    """Return whether two names of an approving body are the same but for case, marks and an article."""
    first, second = (" ".join(re.findall(r"\w+", name.casefold())).removeprefix("the ") for name in (one, other))
    return first == second


def without_article(body: str) -> str:
    """Return a body's name as it stands behind “the”: ``Full Governing Body`` of ``The Full Governing Body``."""
    return re.sub(r"^[Tt]he\s+", "", body)


def is_body(text: str) -> bool:
    """Say whether ``text`` is an approving body and nothing more."""
    match = body_at(text)
    return match is not None and match.end() >= len(text) - 2
