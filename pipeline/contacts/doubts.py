"""What makes one doubt a change of contacts before it is kept: a slip, a namesake, the holder before, a colleague.

Each doubt is a sentence for the person who makes the change, who says that they have looked at it. Nothing here
decides.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from rapidfuzz.distance import OSA

from pipeline.config import Config
from pipeline.contacts.contradictions import ONE_HOLDER
from pipeline.directory import DEPUTY, LEAD
from pipeline.model.contacts import Holder
from pipeline.named.details.found import clean_address
from pipeline.named.names.letters import letters_of
from pipeline.named.names.likeness import COULD_BE, SAME, is_slip_of, same_person
from pipeline.people.away import absent_through
from pipeline.people.obligations import has_left
from pipeline.register.people.persons import PersonRow
from pipeline.text.telephones import parse_phones
from pipeline.wording import say_day, say_list, say_role

_ON_THE_STAFF = ("dsl", "deputy-dsl", "headteacher", "senco")
_NEAR = 2


def list_doubts(
    new: Holder, before: Holder | None, config: Config, people: Sequence[PersonRow], today: date, *, is_other: bool
) -> tuple[str, ...]:
    """Return what to look at once more.

    ``new`` is the holder as typed, ``before`` whom the entry named until now, ``config`` the settings as they are,
    ``people`` everybody recorded. ``is_other``: another person than ``before`` is meant.
    """
    directory = config.directory(today)
    everybody = [*directory.holders, *directory.former]
    others = [
        one for one in everybody if not same_person(one.name, new.name, SAME) and (is_other or not _is(one, before))
    ]
    found = [
        *(_about_role(new, directory.of(new.role)) if is_other and before is None else ()),
        *_about_name(new, before, everybody, directory.former, is_other=is_other),
        *_about_number(new, before, others),
        *_about_address(new, before, others, people, is_other=is_other),
        *(_about_list(new, people, today) if new.role in _ON_THE_STAFF else ()),
    ]
    return tuple(dict.fromkeys(found))


def _about_role(new: Holder, beside: Sequence[Holder]) -> Iterator[str]:
    """Say who goes on holding a role of one person, where another is named in it beside them."""
    names = [one.name for one in beside if not same_person(one.name, new.name, SAME)]
    if names and new.role in ONE_HOLDER:
        stay, them = ("stays", "that one") if len(names) == 1 else ("stay", "one of them")
        yield (
            f"{say_list(names)} {stay} {say_role(new.role)}: policies, pages and mails would name {new.name} as well. "
            f"Where {new.name} takes over from {them}, go back and choose “Somebody takes over”."
        )


def _about_name(
    new: Holder, before: Holder | None, everybody: Sequence[Holder], gone: Sequence[Holder], *, is_other: bool
) -> Iterator[str]:
    if is_other and before is not None and same_person(new.name, before.name, COULD_BE):
        yield (
            f"{new.name} could be {before.name}, who holds the role. If it is the same person, go back and correct "
            "their details instead."
        )
    for one in everybody:
        if one.role == new.role and not _is(one, before) and same_person(one.name, new.name, SAME):
            yield f"Somebody called {one.name} held, or holds, this role already: is this the same person?"
        elif one.role != new.role and same_person(one.name, new.name, SAME) and not _has_same_details(one, new):
            yield (
                f"{one.name} is or was {say_role(one.role)} with other details ({_ways(one)}): is this the same "
                "person, and which are right?"
            )
        elif {one.role, new.role} == {LEAD, DEPUTY} and same_person(one.name, new.name, SAME) and one not in gone:
            yield f"{one.name} is {say_role(one.role)} too and stays it: nobody can be their own deputy."


def _about_number(new: Holder, before: Holder | None, others: Sequence[Holder]) -> Iterator[str]:
    mine = _digits(new)
    for one in others:
        if shared := mine & _digits(one):
            what = "was until now" if _is(one, before) else "is, or was,"
            yield f"The number {', '.join(sorted(shared))} {what} that of {one.name} ({say_role(one.role)}) too."
    known = {digits: one for one in ((before,) if before else ()) for digits in _digits(one)}
    for digits in sorted(mine - set(known)):
        for other, one in known.items():
            if digits != other and OSA.distance(digits, other) <= _NEAR:
                yield f"The number {digits} differs by a digit or two from that of {one.name} until now, {other}."


def _about_address(
    new: Holder, before: Holder | None, others: Sequence[Holder], people: Sequence[PersonRow], *, is_other: bool
) -> Iterator[str]:
    address = clean_address(new.email or "")
    if not address:
        return
    for one in others:
        if clean_address(one.email or "") == address:
            yield f"The address {address} is, or was, that of {one.name} ({say_role(one.role)}) too."
    for row in people:
        mine = clean_address(row.person.work_email or "")
        if mine == address and not same_person(row.person.name, new.name, COULD_BE):
            yield f"The staff list has {address} as the address of {row.person.name}."
    domain, known = address.rpartition("@")[2], _domains(others, before, people)
    if known and domain not in known:
        near = [one for one in sorted(known) if OSA.distance(one, domain) <= _NEAR]
        meant = f" Is {near[0]} meant?" if near else ""
        yield f"Nobody else of the school has an address at {domain}.{meant}"
    if is_other and before is not None and _names_in(address, before) and not _names_in(address, new):
        yield f"The address {address} looks like that of {before.name}."


def _about_list(new: Holder, people: Sequence[PersonRow], today: date) -> Iterator[str]:
    if not people:
        return
    here = [row for row in people if not has_left(row.person, today)]
    rows = [row for row in here if same_person(row.person.name, new.name, SAME)]
    if len(rows) > 1:
        roles = say_list([row.person.role or "no role" for row in rows])
        yield f"The staff list has {len(rows)} people called {new.name} ({roles}): make sure which is meant."
    elif not rows:
        yield from _unlisted(new, people, here, today)
        return
    for row in rows:
        address = clean_address(row.person.work_email or "")
        if new.email and address and address != clean_address(new.email):
            yield f"The staff list has another address for {new.name}: {address}."
        if (until := absent_through(row.person, today)) is not None:
            yield f"{new.name} is away until {say_day(until)} by the staff list."
        if row.person.leave_on is not None:
            yield f"{new.name} leaves on {say_day(row.person.leave_on)} by the staff list."


def _unlisted(new: Holder, people: Sequence[PersonRow], here: Sequence[PersonRow], today: date) -> Iterator[str]:
    gone = [row for row in people if has_left(row.person, today) and same_person(row.person.name, new.name, SAME)]
    if gone:
        yield f"{new.name} has left by the staff list."
        return
    like = [row.person.name for row in here if same_person(row.person.name, new.name, COULD_BE)]
    near = [row.person.name for row in here if is_slip_of(row.person.name, new.name)]
    meant = list(dict.fromkeys([*like, *near]))[:3]
    yield f"Nobody in the staff list is called {new.name}.{f' Is {say_list(meant)} meant?' if meant else ''}"


def _is(one: Holder, before: Holder | None) -> bool:
    return before is not None and one.role == before.role and same_person(one.name, before.name, SAME)


def _has_same_details(one: Holder, other: Holder) -> bool:
    return _digits(one) == _digits(other) and clean_address(one.email or "") == clean_address(other.email or "")


def _digits(holder: Holder) -> set[str]:
    return {number.digits for number in parse_phones(holder.phone or "")}


def _ways(holder: Holder) -> str:
    return say_list([way for way in (holder.phone, holder.email) if way]) or "none"


def _domains(others: Sequence[Holder], before: Holder | None, people: Sequence[PersonRow]) -> set[str]:
    addresses = [one.email for one in (*others, *((before,) if before else ()))]
    addresses += [row.person.work_email for row in people]
    return {clean_address(each).rpartition("@")[2] for each in addresses if each}


def _names_in(address: str, holder: Holder) -> bool:
    local = letters_of(address.partition("@")[0])
    return any(len(part) > 2 and part in local for part in map(letters_of, holder.name.split()))
