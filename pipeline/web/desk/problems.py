"""Everything there is to look at: findings on policies, each with a page that says what to do, and what can wait."""

from dataclasses import dataclass

from pipeline.decisions.rights import Action
from pipeline.lists.policies import NOBODY, STATE_TAGS, owners_of
from pipeline.model.facts import Problem
from pipeline.model.policies import PolicyStanding
from pipeline.policies.questions import Question, list_asked
from pipeline.policies.standing import pressing
from pipeline.web.desk.listing import Choice, page_of, read_filters
from pipeline.web.desk.policies.policies import name_problems
from pipeline.web.desk.policies.questions import count_questions, question_href, who_href
from pipeline.web.desk.view import DESK, Answer, Crumb, View, not_here

PROBLEMS = Crumb("To look at", "/problems")
_ABOUT = {"pressing": "Needs somebody now", "minor": "At the next review"}


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


@dataclass(frozen=True, slots=True)
class Unclear:
    """One question to the owner that can wait until the next review."""

    question: Question
    more: int
    """Of so many more policies that are listed one answer may settle it."""

    @property
    def href(self) -> str:
        """Where it is answered."""
        return question_href(self.question)


def findings_of(one: PolicyStanding) -> list[Finding]:
    """Return the findings on one policy, the pressing ones first."""
    first = pressing(one)
    found = [
        Finding(one, one.problems[place], name, one.problems[place] in first)
        for name, place in name_problems(one).items()
    ]
    return sorted(found, key=lambda each: not each.is_pressing)


def show_problems(view: View) -> Answer:
    """Show all findings, the pressing ones first, and what can wait; what belongs to no policy stands above them."""
    filters = read_filters(
        "/problems",
        view.request.query_params,
        Choice("about", "Kind", _ABOUT),
        Choice("owner", "Owner", owners_of(view.picture.standings)),
    )
    about, owner = filters.of("about"), filters.of("owner")
    mine = {one.slug for one in view.picture.standings if not owner or (one.owner or NOBODY) == owner}
    lines: list[Finding | Unclear] = []
    found = [each for one in view.picture.standings if one.slug in mine for each in findings_of(one)]
    found = [each for each in found if not about or each.is_pressing == (about == "pressing")]
    found = [each for each in found if filters.finds(each.one.title, view.say(each.problem.why))]
    found.sort(key=_urgency)
    lines += found
    standing = view.picture.standing
    if about != "pressing":
        waits = [each for each in standing.questions if each.can_wait and each.slug in mine]
        waits = [each for each in waits if filters.finds(each.title, each.asks)]
        lines += [Unclear(thing[0], len(thing) - 1) for thing in list_asked(waits, everything=True)]
    lists = view.picture.lists
    notices = (*view.first, *lists.pressing, *lists.refused, *standing.notices)
    fields = {
        "filters": filters,
        "page": page_of(lines, filters, per_page=10),
        "notices": notices,
        "asked": count_questions(view),
    }
    return Answer("problems.html", "To look at", fields, at="/problems")


def _urgency(finding: Finding) -> tuple[bool, int]:
    return not finding.is_pressing, list(STATE_TAGS).index(finding.one.state)


def show_problem(view: View) -> Answer:
    """Show one finding, with the words it is about and what settles it."""
    slug, name = str(view.request.path_params["slug"]), str(view.request.path_params["name"])
    one = view.picture.by_slug(slug)
    if one is None:
        return not_here("problem", (PROBLEMS,))
    crumbs = (DESK, PROBLEMS, Crumb(one.title, f"/policies/{slug}"))
    finding = next((each for each in findings_of(one) if each.name == name), None)
    if finding is None:
        title = "Nothing to look at here any more"
        return Answer("settled.html", title, {"one": one}, crumbs, status=404, at="/problems")
    version = next((each for each in view.picture.standing.shared.versions if each.id == one.version_id), None)
    field = _FIELDS.get(finding.problem.code)
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
class Remedy:
    """One thing that can be done about a finding."""

    words: str
    href: str
    """Of the form that does it."""
    action: str = Action.EDIT_POLICIES.value
    """What the person who does it must be allowed to do."""


def list_ways(view: View, finding: Finding) -> list[Remedy]:
    """Return what can be done about a finding, by its code; where none has a form of its own, what mends a document."""
    slug, why = finding.one.slug, finding.problem.why
    page = f"/policies/{slug}"
    questions = [each for each in view.picture.standing.questions if each.slug == slug]
    named = [each for each in view.picture.standing.open_contacts if each.slug == slug]
    code = "" if isinstance(why, str) else why.code
    if code in _ISSUED:
        return [Remedy("See what differs, and put it in use", f"{page}/issue")]
    if code == "draft-held":
        return [Remedy("See what differs, and why it is held", f"{page}/issue")]
    if code in _TAKEN_OUT:
        return [Remedy("Take it out of use", f"{page}/withdraw")]
    if code in _CORRECTED:
        return [Remedy("Correct it here", f"{page}/facts")]
    if code == "changed-since-ready":
        return [Remedy("Ready for the clerk", f"{page}/ready")]
    if code == "review-without-change":
        return [Remedy("Checked, unchanged", f"{page}/reaffirm")]
    if code in _ASKED and questions:
        return [Remedy("Settle what is unclear", question_href(questions[0]))]
    if code in _ABOUT_SOMEBODY and named:
        return [Remedy("Say whose it is", who_href(named[0]))]
    return [
        Remedy("Correct the document, and upload it", f"{page}/upload"),
        Remedy("Or correct here what it says of itself", f"{page}/facts"),
    ]


_ISSUED = frozenset(("draft-waiting", "edition-moved", "edition-first", "edition-newer"))
_TAKEN_OUT = frozenset(("edition-ended", "proposed-withdrawn", "now-appendix"))
_CORRECTED = frozenset(("version-not-raised", "review-undated"))
_ASKED = frozenset(("duplicate-differs", "settled-differs"))
_ABOUT_SOMEBODY = frozenset(("name-unread", "detail-unread", "copy-held-for", "copy-held-for-several"))
"""The reasons of findings that a form of the desk settles, by which form."""

_FIELDS = {
    "approval-blank": "approved_on",
    "approval-corrected": "approved_on",
    "review-blank": "next_review",
    "review-corrected": "next_review",
    "review-late": "next_review",
    "review-missing": "next_review",
    "review-moved": "next_review",
    "review-undated": "next_review",
    "review-without-change": "next_review",
    "owner-missing": "owner",
    "title-missing": "title",
    "version-differs": "version",
}
"""Which fact a finding is about."""
