"""The pages of long work: what goes on behind the pages, and how far one piece is."""

from pipeline.web.desk.view import DESK, Answer, Crumb, View, not_here

WORK = Crumb("Work", "/work")
_EVERY = "3"
"""Seconds between two looks of the page by itself, which the reader can switch off."""


def show_pieces(view: View) -> Answer:
    """Show what is being done, what waits and what is done since the program was started."""
    return Answer("pieces.html", "Work", {"pieces": view.work.list()}, (DESK,))


def show_piece(view: View) -> Answer:
    """Show how far one piece of work is; asked so, the page looks again by itself until it is over."""
    number = view.key("number")
    piece = view.work.find(number) if number is not None else None
    if piece is None:
        return not_here("piece of work", (WORK,))
    looks = view.request.query_params.get("look") == "on" and not piece.is_over
    fields = {"piece": piece, "looks": looks}
    return Answer("piece.html", piece.title, fields, (DESK, WORK), headers={"Refresh": _EVERY} if looks else {})
