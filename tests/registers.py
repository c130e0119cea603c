"""Open registers as tests want them: in a file or in memory, or each in a database of PostgreSQL's instead.

A test, or module, marked ``both_registers`` runs once with each (``tests/conftest.py``). It opens its registers through
the functions here, which take the same words as the program's own.
"""

import tempfile
from pathlib import Path
from typing import Any

from pipeline.register.store import database
from pipeline.register.store.database import Register
from tests.postgresql import Server

KINDS = ("sqlite", "postgresql")
FILE = "distribution/register.sqlite3"
"""What ``[register] url`` is by itself."""

_SERVERS: list[Server] = []
"""The server of the test that runs; empty while registers are SQLite's."""
_DATABASES: dict[tuple[Path, str], str] = {}
"""The url of the database that stands for a file, by workspace and file."""
_DRAWN = ("West Park School", "Test Primary School", "Westhaven School")
"""Schools whose tables are drawn once, for every database that a test makes."""


def use(server: Server | None) -> None:
    """Open the registers of the test that begins on ``server``; None: in files and in memory."""
    _SERVERS[:] = [] if server is None else [server]
    _DATABASES.clear()


def on_server() -> Server | None:
    """Return the server that registers are on; None where they are SQLite's."""
    return _SERVERS[0] if _SERVERS else None


def register_url(url: str, root: Path) -> str:
    """Return the url of the register that ``url`` stands for: itself, or a database of the workspace's own."""
    server = on_server()
    if server is None or url.startswith("postgresql"):
        return url
    return _DATABASES.setdefault((root.resolve(), url), server.new_database())


def set_aside_database(root: Path) -> str:
    """Let the database of a workspace outlive the test, for others to begin as it is; return its name."""
    server = on_server()
    assert server is not None
    name = _DATABASES.pop((root.resolve(), FILE)).rpartition("/")[2]
    server.made.remove(name)
    return name


def copy_database(name: str, root: Path) -> None:
    """Let a copy of a database that was set aside be that of a workspace which is opened next."""
    server = on_server()
    assert server is not None
    _DATABASES[root.resolve(), FILE] = server.new_database(f"TEMPLATE {name} STRATEGY file_copy")


def settings_of(root: Path) -> str:
    """Return what ``config.toml`` of a workspace says of its register; nothing where it is the file it is by itself."""
    if on_server() is None:
        return ""
    return f'\n[register]\nurl = "{register_url(FILE, root)}"\n'


def open_register(url: str, *, root: Path, **more: Any) -> Register:
    """Open the register of a workspace; ``more`` as the program's own takes it."""
    return database.open_register(register_url(url, root), root=root, **more)


def open_memory_register(*, school_name: str, time_zone: str) -> Register:
    """Open a register that nobody needs afterwards: in memory, or in a database of its own."""
    server = on_server()
    if server is None:
        return database.open_memory_register(school_name=school_name, time_zone=time_zone)
    root = Path(tempfile.mkdtemp(prefix="policy-register-"))
    opened = database.open_register(server.new_database(), root=root, school_name=school_name, time_zone=time_zone)
    # As of one in memory, nothing of it is noted elsewhere, and nothing seals it.
    opened.secrets, opened.marks = None, ()
    return opened


def draw_template(server: Server) -> None:
    """Draw the tables of the schools that tests have into the server's template, so that no test waits for it.

    No school is in them: whoever opens its register puts it there.
    """
    from pipeline.register.store.migrate import SHIPPED
    from pipeline.register.store.postgresql.backend import _make
    from pipeline.register.store.postgresql.engine import making_engine
    from pipeline.register.store.postgresql.place import server_place
    from pipeline.register.store.postgresql.schools import schema_of

    for name in _DRAWN:
        schema = schema_of(database.key_of(name))
        engine = making_engine(server_place(server.url("policy_template")), schema, wait_seconds=10.0)
        try:
            _make(engine, schema, SHIPPED)
        finally:
            engine.dispose()
