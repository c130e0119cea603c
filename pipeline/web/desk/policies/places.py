"""The place of a document beside the question about it: what a page shows of it, and the address of its picture."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.decisions.rights import Action
from pipeline.pages.shown_place import describe_picture, say_shown
from pipeline.policies.places_asked import AskedPlace, files_of
from pipeline.web.desk.policies.shown_places_cache import key_of
from pipeline.web.desk.view import DeskPages, View

PLACES = "/places/"
"""Before the key of a place, the number of its picture, and which of the two it is."""
_NARROW = "narrow"


def beside(view: View, asked: AskedPlace | None) -> Callable[[], Mapping[str, object]]:
    """Return what makes the fields with which a page shows the place it asks about; none where it has no place.

    The document is fetched now and opened when the register is let go.
    """
    if asked is None:
        return dict
    kept = view.site.places
    found = kept.find(key_of(asked))
    files = files_of(view.tx, view.school, asked) if found is None else ()

    def fields() -> Mapping[str, object]:
        return {
            "shown": found or kept.show(asked, files),
            "picture_at": f"{PLACES}{key_of(asked)}",
            "say_shown": say_shown,
            "describe": describe_picture,
        }

    return fields


def place_route(pages: DeskPages) -> Route:
    """Return the route of pictures, for whoever may settle what is unclear; the page that shows one makes it."""

    def answer(request: Request) -> Response:
        who = pages.gate.pass_for(request, Action.EDIT_POLICIES)
        if isinstance(who, Response):
            return who
        shown = pages.site.places.find(str(request.path_params["key"]))
        number = int(request.path_params["number"])
        one = shown.places[number - 1] if shown is not None and 1 <= number <= len(shown.places) else None
        picture = b"" if one is None else one.narrow if request.path_params["width"] == _NARROW else one.png
        return Response(picture, 200 if picture else 404, {"Cache-Control": "no-store"}, "image/png")

    return Route(PLACES + "{key}/{number:int}/{width}.png", answer, methods=["GET"])
