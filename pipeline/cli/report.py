"""The run's report on the screen, in words a school office understands: what waits for a decision first.

How files were read is told on demand, and where one could not be read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.table import Table
from rich.text import Text

from pipeline.cli.attention import (
    MISSING_HEADING,
    OFFERS_HEADING,
    WAITING_FOR_A_WORD,
    decisions,
    gather_findings,
    late_lines,
    say_missing,
    say_offers,
)
from pipeline.cli.mail.inbox import inbox_line
from pipeline.cli.screen import Screen, plain, show_line, show_lines
from pipeline.cli.site_report import site_line, site_lines
from pipeline.config import Config
from pipeline.configuration.routes import GRAPH
from pipeline.letters.contributors.office import OFFICE_TASKS
from pipeline.letters.day_plan import ReadOnPaper
from pipeline.letters.write import QueuedLetter
from pipeline.mail.mailings import reading_minutes
from pipeline.model.facts import Problem
from pipeline.model.mail import MailKind
from pipeline.model.policies import PolicyStanding
from pipeline.people.lists.staff_wording import change_lines, changed_fields, refusal_lines, run_column_lines
from pipeline.policies.intake.recording import Recorded
from pipeline.policies.standing import pressing
from pipeline.register.policies.contents import DAMAGED_DOCUMENT
from pipeline.safety_copies.keeping import newest_day
from pipeline.stages.day import RunReport
from pipeline.wording import say_count, say_day, say_list, say_minutes, say_moment, say_most_reading

_MOST_COPY_NOTES = 6
_MOST_STAFF_CHANGES = 6


def show_report(report: RunReport, config: Config, *, verbose: bool = False) -> None:
    """Print what a run did: what waits for a decision, a summary line, a table, and what the office must do.

    ``verbose`` tells how files were read too, which else is told only where one could not be read.
    """
    console = Screen()
    for notice in report.notices:
        show_line(console, notice, style="bold")
    if waiting := decisions(report):
        show_line(console, "Waiting for your decision", style="bold")
        for line in waiting:
            show_line(console, line, indent="  ")
        console.print()
    show_line(console, summary_line(report), style="bold")
    console.print()
    console.show(_stage_table(report, config))
    _show_attention(console, report)
    _show_lists(console, report, config)
    _show_next_steps(console, report, config)
    if verbose or report.unreadable or report.scan.unopened:
        show_lines(console, "How files were read", report.containment)


def summary_line(report: RunReport) -> str:
    """Return the run in one line: ``45 read, 38 clear, 7 need you, nobody mailed``."""
    need = len(report.need_you) + len(_files_of_no_policy(report)) + len(report.scan.unopened)
    total = len(report.scan.files) + len(report.scan.unopened)
    what = f"{total} read" if report.read else f"{say_count(total, 'document')}, none changed"
    dry = "This is a dry run: nothing was written or sent. " if report.dry_run else ""
    verb = "needs" if need == 1 else "need"
    return f"{dry}{what}, {max(0, total - need)} clear, {need} {verb} you, {_mailed(report)}."


def _mailed(report: RunReport) -> str:
    if report.dry_run:
        people = len(report.letters.queued)
        return f"{say_count(people, 'mail')} would be written" if people else "nobody would be mailed"
    if report.delivery.sent:
        return f"{say_count(report.delivery.sent, 'mail')} {GRAPH.sent if report.delivery.accepted else 'sent'}"
    if report.delivery.written:
        return f"{say_count(report.delivery.written, 'mail')} written to the outbox folder, nothing sent"
    return "nobody mailed"


def _stage_table(report: RunReport, config: Config) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in _stage_lines(report, config):
        table.add_row(Text(label), Text(text))
    return table


def _stage_lines(report: RunReport, config: Config) -> list[tuple[str, str]]:
    record, copies = report.record, report.copies
    changed = [
        (len(record.adopted), "taken into the register"),
        (len(record.issued), "changed in contacts or dates only"),
        (len(record.drafts), "changed and waiting for you"),
        (len(record.moved), "renamed"),
        (len(record.vanished), "no longer in the folder"),
    ]
    made = [
        (len(copies.made), "made" if not report.dry_run else "would be made"),
        (copies.unchanged, "already right"),
        (len(copies.held), "held"),
        (len(copies.failed), "failed"),
    ]
    lines = [
        (
            "Read",
            _joined([(len(report.read), "new or changed"), (len(report.unreadable), "unreadable")], "nothing new"),
        ),
        ("Policies", _joined(changed, "nothing changed")),
        ("Copies", _joined(made, "none") + _contacts_put_right(copies.replacements)),
        ("Staff", _staff_line(report)),
        ("Asked", _asked_line(report)),
        ("Reminders", _reminders_line(report)),
        ("Mail", _mail_line(report, config)),
    ]
    if count := sum(letter.contents.contacts is not None for letter in report.letters.queued):
        lines.append(("Contacts", f"{say_count(count, 'letter')} made about new contacts"))
    if config.inbox.route and not report.dry_run:
        lines.append(("Came back", inbox_line(report.inbox)))
    if config.backup.keep and not report.dry_run:
        newest = newest_day(config)
        lines.append(("Kept safe", "no safety copy yet" if newest is None else f"safety copy of {say_day(newest)}"))
    if report.site is not None:
        lines.insert(3, ("Websites", report.site.failed or site_line(report.site)))
    return lines


def _reminders_line(report: RunReport) -> str:
    letters = report.letters
    rest = [
        letter for letter in letters.to_others if letter.kind not in (MailKind.PAPERS, MailKind.SUMMARY, MailKind.HEAD)
    ]
    others = [letter for letter in rest if not letter.contents.of(OFFICE_TASKS)]
    readers = [letter for letter in letters.to_readers if letter.contents.still]
    counts = [
        (len(readers), "to readers"),
        (len(others), "to policy owners"),
        (sum(bool(letter.contents.others) for letter in letters.to_readers), "in the mail that asks them to read"),
        (len(rest) - len(others), "to the school office"),
        (len(letters.to_others) - len(rest), "to the clerk"),
    ]
    said = _joined(counts, "")
    if said and letters.is_copy:
        return f"none: {said} made, none goes from a copy"
    return said or "none due"


def _joined(counts: Iterable[tuple[int, str]], nothing: str) -> str:
    return ", ".join(f"{count} {what}" for count, what in counts if count) or nothing


def _contacts_put_right(count: int) -> str:
    return f"; {say_count(count, 'contact detail')} put right" if count else ""


def _staff_line(report: RunReport) -> str:
    staff = report.staff
    taken, waiting = ([one for one in staff.changes if one.waits is waits] for waits in (False, True))
    changed = "changed" + (f" ({changed_fields(taken)})" if taken else "")
    counts = [(len(staff.new), "new"), (len(staff.changed_now), changed), (len(staff.left), "left")]
    counts += [(len(staff.changed_waiting), f"changed by the list (waiting: {changed_fields(waiting)})")]
    counts += [(len(staff.doubted), "left by the list (waiting)")]
    counts += [(len(staff.missing), "missing from the list"), (len(staff.refused), "refused")]
    counted = _joined(counts, "nothing changed")
    return counted if staff.written else f"{counted}; a list waits for answers, see “Needs you”"


def _asked_line(report: RunReport) -> str:
    queued = [letter for letter in report.letters.to_readers if letter.contents.asked or letter.contents.find]
    if not queued:
        return "nobody"
    minutes = sorted(map(_minutes_asked, queued))
    span = "" if minutes[0] == minutes[-1] else f"{minutes[0]} to "
    people = say_count(len(queued), "person", "people")
    if report.letters.is_copy:
        return f"nobody: {say_count(len(queued), 'letter')} for {people} made, none goes from a copy"
    return f"{people}, {span}{say_minutes(minutes[-1])} of reading each"


def _mail_line(report: RunReport, config: Config) -> str:
    d = report.delivery
    written = (d.written, f"written to {config.distribution.name}/outbox (the folder route sends nothing)")
    counts = [written, (d.sent, config.mail.way.sent), (d.deferred, "put off"), (d.bounced, "refused")]
    counts += [(d.waiting, "waiting"), (d.later, "for a later day"), (d.cancelled, "no longer needed")]
    return _joined(counts, "nothing to send")


def _show_attention(console: Screen, report: RunReport) -> None:
    found = gather_findings(report.need_you, _pressing)
    rows = [*_files_of_no_policy(report), *report.scan.unopened, *report.copies.failed, *found.alone]
    rows += [(title, DAMAGED_DOCUMENT) for title in report.copies.damaged]
    later = sum(problem.minor for standing in report.standings for problem in standing.problems)
    if not rows and not found.together:
        return
    show_lines(console, "Needs you", found.together)
    if rows and not found.together:
        console.print()
        console.print("Needs you", style="bold")
    table = Table(box=None, padding=(0, 3, 0, 0), show_header=False)
    table.add_column(min_width=18, max_width=34, overflow="fold")
    table.add_column(overflow="fold")
    previous = ""
    for title, message in rows:
        table.add_row(Text(plain(title) if title != previous else ""), Text(plain(message)))
        previous = title
    if rows:
        console.show(table)
    if later:
        lists = "lists it" if later == 1 else "lists them"
        show_line(console, f"{say_count(later, 'smaller thing')} for the next reviews: 'policy status' {lists}.")


def _pressing(standing: PolicyStanding) -> list[Problem]:
    """Return the findings of a policy that press, less the draft that waits, which the report begins with."""
    return [problem for problem in pressing(standing) if problem.code not in WAITING_FOR_A_WORD]


def _say_letter(letter: QueuedLetter) -> str:
    """Return to whom a letter would go and what it says."""
    who = letter.person.person.name if letter.person else letter.name or letter.address
    parts = letter.contents
    said = [
        " ".join(parts.contacts.said) if parts.contacts is not None else "",
        _say_asked(letter) if parts.asked else "",
        f"still to read {say_list([entry.item.title for entry in parts.still])}" if parts.still else "",
        f"a small change of {say_list([entry.item.title for entry in parts.notices])}" if parts.notices else "",
        f"where to find {say_count(len(parts.find), 'policy', 'policies')}" if parts.find else "",
        *(part.in_report(items) for part, items in parts.others),
    ]
    return f"{who}: {'; '.join(filter(None, said))}"


_WAITS_FOR = {
    "confirm": "waits for 'policy send --confirm'",
    "resume": "is paused until 'policy send --resume'",
    "cancelled": "was cancelled with its mailing",
    "held": "is held with all mail",
}


def _rehearsed_lines(report: RunReport, config: Config) -> list[str]:
    """Return of each mail to whom, when and with which files; each is checked by its SHA-256 as it goes."""
    lines = []
    for one in report.rehearsed:
        when = say_moment(one.goes_at.astimezone(config.zone)) if one.goes_at else _WAITS_FOR[one.waits_for or "held"]
        files = [f"{each.file_name} (SHA-256 {each.sha256})" for each in one.mail.attachments]
        lines.append(f"{one.mail.recipient}, {when}: {say_list(files) if files else 'nothing attached'}")
    return lines


def _say_asked(letter: QueuedLetter) -> str:
    titles = say_list([entry.item.title for entry in letter.contents.asked])
    return f"to read {titles} ({say_minutes(_minutes_asked(letter))})"


def _minutes_asked(letter: QueuedLetter) -> int:
    """Return the reading that is new to its reader, without what a reminder in the same letter brings up again."""
    return sum(entry.item.minutes for entry in letter.contents.asked)


def _most_reading(report: RunReport) -> list[str]:
    """Return of whom the day's letters ask the most reading, where several people are asked."""
    letters = report.letters.to_readers
    asked = [(letter.person.person.name, _minutes_asked(letter)) for letter in letters if letter.person]
    return [said] if (said := say_most_reading([each for each in asked if each[1]])) else []


def _files_of_no_policy(report: RunReport) -> list[tuple[str, str]]:
    """Return path and reason of each file that cannot be read, less those that are told with their policy."""
    told = {each.about for standing in report.need_you for each in pressing(standing) if each.code == "unreadable"}
    return [(file.path, file.error_message or "") for file in report.unreadable if file.path not in told]


def _quiet_duplicates(report: RunReport) -> list[Recorded]:
    """Return the second files found in this run, less those that are told above because they say otherwise."""
    told = {each.about for s in report.standings for each in s.problems if each.code == "duplicate-differs"}
    return [item for item in report.record.duplicates if item.path not in told]


def _unknown_owners(report: RunReport) -> list[str]:
    """Return whom no reminder could go to; a policy without an owner is told as such above, and not again."""
    ownerless = {s.slug for s in report.standings if any(problem.code == "owner-missing" for problem in s.problems)}
    return [problem.message for slug, problem in report.letters.unresolved_owners if slug not in ownerless]


def _paper_to_print(report: RunReport) -> list[str]:
    lines = _paper_lines(report, lambda item: not (item.is_printed or item.is_handed))
    lines += [f"{one.person.person.name}: {' '.join(one.said)}" for one in report.letters.contacts_on_paper]
    return [*lines, "'policy pack --all-on-paper --out FOLDER' prints it, with a sheet to sign."] if lines else []


def _paper_to_hand_over(report: RunReport) -> list[str]:
    lines = _paper_lines(report, lambda item: item.is_printed and not item.is_handed)
    return [*lines, "Their days to read begin once 'policy acknowledge handed' records it."] if lines else []


def _paper_lines(report: RunReport, choose: Callable[[ReadOnPaper], bool]) -> list[str]:
    """Return whom mail does not reach with what they are still to sign, of what ``choose`` takes."""
    found = ((reader, [item.title for item in reader.items if choose(item)]) for reader in report.letters.paper)
    return [f"{reader.person.person.name} ({reader.why}): {say_list(titles)}" for reader, titles in found if titles]


def _to_declare(report: RunReport) -> Iterator[str]:
    """Yield what those whom mail does not reach are to declare, and how that is recorded."""
    for one in report.letters.to_declare:
        people = say_list([f"{row.person.name} ({row.person.person_id})" for row in one.people])
        yield (
            f"{people}: {one.name}. Mail does not reach them. To sign, with name and day: “I have nothing to declare: "
            f"{one.statement}”. Then 'policy acknowledge declared PERSON {one.key} --nothing --by YOUR-NAME'; who has "
            "something to declare says it in person."
        )


def _show_lists(console: Screen, report: RunReport, config: Config) -> None:
    record = report.record
    show_lines(console, "Late with a reading", late_lines(report.late))
    _show_list(console, "Changed", [*record.issued, *record.moved, *record.vanished])
    _show_list(console, "Left alone", [*_quiet_duplicates(report), *record.proposed_withdrawn])
    show_lines(console, "To hand over on paper", _paper_to_print(report))
    show_lines(console, "Printed, not handed over yet", _paper_to_hand_over(report))
    show_lines(console, "Handed over on paper, not back yet", _paper_lines(report, lambda item: item.is_handed))
    show_lines(console, "To declare on paper", list(_to_declare(report)))
    if report.dry_run:
        letters = [_say_letter(letter) for letter in report.letters.queued]
        show_lines(console, "Mail", [*letters, *_most_reading(report)])
        show_lines(console, "When each mail would go, and with what", _rehearsed_lines(report, config))
    show_lines(console, "How copies look", _copy_notes(report))
    show_lines(console, "Websites", site_lines(report.site, config) if report.site is not None else [])
    show_lines(console, "Staff list", _staff_lines(report))
    show_lines(console, "Reminders", _unknown_owners(report))
    show_lines(console, OFFERS_HEADING, say_offers(report.offers))
    show_lines(console, MISSING_HEADING, say_missing(report.missing))
    show_lines(console, "Left out, not read as policies", list(report.scan.left_out))


def _copy_notes(report: RunReport) -> list[str]:
    """What the copies made could not show as it is, the first few."""
    notes = [f"{title}: {note}" for title, note in report.copies.notes]
    more = len(notes) - _MOST_COPY_NOTES
    return notes if more <= 0 else [*notes[:_MOST_COPY_NOTES], f"and {more} more (--json has them all)"]


def _staff_lines(report: RunReport) -> list[str]:
    """What of the staff list was refused, changed or is to be looked at, and how it was read."""
    staff = report.staff
    refused = refusal_lines(staff.refused)
    changed = [line.strip() for line in change_lines(staff.changes, _MOST_STAFF_CHANGES)]
    return [*refused, *changed, *staff.notes, *run_column_lines(staff.columns)]


def _show_list(console: Screen, heading: str, items: Sequence[Recorded]) -> None:
    show_lines(console, heading, [f"{item.title}: {item.message}" for item in items if item.message])


def _show_next_steps(console: Screen, report: RunReport, config: Config) -> None:
    readers = [(reader, reading_minutes(reader)) for reader in report.campaign.readers]
    waiting = [f"{reader.name} <{reader.recipient}>: {say_minutes(minutes)} of reading" for reader, minutes in readers]
    most = say_most_reading([(reader.name, minutes) for reader, minutes in readers])
    show_lines(console, "Mail that waits", [*waiting, *([most] if most else [])])
    steps = [problem.message for problem in report.delivery.problems]
    if config.mail.route == "folder" and report.delivery.written:
        steps.append("To send mail for good, see “Setting a mail server” in README.md.")
    if steps:
        console.print()
        for step in steps:
            show_line(console, step)
