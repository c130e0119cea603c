"""``[declarations.KEY]`` of ``config.toml``: what staff declare once in each school year."""

from typing import Literal

from pydantic import Field

from pipeline.configuration.values import Line, Names, Section, Text, WorkerKinds


class DeclarationSection(Section):
    """``[declarations.gifts]``: what people are asked to declare, under which policy, and to whom."""

    name: Text
    """How it is called: "Gifts and hospitality"."""
    policy: Text
    """The short name of the policy it belongs to; nobody is asked while no such policy is in use."""
    statement: Text
    """What somebody says who has nothing to declare, after "I have nothing to declare:"."""
    period: Literal["academic-year"] = "academic-year"
    """How often it is asked: once in each school year, from 1 September."""
    kinds: WorkerKinds = ()
    """As what they work here; left out, everybody."""
    roles: Names = ()
    """Words of their role: "teaching assistant" is also "Teaching Assistants (KS1)"."""
    teams: Names = ()
    """Words of their team."""
    owner: Line = ""
    """To whom it is made, a role or an address; left out, whoever looks after the policy."""
    declare_within_days: int | None = Field(default=None, ge=1, le=365)
    """How many days they have; left out, as ``[people]`` has it for a reading."""
