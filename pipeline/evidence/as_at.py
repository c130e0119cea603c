"""The whole picture of a day: who was here, who could be named, what was in force, who was asked and who had read what.

It is made of what was recorded by the moment asked for, with the settings and states of then: nothing that was recorded
later shows in it, but for one thing. That papers were handed over on a day, and their days to read by it, is true from
that day on, whenever it is recorded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pipeline.config import Config
from pipeline.contacts.confirmations import ContactsOfDay, contacts_of_day
from pipeline.dates.states import due_on
from pipeline.model.dates import PartialDate
from pipeline.model.policies import IN_FORCE, DueMove, ReviewState
from pipeline.policies.approvals import approvals_that_hold, latest_approvals
from pipeline.policies.decisions.due_dates import find_move
from pipeline.policies.effective import effective_facts, effective_next_review
from pipeline.policies.standing import state_of
from pipeline.register.mail.told import list_reached
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.policies.decisions import ApprovalRow, OverrideRow, list_approvals, list_overrides
from pipeline.register.policies.policies import PolicyRow, VersionRow
from pipeline.register.readings.bulk import as_they_stood
from pipeline.register.readings.requests import (
    READING,
    AcknowledgementRow,
    RequestRow,
    list_acknowledgements,
    list_requests,
)
from pipeline.register.states import config_at, list_policies_at, list_versions_at, settings_of
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class PolicyOfDay:
    """How one policy stood."""

    slug: str
    title: str
    state: ReviewState
    version: VersionRow | None
    """The one in force; None where there was none."""
    next_review: PartialDate | None
    approval: ApprovalRow | None
    """The one that held for that version."""
    overrides: tuple[OverrideRow, ...]
    """What its owner had said otherwise, by field."""
    due_move: DueMove | None = None
    """How its review had been moved; ``next_review`` is as it was scheduled."""

    @property
    def is_held(self) -> bool:
        """Whether its first text is held, so that nobody was given it."""
        return self.version is not None and bool(self.version.holds)


@dataclass(frozen=True, slots=True)
class DayPicture:
    """Everything that was known of one day at its end, or at another moment of it."""

    today: date
    settings: Mapping[str, Any]
    """The kept tables of ``config.toml`` as JSON values."""
    people: tuple[PersonRow, ...]
    contacts: ContactsOfDay
    policies: tuple[PolicyOfDay, ...]
    """By title."""
    versions: tuple[VersionRow, ...]
    """Every version that was known, as it stood."""
    requests: tuple[RequestRow, ...]
    """Oldest first, each with the deadline it had, and closed only where it was closed by then."""
    reached: frozenset[int]
    """The requests that had been put before their readers: by a mail that its server took, or handed over on paper."""
    readings: tuple[AcknowledgementRow, ...]
    """Oldest first, those left out that were known by then to be recorded in error."""


def picture_as_at(tx: Transaction, school: str, config: Config, moment: datetime) -> DayPicture:
    """Return the picture of the day of ``moment``, of what was recorded by then; ``config`` is today's.

    Requests are known by the day: those asked on the day of ``moment`` are in it. Raises RegisterError where the
    settings of then cannot be read by this version of the program.
    """
    then = config_at(tx, school, config, moment)
    today = moment.astimezone(then.zone).date()
    versions, policies = list_versions_at(tx, school, moment), list_policies_at(tx, school, moment)
    approvals, overrides = list_approvals(tx, school, as_at=moment), list_overrides(tx, school, as_at=moment)
    return DayPicture(
        today=today,
        settings=settings_of(then),
        people=list_people(tx, school, today, as_at=moment),
        contacts=contacts_of_day(tx, school, then, today, as_at=moment),
        policies=_policies(policies, versions, approvals, overrides, then, today),
        versions=tuple(versions),
        requests=_requests_at(tx, school, moment, today),
        reached=list_reached(tx, school, moment),
        readings=list_acknowledgements(tx, school, as_at=moment),
    )


def _policies(
    policies: Iterable[PolicyRow],
    versions: Sequence[VersionRow],
    approvals: Sequence[ApprovalRow],
    overrides: Mapping[int, tuple[OverrideRow, ...]],
    config: Config,
    today: date,
) -> tuple[PolicyOfDay, ...]:
    in_force = {version.policy_id: version for version in versions if version.status in IN_FORCE}
    holding = approvals_that_hold(latest_approvals(approvals), versions)
    found = []
    for policy in policies:
        version, said = in_force.get(policy.id), overrides.get(policy.id, ())
        facts = effective_facts(version.facts, said) if version is not None else None
        review = effective_next_review(version, facts) if version is not None and facts is not None else None
        approval = holding.get(version.id) if version is not None else None
        move = find_move(said, due_on(review), approval, config.zone)
        found.append(
            PolicyOfDay(
                slug=policy.slug,
                title=(facts.title if facts is not None else None) or policy.title,
                state=state_of(policy, version, move.to if move is not None else due_on(review), config, today),
                version=version,
                next_review=review,
                approval=approval,
                overrides=said,
                due_move=move,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.title.casefold(), one.slug)))


# --- requests ----------------------------------------------------------------------------------------------------


def _requests_at(tx: Transaction, school: str, moment: datetime, today: date) -> tuple[RequestRow, ...]:
    """Return the requests that were known by ``moment``, as they stood."""
    answers = {row.request: row for row in list_acknowledgements(tx, school, corrected=True)}
    known = (
        row
        for row in list_requests(tx, school)
        if row.asked_on <= today and not _came_with_its_answer(row, answers.get(row.id), moment)
    )
    return as_they_stood(tx, school, READING, known, moment)


def _came_with_its_answer(row: RequestRow, answer: AcknowledgementRow | None, moment: datetime) -> bool:
    """Tell whether a request was recorded later, with an answer dated earlier: nobody had been asked before."""
    return (
        answer is not None
        and answer.recorded_at > moment
        and row.closed_at == answer.recorded_at
        and row.asked_on == row.due_on == answer.acknowledged_at.date()
    )
