"""Write ``distribution/site/``: one accessible page that lists the policies, and the PDF of each beside it.

The addresses stay the same when a version changes, so that a link on the school's website or VLE never breaks. Only
files that differ are written. What the catalogue keeps off public pages is left out.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.config import Config
from pipeline.copies.confirmations import contacts_for_copies
from pipeline.copies.files import write_atomically
from pipeline.errors import RenderError, say_system_error
from pipeline.lifecycle.catalogue import Publication, find_entry
from pipeline.lifecycle.wording import say_partial, say_state
from pipeline.model import PolicyStanding, ReviewState
from pipeline.policies.lead import LeadLine, whom_to_go_to
from pipeline.publish.pages import write_if_changed
from pipeline.publish.recall import publish_recall
from pipeline.register import copies as rows
from pipeline.register.copies import CopyRow
from pipeline.register.database import Register
from pipeline.resources import render_page

FOLDER = "site"
_POLICIES = "policies"


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What publishing did."""

    listed: int
    """Policies on the page."""
    kept_off: tuple[str, ...]
    """Titles that the catalogue keeps off public pages."""
    written: int
    """Files that differed and were written."""
    failed: str | None = None
    """Why the pages could not be written; those before stay."""


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """One line of the page."""

    title: str
    address: str
    """Relative to the page."""
    state: str
    last_review: str | None
    next_review: str | None


def publish_site(register: Register, config: Config, standings: Sequence[PolicyStanding], today: date) -> SiteReport:
    """Bring the pages in line with the current copies."""
    with register.reading() as tx:
        copies = rows.current_copies(tx, register.school)
        leads = whom_to_go_to(contacts_for_copies(tx, register.school, config, today).shown)
    shown = [standing for standing in standings if standing.policy_id in copies and _is_in_use(standing)]
    public = [standing for standing in shown if not _is_kept_off(standing)]
    kept_off = tuple(standing.title for standing in shown if _is_kept_off(standing))
    folder = config.distribution / FOLDER
    try:
        written = sum(_place(copies[standing.policy_id], standing, folder, config.distribution) for standing in public)
        written += _write_pages(public, folder, config, leads)
        written += publish_recall(register, config, folder, today, listed={one.policy_id for one in public})
        _clear(folder / _POLICIES, {f"{standing.slug}.pdf" for standing in public})
    except (OSError, RenderError) as error:
        reason = say_system_error(error) if isinstance(error, OSError) else str(error)
        return SiteReport(len(public), kept_off, 0, failed=f"The pages in {folder} could not be written: {reason}")
    return SiteReport(len(public), kept_off, written)


def _is_in_use(standing: PolicyStanding) -> bool:
    return standing.state is not ReviewState.WITHDRAWN


def _is_kept_off(standing: PolicyStanding) -> bool:
    entry = find_entry(standing.catalogue_slug or "")
    return entry is not None and entry.publish is Publication.NO


def _place(copy: CopyRow, standing: PolicyStanding, folder: Path, distribution: Path) -> int:
    """Put the PDF at its address; return whether it had to be written."""
    if copy.pdf_path is None:
        return 0
    target = folder / _POLICIES / f"{standing.slug}.pdf"
    if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == copy.pdf_sha256:
        return 0
    write_atomically(target, (distribution / copy.pdf_path).read_bytes())
    return 1


def _write_pages(public: Sequence[PolicyStanding], folder: Path, config: Config, leads: Sequence[LeadLine]) -> int:
    entries = [_entry(standing) for standing in public]
    page = render_page("site/index.html", config.templates, school=config.school.name, entries=entries, leads=leads)
    listing = {
        "school": config.school.name,
        "policies": [{"slug": s.slug, "title": s.title, "file": f"{_POLICIES}/{s.slug}.pdf"} for s in public],
    }
    text = json.dumps(listing, ensure_ascii=False, indent=1) + "\n"
    return write_if_changed(folder / "index.html", page) + write_if_changed(folder / "policies.json", text)


def _entry(standing: PolicyStanding) -> SiteEntry:
    return SiteEntry(
        title=standing.title,
        address=f"{_POLICIES}/{standing.slug}.pdf",
        state=say_state(standing.state),
        last_review=say_partial(standing.last_review),
        next_review=say_partial(standing.next_review),
    )


def _clear(folder: Path, wanted: set[str]) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_file() and path.name not in wanted:
            path.unlink()
