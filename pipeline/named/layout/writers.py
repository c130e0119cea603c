"""Put the name of whoever writes a document for "I" where they say that they are the lead, as childminders do.

In ``contact_lines``, before the layouts: "I am Ada Holt, a childminder" at the top and "I am the designated
safeguarding lead" further down name the lead together.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.named.names.people import drop_title, find_name, has_given_name
from pipeline.named.roles.rules import LEAD
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.lines import Line

_OF_ONESELF = ("I am", "I'm", "I’m")
_I_AM = r"\b(?:I am|I['’]m|I,|[Mm]y name is)\s+"
_SAYS_WHO = re.compile(rf"{_I_AM}(?=[A-Z])")
_SAYS_WHO_BEFORE = re.compile(rf"{_I_AM}$")
_SAYS_WHAT = re.compile(r"\b(?P<i>I am|I['’]m)(?: also)?(?: (?:the|my|our|its)(?: (?:setting|own)(?:['’]s)?)?)?\s+$")


def with_writers(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with "Ada Holt is the lead" for "I am the lead", where one person alone says who "I" is."""
    if not speaks_of_oneself("\n".join(line.text for line in lines)):
        return list(lines)
    speaking = [line for line in lines if _lead_told_of_oneself(line) is not None]
    names = {drop_title(name) for line in lines for name in _writers(line)} if speaking else set()
    if len(names) != 1:
        return list(lines)
    (name,) = names
    return [_with_name(line, name) for line in lines]


def speaks_of_oneself(text: str) -> bool:
    """Say whether a text has the words with which whoever writes it says who they are."""
    return any(map(text.__contains__, _OF_ONESELF))


def names_the_writer(text: str, start: int, end: int) -> bool:
    """Say whether a name is that of whoever writes: "I am Ada Holt", "Ada Holt, registered childminder"."""
    said = _SAYS_WHO_BEFORE.search(text, max(0, start - 20), start) is not None
    return said or _A_CHILDMINDER.match(text, end) is not None


_A_CHILDMINDER = re.compile(r"\s*[,(–-]\s*(?:an?\s+|your\s+)?(?:\w+[\s-]){0,2}?child[\s-]?minder\b", re.IGNORECASE)


def _writers(line: Line) -> Iterator[str]:
    named = find_name(line.text)
    if named is not None and not named.start() and _A_CHILDMINDER.match(line.text, named.end()):
        yield named[0]
    for match in _SAYS_WHO.finditer(line.text):
        found = find_name(line.text, match.end())
        if found is not None and found.start() == match.end() and has_given_name(found[0]):
            yield found[0]


def _lead_told_of_oneself(line: Line) -> re.Match[str] | None:
    """Return the words before the lead's role in which somebody says "I am the"; None where nobody does."""
    if len(line.cells) > 1 or not speaks_of_oneself(line.text):
        return None
    leads = (role for role in find_roles(line.text) if role.role == LEAD)
    said = (_SAYS_WHAT.search(line.text, 0, role.start) for role in leads)
    return next((each for each in said if each is not None), None)


def _with_name(line: Line, name: str) -> Line:
    said = _lead_told_of_oneself(line)
    if said is None:
        return line
    return line.with_cells([f"{line.text[: said.start('i')]}{name} is{line.text[said.end('i') :]}"])
