"""Papers that were printed and then handed to their readers: recording it starts the days to read them.

After ``orders``, which prints. Printed papers lie on a desk and have asked nobody: nobody is late with them until a
named person records that they were handed over.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.acknowledgements.record import moment_of
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.people.naming import find_one
from pipeline.people.obligations import Duties, has_left, policies_in_use
from pipeline.policies.standing import list_standings
from pipeline.register.decision import Decision
from pipeline.register.mail.told import ToldOutcome, ToldRecord, ToldRow, add_told, list_on_paper
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.readings.bulk import NewDeadline, date_requests
from pipeline.register.readings.requests import READING, DeadlineReason
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day, say_list


@dataclass(frozen=True, slots=True)
class PrintedPapers:
    """What one person was printed, and owes still or is to know, and nobody recorded as handed over."""

    person: PersonRow
    printed: tuple[ToldRow, ...]
    """The last printing of each policy and each notice of new contacts, in the order of printing."""
    printed_on: date
    """When the last of it was printed."""

    @property
    def policies(self) -> tuple[int, ...]:
        """The policies in them that are signed, by the register's key."""
        return tuple(row.policy_id for row in self.printed if row.policy_id is not None)

    @property
    def has_contacts(self) -> bool:
        """Whether they tell of new contacts."""
        return any(row.request is None for row in self.printed)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Whose papers were recorded as handed over."""

    people: tuple[PersonRow, ...]
    papers: int
    """Policies and notices of new contacts in them, of all together."""
    message: str
    """What was recorded, in a sentence."""


def list_printed(tx: Transaction, school: str, config: Config, today: date) -> tuple[PrintedPapers, ...]:
    """Return whose papers are printed and not handed over, by name; nobody who has left."""
    rows = list_on_paper(tx, school)
    handed = {_what(row) for row in rows if row.outcome == ToldOutcome.HANDED}
    waiting: dict[int, dict[_What, ToldRow]] = defaultdict(dict)
    for row in rows:
        if _what(row) not in handed and row.person is not None:
            waiting[row.person][_what(row)] = row
    people = list_people(tx, school, today) if waiting else ()
    return tuple(
        PrintedPapers(one, tuple(waiting[one.id].values()), _last_day(waiting[one.id], config, today))
        for one in people
        if one.id in waiting and not has_left(one.person, today)
    )


_What = tuple[int | None, int | None, str | None]
"""Whom something tells, the request that it asks to answer, and its stage: of new contacts the number of the notice."""


def _what(row: ToldRow) -> _What:
    return row.person, row.request, row.stage


def _last_day(printed: Mapping[_What, ToldRow], config: Config, today: date) -> date:
    moments = [row.settled_at for row in printed.values() if row.settled_at is not None]
    return max(moments).astimezone(config.zone).date() if moments else today


def record_handed_over(
    decision: Decision, wanted: Sequence[str | int], *, on: date, config: Config, today: date
) -> HandedOver:
    """Record that printed papers were handed over on a day; what they ask for is counted from that day.

    ``wanted`` are people as ``find_one`` takes them; everybody whose papers are printed where it is empty.

    Raises:
        UsageError: the day is to come or before the printing, nobody is meant, or no papers of theirs are printed.
    """
    if on > today:
        raise UsageError(f"{say_day(on)} is still to come; papers are recorded once they were handed over.")
    waiting = {one.person.id: one for one in list_printed(decision.tx, decision.school, config, today)}
    chosen = _choose(decision, wanted, waiting, today)
    early = [one for one in chosen if on < one.printed_on]
    if early:
        name, printed_on = early[0].person.person.name, say_day(early[0].printed_on)
        raise UsageError(
            f"The papers of {name} were printed on {printed_on}, so they cannot have been handed over on "
            f"{say_day(on)}. Look at the day again."
        )
    _record(decision, chosen, on, config, today)
    people, papers = tuple(one.person for one in chosen), sum(len(one.printed) for one in chosen)
    decision.record(
        "papers-handed-over",
        {"on": on.isoformat(), "people": len(people), "papers": papers},
        words={"names": say_list([one.person.name for one in people])},
    )
    names = [one.person.name for one in people]
    who = say_list(names) if len(names) <= _MOST_NAMED else say_count(len(names), "person", "people")
    begins = " Their days to read begin on that day." if any(one.policies for one in chosen) else ""
    return HandedOver(people, papers, f"Handed over on {say_day(on)}: the papers of {who}.{begins}")


_MOST_NAMED = 6


def _choose(
    decision: Decision, wanted: Sequence[str | int], waiting: Mapping[int, PrintedPapers], today: date
) -> list[PrintedPapers]:
    if not wanted:
        if not waiting:
            raise UsageError("No papers are printed that wait to be handed over, so nothing was recorded.")
        return list(waiting.values())
    people = list_people(decision.tx, decision.school, today)
    rows = list(dict.fromkeys(find_one(people, one, today) for one in wanted))
    without = [row.person.name for row in rows if row.id not in waiting]
    if without:
        raise UsageError(
            f"No papers are printed for {say_list(without)} that wait to be handed over, so nothing was recorded."
        )
    return [waiting[row.id] for row in rows]


def _record(decision: Decision, chosen: Sequence[PrintedPapers], on: date, config: Config, today: date) -> None:
    tx, school, at = decision.tx, decision.school, moment_of(on, config, decision.now)
    duties = Duties(policies_in_use(list_standings(tx, school, config, today)), config, on)
    told: list[ToldRecord] = []
    dated: list[NewDeadline] = []
    for one in chosen:
        by_policy = {duty.standing.policy_id: duty.due_on for duty in duties.of(one.person)}
        for row in one.printed:
            due = None
            if row.request is not None:
                due = by_policy.get(row.policy_id or 0) or duties.day_within(on, config.people.read_within_days, ())
                dated.append(NewDeadline(row.request, due, DeadlineReason.HANDED_OVER))
            told.append(replace(row, due_on=due, outcome=ToldOutcome.HANDED.value, settled_at=at))
    add_told(tx, school, told)
    # Both hold from the day of handing over: a picture of a day since then has them, whenever it was recorded.
    date_requests(tx, school, READING, dated, at)
