"""The signs by which a document shows whose it is: where a name stands, and what stands around it."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from pipeline.model.documents import BlockKind
from pipeline.named.organisation_names import (
    Candidate,
    find_candidates,
    is_institution,
    last_words_of,
    line_name,
    one_of,
)
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import HEAD_LINES, Line, first_of_body
from pipeline.text.needed import in_plain_letters


class Sign(Enum):
    """A kind of place where documents name whose they are; the value tells how many signs it counts for."""

    LINE = "on a line of its own beside the title"
    MARGIN = "at the top or foot of the pages"
    LABEL = "behind “Organisation:”"
    DEFINED = "before “hereafter” or “the Company”"
    INITIALS = "before its initials in brackets"
    SPEAKS = "in “at …, we” or “welcome to …”"
    AT = "in “At …,” at the head of a sentence"
    COMMITS = "in “… is committed to”"
    OPENS = "with a word for an organisation in “… is committed to” near the top"
    ACTS = "at the head of a sentence, with a verb behind it"
    FOR_IT = "in “on behalf of …”, “all staff of …”"
    OF_IT = "in “staff of …”"
    HAS = "in “… staff”, “… website”"
    PAPER = "in “… Safeguarding Policy”"
    WORD = "with a word for an organisation in it"
    TEMPLATE = "as who published the template, which speaks against it"


TWICE = frozenset({Sign.LABEL, Sign.DEFINED, Sign.SPEAKS, Sign.OPENS})
"""Signs that nobody but whose document it is has."""


_LEADING = last_words_of("of-it", "for-it") | {"at", "to"}
"""The last word before a name that any of its signs ends with."""
_POSSESSIVE = r"(?:['’]s?)?"
_BEHIND_IT = r"(?:,\s[^.,;]{3,60},|\s\([^)]{1,60}\))?"
_TOPIC = r"(?:(?:and|&|" + one_of("subject") + r"),?\s)"
_BEFORE = compiled_lazily(
    lambda: (
        rf"(?:(?P<LABEL>(?:^|\t)(?:{one_of('label')})\s?(?:[:\t]|\s[–-]\s)\s*)"
        r"|(?P<SPEAKS>\b[Ww]elcome\s[Tt]o\s(?:[Tt]he\s)?)"
        r"|(?P<AT>(?:^|[.!?:;]\s|\d\s|\b(?:[Hh]ere|[Ww]e|[Uu]s)\s)[Aa]t\s(?:the\s)?)"
        rf"|(?P<FOR_IT>\b(?:{one_of('for-it')})\s(?:[Tt]he\s)?)|(?P<OF_IT>\b(?:{one_of('of-it')})\s(?:[Tt]he\s)?)"
        r"|\b(?:[Aa]t|[Ii]n)\s(?:the\s)?)$"
    )
)
"""What stands before a name, each in a group called as its sign; the last is one only with "we" behind the name."""
_BY_WORDS_BEHIND = {
    "HAS": rf"{_POSSESSIVE}\s{_TOPIC}{{0,4}}(?:{one_of('has')})(?!\w)",
    "PAPER": rf"{_POSSESSIVE}\s{_TOPIC}{{0,4}}(?:{one_of('has-paper')})(?!\w)",
    "LINE": rf"(?:\s[–—-]|:)\s(?:(?:[A-Z][\w-]*|and|of|&),?\s){{0,6}}?(?:{one_of('has-paper')})(?!\w)",
    "COMMITS": rf"{_BEHIND_IT}\s(?:(?:fully|strongly|firmly|also|therefore)\s)?(?:{one_of('commits')})(?!\w)",
    "ACTS": rf"{_BEHIND_IT}\s(?:is|are|has|have|will|may|can|must|was|does|do|[a-z]{{3,}}s)\b(?!\s[A-Z])",
}
"""What stands behind a name, by sign; ``LINE``: a paper's, behind one that opens a title ("Kite Folk: Fire Policy")."""
_BEHIND = compiled_lazily("|".join(f"(?P<{sign}>{words})" for sign, words in _BY_WORDS_BEHIND.items()))
_HEAD_OF_SENTENCE = compiled_lazily(
    r"(?:^|[.!?:;•–]\s|^\W+|^\d[\d.]*\s|\b(?:that|and|which|as|when|where|because|while|if|therefore),?\s|,\s)(?:[Tt]he\s)?$"
)
_WE = compiled_lazily(r",?\s(?:we|our)\b")
_BODIES = "company|club|organisation|charity|agency|group|society|provider|centre|setting|trust|school|tutors?|business"
_IN_BRACKETS = compiled_lazily(
    r"(?P<DEFINED>,?\s?\((?:[^)]{0,20}\b(?:here(?:in|after|inafter)|referred to|known (?:in this \w+ )?as)\b"
    rf"|(?:“|”|\"|'|‘|’)?[Tt]he\s(?:“|\")?(?i:{_BODIES})\b"
    r"|(?:“|\"|'|‘)[^)]*\b(?:we|us|our)\b)|,?\s(?:hereafter|herein(?:after)?)\b)"
    r"|\s?[(\[](?:the\s)?[“\"'‘]?(?P<INITIALS>[A-Z][A-Za-z]{0,2}[A-Z]{1,6})[”\"'’]?[)\]]"
)
_TITLE = compiled_lazily(
    r"\b(?:policy|policies|procedures?|statement|plan|code|terms and conditions|scheme|handbook|safeguarding"
    r"|child (?:protection|welfare))\b",
    re.IGNORECASE,
)
_OPENING = 8


_TEMPLATE = compiled_lazily(
    r"\b(?:templates?|models?|samples?|exemplars?|adapted|courtesy|acknowledge\w*|thanks|permission)\b[^.;]{0,50}"
    r"\b(?:by|from|of|on|to)\s(?:the\s)?\0|\bbased\s(?:up)?on\s(?:the\s)?\0"
    r"|\0(?:['’]s)?\s(?:[\w-]+\s){0,3}?(?:templates?|models?|samples?|exemplars?|toolkit)\b",
    re.IGNORECASE,
)
"""How a text says who published what it was made from; ``\\0`` stands for the name."""
_OF_TEMPLATES = (
    "template", "model", "sample", "exemplar", "adapted", "based", "courtesy", "acknowledg", "thanks", "permission",
    "toolkit",
)  # fmt: skip
"""Letters one of which stands in each of them."""


def _published_it(text: str, found: Candidate) -> bool:
    """Return whether a name is that of the publisher of what the document was made from: "adapted from … by X"."""
    small = text.casefold()
    if not any(map(small.__contains__, _OF_TEMPLATES)):
        return False
    around = f"{text[max(0, found.start - 90) : found.start]}\0{text[found.end : found.end + 60]}"
    return _TEMPLATE.search(around) is not None


def signs_of_lines(lines: Sequence[Line]) -> Iterator[tuple[str, Sign, Line]]:
    """Yield names that stand on lines of their own in the opening."""
    opening = first_of_body(lines, _OPENING + 1)
    if not any(_TITLE.search(line.text) for line in opening):
        return
    for index, line in enumerate(opening[:_OPENING]):
        is_alone = len(line.cells) == 1 or (index == 0 and len(line.cells) == 2)
        name = line_name(line.cells[0]) if line.kind is not BlockKind.LIST_ITEM and is_alone else None
        below = opening[min(index + 1, len(opening) - 1)].text[:1]
        # Over a number of a street stands a building.
        if name is not None and not below.islower() and not (index and below.isdigit()):
            yield name, Sign.LINE, line


def signs_in_text(lines: Sequence[Line]) -> Iterator[tuple[str, Sign | None, Line]]:
    """Yield every name of the text with each of its signs; once without any where it has none."""
    text = "\n".join(line.text for line in lines)
    top = {line.number for line in first_of_body(lines, HEAD_LINES)}
    for line in lines:
        for found in find_candidates(line.text):
            signs = tuple(_signs_around(line.text, found, text))
            if line.is_furniture:
                opens_cell = found.start == 0 or line.text[found.start - 1] == "\t"
                signs = (Sign.MARGIN,) if opens_cell else ()
            name, opens = found.name, found.start == 0 and not line.is_furniture
            if name.startswith("The ") and (opens or _HEAD_OF_SENTENCE.search(line.text[: found.start])):
                name = name.removeprefix("The ")
            if Sign.COMMITS in signs and line.number in top and is_institution(name, on_a_line=True):
                signs = (*signs, Sign.OPENS)
            if _published_it(line.text, found):
                yield name, Sign.TEMPLATE, line
            for sign in signs or (None,):
                yield name, sign, line


def _signs_around(text: str, found: Candidate, document: str) -> Iterator[Sign]:
    before, end = text[max(0, found.start - 60) : found.start], found.end
    led = _BEFORE.search(before) if _may_end_label(before) or _may_lead_to(before) else None
    if led is not None and led.lastgroup in {None, "AT"} and _WE.match(text, end):
        yield Sign.SPEAKS
    elif led is not None and led.lastgroup is not None:
        yield Sign[led.lastgroup]
    yield from _signs_in_brackets(text, found, document)
    behind = _BEHIND.match(text, end)
    sign = Sign[behind.lastgroup or ""] if behind is not None else None
    if sign is Sign.LINE:
        sign = None if before else Sign.PAPER
    if sign is not None and (sign not in {Sign.COMMITS, Sign.ACTS} or _HEAD_OF_SENTENCE.search(before)):
        yield sign


def _may_end_label(before: str) -> bool:
    """Say whether words end as a label does: with a colon, a dash or a tab."""
    words = before.rstrip()
    return words.endswith((":", "-", "–")) or "\t" in before[len(words) :]


def _may_lead_to(before: str) -> bool:
    """Say whether words end, an article left off, with one that tells of whom is spoken next: "at", "staff of the"."""
    words = in_plain_letters(" ".join(before.rsplit(maxsplit=2)[-2:])).split()
    if words and words[-1] == "the":
        words.pop()
    return bool(words) and (words[-1] in _LEADING or not words[-1].isalpha())


def _signs_in_brackets(text: str, found: Candidate, document: str) -> Iterator[Sign]:
    """Yield the sign of what stands behind a name in brackets: "(hereafter the Club)", its initials."""
    match = _IN_BRACKETS.match(text, found.end)
    if match is None or match["DEFINED"]:
        yield from (Sign.DEFINED,) if match is not None else ()
        return
    initials = match["INITIALS"]
    if not is_spelt_by(initials, found.name):
        return
    if document.count(initials) > 1 and len(re.findall(rf"\b{initials}\b", document)) > 1:
        yield Sign.INITIALS


def is_spelt_by(initials: str, name: str) -> bool:
    """Say whether initials are those of a name's words, those of small words left out or not."""
    words = [word for word in re.findall(r"[A-Za-z]+", name) if word.casefold() != "the"]
    capitals, every = (
        "".join(word[0] for word in group if group).upper()
        for group in ([word for word in words if word[0].isupper()], words)
    )
    return initials.upper() in {capitals, every}
