"""Who is asked what by which rule, and the rules that name nobody or nothing here."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.config import Config, parse_config
from pipeline.model.people import Person
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.people.asked import rule_notices, say_asked, who_is_asked
from pipeline.register.people.persons import PersonRow

TODAY = date(2026, 11, 26)


def config(rules: str) -> Config:
    """A configuration with these rules."""
    return parse_config(rules, root=Path())


def standing(slug: str, number: int) -> PolicyStanding:
    """A policy in use; staff sign the one called safeguarding."""
    return PolicyStanding(
        policy_id=number,
        slug=slug,
        title=slug.capitalize(),
        catalogue_slug="child-protection" if slug == "safeguarding" else None,
        version_id=number,
        version_number=1,
        version_sha256="00",
        words=100,
        state=ReviewState.CURRENT,
        approved_on=None,
        last_review=None,
        next_review=None,
        due_on=None,
        days=None,
        owner=None,
        draft_version_id=None,
        problems=(),
    )


STANDINGS = (standing("safeguarding", 1), standing("uniform", 2))


def people(*roles: str) -> list[PersonRow]:
    """Somebody of each role."""
    person = Person("p1", "Ana", "Lee", "ana@example.org", "", None, None)
    return [PersonRow(number, replace(person, role=role), "staff.csv", "key") for number, role in enumerate(roles, 1)]


def test_groups_say_how_many_are_asked_what_and_by_which_rule_the_strictest_first() -> None:
    rules = '[[reading.rules]]\npolicies = "safeguarding"\nask = "read"\nroles = ["cook"]\n'
    groups = who_is_asked(people("Teacher", "Cook", "Teacher"), STANDINGS, config(rules), TODAY)
    assert say_asked(groups[1]) == (
        "sign: 2 people (all staff are asked to read it, the catalogue); "
        "read: 1 person (everybody whose role is “cook” is sent it to read, rule 1 of [[reading.rules]])"
    )
    assert say_asked(groups[2]) == "find: 3 people (all staff are told where to find it, the catalogue)"


def test_leavers_and_starters_to_come_are_in_no_group() -> None:
    gone, coming = people("Teacher", "Teacher")
    rows = [
        replace(gone, person=replace(gone.person, leave_on=date(2026, 8, 31))),
        replace(coming, person=replace(coming.person, start_on=date(2027, 9, 1))),
    ]
    assert who_is_asked(rows, STANDINGS, config(""), TODAY) == {}


def test_nothing_is_said_of_rules_that_reach_somebody() -> None:
    rules = '[[reading.rules]]\npolicies = ["uniform", "all"]\nask = "sign"\nroles = ["teachers"]\n'
    assert rule_notices(people("Teacher"), STANDINGS, config(rules), TODAY) == ()


def test_policy_that_is_not_here_is_told_with_the_nearest() -> None:
    rules = '[reading]\nfind = ["car-park"]\n[[reading.rules]]\npolicies = ["safegarding"]\nask = "sign"\n'
    listed, ruled = rule_notices(people("Teacher"), STANDINGS, config(rules), TODAY)
    assert "“car-park”, which the lists of [reading]" in listed
    assert "'policy status'" in listed
    assert "“safegarding”, which rule 1 of [[reading.rules]]" in ruled
    assert "Did you mean “safeguarding”?" in ruled


def test_role_or_team_of_nobody_is_told() -> None:
    rules = '[[reading.rules]]\npolicies = "all"\nask = "sign"\nroles = ["teacher", "cook"]\nteams = ["Early Years"]\n'
    role, team = rule_notices(people("Teacher"), STANDINGS, config(rules), TODAY)
    assert "“cook” (rule 1" in role
    assert "a team with the words “Early Years”" in team


def test_rules_that_contradict_are_told_with_what_holds_and_only_where_somebody_is_meant_by_both() -> None:
    rules = """
    [[reading.rules]]
    policies = "uniform"
    ask = "sign"
    roles = ["teacher"]
    [[reading.rules]]
    policies = "uniform"
    ask = "find"
    kinds = ["staff"]
    """
    (told,) = rule_notices(people("Teacher", "Cook"), STANDINGS, config(rules), TODAY)
    assert told.startswith("Rule 1 of [[reading.rules]] and rule 2 of [[reading.rules]] ask the same people")
    assert "of Uniform: the stricter holds, they sign." in told
    assert rule_notices(people("Cook"), STANDINGS, config(rules), TODAY)[1:] == ()


def test_five_hundred_rules_that_miss_are_told_in_a_few_lines() -> None:
    rules = "".join(f'[[reading.rules]]\npolicies = "nothing-like-{number}"\nask = "sign"\n' for number in range(500))
    told = rule_notices(people("Teacher"), STANDINGS, config(rules), TODAY)
    assert len(told) == 7
    assert told[-1] == "And 494 more like these about who is asked."
