"""Whether the words right before a number or an address say that it is somebody else's: "Police: 01632 …" under a lead.

For ``named.contacts``, which takes for somebody's what stands behind the name. Whoever rings a number that a copy has
given the lead, where the police's stood, reaches nobody who can help: what no word shows to be the person's is not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.named.details.ways import DETAIL_WORD, GOES_WITH, OUTSIDE
from pipeline.named.names.given_names import ordinary_words
from pipeline.named.names.people import drop_title
from pipeline.named.names.titles import titles_small
from pipeline.named.roles.other_posts import find_capacities
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.addresses import SPACED_ADDRESS
from pipeline.text.lazily import compiled_lazily
from pipeline.text.telephones import find_numbers

OF_BODIES = frozenset(("lado", "childrens-social-care"))
"""Roles of nobody who works in a school."""
_LONGEST_LABEL = 6
"""Words."""
_BEFORE = compiled_lazily(r"[^\w.!?;)\]]*\Z")
"""What stands between a label and what it introduces."""
_BREAK = compiled_lazily(r"[\t\n;()\[\]!?|]|\.\s|\s[–—-]\s")
_WORD = compiled_lazily(r"[^\W_][\w'’&-]*")
_OWN = compiled_lazily(rf"{DETAIL_WORD}|{GOES_WITH}|[^\W\d_]|\w?\d+\w*", re.IGNORECASE)
_OUTSIDE = compiled_lazily(rf"\b{OUTSIDE}", re.IGNORECASE)
_TELLS = compiled_lazily(
    r"\b(?:are|be|can|could|has|have|is|may|must|should|to|will)\b|\b(?:on|at|via|by)\W*\Z", re.IGNORECASE
)
"""In a sentence, which a label is not."""
_PRONOUN = compiled_lazily(r"\b(?:s?he|they|him|her|them|who)\b", re.IGNORECASE)


def others_begin(text: str, start: int, name: str, role: str, *, below: bool = False) -> int:
    """Return where in ``text``, behind ``start``, words begin that introduce a number or an address as another's.

    ``name`` is whose details are sought, ``role`` what that person is; ``below``: the text stands below the name, so
    that a cell of its own may say whose number the next one holds. The length of ``text`` where there are none.
    """
    for first, last in _details(text, start):
        label = _label_before(text, start, first, below=below)
        if label is not None and _is_anothers(label, name, role):
            return label.start
        start = last
    return len(text)


@dataclass(frozen=True, slots=True)
class _Label:
    """The words of one sentence and cell that stand right before a detail."""

    start: int
    words: str
    colon: bool
    behind_comma: bool
    """Told of the person, as a post is: "June Holt, Assistant Head 01632 …"."""


def _details(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield where each number and address behind ``start`` begins and ends, in order."""
    found = [(each.start, each.end) for each in find_numbers(text)]
    found += [(match.start("local"), match.end()) for match in SPACED_ADDRESS.finditer(text)] if "@" in text else []
    return (each for each in sorted(found) if each[0] >= start)


def _label_before(text: str, start: int, end: int, *, below: bool) -> _Label | None:
    before = _BEFORE.search(text, start, end)
    last = before.start() if before else end
    between = text[last:end]
    if "\t" in between and not below:
        return None  # the cell behind a name tells the person's post
    begins = max((each.end() for each in _BREAK.finditer(text, start, last)), default=start)
    comma = text.rfind(",", begins, last)
    begins = begins if comma < 0 else comma + 1
    words = text[begins:last]
    shift = len(words) - len(words.lstrip())
    return _Label(begins + shift, words.strip(), ":" in between, comma >= 0) if words.strip() else None


def _is_anothers(label: _Label, name: str, role: str) -> bool:
    words, posts = label.words, find_roles(label.words)
    if _PRONOUN.search(words):
        return False
    if role not in OF_BODIES and (_OUTSIDE.search(words) or any(each.role in OF_BODIES for each in posts)):
        return True
    is_post = bool(posts) or any(find_capacities(words, ()))
    if any(each.role == role for each in posts) or (label.behind_comma and (is_post or not label.colon)):
        return False
    if label.colon and posts:
        return True
    for post in reversed(posts):
        words = words[: post.start] + words[post.end :]
    strange = [word for word in _WORD.findall(words) if not _is_own(word, name)]
    if not strange or words.strip()[:1].islower():
        return False
    if not _TELLS.search(words):
        return len(words.split()) <= _LONGEST_LABEL
    opens = words.split(maxsplit=1)[0].casefold()
    return any(word[0].isupper() and (word.casefold() != opens or opens not in ordinary_words()) for word in strange)


def _is_own(word: str, name: str) -> bool:
    """Whether a word before a number is one of the person's own name, or of how anybody is reached."""
    plain = re.sub(r"['’]s?$", "", word).casefold()
    own = drop_title(name).casefold().split()
    return plain in titles_small() or plain in own or _OWN.fullmatch(plain) is not None
