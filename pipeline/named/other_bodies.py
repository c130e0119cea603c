"""Say of a lead whether another body's is told: "the council’s safeguarding lead", "NSPCC Safeguarding Lead".

``roles.vocabulary`` asks it of what stands right before and behind a role. The bodies stand in ``roles/words.toml``.
"""

import re

from pipeline.named.roles.words import pattern_of
from pipeline.text.lazily import compiled_lazily

_LOOK_BACK = 40
_OWNED = r"(?:['’]s?|s['’])?(?:[\s\u00a0]+own)?(?:[\s\u00a0]+named)?[\s\u00a0]+$"


def _body() -> str:
    """Return a pattern of a body outside the school, or of a word for one."""
    bodies = pattern_of("body", r"[\s\u00a0]+")
    place = r"(?:[\s\u00a0]+of(?:[\s\u00a0]+(?:and[\s\u00a0]+)?(?-i:[A-Z])[\w'’-]+){1,3})?"
    return rf"(?:(?-i:{bodies}){place}|county(?:[\s\u00a0]+(?-i:[A-Z]{{2,4}}))?)"


_OF_A_BODY = compiled_lazily(lambda: rf"\b{_body()}{_OWNED}", re.IGNORECASE)
_FOR_A_BODY = compiled_lazily(
    lambda: (
        rf"[\s\u00a0]+(?:for|of|at|in|from|within)[\s\u00a0]+(?:the|our|your|their)[\s\u00a0]+{_body()}\b"
        r"|[\s\u00a0]+(?:for|of|at|in)[\s\u00a0]+(?:that|another)[\s\u00a0]+(?:school|academy|setting|college|nursery)\b"
    ),
    re.IGNORECASE,
)
_AT_A_TRUST = compiled_lazily(
    r"\s+(?:for|of|at|in|from|within)\s+(?:the|our)\s+(?:\w+\s+){0,3}(?:trust|MAT)\b", re.IGNORECASE
)
_OF_A_TRUST = compiled_lazily(rf"\b(?:trust|MAT|federation|group|cluster)(?:[\s-]?wide)?{_OWNED}", re.IGNORECASE)


def is_of_another_body(text: str, start: int, end: int) -> bool:
    """Whether the lead named at a place is not a school's: "the council’s safeguarding lead", "Diocesan … Officer"."""
    return _OF_A_BODY.search(text[max(0, start - _LOOK_BACK) : start]) is not None or bool(_FOR_A_BODY.match(text, end))


_INITIALS_BEFORE = compiled_lazily(r"(?<![\w'’.-])(?P<letters>[A-Z]{2,5})(?:['’]s)?[ \u00a0]+$")
_OF_SCHOOLS = frozenset((
    "AND", "ASC", "BOTH", "CP", "DDSL", "DSL", "DSO", "DSP", "EY", "EYFS", "FOR", "HT", "KS", "LADO", "LEAD", "MAT",
    "NEW", "OUR", "PVI", "SEN", "SENCO", "SEND", "SLT", "SMT", "THE",
))  # fmt: skip
"""Letters that stand before a lead of the school's own."""


def may_be_a_bodys(text: str, start: int, end: int) -> bool:
    """Whether letters that stand right before a lead may be another body's initials: "XYZ Safeguarding Lead"."""
    found = _INITIALS_BEFORE.search(text, max(0, start - _LOOK_BACK), start)
    return found is not None and not text[start:end].isupper() and found["letters"] not in _OF_SCHOOLS


def is_of_a_trust(text: str, start: int) -> bool:
    """Whether the lead named at a place is the trust's, who may be the school's as well: "Trust Safeguarding Lead"."""
    return _OF_A_TRUST.search(text[max(0, start - _LOOK_BACK) : start]) is not None


def is_at_a_trust(text: str, end: int) -> bool:
    """Whether the role that ends at a place is said to be a trust's: "safeguarding lead for the trust"."""
    return _AT_A_TRUST.match(text, end) is not None
