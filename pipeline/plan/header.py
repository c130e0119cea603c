"""The document's own header block: dates, approval and version follow the register where it knows better.

Only where the reading of the document says at which place the value (or the label of a blank) stands; nothing else of
the document is looked at. ``header_facts`` compares, ``plan_header`` plans.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.changes.version_numbers import is_same_number
from pipeline.model.contacts import Directory, ReplacementKind
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.documents import Region
from pipeline.model.facts import Contact, Facts, FactStatus
from pipeline.model.policies import PolicyStanding
from pipeline.places import Place, PlaceKind
from pipeline.plan.values import Left, Replacement
from pipeline.reasons.reason import because
from pipeline.text.passages import Passage
from pipeline.wording import say_partial

_DATES = ("approved_on", "last_review", "next_review")
_NUMERIC = re.compile(r"^(?P<day>\d{1,2})(?P<mark>[./-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})$")
_LABELS = {
    "next_review": r"\b(?:next\s+(?:policy\s+)?review|review\s+due)(?:\s+(?:date|due|in|on|by))*",
    "last_review": r"\b(?:last|date\s+of)\s+review(?:ed)?(?:\s+(?:date|in|on))*",
    "approved_on": r"\b(?:date\s+)?(?:approved|adopted|ratified|agreed)(?:\s+(?:date|in|on))*",
    "version": r"\b(?:version|v)(?:\s+(?:number|no))?",
}
"""What stands before a value of the header block in a running header or footer."""
_VERSION_LABEL = re.compile(r"\b(?:version|issue|edition|revision|v)(?:\s+(?:number|no))?[\s:.–#-]*$", re.I)
_BLANK_TAIL = re.compile(r"[\s\u00a0]*(?:[_.…]{2,}(?![_.…])[\s\u00a0/]*)*$")
"""Nothing, or rows to write on, each taken whole: taken apart in every way, a long one would never be done."""


@dataclass(frozen=True, slots=True)
class HeaderChange:
    """One value of the header block that the register knows better."""

    field: str
    """As in ``FACT_FIELDS``: ``next_review``."""
    where: Place
    text: str
    """The words of the value there; of a blank one the words of its label."""
    after: str
    blank: bool


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """What the register knows of a policy, in words: for ``{{ policy.… }}`` fields and the header block."""

    school: str | None = None
    title: str | None = None
    version: str | None = None
    approved_on: str | None = None
    approved_by: str | None = None
    last_review: str | None = None
    next_review: str | None = None
    owner: str | None = None
    changes: tuple[HeaderChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a copy is to say."""

    stated: Sequence[Contact]
    """Whom the document names in roles."""
    directory: Directory
    header: HeaderFacts | None = None
    """What the register knows of the policy; None leaves the header block as it is."""


def header_facts(standing: PolicyStanding, facts: Facts, *, school: str | None) -> HeaderFacts:
    """Compare what the register knows of a policy with what its document says of itself.

    ``facts`` is what the document says (before anybody overruled it). A date of the same value, however it is written,
    is no change, and so is a version number.
    """
    changes = []
    for field in _DATES:
        known: PartialDate | None = getattr(standing, field)
        said = getattr(facts, field)
        evidence = facts.evidence.get(field)
        if known is None or evidence is None or evidence.where is None or not evidence.text:
            continue
        if evidence.status is FactStatus.BLANK:
            changes.append(HeaderChange(field, evidence.where, evidence.text, say_partial(known) or "", blank=True))
        elif said is not None and said.date != known:
            changes.append(HeaderChange(field, said.where, said.text, _worded_like(said.text, known), blank=False))
    changes += _version_change(facts, standing.version_on_copies)
    return HeaderFacts(
        school=school,
        title=standing.title,
        version=standing.version_label,
        approved_on=say_partial(standing.approved_on),
        approved_by=facts.approved_by,
        last_review=say_partial(standing.last_review),
        next_review=say_partial(standing.next_review),
        owner=standing.owner,
        changes=tuple(changes),
    )


def own_header(facts: Facts, title: str, school: str | None) -> HeaderFacts:
    """Return the same of a document that no register knows: what it says itself, so that its header stays as it is."""
    return HeaderFacts(
        school=school,
        title=title,
        version=facts.version,
        approved_on=say_partial(facts.approved_on.date if facts.approved_on else None),
        approved_by=facts.approved_by,
        last_review=say_partial(facts.last_review.date if facts.last_review else None),
        next_review=say_partial(facts.next_review.date if facts.next_review else None),
        owner=facts.owner,
    )


def _version_change(facts: Facts, label: str | None) -> Iterator[HeaderChange]:
    """Yield the change of the version number, where the document states another than it is called by."""
    evidence = facts.evidence.get("version")
    if not label or not facts.version or is_same_number(facts.version, label):
        return
    if evidence is not None and evidence.where is not None and evidence.text:
        mark = "" if label[:1].isalpha() else re.split(r"\d", evidence.text)[0]
        yield HeaderChange("version", evidence.where, evidence.text, f"{mark}{label}", blank=False)


def _worded_like(text: str, known: PartialDate) -> str:
    """A date in numbers stays one in numbers, with its mark and its zeros."""
    match = _NUMERIC.match(text.strip())
    words = say_partial(known) or ""
    if match is None or known.precision is not Precision.DAY:
        return words.upper() if text.isupper() and not text[:1].isdigit() else words
    day = date.fromisoformat(known.value)
    zeros = len(match["day"]) == 2 and len(match["month"]) == 2
    written = f"{day.day:02}" if zeros else str(day.day)
    month = f"{day.month:02}" if zeros else str(day.month)
    year = str(day.year) if len(match["year"]) == 4 else f"{day.year % 100:02}"
    return match["mark"].join((written, month, year))


def plan_header(passages: Sequence[Passage], header: HeaderFacts) -> tuple[list[Replacement], list[Left]]:
    """Plan the changes of the header block; what does not stand at its place exactly once is left and listed."""
    replacements: list[Replacement] = []
    left: list[Left] = []
    for change in header.changes:
        found = [each for index, passage in enumerate(passages) for each in _at(index, passage, passages, change)]
        replacements += _in_furniture(passages, change)
        if len(found) == 1 and not any(
            each.passage == found[0].passage and each.start < found[0].end and found[0].start < each.end
            for each in replacements
        ):
            replacements += found
        else:
            what = change.field.replace("_", " ")
            reason = because("register-says", after=change.after, what=what)
            left.append(Left(change.where, change.text, reason))
    return replacements, left


def _at(index: int, passage: Passage, passages: Sequence[Passage], change: HeaderChange) -> list[Replacement]:
    if passage.label is not None or passage.where != change.where:
        return []
    if change.blank:
        return _filled(index, passage, passages, change)
    if change.field == "version" and not _is_labelled(index, passages, change.text):
        return []
    pattern = re.compile(rf"(?<![\w/.-]){re.escape(change.text)}(?![\w/-]|\.\d)")
    return [
        Replacement(index, *match.span(), match[0], change.after, "policy", ReplacementKind.HEADER, passage.where)
        for match in pattern.finditer(passage.text)
    ]


def _is_labelled(index: int, passages: Sequence[Passage], text: str) -> bool:
    """Tell whether a version number stands behind its label, in its own words or the cell before.

    The number in a row of a history says which version that row was of, and stays.
    """
    own, before = passages[index].text, passages[index - 1].text if index else ""
    return bool(
        _VERSION_LABEL.search(own.partition(text)[0]) or (own.strip() == text and _VERSION_LABEL.search(before))
    )


def _in_furniture(passages: Sequence[Passage], change: HeaderChange) -> Iterator[Replacement]:
    """Yield the same value behind a label of its own in page headers and footers, which would contradict the block."""
    if change.blank:
        return
    pattern = re.compile(
        rf"(?:{_LABELS[change.field]})[\s:.–-]*(?P<value>{re.escape(change.text)})(?![\w/-]|\.\d)", re.I
    )
    for index, passage in enumerate(passages):
        if passage.region not in (Region.PAGE_HEADER, Region.PAGE_FOOTER) or passage.where == change.where:
            continue
        for match in pattern.finditer(passage.text):
            span, value, kind = match.span("value"), match["value"], ReplacementKind.HEADER
            yield Replacement(index, *span, value, change.after, "policy", kind, passage.where)


def _filled(index: int, passage: Passage, passages: Sequence[Passage], change: HeaderChange) -> list[Replacement]:
    """Put the value after its label, over dots or a line to write on; an empty cell beside it is not filled."""
    text, label = passage.text, change.text.rstrip()
    at = text.find(label)
    if at < 0 or text.find(label, at + 1) >= 0 or passage.where.leads_through(PlaceKind.COLUMN):
        return []
    end = at + len(label)
    tail = _BLANK_TAIL.match(text, end)
    if tail is None or tail.end() != len(text):
        return []
    start = end - 1
    after = f"{text[start]} {change.after}"
    return [Replacement(index, start, len(text), text[start:], after, "policy", ReplacementKind.HEADER, passage.where)]
