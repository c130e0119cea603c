"""Every declared decision. A new one is added here, by the list of its module."""

from pipeline.decisions import contacts, facts, paper, people, policies, readings, staff, undo
from pipeline.decisions.declare import DeclaredDecision

DECISIONS: tuple[type[DeclaredDecision], ...] = (
    *policies.DECISIONS,
    *facts.DECISIONS,
    *people.DECISIONS,
    *staff.DECISIONS,
    *readings.DECISIONS,
    *paper.DECISIONS,
    *contacts.DECISIONS,
    *undo.DECISIONS,
)
"""In the order of the reference."""
