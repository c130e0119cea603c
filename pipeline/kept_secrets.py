"""Where a secret is kept: the environment, a file it names, the system keyring; never ``config.toml``."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import ConfigurationError, say_system_error

KEYRING_SERVICE = "policy-pipeline"


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
