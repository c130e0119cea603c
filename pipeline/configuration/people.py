"""The ``[people]`` tables of ``config.toml``: the staff list, other lists, and where the staff list is fetched from."""

import re
from typing import Literal

from pydantic import Field

from pipeline.configuration.mail import OAuthSection
from pipeline.configuration.values import Addresses, Line, ListField, Section, Text, WebAddress, WorkerKind
from pipeline.errors import Fault
from pipeline.model import EngagementKind

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class MicrosoftPeopleSection(Section):
    """``[people.microsoft]``: whoever is in one group of Microsoft 365 is the staff list, fetched with each run."""

    tenant: Line = ""
    """The school's tenant, by id or name (``school.onmicrosoft.com``)."""
    client_id: Line = ""
    """The application (client) id of an app registration that may read who is in a group; empty for none."""
    group: Line = ""
    """The object id of the group that holds the staff, and nobody else."""
    token_url: WebAddress = ""
    """Where tokens come from, if not from Microsoft's usual address."""
    base_url: WebAddress = ""
    """Where Microsoft Graph is, if not at its usual address."""

    @property
    def is_used(self) -> bool:
        """Whether the staff list is fetched."""
        return bool(self.client_id)

    @property
    def oauth(self) -> OAuthSection:
        """How the program signs in for it: by itself, with a client secret."""
        return OAuthSection(
            provider="microsoft", tenant=self.tenant, client_id=self.client_id, flow="client-credentials",
            token_url=self.token_url, base_url=self.base_url,
        )  # fmt: skip


class PeopleListSection(Section):
    """``[[people.lists]]``: a list of people beside the staff list."""

    name: Text
    """What it is called in reports; people keep to it, so that another name is another list."""
    source: Text
    """The file, beside this one."""
    kind: WorkerKind = EngagementKind.STAFF
    """As what those in it work, unless it has a column that says so."""


class PeopleSection(Section):
    """``[people]``"""

    source: Line = "staff.csv"
    """The staff list, beside this file."""
    days_before: int = Field(default=0, ge=0, le=60)
    """How many days before the start date the starter pack goes."""
    read_within_days: int = Field(default=14, ge=1, le=365)
    """How many days a reader has."""
    retention_years: int = Field(default=6, ge=0, le=50)
    """How long records of leavers are kept, from their last day on; 0: without an end. Nobody is erased by itself."""
    complaints: Line = "the school office"
    """Who at the school takes complaints on data protection, with an address: every draft of a notice names them."""
    regulator: Line = "the Information Commissioner’s Office"
    """Who else takes such complaints, as drafts of notices call it."""
    date_order: Literal["day-first", "month-first"] = "day-first"
    """Which number of 03/04/2026 is the day in the staff list."""
    domains: tuple[Line, ...] = ()
    """The school's own domains of addresses; without them they are learned from those of the staff."""
    columns: dict[str, ListField] = Field(default_factory=dict)
    """What a heading of the staff list means that the program does not know: a field, or ``ignore``."""
    microsoft: MicrosoftPeopleSection = MicrosoftPeopleSection.usual()
    """``[people.microsoft]``: the staff list is fetched from the school's Microsoft 365."""
    lists: tuple[PeopleListSection, ...] = ()
    """Further lists of people; absence from one says nothing of another."""
    roles: dict[str, Addresses] = Field(default_factory=dict)
    """Who is meant by an owner such as "Business Manager": an address, or several."""


def microsoft_faults(people: PeopleSection) -> list[Fault]:
    """Return what is wrong with ``[people.microsoft]``, and with the file that what it gives is kept in."""
    section, table = people.microsoft, "people.microsoft"
    if not section.is_used:
        given = [name for name in ("tenant", "group") if getattr(section, name)]
        return [Fault(f"{table}.client_id", "write the application (client) id of the app registration")] * bool(given)
    faults = []
    if not section.tenant or section.tenant in ("common", "organizations", "consumers") or "/" in section.tenant:
        faults.append(
            Fault(f"{table}.tenant", "write the school's own tenant, its id or a name like school.onmicrosoft.com")
        )
    if not _ID.fullmatch(section.group):
        said = "write the object id of the group of staff, such as 5f2d0c1e-0000-4000-8000-000000000001"
        faults.append(Fault(f"{table}.group", f"{said}; all of a school's Microsoft 365 would ask its pupils too"))
    if not people.source.casefold().endswith(".json"):
        said = f"{people.source!r} would be written over by what Microsoft 365 gives"
        faults.append(Fault("people.source", f'{said}; write source = "staff-from-microsoft.json"'))
    if section.token_url and not section.token_url.endswith("/token"):
        faults.append(Fault(f"{table}.token_url", "must end in /token"))
    return faults
