"""Put every policy into folders that other programs show: SharePoint or OneDrive as a synchronised folder, or a VLE's.

What lies there comes from the finished site of the same audience, so that the public folder holds public words alone.
Each policy has one name for good, with no version in it: whoever links to it links once. A policy that ended leaves a
page that says so at its name. ``folder_files`` writes the files; ``site`` calls this once both sites are written.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from pipeline.config import Config
from pipeline.documents.word_sheet import WordSheet
from pipeline.lifecycle.wording import say_day
from pipeline.papers.setting import set_paper
from pipeline.publish.ended import SAFETY, WHO, EndedPolicy
from pipeline.publish.folder_files import Synced, safe_stem, sync_folder
from pipeline.publish.listing import SiteEntry, list_sections
from pipeline.publish.makings import Makings, digest
from pipeline.register.copies import CopyFile
from pipeline.resources import render_page

_SHEETS = "folder-sheets"
_ASIDE = "set-aside"


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
    """What somebody should know, a sentence each."""


def folder_of(config: Config, audience: str) -> Path | None:
    """Return the folder of an audience as it is configured, None for none; relative ones are below the workspace."""
    named = config.publish.public_folder if audience == "public" else config.publish.staff_folder
    return config.root / Path(named).expanduser() if named else None


def publish_folder(shelf: FolderShelf, config: Config, makings: Makings, known: Collection[str]) -> FolderReport:
    """Bring one folder in line; what could not be done is said and tried again at the next run.

    Raises:
        ConfigurationError: a template cannot be used.
        RenderError: a sheet cannot be set.
        OSError: the finished site cannot be read.
    """
    name = str(shelf.folder)
    if fault := _is_no_place(shelf.folder, config):
        return FolderReport(name, shelf.audience, 0, 0, (fault,))
    files = _files(shelf, config, makings)
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
    )
    return FolderReport(name, shelf.audience, len(shelf.policies), synced.written, tuple(synced.said))


def _is_no_place(folder: Path, config: Config) -> str:
    """Return why a folder cannot be used, empty where it can."""
    root, wanted = config.root.resolve(), folder.resolve()
    own = (config.policies, config.distribution, config.templates)
    inside = root.is_relative_to(wanted) or any(wanted.is_relative_to(each.resolve()) for each in own)
    return (
        f"{folder} is a folder of this program's own, so no policy was put there. Name another one under [publish] in "
        "config.toml, such as a synchronised folder of SharePoint."
        if inside
        else ""
    )


def _files(shelf: FolderShelf, config: Config, makings: Makings) -> Mapping[str, Mapping[str, Callable[[], bytes]]]:
    """Return, by short name, the files of each policy by their names, the ended ones last."""
    found: dict[str, Mapping[str, Callable[[], bytes]]] = {}
    for policy in shelf.policies:
        entry = policy.entry
        if entry.address is None and entry.page is not None and "://" in entry.page:
            continue  # others publish it; the page leads to where it is read
        found[entry.slug] = _files_of(shelf, policy, config, makings)
    for ended in shelf.ended:
        said = (f"This policy is no longer in use. It was withdrawn on {say_day(ended.ended_on)}.", _DO_NOT_GO_BY)
        kept = partial(_sheet, shelf, ended.slug, ended.title, said, ended.ended_on, config, makings)
        found[ended.slug] = {
            f"{safe_stem(ended.slug)}.{ending}": partial(kept, ending) for ending in config.publish.folder_files
        }
    return found


_DO_NOT_GO_BY = (
    "Do not go by a copy of it. The policies in use are on the school’s list of policies; the school office tells you "
    "what is to be done now."
)


def _files_of(
    shelf: FolderShelf, policy: FolderPolicy, config: Config, makings: Makings
) -> Mapping[str, Callable[[], bytes]]:
    entry, stem = policy.entry, safe_stem(policy.entry.slug)
    ask = f"Please ask the school office for it{shelf.office}."
    if entry.renewing:
        said = ("This policy is in use; its copy is being renewed.", f"The last copy is no longer right. {ask}")
    else:
        said = ("This policy is in use; its copy is not in this folder.", ask)
    sheet = partial(_sheet, shelf, entry.slug, entry.title, said, policy.made_on, config, makings)
    found: dict[str, Callable[[], bytes]] = {}
    for ending in config.publish.folder_files:
        if ending == "pdf" and entry.address is not None:
            found[f"{stem}.pdf"] = (shelf.site / entry.address).read_bytes
        elif ending == "docx" and policy.word is not None and entry.address is not None:
            found[f"{stem}.docx"] = (config.distribution / policy.word.path).read_bytes
        elif ending == "docx" and entry.address is not None and not entry.is_covered:
            beside = ("There is no Word copy of this policy.", f"Its PDF has all of it. {ask}")
            found[f"{stem}.docx"] = partial(
                _sheet, shelf, entry.slug, entry.title, beside, policy.made_on, config, makings, "docx"
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
    makings: Makings,
    ending: str,
) -> bytes:
    """Return the one page that stands where no copy may, made again only where its words changed."""
    folder, name = config.distribution / _SHEETS / shelf.audience, f"{safe_stem(slug)}.{ending}"
    make = partial(_make_sheet, name, title, said, day, config, ending)
    makings.build(f"{_SHEETS}/{shelf.audience}/{name}", digest(title, said, config.school.name), folder, make)
    return (folder / name).read_bytes()


def _make_sheet(
    name: str, title: str, said: Sequence[str], day: date, config: Config, ending: str
) -> Mapping[str, bytes]:
    if ending == "docx":
        sheet = WordSheet(title, config.school.name, day)
        sheet.line(f"{SAFETY} {WHO}", bold=True)
        for number, words in enumerate(said):
            sheet.line(words, bold=number == 0)
        return {name: sheet.content()}
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
    return {name: set_paper("notice.typ", fields, day, config.templates)}


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
