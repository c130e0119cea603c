"""Who must read what, by when: people × policies × today. Pure; the register is not asked.

After the import of staff lists and before ``acknowledgements``, which turns what is owed into requests and mail. A new
member of staff needs no event: the start date alone brings the pack.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.config import Config, ReadingSection
from pipeline.lifecycle.calendar import last_mail_day, next_mail_day
from pipeline.lifecycle.reading_rules import reading_rule
from pipeline.model import Person, PolicyStanding, ReadingRule, ReviewState
from pipeline.register.people import PersonRow

_STARTER_DAYS = 28
"""So long after the start date a first mail is still the starter pack, should the list have come late."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One policy that one person is to sign, read or find."""

    person: PersonRow
    standing: PolicyStanding
    rule: ReadingRule
    asked_on: date
    """The day on which it is asked: today, or the day after an absence ends."""
    due_on: date
    is_starter: bool


def has_left(person: Person, today: date) -> bool:
    """Return whether the person's last day at the school has passed."""
    return person.leave_on is not None and person.leave_on < today


def is_active(person: Person, today: date) -> bool:
    """Return whether the person works here today: started, and not left. The leaving date is the last day."""
    return (person.start_on is None or person.start_on <= today) and not has_left(person, today)


def is_away(person: Person, today: date) -> bool:
    """Return whether the person is away; ``away_until`` is the last day of it."""
    return person.away_until is not None and person.away_until >= today


def pack_day(person: Person, config: Config) -> date | None:
    """Return the day on which a starter's pack goes, None for somebody without a start date.

    It is the start date, or ``[people] days_before`` days earlier, or the last day before that on which mail goes.
    """
    if person.start_on is None:
        return None
    return last_mail_day(person.start_on - timedelta(days=config.people.days_before), config.calendar.closed)


def is_asked(person: Person, config: Config, today: date) -> bool:
    """Return whether the person may be asked to read today: at work, or a starter whose pack day has come."""
    if has_left(person, today):
        return False
    first = pack_day(person, config)
    return first is None or first <= today or is_active(person, today)


def reading_rules(standings: Sequence[PolicyStanding], reading: ReadingSection) -> Mapping[int, ReadingRule]:
    """Return the rule of each policy in use, by the register's key of the policy."""
    from pipeline.lifecycle.catalogue import find_entry

    return {
        standing.policy_id: reading_rule(
            standing.slug, find_entry(standing.catalogue_slug) if standing.catalogue_slug else None, reading
        )
        for standing in standings
        if standing.version_id is not None and standing.state is not ReviewState.WITHDRAWN
    }


def obligations(
    people: Sequence[PersonRow], standings: Sequence[PolicyStanding], config: Config, today: date
) -> tuple[Obligation, ...]:
    """Return everything that everybody is to sign, read or find as of ``today``, whether or not it is done.

    In the order of ``people``, each with their policies in the order of ``standings``. Somebody who has left, or whose
    pack day has not come, has none; somebody away has theirs with the day of return as the day of asking. A deadline
    counts ``[people] read_within_days`` days from the day the mail goes, or from joining where that is later; it
    is never a day without school, nor after somebody's last day.
    """
    rules = reading_rules(standings, config.reading)
    return tuple(
        _obligation(row, standing, rules[standing.policy_id], config, today)
        for row in people
        if is_asked(row.person, config, today)
        for standing in standings
        if standing.policy_id in rules
    )


def _obligation(row: PersonRow, standing: PolicyStanding, rule: ReadingRule, config: Config, today: date) -> Obligation:
    person = row.person
    asked_on = today
    if person.away_until is not None and is_away(person, today):
        asked_on = person.away_until + timedelta(days=1)
    counted_from = max(asked_on, person.start_on) if person.start_on else asked_on
    starts = person.start_on is not None and person.start_on > today - timedelta(days=_STARTER_DAYS)
    return Obligation(row, standing, rule, asked_on, _read_by(person, counted_from, config), starts)


def _read_by(person: Person, counted_from: date, config: Config) -> date:
    """Return the day to read by, counted from the day the mail goes or the person joins.

    It is a day on which the school works, the next one where need be; of somebody who leaves before it the last such
    day they are there.
    """
    closed = config.calendar.closed
    goes_on = next_mail_day(counted_from, closed)
    due_on = next_mail_day(goes_on + timedelta(days=config.people.read_within_days), closed)
    if person.leave_on is None or due_on <= person.leave_on:
        return due_on
    return max(last_mail_day(person.leave_on, closed), min(goes_on, person.leave_on))
