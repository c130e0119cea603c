"""The last day of the client secret is told a month before, and goes on being told."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.mail.notices import mail_notices

OAUTH = '[mail.oauth]\nprovider = "microsoft"\ntenant = "t"\nclient_id = "c"\nsecret_expires = 2027-03-31\n'
GRAPH = '[mail]\nroute = "graph"\nfrom = "o@example.org"\n'


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2027, 2, 27), None),
        (date(2027, 2, 28), "runs out in 31 days, on 31 March 2027; no mail goes after that. Ask your IT provider"),
        (date(2027, 3, 30), "runs out in 1 day, on 31 March 2027"),
        (date(2027, 3, 31), "runs out today"),
        (date(2027, 4, 1), "ran out on 31 March 2027"),
    ],
)
def test_the_last_day_of_the_secret_is_told_from_a_month_before(today: date, said: str | None) -> None:
    told = mail_notices(parse_config(GRAPH + OAUTH, root=Path()).mail, today)
    assert len(told) == (said is not None)
    assert all(said in line for line in told if said)


def test_nothing_is_told_where_no_secret_is_used() -> None:
    for text in (OAUTH, GRAPH + OAUTH.replace("secret_expires = 2027-03-31\n", "")):
        assert mail_notices(parse_config(text, root=Path()).mail, date(2027, 3, 31)) == ()
