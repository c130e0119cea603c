"""The school's look on pages: the colour and the logo that its copies have, from ``templates/copies/look.toml``.

A colour too light for white words on it was set aside where the file was read; the usual one stands in its place.
"""

from pathlib import Path

from starlette.responses import Response

from pipeline.pages.look import LOOK_NAME, Look, load_look
from pipeline.resources import template_folder
from pipeline.web.memo import Memo

_MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}


def look_of(memo: Memo, templates: Path) -> Look:
    """Return the look of a workspace whose own templates are in ``templates``, as the files have it now."""
    folder = templates / "copies"
    seen = (templates, *(_stamp(path) for path in sorted(folder.glob("*")) if path.is_file()))
    return memo.of("look", seen, lambda: load_look(templates if (folder / LOOK_NAME).is_file() else None))


def _stamp(path: Path) -> tuple[str, int, int]:
    stat = path.stat()
    return path.name, stat.st_mtime_ns, stat.st_size


def stylesheet(look: Look, templates: Path) -> Response:
    """Return the stylesheet: the school's own where there is one, else the packaged one in the school's colour."""
    own = templates / "pages" / "style.css"
    if own.is_file():
        return Response(own.read_bytes(), media_type="text/css")
    text = (template_folder() / "pages" / "style.css").read_text(encoding="utf-8")
    return Response(f"{text}\n:root {{ --brand: {look.colour}; }}\n", media_type="text/css")


def logo(look: Look) -> Response:
    """Return the school's logo; status 404 where there is none."""
    if look.logo is None:
        return Response(status_code=404)
    return Response(look.logo, media_type=_MEDIA_TYPES[look.logo_ending])
