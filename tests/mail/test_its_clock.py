"""The time that a mail server gives, held against this computer's, and what a clock that was ahead left behind."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.mail.oauth.calls import TokenCalls, TokenResponse
from pipeline.mail.routes.its_clock import moment_in, say_difference
from pipeline.mail.routes.tokens import TokenError
from pipeline.register.mail.deliveries import RoutePause

NOW = datetime(2026, 11, 24, 10, 15, 32, tzinfo=UTC)
EXCHANGE = "LO2P.outlook.office365.com Microsoft ESMTP MAIL Service ready at Tue, 24 Nov 2026 10:15:32 +0000 [08DE2]"


@pytest.mark.parametrize(
    "greeting",
    [
        EXCHANGE,
        "mx.example.org ESMTP Exim 4.96 Tue, 24 Nov 2026 11:15:32 +0100",
        "mail.example.org ESMTP Sendmail 8.17.1/8.17.1; Tue, 24 Nov 2026 10:15:32 GMT",
        "Tue, 24 Nov 2026 10:15:32 GMT",
    ],
)
def test_the_time_is_read_from_what_servers_greet_with(greeting: str) -> None:
    assert moment_in(greeting) == NOW


@pytest.mark.parametrize(
    "greeting",
    [
        "",
        "mail.example.org ESMTP Postfix (Debian/GNU)",
        "smtp.gmail.com ESMTP 5b1f17b1804b1-4778acs - gsmtp",
        "since 1 Jan 2001 00:00:00 +0000 at 24 Nov 2026 10:15:32 +0000",
        "ready at 99 Nov 2026 10:15:32 +0000",
        "24 Nov 2026 10:15:32:99",
    ],
)
def test_what_gives_no_time_or_two_tells_nothing(greeting: str) -> None:
    assert moment_in(greeting) is None
    assert say_difference("It", greeting, NOW + timedelta(days=900)) is None


@pytest.mark.parametrize(
    ("ahead", "is_wrong"),
    [
        (timedelta(0), False),
        (timedelta(hours=47), False),
        (timedelta(days=-1), False),
        (timedelta(days=42), True),
        (timedelta(days=-3), True),
    ],
)
def test_more_than_two_days_are_a_wrong_clock(ahead: timedelta, is_wrong: bool) -> None:
    said = say_difference("The mail server", EXCHANGE, NOW + ahead)
    assert (said is not None) is is_wrong
    assert said is None or "24 November 2026" in said


def test_a_sign_in_by_token_is_refused_by_the_time_of_its_answer() -> None:
    calls = TokenCalls("Microsoft", None)
    today = datetime.now(UTC).strftime("%d %b %Y %H:%M:%S GMT")
    assert calls._judged(TokenResponse(200, "{}", {"date": today}), "https://login.example.org/token").text == "{}"
    assert calls._judged(TokenResponse(200, "{}", {}), "https://login.example.org/token").text == "{}"
    with pytest.raises(TokenError, match="no mail goes while the two differ"):
        calls._judged(
            TokenResponse(200, "{}", {"Date": "Tue, 07 Jan 2031 10:15:32 GMT"}), "https://login.example.org/token"
        )


def test_a_pause_that_ends_later_than_any_can_holds_nothing() -> None:
    for wait, holds in ((timedelta(minutes=1), True), (timedelta(hours=24), True), (timedelta(days=42), False)):
        assert RoutePause(NOW + wait, "").holds(NOW) is holds
    assert not RoutePause(NOW, "").holds(NOW)
