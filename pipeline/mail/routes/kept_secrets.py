"""Where the secrets of mail are kept: the environment, a file it names, the system keyring; never ``config.toml``."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.config_mail import MailSection
from pipeline.errors import ConfigurationError, say_system_error

KEYRING_SERVICE = "policy-pipeline"
CLIENT_SECRET = "POLICY_MAIL_CLIENT_SECRET"


def load_client_secret(mail: MailSection, environ: Mapping[str, str]) -> str:
    """Return the client secret of ``[mail.oauth]``: Microsoft's secret, or the text of Google's key file.

    Raises:
        ConfigurationError: when there is none, or it cannot be read; says where to put it.
    """
    name = mail.oauth.client_id or mail.mailbox
    if secret := read_secret(environ, CLIENT_SECRET, name):
        if mail.oauth.provider == "microsoft" and not (secret.isascii() and secret.isprintable()):
            raise ConfigurationError("The client secret holds letters that none has; copy its value once more.")
        return secret
    if mail.oauth.provider == "google":
        raise ConfigurationError(
            f"The key file of Google's service account is not set. Name it in the environment as {CLIENT_SECRET}_FILE."
        )
    raise ConfigurationError(
        f"The client secret of {name} is not set. Put it into the environment as {CLIENT_SECRET}, into a file named by "
        f"{CLIENT_SECRET}_FILE, or into the system keyring (service {KEYRING_SERVICE}, name {name})."
    )


def read_secret(environ: Mapping[str, str], variable: str, name: str) -> str | None:
    """Return a secret from ``variable``, the file that ``variable``_FILE names, or the keyring under ``name``.

    None where it is nowhere.

    Raises:
        ConfigurationError: when the file cannot be read.
    """
    file = environ.get(f"{variable}_FILE")
    return environ.get(variable) or (_from_file(f"{variable}_FILE", file) if file else None) or _from_keyring(name)


def _from_file(variable: str, name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{variable} names {name}, which cannot be read: {say_system_error(error)}."
        ) from error


def _from_keyring(name: str) -> str | None:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    try:
        found = keyring.get_password(KEYRING_SERVICE, name)
    except (keyring.errors.KeyringError, RuntimeError, OSError):
        return None
    return None if found is None else str(found)
