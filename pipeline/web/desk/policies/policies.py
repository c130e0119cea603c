"""The list of policies and the page of each: how it stands, what to do, who has read it, its history."""

from dataclasses import dataclass
from urllib.parse import urlencode

from pipeline.acknowledgements.listing import ReadingDesk, ReadingLine
from pipeline.acknowledgements.tally import EVERYBODY, Members, ReadingCount
from pipeline.catalogue.policies import find_entry
from pipeline.lists.policies import POLICY_LIST, PolicyLine, is_changed, tag_of
from pipeline.model.policies import PolicyStanding
from pipeline.model.readings import RequestState
from pipeline.people.asked import say_asked, who_is_asked
from pipeline.policies.decisions.approve_together import say_consultation
from pipeline.policies.decisions.contact_answers import key_of, list_settled
from pipeline.policies.decisions.drafts import say_kind
from pipeline.policies.decisions.reaffirm import reaffirmed_on
from pipeline.policies.groups import groups_by_policy
from pipeline.policies.meetings import say_meeting, say_missing_approval
from pipeline.policies.standing import pressing
from pipeline.register.people.persons import PersonRow
from pipeline.register.policies.copies import list_copies
from pipeline.register.policies.decisions import list_approvals, list_overrides
from pipeline.register.policies.policies import list_versions
from pipeline.register.policies.ready_texts import list_ready
from pipeline.web.desk.figures import reading_figure
from pipeline.web.desk.listing import Choice, page_of, read_filters, show_list
from pipeline.web.desk.offers import list_offers
from pipeline.web.desk.readings.readings import own_teams, team_members
from pipeline.web.desk.view import DESK, POLICIES, Answer, Crumb, View
from pipeline.wording import say_role


def show_policies(view: View) -> Answer:
    """Show the policies, the most pressing first; of a chosen team only those that it is asked to sign."""
    teams = team_members(view)
    among = teams.get(view.request.query_params.get("team", ""), EVERYBODY)
    lines = [_line(view, one, among) for one in view.picture.standings]
    return show_list(
        view,
        POLICY_LIST,
        lines,
        template="policies.html",
        at="/policies",
        options={"team": {team: team for team in teams}},
    )


def _line(view: View, one: PolicyStanding, among: Members) -> PolicyLine:
    count = view.picture.tally.count(one.policy_id, among) if one.policy_id in view.picture.counts else None
    return PolicyLine(one, count if count and count.required else None, view.state(one))


def show_policy(view: View) -> Answer:
    """Show one policy with its history, links and what can be done."""
    one = view.policy
    tx, school, shared = view.tx, view.school, view.picture.standing.shared
    asked = who_is_asked(view.picture.people, (one,), view.config, view.today).get(one.policy_id, ())
    count = view.picture.counts.get(one.policy_id)
    teams = _teams_of(view, one) if count else []
    copies = [copy for copy in list_copies(tx, school) if copy.policy_id == one.policy_id]
    return Answer(
        "policy.html",
        one.title,
        {
            "one": one,
            "tag": tag_of(one),
            "meeting": say_missing_approval(one, view.config, view.today) or say_meeting(one, view.config, view.today),
            "is_ready": one.policy_id in list_ready(tx, school),
            "offers": list_offers(view, one, slug=one.slug),
            "is_changed": is_changed(one),
            "pressing": pressing(one),
            "problems": name_problems(one),
            "entry": find_entry(one.catalogue_slug or ""),
            "asked": say_asked(asked),
            "count": count,
            **_teams_figure(one, teams),
            "versions": list_versions(tx, school, one.policy_id)[::-1],
            "labels": shared.labels,
            "say_kind": say_kind,
            **_approvals_of(view, one),
            **_said_of(view, one),
            "copies": copies[::-1],
            "copy": shared.copies.get(one.policy_id),
            "held": view.picture.standing.held.get(one.policy_id),
            "groups": groups_by_policy(tx, school, view.config, (one,), view.today).get(one.policy_id, ()),
            "questions": [each for each in view.picture.standing.questions if each.slug == one.slug],
            "others": _linked(view, one),
        },
        (DESK, POLICIES),
        at="/policies",
    )


def _approvals_of(view: View, one: PolicyStanding) -> dict[str, object]:
    given = list_approvals(view.tx, view.school, one.policy_id)
    return {"approvals": given[::-1], "say_consultation": say_consultation}


def _said_of(view: View, one: PolicyStanding) -> dict[str, object]:
    """Return what its owner said of a policy's facts, its reviews, and names in it, and who may move its review."""
    said = list_overrides(view.tx, view.school).get(one.policy_id, ())
    settled = [(key_of(each), each) for each in list_settled(view.tx, view.school, one.policy_id)]
    checked_on = reaffirmed_on(said)
    return {"said": said, "checked_on": checked_on, "settled": settled, "say_role": say_role}


def _teams_figure(one: PolicyStanding, teams: list[tuple[str, ReadingCount, str]]) -> dict[str, object]:
    figure = reading_figure("teams", f"{one.title}: read of asked, by team", "Team", teams[:8])
    return {"figure": figure, "more_teams": max(0, len(teams) - 8)}


def _teams_of(view: View, one: PolicyStanding) -> list[tuple[str, ReadingCount, str]]:
    found = []
    for team, members in team_members(view).items():
        if (count := view.picture.tally.count(one.policy_id, members)).required:
            found.append((team, count, f"/policies/{one.slug}/readers?{urlencode({'team': team})}"))
    return sorted(found, key=lambda each: (-each[1].late, -each[1].due))


def _linked(view: View, one: PolicyStanding) -> list[PolicyStanding]:
    """Return the policies of this school that it names."""
    shared = view.picture.standing.shared
    version = next((each for each in shared.versions if each.id == one.version_id), None)
    named = {title.casefold() for title in version.facts.linked_policies} if version else set()
    return [each for each in shared.in_use if each.slug != one.slug and each.title.casefold() in named]


def name_problems(one: PolicyStanding) -> dict[str, int]:
    """Return the address name of each finding of a policy with its place: its code, numbered where there are more."""
    seen: dict[str, int] = {}
    names: dict[str, int] = {}
    for place, problem in enumerate(one.problems):
        seen[problem.code] = seen.get(problem.code, 0) + 1
        number = seen[problem.code]
        names[problem.code if number == 1 else f"{problem.code}-{number}"] = place
    return names


# --- who has read it ---------------------------------------------------------------------------------------------

READER_STATES = {"late": "Late", "due": "To come", "done": "Read", "away": "Away"}


@dataclass(frozen=True, slots=True)
class ReaderLine:
    """One reader of a policy."""

    row: PersonRow
    state: str
    """As in ``READER_STATES``."""
    line: ReadingLine | None
    """What is recorded of it, or asked."""


def show_readers(view: View) -> Answer:
    """Show who is to sign one policy, who has and who is late, late ones first."""
    one = view.policy
    teams, visible = own_teams(view), view.visible
    path = f"/policies/{one.slug}/readers"
    filters = read_filters(
        path,
        view.request.query_params,
        Choice("state", "State", READER_STATES),
        Choice("team", "Team", {team: team for team in teams}),
    )
    among = teams.get(filters.of("team"), EVERYBODY) & visible
    found: list[tuple[str, PersonRow]] = []
    for state, members in reader_states(view, one).items():
        if filters.of("state") in ("", state):
            rows = view.picture.tally.rows(members & among)
            found += [(state, row) for row in rows if filters.finds(row.person.name, row.person.role, row.person.team)]
    page = page_of(found, filters, per_page=10)
    lines = _lines_of(view, one, {row.id for _, row in page.rows})
    fields = {
        "one": one,
        "filters": filters,
        "page": page,
        "readers": [ReaderLine(row, state, lines.get(row.id)) for state, row in page.rows],
        "words": READER_STATES,
        "count": view.picture.tally.count(one.policy_id, among),
    }
    crumbs = (DESK, POLICIES, Crumb(one.title, f"/policies/{one.slug}"))
    return Answer("readers.html", f"Who has read {one.title}", fields, crumbs, at="/policies")


def reader_states(view: View, one: PolicyStanding) -> dict[str, Members]:
    """Return who is late, who has time, who has read it and who is away of those who are to sign a policy."""
    tally, policy_id = view.picture.tally, one.policy_id
    required, done = tally.required.get(policy_id, 0), tally.done.get(policy_id, 0)
    late = tally.late.get(policy_id, 0)
    asked = view.picture.standing.to_sign.asked.get(policy_id, 0)
    return {"late": late, "due": required & ~done & ~late, "done": done, "away": asked & tally.away & ~done}


def _lines_of(view: View, one: PolicyStanding, people: set[int]) -> dict[int, ReadingLine]:
    """Return the last line of each of a few people on one policy: what they gave, else what is asked."""
    rows = [row for row in view.picture.people if row.id in people]
    desk = ReadingDesk(view.tx, view.school, view.config, view.today, rows=rows, policy_id=one.policy_id)
    found: dict[int, ReadingLine] = {}
    for line in desk.recorded_lines(view.today):
        if line.state is not RequestState.CLOSED:
            found[line.person.id] = line
    return found
