"""Building mails with an attachment."""

import random
from datetime import UTC, datetime

from pipeline.mail.routes.envelope import build_bytes, encode_attachment
from tests.benchmarks.measuring import Row, median_spent

_BATCH = 200
_ATTACHMENT_BYTES = 200 * 1024


def measure() -> list[Row]:
    """Time building two hundred mails that share one encoded attachment."""
    attachment = encode_attachment("Lettings Policy.pdf", random.Random(1).randbytes(_ATTACHMENT_BYTES))
    moment = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)

    def batch() -> None:
        for number in range(_BATCH):
            build_bytes(
                sender="Westhaven School <policies@example.org>",
                recipient=f"reader{number}@example.org",
                subject=f"Westhaven School: please read the Lettings Policy ({number})",
                text="Please read the policy.\n" * 40,
                html="<p>Please read the policy.</p>\n" * 40,
                message_id=f"<{number}.benchmark@example.org>",
                date=moment,
                attachments=[attachment],
            )

    taken = median_spent(batch, rounds=5).processor
    return [
        Row(
            "mails built a second, 200 KB attached",
            f"{_BATCH / taken:,.0f}",
            "",
            f"{taken / _BATCH * 1000:.2f} ms each",
        )
    ]
