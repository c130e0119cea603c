"""Open the dashboard, signed in, in the browser of the person who started ``policy serve``.

A link that signs in must not stand in the arguments of a program, where everybody on the machine can read it. It is
handed over in a page that only its owner can read, which leads on to it.
"""

import html
import sys
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path

from pipeline.private_files import PASSAGE, make_folder, write_file

_PAGE = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Dashboard</title>
<meta http-equiv="refresh" content="0; url={link}"></head>
<body><p><a href="{link}">Open the dashboard</a></p></body></html>
"""
PAGE_NAME = "open-dashboard.html"
SHOWN_ABOVE = "copy the sign-in address above into one"


def open_in_browser(address: str, environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Open ``address`` in the browser and return whether one was started.

    Without a screen none is: a browser of the terminal would take over the window that shows what is served.
    """
    has_screen = platform in ("win32", "darwin") or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    return bool(has_screen) and webbrowser.open(address)


@contextmanager
def opened_dashboard(
    link: str, folder: Path, say: Callable[[str], None], opens: Callable[[str], bool], otherwise: str = SHOWN_ABOVE
) -> Iterator[None]:
    """Open ``link`` through a page written into ``folder``, which is taken away on leaving.

    ``opens`` is given the page's address and returns whether a browser was started; where none was, ``say`` is told,
    with what to do ``otherwise``.
    """
    page = folder / PAGE_NAME
    try:
        make_folder(folder, PASSAGE)
        write_file(page, _PAGE.format(link=html.escape(link)).encode("utf-8"))
        opened = opens(page.resolve().as_uri())
    except (OSError, webbrowser.Error):
        opened = False
    if not opened:
        say(f"No browser could be opened here: {otherwise}.")
    try:
        yield
    finally:
        with suppress(OSError):
            page.unlink(missing_ok=True)


def page_for(
    open_page: Callable[[str], AbstractContextManager[object]] | None, link: str
) -> AbstractContextManager[object]:
    """Open a page with a link where one is to be opened."""
    return open_page(link) if open_page is not None else nullcontext()
