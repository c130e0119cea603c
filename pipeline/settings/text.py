"""Change one value in the text of ``config.toml``; comments, order and every other line stay as they are.

``tomlkit`` rewrites values where they stand. Where a line or a table is new, it is put where a person would put it:
below the line that shows how to write it, below the last line of its table, below the last table of its kind. Whatever
comes out is read again and held against what was meant, and against the comments that were there.
"""

import copy
import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import tomlkit
from tomlkit.exceptions import TOMLKitError

from pipeline.errors import ConfigurationError

Scalar: TypeAlias = str | int | bool | date
Value: TypeAlias = Scalar | Sequence[Scalar]
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]#=]+?)\s*\]\]?\s*(?:#.*)?$")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BY_HAND = "{what} cannot be changed from here, as the file is written: change it in config.toml itself."


@dataclass(frozen=True, slots=True)
class TablePlace:
    """One table of the file."""

    name: str
    """As its heading has it: ``mail.oauth``."""
    number: int | None = None
    """Which of several of that heading, counted from 0; None where there is one at most."""

    @property
    def path(self) -> tuple[str, ...]:
        """The names above its keys."""
        return tuple(self.name.split("."))


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one table: from its heading to the line before the next one."""

    name: str
    several: bool
    first: int
    end: int


def _blocks(lines: Sequence[str]) -> list[_Block]:
    heads = [(at, match) for at, line in enumerate(lines) if (match := _HEADER.match(line))]
    ends = [*(at for at, _ in heads[1:]), len(lines)][: len(heads)]
    return [
        _Block(".".join(_names(match[2])), match[1] == "[[", at, end)
        for (at, match), end in zip(heads, ends, strict=True)
    ]


def _names(heading: str) -> list[str]:
    return [part.strip().strip("\"'") for part in heading.split(".")]


def _block_of(lines: Sequence[str], place: TablePlace) -> _Block | None:
    found = [block for block in _blocks(lines) if block.name == place.name]
    return found[place.number or 0] if len(found) > (place.number or 0) else None


def tables_of(text: str) -> dict[str, Any]:
    """Return what the text says, as plain values. Raises ConfigurationError where it cannot be read."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"config.toml cannot be read: {error}. Put it right in the file first.") from error


def table_in(tables: Mapping[str, Any], place: TablePlace) -> Any:
    """Return one table of what was read; an empty one where the file has none."""
    found: Any = tables
    for name in place.path:
        found = found.get(name, {}) if isinstance(found, Mapping) else {}
    if place.number is not None and isinstance(found, list):
        return found[place.number] if place.number < len(found) else {}
    return found


# --- one key -----------------------------------------------------------------------------------------------------


def set_key(text: str, place: TablePlace, key: str, value: Value) -> str:
    """Return the text with one key of a table set; the table is made where it is not there.

    Raises ConfigurationError where that cannot be done without losing anything.
    """
    tables, value = tables_of(text), _plain(value)
    if key in table_in(tables, place):
        return _checked(text, _with_tomlkit(text, place, lambda table: _put(table, key, value)), place, {key: value})
    lines = text.split("\n")
    block = _block_of(lines, place)
    if block is None:
        return add_table(text, place.name, {key: value})
    at = _where_new(lines, block, key)
    lines[at:at] = [_line(key, value)]
    return _checked(text, "\n".join(lines), place, {key: value})


def set_keys(text: str, place: TablePlace, values: Mapping[str, Value | None]) -> str:
    """Return the text with several keys of a table set; None leaves one out. Raises as ``set_key``."""
    for key, value in values.items():
        text = drop_key(text, place, key) if value is None else set_key(text, place, key, value)
    return text


def drop_key(text: str, place: TablePlace, key: str) -> str:
    """Return the text without one key, as it is while what holds without it should hold. Raises as ``set_key``."""
    if key not in table_in(tables_of(text), place):
        return text
    return _checked(text, _with_tomlkit(text, place, lambda table: table.remove(key)), place, {key: None})


def _put(table: Any, key: str, value: Value) -> None:
    table[key] = list(value) if isinstance(value, tuple) else value


def _plain(value: Value) -> Value:
    return value if isinstance(value, str | int | date) else list(value)


def _line(key: str, value: Value) -> str:
    written = key if _BARE.fullmatch(key) else tomlkit.item(key).as_string()
    return f"{written} = {tomlkit.item(value).as_string()}"


def _where_new(lines: Sequence[str], block: _Block, key: str) -> int:
    """Return the line before which a new key stands: below the line that shows how to write it, else below the last."""
    shown = re.compile(rf"\s*#\s?{re.escape(key)} = ")
    last = block.first
    for at in range(block.first + 1, block.end):
        if shown.match(lines[at]):
            return at + 1
        if lines[at].strip() and not lines[at].lstrip().startswith("#"):
            last = at
    return last + 1


def _with_tomlkit(text: str, place: TablePlace, change: Callable[[Any], object]) -> str:
    try:
        document: Any = tomlkit.parse(text)
        table = document
        for name in place.path:
            table = table[name]
        change(table if place.number is None else table[place.number])
        return str(document.as_string())
    except (TOMLKitError, KeyError, IndexError, TypeError, ValueError) as error:
        raise ConfigurationError(_BY_HAND.format(what=f"[{place.name}]")) from error


# --- tables ------------------------------------------------------------------------------------------------------


def add_table(text: str, name: str, values: Mapping[str, Value], *, several: bool = False) -> str:
    """Return the text with a further table, below the last one of its heading, else of its kind, else at the end.

    Raises ConfigurationError where that cannot be done without losing anything.
    """
    values = {key: _plain(value) for key, value in values.items()}
    lines = text.split("\n")
    heading = f"[[{name}]]" if several else f"[{name}]"
    new = [heading, *(_line(key, value) for key, value in values.items())]
    at = _where_new_table(lines, name)
    if at >= len(lines) or not any(line.strip() for line in lines[at:]):
        while lines and not lines[-1].strip():
            lines.pop()
        lines = [*lines, "", *new, ""]
    else:
        lines[at:at] = ["", *new]
    expected = copy.deepcopy(tables_of(text))
    _merge_table(expected, name, values, several=several)
    return _same(text, "\n".join(lines), expected, f"[{name}]")


def _merge_table(tables: dict[str, Any], name: str, values: Mapping[str, Value], *, several: bool) -> None:
    *above, last = name.split(".")
    for part in above:
        tables = tables.setdefault(part, {})
    if several:
        tables.setdefault(last, []).append(dict(values))
    else:
        tables[last] = {**tables.get(last, {}), **values}


def _where_new_table(lines: Sequence[str], name: str) -> int:
    blocks = _blocks(lines)
    kind = name.split(".", maxsplit=1)[0]
    same = [block for block in blocks if block.name == name]
    of_kind = [block for block in blocks if block.name.split(".")[0] == kind]
    if not (chosen := same or of_kind):
        return len(lines)
    block = chosen[-1]
    last = max(
        [block.first, *(at for at in range(block.first, block.end) if _is_value(lines[at]))],
    )
    while last + 1 < block.end and lines[last + 1].lstrip().startswith("#"):
        last += 1
    return last + 1


def _is_value(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def drop_table(text: str, place: TablePlace) -> str:
    """Return the text without a table, or without one of several; comments in it stay. Raises as ``add_table``."""
    lines = text.split("\n")
    block = _block_of(lines, place)
    if block is None or block.several != (place.number is not None):
        raise ConfigurationError(_BY_HAND.format(what=f"[{place.name}]"))
    kept = [line for line in lines[block.first : block.end] if not _is_value(line)]
    if block.first and not lines[block.first - 1].strip():
        # One empty line between what is before and what comes after.
        while kept and not kept[0].strip():
            kept.pop(0)
    lines[block.first : block.end] = kept
    expected = copy.deepcopy(tables_of(text))
    _forget(expected, place, {each.name for each in _blocks(lines)})
    return _same(text, "\n".join(lines), expected, f"[{place.name}]")


def _forget(tables: dict[str, Any], place: TablePlace, headings: Collection[str]) -> None:
    """Take a table out of what was read, and each above it that has nothing else and no heading of its own."""
    above: list[Any] = [tables]
    for name in place.path[:-1]:
        above.append(above[-1][name])
    if place.number is not None:
        above[-1][place.path[-1]].pop(place.number)
        if above[-1][place.path[-1]]:
            return
    for depth in range(len(place.path), 0, -1):
        del above[depth - 1][place.path[depth - 1]]
        if above[depth - 1] or ".".join(place.path[: depth - 1]) in headings:
            return


def make_several(text: str, name: str) -> str:
    """Return the text in which ``[name]`` is the first of several ``[[name]]``. Raises as ``add_table``."""
    lines = text.split("\n")
    block = _block_of(lines, TablePlace(name))
    if block is None or block.several:
        return text
    lines[block.first] = re.sub(r"\[([^\[\]]+)\]", r"[[\1]]", lines[block.first], count=1)
    expected = copy.deepcopy(tables_of(text))
    *above, last = name.split(".")
    table = expected
    for part in above:
        table = table[part]
    table[last] = [table[last]]
    return _same(text, "\n".join(lines), expected, f"[{name}]")


# --- what came of it ---------------------------------------------------------------------------------------------


def _checked(text: str, changed: str, place: TablePlace, wanted: Mapping[str, Value | None]) -> str:
    expected = copy.deepcopy(tables_of(text))
    table: Any = expected
    for name in place.path:
        table = table.setdefault(name, {})
    mine: Any = table if place.number is None else table[place.number]
    for key, value in wanted.items():
        if value is None:
            mine.pop(key, None)
        else:
            mine[key] = value
    return _same(text, changed, expected, f"[{place.name}] {', '.join(wanted)}")


def _same(text: str, changed: str, expected: Mapping[str, Any], what: str) -> str:
    """Return what was changed, where it says what was meant and no comment is gone."""
    try:
        says = tomllib.loads(changed)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(_BY_HAND.format(what=what)) from error
    if says != expected or _comments(text) != _comments(changed):
        raise ConfigurationError(_BY_HAND.format(what=what))
    return changed


def _comments(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.lstrip().startswith("#")]
