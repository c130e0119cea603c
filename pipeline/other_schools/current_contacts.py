"""Whether another school's copies name the people who hold its roles today: else none of them goes with a letter.

Asked where a letter is planned, and again where it goes, which can be days later.

A school says with its copies, as a keyed hash, whom its settings named on that day. What they name today is worked out
from its settings as they stand now, so that a lead who was changed since, or who begins today, is noticed before that
school's own night.
"""

import hmac
import json
from dataclasses import asdict, replace
from datetime import date, datetime

from pipeline.config import Config, load_config
from pipeline.configuration.trust import SchoolEntry, Trust, read_trust
from pipeline.errors import PolicyPipelineError
from pipeline.other_schools.exchange import SchoolSays, hold_exchange
from pipeline.register.readings.shared_readings import CopyBeside, keep_shared, list_shared
from pipeline.register.store.database import Register
from pipeline.workspace import CONFIG_NAME


def contacts_hash(config: Config, day: date, secret: bytes) -> str:
    """Return a keyed hash of everybody whom a school's settings name on a day, with their numbers and addresses."""
    named = json.dumps(asdict(config.directory(day)), sort_keys=True, default=str)
    return hmac.digest(secret, named.encode("utf-8"), "sha256").hex()


class CurrentContacts:
    """The contacts of a trust's schools on a day; each school's settings are read once."""

    def __init__(self, trust: Trust, today: date, secret: bytes) -> None:
        self._trust, self._today, self._secret = trust, today, secret
        self._known: dict[str, str | None] = {}

    def are_in_copies_of(self, says: SchoolSays, entry: SchoolEntry) -> bool:
        """Return whether a school's copies name who is named today; False where its settings cannot be read."""
        if says.same_until is not None and says.same_until < self._today:
            return False
        if entry.key not in self._known:
            self._known[entry.key] = self._of_today(entry)
        return says.contacts == self._known[entry.key]

    def _of_today(self, entry: SchoolEntry) -> str | None:
        try:
            config = load_config(self._trust.folder_of(entry) / CONFIG_NAME)
        except (PolicyPipelineError, OSError):
            return None
        return contacts_hash(config, self._today, self._secret)


def forget_stale_copies(register: Register, config: Config, today: date, now: datetime) -> None:
    """Take other schools' copies that are to go no more from what goes with letters: those are planned afresh then.

    Where the other schools cannot be asked, all are taken.
    """
    with register.reading() as tx:
        shared = list_shared(tx, register.school)
    if not any(one.beside for one in shared):
        return
    good = _current_ones({copy for one in shared for copy in one.beside}, config, today)
    kept = [replace(one, beside=tuple(copy for copy in one.beside if copy in good)) for one in shared]
    if kept != list(shared):
        with register.transaction() as tx:
            keep_shared(tx, register.school, kept, now)


def _current_ones(copies: set[CopyBeside], config: Config, today: date) -> set[CopyBeside]:
    """Return those of other schools' copies that those schools give, with the contacts that they have today."""
    if not config.school.trust:
        return set()
    try:
        trust = read_trust((config.root / config.school.trust).resolve())
        with hold_exchange(trust.root, write=False) as exchange:
            said = exchange.read([one.key for one in trust.schools]) if exchange is not None else {}
            current = CurrentContacts(trust, today, exchange.secret if exchange is not None else b"")
    except PolicyPipelineError:
        return set()
    found = set()
    for copy in copies:
        entry, says = trust.school(copy.at_key), said.get(copy.at_key)
        if entry is None or says is None or not current.are_in_copies_of(says, entry):
            continue
        if copy.sha256 in {each.sha256 for each in says.copies.values()}:
            found.add(copy)
    return found
