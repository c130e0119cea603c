"""Policies, the files they come from and their versions; what was decided on them is in ``decisions``.

``policies`` (documents into policies) writes here, and everything that lists policies reads here. Versions are only
ever added; a version's standing is the one thing of it that changes.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, and_, func, insert, null, select, type_coerce, update

from pipeline.errors import UsageError
from pipeline.facts.as_json import facts_from_json, facts_to_keep, problems_from_json, problems_to_keep
from pipeline.model.facts import Facts, Problem
from pipeline.model.policies import IN_FORCE, RevisionKind, VersionStatus
from pipeline.register.cached_answers import kept
from pipeline.register.tables import schema
from pipeline.register.tables.mapper import Mapper, stored
from pipeline.register.transaction import Transaction

_MOST_FACTS = 8192
"""So many versions' facts are kept as they were read, some kilobytes each: a run asks for all of them a dozen times."""

_MOST_HOLDS = 256


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy the register knows."""

    id: int
    slug: str
    title: str
    catalogue_slug: str | None
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of ``policies/`` as it was at the last look."""

    path: str
    """Relative to ``policies/``, with forward slashes."""
    size_bytes: int
    modified_ns: int
    """Since 1970, as the file system says it."""
    sha256: str
    policy_id: int | None
    standing: str
    """``primary`` (the policy is read from it), ``duplicate``, ``proposed-withdrawn`` or ``unreadable``."""
    error_code: str | None
    error_message: str | None
    reader: str
    """The edition of the reader that saw it."""
    vanished_at: datetime | None = None
    """None while it is there."""
    facts: Facts | None = None
    """What a duplicate says of itself; the file that counts has them with its version."""
    same_words: bool | None = None
    """Whether a duplicate's words are those of the file that counts."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a policy, without its text: ``load_text`` has that."""

    id: int
    policy_id: int
    number: int
    """Counts from 1 within the policy."""
    sha256: str
    """Of the file's bytes, or of the hashes of the file and its local appendix; ``contents`` has the bytes."""
    path: str
    status: VersionStatus
    kind: RevisionKind | None
    """What it changed against the version before it; None where nobody has said."""
    facts: Facts
    words: int
    holds: tuple[Problem, ...]
    """What keeps a draft from being issued."""
    reason: str | None
    """Why the office issued, overruled or withdrew it."""
    recorded_at: datetime
    issued_on: date | None
    next_review_on: date | None
    """Rolled by an approval; None: as the document says."""
    appendix_path: str | None = None
    """The file of the local appendix, where the version has one."""
    edition: str | None = None
    """Of a document that others publish, whose address ``path`` is then; None of the school's own."""

    @property
    def address(self) -> str | None:
        """Where a document that others publish is read; None of the school's own."""
        return self.path if self.edition is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRecord:
    """What is recorded of a version when it is added; ``VersionRow`` says what the fields mean."""

    policy_id: int
    sha256: str
    path: str
    status: VersionStatus
    kind: RevisionKind | None
    facts: Facts
    text: str
    """The words that later versions are compared with; ``load_text`` has them."""
    words: int
    holds: tuple[Problem, ...] = ()
    reason: str | None = None
    issued_on: date | None = None
    appendix_path: str | None = None
    edition: str | None = None


_POLICIES = Mapper(PolicyRow, schema.policy)


# --- policies --------------------------------------------------------------------------------------------------


def list_policies(tx: Transaction, school: str, *, only: Collection[int] | None = None) -> list[PolicyRow]:
    """Return every policy, withdrawn ones too, by slug; ``only`` some, by the register's keys."""
    if only is None:
        return list(kept(tx, ("policies", school), ("policy",), lambda: _policies(tx, school)))
    return _policies(tx, school, schema.policy.c.id.in_(only))


def _policies(tx: Transaction, school: str, *where: ColumnElement[bool]) -> list[PolicyRow]:
    table = schema.policy
    return list(_POLICIES.all(tx, _POLICIES.select.where(table.c.school == school, *where).order_by(table.c.slug)))


def find_policy(tx: Transaction, school: str, slug: str) -> PolicyRow | None:
    """Return the policy with that slug, None where there is none."""
    table = schema.policy
    return _POLICIES.first(tx, _POLICIES.select.where(table.c.school == school, table.c.slug == slug))


def get_policy(tx: Transaction, school: str, slug: str) -> PolicyRow:
    """Return the policy with this short name.

    Raises:
        UsageError: when there is none; names the nearest.
    """
    policy = find_policy(tx, school, slug)
    if policy is not None:
        return policy
    known = [row.slug for row in list_policies(tx, school)]
    near = get_close_matches(slug, known, n=3, cutoff=0.65)
    hint = f" Did you mean {' or '.join(near)}?" if near else " 'policy status' lists them all."
    raise UsageError(f"No policy has the short name {slug!r}.{hint}")


def add_policy(
    tx: Transaction, school: str, slug: str, title: str, catalogue_slug: str | None, now: datetime
) -> PolicyRow:
    """Record a new policy; the caller has made sure that the slug is free."""
    return _POLICIES.added(tx, school, PolicyRow(0, slug, title, catalogue_slug, None), created_at=now)


def set_policy_title(tx: Transaction, policy_id: int, title: str) -> None:
    """Give the policy another title; its slug stays."""
    _change(tx, schema.policy, policy_id, title=title)


def withdraw_policy(tx: Transaction, policy_id: int, on: date | None) -> None:
    """Record the day the policy went out of use; None puts it back."""
    _change(tx, schema.policy, policy_id, withdrawn_on=on)


def _change(tx: Transaction, table: Table, row_id: int, **values: object) -> None:
    """Change one row that must be there: a key that leads nowhere is a bug, not a change of nothing."""
    if tx.execute(update(table).where(table.c.id == row_id).values(**values)).rowcount != 1:
        raise LookupError(f"the register has no {table.name} {row_id}")


_FILES = Mapper(
    SourceFile,
    schema.source_file,
    facts=stored(
        schema.source_file.c.facts,
        lambda kept: None if kept is None else facts_from_json(kept),
        lambda facts: null() if facts is None else facts_to_keep(facts),
    ),
)


# --- files -----------------------------------------------------------------------------------------------------


def list_source_files(tx: Transaction, school: str) -> dict[str, SourceFile]:
    """Return every file ever seen in ``policies/`` by its path, those that vanished too."""
    return dict(kept(tx, ("source files", school), ("source_file",), lambda: _source_files(tx, school)))


def _source_files(tx: Transaction, school: str) -> dict[str, SourceFile]:
    table = schema.source_file
    query = _FILES.select.where(table.c.school == school).order_by(table.c.path)
    return {file.path: file for file in _FILES.all(tx, query)}


def save_source_file(tx: Transaction, school: str, file: SourceFile, now: datetime, *, text: str | None = None) -> None:
    """Record how a file stands now; what was known of that path before is replaced. ``text``: of a duplicate."""
    table = schema.source_file
    values = {**_FILES.values(file), "text": text, "seen_at": now}
    here = and_(table.c.school == school, table.c.path == file.path)
    if tx.execute(update(table).where(here), values).rowcount == 0:
        tx.execute(insert(table), {"school": school, **values})


def load_file_text(tx: Transaction, school: str, path: str) -> str | None:
    """Return the words of a duplicate, None where they are not kept."""
    table = schema.source_file
    return tx.execute(select(table.c.text).where(table.c.school == school, table.c.path == path)).scalar()


def set_same_words(tx: Transaction, school: str, path: str, same: bool) -> None:
    """Record whether a duplicate's words are those of the file that counts."""
    table = schema.source_file
    tx.execute(update(table).where(table.c.school == school, table.c.path == path).values(same_words=same))


def mark_vanished(tx: Transaction, school: str, path: str, now: datetime) -> None:
    """Record that a file is no longer there; the moment it was first missed is kept."""
    table = schema.source_file
    here = and_(table.c.school == school, table.c.path == path, table.c.vanished_at.is_(None))
    tx.execute(update(table).where(here).values(vanished_at=now))


_NEW_VERSION = Mapper(
    VersionRecord,
    schema.policy_version,
    facts=stored(schema.policy_version.c.facts, write=facts_to_keep),
    holds=stored(schema.policy_version.c.holds, write=problems_to_keep),
)


# --- versions --------------------------------------------------------------------------------------------------


def add_version(tx: Transaction, school: str, version: VersionRecord, now: datetime) -> VersionRow:
    """Add the next version of a policy; its number follows the highest there is."""
    table = schema.policy_version
    highest = tx.execute(select(func.max(table.c.number)).where(table.c.policy_id == version.policy_id)).scalar()
    more: dict[str, Any] = {"number": (highest or 0) + 1, "recorded_at": now}
    key = _NEW_VERSION.add(tx, school, version, **more)
    known = {each.name: getattr(version, each.name) for each in fields(version) if each.name != "text"}
    return VersionRow(id=key, next_review_on=None, **known, **more)


def list_versions(
    tx: Transaction, school: str, policy_id: int | None = None, *, only: Collection[int] | None = None
) -> list[VersionRow]:
    """Return the versions of one policy, ``only`` some, or all, by policy and number; drafts and withdrawn ones too."""
    table = schema.policy_version
    wanted = only if policy_id is None else [policy_id]
    if wanted is None:
        return list(kept(tx, ("versions", school), ("policy_version",), lambda: _versions(tx, school)))
    return _versions(tx, school, *([] if wanted is None else [table.c.policy_id.in_(wanted)]))


def versions_in_force(tx: Transaction, school: str) -> dict[int, VersionRow]:
    """Return the version that copies are made of, by policy id; a policy without one is left out."""
    found = kept(tx, ("in force", school), ("policy_version",), lambda: _with_status(tx, school, IN_FORCE))
    return {version.policy_id: version for version in found}


def drafts(tx: Transaction, school: str) -> dict[int, VersionRow]:
    """Return the latest draft by policy id; a policy without one is left out."""
    draft = {VersionStatus.DRAFT}
    found = kept(tx, ("drafts", school), ("policy_version",), lambda: _with_status(tx, school, draft))
    return {version.policy_id: version for version in found}


def _with_status(tx: Transaction, school: str, wanted: Collection[VersionStatus]) -> list[VersionRow]:
    return _versions(tx, school, schema.policy_version.c.status.in_([status.value for status in wanted]))


def load_text(tx: Transaction, version_id: int) -> str:
    """Return the words of a version. Raises LookupError where there is no such version."""
    table = schema.policy_version
    text = tx.execute(select(table.c.text).where(table.c.id == version_id)).scalar()
    if text is None:
        raise LookupError(f"the register has no policy_version {version_id}")
    return str(text)


def set_version_status(
    tx: Transaction,
    version_id: int,
    status: VersionStatus,
    *,
    kind: RevisionKind | None = None,
    reason: str | None = None,
    actor: str | None = None,
    issued_on: date | None = None,
    next_review_on: date | None = None,
    holds: tuple[Problem, ...] | None = None,
) -> None:
    """Give a version its standing, and with it whatever else is not None; the rest stays as it was.

    ``actor`` is who issued or released it.

    Raises LookupError where there is no such version.
    """
    values = {
        "status": status.value,
        "kind": None if kind is None else kind.value,
        "reason": reason,
        "actor": actor,
        "issued_on": issued_on,
        "next_review_on": next_review_on,
        "holds": None if holds is None else problems_to_keep(holds),
    }
    given = {name: value for name, value in values.items() if value is not None}
    _change(tx, schema.policy_version, version_id, **given)


def set_rolled_review(tx: Transaction, version_id: int, on: date | None) -> None:
    """Set the day to which approvals rolled a version's review; None forgets it. Raises LookupError for no version."""
    _change(tx, schema.policy_version, version_id, next_review_on=on)


def refresh_version(tx: Transaction, version_id: int, *, facts: Facts, text: str) -> None:
    """Replace what was read of a version's unchanged bytes, when a newer edition of the reader has read them again.

    Raises LookupError where there is no such version.
    """
    _change(tx, schema.policy_version, version_id, facts=facts_to_keep(facts), text=text, words=len(text.split()))


def _versions(tx: Transaction, school: str, *where: ColumnElement[bool]) -> list[VersionRow]:
    table = schema.policy_version
    query = VERSIONS.select.where(table.c.school == school, *where).order_by(table.c.policy_id, table.c.number)
    return list(VERSIONS.all(tx, query))


@lru_cache(maxsize=_MOST_FACTS)
def _facts_of(stored: str) -> Facts:
    """Return facts as they are kept, JSON in words; the same words are the same facts, however often they are asked."""
    return facts_from_json(json.loads(stored))


@lru_cache(maxsize=_MOST_HOLDS)
def _holds_of(stored: str) -> tuple[Problem, ...]:
    return problems_from_json(json.loads(stored))


def _facts(kept: Any) -> Facts:
    return _facts_of(kept) if isinstance(kept, str) else facts_from_json(kept)


def _holds(kept: Any) -> tuple[Problem, ...]:
    return _holds_of(kept) if isinstance(kept, str) else problems_from_json(kept)


# Asked for as they stand there: most versions’ were taken apart before, or are alike.
VERSIONS = Mapper(
    VersionRow,
    schema.policy_version,
    facts=stored(type_coerce(schema.policy_version.c.facts, Text).label("facts"), _facts),
    holds=stored(type_coerce(schema.policy_version.c.holds, Text).label("holds"), _holds),
)
"""Reads a row of the table, or a state that was kept of one."""
