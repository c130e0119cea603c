"""The words of an HTML mail in lines, up to where it quotes another mail. Pure."""

from html.parser import HTMLParser

_MOST_LETTERS = 100_000
_MOST_TAGS = 2_000
"""What a reader wrote stands at the top; the rest of a page of many thousand tags is not looked at."""
_BREAKS = frozenset({"p", "div", "br", "li", "tr", "td", "h1", "h2", "h3", "hr", "table", "ul", "ol", "pre"})
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})
_QUOTES = ("gmail_quote", "gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote")
"""Classes under which mail programs put what they quote."""
_QUOTE_IDS = ("divrplyfwdmsg", "appendonsend", "x_divrplyfwdmsg", "mail-editor-reference-message-container")
"""Ids that Outlook begins its quotes with."""


class _Quoted(Exception):  # noqa: N818
    """Here begins what is quoted, or not looked at."""


class _PageWords(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0
        self._tags = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tags += 1
        if self._tags > _MOST_TAGS:
            raise _Quoted
        named = {name: (value or "").casefold() for name, value in attrs}
        is_quote = tag == "blockquote" or named.get("id", "") in _QUOTE_IDS
        if is_quote or any(each in named.get("class", "") for each in _QUOTES):
            raise _Quoted
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(data.replace("\r", " ").replace("\n", " "))


def text_of_page(page: str) -> str:
    """Return the words of an HTML mail, a line for each block; what it quotes, and all below, left out."""
    words = _PageWords()
    try:
        words.feed(page[:_MOST_LETTERS])
        words.close()
    except (_Quoted, AssertionError):
        pass
    return "\n".join(line.strip() for line in "".join(words.pieces).splitlines())
