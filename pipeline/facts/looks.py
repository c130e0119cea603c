"""Whether a value looks like what it is taken for: an owner, an approver, a person.

``reading`` asks it of each value that was read. What does not look so is no value but a question: a heading of the next
column ("Recorded"), the words after "responsible for", a department where a name was expected.
"""

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from pathlib import Path

from pipeline.named.bodies import body_at, find_body
from pipeline.named.names.given_names import is_given_name_too, ordinary_words, words_in_small
from pipeline.named.names.name_words import is_doing
from pipeline.named.names.people import drop_title, has_given_name, is_name
from pipeline.named.names.words import words_of
from pipeline.named.one_person import FoundContact
from pipeline.named.roles.vacancies import says_nobody
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import Line
from pipeline.text.phrases import phrase_pattern
from pipeline.text.rules import load_rules

_RULES = load_rules(Path(__file__).with_suffix(".toml"))
_POST, _TOPIC, _HEADING, _NO_SURNAME = (
    re.compile(rf"\b(?:{'|'.join(map(phrase_pattern, _RULES.phrases_of(kind)))})\b")
    for kind in ("post", "topic", "heading", "no-surname")
)
"""What committees are called after ("Finance & Resources"), what headings are made of ("Penalty Notices"), and
what no title makes a name ("Ms. However")."""
_INITIALS = compiled_lazily(r"[A-Z]{1,6}(?:\s*[/&,]\s*[A-Z]{1,4})+|[A-Z]{2,6}")
_A_LAW = compiled_lazily(r"\b(?:act|regulations?|commission|ensuring|monitoring)\b", re.IGNORECASE)
_A_FORM = compiled_lazily(
    r"^(?:dates?|sign(?:ed|ature)?|names?|print(?:ed)?|initials)\b"
    r"|\(if (?:required|applicable|needed|any|appropriate|necessary)\)",
    re.IGNORECASE,
)
"""What a form asks for in the place of a value: "Date (Governing Body)", "Consultation (if required)"."""
_OUTSIDE = compiled_lazily(
    r"(?:DENI|DE|DfES?|DCSF|DfE|Ofsted|Estyn|ETI|HMIE?|ISI|HSE|(?:the )?Department (?:for|of)\b.*|.*\bGovernment)",
    re.IGNORECASE,
)
"""Departments and inspectors, who issue what schools adopt and approve no policy of a school."""
_FIGURES = compiled_lazily(r"\d")
_BREAKS_OFF = compiled_lazily(r"\b(?:is|are|was|were|will|has|have|must|should)$", re.IGNORECASE)
"""The end of a sentence that goes on: "The Designated Safeguarding Lead in this school is"."""
_LONGEST = 110
_LONGEST_DEPARTMENT = 4
"""Words."""
UNLIKE = 0.5
"""The confidence of a value that does not look like what it stands for."""
_UNKNOWN_NAME = 0.88
"""How sure a contact is at most whose name shows nothing of a person but that it is no word: "Quorra Tansley"."""
_GLUED = compiled_lazily(r"\b(?:[DdLl]|Ó)['’]|\b(?:ap|ab|al|el)-")
"""Small words written as one with the surname: "d'Arcy", "Ó'Briain", "ap-Rhys"."""
_APART = compiled_lazily(r"\s*(?:[,;/&(]|\band\b|\s[–-]\s)\s*")


def looks_like_owner(value: str) -> bool:
    """Say whether a value is a role, post, body or person that can look after a policy."""
    return _is_said_shortly(value) and (_is_office(value) or _is_department(value) or _names_person(value))


def is_surely_an_owner(value: str) -> bool:
    """Say whether a value names a post, a body, a department or a person whose name alone shows a person."""
    return _is_said_shortly(value) and (_is_office(value) or _is_department(value) or _shows_a_person(value))


def _is_department(value: str) -> bool:
    """Say whether a value is called after what its people do, and nothing more: "Human Resources", "Finance"."""
    return _TOPIC.search(value) is not None and len(value.split()) <= _LONGEST_DEPARTMENT and value[0].isupper()


def looks_like_approver(value: str) -> bool:
    """Say whether a value is a body, post or person that can approve a policy, committees by their topic included."""
    if _OUTSIDE.fullmatch(value):
        return False
    return _is_said_shortly(value) and (_is_office(value) or _TOPIC.search(value) is not None or _names_person(value))


def looks_like_person(name: str, ordinary: Callable[[], Set[str]]) -> bool:
    """Say whether a name, with its title, is a person's: by title, initial or given name, or an uncommon first word.

    Surnames are ordinary words too often to tell: "Quorra Dale" is a person, "Fire Warden" is none. A first word that
    is a given name as well makes a person with what is no word: "Mark Jones", no "Mark Scheme". ``ordinary`` gives the
    words that the document itself writes in small letters.
    """
    plain = drop_title(name)
    if _shows_a_person(name):
        return True
    if _NO_SURNAME.fullmatch(plain):
        return False
    if _HEADING.search(plain) and not re.match(r"\w\.?\s", plain):
        return False
    first, *rest = (word.casefold() for word in re.split(r"[\s.-]+", plain) if word)
    if is_doing(first) and not is_given_name_too(first):
        # "Preventing Extremism" behind "Safeguarding:"
        return False
    if plain.isupper() and not words_of("no-name").isdisjoint(rest) and not is_given_name_too(first):
        # "INSET DAY" before "Headteacher"
        return False
    if len(first) < 2 or not _is_word(first, ordinary):
        return True
    return is_given_name_too(first) and bool(rest) and not any(_is_word(word, ordinary) for word in rest)


def _shows_a_person(name: str) -> bool:
    """Say whether a title or a given name shows a person."""
    plain = drop_title(name)
    return _has_title(name) or has_given_name(plain)


def _has_title(name: str) -> bool:
    """Say whether a title stands before what may be a name: "Ms. However" ends one sentence and begins another."""
    plain = drop_title(name)
    last = plain.rpartition(" ")[2]
    return plain != " ".join(name.split()) and _NO_SURNAME.fullmatch(last) is None


def _is_word(word: str, ordinary: Callable[[], Set[str]]) -> bool:
    return word in ordinary_words() or word in ordinary() or _POST.fullmatch(word) is not None


def part_by_look(
    contacts: Sequence[FoundContact], lines: Sequence[Line]
) -> tuple[tuple[FoundContact, ...], tuple[FoundContact, ...]]:
    """Part who was read in a role into people and what does not look like one, such as the heading of the next column.

    A person given by number or address alone is kept.
    """

    def ordinary() -> frozenset[str]:
        return words_in_small("\n".join(line.text for line in lines))

    people, doubted = [], []
    for each in contacts:
        if not each.contact.name or _shows_a_person(each.text):
            people.append(each)
        elif looks_like_person(each.text, ordinary):
            people.append(replace(each, confidence=min(each.confidence, _UNKNOWN_NAME)))
        elif name := _behind_a_word(each.text):
            people.append(replace(each, contact=replace(each.contact, name=name), text=name))
        else:
            doubted.append(each)
    return tuple(people), tuple(doubted)


def _behind_a_word(name: str) -> str | None:
    """Return the person in "Both Ada Holt", None where behind the first word no given name and surname follow."""
    rest = name.partition(" ")[2]
    return rest if " " in rest and has_given_name(rest) else None


def _is_said_shortly(value: str) -> bool:
    asks = _A_LAW.search(value) or _A_FORM.search(value) or _BREAKS_OFF.search(value.strip()) or says_nobody(value)
    return len(value) <= _LONGEST and not _FIGURES.search(value) and not asks


def _is_office(value: str) -> bool:
    return (
        _POST.search(value) is not None
        or bool(find_roles(value))
        or (find_body(value) or body_at(value)) is not None
        or (_INITIALS.fullmatch(value) is not None and value.casefold() not in ordinary_words())
    )


def _names_person(value: str) -> bool:
    """Whether the first of the parts of a value is a person's name."""
    first = _APART.split(value.strip(), maxsplit=1)[0].strip()
    if not first:
        return False
    if _has_title(first) or has_given_name(first):
        return True
    if drop_title(first) != first:
        return False
    ordinary = {word.casefold() for word in first.split() if len(word) > 1} & ordinary_words()
    return is_name(_GLUED.sub("", first)) and not ordinary
