"""The packaged rules: on which day they hold, what a new edition touches, and which nobody has checked for a year."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.catalogue import policies as catalogue
from pipeline.catalogue.duties import missing_entries
from pipeline.catalogue.editions import changed_problems, load_guidance
from pipeline.catalogue.policies import Publication, ReviewRule, entry_on, find_entry, load_catalogue, load_sources
from pipeline.catalogue.rule_checks import list_checked_rules
from pipeline.model import CitedGuidance
from pipeline.places import read_place

TODAY = date(2026, 11, 24)


def test_every_rule_names_its_sources_and_the_day_it_was_checked() -> None:
    known = load_sources()
    for each in load_catalogue():
        assert each.source, each.slug
        assert set(each.source) <= set(known), each.slug
        assert each.seen in ("read", "account", "general"), each.slug
        assert each.status in ("law", "statutory-guidance", "funding-agreement", "guidance", "local"), each.slug
        assert each.checked_on <= TODAY + timedelta(days=3), each.slug
        assert each.since is None or each.until is None or each.since <= each.until, each.slug
    used = {key for each in load_catalogue() for key in each.source}
    assert set(known) - used <= {"wt-2026"}, "a source of nothing"


@pytest.mark.needs("shared")
def test_catalogue_follows_the_list_of_facts(shared: Path) -> None:
    with (shared / "facts" / "statutory-policies.toml").open("rb") as file:
        facts = {row["slug"]: row for row in tomllib.load(file)["policy"]}
    known = {each.slug: each for each in load_catalogue()}
    assert set(facts) == set(known)
    for slug, row in facts.items():
        entry = known[slug]
        assert (entry.review_months, entry.review_rule, entry.approver) == (
            row["review_months"],
            row["review_rule"],
            row["approver"],
        ), slug
        assert (entry.publish, entry.kind, entry.sensitive) == (
            row["publish_on_website"],
            row["kind"],
            row["sensitive"],
        ), slug
        assert (entry.new_starter_pack, entry.annual_staff_notice) == (
            row["new_starter_pack"],
            row["annual_staff_notice"],
        ), slug
        assert (entry.status, list(entry.schools), list(entry.source)) == (
            row["legal_status"],
            row["applies_to"],
            row["source"],
        ), slug
        assert (entry.since, entry.until, entry.expected) == (
            row.get("from"),
            row.get("until"),
            row.get("expected", False),
        ), slug


def test_rule_that_has_not_begun_or_has_ended_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    phones = find_entry("mobile-phones")
    assert phones is not None
    assert phones.since is not None
    before = entry_on("mobile-phones", phones.since - timedelta(days=1))
    assert before is not None
    assert (before.review_rule, before.publish, before.new_starter_pack) == (
        ReviewRule.LOCAL,
        Publication.LOCAL,
        False,
    )
    assert entry_on("mobile-phones", phones.since) == phones
    assert entry_on(None, TODAY) is None
    ended = tuple(
        replace(each, until=TODAY) if each.slug in ("behaviour", "single-central-record") else each
        for each in load_catalogue()
    )
    monkeypatch.setattr(catalogue, "_by_slug", lambda: {each.slug: each for each in ended})
    tomorrow = TODAY + timedelta(days=1)
    assert "behaviour" in [each.slug for each in missing_entries([], policies=9, today=TODAY)]
    assert "behaviour" not in [each.slug for each in missing_entries([], policies=9, today=tomorrow)]
    register = entry_on("single-central-record", tomorrow)
    assert register is not None
    assert register.publish is Publication.NO, "what is kept off the site stays off"


def changed(slug: str, looked_at: date | None, *cited: CitedGuidance, late: bool = False) -> list[str]:
    return [problem.message for problem in changed_problems(slug, cited, looked_at, TODAY, late=late)]


def test_new_edition_asks_for_a_look_at_each_policy_it_touches() -> None:
    (message,) = changed("low-level-concerns", date(2025, 10, 3))
    assert message == (
        "The 2026 edition of Keeping Children Safe in Education applies since 1 September 2026; this was last looked "
        "at before (3 October 2025). See whether it must change. If not, record it as checked, unchanged."
    )
    assert changed("low-level-concerns", date(2026, 7, 10)) == [], "editions are out in summer"
    assert changed("low-level-concerns", date(2026, 10, 3)) == []
    assert changed("low-level-concerns", None) == []
    assert changed("charging-remissions", date(2020, 1, 1)) == []


def test_edition_that_a_text_cites_is_told_of_by_its_age_alone() -> None:
    old = CitedGuidance("keeping-children-safe", 2024, "KCSIE 2024", read_place("paragraph 1"))
    messages = changed("child-protection", date(2024, 9, 3), old)
    assert [message[:50] for message in messages] == ["The 2026 edition of Working Together to Safeguard "]


def test_touched_policies_and_patterns_are_ones_there_are() -> None:
    slugs = {each.slug for each in load_catalogue()}
    for guidance in load_guidance():
        assert set(guidance.touches) <= slugs, guidance.key
        days = [each.since for each in guidance.editions]
        assert days == sorted(days), guidance.key


def test_rules_nobody_has_checked_for_a_year_are_stale() -> None:
    rules = list_checked_rules()
    assert not [each for each in rules if each.is_stale(date(2027, 11, 24))]
    stale = {each.key for each in rules if each.is_stale(date(2027, 11, 25))}
    assert "child-protection" in stale
    assert "mobile-phones" not in stale  # Checked two days later.
    assert all(each.is_stale(date(2028, 1, 1)) for each in rules)
