"""A text becomes a version of its policy: adopted, issued by itself, or kept as a draft.

``record`` has found out which policy a file belongs to before it hands its text over here. A policy's first text is
adopted as in force. After that a change of contacts or dates alone issues itself; everything else is a draft until its
owner issues it or the governors approve it.
"""

import hashlib
from dataclasses import replace
from datetime import date

from pipeline.catalogue.titles import match_policy, slug_for
from pipeline.changes.kinds import ISSUES_ITSELF
from pipeline.dates.calendar import first_day, last_day
from pipeline.model.facts import Facts, Problem
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.policies.decisions.contact_answers import carry_answers
from pipeline.policies.effective import carried_review
from pipeline.policies.intake.genres import why_no_policy
from pipeline.policies.intake.reading import ReadFile
from pipeline.policies.intake.recording import PolicyRecording
from pipeline.policies.intake.standings import unfinished_in_name
from pipeline.register.policies import policies as rows
from pipeline.register.policies.contents import StoredContent, find_damaged_content, save_content
from pipeline.register.policies.policies import PolicyRow, VersionRow
from pipeline.wording import say_partial

_NO_POLICY, _OLDER = "no-policy", "older-edition"


class TextRecorder:
    """Makes versions of texts within one pass of recording."""

    def __init__(self, recording: PolicyRecording) -> None:
        self._recording = recording

    def adopt(self, reading: ReadFile, policy: PolicyRow) -> None:
        """Make the first version of a policy, in force as it is."""
        found = (*self._held_by(reading), *_doubt_genre(reading, policy, self._recording.school_name))
        version = self._add_version(reading, policy, VersionStatus.APPROVED, RevisionKind.ADOPTED, found)
        self._recording.in_force[policy.id] = version
        self._recording.tell(self._recording.report.adopted, policy, reading.file.path, "")

    def record(self, reading: ReadFile, policy: PolicyRow) -> None:
        """Compare the file with the version in force; keep a difference as a draft, or issue it where it may."""
        current, draft = self._recording.in_force.get(policy.id), self._recording.drafts.get(policy.id)
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
        from pipeline.changes.compare import compare_texts
        from pipeline.changes.differences import say_difference
        from pipeline.changes.revisions import revision_kind

        before = rows.load_text(self._recording.tx, current.id)
        comparison = compare_texts(before, current.facts, reading.text, reading.facts)
        kind = revision_kind(comparison)
        if kind in ISSUES_ITSELF and not self._holds(reading, policy) and not current.holds:
            self._issue_itself(reading, policy, current, kind, say_difference(comparison))
        else:
            self._keep_draft(reading, policy, kind, say_difference(comparison))

    def _refresh(self, reading: ReadFile, version: VersionRow, policy: PolicyRow) -> None:
        """Let a version that a newer reader read again carry what it says now; what it was released from stays so.

        Where the register's own copy of the file was damaged, the file mends it, and the ledger says so.
        """
        if find_damaged_content(self._recording.tx, [version.sha256]):
            self._keep(reading)
            fields: dict[str, str | int | None] = {
                "policy": policy.slug,
                "version": version.number,
                "sha256": version.sha256,
            }
            self._recording.decision.record("document-mended", fields)
        if reading.facts != version.facts:
            rows.refresh_version(self._recording.tx, version.id, facts=reading.facts, text=reading.text)
            self._hold_anew(reading, version, policy)

    def rename(self, reading: ReadFile, policy: PolicyRow) -> None:
        """Let go of what only a file's former name held: "give the file a name without DRAFT" is what was asked."""
        for versions in (self._recording.in_force, self._recording.drafts):
            version = versions.get(policy.id)
            if version is not None and version.sha256 == reading.file.sha256:
                versions[policy.id] = self._hold_anew(reading, version, policy)

    def _hold_anew(self, reading: ReadFile, version: VersionRow, policy: PolicyRow) -> VersionRow:
        """Look again at what holds a version; one that nothing held, or that the office released, stays so."""
        if not version.holds:
            return version
        found = self._holds(reading, policy)
        if any(each.code == _NO_POLICY for each in version.holds):
            found = (*found, *_doubt_genre(reading, policy, self._recording.school_name))
        if any(each.code == _OLDER for each in version.holds):
            found = (*found, *self._doubt_age(reading, policy))
        rows.set_version_status(self._recording.tx, version.id, version.status, holds=found)
        return replace(version, holds=found)

    def _issue_itself(
        self, reading: ReadFile, policy: PolicyRow, current: VersionRow, kind: RevisionKind, difference: str
    ) -> None:
        rows.set_version_status(self._recording.tx, current.id, VersionStatus.SUPERSEDED)
        version = self._add_version(reading, policy, current.status, kind, (), issued_on=self._recording.today)
        carry_answers(self._recording.tx, self._recording.school, current, version)
        carried = carried_review(current, reading.facts)
        if carried is not None:
            rows.set_version_status(self._recording.tx, version.id, current.status, next_review_on=carried)
        self._recording.in_force[policy.id] = version
        what = difference[0].upper() + difference[1:]
        self._recording.tell(
            self._recording.report.issued, policy, reading.file.path, f"{what}: in use, nobody is asked to read again."
        )

    def _keep_draft(self, reading: ReadFile, policy: PolicyRow, kind: RevisionKind, difference: str) -> None:
        found = (
            *self._holds(reading, policy), *self._doubt_changed(reading, policy), *self._doubt_age(reading, policy)
        )  # fmt: skip
        self._recording.drafts[policy.id] = self._add_version(reading, policy, VersionStatus.DRAFT, kind, found)
        show = f"'policy issue {policy.slug} --show' shows the difference"
        said = f"waits: {show}; once somebody has read it, 'policy issue {policy.slug}' puts it in use."
        if found:
            said = f"is held: {' '.join(each.message for each in found)} {show}."
        what = f"{reading.file.path} was changed ({kind}: {difference}) and {said}"
        self._recording.tell(self._recording.report.drafts, policy, reading.file.path, what)

    def _doubt_changed(self, reading: ReadFile, policy: PolicyRow) -> tuple[Problem, ...]:
        """Return what speaks against a changed text being a policy, unless its owner took one that was no better."""
        current = self._recording.in_force.get(policy.id)
        school = self._recording.school_name
        doubt = _doubt_genre(reading, policy, school)
        if not doubt or current is None or any(each.code == _NO_POLICY for each in current.holds):
            return doubt
        before = rows.load_text(self._recording.tx, current.id)
        why = why_no_policy(policy.title, before, current.facts, current.path, school)
        return doubt if why is None else ()

    def _doubt_age(self, reading: ReadFile, policy: PolicyRow) -> tuple[Problem, ...]:
        """Return what shows that an older edition was saved over the one in use: it was in use before, or says so."""
        current = self._recording.in_force.get(policy.id)
        if current is None:
            return ()
        known = rows.list_versions(self._recording.tx, self._recording.school, policy.id)
        same = [one for one in known if one.status is VersionStatus.SUPERSEDED and one.sha256 == reading.file.sha256]
        if same:
            why = f"is version {same[-1].number} again, which a later one has replaced"
        elif dates := _went_back(current.facts, reading.facts):
            now, before = dates
            why = f"says that it is of {now}, and what is in use of {before}: it may be an older edition"
        else:
            return ()
        message = f"{reading.file.path} {why}. Put the right file back; if it is meant, issue it with a reason."
        return (Problem(_OLDER, message),)

    def _holds(self, reading: ReadFile, policy: PolicyRow) -> tuple[Problem, ...]:
        """Return what keeps a changed text from being used: what it holds, and whether it is another policy's text."""
        found = self._held_by(reading)
        other = self._other_policy(reading, policy)
        if other is None:
            return found
        message = (
            f"{reading.file.path} now holds the text of {other}, not of {policy.title}. Was it saved under the wrong "
            "name? Put the right file back; if it is meant, issue it with a reason."
        )
        return (*found, Problem("other-policy", message))

    def _held_by(self, reading: ReadFile) -> tuple[Problem, ...]:
        from pipeline.changes.revisions import holds

        names = self._recording.school_name, self._recording.trust_name
        found = holds(reading.facts, *names, reading.text)
        words = unfinished_in_name(reading.file.path)
        if words is None:
            return found
        message = (
            f"The name of {reading.file.path} says “{words}”. If its text is in use, say so with a reason, or give the "
            "file a name without it."
        )
        return (*found, Problem("draft-mark", message, about=words))

    def _other_policy(self, reading: ReadFile, policy: PolicyRow) -> str | None:
        """Return the title of the other policy whose text or title a changed file now has; None: it has its own."""
        title = reading.facts.title
        for other in self._recording.policies.values():
            current = self._recording.in_force.get(other.id)
            if other.id != policy.id and current is not None:
                same_title = title is not None and slug_for(title) == other.slug and not self._had(title, policy)
                if current.sha256 == reading.file.sha256 or same_title:
                    return other.title
        entry = match_policy(title) if title else None
        if entry is not None and policy.catalogue_slug and entry.slug != policy.catalogue_slug:
            return entry.name
        return None

    def _had(self, title: str, policy: PolicyRow) -> bool:
        """Return whether the text in use had this title already: two policies of their own may share one."""
        current = self._recording.in_force.get(policy.id)
        return (
            current is not None and current.facts.title is not None and slug_for(current.facts.title) == slug_for(title)
        )

    def _drop_draft(self, policy: PolicyRow, reason: str) -> None:
        draft = self._recording.drafts.pop(policy.id, None)
        if draft is not None:
            rows.set_version_status(self._recording.tx, draft.id, VersionStatus.WITHDRAWN, reason=reason)

    def _add_version(
        self,
        reading: ReadFile,
        policy: PolicyRow,
        status: VersionStatus,
        kind: RevisionKind,
        found: tuple[Problem, ...],
        issued_on: date | None = None,
    ) -> VersionRow:
        content, appendix = self._keep(reading)
        version = rows.add_version(
            self._recording.tx,
            self._recording.school,
            rows.VersionRecord(
                policy_id=policy.id,
                sha256=reading.file.sha256,
                path=reading.file.path,
                status=status,
                kind=kind,
                facts=reading.facts,
                text=reading.text,
                words=len(reading.text.split()),
                holds=found,
                issued_on=issued_on,
                appendix_path=reading.file.appendix.path if reading.file.appendix is not None else None,
            ),
            self._recording.now,
        )
        self._seal(version, policy, kind, content, appendix)
        return version

    def _keep(self, reading: ReadFile) -> tuple[bytes, StoredContent | None]:
        """Keep the bytes of a file and of its local appendix, and return both."""
        assert reading.format is not None  # only files that were read come here
        content, appendix = reading.file.location.read_bytes(), _appendix_of(reading)
        save_content(self._recording.tx, self._recording.school, reading.file.sha256, reading.format, content, appendix)
        return content, appendix

    def _seal(
        self,
        version: VersionRow,
        policy: PolicyRow,
        kind: RevisionKind,
        content: bytes,
        appendix: StoredContent | None,
    ) -> None:
        """Put the new version into the ledger, with the hash of each part where it has two."""
        fields: dict[str, str | int | None] = {
            "policy": policy.slug,
            "version": version.number,
            "sha256": version.sha256,
            "status": version.status.value,
        }
        if appendix is not None:
            parts = {"document_sha256": content, "appendix_sha256": appendix.content}
            fields |= {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()}
        self._recording.decision.record("version", {**fields, "revision": kind.value})


def _appendix_of(reading: ReadFile) -> StoredContent | None:
    if reading.file.appendix is None or reading.appendix_format is None:
        return None
    return StoredContent(reading.appendix_format, reading.file.appendix.location.read_bytes())


def _went_back(before: Facts, now: Facts) -> tuple[str, str] | None:
    """Return the days of approval, or of review, of a text and the one before it, where they go back; else None."""
    for new, old in ((now.approved_on, before.approved_on), (now.last_review, before.last_review)):
        if new is not None and old is not None:
            later = last_day(new.date) >= first_day(old.date)
            return None if later else (say_partial(new.date) or "", say_partial(old.date) or "")
    return None


def _doubt_genre(reading: ReadFile, policy: PolicyRow, school: str) -> tuple[Problem, ...]:
    """Return what speaks against a text being a policy at all; nothing where it reads as one."""
    why = why_no_policy(policy.title, reading.text, reading.facts, reading.file.path, school)
    if why is None:
        return ()
    message = (
        f"{reading.file.path} {why}. If staff should have it all the same, issue it with a reason; if not, take it out "
        "of policies/: what lies there is shown to staff."
    )
    return (Problem(_NO_POLICY, message),)
