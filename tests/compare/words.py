"""The words of a finished copy, read by means of the tests' own: nothing of the program reads here."""

import re
import zipfile
from pathlib import Path

import pypdfium2
from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}br": "\n", f"{_W}tab": "\t", f"{_W}t": None}


def words_of(path: Path) -> list[str]:
    """Return the lines of a document or copy, in order: the paragraphs and descriptions of a Word file, lines else.

    Of a PDF the blanks between words are taken as one: how wide they are set is no matter of words. A format that only
    other programs read has none.
    """
    readers = {".docx": _of_word_file, ".pdf": _of_pdf, ".txt": _of_text}
    reader = readers.get(path.suffix)
    return reader(path) if reader is not None else []


def _of_text(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _of_word_file(path: Path) -> list[str]:
    lines = []
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith(("word/", "docProps/")) and name.endswith((".xml", ".rels")):
                lines += _of_member(archive.read(name))
    return lines


def _of_member(content: bytes) -> list[str]:
    lines = []
    for element in etree.fromstring(content).iter():
        lines += [value for key in ("descr", "title", "Target") if (value := element.get(key))]
        if element.tag == f"{_W}p":
            lines.append("".join(_BREAKS[each.tag] or each.text or "" for each in element.iter(*_BREAKS)))
        elif len(element) == 0 and element.text and not str(element.tag).startswith(_W):
            lines.append(element.text)
    return [line for line in lines if line.strip()]


def _of_pdf(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
    return [line for each in text.splitlines() if (line := re.sub(r"\s+", " ", each).strip())]
