"""Deliveries in hard times: the register gone or full in the middle, the folder full. It is told, and nothing lost."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from pipeline.errors import RegisterError
from pipeline.mail.routes.envelope import Envelope
from pipeline.model.mail import DeliveryState, MailKind
from tests.mail.world import NOW, SMTP, CollectingTransport, World, parse

PEOPLE = 6


@pytest.fixture
def mailed(world: World) -> World:
    """A school by a mail server, with mail to six people that is due."""
    world.configure(SMTP + "confirm_above = 0\nconnections = 1\n")
    for number in range(PEOPLE):
        world.queue(f"p{number}", "confidentiality", person=world.add_person(f"p{number}"))
    return world


class OnThird(CollectingTransport):
    """Does something while the third mail is on its way."""

    def __init__(self, then: object) -> None:
        super().__init__()
        self.then = then

    def send(self, envelope: Envelope) -> str | None:
        answer = super().send(envelope)
        if len(self.taken) == 3:
            self.then()  # type: ignore[operator]
        return answer


@pytest.mark.parametrize("how", ["deleted", "moved", "replaced"])
def test_a_register_that_goes_in_the_middle_ends_the_delivery_with_a_sentence(mailed: World, how: str) -> None:
    path = mailed.register.path
    assert path is not None
    kept = path.with_name("kept.sqlite3")

    def go() -> None:
        shutil.copy(path, kept) if how == "deleted" else path.rename(kept)
        path.unlink(missing_ok=True)
        if how == "replaced":
            shutil.copy(kept, path)

    transport = OnThird(go)
    with pytest.raises(RegisterError, match="was moved, deleted or replaced while it was in use"):
        mailed.deliver(transport)
    assert len(transport.taken) == 3
    with pytest.raises(RegisterError, match="Put it back in that place"), mailed.register.reading():
        pass
    # Nothing was written into a file that nobody finds again.
    assert path.exists() is (how == "replaced")


@contextmanager
def full_register() -> Iterator[list[bool]]:
    """Let SQLite find no room for more while the list holds something."""
    full: list[bool] = []

    def limit(connection: object) -> None:
        driver = connection.connection.driver_connection  # type: ignore[attr-defined]
        (pages,) = driver.execute("PRAGMA page_count").fetchone()
        driver.execute(f"PRAGMA max_page_count = {pages if full else 1_000_000}")

    event.listen(Engine, "begin", limit)
    try:
        yield full
    finally:
        event.remove(Engine, "begin", limit)


def fill(world: World, transport: CollectingTransport) -> None:
    """Deliver more and more: what was freed inside the file may take a few records yet."""
    for number in range(1_000):
        world.deliver(transport)
        world.queue(f"more{number}", "safeguarding", kind=MailKind.OWNER)


def test_a_drive_without_room_for_the_register_ends_the_delivery_and_the_next_goes_on(mailed: World) -> None:
    with full_register() as full:
        transport = OnThird(lambda: full.append(True))
        with pytest.raises(RegisterError, match=r"is full\. What was recorded before is kept"):
            fill(mailed, transport)
        full.clear()
    taken = [envelope.message_id for envelope in transport.taken]
    again = CollectingTransport()
    mailed.deliver(again)
    repeated = set(taken) & {envelope.message_id for envelope in again.taken}
    assert set(mailed.states()) == {DeliveryState.SENT}
    # The one whose result could not be kept goes again, under its own Message-ID.
    assert len(repeated) <= 1


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of a file")
def test_a_folder_without_room_is_told_and_leaves_no_half_file(world: World) -> None:
    import resource

    world.make_copy("safeguarding", b"%PDF" + bytes(4_000_000))
    for number in range(PEOPLE):
        policy = "safeguarding" if number == 2 else "confidentiality"
        world.queue(f"p{number}", policy, person=world.add_person(f"p{number}"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, before[1]))
    try:
        report = world.deliver()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (report.written, report.deferred, report.later) == (2, 1, 3)
    (problem,) = report.problems
    assert "outbox cannot be written" in problem.message
    assert "Make room" in problem.message
    assert len(world.files) == 2
    assert world.deliver(now=NOW + timedelta(hours=1)).written == 4
    assert len(world.files) == PEOPLE
    assert parse(world.files[2].read_bytes())["To"] == "p2@example.org"
