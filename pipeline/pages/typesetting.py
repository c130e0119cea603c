"""Have Typst set pages from a template. Used by ``pdf``, ``front_sheet`` and ``papers``.

What is set goes in as JSON in a file, never as code: whatever is given to the compiler itself makes it forget all that
it has set before. The template is a file too: the compiler parses a file anew only where its bytes are others. The
compiler and its fonts are kept between copies; fonts of the machine are never used, so that a copy looks the same
everywhere.
"""

import json
import re
import tempfile
import threading
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import RenderError, say_system_error
from pipeline.pages.look import Look
from pipeline.resources import template_folder

FOLDER = "copies"
"""The folder of the templates that copies are set with, in ``templates/``."""
_CONTENT = "data.json"
_EARLIER_WAY = b"sys.inputs"
"""How templates took the JSON before; a school may still have one of its own."""
_UA = ["ua-1"]
_UA_AND_ARCHIVE = ["ua-1", "a-2a"]
_ONE_AT_A_TIME = threading.Lock()
# False is the default (ISO 32000-1, table 321). Poppler up to 25.11 calls a written-out false a syntax error, so it is
# blanked; the length stays, so every address in the file does.
_NOT_SUSPECT = re.compile(rb"(/MarkInfo<</Marked true)(/Suspects false)(>>)")


class TypesettingError(Exception):
    """What Typst says is wrong with a template or with what goes into it."""


def set_pages(
    template: str,
    fields: Mapping[str, Any],
    made_on: date | None,
    templates: Path | None,
    *,
    look: Look,
    pictures: tuple[tuple[str, bytes], ...] = (),
) -> bytes:
    """Return the PDF of a template: PDF/UA-1, and PDF/A-2a too where ``made_on`` is given, as an archive needs a date.

    ``template`` is named from the templates folder, such as ``copies/policy.typ``; ``pictures`` are files it opens.

    Raises:
        TypesettingError: Typst refuses.
        RenderError: the template cannot be read.
    """
    source = read_template(template, templates)
    standards = _UA_AND_ARCHIVE if made_on is not None else _UA
    content = json.dumps(fields, ensure_ascii=False)
    inputs = {"data": content} if _EARLIER_WAY in source else {}
    with (
        _ONE_AT_A_TIME,
        tempfile.TemporaryDirectory(prefix="policy-copy-", ignore_cleanup_errors=True) as folder,
    ):
        main = Path(folder) / PurePosixPath(template).name
        for name, held in ((main.name, source), (_CONTENT, content.encode("utf-8")), *pictures):
            (Path(folder) / name).write_bytes(held)
        return _compiled(main, inputs, standards, look)


def unusable(template: str, error: Exception | None) -> RenderError:
    """Return what to raise when a template cannot be set."""
    return RenderError(
        f"A PDF could not be set with the template {template}: {error}. Put the template right, or "
        "take your own copy of it away to go back to the one that came with the program."
    )


@lru_cache(maxsize=4)
def _compiler(fonts: Path | None, *, with_inputs: bool) -> Any:
    """Return a compiler with its fonts, the school's own first; making it takes longer than setting a copy.

    ``with_inputs``: it is told some. It keeps them, so it sets no template that does without.
    """
    import font_lato
    import typst

    folders = [*([str(fonts)] if fonts is not None else []), font_lato.font_directory]
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
    return typst.Compiler(b"", font_paths=known, ignore_system_fonts=True)


def _compiled(main: Path, inputs: Mapping[str, str], standards: list[str], look: Look) -> bytes:
    """Return the PDF of a template that lies in a folder with all that it opens."""
    import typst

    # Inputs have the compiler make its whole library once more, be there none in them.
    given = {"sys_inputs": dict(inputs)} if inputs else {}
    compiler = _compiler(look.fonts, with_inputs=bool(inputs))
    try:
        pages: bytes = compiler.compile(
            main, pdf_standards=standards, format="pdf", timestamp=0, root=main.parent, **given
        )
    except typst.TypstError as error:
        raise TypesettingError(error.message) from error
    return _NOT_SUSPECT.sub(lambda match: match[1] + b" " * len(match[2]) + match[3], pages, count=1)


def read_template(name: str, templates: Path | None) -> bytes:
    """Return a template, the school's own before the packaged one; ``name`` as for ``set_pages``.

    Raises RenderError where it cannot be read.
    """
    own = templates / name if templates is not None else None
    path = own if own is not None and own.is_file() else template_folder() / name
    try:
        return path.read_bytes()
    except OSError as error:
        raise RenderError(f"The template {path} cannot be read ({say_system_error(error)}).") from error
