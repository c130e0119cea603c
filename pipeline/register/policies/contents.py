"""The bytes of every version's document, kept since the file in the folder may be a later draft by now.

They are keyed by their own SHA-256 and held against it whenever they are read: no copy is made of what a failing disk,
or a person, has changed. A damaged document holds its own policy's copy and nothing else.
"""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from pipeline.documents.source import Source
from pipeline.errors import KeptDocumentError
from pipeline.model.documents import DocumentFormat
from pipeline.model.policies import IN_FORCE
from pipeline.register.cached_answers import kept
from pipeline.register.ledger import row_hashes
from pipeline.register.ledger.driver import driver_behind
from pipeline.register.policies.policies import VersionRow
from pipeline.register.store.chunks import in_chunks
from pipeline.register.tables.schema import policy_version
from pipeline.register.tables.schema import source_content as table
from pipeline.register.transaction import Transaction

_BYTES = (table.c.sha256, table.c.content, table.c.appendix)
_ASKED_AT_ONCE = 500
"""Documents that one statement names: to make and begin a statement costs as much as to hash three of them."""
_IN_PIECES = {"stream_results": True, "yield_per": 8}
"""So many documents are in memory together."""


@dataclass(frozen=True, slots=True)
class StoredContent:
    """The bytes of one version."""

    format: DocumentFormat
    content: bytes
    appendix: "StoredContent | None" = None
    """The local appendix that belongs to it, where there is one."""


def joint_hash(policy_sha256: str, appendix_sha256: str) -> str:
    """Return the hash that stands for a policy's file and its local appendix together."""
    return hashlib.sha256(f"{policy_sha256}+{appendix_sha256}".encode()).hexdigest()


def save_content(
    tx: Transaction,
    school: str,
    sha256: str,
    document_format: DocumentFormat,
    content: bytes,
    appendix: StoredContent | None = None,
) -> None:
    """Keep the bytes of a file, and of the local appendix that belongs to it; the same bytes are kept once.

    Where they were kept before and are damaged, these take their place.
    """
    if not find_damaged_content(tx, [sha256]):
        return
    values: dict[str, Any] = {"sha256": sha256, "format": document_format.value, "content": content}
    if appendix is not None:
        values |= {"appendix": appendix.content, "appendix_format": appendix.format.value}
    tx.execute(delete(table).where(table.c.sha256 == sha256))
    tx.execute(insert(table), {"school": school, **values})


def load_content(tx: Transaction, sha256: str) -> StoredContent:
    """Return the bytes with that hash, whichever school brought them.

    Raises KeptDocumentError where they are not kept, or are not those any more.
    """
    # Asked first, since bytes that were made words of cannot be fetched.
    is_whole = row_hashes.is_whole(driver_behind(tx), table.name, "sha256", sha256)
    row = tx.execute(select(table).where(table.c.sha256 == sha256)).first() if is_whole else None
    if row is None or not _agrees(row):
        raise _not_as_kept()
    appendix = None
    if row.appendix is not None:
        appendix = StoredContent(DocumentFormat(row.appendix_format), row.appendix)
    return StoredContent(DocumentFormat(row.format), row.content, appendix)


def _agrees(row: Any) -> bool:
    """Whether the bytes of a row are those that its key is the hash of."""
    found = hashlib.sha256(row.content).hexdigest()
    if row.appendix is not None:
        found = joint_hash(found, hashlib.sha256(row.appendix).hexdigest())
    return bool(found == row.sha256)


def version_files(source: StoredContent, version: VersionRow) -> Iterator[tuple[Source, DocumentFormat]]:
    """Yield the files of a version, unopened, and what they are: the document, then its local appendix, if any."""
    yield Source(source.content, version.path), source.format
    if source.appendix is not None:
        yield Source(source.appendix.content, version.appendix_path or "the local appendix"), source.appendix.format


DAMAGED_DOCUMENT = (
    "The document that the register keeps of it is damaged or was changed, so no copy is made of it. Put the same file "
    "back into the folder of policies, or the register's last safety copy in its place, and run again."
)


def _not_as_kept() -> KeptDocumentError:
    return KeptDocumentError(DAMAGED_DOCUMENT)


def find_damaged_content(tx: Transaction, hashes: Collection[str]) -> frozenset[str]:
    """Return those of ``hashes`` whose bytes are not kept, or are not those any more."""
    wanted = frozenset(hashes)
    # Asked first, since bytes that were made words of cannot be fetched.
    whole = wanted - row_hashes.find_wrong(driver_behind(tx), table.name, "sha256", wanted)
    kept_right: set[str] = set()
    for some in in_chunks(whole, _ASKED_AT_ONCE):
        rows = tx.execute(select(*_BYTES).where(table.c.sha256.in_(some)), execution_options=_IN_PIECES)
        kept_right.update(row.sha256 for row in rows if _agrees(row))
    return wanted - kept_right


def find_damaged_in_force(tx: Transaction, school: str) -> frozenset[str]:
    """Return the hash of every version in force whose bytes are not those that were kept."""

    def ask() -> frozenset[str]:
        in_force = policy_version.c.status.in_([status.value for status in IN_FORCE])
        query = select(policy_version.c.sha256).where(policy_version.c.school == school, in_force).distinct()
        return find_damaged_content(tx, tx.execute(query).scalars().all())

    return kept(tx, ("damaged in force", school), ("policy_version", "source_content"), ask)


@dataclass(frozen=True, slots=True)
class DamagedDocument:
    """One version whose document is not the one that was kept."""

    path: str
    version: int


def list_damaged_documents(tx: Transaction, school: str) -> tuple[DamagedDocument, ...]:
    """Read the document of every version ever recorded, in use or not; return those that are damaged, by path."""
    columns = (policy_version.c.sha256, policy_version.c.path, policy_version.c.number)
    rows = tx.execute(select(*columns).where(policy_version.c.school == school)).all()
    damaged = find_damaged_content(tx, {row.sha256 for row in rows})
    return tuple(sorted((DamagedDocument(row.path, row.number) for row in rows if row.sha256 in damaged), key=str))
