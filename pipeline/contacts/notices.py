"""Whether staff are to be told of a change of contacts, to whom that goes, and what the office decided of it.

What staff were last told is held against who may be named today. Where a role is another's, or its holder has another
confirmed number, a notice waits for one word (now, on a day, the head tells them); after two school days it goes by
itself. Several changes that wait are one notice, and one that was taken back is none. A number that is confirmed after
staff were told of its holder is a line in the next letter, and asks for no word. Copies, pages and safety lines do not
wait for any of it.

``letters`` calls ``note_notice`` before each plan and writes what goes; commands and pages call ``decide_notice``.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pipeline.config import Config
from pipeline.contacts.confirmations import ContactsOfDay, contacts_of_day, dialled
from pipeline.contacts.cover import covers_by_settings
from pipeline.contacts.renamed import Renamed, list_renamed
from pipeline.contacts.safety_lines import Line, line_of_role, line_text
from pipeline.dates.calendar import is_mail_day, next_mail_day, school_day_from
from pipeline.directory import DEPUTY, HEAD, LEAD
from pipeline.errors import UsageError
from pipeline.model.contacts import Holder
from pipeline.model.policies import PolicyStanding, ReadingRule
from pipeline.named.names.likeness import is_slip_of, name_key
from pipeline.people.obligations import Duties, is_active, policies_in_use
from pipeline.reasons.reason import Reason, because
from pipeline.register.decision import Decision
from pipeline.register.mail.outbox import cancel_messages
from pipeline.register.mail.told import About, ToldOutcome, list_given, list_told
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.policies.contact_notices import (
    Changed,
    Chosen,
    NoticeRow,
    NoticeState,
    ToldContact,
    ToldContacts,
    find_told,
    find_waiting,
    keep_notice,
    keep_told,
    list_notices,
)
from pipeline.register.policies.copies import CopyRow, copies_for_staff, list_copies
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_near_day

OWN_LETTER = (LEAD, DEPUTY)
"""A change of these is a letter of its own, with the renewed copies."""
IN_THE_NEXT = (HEAD, "chair-of-governors", "lado")
"""A change of these is a line in whatever letter comes next."""
GOES_BY_ITSELF = 2
"""School days after a change was seen."""
CHILD_PROTECTION = "child-protection"
"""The catalogue's name of the policy whose readers are told whether or not they were given a copy."""
CHANGED_AGAIN = "The contacts were changed again since this was noted. The next update notes what they are now."
"""Why nothing can be decided of a change that waits."""
_FURTHEST = timedelta(days=60)
_ENDED = (*(NoticeState.GOES, NoticeState.FOLLOWED), NoticeState.HEAD, NoticeState.NOBODY, NoticeState.NO_COPIES)
"""How a notice stands after which staff know the contacts of its roles, by mail or otherwise."""


@dataclass(frozen=True, slots=True)
class NoticeDecision:
    """What the office says of a notice that waits."""

    how: str
    """``now``, ``day``, ``head`` or ``nobody``."""
    day: date | None = None
    """Of ``day``: on which it goes."""
    seen: str | None = None
    """The print of the change that was looked at; another one by now is refused."""


def note_notice(
    decision: Decision, config: Config, standings: Sequence[PolicyStanding], today: date, *, sends: bool
) -> NoticeRow | None:
    """Bring the notices in line with the contacts of today; return the one of today as it stands then,
    be it waiting or ended, or None where staff are to be told of nothing.

    ``sends``: a plan follows, so what is due goes. The first time nothing is compared: staff know today's contacts.
    """
    tx, school = decision.tx, decision.school
    told = find_told(tx, school)
    now = _known_today(tx, school, config, today, told)
    if told is None:
        keep_told(decision, now)
        return None
    waiting = find_waiting(tx, school)
    if waiting is None and {**told, **now} == told:
        return None
    told, since = _take_back(decision, told, now, today)
    how = _to_be_told(tx, school, changed_roles(told, now, list_renamed(tx, school)))
    if not how:
        if waiting is not None:
            _end(decision, waiting, NoticeState.TAKEN_BACK)
        # A spelling that was put right, an address, or the same person's new name: nobody is told.
        keep_told(decision, {**told, **now})
        return None
    waiting = _waiting(tx, school, config, how, now, decision.now, today, since)
    people = find_audience(tx, school, config, standings, waiting, told, now, today)
    if config.tell_contacts == "nobody" or not people:
        is_work = config.tell_contacts != "nobody" and any(
            is_active(row.person, today) for row in list_people(tx, school, today)
        )
        state = NoticeState.NO_COPIES if is_work else NoticeState.NOBODY
        return _settle(decision, waiting, state, told, now, went_on=today)
    if config.tell_contacts == "at-once" and waiting.chosen is Chosen.NOTHING:
        waiting = replace(waiting, chosen=Chosen.AT_ONCE, goes_on=today)
    if sends and waiting.goes_on <= today and is_mail_day(today, config.calendar.closed):
        return _settle(decision, waiting, NoticeState.GOES, told, now, people=people, went_on=today)
    if waiting != find_waiting(tx, school):
        decision.record("contact-notice", _fields(keep_notice(decision, waiting)))
    return waiting


def _waiting(
    tx: Transaction,
    school: str,
    config: Config,
    how: Mapping[str, Changed],
    now: ToldContacts,
    at: datetime,
    today: date,
    since: date,
) -> NoticeRow:
    """Return the notice of these changes: the one that waits, if it is of the same, else one without a word so far.

    ``since``: the day from which what it takes over counts, of a notice that has not gone.
    """
    roles, waiting = tuple(how), find_waiting(tx, school)
    to_decide = _to_decide(how)
    change = _print_of(contacts_of_day(tx, school, config, today), to_decide or roles, now)
    if waiting is not None and waiting.change == change:
        return replace(waiting, roles=roles, how=how)
    before = (waiting.since or waiting.seen_on) if waiting is not None else today
    since = min(since, before, _since(config, roles, today))
    number = waiting.number if waiting is not None else len(list_notices(tx, school)) + 1
    chosen = Chosen.NOTHING if to_decide else Chosen.AT_ONCE
    goes_on = school_day_from(today, GOES_BY_ITSELF, config.calendar.no_school) if to_decide else today
    return NoticeRow(number, NoticeState.WAITS, roles, change, at, today, goes_on, chosen, how=how, since=since)


def _to_decide(how: Mapping[str, Changed]) -> tuple[str, ...]:
    return tuple(role for role, changed in how.items() if changed is not Changed.CONFIRMED)


def _is_todays(
    tx: Transaction, school: str, config: Config, row: NoticeRow, told: ToldContacts, now: ToldContacts, today: date
) -> bool:
    """Return whether the change that waits is still what differs today from what staff know."""
    how = _to_be_told(tx, school, changed_roles(told, now, list_renamed(tx, school)))
    return row.change == _print_of(contacts_of_day(tx, school, config, today), _to_decide(how) or tuple(how), now)


def _since(config: Config, roles: Sequence[str], today: date) -> date:
    """Return the day from which the oldest of the changes of some roles counts: today, or one that the settings say."""
    days = [day for day in config.roster.changes_after(today - _FURTHEST) if day <= today]
    before = {day: config.directory(day - timedelta(days=1)) for day in days}
    changed = ([day for day in days if config.directory(day).of(role) != before[day].of(role)] for role in roles)
    return min((max(found, default=today) for found in changed), default=today)


def _to_be_told(tx: Transaction, school: str, how: Mapping[str, Changed]) -> dict[str, Changed]:
    """Return the changes that staff are told of: a confirmed number only where a notice told them of its holder."""
    last = {role: one.state for one in list_notices(tx, school) if one.state in _ENDED for role, _ in one.before}
    told = (NoticeState.GOES, NoticeState.FOLLOWED)
    return {role: each for role, each in how.items() if each is not Changed.CONFIRMED or last.get(role) in told}


def decide_notice(decision: Decision, config: Config, telling: NoticeDecision, *, today: date) -> NoticeRow:
    """Record when staff are told of the change that waits, or that the head tells them; return how the notice stands.

    Raises:
        UsageError: nothing waits, the change is another one than was looked at, or the day cannot be.
    """
    tx, school = decision.tx, decision.school
    waiting = find_waiting(tx, school)
    if waiting is None:
        raise UsageError("No change of contacts waits to be told to staff.")
    if telling.seen not in (None, waiting.change):
        raise UsageError("The contacts were changed again since this was looked at. Look once more, then decide.")
    told = find_told(tx, school) or {}
    now = _known_today(tx, school, config, today, told)
    if not _is_todays(tx, school, config, waiting, told, now, today):
        raise UsageError(f"{CHANGED_AGAIN} Look once more after it, then decide.")
    if telling.how in ("head", "nobody"):
        state = NoticeState.HEAD if telling.how == "head" else NoticeState.NOBODY
        return _settle(decision, waiting, state, told, now)
    goes_on = today if telling.how == "now" else telling.day
    if goes_on is None or goes_on < today:
        raise UsageError("Give the day on which staff are told: today or a later day.")
    if goes_on > today + _FURTHEST:
        raise UsageError(f"{say_day(goes_on)} is more than two months away. Give a nearer day.")
    chosen = Chosen.NOW if telling.how == "now" else Chosen.DAY
    goes_on = next_mail_day(goes_on, config.calendar.closed)
    row = keep_notice(decision, replace(waiting, chosen=chosen, goes_on=goes_on))
    decision.record("contact-notice-decided", _fields(row))
    return row


@dataclass(frozen=True, slots=True)
class WaitingNotice:
    """A change of which staff have not been told, as the office looks at it."""

    row: NoticeRow
    lines: tuple[str, ...]
    """What staff will read, a sentence a role."""
    people: frozenset[int]
    """Whom it is for, by the register's key."""
    is_todays: bool = True
    """The contacts were not changed again since; else nothing can be decided until an update has noted it."""


def look_at_waiting(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
) -> WaitingNotice | None:
    """Return the change that waits, with whom it is for as people and copies are now; None where none waits."""
    row = find_waiting(tx, school)
    if row is None:
        return None
    told, contacts = find_told(tx, school) or {}, contacts_of_day(tx, school, config, today)
    now = _known_today(tx, school, config, today, told)
    return WaitingNotice(
        row,
        tuple(map(line_text, lines_now(contacts, row.changes, is_new=row.counts_from(today)))),
        find_audience(tx, school, config, standings, row, told, now, today),
        _is_todays(tx, school, config, row, told, now, today),
    )


def say_undecided(tx: Transaction, school: str, config: Config, today: date, *, is_copy: bool = False) -> Reason | None:
    """Return that staff have not been told of a change and nobody has said when; None where that is not so.

    A copy of a folder tells nobody, so it names no day and asks for none.
    """
    row = find_waiting(tx, school)
    if row is None or row.chosen is not Chosen.NOTHING:
        return None
    lines = lines_now(contacts_of_day(tx, school, config, today), row.changes, is_new=False)
    who = " ".join(map(line_text, lines))
    if is_copy:
        return because("contacts-in-copy", who=who)
    return because("contacts-to-tell", who=who, day=say_near_day(row.goes_on, today))


def say_unwritten(tx: Transaction, school: str, config: Config, today: date) -> tuple[tuple[int, Reason], ...]:
    """Return, by the number of its notice, each change up to this mail day of which nobody is written to for want of a
    copy that anybody was sent: it is said once, not passed over."""
    closed = config.calendar.closed
    return tuple(
        (one.number, because("contacts-unwritten", who=" ".join(map(line_text, lines))))
        for one in list_notices(tx, school)
        if one.state is NoticeState.NO_COPIES and today <= next_mail_day(one.goes_on, closed)
        if (lines := lines_now(contacts_of_day(tx, school, config, today), one.changes, is_new=False))
    )


def lines_now(contacts: ContactsOfDay, changes: Mapping[str, Changed], *, is_new: bool) -> tuple[Line, ...]:
    """Return who holds some roles today, a line each; a role that nobody holds has none, but for deputies."""
    directory = contacts.for_copies
    by_office = frozenset(one.holder.name for one in contacts.waiting if one.phone)
    return tuple(
        line_of_role(
            role,
            directory.of(role),
            is_new=is_new,
            is_number=changes[role] is not Changed.HOLDER,
            by_office=by_office,
        )
        for role in (*OWN_LETTER, *IN_THE_NEXT)
        if role in changes and (directory.of(role) or role == DEPUTY)
    )


def changed_roles(told: ToldContacts, now: ToldContacts, renamed: Renamed) -> dict[str, Changed]:
    """Return the roles that another person holds, or the same people with another number, than staff were told.

    A role of ``IN_THE_NEXT`` that is named for the first time is no change: the settings are being filled in.
    """
    found = {}
    for role in (*OWN_LETTER, *IN_THE_NEXT):
        before, after = told.get(role), now.get(role, ())
        if before is None and (role in IN_THE_NEXT or not after):
            continue
        if (changed := _changed(before or (), after, renamed)) is not None:
            found[role] = changed
    return found


def _changed(before: Sequence[ToldContact], after: Sequence[ToldContact], renamed: Renamed) -> Changed | None:
    known = [_known_as(one, before, renamed) for one in after]
    if len(before) != len(after) or None in known:
        return Changed.HOLDER
    pairs = [(one, other) for one, other in zip(after, known, strict=True) if other and _way(one) != _way(other)]
    if not pairs:
        return None
    return Changed.CONFIRMED if all(other.unconfirmed for _, other in pairs) else Changed.NUMBER


def find_audience(
    tx: Transaction,
    school: str,
    config: Config,
    standings: Sequence[PolicyStanding],
    notice: NoticeRow,
    told: ToldContacts,
    now: ToldContacts,
    today: date,
) -> frozenset[int]:
    """Return whom a notice is for, by the register's key: who works here and has an older copy, or is asked for the
    child protection policy; never the outgoing holder, not even of the notice before where the number alone is another,
    and nobody where no copy was ever given by today's route.
    """
    given = list_given(tx, school, config.mail.route)
    if not given:
        return frozenset()
    outgoing = _outgoing(_known_before(tx, school, notice, told), now, list_renamed(tx, school))
    renewed = renewed_copies(tx, school, notice)
    duties = Duties(policies_in_use(standings), config, today)

    def is_for(row: PersonRow) -> bool:
        mine = given.get(row.id, {})
        if any(policy in renewed and first < notice.seen_at for policy, first in mine.items()):
            return True
        came_before = row.person.start_on is None or row.person.start_on < notice.seen_on
        return came_before and any(
            duty.standing.catalogue_slug == CHILD_PROTECTION and duty.rule is not ReadingRule.FIND
            for duty in duties.of(row)
        )

    here = [row for row in list_people(tx, school, today) if is_active(row.person, today)]
    return frozenset(row.id for row in here if not _is_one_of(row, outgoing) and is_for(row))


def renewed_copies(tx: Transaction, school: str, notice: NoticeRow) -> dict[int, CopyRow]:
    """Return, by policy, the copies for staff that name a role of a notice, or were made since in place of one that
    named it."""

    def names(copy: CopyRow) -> bool:
        return any(each.get("role") in notice.roles for each in copy.replacements)

    before = {copy.policy_id: copy for copy in list_copies(tx, school) if copy.made_at < notice.seen_at}
    return {
        policy: copy
        for policy, copy in copies_for_staff(tx, school).items()
        if names(copy) or (copy.made_at >= notice.seen_at and policy in before and names(before[policy]))
    }


# --- what staff know ---------------------------------------------------------------------------------------------


def _known_today(
    tx: Transaction, school: str, config: Config, today: date, told: ToldContacts | None
) -> dict[str, tuple[ToldContact, ...]]:
    """Return the holders that copies name today, by role; of a lead who is covered for a few days, as staff know them.

    A number that is not confirmed changes nothing of what staff know of a holder.

    A role that nobody holds is left out, but for deputies who are all gone.
    """
    contacts = contacts_of_day(tx, school, config, today)
    directory = contacts.for_copies
    pending = {one.holder.name for one in contacts.waiting if (one.phone if one.holder.phone else one.email)}
    renamed = list_renamed(tx, school) if pending else Renamed({})

    def known_as(role: str, one: Holder) -> ToldContact:
        own = ToldContact(one.name, one.phone or "", one.email or "", one.name in pending)
        before = _known_as(own, (told or {}).get(role, ()), renamed) if own.unconfirmed else None
        return own if before is None else replace(before, name=one.name)

    roles = (*OWN_LETTER, *IN_THE_NEXT)
    known = {role: tuple(known_as(role, one) for one in directory.of(role)) for role in roles}
    closed = config.calendar.no_school
    if told is not None and any(not cover.is_long(closed) for cover in covers_by_settings(config, directory, today)):
        known[LEAD] = told.get(LEAD, ())
    return {role: who for role, who in known.items() if who or (role == DEPUTY and told is not None and told.get(role))}


def _known_as(one: ToldContact, before: Sequence[ToldContact], renamed: Renamed) -> ToldContact | None:
    """Return whom staff know in a role who is the same person, by the same number if any is; None where nobody is."""
    same = [other for other in before if _are_one(one, other, renamed)]
    return min(same, key=lambda other: _way(one) != _way(other), default=None)


def _are_one(one: ToldContact, other: ToldContact, renamed: Renamed) -> bool:
    shared = {dialled(one.phone), one.email.casefold()} & {dialled(other.phone), other.email.casefold()} - {""}
    return renamed.are_one(one.name, other.name) or (bool(shared) and is_slip_of(one.name, other.name))


def _way(one: ToldContact) -> str:
    return dialled(one.phone) or one.email.casefold()


def _known_before(tx: Transaction, school: str, notice: NoticeRow, told: ToldContacts) -> ToldContacts:
    """Return whom staff knew in the roles of a notice before its holders: where a number alone is another, those of
    before the notice that told of its holder."""
    same = {role for role, changed in notice.changes.items() if changed is not Changed.HOLDER}
    earlier = [one for one in list_notices(tx, school) if one.state in _ENDED] if same else []
    before = {
        role: contacts
        for one in earlier
        for role, contacts in one.before
        if role in same and one.how.get(role, Changed.HOLDER) is Changed.HOLDER
    }
    return {role: before.get(role, told.get(role, ())) for role in notice.roles}


def _outgoing(before: ToldContacts, now: ToldContacts, renamed: Renamed) -> tuple[ToldContact, ...]:
    """Return who held one of some roles before, and holds none of them any more."""
    holders = [other for role in before for other in now.get(role, ())]
    return tuple(
        one for known in before.values() for one in known if not any(_are_one(one, other, renamed) for other in holders)
    )


def _is_one_of(row: PersonRow, holders: Sequence[ToldContact]) -> bool:
    """Return whether a person on the lists is a holder: by work address, or by name."""
    address = (row.person.work_email or "").casefold()
    return any(
        (address and address == one.email.casefold()) or name_key(row.person.name) == name_key(one.name)
        for one in holders
    )


def _print_of(contacts: ContactsOfDay, roles: Sequence[str], now: ToldContacts) -> str:
    """Return a print of who holds some roles, with the numbers that they gave: a confirmation changes nothing of it."""
    typed = {one.holder.name: one.holder.phone or "" for one in contacts.waiting}
    holders = [[role, [[one.name, typed.get(one.name, one.phone)] for one in now.get(role, ())]] for role in roles]
    return hashlib.sha256(json.dumps(holders).encode()).hexdigest()[:16]


# --- how a notice ends -------------------------------------------------------------------------------------------


def _settle(
    decision: Decision,
    notice: NoticeRow,
    state: NoticeState,
    told: ToldContacts,
    now: ToldContacts,
    *,
    people: frozenset[int] = frozenset(),
    went_on: date | None = None,
) -> NoticeRow:
    """End the waiting: from now on staff know today's contacts of its roles."""
    before = tuple((role, told.get(role, ())) for role in notice.roles)
    row = replace(notice, state=state, people=people, before=before, goes_on=went_on or notice.goes_on)
    keep_told(decision, {**told, **{role: now[role] for role in notice.roles if role in now}})
    decision.record(f"contact-notice-{state.value}", {**_fields(row), "people": len(people)})
    return keep_notice(decision, row)


def _end(decision: Decision, notice: NoticeRow, state: NoticeState) -> None:
    keep_notice(decision, replace(notice, state=state))
    decision.record(f"contact-notice-{state.value}", _fields(notice))


def _take_back(decision: Decision, told: ToldContacts, now: ToldContacts, today: date) -> tuple[ToldContacts, date]:
    """Drop what has not gone of notices whose roles changed again; return what staff know then, and since when what
    is left of them counts (``today`` where nothing is).

    Where nobody had been told they know what they knew before it, of each of its roles, and the notice that replaces it
    tells all of them. Else those who had are told again of what changed again, and the rest of it goes on to those who
    have not heard of it. Where a number alone changed, what has not gone is made anew with it, and goes as decided.
    """
    tx, school, since = decision.tx, decision.school, today
    again = changed_roles(told, now, list_renamed(tx, school))
    for notice in list_notices(tx, school) if again else ():
        theirs = {role: again[role] for role in notice.roles if role in again}
        if notice.state is not NoticeState.GOES or not theirs:
            continue
        rows = [row for row in list_told(tx, school, about=(About.CONTACTS,)) if row.stage == str(notice.number)]
        waiting = tuple({row.message for row in rows if row.outcome is None and row.message is not None})
        cancel_messages(tx, school, waiting, "the contacts were changed again", decision.now)
        heard = (ToldOutcome.SENT, ToldOutcome.WRITTEN, ToldOutcome.PRINTED)
        was_heard, is_other = any(row.outcome in heard for row in rows), Changed.HOLDER in theirs.values()
        if not was_heard:
            known, roles = (dict(notice.before), notice.roles) if is_other else (now, tuple(theirs))
            told = {**told, **{role: known[role] for role in roles if role in known}}
            keep_told(decision, told)
        rest = tuple(role for role in notice.roles if theirs.get(role) is not Changed.HOLDER)
        if is_other and not was_heard:
            since = min(since, (notice.since or notice.seen_on) if rest else today)
            _end(decision, notice, NoticeState.TAKEN_BACK)
        elif is_other and rest:
            _end(decision, replace(notice, roles=rest), NoticeState.GOES)
        elif is_other:
            _end(decision, notice, NoticeState.FOLLOWED)
    return told, since


def _fields(notice: NoticeRow) -> Mapping[str, str | int]:
    on = {"on": notice.goes_on.isoformat(), "chosen": notice.chosen.value}
    return {"notice": notice.number, "roles": " ".join(notice.roles), **on}
