"""What a member of staff is asked to do with a policy: the school's own lists first, then the catalogue."""

from typing import Protocol

from pipeline.config import ReadingSection
from pipeline.model import ReadingRule


class HandedToStaff(Protocol):
    """What the catalogue knows of a policy that decides whether staff sign it."""

    @property
    def new_starter_pack(self) -> bool:
        """Somebody who joins must be given it."""

    @property
    def annual_staff_notice(self) -> bool:
        """All staff must be told of it each year."""


def reading_rule(slug: str, entry: HandedToStaff | None, reading: ReadingSection) -> ReadingRule:
    """Return what staff do with the policy ``slug``: the school's own lists first, then ``[reading] default``.

    ``entry`` is the policy's entry of the catalogue, None where it has none. By the catalogue staff sign what starters
    must be given and what all staff are told of each year, and find the rest.
    """
    for rule, slugs in (
        (ReadingRule.SIGN, reading.sign),
        (ReadingRule.READ, reading.read),
        (ReadingRule.FIND, reading.find),
    ):
        if slug in slugs:
            return rule
    if reading.default != "catalogue":
        return ReadingRule(reading.default)
    asked = entry is not None and (entry.new_starter_pack or entry.annual_staff_notice)
    return ReadingRule.SIGN if asked else ReadingRule.FIND
