"""Where a secret is kept: the environment, a file it names, the system keyring; never ``config.toml``."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import ConfigurationError, say_system_error
from pipeline.private_files import FILE, make_folder

KEYRING_SERVICE = "policy-pipeline"
LINK_SECRET = "POLICY_SECRET_KEY"
"""Names the secret of a workspace: it signs personal links, and the rows of the register that give rights."""
_SHORTEST_SECRET = 16


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


# --- the secret of a workspace ------------------------------------------------------------------------------------


def find_link_secret(root: Path, environ: Mapping[str, str], *, skip_file: bool = False) -> str | None:
    """Return the secret of the workspace ``root``, None where there is none; ``skip_file``: only one that is set.

    ``POLICY_SECRET_KEY`` goes before ``POLICY_SECRET_KEY_FILE``, the file that was made, and the keyring.

    Raises:
        ConfigurationError: the secret is too short, or its file cannot be read.
    """
    if secret := environ.get(LINK_SECRET, "").strip():
        return _long_enough(secret, LINK_SECRET)
    if named := environ.get(f"{LINK_SECRET}_FILE", "").strip():
        return _long_enough(_read(Path(named), f"{LINK_SECRET}_FILE"), f"{LINK_SECRET}_FILE")
    path = link_secret_path(root)
    if path.exists():
        return None if skip_file else _long_enough(_read(path, str(path)), str(path))
    # A machine without a keyring is the usual case, not a fault.
    kept = _from_keyring(LINK_SECRET)
    return _long_enough(kept, "the secret in the keyring") if kept else None


def link_secret_path(root: Path) -> Path:
    """Return where the secret lies that was made by the program."""
    return root / ".secrets" / "secret-key"


def make_link_secret(root: Path) -> str:
    """Make the secret of a workspace that has none, and return it. Raises ConfigurationError where it cannot."""
    path, secret = link_secret_path(root), secrets.token_urlsafe(32)
    try:
        make_folder(path.parent)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secret + "\n")
    except OSError as error:
        if path.is_file():
            # Another program made it in this very moment.
            return _long_enough(_read(path, str(path)), str(path))
        raise ConfigurationError(
            f"{path} cannot be made ({say_system_error(error)}). Make the folder writable or set {LINK_SECRET}."
        ) from error
    return secret


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{what}: {path} cannot be read ({say_system_error(error)}). Put the secret into it."
        ) from error


def _long_enough(secret: str, what: str) -> str:
    if len(secret) < _SHORTEST_SECRET:
        raise ConfigurationError(f"{what} is shorter than {_SHORTEST_SECRET} characters; use a long random one.")
    return secret
