"""The mails that have not gone, as a rehearsal lists them: the SQL of it. Used by ``mail.rehearsal``."""

from dataclasses import dataclass
from datetime import date, datetime

from pipeline.model.mail import NOT_GONE, MailKind
from pipeline.register.mail.campaigns import CampaignState
from pipeline.register.mail.letter_bodies import StoredAttachment
from pipeline.register.mail.outbox import DELIVERY_ORDER
from pipeline.register.tables.mapper import Mapper
from pipeline.register.tables.schema import campaign, letter_body, message
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class UnsentMail:
    """One mail that has not gone."""

    id: int
    recipient: str
    subject: str
    kind: MailKind
    attachments: tuple[StoredAttachment, ...]
    due_on: date
    next_try_at: datetime | None
    mailing: CampaignState | None
    """How the mailing stands that it belongs to; None of a mail in none."""


_UNSENT = Mapper(UnsentMail, message, attachments=letter_body.c.attachments, mailing=campaign.c.state)


def list_unsent_mail(tx: Transaction, school: str, route: str) -> tuple[UnsentMail, ...]:
    """Return the mails that have not gone by a route, in the order in which they would go if all could go now."""
    query = (
        _UNSENT.select.join(letter_body, letter_body.c.id == message.c.body)
        .outerjoin(campaign, campaign.c.id == message.c.campaign)
        .where(message.c.school == school, message.c.route == route)
        .where(message.c.state.in_([state.value for state in NOT_GONE]))
        .order_by(*DELIVERY_ORDER)
    )
    return _UNSENT.all(tx, query)
