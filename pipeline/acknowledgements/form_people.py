"""Tell whose answer a row of a form's export is: by address or id, else by the code; by a name it is only proposed.

Used by ``form_export``. An address that a form's sign-in put there goes before everything; where it and the code speak
of two people, nobody's reading is recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.acknowledgements.codes import read_code
from pipeline.acknowledgements.form_columns import FormColumns, cell_of
from pipeline.names.likeness import COULD_BE, SHORTENED, name_key, same_person
from pipeline.people.obligations import has_left
from pipeline.people.sheets import SheetRow
from pipeline.people.staff_list import shared_addresses
from pipeline.register.database import Transaction
from pipeline.register.people import PersonRow, list_people
from pipeline.register.requests import RequestRow, list_requests

_NOT_SIGNED_IN = frozenset({"", "anonymous", "-", "n/a"})
_MOST_LIKELY = 3
"""So many people are proposed at most; more than that is no proposal."""


@dataclass(frozen=True, slots=True)
class Told:
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
        self._by_id = {row.person.person_id.casefold(): row for row in ordered}
        self._by_key: Mapping[int, PersonRow] = {row.id: row for row in people}
        self._here = here
        self._requests = {row.id: row for row in list_requests(tx, school)}

    def who(self, row: SheetRow, columns: FormColumns) -> Told:
        """Return whose answer a row is."""
        address, person_id = cell_of(row, columns.address), cell_of(row, columns.person_id)
        address = "" if address.casefold() in _NOT_SIGNED_IN else address
        name = cell_of(row, columns.name)
        name = "" if name.casefold() in _NOT_SIGNED_IN else name
        typed = cell_of(row, columns.code)
        request = self._request_of(typed)
        bad_code = typed if typed and request is None else ""
        known = self._by_address.get(address.casefold()) or self._by_id.get(person_id.casefold())
        if request is None:
            if known is not None:
                return Told(known, bad_code=bad_code)
            return self._by_name_alone(name, address or person_id, bad_code)
        return self._by_code(request, known, address or person_id, name)

    def asked_of(self, person: PersonRow) -> tuple[int, ...]:
        """Return what somebody is asked to sign and has not: the register's keys of the policies."""
        return tuple(row.policy_id for row in self._requests.values() if row.person == person.id and not row.closed_at)

    def _request_of(self, typed: str) -> RequestRow | None:
        request_id = read_code(self._secret, self._school, typed) if typed and self._secret else None
        return self._requests.get(request_id) if request_id is not None else None

    def _by_code(self, request: RequestRow, known: PersonRow | None, stated: str, name: str) -> Told:
        """Judge a row with a code: it must not speak of another person than the address or the name beside it."""
        of = self._by_key[request.person]
        whose = of.person.name
        if known is not None and known.id != of.id:
            reason = f"The code in it is {whose}’s, but {stated} is {known.person.name}’s; nothing was recorded."
            return Told(reason=reason, likely=(known, of), request=request)
        if known is not None:
            return Told(known, request=request)
        if stated and not self._may_be_shared(stated, of):
            reason = f"The code in it is {whose}’s, but {stated!r} is nobody’s on the staff list; nothing was recorded."
            return Told(reason=reason, likely=(of,), request=request)
        if name and not same_person(name, whose, COULD_BE):
            reason = f"The code in it is {whose}’s, but it was filled in as {name[:60]!r}; nothing was recorded."
            return Told(reason=reason, likely=(of,), request=request)
        return Told(of, request=request)

    def _may_be_shared(self, address: str, of: PersonRow) -> bool:
        """Return whether it is the address that the person shares with others: then the code tells them apart."""
        return (of.person.work_email or "").casefold() == address.casefold()

    def _by_name_alone(self, name: str, stated: str, bad_code: str) -> Told:
        if stated:
            reason = f"Nobody on the staff list has {stated[:60]!r} to themself."
        elif name:
            reason = f"It was filled in without signing in, as {name[:60]!r}; a name alone records nothing."
        else:
            reason = "It has an empty address and no name, so nobody can tell who answered."
        likely = [row for row in self._here if name and name_key(row.person.name) == name_key(name)]
        if not likely and name:
            likely = [row for row in self._here if same_person(name, row.person.name, SHORTENED)]
        return Told(reason=reason, likely=tuple(likely) if len(likely) <= _MOST_LIKELY else (), bad_code=bad_code)
