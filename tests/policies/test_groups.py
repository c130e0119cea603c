"""Groups that are told and not asked: what is recorded, how it is shown, and that nobody of them is mailed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.policies.groups import (
    GroupAnswer,
    GroupStanding,
    correct_telling,
    group_notices,
    groups_by_policy,
    record_told,
)
from pipeline.register.deciding import deciding
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path, load_or_make_key
from pipeline.register.mail.groups import list_told
from pipeline.register.policies.policies import set_version_status
from tests.school import MONDAY, School, at

GROUPS = """
[groups.parents]
name = "Parents and carers"
policies = ["behaviour", "each-year"]
by_means = "the newsletter"
[groups.agencies]
name = "Agencies"
policies = "all"
"""


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, GROUPS) as made:
        yield made


def tell(school: School, group: str, *slugs: str, on: date = MONDAY, by: str = "", today: date = MONDAY) -> str:
    with deciding(school.register, school.root, "Jo Marsh", at(today)) as decision:
        return record_told(decision, school.config, GroupAnswer(group, slugs, on, by), today)


def said(school: School, today: date = MONDAY) -> Mapping[str, Sequence[str]]:
    standings = school.standings(today)
    with school.register.reading() as tx:
        found: Mapping[int, Sequence[GroupStanding]] = groups_by_policy(tx, school.key, school.config, standings, today)
    return {one.slug: [group.said for group in found.get(one.policy_id, ())] for one in standings}


def test_group_is_told_of_what_the_file_names_and_nobody_is_mailed(school: School) -> None:
    school.add_policy("Behaviour", "behaviour")
    school.add_policy("Uniform", None)
    assert said(school) == {
        "behaviour": ["Parents and carers: not told yet", "Agencies: not told yet"],
        "uniform": ["Agencies: not told yet"],
    }
    message = tell(school, "parents")
    assert message == (
        "Parents and carers were told of Behaviour on 23 November 2026 (the newsletter). Nobody was mailed."
    )
    assert said(school)["behaviour"][0] == "Parents and carers: told on 23 November 2026 (the newsletter)"
    assert school.messages() == ()


def test_change_that_follows_and_a_new_school_year_ask_for_telling_again(school: School) -> None:
    version = school.add_policy("Behaviour", "behaviour")
    tell(school, "Parents and Carers", "behaviour", by="letter home")
    assert said(school, date(2027, 8, 31))["behaviour"][0].endswith("(letter home)")
    assert said(school, date(2027, 9, 1))["behaviour"][0].endswith("of version 1; to be told again")
    school.add_version(version.policy_id, RevisionKind.MAJOR, title="Behaviour")
    assert said(school)["behaviour"][0].endswith("(letter home) of version 1; to be told again")


def test_telling_is_of_the_text_that_was_in_use_on_the_day(school: School) -> None:
    version = school.add_policy("Behaviour", "behaviour")
    school.add_version(version.policy_id, RevisionKind.MAJOR, title="Behaviour")
    tell(school, "parents", on=date(2026, 9, 8))
    with school.register.reading() as tx:
        assert [one.version_id for one in list_told(tx, school.key)] == [version.id]


def test_telling_stands_in_the_ledger_with_its_words_committed_and_only_once(school: School) -> None:
    school.add_policy("Behaviour", "behaviour")
    for _ in range(2):
        tell(school, "parents", by="a word at the gate")
    with school.register.reading() as tx:
        assert [(one.group, one.actor) for one in list_told(tx, school.key)] == [("parents", "Jo Marsh")]
        lines = list(ledger.export(tx, school.key, load_or_make_key(ledger_key_path(school.root)), at(MONDAY)))
    assert not any("gate" in line or "Jo Marsh" in line for line in lines)
    (record,) = [json.loads(line) for line in lines if "group-told" in line]
    assert record["fields"] == {"group": "parents", "policy": "behaviour", "told_on": "2026-11-23", "version": 1}
    assert sorted(record["personal"]) == ["actor", "by_means"]


def test_telling_that_was_recorded_in_error_ends_and_the_one_before_holds(school: School) -> None:
    school.add_policy("Behaviour", "behaviour")
    tell(school, "parents", on=date(2026, 9, 8))
    tell(school, "parents", on=date(2026, 11, 2))
    for before, earlier in (("2 November 2026", False), ("8 September 2026", True)):
        assert before in said(school)["behaviour"][0]
        with deciding(school.register, school.root, "Jo Marsh", at(MONDAY)) as decision:
            message = correct_telling(
                decision, school.config, "parents", "behaviour", reason="the wrong letter", earlier=earlier
            )
        assert f"on {before} was recorded in error" in str(message)
    assert said(school)["behaviour"][0] == "Parents and carers: not told yet"
    with (
        deciding(school.register, school.root, "Jo Marsh", at(MONDAY)) as decision,
        pytest.raises(UsageError, match="nothing was taken back"),
    ):
        correct_telling(decision, school.config, "parents", "behaviour", reason="the wrong letter")


def test_a_correction_given_twice_leaves_the_telling_before_it(school: School) -> None:
    school.add_policy("Behaviour", "behaviour")
    tell(school, "parents", on=date(2026, 9, 8), by="letter home")
    tell(school, "parents", on=date(2026, 11, 2), by="letter home")
    with deciding(school.register, school.root, "Jo Marsh", at(MONDAY)) as decision:
        correct_telling(decision, school.config, "parents", "behaviour", reason="the wrong letter")
        with pytest.raises(UsageError) as refused:
            correct_telling(decision, school.config, "parents", "behaviour", reason="the wrong letter")
    assert str(refused.value) == (
        "The last telling of Behaviour to Parents and carers, of 2 November 2026 (letter home), was taken back before; "
        "nothing was changed. The one before it, of 8 September 2026 (letter home), stands: to take that back as well, "
        "add --earlier."
    )
    with school.register.reading() as tx:
        assert [one.told_on for one in list_told(tx, school.key)] == [date(2026, 9, 8)]


@pytest.mark.parametrize(
    ("group", "slugs", "on", "by", "expected"),
    [
        ("parent", (), MONDAY, "", "Did you mean 'parents'"),
        ("cooks", (), MONDAY, "", "There are: parents, agencies"),
        ("agencies", (), MONDAY, "", "Say how Agencies were told with --by-means"),
        ("parents", (), date(2026, 11, 24), "", "24 November 2026 is still to come"),
        ("parents", ("behavior",), MONDAY, "", "Did you mean behaviour"),
        ("parents", ("behaviour", "zzz"), MONDAY, "", "nothing was recorded. 'policy status' lists them all"),
    ],
)
def test_what_cannot_be_recorded_is_said_and_leaves_nothing(
    school: School, group: str, slugs: tuple[str, ...], on: date, by: str, expected: str
) -> None:
    school.add_policy("Behaviour", "behaviour")
    with pytest.raises(UsageError, match=expected):
        tell(school, group, *slugs, on=on, by=by)
    with school.register.reading() as tx:
        assert list_told(tx, school.key) == ()


def test_day_before_any_text_was_in_use_is_refused(school: School) -> None:
    version = school.add_policy("Behaviour", "behaviour")
    with school.register.transaction() as tx:
        set_version_status(tx, version.id, VersionStatus.APPROVED, kind=RevisionKind.MAJOR)
    with pytest.raises(UsageError, match="No text of Behaviour was in use on 1 September 2026"):
        tell(school, "parents", on=date(2026, 9, 1))


def test_group_of_nothing_here_and_policies_that_are_not_here_are_said(school: School) -> None:
    with pytest.raises(UsageError, match="No policy in use is one that Parents and carers are told of"):
        tell(school, "parents")
    assert group_notices(school.standings(), school.config) == (
        "No policy here is called “behaviour”, which [groups.parents] names, so Parents and carers are told of nothing "
        "by it.",
    )


def test_without_groups_there_is_nothing_to_show_and_the_way_to_name_one_is_said(tmp_path: Path) -> None:
    with School(tmp_path) as school:
        school.add_policy("Behaviour", "behaviour")
        assert said(school) == {"behaviour": []}
        with pytest.raises(UsageError, match=r"\[groups.parents\] there shows how one is written"):
            tell(school, "parents")
