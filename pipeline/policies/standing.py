"""How every policy stands on a day: the register's facts against today, the directory and each other."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from pipeline.catalogue.duties import missing_entries
from pipeline.catalogue.editions import changed_problems, new_guidance, outdated_problems
from pipeline.catalogue.policies import CatalogueEntry, find_entry
from pipeline.catalogue.titles import slug_for
from pipeline.config import Config
from pipeline.dates.calendar import add_months, last_day
from pipeline.dates.states import due_on, review_state
from pipeline.findings.certificates import certificate_problems
from pipeline.findings.expectations import ahead_problems, approver_problems, cycle_problems
from pipeline.model.contacts import Directory
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.facts import Facts, Problem
from pipeline.model.policies import DueMove, PolicyStanding, ReviewState, RevisionKind, VersionStatus
from pipeline.policies.approvals import (
    approvals_in_error,
    approvals_that_hold,
    approved_on,
    last_review,
    latest_approvals,
    unapproved_since,
)
from pipeline.policies.decisions.contact_answers import waits_for_run, why_held, with_answers
from pipeline.policies.decisions.drafts import draft_problem
from pipeline.policies.decisions.due_dates import find_move, move_problem, say_review_due
from pipeline.policies.decisions.ready import changed_since_ready
from pipeline.policies.decisions.reaffirm import reaffirmed_on
from pipeline.policies.editions import edition_problems
from pipeline.policies.effective import effective_facts, effective_next_review
from pipeline.policies.expected import (
    promise_problems,
    reviews_of_one_source,
    settled_problems,
    starter_problems,
    unchanged_review_problems,
)
from pipeline.policies.intake.files import appendix_problem, file_problems, owners_of_appendices
from pipeline.policies.intake.naming import contact_problems, unknown_problems
from pipeline.policies.linked import link_problems
from pipeline.policies.version_labels import VersionLabel, label_versions, version_problems, was_in_use
from pipeline.reasons.reason import because
from pipeline.register.cached_answers import kept
from pipeline.register.policies import copies, decisions
from pipeline.register.policies import policies as rows
from pipeline.register.policies.copies import CopyRow
from pipeline.register.policies.decisions import ApprovalRow, OverrideRow
from pipeline.register.policies.policies import PolicyRow, SourceFile, VersionRow
from pipeline.register.policies.settlements import Settlement, list_settlements
from pipeline.register.transaction import Transaction
from pipeline.wording import say_distance, say_partial

_Row = TypeVar("_Row")
DUE_SOON_DAYS = 90
"""How near a review is called near where no reminder days are configured."""
_OVER = (ReviewState.WITHDRAWN, ReviewState.LIVE_DOCUMENT)
"""States in which nothing of a policy comes before the governors."""
_RESTS_ON = (
    "policy", "policy_version", "approval", "fact_override", "correction", "source_file", "policy_copy",
    "contact_settlement",
)  # fmt: skip
"""The tables that all of this is gathered from."""


@dataclass(frozen=True, slots=True)
class _Everything:
    """What the register knows of one school's policies, gathered once."""

    policies: list[PolicyRow]
    in_force: dict[int, VersionRow]
    drafts: dict[int, VersionRow]
    approvals: dict[int, ApprovalRow]
    """Of each version by its key, as they were given."""
    given: dict[int, list[ApprovalRow]]
    """All of each version by its key."""
    in_error: dict[int, str]
    """Of which version an approval was recorded in error, by its key, and what to say of it."""
    holding: dict[int, ApprovalRow]
    """Those that hold for a version: its own, or that of the same text before it."""
    labels: dict[int, VersionLabel]
    facts: dict[int, Facts]
    files: dict[int, list[SourceFile]]
    appendices: dict[str, PolicyRow]
    """Which policy the file at a path is the local appendix of."""
    held_copies: dict[int, CopyRow]
    copies: dict[int, CopyRow]
    """Those in use."""
    decided: dict[int, tuple[OverrideRow, ...]]
    said: tuple[Settlement, ...]
    """What the owner said of people nobody in the school's contacts is."""
    unapproved: dict[int, date]
    """Since when a text is in use that waits for its approval, of each policy that has one."""
    histories: dict[int, tuple[VersionRow, ...]]
    """The versions that were in use, oldest first, of policies whose last one only moved dates."""
    of_files: dict[int, tuple[Problem, ...]] = field(default_factory=dict)
    """The findings on the files of each policy that were worked out: the same on every day, as are the next."""
    expected: dict[int, tuple[Problem, ...]] = field(default_factory=dict)
    """Where catalogue and settings expect other than a text says: a look ahead has the same settings on all days."""


def list_standings(tx: Transaction, school: str, config: Config, today: date) -> tuple[PolicyStanding, ...]:
    """Return how each policy stands on ``today``, sorted by title."""
    known = _gather(tx, school)
    directory = config.directory(today)
    dues = {policy.slug: _due(known, policy, config.zone) for policy in known.policies if policy.withdrawn_on is None}
    standings = [_standing(policy, known, config, directory, dues, today) for policy in known.policies]
    return tuple(sorted(standings, key=lambda standing: standing.title.casefold()))


def _gather(tx: Transaction, school: str) -> _Everything:
    return kept(tx, ("standings", school), _RESTS_ON, lambda: _ask(tx, school))


def _ask(tx: Transaction, school: str) -> _Everything:
    in_force = rows.versions_in_force(tx, school)
    versions = rows.list_versions(tx, school)
    moved = {version.policy_id for version in in_force.values() if version.kind is RevisionKind.REAFFIRMED}
    in_use = _grouped(filter(was_in_use, versions), lambda version: version.policy_id)
    overrides = decisions.list_overrides(tx, school)
    policies, files = rows.list_policies(tx, school), list(rows.list_source_files(tx, school).values())
    approvals = latest_approvals(given := decisions.list_approvals(tx, school))
    return _Everything(
        policies=policies,
        in_force=in_force,
        drafts=rows.drafts(tx, school),
        approvals=approvals,
        given=_grouped(given, lambda approval: approval.version_id),
        in_error=approvals_in_error(tx, school),
        holding=approvals_that_hold(approvals, versions),
        labels=label_versions(versions, overrides),
        facts={key: effective_facts(version.facts, overrides.get(key, ())) for key, version in in_force.items()},
        files=_grouped(files, lambda file: file.policy_id),
        appendices=owners_of_appendices(files, policies),
        held_copies=copies.held_in_force(copies.held_copies(tx, school), {version.id for version in in_force.values()}),
        copies=copies.current_copies(tx, school),
        decided=overrides,
        said=list_settlements(tx, school),
        unapproved=unapproved_since(versions),
        histories={key: tuple(each) for key, each in in_use.items() if key in moved},
    )


def _grouped(rows_of: Iterable[_Row], key: Callable[[_Row], int | None]) -> dict[int, list[_Row]]:
    """Return rows by what each is of, in the order given; without those that are of nothing."""
    found: dict[int, list[_Row]] = {}
    for row in rows_of:
        if (of := key(row)) is not None:
            found.setdefault(of, []).append(row)
    return found


def _due(known: _Everything, policy: PolicyRow, zone: ZoneInfo) -> date | None:
    version = known.in_force.get(policy.id)
    if version is None:
        return None
    scheduled = due_on(effective_next_review(version, known.facts[policy.id]))
    move = _move(known, policy, version, scheduled, zone)
    return move.to if move is not None else scheduled


def _move(
    known: _Everything, policy: PolicyRow, version: VersionRow, scheduled: date | None, zone: ZoneInfo
) -> DueMove | None:
    return find_move(known.decided.get(policy.id, ()), scheduled, known.holding.get(version.id), zone)


def _standing(
    policy: PolicyRow,
    known: _Everything,
    config: Config,
    directory: Directory,
    dues: dict[str, date | None],
    today: date,
) -> PolicyStanding:
    facts = known.facts.get(policy.id, Facts())
    standing = _without_problems(policy, facts, known, config, today)
    if standing.state is ReviewState.WITHDRAWN:
        return standing
    version = known.in_force.get(policy.id)
    looked_at = _looked_at(standing.last_review, version)
    is_own = version is not None and version.edition is None
    return replace(
        standing,
        problems=_problems(standing, policy, facts, known, config, directory, dues, today),
        new_guidance=tuple(new_guidance(policy.catalogue_slug, facts.guidance, looked_at, today, dues))
        if is_own
        else (),
    )


def _without_problems(
    policy: PolicyRow, facts: Facts, known: _Everything, config: Config, today: date
) -> PolicyStanding:
    version = known.in_force.get(policy.id)
    next_date = None if version is None else effective_next_review(version, facts)
    scheduled = due_on(next_date)
    move = _move(known, policy, version, scheduled, config.zone) if version is not None else None
    state = state_of(policy, version, due := move.to if move is not None else scheduled, config, today)
    draft = known.drafts.get(policy.id)
    label = known.labels.get(version.id) if version else None
    approval = known.holding.get(version.id) if version else None
    return PolicyStanding(
        policy_id=policy.id,
        slug=policy.slug,
        title=facts.title or policy.title,
        catalogue_slug=policy.catalogue_slug,
        version_id=version.id if version else None,
        version_number=version.number if version else None,
        version_sha256=version.sha256 if version else None,
        words=version.words if version else 0,
        state=state,
        approved_on=approved_on(approval, facts),
        last_review=last_review(approval, facts, reaffirmed_on(known.decided.get(policy.id, ()))),
        next_review=next_date,
        due_on=due,
        days=(due - today).days if due and state is not ReviewState.LIVE_DOCUMENT else None,
        owner=facts.owner,
        draft_version_id=draft.id if draft else None,
        problems=(),
        version_label=label.text if label else None,
        states_version=label is not None and label.is_stated,
        address=version.address if version else None,
        approved_by=approval.body if approval is not None else facts.approved_by,
        unapproved_since=None if state in _OVER else known.unapproved.get(policy.id),
        partly_approved_by=_partly_approved_by(draft or version, known),
        due_move=move,
        is_held=version is not None and bool(version.holds),
    )


def _partly_approved_by(waiting: VersionRow | None, known: _Everything) -> tuple[str, ...]:
    if waiting is None or waiting.status not in (VersionStatus.DRAFT, VersionStatus.PENDING_APPROVAL):
        return ()
    return tuple(dict.fromkeys(each.body for each in known.given.get(waiting.id, ())))


def state_of(
    policy: PolicyRow, version: VersionRow | None, due: date | None, config: Config, today: date
) -> ReviewState:
    """Return how a policy with this version in force, if any, due for review on a day, stands on ``today``."""
    entry = find_entry(policy.catalogue_slug or "")
    return review_state(
        withdrawn=policy.withdrawn_on is not None or version is None,
        # The body that publishes a document keeps it up to date; the school reviews no date of it.
        live_document=(entry is not None and entry.review_months == 0)
        or (version is not None and version.edition is not None),
        awaiting_approval=version is not None and version.status is VersionStatus.PENDING_APPROVAL,
        due_on=due,
        today=today,
        due_soon_days=max(config.review.remind_days, default=DUE_SOON_DAYS),
    )


def _problems(
    standing: PolicyStanding,
    policy: PolicyRow,
    facts: Facts,
    known: _Everything,
    config: Config,
    directory: Directory,
    dues: dict[str, date | None],
    today: date,
) -> tuple[Problem, ...]:
    """Return every finding on a policy in use: of its text, its review, its files, its contacts and its links."""
    version, draft = known.in_force.get(policy.id), known.drafts.get(policy.id)
    if version is not None and version.edition is not None:
        # A file of the school's own that waits goes before whatever edition is there.
        return tuple(_register_problems(policy, version, draft, known, config, directory)) or edition_problems(
            policy, version, today
        )
    directory = with_answers(directory, known.said, policy.id, version.sha256 if version else "")
    approval = known.holding.get(version.id) if version else None
    looked_at, is_late = _looked_at(standing.last_review, version), standing.state is ReviewState.OVERDUE
    return _once(
        *_own_problems(facts, approval, version),
        *_corrected_problems(approval, version, known),
        *_review_problems(standing, facts, policy, today),
        *_register_problems(policy, version, draft, known, config, directory),
        *_file_problems(policy, version, facts, known),
        *(version_problems(known.labels.get(version.id), policy.slug) if version else ()),
        *contact_problems(facts, directory, _what_copies_say(policy, version, known)),
        *unknown_problems(policy, version, known.copies.get(policy.id), directory),
        *_kept_expected(policy, version, facts, known, config),
        *ahead_problems(facts, today),
        *certificate_problems(facts.certificates, today),
        *outdated_problems(facts.guidance, today),
        *changed_problems(policy.catalogue_slug, facts.guidance, looked_at, today, late=is_late, kept=dues),
        *link_problems(facts, policy.slug, dues, today),
    )


def _once(*problems: Problem) -> tuple[Problem, ...]:
    """Return the findings with none told twice."""
    return tuple(dict.fromkeys(problems))


def standing_from_facts(facts: Facts, title: str, words: int, config: Config, today: date) -> PolicyStanding:
    """Return how a document stands that no register knows: by what it says of itself alone."""
    next_date = facts.next_review.date if facts.next_review else None
    due = due_on(next_date)
    state = review_state(
        withdrawn=False,
        live_document=False,
        awaiting_approval=False,
        due_on=due,
        today=today,
        due_soon_days=max(config.review.remind_days, default=DUE_SOON_DAYS),
    )
    return PolicyStanding(
        policy_id=0,
        slug=slug_for(title),
        title=title,
        catalogue_slug=None,
        version_id=None,
        version_number=None,
        version_sha256=None,
        words=words,
        state=state,
        approved_on=facts.approved_on.date if facts.approved_on else None,
        last_review=facts.last_review.date if facts.last_review else None,
        next_review=next_date,
        due_on=due,
        days=(due - today).days if due else None,
        owner=facts.owner,
        approved_by=facts.approved_by,
        draft_version_id=None,
        problems=facts.problems,
        version_label=facts.version,
        states_version=facts.version is not None,
    )


def _corrected_problems(
    approval: ApprovalRow | None, version: VersionRow | None, known: _Everything
) -> Iterator[Problem]:
    if approval is None and version is not None and version.id in known.in_error:
        yield Problem("approval-corrected", known.in_error[version.id])


def _own_problems(facts: Facts, approval: ApprovalRow | None, version: VersionRow | None) -> list[Problem]:
    """Return what is wrong with the document by itself, less what the register has settled since."""
    settled = {"approval-blank", "signature-blank"} if approval is not None else set()
    if version is not None and version.next_review_on is not None:
        settled |= {"review-blank", "review-missing", "dates-out-of-order"}
    held = [] if version is None else list(version.holds)
    seen = {problem.code for problem in held}
    return held + [problem for problem in facts.problems if problem.code not in settled | seen]


def _review_problems(standing: PolicyStanding, facts: Facts, policy: PolicyRow, today: date) -> list[Problem]:
    state, days, move = standing.state, standing.days, standing.due_move
    moved = [move_problem(standing.title, policy.catalogue_slug, move, today)] if move is not None else []
    if standing.is_late and days is not None:
        message = f"The review was due {say_review_due(standing)} and is {say_distance(days)}. It stays in force."
        return [Problem("review-late", message), *moved]
    if state is ReviewState.UNDATED and facts.review_cycle_months and facts.last_review:
        reached = due_on(facts.last_review.date)
        if reached is not None:
            month = f"{add_months(reached, facts.review_cycle_months):%Y-%m}"
            worked_out = say_partial(PartialDate(month, Precision.MONTH))
            why = because(
                "review-undated",
                months=facts.review_cycle_months,
                last=say_partial(facts.last_review.date) or "",
                due=worked_out or "",
                slug=policy.slug,
                month=month,
            )
            return [Problem("review-undated", why)]
    return moved


def _register_problems(
    policy: PolicyRow,
    version: VersionRow | None,
    draft: VersionRow | None,
    known: _Everything,
    config: Config,
    directory: Directory,
) -> list[Problem]:
    problems: list[Problem] = []
    if draft is not None:
        problems.append(draft_problem(policy, draft, version))
        problems += draft.holds
        problems += changed_since_ready(policy, draft, known.decided.get(policy.id, ()), config.zone)
    held = known.held_copies.get(policy.id)
    if held is not None and held.holds and not (version and version.holds):
        is_answered = waits_for_run(policy, held, directory)
        why = because("copy-answered") if is_answered else why_held(policy.slug, held)
        problems.append(Problem("copy-held", why, minor=is_answered))
    return problems


def _file_problems(
    policy: PolicyRow, version: VersionRow | None, facts: Facts, known: _Everything
) -> tuple[Problem, ...]:
    if policy.id not in known.of_files:
        files = known.files.get(policy.id, ())
        stated, path = (version.facts, version.path) if version is not None else (Facts(), "")
        known.of_files[policy.id] = (
            *file_problems(policy, files, facts, stated, known.decided.get(policy.id, ())),
            *appendix_problem(policy, path, known.appendices.get(path)),
        )
    return known.of_files[policy.id]


def _looked_at(last_review: PartialDate | None, version: VersionRow | None) -> date | None:
    """Return the last day on which the school is known to have looked at a text: its review, or its issue here."""
    reviewed = last_day(last_review) if last_review is not None else None
    # Other kinds of version issue themselves: nobody looked.
    looked = version is not None and version.kind in (RevisionKind.MAJOR, RevisionKind.MINOR)
    issued = version.issued_on if version is not None and looked else None
    return max((day for day in (reviewed, issued) if day is not None), default=None)


def _kept_expected(
    policy: PolicyRow, version: VersionRow | None, facts: Facts, known: _Everything, config: Config
) -> tuple[Problem, ...]:
    """Return what ``_expected_problems`` finds, worked out once."""
    if policy.id not in known.expected:
        known.expected[policy.id] = tuple(_expected_problems(policy, version, facts, known, config))
    return known.expected[policy.id]


def _expected_problems(
    policy: PolicyRow, version: VersionRow | None, facts: Facts, known: _Everything, config: Config
) -> Iterator[Problem]:
    """Yield where catalogue, register and configuration expect other than the text says."""
    if version is None:
        return
    entry = find_entry(policy.catalogue_slug or "")
    approval = known.holding.get(version.id)
    decided = known.decided.get(policy.id, ())
    held = bool(version.holds) or policy.id in known.held_copies
    checked_on = reaffirmed_on(decided)
    if entry is not None:
        yield from cycle_problems(entry, facts, *reviews_of_one_source(version, decided, approval, checked_on))
        yield from approver_problems(entry, facts, approval.body if approval is not None else None)
    yield from settled_problems(version.facts, decided)
    yield from promise_problems(facts, policy, entry, config.reading, held=held)
    yield from starter_problems(policy, entry, config.reading)
    is_decided = version.id in known.approvals or (checked_on is not None and checked_on >= version.recorded_at.date())
    yield from unchanged_review_problems(known.histories.get(policy.id, ()), approved=is_decided)


def _what_copies_say(policy: PolicyRow, version: VersionRow | None, known: _Everything) -> str:
    """Return, of a document that names a person who went, what its copies say instead and what to do."""
    if version is None or version.holds or policy.id in known.held_copies:
        return "Put the right name into the document."
    if version.path.casefold().endswith(".pdf"):
        return "The sheet in front of its pages says so; put the right name into the document at its next review."
    return "Copies carry the right name; put it into the document at its next review."


def attention(standings: Sequence[PolicyStanding]) -> tuple[PolicyStanding, ...]:
    """Return the policies that need the office: those with a finding that is not minor."""
    return tuple(standing for standing in standings if any(not problem.minor for problem in standing.problems))


def pressing(standing: PolicyStanding) -> tuple[Problem, ...]:
    """Return the findings of a policy that a report shows first: not the minor ones, none that another says better."""
    codes = {problem.code for problem in standing.problems}
    unsaid = {code for code, better in _SAID_BETTER_BY.items() if codes & better}
    return tuple(problem for problem in standing.problems if not problem.minor and problem.code not in unsaid)


_SAID_BETTER_BY = {"review-missing": frozenset({"review-undated"})}
"""Findings that a report leaves out where one of the others is there: both would say one thing."""


def missing_policies(standings: Sequence[PolicyStanding], today: date) -> tuple[CatalogueEntry, ...]:
    """Return the policies every school must have on a day that are not among those in use."""
    in_use = [standing for standing in standings if standing.state is not ReviewState.WITHDRAWN]
    return missing_entries([standing.catalogue_slug for standing in in_use], policies=len(in_use), today=today)
