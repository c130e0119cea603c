"""What Word's text-bearing elements stand for: fixed characters, picture fonts, the targets of link fields.

Used by ``walk`` alone.
"""

from lxml import etree

from pipeline.documents.word.names import DRAWING_BREAK, w

Element = etree._Element

FIXED = {
    w("tab"): "\t",
    w("ptab"): "\t",
    w("br"): "\n",
    w("cr"): "\n",
    w("noBreakHyphen"): "-",
    DRAWING_BREAK: "\n",
}
"""Elements that always mean the same characters."""

_SYMBOLS = {
    ("wingdings", 0x28): "☎",
    ("wingdings", 0x2A): "✉",
    ("wingdings", 0x6F): "☐",
    ("wingdings", 0xA8): "☐",
    ("wingdings", 0xE0): "→",
    ("wingdings", 0xFB): "✗",
    ("wingdings", 0xFC): "✓",
    ("wingdings", 0xFD): "☒",
    ("wingdings", 0xFE): "☑",
    ("wingdings 2", 0x50): "✓",
    ("wingdings 2", 0x52): "☑",
    ("wingdings 2", 0xA3): "☐",
    ("symbol", 0x2D): "-",
    ("symbol", 0xB0): "°",
    ("symbol", 0xB3): "≥",
    ("symbol", 0xA3): "≤",
    ("symbol", 0xAE): "→",
}


def symbol(element: Element) -> str:
    """Return what a ``w:sym`` shows: a character of a picture font, most often a bullet or a box to tick."""
    try:
        code = int(element.get(w("char"), ""), 16)
    except ValueError:
        return ""
    font = element.get(w("font"), "").lower()
    if 0xF000 <= code <= 0xF0FF:
        return _SYMBOLS.get((font, code - 0xF000), "•")
    return _SYMBOLS.get((font, code)) or (chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF else "")


def field_target(instruction: str) -> str | None:
    """Return the address in ``HYPERLINK "mailto:…"``; ``#name`` for a place in the same file, None for other fields."""
    words = instruction.replace("\u201c", '"').replace("\u201d", '"').split(None, 1)
    if len(words) < 2 or words[0].upper() != "HYPERLINK":
        return None
    rest = words[1]
    inside = rest.split('"')[1] if rest.count('"') >= 2 else rest.split()[0]
    return f"#{inside}" if rest.lstrip().startswith("\\l") else inside
