"""The place of a document beside the question about it: what a page shows of it, and the address of its picture."""

import hashlib
from collections.abc import Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.decisions.rights import Action
from pipeline.pages.shown_place import ShownPlaces, describe_picture, open_showing, say_shown, show_asked
from pipeline.policies.places_asked import AskedPlace, files_of
from pipeline.web.desk.view import DeskPages, View

PLACES = "/places/"
"""Before the key of a place, the number of its picture, and which of the two it is."""
_NARROW = "narrow"
_MOST_KEPT = 40
_MOST_KEPT_BYTES = 32 * 1024 * 1024
"""Of pictures; a usual one has 60 kB."""


def beside(view: View, asked: AskedPlace | None) -> Callable[[], Mapping[str, object]]:
    """Return what makes the fields with which a page shows the place it asks about; none where it has no place.

    The document is fetched now and opened when the register is let go.
    """
    if asked is None:
        return dict
    memo, key = view.site.memo, hashlib.sha256(repr(asked).encode()).hexdigest()[:32]
    there, kept = memo.last("place", key) or (False, None)
    # A document that the register had not as it was kept may be put back.
    files = () if there else files_of(view.tx, view.school, asked)

    def show() -> ShownPlaces:
        with open_showing() as call:
            return show_asked(call, files, asked)

    def fields() -> Mapping[str, object]:
        return {
            "shown": kept if there else memo.of("place", bool(files), show, key=key, has_room=_has_room),
            "picture_at": f"{PLACES}{key}",
            "say_shown": say_shown,
            "describe": describe_picture,
        }

    return fields


def _has_room(kept: Sequence[ShownPlaces]) -> bool:
    held = sum(len(one.png) + len(one.narrow) for shown in kept for one in shown.places)
    return len(kept) <= _MOST_KEPT and held <= _MOST_KEPT_BYTES


def place_route(pages: DeskPages) -> Route:
    """Return the route of pictures, for those who may settle what is unclear; the page that shows one makes it."""

    def answer(request: Request) -> Response:
        who = pages.gate.pass_for(request, Action.EDIT_POLICIES)
        if isinstance(who, Response):
            return who
        _, shown = pages.site.memo.last("place", str(request.path_params["key"])) or (False, None)
        number = int(request.path_params["number"])
        one = shown.places[number - 1] if shown is not None and 1 <= number <= len(shown.places) else None
        picture = b"" if one is None else one.narrow if request.path_params["width"] == _NARROW else one.png
        return Response(picture, 200 if picture else 404, {"Cache-Control": "no-store"}, "image/png")

    return Route(PLACES + "{key}/{number:int}/{width}.png", answer, methods=["GET"])
