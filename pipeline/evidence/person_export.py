"""What is held on one person, for that person: everything, in words and as data, with others masked.

Source: UK GDPR, Article 15: a copy of the personal data, without adversely affecting others (15(4)).
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.config import Config
from pipeline.privacy.purposes import load_kinds
from pipeline.register.mail.outbox import list_messages
from pipeline.register.people.held_on import openings_on, rows_on
from pipeline.register.people.persons import PersonRow
from pipeline.register.policies.policies import list_policies
from pipeline.register.tables.schema import ON_PEOPLE
from pipeline.register.transaction import Transaction
from pipeline.resources import render_page, template_folder
from pipeline.wording import say_day, say_moment

SOMEBODY = "somebody at the school"
_BY_OTHERS = frozenset({"actor", "entered_by", "recorded_by", "withdrawn_by", "manager"})
"""Columns that may name another person."""


@dataclass(frozen=True, slots=True)
class HeldOnPerson:
    """What is held on a person."""

    name: str
    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    """Rows by table, others masked."""
    letters: Mapping[int, str]
    """The words of each mail, by its key."""
    records: Sequence[tuple[int, str, str]]
    """Where in the ledger their name stands as a commitment: place, kind, as what."""


def find_held(tx: Transaction, school: str, row: PersonRow) -> HeldOnPerson:
    """Return everything that is held on a person."""
    tables = rows_on(tx, school, row.id, ())
    addresses = {each["work_email"] for name in ("person", "person_state") for each in tables.get(name, ())} - {None}
    names = {
        f"{each['first_name']} {each['last_name']}".strip()
        for name in ("person", "person_state")
        for each in tables.get(name, ())
    }
    tables = rows_on(tx, school, row.id, addresses)
    own = {*names, *addresses}
    masked = {name: [_mask(each, own) for each in rows] for name, rows in tables.items()}
    keys = tuple(each["id"] for each in tables.get("message", ()))
    letters = (
        {each.id: _LINK.sub(r"\g<1>…", each.text) for each in list_messages(tx, school, only=keys)} if keys else {}
    )
    return HeldOnPerson(row.person.name, masked, letters, openings_on(tx, school, own))


def _mask(row: Mapping[str, Any], own: Collection[str]) -> Mapping[str, Any]:
    """Return a row in which each other person named is one at the school; the program itself is named."""
    return {name: _masked(name, value, own) for name, value in row.items()}


def _masked(name: str, value: Any, own: Collection[str]) -> Any:
    if isinstance(value, Mapping):
        return _mask(value, own)
    is_other = name in _BY_OTHERS and value and value not in own and value not in _PROGRAM
    return SOMEBODY if is_other else value


_LINK = re.compile(r"(/my/)[\w.~-]+")
"""A personal link opens its reader's page for the person who makes this export, too."""
_PROGRAM = frozenset({"the daily run", "policy serve", "the staff list"})


def held_as_json(held: HeldOnPerson) -> bytes:
    """Return it as data: JSON, a table a key, days and moments as ISO 8601."""
    value = {
        "name": held.name,
        "held": held.tables,
        "letters": {str(key): text for key, text in held.letters.items()},
        "ledger": [{"position": place, "kind": kind, "as": name} for place, kind, name in held.records],
    }
    return (json.dumps(value, ensure_ascii=False, indent=1, default=_written) + "\n").encode("utf-8")


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def held_as_page(tx: Transaction, school: str, held: HeldOnPerson, config: Config, today: date) -> bytes:
    """Return it as a page that opens offline."""
    titles = {policy.id: policy.title for policy in list_policies(tx, school)}
    sections = [
        (heading, name, [_said(row, titles, config.zone) for row in held.tables[name]])
        for kind in load_kinds()
        for name in kind.tables
        if name in held.tables and (heading := ON_PEOPLE[name].heading)
    ]
    html = render_page(
        "evidence/held.html",
        template_folder(),
        school=config.school.name or school,
        held=held,
        sections=sections,
        day=say_day(today),
    )
    return html.encode("utf-8")


def _said(row: Mapping[str, Any], titles: Mapping[int, str], zone: ZoneInfo) -> list[tuple[str, str]]:
    """Return a row as words: what is set, the program's own keys left out."""
    said = []
    for name, value in row.items():
        if value in (None, "", (), []) or name in _OWN_KEYS:
            continue
        if name == "policy_id":
            said.append(("policy", titles.get(value, str(value))))
        elif isinstance(value, datetime):
            said.append((_words(name), say_moment(value.astimezone(zone))))
        elif isinstance(value, Mapping):
            said += [(_words(each), str(inner)) for each, inner in value.items() if inner not in (None, "")]
        elif isinstance(value, date):
            said.append((_words(name), say_day(value)))
        else:
            said.append((_words(name), str(value)))
    return said


_OWN_KEYS = frozenset({"id", "person", "version_id", "copy_id", "engagement", "ledger_position", "request", "message"})
"""The register's own, which say nothing to anybody else; the data has them."""


def _words(name: str) -> str:
    return name.removesuffix("_on").removesuffix("_at").replace("_", " ")
