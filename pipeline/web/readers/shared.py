"""What all readers' pages share, worked out once and kept until something of it is changed in the register.

A page asks for it in its own reading transaction, so what it gets is what stands there. Which tables it rests on is
said in ``register.ledger.table_prints``, and a test holds the two together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.acknowledgements.counting import PolicyReading, list_readings
from pipeline.catalogue.reading_rules import RuleBook
from pipeline.config import Config
from pipeline.contacts.confirmations import ContactsOfDay, contacts_of_day
from pipeline.model.policies import PolicyStanding
from pipeline.people.obligations import policies_in_use, rule_book
from pipeline.policies.standing import list_standings
from pipeline.policies.version_labels import VersionLabel, label_versions
from pipeline.register.ledger.table_prints import print_of_pages
from pipeline.register.policies.copies import CopyRow, copies_for_staff
from pipeline.register.policies.decisions import list_overrides
from pipeline.register.policies.policies import VersionRow, list_versions
from pipeline.register.transaction import Transaction
from pipeline.web.memo import Memo


@dataclass(frozen=True, slots=True)
class Shared:
    """What is the same on every reader's page of a day."""

    standings: Sequence[PolicyStanding]
    """Of every policy, by title; the withdrawn ones too."""
    in_use: Sequence[PolicyStanding]
    """Those that staff can be asked to read."""
    rules: RuleBook
    """Over ``in_use``, in its order."""
    versions: Sequence[VersionRow]
    readings: Mapping[int, PolicyReading]
    labels: Mapping[int, VersionLabel]
    copies: Mapping[int, CopyRow]
    """That readers may be given, by policy."""
    contacts: ContactsOfDay


def look_up(tx: Transaction, school: str, config: Config, today: date) -> Shared:
    """Work out what pages share, from the register."""
    standings = list_standings(tx, school, config, today)
    in_use = policies_in_use(standings)
    versions = list_versions(tx, school)
    return Shared(
        standings=standings,
        in_use=in_use,
        rules=rule_book(in_use, config.reading, config.people.read_within_days, today),
        versions=versions,
        readings=list_readings(versions),
        labels=label_versions(versions, list_overrides(tx, school)),
        copies=copies_for_staff(tx, school),
        contacts=contacts_of_day(tx, school, config, today),
    )


def shared_of(memo: Memo, tx: Transaction, school: str, config: Config, today: date) -> Shared:
    """Return what pages share as ``tx`` sees the register."""
    rests_on = (*print_of_pages(tx), today, config)
    return memo.of("shared", rests_on, lambda: look_up(tx, school, config, today))
