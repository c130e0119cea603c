"""The workspace of a drawn school, and its day's work as the program does it."""

import os
import signal
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from pipeline.acknowledgements.keys import find_keys
from pipeline.config import Config, load_config
from pipeline.mail.outbox import is_delivery_due
from pipeline.register.jobs import finish_run_day
from pipeline.register.store.database import Register, open_register
from pipeline.run import plan, run_pipeline
from pipeline.schedule import Schedule, Work
from pipeline.stages.computer import check_clock
from pipeline.stages.day import Day
from pipeline.stages.documents import stand
from pipeline.stages.mail import deliver_due
from pipeline.stages.people import take_people_lists, take_settings
from tests.policies.folders import policy_text
from tests.soak_calendar.drawing import POSTS, Drawn
from tests.soak_calendar.dumb import DAY, months_on

SCHOOL = "Hill School"
OUTBOX = Path("distribution", "outbox")
REGISTER = Path("distribution", "register.sqlite3")
_HEADINGS = "person_id,first_name,last_name,work_email,role,start_date,leave_date"
_WHOLE = 1, 4
"""Month and day on which the run is whole: the folder is read, copies and pages are made."""


def lay_out(root: Path, drawn: Drawn) -> None:
    """Write the workspace as it is on the first day."""
    (root / "policies").mkdir(parents=True)
    for policy in drawn.policies:
        last = months_on(date(policy.due.year - 5, policy.due.month, 1), 60 - policy.cycle_months)
        review = f"{policy.due:%B %Y}" if policy.by_month else f"{policy.due.day} {policy.due:%B %Y}"
        text = policy_text(policy.title, last=f"{last:%B %Y}", review=review, school=SCHOOL)
        text = text.replace("Business Manager", f"Head of {policy.post}")
        (root / "policies" / f"{policy.slug}.txt").write_text(text, encoding="utf-8")
    write_staff(root, drawn, drawn.first)
    write_settings(root, drawn, datetime.combine(drawn.first, drawn.at, tzinfo=drawn.zone))


def write_staff(root: Path, drawn: Drawn, today: date) -> None:
    """Write the staff list as the office has it on a day: a last day stands in it a month before."""
    lines = [
        f"{one.key},Kim,{one.name},{one.address},Teacher,,"
        + (one.leaves.isoformat() if one.leaves and one.leaves <= today + 30 * DAY else "")
        for one in drawn.people
    ]
    (root / "staff.csv").write_text("\n".join([_HEADINGS, *lines]) + "\n", encoding="utf-8")


def write_settings(root: Path, drawn: Drawn, now: datetime) -> None:
    """Write ``config.toml`` with who looks after what at a moment."""
    roles = [f'"Head of {post}" = "{owner_at(drawn, post, now)}"' for post in POSTS]
    closed = ", ".join(f'"{first}..{last}"' for first, last in drawn.closed)
    text = f"""
[school]
name = "{SCHOOL}"
time_zone = "{drawn.zone.key}"
[contacts.office]
name = "School office"
phone = "01632 960100"
email = "office@example.org"
[contacts.dsl]
name = "Pat Marsh"
pronoun = "she"
phone = "01632 960101"
email = "pat@example.org"
[people.roles]
{chr(10).join(roles)}
[reading]
default = "find"
[review]
remind_days = {list(drawn.remind)}
overdue_every_days = {drawn.every}
default_owner = "{drawn.default}"
[calendar]
closed = [{closed}]
[schedule]
daily_at = "{drawn.at:%H:%M}"
[backup]
keep = 0
"""
    (root / "config.toml").write_text(text, encoding="utf-8")


def owner_at(drawn: Drawn, post: str, moment: datetime) -> str:
    """Return who has a post at a moment."""
    return next(address for begin, address in reversed(drawn.owners[post]) if begin <= moment)


def open_school(root: Path) -> tuple[Config, Register]:
    """Open the workspace, as every command does."""
    config = load_config(root / "config.toml")
    name, zone = config.school.name, config.school.time_zone
    return config, open_register(config.register_.url, root=root, school_name=name, time_zone=zone)


def nothing(point: str) -> None:
    """Go on, whatever has been reached."""


def day_of_people(register: Register, config: Config, now: datetime, reached: Callable[[str], None] = nothing) -> None:
    """Do a day's run but for the folder: people, letters, delivery, in the order of ``run_pipeline``.

    On the first day and once a year it is ``run_pipeline`` itself. ``reached`` is told what has been done.
    """
    reached("claimed")
    today = now.astimezone(config.zone).date()
    if (today.month, today.day) == _WHOLE:
        run_pipeline(config, today=today, now=now, environ={})
        reached("delivered")
        return
    with register.lock():
        day = Day(register, config, today, now, {}, False, find_keys(register, config, {}, make=True))
        check_clock(day)
        take_settings(day)
        standings = stand(day)
        take_people_lists(day, standings)
        plan(day, standings)
    reached("planned")
    deliver_due(register, config, day.keys, today, now, {})
    reached("delivered")
    with register.transaction() as tx:
        finish_run_day(tx, register.school, today, now)


def schedule_of(
    register: Register,
    config: Callable[[], Config],
    clock: Callable[[], datetime],
    reached: Callable[[str], None] = nothing,
) -> Schedule:
    """Return the program's own schedule for the school; ``config`` gives the settings of the moment."""

    def deliver(now: datetime) -> None:
        today = now.astimezone(config().zone).date()
        deliver_due(register, config(), find_keys(register, config(), {}, make=False), today, now, {})

    def is_due(now: datetime) -> bool:
        return is_delivery_due(register, config(), now.astimezone(config().zone).date(), now)

    work = Work(lambda now: day_of_people(register, config(), now, reached), deliver, is_due)
    return Schedule(register, work, daily_at=config().schedule.at, zone=config().zone, clock=clock)


def tick_once(root: Path, now: datetime, dies_at: str) -> None:
    """Tick as a program that has just been started, and die of SIGKILL on reaching a point. Runs in its own process.

    ``dies_at`` is ``claimed``, ``planned``, ``delivered``, or empty: somebody else kills it, or nobody.
    """
    config, register = open_school(root)

    def reached(point: str) -> None:
        if point == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    with register:
        schedule_of(register, lambda: config, lambda: now, reached).tick()
