"""How the owner's commands write to the screen: headings, lists and tables that keep words whole.

A terminal shows lists broken between words; into a file or another program each entry goes as one line.
"""

import os
import sys
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, TextIO

import click

_INDENT = "  "
_USUAL_WIDTH = 80
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "": {},
    "bold": {"bold": True},
    "dim": {"dim": True},
    **{colour: {"fg": colour} for colour in ("red", "yellow", "green", "cyan")},
}
"""Each style by its name, as the library for commands calls it."""


class Console:
    """Where a command's lines go: standard output, in bold and colours only on a terminal that shows them."""

    def __init__(
        self, file: TextIO | None = None, *, width: int | None = None, is_terminal: bool | None = None
    ) -> None:
        self._file = file
        self.width = width or _width()
        """In characters."""
        self.is_terminal = (file or sys.stdout).isatty() if is_terminal is None else is_terminal
        self._is_plain = "NO_COLOR" in os.environ or os.environ.get("TERM") in ("dumb", "unknown")

    def print(self, text: str = "", style: str = "") -> None:
        """Print ``text`` as one line or several, all of it in one style."""
        click.echo(self._styled(text, style), file=self._file)

    def print_table(
        self,
        rows: Sequence[Sequence[str]],
        widths: Sequence[int],
        *,
        gap: int,
        styles: Sequence[Mapping[int, str]] = (),
        right: Collection[int] = (),
    ) -> None:
        """Print ``rows`` in columns, each as wide as ``widths`` says and ``gap`` apart; a longer text goes on below.

        ``styles`` has for each row the style of a column by its number; the columns in ``right`` end flush.
        """
        for number, row in enumerate(rows):
            style = styles[number] if number < len(styles) else {}
            for line in _lines_of(row, widths):
                filled = [
                    text.rjust(width) if column in right else text.ljust(width)
                    for column, (text, width) in enumerate(zip(line, widths, strict=True))
                ]
                while filled and not filled[-1].strip():
                    filled.pop()
                filled[-1:] = [text.rstrip() for text in filled[-1:]]
                shown = [self._styled(text, style.get(column, "")) for column, text in enumerate(filled)]
                click.echo((" " * gap).join(shown), file=self._file)

    def _styled(self, text: str, style: str) -> str:
        marked = self.is_terminal and not self._is_plain and style and text
        return click.style(text, **_STYLES[style]) if marked else text


def _lines_of(row: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[str, ...]]:
    # A column that is empty in every row is no character wide.
    cells = [
        textwrap.wrap(text, max(width, 1), break_on_hyphens=False) or [""]
        for text, width in zip(row, widths, strict=True)
    ]
    return zip_longest(*cells, fillvalue="")


def _width() -> int:
    """Return how many characters go into a line: those of the terminal this command was called from, else the usual."""
    if (told := os.environ.get("COLUMNS", "")).isdecimal() and int(told):
        return int(told)
    for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__):
        try:
            if stream is not None and (found := os.get_terminal_size(stream.fileno()).columns):
                return found - (os.name == "nt")  # Windows begins another line after a full one
        except (OSError, ValueError):
            continue
    return _USUAL_WIDTH


def plain(text: str) -> str:
    """Return ``text`` without control characters: those of documents and lists stay away from the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def broken(text: str, width: int, *, indent: str = _INDENT) -> str:
    """Return ``text`` in lines of at most ``width`` characters, broken between words; later lines stand further in.

    A word that is longer than a line stays whole.
    """
    return textwrap.fill(
        plain(text),
        width,
        initial_indent=indent,
        subsequent_indent=indent + _INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def show_line(console: Console, line: str, *, indent: str = "", style: str = "", always_broken: bool = False) -> None:
    """Print one line, on a terminal broken between words; elsewhere too where ``always_broken``."""
    fits = console.is_terminal or always_broken
    console.print(broken(line, console.width, indent=indent) if fits else f"{indent}{plain(line)}", style)


def show_lines(console: Console, heading: str, lines: Sequence[str], *, always_broken: bool = False) -> None:
    """Print an empty line, a heading and ``lines`` below it; nothing where there are none."""
    if not lines:
        return
    console.print()
    console.print(heading, "bold")
    for line in lines:
        show_line(console, line, indent=_INDENT, always_broken=always_broken)
