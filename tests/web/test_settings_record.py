"""What each form of the settings refuses, writes and records, held against a record of what it did before.

``tests/resources/settings.json`` was written by the forms as they were on 2 December 2026: for each table and key its
kind and choices, and for values that were typed what became of the file, line by line, and what the ledger says.
"""

import difflib
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pipeline.register.tables.schema import ledger_record
from pipeline.settings.keys import Key, Kind, Shape, Table, all_tables, settings_of
from pipeline.settings.text import TablePlace, table_in, tables_of
from pipeline.settings.values import typed_value
from tests.web.desk import ACCOUNTS, Desk, open_desk

RECORD = Path(__file__).parent.parent / "resources" / "settings.json"
OWNER, IT = "jo.marsh@example.org", "it@example.org"
SETTINGS = f"""
# The head wants to hear early.
[review]
# Days before a review on which its owner is told.
remind_days = [90, 30]   # said by the head
escalate = false

[reading]
# sign = ["behaviour"]
drip = 0

[[reading.rules]]
policies = ["child-protection"]
ask = "sign"
roles = ["teacher"] # those who teach

[[reading.rules]]
policies = "behaviour"
ask = "read"

[declarations.gifts]
name = "Gifts"
policy = "code-of-conduct"
statement = "nothing"

[groups.parents]
name = "Parents"
policies = ["behaviour"]

[governors]
meetings = [2026-12-09, 2027-03-17]
clerk_email = "clerk@example.org"

[governors.bodies.finance]
name = "Finance Committee"
meetings = [2027-02-24]

[calendar]
closed = ["2026-12-21..2027-01-04"]
[people.roles]
# Who they are.
"Business Manager" = "bm@example.org"
Bursar = ["a@example.org", "b@example.org"]
[people.columns]
Finish = "leave_date"

[[people.lists]]
name = "governors"
source = "governors.csv"
kind = "governor"
[mail]
host = "mail.example.org"
[register]
url = "distribution/register.sqlite3"
{ACCOUNTS}
[accounts.microsoft]
tenant = "example.org"
client_id = "0000"
[accounts.microsoft.groups]
"Policies.Owner" = "owner"
[web]
base_url = "http://127.0.0.1:8000"
"""
TYPED: Mapping[Kind, Sequence[Sequence[str]]] = {
    Kind.TEXT: (["", ], ["Some words"], ["new@example.org"], ["https://www.example.org/x/"], ["21:15"]),
    Kind.NUMBER: (["3"], ["99999"], ["soon"], [""]),
    Kind.YES_NO: (["yes"], ["no"], ["perhaps"]),
    Kind.DAY: (["2027-11-30"], ["30.11.2027"], [""]),
    Kind.LINES: ([], ["behaviour", "Whistle-blowing"], ["https://www.example.org/a", "https://www.example.org/b"]),
    Kind.NUMBERS: ([], ["60", "14"], ["90", "soon"], ["9000"]),
    Kind.DAYS: ([], ["2027-07-07", "2026-12-09"], ["9.12.2026"]),
    Kind.RANGES: ([], ["2026-12-21..2027-01-04", "2027-05-31"], ["2027-01-04..2026-12-21"]),
}  # fmt: skip
"""What is typed for each kind of value; of choices, each one and one that there is not."""
_DECLARED = {
    "name": ["Interests"], "policy": ["conflicts"], "statement": ["nothing"], "period": ["academic-year"],
}  # fmt: skip
ROWS: Mapping[str, Sequence[Mapping[str, Sequence[str]]]] = {
    "reading.rules": (
        {"policies": ["behaviour"], "ask": ["read"], "kinds": ["supply"], "repeat": ["-"]},
        {"policies": [], "ask": ["sign"], "repeat": ["-"]},
    ),
    "declarations": ({"key": ["interests"], **_DECLARED}, {"key": ["Big Ones"], **_DECLARED}),
    "groups": ({"key": ["pupils"], "name": ["Pupils"], "policies": ["behaviour", "pay"], "by_means": ["assembly"]},),
    "governors.bodies": ({"key": ["pay"], "name": ["Pay"], "meetings": ["2027-02-24"], "any_day": ["no"]},),
    "people.lists": (
        {"name": ["supply"], "source": ["supply.csv"], "kind": ["supply"]},
        {"name": ["staff.csv"], "source": ["supply.csv"], "kind": ["supply"]},
    ),
}
LINES: Sequence[Sequence[tuple[str, str]]] = (
    [],
    [("Business Manager", "bm@example.org"), ("Clerk", "a@example.org, c@example.org")],
    [("Clerk", "nobody")],
    [("Clerk", "")],
    [("Finish", "ignore"), ("Start", "start_date")],
    [("Policies.Owner", "owner"), ("Policies.Office", "business-manager, deputy-owner")],
)


def sent_of(key: Key, values: Sequence[str]) -> dict[str, list[str]]:
    """Return what a browser sends of a field that holds ``values``."""
    several = key.kind in (Kind.LINES, Kind.NUMBERS, Kind.DAYS, Kind.RANGES)
    return {f"v-{key.name}": ["\n".join(values)] if several else list(values)}


def holds(desk: Desk, table: Table, row: Mapping[str, Any] | None = None) -> dict[str, Sequence[str]]:
    """Return what each key of a table holds, as its field shows it."""
    found: dict[str, Sequence[str]] = {}
    settings = None if row is not None else settings_of(desk.site.config(), table)
    for key in table.keys:
        value = getattr(settings, key.attribute) if row is None else row.get(key.name)
        words = typed_value(value)
        if key.kind is Kind.CHOICE and value is None and key.may_be_left_out:
            words = "-"
        found[key.name] = words.split("\n") if words or key.kind in (Kind.TEXT, Kind.NUMBER, Kind.DAY) else []
    return found


class Recorder:
    """Sends forms, and notes what became of the file and of the ledger."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.path = desk, desk.school.root / "config.toml"
        self.before = self.path.read_text(encoding="utf-8")

    def send(self, path: str, fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Send one form, put the file back as it was, and return what came of it."""
        page = self.desk.browser.get(path)
        assert page.status_code == 200, path
        hidden = dict(re.findall(r'name="(form|once|seen)" value="([\w-]*)"', page.text))
        count = len(self.ledger())
        answer = self.desk.browser.post(path, data={**hidden, **{name: list(each) for name, each in fields.items()}})
        after = self.path.read_text(encoding="utf-8")
        lines = difflib.unified_diff(self.before.split("\n"), after.split("\n"), n=0, lineterm="")
        self.path.write_text(self.before, encoding="utf-8")
        return {"status": answer.status_code, "file": list(lines)[2:], "ledger": self.ledger()[count:]}

    def ledger(self) -> list[dict[str, Any]]:
        """Return the ledger's records without what differs each time."""
        with self.desk.school.register.reading() as tx:
            query = select(ledger_record.c.record).order_by(ledger_record.c.position)
            records = [json.loads(record) for record in tx.scalars(query)]
        return [{"kind": one["kind"], "fields": one["fields"], "words": sorted(one["personal"])} for one in records]

    def send_row(self, path: str, table: Table, row: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Send the form of some keys of a table."""
        fields = dict(item for key in table.keys if key.name in row for item in sent_of(key, row[key.name]).items())
        return self.send(path, fields | ({"key": list(row["key"])} if "key" in row else {}))


def tries(key: Key) -> Sequence[Sequence[str]]:
    """Return what is typed for a key."""
    if key.kind is Kind.CHOICE:
        return [[each] for each in (*key.options, "-", "nothing of these")]
    return [[], key.options[:1], key.options] if key.kind is Kind.CHOICES else TYPED[key.kind]


def record(desk: Desk) -> list[dict[str, Any]]:
    """Return what every form does, what was sent one by one."""
    found: list[dict[str, Any]] = []
    for table in sorted(all_tables(), key=lambda one: one.name):
        desk.sign_in(IT if table.of_route else OWNER)
        root = f"/settings/{'route/' if table.of_route else ''}{table.name}"
        keys = {key.name: [key.kind, key.options, key.may_be_left_out, key.is_required] for key in table.keys}
        found.append({"table": table.name, "shape": table.shape, "keys": keys})
        found += [{"table": table.name, **one} for one in SENDS[table.shape](Recorder(desk), table, root)]
    return found


def one_table(recorder: Recorder, table: Table, root: str) -> list[dict[str, Any]]:
    """Change each key of a table that is there once."""
    now, done = holds(recorder.desk, table), []
    for key in table.keys:
        for values in tries(key):
            row, entry = ({**now, key.name: values}, "all") if table.of_route else ({key.name: values}, key.name)
            done.append({key.name: list(values), **recorder.send_row(f"{root}/{entry}", table, row)})
    return done


def entries(recorder: Recorder, table: Table, root: str) -> list[dict[str, Any]]:
    """Change each key of the first entry of a table, take it out, and add some."""
    tables = tables_of(recorder.before)
    is_named = table.shape is Shape.NAMED
    entry = next(iter(table_in(tables, TablePlace(table.name)))) if is_named else "0"
    place = TablePlace(f"{table.name}.{entry}") if is_named else TablePlace(table.name, 0)
    now, done = holds(recorder.desk, table, table_in(tables, place)), []
    for key in table.keys:
        for values in tries(key):
            row = {**now, key.name: values}
            done.append({key.name: list(values), **recorder.send_row(f"{root}/{entry}", table, row)})
    done.append({"take out": entry, **recorder.send(f"{root}/{entry}", {"take_out": ["yes"]})})
    empty = {key.name: [] if key.kind is Kind.CHOICES else [""] for key in table.keys}
    return done + [
        {"new": row, **recorder.send_row(f"{root}/new", table, {**empty, **row})} for row in ROWS[table.name]
    ]


def lines(recorder: Recorder, _: Table, root: str) -> list[dict[str, Any]]:
    """Change the rows of a table that has a line for each of something."""
    return [
        {"rows": rows, **recorder.send(f"{root}/lines", {"left": [a for a, _ in rows], "right": [b for _, b in rows]})}
        for rows in LINES
    ]


def _as_sent(fields: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    return {name if name == "take_out" else f"v-{name}": values for name, values in fields.items()}


def accounts(recorder: Recorder, _: Table, root: str) -> list[dict[str, Any]]:
    """Add, change and take out an account."""
    number = str(list(recorder.desk.site.config().accounts.people).index("gov@example.org"))
    sent: Sequence[tuple[str, Mapping[str, Sequence[str]]]] = (
        ("new", {"address": ["new@example.org"], "rights": ["owner"], "teams": [""]}),
        ("new", {"address": ["new@example.org"], "rights": ["owner", "head-of-team"], "teams": ["Art\nScience"]}),
        ("new", {"address": ["new"], "rights": ["owner"], "teams": [""]}),
        ("new", {"address": ["new@example.org"], "rights": [], "teams": ["Art"]}),
        (number, {"rights": ["governor", "head"], "teams": [""]}),
        (number, {"rights": ["head-of-team"], "teams": ["Art"]}),
        (number, {"take_out": ["yes"]}),
    )
    return [
        {"entry": entry, "typed": fields, **recorder.send(f"{root}/{entry}", _as_sent(fields))}
        for entry, fields in sent
    ]


SENDS = {
    Shape.ONE: one_table, Shape.SEVERAL: entries, Shape.NAMED: entries, Shape.LINES: lines, Shape.ACCOUNTS: accounts,
}  # fmt: skip


def test_each_form_of_the_settings_writes_and_records_what_it_did_before(tmp_path: Path) -> None:
    with open_desk(tmp_path, SETTINGS) as desk:
        found = json.loads(json.dumps(record(desk)))
    if os.environ.get("RECORD_SETTINGS"):
        lines = [json.dumps(one, ensure_ascii=False) for one in found]
        RECORD.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    before = json.loads(RECORD.read_text(encoding="utf-8"))
    assert [one for one in found if one not in before] == []
    assert [one for one in before if one not in found] == []
