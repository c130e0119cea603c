"""A register that was put back, replaced or began afresh mails nobody again until its owner says so."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.register.store import computer_signs
from pipeline.register.store.database import Register, open_register
from pipeline.register.store.marks import RegisterMark, mark_paths, note_restored, read_mark
from pipeline.register.tables import schema
from tests.end_to_end.conftest import School, stocked_with_pages
from tests.mail.servers import ScriptedServer, scripted

SECOND, THIRD = "2026-11-25", "2026-11-26"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted() as running:
        yield running


@pytest.fixture(scope="module")
def with_copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """West Park School with its copies made, and pages that links lead to."""
    return stocked_with_pages(tmp_path_factory)


@pytest.fixture
def by_smtp(stocked: School, server: ScriptedServer) -> School:
    """That school with a mail server, where no mailing waits."""
    stocked.send_by(server.port)
    stocked.configure("confirm_above = 20", "confirm_above = 0")
    return stocked


def register_of(school: School) -> Path:
    return school.root / "distribution" / "register.sqlite3"


def keep_copy(school: School) -> Path:
    """Make a safety copy of the register alone, as an office would of one file."""
    copy = school.root / "safety-copy.sqlite3"
    shutil.copy(register_of(school), copy)
    return copy


def put_back(school: School, copy: Path) -> None:
    for path in register_of(school).parent.glob("register.sqlite3-*"):
        path.unlink()
    shutil.copy(copy, register_of(school))


def opened(school: School) -> Register:
    return open_register(
        "distribution/register.sqlite3", root=school.root, school_name="West Park School", time_zone="Europe/London"
    )


def ledger_of(school: School) -> list[dict[str, object]]:
    with opened(school) as register, register.reading() as tx:
        rows = tx.execute(select(schema.ledger_record.c.record).order_by(schema.ledger_record.c.position)).scalars()
        return [json.loads(row) for row in rows]


def test_a_register_put_back_from_before_the_mailing_mails_nobody_again(
    by_smtp: School, server: ScriptedServer
) -> None:
    assert by_smtp.policy("run", "--dry-run").code == 0
    by_smtp.policy("status")
    staff = by_smtp.root / "staff.csv"
    people = staff.read_text(encoding="utf-8")
    staff.write_text(people.splitlines()[0] + "\n", encoding="utf-8")
    assert by_smtp.policy("run").code == 0
    copy, before = keep_copy(by_smtp), len(server.taken)
    staff.write_text(people, encoding="utf-8")
    assert by_smtp.policy("run").code == 0
    mailed = len(server.taken)
    assert mailed - before > 5
    put_back(by_smtp, copy)
    again = by_smtp.policy("run", today=SECOND)
    assert again.code == 0
    assert len(server.taken) == mailed
    assert "The register is older than the one used here last" in " ".join(again.out.split())
    shown = by_smtp.policy("send", today=SECOND)
    assert "The register is older" in shown.out
    assert shown.out.count("@") >= mailed - before
    assert by_smtp.policy("send", "--json", today=SECOND).json["held"] == ["older"]
    by_smtp.policy("send", "--resume", today=SECOND)
    by_smtp.policy("run", today=SECOND)
    assert len(server.taken) == mailed
    assert by_smtp.policy("send", "--confirm", today=SECOND).code == 0
    assert len(server.taken) > mailed
    released = [record for record in ledger_of(by_smtp) if record["kind"] == "mail-released"]
    assert [record["fields"]["reasons"] for record in released] == ["older"]  # type: ignore[index]
    after = len(server.taken)
    assert "older" not in by_smtp.policy("run", today=THIRD).out
    assert len(server.taken) == after
    assert by_smtp.policy("ledger", "verify").code == 0


def test_the_hold_lasts_however_far_the_older_register_grows(by_smtp: School, server: ScriptedServer) -> None:
    by_smtp.policy("run")
    copy, mailed = keep_copy(by_smtp), len(server.taken)
    by_smtp.policy("set", "confidentiality", "owner=Deputy Head", "--reason", "the head said so")
    put_back(by_smtp, copy)
    for number in range(4):
        by_smtp.policy("set", "confidentiality", "owner=Deputy Head", "--reason", f"said again, {number}")
    starter = "S900,Robin,Example,robin.example@example.org,Teacher,2026-11-23,\n"
    with (by_smtp.root / "staff.csv").open("a", encoding="utf-8") as file:
        file.write(starter)
    assert "older than the one used here last" in " ".join(by_smtp.policy("run", today=SECOND).out.split())
    assert len(server.taken) == mailed


@pytest.mark.parametrize("which", [0, 1])
def test_either_mark_alone_tells_and_a_dry_run_writes_neither(by_smtp: School, which: int) -> None:
    by_smtp.policy("run")
    copy = keep_copy(by_smtp)
    by_smtp.policy("set", "confidentiality", "owner=Deputy Head", "--reason", "the head said so")
    put_back(by_smtp, copy)
    marks = mark_paths(register_of(by_smtp), by_smtp.root)
    marks[which].unlink()
    kept, content = marks[1 - which].read_bytes(), register_of(by_smtp).read_bytes()
    shown = by_smtp.policy("run", "--dry-run", today=SECOND)
    assert "older than the one used here last" in " ".join(shown.out.split())
    assert marks[1 - which].read_bytes() == kept
    assert not marks[which].exists()
    assert register_of(by_smtp).read_bytes() == content


def test_another_register_in_the_place_of_the_right_one_is_noticed(
    by_smtp: School, server: ScriptedServer, tmp_path: Path
) -> None:
    by_smtp.policy("run")
    mailed = len(server.taken)
    shutil.copytree(by_smtp.root, tmp_path / "other", ignore=shutil.ignore_patterns("distribution", ".secrets"))
    other = School(tmp_path / "other", by_smtp.call)
    other.configure('route = "smtp"', 'route = "folder"')
    for day in ("2026-11-24", SECOND):
        other.policy("run", today=day)
        other.policy("set", "confidentiality", "owner=Deputy Head", "--reason", f"said on {day}")
    put_back(by_smtp, register_of(other))
    said = " ".join(by_smtp.policy("run", today=SECOND).out.split())
    assert "The register is another one than was used here last" in said
    assert len(server.taken) == mailed


def test_a_folder_copied_beside_the_first_mails_nobody_until_its_owner_says_so(
    by_smtp: School, server: ScriptedServer, tmp_path: Path
) -> None:
    by_smtp.policy("run")
    mailed = len(server.taken)
    copied = School(Path(shutil.copytree(by_smtp.root, tmp_path / "west park - Copy")), by_smtp.call)
    for each in (by_smtp, copied):
        with (each.root / "staff.csv").open("a", encoding="utf-8") as file:
            file.write("S900,Robin,Example,robin.example@example.org,Teacher,2026-11-23,\n")
    said = " ".join(copied.policy("run", today=SECOND).out.split())
    assert f"is a copy of {register_of(by_smtp)}, which is still there" in said
    assert len(server.taken) == mailed
    assert "is still there" in " ".join(copied.policy("send", today=SECOND).out.split())
    by_smtp.policy("run", today=SECOND)
    assert len(server.taken) > mailed, "the first one mails on"
    by_smtp.root.rename(tmp_path / "put aside")
    assert copied.policy("send", "--confirm", today=SECOND).code == 0
    assert "held" not in copied.policy("run", today=THIRD).out


def test_a_copy_that_runs_after_the_first_ran_on_lets_nothing_go_and_publishes_nothing_outside(
    ran: School, tmp_path: Path
) -> None:
    (shared := tmp_path / "shared").mkdir()
    ran.configure('public_folder = ""', f'public_folder = "{shared.as_posix()}"')
    ran.policy("run")
    copied = School(Path(shutil.copytree(ran.root, tmp_path / "west park - Copy")), ran.call)
    copied.policy("run", today=SECOND)
    for each in (ran, copied):
        with (each.root / "staff.csv").open("a", encoding="utf-8") as file:
            file.write("S900,Robin,Example,robin.example@example.org,Teacher,2026-11-23,\n")
    ran.policy("run", today=SECOND)
    live = {path.name: path.read_bytes() for path in shared.iterdir()}
    copied.configure("Deborah Sheffield", "Ada Trial")
    before = len(copied.mails())
    said = " ".join(copied.policy("run", today=THIRD).out.split())
    assert f"is a copy of {register_of(ran)}, which is still there" in said
    assert f"{shared} is left as it is. This workspace is a copy of another one" in said
    assert {path.name: path.read_bytes() for path in shared.iterdir()} == live
    for offer in ("send --confirm", "is not in that place", "older than"):
        assert offer not in said
    shown = " ".join(copied.policy("send", today=THIRD).out.split())
    assert f"is a copy of {register_of(ran)}, which is still there" in shown
    assert "robin.example@example.org" in shown
    for offer in ("--confirm", "would go"):
        assert offer not in shown
    refused = copied.policy("send", "--confirm", "--people", "2", today=THIRD)
    assert (refused.code, "Nothing was sent." in refused.err) == (2, True)
    assert len(copied.mails()) == before, "the starter's pack, which the first one wrote, is not written again"
    ran.root.rename(tmp_path / "put aside")
    number = copied.policy("send", "--json", today=THIRD).json["people"]
    assert number > 0
    asked = copied.policy("send", "--confirm", today=THIRD)
    assert (asked.code, f"--confirm --people {number}" in asked.err) == (2, True), "on the folder route, too"
    assert len(copied.mails()) == before
    done = copied.policy("send", "--confirm", "--people", str(number), today=THIRD)
    assert (done.code, f"Confirmed: the mailing to {number} pe" in done.out) == (0, True)
    assert "robin.example@example.org" in done.out


def test_a_safety_copy_put_back_by_command_is_held_even_where_nothing_was_done_since(
    by_smtp: School, server: ScriptedServer
) -> None:
    by_smtp.policy("run")
    mailed = len(server.taken)
    note_restored(register_of(by_smtp), by_smtp.root)
    assert "A safety copy of the register was put back" in " ".join(by_smtp.policy("run", today=SECOND).out.split())
    assert by_smtp.policy("send", "--confirm", today=SECOND).code == 0
    assert "was put back" not in by_smtp.policy("run", today=THIRD).out
    assert len(server.taken) == mailed
    mark = read_mark(mark_paths(register_of(by_smtp), by_smtp.root)[0])
    assert isinstance(mark, RegisterMark)
    assert not mark.restored


def test_marks_that_cannot_be_read_hold_the_mail(by_smtp: School) -> None:
    by_smtp.policy("run")
    first, second = mark_paths(register_of(by_smtp), by_smtp.root)
    first.write_bytes(b"")
    assert "cannot be read" not in by_smtp.policy("run", today=SECOND).out
    for path in (first, second):
        path.write_bytes(b'{"counter": 1')
    said = " ".join(by_smtp.policy("run", today=SECOND).out.split())
    assert "nobody can tell whether it is the newest" in said


def test_a_lost_register_holds_all_mail_by_every_route(ran: School) -> None:
    outbox = ran.root / "distribution" / "outbox"
    written = sorted(path.name for path in outbox.iterdir())
    register_of(ran).unlink()
    assert "is gone or empty" in " ".join(ran.policy("run", today=SECOND).out.split())
    assert sorted(path.name for path in outbox.iterdir()) == written
    assert "began afresh" in " ".join(ran.policy("run", today=THIRD).out.split())
    number = ran.policy("send", "--json", today=THIRD).json["people"]
    assert ran.policy("send", "--confirm", today=THIRD).code == 2
    assert sorted(path.name for path in outbox.iterdir()) == written
    ran.policy("send", "--confirm", "--people", str(number), today=THIRD)
    assert len(list(outbox.iterdir())) > len(written)


# --- keys -----------------------------------------------------------------------------------------------------------


def test_no_new_key_is_made_where_links_were_sent_with_another(by_smtp: School, server: ScriptedServer) -> None:
    by_smtp.policy("run")
    mailed, key = len(server.taken), by_smtp.root / ".secrets" / "secret-key"
    before = key.read_text(encoding="utf-8")
    key.unlink()
    with (by_smtp.root / "staff.csv").open("a", encoding="utf-8") as file:
        file.write("S900,Robin,Example,robin.example@example.org,Teacher,2026-11-23,\n")
    told = "The key that the personal links sent so far were made with is gone or was changed"
    assert told in " ".join(by_smtp.policy("run", today=SECOND).out.split())
    assert not key.exists()
    served = by_smtp.policy("serve", "--port", "0", "--no-scheduler", today=SECOND)
    assert (served.code, told in served.err) == (3, True)
    by_smtp.policy("send", "--confirm", today=SECOND)
    assert len(server.taken) == mailed
    key.write_text(before, encoding="utf-8")
    assert told not in " ".join(by_smtp.policy("run", today=SECOND).out.split())
    assert len(server.taken) == mailed + 1


def test_a_new_key_is_made_by_name_and_says_what_it_ends(by_smtp: School, server: ScriptedServer) -> None:
    by_smtp.policy("run")
    key = by_smtp.root / ".secrets" / "secret-key"
    key.write_text("another secret of some length\n", encoding="utf-8")
    said = by_smtp.policy("keys", today=SECOND).out
    assert "The key of the personal links is gone or is another one" in said
    assert "ends every personal link sent so far" in by_smtp.policy("keys", "--renew", "links", today=SECOND).out
    assert key.read_text(encoding="utf-8").startswith("another secret")
    assert by_smtp.policy("keys", "--renew", "links", "--yes", today=SECOND).code == 0
    assert not key.read_text(encoding="utf-8").startswith("another secret")
    assert by_smtp.policy("keys", "--json", today=SECOND).json == {"links": True, "ledger": True}
    assert "The key that the personal links" not in by_smtp.policy("run", today=SECOND).out
    assert "link-key-renewed" in {record["kind"] for record in ledger_of(by_smtp)}


def test_a_decision_is_refused_while_the_ledgers_key_is_another_one(by_smtp: School, server: ScriptedServer) -> None:
    by_smtp.policy("run")
    mailed, key = len(server.taken), by_smtp.root / ".secrets" / "ledger-key"
    key.unlink()
    answer = by_smtp.policy("approve", "confidentiality", "--on", "2026-11-20", "--by", "Governors", today=SECOND)
    assert (answer.code, "policy keys --renew ledger" in answer.err) == (6, True)
    assert not key.exists()
    with (by_smtp.root / "staff.csv").open("a", encoding="utf-8") as file:
        file.write("S900,Robin,Example,robin.example@example.org,Teacher,2026-11-23,\n")
    assert "The key that signed the ledger last" in " ".join(by_smtp.policy("run", today=SECOND).out.split())
    assert (key.exists(), len(server.taken)) == (False, mailed)
    assert "begins a new line of signatures" in by_smtp.policy("keys", "--renew", "ledger", today=SECOND).out
    assert by_smtp.policy("keys", "--renew", "ledger", "--yes", today=SECOND).code == 0
    assert by_smtp.policy("run", today=SECOND).code == 0
    assert len(server.taken) > mailed
    assert by_smtp.policy("ledger", "verify").code == 0


def let_robin_start(school: School) -> None:
    with (school.root / "staff.csv").open("a", encoding="utf-8") as file:
        file.write("S900,Robin,Example,robin.example@example.org,Teacher,2026-11-23,\n")


def test_a_folder_carried_to_another_computer_mails_nobody_until_its_owner_says_so(
    by_smtp: School, server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_smtp.policy("run")
    mailed = len(server.taken)
    left_behind = by_smtp.root.rename(tmp_path / "the other computer")
    shutil.copytree(left_behind, by_smtp.root)
    monkeypatch.setattr(computer_signs, "machine_number", lambda: "another")
    monkeypatch.setenv(computer_signs.STATE_FOLDER, str(tmp_path / "its account"))
    let_robin_start(by_smtp)
    said = " ".join(by_smtp.policy("run", today=SECOND).out.split())
    assert "This folder was used on another computer before." in said
    by_smtp.policy("deliver", today=SECOND)
    assert len(server.taken) == mailed
    assert by_smtp.policy("send", "--json", today=SECOND).json["held"] == ["elsewhere"]
    assert by_smtp.policy("send", "--confirm", today=SECOND).code == 0
    assert len(server.taken) > mailed
    assert "held" not in by_smtp.policy("run", today=THIRD).out


def test_a_folder_put_back_whole_from_last_weeks_backup_mails_nobody_again(
    by_smtp: School, server: ScriptedServer, tmp_path: Path
) -> None:
    by_smtp.policy("run")
    backup = shutil.copytree(by_smtp.root, tmp_path / "backup")
    let_robin_start(by_smtp)
    by_smtp.policy("run", today=SECOND)
    mailed = len(server.taken)
    shutil.rmtree(by_smtp.root)
    backup.rename(by_smtp.root)
    let_robin_start(by_smtp)
    said = " ".join(by_smtp.policy("run", today=THIRD).out.split())
    assert "The register is older than the one used here last" in said
    assert len(server.taken) == mailed
