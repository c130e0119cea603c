"""A trust's schools at a glance: how the policies of each stand, who has read, who leads today, when it last ran.

Reads only. Each school's register is opened by itself; what is wrong with one is told with it and hides no other.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.acknowledgements.listing import readings
from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.contacts.lead_today import lead_notices
from pipeline.directory import LEAD
from pipeline.errors import ExitCode, PolicyPipelineError
from pipeline.letters.contributors.undelivered import list_standing_undelivered
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.policies.standing import attention, list_standings
from pipeline.register.jobs import last_run_at
from pipeline.register.mail.campaigns import CampaignState, count_mails
from pipeline.register.people.persons import list_people
from pipeline.register.transaction import Transaction
from pipeline.trust.reading import reading_register
from pipeline.trust.schools import School
from pipeline.wording import say_list

_IN_DATE = (ReviewState.CURRENT, ReviewState.DUE_SOON, ReviewState.LIVE_DOCUMENT)


@dataclass(frozen=True, slots=True)
class LateReview:
    """A policy whose review is late, still in force."""

    slug: str
    title: str
    days: int
    """Negative: so many days ago it was due."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How one school stands, counted; the lead alone is named."""

    policies: int
    """Those in force, without the withdrawn ones."""
    in_date: int
    """Due soon and kept up to date all year included."""
    late: int
    """Review late, still in force."""
    awaiting: int
    """In use, before the governors."""
    undated: int
    needs_you: int
    """Policies with something that the school has to settle."""
    read: int
    """Readings given, of those that are asked for."""
    required: int
    readings_late: int
    """Readings whose day is over."""
    bounced: int
    """Addresses whose last mail came back."""
    mail_waiting: int
    """People to whom a mailing would write that waits for its confirmation."""
    lead: str
    """Who leads on safeguarding today; empty where nobody does."""
    lead_said: tuple[str, ...]
    """That nobody leads, that a deputy stands in, or that nobody will lead soon; nothing on an ordinary day."""
    last_run: datetime | None
    """In the school's time zone."""
    late_reviews: tuple[LateReview, ...] = ()
    """The latest first."""


@dataclass(frozen=True, slots=True)
class Glance:
    """One school of the trust."""

    school: School
    figures: Figures | None
    """None where there is nothing to count yet, or something is wrong."""
    problem: tuple[str, ...] = ()
    """What is wrong with its settings or its register, a sentence each."""
    code: ExitCode = ExitCode.DONE


def glance_at(school: School, now: datetime) -> Glance:
    """Return how one school stands at ``now``; what is wrong with it is said and not raised."""
    if school.config is None:
        return Glance(school, None, school.faults, ExitCode.CONFIGURATION)
    try:
        with reading_register(school.config) as found:
            if found is None:
                return Glance(school, None)
            tx, key = found
            return Glance(school, count(tx, key, school.config, now))
    except PolicyPipelineError as error:
        return Glance(school, None, tuple(str(error).splitlines()), error.exit_code)


def count(tx: Transaction, school: str, config: Config, now: datetime) -> Figures:
    """Count how a school stands."""
    today = now.astimezone(config.zone).date()
    standings = list_standings(tx, school, config, today)
    states = Counter(one.state for one in standings)
    people = list_people(tx, school, today)
    counts = readings(tx, school, config, standings, today).values()
    contacts = contacts_of_day(tx, school, config, today, people)
    ran_at = last_run_at(tx, school)
    return Figures(
        policies=len(standings) - states[ReviewState.WITHDRAWN],
        in_date=sum(states[state] for state in _IN_DATE),
        late=sum(one.is_late for one in standings),
        awaiting=states[ReviewState.AWAITING_APPROVAL],
        undated=states[ReviewState.UNDATED],
        needs_you=len(attention(standings)),
        read=sum(one.done for one in counts),
        required=sum(one.required for one in counts),
        readings_late=sum(one.late for one in counts),
        bounced=len(list_standing_undelivered(tx, school, config, people, today)),
        mail_waiting=count_mails(tx, school)[CampaignState.WAITING].people,
        lead=say_list([holder.name for holder in contacts.shown.of(LEAD)]),
        lead_said=lead_notices(config, today, contacts.shown, contacts.covers),
        last_run=ran_at.astimezone(config.zone) if ran_at else None,
        late_reviews=_late_reviews(standings),
    )


def _late_reviews(standings: Sequence[PolicyStanding]) -> tuple[LateReview, ...]:
    late = [one for one in standings if one.is_late]
    late.sort(key=lambda one: (one.days or 0, one.title.casefold()))
    return tuple(LateReview(one.slug, one.title, one.days or 0) for one in late)


def total(glances: Sequence[Glance]) -> Mapping[str, int]:
    """Return the sum of each count over the schools that could be counted."""
    names = ("policies", "in_date", "late", "awaiting", "undated", "needs_you", "read", "required", "readings_late")
    counted = [one.figures for one in glances if one.figures]
    return {name: sum(getattr(one, name) for one in counted) for name in (*names, "bounced", "mail_waiting")}
