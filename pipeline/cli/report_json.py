"""The run's report, the register and the staff import as JSON: what ``--json`` prints for other programs.

``report`` beside this says the same to people.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from pipeline.acknowledgements.listing import LateReader
from pipeline.acknowledgements.tally import ReadingCount
from pipeline.catalogue.policies import CatalogueEntry
from pipeline.catalogue.reading_rules import say_rule
from pipeline.cli.mail.inbox import inbox_as_json
from pipeline.cli.report import summary_line
from pipeline.cli.status import StatusScreen
from pipeline.dates.meetings import say_schedule
from pipeline.letters.write import QueuedLetter
from pipeline.mail.rehearsal import RehearsedMail
from pipeline.model.dates import PartialDate
from pipeline.model.pick import pick
from pipeline.model.policies import DueMove, PolicyStanding
from pipeline.people.asked import AskedGroup
from pipeline.people.lists.columns import Use
from pipeline.people.lists.identity import PersonQuestion
from pipeline.people.lists.staff_import import StaffImport
from pipeline.people.lists.staff_wording import say_question
from pipeline.policies.editions import EditionOffer
from pipeline.policies.questions import list_asked
from pipeline.policies.standing import missing_policies
from pipeline.stages.day import RunReport


def report_as_json(report: RunReport) -> dict[str, Any]:
    """Return a run's report as ``run --json`` prints it."""
    return {
        "today": report.today.isoformat(),
        "dry_run": report.dry_run,
        "summary": summary_line(report),
        "notices": list(report.notices),
        "files": len(report.scan.files),
        "read": [file.path for file in report.read],
        "unreadable": [
            {"file": file.path, "error": {"code": file.error_code, "message": file.error_message}}
            for file in report.unreadable
        ],
        "left_out": list(report.scan.left_out),
        "containment": list(report.containment),
        "policies": {
            name: [{"slug": item.slug, "title": item.title, "file": item.path} for item in getattr(report.record, name)]
            for name in ("adopted", "issued", "drafts", "moved", "duplicates", "proposed_withdrawn", "vanished")
        },
        "copies": _copies_as_json(report),
        "staff": staff_as_json(report.staff),
        "mail": _mail_as_json(report),
        "inbox": inbox_as_json(report.inbox),
        "paper": _paper_as_json(report),
        "contacts_on_paper": [
            {"person_id": one.person.person.person_id, "says": list(one.said)}
            for one in report.letters.contacts_on_paper
        ],
        "contact_notice": _notice_as_json(report),
        "to_declare": _to_declare_as_json(report),
        "attention": [{"slug": each.slug, "problems": _problems_as_json(each)} for each in report.need_you],
        "missing": missing_as_json(report.missing),
        "editions": _offers_as_json(report.offers),
        "late": late_as_json(report.late),
        "questions": len(list_asked(report.questions)),
    }


def _paper_as_json(report: RunReport) -> list[dict[str, Any]]:
    return [
        {
            "person_id": reader.person.person.person_id,
            "policies": [item.slug for item in reader.items],
            "printed": [item.slug for item in reader.items if item.is_printed],
            "handed_over": [item.slug for item in reader.items if item.is_handed],
        }
        for reader in report.letters.paper
    ]


def _notice_as_json(report: RunReport) -> dict[str, Any] | None:
    notice = report.letters.notice
    if notice is None:
        return None
    return pick(notice, "number", "roles", "state", "goes_on")


def _copies_as_json(report: RunReport) -> dict[str, Any]:
    copies = report.copies
    return {
        **pick(copies, "made", "unchanged"),
        "held": [{"title": title, "reason": reason} for title, reason in copies.held],
        "failed": [{"title": title, "reason": reason} for title, reason in copies.failed],
        **pick(copies, "damaged", "replacements"),
        "notes": [{"title": title, "note": note} for title, note in copies.notes],
    }


def _letter_as_json(letter: QueuedLetter) -> dict[str, Any]:
    return {
        "kind": letter.kind.value,
        "kinds": [kind.value for kind in letter.kinds],
        "person_id": letter.person.person.person_id if letter.person else None,
        "to": letter.address,
        "policies": list(letter.titles),
        "minutes": letter.minutes,
        "reviews": list(letter.reviews),
    }


def _rehearsed_as_json(one: RehearsedMail) -> dict[str, Any]:
    """Return one mail of a dry run: ``goes_at`` is null where it waits for a confirmation."""
    return {
        "to": one.mail.recipient,
        "kind": one.mail.kind.value,
        "subject": one.mail.subject,
        "attachments": [
            {"file": each.file_name, "sha256": each.sha256, "bytes": each.size_bytes} for each in one.mail.attachments
        ],
        "goes_at": one.goes_at.astimezone(UTC).isoformat(timespec="seconds") if one.goes_at else None,
        "waits_for": one.waits_for,
    }


def _mail_as_json(report: RunReport) -> dict[str, Any]:
    counts = ("written", "sent", "accepted", "deferred", "bounced", "cancelled", "waiting")
    return {
        "planned": [_letter_as_json(letter) for letter in report.letters.to_readers],
        "others": [_letter_as_json(letter) for letter in report.letters.to_others],
        "reminders": len(report.letters.to_others),
        **pick(report.delivery, *counts),
        "mails": [_rehearsed_as_json(one) for one in report.rehearsed],
    }


def status_as_json(screen: StatusScreen) -> dict[str, Any]:
    """Return the register as ``status --json`` prints it."""
    return {
        "policies": [
            {
                **standing_as_json(standing, screen.counts, screen.asked),
                "told": _told_as_json(screen, standing),
                "approved_by": standing.approved_by,
                "meetings": _meetings_as_json(screen, standing),
            }
            for standing in screen.standings
        ],
        "missing": missing_as_json(missing_policies(screen.standings, screen.today)),
        "editions": _offers_as_json(screen.offers),
        "late": late_as_json(screen.late),
        "last_run_at": screen.last_run.astimezone(UTC).isoformat() if screen.last_run else None,
    }


def _meetings_as_json(screen: StatusScreen, standing: PolicyStanding) -> dict[str, Any] | None:
    """Return how a review is counted back from meetings; null where no meeting is needed or known."""
    schedule = screen.schedules.get(standing.policy_id)
    if schedule is None:
        return None
    return {
        "said": say_schedule(schedule, screen.today),
        "bodies": [
            pick(one, "body", "meeting")
            | {"is_last_in_time": one.is_last}
            | pick(one, "days_late", "papers_by", "comments_by", "draft_by", "next_meeting", "next_days_late")
            for one in schedule.bodies
        ],
    }


def _told_as_json(screen: StatusScreen, standing: PolicyStanding) -> list[dict[str, Any]]:
    return [
        {
            "group": group.key,
            "name": group.name,
            "told_on": group.told.told_on.isoformat() if group.told else None,
            "by_means": group.told.by_means if group.told else None,
            "version_label": group.version_label,
            "current": group.is_current,
        }
        for group in screen.told.get(standing.policy_id, ())
    ]


def standing_as_json(
    standing: PolicyStanding,
    counts: Mapping[int, ReadingCount],
    asked: Mapping[int, Sequence[AskedGroup]],
) -> dict[str, Any]:
    """Return one policy as ``status --json`` lists it."""
    count = counts.get(standing.policy_id)
    return {
        "slug": standing.slug,
        "title": standing.title,
        "version": standing.version_number,
        "version_label": standing.version_label,
        "state": standing.state.value,
        "held": standing.is_held,
        "approved_on": _value(standing.approved_on),
        "last_review": _value(standing.last_review),
        "next_review": _value(standing.next_review),
        "due_on": standing.due_on.isoformat() if standing.due_on else None,
        "due_moved": _move_as_json(standing.due_move),
        "days": standing.days,
        "owner": standing.owner,
        "readings": {
            "done": count.done if count else 0,
            "required": count.required if count else 0,
            "late": count.late if count else 0,
        },
        "asked": [
            {
                "ask": group.rule.value if group.rule else "nothing",
                "why": group.why,
                "rule": say_rule(group.by),
                "people": group.people,
            }
            for group in asked.get(standing.policy_id, ())
        ],
        "problems": _problems_as_json(standing),
    }


def _move_as_json(move: DueMove | None) -> dict[str, str] | None:
    if move is None:
        return None
    days = {"from": move.before, "to": move.to, "moved_on": move.moved_on}
    return {**{name: day.isoformat() for name, day in days.items()}, "reason": move.reason}


def _problems_as_json(standing: PolicyStanding) -> list[dict[str, str]]:
    return [pick(problem, "code", "message") for problem in standing.problems]


def late_as_json(late: Sequence[LateReader]) -> list[dict[str, Any]]:
    """Return who is late with which readings as ``status --json`` and ``run --json`` list them."""
    return [
        {
            "person_id": reader.person.person.person_id,
            "name": reader.person.person.name,
            "policies": [{"policy": line.slug, "days_late": line.days_late} for line in reader.lines],
        }
        for reader in late
    ]


def missing_as_json(missing: Sequence[CatalogueEntry]) -> list[dict[str, str]]:
    """Return the policies that are not there as ``status --json`` and ``run --json`` list them."""
    return [{"slug": entry.slug, "title": entry.name} for entry in missing]


def _to_declare_as_json(report: RunReport) -> list[dict[str, Any]]:
    return [
        {"declaration": one.key, "people": [row.person.person_id for row in one.people]}
        for one in report.letters.to_declare
    ]


def _offers_as_json(offers: Sequence[EditionOffer]) -> list[dict[str, Any]]:
    return [
        {
            "slug": offer.document.slug,
            "title": offer.document.title,
            "edition": offer.edition.edition,
            "from": offer.edition.since.isoformat(),
            "address": offer.edition.address,
            "in_use": offer.current.edition if offer.current else None,
        }
        for offer in offers
    ]


def _value(partial: PartialDate | None) -> str | None:
    return partial.value if partial else None


def _asked_as_json(one: PersonQuestion) -> dict[str, Any]:
    return {
        "about": one.asks.value,
        "person_id": one.stated.person_id,
        "name": one.stated.name,
        "known": one.known.person.person_id if one.known else None,
    }


def staff_as_json(staff: StaffImport) -> dict[str, Any]:
    """Return what a staff import did as ``staff import --json`` prints it: ids, and reasons for what was refused."""
    return {
        **{
            name: [row.person.person_id for row in rows]
            for name, rows in (
                ("new", staff.new),
                ("changed", staff.changed_now),
                ("changed_waiting", staff.changed_waiting),
                ("left", staff.left),
                ("doubted", staff.doubted),
                ("missing", staff.missing),
            )
        },
        "refused": [pick(each, "row", "person_id", "name", "reason") for each in staff.refused],
        "changes": [
            pick(change, "person_id", "name", "field")
            | {"before": change.before or None, "after": change.after or None, "waiting": change.waits}
            for change in staff.changes
        ],
        "columns": [
            pick(column, "heading", "field", "use") | {"used": column.use is Use.USED} for column in staff.columns
        ],
        "questions": [*staff.questions, *(say_question(one) for one in staff.asked)],
        "asked": [_asked_as_json(one) for one in staff.asked],
        "older": staff.is_older,
        "written": staff.written,
        "waiting": staff.waiting or bool(staff.asked),
        "notes": list(staff.notes),
    }
