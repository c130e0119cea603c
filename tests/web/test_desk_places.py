"""Beside a question the desk shows the place of the document that it is about, to whoever may settle it."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.documents.png import size_of_png
from pipeline.pages import shown_place
from pipeline.policies.decisions.contact_answers import UnknownContact, list_open_contacts
from pipeline.register.policies.policies import versions_in_force
from tests.builders import lines_down, paragraph, pdf_file, table, word_file
from tests.school import MONDAY
from tests.web.desk import ACCOUNTS, Desk, open_desk

LETTINGS = pdf_file(
    lines_down(
        "Lettings Policy", "Approved by Governors: 10 September 2026", "Review date: 12 May 2027 / 14 May 2027", "Aims"
    )
)
HOMEWORK = word_file(
    paragraph("Homework Policy"),
    table(["Policy owner", "Head of Year"], ["Reviewed", "Bi-annually"], ["Review date", "May 2027"]),
    paragraph("The Designated Safeguarding Lead is Ngozi House."),
)
ABROAD = "Harmony Primary School\n\nAttendance Policy\n\nDate approved by Governors: 10 September 2026\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("places"), ACCOUNTS) as one:
        one.record_policy("lettings.pdf", LETTINGS)
        one.record_policy("homework.docx", HOMEWORK)
        one.record_policy("attendance.txt", ABROAD)
        one.sign_in("jo.marsh@example.org")
        yield one


def test_a_picture_of_the_page_stands_beside_a_question_about_a_pdf(desk: Desk) -> None:
    page = desk.browser.get("/policies/lettings/questions/next_review").text
    alternative = re.search(r'<img [^>]*alt="([^"]*)"', page)
    assert alternative is not None
    words = html.unescape(alternative[1])
    assert words.startswith("Part of page 1 of lettings.pdf. Marked: “12 May 2027 / 14 May 2027”.")
    pictures = re.findall(r'(?:src|srcset)="(/places/[^"]+)"', page)
    assert len(pictures) == 2
    narrow, wide = (desk.browser.get(picture) for picture in pictures)
    for answer in (narrow, wide):
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    sizes = [size_of_png(answer.content) for answer in (narrow, wide)]
    assert None not in sizes
    assert [size[0] for size in sizes if size] == [600, 1190]
    gone = wide.url.path.replace("/1/", "/7/")
    assert desk.browser.get(gone).status_code == 404


def test_a_picture_is_for_whoever_may_settle_questions(desk: Desk) -> None:
    page = desk.browser.get("/policies/lettings/questions/next_review").text
    (picture,) = re.findall(r' src="(/places/[^"]+)"', page)
    try:
        desk.sign_in("office@example.org")
        refused = desk.browser.get(picture)
        desk.browser.post("/sign-out", data={"form": desk.form("/sessions")})
        strange = desk.browser.get(picture)
    finally:
        desk.sign_in("jo.marsh@example.org")
    for answer in (refused, strange):
        assert answer.headers["content-type"].startswith("text/html")
    assert refused.status_code == 403
    assert strange.status_code in (303, 401)


def test_rows_of_a_word_file_stand_there_marked_and_the_program_itself_opens_none(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a document was opened outside its child")

    monkeypatch.setattr(shown_place, "read_document_bytes", never)
    monkeypatch.setattr(shown_place, "draw_place", never)
    page = desk.browser.get("/policies/homework/questions/review_cycle_months").text
    assert re.findall(r"<mark>(.*?)</mark>", page) == ["Bi-annually"]
    assert "<td><p>Policy owner</p>" in re.sub(r">\s+<", "><", page)
    assert "homework.docx, table 1, row 2, column 2" in page
    assert "/places/" not in page


def test_a_text_that_is_held_for_another_schools_name_shows_where_it_stands(desk: Desk) -> None:
    page = desk.browser.get("/policies/attendance/questions/hold").text
    assert re.findall(r"<mark>(.*?)</mark>", page) == ["Harmony Primary School"]


def test_a_name_that_nobody_has_is_shown_where_it_stands(desk: Desk) -> None:
    school = desk.school
    with school.register.reading() as tx:
        version = next(each for each in versions_in_force(tx, school.key).values() if each.path == "homework.docx")
    unknown = {"role": "dsl", "kind": "name", "value": "Ngozi House", "words": "", "holds": True}
    school.add_copy(version, unknown=[{**unknown, "where": "paragraph 2"}])
    with school.register.reading() as tx:
        (named,) = list_open_contacts(tx, school.key, school.config.directory(MONDAY))
    page = desk.browser.get(f"/questions/who/{UnknownContact((named,)).key}").text
    assert re.findall(r"<mark>(.*?)</mark>", page) == ["Ngozi House"]


def test_a_document_that_is_not_as_it_was_kept_is_said_to_be(tmp_path: Path) -> None:
    with open_desk(tmp_path, ACCOUNTS) as desk:
        desk.sign_in("jo.marsh@example.org")
        unknown = {"role": "dsl", "kind": "name", "value": "Ngozi House", "words": "", "holds": True}
        desk.school.add_policy("Confidentiality", unknown=[{**unknown, "where": "paragraph 9"}])
        with desk.school.register.reading() as tx:
            (named,) = list_open_contacts(tx, desk.school.key, desk.school.config.directory(MONDAY))
        assert "it is not as the register kept it" in desk.page(f"/questions/who/{UnknownContact((named,)).key}")
