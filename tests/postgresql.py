"""A PostgreSQL server of the tests' own, on loopback, without a word in the system's settings; ended with the tests.

Each run of the tests, and each worker of one, starts its own where a test wants one. It syncs nothing to the drive.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

_PLACES = ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt")
USER = "policy"
"""Who owns the tests' databases: no superuser, as at a trust."""
GUARDED, WORD = "guarded", "open sesame"
"""Who must give a password, and which."""
_SETTINGS = (
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    "max_connections = 200",
    "shared_buffers = 64MB",
    "wal_level = minimal",
    "max_wal_senders = 0",
    "max_wal_size = 64MB",
    "min_wal_size = 32MB",
    "autovacuum = off",
    "unix_socket_directories = ''",
    "log_min_messages = fatal",
)

_DURABLE = ("fsync = on", "synchronous_commit = on", "full_page_writes = on", "autovacuum = on")


@cache
def find_programs() -> Path | None:
    """Return the folder of the newest server's programs, None where none is installed."""
    found = [path for place in _PLACES for path in Path(place).glob("*/bin/initdb")]
    if named := shutil.which("initdb"):
        found.append(Path(named))
    newest = sorted(found, key=lambda path: [int(part) for part in path.parts if part.isdigit()])
    return newest[-1].parent if newest else None


@dataclass(slots=True)
class Server:
    """A server that runs."""

    programs: Path
    folder: Path
    port: int
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    made: list[str] = field(default_factory=list)
    """Databases that are there, oldest first."""

    def url(self, database: str, user: str = USER) -> str:
        """Return how ``[register] url`` names one of its databases."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def new_database(self, options: str = "") -> str:
        """Make an empty database and return its url."""
        name = f"policy_{next(self.numbers)}"
        self.ask(f"CREATE DATABASE {name} OWNER {USER} {options or 'TEMPLATE policy_template STRATEGY file_copy'}")
        self.made.append(name)
        return self.url(name)

    @contextmanager
    def none_left(self) -> Iterator[None]:
        """Drop in the end what was made within: a thousand databases of a run held two gigabytes a worker."""
        before = len(self.made)
        yield
        for name in self.made[before:]:
            self.ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        del self.made[before:]

    def ask(self, statement: str, database: str = "postgres", user: str = "postgres") -> list[Any]:
        """Run one statement, by default as the server's own administrator, and return its rows."""
        import psycopg

        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=user, dbname=database, autocommit=True
        ) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description is not None else []

    def end_connections(self, database: str) -> int:
        """End every connection to a database, as a server does that is restarted; return how many there were."""
        ended = self.ask(
            f"SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' "
            "AND pid <> pg_backend_pid()"
        )
        numbers = ", ".join(str(pid) for pid, _ in ended)
        # Only of those that were there: whoever was cut off may be back already.
        while ended and self.ask(f"SELECT 1 FROM pg_stat_activity WHERE pid IN ({numbers})"):
            time.sleep(0.01)
        return len(ended)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = self.folder / "log"
        _as_nobody([self.programs / "pg_ctl", "-D", self.folder / "data", "-l", log, "-w", "-t", "60", "start"])

    def stop(self) -> None:
        """Stop it at once, whoever is at work."""
        _as_nobody([self.programs / "pg_ctl", "-D", self.folder / "data", "-m", "fast", "-w", "stop"])


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """Start a server in a folder of its own, and end it; ``durable``: each commit is forced to the drive."""
    programs = find_programs()
    assert programs is not None
    with tempfile.TemporaryDirectory(prefix="policy-postgresql-") as name:
        folder = Path(name)
        if os.getuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
        port = _free_port()
        data = folder / "data"
        _as_nobody(
            [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        )
        settings = [*_SETTINGS, *(_DURABLE if durable else ()), f"port = {port}", "listen_addresses = '127.0.0.1'", ""]
        with (data / "postgresql.conf").open("a", encoding="utf-8") as stream:
            stream.write("\n".join(settings))
        guarded = f"host all {GUARDED} 127.0.0.1/32 scram-sha-256\n"
        rules = data / "pg_hba.conf"
        rules.write_text(guarded + rules.read_text(encoding="utf-8"), encoding="utf-8")
        server = Server(programs, folder, port)
        server.start()
        try:
            server.ask(f"CREATE ROLE {USER} LOGIN")
            server.ask(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{WORD}' IN ROLE {USER}")
            server.ask(f"CREATE DATABASE policy_template OWNER {USER} TEMPLATE template0")
            yield server
        finally:
            _end(data)


def _as_nobody(command: Sequence[Path | str]) -> None:
    """Run one of the server's programs, which refuse to be root's."""
    words = [str(word) for word in command]
    if os.getuid() == 0:
        words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]
    done = subprocess.run(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, text=True
    )
    assert done.returncode == 0, done.stderr


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _end(data: Path) -> None:
    """End the server by its own process, and wait until it has ended."""
    try:
        process = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except FileNotFoundError:
        return
    os.kill(process, signal.SIGQUIT)
    for _ in range(200):
        if not Path(f"/proc/{process}").exists():
            return
        time.sleep(0.05)
