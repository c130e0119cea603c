"""From end to end with real servers: Postfix takes a mail and gives it back, Dovecot has the report, and it is read."""

import getpass
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.letters.contributors.returned import take_in
from pipeline.model.mail import DeliveryState, MailKind
from tests.mail.answering import Answering
from tests.mail.dovecot import PASSWORD, running_dovecot
from tests.mail.test_postfix import Postfix, running_postfix
from tests.school import MONDAY, SECRET, at

GONE = "virtual_alias_maps = inline:{ { gone@example.org = nowhere@example.org } }\n"


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    """A Postfix that passes mail to gone@example.org on to a mailbox that is not there; the sender has one."""
    if getpass.getuser() != "root":
        pytest.skip("Postfix can only be started by root")
    with tempfile.TemporaryDirectory(prefix="postfix-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        with running_postfix(root) as server:
            with (root / "users").open("a", encoding="utf-8") as users:
                users.write("gone@example.org gone/\npolicies@example.org policies/\n")
            with (root / "etc" / "main.cf").open("a", encoding="utf-8") as main:
                main.write(GONE)
            subprocess.run(["postfix", "-c", str(root / "etc"), "reload"], check=True, capture_output=True, timeout=60)
            yield server


def wait_for_report(postfix: Postfix) -> bytes:
    """Return the report as it lies in the sender's mailbox."""
    end = time.monotonic() + 30
    while not (found := sorted((postfix.boxes / "policies" / "new").glob("*"))):
        assert time.monotonic() < end, "no report came"
        time.sleep(0.1)
    return found[0].read_bytes()


@pytest.mark.needs("postfix")
@pytest.mark.needs("dovecot")
def test_a_mail_that_postfix_gives_back_has_told_nobody(tmp_path: Path, postfix: Postfix) -> None:
    with Answering(tmp_path) as school, running_dovecot() as dovecot:
        row = school.add_person("Gone")
        mail = {"host": "127.0.0.1", "port": postfix.port, "security": "none"}
        inbox = {**mail, "port": dovecot.port}
        school.config = school.config.model_copy(
            update={
                "mail": school.config.mail.model_copy(update=mail),
                "inbox": school.config.inbox.model_copy(update=inbox),
            }
        )
        school.plan()
        assert school.deliver().sent == 1
        report = wait_for_report(postfix)
        assert b"report-type=delivery-status" in report
        dovecot.put("policies@example.org", report)
        heard = take_in(
            school.register,
            school.config,
            SECRET,
            today=MONDAY,
            now=at(MONDAY, 13),
            environ={"POLICY_INBOX_PASSWORD": PASSWORD},
        )
        back = school.asked(row)
    assert heard.taken is not None
    assert (heard.taken.seen, heard.taken.bounced) == (1, 1)
    assert (back.state, back.detail) == (
        DeliveryState.BOUNCED,
        "It came back (5.1.1): there is no such mailbox.",
    )
    assert back.kind is MailKind.READING
