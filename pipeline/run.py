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
from dataclasses import replace
from datetime import date, datetime

from pipeline.acknowledgements.keys import find_keys
from pipeline.config import Config
from pipeline.copies.shared_worker import NOBODY, SharedWorker
from pipeline.fetched_lists import fetch_or_say
from pipeline.letters.contributors.returned import InboxReport
from pipeline.letters.day import LetterReport, write_letters
from pipeline.mail.mailings import campaign_summary
from pipeline.mail.notices import mail_notices
from pipeline.mail.outbox import DeliveryReport
from pipeline.mail.rehearsal import rehearse
from pipeline.model.policies import PolicyStanding
from pipeline.model.progress import Progress, no_progress
from pipeline.other_schools.night import share_readings
from pipeline.policies.intake.reading import say_limits
from pipeline.policies.intake.scan import scan_folder
from pipeline.privacy.retention import notice_due
from pipeline.register.jobs import finish_run_day
from pipeline.register.store.for_run import open_for_run
from pipeline.safety_copies.keeping import keep_nightly
from pipeline.settings.calendar_source import take_calendar
from pipeline.stages.computer import check_clock, check_doors
from pipeline.stages.day import Day, Gathered, RunReport
from pipeline.stages.documents import (
    keep_what_stands,
    make_copies,
    publish,
    read_changed,
    record_changes,
    say_scan,
    stand,
)
from pipeline.stages.mail import deliver_due, gather_mailing, hear_back, hold_mail, say_mail, say_who_is_not_reached
from pipeline.stages.people import say_rules, say_who_leads, take_people_lists, take_settings
from pipeline.stages.waiting import list_editions, list_unreadable, list_what_waits


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
