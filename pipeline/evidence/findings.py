"""Everything a pack shows of one moment, from the register: the picture, copies, approvals, deliveries, errors."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipeline.acknowledgements.declarations.listing import DeclarationLine, lines_as_at
from pipeline.config import Config
from pipeline.evidence.as_at import DayPicture, picture_as_at
from pipeline.evidence.moment import PackMoment
from pipeline.model.mail import DeliveryState
from pipeline.model.readings import AcknowledgementMethod
from pipeline.policies.version_labels import label_versions
from pipeline.register.corrections import CorrectionKind, list_corrections
from pipeline.register.mail.deliveries import list_deliveries
from pipeline.register.mail.groups import GroupTold
from pipeline.register.mail.groups import list_told as list_groups_told
from pipeline.register.mail.outbox import subjects_of_messages
from pipeline.register.policies.copies import CopyRow, list_copies
from pipeline.register.policies.decisions import ApprovalRow, list_approvals, list_overrides
from pipeline.register.readings.requests import list_acknowledgements
from pipeline.register.readings.shared_readings import AskedBy, ReadElsewhere, list_read_elsewhere, list_shared
from pipeline.register.states import config_at
from pipeline.register.transaction import Transaction

_SAID = {
    DeliveryState.SENT: "taken by the mail server",
    DeliveryState.WRITTEN: "written to a file",
    DeliveryState.DEFERRED: "put off",
    DeliveryState.BOUNCED: "refused",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try of one mail."""

    at: datetime
    """On the school's clock."""
    to: str
    subject: str
    outcome: str
    is_refused: bool


@dataclass(frozen=True, slots=True)
class RecordedInError:
    """One reading that was taken back."""

    name: str
    title: str
    on: date
    """When that was said."""


@dataclass(frozen=True, slots=True)
class PackContents:
    """What a pack is made of."""

    moment: PackMoment
    config: Config
    """As it stood then."""
    zone: ZoneInfo
    picture: DayPicture
    copies: Mapping[str, CopyRow]
    """By the policy's short name: the copy that was in use."""
    labels: Mapping[int, str]
    approvals: tuple[ApprovalRow, ...]
    """Oldest first, none that was known to be recorded in error."""
    groups_told: tuple[GroupTold, ...]
    deliveries: tuple[Delivery, ...]
    """Oldest first."""
    errors: tuple[RecordedInError, ...]
    declarations: tuple[DeclarationLine, ...]
    """By name; counted apart from readings."""
    elsewhere: Mapping[int, ReadElsewhere] = field(default_factory=dict)
    """What was read at another school of the trust, by the register's key of the reading here."""
    asked_elsewhere: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Which other school asked, by person and policy, where this one did not."""
    _titles: Mapping[int, str] = field(default_factory=dict)

    def title_of(self, policy_id: int) -> str:
        """Return what a policy was called."""
        return self._titles.get(policy_id, "a policy that is not in the register")

    def deliveries_by_month(self) -> Mapping[tuple[str, str], int]:
        """Return how many tries ended how, by month (``2026-11``)."""
        return Counter((f"{one.at:%Y-%m}", one.outcome) for one in self.deliveries)


def find(tx: Transaction, school: str, config: Config, moment: PackMoment) -> PackContents:
    """Return what was known at a moment. Raises RegisterError where the settings of then cannot be read."""
    at = moment.at
    then = config_at(tx, school, config, at)
    picture = picture_as_at(tx, school, config, at)
    versions = {version.id: version for version in picture.versions}
    titles = {one.version.policy_id: one.title for one in picture.policies if one.version is not None}
    titles = {version.policy_id: version.facts.title or "" for version in picture.versions} | titles
    slugs = {one.version.policy_id: one.slug for one in picture.policies if one.version is not None}
    copies = {
        slugs[row.policy_id]: row
        for row in list_copies(tx, school)
        if row.made_at <= at and (row.retired_at is None or row.retired_at > at) and row.policy_id in slugs
    }
    labels = label_versions(tuple(versions.values()), list_overrides(tx, school, as_at=at))
    return PackContents(
        moment,
        then,
        then.zone,
        picture,
        copies,
        {key: label.text for key, label in labels.items()},
        tuple(list_approvals(tx, school, as_at=at)),
        _groups_told(tx, school, at),
        _deliveries(tx, school, at, then.zone),
        _errors(tx, school, at, picture, titles, then.zone),
        lines_as_at(tx, school, picture.people, at, picture.today),
        _elsewhere(tx, school, picture),
        {
            (one.person, one.policy_id): one.at_school
            for one in list_shared(tx, school, as_at=at)
            if one.standing is AskedBy.THERE
        },
        titles,
    )


def _elsewhere(tx: Transaction, school: str, picture: DayPicture) -> Mapping[int, ReadElsewhere]:
    given = [row for row in picture.readings if row.method is AcknowledgementMethod.ELSEWHERE]
    there = list_read_elsewhere(tx, school, [row.ledger_position for row in given])
    return {row.id: there[row.ledger_position] for row in given if row.ledger_position in there}


def _groups_told(tx: Transaction, school: str, at: datetime) -> tuple[GroupTold, ...]:
    wrong = list_corrections(tx, school, CorrectionKind.TELLING, as_at=at)
    told = list_groups_told(tx, school, corrected=True)
    return tuple(one for one in told if one.recorded_at <= at and one.id not in wrong)


def _deliveries(tx: Transaction, school: str, at: datetime, zone: ZoneInfo) -> tuple[Delivery, ...]:
    known = subjects_of_messages(tx, school)
    return tuple(
        Delivery(
            row.at.astimezone(zone),
            known[row.message][0],
            known[row.message][1],
            _SAID.get(row.outcome, row.outcome.value),
            row.outcome is DeliveryState.BOUNCED,
        )
        for row in list_deliveries(tx, school)
        if row.at <= at and row.message in known
    )


def _errors(
    tx: Transaction, school: str, at: datetime, picture: DayPicture, titles: Mapping[int, str], zone: ZoneInfo
) -> tuple[RecordedInError, ...]:
    wrong = list_corrections(tx, school, CorrectionKind.ACKNOWLEDGEMENT, as_at=at)
    names = {row.id: row.person.name for row in picture.people}
    return tuple(
        RecordedInError(
            names.get(row.person, "somebody who has left"),
            titles.get(row.policy_id, ""),
            wrong[row.id].recorded_at.astimezone(zone).date(),
        )
        for row in list_acknowledgements(tx, school, corrected=True)
        if row.id in wrong
    )
