"""The settings on pages: table by table, each key with what holds, what explains it and the way to change it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.config import Config
from pipeline.decisions.rights import Action
from pipeline.errors import ConfigurationError
from pipeline.settings.change import current
from pipeline.settings.entries import ENTRIES, entries_of
from pipeline.settings.keys import Shape, Table, all_tables, settings_of, table_of
from pipeline.settings.text import TablePlace, table_in, tables_of
from pipeline.settings.values import say_line, say_value
from pipeline.web.desk.view import DESK, Answer, Crumb, View, not_here

SETTINGS = Crumb("Settings", "/settings")
_PASSWORD = re.compile(r"(://[^:/@\s]*):[^@\s]+@")


@dataclass(frozen=True, slots=True)
class Shown:
    """The settings as a page sees them."""

    digest: str
    tables: Mapping[str, Any]
    """What the file says; empty where it cannot be read."""
    config: Config
    """What holds: of the file, else of the last one that could be read."""
    broken: Sequence[str]
    """Why the file cannot be read; nothing may be changed then."""

    def rows_of(self, table: Table) -> Any:
        """Return what the file has of a table."""
        return table_in(self.tables, TablePlace(table.name))


def read_shown(holds: Config) -> Shown:
    """Return the settings as they are now; ``holds`` are the last ones that could be read."""
    try:
        file, config = current(holds.root)
    except ConfigurationError as error:
        return Shown("", {}, holds, tuple(map(str, error.faults)))
    return Shown(file.digest, tables_of(file.text), config, ())


def mask(words: str) -> str:
    """Return words without the password of an address in them."""
    return _PASSWORD.sub(r"\1:…@", words)


def may_see(view: View, table: Table) -> bool:
    """Return whether the viewer may see a table: the office all of them, the IT provider those of the route."""
    return view.who.may(Action.CHANGE_SETTINGS) or (table.of_route and view.who.may(Action.CHANGE_ROUTE))


def may_change(view: View, table: Table) -> bool:
    """Return whether the viewer may change a table."""
    return view.who.may(Action.CHANGE_ROUTE if table.of_route else Action.CHANGE_SETTINGS)


def address_of(table: Table, entry: str = "") -> str:
    """Return the address of a table, or of the form for one entry of it."""
    if not entry:
        return f"/settings/{table.name}"
    return f"/settings/route/{table.name}/{entry}" if table.of_route else f"/settings/{table.name}/{entry}"


def show_settings(view: View) -> Answer:
    """Show which settings there are."""
    shown = read_shown(view.config)
    seen = [table for table in all_tables() if may_see(view, table)]
    fields = {
        "groups": [
            ("What the office settles", [table for table in seen if not table.of_route]),
            ("Mail route, addresses and sign-in", [table for table in seen if table.of_route]),
        ],
        "address_of": address_of,
        "broken": shown.broken,
        "changes_route": view.who.may(Action.CHANGE_ROUTE),
    }
    return Answer("settings.html", "Settings", fields, (DESK,), at="/settings")


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One line of a table's page."""

    label: str
    value: str
    said: str = ""
    note: str = ""
    href: str = ""


def show_table(view: View) -> Answer:
    """Show one table of the settings."""
    table = table_of(str(view.request.path_params["table"]))
    if table is None or not may_see(view, table):
        return not_here("setting", (SETTINGS,))
    shown = read_shown(view.config)
    is_open = may_change(view, table) and not shown.broken
    rows = {Shape.ONE: _keys, Shape.LINES: _lines}.get(table.shape, _entries)(table, shown)
    fields = {
        "table": table,
        "rows": rows if is_open else [SettingRow(row.label, row.value, row.said, row.note) for row in rows],
        "change_all": address_of(table, _WHOLE[table.shape]) if is_open and _is_whole(table) else "",
        "add": address_of(table, "new") if is_open and table.shape in ENTRIES else "",
        "broken": shown.broken,
        "is_open": is_open,
    }
    return Answer("settings_table.html", table.title, fields, (DESK, SETTINGS), at="/settings")


_WHOLE = {Shape.ONE: "all", Shape.LINES: "lines"}
"""What a form of a whole table is called; such keys go together."""


def _is_whole(table: Table) -> bool:
    return table.shape is Shape.LINES or (table.shape is Shape.ONE and table.of_route)


def _keys(table: Table, shown: Shown) -> list[SettingRow]:
    holds, written = settings_of(shown.config, table), shown.rows_of(table)
    rows = []
    for key in table.keys:
        value = mask(say_value(getattr(holds, key.attribute), key))
        note = "" if key.name in written else "as usual"
        href = "" if table.of_route else address_of(table, key.name)
        rows.append(SettingRow(key.label, value, key.said, note, href))
    return rows


def _lines(table: Table, shown: Shown) -> list[SettingRow]:
    return [
        SettingRow(left, table.page.choices.get(right) or say_line(right))
        for left, right in shown.rows_of(table).items()
    ]


def _entries(table: Table, shown: Shown) -> list[SettingRow]:
    first, *rest = table.keys
    return [
        SettingRow(
            say_value(row.get(first.name), first),
            "; ".join(f"{key.label}: {say_value(row[key.name], key)}" for key in rest if row.get(key.name)),
            href=address_of(table, entry),
        )
        for entry, row in entries_of(table, shown.tables, shown.config).items()
    ]
