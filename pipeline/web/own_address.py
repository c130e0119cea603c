"""Where ``policy serve`` serves now, so that ``policy sign-in`` can print a whole address. A small file says it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.private_files import PASSAGE, make_folder, write_file

_NAME = "serving-at"
DEFAULT = "http://127.0.0.1:8000"
_PATIENCE_SECONDS = 1.0


@contextmanager
def noted(address: str, folder: Path) -> Iterator[None]:
    """Note ``address`` in ``folder``, and take the note away on leaving unless another server has written its own."""
    path = folder / _NAME
    with suppress(OSError):
        make_folder(folder, PASSAGE)
        write_file(path, address.encode("ascii"))
    try:
        yield
    finally:
        with suppress(OSError):
            if path.read_bytes() == address.encode("ascii"):
                path.unlink()


def find(folder: Path) -> tuple[str, bool]:
    """Return where pages are served, and whether something answers there; the usual address where nothing was noted."""
    try:
        address = (folder / _NAME).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return DEFAULT, False
    parts = urlsplit(address)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=_PATIENCE_SECONDS):
            return address, True
    except (OSError, ValueError):
        return address, False
