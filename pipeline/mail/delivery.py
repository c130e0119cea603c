"""Send what is due: take a message, build its bytes, hand it over, and tell what came of it with the next step.

``mail.outbox.deliver`` decides what may go in this run and starts one ``Courier`` a connection. A crash between claim
and record leaves the row as being sent; the next run puts it back in doubt, and a further try of a row in doubt is
written into the ledger before it goes.
"""

import re

from pipeline.config import Config
from pipeline.dates.calendar import next_mail_day
from pipeline.errors import DeliveryError
from pipeline.mail.round import CourierStep, Round, Tried, asks_for_a_moment
from pipeline.mail.routes.envelope import Envelope, build_bytes, sender_address, wire_address
from pipeline.mail.routes.transport import Transport
from pipeline.mail.settling import TryOutcome, outcome_of
from pipeline.model.mail import DeliveryState
from pipeline.register.mail.outbox import MessageRow


class Courier:
    """Delivers messages of a round over one transport until none is left. One a thread."""

    def __init__(self, round_: Round, transport: Transport) -> None:
        self._round = round_
        self._transport = transport

    def work(self) -> None:
        """Deliver until nothing is left or the round is stopped, then let go of the connection."""
        try:
            self._deliver_all()
        except BaseException:
            self._round.stopped = True
            raise
        finally:
            self._transport.close()

    def _deliver_all(self) -> None:
        run = self._round
        tried: Tried | None = None
        repeats: int | None = None
        while True:
            has_turn = not (tried is not None and asks_for_a_moment(tried.outcome)) and run.has_turn()
            if tried is not None and not has_turn:
                # What came of it is not left unrecorded while the mail service's limits are waited for.
                repeats = run.take(CourierStep(tried, wants=False)).repeats
                tried = None
            if not has_turn and not run.wait_for_turn():
                return
            step = run.take(CourierStep(tried, repeats=repeats))
            while step.row is None and not step.is_last:
                step = run.take(CourierStep())
            if step.row is None:
                run.give_back()
                return
            outcome = self._try(step.row)
            # Once more where the connection broke under it, unless it may have been taken.
            tried = Tried(step.row, outcome, may_repeat=outcome.again and step.row.id != step.repeats)
            repeats = None

    # --- send ---

    def _try(self, row: MessageRow) -> TryOutcome:
        done = DeliveryState.WRITTEN if self._round.writes_files else DeliveryState.SENT
        try:
            return TryOutcome(done, self._transport.send(self._envelope(row)))
        except DeliveryError as error:
            return outcome_of(error, row)

    def _envelope(self, row: MessageRow) -> Envelope:
        config = self._round.config
        recipient = wire_address(row.recipient)
        content = build_bytes(
            sender=config.mail.from_,
            recipient=recipient,
            subject=row.subject,
            text=row.text,
            html=row.html,
            message_id=row.message_id,
            date=self._round.clock.now().astimezone(config.zone),
            attachments=[self._round.shelf.encoded(attachment) for attachment in row.attachments],
            answers=row.answers,
        )
        return Envelope(
            row_id=row.id,
            message_id=row.message_id,
            sender=sender_address(config.mail.from_),
            recipient=recipient,
            content=content,
            name=_file_name(row, config),
        )


def _file_name(row: MessageRow, config: Config) -> str:
    """Return the stem of the .eml file: the day it goes, the reader, its number; the same for every try."""
    queued_on = row.queued_at.astimezone(config.zone).date()
    day = next_mail_day(max(row.due_on, queued_on), config.calendar.closed)
    reader = re.sub(r"[^a-z0-9]+", "-", row.recipient.partition("@")[0].lower()).strip("-")[:40] or "reader"
    return f"{day.isoformat()}-{reader}-{row.id:05}"
