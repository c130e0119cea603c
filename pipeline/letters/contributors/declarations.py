"""What is to be declared for the school year: what a letter says of it, who wishes to declare something, who is late.

The same days, reminders and rests as of readings. The policy's owner is told who wishes to declare
something, each week until it is recorded that it was said in person; what it is stands in no letter.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date
from itertools import chain

from pipeline.acknowledgements.asking import AskingChanges
from pipeline.acknowledgements.declarations.declared import (
    AskedDeclaration,
    DeclarationDuty,
    DeclarationSituation,
    made_to,
)
from pipeline.acknowledgements.situation import OpenRequest
from pipeline.config import Config
from pipeline.dates.calendar import school_day_from
from pipeline.directory import HEAD
from pipeline.letters.addressed import Telling, only_here
from pipeline.letters.contributors.late import LATE, LateItem, is_at, late_readers, week_of
from pipeline.letters.contributors.office import OFFICE_TASKS
from pipeline.letters.contributors.readings import Reminders
from pipeline.letters.items import DeclarationItem
from pipeline.letters.others_day import OfficeItem, OthersDay
from pipeline.model.contacts import Directory, Holder
from pipeline.named.holders import role_words
from pipeline.people.obligations import has_left, is_away
from pipeline.policies.owners import Recipient, reachable, resolve_default_owner, resolve_owner
from pipeline.register.mail.told import ASKED, About, ToldOutcome, routes_like
from pipeline.register.people.persons import PersonRow
from pipeline.register.people.situations import OverdueRequest
from pipeline.register.readings.declarations import (
    Declaration,
    DeclarationAnswer,
    DeclarationRequestRow,
    DeclarationTold,
    list_declaration_requests,
    list_declarations,
    list_declarations_told,
)
from pipeline.register.readings.requests import Place
from pipeline.wording import say_day

_HAS_TOLD = (ToldOutcome.SENT, ToldOutcome.WRITTEN)


def owner_words(asked: AskedDeclaration) -> str | None:
    """Return the words for whom a declaration is made to: as the settings have it, else the policy's owner."""
    return asked.section.owner or asked.policy.owner


def say_whom(holders: Sequence[Holder]) -> tuple[str, ...]:
    """Return whom to see, each with name, post and telephone."""
    said = []
    for one in holders:
        name = f"{one.title} {one.name}".strip()
        said.append(f"{name}, the {role_words(one.role)}" + (f", {one.phone}" if one.phone else ""))
    return tuple(said)


class DeclarationLetters:
    """Says what one reader after another is to declare on a day."""

    def __init__(self, config: Config, shown: Directory, reminders: Reminders, today: date) -> None:
        """``shown`` is who may be named today."""
        self._config, self._shown, self._reminders, self._today = config, shown, reminders, today
        self._routes = routes_like(config.mail.route)
        self._see: dict[tuple[str, str], tuple[str, ...]] = {}
        self._made_to: dict[str, frozenset[str]] = {}

    def addresses(self, asked: Sequence[AskedDeclaration]) -> frozenset[str]:
        """Return, in small letters, the addresses of those to whom some declarations are made."""
        return frozenset(chain.from_iterable(map(self._addresses, asked)))

    def items(
        self,
        duties: Sequence[DeclarationDuty],
        situation: DeclarationSituation,
        changes: AskingChanges[DeclarationDuty],
        owed: Mapping[Place, OpenRequest],
        address: str,
    ) -> tuple[DeclarationItem, ...]:
        """Return what stands in the letter of a person who owes these declarations; nothing that was told today.

        ``owed`` is what is open once ``changes`` are made; the reader at ``address`` is sent to nobody at it.
        """
        fresh = {one.place for one in changes.opened}
        found = []
        for duty in duties:
            if (request := owed.get(duty.place)) is None:
                continue
            told = () if duty.place in fresh else situation.told_of(duty.place, self._routes)
            if not any(one.stage == ASKED for one in told):
                found.append(self._item(duty, ASKED, duty.due_on, address))
            elif (stage := self._reminders.due(request, told)) is not None:
                found.append(self._item(duty, stage, request.due_on, address))
        return tuple(found)

    def _item(self, duty: DeclarationDuty, stage: str, due_on: date, address: str) -> DeclarationItem:
        asked = duty.asked
        return DeclarationItem(
            asked.key,
            asked.school_year,
            asked.section.name,
            asked.section.statement,
            asked.policy.title,
            due_on,
            stage,
            max(0, (self._today - due_on).days),
            self._whom(asked, address),
        )

    def _whom(self, asked: AskedDeclaration, address: str) -> tuple[str, ...]:
        key = asked.key, address if address in self._addresses(asked) else ""
        if key not in self._see:
            holders = made_to(asked.section, asked.policy.owner, self._shown, self._config, not_at=key[1])
            self._see[key] = say_whom(holders)
        return self._see[key]

    def _addresses(self, asked: AskedDeclaration) -> Set[str]:
        if asked.key not in self._made_to:
            words = owner_words(asked)
            ways = resolve_owner(words, self._shown, self._config), resolve_default_owner(self._shown, self._config)
            self._made_to[asked.key] = frozenset(one.address.casefold() for one in chain(*ways))
        return self._made_to[asked.key]


# --- to the policy's owner ---------------------------------------------------------------------------------------


def list_declarations_to_tell(day: OthersDay) -> Iterator[Telling]:
    """Yield who is to be told today of whom."""
    requests = list_declaration_requests(day.tx, day.school, only_open=True)
    said = list_declarations(day.tx, day.school) if requests else ()
    letters = list_declarations_told(day.tx, day.school) if requests else ()
    people = {row.id: row for row in day.people if not has_left(row.person, day.today)}
    sections = {one.key: one for one in day.asked}
    wishes = {one.request: one for one in said if one.answer is DeclarationAnswer.SOMETHING}
    late: dict[str, list[DeclarationRequestRow]] = defaultdict(list)
    for request in requests:
        row = people.get(request.person)
        if row is None:
            continue
        if (wish := wishes.get(request.id)) is not None:
            yield from _tell_of_wish(day, request, wish, row, sections.get(request.declaration))
        elif request.declaration in sections and _is_late(day, request, row, letters):
            late[request.declaration].append(request)
    for key, mine in late.items():
        yield from _tell_of_late(day, sections[key], mine, people)


def _recipients(day: OthersDay, asked: AskedDeclaration | None, not_at: str = "") -> Sequence[Recipient]:
    """Return to whom a declaration is made: the owner, else the default owner, else the head; never the person.

    None is one that nobody is asked for any more."""
    ways = (
        resolve_owner(owner_words(asked) if asked else None, day.directory, day.config),
        resolve_default_owner(day.directory, day.config),
        reachable(list(day.directory.of(HEAD))),
    )
    others = ([one for one in only_here(way, day.not_here) if one.address.casefold() != not_at] for way in ways)
    return next((found for found in others if found), [])


def _tell_of_wish(
    day: OthersDay,
    request: DeclarationRequestRow,
    wish: Declaration,
    row: PersonRow,
    asked: AskedDeclaration | None,
) -> Iterator[Telling]:
    stage = f"declare {request.id} {week_of(day.today)}"
    if (row.id, stage) in day.told_stages:
        return
    person, when = row.person, say_day(wish.given_at.astimezone(day.config.zone).date())
    of = f"{request.name} ({asked.policy.title})" if asked else f"{request.name}, which nobody is asked for any more"
    words = (
        f"{person.name} said on {when} that they have something to declare: {of}. "
        "Speak with them; what they say is not written down here. Afterwards record that they did: on the desk under "
        f"Readings, Declarations, or with policy acknowledge declared {person.person_id} {request.declaration} "
        "--by YOUR-NAME --on DAY."
    )
    item = OfficeItem(words, row.id, stage, from_reader=True)
    for recipient in _recipients(day, asked, (person.work_email or "").casefold()):
        yield recipient, OFFICE_TASKS, item


def _is_late(
    day: OthersDay, request: DeclarationRequestRow, row: PersonRow, letters: Sequence[DeclarationTold]
) -> bool:
    """Return whether the last reminder of a declaration has gone, and its reader is here."""
    place = request.declaration, request.school_year
    if (row.id, place) in day.settled or row.id in day.quiet or is_away(row.person, day.today):
        return False
    after = max(day.config.reading.remind_school_days, default=0)
    routes = routes_like(day.config.mail.route)
    reached = any(one.request == request.id and one.outcome in _HAS_TOLD and one.route in routes for one in letters)
    return reached and school_day_from(request.due_on, after, day.config.calendar.no_school) < day.today


def _tell_of_late(
    day: OthersDay,
    asked: AskedDeclaration,
    late: Sequence[DeclarationRequestRow],
    people: Mapping[int, PersonRow],
) -> Iterator[Telling]:
    stage = f"declaration {asked.key} {week_of(day.today)}"
    told = {row.address for row in day.counted() if row.stage == stage}
    title, policy_id = f"Declaration: {asked.section.name}", asked.policy.policy_id
    for recipient in _recipients(day, asked):
        address = recipient.address.casefold()
        others = [one for one in late if address not in told and not is_at(people[one.person], address)]
        overdue = [OverdueRequest(one.id, one.person, policy_id, one.due_on) for one in others]
        if readers := late_readers(day, overdue, people):
            yield recipient, LATE, LateItem(title, policy_id, readers, About.LATE, stage, is_declaration=True)
