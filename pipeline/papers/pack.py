"""Print what staff without e-mail are to read: a file a person for the printer, or a sheet a policy for a staff room.

Asked for by ``policy pack``. First the front page with whom a worry goes to, what to read by when and why; then the
sheet to sign, a code a line; then the copies as they are, which the stage ``copies`` made.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipeline.acknowledgements.codes import request_code
from pipeline.config import Config
from pipeline.contacts.confirmations import ContactsOfDay
from pipeline.errors import RenderError
from pipeline.model.progress import Progress, no_progress
from pipeline.papers.binding import bind, page_count
from pipeline.papers.files import open_folder, write_paper
from pipeline.papers.readings import PaperReading, ReaderPapers
from pipeline.papers.setting import common_fields, set_paper
from pipeline.register.mail.told import ASKED, PAPER, About, ToldOutcome, ToldRecord
from pipeline.register.policies.copies import CopyRow
from pipeline.wording import say_count, say_day

MOST_PAGES = 400
"""Of one file: about an hour of an office printer. Copies that would make it longer stay files of their own."""
_BEHIND = "behind these pages"
_ENTER = 'policy acknowledge record --code CODE --by "Your Name", with --on and the day on the sheet.'


@dataclass(frozen=True, slots=True)
class PrintFile:
    """One file that was written for the printer."""

    path: Path
    name: str
    """Whose papers these are, or which policy's sheet."""
    pages: int
    titles: tuple[str, ...]
    """The policies in it, or named in it."""
    beside: tuple[Path, ...] = ()
    """Copies that go with it and stayed files of their own."""


@dataclass(frozen=True, slots=True)
class Packs:
    """What was printed."""

    files: tuple[PrintFile, ...]
    handed_out: tuple[ToldRecord, ...]
    """What each person was told by it: policy, version and the request that their line answers."""


@dataclass(frozen=True, slots=True)
class Printer:
    """What all papers of one order are printed with."""

    config: Config
    contacts: ContactsOfDay
    secret: str
    """Makes the codes."""
    school: str
    """The register's key of the school."""
    school_name: str
    out: Path
    today: date
    now: datetime


def print_packs(printer: Printer, papers: Sequence[ReaderPapers], progress: Progress = no_progress) -> Packs:
    """Write a file a person: front page, sheet to sign, copies. Files of an earlier order are written anew.

    Raises:
        UsageError: a file cannot be written there.
        RenderError: a template cannot be used.
    """
    open_folder(printer.out)
    shelf = _Shelf(printer.config.distribution)
    names = _file_names([f"{one.person.person.last_name} {one.person.person.first_name}" for one in papers])
    files: list[PrintFile] = []
    for one, name in zip(papers, names, strict=True):
        progress("print papers", len(files), len(papers))
        files.append(_print_pack(printer, shelf, one, name))
    return Packs(tuple(files), tuple(handed for one in papers for handed in _handed_out(one, printer.now)))


def print_by_policy(printer: Printer, papers: Sequence[ReaderPapers], progress: Progress = no_progress) -> Packs:
    """Write a file a policy: one sheet with everybody who is to sign for it, and its copy. What is not signed is left
    out.

    Raises:
        UsageError: a file cannot be written there.
        RenderError: a template cannot be used.
    """
    open_folder(printer.out)
    shelf = _Shelf(printer.config.distribution)
    lines: dict[int, list[tuple[ReaderPapers, PaperReading]]] = {}
    for one in papers:
        for reading in one.to_sign:
            lines.setdefault(reading.standing.policy_id, []).append((one, reading))
    files: list[PrintFile] = []
    for group in lines.values():
        progress("print sheets", len(files), len(lines))
        files.append(_print_sheet(printer, shelf, group))
    handed = (handed for one in papers for handed in _handed_out(one, printer.now) if handed.request is not None)
    return Packs(tuple(files), tuple(handed))


class _Shelf:
    """The copies as they lie in ``distribution/``, read once for everybody who gets them."""

    def __init__(self, distribution: Path) -> None:
        self._distribution = distribution
        self._pages: dict[int, int] = {}
        self._bound: tuple[tuple[int, ...], bytes] = ((), b"")

    def read(self, copy: CopyRow) -> bytes:
        assert copy.pdf_path is not None  # ``readings`` gives none without
        return (self._distribution / copy.pdf_path).read_bytes()

    def fitting(self, copies: Sequence[CopyRow]) -> tuple[list[CopyRow], list[CopyRow]]:
        """Return which copies are bound into one file, and which stay files of their own."""
        bound: list[CopyRow] = []
        beside: list[CopyRow] = []
        pages = 0
        for copy in copies:
            count = self._count(copy)
            fits = count > 0 and pages + count <= MOST_PAGES
            (bound if fits else beside).append(copy)
            pages += count if fits else 0
        return bound, beside

    def _count(self, copy: CopyRow) -> int:
        if copy.id not in self._pages:
            try:
                self._pages[copy.id] = page_count(self.read(copy))
            except RenderError:
                self._pages[copy.id] = 0
        return self._pages[copy.id]

    def bind_behind(self, front: bytes, copies: Sequence[CopyRow], title: str) -> bytes:
        """Return the front pages with the copies behind them; those of the reader before are at hand already."""
        if not copies:
            return front
        keys = tuple(copy.id for copy in copies)
        if self._bound[0] != keys:
            self._bound = (keys, bind([self.read(copy) for copy in copies], title))
        return bind([front, self._bound[1]], title)


def _print_pack(printer: Printer, shelf: _Shelf, one: ReaderPapers, name: str) -> PrintFile:
    person = one.person.person
    bound, beside = shelf.fitting([reading.copy for reading in one.readings if reading.copy.pdf_path])
    alone = {copy.id: f"{name}-{_named(copy)}" for copy in beside}
    title = f"Papers for {person.name}"
    fields = {
        **common_fields(printer.contacts, printer.school_name, title, printer.today),
        "name": person.name,
        "changed": list(one.contacts.said) if one.contacts is not None else [],
        "ask": _ask(one, printer.today),
        "readings": [_reading_row(reading, alone, _read_by(printer, one, reading)) for reading in one.readings],
        "lines": [_line(printer, reading, person.name) for reading in one.to_sign],
        "find": list(one.find),
        "find_where": _where_to_find(printer.config),
        "missing": [{"title": each.standing.title, "why": each.why} for each in one.missing],
        "missing_ask": f"Safeguarding: ask {printer.contacts.safety.first_text} in person.",
        "enter": _ENTER,
    }
    front = set_paper("pack.typ", fields, printer.today, printer.config.templates)
    path = printer.out / f"{name}.pdf"
    pages = shelf.bind_behind(front, bound, title)
    write_paper(path, pages)
    for copy in beside:
        write_paper(printer.out / alone[copy.id], shelf.read(copy))
    return PrintFile(
        path,
        person.name,
        page_count(pages),
        tuple(reading.standing.title for reading in one.readings),
        tuple(printer.out / alone[copy.id] for copy in beside),
    )


def _print_sheet(printer: Printer, shelf: _Shelf, group: Sequence[tuple[ReaderPapers, PaperReading]]) -> PrintFile:
    first = group[0][1]
    standing = first.standing
    bound, beside = shelf.fitting([first.copy] if first.copy.pdf_path else [])
    copy = "The copy is behind this sheet" if bound else "The copy is a file of its own, printed with this sheet"
    copy = f"It is at {standing.address}" if standing.address else copy
    fields = {
        **common_fields(printer.contacts, printer.school_name, standing.title, printer.today),
        "version": standing.version_label or "",
        "ask": f"{copy}: {_minutes(standing.reading_minutes)} to read. Sign the line with your name once you have.",
        "lines": [
            {
                "name": one.person.person.name,
                "by": _read_by(printer, one, reading),
                "code": _code(printer, reading),
            }
            for one, reading in group
        ],
        "enter": _ENTER,
    }
    front = set_paper("policy-sheet.typ", fields, printer.today, printer.config.templates)
    path = printer.out / f"{standing.slug}-to-sign.pdf"
    pages = shelf.bind_behind(front, bound, standing.title)
    write_paper(path, pages)
    alone = tuple(printer.out / f"{standing.slug}.pdf" for _ in beside)
    for target in alone:
        write_paper(target, shelf.read(first.copy))
    return PrintFile(path, standing.title, page_count(pages), (standing.title,), alone)


def _handed_out(one: ReaderPapers, now: datetime) -> Sequence[ToldRecord]:
    return [
        ToldRecord(
            message=None,
            person=one.person.id,
            address=None,
            route=PAPER,
            about=(About.INFORMED if reading.is_for_information else About.READING).value,
            stage=None if reading.is_for_information else ASKED,
            policy_id=reading.standing.policy_id,
            version_id=reading.copy.version_id,
            request=reading.request.id if reading.request else None,
            due_on=reading.due_on,
            outcome=ToldOutcome.PRINTED.value,
            settled_at=now,
        )
        for reading in one.readings
        if not reading.is_renewed
    ] + [
        ToldRecord(
            message=None,
            person=one.person.id,
            address=None,
            route=PAPER,
            about=About.CONTACTS.value,
            stage=str(number),
            outcome=ToldOutcome.PRINTED.value,
            settled_at=now,
        )
        for number in (one.contacts.notices if one.contacts is not None else ())
    ]


def _ask(one: ReaderPapers, today: date) -> str:
    if not one.readings:
        # New contacts alone are no reading: that nothing is to be read would stand below what is new.
        return "" if one.contacts is not None else "Nothing at the moment."
    person = one.person.person
    starts = f"You start on {say_day(person.start_on)}. " if person.start_on and person.start_on > today else ""
    to_read = [reading for reading in one.readings if not reading.is_renewed]
    if not to_read:
        return "You have read these before, and need not read them again."
    minutes = sum(reading.standing.reading_minutes for reading in to_read)
    these = "this policy" if len(to_read) == 1 else f"these {len(to_read)} policies"
    return f"{starts}Please read {these}: {_minutes(minutes)} in all."


def _minutes(minutes: int) -> str:
    return f"about {say_count(minutes, 'minute')}"


def _reading_row(reading: PaperReading, alone: Mapping[int, str], by: str) -> Mapping[str, str]:
    signed = "" if reading.request is not None else " Nothing to sign."
    if reading.copy.is_covered:
        later = " You are asked to sign once the full copy is ready." if reading.is_for_information else ""
        signed += f" The contacts in this copy are being updated: today’s stand at the front.{later}"
    return {
        "title": reading.standing.title,
        "version": reading.standing.version_on_copies or "",
        "minutes": say_count(reading.standing.reading_minutes, "minute"),
        "by": by,
        "why": f"{reading.why[:1].upper()}{reading.why[1:]}.{signed}",
        "place": reading.standing.address or alone.get(reading.copy.id, _BEHIND),
    }


def _read_by(printer: Printer, one: ReaderPapers, reading: PaperReading) -> str:
    """Return by when a reading is asked for: no day is known before a person is handed the papers."""
    if reading.is_renewed:
        return "need not be read again"
    if reading.within_days is None:
        return f"by {say_day(reading.due_on)}"
    start_on = one.person.person.start_on
    first = ", or of your first day where that is later" if start_on is not None and start_on > printer.today else ""
    return f"within {say_count(reading.within_days, 'day')} of being given this{first}"


def _line(printer: Printer, reading: PaperReading, name: str) -> Mapping[str, Any]:
    return {
        "title": reading.standing.title,
        "version": reading.standing.version_label or "",
        "code": _code(printer, reading),
        "name": name,
    }


def _code(printer: Printer, reading: PaperReading) -> str:
    assert reading.request is not None  # asked only of what is signed
    return request_code(printer.secret, printer.school, reading.request.id)


def _where_to_find(config: Config) -> str:
    if config.publish.staff_address:
        return f"They are at {config.publish.staff_address}, or ask the school office."
    return "They are with the school’s other policies; the school office shows you where."


def _file_names(names: Sequence[str]) -> Sequence[str]:
    """Return a file name a person, letters and hyphens only, each its own."""
    found: list[str] = []
    for name in names:
        plain = "-".join(re.findall(r"[^\W_]+", name.casefold()))[:60] or "papers"
        number = 1
        while (plain if number == 1 else f"{plain}-{number}") in found:
            number += 1
        found.append(plain if number == 1 else f"{plain}-{number}")
    return found


def _named(copy: CopyRow) -> str:
    return Path(copy.pdf_path or "").name
