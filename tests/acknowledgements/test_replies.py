"""What comes back: who is recorded, who is told, and what never acknowledges."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.acknowledgements.replies import MOST_STRANGERS, Taker
from pipeline.acknowledgements.reply import judge_reply
from pipeline.errors import DeliveryError
from pipeline.letters.contributors.office import OFFICE_TASKS
from pipeline.letters.contributors.returned import AnswerWriter
from pipeline.mail.inbox.mailbox import Head
from pipeline.mail.inbox.received import MOST_BYTES, UnreadableError, parse_mail
from pipeline.mail.routes.conversation import Stage
from pipeline.mail.routes.transport import refusal
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.model.people import AwayPeriod, Person
from pipeline.model.policies import RevisionKind
from pipeline.model.readings import AcknowledgementMethod
from pipeline.register.mail.deliveries import find_pause
from pipeline.register.mail.inbox import Answered, AskedFor, ReplyReason, list_quiet, list_returned
from pipeline.register.mail.outbox import MessageRow
from pipeline.register.mail.told import ToldOutcome, list_told
from pipeline.register.people.changes import add_absence
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.requests import list_acknowledgements
from tests.mail import answering
from tests.mail.answering import Answering, FolderMailbox, raw, reply
from tests.school import MONDAY, SECRET, at


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Answering]:
    with Answering(tmp_path) as opened:
        yield opened


@pytest.fixture
def lee(school: Answering) -> PersonRow:
    row = school.add_person("Lee")
    school.add_person("Roy")
    school.send()
    return row


def methods(school: Answering) -> list[AcknowledgementMethod]:
    with school.register.reading() as tx:
        return [row.method for row in list_acknowledgements(tx, school.key)]


def reasons(school: Answering) -> list[ReplyReason]:
    with school.register.reading() as tx:
        return [row.reason for row in list_returned(tx, school.key, at(MONDAY - timedelta(days=1)))]


# --- "I have read" --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "write",
    [
        lambda mail: reply(mail, "I have read"),
        lambda mail: reply(mail, "I have read", answers=False),
        lambda mail: reply(mail, "I have read", subject="Re: (no subject)", sender=mail.recipient.upper()),
        lambda mail: answering.outlook_reply(mail, "I have read and understood."),
    ],
    ids=["by Message-ID", "by the code in the subject", "a subject of their own", "Outlook"],
)
def test_i_have_read_from_the_address_the_mail_went_to_is_recorded(
    school: Answering, lee: PersonRow, write: Callable[[MessageRow], bytes]
) -> None:
    taken = school.take_in(write(school.asked(lee)))
    assert (taken.read, taken.replies, taken.answered) == (1, 0, 0)
    assert methods(school) == [AcknowledgementMethod.REPLY]
    assert [row.person for row in school.requests()] == [school.find_person(2).id]
    assert reasons(school) == []


def test_it_is_recorded_once_however_often_it_comes(school: Answering, lee: PersonRow) -> None:
    mail = reply(school.asked(lee), "I have read")
    assert school.take_in(mail).read == 1
    again = school.take_in(mailbox=FolderMailbox([mail], uid_validity=99))
    assert (again.read, again.seen) == (0, 1)
    second = reply(school.asked(lee), "I have read", number=2)
    assert school.take_in(mailbox=FolderMailbox([mail, second], uid_validity=99)).read == 1
    assert len(methods(school)) == 1


def test_a_mail_to_several_policies_records_all_that_it_asks_for(school: Answering) -> None:
    school.add_policy("Safeguarding")
    row = school.add_person("Lee")
    school.send()
    assert school.take_in(reply(school.asked(row), "I have read")).read == 1
    assert len(methods(school)) == 2
    assert school.requests() == ()


NEVER = {
    "an automatic reply": (answering.vacation, None),
    "an automatic reply of Exchange": (answering.exchange_away, None),
    "a read receipt": (answering.read_receipt, None),
    "a list": (lambda mail: reply(mail, "I have read", headers="List-Id: <staff.example.org>\n"), None),
    "bulk mail": (lambda mail: reply(mail, "I have read", headers="Precedence: bulk\n"), None),
    "no return path": (lambda mail: reply(mail, "I have read", headers="Return-Path: <>\n"), None),
    "a deputy": (
        lambda mail: reply(mail, "I have read", headers="Sender: pa@example.org\n"),
        ReplyReason.DELEGATED,
    ),
    "a forwarded mail": (lambda mail: reply(mail, "I have read", subject=f"FW: {mail.subject}"), ReplyReason.FORWARDED),
    "a reply forwarded": (
        lambda mail: reply(mail, "I have read", subject=f"Re: Fwd: {mail.subject}"),
        ReplyReason.FORWARDED,
    ),
    "a resent mail": (
        lambda mail: reply(mail, "I have read", headers="Resent-From: pa@example.org\n"),
        ReplyReason.FORWARDED,
    ),
    "another of staff": (lambda mail: reply(mail, "I have read", sender="roy@example.org"), ReplyReason.ANOTHERS),
    "an address of nobody": (
        lambda mail: reply(mail, "I have read", sender="lee@home.example.org"),
        ReplyReason.SENDER,
    ),
    "a sender beside whom nobody can tell": (
        lambda mail: reply(mail, "I have read", sender=f"{mail.recipient}>, Roy <roy@"),
        ReplyReason.SENDER,
    ),
    "two senders": (
        lambda mail: reply(mail, "I have read", sender=f"{mail.recipient}>, Roy <roy@example.org"),
        ReplyReason.SENDER,
    ),
    "a forged sender": (
        lambda mail: reply(
            mail, "I have read", headers="Authentication-Results: mx.example.org; spf=pass; dmarc=fail\n"
        ),
        ReplyReason.SENDER,
    ),
    "not read": (lambda mail: reply(mail, "I have not read it"), ReplyReason.WORDS),
    "below the quote alone": (lambda mail: reply(mail, ""), ReplyReason.WORDS),
    "thanks": (lambda mail: reply(mail, "Thanks!"), ReplyReason.WORDS),
}


@pytest.mark.parametrize("name", NEVER)
def test_these_never_acknowledge(school: Answering, lee: PersonRow, name: str) -> None:
    write, reason = NEVER[name]
    taken = school.take_in(write(school.asked(lee)))
    assert methods(school) == []
    assert len(school.requests()) == 2
    assert taken.read == 0
    assert reasons(school) == ([reason] if reason else [])


def test_the_code_of_somebody_elses_mail_beside_ones_own_acknowledges_neither(
    school: Answering, lee: PersonRow
) -> None:
    mine, others = school.messages()
    both = reply(mine, "I have read", subject=f"Re: {others.subject}")
    assert school.take_in(both).read == 0
    assert reasons(school) == [ReplyReason.ANOTHERS]


@given(
    headers=st.dictionaries(
        st.sampled_from(
            [
                "Auto-Submitted",
                "Precedence",
                "X-Auto-Response-Suppress",
                "List-Id",
                "Sender",
                "Resent-To",
                "X-Autoreply",
            ]
        ),
        st.sampled_from(["auto-replied", "bulk", "All", "list", "auto_reply", "pa@example.org", "auto-generated"]),
        min_size=1,
    ),
    words=st.sampled_from(["I have read", "I have read it.", "Yes, I have read"]),
    subject=st.sampled_from(["Re: please read", "Automatic reply: please read", "Out of office"]),
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_a_machine_or_somebody_for_another_never_acknowledges(
    headers: dict[str, str], words: str, subject: str
) -> None:
    if set(headers) == {"Precedence"}:
        headers = {"Precedence": "bulk"}
    head = "".join(f"{name}: {value}\n" for name, value in headers.items())
    mail = parse_mail(raw(f"From: lee@example.org\nSubject: {subject}\n{head}Content-Type: text/plain\n\n{words}\n"))
    ours = Answered(1, "<a@example.org>", 7, "lee@example.org", DeliveryState.SENT, None)
    asked = AskedFor(1, 1, "confidentiality", "Confidentiality")
    judged = judge_reply(mail, [ours], [asked], _person(7))
    assert not judged.acknowledges


def test_the_same_mail_without_such_a_header_does() -> None:
    mail = parse_mail(raw("From: lee@example.org\nSubject: Re: x\nContent-Type: text/plain\n\nI have read\n"))
    ours = Answered(1, "<a@example.org>", 7, "lee@example.org", DeliveryState.SENT, None)
    asked = AskedFor(1, 1, "confidentiality", "Confidentiality")
    assert judge_reply(mail, [ours], [asked], _person(7)).acknowledges
    assert not judge_reply(mail, [ours], [asked], _person(8)).acknowledges
    assert not judge_reply(mail, [ours], [asked], None).acknowledges


def _person(key: int) -> PersonRow:
    return PersonRow(key, Person("id", "Kim", "Lee", "lee@example.org", None, None, None), "staff.csv", "key")


def test_who_has_left_or_must_read_a_later_version_is_put_before_somebody(school: Answering, lee: PersonRow) -> None:
    mail = reply(school.asked(lee), "I have read")
    [version] = {row.policy_id for row in school.requests()}
    school.add_version(version, RevisionKind.MAJOR, title="Confidentiality", today=MONDAY)
    assert school.take_in(mail).read == 0
    assert reasons(school) == [ReplyReason.NOTHING]


def test_an_answer_to_last_years_mail_says_nothing_of_what_is_asked_again(tmp_path: Path) -> None:
    with Answering(tmp_path, '[reading]\nrepeat = "september"\n') as school:
        row = school.add_person("Lee")
        school.send()
        old = school.asked(row)
        assert school.take_in(reply(old, "I have read")).read == 1
        autumn = date(2027, 9, 6)
        school.send(autumn)
        assert len(school.requests()) == 1
        taken = school.take_in(reply(old, "I have read", number=2), now=at(autumn, 13))
        assert taken.replies == 0
        assert len(school.requests()) == 1
        new = [mail for mail in school.messages() if mail.person == row.id][-1]
        assert school.take_in(reply(new, "I have read", number=3), now=at(autumn, 14)).read == 1
        assert school.requests() == ()


# --- bounces --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "write", [answering.postfix_bounce, answering.exchange_bounce, answering.gmail_bounce, answering.qmail_bounce]
)
def test_a_mail_that_came_back_has_told_nobody(
    school: Answering, lee: PersonRow, write: Callable[[MessageRow], bytes]
) -> None:
    mail = school.asked(lee)
    taken = school.take_in(write(mail))
    assert (taken.bounced, taken.strange) == (1, 0)
    back = school.asked(lee)
    assert back.state is DeliveryState.BOUNCED
    assert "ring 09" not in (back.detail or "")
    with school.register.reading() as tx:
        told = {row.message: row.outcome for row in list_told(tx, school.key)}
    assert told[mail.id] == ToldOutcome.BOUNCED
    assert list(told.values()).count(ToldOutcome.BOUNCED) == 1
    [office] = school.plan(MONDAY + timedelta(days=1)).reminders
    assert "has refused lee@example.org of Kim Lee" in office.contents.of(OFFICE_TASKS)[0].words


def test_a_bounce_is_known_by_the_code_where_the_server_renamed_the_mail(school: Answering, lee: PersonRow) -> None:
    mail = school.asked(lee)
    assert school.take_in(answering.exchange_bounce(mail, message_id="<renamed@outlook.example.org>")).bounced == 1


def test_a_delay_and_a_delivery_change_nothing(school: Answering, lee: PersonRow) -> None:
    mail = school.asked(lee)
    late = answering.postfix_bounce(mail, action="delayed", status="4.4.1")
    done = answering.postfix_bounce(mail, action="delivered", status="2.0.0").replace(b"4F3A2@", b"4F3A3@")
    taken = school.take_in(late, done)
    assert (taken.bounced, taken.delayed) == (0, 2)
    assert school.asked(lee).state is DeliveryState.SENT


def test_giving_up_after_days_is_a_bounce(school: Answering, lee: PersonRow) -> None:
    mail = school.asked(lee)
    assert school.take_in(answering.postfix_bounce(mail, status="4.4.7")).bounced == 1
    assert school.asked(lee).detail == "It came back (4.4.7): it could not be delivered in time."


def test_a_bounce_of_a_strangers_mail_is_left_alone(school: Answering, lee: PersonRow) -> None:
    mail = school.asked(lee)
    foreign = answering.postfix_bounce(mail).replace(mail.message_id.encode(), b"<x@y.example.org>")
    foreign = foreign.replace(mail.subject.encode(), b"Lunch")
    assert school.take_in(foreign).bounced == 0
    assert school.asked(lee).state is DeliveryState.SENT


def test_a_report_that_names_the_code_and_another_address_is_not_believed(school: Answering, lee: PersonRow) -> None:
    mail = school.asked(lee)
    by_code = answering.postfix_bounce(mail, address="roy@example.org").replace(
        mail.message_id.encode(), b"<x@y.example.org>"
    )
    assert school.take_in(by_code).bounced == 0


# --- automatic replies ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [answering.vacation, answering.exchange_away])
def test_an_automatic_reply_holds_reminders_for_five_school_days_and_nothing_else(
    school: Answering, lee: PersonRow, write: Callable[[MessageRow], bytes]
) -> None:
    before = school.requests()
    due = before[0].due_on
    reminder_day = due - timedelta(days=5)
    mailbox = FolderMailbox([write(school.asked(lee))], arrived_at=at(reminder_day, 7))
    assert school.take_in(mailbox=mailbox, now=at(reminder_day, 7)).away == 1
    with school.register.reading() as tx:
        assert list_quiet(tx, school.key, reminder_day + timedelta(days=7)) == {lee.id}
        assert list_quiet(tx, school.key, reminder_day + timedelta(days=8)) == frozenset()
    assert school.requests() == before
    assert school.find_person(lee.id, reminder_day).person.away == ()
    reminded = [letter.address for letter in school.plan(reminder_day).queued]
    assert reminded == ["roy@example.org"]
    school.add_policy("Lettings", today=reminder_day)
    new = {letter.address: letter.contents for letter in school.plan(reminder_day + timedelta(days=1)).queued}
    assert new["lee@example.org"].asked
    assert not new["lee@example.org"].still
    later = {letter.address for letter in school.plan(reminder_day + timedelta(days=8)).queued}
    assert "lee@example.org" in later


def test_an_automatic_reply_of_the_lead_changes_nobody_s_contacts(school: Answering) -> None:
    lead = school.add_person("Marsh", email="pat@example.org", first_name="Pat")
    school.send()
    mail = school.asked(lead)
    school.take_in(answering.vacation(mail))
    roy = school.add_person("Roy")
    school.plan(MONDAY + timedelta(days=1))
    assert "Pat Marsh" in school.asked(roy).text.splitlines()[0]


def test_who_is_away_by_the_list_stays_so(school: Answering, lee: PersonRow) -> None:
    with school.register.transaction() as tx:
        add_absence(tx, school.key, lee.id, AwayPeriod(MONDAY, date(2027, 4, 1)), at(MONDAY))
    school.take_in(answering.vacation(school.asked(lee)))
    assert school.find_person(lee.id).person.away == (AwayPeriod(MONDAY, date(2027, 4, 1)),)


# --- what people write ----------------------------------------------------------------------------------------------


def test_what_a_person_writes_is_told_the_same_day_and_answered_once(school: Answering, lee: PersonRow) -> None:
    mail = school.asked(lee)
    first = reply(mail, "A pupil told me something dreadful about home.")
    taken = school.take_in(first, reply(mail, "Are you there?", number=2), tell=True)
    assert (taken.replies, taken.answered) == (2, 1)
    sent = {envelope.recipient: envelope.content for envelope in school.go(at(MONDAY, 14)).taken}
    assert set(sent) == {"lee@example.org", "office@example.org"}
    answer = parse_mail(sent["lee@example.org"])
    assert answer.first("auto-submitted") == "auto-replied"
    assert answer.answers == ("<answer-1@mail.example.org>",)
    assert "Nobody watches the mailbox you wrote to" in answer.text
    assert "01632 960101" in answer.text.splitlines()[0] + answer.text.splitlines()[1]
    office = parse_mail(sent["office@example.org"]).text
    assert "Kim Lee wrote back about Confidentiality" in " ".join(office.split())
    assert "dreadful" not in office
    with school.register.reading() as tx:
        rows = tx.exec_driver_sql("SELECT * FROM inbox_item").all()
    assert not any("dreadful" in str(row) for row in rows)


def test_whoever_writes_on_a_saturday_or_while_away_is_answered_and_nothing_else_goes(
    school: Answering, lee: PersonRow
) -> None:
    mail, saturday = school.asked(lee), at(MONDAY + timedelta(days=5), 13)
    with school.register.transaction() as tx:
        add_absence(tx, school.key, lee.id, AwayPeriod(MONDAY, MONDAY + timedelta(days=9)), at(MONDAY))
    taken = school.take_in(reply(mail, "A pupil told me something dreadful about home."), now=saturday, tell=True)
    assert taken.answered == 1
    assert [mail.recipient for mail in school.go(saturday, saturday.date()).taken] == ["lee@example.org"]


def test_it_is_told_once_and_not_again_by_the_next_plan(school: Answering, lee: PersonRow) -> None:
    mail = school.asked(lee)
    school.take_in(reply(mail, "Hello?"), tell=True)
    school.go(at(MONDAY, 14))
    assert [letter.address for letter in school.plan(MONDAY + timedelta(days=1)).reminders] == []


def test_a_second_one_within_the_hour_waits_for_the_next_letter(school: Answering, lee: PersonRow) -> None:
    mail = school.asked(lee)
    school.take_in(reply(mail, "Hello?"), tell=True)
    school.take_in(reply(mail, "Hello again?", number=2), now=at(MONDAY, 13) + timedelta(minutes=30), tell=True)
    offices = [each for each in school.messages() if each.kind is MailKind.OFFICE]
    assert len(offices) == 1
    school.take_in(now=at(MONDAY, 14) + timedelta(minutes=30), tell=True)
    offices = [each for each in school.messages() if each.kind is MailKind.OFFICE]
    assert len(offices) == 2
    assert len({each.subject for each in offices}) == 2


def test_words_beside_i_have_read_are_recorded_and_told(school: Answering, lee: PersonRow) -> None:
    words = "I have read\n\nThanks\nKim\n\nPS I need to speak to you"
    taken = school.take_in(reply(school.asked(lee), words), tell=True)
    assert (taken.read, taken.replies) == (1, 1)
    assert methods(school) == [AcknowledgementMethod.REPLY]
    assert reasons(school) == [ReplyReason.MORE]


def test_machines_and_ourselves_get_no_answer(school: Answering, lee: PersonRow) -> None:
    mail = school.asked(lee)
    mails = [
        answering.vacation(mail),
        answering.read_receipt(mail),
        answering.postfix_bounce(mail),
        reply(mail, "Hello", headers="List-Id: <staff.example.org>\n"),
        reply(mail, "Hello", sender="policies@example.org", number=2),
    ]
    assert school.take_in(*mails).answered == 0
    assert not [each for each in school.messages() if each.kind is MailKind.ANSWER]


def test_a_letter_that_waits_goes_beside_an_answer_of_the_day(school: Answering, lee: PersonRow) -> None:
    school.take_in(reply(school.asked(lee), "Hello?"))
    school.go(at(MONDAY, 14))
    roy = next(mail for mail in school.messages() if mail.recipient == "roy@example.org")
    assert school.take_in(reply(roy, "I have read")).read == 1


# --- a mailbox that is not ours alone, and strange mail -------------------------------------------------------------


def test_elsewhere_only_answers_to_our_mails_are_looked_at(tmp_path: Path) -> None:
    lunch = raw("From: lee@example.org\nSubject: Lunch?\nMessage-ID: <l@example.org>\n\nSee you at one.\n")
    for own in (True, False):
        with Answering(tmp_path / str(own), own=own) as school:
            row = school.add_person("Lee")
            school.send()
            mailbox = FolderMailbox([lunch, reply(school.asked(row), "I have read")])
            taken = school.take_in(mailbox=mailbox)
            assert (taken.read, taken.replies, taken.strange) == ((1, 1, 0) if own else (1, 0, 1))
            assert mailbox.fetched == ([1, 2] if own else [2])


def test_ten_thousand_strange_mails_are_passed_over_by_their_heads(school: Answering, lee: PersonRow) -> None:
    strange = raw("From: shop@shop.example.org\nSubject: Sale =?utf-8?b?!!!?=\nList-Id: <s.example.org>\n\nBuy.\n")
    mailbox = FolderMailbox([strange] * 10_000 + [reply(school.asked(lee), "I have read")])
    taken = school.take_in(mailbox=mailbox)
    assert (taken.seen, taken.strange, taken.read) == (10_001, 10_000, 1)
    assert mailbox.fetched == [10_001]
    assert school.take_in(mailbox=mailbox).seen == 0


def from_stranger(
    number: int, *, sender: str = "", headers: str = "", to: str = "policies@example.org", words: str = "Hello"
) -> bytes:
    return raw(
        f"From: <{sender or f'parent-{number}@home.example.org'}>\nTo: {to}\nSubject: My daughter\n"
        f"Message-ID: <parent-{number}@home.example.org>\nDate: Mon, 23 Nov 2026 12:00:00 +0000\n{headers}\n{words}\n"
    )


def test_a_stranger_is_passed_on_and_answered_once_where_the_mailbox_is_ours_alone(tmp_path: Path) -> None:
    with Answering(tmp_path / "own") as school:
        school.add_person("Lee")
        school.send()
        first = school.take_in(from_stranger(1, words="She told me something dreadful."), tell=True)
        assert (first.replies, first.answered, reasons(school)) == (1, 1, [ReplyReason.STRANGER])
        sent = {envelope.recipient: envelope.content for envelope in school.go(at(MONDAY, 14)).taken}
        answer = parse_mail(sent["parent-1@home.example.org"])
        assert answer.first("auto-submitted") == "auto-replied"
        assert "Nobody watches the mailbox you wrote to" in answer.text
        assert "01632 960101" in " ".join(answer.text.splitlines()[:2])
        assert "reading" not in answer.text
        office = " ".join(parse_mail(sent["office@example.org"]).text.split())
        assert (
            "1 mail from people whom no list knows by their address came to policies@example.org on 23 November 2026"
            in office
        )
        assert "dreadful" not in office
        again = from_stranger(2, sender="Parent-1@home.example.org")
        tuesday = school.take_in(again, now=at(MONDAY + timedelta(days=1), 13), tell=True)
        assert (tuesday.replies, tuesday.answered) == (1, 0)
        assert school.take_in(from_stranger(3), now=at(MONDAY + timedelta(days=1), 15), tell=True).answered == 1
        later = school.go(at(MONDAY + timedelta(days=1), 16), MONDAY + timedelta(days=1))
        told = [parse_mail(each.content).text for each in later.taken if each.recipient == "office@example.org"]
        assert [" ".join(text.split()).count("1 mail from people") for text in told] == [1, 1]
    with Answering(tmp_path / "shared", own=False) as school:
        taken = school.take_in(from_stranger(1), tell=True)
        assert (taken.strange, taken.replies, taken.answered, school.messages()) == (1, 0, 0, ())


NO_ANSWER = {
    "an automatic mail": ("Auto-Submitted: auto-generated\n", 0),
    "bulk mail": ("Precedence: bulk\n", 0),
    "a list": ("List-Unsubscribe: <https://l.example.org>\n", 0),
    "no return path": ("Return-Path: <>\n", 0),
    "a program that asks for no answer": ("X-Auto-Response-Suppress: All\n", 0),
    "a forged sender": ("Authentication-Results: mx.example.org; dmarc=fail\n", 1),
}


@pytest.mark.parametrize(("headers", "replies"), NO_ANSWER.values(), ids=NO_ANSWER)
def test_no_machine_and_no_forged_sender_gets_an_answer(school: Answering, headers: str, replies: int) -> None:
    taken = school.take_in(from_stranger(1, headers=headers))
    assert (taken.replies, taken.answered) == (replies, 0)


def test_nobody_is_answered_for_mail_to_others_from_ourselves_or_from_before(school: Answering) -> None:
    assert school.take_in(from_stranger(1, to="somebody@elsewhere.example.org")).answered == 0
    assert school.take_in(from_stranger(2, sender="policies@example.org")).answered == 0
    assert school.take_in(from_stranger(3, sender="noreply@shop.example.org")).answered == 0
    old = FolderMailbox([from_stranger(4)], arrived_at=at(MONDAY - timedelta(days=15)))
    taken = school.take_in(mailbox=old)
    assert (taken.strange, taken.answered, old.fetched) == (1, 0, [])


def test_a_relay_that_takes_no_mail_for_strangers_does_not_hold_everybody_elses(school: Answering) -> None:
    school.take_in(from_stranger(1))
    denied = refusal(550, "5.7.64 TenantAttribution; Relay Access Denied", Stage.RECIPIENT)
    assert denied.pauses_route
    school.go(at(MONDAY, 14), failures=[denied])
    with school.register.reading() as tx:
        assert find_pause(tx, school.key, "smtp") is None
    [answer] = school.messages()
    assert (answer.kind, answer.state) == (MailKind.ANSWER, DeliveryState.DEFERRED)


def test_of_a_flood_of_strangers_a_few_are_answered_a_day_and_it_is_said_that_there_are_more(
    school: Answering,
) -> None:
    mailbox = FolderMailbox([from_stranger(number) for number in range(1_000)])
    taken = school.take_in(mailbox=mailbox, tell=True)
    assert (taken.seen, taken.replies, taken.answered) == (1_000, MOST_STRANGERS + 1, MOST_STRANGERS)
    assert len(mailbox.fetched) == 100
    assert reasons(school) == [*[ReplyReason.STRANGER] * MOST_STRANGERS, ReplyReason.MANY]
    [office] = [mail for mail in school.messages() if mail.kind is MailKind.OFFICE]
    assert "More mails than are counted from people whom no list knows" in " ".join(office.text.split())
    assert school.take_in(from_stranger(1_001), now=at(MONDAY, 15)).answered == 0
    assert school.take_in(from_stranger(1_002), now=at(MONDAY + timedelta(days=1), 13)).answered == 1


def test_a_mail_that_cannot_be_taken_apart_is_noted_and_stops_no_other(school: Answering, lee: PersonRow) -> None:
    mail = school.asked(lee)
    deep = reply(mail, "x").partition(b"Content-Type")[0]
    for level in range(200):
        deep += f'Content-Type: multipart/mixed; boundary="{level}"\r\n\r\n--{level}\r\n'.encode()
    taken = school.take_in(deep, reply(mail, "I have read", number=2))
    assert (taken.unreadable, taken.read) == (1, 1)


@given(st.binary(max_size=2_000), st.integers(0, 3_000))
@settings(max_examples=150)
def test_no_bytes_stop_the_parser(noise: bytes, place: int) -> None:
    start = raw('From: a@example.org\nSubject: x\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nwords\n--b--\n')
    try:
        mail = parse_mail(start[:place] + noise + start[place:])
    except UnreadableError:
        return
    assert len(mail.text) <= MOST_BYTES


def test_a_connection_that_breaks_keeps_what_was_taken_in_and_doubles_nothing(
    school: Answering, lee: PersonRow
) -> None:
    class Breaking(FolderMailbox):
        def content(self, head: Head) -> bytes | None:
            if len(self.fetched) == 2:
                raise DeliveryError("The mailbox does not answer any more.", permanent=False)
            return super().content(head)

    mails = [reply(school.asked(lee), "Hello", number=number) for number in range(4)]
    with pytest.raises(DeliveryError):
        school.take_in(mailbox=Breaking(mails))
    assert len(reasons(school)) == 2
    assert school.take_in(mailbox=FolderMailbox(mails)).replies == 2
    assert len(reasons(school)) == 4
    assert len([each for each in school.messages() if each.kind is MailKind.ANSWER]) == 1


def test_a_run_that_is_stopped_goes_on_where_it_was(school: Answering, lee: PersonRow) -> None:
    mail = school.asked(lee)
    mailbox = FolderMailbox([reply(mail, "Hello", number=number) for number in range(5)])
    stops = iter([False, False, True])
    answers = AnswerWriter(school.register, school.config, SECRET, MONDAY, at(MONDAY, 13))
    taker = Taker(school.register, school.config, SECRET, MONDAY, at(MONDAY, 13), answers.write, lambda: next(stops))
    first = taker.take_in(mailbox)
    assert (first.seen, first.is_whole) == (2, False)
    assert school.take_in(mailbox=mailbox).seen == 3
    assert mailbox.fetched == [1, 2, 3, 4, 5]
