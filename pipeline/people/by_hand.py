"""What the office decides of one person: they come, change, are away, leave, or their link must open no more.

The other way in beside ``lists.staff_import``. Each decision asks for nothing, is kept with who made it, and stands in
the ledger without a name in the clear. No reason is kept of an absence or a leaving.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.errors import UsageError
from pipeline.model.people import BY_HAND, EngagementKind, Person
from pipeline.people.away import absent_through, away_through
from pipeline.people.hand_fields import Typed, read_typed
from pipeline.people.lists.rows import split_name
from pipeline.people.lists.staff_import import new_token_key, say_moved
from pipeline.people.lists.staff_list import is_for_many
from pipeline.people.lists.statements import KnownElsewhere
from pipeline.people.naming import call, find_one
from pipeline.people.obligations import has_left
from pipeline.register.decision import Decision
from pipeline.register.mail.reader_mail import cancel_all_mail
from pipeline.register.people.changes import (
    add_absence,
    add_person,
    change_person,
    engage,
    keys_ever_in,
    put_away,
    withdraw_absence,
)
from pipeline.register.people.persons import PersonRow, find_person, list_engaged, list_people
from pipeline.register.readings.requests import READING, ClosedReason, close_requests, list_requests
from pipeline.wording import say_day

_DAY = timedelta(days=1)
_KEY = "hand-"


@dataclass(frozen=True, slots=True)
class HandChange:
    """What became of one person."""

    before: PersonRow | None
    """As a whole, by the engagement that counted; None for a new person."""
    after: PersonRow
    """As a whole, by the engagement that counts now."""
    changed: tuple[tuple[PersonRow, PersonRow], ...] = ()
    """The engagements that were changed, each as it was and as it is now; none where they were added."""
    begins_again: bool = False
    """They had left, and were added again with a new engagement."""
    closed: int = 0
    """Requests that were closed because they left."""
    dropped: int = 0
    """Mails that had not gone and do not go any more."""
    notes: tuple[str, ...] = ()
    """A sentence each on what the office should know."""

    @property
    def new_last_day(self) -> date | None:
        """The last day at the school that they were given; None where it is as before, or where they stay somehow."""
        last = _last_day(self.after)
        return None if self.before is None or last == _last_day(self.before) else last


def _last_day(row: PersonRow) -> date | None:
    """Return the last day of all that a person is, None while something of it goes on."""
    days = [one.leave_on for one in row.engagements]
    ends = [day for day in days if day is not None]
    return max(ends) if ends and len(ends) == len(days) else None


def add_by_hand(
    decision: Decision, name: str, assignments: Sequence[str], today: date, *, is_another: bool = False
) -> HandChange:
    """Add a person whom no list has; ``assignments`` as ``read_typed`` takes them.

    A person who left and has the same name and address begins a new engagement. ``is_another``: they are another than
    the one who has the same name.

    Raises:
        UsageError: something typed is wrong, or a person of that name is known.
    """
    typed = read_typed(assignments, today)
    first, last = split_name(" ".join(name.split()))
    blank = Person("", first, last, None, "", None, None, kind=EngagementKind.STAFF)
    new = read_typed([f"first_name={first}", *([f"last_name={last}"] if last else [])], today).put_on(blank)
    new = typed.put_on(new)
    if not new.last_name:
        raise UsageError(f"{name!r} is one name only; give first and last name, as staff type their last name.")
    people = list_people(decision.tx, decision.school, today)
    known = _known_as(new, people, today, is_another=is_another)
    new = replace(new, person_id=_next_key(decision), away=(typed.away,) if typed.away else ())
    made = (BY_HAND, today, decision.now)
    if known is None:
        row = add_person(
            decision.tx, decision.school, new, BY_HAND, new_token_key(), today, decision.now, actor=decision.actor
        )
    else:
        new = replace(new, start_on=new.start_on or today)
        row = engage(decision.tx, decision.school, known.id, new, *made, actor=decision.actor)
        row = with_new_link(decision, row, today)
    decision.record("person-added", {"kind": new.kind.value}, words=_words(row))
    return HandChange(known, row, begins_again=known is not None, notes=_say_shared(row, people, today))


def _known_as(new: Person, people: Sequence[PersonRow], today: date, *, is_another: bool) -> PersonRow | None:
    """Return who comes back; raise UsageError where a person of the name is here, or nobody can tell."""
    same = KnownElsewhere(lambda: people).find(new, frozenset())
    if same is not None and has_left(same.person, today):
        last = same.person.leave_on
        if last is not None and new.start_on is not None and new.start_on <= last:
            raise UsageError(f"{call(same)} left on {say_day(last)}; they begin again on a day after that: starts=DAY.")
        return same
    if same is not None:
        raise UsageError(f"{call(same)} has that name and address already: change what is known of them instead.")
    namesakes = [row for row in people if row.person.name.casefold() == new.name.casefold()]
    if namesakes and not is_another:
        raise UsageError(
            f"{call(namesakes[0])} has that name already. If that is the same person, change what is known of them; if "
            "this is somebody else, say so (--another)."
        )
    return None


def _next_key(decision: Decision) -> str:
    """Return a key that nobody added by hand ever had, not even one whom a list has now under another."""
    keys = keys_ever_in(decision.tx, decision.school, BY_HAND)
    numbers = [int(key.removeprefix(_KEY)) for key in keys if key.removeprefix(_KEY).isdecimal()]
    return f"{_KEY}{max(numbers, default=0) + 1}"


def set_by_hand(
    decision: Decision, typed_name: str | int, assignments: Sequence[str], today: date, *, list_name: str | None = None
) -> HandChange:
    """Change what is known of a person; ``list_name`` says which of their engagements, else the one that counts.

    A person who has left with a last day that is over is ended at once, as ``leave`` does; nobody is who stays by
    another engagement.

    Raises:
        UsageError: nobody or several are meant, or something typed is wrong.
    """
    typed = read_typed(assignments, today)
    if not assignments:
        raise UsageError("Say what to change, such as role=Teacher.")
    row = _person_by(decision, typed_name, today, list_name)
    after = typed.put_on(row.person)
    before = _again(decision, row, today)
    change_person(decision.tx, decision.school, row, after, today, decision.now, actor=decision.actor)
    _set_absence(decision, row, typed, today)
    now = _again(decision, row, today)
    if has_left(now.person, today) and not has_left(before.person, today):
        closed, dropped = _end_everything(decision, now, today)
    else:
        closed, dropped = 0, _stop_mail(decision, row, now, today)
    if has_left(before.person, today) and not has_left(now.person, today):
        with_new_link(decision, now, today)
    now = _again(decision, row, today)
    fields = sorted({*typed.fields, *(["away"] if typed.away or typed.is_back else [])})
    decision.record("person-changed", {"fields": ", ".join(fields)}, words=_words(now))
    people = list_people(decision.tx, decision.school, today)
    moved = tuple(say_moved(decision.tx, decision.school, row, now))
    shared = _say_shared(now, people, today) if now.person.work_email != row.person.work_email else ()
    changed = ((row, _seen_by(decision, row, row.engagement, today)),)
    return HandChange(before, now, changed, closed=closed, dropped=dropped, notes=(*moved, *shared))


def _set_absence(decision: Decision, row: PersonRow, typed: Typed, today: date) -> None:
    tx, school, now, actor = decision.tx, decision.school, decision.now, decision.actor
    if typed.away is not None and typed.away.from_on > today:
        add_absence(tx, school, row.id, typed.away, now, actor=actor)
    elif typed.away is not None:
        put_away(tx, school, row, typed.away.until_on, today, now, actor=actor, since=typed.away.from_on)
    if typed.is_back:
        coming = [period for period in row.person.away if period.from_on > today]
        if absent_through(row.person, today) is None and not coming:
            raise UsageError(f"{row.person.name} is not away, so nothing was changed.")
        put_away(tx, school, row, None, today, now, actor=actor)
        for period in coming:
            withdraw_absence(tx, school, row.id, period, now, actor=actor)


def _stop_mail(decision: Decision, before: PersonRow, after: PersonRow, today: date) -> int:
    """Drop mail to a person who is away from today: they are asked on return."""
    if away_through(before.person, today) or not away_through(after.person, today):
        return 0
    return cancel_all_mail(decision.tx, decision.school, before.id, decision.now, "away; asked on return")


def leave(
    decision: Decision, typed_name: str | int, on: date | None, today: date, *, list_name: str | None = None
) -> HandChange:
    """Record that a person leaves, with ``on`` as their last day; without it they have left, yesterday being the last.

    Where the last day is over, their link opens no more, what was asked of them is closed, and mail that has not gone
    does not go. A day to come does all that by itself when it is over. ``list_name`` ends one engagement of several.

    Raises:
        UsageError: nobody or several are meant, or they have left.
    """
    row = _person_by(decision, typed_name, today, list_name)
    before = _again(decision, row, today)
    last_day = today - _DAY if on is None else on
    wanted = None if list_name is None else list_name.casefold()
    mine = [one for one in row.engagements if wanted in (None, one.list.casefold())]
    ended = [_seen_by(decision, row, one.id, today) for one in mine]
    going = [one for one in ended if one.person.leave_on is None or one.person.leave_on > last_day]
    if has_left(row.person, today) or not going:
        known = say_day(row.person.leave_on) if row.person.leave_on else "over"
        raise UsageError(f"{call(row)} leaves already: the last day known of them is {known}.")
    for one in going:
        after = replace(one.person, leave_on=last_day)
        change_person(decision.tx, decision.school, one, after, today, decision.now, actor=decision.actor)
    now = _again(decision, row, today)
    closed, dropped = _end_everything(decision, now, today) if has_left(now.person, today) else (0, 0)
    decision.record("person-left", {"on": last_day.isoformat()}, words=_words(row))
    changed = tuple((one, _seen_by(decision, one, one.engagement, today)) for one in going)
    return HandChange(before, _again(decision, row, today), changed, closed=closed, dropped=dropped)


def revoke_link(decision: Decision, typed_name: str | int, today: date) -> HandChange:
    """End the personal link that a person was given; the next letter brings another one.

    Raises:
        UsageError: nobody or several are meant.
    """
    row = _person_by(decision, typed_name, today, None)
    now = with_new_link(decision, row, today)
    decision.record("link-revoked", {}, words=_words(row))
    return HandChange(row, now)


def _person_by(decision: Decision, typed_name: str | int, today: date, list_name: str | None) -> PersonRow:
    """Return who is meant, as seen by their engagement in ``list_name`` or by the one that counts."""
    row = find_one(list_people(decision.tx, decision.school, today), typed_name, today)
    if list_name is None:
        return row
    mine = [one for one in row.engagements if one.list.casefold() == list_name.casefold()]
    if not mine:
        held = ", ".join(one.list for one in row.engagements)
        raise UsageError(f"{row.person.name} is not in the list {list_name!r}, but in {held}.")
    return _seen_by(decision, row, mine[0].id, today)


def _seen_by(decision: Decision, row: PersonRow, engagement: int, today: date) -> PersonRow:
    lists = {row.engagement: row.source, **{one.id: one.list for one in row.engagements}}
    rows = list_engaged(decision.tx, decision.school, lists[engagement], today, ids=(row.id,))
    return next(one for one in rows if one.engagement == engagement)


def _again(decision: Decision, row: PersonRow, today: date) -> PersonRow:
    found = find_person(decision.tx, decision.school, row.id, today)
    assert found is not None  # it was read in this very transaction
    return found


def with_new_link(decision: Decision, row: PersonRow, today: date) -> PersonRow:
    """Give a person a personal link that no letter before had: those they were given open no more."""
    made = (today, decision.now)
    return change_person(
        decision.tx, decision.school, row, row.person, *made, token_key=new_token_key(), actor=decision.actor
    )


def _end_everything(decision: Decision, row: PersonRow, today: date) -> tuple[int, int]:
    """End the link, what was asked and the mail of a person who has left; return how many of the last two."""
    with_new_link(decision, row, today)
    asked = list_requests(decision.tx, decision.school, person=row.id, only_open=True)
    left = [(one.id, ClosedReason.LEFT) for one in asked]
    closed = close_requests(decision.tx, decision.school, READING, left, decision.now)
    return closed, cancel_all_mail(decision.tx, decision.school, row.id, decision.now, "left")


def _words(row: PersonRow) -> dict[str, str | None]:
    return {"person_id": row.person.person_id, "name": row.person.name}


def _say_shared(row: PersonRow, people: Sequence[PersonRow], today: date) -> tuple[str, ...]:
    """Return that a person's address is read by others too, whom mail does not reach then."""
    address = (row.person.work_email or "").casefold()
    if is_for_many(address):
        return (
            f"{address} reads like a list of many people. No mail goes to it: {row.person.name} is asked on paper "
            "until there is an address of their own.",
        )
    here = [one for one in people if one.id != row.id and not has_left(one.person, today)]
    others = [one.person.name for one in here if _has(one, address)]
    if not address or not others:
        return ()
    return (
        f"{row.person.name} shares the address {address} with {', '.join(others)}: a personal page cannot go to a "
        "shared mailbox, so they are asked on paper until each has an address of their own.",
    )


def _has(row: PersonRow, address: str) -> bool:
    return (row.person.work_email or "").casefold() == address
