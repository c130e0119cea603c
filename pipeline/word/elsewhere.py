"""Words of a Word file outside everything that a copy changes: embedded files, drawn letters, variables, pick lists.

``regenerate`` asks whether a former holder stands in them: what shows holds the copy, the rest is listed, pictures too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from pipeline.documents.packages import Package
from pipeline.documents.word.names import FIELD_CHARACTER, FIELD_SIMPLE, INSTRUCTION, w
from pipeline.model.contacts import ReplacementKind
from pipeline.named.holders import pair_with_directory
from pipeline.places import Place, called
from pipeline.plan.header import Wanted
from pipeline.plan.values import Left, ReplacementPlan
from pipeline.reasons.reason import because
from pipeline.text.passages import Passage
from pipeline.word.embedded import MOST_BYTES, TOO_LARGE, part_of_file, unchecked_in, unpacked
from pipeline.word.file import Member, WordFile
from pipeline.word.unread import PlanChanges, Unread, unread_mentions

_EMBEDDED = called("a file embedded in the document")
_INSERTED = called("a document inserted into this one")
_DRAWN = called("drawn letters or a chart")
_FALLBACK = called("words for programs that cannot draw a shape")
_HIDDEN = called("hidden properties of the file")
_SHOWN = (_EMBEDDED, _INSERTED, _DRAWN, _FALLBACK)
_SHOWN_PARTS = re.compile(r"^word/(?:charts|diagrams)/(?:chart|data|drawing)")
"""Parts whose words a page shows though no copy changes them: charts, drawn lists of people."""
_NEVER = re.compile(
    r"^word/(?:media|fonts|theme)/|^word/(?:styles|stylesWithEffects|numbering|fontTable|webSettings|people)\.xml$"
    r"|^docProps/|^_rels/|\.rels$|^\[Content_Types\]"
)
_FALLBACK_TAG = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp)$", re.IGNORECASE)
_INSERTED_NAME = re.compile(r"\.(?:html?|mht|mhtml|rtf|txt|docx?)$", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,4000}>")
_VALUE = re.compile(r"""\s([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PEOPLE_OF_THE_PROGRAM = frozenset(
    ("author", "initials", "userId", "providerId", "instr", "descr", "title", "alt", "tooltip")
)
_FIELD = called("the instruction of a field")
_VARIABLES = called("variables of the file")
_SETTINGS = called("settings of a field or list")
_MAY_BE_SHOWN = (_FIELD, _VARIABLES)
_NO_TEXT = re.compile(rb"<(?:\w+:)?(?:[vf]|instrText(?:\s[^<>]*)?)>", re.IGNORECASE)
_LINK_FIELD = re.compile(r"\s*HYPERLINK\b", re.IGNORECASE)
_TIP = re.compile(r"\\o\s+\"([^\"]*)", re.IGNORECASE)
_MOST_BEFORE = 2100
"""How far before a word the value or element may open that holds it."""
_NO_DIGITS = bytes(code for code in range(256) if chr(code) not in "0123456789")
_UNSHOWN = (
    ("word/glossary/", called("a building block kept in the file")),
    ("customXml/", _HIDDEN),
    ("word/settings", _VARIABLES),
)


@dataclass(frozen=True, slots=True)
class _PlacedText:
    """Text of one part, and where a person finds it."""

    where: Place
    text: str


def elsewhere_mentions(opened: WordFile, wanted: Wanted, plan_changes: PlanChanges) -> Unread:
    """Find people and details that a plan would change in what no copy changes, hidden text and deletions included.

    ``left`` holds the copy, ``listed`` and ``on_purpose`` do not.
    """
    unread = unread_mentions(opened, wanted, plan_changes)
    needles = _needles(wanted)
    if not needles:
        return unread
    unread = Unread(unread.left, unread.on_purpose, (*unread.listed, *unchecked_parts(opened)))
    passages = _passages(opened, needles)
    if not passages:
        return unread
    plan = plan_changes(passages, wanted.stated, wanted.directory)
    places = dict.fromkeys((passages[each.passage].where, each.before) for each in plan.replacements)
    shown = [Left(where, words, because("not-changed-there")) for where, words in places if where in _SHOWN]
    rest = [
        Left(where, words, because("may-show") if where in _MAY_BE_SHOWN else because("not-shown"))
        for where, words in places
        if where not in _SHOWN
    ]
    rest += [each for each in (*plan.left, *plan.left_on_purpose) if each.where in {one.where for one in passages}]
    return Unread((*unread.left, *shown), unread.on_purpose, (*unread.listed, *dict.fromkeys(rest)))


def _passages(opened: WordFile, needles: tuple[str, ...]) -> tuple[Passage, ...]:
    """Every text elsewhere with one of ``needles`` in it, found once for the schools whose copies look for the same."""
    if needles not in opened.elsewhere:
        texts = [*_of_members(opened, needles), *_of_other_parts(opened.archive, opened, needles)]
        opened.elsewhere.clear()
        opened.elsewhere[needles] = tuple(Passage(each.where, each.text, label=str(each.where)) for each in texts)
    return opened.elsewhere[needles]


def pictures_unchecked(opened: WordFile, plan: ReplacementPlan, wanted: Wanted) -> tuple[Left, ...]:
    """List the pictures of a copy where a holder goes: nobody looks through them, nor through a code to scan.

    Those of page headers are letterheads. Empty where ``wanted`` and the document name nobody who goes.
    """
    kinds = (ReplacementKind.NAME, ReplacementKind.PHONE, ReplacementKind.EMAIL, ReplacementKind.LINK)
    if not any(each.kind in kinds for each in plan.replacements) and not _needles(wanted):
        return ()
    shown = {
        relationship.target
        for name, member in opened.members.items()
        if member.part is not None and not re.match(r"word/(?:header|footer)\d*\.xml$", name)
        for relationship in member.relationships.values()
        if not relationship.external and _PICTURE.search(relationship.target)
    }
    embedded = [name for name in opened.archive.namelist() if name.startswith("word/embeddings/")]
    left = []
    if shown:
        count = "a picture" if len(shown) == 1 else f"{len(shown)} pictures"
        left.append(Left(called("the pictures of the document"), count, because("pictures")))
    if embedded:
        count = "an embedded file" if len(embedded) == 1 else f"{len(embedded)} embedded files"
        left.append(Left(called("the document"), count, because("embedded-picture")))
    return tuple(left)


def unchecked_parts(opened: WordFile) -> tuple[Left, ...]:
    """List the parts in which a name cannot be looked for: large ones, files of other forms."""
    archive = opened.archive
    for name in archive.namelist() if not opened.unchecked else ():
        if name in opened.members or _NEVER.search(name) or name.endswith("/"):
            continue
        if archive.getinfo(name).file_size > MOST_BYTES:
            opened.unchecked[name] = (Left(part_of_file(name), "all of it", TOO_LARGE),)
        else:
            opened.unchecked[name] = tuple(unchecked_in(name, archive.read(name)))
    return tuple(left for found in opened.unchecked.values() for left in found)


def _needles(wanted: Wanted) -> tuple[str, ...]:
    """What is looked for before anything is read: surnames, ends of numbers, addresses of those who go."""
    goes = [each for each in pair_with_directory(wanted.stated, wanted.directory) if not each.stays]
    words = [_longest_part(each.name.surname.split()[-1]) for each in goes if each.name is not None]
    words += [phone.digits[-6:] for each in goes for phone in each.all_phones]
    return tuple(dict.fromkeys(word.casefold() for word in (*words, *(one for each in goes for one in each.emails))))


def _longest_part(word: str) -> str:
    """The part of a surname that is written in one way: of "O'Dowd", whose apostrophe has many, "dowd"."""
    part = max(re.findall("[a-z]+", word.casefold()), key=len, default="")
    return part if len(part) > 2 else word


def _has(raw: bytes, needles: Sequence[str]) -> bool:
    folded, digits = raw.lower(), raw.translate(None, _NO_DIGITS) if len(raw) < MOST_BYTES else b""
    return any(
        needle.encode() in folded
        or needle.encode("utf-16-le") in folded
        or (needle.isdigit() and needle.encode() in digits)
        for needle in needles
    )


def _of_members(opened: WordFile, needles: Sequence[str]) -> Iterator[_PlacedText]:
    """Values of attributes, and words of elements that are no text, in the parts that copies change."""
    for member in opened.members.values():
        if member.root is None:
            known = {place.passage.text.strip() for place in member.outside}
            if member.name.startswith("customXml/") and _has(member.content, needles):
                yield from (_PlacedText(_HIDDEN, text) for text in _readable(member.content) if text not in known)
            continue
        if any(_is_odd(member.content, start) for start in _places(member.content, needles)):
            yield from _of_member(member, needles)
        if member.root is not None and b"Fallback" in member.content:
            yield from _of_fallbacks(member.root, needles)


def _of_fallbacks(root: Any, needles: Sequence[str]) -> Iterator[_PlacedText]:
    """Yield the words that stand in for a shape; whole paragraphs of them, as of text boxes, are read with the rest."""
    for fallback in root.iter(_FALLBACK_TAG):
        words = "".join(each.text or "" for each in fallback.iter(w("t")))
        if next(fallback.iter(w("p")), None) is None and _has(words.encode(), needles):
            yield _PlacedText(_FALLBACK, words)


def _places(content: bytes, needles: Sequence[str]) -> Iterator[int]:
    """Where the words and numbers looked for begin in the bytes of a part, whatever its signs between digits."""
    folded = content.lower()
    for needle in needles:
        sought = rb"[^0-9<>]{0,3}".join([bytes([sign]) for sign in needle.encode()]) if needle.isdigit() else b""
        pattern = re.compile(sought or re.escape(needle.encode()))
        found = pattern.search(folded)
        while found is not None:
            yield found.start()
            found = pattern.search(folded, found.start() + 1)


def _is_odd(content: bytes, start: int) -> bool:
    """Whether a place in the bytes of a part is inside the value of an attribute or of an element that is no text."""
    before = max(0, start - _MOST_BEFORE)
    if content.rfind(b"<", before, start) > content.rfind(b">", before, start):
        # In a tag: an apostrophe in the value ("Don't wait") opens no value.
        return True
    sign = max(content.rfind(each, before, start) for each in (b'"', b"'", b"<", b">"))
    if sign >= 0 and content[sign : sign + 1] in b"\"'" and content[:sign].rstrip().endswith(b"="):
        return True
    opening = _NO_TEXT.match(content, max(0, content.rfind(b"<", before, start)))
    return opening is not None and opening.end() <= start


def _of_member(member: Member, needles: Sequence[str]) -> Iterator[_PlacedText]:
    for element in member.root.iter() if member.root is not None else ():
        tag = str(element.tag).rpartition("}")[2]
        for name, value in element.attrib.items():
            if str(name).rpartition("}")[2] not in _PEOPLE_OF_THE_PROGRAM and _has(str(value).encode(), needles):
                yield _PlacedText(_DRAWN if tag == "textpath" else _SETTINGS, str(value))
        if tag in ("v", "f") and element.text and _has(str(element.text).encode(), needles):
            yield _PlacedText(_DRAWN, str(element.text))
    for instruction in _instructions(member):
        if _has(instruction.encode(), needles):
            yield _PlacedText(_FIELD, instruction)


def _instructions(member: Member) -> Iterator[str]:
    """Yield what the fields of a part say besides the targets of links, which are planned with the words."""
    found = [""]
    for element in member.root.iter(INSTRUCTION, FIELD_CHARACTER, FIELD_SIMPLE) if member.root is not None else ():
        if element.tag == INSTRUCTION:
            found[-1] += element.text or ""
        else:
            found += [element.get(w("instr"), ""), ""]
    for instruction in filter(str.strip, found):
        yield " ".join(_TIP.findall(instruction)) if _LINK_FIELD.match(instruction) else instruction


def _of_other_parts(archive: Package, opened: WordFile, needles: Sequence[str]) -> Iterator[_PlacedText]:
    inserted = {
        relationship.target.rpartition("/")[2]
        for member in opened.members.values()
        for relationship in member.relationships.values()
        if relationship.kind == "aFChunk"
    }
    for name in archive.namelist():
        if name in opened.members or _NEVER.search(name) or archive.getinfo(name).file_size > MOST_BYTES:
            continue
        where = _EMBEDDED if name.startswith("word/embeddings/") else part_of_file(name)
        if name.rpartition("/")[2] in inserted or (name.startswith("word/") and _INSERTED_NAME.search(name)):
            where = _INSERTED
        where = _DRAWN if _SHOWN_PARTS.match(name) else where
        where = next((unshown for start, unshown in _UNSHOWN if name.startswith(start)), where)
        for raw in unpacked(archive.read(name)):
            if _has(raw, needles):
                yield from (_PlacedText(where, text) for text in _readable(raw) if _has(text.encode(), needles))


def _readable(raw: bytes) -> Iterator[str]:
    """The lines of a part as words, values of attributes on lines of their own."""
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    texts = [raw.decode("utf-16" if wide else "utf-8", "replace")]
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        texts = [raw.decode("latin-1"), raw.decode("utf-16-le", "replace")]
    for text in texts:
        values = (found[2] or found[3] or "" for tag in _TAG.finditer(text) for found in _VALUE.finditer(tag[0]))
        plain = re.sub(r"[\x00-\x1f\ufffd]+", "\n", _TAG.sub("\n", text))
        for line in (*plain.split("\n"), *values):
            yield unescape(line).strip()[:2000]
