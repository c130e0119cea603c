"""One request for a page of the desk: what the page's function is given, and what it gives back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.config import Config
from pipeline.lifecycle import wording
from pipeline.model import ReviewState
from pipeline.register.database import Transaction
from pipeline.web.desk.picture import DeskPicture, DeskPictures
from pipeline.web.gate import Gate
from pipeline.web.rights import Action, Who
from pipeline.web.site import Site

_LONGEST_KEY = 12


@dataclass(frozen=True, slots=True)
class Crumb:
    """A page above this one."""

    label: str
    href: str


DESK = Crumb("Desk", "/")


@dataclass(frozen=True, slots=True)
class View:
    """What a page is made of."""

    request: Request
    site: Site
    tx: Transaction
    school: str
    config: Config
    now: datetime
    today: date
    picture: DeskPicture
    sees_names: bool
    """Whether whoever asks may see people by name; else they see how policies stand, and counts."""

    def key(self, name: str) -> int | None:
        """Return the register's key that stands in the address, None where no number does."""
        asked = str(self.request.path_params[name])
        return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= _LONGEST_KEY else None

    def moment(self, at: datetime | None) -> str:
        """Return a moment as the school's clock has it; empty for none."""
        return wording.say_moment(at.astimezone(self.config.zone)) if at else ""

    def day(self, on: date | None) -> str:
        """Return a day as it is said; empty for none."""
        return wording.say_day(on) if on else ""

    def next_meeting(self) -> date | None:
        """Return the day on which the governors next meet, None where none is known."""
        return min((day for day in self.config.governors.meetings if day >= self.today), default=None)

    def state(self, state: ReviewState) -> str:
        """Return how a policy stands, in words."""
        return wording.say_state(state, next_meeting=self.next_meeting())


@dataclass(frozen=True, slots=True)
class Answer:
    """The page to show."""

    template: str
    """In ``pages/desk/``."""
    title: str
    fields: Mapping[str, object] = field(default_factory=dict)
    crumbs: Sequence[Crumb] = (DESK,)
    """The pages above, the highest first."""
    status: int = 200
    at: str = ""
    """The part of the navigation it belongs to."""


ShowPage: TypeAlias = Callable[[View], Answer]


def not_here(what: str, crumbs: Sequence[Crumb]) -> Answer:
    """Return the page for an address of the desk at which nothing is."""
    return Answer("not_here.html", "Page not found", {"what": what}, (DESK, *crumbs), status=404)


class DeskPages:
    """Serves the pages of the desk to whoever may see them."""

    def __init__(self, site: Site, gate: Gate) -> None:
        """``gate`` says who is signed in and may see a page."""
        self._site, self._gate, self._pictures = site, gate, DeskPictures(site.shared)

    def route(self, path: str, show: ShowPage, action: Action) -> Route:
        """Return the route at which a page is shown to whoever may see what ``action`` allows."""

        def answer(request: Request) -> Response:
            who = self._gate.pass_for(request, action)
            return who if isinstance(who, Response) else self._show(request, show, who)

        return Route(path, answer, methods=["GET"])

    def _show(self, request: Request, show: ShowPage, who: Who) -> Response:
        site, now = self._site, self._site.clock()
        config, today = site.config(), site.today(now)
        with site.register.reading() as tx:
            school = site.register.school
            picture = self._pictures.of(tx, school, config, today)
            view = View(request, site, tx, school, config, now, today, picture, sees_names=who.may(Action.SEE_NAMES))
            page = show(view)
        return site.page(
            f"desk/{page.template}",
            title=page.title,
            status=page.status,
            crumbs=page.crumbs,
            at=page.at,
            view=view,
            say_count=wording.say_count,
            say_partial=wording.say_partial,
            say_distance=wording.say_distance,
            **page.fields,
        )
