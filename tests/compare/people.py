"""Whoever a document is known to name in a safeguarding role: what became of them in the copy.

Changed, held, listed (as left or as left on purpose), or silent: the name still stands, and nobody is told.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.compare.documents import Subject
from tests.compare.trees import Outcome, Record
from tests.compare.words import words_of

_LONGEST_NAME, _LONGEST_INITIAL = 4, 3
_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?\.?")


class Fate(StrEnum):
    """What became of one named person; in the order of harm."""

    SILENT = "silent"
    CHANGED = "changed"
    LISTED = "listed"
    HELD = "held"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Named:
    """One person whom a document is known to name in a role."""

    document: str
    workspace: str
    role: str
    name: str
    fate: Fate


def whereabouts(subject: Subject, record: Record) -> Iterator[Named]:
    """Yield whoever the document is known to name, with what became of them."""
    for role, spellings in _named(subject):
        for workspace, outcome in sorted(record.outcomes.items()):
            yield Named(subject.id, workspace, role, spellings[0], fate_of(spellings, outcome))


def fate_of(spellings: tuple[str, ...], outcome: Outcome) -> Fate:
    """Return what became of whoever is written in one of these ways.

    The surname is enough in a list, the whole name is what must not stand in the words of a Word file without one. The
    pages of a PDF stay as they are, so its list alone tells.
    """
    if outcome.stopped is not None:
        return Fate.STOPPED
    if outcome.held is not None:
        return Fate.HELD
    if any(_tells(spellings, each["text"]) for each in (*outcome.left, *outcome.left_on_purpose)):
        return Fate.LISTED
    if not any(_tells(spellings, each["before"]) for each in outcome.replacements):
        return Fate.SILENT
    finished = " ".join(words_of(outcome.copies.get("docx") or outcome.copies["pdf"]))
    return Fate.SILENT if any(spelling in finished for spelling in spellings) else Fate.CHANGED


def _tells(spellings: tuple[str, ...], text: str) -> bool:
    surnames = {spelling.split()[-1] for spelling in spellings}
    return any(re.search(rf"(?<!\w){re.escape(surname)}(?!\w)", text, re.IGNORECASE) for surname in surnames)


def _named(subject: Subject) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each role and the ways its holder is written in the document."""
    if subject.laid is not None:
        yield from ((each.role, (each.name,)) for each in subject.laid.named if each.role == "dsl")
    if subject.truth is None:
        return
    truth = subject.truth.truth
    people = [("dsl", truth.get("dsl")), *(("deputy-dsl", each) for each in truth.get("deputies") or ())]
    for role, person in people:
        if person is not None:
            known = {subject.truth.of_person(name) for name in (person["name"], *person.get("name_alt", ()))}
            text = " ".join(words_of(subject.file))
            yield role, _spellings(text, known, subject.truth.of_person) or (person["name"],)


def _spellings(text: str, known: set[str], key: Callable[[str | None], str]) -> tuple[str, ...]:
    """Return how somebody known by a key is written in a text, longest first."""
    found = set()
    tokens = list(_WORD.finditer(text))
    for start in range(len(tokens)):
        for end in range(start, min(start + _LONGEST_NAME, len(tokens))):
            written = text[tokens[start].start() : tokens[end].end()]
            if key(written) in known:
                # The full stop of a sentence is none of a name's, that of an initial is.
                found.add(written.rstrip(".") if len(tokens[end][0]) > _LONGEST_INITIAL else written)
    return tuple(sorted(found, key=lambda each: (-len(each), each)))


def table(people: list[Named]) -> list[str]:
    """Return the lines of the table: a row a part and workspace, then everybody who is silent."""
    parts = sorted({(each.document.partition("/")[0], each.workspace, each.role) for each in people})
    lines = [f"  {'named in a role':<40}" + "".join(f"{fate.value:>9}" for fate in Fate)]
    for part in parts:
        mine = [each.fate for each in people if (each.document.partition("/")[0], each.workspace, each.role) == part]
        name, workspace, role = part
        label = f"{name}, {role}" + (f", {workspace} configured" if workspace else "")
        lines.append(f"  {label:<40}" + "".join(f"{mine.count(fate):>9}" for fate in Fate))
    silent = [each for each in people if each.fate is Fate.SILENT]
    return lines + [f"  silent: {each.document} ({each.workspace}): {each.name}, {each.role}" for each in silent]
