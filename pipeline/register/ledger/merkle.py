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


def list_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from one leaf to the root over all ``leaves``, the leaf's own neighbour first.

    Raises IndexError where there is no such leaf. Source: RFC 6962 section 2.1.1.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path: list[bytes] = []
    first, last = 0, len(leaves)
    sides: list[tuple[int, int]] = []
    while last - first > 1:
        middle = first + _largest_power_below(last - first)
        if index < middle:
            sides.append((middle, last))
            last = middle
        else:
            sides.append((first, middle))
            first = middle
    for start, end in reversed(sides):
        path.append(root_of(leaves[start:end]))
    return path


def list_consistency(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return the hashes that show that the tree over the first ``old_size`` leaves is a part of that over all.

    Empty for no leaves and for all of them. Raises IndexError for more than there are. Source: RFC 6962 section 2.1.2.
    """
    if not 0 <= old_size <= len(leaves):
        raise IndexError(old_size)
    proof: list[bytes] = []
    first, last, is_whole = 0, len(leaves), True
    while old_size > 0 and old_size != last:
        middle = first + _largest_power_below(last - first)
        if old_size <= middle:
            proof.append(root_of(leaves[middle:last]))
            last = middle
        else:
            proof.append(root_of(leaves[first:middle]))
            first, is_whole = middle, False
    if old_size > 0 and not is_whole:
        proof.append(root_of(leaves[first:last]))
    return proof[::-1]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over ``leaves``."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def _largest_power_below(count: int) -> int:
    """Return the largest power of two that is smaller than ``count``, which is 2 or more."""
    return 1 << (count - 1).bit_length() - 1
