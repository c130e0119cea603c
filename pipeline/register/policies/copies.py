"""The copies that were made of each version, and the contacts that a person confirmed for them.

``copies`` (the stage) adds them; mail, the pages and the site ask which copy is the current one. A copy is retired by
the next, never deleted.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, null, or_, select, type_coerce, update

from pipeline.model.policies import IN_FORCE
from pipeline.reasons.as_json import reason_from_json, reason_to_json
from pipeline.reasons.reason import Reason, in_words, say_all
from pipeline.register.cached_answers import kept
from pipeline.register.decision import Decision
from pipeline.register.tables.contacts import contact_confirmation
from pipeline.register.tables.mapper import Mapper, Stored, stored
from pipeline.register.tables.schema import policy_copy, policy_version
from pipeline.register.transaction import Transaction

Note = Mapping[str, Any]
"""One replacement (``where``, ``role``, ``kind``, ``before``, ``after``) or one thing left (``where``, ``text``,
``reason``), as ``copy --json`` prints it."""


FRONT = "the front"
"""Where a note is of the contacts that stand before the words of a policy: nothing stood there before."""


@dataclass(frozen=True, slots=True)
class CopyFile:
    """One file of a copy as it was written."""

    path: str
    """Relative to ``distribution/``, with forward slashes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something of a document that does not stand in a copy with contacts being updated."""

    page: int
    """Of that copy, counted from 1, where a note says so; of a PDF the page of the document itself."""
    what: str
    """``picture``, or ``drawing`` for whatever else is drawn and holds no words that were read."""


@dataclass(frozen=True, slots=True)
class Covering:
    """What a copy with contacts being updated hides and leaves out, beside the contacts that it renews."""

    only_contacts: bool
    """Nothing is hidden but who the contacts were, and their numbers and addresses."""
    left_out: tuple[LeftOut, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the copy says all that the policy does, so that reading it is reading the policy."""
        return self.only_contacts and not self.left_out


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRecord:
    """What is recorded of a copy of a version when it is made, with the contacts of its day."""

    policy_id: int
    version_id: int
    fingerprint: str
    """Of all that goes into it; the same fingerprint needs no new copy. See ``named``."""
    code: str
    """The short code printed on it, one of its kind in the school."""
    docx_path: str | None = None
    """Relative to ``distribution/``, like every other path here."""
    docx_sha256: str | None = None
    appendix_path: str | None = None
    """The Word file of the local appendix, where the version has one."""
    appendix_sha256: str | None = None
    pdf_path: str | None = None
    pdf_sha256: str | None = None
    pdf_bytes: int | None = None
    html_path: str | None = None
    html_sha256: str | None = None
    holds: tuple[Reason, ...] = ()
    """Why no copy was made; empty where one was."""
    replacements: tuple[Note, ...] = ()
    """What was put right in the words; then whom its front gives in which role, ``where`` being ``FRONT``."""
    left_on_purpose: tuple[Note, ...] = ()
    left: tuple[Note, ...] = ()
    """With ``why`` as well, the reason as ``reason_to_json`` gives it; an earlier edition kept its words alone."""
    unknown: tuple[Mapping[str, Any], ...] = ()
    """Who and what nobody in the school's contacts has, as ``copy --json`` prints it."""
    covering: Covering | None = None
    """Of a held one with files, which are those of a copy with contacts being updated; else None."""

    @property
    def is_covered(self) -> bool:
        """Whether it is a copy with contacts being updated, to be given while the one with today's is held."""
        return bool(self.holds) and self.covering is not None and self.pdf_path is not None

    @property
    def takes_reading(self) -> bool:
        """Whether reading it is reading the policy: it is no stand-in, or one that leaves nothing out."""
        return not self.holds or (self.is_covered and self.covering is not None and self.covering.is_whole)

    @property
    def held_reason(self) -> str | None:
        """Return in words why no copy was made, None where one was."""
        return say_all(self.holds) or None

    @property
    def named(self) -> str:
        """The part of the fingerprint before a colon: of the version and of whom the copy names; empty without one."""
        return _named(self.fingerprint)

    @property
    def word_file(self) -> CopyFile | None:
        """The Word file among them, None where the copy has none."""
        return CopyFile(self.docx_path, self.docx_sha256) if self.docx_path and self.docx_sha256 else None

    @property
    def files(self) -> tuple[CopyFile, ...]:
        """The files the copy consists of; of a held one those with contacts being updated, if any."""
        pairs = (
            (self.docx_path, self.docx_sha256),
            (self.appendix_path, self.appendix_sha256),
            (self.pdf_path, self.pdf_sha256),
            (self.html_path, self.html_sha256),
        )
        return tuple(CopyFile(path, digest) for path, digest in pairs if path is not None and digest is not None)


def _named(fingerprint: str) -> str:
    named, colon, _ = fingerprint.partition(":")
    return named if colon else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRow(CopyRecord):
    """A copy in the register."""

    id: int
    made_at: datetime
    retired_at: datetime | None = None
    """When another took its place, or the policy was withdrawn; None while it is in use."""


@dataclass(frozen=True, slots=True)
class PrintedCopy:
    """A copy that has files, in use or not, as far as it takes to answer for its code."""

    id: int
    policy_id: int
    version_id: int
    code: str
    made_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConfirmedContact:
    """A holder of a role as a person confirmed them."""

    role: str
    name: str
    phone: str | None
    email: str | None
    how: str
    """``configured`` (taken from the configuration at the first run) or who confirmed it and where."""
    confirmed_at: datetime


def current_copies(tx: Transaction, school: str) -> dict[int, CopyRow]:
    """Return the copy in use by policy id; a policy of which none was made yet is left out."""
    current = policy_copy.c.held_reason.is_(None)
    return dict(kept(tx, ("copies in use", school), ("policy_copy",), lambda: _by_policy(tx, school, current)))


def held_in_force(held: Mapping[int, CopyRow], in_force: Collection[int | None]) -> dict[int, CopyRow]:
    """Return which held copies are of a text in force: one of a text before it says nothing any more.

    ``in_force`` are the register's keys of the versions.
    """
    return {policy: copy for policy, copy in held.items() if copy.version_id in in_force}


def held_copies(tx: Transaction, school: str) -> dict[int, CopyRow]:
    """Return, by policy id, the copy that could not be made at the last try; the one before stays in use."""
    held = policy_copy.c.held_reason.is_not(None)
    return dict(kept(tx, ("held copies", school), ("policy_copy",), lambda: _by_policy(tx, school, held)))


def copies_to_give(tx: Transaction, school: str, *, like: Collection[int] | None = None) -> dict[int, CopyRow]:
    """Return the copies that readers may be given, by policy id; those of the policies that ``like`` are copies of.

    None whose successor could not be made, since it may name people who changed; unless that one would be of the same
    version and name the same people.
    """
    if like is None:
        return kept(tx, ("copies to give", school), ("policy_copy",), lambda: _copies_to_give(tx, school, None))
    return _copies_to_give(tx, school, like)


def _copies_to_give(tx: Transaction, school: str, like: Collection[int] | None) -> dict[int, CopyRow]:
    if like is None:
        held, current = held_copies(tx, school), current_copies(tx, school)
    else:
        wanted = policy_copy.c.policy_id.in_(_policies_of(like))
        held = _by_policy(tx, school, policy_copy.c.held_reason.is_not(None) & wanted)
        current = _by_policy(tx, school, policy_copy.c.held_reason.is_(None) & wanted)
    return {key: row for key, row in current.items() if _may_be_given(row, held.get(key))}


def copies_for_staff(tx: Transaction, school: str, *, like: Collection[int] | None = None) -> dict[int, CopyRow]:
    """Return the copies that staff are given, by policy id: those to give, else one with contacts being updated.

    ``like`` as in ``copies_to_give``. Which of them may be confirmed as read, ``takes_reading`` says.
    """
    if like is None:
        return kept(tx, ("copies for staff", school), ("policy_copy",), lambda: _copies_for_staff(tx, school, None))
    return _copies_for_staff(tx, school, like)


def _copies_for_staff(tx: Transaction, school: str, like: Collection[int] | None) -> dict[int, CopyRow]:
    to_give = copies_to_give(tx, school, like=like)
    if like is None:
        held = held_copies(tx, school)
    else:
        wanted = policy_copy.c.policy_id.in_(_policies_of(like))
        held = _by_policy(tx, school, policy_copy.c.held_reason.is_not(None) & wanted)
    return {key: row for key, row in held.items() if row.is_covered} | dict(to_give)


def readable_policies(tx: Transaction, school: str) -> frozenset[int]:
    """Return the policies of which there is a copy to read and confirm today, by the register's key."""

    def ask() -> frozenset[int]:
        in_force = policy_version.c.status.in_([status.value for status in IN_FORCE])
        versions = set(tx.scalars(select(policy_version.c.id).where(policy_version.c.school == school, in_force)))
        given = copies_for_staff(tx, school)
        return frozenset(key for key, row in given.items() if row.takes_reading and row.version_id in versions)

    return kept(tx, ("readable policies", school), ("policy_copy", "policy_version"), ask)


def _policies_of(copies: Collection[int]) -> Select[tuple[int]]:
    return select(_OTHER.c.policy_id).where(_OTHER.c.id.in_(copies))


_OTHER = policy_copy.alias()
"""Another copy than the one asked about."""


def _may_be_given(row: CopyRow, held: CopyRow | None) -> bool:
    return held is None or (row.named != "" and row.named == held.named)


def release_held_copy(tx: Transaction, school: str, policy_id: int, now: datetime) -> None:
    """Retire what is held of a policy: the copy in use is right again, as when a change of contacts was undone."""
    held = (policy_copy.c.school == school, policy_copy.c.policy_id == policy_id, policy_copy.c.retired_at.is_(None))
    tx.execute(update(policy_copy).where(*held, policy_copy.c.held_reason.is_not(None)).values(retired_at=now))


def list_copies(tx: Transaction, school: str) -> tuple[CopyRow, ...]:
    """Return every copy that was made, in use or not, oldest first; held ones never went out and are left out."""
    return _COPIES.all(tx, _COPIES.of(school, policy_copy.c.held_reason.is_(None)))


def list_printed(tx: Transaction, school: str) -> list[PrintedCopy]:
    """Return every copy that was made with files, oldest first, without what was put right and left in each."""
    return list(_PRINTED.all(tx, _PRINTED.of(school, policy_copy.c.held_reason.is_(None), _HAS_FILES)))


@dataclass(frozen=True, slots=True)
class ReadableCopy:
    """A copy whose reading is a reading of its policy, in use or not, as far as it takes to say that it was read."""

    id: int
    policy_id: int
    version_id: int
    code: str
    pdf_sha256: str | None
    """None of a document that others publish."""
    made_at: datetime


def list_readable(tx: Transaction, school: str, policies: Collection[int] | None = None) -> list[ReadableCopy]:
    """Return every copy whose reading counts, oldest first, of all policies or some: those of each version are given
    until the next is made."""
    table = policy_copy
    query = _READABLE.of(school).add_columns(table.c.held_reason, table.c.covering)
    if policies is not None:
        query = query.where(table.c.policy_id.in_(policies))
    return [
        _READABLE.read(row)
        for row in tx.execute(query)
        if row.held_reason is None or ((covering := _covering(row.covering)) is not None and covering.is_whole)
    ]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A time in which a policy had no copy that could be read and confirmed."""

    policy_id: int
    began_at: datetime
    ended_at: datetime | None
    """None while it lasts."""


def list_unreadable(tx: Transaction, school: str) -> tuple[Unreadable, ...]:
    """Return when which policies had a copy on hold and nothing to read in its place, oldest first."""
    return kept(tx, ("unreadable times", school), ("policy_copy",), lambda: _list_unreadable(tx, school))


def _list_unreadable(tx: Transaction, school: str) -> tuple[Unreadable, ...]:
    names = ("fingerprint", "held_reason", "covering", "pdf_path")
    query = _UNREADABLE.of(school).add_columns(*(policy_copy.c[name] for name in names))
    found: list[Unreadable] = []
    named: dict[int, str] = {}
    for row in tx.execute(query):
        before, name = named.get(row.policy_id, ""), _named(row.fingerprint)
        covering = _covering(row.covering)
        if row.held_reason is None:
            named[row.policy_id] = name
        elif not (row.pdf_path and covering is not None and covering.is_whole) and not (before and before == name):
            found.append(_UNREADABLE.read(row))
    return tuple(found)


_HAS_FILES = or_(
    *(
        policy_copy.c[f"{what}_path"].is_not(None) & policy_copy.c[f"{what}_sha256"].is_not(None)
        for what in ("docx", "appendix", "pdf", "html")
    )
)
"""What ``CopyRecord.files`` goes by."""


def add_copy(tx: Transaction, school: str, record: CopyRecord, now: datetime) -> CopyRow:
    """Record a copy and retire the earlier one of that policy; a held one retires only what was held before it."""
    replaced = [
        policy_copy.c.school == school,
        policy_copy.c.policy_id == record.policy_id,
        policy_copy.c.retired_at.is_(None),
    ]
    if record.holds:
        replaced.append(policy_copy.c.held_reason.is_not(None))
    tx.execute(update(policy_copy).where(*replaced).values(retired_at=now))
    key = _RECORDS.add(tx, school, record, made_at=now)
    return _COPIES.keyed(key, record, made_at=now)


_KEPT_AS_VALUES = '[{"code": "'
"""How the column begins where reasons are kept as values; an earlier edition kept their words."""


def _kept(holds: tuple[Reason, ...]) -> str | None:
    """Return what the register keeps of why a copy is held: the reasons as JSON, so that each reader has own words."""
    return json.dumps([reason_to_json(each) for each in holds], ensure_ascii=False) if holds else None


def _read(stored: str | None) -> tuple[Reason, ...]:
    if stored is None:
        return ()
    if not stored.startswith(_KEPT_AS_VALUES):
        return (in_words(stored),)
    return tuple(reason_from_json(each) for each in json.loads(stored))


def _covering(stored: Mapping[str, Any] | None) -> Covering | None:
    if stored is None:
        return None
    return Covering(stored["only_contacts"], tuple(LeftOut(**each) for each in stored["left_out"]))


def list_codes(tx: Transaction, school: str) -> frozenset[str]:
    """Return every code ever given to a copy, held ones included: none is given twice."""
    return frozenset(tx.execute(select(policy_copy.c.code).where(policy_copy.c.school == school)).scalars())


def change_copy_files(
    tx: Transaction, copy_id: int, paths: Mapping[str, str], hashes: Mapping[str, str], *, pdf_bytes: int
) -> None:
    """Note the files of a copy that was made again because they were missing or changed on disk.

    ``paths`` and ``hashes``: by the names of ``CopyRow``'s fields; a file without them is no longer there.
    """
    names = [f"{what}_{kind}" for what in ("docx", "appendix", "pdf", "html") for kind in ("path", "sha256")]
    values: dict[str, Any] = {name: {**paths, **hashes}.get(name) for name in names}
    tx.execute(update(policy_copy).where(policy_copy.c.id == copy_id).values(**values, pdf_bytes=pdf_bytes))


def retire_copy(tx: Transaction, school: str, policy_id: int, now: datetime) -> None:
    """Retire every copy of a policy, held ones too, with nothing in their place: it was withdrawn."""
    here = (policy_copy.c.school == school, policy_copy.c.policy_id == policy_id, policy_copy.c.retired_at.is_(None))
    tx.execute(update(policy_copy).where(*here).values(retired_at=now))


def confirmed_contacts(tx: Transaction, school: str, *, as_at: datetime | None = None) -> tuple[ConfirmedContact, ...]:
    """Return every contact ever confirmed, or by ``as_at``, oldest first: one that comes back is not asked again."""
    key = "confirmed contacts", school, as_at
    by_then = [] if as_at is None else [contact_confirmation.c.confirmed_at <= as_at]
    query = _CONFIRMED.of(school, *by_then)
    return kept(tx, key, (contact_confirmation.name,), lambda: _CONFIRMED.all(tx, query))


def confirm_contact(
    decision: Decision, *, role: str, name: str, phone: str | None, email: str | None, how: str
) -> ConfirmedContact:
    """Record that these details of a holder were confirmed, and how."""
    contact = ConfirmedContact(role, name, phone, email, how, decision.now)
    _CONFIRMED.add(decision.tx, decision.school, contact, actor=decision.actor)
    return contact


def _by_policy(tx: Transaction, school: str, which: ColumnElement[bool]) -> dict[int, CopyRow]:
    return {
        row.policy_id: row for row in _COPIES.all(tx, _COPIES.of(school, policy_copy.c.retired_at.is_(None), which))
    }


def _notes(stored: Any) -> tuple[Note, ...]:
    """Return notes as they are kept, JSON in words; what a server sends it has taken apart itself."""
    return tuple(
        (_NONE if stored in _WORDS_FOR_NONE else json.loads(stored)) if isinstance(stored, str) else stored or ()
    )


_WORDS_FOR_NONE, _NONE = ("[]", "null"), ()


def _as_kept(notes: str) -> Stored:
    """Say that notes are asked for as they stand there, since most copies have none."""
    return stored(type_coerce(policy_copy.c[notes], Text).label(notes), _notes)


_HELD = stored(policy_copy.c.held_reason, _read, _kept)
_RECORDS = Mapper(
    CopyRecord,
    policy_copy,
    holds=_HELD,
    covering=stored(policy_copy.c.covering, _covering, lambda its: null() if its is None else asdict(its)),
)
_COPIES = Mapper(
    CopyRow,
    policy_copy,
    holds=_HELD,
    covering=stored(policy_copy.c.covering, _covering),
    replacements=_as_kept("replacements"),
    left_on_purpose=_as_kept("left_on_purpose"),
    left=_as_kept("left"),
    unknown=_as_kept("unknown"),
)
_PRINTED = Mapper(PrintedCopy, policy_copy)
_READABLE = Mapper(ReadableCopy, policy_copy)
_UNREADABLE = Mapper(Unreadable, policy_copy, began_at=policy_copy.c.made_at, ended_at=policy_copy.c.retired_at)
_CONFIRMED = Mapper(ConfirmedContact, contact_confirmation)
