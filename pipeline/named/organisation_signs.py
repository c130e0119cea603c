"""The signs by which a document shows whose it is: where a name stands, and what stands around it."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from pipeline.model import BlockKind
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
    REGISTERED = "beside its number or a mark of copyright"
    ADDRESS = "spelt in an e-mail or web address"
    WORD = "with a word for an organisation in it"
    CALLED = "before “the Hall”, by which the text goes on to call it"
    TEMPLATE = "as who published the template, which speaks against it"


TWICE = frozenset({Sign.LABEL, Sign.DEFINED, Sign.SPEAKS, Sign.OPENS})
"""Signs that nobody but whose document it is has."""


_LEADING = last_words_of("of-it", "for-it") | {"at", "to"}
"""The last word before a name that any of its signs ends with."""
_POSSESSIVE = r"(?:['’]s?)?"
_BEHIND_IT = r"(?:,\s[^.,;]{3,60},|\s\([^)]{1,60}\))?"
_TOPIC = r"(?:(?:and|&|" + one_of("subject") + r"),?\s)"
_OF_IT, _FOR_IT = (re.compile(rf"\b(?:{one_of(kind)})\s(?:[Tt]he\s)?$") for kind in ("of-it", "for-it"))
_HAS = compiled_lazily(rf"{_POSSESSIVE}\s{_TOPIC}{{0,4}}(?:{one_of('has')})(?!\w)")
_HAS_PAPER = compiled_lazily(rf"{_POSSESSIVE}\s{_TOPIC}{{0,4}}(?:{one_of('has-paper')})(?!\w)")
_PAPER_APART = compiled_lazily(
    rf"(?:\s[–—-]|:)\s(?:(?:[A-Z][\w-]*|and|of|&),?\s){{0,6}}?(?:{one_of('has-paper')})(?!\w)"
)
"""Behind a name that opens a title: "Kite Folk: Anti-Bullying Policy"."""
_COMMITS = compiled_lazily(
    rf"{_BEHIND_IT}\s(?:(?:fully|strongly|firmly|also|therefore)\s)?(?:{one_of('commits')})(?!\w)"
)
_ACTS = compiled_lazily(rf"{_BEHIND_IT}\s(?:is|are|has|have|will|may|can|must|was|does|do|[a-z]{{3,}}s)\b(?!\s[A-Z])")
_HEAD_OF_SENTENCE = compiled_lazily(
    r"(?:^|[.!?:;•–]\s|^\W+|^\d[\d.]*\s|\b(?:that|and|which|as|when|where|because|while|if|therefore),?\s|,\s)(?:[Tt]he\s)?$"
)
_AT = compiled_lazily(r"(?:^|[.!?:;]\s|\d\s|\b(?:[Hh]ere|[Ww]e|[Uu]s)\s)[Aa]t\s(?:the\s)?$")
_AT_WE = compiled_lazily(r"\b(?:[Aa]t|[Ii]n)\s(?:the\s)?$")
_WE = compiled_lazily(r",?\s(?:we|our)\b")
_WELCOME = compiled_lazily(r"\b[Ww]elcome\sto\s(?:the\s)?$", re.IGNORECASE)
_BODIES = "company|club|organisation|charity|agency|group|society|provider|centre|setting|trust|school|tutors?|business"
_DEFINED = compiled_lazily(
    r",?\s?\((?:[^)]{0,20}\b(?:here(?:in|after|inafter)|referred to|known (?:in this \w+ )?as)\b"
    rf"|(?:“|”|\"|'|‘|’)?[Tt]he\s(?:“|\")?(?i:{_BODIES})\b"
    r"|(?:“|\"|'|‘)[^)]*\b(?:we|us|our)\b)"
    r"|,?\s(?:hereafter|herein(?:after)?)\b"
)
_INITIALS = compiled_lazily(r"\s?[(\[](?:the\s)?[“\"'‘]?(?P<initials>[A-Z][A-Za-z]{0,2}[A-Z]{1,6})[”\"'’]?[)\]]")
_LABEL = compiled_lazily(rf"(?:^|\t)(?:{one_of('label')})\s?(?:[:\t]|\s[–-]\s)\s*$")
_REGISTERED = compiled_lazily(
    r"©|\bcopyright\b|\bregistered (?:charity|company|in (?:england|scotland)|office)|\b(?:charity|company)"
    r"(?: registration)?(?: number| no\b|\W+\d)|\ball rights reserved\b",
    re.IGNORECASE,
)
_OF_REGISTERED = ("©", "copyright", "registered", "charity", "company", "all rights reserved")
"""Letters one of which stands in each of them."""
_DOMAIN = compiled_lazily(
    r"(?:@|https?://|\bwww\.)(?:www\.)?(?P<label>[\w-]+)\.[a-z]|(?P<box>[\w.-]+)(?=@)", re.IGNORECASE
)
_TITLE = compiled_lazily(
    r"\b(?:policy|policies|procedures?|statement|plan|code|terms and conditions|scheme|handbook|safeguarding"
    r"|child protection)\b",
    re.IGNORECASE,
)
_IN_A_STREET = compiled_lazily(
    r"\d{1,4}[A-Za-z]?,?\s[A-Z]|.*\b(?:Road|Street|Lane|Avenue|Close|Drive|Crescent|Terrace)\b", re.IGNORECASE
)
_BUILDING = compiled_lazily(r"\b(?:Buildings?|Centre|Court|Hall|House)$", re.IGNORECASE)
_GOES_ON = compiled_lazily(r"(?:[,&–-]|\b(?:the|by|and|to|a|an|in|with|from))$", re.IGNORECASE)
_OPENING = 8
_SHORTEST_DOMAIN = 8
_CALLED = 2
"""How often a text must call somebody by the end of a name before it is theirs."""


_TEMPLATE_BY = compiled_lazily(
    r"\b(?:templates?|models?|samples?|exemplars?|adapted|courtesy|acknowledge\w*|thanks|permission)\b[^.;]{0,50}"
    r"\b(?:by|from|of|on|to)\s(?:the\s)?$|\bbased\s(?:up)?on\s(?:the\s)?$",
    re.IGNORECASE,
)
_ITS_TEMPLATE = compiled_lazily(
    r"(?:['’]s)?\s(?:[\w-]+\s){0,3}?(?:templates?|models?|samples?|exemplars?|toolkit)\b", re.IGNORECASE
)
_OF_TEMPLATES = (
    "template", "model", "sample", "exemplar", "adapted", "based", "courtesy", "acknowledg", "thanks", "permission",
    "toolkit",
)  # fmt: skip
"""Letters one of which stands in each of the two."""


def _published_it(text: str, found: Candidate) -> bool:
    """Return whether a name is that of whoever published what the document was made from: "adapted from … by X"."""
    small = text.casefold()
    if not any(map(small.__contains__, _OF_TEMPLATES)):
        return False
    before = text[max(0, found.start - 90) : found.start]
    return _TEMPLATE_BY.search(before) is not None or _ITS_TEMPLATE.match(text, found.end) is not None


def signs_of_lines(lines: Sequence[Line]) -> Iterator[tuple[str, Sign, Line]]:
    """Yield names that stand on lines of their own in the opening."""
    opening = first_of_body(lines, _OPENING + 1)
    if not any(_TITLE.search(line.text) for line in opening):
        return
    for index, line in enumerate(opening[:_OPENING]):
        is_alone = len(line.cells) == 1 or (index == 0 and len(line.cells) == 2)
        name = line_name(line.cells[0]) if line.kind is not BlockKind.LIST_ITEM and is_alone else None
        goes_on = index > 0 and _GOES_ON.search(opening[index - 1].text)
        below = opening[min(index + 1, len(opening) - 1)].text
        if name is None or goes_on or below[:1].islower() or (index > 0 and _is_building(name, below)):
            continue
        yield name, Sign.LINE, line
        if index + 1 < len(opening) and _REGISTERED.search(opening[index + 1].text):
            yield name, Sign.REGISTERED, line


def _is_building(name: str, below: str) -> bool:
    """Say whether a line names the building that an address begins with."""
    return _BUILDING.search(name) is not None and _IN_A_STREET.match(below) is not None


def signs_in_text(lines: Sequence[Line]) -> Iterator[tuple[str, Sign | None, Line]]:
    """Yield every name of the text with each of its signs; once without any where it has none."""
    text = "\n".join(line.text for line in lines)
    small = text.casefold()
    any_registered = any(map(small.__contains__, _OF_REGISTERED))
    top = {line.number for line in first_of_body(lines, HEAD_LINES)}
    for line in lines:
        registered = any_registered and _is_registered(line.text)
        for found in find_candidates(line.text):
            signs = tuple(_signs_around(line.text, found, text))
            if line.is_furniture:
                opens_cell = found.start == 0 or line.text[found.start - 1] == "\t"
                signs = (Sign.MARGIN,) if opens_cell or registered else ()
            if registered:
                signs = (*signs, Sign.REGISTERED)
            name, opens = found.name, found.start == 0 and not line.is_furniture
            if name.startswith("The ") and (opens or _HEAD_OF_SENTENCE.search(line.text[: found.start])):
                name = name.removeprefix("The ")
            if Sign.COMMITS in signs and line.number in top and is_institution(name, on_a_line=True):
                signs = (*signs, Sign.OPENS)
            if _published_it(line.text, found):
                yield name, Sign.TEMPLATE, line
            for sign in signs or (None,):
                yield name, sign, line


def _is_registered(text: str) -> bool:
    """Return whether a line has the number of a company or charity, or a mark of copyright."""
    small = text.casefold()
    return any(map(small.__contains__, _OF_REGISTERED)) and _REGISTERED.search(text) is not None


def _signs_around(text: str, found: Candidate, document: str) -> Iterator[Sign]:
    before, end = text[max(0, found.start - 60) : found.start], found.end
    if _may_end_label(before) and _LABEL.search(before):
        yield Sign.LABEL
    if _may_lead_to(before):
        if _WELCOME.search(before) or (_AT_WE.search(before) and _WE.match(text, end)):
            yield Sign.SPEAKS
        elif _AT.search(before):
            yield Sign.AT
        elif _FOR_IT.search(before):
            yield Sign.FOR_IT
        elif _OF_IT.search(before):
            yield Sign.OF_IT
    yield from _signs_behind(text, found, document)
    if _HAS.match(text, end):
        yield Sign.HAS
    elif _HAS_PAPER.match(text, end) or (not before and _PAPER_APART.match(text, end)):
        yield Sign.PAPER
    elif _ACTS.match(text, end) and _HEAD_OF_SENTENCE.search(before):
        yield Sign.COMMITS if _COMMITS.match(text, end) else Sign.ACTS


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


def _signs_behind(text: str, found: Candidate, document: str) -> Iterator[Sign]:
    """Yield the signs of what stands behind a name in brackets: "(hereafter the Club)", its initials."""
    if _DEFINED.match(text, found.end):
        yield Sign.DEFINED
        return
    initials = _INITIALS.match(text, found.end)
    if initials is None or not is_spelt_by(initials["initials"], found.name):
        return
    if document.count(initials["initials"]) > 1 and len(re.findall(rf"\b{initials['initials']}\b", document)) > 1:
        yield Sign.INITIALS


def is_spelt_by(initials: str, name: str) -> bool:
    """Say whether initials are those of a name's words, those of small words left out or not."""
    words = [word for word in re.findall(r"[A-Za-z]+", name) if word.casefold() != "the"]
    capitals, every = (
        "".join(word[0] for word in group if group).upper()
        for group in ([word for word in words if word[0].isupper()], words)
    )
    return initials.upper() in {capitals, every}


def list_domains(lines: Sequence[Line]) -> frozenset[str]:
    """Return the letters of the addresses of e-mails and web pages that a document gives, without what ends them."""
    return frozenset(
        re.sub(r"[\W_]", "", found["label"] or found["box"]).casefold()
        for line in lines
        for found in (_DOMAIN.finditer(line.text) if _may_hold_address(line.text) else ())
    )


def _may_hold_address(text: str) -> bool:
    small = text.casefold()
    return "@" in small or "://" in small or "www." in small


_NO_LETTERS = re.compile(r"[\W_]")


def is_in_address(name: str, domains: frozenset[str]) -> bool:
    """Say whether an address spells a name, or its first words."""
    words = [_NO_LETTERS.sub("", word).casefold() for word in name.split()]
    begun = ["".join(words[first : number + 1]) for first in (0, words[0] == "the") for number in range(len(words))]
    return any(len(each) >= _SHORTEST_DOMAIN and each in domains for each in begun)


def is_called_by_its_end(name: str, text: str) -> bool:
    """Say whether a text goes on to call whoever has a name by its last words: "the Village Hall", "the Chorus"."""
    words = name.split()
    ends = (" ".join(words[start:]) for start in range(max(1, len(words) - 2), len(words)))
    often = (end for end in ends if text.count(f"he {end}") >= _CALLED)
    return any(len(re.findall(rf"\b[Tt]he {re.escape(end)}\b(?!\s[A-Z])", text)) >= _CALLED for end in often)
