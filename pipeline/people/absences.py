"""Hold the staff list against the contacts: a lead who has left, is away, or stands in no list, is told of.

After the import of staff lists. The run's report, ``status`` and ``contacts`` say it: copies go on giving whom
config.toml names until the office changes it there. Roles held outside the school (LADO, governors) are not looked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from pipeline.config import Config
from pipeline.directory import LEAD
from pipeline.model.contacts import Directory, Holder
from pipeline.model.policies import PolicyStanding
from pipeline.named.names.letters import letters_of
from pipeline.named.names.likeness import COULD_BE, SAME, name_key, same_person
from pipeline.people.away import absent_through
from pipeline.people.obligations import has_left
from pipeline.policies.owners import list_owned, reachable, resolve_default_owner
from pipeline.policies.standing import list_standings
from pipeline.reasons.reason import Reason, Voice, because, say
from pipeline.register.people.persons import PersonRow
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_list, say_role

_ON_THE_STAFF = ("dsl", "deputy-dsl", "headteacher", "senco")
"""Roles that only staff of the school holds."""
_TOLD_BEFORE_DAYS = 30
_DAY = timedelta(days=1)


class AbsenceKind(StrEnum):
    """Why a holder cannot be counted on."""

    LEFT = "left"
    """Their last day has passed."""
    LEAVING = "leaving"
    """Their last day is near, and nobody follows them in the role."""
    AWAY = "away"
    DROPPED = "dropped"
    """They were in the list and are not any more."""
    UNLISTED = "unlisted"
    """They never were in it, although everybody else who holds such a role is."""


@dataclass(frozen=True, slots=True)
class Absence:
    """One holder of a role whom the staff list contradicts."""

    holder: Holder
    kind: AbsenceKind
    why: Reason
    """Who, what, and what to do."""

    @property
    def message(self) -> str:
        """Return it in the words of the commands."""
        return str(self.why)

    @property
    def is_pressing(self) -> bool:
        """Whether a report begins with it; that a person never stood in the list may be as it should."""
        return self.kind is not AbsenceKind.UNLISTED


def list_absences(people: Sequence[PersonRow], config: Config, today: date) -> tuple[Absence, ...]:
    """Return which holders of today's roles have left, are away or are not in the staff list, in the roles' order.

    ``people`` is everybody ever recorded. Nobody is looked for while there is no list.
    """
    if not people:
        return ()
    holders = [holder for holder in config.directory(today).holders if holder.role in _ON_THE_STAFF]
    found = {holder: _rows_of(holder, people) for holder in holders}
    unlisted = [holder for holder in holders if not found[holder]]
    told = [each for holder in holders for each in _contradictions(holder, found[holder], config, today)]
    if len({holder.name for holder in unlisted}) == 1 and len(holders) > len(unlisted):
        told.append(_unlisted(unlisted[0]))
    return tuple(told)


def ask_about(
    people: Sequence[PersonRow],
    left: Sequence[PersonRow],
    missing: Sequence[PersonRow],
    standings: Sequence[PolicyStanding],
    config: Config,
    today: date,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return whom a staff list says to have left or leaves out of those who hold a role or look after a policy.

    ``people`` is everybody recorded, ``left`` and ``missing`` what the list says; it may only have been looked at, or
    wait. Second come the notes that nothing
    needs to begin with.
    """
    gone = {row.id: row for row in left}
    unlisted = {row.id for row in missing}
    rows = [gone.get(row.id, row) for row in people]
    rows = [replace(r, missing_since=today) if r.id in unlisted and r.missing_since is None else r for r in rows]
    absences = list_absences(rows, config, today)
    owned = list_owned(standings, config, today)
    owners = tuple(each.message for each in list_owner_absences(rows, owned, config, today))
    pressing = tuple(each.message for each in absences if each.is_pressing)
    return (*pressing, *owners), tuple(each.message for each in absences if not each.is_pressing)


@dataclass(frozen=True, slots=True)
class AbsentOwner:
    """A person who looks after policies, and has left or stands in no list any more."""

    row: PersonRow
    why: Reason

    @property
    def message(self) -> str:
        """Return who it is and what to do, in the words of the commands."""
        return str(self.why)


def list_owner_absences(
    people: Sequence[PersonRow], owned: Mapping[str, Sequence[str]], config: Config, today: date
) -> tuple[AbsentOwner, ...]:
    """Return each owner of policies who has left or is not in the staff list any more.

    ``owned`` has the titles of the policies each work address, in small letters, looks after. Holders of roles are told
    by ``list_absences``.
    """
    holders = config.directory(today).holders
    told = {(holder.email or "").casefold() for holder in holders if holder.role in _ON_THE_STAFF}
    rows: dict[str, list[PersonRow]] = {}
    for row in people:
        address = (row.person.work_email or "").casefold()
        if address in owned and address not in told:
            rows.setdefault(address, []).append(row)
    return tuple(
        AbsentOwner(mine[-1], _ask_about_owner(mine[-1], owned[address], today))
        for address, mine in rows.items()
        if all(has_left(row.person, today) or row.missing_since for row in mine)
    )


def say_who_takes_over(
    row: PersonRow, standings: Sequence[PolicyStanding], config: Config, today: date
) -> tuple[Reason, ...]:
    """Return a sentence on the policies that a person who leaves looks after, and who must see to it; else none.

    That is the default owner of ``[review]``, else the headteacher, unless it is they who leave.
    """
    address = (row.person.work_email or "").casefold()
    titles = list_owned(standings, config, today).get(address, ()) if address else ()
    if not titles or row.person.leave_on is None:
        return ()
    directory = config.directory(today)
    takers = (*resolve_default_owner(directory, config), *reachable(directory.of("headteacher")))
    taker = next((one for one in takers if one.address.casefold() != address), None)
    who = f"{taker.name or taker.address} must" if taker else "Somebody must"
    return (because("takes-over", who=who, titles=say_list(titles), day=say_day(row.person.leave_on + _DAY)),)


def say_what_is_open(
    tx: Transaction, school: str, row: PersonRow, config: Config, today: date, voice: Voice = Voice.COMMAND
) -> tuple[str, ...]:
    """Return what a person who leaves holds or looks after, and who must take it over, a sentence each.

    ``row`` is the person with their last day.
    """
    held = list_absences([row], config, today)
    standings = list_standings(tx, school, config, today)
    pressing = (each.why for each in held if each.is_pressing)
    return tuple(say(each, voice) for each in (*pressing, *say_who_takes_over(row, standings, config, today)))


def _ask_about_owner(row: PersonRow, titles: Sequence[str], today: date) -> Reason:
    if has_left(row.person, today) and row.person.leave_on:
        what = f"they have left: {_say_last_day(row.person.leave_on)}. Who follows them? Say"
    else:
        since = f" since {say_day(row.missing_since)}" if row.missing_since and row.missing_since < today else ""
        gone = since or " any more"
        what = f"they are not in the staff list{gone}. Have they left? If not, correct the list; if so, say"
    return because("owner-gone", name=row.person.name, titles=say_list(titles), what=what)


def absent_holders(people: Sequence[PersonRow], directory: Directory, today: date) -> frozenset[str]:
    """Return the keys (``name_key``) of who holds a role of the school's staff and is away or has left today.

    Only by the name as it is written, or the address: nobody is taken for absent because a namesake is.
    """
    gone = [row for row in people if _is_gone(row, today)]
    names = {name_key(row.person.name) for row in gone}
    addresses = {(row.person.work_email or "").casefold() for row in gone} - {""}
    holders = {name_key(one.name): one for one in directory.holders if one.role in _ON_THE_STAFF}
    # Everybody is looked through only for those who may be among the few that are gone.
    maybe = {key: one for key, one in holders.items() if key in names or (one.email or "").casefold() in addresses}
    found = ((key, _sure_rows(holder, people)) for key, holder in maybe.items())
    return frozenset(key for key, rows in found if rows and all(_is_gone(row, today) for row in rows))


def _is_gone(row: PersonRow, today: date) -> bool:
    return has_left(row.person, today) or absent_through(row.person, today) is not None


def _rows_of(holder: Holder, people: Sequence[PersonRow]) -> list[PersonRow]:
    """Return who in the list is a holder: by name as it is written, by address, else by any spelling of the name."""
    return _sure_rows(holder, people) or [row for row in people if same_person(row.person.name, holder.name, COULD_BE)]


def _sure_rows(holder: Holder, people: Sequence[PersonRow]) -> list[PersonRow]:
    key, address = name_key(holder.name), (holder.email or "").casefold()
    return [row for row in people if name_key(row.person.name) == key] or [
        row
        for row in people
        if address and (row.person.work_email or "").casefold() == address and _shares_a_name(row, holder)
    ]


def _shares_a_name(row: PersonRow, holder: Holder) -> bool:
    """Whether it may be the same person under another surname; an address can also be handed on with a post."""
    words = {letters_of(row.person.first_name), letters_of(row.person.last_name)} - {""}
    return bool(words & set(map(letters_of, holder.name.split()))) or same_person(
        row.person.name, holder.name, COULD_BE
    )


def _contradictions(holder: Holder, rows: Sequence[PersonRow], config: Config, today: date) -> Iterator[Absence]:
    """Yield what is wrong with a holder; nothing where any of their rows is in order."""
    if not rows:
        return
    here = [row for row in rows if not has_left(row.person, today)]
    if not here:
        last = max(row.person.leave_on for row in rows if row.person.leave_on)
        yield _absence(
            holder,
            AbsenceKind.LEFT,
            f"they have left: {_say_last_day(last)}",
            because("name-another", entry=_entry(holder.role), name=holder.name),
        )
        return
    if all(row.missing_since for row in here):
        since = max(row.missing_since for row in here if row.missing_since)
        does = because("if-left-name-another", entry=_entry(holder.role), name=holder.name)
        yield _absence(
            holder, AbsenceKind.DROPPED, f"they have not been in the staff list since {say_day(since)}", does
        )
    elif len(away := [day for row in here if (day := absent_through(row.person, today))]) == len(here):
        until = max(away)
        does = because("name-who-covers-as", role=holder.role)
        if holder.role == LEAD:
            does = because("say-who-covers", day=f"{until}")
        yield _absence(holder, AbsenceKind.AWAY, f"they are away until {say_day(until)}", does)
    elif all(row.person.leave_on for row in here):
        last = max(row.person.leave_on for row in here if row.person.leave_on)
        if last <= today + timedelta(days=_TOLD_BEFORE_DAYS) and _holds(holder, config, last + _DAY):
            does = because("name-who-follows-as", role=holder.role)
            yield _absence(holder, AbsenceKind.LEAVING, f"their last day is {say_day(last)}", does)


def _say_last_day(last: date) -> str:
    """Return what is recorded: a list may say of a leaver no day, or the office typed it."""
    return f"{say_day(last)} is recorded as their last day"


def _holds(holder: Holder, config: Config, day: date) -> bool:
    return any(same_person(one.name, holder.name, SAME) for one in config.directory(day).of(holder.role))


def _absence(holder: Holder, kind: AbsenceKind, what: str, does: Reason) -> Absence:
    role = say_role(holder.role)
    return Absence(holder, kind, because("holder-absent", name=holder.name, role=role, what=what, does=does))


def _entry(role: str) -> str:
    return f"[[contacts.{role}]]" if role == "deputy-dsl" else f"[contacts.{role}]"


def _unlisted(holder: Holder) -> Absence:
    return Absence(
        holder,
        AbsenceKind.UNLISTED,
        because("holder-unlisted", name=holder.name, role=say_role(holder.role)),
    )
