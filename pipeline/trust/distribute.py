"""Hand the trust's policies out: each school's version, its own words in the slots, goes into its ``policies/``.

Nothing is mailed by that, and nothing decided: the school's next run reads the file, compares it with what is in force
there and takes it for a draft, which waits for ``policy issue`` or ``policy approve`` as any changed file does.
A file that a person at the school changed by hand is never overwritten: by the hash of what was written last it is told
from one that nobody touched.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.catalogue.titles import slug_for
from pipeline.changes.compare import compare_texts
from pipeline.changes.differences import say_difference
from pipeline.config import Config
from pipeline.configuration.trust import Trust
from pipeline.documents import SUFFIXES, is_skipped
from pipeline.errors import PolicyPipelineError, RenderError
from pipeline.files import free_path, write_atomically
from pipeline.other_schools.editions import RECEIVED, read_received
from pipeline.policies.intake.appendices import is_appendix_of
from pipeline.policies.intake.reading import ReadFile, read_files
from pipeline.policies.intake.scan import file_as, files_given, scan_folder
from pipeline.policies.intake.standings import PRIMARY, is_retired
from pipeline.register.policies import policies as rows
from pipeline.register.transaction import Transaction
from pipeline.trust.documents import TrustPolicy
from pipeline.trust.others import Among, faults_of_others, list_among
from pipeline.trust.reading import reading_register
from pipeline.trust.schools import School
from pipeline.trust.slots import list_texts, read_words, school_faults, words_path

SET_ASIDE = "set-aside"
_MOST_KEPT = 20
_NOT_OF_A_NAME = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}\b|\bv(?:ersion)?[\s.]*\d[\d.]*|\b(?:final|draft|copy|new|updated|approved|signed)\b",
    re.IGNORECASE,
)
"""What the name of a file tells of the copy, and not of the policy."""


class Handing(StrEnum):
    """What became of one policy at one school."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    """The school has this version already."""
    OWN = "own"
    """By the scheme of delegation the school has a policy of its own."""
    WAITS = "waits"
    """Something is missing or wrong, which is told."""
    CHANGED_BY_HAND = "changed-by-hand"
    """The school's file is not as it was handed out; it stays."""


@dataclass(frozen=True, slots=True)
class Handed:
    """One policy at one school."""

    school: School
    policy: TrustPolicy
    state: Handing
    said: tuple[str, ...] = ()
    """What keeps it back, or how the school's file differs, a sentence each."""


@dataclass(frozen=True, slots=True)
class HandingOut:
    """How policies are handed out."""

    actor: str
    now: datetime
    dry_run: bool = False
    """Say what would be written; write nothing."""
    replace: bool = False
    """Put a file that was changed by hand aside and write the trust's version."""


def hand_out(
    trust: Trust, schools: Sequence[School], policies: Sequence[TrustPolicy], how: HandingOut
) -> tuple[Handed, ...]:
    """Write each school's version of each policy into its folder; return what became of each, school by school.

    One that cannot be written keeps no other back.
    """
    among = list_among(trust)
    return tuple(_hand_over(trust, school, policy, among[school.key], how) for school in schools for policy in policies)


def _hand_over(trust: Trust, school: School, policy: TrustPolicy, among: Among, how: HandingOut) -> Handed:
    if trust.decider_of(policy.slug, school.entry) == "school":
        return Handed(school, policy, Handing.OWN)
    if school.config is None:
        return Handed(school, policy, Handing.WAITS, school.faults)
    try:
        version, faults = make_version(school, policy, among)
        if version is None:
            return Handed(school, policy, Handing.WAITS, faults)
        if other := _other_file(school.config, policy) or _unread_file(school, school.config, policy):
            return Handed(school, policy, Handing.WAITS, (other,))
        return _write(school, school.config, policy, version, how)
    except (PolicyPipelineError, OSError) as error:
        return Handed(school, policy, Handing.WAITS, tuple(str(error).splitlines()))


def make_version(school: School, policy: TrustPolicy, among: Among) -> tuple[bytes | None, tuple[str, ...]]:
    """Return a school's version of a policy; None with the reasons where it cannot be made yet.

    Raises:
        RenderError: the Word file could not be changed and proved.
    """
    own = read_words(words_path(school.folder, policy.slug))
    slots, slug = policy.slots.slots, policy.slug
    texts = [*list_texts(slots, own), *_appendices(school, policy)]
    if faults := (*school_faults(slots, own, slug), *faults_of_others(texts, among, own.may_name, slug)):
        return None, faults
    return policy.version_for(own), ()


def _appendices(school: School, policy: TrustPolicy) -> list[tuple[str, str]]:
    """Return the text of the school's own appendix to a policy, with how it is called; one that cannot be read is left.

    The school's run tells of that one.
    """
    folder = school.folder / "policies"
    paths = [path for path in _paths_in(folder) if is_appendix_of(path, policy.path)]
    readings = read_files(files_given([folder / path for path in paths]))
    return [(f"The words of policies/{path}", reading.text) for path, reading in zip(paths, readings, strict=True)]


def _paths_in(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES and path.is_file() and not is_skipped(path)
    )


def _other_file(config: Config, policy: TrustPolicy) -> str | None:
    """Return what to say where the school has another file of the same policy, which would be there twice."""
    with reading_register(config) as found:
        if found is None:
            return None
        tx, school = found
        known = rows.find_policy(tx, school, policy.slug)
        paths = _paths(tx, school, known.id) if known is not None else []
    for path in paths:
        if path != policy.path and (config.policies / path).is_file():
            return (
                f"It has a file of its own for this policy, policies/{path}. Move that into policies/old, or leave the "
                "policy to the school in trust.toml: delegation = { " + f'{policy.slug} = "school" }} with its entry.'
            )
    return None


def _unread_file(school: School, config: Config, policy: TrustPolicy) -> str | None:
    """Return what to say where a file that no run has read yet is of the same policy, by its name or its title.

    The school's first run would take the trust's file beside it for the one that counts, or ask its staff for both.
    """
    if policy.path in read_received(school.folder) and (config.policies / policy.path).is_file():
        return None
    with reading_register(config) as found:
        known = set(rows.list_source_files(*found)) if found is not None else set()
    unread = [
        path
        for path in _paths_in(config.policies)
        if path not in known and path != policy.path and not is_retired(path) and not is_appendix_of(path, policy.path)
    ]
    same = next((path for path in unread if _is_called(path, policy)), None) or _titled(config, unread, policy)
    if same is None:
        return None
    return (
        f"It has a file of its own for this policy that no run has read yet, policies/{same}. Move that into "
        f"policies/old, or leave the policy to the school in trust.toml: delegation = {{ {policy.slug} = "
        '"school" } with its entry.'
    )


def _is_called(path: str, policy: TrustPolicy) -> bool:
    """Whether a file is called as a policy is, years, versions, capitals and signs between its words apart."""
    name = " ".join(_NOT_OF_A_NAME.sub(" ", Path(path).stem.replace("_", " ").replace("-", " ")).split())
    letters = _letters(name)
    return slug_for(name) == policy.slug or letters in (_letters(policy.title), _letters(Path(policy.path).stem))


def _letters(name: str) -> str:
    return re.sub(r"[\W\d_]|policy", "", name.casefold())


def _titled(config: Config, paths: Sequence[str], policy: TrustPolicy) -> str | None:
    """Return the first of the files whose title makes it the same policy."""
    for path in paths:
        location = config.policies / path
        if _slug_within(location, location.stat().st_mtime_ns) == policy.slug:
            return path
    return None


@lru_cache(maxsize=4096)
def _slug_within(location: Path, _modified_ns: int) -> str:
    """Return the short name that a document's title gives, once for all policies; "" for one without or unreadable."""
    title = next(read_files(files_given([location]))).facts.title
    return slug_for(title) if title else ""


def _paths(tx: Transaction, school: str, policy_id: int) -> list[str]:
    files = rows.list_source_files(tx, school).values()
    return [each.path for each in files if each.policy_id == policy_id and each.standing == PRIMARY]


def _write(school: School, config: Config, policy: TrustPolicy, version: bytes, how: HandingOut) -> Handed:
    target = config.policies / policy.path
    received = read_received(school.folder)
    wanted = _digest(version)
    there = _digest(target.read_bytes()) if target.is_file() else None
    if there == wanted:
        return Handed(school, policy, Handing.UNCHANGED)
    known = received.get(policy.path, {}).get("sha256s", [])
    if there is not None and there not in known:
        if not how.replace:
            return Handed(school, policy, Handing.CHANGED_BY_HAND, (_say_by_hand(school, config, policy, version),))
        if not how.dry_run:
            _put_aside(target, school.folder, how.now)
    if not how.dry_run:
        # First what will have been written, then the file: cut off between the two, it is still known as handed out.
        entry = {
            "slug": policy.slug,
            "sha256s": [*known, wanted][-_MOST_KEPT:],
            "source_sha256": policy.reading.file.sha256,
            "made_from": _made_from(received.get(policy.path, {}), known, wanted, policy.reading.file.sha256),
            "by": how.actor,
            "at": how.now.isoformat(timespec="seconds"),
        }
        _keep_received(school.folder, {**received, policy.path: entry})
        write_atomically(target, version)
    return Handed(school, policy, Handing.WRITTEN)


def _say_by_hand(school: School, config: Config, policy: TrustPolicy, version: bytes) -> str:
    """Say that a school's file is not as it was handed out, and how it differs from the trust's version."""
    advice = (
        f"It stays as it is. Move the school's own words into slots/{policy.slug}.toml or into a file "
        f"“{Path(policy.path).stem} appendix” beside it; then 'policy trust distribute {policy.slug} --school "
        f"{school.key} --replace' puts this file aside and writes the trust's version."
    )
    theirs, ours = read_there(config, policy), read_version(config, policy, version)
    if theirs.error is not None:
        return f"policies/{policy.path} was changed at the school and cannot be read: {theirs.error} {advice}"
    comparison = compare_texts(theirs.text, theirs.facts, ours.text, ours.facts)
    return (
        f"policies/{policy.path} was changed at the school. The trust's version differs from it: "
        f"{say_difference(comparison)}. {advice}"
    )


def read_there(config: Config, policy: TrustPolicy) -> ReadFile:
    """Read what lies in a school's folder in a policy's place, with the school's appendix, in the child."""
    location = config.policies / policy.path
    found = file_as(scan_folder(config.policies), policy.path, location)
    return next(read_files([found] if found else files_given([location])))


def read_version(config: Config, policy: TrustPolicy, version: bytes) -> ReadFile:
    """Read a school's version as its run will, with the school's appendix, in the child.

    Raises:
        RenderError: it cannot be written for that moment, or not read.
    """
    name = f".{hashlib.sha256(version).hexdigest()[:16]}{Path(policy.path).suffix}"
    place = config.root / "slots" / name
    write_atomically(place, version)
    try:
        found = file_as(scan_folder(config.policies), policy.path, place)
        reading = next(read_files([found] if found else files_given([place])))
    finally:
        place.unlink(missing_ok=True)
    if reading.error is not None:
        raise RenderError(f"The version of {policy.path} that was made cannot be read: {reading.error}")
    return reading


def _put_aside(target: Path, folder: Path, now: datetime) -> None:
    """Move a file out of the way, under a name that no other has."""
    place = free_path(folder / "slots" / SET_ASIDE / f"{now:%Y-%m-%dT%H%M%S} {target.name}")
    place.parent.mkdir(parents=True, exist_ok=True)
    target.replace(place)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _made_from(entry: Mapping[str, Any], known: Sequence[str], wanted: str, source: str) -> Mapping[str, str]:
    """Return the trust's document of each file that was handed out, as far back as files are known."""
    said = entry.get("made_from")
    before = dict(said) if isinstance(said, dict) else {}
    if known and known[-1] not in before and "source_sha256" in entry:
        before[known[-1]] = entry["source_sha256"]
    return {sha256: before[sha256] for sha256 in known[1 - _MOST_KEPT :] if sha256 in before} | {wanted: source}


def _keep_received(folder: Path, received: dict[str, dict[str, Any]]) -> None:
    text = json.dumps(received, ensure_ascii=False, indent=1, sort_keys=True)
    write_atomically(folder / "slots" / RECEIVED, text.encode("utf-8"))


def kept_back(handed: Iterable[Handed]) -> tuple[Handed, ...]:
    """Return what did not reach a school that should have it."""
    return tuple(each for each in handed if each.state in (Handing.WAITS, Handing.CHANGED_BY_HAND))
