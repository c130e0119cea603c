"""What one member of staff sees of the policies: to read and sign, to read, already read, and where to find the rest.

Between the register and the personal page; reads only, so that looking at the page can record nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.acknowledgements.counting import Reading, find_counting, list_readings
from pipeline.acknowledgements.links import form_token
from pipeline.config import Config
from pipeline.lifecycle.wording import say_day
from pipeline.model import AcknowledgementMethod, PolicyStanding, ReadingRule
from pipeline.people.obligations import reading_rules
from pipeline.policies.standing import list_standings
from pipeline.register.copies import CopyRow, current_copies
from pipeline.register.database import Transaction
from pipeline.register.people import PersonRow
from pipeline.register.policies import list_versions
from pipeline.register.requests import AcknowledgementRow, RequestRow, list_acknowledgements, list_requests

_HOW = {
    AcknowledgementMethod.PAGE: "recorded by you on this page",
    AcknowledgementMethod.PAPER: "on a signed sheet, entered by the school",
    AcknowledgementMethod.FORM: "on the school's form",
    AcknowledgementMethod.BASELINE: "taken over from the school's earlier list",
}


@dataclass(frozen=True, slots=True)
class PolicyLink:
    """A policy as the page links to it."""

    slug: str
    title: str
    minutes: int
    copy_code: str | None
    """Of the copy to open; None while there is none of the version in force."""


@dataclass(frozen=True, slots=True)
class ToSign:
    """A policy whose reading is asked for."""

    policy: PolicyLink
    policy_id: int
    due: str
    is_late: bool
    why: str
    form_token: str


@dataclass(frozen=True, slots=True)
class HasRead:
    """A policy whose reading is held."""

    policy: PolicyLink
    policy_id: int
    when: str
    how: str


@dataclass(frozen=True, slots=True)
class ReaderView:
    """Everything the personal page says about policies."""

    to_sign: tuple[ToSign, ...]
    to_read: tuple[PolicyLink, ...]
    """Nothing is asked back."""
    has_read: tuple[HasRead, ...]
    to_find: tuple[PolicyLink, ...]


def view_for(tx: Transaction, school: str, config: Config, secret: str, row: PersonRow, today: date) -> ReaderView:
    """Return what ``row`` sees today."""
    standings = list_standings(tx, school, config, today)
    rules = reading_rules(standings, config.reading)
    in_use = [one for one in standings if one.policy_id in rules]
    return _Reader(tx, school, config, secret, row, today).view(in_use, rules)


class _Reader:
    """One reader's requests, acknowledgements and the copies to open."""

    def __init__(self, tx: Transaction, school: str, config: Config, secret: str, row: PersonRow, today: date) -> None:
        self._school, self._config, self._secret, self._row, self._today = school, config, secret, row, today
        self._copies: Mapping[int, CopyRow] = current_copies(tx, school)
        self._readings: Mapping[int, Reading] = list_readings(list_versions(tx, school))
        self._open = {one.policy_id: one for one in list_requests(tx, school, person=row.id, only_open=True)}
        self._given = list_acknowledgements(tx, school, person=row.id)

    def view(self, standings: Sequence[PolicyStanding], rules: Mapping[int, ReadingRule]) -> ReaderView:
        to_sign, to_read, has_read, to_find = [], [], [], []
        for one in standings:
            link, held = self._link(one), self._held(one)
            if held is not None:
                has_read.append((held, HasRead(link, one.policy_id, self._day(held), _HOW[held.method])))
            elif request := self._open.get(one.policy_id):
                to_sign.append((request, self._to_sign(one, link, request)))
            elif rules[one.policy_id] is ReadingRule.READ:
                to_read.append(link)
            else:
                to_find.append(link)
        to_sign.sort(key=lambda pair: (pair[0].due_on, pair[1].policy.title))
        has_read.sort(key=lambda pair: pair[0].acknowledged_at, reverse=True)
        return ReaderView(
            tuple(view for _, view in to_sign), tuple(to_read), tuple(view for _, view in has_read), tuple(to_find)
        )

    def _held(self, one: PolicyStanding) -> AcknowledgementRow | None:
        reading = self._readings.get(one.policy_id)
        return find_counting(self._given, reading, self._config, self._today) if reading else None

    def _link(self, one: PolicyStanding) -> PolicyLink:
        copy = self._copies.get(one.policy_id)
        is_current = copy is not None and copy.version_id == one.version_id and copy.pdf_path is not None
        return PolicyLink(one.slug, one.title, one.reading_minutes, copy.code if copy and is_current else None)

    def _to_sign(self, one: PolicyStanding, link: PolicyLink, request: RequestRow) -> ToSign:
        version_id = self._readings[one.policy_id].in_force.id
        token = form_token(self._secret, self._school, self._row, policy_id=one.policy_id, version_id=version_id)
        late = request.due_on < self._today
        return ToSign(link, one.policy_id, say_day(request.due_on), late, self._why(one, request), token)

    def _why(self, one: PolicyStanding, request: RequestRow) -> str:
        if any(row.policy_id == one.policy_id for row in self._given):
            return "it has changed since you last read it"
        start = self._row.person.start_on
        if start is not None and (request.asked_on - start).days <= 28:
            return "everybody who joins is given it"
        return "all staff are asked to read it"

    def _day(self, held: AcknowledgementRow) -> str:
        return say_day(held.acknowledged_at.astimezone(self._config.zone).date())
