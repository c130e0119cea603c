"""Names of whoever goes that are broken over two lines or two cells: half of one must not stay beside a successor.

``contacts`` asks for them; a person mends the line.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.copies.beside import Beside
from pipeline.copies.mentions import Person
from pipeline.copies.names import TITLES
from pipeline.copies.plan import Left
from pipeline.copies.scene import Scene, folded

_REASON = "the name is broken over two lines or cells"


def find_broken_names(scene: Scene, people: Sequence[Person]) -> Iterator[Beside]:
    """Yield the places where a first name, initial or title ends one passage and the surname begins the next."""
    for person in people:
        if not person.goes or not person.name.initial or len(person.name.surname) < 2:
            continue
        surname = re.compile(rf"\W*{re.escape(person.name.surname)}(?![\w-])", re.IGNORECASE)
        for index in scene.places_with(folded(person.last_word)):
            before = _before(scene, index)
            match = surname.match(scene.passages[index].text) if before is not None else None
            if before is None or match is None:
                continue
            theirs = {person.name.first.casefold(), person.name.initial.casefold(), *_TITLES}
            words = scene.passages[before].text.replace(".", " ").split()[-2:]
            # A middle name may stand between: "Ann B. / Lister".
            word = next((each for each in reversed(words) if each.strip('(“"‘').casefold() in theirs), None)
            if word is not None and (word == words[-1] or len(words[-1]) == 1):
                where, name = scene.passages[before].where, f"{word} {person.name.surname}"
                yield Beside(Left(where, name, _REASON), f"“{name}” in {where} could not be changed safely: {_REASON}")


_TITLES = frozenset(title.casefold() for title in TITLES)


def _before(scene: Scene, index: int) -> int | None:
    """Return the passage before one, in a table the cell to the left; None where there is none."""
    cells = scene.cell_before(index)
    if cells:
        return cells[-1]
    if index == 0 or scene.rows[index - 1] != scene.rows[index]:
        return None
    one, other = scene.passages[index - 1], scene.passages[index]
    same = one.region is other.region and not (one.heading or one.label or other.label)
    return index - 1 if same else None
