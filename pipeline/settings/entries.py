"""Tables with as many entries as there are: what each entry holds, and the text of the settings with one changed.

An entry is known by its number, or by its name where it has one (``[groups.parents]``). Of accounts an entry is a work
address, which stands in two tables: with its rights, and with its teams.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.config import Config
from pipeline.configuration.accounts import AccountsSection
from pipeline.model.people import Right
from pipeline.settings.keys import Shape, Table
from pipeline.settings.text import TablePlace, Value, add_table, drop_key, drop_table, set_keys, table_in, tables_of
from pipeline.text.addresses import is_address

ENTRIES = (Shape.SEVERAL, Shape.NAMED, Shape.ACCOUNTS)
"""The shapes of tables that have entries."""
_PEOPLE, _TEAMS = TablePlace("accounts"), TablePlace("accounts.teams")


def entries_of(table: Table, tables: Mapping[str, Any], config: Config) -> Mapping[str, Mapping[str, Any]]:
    """Return the entries of a table as the file has them, in its order; none where it has no entries."""
    if table.shape is Shape.ACCOUNTS:
        found = config.accounts
        rows: Any = [
            {"address": address, "rights": rights, "teams": found.teams_of(address)}
            for address, rights in found.people.items()
        ]
    else:
        rows = table_in(tables, TablePlace(table.name)) if table.shape in ENTRIES else {}
    return rows if isinstance(rows, Mapping) else {str(number): row for number, row in enumerate(rows)}


def put_entry(text: str, table: Table, entry: str, values: Mapping[str, Any], *, is_new: bool) -> str:
    """Return the text with values of an entry set; a new one is called ``entry`` where it has a name.

    Raises ConfigurationError where the file is written so that it cannot be changed from here.
    """
    if table.shape is Shape.ACCOUNTS:
        return put_account(text, values["address"], values["rights"], values.get("teams") or ())
    if not is_new:
        return set_keys(text, _place(table, entry), values)
    given = {key: value for key, value in values.items() if value not in (None, "", [])}
    name = f"{table.name}.{entry}" if table.shape is Shape.NAMED else table.name
    return add_table(text, name, given, several=table.shape is Shape.SEVERAL)


def take_out_entry(text: str, table: Table, entry: str, values: Mapping[str, Any]) -> str:
    """Return the text without an entry, which holds ``values``. Raises as ``put_entry``."""
    is_account = table.shape is Shape.ACCOUNTS
    return take_out_account(text, values["address"]) if is_account else drop_table(text, _place(table, entry))


def _place(table: Table, entry: str) -> TablePlace:
    is_named = table.shape is Shape.NAMED
    return TablePlace(f"{table.name}.{entry}") if is_named else TablePlace(table.name, int(entry))


def put_account(text: str, address: str, rights: Sequence[str], teams: Sequence[str]) -> str:
    """Return the text in which ``address`` has these rights, and is head of these teams. Raises as ``put_entry``."""
    for place, each in ((_PEOPLE, rights), (_TEAMS, teams)):
        given = [str(one) for one in each]
        value: Value | None = given[0] if len(given) == 1 else given or None
        text = set_keys(text, place, {_written(text, place, address): value})
    return text


def take_out_account(text: str, address: str) -> str:
    """Return the text in which ``address`` may not sign in. Raises as ``put_entry``."""
    for place in (_TEAMS, _PEOPLE):
        text = drop_key(text, place, _written(text, place, address))
    return text


def _written(text: str, place: TablePlace, address: str) -> str:
    """Return an address as a table writes it, whose capitals do not count."""
    keys = table_in(tables_of(text), place)
    return next((key for key in keys if key.casefold() == address.casefold()), address)


def check_account(values: Mapping[str, Any], accounts: AccountsSection, *, is_new: bool) -> dict[str, str]:
    """Return what is wrong with an account as typed, by key."""
    faults, teams = {}, values.get("teams")
    address = str(values.get("address", ""))
    if not is_address(address):
        faults["address"] = "Write their work address, like name@school.sch.uk"
    elif is_new and accounts.find(address):
        faults["address"] = f"{address} may sign in already; change what they may do there"
    if not values.get("rights"):
        faults["rights"] = "Choose what they may do, or remove the account"
    elif (Right.HEAD_OF_TEAM in values["rights"]) is not bool(teams):
        faults["teams"] = (
            "Teams are for the head of a team: choose that right too, or empty this"
            if teams
            else "Write which team they are head of, as the staff list calls it"
        )
    return faults
