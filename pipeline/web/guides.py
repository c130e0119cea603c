"""The guides of ``docs/guides`` as pages: the Markdown that came with the program, as HTML, and where each page's fits.

They come with the program and not from a school, are read once, and hold nothing of anybody.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pipeline.configuration.people import PeopleSection
from pipeline.resources import shipped

if TYPE_CHECKING:
    from markdown_it.token import Token

GUIDES: Mapping[str, str] = MappingProxyType(
    {
        "office": "The first hour, a lead changes, a review, September, a starter, a leaver, an inspector’s call",
        "head": "What staff should hear first, a draft privacy notice and a draft impact assessment",
        "governors": "One page: what you get, what the words mean, what is yours",
        "it-provider": "Service, HTTPS, mail, safety copies, upgrade, and answers for a supplier questionnaire",
        "staff": "What your own page records, and what to do when something is not right",
        "developers": "The rooms of the house, and where a rule goes",
    }
)
"""Each guide by its file's name, with what it is about."""
STAFF = "staff"
"""The guide for everybody who reads policies; nobody signs in for it."""
_PLACE = "docs/guides"
_HEADING = 3
"""Tokens of the heading that each guide begins with: it is opened, said and closed."""
_PICTURE = re.compile(r"[a-z0-9-]+\.png")
FITTING = tuple(
    (re.compile(pattern), place)
    for pattern, place in (
        (r".*/correct(-\w+)?", "office#something-went-wrong"),
        (r"/policies/[^/]+/(issue|approve|ready|reaffirm|due|upload)", "office#a-review"),
        (r"/reviews.*|/meetings/.*|/upload", "office#a-review"),
        (r"/policies/[^/]+/(questions|names|facts)/?.*|/questions.*|/problems.*", "office#what-the-program-asks-you"),
        (r"/contacts/cover(/end)?", "office#the-lead-is-off-on-a-monday"),
        (r"/contacts.*", "office#the-safeguarding-lead-changes"),
        (r"/people/import.*", "office#september"),
        (r"/people/add", "office#a-new-starter"),
        (r"/people/[^/]+/(leaves|hold|erase).*|/held", "office#somebody-leaves"),
        (r"/readings/declarations.*", "office#what-staff-declare-each-year"),
        (r"/papers.*|/readings/(sheet|slip|slide).*", "office#staff-without-e-mail"),
        (r"/mailings/confirm", "office#september"),
        (r"/mailings.*|/mail/.*", "office#something-went-wrong"),
        (r"/website.*", "office#what-your-website-links-to"),
        (r"/mail-route", "it-provider#mail"),
        (r"/inspector|/evidence.*", "office#an-inspector-rings"),
        (r"/handover", "office#something-went-wrong"),
        (r"/settings/route/.*", "it-provider#keeping-it-running"),
        (r"/figures|/statutory", "governors"),
        (r"/", "office#the-first-hour"),
    )
)
"""The section of a guide that fits a page of the desk, by its address; the first that holds counts."""


@dataclass(frozen=True, slots=True)
class GuideSection:
    """A heading of a guide, and its address."""

    words: str
    href: str
    text: str = ""
    """What stands in it, without its look, to be searched."""


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide as a page."""

    name: str
    title: str
    about: str
    html: Markup
    """What stands below the title."""
    sections: tuple[GuideSection, ...]
    """In their order."""

    @property
    def href(self) -> str:
        """Its address."""
        return f"/help/{self.name}"


def list_guides() -> tuple[Guide, ...]:
    """Return every guide, in the order in which they are listed."""
    return tuple(_guide(name) for name in GUIDES)


def find_guide(name: str) -> Guide | None:
    """Return a guide by its name, None for one that there is not."""
    return _guide(name) if name in GUIDES else None


def find_picture(name: str) -> Path | None:
    """Return the file of a picture of the guides, None for one that there is not."""
    path = shipped(_PLACE) / "pictures" / name
    return path if _PICTURE.fullmatch(name) and path.is_file() else None


def fitting_section(path: str) -> GuideSection | None:
    """Return the section that helps with the page at an address of the desk, None where none does."""
    place = next((place for pattern, place in FITTING if pattern.fullmatch(path)), "")
    guide = find_guide(place.partition("#")[0])
    if guide is None:
        return None
    href = f"/help/{place}"
    return next((section for section in guide.sections if section.href == href), GuideSection(guide.title, guide.href))


def filled(guide: Guide, people: PeopleSection) -> Guide:
    """Return a guide whose drafts name who takes complaints at this school, and who else does, by its settings."""
    html = str(guide.html)
    for blank, words in ((_COMPLAINTS, people.complaints), (_REGULATOR, people.regulator)):
        html = html.replace(escape(f"[{blank}]"), escape(words))
    return replace(guide, html=Markup(html))


_COMPLAINTS = "whom your settings name for complaints, with an address"
_REGULATOR = "the Information Commissioner’s Office"


@cache
def _guide(name: str) -> Guide:
    return render_guide(name, (shipped(_PLACE) / f"{name}.md").read_text(encoding="utf-8"))


def render_guide(name: str, text: str) -> Guide:
    """Return a guide made of its Markdown: CommonMark with tables; HTML in it stays text."""
    from markdown_it import MarkdownIt

    # What a browser would run (javascript: and the like) is no link to the library either.
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    title = ""
    headings: list[tuple[str, str]] = []
    texts: list[list[str]] = []
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            words = _plain(tokens[position + 1])
            token.attrSet("id", _anchor(words))
            if token.tag == "h1":
                title = words
            elif token.tag == "h2":
                headings.append((words, f"/help/{name}#{_anchor(words)}"))
                texts.append([])
        if token.children is not None:
            for text_of_section in texts[-1:]:
                text_of_section.append(_plain(token))
            token.children = list(_on_these_pages(token.children))
    body = tokens[_HEADING:] if title else tokens
    html = Markup(markdown.renderer.render(body, markdown.options, {}))
    found = (GuideSection(*each, " ".join(text)) for each, text in zip(headings, texts, strict=True))
    return Guide(name, title, GUIDES[name], html, tuple(found))


def _plain(line: "Token") -> str:
    return "".join(each.content or " " * (each.type == "softbreak") for each in line.children or [])


def _anchor(words: str) -> str:
    """Return a heading's anchor, so made as the places where the repository is read make it."""
    return re.sub(r"[^\w\- ]", "", words.casefold()).replace(" ", "-")


def _on_these_pages(inline: Iterable["Token"]) -> Iterable["Token"]:
    """Yield the parts of a line with links and pictures as served here; a link to a file that is not, as its words."""
    kept: list[bool] = []
    for token in inline:
        if token.type == "link_open":
            href = _served(str(token.attrGet("href") or ""))
            token.attrSet("href", href)
            kept.append(bool(href))
            if not href:
                continue
        elif token.type == "link_close" and not kept.pop():
            continue
        elif token.type == "image":
            name = Path(str(token.attrGet("src") or "")).name
            token.attrSet("src", f"/help/pictures/{name}")
            width, height = _size(name)
            token.attrSet("width", str(width))
            token.attrSet("height", str(height))
        yield token


def _served(href: str) -> str:
    if href.startswith(("https://", "#")):
        return href
    file, mark, anchor = href.partition("#")
    name = file.removesuffix(".md")
    return f"/help/{name}{mark}{anchor}" if name in GUIDES else ""


def _size(name: str) -> tuple[int, int]:
    """Return a picture's width and height in pixels, so that the page need not move once it is there.

    Source: PNG, third edition, 11.2.1 (the header comes first: width and height of four bytes each).
    """
    path = find_picture(name)
    head = path.read_bytes()[16:24] if path else bytes(8)
    return int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")
