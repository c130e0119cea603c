"""``[declarations.KEY]`` of ``config.toml``: what staff declare once in each school year."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.configuration.values import Line, Names, Section, Text, WorkerKinds
from pipeline.configuration.words import Words


class DeclarationSection(Section):
    """``[declarations.gifts]``: what people are asked to declare, under which policy, and to whom."""

    name: Text
    """How it is called: “Gifts and hospitality”."""
    policy: Text
    """The short name of the policy it belongs to; nobody is asked while no such policy is current."""
    statement: Annotated[Text, Words("What somebody says who has nothing to declare")]
    """After “I have nothing to declare:”."""
    period: Annotated[Literal["academic-year"], Words("How often", {"academic-year": "Once in each school year"})] = (
        "academic-year"
    )
    """From 1 September."""
    kinds: Annotated[WorkerKinds, Words("Kinds of staff")] = ()
    """As what they work here; none ticked, everybody."""
    roles: Names = ()
    """Words of their role: “teaching assistant” is also “Teaching Assistants (KS1)”."""
    teams: Names = ()
    """Words of their team."""
    owner: Annotated[Line, Words("To whom it is made")] = ""
    """A role or a work address; left empty, the policy's owner."""
    declare_within_days: Annotated[int | None, Words("Days to declare")] = Field(default=None, ge=1, le=365)
    """How many days they have; left out, as many as to read a policy."""
