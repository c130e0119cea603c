"""Read of asked, by policy and by team: the bars, and the page that has them all."""

from collections import defaultdict
from urllib.parse import urlencode

from pipeline.acknowledgements.declarations.listing import DeclarationCount, count_declarations, list_declaration_lines
from pipeline.acknowledgements.tally import Members, ReadingCount, members_of
from pipeline.people.obligations import has_left
from pipeline.web.desk.figures import Figure, reading_figure
from pipeline.web.desk.listing import Choice, page_of, read_filters
from pipeline.web.desk.view import Answer, Crumb, View

READINGS = Crumb("Readings", "/readings")
NO_TEAM = "(no team)"


def team_members(view: View) -> dict[str, Members]:
    """Return everybody who has not left by team, the teams by name; those in none come last."""
    ids: dict[str, list[int]] = defaultdict(list)
    for row in view.picture.people:
        if not has_left(row.person, view.today):
            ids[row.person.team].append(row.id)
    return {
        team or NO_TEAM: members_of(ids[team]) for team in sorted(ids, key=lambda team: (not team, team.casefold()))
    }


def own_teams(view: View) -> dict[str, Members]:
    """Return as ``team_members`` those teams whose people the person who asks may see by name."""
    visible = view.visible
    return {team: members & visible for team, members in team_members(view).items() if members & visible}


def count_policies(view: View, among: Members) -> list[tuple[str, ReadingCount, str]]:
    """Return how many of some people have read each policy, most late first, then most to come."""
    counted = ((one, view.picture.tally.count(one.policy_id, among)) for one in view.picture.standings)
    found = [
        (one.title, count, view.way(f"/policies/{one.slug}/readers"))
        for one, count in counted
        if count.required and one.policy_id in view.picture.counts
    ]
    return sorted(found, key=lambda one: _urgency(one[1]))


def count_teams(view: View) -> list[tuple[str, ReadingCount, str]]:
    """Return how many readings each team has given of those asked of it, most late first."""
    tally, policies, found = view.picture.tally, tuple(view.picture.counts), []
    for team, members in team_members(view).items():
        if (count := tally.total(policies, members)).required:
            is_theirs = view.who.sees_names_of("" if team == NO_TEAM else team)
            found.append((team, count, f"/people?{urlencode({'team': team})}" if is_theirs else ""))
    return sorted(found, key=lambda one: _urgency(one[1]))


def _urgency(count: ReadingCount) -> tuple[float, float]:
    return -count.late / count.required, -count.due / count.required


def policies_figure(view: View, *, most: int | None = None, among: Members = -1) -> Figure:
    """Return the chart of read of asked by policy; of the ``most`` pressing ones where given."""
    counted = count_policies(view, among)
    return reading_figure("policies", "Read of asked, by policy", "Policy", counted[:most])


def teams_figure(view: View, *, most: int | None = None) -> Figure:
    """Return the chart of read of asked by team."""
    return reading_figure("teams", "Read of asked, by team", "Team", count_teams(view)[:most])


def declarations_of(view: View) -> tuple[DeclarationCount, ...]:
    """Return the counts of each declaration, the newest school year first: never added to readings."""
    return count_declarations(list_declaration_lines(view.tx, view.school, view.today), view.today)


def show_readings(view: View) -> Answer:
    """Show read of asked for every policy, page by page, and for every team."""
    teams = team_members(view)
    filters = read_filters(
        "/readings", view.request.query_params, Choice("team", "Team", {team: team for team in teams})
    )
    among = teams.get(filters.of("team"), -1)
    counted = [one for one in count_policies(view, among) if filters.finds(one[0])]
    page = page_of(counted, filters, per_page=10)
    shown = count_teams(view)
    return Answer(
        "readings.html",
        "Readings",
        {
            "filters": filters,
            "page": page,
            "policies": reading_figure("policies", "Read of asked, by policy", "Policy", page.rows),
            "teams": reading_figure("teams", "Read of asked, by team", "Team", shown[:12]),
            "declarations": declarations_of(view),
            "more_teams": reading_figure("more-teams", "The other teams", "Team", shown[12:]),
        },
        at="/readings",
    )
