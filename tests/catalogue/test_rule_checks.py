"""The packaged rules: on which day they hold, what a new edition touches, and which nobody has checked for a year."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.catalogue import policies as catalogue
from pipeline.catalogue.duties import missing_entries
from pipeline.catalogue.editions import changed_problems, load_guidance, new_guidance, outdated_problems
from pipeline.catalogue.policies import Publication, ReviewRule, entry_on, find_entry, load_catalogue, load_sources
from pipeline.catalogue.rule_checks import list_checked_rules
from pipeline.model.facts import CitedGuidance
from pipeline.places import read_place

TODAY = date(2026, 11, 24)
READ_ON = date(2026, 12, 2)


def test_every_rule_names_its_sources_and_the_day_it_was_checked() -> None:
    known = load_sources()
    for each in load_catalogue():
        assert each.source, each.slug
        assert set(each.source) <= set(known), each.slug
        assert each.seen in ("read", "account", "general"), each.slug
        assert each.status in ("law", "statutory-guidance", "funding-agreement", "guidance", "local"), each.slug
        assert each.checked_on <= READ_ON, each.slug
        assert each.since is None or each.until is None or each.since <= each.until, each.slug
        assert each.doubt or not each.expected, f"{each.slug} is expected, and does not say what was not seen"
    used = {key for each in load_catalogue() for key in each.source}
    assert set(known) - used <= {"wt-2026"}, "a source of nothing"


def test_read_means_an_address_a_day_and_a_sentence() -> None:
    """A rule was called "read" by the word alone, and a ``must`` that nobody read looked like one that was."""
    quoted = [each.read for guidance in load_guidance() for each in guidance.editions if each.read is not None]
    for entry in load_catalogue():
        assert (entry.seen == "read") == (entry.read is not None), entry.slug
        assert entry.read is None or set(entry.read.covers) <= {"duty", "review", "publish"}, entry.slug
        quoted += [entry.read] if entry.read is not None else []
    for read in quoted:
        assert read.address.startswith(("https://www.gov.uk/", "https://www.legislation.gov.uk/")), read
        assert read.on == READ_ON
        assert len(read.quote.split()) >= 4, read
    musts = [each for each in load_catalogue() if each.review_rule is ReviewRule.MUST and each.read is None]
    assert musts
    assert all({"duty", "review"} <= set(each.unchecked) for each in musts)
    codes = {each.slug: each.unchecked for each in load_catalogue()}
    assert codes["allergy-safety"] == ()
    assert codes["child-protection"] == ("review", "publish")
    assert codes["confidentiality"] == (), "the school decides alone"


@pytest.mark.needs("shared")
def test_catalogue_follows_the_list_of_facts_and_what_was_looked_at_later(shared: Path) -> None:
    with (shared / "facts" / "statutory-policies.toml").open("rb") as file:
        facts = {row["slug"]: row for row in tomllib.load(file)["policy"]}
    facts["fire-safety"] |= {"review_rule": "local", "source": ["fire-order"]}
    facts["prevent"]["legal_status"] = "law"
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
        assert (entry.status, list(entry.schools)) == (row["legal_status"], row["applies_to"]), slug
        assert list(entry.source)[: len(row["source"])] == row["source"], slug
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
    assert [message[:50] for message in messages] == [
        "The 2026 edition of Working Together to Safeguard ",
        "The 2026 edition of the guidance on information sh",
    ]


def test_touched_policies_are_ones_there_are_and_no_guidance_touches_nothing() -> None:
    slugs = {each.slug for each in load_catalogue()}
    for guidance in load_guidance():
        assert guidance.touches, f"an edition of {guidance.key} is no reason to look at anything"
        assert set(guidance.touches) <= slugs, guidance.key
        assert guidance.only_with in ("", *slugs), guidance.key
        days = [each.since for each in guidance.editions]
        assert days == sorted(days), guidance.key
        for each in guidance.editions:
            assert bool(each.doubt) == each.expected, f"{guidance.key} {each.year}"
            assert each.read is None or not each.expected, f"{guidance.key} {each.year}"


def test_edition_that_is_only_expected_applies_to_nobody_and_is_told_with_its_doubt() -> None:
    looked_at, late = date(2026, 8, 1), date(2026, 12, 2)
    (problem,) = changed_problems("prevent", (), date(2026, 7, 1), late, late=False)
    assert problem.minor
    assert problem.message == (
        "The 2026 edition of the Prevent duty guidance is said to apply since 24 September 2026. Other public pages "
        "cite guidance of the Department for Education of that day; its text, and whether the guidance of 2023 stays "
        "beside it, was not read. Look it up."
    )
    assert not list(new_guidance("prevent", (), looked_at, late)), "nobody is mailed about it"
    cited = CitedGuidance("admissions-code", 2014, "School Admissions Code 2014", read_place("paragraph 1"))
    (problem,) = outdated_problems((cited,), late)
    assert problem.minor
    assert "The 2021 edition of the School Admissions Code is said to apply since 1 September 2021." in problem.message


def test_change_of_law_is_told_beforehand_as_expected() -> None:
    (problem,) = changed_problems("staff-capability", (), date(2025, 1, 1), date(2026, 12, 2), late=False)
    assert problem.message.startswith(
        "The law on unfair dismissal is expected to change on 1 January 2027: employees may claim after six months, "
        "not two years"
    )
    (problem,) = changed_problems("staff-capability", (), date(2025, 1, 1), date(2027, 1, 2), late=False)
    assert problem.message.startswith("The law on unfair dismissal is said to have changed on 1 January 2027: ")
    assert not list(changed_problems("staff-capability", (), date(2025, 1, 1), date(2026, 9, 1), late=False))


def test_early_years_framework_touches_the_other_policies_of_schools_with_early_years_alone() -> None:
    def told(slug: str, *kept: str) -> list[str]:
        problems = changed_problems(slug, (), date(2024, 6, 1), TODAY, late=False, kept=kept)
        return [each.message[:60] for each in problems if "Early Years" in each.message]

    assert told("first-aid") == []
    assert told("first-aid", "eyfs") == told("eyfs")
    assert told("eyfs") == [
        "The 2025 edition of the Statutory Framework for the Early Ye",
        "The 2026 edition of the Statutory Framework for the Early Ye",
    ]


def test_send_code_of_2014_is_outdated_by_the_one_of_2015() -> None:
    for year in (2001, 2014):
        cited = CitedGuidance("send-code", year, f"SEND Code of Practice {year}", read_place("paragraph 1"))
        (problem,) = outdated_problems((cited,), TODAY)
        assert "The 2015 edition of the SEND Code of Practice applies since 1 April 2015" in problem.message
    newest = CitedGuidance("send-code", 2015, "SEND Code of Practice 2015", read_place("paragraph 1"))
    assert not list(outdated_problems((newest,), TODAY))


def test_rules_nobody_has_checked_for_a_year_are_stale() -> None:
    rules = list_checked_rules()
    assert not [each for each in rules if each.is_stale(date(2027, 11, 24))]
    stale = {each.key for each in rules if each.is_stale(date(2027, 11, 25))}
    assert "staff-code-of-conduct" in stale
    assert "child-protection" not in stale  # Read eight days later.
    assert all(each.is_stale(date(2028, 1, 1)) for each in rules)
