"""Random small schools with all that a calendar holds, and two ways through the same days: lived, and looked ahead.

``draw_school`` writes a workspace from a source of chance; ``live`` runs it day after day, as the daily run does, and
returns what was written; ``look_ahead`` returns what a simulation says of the same days. A longer drill draws more of
them, over more days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from pipeline.config import Config, load_config
from pipeline.dates.calendar import add_months
from pipeline.model.mail import DeliveryState
from pipeline.register.mail.outbox import list_messages
from pipeline.register.store.database import open_register
from pipeline.run import run_pipeline
from pipeline.simulation.days_to_come import simulate
from tests.policies.folders import policy_text

TITLES = ("Child Protection Policy", "Online Safety Policy", "Behaviour Policy", "Lettings Policy", "Code of Conduct")
"""Of the catalogue: to be signed, to be told of, to be found; and one that it does not know."""
FIRST_DAYS = (date(2026, 8, 24), date(2026, 12, 7), date(2027, 3, 15), date(2028, 2, 14), date(2027, 10, 18))
"""Before a September, before the holidays, around both changes of the clocks, and before a 29 February."""
NAMES = ("Lee", "Day", "Marsh", "Noor", "Ash", "Hill")
HEADINGS = "person_id,first_name,last_name,work_email,role,line_manager,start_date,leave_date,away_until"


@dataclass(frozen=True, slots=True)
class DrawnSchool:
    """A workspace that has not run yet."""

    config: Config
    first: date
    """The day on which it begins."""


@dataclass(frozen=True, slots=True, order=True)
class Letter:
    """One mail, by what both ways must agree on."""

    on: date
    to: str
    kind: str
    subject: str


def draw_school(root: Path, chance: Random, *, days: int) -> DrawnSchool:
    """Write a workspace whose next ``days`` days hold joining, leaving, absences, reviews, meetings and closed days."""
    first = chance.choice(FIRST_DAYS)
    (root / "policies").mkdir(parents=True)
    for title in chance.sample(TITLES, chance.randint(2, 3)):
        review = add_months(first, chance.randint(-3, 4))
        text = policy_text(
            title, last=f"{add_months(review, -12):%B %Y}", review=f"{review:%B %Y}", school="Hill School"
        )
        (root / "policies" / f"{title.lower().replace(' ', '-')}.txt").write_text(text, encoding="utf-8")
    people = [_person(number, chance, first, days) for number in range(chance.randint(3, 6))]
    (root / "staff.csv").write_text("\n".join([HEADINGS, *people]) + "\n", encoding="utf-8")
    (root / "config.toml").write_text(_settings(chance, first, days), encoding="utf-8")
    return DrawnSchool(load_config(root / "config.toml"), first)


def _person(number: int, chance: Random, first: date, days: int) -> str:
    start = _day(chance, first, days) if chance.random() < 0.5 else None
    leave = max(first, start or first) + timedelta(days=chance.randint(5, days)) if chance.random() < 0.3 else None
    name = NAMES[number]
    address = "" if chance.random() < 0.15 else f"{name.lower()}@example.org"
    away = first + timedelta(days=chance.randint(3, days)) if chance.random() < 0.2 else None
    return f"P{number},Kim,{name},{address},Teacher,P0,{start or ''},{leave or ''},{away or ''}"


def _day(chance: Random, first: date, days: int) -> date:
    return first + timedelta(days=chance.randint(-10, days))


def _settings(chance: Random, first: date, days: int) -> str:
    closed = _day(chance, first, days)
    follows = _day(chance, first, days)
    meetings = sorted({first + timedelta(days=chance.randint(5, days + 30)) for _ in range(2)})
    return f"""
[school]
name = "Hill School"
[contacts.office]
name = "School office"
phone = "01632 960100"
email = "office@example.org"
[contacts.dsl]
name = "Pat Marsh"
pronoun = "she"
phone = "01632 960101"
email = "pat@example.org"
[[contacts.next]]
role = "deputy-dsl"
name = "Lee Noor"
pronoun = "he"
phone = "01632 960144"
from = "{follows}"
until = "{follows + timedelta(days=20)}"
[people]
days_before = {chance.choice((0, 0, 3))}
read_within_days = {chance.choice((7, 14))}
[people.roles]
"Business Manager" = "manager@example.org"
[reading]
default = "{chance.choice(("catalogue", "sign"))}"
drip = {chance.choice((0, 2))}
escalate = {chance.choice(("true", "false"))}
[review]
remind_days = [60, 30, 14, 7, 0]
escalate = {chance.choice(("true", "false"))}
[calendar]
closed = ["{closed}..{closed + timedelta(days=chance.randint(0, 9))}"]
[governors]
meetings = [{", ".join(map(str, meetings))}]
clerk_email = "{chance.choice(("", "clerk@example.org"))}"
[declarations.gifts]
name = "Gifts and hospitality"
policy = "{chance.choice(("child-protection", "behaviour"))}"
statement = "since 1 September I have neither given nor taken a gift"
[backup]
keep = 0
"""


def moment_of(config: Config, day: date) -> datetime:
    """Return when the daily run of a day begins."""
    return datetime.combine(day, config.schedule.at, tzinfo=config.zone).astimezone(UTC)


def live(school: DrawnSchool, days: int, *, after: int = 0) -> Sequence[Letter]:
    """Run the school day after day until its ``days``-th; return what its outbox folder was given, by day and address.

    The first ``after`` days were lived before.
    """
    config = school.config
    if not days:
        return []
    for number in range(after, days):
        today = school.first + timedelta(days=number)
        run_pipeline(config, today=today, now=moment_of(config, today), environ={})
    with (
        open_register(
            config.register_.url, root=config.root, school_name="Hill School", time_zone="Europe/London"
        ) as register,
        register.reading() as tx,
    ):
        mails = [mail for mail in list_messages(tx, register.school) if mail.state is DeliveryState.WRITTEN]
    assert len(mails) == len(list((config.distribution / "outbox").glob("*.eml")))
    return sorted(
        Letter(
            mail.settled_at.astimezone(config.zone).date(),
            mail.recipient,
            mail.kind.value,
            mail.subject.split(" [Ref ")[0],
        )
        for mail in mails
        if mail.settled_at
    )


def look_ahead(school: DrawnSchool, days: int, *, after: int = 0) -> Sequence[Letter]:
    """Return what a simulation says of the same days, the first ``after`` of which were lived before."""
    config, first = school.config, school.first + timedelta(days=after)
    until = school.first + timedelta(days=days - 1)
    found = simulate(config, until=until, today=first, now=moment_of(config, first), environ={})
    return sorted(Letter(mail.on, mail.to, mail.kind.value, mail.subject) for mail in found.mails)
