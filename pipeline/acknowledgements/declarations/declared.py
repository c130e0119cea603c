"""Who is asked to declare what, and which requests for that a day opens, closes and dates anew. Pure.

A declaration is a kind of reading: asked on the same days, with the same deadlines, put off by the same absences. It is
asked once in each school year; what was declared before stands beside this year's.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.catalogue.reading_rules import Whom
from pipeline.config import Config
from pipeline.configuration.declarations import DeclarationSection
from pipeline.dates.calendar import academic_year_start
from pipeline.directory import HEAD
from pipeline.model.contacts import Directory, Holder
from pipeline.model.people import AwayPeriod
from pipeline.model.policies import PolicyStanding
from pipeline.people.obligations import Duties, posts_of
from pipeline.policies.owners import holders_to_see
from pipeline.register.mail.told import ToldOutcome
from pipeline.register.people.lines import BETWEEN_ENTRIES, BETWEEN_FIELDS
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.declarations import IN_ERROR, DeclarationAnswer
from pipeline.register.readings.requests import ClosedReason, DeadlineReason

_NOT_YET = (ClosedReason.SUPERSEDED, ClosedReason.LEFT, ClosedReason.NOT_NEEDED, IN_ERROR)
"""States of a request that leave it unanswered."""


@dataclass(frozen=True, slots=True)
class AskedDeclaration:
    """A declaration as it is asked this school year."""

    key: str
    section: DeclarationSection
    policy: PolicyStanding
    """Which it belongs to."""
    school_year: int
    """Its first calendar year."""

    @property
    def statement_sha256(self) -> str:
        """The hash of the words that are declared."""
        return hash_statement(self.section.statement)

    def is_for(self, row: PersonRow, today: date) -> bool:
        """Return whether it is asked of a person, by what they are at the school."""
        whom = Whom(kinds=self.section.kinds, roles=self.section.roles, teams=self.section.teams)
        return any(whom.includes(post) for post in posts_of(row, today))


def hash_statement(statement: str) -> str:
    """Return the SHA-256 over the words of a statement, hexadecimal digits."""
    return hashlib.sha256(statement.encode("utf-8")).hexdigest()


def asked_declarations(
    config: Config, standings: Sequence[PolicyStanding], today: date
) -> tuple[AskedDeclaration, ...]:
    """Return the declarations that are asked on a day, in the order of the file: those of a policy that is in use."""
    in_use = {one.slug: one for one in standings}
    return tuple(
        AskedDeclaration(key, section, in_use[section.policy], _year_of(section, today))
        for key, section in config.declarations.items()
        if section.policy in in_use
    )


def without_policy(config: Config, standings: Sequence[PolicyStanding]) -> tuple[str, ...]:
    """Return a sentence for each declaration that nobody can be asked for, since its policy is not in use."""
    in_use = {one.slug for one in standings}
    return tuple(
        f"Nobody is asked for the declaration “{section.name}”: no policy in use is called {section.policy!r}. Correct "
        f"policy under [declarations.{key}] in config.toml."
        for key, section in config.declarations.items()
        if section.policy not in in_use
    )


def made_to(
    section: DeclarationSection, policy_owner: str | None, shown: Directory, config: Config, *, not_at: str = ""
) -> tuple[Holder, ...]:
    """Return to whom a declaration is made, for the person at ``not_at``, who is never sent to themself.

    The person whom the settings name, else the policy's owner, else the default owner, else the head; of ``shown``, who
    may be named today.
    """
    found = holders_to_see(section.owner or policy_owner, shown, config, not_at=not_at)
    return found or tuple(one for one in shown.of(HEAD) if (one.email or "").casefold() != not_at.casefold())


def _year_of(section: DeclarationSection, today: date) -> int:
    assert section.period == "academic-year"
    return academic_year_start(today).year


@dataclass(frozen=True, slots=True)
class DeclarationDuty:
    """One declaration that a person owes this school year, whether or not they have given it."""

    asked: AskedDeclaration
    asked_on: date
    """Today, or the day after an absence ends."""
    due_on: date


def declaration_duties(
    asked: Sequence[AskedDeclaration], duties: Duties, config: Config, row: PersonRow, today: date
) -> tuple[DeclarationDuty, ...]:
    """Return what a person who may be asked to read is to declare."""
    mine = [one for one in asked if one.is_for(row, today)]
    within = config.people.read_within_days
    return tuple(DeclarationDuty(one, *duties.days_of(row, one.section.declare_within_days or within)) for one in mine)


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """One request for a declaration, of this year or an earlier one."""

    key: str
    school_year: int
    statement_sha256: str
    asked_on: date
    due_on: date
    state: str
    """``open``, ``something`` where it is to be said in person, a reason of ``ClosedReason``, or ``IN_ERROR``."""

    @property
    def is_open(self) -> bool:
        """Whether a person waits for it still."""
        return self.state in ("open", DeclarationAnswer.SOMETHING)

    @property
    def is_owed(self) -> bool:
        """Whether its reader has said nothing yet."""
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class ToldBefore:
    """What a letter told of a request that is open, or is about to."""

    key: str
    school_year: int
    stage: str
    due_on: date
    outcome: ToldOutcome | None
    route: str


@dataclass(frozen=True, slots=True)
class DeclarationSituation:
    """Where a person stands with declarations."""

    asked: tuple[AskedBefore, ...] = ()
    """In their current engagements, oldest first."""
    told: tuple[ToldBefore, ...] = ()

    def of(self, key: str, school_year: int) -> AskedBefore | None:
        """Return the newest request for a declaration in one school year."""
        return next((one for one in reversed(self.asked) if (one.key, one.school_year) == (key, school_year)), None)

    def told_of(self, key: str, school_year: int, routes: Sequence[str]) -> tuple[ToldBefore, ...]:
        """Return what was told of one by some routes."""
        return tuple(
            one for one in self.told if (one.key, one.school_year) == (key, school_year) and one.route in routes
        )


def read_declarations(line: str, counting: frozenset[int], *, forgets_bounces: bool = False) -> DeclarationSituation:
    """Return the situation that a line of the register tells (``declaration_lines``); as ``read_situation``."""
    asked, told = [], []
    for entry in line.split(BETWEEN_ENTRIES) if line else []:
        which, *fields = entry.split(BETWEEN_FIELDS)
        if which == "r":
            key, year, sha256, asked_on, due_on, state, ended = fields
            if not ended or int(ended) in counting:
                days = date.fromisoformat(asked_on), date.fromisoformat(due_on)
                asked.append(AskedBefore(key, int(year), sha256, *days, state))
        else:
            key, year, stage, due_on, came, route = fields
            outcome = ToldOutcome(came) if came else None
            if not (forgets_bounces and outcome is ToldOutcome.BOUNCED):
                told.append(ToldBefore(key, int(year), stage, date.fromisoformat(due_on), outcome, route))
    return DeclarationSituation(tuple(asked), tuple(told))


@dataclass(frozen=True, slots=True)
class DeclarationChanges:
    """What one day changes in what a person is asked to declare; by key and school year."""

    closed: Mapping[tuple[str, int], ClosedReason]
    opened: tuple[DeclarationDuty, ...]
    dated: Mapping[tuple[str, int], tuple[date, DeadlineReason]]

    def __bool__(self) -> bool:
        """Return whether anything changes."""
        return bool(self.closed or self.opened or self.dated)


NO_DECLARATIONS = DeclarationChanges({}, (), {})


def decide_declarations(
    duties: Sequence[DeclarationDuty],
    situation: DeclarationSituation,
    planning: Duties,
    today: date,
    *,
    has_left: bool,
    is_away: bool,
    absences: Sequence[AwayPeriod],
    within_days: int,
) -> DeclarationChanges:
    """Return what changes for a person who owes these declarations; ``absences`` are the days they were or are away.

    Who said that they have something to declare is waited for until that was said in person, in the next year too.
    """
    owed = {(one.asked.key, one.asked.school_year): one for one in duties}
    closed: dict[tuple[str, int], ClosedReason] = {}
    for before in situation.asked:
        place = before.key, before.school_year
        if before.is_open and (reason := _reason_to_close(before, owed.get(place), duties, has_left=has_left)):
            closed[place] = reason
    opened = (
        []
        if is_away
        else [
            duty
            for place, duty in owed.items()
            if duty.asked_on <= today and _is_missing(situation.of(*place), place in closed)
        ]
    )
    dated: dict[tuple[str, int], tuple[date, DeadlineReason]] = {}
    for before in () if is_away else situation.asked:
        place = before.key, before.school_year
        if before.is_owed and place not in closed and place in owed:
            within = owed[place].asked.section.declare_within_days or within_days
            if (later := _after_absence(before, absences, planning, within, today)) is not None:
                dated[place] = later, DeadlineReason.RETURNED
    return DeclarationChanges(closed, tuple(opened), dated)


def _reason_to_close(
    before: AskedBefore, duty: DeclarationDuty | None, duties: Sequence[DeclarationDuty], *, has_left: bool
) -> ClosedReason | None:
    if has_left:
        return ClosedReason.LEFT
    if before.state == DeclarationAnswer.SOMETHING:
        return None
    if duty is None:
        asked_anew = any(one.asked.key == before.key for one in duties)
        return ClosedReason.SUPERSEDED if asked_anew else ClosedReason.NOT_NEEDED
    return None if before.statement_sha256 == duty.asked.statement_sha256 else ClosedReason.SUPERSEDED


def _is_missing(before: AskedBefore | None, closes: bool) -> bool:
    return before is None or closes or before.state in _NOT_YET


def _after_absence(
    before: AskedBefore, absences: Sequence[AwayPeriod], planning: Duties, within: int, today: date
) -> date | None:
    """Return the new day to declare by of what fell into an absence that is over, counted from the return."""
    over = [
        one
        for one in absences
        if not one.is_held and one.until_on < today and one.until_on >= before.asked_on and one.from_on <= before.due_on
    ]
    if not over:
        return None
    wanted = planning.day_within(max(one.until_on for one in over) + timedelta(days=1), within, absences)
    if before.due_on >= wanted:
        return None
    return max(wanted, planning.day_within(today, within, absences)) if wanted < today else wanted


def declarations_after(
    situation: DeclarationSituation, changes: DeclarationChanges
) -> Mapping[tuple[str, int], AskedBefore]:
    """Return what is owed once ``changes`` are made, by key and school year; not what is to be said in person."""
    found = {(one.key, one.school_year): one for one in situation.asked if one.is_owed}
    found = {place: one for place, one in found.items() if place not in changes.closed}
    for duty in changes.opened:
        asked = duty.asked
        days = duty.asked_on, duty.due_on
        found[asked.key, asked.school_year] = AskedBefore(
            asked.key, asked.school_year, asked.statement_sha256, *days, "open"
        )
    for place, (due_on, _) in changes.dated.items():
        found[place] = replace(found[place], due_on=due_on)
    return found
