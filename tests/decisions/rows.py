"""A row for every declared decision: where it is made in the school of ``desks.fill``, and what is typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from pipeline.acknowledgements.codes import request_code
from pipeline.acknowledgements.links import make_secret
from pipeline.decisions import contacts, facts, paper, people, policies, readings, staff, undo
from pipeline.decisions.declare import DeclaredDecision
from pipeline.papers.cards import order_cards
from pipeline.papers.handing_over import list_printed
from pipeline.papers.orders import PackOrder, order_packs
from pipeline.register.decision import Decision
from tests.school import MONDAY, SECRET, School, at

MARKER = "Zyxwvut"
"""Stands in every free text, and never in the clear in the ledger."""
_WHY: Mapping[str, str] = {"reason": f"{MARKER} another one was meant"}
Step = tuple[str, Mapping[str, str]]
_BEFORE = MONDAY - timedelta(days=7)


@dataclass(frozen=True)
class Row:
    """How one decision is tried at its page."""

    declared: type[DeclaredDecision]
    address: Mapping[str, str] = field(default_factory=dict)
    """Where it is not as ``desks.fill`` has it."""
    typed: Mapping[str, str] = field(default_factory=lambda: _WHY)
    before: Sequence[Step] = ()
    """Forms that are sent first, so that there is something to decide."""
    prepare: Callable[[School], Mapping[str, str]] = lambda _: {}
    """Makes what the page is of, where no form does, and returns what is typed of it."""
    is_repeatable: bool = False
    """Whether the same may be decided again from a page that was opened before: it harms nobody."""


_ATTENDANCE = {"slug": "attendance"}
REVIEWED: Step = ("/policies/attendance/reaffirm", {"on": "2026-11-20", "read": "yes"})
MOVED: Step = ("/policies/attendance/due", {"to": "2027-09-15", "reason": "new guidance"})
TOLD: Step = ("/policies/{slug}/groups/parents", {"on": "2026-11-20", "means": "letter"})
LEFT: Step = ("/people/{person}/leaves", {"when": "day", "on": "2026-11-20", "sure": "yes"})
_ON = {"on": "2026-11-20"}
DECLARED: Step = ("/readings/declarations/{asked}", {"how": "nothing", **_ON})


def _code_of_line(school: School) -> Mapping[str, str]:
    row = school.requests()[0]
    return {"codes": request_code(make_secret(school.config), school.key, row.id)}


def _code_of_card(school: School) -> Mapping[str, str]:
    secret = make_secret(school.config)
    with school.register.transaction() as tx:
        decision = Decision(tx, school.key, "Jo Marsh", at(_BEFORE))
        return {"card": order_cards(decision, school.config, 1, secret=secret, today=_BEFORE).codes[0]}


def _printed_papers(school: School) -> Mapping[str, str]:
    order = PackOrder((), school.root / "packs")
    order_packs(school.register, school.config, order, secret=SECRET, today=_BEFORE, now=at(_BEFORE))
    with school.register.reading() as tx:
        printed = list_printed(tx, school.key, school.config, MONDAY)[0]
    return {"people": str(printed.person.id)}


COVERED: Step = ("/contacts/cover", {"who": "deputy-dsl/Jo Hill", "until": "2026-11-25"})
ROWS = (
    Row(policies.CallReady, _ATTENDANCE, {}),
    Row(policies.MoveDue, _ATTENDANCE, {"to": "2027-09-15", "reason": f"{MARKER} new guidance"}),
    Row(policies.Reaffirm, _ATTENDANCE, {**_ON, "reason": f"{MARKER} read it", "read": "yes"}),
    Row(facts.SetFacts, _ATTENDANCE, {"fact": "owner", "value": f"{MARKER} Head", **_WHY}),
    Row(facts.NameOwner, _ATTENDANCE, {"owner": f"{MARKER} Head", **_WHY}),
    Row(facts.HandOver, typed={"owner": "Safeguarding Lead", "to": "Headteacher", "sure": "yes", **_WHY}),
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
    Row(paper.EnterCodes, typed=_ON, prepare=_code_of_line, is_repeatable=True),
    Row(paper.EnterSlip, typed={"name": f"{MARKER} Vale", **_ON}, prepare=_code_of_card, is_repeatable=True),
    Row(paper.HandOverPapers, typed=_ON, prepare=_printed_papers),
    Row(contacts.StandIn, typed=COVERED[1]),
    Row(contacts.LeadIsBack, typed={}, before=(COVERED,)),
    Row(contacts.ConfirmNumber, typed={"how": "rang"}),
    Row(undo.ReadingInError),
    Row(undo.ApprovalInError),
    Row(undo.ReviewInError, _ATTENDANCE, before=(REVIEWED,)),
    Row(undo.DueInError, _ATTENDANCE, before=(MOVED,)),
    Row(undo.LeavingInError, before=(LEFT,)),
    Row(undo.DeclarationInError, {"declaration": "gifts"}, before=(DECLARED,)),
    Row(undo.TellingInError, before=(TOLD,)),
)
ELSEWHERE: Mapping[type[DeclaredDecision], str] = {
    contacts.TellStaff: "a change of contacts must wait, which a day's plan notes; walked in web/test_desk_telling",
    undo.NameInError: "its question is answered in two steps before; walked in web/test_desk_settle",
}
