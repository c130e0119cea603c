"""Which mail tells whom of which reviews: noted in the transaction that queues it, so that no stage is told twice.

Used by ``reminders`` for an owner's own mail and by ``acknowledgements`` where the day's mail to a reader tells of
their reviews too.
"""

from dataclasses import dataclass

from pipeline.mail.messages import ReviewItem
from pipeline.register import campaigns
from pipeline.register.database import Transaction


@dataclass(frozen=True, slots=True)
class OwnedReviews:
    """What one address is to be told of today."""

    address: str
    name: str
    """As they are greeted; empty where only the address is known."""
    items: tuple[ReviewItem, ...]


def note_reviews(tx: Transaction, school: str, reviews: OwnedReviews, message: int) -> None:
    """Record that the outbox's ``message`` tells of ``reviews``."""
    for item in reviews.items:
        if item.standing.due_on is not None:
            campaigns.save_reminder(
                tx,
                school,
                policy_id=item.standing.policy_id,
                due_on=item.standing.due_on,
                stage=item.stage,
                recipient=reviews.address,
                message_id=message,
            )
