"""Files with passwords: closed to others, or refused with what closes them; what is mounted is taken as it is."""

import os
from pathlib import Path

import pytest

from pipeline.acknowledgements.links import find_secret
from pipeline.config import parse_config
from pipeline.errors import ConfigurationError, ExitCode
from pipeline.secret_sources import read_secret, say_open_files

pytestmark = pytest.mark.skipif(os.name != "posix", reason="files have no modes on this system")
VARIABLE = "POLICY_SMTP_PASSWORD"


def password_in(folder: Path, mode: int = 0o644) -> dict[str, str]:
    """Keep a password in a file of a folder; return the environment that names it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "the mail password"
    path.write_text("a word\n", encoding="utf-8")
    path.chmod(mode)
    return {f"{VARIABLE}_FILE": str(path)}


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
@pytest.mark.parametrize("place", ["school", "school/below", "home/it"])
def test_a_password_in_the_workspace_or_a_home_that_others_can_read_is_refused_with_what_closes_it(
    tmp_path: Path, place: str, mode: int
) -> None:
    (tmp_path / "school").mkdir()
    (tmp_path / "school" / "config.toml").touch()
    environ = {**password_in(tmp_path / place, mode), "HOME": str(tmp_path / "home")}
    path = Path(environ[f"{VARIABLE}_FILE"])
    with pytest.raises(ConfigurationError) as refused:
        read_secret(environ, VARIABLE, "nobody")
    assert f"chmod 600 '{path}'" in str(refused.value)
    assert "which other accounts of this computer can read" in str(refused.value)
    assert refused.value.exit_code is ExitCode.CONFIGURATION
    assert say_open_files(environ) == ()
    path.chmod(0o600)
    assert read_secret(environ, VARIABLE, "nobody") == "a word"


def test_what_systemd_or_a_container_mounts_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "school").mkdir()
    (tmp_path / "school" / "config.toml").touch()
    given = password_in(tmp_path / "school" / "credentials", 0o444)
    environ = {**given, "CREDENTIALS_DIRECTORY": str(tmp_path / "school" / "credentials")}
    assert read_secret(environ, VARIABLE, "nobody") == "a word"
    assert say_open_files(environ) == ()
    out = {**environ, f"{VARIABLE}_FILE": f"{tmp_path}/school/credentials/../credentials/../plain"}
    (tmp_path / "school" / "plain").write_text("another", encoding="utf-8")
    (tmp_path / "school" / "plain").chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        read_secret(out, VARIABLE, "nobody")


@pytest.mark.skipif(os.geteuid() != 0 if os.name == "posix" else True, reason="only root writes to /run/secrets")
def test_what_lies_in_run_secrets_is_taken_as_it_is() -> None:
    folder = Path("/run/secrets/policy-pipeline-tests")
    made = not folder.parent.exists()
    try:
        environ = password_in(folder, 0o444)
        assert read_secret(environ, VARIABLE, "nobody") == "a word"
        assert say_open_files(environ) == ()
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        if made:
            folder.parent.rmdir()


def test_of_a_file_elsewhere_that_others_can_read_it_is_told_for_one_release(tmp_path: Path) -> None:
    environ = {**password_in(tmp_path / "etc"), "HOME": "/"}
    assert read_secret(environ, VARIABLE, "nobody") == "a word"
    (said,) = say_open_files(environ)
    assert said.startswith(f"{VARIABLE}_FILE names {tmp_path}/etc/the mail password, which other accounts")
    assert "refused from the next release on: chmod 600" in said
    Path(environ[f"{VARIABLE}_FILE"]).chmod(0o600)
    assert say_open_files(environ) == ()


def test_the_key_of_personal_links_is_kept_as_closely(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    given = password_in(tmp_path)
    config = parse_config("", root=tmp_path)
    environ = {"POLICY_SECRET_KEY_FILE": given[f"{VARIABLE}_FILE"]}
    with pytest.raises(ConfigurationError, match=r"POLICY_SECRET_KEY_FILE names .* chmod 600"):
        find_secret(config, environ)
