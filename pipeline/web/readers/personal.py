"""The personal page: what I am asked to read, and the form that records my reading.

GET, HEAD and OPTIONS show and record nothing. A POST records only with the form's own token, the box ticked and the
reader's surname typed; anything else shows the page again with what was filled in and what to put right.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.acknowledgements.declarations.declaring import Declared, record_own
from pipeline.acknowledgements.links import (
    DeclarationSubject,
    FormSubject,
    read_declaration_token,
    read_form_token,
)
from pipeline.acknowledgements.record import GivenWord, RecordingOutcome
from pipeline.acknowledgements.together import RecordingTogether
from pipeline.mail.composed import attachment_name
from pipeline.model.readings import AcknowledgementMethod
from pipeline.papers.receipt import ReceiptOrder, find_receipt, make_receipt
from pipeline.register.people.persons import PersonRow
from pipeline.register.policies.copies import list_readable
from pipeline.register.policies.policies import list_policies
from pipeline.register.readings.declarations import DeclarationAnswer
from pipeline.web.readers.page_owner import FormResult, Readers, typed
from pipeline.web.readers.surnames import greeting_name, is_answered, without_surname
from pipeline.web.readers.view import ReaderView
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
    declaration: int = 0
    """The request for a declaration that the form is of; 0 for a form of a reading."""
    shown: int | None = None
    """The version that the form was of, where another is current now."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a reader had before them when they filled in a form."""

    copy_id: int | None
    """By the register's key; None: the newest of the version."""
    can_be_read: bool


_NO_COPY = (
    "Nothing was recorded: there is no copy of this policy that can be read just now. You are asked again once "
    "there is one."
)


class PersonalPages:
    """The page ``/my/TOKEN`` and the files it leads to."""

    def __init__(self, readers: Readers) -> None:
        self._readers, self._site = readers, readers.site
        self._together = RecordingTogether(readers.site.register)

    def show(self, request: Request) -> Response:
        """Show a person's page; after recording, with the receipt on top."""
        row = self._readers.find(request)
        return self._readers.gone() if row is None else self._page(request, row)

    async def post(self, request: Request) -> Response:
        """Record a reading, or show the page again with what to put right."""
        return await self._readers.answer(request, self._answer)

    def copy(self, request: Request) -> Response:
        """Send the current copy of a policy as PDF."""
        row = self._readers.find(request)
        if row is None:
            return self._readers.gone()
        register, config = self._site.register, self._site.config()
        with register.reading() as tx:
            shared = self._site.shared(tx, register.school, config, self._site.today(self._site.clock()))
            titles = {policy.id: policy.title for policy in list_policies(tx, register.school)}
        found = next((copy for copy in shared.copies.values() if copy.code == request.path_params["code"]), None)
        if found is None or found.pdf_path is None or found.pdf_sha256 is None:
            return self._readers.gone()
        content = read_copy(self._site, config.distribution / found.pdf_path, found.pdf_sha256)
        if isinstance(content, Response):
            return content
        return self._readers.gone() if content is None else _pdf(content, attachment_name(titles[found.policy_id]))

    def receipt(self, request: Request) -> Response:
        """Send the receipt of one of the person's own readings as PDF."""
        row = self._readers.find(request)
        if row is None:
            return self._readers.gone()
        site, register, config = self._site, self._site.register, self._site.config()
        today = site.today(site.clock())
        with register.reading() as tx:
            shared = site.shared(tx, register.school, config, today)
            found = find_receipt(tx, register.school, shared.labels, row.id, str(request.path_params["key"]))
        if found is None:
            return self._readers.gone()
        order = ReceiptOrder(
            school=config.school.name or "Your school",
            # The whole name stands with the school: a page of the same link asks for it still.
            reader=_name_with_initial(row),
            safety=without_surname(shared.contacts.safety, row.person.last_name),
            today=today,
            zone=config.zone,
            templates=config.templates,
        )
        name = attachment_name(f"Receipt {found.title} {found.acknowledgement.acknowledged_at:%Y-%m-%d}")
        return _pdf(make_receipt(found, order), name)

    def _answer(self, request: Request, row: PersonRow, fields: Mapping[str, str]) -> FormResult:
        subject = read_form_token(self._site.secret, self._site.register.school, row, fields.get("form", ""))
        declares = read_declaration_token(self._site.secret, self._site.register.school, row, fields.get("form", ""))
        if declares is not None and declares.answer == DeclarationAnswer.NOTHING:
            return self._declare(request, row, declares, fields)
        shown = None if subject is None else self._shown(subject, fields)
        if subject is None or shown is None:
            words = "The form could not be used. Please fill it in again below."
            return FormResult(self._page(request, row, FormState(0, page_error=words)), self._readers.note_wrong(row))
        state, is_guess = checked(
            FormState(subject.policy_id, typed(fields, "surname"), fields.get("read") == "yes"),
            row,
            "Tick the box if you have read the policy",
            both_names=subject.both_names,
        )
        if state is None:
            return FormResult(self._record(request, row, subject, shown))
        return FormResult(self._page(request, row, state), self._readers.note_wrong(row) if is_guess else 0.0)

    def _declare(
        self, request: Request, row: PersonRow, subject: DeclarationSubject, fields: Mapping[str, str]
    ) -> FormResult:
        """Record that the reader has nothing to declare, or show the page again with what to put right."""
        state, is_guess = checked(
            FormState(0, typed(fields, "surname"), fields.get("nothing") == "yes", declaration=subject.request),
            row,
            "Tick the box if you have nothing to declare",
            both_names=subject.both_names,
        )
        if state is not None:
            return FormResult(self._page(request, row, state), self._readers.note_wrong(row) if is_guess else 0.0)
        if record_declaration(self._readers, row, subject) is Declared.REPLACED:
            words = "The words to declare have changed since. Please read them below, then declare."
            return FormResult(self._page(request, row, FormState(0, page_error=words)))
        address = f"/my/{request.path_params['token']}?declared={subject.request}"
        return FormResult(RedirectResponse(address, status_code=303))

    def _shown(self, subject: FormSubject, fields: Mapping[str, str]) -> "_Shown | None":
        """Return what a form says was shown; None where its fields do not fit each other.

        A page of an earlier edition, or a script, may leave version and copy out: the form's token names the version,
        and the copy is the one that readers are given of it now.
        """
        site, school = self._site, self._site.register.school
        with site.register.reading() as tx:
            shared = site.shared(tx, school, site.config(), site.today(site.clock()))
            readable = list_readable(tx, school, (subject.policy_id,))
        number = next((each.number for each in shared.versions if each.id == subject.version_id), None)
        if fields.get("version", "") not in ("", str(number)):
            return None
        given = shared.copies.get(subject.policy_id)
        if code := fields.get("copy", ""):
            found = next(
                (each for each in readable if (each.code, each.version_id) == (code, subject.version_id)), None
            )
            return None if found is None else _Shown(found.id, can_be_read=True)
        if given is not None and given.version_id == subject.version_id:
            return _Shown(given.id if given.takes_reading else None, can_be_read=given.takes_reading)
        return _Shown(None, can_be_read=given is not None)

    def _record(self, request: Request, row: PersonRow, subject: FormSubject, shown: "_Shown") -> Response:
        site, now = self._site, self._site.clock()
        given = GivenWord(
            row.id, subject.policy_id, subject.version_id, AcknowledgementMethod.PAGE, now, copy_id=shown.copy_id
        )
        if not shown.can_be_read:
            return self._page(request, row, FormState(subject.policy_id, page_error=_NO_COPY))
        recording = self._together.record(site.config(), given, today=site.today(now), now=now)
        if recording.outcome is RecordingOutcome.REFUSED:
            return self._readers.gone()
        if recording.outcome is RecordingOutcome.NO_COPY:
            return self._page(request, row, FormState(subject.policy_id, page_error=_NO_COPY))
        if recording.outcome is RecordingOutcome.REPLACED:
            words = "There is a newer version of this policy. Please read that one, then record your reading."
            state = FormState(subject.policy_id, page_error=words, shown=subject.version_id)
            return self._page(request, row, state)
        site.note_recorded()
        self._readers.note_right(row)
        # Answering with a redirect keeps a reload from posting again.
        return RedirectResponse(f"/my/{request.path_params['token']}?recorded={subject.policy_id}", status_code=303)

    def _page(self, request: Request, row: PersonRow, state: FormState | None = None) -> Response:
        shown = None if state is None else state.shown
        view = self._readers.view(row, shown)
        wanted = request.query_params.get("recorded", "") if state is None else ""
        receipt = next((one for one in view.has_read if str(one.policy_id) == wanted), None)
        said = request.query_params.get("declared", "") if state is None else ""
        declared = next((one for one in view.declarations.declared if str(one.request) == said), None)
        heading = _heading(view)
        title = heading if receipt is None else f"Recorded: {receipt.policy.title}"
        title = title if declared is None else f"Recorded: {declared.name}"

        def fields(both_names: bool) -> Mapping[str, object]:
            return {
                "token": request.path_params["token"],
                "heading": heading,
                "view": self._readers.view(row, shown, both_names=True) if both_names else view,
                "state": state,
                "receipt": receipt,
                "declared": declared,
                "most": _MOST_PARAGRAPHS,
            }

        return self._readers.page(
            row, "my.html", fields, title=f"Error: {title}" if state else title, status=422 if state else 200
        ).response


def _heading(view: ReaderView) -> str:
    if not view.declarations.to_declare:
        return "What you are asked to read"
    return f"What you are asked to {'read and declare' if view.to_sign or view.to_read else 'declare'}"


def record_declaration(readers: Readers, row: PersonRow, subject: DeclarationSubject) -> Declared:
    """Record what the form of a personal page declares."""
    site, now = readers.site, readers.site.clock()
    with site.register.transaction() as tx:
        answer = DeclarationAnswer(subject.answer)
        outcome = record_own(tx, site.register.school, row, subject.request, answer, now)
    if outcome is Declared.RECORDED:
        site.note_recorded()
    readers.note_right(row)
    return outcome


def read_copy(site: Site, path: Path, sha256: str) -> bytes | Response | None:
    """Return the bytes of a copy's file, None where it is not there, or what to say where it was damaged."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest() == sha256:
        return content
    # The next run makes it anew; until then nobody is shown what is not the copy that was made.
    return site.page("damaged_copy.html", title="This copy cannot be shown just now", status=503)


def checked(state: FormState, row: PersonRow, untick: str, *, both_names: bool) -> tuple[FormState | None, bool]:
    """Return what is wrong with a form, None where nothing is, and whether a surname in it was a guess that failed.

    ``untick`` is said of an empty box. An empty field is no guess, and a right surname none that failed.
    """
    is_right = bool(state.surname) and is_answered(state.surname, row.person, both_names=both_names)
    if not state.ticked:
        state = replace(state, box_error=untick)
    if not is_right:
        state = replace(state, surname_error=say_wrong_surname(state.surname, both_names=both_names))
    return (state if state.box_error or state.surname_error else None), bool(state.surname) and not is_right


def say_wrong_surname(surname: str, *, both_names: bool) -> str:
    """Return what to put right in the field for the surname."""
    what = "your first name and your surname" if both_names else "your surname"
    return f"Type {what} as the school has {'them' if both_names else 'it'}" if surname else f"Type {what}"


def _name_with_initial(row: PersonRow) -> str:
    return f"{greeting_name(row.person)} {row.person.last_name[:1]}.".strip()


def _pdf(content: bytes, name: str) -> Response:
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": f"inline; filename=\"policy.pdf\"; filename*=UTF-8''{quote(name)}"},
    )
