"""Files that long work made, for the person who had them made: given to that session alone, for two hours."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from pipeline.decisions.rights import Action
from pipeline.web.desk.view import DESK, Answer, DeskPages, View

DOWNLOAD = "/download/"
"""Before the key of the file."""


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
