"""What a decision on a policy returns, and the letters that it makes needless."""

from dataclasses import dataclass

from pipeline.reasons.reason import Reason
from pipeline.register.decision import Decision
from pipeline.register.mail.outbox import cancel_about
from pipeline.register.mail.told import About


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided."""

    slug: str
    title: str
    said: Reason | str
    """In a sentence."""

    @property
    def message(self) -> str:
        """Return it in the words of the commands."""
        return str(self.said)


def drop_reminders(decision: Decision, policy_id: int) -> None:
    """Drop the letters about a policy's review that have not gone: it is done, or due on another day.

    Mail goes at any moment, not only behind a plan. What else they tell the next plan tells.
    """
    about = (About.REVIEW, About.APPROVAL)
    cancel_about(decision.tx, decision.school, policy_id, about, "the review was done or moved", decision.now)
