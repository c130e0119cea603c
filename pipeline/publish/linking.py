"""Links between the web pages of policies on a site: to each other's pages, back from them, and to the list of all.

In ``copies/`` and in mail the name of another policy leads to its PDF, which lies beside it; on a site it leads to the
web page, which is what a telephone shows best.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.resources import render_page

_LINK = re.compile(r'href="([a-z0-9-]+)\.pdf"')
_END = "</body>"


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """A policy whose web page stands on the site."""

    slug: str
    title: str


def pages_back(
    pages: Sequence[LinkedPage], links: Mapping[str, Collection[str]]
) -> Mapping[str, tuple[LinkedPage, ...]]:
    """Return, by short name, the pages that name that policy, by title; ``links`` is what each page names."""
    found: dict[str, list[LinkedPage]] = {}
    for page in sorted(pages, key=lambda page: page.title.casefold()):
        for slug in links.get(page.slug, ()):
            if slug != page.slug:
                found.setdefault(slug, []).append(page)
    return {slug: tuple(named_by) for slug, named_by in found.items()}


def with_links(
    page: str,
    slug: str,
    *,
    to: Collection[str],
    named_by: Sequence[LinkedPage],
    school: str,
    templates: Path,
) -> str:
    """Return the web page of a policy as it stands on a site: its links lead to the pages of ``to``, by short name.

    The link to its own PDF stays. Raises ConfigurationError where the template cannot be used.
    """

    def lead(found: re.Match[str]) -> str:
        return f'href="{found[1]}.html"' if found[1] != slug and found[1] in to else found[0]

    linked = _LINK.sub(lead, page)
    before, end, after = linked.rpartition(_END)
    if not end:
        return linked  # the school's own template has no such end
    others = render_page("site/_others.html", templates, school=school, named_by=named_by)
    return f"{before}{others}{end}{after}"
