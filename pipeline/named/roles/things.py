"""Names that are not meant as a person's: of a thing called after one, of a place, and words that are surnames too.

"The June Holt Bursary", "in Penny Lane", "trips go to Holt", "May 2024". ``mentions`` asks it where no role is given.
"""

import re

from pipeline.dates.months import MONTHS_SMALL
from pipeline.named.names.parts import is_label_word
from pipeline.named.names.spellings import NameForm
from pipeline.named.roles.words import pattern_of, words_of
from pipeline.text.lazily import compiled_lazily

_GAP = r"[ \u00a0]"
THING = compiled_lazily(lambda: rf"((?:{_GAP}[A-Z][a-z]+){{0,2}}{_GAP}{pattern_of('thing')})\b")
"""Behind a name: what is called after a person, or bears the name by itself. It holds a copy."""
_CALLED = compiled_lazily(rf"\bthe{_GAP}+$", re.IGNORECASE)
_OFFICE = compiled_lazily(r"(?:rev|canon|right|very|hon|father|bishop|dean)", re.IGNORECASE)
_OWNED = compiled_lazily(
    rf"['’]s?{_GAP}+(?!DSL|DDSL|Deput|Year|Designated|Safeguarding|Head|Child\b|English\b|French\b)[A-Z][a-z]+"
    rf"|(?:['’]s?)?{_GAP}+(?:(?:[a-z]+{_GAP}+)?memorial|class|house|wing|garden|building)\b"
)
_FIRM = compiled_lazily(rf"{_GAP}*(?:&|and){_GAP}+(?:Sons?|Daughters?|Co|Partners)\b")
_AT_A_PLACE = compiled_lazily(
    rf"\b(?:at|in|near|on|along|through|outside|behind|around|the|(?:trips?|walks?|visits?|go|goes|went){_GAP}+to)"
    rf"{_GAP}+$",
    re.IGNORECASE,
)
_TOLD = compiled_lazily(
    r"\b(?:tell|told|ask|contact|inform|ring|phone|telephone|e-?mail|notify|consult|alert|"
    r"(?:speak|talk|report|reported|refer|referred|pass(?:ed)?(?:\s+on)?|sent?|given?|concerns?)\s+to"
    r"|(?:speak|talk|discuss(?:ed)?)\s+with|see|via|held by|kept by)\s+$",
    re.IGNORECASE,
)
"""What a person is asked, told or given."""
_SENTENCE_ENDS = compiled_lazily(
    r"\s*(?:$|[.,;!?)\n]|(?:or|and|at once|immediately|first|straight away|about|if|when|who)\b)"
)
_IN_A_MONTH = compiled_lazily(rf"\b(?:in|until|till|since|each|every|during){_GAP}+$", re.IGNORECASE)
_GOES_ON = compiled_lazily(rf"{_GAP}+[a-z]")
_POSSESSED = compiled_lazily(rf"['’]s?{_GAP}+(?:deputy|deputies|absence|office|role|place)\b")
_NUMBERED = compiled_lazily(rf"{_GAP}*[(\[]?\d")


def is_a_thing(before: str, after: str, form: NameForm, surname: str) -> bool:
    """Whether a name between two parts of a sentence is, or may be, that of something called after a person."""
    if THING.match(after):
        return False
    if _CALLED.search(before) and not (form.bare or _OFFICE.match(form.title)):
        return True
    if _OWNED.match(after) or _FIRM.match(after):
        return True
    if form.given.casefold() in MONTHS_SMALL and not form.title and _IN_A_MONTH.search(before):
        return True
    in_full = form.given and not (form.title or form.reversed)
    return bool(in_full) and surname.casefold() in words_of("place") and _AT_A_PLACE.search(before) is not None


def begins_with_an_article(before: str, after: str, form: NameForm) -> bool:
    """Whether what looks like an initial may be a word at the head of a sentence: "A Child may ask"."""
    return form.given == "A" and not (form.title or form.reversed or before.strip()) and bool(_GOES_ON.match(after))


def is_asked_or_told(before: str, after: str, word: str) -> bool:
    """Whether a surname alone is surely a person's: "tell Holt.", "speak to Holt about it"."""
    if is_label_word(word) or word.casefold() in MONTHS_SMALL:
        return False
    if _POSSESSED.match(after):
        return True
    return _TOLD.search(before) is not None and _SENTENCE_ENDS.match(after) is not None


def is_numbered(before: str, after: str) -> bool:
    """Whether a number stands at a surname alone: "3 May", "May 2024", "Page 4", "Holt (2019)"."""
    return _NUMBERED.match(after) is not None or re.search(rf"\d(?:st|nd|rd|th)?{_GAP}+$", before) is not None
