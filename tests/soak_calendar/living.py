"""Live a drawn school's years: ticks of two schedules, outages, wrong clocks, decisions, kills; return what was seen.

What is seen is the mail that lies in the outbox folder after each tick, read with Python's own ``email``, and when.
"""

import email
import heapq
import multiprocessing
import re
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import default as modern
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from pipeline.config import load_config
from pipeline.errors import RegisterInUseError
from pipeline.people.by_hand import set_by_hand
from pipeline.policies.decisions.decide import Approval, approve_version
from pipeline.policies.decisions.reaffirm import reaffirm
from pipeline.register.deciding import deciding
from tests.soak_calendar.drawing import Drawn, Person, Policy
from tests.soak_calendar.dumb import DAY, is_school_day, rolled, run_moment, stage_begins
from tests.soak_calendar.school import (
    OUTBOX,
    REGISTER,
    day_of_people,
    lay_out,
    open_school,
    schedule_of,
    tick_once,
    write_settings,
    write_staff,
)

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

_ITEM = re.compile(r"^\* (?P<title>.+)\n  (?:Was due|Due) (?P<due>[^:]+): (?P<distance>[^.]+)\.", re.MULTILINE)
_MINUTE = timedelta(minutes=1)
_OFFICE = "Ada Office"
_HURRY = 6
"""Where so many days a kill are left, one comes on any day: on some the machine is off, or a program too quick."""
_POINTS = ("claimed", "planned", "delivered", "")
_ON_FREE_DAYS = 0.2
"""An office's machine is on on so many of the days without school."""
_LONGEST_SECONDS = 0.3
"""A kill from outside comes up to so many seconds behind the start."""


@dataclass(frozen=True)
class Told:
    """One review that one mail tells of."""

    at: datetime
    """When the mail was seen, by the true clock, in UTC."""
    shown: datetime
    """The same by the machine's clock."""
    mail: str
    """Its file."""
    address: str
    title: str
    due: date
    distance: str
    """In words, as ``in 5 days``."""


@dataclass(frozen=True)
class Done:
    """A review that was done."""

    at: datetime
    title: str
    due: date
    """When it was due."""
    again: date
    """When it is due next."""


@dataclass
class Lived:
    """What was seen of a school's years."""

    told: list[Told] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    mails: int = 0
    ticks: int = 0
    runs_raced: int = 0
    beside: int = 0
    """Runs as cron begins them, beside the schedules."""
    kills: int = 0
    killed_at: dict[str, int] = field(default_factory=dict)
    left_over: list[str] = field(default_factory=list)
    """When runs were due that were not taken over at once from a killed program."""
    letters_left: int = 0
    """Kills that left letters planned and not gone."""


class Life:
    """One school, lived from its first day to its last."""

    def __init__(self, root: Path, drawn: Drawn) -> None:
        self._root, self._drawn = root, drawn
        self._chance = Random(f"life/{drawn.seed}")
        self._due: dict[str, date] = {policy.title: policy.due for policy in drawn.policies}
        self._policies: Mapping[str, Policy] = {policy.title: policy for policy in drawn.policies}
        self._events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._numbers = count()
        self._files: set[str] = set()
        self._context = warm_context()
        self._shown = datetime.min.replace(tzinfo=UTC)
        self.lived = Lived()

    def live(self) -> Lived:
        """Live all days; return what was seen."""
        lay_out(self._root, self._drawn)
        self._config, one = open_school(self._root)
        with one, open_school(self._root)[1] as other:
            self._registers = one, other
            self._schedules = [schedule_of(each, lambda: self._config, lambda: self._shown) for each in self._registers]
            self._plan_events()
            while self._events:
                moment, _, act = heapq.heappop(self._events)
                act(moment)
        return self.lived

    # --- what happens when ---

    def _at(self, moment: datetime, act: Callable[[datetime], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._numbers), act))

    def _plan_events(self) -> None:
        drawn = self._drawn
        for day in self._days():
            due = run_moment(day, drawn.at, drawn.zone)
            if self._is_on(day):
                self._at(due - _MINUTE, self._tick)
                self._at(due + timedelta(seconds=self._chance.randint(1, 59)), self._daily)
                for minutes in (45, self._chance.randint(60, 1_200)):
                    self._at(due + minutes * _MINUTE, self._tick)
            if day.day == 1:
                self._at(due - 5 * _MINUTE, self._write_staff)
        self._plan_troubles()
        self._plan_people()
        for policy in drawn.policies:
            self._plan_review(policy.title, datetime.combine(drawn.first, time(), tzinfo=UTC))

    def _plan_troubles(self) -> None:
        drawn = self._drawn
        for _, end in drawn.outages:
            self._at(end + timedelta(seconds=self._chance.randint(1, 59)), self._daily)
        for (begin, end), _ in drawn.wrong:
            for moment in (begin, end):
                self._at(moment + timedelta(seconds=self._chance.randint(1, 59)), self._daily)

    def _plan_people(self) -> None:
        drawn = self._drawn
        for post in drawn.owners.values():
            for begin, _ in post[1:]:
                self._at(begin, self._change_owner)
        for person in drawn.people:
            for first, last in person.away:
                begin = datetime.combine(first - DAY, time(12), tzinfo=drawn.zone).astimezone(UTC)
                self._at(begin, partial(self._go_away, person, first, last))

    def _days(self) -> Iterator[date]:
        day = self._drawn.first
        while day <= self._drawn.last:
            yield day
            day += DAY

    def _is_on(self, day: date) -> bool:
        """Return whether the machine is switched on at all: on a day without school it mostly is not."""
        return (
            day <= self._drawn.first or is_school_day(day, self._drawn.closed) or self._chance.random() < _ON_FREE_DAYS
        )

    def _plan_review(self, title: str, after: datetime) -> None:
        """Choose when a review is done next: shortly before or after it is due, or long after, or on a stage's day."""
        due, chance = self._due[title], self._chance
        late = chance.choice((chance.randint(-60, 0), chance.randint(-95, 130), -chance.choice(self._drawn.remind)))
        moment = datetime.combine(due + late * DAY, time(chance.randint(0, 23), chance.randint(0, 59)), tzinfo=UTC)
        moment = max(moment, after + timedelta(days=chance.randint(2, 40)))
        while self._drawn.skew(moment):
            moment += timedelta(hours=5)
        if moment.date() < self._drawn.last:
            self._at(moment, partial(self._review, title, due))

    # --- what is decided ---

    def _review(self, title: str, due: date, moment: datetime) -> None:
        """Record a review as approved, or as checked and unchanged."""
        if self._due[title] != due or self._drawn.skew(moment):
            return
        policy, today = self._policies[title], moment.astimezone(self._drawn.zone).date()
        with deciding(self._registers[0], self._root, _OFFICE, moment) as decision:
            if self._chance.random() < 0.6:
                approval = Approval(today, "Governors")
                approve_version(decision, policy.slug, approval, default_cycle_months=12, today=today)
            else:
                reaffirm(decision, policy.slug, on=today, reason="", default_cycle_months=12, today=today)
        self._due[title] = rolled(due, policy.cycle_months, today)
        self.lived.done.append(Done(moment, title, due, self._due[title]))
        self._plan_review(title, moment)

    def _go_away(self, person: Person, first: date, last: date, moment: datetime) -> None:
        today = moment.astimezone(self._drawn.zone).date()
        with deciding(self._registers[0], self._root, _OFFICE, moment) as decision:
            set_by_hand(decision, person.address, [f"away_from={first}", f"away_until={last}"], today)

    def _change_owner(self, moment: datetime) -> None:
        write_settings(self._root, self._drawn, moment)
        self._config = load_config(self._root / "config.toml")

    def _write_staff(self, moment: datetime) -> None:
        write_staff(self._root, self._drawn, moment.astimezone(self._drawn.zone).date())

    # --- what the machine does ---

    def _tick(self, moment: datetime) -> None:
        """Let one of the schedules tick, where the machine is on."""
        if self._drawn.is_off(moment):
            return
        self._shown = moment + self._drawn.skew(moment)
        self.lived.ticks += 1
        self._chance.choice(self._schedules).tick()
        self._look(moment)

    def _daily(self, moment: datetime) -> None:
        """Tick where the daily run falls due: now and then a program is killed over it, or cron runs beside it."""
        drawn = self._drawn
        if drawn.is_off(moment):
            return
        self._shown = moment + drawn.skew(moment)
        if self._is_to_kill(moment):
            self._kill(moment)
            moment += timedelta(seconds=self._chance.randint(1, 60))
            self._tick(moment)
            self._see_taken_over(moment)
            return
        self.lived.ticks += 1
        self.lived.runs_raced += 1
        works: list[Callable[[], object]] = [schedule.tick for schedule in self._schedules]
        if self._chance.random() < 0.05:
            works.append(self._by_cron)
            self.lived.beside += 1
        self._chance.shuffle(works)
        _at_once(works)
        self._look(moment)

    def _see_taken_over(self, moment: datetime) -> None:
        """Look in the register itself whether the run of a killed program was done by the tick behind it."""
        if self._drawn.is_off(moment):
            return
        with closing(sqlite3.connect(self._root / REGISTER)) as register:
            query = "SELECT due_at FROM job_run WHERE job = 'daily-run' AND finished_at IS NULL"
            self.lived.left_over += [str(due) for (due,) in register.execute(query)]

    def _by_cron(self) -> None:
        """Run as ``policy run`` from cron does: without a claim, with the lock of a run."""
        try:
            day_of_people(self._registers[1], self._config, self._shown)
        except RegisterInUseError:
            return

    def _is_to_kill(self, moment: datetime) -> bool:
        """Return whether a program is killed over a run: on days on which there is something to tell, in good part."""
        drawn, left = self._drawn, self._drawn.size.kills - self.lived.kills
        today = moment.astimezone(drawn.zone).date()
        days = (drawn.last - today).days - 5
        if left <= 0 or drawn.skew(moment) or today == drawn.first:
            return False
        if days <= _HURRY * left:
            return True
        told = is_school_day(today, drawn.closed) and any(self._begins_on(title, today) for title in self._due)
        return told and self._chance.random() < left / (days * 0.25)

    def _begins_on(self, title: str, today: date) -> bool:
        drawn, due = self._drawn, self._due[title]
        return stage_begins(due, today, drawn.remind, drawn.every, drawn.closed) == today

    def _kill(self, moment: datetime) -> None:
        """Let a program begin the day's run and kill it on its way; of eight, four have another beside them."""
        rounds, place = divmod(self.lived.kills, len(_POINTS))
        point = _POINTS[place]
        dying = self._context.Process(target=tick_once, args=(self._root, self._shown, point))
        dying.start()
        beside = None
        if rounds % 2:
            beside = self._context.Process(target=tick_once, args=(self._root, self._shown, ""))
            beside.start()
        if not point:
            dying.join(self._chance.random() * _LONGEST_SECONDS)
            dying.kill()
        dying.join()
        if dying.exitcode == -signal.SIGKILL:
            self.lived.kills += 1
            name = point or "anywhere"
            self.lived.killed_at[name] = self.lived.killed_at.get(name, 0) + 1
        dying.close()
        if beside is not None:
            beside.join()
            assert beside.exitcode == 0
            beside.close()
        self._look(moment)
        if self._chance.random() < 0.5:
            self._review_meanwhile(moment)

    def _review_meanwhile(self, moment: datetime) -> None:
        """Do a review that a killed program has just planned to tell of, before anybody takes its work over."""
        today = moment.astimezone(self._drawn.zone).date()
        near = [title for title in self._due if self._begins_on(title, today)]
        if near:
            self.lived.letters_left += 1
            title = self._chance.choice(near)
            self._review(title, self._due[title], moment + timedelta(milliseconds=500))

    # --- what is seen ---

    def _look(self, moment: datetime) -> None:
        """Read what lies in the outbox and did not before."""
        folder = self._root / OUTBOX
        names = {path.name for path in folder.glob("*.eml")} if folder.is_dir() else set()
        for name in sorted(names - self._files):
            self.lived.mails += 1
            self.lived.told += _read(folder / name, moment, self._shown)
        self._files = names


def _read(path: Path, at: datetime, shown: datetime) -> list[Told]:
    message = email.message_from_bytes(path.read_bytes(), policy=modern)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    text = body.get_content().replace("\r\n", "\n") if body is not None else ""
    return [
        Told(
            at,
            shown,
            path.name,
            str(message["To"]).casefold(),
            found["title"],
            datetime.strptime(f"{found['due']} +0000", "%d %B %Y %z").date(),
            found["distance"],
        )
        for found in _ITEM.finditer(text)
    ]


def _at_once(works: list[Callable[[], object]]) -> None:
    """Do several things in as many threads, begun together; raise what one of them raised."""
    gate = threading.Barrier(len(works))
    raised: list[Exception] = []

    def begin(work: Callable[[], object]) -> None:
        gate.wait()
        try:
            work()
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=begin, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def warm_context() -> "ForkServerContext":
    """Return where processes come from that have read the program already, so that a start takes milliseconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.soak_calendar.school", "jinja2"])
    return context
