"""What cannot be read is neither asked nor chased, and the days to read it start when it can be read."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.acknowledgements.listing import find_late
from pipeline.letters.write import QueuedLetter
from pipeline.model.mail import MailKind
from pipeline.model.policies import RevisionKind
from pipeline.register.mail.told import About, list_told
from pipeline.register.policies.copies import CopyRow, Covering, LeftOut, current_copies, release_held_copy
from pipeline.register.policies.policies import VersionRow
from pipeline.register.readings.requests import DeadlineReason
from tests.school import MONDAY, School, at, moved_days

_WEB = '[web]\nbase_url = "https://policies.example.org"\n'
TUESDAY = MONDAY + timedelta(days=1)
WHOLE = Covering(only_contacts=True)
IN_PART = Covering(only_contacts=True, left_out=(LeftOut(3, "picture"),))


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, _WEB) as opened:
        yield opened


def cover(school: School, version: VersionRow, covering: Covering) -> CopyRow:
    """Hold the copy of a version, with one whose contacts are being updated in its place."""
    with school.register.reading() as tx:
        full = current_copies(tx, school.key)[version.policy_id]
    files = {"pdf_path": full.pdf_path, "pdf_sha256": full.pdf_sha256, "pdf_bytes": full.pdf_bytes}
    return school.hold_copy(version, covering=covering, **files)


def lived(school: School, first: date, last: date) -> list[tuple[date, QueuedLetter]]:
    letters = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        letters += [(day, letter) for letter in school.plan(day).report.queued]
        school.deliver(day)
    return letters


def test_nobody_is_reminded_or_late_while_the_copy_is_on_hold_and_their_days_start_anew(school: School) -> None:
    version = school.add_policy("Confidentiality")
    school.add_person("Lee")
    assert [kind for _, letter in lived(school, MONDAY, MONDAY) for kind in letter.kinds] == [MailKind.READING]
    school.hold_copy(version)
    held_until = date(2027, 1, 11)
    letters = lived(school, TUESDAY, held_until)
    assert [letter.kinds for _, letter in letters if letter.address == "lee@example.org"] == []
    with school.register.reading() as tx:
        assert find_late(tx, school.key, school.config, held_until) == ()
    with school.register.transaction() as tx:
        release_held_copy(tx, school.key, version.policy_id, at(held_until))
    school.plan(held_until + timedelta(days=1))
    [request] = school.requests()
    assert request.due_on == held_until + timedelta(days=14)
    with school.register.reading() as tx:
        assert [one[2] for one in moved_days(tx)] == [DeadlineReason.NO_COPY]
        assert find_late(tx, school.key, school.config, held_until + timedelta(days=1)) == ()
    again = lived(school, held_until + timedelta(days=1), held_until + timedelta(days=16))
    assert [kind for _, letter in again if letter.address == "lee@example.org" for kind in letter.kinds] == [
        MailKind.REMINDER,
        MailKind.REMINDER,
    ]


def test_a_starters_pack_says_which_policy_is_missing_and_why_and_sends_it_on_the_day_it_can(school: School) -> None:
    version = school.add_policy("Confidentiality")
    school.add_policy("Behaviour")
    school.hold_copy(version)
    school.add_person("Day", start_on=MONDAY)
    [letter] = school.plan().queued
    assert letter.kind is MailKind.STARTER
    mail = next(mail for mail in school.messages() if mail.recipient == "day@example.org")
    for words in (mail.text, mail.html):
        assert "Not ready yet" in words or "NOT READY YET" in words
        assert "The copy is attached." in words
        assert "Its copy with today’s contacts is not ready. You get it on the day it is ready." in words
    assert "* Confidentiality. Its copy with today’s contacts" in mail.text
    assert "Safeguarding: ask Ms Pat Marsh (01632 960101), the designated safeguarding lead in person." in mail.text
    school.deliver()
    assert school.plan(TUESDAY).queued == ()
    school.add_copy(version, html="<html></html>")
    [later] = school.plan(MONDAY + timedelta(days=2)).queued
    assert later.titles == ("Confidentiality",)


def test_a_starter_who_gets_nothing_but_what_is_missing_has_not_had_a_pack(school: School) -> None:
    version = school.add_policy("Confidentiality")
    school.hold_copy(version)
    school.add_person("Day", start_on=MONDAY)
    [letter] = school.plan().queued
    assert (letter.kind, letter.titles) == (MailKind.STARTER, ())
    assert "attached" not in school.messages()[0].text
    assert "not ready yet, Confidentiality" in school.messages()[0].subject
    with school.register.reading() as tx:
        assert [one.about for one in list_told(tx, school.key) if one.person is not None] == [About.MISSING]


def test_a_copy_with_contacts_being_updated_that_leaves_nothing_out_is_asked_and_recorded(school: School) -> None:
    version = school.add_policy("Confidentiality")
    covered = cover(school, version, WHOLE)
    lee = school.add_person("Lee")
    [letter] = school.plan().queued
    assert letter.titles == ("Confidentiality",)
    [mail] = [mail for mail in school.messages() if mail.person is not None]
    assert "The contacts in its copy are being updated: today’s stand at the front." in mail.text
    assert "record your reading" in mail.text
    assert [one.copy_id for one in mail.attachments] == [covered.id]
    word = school.record(lee, version).acknowledgement
    assert word is not None
    assert word.copy_id == covered.id


def test_one_that_leaves_something_out_is_given_for_information_and_the_full_copy_asks_once(school: School) -> None:
    version = school.add_policy("Confidentiality")
    covered = cover(school, version, IN_PART)
    school.add_person("Lee")
    school.add_person("Day", start_on=MONDAY)
    plan = school.plan()
    assert plan.opened == ()
    assert [letter.titles for letter in plan.queued] == [("Confidentiality",)] * 2
    for mail in (mail for mail in school.messages() if mail.person is not None):
        assert "FOR YOUR INFORMATION, NOTHING TO CONFIRM" in mail.text
        assert "For your information, nothing to confirm" in mail.html
        assert "tick the box" not in mail.text
        assert [one.copy_id for one in mail.attachments] == [covered.id]
    school.deliver()
    assert school.plan(TUESDAY).queued == ()
    school.add_copy(version, html="<html></html>")
    later = school.plan(MONDAY + timedelta(days=2))
    assert [letter.titles for letter in later.queued] == [("Confidentiality",)] * 2
    assert len(later.opened) == 2
    school.deliver(MONDAY + timedelta(days=2))
    assert school.plan(MONDAY + timedelta(days=3)).queued == ()


def test_what_is_only_read_comes_for_information_and_once_more_when_it_is_full(tmp_path: Path) -> None:
    with School(tmp_path, _WEB + '[reading]\nread = ["uniform"]\n') as school:
        version = school.add_policy("Uniform", None)
        cover(school, version, IN_PART)
        school.add_person("Lee")
        assert [letter.contents.informed != () for letter in school.plan().queued] == [True]
        school.deliver()
        assert school.plan(TUESDAY).queued == ()
        school.add_copy(version, html="<html></html>")
        [later] = school.plan(MONDAY + timedelta(days=2)).queued
        assert [entry.item.title for entry in later.contents.asked] == ["Uniform"]
        school.deliver(MONDAY + timedelta(days=2))
        assert school.plan(MONDAY + timedelta(days=3)).queued == ()


def test_mail_that_asks_with_a_copy_on_hold_since_goes_only_with_one_that_may_be_given(school: School) -> None:
    version = school.add_policy("Confidentiality")
    school.add_person("Lee")
    assert len(school.plan().queued) == 1
    covered = cover(school, version, WHOLE)
    assert school.deliver().cancelled == 1
    [letter] = school.plan(TUESDAY).queued
    [attached] = school.messages()[-1].attachments
    assert attached.copy_id == covered.id
    assert letter.titles == ("Confidentiality",)


def test_a_letter_about_a_text_that_replaces_one_mailed_before_says_so(school: School) -> None:
    version = school.add_policy("Confidentiality")
    lee, day = school.add_person("Lee"), school.add_person("Day")
    school.plan()
    school.deliver()
    school.record(lee, version)
    school.add_version(version.policy_id, RevisionKind.MAJOR, title="Confidentiality")
    school.plan(TUESDAY)
    by_reader = {mail.person: mail for mail in school.messages()[2:]}
    words = "It replaces the text that was sent to you before. Please use this one."
    assert words in by_reader[day.id].text
    assert words in by_reader[day.id].html
    assert words not in by_reader[lee.id].text
