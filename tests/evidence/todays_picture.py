"""The picture of today from the register as it stands now: what ``picture_as_at`` must find again later."""

from datetime import date

from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.evidence.as_at import DayPicture, _policies
from pipeline.register.mail.told import ToldOutcome, list_told
from pipeline.register.people.persons import list_people
from pipeline.register.policies.decisions import list_approvals, list_overrides
from pipeline.register.policies.policies import list_policies, list_versions
from pipeline.register.readings.requests import list_acknowledgements, list_requests
from pipeline.register.states import settings_of
from pipeline.register.transaction import Transaction

_REACHED = (ToldOutcome.SENT, ToldOutcome.HANDED)


def picture_now(tx: Transaction, school: str, config: Config, today: date) -> DayPicture:
    """Return the picture of today, from the tables as they are and none of the states that were kept."""
    versions, policies = list_versions(tx, school), list_policies(tx, school)
    approvals, overrides = list_approvals(tx, school), list_overrides(tx, school)
    return DayPicture(
        today=today,
        settings=settings_of(config),
        people=list_people(tx, school, today),
        contacts=contacts_of_day(tx, school, config, today),
        policies=_policies(policies, versions, approvals, overrides, config, today),
        versions=tuple(versions),
        requests=list_requests(tx, school),
        reached=frozenset(row.request for row in list_told(tx, school) if row.request and row.outcome in _REACHED),
        readings=list_acknowledgements(tx, school),
    )
