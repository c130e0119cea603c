"""Make a pack and put it into a folder: whole or not at all, and noted in the ledger."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import UsageError, say_system_error
from pipeline.evidence.moment import PACK_RECORD, find_moment
from pipeline.evidence.pack import MANIFEST, EvidencePack, PackReader, make_pack, write_archive
from pipeline.private_files import make_folder, write_file
from pipeline.register.deciding import deciding
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.store.database import Register
from pipeline.secret_sources import check_passphrase


@dataclass(frozen=True, slots=True)
class EvidenceOrder:
    """What pack the office wants."""

    reader: PackReader = PackReader.SCHOOL
    as_at: date | datetime | None = None
    """A day, for what was known at its end; or a moment. None for now."""
    with_names: bool = False
    """Of an inspector's: by name. The school's is always by name, the governors' never."""
    passphrase: str | None = None
    """Of the archive; needed where an inspector's pack names people."""

    @property
    def names_people(self) -> bool:
        """Whether the pack names staff."""
        return self.reader is PackReader.SCHOOL or (self.with_names and self.reader is PackReader.INSPECTOR)

    @property
    def kind(self) -> str:
        """Whom it is for, and whether by name where that is a choice, as in the ledger and in its name."""
        return f"{self.reader.value}{'-names' if self.is_encrypted else ''}"

    @property
    def is_encrypted(self) -> bool:
        """Whether it leaves the school with names in it, and so is an encrypted archive alone."""
        return self.names_people and self.reader is not PackReader.SCHOOL


@dataclass(frozen=True, slots=True)
class WrittenPack:
    """Where a pack lies."""

    pack: EvidencePack
    folder: Path | None
    """None of an encrypted one."""
    archive: Path
    was_there: bool = False
    """The very same pack lay there already."""


def write_pack(
    register: Register, config: Config, out: Path, order: EvidenceOrder, *, actor: str, now: datetime
) -> WrittenPack:
    """Make a pack and put its folder and its archive into the folder ``out``; the ledger notes that ``actor`` did.

    Raises:
        UsageError: for a day before records began or one to come, names for governors, a place that cannot be written.
        RegisterError: where the register or its ledger is not whole.
    """
    _check(order, config, now)
    register.refuse_damage()
    pack = _make(register, config, order, now)
    where = WrittenPack(pack, None if order.is_encrypted else out / pack.name, out / f"{pack.name}.zip")
    if _lies_there(where):
        return WrittenPack(pack, where.folder, where.archive, was_there=True)
    for path in (where.folder, where.archive):
        if path is not None and path.exists():
            raise UsageError(
                f"{path} is there already and is another pack, or not whole: move it away, or choose another folder."
            )
    try:
        make_folder(out)
        with tempfile.TemporaryDirectory(prefix=".evidence-", dir=out) as unfinished:
            _fill(Path(unfinished), where, order.passphrase if order.is_encrypted else None)
            _note(register, config, pack, order, actor, now)
            for path in (where.folder, where.archive):
                if path is not None:
                    (Path(unfinished) / path.name).rename(path)
    except OSError as error:
        raise UsageError(
            f"The pack cannot be written to {out}: {say_system_error(error)}. Nothing is left there."
        ) from error
    return where


def _check(order: EvidenceOrder, config: Config, now: datetime) -> None:
    if order.with_names and order.reader is PackReader.GOVERNORS:
        raise UsageError("Governors get figures; a pack for them names nobody. Leave --names away.")
    if order.is_encrypted and not order.passphrase:
        raise UsageError("A pack that names people and leaves the school is encrypted, so it needs a passphrase.")
    if order.is_encrypted and order.passphrase:
        check_passphrase(order.passphrase)
    as_at = order.as_at
    is_to_come = (
        as_at > now if isinstance(as_at, datetime) else as_at is not None and as_at > now.astimezone(config.zone).date()
    )
    if is_to_come:
        raise UsageError("That day is still to come; a pack shows what is recorded.")


def _make(register: Register, config: Config, order: EvidenceOrder, now: datetime) -> EvidencePack:
    path = ledger_key_path(config.root)
    # What the pack shows is signed first: a reading on a page is signed some seconds after it.
    with register.transaction() as tx:
        ledger.sign(tx, register.school, path, now)
    with register.reading() as tx:
        key = ledger.signing_key(tx, register.school, path)
        wanted = order.as_at if order.as_at is not None else now
        moment = find_moment(tx, register.school, wanted, now, config.zone, order.kind)
        return make_pack(tx, register.school, config, key, moment, order.reader, with_names=order.names_people)


def _lies_there(where: WrittenPack) -> bool:
    """Tell whether the very same pack is there: of an encrypted one nobody can tell."""
    if where.folder is None or not where.archive.is_file():
        return False
    try:
        return all((where.folder / file.name).read_bytes() == file.content for file in where.pack.files)
    except OSError:
        return False


def _fill(unfinished: Path, where: WrittenPack, passphrase: str | None) -> None:
    if where.folder is not None:
        for file in where.pack.files:
            path = unfinished / where.folder.name / file.name
            make_folder(path.parent)
            write_file(path, file.content)
    archive = unfinished / where.archive.name
    write_archive(where.pack, archive, passphrase)
    archive.chmod(0o600)


def _note(
    register: Register, config: Config, pack: EvidencePack, order: EvidenceOrder, actor: str, now: datetime
) -> None:
    with deciding(register, config.root, actor, now) as decision:
        head, manifest = pack.moment.head, next(file for file in pack.files if file.name == MANIFEST)
        decision.record(
            PACK_RECORD,
            {
                "at": pack.moment.at.astimezone(UTC).isoformat(),
                "for": order.kind,
                "manifest": manifest.sha256,
                "names": int(order.names_people),
                "root": head.root_hash,
                "size": head.size,
            },
        )
