"""Know what a title looks like, and the lines that look like one and are none.

For ``cut`` and ``find``. What such lines are called stands in ``titles.toml``.
"""

import re
from functools import lru_cache
from pathlib import Path

from pipeline.text.rules import load_rules

_RULES = load_rules(Path(__file__).with_name("titles.toml"))
words_of = _RULES.words_of
"""Returns every word of some kinds, in small letters."""
KIND = re.compile(
    r"\b(?:policy|policies|procedures?|statement|plan|scheme|code of (?:conduct|practice)|strategy|guidelines"
    r"|protocol|notice|charter|addendum|handbook|arrangements|terms (?:and|&) conditions|local offer"
    r"|terms of reference|principles|framework|information report)\b",
    re.IGNORECASE,
)
"""What kind of document it is."""
_BARE = re.compile(rf"(?:\W*\b{_RULES.pattern_of('bare')}\b(?:\s+(?:(?:no\.?|number)\s*)?\d+)?)+\W*", re.IGNORECASE)
"""The kind of a document and nothing of its subject: "Whole school policy no. 7"."""
_POLICY_OF = r"policy of(?! (?:the )?(?-i:[A-Z]))"
"""Said of what is done; "Pond Policy of Elm School" is a title."""
SENTENCE = re.compile(
    r"^(?:this|these|to)\b|^our (?-i:[a-z])|\b(?:is|are|was|were|will|has|have|should|must|may|can|we|our policy"
    r"|this policy|this document|please|adopts?|download|click|aims?|recognises|covers|applies|believe[sd]?|see"
    rf"|written(?! statement)|{_POLICY_OF})\b|[.;?!]$|(?<! incl)(?<! inc)(?<!\bSt)[.;]\s+[A-Z]",
    re.IGNORECASE,
)
_LONGEST_IN_CAPITALS = 14
_NUMBERED = r"(?:(?:section|part)\s+)?(?:\d{1,2}(?:\.\d{1,2})*[.):]?\s+|[a-z][.)]\s+)?"
_PART = re.compile(rf"{_NUMBERED}{_RULES.pattern_of('part')}(?:\s*[:–-].*|\s*\([^)]*\)|\s/\s\w+|[.?]?)", re.IGNORECASE)
_FILE_NAME = r"(?=[\w.()]+(?:-[\w.()]+)*$).+?[-_].+?[-_].+|.*\.(?:pdf|docx?|rtf|odt)"
_ADDRESSES = (
    r".*https?:.*|www\..*|[\w-]+\.\w+|.*@\w+[.-]\w.*|(?:.*\s)?(?:tel(?:ephone)?|phone|fax|(?:help|hot)line)\b.*\d.*"
)
_MARKS = (
    r"(?:policy\W*)?[A-Z]{0,3}[\d.]+|[\d\W]+|.*[…_]{3,}.*|.*\S\s*[>»›](?:\s.*)?|\s*[<«‹]{1,2}\s.*|[•\-–*·]\s.*"
    r"|\([^)]*\)|\((?!.*\b(?:policy|policies|procedures?|plan)\b).*"
)
_NO_TITLE = re.compile(
    rf"{_MARKS}|{_FILE_NAME}|{_ADDRESSES}|{_RULES.pattern_of('no-title')}\W*|{_RULES.pattern_of('no-title-with-more')}\b.*"
    r"|.*\bcharity\b.*"
    r"|(?:(?:related|linked|associated|other|relevant|supporting) )+(?:school |key )?(?:policies|documents)\b.*",
    re.IGNORECASE,
)
"""Numbers, names of files, addresses, blanks, the way through a site, what is said in brackets of the title above."""


def heads_part(text: str) -> bool:
    """Say whether a line heads a part of a policy, whatever its place: "2. Scope", "Statement: We are kind"."""
    return _PART.fullmatch(text.strip()) is not None


def is_no_title(text: str) -> bool:
    """Say whether a line looks like a title and is none: "Signed by", "Day Nursery", a file's name, a blank."""
    return _NO_TITLE.fullmatch(text.strip()) is not None


def is_bare(title: str) -> bool:
    """Say whether words name a kind of document and nothing it is about: "School Policy"."""
    return _BARE.fullmatch(title) is not None


@lru_cache(maxsize=1024)
def is_sentence(text: str) -> bool:
    """Say whether a line says something; one in capitals may have a verb: "WHEN A CHILD IS NOT COLLECTED"."""
    if not SENTENCE.search(text):
        return False
    return not text.isupper() or len(text.split()) > _LONGEST_IN_CAPITALS
