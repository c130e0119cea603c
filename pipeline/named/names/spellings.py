"""The ways a person's name is written, found in text and written again for another.

"Mrs Sheffield", "D. Sheffield", "Sheffield, D", "DEBORAH SHEFFIELD" are one person; "Joan Sheffield" is another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.named.names.letters import UNSEEN, unaccented
from pipeline.named.names.parts import TITLE, PersonName, is_label_word
from pipeline.named.names.plain_names import (
    OWN_FIRST,
    OWN_INITIAL,
    OWN_SURNAME,
    is_plain,
    is_usual,
    pattern_of_any_name,
    places_of,
)
from pipeline.named.names.spelling import APOSTROPHE_SIGNS, GAP, HYPHEN_SIGNS, Signs, fitted, signs_in, spelled
from pipeline.named.names.titles import one_title
from pipeline.named.names.words import words_of
from pipeline.text.addresses import RUN_ON_LABEL
from pipeline.text.needed import in_plain_letters

_LETTER = r"[^\W\d_]"
_TITLE_ALONE = rf"(?i:{one_title()})\b"
"""A title where a word begins with a capital."""
_A, _H = APOSTROPHE_SIGNS, HYPHEN_SIGNS


@dataclass(frozen=True, slots=True)
class NameForm:
    """One place where a name stands, and how it is written there."""

    start: int
    end: int
    title: str
    """As written, full stop included; empty where there is none."""
    given: str
    """First names or initials as written; empty where there are none."""
    reversed: bool
    """Surname first: ``Sheffield, Deborah``."""
    capitals: bool

    @property
    def bare(self) -> bool:
        """The surname alone, which may be a place or another person."""
        return not self.title and not self.given


@dataclass(frozen=True, slots=True)
class _Spelled:
    """Patterns of the parts of a name, for a pattern of the whole."""

    initial: str
    """Empty where only the surname is known."""
    first: str
    """The first name, empty where it is known by its initial alone."""
    surname: str
    has_two_middle: bool = False
    """Two words or more stand between first name and surname."""


_ANY = _Spelled(OWN_INITIAL, OWN_FIRST, OWN_SURNAME)


def _spelled_parts(name: PersonName) -> _Spelled:
    """Return the patterns; what stands before the surname in the name may be its first part, with a hyphen."""
    between = name.middle.split()
    barrel = rf"(?:{spelled(between[-1])}[{_H}])?" if between and len(between[-1].strip(".")) > 1 else ""
    double = rf"(?:[{_H}]{spelled(between[0])})?" if between else ""
    first = spelled(name.first) + double if name.knows_first else ""
    initial = re.escape(unaccented(name.initial).text[:1])
    return _Spelled(initial, first, barrel + spelled(name.surname), len(between) > 1)


@lru_cache(maxsize=1024)
def _pattern(name: PersonName, *, signs: Signs, reverse: bool) -> re.Pattern[str]:
    """Return what finds a name; see ``_written``."""
    return re.compile(f"(?P<found>{fitted(_written(_spelled_parts(name), reverse=reverse), signs)})")


@cache
def _pattern_of_any(*, signs: Signs, reverse: bool) -> re.Pattern[str]:
    """Return what finds any plain name."""
    return re.compile(pattern_of_any_name(fitted(_written(_ANY, reverse=reverse), signs)))


def _written(name: _Spelled, *, reverse: bool) -> str:
    """Return a pattern of a name; ``reverse``: where its surname may stand first.

    Few texts need that or ``fitted`` to rare signs, and together they take eight times as long to compile.
    """
    surname = name.surname
    given = _given_pattern(name)
    title = rf"(?:(?P<title>{TITLE}(?:{GAP}{TITLE})*)(?:{GAP}|(?<=\.)))?"
    first = rf"(?:(?P<given>{given})(?:{GAP}|(?<=\.)))?"
    ways = [rf"{title}{first}(?P<surname>{surname})"]
    if name.initial and reverse:
        ways.insert(
            0,
            rf"(?P<surname_first>{surname}),{GAP}?(?:(?P<title_inside>{TITLE}){GAP})?"
            rf"(?P<given_last>{_given_pattern(name, reverse=True)})(?!{GAP}(?:[A-Z]\w*\.?{GAP}){{0,2}}{surname})",
        )
    after = rf"(?:(?![\w@{UNSEEN}]|[{_A}]{_LETTER}{_LETTER}|\.[a-z0-9]|-\w)|(?=s[{_A}]?(?![\w@-]))|(?={RUN_ON_LABEL}))"
    return rf"(?<![\w@-])(?<!\w[{_A}])(?:{'|'.join(ways)}){after}"


_WORD = rf"[A-Z](?:{_LETTER}|[{_A}{_H}])+"


def _given_pattern(name: _Spelled, *, reverse: bool = False) -> str:
    """First names or initials; a name known by its initial alone may be written out.

    No full stop stands behind a middle name, which would be the end of a sentence, and none is the surname: "June Holt.
    Tom Holt …" are two people. ``reverse``: the surname stood first, so that a role may follow ("Lister, Ann", a tab,
    "Deputy DSL").
    """
    if not name.initial:
        return "(?!)"
    no_label = rf"(?!(?i:{'|'.join(map(re.escape, sorted(words_of('label'))))})\b)"
    gap = rf"[ \u00a0{UNSEEN}]{{1,3}}{no_label}" if reverse else GAP if name.first else f"{GAP}{no_label}"
    surname = rf"{name.surname}(?!\w)"
    further = rf"(?!{surname})[A-Z](?:\.|(?:{_LETTER}|[{_A}{_H}])*(?!\.))"
    more = rf"(?:{gap}(?!{_TITLE_ALONE}){further}){{0,2}}"
    if not name.has_two_middle:
        # Of two words that the name does not have one is an initial: "June Ash Tom Holt" lists two people.
        more = rf"(?!(?:{gap}(?!{surname}){_WORD}){{2}}{gap}{surname}){more}"
    no_first = "|".join(sorted(words_of("no-first-name")))
    written_out = rf"(?!(?:{no_first})\b){no_label}{name.initial}(?:{_LETTER}|[{_A}{_H}])+"
    first = name.first or written_out
    return rf"{first}{more}|{name.initial}\.?(?:[{_H}]?{GAP}?[A-Z]\b\.?){{0,2}}"


def find_forms(text: str, name: PersonName) -> Iterator[NameForm]:
    """Yield every place where ``name`` stands in ``text`` in any of its written forms, in order.

    A surname inside another word, an address or another's name ("Joan Sheffield") is none.
    """
    yield from _forms_in(text, name)


@lru_cache(maxsize=256)
def _forms_in(text: str, name: PersonName) -> tuple[NameForm, ...]:
    """Return the places, kept: the one who looks at a name in a text is not the last to do so."""
    return tuple(_find_forms(text, name))


def _find_forms(text: str, name: PersonName) -> Iterator[NameForm]:
    plain = unaccented(text)
    for match, added in _matches(name, plain.text):
        groups = match.groupdict()
        reverse = groups.get("surname_first") is not None
        surname = groups["surname_first"] if reverse else groups["surname"]
        given = groups["given_last"] if reverse else groups["given"]
        title = groups["title_inside"] if reverse else groups["title"]
        start, end = plain.original(match.start("found") - added, match.end() - added)
        form = NameForm(start, end, title or "", given or "", reverse, _is_capitals(surname))
        runs_on = text[form.end : form.end + 1] == "s"
        if reverse and _follows_a_given_name(text, form.start):
            continue
        if not (form.bare and (surname[0].islower() or runs_on or _is_part_of_another_name(text, form))):
            yield form


def _matches(name: PersonName, text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Return each place of a name, the group "found" of a match, with what its places are too high by."""
    signs = signs_in(text)
    reverse = signs is Signs.UNSEEN or _may_stand_first(name, text)
    plain = not name.middle and name.knows_first and is_plain(name.first) and is_plain(name.surname)
    if plain and signs is not Signs.UNSEEN and is_usual(text):
        return places_of(_pattern_of_any(signs=signs, reverse=reverse), name.first, name.surname, text)
    return ((match, 0) for match in _pattern(name, signs=signs, reverse=reverse).finditer(text))


def _may_stand_first(name: PersonName, text: str) -> bool:
    """Whether a comma may stand right behind the surname in a text without unseen signs."""
    # Before a capital an apostrophe or a gap may stand in the text.
    small = re.search(r"[a-z]+$", name.surname)
    end = small[0] if small is not None else name.surname[-1:].casefold()
    plain = end.isascii() and end.isalnum()
    return "," in text and (not plain or f"{end}," in in_plain_letters(text))


def _is_capitals(surname: str) -> bool:
    letters = [character for character in surname if character.isalpha()]
    return len(letters) > 1 and all(character.isupper() for character in letters)


def _follows_a_given_name(text: str, start: int) -> bool:
    """Whether a surname before a comma ends a name ("Annie Lister, Ann Lister") and does not begin "Lister, Ann"."""
    before = re.search(r"([^\W\d_][\w'’.-]*)[ \u00a0]+$", text[:start])
    return before is not None and before[1][0].isupper() and not is_label_word(before[1])


def _is_part_of_another_name(text: str, form: NameForm) -> bool:
    """Whether a surname alone is a place, or the end of another's name ("Joan Sheffield", "Sheffield Road")."""
    before = re.search(r"([^\W\d_][\w'’.-]*)[ \u00a0]+$", text[: form.start])
    if re.match(r"[ \u00a0]+[A-Z][a-z]", text[form.end :]) and not form.capitals:
        return True
    if before is None:
        return False
    if before[1].casefold() == "the" and re.match(r"[ \u00a0]+[a-z]", text[form.end :]) and not form.capitals:
        return True
    return before[1].casefold() in _PLACE_WORDS or (before[1][0].isupper() and not is_label_word(before[1]))


_PLACE_WORDS = frozenset({"in", "near", "from", "at", "around", "across", "of"})


def written_like(form: NameForm, name: PersonName, title: str) -> str:
    """Return ``name`` in the written form of another: title for title, initials for initials, capitals for capitals.

    Where a title stood and the new holder wants none, the full name stands instead of a surname alone.
    """
    new_title = f"{title} " if form.title and title else ""
    given = _given_like(form, name, title)
    only_surname = form.capitals and any(letter.islower() for letter in form.title + form.given)
    surname = name.surname.upper() if only_surname else name.surname
    if form.reversed:
        words = f"{surname}, {new_title}{given}".rstrip(", ")
    else:
        words = f"{new_title}{given} {surname}" if given else f"{new_title}{surname}"
        words = words.strip()
    return words.upper() if form.capitals and not only_surname else words


def _given_like(form: NameForm, name: PersonName, title: str) -> str:
    first = " ".join(part for part in (name.first, name.middle) if part)
    if not form.given:
        return "" if (form.title and title) else first
    letters = form.given.replace(".", " ").split()
    if all(len(word) == 1 for word in letters) or (form.given.isupper() and len(form.given) <= 3 and not form.capitals):
        return name.initial + ("." if "." in form.given and name.initial else "")
    return first
