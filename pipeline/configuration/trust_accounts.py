"""The ``[accounts]`` table of ``trust.toml``: who of the trust may sign in to its desk, at which schools, with what.

What somebody may do at a school is said in the words of the school's own ``[accounts]``. Nothing is given that is not
written down: no entry, no account; no school named, none shown; no right named, counts without anybody's name.
"""

from collections.abc import Collection
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from pipeline.configuration.accounts import AccountsSection, GoogleSection, Rights, TenantSection, doubled, with_people
from pipeline.configuration.values import Address, SchoolKey, Section, Text, WrongKeysError
from pipeline.errors import Fault
from pipeline.model.people import Right

_LEAST = (Right.GOVERNOR,)
"""How policies stand, and counts."""
_HOW = (
    'write which schools: { schools = "all" } or { schools = ["oakfield"] }, and rights = "owner" for more than counts'
)


def _schools(value: object) -> object:
    if value == "all":
        return ()
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(f'{value!r} names no school; write "all", or the keys of some, like ["oakfield"]')
    return tuple(value)


Schools = Annotated[tuple[SchoolKey, ...], BeforeValidator(_schools)]


class Grant(Section):
    """Rights at some schools, or at all."""

    schools: Schools
    """Their keys; none where the file says ``"all"``: also those that are added later."""
    rights: Rights = _LEAST
    """As in ``[accounts]`` of a school; left out, counts without names."""

    @model_validator(mode="after")
    def _can_be_given(self) -> "Grant":
        if Right.HEAD_OF_TEAM in self.rights:
            raise WrongKeysError(
                Fault("rights", f"a team is one school's: give {Right.HEAD_OF_TEAM} in its config.toml")
            )
        return self

    def holds_at(self, school: str) -> bool:
        """Return whether the rights hold at a school."""
        return self.is_everywhere or school in self.schools

    @property
    def is_everywhere(self) -> bool:
        """Whether they hold at all schools."""
        return not self.schools


def _grants(value: object) -> object:
    """Return a table, or several in a list, as a tuple of tables."""
    tables = value if isinstance(value, list | tuple) else (value,)
    if not tables or not all(isinstance(one, dict) for one in tables):
        raise ValueError(f"says not where it holds; {_HOW}")
    return tuple(tables)


Grants = Annotated[tuple[Grant, ...], BeforeValidator(_grants)]


class TrustMicrosoftSection(TenantSection):
    """``[accounts.microsoft]``: sign-in with the trust's Microsoft 365."""

    groups: dict[Text, Grants] = Field(default_factory=dict)
    """``[accounts.microsoft.groups]``: rights by app role, or by the id of a group."""

    @model_validator(mode="after")
    def _groups_are_used(self) -> "TrustMicrosoftSection":
        faults = [Fault(f"groups.{name}", "stands in it twice; write it once") for name in doubled(self.groups)]
        if self.groups and not self.is_used:
            faults.append(Fault("groups", "nobody signs in with Microsoft yet; set tenant and client_id above"))
        if faults:
            raise WrongKeysError(*faults)
        return self


class TrustAccountsSection(Section):
    """``[accounts]``: each key is a work address, its value says at which schools and with which rights."""

    people: dict[Address, Grants] = Field(default_factory=dict)
    """By work address; the file has them as keys of the table itself."""
    microsoft: TrustMicrosoftSection = TrustMicrosoftSection.usual()
    """``[accounts.microsoft]``"""
    google: GoogleSection = GoogleSection.usual()
    """``[accounts.google]``"""

    @model_validator(mode="before")
    @classmethod
    def _gather_addresses(cls, values: Any) -> Any:
        return with_people(values, f"write each address as a key of its own, and {_HOW}")

    @model_validator(mode="after")
    def _each_stands_once(self) -> "TrustAccountsSection":
        if faults := [Fault("", f"{one} stands in it twice; write it once") for one in doubled(self.people)]:
            raise WrongKeysError(*faults)
        return self

    def rights_at(self, school: str, account: str | None, groups: Collection[str] = ()) -> frozenset[Right]:
        """Return somebody's rights at a school by their work address and the groups of their sign-in; none: no way in.

        None for an address, the computer itself, has all: it has every command.
        """
        if account is None:
            return frozenset(Right)
        found = (one for one in self._grants_of(account, groups) if one.holds_at(school))
        return frozenset(right for one in found for right in one.rights)

    def named_schools(self) -> frozenset[str]:
        """Return the keys of all schools that are named in it."""
        every = [*self.people.values(), *self.microsoft.groups.values()]
        return frozenset(key for grants in every for one in grants for key in one.schools)

    def on_the_trust(self) -> AccountsSection:
        """Return the accounts as they count on the trust's own pages: rights at all schools, and else counts alone."""
        groups = {name: _on_the_trust(grants) for name, grants in self.microsoft.groups.items()}
        microsoft = {**self.microsoft.model_dump(exclude={"groups"}), "groups": groups}
        people = {address: _on_the_trust(grants) for address, grants in self.people.items()}
        return AccountsSection.model_validate({**people, "microsoft": microsoft, "google": self.google.model_dump()})

    def _grants_of(self, account: str, groups: Collection[str]) -> list[Grant]:
        held = {one.casefold() for one in groups}
        found = [grants for one, grants in self.people.items() if one.casefold() == account.casefold()]
        found += [grants for name, grants in self.microsoft.groups.items() if name.casefold() in held]
        return [one for grants in found for one in grants]


def _on_the_trust(grants: tuple[Grant, ...]) -> tuple[Right, ...]:
    everywhere = [right for one in grants if one.is_everywhere for right in one.rights]
    return tuple(dict.fromkeys((*_LEAST, *everywhere)))
