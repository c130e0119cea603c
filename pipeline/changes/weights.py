"""What the words weigh that differ between two texts: whether somebody may have to do something otherwise.

A comparison cannot tell what a sentence means. It can tell that a word mended in its spelling, a mark, an article or
one plain word for another changes no duty, and that who, when, how much, whether and a word put in or left out may.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipeline.changes.compare import CELL, Edit

_OPPOSITES = ("un", "in", "im", "ir", "il", "dis", "non", "non-")
_SPELLING_PERCENT = 80
_SHORTEST_MISSPELT = 5
"""Letters. Among shorter words one letter makes another word: not and now."""

_WEIGHTY = (
    # whether
    "must; shall; should; may; might; can; will; not; no; never; always; only; except; unless; none; nobody; if; or"
    "; nor; neither; either; and/or; both; permitted permit permits; allowed allow allows; prohibited prohibit"
    "; forbidden forbid forbids; banned ban bans; required require requires; mandatory; compulsory; optional; voluntary"
    "; expected expect expects; encouraged encourage encourages; discouraged discourage; advised advise advises"
    "; recommended recommend recommends; refused refuse refuses; exempt; excluded exclude excludes"
    "; included include includes including; accepted accept accepts; yes; true; false; without; instead; against"
    # who
    "; staff; teacher teachers; teaching; child children pupil pupils student students learner learners"
    "; parent parents carer carers guardian guardians; visitor visitors; volunteer volunteers; contractor contractors"
    "; governor governors; governing; trustee trustees; headteacher headteachers principal headmaster headmistress"
    "; head heads; deputy deputies; assistant assistants; senior; lead leads leader leaders; dsl dsls; ddsl ddsls; lado"
    "; senco sendco; chair; clerk; manager managers; police; council; authority; nurse; doctor; ambulance; team"
    "; family families; adult adults; boy boys; girl girls; everyone everybody; anyone anybody; someone somebody"
    # when
    "; before; after; until; within; immediately; during; while; once; twice; daily; weekly; fortnightly; monthly"
    "; termly; quarterly; annually yearly; annual; second seconds; minute minutes; hour hours; day days; week weeks"
    "; fortnight; month months; term terms; year years; morning mornings; afternoon afternoons; evening evenings"
    "; night nights; noon midday; midnight; lunchtime; breaktime; today; tomorrow; monday mondays; tuesday tuesdays"
    "; wednesday wednesdays; thursday thursdays; friday fridays; saturday saturdays; sunday sundays; weekend weekends"
    "; january; february; march; april; june; july; august; september; october; november; december; spring; summer"
    "; autumn; winter; holiday holidays; same; next; previous; last; first; third; early earlier; late later"
    "; start starts beginning; end ends; open opens opened; close closes closed; sometimes; usually; normally; rarely"
    # how much
    "; all; any; every; each; some; few; many; several; more; less; fewer; most; least; maximum; minimum; over; under"
    "; above; below; between; half; quarter; double; one; two; three; four; five; six; seven; eight; nine; ten; eleven"
    "; twelve; thirteen; fourteen; fifteen; sixteen; seventeen; eighteen; nineteen; twenty; thirty; forty; fifty; sixty"
    "; hundred; thousand; percent; in; out; on; off; up; down; inside; outside; alone; full; high; low"
    # what is done
    "; kept keep keeps retained retain retains stored store stores; destroyed destroy destroys deleted delete deletes"
    "; removed remove removes; returned return returns; reported report reports; referred refer refers"
    "; confidential; public; private; free; charged charge charges"
)
"""Words of one meaning stand together; a change from one to another, or of one that comes or goes, is weighty."""
_MEANINGS = {word: words.split()[0] for words in _WEIGHTY.split(";") for word in words.split()}
_LIGHT = frozenset(
    (
        *("a", "an", "the", "this", "that", "these", "those", "of", "to", "at", "by", "for", "from", "with", "into"),
        *("onto", "upon", "about", "as", "and", "than", "then", "so", "such", "which", "who", "whom", "whose", "there"),
        *("here", "also", "too", "very", "please", "is", "are", "was", "were", "be", "been", "being", "has", "have"),
        *("had", "do", "does", "did", "it", "its", "they", "them", "their", "he", "him", "his", "she", "her", "we"),
        *("our", "us", "you", "your", "in", "on", "order", "when", "where", "etc", "both", "up", "out", "etc"),
    )
)
"""May come or go without notice."""
_CONTRACTIONS = {
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
}
_CHOICES = re.compile(r"[✓✔✗✘☐☑☒☓×✕✖£$€%<>≤≥±+=-]|" + re.escape(CELL))
"""Marks that say yes or no, or what a figure means; and that words went to another cell or place."""


def is_weighty(edit: Edit) -> bool:
    """Return whether what was taken out and put in at one place of a text may change what somebody has to do."""
    removed, added = list(_words(edit.removed)), list(_words(edit.added))
    if not removed or not added:
        return any(_counts(word) for word in (*removed, *added))
    if _are_spelt_alike(removed, added):
        return False
    return _weights(removed) != _weights(added) or _are_unequal(removed, added)


def _words(words: Iterable[str]) -> Iterator[str]:
    """Yield words without the quotation marks at their ends, contractions in full."""
    for each in words:
        word = each.strip("'’") or each
        if word in _CONTRACTIONS:
            yield from _CONTRACTIONS[word]
        elif word.endswith("n't"):
            yield from (word[:-3], "not")
        else:
            yield word


def _counts(word: str) -> bool:
    """Return whether a word that came or went by itself says something: no mark, no article and the like."""
    return bool(_weight(word)) or (word[0].isalnum() and word not in _LIGHT)


def _weight(word: str) -> str | None:
    """Return what a weighty word means; figures and marks of choice mean themselves."""
    if any(character.isdigit() for character in word) or _CHOICES.fullmatch(word):
        return word
    return _MEANINGS.get(word)


def _weights(words: Sequence[str]) -> Counter[str]:
    return Counter(weight for word in words if (weight := _weight(word)))


def _are_spelt_alike(removed: Sequence[str], added: Sequence[str]) -> bool:
    """Return whether each word is the other one mended, or both are the same letters parted otherwise."""
    if _letters(removed) == _letters(added):
        return _weights(removed) == _weights(added) or not (_CHOICES.search("".join((*removed, *added))))
    return len(removed) == len(added) and all(map(_is_mended, removed, added))


def _letters(words: Sequence[str]) -> str:
    return "".join(words).replace("-", "")


def _is_mended(one: str, other: str) -> bool:
    from rapidfuzz import fuzz

    if one == other:
        return True
    if any(character.isdigit() for character in one + other) or min(len(one), len(other)) < _SHORTEST_MISSPELT:
        return False
    if any(prefix + one == other or prefix + other == one for prefix in _OPPOSITES):
        return False
    if _weight(one) and _weight(other):
        return _weight(one) == _weight(other)
    return fuzz.ratio(one, other) >= _SPELLING_PERCENT


def _are_unequal(removed: Sequence[str], added: Sequence[str]) -> bool:
    """Return whether one side says more than a word beyond the other, or the opposite of it."""
    before, after = ([word for word in words if _counts(word)] for words in (removed, added))
    if abs(len(before) - len(after)) > 1 or bool(before) != bool(after):
        return True
    return any(prefix + one in after or one == prefix + two for one in before for two in after for prefix in _OPPOSITES)
