"""One school of a trust as its server has it: open, with its pages, or not to be opened."""

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from starlette.types import ASGIApp

from pipeline.web.site import Site


@dataclass
class OpenSchool:
    """One school whose pages are served."""

    key: str
    folder: Path
    site: Site
    app: ASGIApp
    closing: ExitStack
    in_use: int = 0
    """Requests that are being answered."""
    used_at: float = field(default_factory=time.monotonic)

    @property
    def is_idle(self) -> bool:
        """Whether nothing goes on there."""
        return self.in_use == 0 and not self.site.work.is_working

    @property
    def is_waited_for(self) -> bool:
        """Whether a file lies there that a person sent and has still to say yes to, or has still to fetch."""
        return self.site.kept.holds_files


@dataclass(frozen=True, slots=True)
class NotOpen:
    """A school that cannot be opened."""

    name: str
    said: tuple[str, ...]
    """What is wrong, a sentence each; it may name a person, or a folder of this computer."""
    at: float
