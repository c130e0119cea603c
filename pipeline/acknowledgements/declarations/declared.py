"""Who is asked to declare what, and which requests for that a day opens, closes and dates anew. Pure.

A declaration is a kind of reading: asked on the same days, with the same deadlines, put off by the same absences. It is
asked once in each school year; what was declared before stands beside this year's.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from pipeline.acknowledgements.asking import AskingChanges, Closing, Dating, later_day
from pipeline.acknowledgements.situation import OpenRequest
from pipeline.catalogue.reading_rules import Whom
from pipeline.config import Config
from pipeline.configuration.declarations import DeclarationSection
from pipeline.dates.calendar import academic_year_start
from pipeline.directory import HEAD
from pipeline.model.contacts import Directory, Holder
from pipeline.model.people import AwayPeriod
from pipeline.model.policies import PolicyStanding
from pipeline.model.readings import Occasion
from pipeline.people.obligations import Duties, posts_of
from pipeline.policies.owners import holders_to_see
from pipeline.register.mail.told import ToldOutcome
from pipeline.register.people.lines import BETWEEN_ENTRIES, BETWEEN_FIELDS
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.declarations import OPEN, DeclarationAnswer
from pipeline.register.readings.requests import ClosedReason, DeadlineReason, Place


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
    def place(self) -> tuple[str, int]:
        """What is asked for: its key, and the school year."""
        return self.key, self.school_year

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
    within_days: int
    asked_on: date
    """Today, or the day after an absence ends."""
    due_on: date

    @property
    def place(self) -> Place:
        """What is asked: the declaration by its key, and the school year."""
        return self.asked.place

    @property
    def follows(self) -> bool:
        """Whether what was told of the request before it counts for it: other words are told afresh."""
        return False

    def as_open(self) -> OpenRequest:
        """Return the request for it as it stands once it is opened."""
        return OpenRequest(self.place, self.asked.statement_sha256, self.asked_on, self.due_on, Occasion.YEARLY)


def declaration_duties(
    asked: Sequence[AskedDeclaration], duties: Duties, config: Config, row: PersonRow, today: date
) -> tuple[DeclarationDuty, ...]:
    """Return what a person who may be asked to read is to declare."""
    within = [(one, one.section.declare_within_days or config.people.read_within_days) for one in asked]
    return tuple(
        DeclarationDuty(one, days, *duties.days_of(row, days)) for one, days in within if one.is_for(row, today)
    )


@dataclass(frozen=True, slots=True)
class ToldBefore:
    """What a letter told of a request that is open, or is about to."""

    place: Place
    stage: str
    due_on: date
    outcome: ToldOutcome | None
    route: str


@dataclass(frozen=True, slots=True)
class DeclarationSituation:
    """Where a person stands with declarations, in their current engagements."""

    requests: Mapping[Place, OpenRequest] = field(default_factory=dict)
    """What they have said nothing to yet, oldest first."""
    wishes: frozenset[Place] = frozenset()
    """What they want to say in person: waited for, and nobody reminds them."""
    answered: frozenset[Place] = frozenset()
    told: tuple[ToldBefore, ...] = ()

    def told_of(self, place: Place, routes: Sequence[str]) -> tuple[ToldBefore, ...]:
        """Return what was told of one by some routes."""
        return tuple(one for one in self.told if one.place == place and one.route in routes)


def read_declarations(line: str, counting: frozenset[int], *, forgets_bounces: bool = False) -> DeclarationSituation:
    """Return the situation that a line of the register tells (``declaration_lines``); as ``read_situation``."""
    requests: dict[Place, OpenRequest] = {}
    states: dict[Place, str] = {}
    told = []
    for entry in line.split(BETWEEN_ENTRIES) if line else []:
        which, key, year, *fields = entry.split(BETWEEN_FIELDS)
        place = key, int(year)
        if which == "r":
            sha256, asked_on, due_on, states_now, ended = fields
            if not ended or int(ended) in counting:
                days = date.fromisoformat(asked_on), date.fromisoformat(due_on)
                requests[place], states[place] = OpenRequest(place, sha256, *days, Occasion.YEARLY), states_now
        else:
            stage, due_on, came, route = fields
            outcome = ToldOutcome(came) if came else None
            if not (forgets_bounces and outcome is ToldOutcome.BOUNCED):
                told.append(ToldBefore(place, stage, date.fromisoformat(due_on), outcome, route))
    wishes, answered = (
        frozenset(place for place, state in states.items() if state == wanted)
        for wanted in (DeclarationAnswer.SOMETHING, ClosedReason.ANSWERED)
    )
    waiting = {place: one for place, one in requests.items() if states[place] == OPEN}
    return DeclarationSituation(waiting, wishes, answered, tuple(told))


def decide_declarations(
    duties: Sequence[DeclarationDuty],
    situation: DeclarationSituation,
    planning: Duties,
    today: date,
    *,
    has_left: bool,
    is_away: bool,
    absences: Sequence[AwayPeriod],
) -> AskingChanges[DeclarationDuty]:
    """Return what changes for a person who owes these declarations; ``absences`` are the days they were or are away.

    Who said that they have something to declare is waited for until that was said in person, in the next year too.
    """
    owed = {one.place: one for one in duties}
    if has_left:
        return AskingChanges(tuple(Closing(one, ClosedReason.LEFT) for one in (*situation.requests, *situation.wishes)))
    closed = tuple(
        Closing(place, reason)
        for place, request in situation.requests.items()
        if (reason := _reason_to_close(request, owed)) is not None
    )
    if is_away:
        return AskingChanges(closed)
    stays = {**situation.requests}
    for closing in closed:
        del stays[closing.place]
    held = stays.keys() | situation.wishes | situation.answered
    opened = tuple(duty for duty in duties if duty.asked_on <= today and duty.place not in held)
    dated = []
    for place, request in stays.items():
        duty = owed[place]
        answer_by = partial(planning.day_within, within_days=duty.within_days, absences=absences)
        if (later := later_day(request, absences, answer_by, duty.due_on, today)) is not None:
            dated.append(Dating(place, later[0], DeadlineReason.RETURNED))
    return AskingChanges(closed, opened, tuple(dated))


def _reason_to_close(request: OpenRequest, owed: Mapping[Place, DeclarationDuty]) -> ClosedReason | None:
    if (duty := owed.get(request.place)) is not None:
        return None if request.wording == duty.asked.statement_sha256 else ClosedReason.SUPERSEDED
    keys = {one.asked.key for one in owed.values()}
    is_asked_anew = isinstance(request.place, tuple) and request.place[0] in keys
    return ClosedReason.SUPERSEDED if is_asked_anew else ClosedReason.NOT_NEEDED
