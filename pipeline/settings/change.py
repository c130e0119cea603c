"""Decide a change of the settings: held against everything that ``config.toml`` is held against, kept, recorded.

The file is changed inside the transaction that records it, so that one is never there without the other. A change is
refused where the file is another one than the person who decides has seen, and where it would give them a right.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.config import Config, parse_config
from pipeline.configuration.accounts import AccountsSection
from pipeline.errors import ConfigurationError, UsageError
from pipeline.model.people import Right
from pipeline.private_files import make_folder
from pipeline.register.deciding import deciding
from pipeline.register.decision import Decision
from pipeline.register.ledger.signed_heads import Field
from pipeline.register.states import keep_settings
from pipeline.register.store.database import Register
from pipeline.safety_copies.keeping import nightly_folder
from pipeline.settings.addresses import refuse_inside
from pipeline.settings.file import SettingsFile, keep_before, read_settings, write_settings
from pipeline.workspace import CONFIG_NAME

_LOCK_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who changes the settings, and what they have seen."""

    actor: str
    now: datetime
    seen: str
    """The digest of the file as it was when they were shown it; empty where they were shown none."""
    account: str | None = None
    """Their work address; None on the computer itself, which has every right."""


def _nothing_else(decision: Decision, before: Config, after: Config) -> None:
    """Do nothing besides."""


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What is to change."""

    edit: Callable[[str], str]
    """Given the text of the file, returns the new one; raises ConfigurationError where that cannot be done."""
    kind: str
    """Of the ledger's record."""
    fields: Mapping[str, Field]
    """What stands in that record in the clear: keys, no values."""
    words: Mapping[str, str | None]
    """What stands in it as commitments: the values before and after."""
    also: Callable[[Decision, Config, Config], None] = _nothing_else
    """Done in the same decision; given the settings before and after."""


def settings_change(
    table: str,
    keys: Iterable[str],
    edit: Callable[[str], str],
    before: str = "",
    after: str = "",
    also: Callable[[Decision, Config, Config], None] = _nothing_else,
) -> SettingsChange:
    """Return a change of keys of a table, recorded by their names; what held before and after stands as commitments."""
    fields = {"table": table, "keys": ", ".join(keys)}
    return SettingsChange(edit, "settings-changed", fields, {"before": before, "after": after}, also)


class SettingsMovedError(ConfigurationError):
    """The file is another one than the person who changes it has seen."""


def current(root: Path) -> tuple[SettingsFile, Config]:
    """Return the file as it is now, and what it says. Raises ConfigurationError, with every fault of it."""
    found = read_settings(root / CONFIG_NAME)
    return found, parse_config(found.text, root=root.resolve(), name=CONFIG_NAME)


def try_change(text: str, edit: Callable[[str], str], root: Path) -> tuple[str, Config]:
    """Return the text that a change would make, and what it says; nothing is written.

    Raises ConfigurationError, with every fault of it.
    """
    changed = edit(text)
    return changed, parse_config(changed, root=root.resolve(), name=CONFIG_NAME)


def change_settings(register: Register, config: Config, change: SettingsChange, by: Deciding) -> Config:
    """Change the file, record it, and return the new settings.

    Raises SettingsMovedError where the file was changed since it was seen, ConfigurationError with every fault that the
    new one would have, UsageError where the person who decides may not decide this.
    """
    root = config.root
    with _alone(config):
        before, was = current(root)
        if by.seen and before.digest != by.seen:
            raise SettingsMovedError("The settings were changed by somebody else while this page was open.")
        text, becomes = try_change(before.text, change.edit, root)
        if text == before.text:
            raise UsageError("That is what it is already. Nothing was changed.")
        check_accounts(was.accounts, becomes.accounts, by.account)
        refuse_inside(was, becomes)
        keep_before(before, nightly_folder(config) / "settings", by.now)
        written = False
        try:
            with deciding(register, root, by.actor, by.now) as decision:
                change.also(decision, was, becomes)
                decision.record(change.kind, change.fields, words=change.words)
                keep_settings(decision.tx, decision.school, becomes, actor=by.actor, now=by.now)
                write_settings(before, before.with_text(text))
                written = True
        except BaseException:
            if written:
                after = read_settings(before.path)
                write_settings(after, before.content)
            raise
    return becomes


@contextmanager
def _alone(config: Config) -> Iterator[None]:
    """Keep other changes from the pages out meanwhile, those of another program too."""
    folder = nightly_folder(config)
    make_folder(folder)
    try:
        with FileLock(folder / ".settings.lock", timeout=_LOCK_SECONDS, mode=0o600):
            yield
    except Timeout as error:
        raise ConfigurationError("Somebody else is changing the settings at this moment. Try again.") from error


def check_accounts(before: AccountsSection, after: AccountsSection, account: str | None) -> None:
    """Refuse a change of who may sign in that gives the person who makes it a right or a team, or leaves no owner.

    Raises UsageError.
    """
    if account is not None:
        if set(after.find(account)) - set(before.find(account)):
            raise UsageError("Nobody gives themself a right: somebody else with the right to do so has to.")
        if set(after.teams_of(account)) - set(before.teams_of(account)):
            raise UsageError("Nobody gives themself a team to see: somebody else with the right to do so has to.")
    if _owners(before) and not _owners(after):
        raise UsageError(
            "Then nobody would be the policy owner any more, and nobody could issue or undo anything. Make somebody "
            "else owner first."
        )


def _owners(accounts: AccountsSection) -> list[str]:
    return [address for address, rights in accounts.people.items() if Right.OWNER in rights]
