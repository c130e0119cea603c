"""Put every policy into folders that other programs show: SharePoint or OneDrive as a synchronised folder, or a VLE's.

What lies there comes from the finished site of the same audience, so that the public folder holds public words alone.
Each policy has one name for good, with no version in it: a page that links to it links once. A policy that ended leaves
a page that says so at its name. ``folder_files`` writes the files; ``site`` has this done once both sites are written.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path

from pipeline.config import Config
from pipeline.documents.word.sheet import WordSheet
from pipeline.errors import RegisterInUseError, RenderError, say_system_error
from pipeline.files import write_atomically
from pipeline.mail.holds import is_copy
from pipeline.pages.look import load_look
from pipeline.papers.setting import set_paper
from pipeline.publish.ended import SAFETY, WHO, EndedPolicy
from pipeline.publish.folder_files import Synced, safe_stem, sync_folder
from pipeline.publish.listing import SiteEntry, list_sections
from pipeline.publish.makings import digest
from pipeline.publish.pages import write_if_changed
from pipeline.register.policies.copies import CopyFile, list_copies
from pipeline.register.store.counter import current_mark
from pipeline.register.store.database import Register
from pipeline.resources import render_page
from pipeline.wording import say_day

_SHEETS = "folder-sheets"
_ASIDE = "set-aside"
_REPORTS = ".folders.json"
_OF_A_COPY = (
    "This workspace is a copy of another one, or came from another computer, and may not be the school's own: nothing "
    "is put outside of it while all mail is held for that."
)


@dataclass(frozen=True, slots=True)
class FolderPolicy:
    """A policy in use, as a folder of one audience may have it."""

    entry: SiteEntry
    word: CopyFile | None
    """Its Word copy; None where it has none, or it may not be given."""
    made_on: date
    """The day that a sheet in its place is dated by."""


@dataclass(frozen=True, slots=True)
class FolderShelf:
    """What one folder is to hold."""

    folder: Path
    site: Path
    """The finished site of the same audience."""
    site_print: str
    """What stands for its lists as they were written with this."""
    edition: str
    """Of the program and the templates."""
    audience: str
    policies: Sequence[FolderPolicy]
    ended: Sequence[EndedPolicy]
    said: Mapping[str, object]
    """What every page says."""
    office: str
    """How the school office is reached, in words; empty where nobody knows."""
    presentable: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What came of one folder."""

    folder: str
    audience: str
    policies: int
    written: int
    said: tuple[str, ...]
    """What the office should know, a sentence each."""


def keep_reports(config: Config, reports: Sequence[FolderReport]) -> None:
    """Keep what came of the folders, for the desk; where that cannot be kept the desk says nothing of them."""
    kept = json.dumps([asdict(each) for each in reports], ensure_ascii=False, indent=1)
    with suppress(RenderError, OSError):
        write_if_changed(config.distribution / _REPORTS, kept)


def last_reports(config: Config) -> tuple[FolderReport, ...]:
    """Return what came of the configured folders the last time they were brought in line; empty where nobody knows."""
    wanted = {str(folder) for audience in ("public", "staff") if (folder := folder_of(config, audience)) is not None}
    try:
        kept = json.loads((config.distribution / _REPORTS).read_text(encoding="utf-8"))
        reports = [FolderReport(**{**each, "said": tuple(each["said"])}) for each in kept]
    except (OSError, ValueError, TypeError, KeyError):
        return ()
    return tuple(each for each in reports if each.folder in wanted)


def folder_of(config: Config, audience: str) -> Path | None:
    """Return the folder of an audience as it is configured, None for none; relative ones are below the workspace."""
    named = config.publish.public_folder if audience == "public" else config.publish.staff_folder
    return config.root / Path(named).expanduser() if named else None


def fill_folders(register: Register, shelves: Sequence[FolderShelf], config: Config) -> tuple[FolderReport, ...]:
    """Bring the folders in line, one program at a time; what could not be done is said, and the next run tries again.

    The sites are written by then and kept from nobody: a drive may answer slowly, or not at all. What a shelf was made
    of may have been overtaken meanwhile by the process that wrote the sites after it, who fills the folders too.
    """
    with register.reading() as tx:
        known = frozenset(file.sha256 for copy in list_copies(tx, register.school) for file in copy.files)
        # A print of it: a person who sees the folder sees the mark.
        mark = sha256(current_mark(tx, register.school).register_id.encode("utf-8")).hexdigest()[:12]
        others = [each for each in shelves if is_copy(tx, register) and not _is_own(each.folder, config)]
    left = [_report(each, f"{each.folder} is left as it is. {_OF_A_COPY}") for each in others]
    try:
        with register.publishing("folders"):
            own = [each for each in shelves if each not in others]
            reports = [*left, *(report for each in own if (report := _fill(each, config, known, mark)) is not None)]
            keep_reports(config, reports)
    except RegisterInUseError:
        return tuple(_report(each, f"{each.folder} is being filled by another run just now.") for each in shelves)
    return tuple(reports)


def _fill(shelf: FolderShelf, config: Config, known: Collection[str], mark: str) -> FolderReport | None:
    """Bring one folder in line; None where others have written the site since, and fill the folder too."""
    try:
        if print_of(shelf.site) != shelf.site_print:
            return None
        return _publish_folder(shelf, config, known, mark)
    except (OSError, RenderError) as error:
        reason = say_system_error(error) if isinstance(error, OSError) else str(error)
        return _report(shelf, f"{shelf.folder} could not be brought in line; the next run tries again: {reason}")


def print_of(site: Path) -> str:
    """Return what stands for the lists of a site as they are now. Raises OSError where they cannot be read."""
    return digest(*((site / name).read_bytes() for name in ("index.html", "policies.json")))


def _report(shelf: FolderShelf, *said: str, written: int = 0) -> FolderReport:
    return FolderReport(str(shelf.folder), shelf.audience, len(shelf.policies), written, said)


def _publish_folder(shelf: FolderShelf, config: Config, known: Collection[str], mark: str) -> FolderReport:
    if fault := _is_no_place(shelf.folder, config):
        return _report(shelf, fault)
    files = _files(shelf, config, shelf.edition)
    wanted: dict[str, Callable[[], bytes]] = {}
    for each in files.values():
        wanted |= each
    page = _index(shelf, config, {slug: tuple(names) for slug, names in files.items()})
    wanted["index.html"] = partial(bytes, page.encode("utf-8"))
    wanted["policies.json"] = partial(bytes, _json(shelf, config, files).encode("utf-8"))
    synced: Synced = sync_folder(
        shelf.folder,
        wanted,
        known=known,
        aside=config.distribution / _ASIDE / shelf.audience,
        notes=config.distribution / f".{shelf.audience}-folder.json",
        mark=mark,
    )
    return _report(shelf, *synced.said, written=synced.written)


def _is_own(folder: Path, config: Config) -> bool:
    """Return whether a folder lies in the workspace itself, wherever a link of that name leads."""
    return folder.resolve().is_relative_to(config.root.resolve())


def _is_no_place(folder: Path, config: Config) -> str:
    """Return why a folder cannot be used, empty where it can."""
    root, wanted = config.root.resolve(), folder.resolve()
    instead = "Name another one under [publish] in config.toml, such as a synchronised folder of SharePoint."
    own = (config.policies, config.distribution, config.templates)
    is_hidden = wanted.is_relative_to(root) and any(part.startswith(".") for part in wanted.relative_to(root).parts)
    if is_hidden or root.is_relative_to(wanted) or any(wanted.is_relative_to(each.resolve()) for each in own):
        return f"{folder} is a folder of this program's own, so no policy was put there. {instead}"
    if wanted == Path.home().resolve():
        return f"{folder} is the home of an account, so no policy was put there. {instead}"
    public, staff = (folder_of(config, audience) for audience in ("public", "staff"))
    if public is not None and staff is not None and _are_nested(public.resolve(), staff.resolve()):
        return (
            f"{public} and {staff} are one folder, or one lies in the other, and everybody would see what is for "
            f"staff: nothing was put into either. {instead}"
        )
    return ""


def _are_nested(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def _files(shelf: FolderShelf, config: Config, edition: str) -> Mapping[str, Mapping[str, Callable[[], bytes]]]:
    """Return, by short name, the files of each policy by their names, the ended ones last."""
    found: dict[str, Mapping[str, Callable[[], bytes]]] = {}
    for policy in shelf.policies:
        entry = policy.entry
        if entry.address is None and entry.page is not None and "://" in entry.page:
            continue  # others publish it; the page leads to where it is read
        found[entry.slug] = _files_of(shelf, policy, config, edition)
    for ended in shelf.ended:
        said = (f"This policy is no longer in use. It was withdrawn on {say_day(ended.ended_on)}.", _DO_NOT_GO_BY)
        kept = partial(_sheet, shelf, ended.slug, ended.title, said, ended.ended_on, config, edition)
        found[ended.slug] = {
            f"{safe_stem(ended.slug)}.{ending}": partial(kept, ending) for ending in config.publish.folder_files
        }
    return found


_DO_NOT_GO_BY = (
    "Do not go by a copy of it. The policies in use are on the school’s list of policies; the school office tells you "
    "what is to be done now."
)


def _files_of(
    shelf: FolderShelf, policy: FolderPolicy, config: Config, edition: str
) -> Mapping[str, Callable[[], bytes]]:
    entry, stem = policy.entry, safe_stem(policy.entry.slug)
    ask = f"Please ask the school office for it{shelf.office}."
    if entry.renewing:
        said = ("This policy is in use; its copy is being renewed.", f"The last copy is no longer right. {ask}")
    else:
        said = ("This policy is in use; its copy is not in this folder.", ask)
    sheet = partial(_sheet, shelf, entry.slug, entry.title, said, policy.made_on, config, edition)
    found: dict[str, Callable[[], bytes]] = {}
    for ending in config.publish.folder_files:
        if ending == "pdf" and entry.address is not None:
            found[f"{stem}.pdf"] = (shelf.site / entry.address).read_bytes
        elif ending == "docx" and policy.word is not None and entry.address is not None:
            found[f"{stem}.docx"] = (config.distribution / policy.word.path).read_bytes
        elif ending == "docx" and entry.address is not None and not entry.is_covered:
            beside = ("There is no Word copy of this policy.", f"Its PDF has all of it. {ask}")
            found[f"{stem}.docx"] = partial(
                _sheet, shelf, entry.slug, entry.title, beside, policy.made_on, config, edition, "docx"
            )
        else:
            found[f"{stem}.{ending}"] = partial(sheet, ending)
    return found


def _sheet(
    shelf: FolderShelf,
    slug: str,
    title: str,
    said: Sequence[str],
    day: date,
    config: Config,
    edition: str,
    ending: str,
) -> bytes:
    """Return the one page that stands where no copy may, made again only where its words changed."""
    of = digest(edition, title, said, config.school.name, load_look(config.templates))
    path = config.distribution / _SHEETS / shelf.audience / f"{safe_stem(slug)}-{of[:12]}.{ending}"
    if not path.is_file():
        for earlier in path.parent.glob(f"{safe_stem(slug)}-????????????.{ending}"):
            earlier.unlink(missing_ok=True)
        write_atomically(path, _make_sheet(title, said, day, config, ending))
    return path.read_bytes()


def _make_sheet(title: str, said: Sequence[str], day: date, config: Config, ending: str) -> bytes:
    if ending == "docx":
        sheet = WordSheet(title, config.school.name, day)
        sheet.line(f"{SAFETY} {WHO}", bold=True)
        for number, words in enumerate(said):
            sheet.line(words, bold=number == 0)
        return sheet.content()
    fields = {
        "title": title,
        "school": config.school.name,
        "safety": SAFETY,
        "safety_others": WHO,
        "contacts": [],
        "enter": "",
        "said": list(said),
        "foot": config.school.name,
    }
    return set_paper("notice.typ", fields, day, config.templates)


def _index(shelf: FolderShelf, config: Config, names: Mapping[str, Sequence[str]]) -> str:
    page = render_page(
        "site/folder.html",
        config.templates,
        **shelf.said,
        audience=shelf.audience,
        sections=list_sections([each.entry for each in shelf.policies]),
        names=names,
    )
    return shelf.presentable(page)


def _json(shelf: FolderShelf, config: Config, files: Mapping[str, Mapping[str, object]]) -> str:
    policies = [
        {"slug": each.entry.slug, "title": each.entry.title, "files": sorted(files.get(each.entry.slug, ()))}
        for each in shelf.policies
    ]
    ended = [
        {
            "slug": each.slug,
            "title": each.title,
            "files": sorted(files[each.slug]),
            "ended_on": each.ended_on.isoformat(),
        }
        for each in shelf.ended
    ]
    whole = {"school": config.school.name, "policies": policies, "ended": ended}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
