"""Groups that are told and not asked, such as parents, pupils and agencies: what they are told, and whether they were.

``[groups]`` names them; the office records that one was told, by which means. Nobody of them is ever mailed from here.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from pipeline.catalogue.policies import entry_on
from pipeline.catalogue.reading_rules import POLICY_GROUPS, RuledPolicy, names_policy
from pipeline.config import Config, GroupSection
from pipeline.dates.calendar import academic_year_start
from pipeline.errors import UsageError
from pipeline.model.policies import PolicyStanding, ReviewState, RevisionKind
from pipeline.policies.decisions.corrections import last_standing
from pipeline.policies.version_labels import label_versions, was_in_use
from pipeline.reasons.reason import Reason, Voice, because, say
from pipeline.register.corrections import CorrectionKind, add_correction
from pipeline.register.decision import Decision
from pipeline.register.ledger.signed_heads import Field
from pipeline.register.mail import groups as rows
from pipeline.register.mail.groups import GroupTold
from pipeline.register.policies.decisions import list_overrides
from pipeline.register.policies.policies import PolicyRow, VersionRow, get_policy, list_policies, list_versions
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_list


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """How it stands with one group and one policy."""

    key: str
    name: str
    told: GroupTold | None
    """The last telling; None where there was none."""
    version_label: str | None
    """What the version is called that they were told of."""
    is_current: bool
    """Whether that was of the version in force, and this school year where it is told each year."""

    @property
    def said(self) -> str:
        """How it stands, in words."""
        if self.told is None:
            return f"{self.name}: not told yet"
        when = f"told on {say_day(self.told.told_on)} ({self.told.by_means})"
        return f"{self.name}: {when}" + (
            "" if self.is_current else f" of version {self.version_label}; to be told again"
        )


def groups_by_policy(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
) -> Mapping[int, tuple[GroupStanding, ...]]:
    """Return, by the register's key of each policy in use, the groups that are told of it, in the order of the file."""
    if not config.groups:
        return {}
    told: dict[tuple[str, int], GroupTold] = {(one.group, one.policy_id): one for one in rows.list_told(tx, school)}
    labels = label_versions(list_versions(tx, school), list_overrides(tx, school))
    found: dict[int, list[GroupStanding]] = defaultdict(list)
    for standing in standings:
        if standing.version_id is None or standing.state is ReviewState.WITHDRAWN:
            continue
        policy = _ruled(standing.slug, standing.catalogue_slug, today)
        for key, group in config.groups.items():
            if names_policy(group.policies, policy):
                last = told.get((key, standing.policy_id))
                label = labels[last.version_id].text if last is not None else None
                found[standing.policy_id].append(
                    GroupStanding(key, group.name, last, label, _is_current(last, standing, policy, today))
                )
    return {policy_id: tuple(groups) for policy_id, groups in found.items()}


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """How it stands with one group."""

    name: str
    by_means: str
    """How they are told; empty where that is not said."""
    told: int
    """Policies that they were told of as they are in use."""
    due: tuple[str, ...]
    """Titles of those that they are to be told of, or told again."""
    last: GroupTold | None
    """What they were told last; None where nothing was."""


def summarise_groups(
    config: Config, standings: Sequence[PolicyStanding], groups: Mapping[int, Sequence[GroupStanding]]
) -> tuple[GroupSummary, ...]:
    """Return how it stands with each group, in the order of the file; ``groups`` as ``groups_by_policy`` has them."""
    found = []
    for key, group in config.groups.items():
        mine = [(each.title, one) for each in standings for one in groups.get(each.policy_id, ()) if one.key == key]
        due = tuple(title for title, one in mine if not one.is_current)
        told = [one.told for _, one in mine if one.told is not None]
        last = max(told, key=lambda one: (one.told_on, one.id), default=None)
        found.append(GroupSummary(group.name, group.by_means, len(mine) - len(due), due, last))
    return tuple(found)


def _is_current(last: GroupTold | None, standing: PolicyStanding, policy: RuledPolicy, today: date) -> bool:
    if last is None or last.version_id != standing.version_id:
        return False
    each_year = policy.entry is not None and policy.entry.annual_staff_notice
    return not each_year or last.told_on >= academic_year_start(today)


def _ruled(slug: str, catalogue_slug: str | None, today: date) -> RuledPolicy:
    return RuledPolicy(slug, entry_on(catalogue_slug, today))


def group_notices(standings: Sequence[PolicyStanding], config: Config, voice: Voice = Voice.COMMAND) -> tuple[str, ...]:
    """Return, a sentence each, which policies that are not here a group of ``[groups]`` is to be told of."""
    known = {standing.slug for standing in standings} | set(POLICY_GROUPS)
    return tuple(
        say(because("group-of-unknown-policy", slug=slug, key=key, name=group.name), voice)
        for key, group in config.groups.items()
        for slug in group.policies
        if slug not in known
    )


# --- recording -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """What is to be recorded."""

    group: str
    """The key in ``config.toml``, or the name."""
    slugs: tuple[str, ...]
    """Short names; none for all that the group is told of."""
    told_on: date
    by_means: str = ""
    """Empty: as ``[groups]`` has it."""
    text_of: date | None = None
    """The day whose texts they were told of, where that is an earlier one: a newsletter is written before it goes."""


def record_told(decision: Decision, config: Config, telling: GroupAnswer, today: date) -> str:
    """Record that a group was told of the versions that were in use on a day; return that in a sentence.

    What was recorded before for that day and by those means is not recorded twice.

    Raises:
        UsageError: group or policy is not known, the day has not come or lies before the text, or no means are given.
    """
    key, group = find_group(config, telling.group)
    by_means = " ".join((telling.by_means or group.by_means).split())
    if not by_means:
        raise UsageError(f"Say how {group.name} were told with --by-means, such as --by-means 'letter home'.")
    if telling.told_on > today:
        raise UsageError(f"{say_day(telling.told_on)} is still to come; record it once {group.name} have been told.")
    policies = _policies_meant(decision, group, telling.slugs, today)
    versions = [_version_on(decision, policy, telling.text_of or telling.told_on) for policy in policies]
    known = {
        (one.group, one.version_id, one.told_on, one.by_means) for one in rows.list_told(decision.tx, decision.school)
    }
    for policy, version in zip(policies, versions, strict=True):
        if (key, version.id, telling.told_on, by_means) not in known:
            _record(decision, key, policy, version, telling.told_on, by_means)
    titles = say_list([policy.title for policy in policies])
    return f"{group.name} were told of {titles} on {say_day(telling.told_on)} ({by_means}). Nobody was mailed."


def correct_telling(
    decision: Decision,
    config: Config,
    group: str,
    slug: str,
    *,
    reason: str,
    earlier: bool = False,
) -> Reason:
    """Record that the last telling of a group, of one policy, was recorded in error; return that.

    ``earlier``: the last one was taken back before, and the one before it is meant.

    Raises:
        UsageError: group or policy is not known, or nothing is recorded of the two.
    """
    key, named = find_group(config, group)
    policy = get_policy(decision.tx, decision.school, slug)
    told = rows.list_told(decision.tx, decision.school, corrected=True)
    mine = [one for one in told if (one.group, one.policy_id) == (key, policy.id)]
    what = f"The last telling of {policy.title} to {named.name}"
    last = last_standing(decision, CorrectionKind.TELLING, mine, _say_telling, what=what, earlier=earlier)
    if last is None:
        raise UsageError(f"Nothing is recorded of {named.name} and {policy.title}, so nothing was taken back.")
    fields: dict[str, Field] = {"group": key, "policy": policy.slug, "told_on": last.told_on.isoformat()}
    add_correction(decision, CorrectionKind.TELLING, last.id, reason, fields=fields, words={})
    on = say_day(last.told_on)
    return because("telling-in-error", name=named.name, title=policy.title, day=on)


def _say_telling(told: GroupTold) -> str:
    return f"of {say_day(told.told_on)} ({told.by_means})"


def find_group(config: Config, wanted: str) -> tuple[str, GroupSection]:
    """Return key and settings of a group by its key or its name. Raises UsageError where there is none of it."""
    for key, group in config.groups.items():
        if wanted.casefold() in (key, group.name.casefold()):
            return key, group
    if not config.groups:
        raise UsageError("No group is named in config.toml yet; [groups.parents] there shows how one is written.")
    near = get_close_matches(wanted.casefold(), config.groups, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else f" There are: {', '.join(config.groups)}."
    raise UsageError(f"No group is called {wanted!r} in config.toml.{hint}")


def _policies_meant(decision: Decision, group: GroupSection, slugs: Sequence[str], today: date) -> list[PolicyRow]:
    here = {policy.slug: policy for policy in list_policies(decision.tx, decision.school) if not policy.withdrawn_on}
    if not slugs:
        ruled = {each.slug: _ruled(each.slug, each.catalogue_slug, today) for each in here.values()}
        meant = [each for each in here.values() if names_policy(group.policies, ruled[each.slug])]
        if not meant:
            raise UsageError(
                f"No policy in use is one that {group.name} are told of by config.toml; name its short name."
            )
        return meant
    for slug in slugs:
        if slug not in here:
            near = get_close_matches(slug, here, n=3, cutoff=0.65)
            hint = f" Did you mean {' or '.join(near)}?" if near else " 'policy status' lists them all."
            raise UsageError(f"No policy in use has the short name {slug!r}; nothing was recorded.{hint}")
    return [here[slug] for slug in dict.fromkeys(slugs)]


def _version_on(decision: Decision, policy: PolicyRow, day: date) -> VersionRow:
    """Return the version that was in use on a day; the first one counts as in use before the program knew it."""
    versions = [one for one in list_versions(decision.tx, decision.school, policy.id) if was_in_use(one)]
    for version in reversed(versions):
        if version.kind is RevisionKind.ADOPTED or version.issued_on is None or version.issued_on <= day:
            return version
    raise UsageError(f"No text of {policy.title} was in use on {say_day(day)}; nothing was recorded. Check the day.")


def _record(decision: Decision, key: str, policy: PolicyRow, version: VersionRow, told_on: date, by_means: str) -> None:
    rows.add_told(
        decision.tx,
        decision.school,
        group=key,
        policy_id=policy.id,
        version_id=version.id,
        told_on=told_on,
        by_means=by_means,
        actor=decision.actor,
        now=decision.now,
    )
    fields: dict[str, Field] = {
        "group": key,
        "policy": policy.slug,
        "version": version.number,
        "told_on": told_on.isoformat(),
    }
    decision.record("group-told", fields, words={"by_means": by_means})
