"""The key that signs the ledger's heads: made once, kept beside the workspace's other secrets, never printed.

Source: RFC 8032 (Ed25519).
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pipeline.errors import LedgerError, say_system_error
from pipeline.private_files import create_file, keep_names, make_folder

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
    """Make a new key in the place of the one at ``path`` and return it; the old one is kept beside it for the moment.

    The register says which of the two signs: where the transaction that says so is not kept, ``settle_key`` puts the
    old one back. Raises LedgerError where it cannot be written.
    """
    try:
        if path.exists():
            _make(_before(path), load_or_make_key(path).seed)
        _make(path, random(_SEED_BYTES))
    except OSError as error:
        raise LedgerError(
            f"The ledger's key {path} cannot be made ({say_system_error(error)}). Give this account the right to write "
            f"there."
        ) from error
    return load_or_make_key(path)


def find_key(path: Path, public_key: str) -> LedgerKey | None:
    """Return the key that signs as ``public_key``; None where the workspace has it not.

    That is the one at ``path``; where a change of keys was cut short, the one that was there before. Raises LedgerError
    where there is a key that cannot be read.
    """
    for each in (path, _before(path)):
        if each.exists() and (key := load_or_make_key(each)).public_key == public_key:
            return key
    return None


def settle_key(path: Path, public_key: str) -> None:
    """Put the old key back where a change of keys was cut short, so that the register says another one than the file.

    ``public_key`` signed last. Only for a caller that writes to the register, whom no change of keys can cross. What
    the drive refuses is left for the next.
    """
    before = _before(path)
    with suppress(OSError, LedgerError):
        if not before.exists() or load_or_make_key(before).public_key != public_key:
            return
        if not path.exists() or load_or_make_key(path).public_key != public_key:
            before.replace(path)


def forget_old_key(path: Path, public_key: str | None) -> None:
    """Let go of the old key once the register says that the new one, ``public_key``, signs; None before any has."""
    before = _before(path)
    with suppress(OSError, LedgerError):
        if before.exists() and path.exists() and load_or_make_key(path).public_key == public_key:
            before.unlink()


def _before(path: Path) -> Path:
    return path.with_name(f"{path.name}.before")


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
    keep_names(path.parent)


def _damaged(path: Path) -> LedgerError:
    return LedgerError(
        f"The ledger's key {path} is damaged. Put it back from a safety copy; without one, move it away and a new key "
        f"is made: what was signed before stays provable."
    )
