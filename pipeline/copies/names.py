"""The ways a person's name is written, found in text and written again for somebody else.

"Mrs Sheffield", "D. Sheffield", "Sheffield, D", "DEBORAH SHEFFIELD" are one person; "Joan Sheffield" is another.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

TITLES = (
    "Mr", "Mrs", "Ms", "Miss", "Mx", "Dr", "Prof", "Professor", "Sir", "Dame", "Rev", "Revd", "Reverend",
    "Sister", "Father", "Fr", "Canon", "Cllr", "Councillor", "Lord", "Lady",
)  # fmt: skip
UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphens and spaces of no width: signs that nobody sees and that may stand inside any word."""
WITHOUT_UNSEEN: dict[int, str | None] = {**dict.fromkeys(map(ord, UNSEEN)), ord("’"): "'"}
"""For ``str.translate``: signs that nobody sees are left out, and either apostrophe is the straight one."""
_TITLE = rf"(?i:{'|'.join(sorted(TITLES, key=len, reverse=True))})\b\.?"
_PARTICLES = frozenset(
    {"van", "von", "der", "den", "de", "da", "di", "du", "la", "le", "al", "el", "bin", "st", "st.", "o'"}
)
_GAP = rf"(?:[\s\u00a0{UNSEEN}]{{1,3}})"
_LETTERS_AFTER = frozenset(
    ("BA", "BSC", "BED", "MA", "MSC", "MED", "PHD", "PGCE", "QTS", "NPQH", "OBE", "MBE", "CBE", "JP", "HONS")
)
_LETTER = r"[^\W\d_]"
_APOSTROPHES = "'’‘ʼ`´"
_HYPHENS = "-‐‑–"
_ONE_KIND = {ord(sign): kind[0] for kind in (_APOSTROPHES, _HYPHENS) for sign in kind}


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name taken apart."""

    first: str
    """First name or initial; empty where only the surname is known."""
    middle: str
    surname: str
    """With its particles: ``van der Berg``."""

    @property
    def initial(self) -> str:
        """The first letter of the first name, upper case; empty where there is none."""
        return self.first[:1].upper()

    @property
    def full(self) -> str:
        """First, middle and surname."""
        return " ".join(part for part in (self.first, self.middle, self.surname) if part)

    @property
    def knows_first(self) -> bool:
        """Whether the first name is more than an initial."""
        return len(_folded(self.first)) > 1

    @property
    def last_word(self) -> str:
        """The longest part of the surname's end that is spelled in one way only, small; a text without it names others.

        It leaves out apostrophes, hyphens and letters with accents.
        """
        return max(re.findall(r"[a-z]+", self.surname.split()[-1].casefold()), key=len, default="")

    def may_be(self, other: "PersonName") -> bool:
        """Whether both could be one person: same surname, first names equal or one the other's initial or absent."""
        if _folded(self.surname) != _folded(other.surname):
            return False
        mine, theirs = _folded(self.first), _folded(other.first)
        if not mine or not theirs or mine == theirs:
            return True
        return (len(mine) == 1 or len(theirs) == 1) and mine[0] == theirs[0]


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
        """The surname alone, which may be a place or somebody else."""
        return not self.title and not self.given


def _folded(name: str) -> str:
    """A name for comparing: without accents, of one kind of apostrophe and hyphen; of initials the first alone."""
    if re.fullmatch(r"(?:[A-Z]\.){2,3}|[B-DF-HJ-NP-TV-XZ]{2}", name):
        name = name[0]
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name.translate(_ONE_KIND))
        name = "".join(sign for sign in name if not unicodedata.combining(sign))
    return name.casefold().rstrip(".")


@lru_cache(maxsize=4096)
def parse_name(text: str) -> PersonName | None:
    """Take a name apart; titles, degrees and remarks in brackets are dropped; None where no name is left."""
    text = re.split(r"[(\[,;|/]", re.sub(rf"^(?:\s*{_TITLE}[\s\u00a0]*)+", "", text.strip()))[0]
    words = text.split()
    while len(words) > 1 and words[-1].replace(".", "").upper() in _LETTERS_AFTER:
        words.pop()
    if not words or not any(character.isalpha() for character in text):
        return None
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].casefold() in _PARTICLES:
        cut -= 1
    if cut and len(words) > 1 and words[0].casefold() in _PARTICLES:
        cut = 0
    first = words[0] if cut else ""
    return PersonName(first, " ".join(words[1:cut]), " ".join(words[cut:]))


@lru_cache(maxsize=1024)
def _pattern(name: PersonName) -> re.Pattern[str]:
    surname = _spelled(name.surname)
    given = _given_pattern(name)
    title = rf"(?:(?P<title>{_TITLE}(?:{_GAP}{_TITLE})*)(?:{_GAP}|(?<=\.)))?"
    first = rf"(?:(?P<given>{given})(?:{_GAP}|(?<=\.)))?"
    ways = [rf"{title}{first}(?P<surname>{surname})"]
    if given:
        ways.insert(
            0,
            rf"(?P<surname_first>{surname}),{_GAP}?(?:(?P<title_inside>{_TITLE}){_GAP})?"
            rf"(?P<given_last>{_given_pattern(name, reverse=True)})(?!{_GAP}(?:[A-Z]\w*\.?{_GAP}){{0,2}}{surname})",
        )
    after = rf"(?:(?![\w@{UNSEEN}]|['’]{_LETTER}{_LETTER}|\.[a-z0-9]|-\w)|(?=s['’]?(?![\w@-])))"
    return re.compile(rf"(?<![\w@-])(?<!\w['’])(?:{'|'.join(ways)}){after}")


def _given_pattern(name: PersonName, *, reverse: bool = False) -> str:
    """First names or initials; a name known by its initial alone may be written out.

    ``reverse``: the surname stood first, so that a role may follow ("Lister, Ann", a tab, "Deputy DSL").
    """
    if not name.initial:
        return "(?!)"
    no_label = rf"(?!(?i:{'|'.join(map(re.escape, sorted(_LABEL_WORDS)))})\b)"
    gap = rf"[ \u00a0{UNSEEN}]{{1,3}}{no_label}" if reverse else _GAP if name.knows_first else f"{_GAP}{no_label}"
    more = rf"(?:{gap}(?!{_TITLE})[A-Z](?:{_LETTER}|['’-])*\.?){{0,2}}"
    written_out = rf"(?!(?:{_NO_FIRST_NAMES})\b){no_label}{re.escape(name.initial)}(?:{_LETTER}|['’-])+"
    first = _spelled(name.first) if name.knows_first else written_out
    return rf"{first}{more}|{re.escape(name.initial)}\.?(?:{_GAP}?[A-Z]\b\.?){{0,2}}"


def _spelled(name: str) -> str:
    """A pattern of a name with any apostrophe and hyphen, its accents or none, and any gap between its words."""
    words = [rf"[{UNSEEN}]*".join(_sign(sign) for sign in unicodedata.normalize("NFC", word)) for word in name.split()]
    return rf"(?i:{_GAP.join(words)})"


def _sign(sign: str) -> str:
    for kind in (_APOSTROPHES, _HYPHENS):
        if sign in kind:
            return f"[{re.escape(kind)}]"
    plain = unicodedata.normalize("NFD", sign)[0]
    return re.escape(sign) if plain == sign else rf"(?:{sign}|{plain}[\u0300-\u036f]*)"


def find_forms(text: str, name: PersonName) -> Iterator[NameForm]:
    """Yield every place where ``name`` stands in ``text`` in any of its written forms, in order.

    A surname inside another word, an address or somebody else's name ("Joan Sheffield") is none.
    """
    for match in _pattern(name).finditer(text):
        groups = match.groupdict()
        reverse = groups.get("surname_first") is not None
        surname = groups["surname_first"] if reverse else groups["surname"]
        given = groups["given_last"] if reverse else groups["given"]
        title = groups["title_inside"] if reverse else groups["title"]
        form = NameForm(match.start(), match.end(), title or "", given or "", reverse, _is_capitals(surname))
        runs_on = text[form.end : form.end + 1] == "s"
        if reverse and _follows_a_given_name(text, form.start):
            continue
        if not (form.bare and (surname[0].islower() or runs_on or _is_part_of_another_name(text, form))):
            yield form


def _is_capitals(surname: str) -> bool:
    letters = [character for character in surname if character.isalpha()]
    return len(letters) > 1 and all(character.isupper() for character in letters)


def _follows_a_given_name(text: str, start: int) -> bool:
    """Whether a surname before a comma ends a name ("Annie Lister, Ann Lister") and does not begin "Lister, Ann"."""
    before = re.search(r"([^\W\d_][\w'’.-]*)[ \u00a0]+$", text[:start])
    return before is not None and before[1][0].isupper() and not is_label_word(before[1])


def _is_part_of_another_name(text: str, form: NameForm) -> bool:
    """Whether a surname alone is a place, or the end of somebody else's name ("Joan Sheffield", "Sheffield Road")."""
    before = re.search(r"([^\W\d_][\w'’.-]*)[ \u00a0]+$", text[: form.start])
    if re.match(r"[ \u00a0]+[A-Z][a-z]", text[form.end :]) and not form.capitals:
        return True
    if before is None:
        return False
    if before[1].casefold() == "the" and re.match(r"[ \u00a0]+[a-z]", text[form.end :]) and not form.capitals:
        return True
    return before[1].casefold() in _PLACE_WORDS or (before[1][0].isupper() and not is_label_word(before[1]))


def is_label_word(word: str) -> bool:
    """Whether a word that stands before a surname says what somebody is or what to do, and is no first name."""
    return word.casefold().rstrip(".:") in _LABEL_WORDS


_NO_FIRST_NAMES = (
    "In|If|Is|It|At|As|An|And|By|But|For|From|He|Her|His|Of|On|Our|She|So|That|This|Where|Who"
    "|Acting|Assistant|Child|Children|Inclusion|Interim|Pastoral|Protection|School|Senior|Staff|Year"
)
"""Words of sentences and posts: "In I. Lister’s absence" and "Senior Person S. Lister" name nobody in full."""
_PLACE_WORDS = frozenset({"in", "near", "from", "at", "around", "across", "of"})
_LABEL_WORDS = frozenset(
    (
        "lead",
        "leads",
        "dsl",
        "ddsl",
        "dsls",
        "officer",
        "person",
        "head",
        "headteacher",
        "principal",
        "teacher",
        "governor",
        "governors",
        "chair",
        "deputy",
        "coordinator",
        "co-ordinator",
        "manager",
        "contact",
        "tell",
        "ring",
        "see",
        "ask",
        "email",
        "call",
        "speak",
        "phone",
        "telephone",
        "name",
        "senco",
        "lado",
        "designated",
        "safeguarding",
        "if",
        "and",
        "or",
        "the",
        "our",
        "is",
        "to",
        "with",
        "by",
        "when",
        "please",
    )
)


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
