"""Leave out of a text a name that was read, or the schools that it only speaks of beside its own.

For ``schools``.
"""

import re

from pipeline.text.lazily import compiled_lazily

_CAPITALS = r"\b[A-Z][\w'’.-]*(?:\s(?:[A-Z][\w'’.-]*|of|and|&)(?=\s|[,.;:]|$)){0,8}"
_HALL_OF = compiled_lazily(
    rf"\b(?:building|classrooms?|grounds|gym|hall|library|premises|rooms?|site)\s(?:at|in|of)\s(?:the\s)?{_CAPITALS}"
)
_HALLS = ("building", "classroom", "grounds", "gym", "hall", "library", "premises", "room", "site")


def without_others(text: str) -> str:
    """Return a text without the school in whose hall another works."""
    return _HALL_OF.sub("", text) if any(map(text.__contains__, _HALLS)) else text


_DASH_BEFORE = re.compile(r"\s*[–-]?\s*\Z")
_MARK_BEHIND = re.compile(r"(?:['’]s)?\s*[.:–-]?\s*")


def cut_out(text: str, name: str) -> str:
    """Return a text with the first place of a name, and the marks beside it, made one space."""
    at = text.find(name)
    before = _DASH_BEFORE.search(text, 0, at) if at >= 0 else None
    behind = _MARK_BEHIND.match(text, at + len(name))
    return f"{text[: before.start()]} {text[behind.end() :]}" if before is not None and behind is not None else text
