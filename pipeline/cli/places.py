"""Write the place of a document that a command asks about into a file, and say at the terminal where it is."""

from collections.abc import Callable

from pipeline.cli.session import Session, say
from pipeline.pages.place_files import write_places
from pipeline.pages.shown_place import open_showing, show_asked
from pipeline.policies.places_asked import AskedPlace, files_of
from pipeline.register.transaction import Transaction


def say_place(session: Session, find: Callable[[Transaction, str], AskedPlace | None], *, name: str, asks: str) -> None:
    """Show the place that ``find`` returns for the register and the school; nothing where it returns none.

    ``name`` is the file's, without its ending; ``asks`` the question.
    """
    with session.open_register(create=False) as register, register.reading() as tx:
        asked = find(tx, register.school)
        files = files_of(tx, register.school, asked) if asked is not None else ()
    if asked is None:
        return
    with open_showing() as call:
        shown = show_asked(call, files, asked)
    for line in write_places(session.config, shown, name, asks):
        say(f"  {line}")
