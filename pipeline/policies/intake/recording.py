"""One pass of recording: what is known of the school's policies meanwhile, and what the run's report says of it.

``record`` makes one and works through the files; ``texts`` makes versions of what they say.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.register.decision import THE_RUN, Decision
from pipeline.register.policies import policies as rows
from pipeline.register.policies.policies import PolicyRow, VersionRow
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Recorded:
    """One thing the run recorded, for its report."""

    slug: str
    title: str
    path: str
    message: str
    """A sentence for the school office; empty where there is nothing to add."""


@dataclass(slots=True)
class RecordReport:
    """What recording did with the files that were read. Lists are in the order of the files."""

    adopted: list[Recorded] = field(default_factory=list)
    issued: list[Recorded] = field(default_factory=list)
    """Versions that issued themselves: only contacts or dates changed."""
    drafts: list[Recorded] = field(default_factory=list)
    moved: list[Recorded] = field(default_factory=list)
    duplicates: list[Recorded] = field(default_factory=list)
    proposed_withdrawn: list[Recorded] = field(default_factory=list)
    vanished: list[Recorded] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many policies have a new version or draft."""
        return len(self.adopted) + len(self.issued) + len(self.drafts)


class PolicyRecording:
    """The policies of one school inside one transaction, and the report of what was done with them."""

    def __init__(
        self,
        tx: Transaction,
        school: str,
        school_name: str,
        today: date,
        now: datetime,
        by: str = THE_RUN,
        trust_name: str = "",
    ) -> None:
        self.tx, self.school, self.school_name, self.today, self.now = tx, school, school_name, today, now
        self.trust_name = trust_name
        self.decision = Decision(tx, school, by, now)
        self.report = RecordReport()
        self.policies: dict[int, PolicyRow] = {policy.id: policy for policy in rows.list_policies(tx, school)}
        self.in_force: dict[int, VersionRow] = rows.versions_in_force(tx, school)
        """By policy, as is ``drafts``."""
        self.drafts: dict[int, VersionRow] = rows.drafts(tx, school)

    def tell(self, where: list[Recorded], policy: PolicyRow, path: str, message: str) -> None:
        """Add a line about a policy to one of the report's lists."""
        where.append(Recorded(policy.slug, policy.title, path, message))
