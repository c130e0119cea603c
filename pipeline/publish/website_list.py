"""The website editor's list: which files of the school's own website to replace, and with what; and that it was done.

Where ``[publish] watch`` names pages, the list is of what they link to (``watching``). Else it is of what changed since
the editor last said what they put there. A policy leaves the list when they say so; where a later look finds the old
file all the same, it is back, and says that.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.config import Config
from pipeline.documents.word.sheet import WordSheet
from pipeline.errors import UsageError
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.policies.audience import is_public
from pipeline.policies.standing import list_standings
from pipeline.publish.ended import EndedPolicy, list_ended
from pipeline.publish.listing import POLICIES
from pipeline.publish.recall import RecallAnswer, list_answers
from pipeline.publish.watching import LinkVerdict, Watched, WatchedLink
from pipeline.register.decision import Decision
from pipeline.register.policies.copies import CopyRow, copies_to_give, list_copies
from pipeline.register.policies.website import PlacedCopy, add_placed, last_placed
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day, say_list

_STALE = (
    LinkVerdict.WRONG_LEAD,
    LinkVerdict.REPLACED,
    LinkVerdict.ANOTHER_TEXT,
    LinkVerdict.MISSING,
    LinkVerdict.UNREAD,
    LinkVerdict.SAME_TEXT,
)


@dataclass(frozen=True, slots=True)
class CurrentFile:
    """What a policy's address on the website is to give."""

    slug: str
    title: str
    pdf: str | None
    """The PDF, relative to the workspace; None where it may not stand on the public site."""
    page: str | None
    """The web page, likewise."""
    version: str
    """What the version is called; empty for a policy that ended."""
    code: str
    """Of the copy; empty for a policy that ended."""
    since: date
    """The day the copy was made, or the policy ended."""
    has_ended: bool = False

    @property
    def said(self) -> str:
        """Which file it is, in words."""
        if self.has_ended:
            return f"the page that says it ended on {say_day(self.since)}"
        return f"version {self.version}, copy {self.code} of {say_day(self.since)}"

    @property
    def files(self) -> tuple[str, ...]:
        """Its files, the PDF first."""
        return tuple(each for each in (self.pdf, self.page) if each is not None)


@dataclass(frozen=True, slots=True)
class WebsiteItem:
    """One thing to do on the website."""

    slug: str | None
    """None for a link that is of no policy here."""
    title: str
    why: str
    """A sentence or two."""
    instead: CurrentFile | None
    """What is to be there; None where nothing is, or no copy may be given today."""
    page: str = ""
    """The page of the website it is on; empty where nobody looked."""
    address: str = ""
    """Where the link leads."""
    words: str = ""
    """What the link says."""
    is_pressing: bool = False
    """It names a person who does not hold the role."""

    @property
    def file_name(self) -> str:
        """The name of the file that is there now; empty where nobody looked."""
        return Path(unquote(urlsplit(self.address).path)).name


@dataclass(frozen=True, slots=True)
class WebsiteList:
    """Everything there is to do, the most pressing first."""

    school: str
    items: tuple[WebsiteItem, ...]
    looked_at: datetime | None
    """When the website was looked at; None where the list is of what changed since the editor last said."""
    last_done: date | None
    """The last day on which the editor did something, as far as it was said."""
    current: int
    """Links that lead to the current copy."""
    unopened: tuple[tuple[str, str], ...] = ()
    """Pages that could not be opened, and why."""

    @property
    def slugs(self) -> tuple[str, ...]:
        """The policies on it, each once."""
        return tuple(dict.fromkeys(each.slug for each in self.items if each.slug is not None))

    @property
    def files(self) -> tuple[CurrentFile, ...]:
        """What is to be put there, each once."""
        found = {each.instead.slug: each.instead for each in self.items if each.instead is not None}
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _WebsiteFacts:
    files: Mapping[int, CurrentFile]
    """By the register's key of the policy."""
    copies: Mapping[int, CopyRow]
    """The copies that are to be there, likewise."""
    answers: Mapping[int, RecallAnswer]
    """By the key of a copy."""
    placed: Mapping[int, PlacedCopy]
    standings: Sequence[PolicyStanding]


def list_website(
    tx: Transaction,
    school: str,
    config: Config,
    today: date,
    watched: Watched | None = None,
    looked_at: datetime | None = None,
) -> WebsiteList:
    """Return what is to be done on the website: by what was found there, or, without, by what was last said of it."""
    known = _look_up(tx, school, config, today)
    if watched is None or looked_at is None:
        items = [*_since_last_said(known)]
    else:
        items = [*_found_there(watched, looked_at, known)]
    items.sort(key=lambda each: (not each.is_pressing, each.title.casefold()))
    return WebsiteList(
        config.school.name,
        tuple(items),
        looked_at if watched is not None else None,
        max((each.placed_on for each in known.placed.values()), default=None),
        sum(each.verdict is LinkVerdict.CURRENT for each in watched.links) if watched is not None else 0,
        watched.unopened if watched is not None else (),
    )


def _look_up(tx: Transaction, school: str, config: Config, today: date) -> _WebsiteFacts:
    standings = [each for each in list_standings(tx, school, config, today) if not each.address]
    copies = {each.policy_id: each for each in copies_to_give(tx, school).values()}
    by_code = {answer.code: answer for _, answer in list_answers(tx, school, config.zone)}
    answers = {each.id: by_code[each.code] for each in list_copies(tx, school) if each.code in by_code}
    files: dict[int, CurrentFile] = {}
    for each in standings:
        copy = copies.get(each.policy_id)
        if is_public(each, config.publish) and copy is not None:
            made = copy.made_at.astimezone(config.zone).date()
            pair = _files(config, each.slug)
            label = answers[copy.id].version_label
            files[each.policy_id] = CurrentFile(each.slug, each.title, *pair, label, copy.code, made)
    by_slug = {each.slug: each for each in standings}
    for ended in list_ended(tx, school, standings, config.publish):
        if ended.was_public:
            files[by_slug[ended.slug].policy_id] = _ended_file(config, ended)
    return _WebsiteFacts(files, copies, answers, last_placed(tx, school), standings)


def _files(config: Config, slug: str) -> tuple[str | None, str | None]:
    """Return PDF and web page of a policy on the public site as they lie there, relative to the workspace."""
    found = [config.public_site / POLICIES / f"{slug}{ending}" for ending in (".pdf", ".html")]
    pdf, page = (each.relative_to(config.root).as_posix() if each.is_file() else None for each in found)
    return pdf, page


def _ended_file(config: Config, ended: EndedPolicy) -> CurrentFile:
    return CurrentFile(ended.slug, ended.title, *_files(config, ended.slug), "", "", ended.ended_on, has_ended=True)


def _is_said(placed: PlacedCopy | None, policy_id: int, known: _WebsiteFacts) -> bool:
    """Return whether the editor said that what is to be there is there."""
    if placed is None or policy_id not in known.files:
        return False
    copy = known.copies.get(policy_id)
    wanted = None if known.files[policy_id].has_ended else copy.id if copy is not None else -1
    return placed.copy == wanted


def _since_last_said(known: _WebsiteFacts) -> Iterator[WebsiteItem]:
    for policy_id, file in known.files.items():
        placed = known.placed.get(policy_id)
        if _is_said(placed, policy_id, known) or (file.has_ended and placed is None):
            continue
        yield WebsiteItem(file.slug, file.title, _say_since(placed, file, known), file)
    for standing in known.standings:
        placed = known.placed.get(standing.policy_id)
        is_gone = standing.policy_id not in known.files and placed is not None and placed.copy is not None
        if is_gone and standing.state is not ReviewState.WITHDRAWN and standing.policy_id not in known.copies:
            why = "The copy that is there is no longer right, and the next is not ready: take it down until it is."
            yield WebsiteItem(standing.slug, standing.title, why, None)
        elif is_gone:
            why = "It is not for the public any more: take the file down, and the link."
            yield WebsiteItem(standing.slug, standing.title, why, None)


def _say_since(placed: PlacedCopy | None, file: CurrentFile, known: _WebsiteFacts) -> str:
    if placed is None:
        return "Nobody has said yet that it is there."
    if file.has_ended:
        return f"The policy ended on {say_day(file.since)}. What is there was put there on {say_day(placed.placed_on)}."
    before = known.answers.get(placed.copy) if placed.copy is not None else None
    if before is None:
        return "It is in use again, and was taken down."
    by = f" by {before.by}" if before.by else ""
    return f"What was put there on {say_day(placed.placed_on)}, copy {before.code}, was replaced on {before.ended}{by}."


def _found_there(watched: Watched, looked_at: datetime, known: _WebsiteFacts) -> Iterator[WebsiteItem]:
    by_slug = {each.slug: each.policy_id for each in known.standings}
    for link in watched.links:
        policy_id = by_slug.get(link.policy or "")
        if link.verdict not in _STALE or (link.policy is None and link.verdict is not LinkVerdict.MISSING):
            continue
        placed = known.placed.get(policy_id) if policy_id is not None else None
        is_said = policy_id is not None and _is_said(placed, policy_id, known)
        if is_said and placed is not None and placed.recorded_at > looked_at:
            continue
        again = placed.placed_on if is_said and placed is not None else None
        yield _linked_item(link, known.files.get(policy_id) if policy_id is not None else None, again)
    for standing in watched.not_linked:
        placed = known.placed.get(standing.policy_id)
        if not (_is_said(placed, standing.policy_id, known) and placed is not None and placed.recorded_at > looked_at):
            why = "It must be online, and no page that was looked at links to it: put it there, and a link."
            yield WebsiteItem(standing.slug, standing.title, why, known.files.get(standing.policy_id))


def _linked_item(link: WatchedLink, file: CurrentFile | None, again: date | None) -> WebsiteItem:
    why = link.told
    if link.verdict is LinkVerdict.MISSING and file is None:
        why = f"{why} Take the link away, or lead it to what was meant."
    elif file is None:
        why = f"{why} There is no copy for the public today: take the file down."
    if again is not None:
        why = f"{why} It was said to be replaced on {say_day(again)}, and this is still there."
    title = link.title or link.words or link.address
    pressing = link.verdict is LinkVerdict.WRONG_LEAD
    return WebsiteItem(link.policy, title, why, file, link.page, link.address, link.words, pressing)


# --- the sheet -------------------------------------------------------------------------------------------------------


def say_item(item: WebsiteItem) -> tuple[str, ...]:
    """Return one thing to do in a few lines: why, where it is, and what to put there."""
    lines = [item.why]
    if item.page:
        named = f", the link “{item.words}”" if item.words else ""
        lines.append(f"On {item.page}{named}: {item.file_name or item.address}")
    if item.instead is not None:
        files = say_list(list(item.instead.files))
        wait = "Its files are not on the public site: the next run puts them there, or says why not."
        lines.append(f"Put there: {files} ({item.instead.said})" if files else wait)
        names = {Path(each).name for each in item.instead.files}
        if names and item.file_name and item.file_name not in names:
            lines.append("It has another name than the file there now: lead the link to it, once. The name stays.")
    return tuple(lines)


def say_basis(listed: WebsiteList) -> str:
    """Return in a sentence what the list rests on."""
    if listed.looked_at is not None:
        right = f" {say_count(listed.current, 'link')} there lead to current copies." if listed.current else ""
        return f"The pages of the website were looked at on {say_day(listed.looked_at.date())}.{right}"
    if listed.last_done is not None:
        return f"What changed since you last said what you put there, on {say_day(listed.last_done)}."
    return "Nobody has said yet what is on the website: everything for the public is here."


def website_sheet(listed: WebsiteList, day: date) -> bytes:
    """Return the list as a Word file, to print or to send to the person who edits the website."""
    sheet = WordSheet("Files to replace on the school’s website", listed.school, day)
    sheet.line(f"Made on {say_day(day)}. {say_basis(listed)}")
    if not listed.items:
        sheet.line("Nothing is to be done.")
    for number, item in enumerate(listed.items, start=1):
        sheet.heading(f"{number}. {item.title}", 2)
        for position, words in enumerate(say_item(item)):
            sheet.line(words, bold=position == 0 and item.is_pressing)
        sheet.line("Done on: ____________________")
    sheet.line(
        "Keep the names of the files as they are: links then go on working. Tell the school office what you did."
    )
    return sheet.content()


def write_bundle(listed: WebsiteList, root: Path, path: Path, day: date) -> None:
    """Write a ZIP file with the sheet and every file that is to be put there, by the name that it keeps.

    Raises:
        OSError: a file is gone, or ``path`` cannot be written.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("what-to-replace.docx", website_sheet(listed, day))
        for file in listed.files:
            for each in file.files:
                archive.write(root / each, f"{POLICIES}/{Path(each).name}")


# --- what was done ---------------------------------------------------------------------------------------------------


def record_placed(decision: Decision, config: Config, slugs: Sequence[str], on: date, today: date) -> str:
    """Record that the copies of that day are on the website, or that what ended was taken down; return that in words.

    ``slugs`` are short names; the copy counts that was the newest on that day.

    Raises:
        UsageError: the day has not come, a policy is not known or not for the public, or had no copy on that day.
    """
    if on > today:
        raise UsageError(f"{say_day(on)} is still to come; record it once the files are there.")
    if not slugs:
        raise UsageError("Name the policies that were replaced by their short names; nothing was recorded.")
    known = _look_up(decision.tx, decision.school, config, today)
    by_slug = {each.slug: each for each in known.standings}
    copies = list_copies(decision.tx, decision.school)
    done: list[tuple[PolicyStanding, CopyRow | None]] = []
    for slug in dict.fromkeys(slugs):
        standing = by_slug.get(slug)
        if standing is None:
            raise UsageError(
                f"No policy has the short name {slug!r}; nothing was recorded. 'policy status' lists them."
            )
        done.append((standing, _copy_on(standing, copies, known, config, on)))
    for standing, copy in done:
        code = copy.code if copy is not None else ""
        add_placed(decision, standing.policy_id, standing.slug, copy.id if copy is not None else None, code, on)
    there = say_list([standing.title for standing, copy in done if copy is not None])
    down = say_list([standing.title for standing, copy in done if copy is None])
    said = [f"On the website since {say_day(on)}: {there}."] if there else []
    said += [f"Taken down, or said there to have ended, on {say_day(on)}: {down}."] if down else []
    return f"{' '.join(said)} The next look at the website checks it."


def _copy_on(
    standing: PolicyStanding, copies: Sequence[CopyRow], known: _WebsiteFacts, config: Config, on: date
) -> CopyRow | None:
    file = known.files.get(standing.policy_id)
    if file is None or (file.has_ended and file.since <= on):
        placed = known.placed.get(standing.policy_id)
        if file is None and placed is None:
            raise UsageError(f"{standing.title} is not for the public website; nothing was recorded.")
        return None
    mine = [each for each in copies if each.policy_id == standing.policy_id and each.files]
    made = [each for each in mine if each.made_at.astimezone(config.zone).date() <= on]
    if not made:
        raise UsageError(
            f"There was no copy of {standing.title} on {say_day(on)}; nothing was recorded. Check the day."
        )
    return made[-1]
