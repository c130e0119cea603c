"""Decide which of several schools asks a person for one policy of the trust, from what each said last. Pure.

The first of these that a person is at asks: their home school, then the others in the order of ``trust.toml``. The
school that has asked goes on. In this order it must not happen that nobody asks, and then that two do: a school that
says nothing more, or says that it asks and reaches nobody, is waited for some mail days and no longer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.other_schools.exchange import SaidReading, SharedState
from pipeline.register.readings.shared_readings import AskedBy, SharedReading, Waited

COPY_NIGHTS = 2
"""Mail days for which the home school waits for the other's copy, so that both go in one letter."""
UNTOLD_NIGHTS = COPY_NIGHTS + 3
"""Mail days for which a school is waited for that has told the person nothing yet.

A school that does all in its time waits for copies, lets its letter go in the night after, says so in the one after
that, and may come behind this school in its nights where it came before it: none of these may be taken for silence.
"""
SILENT_NIGHTS = 10
"""Mail days for which a school is waited for that has told them, and whose nights have stopped since."""
LONG_ABSENCE = timedelta(days=14)
"""A person who is away longer at one school is asked by another."""

_CLAIMS = frozenset({SharedState.ASKED, SharedState.TOLD})
_UNTOLD = frozenset({SharedState.OWES, SharedState.ASKED})


@dataclass(frozen=True, slots=True)
class Mine:
    """How a person stands with a policy at the school that decides; they owe it there."""

    edition: str
    place: int
    """In the order of schools: 0 is the home school, where they are at it."""
    asked_on: date | None = None
    """Of the request that is open; None where none is."""
    is_told: bool = False
    came_back: bool = False
    """The letter of the open request came back."""
    has_come_back: bool = False
    """A letter about the policy came back from the same address before."""
    away_until: date | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """What another school says of the same person and policy."""

    key: str
    name: str
    place: int
    day: date
    """Of its last night."""
    is_here: bool
    away_until: date | None = None
    is_known: bool = True
    """It has told of this person alone; False where it does not know yet that others have them too."""
    says: SaidReading | None = None
    """Of the policy; None where it says nothing of it."""


@dataclass(frozen=True, slots=True)
class Today:
    """The day on which it is decided."""

    today: date
    is_mail_day: bool


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who asks."""

    standing: AskedBy
    at: Other | None = None
    """Who asks instead, or is waited for."""
    is_told: bool = False
    """By that school."""
    since_on: date = date.min
    """Since when it is owed at several schools."""
    waited: tuple[Waited, ...] = ()


def settle(mine: Mine, others: Sequence[Other], before: SharedReading | None, day: Today) -> Ruling:
    """Return who asks; ``before`` is what was found the night before, None where it is owed at several schools anew."""
    if before is not None and before.edition != mine.edition:
        before = None
    since = before.since_on if before is not None else day.today
    waited = {one.key: one for one in before.waited} if before is not None else {}
    asks = _Asking(mine, waited, before.renewed_on if before is not None else day.today, since, day)
    ruling = _settle(mine, others, asks)
    return replace(ruling, since_on=since, waited=tuple(map(asks.waited_for, others)))


def _settle(mine: Mine, others: Sequence[Other], asks: "_Asking") -> Ruling:
    here = sorted((one for one in others if one.is_here), key=lambda one: one.place)
    claims = [one for one in here if asks.is_claim(one)]
    if mine.asked_on is not None:
        rival = next((one for one in claims if asks.gives_way_to(one)), None)
        return leave_to(rival) if rival else Ruling(AskedBy.HERE)
    if claims:
        told_first = sorted(claims, key=lambda one: one.says is None or one.says.state is not SharedState.TOLD)
        return leave_to(told_first[0])
    first = next((one for one in here if asks.waits_for(one)), None)
    return Ruling(AskedBy.HERE) if first is None else Ruling(AskedBy.WAITS, first)


def leave_to(one: Other) -> Ruling:
    """Return that another school asks."""
    return Ruling(AskedBy.THERE, one, is_told=one.says is not None and one.says.state is SharedState.TOLD)


def say(mine: Mine, ruling: Ruling, carried: tuple[str, ...], day: Today) -> SaidReading:
    """Return what this school says of it to the others; ``carried``: the copies that went with its letters."""
    if ruling.standing is AskedBy.THERE:
        return SaidReading(mine.edition, SharedState.LEFT)
    if ruling.standing is AskedBy.WAITS:
        return SaidReading(mine.edition, SharedState.OWES)
    state = SharedState.TOLD if mine.is_told else SharedState.BOUNCED if mine.came_back else SharedState.ASKED
    return SaidReading(mine.edition, state, mine.asked_on or day.today, carried)


@dataclass(frozen=True, slots=True)
class _Asking:
    """The questions that decide it."""

    mine: Mine
    before: Mapping[str, Waited]
    """For whom was waited how long until the night before, by key."""
    last_on: date
    """The day of that night."""
    since: date
    day: Today

    def is_claim(self, one: Other) -> bool:
        """Return whether another school asks for this, and can be relied on."""
        says = one.says
        if says is None or says.edition != self.mine.edition or self._is_out(one.away_until):
            return False
        if says.state is SharedState.BOUNCED:
            # From here it came back too: to ask again in turn would only write to an address that is gone.
            return self.mine.has_come_back
        if says.state in _CLAIMS and self.mine.has_come_back:
            # However long it takes there: from here nothing arrives.
            return True
        limit = SILENT_NIGHTS if says.state is SharedState.TOLD else UNTOLD_NIGHTS
        return says.state in _CLAIMS and self.nights_for(one) < limit

    def gives_way_to(self, one: Other) -> bool:
        """Return whether this school, which has asked, leaves it to another that has asked too."""
        says = one.says
        if says is None or says.state is SharedState.BOUNCED:
            return False
        if self.mine.came_back or self._is_out(self.mine.away_until):
            return True
        theirs = says.state is SharedState.TOLD, says.asked_on or date.min, -one.place
        # The school that asked later took it over; of two that asked before they knew of each other one goes on.
        return theirs > (self.mine.is_told, self.mine.asked_on or date.min, -self.mine.place)

    def waits_for(self, one: Other) -> bool:
        """Return whether another school's word, or its copy, is waited for before anybody asks."""
        if self._is_out(one.away_until):
            return False
        goes_first = one.place < self.mine.place
        is_new = not one.is_known or one.day < self.since
        says = one.says
        owes = says is not None and says.state is SharedState.OWES and says.edition == self.mine.edition
        limit = UNTOLD_NIGHTS if goes_first else COPY_NIGHTS
        return (is_new or (owes and goes_first)) and self.nights_for(one) < limit

    def nights_for(self, one: Other) -> int:
        """Return on how many mail days another school was waited for, this one included, without what is wanted."""
        before = self.before.get(one.key)
        if before is None or self._is_away(one.away_until):
            return 0
        is_untold = one.says is not None and one.says.state in _UNTOLD
        if one.day > before.seen_on and not is_untold:
            return 0
        return before.nights + (self.day.is_mail_day and self.day.today > self.last_on)

    def waited_for(self, one: Other) -> Waited:
        """Return for how long another school was waited for by now."""
        return Waited(one.key, one.day, self.nights_for(one))

    def _is_out(self, until: date | None) -> bool:
        return until is not None and until - self.day.today > LONG_ABSENCE

    def _is_away(self, until: date | None) -> bool:
        return until is not None and until >= self.day.today
