"""Cover in one step: a deputy stands in for the safeguarding lead today, or until a day, and no reason is asked for.

``policy contacts --cover`` decides it. Lines, pages and mails follow at once, since they ask for the contacts of the
day (``contacts.confirmations``); copies only where it is for long. It ends by itself, or when the lead is back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from pipeline.config import Config
from pipeline.dates.calendar import DayRange, is_mail_day
from pipeline.directory import LEAD, STANDS_IN
from pipeline.errors import UsageError
from pipeline.model.contacts import Directory, Holder
from pipeline.named.names.likeness import SAME, SHORTENED, same_person
from pipeline.register.decision import Decision
from pipeline.register.policies import cover as rows
from pipeline.register.policies.cover import CoverRow
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_list, say_role

LONG_SCHOOL_DAYS = 5
"""Cover of so many school days is put into copies; shorter cover remakes none."""
_LONGEST_DAYS = 366
_D = TypeVar("_D", bound=Directory)
"""What comes in as a directory that may be shown goes out as one."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A deputy stands in for the lead on a day."""

    role: str
    """The role of the person who stands in."""
    name: str
    covers: str | None
    """The lead whose place they take; None where nobody leads."""
    first: date
    until: date
    """The last day."""

    def is_long(self, closed: Sequence[DayRange]) -> bool:
        """Return whether it is of ``LONG_SCHOOL_DAYS`` or more: Monday to Friday, no bank holiday, no day
        without school."""
        days = (self.first + timedelta(days=number) for number in range((self.until - self.first).days + 1))
        return sum(is_mail_day(day, closed) for day in days) >= LONG_SCHOOL_DAYS


@dataclass(frozen=True, slots=True)
class CoverOrder:
    """What the office says of cover."""

    role: str
    """``deputy-dsl`` or ``headteacher`` stands in; ``dsl``: the lead is back."""
    until: date | None = None
    """The last day; None is today."""
    name: str | None = None
    """Who stands in, where several hold the role."""
    instead_of: str | None = None
    """Whose place they take, where several lead."""


def covers_on(tx: Transaction, school: str, day: date, *, as_at: datetime | None = None) -> tuple[Cover, ...]:
    """Return who stands in on ``day``, as was known by ``as_at`` or is now, one for each lead who is covered for."""
    found: dict[str | None, Cover] = {}
    for row in rows.list_covers(tx, school, as_at=as_at):
        if row.first > day:
            continue
        if row.role is None or row.name is None or row.until is None:
            found.clear()
        elif row.until < day:
            found.pop(row.covers, None)
        else:
            found[row.covers] = Cover(row.role, row.name, row.covers, row.first, row.until)
    return tuple(found.values())


def covers_by_settings(config: Config, directory: Directory, day: date) -> tuple[Cover, ...]:
    """Return who stands in for a lead on ``day`` by days in the settings; ``directory`` is that of the day."""
    standing_in = {holder.name: holder.covers for holder in directory.of(LEAD) if holder.covers}
    return tuple(
        Cover(LEAD, one.holder.name, standing_in[one.holder.name], one.first, one.last)
        for one in config.roster.everybody()
        if one.holder.role == LEAD and one.holder.name in standing_in and one.holds_on(day) and one.first and one.last
    )


def with_covers(directory: _D, covers: Sequence[Cover]) -> _D:
    """Return a directory in which the person who stands in leads, and who is covered for is among the former ones.

    Cover falls away where either of them holds the role no more.
    """
    for cover in covers:
        directory = _with_cover(directory, cover)
    return directory


def _with_cover(directory: _D, cover: Cover) -> _D:
    standing_in = next((one for one in directory.of(cover.role) if same_person(one.name, cover.name, SAME)), None)
    leads = directory.of(LEAD)
    covered = next((one for one in leads if same_person(one.name, cover.covers, SAME)), None)
    if standing_in is None or (covered is None and (cover.covers is not None or leads)):
        return directory
    now = replace(standing_in, role=LEAD, covers=covered.name if covered is not None else None)
    if covered is None:
        vacant = tuple(role for role in directory.vacant if role != LEAD)
        return replace(directory, holders=(now, *directory.holders), vacant=vacant)
    holders = tuple(now if one is covered else one for one in directory.holders)
    return replace(directory, holders=tuple(dict.fromkeys(holders)), former=(*directory.former, covered))


def order_cover(decision: Decision, config: Config, order: CoverOrder, *, today: date) -> Cover | None:
    """Record who stands in from today; return it, or None where the lead is back.

    Raises:
        UsageError: nobody holds the role, it cannot be told who is meant, or the last day has passed.
    """
    tx, school, by, now = decision.tx, decision.school, decision.actor, decision.now
    if order.role == LEAD:
        if order.until or order.name or order.instead_of:
            raise UsageError("--cover dsl says that the lead is back; it needs no day and no name.")
        rows.add_cover(tx, school, CoverRow(None, None, None, today, None, by, now))
        decision.record("cover-ended", {"first": today.isoformat()})
        return None
    cover = _read(order, config, today)
    rows.add_cover(tx, school, CoverRow(cover.role, cover.name, cover.covers, cover.first, cover.until, by, now))
    days = {"first": cover.first.isoformat(), "until": cover.until.isoformat()}
    decision.record("cover-set", {"role": cover.role, **days}, words={"name": cover.name, "covers": cover.covers})
    return cover


def _read(order: CoverOrder, config: Config, today: date) -> Cover:
    """Hold what was said against the directory of today."""
    if order.role not in STANDS_IN:
        raise UsageError(
            f"{say_role(order.role)} cannot stand in for the safeguarding lead; write --cover deputy-dsl or --cover "
            "headteacher, or --cover dsl when the lead is back."
        )
    until = order.until or today
    if until < today:
        raise UsageError(f"{say_day(until)} has passed; give the last day of the cover, today or later.")
    if until > today + timedelta(days=_LONGEST_DAYS):
        raise UsageError(
            f"{say_day(until)} is more than a year away, and that is no cover: name who takes the role over, as a "
            "change of contact from a day ([[contacts.next]] in config.toml)."
        )
    directory = config.directory(today)
    standing_in = _one_of(directory.of(order.role), order.role, order.name, "--name")
    leads = directory.of(LEAD)
    covered = _one_of(leads, LEAD, order.instead_of, "--for") if leads else None
    if covered is not None and same_person(covered.name, standing_in.name, SAME):
        raise UsageError(f"{covered.name} is {say_role(LEAD)} already; name somebody else to stand in.")
    return Cover(order.role, standing_in.name, covered.name if covered is not None else None, today, until)


def _one_of(holders: Sequence[Holder], role: str, name: str | None, option: str) -> Holder:
    """Return the one holder who is meant; a name may be shortened where that leaves one."""
    if not holders:
        raise UsageError(f"config.toml has no entry for {role} today, so nobody of that role can stand in.")
    chosen = [one for one in holders if name is None or same_person(one.name, name, SHORTENED)]
    if len(chosen) == 1:
        return chosen[0]
    names = say_list([one.name for one in holders])
    if not chosen:
        raise UsageError(f"{name} is not {say_role(role)} in config.toml; that is {names}.")
    raise UsageError(f"{names} are {say_role(role)}; say whom with {option} and the full name.")
