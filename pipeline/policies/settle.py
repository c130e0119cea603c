"""Carry out what an owner answered in ``policy review``: each answer with its reason and day, in the ledger too."""

from dataclasses import replace
from datetime import date, datetime

from pipeline.errors import UsageError
from pipeline.policies.decide import Decision, checked, get_policy, issue_draft, keep_decision, set_facts
from pipeline.policies.duplicates import DUPLICATE
from pipeline.policies.questions import (
    KEEP,
    OTHER,
    RELEASE,
    STATUS_DIFFERS,
    STATUS_HELD,
    STATUS_PUT_AWAY,
    WITHDRAW,
    Question,
)
from pipeline.policies.record import PRIMARY, READ_AGAIN
from pipeline.register import policies as rows
from pipeline.register.database import Transaction
from pipeline.register.policies import PolicyRow, SourceFile

_FILE = "file:"


def check_answer(question: Question, value: str, today: date) -> None:
    """Make sure that ``value`` answers ``question`` as of ``today``.

    Raises:
        UsageError: saying what would.
    """
    if any(choice.value == value for choice in question.choices):
        return
    if not question.takes_value:
        raise UsageError("Choose one of the numbers.")
    if not value:
        raise UsageError("Type a value, or leave the question for later.")
    checked(f"{question.field}={value}", today)


def settle(
    tx: Transaction, school: str, question: Question, value: str, *, reason: str, today: date, now: datetime
) -> Decision:
    """Carry out the answer to one question.

    Raises:
        UsageError: when ``value`` does not answer it, the reason is empty, or what it was about is no longer there.
    """
    check_answer(question, value, today)
    if not reason.strip():
        raise UsageError("Say why; it is kept with the answer.")
    if question.status == STATUS_HELD and value == RELEASE:
        return issue_draft(tx, school, question.slug, kind=None, reason=reason.strip(), today=today, now=now)
    if question.field.startswith(_FILE):
        return _settle_file(tx, school, question, value, reason.strip(), today, now)
    return set_facts(tx, school, question.slug, [f"{question.field}={value}"], reason=reason, today=today, now=now)


def _settle_file(
    tx: Transaction, school: str, question: Question, value: str, reason: str, today: date, now: datetime
) -> Decision:
    policy = get_policy(tx, school, question.slug)
    files = rows.list_source_files(tx, school)
    file = files.get(question.field.removeprefix(_FILE))
    if file is None or file.policy_id != policy.id:
        raise UsageError(f"{question.where} is no longer known as a file of {policy.title}; look again.")
    if question.status == STATUS_PUT_AWAY and value == WITHDRAW:
        return set_facts(tx, school, policy.slug, ["withdrawn=yes"], reason=reason, today=today, now=now)
    if question.status == STATUS_DIFFERS and value == OTHER:
        return _prefer(tx, school, policy, file, files, reason, now)
    keep_decision(tx, school, policy, question.field, file.sha256, reason, now)
    said = "is set aside" if value == KEEP and question.status == STATUS_DIFFERS else "stays in use"
    return Decision(policy.slug, policy.title, f"{file.path} {said} until it changes.")


def _prefer(
    tx: Transaction,
    school: str,
    policy: PolicyRow,
    file: SourceFile,
    files: dict[str, SourceFile],
    reason: str,
    now: datetime,
) -> Decision:
    """Make another file the one that counts; both are read again at the next run, its text comes as a draft."""
    for other in files.values():
        if other.policy_id == policy.id and other.standing == PRIMARY:
            row = replace(other, standing=DUPLICATE, sha256=READ_AGAIN)
            rows.save_source_file(tx, school, row, now)
    row = replace(file, standing=PRIMARY, sha256=READ_AGAIN, facts=None, same_words=None)
    rows.save_source_file(tx, school, row, now)
    keep_decision(tx, school, policy, f"counts:{file.path}", file.sha256, reason, now)
    return Decision(
        policy.slug,
        policy.title,
        f"{file.path} counts from now on. The next run compares it with the text in use: if more than dates or "
        f"contacts differ, it waits for 'policy issue {policy.slug}'.",
    )
