"""People who work at the school, and what a person with an account may be."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class EngagementKind(StrEnum):
    """As what a person works at the school; a starter is any of them whose first day has not come."""

    STAFF = "staff"
    SUPPLY = "supply"
    VOLUNTEER = "volunteer"
    CONTRACTOR = "contractor"
    GOVERNOR = "governor"
    VISITING = "visiting"
    """A visiting professional: peripatetic, therapist, coach."""


BY_HAND = "by hand"
"""The list of people whom the office added one by one."""


@dataclass(frozen=True, slots=True)
class AwayPeriod:
    """Days on which a person is away; no reason is ever kept."""

    from_on: date
    """The first day of it."""
    until_on: date
    """The last day of it."""
    is_held: bool = False
    """Nobody said that they are away: their mail waits for these days, since their list leaves open who they are, or
    whether they have left."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person who works at the school, as a list gives them; in the register: as the engagement that counts does."""

    person_id: str
    """The list's own key for the person; never the address, never the name."""
    first_name: str
    last_name: str
    work_email: str | None
    role: str
    start_on: date | None
    leave_on: date | None
    """The last day at the school."""
    away_until: date | None = None
    """As a list says it, which gives no first day. In the register: the last day of the absence of the day asked for,
    else of the last one before it."""
    kind: EngagementKind = EngagementKind.STAFF
    team: str = ""
    """Department, phase or faculty; empty where no list says it."""
    manager: str = ""
    """The line manager as the list has them: a name or a work address; empty where no list says it."""
    away: tuple[AwayPeriod, ...] = ()
    """Every absence that stands in the register, past and to come, by first day; with the days on which mail was
    held."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Right(StrEnum):
    """What a person with an account is to the school's policies; ``decisions.rights`` says what each may do."""

    OWNER = "owner"
    """Looks after the policies."""
    DEPUTY_OWNER = "deputy-owner"
    """Does so beside the owner."""
    BUSINESS_MANAGER = "business-manager"
    """Looks after lists of people, mailings and settings."""
    HEAD = "head"
    """The headteacher."""
    GOVERNOR = "governor"
    """Sees how policies stand and counts of readings, nobody's name."""
    HEAD_OF_TEAM = "head-of-team"
    """Sees who of their team has read what."""
    IT = "it"
    """The school's IT provider: mail route, web address and sign-in."""
