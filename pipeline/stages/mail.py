"""The stages that hold, hear, gather and deliver mail, and say what the day sends."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from pipeline.acknowledgements.keys import Keys, hold_for_keys, mend_links
from pipeline.config import Config
from pipeline.errors import ConfigurationError, DeliveryError
from pipeline.letters.contributors.returned import InboxReport, take_in_due
from pipeline.letters.contributors.undelivered import say_undelivered
from pipeline.letters.day import LetterReport, say_waiting
from pipeline.mail.holds import note_doubt, say_hold, why_all_is_held
from pipeline.mail.mailings import form_campaign
from pipeline.mail.outbox import DeliveryReport, Seams, deliver
from pipeline.model.facts import Problem
from pipeline.other_schools.current_contacts import forget_stale_copies
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.store import counter
from pipeline.register.store.database import Register
from pipeline.register.store.lost_register import find_lost
from pipeline.register.store.marks import HoldReason
from pipeline.stages.day import Day
from pipeline.wording import say_size


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


def say_who_is_not_reached(day: Day) -> tuple[str, ...]:
    """Say whose mail came back, every day until that is put right."""
    with day.register.reading() as tx:
        return say_undelivered(tx, day.register.school, day.config, day.today)


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
