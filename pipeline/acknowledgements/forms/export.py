"""Take over readings that were given elsewhere: the school's own form, a typed list of signed sheets, last year's list.

Reads the export of a form (Microsoft or Google Forms, or any list) through ``people.lists.files.sheets``. A row counts
for a person by work address or the staff list's own id, else by the code in it; where the two disagree, or only a name
is there, nothing is recorded and the row is given back with a proposal for a person to settle.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from pipeline.acknowledgements.counting import PolicyReading, list_readings
from pipeline.acknowledgements.declarations.declaring import say_not_so
from pipeline.acknowledgements.forms.answers import CodeAnswer, read_code_answer, titles_in
from pipeline.acknowledgements.forms.columns import FormColumns, cell_of, find_columns, says_no, says_yes, tell_order
from pipeline.acknowledgements.forms.people import FormPeople, FormRespondent
from pipeline.acknowledgements.forms.versions import NamedVersions
from pipeline.acknowledgements.record import (
    GivenWord,
    Recorder,
    RecordingOutcome,
    check_not_own,
    moment_of,
    say_no_copy,
    version_given,
)
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.model.readings import AcknowledgementMethod
from pipeline.people.lists.dates import DateOrder, read_date_column
from pipeline.people.lists.files.sheets import ListRow, read_sheet
from pipeline.register.deciding import deciding
from pipeline.register.people.persons import PersonRow
from pipeline.register.policies.policies import PolicyRow, VersionRow, list_policies, list_versions
from pipeline.register.readings.requests import RequestRow
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction

_ASKS = re.compile(r"^.*\b(have|you) read\b( and \w+)*( the| our)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """One reading of the list."""

    row: int
    person: PersonRow
    slug: str


@dataclass(frozen=True, slots=True)
class ReadingProposal:
    """What a row probably means: one reading that a person may record."""

    person: PersonRow
    slug: str
    given_on: date


@dataclass(frozen=True, slots=True)
class Unmatched:
    """One row, or one answer of it, that a person must settle."""

    row: int
    reason: str
    """A sentence for the school office."""
    proposals: tuple[ReadingProposal, ...] = ()


@dataclass(frozen=True, slots=True)
class FormImport:
    """What an import recorded and what it could not."""

    recorded: tuple[TakenOver, ...] = ()
    already: tuple[TakenOver, ...] = ()
    """Held before, or earlier in the same list; nothing was added."""
    unmatched: tuple[Unmatched, ...] = ()
    remark: str = ""
    """What of the list was not used; a sentence for the school office, empty where there is nothing to say."""


@dataclass(frozen=True, slots=True)
class FormList:
    """A list that is to be taken over, and how."""

    path: Path
    entered_by: str
    method: AcknowledgementMethod = AcknowledgementMethod.FORM
    """``BASELINE`` for last year's list, ``PAPER`` for signed sheets that the office typed."""
    dates: DateOrder | None = None
    """What the owner says of days in numbers; None to tell it from the list."""
    secret: str = ""
    """Reads the codes; empty where none was ever made."""


_BY_FORM = "a list or form"


class _OnlyLookedError(Exception):
    """Ends the transaction of a preview, so that nothing of it is kept."""

    def __init__(self, found: FormImport) -> None:
        super().__init__()
        self.found = found


def preview_form_export(
    register: Register, config: Config, form: FormList, *, today: date, now: datetime
) -> FormImport:
    """Return what an import would record, and keep nothing of it. Raises as ``import_form_export``."""
    rows = _rows_of(form)
    try:
        with register.transaction() as tx:
            raise _OnlyLookedError(_taken(tx, register.school, config, form, rows, today, now))
    except _OnlyLookedError as looked:
        return looked.found


def import_form_export(register: Register, config: Config, form: FormList, *, today: date, now: datetime) -> FormImport:
    """Record the readings of a list, all in one transaction.

    The list names people by work address, ``person_id`` or code, and policies in a column of their own each, whose
    cells say yes or a day, by title in a column whose heading has the word policy, or by the code. An answer given
    before the version in force had to be read counts only for a baseline.

    Raises:
        UsageError: the file is no list, or its columns or days cannot be told.
    """
    rows = _rows_of(form)
    with deciding(register, config.root, form.entered_by, now) as decision:
        return _taken(decision.tx, decision.school, config, form, rows, today, now)


def _rows_of(form: FormList) -> Sequence[ListRow]:
    if not form.entered_by.strip():
        raise UsageError("Say who enters this: a name is kept with everything that is entered for somebody else.")
    return read_sheet(form.path).rows


def _taken(
    tx: Transaction,
    school: str,
    config: Config,
    form: FormList,
    rows: Sequence[ListRow],
    today: date,
    now: datetime,
) -> FormImport:
    if not rows:
        return FormImport()
    desk = _FormImport(tx, school, config, replace(form, entered_by=form.entered_by.strip()), today=today, now=now)
    columns = find_columns(rows, form.path.name, desk.policy_in)
    desk.refuse_declarations(rows[0])
    desk.order = tell_order(rows[1:], columns, today, form.dates)
    read = read_date_column([cell_of(row, columns.when) for row in rows[1:]], desk.order)
    for row, day, reason in zip(rows[1:], read.dates, read.refusals, strict=True):
        desk.take(row, columns, day if reason is None else reason)
    desk.finish()
    return FormImport(tuple(desk.recorded), tuple(desk.already), tuple(desk.unmatched), desk.versions.say_unused())


@dataclass(frozen=True, slots=True)
class _Answer:
    """One policy that a row says was read."""

    policy: PolicyRow
    given_on: date | None
    """The day that the policy's own cell gives; None where it gives none."""
    version_id: int | None = None
    """Of the request that a code is of; None where only the day says which."""


class _FormImport:
    """One import: who and what is known, and what became of each row."""

    def __init__(
        self, tx: Transaction, school: str, config: Config, form: FormList, *, today: date, now: datetime
    ) -> None:
        self._config, self._form = config, form
        self._today, self._now = today, now
        self._recorder = Recorder(tx, school, config, today=today, now=now)
        self._people = FormPeople(tx, school, form.secret, today)
        self._readings = list_readings(list_versions(tx, school))
        self._policies = {row.id: row for row in list_policies(tx, school) if row.id in self._readings}
        self._keys = {_key(name): row for row in self._policies.values() for name in (row.title, row.slug)}
        self.versions = NamedVersions(tx, school, config.zone)
        self.order: DateOrder | None = None
        self.recorded: list[TakenOver] = []
        self.already: list[TakenOver] = []
        self.unmatched: list[Unmatched] = []

    def finish(self) -> None:
        """Do what is done once for the whole list."""
        self._recorder.finish()

    def refuse_declarations(self, headings: ListRow) -> None:
        """Say of each column that names a declaration that nothing of it is taken."""
        for cell in headings.cells:
            if self.policy_in(cell) is None and (why := say_not_so(self._config, cell, _BY_FORM)):
                self._refuse(headings, f"Nothing of the column “{cell[:60]}” was taken. {why}")

    def policy_in(self, heading: str) -> int | None:
        """Return the policy a heading names, by itself or as "I have read the … policy"."""
        found = self._keys.get(_key(heading)) or self._keys.get(_key(_ASKS.sub("", heading)))
        return found.id if found is not None else None

    def take(self, row: ListRow, columns: FormColumns, day: date | str | None) -> None:
        """Record the answers of one row, or note why not."""
        told = self._people.who(row, columns)
        said, before = read_code_answer(row, columns, self._policy_called), len(self.unmatched)
        answers = list(self._answers(row, columns)) if said.counts else []
        if told.request is not None:
            answers += self._answers_of_code(row, columns, told.request, said)
        elif not answers:
            answers += self._answers_without_code(row, said)
        if isinstance(day, str):
            self._refuse(row, f"The day {day}.")
            return
        if told.person is None:
            self._propose(row, told, answers, day or self._today)
            return
        try:
            check_not_own(told.person, self._form.entered_by)
        except UsageError as reason:
            self._refuse(row, str(reason))
            return
        said_version = cell_of(row, columns.version).strip()
        if said_version and (len(answers) > 1 or self._form.method is AcknowledgementMethod.BASELINE):
            # Of several policies it is nobody knows whose; last year's numbers may be older than the register.
            self.versions.leave_unused(row.number, said_version)
            said_version = ""
        for answer in answers:
            self._record(row, told.person, answer, answer.given_on or day or self._today, said_version)
        if answers or told.request is not None or columns.code is None or len(self.unmatched) > before:
            return
        if not self._says_not_read(row, columns, said):
            self._give_back_without_code(row, told.person, told.bad_code, day or self._today)

    def _says_not_read(self, row: ListRow, columns: FormColumns, said: CodeAnswer) -> bool:
        """Return whether all that a row says is that something was not read."""
        return said.no or any(says_no(cell_of(row, column)) for column in columns.policies)

    def _give_back_without_code(self, row: ListRow, person: PersonRow, bad_code: str, day: date) -> None:
        """Give back an answer to nobody knows what, with everything that the reader is asked for."""
        why = f"{bad_code[:60]!r} is no code of this school, or is mistyped" if bad_code else "there is no code"
        asked = [self._policies.get(policy_id) for policy_id in self._people.asked_of(person)]
        proposals = [ReadingProposal(person, policy.slug, day) for policy in asked if policy is not None]
        reason = f"{person.person.name} answered, but {why}, so nobody can tell what was read."
        self.unmatched.append(Unmatched(row.number, reason, tuple(proposals)))

    def _propose(self, row: ListRow, told: FormRespondent, answers: Sequence[_Answer], day: date) -> None:
        """Give a row back with what it probably means."""
        proposals = [
            ReadingProposal(one, each.policy.slug, each.given_on or day) for one in told.likely for each in answers
        ]
        self.unmatched.append(Unmatched(row.number, told.reason, tuple(proposals)))

    def _answers(self, row: ListRow, columns: FormColumns) -> Iterator[_Answer]:
        """Yield the policies that a row says were read, by their own columns or by title."""
        for column, policy_id in columns.policies.items():
            cell, policy = cell_of(row, column), self._policies[policy_id]
            day = read_date_column([cell], self.order).dates[0]
            if day is not None or says_yes(cell):
                yield _Answer(policy, day)
            elif cell and not says_no(cell):
                self._refuse(row, f"{cell[:60]!r} says neither yes nor a day for {policy.title}.")
        for column in columns.titles:
            for title in titles_in(cell_of(row, column)):
                if found := self._policy_called(title):
                    yield _Answer(found, None)
                else:
                    self._refuse_title(row, title)

    def _answers_of_code(
        self, row: ListRow, columns: FormColumns, request: RequestRow, said: CodeAnswer
    ) -> Iterator[_Answer]:
        """Yield the policy that the code in a row is of, and those named beside it, unless the row says no."""
        policy = self._policies.get(request.policy_id)
        own = next((column for column, of in columns.policies.items() if of == request.policy_id), None)
        if not said.counts:
            self._refuse_fault(row, said)
        elif policy is None:
            self._refuse(row, "Its code is of a policy that is no longer in use.")
        elif own is not None:
            # Its own column says whether it was read; a yes there was taken already.
            if not cell_of(row, own):
                self._refuse(row, f"It has the code of {policy.title}, but says neither yes nor a day for it.")
        elif columns.policies and not said.yes and policy not in said.named:
            self._refuse(row, f"Its code is of {policy.title}, which nothing in the row says was read.")
        elif said.named and policy not in said.named:
            stands = ", ".join(each.title for each in said.named)
            self._refuse(row, f"Its code is of {policy.title}, but beside it stands {stands}; nothing was recorded.")
        else:
            yield _Answer(policy, None, request.version_id)
            yield from (_Answer(each, None) for each in said.named if each.id != policy.id)
            for title in said.unknown:
                self._refuse_title(row, title)

    def _answers_without_code(self, row: ListRow, said: CodeAnswer) -> Iterator[_Answer]:
        """Yield the policies that are named where the code of a row should stand beside them."""
        if not said.counts:
            self._refuse_fault(row, said)
            return
        yield from (_Answer(each, None) for each in said.named)
        for title in said.unknown:
            self._refuse_title(row, title)

    def _record(self, row: ListRow, person: PersonRow, answer: _Answer, day: date, said_version: str) -> None:
        policy, reading = answer.policy, self._readings[answer.policy.id]
        try:
            version_id = self._version_said(row, answer, day, said_version)
            if version_id is None or version_id in reading.covered:
                version = self._version(person, policy, reading, day)
                version_id = version_id or version.id
        except UsageError as reason:
            self._refuse(row, str(reason))
            return
        at = moment_of(day, self._config, self._now)
        given = GivenWord(person.id, policy.id, version_id, self._form.method, at, self._form.entered_by)
        recording = self._recorder.record(given)
        taken = TakenOver(row.number, person, policy.slug)
        if recording.outcome is RecordingOutcome.RECORDED:
            self.recorded.append(taken)
        elif recording.outcome is RecordingOutcome.ALREADY:
            self.already.append(taken)
        elif recording.outcome is RecordingOutcome.REPLACED:
            self._refuse(
                row, f"A later version of {policy.title} must be read; {person.person.name} is asked for that."
            )
        elif recording.outcome is RecordingOutcome.NO_COPY:
            self._refuse(row, say_no_copy(person.person.name, policy.title, day))
        else:
            self._refuse(row, f"{person.person.name} has left, so nothing was recorded.")

    def _version_said(self, row: ListRow, answer: _Answer, day: date, said: str) -> int | None:
        """Return the version that a row's code or its column of versions names; None where neither does.

        Raises:
            UsageError: no version is called so, it was not in use that day, or the code is of another.
        """
        found = self.versions.find(answer.policy, said, day) if said else None
        if found is None:
            if said:
                self.versions.leave_unused(row.number, said)
            return answer.version_id
        if answer.version_id is None:
            return found.id
        printed, beside = self.versions.label_of(answer.version_id), self.versions.label_of(found.id)
        if printed != beside:
            raise UsageError(
                f"Its code is of version {printed} of {answer.policy.title}, but beside it stands version {beside}; "
                "nothing was recorded."
            )
        return answer.version_id

    def _version(self, person: PersonRow, policy: PolicyRow, reading: PolicyReading, day: date) -> VersionRow:
        """Return the version that was read; last year's list counts for the one in use."""
        if self._form.method is AcknowledgementMethod.BASELINE and day <= self._today:
            return reading.in_force
        repeats = self._recorder.does_repeat(person, policy)
        return version_given(person, policy, reading, day, self._config, self._today, repeats=repeats)

    def _refuse_fault(self, row: ListRow, said: CodeAnswer) -> None:
        """Say what nobody can tell of a row; a plain no is no fault."""
        if said.fault:
            self._refuse(row, said.fault)

    def _refuse_title(self, row: ListRow, title: str) -> None:
        why = say_not_so(self._config, title, _BY_FORM)
        self._refuse(row, why or f"No policy in use is called {title[:60]!r}.")

    def _policy_called(self, title: str) -> PolicyRow | None:
        return self._keys.get(_key(title))

    def _refuse(self, row: ListRow, reason: str) -> None:
        self.unmatched.append(Unmatched(row.number, reason))


def _key(title: str) -> str:
    words = re.findall(r"[^\W_]+", title.casefold().replace("&", " and "))
    return " ".join(word for word in words if word not in ("policy", "the", "procedure"))
