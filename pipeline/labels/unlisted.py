"""Read labels nobody listed: a phrase that stands where a label stands and has nothing but words of labels.

Between ``kinds`` and ``listed``. Schools word a label in endless ways ("Body responsible for approval", "Policy
review date due"); what it asks for follows from a few of its words. One unknown word, and the phrase is no label.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

from pipeline.dates.months import BEGINS_MONTH
from pipeline.dates.written import scan_dates
from pipeline.labels.kinds import DATE_KINDS, Label, LabelKind
from pipeline.text.rules import load_rules

_WORDS = load_rules(Path(__file__).with_suffix(".toml"), ("asks",))
_GLUE, _DOCUMENT, _DATE, _REVIEW, _DONE, _APPROVAL, _BODY = map(
    _WORDS.words_of, ("glue", "document", "date", "review", "done", "approval", "body")
)
_RHYTHM, _WEAK_RHYTHM, _VERSION, _VERSION_PARTS, _AHEAD, _BEHIND = map(
    _WORDS.words_of, ("rhythm", "weak-rhythm", "version", "version-part", "ahead", "behind")
)
_OWNS, _WRITES = _WORDS.words_of("owns"), _WORDS.words_of("writes")
_PEOPLE = _WORDS.words_of("people", "owns", "writes")
_VOCABULARY = _WORDS.words_of(*(rule.kind for rule in _WORDS.rules))

_RULE = "labels/unlisted.toml: every word is one of labels"
_LONGEST = 64
_MOST_WORDS = 9
_OPENING = re.compile(r"(?:^|\t)[\s\d.()•\-–*§·]*")
_BEFORE_DATE = (
    r"\s+(?:\d{1,2}(?:st|nd|rd|th|[/.\s-])|(?:19|20)\d\d|(?:spring|summer|autumn)\b"
    rf"|{BEGINS_MONTH}[a-z]*\.?,?[\s-]['’]?\d)"
)
_GAP = re.compile(r"[.,;]?\s+(?=[A-Z])")
_PHRASE = re.compile(
    r"(?i)[a-z][a-z'’/&,()\- ]*?\.?(?=(?P<closed>\s*(?:[:?\t]|\.{3,}|…|_{3,}|[–—]|-\s|$))" rf"|{_BEFORE_DATE})"
)
_IN_CAPITALS = re.compile(r"\bIT\b")
_A_WORD = r"[A-Za-z]+(?:['’-][A-Za-z]+)*['’]?"
_WORD = re.compile(_A_WORD)
_TWO_WORDS = re.compile(rf"{_A_WORD}(?P<gap> )(?P<second>{_A_WORD})")
_DATE_AHEAD = re.compile(_BEFORE_DATE, re.IGNORECASE)


def find_phrases(text: str) -> Iterator[Label]:
    """Yield the phrases of ``text`` that are labels by their words, in reading order.

    A phrase opens a line or a cell of it, or follows a date; a colon, a dash, dots to write on or the end of the cell
    end it.
    """
    cells = None if "\t" in text else 1
    openings = [opening.end() for opening in islice(_OPENING.finditer(text), cells)]
    if ":" in text:
        ends = (found.end for found in scan_dates(text).dates)
        openings += [gap.end() for end in ends if (gap := _GAP.match(text, end))]
    for opening in sorted(openings):
        phrase = phrase_at(text, opening)
        if phrase is not None:
            yield phrase


def phrase_at(text: str, opening: int) -> Label | None:
    """Return the phrase that is a label by its words where it opens at a place; None where none does."""
    if not is_label_word(text, opening) or _goes_on_otherwise(text, opening):
        return None
    match = _PHRASE.match(text, opening, opening + _LONGEST + 8)
    if match is None or len(match[0]) > _LONGEST:
        return None
    kinds = phrase_kinds(match[0])
    if not kinds or (match["closed"] is None and not DATE_KINDS.issuperset(kinds)):
        return None
    alone = match.end() >= len(text.rstrip()) and "\t" not in text
    return None if alone and _is_heading(match[0]) else Label(kinds, match.start(), match.end(), match[0], _RULE)


def _goes_on_otherwise(text: str, position: int) -> bool:
    """Say whether the word at a place is followed by one that is none of labels, as in most sentences, and no date."""
    two = _TWO_WORDS.match(text, position)
    if two is None or two["second"] == "s" or two["second"].lower().replace("’", "'") in _VOCABULARY:
        return False
    return _DATE_AHEAD.match(text, two.start("gap")) is None


def is_label_word(text: str, position: int) -> bool:
    """Say whether the word that begins at a place is one of those that labels are made of."""
    word = _WORD.match(text, position)
    return word is not None and word[0].lower().replace("’", "'") in _VOCABULARY


def _is_heading(phrase: str) -> bool:
    """Say whether a phrase alone on its line is as likely the heading of a section ("Review", "Responsibility")."""
    return len(_WORD.findall(phrase)) < 2 or phrase.lower().startswith(("the ", "review of", "policy review"))


@lru_cache(maxsize=4096)
def phrase_kinds(phrase: str) -> tuple[LabelKind, ...]:
    """Return what a phrase asks for as a label, nothing where a word of it is no word of labels.

    Only what the words settle is told: "Issue" may be a number or a date and has both meanings.
    """
    words = [word.lower().replace("’", "'") for word in _WORD.findall(phrase)]
    words = [word for word in words if word != "s"]
    if not words or len(words) > _MOST_WORDS or not _VOCABULARY.issuperset(words) or _names_body(words):
        return ()
    if _IN_CAPITALS.search(phrase) and not phrase.isupper():
        # "IT Manager" answers a label.
        return ()
    for rule in (_rhythm, _number, _approval, _review, _body, _owner):
        kinds = rule(words, frozenset(words))
        if kinds is not None:
            return kinds
    return ()


def _names_body(words: list[str]) -> bool:
    """Say whether the words after "by" are a body already: "Approved by" asks, "Governors" is what is answered."""
    after = words[words.index("by") + 1 :] if "by" in words else []
    return any(word in _BODY for word in after) and not {"name", "of", "body", "committee"}.issuperset(after)


def _rhythm(words: list[str], found: frozenset[str]) -> tuple[LabelKind, ...] | None:
    if found & _DATE - {"year"}:
        return None
    reviews = bool(found & (_REVIEW | _DONE))
    if found & _RHYTHM and (reviews or found <= _RHYTHM | _DOCUMENT | _GLUE):
        return (LabelKind.CYCLE,)
    return (LabelKind.CYCLE,) if found & _WEAK_RHYTHM and reviews and "long-term" not in found else None


def _number(words: list[str], found: frozenset[str]) -> tuple[LabelKind, ...] | None:
    if not found & _VERSION or not found <= _VERSION | _VERSION_PARTS | _DOCUMENT | _GLUE | _DATE:
        return None
    if found & _DATE:
        return (LabelKind.REVIEW,) if "revision" in found else (LabelKind.OTHER_DATE,)
    if found == {"revision"}:
        return (LabelKind.REVIEW, LabelKind.VERSION)
    return (
        (LabelKind.OTHER_DATE, LabelKind.VERSION) if found & {"issue"} and "no" not in found else (LabelKind.VERSION,)
    )


def _approval(words: list[str], found: frozenset[str]) -> tuple[LabelKind, ...] | None:
    if not found & _APPROVAL or (found & _AHEAD - {"required", "final"} and found & _REVIEW):
        return None
    if {"to", "be"} <= found or found & {"required", "needed", "route", "approver", "given"}:
        return (LabelKind.APPROVER,) if words[-1] in {"by", "from", "required", "approver", "route"} else ()
    if found & {"approving", "ratifying", "adopting", "authorising"} or (
        found & {"level", "authority"} or ({"body", "responsible"} <= found)
    ):
        return (LabelKind.APPROVER,)
    if found & _PEOPLE - {"signed", "off"}:
        return ()
    if found & (_DONE | _REVIEW):
        return (LabelKind.LAST_REVIEW, LabelKind.APPROVED) if found & _DONE else ()
    if found & {"signed", "off"} and not {"signed", "off"} <= found:
        return ()
    return (
        (LabelKind.APPROVED, LabelKind.APPROVER)
        if found & {"approval"} and not found & _DATE
        else (LabelKind.APPROVED,)
    )


def _review(words: list[str], found: frozenset[str]) -> tuple[LabelKind, ...] | None:
    expires = bool(found & {"expires", "expire", "expiry"}) or {"valid", "to"} <= found or {"valid", "until"} <= found
    if expires:
        return (LabelKind.NEXT_REVIEW,)
    if not found & (_REVIEW | _DONE):
        return None
    dated = bool(found & _DATE)
    if found & _PEOPLE:
        return () if dated or found & (_AHEAD | _BEHIND) else (LabelKind.OWNER,)
    if found & {"committee", "body", "board"} and not dated and not found & (_AHEAD | _BEHIND | _DONE):
        return (LabelKind.APPROVER,)
    if words == ["review", "by"]:
        return (LabelKind.NEXT_REVIEW,)
    if found & _BEHIND or ("completed" in found and "by" not in found) or (dated and "this review" in " ".join(words)):
        return (LabelKind.LAST_REVIEW,)
    if found & _AHEAD or {"to", "be"} <= found:
        return (LabelKind.NEXT_REVIEW,)
    if "renewal" in found:
        return (LabelKind.NEXT_REVIEW,)
    if found & _DONE:
        return (LabelKind.LAST_REVIEW,)
    if found & {"update", "updates", "amendment", "amendments"}:
        return (LabelKind.LAST_REVIEW,) if dated else ()
    return (LabelKind.REVIEW,) if dated else ()


def _body(words: list[str], found: frozenset[str]) -> tuple[LabelKind, ...] | None:
    if not found & _BODY - {"school", "academy", "trust", "local", "full", "level", "required"}:
        return None
    if found & {"committee", "committees", "sub-committee", "subcommittee"} and not found & {"lead", "link", "member"}:
        return () if found <= {"committee", "committees"} else (LabelKind.APPROVER,)
    return (LabelKind.OTHER,) if found & {"governor", "trustee"} and found & _PEOPLE else ()


def _owner(words: list[str], found: frozenset[str]) -> tuple[LabelKind, ...] | None:
    if found & _DATE or not found & _PEOPLE:
        return ()
    if found & _WRITES and words[-1] != "by":
        return ()
    if found & (_OWNS | _WRITES):
        return (LabelKind.OWNER,)
    leads = found & {"lead", "leads", "leader", "link", "manager", "coordinator", "co-ordinator"}
    alone = len(words) < 2 or found <= {"senior", "leader", "lead"} or found & {"school", "academy"}
    return (LabelKind.OWNER,) if leads and not alone else ()
