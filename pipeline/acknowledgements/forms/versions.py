"""Tell which version of a policy a row of a list names in its own column, and whether it was in use on the row's day.

Between ``columns`` and ``export``. Versions are known by what they are called, which is what people saw.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, tzinfo

from pipeline.acknowledgements.counting import in_use_since
from pipeline.changes.version_numbers import is_same_number
from pipeline.errors import UsageError
from pipeline.policies.version_labels import label_versions, was_in_use
from pipeline.register.policies.decisions import list_overrides
from pipeline.register.policies.policies import PolicyRow, VersionRow, list_versions
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day

_NUMBER = re.compile(r"(?:version|ver|v|no)?\.?\s*\d{1,4}(?:\.\d{1,4}){0,3}[a-z]?", re.IGNORECASE)


class NamedVersions:
    """The versions that each policy ever had in use, by what they are called."""

    def __init__(self, tx: Transaction, school: str, zone: tzinfo) -> None:
        found = list_versions(tx, school)
        self._labels = {key: label.text for key, label in label_versions(found, list_overrides(tx, school)).items()}
        self._zone = zone
        self._versions: dict[int, list[VersionRow]] = defaultdict(list)
        for version in found:
            if was_in_use(version):
                self._versions[version.policy_id].append(version)
        self._unused: list[tuple[int, str]] = []

    def find(self, policy: PolicyRow, said: str, day: date) -> VersionRow | None:
        """Return the newest version called ``said`` that was in use on ``day``; None where it is no version's number.

        On the day on which one took the place of another both were.

        Raises:
            UsageError: no version is called so, or none of them was in use that day.
        """
        called = [each for each in self._versions[policy.id] if self._is_called(each, said)]
        if not called and _NUMBER.fullmatch(said) is None:
            return None
        if not called:
            raise UsageError(f"Version {said[:20]} of {policy.title} is not known, so nothing was recorded.")
        in_use = self._in_use_on(policy, day)
        meant = [each for each in called if each in in_use]
        if meant:
            return meant[-1]
        other = f"; version {self._labels[in_use[-1].id]} was" if in_use else ""
        raise UsageError(
            f"Version {self._labels[called[-1].id]} of {policy.title} was not in use on {say_day(day)}{other}. Nothing "
            "was recorded: look at the row again."
        )

    def label_of(self, version_id: int) -> str:
        """Return what a version is called."""
        return self._labels[version_id]

    def leave_unused(self, row: int, said: str) -> None:
        """Note that what the version's column says in a row was not used."""
        self._unused.append((row, said))

    def say_unused(self) -> str:
        """Return which rows' versions were not used; empty where there is none."""
        if not self._unused:
            return ""
        row, said = self._unused[0]
        others = f" and {say_count(len(self._unused) - 1, 'other row')}" if len(self._unused) > 1 else ""
        return (
            f"What the column of versions says was not used in row {row} (“{said[:40]}”){others}: the day decided "
            "which version was read."
        )

    def _is_called(self, version: VersionRow, said: str) -> bool:
        label = self._labels[version.id]
        if label.casefold() == said.casefold():
            return True
        return _NUMBER.fullmatch(said) is not None and is_same_number(label, said)

    def _in_use_on(self, policy: PolicyRow, day: date) -> Sequence[VersionRow]:
        versions = self._versions[policy.id]
        ends = [*(in_use_since(each, self._zone) for each in versions[1:]), date.max]
        return [each for each, end in zip(versions, ends, strict=True) if in_use_since(each, self._zone) <= day <= end]
