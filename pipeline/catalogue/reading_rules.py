"""What each kind of person is asked to do with each policy: the school's rules and lists, then the catalogue. Pure.

``RuleBook`` works one answer out for each profile (what a person is at the school), not for each person. Of the rules
that fit, the narrowest holds: a rule is narrower than another when it names people and policies at least as closely and
one of the two more closely. Where two fit of which neither is narrower, the stricter holds, so that nobody is left out
of what the school asks by a slip. A person with two posts is asked what the stricter of the two asks.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Protocol

from pipeline.catalogue.policies import singular
from pipeline.configuration.reading import ReadingRuleSection, ReadingSection
from pipeline.model.people import EngagementKind
from pipeline.model.policies import ReadingRule
from pipeline.reasons.reason import Voice, because, say
from pipeline.wording import say_list

ALL, STARTERS, EACH_YEAR = "all", "starters", "each-year"
POLICY_GROUPS = (ALL, STARTERS, EACH_YEAR)
"""What a rule may name instead of short names."""

_STRICTNESS = {None: 0, ReadingRule.FIND: 1, ReadingRule.READ: 2, ReadingRule.SIGN: 3}
_BY_NAME, _BY_GROUP, _ANY_POLICY, _BY_DEFAULT = 2, 1, 0, -1
"""How closely a rule names a policy."""


class HandedToStaff(Protocol):
    """What the catalogue knows of a policy that decides whether staff sign it."""

    @property
    def new_starter_pack(self) -> bool:
        """A person who joins must be given it."""

    @property
    def annual_staff_notice(self) -> bool:
        """All staff must be told of it each year."""


@dataclass(frozen=True, slots=True)
class RuledPolicy:
    """A policy as rules see it."""

    slug: str
    entry: HandedToStaff | None
    """Its entry of the catalogue, None where it has none."""


@dataclass(frozen=True, slots=True)
class Post:
    """What a person is at the school by one engagement."""

    kind: EngagementKind
    role: str = ""
    team: str = ""


PLAIN_STAFF = (Post(EngagementKind.STAFF),)
"""A member of staff of no particular role or team: whom "all staff" means."""


class Origin(StrEnum):
    """Where it stands what a person is asked."""

    RULE = "rule"
    """``[[reading.rules]]``"""
    LIST = "list"
    """The lists ``sign``, ``read`` and ``find`` of ``[reading]``."""
    CATALOGUE = "catalogue"
    DEFAULT = "default"
    """``[reading] default``"""


@dataclass(frozen=True, slots=True)
class RuleName:
    """Which rule it is."""

    origin: Origin
    number: int | None = None
    """Of ``[[reading.rules]]`` in the order of the file, from 1; None of any other origin."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a rule means; everybody where nothing is named."""

    words: str = ""
    """As the school says it."""
    kinds: tuple[EngagementKind, ...] = ()
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()

    @property
    def closeness(self) -> int:
        """How many of kind, role and team it names."""
        return sum(map(bool, (self.kinds, self.roles, self.teams)))

    def includes(self, post: Post) -> bool:
        """Return whether a person with that post is meant; roles and teams by whole words, case and plural aside."""
        return (
            (not self.kinds or post.kind in self.kinds)
            and (not self.roles or says_any(self.roles, post.role))
            and (not self.teams or says_any(self.teams, post.team))
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What people of one profile are asked to do with one policy, and by which rule."""

    rule: ReadingRule | None
    """None: nothing, and it is not on their own page."""
    repeats: bool
    """Asked again each school year though nothing changed."""
    read_within_days: int
    by: RuleName
    whom: Whom
    differs: tuple[RuleName, ...] = ()
    """Rules that fit as closely and ask something else."""

    def why(self, *, is_starter: bool) -> str:
        """Return why they are asked, such as ``all staff are asked to read it``."""
        return say_why(self.rule, self.by, self.whom, is_starter=is_starter)

    @property
    def strictness(self) -> tuple[int, bool, int]:
        """Greater where more is asked, sooner."""
        return _STRICTNESS[self.rule], self.repeats, -self.read_within_days


@dataclass(frozen=True, slots=True)
class _Rule:
    name: RuleName
    policies: frozenset[str]
    """Short names and groups."""
    rule: ReadingRule | None
    whom: Whom
    repeat: str
    """``september``, ``catalogue`` or nothing."""
    read_within_days: int


def names_policy(named: Collection[str], policy: RuledPolicy) -> bool:
    """Return whether short names and groups, such as ``all``, name a policy."""
    return _closeness(named, policy) is not None


def _closeness(named: Collection[str], policy: RuledPolicy) -> int | None:
    """Return how closely short names and groups name a policy, None where they do not."""
    if policy.slug in named:
        return _BY_NAME
    entry = policy.entry
    if entry is not None and (
        (STARTERS in named and entry.new_starter_pack) or (EACH_YEAR in named and entry.annual_staff_notice)
    ):
        return _BY_GROUP
    return _ANY_POLICY if ALL in named else None


class RuleBook:
    """Every rule of a school over its policies; what a profile is asked is worked out once and kept."""

    def __init__(self, reading: ReadingSection, policies: Sequence[RuledPolicy], *, read_within_days: int) -> None:
        """``read_within_days`` holds where a rule says nothing of it."""
        rules = _compile(reading, read_within_days)
        self._fitting = [
            [(rule, near) for rule in rules if (near := _closeness(rule.policies, policy)) is not None]
            for policy in policies
        ]
        self._defaults = [_default(policy, reading, read_within_days) for policy in policies]
        self._policies = policies
        self._asked: dict[tuple[Post, ...], tuple[Asked, ...]] = {}

    def asked_of(self, posts: tuple[Post, ...]) -> tuple[Asked, ...]:
        """Return what a person with these posts is asked to do with each policy, in the policies' order."""
        if posts not in self._asked:
            by_post = [self._asked_in(post) for post in posts or PLAIN_STAFF]
            self._asked[posts] = tuple(max(each, key=lambda one: one.strictness) for each in zip(*by_post, strict=True))
        return self._asked[posts]

    def _asked_in(self, post: Post) -> list[Asked]:
        means: dict[RuleName, bool] = {}
        return [self._decide(number, post, means) for number in range(len(self._policies))]

    def _decide(self, number: int, post: Post, means: dict[RuleName, bool]) -> Asked:
        by_closeness: dict[tuple[int, int], list[_Rule]] = defaultdict(list)
        for rule, near in self._fitting[number]:
            if rule.name.number is None or means.setdefault(rule.name, rule.whom.includes(post)):
                by_closeness[rule.whom.closeness, near].append(rule)
        if not by_closeness:
            return self._defaults[number]
        narrowest = [
            self._as_asked(rule, number)
            for here, rules in by_closeness.items()
            if not any(_is_narrower(other, here) for other in by_closeness)
            for rule in rules
        ]
        first = max(narrowest, key=lambda one: one.strictness)
        differs = tuple(one.by for one in narrowest if one.rule is not first.rule)
        return Asked(first.rule, first.repeats, first.read_within_days, first.by, first.whom, differs)

    def _as_asked(self, rule: _Rule, number: int) -> Asked:
        repeats = _repeats(rule.repeat, self._policies[number].entry)
        return Asked(rule.rule, repeats, rule.read_within_days, rule.name, rule.whom)


def reading_rule(slug: str, entry: HandedToStaff | None, reading: ReadingSection) -> ReadingRule | None:
    """Return what staff of no particular role or team do with the policy ``slug``, None for nothing at all.

    ``entry`` is the policy's entry of the catalogue, None where it has none. By the catalogue staff sign what starters
    must be given and what all staff are told of each year, and find the rest.
    """
    return RuleBook(reading, [RuledPolicy(slug, entry)], read_within_days=1).asked_of(PLAIN_STAFF)[0].rule


def says_any(wanted: Iterable[str], said: str) -> bool:
    """Return whether a role or team is one of ``wanted``, or says it among other words; case and plural aside."""
    words = _words(said)
    return any(_holds(words, _words(each)) for each in wanted)


@cache
def _words(text: str) -> tuple[str, ...]:
    return tuple(singular(word) for word in re.findall(r"\w+", text.casefold()))


def _holds(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return bool(part) and any(words[at : at + len(part)] == part for at in range(len(words) - len(part) + 1))


def _is_narrower(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one != other and one[0] >= other[0] and one[1] >= other[1]


def _compile(reading: ReadingSection, read_within_days: int) -> list[_Rule]:
    lists = ((ReadingRule.SIGN, reading.sign), (ReadingRule.READ, reading.read), (ReadingRule.FIND, reading.find))
    rules = [
        _Rule(RuleName(Origin.LIST), frozenset(slugs), rule, Whom(), reading.repeat, read_within_days)
        for rule, slugs in lists
        if slugs
    ]
    for number, row in enumerate(reading.rules, start=1):
        rules.append(_from_row(row, number, reading.repeat, read_within_days))
    return rules


def _from_row(row: ReadingRuleSection, number: int, repeat: str, read_within_days: int) -> _Rule:
    return _Rule(
        RuleName(Origin.RULE, number),
        frozenset(row.policies),
        None if row.ask == "nothing" else ReadingRule(row.ask),
        Whom(row.whom, row.kinds, row.roles, row.teams),
        repeat if row.repeat is None else row.repeat,
        row.read_within_days or read_within_days,
    )


def _default(policy: RuledPolicy, reading: ReadingSection, read_within_days: int) -> Asked:
    repeats = _repeats(reading.repeat, policy.entry)
    if reading.default != "catalogue":
        rule = ReadingRule(reading.default)
        return Asked(rule, repeats, read_within_days, RuleName(Origin.DEFAULT), Whom())
    entry = policy.entry
    asked = entry is not None and (entry.new_starter_pack or entry.annual_staff_notice)
    rule = ReadingRule.SIGN if asked else ReadingRule.FIND
    return Asked(rule, repeats, read_within_days, RuleName(Origin.CATALOGUE), Whom())


def _repeats(repeat: str, entry: HandedToStaff | None) -> bool:
    return repeat == "september" or (repeat == "catalogue" and entry is not None and entry.annual_staff_notice)


# --- in words ----------------------------------------------------------------------------------------------------

_KINDS: Mapping[EngagementKind, str] = {
    EngagementKind.STAFF: "all staff",
    EngagementKind.SUPPLY: "supply staff",
    EngagementKind.VOLUNTEER: "volunteers",
    EngagementKind.CONTRACTOR: "contractors",
    EngagementKind.GOVERNOR: "governors",
    EngagementKind.VISITING: "visiting professionals",
}
_DONE: Mapping[ReadingRule | None, str] = {
    ReadingRule.SIGN: "asked to read it",
    ReadingRule.READ: "sent it to read",
    ReadingRule.FIND: "told where to find it",
    None: "not asked to read it",
}


def say_why(rule: ReadingRule | None, by: RuleName, whom: Whom, *, is_starter: bool) -> str:
    """Return why a person is asked, such as ``all staff are asked to read it``: for letters, pages and lists."""
    if is_starter and by.origin is not Origin.RULE:
        return "everybody who joins is given it"
    return f"{say_whom(whom)} {'is' if _is_one(whom) else 'are'} {_DONE[rule]}"


def _is_one(whom: Whom) -> bool:
    """Whether those meant are spoken of as of one ("everybody …"): of the school's own words their first tells."""
    if whom.words:
        return whom.words.casefold().startswith(("every", "each ", "who", "any"))
    return not whom.kinds and bool(whom.roles or whom.teams)


def say_whom(whom: Whom) -> str:
    """Return whom a rule means: in the school's own words, else by kind, role and team."""
    if whom.words:
        return whom.words
    who = say_list([_KINDS[kind] for kind in whom.kinds])
    limits = []
    if whom.roles:
        limits.append(f"whose role is {_either(whom.roles)}")
    if whom.teams:
        limits.append(f"in the team {_either(whom.teams)}")
    if not limits:
        return who or "all staff"
    return " ".join([who or "everybody", *limits])


def _either(names: Sequence[str]) -> str:
    return " or ".join(f"“{name}”" for name in names)


def say_rule(name: RuleName, voice: Voice = Voice.COMMAND) -> str:
    """Return where a rule stands, as the owner finds it in ``config.toml`` or in the settings of the desk."""
    match name.origin:
        case Origin.RULE:
            return say(because("reading-rule", number=name.number or 0), voice)
        case Origin.LIST:
            return say(because("reading-lists"), voice)
        case Origin.CATALOGUE:
            return "the catalogue"
        case Origin.DEFAULT:
            return say(because("reading-default"), voice)
