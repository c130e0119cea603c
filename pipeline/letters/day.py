"""The day's letters from beginning to end: tidy what waits, plan, keep. ``run`` calls this; a dry run on a copy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.acknowledgements.declarations.declared import asked_declarations
from pipeline.config import Config
from pipeline.contacts.notices import note_notice, say_undecided, say_unwritten
from pipeline.dates.calendar import next_mail_day
from pipeline.letters.contributors.ledger_heads import head_notices
from pipeline.letters.contributors.monday import OpenNow, monday_of
from pipeline.letters.contributors.papers import put_papers
from pipeline.letters.contributors.reports import say_reports
from pipeline.letters.contributors.reviews import drop_needless_reviews
from pipeline.letters.contributors.summary import summary_notices
from pipeline.letters.day_plan import PaperDeclaration, PaperReader
from pipeline.letters.others_day import PaperContacts
from pipeline.letters.plan import plan_day
from pipeline.letters.write import LetterWriter, MailSize, QueuedLetter
from pipeline.mail.outbox import drop_replaced
from pipeline.model.facts import Problem
from pipeline.model.policies import PolicyStanding
from pipeline.people.list_faults import WAITING_KINDS, waiting_for_lists
from pipeline.policies.agenda import list_agenda
from pipeline.register.decision import THE_RUN, Decision
from pipeline.register.jobs import note_list_day
from pipeline.register.mail.outbox import cancel_messages, list_of_later_days
from pipeline.register.mail.reader_mail import StaleMail, list_stale_mail, list_waiting_mail
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.policies.contact_notices import NoticeRow
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from pipeline.wording import say_list


@dataclass(frozen=True, slots=True)
class LetterReport:
    """What one day's planning did."""

    opened: int = 0
    """Requests, as is the next."""
    closed: int = 0
    queued: tuple[QueuedLetter, ...] = ()
    paper: tuple[PaperReader, ...] = ()
    """Everybody whom mail does not reach and who still owes something, asked today or before."""
    to_declare: tuple[PaperDeclaration, ...] = ()
    """What those whom mail does not reach have not declared yet."""
    contacts_on_paper: tuple[PaperContacts, ...] = ()
    """Everybody whom mail does not reach and who was not handed the new contacts yet."""
    notice: NoticeRow | None = None
    """A change of contacts of which staff are told, or which waits for that; None where there is none."""
    away: tuple[PersonRow, ...] = ()
    """Who is asked only once they are back."""
    waiting_for_copy: tuple[str, ...] = ()
    """Titles of policies that nobody is asked to read today, since no copy of them as they are today could be made."""
    without_policy: tuple[str, ...] = ()
    """A sentence for each declaration that nobody is asked for, since its policy is not in use."""
    size: MailSize = field(default_factory=MailSize)
    unresolved_owners: tuple[tuple[str, Problem], ...] = ()
    """Slug and finding of each policy whose review is late or near and has no known owner."""
    untold: tuple[str, ...] = ()
    """Slugs of those of them of which nobody is told."""
    cancelled: int = 0
    """Letters about reviews that had not gone and are no longer needed: the review was done."""
    notices: tuple[str, ...] = ()
    """That nobody has said when staff are told of new contacts, or that nobody is written to of them, what readers told
    from their pages in the last two weeks, and that no clerk is known, a sentence each."""
    is_copy: bool = False
    """The folder is a copy of one that is in its place: the letters are made and none of them goes."""

    @property
    def to_readers(self) -> tuple[QueuedLetter, ...]:
        """The letters that put policies before their readers."""
        return tuple(letter for letter in self.queued if letter.contents.is_to_reader)

    @property
    def to_others(self) -> tuple[QueuedLetter, ...]:
        """The letters that tell of reviews, late readers or to the office alone."""
        return tuple(letter for letter in self.queued if not letter.contents.is_to_reader)


def say_waiting(letters: LetterReport) -> tuple[str, ...]:
    """Return which policies nobody is asked to read today for want of a copy that is right."""
    until = "until a copy with today's contacts can be made: “Needs you” says what it needs."
    return (f"Nobody is mailed {say_list(letters.waiting_for_copy)} {until}",) if letters.waiting_for_copy else ()


def write_letters(
    register: Register, config: Config, standings: Sequence[PolicyStanding], *, secret: str, today: date, now: datetime
) -> LetterReport:
    """Ask each person for what they owe and were not asked yet, remind, tell owners and office: one letter an address.

    Raises:
        ConfigurationError: when a template cannot be filled; no letter is kept then.
    """
    notice = _note_notice(register, config, standings, today, now)
    dropped, cancelled = _drop(register, config, standings, today, now)
    with register.reading() as tx:
        plan = plan_day(tx, register.school, config, standings, today=today)
        notices = _notices(tx, register, config, standings, today)
    if not register.is_in_memory:  # a dry run's is in memory, and leaves no file
        put_papers(config.distribution, plan.others)
    written = LetterWriter(register, config, plan, secret, now, dropped).write()
    if plan.opens_week:
        _note_list_day(register, today, now)
    return LetterReport(
        opened=written.opened,
        closed=written.closed,
        queued=tuple(written.queued),
        paper=plan.paper,
        to_declare=plan.to_declare,
        contacts_on_paper=plan.contacts_on_paper,
        notice=notice,
        away=plan.away,
        waiting_for_copy=plan.waiting_for_copy,
        without_policy=plan.without_policy,
        size=written.size,
        unresolved_owners=plan.unresolved.owners,
        untold=plan.unresolved.untold,
        cancelled=cancelled,
        notices=notices,
        is_copy=register.copied_from is not None,
    )


def _note_notice(
    register: Register, config: Config, standings: Sequence[PolicyStanding], today: date, now: datetime
) -> NoticeRow | None:
    with register.transaction() as tx:
        return note_notice(Decision(tx, register.school, THE_RUN, now), config, standings, today, sends=True)


def _note_list_day(register: Register, today: date, now: datetime) -> None:
    with register.transaction() as tx:
        note_list_day(tx, register.school, monday_of(today), today, now)


def _notices(
    tx: Transaction, register: Register, config: Config, standings: Sequence[PolicyStanding], today: date
) -> tuple[str, ...]:
    school, is_copy = register.school, register.copied_from is not None
    undecided = say_undecided(tx, school, config, today, is_copy=is_copy)
    return (
        *([str(undecided)] if undecided is not None else []),
        *(str(unwritten) for _, unwritten in say_unwritten(tx, school, config, today)),
        *say_reports(tx, school, config, standings, today),
        *head_notices(config.governors),
        *summary_notices(config, today),
    )


def _drop(
    register: Register, config: Config, standings: Sequence[PolicyStanding], today: date, now: datetime
) -> tuple[Mapping[int, StaleMail], int]:
    """Drop what waits and need not go any more, or not as it is; return what of a mailing it was, and how many letters
    to owners alone.
    """
    school = register.school
    with register.transaction() as tx:
        dropped = drop_stale(tx, school, config, standings, today, now)
        agenda = list_agenda(tx, school, config, standings, today)
        still_open = OpenNow(tx, school, config, standings, today)
        return dropped, drop_needless_reviews(tx, school, standings, now, agenda, still_open=still_open)


def drop_stale(
    tx: Transaction,
    school: str,
    config: Config,
    standings: Sequence[PolicyStanding],
    today: date,
    now: datetime,
) -> Mapping[int, StaleMail]:
    """Drop what waits and is not right any more, so that it is planned afresh: copies that were replaced, days that
    are over, addresses and declarations of before. Return, by reader, what of it belonged to a mailing.
    """
    drop_replaced(tx, school, config.mail.route, now)
    goes_on = next_mail_day(today, config.calendar.closed)
    asked = asked_declarations(config, standings, today)
    declared = {(one.key, one.school_year, one.statement_sha256) for one in asked}
    stale = list_stale_mail(tx, school, config.mail.route, goes_on, today, declared)
    messages = tuple(mail.message for mail in stale)
    cancel_messages(tx, school, messages, "it was for another day, address or declaration", now)
    waiting = waiting_for_lists(tx, school, list_people(tx, school, today))
    held = list_waiting_mail(tx, school, waiting, WAITING_KINDS)
    cancel_messages(tx, school, held, "its reader's list of people tells nothing; it is planned afresh", now)
    cancel_messages(tx, school, list_of_later_days(tx, school, today), "it was for a later day", now)
    return {mail.person: mail for mail in stale if mail.campaign is not None}
