"""Carry out what an owner answered in ``policy review``: each answer with its reason and day, in the ledger too."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pipeline.errors import UsageError
from pipeline.policies.decisions.decide import issue_draft, keep_decision, set_facts
from pipeline.policies.decisions.decided import Decided
from pipeline.policies.decisions.typed import checked
from pipeline.policies.intake.duplicates import FILE
from pipeline.policies.intake.standings import DUPLICATE, OWN_POLICY, PRIMARY, READ_AGAIN
from pipeline.policies.owners import say_nobody_reached
from pipeline.policies.questions import (
    KEEP,
    OTHER,
    OWN,
    RELEASE,
    STATUS_DIFFERS,
    STATUS_HELD,
    STATUS_PUT_AWAY,
    WITHDRAW,
    Question,
)
from pipeline.reasons.reason import because
from pipeline.register.decision import Decision
from pipeline.register.policies import policies as rows
from pipeline.register.policies.policies import PolicyRow, SourceFile, get_policy
from pipeline.wording import say_count, say_list


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
    if question.owners is not None and not question.owners.is_role_or_person(value):
        raise UsageError(
            f"{value!r} is no role or person that is known here. Choose a number, or write a role such as Business "
            "Manager, a colleague's first and last name as in the staff list, or an e-mail address."
        )


def settle(decision: Decision, question: Question, value: str, *, reason: str, today: date) -> Decided:
    """Carry out the answer to one question.

    Raises:
        UsageError: when ``value`` does not answer it, the reason is empty, or what it was about is no longer there.
    """
    check_answer(question, value, today)
    if not reason.strip():
        raise UsageError("Say why; it is kept with the answer.")
    if question.status == STATUS_HELD and value == RELEASE:
        return issue_draft(decision, question.slug, kind=None, reason=reason.strip(), today=today)
    if question.field.startswith(FILE):
        return _settle_file(decision, question, value, reason.strip(), today)
    # An owner was held against the school's own book of roles and people, and the choices are from documents.
    known = (value,) if question.owners is not None or any(one.value == value for one in question.choices) else ()
    assignments = [f"{question.field}={value}"]
    return set_facts(decision, question.slug, assignments, reason=reason, today=today, known=known)


def settle_all(decision: Decision, questions: Sequence[Question], value: str, *, reason: str, today: date) -> str:
    """Carry out one answer to one or several questions of one kind, to all or none; say what was decided.

    Raises:
        UsageError: when ``value`` does not answer one of them, or the reason is empty.
    """
    decided = [settle(decision, question, value, reason=reason, today=today) for question in questions]
    if len(decided) == 1:
        return decided[0].message
    label = next((choice.label for choice in questions[0].choices if choice.value == value), value)
    titles = say_list([question.title for question in questions])
    return f"{say_count(len(questions), 'policy', 'policies')}: {label}. It is kept for {titles}."


def say_unreached(question: Question, value: str) -> str:
    """Return what to do about an owner whom no reminder reaches; empty where one does, or none was asked for."""
    if question.owners is None or not value or question.owners.is_reached(value):
        return ""
    return say_nobody_reached(value)


def _settle_file(decision: Decision, question: Question, value: str, reason: str, today: date) -> Decided:
    policy = get_policy(decision.tx, decision.school, question.slug)
    files = rows.list_source_files(decision.tx, decision.school)
    file = files.get(question.field.removeprefix(FILE))
    if file is None or file.policy_id != policy.id:
        raise UsageError(f"{question.where} is no longer known as a file of {policy.title}; look again.")
    if question.status == STATUS_PUT_AWAY and value == WITHDRAW:
        return set_facts(decision, policy.slug, ["withdrawn=yes"], reason=reason, today=today)
    if question.status == STATUS_DIFFERS and value == OWN:
        return _make_own(decision, policy, file, reason)
    if question.status == STATUS_DIFFERS and value == OTHER:
        return _prefer(decision, policy, file, files, reason)
    keep_decision(decision, policy, question.field, file.sha256, reason)
    said = "is set aside" if value == KEEP and question.status == STATUS_DIFFERS else "stays in use"
    return Decided(policy.slug, policy.title, f"{file.path} {said} until it changes.")


def _make_own(decision: Decision, policy: PolicyRow, file: SourceFile, reason: str) -> Decided:
    """Let a second file be a policy of its own: the next run reads it and takes it into the register as one."""
    row = replace(file, standing=OWN_POLICY, sha256=READ_AGAIN, facts=None)
    rows.save_source_file(decision.tx, decision.school, row, decision.now)
    keep_decision(decision, policy, f"own:{file.path}", file.sha256, reason)
    return Decided(
        policy.slug, policy.title, f"{file.path} is a policy of its own; the next run takes it into the register."
    )


def _prefer(
    decision: Decision, policy: PolicyRow, file: SourceFile, files: dict[str, SourceFile], reason: str
) -> Decided:
    """Make another file the one that counts; both are read again at the next run, its text comes as a draft."""
    for other in files.values():
        if other.policy_id == policy.id and other.standing == PRIMARY:
            row = replace(other, standing=DUPLICATE, sha256=READ_AGAIN)
            rows.save_source_file(decision.tx, decision.school, row, decision.now)
    row = replace(file, standing=PRIMARY, sha256=READ_AGAIN, facts=None, same_words=None)
    rows.save_source_file(decision.tx, decision.school, row, decision.now)
    keep_decision(decision, policy, f"counts:{file.path}", file.sha256, reason)
    return Decided(
        policy.slug,
        policy.title,
        because("file-counts", path=file.path, slug=policy.slug),
    )
