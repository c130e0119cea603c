"""The key that signs the ledger's heads: made once, kept beside the workspace's other secrets, never printed.

Source: RFC 8032 (Ed25519).
"""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pipeline.errors import LedgerError, say_system_error
from pipeline.private_files import create_file, make_folder

_SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class LedgerKey:
    """A key that signs; ``public_key`` is what others check with."""

    seed: bytes = field(repr=False)
    public_key: str
    """64 hexadecimal digits."""

    def sign(self, message: bytes) -> str:
        """Return the signature of ``message``, 128 hexadecimal digits."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message).hex()


def ledger_key_path(root: Path) -> Path:
    """Return where the key of the workspace in ``root`` lies."""
    return ledger_key_in(root / ".secrets")


def ledger_key_in(secrets: Path) -> Path:
    """Return where the key lies in a workspace's folder of secrets."""
    return secrets / "ledger-key"


def load_or_make_key(path: Path, *, random: Callable[[int], bytes] = secrets.token_bytes) -> LedgerKey:
    """Return the key kept at ``path``; where there is none, make one that only this account can read.

    Raises LedgerError where the file is no key or cannot be read or written.
    """
    try:
        if not path.exists():
            _make(path, random(_SEED_BYTES))
        words = path.read_text(encoding="ascii").strip()
        seed = bytes.fromhex(words)
    except OSError as error:
        raise LedgerError(
            f"The ledger's key {path} cannot be read or made ({say_system_error(error)}). Give this account the "
            f"right to read and write it."
        ) from error
    except ValueError as error:
        raise _damaged(path) from error
    if len(seed) != _SEED_BYTES:
        raise _damaged(path)
    return key_from_seed(seed)


def replace_key(path: Path, *, random: Callable[[int], bytes] = secrets.token_bytes) -> LedgerKey:
    """Make a new key in the place of the one at ``path`` and return it.

    Raises LedgerError where it cannot be written.
    """
    try:
        _make(path, random(_SEED_BYTES))
    except OSError as error:
        raise LedgerError(
            f"The ledger's key {path} cannot be made ({say_system_error(error)}). Give this account the right to write "
            f"there."
        ) from error
    return load_or_make_key(path)


@lru_cache(maxsize=4)
def key_from_seed(seed: bytes) -> LedgerKey:
    """Return the key that grows from 32 random bytes; worked out once, since each transaction reads the key's file."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return LedgerKey(seed, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex())


def is_signed(message: bytes, *, public_key: str, signature: str) -> bool:
    """Tell whether ``signature`` of ``message`` was made with the key behind ``public_key``; both as written by us."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key, signed = bytes.fromhex(public_key), bytes.fromhex(signature)
        if (key.hex(), signed.hex()) != (public_key, signature):
            return False
        Ed25519PublicKey.from_public_bytes(key).verify(signed, message)
    except (ValueError, InvalidSignature):
        return False
    return True


def _make(path: Path, seed: bytes) -> None:
    make_folder(path.parent)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(create_file(unfinished), "w", encoding="ascii", newline="\n") as file:
        file.write(seed.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _damaged(path: Path) -> LedgerError:
    return LedgerError(
        f"The ledger's key {path} is damaged. Put it back from a safety copy; without one, move it away and a new key "
        f"is made: what was signed before stays provable."
    )
