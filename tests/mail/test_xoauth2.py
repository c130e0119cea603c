"""Sign-in to a mail server by token, over yagmail's own connection, against servers that know XOAUTH2."""

import base64
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Session
from aiosmtpd.smtp import Envelope as Received

from pipeline.config import parse_config
from pipeline.errors import DeliveryError, RouteDownError
from pipeline.mail.oauth.token_sources import load_tokens
from pipeline.mail.routes.envelope import Envelope
from pipeline.mail.routes.tokens import TokenError
from pipeline.mail.routes.transport import YagmailTransport, load_password
from tests.mail.providers import MAILBOX, SECRET, Provider, Reply, provider
from tests.mail.servers import make_certificate, scripted, server_context
from tests.mail.test_transport import CONTENT, free_port

ENVIRON = {"POLICY_MAIL_CLIENT_SECRET": SECRET}
ENVELOPE = Envelope(1, "<1@example.org>", MAILBOX, "alex@example.org", CONTENT, "mail-1")
needs_no_tls_command = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


class Mailbox:
    """A server that knows XOAUTH2 as Google's page "OAuth 2.0 Mechanism" has it, and takes the provider's tokens.

    ``explains``: it tells what is wrong in a 334 before it refuses, as Google does; else it refuses at once.
    """

    def __init__(self, place: Provider, *, explains: bool) -> None:
        self.place, self.explains = place, explains
        self.received: list[Received] = []
        self.sign_ins = 0

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        self.sign_ins += 1
        try:
            user, auth, *rest = base64.b64decode(args[1], validate=True).decode("ascii").split("\x01")
        except (ValueError, IndexError):
            return AuthResult(success=False, handled=False, message="501 5.5.2 not base64")
        token = auth.removeprefix("auth=Bearer ")
        scope = self.place.good.get(token, "")
        if user == f"user={MAILBOX}" and rest == ["", ""] and scope.startswith("https://outlook.office365.com/"):
            return AuthResult(success=True, auth_data=user)
        if self.explains:
            told = json.dumps({"status": "401", "schemes": "bearer mac", "scope": "https://mail.google.com/"})
            answer: Any = await server.challenge_auth(told)
            if answer != b"":
                return AuthResult(success=False, handled=False, message="501 5.5.2 an empty line was due")
        return AuthResult(success=False, handled=False, message="535 5.7.3 Authentication unsuccessful")

    async def handle_DATA(self, server: SMTP, session: Session, received: Received) -> str:
        self.received.append(received)
        return "250 kept"


@contextmanager
def mailbox(place: Provider, *, explains: bool = False) -> Iterator[tuple[Mailbox, int]]:
    keeper = Mailbox(place, explains=explains)
    port = free_port()
    controller = Controller(
        keeper, "127.0.0.1", port, auth_required=True, auth_require_tls=False, auth_exclude_mechanism=["LOGIN", "PLAIN"]
    )
    controller.start()
    try:
        yield keeper, port
    finally:
        controller.stop()


@pytest.fixture
def place() -> Iterator[Provider]:
    with provider() as running:
        yield running


def transport(place: Provider, port: int, more: str = 'security = "none"', **seams: Any) -> YagmailTransport:
    text = (
        f'[mail]\nroute = "smtp"\nhost = "127.0.0.1"\nport = {port}\nfrom = "O <{MAILBOX}>"\n{more}\n'
        f"[mail.oauth]\n{place.microsoft}"
    )
    config = parse_config(text, root=Path())
    assert load_password(config.mail, {}) is None
    return YagmailTransport(config.mail, None, tokens=load_tokens(config, ENVIRON), **seams)


@needs_no_tls_command
def test_a_token_signs_in_and_the_connection_is_kept(place: Provider) -> None:
    with mailbox(place) as (keeper, port):
        way = transport(place, port)
        assert way.send(ENVELOPE) == "kept"
        assert way.send(ENVELOPE) == "kept"
        way.close()
    assert keeper.sign_ins == 1
    assert [received.mail_from for received in keeper.received] == [MAILBOX] * 2


@needs_no_tls_command
@pytest.mark.parametrize("explains", [False, True])
def test_a_refused_token_is_fetched_anew_once(place: Provider, explains: bool) -> None:
    with mailbox(place, explains=explains) as (keeper, port):
        way = transport(place, port)
        way.send(ENVELOPE)
        way.close()
        place.revoke_all()
        assert way.send(ENVELOPE) == "kept"
        way.close()
    assert keeper.sign_ins == 3
    assert len(place.calls) == 2


@needs_no_tls_command
@pytest.mark.parametrize(
    ("explains", "said"),
    [
        (False, "It said: 535 5.7.3 Authentication unsuccessful."),
        (True, "It said: 535 5.7.3 Authentication unsuccessful (status 401, scope https://mail.google.com/)."),
    ],
)
def test_a_new_token_that_is_refused_too_is_the_routes(place: Provider, explains: bool, said: str) -> None:
    place.script = [Reply(200, {"access_token": f"odd-{number}", "expires_in": 3600}) for number in range(2)]
    with mailbox(place, explains=explains) as (keeper, port):
        way = transport(place, port)
        with pytest.raises(DeliveryError, match="whether the app may send as this mailbox") as caught:
            way.send(ENVELOPE)
        way.close()
    assert (caught.value.pauses_route, caught.value.permanent) == (True, False)
    assert said in str(caught.value)
    assert keeper.sign_ins == 2
    assert keeper.received == []


@needs_no_tls_command
def test_no_token_is_the_routes_and_no_sign_in_is_tried(place: Provider) -> None:
    place.script = [Reply(503)]
    with mailbox(place) as (keeper, port), pytest.raises(TokenError, match="Only Microsoft can lift that"):
        transport(place, port).send(ENVELOPE)
    assert keeper.sign_ins == 0


def offers(reply: str, mechanisms: str = "XOAUTH2") -> Any:
    answers = {"ehlo": f"250-test\r\n250 AUTH {mechanisms}", "auth": reply}
    return lambda step, number: answers.get(step)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
            'route = "graph" needs none',
        ),
        ("454 4.7.0 Temporary authentication failure", "takes no sign-in just now"),
        ("504 5.7.4 Unrecognized authentication type", "does not know sign-in by token"),
        ("334 nonsense", "refused the sign-in of policies@example.org by token"),
    ],
)
def test_each_refusal_pauses_the_route_and_says_who_can_lift_it(place: Provider, reply: str, said: str) -> None:
    with scripted(offers(reply)) as server, pytest.raises(DeliveryError) as caught:
        transport(place, server.port).send(ENVELOPE)
    assert caught.value.pauses_route
    assert said in str(caught.value)


def test_a_server_without_it_is_sent_no_token(place: Provider) -> None:
    with scripted(offers("235 ok", "PLAIN LOGIN")) as server:
        with pytest.raises(DeliveryError, match="offers no sign-in by token"):
            transport(place, server.port).send(ENVELOPE)
        assert not any(command.startswith("AUTH") for session in server.sessions for command in session.commands)


def test_a_connection_that_breaks_at_the_sign_in_is_a_route_down(place: Provider) -> None:
    with scripted(offers("drop")) as server, pytest.raises(RouteDownError):
        transport(place, server.port).send(ENVELOPE)


def test_the_token_goes_over_tls_that_was_verified(place: Provider, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    keeper, port = Mailbox(place, explains=False), free_port()
    controller = Controller(
        keeper,
        "127.0.0.1",
        port,
        tls_context=server_context(certificate),
        require_starttls=True,
        auth_required=True,
        auth_exclude_mechanism=["LOGIN", "PLAIN"],
    )
    controller.start()
    try:
        trusted = ssl.create_default_context(cafile=certificate)
        way = transport(place, port, 'security = "starttls"', context=trusted)
        assert way.send(ENVELOPE) == "kept"
        way.close()
        with pytest.raises(RouteDownError, match="certificate is not trusted"):
            transport(place, port, 'security = "starttls"').send(ENVELOPE)
    finally:
        controller.stop()
    assert keeper.sign_ins == 1
