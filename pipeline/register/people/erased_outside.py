"""Who was erased, as it is kept outside the register in ``.secrets/erased``: an older safety copy knows nothing of it.

One line of JSON a person, only ever added to, and in no safety copy: who it was stands in it as the hash of a random
number that the register once had for their link, and nobody by name.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pipeline.private_files import add_line
from pipeline.register.ledger.merkle import canonical
from pipeline.register.people.erasing import first_prints
from pipeline.register.people.erasures import list_erased
from pipeline.register.store.database import Register
from pipeline.register.tables.schema import school as school_table
from pipeline.register.transaction import Transaction

NAME = "erased"
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ErasedBefore:
    """A person who was erased and is in the register again, since an older one was put back."""

    person: int
    """The register's key in it now."""
    erased_on: str
    """``YYYY-MM-DD``, in UTC."""


def keep_outside(register: Register) -> None:
    """Write down outside the register everybody erased from it who is not there yet. What cannot be written is left."""
    if register.secrets is None:
        return
    with register.reading() as tx:
        mine = _register_id(tx, register.school)
        done = [one for one in list_erased(tx, register.school).values() if _HASH.fullmatch(one.print)]
    there = _read(register.secrets / NAME)
    for one in done:
        if (mine, one.print) not in there:
            line = {"erased_on": one.erased_at.date().isoformat(), "print": one.print, "register": mine}
            with suppress(OSError):
                add_line(register.secrets / NAME, canonical(line))


def find_back(tx: Transaction, school: str, secrets: Path) -> tuple[ErasedBefore, ...]:
    """Return everybody who was erased from this very register and stands in it again."""
    mine = _register_id(tx, school)
    known = {print_: day for (register_id, print_), day in _read(secrets / NAME).items() if register_id == mine}
    if not known:
        return ()
    gone = list_erased(tx, school)
    prints = {each: print_ for each, print_ in first_prints(tx, school).items() if each not in gone}
    return tuple(ErasedBefore(each, known[print_]) for each, print_ in prints.items() if print_ in known)


def _register_id(tx: Transaction, school: str) -> str:
    return str(tx.execute(select(school_table.c.register_id).where(school_table.c.school == school)).scalar() or "")


def _read(path: Path) -> Mapping[tuple[str, str], str]:
    """Return the day by register and print; lines that are none are passed by."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    found = {}
    for line in lines:
        read = _loaded(line)
        if isinstance(read, dict) and all(
            isinstance(read.get(name), str) for name in ("register", "print", "erased_on")
        ):
            found[read["register"], read["print"]] = read["erased_on"]
    return found


def _loaded(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
