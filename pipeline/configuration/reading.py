"""``[reading]`` and ``[[reading.rules]]``: what staff are asked to do with each policy, and who is asked otherwise."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.configuration.values import Line, Names, Section, Slugs, WorkerKinds, WrongKeysError
from pipeline.configuration.words import SettingsPage, Words
from pipeline.errors import Fault

_ASKED = {"sign": "Read and confirm", "read": "Please read", "find": "For reference", "nothing": "Nothing"}
_ASKED_OF_ALL = {
    "catalogue": "Read and confirm what starters must be given or all staff told each year; the rest for reference",
    **{each: f"{words}, all policies" for each, words in _ASKED.items() if each != "nothing"},
}
_REPEATED = {
    "": "None",
    "catalogue": "What all staff must be told each year",
    "september": "Every policy, in September",
}


class ReadingRuleSection(Section):
    """``[[reading.rules]]``: what certain people are asked to do with certain policies."""

    policies: Slugs
    """By short name; or all, starters (what new starters are given), each-year (what all staff are told each year)."""
    ask: Annotated[Literal["sign", "read", "find", "nothing"], Words("What they are asked", _ASKED)]
    """Nothing also takes the policy off their own page."""
    kinds: Annotated[WorkerKinds, Words("Kinds of staff")] = ()
    """As what they work here; none ticked, everybody."""
    roles: Names = ()
    """Words of their role: “teaching assistant” is also “Teaching Assistants (KS1)”."""
    teams: Names = ()
    """Words of their team."""
    whom: Annotated[Line, Words("Who they are, in words")] = ""
    """As their emails say it: “everybody who works with children”."""
    repeat: Annotated[
        Literal["", "september"] | None,
        Words("Ask again", {"": "Do not ask again", "september": "Each school year, in September"}),
    ] = None
    """Whether they are asked again though nothing changed."""
    read_within_days: Annotated[int | None, Words("Days to read")] = Field(default=None, ge=1, le=365)
    """How many days they have; left out, as for all staff."""


class ReadingSection(Section):
    """``[reading]``: what staff are asked to do with each policy."""

    default: Annotated[Literal["catalogue", "sign", "read", "find"], Words("What staff are asked", _ASKED_OF_ALL)] = (
        "catalogue"
    )
    """Of each policy that is not named below."""
    sign: Annotated[tuple[Line, ...], Words("Read and confirm")] = ()
    """Policies that staff read and confirm, by short name, such as anti-bullying."""
    read: Annotated[tuple[Line, ...], Words("Please read")] = ()
    """Policies that staff are sent, nothing asked back, by short name."""
    find: Annotated[tuple[Line, ...], Words("For reference")] = ()
    """Policies that staff are told where to find, by short name."""
    repeat: Annotated[Literal["", "catalogue", "september"], Words("Ask again each school year", _REPEATED)] = ""
    """Which policies staff are asked to read again, though nothing changed."""
    remind_school_days: Annotated[tuple[int, ...], Words("School days of reminders")] = (-3, 0, 5)
    """School days before (with a minus) or after the day to read by on which staff who have not confirmed are reminded,
    each once. After the last one the policy's owner is told by name who is late, once a week."""
    escalate: Annotated[bool, Words("Tell managers of late readings")] = False
    """Five school days after the last reminder the line manager is told, and after ten the head."""
    drip: Annotated[int, Words("Fortnights to spread September over")] = Field(default=0, ge=0, le=12)
    """How far what September asks of one person is spread; 0 asks for all of it on one day. What a starter must be
    given on the first day, and what is made current later in the autumn, never waits."""
    rules: Annotated[tuple[ReadingRuleSection, ...], SettingsPage("Who is asked otherwise")] = ()
    """By kind of staff, words of their role and of their team. Of the rules that fit somebody the narrowest holds;
    where neither is narrower, the stricter."""

    @model_validator(mode="after")
    def _reminders_are_sensible(self) -> "ReadingSection":
        if any(abs(day) > 60 for day in self.remind_school_days):
            raise WrongKeysError(Fault("remind_school_days", "each must be from -60 to 60"))
        return self
