"""The page for who has something to declare: whom to see in person, and a form that tells them no more than that.

Nothing that is typed is kept: the surname only shows that no program pressed the button.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.acknowledgements.declarations.declared import made_to
from pipeline.acknowledgements.links import read_declaration_token
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.declarations import DeclarationAnswer
from pipeline.web.readers.page_owner import FormResult, Readers, Rendered, typed
from pipeline.web.readers.personal import FormState, checked, record_declaration
from pipeline.web.readers.telling import ToAsk, to_ask
from pipeline.web.readers.to_declare import ToDeclare


class Declaring:
    """The page ``/my/TOKEN/declare/KEY``."""

    def __init__(self, readers: Readers) -> None:
        self._readers, self._site = readers, readers.site

    def show(self, request: Request) -> Response:
        """Show whom to see, and the form that lets them know."""
        row = self._readers.find(request)
        one = None if row is None else self._subject(request, row)
        if row is None or one is None:
            return self._readers.gone()
        return self._page(request, row, one).response

    async def post(self, request: Request) -> Response:
        """Record that the reader has something to declare."""
        return await self._readers.answer(request, self._answer)

    def _answer(self, request: Request, row: PersonRow, fields: Mapping[str, str]) -> FormResult:
        one = self._subject(request, row)
        if one is None:
            return FormResult(self._readers.gone())
        subject = read_declaration_token(self._site.secret, self._site.register.school, row, fields.get("form", ""))
        if subject is None or subject.request != one.request or subject.answer != DeclarationAnswer.SOMETHING:
            words = "The form could not be used. Please fill it in again below."
            page = self._page(request, row, one, FormState(0, page_error=words))
            return FormResult(page.response, self._readers.note_wrong(row))
        state, is_guess = checked(
            FormState(0, typed(fields, "surname"), fields.get("something") == "yes"),
            row,
            "Tick the box if you have something to declare",
            both_names=self._page(request, row, one).both_names,
        )
        if state is not None:
            again = self._page(request, row, one, state).response
            return FormResult(again, self._readers.note_wrong(row) if is_guess else 0.0)
        record_declaration(self._readers, row, subject)
        address = f"/my/{request.path_params['token']}/declare/{one.key}?told=yes"
        return FormResult(RedirectResponse(address, status_code=303))

    def _subject(self, request: Request, row: PersonRow) -> ToDeclare | None:
        return self._readers.view(row).declarations.find(str(request.path_params["key"]))

    def _page(self, request: Request, row: PersonRow, one: ToDeclare, state: FormState | None = None) -> Rendered:
        fields = {
            "token": request.path_params["token"],
            "one": one,
            "see": self._to_see(one, row),
            "told": state is None and bool(one.wished_on) and request.query_params.get("told") == "yes",
            "state": state,
        }
        title = f"Something to declare: {one.name}"
        title, status = (f"Error: {title}", 422) if state else (title, 200)
        return self._readers.page(row, "declare.html", lambda both_names: fields, title=title, status=status)

    def _to_see(self, one: ToDeclare, row: PersonRow) -> Sequence[ToAsk]:
        """Return whom they say it to: never themself."""
        site = self._site
        config = site.config()
        with site.register.reading() as tx:
            shared = site.shared(tx, site.register.school, config, site.today(site.clock()))
        section = config.declarations.get(one.key)
        policy = next((each for each in shared.standings if each.slug == one.slug), None)
        if section is None or policy is None:
            return ()
        mine = row.person.work_email or ""
        holders = made_to(section, policy.owner, shared.contacts.shown, config, not_at=mine)
        # By telephone or at their door: what they hear is not to stand in a mail.
        return [replace(to_ask(each, row), email="") for each in holders]
