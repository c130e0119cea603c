"""The arithmetic of the ledger: one way to write a record, and the tree of hashes over all of them.

``ledger`` uses it; ``verify_ledger`` does the same sums in its own code, so that the two check each other.
Source: RFC 6962 section 2.1 for the hashes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any


def canonical(record: Mapping[str, Any]) -> bytes:
    """Write a record the one way it can be written: keys sorted, no spaces, UTF-8.

    Raises ValueError for words that are no Unicode text (half of a character pair).
    """
    text = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def moment(at: datetime) -> str:
    """Write an aware moment as UTC with all six digits of the second: ``2026-11-24T06:30:00.000000Z``.

    Raises ValueError for a moment without its time zone.
    """
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone before it is recorded")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def leaf_hash(record: bytes) -> bytes:
    """Return the hash of one record as it stands in the tree."""
    return hashlib.sha256(b"\x00" + record).digest()


def commitment(salt: bytes, value: str) -> str:
    """Return what stands in a record for ``value``: it fixes the value and, without its salt, does not give it away."""
    return hashlib.sha256(salt + value.encode("utf-8")).hexdigest()


class Tree:
    """A tree of hashes that grows leaf by leaf; its root is at hand at every size."""

    def __init__(self, size: int = 0, subtrees: Sequence[bytes] = ()) -> None:
        """Begin with nothing, or where another tree of ``size`` leaves had come to. Raises ValueError if it cannot."""
        if len(subtrees) != size.bit_count():
            raise ValueError(f"{len(subtrees)} complete subtrees are not those of {size} leaves")
        self.size: int = size
        # The complete subtrees, largest first; their sizes are the binary digits of ``size``.
        self._subtrees: list[bytes] = list(subtrees)

    @property
    def subtrees(self) -> tuple[bytes, ...]:
        """The hashes of the complete subtrees, largest first: with ``size``, all that is needed to grow on."""
        return tuple(self._subtrees)

    def add(self, leaf: bytes) -> None:
        """Add the next leaf's hash."""
        self._subtrees.append(leaf)
        self.size += 1
        merges = self.size
        while merges % 2 == 0:
            right = self._subtrees.pop()
            self._subtrees.append(_node(self._subtrees.pop(), right))
            merges //= 2

    def root(self) -> bytes:
        """Return the root over all leaves so far; of none it is the hash of nothing."""
        if not self._subtrees:
            return hashlib.sha256(b"").digest()
        root = self._subtrees[-1]
        for left in reversed(self._subtrees[:-1]):
            root = _node(left, root)
        return root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
