"""What changed of a policy since one reader's last reading of it; for a first reading nothing.

Between the register and what is said to readers: used by the plan of mail and by the personal page. Many readers share
few pairs of versions, so each pair is compared once in a run.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeAlias

from pipeline.acknowledgements.counting import PolicyReading
from pipeline.changes.compare import TextComparison, compare_texts
from pipeline.changes.differences import ChangedParagraph, WhatChanged, list_changes, say_difference
from pipeline.changes.hidden_people import HiddenPeople
from pipeline.model.contacts import ShownDirectory
from pipeline.model.policies import PolicyStanding
from pipeline.policies.version_labels import VersionLabel, label_versions
from pipeline.register.policies.policies import VersionRow, load_text
from pipeline.register.readings.requests import AcknowledgementRow
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_partial


def why_again(given: Sequence[AcknowledgementRow], reading: PolicyReading) -> str | None:
    """Return why a reader who has read a policy before is asked again; None where they have not read it."""
    return why_known({row.version_id for row in given if row.policy_id == reading.in_force.policy_id}, reading)


def why_known(known: Set[int], reading: PolicyReading) -> str | None:
    """Return why a reader who has read these versions of a policy is asked again; None where they read none."""
    if not known:
        return None
    return "all staff read it each school year" if known & reading.covered else "it has changed since you last read it"


def why_missing(standing: PolicyStanding) -> str:
    """Return in a sentence why there is no copy of a policy to give, as far as it concerns its readers."""
    if standing.is_held:
        return "The school office is checking its text."
    return "Its copy with today’s contacts is not ready."


@dataclass(frozen=True, slots=True)
class VersionDifference:
    """How two versions of one policy differ, for any reader."""

    said: str
    """In a few words."""
    paragraphs: tuple[ChangedParagraph, ...]
    hides_people: bool
    """A person whom the documents name is left out."""


Compared: TypeAlias = dict[tuple[int, int], TextComparison]
"""What was compared, by the register's keys of the earlier and the later version: their words never change."""


class ChangesForReaders:
    """Compares the version in force with the one a reader knows, over all versions between them."""

    def __init__(
        self,
        tx: Transaction,
        versions: Sequence[VersionRow],
        zone: tzinfo,
        compared: Compared | None = None,
        *,
        labels: Mapping[int, VersionLabel] | None = None,
        directory: ShownDirectory | None = None,
    ) -> None:
        """Take ``versions`` of all policies; ``compared`` keeps what was compared for the next time.

        ``labels``: what each version is called (``label_versions``), by its key. ``directory``: who holds which role
        today; nobody else is shown in one.
        """
        self._tx, self._zone = tx, zone
        self._labels = labels if labels is not None else label_versions(versions, {})
        self._versions: Mapping[int, VersionRow] = {version.id: version for version in versions}
        self._compared: Compared = {} if compared is None else compared
        self._directory = directory or ShownDirectory()
        self._shown: dict[tuple[int, int], VersionDifference] = {}

    def since_last_reading(self, given: Sequence[AcknowledgementRow], in_force: VersionRow) -> WhatChanged | None:
        """Return what changed since the last version of the policy that ``given`` holds a reading of.

        ``given`` are one person's acknowledgements, of any policy. None where they have read no version of it.
        """
        mine = [row for row in given if row.policy_id == in_force.policy_id and row.version_id in self._versions]
        if not mine:
            return None
        last = max(mine, key=lambda row: (self._versions[row.version_id].number, row.acknowledged_at))
        read_on = say_day(last.acknowledged_at.astimezone(self._zone).date())
        return self.since_version(last.version_id, in_force, read_on)

    def newest_of(self, version_ids: Iterable[int]) -> int | None:
        """Return which of some versions of a policy is the newest, None where none is known."""
        known = [each for each in version_ids if each in self._versions]
        return max(known, key=lambda each: self._versions[each].number, default=None)

    def is_earlier(self, version_id: int, in_force: VersionRow) -> bool:
        """Return whether a version is an earlier one of the same policy."""
        known = self._versions.get(version_id)
        return known is not None and known.policy_id == in_force.policy_id and known.number < in_force.number

    def since_version(self, known_id: int, in_force: VersionRow, read_on: str) -> WhatChanged:
        """Return what changed since a version, for a reader who read it on a day as ``read_on`` says it."""
        return self._since(known_id, in_force, f"You read {{version}} on {read_on}")

    def since_sent(self, known_id: int, in_force: VersionRow, sent_on: str) -> WhatChanged:
        """Return what changed since a version that was sent to a reader, "on 3 May 2026" or "before"."""
        return self._since(known_id, in_force, f"You were sent {{version}} {sent_on}")

    def since_shown(self, known_id: int, in_force: VersionRow) -> WhatChanged:
        """Return what changed since the version that a reader had open."""
        return self._since(known_id, in_force, "You had {version} open")

    def _since(self, known_id: int, in_force: VersionRow, did: str) -> WhatChanged:
        known = self._versions[known_id]
        read = did.format(version=_say_version(known, self._labels[known.id]))
        if known.id == in_force.id:
            return WhatChanged(f"{read}; it has not changed since.", ())
        difference = self._difference(known, in_force)
        hidden = " Names and numbers that are left out here are in the copy." if difference.hides_people else ""
        return WhatChanged(f"{read}; {difference.said}.{hidden}", difference.paragraphs)

    def _difference(self, known: VersionRow, in_force: VersionRow) -> VersionDifference:
        pair = known.id, in_force.id
        if pair not in self._compared:
            before, after = load_text(self._tx, known.id), load_text(self._tx, in_force.id)
            self._compared[pair] = compare_texts(before, known.facts, after, in_force.facts)
        if pair not in self._shown:
            comparison = self._compared[pair]
            hidden = HiddenPeople((*known.facts.contacts, *in_force.facts.contacts), self._directory)
            paragraphs = list_changes(comparison, hidden.hide)
            hides = paragraphs != list_changes(comparison)
            self._shown[pair] = VersionDifference(say_difference(comparison), paragraphs, hides)
        return self._shown[pair]


def _say_version(version: VersionRow, label: VersionLabel) -> str:
    """Return ``version 2 (September 2025)``, with the date the document gives itself where it gives one."""
    stated = version.facts.last_review or version.facts.approved_on
    said = say_partial(stated.date) if stated else None
    return f"version {label.text} ({said})" if said else f"version {label.text}"
