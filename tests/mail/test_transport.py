"""The routes against real servers: what is said over the wire, and what every refusal and break leads to."""

import os
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword, Session
from aiosmtpd.smtp import Envelope as Received

from pipeline.config import parse_config
from pipeline.errors import ConfigurationError, DeliveryError, DroppedError, InDoubtError, RouteDownError
from pipeline.mail.routes.conversation import Stage
from pipeline.mail.routes.envelope import Envelope
from pipeline.mail.routes.patience import Patience, Waits
from pipeline.mail.routes.transport import FolderTransport, YagmailTransport, load_password, make_transport, refusal
from tests.mail.servers import EXTENSIONS, PIPELINING, make_certificate, scripted, server_context

CONTENT = b"Subject: x\r\nMessage-ID: <1@example.org>\r\n\r\n.one\r\n..two\r\nthree\r\n"


def envelope(content: bytes = CONTENT, number: int = 1) -> Envelope:
    return Envelope(
        number, f"<{number}@example.org>", "office@example.org", "alex@example.org", content, f"mail-{number}"
    )


def transport(
    port: int,
    more: str = 'security = "none"',
    *,
    password: str | None = None,
    context: ssl.SSLContext | None = None,
    waits: Waits | None = None,
) -> YagmailTransport:
    toml = f'[mail]\nroute = "smtp"\nhost = "127.0.0.1"\nport = {port}\nfrom = "O <office@example.org>"\n{more}\n'
    return YagmailTransport(
        parse_config(toml, root=Path()).mail, password, context=context, patience=Patience(waits=waits or Waits())
    )


# --- the folder ---


def test_folder_writes_whole_files_and_knows_its_own_again(tmp_path: Path) -> None:
    folder = FolderTransport(tmp_path / "outbox")
    assert folder.send(envelope()) == "mail-1.eml"
    assert folder.send(envelope(CONTENT + b"changed since\r\n")) == "mail-1.eml"
    assert (tmp_path / "outbox" / "mail-1.eml").read_bytes() == CONTENT
    folder.close()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks the system which file a descriptor is of")
def test_a_written_mail_and_its_name_are_on_the_drive_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, bool]] = []
    sync = os.fsync

    def note(descriptor: int) -> None:
        of = Path(f"/proc/self/fd/{descriptor}").readlink()
        synced.append((of.name, (tmp_path / "mail-1.eml").exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    FolderTransport(tmp_path).send(envelope())
    assert synced == [(f".mail-1.eml.{os.getpid()}.part", False), (tmp_path.name, True)]


def test_folder_steps_round_another_mail_of_the_same_name(tmp_path: Path) -> None:
    folder = FolderTransport(tmp_path)
    (tmp_path / "mail-1.eml").write_bytes(b"Message-ID: <of an earlier register@example.org>\r\n\r\n")
    assert folder.send(envelope()) == "mail-1-2.eml"
    assert folder.send(envelope()) == "mail-1-2.eml"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mail-1-2.eml", "mail-1.eml"]


def test_folder_that_cannot_be_written_is_a_route_down(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RouteDownError, match="cannot be written"):
        FolderTransport(tmp_path / "file").send(envelope())


def test_route_is_made_as_configured(tmp_path: Path) -> None:
    assert isinstance(make_transport(parse_config("", root=tmp_path), None), FolderTransport)
    smtp = '[mail]\nroute = "smtp"\nhost = "h"\nfrom = "o@example.org"\n'
    assert isinstance(make_transport(parse_config(smtp, root=tmp_path), None), YagmailTransport)


# --- a server that takes mail ---

needs_no_tls_command = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
"""The test server does not count the TLS it was begun with."""


def test_bytes_arrive_as_they_were_made_over_one_kept_connection() -> None:
    with scripted() as server:
        way = transport(server.port)
        assert way.send(envelope()) == "taken"
        assert way.send(envelope(b".\r\n", 2)) == "taken"
        assert way.send(envelope(b"no line end", 3)) == "taken"
        way.close()
        way.close()
    assert server.taken == [CONTENT, b".\r\n", b"no line end\r\n"]
    assert len(server.sessions) == 1
    # Python 3.13 says the command in small letters; the protocol does not mind.
    said = [command.upper() for command in server.sessions[0].commands]
    assert f"MAIL FROM:<OFFICE@EXAMPLE.ORG> SIZE={len(CONTENT)}" in said
    assert not any(command.upper().startswith("AUTH") for command in server.sessions[0].commands)
    assert server.sessions[0].commands[-1].upper() == "QUIT"


class Keeper:
    """Keeps what aiosmtpd receives."""

    def __init__(self) -> None:
        self.received: list[Received] = []

    async def handle_DATA(self, server: SMTP, session: Session, received: Received) -> str:
        self.received.append(received)
        return "250 kept"


def check(server: SMTP, session: Session, envelope: Received, mechanism: str, login: object) -> AuthResult:
    right = isinstance(login, LoginPassword) and (login.login, login.password) == (b"office", b"secret")
    return AuthResult(success=right, handled=right)


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path)


@pytest.fixture(params=["starttls", "tls"])
def safe_server(request: pytest.FixtureRequest, keeper: Keeper, certificate: Path) -> Iterator[tuple[int, str]]:
    """A server that wants TLS of one kind and a sign-in; yields its port and the kind."""
    context = server_context(certificate)
    options = {"authenticator": check, "auth_required": True, "auth_require_tls": request.param == "starttls"}
    if request.param == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    port = free_port()
    controller = Controller(
        keeper, "127.0.0.1", port, ssl_context=context if request.param == "tls" else None, **options
    )
    controller.start()
    yield port, request.param
    controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@needs_no_tls_command
def test_mail_goes_over_verified_tls_with_a_sign_in(
    safe_server: tuple[int, str], keeper: Keeper, certificate: Path
) -> None:
    port, security = safe_server
    trusted = ssl.create_default_context(cafile=certificate)
    way = transport(port, f'security = "{security}"\nuser = "office"', password="secret", context=trusted)
    assert way.send(envelope()) == "kept"
    way.close()
    assert [(item.mail_from, item.rcpt_tos, item.content) for item in keeper.received] == [
        ("office@example.org", ["alex@example.org"], CONTENT)
    ]


@needs_no_tls_command
def test_a_server_nobody_vouches_for_is_given_nothing(safe_server: tuple[int, str], keeper: Keeper) -> None:
    port, security = safe_server
    with pytest.raises(RouteDownError, match="certificate is not trusted"):
        transport(port, f'security = "{security}"\nuser = "office"', password="secret").send(envelope())
    assert keeper.received == []


@needs_no_tls_command
def test_a_refused_sign_in_pauses_the_route(safe_server: tuple[int, str], certificate: Path) -> None:
    port, security = safe_server
    trusted = ssl.create_default_context(cafile=certificate)
    way = transport(port, f'security = "{security}"\nuser = "office"', password="wrong", context=trusted)
    with pytest.raises(DeliveryError, match="refused the sign-in of office") as caught:
        way.send(envelope())
    assert (caught.value.pauses_route, caught.value.permanent) == (True, False)


def test_a_server_without_tls_is_not_spoken_to_in_the_clear() -> None:
    with scripted() as server, pytest.raises(RouteDownError, match="does not offer"):
        transport(server.port, 'security = "starttls"').send(envelope())


# --- refusals and breaks ---


@pytest.mark.parametrize(
    ("step", "reply", "permanent", "pauses"),
    [
        ("mail", "421 closing", False, False),
        ("mail", "450 busy", False, False),
        ("mail", "550 not allowed to send as this", False, True),
        ("mail", "552 message exceeds size", True, False),
        ("mail", "530 5.7.57 client not authenticated", False, True),
        ("mail", "452 4.3.1 quota exceeded", False, True),
        ("rcpt", "421 closing", False, False),
        ("rcpt", "550 5.7.60 no permission to send as this sender", False, True),
        ("rcpt", "554 5.7.1 relay access denied", False, True),
        ("rcpt", "450 greylisted", False, False),
        ("rcpt", "550 5.1.1 no such user", True, False),
        ("rcpt", "552 5.2.2 The account that you tried to reach is over quota", True, False),
        ("rcpt", "452 4.2.2 mailbox full, quota exceeded", False, False),
        ("rcpt", "550 5.4.5 Daily user sending limit exceeded", False, True),
        ("rcpt", "550 5.1.90 you have reached your daily limit for message recipients", False, True),
        ("data", "421 closing", False, False),
        ("data", "451 later", False, False),
        ("data", "554 no", True, False),
        ("dot", "421 closing", False, False),
        ("dot", "554 5.2.252 SendAsDenied", False, True),
        ("dot", "451 later", False, False),
        ("dot", "550 5.4.5 Daily sending quota exceeded", False, True),
        ("dot", "554 5.2.0 SubmissionQuotaExceededException", False, True),
        ("dot", "552 5.3.4 message size exceeds fixed limit", True, False),
        ("dot", "554 looks like spam", True, False),
    ],
)
@pytest.mark.parametrize("extensions", [EXTENSIONS, PIPELINING], ids=["one by one", "at once"])
def test_each_refusal_means_what_it_says_and_the_next_mail_goes(
    extensions: tuple[str, ...], step: str, reply: str, permanent: bool, pauses: bool
) -> None:
    with scripted(lambda at, number: reply if (at, number) == (step, 0) else None, extensions=extensions) as server:
        way = transport(server.port)
        with pytest.raises(DeliveryError, match=re.escape(reply)) as caught:
            way.send(envelope())
        assert (caught.value.permanent, caught.value.pauses_route) == (permanent, pauses)
        assert way.send(envelope()) == "taken"
        way.close()
    assert server.taken == [CONTENT]
    # This server takes the recipient of a sender that it refused, and would be sent an empty mail by a dot.
    is_closed = reply.startswith("421") or (step == "mail" and extensions is PIPELINING)
    assert len(server.sessions) == (2 if is_closed else 1)
    assert set(server.unwanted) <= {b""}


SHORT = Waits(connect=2, command=0.2, data=0.2, block=0.2, dot=0.2, goodbye=0.2)


@pytest.mark.parametrize("how", ["drop", "reset", "half", "stall", "garbage"])
@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "body"])
@pytest.mark.parametrize("extensions", [EXTENSIONS, PIPELINING], ids=["one by one", "at once"])
def test_a_break_before_the_final_dot_is_no_doubt(extensions: tuple[str, ...], step: str, how: str) -> None:
    script = {(step, 0): how}
    with scripted(lambda at, number: script.get((at, number)), extensions=extensions) as server:
        way = transport(server.port, waits=SHORT)
        with pytest.raises((DroppedError, InDoubtError)) as caught:
            way.send(envelope(CONTENT * (200_000 if step == "body" else 1)))
        assert isinstance(caught.value, DroppedError)
        assert way.send(envelope()) == "taken"
        way.close()
    assert server.taken == [CONTENT]


@pytest.mark.parametrize("data", [None, "503 need a recipient", "451 later", "drop", "421 closing"])
def test_the_refusal_of_a_recipient_counts_whatever_follows_it(data: str | None) -> None:
    script = {("rcpt", 0): "550 5.1.1 no such user", ("data", 0): data}
    with scripted(lambda at, number: script.get((at, number)), extensions=PIPELINING) as server:
        way = transport(server.port)
        with pytest.raises(DeliveryError, match="no such user") as caught:
            way.send(envelope())
        assert caught.value.permanent
        assert way.send(envelope()) == "taken"
        way.close()
    assert server.taken == [CONTENT]
    assert server.unwanted == ([b""] if data is None else [])


def test_what_comes_before_the_content_is_said_in_one_write_where_the_server_offers_that() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        seen: list[bytes] = []

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"220 ready\r\n")
                connection.recv(9_000)
                connection.sendall(b"250-test\r\n250 PIPELINING\r\n")
                seen.append(connection.recv(9_000))
                connection.sendall(b"250 ok\r\n250 ok\r\n354 go on\r\n")
                seen.append(connection.recv(9_000))
                connection.sendall(b"250 taken\r\n")
                connection.recv(9_000)

        server = threading.Thread(target=serve)
        server.start()
        way = transport(listener.getsockname()[1])
        assert way.send(envelope()) == "taken"
        way.close()
        server.join()
    assert seen[0] == b"MAIL FROM:<office@example.org>\r\nRCPT TO:<alex@example.org>\r\nDATA\r\n"
    assert seen[1].endswith(b"\r\n.\r\n")


@pytest.mark.parametrize(
    "how", ["drop", "reset", "half", "stall", "garbage", "nonsense", "354 go on", "250 " + "x" * 9_000]
)
def test_a_break_after_the_final_dot_leaves_doubt(how: str) -> None:
    with scripted(lambda at, number: how if (at, number) == ("dot", 0) else None) as server:
        way = transport(server.port, waits=SHORT)
        with pytest.raises(InDoubtError, match="did not say whether it took the message"):
            way.send(envelope())
        assert way.send(envelope()) == "taken"
        way.close()
    assert server.taken[-1] == CONTENT


def test_any_answer_of_the_second_hundred_to_the_final_dot_means_taken() -> None:
    with scripted(lambda at, number: "251 will forward" if at == "dot" else None) as server:
        way = transport(server.port)
        assert way.send(envelope()) == "will forward"
        way.close()


@pytest.mark.parametrize("how", ["drop", "stall", "garbage", "reset"])
@pytest.mark.parametrize("step", ["rcpt", "dot"])
def test_a_break_under_tls_means_what_it_means_without(certificate: Path, step: str, how: str) -> None:
    script = {(step, 0): how}
    with scripted(lambda at, number: script.get((at, number)), context=server_context(certificate)) as server:
        trusted = ssl.create_default_context(cafile=certificate)
        way = transport(server.port, 'security = "tls"', context=trusted, waits=SHORT)
        with pytest.raises((DroppedError, InDoubtError)) as caught:
            way.send(envelope())
        assert isinstance(caught.value, InDoubtError if step == "dot" else DroppedError)
        assert way.send(envelope()) == "taken"
        way.close()


@pytest.mark.parametrize("reply", ["drop", "421 too busy", "554 go away"])
def test_a_server_that_turns_us_away_at_the_door_is_a_route_down(reply: str) -> None:
    with (
        scripted(lambda at, number: reply if at == "connect" else None) as server,
        pytest.raises(RouteDownError, match=r"could not be reached"),
    ):
        transport(server.port).send(envelope())


def test_no_server_at_all_is_a_route_down() -> None:
    with pytest.raises(RouteDownError, match=r"Check \[mail\] host and port"):
        transport(free_port()).send(envelope())


@pytest.mark.parametrize("answer", ["nonsense", "250 " + "x" * 10_000])
def test_an_answer_out_of_turn_is_a_break_and_not_a_crash(answer: str) -> None:
    with scripted(lambda at, number: answer if (at, number) == ("mail", 0) else None) as server:
        way = transport(server.port)
        with pytest.raises(DroppedError):
            way.send(envelope())
        assert way.send(envelope()) == "taken"
        way.close()


def test_refusal_text_is_one_clean_line() -> None:
    assert str(refusal(550, "no\r\nsuch\x00 user", Stage.RECIPIENT)) == "The mail server said: 550 no such user"


# --- the password ---


class Ring(keyring.backend.KeyringBackend):
    """A keyring of the test's own."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, answer: str | Exception | None) -> None:
        super().__init__()
        self.answer = answer

    def get_password(self, service: str, username: str) -> str | None:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer if (service, username) == ("policy-pipeline", "office") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture
def ring() -> Iterator[Ring]:
    before = keyring.get_keyring()
    mine = Ring(None)
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


MAIL = parse_config('[mail]\nhost = "mail.example.org"\nuser = "office"\n', root=Path()).mail


def test_nobody_signs_in_without_a_user(ring: Ring) -> None:
    assert load_password(parse_config("", root=Path()).mail, {"POLICY_SMTP_PASSWORD": "x"}) is None


def test_password_comes_from_environment_then_file_then_keyring(ring: Ring, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from file\n", encoding="utf-8")
    ring.answer = "from ring"
    environ = {"POLICY_SMTP_PASSWORD": "from environment", "POLICY_SMTP_PASSWORD_FILE": str(file)}
    assert load_password(MAIL, environ) == "from environment"
    assert load_password(MAIL, {"POLICY_SMTP_PASSWORD_FILE": str(file)}) == "from file"
    assert load_password(MAIL, {}) == "from ring"


@pytest.mark.parametrize("answer", [None, keyring.errors.NoKeyringError("none"), RuntimeError("locked")])
def test_a_missing_password_says_where_to_put_it(ring: Ring, answer: Exception | None) -> None:
    ring.answer = answer
    with pytest.raises(
        ConfigurationError, match=r"password of office on mail.example.org is not set.*POLICY_SMTP_PASSWORD"
    ):
        load_password(MAIL, {})


def test_a_password_file_that_cannot_be_read_is_named(ring: Ring, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nowhere, which cannot be read"):
        load_password(MAIL, {"POLICY_SMTP_PASSWORD_FILE": str(tmp_path / "nowhere")})


def test_a_password_no_server_can_take_is_told(ring: Ring) -> None:
    with pytest.raises(ConfigurationError, match="letters that mail servers cannot take"):
        load_password(MAIL, {"POLICY_SMTP_PASSWORD": "pässword"})
