"""Which policy a title names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalogue import titles
from pipeline.catalogue.policies import Publication, find_entry, load_catalogue
from pipeline.catalogue.titles import is_policy_name, match_policy, slug_for


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Confidentiality Policy", "confidentiality"),
        ("SAFEGUARDING AND CHILD PROTECTION POLICY 2024-25", "child-protection"),
        ("Child Protection & Safeguarding", "child-protection"),
        ("Whole School Policy for Safeguarding Children", "child-protection"),
        ("Staff behaviour", "staff-code-of-conduct"),
        ("Behaviour", "behaviour"),
        ("Anti Bullying", "anti-bullying"),
        ("Sex and Relationships", "rse"),
        ("Relationships and Sex Education Policy", "rse"),
        ("Drug Education", "drug-education"),
        ("PSHE", "pshe"),
        ("Accessibilty Plan", "accessibility-plan"),
        ("Attendence Policy (September 2023)", "attendance"),
        ("Special Educational Needs and Disability (SEND) Policy", "send"),
        ("Holly Bank Primary School Attendance Policy", "attendance"),
        ("Complaints Procedure", "complaints"),
        ("Behavoiur Polcy", "behaviour"),
        ("Complaints Proceedure", "complaints"),
        ("First Aid Policy Sept 24", "first-aid"),
        ("Data Protecton Policy - Reviewed Sept 24", "data-protection"),
        ("Online Saftey policy v3", "online-safety"),
    ],
)
def test_title_finds_its_policy(title: str, slug: str) -> None:
    entry = match_policy(title)
    assert entry is not None
    assert entry.slug == slug == slug_for(title)


@pytest.mark.parametrize(
    "title",
    [
        "Behaviour and Anti-Bullying",
        "Mathematics Policy",
        "Play",
        "Staff Wellbeing",
        "Policy",
        "",
        "Whole School Policy",
        "Police",
        "First Aid 24 Hours",
    ],
)
def test_title_that_says_more_or_other_is_no_match(title: str) -> None:
    assert match_policy(title) is None


def test_every_name_and_alias_leads_to_its_own_entry() -> None:
    for entry in load_catalogue():
        assert match_policy(entry.name) == entry
        for alias in entry.aliases:
            assert match_policy(alias) == entry, alias


def test_slugs_are_unique_and_plain() -> None:
    slugs = [entry.slug for entry in load_catalogue()]
    assert len(slugs) == len(set(slugs)) > 70
    assert all(slug_for(entry.name) == entry.slug for entry in load_catalogue())


def test_entry_carries_what_the_law_asks() -> None:
    entry = find_entry("child-protection")
    assert entry is not None
    assert (entry.review_months, entry.review_rule, entry.approver) == (12, "must", "governing-body")
    assert (entry.publish, entry.new_starter_pack, entry.annual_staff_notice) == (Publication.MUST, True, True)
    assert entry.sensitive
    assert find_entry("single-central-record").review_months == 0  # type: ignore[union-attr]
    assert find_entry("no-such-policy") is None


def test_policy_name_is_told_without_slips() -> None:
    assert is_policy_name("Health & Safety")
    assert not is_policy_name("Helth and Safety")


_WORDS = ("health", "safety", "and", "Procedure", "polcy", "Homework", "duck", "(2026)", "May 2026", "Behaviour", "&")


@given(st.lists(st.sampled_from(_WORDS), max_size=5).map(" ".join))
def test_words_of_a_name_are_known_as_a_look_at_all_of_them_would_tell(title: str) -> None:
    assert titles._is_exact(titles._without_dates(title)) == (titles._key(title) in titles._exact())


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Mathematics Policy", "mathematics"),
        ("Pupils’ Voice & Café", "pupils-voice-and-cafe"),
        ("Policy", "policy"),
        ("???", "policy"),
        ("CON", "policy-con"),
        ("../../etc/passwd", "etc-passwd"),
        ("A very long title that goes on and on about trees, rivers, hills and lakes of the county", None),
    ],
)
def test_slug_of_a_policy_of_the_schools_own(title: str, slug: str | None) -> None:
    assert slug_for(title) == slug or (
        slug is None and len(slug_for(title)) <= 60 and not slug_for(title).endswith("-")
    )


@given(st.text(max_size=200))
def test_slug_is_always_safe_as_a_file_name(title: str) -> None:
    slug = slug_for(title)
    assert 1 <= len(slug) <= 60
    assert slug.replace("-", "a").isalnum()
    assert slug.isascii()
    assert slug == slug.lower()
    assert slug_for(title) == slug
