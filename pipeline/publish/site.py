"""Write ``distribution/site/``: one accessible page that lists the policies, and each as a PDF and as a web page.

The addresses stay the same when a version changes, so that a link on the school's website or VLE never breaks. Only
files that differ are written. What the catalogue keeps off public pages is left out. While a copy that names people who
changed waits for the next, the one with covered contacts stands there; where none could be made safe, its web page says
that it is being renewed, and whom to ask.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.config import Config
from pipeline.copies.confirmations import contacts_of_day
from pipeline.copies.copy_files import is_as_written
from pipeline.copies.files import write_atomically
from pipeline.errors import RenderError, say_system_error
from pipeline.lifecycle.catalogue import is_kept_off
from pipeline.lifecycle.wording import say_partial, say_state
from pipeline.model import Holder, PolicyStanding, ReviewState
from pipeline.policies.safety_lines import SafetyLines
from pipeline.publish.pages import write_if_changed
from pipeline.publish.recall import publish_recall
from pipeline.register import copies as rows
from pipeline.register.copies import CopyFile, CopyRow
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
    address: str | None
    """Of the PDF, relative to the page; None while the copy is being renewed."""
    page: str | None
    """Of the web page; None where the policy has none."""
    state: str
    last_review: str | None
    next_review: str | None
    is_covered: bool = False
    """It is the copy with covered contacts, while the one with today's waits."""


def publish_site(register: Register, config: Config, standings: Sequence[PolicyStanding], today: date) -> SiteReport:
    """Bring the pages in line with the current copies."""
    with register.reading() as tx:
        copies, to_give = rows.current_copies(tx, register.school), rows.copies_to_give(tx, register.school)
        held = rows.held_copies(tx, register.school)
        contacts = contacts_of_day(tx, register.school, config, today)
    # A file that was changed since it was made is shown to nobody; the next run makes it anew.
    right = {key: copy for key, copy in to_give.items() if is_as_written(copy, config.distribution)}
    covered = {key: copy for key, copy in held.items() if key not in right and _public(copy)}
    covered = {key: copy for key, copy in covered.items() if is_as_written(copy, config.distribution)}
    on_site = right | covered
    front = _Front(config.school.name, contacts.safety, contacts.shown.office)
    known = copies.keys() | covered.keys()
    shown = [standing for standing in standings if standing.policy_id in known and _is_in_use(standing)]
    public = [standing for standing in shown if not is_kept_off(standing.catalogue_slug)]
    kept_off = tuple(standing.title for standing in shown if is_kept_off(standing.catalogue_slug))
    folder = config.distribution / FOLDER
    try:
        shelf = folder / _POLICIES
        written = 0
        for standing in public:
            copy = on_site.get(standing.policy_id)
            written += (
                _say_renewing(standing, shelf, config, front) if copy is None else _place(copy, standing, shelf, config)
            )
        entries = [_entry(standing, on_site.get(standing.policy_id)) for standing in public]
        written += _write_pages(public, entries, folder, config, front)
        written += publish_recall(register, config, folder, contacts.safety, listed=_where(public, entries, right))
        _clear(shelf, {name for one in public for name in _names(one, on_site.get(one.policy_id))})
    except (OSError, RenderError) as error:
        reason = say_system_error(error) if isinstance(error, OSError) else str(error)
        return SiteReport(len(public), kept_off, 0, failed=f"The pages in {folder} could not be written: {reason}")
    return SiteReport(len(public), kept_off, written)


@dataclass(frozen=True, slots=True)
class _Front:
    """What every page of the site says."""

    school: str
    safety: SafetyLines
    office: Holder | None
    """Whom to ask for a copy."""


def _is_in_use(standing: PolicyStanding) -> bool:
    return standing.state is not ReviewState.WITHDRAWN


def _names(standing: PolicyStanding, copy: CopyRow | None) -> Sequence[str]:
    """Return the names of a policy's files on the site."""
    if copy is None:
        return (f"{standing.slug}.html",)
    return [f"{standing.slug}{Path(file.path).suffix}" for file in _public(copy)]


def _public(copy: CopyRow) -> Sequence[CopyFile]:
    return [file for file in copy.files if file.path.endswith((".pdf", ".html"))]


def _place(copy: CopyRow, standing: PolicyStanding, shelf: Path, config: Config) -> int:
    """Put the PDF and the web page at their addresses; return how many had to be written."""
    written = 0
    for file in _public(copy):
        target = shelf / f"{standing.slug}{Path(file.path).suffix}"
        if not target.is_file() or hashlib.sha256(target.read_bytes()).hexdigest() != file.sha256:
            write_atomically(target, (config.distribution / file.path).read_bytes())
            written += 1
    return written


def _say_renewing(standing: PolicyStanding, shelf: Path, config: Config, front: _Front) -> int:
    page = render_page("site/renewing.html", config.templates, **_said(front), title=standing.title)
    return write_if_changed(shelf / f"{standing.slug}.html", page)


def _said(front: _Front) -> dict[str, object]:
    return {"school": front.school, "safety": front.safety, "office": front.office}


def _write_pages(
    public: Sequence[PolicyStanding], entries: Sequence[SiteEntry], folder: Path, config: Config, front: _Front
) -> int:
    page = render_page("site/index.html", config.templates, **_said(front), entries=entries)
    listing = {
        "school": config.school.name,
        "policies": [
            {"slug": standing.slug, "title": standing.title, "file": entry.address, "page": entry.page}
            for standing, entry in zip(public, entries, strict=True)
        ],
    }
    text = json.dumps(listing, ensure_ascii=False, indent=1) + "\n"
    return write_if_changed(folder / "index.html", page) + write_if_changed(folder / "policies.json", text)


def _where(
    public: Sequence[PolicyStanding], entries: Sequence[SiteEntry], right: Mapping[int, CopyRow]
) -> Mapping[int, str | None]:
    """Return where the current copy of each policy lies, its web page before its PDF; None where none may be given."""
    return {
        standing.policy_id: (entry.page or entry.address) if standing.policy_id in right else None
        for standing, entry in zip(public, entries, strict=True)
    }


def _entry(standing: PolicyStanding, copy: CopyRow | None) -> SiteEntry:
    address = f"{_POLICIES}/{standing.slug}"
    return SiteEntry(
        title=standing.title,
        address=f"{address}.pdf" if copy is not None and copy.pdf_path else None,
        page=f"{address}.html" if copy is None or copy.html_path else None,
        state=say_state(standing.state),
        last_review=say_partial(standing.last_review),
        next_review=say_partial(standing.next_review),
        is_covered=copy is not None and copy.held_reason is not None,
    )


def _clear(folder: Path, wanted: set[str]) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_file() and path.name not in wanted:
            path.unlink()
