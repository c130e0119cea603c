"""One request for a page of the desk: what the page's function is given, and what it gives back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline import wording
from pipeline.acknowledgements.tally import EVERYBODY, Members, members_of
from pipeline.config import Config
from pipeline.decisions.declare import Case, NotHereError
from pipeline.decisions.rights import Action, Who
from pipeline.model.policies import PolicyStanding
from pipeline.policies.decisions.due_dates import say_review_due
from pipeline.policies.meetings import board_of, say_standing
from pipeline.reasons.reason import Reason, Voice, say, say_all
from pipeline.register.decision import Decision
from pipeline.register.transaction import Transaction
from pipeline.web.desk.opening import opens
from pipeline.web.desk.picture import DeskPicture, DeskPictures
from pipeline.web.desk.receiving import Sent
from pipeline.web.desk.session_memory import Kept
from pipeline.web.desk.typed import Filled
from pipeline.web.desk.work import LongWork
from pipeline.web.gate import Gate
from pipeline.web.guides import GuideSection, fitting_section
from pipeline.web.site import Site

_LONGEST_KEY = 12
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Crumb:
    """A page above this one."""

    label: str
    href: str


DESK = Crumb("Desk", "/")
POLICIES = Crumb("Policies", "/policies")
PEOPLE = Crumb("People", "/people")


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
    who: Who
    """Who is signed in and asks."""
    filled: Filled = field(default_factory=Filled)
    """What a form on this page is filled with."""
    said: str = ""
    """What was just done."""
    kept: Kept = field(default_factory=Kept)
    work: LongWork = field(default_factory=LongWork)

    @property
    def sees_names(self) -> bool:
        """Whether the person who asks may see people by name; else they see how policies stand, and counts."""
        return self.who.may(Action.SEE_NAMES)

    @property
    def sent(self) -> Sent:
        """What was filled in; empty while a form is only looked at."""
        return self.filled.sent

    @property
    def faults(self) -> Mapping[str, str]:
        """What cannot be used of it, by the name of the field."""
        return self.filled.faults

    def fault(self, name: str) -> str:
        """Return what cannot be used of one field; empty where nothing is wrong with it."""
        return self.filled.faults.get(name, "")

    def may(self, action: str) -> bool:
        """Return whether the person who asks may do this, by the name of an ``Action``."""
        return self.who.may(Action(action))

    def opens(self, path: str) -> bool:
        """Return whether the person who asks may open the page at an address."""
        return opens(self.who, path)

    def way(self, address: str) -> str:
        """Return an address that the person who asks may open, empty for one that they may not."""
        return address if self.opens(address) else ""

    @property
    def first(self) -> tuple[str, ...]:
        """What stands before everything else: what is wrong with the settings, nobody leads, a deputy covers."""
        faults = self.site.config.say_faults()
        return (faults, *self.picture.standing.first) if faults else self.picture.standing.first

    @property
    def help(self) -> GuideSection | None:
        """The section of a guide that helps with this page, None where none does."""
        return fitting_section(self.request.url.path)

    @property
    def visible(self) -> Members:
        """Whom they may see by name: everybody, or their own team."""
        if self.sees_names:
            return EVERYBODY
        return members_of(row.id for row in self.picture.people if self.who.sees_names_of(row.person.team))

    @property
    def policy(self) -> PolicyStanding:
        """How the policy of the address stands. Raises NotHereError."""
        return self.case.policy(str(self.request.path_params["slug"]))

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

    @staticmethod
    def due(one: PolicyStanding) -> str:
        """Return when a policy's review is due, in words; empty where no date is known."""
        return say_review_due(one)

    def next_meeting(self) -> date | None:
        """Return the day on which the full governing body next meets, None where none is known."""
        return next((day for day in board_of(self.config).meetings if day >= self.today), None)

    @staticmethod
    def say(reason: Reason | str) -> str:
        """Return a reason in the desk's words; a sentence that everybody is told alike as it is."""
        return say(reason, Voice.DESK)

    @staticmethod
    def say_all(reasons: tuple[Reason, ...]) -> str:
        """Return several reasons in the desk's words, as one line."""
        return say_all(reasons, Voice.DESK)

    @property
    def case(self) -> Case:
        """In what a decision is looked at from this page."""
        decision = Decision(self.tx, self.school, self.who.name, self.now)
        return Case(decision, self.config, self.today, self.site.environ, self.who, lambda: self.picture.standings)

    def state(self, one: PolicyStanding) -> str:
        """Return how a policy stands, in words."""
        return say_standing(one, self.config, self.today)


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
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further headers of the response."""
    file: bytes | None = None
    """A spreadsheet to give out in place of a page."""
    file_name: str = ""
    afterwards: Callable[[], Mapping[str, object]] = dict
    """Makes further fields, of what takes a while, when the register is let go."""


ShowPage: TypeAlias = Callable[[View], Answer]


def not_here(what: str, crumbs: Sequence[Crumb]) -> Answer:
    """Return the page for an address of the desk at which nothing is."""
    return Answer("not_here.html", "Page not found", {"what": what}, (DESK, *crumbs), status=404)


class DeskPages:
    """Serves the pages of the desk to the people who may see them."""

    def __init__(self, site: Site, gate: Gate) -> None:
        """``gate`` says who is signed in and may see a page."""
        self.site, self.gate, self._pictures = site, gate, DeskPictures(site.memo)
        self.kept, self.work = site.kept, site.work

    def route(self, path: str, show: ShowPage, action: Action) -> Route:
        """Return the route at which a page is shown to the people who may see what ``action`` allows."""

        def answer(request: Request) -> Response:
            who = self.gate.pass_for(request, action)
            return who if isinstance(who, Response) else self.show(request, show, who)

        return Route(path, answer, methods=["GET"])

    def show(
        self, request: Request, show: ShowPage, who: Who, filled: Filled | None = None, *, status: int | None = None
    ) -> Response:
        """Return a page for ``who``; ``filled`` is what its form holds, ``status`` overrules the page's own."""
        site, now = self.site, self.site.clock()
        config, today = site.config(), site.today(now)
        filled = filled or Filled(token=self.gate.form_token(request))
        said = self.kept.words(who.session, request.query_params.get("done", "")) if not filled.faults else ""
        with site.register.reading() as tx:
            school = site.register.school
            picture = self._pictures.of(tx, school, config, today, now)
            view = View(request, site, tx, school, config, now, today, picture, who, filled, said, self.kept, self.work)
            try:
                page = show(view)
            except NotHereError as error:
                page = not_here(error.what, (POLICIES,))
        if page.file is not None:
            headers = {"Content-Disposition": f'attachment; filename="{page.file_name}"', "Cache-Control": "no-store"}
            return Response(page.file, media_type=_XLSX, headers=headers)
        response = site.page(
            f"desk/{page.template}",
            title=f"Error: {page.title}" if filled.faults else page.title,
            heading=page.title,
            status=status or page.status,
            crumbs=page.crumbs,
            at=page.at,
            view=view,
            say_count=wording.say_count,
            say_partial=wording.say_partial,
            say_distance=wording.say_distance,
            **page.fields,
            **page.afterwards(),
        )
        response.headers.update(page.headers)
        return response
