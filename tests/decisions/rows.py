"""A row for every declared decision: where it is made in the school of ``desks.fill``, and what is typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.decisions import facts, people, policies, readings, staff, undo
from pipeline.decisions.declare import DeclaredDecision

MARKER = "Zyxwvut"
"""Stands in every free text, and never in the clear in the ledger."""
_WHY: Mapping[str, str] = {"reason": f"{MARKER} another one was meant"}
Step = tuple[str, Mapping[str, str]]


@dataclass(frozen=True)
class Row:
    """How one decision is tried at its page."""

    declared: type[DeclaredDecision]
    address: Mapping[str, str] = field(default_factory=dict)
    """Where it is not as ``desks.fill`` has it."""
    typed: Mapping[str, str] = field(default_factory=lambda: _WHY)
    before: Sequence[Step] = ()
    """Forms that are sent first, so that there is something to decide."""
    is_repeatable: bool = False
    """Whether the same may be decided again from a page that was opened before: it harms nobody."""


_ATTENDANCE = {"slug": "attendance"}
REVIEWED: Step = ("/policies/attendance/reaffirm", {"on": "2026-11-20", "read": "yes"})
MOVED: Step = ("/policies/attendance/due", {"to": "2027-09-15", "reason": "new guidance"})
TOLD: Step = ("/policies/{slug}/groups/parents", {"on": "2026-11-20", "means": "letter"})
LEFT: Step = ("/people/{person}/leaves", {"when": "day", "on": "2026-11-20", "sure": "yes"})
_ON = {"on": "2026-11-20"}
DECLARED: Step = ("/readings/declarations/{asked}", {"how": "nothing", **_ON})
ROWS = (
    Row(policies.MoveDue, _ATTENDANCE, {"to": "2027-09-15", "reason": f"{MARKER} new guidance"}),
    Row(policies.Reaffirm, _ATTENDANCE, {**_ON, "reason": f"{MARKER} read it", "read": "yes"}),
    Row(facts.SetFacts, _ATTENDANCE, {"fact": "owner", "value": f"{MARKER} Head", **_WHY}),
    Row(facts.NameOwner, _ATTENDANCE, {"owner": f"{MARKER} Head", **_WHY}),
    Row(facts.Withdraw, _ATTENDANCE),
    Row(policies.TellGroup, typed={**_ON, "means": f"{MARKER} letter"}),
    Row(people.HoldEverything, typed={"reason": f"{MARKER} a claim"}),
    Row(people.CorrectAddress, typed={"work_email": "zyxwvut@example.org"}),
    Row(people.NoteAbsence, typed={"what": "away", "until": "2026-12-04"}),
    Row(people.StartAgain, typed={"starts": "2026-11-27"}, before=(LEFT,)),
    Row(people.EndLinks, typed={}, is_repeatable=True),
    Row(staff.AddPerson, typed={"name": f"Ann {MARKER}", "kind": "staff", "team": f"{MARKER} Office"}),
    Row(staff.ChangePerson, typed={"first_name": "Kim", "last_name": MARKER, "role": f"{MARKER} Cook"}),
    Row(people.Leave, typed=LEFT[1]),
    Row(readings.RecordDeclaration, typed={"how": "nothing", **_ON}),
    Row(undo.ReadingInError),
    Row(undo.ApprovalInError),
    Row(undo.ReviewInError, _ATTENDANCE, before=(REVIEWED,)),
    Row(undo.DueInError, _ATTENDANCE, before=(MOVED,)),
    Row(undo.LeavingInError, before=(LEFT,)),
    Row(undo.DeclarationInError, {"declaration": "gifts"}, before=(DECLARED,)),
    Row(undo.TellingInError, before=(TOLD,)),
)
ELSEWHERE: Mapping[type[DeclaredDecision], str] = {
    undo.NameInError: "its question is answered in two steps before; walked in web/test_desk_settle",
}
