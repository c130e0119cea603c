"""Mailings: the letters to staff that one plan makes, as one thing that waits, goes, is paused or is cancelled.

A plan begins a mailing, puts each of its letters into it (``NewMessage.campaign``) and closes it at its end; until
then nothing of it goes, in however many transactions the plan is written. Closed, it goes, or waits for its owner's
word where it is the first on its route or writes to many people.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from pipeline.config import Config
from pipeline.dates.calendar import knows_terms
from pipeline.errors import UsageError
from pipeline.mail.holds import aside_from_doubt, is_held_for_register, refuse_copy, release_mail
from pipeline.mail.planned_by import find_change
from pipeline.mail.routes.pace import last_mail_at, limits_of
from pipeline.register.deciding import deciding
from pipeline.register.decision import Decision
from pipeline.register.jobs import last_run_before
from pipeline.register.mail import campaigns, deliveries, outbox
from pipeline.register.mail.bounced import drop_bounced, list_undelivered, reopen_bounced
from pipeline.register.mail.campaigns import CampaignReader, CampaignState, CountedMailing
from pipeline.register.mail.told import ToldOutcome
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_list

WORDS_A_MINUTE = 200
MAILING_CANCELLED = "the mailing was cancelled"
_FOLDER = "folder"
_NEW_FOR = timedelta(days=1)
_MANY_NEW, _ONE_IN = 5, 5
"""So many new people, and more than one in so many of those before, are looked at before they are mailed."""
_CHANGED = "The mailing has changed since it was shown, so nothing was sent. Look at it as it is now, then decide."
_GONE = (
    "Nothing waits any more: somebody else has let the mailing go or dropped it since it was shown. You sent nothing; "
    "its page says what became of it."
)


@dataclass(frozen=True, slots=True)
class CampaignSummary:
    """Whom the mailings in some states would still write to."""

    readers: tuple[CampaignReader, ...] = ()
    """By name."""
    on_their_way: int = 0
    """Of what was cancelled: how many mails more were being sent just then, or when their delivery was killed."""
    held: tuple[tuple[str, str], ...] = ()
    """Of what was let go: recipient and subject of all mail that was held for the register, readers' mails too."""

    @property
    def people(self) -> int:
        """How many they are, however many mails each gets."""
        recipients = [reader.recipient for reader in self.readers] + [recipient for recipient, _ in self.held]
        return len({recipient.casefold() for recipient in recipients})

    @property
    def mails(self) -> int:
        """How many mails they get."""
        return len(self.held) or len(self.readers)

    @property
    def minutes(self) -> int:
        """Reading time asked of all of them together."""
        return sum(reading_minutes(reader) for reader in self.readers)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to go to whom, and until when."""

    waiting: CampaignSummary
    """For ``policy send --confirm``."""
    going: CampaignSummary
    paused: CampaignSummary
    last: CountedMailing | None
    """The last mailing that was let go, counted; None where none was."""
    last_mail_at: datetime | None
    """When the last mail will about be out, where all that waits and goes is let go now; None where nothing tells."""
    is_first: bool = False
    """What waits is the first that would go to anybody by this route, and nobody was told by it that mail will come."""
    many_new: int = 0
    """How many people were new when it was planned, where that is many for the school: not all of them may be staff."""
    outdated: str | None = None
    """Why nothing of it goes before the next run; None where nothing it was planned by has changed."""


def reading_minutes(reader: CampaignReader) -> int:
    """Return the reading time asked of one reader, in minutes; 0 where nothing is to be read."""
    return -(-reader.words // WORDS_A_MINUTE)


# --- a plan's mailing -------------------------------------------------------------------------------------------


def begin_mailing(tx: Transaction, school: str, route: str, now: datetime) -> int:
    """Return the key of the mailing that this plan's letters belong to; nothing of it goes until it is closed.

    One that a killed plan left open on this route is taken up again, with the letters that are in it: all that is in
    it counts as one mailing. Call it under the run's lock, so that two plans never share one.
    """
    left = [row.id for row in campaigns.list_campaigns(tx, school, CampaignState.PLANNING) if row.route == route]
    return left[0] if left else campaigns.add_campaign(tx, school, route, CampaignState.PLANNING, now)


def close_mailing(tx: Transaction, school: str, key: int, confirm_above: int, now: datetime) -> CampaignState:
    """Say that a plan's letters are all in its mailing; return what becomes of it.

    One that holds none stays as it is, for the next plan.

    It waits for its owner's word when it is the first to go at all by its route (turning smtp on releases nothing
    unasked), writes to more than ``confirm_above`` people, the people have grown by more than a fifth since yesterday
    (pupils, or another school's staff, may stand in the list), or a letter in it was taken out of a mailing that waits
    or is paused, to be made afresh. With ``confirm_above`` 0 none ever waits. The folder route sends to nobody, so
    nothing waits there. One that was cancelled while it was planned stays so, and what
    is in it.
    """
    row = campaigns.find_campaign(tx, school, key)
    queued = campaigns.list_queued_of(tx, school, (key,))
    if row.state is not CampaignState.PLANNING:
        if row.state is CampaignState.CANCELLED:
            outbox.cancel_messages(tx, school, queued, MAILING_CANCELLED, now, outcome=ToldOutcome.WITHHELD)
        return row.state
    if not queued:
        return row.state
    number = campaigns.count_people(tx, school, (key,))
    people = campaigns.list_people_of(tx, school, key)
    waits = _waits(tx, school, row.route, confirm_above, number, people, now, besides=key)
    state = CampaignState.WAITING if waits else CampaignState.OPEN
    campaigns.change_campaigns(tx, school, (key,), state, now)
    return state


def close_left(tx: Transaction, school: str, route: str, confirm_above: int, now: datetime) -> None:
    """Close what a killed plan left open on a route; call it once every letter of the plan after it is kept.

    The plan that goes on often has no letter to add, since all were kept: nobody else would ever close that mailing.
    """
    for row in campaigns.list_campaigns(tx, school, CampaignState.PLANNING):
        if row.route == route:
            close_mailing(tx, school, row.id, confirm_above, now)


def form_campaign(tx: Transaction, school: str, route: str, confirm_above: int, now: datetime) -> int | None:
    """Put the mails to staff that no plan put into a mailing into one; return its key, None where there are none.

    It waits for its owner's word as ``close_mailing`` says.
    """
    if route == _FOLDER:
        return None
    messages = campaigns.list_without_campaign(tx, school, route)
    if not messages:
        return None
    key = campaigns.add_campaign(tx, school, route, CampaignState.PLANNING, now)
    campaigns.put_into_campaign(tx, school, messages, key)
    close_mailing(tx, school, key, confirm_above, now)
    return key


def mailing_waits(
    tx: Transaction, school: str, route: str, confirm_above: int, now: datetime, *, more: Collection[int] = ()
) -> bool:
    """Return whether the next mailing would wait for its owner's word, with ``more`` people still to be written to."""
    loose = campaigns.list_without_campaign(tx, school, route)
    return _waits(tx, school, route, confirm_above, len(loose) + len(more), more, now)


def _waits(
    tx: Transaction,
    school: str,
    route: str,
    confirm_above: int,
    number: int,
    people: Collection[int],
    now: datetime,
    *,
    besides: int | None = None,
) -> bool:
    """Return whether a mailing to ``number`` addresses waits, those of ``people`` among them."""
    if route == _FOLDER or confirm_above <= 0:
        return False
    if number > confirm_above or not campaigns.has_let_go(tx, school, route):
        return True
    return count_many_new(tx, school, now) > 0 or campaigns.is_held_back(tx, school, people, besides=besides)


def count_many_new(tx: Transaction, school: str, planned_at: datetime) -> int:
    """Return how many people are new where they are many for the school, else 0.

    New is who was recorded within a day before their letters were planned, or since the run before that.
    """
    before_that = last_run_before(tx, school, planned_at)
    new, before = campaigns.count_newcomers(tx, school, min(planned_at - _NEW_FOR, before_that or planned_at))
    return new if new >= _MANY_NEW and new * _ONE_IN > before > 0 else 0


# --- what its owner says ----------------------------------------------------------------------------------------


def campaign_summary(register: Register, *states: CampaignState) -> CampaignSummary:
    """Return whom the mailings would still write to and how much reading they ask; those that wait, by default.

    Nobody in a copy of a folder that is still in its place: nothing there waits for a word.
    """
    if register.copied_from is not None:
        return CampaignSummary()
    with register.reading() as tx:
        return summary_in(tx, register.school, *(states or (CampaignState.WAITING,)))


def summary_of(tx: Transaction, school: str, key: int) -> CampaignSummary:
    """Return whom one mailing would still write to and how much reading it asks."""
    return CampaignSummary(campaigns.list_readers(tx, school, (key,)))


def summary_in(tx: Transaction, school: str, *states: CampaignState) -> CampaignSummary:
    """Return whom all mailings in some states together would still write to."""
    rows = campaigns.list_campaigns(tx, school, *states)
    return CampaignSummary(campaigns.list_readers(tx, school, tuple(row.id for row in rows)))


def look_ahead(register: Register, config: Config, now: datetime) -> Outlook:
    """Return what is to go to whom, and when the last of it will about be out."""
    with register.reading() as tx:
        return look_ahead_in(tx, register.school, config, now)


def look_ahead_in(tx: Transaction, school: str, config: Config, now: datetime) -> Outlook:
    """Return the same within a transaction that is open."""
    states = (CampaignState.WAITING, CampaignState.OPEN, CampaignState.PAUSED)
    waiting, going, paused = (summary_in(tx, school, state) for state in states)
    sent = deliveries.list_sent_since(tx, school, now - timedelta(hours=24))
    last = campaigns.find_last_let_go(tx, school, config.mail.route)
    is_first = last is None and config.mail.route != _FOLDER
    mails = len(waiting.readers) + len(going.readers)
    is_real = mails and config.mail.route != _FOLDER
    end = last_mail_at(mails, limits_of(config.mail), sent, now, config.calendar.closed) if is_real else None
    change = find_change(tx, school, config, now.astimezone(config.zone).date()) if mails else None
    outdated = change.message if change is not None else None
    begun = [row.created_at for row in campaigns.list_campaigns(tx, school, CampaignState.WAITING)]
    many_new = count_many_new(tx, school, min(begun, default=now)) if waiting.people else 0
    return Outlook(waiting, going, paused, last, end, is_first and waiting.people > 0, many_new, outdated)


NOBODY_YET = (
    "Nobody has had mail by this route yet that this folder knows of. If the school's policies are mailed from another "
    "folder or computer as well, everybody gets them twice: ask before you let it go."
)


def look_first(ahead: Outlook) -> tuple[str, ...]:
    """Return what the office should look at before it lets go what waits."""
    said = [NOBODY_YET] if ahead.is_first else []
    said += [say_many_new(ahead.many_new)] if ahead.many_new else []
    return (*said, *([ahead.outdated] if ahead.outdated else []))


def say_many_new(number: int) -> str:
    """Return why a mailing waits that was planned when so many people were new."""
    return f"{say_count(number, 'person is', 'people are')} new in the list: are all of them staff? Look at it first."


def needs_number(config: Config) -> bool:
    """Return whether a confirmation must say to how many people it writes: on every route, unless none ever waits."""
    return config.mail.confirm_above > 0


def needs_terms(config: Config) -> bool:
    """Return whether a mailing goes only in a school year whose terms are known: on every route that sends."""
    return needs_number(config) and config.mail.route != _FOLDER


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """What a confirmation would let go now."""

    people: int
    """How many it writes to, however many mails each gets."""
    seen: str
    """A print of it all: another one says that it has changed since the office looked."""


def to_confirm(tx: Transaction, school: str, *, held: bool) -> ToConfirm:
    """Return what waits for the word; with ``held`` all mail that has not gone."""
    mails = [
        (str(one.message), one.recipient.casefold()) for one in summary_in(tx, school, CampaignState.WAITING).readers
    ]
    mails += [(subject, to.casefold()) for to, subject in outbox.list_unsent(tx, school)] if held else []
    lines = sorted(f"{recipient} {mail}" for mail, recipient in mails)
    seen = hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()
    return ToConfirm(len({recipient for _, recipient in mails}), seen)


def people_to_confirm(register: Register) -> int:
    """Return to how many people ``confirm`` would write now."""
    with register.reading() as tx:
        return to_confirm(tx, register.school, held=is_held_for_register(tx, register)).people


def confirm(
    register: Register,
    config: Config,
    *,
    by: str,
    today: date,
    now: datetime,
    people: int | None = None,
    seen: str | None = None,
) -> CampaignSummary:
    """Let every mailing that waits go, and all mail that was held for its register; return whom they write to.

    ``people`` is to how many it writes, as the person who decides has said. Raises UsageError, with nothing let go,
    where that is another number than it is now, where contacts or a list of people were changed since it was planned,
    and where this school year's terms are not known: a workspace that was left as it was last year would write by last
    year's list. With ``[mail] confirm_above`` 0 neither number nor terms are asked for. So it does where ``seen``, the
    print of what was looked at, is not that of what would go now, and in a copy of a folder that is still in its place.
    """
    refuse_copy(register)
    with aside_from_doubt(register) as found, deciding(register, config.root, by, now) as decision:
        held = found.reason is not None or is_held_for_register(decision.tx, register)
        if (change := find_change(decision.tx, decision.school, config, today)) is not None:
            raise UsageError(change.message)
        waits = to_confirm(decision.tx, decision.school, held=held)
        if seen not in (None, waits.seen):
            raise UsageError(_CHANGED if waits.people else _GONE)
        check_people(config, waits.people, people, today)
        unsent = outbox.list_unsent(decision.tx, decision.school) if held else ()
        release_mail(decision, found)
        return replace(_change(decision, (CampaignState.WAITING,), CampaignState.OPEN), held=unsent)


def check_people(config: Config, number: int, said: int | None, today: date, command: str = "policy send") -> None:
    """Raise UsageError where what is to go to ``number`` people may not: ``said`` is the number that the decider gave.

    Also where this school year's terms are not known, but on the folder route, which sends to nobody. With
    ``confirm_above`` 0 neither is asked for. ``command`` shows whom it would write to, and with ``--confirm`` does.
    """
    if number and needs_number(config):
        check_terms(config, today)
        _check_number(number, said, command)


def check_terms(config: Config, today: date) -> None:
    """Raise UsageError where this school year's terms are not known, and a mailing must wait for them."""
    if needs_terms(config) and not knows_terms(config.calendar.terms, today):
        raise UsageError(
            "The terms of this school year are not in config.toml, so nothing was sent. Set [calendar] terms, such as "
            'terms = ["2026-09-01..2026-12-18"], and look at the staff list: a mailing to everybody should not go by '
            "last year's."
        )


def _check_number(number: int, said: int | None, command: str) -> None:
    if said is None:
        raise UsageError(
            f"This writes to {say_count(number, 'person', 'people')}. Nothing was sent: say the number as well, "
            f"{command} --confirm --people {number}."
        )
    if said != number:
        raise UsageError(
            f"This writes to {say_count(number, 'person', 'people')}, not to {said}: the number is another one, or the "
            f"mailing has changed since. Nothing was sent; '{command}' shows whom it would write to."
        )


def pause(register: Register, root: Path, *, by: str, now: datetime) -> CampaignSummary:
    """Hold back what has not gone of every open mailing; return whom that concerns."""
    with deciding(register, root, by, now, even_unsigned=True) as decision:
        return _change(decision, (CampaignState.OPEN,), CampaignState.PAUSED)


def retry(register: Register, root: Path, *, by: str, now: datetime, refused: bool = False) -> int:
    """Let everything that was put off be tried again now, also where the route rests; return how many mails.

    With ``refused`` what came back, too, unless it went to an address of before or asks for nothing any more.
    """
    with deciding(register, root, by, now) as decision:
        tx, school = decision.tx, decision.school
        deliveries.end_pauses(tx, school)
        if refused:
            reopen_bounced(tx, school, [one.message for one in list_undelivered(tx, school)], None, None)
        mails = outbox.retry_deferred(tx, school)
        if mails:
            decision.record("mail-retried", {"mails": mails})
        return mails


def drop(register: Register, root: Path, address: str, *, by: str, now: datetime) -> int:
    """Let the mail that came back from an address be done with: it is named no more; return how many mails.

    Raises UsageError where none of it is named.
    """
    with deciding(register, root, by, now) as decision:
        tx, school = decision.tx, decision.school
        undelivered = list_undelivered(tx, school)
        mine = [one for one in undelivered if one.recipient.casefold() == address.strip().casefold()]
        if not mine:
            named = say_list(sorted({one.recipient for one in undelivered})) or "none"
            raise UsageError(
                f"No mail to {address} has come back that still matters; nothing was done. Those: {named}."
            )
        dropped = drop_bounced(tx, school, [one.message for one in mine], "dropped by its owner", now)
        decision.record("mail-dropped", {"mails": dropped}, words={"address": mine[0].recipient})
        return dropped


def resume(register: Register, root: Path, *, by: str, now: datetime) -> CampaignSummary:
    """Let paused mailings, and a route that rests, go on; return whom all open ones still write to."""
    with deciding(register, root, by, now) as decision:
        deliveries.end_pauses(decision.tx, decision.school)
        _change(decision, (CampaignState.PAUSED,), CampaignState.OPEN)
        return summary_in(decision.tx, decision.school, CampaignState.OPEN)


def cancel(register: Register, root: Path, *, by: str, now: datetime) -> CampaignSummary:
    """Drop what has not gone of every mailing; return whom that concerns. The same is not planned again by itself.

    What is being sent just now goes or not; what a delivery had in hand that was killed is dropped by the next one.
    """
    before = (CampaignState.PLANNING, CampaignState.WAITING, CampaignState.OPEN, CampaignState.PAUSED)
    with deciding(register, root, by, now, even_unsigned=True) as decision:
        tx, school = decision.tx, decision.school
        every = tuple(row.id for row in campaigns.list_campaigns(tx, school, *before))
        moving = campaigns.list_on_their_way(tx, school, every)
        summary = replace(summary_in(tx, school, *before), on_their_way=len(moving))
        unsent = tuple(reader.message for reader in summary.readers)
        keys = {reader.campaign for reader in summary.readers} | set(moving)
        _decide(decision, tuple(keys), CampaignState.CANCELLED, summary)
        outbox.cancel_messages(tx, school, unsent, MAILING_CANCELLED, now, outcome=ToldOutcome.WITHHELD)
    return summary


def _change(decision: Decision, before: tuple[CampaignState, ...], after: CampaignState) -> CampaignSummary:
    summary = summary_in(decision.tx, decision.school, *before)
    keys = tuple(row.id for row in campaigns.list_campaigns(decision.tx, decision.school, *before))
    _decide(decision, keys, after, summary)
    return summary


def _decide(decision: Decision, keys: tuple[int, ...], after: CampaignState, summary: CampaignSummary) -> None:
    """Record what becomes of some mailings; of none there is nothing to record."""
    if keys:
        campaigns.change_campaigns(decision.tx, decision.school, keys, after, decision.now, actor=decision.actor)
        decision.record(f"mailing-{after.value}", {"mailings": len(keys), "mails": len(summary.readers)})
