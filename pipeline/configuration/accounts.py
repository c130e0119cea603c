"""The ``[accounts]`` table: who may sign in to the desk, and with which rights; ``config`` has the other tables."""

from collections.abc import Collection, Iterable
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, model_validator

from pipeline.configuration.values import Address, Line, Names, Section, Text, WebAddress, WrongKeysError
from pipeline.configuration.words import SettingsPage, Words
from pipeline.errors import Fault
from pipeline.model.people import Right

_TENANTS_OF_MANY = ("common", "organizations", "consumers")


def _right(value: Any) -> Right:
    try:
        return Right(value)
    except ValueError:
        raise ValueError(f"{value!r} is no right; write one of {', '.join(Right)}") from None


def _rights(value: object) -> object:
    named = (value,) if isinstance(value, str) else value
    if isinstance(named, list | tuple) and not named:
        raise ValueError(f"gives no right; write one of {', '.join(Right)}, or take the line out")
    return named


def doubled(named: Iterable[str]) -> list[str]:
    """Return the names that stand there a second time, in other letters."""
    names = list(named)
    folded = [one.casefold() for one in names]
    return [one for number, one in enumerate(names) if one.casefold() in folded[:number]]


Rights = Annotated[tuple[Annotated[Right, BeforeValidator(_right)], ...], BeforeValidator(_rights)]


SECRET = "It is POLICY_{0}_SIGN_IN_SECRET in the environment, the file that variable and _FILE name, or in the keyring."
_GROUP_ASKS = ("App role, or id of a group", "Its rights, with commas")


class _Provider(Section):
    """A service of OpenID Connect that people may sign in with."""

    client_id: Annotated[Line, Words("Application (client) id")] = ""
    """Of the app registration; empty where nobody signs in this way."""
    issuer: Annotated[WebAddress, Words("Web address of the sign-in")] = ""
    """Where its sign-in is, if not at its usual address."""

    @property
    def is_used(self) -> bool:
        """Whether people may sign in this way."""
        return bool(self.client_id)

    @model_validator(mode="after")
    def _issuer_is_safe(self) -> "_Provider":
        parts = urlsplit(self.issuer)
        if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise WrongKeysError(Fault("issuer", "who signs in is told there, so it must begin with https://"))
        return self


class TenantSection(_Provider):
    """A Microsoft 365 that people may sign in with, whatever its groups give."""

    tenant: Line = ""
    """The school's tenant, its id or a name like school.onmicrosoft.com."""

    @model_validator(mode="after")
    def _tenant_is_one_school(self) -> "TenantSection":
        if self.is_used and (not self.tenant or self.tenant in _TENANTS_OF_MANY):
            raise WrongKeysError(
                Fault("tenant", "write the school's own tenant, its id or a name like school.onmicrosoft.com")
            )
        return self


class MicrosoftSection(TenantSection):
    """``[accounts.microsoft]``: sign-in with the school's Microsoft 365."""

    groups: Annotated[
        dict[Text, Rights], SettingsPage("Rights by groups of Microsoft 365", of_route=True, asks=_GROUP_ASKS)
    ] = Field(default_factory=dict)
    """An account in one of them needs no account of its own here. Taken out of it, they may do nothing more from their
    next sign-in on, 12 hours later at most."""

    @model_validator(mode="after")
    def _groups_can_be_told(self) -> "MicrosoftSection":
        faults = [
            Fault(f"groups.{name}", f"a group has no team; give {Right.HEAD_OF_TEAM} by address, and the team with it")
            for name, rights in self.groups.items()
            if Right.HEAD_OF_TEAM in rights
        ]
        faults += [Fault(f"groups.{name}", "stands in it twice; write it once") for name in doubled(self.groups)]
        if self.groups and not self.is_used:
            faults.append(Fault("groups", "nobody signs in with Microsoft yet; set tenant and client_id above"))
        if faults:
            raise WrongKeysError(*faults)
        return self

    def rights_in(self, groups: Collection[str]) -> tuple[Right, ...]:
        """Return the rights that groups and app roles give together, each once; groups that are not named give none."""
        held = {one.casefold() for one in groups}
        found = [right for name, rights in self.groups.items() if name.casefold() in held for right in rights]
        return tuple(dict.fromkeys(found))


class GoogleSection(_Provider):
    """``[accounts.google]``: sign-in with the school's Google Workspace."""

    domain: Line = ""
    """The school's domain in Google Workspace."""

    @model_validator(mode="after")
    def _domain_is_one_school(self) -> "GoogleSection":
        if self.is_used and "." not in self.domain:
            raise WrongKeysError(Fault("domain", "write the school's domain in Google Workspace, like school.sch.uk"))
        return self


def with_people(values: Any, instead: str) -> Any:
    """Put the keys that are addresses together as ``people``: every other one is still held against what is known.

    Raises:
        WrongKeysError: somebody wrote ``people`` themself; ``instead`` says what to write.
    """
    if not isinstance(values, dict):
        return values
    if "people" in values:
        raise WrongKeysError(Fault("people", instead))
    people = {key: value for key, value in values.items() if "@" in key}
    return {**{key: value for key, value in values.items() if key not in people}, "people": people}


RIGHTS: dict[Right, str] = {
    Right.OWNER: "policy owner",
    Right.DEPUTY_OWNER: "deputy policy owner",
    Right.BUSINESS_MANAGER: "business manager",
    Right.HEAD: "headteacher",
    Right.GOVERNOR: "governor",
    Right.HEAD_OF_TEAM: "head of a team",
    Right.IT: "IT provider",
}
"""How pages call who has a right."""


class AccountEntry(Section):
    """One account as a page asks for it; the file has its rights in one table, its teams in another."""

    address: Annotated[Address, Words("Their work address")]
    """A link to sign in is sent there; nobody has a password."""
    rights: Annotated[Rights, Words("What they may do", {right.value: words for right, words in RIGHTS.items()})]
    """Nobody gives themself a right, and there is always a policy owner."""
    teams: Annotated[Names, Words("Teams, for the head of a team")] = ()
    """As the staff list calls them."""


class AccountsSection(Section):
    """``[accounts]``: each key is a work address, its value a right or several."""

    people: dict[Address, Rights] = Field(default_factory=dict)
    """By work address; the file has them as keys of the table itself."""
    teams: dict[Address, Names] = Field(default_factory=dict)
    """``[accounts.teams]``: which team, or teams, a head of team sees, by work address."""
    microsoft: Annotated[
        MicrosoftSection, SettingsPage("Sign-in with Microsoft 365", of_route=True, in_file=SECRET.format("MICROSOFT"))
    ] = MicrosoftSection.usual()
    """The guide for your IT provider says what is done there. The secret is never kept here."""
    google: Annotated[
        GoogleSection, SettingsPage("Sign-in with Google", of_route=True, in_file=SECRET.format("GOOGLE"))
    ] = GoogleSection.usual()
    """The guide for your IT provider says what is done there. The secret is never kept here."""

    @model_validator(mode="before")
    @classmethod
    def _gather_addresses(cls, values: Any) -> Any:
        return with_people(values, 'write each address as a key of its own, like "jo.marsh@example.org" = "owner"')

    @model_validator(mode="after")
    def _teams_have_their_heads(self) -> "AccountsSection":
        heads = {address.casefold() for address, rights in self.people.items() if Right.HEAD_OF_TEAM in rights}
        with_team = {address.casefold() for address in self.teams}
        faults = [Fault("teams", f"{one} is no head of a team by their rights") for one in sorted(with_team - heads)]
        faults += [Fault("teams", f"say which team {one} is head of") for one in sorted(heads - with_team)]
        faults += [Fault("", f"{one} stands in it twice; write it once") for one in doubled(self.people)]
        if faults:
            raise WrongKeysError(*faults)
        return self

    def find(self, address: str, groups: Collection[str] = ()) -> tuple[Right, ...]:
        """Return the rights of somebody by their work address, and by ``groups`` that they signed in with.

        None where they have no account.
        """
        own = next((rights for one, rights in self.people.items() if one.casefold() == address.casefold()), ())
        return tuple(dict.fromkeys((*own, *self.microsoft.rights_in(groups))))

    def teams_of(self, address: str) -> tuple[str, ...]:
        """Return the teams that somebody is head of, as they are written."""
        return next((teams for one, teams in self.teams.items() if one.casefold() == address.casefold()), ())
