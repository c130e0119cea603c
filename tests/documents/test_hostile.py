"""Files made to do harm give their error, or their words and a flag: never a hang, a crash or a write elsewhere."""

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from pipeline.documents import read_document, read_document_bytes
from pipeline.documents.pdf.scripts import runs_something
from pipeline.documents.sandbox.containment import Containment, NetworkCut
from pipeline.documents.sandbox.network import cut_network
from pipeline.documents.sandbox.readers import FileOutcome, contained_map, containment
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.documents import Document
from tests.builders import lines_down, pdf_file
from tests.documents import hostile_pdfs as pdfs
from tests.documents.hostile_files import READ, Specimen, specimens

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits memory and has namespaces")


def network_of(path: Path) -> str:
    """Say, from inside a child, which networks it sees and who it is."""
    devices = Path("/proc/self/net/dev").read_text(encoding="ascii").splitlines()[2:]
    return (
        f"{' '.join(line.split(':')[0].strip() for line in devices)} {os.getuid()} {path.read_text(encoding='utf-8')}"
    )


def fault_in(specimen: Specimen, outcome: FileOutcome[Document], seconds: float) -> str | None:
    """Say what is wrong with how one file was taken, None where nothing is."""
    became = READ if outcome.error is None else str(outcome.error.code)
    if became not in specimen.becomes:
        return f"{became}: {outcome.error}"
    if outcome.fault:
        return outcome.fault
    if seconds > 10:
        return f"took {seconds:.1f} s"
    if outcome.value is not None and specimen.flag and specimen.flag not in outcome.value.flags:
        return f"flags are {set(outcome.value.flags)}"
    if outcome.error is not None and specimen.name not in str(outcome.error):
        return str(outcome.error)
    return None


@LINUX
def test_every_hostile_file_gives_its_error_or_its_words_and_a_flag(tmp_path: Path) -> None:
    zoo = list(specimens())
    paths = [tmp_path / specimen.name for specimen in zoo]
    for specimen, path in zip(zoo, paths, strict=True):
        path.write_bytes(specimen.build())
    before = {path: path.stat() for path in tmp_path.iterdir()}
    wrong, last = {}, time.monotonic()
    for specimen, outcome in zip(zoo, contained_map(read_document, paths, timeout_seconds=9), strict=True):
        found = fault_in(specimen, outcome, time.monotonic() - last)
        last = time.monotonic()
        if found:
            wrong[specimen.name] = found
    assert wrong == {}
    assert len(zoo) > 50
    after = {path: path.stat() for path in tmp_path.iterdir()}
    assert [(path, held.st_mtime_ns) for path, held in after.items()] == [
        (path, held.st_mtime_ns) for path, held in before.items()
    ]


@LINUX
def test_sparse_gigabytes_folders_and_loops_of_links_are_refused_at_once(tmp_path: Path) -> None:
    sparse, folder, loop = tmp_path / "sparse.docx", tmp_path / "folder.docx", tmp_path / "loop.docx"
    with sparse.open("wb") as file:
        file.truncate(2 << 30)
    folder.mkdir()
    loop.symlink_to(loop)
    device = tmp_path / "device.pdf"
    device.symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.txt")
    began = time.monotonic()
    outcomes = list(contained_map(read_document, [sparse, folder, loop, device, tmp_path / "pipe.txt"]))
    assert time.monotonic() - began < 8
    assert [outcome.error.code if outcome.error else None for outcome in outcomes] == [
        "too-large",
        "unsupported",
        "unsupported",
        "unsupported",
        "unsupported",
    ]


@LINUX
def test_child_sees_no_network_but_its_own_and_is_still_the_same_user(tmp_path: Path) -> None:
    told: list[Containment] = []
    path = tmp_path / "a.txt"
    path.write_text("words", encoding="utf-8")
    [outcome] = contained_map(network_of, [path], on_start=told.append)
    assert outcome.value is not None
    assert outcome.value.endswith(f" {os.getuid()} words")
    assert told == [Containment(told[0].network, memory=True, processor=True)]
    if told[0].network is NetworkCut.NAMESPACE:
        assert outcome.value == f"lo {os.getuid()} words"


@LINUX
@pytest.mark.parametrize("user", ["self", "nobody"])
def test_network_is_cut_for_administrators_and_everybody_else(user: str) -> None:
    if user == "nobody" and os.getuid() != 0:
        pytest.skip("only an administrator can become somebody else")
    program = (
        "import ctypes, os, sys; sys.path.insert(0, sys.argv[1])\n"
        "from pipeline.documents.sandbox.network import cut_network\n"
        "if sys.argv[2] == 'nobody': os.setgid(65534); os.setuid(65534)\n"
        "user = os.getuid(); found = cut_network()\n"
        "names = [line.split(':')[0].strip() for line in open('/proc/self/net/dev')][2:]\n"
        "print(found, os.getuid() == user, names == ['lo'])\n"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program, root, user], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout in ("namespace True True\n", "audit-hook True False\n", "audit-hook True True\n")


def test_other_systems_fall_back_to_the_audit_hook() -> None:
    assert cut_network(platform="win32") is NetworkCut.AUDIT_HOOK


@pytest.mark.parametrize(
    ("found", "said", "unsaid"),
    [
        (Containment(NetworkCut.NAMESPACE, memory=True, processor=True), "by the system; it", "This system"),
        (Containment(NetworkCut.AUDIT_HOOK, memory=True, processor=True), "by this program", "This system"),
        (Containment(NetworkCut.AUDIT_HOOK, memory=False, processor=True), "no limit on memory", "512"),
        (Containment(NetworkCut.AUDIT_HOOK, memory=False, processor=False), "is the only one", "512"),
    ],
)
def test_report_says_what_holds(found: Containment, said: str, unsaid: str) -> None:
    sentence = found.sentence(timeout_seconds=30, memory_bytes=512 << 20)
    assert said in sentence
    assert unsaid not in sentence
    assert "30 seconds a file" in sentence


def test_what_holds_here_is_asked_of_a_child() -> None:
    assert containment(timeout_seconds=20).startswith("Files are read in a separate process with at most ")
    assert "20 seconds a file" in containment(timeout_seconds=20)


@pytest.mark.parametrize("catalog", ["/OpenAction [3 0 R /Fit]", "/A << /S /GoTo /D (#4a) >>", "/Q << /S /Named >>"])
def test_pdf_that_runs_nothing_is_not_flagged(catalog: str) -> None:
    assert not runs_something(pdf_file(lines_down("JavaScript is a language; Launch is a word."), catalog=catalog))


@pytest.mark.parametrize("kind", ["JavaScript", "Launch", "ImportData", "SubmitForm", "Rendition"])
@pytest.mark.parametrize("algorithm", [None, "RC4-128", "AES-256"])
def test_actions_are_found_in_plain_and_in_locked_files(kind: str, algorithm: str | None) -> None:
    content = pdfs.pdf_with(f"/AA << /WC << /S /{kind} /JS (x) >> >>")
    if algorithm:
        content = pdfs.locked_pdf(content, password="", algorithm=algorithm)
    assert runs_something(content)


@pytest.mark.parametrize(("action", "runs"), [(b"/JavaScript", True), (b"/GoTo", False)])
def test_packed_objects_of_locked_files_are_deciphered(action: bytes, runs: bool) -> None:
    held = DecodedStreamObject()
    held.set_data(b"6 0 << /S " + action + b" /JS (x) >>")
    held[NameObject("/Type")] = NameObject("/ObjStm")
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdfs.PLAIN)))
    writer.root_object[NameObject("/Kept")] = writer._add_object(held)
    writer.encrypt("", "owner", algorithm="AES-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert action not in buffer.getvalue()
    assert runs_something(buffer.getvalue()) is runs


def test_packed_objects_that_do_not_unpack_are_passed_over() -> None:
    assert not runs_something(b"%PDF-1.7 /ObjStm >> stream\nno zlib /ObjStm")
    assert not runs_something(b"%PDF-1.7 /Encrypt /ObjStm")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"\n" * 100_000, "p.txt", "100,001 lines"),
        (b"policy " * 1_600_000, "p.txt", "MB of text"),
    ],
)
def test_more_text_than_any_policy_is_too_large(content: bytes, name: str, words: str) -> None:
    with pytest.raises(DocumentError, match=words) as caught:
        read_document_bytes(content, shown_as=name)
    assert caught.value.code is UnreadableCode.TOO_LARGE
