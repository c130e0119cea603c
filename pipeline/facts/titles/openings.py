"""Find the title at the start of a line that holds a whole page: title, labels and first paragraph in one.

Text taken from a web page or a careless PDF has lost its line breaks. Between ``text.lines`` and ``titles``.
"""

import re
from collections.abc import Sequence

from pipeline.catalogue.policies import is_policy_name
from pipeline.facts.titles.words import words_of
from pipeline.named.schools import is_school_line, school_in
from pipeline.text.lines import HEAD_LINES, Line

_REACH = 240
_KINDS = (
    r"policy|policies|procedures?|statement|plan|scheme|strategy|code of (?:conduct|practice)|charter|protocol"
    r"|local offer|admission arrangements|information report|privacy notice|guidelines|agreement|terms of reference"
)
_SECOND_KIND = r"procedures?|guidelines|guidance|practice|statement|strategy|action plan|plan|policy|code of practice"
_KIND = re.compile(
    rf"\b(?:{_KINDS})\b(?:\s(?:and|&|/)\s(?:{_SECOND_KIND}))?"
    r"(?:\s(?:statement|document|and procedures?))?(?:\s\([A-Z][\w ]{1,12}\))?",
    re.IGNORECASE,
)
_CAPITALS = re.compile(
    r"(?<![A-Z&] )\b(?P<title>(?:[A-Z&][A-Z&'’/-]+\s|&\s){1,9}(?:POLICY|PLAN|SCHEME|STATEMENT|PROCEDURES?)"
    r"(?:\sAND\sPROCEDURES?)?)\b"
)
"""A title in capitals further on, where labels in small letters stand before it."""
_BARE_BEFORE = re.compile(r"^(?:(?:school|statutory|trust|academy) (?:policy|document) )(?=[A-Z])", re.IGNORECASE)
_PART_BEHIND = re.compile(
    r"\s(?:Statement of [Ii]ntent|(?:Policy )?[Ss]tatement|Introduction|Rationale|Aims?)\s(?=[A-Z][a-z]*\s[\w’']+\s)"
)
"""The heading of the first part, run in behind a title that names no kind of document."""
_FAR_REACH = 700
_BREAK = re.compile(r"[;:!?|]\s|(?<![A-Z\d]\.)(?<=[a-z]{3})\.\s|\d{4}\s|[”\"]\s")
"""What ends whatever stood before a title."""
_MOST_WORDS = 14


def opening_title(text: str) -> str | None:
    """Return the words at the start of ``text`` that read as a title, the school's name left off; None without any.

    Every word of it begins with a capital, small joining words apart, and its last names a kind of document.
    """
    head = re.sub(r"^(?:page\s+)?\d{1,3}(?:\s+of\s+\d+)?\s+(?=[A-Z])", "", text[: 2 * _REACH], flags=re.IGNORECASE)
    head = re.sub(r"\s*\[[^\]]*\]\s*", " ", head)[:_REACH].lstrip()
    head = re.sub(r"^(?:19|20)\d\d\s?[-–/]\s?\d{2,4}\s+(?=[A-Z])", "", head)
    start = 0
    for kind in _KIND.finditer(head):
        for gap in _BREAK.finditer(head, start, kind.start()):
            start = gap.end()
        words = _without_leading_school(head[start : kind.end()].strip(" ,–-"))
        words = _BARE_BEFORE.sub("", words)
        set_apart = _CAPITALS.search(words)
        words = set_apart["title"] if set_apart and set_apart.end() == len(words) and not words.isupper() else words
        if _reads_as_title(words) or (start == 0 and _is_in_small_letters(words)):
            return words
    capitals = _CAPITALS.search(text[:_FAR_REACH])
    return capitals["title"] if capitals and _reads_as_title(capitals["title"]) else None


def title_before_part(text: str) -> str | None:
    """Return the title behind which a line runs on with the heading of its first part and sentences; None without."""
    part = _PART_BEHIND.search(text[:_REACH])
    return text[: part.start()] if part and _reads_as_title(text[: part.start()]) else None


def _is_in_small_letters(words: str) -> bool:
    """Say whether the words at the very start are a known policy's name ("Fire safety policy")."""
    return words[:1].isupper() and not words.lower().startswith(("the ", "this ", "our ")) and is_policy_name(words)


def _without_leading_school(words: str) -> str:
    name = school_in(words)
    rest = words.partition(name)[2].strip(" ,:–-") if name else ""
    return rest if name and len(rest.split()) >= 2 else words


def _reads_as_title(words: str) -> bool:
    parts = re.sub(r"\([^)]*\)", "", words).split()
    if not 2 <= len(parts) <= _MOST_WORDS or parts[0].lower() in words_of("spoken") or not parts[0][0].isalnum():
        return False
    if "\\" in words:
        # A place on a drive.
        return False
    shown = [part.strip("“”‘’'\",.") for part in parts]
    capitals = [part for part in shown if part[:1].isupper() or part[:1].isdigit()]
    named = [part for part in capitals if part.lower() not in words_of("bare")]
    all_set = all(
        part[:1].isupper() or part[:1].isdigit() or part in words_of("joining") or part in words_of("bare")
        for part in shown
    )
    return shown[0][:1].isupper() and all_set and bool(named)


_SAYS_KIND = re.compile(r"\b(?:policy|policies|procedures?|statement|plan|scheme|strategy)\b", re.IGNORECASE)
_SURELY_A_NAME = 3
"""Words of a school's name that no subject of a policy begins with by chance."""


def without_short_name(title: str, lines: Sequence[Line]) -> str:
    """Return a title without the first words of the school's name, where a line has the name in full."""
    for name in (line.text for line in lines[:HEAD_LINES]):
        words = name.split()
        if not words or not title.startswith(f"{words[0]} ") or not is_school_line(name):
            continue
        for count in range(len(words) - 1, 1, -1):
            short = " ".join(words[:count])
            rest = title[len(short) :].strip()
            known = is_policy_name(rest) or (count >= _SURELY_A_NAME and len(rest.split()) > 1)
            if title.startswith(f"{short} ") and _SAYS_KIND.search(rest) and known:
                return rest
    return title
