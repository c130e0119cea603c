"""What a policy and the register say of each other: promises kept, settled facts, reviews that changed nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pipeline.catalogue.policies import CatalogueEntry, Publication
from pipeline.catalogue.reading_rules import reading_rule
from pipeline.configuration.reading import ReadingSection
from pipeline.dates.written import parse_date
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.facts import DateFact, Facts, FactStatus, Problem, Promise, PromiseKind
from pipeline.model.policies import ReadingRule, RevisionKind
from pipeline.places import called
from pipeline.policies.effective import effective_facts, effective_next_review
from pipeline.reasons.reason import because
from pipeline.register.policies.decisions import ApprovalRow, OverrideRow
from pipeline.register.policies.policies import PolicyRow, VersionRow
from pipeline.wording import say_count, say_day, say_partial

_RULES_THAT_KEEP: Mapping[PromiseKind, frozenset[ReadingRule]] = {
    PromiseKind.NEW_STAFF: frozenset({ReadingRule.SIGN, ReadingRule.READ}),
    PromiseKind.ALL_STAFF: frozenset({ReadingRule.SIGN, ReadingRule.READ}),
    PromiseKind.SIGN: frozenset({ReadingRule.SIGN}),
}
_PROMISED = {
    PromiseKind.NEW_STAFF: "new staff are given it",
    PromiseKind.ALL_STAFF: "all staff are given it",
    PromiseKind.SIGN: "staff sign that they have read it",
    PromiseKind.PUBLISHED: "it is on the website or VLE",
}
_DONE: Mapping[ReadingRule | None, str] = {
    ReadingRule.SIGN: "staff sign for it",
    ReadingRule.READ: "staff are sent it and sign nothing",
    ReadingRule.FIND: "staff are only told where to find it",
    None: "staff are not asked to read it",
}
_NAMES = {
    "approved_on": "approved on",
    "last_review": "last review",
    "next_review": "next review",
    "review_cycle_months": "months between reviews",
    "owner": "owner",
    "title": "title",
    "school": "school",
    "approved_by": "approved by",
    "version": "version",
}


def promise_problems(
    facts: Facts, policy: PolicyRow, entry: CatalogueEntry | None, reading: ReadingSection, *, held: bool
) -> Iterator[Problem]:
    """Yield a finding ``promise-not-kept`` where the document says more is done with it than is.

    ``held``: its copy is held back, so that nothing of it is published.
    """
    if not facts.promises:
        return
    rule = reading_rule(policy.slug, entry, reading)
    broken = [promise for promise in facts.promises if not _is_kept(promise, rule, entry, held)]
    handed = [promise for promise in broken if promise.kind is not PromiseKind.PUBLISHED]
    if handed:
        first = handed[0]
        lists = "sign" if first.kind is PromiseKind.SIGN else "sign or read"
        yield Problem(
            "promise-not-kept",
            because(
                "promise-not-kept",
                promised=_PROMISED[first.kind],
                words=first.text,
                where=first.where,
                done=_DONE[rule],
                slug=policy.slug,
                lists=lists,
            ),
        )
    for promise in broken:
        if promise.kind is PromiseKind.PUBLISHED:
            why = "its copy is held" if held else "policies of this kind are kept off the public pages"
            yield Problem(
                "promise-not-kept",
                f"It says that {_PROMISED[promise.kind]}: “{promise.text}” ({promise.where}). It is not: {why}.",
            )


def _is_kept(promise: Promise, rule: ReadingRule | None, entry: CatalogueEntry | None, held: bool) -> bool:
    if promise.kind is PromiseKind.PUBLISHED:
        return not held and (entry is None or entry.publish is not Publication.NO)
    return rule in _RULES_THAT_KEEP[promise.kind]


def starter_problems(policy: PolicyRow, entry: CatalogueEntry | None, reading: ReadingSection) -> Iterator[Problem]:
    """Yield a minor finding ``staff-not-told`` where starters or all staff must be given a policy and only find it."""
    if entry is None or not (entry.new_starter_pack or entry.annual_staff_notice):
        return
    rule = reading_rule(policy.slug, entry, reading)
    if rule not in (ReadingRule.SIGN, ReadingRule.READ):
        whom = "everybody who starts" if entry.new_starter_pack else "all staff each year"
        yield Problem(
            "staff-not-told",
            because("staff-not-told", whom=whom, done=_DONE[rule]),
            minor=True,
        )


# --- dates of one source ---------------------------------------------------------------------------------------


def reviews_of_one_source(
    version: VersionRow, decided: Sequence[OverrideRow], approval: ApprovalRow | None, checked_on: date | None
) -> tuple[DateFact | None, DateFact | None]:
    """Return the last review of a version and the next one, both as recorded or both as its document prints them.

    ``checked_on`` is when it was last recorded as checked and unchanged. Neither is there where one source does not
    tell both: a print is not held against what was decided since.
    """
    facts = effective_facts(version.facts, decided)
    if version.next_review_on is not None:
        recorded = [day for day in (approval.approved_on if approval else None, checked_on) if day is not None]
        following = effective_next_review(version, facts)
        if not recorded or following is None:
            return None, None
        return _as_recorded(PartialDate(max(recorded).isoformat(), Precision.DAY)), _as_recorded(following)
    settled = {override.field for override in decided}
    last_name = "last_review" if facts.last_review is not None else "approved_on"
    if (last_name in settled) != ("next_review" in settled):
        return None, None
    return facts.last_review or facts.approved_on, facts.next_review


def _as_recorded(day: PartialDate) -> DateFact:
    return DateFact(day, say_partial(day) or "", called("as recorded"), 1.0)


# --- facts their owner settled ---------------------------------------------------------------------------------


def stated_value(facts: Facts, name: str) -> str | None:
    """Return what a document clearly says of a fact, as ``policy set`` takes it; None where it says nothing clear."""
    evidence = facts.evidence.get(name)
    value = getattr(facts, name, None)
    if value is None or (evidence is not None and evidence.status is not FactStatus.FOUND):
        return None
    return value.date.value if isinstance(value, DateFact) else str(value)


def settled_problems(stated: Facts, decided: Sequence[OverrideRow]) -> Iterator[Problem]:
    """Yield a finding ``settled-differs`` where a later text says clearly what its owner had settled otherwise."""
    for override in differing(stated, decided):
        evidence = stated.evidence.get(override.field)
        place = f" ({evidence.places})" if evidence is not None and evidence.where else ""
        settled = f"“{override.value}”" if override.value else "blank"
        said = f"“{stated_value(stated, override.field)}” for {_NAMES[override.field]}{place}"
        day = say_day(override.decided_at.date())
        yield Problem(
            "settled-differs",
            because("settled-differs", said=said, day=day, settled=settled, reason=override.reason),
        )


def differing(stated: Facts, decided: Sequence[OverrideRow]) -> list[OverrideRow]:
    """Return the decisions that a text contradicts which did not say so when the decision was made."""
    found = []
    for override in decided:
        now = stated_value(stated, override.field) if override.field in _NAMES else None
        if now is not None and now not in (_plain(override.field, override.value), override.stated):
            found.append(override)
    return found


def _plain(name: str, value: str) -> str:
    parsed = parse_date(value) if name in ("approved_on", "last_review", "next_review") else None
    return parsed.value if parsed is not None else value


# --- reviews that changed nothing ------------------------------------------------------------------------------


def unchanged_review_problems(history: Sequence[VersionRow], *, approved: bool) -> Iterator[Problem]:
    """Yield a finding ``review-without-change`` where only dates moved; minor the first time.

    ``history``: the versions that were in use, oldest first. ``approved``: the office recorded a decision on the last.
    """
    moved = 0
    for version in reversed(history):
        if version.kind is not RevisionKind.REAFFIRMED:
            break
        moved += 1
    if approved or not moved or moved == len(history):
        return
    before, after = history[-moved - 1].facts, history[-1].facts
    earlier, later = (each.last_review or each.approved_on for each in (before, after))
    if moved == 1 and (earlier is None or later is None or earlier.date == later.date):
        return
    dates = f" from “{earlier.text}” to “{later.text}”" if earlier and later and earlier.date != later.date else ""
    times = "" if moved == 1 else f" {say_count(moved, 'time')} in a row"
    yield Problem(
        "review-without-change",
        because("review-without-change", moved=f"{dates}{times}"),
        minor=moved == 1,
    )
