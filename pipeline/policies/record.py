"""Documents become policies and versions: the stage of a run after reading.

A file's first version is adopted as in force. After that a changed file is a draft until its owner issues it or the
governors approve it; a change of contacts or dates alone issues itself. Nothing is overwritten: each version keeps its
own bytes, words and facts.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from pipeline.lifecycle.calendar import last_day
from pipeline.lifecycle.catalogue import match_policy, slug_for
from pipeline.lifecycle.compare import compare_texts
from pipeline.lifecycle.differences import say_difference
from pipeline.lifecycle.revisions import ISSUES_ITSELF, holds, revision_kind
from pipeline.lifecycle.states import due_on
from pipeline.model import DocumentFormat, Facts, Problem, RevisionKind, VersionStatus
from pipeline.policies.duplicates import DUPLICATE, compare_duplicates
from pipeline.policies.scan import READER, FoundFile, Reading
from pipeline.register import ledger
from pipeline.register import policies as rows
from pipeline.register.database import Transaction
from pipeline.register.policies import PolicyRow, SourceFile, StoredContent, VersionRow

PRIMARY = "primary"
APPENDIX = "appendix"
PROPOSED_WITHDRAWN = "proposed-withdrawn"
READ_AGAIN = ""
"""In place of a file's hash: the owner decided what it is, and the next run reads it for that."""
UNREADABLE = "unreadable"

_FORMAT_ORDER = tuple(DocumentFormat(name) for name in ("docx", "odt", "doc", "rtf", "pdf", "txt"))
_SAME_POLICY_PERCENT = 80
"""How alike the words of a vanished file and a new one are before it is offered as the next version."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One thing the run recorded, for its report."""

    slug: str
    title: str
    path: str
    message: str
    """A sentence for the school office; empty where there is nothing to add."""


@dataclass(slots=True)
class RecordReport:
    """What recording did with the files that were read. Lists are in the order of the files."""

    adopted: list[Recorded] = field(default_factory=list)
    issued: list[Recorded] = field(default_factory=list)
    """Versions that issued themselves: only contacts or dates changed."""
    drafts: list[Recorded] = field(default_factory=list)
    moved: list[Recorded] = field(default_factory=list)
    duplicates: list[Recorded] = field(default_factory=list)
    proposed_withdrawn: list[Recorded] = field(default_factory=list)
    vanished: list[Recorded] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many policies have a new version or draft."""
        return len(self.adopted) + len(self.issued) + len(self.drafts)


def files_to_read(files: Sequence[FoundFile], known: dict[str, SourceFile], edition: str = READER) -> list[FoundFile]:
    """Return the files that are new, changed, back again, or last seen by another edition of the readers."""
    return [file for file in files if not _is_unchanged(file, known.get(file.path), edition)]


def _is_unchanged(file: FoundFile, seen: SourceFile | None, edition: str) -> bool:
    return seen is not None and seen.sha256 == file.sha256 and seen.reader == edition and seen.vanished_at is None


def record_readings(
    tx: Transaction,
    school: str,
    readings: Sequence[Reading],
    present: Iterable[FoundFile],
    *,
    school_name: str,
    today: date,
    now: datetime,
) -> RecordReport:
    """Record what was read, and flag the files that are gone.

    ``present`` is everything in the folder now, read or not.
    """
    recorder = _Recorder(tx, school, school_name, today, now)
    files = list(present)
    beside = [file.appendix.path for file in files if file.appendix is not None]
    recorder.note_vanished({*beside, *(file.path for file in files)})
    for reading in sorted(readings, key=_precedence):
        recorder.record(reading)
    recorder.note_appendices(files)
    recorder.report_vanished()
    compare_duplicates(tx, school, [reading.file.path for reading in readings])
    return recorder.report


def _precedence(reading: Reading) -> tuple[bool, int, int, str]:
    """Sort so that of several files of one policy the one that counts comes first."""
    rank = _FORMAT_ORDER.index(reading.format) if reading.format else len(_FORMAT_ORDER)
    stated = due_on(reading.facts.next_review.date) if reading.facts.next_review else None
    return reading.file.is_retired, rank, -(stated or date.min).toordinal(), reading.file.path


class _Recorder:
    """One pass over the files of one school, inside one transaction."""

    def __init__(self, tx: Transaction, school: str, school_name: str, today: date, now: datetime) -> None:
        self.tx, self.school, self.school_name, self.today, self.now = tx, school, school_name, today, now
        self.report = RecordReport()
        self.known = rows.list_source_files(tx, school)
        self.policies = {policy.id: policy for policy in rows.list_policies(tx, school)}
        self.in_force = rows.versions_in_force(tx, school)
        self.drafts = rows.drafts(tx, school)
        self.gone: dict[str, SourceFile] = {}

    # --- files that are gone -----------------------------------------------------------------------------------

    def note_vanished(self, present: set[str]) -> None:
        for path, seen in self.known.items():
            if path not in present:
                self.gone[path] = seen

    def report_vanished(self) -> None:
        for path, seen in self.gone.items():
            if seen.vanished_at is None:
                rows.mark_vanished(self.tx, self.school, path, self.now)
                policy = self.policies.get(seen.policy_id or 0)
                if policy is not None and seen.standing == PRIMARY:
                    self._add(self.report.vanished, policy, path, f"{path} is no longer in the policies folder.")

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
                rows.save_source_file(self.tx, self.school, row, self.now)
                self.known[appendix.path] = row

    # --- files that were read ----------------------------------------------------------------------------------

    def record(self, reading: Reading) -> None:
        seen = self.known.get(reading.file.path)
        if reading.error is not None:
            self._save_file(reading, seen.policy_id if seen else None, UNREADABLE)
        elif seen is not None and seen.policy_id is not None and seen.standing == APPENDIX:
            # It lost its policy's file: never a policy by itself, and never the policy's next text.
            self._save_file(reading, seen.policy_id, APPENDIX)
        elif seen is not None and seen.policy_id is not None and seen.standing in (PRIMARY, UNREADABLE):
            self._record_known(reading, self.policies[seen.policy_id])
        elif seen is not None and seen.policy_id is not None and seen.sha256 == READ_AGAIN:
            self._record_same_policy(reading, self.policies[seen.policy_id])
        else:
            self._record_new(reading)

    def _record_known(self, reading: Reading, policy: PolicyRow) -> None:
        self._save_file(reading, policy.id, PRIMARY)
        self._record_text(reading, policy)

    def _record_new(self, reading: Reading) -> None:
        title = reading.facts.title or reading.title_in_file_name
        moved_from = self._vanished_source(reading, title)
        if moved_from is not None and moved_from.policy_id is not None:
            self._record_renamed(reading, moved_from, self.policies[moved_from.policy_id])
            return
        policy = rows.find_policy(self.tx, self.school, slug_for(title))
        if policy is not None:
            self._record_same_policy(reading, policy)
        elif reading.file.is_retired:
            self._save_file(reading, None, PROPOSED_WITHDRAWN)
            self._propose_withdrawn(title, slug_for(title), reading.file.path)
        else:
            self._adopt(reading, title)

    def _record_same_policy(self, reading: Reading, policy: PolicyRow) -> None:
        current = self._primary_of(policy)
        if reading.file.is_retired:
            self._save_file(reading, policy.id, DUPLICATE)
        elif current is None or (not self._is_settled(reading, policy) and _outranks(reading, current)):
            if current is not None:
                self._step_down(current, policy)
            self._save_file(reading, policy.id, PRIMARY)
            self._record_text(reading, policy)
        else:
            self._save_file(reading, policy.id, DUPLICATE)
            self._add(
                self.report.duplicates,
                policy,
                reading.file.path,
                f"{reading.file.path} is another file of {policy.title}; {current.path} is the one that counts.",
            )

    def _is_settled(self, reading: Reading, policy: PolicyRow) -> bool:
        """Return whether it is known already that another file counts: only a new file is ranked."""
        seen = self.known.get(reading.file.path)
        return seen is not None and seen.policy_id == policy.id and seen.standing == DUPLICATE

    def _step_down(self, file: SourceFile, policy: PolicyRow) -> None:
        """Make the file that counted a duplicate, with what it says: its version holds that."""
        version = self.drafts.get(policy.id) or self.in_force.get(policy.id)
        text = rows.load_text(self.tx, version.id) if version is not None else None
        row = replace(file, standing=DUPLICATE, facts=version.facts if version is not None else None)
        rows.save_source_file(self.tx, self.school, row, self.now, text=text)
        self.known[file.path] = row

    def _record_renamed(self, reading: Reading, source: SourceFile, policy: PolicyRow) -> None:
        self.gone.pop(source.path, None)
        rows.save_source_file(self.tx, self.school, replace(source, standing=DUPLICATE), self.now)
        rows.mark_vanished(self.tx, self.school, source.path, self.now)
        standing = PROPOSED_WITHDRAWN if reading.file.is_retired else PRIMARY
        self._save_file(reading, policy.id, standing)
        if standing == PROPOSED_WITHDRAWN:
            self._propose_withdrawn(policy.title, policy.slug, reading.file.path)
            return
        self._add(
            self.report.moved,
            policy,
            reading.file.path,
            f"{source.path} is now {reading.file.path}; it stays the same policy.",
        )
        self._record_text(reading, policy)

    # --- one text of one policy --------------------------------------------------------------------------------

    def _adopt(self, reading: Reading, title: str) -> None:
        entry = match_policy(title)
        slug = slug_for(title)
        policy = rows.add_policy(self.tx, self.school, slug, title, entry.slug if entry else None, self.now)
        self.policies[policy.id] = policy
        self._save_file(reading, policy.id, PRIMARY)
        version = self._add_version(
            reading, policy, VersionStatus.APPROVED, RevisionKind.ADOPTED, holds(reading.facts, self.school_name)
        )
        self.in_force[policy.id] = version
        self._add(self.report.adopted, policy, reading.file.path, "")

    def _record_text(self, reading: Reading, policy: PolicyRow) -> None:
        """Compare the file with the version in force; keep a difference as a draft, or issue it where it may."""
        current, draft = self.in_force.get(policy.id), self.drafts.get(policy.id)
        if current is not None and reading.file.sha256 == current.sha256:
            self._refresh(reading, current, policy)
            self._drop_draft(policy, "the file was put back as it was")
            return
        if draft is not None and reading.file.sha256 == draft.sha256:
            self._refresh(reading, draft, policy)
            return
        self._drop_draft(policy, "the file was changed again")
        if current is None:
            self._keep_draft(reading, policy, RevisionKind.MAJOR, "no version is in use before it")
            return
        before = rows.load_text(self.tx, current.id)
        comparison = compare_texts(before, current.facts, reading.text, reading.facts)
        kind = revision_kind(comparison)
        if kind in ISSUES_ITSELF and not self._holds(reading, policy) and not current.holds:
            self._issue_itself(reading, policy, current, kind, say_difference(comparison))
        else:
            self._keep_draft(reading, policy, kind, say_difference(comparison))

    def _refresh(self, reading: Reading, version: VersionRow, policy: PolicyRow) -> None:
        """Let a version that a newer reader read again carry what it says now; what it was released from stays so."""
        if reading.facts != version.facts:
            rows.refresh_version(self.tx, version.id, facts=reading.facts, text=reading.text)
            if version.holds:
                found = self._holds(reading, policy)
                rows.set_version_status(self.tx, version.id, version.status, holds=found)

    def _issue_itself(
        self, reading: Reading, policy: PolicyRow, current: VersionRow, kind: RevisionKind, difference: str
    ) -> None:
        rows.set_version_status(self.tx, current.id, VersionStatus.SUPERSEDED)
        version = self._add_version(reading, policy, current.status, kind, (), issued_on=self.today)
        carried = carried_review(current, reading.facts)
        if carried is not None:
            rows.set_version_status(self.tx, version.id, current.status, next_review_on=carried)
        self.in_force[policy.id] = version
        what = difference[0].upper() + difference[1:]
        self._add(self.report.issued, policy, reading.file.path, f"{what}: in use, nobody is asked to read again.")

    def _keep_draft(self, reading: Reading, policy: PolicyRow, kind: RevisionKind, difference: str) -> None:
        found = self._holds(reading, policy)
        self.drafts[policy.id] = self._add_version(reading, policy, VersionStatus.DRAFT, kind, found)
        self._add(
            self.report.drafts,
            policy,
            reading.file.path,
            f"{reading.file.path} was changed ({kind}: {difference}) and waits: 'policy issue {policy.slug} --show' "
            f"shows the difference, 'policy issue {policy.slug}' puts it in use.",
        )

    def _holds(self, reading: Reading, policy: PolicyRow) -> tuple[Problem, ...]:
        """Return what keeps a changed text from being used: what it holds, and whether it is another policy's text."""
        found = holds(reading.facts, self.school_name)
        other = self._other_policy(reading, policy)
        if other is None:
            return found
        message = (
            f"{reading.file.path} now holds the text of {other}, not of {policy.title}. Was it saved under the wrong "
            "name? Put the right file back; if it is meant, issue it with a reason."
        )
        return (*found, Problem("other-policy", message))

    def _other_policy(self, reading: Reading, policy: PolicyRow) -> str | None:
        """Return the title of the other policy whose text or title a changed file now has; None: it has its own."""
        title = reading.facts.title
        for other in self.policies.values():
            current = self.in_force.get(other.id)
            if other.id != policy.id and current is not None:
                same_title = title is not None and slug_for(title) == other.slug
                if current.sha256 == reading.file.sha256 or same_title:
                    return other.title
        entry = match_policy(title) if title else None
        if entry is not None and policy.catalogue_slug and entry.slug != policy.catalogue_slug:
            return entry.name
        return None

    def _drop_draft(self, policy: PolicyRow, reason: str) -> None:
        draft = self.drafts.pop(policy.id, None)
        if draft is not None:
            rows.set_version_status(self.tx, draft.id, VersionStatus.WITHDRAWN, reason=reason)

    def _add_version(
        self,
        reading: Reading,
        policy: PolicyRow,
        status: VersionStatus,
        kind: RevisionKind,
        found: tuple[Problem, ...],
        issued_on: date | None = None,
    ) -> VersionRow:
        assert reading.format is not None  # only files that were read come here
        content = reading.file.location.read_bytes()
        appendix = _appendix_of(reading)
        rows.save_content(self.tx, self.school, reading.file.sha256, reading.format, content, appendix)
        version = rows.add_version(
            self.tx,
            self.school,
            policy.id,
            sha256=reading.file.sha256,
            path=reading.file.path,
            status=status,
            kind=kind,
            facts=reading.facts,
            text=reading.text,
            words=len(reading.text.split()),
            holds=found,
            reason=None,
            now=self.now,
            issued_on=issued_on,
            appendix_path=reading.file.appendix.path if reading.file.appendix is not None else None,
        )
        fields: dict[str, str | int | None] = {
            "policy": policy.slug,
            "version": version.number,
            "sha256": version.sha256,
            "status": status.value,
        }
        if appendix is not None:
            parts = {"document_sha256": content, "appendix_sha256": appendix.content}
            fields |= {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()}
        ledger.append(self.tx, self.school, "version", {**fields, "revision": kind.value}, now=self.now)
        return version

    # --- small parts -------------------------------------------------------------------------------------------

    def _primary_of(self, policy: PolicyRow) -> SourceFile | None:
        for path, seen in self.known.items():
            if seen.policy_id == policy.id and seen.standing == PRIMARY and path not in self.gone:
                return seen
        return None

    def _vanished_source(self, reading: Reading, title: str) -> SourceFile | None:
        """Return the vanished file whose policy this new file continues, if there is one."""
        candidates = [
            seen for seen in self.gone.values() if seen.policy_id in self.in_force and seen.standing != DUPLICATE
        ]
        for seen in candidates:
            if seen.sha256 == reading.file.sha256:
                return seen
        for seen in candidates:
            if self.policies[seen.policy_id or 0].slug == slug_for(title):
                return seen
        return next((seen for seen in candidates if self._reads_alike(reading, seen)), None)

    def _reads_alike(self, reading: Reading, seen: SourceFile) -> bool:
        from rapidfuzz import fuzz

        if rows.find_policy(self.tx, self.school, slug_for(reading.facts.title or reading.title_in_file_name)):
            return False
        text = rows.load_text(self.tx, self.in_force[seen.policy_id or 0].id)
        return fuzz.ratio(text[:20_000], reading.text[:20_000]) >= _SAME_POLICY_PERCENT

    def _save_file(self, reading: Reading, policy_id: int | None, standing: str) -> None:
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
        rows.save_source_file(self.tx, self.school, row, self.now, text=text)
        self.known[file.path] = row

    def _propose_withdrawn(self, title: str, slug: str, path: str) -> None:
        message = (
            f"{path} lies in a folder of old policies and is left alone. If {title} is in use, move it out of there."
        )
        self.report.proposed_withdrawn.append(Recorded(slug, title, path, message))

    def _add(self, where: list[Recorded], policy: PolicyRow, path: str, message: str) -> None:
        where.append(Recorded(policy.slug, policy.title, path, message))


def _appendix_of(reading: Reading) -> StoredContent | None:
    if reading.file.appendix is None or reading.appendix_format is None:
        return None
    return StoredContent(reading.appendix_format, reading.file.appendix.location.read_bytes())


def carried_review(current: VersionRow, facts: Facts) -> date | None:
    """Return the rolled review date that a new version takes over: the document still states the old one."""
    stated = last_day(facts.next_review.date) if facts.next_review else date.min
    rolled = current.next_review_on
    return rolled if rolled is not None and stated <= rolled else None


def _outranks(reading: Reading, current: SourceFile) -> bool:
    """Return whether a new file counts before the one that counted: a Word file before its PDF."""
    suffix = current.path.rsplit(".", 1)[-1].lower()
    order = [str(entry) for entry in _FORMAT_ORDER]
    known = order.index(suffix) if suffix in order else len(order)
    return reading.format is not None and _FORMAT_ORDER.index(reading.format) < known
