"""Break files in the ways that files break, and in those that people think of: pure functions of bytes and a seed."""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence

from pipeline.documents.packages import UNPACKING_FAULTS

Mutation = Callable[[bytes, random.Random, Sequence[bytes]], bytes]

_NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"255",
    b"65536",
    b"2147483647",
    b"4294967296",
    b"99999999999999999999",
    b"1e308",
    b"NaN",
)
_VALUES = ("", "0", "-1", "9", "2147483648", "9" * 30, "NaN", "true", "x", "../..", "&#0;", "\u202e", "é" * 500)
_NAMES = (
    b"/Kids",
    b"/Parent",
    b"/Type",
    b"/Length",
    b"/Filter",
    b"/Contents",
    b"/Font",
    b"/Count",
    b"/Prev",
    b"/First",
)
_WORD_TAGS = ("w:p", "w:r", "w:t", "w:tbl", "w:tr", "w:tc", "w:sdt", "w:fldChar", "w:ins", "w:del", "w:hyperlink")
_TAG = re.compile(r"<(/?)([\w:]+)([^<>]*)>")
_ATTRIBUTE = re.compile(r'="([^"]*)"')
_TEXT = re.compile(r">([^<>]+)<")
_NUMBER = re.compile(rb"(?<![\w.])\d+(?![\w.])")
_REFERENCE = re.compile(rb"\d+ 0 R")
_NAME = re.compile(rb"/[A-Z]\w+")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def mutate(content: bytes, choice: random.Random, others: Sequence[bytes]) -> bytes:
    """Return ``content`` broken once to three times."""
    for _ in range(choice.choice((1, 1, 2, 3))):
        content = choice.choice(_fitting(content))(content, choice, others)
    return content


def _fitting(content: bytes) -> tuple[Mutation, ...]:
    """The mutations that suit a kind of file come up as often as the blind ones."""
    if content.startswith(b"PK"):
        return (*_BLIND, *_IN_ZIPS, *_IN_ZIPS)
    if b"%PDF-" in content[:1024]:
        return (*_BLIND, *_IN_PDFS, *_IN_PDFS)
    return _BLIND


# --- blind -----------------------------------------------------------------------------------------------------


def _flip_bits(content: bytes, choice: random.Random, _: Sequence[bytes]) -> bytes:
    broken = bytearray(content)
    for _number in range(choice.randint(1, 20) if broken else 0):
        broken[choice.randrange(len(broken))] ^= 1 << choice.randrange(8)
    return bytes(broken)


def _truncate(content: bytes, choice: random.Random, _: Sequence[bytes]) -> bytes:
    return content[: choice.randint(0, len(content))]


def _lose(content: bytes, choice: random.Random, _: Sequence[bytes]) -> bytes:
    start, length = choice.randint(0, len(content)), choice.choice((1, 4, 100, 5000))
    return content[:start] + content[start + length :]


def _repeat(content: bytes, choice: random.Random, _: Sequence[bytes]) -> bytes:
    start, length = choice.randint(0, len(content)), choice.choice((1, 30, 2000))
    return content[:start] + content[start : start + length] * choice.choice((2, 3, 50)) + content[start + length :]


def _insert(content: bytes, choice: random.Random, _: Sequence[bytes]) -> bytes:
    at = choice.randint(0, len(content))
    return content[:at] + choice.randbytes(choice.choice((1, 8, 300))) + content[at:]


def _splice(content: bytes, choice: random.Random, others: Sequence[bytes]) -> bytes:
    other = choice.choice(others)
    return content[: choice.randint(0, len(content))] + other[choice.randint(0, len(other)) :]


_BLIND: tuple[Mutation, ...] = (_flip_bits, _flip_bits, _truncate, _lose, _repeat, _insert, _splice)


# --- zips ------------------------------------------------------------------------------------------------------


def _members(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (*UNPACKING_FAULTS, KeyError):
        return {}


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, held in members.items():
            archive.writestr(name, held)
    return buffer.getvalue()


def _swap_members(content: bytes, choice: random.Random, _: Sequence[bytes]) -> bytes:
    members = _members(content)
    if len(members) < 2:
        return content
    one, other = choice.sample(sorted(members), 2)
    members[one], members[other] = members[other], members[one]
    return _zip(members)


def _drop_member(content: bytes, choice: random.Random, _: Sequence[bytes]) -> bytes:
    members = _members(content)
    if members:
        del members[choice.choice(sorted(members))]
    return _zip(members)


def _break_member(content: bytes, choice: random.Random, others: Sequence[bytes]) -> bytes:
    return _in_member(content, choice, lambda held: choice.choice(_BLIND)(held, choice, others), "")


def _break_markup(content: bytes, choice: random.Random, _: Sequence[bytes]) -> bytes:
    """Change XML so that it stays XML most of the time: the readers, not the parser, must cope."""

    def change(held: bytes) -> bytes:
        text = held.decode("utf-8", "replace")
        for _number in range(choice.choice((1, 1, 3, 10))):
            text = choice.choice(_MARKUP)(text, choice)
        return text.encode("utf-8", "surrogatepass")

    return _in_member(content, choice, change, ".xml")


def _in_member(content: bytes, choice: random.Random, change: Callable[[bytes], bytes], ending: str) -> bytes:
    members = _members(content)
    names = sorted(name for name in members if ending in name or name.endswith(".rels"))
    if not names:
        return content
    # The text itself as often as all other parts together.
    texts = [name for name in names if name in ("word/document.xml", "content.xml", "word/numbering.xml")]
    name = choice.choice(texts if texts and choice.random() < 0.5 else names)
    members[name] = change(members[name])
    return _zip(members)


_IN_ZIPS: tuple[Mutation, ...] = (
    _swap_members,
    _drop_member,
    _break_member,
    _break_markup,
    _break_markup,
    _break_markup,
)


def _change_value(text: str, choice: random.Random) -> str:
    return _at_random(_ATTRIBUTE, text, choice, lambda found: f'="{choice.choice(_VALUES)}"')


def _change_text(text: str, choice: random.Random) -> str:
    return _at_random(_TEXT, text, choice, lambda found: f">{choice.choice(_VALUES)}<")


def _rename_tag(text: str, choice: random.Random) -> str:
    return _at_random(_TAG, text, choice, lambda found: f"<{found[1]}{choice.choice(_WORD_TAGS)}{found[3]}>")


def _drop_tag(text: str, choice: random.Random) -> str:
    return _at_random(_TAG, text, choice, lambda found: "")


def _empty_tag(text: str, choice: random.Random) -> str:
    return _at_random(_TAG, text, choice, lambda found: f"<{found[2]}/>{found[0]}")


def _move_stretch(text: str, choice: random.Random) -> str:
    """Copy whole elements to another place, or many times to the same."""
    ends = [found.end() for found in _TAG.finditer(text)][:5000]
    if len(ends) < 3:
        return text
    start, end = sorted(choice.sample(ends, 2))
    stretch = text[start : min(end, start + 5000)]
    at = choice.choice(ends)
    return text[:at] + stretch * choice.choice((1, 1, 2, 20)) + text[at:]


def _nest(text: str, choice: random.Random) -> str:
    tag, depth = choice.choice(_WORD_TAGS), choice.choice((2, 30, 120, 400))
    return _at_random(_TAG, text, choice, lambda found: f"<{tag}>" * depth + f"</{tag}>" * depth + found[0])


def _at_random(
    pattern: re.Pattern[str], text: str, choice: random.Random, change: Callable[[re.Match[str]], str]
) -> str:
    found = pattern.search(text, choice.randint(0, len(text)))
    return text if found is None else text[: found.start()] + change(found) + text[found.end() :]


_MARKUP = (_change_value, _change_value, _change_text, _rename_tag, _drop_tag, _empty_tag, _move_stretch, _nest)


# --- PDFs ------------------------------------------------------------------------------------------------------


def _change_number(content: bytes, choice: random.Random, _: Sequence[bytes]) -> bytes:
    return _one(_NUMBER, content, choice, choice.choice(_NUMBERS))


def _change_reference(content: bytes, choice: random.Random, _: Sequence[bytes]) -> bytes:
    """Point one object at another, or at itself: this is how loops are made."""
    return _one(_REFERENCE, content, choice, b"%d 0 R" % choice.randint(0, 12))


def _change_name(content: bytes, choice: random.Random, _: Sequence[bytes]) -> bytes:
    return _one(_NAME, content, choice, choice.choice(_NAMES))


def _break_stream(content: bytes, choice: random.Random, others: Sequence[bytes]) -> bytes:
    """Change what is inside a packed stream, so that the change is seen by the parser behind the unpacking."""
    streams = list(_STREAM.finditer(content))
    if not streams:
        return content
    found = choice.choice(streams)
    try:
        held = zlib.decompressobj().decompress(found[1], 1 << 20)
        changed = zlib.compress(choice.choice(_IN_STREAMS)(held, choice, others), 1)
    except zlib.error:
        changed = choice.choice(_IN_STREAMS)(found[1], choice, others)
    return content[: found.start(1)] + changed + content[found.end(1) :]


def _one(pattern: re.Pattern[bytes], content: bytes, choice: random.Random, new: bytes) -> bytes:
    found = pattern.search(content, choice.randint(0, len(content)))
    return content if found is None else content[: found.start()] + new + content[found.end() :]


_IN_STREAMS: tuple[Mutation, ...] = (*_BLIND, _change_number, _change_name)
_IN_PDFS: tuple[Mutation, ...] = (_change_number, _change_reference, _change_name, _break_stream, _break_stream)
