"""Which of the packaged rules nobody has held against their sources for a year, and which are new or only announced."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.catalogue.editions import load_guidance
from pipeline.catalogue.external import load_documents
from pipeline.catalogue.policies import load_catalogue, load_sources
from pipeline.dates.calendar import add_months

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
    """It was announced; that it is in force was not seen."""
    note: str

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
            each.since, each.until, each.expected, each.note,
        )  # fmt: skip


def _guidance() -> Iterator[CheckedRule]:
    for each in load_guidance():
        last = each.editions[-1]
        key, name = f"{each.key} {last.year}", f"{each.name}, {last.year} edition"
        yield _edition(key, name[:1].upper() + name[1:], "guidance", last.source, last.checked_on, last.since, None)


def _documents() -> Iterator[CheckedRule]:
    for each in load_documents():
        last = each.editions[-1]
        key, name = f"{each.slug} {last.edition}", f"{each.title}, edition {last.edition}"
        yield _edition(key, name, "external", last.source, last.checked_on, last.since, last.until)


def _edition(
    key: str, name: str, kind: str, source: str, checked_on: date, since: date, until: date | None
) -> CheckedRule:
    return CheckedRule(
        key, name, kind, status=None, sources=(source,), seen=None, checked_on=checked_on,
        since=since, until=until, expected=False, note="",
    )  # fmt: skip
