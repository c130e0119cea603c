"""What a trust's folder says of schools that leave it: those on their way, and those that have left. Nobody is named.

A school on its way is worked on by no night: ``policy trust leave`` again finishes it, wherever it was ended.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigurationError, say_system_error
from pipeline.private_files import write_file

LEAVING_NAME = "leaving.json"
LEFT_NAME = "left.json"
_READABLE = 0o644


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A school that is leaving: what was settled before anything was changed."""

    key: str
    name: str
    folder: str
    """Its workspace, as it was in the trust."""
    out: str
    """Its workspace from now on; the same where it stays in its place."""
    register: str
    """The file that its register is in from now on, as ``[register] url`` names it; empty where it has none yet."""
    carried_from: str
    """Where its register was, in words, where that was outside its folder; empty where it goes along with that."""
    records: int
    """Of its ledger, before."""
    began_at: str
    """ISO, UTC."""
    taken: tuple[str, ...]
    """Keys whose values were the trust's."""


@dataclass(frozen=True, slots=True)
class HasLeft:
    """A school that has left."""

    key: str
    name: str
    on: str
    """The day, ISO."""
    to: str
    """Its workspace at that time."""
    records: int
    """Of its ledger, at that time."""
    root_hash: str
    """Of the newest signed head of its ledger; empty where nothing was signed yet."""


def list_leaving(root: Path) -> dict[str, OnItsWay]:
    """Return the schools on their way, by key. Raises ConfigurationError where the note cannot be read."""
    found = _read(root / LEAVING_NAME)
    return {each["key"]: OnItsWay(**{**each, "taken": tuple(each["taken"])}) for each in found}


def note_leaving(root: Path, one: OnItsWay) -> None:
    """Keep that a school is on its way."""
    _write(root / LEAVING_NAME, [asdict(each) for each in {**list_leaving(root), one.key: one}.values()])


def forget_leaving(root: Path, key: str) -> None:
    """Forget that a school is on its way; the note goes with the last one."""
    rest = [asdict(each) for each in list_leaving(root).values() if each.key != key]
    if rest:
        _write(root / LEAVING_NAME, rest)
    else:
        (root / LEAVING_NAME).unlink(missing_ok=True)


def list_left(root: Path) -> tuple[HasLeft, ...]:
    """Return the schools that have left, in order. Raises ConfigurationError where the note cannot be read."""
    return tuple(HasLeft(**each) for each in _read(root / LEFT_NAME))


def note_left(root: Path, one: HasLeft) -> None:
    """Keep that a school has left; a second time on the same way changes nothing."""
    there = [each for each in list_left(root) if (each.key, each.to) != (one.key, one.to)]
    _write(root / LEFT_NAME, [asdict(each) for each in (*there, one)])


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["schools"]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{path} cannot be read: {say_system_error(error) if isinstance(error, OSError) else 'it is damaged'}. It "
            "says which schools leave the trust. Put it back from a safety copy of the trust's folder."
        ) from error
    return list(found)


def _write(path: Path, schools: list[dict[str, Any]]) -> None:
    text = json.dumps({"schools": schools}, ensure_ascii=False, indent=1) + "\n"
    write_file(path, text.encode("utf-8"), durable=True, mode=_READABLE)
