"""A look ahead writes nothing, says the same each time, and tells what waits for a word."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import policy
from pipeline.config import load_config
from pipeline.errors import UsageError
from pipeline.model.documents import DocumentFormat
from pipeline.model.mail import MailKind
from pipeline.register.cached_answers import keep_answers, kept, kept_by_person
from pipeline.register.mail.campaigns import CampaignState, add_campaign
from pipeline.register.mail.letter_bodies import NewBody, add_body
from pipeline.register.mail.outbox import NewMessage, add_messages
from pipeline.register.people.persons import list_people
from pipeline.register.policies.contents import find_damaged_content, save_content
from pipeline.register.store.counter import hold_mail
from pipeline.register.store.database import Register, open_memory_register, open_register
from pipeline.register.store.marks import HoldReason
from pipeline.run import run_pipeline
from pipeline.simulation.calendar import groups_of, say_assumptions, say_waiting, say_whole
from pipeline.simulation.days_to_come import MOST_YEARS, check_until, simulate
from pipeline.simulation.look_ahead import Simulation
from tests.policies.folders import policy_text
from tests.school import School

MONDAY = date(2026, 11, 23)
SMTP = """
[mail]
route = "smtp"
host = "127.0.0.1"
port = 9
security = "none"
from = "office@example.org"
confirm_above = 2
"""
SURNAMES = ("Lee", "Day", "Marsh", "Noor", "Ash", "Hill")


def workspace(root: Path, settings: str = "", *, staff: int = 4) -> Path:
    """Lay out a school with one policy to sign and some staff, that has not run yet."""
    (root / "policies").mkdir(parents=True)
    text = policy_text("Child Protection Policy", school="Hill School", review="January 2027")
    (root / "policies" / "child-protection.txt").write_text(text, encoding="utf-8")
    rows = [
        f"P{number},Kim,{name},{name.lower()}@example.org,Teacher,," for number, name in enumerate(SURNAMES[:staff])
    ]
    headings = "person_id,first_name,last_name,work_email,role,start_date,leave_date"
    (root / "staff.csv").write_text("\n".join([headings, *rows, ""]), encoding="utf-8")
    contact = '[contacts.dsl]\nname = "Pat Marsh"\npronoun = "she"\nphone = "01632 960101"\n'
    owner = '[people.roles]\n"Business Manager" = "manager@example.org"\n[backup]\nkeep = 0\n'
    (root / "config.toml").write_text(f'[school]\nname = "Hill School"\n{contact}{owner}{settings}', encoding="utf-8")
    return root


def look(root: Path, days: int, *, first: date = MONDAY, confirms: bool = True) -> Simulation:
    """Look ahead from the morning of a day."""
    now = datetime(first.year, first.month, first.day, 9, tzinfo=UTC)
    until = first + timedelta(days=days - 1)
    return simulate(load_config(root / "config.toml"), until=until, today=first, now=now, environ={}, confirms=confirms)


def call(root: Path, *arguments: str, today: date = MONDAY) -> Result:
    """Run a command in a workspace."""
    return CliRunner().invoke(policy, ["--workspace", str(root), "--today", today.isoformat(), *arguments])


def files_of(root: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file with when it was changed and what is in it."""
    found = [path for path in root.rglob("*") if path.is_file()]
    return {str(path.relative_to(root)): (path.stat().st_mtime_ns, path.read_bytes()) for path in found}


# --- nothing is written ------------------------------------------------------------------------------------------


def test_nothing_in_the_workspace_changes_before_the_first_run_and_behind_it(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w")
    before = files_of(root)
    assert len(list(look(root, 12).mails)) == 10
    assert files_of(root) == before
    run_pipeline(load_config(root / "config.toml"), today=MONDAY, now=datetime(2026, 11, 23, 9, tzinfo=UTC), environ={})
    before = files_of(root)
    later = look(root, 11, first=MONDAY + timedelta(days=1))
    assert {mail.kind for mail in later.mails} == {MailKind.REMINDER, MailKind.OWNER}
    assert files_of(root) == before


def test_a_workspace_as_it_is_laid_out_has_nothing_to_send(tmp_path: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(policy, ["init", str(tmp_path / "w"), "--school", "Hill School"]).exit_code == 0
    said = call(tmp_path / "w", "simulate", "--until", "2026-12-31", "--json")
    assert (said.exit_code, said.stdout) == (0, "")
    words = call(tmp_path / "w", "simulate", "--until", "2026-12-31").stdout
    assert "From 23 November 2026 until 31 December 2026, no mail would go." in words
    assert not (tmp_path / "w" / "distribution" / "register.sqlite3").exists()


# --- what it says ------------------------------------------------------------------------------------------------


def test_what_is_open_and_a_new_edition_are_shown_on_their_days(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", "[review]\noverdue_every_days = 60\n", staff=1)
    text = policy_text("Child Protection Policy", school="Hill School", last="August 2025", review="August 2026")
    (root / "policies" / "child-protection.txt").write_text(text, encoding="utf-8")
    mails = [mail for mail in look(root, 15).mails if mail.to == "manager@example.org"]
    found = [(mail.on, mail.kinds, mail.slugs) for mail in mails]
    told, week, mine = (MailKind.OWNER, MailKind.GUIDANCE), timedelta(days=7), ("child-protection",)
    assert found == [
        (MONDAY, told, mine),
        (MONDAY + week, (MailKind.OPEN,), mine),
        (MONDAY + 2 * week, (MailKind.OPEN,), mine),
    ]


@pytest.mark.slow
def test_two_looks_print_the_same_bytes_whatever_the_hour_and_the_hashes(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w")
    outputs = set()
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "pipeline", "--workspace", str(root), "--today", "2026-11-23"]
        done = subprocess.run(
            [*command, "simulate", "--until", "2026-12-20", "--json"],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1


def test_each_mail_is_a_line_of_json_with_a_bare_address(tmp_path: Path) -> None:
    said = call(workspace(tmp_path / "w", staff=1), "simulate", "--until", "2026-12-05", "--json")
    assert said.exit_code == 0
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    assert lines[0] == {
        "date": "2026-11-23",
        "to": "lee@example.org",
        "kind": "reading",
        "kinds": ["reading"],
        "subject": "Hill School: please read Child Protection Policy by 7 December 2026",
        "policies": ["Child Protection Policy"],
        "slugs": ["child-protection"],
    }
    assert [(line["date"], line["to"], line["kind"]) for line in lines[1:]] == [
        ("2026-11-23", "manager@example.org", "owner"),
        ("2026-12-02", "lee@example.org", "reminder"),
        ("2026-12-02", "manager@example.org", "owner"),
    ]


def test_the_office_reads_days_with_what_goes_to_whom(tmp_path: Path) -> None:
    words = call(workspace(tmp_path / "w"), "simulate", "--until", "2026-12-05").stdout
    assert "This is as if nobody did anything from now on" in words
    assert "\nMonday 23 November 2026\n  4 people: policies to read: Child Protection Policy\n" in words
    assert "Tuesday 24 November 2026" not in words


def test_a_letter_of_every_kind_has_its_words() -> None:
    from pipeline.simulation.calendar import _KINDS

    assert set(_KINDS) == set(MailKind)


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (date(2026, 11, 22), "22 November 2026 is over; a look ahead goes until today, 23 November 2026, or a later"),
        (date(2031, 11, 24), "24 November 2031 is too far ahead: .* goes until 23 November 2031 at most"),
    ],
)
def test_a_look_back_and_one_too_far_ahead_are_refused_in_words(until: date, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        check_until(until, MONDAY)


def test_today_alone_and_a_leap_day_can_be_looked_at() -> None:
    check_until(MONDAY, MONDAY)
    check_until(date(2032, 2, 29), date(2028, 2, 29))
    with pytest.raises(UsageError):
        check_until(date(2028 + MOST_YEARS, 3, 1), date(2028, 2, 29))


# --- what waits for a word ---------------------------------------------------------------------------------------


def test_a_mailing_that_waits_is_taken_as_confirmed_and_that_is_said(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", SMTP)
    found = look(root, 1)
    (day,) = found.days
    assert [one.people for one in day.waiting] == [4]
    assert Counter(mail.kind for mail in day.mails) == {MailKind.READING: 4, MailKind.OWNER: 1}
    assert "waits for a confirmation from this day on" in say_waiting(day.waiting, confirmed=True)[0]
    assert "taken to be confirmed" in say_assumptions(found, "smtp")[1]
    assert "The terms of the school year of 23 November 2026 are not in config.toml" in str(found.notices[0])


def test_a_mailing_that_nobody_confirms_does_not_go_and_keeps_nothing_else(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", SMTP)
    found = look(root, 20, confirms=False)
    assert {mail.kind for mail in found.mails} == {MailKind.OWNER}
    assert [one.people for day in found.days for one in day.waiting] == [4]
    words = call(root, "simulate", "--until", "2026-11-24", "--unconfirmed").stdout
    assert "Nobody confirms a mailing, so none that waits for that goes." in words


def test_mail_that_is_held_or_paused_is_told_of(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", f'{SMTP}[calendar]\nterms = ["2026-09-01..2026-12-18"]\n')
    config = load_config(root / "config.toml")
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    with open_register(
        config.register_.url, root=root, school_name="Hill School", time_zone="Europe/London"
    ) as register:
        with register.transaction() as tx:
            hold_mail(tx, register.school, HoldReason.RESTORED, now)
        held = look(root, 1)
        assert len(list(held.mails)) == 5
        assert "Here it is taken to go from the first day on." in str(held.notices[0])
        assert not list(look(root, 1, confirms=False).mails)
        with register.transaction() as tx:
            key = add_campaign(tx, register.school, "smtp", CampaignState.PAUSED, now)
        put_mail_into(register, key)
    assert "Mail to 1 person is paused, and stays so here." in look(root, 1).notices


def put_mail_into(register: Register, mailing: int) -> None:
    """Put a mail to somebody into a mailing."""
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    with register.transaction() as tx:
        body = add_body(tx, register.school, NewBody("Words", "<p>Words</p>", (), None, None))
        message = NewMessage(
            key="k", kind=MailKind.READING, person=None, recipient="lee@example.org", subject="Read", body=body,
            message_id="<a@example.org>", due_on=MONDAY, route="smtp", campaign=mailing,
        )  # fmt: skip
        add_messages(tx, register.school, [message], now)


def test_a_mail_service_takes_so_many_a_day_and_the_rest_goes_on_the_next(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", f"{SMTP}per_day = 3\n", staff=6)
    found = look(root, 8)
    asked = Counter(mail.on for mail in found.mails if mail.kind is MailKind.READING)
    assert asked == {MONDAY: 3, MONDAY + timedelta(days=1): 3}


def test_who_sees_no_names_is_told_how_many_and_never_of_few(tmp_path: Path) -> None:
    found = look(workspace(tmp_path / "w", staff=4), 12)
    groups = [group for day in found.days for group in groups_of(day)]
    assert {group.who(names=False) for group in groups} == {"4 people", "A few people"}
    assert "manager@example.org" in {group.who(names=True) for group in groups}
    assert say_whole(found).startswith("From 23 November 2026 until 4 December 2026, ")


# --- interrupted -------------------------------------------------------------------------------------------------


@pytest.fixture
def can_interrupt() -> Iterator[None]:
    """Let SIGINT interrupt what is started: in the background a shell has it ignored, and that is inherited."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.usefixtures("can_interrupt")
def test_interrupted_it_ends_with_130_and_leaves_nothing(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w")
    # So many that it is at work for minutes, on a fast computer too.
    with (root / "staff.csv").open("a", encoding="utf-8") as people:
        people.writelines(f"X{number},Kim,Reader{number},x{number}@example.org,Teacher,,\n" for number in range(500))
    before = files_of(root)
    command = [sys.executable, "-m", "pipeline", "--workspace", str(root), "simulate", "--until"]
    until = (datetime.now(UTC).date() + timedelta(days=1500)).isoformat()
    with subprocess.Popen([*command, until], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as going:
        time.sleep(6)
        # Pressed until it is over: what Python is told while it clears a weak reference it ignores.
        while going.poll() is None:
            going.send_signal(signal.SIGINT)
            time.sleep(0.02)
        out, err = going.communicate()
    assert (going.returncode, out, err.count(b"Interrupted.")) == (130, b"", 1), err
    assert files_of(root) == before


# --- what is kept between two days -------------------------------------------------------------------------------


def test_an_answer_is_kept_until_a_table_that_it_rests_on_is_written() -> None:
    asked = []
    with open_memory_register(school_name="Hill School", time_zone="Europe/London") as register:
        keep_answers(register)

        def ask() -> int:
            asked.append(1)
            return len(asked)

        def answer() -> int:
            with register.reading() as tx:
                return kept(tx, "count", ("person", "engagement"), ask)

        assert [answer(), answer()] == [1, 1]
        with register.transaction() as tx:
            tx.exec_driver_sql("UPDATE school SET name = 'Dale School'")
        assert answer() == 1
        with register.transaction() as tx:
            tx.exec_driver_sql(
                "INSERT INTO person (school, first_name, last_name, work_email, token_key, recorded_at, changed_at) "
                f"VALUES ('{register.school}', 'Kim', 'Lee', NULL, 'k', '2026-11-23', '2026-11-23')"
            )
        assert answer() == 2

        def take_back() -> None:
            with register.transaction() as tx:
                tx.exec_driver_sql("UPDATE person SET last_name = 'Day'")
                assert kept(tx, "count", ("person", "engagement"), ask) == 3
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            take_back()
        assert answer() == 4


def test_of_people_only_those_are_asked_for_again_of_whom_something_was_written(tmp_path: Path) -> None:
    from pipeline.register.store.database import copy_to_memory

    with School(tmp_path / "w") as school:
        people = [school.add_person(name) for name in SURNAMES]
        school.add_policy("Confidentiality")
        school.plan(MONDAY)
        asked: list[object] = []
        with copy_to_memory(school.register) as memory:
            keep_answers(memory)

            def ask(some: object) -> dict[int, str]:
                asked.append(None if some is None else sorted(some))  # type: ignore[call-overload]
                return {row.id: "line" for row in people if some is None or row.id in some}  # type: ignore[operator]

            for _ in range(2):
                with memory.reading() as tx:
                    kept_by_person(tx, "lines", ask)
            with memory.transaction() as tx:
                tx.exec_driver_sql(f"UPDATE request SET due_on = '2026-12-24' WHERE person = {people[2].id}")
            with memory.reading() as tx:
                kept_by_person(tx, "lines", ask)
                tx.exec_driver_sql(f"UPDATE message SET told_outcome = 'written' WHERE person = {people[4].id}")
                kept_by_person(tx, "lines", ask)
        assert asked == [None, [people[2].id], [people[4].id]]


def test_what_is_thrown_away_has_no_hash_but_for_documents() -> None:
    """A copy is made of a document only while it agrees with its hash, in a look ahead too."""
    content = b"Policy"
    sha256 = hashlib.sha256(content).hexdigest()
    with open_memory_register(school_name="Hill School", time_zone="Europe/London") as register:
        keep_answers(register)
        with register.transaction() as tx:
            before = tx.exec_driver_sql("SELECT row_sha256 FROM school").scalar()
            tx.exec_driver_sql("UPDATE school SET name = 'Dale School'")
            assert tx.exec_driver_sql("SELECT row_sha256 FROM school").scalar() == before
            save_content(tx, register.school, sha256, DocumentFormat.TXT, content)
            assert find_damaged_content(tx, [sha256]) == frozenset()


def test_answers_are_kept_of_a_register_in_memory_only(tmp_path: Path) -> None:
    where = {"root": tmp_path, "school_name": "Hill School", "time_zone": "Europe/London"}
    with open_register("sqlite:///register.sqlite3", **where) as register:  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="in memory only"):
            keep_answers(register)
        with register.reading() as tx:
            assert list_people(tx, register.school, MONDAY) == ()
