"""Whatever happens on whatever days: one letter an address and day, nothing told twice, nobody forgotten."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from pipeline.model.mail import DeliveryState
from pipeline.model.policies import RevisionKind
from pipeline.people.obligations import has_left, is_away
from pipeline.register.mail.told import ASKED, About, ToldOutcome, list_told
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.policies.policies import VersionRow, list_versions
from pipeline.register.tables import schema
from tests.school import MONDAY, School

NAMES = ("Lee", "Day", "Marsh", "Zed")
ACTIONS = st.sampled_from(
    ["join", "policy", "major", "minor", "contacts", "answer", "answer", "away", "leave", "nothing", "off"]
)


class Life:
    """A school that is lived day by day, with what happens drawn."""

    def __init__(self, root: Path) -> None:
        self.school = School(root, '[web]\nbase_url = "https://policies.example.org"\n')
        self.day = MONDAY
        self.people: list[int] = []
        self.count = 0

    def rows(self) -> list[PersonRow]:
        with self.school.register.reading() as tx:
            return [row for row in list_people(tx, self.school.key, self.day) if row.id in self.people]

    def in_force(self) -> list[VersionRow]:
        with self.school.register.reading() as tx:
            newest = {one.policy_id: one for one in list_versions(tx, self.school.key)}
        return list(newest.values())

    def act(self, action: str, which: int) -> None:
        school, self.count = self.school, self.count + 1
        here = [row for row in self.rows() if not has_left(row.person, self.day)]
        versions = self.in_force()
        if action == "join":
            start = self.day + timedelta(days=which % 5) if which % 2 else None
            name = NAMES[which % len(NAMES)]
            self.people.append(school.add_person(f"{name}{self.count}", start_on=start).id)
        elif action == "policy":
            school.add_policy(f"Policy {self.count}", "child-protection" if which % 3 else None)
        elif action in ("major", "minor", "contacts") and versions:
            known = versions[which % len(versions)]
            kind = {"major": RevisionKind.MAJOR, "minor": RevisionKind.MINOR, "contacts": RevisionKind.CONTACTS}[action]
            school.add_version(known.policy_id, kind, title=f"Policy {known.policy_id}", text=f"Words {self.count}")
        elif action == "answer" and here:
            row = here[which % len(here)]
            open_ = [one for one in school.requests() if one.person == row.id]
            for one in open_[: 1 + which % 2]:
                school.record(row, next(v for v in versions if v.policy_id == one.policy_id), self.day)
        elif action == "away" and here:
            school.change_person(here[which % len(here)], away_until=self.day + timedelta(days=which % 20))
        elif action == "leave" and here:
            school.change_person(here[which % len(here)], leave_on=self.day + timedelta(days=which % 3))

    def live(self, *, runs: bool) -> None:
        if runs:
            self.school.plan(self.day)
            self.school.deliver(self.day)
            self.check_day()
        self.day += timedelta(days=1)

    def check_day(self) -> None:
        """Hold what has gone today against who is here today."""
        rows = {row.id: row.person for row in self.rows()}
        for mail in self.school.messages():
            person = rows.get(mail.person or 0)
            gone_today = mail.settled_at is not None and mail.settled_at.date() == self.day
            if person is not None and gone_today and mail.state is DeliveryState.WRITTEN:
                assert not has_left(person, self.day)
                assert not is_away(person, self.day)

    def check_all(self) -> None:
        school = self.school
        mails = school.messages()
        days = Counter(
            (mail.recipient.casefold(), mail.due_on) for mail in mails if mail.state is not DeliveryState.CANCELLED
        )
        assert set(days.values()) <= {1}
        with school.register.reading() as tx:
            told = list_told(tx, school.key, about=[About.READING])
            answered = [row.request for row in tx.execute(select(schema.acknowledgement)) if row.request is not None]
        stages = Counter((row.message, row.request, row.stage, row.due_on) for row in told if row.request is not None)
        assert set(stages.values()) <= {1}
        by_person = Counter((row.person, row.version_id, row.request, row.stage, row.due_on) for row in told)
        assert all(count == 1 for key, count in by_person.items() if key[2] is not None)
        assert len(answered) == len(set(answered))
        asked = {row.request for row in told if row.stage == ASKED and row.outcome == ToldOutcome.WRITTEN}
        reminded = {row.request for row in told if row.stage != ASKED and row.request is not None}
        assert reminded <= asked


@pytest.mark.slow
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ACTIONS, st.integers(0, 60), st.integers(0, 9)), min_size=4, max_size=14))
def test_one_letter_a_day_nothing_twice_and_nobody_forgotten(
    tmp_path_factory: object, happenings: list[tuple[str, int, int]]
) -> None:
    life = Life(tmp_path_factory.mktemp("school") / "w")  # type: ignore[attr-defined]
    with life.school:
        life.school.add_policy("First policy")
        life.people.append(life.school.add_person("First").id)
        for action, which, days in happenings:
            life.act(action, which)
            for _ in range(days):
                life.live(runs=action != "off")
        for _ in range(4):
            life.live(runs=True)
        life.check_all()
        here = {
            row.id for row in life.rows() if not has_left(row.person, life.day) and not is_away(row.person, life.day)
        }
        with life.school.register.reading() as tx:
            told = {row.request for row in list_told(tx, life.school.key, about=[About.READING])}
        since = life.day - timedelta(days=4)
        forgotten = [
            one for one in life.school.requests() if one.person in here and one.id not in told and one.asked_on <= since
        ]
        assert forgotten == []
