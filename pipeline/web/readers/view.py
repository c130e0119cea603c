"""What one member of staff sees of the policies: to read and sign, to read, already read, and where to find the rest.

Receipts of every reading, what they told the school lately, and what comes next stand with them.

Between the register and the personal page; reads only, so that looking at the page can record nothing.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from pipeline.acknowledgements.changed import ChangesForReaders, Compared, why_again
from pipeline.acknowledgements.counting import counts_since, find_counting, given_here
from pipeline.acknowledgements.links import form_token
from pipeline.catalogue.reading_rules import Asked
from pipeline.changes.differences import WhatChanged
from pipeline.config import Config
from pipeline.dates.calendar import academic_year_start
from pipeline.model.policies import PolicyStanding, ReadingRule
from pipeline.model.readings import AcknowledgementMethod
from pipeline.people.obligations import STARTER_DAYS, posts_of
from pipeline.register.mail.told import HAS_TOLD, About, ToldRow, list_told
from pipeline.register.people.persons import PersonRow
from pipeline.register.policies.copies import CopyRow
from pipeline.register.policies.policies import VersionRow, list_policies
from pipeline.register.readings.reader_reports import list_reports
from pipeline.register.readings.requests import AcknowledgementRow, RequestRow, list_acknowledgements, list_requests
from pipeline.register.transaction import Transaction
from pipeline.web.readers.shared import Shared, look_up
from pipeline.web.readers.to_declare import ReaderDeclarations, declarations_of
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
    is_covered: bool = False
    """The copy is one with contacts being updated."""


@dataclass(frozen=True, slots=True)
class ReadingForm:
    """What the hidden fields of a form say was shown."""

    token: str
    version: int
    """As the register counts."""
    copy: str
    """Its code."""


@dataclass(frozen=True, slots=True)
class PolicyToSign:
    """A policy whose reading is asked for, and of which there is a copy to read."""

    policy: PolicyLink
    policy_id: int
    version_id: int
    due: str
    is_late: bool
    why: str
    form: ReadingForm
    changes: WhatChanged | None
    """Since this reader's last reading, or since the text that they were sent or shown; None where there is none."""
    replaces: str = ""
    """That another text was sent to them before this one, a sentence or two; empty where none was."""
    rests_until: str = ""
    """They said that they have read it: the last day without a reminder; empty where they did not."""


@dataclass(frozen=True, slots=True)
class PolicyWithoutCopy:
    """A policy to read and confirm that nobody can confirm today: its full copy is not there."""

    policy: PolicyLink
    """With the copy to read for information meanwhile, where there is one."""


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

    to_sign: tuple[PolicyToSign, ...]
    to_read: tuple[PolicyLink, ...]
    """Nothing is asked back."""
    has_read: tuple[HasRead, ...]
    to_find: tuple[PolicyLink, ...]
    waiting: tuple[PolicyWithoutCopy, ...] = ()
    """To be confirmed once they can be read."""
    earlier: tuple[EarlierReading, ...] = ()
    """The newest first."""
    declarations: ReaderDeclarations = field(default_factory=ReaderDeclarations)
    """Counted apart from readings."""

    def links(self) -> tuple[PolicyLink, ...]:
        """Return every policy that its reader may see."""
        return (
            *(one.policy for one in self.to_sign),
            *(one.policy for one in self.waiting),
            *self.to_read,
            *(one.policy for one in self.has_read),
            *self.to_find,
        )

    def find(self, slug: str) -> PolicyLink | None:
        """Return a policy that its reader may see; None for one that they may not, or that is not in use."""
        return next((one for one in self.links() if one.slug == slug), None)


def view_for(
    tx: Transaction,
    school: str,
    config: Config,
    secret: str,
    row: PersonRow,
    today: date,
    compared: Compared,
    shared: Shared | None = None,
    shown: int | None = None,
    *,
    both_names: bool = False,
) -> ReaderView:
    """Return what ``row`` sees today; ``compared`` keeps what was compared for the next reader.

    ``shared`` is what was worked out for all readers; None works it out. ``shown`` is the version that a form was of
    which came too late, by the register's key: what changed is said since that one. ``both_names``: the forms want
    first name and surname, since the surname stands on the page around them.
    """
    shared = shared or look_up(tx, school, config, today)
    token = partial(form_token, secret, school, row, both_names=both_names)
    reader = _ReaderRequests(tx, school, config, token, row, today, compared, shared, shown)
    view = reader.view(shared.in_use, shared.rules.asked_of(posts_of(row, today)))
    declarations = declarations_of(tx, school, config, secret, row, shared.standings, today, both_names=both_names)
    return replace(view, declarations=declarations)


class _ReaderRequests:
    """One reader's requests, acknowledgements and the copies to open."""

    def __init__(
        self,
        tx: Transaction,
        school: str,
        config: Config,
        token: Callable[..., str],
        row: PersonRow,
        today: date,
        compared: Compared,
        shared: Shared,
        shown: int | None,
    ) -> None:
        self._school, self._config, self._token, self._row, self._today = school, config, token, row, today
        self._shown = shown
        self._copies, self._readings, self._labels = shared.copies, shared.readings, shared.labels
        self._tx = tx
        self._changes = ChangesForReaders(
            tx, shared.versions, config.zone, compared, labels=shared.labels, directory=shared.contacts.shown
        )
        told = list_told(tx, school, about=(About.READING, About.NOTICE, About.INFORMED), person=row.id)
        self._sent = [one for one in told if one.outcome in HAS_TOLD]
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
        waiting: list[PolicyWithoutCopy] = []
        for one, rule in zip(standings, asked, strict=True):
            link, held = self._link(one), self._held(one, repeats=rule.repeats)
            if held is not None:
                has_read.append((held, self._has_read(one, link, held, repeats=rule.repeats)))
            elif rule.rule is ReadingRule.SIGN and not self._takes_reading(one, link):
                waiting.append(PolicyWithoutCopy(link))
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
            tuple(waiting),
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
        is_current = copy is not None and copy.version_id == one.version_id and self._is_there(copy)
        return PolicyLink(
            one.slug,
            one.title,
            one.reading_minutes,
            copy.code if copy and is_current else None,
            one.address,
            has_page=copy is not None and is_current and copy.html_path is not None,
            is_covered=copy is not None and is_current and copy.is_covered,
        )

    def _is_there(self, copy: CopyRow) -> bool:
        return copy.pdf_path is not None and (self._config.distribution / copy.pdf_path).is_file()

    def _takes_reading(self, one: PolicyStanding, link: PolicyLink) -> bool:
        """Return whether there is something to read that a form could be of."""
        copy = self._copies.get(one.policy_id)
        return bool(link.address) or (link.copy_code is not None and copy is not None and copy.takes_reading)

    def _to_sign(self, one: PolicyStanding, link: PolicyLink, request: RequestRow, asked: Asked) -> PolicyToSign:
        in_force = self._readings[one.policy_id].in_force
        token = self._token(policy_id=one.policy_id, version_id=in_force.id)
        late = request.due_on < self._today
        sent = self._sent_before(in_force)
        changes = self._changes.since_last_reading(self._given, in_force)
        if self._shown is not None and self._changes.is_earlier(self._shown, in_force):
            changes = self._changes.since_shown(self._shown, in_force)
        elif changes is None and sent is not None:
            changes = self._changes.since_sent(sent.version_id or 0, in_force, self._sent_on(sent))
        copy = self._copies.get(one.policy_id)
        rests = self._resting.get(one.policy_id)
        return PolicyToSign(
            link,
            one.policy_id,
            in_force.id,
            say_day(request.due_on),
            late,
            self._why(one, request, asked),
            ReadingForm(token, in_force.number, copy.code if copy is not None else ""),
            changes,
            self._replaces(sent, in_force) if sent is not None else "",
            say_day(rests) if rests else "",
        )

    def _sent_before(self, in_force: VersionRow) -> ToldRow | None:
        """Return what was sent to the reader last of an earlier text than the one in force, and not read since."""
        read = self._changes.newest_of(each.version_id for each in self._given if each.policy_id == in_force.policy_id)
        same = self._readings[in_force.policy_id].same_words
        sent = [
            each
            for each in self._sent
            if each.policy_id == in_force.policy_id
            and each.version_id is not None
            and each.version_id not in same
            and self._changes.is_earlier(each.version_id, in_force)
            and (read is None or self._changes.newest_of((read, each.version_id)) != read)
        ]
        return sent[-1] if sent else None

    def _sent_on(self, sent: ToldRow) -> str:
        return (
            "before"
            if sent.settled_at is None
            else f"on {say_day(sent.settled_at.astimezone(self._config.zone).date())}"
        )

    def _replaces(self, sent: ToldRow, in_force: VersionRow) -> str:
        before, now = self._labels[sent.version_id or 0].text, self._labels[in_force.id].text
        since = in_force.issued_on or in_force.recorded_at.astimezone(self._config.zone).date()
        return (
            f"Version {before} was sent to you {self._sent_on(sent)}. It has been replaced: version {now} is the "
            f"current one since {say_day(since)}. Please read that one; it is what the form below records."
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
