"""Which record of the ledger stands for a reader's word that they have read a policy: what a proof is made of."""

from datetime import date

from pipeline.errors import UsageError
from pipeline.people.naming import find_one
from pipeline.register.people.persons import list_people
from pipeline.register.policies.policies import get_policy
from pipeline.register.readings.requests import list_acknowledgements
from pipeline.register.transaction import Transaction


def find_reading_record(tx: Transaction, school: str, wanted: str, slug: str, today: date) -> int:
    """Return the place in the ledger of a reader's last reading of a policy.

    ``wanted`` is the person's id in a list, work address or whole name.

    Raises:
        UsageError: nobody or nothing is meant, or no reading is recorded.
    """
    row = find_one(list_people(tx, school, today), wanted, today)
    policy = get_policy(tx, school, slug)
    given = list_acknowledgements(tx, school, person=row.id, policy_id=policy.id)
    if not given:
        raise UsageError(f"No reading of {policy.title} by {row.person.name} is recorded, so there is no proof of it.")
    return given[-1].ledger_position
