"""The pictures of the guides: which page each shows, what the guide tells of it, and how they are made (make pictures).

``tests/web/test_guides.py`` holds each against the page as it is now: by its words and controls, not by its pixels.
"""

import io
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.chromium import open_chromium
from tests.guided_school import guided_school, own_page
from tests.web.desk import Desk
from tests.web.served import listening

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "guides" / "pictures"
MOST_BYTES = 60_000
_COLOURS = 32
_AIR = 16
"""Pixels above a heading."""


@dataclass(frozen=True)
class Picture:
    """One picture, and the page it shows."""

    name: str
    guide: str
    path: str
    """On the desk; empty for a reader's own page."""
    words: tuple[str, ...]
    """What the page must say."""
    controls: tuple[str, ...] = ()
    """Links, buttons and labels that the guide names in bold and the page must have."""
    width: int = 820
    height: int = 640


PICTURES = (
    Picture(
        "first-page", "office", "/",
        ("Waiting for you", "Changed policies", "Late with a reading", "To be handed out on paper"),
        ("Run now", "Contacts", "Policies", "People", "Settings", "Help", "To be handed out on paper"), height=890,
    ),
    Picture(
        "contacts", "office", "/contacts", ("Designated Safeguarding Lead", "Ruth Penhale", "01632 960141"),
        ("Change a contact", "Somebody stands in for the lead"), height=560,
    ),
    Picture(
        "cover", "office", "/contacts/cover", ("Who stands in", "The last day"), ("They stand in from now",), height=720
    ),
    Picture(
        "reviews", "office", "/reviews", ("Late: 1 review", "is the last before it is due", "papers by"), height=620
    ),
    Picture(
        "put-in-use", "office", "/policies/behaviour/issue",
        ("What differs", "A major change", "A minor change", "within ten minutes"), ("Put it in use",), height=880,
    ),
    Picture("people", "office", "/people", ("3 to read", "All read", "starts on 7 December 2026"),
            ("Add one person", "Take in a new list of people", "Print papers for those whom mail does not reach",
             "Print cards for supply staff", "What is held on people, and why"), height=700),
    Picture(
        "papers", "office", "/papers", ("For whom?", "a sheet to sign"), ("Print",),
        height=900,
    ),
    Picture(
        "inspector", "office", "/inspector", ("Who leads today", "have recorded their reading", "late"),
        ("A pack of evidence, in one file",), height=700,
    ),
    Picture(
        "figures", "governors", "/figures", ("How policies stand", "Nobody is named here", "Read of asked"), height=750
    ),
    Picture("mail-route", "it-provider", "/mail-route", ("How mail goes", "policy mail check"),
            ("Change the mail route",), height=450),
    Picture("own-page", "staff", "", ("By when", "How long", "Your surname"), ("Record my reading",), 390, 860),
)  # fmt: skip


def page_of(picture: Picture, desk: Desk) -> str:
    """Return the path of the page that a picture shows."""
    return picture.path or own_page(desk, "Adeyinka")


def small(png: bytes) -> bytes:
    """Return a picture with a palette of few colours."""
    made = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
    return made.getvalue()


def take(page: Page, address: str, picture: Picture, path: str) -> bytes:
    """Return the picture of a page: all of the first one from its top, of the others what stands below their header."""
    page.set_viewport_size({"width": picture.width, "height": 900})
    page.goto(address + path)
    parts = [page.locator(found).bounding_box() for found in (".crumbs", "main") if page.locator(found).count()]
    (first, *_), last = parts, parts[-1]
    assert first is not None
    assert last is not None
    top = 0 if picture.path == "/" else first["y"] - (0 if len(parts) > 1 else _AIR)
    height = min(picture.height, last["y"] + last["height"] - top)
    clip = {"x": 0, "y": top, "width": picture.width, "height": height}
    return small(page.screenshot(full_page=True, clip=clip))  # type: ignore[arg-type]


def main() -> None:
    """Make every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        guided_school(Path(folder) / "school") as desk,
        listening(desk.app) as address,
        open_chromium() as browser,
    ):
        page = browser.new_page(locale="en-GB")
        page.goto(f"{address}/sign-in/{desk.sessions.make_link_token()}")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{address}/")
        for picture in PICTURES:
            content = take(page, address, picture, page_of(picture, desk))
            (FOLDER / f"{picture.name}.png").write_bytes(content)
            print(f"{picture.name}.png: {len(content):,} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
