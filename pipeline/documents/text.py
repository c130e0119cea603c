"""Read a plain text file (.txt): its encoding is found out, each line is a block, prose that was broken one."""

import re
import unicodedata
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from pipeline.documents.source import Source
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.documents import Block, BlockKind, Document, DocumentFormat, Span
from pipeline.places import Place, PlaceKind

MAX_TEXT_BYTES = 4 * 1024 * 1024
"""Some 700,000 words: a hundred times the longest policy."""

MAX_LINES = 100_000

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_LIST_ITEM = re.compile(r"^(\s*)[-*•–·▪◦]\s+(?=\S)")
_COLUMNS = re.compile(r"\t|\S {3}|:")
_SHORTEST_BROKEN = 40
_MOST_BROKEN = 40
"""How many lines of prose are put together at most."""
_INDENT = 2
_MAX_LEVEL = 8
_GUESS_BYTES = 64 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NO_CHARACTERS = frozenset({"Cc", "Cn", "Co", "Cs"})
_FEWEST_STRAY = 4
_STRAY_SHARE = 20
"""More than one character in so many that no text has, and the file is something else."""


def read_text(source: Source) -> Document:
    """Read a plain text file.

    Places read ``line 5``, counted over all lines; of prose that was broken to a width the first one's. A line that
    begins with a dash or a bullet is a list item; numbered lines stay paragraphs, their number kept, since it cannot be
    told from a section's. Where a file marks its headings and bold words with ``#`` and ``**``, they become headings
    and bold words and the marks go.

    Raises:
        DocumentError: ``too-large``, ``damaged`` (bytes that are no text), ``no-text``.
    """
    text, notes = decode_text(source)
    lines = text.split("\n")
    block = _marked_block if _is_marked_up(lines) else _block
    blocks = [block(line, Place(PlaceKind.LINE, number)) for number, line in _unbroken(lines)]
    if not blocks:
        raise source.refusal(
            UnreadableCode.NO_TEXT, "is empty: it holds blank lines only. Check that it is the right file."
        )
    return source.document(DocumentFormat.TXT, blocks, notes=notes)


def _unbroken(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield each line that is not blank with its number, counted from 1; prose broken to a width stands in one.

    A name may stand on one side of the break and its role on the other.
    """
    parts: list[str] = []
    first = 0
    for number, line in enumerate(lines, start=1):
        if parts and len(parts) < _MOST_BROKEN and _goes_on(lines[number - 2], line):
            parts.append(line.strip())
            continue
        if parts:
            yield first, " ".join(parts)
        parts, first = [line.rstrip()] if line.strip() else [], number
    if parts:
        yield first, " ".join(parts)


def _goes_on(line: str, below: str) -> bool:
    """Say whether a sentence was broken between two small words of two lines without columns or a label."""
    words, following = line.split(), below.strip()
    if not following[:1].islower() or not words or len(line.strip()) < _SHORTEST_BROKEN:
        return False
    broken = words[-1].isalpha() and words[-1].islower() and not following.startswith("e-")
    return broken and not _COLUMNS.search(line) and not _COLUMNS.search(following)


def decode_text(source: Source) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, its lines ended by ``\\n``, and what is to be said of its encoding.

    Raises:
        DocumentError: ``too-large``, ``damaged`` (bytes that are no text).
    """
    if len(source.content) > MAX_TEXT_BYTES:
        size = len(source.content) // (1024 * 1024)
        raise source.refusal(UnreadableCode.TOO_LARGE, f"is {size} MB of text, more than any policy. Check what it is.")
    text, encoding = _decode(source)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.count("\n") + 1
    if lines > MAX_LINES:
        raise source.refusal(UnreadableCode.TOO_LARGE, f"has {lines:,} lines, more than any policy. Check what it is.")
    if encoding is None:
        return text, ()
    return text, (f"The text is not in Unicode; it was read as {encoding}. Check its £ and ’ signs.",)


def _block(line: str, where: Place) -> Block:
    found = _LIST_ITEM.match(line)
    if found is None:
        return Block(BlockKind.PARAGRAPH, where, (Span(line.strip()),))
    level = min(len(found.group(1).expandtabs(4)) // _INDENT, _MAX_LEVEL)
    return Block(BlockKind.LIST_ITEM, where, (Span(line[found.end() :]),), level=level)


_HEADING = re.compile(r"\s{0,3}(?P<marks>#{1,6})\s+(?P<words>\S.*?)\s*#*$")
_BOLD = re.compile(r"(?<!\*)\*\*(?=[^\s*])(?P<words>[^*\n]*[^\s*])\*\*(?!\*)")
_FEWEST_MARKS = 2


def _is_marked_up(lines: Sequence[str]) -> bool:
    """Say whether a file marks headings or bold words, at least two of them, as Markdown does."""
    marks = sum(bool(_HEADING.fullmatch(line)) + len(_BOLD.findall(line)) for line in lines)
    return marks >= _FEWEST_MARKS and any(map(_BOLD.search, lines))


def _marked_block(line: str, where: Place) -> Block:
    heading = _HEADING.fullmatch(line)
    if heading is not None:
        return Block(BlockKind.HEADING, where, _marked_spans(heading["words"]), level=len(heading["marks"]))
    block = _block(line, where)
    return replace(block, spans=_marked_spans(block.text))


def _marked_spans(text: str) -> tuple[Span, ...]:
    """Return the words of a line, those between two pairs of stars bold and without them."""
    spans: list[Span] = []
    position = 0
    for bold in _BOLD.finditer(text):
        spans += [Span(text[position : bold.start()]), Span(bold["words"], bold=True)]
        position = bold.end()
    return tuple(span for span in (*spans, Span(text[position:])) if span.text)


def _decode(source: Source) -> tuple[str, str | None]:
    """The text, and the name of its encoding where that had to be guessed."""
    content = source.content
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _clean(_told(source, content[len(mark) :].decode(encoding, "replace"))), None
    if _looks_like_utf16(content):
        encoding = "utf-16-le" if content[1] == 0 else "utf-16-be"
        return _clean(_told(source, content.decode(encoding, "replace"))), None
    # Latin-1 keeps every byte, so that control bytes are counted before anybody guesses an alphabet.
    if content.count(b"\0") > len(content) // 100 or _is_no_text(content[:_GUESS_BYTES].decode("latin-1"), {"\x7f"}):
        raise _no_text(source)
    try:
        return _clean(content.decode("utf-8")), None
    except UnicodeDecodeError:
        encoding = _guess(content)
        text = content.decode(encoding, "replace")
        if not _is_of_words(text[:_GUESS_BYTES]):
            raise _no_text(source) from None
        return _clean(text), encoding


def _told(source: Source, text: str) -> str:
    """Return the text as it is, or refuse a file whose mark promises characters that are not there."""
    stray = {character for character in set(text[:_GUESS_BYTES]) if unicodedata.category(character) in _NO_CHARACTERS}
    if _is_no_text(text[:_GUESS_BYTES], stray | {"\ufffd"}):
        raise _no_text(source)
    return text


def _is_no_text(text: str, stray: Set[str]) -> bool:
    """Whether too much of a text is ``stray`` or a control character other than tabs, line ends and page breaks."""
    wrong = {character for character in stray if character not in "\t\n\r\f\x1a"}
    count = sum(character in wrong or (character < " " and character not in "\t\n\r\f\x1a") for character in text)
    return count >= _FEWEST_STRAY and count * _STRAY_SHARE > len(text)


_WORD = re.compile(r"[\W_]*[^\W\d_]+(?:['’-][^\W\d_]+)*[\W_]*")


def _is_of_words(text: str) -> bool:
    """Whether most of a text in a guessed encoding is words, or signs of ASCII: nearly any bytes make some letters."""
    parts = text.split()
    read = sum(len(part) for part in parts if part.isascii() or _WORD.fullmatch(part))
    return read * 2 >= sum(map(len, parts))


def _no_text(source: Source) -> DocumentError:
    return source.refusal(
        UnreadableCode.DAMAGED,
        f"is no text although its name ends in {source.suffix or '.txt'}. Check what kind of file it is.",
    )


def _looks_like_utf16(content: bytes) -> bool:
    head = content[:200]
    return len(head) > 3 and (head[1::2].count(0) > len(head) // 3 or head[0::2].count(0) > len(head) // 3)


def _guess(content: bytes) -> str:
    """The school office writes on Windows: anything that fits Western European is taken for it.

    Lines that end in carriage returns alone were written on an old Mac, whose letters have other places.
    """
    if b"\r" in content and b"\n" not in content:
        return "mac_roman"
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(content[:_GUESS_BYTES]).best()
        return "cp1252" if best is None else best.encoding
    return "cp1252"


def _clean(text: str) -> str:
    """Take out control characters, which say nothing and garble what they are printed on; a page break ends a line."""
    return _CONTROLS.sub("", text.replace("\f", "\n"))
