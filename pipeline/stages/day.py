"""What one run works with, hands from part to part, and says in the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.acknowledgements.keys import Keys
from pipeline.acknowledgements.listing import LateReader
from pipeline.catalogue.policies import CatalogueEntry
from pipeline.config import Config
from pipeline.copies.orders import CopyReport
from pipeline.copies.shared_worker import NOBODY, SharedWorker
from pipeline.errors import ExitCode
from pipeline.letters.contributors.returned import InboxReport
from pipeline.letters.day import LetterReport
from pipeline.mail.mailings import CampaignSummary
from pipeline.mail.outbox import DeliveryReport
from pipeline.mail.rehearsal import RehearsedMail
from pipeline.model.policies import PolicyStanding
from pipeline.people.lists.staff_import import StaffImport
from pipeline.policies.editions import EditionOffer
from pipeline.policies.intake.recording import RecordReport
from pipeline.policies.intake.scan import FoundFile, Scan
from pipeline.policies.questions import Question
from pipeline.policies.standing import attention, missing_policies
from pipeline.publish.site import SiteReport
from pipeline.register.policies import policies as policy_rows
from pipeline.register.store.database import Register


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one run did, stage by stage, for the owner's screen and for other programs."""

    today: date
    dry_run: bool
    """Nothing was written or sent: this is what would have happened."""
    scan: Scan
    read: tuple[FoundFile, ...]
    """The files that were new or changed and were therefore read."""
    unreadable: tuple[policy_rows.SourceFile, ...]
    """Every file in the folder that cannot be read, also those of earlier runs."""
    record: RecordReport
    copies: CopyReport
    site: SiteReport | None
    """None in a dry run."""
    staff: StaffImport
    letters: LetterReport
    delivery: DeliveryReport
    rehearsed: tuple[RehearsedMail, ...]
    """In a dry run every mail that would go or wait, with its attachments and its moment; else none."""
    inbox: InboxReport
    """What came back and was taken in before the letters were planned."""
    campaign: CampaignSummary
    """Whom the mailing writes to that waits for its confirmation; without readers where none waits."""
    standings: tuple[PolicyStanding, ...]
    questions: tuple[Question, ...]
    """What is unclear and waits for ``policy review``."""
    late: tuple[LateReader, ...]
    """Who should have recorded a reading by now, the longest first."""
    containment: tuple[str, ...]
    """How the processes that read files were held, a sentence each; empty where nothing had to be read."""
    offers: tuple[EditionOffer, ...]
    """Editions of others' documents that the owner could release; nobody is asked to read them until then."""
    notices: tuple[str, ...]
    """What the owner should know that belongs to no single policy."""
    lists_unknown: bool = False
    """A list of people is gone, empty or cannot be read, and nobody has said that it is meant."""

    @property
    def need_you(self) -> tuple[PolicyStanding, ...]:
        """The policies that need the office."""
        return attention(self.standings)

    @property
    def missing(self) -> tuple[CatalogueEntry, ...]:
        """The policies every school must have that are not in the folder."""
        return missing_policies(self.standings, self.today)

    @property
    def exit_code(self) -> ExitCode:
        """0; 6 for a damaged document in the register, 4 for files or lists unread or not copied, 5 for mail."""
        if self.copies.damaged:
            return ExitCode.REGISTER
        if self.lists_unknown or self.unreadable or self.scan.unopened or self.copies.failed:
            return ExitCode.UNREADABLE
        return ExitCode.UNDELIVERED if self.delivery.undelivered else ExitCode.DONE


@dataclass(frozen=True, slots=True)
class Day:
    """What every stage of one run works with."""

    register: Register
    """A copy in memory in a dry run."""
    config: Config
    today: date
    now: datetime
    environ: Mapping[str, str]
    dry_run: bool
    keys: Keys
    helper: SharedWorker = NOBODY


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the first part of a run brought in, read, made and published."""

    scan: Scan
    read: tuple[FoundFile, ...]
    record: RecordReport
    copies: CopyReport
    site: SiteReport | None
    staff: StaffImport
    standings: tuple[PolicyStanding, ...]
    """How every policy stands once its copies are made."""
    limits: tuple[str, ...]
    """How the processes that read files were held, a sentence each."""
    pressing: tuple[str, ...]
    """What the owner is to be told first."""
    notices: tuple[str, ...]
    """What the owner is to be told besides."""
    lists_unknown: bool = False
