"""What each kind of person is asked to do with each policy: which rule holds, and how it is said."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalogue.policies import find_entry
from pipeline.catalogue.reading_rules import (
    PLAIN_STAFF,
    Asked,
    Origin,
    Post,
    RuleBook,
    RuledPolicy,
    RuleName,
    Whom,
    say_rule,
    says_any,
)
from pipeline.config import parse_config
from pipeline.configuration.reading import ReadingRuleSection, ReadingSection
from pipeline.model.people import EngagementKind
from pipeline.model.policies import ReadingRule

SAFEGUARDING = RuledPolicy("safeguarding", find_entry("child-protection"))
UNIFORM = RuledPolicy("uniform", None)
STAFF, SUPPLY = EngagementKind.STAFF, EngagementKind.SUPPLY
SIGN, READ, FIND = ReadingRule.SIGN, ReadingRule.READ, ReadingRule.FIND


def reading(toml: str) -> ReadingSection:
    """The section ``[reading]`` of a configuration file."""
    return parse_config(toml, root=Path()).reading


def asked(toml: str, *posts: Post, policy: RuledPolicy = SAFEGUARDING) -> Asked:
    """What somebody with these posts is asked to do with one policy."""
    return RuleBook(reading(toml), [policy], read_within_days=14).asked_of(posts or PLAIN_STAFF)[0]


EVERYBODY_BUT_SUPPLY = """
[[reading.rules]]
policies = "all"
ask = "nothing"
kinds = ["supply"]
[[reading.rules]]
policies = ["safeguarding"]
ask = "sign"
kinds = ["supply"]
read_within_days = 1
"""


def test_rule_for_some_people_leaves_the_others_as_they_were() -> None:
    assert asked(EVERYBODY_BUT_SUPPLY, policy=UNIFORM).rule is FIND
    assert asked(EVERYBODY_BUT_SUPPLY, Post(SUPPLY), policy=UNIFORM).rule is None
    supply = asked(EVERYBODY_BUT_SUPPLY, Post(SUPPLY))
    assert (supply.rule, supply.read_within_days, supply.by) == (SIGN, 1, RuleName(Origin.RULE, 2))


def test_rule_that_names_policy_and_people_more_closely_holds_though_it_asks_less() -> None:
    toml = """
    [reading]
    sign = ["uniform"]
    [[reading.rules]]
    policies = ["uniform"]
    ask = "read"
    roles = ["caterer"]
    """
    assert asked(toml, policy=UNIFORM).rule is SIGN
    assert asked(toml, Post(STAFF, "Caterers"), policy=UNIFORM).rule is READ


def test_where_neither_rule_is_narrower_the_stricter_holds_and_the_other_is_named() -> None:
    toml = """
    [[reading.rules]]
    policies = ["uniform"]
    ask = "sign"
    [[reading.rules]]
    policies = ["all"]
    ask = "find"
    teams = ["Catering"]
    """
    decided = asked(toml, Post(STAFF, "Cook", "Catering"), policy=UNIFORM)
    assert (decided.rule, decided.by.number, [each.number for each in decided.differs]) == (SIGN, 1, [2])


def test_one_who_is_governor_and_teacher_is_asked_what_the_stricter_post_is() -> None:
    toml = '[[reading.rules]]\npolicies = "all"\nask = "nothing"\nkinds = ["governor"]\n'
    assert asked(toml, Post(EngagementKind.GOVERNOR)).rule is None
    assert asked(toml, Post(EngagementKind.GOVERNOR), Post(STAFF, "Teacher")).rule is SIGN


def test_groups_name_what_the_catalogue_knows_to_be_given() -> None:
    toml = '[reading]\ndefault = "find"\n[[reading.rules]]\npolicies = ["{}"]\nask = "sign"\n'
    behaviour = RuledPolicy("behaviour", find_entry("behaviour"))
    conduct = RuledPolicy("conduct", find_entry("staff-code-of-conduct"))
    for group, policy, rule in (
        ("starters", conduct, SIGN),
        ("each-year", conduct, FIND),
        ("each-year", behaviour, SIGN),
        ("starters", UNIFORM, FIND),
        ("all", UNIFORM, SIGN),
    ):
        assert asked(toml.format(group), policy=policy).rule is rule, (group, policy.slug)


@pytest.mark.parametrize(
    ("wanted", "said", "meant"),
    [
        ("teaching assistant", "Teaching Assistants (KS1)", True),
        ("Teaching assistants", "HLTA / teaching assistant", True),
        ("teacher", "Class Teacher", True),
        ("teacher", "Headteacher", False),
        ("assistant teaching", "Teaching Assistant", False),
        ("science", "Sciences", True),
        ("art", "Art and Design", True),
        ("art", "Part-time", False),
        ("dinner lady", "Dinner ladies", True),
        ("teacher", "", False),
        ("–", "Teacher", False),
    ],
)
def test_roles_and_teams_are_matched_by_whole_words_case_and_plural_aside(wanted: str, said: str, meant: bool) -> None:
    assert says_any([wanted], said) is meant


def test_repeat_is_the_rules_own_or_that_of_the_section_or_of_the_catalogue() -> None:
    rule = '[[reading.rules]]\npolicies = "safeguarding"\nask = "sign"\n'
    assert not asked(rule).repeats
    assert asked(rule + 'repeat = "september"\n').repeats
    assert asked('[reading]\nrepeat = "september"\n' + rule).repeats
    assert not asked('[reading]\nrepeat = "september"\n' + rule + 'repeat = ""\n').repeats
    yearly = '[reading]\nrepeat = "catalogue"\ndefault = "sign"\n'
    assert asked(yearly).repeats
    assert not asked(yearly, policy=UNIFORM).repeats


@pytest.mark.parametrize(
    ("toml", "post", "why"),
    [
        ("", Post(STAFF), "all staff are asked to read it"),
        ('whom = "everybody who works with children"', Post(STAFF), "everybody who works with children is asked"),
        ('kinds = ["supply", "visiting"]', Post(SUPPLY), "supply staff and visiting professionals are asked"),
        ('roles = ["cook", "caterer"]', Post(STAFF, "Cook"), "everybody whose role is “cook” or “caterer” is asked"),
        (
            'kinds = ["governor"]\nroles = ["chair"]\nteams = ["finance"]',
            Post(EngagementKind.GOVERNOR, "Chair", "Finance"),
            "governors whose role is “chair” in the team “finance” are asked",
        ),
    ],
)
def test_reason_says_whom_the_rule_means(toml: str, post: Post, why: str) -> None:
    rule = f'[[reading.rules]]\npolicies = "safeguarding"\nask = "sign"\n{toml}\n' if toml else ""
    assert asked(rule, post).why(is_starter=False).startswith(why)


def test_starter_is_told_that_everybody_who_joins_is_given_it_unless_a_rule_asks() -> None:
    assert asked("").why(is_starter=True) == "everybody who joins is given it"
    rule = '[[reading.rules]]\npolicies = "safeguarding"\nask = "read"\nkinds = ["volunteer"]\n'
    assert asked(rule, Post(EngagementKind.VOLUNTEER)).why(is_starter=True) == "volunteers are sent it to read"


def test_every_origin_of_a_rule_can_be_found_in_the_file() -> None:
    names = [RuleName(Origin.RULE, 3), *(RuleName(origin) for origin in Origin if origin is not Origin.RULE)]
    assert say_rule(names[0]) == "rule 3 of [[reading.rules]]"
    assert len({say_rule(name) for name in names}) == len(names)


RULES = st.builds(
    ReadingRuleSection,
    policies=st.lists(st.sampled_from(["all", "starters", "each-year", "safeguarding", "uniform"]), min_size=1).map(
        tuple
    ),
    ask=st.sampled_from(["sign", "read", "find", "nothing"]),
    kinds=st.sampled_from([(), (STAFF,), (SUPPLY,), (STAFF, SUPPLY)]),
    roles=st.sampled_from([(), ("teacher",), ("cook",)]),
    teams=st.sampled_from([(), ("science",)]),
    repeat=st.sampled_from([None, "", "september"]),
    read_within_days=st.none() | st.integers(1, 30),
)
POSTS = st.lists(
    st.builds(
        Post, st.sampled_from([STAFF, SUPPLY]), st.sampled_from(["", "Teachers"]), st.sampled_from(["", "Science"])
    ),
    max_size=2,
).map(tuple)
POLICY = st.sampled_from([SAFEGUARDING, UNIFORM])


def decide(rules: list[ReadingRuleSection], posts: tuple[Post, ...], policy: RuledPolicy) -> Asked:
    """What a list of rules asks."""
    return RuleBook(ReadingSection(rules=tuple(rules)), [policy], read_within_days=14).asked_of(posts)[0]


@given(st.lists(RULES, max_size=6), POSTS, POLICY, st.randoms())
def test_order_of_the_rules_changes_nothing_of_what_is_asked(
    rules: list[ReadingRuleSection], posts: tuple[Post, ...], policy: RuledPolicy, shuffle: object
) -> None:
    mixed = list(rules)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    assert decide(mixed, posts, policy).strictness == decide(rules, posts, policy).strictness


@given(st.lists(RULES, max_size=4), RULES, POSTS, POLICY)
def test_rule_that_names_nobody_here_asks_nothing(
    rules: list[ReadingRuleSection], more: ReadingRuleSection, posts: tuple[Post, ...], policy: RuledPolicy
) -> None:
    elsewhere = more.model_copy(update={"roles": ("astronaut",)})
    assert decide([*rules, elsewhere], posts, policy) == decide(rules, posts, policy)


@given(st.lists(RULES, max_size=4), POSTS, POLICY)
def test_second_post_never_lessens_what_is_asked(
    rules: list[ReadingRuleSection], posts: tuple[Post, ...], policy: RuledPolicy
) -> None:
    both = decide(rules, (*posts, Post(SUPPLY)), policy)
    assert both.strictness >= decide(rules, (Post(SUPPLY),), policy).strictness


@given(st.lists(RULES, max_size=4), POLICY, st.sampled_from([SIGN, READ, FIND]))
def test_rule_for_one_policy_and_people_named_most_closely_always_holds(
    rules: list[ReadingRuleSection], policy: RuledPolicy, ask: ReadingRule
) -> None:
    rules = [rule for rule in rules if not (rule.kinds and rule.roles and rule.teams)]
    own = ReadingRuleSection(
        policies=(policy.slug,), ask=ask.value, kinds=(STAFF,), roles=("teacher",), teams=("science",)
    )
    decided = decide([*rules, own], (Post(STAFF, "Teacher", "Science"),), policy)
    assert (decided.rule, decided.by.number, decided.differs) == (ask, len(rules) + 1, ())


def test_whom_of_nothing_means_everybody() -> None:
    assert Whom().includes(Post(EngagementKind.CONTRACTOR, "Window cleaner", "Site"))
