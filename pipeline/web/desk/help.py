"""Help: the guides that come with the program, for the person who is signed in, and the one for staff for everybody."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from pipeline.decisions.rights import Action
from pipeline.model.people import Right
from pipeline.web.desk.view import DESK, Answer, Crumb, DeskPages, ShowPage, View, not_here
from pipeline.web.guides import STAFF, filled, find_guide, find_picture, list_guides

HELP = Crumb("Help", "/help")
_THEIRS = {Right.HEAD: "head", Right.GOVERNOR: "governors", Right.IT: "it-provider", Right.HEAD_OF_TEAM: STAFF}
"""The guide that is listed first for those who have this right and no other; the office's for everybody else."""


def show_help(view: View) -> Answer:
    """List the guides with their sections, the one for the person who asks first."""
    first = _THEIRS.get(next(iter(view.who.rights))) if len(view.who.rights) == 1 else None
    guides = sorted(list_guides(), key=lambda guide: guide.name != first)
    return Answer("help.html", "Help", {"guides": guides}, (DESK,), at="/help")


def show_guide(view: View) -> Answer:
    """Show one guide."""
    guide = find_guide(str(view.request.path_params["guide"]))
    if guide is None:
        return not_here("guide", (HELP,))
    people = view.config.people
    return Answer("guide.html", guide.title, {"guide": filled(guide, people)}, (DESK, HELP), at="/help")


HELP_PAGES: dict[str, ShowPage] = {"/help": show_help, "/help/{guide}": show_guide}
"""They tell of commands too, which no other page of the desk does."""


def help_routes(pages: DeskPages) -> list[Route]:
    """Return the routes of the guide that everybody may read, of the guides' pictures, and of the other guides."""

    def staff(request: Request) -> Response:
        guide = find_guide(STAFF)
        assert guide is not None
        return pages.site.page("guide_staff.html", title=guide.title, guide=guide)

    def picture(request: Request) -> Response:
        path = find_picture(str(request.path_params["name"]))
        return FileResponse(path, media_type="image/png") if path else Response(status_code=404)

    return [
        Route(f"/help/{STAFF}", staff, methods=["GET"]),
        Route("/help/pictures/{name}", picture, methods=["GET"]),
        *(pages.route(path, show, Action.SEE_DESK) for path, show in HELP_PAGES.items()),
    ]
