"""Who "I" is in a document whose writer is the lead, as of childminders.

For ``named.contacts``: "I am Ada Holt, a childminder" at the top and "I am the designated
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


def leads_told_of_oneself(lines: Sequence[Line]) -> Iterator[tuple[int, int, str]]:
    """Yield each line in which the writer says to be the lead, where that ends, and the writer's name.

    Nothing where not exactly one person says who "I" is.
    """
    told = [(line.number, said.end()) for line in lines if (said := _lead_told_of_oneself(line)) is not None]
    names = {drop_title(name) for line in lines for name in _writers(line)} if told else set()
    yield from ((line, end, name) for line, end in told for name in names if len(names) == 1)


def names_the_writer(text: str, start: int, end: int) -> bool:
    """Say whether a name is that of the writer: "I am Ada Holt", "Ada Holt, registered childminder"."""
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
    """Return the words before the lead's role in which the writer says "I am the"; None where nobody does."""
    if len(line.cells) > 1 or not any(map(line.text.__contains__, _OF_ONESELF)):
        return None
    leads = (role for role in find_roles(line.text) if role.role == LEAD)
    said = (_SAYS_WHAT.search(line.text, 0, role.start) for role in leads)
    return next((each for each in said if each is not None), None)
