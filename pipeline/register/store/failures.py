"""What the database says when it cannot go on, in words for the school office.

``database`` hands every database error through here; one that is not about the file itself is a bug and passes on.
"""

import os
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from pipeline.errors import RegisterError, say_system_error

_SAFETY_COPY = "Put its last safety copy back, or ask whoever looks after your computers before you delete anything."
_NEARLY_FULL_BYTES = 1_000_000
_PRIMARY_CODE = 0xFF  # the low byte of an extended result code, https://www.sqlite.org/rescode.html


def explain_failure(error: DBAPIError | sqlite3.Error, path: Path | None) -> RegisterError | None:
    """Return the error to raise for a database that cannot be used, None for anything else (a bug).

    ``path`` is the register's file, None where it is kept in memory.
    """
    code = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_READONLY and path is not None and os.access(path, os.W_OK):
        return None  # a write where the program had said that it only reads
    if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
        # Only the triggers of ``row_hashes`` raise it: a row that was to be changed had been damaged.
        code = sqlite3.SQLITE_CORRUPT
    return None if code is None else _explain(code & _PRIMARY_CODE, path)


def explain_file_failure(error: OSError, path: Path) -> RegisterError:
    """Return the error to raise when the operating system refuses a file of the register."""
    reason = say_system_error(error)
    if _is_full(path):
        return RegisterError(_full(path))
    return RegisterError(
        f"The register {path} cannot be written ({reason}). Give this account the right to write in its folder, or set "
        f"[register] url in config.toml to another place."
    )


def _explain(code: int, path: Path | None) -> RegisterError | None:
    name = "The register" if path is None else f"The register {path}"
    match code:
        case sqlite3.SQLITE_FULL:
            return RegisterError(_full(path))
        case sqlite3.SQLITE_IOERR if path is not None and _is_full(path):
            return RegisterError(_full(path))
        case sqlite3.SQLITE_IOERR:
            return RegisterError(
                f"{name} could not be read or written: its drive reports a fault. What was recorded before is "
                f"kept. Check the drive, then run this again."
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_AUTH:
            return RegisterError(
                f"{name} cannot be written. Give this account the right to write the file and its folder, or set "
                f"[register] url in config.toml to another place."
            )
        case sqlite3.SQLITE_NOTADB:
            return RegisterError(f"{name} is not a register: the file is something else, or damaged. {_SAFETY_COPY}")
        case sqlite3.SQLITE_CORRUPT:
            return RegisterError(f"{name} is damaged. {_SAFETY_COPY}")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return RegisterError(
                f"{name} is being written by another program. Wait until it has finished, then try again."
            )
        case _:
            return None


def _full(path: Path | None) -> str:
    where = "" if path is None else f" ({path.parent})"
    return (
        f"The drive that holds the register{where} is full. What was recorded before is kept. Make room, then run this "
        f"again."
    )


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _NEARLY_FULL_BYTES
    except OSError:
        return False
