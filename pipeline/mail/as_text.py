"""Write a mail's page as text, for programs that show no HTML: the words are those of the page, said once.

A paragraph stands between empty lines, a heading in capitals over what it heads, an entry of a list behind "* " or its
number. The address of a link that its words do not say is on the line below. ``data-text`` on an element says what the
text has before its words, such as a mark for what the page shows by its look; an empty one keeps the element out of
the text: what only a page needs, such as the words of a button.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SPACE = re.compile(r"[ \t\n\r\f]+")
_FULL_STOP = re.compile(r"(https?://\S*[\w/])\.$")
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_PARAGRAPHS = {"address", "article", "blockquote", "div", "dl", "footer", "header", "hr", "main", "p", "pre", "section"}
_PARAGRAPHS |= {"table"}
_LISTS = {"ol", "ul"}
_LINES = {"dd", "dt", "tr"}
_SILENT = {"head", "script", "style", "template", "title"}


def as_text(page: str) -> str:
    """Return the words of ``page``, a whole page of HTML or a piece of one, as lines of text without end of line."""
    from lxml.html import fragment_fromstring

    text = _Text()
    text.read(fragment_fromstring(page, create_parent="body"))
    return text.whole()


class _Text:
    """The lines so far and the one that is being written."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = ""
        self._below: list[str] = []
        """Addresses of the links of this paragraph, for the lines below it."""
        self._mark = ""
        """Of the list's entry whose first line is still to come."""
        self._indent = ""
        self._is_apart = False
        """An empty line goes before the next one."""
        self._is_close = False
        """No empty line goes before the next one, whatever asks for it: it stands below its heading."""

    def whole(self) -> str:
        self._end_paragraph()
        return "\n".join(self._lines)

    def read(self, element: "HtmlElement") -> None:
        """Write what is within ``element``; the words behind it belong to what it stands in."""
        tag, before = element.tag, element.get("data-text")
        if not isinstance(tag, str) or tag in _SILENT or before == "":
            return
        if tag in _HEADINGS:
            self._read_heading(element)
        elif tag in _LISTS:
            self._read_list(element)
        elif tag == "br":
            self._end_line()
        elif tag == "img":
            self._write(element.get("alt", ""))
        elif tag in _PARAGRAPHS:
            self._stand_apart()
            self._read_within(element, before)
            self._stand_apart()
        elif tag in _LINES:
            self._end_paragraph()
            self._read_within(element, before)
            self._end_paragraph()
        else:
            self._read_within(element, before)
            if tag == "a":
                self._keep_address(element.get("href", ""))

    def _read_within(self, element: "HtmlElement", before: str | None) -> None:
        for number, words in enumerate((before or "").split("\n")):
            if number:
                self._end_line()
            self._write(words)
        self._write(element.text)
        for child in element:
            self.read(child)
            self._write(child.tail)
            if child.tag in {"td", "th"}:
                self._write(" ")

    def _read_heading(self, element: "HtmlElement") -> None:
        self._stand_apart()
        self._write(element.text_content().upper())
        self._end_paragraph()
        self._is_close = True

    def _read_list(self, element: "HtmlElement") -> None:
        outside, number = self._indent, 0
        is_wide = any(below.tag in _PARAGRAPHS for entry in element.findall("li") for below in entry.iterdescendants())
        self._stand_around_list()
        self._write(element.text)
        for child in element:
            self._end_paragraph()
            if child.tag == "li":
                number += 1
                self._mark = f"{number}. " if element.tag == "ol" else "* "
                self._read_within(child, child.get("data-text"))
                self._end_paragraph()
                self._indent, self._mark, self._is_apart = outside, "", is_wide
            else:
                self.read(child)
            self._write(child.tail)
        self._stand_around_list()

    def _stand_around_list(self) -> None:
        """End what stands before a list or in it; it stands apart, but for one within another's entry."""
        self._end_paragraph()
        self._is_apart = self._is_apart or not self._indent

    def _stand_apart(self) -> None:
        self._end_paragraph()
        self._is_apart = True

    def _end_paragraph(self) -> None:
        self._end_line()
        below, self._below = self._below, []
        for address in below:
            self._line = address
            self._end_line()

    def _end_line(self) -> None:
        line, self._line = _FULL_STOP.sub(r"\1", self._line.strip(" ")), ""
        if not line:
            return
        if self._is_apart and not self._is_close and self._lines:
            self._lines.append("")
        self._lines.append(f"{self._indent}{self._mark}{line}")
        self._indent += " " * len(self._mark)
        self._mark, self._is_apart, self._is_close = "", False, False

    def _write(self, words: str | None) -> None:
        spaced = _SPACE.sub(" ", words or "")
        self._line += spaced[1:] if self._line.endswith(" ") and spaced.startswith(" ") else spaced

    def _keep_address(self, address: str) -> None:
        if address.startswith(("http://", "https://")) and address not in self._line and address not in self._below:
            self._below.append(address)
