"""The catalogue of the policies that schools keep; its facts stand in ``policies.toml`` beside this module."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any


class ReviewRule(StrEnum):
    """How binding the longest gap between reviews is."""

    MUST = "must"
    RECOMMENDED = "recommended"
    LOCAL = "local"


class Publication(StrEnum):
    """Whether a policy goes on the school's public site."""

    MUST = "must"
    EXPECTED = "expected"
    LOCAL = "local"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Quoted:
    """What was read of a rule at its source: an address, a day and a sentence that stands there."""

    address: str
    on: date
    quote: str
    covers: tuple[str, ...] = ("duty",)
    """What the sentence shows: ``duty`` (what it rests on), ``review`` (how often), ``publish`` (on the website)."""


def read_quoted(row: Mapping[str, Any] | None) -> Quoted | None:
    """Return what stands under ``read`` in a file of rules; None where its source was not read."""
    return None if row is None else Quoted(row["address"], row["on"], row["quote"], tuple(row.get("covers", ("duty",))))


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One policy that schools keep."""

    slug: str
    name: str
    aliases: tuple[str, ...]
    review_months: int
    """The longest gap between reviews; 0 where it is kept up to date all year."""
    review_rule: ReviewRule
    approver: str
    """``governing-body``, ``governing-body-committee``, ``governing-body-delegable``, ``governing-body-governor``,
    ``headteacher``, ``employer``, ``trust-board`` or ``any``."""
    publish: Publication
    new_starter_pack: bool
    annual_staff_notice: bool
    kind: str
    """``policy``, ``plan``, ``statement``, ``register``, ``notice``, ``report`` or ``external``."""
    sensitive: bool
    """Whether it names safeguarding contacts."""
    status: str
    """What the rule rests on: ``law``, ``statutory-guidance``, ``funding-agreement``, ``guidance`` or ``local``."""
    schools: tuple[str, ...]
    """Whom it concerns: ``maintained``, ``academy``, ``independent``, ``early-years``, ``secondary``, ``special``."""
    source: tuple[str, ...]
    """Where it was seen, keys of ``load_sources``."""
    seen: str
    """How: ``read`` (``read`` says what), ``account`` (another's account of it) or ``general`` (general knowledge)."""
    checked_on: date
    """When it was last held against its sources."""
    read: Quoted | None = None
    """None where the source itself was not read."""
    since: date | None = None
    """The first day of the rule, where it has not always held."""
    until: date | None = None
    """Its last."""
    expected: bool = False
    """It is reported; that it is in force was not seen at its source."""
    doubt: str = ""
    """What was not seen of it, or speaks against it, in a sentence."""
    note: str = ""

    @property
    def unchecked(self) -> tuple[str, ...]:
        """What of the rule was not read at its source, as ``Quoted.covers``; empty where the school decides alone."""
        wanted = ["duty"] if self.status in _BINDING else []
        wanted += ["review"] if self.review_rule is ReviewRule.MUST else []
        wanted += ["publish"] if self.publish is Publication.MUST else []
        return tuple(each for each in wanted if self.read is None or each not in self.read.covers)

    def applies(self, today: date) -> bool:
        """Return whether the rule holds on a day."""
        return (self.since is None or self.since <= today) and (self.until is None or today <= self.until)


_BINDING = ("law", "statutory-guidance", "funding-agreement")
_PATH = Path(__file__).with_name("policies.toml")


@cache
def load_catalogue() -> tuple[CatalogueEntry, ...]:
    """Return the packaged catalogue in the order of its file."""
    return tuple(_entry(row) for row in _content()["policy"])


@cache
def load_sources() -> Mapping[str, str]:
    """Return what the packaged catalogue was taken from: the name of each source by its key."""
    return dict(_content()["sources"])


@cache
def _content() -> dict[str, Any]:
    with _PATH.open("rb") as file:
        return tomllib.load(file)


def _entry(row: dict[str, Any]) -> CatalogueEntry:
    known = {("since" if key == "from" else key): value for key, value in row.items()}
    listed = {key: tuple(known[key]) for key in ("aliases", "schools", "source")}
    rules = {"review_rule": ReviewRule(row["review_rule"]), "publish": Publication(row["publish"])}
    return CatalogueEntry(**{**known, **listed, **rules, "read": read_quoted(row.get("read"))})


def find_entry(slug: str) -> CatalogueEntry | None:
    """Return the entry with exactly this slug, None where the catalogue has none."""
    return _by_slug().get(slug)


@cache
def _by_slug() -> Mapping[str, CatalogueEntry]:
    return {entry.slug: entry for entry in load_catalogue()}


def entry_on(slug: str | None, today: date) -> CatalogueEntry | None:
    """Return the entry with this slug as its rule is on a day: while it does not hold, the school decides."""
    entry = find_entry(slug or "")
    if entry is None or entry.applies(today):
        return entry
    publish = entry.publish if entry.publish is Publication.NO else Publication.LOCAL
    return replace(
        entry, review_rule=ReviewRule.LOCAL, publish=publish, new_starter_pack=False, annual_staff_notice=False
    )


def singular(word: str) -> str:
    """Return a word in lower case without what makes it a plural."""
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
