"""A document that an owner hands over in the browser: read like any other, looked at, then put into the folder.

``look_at_upload`` says what would come of a file and changes nothing; ``take_upload`` puts it into ``policies/`` and
records it as a run would, for this one file. The file before it is in the register, as every version is; one that the
register has no copy of is kept beside under another name.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from pipeline.changes.compare import compare_texts
from pipeline.changes.differences import ChangedParagraph, list_changes, say_difference
from pipeline.config import Config
from pipeline.documents import SUFFIXES, is_skipped
from pipeline.documents.recognise import FORMAT_OF_SUFFIX, READABLE, say_format
from pipeline.errors import RegisterInUseError, UsageError, say_system_error
from pipeline.model.facts import Problem
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.policies.decisions.decided import Decided
from pipeline.policies.decisions.drafts import say_kind
from pipeline.policies.intake.reading import ReadFile, read_files
from pipeline.policies.intake.record import record_readings
from pipeline.policies.intake.scan import FoundFile, Scan, file_as, is_note, scan_folder
from pipeline.policies.intake.standings import FORMAT_ORDER, PRIMARY, UNREADABLE
from pipeline.register.decision import Decision
from pipeline.register.policies import policies as rows
from pipeline.register.policies.contents import find_damaged_content
from pipeline.register.policies.policies import PolicyRow, SourceFile, VersionRow, get_policy
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction

_LONGEST_NAME_BYTES = 180
_LONGEST_STAGED = 60
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]+')
"""What no file of Windows may be called by."""
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that was handed over."""

    name: str
    """As the person who sent it calls it: for showing, and for its ending."""
    location: Path
    slug: str | None = None
    """Of the policy that it is to be a version of; None of one that is new here."""


@dataclass(frozen=True, slots=True)
class UploadView:
    """What a file would come to, for its owner to look at before it counts."""

    reading: ReadFile
    path: str
    """Where it would lie, relative to ``policies/``."""
    slug: str
    title: str
    replaces: bool
    """Whether it takes the place of the file that lies there."""
    second: str
    """The file that would no longer count beside it; empty for none."""
    is_new: bool
    """Whether it would be a policy that is new here."""
    status: VersionStatus | None
    """How its version would stand; None where the file is the text in use, and the draft would go."""
    kind: RevisionKind | None
    said: str
    """What would come of it, in a sentence or two."""
    changes: tuple[ChangedParagraph, ...]
    """What differs from the text in use."""
    holds: tuple[Problem, ...]
    seen: str
    """What it was compared with; ``take_upload`` is given it back."""


@dataclass(frozen=True, slots=True)
class _UploadPlace:
    """Where a file would lie and what it would follow."""

    path: str
    policy: PolicyRow | None
    replaces: SourceFile | None
    second: str
    seen: str


def look_at_upload(register: Register, config: Config, file: UploadedFile, *, today: date, now: datetime) -> UploadView:
    """Read an uploaded file in a child process, and return what it would come to; nothing is kept.

    Raises:
        DocumentError: it cannot be read.
        UsageError: it cannot be taken as what it is handed over for; the message says why and what to do.
    """
    scan = scan_folder(config.policies)
    with register.reading() as tx:
        place = _place_for(tx, register.school, scan, file)
    reading = _read(config, scan, place, file.location)
    try:
        with register.transaction() as tx:
            # Recorded as it would be, and taken back: one way of telling what a text is, and no second.
            raise _NothingIsKeptError(
                _rehearse(Decision(tx, register.school, "", now), config, reading, place, file, today)
            )
    except _NothingIsKeptError as looked:
        return looked.view


class _NothingIsKeptError(Exception):
    """Ends a transaction that only looked what would come of a file."""

    def __init__(self, view: UploadView) -> None:
        self.view = view


def take_upload(
    register: Register,
    config: Config,
    file: UploadedFile,
    *,
    seen: str,
    deciding: Callable[[], AbstractContextManager[Decision]],
    today: date,
) -> Decided:
    """Put an uploaded file into the folder of policies and record it; ``seen`` is of the view that was looked at.

    Raises:
        DocumentError: it cannot be read.
        UsageError: as ``look_at_upload``; or the policy was changed since it was looked at, a run is at work, or the
            folder cannot be written. Nothing is left of the file then.
    """
    with _no_run_beside(register), _staged(config.policies, file) as staged:
        scan = scan_folder(config.policies)
        with register.reading() as tx:
            place = _place_for(tx, register.school, scan, file)
        reading = _read(config, scan, place, staged)
        with deciding() as decision:
            if _place_for(decision.tx, decision.school, scan, file).seen != seen:
                raise UsageError("The policy was changed meanwhile, so nothing was taken. Look at your file once more.")
            view = _rehearse(decision, config, reading, place, file, today)
            fields = {"policy": view.slug, "sha256": reading.file.sha256}
            decision.record("uploaded", fields, words={"file": file.name})
            _put(decision, config.policies, staged, place, today)
    return Decided(view.slug, view.title, f"{place.path} is in the folder of policies. {view.said}")


# --- where it would lie ----------------------------------------------------------------------------------------------


def _place_for(tx: Transaction, school: str, scan: Scan, file: UploadedFile) -> _UploadPlace:
    if file.slug is None:
        return _UploadPlace(_new_path(scan, file.name), None, None, "", "new")
    policy = get_policy(tx, school, file.slug)
    if policy.withdrawn_on is not None:
        raise UsageError(f"{policy.title} was taken out of use. Put it back in use first, then upload its file.")
    files = rows.list_source_files(tx, school)
    mine = [each for each in files.values() if each.policy_id == policy.id and each.vanished_at is None]
    before = next((each for standing in (PRIMARY, UNREADABLE) for each in mine if each.standing == standing), None)
    seen = _seen(tx, school, policy, before)
    if before is None:
        return _UploadPlace(_new_path(scan, file.name), policy, None, "", seen)
    _require_known(scan, before)
    path = _path_after(before.path, file.name, policy.title)
    if path == before.path:
        return _UploadPlace(path, policy, before, "", seen)
    _require_free(scan, path)
    return _UploadPlace(path, policy, None, before.path, seen)


def _seen(tx: Transaction, school: str, policy: PolicyRow, before: SourceFile | None) -> str:
    known = [rows.versions_in_force(tx, school).get(policy.id), rows.drafts(tx, school).get(policy.id)]
    numbers = [str(version.number) if version is not None else "" for version in known]
    return " ".join([*numbers, before.sha256 if before is not None else ""])


def _require_known(scan: Scan, before: SourceFile) -> None:
    """Make sure that the file that lies there is the one that was read: no text is lost that nobody has seen."""
    lying = next((each for each in scan.files if each.path == before.path), None)
    if lying is None or lying.sha256 != before.sha256:
        raise UsageError(
            f"{before.path} was changed or moved in the folder of policies, and no run has read it yet. Nothing was "
            "taken, so that nothing is lost: wait for the next run, look at what it says, then upload your file."
        )


def _path_after(before: str, name: str, title: str) -> str:
    """Return where a file follows the one that counts: in its place, or beside it where its kind counts before it."""
    old, new = (PurePosixPath(each).suffix.lower() for each in (before, name))
    if new == old:
        return before
    ranks = [FORMAT_ORDER.index(FORMAT_OF_SUFFIX[each]) for each in (old, new) if each in FORMAT_OF_SUFFIX]
    if len(ranks) == 2 and ranks[1] < ranks[0]:
        return str(PurePosixPath(before).with_suffix(new))
    raise UsageError(
        f"{title} is read from {before}. Upload a file that ends in {old} too: {_say_ending(new)} would lie beside it "
        "and not count."
    )


def _say_ending(suffix: str) -> str:
    return f"a file that ends in {suffix}" if suffix else "a file without an ending"


def _new_path(scan: Scan, name: str) -> str:
    path = _clean_name(name)
    _require_free(scan, path)
    return path


def _clean_name(name: str) -> str:
    """Return a file's name as it may lie in the folder on every system."""
    plain = PurePosixPath(_NOT_IN_NAMES.sub(" ", name))
    stem, suffix = " ".join(plain.stem.split()).strip(". "), plain.suffix.lower()
    stem = stem.encode("utf-8", "ignore")[:_LONGEST_NAME_BYTES].decode("utf-8", "ignore").strip()
    if suffix not in SUFFIXES:
        raise UsageError(f"“{name}” is {_say_ending(suffix)}, which is not read. {READABLE}")
    path = f"{stem}{suffix}"
    if not stem or _DEVICES.fullmatch(stem) or is_skipped(Path(path)) or is_note(Path(path)):
        raise UsageError(f"“{name}” is no name for a policy. Call the file by the policy’s title and choose it again.")
    return path


def _require_free(scan: Scan, path: str) -> None:
    lying = {part.path for file in scan.files for part in (file, file.appendix) if part is not None}
    taken = {each.casefold(): each for each in (*lying, *scan.left_out, *(named for named, _ in scan.unopened))}
    if (there := taken.get(path.casefold())) is not None:
        raise UsageError(
            f"A file {there} is in the folder of policies already, and it is not overwritten. If yours is a new "
            "version of that policy, upload it on that policy’s page; if not, give it another name."
        )


# --- reading and recording -------------------------------------------------------------------------------------------


def _read(config: Config, scan: Scan, place: _UploadPlace, location: Path) -> ReadFile:
    found = file_as(scan, place.path, location)
    if found is None:
        raise UsageError(
            f"By its name {place.path} is the local appendix of another policy. Put it into the folder of policies "
            "beside that; or give it another name, if it is a policy of its own."
        )
    reading = next(read_files([found], ocr=config.documents.ocr))
    if reading.error is not None:
        raise reading.error
    suffix = PurePosixPath(place.path).suffix.lower()
    if reading.format is not None and reading.format is not FORMAT_OF_SUFFIX[suffix]:
        raise UsageError(
            f"“{location.name}” is {say_format(reading.format)} although its name ends in {suffix}. Give it "
            "its right ending and choose it again."
        )
    return reading


def _rehearse(
    decision: Decision, config: Config, reading: ReadFile, place: _UploadPlace, file: UploadedFile, today: date
) -> UploadView:
    """Record one file as a run would, and return what came of it.

    Raises:
        UsageError: it came to something else than it was handed over for.
    """
    tx, school, sha256 = decision.tx, decision.school, reading.file.sha256
    before, waiting, was_known = _texts(tx, school, place.policy)
    last = waiting or before
    if last is not None and last.sha256 == sha256:
        raise UsageError("That is the very file that is here already, so there is nothing to take.")
    known = rows.list_source_files(tx, school)
    lying = [path for path, each in known.items() if each.vanished_at is None and path != place.path]
    present = [reading.file, *(FoundFile(path, config.policies / path, 0, 0, "") for path in lying)]
    record_readings(
        tx,
        school,
        [reading],
        present,
        school_name=config.school.name,
        trust_name=config.trust_name,
        today=today,
        now=decision.now,
        by=decision.actor,
    )
    source = rows.list_source_files(tx, school)[place.path]
    policy = next((each for each in rows.list_policies(tx, school) if each.id == source.policy_id), None)
    if policy is None or source.standing != PRIMARY or policy.id in was_known - {place.policy and place.policy.id}:
        raise _another(policy)
    if place.policy is not None and policy.id != place.policy.id:
        raise UsageError(
            f"By its title your file is “{policy.title}” and not {place.policy.title}. Look whether it is the right "
            f"file, and whether its title is right."
        )
    return _view(tx, school, reading, place, policy, before)


def _texts(
    tx: Transaction, school: str, policy: PolicyRow | None
) -> tuple[VersionRow | None, VersionRow | None, set[int]]:
    """Return the version in use and the draft of a policy, and the keys of all policies."""
    known = {each.id for each in rows.list_policies(tx, school)}
    if policy is None:
        return None, None, known
    return rows.versions_in_force(tx, school).get(policy.id), rows.drafts(tx, school).get(policy.id), known


def _another(policy: PolicyRow | None) -> UsageError:
    called = f"“{policy.title}”, which is here already" if policy is not None else "a policy that is here already"
    return UsageError(
        f"By its title or its words your file is {called}. To give that a new version, open its page and upload the "
        "file there; if it is another policy, give it a title of its own."
    )


def _view(
    tx: Transaction,
    school: str,
    reading: ReadFile,
    place: _UploadPlace,
    policy: PolicyRow,
    before: VersionRow | None,
) -> UploadView:
    current, draft = rows.versions_in_force(tx, school).get(policy.id), rows.drafts(tx, school).get(policy.id)
    version = next((each for each in (draft, current) if each and each.sha256 == reading.file.sha256), None)
    made = version if version is not None and (before is None or version.id != before.id) else None
    said, changes = "", ()  # type: tuple[str, tuple[ChangedParagraph, ...]]
    if made is not None and before is not None:
        comparison = compare_texts(rows.load_text(tx, before.id), before.facts, reading.text, reading.facts)
        said, changes = say_difference(comparison), list_changes(comparison)
    return UploadView(
        reading=reading,
        path=place.path,
        slug=policy.slug,
        title=reading.facts.title or policy.title,
        replaces=place.replaces is not None,
        second=place.second,
        is_new=place.policy is None,
        status=made.status if made is not None else None,
        kind=made.kind if made is not None else None,
        said=_say_outcome(made, said, before),
        changes=changes,
        holds=made.holds if made is not None else (),
        seen=place.seen,
    )


def _say_outcome(made: VersionRow | None, difference: str, before: VersionRow | None) -> str:
    if made is None:
        return "It is the text in use, so the changed text that waits is dropped."
    if made.kind is RevisionKind.ADOPTED:
        if made.holds:
            return "It is new here and is held: nobody is given it until that is settled."
        return "It is new here and counts as in use as it stands; the next run makes its copy."
    kind = say_kind(made.kind) if made.kind is not None else "a change"
    if made.status is VersionStatus.DRAFT:
        compared = f": {difference}" if difference else ""
        first = before is not None and before.holds
        given = (
            "staff are given neither it nor the earlier text" if first else "the earlier text is what staff are given"
        )
        return f"It reads as {kind}{compared}. It waits until it is put in use; until then {given}."
    return f"It reads as {kind}: {difference}. It is in use at once."


# --- the folder ------------------------------------------------------------------------------------------------------


@contextmanager
def _no_run_beside(register: Register) -> Iterator[None]:
    """Keep runs out, which would take the new file for one that is gone."""
    try:
        with register.lock():
            yield
    except RegisterInUseError as error:
        raise UsageError(
            "A run is reading the policies just now, so nothing was taken. Try again in a few minutes."
        ) from error


@contextmanager
def _staged(folder: Path, file: UploadedFile) -> Iterator[Path]:
    """Yield a copy of the file inside the folder of policies, under a name that no run looks at; take it away after.

    Nobody else stages one meanwhile: what lies there yet was left by a program that was killed.
    """
    for left in folder.glob(".upload-*") if folder.is_dir() else ():
        shutil.rmtree(left, ignore_errors=True)
    staging = folder / f".upload-{os.getpid()}-{os.urandom(4).hex()}"
    try:
        staging.mkdir(parents=True)
        staged = staging / Path(file.name).name[-_LONGEST_STAGED:]
        with file.location.open("rb") as source, staged.open("xb") as target:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
        yield staged
    except OSError as error:
        raise UsageError(
            f"The file could not be put into the folder of policies: {say_system_error(error)}. Nothing was changed."
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _put(decision: Decision, folder: Path, staged: Path, place: _UploadPlace, today: date) -> None:
    """Put the staged file where it belongs, in one step; only the file that it follows is ever replaced."""
    target = folder / place.path
    if place.replaces is None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.open("xb").close()
        try:
            staged.replace(target)
        except OSError:
            target.unlink(missing_ok=True)
            raise
        return
    if find_damaged_content(decision.tx, [place.replaces.sha256]):
        # The register has no copy of what could never be read.
        shutil.copy2(target, target.with_name(f"{target.name} until {today.isoformat()}.kept"))
    shutil.copymode(target, staged)
    staged.replace(target)
