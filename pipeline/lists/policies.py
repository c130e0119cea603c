"""The policies: how each stands, when its review is due, who looks after it and how many have read it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.acknowledgements.tally import ReadingCount
from pipeline.lists.columns import Cell, Column, Filter, Listing, Shown, Tag
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.policies.decisions.drafts import DRAFT_WAITING
from pipeline.policies.editions import EDITION_WAITING
from pipeline.policies.standing import pressing
from pipeline.wording import say_count, say_distance

STATE_TAGS: Mapping[ReviewState, str] = {
    ReviewState.OVERDUE: "red",
    ReviewState.UNDATED: "red",
    ReviewState.DUE_SOON: "yellow",
    ReviewState.AWAITING_APPROVAL: "blue",
    ReviewState.CURRENT: "green",
    ReviewState.LIVE_DOCUMENT: "green",
    ReviewState.WITHDRAWN: "grey",
}
_CHANGED = (DRAFT_WAITING, EDITION_WAITING)
_URGENCY = tuple(STATE_TAGS)
UNAPPROVED = ReviewState.AWAITING_APPROVAL.value
"""How the list is narrowed to what is in use and not approved, whether or not it has a day of review."""
_STATES: Mapping[str, tuple[str, Callable[[PolicyStanding], bool]]] = {
    "changed": ("Changed, waits for a word", lambda one: any(each.code in _CHANGED for each in one.problems)),
    "findings": ("With something to look at", lambda one: bool(pressing(one))),
    "held": ("Held, not in use yet", lambda one: one.is_held),
    ReviewState.OVERDUE.value: ("Review late", lambda one: one.is_late),
    ReviewState.UNDATED.value: ("Without a review date", lambda one: _is_in(one, ReviewState.UNDATED)),
    ReviewState.DUE_SOON.value: ("Review due soon", lambda one: _is_in(one, ReviewState.DUE_SOON)),
    UNAPPROVED: ("In use, not approved", lambda one: one.lacks_approval),
    ReviewState.CURRENT.value: ("In date", lambda one: _is_in(one, ReviewState.CURRENT)),
    ReviewState.LIVE_DOCUMENT.value: ("Kept up to date all year", lambda one: _is_in(one, ReviewState.LIVE_DOCUMENT)),
    ReviewState.WITHDRAWN.value: ("Withdrawn", lambda one: _is_in(one, ReviewState.WITHDRAWN)),
}
NOBODY = "(nobody named)"


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One policy in the list."""

    standing: PolicyStanding
    count: ReadingCount | None
    """None where nobody is asked to sign it."""
    state: str
    """How it stands, in words."""


def tag_of(one: PolicyStanding) -> str:
    """Return the colour of how a policy stands."""
    return "red" if one.is_held else STATE_TAGS[one.state]


def is_changed(one: PolicyStanding) -> bool:
    """Return whether a changed text, or a later edition, waits for its owner's word."""
    return any(problem.code in _CHANGED for problem in one.problems)


def owners_of(standings: Sequence[PolicyStanding]) -> Mapping[str, str]:
    """Return who looks after some policies, by name, as a list is narrowed by it."""
    return {owner: owner for owner in sorted({one.owner or NOBODY for one in standings}, key=str.casefold)}


def _is_in(one: PolicyStanding, state: ReviewState) -> bool:
    return one.state is state and not one.is_held


def _tags(line: PolicyLine) -> Sequence[Cell | Tag]:
    one = line.standing
    tags: list[Cell | Tag] = [Tag(line.state, tag_of(one))]
    tags += [Tag("review late", "red")] if one.is_late and one.state is not ReviewState.OVERDUE else []
    tags += [Tag("not approved", "blue")] if one.lacks_approval and one.state.value != UNAPPROVED else []
    tags += [Tag("changed", "blue")] if is_changed(one) else []
    found = len(pressing(one))
    return [*tags, f"{say_count(found, 'thing')} to look at"] if found else tags


def _due(line: PolicyLine) -> Shown:
    days = line.standing.days
    return [line.standing.due_on or "no date", *([say_distance(days)] if days is not None else [])]


def _read(line: PolicyLine) -> str:
    count = line.count
    if count is None:
        return "not asked"
    return f"{count.done:,} of {count.required:,}" + (f", {count.late:,} late" if count.late else "")


def _urgency(line: PolicyLine) -> tuple[int, bool, date, bool, str]:
    one = line.standing
    place = 0 if one.is_held else _URGENCY.index(one.state)
    return place, one.due_on is None, one.due_on or date.max, not is_changed(one), one.title.casefold()


POLICY_LIST: Listing[PolicyLine] = Listing(
    "Policies",
    ("policy", "policies"),
    (
        Column("Policy", lambda line: line.standing.title, width=40),
        Column("State", lambda line: line.state, shown=_tags, sort=lambda line: _urgency(line)[0]),
        Column("Review due", lambda line: line.standing.due_on, shown=_due, is_wide=True),
        Column("Owner", lambda line: line.standing.owner or "nobody named", is_wide=True),
        Column("Read", _read, sort=lambda line: line.count and -line.count.late / line.count.required),
    ),
    href=lambda line: f"/policies/{line.standing.slug}",
    filters=(
        Filter(
            "state",
            "State",
            {value: words for value, (words, _) in _STATES.items()},
            lambda line, state: _STATES[state][1](line.standing),
        ),
        Filter(
            "owner",
            "Owner",
            lambda lines: owners_of([line.standing for line in lines]),
            lambda line, owner: (line.standing.owner or NOBODY) == owner,
        ),
        Filter("team", "Team", {}, lambda line, _: line.count is not None),
    ),
    words=lambda line: (line.standing.title, line.standing.slug, line.standing.owner),
    order=_urgency,
)
