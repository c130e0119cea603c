"""What is open of each policy for its owner, in one plain line each, with where it is put right.

Reads only. ``letters.contributors.monday`` repeats it once a week; a review counts once it is near, since its first
stages tell of it long before.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.catalogue.editions import find_edition
from pipeline.config import Config
from pipeline.dates.meetings import say_coming
from pipeline.model.policies import APPROVAL_BLANK, PolicyStanding, ReviewState
from pipeline.policies.agenda import AgendaPaper
from pipeline.policies.decisions.contact_answers import OpenContact, UnknownContact, list_open_contacts
from pipeline.policies.decisions.drafts import DRAFT_WAITING
from pipeline.policies.editions import EDITION_WAITING
from pipeline.policies.meetings import schedule_of
from pipeline.policies.questions import STATUS_HELD, Question, list_questions, sort_of
from pipeline.register.readings.reader_reports import ReportRow, list_reports
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day, say_distance

NEAR_DAYS = 30
"""A review is open from so many days before it is due on, earlier where a meeting asks for its draft before."""
_COPY_HELD = "copy-held"
_REVIEWED = frozenset({ReviewState.CURRENT, ReviewState.DUE_SOON, ReviewState.OVERDUE})


class OpenKind(StrEnum):
    """What is open, the most pressing first."""

    HELD = "held"
    """No copy with today's contacts can be made."""
    LATE = "late"
    """The review is late."""
    APPROVAL = "approval"
    """The text in use is not approved, or nobody can tell when it was."""
    PAPERS = "papers"
    """It is awaited at a meeting and not ready."""
    EDITION = "edition"
    """A later edition of a document of others waits to be released."""
    GUIDANCE = "guidance"
    """It rests on guidance of which a new edition applies."""
    DRAFT = "draft"
    """A changed text waits to be put in use."""
    REPORT = "report"
    """Readers told something of it."""
    CONTACT = "contact"
    """A name or number in it is nobody's in the contacts."""
    QUESTION = "question"
    """Something in it is unclear."""
    REVIEW = "review"
    """The review is near."""


_RANK = {kind: rank for rank, kind in enumerate(OpenKind)}


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One thing that is open of a policy."""

    standing: PolicyStanding
    kind: OpenKind
    words: str
    """What is wrong, as it stands behind the policy's title and a colon."""
    page: str
    """Where the desk puts it right: a path."""
    command: str
    """The same at the command line."""

    @property
    def rank(self) -> tuple[int, int, str]:
        """What presses more comes first."""
        return _RANK[self.kind], self.standing.days or 0, self.standing.title.casefold()


@dataclass(frozen=True, slots=True)
class OpenFacts:
    """What the register knows that is open of policies."""

    questions: Sequence[Question] = ()
    contacts: Sequence[OpenContact] = ()
    agenda: Sequence[AgendaPaper] = ()
    reports: Sequence[ReportRow] = ()
    """What readers told and nobody has settled."""


def gather_open_facts(
    tx: Transaction, school: str, config: Config, agenda: Sequence[AgendaPaper], today: date
) -> OpenFacts:
    """Return what is open of policies; ``agenda`` is what the meetings to come await."""
    return OpenFacts(
        list_questions(tx, school, config, today),
        list_open_contacts(tx, school, config.directory(today)),
        agenda,
        list_reports(tx, school, only_open=True),
    )


def list_open_points(
    standings: Sequence[PolicyStanding], facts: OpenFacts, config: Config, today: date
) -> Mapping[int, tuple[OpenPoint, ...]]:
    """Return what is open of each policy by the register's key, the most pressing first; none where nothing is."""
    questions, contacts, reports = defaultdict(list), defaultdict(list), defaultdict(list)
    for question in facts.questions:
        questions[question.slug].append(question)
    for contact in facts.contacts:
        contacts[contact.policy_id].append(contact)
    for report in facts.reports:
        reports[report.policy_id].append(report)
    with_clerk = {paper.standing.policy_id for paper in facts.agenda if paper.version is not None}
    unready = {paper.standing.policy_id: paper for paper in reversed(facts.agenda) if paper.version is None}
    found: dict[int, tuple[OpenPoint, ...]] = {}
    for one in standings:
        if one.state is ReviewState.WITHDRAWN:
            continue
        points = [
            *_of_copies(one, contacts[one.policy_id]),
            *_of_review(one, config, today),
            *_of_approval(one),
            *_of_papers(one, unready.get(one.policy_id), today),
            *_of_editions(one, today),
            *_of_text(one, questions[one.slug], is_with_clerk=one.policy_id in with_clerk),
            *_of_readers(one, len(reports[one.policy_id])),
        ]
        if points:
            found[one.policy_id] = tuple(sorted(points, key=lambda point: point.rank))
    return found


def _of_copies(one: PolicyStanding, contacts: Sequence[OpenContact]) -> Iterator[OpenPoint]:
    """Yield that its copies cannot be made, or that names and numbers in them are nobody's."""
    is_held = any(problem.code == _COPY_HELD for problem in one.problems)
    if contacts:
        page, command = f"/questions/who/{UnknownContact((contacts[0],)).key}", f"policy contacts --settle {one.slug}"
        whose = "a name or number in it is nobody’s in the contacts"
        if len(contacts) > 1:
            whose = f"{len(contacts)} names or numbers in it are nobody’s in the contacts"
        words = f"no copy with today’s contacts: {whose}" if is_held else whose
        yield OpenPoint(one, OpenKind.HELD if is_held else OpenKind.CONTACT, words, page, command)
    elif is_held:
        words = "no copy with today’s contacts could be made"
        yield OpenPoint(one, OpenKind.HELD, words, "/copies?state=held", "policy status")


def _of_review(one: PolicyStanding, config: Config, today: date) -> Iterator[OpenPoint]:
    if one.due_on is None or one.days is None or one.unapproved_since is not None or one.state not in _REVIEWED:
        return
    page, command = f"/policies/{one.slug}", _once_reviewed(one)
    if one.days < 0:
        words = f"review {say_distance(one.days)}, still in force (it was due {say_day(one.due_on)})"
        yield OpenPoint(one, OpenKind.LATE, words, page, command)
        return
    schedule = schedule_of(one, config, today)
    begun = [body for body in schedule.bodies if body.draft_by is None] if schedule is not None else []
    if one.days <= NEAR_DAYS or begun:
        words = f"review due {say_day(one.due_on)}, {say_distance(one.days)}"
        papers = next((body for body in begun if body.papers_by is not None), None)
        if papers is not None and papers.papers_by is not None:
            meeting = say_coming(papers.meeting, today)
            words += f"; papers by {say_coming(papers.papers_by, today)} for the meeting on {meeting}"
        yield OpenPoint(one, OpenKind.REVIEW, words, page, command)


def _once_reviewed(one: PolicyStanding) -> str:
    """Return the commands that record a review; which of them it is, a reader of the policy knows."""
    return f"policy approve {one.slug} --on DAY --by BODY, or policy reaffirm {one.slug} where nothing changes"


def _of_approval(one: PolicyStanding) -> Iterator[OpenPoint]:
    page, command = f"/policies/{one.slug}/approve", f"policy approve {one.slug} --on DAY --by BODY"
    if one.unapproved_since is not None:
        words = f"in use since {say_day(one.unapproved_since)} and not approved yet"
        yield OpenPoint(one, OpenKind.APPROVAL, words, page, command)
    elif any(problem.code == APPROVAL_BLANK for problem in one.problems):
        yield OpenPoint(one, OpenKind.APPROVAL, "the day of its approval is blank", page, command)


def _of_papers(one: PolicyStanding, paper: AgendaPaper | None, today: date) -> Iterator[OpenPoint]:
    if paper is not None:
        meeting, wanted = say_coming(paper.meeting, today), say_coming(paper.papers_on, today)
        words = f"not ready for the clerk; papers for the meeting on {meeting} were wanted by {wanted}"
        yield OpenPoint(one, OpenKind.PAPERS, words, f"/policies/{one.slug}/ready", f"policy ready {one.slug}")


def _of_editions(one: PolicyStanding, today: date) -> Iterator[OpenPoint]:
    if any(problem.code == EDITION_WAITING for problem in one.problems):
        words = "a later edition is there; staff are asked to read it once it is released"
        yield OpenPoint(one, OpenKind.EDITION, words, f"/policies/{one.slug}/issue", f"policy issue {one.slug}")
    applying = [found for new in one.new_guidance if (found := find_edition(new)) and found[1].since <= today]
    if applying:
        guidance, edition = applying[0]
        words = f"{guidance.name} has a new edition ({edition.year}) since it was last looked at"
        if len(applying) > 1:
            words = f"{len(applying)} documents it rests on have new editions since it was last looked at"
        yield OpenPoint(one, OpenKind.GUIDANCE, words, f"/policies/{one.slug}", _once_reviewed(one))


def _of_text(one: PolicyStanding, questions: Sequence[Question], *, is_with_clerk: bool) -> Iterator[OpenPoint]:
    """Yield what waits for a word on its text: a changed one, unless governors have it, and what is unclear."""
    codes = {problem.code for problem in one.problems}
    held = next((question for question in questions if question.status == STATUS_HELD), None)
    if held is not None:
        page, words = f"/policies/{one.slug}/questions/{held.name}", "its text is held until somebody has looked at it"
        yield OpenPoint(one, OpenKind.DRAFT, words, page, "policy review held")
    elif DRAFT_WAITING in codes and not is_with_clerk:
        words = "a changed text waits to be put in use"
        command = f"policy issue {one.slug} --show"
        yield OpenPoint(one, OpenKind.DRAFT, words, f"/policies/{one.slug}/issue", command)
    is_said = one.lacks_approval
    unclear = [
        each
        for each in questions
        if each is not held and not each.can_wait and not (is_said and each.field == "approved_on")
    ]
    if unclear:
        first = unclear[0]
        words = first.asks[:1].lower() + first.asks[1:]
        words = words if len(unclear) == 1 else f"{len(unclear)} things in it are unclear; first, {words}"
        page = f"/policies/{one.slug}/questions/{first.name}"
        yield OpenPoint(one, OpenKind.QUESTION, words, page, f"policy review {sort_of(first)}")


def _of_readers(one: PolicyStanding, reports: int) -> Iterator[OpenPoint]:
    if reports:
        words = say_count(reports, "reader told you something of it", "readers told you something of it")
        yield OpenPoint(one, OpenKind.REPORT, words, "/reports?state=open", "policy status")
