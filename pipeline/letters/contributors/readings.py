"""What a letter puts before its reader today: readings asked, reminders, small changes, where to find the rest. Pure.

What cannot be read is neither asked nor brought to mind. Of a copy with contacts being updated that leaves anything
out its reader is told for information; the full copy asks once when it comes.

A reading is put before its reader once for each request and route: what the folder route wrote told nobody, so turning
mail on asks afresh. A reminder is due on a school day counted from the day to read by; only the latest that was reached
counts, and none goes to a reader whom the first letter has not reached.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from pipeline.acknowledgements.asking import Asker, AskingChanges, Opening, requests_after
from pipeline.acknowledgements.changed import ChangesForReaders, why_known, why_missing
from pipeline.acknowledgements.counting import PolicyReading
from pipeline.acknowledgements.situation import OpenRequest, Situation
from pipeline.config import Config
from pipeline.dates.calendar import academic_year_start, is_mail_day, school_day_from
from pipeline.letters.items import LetterContents, ReaderEntry, ReadingItem
from pipeline.mail.composed import Attachment, attachment_name
from pipeline.model.policies import ReadingRule
from pipeline.people.obligations import ReadingDuty
from pipeline.register.mail.slots import slot
from pipeline.register.mail.told import ASKED, HAS_TOLD, PAPER, About, ToldOutcome, routes_like
from pipeline.register.policies.copies import CopyRow
from pipeline.register.readings.requests import Place
from pipeline.wording import say_day


@dataclass(frozen=True, slots=True)
class AskedReader:
    """Where a reader stands once the day's changes of what they are asked are made."""

    duties: tuple[ReadingDuty, ...]
    situation: Situation
    open: Mapping[Place, OpenRequest]
    """By policy, the new ones included."""
    fresh: frozenset[int]
    """Policies whose request is opened today, and of which nothing was told."""


def reader_after(duties: Sequence[ReadingDuty], situation: Situation, changes: AskingChanges[Opening]) -> AskedReader:
    """Return where a reader stands after ``changes``."""
    fresh = frozenset(one.place for one in changes.opened if not one.follows)
    return AskedReader(tuple(duties), situation, requests_after(situation.requests, changes), fresh)


def has_been_told(situation: Situation, route: str) -> bool:
    """Return whether a reader was told of anything by a route like ``route``, or handed it on paper."""
    routes = (*routes_like(route), PAPER)
    return any(
        one.route in routes and one.outcome in HAS_TOLD and one.about is not About.MISSING for one in situation.told
    )


class StageTold(Protocol):
    """What was told of something that is asked, at one stage."""

    @property
    def stage(self) -> str:
        """``asked``, or school days around the day to answer by."""

    @property
    def due_on(self) -> date | None:
        """The day to answer by that it said."""

    @property
    def outcome(self) -> ToldOutcome | None:
        """What came of it; None while it is on its way."""


class Reminders:
    """Says which reminder is due on a day of what is asked: worked out once for all that is due on one day."""

    def __init__(self, config: Config, today: date) -> None:
        self._stages, self._no_school = tuple(sorted(config.reading.remind_school_days)), config.calendar.no_school
        self._is_mail_day, self._today = is_mail_day(today, config.calendar.closed), today
        self._reached: dict[tuple[date, date], int | None] = {}

    def due(self, request: OpenRequest, told: Sequence[StageTold]) -> str | None:
        """Return the reminder that is due of an open request; None where none is, or no mail goes.

        That is the latest that was reached, if it was not ``told``. None is due of what has not been put before its
        reader.
        """
        if not self._is_mail_day or not any(one.stage == ASKED and one.outcome in HAS_TOLD for one in told):
            return None
        reached = self._latest_reached(request.asked_on, request.due_on)
        is_told = reached is None or any(_is_at_least(one, reached, request.due_on) for one in told)
        return None if is_told else str(reached)

    def _latest_reached(self, asked_on: date, due_on: date) -> int | None:
        """Return the latest stage reached of what is asked on one day and due on another."""
        days = asked_on, due_on
        if days not in self._reached:
            dated = ((stage, school_day_from(due_on, stage, self._no_school)) for stage in self._stages)
            reached = [stage for stage, day in dated if asked_on < day <= self._today]
            self._reached[days] = reached[-1] if reached else None
        return self._reached[days]


@dataclass(slots=True)
class _Parts:
    """What a letter is to hold, as it is put together; see ``LetterContents``."""

    asked: list[ReaderEntry] = field(default_factory=list)
    still: list[ReaderEntry] = field(default_factory=list)
    find: list[ReaderEntry] = field(default_factory=list)
    notices: list[ReaderEntry] = field(default_factory=list)
    informed: list[ReaderEntry] = field(default_factory=list)
    missing: list[ReaderEntry] = field(default_factory=list)


class ReaderLetters:
    """Writes what one reader after another is told on a day; the same for the same situation."""

    def __init__(
        self, asker: Asker, copies: Mapping[int, CopyRow], changes: ChangesForReaders, config: Config, today: date
    ) -> None:
        """``copies`` are the copies for staff, by policy."""
        self._asker, self._copies, self._changes, self._today = asker, copies, changes, today
        self._route = config.mail.route
        self._routes = routes_like(self._route)
        self._has_form = bool(config.web.form_url) and not config.web.base_url
        self.reminders = Reminders(config, today)

    def is_pack(self, duties: Sequence[ReadingDuty], situation: Situation) -> bool:
        """Return whether a letter would be a reader's pack on joining: they join about now, and had no mail yet."""
        known_by_mail = any(one.route in self._routes for one in situation.told)
        return any(duty.is_starter for duty in duties) and not known_by_mail

    def contents(self, reader: AskedReader) -> LetterContents:
        """Return what stands in today's letter; empty where nothing does.

        On which day a reader read a policy last stands as a slot (``read_slot``): it differs from reader to reader.
        """
        is_starter = self.is_pack(reader.duties, reader.situation)
        parts = _Parts()
        for duty in reader.duties:
            if self._asker.is_in_force(duty):
                self._take(duty, reader, parts, is_starter=is_starter)
        # A small change waits for a day on which its reader is asked for nothing.
        first = (*parts.asked, *parts.informed, *parts.missing)
        told = tuple(parts.notices) if not (first or parts.still or (is_starter and parts.find)) else ()
        if not (first or parts.still or told or (is_starter and parts.find)):
            return LetterContents()
        return LetterContents(
            tuple(parts.asked),
            tuple(parts.still),
            tuple(parts.find) if first or is_starter else (),
            told,
            is_starter=is_starter,
            informed=tuple(parts.informed),
            missing=tuple(parts.missing),
        )

    def _take(self, duty: ReadingDuty, reader: AskedReader, parts: "_Parts", *, is_starter: bool) -> None:
        """Add what is said of one policy today to the parts of the letter, if anything is."""
        policy_id, request = duty.standing.policy_id, reader.open.get(duty.standing.policy_id)
        copy, can_be_read = self._copy_of(duty), policy_id in self._asker.has_copy
        if duty.rule is ReadingRule.FIND:
            if copy is not None:
                parts.find.append(self._entry(duty, About.FIND, None, None))
        elif not can_be_read:
            if self._is_to_be_informed(duty, request, reader) and copy is not None:
                parts.informed.append(self._entry(duty, About.INFORMED, None, None))
            elif copy is None and is_starter and self._is_to_be_informed(duty, request, reader):
                parts.missing.append(self._missing(duty))
        elif self._is_to_be_told(duty, request, reader):
            parts.asked.append(self._with_changes(self._asked(duty, request, reader), reader))
        elif request is not None and (stage := self._stage(policy_id, request, reader)) is not None:
            parts.still.append(self._reminder(duty, request, stage))
        elif self._changed_a_little(duty, reader.situation.known_versions):
            parts.notices.append(self._with_changes(self._notice(duty, request), reader))

    def _is_to_be_told(self, duty: ReadingDuty, request: OpenRequest | None, reader: AskedReader) -> bool:
        """Return whether this reading is owed and nothing of today's route has put it before the reader."""
        policy_id = duty.standing.policy_id
        if duty.rule is ReadingRule.SIGN:
            if request is None:
                return False
            told = reader.situation.told_of_open(policy_id, self._route)
            return policy_id in reader.fresh or not any(one.about is About.READING for one in told)
        covered = self._asker.readings[policy_id].covered
        # What is sent to read each school year was sent this year if it was to be read in it.
        since = academic_year_start(self._today) if duty.asked.repeats else date.min
        return not any(
            one.version_id in covered
            and one.route in self._routes
            and one.about not in (About.INFORMED, About.MISSING)
            and (one.due_on or date.max) >= since
            for one in reader.situation.told
        )

    def _asked(self, duty: ReadingDuty, request: OpenRequest | None, reader: AskedReader) -> ReaderEntry:
        """Return what is asked for; a letter written again for a new address leaves the day to read by as it is."""
        entry = self._entry(duty, About.READING, ASKED, request)
        is_again = duty.standing.policy_id in reader.situation.written_elsewhere
        if request is None or not is_again or request.due_on < self._today:
            return entry
        return replace(entry, item=replace(entry.item, due_on=request.due_on))

    def _copy_of(self, duty: ReadingDuty) -> CopyRow | None:
        """Return the copy of the version in force that staff are given, be it one with contacts being updated."""
        copy = self._copies.get(duty.standing.policy_id)
        return copy if copy is not None and copy.version_id == duty.standing.version_id else None

    def _is_to_be_informed(self, duty: ReadingDuty, request: OpenRequest | None, reader: AskedReader) -> bool:
        """Return whether a reading would be owed if there were a full copy, and nothing of it was told."""
        situation, reading = reader.situation, self._asker.readings[duty.standing.policy_id]
        if request is not None or duty.asked_on > self._today:
            return False
        if duty.rule is ReadingRule.SIGN and self._asker.is_read(duty, situation):
            return False
        told = (one for one in situation.told if one.route in (*self._routes, PAPER) and one.about is not About.MISSING)
        return not any(one.version_id in reading.covered for one in told)

    def _missing(self, duty: ReadingDuty) -> ReaderEntry:
        entry = self._entry(duty, About.MISSING, None, None)
        return replace(entry, item=replace(entry.item, why=why_missing(duty.standing)))

    def _stage(self, policy_id: int, request: OpenRequest, reader: AskedReader) -> str | None:
        """Return the reminder that is due of an open request; None where none is, as of one that is opened today."""
        if policy_id in reader.fresh:
            return None
        return self.reminders.due(request, reader.situation.told_of_open(policy_id, self._route))

    def _changed_a_little(self, duty: ReadingDuty, known: frozenset[int]) -> bool:
        """Return whether the reader has ``known`` an earlier version and was not told of the words in force."""
        reading = self._asker.readings[duty.standing.policy_id]
        return bool(known & reading.covered) and not known & reading.same_words

    def _reminder(self, duty: ReadingDuty, request: OpenRequest, stage: str) -> ReaderEntry:
        entry = self._entry(duty, About.READING, stage, request)
        late = max(0, (self._today - request.due_on).days)
        return replace(entry, item=replace(entry.item, due_on=request.due_on, days_late=late))

    def _notice(self, duty: ReadingDuty, request: OpenRequest | None) -> ReaderEntry:
        entry = self._entry(duty, About.NOTICE, None, None)
        why = self._why_notice(request)
        form = form_slot(entry.policy_id) if request is not None and self._has_form else ""
        return replace(entry, item=replace(entry.item, why=why, still_owed=request is not None, form=form))

    def _with_changes(self, entry: ReaderEntry, reader: AskedReader) -> ReaderEntry:
        """Return the entry with what changed since the newest version that its reader has read, if any."""
        reading = self._asker.readings[entry.policy_id]
        known = reader.situation.versions_given(entry.policy_id)
        newest = self._changes.newest_of(known)
        if entry.about is About.READING and self._replaces_what_was_sent(reading, newest, reader):
            entry = replace(entry, item=replace(entry.item, replaces=True))
        if newest is None:
            return entry
        changes = self._changes.since_version(newest, reading.in_force, slot(read_slot(entry.policy_id)))
        why = entry.item.why if entry.about is About.NOTICE else why_known(known, reading) or entry.item.why
        return replace(entry, item=replace(entry.item, changes=changes, why=why))

    def _replaces_what_was_sent(self, reading: PolicyReading, read: int | None, reader: AskedReader) -> bool:
        """Return whether an earlier text was put before a reader who has not read it; ``read`` is what they read."""
        sent = self._changes.newest_of(
            one.version_id
            for one in reader.situation.told
            if one.about in (About.READING, About.NOTICE, About.INFORMED)
            and one.outcome in HAS_TOLD
            and one.route in (*self._routes, PAPER)
            and self._changes.is_earlier(one.version_id, reading.in_force)
            and one.version_id not in reading.same_words
        )
        return sent is not None and (read is None or self._changes.newest_of((read, sent)) != read)

    def _why_notice(self, request: OpenRequest | None) -> str:
        if request is None:
            return "A small change, no need to read it again."
        by = f" by {say_day(request.due_on)}" if request.due_on >= self._today else ""
        return f"A small change. You have not recorded your reading of it yet: please read the new copy{by}."

    def _entry(self, duty: ReadingDuty, about: About, stage: str | None, request: OpenRequest | None) -> ReaderEntry:
        standing, is_find = duty.standing, about is About.FIND
        copy = None if is_find else self._copies.get(standing.policy_id)
        item = ReadingItem(
            title=standing.title,
            slug=standing.slug,
            rule=duty.rule,
            minutes=standing.reading_minutes,
            due_on=duty.due_on,
            attachment=attachment_of(standing.title, copy),
            why="it is good to know where it is" if is_find else duty.why,
            address=standing.address or "",
            form=form_slot(standing.policy_id) if request is not None and self._has_form else "",
            is_covered=copy is not None and copy.is_covered,
        )
        in_force = self._asker.readings[standing.policy_id].in_force.id
        return ReaderEntry(item, standing.policy_id, in_force, about, stage, asks=request is not None)


def read_slot(policy_id: int) -> str:
    """Return the slot for the day on which a reader read a policy last."""
    return f"read-{policy_id}"


def form_slot(policy_id: int) -> str:
    """Return, as it stands in a letter, the slot for a reader's link to the school's form, or their code for it."""
    return slot(form_name(policy_id))


def form_name(policy_id: int) -> str:
    """Return the name of that slot."""
    return f"form-{policy_id}"


def _is_at_least(told: StageTold, stage: int, due_on: date) -> bool:
    """Return whether a reminder of this stage, or a later one, was told of the same day to answer by."""
    return _is_number(told.stage) and told.due_on == due_on and int(told.stage) >= stage


def _is_number(stage: str) -> bool:
    return stage.lstrip("-").isdigit()


def attachment_of(title: str, copy: CopyRow | None) -> Attachment | None:
    """Return a copy as it goes with a mail; None where there is none, or no PDF of it."""
    if copy is None or not (copy.pdf_path and copy.pdf_sha256 and copy.pdf_bytes):
        return None
    return Attachment(
        copy_id=copy.id,
        file_name=attachment_name(title),
        path=Path(copy.pdf_path),
        sha256=copy.pdf_sha256,
        size_bytes=copy.pdf_bytes,
    )
