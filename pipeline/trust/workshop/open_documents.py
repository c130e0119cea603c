"""The documents that a workshop has open, each in a child of its own, and what it has read of each.

A document stays open for the next school. No child opens a second policy: one that a file takes over can give wrong
words of that file alone, and another school that has it would have got them from it, too.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from pipeline.copies.copy import Making
from pipeline.copies.making import digest_of, key_of, make_copy
from pipeline.copies.open_document import reword_kept
from pipeline.copies.rewording import prepare_rewording
from pipeline.documents.sandbox.calls import ContainedCalls
from pipeline.documents.sandbox.readers import DEFAULT_MEMORY_BYTES, DEFAULT_TIMEOUT_SECONDS
from pipeline.documents.source import Source
from pipeline.errors import DocumentError, RenderError
from pipeline.policies.intake.extracting import Extract, extract_source
from pipeline.trust.workshop.messages import CopyAsked, ReadingAsked, WorkshopReply

MOST_OPEN = 8
"""Documents at once. Typst forgets what it has set before ten others."""
_MOST_READ = 4_000
"""Readings that are kept; one is some 20 KB."""
_FORGOTTEN_AFTER = 200
"""Copies, after which a document that several schools have may make room for another."""


@dataclass(slots=True)
class _Open:
    """A document that is open."""

    call: ContainedCalls
    schools: set[str] = field(default_factory=set)
    asked_at: int = 0
    """The number of the copy that was made of it last."""


class KeptDocuments:
    """Answers one question after the other; a context manager, at whose end every child is gone."""

    def __init__(self) -> None:
        self._read: OrderedDict[str, Extract] = OrderedDict()
        self._open: dict[str, _Open] = {}
        self._refused: set[str] = set()
        """Documents that could not be read: each school finds out for itself, and is told in its words."""
        self._made = 0

    def __enter__(self) -> "KeptDocuments":
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._open.values():
            one.call.__exit__(None, None, None)
        self._open.clear()

    def answer(self, asked: ReadingAsked | CopyAsked) -> WorkshopReply:
        """Return what was asked for; without a value where it could not be done."""
        document = asked.document
        if document in self._refused:
            return WorkshopReply()
        try:
            return self._reading(asked) if isinstance(asked, ReadingAsked) else self._copy(asked, document)
        except RenderError:
            return WorkshopReply()  # It can be this school's contacts that keep its copy from being made.
        except DocumentError:
            self._refused.add(document)
            if (kept := self._open.pop(document, None)) is not None:
                kept.call.__exit__(None, None, None)
            return WorkshopReply()

    def _reading(self, asked: ReadingAsked) -> WorkshopReply:
        key = asked.key
        found = self._read.get(key)
        if found is None:
            with ContainedCalls(
                prepare_rewording, timeout_seconds=DEFAULT_TIMEOUT_SECONDS, memory_bytes=DEFAULT_MEMORY_BYTES
            ) as call:
                found = call(extract_source, Source(asked.content, asked.name))
            self._read[key] = found
            if len(self._read) > _MOST_READ:
                self._read.popitem(last=False)
        return WorkshopReply(key, found, found.sha256)

    def _copy(self, asked: CopyAsked, document: str) -> WorkshopReply:
        self._made += 1
        kept = self._open.get(document) or self._keep(document)
        if kept is None:
            with ContainedCalls(prepare_rewording) as call:
                return _made(asked.making, call)
        kept.schools.add(asked.school)
        kept.asked_at = self._made
        return _made(asked.making, kept.call)

    def _keep(self, document: str) -> _Open | None:
        """Return a place for a document; None where those that several schools have take them all."""
        if len(self._open) >= MOST_OPEN:
            least = min(self._open, key=lambda each: (len(self._open[each].schools) > 1, self._open[each].asked_at))
            going = self._open[least]
            if len(going.schools) > 1 and self._made - going.asked_at < _FORGOTTEN_AFTER:
                return None
            del self._open[least]
            going.call.__exit__(None, None, None)
        self._open[document] = _Open(ContainedCalls(prepare_rewording))
        return self._open[document]


def _made(making: Making, call: ContainedCalls) -> WorkshopReply:
    copy = make_copy(making, call, reword_kept)
    return WorkshopReply(key_of(making), copy, digest_of(copy))
