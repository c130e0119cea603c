"""Old Word and Rich Text files are read through LibreOffice, or refused with a word on what to do."""

import sys
import time
from pathlib import Path

import pytest

from pipeline.documents import read_document_bytes
from pipeline.documents.office import read_by_office
from pipeline.documents.sandbox.containment import OFFICE_MEMORY_BYTES
from pipeline.documents.sandbox.readers import contained_map
from pipeline.documents.source import Source
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.documents import Document, DocumentFormat
from tests.builders import write

RTF = rb"{\rtf1\ansi {\b Policy owner:} Safeguarding Lead\par Next review: May 2025\par}"
NEEDS_OFFICE = pytest.mark.needs("soffice")


def rich_text_document(path: Path) -> Document:
    """Read in a child of the sandbox."""
    return read_document_bytes(path.read_bytes(), shown_as=str(path))


@NEEDS_OFFICE
def test_rich_text_is_read_within_the_sandbox(tmp_path: Path) -> None:
    [outcome] = contained_map(rich_text_document, [write(tmp_path / "policy.rtf", RTF)])
    assert outcome.error is None
    assert outcome.value is not None
    assert outcome.value.text == "Policy owner: Safeguarding Lead\nNext review: May 2025"
    assert (outcome.value.format, outcome.value.size_bytes) == (DocumentFormat.RTF, len(RTF))
    assert outcome.value.blocks[0].spans[0].bold


@NEEDS_OFFICE
def test_rich_text_without_words_is_refused() -> None:
    with pytest.raises(DocumentError) as refused:
        read_document_bytes(rb"{\rtf1 }", shown_as="policy.rtf")
    assert refused.value.code is UnreadableCode.NO_TEXT


@NEEDS_OFFICE
@pytest.mark.needs("shared")
def test_old_word_file_of_a_real_school_is_read(shared: Path) -> None:
    path = shared / "real-policies" / "files" / "hccp-esafety.doc"
    document = read_document_bytes(path.read_bytes(), shown_as=path.name)
    assert document.format is DocumentFormat.DOC
    assert "E Safety Policy" in [block.text.strip() for block in document.blocks]


def attempt(program: str | None, timeout_seconds: float = 20) -> DocumentError:
    source = Source(RTF, "policy.rtf")
    with pytest.raises(DocumentError, match=r"“policy\.rtf”.*save it as \.docx") as refused:
        read_by_office(source, DocumentFormat.RTF, find=lambda: program, timeout_seconds=timeout_seconds)
    return refused.value


def script(folder: Path, body: str) -> str:
    path = folder / "office"
    path.write_text(f"#!{sys.executable}\nimport sys, time, pathlib\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in program is a POSIX script")
def test_the_program_is_told_to_fetch_nothing_and_to_run_no_scripts(tmp_path: Path) -> None:
    found = tmp_path / "found.xcu"
    profile = "pathlib.Path(sys.argv[1].partition('file://')[2])"
    body = f"pathlib.Path({str(found)!r}).write_bytes(({profile} / 'user/registrymodifications.xcu').read_bytes())"
    attempt(script(tmp_path, body))
    settings = found.read_text(encoding="utf-8")
    for name, value in (("BlockUntrustedRefererLinks", "true"), ("DisableActiveContent", "true")):
        assert f'oor:name="{name}" oor:op="fuse"><value>{value}</value>' in settings


def test_without_libreoffice_the_message_says_so() -> None:
    error = attempt(None)
    assert error.code is UnreadableCode.UNSUPPORTED
    assert "LibreOffice" in str(error)


def test_program_that_does_not_start_is_told(tmp_path: Path) -> None:
    assert attempt(str(tmp_path / "none")).code is UnreadableCode.UNSUPPORTED


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in program is a POSIX script")
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("time.sleep(30)", "kept LibreOffice busy"),
        ("sys.exit(1)", "cannot be opened by LibreOffice"),
        (
            "out = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1]); out.mkdir()\n"
            "(out / 'document.docx').write_bytes(b'no zip')",
            "cannot be opened by LibreOffice",
        ),
    ],
)
def test_program_that_hangs_fails_or_writes_nonsense_is_told(tmp_path: Path, body: str, words: str) -> None:
    error = attempt(script(tmp_path, body), timeout_seconds=2)
    assert error.code is UnreadableCode.DAMAGED
    assert words in str(error)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends a program by its memory")
def test_the_program_and_all_it_starts_take_no_more_memory_than_the_report_says(tmp_path: Path) -> None:
    """The command starts the program proper, as LibreOffice's does; it is that one which takes the memory."""
    taken = tmp_path / "taken"
    eats = f"held = bytearray({OFFICE_MEMORY_BYTES + (64 << 20)}); open({str(taken)!r}, 'w').write('all of it')"
    body = f"import subprocess\ntime.sleep(0.3)\nsubprocess.run([sys.executable, '-c', {eats!r}], check=False)"
    attempt(script(tmp_path, body))
    assert not taken.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in program is a POSIX script")
def test_a_program_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    number = tmp_path / "number"
    body = (
        "import subprocess\nsecond = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(number)!r}).write_text(str(second.pid))\nsecond.wait()"
    )
    error = attempt(script(tmp_path, body), timeout_seconds=2)
    assert "kept LibreOffice busy" in str(error)
    state = Path(f"/proc/{number.read_text(encoding='utf-8')}/stat")
    until = time.monotonic() + 10
    while state.exists() and " Z " not in state.read_text(encoding="utf-8") and time.monotonic() < until:
        time.sleep(0.05)
    assert not state.exists() or " Z " in state.read_text(encoding="utf-8")
