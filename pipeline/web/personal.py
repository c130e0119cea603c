"""The personal page: what I am asked to read, and the form that records my reading.

GET, HEAD and OPTIONS show and record nothing. A POST records only with the form's own token, the box ticked and the
reader's surname typed; anything else shows the page again with what was typed and what to put right.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.acknowledgements.changed import Compared
from pipeline.acknowledgements.links import read_form_token, resolve_token
from pipeline.acknowledgements.record import Given, Outcome, record_acknowledgement
from pipeline.mail.composed import attachment_name
from pipeline.model import AcknowledgementMethod
from pipeline.names.likeness import same_surname
from pipeline.register.people import PersonRow
from pipeline.register.policies import list_policies
from pipeline.web.attempts import Attempts
from pipeline.web.guard import is_from_elsewhere, read_form
from pipeline.web.reader_view import view_for
from pipeline.web.site import Site

_MOST_PARAGRAPHS = 60
"""Changed paragraphs shown of one policy; a text that was written anew is better read in its copy."""


@dataclass(frozen=True, slots=True)
class FormState:
    """How a refused form is shown again."""

    policy_id: int
    surname: str = ""
    ticked: bool = False
    box_error: str = ""
    surname_error: str = ""
    page_error: str = ""
    """About the page as a whole, where no field is wrong."""


class PersonalPages:
    """The pages under ``/my/``."""

    def __init__(self, site: Site, attempts: Attempts) -> None:
        self._site, self._attempts = site, attempts
        self._compared: Compared = {}

    def show(self, request: Request) -> Response:
        """Show a person's page; after recording, with the receipt on top."""
        row = self._find(request)
        return self.gone() if row is None else self._page(request, row)

    async def post(self, request: Request) -> Response:
        """Record a reading, or show the page again with what to put right."""
        fields = await read_form(request)
        return await run_in_threadpool(self._answer, request, fields)

    def copy(self, request: Request) -> Response:
        """Send the current copy of a policy as PDF."""
        row = self._find(request)
        if row is None:
            return self.gone()
        register, config = self._site.register, self._site.config()
        with register.reading() as tx:
            shared = self._site.shared.of(tx, register.school, config, self._site.today(self._site.clock()))
            titles = {policy.id: policy.title for policy in list_policies(tx, register.school)}
        found = next((copy for copy in shared.copies.values() if copy.code == request.path_params["code"]), None)
        if found is None or found.pdf_path is None:
            return self.gone()
        try:
            content = (config.distribution / found.pdf_path).read_bytes()
        except OSError:
            return self.gone()
        if hashlib.sha256(content).hexdigest() != found.pdf_sha256:
            # The next run makes it anew; until then nobody is shown what is not the copy that was made.
            return self._site.page("damaged_copy.html", title="This copy cannot be shown just now", status=503)
        name = quote(attachment_name(titles[found.policy_id]))
        return Response(
            content,
            media_type="application/pdf",
            headers={"Content-Disposition": f"inline; filename=\"policy.pdf\"; filename*=UTF-8''{name}"},
        )

    def gone(self) -> Response:
        """Show the one page for links that do not work: unknown, forged, another school's, or of somebody who left."""
        return self._site.page("gone.html", title="This link does not work any more", status=404)

    def _find(self, request: Request) -> PersonRow | None:
        register, token = self._site.register, str(request.path_params["token"])
        with register.reading() as tx:
            return resolve_token(tx, register.school, self._site.secret, token, self._site.today(self._site.clock()))

    def _answer(self, request: Request, fields: Mapping[str, str] | None) -> Response:
        row = self._find(request)
        if row is None:
            return self.gone()
        if is_from_elsewhere(request, self._site.config().web.base_url):
            return self._site.page("refused.html", title="This came from another page", status=403)
        if seconds := self._attempts.seconds_to_wait(row.id):
            return self._wait(seconds)
        state = self._check(row, fields or {})
        if state is None:
            return self._record(request, row, fields or {})
        self._attempts.note_error(row.id)
        return self._page(request, row, state)

    def _check(self, row: PersonRow, fields: Mapping[str, str]) -> FormState | None:
        """Return what is wrong with a form, None where nothing is."""
        subject = read_form_token(self._site.secret, self._site.register.school, row, fields.get("form", ""))
        if subject is None:
            return FormState(0, page_error="The form could not be used. Please fill it in again below.")
        surname = fields.get("surname", "").strip()[:200]
        state = FormState(subject.policy_id, surname, fields.get("read") == "yes")
        if not state.ticked:
            state = replace(state, box_error="Tick the box if you have read the policy")
        if not surname:
            state = replace(state, surname_error="Type your surname")
        elif not same_surname(surname, row.person.last_name):
            state = replace(state, surname_error="Type your surname as the school has it")
        return state if state.box_error or state.surname_error else None

    def _record(self, request: Request, row: PersonRow, fields: Mapping[str, str]) -> Response:
        site, now = self._site, self._site.clock()
        subject = read_form_token(site.secret, site.register.school, row, fields["form"])
        assert subject is not None
        given = Given(row.id, subject.policy_id, subject.version_id, AcknowledgementMethod.PAGE, now)
        recording = record_acknowledgement(site.register, site.config(), given, today=site.today(now), now=now)
        if recording.outcome is Outcome.REFUSED:
            return self.gone()
        if recording.outcome is Outcome.REPLACED:
            words = "There is a newer version of this policy. Please read that one, then record your reading."
            return self._page(request, row, FormState(subject.policy_id, page_error=words))
        site.note_recorded()
        self._attempts.note_success(row.id)
        # Answering with a redirect keeps a reload from posting again.
        return RedirectResponse(f"/my/{request.path_params['token']}?recorded={subject.policy_id}", status_code=303)

    def _page(self, request: Request, row: PersonRow, state: FormState | None = None) -> Response:
        site, now = self._site, self._site.clock()
        with site.register.reading() as tx:
            school, config, today = site.register.school, site.config(), site.today(now)
            shared = site.shared.of(tx, school, config, today)
            view = view_for(tx, school, config, site.secret, row, today, self._compared, shared)
        wanted = request.query_params.get("recorded", "") if state is None else ""
        receipt = next((one for one in view.has_read if str(one.policy_id) == wanted), None)
        title = "What you are asked to read"
        if receipt is not None:
            title = f"Recorded: {receipt.policy.title}"
        return site.page(
            "my.html",
            title=f"Error: {title}" if state else title,
            status=422 if state else 200,
            first_name=row.person.first_name or row.person.last_name,
            name=row.person.name,
            token=request.path_params["token"],
            view=view,
            state=state,
            receipt=receipt,
            most=_MOST_PARAGRAPHS,
        )

    def _wait(self, seconds: int) -> Response:
        minutes = -(-seconds // 60)
        response = self._site.page("wait.html", title="Please wait a little", status=429, minutes=minutes)
        response.headers["Retry-After"] = str(seconds)
        return response
