"""Planning a day: who is asked for what, in one mail each, and what is closed and why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.acknowledgements.changed import Compared
from pipeline.errors import ConfigurationError
from pipeline.mail.mailings import campaign_summary
from pipeline.mail.outbox import Seams, deliver
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.model.policies import ReadingRule, RevisionKind
from pipeline.people.lists.staff_import import import_staff
from pipeline.people.lists.staff_list import StaffList
from pipeline.register.policies.copies import release_held_copy
from pipeline.register.readings.requests import ClosedReason
from pipeline.web.readers.view import view_for
from tests.mail.world import CollectingTransport
from tests.school import MONDAY, SECRET, School, at

pytestmark = pytest.mark.both_registers

_TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, '[web]\nbase_url = "https://policies.example.org"\n') as opened:
        yield opened


def _with(tmp_path: Path, toml: str) -> School:
    return School(tmp_path / "other", toml)


def test_everybody_is_asked_in_one_mail_for_all_their_policies(school: School) -> None:
    school.add_policy("Confidentiality", words=600)
    school.add_policy("Behaviour")
    school.add_policy("Uniform", None)
    school.add_person("Lee")
    school.add_person("Day")
    plan = school.plan()
    assert len(plan.opened) == 4
    assert {(mail.person.person.last_name, mail.kind, mail.minutes) for mail in plan.queued} == {
        ("Lee", MailKind.READING, 5),
        ("Day", MailKind.READING, 5),
    }
    assert all(set(mail.titles) == {"Behaviour", "Confidentiality"} for mail in plan.queued)
    text = school.messages()[0].text
    assert all(title in text for title in ("Behaviour", "Confidentiality", "Uniform"))
    assert "https://policies.example.org/my/" in text
    assert {request.due_on for request in plan.opened} == {MONDAY + timedelta(days=14)}


def test_planning_again_asks_nobody_twice(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_person("Lee")
    school.plan()
    for day in range(4):
        again = school.plan(MONDAY + timedelta(days=day))
        assert (again.opened, again.closed, again.queued) == ((), (), ())
    assert len(school.messages()) == 1


def test_starter_gets_the_pack_on_the_start_date_with_a_deadline_from_joining(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_policy("Uniform", None)
    starter = school.add_person("Lee", start_on=date(2026, 12, 1))
    assert school.plan(date(2026, 11, 30)).queued == ()
    plan = school.plan(date(2026, 12, 1))
    assert [(mail.person.id, mail.kind) for mail in plan.queued] == [(starter.id, MailKind.STARTER)]
    assert [request.due_on for request in plan.opened] == [date(2026, 12, 15)]


def test_starter_of_a_sunday_gets_the_pack_on_the_friday_before(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_person("Lee", start_on=date(2026, 11, 29))
    assert school.plan(date(2026, 11, 26)).queued == ()
    assert len(school.plan(date(2026, 11, 27)).queued) == 1


def test_starter_missed_for_a_week_is_caught_up_once(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_person("Lee", start_on=date(2026, 12, 1))
    assert [mail.kind for mail in school.plan(date(2026, 12, 8)).queued] == [MailKind.STARTER]
    assert school.plan(date(2026, 12, 9)).queued == ()


def test_nobody_is_told_where_to_find_a_policy_of_which_there_is_no_copy(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_policy("Uniform", None)
    school.hold_copy(school.add_policy("Charging and Remissions", None))
    school.add_person("Lee", start_on=MONDAY)
    school.plan()
    [mail] = [one for one in school.messages() if one.person is not None]  # the owner hears of the copy
    assert "Uniform" in mail.text
    assert "Charging and Remissions" not in mail.text


def test_starter_is_told_where_to_find_policies_even_with_nothing_to_sign(school: School) -> None:
    school.add_policy("Uniform", None)
    school.add_person("Lee", start_on=MONDAY)
    school.add_person("Day")
    plan = school.plan()
    assert [(mail.person.person.last_name, mail.kind) for mail in plan.queued] == [("Lee", MailKind.STARTER)]
    assert plan.opened == ()
    assert school.plan(_TUESDAY).queued == ()


def test_days_before_brings_the_pack_forward(tmp_path: Path) -> None:
    with _with(tmp_path, "[people]\ndays_before = 7\n") as school:
        school.add_policy("Confidentiality")
        school.add_person("Lee", start_on=date(2026, 12, 1))
        assert school.plan(MONDAY).queued == ()
        assert len(school.plan(_TUESDAY).queued) == 1


def test_leaver_gets_nothing_and_open_requests_are_closed_as_left(school: School) -> None:
    school.add_policy("Confidentiality")
    row = school.add_person("Lee")
    school.add_person("Day", leave_on=MONDAY - timedelta(days=1))
    school.plan()
    school.change_person(row, leave_on=MONDAY)
    assert school.plan(MONDAY).closed == ()
    plan = school.plan(_TUESDAY)
    assert [request.person for request in plan.closed] == [row.id]
    assert [request.closed_reason for request in school.requests(only_open=False)] == [ClosedReason.LEFT]
    assert [message.state for message in school.messages()] == [DeliveryState.CANCELLED]


def test_person_away_is_asked_on_return_with_a_new_deadline(school: School) -> None:
    school.add_policy("Confidentiality")
    row = school.add_person("Lee", away_until=date(2026, 11, 29))
    plan = school.plan()
    assert (plan.opened, plan.queued, plan.away) == ((), (), (row,))
    back = school.plan(date(2026, 11, 30))
    assert [request.due_on for request in back.opened] == [date(2026, 12, 14)]
    assert len(back.queued) == 1


def test_people_whom_mail_does_not_reach_are_listed_for_paper_until_they_have_read(school: School) -> None:
    version = school.add_policy("Confidentiality")
    lee = school.add_person("Lee", email=None)
    school.add_person("Day", email="office@example.org")
    school.add_person("Fox", email="Office@example.org")
    plan = school.plan()
    assert plan.queued == ()
    assert [
        (reader.person.person.last_name, reader.why, [item.slug for item in reader.items]) for reader in plan.paper
    ] == [
        ("Day", "shares an address", ["confidentiality"]),
        ("Fox", "shares an address", ["confidentiality"]),
        ("Lee", "no e-mail address", ["confidentiality"]),
    ]
    school.record(lee, version)
    assert [reader.person.person.last_name for reader in school.plan(_TUESDAY).paper] == ["Day", "Fox"]


def test_large_change_is_asked_again_and_replaces_what_is_open(school: School) -> None:
    first = school.add_policy("Confidentiality")
    lee, day = school.add_person("Lee"), school.add_person("Day")
    school.plan()
    school.record(lee, first)
    second = school.add_version(first.policy_id, RevisionKind.MAJOR, title="Confidentiality")
    plan = school.plan(_TUESDAY)
    assert [request.person for request in plan.closed] == [day.id]
    assert {(request.person, request.version_id) for request in plan.opened} == {
        (lee.id, second.id),
        (day.id, second.id),
    }
    assert {mail.kind for mail in plan.queued} == {MailKind.READING}
    texts = {message.recipient: message.text for message in school.messages()[-2:]}
    assert "it has changed since you last read it" in texts["lee@example.org"]
    assert ClosedReason.SUPERSEDED in {request.closed_reason for request in school.requests(only_open=False)}


def test_small_change_moves_open_requests_and_tells_readers_without_asking(school: School) -> None:
    first = school.add_policy("Confidentiality")
    lee, day = school.add_person("Lee"), school.add_person("Day")
    asked = school.plan()
    assert school.deliver().written == 2
    school.record(lee, first)
    second = school.add_version(first.policy_id, RevisionKind.MINOR, title="Confidentiality")
    plan = school.plan(_TUESDAY)
    assert [(row.person, row.version_id) for row in plan.opened] == [(day.id, second.id)]
    assert [(one.person, one.version_id) for one in school.requests()] == [(day.id, second.id)]
    assert school.requests()[0].due_on == asked.opened[0].due_on
    assert {(mail.person.id, mail.kind) for mail in plan.queued} == {
        (lee.id, MailKind.NOTICE),
        (day.id, MailKind.NOTICE),
    }
    assert school.plan(_TUESDAY + timedelta(days=1)).queued == ()


@pytest.mark.parametrize("kind", [RevisionKind.CONTACTS, RevisionKind.REAFFIRMED])
def test_new_contacts_or_dates_ask_and_tell_nobody(school: School, kind: RevisionKind) -> None:
    first = school.add_policy("Confidentiality")
    lee, day = school.add_person("Lee"), school.add_person("Day")
    school.plan()
    school.deliver()
    school.record(lee, first)
    school.add_version(first.policy_id, kind, title="Confidentiality")
    plan = school.plan(_TUESDAY)
    assert (plan.opened, plan.closed, plan.queued) == ((), (), ())
    recording = school.record(day, first, _TUESDAY)
    assert recording.acknowledgement is not None
    assert recording.acknowledgement.version_sha256 == first.sha256


def test_small_change_before_the_mail_went_brings_the_new_version_instead(school: School) -> None:
    first = school.add_policy("Confidentiality")
    school.add_person("Lee")
    school.plan()
    second = school.add_version(first.policy_id, RevisionKind.MINOR, title="Confidentiality")
    plan = school.plan(_TUESDAY)
    assert [mail.kind for mail in plan.queued] == [MailKind.READING]
    assert [request.version_id for request in school.requests()] == [second.id]
    assert [message.state for message in school.messages()] == [DeliveryState.CANCELLED, DeliveryState.PENDING]


def test_notice_waits_for_a_day_without_other_mail(school: School) -> None:
    first = school.add_policy("Confidentiality")
    lee = school.add_person("Lee")
    school.plan()
    school.record(lee, first)
    school.add_version(first.policy_id, RevisionKind.MINOR, title="Confidentiality")
    school.add_policy("Behaviour")
    assert [mail.kind for mail in school.plan(_TUESDAY).queued] == [MailKind.READING]
    assert [mail.kind for mail in school.plan(_TUESDAY + timedelta(days=1)).queued] == [MailKind.NOTICE]


def test_policy_to_read_is_mailed_once_and_nothing_is_asked_back(tmp_path: Path) -> None:
    with _with(tmp_path, '[reading]\nread = ["uniform"]\n') as school:
        school.add_policy("Uniform", None)
        school.add_person("Lee")
        plan = school.plan()
        assert (len(plan.queued), plan.opened) == (1, ())
        assert school.plan(_TUESDAY).queued == ()


def test_policy_without_a_copy_of_its_version_waits_and_is_named(school: School) -> None:
    first = school.add_policy("Confidentiality")
    school.add_person("Lee")
    second = school.add_version(first.policy_id, RevisionKind.MAJOR, title="Confidentiality", copy=False)
    plan = school.plan()
    assert (plan.opened, plan.queued, plan.waiting_for_copy) == ((), (), ("Confidentiality",))
    school.add_copy(second)
    assert len(school.plan(_TUESDAY).queued) == 1


def test_copy_without_a_pdf_is_asked_for_without_an_attachment(school: School) -> None:
    from pipeline.register.policies.copies import CopyRecord, add_copy
    from tests.school import at

    first = school.add_policy("Confidentiality")
    record = CopyRecord(policy_id=first.policy_id, version_id=first.id, fingerprint="x", code="X")
    with school.register.transaction() as tx:
        add_copy(tx, school.key, record, at(MONDAY))
    school.add_person("Lee")
    assert len(school.plan().queued) == 1
    assert school.messages()[0].attachments == ()


def test_policy_of_which_no_version_is_in_force_is_asked_of_nobody(school: School) -> None:
    from pipeline.model.policies import VersionStatus
    from pipeline.register.policies.policies import set_version_status

    first = school.add_policy("Confidentiality")
    school.add_person("Lee")
    school.plan()
    with school.register.transaction() as tx:
        set_version_status(tx, first.id, VersionStatus.SUPERSEDED)
    plan = school.plan(_TUESDAY)
    assert (len(plan.closed), plan.opened, plan.queued) == (1, (), ())


def test_rule_taken_away_closes_requests_as_not_needed_and_drops_the_mail(tmp_path: Path) -> None:
    root = tmp_path / "other"
    with School(root) as school:
        school.add_policy("Confidentiality")
        school.add_person("Lee")
        school.plan()
    with School(root, '[reading]\nfind = ["confidentiality"]\n') as school:
        assert len(school.plan(_TUESDAY).closed) == 1
        assert school.requests(only_open=False)[0].closed_reason is ClosedReason.NOT_NEEDED
        assert school.messages()[0].state is DeliveryState.CANCELLED


def test_turning_smtp_on_asks_those_who_still_owe_afresh(tmp_path: Path) -> None:
    root = tmp_path / "other"
    with School(root) as school:
        version = school.add_policy("Confidentiality")
        lee, day = school.add_person("Lee"), school.add_person("Day")
        school.plan()
        school.record(lee, version)
    smtp = '[mail]\nroute = "smtp"\nhost = "mail.example.org"\nfrom = "office@example.org"\n'
    with School(root, smtp) as school:
        plan = school.plan(_TUESDAY)
        assert [mail.person.id for mail in plan.queued] == [day.id]
        assert plan.opened == ()
        assert school.plan(_TUESDAY + timedelta(days=1)).queued == ()


_SMTP = '[mail]\nroute = "smtp"\nhost = "mail.example.org"\nfrom = "office@example.org"\nconfirm_above = 0\n'
_GRAPH = (
    '[mail]\nroute = "graph"\nfrom = "office@example.org"\n[mail.oauth]\nprovider = "microsoft"\ntenant = "t"\n'
    'client_id = "c"\n'
)


@pytest.mark.parametrize(
    ("before", "after"), [(_SMTP, _GRAPH), (_GRAPH.replace("[mail.o", "confirm_above = 0\n[mail.o"), _SMTP)]
)
def test_going_from_a_mail_server_to_graph_asks_nobody_again(tmp_path: Path, before: str, after: str) -> None:
    root = tmp_path / "other"
    with School(root, before) as school:
        school.add_policy("Confidentiality")
        school.add_person("Lee")
        assert len(school.plan().queued) == 1
        taken = CollectingTransport()
        sent = deliver(
            school.register,
            school.config,
            today=MONDAY,
            now=at(MONDAY),
            environ={},
            seams=Seams(transport=lambda: taken),
        )
        assert (sent.sent, len(taken.taken)) == (1, 1)
    with School(root, after) as school:
        assert school.plan(_TUESDAY).queued == ()
        reminded = school.plan(date(2026, 12, 2)).queued
        assert [mail.contents.kind for mail in reminded] == [MailKind.REMINDER]


def test_what_had_not_gone_by_a_mail_server_goes_by_graph(tmp_path: Path) -> None:
    root = tmp_path / "other"
    with School(root, _SMTP) as school:
        school.add_policy("Confidentiality")
        school.add_person("Lee")
        school.plan()
    with School(root, _GRAPH) as school:
        assert len(school.plan(_TUESDAY).queued) == 1
        assert [message.state for message in school.messages()] == [DeliveryState.CANCELLED, DeliveryState.PENDING]


def test_yearly_rule_asks_again_each_september(tmp_path: Path) -> None:
    with _with(tmp_path, '[reading]\nrepeat = "september"\n') as school:
        version = school.add_policy("Confidentiality")
        lee = school.add_person("Lee")
        school.plan()
        school.record(lee, version)
        assert school.plan(date(2027, 8, 31)).opened == ()
        again = school.plan(date(2027, 9, 1))
        assert len(again.opened) == len(again.queued) == 1
        school.record(lee, version, date(2027, 9, 2))
        assert school.requests() == ()
        assert school.plan(date(2027, 9, 3)).opened == ()


def test_broken_template_keeps_nothing(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_person("Lee")
    override = school.config.templates / "mail" / "reading.txt"
    override.parent.mkdir(parents=True)
    override.write_text("{{ nobody.knows }}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"reading\.txt"):
        school.plan()
    assert school.requests() == ()


def test_catalogue_decides_what_is_signed_and_what_is_found(school: School) -> None:
    from pipeline.people.obligations import posts_of, rule_book

    school.add_policy("Confidentiality")
    school.add_policy("Uniform", None)
    rules = rule_book(school.standings(), school.config.reading, school.config.people.read_within_days, MONDAY)
    asked = rules.asked_of(posts_of(school.add_person("Lee"), MONDAY))
    assert sorted(each.rule for each in asked if each.rule) == [ReadingRule.FIND, ReadingRule.SIGN]


def test_nobody_is_mailed_the_earlier_copy_while_the_newest_is_held(school: School) -> None:
    held, other = school.add_policy("Confidentiality"), school.add_policy("Behaviour")
    row = school.add_person("Lee")
    school.hold_copy(held)
    plan = school.plan()
    assert plan.waiting_for_copy == ("Confidentiality",)
    assert [request.policy_id for request in plan.opened] == [other.policy_id]
    assert [mail.titles for mail in plan.queued] == [("Behaviour",)]
    with school.register.reading() as tx:
        view = view_for(tx, school.key, school.config, SECRET, row, MONDAY, Compared())
    assert {one.policy.title: one.policy.copy_code for one in view.waiting} == {"Confidentiality": None}
    with school.register.transaction() as tx:
        release_held_copy(tx, school.key, held.policy_id, at(_TUESDAY))
    assert [mail.titles for mail in school.plan(_TUESDAY).queued] == [("Confidentiality",)]


def test_mail_that_waits_with_a_copy_held_since_is_planned_afresh(school: School) -> None:
    version = school.add_policy("Confidentiality")
    school.add_person("Lee")
    assert len(school.plan().queued) == 1
    school.hold_copy(version)
    assert school.deliver().cancelled == 1


def test_turning_smtp_on_gives_everybody_a_day_to_come_to_read_by(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_person("Lee")
    school.plan()
    school.deliver()
    school.config = school.config.model_copy(
        update={"mail": school.config.mail.model_copy(update={"route": "smtp", "host": "localhost"})}
    )
    later = MONDAY + timedelta(days=28)
    assert len(school.plan(later).queued) == 1
    assert "by 4 January 2027" in school.messages()[-1].subject
    assert school.requests()[0].due_on == date(2027, 1, 4)


def test_mail_that_waited_past_its_day_is_written_afresh_in_the_same_mailing(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_person("Lee")
    school.config = school.config.model_copy(
        update={"mail": school.config.mail.model_copy(update={"route": "smtp", "host": "localhost"})}
    )
    school.plan()
    school.deliver()
    assert campaign_summary(school.register).readers[0].recipient == "lee@example.org"
    for days, queued in ((14, 0), (15, 1), (16, 0)):
        assert len(school.plan(MONDAY + timedelta(days=days)).queued) == queued
        school.deliver(MONDAY + timedelta(days=days))
    first, second = school.messages()
    assert (first.state, second.state) == (DeliveryState.CANCELLED, DeliveryState.PENDING)
    assert second.campaign == first.campaign is not None
    assert "by 22 December 2026" in second.subject


def test_mail_written_for_an_address_of_before_is_written_again_for_the_new_one_the_same_day(school: School) -> None:
    school.add_policy("Confidentiality")
    lee = school.add_person("Lee", email="lea@example.org")
    school.plan()
    school.deliver()
    school.change_person(lee, work_email="lee@example.org")
    assert len(school.plan().queued) == 1
    assert school.plan().queued == ()
    school.deliver()
    assert [(row.recipient, row.state) for row in school.messages()] == [
        ("lea@example.org", DeliveryState.WRITTEN),
        ("lee@example.org", DeliveryState.WRITTEN),
    ]


def test_mail_that_waits_never_goes_to_an_address_of_before(school: School) -> None:
    school.add_policy("Confidentiality")
    lee = school.add_person("Lee", email="lea@example.org")
    school.plan()
    school.change_person(lee, work_email="lee@example.org")
    assert school.deliver().written == 0
    assert school.messages()[0].state is DeliveryState.CANCELLED
    assert len(school.plan().queued) == 1
    school.change_person(lee, work_email="kim.lee@example.org")
    assert len(school.plan().queued) == 1
    school.deliver()
    written = [row.recipient for row in school.messages() if row.state is DeliveryState.WRITTEN]
    assert written == ["kim.lee@example.org"]


def test_a_new_address_is_told_with_what_became_of_the_mail_to_the_old_one(school: School) -> None:
    school.add_policy("Confidentiality")
    lee = school.add_person("Lee", email="lea@example.org")
    school.plan()
    school.deliver()
    corrected = replace(lee.person, work_email="lee@example.org")
    taken = StaffList((corrected,), listed=frozenset({corrected.person_id}))
    with school.register.transaction() as tx:
        (note,) = import_staff(tx, school.key, taken, "staff.csv", MONDAY, at(MONDAY)).notes
    assert note.startswith("Kim Lee now has the address lee@example.org. The mail “Test Primary School: please read")
    assert note.endswith(
        "was written for lea@example.org (2026-11-23-lea-00001.eml): delete that file; another is written for the new "
        "address."
    )


SMTP_ROUTE = '[mail]\nroute = "smtp"\nhost = "mail.example.org"\nfrom = "office@example.org"\nattach_below_mb = 0\n'


@pytest.mark.parametrize(
    ("page", "carried"), [("", True), ('[web]\nbase_url = "https://policies.example.org"\n', False)]
)
def test_mail_goes_without_copies_only_where_readers_have_a_page_to_find_them_on(
    tmp_path: Path, page: str, carried: bool
) -> None:
    with School(tmp_path, SMTP_ROUTE + page) as school:
        school.add_policy("Lettings")
        school.add_person("Bell")
        planned = school.plan()
        assert planned.size.carried is carried
        assert planned.size.attached_bytes > 0
        [mail] = school.messages()
        assert bool(mail.attachments) is carried
        assert "in the folder" not in mail.text
