"""Once a term the clerk is mailed the ledger's newest head, by which a later rewriting shows; nobody else ever is."""

import email
import email.policy
import shutil
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline.cli import run_command
from pipeline.config import GovernorsSection
from pipeline.dates.calendar import term_of
from pipeline.letters.contributors.ledger_heads import head_notices
from pipeline.model.mail import MailKind
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.mail.outbox import cancel_messages
from pipeline.register.mail.told import ToldOutcome, settle_told
from tests.letters.test_reminders import lived
from tests.school import MONDAY, School, at

CLERK = "clerk@example.org"
TERMS = """
[calendar]
closed = ["2026-12-21..2027-01-04"]
terms = ["2026-09-01..2026-12-18", "2027-01-05..2027-03-25"]
"""
HEADS = f'[governors]\nheads = true\nclerk_email = "{CLERK}"\n'
SPRING = date(2027, 1, 5)


def _opened(root: Path, toml: str = HEADS + TERMS, *, numbers: tuple[int, ...] = (1, 2, 3)) -> School:
    school = School(root, toml)
    with school.register.transaction() as tx:
        for number in numbers:
            ledger.append(tx, school.key, "reaffirmed", {"number": number}, now=at(MONDAY))
        ledger.sign(tx, school.key, ledger_key_path(root), at(MONDAY))
    return school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with _opened(tmp_path) as opened:
        yield opened


def _days(school: School, *days: str) -> list[str]:
    """On which of these days, on each of which the program ran, a head was mailed."""
    lived_on = [(day, lived(school, date.fromisoformat(day), date.fromisoformat(day))) for day in days]
    return [day for day, letters in lived_on for _, letter in letters if letter.kind is MailKind.HEAD]


def test_the_clerk_has_one_mail_a_term_and_what_was_missed_is_caught_up_once(school: School) -> None:
    days = ("2026-11-21", "2026-11-23", "2026-11-24", "2026-12-18", "2026-12-22", "2027-01-02", "2027-01-05")
    assert _days(school, *days, "2027-01-06", "2027-03-25", "2027-03-26") == ["2026-11-23", "2027-01-05"]
    assert {mail.recipient for mail in school.messages()} == {CLERK}


def test_a_term_whose_first_day_was_moved_brings_no_second_mail(tmp_path: Path) -> None:
    with _opened(tmp_path) as school:
        assert _days(school, "2026-11-23", "2027-01-05") == ["2026-11-23", "2027-01-05"]
    with School(tmp_path, HEADS + TERMS.replace("2027-01-05..", "2027-01-07..")) as school:
        assert _days(school, "2027-01-06", "2027-01-07", "2027-01-11") == []


def test_one_that_was_cancelled_goes_again_and_one_that_came_back_only_to_another_address(tmp_path: Path) -> None:
    with _opened(tmp_path) as school:
        school.plan(MONDAY)
        with school.register.transaction() as tx:
            [mail] = school.messages()
            cancel_messages(tx, school.key, (mail.id,), "it was for an earlier day or address", at(MONDAY))
        assert _days(school, "2026-11-24", "2026-11-25") == ["2026-11-24"]
        with school.register.transaction() as tx:
            settle_told(tx, school.key, [school.messages()[-1].id], ToldOutcome.BOUNCED, at(MONDAY))
        assert _days(school, "2026-11-26") == []
    with School(tmp_path, HEADS.replace("clerk@", "new.clerk@") + TERMS) as school:
        assert _days(school, "2026-11-27", "2026-11-30") == ["2026-11-27"]


@pytest.mark.parametrize("toml", [HEADS.replace("true", "false"), HEADS.replace(CLERK, "")])
def test_nothing_goes_where_it_is_not_wanted_or_there_is_no_clerk(tmp_path: Path, toml: str) -> None:
    with _opened(tmp_path, toml + TERMS) as school:
        assert _days(school, "2026-11-23", "2026-11-24") == []
        assert bool(head_notices(school.config.governors)) is ("true" in toml)
    assert head_notices(GovernorsSection()) == ()


def test_terms_are_the_calendars_own_and_the_usual_ones_where_it_has_none_of_the_year() -> None:
    terms = [(date(2026, 9, 1), date(2026, 12, 18)), (SPRING, date(2027, 3, 25))]
    assert term_of(MONDAY, terms) == terms[0]
    assert term_of(date(2026, 12, 22), terms) is None
    assert term_of(date(2027, 9, 3), terms) == (date(2027, 9, 1), date(2027, 12, 31))


def _mail(root: Path) -> tuple[Path, EmailMessage]:
    [path] = (root / "distribution" / "outbox").glob("*clerk*.eml")
    read = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return path, read


def _verify(root: Path, head: Path) -> int:
    return run_command(["--workspace", str(root), "ledger", "verify", "--head", str(head)])


def test_what_was_saved_of_the_mail_agrees_with_the_ledger_until_that_is_made_anew(tmp_path: Path) -> None:
    root, kept = tmp_path / "school", tmp_path / "kept"
    with _opened(root) as school:
        lived(school, MONDAY, MONDAY)
    path, mail = _mail(root)
    [attached] = list(mail.iter_attachments())
    content = attached.get_content()
    kept.mkdir()
    saved = {
        "head.txt": content.encode(),
        "by a gateway.txt": content.replace("\n", "\r\n").encode(),
        "mail.eml": path.read_bytes(),
        "words.txt": str(mail.get_body(("plain",)).get_content()).encode(),  # type: ignore[union-attr]
    }
    for name, each in saved.items():
        (kept / name).write_bytes(each)
        assert _verify(root, kept / name) == 0, name

    shutil.rmtree(root / ".secrets")
    for each in (root / "distribution").glob("register*"):
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    with _opened(root, numbers=(1, 2, 4, 5)):
        pass
    assert run_command(["--workspace", str(root), "ledger", "verify"]) == 0
    assert [name for name in saved if _verify(root, kept / name) != 6] == []


def test_the_mail_says_in_words_what_it_is_for(school: School) -> None:
    lived(school, MONDAY, MONDAY)
    _, mail = _mail(school.root)
    [attached] = list(mail.iter_attachments())
    assert (attached.get_content_type(), attached.get_filename()) == ("text/plain", "ledger-head-2026-11-23.txt")
    for kind in ("plain", "html"):
        words = mail.get_body((kind,)).get_content()  # type: ignore[union-attr]
        for said in ("the seal over the 3 records", "23 November 2026", "policy ledger verify --head ledger-head-2026"):
            assert said in " ".join(words.split()), kind
        assert "Pat Marsh" in words
