"""What is unclear about the policies, as questions to their owner: one thing at a time, with words, place and choices.

``decisions.settle`` carries the answers out. Nothing is guessed: a choice is what the document says, or what follows
from it in a way the question spells out.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from pipeline.catalogue.policies import find_entry
from pipeline.changes.revisions import OTHER_SCHOOL, may_be_anothers
from pipeline.config import Config
from pipeline.dates.calendar import add_months, last_day
from pipeline.dates.states import due_on
from pipeline.dates.written import find_dates
from pipeline.facts.looks import UNLIKE
from pipeline.findings.machine_read import is_machine_read
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.facts import Evidence, Facts, FactStatus, Problem
from pipeline.places import Place
from pipeline.policies.effective import effective_facts, effective_next_review
from pipeline.policies.expected import differing, stated_value
from pipeline.policies.intake.duplicates import FILE, set_aside
from pipeline.policies.intake.files import duplicate_problem, say_second_file
from pipeline.policies.intake.standings import DUPLICATE, PRIMARY, PROPOSED_WITHDRAWN
from pipeline.policies.owners import OwnerBook
from pipeline.register.people.persons import list_people
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as rows
from pipeline.register.policies.decisions import OverrideRow
from pipeline.register.policies.policies import PolicyRow, SourceFile, VersionRow
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_partial

RELEASE = "use it"
KEEP = "keep"
OTHER = "other"
OWN = "own"
WITHDRAW = "withdraw"
_MOST_OWNERS = 5
STATUS_SCANNED = "read-by-machine"
STATUS_HELD = "held"
STATUS_DIFFERS = "differs"
STATUS_PUT_AWAY = "put-away"
DRAFT = "draft"
"""What a question about a held draft is about; about a held text in use it is ``hold``."""
ABOUT_FILES = frozenset({STATUS_HELD, STATUS_PUT_AWAY})
"""Of a question about a whole file, and not about words at a place of it."""
DATES = ("approved_on", "last_review", "next_review")
_NOT_THERE = (FactStatus.BLANK.value, FactStatus.MISSING.value)
_ASKED_OF = {
    "approved_on": "When was it approved?",
    "last_review": "When was it last reviewed?",
    "next_review": "When is its next review?",
    "review_cycle_months": "How many months lie between reviews?",
    "owner": "Who looks after it?",
    "approved_by": "Who approved it?",
    "title": "What is it called?",
    "school": "Which school or organisation is it for?",
}


_SETTLED_TOGETHER = (*DATES, "review_cycle_months", "owner")
"""What one answer may settle for several policies that say nothing of it."""
SORTS = (*_ASKED_OF, "held", "files")
"""What ``policy review`` may be asked to settle alone."""


@dataclass(frozen=True, slots=True)
class OfferedAnswer:
    """One answer that is offered."""

    value: str
    """What is recorded: a value as ``policy set`` takes it, or one of the words of this module."""
    label: str
    """As a person reads it."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is unclear about one policy."""

    slug: str
    title: str
    field: str
    """The fact; ``draft`` or ``hold`` for a text that is held; ``file:PATH`` for a file."""
    status: str
    """``ambiguous``, ``blank``, ``missing``, ``read-by-machine``, ``held``, ``differs`` or ``put-away``."""
    asks: str
    """The question in a sentence."""
    words: str | None
    """The exact words it is about."""
    where: str | None
    """Where they stand, in words; of a file its path."""
    choices: tuple[OfferedAnswer, ...]
    stands: tuple[Place, ...] = ()
    """The places of a text that ``where`` words."""
    takes_value: bool = False
    """Whether something else than the choices may be typed."""
    names_instead: str = ""
    """Of a text that names, or may name, another school or organisation and is held for nothing else: which."""
    owners: OwnerBook | None = None
    """Who may look after a policy, for a question about its owner."""
    can_wait: bool = False
    """Whether nothing follows from it: it is listed with what is to be looked at, and asked only of who asks for it."""

    @property
    def kind(self) -> str:
        """What questions that one answer may settle have in common; empty for one that stands alone."""
        if self.status == STATUS_PUT_AWAY or self.names_instead:
            return f"{self.status}: {self.names_instead}"
        if self.field in _SETTLED_TOGETHER and self.status in _NOT_THERE:
            return f"{self.field}, later" if self.can_wait else self.field
        return ""

    @property
    def name(self) -> str:
        """What it is called among those of its policy, in an address."""
        field, _, path = self.field.partition(":")
        return f"{field}-{hashlib.sha256(path.encode()).hexdigest()[:8]}" if path else field

    @property
    def seal(self) -> str:
        """Changes when the question does: the person who answers has seen this one."""
        said = repr((self.status, self.asks, self.words, self.choices))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def alike(question: Question, questions: Iterable[Question]) -> tuple[Question, ...]:
    """Return the questions that one answer may settle with this one, itself among them."""
    return next(thing for thing in list_asked(questions, everything=True) if question in thing)


def list_asked(questions: Iterable[Question], *, everything: bool = False) -> tuple[tuple[Question, ...], ...]:
    """Return the things that are asked, in order: the questions that one answer may settle are one of them.

    Those that can wait are among them only where ``everything`` is asked.
    """
    things: dict[object, list[Question]] = {}
    for each in questions:
        if everything or not each.can_wait:
            things.setdefault(each.kind or (each.slug, each.field), []).append(each)
    return tuple(map(tuple, things.values()))


def is_of_school(thing: Sequence[Question]) -> bool:
    """Return whether a thing is the same in every policy: who has what nobody looks after, which body is ours."""
    return bool(thing[0].names_instead) or (thing[0].field == "owner" and thing[0].status in _NOT_THERE)


def list_questions(tx: Transaction, school: str, config: Config, today: date) -> tuple[Question, ...]:
    """Return all that is unclear; policies that are withdrawn ask nothing.

    Texts that are held come first, then what one answer may settle for several policies, then late and safeguarding
    policies, each by title; what can wait comes last.
    """
    in_force, drafts = rows.versions_in_force(tx, school), rows.drafts(tx, school)
    decided = decisions.list_overrides(tx, school)
    approved = {approval.version_id for approval in decisions.list_approvals(tx, school)}
    files: dict[int | None, list[SourceFile]] = defaultdict(list)
    for file in rows.list_source_files(tx, school).values():
        if file.vanished_at is None:
            files[file.policy_id].append(file)
    staff = tuple(row.person for row in list_people(tx, school, today))
    book = OwnerBook(config, config.directory(today), staff)
    owners = _offered_owners(book, _commonest_owners(in_force, decided))
    found: list[Question] = []
    policies = sorted(rows.list_policies(tx, school), key=lambda row: (row.title.casefold(), row.slug))
    for policy in sorted(policies, key=lambda row: _is_for_later(row, in_force.get(row.id), decided, today)):
        if policy.withdrawn_on is not None:
            continue
        version, draft = in_force.get(policy.id), drafts.get(policy.id)
        overrides = decided.get(policy.id, ())
        found += _held_questions(policy, version, draft)
        # Of a document that others publish nothing is the school's to settle.
        if version is not None and version.edition is None:
            found += _differing_questions(policy, version, overrides)
            found += _school_questions(policy, version, overrides, config)
            known = {"approved_on"} if version.id in approved else set()
            facts = _fact_questions(policy, version, overrides, owners, known)
            owned = bool(config.review.default_owner)
            found += [_with_owners(each, book, is_owned=owned) if each.field == "owner" else each for each in facts]
            found += _file_questions(policy, version, files.get(policy.id, ()), overrides)
    things = list(list_asked(found, everything=True))
    things.sort(key=lambda thing: (thing[0].can_wait, thing[0].status != STATUS_HELD, len(thing) == 1))
    return tuple(chain.from_iterable(things))


def _with_owners(question: Question, book: OwnerBook, *, is_owned: bool) -> Question:
    """Return a question about an owner; it can wait where the settings say who has what nobody looks after."""
    return replace(question, owners=book, can_wait=is_owned)


def sort_of(question: Question) -> str:
    """Return which of ``SORTS`` a question is of."""
    if question.status == STATUS_HELD:
        return "held"
    return "files" if question.field.startswith(FILE) else question.field


def _is_for_later(
    policy: PolicyRow, version: VersionRow | None, decided: Mapping[int, tuple[OverrideRow, ...]], today: date
) -> bool:
    """Return whether a policy is neither late nor one that names safeguarding contacts."""
    entry = find_entry(policy.catalogue_slug or "")
    if version is None or (entry is not None and entry.sensitive):
        return version is None
    due = due_on(effective_next_review(version, effective_facts(version.facts, decided.get(policy.id, ()))))
    return due is None or due >= today


def _offered_owners(book: OwnerBook, others: Sequence[OfferedAnswer]) -> tuple[OfferedAnswer, ...]:
    """Return the owners to choose from: the configured roles, then what other policies name that is none of them."""
    first = tuple(OfferedAnswer(value, label) for value, label in book.offered())
    taken = {choice.value.casefold() for choice in first}
    return (*first, *(choice for choice in others if choice.value.casefold() not in taken))


def _commonest_owners(
    in_force: Mapping[int, VersionRow], decided: Mapping[int, tuple[OverrideRow, ...]]
) -> tuple[OfferedAnswer, ...]:
    """Return the owners that other policies name, the commonest first: most schools have few."""
    facts = (effective_facts(version.facts, decided.get(key, ())) for key, version in in_force.items())
    counted = Counter(each.owner for each in facts if each.owner)
    return tuple(OfferedAnswer(owner, owner) for owner, _ in counted.most_common(_MOST_OWNERS))


# --- texts that are held ---------------------------------------------------------------------------------------


def _held_questions(policy: PolicyRow, version: VersionRow | None, draft: VersionRow | None) -> Iterator[Question]:
    """Yield the question about the draft, or, where there is none, about the first text."""
    held, name = (draft, DRAFT) if draft is not None else (version, "hold")
    if held is not None and held.holds:
        words = " ".join(problem.message for problem in held.holds)
        is_all = all(problem.code == OTHER_SCHOOL for problem in held.holds)
        yield Question(
            policy.slug,
            policy.title,
            name,
            STATUS_HELD,
            f"{held.path} is held: {words} Use it as it is, or leave this and mend the document?",
            words,
            held.path,
            (OfferedAnswer(RELEASE, "use it as it is"),),
            names_instead=held.facts.school or "" if is_all else "",
        )


# --- facts -----------------------------------------------------------------------------------------------------


def _differing_questions(
    policy: PolicyRow, version: VersionRow, overrides: Sequence[OverrideRow]
) -> Iterator[Question]:
    for override in differing(version.facts, overrides):
        now = stated_value(version.facts, override.field) or ""
        evidence = version.facts.evidence.get(override.field, Evidence(FactStatus.FOUND))
        yield Question(
            policy.slug,
            policy.title,
            override.field,
            STATUS_DIFFERS,
            f"The document now says “{now}”; it was settled as “{override.value or 'blank'}” ({override.reason}). "
            "Which is right?",
            evidence.text or now,
            evidence.places,
            (
                OfferedAnswer(now, f"what the document says now: {now}"),
                OfferedAnswer(override.value, "what was settled before"),
            ),
            stands=evidence.stands,
            takes_value=True,
        )


def _school_questions(
    policy: PolicyRow, version: VersionRow, overrides: Sequence[OverrideRow], config: Config
) -> Iterator[Question]:
    """Yield whose text it is where it may name another school as that, though not so surely that it is held."""
    settled = any(override.field == "school" for override in overrides)
    own, trust = config.school.name, config.trust_name
    evidence = version.facts.evidence.get("school")
    if not settled and not version.holds and evidence is not None and may_be_anothers(version.facts, own, trust):
        yield Question(
            policy.slug,
            policy.title,
            "school",
            FactStatus.AMBIGUOUS.value,
            f"It may be the policy of “{version.facts.school}”. Is it {own}’s? {_ASKED_OF['school']}",
            evidence.text,
            evidence.places,
            (OfferedAnswer(own, f"{own}: it is ours"),),
            stands=evidence.stands,
            takes_value=True,
            names_instead=version.facts.school or "",
        )


def _fact_questions(
    policy: PolicyRow,
    version: VersionRow,
    overrides: Sequence[OverrideRow],
    owners: tuple[OfferedAnswer, ...],
    known: Set[str],
) -> Iterator[Question]:
    facts = effective_facts(version.facts, overrides)
    entry = find_entry(policy.catalogue_slug or "")
    settled = {override.field for override in overrides} | known
    if version.next_review_on is not None or (entry is not None and entry.review_months == 0):
        settled.add("next_review")
    for name, asks in _ASKED_OF.items():
        evidence = facts.evidence.get(name, Evidence(FactStatus.MISSING))
        if name not in settled and _is_unclear(name, evidence, facts):
            yield Question(
                policy.slug,
                policy.title,
                name,
                STATUS_SCANNED if is_machine_read(evidence) else evidence.status.value,
                f"{asks} A machine read it from a scan; hold it against the page."
                if is_machine_read(evidence)
                else asks,
                evidence.text,
                evidence.places,
                (*_unsure(name, evidence), *(owners if name == "owner" else _choices(name, evidence, facts))),
                stands=evidence.stands,
                takes_value=True,
                can_wait=_can_wait(name, evidence),
            )


def _can_wait(name: str, evidence: Evidence) -> bool:
    """Return whether nothing follows from an answer: no day moves, no finding ends, nobody else is told."""
    return name in ("approved_by", "school") or (name == "last_review" and evidence.status.value in _NOT_THERE)


def _is_unclear(name: str, evidence: Evidence, facts: Facts) -> bool:
    """Say whether a fact is asked about: what is missing only where nothing else stands in for it."""
    if evidence.status is FactStatus.MISSING:
        return name in ("next_review", "owner", "title") or (name == "last_review" and _has_no_days(facts))
    if evidence.status is FactStatus.BLANK:
        return name in ("approved_on", "next_review", "owner") or (name == "last_review" and _has_no_days(facts))
    return evidence.status is FactStatus.AMBIGUOUS or (name in DATES and is_machine_read(evidence))


def _has_no_days(facts: Facts) -> bool:
    """Return whether a text gives no day from which its reviews could be counted, and none of the next."""
    return all(getattr(facts, name) is None for name in DATES)


def _unsure(name: str, evidence: Evidence) -> Iterator[OfferedAnswer]:
    """Yield what was read of an owner or approver that looks like one, but not surely enough to be taken."""
    likely = evidence.status is FactStatus.AMBIGUOUS and (evidence.confidence or 0) > UNLIKE
    if name in ("owner", "approved_by") and likely and evidence.text:
        yield OfferedAnswer(evidence.text, f"what the document says: {evidence.text}")


def _choices(name: str, evidence: Evidence, facts: Facts) -> Iterator[OfferedAnswer]:
    if name in DATES:
        seen = dict.fromkeys(found.date for found in find_dates(evidence.text or ""))
        for partial in seen:
            yield OfferedAnswer(partial.value, say_partial(partial) or partial.value)
        if name == "next_review" and not seen:
            yield from _worked_out(facts)
    elif name == "review_cycle_months" and evidence.status is FactStatus.AMBIGUOUS:
        yield OfferedAnswer("6", "every 6 months")
        yield OfferedAnswer("24", "every 2 years")


def _worked_out(facts: Facts) -> Iterator[OfferedAnswer]:
    """Yield what the policy's own cycle gives, counted from its last review."""
    last = facts.last_review or facts.approved_on
    if last is None or not facts.review_cycle_months:
        return
    reached = due_on(last.date) or last_day(last.date)
    partial = PartialDate(f"{add_months(reached, facts.review_cycle_months):%Y-%m}", Precision.MONTH)
    every = say_count(facts.review_cycle_months, "month")
    yield OfferedAnswer(partial.value, f"{say_partial(partial)}, which is {every} after “{last.text}”")


# --- files -----------------------------------------------------------------------------------------------------


def _file_questions(
    policy: PolicyRow, version: VersionRow, files: Sequence[SourceFile], overrides: Sequence[OverrideRow]
) -> Iterator[Question]:
    aside = {(override.field, override.value) for override in overrides}
    counts = next((file for file in files if file.standing == PRIMARY), None)
    for file in files:
        if (set_aside(file), file.sha256) in aside:
            continue
        if file.standing == DUPLICATE:
            problem = duplicate_problem(file, counts, version.facts)
            if said := say_second_file(file, counts, version.facts):
                question = _duplicate_question(policy, file, counts, said, problem)
                yield replace(question, can_wait=_is_older(file.facts, version.facts))
        elif file.standing == PROPOSED_WITHDRAWN:
            yield Question(
                policy.slug,
                policy.title,
                set_aside(file),
                STATUS_PUT_AWAY,
                f"{file.path} lies in a folder of old policies. Is the policy still in use?",
                None,
                file.path,
                (OfferedAnswer(WITHDRAW, "no, it is out of use"), OfferedAnswer(KEEP, "yes, it is still in use")),
            )


def _is_older(other: Facts | None, facts: Facts) -> bool:
    """Return whether a second file is an earlier edition by each date that both give."""
    pairs = [(getattr(other, name), getattr(facts, name)) for name in DATES]
    days = [(last_day(there.date), last_day(here.date)) for there, here in pairs if there and here]
    return bool(days) and all(there < here for there, here in days)


def _duplicate_question(
    policy: PolicyRow, file: SourceFile, counts: SourceFile | None, said: str, problem: Problem
) -> Question:
    used = counts.path if counts is not None else "the text in use"
    return Question(
        policy.slug,
        policy.title,
        set_aside(file),
        STATUS_DIFFERS,
        f"{said} Which file counts?",
        problem.message,
        file.path,
        (
            OfferedAnswer(KEEP, f"{used} (as now)"),
            OfferedAnswer(OTHER, file.path),
            OfferedAnswer(OWN, "both are policies of their own"),
        ),
    )
