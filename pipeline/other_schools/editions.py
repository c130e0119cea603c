"""Which of the trust's documents a school's version of a policy was made from.

``trust.distribute`` writes beside a school's words what it handed out; a version whose file nobody handed out, or that
the school changed by hand, is the school's own.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.acknowledgements.counting import PolicyReading
from pipeline.model.policies import IN_FORCE, VersionStatus
from pipeline.register.policies.contents import joint_hash
from pipeline.register.policies.policies import VersionRow

RECEIVED = "received.json"
"""What was written into a school's folder, by file, beside its words for the slots."""
_WAS_IN_FORCE = IN_FORCE | {VersionStatus.SUPERSEDED}


def read_received(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what was handed out to a school, by file; nothing where nobody can tell: every file counts as its own."""
    try:
        found = json.loads((folder / "slots" / RECEIVED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    entries = found.items() if isinstance(found, dict) else ()
    return {path: entry for path, entry in entries if isinstance(entry, dict)}


class Editions:
    """The trust's documents that a school's files were made from."""

    def __init__(self, received: Mapping[str, Mapping[str, Any]], appendices: Collection[str]) -> None:
        """``appendices`` are the SHA-256 of the school's own appendices, each of which may stand behind a file."""
        self._made_from: dict[str, str] = {}
        for entry in received.values():
            for sha256, source in _handed_out(entry).items():
                for whole in (sha256, *(joint_hash(sha256, each) for each in appendices)):
                    self._made_from[whole] = source

    def of(self, version: VersionRow) -> str | None:
        """Return the SHA-256 of the trust's document; None of a version that was not made from one."""
        return self._made_from.get(version.sha256)

    def asked_for(self, reading: PolicyReading, versions: Sequence[VersionRow]) -> str | None:
        """Return the trust's document that staff are asked to read a policy for; None where it is this school's alone.

        A second version of the same document is: the school's own words in it changed. ``versions`` are all of it.
        """
        first = reading.versions[-1]
        edition = self.of(first)
        earlier = (one for one in versions if one.number < first.number and one.status in _WAS_IN_FORCE)
        return None if edition is None or any(self.of(one) == edition for one in earlier) else edition


def _handed_out(entry: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the trust's document of each file that was handed out; of those of early nights the last one's alone."""
    made_from, last, source = entry.get("made_from"), entry.get("sha256s"), entry.get("source_sha256")
    found = {}
    if isinstance(last, list) and last and isinstance(source, str):
        found[str(last[-1])] = source
    if isinstance(made_from, dict):
        found |= {str(sha256): str(source) for sha256, source in made_from.items()}
    return found
