"""How the owner's commands write to the screen: headings, lists and tables that keep words whole.

A terminal shows lists broken between words; into a file or another program each entry goes as one line. Lines are
written here; only a table asks ``rich`` how to lay it out, so that a command without one need not load that.
"""

import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from rich.table import Table

_INDENT = "  "
_USUAL_WIDTH = 80


class Screen:
    """Where a command writes: how wide it is, and whether it is a terminal, which shows colours."""

    def __init__(
        self, file: TextIO | None = None, *, width: int | None = None, is_terminal: bool | None = None
    ) -> None:
        self._file = file
        self.width: int = width or _terminal_width()
        """In characters."""
        self.is_terminal: bool = (file or sys.stdout).isatty() if is_terminal is None else is_terminal
        self._in_colours = self.is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def print(self, line: str = "", *, style: str = "") -> None:
        """Write one line as it is; ``style`` is ``bold``, a colour or empty."""
        if style and self._in_colours:
            line = click.style(line, bold=True) if style == "bold" else click.style(line, fg=style)
        click.echo(line, self._file, color=self._in_colours)

    def show(self, table: "Table") -> None:
        """Write a table."""
        from rich.console import Console

        file, shown = self._file, self.is_terminal
        Console(file=file, width=self.width, force_terminal=shown, highlight=False, soft_wrap=True).print(table)


def _terminal_width() -> int:
    """Return the columns of the terminal: as ``COLUMNS`` says, else as one of the three streams knows, else 80."""
    width = _USUAL_WIDTH
    for stream in (sys.__stderr__, sys.__stdin__):
        with suppress(OSError, ValueError, AttributeError):
            width = os.get_terminal_size(stream.fileno()).columns or width  # type: ignore[union-attr]
    return shutil.get_terminal_size((width, 0)).columns


def plain(text: str) -> str:
    """Return ``text`` without control characters: those of documents and lists stay away from the terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


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


def show_line(screen: Screen, line: str, *, indent: str = "", style: str = "", always_broken: bool = False) -> None:
    """Print one line, on a terminal broken between words; elsewhere too where ``always_broken``."""
    fits = screen.is_terminal or always_broken
    said = broken(line, screen.width, indent=indent) if fits else f"{indent}{plain(line)}"
    screen.print(said, style=style)


def show_lines(screen: Screen, heading: str, lines: Sequence[str], *, always_broken: bool = False) -> None:
    """Print an empty line, a heading and ``lines`` below it; nothing where there are none."""
    if not lines:
        return
    screen.print()
    screen.print(heading, style="bold")
    for line in lines:
        show_line(screen, line, indent=_INDENT, always_broken=always_broken)
