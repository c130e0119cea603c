"""What the folders of a workspace hold on one person beside the register: mails as files, lists, older copies."""

import email
import email.policy
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import UsageError, say_system_error
from pipeline.register.people.traces import Traces
from pipeline.safety_copies.keeping import list_nightly, nightly_folder

_OWN_LISTS = ("*.csv", "*.tsv", "*.txt", "config.toml")


def find_mails(config: Config, traces: Traces) -> tuple[Path, ...]:
    """Return the mails in the outbox folder that go to a person or name them, by file name."""
    pattern, folder = traces.pattern(), config.distribution / "outbox"
    if pattern is None or not folder.is_dir():
        return ()
    mails = (path for path in sorted(folder.glob("*.eml")) if path.is_file())
    return tuple(path for path in mails if any(pattern.search(part) for part in _words_of(path)))


def _words_of(path: Path) -> Iterator[str]:
    """Yield the headers and the words of a mail; what cannot be read as one, as it stands."""
    content = path.read_bytes()
    mail = email.message_from_bytes(content, policy=email.policy.default)
    for name in ("To", "Cc", "Subject", "Reply-To"):
        yield str(mail.get(name, ""))
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            try:
                yield str(part.get_content())
            except (LookupError, UnicodeError, KeyError):
                yield content.decode("utf-8", "replace")


def delete_mails(paths: Sequence[Path]) -> None:
    """Delete mails of the outbox folder. Raises UsageError where one cannot be."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise UsageError(
                f"{path} cannot be deleted: {say_system_error(error)}. Close it where it is open, then do this again; "
                "the register is as it was."
            ) from error


def find_own_files(config: Config, traces: Traces) -> tuple[Path, ...]:
    """Return the lists and earlier settings beside the register that name a person; their owner takes them away."""
    pattern = traces.pattern()
    folders = (config.root, config.root / "distribution" / "safety-copies" / "settings")
    found = [path for folder in folders for name in _OWN_LISTS for path in sorted(folder.glob(name))]
    found += sorted(folders[1].glob("*.toml"))
    return tuple(dict.fromkeys(path for path in found if pattern is not None and _names(path, pattern)))


def _names(path: Path, pattern: re.Pattern[str]) -> bool:
    with suppress(OSError):
        words = path.read_bytes().decode("utf-8", "replace")
        return pattern.search(words) is not None or pattern.search(re.sub(r"[,;\t]+", " ", words)) is not None
    return False


def find_put_aside(config: Config) -> tuple[Path, ...]:
    """Return the folders into which 'policy restore' moved an earlier register."""
    return tuple(path for path in sorted(config.distribution.glob("replaced-*")) if path.is_dir())


def has_packs(config: Config) -> bool:
    """Tell whether packs of evidence lie where the desk puts them."""
    # Beside them lie the copies of policies that were given out, which name nobody but the contacts of their day.
    return any(path.name != "copies" for path in (config.distribution / "evidence").glob("*"))


def last_day_in_copies(config: Config, today: date) -> date | None:
    """Return the day on which the last daily safety copy is dropped that has them; None without any."""
    if not config.backup.keep and not list_nightly(config):
        return None
    return today + timedelta(days=max(config.backup.keep, len(list_nightly(config))))


def say_where_copies_lie(config: Config) -> str:
    """Return the folder of the daily safety copies, as it is found from the workspace."""
    folder = nightly_folder(config)
    return folder.relative_to(config.root).as_posix() if folder.is_relative_to(config.root) else str(folder)
