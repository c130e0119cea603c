"""Papers at the command line: packs for whom mail does not reach, what came back entered, what cannot be told asked."""

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import page
import pypdf
import pytest

from tests.end_to_end.conftest import TODAY, School


def words(path: Path) -> str:
    """All words of a PDF."""
    return " ".join(" ".join(sheet.extract_text().split()) for sheet in pypdf.PdfReader(path).pages)


def test_everybody_without_mail_gets_one_accessible_file_for_the_printer(ran: School) -> None:
    out = ran.root / "packs"
    answer = ran.policy("pack", "--all-on-paper", "--out", str(out), "--json")
    assert answer.code == 0
    assert [(Path(file["file"]).name, len(file["policies"])) for file in answer.json["files"]] == [
        ("plumtree-derek.pdf", 2),
        ("tibbs-maureen.pdf", 2),
    ]
    for file in answer.json["files"]:
        path = Path(file["file"])
        assert page.validate_pdf_bytes(path.read_bytes(), profile="ua1").failures == []
        said = words(path)
        assert said.index("Worried about a child?") < said.index("What to read")
        assert "Deborah Sheffield (01332 662337)" in said
        assert len(re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", said)) >= 2


def test_the_command_says_what_lies_where_and_what_to_do_next(ran: School) -> None:
    out = ran.root / "packs"
    said = ran.policy("pack", "Maureen Tibbs", "WP011", "--out", str(out)).out
    assert "Maureen Tibbs: tibbs-maureen.pdf, " in said
    assert "Joshua Quill: quill-joshua.pdf, " in said
    assert "Print double-sided; signed lines are entered with `policy acknowledge record`." in said
    by_policy = ran.policy("pack", "Site Manager", "Midday Supervisor", "--by-policy", "--out", str(out)).out
    assert "Confidentiality Policy: confidentiality-to-sign.pdf, 6 pages" in by_policy


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Name a person, team or role, or give --all-on-paper"),
        (("WP009", "--all-on-paper"), "Name a person, team or role, or give --all-on-paper"),
        (("Nobody Here",), "no team or role is called so"),
    ],
)
def test_an_order_for_nobody_prints_nothing(ran: School, arguments: tuple[str, ...], says: str) -> None:
    answer = ran.policy("pack", *arguments, "--out", str(ran.root / "packs"))
    assert answer.code == 2
    assert says in answer.err
    assert not (ran.root / "packs").exists()


def test_no_code_is_printed_that_would_not_be_known_again(ran: School, monkeypatch: pytest.MonkeyPatch) -> None:
    ran.configure('base_url = ""', 'base_url = "https://policies.example.org"')
    ran.policy("run")
    monkeypatch.setenv("POLICY_SECRET_KEY", "quite another secret than before")
    answer = ran.policy("pack", "WP009", "--out", str(ran.root / "packs"))
    assert answer.code == 3
    assert "`policy keys` says which one to put back" in answer.err


def test_nothing_is_asked_on_paper_by_a_register_that_something_else_changed(ran: School) -> None:
    with contextlib.closing(sqlite3.connect(ran.root / "distribution" / "register.sqlite3")) as other, other:
        other.execute("UPDATE person SET last_name = 'Plum' WHERE last_name = 'Plumtree'")
    answer = ran.policy("pack", "--all-on-paper", "--out", str(ran.root / "packs"))
    assert (answer.code, "damaged" in answer.err) == (6, True)
    assert not (ran.root / "packs").exists()


def test_what_cannot_be_printed_is_named(ran: School) -> None:
    (ran.root / "distribution" / "copies" / "confidentiality.pdf").unlink()
    answer = ran.policy("pack", "WP009", "--out", str(ran.root / "packs"))
    assert "Not printed, since there is no right copy today: Confidentiality Policy." in answer.out
    (ran.root / "distribution" / "copies" / "child-protection.pdf").unlink()
    answer = ran.policy("pack", "WP010", "--out", str(ran.root / "packs"))
    assert "tibbs-maureen.pdf, 1 page (whom to ask, and what is new or missing)" in answer.out
    page_of = words(ran.root / "packs" / "tibbs-maureen.pdf")
    assert "Confidentiality Policy" in page_of
    assert "Safeguarding: ask" in page_of


def test_who_has_nothing_to_read_is_named(ran: School) -> None:
    ran.configure('default = "catalogue"', 'default = "find"')
    answer = ran.policy("pack", "WP009", "--out", str(ran.root / "packs"))
    assert "Nothing to read at the moment: Derek Plumtree." in answer.out
    assert ran.policy("pack", "WP009", "--out", str(ran.root / "packs"), "--json").json["nothing_owed"] == ["WP009"]


def test_what_came_back_signed_is_entered_by_people_or_by_codes(ran: School) -> None:
    ran.policy("pack", "WP009", "--out", str(ran.root / "packs"))
    codes = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", words(ran.root / "packs" / "plumtree-derek.pdf"))
    assert len(codes) == 2
    early = ran.policy("acknowledge", "record", "--code", codes[0], "--by", "Jo Clerk", "--on", "2026-11-20")
    assert (early.code, "cannot have been signed on 20 November 2026. Look at the day" in early.err) == (2, True)
    entered = ran.policy("acknowledge", "record", "--code", codes[0].lower(), codes[1], "--by", "Jo Clerk")
    assert entered.out == (
        "Recorded: 2 readings on 24 November 2026: Derek Plumtree (Confidentiality Policy) and Derek Plumtree "
        "(Safeguarding and Child Protection Policy).\n"
    )
    again = ran.policy("acknowledge", "record", "--code", codes[0], "--by", "Jo Clerk", "--json")
    assert again.json == [{"person_id": "WP009", "policy": "confidentiality", "outcome": "already"}]
    several = ran.policy("acknowledge", "record", "WP010", "Beata Kowalczyk", "confidentiality", "--by", "Jo Clerk")
    assert several.out.startswith("Recorded: 2 readings on ")
    one = ran.policy("acknowledge", "record", "WP010", "confidentiality", "--by", "Jo Clerk", "--json")
    assert one.json == {"person_id": "WP010", "policy": "confidentiality", "outcome": "already"}
    assert ran.policy("ledger", "verify").code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("WP009", "confidentiality"), "--by NAME is needed"),
        (("confidentiality", "--by", "Jo Clerk"), "Give the people and then the policy"),
        (("--by", "Jo Clerk"), "Give the people and then the policy"),
        (("--code", "0000-0000", "--by", "Jo Clerk"), "is no code of this school"),
        (("WP009", "nobody", "confidentiality", "--by", "Jo Clerk"), "Nothing was recorded."),
    ],
)
def test_what_cannot_be_entered_is_told(ran: School, arguments: tuple[str, ...], says: str) -> None:
    answer = ran.policy("acknowledge", "record", *arguments)
    assert answer.code == 2
    assert says in answer.err
    assert [line for line in ran.policy("acknowledge", "list", "--json").json if line["state"] == "acknowledged"] == []


def test_entering_a_code_makes_no_key(ran: School) -> None:
    key = ran.root / ".secrets" / "secret-key"
    key.unlink(missing_ok=True)
    sheet = ran.policy("acknowledge", "record", "--code", "ABCD-EFGH", "--by", "Jo Clerk")
    card = ran.policy("acknowledge", "record", "--card", "ABC-DEF-GHJ", "--name", "Ada Moss", "--by", "Jo Clerk")
    for answer, says in ((sheet, "is no code of this school"), (card, "is no card of this school")):
        assert (answer.code, says in answer.err) == (2, True)
        assert not key.exists()


def test_cards_are_printed_and_a_slip_that_came_back_is_entered(ran: School) -> None:
    out = ran.root / "cards.pdf"
    said = ran.policy("card", "--out", str(out), "--number", "5").out
    assert "5 cards on 2 sheets" in said
    assert "turned on the long edge" in said
    code = re.findall(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b", words(out))[0]
    entering = ("acknowledge", "record", "--card", code, "--name", "Ada Moss", "--by", "Jo Clerk")
    assert ran.policy(*entering).out == (
        "Recorded: Ada Moss (hand-1) was given card 1 and has read it. Added as supply.\n"
    )
    assert "was entered already" in ran.policy(*entering).out
    assert ran.policy(*entering, "--json").json == {"person_id": "hand-1", "new": False, "outcome": "already"}
    listed = ran.policy("card", "--signed").out
    assert "Ada Moss: card 1 of 24 November 2026, which gives the essentials of Safeguarding and Child" in listed
    [slip] = ran.policy("card", "--signed", "--json").json
    assert (slip["name"], slip["number"], slip["essentials_of"][0]["policy"]) == ("Ada Moss", 1, "child-protection")
    assert ran.policy("card", "--out", str(out), "--json").json["first"] == 6
    assert ran.policy("run").code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("card",), "Give --out FILE.pdf to print cards, or --signed"),
        (("card", "--signed", "--out", "x.pdf"), "Give --out FILE.pdf to print cards, or --signed"),
        (("acknowledge", "record", "--card", "A", "--by", "Jo Clerk"), "--card goes with --name"),
        (("acknowledge", "record", "WP009", "pshe", "--name", "Ada Moss", "--by", "Jo Clerk"), "go with --card CODE"),
    ],
)
def test_a_card_command_that_says_half_of_it_is_told(ran: School, arguments: tuple[str, ...], says: str) -> None:
    answer = ran.policy(*arguments)
    assert (answer.code, says in answer.err) == (2, True)


def test_the_recipe_is_shown_or_written_and_takes_no_files_place(ran: School) -> None:
    assert "MICROSOFT FORMS" in ran.policy("form", "recipe").out
    out = ran.root / "form.txt"
    assert "The steps are in" in ran.policy("form", "recipe", "--out", str(out)).out
    assert "GOOGLE FORMS" in out.read_text(encoding="utf-8")
    assert "choose another name" in ran.policy("form", "recipe", "--out", str(out)).err
    assert "cannot be written" in ran.policy("form", "recipe", "--out", str(ran.root / "nowhere" / "x.txt")).err


def _export(school: School, *rows: str) -> str:
    path = school.root / "Read our policies.csv"
    path.write_text("\n".join(["Timestamp,Email Address,Name,Which policies have you read?", *rows]), encoding="utf-8")
    return str(path)


def test_an_export_is_shown_first_and_what_does_not_match_comes_with_a_proposal(ran: School) -> None:
    export = _export(
        ran,
        "2026/11/23 9:01:22 am GMT,beata.kowalczyk@example.org,Beata Kowalczyk,Confidentiality Policy",
        "2026/11/23 9:01:22 am GMT,,Derek Plumtree,Confidentiality Policy",
    )
    looked = ran.policy("acknowledge", "import", export, "--preview").out
    assert "1 reading would be recorded, 0 held already." in looked
    assert "Row 3 was not taken: It was filled in without signing in, as 'Derek Plumtree'" in looked
    command = 'policy acknowledge record WP009 confidentiality --on 2026-11-23 --by "Your Name"'
    assert f"Probably Derek Plumtree? Then record it with: {command}" in looked
    assert ran.policy("acknowledge", "import", export, "--json", "--preview").json["recorded"] == [
        {"row": 2, "person_id": "WP008", "policy": "confidentiality"}
    ]
    assert [line for line in ran.policy("acknowledge", "list", "--json").json if line["state"] == "acknowledged"] == []
    answer = ran.policy("acknowledge", "import", export, "--by", "Jo Clerk", "--json")
    assert answer.json["unmatched"][0]["proposals"] == [
        {"person_id": "WP009", "name": "Derek Plumtree", "policy": "confidentiality", "on": "2026-11-23"}
    ]
    assert "0 readings recorded, 1 held already." in ran.policy("acknowledge", "import", export, "--by", "Jo Clerk").out
    proposed = ("acknowledge", "record", "WP009", "confidentiality", "--on", "2026-11-23", "--by", "Jo Clerk")
    assert "Recorded: 1 reading on 23 November 2026: Derek Plumtree" in ran.policy(*proposed).out
    assert ran.policy("ledger", "verify").code == 0


def test_two_kinds_of_list_at_once_and_days_that_nothing_tells_are_asked_about(ran: School) -> None:
    export = _export(ran, "03/04/2026 9:01:22,beata.kowalczyk@example.org,,Confidentiality")
    assert "give one of them" in ran.policy("acknowledge", "import", export, "--baseline", "--paper").err
    asked = ran.policy("acknowledge", "import", export, "--by", "Jo Clerk")
    assert (asked.code, "--dates day-first or --dates month-first" in asked.err) == (2, True)
    taken = ran.policy("acknowledge", "import", export, "--by", "Jo Clerk", "--dates", "day-first", "--paper")
    assert "1 reading recorded" in taken.out


def test_last_years_sheet_mails_nobody_for_what_it_covers(west_park: School) -> None:
    west_park.policy("staff", "import", str(west_park.root / "staff.csv"))
    west_park.policy("run", "--dry-run")
    west_park.configure('default = "catalogue"', 'default = "find"')
    west_park.policy("run")
    before = len(west_park.mails())
    west_park.configure('default = "find"', 'default = "catalogue"')
    sheet = west_park.root / "last year.csv"
    rows = [f"WP{number:03},03/09/2025,04/09/2025" for number in range(1, 11)]
    headings = "person_id,Confidentiality Policy,Safeguarding and Child Protection Policy"
    sheet.write_text("\n".join([headings, *rows]), encoding="utf-8")
    taken = west_park.policy("acknowledge", "import", str(sheet), "--baseline", "--dates", "day-first", "--json").json
    assert len(taken["recorded"]) + len(taken["unmatched"]) == 20
    west_park.policy("run")
    asked = west_park.policy("acknowledge", "list", "--json").json
    assert {line["state"] for line in asked if line["person_id"] in {f"WP{number:03}" for number in range(1, 11)}} == {
        "acknowledged"
    }
    assert len(west_park.mails()) == before


def on_a_terminal(school: School, repository: Path, typed: bytes, *arguments: str) -> str:
    """Run a command on a terminal of its own, type ``typed`` there, and return what it showed."""
    pty = pytest.importorskip("pty", reason="there is no such terminal on this machine")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pipeline", "--workspace", str(school.root), "--today", TODAY, *arguments]
    environ = {**os.environ, "PYTHONPATH": str(repository), "TERM": "dumb"}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ) as running:
        os.close(theirs)
        os.write(ours, typed)
        shown = b""
        # A terminal whose other end is closed says so by an error.
        with contextlib.suppress(OSError):
            while more := os.read(ours, 4096):
                shown += more
        running.wait(timeout=60)
    os.close(ours)
    return shown.decode("utf-8", "replace")


def test_on_a_terminal_an_import_shows_first_and_asks(ran: School, repository: Path) -> None:
    export = _export(ran, "2026/11/23 9:01:22 am GMT,beata.kowalczyk@example.org,Beata Kowalczyk,Confidentiality")
    importing = ("acknowledge", "import", export, "--by", "Jo Clerk")
    refused = on_a_terminal(ran, repository, b"n\n", *importing)
    assert "1 reading would be recorded" in refused
    assert "1 reading recorded" not in refused
    assert "1 reading recorded" in on_a_terminal(ran, repository, b"y\n", *importing)
    assert "would be" not in on_a_terminal(ran, repository, b"", *importing, "--yes")


def test_the_report_tells_what_is_to_be_printed_from_what_was_and_is_not_back(ran: School) -> None:
    before = ran.policy("run").out
    assert "To hand over on paper\n  Derek Plumtree (no e-mail address): Confidentiality Policy and " in before
    assert "'policy pack --all-on-paper --out FOLDER' prints it, with a sheet to sign." in before
    ran.policy("pack", "WP009", "--out", str(ran.root / "packs"))
    after = ran.policy("run").out
    to_print, _, printed_only = after.partition("Printed, not handed over yet")
    assert "Derek Plumtree (no e-mail address)" not in to_print
    assert "Maureen Tibbs (no e-mail address)" in to_print
    assert "Derek Plumtree (no e-mail address): Confidentiality Policy and " in printed_only
    said = ran.policy("acknowledge", "handed", "WP009", "--by", "Jo Clerk").out
    assert "Their days to read begin on that day." in said
    _, _, handed_over = ran.policy("run").out.partition("Handed over on paper, not back yet")
    assert "Derek Plumtree (no e-mail address): Confidentiality Policy and " in handed_over
    printed = {each["person_id"]: each["printed"] for each in ran.policy("run", "--json").json["paper"]}
    assert printed == {"WP009": ["confidentiality", "child-protection"], "WP010": []}
    ran.policy("acknowledge", "record", "WP009", "confidentiality", "--by", "Jo Clerk")
    assert "Derek Plumtree (no e-mail address): Safeguarding and Child Protection Policy" in ran.policy("run").out
