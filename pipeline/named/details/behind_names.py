"""Which number and address a reading takes for a person named: behind the name, before another's begin.

For ``named.contacts``.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

from pipeline.model.documents import BlockKind
from pipeline.named.details.introduced import is_of_the_person, is_only_a_post, others_begin
from pipeline.named.details.ways import DETAIL_WORD
from pipeline.named.names.letters import letters_of
from pipeline.named.names.people import drop_title, find_name, has_given_name
from pipeline.named.one_person import NamedPerson
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.addresses import SPACED_ADDRESS
from pipeline.text.lines import Line
from pipeline.text.telephones import find_numbers, with_noughts

_REACHED = re.compile(
    r"(?:[\s,(:–-]|\b(?:can|may|should|will|who|be|is|are|please|contacted|reached|rung|call(?:ed)?|on|at|by|via|the"
    rf"|team)\b\.?|\b{DETAIL_WORD}\.?)*(?=[+(]?\d|\S+@)",
    re.IGNORECASE,
)
_STILL_OF_THE_NAME = re.compile(r"(?:[\s,(/&–-]|\b(?:who|is|also|as|and|the|our|a|school)\b|['’]s\b)*", re.IGNORECASE)


_WHOLE = 10
"""Digits of a number that a person may have; "0800 1111" has fewer."""
_FAX = re.compile(r"fax[\s.:]*$", re.IGNORECASE)


def find_phone(text: str) -> str | None:
    """Return the first telephone number in ``text`` as written, spaces tidied; fax numbers do not count."""
    for each in find_numbers(text):
        if len(each.phone.digits) >= _WHOLE and not _FAX.search(text, 0, each.start):
            return " ".join(with_noughts(each.words).split())
    return None


def find_email(text: str, name: str, line: Line) -> str | None:
    """Return the first address in ``text`` with stray spaces taken out.

    A word before the address belongs to it only where it is a part of the holder's own name ("Deborah. Sheffield@…").
    Where the words had a stray space and the link behind them is an address, the link's is taken.
    """
    match = SPACED_ADDRESS.search(text)
    if match is None:
        return None
    local = match["local"]
    first = (match["first"] or "").strip(" .")
    own_words = {word.strip(".").lower() for word in re.split(r"[\s-]+", drop_title(name))}
    joined = bool(first) and (
        first.lower() in own_words or (len(first) == 1 and any(w.startswith(first.lower()) for w in own_words))
    )
    if joined:
        local = f"{first}.{local}"
    domain = "".join(match["domain"].split())
    address = f"{local}@{domain}".rstrip(".")
    if joined or re.search(r"\s", match[0].strip()):
        for span in line.spans:
            if span.link and span.link.lower().startswith("mailto:"):
                target = span.link[7:].split("?")[0].strip()
                if "@" in target and " " not in target:
                    return target
    return address


_OF_AUTHORITY = re.compile(
    r"^[\w.-]*\b(?:lado|mash|front\W?door|social\W?care|childrens?\W?services|duty\W?team|first\W?response)\b[\w.-]*@",
    re.IGNORECASE,
)
_OF_AN_OFFICE = re.compile(
    rf"{_OF_AUTHORITY.pattern}|^(?:admin|enquir(?:y|ies)|(?:school|main)?\W?office|info|reception)\d*@", re.IGNORECASE
)


def find_own_email(text: str, name: str, role: str, line: Line) -> str | None:
    """Return the first address in ``text``, None where its own words say that it is an office's or the authority's."""
    address = find_email(text, name, line)
    anothers = _OF_AUTHORITY if role == "headteacher" else _OF_AN_OFFICE
    return None if address is not None and role != "lado" and anothers.search(address) else address


_RUN_TOGETHER = 240
"""Characters of a line in which more than one thing is told."""
_ANOTHER_SENTENCE = re.compile(
    r"(?<=[a-z)\d]{2})[.!?]\s+(?!(?:tel\w*|phone|mob\w*|e-?mail|contact|call|ring|direct|she|he|they|her|his|their|ext|or|if)\b)"
    r"(?=(?-i:[A-Z]))",
    re.IGNORECASE,
)
_ANOTHER_ENTRY = re.compile(r"(?<=\w):\s+(?=[A-Z])")


_IS_REACHED = (
    r"\s+(?:can|may)\s+be\s+(?:called|contacted|e-?mailed|phoned|reached|rung|telephoned)"
    r"(?:\s+(?:directly|by\s+(?:e-?mail|mobile|phone|telephone|text)(?:\s+or\s+e-?mail)?))?(?:\s+(?:at|on|via))?:?\s+"
    r"(?=[+(]?\d|\S+@)"
)
"""Before a person's own number or address, nobody else's words between."""
_REACHED_BY_FIRST_NAME = re.compile(
    r"(?<=[.;!])\s+(?P<first>[A-Z][\w'’-]+)(?:['’]s\s+[a-z -]{0,20}(?:number|address|phone|mobile|e-?mail)\b"
    rf"|{_IS_REACHED})[^.;]*"
)


def _end_before_first_name(text: str, start: int, name: str) -> int:
    """Return where a sentence begins that says how to reach another person, who is called by the first name."""
    words = drop_title(name).split()
    others = (
        each.start() for each in _REACHED_BY_FIRST_NAME.finditer(text, start) if _is_anothers(each["first"], words)
    )
    return next(others, len(text))


def _is_anothers(first: str, words: Sequence[str]) -> bool:
    return first not in words and has_given_name(first)


def end_of_own(text: str, start: int, name: str) -> int:
    """Return where a line of running text stops speaking of the person ``name`` who ends at ``start``.

    There another sentence begins that is not of how to reach a person, or the next entry's name stands at its label, or
    another person is reached: "Y can be …".
    """
    if len(text) < _RUN_TOGETHER:
        return _end_before_first_name(text, start, name)
    sentence = _ANOTHER_SENTENCE.search(text, start)
    named = (
        entry.start()
        for entry in _ANOTHER_ENTRY.finditer(text, start)
        if (found := find_name(text, entry.end())) is not None and has_given_name(found[0])
    )
    end = min(sentence.start() if sentence else len(text), next(named, len(text)))
    return min(end, _end_before_first_name(text, start, name))


def other_role_rung(text: str, start: int, role: str) -> int:
    """Return where another role follows whose own number or address comes next: "Chair: X, or the LADO on 01332 …".

    A role told of the person who ends at ``start`` is none ("X, Headteacher and SENCO, 01332 …").
    """
    for mention in find_roles(text):
        if mention.start < start:
            continue
        if mention.role == role or _STILL_OF_THE_NAME.fullmatch(text, start, mention.start):
            start = mention.end
        elif _REACHED.match(text, mention.end):
            return mention.start
    return len(text)


def of_column(row: str, end: int, below: str) -> str:
    """Return the cell of the row below that stands under the name, where numbers stand in several of its cells."""
    cells = below.split("\t")
    if len(cells) == 1 or len(cells) != row.count("\t") + 1 or sum(find_phone(each) is not None for each in cells) < 2:
        return below
    return cells[row[:end].count("\t")]


def starts_other(line: Line) -> bool:
    """Say whether a line begins with a role or names another person, so that its numbers are not the person's."""
    if len(line.text) > 220:
        return True
    roles = find_roles(line.text)
    address = SPACED_ADDRESS.search(line.text)
    starts = [each.start for each in find_numbers(line.text)[:1]] + ([address.start()] if address else [])
    first_detail = min(starts, default=None)
    if roles and (first_detail is None or roles[0].start < first_detail):
        return True
    return first_detail is None and (re.match(r"\d+[.)]\s", line.text) is not None or find_name(line.text) is not None)


def details_of(
    lines: Sequence[Line], person: NamedPerson, following: NamedPerson | None, *, reach: int
) -> tuple[str | None, str | None]:
    """Return telephone and address between this name and whatever is named next, ``reach`` lines below at most.

    Nothing below a line of several people is the last one's.
    """
    phone = email = None
    for line in lines[person.line : person.line + 1 + reach]:
        own = line.number == person.line
        start = person.end if own else 0
        end = following.end if following is not None and following.line == line.number else len(line.text)
        if own:
            end = min(end, other_role_rung(line.text, start, person.role), end_of_own(line.text, start, person.name))
        others = others_begin(line.text, start, person.name, person.role, below=not own)
        end = min(end, others)
        if not own and following is not None and following.line <= line.number:
            break
        if not own and not _goes_on(lines, line, person):
            break
        part = line.text[start:end]
        phone = phone or find_phone(part if own else of_column(lines[person.line].text, person.end, part))
        email = email or find_own_email(part, person.name, person.role, line)
        if (phone and email) or others < len(line.text):
            break
    return phone, email


def details_told(lines: Sequence[Line], person: NamedPerson) -> tuple[str | None, str | None]:
    """Return the first telephone and address that a layout gives a person, none that its words give another."""
    phone = email = None
    for words in person.details or ():
        part = words[: others_begin(words, 0, person.name, person.role)]
        phone = phone or find_phone(part)
        email = email or find_own_email(part, person.name, person.role, lines[person.line])
    return phone, email


def _goes_on(lines: Sequence[Line], line: Line, person: NamedPerson) -> bool:
    """Say whether a line below a name still tells of that person: it, or what is left out, tells of nobody else."""
    if line.number == person.line + 1 and is_only_a_post(line.text):
        # "Assistant Headteacher" over the number; over a name it begins the next entry
        below = lines[line.number + 1 : line.number + 2]
        return bool(below) and find_name(below[0].text) is None
    if starts_other(line):
        return False
    if find_numbers(line.text) or SPACED_ADDRESS.search(line.text):
        return True
    return line.kind is not BlockKind.HEADING and is_of_the_person(line.text, person.name, person.role)


_ENTRY_NAME = re.compile(r"^\W*name\s*:\s*", re.IGNORECASE)
_ENTRY_DETAILS = re.compile(r"^\W*(?:contact(?: details| number)?|tel(?:ephone)?|phone)\b[^:]{0,20}:", re.IGNORECASE)


_ONLY_A_DETAIL = re.compile(
    r"\W*(?:(?:tel(?:ephone)?|phone|mobile|mob|e-?mail)(?: (?:number|address))?\s*[.:]*\s*)?"
    r"(?:\S+@\S+\w|\+?[\d(][\d() ]{8,18}\d)\W*",
    re.IGNORECASE,
)
_MOST_BELOW = 3


def details_of_entries(lines: Sequence[Line]) -> dict[str, tuple[str | None, str | None]]:
    """Return the number and address that entries give by name, by the letters of the name; the first entry each.

    An entry is a name alone with nothing but its details behind it, in the lines below, or in a form's "Name: …" above
    "Contact details: …".
    """
    entries: dict[str, tuple[str | None, str | None]] = {}
    for index, line in enumerate(lines):
        name, told = _entry_at(lines, index)
        phone, email = find_phone(told), find_own_email(told, name, "", line) if told else None
        if phone or email:
            entries.setdefault(letters_of(drop_title(name)), (phone, email))
    return entries


def _entry_at(lines: Sequence[Line], index: int) -> tuple[str, str]:
    """Return the name of the entry that a line begins, and the words with its details; no words where it is none."""
    text = lines[index].text
    below = lines[index + 1 : index + 1 + _MOST_BELOW]
    if entry := _ENTRY_NAME.match(text):
        told = below[0].text if below and _ENTRY_DETAILS.match(below[0].text) else ""
        return text[entry.end() :].split("(")[0], told
    found = find_name(text)
    if found is None or not has_given_name(found[0]):
        return "", ""
    behind = [part for part in re.split(r"[,;\t]|\s[–|-]\s", text[found.end() :]) if part.strip(" .")]
    if not behind:
        behind = [line.text for line in takewhile(lambda line: _ONLY_A_DETAIL.fullmatch(line.text), below)]
    return found[0], " ; ".join(behind) if all(map(_ONLY_A_DETAIL.fullmatch, behind)) else ""
