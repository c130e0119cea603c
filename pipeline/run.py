"""READ FIRST. The day's work of the pipeline in three parts, stage by stage, and what it did.

1. **Gather**: ``policies/`` is read, what changed is recorded, copies are regenerated with today's contacts, the pages
   are published, the staff list is taken in.
2. **Plan**: what came back is taken in (``policy take-in`` does that at any time, too); the schools of a trust settle
   who asks people of several of them; what each person owes and owners are to be told become letters in the outbox.
3. **Deliver**: what is due goes. ``policy deliver`` and the ticks of ``policy serve`` do this part alone, at any time.

Two runs never gather and plan at once: a lock keeps them apart, which goes with its process however that ends. Only
erasing a person waits for it. Other decisions (approve, acknowledge, the pages) and deliveries work beside a run, in
short transactions, so every stage asks again, inside the one in which it writes, for what may have been decided since.
No transaction is open while files are read, copies are made or mail is sent. Clock, environment and the way to show
progress come from the caller. An unchanged second run does nothing: what was done is known by its content.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from pipeline.acknowledgements.keys import Keys, find_keys, hold_for_keys, mend_links
from pipeline.acknowledgements.listing import LateReader, find_late
from pipeline.catalogue.policies import CatalogueEntry
from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day, note_contacts
from pipeline.contacts.lead_today import lead_notices
from pipeline.copies.orders import CopyReport
from pipeline.copies.preloading import get_ready_to_copy
from pipeline.copies.shared_worker import NOBODY, SharedWorker
from pipeline.copies.shelf import basis_of_copies, refresh_copies
from pipeline.documents.sandbox.containment import Containment
from pipeline.errors import ConfigurationError, DeliveryError, ExitCode
from pipeline.fetched_lists import fetch_or_say
from pipeline.letters.contributors.returned import InboxReport, take_in_due
from pipeline.letters.contributors.undelivered import say_undelivered
from pipeline.letters.day import LetterReport, say_waiting, write_letters
from pipeline.mail.holds import note_doubt, say_hold, why_all_is_held
from pipeline.mail.mailings import CampaignSummary, campaign_summary, form_campaign
from pipeline.mail.notices import mail_notices
from pipeline.mail.outbox import DeliveryReport, Seams, deliver
from pipeline.mail.planned_by import hash_lists, note_planned_by
from pipeline.mail.rehearsal import RehearsedMail, rehearse
from pipeline.model.facts import Problem
from pipeline.model.policies import PolicyStanding
from pipeline.model.progress import Progress, no_progress
from pipeline.other_schools.current_contacts import forget_stale_copies
from pipeline.other_schools.night import share_readings
from pipeline.people.absences import ask_about
from pipeline.people.asked import rule_notices
from pipeline.people.lists.several_lists import ListsTaken, take_lists
from pipeline.people.lists.staff_import import StaffImport
from pipeline.policies.editions import EditionOffer, list_offers
from pipeline.policies.intake.record import files_to_read, record_readings
from pipeline.policies.intake.recording import RecordReport
from pipeline.policies.intake.scan import FoundFile, ReadFile, Scan, read_files, reader_edition, say_limits, scan_folder
from pipeline.policies.meetings import meeting_notices
from pipeline.policies.questions import Question, list_questions
from pipeline.policies.standing import attention, list_standings, missing_policies
from pipeline.privacy.retention import notice_due
from pipeline.private_files import mend_doors
from pipeline.publish.site import SiteReport, publish_site
from pipeline.register.decision import THE_RUN
from pipeline.register.jobs import finish_run_day, note_run_day, run_day_before
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.people.persons import list_people
from pipeline.register.policies import policies as policy_rows
from pipeline.register.policies.contents import find_damaged_in_force
from pipeline.register.states import keep_policies, keep_settings
from pipeline.register.store import counter
from pipeline.register.store.database import Register
from pipeline.register.store.for_run import open_for_run
from pipeline.register.store.location import register_path
from pipeline.register.store.lost_register import find_lost
from pipeline.register.store.marks import HoldReason
from pipeline.safety_copies.keeping import keep_nightly
from pipeline.secret_sources import say_open_files
from pipeline.settings.addresses import own_network_notices
from pipeline.settings.calendar_source import take_calendar
from pipeline.wording import say_clock, say_size

_MOST_ROUNDS = 3
"""So often copies are looked through in one run where the office decides meanwhile."""


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


def run_pipeline(
    config: Config,
    *,
    today: date,
    now: datetime,
    environ: Mapping[str, str],
    dry_run: bool = False,
    progress: Progress = no_progress,
    stop: Callable[[], bool] | None = None,
    helper: SharedWorker = NOBODY,
) -> RunReport:
    """Do the day's work and return what was done. ``stop`` is asked between two mails: end soon.

    Raises:
        ConfigurationError: when a template or secret is wrong; nothing is sent then.
        RegisterError: when the register cannot be used, or another run gathers and plans.
    """
    config = take_calendar(config, today, dry_run=dry_run)
    unfetched = fetch_or_say(config, environ, today, dry_run=dry_run)
    with open_for_run(config, dry_run=dry_run, environ=environ) as register:
        with register.lock():
            keys = find_keys(register, config, environ, make=not dry_run)
            day = Day(register, config, today, now, environ, dry_run, keys, helper)
            gathered = gather(day, progress)
            inbox = hear_back(day, stop)
            planned = plan(day, gathered.standings)
        delivery = DeliveryReport() if dry_run else deliver_due(register, config, day.keys, today, now, environ, stop)
        report = report_on(day, gathered, inbox, planned, delivery)
        with register.transaction() as tx:
            finish_run_day(tx, register.school, today, now)
        return replace(report, notices=(*unfetched, *report.notices, *keep_nightly(day.register, config, today, now)))


def deliver_due(
    register: Register,
    config: Config,
    keys: Keys,
    today: date,
    now: datetime,
    environ: Mapping[str, str],
    stop: Callable[[], bool] | None = None,
    on_mail: Callable[[int], None] | None = None,
) -> DeliveryReport:
    """Deliver what is due now, and sign the ledger where that added to it. Several processes may do so at once.

    Raises:
        ConfigurationError: when the sign-in has no password or the sender no usable address; nothing was sent.
        RegisterError: when the register cannot be written.
    """
    with register.transaction() as tx:
        hold_for_keys(tx, register.school, keys, config, now)
    forget_stale_copies(register, config, today, now)
    done = deliver(register, config, today=today, now=now, environ=environ, progress=on_mail, seams=Seams(stop=stop))
    if not keys.other_ledger:
        with register.transaction() as tx:
            ledger.sign(tx, register.school, ledger_key_path(config.root), now)
    return done


def hear_back(day: Day, stop: Callable[[], bool] | None = None) -> InboxReport:
    """Take in what came back, so that nobody is reminded of what they answered; a dry run does not look.

    A mailbox that cannot be read stops nothing else: the report says so.
    """
    if day.dry_run:
        return InboxReport()
    try:
        return take_in_due(day.register, day.config, day.keys, day.today, day.now, day.environ, stop)
    except (ConfigurationError, DeliveryError) as error:
        return InboxReport(problems=(Problem("mailbox-unreachable", str(error)),))


def gather(day: Day, progress: Progress) -> Gathered:
    """Go through the stages that read, make and publish, in their order; each hands on what the next ones need."""
    held = hold_mail(day)
    notices = check_doors(day) + check_clock(day) + take_settings(day)
    scan = scan_folder(day.config.policies)
    limits: set[str] = set()
    # The words and facts of all documents go as soon as they are recorded: nobody asks for them again.
    record, read = record_changes(day, scan, read_changed(day, scan, progress, lambda of: limits.add(say_limits(of))))
    copies = make_copies(day, progress)
    keep_what_stands(day)
    standings = stand(day)
    lists, absent = take_people_lists(day, standings)
    return Gathered(
        scan=scan,
        read=read,
        record=record,
        copies=copies,
        site=publish(day, standings),
        staff=lists.whole,
        standings=standings,
        limits=tuple(sorted(limits)),
        pressing=(*lists.bad, *held, *say_who_leads(day), *absent),
        notices=(*notices, *say_scan(day, scan)),
        lists_unknown=lists.are_unknown,
    )


def plan(day: Day, standings: tuple[PolicyStanding, ...]) -> LetterReport:
    """Put what is to be said into the outbox, one letter an address; nobody is asked by links that do not open."""
    if day.keys.other_links:
        return LetterReport()
    shared = share_readings(day.register, day.config, standings, day.today, day.now)
    letters = write_letters(day.register, day.config, standings, secret=day.keys.secret, today=day.today, now=day.now)
    gather_mailing(day)
    return replace(letters, notices=(*letters.notices, *shared))


def report_on(
    day: Day, gathered: Gathered, inbox: InboxReport, planned: LetterReport, delivery: DeliveryReport
) -> RunReport:
    """Put together what the three parts did, with what waits for its owner now."""
    questions, late = list_what_waits(day)
    return RunReport(
        today=day.today,
        dry_run=day.dry_run,
        scan=gathered.scan,
        read=gathered.read,
        unreadable=list_unreadable(day),
        record=gathered.record,
        copies=gathered.copies,
        site=gathered.site,
        staff=gathered.staff,
        letters=planned,
        delivery=delivery,
        rehearsed=rehearse(day.register, day.config, day.today, day.now) if day.dry_run else (),
        inbox=inbox,
        campaign=campaign_summary(day.register),
        standings=gathered.standings,
        questions=questions,
        late=late,
        containment=gathered.limits,
        offers=list_editions(day),
        notices=(
            *gathered.pressing,
            *say_who_is_not_reached(day),
            *(problem.message for problem in inbox.problems),
            *gathered.notices,
            *mail_notices(day.config.mail, day.today),
            *say_rules(day, gathered.standings),
            *say_mail(day, planned),
            *notice_due(day.register, day.config, day.today),
        ),
        lists_unknown=gathered.lists_unknown,
    )


def say_who_is_not_reached(day: Day) -> tuple[str, ...]:
    """Say whose mail came back, every day until that is put right."""
    with day.register.reading() as tx:
        return say_undelivered(tx, day.register.school, day.config, day.today)


def say_who_leads(day: Day) -> tuple[str, ...]:
    """Say that nobody leads today or a deputy covers, with no number that nobody has rung."""
    with day.register.reading() as tx:
        contacts = contacts_of_day(tx, day.register.school, day.config, day.today)
    return lead_notices(day.config, day.today, contacts.shown, contacts.covers)


def hold_mail(day: Day) -> tuple[str, ...]:
    """Hold all mail where nobody can tell whom the register or the keys have served before; return why, in words."""
    lost = find_lost(day.register, day.config)
    with day.register.transaction() as tx:
        if lost:
            counter.hold_mail(tx, day.register.school, HoldReason.LOST, day.now)
        note_doubt(tx, day.register, day.now)
        hold_for_keys(tx, day.register.school, day.keys, day.config, day.now)
        dead = mend_links(tx, day.register.school, day.keys)
        reasons = why_all_is_held(tx, day.register)
    told = {HoldReason.LOST, HoldReason.OTHER} if lost else set()
    return (*filter(None, (lost, dead)), *(say_hold(each, day.register) for each in reasons if each not in told))


def check_doors(day: Day) -> tuple[str, ...]:
    """Close what lay open to other accounts of this computer; return what to say of it."""
    path = register_path(day.config.register_.url, root=day.config.root)
    mended = mend_doors(day.config.root, day.config.distribution, path, write=not day.dry_run)
    return (*mended, *say_open_files(day.environ), *own_network_notices(day.config))


def check_clock(day: Day) -> tuple[str, ...]:
    """Return what to say where the days of the runs before let the computer's clock be doubted."""
    with day.register.transaction() as tx:
        later = note_run_day(tx, day.register.school, day.today, day.now)
        return say_clock(later, run_day_before(tx, day.register.school, day.today), day.today)


def take_settings(day: Day) -> tuple[str, ...]:
    """Keep the settings that the run begins with; return whose number or address is new and waits to be confirmed."""
    with day.register.transaction() as tx:
        keep_settings(tx, day.register.school, day.config, actor=THE_RUN, now=day.now)
        return note_contacts(tx, day.register.school, day.config, day.today, day.now)


def read_changed(day: Day, scan: Scan, progress: Progress, on_start: Callable[[Containment], None]) -> list[ReadFile]:
    """Read the files that are new or changed since the last run; ``on_start`` is told how each child is held."""
    ocr = day.config.documents.ocr
    with day.register.reading() as tx:
        known = policy_rows.list_source_files(tx, day.register.school)
        damaged = find_damaged_in_force(tx, day.register.school)
    files = files_to_read(scan.files, known, reader_edition(ocr=ocr), damaged)
    readings = []
    for reading in read_files(files, ocr=ocr, on_start=on_start, known=day.helper.read):
        readings.append(reading)
        progress("Reading", len(readings), len(files))
    if readings and day.helper is NOBODY:
        get_ready_to_copy()  # while what was read is recorded
    return readings


def say_scan(day: Day, scan: Scan) -> tuple[str, ...]:
    """Return what to say of the folder of policies itself: that it is empty, and what in it is unclear."""
    empty = f"{day.config.policies.name}/ holds no document yet: put the school's policies into it."
    return scan.unclear if scan.files else (empty, *scan.unclear)


def record_changes(day: Day, scan: Scan, readings: list[ReadFile]) -> tuple[RecordReport, tuple[FoundFile, ...]]:
    """Record what was read as policies, versions and drafts, all of it or nothing; name the files of it, too."""
    names = {"school_name": day.config.school.name, "trust_name": day.config.trust_name}
    with day.register.transaction() as tx:
        report = record_readings(tx, day.register.school, readings, scan.files, **names, today=day.today, now=day.now)
    return report, tuple(reading.file for reading in readings)


def stand(day: Day) -> tuple[PolicyStanding, ...]:
    """Return how every policy stands today."""
    with day.register.reading() as tx:
        return list_standings(tx, day.register.school, day.config, day.today)


def make_copies(day: Day, progress: Progress) -> CopyReport:
    """Make the copies that are missing or out of date; a dry run writes none.

    It takes minutes at a large school. Where it was decided otherwise meanwhile who may be named or what is in force,
    they are looked through again: nobody is mailed a copy that names who led when it was begun.
    """
    register, config, write, maker = day.register, day.config, not day.dry_run, day.helper.make
    made = CopyReport()
    for _ in range(_MOST_ROUNDS):
        before = basis_of_copies(register, config, day.today)
        report = refresh_copies(
            register, config, stand(day), today=day.today, now=day.now, write=write, progress=progress, maker=maker
        )
        made = report.following(made)
        if basis_of_copies(register, config, day.today) == before:
            break
    return made


def keep_what_stands(day: Day) -> None:
    """Keep how policies and versions stand once all is read and made, so that the day can be shown later."""
    with day.register.transaction() as tx:
        keep_policies(tx, day.register.school, actor=THE_RUN, now=day.now)


def publish(day: Day, standings: tuple[PolicyStanding, ...]) -> SiteReport | None:
    """Write the pages of the website; None in a dry run, which writes nothing."""
    return None if day.dry_run else publish_site(day.register, day.config, standings, day.today)


def take_people_lists(day: Day, standings: tuple[PolicyStanding, ...]) -> tuple[ListsTaken, tuple[str, ...]]:
    """Bring the register's people in line with the lists; return what they did, and what must be told first of that."""
    lists = hash_lists(day.config)
    taken = take_lists(day.register, day.config, day.today, day.now)
    with day.register.transaction() as tx:
        note_planned_by(tx, day.register.school, day.config, lists, actor=THE_RUN, today=day.today, now=day.now)
        people = list_people(tx, day.register.school, day.today)
    pressing, notes = ask_about(people, taken.whole, standings, day.config, day.today)
    whole = replace(taken.whole, notes=(*taken.whole.notes, *notes))
    return replace(taken, whole=whole), (*taken.waiting, *pressing)


def say_rules(day: Day, standings: tuple[PolicyStanding, ...]) -> tuple[str, ...]:
    """Return which rules of who is asked what name nobody here or contradict each other, and what meetings lack."""
    with day.register.reading() as tx:
        people = list_people(tx, day.register.school, day.today)
    return (*rule_notices(people, standings, day.config, day.today), *meeting_notices(standings, day.config, day.today))


def say_mail(day: Day, letters: LetterReport) -> tuple[str, ...]:
    """Return what the plan tells, for want of which copies no mails to readers are written, and how large they are."""
    return (*letters.notices, *letters.without_policy, *say_waiting(letters), *say_size_of_mail(day, letters))


def say_size_of_mail(day: Day, letters: LetterReport) -> tuple[str, ...]:
    """Return how much the day's mails are with their copies: before they go, and where they must go without."""
    size, mail = letters.size, day.config.mail
    said = f"With every copy attached the mails to readers come to {say_size(size.attached_bytes)}"
    if size.carried:
        return (f"{said}.",) if day.dry_run and size.attached_bytes else ()
    where = "each reader’s own page" if day.config.web.base_url else "the folder of the copies"
    limit = f"the {mail.attach_below_mb:,} MB of [mail] attach_below_mb in config.toml"
    return (f"{said}, more than {limit}: they name {where} instead.",)


def gather_mailing(day: Day) -> None:
    """Put what was planned for staff into one mailing, which goes or waits for its confirmation."""
    with day.register.transaction() as tx:
        form_campaign(tx, day.register.school, day.config.mail.route, day.config.mail.confirm_above, day.now)


def list_what_waits(day: Day) -> tuple[tuple[Question, ...], tuple[LateReader, ...]]:
    """Return what the owner is to settle, and who is late with a reading."""
    school, config, today = day.register.school, day.config, day.today
    with day.register.reading() as tx:
        return list_questions(tx, school, config, today), find_late(tx, school, config, today)


def list_editions(day: Day) -> tuple[EditionOffer, ...]:
    """Return the editions of others' documents that wait for the owner's word."""
    with day.register.reading() as tx:
        return list_offers(tx, day.register.school, day.config.reading, day.today)


def list_unreadable(day: Day) -> tuple[policy_rows.SourceFile, ...]:
    """Return the files that lie in the folder and could not be read."""
    with day.register.reading() as tx:
        files = policy_rows.list_source_files(tx, day.register.school).values()
    return tuple(file for file in files if file.error_code is not None and file.vanished_at is None)
