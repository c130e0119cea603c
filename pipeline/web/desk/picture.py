"""What the desk's pages share: how policies stand, who has read what, what is unclear. Kept until something changes.

What rests on policies, people and contacts is kept as long as ``Shared`` is, readings are taken in as they come, and
who is late is looked up again when anybody was asked, told or reached since.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.acknowledgements.listing import count_readings, held_and_unasked
from pipeline.acknowledgements.tally import (
    GivenReadings,
    Members,
    ReadingCount,
    ReadingTally,
    ToSign,
    list_overdue_members,
    list_to_sign,
    make_tally,
    members_of,
)
from pipeline.catalogue.policies import CatalogueEntry
from pipeline.config import Config
from pipeline.contacts.confirmations import Unconfirmed, list_unconfirmed
from pipeline.contacts.lead_today import lead_notices
from pipeline.files import stamp_of
from pipeline.mail.notices import mail_notices
from pipeline.model.policies import PolicyStanding
from pipeline.people.absences import list_absences
from pipeline.people.asked import rule_notices
from pipeline.people.list_faults import list_faults
from pipeline.people.lists.staff_list import without_own_address
from pipeline.people.obligations import has_left, is_active
from pipeline.policies.decisions.contact_answers import OpenContact, list_open_contacts
from pipeline.policies.editions import EditionOffer, list_offers
from pipeline.policies.groups import group_notices
from pipeline.policies.meetings import meeting_notices
from pipeline.policies.questions import Question, list_questions
from pipeline.policies.standing import missing_policies
from pipeline.reasons.reason import Voice, say
from pipeline.register.ledger.table_prints import print_of_lateness
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.policies.copies import CopyRow, held_copies, held_in_force
from pipeline.register.transaction import Transaction
from pipeline.web.desk.people.lists_now import ListsNow, look_at_lists
from pipeline.web.memo import Memo
from pipeline.web.readers.shared import Shared, shared_of


@dataclass(frozen=True, slots=True, eq=False)
class StandingPicture:
    """What rests on policies, people and contacts alone."""

    shared: Shared
    config: Config
    today: date
    to_sign: ToSign
    first: tuple[str, ...]
    """What stands before everything else: nobody leads, a deputy covers, a holder or owner has left."""
    notices: tuple[str, ...]
    """What belongs to no single policy: rules and groups that miss, a mail secret that runs out."""
    questions: tuple[Question, ...]
    unconfirmed: tuple[Unconfirmed, ...]
    open_contacts: tuple[OpenContact, ...]
    offers: tuple[EditionOffer, ...]
    missing: tuple[CatalogueEntry, ...]
    held: Mapping[int, CopyRow]
    """The copies that could not be made, by the register's key of the policy."""
    unreached: Members
    """Who works here and has no address of their own."""
    unlisted: Members
    """Who works here and is not in the list any more that had them."""
    here: Members
    """Who works here today."""


@dataclass(frozen=True, slots=True)
class DeskPicture:
    """How everything stands as one page sees it."""

    standing: StandingPicture
    tally: ReadingTally
    counts: Mapping[int, ReadingCount]
    """Of each policy that anyone was asked to sign, by the register's key of the policy."""
    lists: ListsNow
    """What is wrong with the lists of people as their files are now."""

    @property
    def standings(self) -> Sequence[PolicyStanding]:
        """How every policy stands, by title."""
        return self.standing.shared.standings

    @property
    def people(self) -> Sequence[PersonRow]:
        """Everybody ever recorded, by name."""
        return self.standing.to_sign.people

    def by_slug(self, slug: str) -> PolicyStanding | None:
        """Return how one policy stands, None for a short name nobody has."""
        return next((one for one in self.standings if one.slug == slug), None)


_DESK = Voice.DESK


def look_at_standing(tx: Transaction, school: str, config: Config, today: date, shared: Shared) -> StandingPicture:
    """Gather what rests on policies, people and contacts."""
    people = list_people(tx, school, today)
    here = members_of(row.id for row in people if is_active(row.person, today))
    unlisted = members_of(row.id for row in people if row.missing_since and not has_left(row.person, today))
    contacts = shared.contacts
    absences = [say(one.why, _DESK) for one in list_absences(people, config, today) if one.is_pressing]
    return StandingPicture(
        shared=shared,
        config=config,
        today=today,
        to_sign=list_to_sign(people, shared.standings, shared.readings, config, today),
        first=(*lead_notices(config, today, contacts.shown, contacts.covers, _DESK), *absences),
        notices=(
            *rule_notices(people, shared.standings, config, today, _DESK),
            *group_notices(shared.standings, config, _DESK),
            *mail_notices(config.mail, today, _DESK),
            *meeting_notices(shared.standings, config, today, _DESK),
        ),
        questions=list_questions(tx, school, config, today),
        unconfirmed=list_unconfirmed(tx, school, config, today),
        open_contacts=list_open_contacts(tx, school, contacts.planned),
        offers=list_offers(tx, school, config.reading, today),
        missing=missing_policies(shared.standings, today),
        held=held_in_force(held_copies(tx, school), {one.version_id for one in shared.standings}),
        unreached=members_of(without_own_address(people, today)) & here,
        unlisted=unlisted,
        here=here,
    )


class DeskPictures:
    """Makes the picture that a page sees, of what the last page saw where that still holds. Threads share it."""

    def __init__(self, memo: Memo) -> None:
        self._memo = memo
        self._lock = threading.Lock()

    def of(self, tx: Transaction, school: str, config: Config, today: date, now: datetime) -> DeskPicture:
        """Return how everything stands as ``tx`` sees the register."""

        def find_late() -> tuple[Mapping[int, Members], frozenset[int]]:
            return list_overdue_members(tx, school, today), frozenset(held_and_unasked(tx, school, shared.standings))

        shared = shared_of(self._memo, tx, school, config, today)
        # A request that comes while it is worked out waits for it, in place of working it out as well.
        with self._lock:
            standing = self._memo.of("standing", shared, lambda: look_at_standing(tx, school, config, today, shared))
            people, config = standing.to_sign.people, standing.config
            given = self._memo.of("given", standing, lambda: GivenReadings(people, shared.readings, config, today))
            given.take_in(tx, school)
            overdue, unasked = self._memo.of("late", (standing, *print_of_lateness(tx)), find_late)
            tally = make_tally(standing.to_sign, given, overdue)
            stamps = (*(stamp_of(config.root / one.source) for one in config.people_lists), list_faults(tx, school))
            lists = self._memo.of("lists", (standing, stamps), lambda: look_at_lists(tx, school, config, today, now))
            return DeskPicture(standing, tally, count_readings(tally, unasked), lists)
