"""Enter the slips of cards that came back: who had which card, and that they read what it carries.

``policy acknowledge record --card`` calls it. A slip is no acknowledgement of a policy: it answers no request and
counts in no list of readings. A person whom nobody listed is added by it, as supply for the day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.acknowledgements.codes import read_card_code, read_code
from pipeline.acknowledgements.record import check_not_own
from pipeline.errors import UsageError
from pipeline.model.people import BY_HAND, EngagementKind
from pipeline.named.names.likeness import name_key
from pipeline.people.by_hand import add_by_hand, with_new_link
from pipeline.people.naming import call, find_if_any
from pipeline.people.obligations import has_left
from pipeline.register.decision import Decision
from pipeline.register.people.changes import engage
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.readings.cards import SlipRow, StackRow, add_slip, as_recorded, find_slip, find_stack
from pipeline.wording import say_day

_ROLE = "Supply"


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on a slip, and who types it in."""

    code: str
    name: str
    """First and last name as on the slip; or the list's id of a person who is known."""
    signed_on: date
    entered_by: str
    last_day: date | None = None
    """Their last day at the school, where they stay longer than the day on the slip."""


@dataclass(frozen=True, slots=True)
class EnteredSlip:
    """What came of entering a slip."""

    person: PersonRow
    stack: StackRow
    number: int
    is_new_person: bool
    already: bool
    """It was entered before, for the same person; nothing was added."""


def record_slip(decision: Decision, slip: Slip, *, secret: str, today: date) -> EnteredSlip:
    """Record one slip; ``secret`` is what codes are made with.

    Raises:
        UsageError: it cannot be right; nothing was recorded.
    """
    stack, number = _card_of(decision, slip.code, secret)
    _check_day(slip, stack, today)
    people = list_people(decision.tx, decision.school, today)
    known = _known(people, slip, today)
    before = find_slip(decision.tx, decision.school, stack, number)
    if before is not None:
        return _already(people, known, before, slip)
    here = _here(decision, known, slip, today)
    check_not_own(here, slip.entered_by.strip())
    position = decision.record(
        "card-signed",
        {
            "printed_on": stack.printed_on.isoformat(),
            "number": number,
            "essentials": as_recorded(stack.essentials),
            "signed_on": slip.signed_on.isoformat(),
        },
        words={"person_id": here.person.person_id, "name": here.person.name},
    )
    add_slip(
        decision.tx,
        decision.school,
        stack=stack,
        number=number,
        person=here.id,
        signed_on=slip.signed_on,
        entered_by=slip.entered_by.strip(),
        ledger_position=position,
        now=decision.now,
    )
    return EnteredSlip(here, stack, number, known is None, already=False)


def _card_of(decision: Decision, code: str, secret: str) -> tuple[StackRow, int]:
    read = read_card_code(secret, decision.school, code)
    if read is None and read_code(secret, decision.school, code) is not None:
        raise UsageError(f"{code!r} is of a sheet to sign and no card’s: enter it with --code.")
    if read is None:
        raise UsageError(f"{code!r} is no card of this school, or is mistyped: look at the slip again.")
    stack = find_stack(decision.tx, decision.school, *read)
    if stack is None:
        raise UsageError(f"{code!r} is of a card that this register does not know to have been printed.")
    return stack, read[1]


def _check_day(slip: Slip, stack: StackRow, today: date) -> None:
    if slip.signed_on > today:
        raise UsageError(f"{say_day(slip.signed_on)} has not come yet; give the day on the slip.")
    if slip.signed_on < stack.printed_on:
        raise UsageError(
            f"The card was printed on {say_day(stack.printed_on)}, so its slip cannot have been signed on "
            f"{say_day(slip.signed_on)}. Look at the day again."
        )
    if slip.last_day is not None and slip.last_day < slip.signed_on:
        raise UsageError("--until is the last day at the school: it cannot be before the day on the slip.")


def _known(people: Sequence[PersonRow], slip: Slip, today: date) -> PersonRow | None:
    """Return who of the people known had the card: by id or address, or supply of that name who was here before.

    Raises:
        UsageError: several of that name were here as supply, or a person on a list has it, and nobody can tell whether
            it is one of them.
    """
    namesakes = [row for row in people if name_key(row.person.name) == name_key(slip.name)]
    supply = [row for row in namesakes if _is_supply(row)]
    could_be = [row for row in namesakes if row in supply or not has_left(row.person, today)]
    if len(could_be) == 1 and supply:
        return supply[0]
    if could_be:
        raise UsageError(_ask_which(could_be))
    found = find_if_any(people, slip.name, today)
    return None if found in namesakes else found


def _ask_which(rows: Sequence[PersonRow]) -> str:
    if len(rows) == 1:
        asked = f"{call(rows[0])} has that name. Is it them?"
    else:
        asked = f"{', '.join(call(row) for row in rows[:-1])} and {call(rows[-1])} have that name. Is it one of them?"
    return f"{asked} Then give that id in place of the name; else add what tells the two apart, such as a middle name."


def _is_supply(row: PersonRow) -> bool:
    return any(one.list == BY_HAND and one.kind is EngagementKind.SUPPLY for one in row.engagements)


def _already(people: Sequence[PersonRow], known: PersonRow | None, before: SlipRow, slip: Slip) -> EnteredSlip:
    holder = next(row for row in people if row.id == before.person)
    if known is None or known.id != holder.id:
        raise UsageError(
            f"{slip.code!r} was entered for {holder.person.name} already, signed on {say_day(before.signed_on)}. Look "
            "at the code again."
        )
    return EnteredSlip(holder, before.stack, before.number, is_new_person=False, already=True)


def _here(decision: Decision, known: PersonRow | None, slip: Slip, today: date) -> PersonRow:
    """Return the person as recorded: new ones added, whose last time here is over engaged anew, for the slip's day."""
    until = slip.last_day or slip.signed_on
    if known is None:
        typed = ("kind=supply", f"role={_ROLE}", f"starts={slip.signed_on}", f"last_day={until}")
        return add_by_hand(decision, slip.name, typed, today, is_another=True).after
    if not has_left(known.person, slip.signed_on):
        return known
    stated = replace(known.person, role=_ROLE, kind=EngagementKind.SUPPLY, start_on=slip.signed_on, leave_on=until)
    tx, school, now, actor = decision.tx, decision.school, decision.now, decision.actor
    row = engage(tx, school, known.id, stated, BY_HAND, today, now, actor=actor)
    return with_new_link(decision, row, today)
