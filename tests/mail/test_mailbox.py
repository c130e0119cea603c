"""A real mailbox is read and left as it was: Dovecot on 127.0.0.1, in a folder of its own."""

import getpass
import json
import socket
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from pipeline import secret_sources
from pipeline.config import parse_config
from pipeline.configuration.inbox import InboxSection
from pipeline.errors import ConfigurationError, DeliveryError
from pipeline.letters.contributors.returned import InboxSeams, take_in
from pipeline.mail.inbox.imap import open_imap
from pipeline.mail.inbox.opening import load_inbox_password, wait_for
from pipeline.mail.inbox.received import MOST_BYTES
from pipeline.register.mail.inbox import MailboxPosition
from tests.loopback import served
from tests.mail.answering import Answering, postfix_bounce, raw, reply
from tests.mail.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.mail.servers import make_certificate
from tests.school import MONDAY, SECRET, at

USER = "policies@example.org"
ENVIRON = {"POLICY_INBOX_PASSWORD": PASSWORD}


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    if getpass.getuser() != "root":
        pytest.skip("Dovecot can only be started by root")
    with running_dovecot() as server:
        yield server


def section(server: Dovecot, **values: object) -> InboxSection:
    known = {"route": "imap", "host": "127.0.0.1", "port": server.port, "security": "none", "user": USER}
    return InboxSection.model_validate({**known, **values})


def strange(number: int, size: int = 0) -> bytes:
    return raw(
        f"From: shop@shop.example.org\nSubject: Sale {number}\nMessage-ID: <{number}@s.example.org>\n\n" + "x" * size
    )


@pytest.mark.needs("dovecot")
def test_mails_come_in_order_from_after_the_last_one_a_hundred_at_a_time(dovecot: Dovecot) -> None:
    user = "many@example.org"
    dovecot.put(user, *(strange(number) for number in range(250)))
    box = open_imap(section(dovecot, user=user), PASSWORD)
    pages = list(box.pages(None))
    heads = [head for page in pages for head in page.heads]
    places = [head.place for head in heads]
    assert [len(page.heads) for page in pages] == [100, 100, 50]
    assert [page.place for page in pages] == [places[99], places[199], places[249]]
    assert [b"Subject: Sale %d\r\n" % number in head.headers for number, head in enumerate(heads)] == [True] * 250
    assert [head for page in box.pages(places[119]) for head in page.heads] == heads[120:]
    assert [head for page in box.pages(places[-1]) for head in page.heads] == []
    assert len(next(box.pages(MailboxPosition(box.uid_validity + 1, 250))).heads) == 100
    assert box.uid_validity > 0
    box.close()


@pytest.mark.needs("dovecot")
def test_of_a_large_mail_only_the_first_part_is_fetched_and_nothing_is_marked(dovecot: Dovecot) -> None:
    user = "large@example.org"
    dovecot.put(user, strange(1, 3_000_000))
    box = open_imap(section(dovecot, user=user), PASSWORD)
    [page] = list(box.pages(None))
    [head] = page.heads
    content = box.content(head)
    box.close()
    assert content is not None
    assert len(content) == MOST_BYTES
    assert all(name.partition(":2,")[2] == "" for name in dovecot.files(user))


@pytest.mark.needs("dovecot")
def test_a_mail_is_waited_for_until_it_lies_in_the_mailbox(tmp_path: Path, dovecot: Dovecot) -> None:
    user = "checked@example.org"
    toml = f'[inbox]\nroute = "imap"\nhost = "127.0.0.1"\nport = {dovecot.port}\nsecurity = "none"\nuser = "{user}"\n'
    config = parse_config(toml, root=tmp_path)
    dovecot.put(user, strange(1))
    waits: list[float] = []

    def arrive(seconds: float) -> None:
        waits.append(seconds)
        dovecot.put(user, strange(2))

    assert wait_for(config, ENVIRON, "<2@s.example.org>", "no-code", sleep=arrive)
    assert not wait_for(config, ENVIRON, "<3@s.example.org>", "no-code", looks=1)
    assert wait_for(config, ENVIRON, "<3@s.example.org>", "ale 2", looks=1)
    assert waits == [5]


@pytest.mark.needs("dovecot")
def test_a_reply_and_a_bounce_are_taken_in_once_and_the_mailbox_stays_as_it_was(
    tmp_path: Path, dovecot: Dovecot
) -> None:
    with Answering(tmp_path) as school:
        lee, roy = school.add_person("Lee"), school.add_person("Roy")
        school.send()
        dovecot.put(USER, strange(1), reply(school.asked(lee), "I have read"), postfix_bounce(school.asked(roy)))
        inbox = section(dovecot, own=True)
        config = school.config.model_copy(update={"inbox": inbox})

        def look() -> tuple[int, int, int]:
            report = take_in(
                school.register, config, SECRET, today=MONDAY, now=at(MONDAY, 13), environ=ENVIRON, seams=InboxSeams()
            )
            assert report.taken is not None
            return report.taken.seen, report.taken.read, report.taken.bounced

        assert look() == (3, 1, 1)
        before = dovecot.files(USER)
        assert look() == (0, 0, 0)
        assert dovecot.files(USER) == before
        assert all(name.partition(":2,")[2] == "" for name in before)


@pytest.mark.needs("dovecot")
def test_each_refusal_says_what_to_check(dovecot: Dovecot) -> None:
    with pytest.raises(DeliveryError, match=r"refused the sign-in of .* Check \[inbox\] user and the password"):
        open_imap(section(dovecot), "wrong")
    with pytest.raises(DeliveryError, match=r"no folder 'Nothing' on .* Check \[inbox\] folder"):
        open_imap(section(dovecot, folder="Nothing"), PASSWORD)
    with pytest.raises(DeliveryError, match="could not be reached"):
        open_imap(section(dovecot, security="tls"), PASSWORD)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(DeliveryError, match="could not be reached"):
        open_imap(section(dovecot, port=port), PASSWORD)


@pytest.mark.needs("dovecot")
def test_encryption_is_verified(tmp_path: Path) -> None:
    if getpass.getuser() != "root":
        pytest.skip("Dovecot can only be started by root")
    certificate = make_certificate(tmp_path)
    with running_dovecot(certificate) as server:
        inbox = section(server, host="localhost", security="starttls")
        trusted = ssl.create_default_context(cafile=str(certificate))
        open_imap(inbox, PASSWORD, context=trusted).close()
        with pytest.raises(DeliveryError, match="its certificate is not trusted"):
            open_imap(inbox, PASSWORD)


class _Introspection(BaseHTTPRequestHandler):
    """Says of one token that it is good (RFC 7662)."""

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        good = {"active": "yes", "email": USER} if asked == "token=a-good-token" else {"active": "no"}
        self.send_response(200)
        content = json.dumps(good).encode()
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.needs("dovecot")
def test_a_token_signs_in_where_passwords_are_refused() -> None:
    if getpass.getuser() != "root":
        pytest.skip("Dovecot can only be started by root")
    with served(_Introspection) as port, running_dovecot(asked_at=f"http://127.0.0.1:{port}/") as server:
        open_imap(section(server), "", token=lambda: "a-good-token").close()
        with pytest.raises(DeliveryError, match="refused the sign-in"):
            open_imap(section(server), "", token=lambda: "another")
        with pytest.raises(DeliveryError, match="refused the sign-in"):
            open_imap(section(server), PASSWORD)


def test_a_password_comes_from_the_environment_or_a_file_and_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = InboxSection.model_validate({"route": "imap", "host": "mail.example.org", "user": USER})
    assert load_inbox_password(inbox, {"POLICY_INBOX_PASSWORD": "one"}) == "one"
    (tmp_path / "password").write_text("two\n", encoding="utf-8")
    named = {"POLICY_INBOX_PASSWORD_FILE": str(tmp_path / "password")}
    assert load_inbox_password(inbox, named) == "two"
    monkeypatch.setattr(secret_sources, "_from_keyring", lambda name: None)
    with pytest.raises(ConfigurationError, match="POLICY_INBOX_PASSWORD"):
        load_inbox_password(inbox, {})
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_inbox_password(inbox, {"POLICY_INBOX_PASSWORD_FILE": str(tmp_path / "nothing")})
