"""Readers are reminded in their one letter, then their owner, line manager and head hear by name; nobody too early."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.dates.calendar import next_mail_day, school_day_from
from pipeline.letters.contributors.late import LATE
from pipeline.letters.write import QueuedLetter
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.model.people import AwayPeriod
from pipeline.model.policies import RevisionKind
from pipeline.register.mail.told import About, ToldOutcome, list_told, settle_told
from pipeline.register.people.changes import add_absence
from pipeline.register.people.situations import list_overdue
from pipeline.register.readings.requests import DeadlineReason
from tests.school import MONDAY, School, at, moved_days, without_code

_WEB = '[web]\nbase_url = "https://policies.example.org"\n'
_PEOPLE = """
[contacts.headteacher]
name = "Helen Marchbanks"
email = "helen@example.org"
[contacts.office]
name = "School office"
email = "office@example.org"
"""
BOUNCED = ToldOutcome.BOUNCED
DUE = date(2026, 12, 7)
"""Two weeks after the Monday on which everybody is asked."""


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, _WEB + _PEOPLE) as opened:
        opened.add_policy("Confidentiality")
        yield opened


def lived(school: School, first: date, last: date) -> list[tuple[date, QueuedLetter]]:
    """Plan and deliver every day from ``first`` to ``last``; return the letters of each day."""
    letters = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        plan = school.plan(day)
        letters += [(day, letter) for letter in plan.report.queued]
        school.deliver(day)
    return letters


def to(letters: list[tuple[date, QueuedLetter]], address: str) -> list[tuple[date, tuple[MailKind, ...]]]:
    return [(day, letter.kinds) for day, letter in letters if letter.address == address]


def test_a_reader_is_reminded_three_times_and_then_named_to_the_owner(school: School) -> None:
    school.add_person("Lee")
    letters = lived(school, MONDAY, date(2026, 12, 24))
    assert to(letters, "lee@example.org") == [
        (MONDAY, (MailKind.READING,)),
        (date(2026, 12, 2), (MailKind.REMINDER,)),
        (DUE, (MailKind.REMINDER,)),
        (date(2026, 12, 14), (MailKind.REMINDER,)),
    ]
    assert to(letters, "pat@example.org") == [
        (date(2026, 12, 15), (MailKind.LATE,)),
        (date(2026, 12, 21), (MailKind.LATE,)),
    ]
    subjects = [mail.subject for mail in school.messages() if mail.recipient == "lee@example.org"]
    assert len(set(subjects)) == 4
    assert [without_code(subject) for subject in subjects[1:]] == [
        "Still to read: Confidentiality, by Monday 7 December (Test Primary School)",
        "Still to read: Confidentiality, by Monday 7 December (Test Primary School)",
        "Still to read: Confidentiality, was due 7 December 2026 (Test Primary School)",
    ]
    [named] = [mail for mail in school.messages() if mail.kind is MailKind.LATE][:1]
    assert "* Confidentiality\n  Kim Lee: 8 days late" in named.text
    assert "Kim Lee: 8 days late" in named.html


def test_who_has_answered_is_reminded_of_nothing_and_named_to_nobody(school: School) -> None:
    lee = school.add_person("Lee")
    lived(school, MONDAY, MONDAY)
    given = next(row for row in school.requests() if row.person == lee.id)
    school.record(lee, _version(school, given.version_id), MONDAY + timedelta(days=1))
    assert lived(school, MONDAY + timedelta(days=1), date(2027, 1, 8)) == []


def _version(school: School, version_id: int):  # type: ignore[no-untyped-def]
    from pipeline.register.policies.policies import list_versions

    with school.register.reading() as tx:
        return next(one for one in list_versions(tx, school.key) if one.id == version_id)


def test_a_reminder_that_waits_is_dropped_once_its_reader_has_answered(school: School) -> None:
    lee = school.add_person("Lee")
    lived(school, MONDAY, date(2026, 12, 1))
    assert [letter.kind for letter in school.plan(date(2026, 12, 2)).queued] == [MailKind.REMINDER]
    school.record(lee, _version(school, school.requests()[0].version_id), date(2026, 12, 2))
    assert school.messages()[-1].state is DeliveryState.CANCELLED


def test_a_program_that_was_off_reminds_once_with_the_latest_stage(school: School) -> None:
    school.add_person("Lee")
    lived(school, MONDAY, MONDAY)
    letters = lived(school, date(2026, 12, 16), date(2026, 12, 18))
    assert to(letters, "lee@example.org") == [(date(2026, 12, 16), (MailKind.REMINDER,))]
    with school.register.reading() as tx:
        assert [row.stage for row in list_told(tx, school.key, about=[About.READING])] == ["asked", "5"]


def test_nobody_is_reminded_of_what_did_not_reach_them(school: School) -> None:
    school.add_person("Lee")
    school.plan()
    for day in (date(2026, 12, 2), DUE, date(2026, 12, 15)):
        kinds = [letter.kinds for letter in school.plan(day).report.queued]
        assert MailKind.REMINDER not in [kind for each in kinds for kind in each]


def test_a_reminder_goes_into_the_letter_that_asks_for_something_new(school: School) -> None:
    school.add_person("Lee")
    lived(school, MONDAY, date(2026, 12, 1))
    school.add_policy("Behaviour")
    [letter] = school.plan(date(2026, 12, 2)).queued
    assert letter.kinds == (MailKind.READING, MailKind.REMINDER)
    [mail] = [mail for mail in school.messages() if mail.id == letter.message]
    assert "please read Behaviour by 16 December 2026; still to read: Confidentiality" in mail.subject
    assert mail.text.index("* Behaviour") < mail.text.index("STILL TO READ\n* Confidentiality")
    assert "Please record your reading by Monday 7 December." in mail.text


def test_nobody_gets_two_letters_on_one_day(school: School) -> None:
    school.add_person("Lee")
    assert len(school.plan().queued) == 1
    school.deliver()
    school.add_policy("Behaviour")
    assert school.plan().queued == ()
    assert [letter.kind for letter in school.plan(MONDAY + timedelta(days=1)).queued] == [MailKind.READING]


def test_who_comes_back_has_a_new_day_to_read_by_and_is_reminded_by_it(school: School) -> None:
    lee = school.add_person("Lee")
    lived(school, MONDAY, MONDAY)
    school.change_person(lee, away_until=date(2026, 12, 11))
    letters = lived(school, MONDAY + timedelta(days=1), date(2027, 1, 6))
    with school.register.reading() as tx:
        [(before_on, due_on, reason)] = moved_days(tx)
    assert (before_on, reason) == (DUE, DeadlineReason.RETURNED)
    assert due_on == next_mail_day(date(2026, 12, 28), ())
    mine = to(letters, "lee@example.org")
    assert [day for day, _ in mine] == [school_day_from(due_on, -3, ()), next_mail_day(due_on, ()), *(
        day for day, _ in mine[2:]
    )]  # fmt: skip
    assert all(day > date(2026, 12, 11) for day, _ in mine)


_ESCALATES = f"{_WEB}{_PEOPLE}[reading]\nescalate = true\n"


def test_late_readings_go_to_the_line_manager_then_to_the_head(tmp_path: Path) -> None:
    with School(tmp_path, _ESCALATES) as school:
        school.add_policy("Confidentiality")
        boss = school.add_person("Boss", first_name="Ann")
        school.add_person("Lee", manager="Ann Boss")
        lived(school, MONDAY, MONDAY)
        school.record(boss, _version(school, school.requests()[0].version_id))
        letters = lived(school, MONDAY + timedelta(days=1), date(2027, 1, 8))
    above = [(day, letter) for day, letter in letters if letter.address in ("boss@example.org", "helen@example.org")]
    assert [(day, letter.address) for day, letter in above] == [
        (school_day_from(DUE, 11, ()), "boss@example.org"),
        (school_day_from(DUE, 16, ()), "helen@example.org"),
    ]


def test_who_was_told_of_a_late_reader_does_not_stand_for_the_reader(tmp_path: Path) -> None:
    """Lee's mail comes back after the manager heard that Lee is late: Lee was told of nothing, and is late no more."""
    with School(tmp_path, _ESCALATES) as school:
        school.add_policy("Confidentiality")
        school.add_person("Boss", first_name="Ann")
        lee = school.add_person("Lee", manager="Ann Boss")
        told_on = school_day_from(DUE, 11, ())
        lived(school, MONDAY, told_on)
        asked = school.key, told_on
        with school.register.transaction() as tx:
            assert lee.id in {one.person for one in list_overdue(tx, *asked, files_count=True)}
            settle_told(tx, school.key, [one.id for one in school.messages() if one.person == lee.id], BOUNCED, None)
            assert lee.id not in {one.person for one in list_overdue(tx, *asked, files_count=True)}


def test_the_head_is_never_told_of_the_head_nor_anybody_of_who_is_away(tmp_path: Path) -> None:
    with School(tmp_path, _ESCALATES) as school:
        school.add_policy("Confidentiality")
        school.add_person("Marchbanks", email="helen@example.org", manager="helen@example.org")
        lee = school.add_person("Lee", manager="helen@example.org")
        lived(school, MONDAY, MONDAY)
        school.change_person(lee, away_until=date(2027, 2, 1))
        letters = lived(school, MONDAY + timedelta(days=1), date(2027, 1, 8))
        named = [item for _, letter in letters for item in letter.contents.of(LATE)]
    assert [
        letter.contents.of(LATE)
        for _, letter in letters
        if letter.address == "helen@example.org" and letter.contents.of(LATE)
    ] == []
    assert {reader.name for item in named for reader in item.readers} == {"Kim Marchbanks"}


def test_a_starter_without_an_address_is_told_to_the_office_five_school_days_before(school: School) -> None:
    school.add_person("New", email=None, start_on=date(2026, 12, 7))
    letters = lived(school, MONDAY, date(2026, 12, 4))
    [(day, office)] = [(day, letter) for day, letter in letters if letter.address == "office@example.org"]
    assert day == date(2026, 11, 30)
    assert office.kinds == (MailKind.OFFICE,)
    [mail] = [mail for mail in school.messages() if mail.id == office.message]
    assert "Kim New starts on 7 December 2026 and has no work address of their own" in mail.text
    assert "policy pack id-New --out FOLDER" in mail.text


def test_a_small_change_keeps_what_was_told_of_a_request(school: School) -> None:
    school.add_person("Lee")
    lived(school, MONDAY, MONDAY)
    version = _version(school, school.requests()[0].version_id)
    school.add_version(version.policy_id, RevisionKind.MINOR, title="Confidentiality")
    letters = lived(school, MONDAY + timedelta(days=1), DUE)
    assert to(letters, "lee@example.org") == [
        (MONDAY + timedelta(days=1), (MailKind.NOTICE,)),
        (date(2026, 12, 2), (MailKind.REMINDER,)),
        (DUE, (MailKind.REMINDER,)),
    ]


def test_no_letter_goes_to_a_manager_or_an_owner_who_has_left_or_is_away(tmp_path: Path) -> None:
    toml = '[reading]\nescalate = true\n[review]\ndefault_owner = "office@example.org"\n'
    with School(tmp_path, _WEB + _PEOPLE + toml) as school:
        school.add_policy("Confidentiality")
        school.add_person("Boss", leave_on=MONDAY)
        owner = school.add_person("Marsh", email="pat@example.org", away_until=date(2026, 12, 18))
        school.add_person("Lee", manager="Kim Boss")
        school.add_person("Day", manager="Kim Marsh")
        letters = lived(school, MONDAY, date(2026, 12, 18))
        assert [day for day, _ in to(letters, "boss@example.org")] == [MONDAY]
        assert to(letters, "pat@example.org") == []
        assert to(letters, "office@example.org") == [(date(2026, 12, 15), (MailKind.LATE,))]
        letters = lived(school, date(2026, 12, 19), date(2026, 12, 24))
        assert to(letters, "boss@example.org") == []
        told = [day for day, kinds in to(letters, "pat@example.org") if MailKind.LATE in kinds]
        assert told == [date(2026, 12, 21), date(2026, 12, 22)]
        assert owner.person.work_email == "pat@example.org"


def test_a_manager_of_the_same_name_who_is_here_is_told_of_the_reader(tmp_path: Path) -> None:
    with School(tmp_path, _WEB + _PEOPLE + "[reading]\nescalate = true\n") as school:
        school.add_policy("Confidentiality")
        school.add_person("Boss", leave_on=MONDAY)
        school.add_person("Boss", email="kim.boss@example.org", person_id="id-new")
        school.add_person("Lee", manager="Kim Boss")
        letters = lived(school, MONDAY, date(2026, 12, 24))
        assert (date(2026, 12, 22), (MailKind.LATE,)) in to(letters, "kim.boss@example.org")
        assert [day for day, _ in to(letters, "boss@example.org")] == [MONDAY]


@pytest.mark.parametrize("gone", [{"leave_on": date(2026, 11, 20)}, {"away_until": date(2026, 12, 18)}])
def test_a_review_of_an_owner_who_is_not_here_comes_to_the_default_owner(tmp_path: Path, gone: dict[str, date]) -> None:
    toml = '[review]\ndefault_owner = "office@example.org"\n'
    with School(tmp_path, _WEB + _PEOPLE + toml) as school:
        first = school.add_policy("Lettings")
        school.add_version(first.policy_id, RevisionKind.ADOPTED, title="Lettings", due="2026-08")
        school.add_person("Marsh", email="pat@example.org", **gone)
        planned = school.plan()
        assert [(letter.address, letter.kind) for letter in planned.report.to_others] == [
            ("office@example.org", MailKind.OWNER)
        ]
        assert planned.report.untold == () == planned.report.unresolved_owners


def test_an_owner_who_was_told_by_a_clock_far_ahead_is_told_again_each_week(school: School) -> None:
    school.add_person("Lee")
    lived(school, MONDAY, date(2026, 12, 14))
    ahead = to(lived(school, date(2028, 3, 7), date(2028, 3, 7)), "pat@example.org")
    assert [MailKind.LATE in kinds for _, kinds in ahead] == [True]
    letters = to(lived(school, date(2026, 12, 15), date(2026, 12, 22)), "pat@example.org")
    assert [day for day, kinds in letters if MailKind.LATE in kinds] == [date(2026, 12, 15), date(2026, 12, 21)]


def test_nobody_is_named_on_the_day_they_are_back_or_gone(tmp_path: Path) -> None:
    with School(tmp_path, _WEB + _PEOPLE + "[reading]\nescalate = true\n") as school:
        school.add_policy("Confidentiality")
        lee = school.add_person("Lee", manager="Pat Boss")
        school.add_person("Boss")
        school.add_person("Old", leave_on=date(2026, 12, 14))
        lived(school, MONDAY, MONDAY)
        with school.register.transaction() as tx:
            add_absence(tx, school.key, lee.id, AwayPeriod(MONDAY + timedelta(days=1), date(2027, 1, 31)), at(MONDAY))
        letters = lived(school, MONDAY + timedelta(days=1), date(2027, 2, 3))
        named = {reader.name for _, letter in letters for item in letter.contents.of(LATE) for reader in item.readers}
        [open_now] = [row for row in school.requests() if row.person == lee.id]
    assert named == {"Kim Boss"}
    assert open_now.due_on > date(2027, 2, 1)
