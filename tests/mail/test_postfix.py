"""Mail really arrives: a Postfix of the test's own on 127.0.0.1 takes a mailing and puts it into mailboxes."""

import getpass
import mailbox
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from pipeline.model.mail import DeliveryState
from tests.mail.world import NOW, TODAY, World

MAIN = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
mail_owner = {owner}
setgid_group = postdrop
myhostname = mail.example.org
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
maillog_file = {root}/log
maillog_file_prefixes = {root}
virtual_mailbox_domains = example.org
virtual_mailbox_base = {root}/boxes
virtual_mailbox_maps = texthash:{root}/users
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_recipient_restrictions = reject_unauth_destination
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    """A running Postfix."""

    port: int
    boxes: Path

    def read(self, name: str) -> list[EmailMessage]:
        """Return what lies in somebody's mailbox, waiting up to 20 seconds for something.

        The mailbox is made by Postfix: one made here would belong to another user, and the mail would wait.
        """
        end = time.monotonic() + 20
        while not any((self.boxes / name / "new").glob("*")):
            assert time.monotonic() < end, f"nothing came for {name}"
            time.sleep(0.1)
        parser = BytesParser(EmailMessage, policy=policy.default)
        box = mailbox.Maildir(self.boxes / name, create=False)
        return [parser.parsebytes(box.get_bytes(key)) for key in box.keys()]  # noqa: SIM118  a Maildir


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    if getpass.getuser() != "root":
        pytest.skip("Postfix can only be started by root")
    # Not under pytest's own folder: that one is closed to Postfix's user.
    with tempfile.TemporaryDirectory(prefix="postfix-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        with running_postfix(root) as server:
            yield server


@contextmanager
def running_postfix(root: Path, settings: str = "") -> Iterator[Postfix]:
    """Start a Postfix in a folder that its user may enter; ``settings`` overrule those of above."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for name in ("queue", "data", "boxes"):
        (root / name).mkdir()
    box_owner = 65534
    os.chown(root / "boxes", box_owner, box_owner)
    subprocess.run(["chown", "postfix", str(root / "data")], check=True)
    (root / "etc").mkdir()
    values = {"root": root, "owner": "postfix", "uid": box_owner, "gid": box_owner}
    (root / "etc" / "main.cf").write_text(MAIN.format(**values) + settings, encoding="utf-8")
    (root / "etc" / "master.cf").write_text(MASTER.format(port=port), encoding="utf-8")
    (root / "users").write_text("alex@example.org alex/\nbea@example.org bea/\n", encoding="utf-8")
    command = ["postfix", "-c", str(root / "etc")]
    subprocess.run([*command, "start"], check=True, capture_output=True, timeout=60)
    try:
        yield Postfix(port, root / "boxes")
    except BaseException:
        print((root / "log").read_text(encoding="utf-8", errors="replace"))
        raise
    finally:
        subprocess.run([*command, "stop"], check=False, capture_output=True, timeout=60)


@pytest.mark.needs("postfix")
def test_a_mailing_arrives_in_the_mailboxes_and_an_unknown_address_is_named(world: World, postfix: Postfix) -> None:
    world.configure(
        f'[mail]\nroute = "smtp"\nhost = "127.0.0.1"\nport = {postfix.port}\nsecurity = "none"\n'
        'from = "School office <office@example.org>"\nconfirm_above = 0\n'
    )
    messages = [
        world.queue(name, "confidentiality", person=world.add_person(name)) for name in ("alex", "nobody", "bea")
    ]
    report = world.deliver(now=NOW, today=TODAY)
    assert (report.sent, report.bounced, report.deferred) == (2, 1, 0), report.problems
    assert "nobody@example.org" in report.problems[0].message
    assert world.states() == [DeliveryState.SENT, DeliveryState.BOUNCED, DeliveryState.SENT]
    for name, message in (("alex", messages[0]), ("bea", messages[2])):
        (mail,) = postfix.read(name)
        assert mail["Message-ID"] == world.message(message).message_id
        assert mail["To"] == f"{name}@example.org"
        (copy,) = mail.iter_attachments()
        assert copy.get_content() == b"%PDF confidentiality"
    assert world.deliver(now=NOW, today=TODAY).sent == 0
    assert len(postfix.read("alex")) == 1
