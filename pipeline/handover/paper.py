"""Write the sheet of a handover: as PDF to print, as a page and as plain text, which say the same."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.config import Config
from pipeline.contacts.safety_lines import Line
from pipeline.handover.sheet import HandoverSheet, SheetSection
from pipeline.pages.pdf import unbroken
from pipeline.papers.files import open_folder, write_paper
from pipeline.papers.setting import set_paper
from pipeline.resources import render_page
from pipeline.wording import say_day


@dataclass(frozen=True, slots=True)
class WrittenSheet:
    """The files of a sheet."""

    pdf: Path
    page: Path
    text: Path

    @property
    def files(self) -> tuple[Path, ...]:
        """All three."""
        return self.pdf, self.page, self.text


def write_sheet(sheet: HandoverSheet, config: Config, out: Path, today: date) -> WrittenSheet:
    """Write the sheet into the folder ``out``, for this account alone; one of the same day is replaced.

    Raises:
        UsageError: a file cannot be written; RenderError: ``papers/handover.typ`` cannot be used.
    """
    open_folder(out)
    stem = out / f"handover-{today}"
    written = WrittenSheet(*(stem.with_name(f"{stem.name}.{suffix}") for suffix in ("pdf", "html", "txt")))
    write_paper(written.pdf, _set(sheet, config, today))
    page = render_page("evidence/handover.html", config.templates, sheet=sheet, day=say_day(today))
    write_paper(written.page, page.encode("utf-8"))
    write_paper(written.text, _as_text(sheet).encode("utf-8"))
    return written


def _set(sheet: HandoverSheet, config: Config, today: date) -> bytes:
    fields = {
        "title": sheet.title,
        "school": sheet.school,
        "safety": unbroken(sheet.safety.child),
        "safety_others": unbroken(sheet.safety.others),
        "contacts": [],
        "enter": "",
        "intro": sheet.intro,
        "sections": [_section(one) for one in sheet.sections],
        "foot": f"{sheet.school} · written {say_day(today)}; as everything stood that day.",
    }
    return set_paper("handover.typ", fields, today, config.templates)


def _section(one: SheetSection) -> dict[str, object]:
    rows = [{"label": label, "value": value} for label, value in one.rows]
    return {"title": one.title, "steps": one.is_steps, "rows": rows}


def _as_text(sheet: HandoverSheet) -> str:
    lines = [sheet.school, sheet.title, "", _line(sheet.safety.child), _line(sheet.safety.others), "", sheet.intro]
    for section in sheet.sections:
        lines += ["", section.title.upper()]
        for number, (label, value) in enumerate(section.rows, 1):
            mark = f"{number}. " if section.is_steps else "* "
            lines.append(f"{mark}{label}: {value}" if label else f"{mark}{value}")
    return "\n".join(lines) + "\n"


def _line(line: Line) -> str:
    return "".join(piece.words for piece in line)
