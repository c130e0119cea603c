"""A computer's clock that is six weeks ahead: mail does not go by it, and what it put off goes once it is right."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.end_to_end.conftest import School
from tests.mail.servers import ScriptedServer, scripted

AHEAD, TODAY, TOMORROW = "2027-01-05", "2026-11-24", "2026-11-25"


class Door:
    """How a mail server greets just now."""

    def __init__(self) -> None:
        self.greeting: str | None = None

    def said(self, step: str, number: int) -> str | None:
        return self.greeting if step == "connect" else None

    def says_the_time(self, of: timedelta) -> None:
        """Greet as Exchange does, by a clock that differs by so much from this computer's."""
        moment = format_datetime(datetime.now(UTC) + of)
        self.greeting = f"220 AS4P190CA0031.outlook.example Microsoft ESMTP MAIL Service ready at {moment} [08DE]"


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def server(door: Door) -> Iterator[ScriptedServer]:
    with scripted(door.said) as running:
        yield running


@pytest.fixture
def by_smtp(stocked: School, server: ScriptedServer) -> School:
    """West Park School with its copies made, whose staff nobody has asked yet, and a mail server."""
    stocked.send_by(server.port)
    stocked.configure("confirm_above = 20", "confirm_above = 0")
    return stocked


@pytest.mark.parametrize("days", [-42, 42])
def test_no_mail_goes_while_the_servers_clock_is_weeks_from_this_computers(
    by_smtp: School, server: ScriptedServer, door: Door, days: int
) -> None:
    door.says_the_time(timedelta(days=days))
    ran = by_smtp.policy("run")
    assert server.taken == []
    assert ran.code == 5
    assert "no mail goes while the two differ" in " ".join((ran.out + ran.err).split())
    door.says_the_time(timedelta(hours=-12))
    by_smtp.policy("send", "--resume")
    assert by_smtp.policy("run", today=TOMORROW).code == 0
    assert len(server.taken) > 5


def test_what_a_clock_that_was_ahead_put_off_goes_once_it_is_right(
    by_smtp: School, server: ScriptedServer, door: Door
) -> None:
    door.greeting = "554 not today"
    by_smtp.policy("run", today=AHEAD)
    assert server.taken == []
    door.greeting = None
    assert by_smtp.policy("run", today=TODAY).code == 0
    readers = {bytes(line) for mail in server.taken for line in mail.split(b"\r\n") if line.startswith(b"To: ")}
    assert len(readers) == len(server.taken) > 5, "each once"
    assert by_smtp.policy("run", today=TOMORROW).code == 0
    assert len(server.taken) == len(readers), "and nobody again"


def test_a_run_after_more_than_16_days_asks_whether_the_clock_is_right(stocked: School) -> None:
    assert stocked.policy("run", today=TODAY).code == 0
    said = " ".join(stocked.policy("run", today="2026-12-10").out.split())
    assert "days ago. If fewer have passed" not in said
    said = " ".join(stocked.policy("run", today="2026-12-27").out.split())
    assert (
        "The last run was for 10 December 2026, 17 days ago. If fewer have passed, this computer's clock is ahead"
        in said
    )
