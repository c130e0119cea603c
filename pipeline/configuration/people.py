"""The ``[people]`` tables of ``config.toml``: the staff list, other lists, and where the staff list is fetched from."""

import re
from typing import Annotated, Literal

from pydantic import Field

from pipeline.configuration.mail import GRAPH_URL, TOKEN_URL, OAuthSection
from pipeline.configuration.values import LIST_FIELDS, Addresses, Line, ListField, Section, Text, WebAddress, WorkerKind
from pipeline.configuration.words import SettingsPage, Words
from pipeline.errors import Fault
from pipeline.model.people import EngagementKind

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


_ORDERS = {"day-first": "Day first: 3 April", "month-first": "Month first: 4 March"}
_FIELDS = {each: each.replace("_", " ").capitalize() for each in LIST_FIELDS} | {"ignore": "Leave it out"}
_COLUMNS = f"Each is one of {', '.join(_FIELDS)}: department is the team, leaver yes or no."
_MICROSOFT = (
    "It is POLICY_MICROSOFT_PEOPLE_SECRET in the environment, the file POLICY_MICROSOFT_PEOPLE_SECRET_FILE names, or "
    "in the system keyring. Where client_id is set, source above must end in .json. README.md says what your IT "
    "provider does."
)
_ASKS = ("As policies call them", "Their work address, or several with commas")


class MicrosoftPeopleSection(Section):
    """``[people.microsoft]``: whoever is in one group of Microsoft 365 is the staff list, fetched with each run."""

    tenant: Line = ""
    """The school's tenant, its id or a name like school.onmicrosoft.com."""
    client_id: Annotated[Line, Words("Application (client) id")] = ""
    """Of an app registration that may read who is in a group; empty for none."""
    group: Line = ""
    """The object id of the group that holds the staff, and nobody else."""
    token_url: Annotated[WebAddress, Words("Web address of the token", example=TOKEN_URL)] = ""
    """Where tokens come from, if not from Microsoft's usual address."""
    base_url: Annotated[WebAddress, Words("Web address of Microsoft Graph", example=GRAPH_URL)] = ""
    """If it is not the usual one."""

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
    source: Annotated[Text, Words("File")]
    """In the school's folder."""
    kind: Annotated[WorkerKind, Words("Kind of staff")] = EngagementKind.STAFF
    """As what those in it work, unless it has a column that says so."""


class PeopleSection(Section):
    """``[people]``"""

    source: Annotated[Line, Words("File of the staff list")] = "staff.csv"
    """In the school's folder."""
    days_before: Annotated[int, Words("Days before somebody starts")] = Field(default=0, ge=0, le=60)
    """How many days before the start date the starter pack goes."""
    read_within_days: Annotated[int, Words("Days to read")] = Field(default=14, ge=1, le=365)
    """How many days staff have to read a policy."""
    retention_years: Annotated[
        int, Words("Years that leavers are kept", in_file="Two people erase: `policy person retention`.")
    ] = Field(default=6, ge=0, le=50)
    """How long records of leavers are kept, from their last day on; 0 keeps them without an end. Once a month you are
    told who left longer ago; nobody is erased by itself."""
    complaints: Annotated[Line, Words("Who takes complaints on data protection")] = "the school office"
    """At the school, with an address. Since 19 June 2026 the school itself takes them, acknowledges each within 30 days
    and tells the outcome: drafts of privacy notices name them."""
    regulator: Annotated[Line, Words("Who else takes such complaints")] = "the Information Commissioner’s Office"
    """It is to be called the Information Commission from a day that is not set yet."""
    date_order: Annotated[
        Literal["day-first", "month-first"], Words("Order of day and month in the staff list", _ORDERS)
    ] = "day-first"
    """Which number of 03/04/2026 is the day."""
    domains: Annotated[tuple[Line, ...], Words("The school’s email domains", example='["westpark.derby.sch.uk"]')] = ()
    """Without them they are learned from the staff's addresses. Other domains are asked about."""
    columns: Annotated[
        dict[str, ListField],
        SettingsPage(
            "What headings of the staff list mean", asks=("Heading", "What it is"), choices=_FIELDS, in_file=_COLUMNS
        ),
    ] = Field(default_factory=dict)
    """Headings that the program does not know and asks about."""
    microsoft: Annotated[
        MicrosoftPeopleSection, SettingsPage("The staff list from Microsoft 365", of_route=True, in_file=_MICROSOFT)
    ] = MicrosoftPeopleSection.usual()
    """Fetched with each update from the school's Microsoft 365: whoever is in one group of it. The secret is never kept
    here."""
    lists: Annotated[tuple[PeopleListSection, ...], SettingsPage("Lists beside the staff list")] = ()
    """Governors, volunteers, supply. Somebody who is in two with the same name and work address is one person and gets
    one email; absence from one list says nothing of another."""
    roles: Annotated[dict[str, Addresses], SettingsPage("Who is meant by an owner that policies name", asks=_ASKS)] = (
        Field(default_factory=dict)
    )
    """Owners that are no safeguarding contact, such as “Business Manager”."""


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
        faults.append(Fault("people.source", f"{said}; call it staff-from-microsoft.json"))
    if section.token_url and not section.token_url.endswith("/token"):
        faults.append(Fault(f"{table}.token_url", "must end in /token"))
    return faults
