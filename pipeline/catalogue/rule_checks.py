"""Which of the packaged rules are new, expected, not read at their source, or held against it by nobody for a year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.catalogue.editions import load_guidance
from pipeline.catalogue.external import load_documents
from pipeline.catalogue.policies import Quoted, load_catalogue, load_sources
from pipeline.dates.calendar import add_months
from pipeline.wording import say_list

_YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class CheckedRule:
    """One packaged fact, and what it was taken from: a rule on a policy, or an edition of guidance."""

    key: str
    """The policy's short name, or that of the guidance with the edition: ``keeping-children-safe 2026``."""
    name: str
    kind: str
    """``policy``, ``guidance`` or ``external``: a document of others that staff read."""
    status: str | None
    """What a rule rests on, as in ``CatalogueEntry``; None of an edition."""
    sources: tuple[str, ...]
    """Where it was seen, in words."""
    seen: str | None
    """How, as in ``CatalogueEntry``; None of an edition."""
    checked_on: date
    since: date | None
    until: date | None
    expected: bool
    """It is reported; that it is in force was not seen at its source."""
    note: str
    doubt: str
    """What was not seen of it, or speaks against it; empty where nothing is."""
    read: Quoted | None
    """What was read at its source; None where that was not read."""
    unchecked: tuple[str, ...]
    """What of it was not read at its source, keys of ``say_unchecked``."""

    def is_stale(self, today: date) -> bool:
        """Return whether nobody has looked at it for a year."""
        return add_months(self.checked_on, _YEAR_MONTHS) < today

    def is_new(self, today: date) -> bool:
        """Return whether it began in the last year, or is to begin."""
        return self.since is not None and add_months(self.since, _YEAR_MONTHS) >= today


def list_checked_rules() -> tuple[CheckedRule, ...]:
    """Return the packaged rules in the order of their files: policies, guidance, documents of others.

    Of guidance and of documents only the latest edition: what applied before does not change any more.
    """
    return (*_policies(), *_guidance(), *_documents())


def _policies() -> Iterator[CheckedRule]:
    known = load_sources()
    for each in load_catalogue():
        sources = tuple(known[key] for key in each.source)
        yield CheckedRule(
            each.slug, each.name, "policy", each.status, sources, each.seen, each.checked_on,
            each.since, each.until, each.expected, each.note, each.doubt, each.read, each.unchecked,
        )  # fmt: skip


def _guidance() -> Iterator[CheckedRule]:
    for each in load_guidance():
        last = each.editions[-1]
        name = each.name if last.change else f"{each.name}, {last.year} edition"
        rule = _edition(f"{each.key} {last.year}", name, "guidance", last.source, last.checked_on, last.since, None)
        unchecked = () if last.read is not None else rule.unchecked
        note = f"{last.change[:1].upper()}{last.change[1:]}." if last.change else ""
        yield replace(rule, expected=last.expected, note=note, doubt=last.doubt, read=last.read, unchecked=unchecked)


def _documents() -> Iterator[CheckedRule]:
    for each in load_documents():
        last = each.editions[-1]
        key, name = f"{each.slug} {last.edition}", f"{each.title}, edition {last.edition}"
        yield _edition(key, name, "external", last.source, last.checked_on, last.since, last.until)


def _edition(
    key: str, name: str, kind: str, source: str, checked_on: date, since: date, until: date | None
) -> CheckedRule:
    return CheckedRule(
        key, name[:1].upper() + name[1:], kind, status=None, sources=(source,), seen=None, checked_on=checked_on,
        since=since, until=until, expected=False, note="", doubt="", read=None, unchecked=("edition",),
    )  # fmt: skip


_UNCHECKED = {
    "duty": "the duty it rests on",
    "review": "how often it must be reviewed",
    "publish": "that it must be on the website",
    "edition": "from which day it applies",
}


def say_unchecked(unchecked: Sequence[str]) -> str:
    """Return in words what of a rule was not read at its source; empty where all was."""
    return say_list([_UNCHECKED[each] for each in unchecked])
