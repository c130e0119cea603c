"""A pack of evidence for several schools of a trust: one archive with a folder a school.

Each school's pack is its own, as ``policy evidence`` makes it, and is noted in its own ledger. A school of which none
can be made is left out and named in the archive; it keeps no other from having one.
"""

import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pipeline.errors import ExitCode, PolicyPipelineError, UsageError, say_system_error
from pipeline.evidence.writing import EvidenceOrder, WrittenPack, write_pack
from pipeline.private_files import make_folder
from pipeline.register.store.for_run import open_workspace_register
from pipeline.trust.schools import School

LEFT_OUT = "left-out.txt"
"""Stands in an archive that is without some school."""


@dataclass(frozen=True, slots=True)
class SchoolWithoutPack:
    """A school of which no pack could be made."""

    school: School
    said: tuple[str, ...]
    """Why, a sentence each; it may name a folder of this computer."""
    code: ExitCode


@dataclass(frozen=True, slots=True)
class TrustEvidence:
    """One archive for several schools."""

    archive: Path
    schools: tuple[School, ...]
    """Those of which a pack is in it."""
    left_out: tuple[SchoolWithoutPack, ...]
    missing: tuple[str, ...]
    """Files that are gone and so are in no pack, with the school's key before each."""


def write_evidence(
    schools: Sequence[School],
    out: Path,
    order: EvidenceOrder,
    *,
    name: str,
    actor: str,
    now: datetime,
    progress: Callable[[School, int], None] = lambda school, done: None,
) -> TrustEvidence:
    """Make a pack of each school and put all into ``name``.zip in the folder ``out``, whole or not at all.

    ``progress`` is told each school before its turn, and how many are done.

    Raises:
        UsageError: no school has one, or the archive cannot be written or is there already.
    """
    archive = out / f"{name}.zip"
    if archive.exists():
        raise UsageError(f"{archive} is there already: move it away, or choose another folder.")
    try:
        make_folder(out)
        with tempfile.TemporaryDirectory(prefix=".evidence-", dir=out) as unfinished:
            gathering = _Gathering(Path(unfinished), order, actor, now)
            gathering.gather(schools, Path(unfinished, archive.name), progress)
            if not gathering.done:
                raise UsageError(_say_none(gathering.left_out))
            Path(unfinished, archive.name).rename(archive)
    except OSError as error:
        raise UsageError(f"The packs cannot be written to {out}: {say_system_error(error)}.") from error
    return TrustEvidence(archive, tuple(gathering.done), tuple(gathering.left_out), tuple(gathering.missing))


@dataclass(slots=True)
class _Gathering:
    """Packs on their way into one archive."""

    folder: Path
    """For what is not finished."""
    order: EvidenceOrder
    actor: str
    now: datetime
    done: list[School] = field(default_factory=list)
    left_out: list[SchoolWithoutPack] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def gather(self, schools: Sequence[School], archive: Path, progress: Callable[[School, int], None]) -> None:
        """Make each school's pack and put it into ``archive``."""
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
            for number, school in enumerate(schools):
                progress(school, number)
                made = self._make(school)
                if isinstance(made, SchoolWithoutPack):
                    self.left_out.append(made)
                    continue
                _add(zipped, school.key, made)
                self.done.append(school)
                self.missing += [f"{school.key}: {file}" for file in made.pack.missing]
            if self.left_out:
                zipped.writestr(LEFT_OUT, _say_left_out(self.left_out))

    def _make(self, school: School) -> WrittenPack | SchoolWithoutPack:
        if school.config is None:
            return SchoolWithoutPack(school, school.faults, ExitCode.CONFIGURATION)
        try:
            with open_workspace_register(school.config, create=False) as register:
                out = self.folder / school.key
                return write_pack(register, school.config, out, self.order, actor=self.actor, now=self.now)
        except PolicyPipelineError as error:
            return SchoolWithoutPack(school, tuple(str(error).splitlines()), error.exit_code)


def _add(zipped: zipfile.ZipFile, key: str, made: WrittenPack) -> None:
    """Put a school's pack into its folder of the archive: its files, or the encrypted archive that it is."""
    if made.folder is None:
        zipped.write(made.archive, f"{key}/{made.archive.name}", zipfile.ZIP_STORED)
        return
    for path in sorted(each for each in made.folder.rglob("*") if each.is_file()):
        zipped.write(path, f"{key}/{path.relative_to(made.folder).as_posix()}")


def _say_none(left_out: Sequence[SchoolWithoutPack]) -> str:
    """Return why there is nothing: once where it is the same everywhere, as of a day that is still to come."""
    reasons = {one.school.name: " ".join(one.said) for one in left_out}
    if len(set(reasons.values())) == 1:
        return next(iter(reasons.values()))
    whose = " ".join(f"{name}: {why}" for name, why in reasons.items())
    return f"Of no school could a pack be made. {whose}".strip()


def _say_left_out(left_out: Sequence[SchoolWithoutPack]) -> str:
    """Return the names of the schools alone: the archive goes to others, and why may name a person."""
    lines = [
        "No pack could be made of these schools: their settings or their register need mending, or no run was made."
    ]
    return "\n".join([*lines, "", *(f"{one.school.name} ({one.school.key})" for one in left_out)]) + "\n"
