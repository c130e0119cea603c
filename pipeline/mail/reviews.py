"""Which mail tells whom of which reviews: noted in the transaction that queues it, so that no stage is told twice.

Used by ``reminders`` for an owner's own mail and by ``acknowledgements`` where the day's mail to a reader tells of
their reviews too.
"""

from dataclasses import dataclass

from pipeline.mail.messages import ReviewItem
from pipeline.register.database import Transaction
from pipeline.register.told import About, ToldRecord, add_told


@dataclass(frozen=True, slots=True)
class OwnedReviews:
    """What one address is to be told of today."""

    address: str
    name: str
    """As they are greeted; empty where only the address is known."""
    items: tuple[ReviewItem, ...]


def note_reviews(tx: Transaction, school: str, reviews: OwnedReviews, message: int, route: str) -> None:
    """Record that the outbox's ``message``, which goes by ``route``, tells of ``reviews``."""
    records = [
        ToldRecord(
            message=message,
            person=None,
            address=reviews.address.casefold(),
            route=route,
            about=About.REVIEW,
            stage=item.stage,
            policy_id=item.standing.policy_id,
            due_on=item.standing.due_on,
        )
        for item in reviews.items
        if item.standing.due_on is not None
    ]
    add_told(tx, school, records)
