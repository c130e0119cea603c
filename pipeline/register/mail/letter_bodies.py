"""What letters say, each once for everybody who is told the same: every line of SQL about it, and its attachments.

``mail.outbox`` keeps a body before the messages that share it. While a message waits, its body is exchanged where the
safety lines of the day are others, and asked whether the copies it attaches are still the ones to give.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import or_, select, update

from pipeline.model.mail import NOT_GONE
from pipeline.register.policies.copies import copies_for_staff
from pipeline.register.readings.shared_readings import copies_beside
from pipeline.register.store.chunks import in_chunks
from pipeline.register.tables.mapper import Mapper, stored
from pipeline.register.tables.schema import letter_body, message
from pipeline.register.transaction import Transaction

_OPEN_STATES = tuple(state.value for state in NOT_GONE)


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """A copy that goes with a message, a paper, or words of its own."""

    copy_id: int | None
    """None of papers and words."""
    file_name: str
    path: str
    """Relative to ``distribution/``, with forward slashes; or absolute."""
    sha256: str
    size_bytes: int
    words: str | None = None
    """The whole of what is attached, where it lies in no file."""
    of_school: str = ""
    """The key of another school of the trust, whose copy it is; else empty."""


@dataclass(frozen=True, slots=True)
class NewBody:
    """What one letter says, to however many it goes; slots stand where it differs (``slots``)."""

    text: str
    html: str
    attachments: tuple[StoredAttachment, ...] = ()
    safety_text: str | None = None
    """The part of ``text`` that says whom a worry about a child goes to; None where it says so nowhere."""
    safety_html: str | None = None


_LEFT_OUT = {"words": None, "of_school": ""}
"""What is not written of an attachment where it says nothing."""


def _kept(attachments: Sequence[StoredAttachment]) -> list[dict[str, Any]]:
    said = [asdict(each) for each in attachments]
    return [{name: value for name, value in each.items() if value != _LEFT_OUT.get(name, ...)} for each in said]


def read_attachments(kept: Sequence[dict[str, Any]]) -> tuple[StoredAttachment, ...]:
    """Return what goes with a letter as it is kept."""
    return tuple(StoredAttachment(**each) for each in kept)


_BODIES = Mapper(
    NewBody,
    letter_body,
    text=letter_body.c.text_part,
    html=letter_body.c.html_part,
    attachments=stored(letter_body.c.attachments, read_attachments, _kept),
)


def add_body(tx: Transaction, school: str, new: NewBody) -> int:
    """Keep what a letter says; return the register's key of it."""
    return _BODIES.add(tx, school, new)


def renew_safety_lines(tx: Transaction, school: str, text: str, html: str) -> int:
    """Put today's safety lines into the mails that have not gone; return into how many. Their ids stay.

    A mail that has gone keeps its words: one that shares them with a mail that waits lets that have a copy.
    """
    waiting = (message.c.school == school, message.c.state.in_(_OPEN_STATES))
    other = or_(letter_body.c.safety_text != text, letter_body.c.safety_html != html)
    found = (
        _BODIES.select.add_columns(letter_body.c.id)
        .where(letter_body.c.school == school, letter_body.c.safety_text.is_not(None), other)
        .where(letter_body.c.id.in_(select(message.c.body).where(*waiting)))
    )
    renewed = 0
    for row in tx.execute(found).all():
        renewed_html = row.html_part.replace(row.safety_html, html) if row.safety_html else row.html_part
        words = {"text": row.text_part.replace(row.safety_text, text), "html": renewed_html}
        new = replace(_BODIES.read(row), **words, safety_text=text, safety_html=html)
        body = add_body(tx, school, new)
        renewed += tx.execute(update(message).where(*waiting, message.c.body == row.id).values(body=body)).rowcount
    return renewed


def list_with_replaced_copies(tx: Transaction, school: str) -> tuple[int, ...]:
    """Return the messages not gone yet whose attached copy is no longer one to give."""
    waiting = message.c.school == school, message.c.state.in_(_OPEN_STATES)
    used = select(message.c.body).where(*waiting)
    query = select(letter_body.c.id, letter_body.c.attachments).where(letter_body.c.id.in_(used))
    rows = [(row.id, row.attachments) for row in tx.execute(query) if row.attachments]
    copies = {(row.id, row.pdf_sha256) for row in copies_for_staff(tx, school).values()} if rows else set()
    shared = any(attachment.get("of_school") for _, attachments in rows for attachment in attachments)
    beside = copies_beside(tx, school) if shared else frozenset()
    stale = [
        body
        for body, attachments in rows
        if any(
            (attachment["copy_id"] is not None and (attachment["copy_id"], attachment["sha256"]) not in copies)
            or ((of := attachment.get("of_school")) and (of, attachment["sha256"]) not in beside)
            for attachment in attachments
        )
    ]
    found: list[int] = []
    for some in in_chunks(stale):
        found += tx.scalars(select(message.c.id).where(*waiting, message.c.body.in_(some)))
    return tuple(sorted(found))
