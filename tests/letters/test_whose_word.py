"""What its owner let go goes, and nothing besides: which mailing a letter belongs to decides whether it waits."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.mail import mailings
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.register.mail.campaigns import CampaignState, list_campaigns
from tests.letters.test_unreached import TOML
from tests.mail.servers import scripted
from tests.school import MONDAY, School, at

_TERMS = '\n[calendar]\nterms = ["2026-09-01..2026-12-18"]\n'
FIRST_REMINDER = date(2026, 12, 2)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    """A school whose first mailing, to three people, was let go and has gone."""
    with scripted(lambda step, _: None) as server:
        toml = TOML.replace("confirm_above = 0", "confirm_above = 2").format(port=server.port)
        with School(tmp_path, toml + _TERMS) as opened:
            opened.add_policy("Confidentiality")
            for name in ("Lee", "Day", "Fox"):
                opened.add_person(name)
            opened.plan(MONDAY)
            let_go(opened, MONDAY)
            yield opened


def let_go(school: School, day: date) -> None:
    mailings.confirm(school.register, school.config, by="the office", today=day, now=at(day, 10), people=3)
    assert school.deliver(day).sent == 3


def states(school: School) -> list[CampaignState]:
    with school.register.reading() as tx:
        return [row.state for row in list_campaigns(tx, school.key)]


def test_reminders_of_a_mailing_go_though_a_later_one_was_cancelled(school: School) -> None:
    tuesday = MONDAY + timedelta(days=1)
    school.add_policy("Behaviour", today=tuesday)
    school.plan(tuesday)
    mailings.cancel(school.register, school.config.root, by="the office", now=at(tuesday, 10))
    school.plan(FIRST_REMINDER)
    assert school.deliver(FIRST_REMINDER).sent == 3
    reminders = [mail for mail in school.messages() if mail.kind is MailKind.REMINDER]
    assert {mail.campaign for mail in reminders} == {1}
    assert states(school) == [CampaignState.OPEN, CampaignState.CANCELLED]


def test_a_new_policy_waits_for_a_word_though_yesterdays_reminders_had_one(school: School) -> None:
    assert len(school.plan(FIRST_REMINDER).report.queued) == 3  # and the mail server is down
    thursday = FIRST_REMINDER + timedelta(days=1)
    school.add_policy("Behaviour", today=thursday)
    school.plan(thursday)
    report = school.deliver(thursday)
    assert (report.sent, report.waiting) == (0, 3)
    assert states(school) == [CampaignState.OPEN, CampaignState.WAITING]


def test_what_was_let_go_and_is_made_afresh_for_its_day_goes_without_another_word(school: School) -> None:
    later = date(2026, 12, 10)
    school.add_policy("Behaviour", today=later)
    school.plan(later)
    mailings.confirm(school.register, school.config, by="the office", today=later, now=at(later, 10), people=3)
    past_due = later + timedelta(days=15)  # the mail server was down until the day to read by was over
    school.plan(past_due)
    term_begins = date(2027, 1, 4)
    school.plan(term_begins)
    assert school.deliver(term_begins).waiting == 0
    afresh = [mail for mail in school.messages() if mail.kind is MailKind.READING and mail.due_on == past_due]
    assert [(mail.campaign, mail.state) for mail in afresh] == [(2, DeliveryState.SENT)] * 3
    assert states(school) == [CampaignState.OPEN, CampaignState.OPEN]
