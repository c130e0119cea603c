"""Mails and mailings as lists for the owner's screens: who, what, how it stands. No words of any mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select

from pipeline.model.mail import DeliveryState, MailKind
from pipeline.register.mail.campaigns import CampaignRow, list_campaigns
from pipeline.register.tables.mapper import Mapper, made_of
from pipeline.register.tables.people import person, whole_name
from pipeline.register.tables.schema import message
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail."""

    id: int
    kind: MailKind
    campaign: int | None
    person: int | None
    """The register's key; None for a person who is on no list."""
    name: str
    """Of the person; empty where ``person`` is None."""
    recipient: str
    subject: str
    due_on: date
    state: DeliveryState
    route: str | None
    attempts: int
    next_try_at: datetime | None
    queued_at: datetime
    settled_at: datetime | None
    detail: str | None


_LINES = Mapper(MailLine, message, name=made_of(whole_name, person.c.first_name, person.c.last_name))
_TO_PEOPLE = _LINES.select.outerjoin(person, person.c.id == message.c.person)


@dataclass(frozen=True, slots=True)
class MailsWanted:
    """Which mails are meant."""

    campaign: int | None = None
    """Of one mailing; None for all."""
    outside: bool = False
    """Only those of no mailing: to owners, the office, answers."""
    state: DeliveryState | None = None
    search: Sequence[str] = ()
    """Words that all stand in name, address or subject."""


def count_mail_lines(tx: Transaction, school: str, wanted: MailsWanted) -> int:
    """Return how many mails are meant."""
    query = select(func.count()).select_from(message).outerjoin(person, person.c.id == message.c.person)
    return int(tx.execute(query.where(*_meant(school, wanted))).scalar_one())


def list_mail_lines(
    tx: Transaction, school: str, wanted: MailsWanted, *, first: int = 0, most: int = 50
) -> tuple[MailLine, ...]:
    """Return ``most`` of the mails that are meant from the ``first`` on, counted from 0; the newest come first."""
    query = _TO_PEOPLE.where(*_meant(school, wanted)).order_by(message.c.id.desc()).limit(most).offset(first)
    return _LINES.all(tx, query)


def find_mail_line(tx: Transaction, school: str, key: int) -> MailLine | None:
    """Return one mail by its key, None where there is none."""
    return _LINES.first(tx, _TO_PEOPLE.where(message.c.school == school, message.c.id == key))


@dataclass(frozen=True, slots=True)
class MailingLine:
    """One mailing, counted."""

    row: CampaignRow | None
    """None for the mails of no mailing."""
    counts: Mapping[DeliveryState, int]
    """Only the states that are there."""

    @property
    def mails(self) -> int:
        """All mails of it."""
        return sum(self.counts.values())


def list_mailing_lines(tx: Transaction, school: str) -> tuple[MailingLine, ...]:
    """Return every mailing that has mails, the newest first, then the mails of none, each counted by state."""
    rows = tx.execute(
        select(message.c.campaign, message.c.state, func.count().label("number"))
        .where(message.c.school == school)
        .group_by(message.c.campaign, message.c.state)
    )
    counts: dict[int | None, dict[DeliveryState, int]] = {}
    for row in rows:
        counts.setdefault(row.campaign, {})[DeliveryState(row.state)] = row.number
    mailings = [MailingLine(row, counts[row.id]) for row in list_campaigns(tx, school) if row.id in counts]
    others = [MailingLine(None, counts[None])] if None in counts else []
    return (*reversed(mailings), *others)


def _meant(school: str, wanted: MailsWanted) -> list[ColumnElement[bool]]:
    columns = message.c
    found: list[ColumnElement[bool]] = [columns.school == school]
    if wanted.campaign is not None:
        found.append(columns.campaign == wanted.campaign)
    if wanted.outside:
        found.append(columns.campaign.is_(None))
    if wanted.state is not None:
        found.append(columns.state == wanted.state.value)
    for word in wanted.search:
        places = (columns.recipient, columns.subject, person.c.first_name, person.c.last_name)
        found.append(or_(*(place.icontains(word, autoescape=True) for place in places)))
    return found
