"""Have a function do with one document what it has to, in a child process with limits; its answer comes back.

For what follows the reading of files (``readers.contained_map``): the documents of the register, of which copies are
made. They are handed over as bytes; the program itself never opens them.
"""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar, cast

from pipeline.documents.sandbox.readers import ChildTask, Crew, kind_of
from pipeline.documents.sandbox.start import Prepare
from pipeline.documents.source import Source
from pipeline.errors import RenderError

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 120.0
MEMORY_BYTES = 1536 * 1024 * 1024
"""Three times what reading may take: of a copy there are the document, its copy and both as they were read."""


class Caller(Protocol):
    """Calls a function with a document and more, and returns what it returns."""

    def __call__(
        self, function: Callable[Concatenate[Source, P], T], source: Source, *args: P.args, **kw: P.kwargs
    ) -> T:
        """Return what ``function`` makes of ``source``.

        Raises:
            DocumentError: ``function`` raised it, or the document brought the child down.
            RenderError: ``function`` raised it.
        """


def call_here(function: Callable[Concatenate[Source, P], T], source: Source, *args: P.args, **kw: P.kwargs) -> T:
    """Call ``function`` in this process: for documents that this program made itself, and in a child."""
    return function(source, *args, **kw)


class ContainedCalls:
    """A ``Caller`` whose functions run in a child process; a context manager, at whose end the child is gone.

    A function stands at the top level of a module of the program; what it returns is made of the program's own
    dataclasses and plain values. The child is started with the first call and replaced after any fault.
    """

    def __init__(
        self,
        prepare: Prepare | None = None,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        """``timeout_seconds`` and ``memory_bytes`` are for each call."""
        self._crew = Crew(None, prepare)
        self._timeout_seconds, self._memory_bytes = timeout_seconds, memory_bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._crew.stop()

    def __call__(
        self, function: Callable[Concatenate[Source, P], T], source: Source, *args: P.args, **kw: P.kwargs
    ) -> T:
        """See ``Caller``."""
        call = partial(_answer, function=partial(function, source, *args, **kw))
        task = ChildTask(call, Path(source.shown_as), self._timeout_seconds, self._memory_bytes, content=source.content)
        outcome = self._crew.run(task)
        if outcome.fault is not None:
            _log.error("a fault of the program, %s", kind_of(outcome.fault))
        if outcome.error is not None:
            raise outcome.error
        if isinstance(outcome.value, RenderError):
            raise outcome.value
        return cast("T", outcome.value)


def _answer(_path: Path, *, function: Callable[[], Any]) -> Any:
    """Runs in the child. What could not be made is an answer as well, and no fault of the child's."""
    try:
        return function()
    except RenderError as error:
        return error
