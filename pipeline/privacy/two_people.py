"""Erasing takes two people: could these two be one, and could one of them be whom it is about? Pure."""

from collections.abc import Sequence

from pipeline.errors import UsageError
from pipeline.names.likeness import COULD_BE, name_key, same_person
from pipeline.register.decision import account_of, could_be_one
from pipeline.register.people import PersonRow


def refuse_own(row: PersonRow, actor: str) -> None:
    """Raise UsageError where whoever decides could be the person it is about: nobody erases themself."""
    if _is_person(row, actor):
        raise UsageError(
            f"{actor} could be {row.person.name}, and nobody decides this of themself. Two others of the school do."
        )


def refuse_one(people: Sequence[PersonRow], asked: str, agreeing: str) -> None:
    """Raise UsageError where who agrees could be who asked, by whatever name or address each is called."""
    mine = {row.id for row in people if _is_person(row, agreeing)}
    if could_be_one(asked, agreeing) or any(row.id in mine for row in people if _is_person(row, asked)):
        raise UsageError(
            f"{asked} asked for it, so {agreeing} cannot agree: that could be one person. A second person does, by "
            "their own name."
        )


def _is_person(row: PersonRow, actor: str) -> bool:
    """Tell whether whoever decides could be somebody: by their work address, else by their name."""
    address = (row.person.work_email or "").casefold()
    named = " ".join(actor.partition(" (")[0].split())
    if address and account_of(actor) == address:
        return True
    return name_key(named) == name_key(row.person.name) != "" or same_person(named, row.person.name, COULD_BE)
