"""Somebody to whose address the letters come back is forgotten by nobody: the office is told, each address once."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.errors import UsageError
from pipeline.letters.contributors.undelivered import say_undelivered
from pipeline.mail import mailings
from pipeline.model.mail import MailKind
from pipeline.register.mail.told import About, ToldOutcome, ToldRecord, add_told
from pipeline.register.people.persons import list_people
from pipeline.register.readings.requests import READING, ClosedReason, close_requests, list_requests
from tests.mail.servers import ScriptedServer, scripted
from tests.school import MONDAY, School, at
from tests.school import TOML as SCHOOL_TOML

TOML = """
[contacts.office]
name = "School office"
email = "office@example.org"
[mail]
route = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Office <office@example.org>"
confirm_above = 0
"""


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A mail server that knows nobody."""
    with scripted(lambda step, _: "550 5.1.1 no such mailbox" if step == "rcpt" else None) as refusing:
        yield refusing


def day(school: School, number: int) -> list[tuple[str, MailKind]]:
    """Live one day; return the letters of it."""
    today = MONDAY + timedelta(days=number)
    queued = school.plan(today).report.queued
    school.deliver(today)
    return [(letter.address, letter.kind) for letter in queued]


def test_the_office_is_told_of_a_colleague_whose_letter_came_back_once_for_each_address(
    tmp_path: Path, server: ScriptedServer
) -> None:
    with School(tmp_path, TOML.format(port=server.port)) as school:
        school.add_policy("Confidentiality")
        lee = school.add_person("Lee", start_on=date(2019, 9, 1))
        assert day(school, 0) == [("lee@example.org", MailKind.READING)]
        server.script = lambda step, number: None
        assert day(school, 1) == [("office@example.org", MailKind.OFFICE)]
        assert "has refused lee@example.org of Kim Lee" in school.messages()[-1].text
        assert day(school, 2) == []
        school.change_person(lee, work_email="k.lee@example.org")
        server.script = lambda step, number: "550 5.1.1 no such mailbox" if step == "rcpt" else None
        assert day(school, 3) == [("k.lee@example.org", MailKind.READING)]
        server.script = lambda step, number: None
        assert day(school, 4) == [("office@example.org", MailKind.OFFICE)]
        # The Monday after it stands on the list of what is open, and once in that week.
        assert day(school, 7) == [("office@example.org", MailKind.OPEN)]
        assert "No mail reaches Kim Lee" in school.messages()[-1].text
        assert day(school, 8) == []


def test_the_office_is_told_of_nobody_who_has_answered_on_paper_meanwhile(
    tmp_path: Path, server: ScriptedServer
) -> None:
    with School(tmp_path, TOML.format(port=server.port)) as school:
        version = school.add_policy("Confidentiality")
        lee = school.add_person("Lee")
        day(school, 0)
        school.record(lee, version, MONDAY)
        assert day(school, 1) == []


def test_the_office_is_not_told_of_a_starter_whose_second_letter_arrived(
    tmp_path: Path, server: ScriptedServer
) -> None:
    with School(tmp_path, TOML.format(port=server.port)) as school:
        school.add_policy("Confidentiality")
        school.add_person("Lee", start_on=MONDAY)
        assert day(school, 0) == [("lee@example.org", MailKind.STARTER)]
        server.script = lambda step, number: None
        assert day(school, 1) == [("lee@example.org", MailKind.STARTER)]
        later = [letter for number in range(2, 14) for letter in day(school, number)]
        assert [address for address, _ in later if address != "lee@example.org"] == []


# --- named every day, until it is put right ---


def named(school: School, number: int) -> list[str]:
    """Return whose mail the report of a day names as having come back."""
    with school.register.reading() as tx:
        said = say_undelivered(tx, school.key, school.config, MONDAY + timedelta(days=number))
    assert not said or "policy send --drop ADDRESS" in said[-1]
    return list(said[:-1])


@pytest.fixture
def returned(tmp_path: Path, server: ScriptedServer) -> Iterator[School]:
    """A school where the letters to Lee and to Moss came back on Monday."""
    with School(tmp_path, TOML.format(port=server.port)) as school:
        school.add_policy("Confidentiality")
        for name in ("Lee", "Moss"):
            school.add_person(name, start_on=date(2019, 9, 1))
        day(school, 0)
        server.script = lambda step, number: None
        yield school


def test_whose_mail_came_back_is_named_every_day(returned: School) -> None:
    for number in (0, 1, 2, 9):
        lee, moss = named(returned, number)
        assert "Kim Lee <lee@example.org> came back on 23 November 2026" in lee
        assert "550 5.1.1 no such mailbox" in lee
        assert "moss@example.org" in moss


@pytest.mark.parametrize("how", ["corrected", "left", "answered", "dropped", "tried again", "printed"])
def test_who_was_seen_to_is_named_no_more_and_the_other_still_is(returned: School, how: str) -> None:
    school, now = returned, at(MONDAY, 12)
    with school.register.reading() as tx:
        lee = next(row for row in list_people(tx, school.key, MONDAY) if row.person.last_name == "Lee")
    match how:
        case "corrected":
            school.change_person(lee, work_email="k.lee@example.org")
        case "left":
            school.change_person(lee, leave_on=MONDAY)
        case "answered":
            with school.register.transaction() as tx:
                for asked in list_requests(tx, school.key, person=lee.id, only_open=True):
                    close_requests(tx, school.key, READING, [(asked.id, ClosedReason.ACKNOWLEDGED)], now)
        case "dropped":
            assert mailings.drop(school.register, school.root, "LEE@example.org", by="the office", now=now) == 1
        case "printed":
            with school.register.transaction() as tx:
                printed = ToldRecord(
                    None, None, "paper", lee.id, About.READING.value, outcome=ToldOutcome.PRINTED, settled_at=now
                )
                add_told(tx, school.key, [printed])
        case "tried again":
            assert mailings.retry(school.register, school.root, by="the office", now=now, refused=True) == 2
            school.deliver(MONDAY)
    left = named(school, 2)
    assert [("moss@example.org" in line) for line in left] == ([] if how == "tried again" else [True])


def test_dropping_what_has_not_come_back_does_nothing_and_names_what_has(returned: School) -> None:
    with pytest.raises(UsageError, match=r"nothing was done\. Those: lee@example\.org and moss@example\.org"):
        mailings.drop(returned.register, returned.root, "kim@example.org", by="the office", now=at(MONDAY, 12))
    assert len(named(returned, 1)) == 2


def test_a_letter_to_the_office_that_came_back_is_named_until_the_settings_have_another_address(
    tmp_path: Path, server: ScriptedServer
) -> None:
    with School(tmp_path, TOML.format(port=server.port)) as school:
        school.add_policy("Confidentiality")
        school.add_person("Lee", start_on=date(2019, 9, 1))
        day(school, 0)
        day(school, 1)
        assert ["office@example.org" in line for line in named(school, 1)] == [False, True]
        toml = TOML.format(port=server.port).replace("office@example.org", "desk@example.org")
        school.config = parse_config(SCHOOL_TOML + toml, root=tmp_path)
        assert len(named(school, 1)) == 1
