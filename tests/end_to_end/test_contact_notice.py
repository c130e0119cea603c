"""West Park School's lead changes: staff hear of it by one command, rehearsed, looked ahead at, and by themselves."""

import pytest

from tests.end_to_end.conftest import School

WEDNESDAY, FRIDAY = "2026-11-25", "2026-11-27"
SUBJECT = "the designated safeguarding lead is now Ms Jo Hill"
SAME_DAY = "the designated safeguarding lead is Ms Jo Hill"


@pytest.fixture
def changed(ran: School) -> School:
    ran.configure('name = "Deborah Sheffield"', 'name = "Jo Hill"')
    ran.configure('phone = "01332 662337"', 'phone = "01632 960155"')
    ran.configure('email = "Deborah.Sheffield@westpark.derby.sch.uk"', 'email = "jo.hill@example.org"')
    return ran


def told(school: School, subject: str = SUBJECT) -> list[str]:
    return [str(mail["To"]) for mail in school.mails() if subject in str(mail["Subject"])]


def test_staff_hear_of_a_new_lead_after_two_school_days_and_a_look_ahead_and_a_rehearsal_say_so(
    changed: School,
) -> None:
    ahead = changed.policy("simulate", "--until", FRIDAY, "--json", today=WEDNESDAY).json_lines
    foreseen = [line for line in ahead if line["kind"] == "contacts"]
    assert {line["date"] for line in foreseen} == {FRIDAY}
    assert all(SUBJECT in line["subject"] for line in foreseen)
    report = changed.policy("run", "--json", today=WEDNESDAY).json
    assert report["contact_notice"] == {"number": 1, "roles": ["dsl"], "state": "waits", "goes_on": FRIDAY}
    assert any("Without a word they are told on Friday 27 November" in notice for notice in report["notices"])
    assert told(changed) == []
    assert len(told_in_rehearsal(changed)) == len(foreseen) > 5
    assert told(changed) == []
    out = changed.policy("run", today=FRIDAY).out
    assert f"{len(foreseen)} letters made about new contacts" in " ".join(out.split()), "made, whether or not sent"
    assert sorted(told(changed)) == sorted(line["to"] for line in foreseen)
    assert changed.policy("ledger", "verify").code == 0
    said = [mail for mail in changed.mails() if SUBJECT in str(mail["Subject"])]
    for mail in said:
        text = mail.as_string()
        assert "Sheffield" not in text
        assert "662337" not in text
        body = mail.get_body(("plain",))
        assert body is not None
        words = "The designated safeguarding lead is now Ms Jo Hill, telephone the school office, 01632 960110."
        assert words in body.get_content()


def told_in_rehearsal(school: School) -> list[str]:
    mails = school.policy("run", "--dry-run", "--json", today=FRIDAY).json["mail"]["mails"]
    return [mail["to"] for mail in mails if mail["kind"] == "contacts" and SUBJECT in mail["subject"]]


def test_one_command_says_when_and_contacts_show_what_waits(changed: School) -> None:
    changed.policy("run", today=WEDNESDAY)
    shown = changed.policy("contacts", today=WEDNESDAY).out
    assert "Staff have not been told yet:" in shown
    notice = changed.policy("contacts", "--json", today=WEDNESDAY).json["notice"]
    assert (notice["roles"], notice["goes_on"], notice["chosen"]) == (["dsl"], FRIDAY, "")
    assert changed.policy("contacts", "--tell", "soon", today=WEDNESDAY).code == 2
    assert changed.policy("contacts", "--tell", "now", "--confirm", "dsl", today=WEDNESDAY).code == 2
    answer = changed.policy("contacts", "--tell", "now", "--by", "Pat Clerk", "--json", today=WEDNESDAY)
    assert answer.json == {"notice": 1, "roles": ["dsl"], "tell": "now", "on": WEDNESDAY, "by": "Pat Clerk"}
    changed.policy("run", today=WEDNESDAY)
    assert len(told(changed, SAME_DAY)) > 5
    assert changed.policy("contacts", "--json", today=WEDNESDAY).json["notice"] is None
    assert changed.policy("contacts", "--tell", "now", today=WEDNESDAY).code == 2


def test_who_leaves_the_last_good_list_is_not_written_to_and_a_list_that_waits_keeps_nobody_waiting(
    changed: School,
) -> None:
    staff = changed.root / "staff.csv"
    rows = staff.read_text(encoding="utf-8")
    staff.write_text(rows.replace("2021-09-01,", "2021-09-01,2026-11-24"), encoding="utf-8")
    changed.policy("run", today=WEDNESDAY)
    staff.write_text(rows.splitlines()[0] + "\n" + rows.splitlines()[1] + "\n", encoding="utf-8")
    changed.policy("run", today=FRIDAY)
    written = told(changed)
    assert not [to for to in written if "marcus.adeyinka" in to], "left by the last good list"
    assert [to for to in written if "priya.nandakumar" in to], "the new list waits"


def test_the_same_person_under_a_new_name_by_the_lists_id_renews_copies_and_nothing_says_the_other_name(
    west_park: School,
) -> None:
    staff = west_park.root / "staff.csv"
    rows = staff.read_text(encoding="utf-8")
    staff.write_text(
        rows.replace("WP002,Tom,Ashgrove,tom.ashgrove@", "WP002,Deborah,Sheffield,lead@"), encoding="utf-8"
    )
    west_park.configure("Deborah.Sheffield@westpark.derby.sch.uk", "lead@example.org")
    west_park.policy("run")
    before = len(west_park.mails())
    staff.write_text(staff.read_text(encoding="utf-8").replace("Sheffield", "Underhill"), encoding="utf-8")
    west_park.configure('name = "Deborah Sheffield"', 'name = "Deborah Underhill"')
    west_park.policy("run", today=WEDNESDAY)
    report = west_park.policy("run", "--json", today="2026-11-26").json
    assert not [notice for notice in report["notices"] if "not confirmed" in notice or "Sheffield" in notice]
    west_park.policy("run", today=FRIDAY)
    mails = west_park.mails()[before:]
    assert not [mail for mail in mails if "safeguarding lead is" in str(mail["Subject"])]
    assert not [mail for mail in mails if "Sheffield" in mail.as_string()]
    made = west_park.root / "distribution"
    pages = [path for place in ("copies", "staff-site", "site") for path in (made / place).rglob("*.html")]
    assert pages
    assert not [path for path in pages if "Sheffield" in path.read_text(encoding="utf-8")]
    assert any("01332 662337" in path.read_text(encoding="utf-8") for path in pages), "their number goes on to count"
