"""Write the HTML copy of a policy: the page for the website, of the same model as the PDF copy.

``layout`` gives the blocks and ``templates/copies/policy.html`` the page, which stands alone: its style sheet, logo and
pictures are inside it, and it holds no script.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.contacts.safety_lines import Line
from pipeline.errors import ConfigurationError, RenderError
from pipeline.model.documents import Document
from pipeline.pages.layout import LaidOutDocument, Node, lay_out
from pipeline.pages.look import Look, load_look
from pipeline.pages.pdf import NO_LINKS, ContactLine, FrontBlock, call_target, front_rows, said_on_front
from pipeline.resources import render_page, template_folder

PAGE_TEMPLATE = "copies/policy.html"
_MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class PageContact:
    """A line of the table of contacts."""

    line: ContactLine
    call: str
    """What rings the number, ``tel:+44…``; empty without one."""


@dataclass(frozen=True, slots=True)
class PageHeading:
    """A line of the contents."""

    level: int
    """2 is the highest."""
    anchor: str
    words: str


def render_html(
    document: Document,
    front: FrontBlock,
    *,
    templates: Path | None = None,
    links: Mapping[str, str] = NO_LINKS,
    pdf_address: str | None = None,
    from_pdf: bool = False,
) -> str:
    """Return the HTML copy of a document as one page.

    ``templates`` and ``links`` as in ``render_pdf``. ``pdf_address``: where the PDF copy lies, as seen from the page.
    ``from_pdf``: the document was read from a PDF, which the page says, and that the PDF is the original.

    Raises:
        RenderError: the template cannot be used.
    """
    look = load_look(templates)
    crest = look.logo is not None
    layout = lay_out(document, said=said_on_front(front), links=links, for_screen=True, crest=crest)
    pictures = _addresses(layout)
    try:
        return render_page(
            PAGE_TEMPLATE,
            templates if templates is not None else template_folder(),
            front=front,
            rows=front_rows(front),
            safety=[_with_calls(line) for line in (front.safety.child, front.safety.others)],
            contacts=[PageContact(each, call_target(each.phone)) for each in front.contacts],
            look=look,
            **_logo(look, layout, pictures, front.school),
            blocks=layout.blocks,
            headings=_numbered_headings(layout) if layout.contents else (),
            pictures=pictures,
            table_rows=_table_rows,
            pdf_address=pdf_address,
            from_pdf=from_pdf,
        )
    except ConfigurationError as error:
        raise RenderError(str(error)) from error


def _with_calls(line: Line) -> list[dict[str, str]]:
    """Return a line in pieces, each number with what rings it."""
    return [
        {"t": piece.words, "a": f"tel:{piece.phone}" if piece.phone == "999" else call_target(piece.phone)}
        if piece.phone
        else {"t": piece.words}
        for piece in line
    ]


def _logo(
    look: Look, layout: LaidOutDocument, pictures: Mapping[str, Markup], school: str
) -> Mapping[str, str | float]:
    """Return the picture beside the title: the school's own crest, else the logo of the document; empty without."""
    if look.logo is not None:
        address = _data_address(look.logo_ending, look.logo)
        return {"logo": address, "logo_width": look.logo_width_mm, "logo_words": school}
    own = layout.logo
    if own is None:
        return {"logo": "", "logo_width": look.logo_width_mm, "logo_words": ""}
    return {"logo": pictures[own.name], "logo_width": own.width_mm, "logo_words": own.description or school}


def _addresses(layout: LaidOutDocument) -> Mapping[str, Markup]:
    """The pictures as addresses that hold them, by file name."""
    return {name: _data_address(name.rpartition(".")[2], content) for name, content in layout.pictures}


def _data_address(ending: str, content: bytes) -> Markup:
    """Return the address; none of its letters means anything in HTML, so that none of a megabyte is looked at again."""
    return Markup(f"data:{_MEDIA_TYPES[ending]};base64,{base64.b64encode(content).decode('ascii')}")


def _numbered_headings(layout: LaidOutDocument) -> tuple[PageHeading, ...]:
    """Give every heading an anchor; return those that stand in the contents."""
    found = []
    for number, node in enumerate((each for each in layout.blocks if each["k"] == "h"), start=1):
        node["id"] = f"part-{number}"
        if node["l"] <= layout.contents_level:
            found.append(PageHeading(node["l"], node["id"], "".join(span["t"] for span in node["s"])))
    return tuple(found)


def _table_rows(node: Node) -> tuple[tuple[dict[str, Any], ...], ...]:
    """The cells of a table row by row."""
    rows: dict[int, list[dict[str, Any]]] = {}
    for cell in node["cells"]:
        rows.setdefault(cell["y"], []).append(cell)
    height = max((cell["y"] + cell["h"] for cell in node["cells"]), default=0)
    return tuple(tuple(rows.get(y, ())) for y in range(height))
