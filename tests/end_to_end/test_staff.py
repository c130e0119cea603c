"""Staff lists at the command line and in the run: no leaver is mailed, nobody is dropped, nothing is hidden."""

import re
from pathlib import Path

import pytest

from tests.end_to_end.conftest import School

_SIMS = "Person ID,Legal Forename,Legal Surname,Work Email,Post Held,Employment Start,Employment End"

_NAMES = (
    "Lee", "Marsh", "Fox", "Day", "Holt", "Moss", "Reed", "Frost", "Hale", "Birch", "Lane", "Ford",
)  # fmt: skip


def _write(school: School, *rows: str, headings: str = _SIMS, name: str = "staff.csv") -> Path:
    path = school.root / name
    path.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
    return path


def _people(school: School) -> dict[str, dict[str, object]]:
    return {each["person_id"]: each for each in school.policy("staff", "list", "--json").json}


def test_who_has_left_by_an_export_is_not_mailed_and_posts_are_roles(stocked: School) -> None:
    _write(
        stocked,
        "7,Ana,Lee,ana@example.org,Teacher,01/09/2019,",
        "8,Bo,Day,bo@example.org,Cook,01/09/2019,31/08/2026",
    )
    stocked.policy("run")
    mailed = " ".join(str(mail["To"]) for mail in stocked.mails())
    assert "ana@example.org" in mailed
    assert "bo@example.org" not in mailed
    assert {key: each["role"] for key, each in _people(stocked).items()} == {"7": "Teacher", "8": "Cook"}


@pytest.mark.parametrize(("heading", "value"), [("Status", "Leaver"), ("accountEnabled", "False"), ("Leaver", "Y")])
def test_who_has_left_by_status_alone_is_not_mailed(stocked: School, heading: str, value: str) -> None:
    headings = f"id,displayName,mail,jobTitle,{heading}"
    _write(stocked, "7,Ana Lee,ana@example.org,Teacher,", f"8,Bo Day,bo@example.org,Cook,{value}", headings=headings)
    report = stocked.policy("run", "--json").json
    assert report["staff"]["left"] == ["8"]
    assert [mail["to"] for mail in report["mail"]["planned"] if "bo@" in mail["to"]] == []
    assert [mail["to"] for mail in report["mail"]["planned"] if "ana@" in mail["to"]]


def test_a_column_that_looks_like_a_last_day_stops_the_import_until_it_is_answered(west_park: School) -> None:
    path = _write(
        west_park, "7,Ana,Lee,31/08/2026", headings="Person ID,Legal Forename,Legal Surname,Finish", name="new.csv"
    )
    answer = west_park.policy("staff", "import", str(path), "--source", "new", "--json")
    assert (answer.code, answer.json["written"], answer.json["new"]) == (2, False, ["7"])
    assert '"Finish" = "leave_date"' in answer.json["questions"][0]
    assert {"heading": "Finish", "field": None, "use": "not understood", "used": False} in answer.json["columns"]
    said = west_park.policy("staff", "import", str(path), "--source", "new")
    assert "What is it? Write it into config.toml under [people.columns]" in said.out
    west_park.configure("[people.columns]", '[people.columns]\n"Finish" = "leave_date"')
    assert west_park.policy("staff", "import", str(path), "--source", "new", "--json").json["left"] == ["7"]


def test_a_question_of_the_list_stands_in_the_report_and_the_run_goes_on(ran: School) -> None:
    known = _people(ran)
    _write(ran, "7,Ana,Lee,31/08/2026", headings="Person ID,Forename,Surname,Finish")
    report = ran.policy("run", "--json")
    assert (report.code, report.json["staff"]["written"]) == (0, False)
    assert any("“Finish” looks like somebody's last day" in notice for notice in report.json["notices"])
    assert _people(ran) == known


def test_a_preview_says_what_would_change_and_writes_nothing(west_park: School) -> None:
    staff = west_park.root / "staff.csv"
    before = west_park.policy("staff", "import", str(staff), "--preview", "--json")
    assert (before.code, before.json["written"], len(before.json["new"])) == (0, False, 11)
    assert not (west_park.root / "distribution" / "register.sqlite3").exists()
    west_park.policy("run")
    staff.write_text(staff.read_text(encoding="utf-8").replace("Teacher of Science", "Head of Science"), "utf-8")
    answer = west_park.policy("staff", "import", str(staff), "--preview")
    assert "Nothing was written." in answer.out
    assert "  Marcus Adeyinka: role Teacher of Science → Head of Science" in answer.out
    assert _people(west_park)["WP006"]["role"] == "Teacher of Science"
    found = west_park.policy("staff", "import", str(staff), "--json").json
    assert found["changes"] == [
        {
            "person_id": "WP006",
            "name": "Marcus Adeyinka",
            "field": "role",
            "before": "Teacher of Science",
            "after": "Head of Science",
            "waiting": False,
        }
    ]
    assert (found["written"], found["waiting"]) == (True, False)


def test_a_list_that_would_lose_half_the_people_waits_in_the_run_for_a_yes(ran: School) -> None:
    staff = ran.root / "staff.csv"
    lines = staff.read_text(encoding="utf-8").splitlines()
    _write(ran, *lines[1:6], "WP020,New,Starter,new@example.org,Cook,2026-11-02,", headings=lines[0])
    report = ran.policy("run", "--json")
    assert (report.code, report.json["staff"]["waiting"], report.json["staff"]["new"]) == (0, True, ["WP020"])
    assert any("wait for you; starters were taken over" in each for each in report.json["notices"])
    assert not any(each["missing_since"] for each in _people(ran).values())
    again = ran.policy("staff", "import", str(staff), "--json")
    assert (again.code, again.json["waiting"]) == (0, True)
    done = ran.policy("staff", "import", str(staff), "--yes", "--json").json
    assert (done["waiting"], len(done["missing"])) == (False, 6)
    assert sum(bool(each["missing_since"]) for each in _people(ran).values()) == 6


@pytest.mark.parametrize("with_ids", [False, True])
def test_a_whole_schools_new_mail_domain_is_told_as_waiting_until_somebody_says_yes(
    stocked: School, with_ids: bool
) -> None:
    """Without ids each address is the id, too, so that everybody has another one."""

    def write(domain: str) -> Path:
        named = [f"Kim,{name},{name.lower()}@{domain},Teacher,01/09/2019," for name in _NAMES]
        rows = [f"{place},{row}" for place, row in enumerate(named)] if with_ids else named
        return _write(stocked, *rows, headings=_SIMS if with_ids else _SIMS.partition(",")[2])

    staff = write("example.org")
    stocked.policy("run")
    write("new.example.org")
    preview, run = stocked.policy("staff", "import", str(staff), "--preview").out, stocked.policy("run").out
    taken = stocked.policy("staff", "import", str(staff)).out
    for said in (preview, taken):
        assert "\n0 changed\n" in f"\n{said}"
        assert "12 changed by the list (waiting): Kim " in said
    assert re.search(r"^Staff +12 changed by the list \(waiting: .*work address 12\)", run, re.MULTILINE)
    for said in (preview, run, taken):
        words = " ".join(said.split())
        assert "12 changes wait for you" in words
        assert "were taken over" not in words
        assert "what they have read stays theirs" not in words, "told as done"
        assert with_ids or "stand in the list under another id. That waits for you" in words
    assert {str(one["work_email"]).partition("@")[2] for one in _people(stocked).values()} == {"example.org"}
    found = stocked.policy("staff", "import", str(staff), "--json").json
    assert (found["changed"], len(found["changed_waiting"])) == ([], 12)
    done = stocked.policy("staff", "import", str(staff), "--yes").out
    assert "12 changed: Kim " in done
    assert with_ids or done.count("what they have read stays theirs") == 12


def test_who_leads_or_owns_a_policy_is_asked_about_when_the_list_has_them_no_more(ran: School) -> None:
    staff = ran.root / "staff.csv"
    kept = [line for line in staff.read_text(encoding="utf-8").splitlines() if not line.startswith(("WP001", "WP005"))]
    staff.write_text("\n".join(kept) + "\n", encoding="utf-8")
    preview = ran.policy("staff", "import", str(staff), "--preview").out
    report = ran.policy("run", "--json").json
    for said in (preview, "\n".join(report["notices"])):
        assert "Helen Marchbanks is Headteacher in config.toml, but they have not been in the staff list" in said
        assert "Siobhán O'Dowd looks after" in said
        assert "but they are not in the staff list any more. Have they left?" in said
    assert report["staff"]["left"] == []


def test_a_list_of_which_a_fifth_is_refused_is_told_in_the_first_line(stocked: School) -> None:
    staff = stocked.root / "staff.csv"
    text = staff.read_text(encoding="utf-8").replace("@example.org,Teacher", " at example.org,Teacher")
    staff.write_text(text, encoding="utf-8")
    run = stocked.policy("run")
    first = run.out.splitlines()[0]
    assert first.startswith("4 rows of the staff list, a fifth of it or more, were refused")
    assert run.out.count("Row 7 (Marcus Adeyinka) was refused: 'marcus.adeyinka at example.org'") == 1, "told once"
    assert stocked.policy("run", "--json").json["notices"][0] == first


def test_a_list_that_is_not_taken_at_all_is_told_in_the_first_line(ran: School) -> None:
    _write(ran, "x1,Cy,Moss,cy@example.org,Cook,01/09/2019,")
    first = ran.policy("run").out.splitlines()[0]
    assert first.startswith("Nothing was taken from the staff list, so only what earlier lists said is known: none of")


def test_the_run_says_how_columns_were_understood_and_what_changed(stocked: School) -> None:
    _write(stocked, "7,Ana,Lee,ana@example.org,Teacher,01/09/2019,")
    said = stocked.policy("run").out
    assert "Columns understood: “Person ID” as id, “Legal Forename” as first name" in said
    assert "“Employment End” as last day." in said
    _write(stocked, "7,Ana,Lee,ana@example.org,Head of Year,01/09/2019,")
    assert "1 changed (role 1)" in stocked.policy("run").out


def test_a_plain_list_says_nothing_of_its_columns(stocked: School) -> None:
    assert "Columns" not in stocked.policy("run").out


def test_the_list_of_staff_has_headings(ran: School) -> None:
    first, second, *_ = ran.policy("staff", "list").out.splitlines()
    assert first.split() == ["Id", "Name", "Work", "address", "Role", "Kind", "Team", "List"]
    assert second.index("marcus") == first.index("Work address")


def test_another_file_than_the_one_the_run_reads_is_told(west_park: School) -> None:
    path = _write(west_park, "7,Ana,Lee,ana@example.org,Teacher,01/09/2019,", name="export.csv")
    assert "The daily run reads staff.csv, not export.csv" in west_park.policy("staff", "import", str(path)).out


def test_an_unknown_meaning_of_a_column_is_a_fault_of_the_configuration(west_park: School) -> None:
    west_park.configure("[people.columns]", '[people.columns]\n"Finish" = "end"')
    answer = west_park.policy("status")
    assert answer.code == 3
    assert "people.columns.Finish: 'end' is nothing a column can be; write one of person_id," in answer.err


def test_one_person_by_hand_from_the_first_day_to_the_last(stocked: School) -> None:
    _write(stocked, "7,Ana,Lee,ana@example.org,Teacher,01/09/2019,")
    stocked.policy("run")
    added = stocked.policy("staff", "add", "Bo Day", "role=Cook", "address=bo@example.org", "kind=contractor")
    assert added.out == "Bo Day (hand-1, added by hand) was added: Cook, contractor, bo@example.org.\n"
    changed = stocked.policy("staff", "set", "Bo Day", "team=Kitchen", "away_from=2099-01-05", "away_until=2099-01-09")
    assert changed.out == (
        "Bo Day (hand-1, added by hand): team none → Kitchen.\n"
        "Bo Day (hand-1, added by hand) is away from 5 January 2099 to 9 January 2099; no mail goes to them then.\n"
    )
    assert stocked.policy("staff", "set", "Bo Day", "team=Kitchen").out == (
        "Bo Day (hand-1, added by hand): nothing is otherwise than it was.\n"
    )
    shown = _people(stocked)["hand-1"]
    assert (shown["kind"], shown["team"], shown["source"]) == ("contractor", "Kitchen", "by hand")
    assert shown["away"] == [{"from": "2099-01-05", "until": "2099-01-09"}]
    assert stocked.policy("run").code == 0
    left = stocked.policy("--json", "staff", "leaves", "hand-1").json
    assert (left["closed"], left["dropped"]) == (2, 0)
    assert "left on" in stocked.policy("staff", "list").out
    again = stocked.policy("staff", "leaves", "hand-1")
    assert (again.code, "leaves already" in again.err) == (2, True)
    assert stocked.policy("ledger", "verify").code == 0


def test_who_leads_or_looks_after_policies_and_leaves_is_told_with_who_takes_over(stocked: School) -> None:
    _write(
        stocked,
        "7,Deborah,Sheffield,Deborah.Sheffield@westpark.derby.sch.uk,Lead,,",
        "8,Pat,Moss,pshe.lead@example.org,,,",
    )
    stocked.policy("run")
    lead = stocked.policy("staff", "leaves", "7").out
    assert "Deborah Sheffield is Designated Safeguarding Lead in config.toml, but they have left: " in lead
    owner = stocked.policy("staff", "leaves", "8", "--on", "2099-07-31").out
    assert "must take over" in owner
    assert "by 1 August 2099: 'policy set SLUG owner=…'" in owner


def test_a_personal_link_is_shown_and_ended(stocked: School) -> None:
    _write(stocked, "7,Ana,Lee,ana@example.org,Teacher,01/09/2019,")
    stocked.policy("run")
    none = stocked.policy("staff", "link", "Ana Lee")
    assert (none.code, "without [web] base_url" in none.err) == (2, True)
    stocked.configure('base_url = ""', 'base_url = "https://policies.example.org"')
    link = stocked.policy("--json", "staff", "link", "Ana Lee").json["link"]
    assert link.startswith("https://policies.example.org/my/")
    ended = stocked.policy("staff", "link", "Ana Lee", "--revoke")
    assert ended.out.startswith("The links that Ana Lee was given open nothing any more")
    assert stocked.policy("--json", "staff", "link", "Ana Lee").json["link"] != link
    assert stocked.policy("--json", "staff", "link", "Ana Lee", "--revoke").json["revoked"] is True
    stocked.policy("staff", "leaves", "Ana Lee")
    assert "no link of theirs opens" in stocked.policy("staff", "link", "Ana Lee").err


def test_a_list_that_the_run_does_not_read_is_told(stocked: School) -> None:
    path = _write(stocked, "9,Cy,Fox,cy@example.org,Chair,,", name="board.csv")
    assert (
        "does not know the list “board”: put it into config.toml"
        in stocked.policy("staff", "import", str(path), "--source", "board").out
    )
    assert stocked.policy("staff", "import", str(path), "--source", "by hand").code == 2
    nameless = stocked.policy("staff", "import", str(path), "--source", "")
    assert (nameless.code, "is no name of a list" in nameless.err) == (2, True)
    stocked.configure(
        "[people.columns]",
        '[[people.lists]]\nname = "board"\nsource = "board.csv"\nkind = "governor"\n\n[people.columns]',
    )
    assert "does not know" not in stocked.policy("staff", "import", str(path), "--source", "Board").out
    assert {each["kind"] for each in _people(stocked).values() if each["source"] == "board"} == {"governor"}
    _write(stocked, "9,Cy,Fox,cy@example.org,Chair,,", "10,Di,Ash,di@example.org,,,", name="board.csv")
    stocked.policy("run")
    assert _people(stocked)["10"]["kind"] == "governor"


def test_a_report_counts_nobody_of_a_list_that_asks_something(stocked: School) -> None:
    _write(stocked, "7,Ana,Lee,ana@example.org,Teacher,09/25/2019,", "8,Bo,Day,bo@example.org,Cook,01/09/2019,")
    out = stocked.policy("run").out
    assert "1 refused; a list waits for answers" in " ".join(out.split())
    assert "2 new" not in out
