"""The head's words before the first mail: to everybody once, by the number, and no letter goes unasked for it."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import policy
from pipeline.errors import UsageError
from pipeline.letters.announcement import announce, find_audience
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.model.people import AwayPeriod
from pipeline.register.people.changes import add_absence
from tests.mail.servers import ScriptedServer, scripted
from tests.mail.world import parse
from tests.school import MONDAY, SECRET, School, at

TOML = """
[contacts.headteacher]
name = "Helen March"
[calendar]
terms = ["2026-09-01..2026-12-18"]
[mail]
route = "smtp"
host = "127.0.0.1"
security = "none"
from = "Office <office@example.org>"
connections = 1
"""
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted() as found:
        yield found


@pytest.fixture
def school(tmp_path: Path, server: ScriptedServer) -> Iterator[School]:
    """One policy, and three people of whom one is away and one has no address."""
    with School(tmp_path, f"{TOML}port = {server.port}\n") as found:
        found.add_policy("Child protection")
        found.add_person("Lee")
        away = found.add_person("Day")
        found.add_person("Kay", email=None)
        found.add_person("Old", leave_on=MONDAY - timedelta(days=1))
        with found.register.transaction() as tx:
            add_absence(tx, found.key, away.id, AwayPeriod(MONDAY, MONDAY), at(MONDAY))
        yield found


def tell(school: School, people: int | None, today: object = MONDAY) -> int:
    day = MONDAY if today == MONDAY else TUESDAY
    return announce(school.register, school.config, SECRET, by="Jo Marsh", today=day, now=at(day), people=people)


def taken(server: ScriptedServer) -> list[EmailMessage]:
    return [parse(content) for content in server.taken]


def test_everybody_whom_mail_reaches_is_told_once_and_who_was_away_later(
    school: School, server: ScriptedServer
) -> None:
    with school.register.reading() as tx:
        audience = find_audience(tx, school.key, school.config, MONDAY)
    names = [[row.person.last_name for row in rows] for rows in (audience.to_tell, audience.unreached, audience.away)]
    assert names == [["Lee"], ["Kay"], ["Day"]]
    assert tell(school, 1) == 1
    school.deliver()
    with pytest.raises(UsageError, match="Everybody whom mail reaches has had"):
        tell(school, 1)
    assert tell(school, 1, TUESDAY) == 1
    school.deliver(TUESDAY)
    assert [str(mail["To"]) for mail in taken(server)] == ["lee@example.org", "day@example.org"]
    for mail in taken(server):
        text, html = (str(mail.get_body((kind,)).get_content()) for kind in ("plain", "html"))  # type: ignore[union-attr]
        for words in ("It comes from office@example.org.", "Helen March, headteacher", "there is nothing to press"):
            assert words in text
            assert words.removesuffix(".").replace("office@", "<strong>office@") in html
        assert "Ref " in str(mail["Subject"])
        assert '<a href="http' not in html


@pytest.mark.parametrize("people", [None, 2, 0])
def test_on_another_number_nothing_is_queued(school: School, people: int | None) -> None:
    with pytest.raises(UsageError, match="This writes to 1 person"):
        tell(school, people)
    assert school.messages() == ()


def test_no_letter_goes_for_it_and_the_first_still_waits_for_its_own_word(
    school: School, server: ScriptedServer
) -> None:
    school.plan()
    tell(school, 1)
    assert school.deliver().sent == 1
    school.plan(TUESDAY)
    assert school.deliver(TUESDAY).waiting == 2
    states = {(mail.kind, mail.state) for mail in school.messages()}
    assert states == {(MailKind.ANNOUNCEMENT, DeliveryState.SENT), (MailKind.READING, DeliveryState.PENDING)}
    assert len(server.taken) == 1


def test_the_command_says_to_whom_it_goes_and_sends_on_their_number_alone(
    school: School, server: ScriptedServer
) -> None:
    call = ["--workspace", str(school.root), "--today", str(MONDAY), "--as", "Jo", "mail", "announce"]
    shown = CliRunner().invoke(policy, call, catch_exceptions=False)
    assert shown.stdout.startswith("Subject: Mail about our policies will come from office@example.org\n\nWorried")
    assert "into Bcc so that nobody sees the others: lee@example.org" in shown.stderr
    assert "sends it to 1 person from office@example.org" in shown.stderr
    refused = CliRunner().invoke(policy, [*call, "--confirm"])
    assert "policy mail announce --confirm --people 1" in str(refused.exception)
    for mistake in (["--people", "1"], ["--confirm", "--out", "x.txt"]):
        assert isinstance(CliRunner().invoke(policy, [*call, *mistake]).exception, UsageError)
    assert server.taken == []
    done = CliRunner().invoke(policy, [*call, "--confirm", "--people", "1"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "The head's words go to 1 person." in done.stdout
    assert "so somebody has to tell them: Kim Kay." in done.stdout
    assert "Away, so not told yet: Kim Day." in done.stdout
    assert [str(mail["To"]) for mail in taken(server)] == ["lee@example.org"]
