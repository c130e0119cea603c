"""One mail a person: who is asked to read and looks after a review hears of both at once, and of neither twice."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.letters.write import QueuedLetter
from pipeline.mail.mailings import campaign_summary, form_campaign
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.model.policies import RevisionKind
from pipeline.register.mail import campaigns
from pipeline.register.mail.outbox import MessageRow, list_due
from pipeline.register.mail.told import About, list_told
from pipeline.register.policies.policies import VersionRow
from tests.mail.servers import scripted
from tests.school import MONDAY, School, at, without_code

_TUESDAY = MONDAY + timedelta(days=1)
LEAD = "pat@example.org"
SMTP = '[mail]\nroute = "smtp"\nhost = "mail.example.org"\nfrom = "office@example.org"\nconfirm_above = 2\n'


class Day(School):
    """A school whose lead, Pat Marsh, looks after every policy and is on the staff list."""

    def late_policy(self, title: str = "Lettings", *, due: str = "2026-08") -> VersionRow:
        first = self.add_policy(title)
        return self.add_version(first.policy_id, RevisionKind.ADOPTED, title=title, due=due)

    def run(self, today: date = MONDAY) -> tuple[QueuedLetter, ...]:
        """Plan a day as a run does; return the letters that have nothing to read."""
        return self.plan(today).reminders

    def to_lead(self) -> list[MessageRow]:
        return [mail for mail in self.messages() if mail.recipient.casefold() == LEAD]


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Day]:
    with Day(tmp_path, '[web]\nbase_url = "https://policies.example.org"\n') as opened:
        yield opened


def test_reading_and_review_of_one_day_are_one_mail(school: Day) -> None:
    school.late_policy()
    school.add_person("Marsh", email="Pat@Example.org", first_name="Pat")
    reminders = school.run()
    assert reminders == ()
    [mail] = school.to_lead()
    assert (mail.kind, mail.recipient) == (MailKind.READING, "Pat@Example.org")
    assert without_code(mail.subject) == (
        "Test Primary School: please read Lettings by 7 December 2026; reviews for you: Lettings (84 days late)"
    )
    assert mail.text.index("* Lettings\n  About") < mail.text.index("REVIEWS YOU LOOK AFTER")
    assert "REVIEW LATE, STILL IN FORCE\n* Lettings\n  Was due 31 August 2026: 3 months late." in mail.text
    assert "Reviews you look after</h2>" in mail.html
    with school.register.reading() as tx:
        [told] = list_told(tx, school.key, about=[About.REVIEW])
    assert (told.message, told.address) == (mail.id, LEAD)


def test_neither_is_told_again_the_next_day(school: Day) -> None:
    school.late_policy()
    school.add_person("Marsh", email=LEAD)
    school.run()
    school.deliver()
    for day in range(1, 3):
        assert school.run(MONDAY + timedelta(days=day)) == ()
    assert len(school.messages()) == 1


def test_with_nothing_to_read_the_owner_is_mailed_as_before(school: Day) -> None:
    version = school.late_policy()
    school.record(school.add_person("Marsh", email=LEAD), version)
    assert len(school.run()) == 1
    assert [mail.kind for mail in school.to_lead()] == [MailKind.OWNER]


def test_mails_of_two_days_stay_two(school: Day) -> None:
    school.late_policy()
    saturday = MONDAY + timedelta(days=5)
    school.add_person("Marsh", email=LEAD)
    school.run(saturday)
    school.run(saturday + timedelta(days=2))
    assert [mail.kind for mail in school.to_lead()] == [MailKind.READING, MailKind.OWNER]


def test_a_starter_and_a_reader_of_a_small_change_hear_of_their_reviews_too(school: Day) -> None:
    first = school.late_policy()
    lead = school.add_person("Marsh", email=LEAD, start_on=MONDAY)
    school.run()
    school.record(lead, first)
    school.add_version(first.policy_id, RevisionKind.MINOR, title="Lettings", due="2026-09", text="Lettings, mended")
    school.run(_TUESDAY)
    mails = school.to_lead()
    assert [mail.kind for mail in mails] == [MailKind.STARTER, MailKind.NOTICE]
    assert all("REVIEWS YOU LOOK AFTER" in mail.text for mail in mails)
    assert all("reviews for you: Lettings (" in mail.subject for mail in mails)


@pytest.mark.parametrize(("day", "goes"), [(date(2027, 6, 7), True), (date(2027, 10, 4), False)])
def test_reminders_of_last_school_year_wait_for_a_word_where_they_are_many(
    tmp_path: Path, day: date, goes: bool
) -> None:
    smtp = SMTP.replace("mail.example.org", "127.0.0.1")
    with scripted() as server, Day(tmp_path, f"{smtp}port = {server.port}\nsecurity = 'none'\n") as school:
        school.add_policy("Confidentiality")
        for name in ("Lee", "Day", "Moss"):
            school.add_person(name)
        school.plan()
        with school.register.transaction() as tx:
            [asked] = campaigns.list_campaigns(tx, school.key)
            campaigns.change_campaigns(tx, school.key, (asked.id,), campaigns.CampaignState.OPEN, at(MONDAY))
        school.deliver()
        assert len(server.taken) == 3
        school.plan(day)
        with school.register.reading() as tx:
            due = list_due(tx, school.key, "smtp", day, at(day))
        reminders = [mail.id for mail in school.messages() if mail.kind is MailKind.REMINDER]
        assert len(reminders) == 3
        assert [key for key in due if key in reminders] == (reminders if goes else [])
        assert campaign_summary(school.register).people == (0 if goes else 3)


def test_a_reminder_does_not_wait_with_a_mailing(tmp_path: Path) -> None:
    with Day(tmp_path, SMTP) as school:
        school.late_policy()
        school.add_person("Marsh", email=LEAD)
        assert len(school.run()) == 1
        assert [mail.kind for mail in school.to_lead()] == [MailKind.READING, MailKind.OWNER]


@pytest.mark.parametrize(("others", "kinds"), [(1, [MailKind.READING]), (2, [MailKind.READING, MailKind.OWNER])])
def test_only_a_mailing_that_goes_freely_takes_reminders_with_it(
    tmp_path: Path, others: int, kinds: list[MailKind]
) -> None:
    with Day(tmp_path, SMTP) as school:
        with school.register.transaction() as tx:
            campaigns.add_campaign(tx, school.key, "smtp", campaigns.CampaignState.OPEN, at(MONDAY))
        school.late_policy()
        school.add_person("Marsh", email=LEAD)
        for number in range(others):
            school.add_person(f"Day{number}")
        school.run()
        assert [mail.kind for mail in school.to_lead()] == kinds
        with school.register.transaction() as tx:
            form_campaign(tx, school.key, "smtp", 2, at(MONDAY))
            waiting = campaigns.list_campaigns(tx, school.key, campaigns.CampaignState.WAITING)
        assert bool(waiting) == (others == 2)


def test_a_template_of_the_schools_own_without_a_place_for_reviews_leaves_them_two_mails(school: Day) -> None:
    folder = school.config.templates / "mail"
    folder.mkdir(parents=True)
    (folder / "reading.txt").write_text("Please read {{ titles }}.\n", encoding="utf-8")
    school.late_policy()
    school.add_person("Marsh", email=LEAD)
    assert len(school.run()) == 1
    kinds = {mail.kind: mail for mail in school.to_lead()}
    assert set(kinds) == {MailKind.READING, MailKind.OWNER}
    assert "reviews for you" not in kinds[MailKind.READING].subject


def test_a_mail_dropped_before_it_went_is_planned_afresh_with_what_is_still_due(school: Day) -> None:
    version = school.late_policy()
    school.add_person("Marsh", email=LEAD)
    school.run()
    with school.register.transaction() as tx:
        from pipeline.register.policies.policies import set_version_status

        set_version_status(tx, version.id, version.status, next_review_on=date(2028, 8, 31))
    school.run(_TUESDAY)
    before, after = school.to_lead()
    assert before.state is DeliveryState.CANCELLED
    assert before.detail == "the review was done, or moved to another day; the rest is planned afresh"
    assert (after.kind, after.state) == (MailKind.READING, DeliveryState.PENDING)
    assert "REVIEWS YOU LOOK AFTER" not in after.text


def test_a_reader_who_has_read_before_the_mail_went_is_still_told_of_the_review(school: Day) -> None:
    version = school.late_policy()
    lead = school.add_person("Marsh", email=LEAD)
    school.run()
    school.record(lead, version)
    assert len(school.run(_TUESDAY)) == 1
    assert [mail.state for mail in school.to_lead()] == [DeliveryState.CANCELLED, DeliveryState.PENDING]


def test_a_plan_that_is_undone_notes_no_reminder(school: Day) -> None:
    from pipeline.errors import ConfigurationError

    school.late_policy()
    school.add_person("Marsh", email=LEAD)
    school.add_person("Zed", start_on=MONDAY)
    folder = school.config.templates / "mail"
    folder.mkdir(parents=True)
    (folder / "starter.txt").write_text("{{ nobody.knows }}", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        school.plan(MONDAY)
    with school.register.reading() as tx:
        assert list_told(tx, school.key, about=[About.REVIEW]) == ()
    assert school.messages() == ()
