"""A register as the first edition in use made it: the tables of the one kept as ``resources/earlier_edition``."""

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from pipeline.register.store.engines import file_engine
from pipeline.register.store.migrate import SHIPPED, upgrade

_DUMPED = Path(__file__).parents[1] / "resources" / "earlier_edition" / "register.sql"


def make_first_edition(path: Path) -> None:
    """Make the tables of edition 0002, without a row in them."""
    made = re.findall(r"^CREATE .*?;$", _DUMPED.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    with closing(sqlite3.connect(path)) as driver, driver:
        for statement in made:
            driver.execute(statement)
        driver.execute("INSERT INTO alembic_version VALUES ('0002')")


def make_edition(path: Path, edition: str) -> None:
    """Make the tables of a later edition, step by step, with a school in them."""
    make_first_edition(path)
    with closing(sqlite3.connect(path)) as driver, driver:
        driver.execute("INSERT INTO school VALUES ('s', 'S', 'Europe/London')")
    engine = file_engine(path, journal="DELETE", wait_seconds=10.0)
    upgrade(engine, replace(SHIPPED, revisions=SHIPPED.revisions[: SHIPPED.revisions.index(edition) + 1]))
    engine.dispose()
