"""How the owner's commands write to the screen: headings, lists and tables that keep words whole.

A terminal shows lists broken between words; into a file or another program each entry goes as one line.
"""

import textwrap
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

_INDENT = "  "


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
    said = broken(line, console.width, indent=indent) if fits else f"{indent}{plain(line)}"
    console.print(Text(said, style=style), soft_wrap=True)


def show_lines(console: Console, heading: str, lines: Sequence[str], *, always_broken: bool = False) -> None:
    """Print an empty line, a heading and ``lines`` below it; nothing where there are none."""
    if not lines:
        return
    console.print()
    console.print(Text(heading, style="bold"))
    for line in lines:
        show_line(console, line, indent=_INDENT, always_broken=always_broken)
