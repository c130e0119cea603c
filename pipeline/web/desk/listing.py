"""How a list of the desk is narrowed and paged: what its address asks for, and the addresses of its other pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

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
        chosen.append(Choice(one.name, one.label, one.options, value))
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
