"""Take over readings that were given elsewhere: the school's own form, or last year's sheet.

Reads the export of a form (Microsoft or Google Forms, or any list) through ``people.sheets``. A row counts for somebody
only by work address or by the staff list's own id; what does not match is given back for a person to settle.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipeline.acknowledgements.counting import Reading, list_readings
from pipeline.acknowledgements.record import Given, Outcome, check_not_own, moment_of, record_within, version_given
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.model import AcknowledgementMethod
from pipeline.people.list_dates import read_date_column
from pipeline.people.sheets import SheetRow, read_sheet
from pipeline.people.staff_list import heading_key, shared_addresses
from pipeline.register.database import Register, Transaction
from pipeline.register.decision import deciding
from pipeline.register.people import PersonRow, list_people
from pipeline.register.policies import PolicyRow, VersionRow, list_policies, list_versions

_ADDRESS = frozenset({"email", "e-mail", "email address", "e-mail address", "work email", "username", "school email"})
_IDS = frozenset({"person id", "staff id"})
_WHEN = frozenset({"completion time", "timestamp", "date", "submitted", "date read", "acknowledged at", "read on"})
_ASKS = re.compile(r"^.*\b(have|you) read\b( and \w+)*( the| our)?", re.IGNORECASE)
_YES = re.compile(r"(yes|y|true|x|1|done|read|✓|✔|☑|i have read\b.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """One reading of the list."""

    row: int
    person: PersonRow
    slug: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """One row, or one answer of it, that a person must settle."""

    row: int
    reason: str
    """A sentence for the school office."""


@dataclass(frozen=True, slots=True)
class FormImport:
    """What an import recorded and what it could not."""

    recorded: tuple[TakenOver, ...] = ()
    already: tuple[TakenOver, ...] = ()
    """Held before; nothing was added."""
    unmatched: tuple[Unmatched, ...] = ()


@dataclass(frozen=True, slots=True)
class _Columns:
    address: int | None
    person_id: int | None
    when: int | None
    policies: Mapping[int, int]
    """Column → policy, for lists with a column a policy."""
    titles: Sequence[int]
    """Columns whose cells name policies."""


def import_form_export(
    register: Register,
    config: Config,
    path: Path,
    *,
    entered_by: str,
    baseline: bool = False,
    today: date,
    now: datetime,
) -> FormImport:
    """Record the readings of a form's export, all in one transaction; ``baseline`` takes over last year's sheet.

    The list names people by work address (or ``person_id``) and policies either in a column of its own each, whose
    cells say yes or a day, or by title in a column whose heading has the word policy. An answer given before the
    version in force was issued counts only for a baseline.

    Raises:
        UsageError: the file is no list, or no column for people or for policies can be told.
    """
    sheet = read_sheet(path)
    if not entered_by.strip():
        raise UsageError("Say who enters this: a name is kept with everything that is entered for somebody else.")
    if not sheet.rows:
        return FormImport()
    with deciding(register, config.root, entered_by.strip(), now) as decision:
        desk = _Desk(decision.tx, decision.school, config, entered_by.strip(), baseline=baseline, today=today, now=now)
        columns = desk.find_columns(sheet.rows[0], path.name)
        days = _days(sheet.rows[1:], columns.when)
        for row, day in zip(sheet.rows[1:], days, strict=True):
            desk.take(row, columns, day)
        return FormImport(tuple(desk.recorded), tuple(desk.already), tuple(desk.unmatched))


def _days(rows: Sequence[SheetRow], column: int | None) -> Sequence[date | str | None]:
    """Return each row's day, a reason where it cannot be read, None where there is none."""
    read = read_date_column(["" if column is None else _cell(row, column) for row in rows])
    return [day if reason is None else reason for day, reason in zip(read.dates, read.refusals, strict=True)]


def _cell(row: SheetRow, column: int) -> str:
    return row.cells[column] if column < len(row.cells) else ""


class _Desk:
    """One import: who and what is known, and what became of each row."""

    def __init__(
        self,
        tx: Transaction,
        school: str,
        config: Config,
        entered_by: str,
        *,
        baseline: bool,
        today: date,
        now: datetime,
    ) -> None:
        self._tx, self._school, self._config, self._entered_by = tx, school, config, entered_by
        self._method = AcknowledgementMethod.BASELINE if baseline else AcknowledgementMethod.FORM
        self._today, self._now = today, now
        people = list_people(tx, school, today)
        shared = shared_addresses([row.person for row in people])
        self._by_address = {row.person.work_email.casefold(): row for row in people if row.person.work_email}
        for address in shared:
            self._by_address.pop(address, None)
        self._by_id = {row.person.person_id.casefold(): row for row in people}
        self._readings = list_readings(list_versions(tx, school))
        self._policies = {row.id: row for row in list_policies(tx, school) if row.id in self._readings}
        self._keys = {_key(name): row for row in self._policies.values() for name in (row.title, row.slug)}
        self.recorded: list[TakenOver] = []
        self.already: list[TakenOver] = []
        self.unmatched: list[Unmatched] = []

    def find_columns(self, headings: SheetRow, name: str) -> _Columns:
        """Tell the columns by their headings. Raises UsageError where people or policies cannot be told."""
        keys = [heading_key(cell) for cell in headings.cells]
        policies = {
            column: policy.id for column, cell in enumerate(headings.cells) if (policy := self._policy_in(cell))
        }
        titles = [
            column for column, key in enumerate(keys) if column not in policies and re.search(r"\bpolic(y|ies)\b", key)
        ]
        columns = _Columns(_first(keys, _ADDRESS), _first(keys, _IDS), _first(keys, _WHEN), policies, titles)
        if columns.address is None and columns.person_id is None:
            raise UsageError(
                f"{name} has no column of e-mail addresses or of person_id, so nobody can be told from it."
            )
        if not columns.policies and not columns.titles:
            raise UsageError(
                f"{name} has no column that names a policy. Give each policy a column, or head one column 'Policy'."
            )
        return columns

    def _policy_in(self, heading: str) -> PolicyRow | None:
        """Return the policy a heading names, by itself or as "I have read the … policy"."""
        return self._keys.get(_key(heading)) or self._keys.get(_key(_ASKS.sub("", heading)))

    def take(self, row: SheetRow, columns: _Columns, day: date | str | None) -> None:
        """Record the answers of one row, or note why not."""
        person = self._person(row, columns)
        if person is None:
            return
        if isinstance(day, str):
            self._refuse(row, f"The day {day}.")
            return
        for policy, given_on in self._answers(row, columns):
            self._record(row, person, policy, given_on or day)

    def _person(self, row: SheetRow, columns: _Columns) -> PersonRow | None:
        address = _cell(row, columns.address) if columns.address is not None else ""
        person_id = _cell(row, columns.person_id) if columns.person_id is not None else ""
        person = self._by_address.get(address.casefold()) or self._by_id.get(person_id.casefold())
        if person is None:
            self._refuse(
                row, f"Nobody on the staff list has {address or person_id or 'an empty address'!r} to themself."
            )
            return None
        try:
            check_not_own(person, self._entered_by)
        except UsageError as reason:
            self._refuse(row, str(reason))
            return None
        return person

    def _answers(self, row: SheetRow, columns: _Columns) -> Sequence[tuple[PolicyRow, date | None]]:
        """Return the policies a row says were read, each with the day its own cell gives, if it gives one."""
        found: list[tuple[PolicyRow, date | None]] = []
        for column, policy_id in columns.policies.items():
            cell = _cell(row, column)
            day = read_date_column([cell]).dates[0]
            if day is not None or _YES.fullmatch(cell):
                found.append((self._policies[policy_id], day))
            elif cell and cell.casefold() not in ("no", "n", "false", "0", "-"):
                self._refuse(row, f"{cell[:60]!r} says neither yes nor a day for {self._policies[policy_id].title}.")
        for column in columns.titles:
            for title in re.split(r"[;\n]", _cell(row, column)):
                if policy := self._keys.get(_key(title)):
                    found.append((policy, None))
                elif title.strip():
                    self._refuse(row, f"No policy in use is called {title.strip()[:60]!r}.")
        return found

    def _record(self, row: SheetRow, person: PersonRow, policy: PolicyRow, day: date | None) -> None:
        day = day or self._today
        reading = self._readings[policy.id]
        try:
            version = self._version(person, policy, reading, day)
        except UsageError as reason:
            self._refuse(row, str(reason))
            return
        at = moment_of(day, self._config, self._now)
        given = Given(person.id, policy.id, version.id, self._method, at, self._entered_by)
        recording = record_within(self._tx, self._school, self._config, given, today=self._today, now=self._now)
        taken = TakenOver(row.number, person, policy.slug)
        if recording.outcome is Outcome.RECORDED:
            self.recorded.append(taken)
        elif recording.outcome is Outcome.ALREADY:
            self.already.append(taken)
        else:
            self._refuse(row, f"{person.person.name} has left, so nothing was recorded.")

    def _version(self, person: PersonRow, policy: PolicyRow, reading: Reading, day: date) -> VersionRow:
        """Return the version that was read; last year's sheet counts for the one in use."""
        if self._method is AcknowledgementMethod.BASELINE and day <= self._today:
            return reading.in_force
        return version_given(person, policy, reading, day, self._config, self._today)

    def _refuse(self, row: SheetRow, reason: str) -> None:
        self.unmatched.append(Unmatched(row.number, reason))


def _first(keys: Sequence[str], wanted: frozenset[str]) -> int | None:
    return next((column for column, key in enumerate(keys) if key in wanted), None)


def _key(title: str) -> str:
    words = re.findall(r"[^\W_]+", title.casefold().replace("&", " and "))
    return " ".join(word for word in words if word not in ("policy", "the", "procedure"))
