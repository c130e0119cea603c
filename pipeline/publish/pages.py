"""Write a page of the site where it differs from what lies there, so that an upload takes only what changed."""

from pathlib import Path

from pipeline.files import write_atomically


def write_if_changed(path: Path, text: str) -> int:
    """Write a text file and return 1, or 0 where it already holds just that."""
    content = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == content:
        return 0
    write_atomically(path, content)
    return 1
