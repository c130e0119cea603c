"""The staff list is held against the contacts: who leads and has left, is away or is not in it."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.model.people import Person
from pipeline.people.absences import AbsenceKind, list_absences, list_owner_absences
from pipeline.register.people.persons import PersonRow

TODAY = date(2026, 11, 24)
CONTACTS = """
[contacts.dsl]
name = "Zoë Núñez"
email = "zoe@example.org"
[contacts.headteacher]
name = "Helen March"
email = "head@example.org"
[contacts.lado]
name = "Robin Vane"
[contacts.safeguarding-governor]
name = "Hilary Stone"
"""
HEAD = ("Helen", "March", None, None)


def rows(*people: tuple[str, str, str | None, date | None], **more: object) -> list[PersonRow]:
    return [
        PersonRow(
            number,
            Person(f"P{number}", first, last, email, "Teacher", None, leave_on, more.get("away_until")),  # type: ignore[arg-type]
            "staff.csv",
            "key",
            more.get("missing_since") if last != "March" else None,  # type: ignore[arg-type]
        )
        for number, (first, last, email, leave_on) in enumerate(people, start=1)
    ]


def absences(people: list[PersonRow], contacts: str = CONTACTS) -> list[tuple[str, AbsenceKind, str]]:
    found = list_absences(people, parse_config(contacts, root=Path()), TODAY)
    return [(each.holder.name, each.kind, each.message) for each in found]


def test_a_lead_whose_last_day_has_passed_is_told_with_what_to_do() -> None:
    ((name, kind, message),) = absences(rows(("Zoë", "Núñez", None, date(2026, 8, 31)), HEAD))
    assert (name, kind) == ("Zoë Núñez", AbsenceKind.LEFT)
    assert message == (
        "Zoë Núñez is Designated Safeguarding Lead in config.toml, but they have left: 31 August 2026 is "
        "recorded as their last day. Put whoever holds the role now under [contacts.dsl] and Zoë Núñez under "
        "[[contacts.former]]; if the list is wrong, correct it. Until then copies go on naming Zoë Núñez."
    )


@pytest.mark.parametrize(
    ("first", "last", "email"),
    [("Zoe", "Nunez", None), ("Zoë", "Hart", "ZOE@example.org"), ("Z.", "Núñez", None)],
)
def test_a_leaver_is_known_by_another_spelling_or_by_the_address(first: str, last: str, email: str | None) -> None:
    people = rows((first, last, email, date(2026, 11, 23)), HEAD)
    assert [kind for _, kind, _ in absences(people)] == [AbsenceKind.LEFT]


def test_the_last_day_itself_is_no_absence_but_a_follower_is_asked_for() -> None:
    ((_, kind, message),) = absences(rows(("Zoë", "Núñez", None, TODAY), HEAD))
    assert kind is AbsenceKind.LEAVING
    assert '[[contacts.next]] with role = "dsl" and from' in message
    follower = "[[contacts.next]]\nrole = 'dsl'\nname = 'Jo Hill'\nfrom = 2026-11-25\n"
    assert absences(rows(("Zoë", "Núñez", None, TODAY), HEAD), CONTACTS + follower) == []


def test_a_lead_who_is_away_needs_cover() -> None:
    people = [*rows(("Zoë", "Núñez", None, None), away_until=date(2026, 12, 11)), *rows(HEAD)]
    ((_, kind, message),) = absences(people)
    assert kind is AbsenceKind.AWAY
    assert "they are away until 11 December 2026. Say who covers: policy contacts --cover deputy-dsl --until" in message


def test_a_lead_who_dropped_out_of_the_list_is_told_first_and_one_who_never_stood_there_later() -> None:
    config = parse_config(CONTACTS, root=Path())
    (dropped,) = list_absences(
        rows(("Zoë", "Núñez", None, None), HEAD, missing_since=date(2026, 11, 20)), config, TODAY
    )
    assert (dropped.kind, dropped.is_pressing) == (AbsenceKind.DROPPED, True)
    assert "they have not been in the staff list since 20 November 2026" in dropped.message
    (unlisted,) = list_absences(rows(HEAD), config, TODAY)
    assert (unlisted.kind, unlisted.is_pressing) == (AbsenceKind.UNLISTED, False)
    assert "Add them to it, or correct their entry in config.toml." in unlisted.message


def test_nobody_from_outside_is_looked_for_and_without_a_list_nobody_is() -> None:
    assert absences([]) == []
    assert absences(rows(("Zoë", "Núñez", None, None), HEAD)) == []
    assert absences(rows(("Kim", "Lee", None, None))) == [], "a list that has neither says nothing of either"


def test_somebody_with_two_posts_of_which_one_ended_is_there() -> None:
    people = rows(("Zoë", "Núñez", None, date(2026, 8, 31)), ("Zoë", "Núñez", None, None), HEAD)
    assert absences(people) == []


def test_an_address_that_was_handed_on_makes_nobody_the_holder() -> None:
    people = rows(("Kim", "Lee", "zoe@example.org", date(2026, 8, 31)), HEAD)
    assert [kind for _, kind, _ in absences(people)] == [AbsenceKind.UNLISTED]


_OWNED = {"bo@example.org": ("Health and Safety", "Lettings"), "head@example.org": ("Complaints",)}


def owner_absences(people: list[PersonRow]) -> tuple[str, ...]:
    found = list_owner_absences(people, _OWNED, parse_config(CONTACTS, root=Path()), TODAY)
    return tuple(each.message for each in found)


def test_an_owner_whose_last_day_has_passed_is_told_with_the_policies() -> None:
    (message,) = owner_absences(rows(("Bo", "Day", "BO@example.org", date(2026, 8, 31)), HEAD))
    assert message.startswith("Bo Day looks after Health and Safety and Lettings, but they have left: 31 August 2026")
    assert "as their last day. Who follows them? Say who looks after it now: 'policy set SLUG owner=…'" in message


@pytest.mark.parametrize(
    ("since", "said"),
    [(TODAY, "not in the staff list any more."), (date(2026, 11, 2), "not in the staff list since 2 November 2026.")],
)
def test_an_owner_who_is_not_in_the_list_is_asked_about(since: date, said: str) -> None:
    (message,) = owner_absences(rows(("Bo", "Day", "bo@example.org", None), HEAD, missing_since=since))
    assert f"but they are {said} Have they left?" in message


def test_an_owner_who_is_there_or_holds_a_role_of_the_staff_is_not_told_twice() -> None:
    gone = date(2026, 8, 31)
    assert owner_absences(rows(("Bo", "Day", "bo@example.org", None), ("Bo", "Day", "bo@example.org", gone))) == ()
    assert owner_absences(rows(("Helen", "March", "head@example.org", gone))) == ()
