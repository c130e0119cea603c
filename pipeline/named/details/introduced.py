"""Whether the words right before a number or an address say that it is another's: "Police: 01632 …" under a lead.

For ``named.contacts``, which takes for a person's what stands behind the name. A reader who rings a number that a copy
has given the lead, where the police's stood, reaches nobody who can help: what no word shows to be the person's is not.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from pipeline.named.details.ways import ABOUT, DETAIL_WORD, GOES_WITH, OUTSIDE, REACHES
from pipeline.named.names.people import drop_title, find_name, has_given_name
from pipeline.named.names.titles import titles_small
from pipeline.named.roles.other_posts import find_capacities
from pipeline.named.roles.rules import OTHER
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
_APPOSITION = compiled_lazily(
    r"\s*(?:\((?P<aside>[^()\d@]{1,40})\)|[,(–-]\s*(?P<words>(?:[^,.;:()\t\n\d@]|\([^()\d@]{0,30}\))+)"
    r"(?=[,.;()\t\n]|\s[–—-]\s|\Z))"
)
_REACHES = compiled_lazily(REACHES, re.IGNORECASE)
_IN_A_SENTENCE = compiled_lazily(rf"{REACHES}|{ABOUT}", re.IGNORECASE)
_BEHIND = compiled_lazily(r"[^\S\t\n]*[(–—-]?[^\S\t\n]*(?P<words>[^\t\n;,.)\d]*)")


def others_begin(text: str, start: int, name: str, role: str, *, below: bool = False) -> int:
    """Return where in ``text``, behind ``start``, words begin that introduce a number or an address as another's.

    ``name`` is whose details are sought, ``role`` what that person is; ``below``: the text stands below the name, so
    that a cell of its own may say whose number the next one holds. The length of ``text`` where there are none.
    """
    told = start if below else _end_of_apposition(text, start)
    for first, last in _details(text, start):
        label = _label_before(text, start, first, below=below)
        if label is not None and _is_anothers(label, name, role):
            return label.start
        if not is_of_the_person(text[max(start, told) : first], name, role) or _belongs_behind(text, last, role):
            return start
        start = last
    return len(text)


def _end_of_apposition(text: str, start: int) -> int:
    """Return where what is told of a person right behind the name ends, as a post is: ", Head (Pastoral), 01632 …"."""
    told = _APPOSITION.match(text, start)
    words = (told["aside"] or told["words"]) if told else ""
    if told is None or len(words.split()) > _LONGEST_LABEL:
        return start
    found = find_name(words)
    return start if found is not None and has_given_name(found[0]) else told.end()


def is_of_the_person(words: str, name: str, role: str) -> bool:
    """Say whether words between a name and a number tell of that person and of how to reach people, and nothing else.

    "June Holt (DSL) liaises with Paul Garner (01632 …)" tells of another; so may any word that nobody knows.
    """
    roles, words = _without_posts(words)
    if role not in OF_BODIES and roles & OF_BODIES:
        return False
    return all(_is_own(word, name) or _IN_A_SENTENCE.fullmatch(word) for word in _WORD.findall(words))


def heads_others(words: str) -> bool:
    """Say whether a heading over numbers is a body's, an office's or another post's, whatever the rows name."""
    unknown = words[:1].isupper() and not all(map(_REACHES.fullmatch, _strange_words(words, "")))
    return unknown or _OUTSIDE.search(words) is not None or bool(find_roles(words))


def is_only_a_post(text: str) -> bool:
    """Say whether a line is a post that no contact has for its own, and nothing else: "Assistant Headteacher"."""
    roles, rest = _without_posts(text)
    return roles == {OTHER} and not _WORD.search(rest)


def _without_posts(text: str) -> tuple[Set[str], str]:
    """Return the roles and posts that a text names, and it without their words."""
    found = [(each.start, each.end, each.role) for each in find_roles(text)]
    found += [(each.start, each.end, each.role) for each in find_capacities(text, ())]
    for start, end, _ in found:
        text = text[:start] + " " * (end - start) + text[end:]
    return {role for _, _, role in found}, text


def _belongs_behind(text: str, end: int, role: str) -> bool:
    """Say whether the words right behind a number say that it is another's: "01632 … (MASH)", "01632 … (SENCO)"."""
    behind = _BEHIND.match(text, end)
    words = behind["words"] if behind else ""
    posts = find_roles(words)
    if behind and "(" in text[end : behind.start("words")] and any(each.role != role for each in posts):
        return True
    return role not in OF_BODIES and (
        _OUTSIDE.search(words) is not None or any(each.role in OF_BODIES for each in posts)
    )


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
    if role not in OF_BODIES and (_OUTSIDE.search(words) or any(each.role in OF_BODIES for each in posts)):
        return True
    is_post = bool(posts) or any(find_capacities(words, ()))
    if any(each.role == role for each in posts) or (label.behind_comma and (is_post or not label.colon)):
        return False
    if label.colon and posts:
        return True
    strange = _strange_words(words, name)
    reaches = any(map(_REACHES.fullmatch, strange))
    return bool(strange) and not (reaches and is_of_the_person(words, name, role))


def _strange_words(words: str, name: str) -> list[str]:
    """Return the words of a label that are neither a post's nor such as go with a person's own number."""
    return [word for word in _WORD.findall(_without_posts(words)[1]) if not _is_own(word, name)]


def _is_own(word: str, name: str) -> bool:
    """Whether a word before a number is one of the person's own name, or of how anybody is reached."""
    plain = re.sub(r"['’]s?$", "", word).casefold()
    own = drop_title(name).casefold().split()
    return plain in titles_small() or plain in own or _OWN.fullmatch(plain) is not None
