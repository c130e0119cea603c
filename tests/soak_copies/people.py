"""Who is named in a generated document, before and now, and every way in which they are written.

The right words afterwards are made here, from the same lists, without a look at how the program makes them.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.model.contacts import Holder, Pronoun
from pipeline.model.facts import Contact


@dataclass(frozen=True)
class Figure:
    """Somebody who holds, or held, a role."""

    first: str
    last: str
    title: str
    pronoun: Pronoun
    phone: str
    email: str

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"

    def contact(self, role: str) -> Contact:
        return Contact(role, self.full, self.phone, self.email)

    def holder(self, role: str) -> Holder:
        return Holder(role, self.full, self.title, self.phone, self.email, self.pronoun)


_FORMER = (
    ("Deborah", "Sheffield", "Mrs", Pronoun.SHE),
    ("Ann", "Lee", "Miss", Pronoun.SHE),
    ("Siân", "O'Neill", "Ms", Pronoun.SHE),
    ("Ann-Marie", "Smith-Jones", "Mrs", Pronoun.SHE),
    ("José", "García", "Mr", Pronoun.HE),
    ("Jo", "van Dyke", "Dr", Pronoun.HE),
    ("Zoë", "Brontë", "Mrs", Pronoun.SHE),
    ("Niamh", "O’Brien", "Ms", Pronoun.SHE),
    ("Pat", "Sykes", "Mr", Pronoun.HE),
    ("Łukasz", "Żak", "Mr", Pronoun.HE),
)
_NOW = (
    ("Bob", "Ray", "Mr", Pronoun.HE),
    ("Jane", "Okafor", "Mrs", Pronoun.SHE),
    ("Sam", "Hillcrest", "", Pronoun.THEY),
    ("Clare", "D’Arcy", "Dr", Pronoun.SHE),
    ("Noor", "al-Khatib", "Ms", Pronoun.SHE),
    ("Tom", "Hughes", "Mr", Pronoun.HE),
    ("Max", "Foxe", "Mx", Pronoun.THEY),
    ("Eve", "Fernández-Ruiz", "Professor", Pronoun.SHE),
)
_DEPUTIES = ("Cy Fox", "Ida Moss", "Kit Vale", "Una Birch", "Rex Thorn", "Mia Stone")
_PHONES = ("01632 960{}", "020 7946 0{}", "07700 900{}")


def former(random_: random.Random) -> Figure:
    """Return somebody who held the role."""
    return _figure(random_, random_.choice(_FORMER), "old", 100 + random_.randrange(300))


def current(random_: random.Random) -> Figure:
    """Return somebody who holds the role now."""
    return _figure(random_, random_.choice(_NOW), "new", 500 + random_.randrange(300))


def deputies(random_: random.Random, count: int) -> list[Figure]:
    """Return ``count`` different deputies."""
    chosen = random_.sample(_DEPUTIES, count)
    return [
        Figure(*name.split(), "Ms", Pronoun.SHE, f"01632 9609{10 + number}", f"deputy{number}@example.org")
        for number, name in enumerate(chosen)
    ]


def _figure(random_: random.Random, who: tuple[str, str, str, Pronoun], where: str, number: int) -> Figure:
    first, last, title, pronoun = who
    plain = last.encode("ascii", "ignore").decode().replace(" ", "").replace("'", "").replace("&", "").lower()
    local = random_.choice((f"{first[0]}.{plain}", plain, f"{where}.lead"))
    local = "".join(character for character in local if character.isascii() and not character.isspace()).lower()
    return Figure(first, last, title, pronoun, random_.choice(_PHONES).format(number), f"{local}@{where}.example.org")


# --- names ------------------------------------------------------------------------------------------------------

Form = Callable[[Figure], str]


def _titled(figure: Figure) -> str:
    return f"{figure.title} {figure.last}" if figure.title else figure.full


def _titled_full(figure: Figure) -> str:
    return f"{figure.title} {figure.full}".strip()


def _titled_initial(figure: Figure) -> str:
    return f"{figure.title} {figure.first[0]}. {figure.last}".strip()


def _reversed_titled(figure: Figure) -> str:
    return f"{figure.last}, {figure.title} {figure.first}" if figure.title else f"{figure.last}, {figure.first}"


def _owned(form: Form) -> Form:
    return lambda figure: f"{form(figure)}’s"


def _capital(form: Form) -> Form:
    return lambda figure: form(figure).upper()


NAMES: Mapping[str, Form] = {
    "first and last": lambda figure: figure.full,
    "title and surname": _titled,
    "title and full name": _titled_full,
    "initial with stop": lambda figure: f"{figure.first[0]}. {figure.last}",
    "initial without stop": lambda figure: f"{figure.first[0]} {figure.last}",
    "initial and stop closed up": lambda figure: f"{figure.first[0]}. {figure.last}",
    "title, initial, surname": _titled_initial,
    "capitals": _capital(lambda figure: figure.full),
    "capitals with title": _capital(_titled),
    "surname first": lambda figure: f"{figure.last}, {figure.first}",
    "surname first, initial": lambda figure: f"{figure.last}, {figure.first[0]}.",
    "surname first, title": _reversed_titled,
    "title with a stop": _titled,
    "hard space": _titled,
    "surname in capitals": lambda figure: f"{figure.first} {figure.last.upper()}",
    "middle initial": lambda figure: figure.full,
    "two initials": lambda figure: f"{figure.first[0]}. {figure.last}",
    "possessive": _owned(lambda figure: figure.full),
    "possessive with title": _owned(_titled),
}
"""How a person is written; the same form of the new holder is what must stand there."""

AS_WRITTEN: Mapping[str, Callable[[str], str]] = {
    "initial and stop closed up": lambda text: text.replace(". ", ".", 1),
    "title with a stop": lambda text: text.replace(" ", ". ", 1),
    "hard space": lambda text: text.replace(" ", "\u00a0", 1),
    "middle initial": lambda text: text.replace(" ", " M. ", 1),
    "two initials": lambda text: text.replace(". ", ".A. ", 1),
}
"""What the old words look like where they differ from the form: the new ones come in the plain form."""


# --- numbers and addresses --------------------------------------------------------------------------------------


def _grouped(number: str) -> list[str]:
    return number.split()


NUMBERS: Mapping[str, Callable[[str], str]] = {
    "plain": lambda number: number,
    "brackets": lambda number: "({}) {}".format(_grouped(number)[0], " ".join(_grouped(number)[1:])),
    "hyphens": lambda number: "-".join(_grouped(number)),
    "stops": lambda number: ".".join(_grouped(number)),
    "closed up": lambda number: number.replace(" ", ""),
    "hard spaces": lambda number: number.replace(" ", "\u00a0"),
    "international": lambda number: f"+44 {number[1:]}",
    "international with (0)": lambda number: f"+44 (0){number[1:]}",
    "international with 00": lambda number: f"0044 {number[1:]}",
    "pairs": lambda number: " ".join(_pairs(number)),
    "extension": lambda number: f"{number} ext. 214",
    "short extension": lambda number: f"{number} x12",
}


def _pairs(number: str) -> list[str]:
    area, rest = _grouped(number)[0], "".join(_grouped(number)[1:])
    return [area, *(rest[at : at + 2] for at in range(0, len(rest), 2))]


ADDRESSES: Mapping[str, Callable[[str], str]] = {
    "plain": lambda address: address,
    "capital letters": lambda address: address.upper(),
    "first letters large": lambda address: address.title(),
    "space after a stop": lambda address: address.replace(".example", ". example"),
}

# --- pronouns ---------------------------------------------------------------------------------------------------

_WORDS = {
    Pronoun.SHE: ("She is", "her", "Her", "she has", "She works"),
    Pronoun.HE: ("He is", "him", "His", "he has", "He works"),
    Pronoun.THEY: ("They are", "them", "Their", "they have", "They work"),
}
PRONOUNS: tuple[str, ...] = (
    "{0} in school every day.",
    "Ring {1} on Monday.",
    "{2} contact details are:",
    "{0} at the gate, and {3} a radio.",
    "{4} in room 4.",
)


def with_pronouns(sentence: str, figure: Figure) -> str:
    """Return one of ``PRONOUNS`` as it is said of somebody."""
    return sentence.format(*_WORDS[figure.pronoun])
