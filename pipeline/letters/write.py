"""Keep what a day's plan came to: requests, letters and what they tell, a few people in each short transaction.

Each part asks whether the people in it still stand where the plan found them; who has answered meanwhile is left to
the next plan. A killed plan has kept whole parts: the next one goes on in the same mailing, and nothing goes early.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from pipeline.acknowledgements.codes import mail_code, request_code
from pipeline.acknowledgements.declarations.declared import hash_statement
from pipeline.acknowledgements.forms.school_form import PLACEHOLDER, form_link
from pipeline.acknowledgements.links import personal_link
from pipeline.config import Config
from pipeline.dates.calendar import academic_year_start
from pipeline.letters.addressed import Addressed, with_others
from pipeline.letters.compose import (
    CODE,
    NAME,
    PAGE,
    MailContext,
    attached_bytes,
    compose_letter,
    mail_context,
    most_attached_bytes,
    tells_others,
)
from pipeline.letters.contributors.readings import form_name, read_slot
from pipeline.letters.contributors.reviews import REVIEWS
from pipeline.letters.day_plan import DayPlan, PersonPlan
from pipeline.letters.groups import lines_of
from pipeline.letters.items import LetterContents
from pipeline.letters.told_by import declarations_told_of, keep_requests, new_declaration, new_reading, told_of
from pipeline.mail.composed import ComposedMail
from pipeline.mail.mailings import begin_mailing, close_left, close_mailing, mailing_waits
from pipeline.mail.outbox import body_of
from pipeline.mail.routes.envelope import sender_address
from pipeline.mail.words import one_line
from pipeline.model.mail import MailKind
from pipeline.people.obligations import has_left
from pipeline.register.mail import outbox
from pipeline.register.mail.campaigns import CampaignState, add_campaign
from pipeline.register.mail.letter_bodies import add_body
from pipeline.register.mail.outbox import TO_STAFF, NewMessage
from pipeline.register.mail.reader_mail import StaleMail, cancel_all_mail, cancel_answered_mail
from pipeline.register.mail.slots import ANSWERS, fill_slots, without_slots
from pipeline.register.mail.told import add_told
from pipeline.register.people.persons import PersonRow
from pipeline.register.people.situations import are_same, list_situations
from pipeline.register.readings import bulk
from pipeline.register.readings.declarations import add_declarations_told
from pipeline.register.readings.requests import DECLARATION, READING, Place
from pipeline.register.store.chunks import in_chunks
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day

PEOPLE_AT_ONCE = 25
"""In one transaction, some hundredths of a second each with 60 policies. Pages that record a reading wait for it."""
_WITH_NOBODY_WAITING = 500  # in a register that nobody else uses
SUBJECT_LIMIT = 180
"""Characters of a subject before its code."""


@dataclass(frozen=True, slots=True)
class QueuedLetter:
    """One letter put into the outbox."""

    message: int
    """The outbox's key."""
    person: PersonRow | None
    """None for an owner or the office."""
    address: str
    name: str
    contents: LetterContents

    @property
    def kind(self) -> MailKind:
        """What it is kept as."""
        return self.contents.kind

    @property
    def kinds(self) -> tuple[MailKind, ...]:
        """All that it is for."""
        return self.contents.kinds

    @property
    def titles(self) -> tuple[str, ...]:
        """The policies it asks to read, or of a small change those it tells of."""
        one = self.contents
        return tuple(entry.item.title for entry in (*one.asked, *one.still, *one.notices, *one.informed))

    @property
    def minutes(self) -> int:
        """The reading it asks for."""
        return self.contents.minutes

    @property
    def reviews(self) -> tuple[str, ...]:
        """Slugs of the policies whose review it tells of."""
        return tuple(dict.fromkeys(item.standing.slug for item in self.contents.of(REVIEWS)))


@dataclass(frozen=True, slots=True)
class MailSize:
    """What the copies add to one day's letters to readers."""

    attached_bytes: int = 0
    """With every copy attached, as it is written in the mails."""
    carried: bool = True
    """Whether they are attached; else each mail says where the copies are."""


@dataclass(slots=True)
class WrittenLetters:
    """What was kept of a plan."""

    opened: int = 0
    """Requests, as is the next."""
    closed: int = 0
    queued: list[QueuedLetter] = field(default_factory=list)
    size: MailSize = field(default_factory=MailSize)


@dataclass(frozen=True, slots=True)
class _ReadyLetter:
    """One letter ready to be queued."""

    row: PersonRow | None
    address: str
    name: str
    contents: LetterContents
    mail: ComposedMail
    suffix: str = ""
    """Of its key: set where a person gets a letter beside the day's one."""
    answers: str = ""
    """The Message-ID of the mail that it answers."""


class LetterWriter:
    """Writes one day's plan into the register."""

    def __init__(
        self,
        register: Register,
        config: Config,
        plan: DayPlan,
        secret: str,
        now: datetime,
        dropped: Mapping[int, StaleMail],
    ) -> None:
        """``secret`` signs personal links; ``dropped``: by person, the letter of a mailing that is made afresh."""
        self._register, self._config, self._plan, self._secret, self._now = register, config, plan, secret, now
        self._school, self._route = register.school, config.mail.route
        self._dropped = dropped
        self._mailing: int | None = None
        self._notices: int | None = None
        self._composed: dict[tuple[int, bool], ComposedMail] = {}
        self._kept: list[LetterContents] = []
        self._bodies: dict[int, int] = {}
        self.written = WrittenLetters()

    def write(self) -> WrittenLetters:
        """Keep everything, a part at a time; return what was kept.

        Raises:
            ConfigurationError: when a template cannot be filled; nothing is kept then.
        """
        assert self._plan.safety is not None
        mailed = [one for one in self._plan.people if one.outcome.contents.kinds]
        with self._register.reading() as tx:
            waits = self._waits(tx, mailed)
        context = self._weigh(mailed)
        letters, others = self._compose_all(context, waits=waits)
        for part in in_chunks(self._plan.people, _WITH_NOBODY_WAITING if self._is_alone else PEOPLE_AT_ONCE):
            with self._register.transaction() as tx:
                self._write_people(tx, part, letters)
        with self._register.transaction() as tx:
            self._queue(tx, others)
            if self._mailing is not None:
                close_mailing(tx, self._school, self._mailing, self._config.mail.confirm_above, self._now)
            close_left(tx, self._school, self._route, self._config.mail.confirm_above, self._now)
        return self.written

    def write_beside(self, tx: Transaction, suffix: str) -> None:
        """Keep the letters to others alone, beside the day's own: what cannot wait for the next plan."""
        context = self._context()
        self._queue(tx, [self._other_letter(context, one, suffix) for one in self._plan.others.values()])

    def write_one(
        self, tx: Transaction, contents: LetterContents, address: str, row: PersonRow | None, suffix: str, answers: str
    ) -> bool:
        """Keep one letter beside the day's own; return False where one of this ``suffix`` went today already.

        ``answers``: the Message-ID of the mail that it answers; empty where it answers none."""
        name = (row.person.first_name or row.person.last_name) if row else ""
        mail = self._compose(self._context(), contents, greets=bool(name), has_page=contents.link)
        before = len(self.written.queued)
        self._queue(tx, [_ReadyLetter(row, address, name, contents, mail, suffix, answers)])
        return len(self.written.queued) > before

    def _context(self) -> MailContext:
        assert self._plan.safety is not None
        return mail_context(self._config, self._plan.safety, self._plan.today)

    @property
    def _is_alone(self) -> bool:
        """Whether nobody else can have written: the register is a copy in memory, of a dry run or a look ahead."""
        return self._register.is_in_memory

    # --- what the letters say ---

    def _waits(self, tx: Transaction, mailed: Sequence[PersonPlan]) -> bool:
        """Return whether the readers' letters would wait for their owner's word: reviews must not wait with them."""
        mine = [one for one in mailed if self._is_for_mailing(one.outcome.contents)]
        new = [one.row.id for one in mine if self._mailing_before(one.row.id, one.outcome.contents) is None]
        confirm_above = self._config.mail.confirm_above
        return mailing_waits(tx, self._school, self._route, confirm_above, self._now, more=new)

    def _is_for_mailing(self, contents: LetterContents) -> bool:
        """Return whether a letter belongs to the day's mailing, which may wait for its owner's word.

        A reminder goes with the mailing that asked. Of an earlier school year alone it is none of those: the program
        stood still since, and nobody has looked at the list of whom it writes to.
        """
        if contents.kind is not MailKind.REMINDER:
            return contents.kind in TO_STAFF
        began = academic_year_start(self._plan.today)
        reminded = [entry.item.due_on for entry in contents.still] + [one.due_on for one in contents.declare]
        return all(due_on < began for due_on in reminded)

    def _mailing_before(self, person: int, contents: LetterContents) -> int | None:
        """Return the mailing in which a person's letter is made afresh; None where it belongs to a new one.

        Who lets a mailing go has seen what it tells: a letter that tells of more does not go with it unseen.
        """
        before = self._dropped.get(person)
        if before is None:
            return None
        new = (*contents.asked, *contents.find, *contents.notices, *contents.informed, *contents.missing)
        is_covered = {entry.version_id for entry in new} <= before.versions
        is_covered &= {(one.key, hash_statement(one.statement)) for one in contents.declare} <= before.declarations
        return before.campaign if is_covered or not before.is_let_go else None

    def _weigh(self, mailed: Sequence[PersonPlan]) -> MailContext:
        """Decide whether today's letters carry their copies: not where they would fill a disk or a mail server.

        By mail they do where a reader has no page to find the copies on.
        """
        sizes: dict[int, int] = {}
        most = most_attached_bytes(self._config)
        total = 0
        for one in mailed:
            contents = one.outcome.contents
            if id(contents) not in sizes:
                sizes[id(contents)] = attached_bytes(contents.items_to_carry, most)
            total += sizes[id(contents)]
        fits = total <= self._config.mail.attach_below_mb * 1_000_000
        folder = self._route == "folder"
        carried = fits or not (folder or self._config.web.base_url)
        self.written.size = MailSize(total, carried)
        copies = str(self._config.distribution / "copies") if folder and not carried else ""
        assert self._plan.safety is not None
        return mail_context(self._config, self._plan.safety, self._plan.today, carries=carried, copies_folder=copies)

    def _compose_all(self, context: MailContext, *, waits: bool) -> tuple[dict[int, _ReadyLetter], list[_ReadyLetter]]:
        """Return the readers' letters by person, and the others, all composed before anything is kept."""
        rest = dict(self._plan.others)
        letters: dict[int, _ReadyLetter] = {}
        beside: list[_ReadyLetter] = []
        for one in self._plan.people:
            if not one.outcome.contents.kinds:
                continue
            address = one.row.person.work_email or ""
            others = rest.pop(address.casefold(), None)
            letter, left = self._reader_letter(context, one, address, others, waits=waits)
            letters[one.row.id] = letter
            if left is not None:
                beside.append(self._other_letter(context, left, ":others"))
        return letters, [*beside, *(self._other_letter(context, one, "") for one in rest.values())]

    def _reader_letter(
        self, context: MailContext, one: PersonPlan, address: str, others: Addressed | None, *, waits: bool
    ) -> tuple[_ReadyLetter, Addressed | None]:
        """Return a person's letter, and what must be told them in one beside it."""
        contents, name = one.outcome.contents, one.row.person.first_name or one.row.person.last_name
        waits = waits and self._is_for_mailing(contents)
        if others is not None and not waits:
            joined = with_others(contents, others.contents)
            mail = self._compose(context, joined, greets=bool(name), has_page=bool(self._config.web.base_url))
            if tells_others(mail, joined):
                return _ReadyLetter(one.row, address, name, joined, mail), None
        mail = self._compose(context, contents, greets=bool(name), has_page=bool(self._config.web.base_url))
        return _ReadyLetter(one.row, address, name, contents, mail), others

    def _other_letter(self, context: MailContext, one: Addressed, suffix: str) -> _ReadyLetter:
        mail = self._compose(context, one.contents, greets=bool(one.name), has_page=False)
        return _ReadyLetter(None, one.address, one.name, one.contents, mail, suffix)

    def _compose(self, context: MailContext, contents: LetterContents, *, greets: bool, has_page: bool) -> ComposedMail:
        key = id(contents), greets
        if key not in self._composed:
            self._composed[key] = compose_letter(context, contents, greets=greets, has_page=has_page)
            self._kept.append(contents)  # so that no later contents can have the same identity
        return self._composed[key]

    # --- the register ---

    def _write_people(self, tx: Transaction, part: Sequence[PersonPlan], letters: Mapping[int, _ReadyLetter]) -> None:
        part = self._still_standing(tx, part)
        mine, now = (tx, self._school), self._now
        read = keep_requests(*mine, READING, [(one.row, one.outcome.changes) for one in part], new_reading, now)
        self.written.closed += read.closed
        self.written.opened += read.opened
        to_declare = [(one.row, one.outcome.declared) for one in part]
        declared = keep_requests(*mine, DECLARATION, to_declare, partial(new_declaration, now), now)
        requests = {**read.requests, **declared.requests}
        self._drop_mail(tx, part)
        self._queue(tx, [letters[one.row.id] for one in part if one.row.id in letters], requests)

    def _still_standing(self, tx: Transaction, part: Sequence[PersonPlan]) -> Sequence[PersonPlan]:
        """Return who stands where the plan found them; the others are left to the next plan."""
        if self._is_alone:
            return part
        began = self._plan.year_began
        ids = [one.row.id for one in part]
        lines = list_situations(tx, self._school, year_began=began, today=self._plan.today, persons=ids)
        return [one for one in part if all(map(are_same, lines_of(lines, one.row.id), one.lines))]

    def _drop_mail(self, tx: Transaction, part: Sequence[PersonPlan]) -> None:
        """Drop the mail that has not gone and asks only for what is closed now; all of it to those who have left."""
        concerned = [one.row for one in part if one.outcome.changes.closed or one.outcome.declared.closed]
        for row in concerned:
            if has_left(row.person, self._plan.today):
                cancel_all_mail(tx, self._school, row.id, self._now, "no longer asked")
        cancel_answered_mail(tx, self._school, [row.id for row in concerned], self._now, "no longer asked")

    def _queue(
        self,
        tx: Transaction,
        letters: Sequence[_ReadyLetter],
        requests: Mapping[tuple[int, Place], int] | None = None,
    ) -> None:
        """Queue letters and note what they tell; who has had a letter today is left to the next day.

        ``requests`` are those open, by person and what is asked.
        """
        keys = self._free_keys(tx, letters)
        letters = [letter for letter in letters if id(letter) in keys]
        if not letters:
            return
        slots = self._slots(tx, letters, requests or {})
        campaigns = self._campaigns(tx, letters)
        number = outbox.next_number(tx)
        names = [self._message_id(letter, keys[id(letter)], at) for at, letter in enumerate(letters, number)]
        for index, name in enumerate(names):
            slots[index][CODE] = mail_code(self._secret, self._school, number + index, name)
        new = [
            NewMessage(
                key=keys[id(letter)],
                kind=letter.contents.kind,
                person=letter.row.id if letter.row else None,
                recipient=letter.address,
                subject=_subject(letter.mail, slots[index]),
                body=self._body(tx, letter.mail),
                slots=slots[index],
                message_id=names[index],
                due_on=self._plan.today,
                route=self._route,
                campaign=campaigns[index],
            )
            for index, letter in enumerate(letters)
        ]
        ids = outbox.add_messages(tx, self._school, new, self._now)
        self._note_told(tx, letters, ids, requests or {})

    def _note_told(
        self,
        tx: Transaction,
        letters: Sequence[_ReadyLetter],
        messages: Sequence[int],
        requests: Mapping[tuple[int, Place], int],
    ) -> None:
        told = [
            (message, letter.address.casefold(), self._route, letter.row.id if letter.row else None, letter.contents)
            for message, letter in zip(messages, letters, strict=True)
        ]
        add_told(tx, self._school, told_of(told, requests))
        add_declarations_told(tx, self._school, list(declarations_told_of(told, requests)))
        self.written.queued += [
            QueuedLetter(message, letter.row, letter.address, letter.name, letter.contents)
            for message, letter in zip(messages, letters, strict=True)
        ]

    def _free_keys(self, tx: Transaction, letters: Sequence[_ReadyLetter]) -> dict[int, str]:
        """Return the keys of letters that may be queued: who leads now is told though a letter went today already."""
        keys = {id(letter): self._key(letter) for letter in letters}
        told = {id(one): f"{keys[id(one)]}:contacts" for one in letters if one.contents.kind is MailKind.CONTACTS}
        taken = outbox.list_taken_keys(tx, self._school, [*keys.values(), *told.values()])
        keys |= {letter: key for letter, key in told.items() if keys[letter] in taken}
        return {letter: key for letter, key in keys.items() if key not in taken}

    def _key(self, letter: _ReadyLetter) -> str:
        """Return what makes it one letter an address and day."""
        return f"{self._route}:{letter.address.casefold()}:{self._plan.today}{letter.suffix}"

    def _message_id(self, letter: _ReadyLetter, key: str, number: int) -> str:
        named = f"{self._school}\n{key}\n{letter.address}\n{self._now.isoformat()}\n{number}"
        digest = hashlib.sha256(named.encode()).hexdigest()[:40]
        return f"<{digest}@{sender_address(letter.mail.sender).partition('@')[2]}>"

    def _body(self, tx: Transaction, mail: ComposedMail) -> int:
        if id(mail) not in self._bodies:
            self._bodies[id(mail)] = add_body(tx, self._school, body_of(mail))
        return self._bodies[id(mail)]

    def _slots(
        self, tx: Transaction, letters: Sequence[_ReadyLetter], requests: Mapping[tuple[int, Place], int]
    ) -> list[dict[str, str]]:
        """Return what stands in the slots of each letter; ``requests`` are those open, by person and policy."""
        wanted = [letter for letter in letters if letter.row and letter.contents.tells_changes]
        read_on = bulk.list_last_read(tx, self._school, [letter.row.id for letter in wanted if letter.row])
        filled = []
        for letter in letters:
            slots = {NAME: one_line(without_slots(letter.name), 60)} if letter.name else {}
            if letter.row is not None:
                if link := personal_link(self._config, self._secret, letter.row, self._school):
                    slots[PAGE] = link
                for policy_id, at in read_on.get(letter.row.id, {}).items():
                    slots[read_slot(policy_id)] = say_day(at.astimezone(self._config.zone).date())
                slots |= self._form_slots(letter.row, letter.contents, requests)
            slots |= {ANSWERS: letter.answers} if letter.answers else {}
            filled.append(slots)
        return filled

    def _form_slots(
        self, row: PersonRow, contents: LetterContents, requests: Mapping[tuple[int, Place], int]
    ) -> dict[str, str]:
        """Return the reader's links to the school's form, a policy each; their codes where the form takes none."""
        web, filled = self._config.web, {}
        for entry in contents.to_reader:
            request = requests.get((row.id, entry.policy_id))
            if entry.item.form and request is not None:
                code = request_code(self._secret, self._school, request)
                has_place = PLACEHOLDER in web.form_url
                filled[form_name(entry.policy_id)] = form_link(self._config, code) if has_place else code
        return filled

    def _campaigns(self, tx: Transaction, letters: Sequence[_ReadyLetter]) -> list[int | None]:
        """Return the mailing of each letter: today's, that of the letter made afresh, or the one it reminds of."""
        if self._route == "folder":
            return [None] * len(letters)
        reminded = [letter.row.id for letter in letters if letter.row and letter.contents.kind is MailKind.REMINDER]
        asked_with = bulk.list_mailings_that_asked(tx, self._school, reminded)
        found: list[int | None] = []
        for letter in letters:
            person = letter.row.id if letter.row else 0
            if letter.contents.kind is MailKind.CONTACTS:
                # The office has said that it goes: it waits for no number, and can be paused and cancelled.
                self._notices = self._notices or add_campaign(
                    tx, self._school, self._route, CampaignState.OPEN, self._now
                )
                found.append(self._notices)
            elif not self._is_for_mailing(letter.contents):
                policies = [entry.policy_id for entry in letter.contents.still]
                those = [asked_with[person, policy] for policy in policies if (person, policy) in asked_with]
                found.append(max(those).mailing if those else None)
            elif (before := self._mailing_before(person, letter.contents)) is not None:
                found.append(before)
            else:
                if self._mailing is None:
                    self._mailing = begin_mailing(tx, self._school, self._route, self._now)
                found.append(self._mailing)
        return found


def _subject(mail: ComposedMail, slots: Mapping[str, str]) -> str:
    """Return a mail's subject, cut where it is long, with its code at the end: replies keep that."""
    return f"{one_line(fill_slots(mail.subject, slots), SUBJECT_LIMIT)} [Ref {slots[CODE]}]"
