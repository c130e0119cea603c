"""``policy mail check`` against providers and servers on loopback, as a command: what it says and how it exits."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import keyring
import keyring.backends.null
import pytest
from click.testing import CliRunner

from pipeline.cli import policy
from pipeline.config import parse_config
from pipeline.contacts.safety_lines import safety_lines
from pipeline.errors import PolicyPipelineError
from pipeline.mail.routes.check import check_route
from tests.mail.graph_mailbox import GraphFolders
from tests.mail.providers import MAILBOX, SECRET, Provider, drop, graph_error, provider
from tests.mail.servers import scripted
from tests.mail.world import parse

SCHOOL = (
    '[school]\nname = "Westhaven School"\n[contacts.headteacher]\nname = "Helen March"\nemail = "head@example.org"\n'
    '[contacts.dsl]\nname = "Deb Field"\nphone = "01632 960123"\n[review]\ndefault_owner = "headteacher"\n'
)


@pytest.fixture
def place() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.null.Keyring())
    yield
    keyring.set_keyring(before)


@dataclass(frozen=True)
class Ran:
    """What one call of the command came to."""

    code: int
    stdout: str
    stderr: str


def check(root: Path, mail: str, *arguments: str, secret: str = SECRET) -> Ran:
    (root / "config.toml").write_text(SCHOOL + mail, encoding="utf-8")
    environ = {"POLICY_MAIL_CLIENT_SECRET": secret or None}
    called = CliRunner().invoke(
        policy, ["--workspace", str(root), "mail", "check", *arguments], env=environ, standalone_mode=False
    )
    if isinstance(called.exception, PolicyPipelineError):
        return Ran(called.exception.exit_code, called.stdout, str(called.exception))
    assert called.exception is None, called.output
    return Ran(called.return_value, called.stdout, called.stderr)


def graph(place: Provider, more: str = "") -> str:
    return f'[mail]\nroute = "graph"\nfrom = "Office <{MAILBOX}>"\n[mail.oauth]\n{place.microsoft}{more}'


def test_it_sends_one_mail_to_the_default_owner_and_says_what_nobody_can_know(tmp_path: Path, place: Provider) -> None:
    result = check(tmp_path, graph(place))
    assert (result.code, len(place.accepted)) == (0, 1)
    mail = parse(place.accepted[0])
    assert mail["To"] == "head@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body(("plain",))
    assert text is not None
    words = text.get_content()
    assert words.startswith("Worried about a child? Go to Deb Field (01632 960123)")
    code = words.partition("Code of this test: ")[2].split()[0]
    assert "a test mail to head@example.org was taken: Microsoft accepted it" in result.stdout
    assert f"Whether it arrived only head@example.org can see: it shows the code {code}." in result.stdout
    assert not (tmp_path / "distribution").exists()


def test_another_address_is_taken_and_what_is_no_address_is_refused(tmp_path: Path, place: Provider) -> None:
    assert check(tmp_path, graph(place), "--to", "it@example.org").code == 0
    assert parse(place.accepted[0])["To"] == "it@example.org"
    refused = check(tmp_path, graph(place), "--to", "it at example")
    assert (refused.code, len(place.accepted)) == (2, 1)
    assert "is not an e-mail address" in refused.stderr


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (graph_error(403, "ErrorAccessDenied"), "'policy mail letter' has the commands"),
        (graph_error(429, "ApplicationThrottled"), "Nobody need do anything"),
        (drop, "Look into the mailbox of head@example.org before you try again"),
    ],
)
def test_a_refusal_says_who_lifts_it_and_is_tried_once(
    tmp_path: Path, place: Provider, step: object, said: str
) -> None:
    place.script = [None, step]  # type: ignore[list-item]
    result = check(tmp_path, graph(place))
    assert result.code == 5
    assert said in result.stdout
    assert len(place.calls) == 2


def test_a_wrong_secret_is_told_and_a_missing_one_is_the_configurations(tmp_path: Path, place: Provider) -> None:
    wrong = check(tmp_path, graph(place), "--json", secret="wrong")
    assert wrong.code == 5
    told = json.loads(wrong.stdout)
    assert (told["accepted"], told["route"], told["read_back"]) == (False, "graph", None)
    assert "Put in its value, not its id" in told["said"][0]
    missing = check(tmp_path, graph(place), secret="")
    assert missing.code == 3
    assert "POLICY_MAIL_CLIENT_SECRET" in missing.stderr


def test_with_a_code_somebody_signs_in_once(tmp_path: Path, place: Provider) -> None:
    device = graph(place, 'flow = "device-code"\n')
    first = check(tmp_path, device, secret="")
    assert first.code == 0
    assert "open https://example.org/devicelogin and enter the code ABC123" in first.stderr
    second = check(tmp_path, device, secret="")
    assert (second.code, "devicelogin" in second.stderr) == (0, False)
    assert len(place.accepted) == 2


def test_a_mail_server_is_checked_too(tmp_path: Path) -> None:
    with scripted() as server:
        mail = (
            f'[mail]\nroute = "smtp"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\nfrom = "{MAILBOX}"\n'
        )
        result = check(tmp_path, mail)
        assert (result.code, len(server.taken)) == (0, 1)
        assert "was taken: taken." in result.stdout
    down = check(tmp_path, mail)
    assert down.code == 5
    assert "Check [mail] host and port" in down.stdout


def test_the_folder_route_has_nothing_to_sign_in_to(tmp_path: Path) -> None:
    result = check(tmp_path, "")
    assert result.code == 0
    assert "there is nothing to sign in to" in result.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


@pytest.mark.parametrize(("came_back", "said"), [(True, "mail gets out and in"), (False, "has not come back")])
def test_where_a_mailbox_is_read_it_says_whether_the_mail_came_back(
    tmp_path: Path, place: Provider, came_back: bool, said: str
) -> None:
    config = parse_config(SCHOOL + graph(place), root=tmp_path)
    asked: list[str] = []
    report = check_route(
        config,
        safety_lines(config.directory(date(2026, 11, 24))),
        {"POLICY_MAIL_CLIENT_SECRET": SECRET},
        recipient="head@example.org",
        now=datetime(2026, 11, 24, tzinfo=UTC),
        say=lambda words: None,
        read_back=lambda message_id, code: bool(asked.append(message_id)) or came_back,
    )
    assert (report.accepted, report.read_back) == (True, came_back)
    assert said in report.lines[1]
    assert asked == [str(parse(place.accepted[0])["Message-ID"])]


def test_a_mailbox_read_by_graph_shows_the_test_mail_after_one_sign_in_with_a_code(
    tmp_path: Path, place: Provider
) -> None:
    inbox = f'[inbox]\nroute = "graph"\nuser = "{MAILBOX}"\n'
    place.mailboxes[MAILBOX] = GraphFolders(MAILBOX)
    by_secret = check(tmp_path, graph(place) + inbox, "--to", MAILBOX, "--json")
    assert (by_secret.code, json.loads(by_secret.stdout)["read_back"]) == (0, True)
    place.needs_consent = True
    by_code = check(tmp_path, graph(place, 'flow = "device-code"\n') + inbox, "--to", MAILBOX, secret="")
    assert by_code.stderr.count("devicelogin") == 1
    assert "so mail gets out and in" in by_code.stdout
    again = check(tmp_path, graph(place, 'flow = "device-code"\n') + inbox, "--to", MAILBOX, secret="")
    assert (again.code, "devicelogin" in again.stderr) == (0, False)


def test_a_mailbox_that_cannot_be_read_does_not_deny_that_the_mail_was_taken(tmp_path: Path, place: Provider) -> None:
    user = MAILBOX
    closed = f'[inbox]\nroute = "imap"\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\nuser = "{user}"\n'
    ran = check(tmp_path, graph(place) + closed, "--to", user)
    assert (ran.code, len(place.accepted)) == (0, 1)
    assert ran.stdout.startswith("Signed in, and a test mail")
    assert "could not be reached" in ran.stdout
    assert "Whether it arrived only" in ran.stdout
