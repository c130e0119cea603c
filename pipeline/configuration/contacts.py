"""``[contacts]`` and its tables: who holds a safeguarding role, held it or takes it over, and when staff hear."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from pipeline.configuration.values import Address, Line, PersonsName, Phone, Section, SpokenOf, Text, WrongKeysError
from pipeline.configuration.words import Words
from pipeline.errors import Fault
from pipeline.model.contacts import Pronoun


class ContactSection(Section):
    """``[contacts.dsl]``, ``[[contacts.deputy-dsl]]`` and every other role."""

    name: PersonsName
    """First and last name, without title."""
    title: Line | None = None
    """``Mrs``, ``Dr`` …; follows the pronoun where left out; ``""`` for none."""
    phone: Phone = ""
    """As it should stand in the policies."""
    email: Address = ""
    """The work address."""
    pronoun: SpokenOf = Pronoun.THEY
    """``she``, ``he`` or ``they``."""
    from_: date | None = Field(default=None, alias="from")
    """Their first day in the role; left out, they have held it all along."""
    until: date | None = None
    """Their last day in it; left out, they go on."""

    @model_validator(mode="after")
    def _days_are_in_order(self) -> "ContactSection":
        if self.from_ is not None and self.until is not None and self.until < self.from_:
            raise WrongKeysError(Fault("until", f"{self.until} is before the first day, {self.from_}"))
        return self


class FormerContactSection(ContactSection):
    """``[[contacts.former]]``: somebody who held a role; policies that still name them are told of."""

    role: Text
    """The role they held."""


class NextContactSection(ContactSection):
    """``[[contacts.next]]``: somebody who takes a role over on a day to come.

    With ``until`` they cover: after that day the one before holds the role again.
    """

    role: Text
    """The role they take."""
    from_: date = Field(alias="from")
    """Their first day in it."""
    replaces: Line = ""
    """Whom they follow or stand in for, by name: needed where several hold the role."""


TellContacts = Annotated[Literal["ask", "at-once", "nobody"], BeforeValidator(lambda value: _TELL.get(value, value))]
_TOLD = {
    "ask": "Once somebody says when; after two school days by itself",
    "at-once": "At once, with the next update",
    "nobody": "Nobody is written to",
}
_TELL = {"staff": "at-once"}
"""Another word for the same."""


class TellSection(Section):
    """``[contacts]`` itself: of its tables each is a role's."""

    tell: Annotated[TellContacts, Words("Whether staff are written to about new contacts", _TOLD)] = "ask"
    """When the lead, a deputy, the headteacher, the chair of governors or the LADO is another, or their number."""
