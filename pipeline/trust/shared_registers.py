"""Schools of a trust whose registers are one, as where a folder was copied for a new school and run as it was.

The copy has the first school's mail that waits, its readings and its keys: it would write to the first school's staff.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.configuration.trust import Trust
from pipeline.register.store.marks import read_marks
from pipeline.wording import say_list

_KEYS = ("secret-key", "ledger-key")


def find_shared(trust: Trust) -> Mapping[str, str]:
    """Return what to say of each school whose register or keys another one has too, by its key."""
    having: defaultdict[str, list[str]] = defaultdict(list)
    for entry in trust.schools:
        for sign in set(_signs(trust.folder_of(entry))):
            having[sign].append(entry.key)
    others: defaultdict[str, set[str]] = defaultdict(set)
    for keys in having.values():
        for key in keys:
            others[key].update(each for each in keys if each != key)
    return {key: _say(key, sorted(those)) for key, those in others.items() if those}


def _signs(folder: Path) -> Iterator[str]:
    """Give what no two schools have in common: the numbers of their registers and the prints of their keys."""
    secrets = folder / ".secrets"
    for mark in read_marks([secrets / "register-mark", *sorted((folder / "distribution").glob("*.mark"))]):
        if mark is not None and mark.register_id:
            yield f"register {mark.register_id}"
    for name in _KEYS:
        try:
            words = (secrets / name).read_bytes().strip()
        except OSError:
            continue
        if words:
            yield f"{name} {hashlib.sha256(words).hexdigest()}"


def _say(key: str, others: list[str]) -> str:
    return (
        f"{say_list([key, *others])} have one register or one set of keys, so nothing is done for any of them: each "
        "would write to the other's staff. Where one folder was copied from another, delete distribution/ and .secrets "
        "in the copy, and a [school] key that came with it; its first run makes its own."
    )
