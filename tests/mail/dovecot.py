"""A Dovecot of the test's own on 127.0.0.1, whose mailboxes are folders that a test fills."""

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONF = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
{ssl}
auth_allow_cleartext = yes
auth_mechanisms = {mechanisms}
{tokens}
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
mail_driver = maildir
mail_path = {root}/mail/%{{user}}
mail_home = {root}/mail/%{{user}}
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = nobody
    gid = nogroup
    home = {root}/mail/%{{user}}
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""
TOKENS = """
oauth2 {{
  introspection_mode = post
  introspection_url = {asked_at}
  username_attribute = email
  active_attribute = active
  active_value = yes
}}
passdb oauth2 {{
  mechanisms_filter = xoauth2
}}
"""
"""Whether a token is good is asked of another server (RFC 7662)."""
PASSWORD = "a-password-of-the-tests"


@dataclass
class Dovecot:
    """A running Dovecot."""

    port: int
    root: Path
    count: int = 0

    def put(self, user: str, *mails: bytes) -> None:
        """Put mails into somebody's mailbox, as a delivery does: under another name first."""
        box = self.root / "mail" / user
        for name in ("cur", "new", "tmp"):
            (box / name).mkdir(parents=True, exist_ok=True)
        for mail in mails:
            self.count += 1
            name = f"{1_790_000_000 + self.count}.M{self.count}.test"
            (box / "tmp" / name).write_bytes(mail)
            (box / "tmp" / name).rename(box / "new" / name)
        subprocess.run(["chown", "-R", "nobody:nogroup", str(box)], check=True)

    def files(self, user: str) -> list[str]:
        """Return what lies in somebody's mailbox, with the marks that IMAP puts behind a name."""
        box = self.root / "mail" / user
        return sorted(f"{path.parent.name}/{path.name}" for path in box.glob("*/*") if path.parent.name != "tmp")


@contextmanager
def running_dovecot(certificate: Path | None = None, *, asked_at: str = "") -> Iterator[Dovecot]:
    """A Dovecot, without encryption or, with a certificate, with STARTTLS.

    With ``asked_at`` it takes tokens, about which it asks at that address, and no passwords.
    """
    with tempfile.TemporaryDirectory(prefix="dovecot-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        for name in ("run", "state", "mail"):
            (root / name).mkdir()
        subprocess.run(["chown", "nobody:nogroup", str(root / "mail")], check=True)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        ssl = (
            f"ssl_server_cert_file = {certificate}\nssl_server_key_file = {certificate}" if certificate else "ssl = no"
        )
        conf = root / "dovecot.conf"
        signing_in = {
            "mechanisms": "xoauth2" if asked_at else "plain login",
            "tokens": TOKENS.format(asked_at=asked_at) if asked_at else "",
            "password": PASSWORD,
        }
        conf.write_text(CONF.format(root=root, port=port, ssl=ssl, **signing_in), encoding="utf-8")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        master = subprocess.Popen(["dovecot", "-F", "-c", str(conf)], **quiet)
        try:
            _wait_for(port)
            yield Dovecot(port, root)
        except BaseException:
            print((root / "log").read_text(encoding="utf-8", errors="replace") if (root / "log").exists() else "no log")
            raise
        finally:
            master.terminate()
            master.wait(20)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            assert time.monotonic() < end, "Dovecot did not start"
            time.sleep(0.02)
