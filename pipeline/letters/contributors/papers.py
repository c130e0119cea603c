"""Papers for the governors: to the clerk once the day for them has come, and only what its owner has called ready.

Each paper goes once for a meeting, the agenda sheet with it; one that is ready later goes then, and is said to be late.
What is not ready is named without being attached, and its owner is told. Without an address of the clerk the office is
told, once for each meeting.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.dates.meetings import say_coming
from pipeline.errors import KeptDocumentError
from pipeline.letters.addressed import Addressed, Telling, find_clerk, owners_or_default
from pipeline.letters.contributors.agenda_sheet import SheetEntry, make_agenda_sheet
from pipeline.letters.contributors.office import OFFICE_TASKS, office_recipients
from pipeline.letters.contributors.reviews import NOT_READY, REVIEWS, ReviewItem
from pipeline.letters.others_day import OfficeItem, OthersDay
from pipeline.letters.parts import LetterPart, Shared
from pipeline.mail.composed import Attachment, attachment_name
from pipeline.mail.words import one_line
from pipeline.model.documents import DocumentFormat
from pipeline.model.mail import MailKind
from pipeline.model.policies import PolicyStanding
from pipeline.policies.agenda import AgendaPaper, list_agenda, paper_stage
from pipeline.policies.decisions.drafts import show_version
from pipeline.policies.decisions.due_dates import say_move
from pipeline.policies.owners import Recipient
from pipeline.private_files import make_folder, write_file
from pipeline.register.mail.slots import without_slots
from pipeline.register.mail.told import About, ToldOutcome, ToldRecord, ToldRow, routes_like
from pipeline.register.policies.contents import StoredContent, load_content
from pipeline.register.policies.policies import VersionRow, get_policy
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_list

FOLDER = "papers"
"""In the folder of what comes out."""


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One policy that goes to the governors."""

    standing: PolicyStanding
    version_id: int
    said: str
    """What it brings, in a few words."""
    files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class MeetingPapers:
    """The papers of one meeting that the clerk has not had."""

    body: str
    meeting: date
    papers_on: date
    """The last day on which they went in time."""
    papers: tuple[PaperItem, ...]
    missing: tuple[PolicyStanding, ...]
    """Policies that are awaited at the meeting and whose text is not ready."""
    sheet: Attachment | None
    """The agenda sheet; None where no paper is ready."""
    is_late: bool
    """The day for papers is over."""

    @property
    def files(self) -> tuple[Attachment, ...]:
        """All that is to be attached, the agenda sheet first."""
        sheet = () if self.sheet is None else (self.sheet,)
        return (*sheet, *(file for paper in self.papers for file in paper.files))


def list_papers_to_send(day: OthersDay) -> Iterator[Telling]:
    """Yield what clerk, owners and office are to be told of papers today.

    The files stand in the contents; the caller that keeps the letter puts them into their place.
    """
    meetings: dict[tuple[date, str], list[AgendaPaper]] = defaultdict(list)
    for paper in list_agenda(day.tx, day.school, day.config, day.standings, day.today):
        meetings[paper.meeting, paper.body].append(paper)
    clerk = find_clerk(day.config, day.directory, day.not_here)
    for papers in meetings.values():
        if clerk is None:
            yield from _tell_office(day, papers)
        elif new := [one for one in papers if not _was_told(day, one, clerk)]:
            yield clerk, PAPERS, _make(day.tx, day.school, day, new)
        for paper in papers:
            if paper.version is None:
                yield from _tell_owner(day, paper)


# --- to the clerk ------------------------------------------------------------------------------------------------


def _was_told(day: OthersDay, paper: AgendaPaper, clerk: Recipient) -> bool:
    version = paper.version.id if paper.version is not None else None
    stage = paper_stage(paper.body, is_ready=paper.version is not None)
    wanted = (paper.standing.policy_id, version, stage, paper.meeting, clerk.address.casefold())
    return any(
        (row.policy_id, row.version_id, row.stage, row.due_on, row.address) == wanted and _counts(row, day)
        for row in day.told
        if row.about == About.PAPERS
    )


def _counts(row: ToldRow, day: OthersDay) -> bool:
    """Return whether what was told counts by today's route: what only a folder has does not, once mail really goes."""
    by_route = row.route in routes_like(day.config.mail.route) or row.outcome == ToldOutcome.SENT
    return by_route and row.outcome not in (ToldOutcome.CANCELLED, ToldOutcome.BOUNCED)


def _make(tx: Transaction, school: str, day: OthersDay, new: Sequence[AgendaPaper]) -> MeetingPapers:
    """Return the papers of one meeting with their files and the agenda sheet."""
    first = new[0]
    made, entries, missing = [], [], []
    for paper in new:
        files = _files(tx, paper) if paper.version is not None else ()
        if paper.version is None or not files:
            missing.append(paper)
            continue
        entry = _entry(tx, school, paper.standing, paper.version)
        entries.append(entry)
        made.append(PaperItem(paper.standing, paper.version.id, entry.said, files))
    is_late = day.today > first.papers_on
    titles = [_say_missing(paper.standing) for paper in missing]
    sheet = None
    if entries:
        name = day.config.school.name or "Your school"
        content = make_agenda_sheet(name, first.body, first.meeting, entries, titles, is_late=is_late)
        sheet = _attachment(f"Agenda sheet {first.meeting} {first.body}", ".docx", content, first.meeting)
    standings = tuple(paper.standing for paper in missing)
    return MeetingPapers(first.body, first.meeting, first.papers_on, tuple(made), standings, sheet, is_late)


def _say_missing(standing: PolicyStanding) -> str:
    moved = say_move(standing.title, standing.due_move) if standing.due_move is not None else ""
    return f"{standing.title}. {moved}" if moved else standing.title


def _entry(tx: Transaction, school: str, standing: PolicyStanding, version: VersionRow) -> SheetEntry:
    if version.id == standing.version_id and standing.unapproved_since is None:
        return SheetEntry(standing, "the text in force, unchanged", ())
    view = show_version(tx, school, get_policy(tx, school, standing.slug), version)
    return SheetEntry(standing, view.said, view.changes)


def _files(tx: Transaction, paper: AgendaPaper) -> tuple[Attachment, ...]:
    """Return a paper's document, and its local appendix where it has one; none where the register's are damaged."""
    assert paper.version is not None
    try:
        stored = load_content(tx, paper.version.sha256)
    except KeptDocumentError:
        return ()
    return tuple(_documents(paper.standing.title, stored, paper.meeting))


def _documents(title: str, stored: StoredContent, meeting: date) -> Iterator[Attachment]:
    yield _attachment(title, _suffix(stored.format), stored.content, meeting)
    if stored.appendix is not None:
        yield _attachment(f"{title} appendix", _suffix(stored.appendix.format), stored.appendix.content, meeting)


def _suffix(kind: DocumentFormat) -> str:
    return f".{kind.value}"


def _attachment(title: str, suffix: str, content: bytes, meeting: date) -> Attachment:
    digest, name = hashlib.sha256(content).hexdigest(), attachment_name(title, suffix)
    path = Path(FOLDER) / meeting.isoformat() / f"{digest[:12]} {name}"
    return Attachment(None, name, path, digest, len(content), content=content)


def put_papers(distribution: Path, others: Mapping[str, Addressed]) -> None:
    """Put the files of papers into their place before their letters are kept; what is there already stays."""
    for one in others.values():
        for file in (file for papers in one.contents.of(PAPERS) for file in papers.files):
            path = distribution / file.path
            if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
                make_folder(path.parent)
                write_file(path, file.content)


# --- to owners and office ----------------------------------------------------------------------------------------


def _tell_owner(day: OthersDay, paper: AgendaPaper) -> Iterator[Telling]:
    """Tell a policy's owner, once for a meeting, that its papers go and that its text is not ready."""
    standing = paper.standing
    owners, is_named = owners_or_default(standing.owner, day.directory, day.config, day.not_here)
    gone = "go today" if day.today <= paper.papers_on else "have gone"
    said = (
        f"The papers for the meeting on {say_coming(paper.meeting, day.today)} {gone}, and it is not ready for the "
        f"clerk. Once it is, say so on its page, or with 'policy ready {standing.slug}'."
    )
    stage = f"{NOT_READY} {paper.body}"
    item = ReviewItem(standing, stage, not is_named, said, About.PAPERS, paper.meeting)
    for owner in owners:
        wanted = (About.PAPERS, standing.policy_id, stage, paper.meeting, owner.address.casefold())
        if not any(
            (row.about, row.policy_id, row.stage, row.due_on, row.address) == wanted and _counts(row, day)
            for row in day.told
        ):
            yield owner, REVIEWS, item


def _tell_office(day: OthersDay, papers: Sequence[AgendaPaper]) -> Iterator[Telling]:
    """Tell the office, once for a meeting, that papers are ready and no address of the clerk is known."""
    first = papers[0]
    titles = [paper.standing.title for paper in papers if paper.version is not None]
    stage = f"no-clerk {first.meeting} {first.body}"
    if not titles or (None, stage) in day.told_stages:
        return
    words = (
        f"Papers for the meeting on {say_day(first.meeting)} are ready and cannot go, since nobody is known as the "
        f"clerk, or the clerk is away: {say_list(titles)}. Give the clerk's address under Governors in the settings, "
        "or hand the papers over yourself."
    )
    for recipient in office_recipients(day.directory, day.config, day.not_here):
        yield recipient, OFFICE_TASKS, OfficeItem(words, None, stage)


# --- as letters have it ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper, as templates see it."""

    title: str
    said: str
    """What it brings."""
    owner: str
    """Who looks after it, empty where nobody is named."""
    moved: str
    """How its review was moved, and why; empty where it was not."""
    attached: bool
    """Its files go with the mail; else they are too large together."""


@dataclass(frozen=True, slots=True)
class MeetingLines:
    """The papers of one meeting, as templates see them."""

    name: str
    """``Full Governing Body on 9 July 2027``."""
    papers_on: str
    papers: tuple[PaperLine, ...]
    missing: tuple[str, ...]
    """Titles of what is not ready, each with who looks after it."""
    has_sheet: bool
    late: bool


def attached_papers(meetings: Sequence[MeetingPapers], most_bytes: int) -> tuple[Attachment, ...]:
    """Return the files that the mail carries: each agenda sheet, then the papers in their order while they fit."""
    sheets = [one.sheet for one in meetings if one.sheet is not None]
    left = most_bytes - sum(sheet.size_bytes for sheet in sheets)
    carried: list[Attachment] = list(sheets)
    for paper in (paper for one in meetings for paper in one.papers):
        size = sum(file.size_bytes for file in paper.files)
        if size <= left:
            carried += [file for file in paper.files if file not in carried]
            left -= size
    return tuple(carried)


def meeting_lines(one: MeetingPapers, carried: Sequence[Attachment]) -> MeetingLines:
    """Return the papers of one meeting as templates see them, given which files the mail carries."""
    papers = tuple(
        PaperLine(
            _line(paper.standing.title),
            _line(paper.said),
            _line(paper.standing.owner or ""),
            _say_moved(paper.standing),
            all(file in carried for file in paper.files),
        )
        for paper in one.papers
    )
    missing = tuple(
        f"{_line(each.title + (f' ({each.owner})' if each.owner else ''))}{_say_moved(each, '. ')}"
        for each in one.missing
    )
    name = f"{_line(one.body.removeprefix('The ').removeprefix('the '))} on {say_day(one.meeting)}"
    return MeetingLines(name, say_day(one.papers_on), papers, missing, one.sheet is not None, one.is_late)


def _say_moved(standing: PolicyStanding, before: str = "") -> str:
    move = standing.due_move
    return "" if move is None else before + one_line(without_slots(say_move(standing.title, move)), 600)


def _line(words: str) -> str:
    return one_line(without_slots(words), 200)


def _fields(items: Sequence[MeetingPapers], limit: int, carried: Sequence[Attachment]) -> dict[str, object]:
    return {"meetings": [meeting_lines(one, carried) for one in items]}


def _noted(items: Sequence[MeetingPapers], shared: Shared) -> Iterator[ToldRecord]:
    for one in items:
        yield from (_of_paper(shared, one, paper.standing.policy_id, paper.version_id) for paper in one.papers)
        yield from (_of_paper(shared, one, standing.policy_id, None) for standing in one.missing)


def _of_paper(shared: Shared, one: MeetingPapers, policy: int, version: int | None) -> ToldRecord:
    stage = paper_stage(one.body, is_ready=version is not None)
    return ToldRecord(*shared, None, About.PAPERS, stage, policy, version, due_on=one.meeting)


PAPERS = LetterPart(
    kind=MailKind.PAPERS,
    rank=10,
    in_calendar="papers of a governors’ meeting, for the clerk",
    on_desk="papers, to the clerk",
    about=(About.PAPERS,),
    fields=_fields,
    noted=_noted,
    in_report=lambda items: "; ".join(f"the papers for the {one.body} on {say_day(one.meeting)}" for one in items),
    said=lambda items: [f"{one.body} on {say_day(one.meeting)}" for one in items],
    files=attached_papers,
)
