"""A plan that is killed leaves nobody's letter behind: the plan after it lets its mailing go, or wait for a word."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.letters import write
from pipeline.mail.mailings import campaign_summary
from pipeline.model.mail import MailKind
from pipeline.register.mail.campaigns import CampaignState
from tests.school import MONDAY, School

SMTP = '[mail]\nroute = "smtp"\nhost = "mail.example.org"\nfrom = "office@example.org"\nconfirm_above = {above}\n'


class Killed(Exception):  # noqa: N818
    """The process ends here."""


@pytest.mark.parametrize("days_later", [0, 1])
@pytest.mark.parametrize(("above", "state"), [(2, CampaignState.WAITING), (0, CampaignState.OPEN)])
def test_a_mailing_of_which_every_letter_was_kept_is_closed_by_the_plan_after_the_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days_later: int, above: int, state: CampaignState
) -> None:
    with School(tmp_path, SMTP.format(above=above)) as school:
        school.add_policy("Confidentiality")
        for name in ("Lee", "Day", "Moss"):
            school.add_person(name)

        def kill(*_: object) -> None:
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(write, "close_mailing", kill)
            with pytest.raises(Killed):
                school.plan()
        assert campaign_summary(school.register, CampaignState.PLANNING).people == 3
        school.plan(MONDAY + timedelta(days=days_later))
        assert campaign_summary(school.register, state).people == 3
        assert campaign_summary(school.register, CampaignState.PLANNING).people == 0
        asked = [mail.recipient for mail in school.messages() if mail.kind is MailKind.READING and not mail.settled_at]
        assert sorted(asked) == ["day@example.org", "lee@example.org", "moss@example.org"]
