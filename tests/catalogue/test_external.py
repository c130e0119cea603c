"""Documents that others publish by edition: the packaged facts, and which edition applies when."""

from datetime import date, timedelta

import pytest

from pipeline.catalogue.editions import load_guidance
from pipeline.catalogue.external import ExternalDocument, find_document, load_documents
from pipeline.catalogue.policies import find_entry


@pytest.mark.parametrize("document", load_documents(), ids=lambda each: each.slug)
def test_every_edition_says_where_it_is_read_since_when_and_where_that_was_seen(document: ExternalDocument) -> None:
    firsts = [each.since for each in document.editions]
    assert firsts == sorted(set(firsts))
    for edition in document.editions:
        assert edition.address.startswith("https://")
        assert edition.words > 0
        assert edition.source
        assert edition.since.year <= edition.checked_on.year
        assert edition.until is None or edition.until >= edition.since


def test_editions_of_keeping_children_safe_are_those_by_which_policies_cite_it() -> None:
    cited = {
        (str(each.year), each.since)
        for guide in load_guidance()
        for each in guide.editions
        if "Children Safe" in guide.name
    }
    for slug in ("kcsie-part-one", "kcsie-annex-a"):
        document = find_document(slug)
        assert document is not None
        assert {(each.edition, each.since) for each in document.editions} <= cited


def test_part_one_is_the_catalogues_document_that_staff_sign() -> None:
    entry = find_entry("kcsie-part-one")
    assert entry is not None
    assert (entry.kind, entry.new_starter_pack, entry.annual_staff_notice) == ("external", True, True)


@pytest.mark.parametrize(
    ("slug", "today", "edition"),
    [
        ("kcsie-part-one", date(2025, 8, 31), None),
        ("kcsie-part-one", date(2025, 9, 1), "2025"),
        ("kcsie-part-one", date(2026, 8, 31), "2025"),
        ("kcsie-part-one", date(2026, 9, 1), "2026"),
        ("kcsie-annex-a", date(2026, 8, 31), "2025"),
        ("kcsie-annex-a", date(2026, 9, 1), None),
    ],
)
def test_edition_in_force_is_the_last_that_has_begun_and_not_ended(slug: str, today: date, edition: str | None) -> None:
    document = find_document(slug)
    assert document is not None
    found = document.in_force(today)
    assert (found.edition if found else None) == edition


def test_nothing_is_known_by_another_name() -> None:
    assert find_document("behaviour") is None
    assert all(each.in_force(each.editions[0].since - timedelta(days=1)) is None for each in load_documents())
