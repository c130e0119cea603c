"""What the clerk is to have for the meetings whose papers go: the texts that are ready, and the policies whose are not.

Reads only. ``letters.contributors.papers`` makes letters of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.config import Config
from pipeline.dates.meetings import ApprovingBody, paper_meeting, steps_to
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.policies.meetings import bodies_of, calendar_of, knows_meetings, schedule_of
from pipeline.register.policies.policies import VersionRow
from pipeline.register.policies.ready_texts import ReadyText, list_ready
from pipeline.register.transaction import Transaction


def paper_stage(body: str, *, is_ready: bool) -> str:
    """Return under which stage the clerk is noted as told of a policy, for one meeting of a body."""
    return f"{'paper' if is_ready else 'missing'} {body}"


@dataclass(frozen=True, slots=True)
class AgendaPaper:
    """One policy that is to be decided at a meeting."""

    standing: PolicyStanding
    body: str
    meeting: date
    papers_on: date
    """The last day on which its papers go in time."""
    version: VersionRow | None
    """The text that is ready for the clerk; None where none is."""


def list_agenda(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
) -> tuple[AgendaPaper, ...]:
    """Return what is for the meetings to come whose day for papers has come, the earliest meeting first."""
    if not knows_meetings(config):
        return ()
    ready = list_ready(tx, school)
    found = [
        paper
        for standing in standings
        if standing.state is not ReviewState.WITHDRAWN
        for paper in _papers_of(standing, ready.get(standing.policy_id), config, today)
        if paper.papers_on <= today
    ]
    return tuple(sorted(found, key=lambda one: (one.meeting, one.body, one.standing.title.casefold())))


def _papers_of(standing: PolicyStanding, ready: ReadyText | None, config: Config, today: date) -> Iterator[AgendaPaper]:
    calendar, bodies = calendar_of(config), bodies_of(standing, config)
    ready_on = ready.since.astimezone(config.zone).date() if ready is not None else None
    before = today
    for body, serving in zip(bodies, _serving(standing, bodies, config, today), strict=True):
        coming = [day for day in body.meetings if day > before]
        meeting = paper_meeting(ready_on, coming, serving, calendar)
        if meeting is None:
            continue
        papers_on = steps_to(meeting, calendar).papers_on
        yield AgendaPaper(standing, body.name, meeting, papers_on, ready.version if ready is not None else None)
        before = meeting


def _serving(
    standing: PolicyStanding, bodies: Sequence[ApprovingBody], config: Config, today: date
) -> Sequence[date | None]:
    """Return for each body the meeting at which a policy is awaited; None for none."""
    if standing.unapproved_since is not None:
        return [next((day for day in body.meetings if day > today), None) for body in bodies]
    schedule = schedule_of(standing, config, today)
    return [one.meeting for one in schedule.bodies] if schedule is not None else [None] * len(bodies)
