"""A school whose letters are planned and wait to go by SMTP: made once, and copied for each run."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from pipeline.config import Config, load_config
from pipeline.model.people import Person
from pipeline.register.people.changes import add_people
from pipeline.register.store.database import Register, open_register
from tests.school import MONDAY, School, at

SENDS_FROM: datetime = at(MONDAY)
REGISTER = Path("school", "distribution", "register.sqlite3")
"""Where the register lies in the folder of a run."""
PLANNED = "planned.json"
"""The Message-IDs that the planner wrote, each with its recipient."""
_PORT = "port = 25\n"
_MAIL = """
[calendar]
terms = ["2026-09-01..2026-12-18"]
[web]
base_url = "https://policies.example.org"
[mail]
route = "smtp"
host = "127.0.0.1"
security = "none"
from = "Office <office@example.org>"
confirm_above = 0
"""


def fill(folder: Path, messages: int, connections: int) -> None:
    """Lay out ``folder``/school with one planned letter each to ``messages`` people, sent over ``connections``."""
    with School(folder / "school", f"{_MAIL}connections = {connections}\n{_PORT}") as school:
        school.add_policy("Child protection")
        numbers = range(messages)
        people = [Person(f"p{n}", "Kim", f"Lee{n}", f"lee{n}@example.org", "Teacher", None, None) for n in numbers]
        keys = iter(numbers)
        with school.register.transaction() as tx:
            add_people(tx, school.key, people, "staff.csv", lambda: f"key-{next(keys)}", MONDAY, SENDS_FROM)
        school.plan()
    with closing(sqlite3.connect(folder / REGISTER)) as register:
        planned = register.execute("SELECT message_id, recipient FROM message ORDER BY id").fetchall()
        register.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert len(planned) == messages
    (folder / PLANNED).write_text(json.dumps(planned), encoding="ascii")


def set_port(folder: Path, port: int) -> None:
    """Write the port of the mail server into the configuration of one run."""
    path = folder / "school" / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(_PORT, f"port = {port}\n"), encoding="utf-8")


def open_school(folder: Path) -> tuple[Config, Register]:
    """Open the school of one run, as every command does."""
    root = folder / "school"
    config = load_config(root / "config.toml")
    name, zone = config.school.name, config.school.time_zone
    return config, open_register(config.register_.url, root=root, school_name=name, time_zone=zone, create=False)
