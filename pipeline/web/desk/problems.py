"""Everything there is to look at: findings on policies and unclear facts, each with a page that says what to do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model import PolicyStanding, Problem
from pipeline.policies.effective import WITHDRAWN
from pipeline.policies.questions import Question
from pipeline.policies.standing import pressing
from pipeline.web.desk.listing import Choice, page_of, read_filters
from pipeline.web.desk.policies.policies import NOBODY, STATE_TAGS, name_problems
from pipeline.web.desk.policies.question_forms import named_href, question_href
from pipeline.web.desk.view import DESK, Answer, Crumb, View, not_here
from pipeline.web.rights import Action

PROBLEMS = Crumb("To look at", "/problems")
_ABOUT = {"pressing": "Needs somebody now", "minor": "At the next review", "unclear": "Unclear facts"}
_COMMAND = re.compile(r"'(policy [^']+)'")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding on one policy."""

    one: PolicyStanding
    problem: Problem
    name: str
    """Of it in its policy's addresses."""
    is_pressing: bool

    @property
    def href(self) -> str:
        """Its page."""
        return f"/problems/{self.one.slug}/{self.name}"

    @property
    def commands(self) -> list[str]:
        """The commands that its message names."""
        return list(dict.fromkeys(_COMMAND.findall(self.problem.message)))


@dataclass(frozen=True, slots=True)
class Unclear:
    """One question to the owner."""

    question: Question
    number: int
    """Among those of its policy, from 1."""

    @property
    def href(self) -> str:
        """Its page."""
        return f"/problems/{self.question.slug}/question-{self.number}"


def findings_of(one: PolicyStanding) -> list[Finding]:
    """Return the findings on one policy, the pressing ones first."""
    first = pressing(one)
    found = [
        Finding(one, one.problems[place], name, one.problems[place] in first)
        for name, place in name_problems(one).items()
    ]
    return sorted(found, key=lambda each: not each.is_pressing)


def list_unclear(view: View) -> list[Unclear]:
    """Return the questions to the owner, each numbered within its policy."""
    numbers: dict[str, int] = {}
    found = []
    for question in view.picture.standing.questions:
        numbers[question.slug] = numbers.get(question.slug, 0) + 1
        found.append(Unclear(question, numbers[question.slug]))
    return found


def show_problems(view: View) -> Answer:
    """Show all findings and unclear facts, the pressing ones first, and what belongs to no policy above them."""
    owners = sorted({one.owner or NOBODY for one in view.picture.standings}, key=str.casefold)
    filters = read_filters(
        "/problems",
        view.request.query_params,
        Choice("about", "Kind", _ABOUT),
        Choice("owner", "Owner", {owner: owner for owner in owners}),
    )
    about, owner = filters.of("about"), filters.of("owner")
    mine = {one.slug for one in view.picture.standings if not owner or (one.owner or NOBODY) == owner}
    lines: list[Finding | Unclear] = []
    if about != "unclear":
        found = [each for one in view.picture.standings if one.slug in mine for each in findings_of(one)]
        found = [each for each in found if not about or each.is_pressing == (about == "pressing")]
        found = [each for each in found if filters.finds(each.one.title, each.problem.message)]
        found.sort(key=_urgency)
        lines += found
    if about in ("", "unclear"):
        asked = [each for each in list_unclear(view) if each.question.slug in mine]
        lines += [each for each in asked if filters.finds(each.question.title, each.question.asks)]
    standing = view.picture.standing
    notices = (*standing.first, *standing.notices)
    questions = standing.questions
    fields = {
        "filters": filters,
        "page": page_of(lines, filters, per_page=10),
        "notices": notices,
        "first_question": question_href(questions[0]) if questions else "",
    }
    return Answer("problems.html", "To look at", fields, at="/problems")


def _urgency(finding: Finding) -> tuple[bool, int]:
    return not finding.is_pressing, list(STATE_TAGS).index(finding.one.state)


def show_problem(view: View) -> Answer:
    """Show one finding or question, with the words it is about and what settles it."""
    slug, name = str(view.request.path_params["slug"]), str(view.request.path_params["name"])
    one = view.picture.by_slug(slug)
    if one is None:
        return not_here("problem", (PROBLEMS,))
    crumbs = (DESK, PROBLEMS, Crumb(one.title, f"/policies/{slug}"))
    asked = next((e for e in list_unclear(view) if e.href == f"/problems/{slug}/{name}"), None)
    if asked is not None:
        fields = {"one": one, "question": asked.question, "href": question_href(asked.question)}
        return Answer("question.html", asked.question.asks, fields, crumbs, at="/problems")
    finding = next((each for each in findings_of(one) if each.name == name), None)
    if finding is None:
        title = "Nothing to look at here any more"
        return Answer("settled.html", title, {"one": one}, crumbs, status=404, at="/problems")
    version = next((each for each in view.picture.standing.shared.versions if each.id == one.version_id), None)
    field = _FIELDS.get(finding.problem.code.partition("-")[0])
    evidence = version.facts.evidence.get(field) if version and field else None
    others = [
        each
        for each in view.picture.standings
        if each.slug != slug and any(problem.code == finding.problem.code for problem in each.problems)
    ]
    fields = {
        "one": one,
        "finding": finding,
        "ways": list_ways(view, finding),
        "evidence": evidence,
        "others": others[:5],
        "more": len(others) - 5,
    }
    return Answer("problem.html", f"{one.title}: to look at", fields, crumbs, at="/problems")


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that can be done about a finding."""

    words: str
    href: str = ""
    """Of the form that does it; empty where it is a command yet."""
    command: str = ""
    action: str = Action.EDIT_POLICIES.value
    """What whoever does it must be allowed to do."""


def list_ways(view: View, finding: Finding) -> list[Way]:
    """Return what can be done about a finding: the commands that its words name, as forms where there are such."""
    ways = [way for command in finding.commands for way in _ways_of(view, finding.one, command)]
    if not ways:
        ways = [
            Way("Correct the document, and upload it", f"/policies/{finding.one.slug}/upload"),
            Way("Or correct here what it says of itself", f"/policies/{finding.one.slug}/facts"),
        ]
    return list(dict.fromkeys(ways))


def _ways_of(view: View, one: PolicyStanding, command: str) -> Iterator[Way]:
    """Yield the form that stands for a command, else the command."""
    page, verb = f"/policies/{one.slug}", command.split()[1]
    questions = [each for each in view.picture.standing.questions if each.slug == one.slug]
    named = [each for each in view.picture.standing.open_contacts if each.slug == one.slug]
    if verb == "issue":
        yield Way("See what differs, and put it in use", f"{page}/issue")
    elif verb == "approve":
        yield Way("Record an approval", f"{page}/approve", action=Action.APPROVE.value)
    elif verb == "ready":
        yield Way("Ready for the clerk", f"{page}/ready")
    elif verb == "reaffirm":
        yield Way("Checked, unchanged", f"{page}/reaffirm")
    elif verb == "review" and questions:
        yield Way("Settle what is unclear", question_href(questions[0]))
    elif verb == "set":
        is_use = f"{WITHDRAWN}=" in command
        yield Way("Take it out of use", f"{page}/withdraw") if is_use else Way("Correct it here", f"{page}/facts")
    elif command.startswith("policy contacts --settle") and named:
        yield Way("Say whose it is", named_href(named[0]))
    elif verb not in ("review", "run"):
        yield Way("Whoever looks after this program types:", command=command)


_FIELDS = {"approval": "approved_on", "review": "next_review", "owner": "owner", "title": "title", "version": "version"}
"""Which fact a finding is about, by the first word of its code."""
