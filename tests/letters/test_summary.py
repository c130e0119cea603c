"""Governors can have a summary once a term: previewed, off until it is switched on, and in one letter with the seal."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import policy
from pipeline.letters.contributors.summary import make_summary, summary_notices
from pipeline.model.mail import MailKind
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.policies.decisions.decide import Approval, approve_version
from pipeline.policies.decisions.due_dates import move_due
from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.policies.policies import set_version_status
from tests.letters.test_heads import CLERK, TERMS
from tests.letters.test_reminders import lived
from tests.school import MONDAY, School, at

ON = f'[governors]\nsummary = true\nclerk_email = "{CLERK}"\nmeetings = [2026-12-09, 2027-03-17]\n'
CHAIR = '[contacts.chair-of-governors]\nname = "Sam Chair"\nemail = "sam@example.org"\n'
SPRING = date(2027, 1, 5)


def opened(root: Path, toml: str) -> School:
    """A school with a policy approved this term, one moved, one late, and one in use that nobody has approved."""
    school = School(root, toml + TERMS)
    for title, due in (
        ("Attendance", "2027-08"),
        ("Lettings", "2026-12"),
        ("Visitors", "2026-08"),
        ("Parking", "2027-08"),
    ):
        first = school.add_policy(title, None)
        version = school.add_version(first.policy_id, RevisionKind.ADOPTED, title=title, due=due)
        if title == "Parking":
            with school.register.transaction() as tx:
                set_version_status(tx, version.id, VersionStatus.PENDING_APPROVAL)
    with school.register.transaction() as tx:
        decision = Decision(tx, school.key, "Jo Marsh", at(MONDAY))
        given = Approval(date(2026, 10, 14), "Full Governing Body", "7.2")
        approve_version(decision, "attendance", given, default_cycle_months=12, today=MONDAY)
        to, why = date(2027, 2, 26), "waits for the new guidance"
        move_due(decision, "lettings", to=to, reason=why, config=school.config, today=MONDAY)
        ledger.sign(tx, school.key, ledger_key_path(root), at(MONDAY))
    return school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened(tmp_path, ON) as one:
        yield one


def days(school: School, *on: str) -> list[tuple[str, str]]:
    lived_on = [(day, lived(school, date.fromisoformat(day), date.fromisoformat(day))) for day in on]
    return [
        (day, letter.address) for day, letters in lived_on for _, letter in letters if MailKind.SUMMARY in letter.kinds
    ]


def mail_to(root: Path, name: str) -> EmailMessage:
    [path] = (root / "distribution" / "outbox").glob(f"*{name}*.eml")
    read = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return read


def words(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def test_the_clerk_has_one_a_term_and_what_was_missed_is_caught_up_once(school: School) -> None:
    on = ("2026-11-21", "2026-11-23", "2026-11-24", "2026-12-22", "2027-01-05", "2027-01-06")
    assert days(school, *on) == [("2026-11-23", CLERK), ("2027-01-05", CLERK)]


def test_it_says_what_was_reviewed_is_late_due_moved_or_waits_in_text_and_html_and_names_no_reader(
    school: School,
) -> None:
    school.add_person("Lee")
    days(school, "2026-11-23")
    mail = mail_to(school.root, "clerk")
    assert "how the policies stand, for the governors (23 November 2026)" in str(mail["Subject"])
    for kind in ("plain", "html"):
        said = words(mail, kind)
        assert "Attendance: approved by Full Governing Body on 14 October 2026, minute 7.2" in said
        assert "Visitors: was due on 31 August 2026, 3 months late. The meeting on 9 December is the next" in said
        assert "moved on 23 November 2026 to 26 February 2027: waits for the new guidance." in said
        assert "Parking. It is in use since 23 November 2026 and nobody has approved it yet." in said
        assert "Lee" not in said
    assert "Lettings: 26 February" not in words(mail), "it is due after the holidays now"


def test_what_the_first_of_two_bodies_approved_is_not_said_to_be_reviewed(school: School) -> None:
    with school.register.transaction() as tx:
        decision = Decision(tx, school.key, "Jo Marsh", at(MONDAY))
        given = Approval(date(2024, 10, 14), "Full Governing Body")
        approve_version(decision, "attendance", given, default_cycle_months=12, today=MONDAY)
        given = Approval(date(2026, 10, 15), "Full Governing Body")
        approve_version(decision, "attendance", given, default_cycle_months=12, today=MONDAY)
        part = [replace(one, partly_approved_by=("Full Governing Body",)) for one in school.standings()]
        reviewed = make_summary(tx, school.key, school.config, part, MONDAY).parts[0].lines
    assert reviewed == (
        "Attendance: approved by Full Governing Body on 14 October 2026, minute 7.2",
        "Attendance: approved by Full Governing Body on 15 October 2026; another body has still to approve it",
    )


def test_it_goes_with_the_seal_in_one_letter(tmp_path: Path) -> None:
    with opened(tmp_path, ON.replace("summary = true", "summary = true\nheads = true")) as school:
        letters = [letter for _, letter in lived(school, MONDAY, MONDAY) if letter.address == CLERK]
        assert [letter.kinds for letter in letters] == [(MailKind.SUMMARY, MailKind.HEAD)]
        said = words(mail_to(tmp_path, "clerk"))
        assert "HOW THE POLICIES STAND" in said
        assert "policy ledger verify --head" in said


@pytest.mark.parametrize(
    ("toml", "to"),
    [
        (ON.replace("summary = true", "summary = false"), []),
        (ON.replace(CLERK, ""), []),
        (ON.replace(CLERK, "") + CHAIR, [("2026-11-23", "sam@example.org")]),
    ],
)
def test_it_goes_to_nobody_unless_wanted_and_to_the_chair_without_a_clerk(
    tmp_path: Path, toml: str, to: list[tuple[str, str]]
) -> None:
    with opened(tmp_path, toml) as school:
        assert days(school, "2026-11-23", "2026-11-24") == to
        notices = summary_notices(school.config, MONDAY)
        assert bool(notices) is ("summary = true" in toml and not to)


def test_the_letter_is_looked_at_before_it_is_switched_on(tmp_path: Path) -> None:
    with opened(tmp_path, ON.replace("summary = true", "summary = false")) as school:
        before = school.messages()
    arguments = ["--workspace", str(tmp_path), "--today", MONDAY.isoformat(), "summary"]
    shown = CliRunner().invoke(policy, arguments, catch_exceptions=False)
    assert shown.exit_code == 0, shown.output
    assert f"To: {CLERK}" in shown.output
    assert "Attendance: approved by Full Governing Body" in shown.output
    assert "It is not switched on" in shown.output
    out = tmp_path / "summary.html"
    assert CliRunner().invoke(policy, [*arguments, "--out", str(out)]).exit_code == 0
    assert "<h2" in out.read_text(encoding="utf-8")
    with School(tmp_path, ON + TERMS) as school:
        assert school.messages() == before
        days(school, "2026-11-23")
        body = words(mail_to(tmp_path, "clerk")).partition("[Ref")[0]
    at_a_look = " ".join(shown.output.split())
    begins = body.index("HOW THE POLICIES STAND")
    assert body[begins : body.index("You get this mail")] in at_a_look, "the same letter, word for word"
