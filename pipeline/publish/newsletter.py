"""The sheet for the newsletter: which public policies are new or have changed since a group was last told of them.

Parents and other groups are told and asked nothing (``policies.groups``), and nobody of them is mailed from here: the
school puts these words into its newsletter, and says when it went out. What is for staff alone is not in them, nor any
words of a policy: only that it changed, how much, and where to read it.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.changes.compare import TextComparison, compare_texts
from pipeline.changes.differences import say_difference
from pipeline.config import Config, GroupSection
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.documents.word.sheet import WordSheet
from pipeline.errors import UsageError
from pipeline.model.policies import PolicyStanding, RevisionKind
from pipeline.policies.audience import is_public
from pipeline.policies.groups import GroupAnswer, GroupStanding, find_group, groups_by_policy, record_told
from pipeline.policies.standing import list_standings
from pipeline.policies.version_labels import was_in_use
from pipeline.publish.ended import SAFETY
from pipeline.register.decision import Decision
from pipeline.register.policies.copies import copies_to_give
from pipeline.register.policies.policies import VersionRow, list_versions, load_text
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_list

_LIKE_A_NEWSLETTER = ("newsletter", "bulletin", "news letter", "weekly news")
_MEANS = "the newsletter"
_LONGEST_AGO = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One policy of the sheet."""

    slug: str
    title: str
    said: str
    """What is new, in a sentence; no words of the policy."""
    address: str
    """Where it is read; empty where nobody has said where the public site is."""


@dataclass(frozen=True, slots=True)
class Newsletter:
    """What the next newsletter is to say."""

    school: str
    groups: tuple[tuple[str, str], ...]
    """Key and name of those whom it tells."""
    by_means: str
    """How they are told; empty where the groups are told by different means."""
    since: date | None
    """The last day on which all of them were told of something; None where they never were."""
    items: tuple[NewsItem, ...]
    not_public: tuple[str, ...]
    """Titles that the groups are to be told of and that are not on the public site."""
    whole_list: str
    """Where all policies stand; empty where nobody has said."""
    office: str
    """How the office is reached for a printed copy; empty where nobody knows."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The sheet as plain text, a paragraph or line each; a policy and what is said of it belong together."""
        lines = [SAFETY, "", self.heading, "", self.opening]
        for item in self.items:
            lines += ["", item.title, item.said, *([item.address] if item.address else [])]
        return (*lines, "", self.closing)

    @property
    def nothing_new(self) -> str:
        """Why there is no sheet, in a sentence: for a newsletter without items. What is not public is told besides."""
        names = say_list([name for _, name in self.groups])
        if self.since is None:
            return f"There is nothing on the public site yet that {names} are to be told of."
        return f"{names} have been told of everything on the public site that they are to be told of."

    @property
    def heading(self) -> str:
        """The heading."""
        return "Our policies: what is new"

    @property
    def opening(self) -> str:
        """The sentence before the list."""
        since = f"Since {say_day(self.since)} these" if self.since else "These"
        return f"{since} policies of {self.school or 'our school'} are new or have changed."

    @property
    def closing(self) -> str:
        """Where the rest is."""
        where = (
            f"All our policies are at {self.whole_list}." if self.whole_list else "All our policies are on our website."
        )
        return f"{where} For a printed copy, please ask the school office{self.office}."


def newsletter_groups(config: Config, named: Sequence[str] = ()) -> tuple[tuple[str, GroupSection], ...]:
    """Return the groups that a newsletter tells: those ``named``, else all whose ``by_means`` is one.

    Raises:
        UsageError: a name is none of ``[groups]``, or nobody is told by a newsletter.
    """
    if named:
        return tuple(dict((find_group(config, one)) for one in named).items())
    found = [
        (key, group)
        for key, group in config.groups.items()
        if any(words in group.by_means.casefold() for words in _LIKE_A_NEWSLETTER)
    ]
    if not found:
        hint = f"name them, such as: policy newsletter {next(iter(config.groups))}" if config.groups else "add [groups]"
        raise UsageError(
            "No group in config.toml is told by a newsletter (by_means under [groups]). Write it there, or "
            f"{hint}{'' if config.groups else ' as config.toml shows it'}."
        )
    return tuple(found)


def prepare_newsletter(
    tx: Transaction, school: str, config: Config, today: date, named: Sequence[str] = ()
) -> Newsletter:
    """Return what the next newsletter is to say. Raises UsageError as ``newsletter_groups``."""
    groups = newsletter_groups(config, named)
    standings = list_standings(tx, school, config, today)
    due = _due(tx, school, config, standings, {key for key, _ in groups}, today)
    given = copies_to_give(tx, school)
    versions = {each.id: each for each in list_versions(tx, school)}
    base = config.publish.public_address
    items, not_public = [], []
    for standing, told in due:
        if not _may_be_in_it(standing, config, given):
            not_public.append(standing.title)
            continue
        said = _say(tx, standing, told, versions)
        own = f"{base}/policies/{standing.slug}.html" if base else ""
        items.append(NewsItem(standing.slug, standing.title, said, standing.address or own))
    means = {group.by_means for _, group in groups}
    office = contacts_of_day(tx, school, config, today).shown.office
    reach = say_list([part for part in ((office.phone, office.email) if office else ()) if part])
    return Newsletter(
        config.school.name,
        tuple((key, group.name) for key, group in groups),
        means.pop() if len(means) == 1 else "",
        _since(tx, school, config, standings, {key for key, _ in groups}, today),
        tuple(items),
        tuple(not_public),
        f"{base}/index.html" if base else "",
        f": {reach}" if reach else "",
    )


def _in_use_by(decision: Decision, config: Config, standings: Sequence[PolicyStanding], day: date) -> set[str]:
    """Return the policies of which a text was in use on a day, by their short names."""
    there = {
        version.policy_id
        for version in list_versions(decision.tx, decision.school)
        if was_in_use(version) and (version.issued_on or version.recorded_at.astimezone(config.zone).date()) <= day
    }
    return {each.slug for each in standings if each.policy_id in there}


def _may_be_in_it(standing: PolicyStanding, config: Config, given: Container[int]) -> bool:
    """Return whether a newsletter may name a policy: it is for the public, and there is a copy to lead to."""
    return is_public(standing, config.publish) and (standing.policy_id in given or bool(standing.address))


def _due(
    tx: Transaction,
    school: str,
    config: Config,
    standings: Sequence[PolicyStanding],
    keys: set[str],
    today: date,
) -> list[tuple[PolicyStanding, list[GroupStanding]]]:
    """Return what some of the groups are to be told of (again), with how it stands with each of those."""
    by_policy = groups_by_policy(tx, school, config, standings, today)
    found = []
    for standing in standings:
        mine = [one for one in by_policy.get(standing.policy_id, ()) if one.key in keys and not one.is_current]
        if mine:
            found.append((standing, mine))
    return found


def _since(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], keys: set[str], today: date
) -> date | None:
    last: dict[str, date] = {}
    for groups in groups_by_policy(tx, school, config, standings, today).values():
        for one in groups:
            if one.key in keys and one.told is not None:
                last[one.key] = max(one.told.told_on, last.get(one.key, one.told.told_on))
    return min(last.values()) if last.keys() == keys else None


def _say(
    tx: Transaction, standing: PolicyStanding, told: Sequence[GroupStanding], versions: Mapping[int, VersionRow]
) -> str:
    """Return what is new of a policy since the earliest text that one of the groups was told of; no words of it."""
    known = [one.told for one in told]
    if any(one is None for one in known) or standing.version_id is None:
        return "We have not told you of this policy before."
    before = min((versions[one.version_id] for one in known if one is not None), key=lambda each: each.number)
    now = versions[standing.version_id]
    if before.id == now.id:
        return "It has not changed; we tell you of it each school year."
    kinds = {each.kind for each in versions.values() if _is_between(each, before, now)}
    comparison = compare_texts(load_text(tx, before.id), before.facts, load_text(tx, now.id), now.facts)
    return _say_comparison(comparison, small=kinds <= {RevisionKind.MINOR})


def _is_between(version: VersionRow, before: VersionRow, now: VersionRow) -> bool:
    return version.policy_id == now.policy_id and before.number < version.number <= now.number


def _say_comparison(comparison: TextComparison, *, small: bool) -> str:
    if comparison.same_words or comparison.same_but_dates:
        return "It was reviewed, and its words have not changed."
    if comparison.same_but_contacts:
        return "Whom to turn to has changed; the rest has not."
    return f"{'It has a small change' if small else 'It has changed'}: {say_difference(comparison)}."


def word_sheet(newsletter: Newsletter, day: date) -> bytes:
    """Return the sheet as a Word file, to be put into the newsletter or printed."""
    sheet = WordSheet(newsletter.heading, newsletter.school, day)
    sheet.line(SAFETY, bold=True)
    sheet.line(newsletter.opening)
    for item in newsletter.items:
        sheet.heading(item.title, 2)
        sheet.line(item.said)
        if item.address:
            sheet.line(item.address)
    sheet.line(newsletter.closing)
    return sheet.content()


def record_newsletter(
    decision: Decision,
    config: Config,
    *,
    sent_on: date,
    made_on: date,
    today: date,
    named: Sequence[str] = (),
    slugs: Sequence[str] | None = None,
) -> str:
    """Record that a newsletter with the sheet of ``made_on`` went out; return that in a sentence.

    The groups count as told of the texts that were in use on the day the sheet was made: what changed between that and
    the newsletter stays to be told. ``slugs`` are the policies that were in it, else all that it was to have.

    Raises:
        UsageError: as ``record_told``; the sheet is younger than the newsletter; or there is nothing to record.
    """
    if made_on > sent_on:
        raise UsageError(f"The sheet of {say_day(made_on)} cannot have been in a newsletter of {say_day(sent_on)}.")
    if sent_on < today - _LONGEST_AGO:
        raise UsageError(f"{say_day(sent_on)} is more than a year ago: look at the year. Nothing was recorded.")
    groups = newsletter_groups(config, named)
    standings = list_standings(decision.tx, decision.school, config, today)
    given = copies_to_give(decision.tx, decision.school)
    named_in_it = {each.slug for each in standings if _may_be_in_it(each, config, given)} & (
        set(slugs) if slugs is not None else _in_use_by(decision, config, standings, made_on)
    )
    titles, left = dict[str, str](), list[str]()
    for key, group in groups:
        due = [standing for standing, _ in _due(decision.tx, decision.school, config, standings, {key}, today)]
        if mine := [each for each in due if each.slug in named_in_it]:
            slugs, means = tuple(each.slug for each in mine), group.by_means or _MEANS
            record_told(decision, config, GroupAnswer(key, slugs, sent_on, means, text_of=made_on), today)
            titles |= {each.slug: each.title for each in mine}
        left += [each.title for each in due if each not in mine]
    names = say_list([group.name for _, group in groups])
    if not titles:
        raise UsageError(_why_nothing(names, left))
    return f"{names} were told of {say_list(list(titles.values()))} on {say_day(sent_on)}. Nobody was mailed."


def _why_nothing(names: str, left: Sequence[str]) -> str:
    """Return why nothing was recorded of a newsletter; ``left`` is what the groups have still to be told of."""
    if not left:
        return f"{names} have been told of everything they are to be told of; nothing was recorded."
    still = say_list(list(dict.fromkeys(left)))
    return f"{names} have still to be told of {still}, and none of that was in this newsletter; nothing was recorded."
