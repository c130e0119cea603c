"""Where a secret is kept: the environment, a file it names, the system keyring; never ``config.toml``.

A file that other accounts of the computer can read keeps no secret. In a workspace or a home it is refused, with the
command that closes it. What a container or systemd mounts is theirs to close and is taken as it is; of a file elsewhere
it is told, since it may be so on purpose: from the next release on that is refused, too.
"""

import os
import secrets
import shlex
import stat
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import ConfigurationError, UsageError, say_system_error
from pipeline.private_files import FILE, make_folder

SHORTEST_PASSPHRASE = 12
"""Characters of the passphrase of a file that leaves the machine."""

KEYRING_SERVICE = "policy-pipeline"
LINK_SECRET = "POLICY_SECRET_KEY"
"""Names the secret of a workspace: it signs personal links, and the rows of the register that give rights."""
_SHORTEST_SECRET = 16
_OTHERS_READ = 0o044
_MOUNTED = (Path("/run/secrets"), Path("/var/run/secrets"))
_HOMES = (Path("/home"), Path("/Users"), Path("/root"))
_SIGNS_OF_A_WORKSPACE = ("config.toml", "trust.toml")


def read_secret(environ: Mapping[str, str], variable: str, name: str) -> str | None:
    """Return a secret from ``variable``, the file that ``variable``_FILE names, or the keyring under ``name``.

    None where it is nowhere.

    Raises:
        ConfigurationError: when the file cannot be read, or others can read it where they must not.
    """
    return environ.get(variable) or read_named_file(environ, variable) or _from_keyring(name)


def read_named_file(environ: Mapping[str, str], variable: str) -> str | None:
    """Return what stands in the file that ``variable``_FILE names; None for none. Raises as ``read_secret``."""
    name = environ.get(f"{variable}_FILE", "").strip()
    if not name:
        return None
    path = Path(name)
    if _is_open(path) and _must_be_closed(path, environ):
        raise ConfigurationError(f"{_say_open(variable, path)} It is not used until it is closed: {_mend(path)}")
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{variable}_FILE names {name}, which cannot be read: {say_system_error(error)}."
        ) from error


def say_open_files(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return what to say of files with secrets that others can read and that are still used; nothing where none is."""
    said = []
    for variable, name in sorted(environ.items()):
        if not (variable.startswith("POLICY_") and variable.endswith("_FILE") and name.strip()):
            continue
        path = Path(name.strip())
        if _is_open(path) and not _must_be_closed(path, environ) and not _is_mounted(path, environ):
            what = _say_open(variable.removesuffix("_FILE"), path)
            said.append(f"{what} It is used today, and refused from the next release on: {_mend(path)}")
    return tuple(said)


def _is_open(path: Path) -> bool:
    """Tell whether other accounts may read a file by its own rights, whatever folder it lies in today."""
    try:
        return os.name == "posix" and bool(stat.S_IMODE(path.stat().st_mode) & _OTHERS_READ)
    except OSError:
        return False


def _must_be_closed(path: Path, environ: Mapping[str, str]) -> bool:
    """Tell whether a file lies in a workspace or in a user's home, and was not mounted there."""
    if _is_mounted(path, environ):
        return False
    whole = path.resolve()
    home = environ.get("HOME", "")
    homes = [*_HOMES, *([Path(home)] if len(Path(home).parts) > 1 else [])]
    in_workspace = any((folder / sign).is_file() for folder in whole.parents for sign in _SIGNS_OF_A_WORKSPACE)
    return in_workspace or any(whole.is_relative_to(each) for each in homes)


def _is_mounted(path: Path, environ: Mapping[str, str]) -> bool:
    named = environ.get("CREDENTIALS_DIRECTORY", "")
    places = [*_MOUNTED, *([Path(named)] if len(Path(named).parts) > 1 else [])]
    # As it is named, and where it is: what is mounted may be a link to the edition of the day.
    paths = Path(os.path.normpath(path.absolute())), path.resolve()
    return any(each.is_relative_to(place) for each in paths for place in places)


def _say_open(variable: str, path: Path) -> str:
    return f"{variable}_FILE names {path}, which other accounts of this computer can read."


def _mend(path: Path) -> str:
    return f"chmod 600 {shlex.quote(str(path))}"


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
    if (named := read_named_file(environ, LINK_SECRET)) is not None:
        return _long_enough(named, f"{LINK_SECRET}_FILE")
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


def check_passphrase(passphrase: str) -> None:
    """Refuse a new passphrase that keeps nobody out; whatever writes an encrypted file asks this itself.

    Raises:
        UsageError: it is shorter than ``SHORTEST_PASSPHRASE``.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise UsageError(
            f"Take a passphrase of at least {SHORTEST_PASSPHRASE} characters: four words that nobody would guess."
        )
