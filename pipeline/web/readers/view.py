"""What one member of staff sees of the policies: to read and sign, to read, already read, and where to find the rest.

Receipts of every reading, what they told the school lately, and what comes next stand with them.

Between the register and the personal page; reads only, so that looking at the page can record nothing.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.acknowledgements.changed import ChangesForReaders, Compared, why_again
from pipeline.acknowledgements.counting import counts_since, find_counting, given_here
from pipeline.acknowledgements.links import form_token
from pipeline.catalogue.reading_rules import Asked
from pipeline.changes.differences import WhatChanged
from pipeline.config import Config
from pipeline.dates.calendar import academic_year_start
from pipeline.model import AcknowledgementMethod, PolicyStanding, ReadingRule
from pipeline.people.obligations import STARTER_DAYS, posts_of
from pipeline.register.people.persons import PersonRow
from pipeline.register.policies.policies import list_policies
from pipeline.register.readings.reader_reports import list_reports
from pipeline.register.readings.requests import AcknowledgementRow, RequestRow, list_acknowledgements, list_requests
from pipeline.register.store.database import Transaction
from pipeline.web.readers.shared import Shared, look_up
from pipeline.web.readers.to_declare import ReaderDeclarations, declarations_of, declarations_with_both_names
from pipeline.wording import say_day

HOW = {
    AcknowledgementMethod.PAGE: "recorded by you on this page",
    AcknowledgementMethod.PAPER: "on a signed sheet, entered by the school",
    AcknowledgementMethod.FORM: "on the school's form",
    AcknowledgementMethod.REPLY: "by your reply to the mail",
    AcknowledgementMethod.SESSION: "at a training session, entered by the school",
    AcknowledgementMethod.BASELINE: "taken over from the school's earlier list",
    AcknowledgementMethod.ELSEWHERE: "at another school of the trust, for both",
}


@dataclass(frozen=True, slots=True)
class PolicyLink:
    """A policy as the page links to it."""

    slug: str
    title: str
    minutes: int
    copy_code: str | None
    """Of the copy to open; None while there is none of the version in force."""
    address: str | None = None
    """Where a document is read that others publish; None of the school's own."""
    has_page: bool = False
    """Whether it can be read here, as a page, besides the PDF."""


@dataclass(frozen=True, slots=True)
class ToSign:
    """A policy whose reading is asked for."""

    policy: PolicyLink
    policy_id: int
    version_id: int
    due: str
    is_late: bool
    why: str
    form_token: str
    changes: WhatChanged | None
    """Since this reader's last reading; None for a first one."""
    rests_until: str = ""
    """They said that they have read it: the last day without a reminder; empty where they did not."""


@dataclass(frozen=True, slots=True)
class HasRead:
    """A policy whose reading is held."""

    policy: PolicyLink
    policy_id: int
    when: str
    how: str
    changes: WhatChanged | None
    """Small changes since, of which nothing is asked; None where there are none."""
    receipt: int
    """The register's key of the reading."""
    again: str = ""
    """When it is asked for again, in words; empty where nobody knows."""


@dataclass(frozen=True, slots=True)
class EarlierReading:
    """A reading of another version, or of another school year, than the one that counts now."""

    title: str
    version: str
    when: str
    how: str
    receipt: int


@dataclass(frozen=True, slots=True)
class ReaderView:
    """Everything the personal page says about policies."""

    to_sign: tuple[ToSign, ...]
    to_read: tuple[PolicyLink, ...]
    """Nothing is asked back."""
    has_read: tuple[HasRead, ...]
    to_find: tuple[PolicyLink, ...]
    earlier: tuple[EarlierReading, ...] = ()
    """The newest first."""
    declarations: ReaderDeclarations = field(default_factory=ReaderDeclarations)
    """Counted apart from readings."""

    def links(self) -> tuple[PolicyLink, ...]:
        """Return every policy that its reader may see."""
        return (
            *(one.policy for one in self.to_sign),
            *self.to_read,
            *(one.policy for one in self.has_read),
            *self.to_find,
        )

    def find(self, slug: str) -> PolicyLink | None:
        """Return a policy that its reader may see; None for one that they may not, or that is not in use."""
        return next((one for one in self.links() if one.slug == slug), None)


def with_both_names(view: ReaderView, secret: str, school: str, row: PersonRow) -> ReaderView:
    """Return the view with forms that want first name and surname: the surname stands on the page around them."""
    forms = (
        replace(
            one,
            form_token=form_token(
                secret, school, row, policy_id=one.policy_id, version_id=one.version_id, both_names=True
            ),
        )
        for one in view.to_sign
    )
    declarations = declarations_with_both_names(view.declarations, secret, school, row)
    return replace(view, to_sign=tuple(forms), declarations=declarations)


def view_for(
    tx: Transaction,
    school: str,
    config: Config,
    secret: str,
    row: PersonRow,
    today: date,
    compared: Compared,
    shared: Shared | None = None,
) -> ReaderView:
    """Return what ``row`` sees today; ``compared`` keeps what was compared for the next reader.

    ``shared`` is what was worked out for all readers; None works it out.
    """
    shared = shared or look_up(tx, school, config, today)
    reader = _Reader(tx, school, config, secret, row, today, compared, shared)
    view = reader.view(shared.in_use, shared.rules.asked_of(posts_of(row, today)))
    declarations = declarations_of(tx, school, config, secret, row, shared.standings, today)
    return replace(view, declarations=declarations)


class _Reader:
    """One reader's requests, acknowledgements and the copies to open."""

    def __init__(
        self,
        tx: Transaction,
        school: str,
        config: Config,
        secret: str,
        row: PersonRow,
        today: date,
        compared: Compared,
        shared: Shared,
    ) -> None:
        self._school, self._config, self._secret, self._row, self._today = school, config, secret, row, today
        self._copies, self._readings, self._labels = shared.copies, shared.readings, shared.labels
        self._tx = tx
        self._changes = ChangesForReaders(
            tx, shared.versions, config.zone, compared, labels=shared.labels, directory=shared.contacts.shown
        )
        self._open = {one.policy_id: one for one in list_requests(tx, school, person=row.id, only_open=True)}
        self._all_given = list_acknowledgements(tx, school, person=row.id)
        self._given = given_here(self._all_given, row)
        self._resting = {
            one.policy_id: one.rests_until
            for one in list_reports(tx, school, person=row.id, only_open=True)
            if one.rests_until is not None and one.rests_until >= today
        }

    def view(self, standings: Sequence[PolicyStanding], asked: Sequence[Asked]) -> ReaderView:
        to_sign, to_read, has_read, to_find = [], [], [], []
        for one, rule in zip(standings, asked, strict=True):
            link, held = self._link(one), self._held(one, repeats=rule.repeats)
            if held is not None:
                has_read.append((held, self._has_read(one, link, held, repeats=rule.repeats)))
            elif request := self._open.get(one.policy_id):
                to_sign.append((request, self._to_sign(one, link, request, rule)))
            elif rule.rule is ReadingRule.READ:
                to_read.append(link)
            elif rule.rule is not None:
                to_find.append(link)
        to_sign.sort(key=lambda pair: (pair[0].due_on, pair[1].policy.title))
        has_read.sort(key=lambda pair: pair[0].acknowledged_at, reverse=True)
        return ReaderView(
            tuple(view for _, view in to_sign),
            tuple(to_read),
            tuple(view for _, view in has_read),
            tuple(to_find),
            self._earlier({held.id for held, _ in has_read}),
        )

    def _earlier(self, counting: Set[int]) -> tuple[EarlierReading, ...]:
        """Return the readings that are held besides those that count now, of policies out of use too."""
        rows = [one for one in reversed(self._all_given) if one.id not in counting]
        titles = {policy.id: policy.title for policy in list_policies(self._tx, self._school)} if rows else {}
        return tuple(
            EarlierReading(
                titles[one.policy_id],
                self._labels[one.version_id].text if one.version_id in self._labels else "",
                self._day(one),
                HOW[one.method],
                one.id,
            )
            for one in rows
        )

    def _held(self, one: PolicyStanding, *, repeats: bool) -> AcknowledgementRow | None:
        reading = self._readings.get(one.policy_id)
        since = counts_since(self._config, self._today, repeats=repeats)
        return find_counting(self._given, reading, since) if reading else None

    def _link(self, one: PolicyStanding) -> PolicyLink:
        copy = self._copies.get(one.policy_id)
        is_current = copy is not None and copy.version_id == one.version_id and copy.pdf_path is not None
        return PolicyLink(
            one.slug,
            one.title,
            one.reading_minutes,
            copy.code if copy and is_current else None,
            one.address,
            has_page=copy is not None and is_current and copy.html_path is not None,
        )

    def _to_sign(self, one: PolicyStanding, link: PolicyLink, request: RequestRow, asked: Asked) -> ToSign:
        in_force = self._readings[one.policy_id].in_force
        token = form_token(self._secret, self._school, self._row, policy_id=one.policy_id, version_id=in_force.id)
        late = request.due_on < self._today
        changes = self._changes.since_last_reading(self._given, in_force)
        rests = self._resting.get(one.policy_id)
        return ToSign(
            link,
            one.policy_id,
            in_force.id,
            say_day(request.due_on),
            late,
            self._why(one, request, asked),
            token,
            changes,
            say_day(rests) if rests else "",
        )

    def _has_read(self, one: PolicyStanding, link: PolicyLink, held: AcknowledgementRow, *, repeats: bool) -> HasRead:
        reading, small = self._readings[one.policy_id], None
        if held.version_id not in reading.same_words:
            changes = self._changes.since_last_reading(self._given, reading.in_force)
            small = changes if changes is not None and changes.paragraphs else None
        again = ""
        if repeats:
            again = f"You are asked again in September {academic_year_start(self._today).year + 1}."
        return HasRead(link, one.policy_id, self._day(held), HOW[held.method], small, held.id, again)

    def _why(self, one: PolicyStanding, request: RequestRow, asked: Asked) -> str:
        if again := why_again(self._given, self._readings[one.policy_id]):
            return again
        start = self._row.person.start_on
        return asked.why(is_starter=start is not None and (request.asked_on - start).days <= STARTER_DAYS)

    def _day(self, held: AcknowledgementRow) -> str:
        return say_day(held.acknowledged_at.astimezone(self._config.zone).date())
