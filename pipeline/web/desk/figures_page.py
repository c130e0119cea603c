"""All figures on one page, for governors: how policies stand and how many have read them. Nobody is named."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.acknowledgements.tally import ReadingCount
from pipeline.evidence.figures import GROUPS
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.web.desk.figures import Figure, reading_figure
from pipeline.web.desk.home import STATE_WORDS
from pipeline.web.desk.policies.reviews import list_statutory, months_figure, statutory_figure
from pipeline.web.desk.readings.readings import declarations_of
from pipeline.web.desk.view import Answer, View

_FEWEST = 3
"""Of fewer people a number would be as good as a name."""


@dataclass(frozen=True, slots=True)
class PolicyFigure:
    """One policy in the table."""

    one: PolicyStanding
    count: ReadingCount | None
    """None where nobody is asked, or so few that a number would name them."""
    is_few: bool


def show_figures(view: View) -> Answer:
    """Show every figure there is on one page."""
    picture = view.picture
    in_use = [one for one in picture.standings if one.state is not ReviewState.WITHDRAWN]
    states = [one.state for one in in_use]
    fields = {
        "states": [(words, states.count(state)) for state, (words, _) in STATE_WORDS.items() if state in states],
        "lines": [_line(view, one) for one in in_use],
        "groups": groups_figure(view, in_use),
        "months": months_figure(view),
        "statutory": statutory_figure(view),
        "missing": [one.name for one in list_statutory(view) if one.state == "missing"],
        "total": picture.tally.total(picture.counts),
        "meeting": view.day(view.next_meeting()),
        "fewest": _FEWEST,
        "declarations": declarations_of(view),
    }
    return Answer("figures.html", "Figures", fields, at="/figures")


def _line(view: View, one: PolicyStanding) -> PolicyFigure:
    count = view.picture.counts.get(one.policy_id)
    is_few = count is not None and 0 < count.required < _FEWEST
    return PolicyFigure(one, None if is_few else count, is_few)


def groups_figure(view: View, policies: Sequence[PolicyStanding]) -> Figure:
    """Return the chart of read of asked over all policies, by group; groups of a few people are left out."""
    counted = []
    asked = [one.policy_id for one in policies if one.policy_id in view.picture.counts]
    for name, kinds in GROUPS.items():
        members = view.picture.standing.to_sign.choose(lambda row, kinds=kinds: row.person.kind in kinds)  # type: ignore[misc]
        count = view.picture.tally.total(asked, members)
        if count.required and (members & view.picture.standing.here).bit_count() >= _FEWEST:
            counted.append((name, count, ""))
    return reading_figure("groups", "Read of asked, by group", "Group", counted)
