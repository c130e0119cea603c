"""Names of whoever goes in forms that no copy changes: broken over lines or cells, first names alone, run together.

``questions`` asks for them: half of a name must not stay beside a successor.
"""

import re
from collections.abc import Iterator

from pipeline.named.mentions import Person
from pipeline.named.names.letters import for_looking, letters_of, unaccented
from pipeline.named.names.spelling import compiled_for, spelled
from pipeline.named.names.spellings import find_forms
from pipeline.named.names.titles import titles_small
from pipeline.named.scene import Scene
from pipeline.plan.doubts.values import Planned, Stay, listed, unsafe
from pipeline.reasons.reason import because
from pipeline.text.passages import Stretch

_TITLES = titles_small()


def broken_names(planned: Planned) -> Iterator[Stay]:
    """Yield the places where a first name, initial or title ends one passage and the surname begins the next."""
    scene = planned.scene
    for person in planned.people:
        if not person.goes or not person.name.initial or len(person.name.surname) < 2:
            continue
        surname = rf"\W*{spelled(person.name.surname)}(?![\w-])"
        for index in scene.places_with(person.last_word):
            before = _before(scene, index)
            plain = unaccented(scene.passages[index].text)
            match = compiled_for(plain.text, surname).match(plain.text) if before is not None else None
            word = _half_at_the_end(scene.passages[before].text, person) if before is not None and match else None
            if before is not None and match is not None and word is not None:
                places = (Stretch(before, *word.span()), Stretch(index, *plain.original(*match.span())))
                name = f"{word[0]} {person.name.surname}"
                yield unsafe(scene, places, because("name-broken"), words=name)


def _half_at_the_end(text: str, person: Person) -> re.Match[str] | None:
    """Return the first name, initial or title that ends a text; a middle initial may stand behind ("Ann B.")."""
    theirs = {letters_of(person.name.first), letters_of(person.name.initial), *_TITLES}
    words = list(re.finditer(r"[^\s.]+", text))[-2:]
    word = next((each for each in reversed(words) if letters_of(each[0].strip('(“"‘')) in theirs), None)
    return word if word is not None and (word is words[-1] or len(words[-1][0]) == 1) else None


def _before(scene: Scene, index: int) -> int | None:
    """Return the passage before one, in a table the cell to the left; None where there is none."""
    cells = scene.cells.before(index)
    if cells:
        return cells[-1]
    if index == 0 or scene.cells[index - 1] != scene.cells[index]:
        return None
    one, other = scene.passages[index - 1], scene.passages[index]
    same = one.region is other.region and not (one.heading or one.label or other.label)
    return index - 1 if same else None


_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Signs that no page shows: soft hyphens, joiners, marks of the direction of writing."""
_SPACED_OUT = re.compile(r"(?<![^\W_])(?:[^\W\d_][ \u00a0]{1,4}){3,}[^\W\d_](?![^\W_])")
"""Words with blanks between their letters: "K A R E N"."""


def names_in_odd_letters(planned: Planned) -> Iterator[Stay]:
    """Yield passages that name whoever goes with signs nobody sees within the name, or with its letters spaced out."""
    goes = [each for each in planned.people if each.goes and len(letters_of(each.name.surname)) > 2]
    for index, passage in enumerate(planned.scene.passages if goes else ()):
        seen = _UNSEEN.sub("", passage.text)
        spaced = " ".join(letters_of(each[0]) for each in _SPACED_OUT.finditer(seen))
        if seen == passage.text and not spaced:
            continue
        for person in goes:
            read = [each.form for each in planned.mentions if each.passage == index and each.person is person]
            shown = tuple(find_forms(seen, person.name))
            more = len(shown) > len(read) or sum(each.bare for each in shown) < sum(each.bare for each in read)
            if more or letters_of(person.name.surname) in spaced:
                yield unsafe(planned.scene, (Stretch(index, 0, len(passage.text)),), because("odd-letters"))
                break


def names_over_cells(planned: Planned) -> Iterator[Stay]:
    """Yield each surname in a cell of its own whose first name, initial or title has another cell of the row."""
    scene = planned.scene
    for mention in planned.mentions:
        text = scene.passages[mention.passage].text
        alone = not re.search(r"\w", text[: mention.form.start] + text[mention.form.end :])
        if not mention.changes or not mention.form.bare or not alone:
            continue
        first = letters_of(mention.person.name.first)
        parts = {first, first[:1], *_TITLES} - {""}
        for at in scene.cells.others_in_row(mention.passage):
            cell = scene.passages[at].text
            if letters_of(cell) in parts:
                places = (Stretch(mention.passage, 0, len(text)), Stretch(at, 0, len(cell)))
                yield unsafe(scene, places, because("name-over-cells"), words=text.strip())
                break


def first_names_alone(planned: Planned) -> Iterator[Stay]:
    """Yield first names that stand alone near a changed name or role: they are nobody's for certain."""
    scene = planned.scene
    changed = {(mention.passage, mention.person.name) for mention in planned.mentions if mention.changes}
    for person in planned.people:
        if not person.goes or not person.name.knows_first or len(person.name.first) < 3:
            continue
        pattern = rf"(?<![\w@.-]){spelled(person.name.first, any_case=False)}(?![\w@-]|\.\w)"
        roles = {standing.role for standing in person.standings}
        for index in scene.places_with(for_looking(person.name.first)):
            near = any((each, person.name) in changed for each in range(index - 2, index + 1)) or any(
                label.role in roles for label in scene.labels(index)
            )
            plain = unaccented(scene.passages[index].text)
            for match in compiled_for(plain.text, pattern).finditer(plain.text) if near else ():
                place = Stretch(index, *plain.original(*match.span()))
                if not planned.is_taken(place):
                    yield listed(scene, place, because("first-name-alone"))


def names_in_other_forms(planned: Planned) -> Iterator[Stay]:
    """Yield a name in a form that is no name: "AnnLister", "ALister", "see /staff/ann-lister"."""
    for person in planned.people:
        if not person.goes or not person.name.knows_first or len(person.name.surname) < 3:
            continue
        first, surname = (spelled(part, any_case=False) for part in (person.name.first, person.name.surname))
        initial = re.escape(unaccented(person.name.initial).text)
        # Capitals tell "RThackeray" from a word: an S. Park is in no "spark".
        short = rf"{initial}_?{surname}|{surname}_?{initial}"
        pattern = rf"(?<![^\W_])(?:(?i:{first}[\W_]{{0,2}}{surname})|{short})(?![^\W_])(?!-\w)"
        for index in planned.scene.places_with(person.last_word):
            plain = unaccented(planned.scene.passages[index].text)
            for match in compiled_for(plain.text, pattern).finditer(plain.text):
                place = Stretch(index, *plain.original(*match.span()))
                if not planned.is_taken(place):
                    yield listed(planned.scene, place, because("another-form"))


def fuller_names(planned: Planned) -> Iterator[Stay]:
    """Yield "Mrs Ann Lister" where the document calls whoever goes only "Mrs Lister" in the role."""
    for person in planned.people:
        if not person.goes or person.name.knows_first or len(person.name.surname) < 3:
            continue
        surname = spelled(person.name.surname, any_case=False)
        pattern = rf"(?<![^\W_])(?P<first>[A-Z][\w'-]*)[ \u00a0]+{surname}(?![^\W_])(?!-\w)"
        for index in planned.scene.places_with(person.last_word):
            plain = unaccented(planned.scene.passages[index].text)
            for match in compiled_for(plain.text, pattern).finditer(plain.text):
                place = Stretch(index, *plain.original(*match.span()))
                if match["first"].casefold() not in _TITLES and not planned.is_taken(place):
                    yield listed(planned.scene, place, because("another-form"))
