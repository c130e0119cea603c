"""A safety copy holds what ``zipfile`` would have written, though its files are packed some at once."""

import hashlib
import io
import os
import random
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.safety_copies import packing
from pipeline.safety_copies.packing import Packing, new_archive

_KEPT = "evidence/copies/one.pdf"


@pytest.fixture
def files(tmp_path: Path) -> list[tuple[str, Path]]:
    """Files of every kind: a PDF that lies there twice, what is packed itself, an empty one."""
    chance = random.Random(17)
    contents = {f"pages/page-{number:02}.html": b"<p>Aims</p>" * number for number in range(1, 41)}
    contents |= {"copies/one.docx": chance.randbytes(5000), "copies/one.pdf": b"%PDF words " * 700, "empty.txt": b""}
    made = []
    for number, name in enumerate(sorted((*contents, "policies/one.docx", "Höhe.md", _KEPT))):
        same = {"policies/one.docx": "copies/one.docx", _KEPT: "copies/one.pdf"}.get(name, name)
        path = tmp_path / str(number)
        path.write_bytes(contents.get(same, "Grüße".encode()))
        made.append((name, path))
    return sorted(made, key=lambda each: each[0] == _KEPT)


def packed(files: Sequence[tuple[str, Path]]) -> tuple[bytes, list[packing.Added]]:
    stream = io.BytesIO()
    with new_archive(stream) as archive:
        added = Packing(stream, archive).add(files)
    return stream.getvalue(), added


def as_zipfile_does(files: Sequence[tuple[str, Path]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, path in files:
            entry: str | zipfile.ZipInfo = zipfile.ZipInfo(name) if name.endswith(".docx") else name
            with archive.open(entry, "w", force_zip64=True) as inside:
                inside.write(path.read_bytes())
    return stream.getvalue()


def test_an_archive_is_as_zipfile_would_have_written_it(files: list[tuple[str, Path]]) -> None:
    content, added = packed(files)
    assert content == as_zipfile_does(files)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name, _ in files} == {name: path.read_bytes() for name, path in files}
    assert [tuple(each) for each in added] == [
        (name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()) for name, path in files
    ]


def test_a_large_file_goes_in_block_by_block_and_is_the_same(
    files: list[tuple[str, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = packed(files)
    monkeypatch.setattr(packing, "_LARGE_BYTES", 100)
    monkeypatch.setattr(packing, "_BLOCK_BYTES", 4096)
    assert packed(files) == whole


def test_the_same_bytes_are_deflated_once(files: list[tuple[str, Path]], monkeypatch: pytest.MonkeyPatch) -> None:
    deflated = []
    make = zlib.compressobj

    def counted(*arguments: int) -> object:
        deflated.append(arguments)
        return make(*arguments)

    monkeypatch.setattr(zlib, "compressobj", counted)
    packed(files)
    different = {path.read_bytes() for name, path in files if not name.endswith(".docx")}
    assert len(deflated) == len(different)


def test_a_file_that_goes_while_files_are_packed_is_an_error_of_the_drive(files: list[tuple[str, Path]]) -> None:
    os.unlink(files[-1][1])  # noqa: PTH108
    with pytest.raises(FileNotFoundError):
        packed(files)
