"""By what it is told that a register lives where it did: signs of the computer, of the file and of its drive.

A folder that is copied to another computer brings everything in it along, its marks too. What it does not bring are
the number of the computer, that of the file on its drive, and what this account keeps outside of any workspace.
A folder under another name, a drive under another letter and a container that is made anew each night keep at least one
of these; what cannot be told is no sign at all.
"""

import hashlib
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

_MACHINE, _FILE, _DRIVE = "machine", "file", "drive"
_IN_A_CONTAINER = ("/.dockerenv", "/run/.containerenv")
_OF_MACHINE = ("/etc/machine-id", "/var/lib/dbus/machine-id")
_PROGRAM = "policy-pipeline"
STATE_FOLDER = "POLICY_STATE_FOLDER"
"""The variable that names another folder for the account's notes; what is no whole path (``none``) stands for none."""


def signs_of(register: Path) -> tuple[str, ...]:
    """Return the signs of where the register's file lives now; empty where it is no file, or nothing can be told."""
    signs = [f"{_MACHINE} {number}"] if (number := machine_number()) else []
    with suppress(OSError):
        status = register.stat()
        if status.st_ino:
            signs.append(f"{_FILE} {status.st_ino:x}")
        if os.name == "nt" and status.st_dev:
            # A stick or a share that is at another computer for once; elsewhere this is no number of the drive's own.
            signs.append(f"{_DRIVE} {status.st_dev:x}")
    return tuple(signs)


def are_elsewhere(known: Iterable[tuple[str, ...]], now: tuple[str, ...]) -> bool:
    """Tell whether none of the places that are known, and of which enough is known, is the one of ``now``."""
    told = [signs for signs in known if _tells(signs)]
    return bool(told) and _tells(now) and all(set(signs).isdisjoint(now) for signs in told)


def _tells(signs: tuple[str, ...]) -> bool:
    return {_MACHINE, _FILE} <= {sign.partition(" ")[0] for sign in signs}


@cache
def machine_number() -> str:
    """Return a print of the number that the operating system gives its computer; empty where none is to be relied on.

    In a container it is the picture's, or nobody's.
    """
    number = _number_on_windows() if sys.platform == "win32" else _number_in(_OF_MACHINE, _IN_A_CONTAINER, os.environ)
    return hashlib.sha256(f"{_PROGRAM} {number}".encode()).hexdigest()[:16] if number else ""


def _number_in(files: Iterable[str], signs_of_a_container: Iterable[str], environ: Mapping[str, str]) -> str:
    if "container" in environ or any(Path(sign).exists() for sign in signs_of_a_container):
        return ""
    for file in files:
        with suppress(OSError, UnicodeDecodeError):
            if number := Path(file).read_text(encoding="ascii").strip():
                return number
    return ""


def _number_on_windows() -> str:
    if sys.platform == "win32":
        import winreg

        place = r"SOFTWARE\Microsoft\Cryptography"
        with (
            suppress(OSError),
            winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key,
        ):
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    return ""


def account_mark(register_id: str, environ: Mapping[str, str]) -> Path | None:
    """Return where this account notes how far a register has come, outside of any workspace; None without a place.

    A workspace that is put back whole from a backup brings its own marks of that day; this one it does not bring.
    """
    folder = _state_folder(environ)
    return folder / _PROGRAM / f"{register_id}.mark" if folder is not None and register_id.isalnum() else None


def _state_folder(environ: Mapping[str, str]) -> Path | None:
    """Return where the operating system wants what a program remembers of a computer, and no other computer sees."""
    system = "LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME"
    if folder := environ.get(STATE_FOLDER) or environ.get(system):
        return Path(folder) if Path(folder).is_absolute() else None
    if os.name == "nt":
        return None
    with suppress(RuntimeError):
        home = Path.home()
        return home / ("Library/Application Support" if sys.platform == "darwin" else ".local/state")
    return None
