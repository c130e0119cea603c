"""How a list is shown on the desk: narrowed, sorted and paged as its address asks, or given out as a spreadsheet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from pipeline.lists.columns import Listing
from pipeline.lists.workbook import workbook
from pipeline.web.desk.view import DESK, Answer, Crumb, View

_T = TypeVar("_T")
PER_PAGE = 12
"""Lines of a list on one page: two screens at most, on a phone too."""
_LONGEST_SEARCH = 100
_LONGEST_PAGE = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow a list."""

    name: str
    """As the address has it."""
    label: str
    options: Mapping[str, str]
    """Each value that may be chosen, with its words; all of them where none is."""
    value: str = ""
    none: str = "All"
    """What is said where no value is chosen."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What of a list is wanted."""

    path: str
    choices: tuple[Choice, ...] = ()
    search: str = ""
    page: int = 1
    faults: tuple[str, ...] = ()
    """What the address asks for that there is not, a sentence each."""
    takes_search: bool = True

    def of(self, name: str) -> str:
        """Return what is chosen of ``name``, empty for all."""
        return next(one.value for one in self.choices if one.name == name)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.search) or any(one.value for one in self.choices)

    def address(self, **changes: object) -> str:
        """Return the address of this list with something changed; an empty value leaves its part out."""
        wanted: dict[str, object] = {one.name: one.value for one in self.choices}
        wanted |= {"q": self.search, "page": self.page if self.page > 1 else ""}
        query = urlencode({name: value for name, value in (wanted | changes).items() if value})
        return f"{self.path}?{query}" if query else self.path

    def finds(self, *texts: str | None) -> bool:
        """Return whether every word that is searched for stands in one of ``texts``, in whatever case."""
        words = self.search.casefold().split()
        said = " ".join(text for text in texts if text).casefold()
        return all(word in said for word in words)


def read_filters(path: str, query: QueryParams, *choices: Choice, takes_search: bool = True) -> Filters:
    """Return what an address asks for; what there is not is told and left out."""
    chosen, faults = [], []
    for one in choices:
        value = query.get(one.name, "")
        if value and value not in one.options:
            faults.append(f"There is no {one.label.lower()} “{value[:40]}” here; all are shown.")
            value = ""
        chosen.append(replace(one, value=value))
    search = " ".join(query.get("q", "").split())[:_LONGEST_SEARCH] if takes_search else ""
    asked = query.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= _LONGEST_PAGE else 1
    return Filters(path, tuple(chosen), search, max(1, page), tuple(faults), takes_search)


@dataclass(frozen=True, slots=True)
class Page(Generic[_T]):
    """One page of a list."""

    rows: Sequence[_T]
    total: int
    """Lines of the whole list."""
    number: int
    last: int
    filters: Filters = field(repr=False)
    per_page: int = PER_PAGE

    @property
    def first_line(self) -> int:
        """Counts from 1; 0 of an empty list."""
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last_line(self) -> int:
        """The number of the last line on this page."""
        return self.first_line + len(self.rows) - 1 if self.total else 0

    @property
    def before(self) -> str:
        """The address of the page before, empty on the first."""
        return self.filters.address(page=self.number - 1 if self.number > 2 else "") if self.number > 1 else ""

    @property
    def after(self) -> str:
        """The address of the next page, empty on the last."""
        return self.filters.address(page=self.number + 1) if self.number < self.last else ""


def page_of(lines: Sequence[_T], filters: Filters, per_page: int = PER_PAGE) -> Page[_T]:
    """Return the page of a list that is asked for; the last one where there are fewer."""
    return fetch_page(len(lines), lambda first, number: lines[first : first + number], filters, per_page)


def fetch_page(
    total: int, fetch: Callable[[int, int], Sequence[_T]], filters: Filters, per_page: int = PER_PAGE
) -> Page[_T]:
    """Return the page that is asked for of a list of ``total`` lines; ``fetch`` gives lines by first and number."""
    last = max(1, -(-total // per_page))
    number = min(filters.page, last)
    return Page(fetch((number - 1) * per_page, per_page), total, number, last, filters, per_page)


_SORT = "sort"


def show_list(
    view: View,
    listing: Listing[_T],
    rows: Sequence[_T],
    *,
    template: str = "list.html",
    crumbs: Sequence[Crumb] = (DESK,),
    at: str = "",
    title: str = "",
    options: Mapping[str, Mapping[str, str]] | None = None,
    **fields: object,
) -> Answer:
    """Return the page of a list: of ``rows`` what the address asks for; with ``?as=xlsx`` all of that as a spreadsheet.

    ``options`` are those of filters that the page alone knows, by name; ``fields`` go to the template.
    """
    filters = _read(view, listing, rows, options or {})
    for one in listing.filters:
        if wanted := filters.of(one.name):
            rows = [row for row in rows if one.fits(row, wanted)]
    if filters.search and listing.words is not None:
        rows = [row for row in rows if filters.finds(*listing.words(row))]
    sorting = next((column for column in listing.headed if column.heading == filters.of(_SORT)), None)
    if sorting is not None:
        rows = sorted(rows, key=sorting.rank)
    elif listing.order is not None:
        rows = sorted(rows, key=listing.order)
    title = title or listing.title
    if view.request.query_params.get("as") == "xlsx":
        table = listing.table(rows, view.config.zone)
        return Answer("", title, file=workbook([table], view.now), file_name=f"{listing.name}-{view.today}.xlsx")
    page = page_of(rows, filters, listing.per_page)
    shown = {"listing": listing, "filters": filters, "page": page, "exports": bool(rows)}
    return Answer(template, title, shown | fields, crumbs, at=at)


def _read(view: View, listing: Listing[_T], rows: Sequence[_T], options: Mapping[str, Mapping[str, str]]) -> Filters:
    choices = []
    for one in listing.filters:
        offered = one.options(rows) if callable(one.options) else one.options
        choices.append(Choice(one.name, one.label, options.get(one.name, offered)))
    headings = {column.heading: column.heading for column in listing.headed}
    sorting = Choice(_SORT, "Sort by", headings, none="Most pressing first" if listing.order else "The usual order")
    request, takes_search = view.request, listing.words is not None
    return read_filters(request.url.path, request.query_params, *choices, sorting, takes_search=takes_search)
