"""What the forms and commands of every decision do: recorded before one is declared, and held against it after.

Fields, choices, refusals, answers, JSON, exit codes and records of the ledger; not the markup. A record is taken anew
with ``python -m tests.decisions.recording``, and its difference is read before it is committed.
"""

import html
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import httpx
from click.testing import CliRunner
from sqlalchemy import select

from pipeline.cli import policy
from pipeline.commands import COMMANDS
from pipeline.register.store.database import Register
from pipeline.register.tables.schema import ledger_record
from pipeline.web.desk.routes import FORMS
from tests.cli.test_every_decision import make_desk
from tests.decisions.steps import COMMAND_STEPS, DESK_STEPS
from tests.web.desk import Desk, hidden_fields, open_desk
from tests.web.desks import fill

RECORD = Path(__file__).with_name("record.json")
SETTINGS = """
[groups.parents]
name = "Parents"
policies = ["confidentiality"]
by_means = "letter home"
[accounts]
"jo.marsh@example.org" = "owner"
"gov@example.org" = "governor"
"""


# --- forms -----------------------------------------------------------------------------------------------------------


def fields_of(page: str) -> list[dict[str, Any]]:
    """Return the fields of the form on a page: name, kind, and values that can be chosen."""
    found: dict[str, dict[str, Any]] = {}
    form = page.rpartition('<form method="post"')[2].partition("</form>")[0]
    for tag, attributes in re.findall(r"<(input|select|textarea)\b([^>]*)>", form):
        known = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        name = known.get("name", "")
        if name in ("form", "once"):
            continue
        kind = known.get("type", "text") if tag == "input" else tag
        one = found.setdefault(name, {"name": name, "kind": kind})
        if kind in ("radio", "checkbox"):
            one.setdefault("choices", []).append(known["value"])
        if tag == "select":
            options = form.partition(f'name="{name}"')[2].partition("</select>")[0]
            one["choices"] = re.findall(r'<option value="([^"]*)"', options)
    return list(found.values())


def faults_of(answer: httpx.Response) -> list[str]:
    """Return what an answer says is wrong with what was sent."""
    summary = answer.text.partition('class="errors"')[2].partition("</ul>")[0]
    return [html.unescape(re.sub(r"<[^>]+>", "", one)) for one in re.findall(r"<li>(.*?)</li>", summary)]


def record_forms(desk: Desk, places: Mapping[str, object]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield of every form what it asks for, and what it says to whoever sends it empty; settings have their schema."""
    token = desk.form("/sessions")
    for path in sorted(path for path in FORMS if not path.startswith("/settings/")):
        address = path.format(**places)
        shown = desk.browser.get(address)
        before = desk.records()
        sent = desk.browser.post(address, data={**last_hidden(shown), "form": token, "once": "", "reason": ""})
        while any(not piece.is_over for piece in desk.site.work.list()):
            desk.finished()
        heading = re.search(r"<h1>(.*?)</h1>", shown.text)
        yield (
            path,
            {
                "status": shown.status_code,
                "heading": html.unescape(heading[1]) if heading else "",
                "fields": fields_of(shown.text),
                "right": FORMS[path].action.value,
                "empty": {"status": sent.status_code, "faults": faults_of(sent)},
                "left": desk.records()[len(before) :],
            },
        )


def last_hidden(shown: httpx.Response) -> dict[str, str]:
    """Return the hidden fields of a form, each with its last value."""
    return {name: values[-1] for name, values in hidden_fields(shown).items()}


def new_records(register: Register, before: int) -> list[dict[str, Any]]:
    """Return kind and fields of the ledger's records from a position on."""
    with register.reading() as tx:
        found = tx.scalars(select(ledger_record.c.record).order_by(ledger_record.c.position)).all()[before:]
    records = [json.loads(one) for one in found]
    return [{"kind": one["kind"], "fields": one["fields"], "words": sorted(one["personal"])} for one in records]


def record_desk_steps(desk: Desk, places: Mapping[str, object]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what becomes of each form that is filled in and sent, one after the other."""
    for number, (path, typed) in enumerate(DESK_STEPS):
        address = path.format(**places)
        before = len(desk.records())
        hidden = last_hidden(desk.browser.get(address)) or {"form": desk.form("/sessions")}
        sent = desk.browser.post(address, data={**hidden, **typed})
        found: dict[str, Any] = {"sent": dict(typed), "status": sent.status_code, "faults": faults_of(sent)}
        if sent.status_code == 303:
            to = sent.headers["location"]
            found["to"] = re.sub(r"[?&]done=.*", "", to)
            words = re.search(r'<div class="receipt"[^>]*>(.*?)</div>', desk.browser.get(to).text, re.DOTALL)
            found["said"] = html.unescape(" ".join(re.sub(r"<[^>]+>", " ", words[1]).split())) if words else ""
        found["left"] = new_records(desk.school.register, before)
        yield f"{number:02} {path}", found


# --- commands --------------------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command, those of a group each by both names."""
    context = click.Context(policy)
    for name in COMMANDS:
        command = policy.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            for under in command.list_commands(context):
                one = command.get_command(context, under)
                assert one is not None
                yield f"{name} {under}", one
        else:
            yield name, command


def describe_option(one: click.Parameter) -> dict[str, Any]:
    """Return an option or argument as scripts know it."""
    found: dict[str, Any] = {"names": sorted([*one.opts, *one.secondary_opts]), "type": one.type.name}
    choices = getattr(one.type, "choices", None)
    more = {
        "required": one.required,
        "nargs": one.nargs if one.nargs != 1 else 0,
        "several": one.multiple,
        "flag": isinstance(one, click.Option) and one.is_flag,
        "choices": list(choices) if choices else None,
        "help": one.help if isinstance(one, click.Option) else None,
        "metavar": one.metavar,
    }
    return found | {name: value for name, value in more.items() if value}


def record_commands() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield of every command its arguments, options and help."""
    for name, command in sorted(commands()):
        yield name, {"help": command.help, "takes": [describe_option(one) for one in command.params]}


def record_command_steps(root: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what each command prints and leaves, with ``--json`` and without, one after the other."""
    desk = make_desk(root)
    config = root / "config.toml"
    for number, step in enumerate(COMMAND_STEPS):
        arguments = [one.format(root=root) for one in step]
        there = (root / "distribution" / "register.sqlite3").exists()
        before = len(desk.look()[0]) if there else 0
        called = CliRunner().invoke(
            policy,
            ["--workspace", str(root), "--today", "2026-11-24", "--as", "Jo Marsh", *arguments],
            prog_name="policy",
        )
        code = called.exit_code if called.exception is None or isinstance(called.exception, SystemExit) else None
        found: dict[str, Any] = {"exit": code, "printed": called.stdout.replace(str(root), "ROOT").splitlines()}
        if called.exception is not None and code is None:
            found["refused"] = str(called.exception).replace(str(root), "ROOT")
            found["exit"] = int(getattr(called.exception, "exit_code", 1))
        if step[0] == "run":
            found.pop("printed")
        with desk.register() as register:
            found["left"] = new_records(register, before)
        assert config.exists()
        yield f"{number:02} {' '.join(step)}", found


# --- both ------------------------------------------------------------------------------------------------------------


def take_record(root: Path) -> dict[str, Any]:
    """Return the whole record, made in an empty folder."""
    found: dict[str, Any] = {"commands": dict(record_commands()), "command steps": {}}
    with open_desk(root / "desk", SETTINGS) as desk:
        places = fill(desk.school)
        desk.sign_in()
        found["forms"] = dict(record_forms(desk, places))
    with open_desk(root / "steps", SETTINGS) as desk:
        places = fill(desk.school)
        desk.sign_in()
        found["desk steps"] = dict(record_desk_steps(desk, places))
    (root / "commands").mkdir()
    found["command steps"] = dict(record_command_steps(root / "commands"))
    text = json.dumps(found, ensure_ascii=False, default=str)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(?:\+00:00|Z)", "MOMENT", text)
    text = re.sub(r'"copy": "[0-9A-Z]{3}-[0-9A-Z]{4}"', '"copy": "CODE"', text)
    plain: dict[str, Any] = json.loads(re.sub(r"\b[0-9a-f]{32,64}\b", "DIGEST", text))
    return plain


def main() -> None:
    """Write the record."""
    with tempfile.TemporaryDirectory() as folder:
        record = take_record(Path(folder))
    RECORD.write_text(json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
