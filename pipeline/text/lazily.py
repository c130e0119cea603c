"""Patterns that are compiled when they are first used: a command that reads no text pays for none of them."""

import re
from collections.abc import Callable
from typing import Any, cast


class _Lazily:
    """Stands for a pattern; what was asked of it once is asked of the compiled one itself from then on."""

    def __init__(self, pattern: str | Callable[[], str], flags: int) -> None:
        self._words, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name == "_compiled":
            words = self._words if isinstance(self._words, str) else self._words()
            found: Any = re.compile(words, self._flags)
        else:
            found = getattr(self._compiled, name)
        self.__dict__[name] = found
        return found


def compiled_lazily(pattern: str | Callable[[], str], flags: int = 0) -> re.Pattern[str]:
    """Return what ``re.compile`` returns, as far as methods and attributes go, compiled when it is first asked.

    What gives the pattern only when it is called is called only then: it may read a file of rules. A pattern that is
    wrong is told only then: some test must use each.
    """
    return cast("re.Pattern[str]", _Lazily(pattern, flags))
