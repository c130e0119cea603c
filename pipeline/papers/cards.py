"""Print a stack of two-sided cards for supply staff, four a sheet, each with a slip to tear off and a code of its own.

Asked for by ``policy card``. Nobody need be listed: the slip that comes back names the person who had the card
(``slips``). What the cards carry is recorded before they are printed, so that a slip never says more than its card did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.acknowledgements.codes import MOST_CARDS_A_DAY, card_code
from pipeline.config import Config
from pipeline.contacts.confirmations import ContactsOfDay, contacts_of_day
from pipeline.contacts.safety_lines import Line, other_lines
from pipeline.errors import UsageError
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.papers.files import check_paper_path, write_paper
from pipeline.papers.setting import set_paper
from pipeline.policies.standing import list_standings
from pipeline.register.decision import Decision
from pipeline.register.readings.cards import Essential, StackRow, add_stack, as_recorded, next_number
from pipeline.wording import say_day, say_list

CARDS_A_SHEET = 4
KEYWORDS = "policy-pipeline cards"
"""Stands in the file's properties, so that tomorrow's cards may take the place of today's and of nothing else."""
_CARRIED = frozenset({"child-protection"})
"""Of which policies of the catalogue the back of a card gives the essentials."""


@dataclass(frozen=True, slots=True)
class CardOrder:
    """A stack of cards as it is to be printed."""

    stack: StackRow
    contacts: ContactsOfDay
    codes: tuple[str, ...]
    """One a card, by their numbers."""

    @property
    def sheets(self) -> int:
        """How many sheets of paper it takes."""
        return -(-len(self.codes) // CARDS_A_SHEET)


def order_cards(decision: Decision, config: Config, number: int, *, secret: str, today: date) -> CardOrder:
    """Record a stack of ``number`` cards as of today, and return what is to be printed.

    Raises:
        UsageError: nobody could be named on a card, or more were asked for than a day has numbers.
    """
    tx, school = decision.tx, decision.school
    contacts = contacts_of_day(tx, school, config, today)
    if not contacts.safety.names_somebody:
        raise UsageError(
            "No card was printed: it would name nobody to go to. Fill in [contacts.dsl] in config.toml; `policy "
            "contacts` shows who is named today."
        )
    first = next_number(tx, school, today)
    last = first + number - 1
    if last > MOST_CARDS_A_DAY:
        left = MOST_CARDS_A_DAY - first + 1
        raise UsageError(
            f"A day has {MOST_CARDS_A_DAY} cards, and {left} of today’s are left: print no more than that."
        )
    carried = essentials(list_standings(tx, school, config, today))
    stack = add_stack(
        tx,
        school,
        printed_on=today,
        first_number=first,
        last_number=last,
        essentials=carried,
        actor=decision.actor,
        now=decision.now,
    )
    decision.record(
        "cards-printed",
        {"printed_on": today.isoformat(), "first": first, "last": last, "essentials": as_recorded(carried)},
    )
    codes = tuple(card_code(secret, school, today, each) for each in range(first, last + 1))
    return CardOrder(stack, contacts, codes)


def essentials(standings: Sequence[PolicyStanding]) -> tuple[Essential, ...]:
    """Return of which versions in force a card gives the essentials; empty where the school has no such policy."""
    return tuple(
        Essential(
            one.policy_id,
            one.slug,
            one.title,
            one.version_id,
            one.version_number or 0,
            one.version_label or "",
            one.version_sha256 or "",
        )
        for one in standings
        if one.catalogue_slug in _CARRIED and one.version_id is not None and one.state is not ReviewState.WITHDRAWN
    )


def print_cards(order: CardOrder, config: Config, out: Path, today: date) -> None:
    """Write the cards to ``out``, a file of earlier cards or a new one.

    Raises:
        UsageError: it cannot be written.
        RenderError: the template cannot be used, or the contacts do not fit on a card.
    """
    check_paper_path(out, KEYWORDS)
    fields = {
        "title": f"Cards for {say_day(today)}",
        "school": config.school.name,
        "keywords": KEYWORDS,
        "day": say_day(today),
        "child": _pieces(order.contacts.safety.child),
        "others": [_pieces(line) for line in other_lines(order.contacts.shown)],
        "carries": _carries(order.stack.essentials),
        "cards": [{"code": code} for code in order.codes],
    }
    write_paper(out, set_paper("card.typ", fields, today, config.templates))


def _carries(carried: Sequence[Essential]) -> str:
    if not carried:
        return "This card is no policy. The school office has the school’s policies; ask for them if you stay longer."
    of = say_list([f"{one.title}, version {one.version_label}" if one.version_label else one.title for one in carried])
    return (
        f"This card gives the essentials of: {of}. It is not the policy itself; the school office has the whole of it, "
        "for whoever wants it or stays longer."
    )


def _pieces(line: Line) -> list[Mapping[str, Any]]:
    return [{"words": piece.words, "strong": piece.strong, "phone": bool(piece.phone)} for piece in line]
