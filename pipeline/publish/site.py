"""Write the two sites: ``distribution/site/`` for the public, ``distribution/staff-site/`` with all that is in force.

Each has one accessible page that lists its policies, and each policy as a PDF and as a web page that
leads to the pages of those it names, and to those that name it. The addresses stay the same when a version changes, so
that a link on the school's website or VLE never breaks; that of a policy no longer in use says so. Only what changed is
made again (``makings``). While a copy that names people who changed waits for the next, the one with contacts
being updated stands there; where none could be made safe, its web page says that it is being renewed, and whom to ask.
On the public site no person's mobile number stands.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import partial
from pathlib import Path

from pipeline.config import Config, PublishSection
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.contacts.safety_lines import SafetyLines
from pipeline.errors import RenderError, say_system_error
from pipeline.files import list_others
from pipeline.model.contacts import Holder
from pipeline.model.policies import PolicyStanding
from pipeline.pages.look import Look, load_look
from pipeline.policies.audience import Audience, choose_audience, stays_public
from pipeline.policies.review_calendar import CalendarOfReviews, gather_reviews
from pipeline.publish.ended import EndedPolicy, ended_files, list_ended
from pipeline.publish.folders import FolderPolicy, FolderReport, FolderShelf, fill_folders, folder_of, print_of
from pipeline.publish.linking import LinkedPage, pages_back, with_links
from pipeline.publish.listing import POLICIES, SiteEntry, list_sections, listing_json, site_entry
from pipeline.publish.logo import logo_address, place_logo
from pipeline.publish.makings import Makings, digest
from pipeline.publish.mobile_numbers import pdfs_with_mobiles, without_mobiles
from pipeline.publish.recall import RecallAnswer, list_answers, publish_recall
from pipeline.register.policies import copies as rows
from pipeline.register.policies.copies import CopyFile, CopyRow
from pipeline.register.store.database import Register
from pipeline.resources import render_page

CALENDAR = "reviews.ics"
"""On the staff's site: reviews and meetings."""
_PAGES = "pages"
"""What is noted of the page that lists the policies, and of what lies beside it."""
_NO_DAY = date(2000, 1, 1)
"""What a sheet is dated by that stands for a policy of which no copy can be given: the same on every day."""


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What publishing did. Policies are told by title."""

    listed: int
    """Policies on the public page."""
    kept_off: tuple[str, ...]
    """On the staff site alone."""
    written: int
    """Files that differed and were written, on both sites."""
    failed: str | None = None
    """Why the pages could not be written; those before stay."""
    public: tuple[str, ...] = ()
    staff: int = 0
    """Policies on the staff page."""
    nobody: tuple[str, ...] = ()
    """On neither site, by the school's own rule."""
    second_yes: tuple[str, ...] = ()
    """Named for the public, and waiting for the second yes."""
    without_pdf: tuple[str, ...] = ()
    """Public as a web page without its mobile numbers; its PDF gives one and is not there."""
    unknown: tuple[str, ...] = ()
    """Short names in ``[publish]`` that are no policy here."""
    folders: tuple[FolderReport, ...] = ()
    """What came of the folders that other programs show."""


def publish_site(register: Register, config: Config, standings: Sequence[PolicyStanding], today: date) -> SiteReport:
    """Bring both sites in line with the current copies, and with the lead when the pages are written."""
    with register.publishing():
        report, shelves = _publish(register, config, standings, today)
    return replace(report, folders=fill_folders(register, shelves, config)) if shelves else report


def _publish(
    register: Register, config: Config, standings: Sequence[PolicyStanding], today: date
) -> tuple[SiteReport, Sequence[FolderShelf]]:
    # Asked for in here and not handed in: the office may have said meanwhile who stands in.
    with register.reading() as tx:
        copies, to_give = rows.current_copies(tx, register.school), rows.copies_to_give(tx, register.school)
        held = rows.held_copies(tx, register.school)
        contacts = contacts_of_day(tx, register.school, config, today)
        ended = list_ended(tx, register.school, standings, config.publish)
        answers = list_answers(tx, register.school, config.zone)
    # A file that was changed since it was made is shown to nobody; the next run makes it anew.
    makings = Makings(config.distribution, config.templates)
    right = {key: copy for key, copy in to_give.items() if makings.is_as_written(copy)}
    covered = {key: copy for key, copy in held.items() if key not in right and _shown_files(copy)}
    covered = {key: copy for key, copy in covered.items() if makings.is_as_written(copy)}
    known = copies.keys() | covered.keys()
    audience = _audience([each for each in standings if each.policy_id in known], config.publish, copies)
    office = contacts.shown.office
    front = _Front(config.school.name, contacts.safety, office, load_look(config.templates))
    allowed = [office.phone] if office is not None and office.phone else []
    on_site = right | covered
    stood = tuple(each for each in ended if each.was_public)
    public = _Site(config.public_site, audience.public, on_site, front, "public", makings, allowed, ended=stood)
    dates = gather_reviews(register.school, audience.staff, config, today)
    staff = _Site(config.staff_site, audience.staff, on_site, front, "staff", makings, ended=ended, calendar=dates)
    report = _report(audience, config.publish, standings)
    folder = public.folder
    try:
        mobiles = _pdfs_with_mobiles(public, config)
        with makings.writing():
            written, shelf = _write_site(replace(public, withheld=mobiles), answers, config, today)
            folder = staff.folder
            more, staff_shelf = _write_site(staff, answers, config, today)
        shelves = [each for each in (shelf, staff_shelf) if each is not None]
    except (OSError, RenderError) as error:
        reason = say_system_error(error) if isinstance(error, OSError) else str(error)
        return replace(report, failed=f"The pages in {folder} could not be written: {reason}"), ()
    makings.save()
    titles = tuple(each.title for each in public.shown if _pdf_of(public.copy_of(each)) in mobiles)
    return replace(report, written=written + more, without_pdf=titles), shelves


def _audience(known: Sequence[PolicyStanding], rules: PublishSection, copies: Mapping[int, CopyRow]) -> Audience:
    """Return who sees which policy; the public sees no policy without a full copy but what must or should be public."""
    audience = choose_audience(known, rules)
    public = (one for one in audience.public if one.policy_id in copies or stays_public(one.catalogue_slug))
    return replace(audience, public=tuple(public))


def _report(audience: Audience, rules: PublishSection, standings: Sequence[PolicyStanding]) -> SiteReport:
    public = {each.slug for each in audience.public}
    slugs = {each.slug for each in standings}
    named = (*rules.also, *rules.also_sensitive, *rules.never)
    return SiteReport(
        listed=len(audience.public),
        kept_off=tuple(each.title for each in audience.staff if each.slug not in public),
        written=0,
        public=tuple(each.title for each in audience.public),
        staff=len(audience.staff),
        nobody=tuple(each.title for each in audience.nobody),
        second_yes=tuple(each.title for each in audience.second_yes),
        unknown=tuple(name for name in dict.fromkeys(named) if name not in slugs),
    )


@dataclass(frozen=True, slots=True)
class _Site:
    """One of the two sites, as it should be."""

    folder: Path
    shown: Sequence[PolicyStanding]
    copies: Mapping[int, CopyRow]
    """The copies that stand there, by the register's key of the policy; those with covered contacts included."""
    front: "_Front"
    audience: str
    """``public`` or ``staff``."""
    makings: Makings
    allowed: Sequence[str] = ()
    """The school's own numbers."""
    withheld: frozenset[str] = frozenset()
    """Of PDFs, by their SHA-256, that do not stand here."""
    ended: Sequence[EndedPolicy] = ()
    """Those that stood here and are no longer in use: their addresses say so."""
    calendar: CalendarOfReviews | None = None
    """Reviews and meetings, for an .ics file; None where the site has none."""

    def presentable(self, page: str) -> str:
        """Return a page of the program's own as it stands on this site.

        Raises:
            RenderError: a mobile number stands in it that cannot be taken out.
        """
        if self.audience == "staff":
            return page
        cleaned = without_mobiles(page, self.allowed)
        if cleaned is None:
            raise RenderError("A page of the public site gives a person's mobile number in an odd way.")
        return cleaned

    def copy_of(self, standing: PolicyStanding) -> CopyRow | None:
        return self.copies.get(standing.policy_id)

    @property
    def shelf(self) -> Path:
        """Where the files of the policies lie."""
        return self.folder / POLICIES

    def build(
        self, shelf: Path, name: str, of: str, make: Callable[[], Mapping[str, CopyFile | bytes]]
    ) -> tuple[Sequence[str], int]:
        """Bring the files of one policy in ``shelf`` in line; return their names and how many were written."""
        return self.makings.build(f"{self.folder.name}/{POLICIES}/{name}", of, shelf, make)


def _write_site(
    site: _Site, answers: Sequence[tuple[int, RecallAnswer]], config: Config, today: date
) -> tuple[int, FolderShelf | None]:
    """Write one site; return how many files were written, and what a folder of the same audience is to hold."""
    shelf = site.shelf
    written = 0
    wanted: set[str] = set()
    entries: list[SiteEntry] = []
    said, links = _said(site.front, above=1), _links(site)
    for standing in site.shown:
        # A document that others publish has no file here: the page leads to where it is read.
        names: Sequence[str] = ()
        if not standing.address:
            of = _made_of(site, standing, links, said)
            names, count = site.build(shelf, standing.slug, of, partial(_files, site, standing, links, config))
            written += count
        wanted.update(names)
        entries.append(site_entry(standing, names, site.copy_of(standing), today))
    site.makings.settle()  # No page leads to a file that is not there yet.
    written += place_logo(site.folder, site.front.look) + _write_pages(site, entries, config)
    written += _write_calendar(site.calendar, site, config, today) if site.calendar is not None else 0
    listed = _where(site, entries)
    written += publish_recall(
        answers,
        config,
        site.folder,
        site.front.safety,
        listed=listed,
        shown=site.presentable,
        makings=site.makings,
        of=digest(site.audience, site.allowed),
    )
    for policy in site.ended:
        of = digest(policy, said, site.allowed)
        names, count = site.build(shelf, policy.slug, of, partial(_ended_files, site, policy, config))
        written += count
        wanted.update(names)
    site.makings.settle()
    _clear(shelf, wanted)
    return written, _folder_shelf(site, entries, config)


def _folder_shelf(site: _Site, entries: Sequence[SiteEntry], config: Config) -> FolderShelf | None:
    folder = folder_of(config, site.audience)
    if folder is None:
        return None
    policies = []
    for standing, entry in zip(site.shown, entries, strict=True):
        copy = site.copy_of(standing)
        word = copy.word_file if copy is not None and copy.held_reason is None else None
        word = None if word is None or word.sha256 in site.withheld else word
        policies.append(FolderPolicy(entry, word, copy.made_at.astimezone(config.zone).date() if copy else _NO_DAY))
    office = site.front.office
    reach = " or ".join(part for part in ((office.phone, office.email) if office else ()) if part)
    return FolderShelf(
        folder,
        site.folder,
        print_of(site.folder),
        site.makings.edition,
        site.audience,
        policies,
        site.ended,
        _said(site.front),
        f": {reach}" if reach else "",
        site.presentable,
    )


def _ended_files(site: _Site, policy: EndedPolicy, config: Config) -> Mapping[str, bytes]:
    files = dict(ended_files(policy, config, _said(site.front, above=1)))
    files[".html"] = site.presentable(files[".html"].decode("utf-8")).encode("utf-8")
    return {f"{policy.slug}{suffix}": content for suffix, content in files.items()}


@dataclass(frozen=True, slots=True)
class _Links:
    """Which policies have a web page on a site, and which pages name which."""

    pages: frozenset[str] = frozenset()
    to: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By short name, the policies that its page leads to and that have a page here."""
    back: Mapping[str, tuple[LinkedPage, ...]] = field(default_factory=dict)


def _links(site: _Site) -> _Links:
    shown = {each.slug: page for each in site.shown if (page := _page_of(site.copy_of(each))) is not None}
    pages = [LinkedPage(each.slug, each.title) for each in site.shown if each.slug in shown]
    to = {slug: [each for each in site.makings.links_of(page) if each in shown] for slug, page in shown.items()}
    return _Links(frozenset(shown), to, pages_back(pages, to))


def _made_of(site: _Site, standing: PolicyStanding, links: _Links, said: Mapping[str, object]) -> str:
    """Return what stands for everything that the files of a policy are made of."""
    copy, slug = site.copy_of(standing), standing.slug
    if copy is None:
        return digest("renewing", standing.title, said, site.allowed)
    files = [(file, file.sha256 in site.withheld) for file in _shown_files(copy)]
    # What the page says instead of a copy where none may stand here is of no account to any other.
    office = said if any(withheld for _, withheld in files) else ()
    linked = (links.to.get(slug), links.back.get(slug), site.front.school)
    return digest(site.audience, standing.title, files, linked, site.allowed, office)


def _files(site: _Site, standing: PolicyStanding, links: _Links, config: Config) -> Mapping[str, CopyFile | bytes]:
    """Return the files of a policy by their name, as they are or changed for this site; never none."""
    copy = site.copy_of(standing)
    files: dict[str, CopyFile | bytes] = {Path(file.path).suffix: file for file in _shown_files(copy)} if copy else {}
    page, pdf = _page_of(copy), files.get(".pdf")
    if isinstance(pdf, CopyFile) and pdf.sha256 in site.withheld:
        del files[".pdf"]
    if page is not None:
        text = _public_page(
            site, standing, (config.distribution / page.path).read_bytes().decode("utf-8"), has_pdf=".pdf" in files
        )
        files[".html"] = _ask_the_office(site, standing, config)
        if text is not None:
            files[".html"] = _linked(text, site, standing, links, config).encode("utf-8")
    if not files:
        files[".html"] = _ask_the_office(site, standing, config)
    return {f"{standing.slug}{suffix}": content for suffix, content in files.items()}


def _public_page(site: _Site, standing: PolicyStanding, text: str, *, has_pdf: bool) -> str | None:
    """Return the words of a page as they may stand on a site; None where a number cannot be taken out."""
    if site.audience == "staff":
        return text
    cleaned = without_mobiles(text, site.allowed)
    return cleaned if cleaned is None or has_pdf else _without_link_to_pdf(cleaned, standing.slug)


def _linked(text: str, site: _Site, standing: PolicyStanding, links: _Links, config: Config) -> str:
    return with_links(
        text,
        standing.slug,
        to=links.to.get(standing.slug, ()),
        named_by=links.back.get(standing.slug, ()),
        school=site.front.school,
        templates=config.templates,
    )


def _page_of(copy: CopyRow | None) -> CopyFile | None:
    shown = _shown_files(copy) if copy is not None else ()
    return next((file for file in shown if file.path.endswith(".html")), None)


def _without_link_to_pdf(page: str, slug: str) -> str:
    """Leave out the line that leads to the PDF where that is not on this site; else let its words stand."""
    page = re.sub(rf'<p><a href="{re.escape(slug)}\.pdf">[^<]*</a></p>\n?', "", page)
    return re.sub(rf'<a [^>]*href="{re.escape(slug)}\.pdf"[^>]*>(.*?)</a>', r"\1", page, flags=re.DOTALL)


def _pdf_of(copy: CopyRow | None) -> str:
    return (copy.pdf_sha256 or "") if copy is not None else ""


def _pdfs_with_mobiles(site: _Site, config: Config) -> frozenset[str]:
    copies = [copy for standing in site.shown if (copy := site.copy_of(standing)) is not None and copy.pdf_path]
    looked = {_pdf_of(copy): config.distribution / str(copy.pdf_path) for copy in copies}
    if config.publish.public_folder and "docx" in config.publish.folder_files:
        words = [file for copy in copies if (file := copy.word_file) is not None and copy.held_reason is None]
        looked |= {file.sha256: config.distribution / file.path for file in words}
    return pdfs_with_mobiles(looked, config.distribution, site.allowed)


@dataclass(frozen=True, slots=True)
class _Front:
    """What every page of the site says."""

    school: str
    safety: SafetyLines
    office: Holder | None
    """Whom to ask for a copy."""
    look: Look
    """The school's colour, dark enough for white words on it, and its logo."""


def _shown_files(copy: CopyRow) -> Sequence[CopyFile]:
    return [file for file in copy.files if file.path.endswith((".pdf", ".html"))]


def _ask_the_office(site: _Site, standing: PolicyStanding, config: Config) -> bytes:
    """Return the page that stands where no copy may be given: it says why, and whom to ask."""
    renewing = site.copy_of(standing) is None
    said = _said(site.front, above=1)
    page = render_page("site/renewing.html", config.templates, **said, title=standing.title, renewing=renewing)
    return site.presentable(page).encode("utf-8")


def _said(front: _Front, *, above: int = 0) -> dict[str, object]:
    """Return what a page says that lies so many folders below the first one."""
    look = {"brand": front.look.colour, "logo": logo_address(front.look, above)}
    return {"school": front.school, "safety": front.safety, "office": front.office, **look}


def _write_pages(site: _Site, entries: Sequence[SiteEntry], config: Config) -> int:
    """Write what lists the policies where it would say something else than is there; return how many files were."""
    said, calendar = _said(site.front), CALENDAR if site.calendar is not None else ""
    of = digest(site.audience, site.allowed, said, calendar, entries)
    pages = partial(_pages, site, entries, said, calendar, config)
    return site.makings.build(f"{site.folder.name}/{_PAGES}", of, site.folder, pages)[1]


def _pages(
    site: _Site, entries: Sequence[SiteEntry], said: Mapping[str, object], calendar: str, config: Config
) -> Mapping[str, bytes]:
    sections = list_sections(entries)
    page = render_page(
        "site/index.html", config.templates, **said, sections=sections, audience=site.audience, calendar=calendar
    )
    pages = {
        "index.html": site.presentable(page),
        "search.js": render_page("site/search.js", config.templates),
        "policies.json": listing_json(config.school.name, entries),
    }
    return {name: words.encode("utf-8") for name, words in pages.items()}


def _write_calendar(calendar: CalendarOfReviews, site: _Site, config: Config, today: date) -> int:
    """Write reviews and meetings for a calendar program where they are others than the file has; return how many."""
    made_at = datetime.combine(today, time(0), tzinfo=config.zone)
    unit = f"{site.folder.name}/{CALENDAR}"
    return site.makings.build(unit, digest(calendar), site.folder, lambda: {CALENDAR: calendar.as_file(made_at)})[1]


def _where(site: _Site, entries: Sequence[SiteEntry]) -> Mapping[int, str | None]:
    """Return where the current copy of each policy lies, its web page before its PDF; None where none may be given."""
    return {
        standing.policy_id: None if entry.renewing or entry.is_covered else (entry.page or entry.address)
        for standing, entry in zip(site.shown, entries, strict=True)
        if standing.address is None
    }


def _clear(folder: Path, wanted: set[str]) -> None:
    for path in list_others(folder, wanted):
        path.unlink()
