"""Tell whether a PDF runs something, by the names its objects use. Used by ``document`` alone.

PDFium knows only the scripts in the table of names; an action may hang on opening, a page, a bookmark, a field, or on
another action. So every object is looked at, packed ones unpacked, and no reference followed: no loop can hold it.
"""

import io
import logging
import re
import zlib
from collections.abc import Iterator

ACTION_KINDS = (b"JavaScript", b"Launch", b"ImportData", b"SubmitForm", b"Rendition", b"RichMediaExecute")
"""The actions that run a script or program, send a form or play a file (ISO 32000-1, 12.6.4)."""
_ACTION = re.compile(rb"/S\s*/(?:" + b"|".join(ACTION_KINDS) + rb")\b")
_FORM_PROGRAM = re.compile(rb"/XFA\s*[\[\d]")
"""A form that is a program of its own (ISO 32000-1, 12.7.8)."""
_ESCAPED_NAME = re.compile(rb"/\w{0,20}#[0-9A-Fa-f]{2}[\w#]{0,60}")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_ESCAPED_KINDS = frozenset(b"/" + kind for kind in ACTION_KINDS)
_PACKED_OBJECTS = b"/ObjStm"
_STREAM = re.compile(rb"stream\r?\n")
_MAX_OBJECTS_BYTES = 8 * 1024 * 1024
_MAX_ALL_BYTES = 64 * 1024 * 1024
_MAX_DICTIONARY_BYTES = 4096
_MAX_DECRYPTED_OBJECTS = 20_000
PYTHON_FAULTS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    ImportError,
    RecursionError,
    OSError,
)
"""What pypdf raises of a damaged file besides its own ``PyPdfError``."""


def runs_something(content: bytes) -> bool:
    """Tell whether any object is an action that runs a script or program, sends a form or plays a file."""
    if _names_action(content):
        return True
    packed = _decrypted(content) if b"/Encrypt" in content else _packed(content)
    return any(_names_action(held) for held in packed)


def _names_action(held: bytes) -> bool:
    if _ACTION.search(held):
        return True
    if b"/XFA" in held and _FORM_PROGRAM.search(held):
        return True
    return any(_ESCAPE.sub(_unescaped, name) in _ESCAPED_KINDS for name in _ESCAPED_NAME.findall(held))


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes((int(found.group(1), 16),))


def _packed(content: bytes) -> Iterator[bytes]:
    """Unpack the streams that hold objects; one that does not unpack is read by no program."""
    left = _MAX_ALL_BYTES
    at = content.find(_PACKED_OBJECTS)
    while at >= 0 and left > 0:
        begins = _STREAM.search(content, at, at + _MAX_DICTIONARY_BYTES)
        if begins is not None:
            inflate = zlib.decompressobj()
            try:
                held = inflate.decompress(content[begins.end() :], min(left, _MAX_OBJECTS_BYTES))
            except zlib.error:
                held = b""
            left -= len(held)
            yield held
        at = content.find(_PACKED_OBJECTS, at + len(_PACKED_OBJECTS))


def _decrypted(content: bytes) -> Iterator[bytes]:
    """Unpack the same streams of a file that is locked against changes only, where they are ciphered too."""
    if _PACKED_OBJECTS not in content:
        return
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError
    from pypdf.generic import StreamObject

    # Its complaints about a stranger's file would land among the messages for the school office.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(content))
        reader.decrypt("")
        size = reader.trailer["/Size"]
        for number in range(1, min(size, _MAX_DECRYPTED_OBJECTS) if isinstance(size, int) else 0):
            held = reader.get_object(number)
            if isinstance(held, StreamObject) and held.get("/Type") == _PACKED_OBJECTS.decode():
                yield held.get_data()
    except (*PYTHON_FAULTS, PyPdfError):
        # PDFium has read the words; a structure that pypdf cannot follow says nothing about scripts.
        return
