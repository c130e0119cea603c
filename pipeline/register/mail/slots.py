"""Slots in the words of a letter, where each reader's own name and links go.

A letter is composed once for everybody who is told the same; ``letters`` puts slots into the templates' fields, and
the outbox fills them when a message is read. A slot is written in characters that no text of a school has (Unicode's
private use), so that whatever a template does with it leaves it whole.
"""

import html
import re
from collections.abc import Mapping

ANSWERS = "answers"
"""The slot that stands in no words: the Message-ID of the mail that a message answers."""

_SLOT = re.compile("\ue000([a-z0-9-]+)\ue001")


def slot(name: str) -> str:
    """Return the slot called ``name`` (small letters, digits and hyphens), to stand in a letter's words."""
    return f"\ue000{name}\ue001"


def fill_slots(words: str, values: Mapping[str, str], *, is_html: bool = False) -> str:
    """Return ``words`` with every slot filled, in HTML escaped; a slot without a value stays empty."""
    if "\ue000" not in words:
        return words
    return _SLOT.sub(lambda found: _written(values.get(found[1], ""), is_html=is_html), words)


def without_slots(words: str) -> str:
    """Return a person's own text without characters that could be taken for a slot."""
    return words.replace("\ue000", "").replace("\ue001", "")


def _written(value: str, *, is_html: bool) -> str:
    return html.escape(value) if is_html else value
