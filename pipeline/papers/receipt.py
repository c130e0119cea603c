"""Set the receipt of one reading, for its reader to keep: which policy, which version, when and how it was recorded.

Asked for by the reader's own page. It says what was recorded, and not that anybody understood.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path

from pipeline.contacts.safety_lines import SafetyLines
from pipeline.model.readings import AcknowledgementMethod
from pipeline.pages.pdf import unbroken
from pipeline.papers.setting import set_paper
from pipeline.policies.version_labels import VersionLabel
from pipeline.register.policies.policies import list_policies
from pipeline.register.readings.requests import AcknowledgementRow, list_acknowledgements
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_moment

_HOW = {
    AcknowledgementMethod.PAGE: "By you, on your own page",
    AcknowledgementMethod.PAPER: "On a signed sheet, entered by the school",
    AcknowledgementMethod.FORM: "On the school’s form",
    AcknowledgementMethod.REPLY: "By your reply to the mail",
    AcknowledgementMethod.SESSION: "At a training session, entered by the school",
    AcknowledgementMethod.BASELINE: "Taken over from the school’s earlier list",
    AcknowledgementMethod.ELSEWHERE: "At another school of the trust, for both",
}


@dataclass(frozen=True, slots=True)
class ReceiptSubject:
    """The reading that a receipt is of."""

    title: str
    """Of the policy."""
    version: str
    """What the version is called; empty where that is not known."""
    acknowledgement: AcknowledgementRow


@dataclass(frozen=True, slots=True)
class ReceiptOrder:
    """What a receipt is made with."""

    school: str
    reader: str
    """As the receipt calls its reader."""
    safety: SafetyLines
    """Of today."""
    today: date
    zone: tzinfo
    templates: Path


def find_receipt(
    tx: Transaction, school: str, labels: Mapping[int, VersionLabel], person: int, key: str
) -> ReceiptSubject | None:
    """Return the reading of ``person`` with the register's ``key``; None where it is nobody's, or another's.

    ``labels``: what each version is called, by the register's key. What was recorded in error has no receipt.
    """
    given = {str(row.id): row for row in list_acknowledgements(tx, school, person=person)}
    if (row := given.get(key)) is None:
        return None
    title = next(policy.title for policy in list_policies(tx, school) if policy.id == row.policy_id)
    label = labels.get(row.version_id)
    return ReceiptSubject(title, label.text if label is not None else "", row)


def make_receipt(subject: ReceiptSubject, order: ReceiptOrder) -> bytes:
    """Return the receipt as PDF/UA-1 and PDF/A-2a.

    Raises:
        RenderError: the template ``papers/receipt.typ`` cannot be used.
    """
    given = subject.acknowledgement
    at = given.acknowledged_at.astimezone(order.zone)
    # For paper and other lists only the day is known.
    when = say_moment(at) if given.method in _TO_THE_MINUTE else say_day(at.date())
    is_elsewhere = given.method is AcknowledgementMethod.ELSEWHERE and given.entered_by
    rows = [
        ("Policy", subject.title),
        ("Version", subject.version or "not known"),
        ("Read by", order.reader),
        ("Recorded for", when),
        ("How", f"At {given.entered_by}, for both schools" if is_elsewhere else _HOW[given.method]),
        ("Number in the school’s records", str(given.ledger_position)),
    ]
    fields = {
        "title": f"Receipt: {subject.title}",
        "school": order.school,
        "safety": unbroken(order.safety.child),
        "safety_others": unbroken(order.safety.others),
        "contacts": [],
        "enter": "",
        "rows": [{"label": label, "value": value} for label, value in rows],
        "foot": f"{order.school} · printed {say_day(order.today)}; whom to turn to is as of that day.",
    }
    return set_paper("receipt.typ", fields, order.today, order.templates)


_TO_THE_MINUTE = frozenset({AcknowledgementMethod.PAGE, AcknowledgementMethod.REPLY})
