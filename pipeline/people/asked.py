"""Which groups of people are asked what, by which rule, and which rules name nobody or nothing here. Pure.

Beside ``obligations``, for the owner's screens: ``policy status`` shows the groups, every report the rules that miss.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from pipeline.catalogue.reading_rules import POLICY_GROUPS, Asked, Origin, RuleName, Whom, say_rule, say_why, says_any
from pipeline.config import Config
from pipeline.configuration.reading import ReadingRuleSection
from pipeline.model.policies import PolicyStanding, ReadingRule
from pipeline.people.obligations import has_left, is_asked, policies_in_use, posts_of, rule_book
from pipeline.reasons.reason import Voice, because, say
from pipeline.register.people.persons import PersonRow
from pipeline.wording import say_count, say_list

_MOST_NOTICES = 6
_STRICTEST_FIRST = (ReadingRule.SIGN, ReadingRule.READ, ReadingRule.FIND, None)


@dataclass(frozen=True, slots=True)
class AskedGroup:
    """People who are asked the same of one policy by the same rule."""

    rule: ReadingRule | None
    """None: nothing."""
    by: RuleName
    whom: Whom
    people: int

    @property
    def why(self) -> str:
        """Why they are asked, such as ``supply staff are asked to read it``."""
        return say_why(self.rule, self.by, self.whom, is_starter=False)


def who_is_asked(
    people: Sequence[PersonRow], standings: Sequence[PolicyStanding], config: Config, today: date
) -> Mapping[int, tuple[AskedGroup, ...]]:
    """Return by the register's key of each policy in use who is asked what today, the strictest ask first."""
    in_use = policies_in_use(standings)
    counts: dict[int, Counter[tuple[ReadingRule | None, RuleName, Whom]]] = defaultdict(Counter)
    for number, asked in _by_profile(people, in_use, config, today):
        for standing, one in zip(in_use, asked, strict=True):
            counts[standing.policy_id][one.rule, one.by, one.whom] += number
    return {policy_id: _in_order(groups) for policy_id, groups in counts.items()}


def _in_order(groups: Counter[tuple[ReadingRule | None, RuleName, Whom]]) -> tuple[AskedGroup, ...]:
    found = [AskedGroup(*what, number) for what, number in groups.items()]
    return tuple(sorted(found, key=lambda group: (_STRICTEST_FIRST.index(group.rule), -group.people, group.why)))


def _by_profile(
    people: Sequence[PersonRow], in_use: Sequence[PolicyStanding], config: Config, today: date
) -> Iterator[tuple[int, Sequence[Asked]]]:
    """Yield each profile that people have who are asked today: how many have it, and what it is asked."""
    book = rule_book(in_use, config.reading, config.people.read_within_days, today)
    profiles = Counter(posts_of(row, today) for row in people if is_asked(row.person, config, today))
    for posts, number in profiles.items():
        yield number, book.asked_of(posts)


def say_asked(groups: Sequence[AskedGroup]) -> str:
    """Return who is asked what of a policy in one line: what, how many, why, and by which rule."""
    return "; ".join(
        f"{group.rule or 'nothing'}: {say_count(group.people, 'person', 'people')} ({group.why}, {say_rule(group.by)})"
        for group in groups
    )


# --- rules that miss ---------------------------------------------------------------------------------------------


def rule_notices(
    people: Sequence[PersonRow],
    standings: Sequence[PolicyStanding],
    config: Config,
    today: date,
    voice: Voice = Voice.COMMAND,
) -> tuple[str, ...]:
    """Return, a sentence each, which rules name a policy, role or team that is not here, and which contradict."""
    found = [
        *_unknown_policies(standings, config, voice),
        *_unknown_people(people, config.reading.rules, today, voice),
        *_contradictions(people, policies_in_use(standings), config, today, voice),
    ]
    more = len(found) - _MOST_NOTICES
    return tuple(found if more <= 0 else [*found[:_MOST_NOTICES], f"And {more} more like these about who is asked."])


def _unknown_policies(standings: Sequence[PolicyStanding], config: Config, voice: Voice) -> Iterator[str]:
    reading = config.reading
    named = [(slug, RuleName(Origin.LIST)) for slugs in (reading.sign, reading.read, reading.find) for slug in slugs]
    named += [
        (slug, RuleName(Origin.RULE, number)) for number, row in enumerate(reading.rules, 1) for slug in row.policies
    ]
    known = [standing.slug for standing in standings]
    here = {*known, *POLICY_GROUPS}
    for slug, rule in dict.fromkeys(pair for pair in named if pair[0] not in here):
        near = get_close_matches(slug, [*known, *POLICY_GROUPS], n=1, cutoff=0.65)
        hint = because("did-you-mean", words=near[0]) if near else because("short-names")
        yield say(because("rule-of-unknown-policy", slug=slug, rule=say_rule(rule, voice), hint=hint), voice)


def _unknown_people(
    people: Sequence[PersonRow], rules: Sequence[ReadingRuleSection], today: date, voice: Voice
) -> Iterator[str]:
    here = [row for row in people if not has_left(row.person, today)]
    posts = {post for row in here for post in posts_of(row, today)}
    roles, teams = {post.role for post in posts}, {post.team for post in posts}
    for number, row in enumerate(rules, 1):
        for wanted, said, what in (
            *((role, roles, "Nobody’s role has the words") for role in row.roles),
            *((team, teams, "Nobody is in a team with the words") for team in row.teams),
        ):
            if not any(says_any([wanted], each) for each in said):
                rule = say_rule(RuleName(Origin.RULE, number), voice)
                yield f"{what} “{wanted}” ({rule}), so it reaches nobody by that. Check how the list writes it."


def _contradictions(
    people: Sequence[PersonRow], in_use: Sequence[PolicyStanding], config: Config, today: date, voice: Voice
) -> Iterator[str]:
    titles: dict[tuple[RuleName, RuleName], dict[str, ReadingRule | None]] = defaultdict(dict)
    for _, asked in _by_profile(people, in_use, config, today):
        for standing, one in zip(in_use, asked, strict=True):
            for other in one.differs:
                titles[one.by, other][standing.title] = one.rule
    for (first, other), holds in titles.items():
        rules = (first,) if first == other else (first, other)
        both = " and ".join(say_rule(each, voice) for each in rules)
        does = _HOLDS[next(iter(holds.values()))]
        yield (
            f"{both[0].upper()}{both[1:]} ask the same people for different things of {say_list(list(holds))}: the "
            f"stricter holds, {does}. Name people or policies more closely in the one that should hold."
        )


_HOLDS: Mapping[ReadingRule | None, str] = {
    ReadingRule.SIGN: "they sign",
    ReadingRule.READ: "they are sent it to read",
    ReadingRule.FIND: "they are told where to find it",
    None: "they are not asked",
}
