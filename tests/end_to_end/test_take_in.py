"""What comes back, by the command: read over IMAP from a real server, told in the report and as JSON."""

import getpass
from collections.abc import Iterator

import pytest

from tests.end_to_end.conftest import School
from tests.mail.answering import raw
from tests.mail.dovecot import PASSWORD, Dovecot, running_dovecot

TODAY = "2026-11-25"


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    if getpass.getuser() != "root":
        pytest.skip("Dovecot can only be started by root")
    with running_dovecot() as server:
        yield server


def use(school: School, port: int) -> None:
    text = (school.root / "config.toml").read_text(encoding="utf-8")
    before, _, inbox = text.partition("[inbox]")
    for old, new in (
        ('route = ""', 'route = "imap"'),
        ('host = ""', 'host = "127.0.0.1"'),
        ("port = 993", f"port = {port}"),
        ('security = "tls"', 'security = "none"'),
        ('user = ""', 'user = "policies@example.org"'),
    ):
        assert old in inbox
        inbox = inbox.replace(old, new, 1)
    (school.root / "config.toml").write_text(f"{before}[inbox]{inbox}", encoding="utf-8")


@pytest.mark.needs("dovecot")
def test_an_answer_is_recorded_and_the_other_is_told(
    stocked: School, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_INBOX_PASSWORD", PASSWORD)
    stocked.policy("run")
    use(stocked, dovecot.port)
    one, other = [mail for mail in stocked.mails() if "please read" in str(mail["Subject"])][:2]
    answers = [
        raw(
            f"From: {mail['To']}\nTo: policies@example.org\nSubject: Re: {mail['Subject']}\n"
            f"Message-ID: <{number}@mail.example.org>\n\n{words}\n"
        )
        for number, (mail, words) in enumerate([(one, "I have read"), (other, "May I ask something?")])
    ]
    dovecot.put("policies@example.org", *answers)
    heard = stocked.policy("take-in", "--json", today=TODAY)
    assert heard.code == 0
    found = heard.json
    assert (found["looked"], found["seen"], found["read"], found["replies"], found["told"]) == (True, 2, 1, 1, 1)
    assert [problem["code"] for problem in found["problems"]] == ["replies"]
    readings = stocked.policy("acknowledge", "list", "--json", today=TODAY).json
    given = {row["method"] for row in readings if row["state"] == "acknowledged"}
    assert given == {"reply"}
    verified = stocked.policy("--json", "ledger", "verify", today=TODAY)
    assert (verified.code, verified.json["faults"]) == (0, [])
    said = stocked.policy("run", today=TODAY)
    assert "Came back" in said.out
    assert "nothing came back" in said.out
    written = [str(mail["Subject"]) for mail in stocked.mails()]
    assert sum("nobody watches the mailbox you wrote to" in subject for subject in written) == 1


@pytest.mark.needs("dovecot")
def test_a_mailbox_that_cannot_be_read_stops_no_run_and_says_what_to_check(
    stocked: School, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_INBOX_PASSWORD", "wrong")
    use(stocked, dovecot.port)
    ran = stocked.policy("run", "--json")
    assert ran.code == 0
    assert ran.json["mail"]["written"] > 0
    assert ran.json["inbox"]["problems"][0]["code"] == "mailbox-unreachable"
    assert any("refused the sign-in of policies@example.org" in notice for notice in ran.json["notices"])
    failed = stocked.policy("take-in")
    assert failed.code == 5
    assert "Check [inbox] user and the password" in failed.err
