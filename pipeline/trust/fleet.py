"""Several workspaces as those who look after their computers see them: do they run, send, and keep safety copies?

Nothing is opened for writing, nobody is named, and a folder that is none keeps no other from being looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.config import Config, load_config
from pipeline.configuration.trust import TRUST_NAME, read_trust
from pipeline.errors import ConfigurationError, ExitCode, PolicyPipelineError
from pipeline.register.at_rest import AtRest, look_at_rest
from pipeline.register.store.location import is_on_server, register_name, register_path
from pipeline.safety_copies.archive import read_manifest
from pipeline.safety_copies.keeping import list_nightly
from pipeline.wording import say_count
from pipeline.workspace import CONFIG_NAME

_SILENT_AFTER = timedelta(hours=26)
"""A run that is due each day may take its time."""
_OLD_DAYS = 2


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace as it stands."""

    folder: Path
    school: str
    """Its name; the folder's where nobody can tell."""
    route: str
    """The mail route; empty where nobody can tell."""
    last_run: datetime | None
    """In the school's time zone."""
    copy_days: int | None
    """How many days old the newest of each night's safety copies is; None where there is none."""
    program: str
    """The version of the program that wrote it last, by that copy; empty where nobody can tell."""
    edition: str
    """Of the register's tables; empty where there is no register."""
    problems: tuple[str, ...]
    """What the person who looks after them should look at, a sentence each; nobody is named in them."""
    code: ExitCode = ExitCode.DONE


def look_at_all(folders: Sequence[Path], now: datetime) -> tuple[Workspace, ...]:
    """Return how each workspace stands, in the order given; a trust's folder stands for its schools."""
    return tuple(look_at(each, now) for folder in folders for each in _workspaces(folder))


def _workspaces(folder: Path) -> list[Path]:
    """Return the schools of a trust, or the folder itself; a trust whose file is wrong is looked at as a folder."""
    if not (folder / TRUST_NAME).is_file():
        return [folder]
    try:
        trust = read_trust(folder)
    except PolicyPipelineError:
        return [folder]
    return [trust.folder_of(school) for school in trust.schools]


def look_at(folder: Path, now: datetime) -> Workspace:
    """Return how one workspace stands."""
    name = folder.resolve().name
    if not (folder / CONFIG_NAME).is_file():
        is_trust = (folder / TRUST_NAME).is_file()
        said = f"Its {TRUST_NAME} is wrong; 'policy trust status' there says how." if is_trust else _none(folder)
        return Workspace(folder, name, "", None, None, "", "", (said,), ExitCode.CONFIGURATION)
    try:
        config = load_config(folder / CONFIG_NAME)
    except ConfigurationError as error:
        return Workspace(folder, name, "", None, None, "", "", _wrong_keys(error), ExitCode.CONFIGURATION)
    register, wrong = _register(config)
    copy_days, program, of_copies = _safety_copy(config, now)
    last_run = register.last_run.astimezone(config.zone) if register and register.last_run else None
    problems = (*wrong, *(_of_runs(register, now) if register else ()), *of_copies)
    return Workspace(
        folder,
        config.school.name or name,
        config.mail.route,
        last_run,
        copy_days,
        program,
        register.edition if register else "",
        problems,
        ExitCode.REGISTER if wrong and register is None and _is_there(config) else ExitCode.DONE,
    )


def _none(folder: Path) -> str:
    return "It is no workspace: there is no config.toml in it." if folder.is_dir() else "There is no such folder."


def _wrong_keys(error: ConfigurationError) -> tuple[str, ...]:
    """Return which keys of the settings are wrong; what stands there may be a person's name or address."""
    keys = list(dict.fromkeys(fault.key.partition("accounts.")[0] or "accounts" for fault in error.faults if fault.key))
    if not keys:
        return ("Its settings cannot be read; any command there says why.",)
    return (f"Its settings are wrong at {', '.join(keys)}; any command there says how to mend them.",)


def _is_there(config: Config) -> bool:
    if is_on_server(config.register_.url):
        return True
    try:
        return register_path(config.register_.url, root=config.root).exists()
    except PolicyPipelineError:
        return True


def _register(config: Config) -> tuple[AtRest | None, tuple[str, ...]]:
    url = config.register_.url
    try:
        path = register_path(url, root=config.root)
        if is_on_server(url):
            where = register_name(url, root=config.root)
            return None, (f"Its register is in {where}, which is not asked from here; 'policy status' there asks it.",)
        if not path.exists():
            return None, ("It has not run yet.",)
        return look_at_rest(path), ()
    except PolicyPipelineError as error:
        return None, (str(error),)


def _of_runs(register: AtRest, now: datetime) -> tuple[str, ...]:
    said: list[str] = []
    if register.is_newer:
        said.append("Its register was made by a newer version of this program; install that here.")
    if register.is_older:
        said.append("Its register is of an earlier version; the next run there brings it up to date.")
    if register.last_run is None:
        said.append("No run was ever finished.")
    elif now - register.last_run > _SILENT_AFTER:
        days = (now - register.last_run).days
        said.append(f"No run was finished for {say_count(days, 'day')}: look whether its schedule or service runs.")
    if register.put_off:
        said.append(f"{say_count(register.put_off, 'mail')} put off, to be tried again.")
    return tuple(said)


def _safety_copy(config: Config, now: datetime) -> tuple[int | None, str, tuple[str, ...]]:
    """Return how old the newest copy is, which version made it, and what to say of it."""
    copies = list_nightly(config)
    if not copies:
        return None, "", ("It keeps no safety copies ([backup] keep = 0).",) if not config.backup.keep else ()
    day, path = copies[-1]
    days = (now.astimezone(config.zone).date() - day).days
    said = [f"Its newest safety copy is {say_count(days, 'day')} old."] if days > _OLD_DAYS else []
    try:
        program = read_manifest(path).program
    except PolicyPipelineError:
        said.append(f"Its newest safety copy, {path.name}, is not whole.")
        program = ""
    return days, program, tuple(said)
