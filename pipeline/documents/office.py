"""Read .doc and .rtf by having LibreOffice, where it is installed, turn them into .docx first.

``convert`` starts the program, always the same careful way; ``copies`` has pages set by it too.
"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from shutil import which

from pipeline.documents.packages import MAX_UNPACKED_BYTES
from pipeline.documents.sandbox.containment import OFFICE_MEMORY_BYTES, keeps_memory_limits
from pipeline.documents.source import Source
from pipeline.documents.word.document import read_docx
from pipeline.errors import DocumentError, UnreadableCode, say_system_error
from pipeline.model.documents import Document, DocumentFormat

TIMEOUT_SECONDS = 60.0
_PROGRAMS = ("soffice", "libreoffice")
_USUAL_PLACES = (
    Path("C:/Program Files/LibreOffice/program/soffice.com"),
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
)
# Nothing a document points at is fetched, and none of its scripts runs.
_SCRIPTING = (
    '<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
_SAFE = {"BlockUntrustedRefererLinks": "true", "DisableActiveContent": "true", "MacroSecurityLevel": "3"}
_SETTINGS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(_SCRIPTING.format(name=name, value=value) for name, value in _SAFE.items())
    + "</oor:items>\n"
)


def find_office() -> str | None:
    """Return the path of LibreOffice, None where it is not installed."""
    found = next((path for path in map(which, _PROGRAMS) if path), None)
    return found or next((str(path) for path in _USUAL_PLACES if path.is_file()), None)


def read_by_office(
    source: Source,
    document_format: DocumentFormat,
    *,
    find: Callable[[], str | None] = find_office,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Document:
    """Read an old Word or a Rich Text file.

    The document's hash and size are those of the file itself; its places are those of the converted text.

    Raises:
        DocumentError: ``unsupported`` without LibreOffice; ``damaged`` where LibreOffice cannot open it or takes longer
            than ``timeout_seconds``; otherwise as ``read_docx``.
    """
    program = find()
    if program is None:
        raise source.refusal(
            UnreadableCode.UNSUPPORTED,
            f"is a .{document_format} file, which needs LibreOffice, and that is not installed here. "
            "Open it in Word and save it as .docx.",
        )
    converted = _convert(source, document_format, program, timeout_seconds)
    try:
        read = read_docx(replace(source, content=converted, notes=()), document_format)
    except DocumentError as error:
        if error.code is UnreadableCode.NO_TEXT:
            raise
        raise _unreadable(source) from error
    return source.document(document_format, read.blocks, metadata=read.metadata, flags=read.flags, notes=read.notes)


def _convert(source: Source, document_format: DocumentFormat, program: str, timeout_seconds: float) -> bytes:
    with tempfile.TemporaryDirectory(prefix="policy-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        # A fixed name: the real one is a stranger's and would stand on a command line.
        given = root / f"document.{document_format}"
        given.write_bytes(source.content)
        try:
            convert(program, given, "docx:MS Word 2007 XML", root / "out", timeout_seconds)
        except subprocess.TimeoutExpired as error:
            raise source.refusal(
                UnreadableCode.DAMAGED,
                f"kept LibreOffice busy for {timeout_seconds:.0f} seconds. Open it in Word and save it as .docx.",
            ) from error
        except OSError as error:
            raise source.refusal(
                UnreadableCode.UNSUPPORTED,
                f"needs LibreOffice, which did not start ({say_system_error(error)}). "
                "Open it in Word and save it as .docx.",
            ) from error
        made = root / "out" / "document.docx"
        if not made.is_file() or made.stat().st_size > MAX_UNPACKED_BYTES:
            raise _unreadable(source)
        return made.read_bytes()


def convert(program: str, given: Path, form: str, out: Path, timeout_seconds: float) -> None:
    """Have LibreOffice turn the file ``given`` into ``form``, in the folder ``out``; it may leave nothing there.

    ``form`` is an ending with a filter of LibreOffice behind it. Its profile is a new one, beside ``given``.

    Raises:
        OSError: the program does not start.
        subprocess.TimeoutExpired: it took longer than ``timeout_seconds``, and was ended with all it had started.
    """
    profile = given.parent / "profile"
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS, encoding="utf-8", newline="\n")
    user = f"-env:UserInstallation={profile.as_uri()}"
    command = [program, user, "--headless", "--norestore", "--nolockcheck"]
    command += ["--convert-to", form, "--outdir", str(out), str(given)]
    # The command is only the first of several processes, so they are a group of their own, ended together.
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
    try:
        _limit_memory(process.pid)
        process.wait(timeout=timeout_seconds)
    finally:
        _end_group(process)


def _limit_memory(pid: int) -> None:
    """Let a program just started, and what it starts, take ``OFFICE_MEMORY_BYTES`` each at most (setrlimit(2))."""
    if keeps_memory_limits():
        import resource

        with suppress(ProcessLookupError, PermissionError, ValueError):
            resource.prlimit(pid, resource.RLIMIT_DATA, (OFFICE_MEMORY_BYTES, OFFICE_MEMORY_BYTES))


def _end_group(process: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _unreadable(source: Source) -> DocumentError:
    return source.refusal(
        UnreadableCode.DAMAGED, "cannot be opened by LibreOffice. Open it in Word and save it as .docx."
    )
