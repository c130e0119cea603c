"""Questions about the staff list on the desk: who waits stands first, and each is answered where it is asked."""

import html
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.people.lists.several_lists import take_lists
from pipeline.people.obligations import has_left
from tests.people.test_who_they_are import ANN, COLLEAGUES, XENA, Row, people, with_last_day, write
from tests.school import MONDAY, at
from tests.web.desk import Desk, hidden_fields, open_desk

QUESTIONS = "/people/questions"
HOME = ("n1", "Ann", "Home", "ann@gmail.com", "Teaching assistant", "2026-11-23", "")
SLIP = ("n2", "Bob", "Slip", "bob@exampel.org", "Technician", "2026-11-23", "")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as one:
        one.school.add_policy("Child Protection")
        take(one, ANN, *COLLEAGUES)
        one.sign_in("office@example.org")
        yield one


def take(desk: Desk, *rows: Row) -> None:
    write(desk.school, *rows)
    take_lists(desk.school.register, desk.school.config, MONDAY, at(MONDAY))


def answer(desk: Desk, **fields: str) -> httpx.Response:
    looked = desk.browser.get(QUESTIONS)
    return desk.browser.post(QUESTIONS, data={**hidden_fields(looked), "of": "staff.csv", **fields})


def text_of(desk: Desk, path: str) -> str:
    found = desk.browser.get(path)
    assert found.status_code == 200, path
    return html.unescape(found.text)


def test_a_successor_is_asked_about_on_the_first_page_and_the_old_name_is_on_no_page_after(desk: Desk) -> None:
    desk.school.plan(MONDAY)
    desk.school.deliver(MONDAY)
    take(desk, XENA, *COLLEAGUES)
    first = text_of(desk, "/")
    assert "Questions about the staff list" in first
    assert "Xena Newby" in first
    page = text_of(desk, QUESTIONS)
    assert "which was that of Ann Abbot. Is that the same person, or somebody else?" in page
    answered = answer(desk, **{"answer-p1": "same"})
    assert answered.status_code == 303
    row = people(desk.school)["Xena Newby"]
    desk.school.plan(MONDAY)
    desk.school.deliver(MONDAY)
    for path in (
        "/", QUESTIONS, "/people", "/people?state=left", "/people?state=unlisted", f"/people/{row.id}", "/problems",
        f"/people/{row.id}/change", "/readings", "/figures", "/mailings", "/mailings/mails?state=written", "/inspector",
        "/reports", "/contacts", "/held", "/search?q=Abbot", "/papers", "/policies", "/reviews",
    ):  # fmt: skip
        assert "Ann Abbot" not in text_of(desk, path), path
    site = desk.school.config.distribution
    assert not [path for path in site.rglob("*.html") if "Ann Abbot" in path.read_text(encoding="utf-8")]


def test_somebody_else_is_taken_in_as_new_from_the_desk(desk: Desk) -> None:
    take(desk, XENA, *COLLEAGUES)
    answer(desk, **{"answer-p1": "other"})
    now = people(desk.school)
    assert now["Xena Newby"].id != now["Ann Abbot"].id
    assert "Nothing is asked about the staff list." in text_of(desk, QUESTIONS)


def test_who_waits_for_an_address_stands_on_the_first_page_with_their_pack_likely_slips_first(desk: Desk) -> None:
    take(desk, ANN, *COLLEAGUES, HOME, SLIP)
    first = text_of(desk, "/")
    ann, bob = (people(desk.school)[name].id for name in ("Ann Home", "Bob Slip"))
    assert first.index("Bob Slip: is this address right?") < first.index("Ann Home: is this address right?")
    assert "bob@exampel.org, perhaps a slip of the pen for example.org" in first
    for key in (ann, bob):
        assert f'<a href="/papers?who={key}">Print their pack</a>' in first
    assert "For whom" in text_of(desk, f"/papers?who={ann}") or "Ann Home" in text_of(desk, f"/papers?who={ann}")
    answer(desk, **{"answer-n1": "same"})
    assert people(desk.school)["Ann Home"].person.work_email == "ann@gmail.com"
    assert "Ann Home" not in text_of(desk, "/")


def test_a_leaver_who_is_back_is_answered_from_the_desk(desk: Desk) -> None:
    take(desk, ANN, *[with_last_day(row, MONDAY.replace(day=20)) for row in COLLEAGUES[:2]], *COLLEAGUES[2:])
    take(desk, ANN, *COLLEAGUES)
    answer(desk, **{"answer-c0": "same", "answer-c1": "other"})
    now = people(desk.school)
    assert not has_left(now["Kim Lee"].person, MONDAY)
    assert has_left(now["Kim Marsh"].person, MONDAY)
    take(desk, ANN, *COLLEAGUES)
    assert has_left(people(desk.school)["Kim Marsh"].person, MONDAY)
    assert "Nothing is asked about the staff list." in text_of(desk, QUESTIONS)


def test_an_answer_to_nothing_asked_or_none_at_all_changes_nothing(desk: Desk) -> None:
    take(desk, XENA, *COLLEAGUES)
    assert "Say of at least one of them what is right" in html.unescape(answer(desk).text)
    assert "Nothing is asked about that any more" in html.unescape(answer(desk, **{"answer-c0": "same"}).text)


def test_a_list_that_is_gone_is_said_first_and_meant_from_the_desk(desk: Desk) -> None:
    (desk.school.root / "staff.csv").unlink()
    take_lists(desk.school.register, desk.school.config, MONDAY, at(MONDAY))
    assert text_of(desk, "/").index("The staff list is not there") < text_of(desk, "/").index("Waiting for you")
    done = desk.browser.post(
        QUESTIONS, data={**hidden_fields(desk.browser.get(QUESTIONS)), "of": "staff.csv", "meant": "yes"}
    )
    assert done.status_code == 303
    assert "The staff list is not there" not in text_of(desk, "/")


def test_no_empty_file_is_offered_or_put_in_the_place_of_a_list(desk: Desk) -> None:
    path = desk.school.root / "staff.csv"
    before = path.read_bytes()
    empty = ",".join(("person_id", "first_name", "last_name", "work_email", "role")) + "\n"
    looked = desk.browser.post(
        "/people/import", data=desk.hidden("/people/import"), files={"list": ("empty.csv", empty.encode())}
    )
    assert "This list names nobody" in html.unescape(looked.text)
    assert 'name="place"' not in looked.text
    forced = {"of": "staff.csv", "take": "yes", "place": "yes", "file": "1", "seen": ""}
    desk.browser.post("/people/import", data={**desk.hidden("/people/import"), **forced})
    assert path.read_bytes() == before


def test_a_workbook_that_is_put_in_place_of_a_csv_stays_one_and_is_read_from_then_on(desk: Desk) -> None:
    starter = ("s1", "Sam", "Start", "sam@example.org", "Cook", "2026-11-23", "")
    made = write(desk.school, ANN, *COLLEAGUES, starter, name="upload.xlsx")
    content = made.read_bytes()
    looked = desk.browser.post(
        "/people/import", data=desk.hidden("/people/import"), files={"list": ("export.xlsx", content)}
    )
    done = desk.browser.post("/people/import", data={**hidden_fields(looked), "place": "yes"})
    assert done.status_code == 303
    assert (desk.school.root / "staff.xlsx").read_bytes() == content
    assert not (desk.school.root / "staff.csv").exists()
    assert 'source = "staff.xlsx"' in (desk.school.root / "config.toml").read_text(encoding="utf-8")
    assert list(desk.school.root.glob("staff-before-*.csv"))
