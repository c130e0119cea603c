"""By what a file is known to be as it was when it was last looked at."""

from pathlib import Path


def stamp_of(path: Path) -> tuple[int, int] | None:
    """Return by what a file is known to be unchanged; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
