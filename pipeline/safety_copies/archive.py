"""One safety copy as a file: what is in it, and that it is whole.

A ZIP archive with the register (as at one moment), the keys, the settings, the lists of people and the documents, and
``manifest.json``, which says of each its size and SHA-256. Where the file leaves the machine it is encrypted: another
ZIP archive then holds two files in the age format (age-encryption.org/v1), ``key.age`` under the passphrase and
``contents.age`` under that key, so that the tool ``age`` opens it as well.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BufferedIOBase
from pathlib import Path, PurePosixPath
from typing import IO, cast

from pipeline.documents.packages import UNPACKING_FAULTS
from pipeline.errors import SafetyCopyError, say_system_error
from pipeline.private_files import create_file, keep_names
from pipeline.safety_copies.packing import Packing, new_archive

FORMAT = "policy-pipeline safety copy 1"
REGISTER = "register.sqlite3"
"""The name of the register in a copy, wherever it lay."""
_MANIFEST, _KEY, _CONTENTS = "manifest.json", "key.age", "contents.age"
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """One file of a copy."""

    name: str
    """Relative to the workspace, with forward slashes; the register's is ``register.sqlite3``."""
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy says of itself."""

    school: str
    made_at: datetime
    program: str
    """The version that made it."""
    entries: tuple[ArchiveEntry, ...]

    def as_json(self) -> bytes:
        """Return the manifest as it stands in the archive."""
        value = {
            "format": FORMAT,
            "school": self.school,
            "made_at": self.made_at.isoformat(),
            "program": self.program,
            "files": [{"name": e.name, "size": e.size_bytes, "sha256": e.sha256} for e in self.entries],
        }
        return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode("utf-8")

    @classmethod
    def of(cls, content: bytes) -> "Manifest":
        """Read a manifest. Raises ValueError, KeyError or TypeError where it is none."""
        value = json.loads(content)
        if value["format"] != FORMAT:
            raise ValueError("another format")
        entries = tuple(ArchiveEntry(str(one["name"]), int(one["size"]), str(one["sha256"])) for one in value["files"])
        made_at = datetime.fromisoformat(value["made_at"])
        return cls(str(value["school"]), made_at, str(value["program"]), entries)


def write_archive(
    target: Path,
    files: Sequence[tuple[str, Path]],
    *,
    school: str,
    program: str,
    made_at: datetime,
    passphrase: str | None,
    work: Path,
) -> Manifest:
    """Write a copy of ``files`` (name in it, path) whole to ``target``, or nothing; return what is in it.

    ``work`` is a folder closed to others, in which what is to be encrypted lies meanwhile.
    A file that is there stays until the new one is whole. Raises SafetyCopyError where it cannot be written.
    """
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _written(unfinished) as stream:
            manifest = _fill(stream, files, school, program, made_at, passphrase, work)
        unfinished.replace(target)
        keep_names(target.parent)
    except OSError as error:
        raise SafetyCopyError(
            f"The safety copy {target} could not be written: {say_system_error(error)}. What was there before is as it "
            "was."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


@contextmanager
def _written(path: Path) -> Iterator[IO[bytes]]:
    with os.fdopen(create_file(path), "w+b") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def _fill(
    stream: IO[bytes],
    files: Sequence[tuple[str, Path]],
    school: str,
    program: str,
    made_at: datetime,
    passphrase: str | None,
    work: Path,
) -> Manifest:
    if passphrase is None:
        return _zip(stream, files, school, program, made_at)
    plain = work / "contents.zip"
    with _written(plain) as contents:
        manifest = _zip(contents, files, school, program, made_at)
    _seal(stream, plain, passphrase)
    return manifest


def _zip(
    stream: IO[bytes], files: Sequence[tuple[str, Path]], school: str, program: str, made_at: datetime
) -> Manifest:
    with new_archive(stream) as archive:
        added = Packing(stream, archive).add(files)
        manifest = Manifest(school, made_at, program, tuple(ArchiveEntry(*each) for each in added))
        archive.writestr(_MANIFEST, manifest.as_json())
    return manifest


def _seal(stream: IO[bytes], plain: Path, passphrase: str) -> None:
    """Encrypt a whole archive under a key of its own, and the key under the passphrase."""
    import pyrage

    key = pyrage.x25519.Identity.generate()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_KEY, pyrage.passphrase.encrypt(str(key).encode("ascii"), passphrase))
        with plain.open("rb") as source, archive.open(_CONTENTS, "w", force_zip64=True) as inside:
            pyrage.encrypt_io(source, cast(BufferedIOBase, inside), [key.to_public()])


# --- reading ---------------------------------------------------------------------------------------------------


def is_sealed(path: Path) -> bool:
    """Tell whether a copy needs a passphrase. Raises SafetyCopyError where it is no copy."""
    with _opened(path) as archive:
        return _CONTENTS in archive.namelist()


def read_manifest(path: Path) -> Manifest:
    """Return what a copy that is not encrypted says of itself; nothing is unpacked, and its files are not checked.

    Raises SafetyCopyError: no copy, cut short, or encrypted.
    """
    with _opened(path) as archive:
        try:
            return Manifest.of(archive.read(_MANIFEST))
        except (KeyError, ValueError, TypeError, *UNPACKING_FAULTS) as error:
            raise _not_whole(path) from error


def unpack(path: Path, folder: Path, *, passphrase: str | None) -> Manifest:
    """Unpack a copy into an empty ``folder`` and hold each file against the manifest; return that.

    Raises SafetyCopyError: no copy, cut short, changed, another passphrase, or no room.
    """
    try:
        with _opened(path) as archive:
            if _CONTENTS not in archive.namelist():
                return _unpack(archive, path, folder)
            if passphrase is None:
                raise SafetyCopyError(f"{path} is encrypted: its passphrase is needed.")
            plain = folder / f".{_CONTENTS}"
            _unseal(archive, plain, passphrase)
            try:
                with _opened(plain) as inner:
                    return _unpack(inner, path, folder)
            finally:
                plain.unlink()
    except OSError as error:
        raise SafetyCopyError(f"{path} could not be unpacked into {folder}: {say_system_error(error)}.") from error
    except UNPACKING_FAULTS as error:
        raise _not_whole(path) from error


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise SafetyCopyError(f"There is no safety copy {path}.") from error
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise SafetyCopyError(
            f"{path} is no safety copy, or was cut short: it cannot be read. Nothing was changed. Take another one."
        ) from error
    with archive:
        yield archive


def _unseal(archive: zipfile.ZipFile, target: Path, passphrase: str) -> None:
    import pyrage

    try:
        key = pyrage.passphrase.decrypt(archive.read(_KEY), passphrase).decode("ascii")
    except pyrage.DecryptError as error:
        raise SafetyCopyError("That is not the passphrase of this safety copy. Nothing was changed.") from error
    try:
        with archive.open(_CONTENTS) as source, _written(target) as plain:
            ends = cast(BufferedIOBase, source), cast(BufferedIOBase, plain)
            pyrage.decrypt_io(*ends, [pyrage.x25519.Identity.from_str(key)])
    except pyrage.DecryptError as error:
        raise SafetyCopyError("The safety copy was changed or cut short. Nothing was changed here.") from error


def _unpack(archive: zipfile.ZipFile, path: Path, folder: Path) -> Manifest:
    try:
        manifest = Manifest.of(archive.read(_MANIFEST))
    except (KeyError, ValueError, TypeError) as error:
        raise _not_whole(path) from error
    names = [entry.name for entry in manifest.entries]
    if REGISTER not in names or len(set(names)) != len(names) or not all(map(_is_inside, names)):
        raise _not_whole(path)
    for entry in manifest.entries:
        target = folder.joinpath(*PurePosixPath(entry.name).parts)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest, left = hashlib.sha256(), entry.size_bytes
        with archive.open(entry.name) as source, _written(target) as plain:
            while block := source.read(min(_BLOCK_BYTES, left + 1)):
                left -= len(block)
                if left < 0:
                    break
                digest.update(block)
                plain.write(block)
        if left or digest.hexdigest() != entry.sha256:
            raise _not_whole(path)
    return manifest


def _is_inside(name: str) -> bool:
    """Say whether a name stays inside the folder it is unpacked into, on every system."""
    parts = PurePosixPath(name).parts
    odd = any(part in ("..", ".") or ":" in part or "\\" in part for part in parts)
    return bool(parts) and not name.startswith("/") and not odd


def _not_whole(path: Path) -> SafetyCopyError:
    return SafetyCopyError(f"{path} is not whole: it was cut short or changed. Nothing was changed. Take another one.")
