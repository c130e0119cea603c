"""Settings changed from the desk: each key asked for as what it is, kept in the file with its comments as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import Any

from starlette.requests import Request

from pipeline.config import Config
from pipeline.decisions.rights import Action
from pipeline.errors import ConfigurationError, UsageError
from pipeline.settings.change import (
    Deciding,
    SettingsChange,
    SettingsMovedError,
    change_settings,
    settings_change,
)
from pipeline.settings.entries import ENTRIES, check_account, entries_of, put_entry, take_out_entry
from pipeline.settings.keys import Key, Kind, Shape, Table, find_key, settings_of, table_of
from pipeline.settings.text import (
    TablePlace,
    Value,
    set_keys,
)
from pipeline.settings.values import LEFT_OUT, SEVERAL, read_lines, read_value, say_line, say_value, typed_value
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.receiving import Sent
from pipeline.web.desk.settings.settings import (
    SETTINGS,
    Shown,
    address_of,
    mask,
    may_change,
    read_shown,
)
from pipeline.web.desk.typed import FormError
from pipeline.web.desk.view import DESK, Answer, Crumb, ShowPage, View, not_here

NEW, WHOLE, LINES = "new", "all", "lines"
_BLANK_ROWS = 3
_CHANGE = "Change: "
_TAKE_OUT = "take_out"
_LAST = "-last"
"""What the field of the last day is called behind the name of the first one's."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key as a form asks for it."""

    key: Key
    name: str
    """Of the field, and its anchor."""
    typed: str
    """What stands there now."""
    chosen: tuple[str, ...]
    """Of several boxes, those that are ticked."""
    rows: Sequence[tuple[str, str]]
    """Of a list, what each row holds, some empty ones at the end; of ranges the first and the last day."""
    options: Mapping[str, str]
    now: str
    """What the file says now, where something else was typed meanwhile."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one form is about."""

    table: Table
    entry: str
    keys: tuple[Key, ...]
    values: Mapping[str, Any]
    """What holds of each key now; none of a new entry."""
    title: str

    @property
    def is_new(self) -> bool:
        """Whether it adds an entry."""
        return self.table.shape in ENTRIES and self.entry == NEW

    @property
    def can_go(self) -> bool:
        """Whether it is an entry that can be taken out."""
        return self.table.shape in ENTRIES and self.entry != NEW


def find_asked(path: str, table: Table | None, entry: str, shown: Shown) -> Asked | None:
    """Return what an address asks to be changed, None where there is nothing of it.

    While the file cannot be read, whatever is asked of it stays on the page as it was typed.
    """
    if table is None or not path.endswith(address_of(table, entry)):
        return None
    if table.shape is Shape.LINES:
        return Asked(table, entry, (), shown.rows_of(table), _CHANGE + table.title) if entry == LINES else None
    if table.shape is Shape.ONE:
        keys = table.keys if entry == WHOLE else tuple(key for key in table.keys if key.name == entry)
        holds = settings_of(shown.config, table)
        values = {key.name: getattr(holds, key.attribute) for key in keys}
        title = _CHANGE + table.title if entry == WHOLE else keys[0].label if keys else ""
        return Asked(table, entry, keys, values, title) if keys else None
    if entry == NEW or shown.broken:
        return Asked(table, NEW, table.keys, {}, f"{table.title}: add an entry")
    row = entries_of(table, shown.tables, shown.config).get(entry)
    keys = table.keys[table.shape is Shape.ACCOUNTS :]
    return Asked(table, entry, keys, row, f"{table.title}: {say_value(row[table.keys[0].name])}") if row else None


def _asked_at(request: Request, shown: Shown) -> Asked | None:
    table, entry = request.path_params["table"], request.path_params["entry"]
    return find_asked(request.url.path, table_of(table), entry, shown)


# --- shown -------------------------------------------------------------------------------------------------------


def _shows(*, moved: bool = False) -> ShowPage:
    def show(view: View) -> Answer:
        shown = read_shown(view.config)
        asked = _asked_at(view.request, shown)
        if asked is None or not may_change(view, asked.table):
            return not_here("setting", (SETTINGS,))
        return _form(view, asked, shown, moved=moved)

    return show


def _form(view: View, asked: Asked, shown: Shown, *, moved: bool) -> Answer:
    table, is_lines = asked.table, asked.table.shape is Shape.LINES
    lines = [(left, say_line(right)) for left, right in shown.rows_of(table).items()] if is_lines else []
    fields = {
        "table": table,
        "asked": asked,
        "fields": [_field(view, asked, key) for key in asked.keys],
        "rows": _rows(view, "left", "right", lines),
        "now": lines,
        "said": table.said if len(asked.keys) != 1 else "",
        "seen": shown.digest if moved or not view.sent else view.sent.of("seen"),
        "moved": moved,
        "broken": shown.broken,
        "asks_name": table.shape is Shape.NAMED and asked.is_new,
        "kinds": {kind.name: kind for kind in Kind},
    }
    crumbs = (DESK, SETTINGS, Crumb(table.title, address_of(table)))
    status = 409 if moved else 200
    return Answer("setting.html", asked.title, fields, crumbs, status=status, at="/settings")


def _field(view: View, asked: Asked, key: Key) -> Field:
    value = asked.values.get(key.name)
    name, typed = f"v-{key.name}", mask(typed_value(value))
    if key.kind is Kind.CHOICE and value is None and key.may_be_left_out:
        typed = LEFT_OUT
    chosen = view.sent.all(name) if view.sent else tuple(typed.split("\n"))
    options = {each: key.say_option(each) for each in key.options}
    if key.kind is Kind.CHOICE and key.may_be_left_out:
        options = {LEFT_OUT: "As usual", **options}
    if key.kind is Kind.YES_NO:
        options = {"yes": "Yes", "no": "No"}
    parts = [each.partition("..") for each in typed.split("\n")] if key.kind in SEVERAL and typed else []
    rows = _rows(view, name, name + _LAST, [(first, last) for first, _, last in parts])
    return Field(key, name, typed, chosen, rows, options, say_value(value, key))


def _sent_rows(sent: Sent, left: str, right: str) -> Sequence[tuple[str, str]]:
    return list(zip_longest(sent.all(left), sent.all(right), fillvalue=""))


def _rows(view: View, left: str, right: str, there: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Return the rows of a list, as they were sent or as they are there."""
    return _sent_rows(view.sent, left, right) if view.sent else [*there, *[("", "")] * _BLANK_ROWS]


# --- done --------------------------------------------------------------------------------------------------------


def _act(doing: Doing) -> Done | ShowPage:
    shown = read_shown(doing.config)
    if shown.broken:
        raise UsageError(" ".join(shown.broken))
    asked = _asked_at(doing.request, shown)
    if asked is None:
        raise UsageError("That setting is gone. Look at the settings and begin again.")
    change = _lines_change(doing, asked) if asked.table.shape is Shape.LINES else _change(doing, asked, shown.config)
    return _keep(doing, asked.table, change)


def _keep(doing: Doing, table: Table, change: SettingsChange) -> Done | ShowPage:
    """Keep a change; where the file was changed meanwhile, return the page that shows both."""
    by = Deciding(doing.who.name, doing.now, doing.sent.of("seen") or "-", doing.who.account)
    try:
        change_settings(doing.site.register, doing.config, change, by)
    except SettingsMovedError:
        return _shows(moved=True)
    except ConfigurationError as error:
        raise FormError(_by_field(error, table)) from error
    note = f" {table.page.note}" if table.page.note else " Pages follow at once, everything else with the next update."
    return Done(address_of(table), f"Saved: {table.title}.{note}")


def _by_field(error: ConfigurationError, table: Table) -> Mapping[str, str]:
    """Put each fault to the field that it is about; one of another table names that, and what it is called there."""
    found: dict[str, str] = {}
    for fault in error.faults:
        other, key = find_key(fault.key)
        name = f"v-{key.name}" if key and other == table else ""
        called = [one for one in (other and other.title, key and key.label) if one and other != table]
        said = f"{', '.join(called)}: {fault.said}" if called else fault.said
        found[name] = f"{found[name]} {said}" if name in found else said
    return found


def _change(doing: Doing, asked: Asked, config: Config) -> SettingsChange:
    table, names = asked.table, [key.name for key in asked.keys]
    recorded = names if table.shape is not Shape.ACCOUNTS else []
    if asked.can_go and doing.sent.of(_TAKE_OUT):
        take_out = partial(take_out_entry, table=table, entry=asked.entry, values=asked.values)
        return settings_change(table.name, recorded, take_out, str(dict(asked.values)))
    wanted = _read(doing, asked)
    if asked.is_new:
        if table.shape is Shape.ACCOUNTS:
            _check_account(wanted, config, is_new=True)
        add = partial(put_entry, table=table, entry=_new_name(doing, table), values=wanted, is_new=True)
        return settings_change(table.name, recorded, add, after=str(wanted))
    if not wanted:
        raise UsageError("That is what it is already. Nothing was changed.")
    before, after = ("; ".join(typed_value(values.get(name)) for name in wanted) for values in (asked.values, wanted))
    if table.shape is Shape.ONE:
        edit = partial(set_keys, place=TablePlace(table.name), values=wanted)
        return settings_change(table.name, wanted, edit, before, after)
    if table.shape is Shape.ACCOUNTS:
        wanted = {**asked.values, **wanted}
        _check_account(wanted, config, is_new=False)
    edit = partial(put_entry, table=table, entry=asked.entry, values=wanted, is_new=False)
    return settings_change(table.name, wanted if recorded else (), edit, before, after)


def _check_account(values: Mapping[str, Any], config: Config, *, is_new: bool) -> None:
    if faults := check_account(values, config.accounts, is_new=is_new):
        raise FormError({f"v-{key}": said for key, said in faults.items()})


def _read(doing: Doing, asked: Asked) -> dict[str, Value | None]:
    """Return what was typed and differs from what holds. Raises FormError."""
    wanted: dict[str, Value | None] = {}
    faults = {}
    for key in asked.keys:
        name, before = f"v-{key.name}", asked.values.get(key.name)
        typed = [f"{first}..{last}" if last else first for first, last in _sent_rows(doing.sent, name, name + _LAST)]
        if key.kind is Kind.TEXT and "…@" in doing.sent.of(name) and doing.sent.of(name) != mask(typed_value(before)):
            faults[name] = "Write the whole address with its password, which is not shown here"
            continue
        try:
            value = read_value(key, typed)
        except ValueError as error:
            faults[name] = str(error)
            continue
        shown = mask(typed_value(before))
        if typed_value(value) != shown and not (value is None and before is None):
            wanted[key.name] = value
    if faults:
        raise FormError(faults)
    return wanted


def _new_name(doing: Doing, table: Table) -> str:
    if table.shape is not Shape.NAMED:
        return NEW
    name = doing.sent.of("key")
    if not name or not all(part.isalnum() and part.isascii() for part in name.split("-")) or name != name.lower():
        raise FormError({"key": "Write a short name in small letters and hyphens, like parents"})
    return name


def _lines_change(doing: Doing, asked: Asked) -> SettingsChange:
    name, place = asked.table.name, TablePlace(asked.table.name)
    try:
        wanted = read_lines(doing.sent.all("left"), doing.sent.all("right"), several=not asked.table.page.choices)
    except ValueError as error:
        raise FormError({"rows": str(error)}) from error
    there = asked.values
    values = {key: None for key in there if key not in wanted} | {
        key: value for key, value in wanted.items() if there.get(key) != value
    }
    return settings_change(name, (), partial(set_keys, place=place, values=values), str(dict(there)), str(wanted))


SETTING = Form(_shows(), _act, Action.CHANGE_SETTINGS)
ROUTE_SETTING = Form(_shows(), _act, Action.CHANGE_ROUTE)
