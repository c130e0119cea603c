"""The list of people and the page of each: what they owe, what they gave, what they were told."""

from collections import Counter
from dataclasses import dataclass

from pipeline.acknowledgements.listing import ReadingDesk
from pipeline.acknowledgements.tally import EVERYBODY, Members, ReadingCount, iterate, members_of
from pipeline.letters.contributors.contacts import list_contacts_on_paper
from pipeline.model.readings import RequestState
from pipeline.people.away import absent_through
from pipeline.people.obligations import has_left, is_away
from pipeline.register.mail.told import ASKED, About, ToldRow, list_told
from pipeline.register.people.persons import PersonRow, find_person
from pipeline.web.desk.listing import Choice, page_of, read_filters
from pipeline.web.desk.offers import list_offers
from pipeline.web.desk.readings.readings import own_teams
from pipeline.web.desk.readings.reports import list_open
from pipeline.web.desk.view import DESK, PEOPLE, Answer, View, not_here
from pipeline.wording import KINDS, METHODS

_STATES = {
    "late": "Late with a reading",
    "owing": "With something to read",
    "done": "Nothing to read any more",
    "paper": "To be handed out on paper",
    "away": "Away",
    "coming": "Start later",
    "unlisted": "Not in the list any more",
    "left": "Left",
}


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in the list."""

    row: PersonRow
    count: ReadingCount
    """Readings they gave of those that they are asked for."""
    note: str
    """Such as ``away until 4 December 2026``."""
    is_unreached: bool


def show_people(view: View) -> Answer:
    """Show everybody, the person who is late with most first; leavers only where they are asked for."""
    teams, visible = own_teams(view), view.visible
    filters = read_filters(
        "/people",
        view.request.query_params,
        Choice("state", "State", _STATES),
        Choice("kind", "Group", KINDS),
        Choice("team", "Team", {team: team for team in teams}),
    )
    members = people_in_state(view, filters.of("state")) & teams.get(filters.of("team"), EVERYBODY) & visible
    kind = filters.of("kind")
    rows = [
        row
        for row in view.picture.tally.rows(members)
        if (not kind or row.person.kind == kind)
        and filters.finds(row.person.name, row.person.role, row.person.team, row.person.person_id)
    ]
    late = _times_late(view)
    rows.sort(key=lambda row: -late[row.id])
    page = page_of(rows, filters)
    lines = [_line(view, row) for row in page.rows]
    return Answer("people.html", "People", {"filters": filters, "page": page, "lines": lines}, at="/people")


def people_in_state(view: View, state: str) -> Members:
    """Return whom a state of the list means; everybody who has not left where it is empty."""
    tally, standing, policies = view.picture.tally, view.picture.standing, view.picture.counts
    left = standing.to_sign.choose(lambda row: has_left(row.person, view.today))
    everybody = members_of(row.id for row in view.picture.people)
    owing = tally.owing(policies)
    late = 0
    for policy_id in policies:
        late |= tally.late[policy_id]
    return {
        "": everybody & ~left,
        "late": late,
        "owing": owing,
        "done": standing.here & ~owing & ~tally.away,
        "paper": owing & standing.unreached | contacts_on_paper(view),
        "away": tally.away & ~left,
        "coming": everybody & ~standing.here & ~left,
        "unlisted": standing.unlisted,
        "left": left,
    }[state]


def contacts_on_paper(view: View) -> Members:
    """Return whom no mail reaches and who was not handed the school's new contacts yet."""
    people = view.picture.people
    found = list_contacts_on_paper(view.tx, view.school, view.config, view.picture.standings, people, view.today)
    return members_of(one.person.id for one in found)


def _times_late(view: View) -> Counter[int]:
    """Return with how many policies each person is late, by the register's key of the person."""
    found: Counter[int] = Counter()
    for policy_id in view.picture.counts:
        found.update(iterate(view.picture.tally.late[policy_id]))
    return found


def _line(view: View, row: PersonRow) -> PersonLine:
    count = view.picture.tally.total(view.picture.counts, 1 << row.id)
    is_unreached = bool(view.picture.standing.unreached >> row.id & 1)
    return PersonLine(row, count, say_where(view, row), is_unreached)


def say_where(view: View, row: PersonRow) -> str:
    """Return what keeps a person from being here today, in words; empty for a person who is here."""
    person = row.person
    if has_left(person, view.today):
        return f"left on {view.day(person.leave_on)}"
    if person.start_on is not None and person.start_on > view.today:
        return f"starts on {view.day(person.start_on)}"
    if (until := absent_through(person, view.today)) is not None:
        return f"away until {view.day(until)}"
    if is_away(person, view.today):
        return "no emails until a question about them is answered"
    if row.missing_since:
        return f"not in the list since {view.day(row.missing_since)}"
    return f"leaves on {view.day(person.leave_on)}" if person.leave_on else ""


_OPEN = (RequestState.OWED, RequestState.AWAY, RequestState.ELSEWHERE)
_ORDER = (*_OPEN, RequestState.ACKNOWLEDGED, RequestState.CLOSED)
_FOLDED = 8
"""Readings and mails shown unfolded."""


def show_person(view: View) -> Answer:
    """Show one person with what they owe, gave and were told, and what can be done."""
    key = view.key("person")
    row = None if key is None else find_person(view.tx, view.school, key, view.today)
    if row is None or not view.who.sees_names_of(row.person.team):
        return not_here("person", (PEOPLE,))
    desk = ReadingDesk(view.tx, view.school, view.config, view.today, rows=[row])
    lines = desk.recorded_lines(view.today)
    lines.sort(key=lambda line: (_ORDER.index(line.state), -line.days_late, line.title.casefold(), -line.version))
    told = list_told(view.tx, view.school, person=row.id) if view.sees_names else ()
    return Answer(
        "person.html",
        row.person.name,
        {
            "row": row,
            "kind": KINDS[row.person.kind],
            "where": say_where(view, row),
            "line": _line(view, row),
            "open": [line for line in lines if line.state in _OPEN],
            "given": [line for line in lines if line.state is RequestState.ACKNOWLEDGED],
            "closed": [line for line in lines if line.state is RequestState.CLOSED],
            "told": _told_lines(view, told),
            "folded": _FOLDED,
            "offers": list_offers(view, row, person=row.id) if view.sees_names else [],
            "methods": METHODS,
            "reports": list_open(view, row.id) if view.may("look-after-people") else [],
        },
        (DESK, PEOPLE),
        at="/people",
    )


@dataclass(frozen=True, slots=True)
class ToldLine:
    """What one mail, or paper, told a person."""

    when: str
    what: str
    titles: tuple[str, ...]
    outcome: str
    message: int | None


_ABOUT = {
    "reading": "Asked to read",
    "notice": "Told of a small change",
    "find": "Told where to find",
    "contacts": "Told of new safeguarding contacts",
    "informed": "Given to read, nothing to confirm",
    "missing": "Told that the copy is not ready",
    "review": "Told of a review",
    "approval": "Told that a text is not approved yet",
    "papers": "Papers for a meeting",
    "late": "Told who is late",
    "escalation": "Told of late readings",
    "office": "Told what the office has to do",
    "head": "Given the ledger’s newest head to keep",
}
_OUTCOMES = {
    None: "on its way",
    "sent": "sent",
    "written": "written to the outbox folder",
    "printed": "printed on paper",
    "handed-over": "handed over on paper",
    "bounced": "came back",
    "withheld": "held back by the owner",
}


def _told_lines(view: View, told: tuple[ToldRow, ...]) -> list[ToldLine]:
    """Return a line for each mail and thing told, the last first; readings that were asked before are reminders."""
    titles = {one.policy_id: one.title for one in view.picture.standings}
    grouped: dict[tuple[object, ...], list[ToldRow]] = {}
    for row in told:
        grouped.setdefault((row.message, row.about, _is_reminder(row), row.outcome, row.settled_at), []).append(row)
    lines = []
    for rows in grouped.values():
        one = rows[0]
        what = "Reminded to read" if _is_reminder(one) else _ABOUT.get(one.about, one.about)
        named = dict.fromkeys(titles.get(row.policy_id or 0, "") for row in rows)
        outcome = _OUTCOMES.get(one.outcome, one.outcome or "")
        lines.append(ToldLine(view.moment(one.settled_at), what, tuple(filter(None, named)), outcome, one.message))
    return lines[::-1]


def _is_reminder(row: ToldRow) -> bool:
    return row.about == About.READING and row.stage not in (None, ASKED)
