"""The evidence pack: a folder, and the same as a ZIP, that opens offline and can be made again to the byte.

Three readers. The school gets everything, by name. An inspector gets counts, copies, approvals and the ledger; names
only where the office chose so, and then in an encrypted ZIP alone. Governors get one page of figures. Nothing in any of
them says why a person was away.
"""

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path

from pipeline.acknowledgements.declarations.listing import count_declarations
from pipeline.config import Config
from pipeline.copies.copy_files import kept_path
from pipeline.evidence import tables
from pipeline.evidence.figures import PolicyFigures, figures_of
from pipeline.evidence.findings import PackContents, find
from pipeline.evidence.moment import PackMoment, list_packs
from pipeline.lists.workbook import workbook
from pipeline.register.ledger.key import LedgerKey
from pipeline.register.ledger.ledger import export
from pipeline.register.ledger.records import list_records
from pipeline.register.ledger.tlog import make_checkpoint, make_consistency, make_proof, sign_manifest
from pipeline.register.transaction import Transaction
from pipeline.resources import render_page, template_folder
from pipeline.wording import say_day, say_list, say_method, say_moment, say_partial, say_role, say_state

MANIFEST = "MANIFEST.sha256"
SIGNED_MANIFEST = "MANIFEST.note"
"""The manifest's own hash, signed with the ledger's key: it is all that the manifest itself does not list."""
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


class PackReader(StrEnum):
    """Whom a pack is for."""

    SCHOOL = "school"
    INSPECTOR = "inspector"
    GOVERNORS = "governors"


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack."""

    name: str
    """With forward slashes."""
    content: bytes

    @property
    def sha256(self) -> str:
        """Its hash, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class EvidencePack:
    """A pack, in memory."""

    name: str
    """Of its folder."""
    moment: PackMoment
    reader: PackReader
    with_names: bool
    files: tuple[PackFile, ...]
    """By name, the manifest and the note that signs it last."""
    missing: tuple[str, ...]
    """Copies that are recorded and whose files are not there any more, in words."""


def make_pack(
    tx: Transaction,
    school: str,
    config: Config,
    key: LedgerKey,
    moment: PackMoment,
    reader: PackReader,
    *,
    with_names: bool,
) -> EvidencePack:
    """Return the pack of a moment. Nothing is written.

    Raises:
        RegisterError: where the settings of then cannot be read, or the ledger does not agree with itself.
    """
    found = find(tx, school, config, moment)
    figures = figures_of(found.picture)
    copies, missing = _copies(found, config.distribution) if reader is not PackReader.GOVERNORS else ([], [])
    files = [*copies, *_ledger_files(tx, school, key, found, whole=reader is not PackReader.GOVERNORS)]
    with_reasons = with_names or reader is not PackReader.INSPECTOR
    sheets = _register(figures, found, with_names=with_names, with_reasons=with_reasons)
    files.append(PackFile("register.xlsx", sheets))
    if with_names:
        named = [tables.matrix_table(figures, found)]
        named += [tables.declared_table(found)] if found.declarations else []
        files.append(PackFile("readings.xlsx", workbook(named, moment.at)))
    page = _page(figures, found, reader, files, missing, school, with_names=with_names)
    files.append(PackFile("index.html", page))
    files.sort(key=lambda file: file.name)
    manifest = "".join(f"{file.sha256}  {file.name}\n" for file in files).encode("utf-8")
    at = moment.at.astimezone(found.zone)
    names = "-names" if with_names and reader is not PackReader.SCHOOL else ""
    name = f"evidence-{at:%Y-%m-%d-%H%M%S}-{reader.value}{names}"
    note = sign_manifest(tx, school, key, moment.head, name, manifest)
    files += [PackFile(MANIFEST, manifest), PackFile(SIGNED_MANIFEST, note.encode("utf-8"))]
    return EvidencePack(name, moment, reader, with_names, tuple(files), tuple(missing))


def _copies(found: PackContents, distribution: Path) -> tuple[list[PackFile], list[str]]:
    """Return the PDF of each copy that was in use, and of which there is none any more."""
    files, missing = [], []
    for slug, copy in sorted(found.copies.items()):
        if copy.pdf_path is None or copy.pdf_sha256 is None:
            continue
        for path in (kept_path(distribution, copy.pdf_sha256), distribution / copy.pdf_path):
            content = path.read_bytes() if path.is_file() else b""
            if hashlib.sha256(content).hexdigest() == copy.pdf_sha256:
                files.append(PackFile(f"copies/{slug}-{copy.code}.pdf", content))
                break
        else:
            made_on = say_day(copy.made_at.astimezone(found.zone).date())
            version = found.labels.get(copy.version_id, "")
            missing.append(f"{found.title_of(copy.policy_id)}, version {version}, made on {made_on} (copy {copy.code})")
    return files, missing


def _register(figures: Sequence[PolicyFigures], found: PackContents, *, with_names: bool, with_reasons: bool) -> bytes:
    sheets = [
        tables.policies_table(figures, found),
        tables.groups_table(figures),
        tables.methods_table(figures),
        tables.approvals_table(found),
        tables.told_table(found),
    ]
    if found.declarations:
        sheets.insert(3, tables.declarations_table(found))
    if any(policy.due_move is not None for policy in found.picture.policies):
        sheets.append(tables.moves_table(found, with_reasons=with_reasons))
    if found.elsewhere:
        sheets.append(tables.elsewhere_table(found, with_names=with_names))
    if with_names:
        sheets += [tables.deliveries_table(found), tables.exceptions_table(figures, found)]
    else:
        sheets.append(tables.deliveries_count_table(found))
    return workbook(sheets, found.moment.at)


# --- the ledger --------------------------------------------------------------------------------------------------


def _ledger_files(
    tx: Transaction, school: str, key: LedgerKey, found: PackContents, *, whole: bool
) -> Iterator[PackFile]:
    """Yield the head of that moment and the verifier; ``whole`` also the ledger itself and proofs."""
    head = found.moment.head
    checkpoint = make_checkpoint(tx, school, key, head)
    verifier = resources.files("pipeline.register.ledger").joinpath("verify_ledger.py").read_bytes()
    yield PackFile("ledger/checkpoint.txt", checkpoint.note.encode("utf-8"))
    yield PackFile("ledger/public-key.txt", f"{key.public_key}\n{checkpoint.verifier_key}\n".encode())
    yield PackFile("ledger/verify_ledger.py", verifier)
    if not whole:
        return
    lines = export(tx, school, key, found.moment.at, up_to=head)
    yield PackFile("ledger/ledger.jsonl", "".join(lines).encode("utf-8"))
    for slug, position in _approvals(tx, school, found):
        yield PackFile(f"proofs/approval-{slug}.txt", make_proof(tx, school, key, position, head).encode("utf-8"))
    earlier = {(pack.size, pack.root_hash) for pack in list_packs(tx, school) if pack.size < head.size}
    for size, root in sorted(earlier)[-_MOST_EARLIER:]:
        proof = make_consistency(tx, school, key, size, root, head)
        yield PackFile(f"proofs/earlier-head-{size}.txt", proof.encode("utf-8"))


_MOST_EARLIER = 5
"""Of the last packs that were made before, it is proved that their heads are part of this one's."""


def _approvals(tx: Transaction, school: str, found: PackContents) -> list[tuple[str, int]]:
    """Return, of each policy whose version in use is approved, the place of the last record of its approval."""
    approved = {one.slug for one in found.picture.policies if one.approval is not None}
    places = {}
    for record in list_records(tx, school, "approved", below=found.moment.head.size):
        if record.fields["policy"] in approved:
            places[str(record.fields["policy"])] = record.position
    return sorted(places.items())


# --- the page ----------------------------------------------------------------------------------------------------


def _page(
    figures: Sequence[PolicyFigures],
    found: PackContents,
    reader: PackReader,
    files: Sequence[PackFile],
    missing: Sequence[str],
    school: str,
    *,
    with_names: bool,
) -> bytes:
    moment, zone = found.moment, found.zone
    by_slug = {one.policy.slug: one for one in figures}
    names = {file.name for file in files}
    html = render_page(
        "evidence/index.html",
        template_folder(),
        school=found.config.school.name or school,
        began=say_day(moment.began.astimezone(zone).date()),
        at=say_moment(moment.at.astimezone(zone)),
        head=moment.head,
        reader=reader.value,
        with_names=with_names,
        policies=[
            (one, by_slug.get(one.slug), found.copies.get(one.slug), _copy_name(one.slug, found, names))
            for one in found.picture.policies
        ],
        leads=found.picture.contacts,
        sheets=sorted(name for name in names if name.endswith(".xlsx")),
        proofs=sorted(name for name in names if name.startswith("proofs/")),
        has_ledger="ledger/ledger.jsonl" in names,
        missing=missing,
        say_due=tables.say_due,
        labels=found.labels,
        declarations=count_declarations(found.declarations, found.picture.today),
        **_SAYING,
    )
    return html.encode("utf-8")


_SAYING = {
    function.__name__: function for function in (say_day, say_list, say_method, say_partial, say_role, say_state)
}
"""What the page says things with."""


def _copy_name(slug: str, found: PackContents, names: set[str]) -> str:
    copy = found.copies.get(slug)
    name = f"copies/{slug}-{copy.code}.pdf" if copy is not None else ""
    return name if name in names else ""


# --- the archive -------------------------------------------------------------------------------------------------


def write_archive(pack: EvidencePack, path: Path, passphrase: str | None = None) -> None:
    """Write a pack as a ZIP archive to a new file; with a passphrase encrypted, which 7-Zip and WinZip open (AES-256).

    The names of the files stay readable in an encrypted one; they name policies and nobody. Raises OSError.
    """
    if passphrase is None:
        with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
            for file in pack.files:
                info = zipfile.ZipInfo(f"{pack.name}/{file.name}", _ZIP_DAY)
                archive.writestr(info, file.content, zipfile.ZIP_DEFLATED)
        return
    import pyzipper

    with pyzipper.AESZipFile(path, "x", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(passphrase.encode("utf-8"))
        for file in pack.files:
            archive.writestr(f"{pack.name}/{file.name}", file.content)
