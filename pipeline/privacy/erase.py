"""Hold, ask, agree, erase: the decisions about one person, each with its record in the ledger.

One asks and a second one agrees, on whatever day. What is to be agreed to waits in the register meanwhile: the one who
agrees sees the same list of what goes and what stays, and it is held to that day's facts again.
"""

import shlex
from datetime import date

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.people.naming import find_one
from pipeline.privacy.files import delete_mails
from pipeline.privacy.look import ErasurePreview, look_at
from pipeline.privacy.two_people import refuse_one, refuse_own
from pipeline.register.decision import Decision
from pipeline.register.people.erasing import erase
from pipeline.register.people.erasures import (
    ErasureProposal,
    ErasureReason,
    add_hold,
    add_proposal,
    list_erased,
    list_holds,
    list_proposals,
    release_hold,
    withdraw_proposal,
)
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.people.traces import traces_of
from pipeline.register.transaction import Transaction

IN_DOUBT = "Nothing was changed."


def find_known(tx: Transaction, school: str, wanted: str | int, today: date) -> PersonRow:
    """Return whom words mean: a list's id, work address or whole name. Raises UsageError for nobody, or several."""
    return find_one(list_people(tx, school, today), wanted, today)


def look_for(
    tx: Transaction, school: str, config: Config, wanted: str | int, today: date
) -> tuple[ErasurePreview, ErasureProposal | None]:
    """Return what erasing a person would come to, and whether another person asked for it already."""
    row = find_known(tx, school, wanted, today)
    return look_at(tx, school, config, row, today), list_proposals(tx, school).get(row.id)


def hold(decision: Decision, wanted: str | int, reason: str, today: date) -> str:
    """Hold everything of a person: nothing of theirs is erased until it is released. What waited for that ends.

    Raises UsageError: nobody is meant, they are held or erased already, or no reason is given.
    """
    row = find_known(decision.tx, decision.school, wanted, today)
    if not reason.strip():
        raise UsageError("Say why with --reason, such as a complaint or a claim; it stands in the ledger alone.")
    if row.id in list_erased(decision.tx, decision.school):
        raise UsageError(f"{row.person.name}: nothing is left to hold. {IN_DOUBT}")
    if row.id in list_holds(decision.tx, decision.school):
        raise UsageError(f"Everything of {row.person.name} is held already. {IN_DOUBT}")
    add_hold(decision, row.id, row.person.name, reason.strip())
    said = f"Everything of {row.person.name} is held: nothing of theirs is erased until the hold is ended."
    if (waiting := list_proposals(decision.tx, decision.school).get(row.id)) is not None:
        withdraw_proposal(decision, waiting)
        said += f" That {waiting.proposed_by} asked for them to be erased is withdrawn with it."
    return said


def release(decision: Decision, wanted: str | int, today: date) -> str:
    """End a hold. Raises UsageError: nobody is meant, or they are not held."""
    row = find_known(decision.tx, decision.school, wanted, today)
    held = list_holds(decision.tx, decision.school).get(row.id)
    if held is None:
        raise UsageError(f"Nothing of {row.person.name} is held. {IN_DOUBT}")
    refuse_own(row, decision.actor)
    release_hold(decision, held)
    return f"Nothing of {row.person.name} is held any more. Nothing is erased by that."


def propose(
    decision: Decision,
    config: Config,
    wanted: str | int,
    reason: str,
    today: date,
    *,
    occasion: ErasureReason = ErasureReason.ASKED,
) -> str:
    """Ask for a person to be erased; a second person agrees.

    Raises UsageError: nobody is meant, something stands in the way, the reason is missing or names them, it was asked
    for already, or the one who asks could be the person.
    """
    tx, school = decision.tx, decision.school
    row = find_known(tx, school, wanted, today)
    refuse_own(row, decision.actor)
    if not reason.strip():
        raise UsageError("Say why with --reason, without a name; it stays when they are erased.")
    if traces_of(tx, school, row.id).stands_in(reason) or row.person.last_name.casefold() in reason.casefold().split():
        raise UsageError("The reason names them, and it stays when they are erased. Say it without a name.")
    if (waiting := list_proposals(tx, school).get(row.id)) is not None:
        raise UsageError(f"{waiting.proposed_by} asked for that already. A second person agrees. {IN_DOUBT}")
    refuse_what_is_in_the_way(look_at(tx, school, config, row, today, again=occasion is ErasureReason.AGAIN))
    add_proposal(decision, row.id, row.person.name, occasion, reason.strip())
    return (
        f"{decision.actor} asks for {row.person.name} to be erased. Nothing is erased yet: a second person looks and "
        f"agrees with: policy --as THEIR-NAME person erase {shlex.quote(row.person.person_id)} --agree"
    )


def withdraw(decision: Decision, wanted: str | int, today: date) -> str:
    """Take back that a person is to be erased. Raises UsageError: nobody is meant, or nobody asked for it."""
    row = find_known(decision.tx, decision.school, wanted, today)
    waiting = list_proposals(decision.tx, decision.school).get(row.id)
    if waiting is None:
        raise UsageError(f"Nobody has asked for {row.person.name} to be erased. {IN_DOUBT}")
    withdraw_proposal(decision, waiting)
    return f"{row.person.name} is not to be erased any more; everything is as it was."


def agree(decision: Decision, config: Config, wanted: str | int, today: date) -> tuple[int, ErasurePreview]:
    """Agree that a person is erased, and do it: register, ledger's openings and mails in the outbox folder.

    No run may be at work meanwhile: hold ``Register.lock``. Returns their number among the erased, and what went.

    Raises:
        UsageError: nobody is meant, nobody asked for it, the one who agrees could be who asked or the person, or
        something
            stands in the way by now. Nothing was changed then.
    """
    tx, school = decision.tx, decision.school
    people = list_people(tx, school, today)
    row = find_one(people, wanted, today)
    waiting = list_proposals(tx, school).get(row.id)
    again = waiting is not None and waiting.occasion is ErasureReason.AGAIN
    look = look_at(tx, school, config, row, today, again=again)
    if row.id in list_erased(tx, school):
        refuse_what_is_in_the_way(look)
    if waiting is None:
        raise UsageError(
            f"Nobody has asked for {row.person.name} to be erased, so there is nothing to agree to. {IN_DOUBT}"
        )
    refuse_own(row, decision.actor)
    refuse_one(people, config, waiting.proposed_by, decision.actor, today)
    refuse_what_is_in_the_way(look)
    number = erase(decision, waiting, first=waiting.proposed_by, second=decision.actor)
    # Last, so that a file that cannot be deleted leaves the register as it was.
    delete_mails(look.mails)
    return number, look


def refuse_what_is_in_the_way(look: ErasurePreview) -> None:
    """Raise UsageError with everything that stands in the way."""
    if look.in_the_way:
        raise UsageError(f"{look.row.person.name} is not erased. {' '.join(map(str, look.in_the_way))} {IN_DOUBT}")
