"""Where the program runs on this computer, and what starts it: looked up in what the system keeps of such things."""

import getpass
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PATIENCE_SECONDS = 10
_UNITS = ("/etc/systemd/system", "~/.config/systemd/user")


@dataclass(frozen=True, slots=True)
class Machine:
    """A computer and an account on it."""

    computer: str
    account: str
    python: str
    starts: tuple[str, ...]
    """What starts the program by itself, a sentence each; empty where nothing was found."""


def find_machine(root: Path) -> Machine:
    """Return where the program runs; ``root`` is the workspace by which what starts it is known again."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError, ImportError):
        account = "not known"
    starts = tuple(dict.fromkeys((*_units(root), *_timed(root))))
    return Machine(platform.node() or "not known", account, sys.executable, starts)


def _units(root: Path) -> Iterator[str]:
    for folder in _UNITS:
        for path in sorted(Path(folder).expanduser().glob("*.service")):
            try:
                words = path.read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            if str(root) in words:
                yield f"The service {path.name} ({path}): systemctl status {path.name}"


def _timed(root: Path) -> Iterator[str]:
    if sys.platform == "win32":
        found = [line for line in _said("schtasks", "/Query", "/V", "/FO", "CSV") if str(root) in line]
        yield from (f"A scheduled task of Windows: {line[:200]}" for line in found)
        return
    for line in _said("crontab", "-l"):
        if not line.lstrip().startswith("#") and str(root) in line:
            yield f"A line of cron, of this account (crontab -l): {line.strip()}"


def _said(*command: str) -> list[str]:
    """Return what a command of the system says, line by line; nothing where there is none, or it fails."""
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return []
    return done.stdout.decode("utf-8", errors="replace").splitlines() if done.returncode == 0 else []
