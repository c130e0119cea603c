"""What tells a trust from every other whose workers share a server: a number made once, kept in the trust's folder."""

import hashlib
import os
from pathlib import Path
from secrets import token_hex

from pipeline.configuration.trust import Trust
from pipeline.errors import ConfigurationError, say_system_error
from pipeline.private_files import create_file

_NAME = ".trust-id"


def trust_id(trust: Trust) -> str:
    """Return what this trust is known by on a server; its number is made where there is none.

    The trust's name goes into it, so that a folder that was copied for another trust is another one.

    Raises:
        ConfigurationError: the number cannot be read or written.
    """
    path = trust.root / _NAME
    try:
        if not path.exists():
            _make(path)
        number = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = say_system_error(error) if isinstance(error, OSError) else "it is damaged"
        raise ConfigurationError(
            f"{path}, by which workers know this trust, cannot be read or made: {why}. Give this account the right to "
            "write in the trust's folder; a damaged one may be deleted between two nights."
        ) from error
    return hashlib.sha256(f"{number}\0{trust.name}".encode()).hexdigest()[:16]


def _make(path: Path) -> None:
    """Make the number whole or not at all; of several workers that begin at once the first one's counts."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}-{token_hex(4)}")
    with os.fdopen(create_file(unfinished), "w", encoding="ascii") as file:
        file.write(token_hex(16) + "\n")
    try:
        os.link(unfinished, path)
    except FileExistsError:
        pass
    except OSError:
        # A drive without links: replaced whole, and read again by a process that made another meanwhile.
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
