"""All that decides one copy, and the copy made of it: what ``shelf`` orders, here or of one that made it before.

A ``Making`` holds the document's bytes, who is named in it, the words of its front and how it looks, and asks neither
register nor settings: each process that is handed one makes the same copy. Its ``key_of`` is different where anything
of it is.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Set
from dataclasses import fields, is_dataclass
from pathlib import PurePath

from pipeline.copies.copy import Copy, Making, Naming, Part, Reworded
from pipeline.copies.copy_files import contents_of
from pipeline.copies.fingerprints import RENDERER
from pipeline.copies.rewording import reword_source
from pipeline.copies.setting import set_copy
from pipeline.documents.sandbox.calls import Caller
from pipeline.documents.source import Source
from pipeline.model.documents import DocumentFormat
from pipeline.policies.intake.reading import READER


def make_copy(
    making: Making, call: Caller, reword: Callable[[Source, DocumentFormat, Naming], Part] = reword_source
) -> Copy:
    """Make a copy; ``call`` opens the documents, and ``reword`` is what it is asked for.

    Raises:
        RenderError: the copy could not be made, or not proved.
        DocumentError: a file could not be read, or brought down the child that opened it.
    """
    namings = (making.naming, making.naming.for_appendix())
    policy, *appendix = (
        Reworded(call(reword, source, document_format, naming), source)
        for (source, document_format), naming in zip(making.files, namings, strict=False)
    )
    return set_copy(policy, next(iter(appendix), None), making.front, making.style, call=call)


def key_of(making: Making) -> str:
    """Return a hash of all that decides the copy, the editions of readers and copies with it."""
    return _hash_of([RENDERER, READER, _spelled(making)])


def digest_of(copy: Copy) -> str:
    """Return a hash of the files of a copy and of what it says of them."""
    return _hash_of([_spelled(contents_of(copy)), _spelled(copy.notes), _spelled(copy.plan)])


def _hash_of(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _spelled(value: object) -> object:
    """Return a value in a form that is the same in every process, and another for every other value."""
    if is_dataclass(value):
        return [type(value).__name__, *(_spelled(getattr(value, each.name)) for each in fields(value))]
    if isinstance(value, bytes):
        return ["bytes", hashlib.sha256(value).hexdigest()]
    if isinstance(value, str | int | float) or value is None:
        return value
    if isinstance(value, Mapping):
        return ["mapping", *sorted(([_spelled(key), _spelled(each)] for key, each in value.items()), key=str)]
    if isinstance(value, Set):
        return ["set", *sorted((_spelled(each) for each in value), key=str)]
    if isinstance(value, list | tuple):
        return [_spelled(each) for each in value]
    if isinstance(value, PurePath):
        return ["path", str(value)]
    if callable(value):
        return ["function", getattr(value, "__module__", ""), getattr(value, "__qualname__", "")]
    return [type(value).__name__, str(value)]
