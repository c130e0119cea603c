"""The policies every state-funded school in England must have, whatever its kind.

Left out: what only some schools need (early years, secondary, maintained, biometrics, own admissions), registers and
notices that are no policies, and advice. Source: the government's lists of statutory policies for maintained schools
and for academy trusts, as of November 2026; facts only, no legal advice.
"""

from collections.abc import Iterable
from datetime import date

from pipeline.catalogue.policies import CatalogueEntry, find_entry

_REQUIRED: tuple[tuple[str, ...], ...] = (
    ("child-protection",),
    ("behaviour",),
    ("staff-code-of-conduct",),
    ("attendance",),
    ("complaints",),
    ("charging-remissions",),
    ("send",),
    ("sen-information-report",),
    ("accessibility-plan",),
    ("equality-information", "equality-objectives"),
    ("rse",),
    ("medical-conditions",),
    ("health-safety",),
    ("data-protection",),
    ("exclusions",),
    ("staff-capability",),
    ("staff-discipline-grievance",),
)
"""Slugs of the catalogue; several in one row are commonly kept as one document."""
FEWEST_POLICIES = 5
"""A folder with fewer is a trial, not a school's policies: what is missing there says nothing."""


def required_entries() -> tuple[tuple[CatalogueEntry, ...], ...]:
    """Return the required policies in the order of the list; those commonly kept as one document together."""
    return tuple(tuple(entry for slug in row if (entry := find_entry(slug)) is not None) for row in _REQUIRED)


def missing_entries(present: Iterable[str | None], *, policies: int, today: date) -> tuple[CatalogueEntry, ...]:
    """Return the policies required on a day that are not among ``present`` (catalogue slugs), in the list's order.

    Empty where there are fewer than ``FEWEST_POLICIES``.
    """
    there = set(present)
    if policies < FEWEST_POLICIES:
        return ()
    found = (find_entry(row[0]) for row in _REQUIRED if not there & set(row))
    return tuple(entry for entry in found if entry is not None and entry.applies(today))
