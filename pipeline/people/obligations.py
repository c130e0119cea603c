"""Who must read what, by when: people × policies × today. Pure; the register is not asked.

After the import of staff lists and before ``acknowledgements``, which turns what is owed into requests and mail. A new
member of staff needs no event: the start date alone brings the pack.

What people of one profile owe by the same days is one tuple of duties, made once and shared between them: a trust's
20,000 people × 40 policies are gone through in a fraction of a second, one person at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.catalogue.policies import entry_on
from pipeline.catalogue.reading_rules import Asked, Post, RuleBook, RuledPolicy
from pipeline.config import Config
from pipeline.configuration.reading import ReadingSection
from pipeline.dates.calendar import last_mail_day, next_mail_day
from pipeline.model.people import AwayPeriod, Person
from pipeline.model.policies import PolicyStanding, ReadingRule, ReviewState
from pipeline.people.away import absences_after, away_through, put_off
from pipeline.register.people.persons import PersonRow

STARTER_DAYS = 28
"""So long after the start date a first mail is still the starter pack, should the list have come late."""


@dataclass(frozen=True, slots=True)
class ReadingDuty:
    """One policy that people of one profile are to sign, read or find, by the same days."""

    standing: PolicyStanding
    rule: ReadingRule
    asked: Asked
    """By which rule, and whether it is asked again each school year."""
    asked_on: date
    """The day on which it is asked: today, or the day after an absence ends."""
    due_on: date
    is_starter: bool

    @property
    def why(self) -> str:
        """Why they are asked, such as ``all staff are asked to read it``."""
        return self.asked.why(is_starter=self.is_starter)


@dataclass(frozen=True, slots=True)
class Obligation:
    """One policy that one person is to sign, read or find."""

    person: PersonRow
    duty: ReadingDuty
    """Shared with everybody who owes the same."""

    @property
    def standing(self) -> PolicyStanding:
        """The policy."""
        return self.duty.standing

    @property
    def rule(self) -> ReadingRule:
        """What is to be done with it."""
        return self.duty.rule

    @property
    def asked_on(self) -> date:
        """The day on which it is asked: today, or the day after an absence ends."""
        return self.duty.asked_on

    @property
    def due_on(self) -> date:
        """The last day to do it on."""
        return self.duty.due_on

    @property
    def is_starter(self) -> bool:
        """Whether the person joins about now."""
        return self.duty.is_starter

    @property
    def repeats(self) -> bool:
        """Whether it is asked again each school year though nothing changed."""
        return self.duty.asked.repeats


def has_left(person: Person, today: date) -> bool:
    """Return whether the person's last day at the school has passed."""
    return person.leave_on is not None and person.leave_on < today


def is_active(person: Person, today: date) -> bool:
    """Return whether the person works here today: started, and not left. The leaving date is the last day."""
    return (person.start_on is None or person.start_on <= today) and not has_left(person, today)


def is_away(person: Person, today: date) -> bool:
    """Return whether the person is away; ``away.away_through`` says until when."""
    return away_through(person, today) is not None


def is_starter(person: Person, today: date) -> bool:
    """Return whether a person joins about now, or is to."""
    return person.start_on is not None and person.start_on > today - timedelta(days=STARTER_DAYS)


def pack_day(person: Person, config: Config) -> date | None:
    """Return the day on which a starter's pack goes, None for a person without a start date.

    It is the start date, or ``[people] days_before`` days earlier, or the last day before that on which mail goes.
    """
    if person.start_on is None:
        return None
    return last_mail_day(person.start_on - timedelta(days=config.people.days_before), config.calendar.closed)


def is_asked(person: Person, config: Config, today: date) -> bool:
    """Return whether the person may be asked to read today: at work, or a starter whose pack day has come."""
    if has_left(person, today) or is_active(person, today):
        return not has_left(person, today)
    first = pack_day(person, config)
    return first is None or first <= today


def posts_of(row: PersonRow, today: date) -> tuple[Post, ...]:
    """Return what a person is at the school: a post for each engagement that has begun, else for the one to come."""
    begun = [one for one in row.engagements if one.has_begun(today)]
    if not begun:
        person = row.person
        return (Post(person.kind, person.role, person.team),)
    return tuple(dict.fromkeys(Post(one.kind, one.role, one.team) for one in begun))


def asked_of(row: PersonRow, slug: str, catalogue_slug: str | None, config: Config, today: date) -> Asked:
    """Return what one person is asked to do with one policy."""
    policy = RuledPolicy(slug, entry_on(catalogue_slug, today))
    book = RuleBook(config.reading, [policy], read_within_days=config.people.read_within_days)
    return book.asked_of(posts_of(row, today))[0]


def rule_book(
    standings: Sequence[PolicyStanding], reading: ReadingSection, read_within_days: int, today: date
) -> RuleBook:
    """Return the school's rules over these policies, in their order, as they are on a day."""
    policies = [RuledPolicy(one.slug, entry_on(one.catalogue_slug, today)) for one in standings]
    return RuleBook(reading, policies, read_within_days=read_within_days)


def policies_in_use(standings: Sequence[PolicyStanding]) -> tuple[PolicyStanding, ...]:
    """Return those that staff can be asked to read: with a version in force, and not withdrawn."""
    return tuple(one for one in standings if one.version_id is not None and one.state is not ReviewState.WITHDRAWN)


def obligations_by_person(
    people: Sequence[PersonRow], standings: Sequence[PolicyStanding], config: Config, today: date
) -> Iterator[tuple[PersonRow, tuple[Obligation, ...]]]:
    """Yield everybody who may be asked to read as of ``today`` with all they owe, whether or not it is done.

    In the order of ``people``, each with their policies in the order of ``standings``. A person who has left, or whose
    pack day has not come, is left out; a person away has theirs with the day of return as the day of asking. A deadline
    counts the rule's days from the day the mail goes, or from joining where that is later; it is never a day without
    school, nor after a person's last day.
    """
    duties = Duties(policies_in_use(standings), config, today)
    for row in people:
        if is_asked(row.person, config, today):
            yield row, tuple(Obligation(row, duty) for duty in duties.of(row))


def obligations(
    people: Sequence[PersonRow], standings: Sequence[PolicyStanding], config: Config, today: date
) -> tuple[Obligation, ...]:
    """Return everything that everybody is to sign, read or find as of ``today``: ``obligations_by_person`` in one."""
    return tuple(one for _, mine in obligations_by_person(people, standings, config, today) for one in mine)


class Duties:
    """What people of one profile owe by the same days, worked out once for all of them."""

    def __init__(self, standings: Sequence[PolicyStanding], config: Config, today: date) -> None:
        self._standings, self._closed, self._today = standings, config.calendar.closed, today
        self._book = rule_book(standings, config.reading, config.people.read_within_days, today)
        self._longest = max([config.people.read_within_days, *(r.read_within_days or 0 for r in config.reading.rules)])
        self._made: dict[tuple[object, ...], tuple[ReadingDuty, ...]] = {}
        self._unlimited: dict[tuple[date, int], tuple[date, date]] = {}

    def of(self, row: PersonRow) -> tuple[ReadingDuty, ...]:
        """Return what a person is to sign, read or find, in the order of the policies."""
        person, today = row.person, self._today
        asked_on, counted_from = self._asked_on(person)
        # A last day beyond every deadline changes none: as if there were no such day.
        ends = person.leave_on if self._ends_before(person.leave_on, counted_from) else None
        starts = is_starter(person, today)
        posts = posts_of(row, today)
        away = absences_after(person, counted_from)
        key = (posts, asked_on, counted_from, ends, starts, away)
        if key not in self._made:
            self._made[key] = tuple(
                ReadingDuty(
                    standing,
                    asked.rule,
                    asked,
                    asked_on,
                    self._read_by(asked.read_within_days, counted_from, ends, away),
                    starts,
                )
                for standing, asked in zip(self._standings, self._book.asked_of(posts), strict=True)
                if asked.rule is not None
            )
        return self._made[key]

    def read_by(self, duty: ReadingDuty, counted_from: date, absences: Sequence[AwayPeriod]) -> date:
        """Return the day to read by, counted from another day than the duty's own: of a person who was away."""
        return self.day_within(counted_from, duty.asked.read_within_days, absences)

    def day_within(self, counted_from: date, within_days: int, absences: Sequence[AwayPeriod]) -> date:
        """Return the day to answer by of whatever else is asked, counted from a day; ``absences`` put it off."""
        later = tuple(one for one in absences if one.until_on >= counted_from)
        return self._read_by(within_days, counted_from, None, later)

    def days_of(self, row: PersonRow, within_days: int) -> tuple[date, date]:
        """Return on which day a person is asked for whatever else is asked like a reading, and by when to answer."""
        person = row.person
        asked_on, counted_from = self._asked_on(person)
        away = absences_after(person, counted_from)
        return asked_on, self._read_by(within_days, counted_from, person.leave_on, away)

    def _asked_on(self, person: Person) -> tuple[date, date]:
        """Return the day on which a person is asked, and the day from which their days to answer are counted."""
        away_until = away_through(person, self._today)
        asked_on = away_until + timedelta(days=1) if away_until else self._today
        return asked_on, max(asked_on, person.start_on) if person.start_on else asked_on

    def _ends_before(self, leave_on: date | None, counted_from: date) -> bool:
        return leave_on is not None and leave_on < self._days(counted_from, self._longest)[1]

    def _days(self, counted_from: date, within_days: int) -> tuple[date, date]:
        """Return the day the mail goes and the day to read by, of a person who stays."""
        key = (counted_from, within_days)
        if key not in self._unlimited:
            goes_on = next_mail_day(counted_from, self._closed)
            self._unlimited[key] = goes_on, next_mail_day(goes_on + timedelta(days=within_days), self._closed)
        return self._unlimited[key]

    def _read_by(
        self, within_days: int, counted_from: date, leave_on: date | None, absences: tuple[AwayPeriod, ...]
    ) -> date:
        """Return the day to read by, counted from the day the mail goes or the person joins.

        It is a day on which the school works, the next one where need be; of a person who leaves before it the last
        such day they are there. Days on which they are away are not counted.
        """
        goes_on, due_on = self._days(counted_from, within_days)
        if absences:
            due_on = next_mail_day(put_off(due_on, goes_on, absences), self._closed)
        if leave_on is None or due_on <= leave_on:
            return due_on
        return max(last_mail_day(leave_on, self._closed), min(goes_on, leave_on))
