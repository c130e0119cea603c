"""Plant one fault into a copy of a run's log, to see that the comparison finds it."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.soak_mail import compare
from tests.soak_mail.filling import PLANNED
from tests.soak_mail.logs import ACCEPTED, DECIDED, LIVES

Lines = list[dict[str, Any]]


def plant(folder: Path, kind: str) -> Path:
    """Write the log of the run in ``folder`` with a fault of ``kind`` planted; return where it is."""
    lines = _read(folder / ACCEPTED)
    _PLANTS[kind](folder, lines)
    path = folder / f"planted-{kind}.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="ascii")
    return path


def _read(path: Path) -> Lines:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def _sent_once(folder: Path, lines: Lines) -> dict[str, Any]:
    """Return the line of a mail that is recorded as sent, was taken once and never was in doubt."""
    states, told = compare.read_register(folder)
    times = Counter(line["message"] for line in lines)
    plain = [line for line in lines if states[line["message"]] == "sent" and times[line["message"]] == 1]
    plain = [line for line in plain if not told[line["message"]]]
    return plain[len(plain) // 2]


def _lose(folder: Path, lines: Lines) -> None:
    """One mail that was sent leaves no line."""
    lines.remove(_sent_once(folder, lines))


def _repeat(folder: Path, lines: Lines) -> None:
    """One mail is taken again by the last delivery, and the ledger says nothing of it."""
    lines.append({**_sent_once(folder, lines), "begun": _read(folder / LIVES)[-1]["ended"] - 1})


def _send_late(folder: Path, lines: Lines) -> None:
    """A mail goes once the office has decided that it must not, and once more, whether or not it was on its way."""
    decided = [(line["since"], message) for line in _read(folder / DECIDED) for message, _ in line["messages"]]
    late = {(since, message) for since, message in decided for line in lines if _is_late(line, message, since)}
    since, message = next(each for each in decided if each not in late)
    recipient = dict(json.loads((folder / PLANNED).read_text(encoding="ascii")))[message]
    lines += [{"message": message, "recipient": recipient, "begun": since + later} for later in (1, 2)]


def _is_late(line: dict[str, Any], message: str, since: int) -> bool:
    return bool(line["message"] == message and line["begun"] > since)


_PLANTS: Mapping[str, Callable[[Path, Lines], None]] = {
    compare.LOST: _lose,
    compare.SILENT: _repeat,
    compare.LATE: _send_late,
}
KINDS = tuple(_PLANTS)
"""What can be planted; each is the code of the fault that must be found."""
