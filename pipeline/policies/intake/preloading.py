"""Have the readers of documents ready by the time a command has loaded what a run needs.

Both take most of a second, and a computer has two processors. Only where a run will read something: else nobody would
use them. What is told here by the times of files is no more than a guess; ``record`` goes by what files hold.
"""

import os
from pathlib import Path

from pipeline.documents import SUFFIXES
from pipeline.documents.sandbox.start import get_ready
from pipeline.policies.intake.extracting import prepare_extracting
from pipeline.policies.intake.scan import ending_of

_LOG = "-wal"
"""Behind the name of a register: what was written last and is not in the file yet."""


def get_ready_to_read(policies: Path, register: Path) -> None:
    """Have the readers loaded, aside from this process, where something in ``policies`` is newer than the register."""
    if holds_something_newer(policies, max(_written_ns(str(register)), _written_ns(f"{register}{_LOG}"))):
        get_ready(prepare_extracting)


def holds_something_newer(folder: Path, since_ns: int) -> bool:
    """Return whether a document below a folder was changed, or laid there, after a moment."""
    return any(
        ending_of(name) in SUFFIXES and _written_ns(f"{parent}{os.sep}{name}") > since_ns
        for parent, _, names in os.walk(folder)
        for name in names
    )


def _written_ns(path: str) -> int:
    """Return when a file was changed or laid in its place; 0 where there is none."""
    try:
        # As text: of thousands of files, to make a Path of each would take longer than to ask the system for it.
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return 0
    # The second is when a file got its name on Linux, whenever it was written.
    return max(found.st_mtime_ns, found.st_ctime_ns)
