"""Every mail that would go from today on, day by day, in memory: ``policy simulate``, and the desk's next 90 days.

Behind ``run``, whose stages it calls with days to come on a copy of the register that is thrown away. The first day
begins as a dry run does: files and lists are read once. Each later day makes its copies, takes its people from the
lists, plans its letters and lets them go, so that the next one knows what was told. It is as if nobody did anything:
nobody reads, answers, approves or changes a file, a list or a setting. Only a mailing that waits for its owner's word
is taken to be confirmed on the day on which it waits, unless asked otherwise.

What cannot have changed since the day before is not worked out again: answers of the register while nothing was
written, copies while nothing changed that they are made of, and the lists until a day comes that stands in them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from pipeline.acknowledgements.keys import find_keys
from pipeline.config import Config
from pipeline.copies.shelf import basis_of_copies
from pipeline.dates.calendar import add_months, knows_terms
from pipeline.errors import UsageError
from pipeline.letters.day import LetterReport
from pipeline.letters.items import LetterContents
from pipeline.letters.write import QueuedLetter
from pipeline.mail.holds import why_held
from pipeline.mail.mailings import needs_terms
from pipeline.mail.simulated_delivery import WaitingMailing, confirm_all, let_go, list_waiting
from pipeline.model.policies import PolicyStanding
from pipeline.model.progress import Progress, no_progress
from pipeline.people.lists.several_lists import read_lists, take_lists
from pipeline.people.lists.staff_import import StaffImport
from pipeline.people.lists.staff_list import StaffList
from pipeline.policies.meetings import decides_on
from pipeline.reasons.reason import Reason, because
from pipeline.register.cached_answers import keep_answers, times_written
from pipeline.register.ledger.signed_heads import newest_head
from pipeline.register.mail.campaigns import CampaignState
from pipeline.register.mail.outbox import MessageRow
from pipeline.register.mail.told import list_told
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.store.counter import list_holds
from pipeline.register.store.database import Register
from pipeline.register.store.for_run import open_for_run
from pipeline.run import gather, plan
from pipeline.simulation.look_ahead import SimulatedDay, SimulatedMail, Simulation
from pipeline.stages.day import Day
from pipeline.stages.documents import make_copies, stand
from pipeline.wording import say_count, say_day, say_list

MOST_YEARS = 5
"""Further ahead a look says nothing of use: documents, people and settings will be others."""
_DAY = timedelta(days=1)
_CODE = re.compile(r" \[Ref [^\]]*\](?: \(\d+\))?$")


def check_until(until: date, today: date) -> None:
    """Raise UsageError where a look cannot go until a day: it is over, or too far ahead."""
    furthest = add_months(today, 12 * MOST_YEARS)
    if until < today:
        raise UsageError(f"{say_day(until)} is over; a look ahead goes until today, {say_day(today)}, or a later day.")
    if until > furthest:
        raise UsageError(
            f"{say_day(until)} is too far ahead: documents, people and settings will be others by then. A look ahead "
            f"goes until {say_day(furthest)} at most."
        )


def simulate(
    config: Config,
    *,
    until: date,
    today: date,
    now: datetime,
    environ: Mapping[str, str],
    confirms: bool = True,
    progress: Progress = no_progress,
    stop: Callable[[], bool] = lambda: False,
) -> Simulation:
    """Return every mail that would go from ``today`` until a day, both included; nothing is written or sent.

    ``confirms`` takes each mailing that waits for a word as confirmed on its day; without it none of them goes.
    ``stop`` is asked between two days: the look ends with the day that was looked at last.

    Raises:
        UsageError: ``until`` is over or too far ahead.
        ConfigurationError: a template or secret is wrong, as in a run.
        RegisterError: the register cannot be used.
    """
    check_until(until, today)
    with open_for_run(config, dry_run=True) as register:
        keep_answers(register)
        ahead = _Ahead(register, config, environ, confirms=confirms)
        days = [ahead.first(today, now, progress)]
        whole = (until - today).days + 1
        while days[-1].on < until and not stop():
            days.append(ahead.next(days[-1].on + _DAY))
            progress("Looking ahead", len(days), whole)
        found = tuple(day for day in days if not day.is_empty)
        return Simulation(today, days[-1].on, confirms, found, tuple(ahead.notices))


class _Ahead:
    """The days to come, one after the other, on a register that is thrown away."""

    def __init__(self, register: Register, config: Config, environ: Mapping[str, str], *, confirms: bool) -> None:
        self._register, self._config, self._environ, self._confirms = register, config, environ, confirms
        self._keys = find_keys(register, config, environ, make=False)
        self._lists = _Lists(config)
        self._copies: tuple[object, ...] = ()
        self._letters: dict[int, QueuedLetter] = {}
        """Planned here and not gone yet, by message."""
        self._waits: set[int] = set()
        """Mailings that were said to wait."""
        self.notices: dict[Reason | str, None] = {}
        """What is to be said once, in its order."""

    def first(self, today: date, now: datetime, progress: Progress) -> SimulatedDay:
        """Return what today brings: files and lists are read, and all is made that a run would make."""
        day = self._day(today, now)
        gathered = gather(day, progress)
        self._copies = _basis(day, gathered.standings)
        return self._letters_of(day, gathered.standings)

    def next(self, today: date) -> SimulatedDay:
        """Return what a later day brings, at the hour of the daily run."""
        at = datetime.combine(today, self._config.schedule.at, tzinfo=self._config.zone).astimezone(UTC)
        day = self._day(today, at)
        standings = stand(day)
        if (basis := _basis(day, standings)) != self._copies:
            make_copies(day, no_progress)
            standings = stand(day)
            self._copies = basis
        self._lists.take(day)
        return self._letters_of(day, standings)

    def _day(self, today: date, now: datetime) -> Day:
        return Day(self._register, self._config, today, now, self._environ, dry_run=True, keys=self._keys)

    def _letters_of(self, day: Day, standings: Sequence[PolicyStanding]) -> SimulatedDay:
        """Plan a day's letters and let go what goes."""
        planned = plan(day, tuple(standings))
        self._letters |= {letter.message: letter for letter in planned.queued}
        waiting = self._wait(day)
        self._say(day, planned, waiting)
        gone = let_go(day.register, day.config, day.today, day.now)
        mails = [self._mail(day, row, standings) for row in gone]
        return SimulatedDay(day.today, tuple(sorted(mails, key=_in_order)), waiting)

    def _wait(self, day: Day) -> tuple[WaitingMailing, ...]:
        """Return the mailings that wait from this day on; they are confirmed where they are taken to be."""
        if self._confirms:
            found, lifted = confirm_all(day.register, day.now)
            for hold in lifted:
                self.notices.setdefault(because("held-taken-to-go", why=why_held(hold.reason, day.register)))
        else:
            with day.register.reading() as tx:
                found = list_waiting(tx, day.register.school)
        new = tuple(one for one in found if one.mailing not in self._waits and one.people)
        self._waits |= {one.mailing for one in new}
        return new

    def _say(self, day: Day, planned: LetterReport, waiting: Sequence[WaitingMailing]) -> None:
        with day.register.reading() as tx:
            holds = list_holds(tx, day.register.school)
            is_unsigned = day.config.governors.heads and newest_head(tx, day.register.school) is None
            paused = sum(one.people for one in list_waiting(tx, day.register.school, CampaignState.PAUSED))
        if is_unsigned:
            self.notices.setdefault(
                "The clerk’s mail with the ledger’s head is not shown: nothing was signed yet. A run does that."
            )
        if paused:
            self.notices.setdefault(f"Mail to {say_count(paused, 'person', 'people')} is paused, and stays so here.")
        for hold in holds:
            self.notices.setdefault(why_held(hold.reason, day.register))
        if planned.waiting_for_copy:
            titles = say_list(list(planned.waiting_for_copy))
            self.notices.setdefault(
                f"Nobody is asked to read {titles} until a copy with the day’s contacts can be made."
            )
        if waiting and needs_terms(day.config) and not knows_terms(day.config.calendar.terms, day.today):
            self.notices.setdefault(because("terms-unknown", day=say_day(day.today)))

    def _mail(self, day: Day, row: MessageRow, standings: Sequence[PolicyStanding]) -> SimulatedMail:
        letter = self._letters.pop(row.id, None)
        titles = {standing.policy_id: (standing.title, standing.slug) for standing in standings}
        if letter is not None:
            kinds, policies = letter.kinds, policies_of(letter.contents)
        else:
            with day.register.reading() as tx:
                told = list_told(tx, day.register.school, by_message=row.id)
            kinds, policies = (row.kind,), [one.policy_id for one in told if one.policy_id is not None]
        named = [titles[policy_id] for policy_id in dict.fromkeys(policies) if policy_id in titles]
        subject = _CODE.sub("", row.subject)
        said = tuple(title for title, _ in named), tuple(slug for _, slug in named)
        return SimulatedMail(day.today, row.recipient, row.kind, kinds, subject, *said)


def policies_of(contents: LetterContents) -> list[int]:
    """Return the policies that a letter is about, by the register's key, in its order.

    It asks to read them, reminds of them or tells of them; where it does none of that, it says where to find them.
    """
    read = [entry.policy_id for entry in (*contents.asked, *contents.still, *contents.notices)]
    read += contents.contacts.policies if contents.contacts is not None else ()
    told = [policy for part, items in contents.others for item in items for policy in part.policies(item)]
    return (read + told) or [entry.policy_id for entry in contents.find]


def _in_order(mail: SimulatedMail) -> tuple[str, str, str]:
    return mail.to.casefold(), mail.kind.value, mail.subject


def _basis(day: Day, standings: Sequence[PolicyStanding]) -> tuple[object, ...]:
    """Return all that a day's copies are made of; equal while none would be made anew."""
    shown = ("policy_id", "version_id", "version_on_copies", "title", "slug", "state", "owner")
    dates = ("approved_on", "last_review", "next_review")
    return (
        basis_of_copies(day.register, day.config, day.today),
        tuple(tuple(getattr(one, name) for name in (*shown, *dates)) for one in standings),
        tuple(decides_on(one, day.config, day.today) for one in standings),
    )


class _Lists:
    """The lists of people, read once and taken in day after day.

    An import that wrote nothing writes nothing on the next day either, unless that day is one that stands in the lists
    or beside a person in the register, or follows one: days are all that it holds against today. Where the lists say
    only what the register has, and of nobody that they are away or have left on a day not given, not then either.
    """

    def __init__(self, config: Config) -> None:
        self._read: tuple[StaffList, ...] | None = None
        self._config = config
        self._turns: frozenset[date] = frozenset()
        self._settled_on: date | None = None

    def take(self, day: Day) -> None:
        """Bring the people in line with the lists, as a run of the day would."""
        if self._settled_on is not None and not any(self._settled_on < turn <= day.today for turn in self._turns):
            return
        if self._read is None:
            self._read = read_lists(self._config)
        with day.register.reading() as tx:
            before = times_written(tx)
        taken = take_lists(day.register, day.config, day.today, day.now, self._read).whole
        with day.register.reading() as tx:
            has_written = times_written(tx) != before
            people = list_people(tx, day.register.school, day.today)
        self._settled_on = None if has_written else day.today
        if not has_written and _agrees(taken, self._read):
            self._turns = frozenset()
            return
        self._turns = frozenset(turn for on in _days_in(self._read, people) for turn in (on - _DAY, on, on + _DAY))


def _agrees(taken: StaffImport, lists: Sequence[StaffList]) -> bool:
    """Return whether the register has everything that the lists say, so that no day to come changes anything."""
    differs = taken.new or taken.changed or taken.left or taken.missing or taken.refused or taken.questions
    is_plain = not any(each.undated_leavers or each.refused_leavers or each.unclear_endings for each in lists)
    return is_plain and not (
        differs or taken.changes or taken.waiting or any(person.away_until for each in lists for person in each.people)
    )


def _days_in(lists: Sequence[StaffList], people: Sequence[PersonRow]) -> Iterator[date]:
    """Yield every day that stands in the lists, and beside people in the register."""
    persons = [*(row.person for row in people), *(person for each in lists for person in each.people)]
    for person in persons:
        yield from (on for on in (person.start_on, person.leave_on, person.away_until) if on is not None)
        yield from (on for away in person.away for on in (away.from_on, away.until_on))
    for row in people:
        yield from (on for one in row.engagements for on in (one.start_on, one.leave_on) if on is not None)
    for each in lists:
        yield from (on for on in (*each.refused_leavers.values(), *each.contract_ends.values()) if on is not None)
