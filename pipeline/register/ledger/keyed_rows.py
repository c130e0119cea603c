"""Rows that give rights carry a code that only the workspace's secret makes, so that nobody can write one without it.

``row_hashes`` finds what a failing drive changed; a person who writes to the register on purpose works that hash out
too. The code here is an HMAC by the secret over the table, the school, the row's key and every column but the time of
its last use. It is looked at each time such a row is to give something: a session, a link that signs in, a code of the
second step, a personal link. Each table says so where it is drawn (``tables.declared``).

A row that was good once and is put back after it has ended would still carry the right code. So whatever ends a right
names what ended in its record of the ledger, in the field ``ended``, and that is looked up there at each use.
"""

import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Table, bindparam, func, select, update

from pipeline.register.ledger.driver import driver_behind
from pipeline.register.ledger.merkle import canonical
from pipeline.register.ledger.seal import SECRETS, vouches_for
from pipeline.register.store.chunks import in_chunks
from pipeline.register.store.engines import is_writing
from pipeline.register.tables.declared import CODE
from pipeline.register.tables.people import person
from pipeline.register.tables.schema import GIVING_RIGHTS, ledger_record, metadata
from pipeline.register.tables.schema import school as school_table
from pipeline.secret_sources import find_link_secret, make_link_secret

if TYPE_CHECKING:
    from pipeline.register.ledger.signed_heads import Field

KEYS = "row_keys"
"""The execution option with which a connection says with what its rows are keyed: a ``RowKeys``."""
ENDED = "ended"
"""The field of a record that names what ended with it: prints, with spaces."""
_DOMAIN = b"policy-pipeline code of a row that gives rights\n"
_NO_CODE = ("row_sha256", CODE)
_OF_RECORD = ledger_record.c.school == bindparam("of_school")
_LAST = select(func.max(ledger_record.c.position)).where(_OF_RECORD)
_ENDINGS = select(ledger_record.c.record).where(
    _OF_RECORD, ledger_record.c.position > bindparam("after"), ledger_record.c.record.contains(f'"{ENDED}":"')
)
"""Asked with every page, so built once."""


class RowKeys:
    """The secret that the rows of one register are keyed with, and what its ledger says has ended. Threads share it."""

    def __init__(self, root: Path | None = None, environ: Mapping[str, str] = MappingProxyType({})) -> None:
        """``root`` is the workspace, None of a register in memory: its rows are keyed by chance and for itself."""
        self._root, self._environ = root, environ
        self._lock = threading.Lock()
        self._secret: bytes | None = None
        self._ended: frozenset[str] = frozenset()
        self._read_to = -1

    def key(self, tx: Connection, school: str) -> bytes:
        """Return what codes are made with; of a workspace whose secret is not at hand one that makes no right code.

        A workspace that never had a secret is given one by the first row. Raises ConfigurationError where it has one
        that cannot be used.
        """
        if self._secret is None:
            self._secret = self._found()
        if self._secret is None and self._root is None:
            self._secret = secrets.token_bytes(32)
        if self._secret is None and self._root is not None and is_writing(tx) and not _had_secret(tx, school):
            self._secret = _derived(make_link_secret(self._root))
        return self._secret or secrets.token_bytes(32)

    def _found(self) -> bytes | None:
        found = find_link_secret(self._root, self._environ) if self._root is not None else None
        return None if found is None else _derived(found)

    def copied(self) -> "RowKeys":
        """Return what keys a copy of the register in memory: the same secret, and a ledger of its own."""
        other = RowKeys()
        other._secret = self._secret or self._found()
        return other

    def forget(self) -> None:
        """Let the secret be looked for again: its owner has just made another."""
        self._secret = None

    def ended(self, tx: Connection, school: str) -> frozenset[str]:
        """Return the print of everything that the ledger says has ended; only what it got since is read."""
        last = tx.execute(_LAST, {"of_school": school}).scalar()
        with self._lock:
            known, read_to = self._ended, self._read_to
        if last is None or last <= read_to:
            return known
        records = tx.execute(_ENDINGS, {"of_school": school, "after": read_to}).scalars()
        found = known.union(*(_endings(record) for record in records))
        if not is_writing(tx):
            # What this transaction wrote itself may never come to be.
            with self._lock:
                if last > self._read_to:
                    self._ended, self._read_to = self._ended | found, last
        return found


def _derived(secret: str) -> bytes:
    """Return the key of codes, so that no code says anything of what else the secret makes."""
    return hashlib.sha256(_DOMAIN + secret.encode("utf-8", "surrogatepass")).digest()


def _had_secret(tx: Connection, school: str) -> bool:
    """Tell whether anything was made with a secret that is gone."""
    noted = tx.execute(select(school_table.c.link_key).where(school_table.c.school == school)).scalar()
    keyed = select(person.c.id).where(person.c.school == school, person.c[CODE].is_not(None)).limit(1)
    return noted is not None or tx.execute(keyed).first() is not None


def _endings(record: str) -> Iterable[str]:
    try:
        return str(json.loads(record)["fields"].get(ENDED, "")).split()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # A record that is none is the ledger's own fault to tell.
        return ()


def is_keyed(tx: Connection, table: Table, row: Row[Any]) -> bool:
    """Tell whether this program wrote a row of a table that gives rights, with the workspace's secret.

    ``row`` has every column of ``table``.
    """
    code = row._mapping[CODE]
    return isinstance(code, str) and hmac.compare_digest(code.encode(), _code(tx, table, row).encode())


def is_good(tx: Connection, table: Table, row: Row[Any]) -> bool:
    """Tell whether a row may give what it gives: this program wrote it, and the ledger does not say that it ended."""
    return is_keyed(tx, table, row) and not has_ended(tx, table, row)


def has_ended(tx: Connection, table: Table, row: Row[Any]) -> bool:
    """Tell whether the ledger says that what a row gives has ended, whatever the row says of that itself."""
    return print_of(table, row) in _keys(tx).ended(tx, row._mapping["school"])


def ended_field(prints: Collection[str]) -> "dict[str, Field]":
    """Return the field by which a record names what ended with it; none where nothing did."""
    return {ENDED: " ".join(prints)} if prints else {}


def print_of(table: Table, row: Row[Any]) -> str:
    """Return what tells the right that a row gives from all others, 32 hexadecimal digits; it gives nothing away."""
    return print_of_values(table, *(row._mapping[name] for name in GIVING_RIGHTS[table.name].told_by))


def print_of_values(table: Table, *values: object) -> str:
    """Return that print by the columns that tell it."""
    words = "\n".join([table.name, *map(str, values)])
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def write_codes(tx: Connection, table: Table, ids: Collection[int]) -> None:
    """Give rows that were just written their codes, as they stand now."""
    for some in in_chunks(sorted(ids)):
        rows = tx.execute(select(table).where(table.c.id.in_(some))).all()
        codes = [{"of_id": row.id, "made": _code(tx, table, row)} for row in rows]
        if codes:
            tx.execute(_writing(table), codes)


@cache
def _writing(table: Table) -> Any:
    return update(table).where(table.c.id == bindparam("of_id")).values({CODE: bindparam("made")})


def lacks_codes(tx: Connection, school: str) -> bool:
    """Tell whether any row that gives rights carries no code at all, as in a register of an edition before them."""
    return any(_uncoded(tx, metadata.tables[name], school) for name in GIVING_RIGHTS)


def give_codes(tx: Connection, school: str) -> None:
    """Give every row that carries no code one, if the seal vouches for the people: once, in an edition before codes."""
    if _are_people_sealed(tx, school):
        for name in GIVING_RIGHTS:
            table = metadata.tables[name]
            write_codes(tx, table, _uncoded(tx, table, school))


def settle_people(tx: Connection, school: str) -> int:
    """Give people whose row carries no right code one, where the ledger's seal says that this program wrote them.

    So it is after the secret was not at hand, or was made anew. Return of how many the link opens nothing even so:
    something else has written to the register.
    """
    rows = tx.execute(select(person).where(person.c.school == school))
    wrong = [row.id for row in rows if not is_keyed(tx, person, row)]
    if wrong and _are_people_sealed(tx, school):
        write_codes(tx, person, wrong)
        return 0
    return len(wrong)


def _uncoded(tx: Connection, table: Table, school: str) -> Sequence[int]:
    query = select(table.c.id).where(table.c.school == school, table.c[CODE].is_(None)).order_by(table.c.id)
    return tx.execute(query).scalars().all()


def _are_people_sealed(tx: Connection, school: str) -> bool:
    return vouches_for(driver_behind(tx), school, tx.get_execution_options().get(SECRETS), person.name)


def _code(tx: Connection, table: Table, row: Row[Any]) -> str:
    left_out = {*_NO_CODE, *GIVING_RIGHTS[table.name].last_used}
    known = [(each.name, row._mapping[each.name]) for each in table.c if each.name not in left_out]
    values = {name: _written(value) for name, value in known if value is not None}
    key = _keys(tx).key(tx, str(values["school"]))
    return hmac.digest(key, canonical({"row": values, "table": table.name}), "sha256").hex()


def _written(value: Any) -> str | int:
    if isinstance(value, datetime):
        return value.isoformat()
    assert isinstance(value, str | int)  # a new kind of column needs its line here
    return value


def _keys(tx: Connection) -> RowKeys:
    keys: RowKeys = tx.get_execution_options()[KEYS]
    return keys
