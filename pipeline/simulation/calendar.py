"""A look ahead as the school office reads it: for each day how many mails of which kind go to whom, in words.

For ``policy simulate`` and the desk. Who gets what stands by address where they are few; those who may see no names are
told of a few people instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.letters.registry import PARTS
from pipeline.mail.simulated_delivery import WaitingMailing
from pipeline.model.mail import MailKind
from pipeline.simulation.look_ahead import SimulatedDay, SimulatedMail, Simulation
from pipeline.wording import say_count, say_day, say_list

FEW = 3
"""So many addresses are named one by one; of fewer people a number would be as good as a name."""
_MOST_TITLES = 3

_KINDS: dict[MailKind, str] = {
    MailKind.STARTER: "starter pack",
    MailKind.READING: "policies to read",
    MailKind.DECLARATION: "a declaration to make",
    MailKind.REMINDER: "reminder of a reading",
    MailKind.NOTICE: "small change, nothing to do",
    MailKind.CONTACTS: "new safeguarding contacts, nothing to do",
    **{part.kind: part.in_calendar for part in PARTS},
    MailKind.ANNOUNCEMENT: "the head’s words before the first mail",
    MailKind.ANSWER: "an answer to somebody who wrote",
    MailKind.SIGN_IN: "a link to sign in with",
    MailKind.LINK: "a link to their own page",
}
"""What a mail is for, in words; in this order on a day."""
ASSUMED = (
    "This is as if nobody did anything from now on: nobody reads, answers, approves, or changes a document, a list of "
    "people or a setting. Whoever records a reading, or approves a policy, gets less mail than is shown here."
)
CONFIRMED = "A mailing that waits for a confirmation is taken to be confirmed on the day on which it waits."
UNCONFIRMED = "Nobody confirms a mailing, so none that waits for that goes."
FOLDER = "Mail is written into the folder outbox and goes to nobody while the mail route is “folder”."


@dataclass(frozen=True, slots=True)
class MailGroup:
    """The mails of a day that are for the same."""

    kinds: tuple[MailKind, ...]
    mails: tuple[SimulatedMail, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        """To whom they go, each once, in their order."""
        return tuple({mail.to.casefold(): mail.to for mail in self.mails}.values())

    @property
    def titles(self) -> tuple[str, ...]:
        """The policies that they are about, each once."""
        return tuple(sorted({title for mail in self.mails for title in mail.titles}))

    @property
    def what(self) -> str:
        """What they are for, and which policies they are about."""
        words = say_list([_KINDS[kind] for kind in self.kinds])
        return f"{words}: {_some(self.titles)}" if self.titles else words

    def who(self, *, names: bool) -> str:
        """Return whom they go to: addresses where they are few, else how many; without ``names`` never who."""
        number = len(self.addresses)
        if names and number <= FEW:
            return say_list(list(self.addresses))
        return say_count(number, "person", "people") if names or number >= FEW else "A few people"


def groups_of(day: SimulatedDay) -> tuple[MailGroup, ...]:
    """Return a day's mails by what they are for, in the order of ``_KINDS``."""
    found: dict[tuple[MailKind, ...], list[SimulatedMail]] = {}
    for mail in day.mails:
        found.setdefault(mail.kinds, []).append(mail)
    order = list(_KINDS)
    ordered = sorted(found.items(), key=lambda one: [order.index(kind) for kind in one[0]])
    return tuple(MailGroup(kinds, tuple(mails)) for kinds, mails in ordered)


def say_named_day(day: SimulatedDay) -> str:
    """Return the day with its name: ``Monday 30 November 2026``."""
    return f"{day.on:%A} {say_day(day.on)}"


def say_waiting(waiting: Sequence[WaitingMailing], *, confirmed: bool) -> tuple[str, ...]:
    """Return a sentence on each mailing that waits from a day on."""
    then = "Its mails are below, as if that were given at once." if confirmed else "Its mails do not go until then."
    return tuple(
        f"A mailing to {say_count(one.people, 'person', 'people')} waits for a confirmation from this day on. {then}"
        for one in waiting
    )


def say_whole(found: Simulation) -> str:
    """Return what a look ahead came to, in a sentence."""
    mails = tuple(found.mails)
    span = f"From {say_day(found.first)} until {say_day(found.last)},"
    if not mails:
        return f"{span} no mail would go."
    people, days = len({mail.to.casefold() for mail in mails}), len({mail.on for mail in mails})
    count = say_count(len(mails), "mail")
    return f"{span} {count} would go to {say_count(people, 'address', 'addresses')}, on {say_count(days, 'day')}."


def say_assumptions(found: Simulation, route: str) -> tuple[str, ...]:
    """Return what a look ahead takes for granted, a sentence or two each."""
    is_folder = route == "folder"
    waits = () if is_folder else (CONFIRMED if found.confirmed else UNCONFIRMED,)
    return (ASSUMED, *waits, *((FOLDER,) if is_folder else ()))


def _some(titles: Sequence[str]) -> str:
    more = len(titles) - _MOST_TITLES
    return say_list(list(titles)) if more <= 0 else f"{', '.join(titles[:_MOST_TITLES])} and {more} more"
