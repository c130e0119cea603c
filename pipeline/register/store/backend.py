"""What differs between the databases a register may be kept in; ``sqlite`` and ``postgresql`` each say it their way.

``database`` works with a ``Backend`` and knows neither.
"""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine

from pipeline.errors import RegisterError
from pipeline.register.store.damage import Damage

BEGIN: str = "register_begin"
"""The execution option with which a connection says how its transactions begin."""
READING, WRITING = "BEGIN", "BEGIN IMMEDIATE"
"""How a transaction begins, as the execution option ``BEGIN`` has it; another database has its own words."""


class Backend(Protocol):
    """One database that holds a register."""

    path: Path | None
    """The register's file; None where it is no file."""
    beside: Path | None
    """What lies beside a register (marks, claims) is named after this; None for a register in memory."""
    name: str
    """The register in a sentence: its file or its server; never with a password."""
    engine: Engine
    """Lends connections to callers that read."""
    writer: Engine
    """Lends connections to callers that write."""

    def refuse_another(self) -> None:
        """Raise RegisterError where it is not the register that was opened any more."""

    def turn(self) -> AbstractContextManager[None]:
        """Wait until this thread may write, as far as this program is concerned."""

    def prepare(self, connection: Connection, *, writing: bool) -> None:
        """Make a connection ready before its transaction begins."""

    def rest(self, seconds: float) -> None:
        """Let another program find its turn, if it has to look for it, after one that wrote for so many seconds."""

    def keep_out(self, what: str, wait_seconds: float) -> AbstractContextManager[None]:
        """Hold a lock of the whole register that ends with this process; an empty ``what``: the one of runs.

        Raises RegisterInUseError where another program holds it for longer than it may be waited for.
        """

    def explain(self, error: Exception) -> RegisterError | None:
        """Return what to say of a database that cannot be used; None for a fault of the program."""

    def find_damage(self, connection: Connection) -> tuple[Damage, ...]:
        """Read all of the register and return what is not whole in it."""

    def copy_to_memory(self) -> "Backend":
        """Return all of it, as it stands now, in memory."""

    def write_file(self, target: Path) -> None:
        """Write all of it, as it stands now, to ``target``, an empty file: a register by itself."""
