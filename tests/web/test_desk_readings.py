"""Readings that came back on paper, entered from the desk."""

import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import openpyxl
import pytest

from pipeline.acknowledgements.codes import request_code
from pipeline.acknowledgements.links import make_secret
from pipeline.model.readings import AcknowledgementMethod
from pipeline.register.readings.requests import list_acknowledgements
from tests.school import MONDAY
from tests.web.desk import Desk, hidden_fields, open_desk

SHEET = "/policies/confidentiality/sheet"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as one:
        one.school.add_policy("Confidentiality")
        one.school.add_person("Lee", team="Science")
        one.school.add_person("Day", team="Office")
        one.school.add_person("Marsh", email="jo.marsh@example.org")
        one.school.plan()
        one.sign_in("jo.marsh@example.org")
        yield one


def entered(desk: Desk) -> list[tuple[int, str | None, str]]:
    with desk.school.register.reading() as tx:
        given = list_acknowledgements(tx, desk.school.key)
    return [(one.person, one.entered_by, one.acknowledged_at.date().isoformat()) for one in given]


def boxes(answer: httpx.Response) -> list[str]:
    return re.findall(r'type="checkbox" id="[^"]+" name="person" value="(\d+)"(?! disabled)[^>]*>', answer.text)


def test_a_sheet_of_names_is_looked_at_and_recorded_by_whoever_is_signed_in(desk: Desk) -> None:
    science = desk.browser.get(f"{SHEET}?team=Science")
    assert "Kim Lee" in science.text
    assert "Kim Day" not in science.text
    page = desk.browser.get(SHEET)
    others, own = boxes(page), re.findall(r'value="(\d+)" disabled', page.text)
    assert (len(others), len(own)) == (2, 1)
    wrong = (
        ([], "2026-11-23", "Tick who has signed"),
        (others[:1], "", "Give the day"),
        (others[:1], "2027-01-01", "has not come yet"),
        ([*others, *own], "2026-11-23", "You yourself are on the sheet"),
    )
    for ticks, day, said in wrong:
        answer = desk.send(SHEET, person=ticks, on=day)
        assert answer.status_code == 422
        assert said in answer.text
    assert entered(desk) == []
    checked = desk.send(SHEET, person=others, on="2026-11-23", held="Ms Hill")
    assert checked.status_code == 200
    assert "<strong>2 people</strong> signed for Confidentiality" in checked.text
    assert entered(desk) == []
    done = desk.browser.post(SHEET, data=hidden_fields(checked))
    assert "Recorded: 2 readings on 23 November 2026: Kim " in desk.page(done.headers["location"])
    assert {by for _, by, _ in entered(desk)} == {"Kim Marsh (jo.marsh@example.org)"}
    assert desk.records()[-1] == "sheet-held"
    again = desk.send(SHEET, person=others, on="2026-11-23", sure="yes")
    assert "Held already, so nothing was added" in desk.page(again.headers["location"])


def test_lines_are_entered_by_their_codes_all_or_none(desk: Desk) -> None:
    secret = make_secret(desk.school.config)
    codes = {row.person: request_code(secret, desk.school.key, row.id) for row in desk.school.requests()}
    mine = max(codes)
    others = [code for person, code in codes.items() if person != mine]
    for typed, said in (("", "Type the codes"), (f"{others[0]}, XXXX-XXXX", "is no code of this school"),
                        (" ".join(codes.values()), "cannot enter their own reading")):  # fmt: skip
        answer = desk.send("/readings/codes", codes=typed, on="2026-11-23")
        assert answer.status_code == 422
        assert said in html.unescape(answer.text)
        assert entered(desk) == []
    assert "Recorded: 2 readings" in desk.done("/readings/codes", codes="\n".join(others), on=MONDAY.isoformat())


def test_a_slip_that_is_none_is_said_to_be(desk: Desk) -> None:
    answer = desk.send("/readings/slip", card="QQQQ-QQQQ", name="Robin Vale", on="2026-11-23")
    assert answer.status_code == 422
    assert 'value="Robin Vale"' in answer.text


def test_who_has_read_what_is_written_into_a_spreadsheet(desk: Desk) -> None:
    assert desk.send("/readings/list").status_code == 422
    for which, rows in (("all", 4), ("late", 1)):
        desk.done("/readings/list", which=which)
        piece = desk.finished()
        assert piece.finished
        got = desk.browser.get(piece.finished.href)
        sheet = openpyxl.load_workbook(io.BytesIO(got.content)).worksheets[0]
        assert sheet.max_row == rows


def test_an_attendance_list_of_a_session_is_labelled_so_and_needs_its_trainer(desk: Desk) -> None:
    first = boxes(desk.browser.get(SHEET))[0]
    refused = desk.send(SHEET, person=first, on=MONDAY.isoformat(), kind="session", held="")
    assert refused.status_code == 422
    assert "Say who held the session" in refused.text
    check = desk.send(SHEET, person=first, on=MONDAY.isoformat(), kind="session", held="Sam Hill")
    assert "at the training session" in check.text
    done = desk.browser.post(SHEET, data=hidden_fields(check))
    assert done.status_code == 303
    with desk.school.register.reading() as tx:
        assert list_acknowledgements(tx, desk.school.key)[-1].method is AcknowledgementMethod.SESSION


def test_a_slide_leads_each_to_their_own_page_where_pages_have_an_address(desk: Desk) -> None:
    assert "is not set" in desk.page("/readings/slide")
