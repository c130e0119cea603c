"""One order for papers, from who is meant to the files that lie ready: what ``policy pack`` calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.errors import UsageError
from pipeline.model.progress import Progress, no_progress
from pipeline.papers.pack import Packs, Printer, print_by_policy, print_packs
from pipeline.papers.readings import choose_on_paper, choose_people, gather
from pipeline.policies.standing import list_standings
from pipeline.register.mail.told import add_told
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.store.database import Register


@dataclass(frozen=True, slots=True)
class PackOrder:
    """Whose papers are wanted, and how."""

    wanted: tuple[str | int, ...]
    """Ids, names, teams or roles, or the register's keys of people; empty for everybody whom mail does not reach."""
    out: Path
    """The folder they go to; made where it is not there."""
    by_policy: bool = False
    """A sheet a policy with everybody's name, for a staff room."""


@dataclass(frozen=True, slots=True)
class PackReport:
    """What came of an order."""

    packs: Packs
    nothing_owed: tuple[PersonRow, ...]
    """Who was meant and has nothing to read."""
    waiting_for_copy: tuple[str, ...]
    """Titles of what could not be printed, since there is no right copy of it."""


def order_packs(
    register: Register,
    config: Config,
    order: PackOrder,
    *,
    secret: str,
    today: date,
    now: datetime,
    progress: Progress = no_progress,
) -> PackReport:
    """Print the papers of an order, and return what was printed. What they ask for is opened, and the days to answer
    begin once ``handing_over`` records that they reached their reader.

    ``secret`` makes the codes of the lines to sign.

    Raises:
        UsageError: nobody is meant, or a file cannot be written.
        RenderError: a template cannot be used.
    """
    school = register.school
    with register.transaction() as tx:
        people = list_people(tx, school, today)
        chosen: Sequence[PersonRow] = (
            choose_people(people, order.wanted, today) if order.wanted else choose_on_paper(people, config, today)
        )
        if not chosen and not order.wanted:
            raise UsageError("Mail reaches everybody here, so nothing was printed. Name a person, team or role.")
        contacts = contacts_of_day(tx, school, config, today)
        gathered = gather(tx, school, config, list_standings(tx, school, config, today), chosen, today)
    printer = Printer(config, contacts, secret, school, config.school.name, order.out, today, now)
    packs = (print_by_policy if order.by_policy else print_packs)(printer, gathered.papers, progress)
    with register.transaction() as tx:
        add_told(tx, school, packs.handed_out)
    return PackReport(packs, gathered.nothing_owed, gathered.waiting_for_copy)
