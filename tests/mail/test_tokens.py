"""Tokens against sign-ins on loopback: kept as long as they hold; each fault in a sentence that says who lifts it."""

import base64
import contextlib
import logging
import socket
import ssl
import stat
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from pipeline.config import Config, parse_config
from pipeline.errors import ConfigurationError
from pipeline.mail.inbox.opening import load_inbox_token
from pipeline.mail.oauth.calls import TokenCalls, retry_after
from pipeline.mail.oauth.microsoft import SignedInOnce
from pipeline.mail.oauth.token_sources import make_token_source
from pipeline.mail.routes.tokens import Fetched, KeptToken, Purpose, TokenError, xoauth2_string
from tests.mail.providers import MAILBOX, SECRET, TENANT, Provider, Reply, drop, google_key_file, provider
from tests.mail.servers import make_certificate, server_context

ENVIRON = {"POLICY_MAIL_CLIENT_SECRET": SECRET}


def configured(oauth: str, root: Path = Path()) -> Config:
    return parse_config(f'[mail]\nfrom = "{MAILBOX}"\n[mail.oauth]\n{oauth}', root=root)


def refusal(place: Provider, environ: Mapping[str, str] = ENVIRON) -> TokenError:
    with pytest.raises(TokenError) as caught:
        make_token_source(configured(place.microsoft), environ, Purpose.SMTP).token()
    assert (caught.value.pauses_route, caught.value.permanent) == (True, False)
    assert "\n" not in str(caught.value)
    return caught.value


# --- Microsoft, a client secret ---


@pytest.mark.parametrize(
    ("purpose", "scope"),
    [
        (Purpose.SMTP, "https://outlook.office365.com/.default"),
        (Purpose.IMAP, "https://outlook.office365.com/.default"),
        (Purpose.GRAPH_SEND, "https://graph.microsoft.com/.default"),
        (Purpose.GRAPH_READ, "https://graph.microsoft.com/.default"),
    ],
)
def test_a_client_secret_brings_a_token_for_what_it_is_for(purpose: Purpose, scope: str) -> None:
    with provider() as place:
        tokens = make_token_source(configured(place.microsoft), ENVIRON, purpose)
        assert place.good[tokens.token()] == scope
        assert place.calls == [f"POST /{TENANT}/oauth2/v2.0/token"]


def test_the_mailbox_that_mail_goes_from_is_read_with_its_token_and_any_other_by_password() -> None:
    with provider() as place:
        for user, by_token in ((MAILBOX.upper(), True), ("answers@example.org", False)):
            inbox = f'[inbox]\nroute = "imap"\nhost = "imap.example.org"\nuser = "{user}"\n'
            token = load_inbox_token(configured(place.microsoft + inbox), ENVIRON)
            assert (token is not None) == by_token
            if token is not None:
                assert place.good[token()] == "https://outlook.office365.com/.default"


@pytest.mark.parametrize(
    ("user", "sign_in", "environ", "by_token"),
    [
        (MAILBOX, "", {"POLICY_INBOX_PASSWORD": "p"}, False),
        (MAILBOX, "", {"POLICY_INBOX_PASSWORD_FILE": "p.txt"}, False),
        (MAILBOX, "password", {}, False),
        (MAILBOX, "token", {"POLICY_INBOX_PASSWORD": "p"}, True),
        ("answers@example.org", "token", {}, True),
    ],
)
def test_the_settings_say_whether_the_mailbox_is_read_by_password_or_by_token(
    user: str, sign_in: str, environ: dict[str, str], by_token: bool
) -> None:
    with provider() as place:
        inbox = f'[inbox]\nroute = "imap"\nhost = "imap.example.org"\nuser = "{user}"\nsign_in = "{sign_in}"\n'
        token = load_inbox_token(configured(place.microsoft + inbox), ENVIRON | environ)
        assert (token is not None) == by_token


def test_a_token_is_kept_and_a_refused_one_is_fetched_anew_once_for_all_threads() -> None:
    with provider() as place:
        tokens = make_token_source(configured(place.microsoft), ENVIRON, Purpose.SMTP)
        first = tokens.token()
        assert tokens.token() == first
        threads = [Thread(target=tokens.renew, args=(first,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert tokens.token() != first
        assert len(place.calls) == 2


def test_the_secret_comes_from_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    with provider() as place:
        environ = {"POLICY_MAIL_CLIENT_SECRET_FILE": str(file)}
        assert make_token_source(configured(place.microsoft), environ, Purpose.SMTP).token()


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "is not set. Put it into the environment as POLICY_MAIL_CLIENT_SECRET"),
        ({"POLICY_MAIL_CLIENT_SECRET": "sécret"}, "letters that none has"),
        ({"POLICY_MAIL_CLIENT_SECRET_FILE": "nowhere"}, "nowhere, which cannot be read"),
    ],
)
def test_a_missing_secret_says_where_to_put_it(environ: dict[str, str], said: str) -> None:
    oauth = f'provider = "microsoft"\ntenant = "{TENANT}"\nclient_id = "nobody-of-this-name"\n'
    with pytest.raises(ConfigurationError, match=said):
        make_token_source(configured(oauth), environ, Purpose.SMTP)


def ms(error: str, words: str, status: int = 400) -> Reply:
    return Reply(status, {"error": error, "error_description": words})


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (ms("invalid_client", "AADSTS7000215: Invalid client secret provided."), "its value, not its id"),
        (ms("invalid_client", "AADSTS7000222: The provided client secret keys are expired."), "has run out"),
        (ms("unauthorized_client", "AADSTS700016: Application not found."), "knows no app of"),
        (ms("invalid_request", "AADSTS90002: Tenant not found."), "knows no tenant of the name"),
        (ms("invalid_grant", "AADSTS65001: consent required"), "an administrator of Microsoft 365 has to consent"),
        (ms("access_denied", "AADSTS53003: blocked by Conditional Access"), "conditional access"),
        (ms("other", "AADSTS99: Quite new. Trace ID: 1"), "refuses the sign-in: AADSTS99: Quite new. Show this to"),
        (ms("other", ""), "refuses the sign-in: other. Show this to your IT provider"),
        (Reply(200, {"token_type": "Bearer"}), "refuses the sign-in. Show this"),
        (Reply(200, {"access_token": "a\nb", "expires_in": 9}), "refuses the sign-in"),
        (Reply(200, {"access_token": "a", "expires_in": "soon"}), "answers what is no answer to it"),
        (Reply(200, {"access_token": ["a"], "expires_in": 9}), "refuses the sign-in"),
        (Reply(200, b"<html>Sign in to the school's Wi-Fi</html>"), "stands between this computer and it"),
        (Reply(200, b"[1]"), "stands between this computer and it"),
        (Reply(400, b"\xff\xfe"), "stands between this computer and it"),
        (Reply(200, b"["*100_000), "stands between this computer and it"),
        (Reply(302, b"", {"Location": "https://example.org/"}), "stands between this computer and it"),
        (Reply(200, b" "*2_000_000), "sends without end"),
        (Reply(503, b"busy"), "Only Microsoft can lift that"),
        (Reply(500, {"error": "server_error"}), "Only Microsoft can lift that"),
        (Reply(429, b"", {"Retry-After": "7"}), "Nobody need do anything"),
        (drop, "could not be reached"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_one_sentence_that_says_who_can_lift_it(
    reply: Reply, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with provider(script=[reply]) as place:
        assert said in str(refusal(place))
    assert capfd.readouterr().err == ""


def test_a_wrong_secret_and_app_are_told_apart() -> None:
    with provider() as place:
        assert "not its id" in str(refusal(place, {"POLICY_MAIL_CLIENT_SECRET": "wrong"}))


def test_the_route_rests_as_long_as_the_endpoint_asks_or_an_hour() -> None:
    hours = Reply(429, b"", {"Retry-After": "14400"})
    with provider(script=[hours, Reply(503, b""), Reply(503, b"", {"Retry-After": "60"})]) as place:
        waits = [refusal(place).resume_after for _ in range(3)]
    assert waits == [timedelta(hours=4), timedelta(hours=1), timedelta(minutes=1)]


NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 1),
        ("99999999999999999999", 86_400),
        ("Tue, 24 Nov 2026 08:35:00 GMT", 300),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 1),
        ("Tue, 24 Nov 2026 08:35:00 -0000", 300),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_moment(value: str, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after({"Retry-After": value}, NOW) == expected


def test_a_certificate_that_ran_out_last_night_is_given_no_secret(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, lasts=timedelta(minutes=30))
    trusted = ssl.create_default_context(cafile=certificate)
    with provider(server_context(certificate)) as place:
        tokens = make_token_source(configured(place.microsoft), ENVIRON, Purpose.SMTP, context=trusted)
        with pytest.raises(TokenError, match=r"certificate is not good \(certificate has expired\). Your IT provider"):
            tokens.token()
    assert place.calls == []


def test_an_endpoint_that_stalls_or_drips_is_waited_for_only_so_long() -> None:
    done = threading.Event()

    def stall(state: Provider) -> Reply | None:
        done.wait(10)
        return None

    with provider(script=[stall]) as place:
        with pytest.raises(TokenError, match="did not answer in time"):
            TokenCalls("Microsoft", None, wait_seconds=0.1).post(place.url, {}, {})
        done.set()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dripping = Thread(target=_drip, args=(listener,), daemon=True)
        dripping.start()
        with pytest.raises(TokenError, match="sends without end"):
            TokenCalls("Microsoft", None, wait_seconds=0.2).post(
                f"http://127.0.0.1:{listener.getsockname()[1]}/", {}, {}
            )
        dripping.join(10)


def _drip(listener: socket.socket) -> None:
    """Answer a byte at a time, without end, until the other side hangs up."""
    connection, _ = listener.accept()
    with connection, contextlib.suppress(OSError):
        connection.recv(10_000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            connection.sendall(b" ")
            time.sleep(0.02)


def test_nobody_there_is_said_so() -> None:
    with provider() as place:
        pass
    assert "could not be reached: nothing answers there" in str(refusal(place))


# --- keeping ---


def test_a_token_is_fetched_anew_shortly_before_it_ends() -> None:
    clock, fetched = [0.0], []

    def fetch(refused: bool) -> Fetched:
        fetched.append(refused)
        return Fetched(f"t{len(fetched)}", 3600)

    kept = KeptToken(fetch, clock=lambda: clock[0])
    assert kept.token() == "t1"
    clock[0] = 3299
    assert kept.token() == "t1"
    clock[0] = 3300
    assert kept.token() == "t2"
    assert kept.renew("t1") == "t2"
    assert kept.renew("t2") == "t3"
    assert fetched == [False, False, True]


def test_who_waits_behind_a_failure_is_told_at_once_and_a_later_try_is_made() -> None:
    clock, tries = [0.0], []

    def fetch(refused: bool) -> Fetched:
        tries.append(refused)
        raise TokenError("no")

    kept = KeptToken(fetch, clock=lambda: clock[0])
    for _ in range(3):
        with pytest.raises(TokenError):
            kept.token()
    assert len(tries) == 1
    clock[0] = 31
    with pytest.raises(TokenError):
        kept.token()
    assert len(tries) == 2


def test_the_sign_in_line_is_as_both_providers_document_it() -> None:
    # The example of Google's page "OAuth 2.0 Mechanism".
    line = xoauth2_string("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")
    assert base64.b64decode(line) == (
        b"user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01"
    )


# --- Microsoft, somebody who signs in once ---


def device(place: Provider, root: Path) -> SignedInOnce:
    config = configured(place.microsoft + 'flow = "device-code"\n', root)
    return SignedInOnce(config.mail, Purpose.GRAPH_SEND, root, None)


def test_whoever_signed_in_once_is_kept_in_a_private_file(tmp_path: Path) -> None:
    said: list[str] = []
    with provider(pending=1) as place:
        device(place, tmp_path).sign_in(said.append)
        assert said == ["To sign in, open https://example.org/devicelogin and enter the code ABC123."]
        file = tmp_path / ".secrets" / "mail-sign-in.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        calls = len(place.calls)
        kept = make_token_source(
            configured(place.microsoft + 'flow = "device-code"\n', tmp_path), {}, Purpose.GRAPH_SEND
        )
        first = kept.token()
        assert len(place.calls) == calls
        assert kept.renew(first) != first
        other = make_token_source(configured(place.microsoft + 'flow = "device-code"\n', tmp_path), {}, Purpose.IMAP)
        assert "IMAP.AccessAsUser.All" in place.good[other.token()]


def test_somebody_elses_sign_in_is_not_kept(tmp_path: Path) -> None:
    with (
        provider(signed_in_as="head@example.org") as place,
        pytest.raises(TokenError, match=r"head@example.org has signed in, and mail goes from policies@example.org"),
    ):
        device(place, tmp_path).sign_in(lambda words: None)
    assert list(tmp_path.iterdir()) == []


def test_before_and_after_a_sign_in_it_is_said_how_to_sign_in(tmp_path: Path) -> None:
    with provider() as place:
        with pytest.raises(TokenError, match=r"Nobody has signed in to policies@example.org yet"):
            device(place, tmp_path).fetch(False)
        device(place, tmp_path).sign_in(lambda words: None)
        place.refresh_is_good = False
        with pytest.raises(TokenError, match=r"has ended.*sign in again with 'policy mail check'"):
            device(place, tmp_path).fetch(True)
        (tmp_path / ".secrets" / "mail-sign-in.json").write_text("{", encoding="utf-8")
        with pytest.raises(TokenError, match="it is damaged"):
            device(place, tmp_path).fetch(False)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (ms("authorization_declined", "AADSTS1: declined"), "declined"),
        (ms("expired_token", "AADSTS70020: expired"), "before the code ran out"),
        (ms("invalid_client", "AADSTS7000218: client_assertion or client_secret"), "Allow public client flows"),
    ],
)
def test_a_sign_in_that_comes_to_nothing_says_why(tmp_path: Path, reply: Reply, said: str) -> None:
    with provider(script=[None, reply]) as place, pytest.raises(TokenError, match=said):
        device(place, tmp_path).sign_in(lambda words: None)


def test_a_code_that_is_refused_says_why(tmp_path: Path) -> None:
    script: list[Reply] = [ms("invalid_request", "AADSTS90002: no tenant")]
    with provider(script=script) as place, pytest.raises(TokenError, match="knows no tenant"):
        device(place, tmp_path).sign_in(lambda words: None)


# --- Google ---


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def google(place: Provider, user: str = MAILBOX) -> Config:
    text = f'[mail]\nfrom = "{user}"\n[mail.oauth]\nprovider = "google"\ntoken_url = "{place.url}/google/token"\n'
    return parse_config(text, root=Path())


def test_a_service_account_acts_for_the_mailbox(key: rsa.RSAPrivateKey) -> None:
    environ = {"POLICY_MAIL_CLIENT_SECRET": google_key_file(key)}
    with provider(google_key=key) as place:
        tokens = make_token_source(google(place), environ, Purpose.SMTP)
        assert place.good[tokens.token()] == "https://mail.google.com/"
        assert tokens.token() == "token-1"
        assert place.calls == ["POST /google/token"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (ms("unauthorized_client", "x", 401), "adds its client id with the scope https://mail.google.com/"),
        (ms("invalid_grant", "Invalid email or User ID"), "does not take the sign-in for policies@example.org"),
        (ms("odd", "Something"), "Google refuses the sign-in: Something"),
        (Reply(200, {"token_type": "Bearer"}), "refuses the sign-in"),
        (Reply(200, {"access_token": 5, "expires_in": 5}), "answers what is no answer"),
        (Reply(500, b""), "Only Google can lift that"),
        (Reply(429, b""), "Nobody need do anything"),
    ],
)
def test_googles_refusals_say_who_lifts_them(key: rsa.RSAPrivateKey, reply: Reply, said: str) -> None:
    environ = {"POLICY_MAIL_CLIENT_SECRET": google_key_file(key)}
    with provider(google_key=key, script=[reply]) as place:
        with pytest.raises(TokenError, match=said):
            make_token_source(google(place), environ, Purpose.SMTP).token()
        assert len(place.calls) == 1


def test_a_mailbox_that_was_not_delegated_is_refused(key: rsa.RSAPrivateKey) -> None:
    environ = {"POLICY_MAIL_CLIENT_SECRET": google_key_file(key)}
    with provider(google_key=key) as place, pytest.raises(TokenError, match=r"act for head@example.org"):
        make_token_source(google(place, "head@example.org"), environ, Purpose.SMTP).token()


@pytest.mark.parametrize(
    "content", ["", "x", "{}", "[]", '{"private_key": "x", "client_email": "a", "token_uri": "b"}']
)
def test_a_key_file_that_is_none_is_told(content: str) -> None:
    with provider() as place, pytest.raises(ConfigurationError, match="service account"):
        make_token_source(google(place), {"POLICY_MAIL_CLIENT_SECRET": content}, Purpose.SMTP)


def test_no_token_and_no_secret_is_ever_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with provider() as place:
        token = make_token_source(configured(place.microsoft), ENVIRON, Purpose.SMTP).token()
    assert SECRET not in caplog.text
    assert token not in caplog.text
