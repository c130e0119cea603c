"""Which word counts for a reading, since when, and on which occasion somebody is asked."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.acknowledgements.counting import counts_since, list_readings, occasion_of
from pipeline.config import parse_config
from pipeline.model.policies import RevisionKind
from pipeline.model.readings import Occasion
from pipeline.register.policies.policies import list_versions
from tests.school import School

CONFIG = parse_config("", root=Path())


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as made:
        yield made


def test_occasion_is_joining_a_version_or_the_years_repeat(school: School) -> None:
    first = school.add_policy("Confidentiality")
    minor = school.add_version(first.policy_id, RevisionKind.MINOR)
    with school.register.reading() as tx:
        before = list_readings(list_versions(tx, school.key))[first.policy_id]
    assert occasion_of(set(), before, is_starter=True) is Occasion.JOINING
    assert occasion_of(set(), before, is_starter=False) is Occasion.VERSION
    for answered in (first.id, minor.id):
        assert occasion_of({answered}, before, is_starter=False) is Occasion.YEARLY
        assert occasion_of({answered}, before, is_starter=True) is Occasion.YEARLY
    major = school.add_version(first.policy_id, RevisionKind.MAJOR)
    with school.register.reading() as tx:
        after = list_readings(list_versions(tx, school.key))[first.policy_id]
    assert occasion_of({first.id}, after, is_starter=False) is Occasion.VERSION
    # Whoever joined this month and read the text before has had their pack.
    assert occasion_of({first.id}, after, is_starter=True) is Occasion.VERSION
    assert occasion_of({first.id, major.id}, after, is_starter=False) is Occasion.YEARLY


@pytest.mark.parametrize(
    ("today", "since"),
    [
        (date(2026, 8, 31), datetime(2025, 8, 31, 23, tzinfo=UTC)),
        (date(2026, 9, 1), datetime(2026, 8, 31, 23, tzinfo=UTC)),
        (date(2027, 1, 4), datetime(2026, 8, 31, 23, tzinfo=UTC)),
    ],
)
def test_word_counts_since_september_begins_at_the_school_where_it_is_asked_each_year(
    today: date, since: datetime
) -> None:
    assert counts_since(CONFIG, today, repeats=True) == since
    assert counts_since(CONFIG, today, repeats=False).year == 1
