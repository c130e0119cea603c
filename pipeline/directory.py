"""Who holds which role on a day: holders have first and last days, followers and cover take their places.

``config`` makes a ``Roster`` of its entries; ``Config.directory`` asks it for a day. Nothing here knows the clock.

A role has one *seat*, or several where its entries hold it at the same time (deputies). In a seat the one whose first
day is latest sits; when their last day has passed, the one before sits there again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import combinations, groupby

from pipeline.errors import Fault
from pipeline.model.contacts import Directory, Holder
from pipeline.named.names.likeness import SAME, name_key, same_person

LEAD, DEPUTY, HEAD = "dsl", "deputy-dsl", "headteacher"
STANDS_IN = (DEPUTY, HEAD)
"""Who takes the lead's place, in this order."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tenure:
    """A person's days in a role."""

    holder: Holder
    first: date | None = None
    """None: all along."""
    last: date | None = None
    """None: they go on."""
    replaces: str | None = None
    """Whose place they take, by name; None where there is one place only."""

    def holds_on(self, day: date) -> bool:
        """Return whether ``day`` is one of the days."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def overlaps(self, other: "Tenure") -> bool:
        """Return whether both have a day in common."""
        return _starts(self) <= (other.last or date.max) and _starts(other) <= (self.last or date.max)


@dataclass(slots=True)
class _Seat:
    """One place of a role, and everybody who has it at some time."""

    tenures: list[Tenure]
    followers: list[Tenure] = field(default_factory=list)

    def on(self, day: date) -> Tenure | None:
        """Return who sits there on a day."""
        return max(self._present(day), key=_starts, default=None)

    def covered_on(self, day: date) -> Tenure | None:
        """Return for whom a person stands in on a day: the one who would sit there otherwise."""
        present = sorted(self._present(day), key=_starts)
        covering = len(present) > 1 and present[-1] in self.followers and present[-1].last is not None
        return present[-2] if covering else None

    def _present(self, day: date) -> list[Tenure]:
        return [tenure for tenure in (*self.tenures, *self.followers) if tenure.holds_on(day)]

    def names(self, name: str, days: Iterable[date]) -> bool:
        """Return whether a person of that name has the seat, or would have it but for cover, on one of the days."""
        return any(same_person(tenure.holder.name, name, SAME) for day in days for tenure in self._present(day))


def _starts(tenure: Tenure) -> date:
    return tenure.first or date.min


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody's days in every role."""

    _seats: Mapping[str, Sequence[_Seat]]
    _former: tuple[Holder, ...]
    faults: tuple[Fault, ...]
    """One for each follower of whom it cannot be told whose place they take."""

    @classmethod
    def of(
        cls, entries: Mapping[str, Sequence[Tenure]], followers: Sequence[Tenure], former: Sequence[Holder]
    ) -> "Roster":
        """Make a roster of the entries of each role, those who follow or cover, and those who held a role before."""
        seats = {role: _seats_of(tenures) for role, tenures in entries.items()}
        for follower in followers:
            seats.setdefault(follower.holder.role, [_Seat([])])
        faults: list[Fault] = []
        days = sorted(followers, key=_starts)
        for day, of_the_day in groupby(days, key=_starts):
            _seat_followers(seats, list(of_the_day), day, faults)
        return cls(seats, tuple(former), tuple(faults))

    def on(self, day: date) -> Directory:
        """Return who holds which role on a day, roles and holders in the order of the configuration."""
        holders = list(self._holders(day))
        sitting = {(holder.role, name_key(holder.name)) for holder in holders}
        gone = [holder for holder in self._gone(day) if (holder.role, name_key(holder.name)) not in sitting]
        vacant = [role for role in self._seats if not any(holder.role == role for holder in holders)]
        left = {holder.role for holder in gone}
        return Directory(
            tuple(dict.fromkeys(holders)),
            tuple(dict.fromkeys((*self._former, *gone))),
            tuple(role for role in vacant if role in left),
        )

    def _holders(self, day: date) -> Iterator[Holder]:
        for seats in self._seats.values():
            for seat in seats:
                if (tenure := seat.on(day)) is not None:
                    covered = seat.covered_on(day)
                    yield replace(tenure.holder, covers=covered.holder.name) if covered else tenure.holder

    def _gone(self, day: date) -> Iterator[Holder]:
        """Everybody whose first day in a role has come, in the order in which they took it."""
        for seats in self._seats.values():
            for seat in seats:
                for tenure in sorted((*seat.tenures, *seat.followers), key=_starts):
                    if _starts(tenure) <= day:
                        yield tenure.holder

    def everybody(self) -> tuple[Tenure, ...]:
        """Return every tenure, role by role, those to come included."""
        seats = [seat for seats in self._seats.values() for seat in seats]
        return tuple(tenure for seat in seats for tenure in (*seat.tenures, *seat.followers))

    def changes_after(self, day: date) -> tuple[date, ...]:
        """Return the days after ``day`` on which the holders differ from those of the day before, in order."""
        days = {tenure.first for tenure in self.everybody() if tenure.first is not None}
        days |= {tenure.last + _DAY for tenure in self.everybody() if tenure.last not in (None, date.max)}
        later = sorted(each for each in days if each > day)
        return tuple(each for each in later if self.on(each).holders != self.on(each - _DAY).holders)


def _seats_of(tenures: Sequence[Tenure]) -> list[_Seat]:
    """One seat where nobody's days overlap anybody else's, else a seat for each."""
    if any(one.overlaps(other) for one, other in combinations(tenures, 2)):
        return [_Seat([tenure]) for tenure in tenures]
    return [_Seat(list(tenures))]


def _seat_followers(
    seats: Mapping[str, Sequence[_Seat]], followers: Sequence[Tenure], day: date, faults: list[Fault]
) -> None:
    """Give everybody who begins on a day a seat: found first, taken at once, so that two who swap end swapped."""
    found: list[tuple[_Seat, Tenure]] = []
    for follower in followers:
        choice = _seat_for(follower, seats[follower.holder.role], day)
        if isinstance(choice, str):
            faults.append(Fault("contacts.next", choice))
        elif (rival := _rival(choice, found, day)) is not None:
            both = f"{follower.holder.name} and {rival} both take over {follower.holder.role} on {day}"
            faults.append(Fault("contacts.next", f"{both}; give one of them another day"))
        else:
            found.append((choice, follower))
    for seat, follower in found:
        seat.followers.append(follower)


def _rival(seat: _Seat, found: Sequence[tuple[_Seat, Tenure]], day: date) -> str | None:
    """Return who else begins in a seat on a day."""
    names = [follower.holder.name for taken, follower in found if taken is seat]
    names += [tenure.holder.name for tenure in seat.tenures if tenure.first == day]
    return next(iter(names), None)


def _seat_for(follower: Tenure, seats: Sequence[_Seat], day: date) -> _Seat | str:
    """Return the seat a follower takes, or in words why it cannot be told."""
    role, name = follower.holder.role, follower.holder.name
    if follower.replaces is None:
        if len(seats) == 1:
            return seats[0]
        return f"{role} has several holders, so it cannot be told whom {name} follows; add replaces = " + '"their name"'
    before = day - _DAY if day > date.min else day
    sitting = [
        seat for seat in seats if (at := seat.on(before)) and same_person(at.holder.name, follower.replaces, SAME)
    ]
    around = sitting or [seat for seat in seats if seat.names(follower.replaces, (before, day))]
    if len(around) == 1:
        return around[0]
    if not around:
        return f"{follower.replaces}, whom {name} replaces, does not hold {role} before {day}; check the name"
    return f"{follower.replaces} holds {role} twice before {day}, so it cannot be told whose place {name} takes"
