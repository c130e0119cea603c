"""Recognise whose document it is where no school is named: an agency, a group of homes, a provider, a club.

Asked by ``schools`` last of all. Such a name has no word for a school, so it counts only where names of institutions
stand: on the line above the title, or in the opening with its initials behind it ("Moorland Homes (MH)") and again
later. Public bodies, whose names stand on many schools' policies, are none.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.places import Place
from pipeline.text.lines import Line
from pipeline.text.phrases import phrase_pattern
from pipeline.text.rules import load_rules

_RULES = load_rules(Path(__file__).with_suffix(".toml"))
_ANYWHERE, _ON_A_LINE = _RULES.phrases_of("institution"), _RULES.phrases_of("institution-line")
_KIND = rf"(?:{'|'.join(map(re.escape, (*_ANYWHERE, *_ON_A_LINE)))})"
_KIND_IN_TEXT = rf"(?:{'|'.join((*_ANYWHERE, *map(str.upper, _ANYWHERE)))})"
_WORD = r"(?:[A-Z][\w'’-]*|&|and|of|for|the|in)"
_INITIALS = r"\s?[(\[][A-Z]{2,8}[)\]]"
_LINE = re.compile(rf"(?P<name>[A-Z][\w'’-]+(?:\s{_WORD})*?\s{_KIND}(?:\s{_WORD})*)(?P<initials>{_INITIALS})?\.?")
_NAMED = re.compile(rf"\b(?P<name>(?:[A-Z][\w'’-]+\s){{1,4}}{_KIND_IN_TEXT})\s?[(\[](?P<initials>[A-Z]{{2,8}})[)\]]")
_PUBLIC, _SUBJECT = (
    re.compile(rf"\b(?:{'|'.join(map(phrase_pattern, _RULES.phrases_of(kind)))})\b") for kind in ("public", "subject")
)
_TITLE = re.compile(
    r"\b(?:policy|policies|procedures?|statement|plan|code|terms and conditions|scheme)\b", re.IGNORECASE
)
_GOES_ON = re.compile(r"(?:[,&–-]|\b(?:the|of|by|and|for|to|a|an|in|with|from))$", re.IGNORECASE)
_OPENING = 12
_ABOVE_TITLE = 2


def find_organisation(lines: Sequence[Line]) -> tuple[str, Place] | None:
    """Return the name of the organisation whose document this is and its place; None where none is certain."""
    body = [line for line in lines if not line.is_furniture]
    for index, line in enumerate(body[:_ABOVE_TITLE]):
        match = _LINE.fullmatch(line.text)
        goes_on = index > 0 and _GOES_ON.search(body[index - 1].text)
        if match and not goes_on and _is_own(match["name"]) and _title_follows(body, index):
            return match["name"], line.where
    return _named_in_opening(lines, body[:_OPENING])


def _title_follows(lines: Sequence[Line], index: int) -> bool:
    return any(_TITLE.search(line.text) for line in lines[index + 1 : index + 3])


def _is_own(name: str) -> bool:
    """Return whether a name is an organisation's own: neither a public body's, nor words a policy is headed with."""
    words = [word for word in name.split() if word[:1].isupper()]
    return len(words) > 1 and not _PUBLIC.search(name) and not _SUBJECT.search(name)


def _named_in_opening(lines: Sequence[Line], opening: Sequence[Line]) -> tuple[str, Place] | None:
    """Return the name that the opening gives with its initials, where the text uses one of both again."""
    for line in opening:
        for match in _NAMED.finditer(line.text):
            name, initials = match["name"], re.compile(rf"\b{match['initials']}\b")
            uses = sum(each.text.count(name) + len(initials.findall(each.text)) for each in lines)
            if _is_own(name) and uses > 2:
                return name, line.where
    return None
