"""What pages share is kept until something of it is changed in the register, and no longer."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.acknowledgements.record import RecordingOutcome
from pipeline.model.policies import RevisionKind
from pipeline.register.decision import Decision
from pipeline.register.ledger.table_prints import LATE, WATCHED
from pipeline.register.people.persons import list_people
from pipeline.register.people.situations import list_overdue_people
from pipeline.register.policies import policies
from pipeline.register.policies.copies import confirm_contact
from pipeline.register.policies.cover import CoverRow, add_cover
from pipeline.register.store.engines import driver_of
from pipeline.register.tables.schema import metadata, policy_copy, policy_version
from pipeline.register.transaction import Transaction
from pipeline.web.memo import Memo
from pipeline.web.readers.shared import Shared, look_up, shared_of
from tests.school import MONDAY, School, at


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as made:
        made.add_policy("Safeguarding")
        made.add_person("Lee")
        made.plan()
        yield made


def shared(school: School, pages: Memo) -> Shared:
    with school.register.reading() as tx:
        return shared_of(pages, tx, school.key, school.config, MONDAY)


def test_pages_share_what_was_worked_out_before(school: School) -> None:
    pages = Memo()
    assert shared(school, pages) is shared(school, pages)


def test_a_reading_that_was_recorded_changes_nothing_that_pages_share(school: School) -> None:
    pages = Memo()
    before = shared(school, pages)
    (version,) = before.versions
    with school.register.reading() as tx:
        (lee,) = list_people(tx, school.key, MONDAY)
    assert school.record(lee, version).outcome is RecordingOutcome.RECORDED
    assert shared(school, pages) is before


def _approve(school: School) -> None:
    with school.register.transaction() as tx:
        tx.execute(update(policy_version).values(next_review_on=MONDAY))


def _withdraw(school: School) -> None:
    with school.register.transaction() as tx:
        policies.withdraw_policy(tx, 1, MONDAY)


def _cover(school: School) -> None:
    with school.register.transaction() as tx:
        add_cover(tx, school.key, CoverRow("deputy-dsl", "Kim Reed", "Pat Marsh", MONDAY, MONDAY, "Sam", at(MONDAY)))


def _confirm(school: School) -> None:
    with school.register.transaction() as tx:
        decision = Decision(tx, school.key, "Sam", at(MONDAY))
        confirm_contact(decision, role="dsl", name="Pat Marsh", phone="01632 960155", email=None, how="rang")


def _leave(school: School) -> None:
    with school.register.reading() as tx:
        (lee,) = list_people(tx, school.key, MONDAY)
    school.change_person(lee, leave_on=MONDAY)


def _replace_copy(school: School) -> None:
    with school.register.transaction() as tx:
        tx.execute(update(policy_copy).values(retired_at=at(MONDAY)))


CHANGES: dict[str, Callable[[School], object]] = {
    "another version": lambda school: school.add_version(1, RevisionKind.MAJOR),
    "dates of a version": _approve,
    "a withdrawal": _withdraw,
    "a copy": _replace_copy,
    "a new policy": lambda school: school.add_policy("Uniform"),
    "cover": _cover,
    "a confirmed number": _confirm,
    "somebody who leaves": _leave,
    "a new person": lambda school: school.add_person("Day"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_pages_share_is_worked_out_again_once_it_was_changed(school: School, change: str) -> None:
    pages = Memo()
    before = shared(school, pages)
    CHANGES[change](school)
    after = shared(school, pages)
    assert after is not before
    with school.register.reading() as tx:
        fresh = look_up(tx, school.key, school.config, MONDAY)
    # The book of rules is made of the settings and of what is in use.
    assert replace(after, rules=fresh.rules) == fresh


def test_another_day_and_other_settings_are_worked_out_anew(school: School) -> None:
    pages = Memo()
    before = shared(school, pages)
    with school.register.reading() as tx:
        tomorrow = shared_of(pages, tx, school.key, school.config, MONDAY + timedelta(days=1))
        assert tomorrow is not before
        named = school.config.school.model_copy(update={"name": "Another School"})
        other = school.config.model_copy(update={"school": named})
        assert shared_of(pages, tx, school.key, other, MONDAY + timedelta(days=1)) is not tomorrow


def tables_read(tx: Transaction, work: Callable[[], object]) -> set[str]:
    """Return the tables of the register that a piece of work reads."""
    read: set[str] = set()

    def note(action: int, table: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table:
            read.add(table)
        return sqlite3.SQLITE_OK

    driver_of(tx).set_authorizer(note)
    try:
        work()
    finally:
        driver_of(tx).set_authorizer(None)
    return read & set(metadata.tables)


def test_whatever_pages_rest_on_is_watched(school: School) -> None:
    """Every table that working it out reads is one whose change is seen."""
    with school.register.reading() as tx:
        read = tables_read(tx, lambda: look_up(tx, school.key, school.config, MONDAY))
    assert "policy_version" in read
    assert read <= set(WATCHED)


def test_whatever_makes_somebody_late_is_watched(school: School) -> None:
    """Every table that says who is late is one whose change is seen; readings are taken in one by one."""
    with school.register.reading() as tx:
        read = tables_read(tx, lambda: list_overdue_people(tx, school.key, MONDAY))
    assert {"request", "told", "message"} <= read
    # What came of a message changes with a try to send it, or with a mail that came back: both add rows that are seen.
    # Whose copy can be read is among what the pages rest on anyway.
    assert read - {"message", *WATCHED} <= set(LATE)
    assert {"delivery", "inbox_item"} <= set(LATE)
