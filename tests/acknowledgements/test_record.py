"""Recording: once a person and reading, with its ledger record, its closed request and the mail it makes needless."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.acknowledgements.changed import Compared
from pipeline.acknowledgements.listing import list_acknowledgements, readings
from pipeline.acknowledgements.record import GivenWord, RecordingOutcome, record_acknowledgement
from pipeline.model.facts import Problem
from pipeline.model.mail import DeliveryState
from pipeline.model.policies import RevisionKind
from pipeline.model.readings import AcknowledgementMethod, Occasion, RequestState
from pipeline.register.ledger.check import verify
from pipeline.register.people.changes import engage
from pipeline.register.policies.copies import Covering, LeftOut
from pipeline.register.policies.policies import add_policy, set_version_status
from pipeline.register.readings.requests import list_acknowledgements as list_rows
from pipeline.register.readings.requests import list_requests
from pipeline.web.readers.view import view_for
from tests.school import MONDAY, SECRET, School, at


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as opened:
        yield opened


def test_recording_closes_the_request_writes_the_ledger_and_drops_needless_mail(school: School) -> None:
    first, second = school.add_policy("Confidentiality"), school.add_policy("Behaviour")
    row = school.add_person("Lee")
    school.plan()
    assert school.record(row, first).outcome is RecordingOutcome.RECORDED
    assert [message.state for message in school.messages()] == [DeliveryState.PENDING]
    assert school.record(row, second).outcome is RecordingOutcome.RECORDED
    assert [message.state for message in school.messages()] == [DeliveryState.CANCELLED]
    assert not school.requests()
    with school.register.reading() as tx:
        check = verify(tx, school.key)
    assert (check.records, check.faults) == (2, ())


def test_many_posts_at_once_record_one(school: School) -> None:
    version = school.add_policy("Confidentiality")
    row = school.add_person("Lee")
    outcomes: list[RecordingOutcome] = []
    threads = [threading.Thread(target=lambda: outcomes.append(school.record(row, version).outcome)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [RecordingOutcome.ALREADY] * 5 + [RecordingOutcome.RECORDED]
    with school.register.reading() as tx:
        assert len(list_rows(tx, school.key)) == 1


def test_leavers_and_unknown_people_record_nothing(school: School) -> None:
    version = school.add_policy("Confidentiality")
    left = school.add_person("Lee", leave_on=MONDAY - timedelta(days=1))
    assert school.record(left, version).outcome is RecordingOutcome.REFUSED
    from dataclasses import replace

    assert school.record(replace(left, id=99), version).outcome is RecordingOutcome.REFUSED
    assert school.record(school.add_person("Day"), replace(version, policy_id=99)).outcome is RecordingOutcome.REFUSED


def test_version_that_was_replaced_by_a_large_change_is_not_recorded(school: School) -> None:
    first = school.add_policy("Confidentiality")
    row = school.add_person("Lee")
    school.add_version(first.policy_id, RevisionKind.MAJOR)
    assert school.record(row, first).outcome is RecordingOutcome.REPLACED


@pytest.mark.parametrize("kind", [RevisionKind.MINOR, RevisionKind.CONTACTS, RevisionKind.REAFFIRMED])
def test_word_given_before_a_small_change_still_counts(school: School, kind: RevisionKind) -> None:
    first = school.add_policy("Confidentiality")
    row = school.add_person("Lee")
    school.record(row, first)
    second = school.add_version(first.policy_id, kind)
    assert school.record(row, second).outcome is RecordingOutcome.ALREADY
    third = school.add_version(first.policy_id, RevisionKind.MAJOR)
    assert school.record(row, third).outcome is RecordingOutcome.RECORDED


def test_list_tells_who_has_and_who_has_not_and_counts_agree(school: School) -> None:
    version = school.add_policy("Confidentiality")
    school.add_policy("Uniform", None)
    lee, _ = school.add_person("Lee"), school.add_person("Day")
    away = school.add_person("Fox", away_until=date(2026, 12, 31))
    left = school.add_person("Gray")
    school.plan()
    school.record(lee, version)
    school.change_person(left, leave_on=MONDAY - timedelta(days=1))
    school.plan()
    with school.register.reading() as tx:
        lines = list_acknowledgements(tx, school.key, school.config, school.standings(), MONDAY)
        counts = readings(tx, school.key, school.config, school.standings(), MONDAY)
    assert [(line.person.person.last_name, line.state) for line in lines] == [
        ("Day", RequestState.OWED),
        ("Fox", RequestState.AWAY),
        ("Gray", RequestState.CLOSED),
        ("Lee", RequestState.ACKNOWLEDGED),
    ]
    assert lines[3].method is AcknowledgementMethod.PAGE
    assert {policy: (count.done, count.required) for policy, count in counts.items()} == {version.policy_id: (1, 2)}
    school.record(away, version)
    with school.register.reading() as tx:
        counts = readings(tx, school.key, school.config, school.standings(), MONDAY)
    assert (counts[version.policy_id].done, counts[version.policy_id].required) == (2, 3)


def test_request_of_somebody_who_went_away_shows_as_away(school: School) -> None:
    school.add_policy("Confidentiality")
    row = school.add_person("Lee")
    school.plan()
    school.change_person(row, away_until=MONDAY + timedelta(days=30))
    assert school.plan().closed == ()
    with school.register.reading() as tx:
        lines = list_acknowledgements(tx, school.key, school.config, school.standings(), MONDAY)
    assert [line.state for line in lines] == [RequestState.AWAY]


def test_whoever_left_and_came_back_is_asked_again_and_can_answer_again(school: School) -> None:
    version, row = school.add_policy("Confidentiality"), school.add_person("Lee")
    school.plan()
    school.record(row, version)
    gone = school.change_person(row, leave_on=MONDAY + timedelta(days=4))
    back_on = MONDAY + timedelta(days=49)
    back = replace(gone.person, start_on=back_on, leave_on=None)
    with school.register.transaction() as tx:
        engage(tx, school.key, gone.id, back, "staff.csv", back_on, at(back_on))
    here = school.find_person(row.id, back_on)
    assert len(school.plan(back_on).opened) == 1
    with school.register.reading() as tx:
        counts = readings(tx, school.key, school.config, school.standings(back_on), back_on)
        view = view_for(tx, school.key, school.config, SECRET, here, back_on, Compared())
    assert (counts[version.policy_id].done, counts[version.policy_id].required) == (0, 1)
    assert (len(view.to_sign), len(view.has_read)) == (1, 0)
    assert school.record(here, version, back_on).outcome is RecordingOutcome.RECORDED
    assert school.record(here, version, back_on).outcome is RecordingOutcome.ALREADY
    assert school.requests() == ()
    with school.register.reading() as tx:
        requests = list_requests(tx, school.key)
    assert [one.occasion for one in requests] == [Occasion.VERSION, Occasion.JOINING]


def test_word_of_somebody_whom_no_run_has_asked_yet_answers_a_request_of_its_occasion(school: School) -> None:
    version = school.add_policy("Confidentiality")
    starter = school.add_person("Lee", start_on=MONDAY)
    school.record(starter, version)
    with school.register.reading() as tx:
        (request,) = list_requests(tx, school.key)
    assert (request.occasion, request.engagement) == (Occasion.JOINING, starter.engagement)


@pytest.mark.parametrize(
    "method", sorted(set(AcknowledgementMethod) - {AcknowledgementMethod.BASELINE, AcknowledgementMethod.ELSEWHERE})
)
def test_nothing_is_recorded_of_what_had_no_copy_however_the_word_was_given(school: School, method: str) -> None:
    first, lee = school.add_policy("Confidentiality"), school.add_person("Lee")
    version = school.add_version(first.policy_id, RevisionKind.MAJOR, title="Confidentiality", copy=False)
    given = GivenWord(lee.id, version.policy_id, version.id, AcknowledgementMethod(method), at(MONDAY), "Jo Clerk")
    recording = record_acknowledgement(school.register, school.config, given, today=MONDAY, now=at(MONDAY))
    assert (recording.outcome, recording.acknowledgement) == (RecordingOutcome.NO_COPY, None)
    covering = Covering(only_contacts=True, left_out=(LeftOut(3, "picture"),))
    school.hold_copy(version, covering=covering, pdf_path="copies/C.pdf", pdf_sha256="0" * 64)
    again = record_acknowledgement(school.register, school.config, given, today=MONDAY, now=at(MONDAY))
    assert again.outcome is RecordingOutcome.NO_COPY


@pytest.mark.parametrize("method", [AcknowledgementMethod.FORM, AcknowledgementMethod.PAPER])
def test_nothing_is_recorded_of_a_held_text_that_was_never_in_use_for_the_days_before_it_was_known(
    school: School, method: AcknowledgementMethod
) -> None:
    with school.register.transaction() as tx:
        policy = add_policy(tx, school.key, "anti-bullying", "Anti-Bullying", None, at(MONDAY))
    held = school.add_version(policy.id, RevisionKind.ADOPTED, title="Anti-Bullying", copy=False)
    other = Problem("other-school", "It is headed Westbrook Academy.")
    with school.register.transaction() as tx:
        set_version_status(tx, held.id, held.status, holds=(other,))
    lee, before = school.add_person("Lee"), MONDAY - timedelta(days=3)
    given = GivenWord(lee.id, policy.id, held.id, method, at(before), "Jo Clerk")
    recording = record_acknowledgement(school.register, school.config, given, today=MONDAY, now=at(MONDAY))
    assert (recording.outcome, recording.acknowledgement) == (RecordingOutcome.NO_COPY, None)
    # The school's own text takes its place: the held one was never in use, whatever the kind of the change.
    later = MONDAY + timedelta(days=1)
    school.add_version(policy.id, RevisionKind.MINOR, title="Anti-Bullying", issued_on=later, today=later)
    again = record_acknowledgement(school.register, school.config, given, today=later, now=at(later))
    assert again.outcome is RecordingOutcome.NO_COPY
    # Where somebody says that the held text is the school's, it is what people had.
    with school.register.transaction() as tx:
        set_version_status(tx, held.id, held.status, holds=())
    own = record_acknowledgement(school.register, school.config, given, today=later, now=at(later))
    assert own.outcome is RecordingOutcome.RECORDED
