"""What holds a child that reads untrusted files, as the child itself found it, and how a report says so.

Between ``child``, which sets the limits, and ``readers``, which hands the answer on.
"""

import sys
from dataclasses import dataclass
from enum import StrEnum

OFFICE_MEMORY_BYTES = 512 * 1024 * 1024
"""What LibreOffice may take of memory of its own; an ordinary document takes some 200 MB, program and all."""


class NetworkCut(StrEnum):
    """What keeps the network from a child."""

    NAMESPACE = "namespace"
    """Linux gave it a network of its own with no way out."""
    AUDIT_HOOK = "audit-hook"
    """Python refuses it; code below Python (a parser taken over) is not held."""


def keeps_memory_limits() -> bool:
    """Return whether this system ends a program that takes more memory than it may; macOS knows the limit only."""
    return sys.platform.startswith("linux")


@dataclass(frozen=True, slots=True)
class Containment:
    """Which limits hold a child on this machine."""

    network: NetworkCut
    memory: bool
    """The system ends a child that takes more memory than it may."""
    processor: bool
    """The system ends a child that computes longer than it may, and keeps it from writing files."""

    def _of_office(self) -> str:
        return f", with at most {OFFICE_MEMORY_BYTES // (1024 * 1024)} MB of its own" if self.memory else ""

    def sentence(self, *, timeout_seconds: float, memory_bytes: int) -> str:
        """Say in a sentence or two what holds, for a report."""
        most = f"{timeout_seconds:.0f} seconds a file"
        if self.memory:
            most = f"{memory_bytes // (1024 * 1024)} MB of memory and {most}"
        cut = (
            "cut off from the network by the system"
            if self.network is NetworkCut.NAMESPACE
            else "kept from the network by this program (the system did not allow more)"
        )
        said = (
            f"Files are read in a separate process with at most {most}, {cut}; it starts no other programs "
            f"(LibreOffice for .doc and .rtf apart{self._of_office()}) and writes no files."
        )
        if not self.processor:
            return f"{said} This system sets no limits of its own: the time a file may take is the only one."
        return said if self.memory else f"{said} This system sets no limit on memory."
