"""The governors' termly summary as it would go today, shown before it is switched on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.letters.addressed import addresses_not_here
from pipeline.letters.compose import CODE, NAME, compose_letter, mail_context
from pipeline.letters.contributors.summary import SUMMARY, find_reader, make_summary
from pipeline.letters.items import LetterContents
from pipeline.model.policies import PolicyStanding
from pipeline.policies.owners import Recipient, directory_of_owners
from pipeline.register.mail.slots import fill_slots
from pipeline.register.people.persons import list_people
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class SummaryPreview:
    """The letter as it would go today."""

    to: Recipient | None
    """None where neither clerk nor chair can be told."""
    subject: str
    text: str
    html: str


def preview_summary(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
) -> SummaryPreview:
    """Return the letter as it would go today, whether it is switched on or not; nothing is kept or sent.

    Raises:
        ConfigurationError: when a template cannot be filled.
    """
    people = list_people(tx, school, today)
    to = find_reader(config, directory_of_owners(config, today), addresses_not_here(people, today))
    contents = LetterContents().telling(SUMMARY, make_summary(tx, school, config, standings, today))
    context = mail_context(config, contacts_of_day(tx, school, config, today, people).safety, today)
    mail = compose_letter(context, contents, greets=bool(to and to.name), has_page=False)
    slots = {NAME: to.name if to is not None else "", CODE: "…"}
    return SummaryPreview(
        to, fill_slots(mail.subject, slots), fill_slots(mail.text, slots), fill_slots(mail.html, slots, is_html=True)
    )
