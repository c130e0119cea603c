"""Answers of the register that are kept until what they rest on is written: for a look ahead.

A look ahead has a copy of the register in memory that nobody else knows of. On most of its days little is written, and
what was asked for everybody on one day is what it was the day before. The caller names the tables that the answer
rests on, and by a key whatever else it does; a register that keeps no answers is asked each time. Triggers note what is
written, so that no statement of this program can forget it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import Engine, event

from pipeline.register.ledger import row_hashes
from pipeline.register.ledger.row_hashes import list_columns, list_tables
from pipeline.register.store.chunks import in_chunks
from pipeline.register.store.engines import driver_of
from pipeline.register.transaction import Transaction

_NEED_HASHES = ("source_content",)
_KEPT = "kept_answers"
_NOTE, _NOTE_PERSON = "note_written", "note_person"
_Answer = TypeVar("_Answer")
_FEW = 100
"""So many people are asked about one by one sooner than everybody, however few there is an answer of."""

_PEOPLE_OF = {
    "request": "note_person({row}.person)",
    "told": "note_person(coalesce({row}.person, 0))",
    "acknowledgement": "note_person({row}.person)",
    "engagement": "note_person({row}.person)",
    "person": "note_person({row}.id)",
    "message": "note_person(who) FROM (SELECT DISTINCT coalesce(person, 0) AS who FROM told WHERE message = {row}.id)",
    "correction": "note_person(NULL)",
}
"""Whose situation a row that is written is about; 0 is nobody's, such as of a letter to an owner, NULL everybody's."""


class OpenRegister(Protocol):
    """What of a register that is open is needed here; the register itself stands above."""

    @property
    def is_in_memory(self) -> bool: ...
    @property
    def engine(self) -> Engine: ...
    def reading(self) -> AbstractContextManager[Transaction]: ...


@dataclass(slots=True)
class _Kept:
    """What was answered, and what was written since.

    The two sets are what the triggers write to: once a row, so that they do nothing but take it in.
    """

    versions: Counter[str]
    """How often each table had been written by the times it was asked; every table that is watched has an entry."""
    changed: set[str] = field(default_factory=set)
    """The tables that were written since."""
    about: set[int | None] = field(default_factory=set)
    """The people about whom something was written since; None is anybody."""
    answers: dict[object, tuple[tuple[int, ...], Any]] = field(default_factory=dict)
    by_person: dict[object, dict[int, Any]] = field(default_factory=dict)
    """By key, what was answered of each person."""
    stale: dict[object, set[int | None]] = field(default_factory=dict)
    """By the same keys, the people of whom it is to be asked again."""

    def stands_at(self, tables: Sequence[str]) -> tuple[int, ...]:
        """Return the versions of some tables: the same while none of them is written."""
        self.versions.update(self.changed)
        self.changed.clear()
        return tuple(self.versions[table] for table in tables)

    def people_since(self, key: object) -> set[int | None]:
        """Return the people about whom something was written since the answers of ``key``."""
        for people in self.stale.values():
            people |= self.about
        self.about.clear()
        return self.stale.get(key, set())

    def forget(self, *_: object) -> None:
        """Forget everything: something that was written was taken back."""
        self.answers.clear()
        self.by_person.clear()


def keep_answers(register: OpenRegister) -> None:
    """Keep answers from now on; only of a register in memory, to which nobody else writes.

    Raises:
        ValueError: when the register is a file.
    """
    if not register.is_in_memory:
        raise ValueError("answers are kept of a register in memory only: others write to a file")
    with register.reading() as tx:
        driver = driver_of(tx)
        # A row that is thrown away needs no hash but where a copy is made of a document only while it agrees with it.
        row_hashes.keep_no_more(driver, but=_NEED_HASHES)
        tx.info[_KEPT] = found = _Kept(Counter(dict.fromkeys(list_tables(driver), 0)))
        driver.create_function(_NOTE, 1, found.changed.add)
        driver.create_function(_NOTE_PERSON, 1, found.about.add)
        for table in list(found.versions):
            columns = ", ".join(list_columns(driver, table))
            for change, row in (("INSERT", "NEW"), (f"UPDATE OF {columns}", "NEW"), ("DELETE", "OLD")):
                about = f"SELECT {_PEOPLE_OF[table].format(row=row)};" if table in _PEOPLE_OF else ""
                driver.execute(
                    f"CREATE TEMP TRIGGER kept_{change[:6]}_{table} AFTER {change} ON main.{table} BEGIN "
                    f"SELECT {_NOTE}('{table}'); {about} END"
                )
    event.listen(register.engine, "rollback", found.forget)
    event.listen(register.engine, "rollback_savepoint", found.forget)


def keeps_answers(tx: Transaction) -> bool:
    """Return whether this register keeps answers."""
    return _KEPT in tx.info


@contextmanager
def afresh(tx: Transaction) -> Iterator[None]:
    """Ask the register itself for a while, as if nothing was kept: for a caller that checks what is."""
    found = tx.info.pop(_KEPT, None)
    try:
        yield
    finally:
        tx.info[_KEPT] = found


def times_written(tx: Transaction) -> int:
    """Return a number that is the same while nothing is written, and higher once something was."""
    found: _Kept = tx.info[_KEPT]
    return sum(found.stands_at(tuple(found.versions)))


def kept(tx: Transaction, key: object, on: Sequence[str], ask: Callable[[], _Answer]) -> _Answer:
    """Return the answer of before where answers are kept and no table of ``on`` was written, else what ``ask`` returns.

    ``key`` says what is asked and holds everything that the answer rests on besides the rows of those tables. Nobody
    may change what is returned.

    Raises:
        LookupError: nobody watches a table of ``on``.
    """
    found: _Kept | None = tx.info.get(_KEPT)
    if found is None:
        return ask()
    if unknown := set(on) - found.versions.keys():
        raise LookupError(f"nobody watches {', '.join(sorted(unknown))}")
    stands_at = found.stands_at(on)
    before = found.answers.get(key)
    if before is None or before[0] != stands_at:
        before = found.answers[key] = stands_at, ask()
    return cast("_Answer", before[1])


def kept_by_person(
    tx: Transaction, key: object, ask: Callable[[Collection[int] | None], dict[int, _Answer]]
) -> dict[int, _Answer]:
    """Return what ``ask`` answers of each person, by the register's key; it is asked of some people, or of everybody.

    Where answers are kept it is asked only of those of whom something was written since: a request, what they were
    told, a reading, an engagement, or who they are. Nobody may change what is returned; the next call does.
    """
    found: _Kept | None = tx.info.get(_KEPT)
    if found is None:
        return ask(None)
    stale = found.people_since(key)
    answers = found.by_person.get(key)
    if answers is None or None in stale or len(stale) > max(_FEW, len(answers) // 2):
        answers = ask(None)
    else:
        known = [person for person in stale if person is not None]
        for person in known:
            answers.pop(person, None)
        for some in in_chunks(known):
            answers |= ask(some)
    found.by_person[key], found.stale[key] = answers, set()
    return answers
