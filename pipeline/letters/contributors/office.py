"""What the school office has to do, above all for people whom mail does not reach: told once each, in its letter.

A starter without an address is told of five school days before the first day, so that the pack can be printed; one
whose address the mail server does not know is written to again for five school days, then printed. Of anybody else
whose letter came back the office is told at once, and again where the next address is not known either. Of who wrote
back it is told the same day, in words that say where to look and nothing of what was written.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import UTC, date, datetime, time, timedelta

from pipeline.config import Config
from pipeline.dates.calendar import school_day_from
from pipeline.letters.addressed import Telling, addresses_not_here, only_here
from pipeline.letters.others_day import OfficeItem, OthersDay
from pipeline.letters.parts import LetterPart, Shared
from pipeline.mail.composed import Attachment
from pipeline.mail.words import one_line
from pipeline.model.contacts import Directory
from pipeline.model.mail import MailKind
from pipeline.people.lists.staff_list import without_own_address
from pipeline.people.obligations import STARTER_DAYS
from pipeline.policies.owners import Recipient, directory_of_owners, reachable, resolve_default_owner
from pipeline.policies.standing import list_standings
from pipeline.register.mail.inbox import ReplyReason, Returned, list_returned
from pipeline.register.mail.slots import without_slots
from pipeline.register.mail.told import About, ToldRecord, list_told
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day, say_list

OFFICE = "office"
NO_ADDRESS, UNKNOWN_ADDRESS, WROTE_BACK, STRANGERS = "no-address", "unknown-address", "wrote-back", "strangers-wrote"
_OF_STRANGERS = (ReplyReason.STRANGER, ReplyReason.MANY)
LOOKED_AT_FOR = timedelta(days=14)
"""A reply, or what a reader told from their page, is told of so long where nobody could be told before."""
_BEFORE = 5
"""School days before the first day."""


def list_for_office(day: OthersDay, *, only_returned: bool = False) -> Iterator[Telling]:
    """Yield what the office is to be told today; ``only_returned``: of who wrote back alone."""
    recipients = office_recipients(day.directory, day.config, day.not_here)
    if not recipients:
        return
    told = day.told_stages
    by_id = {row.id: row for row in day.people}
    items = [] if only_returned else list_standing_facts(day)
    returned = list_to_look_at(day.tx, day.school, day.today)
    strangers = [one for one in returned if one.reason in _OF_STRANGERS]
    items += [_wrote_back(one, by_id.get(one.person or 0), day.config) for one in returned if one not in strangers]
    items += _strangers_wrote(
        [one for one in strangers if one.id > _last_told(stage or "" for _, stage in told)], day.config
    )
    for item in items:
        if (item.person, item.stage) not in told:
            for recipient in recipients:
                yield recipient, OFFICE_TASKS, item


def list_standing_facts(day: OthersDay) -> list[OfficeItem]:
    """Return all that the office is to put right today, told before or not; who wrote back is left out."""
    by_id = {row.id: row for row in day.people}
    unknown = [_unknown_address(by_id[person]) for person in day.unknown if person in by_id]
    refused = {item.person for item in unknown}
    facts = [item for item in day.facts if item.person is None or item.person not in refused]
    # Of a starter who has had no pack that is said, and not what was said before the first day.
    without_pack = {person for item in facts for person in (item.person, *item.people)}
    starters = [_no_address(row) for row in _unreachable_starters(day) if row.id not in without_pack]
    return [*starters, *unknown, *facts]


def list_to_look_at(tx: Transaction, school: str, today: date) -> tuple[Returned, ...]:
    """Return the replies of the last two weeks that the office is to look at."""
    return list_returned(tx, school, datetime.combine(today - LOOKED_AT_FOR, time(0), tzinfo=UTC))


def day_for_office(tx: Transaction, school: str, config: Config, today: date) -> OthersDay:
    """Return a day as far as it is known beside the plan of its letters: for what cannot wait for the next one."""
    people = list_people(tx, school, today)
    directory, told = directory_of_owners(config, today), list_told(tx, school, about=OFFICE_TASKS.about)
    standings = list_standings(tx, school, config, today)
    return OthersDay(tx, school, config, directory, standings, people, told, addresses_not_here(people, today), today)


def office_recipients(directory: Directory, config: Config, not_here: Set[str]) -> tuple[Recipient, ...]:
    """Return whose letter has what the office has to do: the office's, else that of the default owner."""
    office = only_here(reachable(list(directory.of(OFFICE))), not_here)
    return office or only_here(resolve_default_owner(directory, config), not_here)


def _unreachable_starters(day: OthersDay) -> Sequence[PersonRow]:
    """Return who starts within five school days, or has not been here for long, and has no address of their own."""
    closed = day.config.calendar.no_school
    unreached = without_own_address(day.people, day.today)
    return [
        row
        for row in day.people
        if row.id in unreached
        and row.person.start_on is not None
        and school_day_from(row.person.start_on, -_BEFORE, closed) <= day.today
        and day.today <= row.person.start_on + timedelta(days=STARTER_DAYS)
    ]


def _no_address(row: PersonRow) -> OfficeItem:
    person = row.person
    starts = f" on {say_day(person.start_on)}" if person.start_on else ""
    words = (
        f"{person.name} starts{starts} and has no work address of their own, so no mail goes. Put the address into the "
        f"staff list, or print the pack: policy pack {person.person_id} --out FOLDER."
    )
    short = f"{person.name} starts{starts} and has no work address of their own"
    command = f"policy pack {person.person_id} --out FOLDER"
    return OfficeItem(words, row.id, NO_ADDRESS, short, f"/people/{row.id}", command)


def _unknown_address(row: PersonRow) -> OfficeItem:
    person = row.person
    words = (
        f"The mail server has refused {person.work_email} of {person.name}, so no letter reaches them. Correct the "
        f"address in the staff list, or print what they are to read: policy pack {person.person_id} --out FOLDER."
    )
    stage, short = f"{UNKNOWN_ADDRESS} {(person.work_email or '').casefold()}", f"No mail reaches {person.name}"
    return OfficeItem(words, row.id, stage, short, f"/people/{row.id}", f"policy pack {person.person_id} --out FOLDER")


_WHY = {
    ReplyReason.WORDS: "It does not say “I have read” alone, so nothing was recorded by it",
    ReplyReason.SENDER: "It does not come from the one address that the mail went to, so nothing was recorded by it",
    ReplyReason.DELEGATED: "It was sent by somebody on their behalf, so nothing was recorded by it",
    ReplyReason.FORWARDED: "It passes on another mail, so nothing was recorded by it",
    ReplyReason.ANOTHERS: "It answers a mail that went to somebody else, so nothing was recorded by it",
    ReplyReason.NOTHING: "It says that they have read, but not everything could be recorded: they have left, or a "
    "policy has changed since, is not in use any more, or had no copy that could be read",
    ReplyReason.MORE: "Their reading was recorded, and they wrote something besides",
}


def _last_told(stages: Iterable[str]) -> int:
    """Return the register's key of the last mail of strangers that the office was told of; 0 where of none."""
    found = [stage.removeprefix(f"{STRANGERS} ") for stage in stages if stage.startswith(f"{STRANGERS} ")]
    return max(map(int, found), default=0)


def _strangers_wrote(new: Sequence[Returned], config: Config) -> list[OfficeItem]:
    """Return in one sentence that people on no list wrote; who they are is kept nowhere."""
    if not new:
        return []
    days = sorted({one.arrived_at.astimezone(config.zone).date() for one in new})
    when = f"on {say_day(days[0])}" if len(days) == 1 else f"between {say_day(days[0])} and {say_day(days[-1])}"
    is_many = any(one.reason is ReplyReason.MANY for one in new)
    count = "More mails than are counted" if is_many else say_count(len(new), "mail")
    words = (
        f"{count} from people whom no list knows by their address came to {config.inbox.user} {when}, and nobody has "
        f"read {'it' if count == '1 mail' else 'them'}: look in that mailbox today. It may be about a child."
    )
    return [OfficeItem(words, None, f"{STRANGERS} {max(one.id for one in new)}")]


def _wrote_back(one: Returned, row: PersonRow | None, config: Config) -> OfficeItem:
    who = row.person.name if row else "Somebody whose address is in no list"
    about = f" about {say_list(one.titles)}" if one.titles else ""
    when = say_day(one.arrived_at.astimezone(config.zone).date())
    words = (
        f"{who} wrote back{about} on {when}, and nobody has read it: look in the mailbox of {config.inbox.user} today. "
        f"{_WHY[one.reason]}."
    )
    if row and one.titles and one.reason not in (ReplyReason.MORE, ReplyReason.ANOTHERS):
        words += f" If they have read it: policy acknowledge record {row.person.person_id} POLICY --by YOUR-NAME."
    return OfficeItem(words, row.id if row else None, f"{WROTE_BACK} {one.id}")


# --- as letters have it ------------------------------------------------------------------------------------------


def _fields(items: Sequence[OfficeItem], limit: int, carried: Sequence[Attachment]) -> dict[str, object]:
    return {"only_from_readers": all(item.from_reader for item in items), "office": _said(items)}


def _said(items: Sequence[OfficeItem]) -> list[str]:
    return [one_line(without_slots(item.words), 500) for item in items]


def _noted(items: Sequence[OfficeItem], shared: Shared) -> Iterator[ToldRecord]:
    return (ToldRecord(*shared, item.person, About.OFFICE, item.stage) for item in items)


OFFICE_TASKS = LetterPart(
    kind=MailKind.OFFICE,
    rank=50,
    in_calendar="what the school office has to do",
    on_desk="for the office",
    about=(About.OFFICE,),
    fields=_fields,
    noted=_noted,
    in_report=lambda items: f"{say_count(len(items), 'thing')} to see to",
    said=_said,
)
