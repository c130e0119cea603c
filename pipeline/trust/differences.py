"""What the trust's next version of a policy changes against what each school has now, before it is handed out."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.changes.compare import compare_texts
from pipeline.changes.differences import ChangedParagraph, list_changes, say_difference
from pipeline.changes.revisions import revision_kind
from pipeline.configuration.trust import Trust
from pipeline.errors import PolicyPipelineError
from pipeline.model.policies import RevisionKind
from pipeline.register.policies import policies as rows
from pipeline.trust.distribute import make_version, read_version
from pipeline.trust.documents import TrustPolicy
from pipeline.trust.others import Among, list_among
from pipeline.trust.reading import reading_register
from pipeline.trust.schools import School


@dataclass(frozen=True, slots=True)
class SchoolDifference:
    """The trust's version of a policy against what one school has in force."""

    school: School
    policy: TrustPolicy
    kind: RevisionKind | None
    """What kind of change it would be there; None where nothing was compared."""
    said: str
    """The difference in a few words, or why there is none to show."""
    changes: tuple[ChangedParagraph, ...] = ()
    """In the order of the new text."""
    is_kept_back: bool = False
    """The school cannot have its version yet."""


def differences(trust: Trust, schools: Sequence[School], policy: TrustPolicy) -> tuple[SchoolDifference, ...]:
    """Compare the trust's version with what each school has in force; what cannot be compared is said."""
    among = list_among(trust)
    return tuple(_difference(trust, school, policy, among[school.key]) for school in schools)


def _difference(trust: Trust, school: School, policy: TrustPolicy, among: Among) -> SchoolDifference:
    if trust.decider_of(policy.slug, school.entry) == "school":
        return SchoolDifference(school, policy, None, "the school has a policy of its own, by the scheme of delegation")
    if school.config is None:
        return SchoolDifference(school, policy, None, " ".join(school.faults), is_kept_back=True)
    try:
        version, faults = make_version(school, policy, among)
        if version is None:
            return SchoolDifference(school, policy, None, " ".join(faults), is_kept_back=True)
        with reading_register(school.config) as found:
            if found is None:
                return SchoolDifference(school, policy, None, "the school has made no run yet; all of it is new there")
            tx, key = found
            known = rows.find_policy(tx, key, policy.slug)
            current = rows.versions_in_force(tx, key).get(known.id) if known else None
            if current is None:
                return SchoolDifference(
                    school, policy, None, "the school does not have this policy yet; all of it is new"
                )
            before, facts = rows.load_text(tx, current.id), current.facts
        after = read_version(school.config, policy, version)
    except (PolicyPipelineError, OSError) as error:
        return SchoolDifference(school, policy, None, str(error), is_kept_back=True)
    comparison = compare_texts(before, facts, after.text, after.facts)
    said, changes = say_difference(comparison), list_changes(comparison)
    return SchoolDifference(school, policy, revision_kind(comparison), said, changes)
