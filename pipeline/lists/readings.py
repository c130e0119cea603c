"""Who has read what: the lines of ``policy acknowledge list`` as a spreadsheet and as JSON."""

from collections.abc import Mapping

from pipeline.acknowledgements.listing import ReadingLine
from pipeline.lists.columns import Column, Listing
from pipeline.model.readings import RequestState

STATE_WORDS: Mapping[RequestState, str] = {
    RequestState.OWED: "not recorded yet",
    RequestState.ACKNOWLEDGED: "recorded",
    RequestState.AWAY: "away",
    RequestState.ELSEWHERE: "asked at another school",
    RequestState.CLOSED: "not asked any more",
}


def _state(line: ReadingLine) -> str:
    if line.state is RequestState.ELSEWHERE:
        return f"asked at {line.at_school}"
    return "recorded in error" if line.corrected_at is not None else STATE_WORDS[line.state]


def _recorded_by(line: ReadingLine) -> str | None:
    return f"at {line.at_school}" if line.at_school and line.method else line.method


READINGS: Listing[ReadingLine] = Listing(
    "Readings",
    ("line", "lines"),
    (
        Column("", lambda line: line.person.person.person_id, "person_id"),
        Column("Name", lambda line: line.person.person.name, "name", width=28),
        Column("Person", lambda line: line.person.person.person_id, width=14),
        Column("Policy", lambda line: line.title, width=40),
        Column("", lambda line: line.slug, "policy"),
        Column("", lambda line: line.version, "version"),
        Column("Version", lambda line: line.version_label, "version_label", width=9),
        Column("", lambda line: line.state, "state"),
        Column("State", _state, width=22),
        Column("", lambda line: line.method, "method"),
        Column("", lambda line: line.acknowledged_at, "acknowledged_at"),
        Column("To read by", lambda line: line.due_on, "due_on"),
        Column("", lambda line: line.days_late, "days_late"),
        Column("Days late", lambda line: line.days_late or None, width=11),
        Column("Recorded by", _recorded_by, width=14),
        Column("Recorded on", lambda line: line.acknowledged_at),
        Column("", lambda line: line.at_school, "at_school"),
        Column("", lambda line: line.corrected_at, "corrected_at"),
    ),
)
