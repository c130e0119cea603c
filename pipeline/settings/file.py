"""``config.toml`` as a file: read whole, written whole, the one before it kept as a safety copy."""

import hashlib
import os
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.errors import ConfigurationError, say_system_error
from pipeline.private_files import make_folder, write_file

_MOST_KEPT = 100
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """The file as it was at one moment."""

    path: Path
    """Where it lies, links followed."""
    content: bytes

    @property
    def digest(self) -> str:
        """What tells it from every other state of the file."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def text(self) -> str:
        """Its words, each line ended by ``\\n`` whatever the file has."""
        return self.content.decode("utf-8-sig").replace("\r\n", "\n")

    def with_text(self, text: str) -> bytes:
        """Return other words as this file would have them: with its line ends and its mark at the beginning."""
        if b"\r\n" in self.content:
            text = text.replace("\n", "\r\n")
        return ((_BOM if self.content.startswith(_BOM.encode()) else "") + text).encode("utf-8")


def read_settings(path: Path) -> SettingsFile:
    """Read the file. Raises ConfigurationError where it cannot be read."""
    real = path.resolve()
    try:
        found = SettingsFile(real, real.read_bytes())
        assert isinstance(found.text, str)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path.name} cannot be read: {say_system_error(error)}. It is a text file with the encoding UTF-8."
        ) from error
    return found


def write_settings(before: SettingsFile, content: bytes) -> None:
    """Write the file anew, whole or not at all, for those who could read the one before it.

    Raises ConfigurationError where the file is another one by now, or cannot be written.
    """
    if read_settings(before.path).digest != before.digest:
        raise ConfigurationError("The file was changed at this very moment. Nothing was changed from here; try again.")
    try:
        owned = before.path.stat()
        write_file(before.path, content, durable=True, mode=stat.S_IMODE(owned.st_mode))
        _give_to(before.path, owned)
    except OSError as error:
        raise ConfigurationError(
            f"{before.path.name} cannot be written: {say_system_error(error)}. Nothing was changed."
        ) from error


def _give_to(path: Path, owned: os.stat_result) -> None:
    """Leave the file with whom it belonged to, where the program may say so (as on a server that runs it as root)."""
    if os.name != "posix" or os.geteuid() != 0:
        return
    os.chown(path, owned.st_uid, owned.st_gid)


def keep_before(before: SettingsFile, folder: Path, now: datetime) -> Path:
    """Keep the file as it was in ``folder``, of which the newest hundred stay; return where.

    Raises ConfigurationError where that cannot be done: nothing is changed without it.
    """
    kept = folder / f"config {now:%Y-%m-%d %H.%M.%S} {before.digest[:8]}.toml"
    try:
        make_folder(folder.parent)
        make_folder(folder)
        write_file(kept, before.content, durable=True)
        for old in sorted(folder.glob("config *.toml"))[:-_MOST_KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"The safety copy {kept} could not be made: {say_system_error(error)}. Nothing was changed."
        ) from error
    return kept
