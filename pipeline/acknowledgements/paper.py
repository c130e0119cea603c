"""Enter what came back on paper: a sheet signed by several people, or the codes of its lines.

``policy acknowledge record`` calls it. All lines of one call are recorded, or, where one of them cannot be right, none:
the person who types mends it and enters the same again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from pipeline.acknowledgements.codes import read_card_code, read_code
from pipeline.acknowledgements.counting import PolicyReading, list_readings
from pipeline.acknowledgements.declarations.declaring import refuse_declaration
from pipeline.acknowledgements.record import (
    GivenWord,
    RecordingOutcome,
    check_not_own,
    moment_of,
    record_all,
    say_no_copy,
    version_given,
)
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.model.readings import AcknowledgementMethod
from pipeline.people.naming import find_one
from pipeline.people.obligations import asked_of, has_left
from pipeline.register.mail.told import PAPER, About, list_told
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.policies.policies import PolicyRow, find_policy, list_policies, list_versions
from pipeline.register.readings.requests import RequestRow, find_request
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """What holds for every line that is entered in one call."""

    signed_on: date
    """The day on the sheet."""
    entered_by: str
    """Who types it in; never a reader."""
    today: date
    now: datetime
    trainer: str = ""
    """Who held the training session whose attendance list it is; empty for a signed sheet."""

    @property
    def method(self) -> AcknowledgementMethod:
        """How what it records was given."""
        return AcknowledgementMethod.SESSION if self.trainer else AcknowledgementMethod.PAPER


@dataclass(frozen=True, slots=True)
class EnteredLine:
    """One line that was entered, and what came of it."""

    person: PersonRow
    policy: PolicyRow
    outcome: RecordingOutcome
    """``RECORDED``, ``ALREADY``, or ``REPLACED`` by a version that must be read."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that was understood: whose, and of which policy; for a code also of which version."""

    person: PersonRow
    policy: PolicyRow
    reading: PolicyReading
    version_id: int | None = None
    """The one that was printed beside the code; None where only the day says which it was."""


def record_people(
    tx: Transaction, school: str, config: Config, wanted: Sequence[str | int], slug: str, sheet: PaperSheet
) -> tuple[EnteredLine, ...]:
    """Record that everybody in ``wanted`` signed for the policy ``slug`` on one sheet; as ``find_one`` takes them.

    Raises:
        UsageError: a line cannot be right; it says which and why, and nothing was recorded.
    """
    policy = find_policy(tx, school, slug)
    reading = list_readings(list_versions(tx, school, policy.id)).get(policy.id) if policy else None
    if policy is None or reading is None:
        refuse_declaration(config, slug, "a training session’s list" if sheet.trainer else "a sheet for several")
        raise UsageError(f"No policy in use is called {slug!r}; `policy status` shows what each is called.")
    people = list_people(tx, school, sheet.today)

    def line_of(one: str | int) -> _Line:
        return _Line(find_one(people, one, sheet.today), policy, reading)

    return _record_all(tx, school, config, [partial(line_of, one) for one in wanted], sheet)


def record_codes(
    tx: Transaction, school: str, config: Config, codes: Sequence[str], sheet: PaperSheet, *, secret: str
) -> tuple[EnteredLine, ...]:
    """Record the lines of a signed sheet by the codes in them; ``secret`` is what codes are made with.

    Raises:
        UsageError: a code or line cannot be right; it says which and why, and nothing was recorded.
    """
    desk = _Codes(tx, school, config, secret, sheet)
    return _record_all(tx, school, config, [partial(desk.line_of, code) for code in codes], sheet)


class _Codes:
    """What codes stand for."""

    def __init__(self, tx: Transaction, school: str, config: Config, secret: str, sheet: PaperSheet) -> None:
        self._tx, self._school, self._config, self._secret, self._sheet = tx, school, config, secret, sheet
        self._people = {row.id: row for row in list_people(tx, school, sheet.today)}
        self._policies = {row.id: row for row in list_policies(tx, school)}
        self._readings = list_readings(list_versions(tx, school))

    def line_of(self, code: str) -> _Line:
        request_id = read_code(self._secret, self._school, code)
        if request_id is None:
            if read_card_code(self._secret, self._school, code) is not None:
                raise UsageError(f"{code!r} is the code of a card: enter it with --card and --name.")
            raise UsageError(
                f"{code!r} is no code of this school, or is mistyped: look at the sheet again. Codes that were printed "
                "before the secret key was changed are known no more: give the people and the policy instead."
            )
        request = find_request(self._tx, self._school, request_id)
        if request is None:
            raise UsageError(f"{code!r} was printed for something that this register does not hold.")
        policy, reading = self._policies[request.policy_id], self._readings.get(request.policy_id)
        if reading is None:
            raise UsageError(f"{code!r} is of {policy.title}, which is no longer in use.")
        printed_on = self._first_printed(request)
        if printed_on is not None and self._sheet.signed_on < printed_on:
            raise UsageError(
                f"{code!r} was first printed on {say_day(printed_on)}, so it cannot have been signed on "
                f"{say_day(self._sheet.signed_on)}. Look at the day again."
            )
        return _Line(self._people[request.person], policy, reading, request.version_id)

    def _first_printed(self, request: RequestRow) -> date | None:
        """Return the day on which a request was first handed out on paper; None where that is not recorded."""
        told = list_told(self._tx, self._school, about=[About.READING], person=request.person)
        printed = [one.settled_at for one in told if one.request == request.id and one.route == PAPER]
        moments = [moment for moment in printed if moment is not None]
        return min(moments).astimezone(self._config.zone).date() if moments else None


def _record_all(
    tx: Transaction, school: str, config: Config, lines: Sequence[Callable[[], _Line]], sheet: PaperSheet
) -> tuple[EnteredLine, ...]:
    checked: list[tuple[_Line, int]] = []
    faults: list[str] = []
    for line in lines:
        try:
            checked.append(_checked(line(), config, sheet))
        except UsageError as fault:
            faults.append(str(fault))
    if faults:
        first = [] if len(lines) == 1 else ["Nothing was recorded. Put this right and enter all of it again:"]
        raise UsageError("\n".join((*first, *dict.fromkeys(faults))))
    return tuple(_recorded(tx, school, config, checked, sheet))


def _checked(line: _Line, config: Config, sheet: PaperSheet) -> tuple[_Line, int]:
    """Return a line with the register's key of the version that was read."""
    check_not_own(line.person, sheet.entered_by.strip())
    if has_left(line.person.person, sheet.today):
        raise UsageError(f"{line.person.person.name} has left, so nothing was recorded.")
    if line.version_id is not None and line.version_id not in line.reading.covered:
        # Told as replaced: the sheet is of a version that no longer counts, whatever its day.
        return line, line.version_id
    policy = line.policy
    repeats = asked_of(line.person, policy.slug, policy.catalogue_slug, config, sheet.today).repeats
    used = version_given(line.person, policy, line.reading, sheet.signed_on, config, sheet.today, repeats=repeats)
    printed = next((version for version in line.reading.versions if version.id == line.version_id), used)
    if printed.number > used.number:
        raise UsageError(
            f"{line.person.person.name} cannot have signed for {line.policy.title} on {say_day(sheet.signed_on)}: the "
            "version on the sheet came later. Look at the day again."
        )
    return line, printed.id


def _recorded(
    tx: Transaction, school: str, config: Config, checked: Sequence[tuple[_Line, int]], sheet: PaperSheet
) -> Iterator[EnteredLine]:
    at = moment_of(sheet.signed_on, config, sheet.now)
    given = [
        GivenWord(
            line.person.id,
            line.policy.id,
            version_id,
            sheet.method,
            at,
            sheet.entered_by.strip(),
            sheet.trainer or None,
        )
        for line, version_id in checked
    ]
    recorded = record_all(tx, school, config, given, today=sheet.today, now=sheet.now)
    for (line, _), recording in zip(checked, recorded, strict=True):
        if recording.outcome is RecordingOutcome.REFUSED:
            raise UsageError(f"{line.policy.title} is not in use, so nothing was recorded.")
        if recording.outcome is RecordingOutcome.NO_COPY:
            raise UsageError(say_no_copy(line.person.person.name, line.policy.title, sheet.signed_on))
        yield EnteredLine(line.person, line.policy, recording.outcome)
