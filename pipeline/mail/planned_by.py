"""What the mail that waits was planned by: whom copies may name, and who stands in the lists of people.

A run notes it when it has taken both in. Mail may go days later, at the office's word or at a later try. Where the
contacts or a list were changed since, none goes before the next run, which makes copies and letters anew: else a whole
staff would get copies that name who has left, and so would people who have left themselves.
"""

import hashlib
import json
from dataclasses import asdict
from datetime import date, datetime

from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.model.facts import Problem
from pipeline.register.state_history import SETTINGS, keep_states, last_states
from pipeline.register.transaction import Transaction
from pipeline.wording import say_list

OUTDATED = "mail-outdated"
_KIND = "planned-by"
_THEN = "Nothing goes before the next run has made them anew."


def hash_lists(config: Config) -> dict[str, str]:
    """Return a hash of each list of people as its file is now, by the file's name; that of none where there is none."""
    found = {}
    for one in config.people_lists:
        path = config.root / one.source
        try:
            found[one.source] = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            found[one.source] = ""
    return found


def note_planned_by(
    tx: Transaction, school: str, config: Config, lists: dict[str, str], *, actor: str, today: date, now: datetime
) -> None:
    """Note what letters are planned by from now on; ``lists`` is of before they were read (``hash_lists``)."""
    state = {"contacts": _hash_contacts(tx, school, config, today), "lists": lists}
    keep_states(tx, school, _KIND, {SETTINGS: state}, actor=actor, now=now)


def find_change(tx: Transaction, school: str, config: Config, today: date) -> Problem | None:
    """Return what waiting mail was planned by and is another today; None where nothing is, or no run has noted it."""
    noted = last_states(tx, school, _KIND).get(SETTINGS)
    if noted is None:
        return None
    if noted["contacts"] != _hash_contacts(tx, school, config, today):
        said = "The contacts were changed since the last run, so copies and letters that wait may name the wrong people"
        return Problem(OUTDATED, f"{said}. {_THEN}")
    lists = hash_lists(config)
    changed = [name for name, was in noted["lists"].items() if lists.get(name, was) != was]
    if changed:
        were = "was" if len(changed) == 1 else "were"
        said = f"{say_list(changed)} {were} changed since the last run, so letters that wait may go to the wrong people"
        return Problem(OUTDATED, f"{said}. {_THEN}")
    return None


def _hash_contacts(tx: Transaction, school: str, config: Config, today: date) -> str:
    contacts = contacts_of_day(tx, school, config, today)
    named = [asdict(contacts.for_copies), asdict(contacts.planned)]
    return hashlib.sha256(json.dumps(named, sort_keys=True, default=str).encode()).hexdigest()
