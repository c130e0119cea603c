"""What changed for a reader: since their own last reading, over every version between, and nothing for a first one."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.acknowledgements.changed import ChangesForReaders, Compared
from pipeline.changes.differences import WhatChanged
from pipeline.model.mail import MailKind
from pipeline.model.policies import RevisionKind
from pipeline.register.people.persons import PersonRow
from pipeline.register.policies.policies import list_versions
from pipeline.register.readings.requests import list_acknowledgements
from tests.school import MONDAY, School

_TUESDAY = MONDAY + timedelta(days=1)
FIRST = "Lettings\nHirers leave by 10 pm on every day of the week.\nKeys are kept in the school office.\n"
SECOND = FIRST.replace("10 pm", "9 pm")
THIRD = SECOND.replace("school office", "site office") + "Dogs stay outside at all times.\n"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, '[web]\nbase_url = "https://policies.example.org"\n') as opened:
        yield opened


def since(school: School, row: PersonRow, compared: Compared | None = None) -> WhatChanged | None:
    with school.register.reading() as tx:
        versions = list_versions(tx, school.key)
        given = list_acknowledgements(tx, school.key, person=row.id)
        changes = ChangesForReaders(tx, versions, school.config.zone, compared)
        return changes.since_last_reading(given, max(versions, key=lambda version: version.number))


def test_a_first_reading_has_no_difference(school: School) -> None:
    school.add_policy("Lettings", text=FIRST)
    lee = school.add_person("Lee")
    assert since(school, lee) is None
    school.plan()
    assert "You read" not in school.messages()[0].text
    assert "Underlined" not in school.messages()[0].html


def test_the_difference_is_since_the_readers_own_last_reading_over_all_versions_between(school: School) -> None:
    first = school.add_policy("Lettings", text=FIRST)
    lee, day = school.add_person("Lee"), school.add_person("Day")
    school.record(lee, first, date(2026, 9, 3))
    second = school.add_version(first.policy_id, RevisionKind.MAJOR, text=SECOND)
    school.record(day, second)
    school.add_version(first.policy_id, RevisionKind.MAJOR, text=THIRD, due="2028-09")
    lees, days = since(school, lee), since(school, day)
    assert lees is not None
    assert days is not None
    assert lees.line == ("You read version 1 (September 2026) on 3 September 2026; 2 paragraphs changed and 1 new.")
    assert days.line == "You read version 2 (September 2026) on 23 November 2026; 1 paragraph changed and 1 new."
    assert [paragraph.as_text for paragraph in days.paragraphs] == [
        "Keys are kept in the [taken out: school] [new: site] office.",
        "[new: Dogs stay outside at all times.]",
    ]


def test_the_difference_stands_in_text_and_html_of_the_mail_that_asks_again(school: School) -> None:
    first = school.add_policy("Lettings", text=FIRST)
    lee = school.add_person("Lee")
    school.plan()
    school.record(lee, first)
    school.add_version(first.policy_id, RevisionKind.MAJOR, text=SECOND)
    school.plan(_TUESDAY)
    mail = school.messages()[-1]
    assert mail.kind is MailKind.READING
    assert "You read version 1 (September 2026) on 23 November 2026; 1 paragraph changed." in mail.text
    assert "> Hirers leave by [taken out: 10] [new: 9] pm on every day" in mail.text
    assert "it has changed since you last read it" in mail.text
    assert "<del style=" in mail.html
    assert "text-decoration:underline" in mail.html
    assert "You read version 1" in mail.html


def test_a_notice_shows_the_small_change(school: School) -> None:
    first = school.add_policy("Lettings", text=FIRST)
    lee = school.add_person("Lee")
    school.plan()
    school.record(lee, first)
    school.add_version(first.policy_id, RevisionKind.MINOR, text=FIRST.replace("school office", "site office"))
    school.plan(_TUESDAY)
    mail = school.messages()[-1]
    assert mail.kind is MailKind.NOTICE
    assert "kept in the [taken out: school] [new: site] office" in mail.text
    assert "<ins style=" in mail.html
    assert mail.text.index("no need to read it again") < mail.text.index("[new:")


def test_whoever_still_owes_a_reading_is_not_told_that_nothing_need_be_read(school: School) -> None:
    first = school.add_policy("Lettings", text=FIRST)
    lee, _ = school.add_person("Lee"), school.add_person("Day")
    school.plan()
    school.deliver()
    school.record(lee, first)
    school.add_version(first.policy_id, RevisionKind.MINOR, text=FIRST.replace("school office", "site office"))
    school.plan(_TUESDAY)
    mails = {mail.recipient: mail for mail in school.messages()[-2:]}
    read, owed = mails["lee@example.org"], mails["day@example.org"]
    assert "no need to read again" in read.subject
    assert "There is no need to read it again and nothing to send back." in read.text
    for words in (owed.subject, owed.text, owed.html):
        assert "no need to read" not in words
    assert "You have not recorded your reading of it yet: please read the new copy by 7 December 2026." in owed.text
    assert "WHEN YOU HAVE READ IT" in owed.text
    assert "tick the box" in owed.text
    assert "tick the box" in owed.html
    assert "https://policies.example.org/my/" in owed.text


def test_after_the_day_to_read_by_a_small_change_names_no_day(school: School) -> None:
    first = school.add_policy("Lettings", text=FIRST)
    school.add_person("Day")
    school.plan()
    school.deliver()
    school.add_version(first.policy_id, RevisionKind.MINOR, text=FIRST.replace("school office", "site office"))
    # A small change waits for a day on which its reader is reminded of nothing.
    for day in (28, 29):
        school.plan(MONDAY + timedelta(days=day))
        school.deliver(MONDAY + timedelta(days=day))
    [mail] = [mail for mail in school.messages() if mail.kind is MailKind.NOTICE]
    assert "yet: please read the new copy.\n" in mail.text


def test_each_pair_of_versions_is_compared_once(school: School) -> None:
    first = school.add_policy("Lettings", text=FIRST)
    readers = [school.add_person(name) for name in ("Lee", "Day", "Fox")]
    for row in readers:
        school.record(row, first)
    second = school.add_version(first.policy_id, RevisionKind.MAJOR, text=SECOND)
    compared: Compared = {}
    found = {since(school, row, compared) for row in readers}
    assert (len(found), list(compared)) == (1, [(first.id, second.id)])


def test_asked_again_each_school_year_says_that_nothing_changed(tmp_path: Path) -> None:
    with School(tmp_path / "other", '[reading]\nrepeat = "september"\n') as school:
        first = school.add_policy("Lettings", text=FIRST)
        lee = school.add_person("Lee")
        school.plan()
        school.record(lee, first)
        school.plan(date(2027, 9, 1))
        mail = [mail for mail in school.messages() if mail.kind is MailKind.READING][-1]
        assert "Why you: all staff read it each school year" in mail.text
        assert "You read version 1 (September 2026) on 23 November 2026; it has not changed since." in mail.text
        school.add_version(first.policy_id, RevisionKind.REAFFIRMED, text=FIRST)
        found = since(school, lee)
        assert found is not None
        assert (found.line.partition("; ")[2], found.paragraphs) == ("not a word changed.", ())


def test_a_version_that_gives_itself_no_date_is_called_by_its_number(school: School) -> None:
    from dataclasses import replace

    from pipeline.register.policies.policies import refresh_version

    first = school.add_policy("Lettings", text=FIRST)
    lee = school.add_person("Lee")
    school.record(lee, first)
    with school.register.transaction() as tx:
        refresh_version(tx, first.id, facts=replace(first.facts, last_review=None), text=FIRST)
    found = since(school, lee)
    assert found is not None
    assert found.line.startswith("You read version 1 on 23 November 2026")


def test_a_rewritten_policy_is_shown_in_part_and_the_rest_pointed_to(school: School) -> None:
    first = school.add_policy("Lettings", text="".join(f"Rule {n} about halls and keys.\n" for n in range(30)))
    lee = school.add_person("Lee")
    school.record(lee, first)
    text = "".join(f"Rule {n} about halls and fields.\n" for n in range(30))
    school.add_version(first.policy_id, RevisionKind.MAJOR, text=text)
    school.plan()
    mail = school.messages()[-1]
    assert mail.text.count("[new: fields]") == mail.html.count("fields<span") == 12
    assert "And 18 more paragraphs: see your page." in mail.text
    assert "And 18 more paragraphs: see your page." in mail.html


def test_words_of_a_document_cannot_become_markup(school: School) -> None:
    first = school.add_policy("Lettings", text=FIRST)
    lee = school.add_person("Lee")
    school.record(lee, first)
    school.add_version(first.policy_id, RevisionKind.MAJOR, text=FIRST + "<script>alert(1)</script> & more.\n")
    school.plan()
    mail = school.messages()[-1]
    assert "<script>" not in mail.html
    assert "&lt;script&gt;" in mail.html


def test_who_left_a_role_is_not_quoted_to_readers_though_the_documents_go_on_naming_them(tmp_path: Path) -> None:
    former = (
        '[[contacts.former]]\nrole = "dsl"\nname = "Jo Lister"\ntitle = "Mrs"\nphone = "01632 960177"\n'
        'email = "jo.lister@example.org"\n'
    )
    with School(tmp_path / "other", former) as school:
        before = f"{FIRST}Tell Mrs Lister of a worry within a day on 01632 960177.\nRing Mrs Lister first.\n"
        first = school.add_policy("Lettings", text=before)
        lee = school.add_person("Lee")
        school.plan()
        school.record(lee, first)
        after = before.replace("within a day", "at once").replace(
            "Ring Mrs Lister first.",
            "Or write to jo.lister@example.org; Jo Lister’s mobile is 01632 960178, the office 01632 960101.",
        )
        school.add_version(first.policy_id, RevisionKind.MAJOR, text=after)
        school.plan(_TUESDAY)
        mail = school.messages()[-1]
    assert "Tell (name) of a worry [taken out: within a day] [new: at once] on (number)." in mail.text
    assert "Or write to (address); (name)’s mobile is (number), the office 01632 960101." in mail.text
    assert "Names and numbers that are left out here are in the copy." in mail.text
    for words in (mail.text, mail.html):
        assert "Lister" not in words
        assert "96017" not in words
