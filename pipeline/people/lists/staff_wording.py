"""How the import of a staff list, or a change by hand, is said: who changed and how, what was refused, what waits.

Used by the run's report, by ``policy staff`` and by the desk.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from pipeline.model.people import AwayPeriod, Person
from pipeline.people.away import absent_through
from pipeline.people.by_hand import HandChange
from pipeline.people.lists.columns import NamedColumn, Use
from pipeline.people.lists.compared import PersonChange, PersonStep
from pipeline.people.lists.identity import Asks, PersonQuestion
from pipeline.people.lists.notes import FIELD_WORDS, have, import_command, say_names
from pipeline.people.lists.rows import Refusal
from pipeline.people.lists.staff_import import StaffImport
from pipeline.people.lists.staff_list import heading_key
from pipeline.people.naming import call
from pipeline.people.obligations import has_left, is_away
from pipeline.wording import say_count, say_day, say_list

MOST_LINES = 30
_NOT_TYPED = ("away_until", "missing")
"""What is told of a person besides, or is as it was."""


def refusal_line(refusal: Refusal) -> str:
    """Return one refused row with whom it is about."""
    if not refusal.row:
        return f"Refused: {refusal.reason}"
    who = f" ({refusal.name})" if refusal.name else ""
    return f"Row {refusal.row}{who} was refused: {refusal.reason}"


def refusal_lines(refused: Sequence[Refusal]) -> list[str]:
    """Return the refused rows, those of one person with one reason in one line."""
    grouped: dict[tuple[str, str], list[Refusal]] = {}
    for one in refused:
        grouped.setdefault((one.name or f"row {one.row}", one.reason), []).append(one)
    lines = []
    for mine in grouped.values():
        rows = list(dict.fromkeys(str(one.row) for one in mine if one.row))
        if len(rows) > 1:
            lines.append(f"Rows {say_list(rows)} ({mine[0].name}) were refused: {mine[0].reason}")
        else:
            lines.append(refusal_line(mine[0]))
    return lines


def say_bad_list(taken: StaffImport, name: str = "") -> tuple[str, ...]:
    """Return the line that a report begins with when all of the list, or a fifth or more, was refused; else none.

    ``name`` is what a list beside the staff list is called.
    """
    the_list = f"the list “{name}”" if name else "the staff list"
    if whole := next((each for each in taken.refused if not each.row and each.person_id is None), None):
        return (f"Nothing was taken from {the_list}, so only what earlier lists said is known: {whole.reason}",)
    if not taken.is_mostly_bad:
        return ()
    rows = {refusal.row for refusal in taken.refused if refusal.row}
    were = "was" if len(rows) == 1 else "were"
    return (
        f"{say_count(len(rows), 'row')} of {the_list}, a fifth of it or more, {were} refused: of these people "
        "only what earlier lists said is known.",
    )


def waiting_line(taken: StaffImport, file: str, name: str = "") -> str:
    """Return what of a list waits for a yes, and how to give it; ``file`` is the list.

    ``name`` is what a list beside the staff list is called.
    """
    command = import_command(name, file)
    return f"{say_waiting(taken, name)} Look with '{command} --preview'; if it is right, '{command} --yes'."


# --- what is asked about one person --------------------------------------------------------------------------------


def say_question(one: PersonQuestion) -> str:
    """Return what is asked about a person in a list, and what waits for the answer."""
    stated, known = one.stated, one.known.person if one.known else one.stated
    left = say_day(known.leave_on) if known.leave_on else ""
    place = (
        f"the address {stated.work_email}" if stated.work_email == stated.person_id else f"the id {stated.person_id}"
    )
    match one.asks:
        case Asks.SUCCESSOR:
            has = f"{stated.name} has {place} in the list, which was that of {known.name}"
            return f"{has}. Is that the same person, or somebody else? {_NOBODY_MAILED}"
        case Asks.UNMATCHED:
            is_new = f"{stated.name} is new in the list, and {known.name} is not in it any more ({_say_post(known)})"
            return f"{is_new}. Is that the same person, or somebody else? {_NOBODY_MAILED}"
        case Asks.BACK:
            return (
                f"{stated.name} left on {left}, and the list has them again without a last day. Are they back? Nothing "
                "is sent to them until that is answered."
            )
        case Asks.NAMESAKE:
            return (
                f"{stated.name} is new in the list, and somebody of that name left on {left}. Is that the same person, "
                f"or somebody else? {_NOBODY_MAILED}"
            )
        case Asks.ADDRESS:
            slip = f" It looks like a slip of the pen for {one.slip}." if one.slip else ""
            return (
                f"{stated.name} has the address {stated.work_email} in the list, which is not at the school’s domain."
                f"{slip} Is it right? Nothing is sent to it until that is answered."
            )


_NOBODY_MAILED = "Nobody is mailed about it until that is answered."


def _say_post(known: Person) -> str:
    return known.role or known.team or known.kind.value


def say_asked(one: PersonQuestion, file: str, name: str = "") -> str:
    """Return a question about a person in a list, and how it is answered at the command line."""
    key = one.stated.person_id
    if one.asks is Asks.ADDRESS:
        ways = f"policy staff set {key} work_email={one.stated.work_email}"
        return f"{say_question(one)} If it is, '{ways}'; if not, correct the list."
    command = import_command(name, file)
    same, other = ("are", "have left") if one.asks is Asks.BACK else ("is the same", "is somebody else")
    who = "they" if one.asks is Asks.BACK else "it"
    return (
        f"{say_question(one)} If {who} {same}, '{command} --same {key}'; if {who} {other}, '{command} --other {key}'."
    )


def _say_whole(taken: StaffImport, the_list: str) -> str:
    """Return why a list waits as a whole, empty where it does not."""
    if not taken.is_older:
        return ""
    stand = "stands" if len(taken.back) == 1 else "stand"
    return (
        f"{the_list} is older than what is known: {say_names(taken.back)}, who {have(taken.back)} left, {stand} in it "
        "without a last day. Nothing was taken from it; it waits for you as a whole."
    )


def say_waiting(taken: StaffImport, name: str = "") -> str:
    """Return what of a list waits for a yes, and what does not."""
    the_list = f"The list “{name}”" if name else "The staff list"
    if whole := _say_whole(taken, the_list):
        return whole
    doubted = [row.person for row in taken.doubted]
    waits = {change.person_id for change in taken.changes if change.waits} - {one.person_id for one in doubted}
    by = "the list" if taken.ends_most else "a status"
    parts = [f"{say_count(len(doubted), 'person', 'people')} who left by {by}"] if doubted else []
    parts += [say_count(len(waits), "change")] if waits else []
    gone = [row for row in taken.missing if row.missing_since is None]
    parts += [f"{say_count(len(gone), 'person', 'people')} missing from the list"] if gone else []
    strangers = f"{say_count(len(taken.strangers), 'person', 'people')} whom nobody knew and who did not start lately"
    parts += [f"{strangers} ({say_names(taken.strangers)})"] if taken.strangers else []
    asked = [one.stated for one in taken.asked if one.asks is Asks.UNMATCHED]
    new = f"{say_count(len(asked), 'person', 'people')} who came while others went ({say_names(asked)})"
    parts += [new] if asked else []
    outside = [one.stated for one in taken.asked if one.asks is Asks.ADDRESS]
    parts += [f"{say_count(len(outside), 'address', 'addresses')} not at the school’s domain"] if outside else []
    much = "changes much at once" if asked or outside else "would change or remove more than a fifth of the people"
    return (
        f"{the_list} {much}, so {say_list(parts)} wait for you; {_say_at_once(taken)}."
        f"{_say_ending(doubted) if taken.ends_most else _say_doubted(doubted)}"
    )


def _say_at_once(taken: StaffImport) -> str:
    """Return what of a list that waits was taken over all the same, or would be."""
    said = ["starters"] if taken.new else []
    said += (
        ["last days"] if taken.left or any(one.field == "leave_date" and not one.waits for one in taken.changes) else []
    )
    said += ["who is back in the list"] if any(one.field == "missing" for one in taken.changes) else []
    if not said:
        return "nothing else was in it to take over" if taken.written else "there is nothing else in it to take over"
    return f"{say_list(said)} {'were' if taken.written else 'are'} taken over"


def _say_ending(doubted: Sequence[Person]) -> str:
    """Return that the list would end the time of most people, and what becomes of those who have left by it."""
    held = f"; no mail goes to {say_names(doubted)}, who would have left," if doubted else "; nothing changes"
    return f" It gives more than half of the people a last day at once{held} until you say so or the list is put right."


def _say_doubted(doubted: Sequence[Person]) -> str:
    """Return who has left by a status alone and waits, of many the first; nothing where nobody does."""
    if not doubted:
        return ""
    return (
        f" By a status and without a last day {say_names(doubted)} {have(doubted)} left; no mail goes to them until "
        "you say so or the list has them again."
    )


# --- who changed and how ----------------------------------------------------------------------------------------


def change_lines(changes: Sequence[PersonChange], most: int = MOST_LINES) -> Iterator[str]:
    """Yield who changed and how, a line a person; of many the first ``most``."""
    by_person: dict[str, list[PersonChange]] = {}
    for change in changes:
        by_person.setdefault(change.person_id, []).append(change)
    for found in list(by_person.values())[:most]:
        waiting = sum(change.waits for change in found)
        each = [f"{_say_change(one)}{' (waits)' if one.waits and waiting < len(found) else ''}" for one in found]
        yield f"  {found[0].name}: {say_list(each)}{' (waits)' if waiting == len(found) else ''}"
    if len(by_person) > most:
        yield f"  and {len(by_person) - most} more (--json has them all)"


def changed_fields(changes: Sequence[PersonChange]) -> str:
    """Return how often what changed: ``role 12, last day 2``."""
    counts = Counter(FIELD_WORDS.get(change.field, "in the list again") for change in changes)
    return ", ".join(f"{word} {count}" for word, count in counts.most_common())


def _say_change(change: PersonChange) -> str:
    if change.field == "missing":
        return f"in the list again (missing since {_value(change.before)})"
    before, after = _value(change.before), _value(change.after)
    return f"{FIELD_WORDS[change.field]} {before or 'none'} → {after or 'none'}"


def _value(text: str) -> str:
    """Return a value as it is said: days in words."""
    try:
        return say_day(date.fromisoformat(text))
    except ValueError:
        return text


# --- what each column was taken as -------------------------------------------------------------------------------


def column_lines(columns: Sequence[NamedColumn]) -> Iterator[str]:
    """Yield what each column was taken as, and which were not used and why."""
    used = [column for column in columns if column.use is Use.USED]
    if used:
        yield "Columns understood: " + ", ".join(_say_column(column) for column in used) + "."
    for use, words in (
        (Use.NOT_NEEDED, "Columns understood and not needed"),
        (Use.SECOND, "Columns not used, since another one says the same"),
        (Use.IGNORED, "Columns not used, as config.toml says"),
        (Use.UNKNOWN, "Columns not used, since nothing is known by that name"),
    ):
        if found := [column for column in columns if column.use is use]:
            yield f"{words}: " + ", ".join(_title(column) for column in found) + "."


def run_column_lines(columns: Sequence[NamedColumn]) -> Iterator[str]:
    """Yield the same for the run's report; nothing of a list in the plainest form, whose headings are our own."""
    if any(column.use is not Use.USED or heading_key(column.heading) != _plain(column) for column in columns):
        yield from column_lines(columns)


def _plain(column: NamedColumn) -> str:
    return (column.field or "").replace("_", " ")


def _say_column(column: NamedColumn) -> str:
    return f"{_title(column)} as {FIELD_WORDS.get(column.field or '', column.field)}"


def _title(column: NamedColumn) -> str:
    return f"“{column.heading}”" if column.heading else f"column {column.letter}"


# --- one person, changed by hand ----------------------------------------------------------------------------------


def hand_change_lines(change: HandChange, today: date) -> Iterator[str]:
    """Yield what became of one person: who they are now, or what is otherwise."""
    before, after = change.before, change.after
    if before is None or change.begins_again:
        again = " again; what they read before they left does not count" if change.begins_again else ""
        yield f"{call(after)} was added{again}: {_say_person(after.person, today)}."
        return
    is_moved = before.person.away != after.person.away
    for was, now in change.changed:
        changes = [_say_change(one) for one in PersonStep(was, now.person).changes if one.field not in _NOT_TYPED]
        if changes or not is_moved:
            yield f"{call(now)}: {say_list(changes) if changes else 'nothing is otherwise than it was'}."
    if is_moved:
        coming = [period for period in after.person.away if period.from_on > today]
        said = _say_absence(absent_through(after.person, today), coming[0] if coming else None)
        yield f"{call(after)} is {said}."
    if has_left(after.person, today):
        yield (
            f"They have left: their link opens no more, {say_count(change.closed, 'request')} closed, "
            f"{say_count(change.dropped, 'mail')} taken out of the outbox."
        )
        return
    if any(has_left(now.person, today) for _, now in change.changed):
        yield f"They are still here by {say_list([one.list for one in after.engagements])}, so their link stays."
    if change.new_last_day is not None:
        yield (
            f"Until {say_day(change.new_last_day)} nothing changes; after it their link, what was asked and mail not "
            "gone end by themselves."
        )
    if change.dropped:
        yield f"{say_count(change.dropped, 'mail')} taken out of the outbox."


def _say_absence(until: date | None, coming: AwayPeriod | None) -> str:
    if until is not None:
        return f"away until {say_day(until)}; no mail goes to them, and they are asked on return with new deadlines"
    if coming is not None:
        return f"away from {say_day(coming.from_on)} to {say_day(coming.until_on)}; no mail goes to them then"
    return "no longer away"


def _say_person(person: Person, today: date) -> str:
    parts = (person.role, person.kind.value, person.team, person.work_email or "no e-mail", say_dates(person, today))
    return ", ".join(part for part in parts if part)


def say_dates(person: Person, today: date) -> str:
    """Return when a person starts, leaves or is away, in words; empty where nothing is known."""
    if person.leave_on is not None and person.leave_on < today:
        return f"left on {say_day(person.leave_on)}"
    said = [f"starts on {say_day(person.start_on)}"] if person.start_on and person.start_on > today else []
    said += [f"last day {say_day(person.leave_on)}"] if person.leave_on else []
    if until := absent_through(person, today):
        said.append(f"away until {say_day(until)}")
    elif is_away(person, today):
        said.append("no mail until a question about them is answered")
    coming = [period for period in person.away if period.from_on > today and (until is None or period.from_on > until)]
    said += [f"away {say_day(period.from_on)} to {say_day(period.until_on)}" for period in coming]
    return ", ".join(said)
