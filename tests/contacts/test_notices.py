"""Staff are told of a change of contacts: to whom it goes, when, in which words, and what is never said."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import parse_config
from pipeline.contacts.confirmations import Confirmation, confirm_contacts, note_contacts
from pipeline.contacts.cover import Cover, CoverOrder, order_cover
from pipeline.contacts.notices import NoticeDecision, decide_notice, find_waiting, list_notices
from pipeline.errors import UsageError
from pipeline.letters.contributors.contacts import list_contacts_on_paper
from pipeline.letters.write import QueuedLetter
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.model.people import AwayPeriod
from pipeline.papers.handing_over import list_printed, record_handed_over
from pipeline.papers.orders import PackOrder, order_packs
from pipeline.register.deciding import deciding
from pipeline.register.decision import Decision
from pipeline.register.mail.told import About, ToldOutcome, list_told, settle_told
from pipeline.register.people.persons import list_people
from pipeline.register.policies.contact_changes import TypedContact, add_contact_change
from pipeline.register.policies.contact_notices import NoticeRow
from pipeline.register.policies.copies import CopyRecord, Covering, LeftOut, add_copy
from pipeline.register.policies.policies import VersionRow
from tests.builders import lines_down, pdf_file
from tests.mail.servers import scripted
from tests.mail.test_smtp_run import parse
from tests.registers import settings_of
from tests.school import MONDAY, SECRET, TOML, School, at

TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=number) for number in (1, 2, 3))
NEW_LEAD = ('name = "Pat Marsh"', 'name = "Jo Hill"'), ("01632 960101", "01632 960155"), ("pat@", "jo@")
OFFICE = '[contacts.office]\nname = "School office"\nphone = "01632 960110"\nemail = "office@example.org"\n'
DEPUTY = '[[contacts.deputy-dsl]]\nname = "Sam Reed"\nphone = "01632 960103"\n'
HEAD = '[contacts.headteacher]\nname = "Al Field"\nphone = "01632 960100"\n'


class Staff:
    """A school whose staff have the child protection policy, and whose contacts change."""

    def __init__(self, root: Path, more: str = "") -> None:
        self.more = OFFICE + DEPUTY + HEAD + more
        self.school = School(root, self.more)
        self.version = self.school.add_policy("Child protection")
        self.copies = 0
        self.is_renewed = False

    def renew(self, day: date, *roles: str, version: VersionRow | None = None) -> None:
        """Make a policy's copy anew, as a run does when a contact changes."""
        version = version or self.version
        self.copies, self.is_renewed = self.copies + 1, True
        content = pdf_file(lines_down(f"Copy {self.copies} of {version.policy_id} on {day}"))
        path = f"copies/{version.policy_id}-{self.copies}.pdf"
        file = self.school.config.distribution / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        front = [{"where": "the front", "role": role, "kind": "name", "before": "", "after": ""} for role in roles]
        record = CopyRecord(
            policy_id=version.policy_id,
            version_id=version.id,
            fingerprint=path,
            code=path,
            pdf_path=path,
            pdf_sha256=hashlib.sha256(content).hexdigest(),
            pdf_bytes=len(content),
            replacements=tuple(front or [{"role": "dsl"}]),
        )
        with self.school.register.transaction() as tx:
            add_copy(tx, self.school.key, record, at(day))

    def configure(self, *changes: tuple[str, str], more: str = "") -> None:
        """Change the settings: what stands there first by what stands second."""
        text = TOML + self.more
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.is_renewed = False
        self.school.config = parse_config(text + more + settings_of(self.school.root), root=self.school.root)

    def day(self, today: date, *, renews: bool = True) -> list[QueuedLetter]:
        """Live a day: copies, letters and their delivery; return the letters about contacts."""
        if renews and not self.is_renewed:
            self.renew(today)
        report = self.school.plan(today).report
        self.school.deliver(today)
        return [one for one in report.queued if one.contents.contacts is not None]

    def decide(self, how: str, day: date | None = None, today: date = TUESDAY) -> NoticeRow:
        """Say when staff are told, as the office does."""
        with deciding(self.school.register, self.school.root, "The office", at(today, 12)) as decision:
            return decide_notice(decision, self.school.config, NoticeDecision(how, day), today=today)

    def waits(self) -> NoticeRow | None:
        """Return the notice that waits."""
        with self.school.register.reading() as tx:
            return find_waiting(tx, self.school.key)

    def states(self) -> list[str]:
        """Return how each notice stands."""
        with self.school.register.reading() as tx:
            return [one.state.value for one in list_notices(tx, self.school.key)]

    def told(self) -> list[tuple[int | None, str | None, str | None]]:
        """Return who was told of which notice, with what came of it."""
        with self.school.register.reading() as tx:
            return [
                (one.person, one.stage, one.outcome) for one in list_told(tx, self.school.key, about=(About.CONTACTS,))
            ]

    def texts(self, kind: MailKind = MailKind.CONTACTS) -> list[str]:
        """Return what the mails of a kind say, in text and HTML, with their subjects."""
        return [f"{one.subject}\n{one.text}\n{one.html}" for one in self.school.messages() if one.kind is kind]


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Staff]:
    one = Staff(tmp_path)
    with one.school:
        one.school.add_person("Lee")
        yield one


TERMS = '[calendar]\nterms = ["2026-09-01..2026-11-24", "2026-12-07..2027-03-25"]\n'


def test_in_the_holidays_between_terms_a_notice_waits_for_two_days_of_school(staff: Staff) -> None:
    staff.configure(more=TERMS)
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD, more=TERMS)
    staff.day(TUESDAY)
    waiting = staff.waits()
    assert waiting is not None
    assert waiting.goes_on == date(2026, 12, 8), "the second day of the term after the last day of this one"
    assert [staff.day(TUESDAY + timedelta(days=number)) for number in range(1, 14)] == [[]] * 13
    assert names(staff.day(date(2026, 12, 8))) == ["Lee"]


def test_five_days_of_cover_in_the_holidays_are_not_five_school_days() -> None:
    cover = Cover("deputy-dsl", "Sam Reed", "Pat Marsh", date(2026, 11, 25), date(2026, 12, 8))
    known = parse_config(TERMS, root=Path()).calendar
    assert cover.is_long(())
    assert not cover.is_long(known.no_school)


def names(letters: list[QueuedLetter]) -> list[str]:
    return sorted(one.name and one.person.person.last_name for one in letters if one.person is not None)


def test_a_new_lead_waits_for_a_word_in_the_offices_letter_of_each_day_and_goes_after_two_school_days(
    staff: Staff,
) -> None:
    assert staff.day(MONDAY) == []
    staff.configure(*NEW_LEAD)
    report = staff.school.plan(TUESDAY).report
    staff.school.deliver(TUESDAY)
    waiting = staff.waits()
    assert waiting is not None
    assert (waiting.roles, waiting.goes_on) == (("dsl",), THURSDAY)
    assert any("policy contacts --tell now" in notice for notice in report.notices)
    assert staff.day(WEDNESDAY) == []
    said = [text for text in staff.texts(MailKind.OFFICE) if "Staff have not been told yet" in text]
    assert len(said) == 2, "each day until somebody chooses"
    assert "they are told on Thursday 26 November" in said[0]
    assert "--" not in said[0].partition("FOR THE SCHOOL OFFICE")[2].partition("\n--\n")[0]
    (letter,) = staff.day(THURSDAY)
    assert letter.kind is MailKind.CONTACTS
    assert staff.states() == ["goes"]
    assert staff.day(THURSDAY + timedelta(days=1)) == []
    assert len(staff.texts()) == 1, "once"


def read(staff: Staff, version: VersionRow) -> None:
    """Record that Lee has read a version."""
    with staff.school.register.reading() as tx:
        (lee,) = (one for one in list_people(tx, staff.school.key, MONDAY) if one.person.last_name == "Lee")
    staff.school.record(lee, version)


def test_the_letter_says_who_it_is_now_with_the_renewed_copy_and_nothing_of_before(staff: Staff) -> None:
    staff.day(MONDAY)
    read(staff, staff.version)
    staff.configure(*NEW_LEAD)
    staff.school.plan(TUESDAY)
    staff.decide("now")
    staff.day(TUESDAY)
    (text,) = staff.texts()
    assert "From today the designated safeguarding lead is Ms Jo Hill, telephone 01632 960155." in text
    assert "Please discard older copies." in text
    assert "nothing to read again and nothing to send back" in text
    for former in ("Pat Marsh", "Marsh", "960101", "pat@"):
        assert former not in text
    (message,) = [one for one in staff.school.messages() if one.kind is MailKind.CONTACTS]
    assert [one.file_name for one in message.attachments] == ["Child protection.pdf"]
    assert message.attachments[0].path == f"copies/{staff.version.policy_id}-2.pdf"
    assert message.state is DeliveryState.WRITTEN
    assert staff.told() == [(1, "1", "written")]
    assert staff.school.requests() == staff.school.requests(), "nothing more is asked"
    assert len(staff.school.requests(only_open=False)) == 1


UPDATING = "The contacts in this copy are being updated: today’s stand at the front."
NOTHING = "There is nothing to read again and nothing to send back."
OWED = "You have not recorded your reading of it yet. Please read this copy, and record it by 7 December 2026."


def held(staff: Staff, version: VersionRow, *left_out: LeftOut) -> None:
    """Put a copy with contacts being updated in the place of the one that cannot be made."""
    content = pdf_file(lines_down(f"Meanwhile {version.policy_id}"))
    path = f"copies/{version.policy_id}-held.pdf"
    (staff.school.config.distribution / path).write_bytes(content)
    staff.school.hold_copy(
        version, covering=Covering(only_contacts=True, left_out=left_out), pdf_path=path, pdf_bytes=len(content),
        pdf_sha256=hashlib.sha256(content).hexdigest(), replacements=({"role": "dsl"}, {"role": "headteacher"}),
    )  # fmt: skip


def one_mail(staff: Staff) -> tuple[str, str]:
    """Return what the one letter of contacts says after its first line, in text and HTML, without line breaks."""
    staff.configure(*NEW_LEAD)
    staff.school.plan(TUESDAY)
    staff.decide("now")
    staff.is_renewed = True
    staff.day(TUESDAY)
    (mail,) = [one for one in staff.school.messages() if one.kind is MailKind.CONTACTS]
    return " ".join(mail.text.split()), " ".join(mail.html.split())


@pytest.mark.parametrize(
    ("has_read", "says", "ends"),
    [((), OWED, "This mail asks nothing else of you."), (("Child protection", "Behaviour"), "", NOTHING)],
)
def test_who_owes_a_reading_of_a_renewed_copy_is_told_so_and_never_that_there_is_nothing_to_read(
    staff: Staff, has_read: tuple[str, ...], says: str, ends: str
) -> None:
    behaviour = staff.school.add_policy("Behaviour")
    staff.day(MONDAY)
    for title, version in (("Child protection", staff.version), ("Behaviour", behaviour)):
        if title in has_read:
            read(staff, version)
    staff.renew(TUESDAY, "dsl")
    staff.renew(TUESDAY, "dsl", version=behaviour)
    text, html = one_mail(staff)
    for said in (text, html):
        assert says in said
        assert ends in said
        assert (NOTHING in said) == (ends == NOTHING)
        assert UPDATING not in said


@pytest.mark.parametrize(
    ("has_read", "left_out", "says"),
    [
        (True, (), UPDATING),
        (False, (), f"{UPDATING} {OWED}"),
        (True, (LeftOut(3, "picture"),), f"{UPDATING} It is for your information: the full copy follows."),
        (
            False,
            (LeftOut(3, "picture"),),
            f"{UPDATING} It is for your information: the full copy follows. You will be asked to read that one.",
        ),
    ],
)
def test_the_letter_says_which_of_its_copies_is_one_with_contacts_being_updated(
    staff: Staff, has_read: bool, left_out: tuple[LeftOut, ...], says: str
) -> None:
    behaviour = staff.school.add_policy("Behaviour")
    staff.day(MONDAY)
    read(staff, staff.version)
    if has_read:
        read(staff, behaviour)
    staff.renew(TUESDAY, "dsl")
    held(staff, behaviour, *left_out)
    text, html = one_mail(staff)
    assert f"* Behaviour {says}" in text
    assert f"Behaviour<br>{says}" in html
    assert text.count(UPDATING) == html.count(UPDATING) == 1, "of the other copy it is not so"
    assert (NOTHING in text, NOTHING in html) == (has_read, has_read)


def test_it_goes_on_the_day_that_was_chosen_and_the_head_telling_them_mails_nobody(staff: Staff) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD)
    staff.school.plan(TUESDAY)
    with pytest.raises(UsageError, match="today or a later day"):
        staff.decide("day", MONDAY)
    friday = MONDAY + timedelta(days=4)
    assert staff.decide("day", friday).goes_on == friday
    assert staff.day(THURSDAY) == []
    assert len([text for text in staff.texts(MailKind.OFFICE) if "Staff have not been told" in text]) == 1
    assert len(staff.day(friday)) == 1
    next_week = MONDAY + timedelta(days=7)
    staff.configure(*NEW_LEAD, ("01632 960155", "01632 960156"))
    assert staff.day(next_week) == []
    staff.decide("head", today=next_week)
    assert staff.states() == ["goes", "head"], "the number alone is another: who is away is still told of the lead"
    for number in range(1, 5):
        assert staff.day(next_week + timedelta(days=number)) == []
    with pytest.raises(UsageError, match="No change of contacts waits"):
        staff.decide("now", today=next_week)


@pytest.mark.parametrize(("tell", "state", "letters"), [("at-once", "goes", 1), ("nobody", "nobody", 0)])
def test_the_settings_tell_at_once_or_nobody(staff: Staff, tell: str, state: str, letters: int) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD, more=f'[contacts]\ntell = "{tell}"\n')
    assert len(staff.day(TUESDAY)) == letters
    assert staff.states() == [state]
    assert staff.waits() is None
    assert all(staff.day(TUESDAY + timedelta(days=number)) == [] for number in (1, 2, 3))


def test_it_goes_to_whoever_has_an_older_copy_or_is_asked_on_return_and_on_paper_and_never_to_whoever_went(
    staff: Staff,
) -> None:
    school = staff.school
    away = AwayPeriod(TUESDAY, MONDAY + timedelta(days=9))
    school.add_person("Marsh", first_name="Pat", email="pat@example.org")
    school.add_person("Away")
    paper = school.add_person("Paper", email=None)
    school.add_person("Left", leave_on=TUESDAY)
    school.add_person("Later", start_on=MONDAY + timedelta(days=3))
    staff.day(MONDAY)
    with school.register.reading() as tx:
        row = next(one for one in list_people(tx, school.key, MONDAY) if one.person.last_name == "Away")
    school.change_person(row, away=(away,), away_until=away.until_on)
    staff.configure(*NEW_LEAD)
    staff.day(TUESDAY)
    staff.decide("day", THURSDAY)
    assert names(staff.day(THURSDAY)) == ["Lee"]
    with school.register.reading() as tx:
        people = list_people(tx, school.key, THURSDAY)
        (on_paper,) = list_contacts_on_paper(
            tx, school.key, school.config, school.standings(THURSDAY), people, THURSDAY
        )
    assert on_paper.person.id == paper.id
    back = away.until_on + timedelta(days=1)
    letters = [one for number in range(1, 12) for one in staff.day(THURSDAY + timedelta(days=number))]
    assert names(letters) == ["Away"]
    said = "The designated safeguarding lead is now Ms Jo Hill, telephone 01632 960155."
    assert [said in text for text in staff.texts()] == [True, True], "of Tuesday: not from today, on either day"
    out = school.root / "papers"
    now = {"secret": SECRET, "today": back, "now": at(back)}
    packs = order_packs(school.register, school.config, PackOrder((), out), **now)  # type: ignore[arg-type]
    assert [one.name for one in packs.packs.files] == ["Kim Paper"]
    assert (paper.id, "1", "printed") in staff.told()
    with school.register.reading() as tx:
        people = list_people(tx, school.key, back)
        assert not list_contacts_on_paper(tx, school.key, school.config, school.standings(back), people, back)


def test_who_came_since_and_has_the_new_copy_alone_is_not_told(staff: Staff) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD)
    staff.school.add_person("New", start_on=TUESDAY)
    staff.day(TUESDAY)
    staff.decide("now", today=WEDNESDAY)
    assert names(staff.day(WEDNESDAY)) == ["Lee"]


def test_where_nobody_was_ever_given_a_copy_nobody_is_told(tmp_path: Path) -> None:
    one = Staff(tmp_path)
    with one.school:
        one.day(MONDAY)
        one.configure(*NEW_LEAD)
        one.school.add_person("Lee", start_on=TUESDAY)
        report = one.school.plan(TUESDAY).report
        one.school.deliver(TUESDAY)
        assert one.states() == ["no-copies"]
        said = (
            "No colleague is written to: nobody was sent a copy with the contacts of before by the way mail goes now."
        )
        assert [notice for notice in report.notices if said in notice and "Jo Hill, telephone 01632 960155" in notice]
        assert all(one.day(TUESDAY + timedelta(days=number)) == [] for number in (1, 2, 3))
        assert len([text for text in one.texts(MailKind.OFFICE) if said in text]) == 1, "once"


def test_a_change_by_a_school_that_goes_over_to_another_way_of_mail_is_not_passed_over(tmp_path: Path) -> None:
    with scripted() as server:
        smtp = f'[mail]\nroute = "smtp"\nfrom = "office@example.org"\nhost = "127.0.0.1"\nport = {server.port}\n'
        one = Staff(tmp_path)
        with one.school:
            one.school.add_person("Lee")
            one.day(MONDAY)
            one.more += f'{smtp}security = "none"\n'
            one.configure(*NEW_LEAD)
            one.school.plan(TUESDAY)
            one.school.deliver(TUESDAY)
            assert one.states() == ["no-copies"]
            (mail,) = [parse(content) for content in server.taken if b"office@example.org" in content[:2000]]
            body = mail.get_body(("plain",))
            assert body is not None
            assert "by the way mail goes now. Tell those who have one from elsewhere." in body.get_content()


def test_where_nobody_works_yet_nothing_is_said_of_colleagues(tmp_path: Path) -> None:
    one = Staff(tmp_path)
    with one.school:
        one.day(MONDAY)
        one.configure(*NEW_LEAD)
        report = one.school.plan(TUESDAY).report
        assert (one.states(), [each for each in report.notices if "colleague" in each]) == (["nobody"], [])


@pytest.mark.parametrize("role", ["headteacher", "chair-of-governors", "lado"])
def test_a_role_that_is_named_for_the_first_time_is_no_change(tmp_path: Path, role: str) -> None:
    one = Staff(tmp_path)
    one.more = OFFICE + DEPUTY
    one.configure()
    with one.school:
        one.school.add_person("Lee")
        one.day(MONDAY)
        one.configure(more=f'[contacts.{role}]\nname = "Al Field"\nphone = "01632 960100"\n')
        one.school.plan(TUESDAY)
        assert one.states() == []


def test_a_day_two_months_away_is_the_last_that_can_be_chosen_and_on_a_closed_one_the_next_is_taken(
    staff: Staff,
) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD)
    staff.school.plan(TUESDAY)
    with pytest.raises(UsageError, match="is more than two months away"):
        staff.decide("day", TUESDAY + timedelta(days=61))
    saturday = MONDAY + timedelta(days=5)
    assert staff.decide("day", saturday).goes_on == MONDAY + timedelta(days=7)
    assert staff.decide("day", TUESDAY + timedelta(days=60)).chosen


def test_who_has_another_address_since_the_letter_came_back_is_told_there_once(staff: Staff) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD)
    staff.school.plan(TUESDAY)
    staff.decide("now")
    staff.day(TUESDAY)
    (mail,) = [one for one in staff.school.messages() if one.kind is MailKind.CONTACTS]
    with staff.school.register.transaction() as tx:
        settle_told(tx, staff.school.key, [mail.id], ToldOutcome.BOUNCED, at(TUESDAY, 12))
        (lee,) = list_people(tx, staff.school.key, TUESDAY)
    assert staff.day(WEDNESDAY) == [], "not to the address from which it came back"
    staff.school.change_person(lee, work_email="k.lee@example.org")
    assert names(staff.day(THURSDAY)) == ["Lee"]
    assert staff.school.messages()[-1].recipient == "k.lee@example.org"
    assert staff.day(MONDAY + timedelta(days=4)) == []


def test_several_changes_that_wait_are_one_notice(staff: Staff) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD)
    staff.school.plan(TUESDAY)
    staff.configure(*NEW_LEAD, ('name = "Sam Reed"', 'name = "Lou Parr"'), ("01632 960103", "01632 960133"))
    staff.school.plan(TUESDAY)
    assert staff.states() == ["waits"]
    staff.decide("now")
    (letter,) = staff.day(WEDNESDAY)
    assert letter.contents.contacts is not None
    assert letter.contents.contacts.said == (
        "The designated safeguarding lead is now Ms Jo Hill, telephone 01632 960155.",
        "The deputy designated safeguarding lead is now Lou Parr, telephone 01632 960133.",
    )
    assert "Sam Reed" not in staff.texts()[0]


def test_a_change_that_was_decided_on_and_is_another_by_now_waits_anew(staff: Staff) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD)
    staff.school.plan(TUESDAY)
    staff.decide("now")
    staff.configure(*NEW_LEAD, ("Jo Hill", "Lou Parr"))
    assert staff.day(WEDNESDAY) == []
    waiting = staff.waits()
    assert waiting is not None
    assert not waiting.chosen
    assert waiting.goes_on == MONDAY + timedelta(days=4)


NEW_DEPUTY = ('name = "Sam Reed"', 'name = "Lou Parr"'), ("01632 960103", "01632 960133")


@pytest.mark.parametrize("how", ["head", "nobody", "now"])
def test_a_change_that_nobody_saw_is_not_settled_with_the_one_that_waits(staff: Staff, how: str) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD)
    staff.school.plan(TUESDAY)
    staff.configure(*NEW_LEAD, ("Jo Hill", "Kay Low"), *NEW_DEPUTY)
    with pytest.raises(UsageError, match="The contacts were changed again since this was noted"):
        staff.decide(how)
    letters = [one for number in range(1, 7) for one in staff.day(TUESDAY + timedelta(days=number))]
    (said,) = [one.contents.contacts.said for one in letters if one.contents.contacts is not None]
    assert "Kay Low" in said[0]
    assert "Lou Parr" in said[1]


LEAD_SAID = "The designated safeguarding lead is now Ms Kay Low, telephone 01632 960155."
DEPUTY_SAID = "The deputy designated safeguarding lead is now Lou Parr, telephone 01632 960133."


def lines_of(letters: list[QueuedLetter]) -> list[tuple[str, ...]]:
    """Return what each letter says of the contacts."""
    return [one.contents.contacts.said for one in letters if one.contents.contacts is not None]


def test_the_notice_that_replaces_one_that_has_not_gone_tells_of_all_its_roles(staff: Staff) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD, *NEW_DEPUTY)
    staff.school.plan(TUESDAY)
    staff.decide("now")
    staff.renew(TUESDAY)
    staff.school.plan(TUESDAY)
    assert (staff.states(), len(staff.texts())) == (["goes"], 1), "queued, not sent"
    staff.configure(*NEW_LEAD, ("Jo Hill", "Kay Low"), *NEW_DEPUTY)
    staff.school.plan(WEDNESDAY)
    assert staff.states() == ["taken-back", "waits"]
    staff.decide("now", today=WEDNESDAY)
    assert lines_of(staff.day(WEDNESDAY)) == [(LEAD_SAID, DEPUTY_SAID)]


def test_a_notice_whose_lead_changed_again_still_tells_those_on_return_of_its_deputy(staff: Staff) -> None:
    back = MONDAY + timedelta(days=9)
    staff.school.add_person("Away", away=(AwayPeriod(TUESDAY, back),), away_until=back)
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD, *NEW_DEPUTY)
    staff.school.plan(TUESDAY)
    staff.decide("now")
    assert names(staff.day(TUESDAY)) == ["Lee"]
    staff.configure(*NEW_LEAD, ("Jo Hill", "Kay Low"), *NEW_DEPUTY)
    staff.school.plan(WEDNESDAY)
    assert staff.states() == ["goes", "waits"]
    staff.decide("now", today=WEDNESDAY)
    said = LEAD_SAID.replace("The", "From today the", 1).replace(" is now", " is")
    assert lines_of(staff.day(WEDNESDAY)) == [(said,)], "Lee has heard of the deputy"
    letters = [one for number in range(1, 10) for one in staff.day(WEDNESDAY + timedelta(days=number))]
    assert names(letters) == ["Away"]
    assert lines_of(letters) == [(LEAD_SAID, DEPUTY_SAID)]


def test_a_copy_made_anew_for_another_reason_is_not_among_the_renewed_ones(staff: Staff) -> None:
    back = MONDAY + timedelta(days=9)
    uniform, trips = staff.school.add_policy("Uniform"), staff.school.add_policy("Trips")
    staff.school.add_person("Away", away=(AwayPeriod(TUESDAY, back),), away_until=back)
    staff.renew(MONDAY, "headteacher", version=uniform)
    staff.renew(MONDAY, "dsl", version=trips)
    staff.renew(MONDAY)
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD)
    staff.school.plan(TUESDAY)
    staff.decide("now")
    staff.day(TUESDAY)
    staff.renew(WEDNESDAY, "headteacher", version=uniform)
    staff.renew(WEDNESDAY, "headteacher", version=trips)
    letters = [one for number in range(2, 12) for one in staff.day(MONDAY + timedelta(days=number), renews=False)]
    assert names(letters) == ["Away"]
    (item,) = [one.contents.contacts for one in letters if one.contents.contacts is not None]
    assert [one.title for one in item.copies] == ["Child protection", "Trips"], (
        "of Trips the copy before named the lead"
    )


def test_what_was_taken_back_before_it_went_tells_nobody(staff: Staff) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD)
    staff.day(TUESDAY)
    staff.configure()
    assert all(staff.day(TUESDAY + timedelta(days=number)) == [] for number in range(1, 6))
    assert staff.states() == ["taken-back"]


def test_letters_that_have_not_gone_when_it_is_taken_back_are_dropped(staff: Staff) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD)
    staff.school.plan(TUESDAY)
    staff.decide("now")
    staff.renew(TUESDAY)
    staff.school.plan(TUESDAY)
    assert len(staff.texts()) == 1
    staff.configure()
    assert staff.day(WEDNESDAY) == []
    (message,) = [one for one in staff.school.messages() if one.kind is MailKind.CONTACTS]
    assert message.state is DeliveryState.CANCELLED
    assert staff.states() == ["taken-back"]
    assert staff.day(THURSDAY) == []


def test_a_change_after_some_were_told_is_another_notice(staff: Staff) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD)
    staff.day(TUESDAY)
    staff.decide("now", today=WEDNESDAY)
    staff.day(WEDNESDAY)
    staff.configure()
    staff.day(THURSDAY)
    assert staff.states() == ["followed", "waits"]
    staff.decide("now", today=THURSDAY)
    (letter,) = staff.day(MONDAY + timedelta(days=4))
    assert letter.contents.contacts is not None
    assert "Ms Pat Marsh, telephone 01632 960101" in letter.contents.contacts.said[0]


def test_a_new_head_is_a_line_in_the_next_letter_and_makes_none(staff: Staff) -> None:
    staff.day(MONDAY)
    staff.configure(("Al Field", "Kit Moss"), ("01632 960100", "01632 960199"))
    staff.day(TUESDAY)
    staff.decide("now", today=WEDNESDAY)
    assert staff.day(WEDNESDAY) == []
    following = [one for number in range(3, 30) for one in staff.day(MONDAY + timedelta(days=number))]
    (letter,) = following
    assert letter.kind is MailKind.REMINDER
    (text,) = [one for one in staff.texts(MailKind.REMINDER) if "Kit Moss, telephone" in one]
    assert "The headteacher is now Kit Moss, telephone 01632 960199. Please discard older copies." in text
    assert "Al Field" not in text


def test_the_line_of_a_new_head_says_of_which_copy_the_contacts_are_being_updated(staff: Staff) -> None:
    behaviour = staff.school.add_policy("Behaviour")
    staff.day(MONDAY)
    held(staff, behaviour)
    staff.configure(("Al Field", "Kit Moss"), ("01632 960100", "01632 960199"))
    staff.day(TUESDAY)
    staff.decide("now", today=WEDNESDAY)
    letters = [one for number in range(2, 30) for one in staff.day(MONDAY + timedelta(days=number))]
    assert [one.kind for one in letters] == [MailKind.REMINDER]
    (text,) = [one for one in staff.texts(MailKind.REMINDER) if "Kit Moss, telephone" in one]
    assert text.count("The contacts in the copy of Behaviour are being updated: today") == 2, "in text and HTML"


def test_told_now_is_told_today_also_to_who_had_a_letter_this_morning(staff: Staff) -> None:
    staff.day(MONDAY)
    staff.school.add_policy("Behaviour", today=TUESDAY)
    (morning,) = staff.school.plan(TUESDAY).report.to_readers
    assert morning.kind is MailKind.READING
    staff.configure(*NEW_LEAD)
    staff.school.plan(TUESDAY)
    staff.decide("now")
    assert names(staff.day(TUESDAY)) == ["Lee"]
    (text,) = staff.texts()
    assert "From today the designated" in text


def test_the_letter_goes_before_what_is_to_be_read_and_the_rest_follows_the_next_day(staff: Staff) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD)
    staff.school.plan(TUESDAY)
    staff.decide("now")
    staff.school.add_policy("Behaviour", today=TUESDAY)
    (letter,) = staff.day(TUESDAY)
    assert letter.kinds == (MailKind.CONTACTS,)
    asked = [one for one in staff.school.messages() if one.kind is MailKind.READING]
    assert len(asked) == 1
    report = staff.school.plan(WEDNESDAY).report
    assert [one.titles for one in report.to_readers] == [("Behaviour",)]


def test_the_same_person_under_a_new_name_is_announced_to_nobody(staff: Staff) -> None:
    school = staff.school
    staff.day(MONDAY)
    with school.register.transaction() as tx:
        typed = TypedContact("dsl", "Pat Underhill", "01632 960101", "pat@example.org", "Pat Marsh")
        add_contact_change(tx, school.key, typed, actor="The office", now=at(TUESDAY))
    staff.configure(("Pat Marsh", "Pat Underhill"))
    assert staff.day(TUESDAY) == []
    assert staff.states() == []
    assert staff.waits() is None
    staff.configure(("Pat Marsh", "Pat Underhill"), ("01632 960101", "01632 960144"))
    staff.school.plan(WEDNESDAY)
    staff.decide("now", today=WEDNESDAY)
    (letter,) = staff.day(WEDNESDAY)
    assert letter.contents.contacts is not None
    assert letter.contents.contacts.said == (
        "From today the designated safeguarding lead has a new number: Ms Pat Underhill, telephone 01632 960144.",
    )


def test_a_name_that_the_lists_own_id_says_is_the_same_persons_is_announced_to_nobody(staff: Staff) -> None:
    row = staff.school.add_person("Marsh", first_name="Pat", email="pat@example.org")
    staff.day(MONDAY)
    staff.school.change_person(row, last_name="Underhill")
    staff.configure(("Pat Marsh", "Pat Underhill"))
    assert staff.day(TUESDAY) == []
    assert staff.states() == []


def test_a_post_that_was_handed_on_under_one_id_is_another_person(staff: Staff) -> None:
    row = staff.school.add_person("Marsh", first_name="Pat", email="head@example.org")
    staff.day(MONDAY)
    staff.school.change_person(row, first_name="Xena", last_name="Newby")
    staff.configure(("Pat Marsh", "Xena Newby"))
    staff.day(TUESDAY)
    waiting = staff.waits()
    assert waiting is not None
    assert waiting.roles == ("dsl",)


@pytest.fixture
def rung(staff: Staff) -> Staff:
    """A school whose contacts are confirmed by a person, with the outgoing lead and a colleague, on its second day."""
    staff.school.add_person("Marsh", first_name="Pat", email="pat@example.org")
    with staff.school.register.transaction() as tx:
        note_contacts(tx, staff.school.key, staff.school.config, MONDAY, at(MONDAY))
    staff.day(MONDAY)
    return staff


def confirm(staff: Staff, role: str, today: date) -> None:
    with deciding(staff.school.register, staff.school.root, "Ann Clerk", at(today, 9)) as decision:
        confirm_contacts(decision, staff.school.config, Confirmation(role, "rang"), today=today)


BY_OFFICE = "From today the designated safeguarding lead is Ms Jo Hill, telephone the school office, 01632 960110."
NUMBER = "The designated safeguarding lead has a new number: Ms Jo Hill, telephone 01632 960155."


def test_a_number_confirmed_after_the_lead_was_told_is_a_line_in_the_next_letter_and_never_for_the_outgoing_lead(
    rung: Staff,
) -> None:
    rung.configure(*NEW_LEAD)
    rung.school.plan(TUESDAY)
    rung.decide("now")
    (letter,) = rung.day(TUESDAY)
    assert letter.contents.contacts is not None
    assert (names([letter]), letter.contents.contacts.said) == (["Lee"], (BY_OFFICE,))
    confirm(rung, "dsl", WEDNESDAY)
    rung.is_renewed = False
    assert rung.day(WEDNESDAY) == []
    assert len(rung.texts()) == 1, "no second letter"
    assert rung.waits() is None, "nothing is asked again"
    assert len([text for text in rung.texts(MailKind.OFFICE) if "told yet" in text]) == 1, "before it was decided"
    letters = [one for number in range(3, 30) for one in rung.day(MONDAY + timedelta(days=number))]
    assert [(names([one]), one.kind) for one in letters] == [(["Lee"], MailKind.REMINDER)]
    (text,) = [one for one in rung.texts(MailKind.REMINDER) if "Jo Hill, telephone" in one]
    assert f"{NUMBER} Please discard older copies." in text
    assert "lead is now" not in text
    assert "960110, telephone" not in text


@pytest.mark.parametrize("tells", ["head", "nobody"])
def test_a_number_confirmed_after_the_head_told_them_or_nobody_did_writes_to_nobody(rung: Staff, tells: str) -> None:
    rung.configure(*NEW_LEAD)
    rung.school.plan(TUESDAY)
    rung.decide(tells)
    confirm(rung, "dsl", WEDNESDAY)
    assert all(rung.day(TUESDAY + timedelta(days=number)) == [] for number in range(1, 30))
    assert (rung.states(), rung.texts()) == ([tells], [])


def test_another_number_of_the_same_lead_is_told_once_when_it_is_confirmed(rung: Staff) -> None:
    rung.configure(("01632 960101", "01632 960177"))
    assert all(rung.day(MONDAY + timedelta(days=number)) == [] for number in range(1, 4))
    assert (rung.states(), rung.waits()) == ([], None), "nothing is said while nobody has rung it"
    confirm(rung, "dsl", THURSDAY)
    rung.school.plan(THURSDAY)
    rung.decide("now", today=THURSDAY)
    rung.is_renewed = False
    letters = [one for number in range(3, 12) for one in rung.day(MONDAY + timedelta(days=number))]
    said = {line for one in letters if one.contents.contacts is not None for line in one.contents.contacts.said}
    assert said == {
        "From today the designated safeguarding lead has a new number: Ms Pat Marsh, telephone 01632 960177."
    }
    assert names(letters) == ["Lee", "Marsh"]


def test_who_was_away_for_a_new_lead_hears_of_them_with_the_number_confirmed_since_in_one_letter(rung: Staff) -> None:
    away = AwayPeriod(TUESDAY, MONDAY + timedelta(days=7))
    row = rung.school.add_person("Away", email="away@example.org")
    rung.day(MONDAY)
    rung.school.change_person(row, away=(away,), away_until=away.until_on)
    rung.configure(*NEW_LEAD)
    rung.school.plan(TUESDAY)
    rung.decide("now")
    assert names(rung.day(TUESDAY)) == ["Lee"]
    confirm(rung, "dsl", WEDNESDAY)
    rung.is_renewed = False
    letters = [one for number in range(2, 10) for one in rung.day(MONDAY + timedelta(days=number))]
    (mine,) = [one for one in letters if names([one]) == ["Away"]]
    assert mine.contents.contacts is not None
    assert mine.kind is MailKind.CONTACTS
    assert mine.contents.contacts.said == (
        "The designated safeguarding lead is now Ms Jo Hill, telephone 01632 960155.",
    )


def test_letters_that_wait_when_the_number_is_confirmed_are_made_anew_with_it_and_nothing_is_asked_again(
    rung: Staff,
) -> None:
    rung.configure(*NEW_LEAD)
    rung.school.plan(TUESDAY)
    rung.decide("now")
    rung.renew(TUESDAY)
    rung.school.plan(TUESDAY)
    confirm(rung, "dsl", TUESDAY)
    rung.school.plan(TUESDAY)
    rung.school.deliver(TUESDAY)
    went = [
        one for one in rung.school.messages() if one.kind is MailKind.CONTACTS and one.state is DeliveryState.WRITTEN
    ]
    (mail,) = went
    assert "lead is Ms Jo Hill, telephone 01632 960155." in mail.text
    assert (rung.states(), rung.day(WEDNESDAY)) == (["goes"], [])


def test_a_number_that_is_confirmed_while_another_change_waits_for_its_day_does_not_ask_again(rung: Staff) -> None:
    rung.configure(*NEW_LEAD)
    rung.school.plan(TUESDAY)
    rung.decide("now")
    rung.day(TUESDAY)
    rung.configure(*NEW_LEAD, ("Al Field", "Kit Moss"))
    rung.school.plan(WEDNESDAY)
    friday = MONDAY + timedelta(days=4)
    rung.decide("day", friday, today=WEDNESDAY)
    confirm(rung, "dsl", THURSDAY)
    assert rung.day(THURSDAY) == []
    waiting = rung.waits()
    assert waiting is not None
    assert (waiting.roles, waiting.goes_on, waiting.chosen) == (("dsl", "headteacher"), friday, "day")


@pytest.mark.parametrize(
    ("goes_on", "begins", "subject"),
    [
        (
            TUESDAY,
            "From today the designated safeguarding lead is Ms",
            "the designated safeguarding lead is Ms Jo Hill",
        ),
        (THURSDAY, "The designated safeguarding lead is now Ms", "the designated safeguarding lead is now Ms Jo Hill"),
    ],
)
def test_from_today_is_said_on_the_day_of_the_change_and_on_no_other(
    staff: Staff, goes_on: date, begins: str, subject: str
) -> None:
    staff.day(MONDAY)
    staff.configure(*NEW_LEAD)
    staff.school.plan(TUESDAY)
    staff.decide("day", goes_on)
    letters = [one for number in range(1, 5) for one in staff.day(MONDAY + timedelta(days=number))]
    assert len(letters) == 1
    (mail,) = [one for one in staff.school.messages() if one.kind is MailKind.CONTACTS]
    assert f"\n{begins} Jo Hill, telephone 01632 960155. Please discard older copies." in mail.text
    assert f": {subject} (" in mail.subject
    assert ("From today" in mail.html, "From today" in mail.text) == (goes_on == TUESDAY, goes_on == TUESDAY)


def test_a_lead_who_began_on_sunday_by_the_settings_is_not_lead_from_monday(staff: Staff) -> None:
    sunday = MONDAY - timedelta(days=1)
    staff.day(MONDAY - timedelta(days=4))
    follows = '[[contacts.next]]\nrole = "dsl"\nname = "Jo Hill"\npronoun = "she"\nphone = "01632 960155"\n'
    staff.configure(more=f'{follows}from = {sunday}\n[contacts]\ntell = "at-once"\n')
    (letter,) = staff.day(MONDAY)
    assert letter.contents.contacts is not None
    assert letter.contents.contacts.said[0].startswith("The designated safeguarding lead is now")


def test_deputies_who_are_gone_since_another_day_are_not_gone_from_today(staff: Staff) -> None:
    staff.day(MONDAY)
    staff.more = staff.more.replace(DEPUTY, "")
    staff.configure()
    staff.school.plan(TUESDAY)
    staff.decide("now")
    (letter,) = staff.day(WEDNESDAY)
    assert letter.contents.contacts is not None
    assert letter.contents.contacts.said == ("Nobody is deputy designated safeguarding lead now.",)
    (mail,) = [one for one in staff.school.messages() if one.kind is MailKind.CONTACTS]
    assert ": nobody is deputy designated safeguarding lead now (" in mail.subject


def order(staff: Staff, until: date, today: date) -> None:
    with staff.school.register.transaction() as tx:
        decision = Decision(tx, staff.school.key, "The office", at(today))
        order_cover(decision, staff.school.config, CoverOrder("deputy-dsl", until), today=today)


def test_cover_of_a_few_days_is_one_line_in_those_days_letters_and_no_letter(staff: Staff) -> None:
    staff.day(MONDAY)
    order(staff, THURSDAY, TUESDAY)
    staff.school.add_person("New", start_on=TUESDAY)
    assert staff.day(TUESDAY, renews=False) == []
    assert staff.states() == []
    (mail,) = [one for one in staff.school.messages() if one.kind is MailKind.STARTER]
    said = "Until Thursday 26 November Sam Reed, telephone 01632 960103, stands in as designated safeguarding lead."
    assert said in mail.text
    assert said in mail.html
    assert "Pat Marsh" not in mail.text


def test_cover_of_five_school_days_is_told_as_a_new_lead_is_and_its_end_too(staff: Staff) -> None:
    staff.day(MONDAY)
    order(staff, MONDAY + timedelta(days=8), TUESDAY)
    staff.day(TUESDAY)
    staff.decide("now", today=WEDNESDAY)
    (letter,) = staff.day(WEDNESDAY)
    assert letter.contents.contacts is not None
    assert letter.contents.contacts.said == (
        "The designated safeguarding lead is now Sam Reed (standing in), telephone 01632 960103.",
    )
    staff.day(MONDAY + timedelta(days=9))
    waiting = staff.waits()
    assert waiting is not None, "the lead is back"


def test_days_of_cover_in_the_settings_that_are_few_announce_nobody(staff: Staff) -> None:
    staff.day(MONDAY)
    cover = '[[contacts.next]]\nrole = "dsl"\nname = "Jo Hill"\nphone = "01632 960155"\n'
    cover += "from = 2026-11-24\nuntil = 2026-11-26\n"
    staff.configure(more=cover)
    assert all(staff.day(TUESDAY + timedelta(days=number), renews=False) == [] for number in range(5))
    assert staff.states() == []


def test_by_a_mail_server_it_goes_without_a_number_beside_a_mailing_that_waits(tmp_path: Path) -> None:
    with scripted() as server:
        smtp = f'[mail]\nroute = "smtp"\nfrom = "office@example.org"\nhost = "127.0.0.1"\nport = {server.port}\n'
        smtp += 'security = "none"\nconfirm_above = 1\n'
        one = Staff(tmp_path, smtp)
        with one.school:
            for name in ("Lee", "Moss", "Noor"):
                one.school.add_person(name)
            one.school.plan(MONDAY)
            assert server.taken == [], "the first mailing waits"
            let_go(one)
            one.school.deliver(MONDAY)
            assert len(server.taken) == 3
            one.configure(*NEW_LEAD)
            one.day(TUESDAY)
            one.decide("now", today=WEDNESDAY)
            one.school.add_policy("Behaviour", today=WEDNESDAY)
            taken = len(server.taken)
            one.day(WEDNESDAY)
            mails = [parse(content) for content in server.taken[taken:]]
            assert sorted(str(mail["To"]) for mail in mails if "safeguarding lead is" in str(mail["Subject"])) == [
                "lee@example.org",
                "moss@example.org",
                "noor@example.org",
            ]
            one.day(THURSDAY)
            assert not any("Behaviour" in str(parse(content)["Subject"]) for content in server.taken)


def let_go(staff: Staff) -> None:
    from pipeline.register.mail.campaigns import CampaignState, change_campaigns, list_campaigns

    with staff.school.register.transaction() as tx:
        keys = tuple(one.id for one in list_campaigns(tx, staff.school.key, CampaignState.WAITING))
        change_campaigns(tx, staff.school.key, keys, CampaignState.OPEN, at(MONDAY))


def test_a_paused_notice_does_not_go_and_a_cancelled_one_is_not_brought_up_again(tmp_path: Path) -> None:
    from pipeline.mail.mailings import cancel, pause

    with scripted() as server:
        smtp = f'[mail]\nroute = "smtp"\nfrom = "office@example.org"\nhost = "127.0.0.1"\nport = {server.port}\n'
        one = Staff(tmp_path, smtp + 'security = "none"\n')
        with one.school:
            one.school.add_person("Lee")
            one.school.plan(MONDAY)
            let_go(one)
            one.school.deliver(MONDAY)
            one.configure(*NEW_LEAD)
            one.day(TUESDAY)
            one.decide("now", today=WEDNESDAY)
            one.renew(WEDNESDAY)
            one.school.plan(WEDNESDAY)
            taken = len(server.taken)
            pause(one.school.register, one.school.root, by="The office", now=at(WEDNESDAY))
            one.school.deliver(WEDNESDAY)
            cancel(one.school.register, one.school.root, by="The office", now=at(WEDNESDAY))
            one.day(THURSDAY)
            said = [str(parse(content)["Subject"]) for content in server.taken[taken:]]
            assert not any("safeguarding lead is" in subject for subject in said)


def test_a_lead_and_a_deputy_who_change_places_are_both_told(staff: Staff) -> None:
    staff.school.add_person("Marsh", first_name="Pat")
    staff.school.add_person("Reed", first_name="Sam")
    staff.day(MONDAY)
    staff.configure(
        ("Pat Marsh", "Someone"), ("Sam Reed", "Pat Marsh"), ("Someone", "Sam Reed"),
        ("01632 960101", "01632 960199"), ("01632 960103", "01632 960101"), ("01632 960199", "01632 960103"),
    )  # fmt: skip
    staff.school.plan(TUESDAY)
    staff.decide("now")
    assert {"Marsh", "Reed"} <= set(names(staff.day(TUESDAY)))


FIRSTS, LASTS = ("Ann", "Bo", "Cy", "Dee", "Eve", "Flo"), ("Quill", "Rook", "Stone", "Teal", "Urwin", "Vane")
PEOPLE = st.builds(
    lambda first, last, digits: (f"{first} {last}", f"01632 960{digits:03d}"),
    st.sampled_from(FIRSTS), st.sampled_from(LASTS), st.integers(200, 999),
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(steps=st.lists(st.tuples(PEOPLE, PEOPLE, PEOPLE, st.booleans()), min_size=1, max_size=4))
def test_no_letter_ever_has_a_name_or_number_that_is_nobodys_any_more(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[tuple[str, str], ...]]
) -> None:
    one = Staff(tmp_path_factory.mktemp("any"))
    with one.school:
        one.school.add_person("Lee")
        one.day(MONDAY)
        known = {"Pat Marsh", "01632 960101", "Sam Reed", "01632 960103", "Al Field", "01632 960100"}
        today = MONDAY
        for lead, deputy, head, is_decided in steps:
            today += timedelta(days=1)
            one.configure(
                ("Pat Marsh", lead[0]), ("01632 960101", lead[1]), ("Sam Reed", deputy[0]), ("01632 960103", deputy[1]),
                ("Al Field", head[0]), ("01632 960100", head[1]),
            )  # fmt: skip
            one.school.plan(today)
            if is_decided and one.waits() is not None:
                one.decide("now", today=today)
            before = len(one.school.messages())
            one.day(today)
            now = {*lead, *deputy, *head}  # type: ignore[misc]
            known |= now
            for message in one.school.messages()[before:]:
                if message.kind is MailKind.CONTACTS:
                    said = f"{message.subject}\n{message.text}\n{message.html}"
                    assert not [former for former in known - now if former in said]


@pytest.mark.parametrize("owes", [True, False])
def test_new_contacts_are_printed_also_for_whoever_owes_nothing_and_without_a_copy(staff: Staff, owes: bool) -> None:
    school = staff.school
    paper = school.add_person("Paper", email=None)
    staff.day(MONDAY)
    if not owes:
        school.record(paper, staff.version)
    staff.configure(('name = "Al Field"', 'name = "Jo Hill"'), ("01632 960100", "01632 960166"))
    staff.day(TUESDAY)
    staff.decide("now")
    plan = school.plan(WEDNESDAY)
    assert [one.person.id for one in plan.report.contacts_on_paper] == [paper.id]
    out = school.root / "papers"
    now = {"secret": SECRET, "today": WEDNESDAY, "now": at(WEDNESDAY)}
    packs = order_packs(school.register, school.config, PackOrder((), out), **now).packs  # type: ignore[arg-type]
    (file,) = packs.files
    front = " ".join(pypdf.PdfReader(file.path).pages[0].extract_text().split())
    assert "Jo Hill" in front.partition("Please discard older copies.")[0]
    assert "Nothing at the moment" not in front
    assert ("What to read" in front) is owes
    assert (paper.id, "1", "printed") in staff.told()
    assert school.plan(THURSDAY).report.contacts_on_paper == ()
    again = order_packs(school.register, school.config, PackOrder((), out), **now)  # type: ignore[arg-type]
    assert bool(again.packs.files) is owes


def test_printed_new_contacts_wait_until_it_is_recorded_that_they_were_handed_over(staff: Staff) -> None:
    school = staff.school
    paper = school.add_person("Paper", email=None)
    other = school.add_person("Quill", email=None)
    staff.day(MONDAY)
    school.record(paper, staff.version)
    staff.configure(*NEW_LEAD)
    staff.day(TUESDAY)
    staff.decide("now")
    staff.day(WEDNESDAY)
    out = school.root / "papers"
    now = {"secret": SECRET, "today": WEDNESDAY, "now": at(WEDNESDAY)}
    order_packs(school.register, school.config, PackOrder((), out), **now)  # type: ignore[arg-type]

    def waiting() -> list[tuple[int, int, bool]]:
        with school.register.reading() as tx:
            found = list_printed(tx, school.key, school.config, THURSDAY)
        return [(one.person.id, len(one.policies), one.has_contacts) for one in found]

    def hand_over(key: int) -> str:
        with deciding(school.register, school.root, "The office", at(THURSDAY)) as decision:
            on = {"on": THURSDAY, "config": school.config, "today": THURSDAY}
            return record_handed_over(decision, [key], **on).message  # type: ignore[arg-type]

    assert waiting() == [(paper.id, 0, True), (other.id, 1, True)]
    assert "days to read begin" not in hand_over(paper.id)
    assert waiting() == [(other.id, 1, True)], "the same notice waits for the other one still"
    assert "days to read begin" in hand_over(other.id)
    assert waiting() == []
    assert [one for one in staff.told() if one[2] == "handed-over"] == [
        (paper.id, "1", "handed-over"), (other.id, "1", "handed-over"),
    ]  # fmt: skip
    assert school.plan(THURSDAY).report.contacts_on_paper == ()
