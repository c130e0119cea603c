"""A policy read on the personal page: its HTML copy, with links to the other policies that the reader may see, a way
back, and whom a worry goes to today.

The copy's own words are sent as they were made.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pipeline.contacts.safety_lines import Line
from pipeline.register.policies.copies import CopyRow
from pipeline.web.readers.page_owner import Readers
from pipeline.web.readers.personal import read_copy
from pipeline.web.readers.surnames import without_surname
from pipeline.web.readers.view import PolicyLink

_LINK = re.compile(r'<a [^>]*href="([a-z0-9-]+)\.pdf"[^>]*>(.*?)</a>', re.DOTALL)
_WORRY = re.compile(r'(<div class="worry">).*?(</div>)', re.DOTALL)
_TOP = re.compile(r'<body[^>]*>(?:\s*<a class="skip".*?</a>)?', re.DOTALL)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_STYLED = re.compile(r' style="([^"]*)"')
_BACK_STYLE = (
    ".back { padding: 0.75rem 1.25rem; } .back a { display: inline-block; padding: 0.35rem 0; font-weight: 600; } "
    "@media print { .back { display: none; } }"
)


class ReadHere:
    """The pages ``/my/TOKEN/read/POLICY``."""

    def __init__(self, readers: Readers) -> None:
        self._readers, self._site = readers, readers.site

    def show(self, request: Request) -> Response:
        """Show the HTML copy of a policy that the reader may see."""
        row = self._readers.find(request)
        if row is None:
            return self._readers.gone()
        site, token, slug = self._site, str(request.path_params["token"]), str(request.path_params["slug"])
        view, config = self._readers.view(row), site.config()
        link = view.find(slug)
        copy = self._copy(slug) if link is not None and link.has_page else None
        if link is None or copy is None or copy.html_path is None or copy.html_sha256 is None:
            return self._readers.gone()
        content = read_copy(site, config.distribution / copy.html_path, copy.html_sha256)
        if isinstance(content, Response):
            return content
        if content is None:
            return self._readers.gone()
        page = lead_on(content.decode("utf-8"), slug, token, view.links())
        safety = without_surname(site.safety(config), row.person.last_name)
        page = _WORRY.sub(lambda match: f"{match[1]}{_worry((safety.child, safety.others))}{match[2]}", page, count=1)
        page = _TOP.sub(lambda match: match[0] + _back(token, slug), page, count=1)
        return HTMLResponse(page, headers={"Content-Security-Policy": page_policy(page)})

    def _copy(self, slug: str) -> CopyRow | None:
        """Return the copy to give of the policy with this short name."""
        site, school = self._site, self._site.register.school
        with site.register.reading() as tx:
            shared = site.shared(tx, school, site.config(), site.today(site.clock()))
        standing = next((one for one in shared.in_use if one.slug == slug), None)
        return shared.copies.get(standing.policy_id) if standing is not None else None


def lead_on(page: str, slug: str, token: str, links: Iterable[PolicyLink]) -> str:
    """Return the HTML copy of policy ``slug`` with its links to policies leading on under the same personal link.

    To a policy's page, else to its PDF, else to where others publish it; the name alone stands where the reader may not
    see it. A link of the copy to its own PDF leads there: the page is open already.
    """
    by_slug = {link.slug: link for link in links}

    def instead(match: re.Match[str]) -> str:
        link, words = by_slug.get(match[1]), match[2]
        if link is None:
            return words
        if link.has_page and link.slug != slug:
            address = f"/my/{token}/read/{link.slug}"
        elif link.copy_code:
            address = f"/my/{token}/copy/{link.copy_code}.pdf"
        elif link.address:
            address = link.address
        else:
            return words
        return f'<a href="{escape(address)}">{words}</a>'

    return _LINK.sub(instead, page)


def page_policy(page: str) -> str:
    """Return the content security policy of an HTML copy: its own styles and pictures, and nothing else.

    Source: CSP Level 3, 2.3.1 and 8.3: a hash for each style sheet and each style of an element.
    """
    styles = (*_STYLE.findall(page), *_STYLED.findall(page))
    hashes = dict.fromkeys(base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in styles)
    allowed = " ".join(f"'sha256-{each}'" for each in hashes)
    return (
        f"default-src 'none'; style-src 'unsafe-hashes' {allowed}; img-src data:; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def _back(token: str, slug: str) -> str:
    address = escape(f"/my/{token}#at-{slug}")
    return (
        f"<style>{_BACK_STYLE}</style>\n"
        f'<nav class="back" aria-label="Way back"><a href="{address}">Back to your own page</a></nav>'
    )


def _worry(lines: Iterable[Line]) -> str:
    """Return the safety lines as the copy's own template sets them."""
    paragraphs = []
    for number, line in enumerate(lines):
        pieces = (
            f'<a href="{escape(piece.call)}">{escape(piece.words)}</a>' if piece.phone else escape(piece.words)
            for piece in line
        )
        begins = '<p class="others">' if number else "<p>"
        paragraphs.append(f"{begins}{''.join(pieces)}</p>")
    return "".join(paragraphs)
