"""Recognise the names of schools, trusts and federations, and tell whose document it is."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.lifecycle.lines import HEAD_LINES, Line


@dataclass(frozen=True, slots=True)
class FoundSchool:
    """The school's name with the place it was read at."""

    name: str
    where: str
    confidence: float


_KIND = (
    r"(?:[Ss]chools?|SCHOOLS?|Academy|ACADEMY|Academies|ACADEMIES|[Cc]ollege|COLLEGE|[Nn]ursery|NURSERY|[Pp]re-?[Ss]chool|PRE-?SCHOOL|[Pp]laygroup|PLAYGROUP"
    r"|Federation|FEDERATION|Trust|TRUST|Foundation|FOUNDATION|Kindergarten|Primary|PRIMARY|Infants|Juniors|P\.S\.|FORMCOLLEGE)"
)
_WORD = r"(?:[A-Z0-9][\w'’.\-]*|\([A-Z]{1,3}\)|&|of|and|the|for|on|in|le|la|de|with|upon|by|C\sof\sE)"
_TAIL = rf"(?:(?:\s(?:and|&|of|for|the|with))*\s(?:[A-Z][\w'’.\-]*|{_KIND}))"
_NAME = re.compile(
    rf"(?:[A-Z0-9][\w'’.\-]*,?\s)(?:{_WORD}\s){{0,9}}?{_KIND}(?:\s(?:and|&)\s(?:[A-Z][\w'’]*\s){{0,3}}{_KIND}"
    rf"|\s(?:for|of)\s(?:Girls|Boys|English|[A-Z]\w+)|\s{_KIND}|\s(?:Educational|Satellite|SATELLITE|Multi|MULTI)\s[A-Z]\w+|\s(?:&|AND)\s[A-Z]+\s[A-Z]+|\sCompany"
    rf"|\s(?:Girls|Boys)['’]?\s(?:Division|School)|\s(?:Infants|Juniors)['’]?(?:\sand\s[Pp]reschool)?)*"
    rf"|\bCo-?op\sAcademy\s[A-Z]\w+(?:\s[A-Z]\w+)?|(?:The\s)?Federation\sof\s{_WORD}(?:\s{_WORD}){{0,9}}"
    rf"|[A-Z]\w+(?:\s[A-Z]\w+)*\s(?:Multi\sAcademy\sCompany|Community\sCollege)"
)
_LEAD = re.compile(
    r"^(?:(?:at|in|all|welcome to|for|of|and|to|by|with|on|from|as|both|here at|we at|when|while)\s+"
    r"|(?:(?:the )?(?:governors?|governing (?:body|board|council)|board|policy|policies|staff|ethos|name|aims?|head(?:teacher|master)?|ieb|trustees|pupils|children|parents|community|site|principal|headmaster and staff)"
    r"(?:,| and)?\s+(?:of|at|for|in)\s+))+",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    "a all academy academies and any at boarding boys catholic centre ce children church co-educational college community country day each early education every federation first for foundation girls grammar "
    "governors governor high host in independent infant infants its junior juniors keeping local maintained mixed model multi my new nursery of on other our parents policies policy pre preparatory preschool pre-school primary prep "
    "private pupils safe school schools secondary senior sixth form special staff state statutory the this those to trust upper lower middle village whole with working your trusts independent uniform rules home national "
    "behaviour health safety protection child safeguarding sex relationship relationships supporting teaching learning link responsible headteacher head teacher charter previous most all some many no complementary".split()
)
_ADDRESS = re.compile(
    r",\s.*\b(?:road|street|lane|avenue|close|drive|way|crescent)\b|\b[A-Z]{1,2}\d{1,2}[A-Z]?\s?\d[A-Z]{2}\b",
    re.IGNORECASE,
)
_CONTENT = re.compile(
    r"\b(?:policy|policies|procedures?|statement|plan|scheme|rules|uniform|offer|notice|review|date|chair|governors?|day|independent|council|committee|website|closure|"
    r"improvement|development|council|curriculum|ethos|code|values|contact|library|meals?|trips?|council|opening)\b",
    re.IGNORECASE,
)


def find_school(lines: Sequence[Line]) -> FoundSchool | None:
    """Return the school (trust, federation, nursery) whose document this is, None where it names none.

    A line of its own near the top counts most, a name in the title or a running header next, then the name the text
    uses most often.
    """
    head = [line for line in lines if not line.is_furniture][:HEAD_LINES]
    furniture = [line for line in lines if line.is_furniture][:10]
    for group, confidence in ((head[:14], 0.97), (furniture, 0.9), (head[14:], 0.85)):
        for index, line in enumerate(group):
            name = _line_name(group, index)
            if name:
                return FoundSchool(name, line.where, confidence)
    return _commonest(lines)


def school_in(text: str) -> str | None:
    """Return the first school named in ``text``, None where there is none."""
    for match in _NAME.finditer(text):
        name = _trim(match[0])
        if _is_proper(name):
            return name
    return None


def without_school(text: str) -> str:
    """Return a title without the school's name before or after it; all of it where nothing else would be left."""
    name = school_in(text)
    if not name:
        return text
    rest = re.sub(r"\s*[–-]?\s*" + re.escape(name) + r"(?:['’]s)?\s*[.:–-]?\s*", " ", text, count=1).strip()
    if text.startswith(name) or text.endswith(name):
        return re.sub(r"\s+(?:at|for|of)$", "", rest) if re.search(r"[A-Za-z]{3}", rest) else text
    return text


def _line_name(lines: Sequence[Line], index: int) -> str | None:
    """Return the name where the line is nothing but a school's name (perhaps broken over two lines)."""
    text = lines[index].text
    if index + 1 < len(lines) and re.fullmatch(rf"{_KIND}", lines[index + 1].text) and len(text) < 50:
        text = f"{text} {lines[index + 1].text}"
    for cell in text.split("\t"):
        labelled = re.match(r"^(?:school|academy|school name|name of school)\s*:\s*(?P<name>.+)$", cell, re.IGNORECASE)
        if labelled:
            cell = school_in(labelled["name"]) or labelled["name"]
        cell = cell.strip(" .,")
        if len(cell) > 90 or _CONTENT.search(cell) or (_ADDRESS.search(cell) and index):
            continue
        name = school_in(cell)
        if name and len(name) >= len(cell) - 4 and len(_trim(cell)) <= len(name) + 3:
            return _trim(cell)
    return None


def _commonest(lines: Sequence[Line]) -> FoundSchool | None:
    counts: Counter[str] = Counter()
    places: dict[str, str] = {}
    for line in lines[:400]:
        for match in _NAME.finditer(line.text):
            name = _trim(match[0])
            if _is_proper(name) and not _CONTENT.search(name):
                counts[name] += 1
                places.setdefault(name, line.where)
    if not counts:
        return None
    best = max(counts, key=lambda name: (counts[name], -list(counts).index(name)))
    return FoundSchool(best, places[best], 0.8)


def _trim(name: str) -> str:
    name = re.sub(r"\s+", " ", name).strip(" .,:;–-")
    trimmed = _LEAD.sub("", name)
    return re.sub(r"['’]s$", "", trimmed).strip() or name


def _is_proper(name: str) -> bool:
    """Say whether the name has a word of its own, not only words that every school shares."""
    words = [word.strip(".'’,()").lower() for word in name.split()]
    own = [word for word in words if word and word not in _GENERIC and not word.isdigit()]
    return bool(own) and len(words) >= 2 and name[0].isupper()
