"""Whether a reply says "I have read": only what its writer wrote above the quote counts. Pure.

Each mail asks its reader to answer with these words at the top, and quotes itself in the answer: the words must be the
first that the writer wrote, a sentence of their own, and nothing that takes them back may stand beside them. Whatever
else is said is for a person to read: a wrong answer is delayed, and a worry about a child must not lie in a box.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from pipeline.named.names.titles import Shows, titles_small

_MOST_LINES = 400
_MOST_LINE = 2_000
_QUOTE_BEGINS = re.compile(
    r"\s*(>"
    r"|-{2,}\s*(original message|original appointment|forwarded message|urspr|message d'origine|mensaje original)"
    r"|-{5,}\s*forwarded message|begin forwarded message"
    r"|_{8,}\s*$"
    r"|(from|von|de|sent|gesendet|to|date|subject)\s*:\s*\S"
    r"|(on|am|le|el)\b.{4,300}\b(wrote|schrieb|a écrit|escribió)\s*:?\s*$)",
    re.IGNORECASE,
)
_QUOTE_WITHIN = re.compile(r"^\s*(on|am|le|el)\b.{4,}$", re.IGNORECASE)
_WROTE = re.compile(r"\b(wrote|schrieb|a écrit|escribió)\s*:\s*$", re.IGNORECASE)
_FORWARDED = re.compile(r"\s*(-{2,}\s*forwarded message|begin forwarded message)", re.IGNORECASE)
_GREETING = re.compile(
    r"(hi|hello|dear|good (morning|afternoon|evening)|hey|morning|afternoon)\b[^.?!]{0,60}[,!.]?", re.IGNORECASE
)
_SAYS = re.compile(
    r"(?:yes[,.!]?\s+)?(?:i have|i've|i can confirm (?:that )?i(?: ha|')ve|i confirm (?:that )?i(?: ha|')ve)\s+"
    r"(?:now\s+|also\s+)?read\b(?P<tail>.*)",
    re.IGNORECASE,
)
_SPEAKS_OF_IT = re.compile(r"\b(have|has|'ve|haven't|not)\b.{0,40}\bread\b|\bread\b.{0,40}\b(it|them|policy)\b", re.I)
_CLOSING = re.compile(
    r"(--|thanks|thank you|many thanks|ta|cheers|kind(est)? regards|best( wishes| regards)?|regards|warm regards|"
    r"yours( sincerely| faithfully)?|all the best|sent from my\b.*|get outlook for\b.*|sent via\b.*)\W*",
    re.IGNORECASE,
)
_AFTER_CLOSING = re.compile(r"\bi\b|\bi'|^\s*p\.?\s?s\b|\?\s*$", re.IGNORECASE)
_PLAIN = frozenset(
    {
        "and", "it", "them", "this", "these", "that", "those", "both", "all", "of", "the", "above", "attached",
        "policy", "policies", "document", "documents", "mail", "email", "understood", "understand", "everything",
        "now", "today", "in", "full", "carefully", "thanks", "thank", "you", "many", "i", "have",
        "acknowledge", "confirm",
    }
)  # fmt: skip
"""Words that only go on saying that all was read."""
_ONE = frozenset({"policy", "document"})
_TITLES = titles_small(Shows.ANYWHERE)


class Statement(Enum):
    """What a reply says of the reading."""

    READ = "read"
    """That its writer has read what the mail asks for, and no more."""
    PERHAPS = "perhaps"
    """Something of the kind that a person must judge."""
    OTHER = "other"
    """Something else."""
    NOTHING = "nothing"
    """No word of the writer's own."""


@dataclass(frozen=True, slots=True)
class ReplyWords:
    """What a reply says."""

    statement: Statement
    has_more: bool
    """Beside it stands something that a person must look at."""
    is_forwarded: bool
    """It passes on another mail."""


def read_words(text: str, *, titles: Collection[str], names: Sequence[str]) -> ReplyWords:
    """Return what a reply says. ``titles`` are the policies the mail asks to read, ``names`` its reader's."""
    own, quoted = _split(text)
    is_forwarded = bool(quoted) and bool(_FORWARDED.match(quoted))
    lines = [line for line in map(_tidy, own) if line]
    if lines and _GREETING.fullmatch(lines[0]):
        lines = lines[1:]
    if not lines:
        return ReplyWords(Statement.NOTHING, has_more=False, is_forwarded=is_forwarded)
    names_known = {word for name in names for word in _words(name)}
    names_known |= {word[0] for word in names_known} | _TITLES
    says = _SAYS.fullmatch(lines[0])
    if says is None or not _is_plain(says["tail"], titles, names_known):
        perhaps = any(_SPEAKS_OF_IT.search(line) for line in lines)
        return ReplyWords(Statement.PERHAPS if perhaps else Statement.OTHER, has_more=True, is_forwarded=is_forwarded)
    more, after = _rest(lines[1:], titles, names_known)
    return ReplyWords(Statement.PERHAPS if more else Statement.READ, has_more=more or after, is_forwarded=is_forwarded)


def _split(text: str) -> tuple[list[str], str]:
    """Return the lines above the quote, and the line that the quote begins with; empty where nothing is quoted."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:_MOST_LINES]
    lines = [line[:_MOST_LINE] for line in lines]
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else ""
        # "On Monday 23 November the office" / "<policies@example.org> wrote:" are one line in two.
        if _QUOTE_BEGINS.match(line) or (_QUOTE_WITHIN.match(line) and _WROTE.search(following)):
            return lines[:place], line
    return lines, ""


def _rest(lines: Sequence[str], titles: Collection[str], names: Collection[str]) -> tuple[bool, bool]:
    """Return whether more is said before the writer closes, and whether a person must look at what stands after."""
    for place, line in enumerate(lines):
        if _CLOSING.fullmatch(line) or set(_words(line)) <= set(names):
            return False, any(_AFTER_CLOSING.search(each) for each in lines[place + 1 :])
        if not _is_plain(line, titles, names):
            return True, False
    return False, False


def _is_plain(words: str, titles: Collection[str], names: Collection[str]) -> bool:
    """Return whether words only go on saying that all the mail asks for was read.

    Of several policies one named by its title, or spoken of as one, may leave the others out; of one, several.
    """
    if "?" in words:
        return False
    said = set(_words(words))
    if said & (_ONE if len(titles) > 1 else set()) or (said & {"both"} and len(titles) != 2):
        return False
    known = set(_PLAIN) | set(names)
    if len(titles) == 1:
        known |= {word for title in titles for word in _words(title)}
    return said <= known


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.casefold())


def _tidy(line: str) -> str:
    return " ".join(line.replace("\u2019", "'").replace("\u00a0", " ").split()).strip("*_ ")
