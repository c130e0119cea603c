"""New numbers and addresses are confirmed by a person before copies carry them.

The first run takes the configured contacts as confirmed. Who is new after that stands in copies with the school
office's number until another person has rung theirs and says so; without an office number those copies are held.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import partial

from pipeline.config import Config
from pipeline.contacts.cover import Cover, covers_by_settings, covers_on, with_covers
from pipeline.contacts.renamed import Renamed, list_renamed
from pipeline.contacts.safety_lines import SafetyLines, safety_lines, say_cover
from pipeline.directory import LEAD
from pipeline.errors import UsageError
from pipeline.model.contacts import Directory, Holder, ShownDirectory
from pipeline.named.names.letters import letters_of
from pipeline.named.names.likeness import COULD_BE, SAME, is_slip_of, name_key, same_person
from pipeline.named.names.parts import parse_name
from pipeline.people.absences import absent_holders
from pipeline.reasons.reason import Reason, because
from pipeline.register.cached_answers import kept
from pipeline.register.decision import THE_RUN, Decision, could_be_one
from pipeline.register.people.erasure import is_stand_in
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.policies import copies as rows
from pipeline.register.policies.contact_changes import TypedContact, list_contact_changes
from pipeline.register.policies.copies import ConfirmedContact
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_list, say_role

OFFICE = "office"
CONFIGURED = "configured"
_RESTS_ON = ("person", "engagement", "away", "contact_confirmation", "cover")
"""The tables that the contacts of a day are gathered from."""
_DOOR = object()
"""The holder of it may make the contacts of a day: nobody outside this module."""
_TOLD_BEFORE_DAYS = 30
"""How long before a holder's first day the run's report asks for their number to be confirmed."""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A holder whose number or address nobody has confirmed."""

    holder: Holder
    phone: bool
    """The number is new."""
    email: bool
    """The address is new."""
    first: date | None
    """The first day in the role, where it is yet to come."""
    was_of: tuple[str, ...] = ()
    """Who else is known with what is new, a sentence each: a number may be handed on, or a line was forgotten."""
    wrong_address: str | None = None
    """Whose address it is by its own words and by an earlier confirmation, where that is another person."""

    @property
    def details(self) -> str:
        """What is new, in words: ``01632 960155 and jo@example.org``."""
        new = ((self.phone, self.holder.phone), (self.email, self.holder.email))
        return say_list([detail for is_new, detail in new if is_new and detail])

    @property
    def key(self) -> str:
        """What an address calls the one who waits: another as soon as a digit of the number is another."""
        words = "\0".join((self.holder.role, self.holder.name, self.holder.phone or "", self.holder.email or ""))
        return hashlib.sha256(words.encode()).hexdigest()[:16]

    @property
    def how_to_confirm(self) -> str:
        """The sentence that says what to do."""
        does = "Ring it" if self.phone else "Write to it"
        return f'{does}, then say: policy contacts --confirm {self.holder.role} --by "Your Name".'


@dataclass(frozen=True, slots=True)
class ContactsOfDay:
    """Who may be named on a day, and with which numbers: made once a run or request, and all that pages, mail and
    copies are handed. An unconfirmed number or address is the office's in it, or left out.

    ``contacts_of_day`` makes it, and nobody else can: raises TypeError without its door.
    """

    shown: ShownDirectory
    """For pages and mail, and what they leave out of differences: the person who stands in today leads."""
    safety: SafetyLines
    """Whom a worry goes to today."""
    covers: tuple[Cover, ...]
    """Who stands in for a lead today, as the office said."""
    for_copies: ShownDirectory
    """For the front blocks of copies: cover of a few days changes none."""
    planned: ShownDirectory
    """For the words of documents: as ``for_copies``, and where a document gives an address there is something to put
    there."""
    waiting: tuple[Unconfirmed, ...] = ()
    """Who holds a role today and is not confirmed."""
    blocked: tuple[Unconfirmed, ...] = ()
    """Those of ``waiting`` for whom there is no office number: copies that would name them are held."""
    door: InitVar[object] = None

    def __post_init__(self, door: object) -> None:
        """Refuse one that was made elsewhere."""
        if door is not _DOOR:
            raise TypeError("contacts of a day come from contacts_of_day: nobody else knows who was confirmed")


def note_contacts(tx: Transaction, school: str, config: Config, today: date, now: datetime) -> tuple[str, ...]:
    """Take the configured contacts as confirmed at the first run; return what the run's report says of new ones."""
    if not rows.confirmed_contacts(tx, school):
        for tenure in config.roster.everybody():
            if tenure.first is None or tenure.first <= today:
                _record(Decision(tx, school, THE_RUN, now), tenure.holder, CONFIGURED)
        return ()
    office = _office(config.directory(today))
    soon = today + timedelta(days=_TOLD_BEFORE_DAYS)
    waiting = list_unconfirmed(tx, school, config, today)
    return tuple(_notice(one, office) for one in waiting if one.first is None or one.first <= soon)


def _notice(one: Unconfirmed, office: Holder | None) -> str:
    role = say_role(one.holder.role)
    when = f" from {say_day(one.first)}" if one.first else ""
    if _is_blocked(one, office):
        until = "Until then copies that would name them are held; an [contacts.office] phone would stand in."
    else:
        until = f"Until then copies give the school office ({_ways_to(office)}) in its place."
    are = "are" if " and " in one.details else "is"
    told = f" {'; '.join(one.was_of)}: is that right?" if one.was_of else ""
    said = f"{one.holder.name} ({role}{when}): {one.details} {are} new and not confirmed.{told}"
    return f"{said} {one.how_to_confirm} {until}"


def _ways_to(office: Holder | None) -> str:
    return say_list([way for way in (office.phone, office.email) if way]) if office else ""


def list_unconfirmed(
    tx: Transaction, school: str, config: Config, today: date, *, as_at: datetime | None = None
) -> tuple[Unconfirmed, ...]:
    """Return who holds a role today, or will, with a number or address nobody has confirmed; today's come first.

    Before the first run there is nobody: it takes what is configured as confirmed.
    """
    confirmed = rows.confirmed_contacts(tx, school, as_at=as_at)
    if not confirmed:
        return ()
    known = _ConfirmedDetails(confirmed, partial(list_renamed, tx, school))
    today_and_later: dict[Holder, date | None] = {replace(one, covers=None): None for one in _holding(config, today)}
    for day in config.roster.changes_after(today):
        for holder in _holding(config, day):
            today_and_later.setdefault(replace(holder, covers=None), day)
    return tuple(found for holder, first in today_and_later.items() if (found := known.find_new(holder, first)))


def _holding(config: Config, day: date) -> tuple[Holder, ...]:
    return tuple(holder for holder in config.directory(day).holders if holder.role != OFFICE)


class _ConfirmedDetails:
    """The numbers and addresses confirmed for each name, in whatever role: a known number needs no second call."""

    def __init__(self, confirmed: Iterable[ConfirmedContact], renamed: Callable[[], Renamed]) -> None:
        """``renamed`` is asked where a detail is new: a holder who has another name now has kept their number."""
        self._renamed = renamed
        self._pairs: set[tuple[str, str]] = set()
        self._names: dict[str, dict[str, str]] = {}
        """Of each number and address, the names that it was confirmed for, by their key."""
        for contact in confirmed:
            for detail in filter(None, (dialled(contact.phone), _addressed(contact.email))):
                self._pairs.add((name_key(contact.name), detail))
                self._names.setdefault(detail, {})[name_key(contact.name)] = contact.name

    def find_new(self, holder: Holder, first: date | None) -> Unconfirmed | None:
        """Return what of a holder's is new, None where nothing is."""
        name = name_key(holder.name)
        phone = bool(holder.phone) and (name, dialled(holder.phone)) not in self._pairs
        email = bool(holder.email) and (name, _addressed(holder.email)) not in self._pairs
        if phone or email:
            keys = self._renamed().keys_of(holder.name)
            phone = phone and not any((key, dialled(holder.phone)) in self._pairs for key in keys)
            email = email and not any((key, _addressed(holder.email)) in self._pairs for key in keys)
        if not (phone or email):
            return None
        new = [(holder.phone, dialled(holder.phone))] if phone else []
        new += [(holder.email, _addressed(holder.email))] if email else []
        told = [f"{typed} was confirmed for {who}" for typed, detail in new for who in self._others(detail, holder)]
        whose = next((who for who in self._others(_addressed(holder.email), holder)), None) if email else None
        wrong = whose if whose is not None and _is_by_its_words(holder.email, whose, holder.name) else None
        return Unconfirmed(holder, phone, email, first, tuple(told), wrong)

    def _others(self, detail: str, holder: Holder) -> list[str]:
        return [each for each in self._names.get(detail, {}).values() if not same_person(each, holder.name, COULD_BE)]


def _is_by_its_words(address: str | None, whose: str, holder: str) -> bool:
    """Whether an address is made of one person's name and has nothing of another's in it."""
    from pipeline.named.details.found import belongs_to

    name, own = parse_name(whose), parse_name(holder)
    if address is None or name is None or own is None or not belongs_to(address, name.first, name.surname):
        return False
    local = letters_of(address.split("@", maxsplit=1)[0])
    return not any(part and letters_of(part) in local for part in (own.first, own.surname))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def dialled(phone: str | None) -> str:
    """Return a number as it is dialled: the same number written another way needs no second call."""
    from pipeline.text.telephones import parse_phones

    numbers = parse_phones(phone or "")
    return "/".join(f"{number.digits}x{number.extension}" for number in numbers) or (phone or "")


def _addressed(email: str | None) -> str:
    from pipeline.named.details.found import clean_address

    return clean_address(email) if email else ""


def contacts_of_day(
    tx: Transaction,
    school: str,
    config: Config,
    today: date,
    people: Sequence[PersonRow] | None = None,
    *,
    as_at: datetime | None = None,
) -> ContactsOfDay:
    """Return who may be named today: confirmed, or with the office in place of what is not.

    ``people`` is everybody recorded, where the caller has them already. ``as_at`` gives what was known by that moment;
    ``config`` is then that of the moment too.
    """

    def find() -> tuple[Config, ContactsOfDay]:
        everybody = list_people(tx, school, today, as_at=as_at) if people is None else people
        return config, _contacts_of_day(tx, school, config, today, everybody, as_at=as_at)

    if as_at is not None:
        return find()[1]
    # With the settings themselves in what is kept, no others can have their identity.
    return kept(tx, ("contacts", school, today, id(config)), _RESTS_ON, find)[1]


def _contacts_of_day(
    tx: Transaction, school: str, config: Config, today: date, people: Sequence[PersonRow], *, as_at: datetime | None
) -> ContactsOfDay:
    directory = known_directory(tx, school, config, today, as_at=as_at)
    new = list_unconfirmed(tx, school, config, today, as_at=as_at)
    unconfirmed = {one.holder: one for one in new if one.first is None}
    office = _office(directory)
    confirmed = _may_be_shown(
        replace(
            directory, holders=tuple(_shown(holder, unconfirmed, office) for holder in directory.holders), office=office
        )
    )
    covers = covers_on(tx, school, today, as_at=as_at)
    closed = config.calendar.no_school
    long = [cover for cover in covers if cover.is_long(closed)]
    shown, for_copies = with_covers(confirmed, covers), with_covers(confirmed, long)
    blocked = tuple(one for one in unconfirmed.values() if _is_blocked(one, office))
    few = [one for one in (*covers, *covers_by_settings(config, directory, today)) if not one.is_long(closed)]
    safety = safety_lines(shown, absent_holders(people, directory, today))
    return ContactsOfDay(
        shown=shown,
        safety=replace(safety, cover=_say_covers(shown, few, today)),
        covers=covers,
        for_copies=for_copies,
        planned=with_covers(_planned(directory, confirmed, office), long),
        waiting=tuple(unconfirmed.values()),
        blocked=(*blocked, *_standing_in(blocked, for_copies)),
        door=_DOOR,
    )


def _say_covers(shown: ShownDirectory, covers: Sequence[Cover], today: date) -> str:
    """Return the line of mails that says who stands in for a few days; empty where nobody does."""
    names = {name_key(cover.name) for cover in covers}
    people = [one for one in shown.of(LEAD) if name_key(one.name) in names]
    return say_cover(people, min(cover.until for cover in covers), today) if people else ""


def known_directory(
    tx: Transaction, school: str, config: Config, day: date, *, as_at: datetime | None = None
) -> Directory:
    """Return who holds which role on a day as configured, with what the register knows of those before them.

    To look into documents and foresee copies with; pages, mail and copies are handed ``contacts_of_day``.
    """
    known = rows.confirmed_contacts(tx, school, as_at=as_at)
    return _with_those_before(_with_lead_missed(config.directory(day), known), known, config)


def _with_lead_missed(directory: Directory, confirmed: Sequence[ConfirmedContact]) -> Directory:
    """Say that nobody leads where one did and the settings have no entry for the lead any more.

    A school is never without one: the entry was deleted, and copies that name a lead wait for the next.
    """
    had = any(contact.role == LEAD for contact in confirmed)
    if not had or directory.of(LEAD) or LEAD in directory.vacant:
        return directory
    return replace(directory, vacant=(*directory.vacant, LEAD))


def _with_those_before(directory: Directory, confirmed: Sequence[ConfirmedContact], config: Config) -> Directory:
    """Count among the former holders each person who was confirmed in a role and has no entry for it any more.

    Most who write a new name into the settings write it over the old one, which documents go on naming. Of a person who
    was erased nothing is known any more.
    """
    known = [*directory.former, *(tenure.holder for tenure in config.roster.everybody())]
    named = (each for each in confirmed if each.role != OFFICE and not is_stand_in(each.name))
    latest = {(each.role, name_key(each.name)): each for each in named}
    before = [
        Holder(each.role, each.name, "", each.phone, each.email)
        for each in latest.values()
        if not any(one.role == each.role and _is_spelt_anew(each, one) for one in known)
    ]
    return replace(directory, former=(*directory.former, *before)) if before else directory


def _is_spelt_anew(before: ConfirmedContact, now: Holder) -> bool:
    """Whether a holder could be the one who was confirmed: by another spelling, or a slip of letters put right since.

    Two people may have names that are as near: only one of them has the number or address.
    """
    if same_person(before.name, now.name, COULD_BE):
        return True
    shared = {dialled(before.phone), _addressed(before.email)} & {dialled(now.phone), _addressed(now.email)}
    return bool(shared - {""}) and is_slip_of(before.name, now.name)


def _standing_in(blocked: Sequence[Unconfirmed], directory: Directory) -> Iterator[Unconfirmed]:
    """Yield those without a number to give in the role in which they stand in, too."""
    for holder in directory.holders:
        for one in blocked:
            if holder.covers and one.holder.role != holder.role and same_person(holder.name, one.holder.name, SAME):
                yield replace(one, holder=replace(one.holder, role=holder.role))


def contacts_without_register(config: Config, today: date) -> ShownDirectory:
    """Return who may be named where the register cannot be asked who was confirmed: by name, with the office's number.

    For the page that says so, which names whom to go to all the same.
    """
    directory = config.directory(today)
    office = _office(directory)
    phone, email = (office.phone, office.email) if office else (None, None)
    holders = tuple(one if one.role == OFFICE else replace(one, phone=phone, email=email) for one in directory.holders)
    return _may_be_shown(replace(directory, holders=holders, office=office))


def contacts_for_copy(config: Config, today: date) -> tuple[ShownDirectory, ShownDirectory]:
    """Return what ``policy copy`` is handed, for front blocks and for the words of documents: as configured.

    That command needs no register, and so knows of no confirmation; its copies are for the person who called it.
    """
    directory = config.directory(today)
    return _may_be_shown(directory), _may_be_shown(as_they_stand(directory))


def _may_be_shown(directory: Directory) -> ShownDirectory:
    parts = {part.name: getattr(directory, part.name) for part in fields(Directory)}
    return ShownDirectory(**parts)


def as_they_stand(directory: Directory) -> Directory:
    """Return a directory for the words of documents; the office is no person a document could name."""
    holders = tuple(holder for holder in directory.holders if holder.role != OFFICE)
    return replace(directory, holders=holders, office=_office(directory))


def _office(directory: Directory) -> Holder | None:
    return next(iter(directory.of(OFFICE)), None)


def _is_blocked(one: Unconfirmed, office: Holder | None) -> bool:
    if office is None or not (office.phone or office.email):
        return True
    return one.phone and not office.phone


def _shown(holder: Holder, unconfirmed: Mapping[Holder, Unconfirmed], office: Holder | None) -> Holder:
    one = unconfirmed.get(replace(holder, covers=None))
    if one is None:
        return holder
    phone, email = (office.phone, office.email) if office else (None, None)
    return replace(holder, phone=phone if one.phone else holder.phone, email=email if one.email else holder.email)


def _planned(directory: Directory, shown: ShownDirectory, office: Holder | None) -> ShownDirectory:
    """Give the words that stand in place of an unconfirmed address where the office has no address either."""
    holders = tuple(
        replace(now, email=f"through the school office, {office.phone}")
        if one.email and now.email is None and office is not None and office.phone
        else now
        for one, now in zip(directory.holders, shown.holders, strict=True)
        if one.role != OFFICE
    )
    return replace(shown, holders=holders)


def hold_reason(contacts: ContactsOfDay, roles: Iterable[str]) -> Reason | None:
    """Return why a copy that names ``roles`` must wait for a confirmation, None where it need not."""
    named = set(roles)
    held = [one for one in contacts.blocked if one.holder.role in named]
    if not held:
        return None
    who = say_list([f"{one.holder.name} ({say_role(one.holder.role)}, {one.details})" for one in held])
    return because("unconfirmed", who=who, how=held[0].how_to_confirm)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's word that the new holder of a role was reached."""

    role: str
    how: str | None = None
    name: str | None = None
    """Of the holder, where several are new."""
    account: str | None = None
    """The work address of the person who says it, where they are signed in."""


def confirm_contacts(decision: Decision, config: Config, given: Confirmation, *, today: date) -> tuple[Holder, ...]:
    """Record that the person who decides rang or wrote; return the holder it confirms, empty where none is new.

    Raises:
        UsageError: nobody holds the role, several are new and no name says who, or the holder, or the person who typed
        it on
            a page, confirms it.
    """
    role, by, how = given.role, decision.actor, (given.how or "").strip()
    if not any(tenure.holder.role == role for tenure in config.roster.everybody()):
        raise UsageError(f"config.toml has no entry for {role}; 'policy contacts' lists the roles.")
    waiting = [one for one in list_unconfirmed(decision.tx, decision.school, config, today) if one.holder.role == role]
    chosen = _chosen(waiting, role, given.name)
    typed = list_contact_changes(decision.tx, decision.school) if chosen else ()
    for one in chosen:
        if _is_own(by, one.holder) or _addressed(given.account) == _addressed(one.holder.email) != "":
            raise UsageError(
                f"{one.holder.name} cannot confirm their own number; somebody else rings it, "
                "and says so with their own first and last name."
            )
        if one.wrong_address is not None:
            raise UsageError(
                f"{one.holder.email} has {one.wrong_address}'s name in it and was confirmed for that person, so it is "
                f"not confirmed for {one.holder.name}. Give {one.holder.name}'s own address in config.toml, or "
                "one of the role such as dsl@."
            )
        if any(_has_typed(contact, one) and could_be_one(by, who) for contact, who in typed):
            raise UsageError(
                f"You typed what is new of {one.holder.name}, so somebody else rings it, or writes to it, and confirms "
                "it: whoever looks twice at their own slip sees it as right both times."
            )
        _record(decision, one.holder, f"{by}: {how}" if how else by)
        _put_in_the_ledger(decision, one, how)
    return tuple(one.holder for one in chosen)


def _chosen(waiting: Sequence[Unconfirmed], role: str, name: str | None) -> Sequence[Unconfirmed]:
    if name is not None:
        exact = [one for one in waiting if same_person(name, one.holder.name, SAME)]
        waiting = exact or [one for one in waiting if same_person(name, one.holder.name, COULD_BE)]
    names = list(dict.fromkeys(one.holder.name for one in waiting))
    if len(names) > 1:
        raise UsageError(f"{say_list(names)} are new as {say_role(role)}; say whom with --name.")
    return waiting


def _is_own(by: str, holder: Holder) -> bool:
    """Whether the person who confirms could be the holder: by name, by address, or by the role itself."""
    typed = _folded(by).removeprefix("the ")
    own = {holder.role, holder.role.replace("-", " "), _folded(say_role(holder.role)), _addressed(holder.email)}
    return typed in own or same_person(by, holder.name, COULD_BE)


def _has_typed(typed: TypedContact, one: Unconfirmed) -> bool:
    """Whether the office typed what is new of a holder."""
    phone = one.phone and dialled(typed.phone) == dialled(one.holder.phone)
    email = one.email and _addressed(typed.email) == _addressed(one.holder.email)
    return name_key(typed.name) == name_key(one.holder.name) and (phone or email)


def _record(decision: Decision, holder: Holder, how: str) -> None:
    rows.confirm_contact(decision, role=holder.role, name=holder.name, phone=holder.phone, email=holder.email, how=how)


def _put_in_the_ledger(decision: Decision, one: Unconfirmed, how: str) -> None:
    words = {"name": one.holder.name, "phone": one.holder.phone, "email": one.holder.email, "how": how}
    decision.record("contact-confirmed", {"role": one.holder.role}, words=words)
