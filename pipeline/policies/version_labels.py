"""What a version of a policy is called wherever people meet it: one label for copies, pages, lists and mail.

The register counts the versions of a policy from 1. A document may state a number of its own: that one is shown where
it moved with the text, else the register's. Reads only; ``standing`` puts the label into every policy's line.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.changes.kinds import ISSUES_ITSELF
from pipeline.changes.version_numbers import is_same_number, numbers_of
from pipeline.model.facts import Problem
from pipeline.model.policies import IN_FORCE, VersionStatus
from pipeline.reasons.reason import because
from pipeline.register.policies.decisions import OverrideRow, list_overrides
from pipeline.register.policies.policies import VersionRow, list_versions
from pipeline.register.transaction import Transaction


def was_in_use(version: VersionRow) -> bool:
    """Return whether copies are or were made of a version: no draft, and none that its owner dropped."""
    return version.status in (*IN_FORCE, VersionStatus.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class VersionLabel:
    """What one version is called."""

    text: str
    """``2``, ``3.1``: never empty."""
    is_stated: bool
    """The document, or its owner, gives a number: the label may stand in a copy. A document without one gets none."""
    not_raised: str | None = None
    """The number by which the document still calls itself, though its text is another than that of the one before."""
    lowered_from: str | None = None
    """The higher number of the one before, where the document's own went down."""


def label_versions(
    versions: Iterable[VersionRow], overrides: Mapping[int, Sequence[OverrideRow]]
) -> dict[int, VersionLabel]:
    """Return the label of each version by its key.

    ``versions`` are those of any policies, by policy and number (``list_versions``); what never was in use counts for
    nothing after it. ``overrides`` by policy: an owner's own word on the number holds for the version that was in use
    when they gave it, and for those after it.
    """
    labels: dict[int, VersionLabel] = {}
    before: dict[int, VersionRow] = {}
    for version, following in _with_following(versions):
        word = next((each for each in overrides.get(version.policy_id, ()) if each.field == "version"), None)
        if word is not None and was_in_use(version) and (following is None or following.recorded_at > word.decided_at):
            labels[version.id] = VersionLabel(word.value or str(version.number), is_stated=bool(word.value))
        else:
            labels[version.id] = _label(version, before.get(version.policy_id), labels)
        if was_in_use(version):
            before[version.policy_id] = version
    return labels


def _with_following(versions: Iterable[VersionRow]) -> Iterator[tuple[VersionRow, VersionRow | None]]:
    """Yield each version with the one that came into use after it, if there is one; in the order given."""
    following: dict[int, VersionRow] = {}
    pairs: list[tuple[VersionRow, VersionRow | None]] = []
    for version in reversed(list(versions)):
        pairs.append((version, following.get(version.policy_id)))
        if was_in_use(version):
            following[version.policy_id] = version
    return reversed(pairs)


def _label(version: VersionRow, earlier: VersionRow | None, labels: Mapping[int, VersionLabel]) -> VersionLabel:
    stated, counted = version.facts.version, str(version.number)
    if not stated:
        return VersionLabel(counted, is_stated=False)
    known = earlier.facts.version if earlier is not None else None
    if earlier is None or not known:
        return VersionLabel(stated, is_stated=True)
    if not is_same_number(stated, known):
        return VersionLabel(stated, True, lowered_from=known if numbers_of(stated) < numbers_of(known) else None)
    if version.kind in ISSUES_ITSELF:
        # What governors approved is the same text: it keeps its name.
        return labels[earlier.id]
    return VersionLabel(counted, True, not_raised=None if is_same_number(stated, counted) else stated)


def find_label(tx: Transaction, school: str, version: VersionRow) -> str:
    """Return what one version is called."""
    versions = list_versions(tx, school, version.policy_id)
    return label_versions(versions, list_overrides(tx, school))[version.id].text


def version_problems(label: VersionLabel | None, slug: str) -> list[Problem]:
    """Return what an owner should know of a number that contradicts the register's; empty where none does."""
    if label is not None and label.not_raised is not None:
        why = because("version-not-raised", version=label.not_raised, called=label.text, slug=slug)
        return [Problem("version-differs", why, minor=True)]
    if label is not None and label.lowered_from is not None:
        message = (
            f"The document calls itself version {label.text}, the one before it version {label.lowered_from}. Is it "
            "the right file? If only the number is wrong, mend it in the document."
        )
        return [Problem("version-differs", message, minor=True)]
    return []
