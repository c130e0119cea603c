"""What September asks: each school year anew where that is wanted, and spread over fortnights where it is much."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.acknowledgements.listing import readings
from pipeline.catalogue.policies import load_catalogue
from pipeline.model.policies import RevisionKind
from pipeline.model.readings import Occasion
from pipeline.register.policies.policies import list_versions
from pipeline.register.readings.requests import list_acknowledgements
from tests.school import MONDAY, School

SEPTEMBER = date(2027, 9, 1)
"""A Wednesday."""
TITLES = {entry.slug: entry.name for entry in load_catalogue() if entry.new_starter_pack and entry.annual_staff_notice}


@pytest.fixture
def yearly(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, '[reading]\nrepeat = "september"\n') as school:
        yield school


def test_year_after_year_the_same_text_is_asked_for_and_answered_anew(yearly: School) -> None:
    version, lee = yearly.add_policy("Confidentiality"), yearly.add_person("Lee")
    occasions = []
    for day in (MONDAY, SEPTEMBER, date(2028, 9, 1), date(2029, 9, 3)):
        plan = yearly.plan(day)
        occasions += [request.occasion for request in plan.opened]
        assert len(plan.queued) == 1, day
        yearly.record(lee, version, day)
        assert yearly.plan(day + timedelta(days=1)).queued == ()
    assert occasions == [Occasion.VERSION, *[Occasion.YEARLY] * 3]
    with yearly.register.reading() as tx:
        assert len(list_acknowledgements(tx, yearly.key)) == 4
        counts = readings(tx, yearly.key, yearly.config, yearly.standings(date(2029, 9, 4)), date(2029, 9, 4))
    assert (counts[version.policy_id].done, counts[version.policy_id].required) == (1, 1)


def test_only_what_all_staff_must_be_told_is_repeated_where_the_catalogue_says_so(tmp_path: Path) -> None:
    with School(tmp_path, '[reading]\ndefault = "sign"\nrepeat = "catalogue"\n') as school:
        told, other = school.add_policy("Behaviour", "behaviour"), school.add_policy("Uniform", None)
        lee = school.add_person("Lee")
        school.plan()
        for version in (told, other):
            school.record(lee, version)
        assert [request.policy_id for request in school.plan(SEPTEMBER).opened] == [told.policy_id]


def test_rule_asks_one_role_each_year_and_the_others_once(tmp_path: Path) -> None:
    rules = '[[reading.rules]]\npolicies = "all"\nask = "sign"\nroles = ["cook"]\nrepeat = "september"\n'
    with School(tmp_path, rules) as school:
        version = school.add_policy("Confidentiality")
        cook, teacher = school.add_person("Lee", role="Cook"), school.add_person("Ray")
        school.plan()
        for row in (cook, teacher):
            school.record(row, version)
        assert [request.person for request in school.plan(SEPTEMBER).opened] == [cook.id]


def test_what_is_only_sent_to_read_is_sent_once_a_school_year_where_it_is_repeated(tmp_path: Path) -> None:
    for repeat, sent in (("september", [1, 0, 1, 0]), ("", [1, 0, 0, 0])):
        toml = f'[reading]\nread = ["confidentiality"]\nrepeat = "{repeat}"\n'
        with School(tmp_path / (repeat or "never"), toml) as school:
            school.add_policy("Confidentiality")
            school.add_person("Lee")
            found = []
            for day in (MONDAY, date(2027, 8, 30), SEPTEMBER, date(2028, 6, 1)):
                found.append(len(school.plan(day).queued))
                school.deliver(day)
            assert found == sent


# --- spread over fortnights ----------------------------------------------------------------------------------------

DRIP = '[reading]\ndefault = "sign"\nrepeat = "september"\ndrip = 3\nremind_school_days = []\n'
DAYS = (SEPTEMBER, date(2027, 9, 15), date(2027, 9, 29))


def school_of_six(root: Path) -> School:
    """Six policies of two minutes, two of which starters must be given, known to everybody since last year."""
    school = School(root, DRIP)
    for title, slug in (("Behaviour", "behaviour"), ("Conduct", "staff-code-of-conduct")):
        school.add_policy(title, slug)
    for title in ("Parking", "Uniform", "Visits", "Website"):
        school.add_policy(title, None)
    return school


def test_pack_goes_in_three_parts_a_fortnight_apart_and_is_to_be_read_by_the_end(tmp_path: Path) -> None:
    with school_of_six(tmp_path) as school:
        school.add_person("Lee")
        asked: dict[date, list[str]] = {}
        for step in range(60):
            day = SEPTEMBER + timedelta(days=step)
            plan = school.plan(day)
            school.deliver(day)
            assert len(plan.queued) == bool(plan.opened)
            if plan.queued:
                asked[day] = list(plan.queued[0].titles)
            assert all(request.due_on <= date(2027, 10, 13) for request in plan.opened)
            assert plan.closed == ()
    assert asked == {
        DAYS[0]: ["Behaviour", "Conduct"],
        DAYS[1]: ["Parking", "Uniform"],
        DAYS[2]: ["Visits", "Website"],
    }


def test_what_was_read_meanwhile_leaves_the_parts_as_they_are(tmp_path: Path) -> None:
    with school_of_six(tmp_path) as school:
        lee = school.add_person("Lee")
        school.plan(SEPTEMBER)
        asked = {request.version_id for request in school.requests()}
        with school.register.reading() as tx:
            versions = [version for version in list_versions(tx, school.key) if version.id in asked]
        for version in versions:
            school.record(lee, version, SEPTEMBER)
        assert school.plan(SEPTEMBER + timedelta(days=1)).opened == ()
        assert list(school.plan(DAYS[1]).queued[0].titles) == ["Parking", "Uniform"]


def test_starter_is_given_on_the_first_day_what_starters_must_be_given(tmp_path: Path) -> None:
    with school_of_six(tmp_path) as school:
        school.add_person("Lee", start_on=DAYS[1])
        (letter,) = school.plan(DAYS[1]).queued
        assert {"Behaviour", "Conduct"} <= set(letter.titles)


def test_part_that_nobody_ran_for_is_caught_up_with_the_next(tmp_path: Path) -> None:
    with school_of_six(tmp_path) as school:
        school.add_person("Lee")
        school.plan(SEPTEMBER)
        school.deliver(SEPTEMBER)
        (letter,) = school.plan(date(2027, 9, 30)).queued
        assert list(letter.titles) == ["Parking", "Uniform", "Visits", "Website"]


def test_version_issued_in_the_autumn_waits_for_no_fortnight(tmp_path: Path) -> None:
    with school_of_six(tmp_path) as school:
        school.add_person("Lee")
        school.plan(SEPTEMBER)
        policy = next(one for one in school.standings(SEPTEMBER) if one.title == "Website")
        school.add_version(policy.policy_id, RevisionKind.MAJOR, title="Website", issued_on=date(2027, 9, 7))
        (letter,) = school.plan(date(2027, 9, 8)).queued
        assert list(letter.titles) == ["Website"]


def test_without_drip_september_asks_for_all_of_it_at_once(tmp_path: Path) -> None:
    with School(tmp_path, DRIP.replace("drip = 3\n", "")) as school:
        for title in ("Parking", "Uniform", "Visits"):
            school.add_policy(title, None)
        school.add_person("Lee")
        assert list(school.plan(SEPTEMBER).queued[0].titles) == ["Parking", "Uniform", "Visits"]
