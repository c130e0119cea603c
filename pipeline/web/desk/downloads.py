"""Files made for the person who asked for them, at once or by long work: given to that session alone, for two hours."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from pipeline.decisions.rights import Action
from pipeline.web.desk.forms import Doing, Done
from pipeline.web.desk.receiving import Upload
from pipeline.web.desk.view import DESK, Answer, DeskPages, View
from pipeline.web.desk.work import Finished, Progress

DOWNLOAD = "/download/"
"""Before the key of the file."""


def give_out(doing: Doing, path: Path) -> str:
    """Keep a file for the person who asked for it; return where they download it."""
    upload = Upload(path.name, path, path.stat().st_size)
    return DOWNLOAD + doing.kept.keep_file(doing.who.session, upload, doing.site.clock())


def begin_file(
    doing: Doing,
    title: str,
    make: Callable[[Path, Progress], tuple[Path | None, str]],
    line: str = "",
    again: str = "",
) -> Done:
    """Begin long work that makes a file for the person who asked.

    ``make`` is given a folder of its own, and returns the file in there, or None, and what is said of it. ``again`` is
    the page that asks for another, where there may be none.
    """

    def work(progress: Progress) -> Finished:
        with tempfile.TemporaryDirectory(prefix="policy-made-") as folder:
            path, said = make(Path(folder), progress)
            return Finished(said, give_out(doing, path), "Download it") if path else Finished(said, again)

    return Done(doing.work.begin(title, doing.who.name, doing.now, work, line=line).page)


def download_route(pages: DeskPages) -> Route:
    """Return the route at which a kept file is given out."""

    def answer(request: Request) -> Response:
        who = pages.gate.pass_for(request, Action.RECORD_READINGS)
        if isinstance(who, Response):
            return who
        found = pages.kept.file(who.session, str(request.path_params["key"]), pages.site.clock())
        if found is None:
            return pages.show(request, _show_gone, who)
        return FileResponse(found.path, filename=found.name, headers={"Cache-Control": "no-store"})

    return Route(DOWNLOAD + "{key}", answer, methods=["GET"])


def _show_gone(view: View) -> Answer:
    return Answer("download_gone.html", "This file is not here any more", {}, (DESK,), status=404)
