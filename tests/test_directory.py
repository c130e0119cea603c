"""Contacts have days: for any set of dated entries exactly the holders of that day, in the order of the file."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Config, parse_config
from pipeline.directory import Roster, Tenure
from pipeline.errors import ConfigurationError
from pipeline.model.contacts import Directory, Holder

DSL = "[contacts.dsl]\nname = 'Deborah Field'\nphone = '01632 960101'\n"
DEPUTIES = "[[contacts.deputy-dsl]]\nname = 'Tom Ash'\n[[contacts.deputy-dsl]]\nname = 'Priya Nand'\n"


def school(text: str) -> Config:
    return parse_config(text, root=Path())


def follower(role: str, name: str, first: str, until: str = "", replaces: str = "") -> str:
    lines = [f"[[contacts.next]]\nrole = '{role}'\nname = '{name}'\nfrom = {first}"]
    lines += [f"until = {until}"] if until else []
    lines += [f"replaces = '{replaces}'"] if replaces else []
    return "\n".join(lines) + "\n"


def names(directory: Directory, role: str) -> list[str]:
    return [holder.name for holder in directory.of(role)]


def test_whose_place_somebody_takes_is_known_with_any_apostrophe() -> None:
    deputies = DEPUTIES.replace("'Tom Ash'", '"Tom O\'Dowd"')
    config = school(deputies + follower("deputy-dsl", "Wen Li", "2027-01-04", replaces="Tom O’Dowd"))
    assert names(config.directory(date(2027, 1, 4)), "deputy-dsl") == ["Wen Li", "Priya Nand"]


def faults(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        school(text)
    return [str(fault) for fault in caught.value.faults]


# --- from and until ----------------------------------------------------------------------------------------------


def test_the_last_day_is_a_day_in_the_role_and_the_next_is_vacant() -> None:
    config = school(DSL + "until = 2027-01-03\n")
    assert names(config.directory(date(2027, 1, 3)), "dsl") == ["Deborah Field"]
    after = config.directory(date(2027, 1, 4))
    assert names(after, "dsl") == []
    assert after.vacant == ("dsl",)
    assert [holder.name for holder in after.former] == ["Deborah Field"]


def test_a_role_whose_first_holder_is_yet_to_come_is_not_vacant() -> None:
    config = school("[contacts.senco]\nname = 'Al Penn'\nfrom = 2027-01-04\n")
    before = config.directory(date(2027, 1, 3))
    assert before.holders == ()
    assert before.vacant == ()
    assert names(config.directory(date(2027, 1, 4)), "senco") == ["Al Penn"]


def test_cover_ends_and_the_one_before_holds_the_role_again() -> None:
    config = school(DSL + follower("dsl", "Jo Hill", "2027-01-04", "2027-02-12"))
    during, after = config.directory(date(2027, 2, 12)), config.directory(date(2027, 2, 13))
    assert [(holder.name, holder.covers) for holder in during.of("dsl")] == [("Jo Hill", "Deborah Field")]
    assert [holder.name for holder in during.former] == ["Deborah Field"]
    assert [(holder.name, holder.covers) for holder in after.of("dsl")] == [("Deborah Field", None)]
    assert [holder.name for holder in after.former] == ["Jo Hill"]


def test_cover_of_an_empty_post_covers_for_nobody() -> None:
    config = school(DSL + "until = 2027-01-03\n" + follower("dsl", "Jo Hill", "2027-01-04", "2027-02-12"))
    assert [(holder.name, holder.covers) for holder in config.directory(date(2027, 1, 4)).of("dsl")] == [
        ("Jo Hill", None)
    ]
    assert config.directory(date(2027, 2, 13)).vacant == ("dsl",)


def test_a_follower_without_an_entry_before_begins_the_role() -> None:
    config = school(follower("senco", "Al Penn", "2027-01-04"))
    assert names(config.directory(date(2027, 1, 3)), "senco") == []
    assert names(config.directory(date(2027, 1, 4)), "senco") == ["Al Penn"]


def test_entries_of_one_role_that_follow_each_other_are_one_place() -> None:
    text = (
        "[[contacts.dsl]]\nname = 'Deborah Field'\nuntil = 2027-01-03\n"
        "[[contacts.dsl]]\nname = 'Jo Hill'\nfrom = 2027-01-04\n"
    )
    config = school(text + follower("dsl", "Sam Wick", "2027-09-01"))
    assert names(config.directory(date(2027, 1, 3)), "dsl") == ["Deborah Field"]
    assert names(config.directory(date(2027, 1, 4)), "dsl") == ["Jo Hill"]
    assert names(config.directory(date(2027, 9, 1)), "dsl") == ["Sam Wick"]


# --- several holders ---------------------------------------------------------------------------------------------


def test_deputies_who_swap_end_swapped() -> None:
    config = school(
        DEPUTIES
        + follower("deputy-dsl", "Priya Nand", "2027-01-04", replaces="Tom Ash")
        + follower("deputy-dsl", "Tom Ash", "2027-01-04", replaces="Priya Nand")
    )
    assert names(config.directory(date(2027, 1, 3)), "deputy-dsl") == ["Tom Ash", "Priya Nand"]
    assert names(config.directory(date(2027, 1, 4)), "deputy-dsl") == ["Priya Nand", "Tom Ash"]
    assert config.directory(date(2027, 1, 4)).former == ()


def test_one_of_several_is_followed_by_name_and_the_follower_can_be_followed() -> None:
    config = school(
        DEPUTIES
        + follower("deputy-dsl", "Wen Li", "2027-09-01", replaces="kim  day")
        + follower("deputy-dsl", "Kim Day", "2027-01-04", replaces="Priya Nand")
    )
    assert names(config.directory(date(2027, 1, 4)), "deputy-dsl") == ["Tom Ash", "Kim Day"]
    assert names(config.directory(date(2027, 9, 1)), "deputy-dsl") == ["Tom Ash", "Wen Li"]


def test_somebody_who_is_covered_for_can_be_followed_by_name() -> None:
    config = school(
        DEPUTIES
        + follower("deputy-dsl", "Kim Day", "2027-01-04", "2027-03-31", replaces="Tom Ash")
        + follower("deputy-dsl", "Wen Li", "2027-02-01", replaces="Tom Ash")
    )
    assert names(config.directory(date(2027, 2, 1)), "deputy-dsl") == ["Wen Li", "Priya Nand"]


def test_one_person_in_two_places_of_a_role_is_named_once() -> None:
    config = school(DEPUTIES + follower("deputy-dsl", "Tom Ash", "2027-01-04", replaces="Priya Nand"))
    assert names(config.directory(date(2027, 1, 4)), "deputy-dsl") == ["Tom Ash"]


def test_it_is_a_fault_where_nobody_can_tell_whose_place_a_follower_takes() -> None:
    unnamed = faults(DEPUTIES + follower("deputy-dsl", "Kim Day", "2027-01-04"))
    assert unnamed == [
        "config.toml: contacts.next: deputy-dsl has several holders, so it cannot be told whom Kim Day follows; add "
        'replaces = "their name"'
    ]
    unknown = faults(DSL + follower("dsl", "Kim Day", "2027-01-04", replaces="Debra Field"))
    assert "Debra Field, whom Kim Day replaces, does not hold dsl before 2027-01-04" in unknown[0]
    twice = faults(DSL + follower("dsl", "Kim Day", "2027-01-04") + follower("dsl", "Jo Hill", "2027-01-04"))
    assert "Jo Hill and Kim Day both take over dsl on 2027-01-04" in twice[0]
    same = faults(
        "[[contacts.deputy-dsl]]\nname = 'Tom Ash'\n[[contacts.deputy-dsl]]\nname = 'Tom Ash'\n"
        + follower("deputy-dsl", "Kim Day", "2027-01-04", replaces="Tom Ash")
    )
    assert "Tom Ash holds deputy-dsl twice before 2027-01-04" in same[0]


def test_faults_of_followers_are_told_together_with_all_others() -> None:
    told = faults("[school]\nnam = 'x'\n" + DEPUTIES + follower("deputy-dsl", "Kim Day", "2027-01-04"))
    assert len(told) == 2
    assert any("school.nam" in fault for fault in told)
    assert len(faults("[school]\nnam = 'x'\n[contacts.dsl]\nphone = '01632 960101'\n")) == 2


def test_a_last_day_before_the_first_is_a_fault_that_names_its_key() -> None:
    told = faults(DSL + "from = 2027-01-04\nuntil = 2027-01-03\n")
    assert told == ["config.toml: contacts.dsl.until: 2027-01-03 is before the first day, 2027-01-04"]


def test_the_office_needs_no_name() -> None:
    config = school("[contacts.office]\nphone = '01632 960110'\n")
    assert names(config.directory(date(2027, 1, 4)), "office") == ["School office"]
    assert any("contacts.office" in fault for fault in faults("contacts.office = [1]\n"))


# --- rules that hold for any roster ------------------------------------------------------------------------------

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


@st.composite
def tenures(draw: st.DrawFn, role: str, name: str) -> Tenure:
    first = draw(st.none() | DAYS)
    last = draw(st.none() | DAYS)
    if first and last and last < first:
        first, last = last, first
    return Tenure(Holder(role, name, "", None, None), first, last)


@st.composite
def several(draw: st.DrawFn) -> list[Tenure]:
    return [draw(tenures("deputy-dsl", f"Person {number}")) for number in range(draw(st.integers(0, 5)))]


@given(several(), DAYS)
def test_exactly_those_whose_days_they_are_hold_the_role_in_the_order_of_the_file(
    base: list[Tenure], day: date
) -> None:
    directory = Roster.of({"deputy-dsl": base}, (), ()).on(day)
    holding = [tenure.holder for tenure in base if tenure.holds_on(day)]
    assert list(directory.holders) == holding
    gone = [tenure.holder for tenure in base if tenure.last is not None and tenure.last < day]
    assert Counter(directory.former) == Counter(gone)
    assert directory.vacant == (("deputy-dsl",) if gone and not holding else ())


@st.composite
def successions(draw: st.DrawFn) -> tuple[Tenure, list[Tenure]]:
    first_days = draw(st.lists(DAYS, max_size=6, unique=True))
    followers = []
    for number, first in enumerate(first_days):
        last = draw(st.none() | st.integers(0, 30).map(lambda days, first=first: first + timedelta(days=days)))
        followers.append(Tenure(Holder("dsl", f"Follower {number}", "", None, None), first, last))
    return Tenure(Holder("dsl", "The first", "", None, None)), followers


@given(successions(), DAYS)
def test_no_day_has_two_holders_of_one_place_and_the_latest_to_begin_has_it(
    succession: tuple[Tenure, list[Tenure]], day: date
) -> None:
    base, followers = succession
    roster = Roster.of({"dsl": [base]}, followers, ())
    assert roster.faults == ()
    (holder,) = roster.on(day).of("dsl")
    present = [tenure for tenure in followers if tenure.holds_on(day)]
    expected = max(present, key=lambda tenure: tenure.first or date.min, default=base)
    assert holder.name == expected.holder.name
    assert (holder.covers is not None) == (expected.last is not None)
    assert holder.name not in [each.name for each in roster.on(day).former]


@given(successions())
def test_the_holders_change_on_the_days_that_are_told_and_on_no_other(succession: tuple[Tenure, list[Tenure]]) -> None:
    base, followers = succession
    roster = Roster.of({"dsl": [base]}, followers, ())
    start = date(2025, 12, 31)
    days = [start + timedelta(days=number) for number in range(1, 100)]
    changed = [day for day in days if roster.on(day).holders != roster.on(day - timedelta(days=1)).holders]
    assert list(roster.changes_after(start)) == changed


@given(st.permutations(["Ann", "Ben", "Cat", "Dan"]))
def test_any_rotation_on_one_day_is_one_map(order: list[str]) -> None:
    before = ["Ann", "Ben", "Cat", "Dan"]
    day = date(2026, 2, 1)
    base = [Tenure(Holder("deputy-dsl", name, "", None, None)) for name in before]
    moves = [
        Tenure(Holder("deputy-dsl", new, "", None, None), day, None, old)
        for old, new in zip(before, order, strict=True)
        if old != new
    ]
    roster = Roster.of({"deputy-dsl": base}, moves, ())
    assert [holder.name for holder in roster.on(day).holders] == order
    assert roster.on(day).former == ()
