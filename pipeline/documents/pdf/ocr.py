"""Have Tesseract, where it is installed, read the words on a picture of a page.

Used by ``document`` for scanned pages where the configuration says so. The picture goes in and the words come out
through pipes: no file is written. Only ``sandbox.child`` lets the program be started, and only for such a task.
"""

import os
import statistics
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from shutil import which

from pipeline.documents.pdf.page import PageLine, PagePicture
from pipeline.documents.png import encode_png

PAGE_SECONDS = 20.0
"""A page of print takes one to four."""
_PROGRAM = "tesseract"
_USUAL_PLACES = (Path("C:/Program Files/Tesseract-OCR/tesseract.exe"),)
_ENVIRONMENT = ("PATH", "TESSDATA_PREFIX", "SYSTEMROOT", "LD_LIBRARY_PATH")
_COLUMNS = 12
_WORD_LEVEL = "5"
_LEAST_CONFIDENCE = 30.0
"""In per cent; below it are specks and edges of the paper."""
_LIKE_BULLETS = frozenset("¢©®«»°*eo@")
_LETTERS_LIKE_BULLETS = frozenset("eo@")
_GAP_TO_TAB = 2.0
_BODY_SIZE = 11.0
_LARGE_SIZE = 16.0
_LARGE = 1.6


def find_tesseract() -> str | None:
    """Return the path of Tesseract, None where it is not installed."""
    return which(_PROGRAM) or next((str(path) for path in _USUAL_PLACES if path.is_file()), None)


def read_picture(picture: PagePicture, program: str, *, timeout_seconds: float = PAGE_SECONDS) -> tuple[PageLine, ...]:
    """Return the lines on the picture of a page, measured in points as those of any page; empty where there are none.

    Raises:
        OSError: the program does not start, fails or takes longer than ``timeout_seconds``.
    """
    command = [program, "stdin", "stdout", "--dpi", str(picture.dpi), "--psm", "3", "-l", "eng", "tsv"]
    # One thread: the processors are shared with the reading of other files.
    environ = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            command,
            input=encode_png(picture.width, picture.grey),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout_seconds,
            check=True,
            env=environ,
        )
    except subprocess.SubprocessError as error:
        raise OSError(f"{_PROGRAM} did not finish") from error
    return tuple(_lines(done.stdout.decode("utf-8", "replace"), picture))


@dataclass(frozen=True, slots=True)
class _OcrWord:
    line: tuple[str, ...]
    left: int
    top: int
    right: int
    bottom: int
    text: str


def _words(table: str) -> Iterator[_OcrWord]:
    for row in table.splitlines()[1:]:
        fields = row.split("\t", _COLUMNS - 1)
        if len(fields) < _COLUMNS or fields[0] != _WORD_LEVEL or not fields[11].strip():
            continue
        try:
            left, top, width, height = (int(each) for each in fields[6:10])
            confidence = float(fields[10])
        except ValueError:
            continue
        if confidence >= _LEAST_CONFIDENCE:
            yield _OcrWord(tuple(fields[2:5]), left, top, left + width, top + height, fields[11].strip())


def _lines(table: str, picture: PagePicture) -> Iterator[PageLine]:
    found = [list(words) for _, words in groupby(_words(table), key=lambda word: word.line)]
    heights = [statistics.median(word.bottom - word.top for word in words) for words in found]
    usual = statistics.median(heights) if heights else 0.0
    points = 72 / picture.dpi
    for words, height in zip(found, heights, strict=True):
        text = "•" if _is_bullet(words, height) else words[0].text
        for before, after in pairwise(words):
            wide = after.left - before.right > _GAP_TO_TAB * height and text != "•"
            text += ("\t" if wide else " ") + after.text
        yield PageLine(
            text,
            words[0].left * points,
            words[-1].right * points,
            picture.page_height - max(word.bottom for word in words) * points,
            picture.page_height - min(word.top for word in words) * points,
            # The height of a line depends on its letters: only what is far larger is a heading.
            _LARGE_SIZE if height > _LARGE * usual else _BODY_SIZE,
            bold=False,
        )


def _is_bullet(words: Sequence[_OcrWord], height: float) -> bool:
    """Tesseract takes a bullet for a letter like it: one alone, with a gap behind it."""
    if len(words) < 2 or words[0].text not in _LIKE_BULLETS:
        return False
    return words[0].text not in _LETTERS_LIKE_BULLETS or words[1].left - words[0].right > height


Reader = Callable[[PagePicture], tuple[PageLine, ...]]
"""Reads the picture of one page."""
