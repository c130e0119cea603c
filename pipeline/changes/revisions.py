"""What kind of revision a changed text is, and what keeps it from being used."""

import re

from pipeline.changes.compare import Change, Comparison
from pipeline.changes.weights import is_weighty
from pipeline.model import Facts, Problem, RevisionKind
from pipeline.named.schools import school_in

_SMALL_CHANGE_WORDS = 12
_HEADING_WORDS = 8
_MENDED_PERCENT = 88
"""How alike two headings are that differ by a mended word."""
OTHER_SCHOOL = "other-school"
"""The finding that holds a text that names another school or organisation."""
_HOLDING_CODES = frozenset({"draft-mark", "tracked-changes", "comments", "template-field", OTHER_SCHOOL})


def revision_kind(comparison: Comparison) -> RevisionKind:
    """Return the kind of a revision, from what differs.

    Major where in doubt: an added or removed paragraph, a changed number, a word of duty, a person or a time that
    changed, a word put in or left out that says something (``weights``), a heading that says something else, or more
    than a dozen words. Numbers of sections are no such numbers. The owner may raise the kind, or lower it with a
    reason.
    """
    if comparison.same_words or comparison.same_but_dates:
        return RevisionKind.REAFFIRMED
    if comparison.same_but_contacts:
        return RevisionKind.CONTACTS
    if comparison.same_but_numbering:
        return RevisionKind.MINOR
    if (
        len(comparison.words_changed) > _SMALL_CHANGE_WORDS
        or any(map(is_weighty, comparison.edits))
        or any(map(_changes_a_rule, comparison.changes))
    ):
        return RevisionKind.MAJOR
    return RevisionKind.MINOR


def _changes_a_rule(change: Change) -> bool:
    """Return whether a whole paragraph came or went, or a heading or list entry says something else than before."""
    if change.before is None or change.after is None:
        return True
    if not (_is_heading(change.before) and _is_heading(change.after)):
        return False
    from rapidfuzz import fuzz

    return fuzz.ratio(change.before.casefold(), change.after.casefold()) < _MENDED_PERCENT


def _is_heading(text: str) -> bool:
    return len(text.split()) <= _HEADING_WORDS and not text.rstrip().endswith((".", ";", ",", "!", "?"))


def holds(facts: Facts, school_name: str, trust_name: str = "") -> tuple[Problem, ...]:
    """Return what keeps a text from being copied, published or sent until somebody overrules it.

    Tracked changes, comments, the mark DRAFT, a template's unfilled field, another school's name. That of the school's
    own trust is no other one's: its policies carry it.
    """
    found = [problem for problem in facts.problems if problem.code in _HOLDING_CODES]
    own = [name for name in (school_name, trust_name) if name]
    if school_name and facts.school and not any(same_school(facts.school, name) for name in own):
        where = facts.evidence["school"].where if "school" in facts.evidence else None
        place = f" ({where})" if where else ""
        found.append(
            Problem(
                OTHER_SCHOOL,
                f"It names another {_kind_of(facts.school)}, “{facts.school}”{place}, not {school_name}. "
                "Put the right name into the document, or issue it with a reason if this is meant.",
            )
        )
    return tuple(found)


def _kind_of(name: str) -> str:
    return "school" if school_in(name) else "organisation"


_SCHOOL_NOISE = frozenset(
    (
        "the",
        "school",
        "academy",
        "primary",
        "infant",
        "infants",
        "junior",
        "nursery",
        "of",
        "and",
        "c",
        "e",
        "ce",
        "cofe",
    )
)
_WORD = re.compile(r"[^\W_]+")
_SLIP_PERCENT = 85
"""How alike two words are that differ by a slip of the pen."""


def same_school(one: str, other: str) -> bool:
    """Return whether two spellings name one school.

    Case, punctuation and words such as "School" are set aside; each word of the shorter name must stand in the longer,
    a slip of the pen allowed.
    """
    shorter, longer = sorted((_name_words(one), _name_words(other)), key=len)
    return all(any(_is_slip(word, each) for each in longer) for word in shorter)


def _name_words(name: str) -> list[str]:
    words = _WORD.findall(name.casefold().replace("'", "").replace("’", ""))
    return [word for word in words if word not in _SCHOOL_NOISE]


def _is_slip(word: str, other: str) -> bool:
    from rapidfuzz import fuzz

    return word == other or (min(len(word), len(other)) > 3 and fuzz.ratio(word, other) >= _SLIP_PERCENT)
