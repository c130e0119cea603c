"""What kind of revision a changed text is, and what keeps it from being used."""

import re

from pipeline.changes.compare import ParagraphChange, TextComparison
from pipeline.changes.weights import is_weighty
from pipeline.model.facts import Facts, Problem
from pipeline.model.policies import RevisionKind
from pipeline.named.organisation_names import is_common
from pipeline.named.organisation_signs import is_spelt_by
from pipeline.named.schools import is_activity, school_in, schools_in

_SMALL_CHANGE_WORDS = 12
_HEADING_WORDS = 8
_MENDED_PERCENT = 88
"""How alike two headings are that differ by a mended word."""
OTHER_SCHOOL = "other-school"
"""The finding that holds a text that names another school or organisation."""
_HOLDING_CODES = frozenset({"draft-mark", "tracked-changes", "comments", "template-field", OTHER_SCHOOL})


def revision_kind(comparison: TextComparison) -> RevisionKind:
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


def _changes_a_rule(change: ParagraphChange) -> bool:
    """Return whether a whole paragraph came or went, or a heading or list entry says something else than before."""
    if change.before is None or change.after is None:
        return True
    if not (_is_heading(change.before) and _is_heading(change.after)):
        return False
    from rapidfuzz import fuzz

    return fuzz.ratio(change.before.casefold(), change.after.casefold()) < _MENDED_PERCENT


def _is_heading(text: str) -> bool:
    return len(text.split()) <= _HEADING_WORDS and not text.rstrip().endswith((".", ";", ",", "!", "?"))


def holds(facts: Facts, school_name: str, trust_name: str = "", text: str = "") -> tuple[Problem, ...]:
    """Return what keeps a text from being copied, published or sent until the office overrules it.

    Tracked changes, comments, the mark DRAFT, a template's unfilled field, the name of another school where that is
    sure; of what is less sure ``may_be_anothers`` is asked. That of the school's own trust is no other one's: its
    policies carry it. Nor is a document another's whose ``text`` names the school itself more often.
    """
    found = [problem for problem in facts.problems if problem.code in _HOLDING_CODES and not problem.minor]
    if (
        facts.school
        and _sureness_of_another(facts, school_name, trust_name) >= _SURE
        and not _is_more_often(school_name, facts.school, text)
    ):
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


def may_be_anothers(facts: Facts, school_name: str, trust_name: str = "") -> bool:
    """Return whether a text may be another school's or organisation's, though nothing makes that sure."""
    return _ASKED <= _sureness_of_another(facts, school_name, trust_name) < _SURE


_SURE = 0.95
_ASKED = 0.8
"""How sure the name of another must be to hold a text, and to be asked about."""


def _sureness_of_another(facts: Facts, school_name: str, trust_name: str) -> float:
    """Return how sure it is that a text names another school as its own, 0 to 1; without a school's name it is 0."""
    own = [name for name in (school_name, trust_name) if name]
    if not school_name or not facts.school or is_activity(facts.school):
        return 0.0
    if any(is_own_name(facts.school, name) for name in own):
        return 0.0
    evidence = facts.evidence.get("school")
    return (evidence.confidence if evidence is not None else None) or 0.0


def _is_more_often(own: str, other: str, text: str) -> bool:
    """Return whether a text names the school itself more often than another that it seems to be of."""
    names = [name for line in text.splitlines() for name in schools_in(line)]
    ours = sum(is_own_name(name, own) for name in names)
    return ours > sum(same_school(name, other) for name in names)


def is_own_name(found: str, own: str) -> bool:
    """Return whether a name that a document gives is the school's own, in part, with others or by its initials.

    "Moorland Primary School and First Steps Nursery" is Moorland Community Primary School, "MCPS" and "Moorland Values"
    are as well.
    """
    if any(same_school(part, own) for part in _JOINED.split(found) if _name_words(part)) or same_school(found, own):
        return True
    if " " not in found and found.isupper() and is_spelt_by(found.replace(".", ""), own):
        return True
    words = [word for word in _name_words(found) if not is_common(word)]
    return bool(words) and set(words) <= set(_name_words(own))


_JOINED = re.compile(r"\s*(?:,|/|&|\band\b|\bwith\b|\bincorporating\b)\s*", re.IGNORECASE)
"""What parts the names of several who share a policy."""


def _kind_of(name: str) -> str:
    return "school" if school_in(name) else "organisation"


_SCHOOL_NOISE = frozenset((
    "the", "school", "academy", "primary", "infant", "infants", "junior", "nursery", "of", "and", "c", "e", "ce",
    "cofe", "cp", "va", "vc", "rc", "ciw",
))  # fmt: skip
_NOISE_IN_WORDS = re.compile(
    r"\b(?:church (?:of|in) (?:england|ireland|scotland|wales)|(?:roman )?catholic|voluntary (?:aided|controlled))\b"
)
"""What one school is now called with and now without; alone "Church" and "Wales" may be all that tells it apart."""
_SAINTS = frozenset(("saint", "saints", "ss", "sts"))
_CATHOLIC = re.compile(r"\b(?:catholic|r\.? ?c)\b", re.IGNORECASE)
_OF_A_CHURCH = re.compile(rf"{_CATHOLIC.pattern}|\b(?:church of|church in|c ?of ?e|c\.? ?e|ciw)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_SLIP_PERCENT = 85
"""How alike two words are that differ by a slip of the pen."""


def same_school(one: str, other: str) -> bool:
    """Return whether two spellings name one school.

    Case, punctuation, words such as "School" and a faith that only one of them tells are set aside; each word of the
    shorter name must stand in the longer, a slip of the pen allowed.
    """
    if len({bool(_CATHOLIC.search(name)) for name in (one, other) if _OF_A_CHURCH.search(name)}) > 1:
        return False
    shorter, longer = sorted((_name_words(one), _name_words(other)), key=len)
    return all(any(_is_slip(word, each) for each in longer) for word in shorter)


def _name_words(name: str) -> list[str]:
    words = _WORD.findall(_NOISE_IN_WORDS.sub(" ", name.casefold()).replace("'", "").replace("’", ""))
    return ["st" if word in _SAINTS else word for word in words if word not in _SCHOOL_NOISE]


def _is_slip(word: str, other: str) -> bool:
    from rapidfuzz import fuzz

    return word == other or (min(len(word), len(other)) > 3 and fuzz.ratio(word, other) >= _SLIP_PERCENT)
