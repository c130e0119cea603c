"""What would happen if a school left its trust: looked at and checked, with nothing changed."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.config import Config, load_config
from pipeline.configuration.trust import Trust
from pipeline.errors import ConfigurationError, UsageError
from pipeline.register.store.database import has_register
from pipeline.register.store.for_run import open_workspace_register
from pipeline.register.store.location import is_on_server, register_name, register_path
from pipeline.register.store.marks import moved_note
from pipeline.register.store.moving import standing_still
from pipeline.register.store.sqlite import file_beside
from pipeline.settings.file import read_settings
from pipeline.trust.leaving.notes import OnItsWay
from pipeline.trust.leaving.settings import own_settings
from pipeline.trust.schools import School
from pipeline.workspace import CONFIG_NAME


@dataclass(frozen=True, slots=True)
class LeavingRegister:
    """Where a school's register is before it leaves."""

    url: str
    """As ``[register] url`` would name it; empty where there is none yet."""
    said: str
    """The same, in words."""
    is_inside: bool
    """It is a file in the school's folder, and goes along with that."""


def plan_leaving(trust: Trust, school: School, out: Path | None, now: datetime) -> OnItsWay:
    """Return what would be done; its register is checked whole, and nothing is changed.

    Raises:
        UsageError: the school cannot have its workspace there.
        ConfigurationError: its settings have faults, or cannot be written out.
        RegisterError: its register cannot leave as it stands.
    """
    if school.config is None:
        raise ConfigurationError(*school.faults)
    config = load_config(school.folder / CONFIG_NAME)
    place = choose_place(trust, school.folder, out)
    source = source_of(config)
    register = _register_after(config, source)
    day = now.astimezone(config.zone).date().isoformat()
    text = read_settings(school.folder / CONFIG_NAME).text
    _, taken = own_settings(text, config.root, register, day)
    records = count_records(config, source) if source.url else 0
    return OnItsWay(
        key=school.key,
        name=school.name,
        folder=str(school.folder),
        out=str(place),
        register=register,
        carried_from="" if source.is_inside else source.said,
        records=records,
        began_at=now.replace(microsecond=0).isoformat(),
        taken=taken,
    )


def source_of(config: Config) -> LeavingRegister:
    """Return where a school's register is. Raises RegisterError where a server cannot be asked."""
    url, root, school = config.register_.url, config.root, config.school
    beside = file_beside(root)
    if is_on_server(url) and beside is not None:
        # The trust's settings name a server, and the school's register was not carried there yet.
        url = beside.relative_to(root).as_posix()
    elif not has_register(url, root=root, school_name=school.name, school_key=school.key):
        return LeavingRegister("", "", is_inside=False)
    is_inside = not is_on_server(url) and register_path(url, root=root).resolve().is_relative_to(root.resolve())
    return LeavingRegister(url, register_name(url, root=root), is_inside)


def count_records(config: Config, source: LeavingRegister) -> int:
    """Check a register and its ledger while nobody writes to it; return how many records the ledger has."""
    with (
        open_workspace_register(config, create=False, url=source.url) as register,
        standing_still(register, config.root) as (_, records),
    ):
        return records


def choose_place(trust: Trust, folder: Path, out: Path | None) -> Path:
    """Return the workspace from now on of a school that is in ``folder``; ``out`` None where it stays there.

    Raises:
        UsageError: it cannot be there.
    """
    root = trust.root.resolve()
    place = folder if out is None else out.resolve()
    if place == folder:
        if folder.is_relative_to(root):
            raise UsageError(f"{folder} lies in the trust's folder. Name a place outside of that with --out FOLDER.")
        return place
    others = [trust.folder_of(one) for one in trust.schools]
    if any(place.is_relative_to(each) or each.is_relative_to(place) for each in (root, folder, *others)):
        raise UsageError(
            f"{place} lies in a folder of the trust or of a school, or holds one. Name another with --out."
        )
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise UsageError(f"There is something in {place} already. Name a folder with --out that is not there yet.")
    above = next(each for each in (place, *place.parents) if each.exists())
    if not above.is_dir() or not os.access(above, os.W_OK):
        raise UsageError(f"{above} cannot be written to. Name another folder with --out.")
    if above.stat().st_dev != folder.stat().st_dev:
        raise UsageError(
            f"{place} is on another drive than {folder}. Name a folder on the same drive, so that the school's folder "
            "goes there whole; from there 'policy backup' and 'policy restore' take it to another computer."
        )
    return place


def _register_after(config: Config, source: LeavingRegister) -> str:
    """Return the file that the register is in afterwards, as ``[register] url`` names it; empty for none."""
    root = config.root.resolve()
    if not source.url:
        return ""
    if source.is_inside:
        return register_path(source.url, root=root).resolve().relative_to(root).as_posix()
    names = (f"distribution/register{f'-{number}' if number > 1 else ''}.sqlite3" for number in range(1, 100))
    return next(name for name in names if not (root / name).exists() and not moved_note(root / name).exists())
