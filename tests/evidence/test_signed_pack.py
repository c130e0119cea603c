"""A pack that anything was changed in, added to or taken out of is told by the stand-alone verifier."""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.evidence.pack import MANIFEST, SIGNED_MANIFEST, PackReader
from pipeline.evidence.writing import EvidenceOrder, WrittenPack
from pipeline.register.ledger import verify_ledger
from pipeline.register.ledger.key import LedgerKey, key_from_seed
from pipeline.register.ledger.tlog import _signed
from tests.evidence.test_pack import TOML, life, pack
from tests.school import School

_READERS = (PackReader.SCHOOL, PackReader.INSPECTOR, PackReader.GOVERNORS)
_STRANGER: LedgerKey = key_from_seed(b"s" * 32)


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[PackReader, WrittenPack]]:
    """A pack for each reader; the school's has proofs of an approval and of the head of the first."""
    with School(tmp_path_factory.mktemp("school"), TOML) as school:
        life(school)
        out = tmp_path_factory.mktemp("packs")
        pack(school, out, hour=11)
        yield {reader: pack(school, out, EvidenceOrder(reader), hour=12) for reader in _READERS}


def _verify(folder: Path, *more: str) -> int:
    return verify_ledger.main([str(folder), *more])


def _broken(written: WrittenPack, where: Path) -> Path:
    """Return a copy of a pack's folder to break."""
    assert written.folder is not None
    copy = where / "broken"
    shutil.copytree(written.folder, copy)
    return copy


@pytest.mark.parametrize("reader", _READERS)
def test_one_byte_flipped_in_any_file_of_a_pack_is_caught(
    packs: dict[PackReader, WrittenPack], reader: PackReader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _broken(packs[reader], tmp_path)
    assert _verify(folder) == 0
    passed = []
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        whole = path.read_bytes()
        for place in {0, len(whole) // 2, len(whole) - 1}:
            for bit in (1, 32):
                changed = bytearray(whole)
                changed[place] ^= bit
                path.write_bytes(changed)
                passed += [(path.name, place, bit)] if _verify(folder) == 0 else []
        path.write_bytes(whole)
    assert len(files) == len(packs[reader].pack.files) >= 7
    assert not passed
    capsys.readouterr()
    assert _verify(folder) == 0


def test_one_byte_flipped_anywhere_in_a_pack_is_caught_where_its_ledger_alone_is_named(
    packs: dict[PackReader, WrittenPack], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No file is left out: the manifest lists all but itself and the note, and the note signs the manifest."""
    folder = _broken(packs[PackReader.SCHOOL], tmp_path)
    export = folder / "ledger" / "ledger.jsonl"
    assert _verify(export) == 0
    said = capsys.readouterr().out
    assert "signed heads of" in said, "the ledger by itself, as before"
    assert f"{len(packs[PackReader.SCHOOL].pack.files)} files of" in said
    passed = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        changed = bytearray(whole)
        changed[len(whole) // 2] ^= 1
        path.write_bytes(changed)
        passed += [path.name] if _verify(export) == 0 else []
        path.write_bytes(whole)
    assert not passed
    for name in (MANIFEST, SIGNED_MANIFEST):
        whole = (folder / name).read_bytes()
        (folder / name).unlink()
        assert _verify(export) == 1, name
        (folder / name).write_bytes(whole)


def test_the_ledger_of_a_pack_that_is_named_from_its_own_folder_is_checked_with_the_pack(
    packs: dict[PackReader, WrittenPack], tmp_path: Path
) -> None:
    folder = _broken(packs[PackReader.SCHOOL], tmp_path)
    command = [sys.executable, "-I", "verify_ledger.py", "ledger.jsonl"]
    assert subprocess.run(command, check=False, cwd=folder / "ledger", capture_output=True).returncode == 0
    (folder / "index.html").write_bytes(b"Nobody was late.")
    done = subprocess.run(command, check=False, cwd=folder / "ledger", capture_output=True, text=True)
    assert done.returncode == 1
    assert "index.html was changed" in done.stdout


def test_an_export_that_lies_in_no_pack_is_said_to_be_checked_alone(
    packs: dict[PackReader, WrittenPack], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _broken(packs[PackReader.SCHOOL], tmp_path)
    alone = tmp_path / "elsewhere" / "ledger.jsonl"
    alone.parent.mkdir()
    shutil.copy(folder / "ledger" / "ledger.jsonl", alone)
    assert _verify(alone) == 0
    said = capsys.readouterr().out
    assert "this file alone was checked" in said
    assert "files of" not in said


def test_a_folder_of_a_pack_stands_for_the_pack(
    packs: dict[PackReader, WrittenPack], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _broken(packs[PackReader.SCHOOL], tmp_path)
    assert _verify(folder / "ledger") == 0
    assert f"{len(packs[PackReader.SCHOOL].pack.files)} files of" in capsys.readouterr().out
    (folder / "index.html").write_bytes(b"Nobody was late.")
    assert _verify(folder / "ledger") == 1
    assert "index.html was changed" in capsys.readouterr().out


def test_every_byte_of_what_signs_a_pack_counts(packs: dict[PackReader, WrittenPack], tmp_path: Path) -> None:
    folder = _broken(packs[PackReader.GOVERNORS], tmp_path)
    for name in (MANIFEST, SIGNED_MANIFEST):
        whole = (folder / name).read_bytes()
        for place in range(len(whole)):
            (folder / name).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(verify_ledger.ExportError):
                verify_ledger.verify_pack(verify_ledger.read_pack(folder), None, [])
        for other in (whole + b"\n", whole[:-1], b"", whole + whole):
            (folder / name).write_bytes(other)
            with pytest.raises(verify_ledger.ExportError):
                verify_ledger.verify_pack(verify_ledger.read_pack(folder), None, [])
        (folder / name).write_bytes(whole)


def _add(folder: Path) -> str:
    (folder / "copies").mkdir(exist_ok=True)
    (folder / "copies" / "another.pdf").write_bytes(b"%PDF-1.7")
    return "copies/another.pdf does not belong to the pack"


def _remove(folder: Path) -> str:
    (folder / "register.xlsx").unlink()
    return "register.xlsx is missing"


def _rename(folder: Path) -> str:
    (folder / "register.xlsx").rename(folder / "readings-of-2025.xlsx")
    return "register.xlsx is missing; readings-of-2025.xlsx does not belong to the pack"


def _swap(folder: Path) -> str:
    first, second = folder / "register.xlsx", folder / "readings.xlsx"
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)
    return "readings.xlsx was changed; register.xlsx was changed"


def _unsign(folder: Path) -> str:
    (folder / SIGNED_MANIFEST).unlink()
    return f"{SIGNED_MANIFEST} is missing"


def _list_anew(folder: Path) -> str:
    """Change a file and put its hash into the manifest: what the manifest alone could not tell."""
    (folder / "index.html").write_text("Nobody was late.", encoding="utf-8")
    lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    digest = hashlib.sha256((folder / "index.html").read_bytes()).hexdigest()
    lines = [f"{digest}  index.html" if line.endswith("  index.html") else line for line in lines]
    (folder / MANIFEST).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f"{MANIFEST} is not the one that was signed"


def _link(folder: Path) -> str:
    (folder / "register.xlsx").unlink()
    (folder / "register.xlsx").symlink_to(folder / "readings.xlsx")
    return "register.xlsx is a link to another place"


@pytest.mark.parametrize("change", [_add, _remove, _rename, _swap, _unsign, _list_anew, _link])
def test_a_file_added_taken_out_renamed_or_listed_anew_is_caught(
    packs: dict[PackReader, WrittenPack],
    change: Callable[[Path], str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = _broken(packs[PackReader.SCHOOL], tmp_path)
    words = change(folder)
    assert _verify(folder) == 1
    assert words in capsys.readouterr().out


def test_a_pack_signed_anew_with_a_strangers_key_is_told_by_the_key(
    packs: dict[PackReader, WrittenPack], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _broken(packs[PackReader.GOVERNORS], tmp_path)
    own = (folder / "ledger" / "public-key.txt").read_text(encoding="utf-8").split()[0]
    for name in (SIGNED_MANIFEST, "ledger/checkpoint.txt"):
        body = (folder / name).read_text(encoding="utf-8").rpartition("\n\n")[0] + "\n"
        origin = body.split("\n")[2 if name == SIGNED_MANIFEST else 0]
        (folder / name).write_text(_signed(origin, _STRANGER, body), encoding="utf-8")
    assert _verify(folder) == 1, "the pack names another key than that"
    assert _verify(folder, "--key", own) == 1
    capsys.readouterr()
    assert _verify(folder, "--key", _STRANGER.public_key) == 1, "the checkpoint is no longer the one of the manifest"


def test_it_says_what_is_proved_and_what_is_not(
    packs: dict[PackReader, WrittenPack], capsys: pytest.CaptureFixture[str]
) -> None:
    written = packs[PackReader.SCHOOL]
    assert written.folder is not None
    head = written.pack.moment.head
    capsys.readouterr()
    assert _verify(written.folder) == 0
    said = capsys.readouterr().out
    proved, not_proved = said.split("Not proved:")
    assert f"{len(written.pack.files)} files of {written.pack.name}" in proved
    assert f"{head.size}:{head.root_hash}" in proved
    assert "no file was changed, added, taken out or renamed" in proved
    assert "proofs/approval-confidentiality.txt: record" in proved
    assert "whose key that is" in not_proved
    assert "who pressed a button, or that anybody understood" in not_proved
    assert _verify(written.folder, "--key", head.public_key, "--head", f"{head.size}:{head.root_hash}") == 0
    said = capsys.readouterr().out
    assert "whose key that is" not in said
    assert "nothing before that head" not in said


def test_an_archive_is_checked_as_it_is(packs: dict[PackReader, WrittenPack], tmp_path: Path) -> None:
    archive = packs[PackReader.SCHOOL].archive
    assert _verify(archive) == 0
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(archive) as whole, zipfile.ZipFile(changed, "w") as other:
        for info in whole.infolist():
            content = whole.read(info)
            other.writestr(info.filename, content + b" " if info.filename.endswith("index.html") else content)
    assert _verify(changed) == 1
    bent = tmp_path / "bent.zip"
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    bent.write_bytes(content)
    assert _verify(bent) == 1


def test_an_encrypted_archive_is_unpacked_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with School(tmp_path / "school", TOML) as school:
        life(school)
        order = EvidenceOrder(PackReader.INSPECTOR, with_names=True, passphrase="four words nobody guesses")
        written = pack(school, tmp_path / "out", order)
    assert _verify(written.archive) == 1
    assert "unpack it with its passphrase" in capsys.readouterr().out
    import pyzipper

    with pyzipper.AESZipFile(written.archive) as archive:
        archive.setpassword(b"four words nobody guesses")
        archive.extractall(tmp_path / "unpacked")
    assert _verify(tmp_path / "unpacked" / written.pack.name) == 0


def test_it_checks_a_pack_by_itself_with_nothing_but_python(
    packs: dict[PackReader, WrittenPack], tmp_path: Path
) -> None:
    folder = _broken(packs[PackReader.SCHOOL], tmp_path)
    command = [sys.executable, "-I", "ledger/verify_ledger.py", "."]
    done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "index.html").write_bytes(b"Nobody was late.")
    done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")
    assert "index.html was changed" in done.stdout
