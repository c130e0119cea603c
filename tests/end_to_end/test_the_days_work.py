"""The whole flow on West Park School's workspace: first run, second run, a changed policy, a starter, a paper sheet."""

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.end_to_end.conftest import School


def copies(school: School) -> dict[str, bytes]:
    folder = school.root / "distribution" / "copies"
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_first_run_takes_everything_in_and_asks_each_person_once(west_park: School) -> None:
    answer = west_park.policy("run", "--json")
    assert answer.code == 0
    report = answer.json
    assert report["files"] == 6
    assert len(report["policies"]["adopted"]) == 6
    assert len(report["copies"]["made"]) == 6
    readers = [mail["To"] for mail in west_park.mails() if list(mail.iter_attachments())]
    assert sorted(readers) == sorted(entry["to"] for entry in report["mail"]["planned"])
    assert len(readers) == len(set(readers)) > 5
    assert len(report["paper"]) == 2
    names = set(copies(west_park))
    assert {"confidentiality.docx", "confidentiality.pdf", "anti-bullying.pdf"} <= names
    assert (west_park.root / "distribution" / "site" / "index.html").is_file()


def test_the_readme_shows_a_first_run_as_it_is(
    west_park: School, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    readme = (repository / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("in this folder, the first time:\n\n```\n")[2].partition("\n```")[0]
    told = "\n".join(line.rstrip() for line in west_park.policy("run").out.splitlines())
    assert told.strip() == shown


def test_the_same_input_again_changes_nothing_and_mails_nobody(ran: School) -> None:
    before, mails = copies(ran), len(ran.mails())
    outbox = {path: path.stat().st_mtime_ns for path in (ran.root / "distribution" / "outbox").iterdir()}
    report = ran.policy("run", "--json").json
    assert report["read"] == []
    assert report["copies"]["made"] == []
    assert report["mail"]["planned"] == []
    assert copies(ran) == before
    assert len(ran.mails()) == mails
    assert all(path.stat().st_mtime_ns == moment for path, moment in outbox.items())


def test_a_dry_run_lists_and_writes_nothing(west_park: School) -> None:
    before = sorted(path.relative_to(west_park.root) for path in west_park.root.rglob("*"))
    answer = west_park.policy("run", "--dry-run")
    assert "dry run" in answer.out
    assert "would be written" in answer.out
    assert sorted(path.relative_to(west_park.root) for path in west_park.root.rglob("*")) == before


def test_a_dry_run_says_how_much_reading_is_asked_of_each_and_of_whom_the_most(west_park: School) -> None:
    config = west_park.root / "config.toml"
    rule = '\n[[reading.rules]]\npolicies = ["pshe"]\nask = "sign"\nroles = ["teaching assistant"]\n'
    config.write_text(config.read_text(encoding="utf-8") + rule, encoding="utf-8")
    said = " ".join(west_park.policy("run", "--dry-run").out.split())
    assert re.search(r"Marcus Adeyinka: to read Confidentiality Policy and [^(]+\(15 minutes\)", said)
    assert (
        "The most is asked of Beata Kowalczyk: 21 minutes of reading. For all together it is 2 hours 6 minutes." in said
    )


def test_a_dry_run_after_a_run_leaves_the_register_as_it_was(ran: School) -> None:
    register = ran.root / "distribution" / "register.sqlite3"
    status = ran.policy("status", "--json").out
    content = register.read_bytes()
    ran.policy("run", "--dry-run", today="2026-12-01")
    assert register.read_bytes() == content
    assert ran.policy("status", "--json").out == status


def test_the_register_says_how_each_policy_stands(ran: School) -> None:
    status = ran.status()
    confidentiality = status["confidentiality"]
    assert confidentiality["state"] == "overdue"
    assert confidentiality["days"] == -450
    assert confidentiality["due_on"] == "2025-08-31"
    assert confidentiality["next_review"] == "2025-08"
    assert "approval-blank" in [problem["code"] for problem in confidentiality["problems"]]
    assert confidentiality["readings"]["done"] == 0
    assert confidentiality["readings"]["required"] >= 10
    assert {entry["state"] for entry in status.values()} >= {"overdue", "current", "due-soon"}
    assert "Confidentiality Policy" in ran.policy("status").out


def test_the_starter_gets_the_pack_on_the_day_and_the_leaver_nothing(ran: School) -> None:
    before = len(ran.mails())
    left = [person for person in ran.policy("staff", "list", "--json").json if person["leave_date"]]
    starters = [p for p in ran.policy("staff", "list", "--json").json if p["start_date"] == "2026-12-01"]
    assert len(left) == len(starters) == 1
    report = ran.policy("run", "--json", today="2026-12-01").json
    assert [entry["kind"] for entry in report["mail"]["planned"]] == ["starter"]
    new = ran.mails()[before:] if before else []
    assert any(mail["To"] == starters[0]["work_email"] for mail in new)
    assert not any(mail["To"] == left[0]["work_email"] for mail in ran.mails())


def test_every_mail_names_the_lead_first_and_carries_its_copies(ran: School) -> None:
    for mail in ran.mails():
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Message-ID"]
        text = mail.get_body(("plain",))
        html = mail.get_body(("html",))
        assert text is not None
        assert html is not None
        assert "01332 662337" in text.get_content().split("\n\n")[0]
        assert "Deborah Sheffield" in html.get_content()
    reading = [mail for mail in ran.mails() if list(mail.iter_attachments())]
    assert reading
    names = {part.get_filename() for mail in reading for part in mail.iter_attachments()}
    assert "Confidentiality Policy.pdf" in names


def test_with_a_base_url_the_personal_page_stands_in_both_parts(west_park: School) -> None:
    west_park.configure('base_url = ""', 'base_url = "https://policies.example.org"')
    west_park.policy("run")
    reading = [mail for mail in west_park.mails() if list(mail.iter_attachments())]
    assert len(reading) == 8
    for mail in reading:
        for kind in ("plain", "html"):
            body = mail.get_body((kind,))
            assert body is not None
            assert "https://policies.example.org/my/" in body.get_content()


def test_a_changed_policy_waits_until_it_is_issued(ran: School) -> None:
    before = copies(ran)["pshe.pdf"]
    add_a_duty(ran, "pshe")
    report = ran.policy("run", "--json", today="2026-11-25").json
    assert [item["slug"] for item in report["policies"]["drafts"]] == ["pshe"]
    assert copies(ran)["pshe.pdf"] == before
    assert "draft-waiting" in [problem["code"] for problem in ran.status()["pshe"]["problems"]]


def add_a_duty(school: School, word: str) -> None:
    """Change the words of the policy whose file name holds ``word``, as an editor does."""
    import docx

    paths = (school.root / "policies").glob("*.docx")
    path = next(path for path in paths if word in path.name.casefold())
    document = docx.Document(str(path))
    document.add_paragraph("From now on every visitor must sign the register before the lesson begins.")
    document.save(str(path))


def test_an_issued_change_asks_its_readers_again(ran: School) -> None:
    before = len(ran.mails())
    add_a_duty(ran, "confidential")
    ran.policy("run", today="2026-11-25")
    assert ran.status("2026-11-25")["confidentiality"]["version"] == 1
    assert "in use" in ran.policy("issue", "confidentiality", today="2026-11-25").out
    report = ran.policy("run", "--json", today="2026-11-25").json
    assert {tuple(entry["policies"]) for entry in report["mail"]["planned"]} == {("Confidentiality Policy",)}
    assert len(ran.mails()) > before
    status = ran.status("2026-11-25")["confidentiality"]
    assert (status["version"], status["state"]) == (2, "awaiting-approval")
    ran.policy("approve", "confidentiality", "--on", "2026-11-25", "--by", "Full Governing Body", today="2026-11-25")
    status = ran.status("2026-11-25")["confidentiality"]
    assert (status["state"], status["approved_on"]) != ("awaiting-approval", None)


def test_a_renamed_file_is_the_same_policy(ran: School) -> None:
    path = next(path for path in (ran.root / "policies").iterdir() if "confidential" in path.name.casefold())
    path.rename(path.with_name("Renamed.docx"))
    report = ran.policy("run", "--json").json
    assert [item["slug"] for item in report["policies"]["moved"]] == ["confidentiality"]
    assert report["policies"]["adopted"] == []
    assert report["mail"]["planned"] == []


def test_a_vanished_file_is_flagged_and_its_policy_kept(ran: School) -> None:
    next(path for path in (ran.root / "policies").iterdir() if "confidential" in path.name.casefold()).unlink()
    report = ran.policy("run", "--json").json
    assert [item["slug"] for item in report["policies"]["vanished"]] == ["confidentiality"]
    assert "file-vanished" in [problem["code"] for problem in ran.status()["confidentiality"]["problems"]]
    assert "confidentiality.pdf" in copies(ran)


def test_an_overruled_fact_shows_and_is_kept(ran: School) -> None:
    answer = ran.policy("set", "confidentiality", "owner=Deputy Head", "--reason", "the head said so")
    assert answer.code == 0
    assert ran.status()["confidentiality"]["owner"] == "Deputy Head"


def test_reading_on_paper_is_recorded_and_shown(ran: School) -> None:
    person = next(p for p in ran.policy("staff", "list", "--json").json if not p["work_email"])
    answer = ran.policy("acknowledge", "record", person["person_id"], "confidentiality", "--by", "Ann Office")
    name = f"{person['first_name']} {person['last_name']}"
    assert (answer.code, answer.out) == (
        0,
        f"Recorded: 1 reading on 24 November 2026: {name} (Confidentiality Policy).\n",
    )
    again = ran.policy("acknowledge", "record", person["person_id"], "confidentiality", "--by", "Ann Office")
    assert again.out == f"Held already, so nothing was added: {name} (Confidentiality Policy).\n"
    lines = ran.policy("acknowledge", "list", "--json").json
    mine = [line for line in lines if line["person_id"] == person["person_id"] and line["policy"] == "confidentiality"]
    assert [(line["state"], line["method"]) for line in mine] == [("acknowledged", "paper")]
    assert ran.status()["confidentiality"]["readings"]["done"] == 1
    assert person["person_id"] in ran.policy("acknowledge", "list", "--json").out
    assert ran.policy("acknowledge", "list").code == 0


def test_the_ledger_is_whole_until_a_byte_of_it_is_changed(ran: School) -> None:
    import sqlite3

    assert ran.policy("ledger", "verify").code == 0
    with sqlite3.connect(ran.root / "distribution" / "register.sqlite3") as connection:
        connection.execute("update ledger_record set record = replace(record, 'confidentiality', 'confidentialitz')")
    connection.close()
    broken = ran.policy("ledger", "verify", "--json")
    assert broken.code == 6
    assert broken.json["faults"]


def test_the_exported_ledger_is_checked_by_a_program_of_its_own(ran: School, repository: Path, tmp_path: Path) -> None:
    import subprocess
    import sys

    export = tmp_path / "ledger.txt"
    assert ran.policy("ledger", "export", str(export)).code == 0
    if os.name == "posix":
        assert export.stat().st_mode & 0o777 == 0o600
    verifier = repository / "pipeline" / "register" / "ledger" / "verify_ledger.py"
    command = [sys.executable, "-I", str(verifier), str(export)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    content = bytearray(export.read_bytes())
    content[len(content) // 2] ^= 1
    export.write_bytes(bytes(content))
    assert subprocess.run(command, check=False, capture_output=True).returncode == 1


@pytest.mark.needs("shared")
def test_a_folder_of_real_files_goes_through_and_each_is_accounted_for(empty_school: School, shared: Path) -> None:
    for source in [*(shared / "real-policies" / "files").iterdir(), shared / "seed" / "confidentiality-policy.docx"]:
        shutil.copy(source, empty_school.root / "policies")
    answer = empty_school.policy("run", "--json")
    report = answer.json
    assert answer.code == (4 if report["unreadable"] else 0)
    recorded = [item for name in ("adopted", "duplicates") for item in report["policies"][name]]
    assert len(recorded) + len(report["unreadable"]) == report["files"] == 29
    for entry in report["unreadable"]:
        assert entry["error"]["message"]
    undated = [entry for entry in empty_school.status().values() if entry["state"] == "undated"]
    assert undated
    assert all(entry["problems"] for entry in undated)
    again = empty_school.policy("run", "--json").json
    assert again["read"] == []
    assert again["copies"]["made"] == []


def test_the_schools_own_form_and_last_years_sheet_are_taken_over(ran: School, tmp_path: Path) -> None:
    reader = next(person for person in ran.policy("staff", "list", "--json").json if person["work_email"])
    export = tmp_path / "form.csv"
    export.write_text(
        "Timestamp,Email address,Which policy have you read?\n"
        f"2026-11-24,{reader['work_email']},Confidentiality Policy\n"
        "2026-11-24,stranger@example.org,Confidentiality Policy\n",
        encoding="utf-8",
    )
    taken = ran.policy("acknowledge", "import", str(export), "--json")
    assert taken.code == 0
    assert [entry["person_id"] for entry in taken.json["recorded"]] == [reader["person_id"]]
    assert [entry["row"] for entry in taken.json["unmatched"]] == [3]
    again = ran.policy("acknowledge", "import", str(export), "--baseline")
    assert "held already" in again.out
    assert ran.status()["confidentiality"]["readings"]["done"] == 1


def test_a_reading_closed_and_asked_again_on_one_day_is_asked_again(stocked: School) -> None:
    staff = stocked.root / "staff.csv"
    before = staff.read_text(encoding="utf-8")
    stocked.policy("run")
    reader = next(person for person in stocked.policy("staff", "list", "--json").json if person["work_email"])
    lines = [
        line.rstrip().rstrip(",") + ",2026-11-20" if line.startswith(reader["person_id"]) else line
        for line in before.splitlines()
    ]
    staff.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert stocked.policy("run", "--json").json["staff"]["left"] == [reader["person_id"]]
    staff.write_text(before, encoding="utf-8")
    (asked,) = stocked.policy("run", "--json").json["staff"]["asked"]
    assert (asked["about"], asked["person_id"]) == ("back", reader["person_id"])
    stocked.policy("staff", "import", str(staff), "--same", reader["person_id"])
    assert stocked.policy("run").code == 0
    states = {
        line["state"]
        for line in stocked.policy("acknowledge", "list", "--json").json
        if line["person_id"] == reader["person_id"]
    }
    assert states == {"closed", "owed"}


def test_a_ledger_without_its_signed_heads_is_broken(ran: School) -> None:
    import sqlite3

    connection = sqlite3.connect(ran.root / "distribution" / "register.sqlite3")
    with connection:
        connection.execute("delete from ledger_head")
    connection.close()
    assert ran.policy("ledger", "verify").code == 6


def test_a_decision_is_signed_at_once_so_that_its_loss_shows(ran: School) -> None:
    import sqlite3

    ran.policy("set", "confidentiality", "owner=Deputy Head", "--reason", "the head said so")
    connection = sqlite3.connect(ran.root / "distribution" / "register.sqlite3")
    with connection:
        connection.execute("delete from ledger_record where position = (select max(position) from ledger_record)")
    connection.close()
    assert ran.policy("ledger", "verify").code == 6


def test_a_new_key_is_announced_in_the_ledger(ran: School) -> None:
    (ran.root / ".secrets" / "ledger-key").unlink()
    assert "policy keys --renew ledger" in ran.policy("run").out
    assert ran.policy("keys", "--renew", "ledger", "--yes").code == 0
    assert ran.policy("ledger", "verify").code == 0
    (ran.root / ".secrets" / "ledger-key").write_text("ab" * 32 + "\n", encoding="ascii")
    assert ran.policy("ledger", "verify").code == 6


def test_a_staff_list_that_is_none_is_told_and_the_run_goes_on(west_park: School) -> None:
    word_file = next((west_park.root / "policies").glob("*.docx"))
    shutil.copy(word_file, west_park.root / "staff.xlsx")
    answer = west_park.policy("staff", "import", str(west_park.root / "staff.xlsx"))
    assert answer.code == 2
    assert "staff.xlsx" in answer.err
    west_park.configure('source = "staff.csv"', 'source = "staff.xlsx"')
    assert west_park.policy("run", "--json").json["staff"]["refused"]


def test_a_mailing_that_waits_names_its_readers_and_the_minutes_of_what_they_are_to_read(west_park: School) -> None:
    west_park.configure('route = "folder"', 'route = "smtp"')
    west_park.configure('host = ""', 'host = "localhost"')
    report = west_park.policy("run", "--json").json
    asked = {entry["to"]: entry["minutes"] for entry in report["mail"]["planned"]}
    waiting = west_park.policy("send", "--json").json["readers"]
    assert {reader["to"]: reader["minutes"] for reader in waiting} == asked
    assert report["mail"]["waiting"] == len(asked) > 5
    assert west_park.mails() == []


def test_one_minute_of_reading_is_told_as_one(empty_school: School) -> None:
    (empty_school.root / "policies" / "safeguarding.txt").write_text("Child Protection Policy\n\nTell the lead.\n")
    with (empty_school.root / "staff.csv").open("a", encoding="utf-8") as staff:
        staff.write("1,Ann,Ashe,ann@example.org,Teacher,2020-09-01,\n")
    assert "1 person, 1 minute of reading each" in " ".join(empty_school.policy("run").out.split())


def test_a_lost_register_is_told_first_and_no_mail_leaves_unasked(ran: School) -> None:
    ran.configure('route = "folder"', 'route = "smtp"')
    ran.configure('host = ""', 'host = "localhost"')
    ran.configure("confirm_above = 20", "confirm_above = 0")
    (ran.root / "distribution" / "register.sqlite3").unlink()
    answer = ran.policy("run", "--json")
    report = answer.json
    assert report["notices"][0].startswith("The register ")
    assert (
        "is gone or empty, although copies, mails and the key of the ledger of earlier runs are here"
        in (report["notices"][0])
    )
    mail = report["mail"]
    assert (answer.code, mail["sent"], mail["deferred"]) == (0, 0, 0)
    assert mail["waiting"] == len(mail["planned"]) + mail["reminders"] > 5
    assert not any("is gone" in notice for notice in ran.policy("run", "--json").json["notices"])


def test_a_clock_set_back_is_said_and_the_day_itself_is_not(ran: School) -> None:
    answer = ran.policy("run", today="2026-11-10")
    assert answer.code == 0
    assert "This run takes 10 November 2026 for today, but one was made for 24 November 2026 before." in answer.out
    assert "nobody mailed" in answer.out
    assert "but one was made" not in ran.policy("run").out


def test_a_run_closes_what_lay_open_to_other_accounts_and_says_so_once(ran: School) -> None:
    distribution = ran.root / "distribution"
    register, mail = distribution / "register.sqlite3", next((distribution / "outbox").glob("*.eml"))
    if os.name != "posix":
        pytest.skip("files have no modes on this system")
    for path in (register, mail):
        path.chmod(0o644)
    told = "Other accounts of this computer {} read distribution/register.sqlite3 and distribution/outbox,"
    assert told.format("can") in ran.policy("run", "--dry-run").out
    assert (register.stat().st_mode & 0o777, mail.stat().st_mode & 0o777) == (0o644, 0o644)
    assert told.format("could") in ran.policy("run").out
    assert (register.stat().st_mode & 0o777, mail.stat().st_mode & 0o777) == (0o600, 0o600)
    assert "Other accounts" not in ran.policy("run").out
