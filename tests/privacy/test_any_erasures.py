"""Whoever is erased of whatever people and readings: no trace of them is left, and both verifiers agree."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.register.deciding import deciding
from pipeline.register.people.changes import put_away
from pipeline.register.states import keep_everything
from tests.privacy.test_erase import LATER, LEFT, ONE, TOML, erase, figures, in_the_way, traces, verified
from tests.school import MONDAY, School, at

_FIRST = ("Kim", "Zoë", "Seán", "Mary-Jane", "O")
_LAST = ("Lee", "O'Neill", "Ó Briain", "Ng", "Smith-Jones", "van der Berg", "Čapek", "李")
PEOPLE = st.lists(
    st.tuples(st.sampled_from(_FIRST), st.sampled_from(_LAST), st.booleans(), st.booleans(), st.booleans()),
    min_size=2,
    max_size=4,
    unique_by=lambda one: one[:2],
)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(people=PEOPLE, acts=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=4))
def test_no_trace_of_whoever_is_erased_is_left(
    people: list[tuple[str, str, bool, bool, bool]], acts: list[tuple[int, int]]
) -> None:
    with TemporaryDirectory() as folder, School(Path(folder), TOML) as school:
        version = school.add_policy("Confidentiality")
        rows = [
            school.add_person(last, first_name=first, person_id=f"key-{n}z", email=f"person.{n}@example.org")
            for n, (first, last, *_) in enumerate(people)
        ]
        with deciding(school.register, school.root, ONE, at(MONDAY)) as doing:
            doing.record("started", {})
            keep_everything(doing.tx, school.key, school.config, actor=ONE, now=at(MONDAY))
        school.plan(MONDAY)
        school.deliver(MONDAY)
        for row, (_, _, reads, *_) in zip(rows, people, strict=True):
            if reads:
                school.record(row, version)
        for one, other in acts:
            who, whom = rows[one % len(rows)], rows[other % len(rows)]
            named = f"{who.person.name} ({who.person.work_email})"
            with deciding(school.register, school.root, named, at(MONDAY)) as doing:
                until = MONDAY + timedelta(days=one)
                put_away(doing.tx, school.key, whom, until, MONDAY, at(MONDAY), actor=doing.actor)
                doing.record("left", {}, words={"name": whom.person.name, "reason": f"{named} says so"})
        for row, (*_, leaves, _) in zip(rows, people, strict=True):
            if leaves:
                school.change_person(school.find_person(row.id), leave_on=LEFT)
        school.plan(LEFT + timedelta(days=1))
        before = figures(school, at(MONDAY, 18))
        assert before
        for n, (row, (*_, leaves, goes)) in enumerate(zip(rows, people, strict=True)):
            if not leaves or not goes:
                assert leaves == (in_the_way(school, row.id) == "")
                continue
            erase(school, row.id)
            assert traces(school, row.person.name, f"key-{n}z", f"person.{n}@") == set()
        assert figures(school, at(MONDAY, 18)) == before
        for n, (row, (*_, leaves, goes)) in enumerate(zip(rows, people, strict=True)):
            if not leaves or not goes:
                assert school.find_person(row.id, LATER).person == school.find_person(row.id).person
                assert traces(school, f"person.{n}@"), "nobody else goes with them"
        assert verified(school, Path(folder) / "export.jsonl") == ()
