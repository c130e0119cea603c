"""Others of a person's surname: who else of a document, or of the school's contacts, a title and a surname could mean.

A title tells most: "Mr Holt" is not Mrs June Holt, "Miss Holt" may be her or not. ``mentions`` asks it of every name.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.model.contacts import Directory, Pronoun
from pipeline.named.names.letters import unaccented
from pipeline.named.names.likeness import SHORTENED, same_person, same_surname
from pipeline.named.names.parts import PersonName, is_label_word, parse_name
from pipeline.named.names.plain_names import OWN_SURNAME, is_plain, is_usual, pattern_of_any_name, places_of
from pipeline.named.names.spelling import Signs, compiled_for, signs_in, spelled
from pipeline.named.names.spellings import NameForm, find_forms
from pipeline.named.names.titles import MEN, WOMEN, titles_small
from pipeline.text.passages import Passage

_BEFORE = r"(?<![\w'’-])(?P<first>[^\W\d_][\w'’-]+)\.?[ \u00a0](?:(?P<second>[A-Z][\w'’-]*)\.?[ \u00a0])?{}(?![\w-])"
"""One or two words before a surname, which is to be put in."""
_MARRIED, _UNMARRIED = "mrs", "miss"
_ANY_WOMANS = "ms"
_CIVIL = frozenset(("mr", _MARRIED, _UNMARRIED, _ANY_WOMANS, "mx"))
"""Titles that everybody has one of; any other is an office or a degree."""


@dataclass(frozen=True, slots=True)
class Namesakes:
    """Others of the same surname in a document."""

    somebody: bool
    """A first name that is not the person's stands before the surname."""
    own_titles: frozenset[str]
    """Those that stand before the person's own first name or initials, without full stops, lower case."""
    both_sexes: bool
    """The surname stands alone after titles of men and of women."""
    sure_titles: frozenset[str] = frozenset()
    """Those of ``own_titles`` before the first name written out, and that of the school's contacts."""
    sex: Pronoun | None = None
    """Whether the person is a man or a woman, as the titles tell it; None where they do not."""
    their_titles: frozenset[str] = frozenset()
    """Those that stand before the first names of the others."""

    def is_anothers(self, form: NameForm) -> bool:
        """Whether the title shows another person: a man's before a woman's surname or initial, or the reverse."""
        other = sex_of_title(form.title)
        return _is_short(form) and None not in (other, self.sex) and other is not self.sex

    def may_be_meant(self, form: NameForm) -> bool:
        """Whether a name without a first name could be one of the others'."""
        title = _plain(form.title)
        if form.given:
            return False
        if title and title in self.their_titles:
            return True
        if title and self._is_unlike(title):
            return True
        return (self.somebody or self.both_sexes) and not (title and title in self.own_titles | self.sure_titles)

    def _is_unlike(self, title: str) -> bool:
        """Whether a person of these titles is hardly called so: Miss and Mrs, and an office or degree told once."""
        own = self.sure_titles
        if not own or title in own | self.own_titles:
            return False
        return title not in _CIVIL or {title, *own} >= {_MARRIED, _UNMARRIED}


def sex_of_title(title: str) -> Pronoun | None:
    """Return whose a title is; None where there is none, or it is anybody's."""
    plain = _plain(title)
    return Pronoun.HE if plain in MEN else Pronoun.SHE if plain in WOMEN else None


def find_namesakes(
    passages: Sequence[Passage],
    name: PersonName,
    others: Iterable[PersonName],
    places: Sequence[int],
    directory: Directory,
) -> Namesakes:
    """Return who else has the surname of ``name``, among ``others`` and in the passages at ``places``."""
    somebody = any(same_surname(each.surname, name.surname) for each in others)
    own, sure, alone = set[str](), set[str](), set[str]()
    theirs: set[str] = set()
    for passage in (passages[index] for index in places):
        for form in find_forms(passage.text, name):
            (own if form.given else alone).add(_plain(form.title))
            if not _is_short(form):
                sure.add(_plain(form.title))
        text = unaccented(passage.text).text
        for title, first in _before_the_surname(text, name):
            if _is_other(first, name):
                somebody = True
                theirs.add(title)
    sexes = {sex_of_title(title) for title in sure or own} - {None}
    for holder in (*directory.holders, *directory.former):
        if parse_name(holder.name) == name:
            sexes.add(sex_of_title(holder.title) or (holder.pronoun if holder.pronoun is not Pronoun.THEY else None))
            sure.add(_plain(holder.title))
    sexes -= {None}
    return Namesakes(
        somebody,
        frozenset(own - {""}),
        bool(alone & MEN) and bool(alone & WOMEN),
        frozenset(sure - {""}),
        sexes.pop() if len(sexes) == 1 else None,
        frozenset(theirs - {""}),
    )


def _before_the_surname(text: str, name: PersonName) -> Iterable[tuple[str, str]]:
    """Yield the first names in a text that stand before the surname, each with the title before it."""
    for match in _matches(text, name.surname):
        first, second = match["first"], match["second"]
        if first.casefold() in titles_small():
            if second:
                yield first.casefold(), second
        elif not sex_of_title(second or "") and match.string[match.end("first") : match.end("first") + 1] != ".":
            yield "", first


def _matches(text: str, surname: str) -> Iterator[re.Match[str]]:
    if is_plain(surname) and is_usual(text) and signs_in(text) is not Signs.UNSEEN:
        return (match for match, _ in places_of(_before_any_surname(), "", surname, text))
    return compiled_for(text, _BEFORE.format(spelled(surname))).finditer(text)


@cache
def _before_any_surname() -> re.Pattern[str]:
    return re.compile(pattern_of_any_name(_BEFORE.format(OWN_SURNAME)))


def _is_other(word: str, name: PersonName) -> bool:
    """Whether a word before the surname is the first name of another person."""
    if not word[0].isupper():
        return False
    title = word.casefold() in titles_small()
    named = PersonName(word, "", name.surname)
    return not title and not is_label_word(word) and not same_person(name, named, SHORTENED)


def _is_short(form: NameForm) -> bool:
    """Whether no first name is written out."""
    return all(len(word) == 1 for word in re.findall(r"\w+", form.given))


def _plain(title: str) -> str:
    return title.rstrip(".").casefold()
