"""The outbox: drop what is needless, and deliver what is due.

``letters`` queues inside its own transactions; ``run`` calls ``deliver`` once all is planned. A key makes sure that
nothing is queued twice, a claim that nothing is sent twice.
"""

import ssl
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pipeline.config import Config
from pipeline.configuration.routes import ROUTES
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.dates.calendar import is_mail_day, next_mail_day
from pipeline.mail.composed import Attachment, ComposedMail
from pipeline.mail.delivery import Courier
from pipeline.mail.holds import note_doubt, say_obstacle
from pipeline.mail.mailings import MAILING_CANCELLED, form_campaign
from pipeline.mail.oauth.token_sources import load_tokens
from pipeline.mail.planned_by import OUTDATED, find_change
from pipeline.mail.round import Round
from pipeline.mail.routes.envelope import sender_address
from pipeline.mail.routes.pace import ANY_DAY, Pace, RunClock, SendingLimits, limits_of
from pipeline.mail.routes.patience import Patience, Waits, heeding_sigterm
from pipeline.mail.routes.transport import Transport, load_password, make_transport
from pipeline.mail.shelf import Shelf
from pipeline.mail.words import fill_safety
from pipeline.model.facts import Problem
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.register.mail import campaigns, deliveries, letter_bodies, outbox
from pipeline.register.mail.campaigns import CampaignState
from pipeline.register.mail.dispatch import PAPER_NOT_READY
from pipeline.register.mail.letter_bodies import NewBody, StoredAttachment
from pipeline.register.mail.told import ToldOutcome
from pipeline.register.policies.ready_texts import list_stale_papers
from pipeline.register.store.claims import Claimant
from pipeline.register.store.counter import list_holds
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day

MAIL_HELD = "mail-held"
_NO_MAIL_DAY = "no-mail-day"
_LOOK_SECONDS = 0.5
"""So often a delivery looks whether it was told to stop, while its couriers work."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What one run delivered. Counts are messages."""

    written: int = 0
    """Into the outbox folder."""
    sent: int = 0
    """Handed to the mail service for good."""
    accepted: int = 0
    """Of these, taken by Microsoft Graph, which says of none that it has gone."""
    deferred: int = 0
    """Left by this run to be tried again."""
    bounced: int = 0
    """Refused for good, or given up, in this run."""
    cancelled: int = 0
    """No longer needed: the reader has left or has recorded it, the copy was replaced, the route changed."""
    waiting: int = 0
    """Held back in a mailing that waits for its confirmation or is paused."""
    later: int = 0
    """Queued for a later day, a later try, or beyond the mail service's limit."""
    problems: tuple[Problem, ...] = ()

    @property
    def undelivered(self) -> bool:
        """Whether this run left a message deferred or bounced."""
        return bool(self.deferred or self.bounced)


@dataclass(frozen=True, slots=True)
class Seams:
    """What a test or a long-running server puts in the place of the real thing."""

    transport: Callable[[], Transport] | None = None
    clock: Callable[[datetime], RunClock] = RunClock
    context: ssl.SSLContext | None = None
    """Verifies the mail server; None is the system's own trust."""
    stop: Callable[[], bool] | None = None
    """Asked between messages and while an answer is waited for: end soon, and leave in doubt what has no answer."""
    waits: Waits = field(default_factory=Waits)
    """How long a mail server's answers are waited for."""


def body_of(mail: ComposedMail) -> NewBody:
    """Return what a mail says as the outbox keeps it."""
    return NewBody(
        mail.text,
        mail.html,
        tuple(_stored(attachment) for attachment in mail.attachments),
        mail.safety.text if mail.safety is not None else None,
        mail.safety.html if mail.safety is not None else None,
    )


def _stored(attachment: Attachment) -> StoredAttachment:
    path = attachment.path.as_posix()
    return StoredAttachment(
        *(attachment.copy_id, attachment.file_name, path, attachment.sha256, attachment.size_bytes, attachment.words),
        of_school=attachment.of_school,
    )


# --- deliver ----------------------------------------------------------------------------------------------------


def drop_replaced(tx: Transaction, school: str, route: str, now: datetime) -> int:
    """Cancel what waits with a copy that was replaced since, or for another route; return how many.

    Call it before planning, so that the plan asks afresh in the same run.
    """
    if not outbox.has_waiting(tx, school):
        return 0
    stale = letter_bodies.list_with_replaced_copies(tx, school)
    outbox.forget_far_tries(tx, school, now)
    foreign = outbox.list_waiting_on_other_routes(tx, school, route)
    dropped = campaigns.list_campaigns(tx, school, CampaignState.CANCELLED)
    late = campaigns.list_queued_of(tx, school, tuple(row.id for row in dropped))
    cancelled = outbox.cancel_messages(tx, school, foreign, "the mail route was changed", now)
    cancelled += outbox.cancel_messages(tx, school, late, MAILING_CANCELLED, now, outcome=ToldOutcome.WITHHELD)
    cancelled += outbox.cancel_messages(tx, school, list_stale_papers(tx, school), PAPER_NOT_READY, now)
    return cancelled + outbox.cancel_messages(tx, school, stale, "the copy was replaced; it is planned afresh", now)


def renew_safety_lines(tx: Transaction, school: str, config: Config, today: date) -> int:
    """Put whom a worry goes to today into every mail that waits; return how many said another person.

    Raises:
        ConfigurationError: when the template of those words cannot be filled.
    """
    if not outbox.has_waiting(tx, school):
        return 0
    words = fill_safety(contacts_of_day(tx, school, config, today).safety, config.templates)
    return letter_bodies.renew_safety_lines(tx, school, words.text, words.html)


def deliver(
    register: Register,
    config: Config,
    *,
    today: date,
    now: datetime,
    environ: Mapping[str, str],
    only: Collection[MailKind] | None = None,
    progress: Callable[[int], None] | None = None,
    seams: Seams = Seams(),
) -> DeliveryReport:
    """Deliver everything that is due by the configured route; return what became of it.

    Nothing but what a reader asked for (``ANY_DAY``) goes on weekends, bank holidays or closed days, and nothing at all
    while the route rests. ``only`` delivers some kinds and leaves all else as it is. ``progress`` is called with 1 for
    each message settled, from several threads in turn.

    Raises:
        ConfigurationError: when the sign-in has no password or the sender no usable address; nothing was sent.
        RegisterError: when the register cannot be written.
    """
    school = register.school
    sender_address(config.mail.from_)
    clock = seams.clock(now)
    with Claimant(register.beside, now) as claimant:
        with register.transaction() as tx:
            holds = note_doubt(tx, register, now)
            outbox.release_dead_claims(tx, school, claimant.is_living)
            cancelled = 0 if only else settle_what_waits(tx, school, config, today, now)
        with register.reading() as tx:
            held = Problem(MAIL_HELD, say_obstacle(holds)) if holds else None
            obstacle = held or find_obstacle(tx, school, config, today, now)
        kinds = kinds_beside(obstacle)
        if only is not None:
            kinds = only if kinds is None else {*only} & {*kinds}
        run = _round(register, config, today, clock, claimant.name, progress, seams, kinds=kinds)
        if run.waiting:
            _send_all(run, limits_of(config.mail), _transports(config, environ, seams, run.patience))
    with register.reading() as tx:
        return _report(tx, school, run, cancelled, obstacle, today)


def settle_what_waits(tx: Transaction, school: str, config: Config, today: date, now: datetime) -> int:
    """Drop what is needless, say whom a worry goes to today, join a mailing; return how many mails were dropped."""
    cancelled = drop_replaced(tx, school, config.mail.route, now)
    renew_safety_lines(tx, school, config, today)
    form_campaign(tx, school, config.mail.route, config.mail.confirm_above, now)
    return cancelled


def is_delivery_due(register: Register, config: Config, today: date, now: datetime) -> bool:
    """Return whether a delivery has anything to do now: something may go, or the process sending it has died."""
    school, mail = register.school, config.mail
    with register.reading() as tx:
        kinds = () if list_holds(tx, school) else kinds_beside(find_obstacle(tx, school, config, today, now))
        if kinds == ():
            return False
        sent = deliveries.list_sent_since(tx, school, now - timedelta(hours=24))
        if mail.route != "folder" and 0 < limits_of(mail).per_day <= len(sent):
            return False
        if outbox.list_due(tx, school, mail.route, today, now, kinds=kinds, most=1):
            return True
        claims = outbox.list_claims(tx, school)
    claimant = Claimant(register.beside, now)
    return any(not claimant.is_living(*claim) for claim in claims)


def find_obstacle(tx: Transaction, school: str, config: Config, today: date, now: datetime) -> Problem | None:
    """Return why mail does not go today, None where it goes."""
    rest = find_rest(tx, school, config, today, now)
    if rest is not None or not outbox.has_waiting(tx, school):
        return rest
    return find_change(tx, school, config, today)


def find_rest(tx: Transaction, school: str, config: Config, today: date, now: datetime) -> Problem | None:
    """Return why mail that was planned just now does not go today: the route rests, or no mail goes on such a day."""
    closed = config.calendar.closed
    pause = deliveries.find_pause(tx, school, config.mail.route)
    if pause is not None and pause.holds(now):
        until = pause.until.astimezone(config.zone)
        words = f"Mail rests until {until:%H:%M} on {say_day(until.date())}; `policy send --resume` lets it go now."
        return Problem("mail-paused", f"{words} {pause.detail}")
    if not is_mail_day(today, closed):
        day = say_day(next_mail_day(today, closed))
        return Problem(_NO_MAIL_DAY, f"No mail goes to staff today; what waits goes on {day}.")
    return None


def kinds_beside(obstacle: Problem | None) -> Collection[MailKind] | None:
    """Return which kinds of mail go all the same; None for all, where nothing is in the way."""
    if obstacle is None:
        return None
    return ANY_DAY if obstacle.code in (_NO_MAIL_DAY, OUTDATED) else ()


def _round(
    register: Register,
    config: Config,
    today: date,
    clock: RunClock,
    claimed_by: str,
    progress: Callable[[int], None] | None,
    seams: Seams,
    *,
    kinds: Collection[MailKind] | None,
) -> Round:
    now = clock.now()
    with register.reading() as tx:
        due = outbox.list_due(tx, register.school, config.mail.route, today, now, kinds=kinds)
        sent = deliveries.list_sent_since(tx, register.school, now - timedelta(hours=24))
    return Round(
        register=register,
        config=config,
        today=today,
        clock=clock,
        pace=Pace(limits_of(config.mail), clock, sent, lambda since: _gone_since(register, since)),
        claimed_by=claimed_by,
        waiting=list(reversed(due)),
        progress=progress,
        patience=Patience(seams.stop, seams.waits),
        shelf=Shelf(config.distribution),
    )


def _gone_since(register: Register, since: datetime) -> list[datetime]:
    """Return when mails went or were taken up to go, by whichever process, the earliest first."""
    with register.reading() as tx:
        going = outbox.list_going_since(tx, register.school, since)
        return sorted((*deliveries.list_sent_since(tx, register.school, since), *going))


def _transports(
    config: Config, environ: Mapping[str, str], seams: Seams, patience: Patience
) -> Callable[[], Transport]:
    if seams.transport is not None:
        return seams.transport
    password = load_password(config.mail, environ) if config.mail.way.has_server else None
    tokens = load_tokens(config, environ, context=seams.context)
    return lambda: make_transport(config, password, context=seams.context, tokens=tokens, patience=patience)


def _send_all(run: Round, limits: SendingLimits, transport: Callable[[], Transport]) -> None:
    """Let one courier a connection work until all is tried. Interrupted, each finishes the message in its hands.

    An answer that is outstanding then is waited for ``Waits.interrupted`` at most.
    """
    number = 1 if run.writes_files else min(limits.connections, len(run.waiting))
    with (
        heeding_sigterm(run.patience.interrupt),
        ThreadPoolExecutor(number, thread_name_prefix="courier") as pool,
    ):
        couriers = [pool.submit(Courier(run, transport()).work) for _ in range(number)]
        try:
            for courier in couriers:
                # A signal that arrives just before a wait without end would be heeded only after it.
                while not courier.done():
                    wait((courier,), timeout=_LOOK_SECONDS)
                courier.result()
        except BaseException:
            run.patience.interrupt()
            raise


def _report(
    tx: Transaction, school: str, run: Round, cancelled: int, obstacle: Problem | None, today: date
) -> DeliveryReport:
    held = campaigns.list_campaigns(tx, school, CampaignState.WAITING, CampaignState.PAUSED)
    totals = outbox.count_messages(tx, school)
    left = totals[DeliveryState.PENDING] + totals[DeliveryState.DEFERRED]
    all_held = obstacle is not None and obstacle.code == MAIL_HELD
    waiting = left if all_held else len(campaigns.list_queued_of(tx, school, tuple(row.id for row in held)))
    counts = run.counts
    later = max(0, left - waiting - counts[DeliveryState.DEFERRED])
    problems = [obstacle] if obstacle is not None and (later or all_held) else []
    if run.limit_reached:
        words = f"{say_count(later, 'mail')} must wait for a later run: the mail service takes no more in 24 hours."
        problems.append(Problem("mail-limit", words))
    return DeliveryReport(
        written=counts[DeliveryState.WRITTEN],
        sent=counts[DeliveryState.SENT],
        accepted=counts[DeliveryState.SENT] if ROUTES[run.route].provider else 0,
        deferred=counts[DeliveryState.DEFERRED],
        bounced=counts[DeliveryState.BOUNCED],
        cancelled=cancelled + run.cancelled,
        waiting=waiting,
        later=later,
        problems=(*problems, *run.problems),
    )
