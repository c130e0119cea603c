"""Plant one fault into a copy of a run's log, to see that the comparison finds it."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.soak_mail import compare
from tests.soak_mail.filling import PLANNED
from tests.soak_mail.logs import ACCEPTED, DECIDED, LIVES, REFUSED

Lines = list[dict[str, Any]]


def plant(folder: Path, kind: str) -> tuple[str, Path] | None:
    """Write a log of the run in ``folder`` with a fault of ``kind`` planted; return which log, and where it is.

    None where the run holds nothing that such a fault could be planted in.
    """
    log, change = _PLANTS[kind]
    lines = _read(folder / log)
    if not change(folder, lines):
        return None
    path = folder / f"planted-{kind}.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="ascii")
    return log.partition(".")[0], path


def _read(path: Path) -> Lines:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()] if path.exists() else []


def _sent_once(folder: Path, lines: Lines) -> dict[str, Any]:
    """Return the line of a mail that is recorded as sent, was taken once and never was in doubt."""
    states, told = compare.read_register(folder)
    times = Counter(line["message"] for line in lines)
    plain = [line for line in lines if states[line["message"]] == "sent" and times[line["message"]] == 1]
    plain = [line for line in plain if not told[line["message"]]]
    return plain[len(plain) // 2]


def _lose(folder: Path, lines: Lines) -> bool:
    """One mail that was sent leaves no line."""
    lines.remove(_sent_once(folder, lines))
    return True


def _repeat(folder: Path, lines: Lines) -> bool:
    """One mail is taken again by the last delivery, and the ledger says nothing of it."""
    lines.append({**_sent_once(folder, lines), "begun": _read(folder / LIVES)[-1]["ended"] - 1})
    return True


def _send_late(folder: Path, lines: Lines) -> bool:
    """A mail goes once the office has decided that it must not, and once more, whether or not it was on its way."""
    decided = [(line["since"], message) for line in _read(folder / DECIDED) for message, _ in line["messages"]]
    late = {(since, message) for since, message in decided for line in lines if _is_late(line, message, since)}
    decided.sort(key=lambda each: each in late)
    if decided:
        since, message = decided[0]
        recipient = dict(json.loads((folder / PLANNED).read_text(encoding="ascii")))[message]
        lines += [{"message": message, "recipient": recipient, "begun": since + later} for later in (1, 2)]
    return bool(decided)


def _is_late(line: dict[str, Any], message: str, since: int) -> bool:
    return bool(line["message"] == message and line["begun"] > since)


def _misdirect(folder: Path, lines: Lines) -> bool:
    """One mail is taken for another person's address."""
    lines[lines.index(_sent_once(folder, lines))]["recipient"] = "somebody.else@example.org"
    return True


def _leave_unrefused(folder: Path, lines: Lines) -> bool:
    """A mail is recorded as refused for good, and the server's log does not say so."""
    states, _ = compare.read_register(folder)
    planned = json.loads((folder / PLANNED).read_text(encoding="ascii"))
    bounced = [recipient for message, recipient in planned if states[message] == "bounced"]
    lines[:] = [line for line in lines if line["recipient"] not in bounced[:1]]
    return bool(bounced)


_PLANTS: Mapping[str, tuple[str, Callable[[Path, Lines], bool]]] = {
    compare.LOST: (ACCEPTED, _lose),
    compare.SILENT: (ACCEPTED, _repeat),
    compare.LATE: (ACCEPTED, _send_late),
    compare.ELSEWHERE: (ACCEPTED, _misdirect),
    compare.UNREFUSED: (REFUSED, _leave_unrefused),
}
KINDS = tuple(_PLANTS)
"""What can be planted; each is the code of the fault that must be found."""
