"""Names of one who goes in forms that no copy changes: halves, odd letters, first names alone, run together, initials.

``plan.contacts`` asks for them: half of a name must not stay beside a successor.
"""

import re
from collections.abc import Iterator

from pipeline.named.mentions import Person
from pipeline.named.names.letters import for_looking, letters_of, unaccented
from pipeline.named.names.parts import TITLE, PersonName
from pipeline.named.names.spelling import compiled_for, spelled
from pipeline.named.names.spellings import find_forms
from pipeline.named.names.titles import titles_small
from pipeline.named.roles.passages import roles_bound_to, surely_given
from pipeline.named.scene import Scene
from pipeline.plan.doubts.values import Planned, Stay, listed, roles_left, unsafe
from pipeline.plan.initials import pattern_of_initials
from pipeline.reasons.reason import Reason, because
from pipeline.text.passages import Stretch

_TITLES = titles_small()
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Signs that no page shows: soft hyphens, joiners, marks of the direction of writing."""
_SPACED_OUT = re.compile(r"(?<![^\W_])(?:[^\W\d_][ \u00a0]{1,4}){3,}[^\W\d_](?![^\W_])")
"""Words with blanks between their letters: "K A R E N"."""
_SUBJECTS = frozenset(
    ("IT", "PE", "RE", "HR", "TA", "RS", "DT", "MFL", "ICT", "SEN", "PA", "OK", "UK", "AM", "PM", "TB")
)
"""Letters that schools write for something else."""
_FIRST_ALONE = because("first-name-alone")
_ANOTHER_FORM = because("another-form")
_GAP = r"[ \u00a0]+"
_NO_NAME_BEHIND = r"(?!\.?[ \u00a0]*[A-Z](?:[a-z.]|[ \u00a0]))"
_BEFORE_INITIALS = ("dr", "miss", "mr", "mrs", "ms")
"""Titles before the first letter of a surname, as schools shorten names: "Mrs B"."""
_SHORT = 10
"""So many letters has no cell that holds nothing but initials."""


def names_in_odd_letters(planned: Planned) -> Iterator[Stay]:
    """Yield passages that name one who goes with signs nobody sees within the name, or with its letters spaced out."""
    goes = [each for each in planned.goers if len(letters_of(each.name.surname)) > 2]
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


def broken_names(planned: Planned) -> Iterator[Stay]:
    """Yield the surnames that begin a passage whose other half ends the one before, or has a cell of the row."""
    scene = planned.scene
    for person in planned.goers:
        if not person.name.initial or len(person.name.surname) < 2:
            continue
        surname = rf"\W*{spelled(person.name.surname)}(?![\w-])"
        for index in scene.places_with(person.last_word):
            plain = unaccented(scene.passages[index].text)
            match = compiled_for(plain.text, surname).match(plain.text)
            half = (
                _other_half(scene, index, person, alone=not re.search(r"\w", plain.text[match.end() :]))
                if match
                else None
            )
            if match is not None and half is not None:
                words = scene.passages[half.passage].text[half.start : half.end]
                places = (half, Stretch(index, *plain.original(*match.span())))
                yield unsafe(scene, places, because("name-broken"), words=f"{words} {person.name.surname}")


def _other_half(scene: Scene, index: int, person: Person, *, alone: bool) -> Stretch | None:
    """Return where the first name, initial or title of a surname stands; a middle initial may follow ("Ann B.")."""
    halves = {letters_of(person.name.first), letters_of(person.name.initial), *_TITLES} - {""}
    before = _before(scene, index)
    words = list(re.finditer(r"[^\s.]+", scene.passages[before].text))[-2:] if before is not None else []
    word = next((each for each in reversed(words) if letters_of(each[0].strip('(“"‘')) in halves), None)
    if before is not None and word is not None and (word is words[-1] or len(words[-1][0]) == 1):
        return Stretch(before, *word.span())
    cells = scene.cells.others_in_row(index) if alone else ()
    beside = next((at for at in cells if letters_of(scene.passages[at].text) in halves), None)
    return Stretch(beside, 0, len(scene.passages[beside].text)) if beside is not None else None


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


def other_forms(planned: Planned) -> Iterator[Stay]:
    """Yield a name in other forms: a first name alone near a change, "Miss Ann", "Mrs L", "AnnLister"."""
    scene = planned.scene
    for person in planned.goers:
        changed = {each.passage for each in planned.changed if each.person.name == person.name}
        roles, told = {standing.role for standing in person.standings}, list[Stretch]()
        for looked_for, pattern, reason in _forms(person.name):
            for index in scene.places_with(looked_for):
                near = not changed.isdisjoint(range(index - 2, index + 2))
                near = near or any(label.role in roles for label in scene.labels(index))
                if reason == _FIRST_ALONE and not near:
                    continue
                plain = unaccented(scene.passages[index].text)
                for match in compiled_for(plain.text, pattern).finditer(plain.text):
                    place = Stretch(index, *plain.original(*match.span()))
                    if not planned.is_taken(place) and not any(map(place.meets, told)):
                        told.append(place)
                        yield listed(scene, place, reason)


def _forms(name: PersonName) -> Iterator[tuple[str, str, Reason]]:
    """Yield a word of each form in small letters, the form's pattern, and why it stays."""
    first, surname = (spelled(part, any_case=False) for part in (name.first, name.surname))
    letter = f"{re.escape(unaccented(name.surname).text[:1])}{_NO_NAME_BEHIND}"
    if name.knows_first and len(name.first) > 2:
        shown = rf"{TITLE}{_GAP}{first}{_NO_NAME_BEHIND}(?![\w@-])|(?<![\w@.-]){first}{_GAP}{letter}(?![\w@'’-])"
        yield for_looking(name.first), shown, _ANOTHER_FORM
        yield for_looking(name.first), rf"(?<![\w@.-]){first}(?![\w@-]|\.\w)", _FIRST_ALONE
    for title in _BEFORE_INITIALS:
        yield title, rf"(?<!\w)(?i:{title})\.?{_GAP}{letter}(?![\w@-]|['’]\w\w)", _ANOTHER_FORM
    if len(name.surname) < 3:
        return
    if name.knows_first:
        # Capitals tell "RThackeray" from a word: an S. Park is in no "spark".
        initial = re.escape(unaccented(name.initial).text)
        form = rf"(?i:{first}[\W_]{{0,2}}{surname})|{initial}_?{surname}|{surname}_?{initial}"
    else:
        form = rf"(?!(?i:{'|'.join(_TITLES)})\b)[A-Z][\w'-]*[ \u00a0]+{surname}"
    yield name.last_word, rf"(?<![^\W_])(?:{form})(?![^\W_])(?!-\w)", _ANOTHER_FORM


def initials_in_the_role(planned: Planned) -> Iterator[Stay]:
    """ "DSL: RT", "RT (DSL)": the initials of a person who goes, given the role in so many words.

    The document names the person in the role, or the list of former holders does.
    """
    scene, changed = planned.scene, {(each.passage, each.start) for each in planned.replacements}
    listed_as_former = (each for each in planned.goers if not all(one.stated for one in each.standings))
    for person in dict.fromkeys((*(each.person for each in planned.changed), *listed_as_former)):
        name, roles = person.name, frozenset(roles_left(person))
        letters = (name.first[:1] + name.surname.split()[-1][:1]).upper()
        if len(letters) < 2 or not name.first or letters in _SUBJECTS:
            continue
        alone = {
            at
            for at, each in enumerate(scene.passages)
            if len(each.text) < _SHORT and scene.cells[at] and re.sub(r"[.\s]", "", each.text) == letters
        }
        for index in dict.fromkeys((*scene.naming(roles), *sorted(alone))):
            text = scene.passages[index].text
            for match in pattern_of_initials(letters, stops=True).finditer(text):
                if (index, match.start()) in changed or scene.purpose(index, match.start()) is not None:
                    continue
                in_brackets = text[: match.start()].rstrip(" \u00a0").endswith(("(", "\t"))
                if index in alone:
                    bound = scene.bound_roles(index, *match.span())
                elif in_brackets or surely_given(text, *match.span()):
                    bound = roles_bound_to(text, *match.span(), scene.posts(index))
                else:
                    continue
                if roles & set(bound):
                    yield unsafe(scene, (Stretch(index, *match.span()),), because("initials", name=name.full))
