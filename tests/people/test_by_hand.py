"""What the office decides of one person: it holds, ends what it must, and is told."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.acknowledgements.corrections import correct_leaving
from pipeline.acknowledgements.links import person_token, resolve_token
from pipeline.errors import UsageError
from pipeline.model.mail import DeliveryState
from pipeline.model.people import BY_HAND, AwayPeriod, EngagementKind
from pipeline.people.by_hand import add_by_hand, leave, revoke_link, set_by_hand
from pipeline.people.lists.staff_wording import hand_change_lines
from pipeline.people.naming import find_one
from pipeline.people.obligations import has_left
from pipeline.register.corrections import CorrectionKind, list_corrections
from pipeline.register.deciding import deciding
from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger
from pipeline.register.people.changes import engage
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.readings.requests import ClosedReason, list_requests
from pipeline.register.tables.people import engagement_state, person_state
from tests.people.test_lists import BO, LEE, _import, _people
from tests.school import MONDAY, SECRET, School, at

DAY = timedelta(days=1)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as opened:
        yield opened


def _decide(school: School, today: date = MONDAY) -> AbstractContextManager[Decision]:
    return deciding(school.register, school.root, "Jo Hill", at(today))


def _one(school: School, name: str, today: date = MONDAY) -> PersonRow:
    return next(row for row in _people(school, today) if row.person.name == name)


def test_somebody_added_by_hand_has_a_list_of_their_own_that_no_import_touches(school: School) -> None:
    with _decide(school) as decision:
        added = add_by_hand(
            decision,
            "Ms Di Ash",
            ["role=TA", "kind=volunteer", "starts=4 January 2027", "address=di@example.org"],
            MONDAY,
        )
        second = add_by_hand(decision, "Ash, Ed", [], MONDAY)
    person = added.after.person
    assert (person.name, person.person_id, added.after.source) == ("Di Ash", "hand-1", BY_HAND)
    assert (person.kind, person.start_on, person.work_email) == (
        EngagementKind.VOLUNTEER,
        date(2027, 1, 4),
        "di@example.org",
    )
    assert (second.after.person.name, second.after.person.person_id) == ("Ed Ash", "hand-2")
    assert _import(school, LEE, BO).missing == ()
    assert _import(school, LEE, BO).missing == ()
    assert _one(school, "Di Ash").missing_since is None


def test_who_is_known_by_that_name_is_not_added_twice_unless_they_are_another(school: School) -> None:
    _import(school, LEE, BO)
    with _decide(school) as decision:
        with pytest.raises(UsageError, match="has that name and address already"):
            add_by_hand(decision, "Ana Lee", ["address=Ana@example.org"], MONDAY)
        with pytest.raises(UsageError, match="has that name already"):
            add_by_hand(decision, "Ana Lee", [], MONDAY)
        other = add_by_hand(decision, "Ana Lee", ["address=ana@example.org", "first_name=Anna"], MONDAY)
        assert other.notes[0].startswith("Anna Lee shares the address ana@example.org with Ana Lee")
        add_by_hand(decision, "Ana Lee", [], MONDAY, is_another=True)
    assert len(_people(school)) == 4


def test_who_left_and_is_added_again_begins_a_new_engagement_with_another_link(school: School) -> None:
    _import(school, LEE, BO)
    before = _one(school, "Ana Lee")
    with _decide(school) as decision:
        leave(decision, "p1", None, MONDAY)
        with pytest.raises(UsageError, match="they begin again on a day after that"):
            add_by_hand(decision, "Ana Lee", ["address=ana@example.org", "starts=2026-01-01"], MONDAY)
        add_by_hand(decision, "Ana Lee", ["address=ana@example.org"], MONDAY)
    again = _one(school, "Ana Lee")
    assert (again.id, again.person.start_on, again.source) == (before.id, MONDAY, BY_HAND)
    assert before.engagement not in again.counting
    assert again.token_key != before.token_key


def test_leaving_ends_link_requests_and_mail_in_one_step_and_no_import_undoes_it(school: School) -> None:
    school.add_policy("Confidentiality")
    _import(school, LEE, BO)
    school.plan()
    ana = _one(school, "Ana Lee")
    token = person_token(SECRET, school.key, ana)
    with _decide(school) as decision:
        assert resolve_token(decision.tx, school.key, SECRET, token, MONDAY) is not None
        left = leave(decision, "Ana Lee", None, MONDAY)
        assert resolve_token(decision.tx, school.key, SECRET, token, MONDAY) is None
        assert resolve_token(decision.tx, school.key, SECRET, token, MONDAY - DAY) is None
    assert (left.closed, left.dropped, left.after.person.leave_on) == (1, 1, MONDAY - DAY)
    assert [row.closed_reason for row in school.requests(only_open=False) if row.person == ana.id] == [
        ClosedReason.LEFT
    ]
    states = {message.state for message in school.messages() if message.person == ana.id}
    assert states == {DeliveryState.CANCELLED}
    assert _import(school, LEE, BO, today=MONDAY + DAY).changed == ()
    assert school.plan(MONDAY + DAY).queued == ()
    with _decide(school) as decision, pytest.raises(UsageError, match="leaves already"):
        leave(decision, "Ana Lee", None, MONDAY)


def test_a_last_day_to_come_ends_nothing_yet(school: School) -> None:
    school.add_policy("Confidentiality")
    _import(school, LEE, BO)
    school.plan()
    with _decide(school) as decision:
        left = leave(decision, "p1", MONDAY + 7 * DAY, MONDAY)
    assert (left.closed, left.dropped) == (0, 0)
    assert not has_left(_one(school, "Ana Lee").person, MONDAY + 7 * DAY)
    assert has_left(_one(school, "Ana Lee", MONDAY + 8 * DAY).person, MONDAY + 8 * DAY)


def test_who_stays_by_another_list_keeps_their_link(school: School) -> None:
    _import(school, LEE, BO)
    with school.register.transaction() as tx:
        engage(tx, school.key, _one(school, "Ana Lee").id, LEE, "governors.csv", MONDAY, at(MONDAY))
    before = _one(school, "Ana Lee")
    with _decide(school) as decision:
        change = leave(decision, "Ana Lee", None, MONDAY, list_name="staff.csv")
    after = _one(school, "Ana Lee")
    assert (change.before, change.after, change.closed, change.dropped) == (before, after, 0, 0)
    assert list(hand_change_lines(change, MONDAY)) == [
        "Ana Lee (p1 in staff.csv): last day none → 22 November 2026.",
        "They are still here by governors.csv, so their link stays.",
    ]
    assert ([one.list for one in after.engagements], after.token_key) == (["governors.csv"], before.token_key)
    with _decide(school) as decision:
        with pytest.raises(UsageError, match="is not in the list 'clubs', but in governors"):
            leave(decision, "Ana Lee", None, MONDAY, list_name="clubs")
        leave(decision, "Ana Lee", None, MONDAY)
    assert has_left(_one(school, "Ana Lee").person, MONDAY)


def _is_a_governor_too(school: School) -> PersonRow:
    _import(school, LEE, BO)
    with school.register.transaction() as tx:
        governor = replace(LEE, person_id="g1", role="Governor", start_on=None, kind=EngagementKind.GOVERNOR)
        engage(tx, school.key, _one(school, "Ana Lee").id, governor, "governors.csv", MONDAY, at(MONDAY))
    return _one(school, "Ana Lee")


@pytest.mark.parametrize("list_name", ["staff.csv", None])
def test_a_last_day_set_of_one_engagement_ends_nothing_of_who_stays_by_another(
    school: School, list_name: str | None
) -> None:
    school.add_policy("Confidentiality")
    before = _is_a_governor_too(school)
    school.plan()
    with _decide(school) as decision:
        change = set_by_hand(decision, "Ana Lee", ["last_day=2026-11-20"], MONDAY, list_name=list_name)
        assert len(list_requests(decision.tx, decision.school, person=before.id, only_open=True)) == 1
    after = _one(school, "Ana Lee")
    assert (change.closed, change.dropped) == (0, 0)
    assert ([one.list for one in after.engagements], after.token_key) == (["governors.csv"], before.token_key)
    assert {mail.state for mail in school.messages() if mail.person == before.id} == {DeliveryState.PENDING}
    assert list(hand_change_lines(change, MONDAY)) == [
        "Ana Lee (p1 in staff.csv): last day none → 20 November 2026.",
        "They are still here by governors.csv, so their link stays.",
    ]
    with _decide(school) as decision:
        gone = set_by_hand(decision, "Ana Lee", ["last_day=2026-11-21"], MONDAY)
    assert gone.closed == 1
    assert _one(school, "Ana Lee").token_key != before.token_key


def test_what_is_set_in_one_list_is_told_of_that_list(school: School) -> None:
    _is_a_governor_too(school)
    with _decide(school) as decision:
        change = set_by_hand(decision, "Ana Lee", ["role=Chair"], MONDAY, list_name="governors.csv")
        ending = leave(decision, "Ana Lee", MONDAY + 7 * DAY, MONDAY, list_name="governors.csv")
    assert list(hand_change_lines(change, MONDAY)) == ["Ana Lee (g1 in governors.csv): role Governor → Chair."]
    assert list(hand_change_lines(ending, MONDAY)) == [
        "Ana Lee (g1 in governors.csv): last day none → 30 November 2026."
    ]
    assert ending.new_last_day is None


def test_who_leaves_in_every_list_is_told_in_each_and_as_somebody_who_left(school: School) -> None:
    _is_a_governor_too(school)
    with _decide(school) as decision:
        coming = leave(decision, "Ana Lee", MONDAY + 7 * DAY, MONDAY)
        change = leave(decision, "Ana Lee", None, MONDAY)
    assert list(hand_change_lines(coming, MONDAY))[-1].startswith("Until 30 November 2026 nothing changes; after it")
    assert list(hand_change_lines(change, MONDAY)) == [
        "Ana Lee (p1 in staff.csv): last day 30 November 2026 → 22 November 2026.",
        "Ana Lee (g1 in governors.csv): last day 30 November 2026 → 22 November 2026.",
        "They have left: their link opens no more, 0 requests closed, 0 mails taken out of the outbox.",
    ]
    assert change.new_last_day == MONDAY - DAY


def test_who_begins_again_is_told_as_added_again(school: School) -> None:
    _import(school, LEE, BO)
    with _decide(school) as decision:
        leave(decision, "p1", None, MONDAY)
        change = add_by_hand(decision, "Ana Lee", ["address=ana@example.org"], MONDAY)
    (line,) = hand_change_lines(change, MONDAY)
    assert line.startswith("Ana Lee (hand-1, added by hand) was added again; what they read before they left does not")


def test_a_key_given_by_hand_is_never_given_again(school: School) -> None:
    _import(school, BO)
    with _decide(school) as decision:
        add_by_hand(decision, "Ana Lee", ["address=ana@example.org"], MONDAY)
    _import(school, LEE, BO)
    with _decide(school) as decision:
        added = add_by_hand(decision, "Di Ash", [], MONDAY)
    assert (_one(school, "Ana Lee").person.person_id, added.after.person.person_id) == ("p1", "hand-2")


def test_a_list_is_known_in_whatever_capitals_its_name_is_typed(school: School) -> None:
    _import(school, LEE, BO)
    with _decide(school) as decision:
        leave(decision, "Ana Lee", None, MONDAY, list_name="Staff.CSV")
    assert has_left(_one(school, "Ana Lee").person, MONDAY)


def test_an_address_of_somebody_who_has_left_is_shared_with_nobody(school: School) -> None:
    _import(school, LEE, BO)
    with _decide(school) as decision:
        leave(decision, "Ana Lee", None, MONDAY)
        added = add_by_hand(decision, "Di Ash", ["address=ana@example.org"], MONDAY)
    assert added.notes == ()


def test_a_leaving_recorded_in_error_is_taken_back_with_the_day_before_and_a_new_link(school: School) -> None:
    _import(school, LEE, BO)
    before = _one(school, "Ana Lee")
    with _decide(school) as decision:
        set_by_hand(decision, "p1", ["last_day=2027-08-31"], MONDAY)
        leave(decision, "p1", None, MONDAY)
        gone = _one_of(decision, "Ana Lee")
        _here_again(decision, "p1", MONDAY)
    after = _one(school, "Ana Lee")
    assert (after.person.leave_on, after.engagement) == (date(2027, 8, 31), before.engagement)
    assert before.token_key not in (gone.token_key, after.token_key)


def test_a_leaving_in_every_list_is_taken_back_in_every_list(school: School) -> None:
    _is_a_governor_too(school)
    with _decide(school) as decision:
        set_by_hand(decision, "p1", ["last_day=2027-08-31"], MONDAY, list_name="staff.csv")
    with _decide(school, MONDAY + DAY) as decision:
        leave(decision, "Ana Lee", None, MONDAY + DAY)
    later = MONDAY + 2 * DAY
    with _decide(school, later) as decision:
        said = _here_again(decision, "Ana Lee", later)
        made = list_corrections(decision.tx, decision.school, CorrectionKind.LEAVING)
        assert ledger.verify(decision.tx, decision.school).faults == ()
    assert {one.list: one.leave_on for one in _one(school, "Ana Lee", later).engagements} == {
        "staff.csv": date(2027, 8, 31),
        "governors.csv": None,
    }
    assert len(made) == 2
    assert said == (
        "That Ana Lee’s last day is 23 November 2026 was recorded in error. It is as it was before: 31 August 2027 in "
        "staff.csv and none in governors.csv."
    )


def test_what_ended_in_another_decision_stays_ended_when_a_leaving_is_taken_back(school: School) -> None:
    _is_a_governor_too(school)
    with _decide(school) as decision:
        leave(decision, "Ana Lee", None, MONDAY, list_name="governors.csv")
    with deciding(school.register, school.root, "Jo Hill", at(MONDAY, 15)) as decision:
        leave(decision, "Ana Lee", None, MONDAY)
    with _decide(school, MONDAY + DAY) as decision:
        assert "here again" in _here_again(decision, "p1", MONDAY + DAY)
    assert [one.list for one in _one(school, "Ana Lee").engagements] == ["staff.csv"]


def _here_again(decision: Decision, person: str, today: date) -> str:
    row = find_one(list_people(decision.tx, decision.school, today), person, today)
    return correct_leaving(decision, row, reason="The wrong Lee.", today=today)


def _one_of(decision: Decision, name: str) -> PersonRow:
    return next(row for row in list_people(decision.tx, decision.school, MONDAY) if row.person.name == name)


def test_what_is_set_is_kept_with_who_set_it(school: School) -> None:
    _import(school, LEE, BO)
    with _decide(school) as decision:
        change = set_by_hand(
            decision,
            "ana@example.org",
            ["role=Head", "team=Office", "manager=Jo Hill", "kind=visiting", "last_name=Fox", "address="],
            MONDAY,
        )
        states = (person_state, engagement_state)
        actors = [decision.tx.execute(select(state.c.actor).order_by(state.c.id)).scalars().all() for state in states]
    person = change.after.person
    assert (person.name, person.role, person.team, person.manager) == ("Ana Fox", "Head", "Office", "Jo Hill")
    assert (person.kind, person.work_email) == (EngagementKind.VISITING, None)
    assert [found[-1] for found in actors] == ["Jo Hill", "Jo Hill"]
    assert school.find_person(change.after.id).person == person


def test_away_now_stops_the_mail_and_back_ends_it(school: School) -> None:
    school.add_policy("Confidentiality")
    _import(school, LEE, BO)
    school.plan()
    with _decide(school) as decision:
        change = set_by_hand(decision, "p1", ["away_from=2026-11-20", f"away_until={MONDAY + 9 * DAY}"], MONDAY)
    assert change.dropped == 1
    assert change.after.person.away == (AwayPeriod(date(2026, 11, 20), MONDAY + 9 * DAY),)
    assert {row.id for row in school.plan(MONDAY + DAY).away} == {change.after.id}
    later = MONDAY + 2 * DAY
    with _decide(school, later) as decision:
        back = set_by_hand(decision, "p1", ["away_until="], later)
        with pytest.raises(UsageError, match="is not away, so nothing was changed"):
            set_by_hand(decision, "p1", ["away_until="], later)
    assert back.after.person.away == (AwayPeriod(date(2026, 11, 20), MONDAY + DAY),)
    assert _mail_states(school) == [DeliveryState.CANCELLED]
    school.plan(later)
    assert _mail_states(school) == [DeliveryState.CANCELLED, DeliveryState.PENDING]


def _mail_states(school: School) -> list[DeliveryState]:
    return [mail.state for mail in school.messages() if mail.recipient == "ana@example.org"]


def test_an_absence_to_come_is_added_and_taken_back(school: School) -> None:
    _import(school, LEE, BO)
    with _decide(school) as decision:
        set_by_hand(decision, "p1", ["away_from=2026-12-10", "away_until=2026-12-18"], MONDAY)
        set_by_hand(decision, "p1", ["away_from=2027-02-01", "away_until=2027-02-05"], MONDAY)
        assert len(_one_of(decision, "Ana Lee").person.away) == 2
        back = set_by_hand(decision, "p1", ["away_until="], MONDAY)
    assert (back.after.person.away, back.dropped) == ((), 0)


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("role", "'role' is not FIELD=VALUE; a field is one of first_name"),
        ("salary=9", "'salary=9' is not FIELD=VALUE"),
        ("address=ana", "address: 'ana' is not one e-mail address"),
        ("kind=wizard", "kind: 'wizard' is none of staff, supply"),
        ("starts=soon", "starts: 'soon' is not a whole day with its year"),
        ("last_day=August 2027", "last_day: 'August 2027' is not a whole day"),
        ("last_day=2019-01-01", "The last day 2019-01-01 is before the first day 2020-09-01."),
        ("last_name=", "last_name: nobody is without a last name"),
        ("role==1+1", "role: the role begins with '=' like a formula"),
        ("away_from=2026-12-01", "Say until when they are away as well"),
        ("away_until=2026-11-01", "is before 2026-11-23, the first day away"),
        ("away_until=2062-11-01", "more than three years after"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_changes_nothing(
    school: School, assignment: str, said: str
) -> None:
    _import(school, LEE, BO)
    before = _people(school)
    with pytest.raises(UsageError) as raised, _decide(school) as decision:
        set_by_hand(decision, "p1", ["team=Office", assignment], MONDAY)
    assert said in str(raised.value)
    assert _people(school) == before


def test_a_field_that_is_given_twice_and_nothing_at_all_are_refused(school: School) -> None:
    _import(school, LEE, BO)
    with _decide(school) as decision:
        with pytest.raises(UsageError, match="email is given twice"):
            set_by_hand(decision, "p1", ["address=a@example.org", "email=b@example.org"], MONDAY)
        with pytest.raises(UsageError, match="Say what to change"):
            set_by_hand(decision, "p1", [], MONDAY)
        with pytest.raises(UsageError, match="is over already"):
            set_by_hand(decision, "p1", ["away_from=2026-11-01", "away_until=2026-11-20"], MONDAY)
        with pytest.raises(UsageError, match="'Ash' is one name only"):
            add_by_hand(decision, "Ash", [], MONDAY)


def test_a_last_day_that_is_over_ends_everything_and_one_taken_away_brings_them_back(school: School) -> None:
    _import(school, LEE, BO)
    before = _one(school, "Ana Lee")
    with _decide(school) as decision:
        gone = set_by_hand(decision, "p1", ["last_day=2026-11-20"], MONDAY)
        back = set_by_hand(decision, "p1", ["last_day="], MONDAY)
    assert has_left(gone.after.person, MONDAY)
    assert not has_left(back.after.person, MONDAY)
    assert len({before.token_key, gone.after.token_key, back.after.token_key}) == 3


def test_an_ended_link_opens_nothing_and_the_next_one_does(school: School) -> None:
    _import(school, LEE, BO)
    old = person_token(SECRET, school.key, _one(school, "Ana Lee"))
    with _decide(school) as decision:
        row = revoke_link(decision, "p1", MONDAY).after
        assert resolve_token(decision.tx, school.key, SECRET, old, MONDAY) is None
        assert resolve_token(decision.tx, school.key, SECRET, person_token(SECRET, school.key, row), MONDAY) is not None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Zed", "Nobody has the id, the work address or the full name 'Zed'. 'policy staff list' shows everybody."),
        ("Anna Lee", "Did you mean Ana Lee (p1 in staff.csv), Teacher; or Ana Lee (p9 in staff.csv), TA?"),
        (
            "ana lee",
            "'ana lee' can be Ana Lee (p1 in staff.csv), Teacher; or Ana Lee (p9 in staff.csv), TA. Say whom by the id",
        ),
        ("post@example.org", "can be Bo Day (p2 in staff.csv), Cook; or Cy Day (p3 in staff.csv), staff."),
        ("", "Nobody has the id"),
    ],
)
def test_nobody_is_guessed(school: School, typed: str, said: str) -> None:
    shared = replace(BO, work_email="post@example.org")
    others = (replace(LEE, person_id="p9", role="TA", work_email=None),)
    _import(school, LEE, shared, replace(shared, person_id="p3", first_name="Cy", role=""), *others)
    with pytest.raises(UsageError) as raised, _decide(school) as decision:
        revoke_link(decision, typed, MONDAY)
    assert said in str(raised.value)


def test_who_has_left_is_meant_only_where_nobody_who_is_here_can_be(school: School) -> None:
    gone = replace(LEE, person_id="p9", work_email=None, leave_on=MONDAY - DAY)
    _import(school, LEE, gone, BO)
    with _decide(school) as decision:
        assert revoke_link(decision, "Ana Lee", MONDAY).after.person.person_id == "p1"
        assert revoke_link(decision, "p9", MONDAY).after.person.person_id == "p9"


def test_the_ledger_names_nobody(school: School) -> None:
    _import(school, LEE, BO)
    with _decide(school) as decision:
        set_by_hand(decision, "p1", ["role=Head"], MONDAY)
        leave(decision, "p1", None, MONDAY)
        records = decision.tx.exec_driver_sql("SELECT record FROM ledger_record").scalars().all()
    told = [record for record in records if '"person-' in record]
    assert len(told) == 2
    assert not any(word in record for record in told for word in ("Ana", "Lee", "p1", "Jo Hill", "Head"))
