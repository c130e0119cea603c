"""A yearly declaration is asked in the one letter, reminded of like a reading, and owed again each school year."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.letters.contributors.late import LATE
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.model.people import AwayPeriod
from pipeline.register.mail.inbox import mark_bounced
from pipeline.register.people.changes import add_absence
from pipeline.register.readings.bulk import as_they_stood
from pipeline.register.readings.declarations import DeclarationAnswer
from pipeline.register.readings.requests import DECLARATION, ClosedReason
from pipeline.register.store.engines import driver_of
from tests.declaring import GIFTS, WEB, asked, declare, lived, said, say, school_that_asks
from tests.mail.answering import Answering
from tests.school import MONDAY, School, at, without_code

DUE = date(2026, 12, 7)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with school_that_asks(tmp_path) as opened:
        yield opened


def test_it_is_asked_in_one_letter_reminded_of_and_named_to_the_owner_when_late(school: School) -> None:
    school.add_person("Lee")
    letters = lived(school, MONDAY, date(2026, 12, 18))
    assert [(day, one.kinds) for day, one in letters if one.address == "lee@example.org"] == [
        (MONDAY, (MailKind.DECLARATION,)),
        (date(2026, 12, 2), (MailKind.REMINDER,)),
        (DUE, (MailKind.REMINDER,)),
        (date(2026, 12, 14), (MailKind.REMINDER,)),
    ]
    mails = [mail for mail in school.messages() if mail.recipient == "lee@example.org"]
    assert [without_code(mail.subject) for mail in mails] == [
        "Test Primary School: please declare Gifts and hospitality by 7 December 2026",
        "Still to declare: Gifts and hospitality, by Monday 7 December (Test Primary School)",
        "Still to declare: Gifts and hospitality, by Monday 7 December (Test Primary School)",
        "Still to declare: Gifts and hospitality, was due 7 December 2026 (Test Primary School)",
    ]
    for part in (mails[0].text, mails[0].html):
        for words in ("Confidentiality", "2026-27", "I have taken no gift worth more than £25", "Ms Pat Marsh", "/my/"):
            assert words in part
        assert "01632 960101" in part
        assert "A reply to this mail declares nothing." in part
    [(told_on, letter)] = [(day, one) for day, one in letters if one.contents.of(LATE)]
    assert (told_on, letter.address) == (date(2026, 12, 15), "pat@example.org")
    told = school.messages()[-1]
    assert "late with a declaration: Declaration: Gifts and hospitality (" in told.subject
    assert "* Declaration: Gifts and hospitality\n  Kim Lee: 8 days late" in told.text
    assert "reading" not in told.text.partition("Hello")[2].partition("what they do on paper")[0]


def test_with_readings_it_is_one_letter_and_the_reading_alone_answers_nothing(school: School) -> None:
    version = school.add_policy("Child Protection")
    lee = school.add_person("Lee")
    [(_, letter)] = lived(school, MONDAY, MONDAY)
    assert letter.kinds == (MailKind.READING, MailKind.DECLARATION)
    [mail] = school.messages()
    assert without_code(mail.subject).endswith("to declare: Gifts and hospitality")
    assert "TO DECLARE FOR THE SCHOOL YEAR" in mail.text
    school.record(lee, version)
    assert [one.declaration for one in asked(school)] == ["gifts"]


def test_a_letter_that_waits_is_dropped_only_once_reading_and_declaration_are_given(school: School) -> None:
    version = school.add_policy("Child Protection")
    lee = school.add_person("Lee")
    school.plan()
    school.record(lee, version)
    assert [mail.state.value for mail in school.messages()] == ["pending"]
    say(school, lee, DeclarationAnswer.NOTHING)
    assert [mail.state.value for mail in school.messages()] == ["cancelled"]


def test_who_has_declared_is_asked_again_next_school_year_and_both_answers_stand(school: School) -> None:
    lee = school.add_person("Lee")
    lived(school, MONDAY, MONDAY)
    say(school, lee, DeclarationAnswer.NOTHING)
    assert lived(school, date(2026, 12, 1), date(2026, 12, 20)) == []
    assert school.plan(date(2027, 8, 31)).queued == ()
    [again] = school.plan(date(2027, 9, 1)).queued
    assert again.kinds == (MailKind.DECLARATION,)
    school.deliver(date(2027, 9, 1))
    say(school, lee, DeclarationAnswer.NOTHING, at(date(2027, 9, 2)))
    years = {one.id: one.school_year for one in asked(school, only_open=False)}
    assert [(years[one.request], one.answer) for one in said(school)] == [
        (2026, DeclarationAnswer.NOTHING),
        (2027, DeclarationAnswer.NOTHING),
    ]


def test_what_was_not_given_is_not_owed_twice_when_the_next_year_begins(school: School) -> None:
    school.add_person("Lee")
    lived(school, MONDAY, MONDAY)
    school.plan(date(2027, 9, 1))
    before, now = asked(school, only_open=False)
    assert (before.school_year, before.closed_reason) == (2026, ClosedReason.SUPERSEDED)
    assert (now.school_year, now.closed_at) == (2027, None)


def test_whoever_wishes_to_declare_is_reminded_of_nothing_and_the_owner_hears_each_week(school: School) -> None:
    lee = school.add_person("Lee")
    lived(school, MONDAY, MONDAY)
    say(school, lee, DeclarationAnswer.SOMETHING)
    letters = lived(school, date(2026, 11, 24), date(2026, 12, 15))
    assert {one.address for _, one in letters} == {"pat@example.org"}
    assert [day for day, _ in letters] == [
        date(2026, 11, 24),
        date(2026, 11, 30),
        date(2026, 12, 7),
        date(2026, 12, 14),
    ]
    text = school.messages()[-1].text
    assert "Kim Lee said on 23 November 2026 that they have something to declare: Gifts and hospitality" in text
    assert "on the desk under Readings, Declarations, or with policy acknowledge declared id-Lee gifts" in text
    assert len(asked(school)) == 1
    declare(school, lee, date(2026, 12, 15), by="Pat Marsh")
    assert asked(school) == ()
    assert lived(school, date(2026, 12, 16), date(2027, 1, 8)) == []


def test_a_wish_goes_on_into_the_next_year_beside_what_is_asked_then(school: School) -> None:
    lee = school.add_person("Lee")
    lived(school, MONDAY, MONDAY)
    say(school, lee, DeclarationAnswer.SOMETHING)
    school.plan(date(2027, 9, 1))
    assert [one.school_year for one in asked(school)] == [2026, 2027]
    declare(school, lee, date(2027, 9, 2))
    assert [one.school_year for one in asked(school)] == [2027]


def test_a_wish_is_told_and_recorded_though_the_declaration_is_asked_of_nobody_any_more(school: School) -> None:
    lee = school.add_person("Lee")
    lived(school, MONDAY, MONDAY)
    say(school, lee, DeclarationAnswer.SOMETHING)
    school.config = school.config.model_copy(update={"declarations": {}})
    [(_, letter)] = lived(school, TUESDAY, TUESDAY)
    assert letter.address == "helen@example.org"
    assert "declare: Gifts and hospitality, which nobody is asked for any more. Speak" in school.messages()[-1].text
    declare(school, lee, TUESDAY)
    assert lived(school, WEDNESDAY, date(2026, 12, 1)) == []


def test_an_owner_who_wishes_to_declare_is_sent_to_and_told_to_somebody_else(school: School) -> None:
    pat = school.add_person("Marsh", email="pat@example.org", first_name="Pat")
    lived(school, MONDAY, MONDAY)
    asks = school.messages()[0].text.partition("Hello")[2]
    assert "say it in person to Mrs Helen Marchbanks, the headteacher, 01632 960100" in asks
    assert "Pat Marsh" not in asks
    say(school, pat, DeclarationAnswer.SOMETHING)
    assert [one.address for _, one in lived(school, date(2026, 11, 24), date(2026, 11, 24))] == ["helen@example.org"]


def test_somebody_away_is_asked_on_return_and_has_their_days_then(school: School) -> None:
    lee = school.add_person("Lee", away=(AwayPeriod(date(2026, 11, 20), date(2026, 12, 4)),))
    assert lived(school, MONDAY, date(2026, 12, 4)) == []
    [(day, letter)] = lived(school, date(2026, 12, 5), date(2026, 12, 9))
    assert (day, letter.contents.declare[0].due_on) == (date(2026, 12, 5), date(2026, 12, 21))
    assert lee.id == asked(school)[0].person


def test_other_words_are_asked_for_afresh_while_nobody_has_given_the_old(school: School, tmp_path: Path) -> None:
    lee, kay = school.add_person("Lee"), school.add_person("Kay")
    lived(school, MONDAY, MONDAY)
    say(school, kay, DeclarationAnswer.NOTHING)
    section = school.config.declarations["gifts"].model_copy(update={"statement": "I have taken no gift at all"})
    school.config = school.config.model_copy(update={"declarations": {"gifts": section}})
    [letter] = school.plan(date(2026, 11, 24)).report.queued
    assert letter.address == "lee@example.org"
    assert letter.contents.declare[0].is_first
    assert [(one.person, one.statement) for one in asked(school)] == [(lee.id, "I have taken no gift at all")]


def test_only_those_it_is_for_are_asked_and_a_policy_not_in_use_asks_nobody(tmp_path: Path) -> None:
    toml = 'roles = ["cook"]\n[declarations.other]\nname = "Interests"\npolicy = "not-here"\nstatement = "None"\n'
    with school_that_asks(tmp_path, toml) as school:
        school.add_person("Lee")
        school.add_person("Kay", role="School Cook")
        planned = school.plan()
        assert [one.address for one in planned.report.queued] == ["kay@example.org"]
        [fault] = planned.report.without_policy
        assert "“Interests”: no policy in use is called 'not-here'" in fault


def test_a_template_of_the_schools_own_without_a_place_for_it_still_tells(school: School) -> None:
    folder = school.root / "templates" / "mail"
    folder.mkdir(parents=True)
    (folder / "declaration.txt").write_text("Hello.\n", encoding="utf-8")
    school.add_person("Lee")
    school.plan()
    assert "Gifts and hospitality" in school.messages()[0].text


def test_a_letter_that_waits_beyond_its_day_is_made_afresh_with_a_later_day_and_both_are_kept(school: School) -> None:
    school.add_person("Lee")
    school.plan()
    later = date(2026, 12, 14)
    [letter] = school.plan(later).queued
    assert [mail.state.value for mail in school.messages()] == ["cancelled", "pending"]
    [request] = asked(school)
    assert (request.asked_on, request.due_on) == (MONDAY, letter.contents.declare[0].due_on)
    assert request.due_on > later
    with school.register.reading() as tx:
        [before] = as_they_stood(tx, school.key, DECLARATION, [request], at(MONDAY, 10))
    assert before.due_on == DUE


def test_a_letter_that_came_back_has_asked_nobody_and_the_office_is_told(tmp_path: Path) -> None:
    with Answering(tmp_path, GIFTS.replace('"confidentiality"', '"uniform"') + WEB) as school:
        school.add_policy("Uniform", None)
        [policy] = [one for one in school.standings() if one.slug == "confidentiality"]
        with school.register.transaction() as tx:
            driver_of(tx).execute("UPDATE policy SET withdrawn_on = '2026-11-01' WHERE id = ?", (policy.policy_id,))
        lee = school.add_person("Lee")
        school.send()
        [mail] = school.messages()
        with school.register.transaction() as tx:
            assert mark_bounced(tx, school.key, mail.id, "no such mailbox", at(MONDAY, 10))
        school.send(date(2026, 11, 24))
        [told] = [one for one in school.messages() if one.recipient == "office@example.org"]
        assert "The mail server has refused lee@example.org of Kim Lee" in told.text
        school.change_person(school.find_person(lee.id), work_email="lee2@example.org")
        [again] = school.plan(date(2026, 11, 25)).queued
        assert (again.address, again.contents.declare[0].is_first) == ("lee2@example.org", True)


def test_a_letter_that_waits_never_goes_with_words_that_are_not_asked_any_more(school: School) -> None:
    school.add_policy("Child Protection")
    school.add_person("Lee")
    school.plan()
    other = school.config.declarations["gifts"].model_copy(update={"statement": "I have taken no gift at all"})
    school.config = school.config.model_copy(update={"declarations": {"gifts": other}})
    school.plan(TUESDAY)
    old, new = school.messages()
    assert (old.state, new.state) == (DeliveryState.CANCELLED, DeliveryState.PENDING)
    assert "£25" in old.text
    assert all(words in new.text for words in ("no gift at all", "Child Protection"))
    school.config = school.config.model_copy(update={"declarations": {}})
    school.plan(WEDNESDAY)
    *_, new, last = school.messages()
    assert (new.state, last.state) == (DeliveryState.CANCELLED, DeliveryState.PENDING)
    assert "Child Protection" in last.text
    assert "declare" not in last.text


def test_whom_mail_does_not_reach_is_listed_until_their_sheet_is_entered(school: School) -> None:
    lee = school.add_person("Lee", email=None)
    school.add_person("Ash")
    for day in (MONDAY, TUESDAY):
        [listed] = school.plan(day).report.to_declare
        assert (listed.key, [row.id for row in listed.people]) == ("gifts", [lee.id])
    declare(school, lee, TUESDAY, nothing=True)
    assert school.plan(WEDNESDAY).report.to_declare == ()


def test_a_day_given_anew_after_an_absence_is_never_behind_a_persons_last_day(school: School) -> None:
    lee = school.add_person("Lee")
    lived(school, MONDAY, MONDAY)
    school.change_person(lee, leave_on=date(2026, 12, 18))
    with school.register.transaction() as tx:
        add_absence(tx, school.key, lee.id, AwayPeriod(TUESDAY, date(2026, 11, 27)), at(MONDAY))
    school.plan(date(2026, 12, 16))
    assert [one.due_on for one in asked(school)] == [date(2026, 12, 18)]
