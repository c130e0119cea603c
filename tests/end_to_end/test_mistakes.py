"""Every foreseeable mistake: one line that says what to do, and the right exit code."""

import os
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.cli import policy, run_command
from pipeline.commands import COMMANDS
from tests.end_to_end.conftest import TODAY, Answer, School

Call = Callable[..., Answer]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["runn"], "Did you mean 'run'?"),
        (["nonsense"], "policy --help"),
        (["run", "--today", "2026-11-24"], "--today stands before the command"),
        (["--today", "2026-13-01", "run"], "write it like 2026-11-24"),
        (["copy", "a.docx"], "--out"),
        (["send", "--later"], "--later"),
        (["serve", "--port", "99999"], "--port"),
    ],
)
def test_a_wrong_call_is_told_in_one_line_with_code_2(call: Call, arguments: list[str], expected: str) -> None:
    answer = call(*arguments)
    assert answer.code == 2
    assert expected in answer.err
    assert len(answer.err.strip().splitlines()) == 1


def test_without_a_command_the_help_is_shown(call: Call) -> None:
    answer = call()
    assert answer.code == 2
    assert "Usage: policy" in answer.err + answer.out


def test_help_shows_every_command_as_the_command_says_itself(call: Call) -> None:
    shown = call("--help").out
    context = policy.make_context("policy", ["--help"], resilient_parsing=True)
    for name, (_, text) in COMMANDS.items():
        command = policy.get_command(context, name)
        assert command is not None
        assert command.help == text
        assert re.search(rf"^  {name} ", shown, re.MULTILINE)
        assert call(name, "--help").code == 0


def test_the_version_is_told(call: Call) -> None:
    assert call("--version").out == f"policy, version {__version__}\n"


def test_four_faults_of_the_configuration_are_four_lines_with_code_3(empty_school: School) -> None:
    (empty_school.root / "config.toml").write_text(
        '[school]\nnam = "x"\n[mail]\nroute = "post"\n[contacts.dsl]\nname = "Jo"\nphone = "x"\n'
        '[schedule]\ndaily_at = "9"\n',
        encoding="utf-8",
    )
    answer = empty_school.policy("run")
    assert answer.code == 3
    assert len(answer.err.strip().splitlines()) == 4
    assert not (empty_school.root / "distribution" / "register.sqlite3").exists()


def test_a_folder_that_is_no_workspace_is_told_what_to_do(call: Call, tmp_path: Path) -> None:
    answer = call("--workspace", str(tmp_path / "nowhere"), "run")
    assert answer.code == 3
    assert "policy init" in answer.err


def test_status_before_the_first_run_says_to_run(empty_school: School) -> None:
    answer = empty_school.policy("status")
    assert answer.code == 6
    assert "policy run" in answer.err


def test_an_empty_folder_is_no_error(empty_school: School) -> None:
    answer = empty_school.policy("run")
    assert answer.code == 0
    assert "nobody mailed" in answer.out
    assert "policies" in answer.out


def test_every_unreadable_file_is_named_with_its_reason_and_the_others_go_on(empty_school: School) -> None:
    folder = empty_school.root / "policies"
    (folder / "good.txt").write_text(
        "Westhaven School\n\nLettings Policy\n\nNext review: August 2027\n", encoding="utf-8"
    )
    (folder / "empty.docx").write_bytes(b"")
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7\nnothing")
    with zipfile.ZipFile(folder / "other.docx", "w") as archive:
        archive.writestr("notes.txt", "these are notes")
    (folder / "~$good.docx").write_bytes(b"lock")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    answer = empty_school.policy("run", "--json")
    assert answer.code == 4
    report = answer.json
    assert {entry["file"]: entry["error"]["code"] for entry in report["unreadable"]} == {
        "cut.pdf": "damaged",
        "empty.docx": "no-text",
        "other.docx": "damaged",
    }
    assert report["left_out"] == ["photo.jpg"]
    assert [item["slug"] for item in report["policies"]["adopted"]] == ["lettings"]
    assert empty_school.policy("run", "--json").code == 4


def test_what_was_saved_among_the_policies_by_mistake_is_shown_and_told_to_nobody(empty_school: School) -> None:
    folder = empty_school.root / "policies"
    (folder / "Lettings.txt").write_text("Lettings Policy\n\nNext review: August 2027\n", encoding="utf-8")
    (folder / "Staff pay.txt").write_text("Staff\nName\tSalary\nA Lee\t£43,607\nB Ash\t£49,084\n", encoding="utf-8")
    (folder / "To Mrs Jones.txt").write_text("Elm School\nDear Mrs Jones\nYour complaint about Tom\n", encoding="utf-8")
    with (empty_school.root / "staff.csv").open("a", encoding="utf-8") as file:
        file.write("S1,Robin,Example,robin.example@example.org,Teacher,,\n")
    said = " ".join(empty_school.policy("run").out.split())
    assert "Staff pay.txt has a list of people with “Salary” in it" in said
    assert "To Mrs Jones.txt reads like a letter" in said
    shown = empty_school.root / "distribution"
    assert [path.stem for path in sorted((shown / "copies").glob("*.pdf"))] == ["lettings"]
    written = [*shown.rglob("*.html"), *shown.rglob("*.json"), *shown.rglob("*.eml")]
    assert not [path for path in written if "Jones" in (text := path.read_text(encoding="utf-8")) or "43,607" in text]
    policies = {item["title"]: item["slug"] for item in empty_school.policy("status", "--json").json["policies"]}
    pay = next(slug for title, slug in policies.items() if "Lettings" not in title and "Jones" not in title)
    assert empty_school.policy("issue", pay).code != 0
    assert empty_school.policy("issue", pay, "--held", "--reason", "all staff agreed to it").code == 0


def test_extract_needs_no_workspace_and_tells_the_good_from_the_bad(call: Call, tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("Westhaven School\n\nLettings Policy\n\nNext review: August 2027\n", encoding="utf-8")
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"")
    answer = call("extract", str(bad), str(good), str(tmp_path / "gone.pdf"), "--json")
    assert answer.code == 4
    first, second, third = answer.json_lines
    assert (first["file"], first["error"]["code"]) == (str(bad), "no-text")
    assert (second["title"], second["next_review"]["value"]) == ("Lettings Policy", "2027-08")
    assert "not there" in third["error"]["message"]
    shown = call("extract", str(good), str(bad))
    assert "August 2027" in shown.out
    assert "could not be read" in shown.out


def test_extract_shows_every_key_of_the_interface(call: Call, tmp_path: Path) -> None:
    document = tmp_path / "blank.txt"
    document.write_text("Words without any fact.\n", encoding="utf-8")
    (line,) = call("extract", str(document), "--json").json_lines
    assert list(line) == [
        *("file", "title", "school", "approved_on", "approved_by", "last_review", "next_review"),
        *("review_cycle_months", "owner", "version", "contacts", "linked_policies", "evidence", "problems"),
        *("promises", "guidance"),
    ]


def test_a_copy_over_its_own_document_is_refused(empty_school: School, tmp_path: Path) -> None:
    document = tmp_path / "lettings.txt"
    document.write_text("Lettings Policy\n", encoding="utf-8")
    answer = empty_school.policy("copy", str(document), "--out", str(tmp_path))
    assert answer.code == 2
    assert "overwrite" in answer.err


def test_copies_of_text_files_are_pdfs_and_one_name_is_made_once(empty_school: School, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        text = "Westhaven School\n\nLettings Policy\n\nHalls are let.\n"
        (tmp_path / folder / "lettings.txt").write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    answer = empty_school.policy("copy", str(tmp_path / "a"), str(tmp_path / "b"), "--out", str(out), "--json")
    first, second = answer.json_lines
    assert answer.code == 0
    assert (first["docx"], first["held"]) == (None, None)
    assert Path(first["pdf"]).read_bytes().startswith(b"%PDF")
    assert second["pdf"] is None
    assert "already made" in second["held"]
    assert "lettings.pdf" in empty_school.policy("copy", str(tmp_path / "a"), "--out", str(tmp_path / "c")).out


def test_unreadable_documents_have_no_copy(empty_school: School, tmp_path: Path) -> None:
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"")
    answer = empty_school.policy("copy", str(bad), "--out", str(tmp_path / "out"), "--json")
    assert answer.code == 4
    assert answer.json["error"]["code"] == "no-text"
    assert "no copy" in empty_school.policy("copy", str(bad), "--out", str(tmp_path / "out")).out


def test_a_second_run_while_one_runs_is_told_to_wait(ran: School) -> None:
    from pipeline.register.store.database import open_register

    with (
        open_register(
            "distribution/register.sqlite3", root=ran.root, school_name="", time_zone="Europe/London"
        ) as register,
        register.lock(),
    ):
        answer = ran.policy("run")
        assert answer.code == 6
        assert "Another run" in answer.err
        assert ran.policy("status").code == 0


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_read_only_distribution_folder_is_told(ran: School) -> None:
    folder = ran.root / "distribution" / "copies"
    folder.chmod(0o500)
    try:
        next((ran.root / "policies").glob("*onfid*")).touch()
        ran.configure("01332 662337", "01632 960500")
        answer = ran.policy("run")
    finally:
        folder.chmod(0o700)
    assert answer.code == 4
    assert "cannot be written" in answer.out


def test_copies_that_cannot_be_written_are_told_and_the_rest_goes_on(west_park: School) -> None:
    (west_park.root / "distribution").mkdir()
    (west_park.root / "distribution" / "copies").write_text("a file where the folder should be", encoding="utf-8")
    answer = west_park.policy("run")
    assert answer.code == 4
    assert "Confidentiality Policy" in answer.out
    mails = west_park.mails()
    assert [mail["To"] for mail in mails if list(mail.iter_attachments())] == []
    assert west_park.status()["confidentiality"]["state"] == "overdue"


def test_a_pipe_that_closes_early_is_no_traceback(ran: School) -> None:
    import subprocess

    command = f'"{sys.executable}" -m pipeline --workspace "{ran.root}" --today {TODAY} status | head -1'
    root = str(Path(__file__).resolve().parents[2])
    shell = subprocess.run(
        command, shell=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": root}, check=False
    )
    assert shell.stdout.rstrip() == "Policies on 24 November 2026"
    assert "Traceback" not in shell.stderr


def test_control_characters_of_a_document_never_reach_the_terminal(empty_school: School) -> None:
    text = "Westhaven School\n\nLettings \x1b[31mPolicy\n\nPolicy Owner: \x1b]0;gotcha\x07Head\n"
    (empty_school.root / "policies" / "a.txt").write_text(text, encoding="utf-8")
    for command in (["run"], ["status"], ["extract", str(empty_school.root / "policies" / "a.txt")]):
        shown = empty_school.policy(*command).out
        assert "Lettings" in shown, command
        assert not set("\x1b\x07") & set(shown), command


def test_an_interrupted_run_ends_with_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(policy, "main", interrupted)
    assert run_command(["run"]) == 130
    assert "Interrupted" in capsys.readouterr().err


def test_contacts_names_who_stands_in_a_role_they_do_not_hold(ran: School) -> None:
    listed = ran.policy("contacts", "--json").json
    assert listed["directory"][0]["name"] == "Deborah Sheffield"
    assert any(entry["role"] == "dsl" for entry in listed["documents"])
    assert "Deborah Sheffield" in ran.policy("contacts").out


def test_two_decisions_on_a_mailing_at_once_are_refused(ran: School) -> None:
    answer = ran.policy("send", "--confirm", "--cancel")
    assert answer.code == 2
    assert "Choose one" in answer.err
    assert ran.policy("send").out == "No mailing waits.\n"
    assert "could be paused" in ran.policy("send", "--pause").out


def test_a_decision_before_the_first_run_lays_nothing_out(empty_school: School) -> None:
    answer = empty_school.policy("issue", "lettings")
    assert answer.code == 6
    assert "policy run" in answer.err
    assert not (empty_school.root / "distribution" / "register.sqlite3").exists()


def test_a_fault_of_the_program_says_so_to_the_office(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def faulty(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(policy, "main", faulty)
    assert run_command(["run"]) == 1
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert "not a mistake of yours" in told
