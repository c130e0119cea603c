"""Dates and version numbers a document gives itself: on its cover, in page footers, its revision table, its last lines.

They move when a policy is reviewed and are no difference to its readers. A date inside a rule is one, however short the
rule and whatever it says of reviews: "Risk assessments must be reviewed by 1 May 2026". Pure functions.
"""

import re

from pipeline.dates.written import find_dates
from pipeline.text.lazily import compiled_lazily

LIFECYCLE_WORDS = compiled_lazily(
    r"\b(approv|review|adopt|ratif|agreed|amend|updat|revis|version|issue[ds]?\b|effective|date[ds]?\b|edition)",
    re.IGNORECASE,
)
LABEL_LINE_WORDS = 14
"""A line of a header block is short; a sentence of the body that happens to hold a date is not."""
_LONGEST_SENTENCE_WORDS = 45
"""Of what a document says of itself: "This policy was approved by … on … and will be reviewed in …"."""
_DOCUMENT = r"(?:polic(?:y|ies)|document|procedures?|statement|handbook|guidance|protocol|code\s+of\s+conduct)"
_NAMES_A_DOCUMENT = compiled_lazily(rf"\b{_DOCUMENT}\b", re.IGNORECASE)
_LABEL = compiled_lazily(r"^[^:]{0,80}:")
RULE = compiled_lazily(
    r"\b(?:must|shall|should|may|can|cannot|need|before|after|until|since|within|unless|not|only|who|if|every|all|any"
    r"|is|are|was|were|will|has|have|takes?|gives?|given|goes|go|sends?|sent|keeps?|kept|uses?|happens?)\b",
    re.IGNORECASE,
)
"""A line with one of these is a sentence. The month of May is no such word: dates are out by then."""
BINDING = compiled_lazily(
    r"\b(?:must|shall|should|may|can|cannot|before|until|within|unless|not|only)\b", re.IGNORECASE
)
_THIS_DOCUMENT = rf"(?:the|this|our|these)\s+(?:(?!of\b|in\b|under\b)[\w&'’,-]+\s+){{0,7}}?{_DOCUMENT}"
_ITS_REVIEW = (
    r"(?:the\s+|its\s+|date\s+of\s+)?(?:(?:next|last|latest|annual|final|formal|full|policy)\s+){0,3}"
    r"(?:review|approval|adoption|ratification|amendment|revision)(?:\s+date|\s+of\s+(?:this|the)\s+policy)?"
)
_HAPPENS = r"(?:is|was|were|has|will|must|should|shall|takes|took|falls|came|comes|becomes|became)"
_DO = r"(?:approve|review|adopt|ratify|ratifie|agree|update|revise)[sd]?"
_OF_ITSELF = compiled_lazily(
    rf"^\W*(?:(?:it|{_THIS_DOCUMENT}|{_ITS_REVIEW})\s+{_HAPPENS}\b"
    r"|(?:to|will|due\s+to)\s+be\s+(?:next\s+)?(?:review|approv|updat|ratif|adopt))"
    rf"|\b{_DO}\s+(?:this|the|our)\s+(?:[\w&'’-]+\s+){{0,5}}?{_DOCUMENT}\b",
    re.IGNORECASE,
)
"""A sentence whose subject, or object, is the document itself."""
_VERSION = compiled_lazily(
    r"(?<!\w)(?:(version|revision|edition|issue)(?:\s+(?:no\.?|number))?\s*[:.]?\s*v?|v\.?\s?)"
    r"\d{1,3}(?:\.\d+)*[a-z]?(?![\w%.]\d?)",
    re.IGNORECASE,
)
_SENTENCE = compiled_lazily(r"[^.!?]*(?:[.!?](?!\s+[A-Z]|$)[^.!?]*)*[.!?]*\s*")
_SPACE = compiled_lazily(r"\s+")


def without_own_dates(paragraph: str) -> str:
    """Return a paragraph without the dates and version numbers that its document gives itself."""
    if len(paragraph.split()) <= LABEL_LINE_WORDS:
        bare = _without_dates(paragraph)
        return _tidy(_VERSION.sub(r"\1", bare)) if _is_header_line(bare) else paragraph
    return _tidy(
        "".join(_without_dates(each) if _is_of_itself(each) else each for each in _SENTENCE.findall(paragraph))
    )


def _is_header_line(bare: str) -> bool:
    """Return whether a short line, its dates taken out, is one of a header block, page footer or revision table."""
    if not _VERSION.sub("", bare).strip(" .:–-"):
        return True
    if not (LIFECYCLE_WORDS.search(bare) or _NAMES_A_DOCUMENT.search(bare)):
        return False
    label = _LABEL.match(bare)
    if label is not None and LIFECYCLE_WORDS.search(label[0]):
        return not BINDING.search(bare, label.end())
    return _OF_ITSELF.search(bare) is not None or not RULE.search(bare)


def _is_of_itself(sentence: str) -> bool:
    if len(sentence.split()) > _LONGEST_SENTENCE_WORDS or not LIFECYCLE_WORDS.search(sentence):
        return False
    return _OF_ITSELF.search(sentence) is not None


def _without_dates(text: str) -> str:
    for date in reversed(find_dates(text)):
        text = text[: date.start] + text[date.end :]
    return text


def _tidy(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
