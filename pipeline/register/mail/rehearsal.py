"""The mails that have not gone, as a rehearsal lists them: the SQL of it. Used by ``mail.rehearsal``."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from pipeline.model.mail import NOT_GONE, MailKind
from pipeline.register.mail.campaigns import CampaignState
from pipeline.register.mail.letter_bodies import StoredAttachment
from pipeline.register.mail.outbox import DELIVERY_ORDER
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


def list_unsent_mail(tx: Transaction, school: str, route: str) -> tuple[UnsentMail, ...]:
    """Return the mails that have not gone by a route, in the order in which they would go if all could go now."""
    columns = [message.c[name] for name in ("id", "recipient", "subject", "kind", "due_on", "next_try_at")]
    query = (
        select(*columns, letter_body.c.attachments, campaign.c.state)
        .join(letter_body, letter_body.c.id == message.c.body)
        .outerjoin(campaign, campaign.c.id == message.c.campaign)
        .where(message.c.school == school, message.c.route == route)
        .where(message.c.state.in_([state.value for state in NOT_GONE]))
        .order_by(*DELIVERY_ORDER)
    )
    return tuple(
        UnsentMail(
            row.id,
            row.recipient,
            row.subject,
            MailKind(row.kind),
            tuple(StoredAttachment(**each) for each in row.attachments),
            row.due_on,
            row.next_try_at,
            None if row.state is None else CampaignState(row.state),
        )
        for row in tx.execute(query)
    )
