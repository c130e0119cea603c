"""Somebody to whose address the letters come back is forgotten by nobody: the office is told, each address once."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.model import MailKind
from tests.mail.servers import ScriptedServer, scripted
from tests.school import MONDAY, School

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
        assert day(school, 7) == []


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
