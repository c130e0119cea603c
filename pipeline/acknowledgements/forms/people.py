"""Tell whose answer a row of a form's export is: by address or id, else by the code; by a name it is only proposed.

Used by ``export``. An address that a form's sign-in put there goes before everything. Where address, id, code and,
without a sign-in, name speak of two people, nobody's reading is recorded.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.acknowledgements.codes import read_code
from pipeline.acknowledgements.forms.columns import FormColumns, cell_of, name_in
from pipeline.named.names.likeness import COULD_BE, SHORTENED, name_key, same_person
from pipeline.people.lists.files.sheets import ListRow
from pipeline.people.lists.staff_list import shared_addresses
from pipeline.people.naming import call
from pipeline.people.obligations import has_left
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.readings.requests import RequestRow, list_requests
from pipeline.register.transaction import Transaction

_NOT_SIGNED_IN = frozenset({"", "anonymous", "-", "n/a"})
_MOST_LIKELY = 3
"""So many people are proposed at most; more than that is no proposal."""
_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class FormRespondent:
    """What a row tells of who answered."""

    person: PersonRow | None = None
    """None where nobody's reading may be recorded; ``reason`` says why then."""
    reason: str = ""
    likely: tuple[PersonRow, ...] = ()
    """Who it probably was, for the owner to say."""
    request: RequestRow | None = None
    """What the code in the row is of."""
    bad_code: str = ""
    """What stands in place of a code and is none."""


class FormPeople:
    """Everybody and every request the register knows, as the rows of a form name them."""

    def __init__(self, tx: Transaction, school: str, secret: str, today: date) -> None:
        self._school, self._secret = school, secret
        people = list_people(tx, school, today)
        here = [row for row in people if not has_left(row.person, today)]
        shared = shared_addresses([row.person for row in here])
        # Who is here goes before a leaver whose address they were given.
        ordered = [*(row for row in people if has_left(row.person, today)), *here]
        addresses = ((row.person.work_email, row) for row in ordered)
        self._by_address = {address.casefold(): row for address, row in addresses if address}
        for address in shared:
            self._by_address.pop(address, None)
        self._by_id = _by_id(people, today)
        self._by_key: Mapping[int, PersonRow] = {row.id: row for row in people}
        self._here = here
        self._requests = {row.id: row for row in list_requests(tx, school)}

    def who(self, row: ListRow, columns: FormColumns) -> FormRespondent:
        """Return whose answer a row is."""
        address, person_id = cell_of(row, columns.address), cell_of(row, columns.person_id)
        address = "" if address.casefold() in _NOT_SIGNED_IN else address
        name = name_in(row, columns)
        name = "" if name.casefold() in _NOT_SIGNED_IN else name
        typed = cell_of(row, columns.code)
        request = self._request_of(typed)
        bad_code = typed if typed and request is None else ""
        with_id = self._by_id.get(person_id.casefold(), ()) if person_id else ()
        known = self._by_address.get(address.casefold())
        if with_id:
            fit, reason = _who_fits(with_id, person_id, known, address, name)
            if len(fit) > 1 and request is not None:
                fit = [row for row in fit if row.id == request.person] or fit
            if len(fit) > 1:
                reason = (
                    f"Several people have the id {person_id[:60]!r}, and nothing else in the row tells whom it means: "
                    f"{_say_all(fit)}."
                )
            if reason:
                likely = fit or [*([known] if known is not None else []), *with_id]
                likely = likely if len(likely) <= _MOST_LIKELY else []
                return FormRespondent(reason=reason, likely=tuple(likely), request=request, bad_code=bad_code)
            known = fit[0]
        if request is None:
            if known is not None:
                return FormRespondent(known, bad_code=bad_code)
            return self._by_name_alone(name, address or person_id, bad_code)
        return self._by_code(request, known, address or person_id, name)

    def asked_of(self, person: PersonRow) -> tuple[int, ...]:
        """Return what a person is asked to sign and has not: the register's keys of the policies."""
        return tuple(row.policy_id for row in self._requests.values() if row.person == person.id and not row.closed_at)

    def _request_of(self, typed: str) -> RequestRow | None:
        request_id = read_code(self._secret, self._school, typed) if typed and self._secret else None
        return self._requests.get(request_id) if request_id is not None else None

    def _by_code(self, request: RequestRow, known: PersonRow | None, stated: str, name: str) -> FormRespondent:
        """Judge a row with a code: it must not speak of another person than the address or the name beside it."""
        of = self._by_key[request.person]
        whose = of.person.name
        if known is not None and known.id != of.id:
            reason = f"The code in it is {whose}’s, but {stated} is {known.person.name}’s; nothing was recorded."
            return FormRespondent(reason=reason, likely=(known, of), request=request)
        if known is not None:
            return FormRespondent(known, request=request)
        # An address that the person shares with others: then the code tells them apart.
        if stated and not _has_address(of, stated):
            reason = f"The code in it is {whose}’s, but {stated!r} is nobody’s on the staff list; nothing was recorded."
            return FormRespondent(reason=reason, likely=(of,), request=request)
        if name and not same_person(name, whose, COULD_BE):
            reason = f"The code in it is {whose}’s, but it was filled in as {name[:60]!r}; nothing was recorded."
            return FormRespondent(reason=reason, likely=(of,), request=request)
        return FormRespondent(of, request=request)

    def _by_name_alone(self, name: str, stated: str, bad_code: str) -> FormRespondent:
        if stated:
            reason = f"Nobody on the staff list has {stated[:60]!r} to themself."
        elif name:
            reason = f"It was filled in without signing in, as {name[:60]!r}; a name alone records nothing."
        else:
            reason = "It has an empty address and no name, so nobody can tell who answered."
        likely = [row for row in self._here if name and name_key(row.person.name) == name_key(name)]
        if not likely and name:
            likely = [row for row in self._here if same_person(name, row.person.name, SHORTENED)]
        return FormRespondent(
            reason=reason, likely=tuple(likely) if len(likely) <= _MOST_LIKELY else (), bad_code=bad_code
        )


def _by_id(people: Sequence[PersonRow], today: date) -> Mapping[str, Sequence[PersonRow]]:
    """Return everybody whom a list calls by an id; who has left only where nobody who is here has it."""
    found: dict[str, list[PersonRow]] = defaultdict(list)
    for row in people:
        for key in {one.key.casefold() for one in row.engagements}:
            found[key].append(row)
    return {key: [row for row in rows if not has_left(row.person, today)] or rows for key, rows in found.items()}


def _who_fits(
    with_id: Sequence[PersonRow], person_id: str, known: PersonRow | None, address: str, name: str
) -> tuple[Sequence[PersonRow], str]:
    """Return whom of those with an id the rest of a row leaves; where it is nobody, a sentence that says why."""
    whose = f"The id {person_id[:60]!r} is that of {_say_all(with_id)}"
    if known is not None:
        fit = [row for row in with_id if row.id == known.id]
        return fit, "" if fit else f"{whose}, but {address[:60]} is {known.person.name}’s; nothing was recorded."
    fit = [row for row in with_id if not address or _has_address(row, address)]
    if not fit:
        return (), f"{whose}, but {address[:60]!r} is no address of theirs; nothing was recorded."
    fit = [row for row in fit if not name or same_person(name, row.person.name, COULD_BE)]
    return fit, "" if fit else f"{whose}, but beside it stands the name {name[:60]!r}; nothing was recorded."


def _has_address(row: PersonRow, address: str) -> bool:
    return (row.person.work_email or "").casefold() == address.casefold()


def _say_all(rows: Sequence[PersonRow]) -> str:
    return " and ".join(call(row) for row in rows[:_MOST_NAMED]) + (" and others" if len(rows) > _MOST_NAMED else "")
