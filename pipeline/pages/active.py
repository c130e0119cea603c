"""Take out of a PDF what runs by itself or on a click: scripts, programs, forms that send, XFA. Used by ``joining``.

What a reader sees stays: links to pages and to the web, fields, buttons (which then do nothing).
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipeline.documents.pdf.scripts import ACTION_KINDS

if TYPE_CHECKING:
    from pypdf import PdfWriter

_KINDS = frozenset(f"/{kind.decode()}" for kind in ACTION_KINDS)
_SCRIPT_ADDRESS = re.compile(r"\s*(?:javascript|vbscript|data)\s*:", re.IGNORECASE)
_TRIGGERS = ("/AA", "/XFA")
"""Lists of what happens by itself (ISO 32000-1, 12.6.3), and a form that is a program of its own (12.7.8)."""
_ACTIONS = ("/A", "/PA", "/OpenAction", "/Next")


def take_out_active_content(writer: "PdfWriter") -> None:
    """Take every action that runs something out of the file, wherever it hangs: catalogue, pages, links, fields."""
    names = writer.root_object.get("/Names")
    if names is not None:
        names.get_object().pop("/JavaScript", None)
    for held in list(_dictionaries(writer)):
        if _runs(held):
            held.clear()
    for held in list(_dictionaries(writer)):
        for key in _TRIGGERS:
            held.pop(key, None)
        for key in _ACTIONS:
            if key in held and _is_empty(held[key]):
                del held[key]


def _runs(action: Any) -> bool:
    """Whether a dictionary is an action that runs something; a list of screens (``/R``) is none."""
    if action.get("/S") in _KINDS:
        return True
    return action.get("/S") == "/URI" and _SCRIPT_ADDRESS.match(str(action.get("/URI", ""))) is not None


def _is_empty(value: Any) -> bool:
    """Whether nothing is left of an action, or of a list of them."""
    held = value.get_object() if hasattr(value, "get_object") else value
    if isinstance(held, list):
        return all(_is_empty(each) for each in held)
    return isinstance(held, dict) and not held


def _dictionaries(writer: "PdfWriter") -> Iterator[Any]:
    """Yield every dictionary of the file once, those inside others included."""
    stack: list[Any] = [each for each in writer._objects if each is not None]
    while stack:
        held = stack.pop()
        if isinstance(held, dict):
            yield held
            stack += [value for value in held.values() if isinstance(value, dict | list)]
        elif isinstance(held, list):
            stack += [value for value in held if isinstance(value, dict | list)]
