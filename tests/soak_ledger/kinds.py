"""A ledger with a record of each kind that the program writes, in memory."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select

from pipeline.acknowledgements.declarations.declaring import record_own
from pipeline.register.corrections import CorrectionKind, add_correction
from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import LedgerKey, key_from_seed
from pipeline.register.ledger.signed_heads import Field
from pipeline.register.people.erasing import erase_openings
from pipeline.register.people.persons import list_people
from pipeline.register.policies import policies
from pipeline.register.policies.decisions import add_approval
from pipeline.register.readings import bulk, cards
from pipeline.register.readings.declarations import DeclarationAnswer, DeclarationRequest
from pipeline.register.readings.requests import DECLARATION
from pipeline.register.store.database import Register
from pipeline.register.tables import schema
from pipeline.register.transaction import Transaction
from tests.register.conftest import NOW
from tests.register.test_ledger import acknowledge
from tests.registers import open_memory_register

FIRST_KEY: LedgerKey = key_from_seed(b"1" * 32)
SECOND_KEY: LedgerKey = key_from_seed(b"2" * 32)
THIRD_KEY: LedgerKey = key_from_seed(b"3" * 32)
_TEXT = {"policy": "confidentiality", "version": 1, "sha256": "a1" * 32}
_PLAIN: dict[str, tuple[dict[str, Field], dict[str, str]]] = {
    "version": ({**_TEXT, "status": "approved", "revision": "adopted"}, {}),
    "document-mended": ({**_TEXT}, {}),
    "issued": ({**_TEXT}, {"reason": "é \u2028 new law"}),
    "released": ({**_TEXT}, {"reason": "as it is"}),
    "reaffirmed": ({**_TEXT, "on": "2026-11-20"}, {}),
    "ready": ({**_TEXT}, {}),
    "not-ready": ({**_TEXT}, {}),
    "overruled": ({"policy": "ict", "field": "owner"}, {"value": "Head", "reason": "said so"}),
    "uploaded": ({"policy": "ict", "sha256": "a1" * 32}, {"file": "ICT policy.docx"}),
    "review-corrected": ({**_TEXT, "on": None}, {"reason": "another policy"}),
    "due-moved": ({**_TEXT, "from": "2027-08-31", "to": "2027-10-15"}, {"reason": "new guidance"}),
    "due-corrected": ({**_TEXT, "from": "2027-08-31", "to": "2027-10-15"}, {"reason": "another policy"}),
    "handed-over": ({"policies": 3}, {"from": "Head", "to": "Deputy", "reason": "retires"}),
    "papers-handed-over": ({"on": "2026-11-26", "people": 2, "papers": 5}, {"names": "Ann Example and Cy Example"}),
    "handover": ({"policies": 3, "settings": 2, "sessions": 1}, {"from": "Cy Example", "to": "Ann Example"}),
    "edition-released": ({**_TEXT, "edition": "2026", "address": "https://example.org/kcsie"}, {"reason": "new"}),
    "group-told": ({"policy": "ict", "group": "parents"}, {"by_means": "newsletter"}),
    "website-replaced": ({"policy": "ict", "copy": "K7QX-2M", "placed_on": "2026-11-24"}, {}),
    "contact-confirmed": ({"role": "dsl"}, {"name": "Ann Example", "phone": "01632 960001"}),
    "contact-settled": ({"role": "dsl"}, {"value": "01632 960002", "reason": "the old number"}),
    "contact-changed": ({"role": "dsl", "step": "follows", "on": "2026-11-24"}, {"name": "Ann Example"}),
    "contact-notice": ({"notice": 1, "roles": "dsl", "on": "2026-11-26", "chosen": ""}, {}),
    "contact-notice-decided": ({"notice": 1, "roles": "dsl", "on": "2026-11-26", "chosen": ""}, {}),
    "contact-notice-goes": ({"notice": 1, "roles": "dsl", "on": "2026-11-26", "chosen": "now", "people": 40}, {}),
    "contact-notice-head": ({"notice": 1, "roles": "dsl", "on": "2026-11-26", "chosen": "", "people": 0}, {}),
    "contact-notice-nobody": ({"notice": 1, "roles": "dsl", "on": "2026-11-26", "chosen": "", "people": 0}, {}),
    "contact-notice-no-copies": ({"notice": 1, "roles": "dsl", "on": "2026-11-26", "chosen": "", "people": 0}, {}),
    "contact-notice-taken-back": ({"notice": 1, "roles": "dsl", "on": "2026-11-26", "chosen": ""}, {}),
    "contact-notice-followed": ({"notice": 1, "roles": "dsl", "on": "2026-11-26", "chosen": ""}, {}),
    "settings-changed": ({"table": "reading", "keys": "drip"}, {"before": "0", "after": "4"}),
    "cover-set": ({"role": "dsl", "first": "2026-11-24"}, {"name": "Bob Example"}),
    "cover-ended": ({"first": "2026-11-25"}, {}),
    "cards-printed": ({"printed_on": "2026-11-24", "first": 1, "last": 4, "essentials": "ict 1"}, {}),
    "person-added": ({"kind": "staff"}, {"name": "Cy Example"}),
    "person-changed": ({"fields": "role"}, {"name": "Cy Example"}),
    "person-left": ({"on": "2026-11-30"}, {"name": "Cy Example"}),
    "person-told-apart": ({"about": "unmatched", "answer": "same"}, {"name": "Cy Example", "known": "Cy Sample"}),
    "list-fault-meant": ({"fault": "gone", "since": "2026-12-02"}, {"list": "staff.csv"}),
    "staff-imported": ({"new": 3, "changed": 0, "left": 1}, {}),
    "erasure-proposed": ({"erasure": 1}, {"name": "Cy Example", "reason": "asked for"}),
    "erasure-withdrawn": ({"erasure": 1}, {"reason": "not so"}),
    "person-held": ({"person": 1}, {"name": "Cy Example", "reason": "a claim"}),
    "person-released": ({"person": 1}, {"name": "Cy Example", "reason": "it is settled"}),
    "left-trust": ({}, {"trust": "Vale Learning Trust"}),
    "link-ended": ({"ended": "ab" * 16}, {}),
    "link-revoked": ({}, {"name": "Cy Example"}),
    "link-key-renewed": ({"mails_dropped": 2}, {}),
    "ledger-key-renewed": ({}, {}),
    "mail-announced": ({"mails": 12}, {}),
    "mailing-open": ({"mailings": 1, "mails": 20}, {}),
    "mailing-paused": ({"mailings": 1, "mails": 20}, {}),
    "mailing-cancelled": ({"mailings": 1, "mails": 20}, {}),
    "mail-retried": ({"mails": 1}, {}),
    "mail-dropped": ({"mails": 1}, {"address": "cy@example.org"}),
    "mail-repeated": ({"message_id": "<1@example.org>"}, {}),
    "mail-released": ({"reasons": "older", "known_size": 3, "known_root_hash": "ab" * 32}, {}),
    "reader-report": ({"said": "done", "policy": "ict"}, {"person_id": "P1", "name": "Cy Example"}),
    "reader-report-settled": ({"said": "done", "answer": "asked-on"}, {"person_id": "P1", "name": "Cy Example"}),
    "sheet-held": ({"policy": "ict", "signed_on": "2026-11-20", "lines": 3}, {"held_by": "Cy Example"}),
    "evidence-pack": ({"at": "2026-11-24T09:00:00+00:00", "for": "school", "sha256": "a1" * 32}, {}),
    "register-restored": ({"made_at": "2026-11-23T02:00:00+00:00", "records": 7}, {}),
    "sign-in-link": ({"link": 1, "way": "mail"}, {"account": "cy@example.org", "for": "Cy Example"}),
    "sign-in-refused": ({"link": 1, "reason": "used-or-over"}, {}),
    "signed-in": ({"session": 1, "way": "mail", "second_step": "no"}, {"account": "cy@example.org"}),
    "second-step-code": ({"session": 1}, {}),
    "second-step-refused": ({"session": 1, "wrong": 1}, {}),
    "second-step": ({"session": 1, "way": "machine"}, {}),
    "session-ended": ({"session": 1, "because": "revoked"}, {}),
    "written-without-key": ({"from": 1, "to": 2}, {}),
    "accepted": ({"records": 2}, {"reason": "known"}),
}


@contextmanager
def every_kind() -> Iterator[Register]:
    """Yield a register with a record of each kind and heads by three keys, in memory or on the tests' server."""
    with open_memory_register(school_name="West Park School", time_zone="Europe/London") as register:
        with register.transaction() as tx:
            school, decision = register.school, Decision(tx, register.school, "Bea Office", NOW)
            acknowledge(tx, school, 1)
            for kind, (fields, words) in _PLAIN.items():
                decision.record(kind, fields, words=words)
            _rows(decision)
            ledger.sign_head(tx, school, FIRST_KEY, NOW)
            later = NOW + timedelta(days=1)
            ledger.sign_head(tx, school, SECOND_KEY, later, renewed=True, old_key=FIRST_KEY)
            ledger.sign_head(tx, school, THIRD_KEY, later, renewed=True)
        yield register


def _declare(tx: Transaction, school: str, person: int) -> None:
    """Let somebody say on their page that they have nothing to declare."""
    policy = policies.list_policies(tx, school)[0]
    statement = "I have taken no gift"
    (request,) = bulk.open_requests(
        tx,
        school,
        DECLARATION,
        [
            DeclarationRequest(
                person=person,
                engagement=None,
                declaration="gifts",
                name="Gifts",
                statement=statement,
                statement_sha256=hashlib.sha256(statement.encode()).hexdigest(),
                policy_id=policy.id,
                school_year=2026,
                asked_on=NOW.date(),
                due_on=NOW.date() + timedelta(days=14),
                opened_at=NOW,
            )
        ],
    )
    row = next(each for each in list_people(tx, school, NOW.date()) if each.id == person)
    record_own(tx, school, row, request, DeclarationAnswer.NOTHING, NOW)


def _rows(decision: Decision) -> None:
    """Add the rows that records stand for, with their records: approval, slip, declaration, corrections, erasure."""
    tx, school = decision.tx, decision.school
    version = next(iter(policies.versions_in_force(tx, school).values()))
    part = {**_TEXT, "on": NOW.date().isoformat(), "waiting": 1}
    add_approval(decision, version, body="Finance Committee", approved_on=NOW.date(), minute="4")
    decision.record("approved-in-part", part, words={"by": "Finance Committee", "minute": "4"})
    add_approval(decision, version, body="Governors", approved_on=NOW.date(), minute="7b")
    on: dict[str, Field] = {**_TEXT, "on": NOW.date().isoformat()}
    decision.record("approved", on, words={"by": "Governors", "minute": "7b"})
    person = tx.execute(select(schema.acknowledgement.c.person)).scalars().first()
    assert person is not None
    stack = cards.add_stack(
        tx,
        school,
        printed_on=NOW.date(),
        first_number=1,
        last_number=4,
        essentials=(),
        actor="Bea Office",
        now=NOW,
    )
    day = NOW.date().isoformat()
    position = decision.record(
        "card-signed", {"printed_on": day, "number": 2, "essentials": "", "signed_on": day}, words={"person_id": "P1"}
    )
    cards.add_slip(
        tx,
        school,
        stack=stack,
        number=2,
        person=person,
        signed_on=NOW.date(),
        entered_by="Bea Office",
        ledger_position=position,
        now=NOW,
    )
    _declare(tx, school, person)
    for kind in CorrectionKind:
        add_correction(decision, kind, 1, "not so", fields={"policy": "ict"}, words={"name": "Ann Example"})
    opening = schema.ledger_opening
    gone = tx.execute(select(opening.c.commitment).where(opening.c.value == "cy@example.org")).scalars().all()
    erase_openings(decision, gone, agreed_by="Cy Head", reason="asked for")
