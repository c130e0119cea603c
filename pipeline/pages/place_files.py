"""Write the places that a question is about into files, for an answer at a terminal: a picture, or a web page.

They lie in ``distribution/places``, closed to other accounts, until the next sitting empties it.
"""

from contextlib import suppress

from pipeline.config import Config
from pipeline.errors import RenderError, say_system_error
from pipeline.files import take_away
from pipeline.pages.shown_place import ShownPlaces, say_shown
from pipeline.private_files import PASSAGE, make_folder, write_file
from pipeline.resources import render_page

FOLDER = "places"
"""In ``distribution/``."""
_PAGE = "pages/place.html"


def empty_places(config: Config) -> None:
    """Take away what an earlier sitting wrote; what another program holds open stays."""
    for path in sorted((config.distribution / FOLDER).glob("*.*")):
        with suppress(RenderError):
            take_away(path)


def write_places(config: Config, shown: ShownPlaces, name: str, asks: str) -> tuple[str, ...]:
    """Write each place of a question into a file, ``name`` with its ending; return what to say of them, a line each.

    ``asks`` is the question. What cannot be shown or written is said, and raises nothing.
    """
    said = [shown.problem] if shown.problem else []
    for number, one in enumerate(shown.places, start=1):
        if one.around:
            said.append(f"In the document: “{one.around}”")
        if sentence := say_shown(one):
            said.append(sentence)
        stem = name if number == 1 else f"{name}-{number}"
        if one.png:
            said.append(_write(config, f"{stem}.png", one.png, "A picture of the place"))
        elif one.blocks:
            page = render_page(_PAGE, config.templates, one=one, asks=asks, say_shown=say_shown)
            said.append(_write(config, f"{stem}.html", page.encode("utf-8"), "The place, to open in a browser"))
    return tuple(said)


def _write(config: Config, name: str, content: bytes, what: str) -> str:
    path = config.distribution / FOLDER / name
    try:
        make_folder(config.distribution, PASSAGE)
        make_folder(path.parent)
        write_file(path, content)
    except OSError as error:
        return f"{what} could not be written to {path} ({say_system_error(error)})."
    return f"{what}: {path}"
