"""Write what stands at each setting's field into the comments of ``config.toml`` and ``docs/reference/settings.md``.

``python -m tests.settings_reference`` writes both; a test holds them to the fields.
"""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import tomlkit

from pipeline.configuration.contacts import ContactSection, FormerContactSection, NextContactSection
from pipeline.configuration.values import Section
from pipeline.settings.keys import Key, Shape, Table, all_tables, keys_of

ROOT = Path(__file__).parent.parent
SAMPLE, REFERENCE = ROOT / "config.toml", ROOT / "docs" / "reference" / "settings.md"
_WIDTH = 116
_HEAD = re.compile(r"\[\[?([^\[\]]+)\]\]?$")
_KEY = re.compile(r"(?:# )?([a-z_]+) = ")
_RULER = "# ---"
_OF_CONTACTS = (
    ("[contacts.ROLE]", "Who holds a role", ContactSection),
    ("[[contacts.former]]", "Who held a role", FormerContactSection),
    ("[[contacts.next]]", "Who takes a role over", NextContactSection),
)


def said_in_file(key: Key) -> str:
    """Return what the file says of a key: what explains it, each choice in words, and what is for the file alone."""
    choices = "; ".join(f'"{value}": {words}' for value, words in key.words.choices.items())
    called = "" if key.label.casefold() == key.name.replace("_", " ") else f"{key.label}."
    return " ".join(filter(None, (called, key.said, choices and f"{choices}.", key.words.in_file)))


def commented(sample: str) -> str:
    """Return the sample with the comment above each table and key as it stands at the field."""
    lines: list[str] = []
    keys: dict[str, Key] = {}
    done: set[str] = set()
    for line in sample.splitlines():
        said = ""
        if match := _HEAD.match(line):
            said, keys = _said_of_table(match[1]), {} if line in done else _keys_of(match[1])
            done.add(line)
        elif (match := _KEY.match(line)) and match[1] in keys:
            key = keys.pop(match[1])
            said = said_in_file(key)
            line = f"# {key.name} = {key.words.example}" if line[0] == "#" and key.words.example else line
        if said:
            while lines and lines[-1].startswith("# ") and not _is_fixed(lines[-1]):
                lines.pop()
            lines += textwrap.wrap(said, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
        lines.append(line)
    return "\n".join(lines) + "\n"


def _is_fixed(line: str) -> bool:
    return line.startswith((_RULER, "#  ")) or _KEY.match(line) is not None


def _said_of_table(name: str) -> str:
    table = next((one for one in all_tables() if one.name == name), None)
    return " ".join(filter(None, (table.said, table.page.in_file))) if table else ""


def _keys_of(name: str) -> dict[str, Key]:
    if name == "contacts.dsl":
        return {key.name: key for key in keys_of(ContactSection)}
    table = next((one for one in all_tables() if one.name == name and one.shape is Shape.ONE), None)
    return {key.name: key for key in table.keys} if table else {}


def reference() -> str:
    """Return the page of the reference that has every setting."""
    return "\n".join(_reference()) + "\n"


def _reference() -> Iterator[str]:
    yield "# Every setting"
    yield ""
    yield "Written from the fields of the settings by `python -m tests.settings_reference`; not to be edited by hand."
    for heading, title, model in _OF_CONTACTS:
        yield from _section(
            heading, title, (model.__doc__ or "").split(": ", 1)[-1].split("\n")[0].replace("``", "`"), model
        )
    for table in all_tables():
        yield from _section(_heading(table), table.title, _said_of_table(table.name), _model_in_file(table))


def _model_in_file(table: Table) -> type[Section] | None:
    """Return the class of a table's keys; of accounts each key is an address."""
    return table.model if table.shape is not Shape.ACCOUNTS else None


def _heading(table: Table) -> str:
    return {Shape.SEVERAL: f"[[{table.name}]]", Shape.NAMED: f"[{table.name}.NAME]"}.get(table.shape, f"[{table.name}]")


def _section(heading: str, title: str, said: str, model: type[Section] | None) -> Iterator[str]:
    yield from ("", f"## {title}", "", f"`{heading}`{' ' if said else ''}{said}")
    if model is not None:
        yield from ("", "| key | if left out | what it is |", "|---|---|---|")
        for key in keys_of(model):
            yield f"| `{key.name}` | {_usual(model, key)} | {said_in_file(key)} |"


def _usual(model: type[Section], key: Key) -> str:
    field = model.model_fields[key.attribute]
    value = field.get_default(call_default_factory=True)
    return (
        "" if field.is_required() or value is None else f"`{tomlkit.item(getattr(value, 'value', value)).as_string()}`"
    )


if __name__ == "__main__":
    SAMPLE.write_text(commented(SAMPLE.read_text(encoding="utf-8")), encoding="utf-8")
    REFERENCE.parent.mkdir(exist_ok=True)
    REFERENCE.write_text(reference(), encoding="utf-8")
