"""Bring a staff list into the register: who is new, changed, left or missing, and what was refused.

After ``staff_list`` and ``comparison``; the obligations of the people follow from the register. A list that would
remove or change more than a fifth of the people is not taken over whole unasked: starters and stated last days are,
the rest waits for a yes. So do those who left by a status alone where they are so many, and last days stated for more
than half of the people at once: no mail goes to those who would have left. So do as many whom nobody knew and who did
not start lately: such a list is last year's, or another school's.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from pipeline.model.mail import DeliveryState
from pipeline.model.people import BY_HAND, Person
from pipeline.named.names.likeness import COULD_BE, same_person
from pipeline.people.lists.columns import NamedColumn
from pipeline.people.lists.compared import Joining, ListComparison, PersonChange, PersonStep, are_many
from pipeline.people.lists.comparison import compare
from pipeline.people.lists.identity import LATELY, Asks, PersonQuestion
from pipeline.people.lists.notes import say_other_ids
from pipeline.people.lists.rows import Refusal
from pipeline.people.lists.slipped import ask_whose_addresses
from pipeline.people.lists.staff_list import ListFault, StaffList
from pipeline.people.lists.statements import KnownElsewhere, Said
from pipeline.people.obligations import has_left, is_away
from pipeline.register.decision import Decision
from pipeline.register.mail.reader_mail import cancel_all_mail, list_mail_to
from pipeline.register.people.changes import (
    BY_THE_RUN,
    add_people,
    change_person,
    engage_all,
    hold_mail,
    list_said,
    mark_missing,
    move_to_list,
    note_said,
)
from pipeline.register.people.changes import said as said_of
from pipeline.register.people.persons import PersonRow, list_engaged, list_people
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class StaffImport:
    """What one import did, or would do."""

    new: tuple[PersonRow, ...] = ()
    changed: tuple[PersonRow, ...] = ()
    """As the list has them now; a person who has just left is under ``left`` instead. ``changed_now`` are those of
    whom something was taken over, ``changed_waiting`` those of whom something waits."""
    left: tuple[PersonRow, ...] = ()
    """Whose leaving date has passed, told once."""
    doubted: tuple[PersonRow, ...] = ()
    """Who has left by a status without a last day, or with so many others, that it waits for a yes; as the list has
    them."""
    missing: tuple[PersonRow, ...] = ()
    """Known from this source, still here, and not in the list."""
    refused: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    """What must be answered; nothing was taken from a list whose own questions are open."""
    changes: tuple[PersonChange, ...] = ()
    """What is said otherwise of those who changed or left, field by field."""
    columns: tuple[NamedColumn, ...] = field(default=(), compare=False)
    """What each column of the list was taken as."""
    waiting: bool = False
    """Some of the changes, or the missing, wait for a yes."""
    written: bool = True
    """False for a preview, and where the list's own questions are open."""
    strangers: tuple[Person, ...] = ()
    """Nobody knew them, and they did not start lately: of so many in a list that waits they wait, too."""
    ends_most: bool = False
    """The list states a last day for more than half of the people at once, and these days wait."""
    is_mostly_bad: bool = False
    """A fifth of the list or more was refused."""
    asked: tuple[PersonQuestion, ...] = ()
    """What must be said of a person one by one; the list is not followed in it, and nobody is mailed about it."""
    back: tuple[Person, ...] = ()
    """Who has left and stands in it again, where these are so many that nothing was taken from it."""
    fault: ListFault | None = field(default=None, compare=False)
    """What keeps the list as a whole from being known."""

    @property
    def changed_now(self) -> tuple[PersonRow, ...]:
        """Return of whom something that the list says otherwise is taken over."""
        return self._changed(waits=False)

    @property
    def changed_waiting(self) -> tuple[PersonRow, ...]:
        """Return of whom something that the list says otherwise waits for a yes, and is not so yet."""
        return self._changed(waits=True)

    def _changed(self, *, waits: bool) -> tuple[PersonRow, ...]:
        mine = {change.person_id for change in self.changes if change.waits is waits}
        return tuple(row for row in self.changed if row.person.person_id in mine)

    @property
    def is_older(self) -> bool:
        """Whether it is older than what is known: it waits as a whole, which is the one question about it."""
        return bool(self.back)


def record_import(decision: Decision, taken: StaffImport) -> None:
    """Put into the ledger that the office took a list in, and how many people it changed; what waits changed nobody."""
    missing = () if taken.waiting else taken.missing
    groups = {"new": taken.new, "changed": taken.changed_now, "left": taken.left, "missing": missing}
    counts = {name: len(group) for name, group in (*groups.items(), ("refused", taken.refused))}
    if taken.written and any(groups.values()):
        decision.record("staff-imported", counts)


def new_token_key() -> str:
    """Draw the random part of a person's link."""
    return secrets.token_hex(12)


def import_staff(
    tx: Transaction,
    school: str,
    staff_list: StaffList,
    source: str,
    today: date,
    now: datetime,
    *,
    confirmed: bool = False,
    preview: bool = False,
    actor: str = BY_THE_RUN,
    new_key: Callable[[], str] = new_token_key,
    answers: Mapping[str, str] = MappingProxyType({}),
    domains: Sequence[str] = (),
) -> StaffImport:
    """Record the people of ``staff_list`` as coming from ``source``; absence from it says nothing of other sources.

    ``confirmed`` is the office's yes to a list that removes or changes more than a fifth of the people, or names none
    of them. ``preview`` writes nothing. ``actor`` is who took the list in. ``answers`` say who a person in the list is
    (``identity.find_identities``); ``domains`` are the school's own where it has named them.
    """
    known = latest_terms(list_engaged(tx, school, source, today))
    said = list_said(tx, school, source)
    elsewhere = KnownElsewhere(partial(list_people, tx, school, today), partial(_added_by_hand, tx, school, today))
    rules: dict[str, Any] = {"said": said, "elsewhere": elsewhere, "answers": answers, "domains": domains}
    found = compare(known, staff_list, today, confirmed=confirmed, **rules)
    waiting = (found.is_doubtful or found.has_many_outside) and not confirmed
    slipped = () if confirmed else tuple(ask_whose_addresses(staff_list.slipped, [row.person for row in known]))
    found = replace(found, questions=(*slipped, *found.questions))
    written = not preview and not staff_list.questions and not slipped
    strangers = _list_strangers(found, today, answers) if found.is_doubtful and not confirmed else ()
    found = replace(found, new=tuple(one for one in found.new if one not in strangers))
    intake = _Intake(tx, school, source, today, now, new_key, actor=actor, waiting=waiting)
    if written:
        intake.take(found)
        intake.keep_statements(found, said)
    taken = intake.told(found)
    taken = replace(taken, strangers=strangers, ends_most=found.ends_most, back=found.back)
    taken = replace(taken, columns=staff_list.columns, fault=staff_list.fault)
    return replace(taken, written=written, is_mostly_bad=staff_list.is_mostly_bad)


def _list_strangers(found: ListComparison, today: date, answers: Mapping[str, str]) -> tuple[Person, ...]:
    """Return who is new and, as far as the list says, no starter, where they are as many as a list may not change.

    A list that misses many and has as many whom nobody knew is last year's, or another school's.
    """
    lately = today - LATELY
    asked = [one.stated for one in found.asked if one.asks is Asks.UNMATCHED]
    stated = [one for one in (*asked, *found.new) if not has_left(one, today)]
    unknown = [one for one in stated if one.start_on is None or one.start_on < lately]
    unknown = [one for one in unknown if one.person_id not in answers]
    return tuple(unknown) if are_many(len(unknown), found.known_count) else ()


def latest_terms(rows: Sequence[PersonRow]) -> tuple[PersonRow, ...]:
    """Return the last engagement of each key of a list, of ``rows`` as ``list_engaged`` gives them."""
    last: dict[str, PersonRow] = {}
    for row in rows:
        key = row.person.person_id
        if key not in last or last[key].engagement < row.engagement:
            last[key] = row
    return tuple(last.values())


def _added_by_hand(tx: Transaction, school: str, today: date) -> tuple[PersonRow, ...]:
    """Return whom the office added by hand and who is still here, as seen by that engagement."""
    return tuple(row for row in list_engaged(tx, school, BY_HAND, today) if not has_left(row.person, today))


def _marked(step: PersonStep, *, waiting: bool) -> Iterator[PersonChange]:
    """Yield what is said otherwise of a person, with what of it waits: all but a stated last day and being back."""
    for change in step.changes:
        at_once = (
            step.is_answered or change.field == "missing" or (change.field == "leave_date" and step.states_a_last_day)
        )
        yield replace(change, waits=waiting and not at_once)


@dataclass(slots=True)
class _Intake:
    """One list on its way into the register."""

    tx: Transaction
    school: str
    source: str
    today: date
    now: datetime
    new_key: Callable[[], str]
    actor: str
    waiting: bool
    notes: list[str] = field(default_factory=list)
    added: dict[str, PersonRow] = field(default_factory=dict)
    flagged: dict[int, PersonRow] = field(default_factory=dict)

    def take(self, found: ListComparison) -> None:
        """Write down what may be written down now."""
        written = (self.source, self.new_key, self.today, self.now)
        rows = add_people(self.tx, self.school, found.new, *written, actor=self.actor)
        self.added = {row.person.person_id: row for row in rows}
        self._take_joining(found.joining)
        for step in found.adopted:
            self._adopt(step)
        for step in (*found.changed, *found.left, *found.untold):
            self._take_again(step)
        for one in found.asked:
            if one.asks is Asks.ADDRESS and (row := self.added.get(one.stated.person_id)) is not None:
                note_said(self.tx, self.school, {row.engagement: said_of(one.stated)})
            elif one.holds_mail and one.known is not None:
                self._hold(one.known, "who has their place in the list is asked about; it is planned afresh")
        for row in found.uncertain:
            self._hold(row, "their last day cannot be read; it is planned afresh")
        for step in found.doubted:
            if not has_left(step.before.person, self.today):
                self._hold(step.before, "their list says that they have left; it is planned afresh if they have not")
        for row in found.missing:
            if row.missing_since is None and not self.waiting:
                self.flagged[row.id] = mark_missing(self.tx, self.school, row, self.today, self.now, actor=self.actor)

    def _hold(self, row: PersonRow, why: str) -> None:
        """Let mail to a person wait for today, as for one away; each run with the same list does so again."""
        if not is_away(row.person, self.today):
            hold_mail(self.tx, self.school, row, self.today, self.now)
        cancel_all_mail(self.tx, self.school, row.id, self.now, why)

    def _take_joining(self, joining: Sequence[Joining]) -> None:
        """Give those who are known their engagement by this list; who left has a link of their own time."""
        new = [(one.known.id, replace(one.stated, start_on=one.begins_on)) for one in joining]
        engaged = engage_all(self.tx, self.school, new, self.source, self.today, self.now, actor=self.actor)
        note_said(self.tx, self.school, {engaged[one.known.id]: said_of(one.as_said) for one in joining})
        for one, (row_id, stated) in zip(joining, new, strict=True):
            row = replace(one.known, person=stated, source=self.source, engagement=engaged[row_id], missing_since=None)
            if has_left(one.known.person, self.today) and not has_left(stated, self.today):
                row = replace(row, token_key=self.new_key())
                self._change(one.known, one.known.person, row.token_key)
            self.added[one.stated.person_id] = row

    def _change(self, row: PersonRow, after: Person, token_key: str | None = None) -> PersonRow:
        made = (self.today, self.now)
        return change_person(self.tx, self.school, row, after, *made, token_key=token_key, actor=self.actor)

    def _adopt(self, step: PersonStep) -> None:
        """Take over a person whom the office added by hand: their engagement is this list's from now on."""
        row = self._change(step.before, step.after)
        move_to_list(self.tx, self.school, row, self.source, step.after.person_id, self.now, actor=self.actor)

    def keep_statements(self, found: ListComparison, before: Mapping[int, Said]) -> None:
        """Keep what the list says of whom it knows; of what waits for a yes only the last day that was taken."""
        waits = {
            step.before.engagement: step
            for step in (*found.changed, *found.left)
            if self.waiting and step.at_once != step.after
        }
        kept: dict[int, Said] = {}
        for row_id, stated in found.statements.items():
            now, last = said_of(stated), before.get(row_id)
            if step := waits.get(row_id):
                taken = step.states_a_last_day and last is not None
                now = {**last, "leave_on": now["leave_on"]} if taken and last is not None else {}
            if now and now != last:
                kept[row_id] = now
        note_said(self.tx, self.school, kept)

    def told(self, found: ListComparison) -> StaffImport:
        """Return what the list made of the people, or would make."""
        stated = [*found.new, *(one.stated for one in found.joining), *(step.after for step in found.adopted)]
        news = [self.added.get(each.person_id, PersonRow(0, each, self.source, "")) for each in stated]
        steps = (*found.changed, *found.left)
        return StaffImport(
            new=tuple(row for row in news if not has_left(row.person, self.today)),
            changed=tuple(replace(step.before, person=step.after, missing_since=None) for step in found.changed),
            left=(
                *(replace(step.before, person=step.after) for step in found.left if not step.is_doubted),
                *(row for row in news if has_left(row.person, self.today)),
            ),
            doubted=tuple(replace(step.before, person=step.after) for step in found.doubted),
            missing=tuple(self.flagged.get(row.id, row) for row in found.missing),
            refused=found.refused,
            notes=(*found.notes, *say_other_ids(found.renumbered, waiting=self.waiting), *self.notes),
            questions=found.questions,
            asked=found.asked,
            changes=tuple(change for step in steps for change in _marked(step, waiting=self.waiting)),
            waiting=self.waiting,
        )

    def _take_again(self, step: PersonStep) -> None:
        before, token_key = step.before, None
        after = step.at_once if self.waiting else step.after
        if before.missing_since:
            before = mark_missing(self.tx, self.school, before, None, self.now, actor=self.actor)
        if after == before.person:
            return
        if has_left(before.person, self.today) and not has_left(after, self.today):
            # A person who comes back gets a link of their own time; the one that died stays dead.
            token_key = self.new_key()
        row = self._change(before, after, token_key)
        if is_away(row.person, self.today) and not is_away(before.person, self.today):
            cancel_all_mail(self.tx, self.school, row.id, self.now, "away; asked on return")
        self.notes += [*_say_renamed(before.person, after), *say_moved(self.tx, self.school, before, row)]


def _say_renamed(before: Person, after: Person) -> Iterator[str]:
    """Yield that a person has another last name, which an id given to another looks like."""
    if not same_person(before.name, after.name, COULD_BE):
        yield (
            f"{before.name} ({after.person_id}) is {after.name} now; what they have read stays theirs. If that is "
            "somebody else, give them an id of their own."
        )


_MOVED = {
    DeliveryState.WRITTEN: "was written for {old} ({detail}): delete that file; another is written for the new address",
    DeliveryState.BOUNCED: "could not be delivered to {old}; it goes to the new address",
    DeliveryState.SENT: "was sent to {old} and is not sent again: if it did not arrive, give them the policy on paper "
    "and enter it with 'policy acknowledge record'",
}


def say_moved(tx: Transaction, school: str, before: PersonRow, after: PersonRow) -> Iterator[str]:
    """Yield which mail went to the address a person had before, and what becomes of it."""
    old, new = before.person.work_email, after.person.work_email
    if not old or not new or old.casefold() == new.casefold():
        return
    for mail in list_mail_to(tx, school, after.id, old):
        became = _MOVED.get(mail.state, "waits for {old}; it is written afresh for the new address")
        said = became.format(old=old, detail=mail.detail or "in the outbox folder")
        yield f"{after.person.name} now has the address {new}. The mail “{mail.subject}” {said}."
