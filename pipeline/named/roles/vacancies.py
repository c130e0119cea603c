"""Words that stand where a role's holder would, and say that there is none: "TBC", "Vacant", "to be appointed"."""

import re

from pipeline.text.lazily import compiled_lazily

_TO_BE = (
    r"(?:to be|being)\s+(?:advised|announced|appointed|arranged|confirmed|decided|filled|recruited)"
    r"|awaiting appointment|not (?:yet )?(?:appointed|filled|known)"
)
_WORDS = r"n/?a|nil|no[ -]?one|nobody|none|t\.?b\.?[acd]\.?|unfilled|vacan(?:cy|t)"
_WHAT = r"(?:(?:position|post|role)\s+)?(?:(?:are|at present|currently|is|now|yet)\s+)*"
_NOBODY = compiled_lazily(rf"\W*{_WHAT}(?:{_TO_BE}|{_WORDS})\W*", re.IGNORECASE)


def says_nobody(text: str) -> bool:
    """Say whether a text says that nobody holds a role, and nothing else; strokes and dots alone say so too."""
    return _NOBODY.fullmatch(text) is not None or (bool(text.strip()) and not re.search(r"[^\W_]", text))
