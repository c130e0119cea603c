"""The policies every state-funded school in England must have, whatever its kind, and some that it depends on.

Left out: what only some schools need (early years, secondary, maintained, biometrics, own admissions), registers and
notices that are no policies, and advice. Source: the government's lists of statutory policies for maintained schools
and for academy trusts, as of December 2026; facts only, no legal advice. What was read of each at its source stands
with its entry.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pipeline.catalogue.policies import CatalogueEntry, find_entry


@dataclass(frozen=True, slots=True)
class RequiredPolicy:
    """A policy that must be there."""

    entries: tuple[CatalogueEntry, ...]
    """Several where they are commonly kept as one document; the first names it."""
    only: str = ""
    """Where it must be there, as the end of a sentence; empty: at every school. Then it is never called missing."""


_REQUIRED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("child-protection",), ""),
    (("behaviour",), ""),
    (("mobile-phones",), ""),
    (("staff-code-of-conduct",), ""),
    (("attendance",), ""),
    (("complaints",), ""),
    (("charging-remissions",), ""),
    (("send",), ""),
    (("sen-information-report",), ""),
    (("accessibility-plan",), ""),
    (("equality-information", "equality-objectives"), ""),
    (("rse",), ""),
    (("medical-conditions",), ""),
    (("uniform",), "where pupils wear a uniform"),
    (("health-safety",), ""),
    (("premises-management",), ""),
    (("data-protection",), ""),
    (("privacy-notices",), ""),
    (("exclusions",), ""),
    (("staff-capability",), ""),
    (("staff-discipline-grievance",), ""),
    (("whistleblowing",), "in an academy trust; a maintained school should have it"),
)
"""Slugs of the catalogue with where it must be there."""
FEWEST_POLICIES = 5
"""A folder with fewer is a trial, not a school's policies: what is missing there says nothing."""


def list_duties() -> tuple[RequiredPolicy, ...]:
    """Return the required policies in the order of the list."""
    return tuple(RequiredPolicy(tuple(filter(None, map(find_entry, slugs))), only) for slugs, only in _REQUIRED)


def missing_entries(present: Iterable[str | None], *, policies: int, today: date) -> tuple[CatalogueEntry, ...]:
    """Return the policies required on a day that are not among ``present`` (catalogue slugs), in the list's order.

    Empty where there are fewer than ``FEWEST_POLICIES``.
    """
    there = set(present)
    if policies < FEWEST_POLICIES:
        return ()
    wanted = (duty.entries for duty in list_duties() if not duty.only)
    return tuple(
        entries[0] for entries in wanted if not there & {each.slug for each in entries} and entries[0].applies(today)
    )
