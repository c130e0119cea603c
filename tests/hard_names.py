"""Invented people with names that are hard to tell: ``python -m tests.hard_names [--count 800] [--seed 1] [--plain]``.

They stand in the layouts of ``tests.hard_layouts``: names of many languages, surnames and first names that are words
(Room, Parent, Will), first names alone, initials, capitals. Whom each word means is known because the document is made
twice: once with the names, once with a mark in each place of a name. ``invent`` gives one document, ``copy_of`` its
copy, and ``judge`` compares both.
"""

import argparse
import html
import io
import random
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.documents import DocumentFormat
from pipeline.word.regenerate import DocxCopy, regenerate_docx
from tests.hard_layouts import LAYOUTS, PLAIN_LAYOUTS, build

_LEAD_WORDS = (
    "Designated Safeguarding Lead", "Designated Safeguarding Lead (DSL)", "DSL", "Designated Senior Person", "DSP",
    "Safeguarding Lead", "Lead DSL", "Designated Person for Safeguarding", "Child Protection Officer",
    "Head of Safeguarding",
)  # fmt: skip
_DEPUTY_WORDS = (
    "Deputy Designated Safeguarding Lead", "Deputy DSL", "DDSL", "Deputy Safeguarding Lead", "Deputy DSP",
)  # fmt: skip
_FIRST = (
    "Ifeoluwa", "Łucja", "Ngozi", "Siobhán", "Caoimhe", "Gwenllian", "Rhodri", "Przemysław", "Zdeněk", "Åsa", "Đorđe",
    "Xiuying", "Haruto", "Priyanka", "Jaspreet", "Rukhsana", "Yetunde", "Kwabena", "Nomvula", "Giulia", "Inés", "Chloë",
    "Jean-Luc", "Mary-Anne", "Kerensa", "Fflur", "Ruaridh", "Farzaneh", "Ioana", "Thandiwe", "Aurelio", "Bjørn",
    "Dafina", "Fumiko", "Gintaras", "Katell", "Mehwish", "Oyinkansola", "Rumbidzai", "Tomáš", "Vesna", "Xolani",
    "Zsófia", "Bleddyn", "Marie-Claire", "Hitesh", "Nadiya", "Min-Seo", "Sarah", "Rebecca", "Michael", "Joanne",
    "Peter", "Tracy", "Kevin", "Helen", "Lorraine", "Stuart", "Susan",
)  # fmt: skip
_FIRST_THAT_ARE_WORDS = (
    "Grace", "Hope", "Faith", "Joy", "Dawn", "Summer", "June", "May", "April", "Will", "Mark", "Bill", "Pat", "Sky",
    "Rose", "Ivy", "Robin", "Frank", "Grant", "Art", "Miles", "Gene", "Sandy", "Dale", "Heather", "Hazel", "Olive",
    "Daisy", "Victor", "Jack", "Drew", "Chase", "Christian", "Sunny", "Star",
)  # fmt: skip
_LAST = (
    "Okonkwo", "Adeyemi", "Szczepański", "Wójcik", "Ó'Briain", "O'Dowd", "MacGillivray", "ap-Rhys", "Llewelyn",
    "Dvořák", "Åkerblom", "Sørensen", "Nguyễn", "Huang", "Tanaka", "Kim", "Patel", "Kaur", "Chaudhry", "Al-Rashid",
    "Mensah", "Dlamini", "D'Angelo", "Muñoz", "Müller", "Penhaligon", "Urquhart", "Ionescu", "Smith-Jones",
    "Featherstonehaugh", "Ramsbottom", "Cox", "Ng", "Oh", "Ali", "Singh", "Bhattacharya", "Czajkowski", "Eze", "Güler",
    "Jónsson", "Kovačević", "McCrindle", "Ndlovu", "Pérez", "Quayle", "Thwaite", "Vu", "Wu", "O'Shaughnessy", "d'Arcy",
    "Beaumont-Clarke", "Haddad", "Ferreira", "Bakker", "Hughes",
)  # fmt: skip
_LAST_THAT_ARE_WORDS = (
    "Room", "May", "Young", "Church", "Hall", "Field", "Day", "Policy", "Page", "Head", "Lane", "House", "Child",
    "Close", "North", "West", "Price", "Bishop", "Best", "Cook", "Law", "Read", "Moody", "Hope", "Power", "English",
    "Bond", "Street", "Bridge", "Wood", "Court", "Gate", "Love", "Small", "Strong", "Wise", "Good", "Office", "Line",
    "Term", "Major", "Porter", "Parent", "Governor", "Teacher", "Nurse", "Friday", "March", "Winter", "Post", "Key",
    "Speaker", "Dean", "Clerk", "Coach", "Ward", "Class", "Form", "Year", "School", "Park", "Hill", "Green", "Brown",
    "White", "Contact", "Phone", "Call", "List", "Person", "Council", "Trust", "Police", "Rest", "Noble", "King",
)  # fmt: skip
_LAST_OF_SEVERAL = ("van der Berg", "de Souza", "al Hassan", "bin Rashid", "da Silva", "St John", "Mac Giolla")
_TITLES = ("Mr", "Mrs", "Ms", "Miss", "Dr", "Mx")
_PHONES = ("01632 960{:03}", "01632960{:03}", "(01632) 960 {:03}", "07700 900{:03}", "020 7946 0{:03}")
FORMS = {
    "title first last": ("{title} {first} {last}", 8),
    "first last": ("{first} {last}", 10),
    "title last": ("{title} {last}", 7),
    "title initial last": ("{title} {initial} {last}", 2),
    "title initial. last": ("{title} {initial}. {last}", 2),
    "initial. last": ("{initial}. {last}", 2),
    "last, first": ("{last}, {first}", 1),
    "first": ("{first}", 5),
    "FIRST LAST": ("{FIRST} {LAST}", 1),
    "first LAST": ("{first} {LAST}", 1),
    "first middle. last": ("{first} {middle}. {last}", 1),
}
"""How a name is written, and how often."""
PLAIN_FORMS = ("title first last", "first last", "title last")
_SLOTS = {"L": "dsl", "M": "dsl", "D": "deputy-dsl", "E": "deputy-dsl", "H": "headteacher"}
_NUMBERS = {"p": "L", "q": "D", "r": "H"}
"""Whose number each is."""

_LEAD = Holder("dsl", "Yusra Quill", "Mrs", "01632 960901", "y.quill@example.org", Pronoun.SHE)
_DEPUTIES = (
    Holder("deputy-dsl", "Piotr Zeller", "Mr", "01632 960902", None, Pronoun.HE),
    Holder("deputy-dsl", "Hana Orme", "Ms", "01632 960903", None, Pronoun.SHE),
)
_HEAD = Holder("headteacher", "Nia Prosser", "Ms", None, None)
_OFFICE = Holder("office", "School office", "", "01632 960999", "office@example.org")


class Change(StrEnum):
    """What the directory says against the document."""

    EVERYBODY = "lead and deputies are others"
    LEAD = "only the lead is another"
    LISTED = "only the lead is another, and the former one is listed"


class End(StrEnum):
    """What became of one name or number in the copy."""

    RIGHT = "changed to whoever holds the role, or kept where the person holds it"
    TOLD = "stays, and the list says so"
    HELD = "the copy waits for the owner"
    SILENT = "stays, and nobody is told"
    WRONG = "another person, half a name, or somebody changed who is not to change"
    OTHER = "words around the names were changed"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a document names."""

    role: str
    first: str
    last: str
    title: str
    form: str
    """A key of ``FORMS``."""
    written: str

    @property
    def is_words(self) -> bool:
        """Whether one of the names is also a word."""
        return self.last in _LAST_THAT_ARE_WORDS or self.first in _FIRST_THAT_ARE_WORDS

    @property
    def plain(self) -> bool:
        """Whether the name is written as most are, is no word, and begins with a capital and a small letter or sign."""
        usual = " " not in self.last and self.last[0].isupper() and not self.last.startswith("Ó'")
        return self.form in PLAIN_FORMS and not self.is_words and usual

    @property
    def sought(self) -> str:
        """The word that a line of the list must show for this person to be told."""
        return (self.first if self.form == "first" else self.last.split()[-1]).casefold()


@dataclass(frozen=True, slots=True)
class HardDocument:
    """One document, with what stands where in it."""

    layout: str
    change: Change
    people: Mapping[str, Person]
    """By their place in the layout; only those that stand there."""
    phones: Mapping[str, str]
    content: bytes
    frame: str
    """The words, with a mark in each place of a name or number."""

    @property
    def plain(self) -> bool:
        """Whether both the layout and all names are plain."""
        return self.layout in PLAIN_LAYOUTS and all(each.plain for each in self.people.values())


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one name or number."""

    document: HardDocument
    person: Person
    """Whose it is."""
    end: End
    now: str
    """What stands there in the copy; for changed words around the names, the whole text."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One copy compared with what it should be."""

    copy: DocxCopy
    found: tuple[Found, ...]


def invent(seed: int, *, plain: bool = False) -> HardDocument:
    """Return the document of ``seed``; ``plain`` for one with a plain layout and plain names only."""
    chance = random.Random(f"{seed}/{plain}")
    people = _cast(chance, plain=plain)
    phones = {slot: chance.choice(_PHONES).format(100 + chance.randrange(400)) for slot in _NUMBERS}
    layout = chance.choice(PLAIN_LAYOUTS if plain else tuple(LAYOUTS))
    lead, deputy = chance.choice(_LEAD_WORDS), chance.choice(_DEPUTY_WORDS)
    words = {"lead": lead, "leads": _several(lead), "deputy": deputy}
    names = {slot: person.written for slot, person in people.items()}
    frame = words_of(build(layout, {slot: f"⟦{slot}⟧" for slot in (*names, *phones)} | words))
    return HardDocument(
        layout,
        chance.choice(list(Change)),
        {slot: people[slot] for slot in people if f"⟦{slot}⟧" in frame},
        phones,
        build(layout, names | phones | words),
        frame,
    )


def _cast(chance: random.Random, *, plain: bool) -> dict[str, Person]:
    """Return somebody for each place; no two share a first name or surname."""
    people: dict[str, Person] = {"H": Person("headteacher", "Nia", "Prosser", "Ms", "first last", "Nia Prosser")}
    taken = {"Nia", "Prosser"}
    for slot, role in list(_SLOTS.items())[:4]:
        person = _person(chance, role)
        while {person.first, person.last} & taken or (plain and not person.plain):
            person = _person(chance, role)
        people[slot] = person
        taken |= {person.first, person.last}
    return people


def _person(chance: random.Random, role: str) -> Person:
    first = chance.choice(_FIRST_THAT_ARE_WORDS if chance.random() < 0.15 else _FIRST)
    lasts = chance.choices((_LAST, _LAST_THAT_ARE_WORDS, _LAST_OF_SEVERAL), (50, 45, 5))[0]
    last, title = chance.choice(lasts), chance.choice(_TITLES)
    form = chance.choices(list(FORMS), [weight for _, weight in FORMS.values()])[0]
    written = FORMS[form][0].format(
        title=title, first=first, last=last, initial=first[0], FIRST=first.upper(), LAST=last.upper(),
        middle=chance.choice("ABDEJKMRST"),
    )  # fmt: skip
    return Person(role, first, last, title, form, written)


def _several(words: str) -> str:
    """Return the words of a role for two people: none for a role that has no plain plural."""
    if " for " in words or " of " in words:
        return words
    return words.replace(" (DSL)", "s (DSLs)") if words.endswith(")") else f"{words}s"


def words_of(content: bytes) -> str:
    """Return the words of a Word file straight from its markup, descriptions of pictures included."""
    shown = re.compile(r'<w:t(?: [^>]*)?>([^<]*)</w:t>|descr="([^"]*)"|(</w:p>|<w:br/>)|(<w:tab/>)')
    words: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith("word/") and name.endswith(".xml"):
                found = shown.finditer(archive.read(name).decode())
                words += [each[1] or each[2] or ("\n" if each[3] else "\t" if each[4] else "") for each in found]
    return html.unescape("".join(words))


def directory_for(document: HardDocument) -> Directory:
    """Return who holds the roles now."""
    deputies = [each for each in document.people.values() if each.role == "deputy-dsl"]
    holders: tuple[Holder, ...] = _DEPUTIES[: len(deputies)]
    if document.change is not Change.EVERYBODY:
        holders = tuple(Holder(each.role, f"{each.first} {each.last}", each.title, None, None) for each in deputies)
    former: tuple[Holder, ...] = ()
    if document.change is Change.LISTED and (lead := document.people.get("L")):
        former = (Holder("dsl", f"{lead.first} {lead.last}", lead.title, None, None),)
    return Directory((_LEAD, *holders, _HEAD), former, office=_OFFICE)


def copy_of(document: HardDocument) -> DocxCopy:
    """Return the copy for who holds the roles now; raises what the making of copies raises."""
    read = read_document_bytes(document.content, shown_as="policy.docx", format=DocumentFormat.DOCX)
    contacts = extract_facts(read).contacts
    return regenerate_docx(document.content, contacts, directory_for(document), shown_as="policy.docx")


def judge(document: HardDocument, copy: DocxCopy) -> Judged:
    """Compare a copy with what it should be, place by place."""
    after = words_of(copy.content)
    matched = re.fullmatch(_pattern(document.frame), after, re.DOTALL)
    slots = re.findall(r"⟦(\w)⟧", document.frame)
    if matched is None:
        return Judged(copy, (Found(document, document.people["L"], End.OTHER, after),))
    found = []
    for slot, value in zip(slots, matched.groups(), strict=True):
        person = document.people[_NUMBERS.get(slot, slot)]
        end = End.HELD if copy.plan.held else _end(document, slot, value, copy)
        found.append(Found(document, person, end, value))
    return Judged(copy, tuple(found))


def _pattern(frame: str) -> str:
    quoted = "".join(part if part[0] == "⟦" else re.escape(part) for part in re.findall(r"⟦\w⟧|[^⟦]+", frame))
    return re.sub(r"⟦(\w)⟧", lambda mark: r"(\(?\d[\d ()]*\d)" if mark[1] in _NUMBERS else "(.+?)", quoted)


def _end(document: HardDocument, slot: str, value: str, copy: DocxCopy) -> End:
    now = directory_for(document)
    if slot in _NUMBERS:
        role = _SLOTS[_NUMBERS[slot]]
        allowed = {document.phones[slot], _OFFICE.phone, *(each.phone for each in now.holders if each.role == role)}
        return End.RIGHT if _digits(value) in {_digits(each or "") for each in allowed} else End.WRONG
    person = document.people[slot]
    stays = person.role == "headteacher" or (person.role == "deputy-dsl" and document.change is not Change.EVERYBODY)
    if value == person.written:
        listed = (each.text.casefold() for each in (*copy.plan.left, *copy.plan.left_on_purpose))
        told = any(person.sought in text for text in listed)
        return End.RIGHT if stays else End.TOLD if told else End.SILENT
    if stays and re.fullmatch(rf"({person.title} )?{person.first} {person.last}", value):
        return End.RIGHT
    words = {word for word in re.split(r"[ ,.]+", person.written) if len(word) > 1 and word not in _TITLES}
    half = any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", value) for word in words)
    names = [each.name.split() for each in now.holders if each.role == person.role]
    right = any(last.casefold() in value.casefold() or value == first for first, last in map(_ends, names))
    return End.RIGHT if right and not half and not stays else End.WRONG


def _ends(name: list[str]) -> tuple[str, str]:
    return name[0], name[-1]


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def main(arguments: list[str]) -> int:
    """Judge documents by the hundred and print what became of the names; return 1 where one is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.hard_names", description="Copies of invented documents.")
    parser.add_argument("--count", type=int, default=800, help="documents to invent (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the number of the first (default: %(default)s)")
    parser.add_argument("--plain", action="store_true", help="plain names in plain layouts only")
    wanted = parser.parse_args(arguments)
    ends: Counter[End] = Counter()
    held = 0
    for number in range(wanted.seed, wanted.seed + wanted.count):
        document = invent(number, plain=wanted.plain)
        judged = judge(document, copy_of(document))
        held += judged.copy.plan.held is not None
        for found in judged.found:
            ends[found.end] += 1
            if found.end in {End.SILENT, End.WRONG, End.OTHER}:
                print(f"  {number}: {found.end.name}, {document.layout}: {found.person.written} → {found.now}")
    for end in End:
        print(f"  {end.value:<86}{ends[end]:>6,}")
    print(f"  {'copies that wait for the owner':<86}{held:>6,}  of {wanted.count:,}")
    return 1 if ends[End.WRONG] or ends[End.OTHER] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
