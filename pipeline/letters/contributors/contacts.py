"""Who is told today that a role of the school's contacts is another's, and with which renewed copies.

A notice that goes (``contacts.notices``) is told everybody it is for, once: who is away once they are back, who has no
address on paper. Of the lead and deputies it is a letter of its own, so that whatever else there is for its reader
follows the next day; of others it is a line in the next letter. It says who holds the role today, and nobody else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date

from pipeline.acknowledgements.asking import AskingChanges
from pipeline.acknowledgements.situation import Situation, read_situation
from pipeline.config import Config
from pipeline.contacts.confirmations import ContactsOfDay, contacts_of_day
from pipeline.contacts.notices import (
    CHILD_PROTECTION,
    OWN_LETTER,
    lines_now,
    renewed_copies,
    say_undecided,
    say_unwritten,
)
from pipeline.dates.calendar import is_mail_day
from pipeline.letters.acting import way_to_act
from pipeline.letters.contributors.readings import AskedReader, attachment_of
from pipeline.letters.day_plan import DayMail, PersonPlan
from pipeline.letters.groups import Lines
from pipeline.letters.items import ContactItem, LetterContents, ReadingItem
from pipeline.letters.others_day import OfficeItem, OthersDay, PaperContacts
from pipeline.model.policies import PolicyStanding, ReadingRule
from pipeline.people.lists.staff_list import without_own_address
from pipeline.people.obligations import is_active, is_away, policies_in_use
from pipeline.reasons.reason import Voice, say
from pipeline.register.mail.told import About, ToldOutcome, list_given, list_told
from pipeline.register.people.persons import PersonRow
from pipeline.register.policies.contact_notices import Changed, NoticeRow, NoticeState, find_waiting, list_notices
from pipeline.register.policies.copies import CopyRow
from pipeline.register.readings.requests import list_requests
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_list

_MOST_NAMED = 5
_NOBODY_ASKED: Situation = read_situation("", "", "", frozenset())


class ContactLetters:
    """What each person is told of the contacts on a day; the same object for everybody who is told the same."""

    def __init__(
        self,
        tx: Transaction,
        school: str,
        config: Config,
        contacts: ContactsOfDay,
        standings: Sequence[PolicyStanding],
        people: Sequence[PersonRow],
        today: date,
    ) -> None:
        """``standings`` are of the policies in use, ``people`` everybody recorded."""
        going = [one for one in list_notices(tx, school) if one.state is NoticeState.GOES]
        going = going if is_mail_day(today, config.calendar.closed) else []
        self._standings, self._today = standings, today
        self._contacts = contacts
        told = list_told(tx, school, about=(About.CONTACTS,)) if going else ()
        self._told = {(row.person, row.stage): row for row in told}
        here = {row.id: row for row in people if is_active(row.person, today)} if going else {}
        self._missing = {
            one.number: {person for person in one.people & here.keys() if not self._is_told(here[person], one)}
            for one in going
        }
        self._notices = [one for one in going if self._missing[one.number]]
        missing = {person for persons in self._missing.values() for person in persons}
        self._given = list_given(tx, school, config.mail.route, missing) if missing else {}
        self._copies = {one.number: renewed_copies(tx, school, one) for one in self._notices}
        owed = list_requests(tx, school, only_open=True) if self._notices else ()
        self._owed: dict[int, dict[int, date]] = {}
        for one in owed:
            self._owed.setdefault(one.person, {})[one.policy_id] = one.due_on
        self._items: dict[tuple[object, ...], ContactItem] = {}
        self._contents: dict[tuple[object, ...], LetterContents] = {}

    def missed(self, row: PersonRow) -> tuple[NoticeRow, ...]:
        """Return the notices that a person who works here is still to be told of, oldest first."""
        return tuple(one for one in self._notices if row.id in self._missing[one.number])

    def _is_told(self, row: PersonRow, notice: NoticeRow) -> bool:
        told = self._told.get((row.id, str(notice.number)))
        came_back = told is not None and told.outcome == ToldOutcome.BOUNCED
        return told is not None and not (came_back and told.address != (row.person.work_email or "").casefold())

    def item(self, row: PersonRow) -> ContactItem | None:
        """Return what a reader is told today; None where there is nothing, or nobody holds those roles any more."""
        missed = self.missed(row)
        if not missed:
            return None
        mine = self._policies(row, missed)
        owed = {policy: due for policy, due in self._owed.get(row.id, {}).items() if policy in mine}
        key = (tuple(one.number for one in missed), mine, tuple(sorted(owed.items())))
        if key not in self._items:
            self._items[key] = self._item(missed, mine, owed)
        return self._items[key] if self._items[key].lines else None

    def _policies(self, row: PersonRow, missed: Sequence[NoticeRow]) -> tuple[int, ...]:
        """Return the policies of which a reader gets the renewed copy: those they were given, else child protection."""
        renewed = {policy for one in missed for policy in self._copies[one.number]}
        given = renewed & self._given.get(row.id, {}).keys()
        if not given:
            given = {one.policy_id for one in self._standings if one.catalogue_slug == CHILD_PROTECTION} & renewed
        return tuple(one.policy_id for one in self._standings if one.policy_id in given)

    def _item(self, missed: Sequence[NoticeRow], policies: Sequence[int], owed: Mapping[int, date]) -> ContactItem:
        changes = {role: changed for one in missed for role, changed in one.changes.items()}
        changes |= {role: each for one in missed for role, each in one.changes.items() if each is Changed.HOLDER}
        # "From today" is true of what became so today, and is read today.
        is_new = all(one.goes_on == self._today and one.counts_from(self._today) for one in missed)
        own = any(changes.get(role, Changed.CONFIRMED) is not Changed.CONFIRMED for role in OWN_LETTER)
        copies = {policy: copy for one in missed for policy, copy in self._copies[one.number].items()}
        mine = [
            self._renewed(one, copy, owed.get(one.policy_id))
            for one in self._standings
            if one.policy_id in policies and (copy := copies.get(one.policy_id)) is not None
        ]
        return ContactItem(
            notices=tuple(one.number for one in missed),
            lines=lines_now(self._contacts, changes, is_new=is_new),
            is_own=own,
            copies=tuple(mine) if own else (),
            policies=tuple(policies) if own else (),
            updating=tuple(one.title for one in mine if one.is_covered),
        )

    def _renewed(self, standing: PolicyStanding, copy: CopyRow, due_on: date | None) -> ReadingItem:
        """Return a renewed copy with what is to be said of it; ``due_on`` where its reader owes a reading of it."""
        title, owes = standing.title, due_on is not None
        says = ["The contacts in this copy are being updated: today’s stand at the front."] if copy.is_covered else []
        if not copy.takes_reading:
            later = " You will be asked to read that one." if owes else ""
            says.append(f"It is for your information: the full copy follows.{later}")
        elif due_on is not None:
            by = f" by {say_day(due_on)}" if due_on >= self._today else ""
            says.append(f"You have not recorded your reading of it yet. Please read this copy, and record it{by}.")
        rule, attachment = ReadingRule.READ, attachment_of(title, copy)
        why = " ".join(says)
        return ReadingItem(
            title, standing.slug, rule, 0, self._today, attachment, why, still_owed=owes, is_covered=copy.is_covered
        )

    def contents(self, item: ContactItem, others: LetterContents) -> LetterContents:
        """Return a letter with an item: the item alone where it makes its own, else the letter as it was with it."""
        key = (id(item), id(others))
        if key not in self._contents:
            self._contents[key] = LetterContents(contacts=item) if item.is_own else replace(others, contacts=item)
        return self._contents[key]

    def add_to(
        self,
        plans: Sequence[PersonPlan],
        people: Sequence[PersonRow],
        unreached: Set[int],
        lines: Callable[[int], Lines],
    ) -> tuple[PersonPlan, ...]:
        """Return a day's plans with what is told of the contacts, in the order of ``people``; ``unreached`` by no mail.

        ``lines`` says where a person stands to whom the day brings nothing else.
        """
        if not self._notices:
            return tuple(plans)
        known = {one.row.id: one for one in plans}
        return tuple(found for row in people if (found := self._plan(row, known, unreached, lines)) is not None)

    def _plan(
        self, row: PersonRow, known: Mapping[int, PersonPlan], unreached: Set[int], lines: Callable[[int], Lines]
    ) -> PersonPlan | None:
        plan = known.get(row.id)
        item = None if row.id in unreached or is_away(row.person, self._today) else self.item(row)
        if item is None:
            return plan
        if plan is None:
            nothing = DayMail(AskingChanges(), LetterContents(), AskedReader((), _NOBODY_ASKED, {}, frozenset()), False)
            plan = PersonPlan(row, nothing, lines(row.id))
        if not (item.is_own or plan.outcome.contents.kinds):
            return known.get(row.id)
        contents = self.contents(item, plan.outcome.contents)
        return replace(plan, outcome=replace(plan.outcome, contents=contents))

    def on_paper(self, people: Sequence[PersonRow], unreached: Set[int]) -> tuple[PaperContacts, ...]:
        """Return whom no mail reaches and who is here, with what they are to be told on paper."""
        here = [row for row in people if row.id in unreached and not is_away(row.person, self._today)]
        return tuple(
            PaperContacts(row, item.notices, item.said, item.policies)
            for row in (here if self._notices else ())
            if (item := self.item(row)) is not None
        )


def list_contacts_on_paper(
    tx: Transaction,
    school: str,
    config: Config,
    standings: Sequence[PolicyStanding],
    people: Sequence[PersonRow],
    today: date,
) -> tuple[PaperContacts, ...]:
    """Return whom no mail reaches and who was not handed the new contacts yet; ``people`` is everybody recorded."""
    contacts = contacts_of_day(tx, school, config, today, people)
    letters = ContactLetters(tx, school, config, contacts, policies_in_use(standings), people, today)
    return letters.on_paper(people, without_own_address(people, today))


def list_contact_facts(day: OthersDay) -> Iterator[OfficeItem]:
    """Yield what the office has to do: say when staff are told, each day until it is said; hand it out on paper; and
    once, that nobody is written to for want of an older copy."""
    tx, school, config, today, on_paper = day.tx, day.school, day.config, day.today, day.on_paper
    waiting = find_waiting(tx, school)
    undecided = say_undecided(tx, school, config, today)
    if waiting is not None and undecided is not None:
        words, page = say(undecided, Voice.DESK), "/contacts/tell"
        words += f" {way_to_act(config, page, '')}" if config.web.base_url else ""
        short = "Staff have not been told of a change of contacts"
        stage = f"contact-notice {waiting.change} {today}"
        yield OfficeItem(words, None, stage, short, page, "policy contacts --tell now")
    for number, unwritten in say_unwritten(tx, school, config, today):
        short = "Nobody was sent a copy with the contacts of before, so no colleague is written to"
        stage = f"contact-notice {number} no-copies"
        yield OfficeItem(say(unwritten, Voice.DESK), None, stage, short, "/contacts", "policy contacts")
    if on_paper:
        names = say_list([one.person.person.name for one in on_paper[:_MOST_NAMED]])
        more = f" and {len(on_paper) - _MOST_NAMED} more" if len(on_paper) > _MOST_NAMED else ""
        said = f"{names}{more} cannot be told by e-mail of the new contacts"
        copies = ", which have the renewed copies," if any(one.policies for one in on_paper) else ""
        words = f"{said}. Print their papers{copies} and hand them over: {on_paper[0].said[0]}"
        numbers = sorted({number for one in on_paper for number in one.notices})
        stage = f"contacts-on-paper {' '.join(map(str, numbers))}"
        people = frozenset(one.person.id for one in on_paper)
        command = "policy pack --all-on-paper --out FOLDER"
        yield OfficeItem(words, None, stage, said, "/people?state=paper", command, people=people)
