"""Mailings to staff as a whole: the SQL of campaigns.

A campaign is being planned, waits for its owner's word, is open, paused or cancelled; its messages only go while it is
open.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import case, exists, func, or_, select, update

from pipeline.model.mail import NOT_GONE, DeliveryState, MailKind
from pipeline.register.cached_answers import kept
from pipeline.register.mail.outbox import TO_STAFF
from pipeline.register.mail.told import About, routes_like
from pipeline.register.store.chunks import in_chunks
from pipeline.register.tables.mapper import Mapper, add_row, made_of
from pipeline.register.tables.people import engagement, person, whole_name
from pipeline.register.tables.schema import campaign, message, policy_version, told
from pipeline.register.transaction import Transaction

_OPEN_STATES = (DeliveryState.PENDING.value, DeliveryState.DEFERRED.value)


class CampaignState(StrEnum):
    """Whether the messages of a campaign go."""

    PLANNING = "planning"
    """Its plan is still putting letters into it, or was killed in doing so."""
    WAITING = "waiting"
    """For ``policy send --confirm``."""
    OPEN = "open"
    PAUSED = "paused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A mailing to staff."""

    id: int
    state: CampaignState
    route: str
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class CampaignReader:
    """A person a campaign would write to."""

    campaign: int
    message: int
    name: str
    recipient: str
    words: int
    """In all the policies the mail asks to read."""
    policies: int


@dataclass(frozen=True, slots=True)
class CountedMailing:
    """A mailing that was let go, with what has become of each of its mails, as the register counts it."""

    row: CampaignRow
    counts: Mapping[DeliveryState, int]
    """Every state has an entry."""

    @property
    def left(self) -> int:
        """How many of its mails wait, are put off or are on their way."""
        return sum(self.counts[state] for state in (*NOT_GONE, DeliveryState.SENDING))

    @property
    def is_finished(self) -> bool:
        """Whether nothing of it is left."""
        return not self.left


_CAMPAIGNS = Mapper(CampaignRow, campaign)


def find_last_let_go(tx: Transaction, school: str, route: str) -> CountedMailing | None:
    """Return the last mailing by a route that was let go and has mails, None where there is none."""
    let_go = campaign.c.state.in_([CampaignState.OPEN.value, CampaignState.PAUSED.value])
    has_mail = exists().where(message.c.campaign == campaign.c.id)
    query = _CAMPAIGNS.select.where(campaign.c.school == school, campaign.c.route == route, let_go, has_mail)
    row = _CAMPAIGNS.first(tx, query.order_by(campaign.c.id.desc()).limit(1))
    if row is None:
        return None
    of_it = message.c.school == school, message.c.campaign == row.id
    rows = tx.execute(select(message.c.state, func.count()).where(*of_it).group_by(message.c.state))
    counts = dict.fromkeys(DeliveryState, 0) | {DeliveryState(state): number for state, number in rows}
    return CountedMailing(row, counts)


def add_campaign(tx: Transaction, school: str, route: str, state: CampaignState, now: datetime) -> int:
    """Record a campaign; return its key."""
    decided_at = None if state in (CampaignState.PLANNING, CampaignState.WAITING) else now
    values = {"route": route, "state": state.value, "created_at": now, "decided_at": decided_at}
    return add_row(tx, campaign, school=school, **values)


def list_campaigns(tx: Transaction, school: str, *states: CampaignState) -> tuple[CampaignRow, ...]:
    """Return the campaigns, oldest first; of some states where given."""

    def ask() -> tuple[CampaignRow, ...]:
        wanted = [campaign.c.state.in_([state.value for state in states])] if states else []
        return _CAMPAIGNS.all(tx, _CAMPAIGNS.of(school, *wanted))

    return kept(tx, ("campaigns", school, states), ("campaign",), ask)


def find_campaign(tx: Transaction, school: str, key: int) -> CampaignRow:
    """Return one campaign."""
    return _CAMPAIGNS.read(tx.execute(_CAMPAIGNS.of(school, campaign.c.id == key)).one())


def change_campaigns(
    tx: Transaction,
    school: str,
    keys: tuple[int, ...],
    state: CampaignState,
    now: datetime,
    *,
    actor: str | None = None,
) -> None:
    """Record what was decided of some campaigns; without ``actor`` it follows by itself."""
    if not keys:
        return
    tx.execute(
        update(campaign)
        .where(campaign.c.school == school, campaign.c.id.in_(keys))
        .values(state=state.value, decided_at=now, actor=actor)
    )


def has_let_go(tx: Transaction, school: str, route: str) -> bool:
    """Return whether a mailing by a route was ever let go, the head's words beforehand left out."""
    let_go = campaign.c.state.in_([CampaignState.OPEN.value, CampaignState.PAUSED.value])
    announces = exists().where(message.c.campaign == campaign.c.id, message.c.kind == MailKind.ANNOUNCEMENT.value)
    of_route = campaign.c.school == school, campaign.c.route == route, let_go, ~announces
    return tx.execute(select(campaign.c.id).where(*of_route).limit(1)).first() is not None


def list_announced(tx: Transaction, school: str, route: str) -> frozenset[str]:
    """Return the addresses, in small letters, that the head's words went to or wait for by a route."""
    gone_wrong = [DeliveryState.CANCELLED.value, DeliveryState.BOUNCED.value]
    query = select(func.lower(message.c.recipient)).where(
        message.c.school == school,
        message.c.kind == MailKind.ANNOUNCEMENT.value,
        message.c.route.in_(routes_like(route)),
        message.c.state.not_in(gone_wrong),
    )
    return frozenset(tx.scalars(query))


def list_without_campaign(
    tx: Transaction, school: str, route: str, kinds: Iterable[MailKind] = TO_STAFF
) -> tuple[int, ...]:
    """Return the mails to staff, or of other ``kinds``, that are queued and belong to no campaign yet."""
    wanted = [kind.value for kind in kinds]

    def ask() -> tuple[int, ...]:
        query = select(message.c.id).where(
            message.c.school == school,
            message.c.route == route,
            message.c.campaign.is_(None),
            message.c.state.in_(_OPEN_STATES),
            message.c.kind.in_(wanted),
        )
        return tuple(tx.scalars(query))

    return kept(tx, ("without campaign", school, route, tuple(wanted)), ("message",), ask)


def count_newcomers(tx: Transaction, school: str, since: datetime) -> tuple[int, int]:
    """Return how many of those who were still here then were recorded after a moment, and how many had been before."""
    stays = or_(engagement.c.leave_on.is_(None), engagement.c.leave_on >= since.date())
    here = exists().where(engagement.c.school == school, engagement.c.person == person.c.id, stays)
    newer = func.coalesce(func.sum(case((person.c.recorded_at > since, 1), else_=0)), 0)
    row = tx.execute(select(newer, func.count()).where(person.c.school == school, here)).one()
    return int(row[0]), int(row[1]) - int(row[0])


def list_people_of(tx: Transaction, school: str, key: int) -> tuple[int, ...]:
    """Return the people to whom a campaign would still write."""
    of_it = message.c.school == school, message.c.campaign == key, message.c.state.in_(_OPEN_STATES)
    return tuple(tx.scalars(select(message.c.person).where(*of_it, message.c.person.is_not(None)).distinct()))


def is_held_back(tx: Transaction, school: str, people: Collection[int], *, besides: int | None = None) -> bool:
    """Return whether the last letter of any of ``people`` was dropped out of a campaign that waits or is paused.

    Their next one says the same in other words, and nobody has let that go. ``besides`` is the campaign it is in.
    """
    held = [CampaignState.WAITING.value, CampaignState.PAUSED.value]
    if not list_campaigns(tx, school, CampaignState.WAITING, CampaignState.PAUSED):
        return False
    for some in in_chunks(people):
        mine = message.c.school == school, message.c.person.in_(some), message.c.campaign.is_not(None)
        other = (message.c.campaign != besides,) if besides is not None else ()
        last = select(func.max(message.c.id)).where(*mine, *other).group_by(message.c.person)
        found = (
            select(message.c.id)
            .join(campaign, campaign.c.id == message.c.campaign)
            .where(message.c.id.in_(last), message.c.state == DeliveryState.CANCELLED.value, campaign.c.state.in_(held))
        )
        if tx.execute(found.limit(1)).first() is not None:
            return True
    return False


def put_into_campaign(tx: Transaction, school: str, messages: tuple[int, ...], campaign_id: int) -> None:
    """Let ``messages`` belong to a campaign."""
    tx.execute(
        update(message).where(message.c.school == school, message.c.id.in_(messages)).values(campaign=campaign_id)
    )


def list_queued_of(tx: Transaction, school: str, campaigns: tuple[int, ...]) -> tuple[int, ...]:
    """Return the messages of ``campaigns`` that have not gone."""
    if not campaigns:
        return ()
    query = select(message.c.id).where(
        message.c.school == school, message.c.campaign.in_(campaigns), message.c.state.in_(_OPEN_STATES)
    )
    return tuple(tx.scalars(query))


def list_on_their_way(tx: Transaction, school: str, campaigns: tuple[int, ...]) -> tuple[int, ...]:
    """Return the campaign of each mail of ``campaigns`` that is being sent, or was when its delivery died."""
    sending = message.c.state == DeliveryState.SENDING.value
    query = select(message.c.campaign).where(message.c.school == school, message.c.campaign.in_(campaigns), sending)
    return tuple(tx.scalars(query))


def count_people(tx: Transaction, school: str, campaigns: tuple[int, ...]) -> int:
    """Return to how many people ``campaigns`` would still write, however many mails each gets."""
    query = select(func.count(func.lower(message.c.recipient).distinct())).where(
        message.c.school == school, message.c.campaign.in_(campaigns), message.c.state.in_(_OPEN_STATES)
    )
    return int(tx.execute(query).scalar_one())


@dataclass(frozen=True, slots=True)
class MailsLeft:
    """What the mailings in one state would still send."""

    mails: int = 0
    people: int = 0
    """To how many addresses, however many mails each gets."""


def count_mails(tx: Transaction, school: str) -> Mapping[CampaignState, MailsLeft]:
    """Return what the mailings in each state would still send; every state has an entry."""
    people = func.count(func.lower(message.c.recipient).distinct())
    query = (
        select(campaign.c.state, func.count().label("mails"), people.label("people"))
        .join(message, message.c.campaign == campaign.c.id)
        .where(campaign.c.school == school, message.c.school == school, message.c.state.in_(_OPEN_STATES))
        .group_by(campaign.c.state)
    )
    counted = {CampaignState(row.state): MailsLeft(row.mails, row.people) for row in tx.execute(query)}
    return dict.fromkeys(CampaignState, MailsLeft()) | counted


def _named(first_name: str | None, last_name: str | None, recipient: str) -> str:
    return whole_name(first_name, last_name) or recipient


_READERS = Mapper(
    CampaignReader,
    message,
    message=message.c.id,
    name=made_of(_named, person.c.first_name, person.c.last_name, message.c.recipient),
    known=("words", "policies"),
)


def list_readers(tx: Transaction, school: str, campaigns: tuple[int, ...]) -> tuple[CampaignReader, ...]:
    """Return whom ``campaigns`` would still write to, by name, with the reading it asks of each."""
    query = (
        _READERS.select.outerjoin(person, person.c.id == message.c.person)
        .where(message.c.school == school, message.c.campaign.in_(campaigns), message.c.state.in_(_OPEN_STATES))
        .order_by(person.c.last_name, person.c.first_name, message.c.id)
    )
    asked = _words_asked(tx, school, campaigns)
    return tuple(
        _READERS.read(row, words=words, policies=policies)
        for row in tx.execute(query)
        for words, policies in [asked.get(row.id, (0, 0))]
    )


def _words_asked(tx: Transaction, school: str, campaigns: tuple[int, ...]) -> dict[int, tuple[int, int]]:
    """Return by message: words of the policies it gives to read, and how many they are."""
    rows = tx.execute(
        select(told.c.message, told.c.version_id, policy_version.c.words)
        .distinct()
        .join(policy_version, policy_version.c.id == told.c.version_id)
        .join(message, message.c.id == told.c.message)
        .where(told.c.school == school, message.c.campaign.in_(campaigns), told.c.about == About.READING.value)
    )
    totals: dict[int, tuple[int, int]] = {}
    for message_id, _, words in rows:
        before, policies = totals.get(message_id, (0, 0))
        totals[message_id] = (before + words, policies + 1)
    return totals
