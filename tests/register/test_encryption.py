"""What is wrong about the encryption of a connection to PostgreSQL is told as that, by real servers."""

import os
import pwd
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import RegisterError
from pipeline.register.store.database import open_register
from pipeline.register.store.postgresql.failures import explain_refusal
from pipeline.register.store.postgresql.place import server_place
from tests.mail.servers import make_certificate
from tests.postgresql import Server, running

pytestmark = pytest.mark.needs("postgresql")


def said_of(url: str, root: Path) -> str:
    with pytest.raises(RegisterError) as raised:
        open_register(url, root=root, school_name="West Park School", time_zone="Europe/London").close()
    assert explain_refusal(raised.value, "The register", server_place(url)), "a worker ends, and waits for nothing"
    assert "cannot be reached" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("sslmode=require", "offers no encrypted connection, and [register] url asks for one (sslmode)"),
        ("sslmode=verify_full", "sets sslmode to 'verify_full', which is none of its words. It may be disable,"),
        ("channel_binding=require", "could not be secured as [register] url asks: channel binding required"),
        ("gssencmode=require", "could not be secured as [register] url asks: GSSAPI encryption required"),
    ],
)
def test_a_server_without_encryption_and_a_wrong_word(
    options: str, said: str, postgresql: Server, tmp_path: Path
) -> None:
    assert said in said_of(f"{postgresql.new_database()}?{options}", tmp_path)


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server of its own with encryption, and its certificate."""
    certificate = make_certificate(tmp_path_factory.mktemp("server"))
    with running() as server:
        place = server.folder / "data" / "server.pem"
        shutil.copy(certificate, place)
        place.chmod(0o600)
        if os.getuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(place, account.pw_uid, account.pw_gid)
        for line in ("ssl = on", f"ssl_cert_file = '{place}'", f"ssl_key_file = '{place}'"):
            server.ask(f"ALTER SYSTEM SET {line}")
        server.ask("SELECT pg_reload_conf()")
        for _ in range(200):
            if server.ask("SHOW ssl") == [("on",)]:
                break
            time.sleep(0.05)
        yield server, certificate


def test_another_certificate_and_files_that_cannot_be_used(encrypted: tuple[Server, Path], tmp_path: Path) -> None:
    server, certificate = encrypted
    other = make_certificate(tmp_path, "db.example.org")
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("no certificate", encoding="utf-8")
    url = f"{server.url('policy_template')}?sslmode=verify-full&sslrootcert="
    open_register(
        f"{url}{certificate}", root=tmp_path, school_name="West Park School", time_zone="Europe/London"
    ).close()
    assert "shows a certificate that is not signed by whom sslrootcert names" in said_of(f"{url}{other}", tmp_path)
    missing = said_of(f"{url}{tmp_path / 'gone.pem'}", tmp_path)
    assert f"the file {tmp_path / 'gone.pem'}, which [register] url names" in missing
    assert "does not exist" in missing
    assert f"the file {nothing}, which" in said_of(f"{url}{nothing}", tmp_path)
