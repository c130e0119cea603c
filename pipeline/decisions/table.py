"""Every declared decision. A new one is added here, by the list of its module."""

from pipeline.decisions import policies, undo
from pipeline.decisions.declare import DeclaredDecision

DECISIONS: tuple[type[DeclaredDecision], ...] = (*policies.DECISIONS, *undo.DECISIONS)
"""In the order of the reference."""
