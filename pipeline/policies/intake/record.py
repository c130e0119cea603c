"""Documents become policies and versions: the stage of a run after reading.

Which policy a file belongs to is found out here: a new one, one that is known, one whose file was renamed, or one that
another file counts for. What its text makes of the policy is for ``texts``. Nothing is overwritten: each version keeps
its own bytes, words and facts.
"""

import re
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import replace
from datetime import date, datetime
from itertools import chain, count
from pathlib import PurePosixPath

from pipeline.catalogue.titles import match_policy, slug_for
from pipeline.dates.states import due_on
from pipeline.policies.intake.duplicates import compare_duplicates
from pipeline.policies.intake.reading import READER, ReadFile
from pipeline.policies.intake.recording import PolicyRecording, Recorded, RecordReport
from pipeline.policies.intake.scan import FoundFile
from pipeline.policies.intake.standings import (
    APPENDIX,
    DUPLICATE,
    FORMAT_ORDER,
    OWN_POLICY,
    PRIMARY,
    PROPOSED_WITHDRAWN,
    READ_AGAIN,
    UNREADABLE,
    yields_to_others,
)
from pipeline.policies.intake.texts import TextRecorder
from pipeline.register.decision import THE_RUN
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as rows
from pipeline.register.policies.policies import PolicyRow, SourceFile
from pipeline.register.transaction import Transaction

_SAME_POLICY_PERCENT = 80
"""How alike the words of a vanished file and a new one are before it is offered as the next version."""


def files_to_read(
    files: Sequence[FoundFile],
    known: dict[str, SourceFile],
    edition: str = READER,
    damaged: Collection[str] = (),
) -> list[FoundFile]:
    """Return the files that are new, changed, back again, or last seen by another edition of the readers.

    A file whose hash is among ``damaged`` is read again too: the register's own copy of it is to be mended by it.
    """
    return [file for file in files if file.sha256 in damaged or not _is_unchanged(file, known.get(file.path), edition)]


def _is_unchanged(file: FoundFile, seen: SourceFile | None, edition: str) -> bool:
    return seen is not None and seen.sha256 == file.sha256 and seen.reader == edition and seen.vanished_at is None


def record_readings(
    tx: Transaction,
    school: str,
    readings: Sequence[ReadFile],
    present: Iterable[FoundFile],
    *,
    school_name: str,
    today: date,
    now: datetime,
    by: str = THE_RUN,
    trust_name: str = "",
) -> RecordReport:
    """Record what was read, and flag the files that are gone.

    ``present`` is everything in the folder now, read or not; ``by`` is who decided it, such as the person who uploaded
    a file; ``trust_name`` is whose name a policy may carry besides the school's.
    """
    recording = PolicyRecording(tx, school, school_name, today, now, by, trust_name)
    recorder = _Recorder(recording)
    files = list(present)
    beside = [file.appendix.path for file in files if file.appendix is not None]
    recorder.note_vanished({*beside, *(file.path for file in files)})
    for reading in sorted(readings, key=_precedence):
        recorder.record(reading)
    recorder.note_appendices(files)
    recorder.report_vanished()
    compare_duplicates(tx, school, [reading.file.path for reading in readings])
    return recording.report


_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def _precedence(reading: ReadFile) -> tuple[bool, bool, int, int, int, str]:
    """Sort so that of several files of one policy the one that counts comes first.

    Where no next review tells them apart the later year in the name does: "2023 admissions" before "2022 admissions".
    """
    rank = FORMAT_ORDER.index(reading.format) if reading.format else len(FORMAT_ORDER)
    stated = due_on(reading.facts.next_review.date) if reading.facts.next_review else None
    path = reading.file.path
    yields = yields_to_others(path)
    review, year = (stated or date.min).toordinal(), max(map(int, _YEAR.findall(PurePosixPath(path).stem)), default=0)
    return reading.file.is_retired, yields, rank, -review, -year, path


class _Recorder:
    """One pass over the files of one school, inside one transaction."""

    def __init__(self, recording: PolicyRecording) -> None:
        self._recording, self._texts = recording, TextRecorder(recording)
        self.known = rows.list_source_files(recording.tx, recording.school)
        self.gone: dict[str, SourceFile] = {}

    # --- files that are gone -----------------------------------------------------------------------------------

    def note_vanished(self, present: set[str]) -> None:
        for path, seen in self.known.items():
            if path not in present:
                self.gone[path] = seen

    def report_vanished(self) -> None:
        for path, seen in self.gone.items():
            if seen.vanished_at is None:
                rows.mark_vanished(self._recording.tx, self._recording.school, path, self._recording.now)
                policy = self._recording.policies.get(seen.policy_id or 0)
                if policy is not None and seen.standing == PRIMARY:
                    self._recording.tell(
                        self._recording.report.vanished, policy, path, f"{path} is no longer in the policies folder."
                    )

    # --- local appendices --------------------------------------------------------------------------------------

    def note_appendices(self, present: Iterable[FoundFile]) -> None:
        """Record of each appendix which policy it belongs to, also where it was a policy of its own before."""
        for file in present:
            appendix, seen = file.appendix, self.known.get(file.path)
            if appendix is None or seen is None:
                continue
            row = SourceFile(
                path=appendix.path,
                size_bytes=appendix.size_bytes,
                modified_ns=appendix.modified_ns,
                sha256=appendix.sha256,
                policy_id=seen.policy_id,
                standing=APPENDIX,
                error_code=None,
                error_message=None,
                reader=seen.reader,
            )
            if self.known.get(appendix.path) != row:
                rows.save_source_file(self._recording.tx, self._recording.school, row, self._recording.now)
                self.known[appendix.path] = row

    # --- files that were read ----------------------------------------------------------------------------------

    def record(self, reading: ReadFile) -> None:
        seen = self.known.get(reading.file.path)
        if reading.error is not None:
            self._save_file(reading, seen.policy_id if seen else None, UNREADABLE)
        elif seen is not None and seen.policy_id is not None and seen.standing == APPENDIX:
            # It lost its policy's file: never a policy by itself, and never the policy's next text.
            self._save_file(reading, seen.policy_id, APPENDIX)
        elif seen is not None and seen.policy_id is not None and seen.standing in (PRIMARY, UNREADABLE):
            self._record_known(reading, self._recording.policies[seen.policy_id])
        elif seen is not None and seen.policy_id is not None and seen.standing == OWN_POLICY:
            self._adopt_own(reading, self._recording.policies[seen.policy_id])
        elif seen is not None and seen.policy_id is not None and seen.sha256 == READ_AGAIN:
            self._record_same_policy(reading, self._recording.policies[seen.policy_id])
        else:
            self._record_new(reading)

    def _record_known(self, reading: ReadFile, policy: PolicyRow) -> None:
        self._save_file(reading, policy.id, PRIMARY)
        self._texts.record(reading, policy)

    def _record_new(self, reading: ReadFile) -> None:
        title = reading.facts.title or reading.title_in_file_name
        moved_from = self._vanished_source(reading, title)
        if moved_from is not None and moved_from.policy_id is not None:
            self._record_renamed(reading, moved_from, self._recording.policies[moved_from.policy_id])
            return
        policy = rows.find_policy(self._recording.tx, self._recording.school, slug_for(title))
        if policy is not None:
            self._record_same_policy(reading, policy)
        elif reading.file.is_retired:
            self._save_file(reading, None, PROPOSED_WITHDRAWN)
            self._propose_withdrawn(title, slug_for(title), reading.file.path)
        else:
            self._adopt(reading, title)

    def _record_same_policy(self, reading: ReadFile, policy: PolicyRow) -> None:
        current = self._primary_of(policy)
        if reading.file.is_retired:
            self._save_file(reading, policy.id, DUPLICATE)
        elif current is None or (not self._is_settled(reading, policy) and _outranks(reading, current)):
            if current is not None:
                self._step_down(current, policy)
            self._save_file(reading, policy.id, PRIMARY)
            self._texts.record(reading, policy)
        else:
            self._save_file(reading, policy.id, DUPLICATE)
            self._recording.tell(
                self._recording.report.duplicates,
                policy,
                reading.file.path,
                f"{reading.file.path} is another file of {policy.title}; {current.path} is the one that counts.",
            )

    def _is_settled(self, reading: ReadFile, policy: PolicyRow) -> bool:
        """Return whether it is known already that another file counts: only a new file is ranked."""
        seen = self.known.get(reading.file.path)
        return seen is not None and seen.policy_id == policy.id and seen.standing == DUPLICATE

    def _step_down(self, file: SourceFile, policy: PolicyRow) -> None:
        """Make the file that counted a duplicate, with what it says: its version holds that."""
        version = self._recording.drafts.get(policy.id) or self._recording.in_force.get(policy.id)
        text = rows.load_text(self._recording.tx, version.id) if version is not None else None
        row = replace(file, standing=DUPLICATE, facts=version.facts if version is not None else None)
        rows.save_source_file(self._recording.tx, self._recording.school, row, self._recording.now, text=text)
        self.known[file.path] = row

    def _record_renamed(self, reading: ReadFile, source: SourceFile, policy: PolicyRow) -> None:
        self.gone.pop(source.path, None)
        before = self.known[source.path] = replace(source, standing=DUPLICATE)
        rows.save_source_file(self._recording.tx, self._recording.school, before, self._recording.now)
        rows.mark_vanished(self._recording.tx, self._recording.school, source.path, self._recording.now)
        standing = PROPOSED_WITHDRAWN if reading.file.is_retired else PRIMARY
        self._save_file(reading, policy.id, standing)
        if standing == PROPOSED_WITHDRAWN:
            self._propose_withdrawn(policy.title, policy.slug, reading.file.path)
            return
        self._recording.tell(
            self._recording.report.moved,
            policy,
            reading.file.path,
            f"{source.path} is now {reading.file.path}; it stays the same policy.",
        )
        self._texts.rename(reading, policy)
        self._texts.record(reading, policy)

    def _adopt(self, reading: ReadFile, title: str) -> None:
        entry = match_policy(title)
        slug = slug_for(title)
        policy = rows.add_policy(
            self._recording.tx, self._recording.school, slug, title, entry.slug if entry else None, self._recording.now
        )
        self._recording.policies[policy.id] = policy
        self._save_file(reading, policy.id, PRIMARY)
        self._texts.adopt(reading, policy)

    def _adopt_own(self, reading: ReadFile, beside: PolicyRow) -> None:
        """Make a policy of a file that was a second one of ``beside``, with a short name and title that no other has.

        Later runs know it by its file. Other files of the same name (its PDF) belong to it from now on.
        """
        stem = PurePosixPath(reading.file.path).stem
        title = f"{reading.facts.title or beside.title} ({stem})"
        slug = free_slug(slug_for(title), {policy.slug for policy in self._recording.policies.values()})
        policy = rows.add_policy(
            self._recording.tx, self._recording.school, slug, title, beside.catalogue_slug, self._recording.now
        )
        self._recording.policies[policy.id] = policy
        self._save_file(reading, policy.id, PRIMARY)
        self._texts.adopt(reading, policy)
        reason = f"{reading.file.path} was said to be a policy of its own beside {beside.title}"
        decisions.add_override(
            self._recording.decision, policy.id, field="title", value=title, reason=reason, stated=reading.facts.title
        )
        for path, seen in list(self.known.items()):
            if seen.policy_id == beside.id and seen.standing == DUPLICATE and same_stem(path, reading.file.path):
                row = replace(seen, policy_id=policy.id, sha256=READ_AGAIN)
                rows.save_source_file(self._recording.tx, self._recording.school, row, self._recording.now)
                self.known[path] = row

    # --- small parts -------------------------------------------------------------------------------------------

    def _primary_of(self, policy: PolicyRow) -> SourceFile | None:
        for path, seen in self.known.items():
            if seen.policy_id == policy.id and seen.standing == PRIMARY and path not in self.gone:
                return seen
        return None

    def _vanished_source(self, reading: ReadFile, title: str) -> SourceFile | None:
        """Return the vanished file whose policy this new file continues, if there is one."""
        candidates = [
            seen
            for seen in self.gone.values()
            if seen.policy_id in self._recording.in_force and seen.standing not in (DUPLICATE, OWN_POLICY)
        ]
        for seen in candidates:
            if seen.sha256 == reading.file.sha256:
                return seen
        for seen in candidates:
            if self._recording.policies[seen.policy_id or 0].slug == slug_for(title):
                return seen
        return next((seen for seen in candidates if self._reads_alike(reading, seen)), None)

    def _reads_alike(self, reading: ReadFile, seen: SourceFile) -> bool:
        from rapidfuzz import fuzz

        if rows.find_policy(
            self._recording.tx, self._recording.school, slug_for(reading.facts.title or reading.title_in_file_name)
        ):
            return False
        text = rows.load_text(self._recording.tx, self._recording.in_force[seen.policy_id or 0].id)
        return fuzz.ratio(text[:20_000], reading.text[:20_000]) >= _SAME_POLICY_PERCENT

    def _save_file(self, reading: ReadFile, policy_id: int | None, standing: str) -> None:
        file, error = reading.file, reading.error
        row = SourceFile(
            path=file.path,
            size_bytes=file.size_bytes,
            modified_ns=file.modified_ns,
            sha256=file.sha256,
            policy_id=policy_id,
            standing=standing,
            error_code=error.code.value if error else None,
            error_message=str(error) if error else None,
            reader=reading.reader,
            facts=reading.facts if standing == DUPLICATE else None,
        )
        text = reading.text if standing == DUPLICATE else None
        rows.save_source_file(self._recording.tx, self._recording.school, row, self._recording.now, text=text)
        self.known[file.path] = row

    def _propose_withdrawn(self, title: str, slug: str, path: str) -> None:
        message = (
            f"{path} lies in a folder of old policies and is left alone. If {title} is in use, move it out of there."
        )
        self._recording.report.proposed_withdrawn.append(Recorded(slug, title, path, message))


def free_slug(wanted: str, taken: Set[str]) -> str:
    """Return ``wanted`` as a short name, with a number after it where it is taken."""
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next(slug for slug in chain([wanted], numbered) if slug not in taken)


def same_stem(path: str, other: str) -> bool:
    """Return whether two files lie side by side under one name, such as a Word file and its PDF."""
    return PurePosixPath(path).with_suffix("") == PurePosixPath(other).with_suffix("")


def _outranks(reading: ReadFile, current: SourceFile) -> bool:
    """Return whether a new file counts before the one that counted: a Word file before its PDF."""
    suffix = current.path.rsplit(".", 1)[-1].lower()
    order = [str(entry) for entry in FORMAT_ORDER]
    known = order.index(suffix) if suffix in order else len(order)
    is_better = reading.format is not None and FORMAT_ORDER.index(reading.format) < known
    return is_better and not yields_to_others(reading.file.path)
