"""Plan a day's letters: what is asked of everybody, who is told of what, in one letter an address. Writes nothing.

``plan_day`` reads the register and changes nothing: the same register and day give the same letters, so that a run, a
dry run and a look ahead are one function. A person who stands where many others stand is decided on once with them.
``write`` keeps what it returns.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from itertools import chain

from pipeline.acknowledgements.asking import Asker, days_without_copy, requests_after
from pipeline.acknowledgements.changed import ChangesForReaders
from pipeline.acknowledgements.counting import counts_since, list_readings
from pipeline.acknowledgements.declarations.declared import (
    DeclarationDuty,
    asked_declarations,
    decide_declarations,
    declaration_duties,
    read_declarations,
    without_policy,
)
from pipeline.acknowledgements.fortnightly_parts import FortnightlyParts
from pipeline.acknowledgements.situation import read_situation
from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.letters.addressed import Addressed, addresses_not_here, join_tellings
from pipeline.letters.contributors.contacts import ContactLetters, list_contact_facts
from pipeline.letters.contributors.declarations import DeclarationLetters
from pipeline.letters.contributors.monday import list_open, list_week
from pipeline.letters.contributors.office_facts import is_late_for_pack, list_office_facts
from pipeline.letters.contributors.readings import AskedReader, ReaderLetters, has_been_told, reader_after
from pipeline.letters.contributors.reviews import Unresolved, list_unresolved
from pipeline.letters.contributors.undelivered import list_unknown_addresses
from pipeline.letters.day_plan import DayMail, DayPlan, PaperDeclaration, PaperReader, PersonPlan, ReadOnPaper
from pipeline.letters.groups import Group, Lines, PersonMail, find_groups, lines_of
from pipeline.letters.items import LetterContents
from pipeline.letters.others_day import OthersDay, StarterWithoutPack
from pipeline.letters.registry import CONTRIBUTORS, PARTS
from pipeline.letters.shared import NOT_SHARED, duties_here, shared_marks, with_other_schools
from pipeline.model.policies import PolicyStanding, ReadingRule
from pipeline.people.list_faults import WAITING_KINDS, waiting_for_lists
from pipeline.people.lists.staff_list import without_own_address
from pipeline.people.obligations import Duties, ReadingDuty, has_left, is_asked, is_away, policies_in_use
from pipeline.policies.owners import directory_of_owners
from pipeline.policies.version_labels import label_versions
from pipeline.register.mail.inbox import list_quiet
from pipeline.register.mail.told import ToldOutcome, list_told
from pipeline.register.people.persons import list_people
from pipeline.register.people.situations import OverdueRequest, list_overdue, list_situations
from pipeline.register.policies.copies import CopyRow, copies_for_staff, list_unreadable
from pipeline.register.policies.decisions import list_overrides
from pipeline.register.policies.policies import list_versions
from pipeline.register.readings.reader_reports import list_resting
from pipeline.register.readings.requests import Place
from pipeline.register.readings.shared_readings import list_holding
from pipeline.register.transaction import Transaction

_TOLD_OTHERS = frozenset(about for part in PARTS for about in part.about)


_GroupPlan = tuple[Group, DayMail]
"""Some people who stand alike, and what a day brings to each of them."""


def plan_day(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], *, today: date
) -> DayPlan:
    """Return what ``today`` brings to everybody, as the register stands in ``tx``; nothing is written.

    A policy without a copy of its version in force is not asked for, nor is one whose newest copy could not be made
    while the one before names people who changed.
    """
    planner = _Planner(tx, school, config, standings, today)
    plans = list(planner.plan_groups())
    people = planner.with_contacts(planner.each(plans, lambda outcome: not outcome.is_nothing))
    others, reviews = planner.plan_others(people, plans)
    return DayPlan(
        today,
        people,
        others,
        reviews,
        planner.list_paper(plans),
        planner.list_to_declare(plans),
        planner.contacts_on_paper,
        tuple(one.row for one in planner.each(plans, lambda outcome: outcome.owes_on_return)),
        planner.waiting_for_copy,
        without_policy(config, policies_in_use(standings)),
        planner.year_began,
        planner.contacts.safety,
        planner.week.opens,
    )


class _Planner:
    """What is known of the day, and who was decided on so far."""

    def __init__(
        self, tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
    ) -> None:
        self._tx, self._school, self._config, self._today = tx, school, config, today
        self._standings = standings
        self._people = list_people(tx, school, today)
        self._places = {row.id: place for place, row in enumerate(self._people)}
        self.contacts = contacts_of_day(tx, school, config, today, self._people)
        self._unreached = without_own_address(self._people, today)
        versions = list_versions(tx, school)
        copies: Mapping[int, CopyRow] = copies_for_staff(tx, school)
        in_use = policies_in_use(standings)
        self._duties = Duties(in_use, config, today)
        unread = days_without_copy(list_unreadable(tx, school), config.zone)
        asker = Asker(list_readings(versions), list_askable(in_use, copies), self._duties, today, unread)
        labels = label_versions(versions, list_overrides(tx, school))
        changes = ChangesForReaders(tx, versions, config.zone, labels=labels, directory=self.contacts.shown)
        self._asker = asker
        self._drip = FortnightlyParts.on(today, config.reading.drip, config.calendar.closed)
        self._letters = ReaderLetters(asker, copies, changes, config, today)
        self._asked = asked_declarations(config, in_use, today)
        self._declarations = DeclarationLetters(config, self.contacts.shown, self._letters.reminders, today)
        self._unknown = list_unknown_addresses(tx, school, self._people, config, today)
        self._quiet = list_quiet(tx, school, today)
        self._resting = list_resting(tx, school, today)
        self._waiting = waiting_for_lists(tx, school, self._people)
        # A school of no trust has none, and is not asked.
        self._shared = shared_marks(list_holding(tx, school, today)) if config.school.trust else {}
        self.week = list_week(tx, school, config, today)
        self._contact_letters = ContactLetters(tx, school, config, self.contacts, in_use, self._people, today)
        self.contacts_on_paper = self._contact_letters.on_paper(self._people, self._unreached)
        self._outcomes: dict[tuple[object, ...], DayMail] = {}
        self._lines = list_situations(tx, school, year_began=self.year_began, today=today)
        self._seen_duties: dict[int, tuple[ReadingDuty, ...]] = {}

    def plan_groups(self) -> Iterator[_GroupPlan]:
        """Yield what the day brings to everybody who is asked, or was."""
        for group in find_groups(self._people, self._lines, self._marks()):
            row, mine = group.row, group.lines
            is_here = is_asked(row.person, self._config, self._today)
            duties = self._duties.of(row) if is_here else ()
            asked = self._asked if is_here else ()
            declares = declaration_duties(asked, self._duties, self._config, row, self._today)
            if duties or declares or mine[0] or mine[3]:
                yield group, self._outcome(group, duties, declares)

    def with_contacts(self, plans: tuple[PersonPlan, ...]) -> tuple[PersonPlan, ...]:
        """Return what the day brings to people, with what they are told of the school's contacts."""

        def lines(person: int) -> Lines:
            return lines_of(self._lines, person)

        return self._contact_letters.add_to(plans, self._people, self._unreached, lines)

    def each(self, plans: Iterable[_GroupPlan], wanted: Callable[[DayMail], bool]) -> tuple[PersonPlan, ...]:
        """Return the people of some groups, to whom the day brings what is ``wanted``, in the order of everybody."""
        chosen = [
            PersonPlan(row, outcome, group.lines)
            for group, outcome in plans
            if wanted(outcome)
            for row in group.members.values()
        ]
        return tuple(sorted(chosen, key=lambda one: self._places[one.row.id]))

    def _marks(self) -> Mapping[int, PersonMail]:
        """Return what the day says of people's mail, by the register's key; of whom it says nothing is left out."""
        again, quiet, resting = self._unknown.again, self._quiet, self._resting
        marked = self._unreached | again | quiet | resting.keys() | self._shared.keys() | self._waiting
        # Nobody is sent to themself to declare something.
        declared_to = self._declarations.addresses(self._asked)
        found = {}
        for row in self._people if marked or declared_to else ():
            own = (row.person.work_email or "").casefold() if declared_to else ""
            own, person = own if own in declared_to else "", row.id
            if own or person in marked:
                rests = resting.get(person, frozenset())
                mail = person in self._unreached, person in again, person in quiet
                shared = self._shared.get(person, NOT_SHARED)
                found[person] = PersonMail(*mail, rests, own, shared, waits=person in self._waiting)
        return found

    @property
    def year_began(self) -> datetime:
        """Since when a word counts where it is asked for each school year."""
        return counts_since(self._config, self._today, repeats=True)

    def _outcome(self, group: Group, duties: tuple[ReadingDuty, ...], declares: tuple[DeclarationDuty, ...]) -> DayMail:
        person, lines, marks = group.row.person, group.lines, group.marks
        left, away = has_left(person, self._today), is_away(person, self._today)
        reached = not (marks.is_unreached or away)
        asked = tuple((one.asked.key, one.asked_on, one.due_on) for one in declares)
        # Who is alike in all of this is decided on once, whenever they came and leave.
        key = (id(duties), asked, lines, left, away, reached, person.away, group.counting, marks)
        if key not in self._outcomes:
            self._seen_duties[id(duties)] = duties
            self._outcomes[key] = self._decide(group, duties, declares, reached=reached)
        return self._outcomes[key]

    def _decide(
        self, group: Group, duties: tuple[ReadingDuty, ...], declares: tuple[DeclarationDuty, ...], *, reached: bool
    ) -> DayMail:
        person, lines, marks = group.row.person, group.lines, group.marks
        left, away = has_left(person, self._today), is_away(person, self._today)
        duties = duties_here(duties, marks.shared)
        situation = read_situation(*lines[:3], group.counting, forgets_bounces=marks.again)
        if self._drip is not None and not away:
            pack = self._drip.pack_of(duties, situation, self._asker.readings)
            duties = self._drip.spread(duties, pack, self._today)
        # Nothing new is asked of a person who waits for their list, as of a person away; a pack on joining goes.
        waits = marks.waits and not self._letters.is_pack(duties, situation)
        changes = self._asker.decide(duties, situation, has_left=left, is_away=away or waits, absences=person.away)
        reader = reader_after(duties, situation, changes)
        contents = self._letters.contents(reader) if reached and not left else LetterContents()
        if waits:
            contents = contents.without(WAITING_KINDS)
        contents = with_other_schools(contents, marks.shared, self._config.school.name)
        if marks.quiet:
            # Their mailbox says that they are away: a reminder waits, what is new to them goes.
            contents = replace(contents, still=())
        if marks.resting:
            # They said that they have read these, and the owner is looking at it.
            still = tuple(entry for entry in contents.still if entry.policy_id not in marks.resting)
            contents = replace(contents, still=still)
        said = [
            (each.policy_id, each.item.due_on)
            for each in contents.asked
            if each.asks and each.policy_id not in reader.fresh
        ]
        changes = changes.with_days(said, reader.open)
        owes = away and any(self._owes(duty, reader) for duty in duties)
        plain = DayMail(changes, contents, reader, owes)
        return self._with_declarations(plain, group, declares, writes=reached and not left)

    def _with_declarations(
        self, plain: DayMail, group: Group, duties: tuple[DeclarationDuty, ...], *, writes: bool
    ) -> DayMail:
        """Return an outcome with what is asked and told of declarations, for a person who owes these."""
        line, marks = group.lines[3], group.marks
        if not duties and not line:
            return plain
        waits = marks.waits and not plain.contents.is_starter
        person, today = group.row.person, self._today
        situation = read_declarations(line, group.counting, forgets_bounces=marks.again)
        changes = decide_declarations(
            duties,
            situation,
            self._duties,
            today,
            has_left=has_left(person, today),
            is_away=is_away(person, today) or waits,
            absences=person.away,
        )
        owed = requests_after(situation.requests, changes)
        items = self._declarations.items(duties, situation, changes, owed, marks.own) if writes and not waits else ()
        if marks.quiet:
            items = tuple(one for one in items if one.is_first)
        plain = replace(plain, declared=changes, to_declare=owed.keys())
        if not items:
            return plain
        # A small change waits for a day on which its reader is asked for nothing.
        contents = replace(plain.contents, notices=(), declare=items)
        said = [(one.place, one.due_on) for one in items if one.is_first]
        return replace(plain, contents=contents, declared=changes.with_days(said, owed))

    def _owes(self, duty: ReadingDuty, reader: AskedReader) -> bool:
        is_signed = duty.rule is ReadingRule.SIGN and duty.standing.policy_id in self._asker.has_copy
        return is_signed and self._asker.is_in_force(duty) and not self._asker.is_read(duty, reader.situation)

    def plan_others(
        self, plans: Sequence[PersonPlan], groups: Sequence[_GroupPlan]
    ) -> tuple[Mapping[str, Addressed], Unresolved]:
        """Return what owners, line managers and the office are told today, once everybody's day is planned."""
        tx, school, config, today = self._tx, self._school, self._config, self._today
        settled = {(one.row.id, each.place) for one in plans for each in one.outcome.settled}
        day = OthersDay(
            tx,
            school,
            config,
            directory=directory_of_owners(config, today),
            standings=self._standings,
            people=self._people,
            told=list_told(tx, school, about=_TOLD_OTHERS),
            not_here=addresses_not_here(self._people, today),
            today=today,
            list_overdue=partial(self._overdue, settled),
            unknown=self._unknown.unknown,
            starters=self._starters_without_pack(groups),
            on_paper=self.contacts_on_paper,
            asked=self._asked,
            settled=settled,
            quiet=self._quiet,
            week=self.week,
        )
        day = replace(day, facts=(*list_contact_facts(day), *list_office_facts(day)))
        told = chain.from_iterable(find(day) for find in CONTRIBUTORS) if day.has_mail else ()
        others = join_tellings(told)
        return join_tellings(list_open(day, others), others), list_unresolved(day)

    def _starters_without_pack(self, groups: Sequence[_GroupPlan]) -> Sequence[StarterWithoutPack]:
        found = [
            StarterWithoutPack(row, why)
            for group, outcome in groups
            if (why := self._why_without_pack(group, outcome)) is not None
            for row in group.members.values()
        ]
        return sorted(found, key=lambda one: self._places[one.row.id])

    def _why_without_pack(self, group: Group, outcome: DayMail) -> str | None:
        """Return why some people who should have had their pack were told of nothing to read; None for all others."""
        person, reader = group.row.person, outcome.reader
        if not is_late_for_pack(person.start_on, self._config, self._today):
            return None
        if is_away(person, self._today) or has_left(person, self._today) or outcome.contents.asked:
            return None
        to_read = [duty for duty in reader.duties if duty.rule is not ReadingRule.FIND]
        if not to_read or reader.situation.given or has_been_told(reader.situation, self._config.mail.route):
            return None
        if group.marks.is_unreached:
            return "no-address"
        outcomes = {telling.outcome for telling in reader.situation.told}
        return "waits" if None in outcomes else "back" if ToldOutcome.BOUNCED in outcomes else "no-copy"

    def _overdue(self, settled: Set[tuple[int, Place]], policies: Set[int]) -> Sequence[OverdueRequest]:
        """Return what is overdue of some policies, less what the day settles and what rests."""
        overdue = list_overdue(
            self._tx,
            self._school,
            self._today,
            # A look at the days to come, and a folder of mail files, show what a mail server would be given.
            files_count=self._config.mail.route == "folder",
            policies=policies,
        )
        touched = {person for person, _ in settled} | self._quiet | self._resting.keys()
        return [one for one in overdue if one.person not in touched or not self._rests(one, settled)]

    def _rests(self, one: OverdueRequest, settled: Set[tuple[int, Place]]) -> bool:
        is_settled = (one.person, one.policy_id) in settled
        return is_settled or one.person in self._quiet or one.policy_id in self._resting.get(one.person, ())

    def list_paper(self, plans: Sequence[_GroupPlan]) -> tuple[PaperReader, ...]:
        """Return whom mail does not reach and what is still open for them."""
        readers = []
        for one in self.each(self._unreached_here(plans), lambda outcome: bool(outcome.reader.open)):
            row, asked = one.row, one.outcome.reader.open
            told = one.outcome.reader.situation.told
            printed, handed = (
                {telling.open_policy for telling in told if telling.outcome is outcome}
                for outcome in (ToldOutcome.PRINTED, ToldOutcome.HANDED)
            )
            items = tuple(
                ReadOnPaper(
                    each.slug,
                    each.title,
                    asked[each.policy_id].due_on,
                    is_printed=each.policy_id in printed,
                    is_handed=each.policy_id in handed,
                )
                for each in self._standings
                if each.policy_id in asked
            )
            why = "shares an address" if row.person.work_email else "no e-mail address"
            readers.append(PaperReader(row, why, items))
        return tuple(readers)

    def _unreached_here(self, plans: Sequence[_GroupPlan]) -> list[_GroupPlan]:
        """Return those whom mail does not reach and who are here."""
        unreached = [one for one in plans if one[0].marks.is_unreached]
        return [one for one in unreached if not is_away(one[0].row.person, self._today)]

    def list_to_declare(self, plans: Sequence[_GroupPlan]) -> tuple[PaperDeclaration, ...]:
        """Return what those whom mail does not reach are to declare, and have said nothing to yet."""
        unreached = self.each(self._unreached_here(plans), lambda outcome: bool(outcome.to_declare))
        return tuple(
            PaperDeclaration(asked.key, asked.section.name, asked.section.statement, people)
            for asked in self._asked
            if (people := tuple(one.row for one in unreached if asked.place in one.outcome.to_declare))
        )

    @property
    def waiting_for_copy(self) -> tuple[str, ...]:
        """Titles of what a reader would be asked to read if there were a copy to give."""
        waiting = {
            duty.standing.policy_id
            for duties in self._seen_duties.values()
            for duty in duties
            if duty.rule is not ReadingRule.FIND
            and self._asker.is_in_force(duty)
            and duty.standing.policy_id not in self._asker.has_copy
        }
        return tuple(standing.title for standing in self._standings if standing.policy_id in waiting)


def list_askable(standings: Sequence[PolicyStanding], copies: Mapping[int, CopyRow]) -> frozenset[int]:
    """Return the policies of which there is a copy of the version in force that can be read and confirmed."""
    return frozenset(
        one.policy_id
        for one in standings
        if (copy := copies.get(one.policy_id)) is not None and copy.version_id == one.version_id and copy.takes_reading
    )
