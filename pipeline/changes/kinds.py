"""What a kind of revision leads to: which need no decision, and which is the weightier one."""

from pipeline.model.policies import RevisionKind

ISSUES_ITSELF: frozenset[RevisionKind] = frozenset({RevisionKind.CONTACTS, RevisionKind.REAFFIRMED})
"""Kinds that need no decision: nobody reads again."""

RANK: dict[RevisionKind, int] = {
    RevisionKind.REAFFIRMED: 0,
    RevisionKind.CONTACTS: 1,
    RevisionKind.MINOR: 2,
    RevisionKind.MAJOR: 3,
    RevisionKind.ADOPTED: 3,
}
"""Which kind is the weightier one; an owner may raise it freely."""


def is_lowered(told: RevisionKind, wanted: RevisionKind | None) -> bool:
    """Return whether an owner calls a change less than the comparison tells, which they have to say why."""
    return wanted is not None and RANK[wanted] < RANK[told]
