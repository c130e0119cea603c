"""A real workspace with a ledger in it, made by the commands that a school uses."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline.cli import run_command
from pipeline.register.ledger.head_file import read_outside
from pipeline.register.store.database import Register, open_register
from pipeline.register.store.engines import driver_of
from tests.conftest import ROOT

TODAY = "2026-11-24"


@dataclass(frozen=True)
class Place:
    """A workspace with a ledger in it."""

    root: Path

    @property
    def register(self) -> Path:
        return self.root / "distribution" / "register.sqlite3"

    @property
    def secrets(self) -> Path:
        return self.root / ".secrets"

    def policy(self, *arguments: str) -> int:
        return run_command(["--workspace", str(self.root), "--today", TODAY, *arguments])

    def newest(self) -> tuple[int, str]:
        head = read_outside(self.secrets).heads[-1]
        return head.size, head.root_hash

    def open(self) -> Register:
        return open_register(
            "distribution/register.sqlite3",
            root=self.root,
            school_name="West Park School",
            time_zone="Europe/London",
        )


def make_place(root: Path) -> Place:
    """Make West Park School's workspace: a run, an approval, three readings on paper, one of them corrected."""
    place = Place(root)
    root.mkdir(exist_ok=True)
    for name in ("config.toml", "staff.csv"):
        shutil.copy(ROOT / name, place.root / name)
    shutil.copytree(ROOT / "policies", place.root / "policies")
    assert place.policy("run") == 0
    assert place.policy("approve", "confidentiality", "--on", "2026-11-20", "--by", "Governors") == 0
    with place.open() as register, register.reading() as tx:
        people = [row[0] for row in driver_of(tx).execute("SELECT key FROM engagement LIMIT 3")]
    for person in people:
        assert place.policy("acknowledge", "record", person, "confidentiality", "--by", "Cy Office") == 0
    assert place.policy("correct", "acknowledgement", people[0], "confidentiality", "--reason", "another person") == 0
    assert place.policy("ledger", "verify") == 0
    return place
