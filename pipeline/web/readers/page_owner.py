"""What the pages of one reader share: whose page it is, the answer to a link that does not work, the surname that a
form asks for, and the patience with wrong ones."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pipeline.acknowledgements.changed import Compared
from pipeline.acknowledgements.links import resolve_token
from pipeline.register.people.persons import PersonRow
from pipeline.web.attempts import Attempts
from pipeline.web.guard import is_from_elsewhere, read_form
from pipeline.web.readers.surnames import greeting_name, prints_surname
from pipeline.web.readers.view import ReaderView, view_for
from pipeline.web.site import Site

_log = logging.getLogger(__name__)
_LONGEST_TYPED = 200


@dataclass(frozen=True, slots=True)
class FormResult:
    """What a posted form is answered with."""

    response: Response
    delay_seconds: float = 0.0
    """So long it is kept back: what was typed was wrong, and not for the first time."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page with a form that asks for a surname."""

    response: HTMLResponse
    both_names: bool = False
    """The form wants first name and surname: the surname is a word of the page."""


class Readers:
    """One for all pages under ``/my/``."""

    def __init__(self, site: Site, attempts: Attempts) -> None:
        self.site, self._attempts = site, attempts
        self._compared: Compared = {}

    def find(self, request: Request) -> PersonRow | None:
        """Return whose page a request is for; None where its link does not work."""
        register, token = self.site.register, str(request.path_params["token"])
        with register.reading() as tx:
            return resolve_token(tx, register.school, self.site.secret, token, self.site.today(self.site.clock()))

    def gone(self) -> Response:
        """Show the one page for links that do not work: unknown, forged, another school's, or of a reader who left."""
        has_links = bool(self.site.config().web.base_url)
        return self.site.page("gone.html", title="This link does not work any more", status=404, has_links=has_links)

    def view(self, row: PersonRow, shown: int | None = None, *, both_names: bool = False) -> ReaderView:
        """Return what a reader sees of the policies now; ``shown`` and ``both_names`` as in ``view_for``."""
        site, school = self.site, self.site.register.school
        config, today = site.config(), site.today(site.clock())
        with site.register.reading() as tx:
            shared = site.shared(tx, school, config, today)
            more = today, self._compared, shared, shown
            return view_for(tx, school, config, site.secret, row, *more, both_names=both_names)

    def page(
        self,
        row: PersonRow,
        template: str,
        fields: Callable[[bool], Mapping[str, object]],
        *,
        title: str,
        status: int = 200,
    ) -> Rendered:
        """Render a page with a form that asks for the surname of ``row``, which stands nowhere on it.

        ``fields`` is given whether the form wants the first name as well, since the surname is a word of the page.
        """
        page = self._render(row, template, fields(False), both_names=False, title=title, status=status)
        if not prints_surname(bytes(page.body).decode("utf-8"), row.person.last_name):
            return Rendered(page)
        page = self._render(row, template, fields(True), both_names=True, title=title, status=status)
        return Rendered(page, both_names=True)

    def _render(
        self, row: PersonRow, template: str, fields: Mapping[str, object], *, both_names: bool, title: str, status: int
    ) -> HTMLResponse:
        # Where both names are asked for, neither is said.
        name = "" if both_names else greeting_name(row.person)
        both = both_names and bool(row.person.first_name.strip())
        said = {**fields, "first_name": name, "both_names": both}
        return self.site.page_hiding(row.person.last_name, template, title=title, status=status, fields=said)

    def note_wrong(self, row: PersonRow) -> float:
        """Count a wrong answer of a reader; return how long its reply is to be kept back, in seconds."""
        return self._attempts.note_error(row.id)

    def note_right(self, row: PersonRow) -> None:
        """Forget a reader's wrong answers."""
        self._attempts.note_success(row.id)

    async def answer(
        self, request: Request, decide: Callable[[Request, PersonRow, Mapping[str, str]], FormResult]
    ) -> Response:
        """Answer a posted form: a link that does not work and a form of another site alike for all pages.

        ``decide`` is given the fields, empty for what is no form. A wrong answer is kept back, the right one never.
        """
        fields = await read_form(request)
        row, answer = await run_in_threadpool(self._decided, request, fields or {}, decide)
        if row is None or await self._attempts.wait(row.id, answer.delay_seconds):
            return answer.response
        _log.info("wrong answers come in for one page faster than they are answered")
        response = await run_in_threadpool(self.site.page, "wait.html", title="Please wait a little", status=429)
        response.headers["Retry-After"] = str(-int(-answer.delay_seconds // 1))
        return response

    def _decided(
        self,
        request: Request,
        fields: Mapping[str, str],
        decide: Callable[[Request, PersonRow, Mapping[str, str]], FormResult],
    ) -> tuple[PersonRow | None, FormResult]:
        row = self.find(request)
        if row is None:
            return None, FormResult(self.gone())
        if is_from_elsewhere(request, self.site.config().web.base_url):
            return row, FormResult(self.site.page("refused.html", title="This came from another page", status=403))
        return row, decide(request, row, fields)


def typed(fields: Mapping[str, str], name: str) -> str:
    """Return what the reader typed into a field, short enough to be shown again."""
    return fields.get(name, "").strip()[:_LONGEST_TYPED]
