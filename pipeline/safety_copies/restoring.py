"""Put a safety copy back: check all of it first, move what is there aside, hold all mail until the office has looked.

Nothing is deleted: what the copy replaces lies in ``distribution/replaced-…`` afterwards. Killed in the middle it can
be done again; the register comes last, and mail is held from before it is touched.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from pipeline.config import Config, load_config
from pipeline.errors import RegisterError, SafetyCopyError, say_system_error
from pipeline.files import free_path
from pipeline.private_files import FOLDER, PASSAGE, SERVED, SERVED_FILE, SERVED_FOLDER, close_doors, make_folder
from pipeline.register.deciding import deciding
from pipeline.register.ledger.keyed_rows import ended_field
from pipeline.register.sign_ins import end_everything
from pipeline.register.store.database import open_register
from pipeline.register.store.location import is_on_server, read_mounts, refuse_shared_drive, register_path
from pipeline.register.store.marks import note_restored
from pipeline.register.store.snapshots import check_snapshot, is_in_use, put_on_server, refuse_replacing
from pipeline.safety_copies.archive import REGISTER, Manifest, unpack
from pipeline.safety_copies.whose import refuse_another_school
from pipeline.workspace import CONFIG_NAME

_BESIDE = ("-wal", "-shm", "-journal")
"""Files of SQLite's that belong to one register and must not meet another."""
_SERVED = frozenset(("distribution", name) for name in SERVED)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back."""

    manifest: Manifest
    register: Path
    aside: Path | None
    """Where what was there before lies now; None where there was nothing."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A copy that was checked and lies unpacked, ready to be put in place."""

    manifest: Manifest
    folder: Path
    root: Path
    register: Path
    """Where the register goes, by the settings in the copy; of one on a server, what lies beside is named after it."""
    url: str
    """The same as the settings have it."""

    @property
    def is_on_server(self) -> bool:
        """Whether the register goes into a database."""
        return is_on_server(self.url)

    @property
    def replaces(self) -> tuple[Path, ...]:
        """What is there now and would be moved aside."""
        register = [self.register.with_name(self.register.name + end) for end in ("", *_BESIDE)]
        others = [self.root.joinpath(*PurePosixPath(name).parts) for name in self._names]
        return tuple(path for path in (*others, *register) if path.exists())

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.manifest.entries if entry.name != REGISTER)


@contextmanager
def unpacked(copy: Path, root: Path, *, passphrase: str | None) -> Iterator[Unpacked]:
    """Unpack and check a copy beside the workspace ``root``; what lies there is not touched, and nothing of it stays.

    Raises SafetyCopyError: the copy is not whole, of a newer program, another passphrase or another school than the one
    that is here, or there is no room; RegisterError: its register may not take the place it is to have.
    """
    folder = root / f".restoring-{os.getpid()}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        make_folder(folder)
        manifest = unpack(copy, folder, passphrase=passphrase)
        try:
            check_snapshot(folder / REGISTER)
        except RegisterError as error:
            raise SafetyCopyError(f"{copy} cannot be put back. {error}") from error
        settings = folder / CONFIG_NAME
        url = load_config(settings, root=root).register_.url if settings.is_file() else ""
        if not url:
            raise SafetyCopyError(f"{copy} has no {CONFIG_NAME}, so nobody can tell where its register goes.")
        register = register_path(url, root=root)
        if not is_on_server(url):
            refuse_shared_drive(register, mounts=read_mounts())
        config = load_config(settings, root=root)
        refuse_another_school(folder, config)
        refuse_replacing(folder / REGISTER, url, config)
        yield Unpacked(manifest, folder, root, register, url)
    except OSError as error:
        raise SafetyCopyError(f"{root} cannot be written: {say_system_error(error)}.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_back(found: Unpacked, *, actor: str, now: datetime) -> Restored:
    """Put what was unpacked in its place, what is there aside, and hold all mail; the ledger records who did it.

    Raises SafetyCopyError: a program has the register open, or a file cannot be moved; RegisterError where the register
    cannot be used afterwards.
    """
    if is_in_use(found.register):
        raise SafetyCopyError(
            f"A program has the register {found.register} open ('policy serve', a run). End it, then do this again. "
            "Nothing was changed."
        )
    aside = free_path(found.root / "distribution" / f"replaced-{now:%Y-%m-%dT%H%M%S}")
    try:
        moved = _swap(found, aside, now)
        note_restored(found.register, found.root)
    except (OSError, RegisterError) as error:
        why = say_system_error(error) if isinstance(error, OSError) else str(error).rstrip(".")
        raise SafetyCopyError(
            f"Not everything could be put back: {why}. What was there before lies in {aside}; put "
            "right what is in the way and do this again."
        ) from error
    _record(load_config(found.root / CONFIG_NAME), found.manifest, actor, now)
    return Restored(found.manifest, found.register, aside if moved else None)


def _swap(found: Unpacked, aside: Path, now: datetime) -> bool:
    """Move each file aside and the copy's in its place, the register last; return whether anything was there."""
    moved = False
    make_folder(found.root / "distribution", PASSAGE)
    note_restored(found.register, found.root)
    for old in found.replaces:
        into = aside / (old.relative_to(found.root) if old.is_relative_to(found.root) else old.name)
        make_folder(aside)
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(old, into)
        moved = True
    for entry in sorted(found.manifest.entries, key=lambda entry: entry.name == REGISTER):
        path = found.root.joinpath(*PurePosixPath(entry.name).parts)
        if entry.name == REGISTER and is_on_server(found.url):
            put_on_server(found.folder / REGISTER, found.url, load_config(found.root / CONFIG_NAME), now)
            moved = True
            continue
        target = found.register if entry.name == REGISTER else path
        is_served = PurePosixPath(entry.name).parts[:2] in _SERVED
        if is_served or ".secrets" in target.parts:
            make_folder(target.parent, SERVED_FOLDER if is_served else FOLDER)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(found.folder.joinpath(*PurePosixPath(entry.name).parts), target)
        if is_served and os.name == "posix":
            target.chmod(SERVED_FILE)
    close_doors(found.root, found.root / "distribution", found.register)
    return moved


def _record(config: Config, manifest: Manifest, actor: str, now: datetime) -> None:
    """Open the register, which brings it up to date, let its ledger say what was done, and sign everybody out."""
    school = config.school
    with (
        open_register(
            config.register_.url,
            root=config.root,
            school_name=school.name,
            time_zone=school.time_zone,
            create=False,
            school_key=school.key,
        ) as register,
        deciding(register, config.root, actor, now, even_unsigned=True) as decision,
    ):
        ended = end_everything(decision.tx, decision.school, now)
        made = {"made_at": manifest.made_at.isoformat(timespec="seconds"), "program": manifest.program}
        decision.record("register-restored", {**made, **ended_field(ended.prints)})
