"""What a look ahead carries from day to day is what would be found afresh, whatever happens in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from pipeline.acknowledgements.record import GivenWord, record_acknowledgement
from pipeline.letters.day import write_letters
from pipeline.letters.day_plan import DayPlan, PersonPlan
from pipeline.letters.plan import plan_day
from pipeline.mail.simulated_delivery import confirm_all, let_go
from pipeline.model.mail import DeliveryState
from pipeline.model.people import EngagementKind, Person
from pipeline.model.policies import RevisionKind
from pipeline.model.readings import AcknowledgementMethod
from pipeline.policies.standing import list_standings
from pipeline.register.cached_answers import afresh, keep_answers
from pipeline.register.mail import told
from pipeline.register.mail.inbox import ItemKind, NewItem, add_item
from pipeline.register.mail.outbox import list_messages
from pipeline.register.mail.told import ToldOutcome
from pipeline.register.people.changes import add_person, change_person, put_away
from pipeline.register.people.persons import list_people
from pipeline.register.policies.policies import list_versions
from pipeline.register.readings.reader_reports import ReportKind, ReportRecord, add_report
from pipeline.register.readings.requests import list_requests
from pipeline.register.store.database import Register, copy_to_memory
from tests.school import SECRET, School, at

FIRST = date(2027, 7, 5)
"""Before the holidays and a new school year."""
SETTINGS = """
[mail]
route = "smtp"
from = "School office <office@hill.example.org>"
host = "127.0.0.1"
confirm_above = 4
[web]
base_url = "https://policies.example.org"
[people]
read_within_days = 10
days_before = {before}
[reading]
sign = ["policy-0", "policy-1"]
read = ["policy-2"]
drip = {drip}
escalate = true
remind_school_days = [-2, 0, 3]
[calendar]
closed = ["2027-07-26..2027-08-04"]
{declarations}
"""
DECLARATION = """
[declarations.gifts]
name = "Gifts and hospitality"
policy = "policy-0"
statement = "I have neither given nor taken a gift"
"""


@contextmanager
def in_memory(root: Path, chance: Random) -> Iterator[tuple[School, Register]]:
    """Yield a drawn school, and its register in memory, which keeps answers."""
    declarations = DECLARATION if chance.random() < 0.5 else ""
    settings = SETTINGS.format(before=chance.choice((0, 3)), drip=chance.choice((0, 0, 1)), declarations=declarations)
    with School(root, settings) as school:
        for number in range(4):
            school.add_policy(f"Policy {number}")
        for number in range(chance.randint(4, 8)):
            school.add_person(f"Lee{number}", **drawn_days(chance, FIRST))
        school.add_person("Noor", email=None)
        school.add_person("Ash", email="office@example.org")
        school.add_person("Day", email="office@example.org")
        on_file = school.register
        with copy_to_memory(on_file) as memory:
            keep_answers(memory)
            school.register = memory
            try:
                yield school, memory
            finally:
                school.register = on_file


def drawn_days(chance: Random, today: date) -> dict[str, date | None]:
    """Return when somebody came and leaves, some of both to come."""
    start = today + timedelta(days=chance.randint(-40, 40)) if chance.random() < 0.5 else None
    leaves = chance.random() < 0.3
    return {
        "start_on": start,
        "leave_on": max(today, start or today) + timedelta(days=chance.randint(1, 60)) if leaves else None,
    }


def something_happens(school: School, register: Register, chance: Random, today: date) -> None:
    """Let somebody read, join, leave, get another post or address, be away or be back; on most days nothing."""
    key, now = register.school, at(today, 7)
    with register.reading() as tx:
        row = chance.choice(list_people(tx, key, today))
        asked = list_requests(tx, key, only_open=True)
        version = chance.choice(list_versions(tx, key))
    match chance.randint(0, 11):
        case 0 | 1 if asked:
            one = chance.choice(asked)
            given = GivenWord(one.person, one.policy_id, one.version_id, AcknowledgementMethod.PAGE, now)
            record_acknowledgement(register, school.config, given, today=today, now=now)
        case 2:
            with register.transaction() as tx:
                put_away(tx, key, row, today + timedelta(days=chance.randint(0, 15)), today, now)
        case 3:
            with register.transaction() as tx:
                put_away(tx, key, row, None, today, now)
        case 4:
            number = chance.randint(10, 10**6)
            new = Person(f"id-{number}", "Jo", f"Hill{number}", f"h{number}@example.org", "Cook", None, None)
            with register.transaction() as tx:
                add_person(tx, key, replace(new, **drawn_days(chance, today)), "staff.csv", f"k{number}", today, now)
        case 5:
            other = chance.choice(
                ({"role": "Cook"}, {"kind": EngagementKind.VOLUNTEER}, {"work_email": "x@example.org"})
            )
            with register.transaction() as tx:
                change_person(tx, key, row, replace(row.person, **other), today, now)
        case 9:
            with register.transaction() as tx:
                other_row = chance.choice(list_people(tx, key, today))
                same = replace(row.person, work_email=other_row.person.work_email)
                change_person(tx, key, row, same, today, now)
        case 7 | 10:
            kind = chance.choice((RevisionKind.MINOR, RevisionKind.MAJOR, RevisionKind.CONTACTS))
            school.add_version(version.policy_id, kind, copy=chance.random() < 0.7, today=today)
        case 8:
            come_back(school, register, chance, now)
        case 11:
            until = today + timedelta(days=chance.randint(0, 9))
            away = NewItem(print=f"{today}", kind=ItemKind.AWAY, person=row.id, until_on=until, arrived_at=now)
            what = {"person": row.id, "policy_id": version.policy_id, "kind": ReportKind.DONE, "reported_at": now}
            said = ReportRecord(**what, rests_until=until, ledger_position=0)  # type: ignore[arg-type]
            with register.transaction() as tx:
                add_item(tx, key, away, now) if chance.random() < 0.5 else add_report(tx, key, said)
        case 6:
            with register.transaction() as tx:
                change_person(tx, key, row, replace(row.person, leave_on=today), today, now)


def come_back(school: School, register: Register, chance: Random, now: datetime) -> None:
    """Let a mail that went come back after all."""
    with register.transaction() as tx:
        if sent := [one.id for one in list_messages(tx, school.key) if one.state is DeliveryState.SENT]:
            told.settle_told(tx, school.key, [chance.choice(sent)], ToldOutcome.BOUNCED, now)


def changes_of(one: PersonPlan) -> tuple[frozenset[object], ...]:
    """Return what a day closes, opens and dates for somebody."""
    changes = one.outcome.changes
    return frozenset(changes.closed), frozenset(changes.opened), frozenset(changes.dated)


def brings(plan: DayPlan) -> list[object]:
    """Return what a plan brings to whom: a database is free in the order in which it tells where somebody stands."""
    return [(one.row, one.outcome.contents, *changes_of(one), one.outcome.declared) for one in plan.people]


def live_and_compare(root: Path, seed: int, days: int) -> int:
    """Plan some days as a look ahead does, each of them afresh as well; return how many letters went."""
    chance, gone = Random(seed), 0
    with in_memory(root, chance) as (school, register):
        for number in range(days):
            today, config = FIRST + timedelta(days=number), school.config
            something_happens(school, register, chance, today)
            with register.reading() as tx:
                standings = list_standings(tx, register.school, config, today)
                carried = plan_day(tx, register.school, config, standings, today=today)
                with afresh(tx):
                    assert standings == list_standings(tx, register.school, config, today)
                    found = plan_day(tx, register.school, config, standings, today=today)
                assert brings(carried) == brings(found)
                assert replace(carried, people=()) == replace(found, people=())
            write_letters(register, config, standings, secret=SECRET, today=today, now=at(today))
            confirm_all(register, at(today))
            gone += len(let_go(register, config, today, at(today)))
    return gone


@pytest.mark.parametrize("seed", range(3))
def test_a_plan_that_carries_what_it_knows_is_the_plan_afresh(tmp_path: Path, seed: int) -> None:
    assert live_and_compare(tmp_path / "school", seed, 45) > 10


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "days", "letters"), [(10, 60, 10), (14, 60, 10), (17, 180, 50)])
def test_so_it_is_into_a_new_school_year_and_over_half_a_year(
    tmp_path: Path, seed: int, days: int, letters: int
) -> None:
    assert live_and_compare(tmp_path / "school", seed, days) > letters
