"""The files a copy consists of: their names, writing them, and whether they are still as they were written."""

import hashlib
import os
import re
from collections.abc import Collection, Mapping, Set
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RenderError, say_system_error
from pipeline.files import list_others, read_whole, take_away, write_atomically
from pipeline.private_files import make_folder, write_file
from pipeline.register.policies.copies import CopyRow

if TYPE_CHECKING:
    from pipeline.copies.copy import Copy

FOLDER = "copies"
KEPT = "evidence/copies"
"""Below ``distribution/``: what was given out, which evidence of an earlier day shows."""
BEING_RENEWED = "-being-renewed"
"""Behind the short name of a policy whose copy is held: the files a site shows meanwhile."""
_ENDINGS = (".docx", ".pdf", ".html")
_POLICY_LINK = re.compile(rb'href="([a-z0-9-]+)\.pdf"')


def contents_of(copy: "Copy") -> Mapping[str, bytes | None]:
    """Return the files of a copy by what each is (``docx``, ``appendix``, ``pdf``, ``html``); None for one it lacks."""
    return {
        "docx": copy.docx,
        "appendix": copy.appendix_docx,
        "pdf": copy.pdf,
        "html": copy.html.encode("utf-8") if copy.html is not None else None,
    }


def path_of(slug: str, what: str) -> str:
    """Return where such a file of a policy's copy lies, relative to ``distribution/``."""
    return f"{FOLDER}/{slug}-appendix.docx" if what == "appendix" else f"{FOLDER}/{slug}.{what}"


def kept_path(distribution: Path, sha256: str) -> Path:
    """Return where the PDF of a copy is kept for good, by its hash, however often ``copies/`` changes."""
    return distribution / KEPT / f"{sha256}.pdf"


def write_copy(slug: str, copy: "Copy", distribution: Path) -> None:
    """Write the files of a copy, and take away those of an earlier one that it lacks. Its PDF is kept for good.

    Raises:
        RenderError: a file cannot be written or taken away.
    """
    if copy.pdf and not slug.endswith(BEING_RENEWED):
        _keep(copy.pdf, distribution)
    for what, content in contents_of(copy).items():
        path = distribution / path_of(slug, what)
        if content:
            write_atomically(path, content)
        else:
            take_away(path)


def _keep(pdf: bytes, distribution: Path) -> None:
    path = kept_path(distribution, hashlib.sha256(pdf).hexdigest())
    if path.is_file():
        return
    try:
        make_folder(path.parent.parent)
        make_folder(path.parent)
        write_file(path, pdf)
    except OSError as error:
        raise RenderError(
            f"{path}, which is kept as evidence, could not be written ({say_system_error(error)}). Check that the "
            "folder may be written to and that the disk has room."
        ) from error


def is_as_written(row: CopyRow, distribution: Path) -> bool:
    """Return whether each file of a copy is as it was written: one edited by hand is made again."""
    return _as_written(row, distribution) is not None


def is_in_order(row: CopyRow, distribution: Path, addresses: Set[str]) -> bool:
    """Return whether a copy is as it was written, and each link of its web page to a policy to one of ``addresses``.

    A policy that was withdrawn is none any more. Where there is no page, no links of ours are.
    """
    contents = _as_written(row, distribution)
    if contents is None or row.html_path is None:
        return contents is not None
    own = f"{row.html_path.rpartition('/')[2].removesuffix('.html')}.pdf"
    links = (f"{slug}.pdf" for slug in policy_links(contents[row.html_path]))
    return all(link == own or link in addresses for link in links)


def _as_written(row: CopyRow, distribution: Path) -> Mapping[str, bytes] | None:
    """Return the files of a copy by their paths, None where one is not as it was written; each is read once."""
    folder, contents = str(distribution), {}
    for file in row.files:
        try:
            content = read_whole(f"{folder}{os.sep}{file.path}")
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest() != file.sha256:
            return None
        contents[file.path] = content
    return contents


def policy_links(page: bytes) -> list[str]:
    """Return the short names of the policies to whose PDFs the web page of a copy leads, its own too, each once."""
    return list(dict.fromkeys(match[1].decode("ascii") for match in _POLICY_LINK.finditer(page)))


def list_outdated(distribution: Path, current: Collection[CopyRow]) -> list[Path]:
    """Return the files of copies that are not current, by name: the folder is to hold current ones only."""
    folder = distribution / FOLDER
    wanted = {file.path.rpartition("/")[2] for row in current for file in row.files}
    return [path for path in list_others(folder, wanted) if path.suffix in _ENDINGS]
