"""Packs on paper: whom to go to, what to read, a code a line, and the copies as they are; nobody is told too much."""

import hashlib
import io
import itertools
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import page
import pypdf
import pypdfium2
import pytest

from pipeline.acknowledgements.codes import read_code
from pipeline.config import parse_config
from pipeline.contacts.confirmations import note_contacts
from pipeline.copies.shelf import refresh_copies
from pipeline.errors import RenderError, UsageError
from pipeline.evidence.as_at import picture_as_at
from pipeline.evidence.figures import ReadingState, figures_of
from pipeline.model.documents import Block, BlockKind, Document, DocumentFormat, Span
from pipeline.model.policies import RevisionKind
from pipeline.pages.pdf import FrontBlock, render_pdf
from pipeline.papers.binding import bind
from pipeline.papers.handing_over import record_handed_over
from pipeline.papers.orders import PackOrder, PackReport, order_packs
from pipeline.papers.pack import MOST_PAGES
from pipeline.places import read_place
from pipeline.policies.decisions.decide import issue
from pipeline.register.deciding import deciding
from pipeline.register.mail.told import list_told
from pipeline.register.policies.copies import CopyRecord, add_copy
from pipeline.register.policies.policies import VersionRow, list_versions
from pipeline.register.states import keep_everything
from pipeline.resources import template_folder
from tests.builders import lines_down, pdf_file
from tests.school import MONDAY, SECRET, TOML, School, at

OFFICE = """
[contacts.office]
name = "School office"
phone = "01632 960110"
[contacts.headteacher]
name = "Jo Hill"
pronoun = "they"
phone = "01632 960102"
[[contacts.deputy-dsl]]
name = "Sam Reed"
pronoun = "he"
phone = "01632 960103"
"""


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, OFFICE) as opened:
        opened.add_policy("Confidentiality")
        opened.add_policy("Behaviour")
        opened.add_policy("Uniform", None)
        yield opened


def order(school: School, *wanted: str, today: date = MONDAY, by_policy: bool = False) -> PackReport:
    """Order packs into the folder ``packs``."""
    asked = PackOrder(wanted, school.root / "packs", by_policy)
    return order_packs(school.register, school.config, asked, secret=SECRET, today=today, now=at(today))


def pages_of(path: Path) -> list[str]:
    """The words of each page."""
    return [" ".join(sheet.extract_text().split()) for sheet in pypdf.PdfReader(path).pages]


def claims(path: Path) -> str:
    """What a PDF says of itself in its metadata."""
    packet: Any = pypdf.PdfReader(path).root_object["/Metadata"].get_object()
    return str(packet.get_data(), "utf-8")


def codes_in(text: str) -> list[str]:
    """The words of a text that stand as codes do: eight letters and digits in two groups."""
    return [word for word in text.split() if len(word) == 9 and word[4] == "-" and word.upper() == word]


def accessible_copy(school: School, version: VersionRow, *, words: str = "The words of the policy.") -> None:
    """Give a version a copy that meets PDF/UA-1, as the copies of a run do."""
    front = FrontBlock("Confidentiality", "Test Primary School", "1", "current", None, None, None, None, (), "K7M-2QX4")
    block = Block(BlockKind.PARAGRAPH, read_place("paragraph 1"), (Span(words),))
    document = Document("p.txt", DocumentFormat.TXT, "0" * 64, 1, (block,))
    put_copy(school, version, render_pdf(document, replace(front, made_on=MONDAY)))


def put_copy(school: School, version: VersionRow, pdf: bytes) -> None:
    """Let ``pdf`` be the copy of a version."""
    code = f"N{version.id}"
    (school.config.distribution / "copies" / f"{code}.pdf").write_bytes(pdf)
    record = CopyRecord(
        policy_id=version.policy_id,
        version_id=version.id,
        fingerprint=code,
        code=code,
        pdf_path=f"copies/{code}.pdf",
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        pdf_bytes=len(pdf),
    )
    with school.register.transaction() as tx:
        add_copy(tx, school.key, record, at(MONDAY))


def test_a_pack_holds_whom_to_go_to_what_to_read_a_sheet_to_sign_and_the_copies(school: School) -> None:
    row = school.add_person("Lee", email=None)
    school.plan()
    report = order(school, "id-Lee")
    [file] = report.packs.files
    assert file.path == school.root / "packs" / "lee-kim.pdf"
    front, back, sheet, *rest = pages_of(file.path)
    assert front.index("Worried about a child?") < front.index("Ms Pat Marsh (01632 960101)") < front.index("What to")
    assert "Sam Reed (01632 960103), the deputy designated safeguarding lead" in front
    assert "About the headteacher: the chair of governors" in front
    row_of_it = "Confidentiality 2 minutes within 14 days of being given this All staff are asked to read it."
    assert f"{row_of_it} behind these pages" in front
    assert "Good to know where to find" in front
    assert "Uniform" in front.partition("Good to know")[2]
    assert back.startswith("Test Primary School · printed")
    assert sheet.startswith("To sign Kim Lee, Test Primary School.")
    # Each copy begins on the front of a sheet of its own.
    assert rest == ["", "Copy C2V1", "", "Copy C1V1"]
    asked = {request.id: request.policy_id for request in school.requests()}
    assert {read_code(SECRET, school.key, code) for code in codes_in(sheet)} == set(asked)
    assert {(one.person, asked[one.request or 0], one.version_id) for one in report.packs.handed_out} == {
        (row.id, 1, 1),
        (row.id, 2, 2),
    }
    with school.register.reading() as tx:
        told = list_told(tx, school.key, person=row.id)
    assert {(one.version_id, one.route, one.outcome, one.request) for one in told} == {
        (one.version_id, "paper", "printed", one.request) for one in report.packs.handed_out
    }


@pytest.mark.parametrize("by_policy", [False, True])
def test_papers_name_no_day_to_read_by_before_they_are_handed_over_and_afterwards_the_one_that_is_recorded(
    school: School, by_policy: bool
) -> None:
    school.add_person("Lee", email=None)
    school.plan()
    handed_on = MONDAY + timedelta(days=9)
    for today, says in ((MONDAY, "within 14 days of being given this"), (handed_on, "by 16 December 2026")):
        report = order(school, "id-Lee", today=today, by_policy=by_policy)
        words = " ".join(" ".join(pages_of(file.path)) for file in report.packs.files)
        assert says in words
        assert "7 December 2026" not in words, "the day that a mail of the first day would have given"
        if today == MONDAY:
            with deciding(school.register, school.root, "Office", at(handed_on)) as decision:
                record_handed_over(decision, ["id-Lee"], on=handed_on, config=school.config, today=handed_on)
    assert {one.due_on for one in school.requests()} == {date(2026, 12, 16)}


def test_papers_count_as_asked_from_the_day_they_were_handed_over_whenever_that_is_recorded(school: School) -> None:
    lee = school.add_person("Lee", email=None)
    handed_on, recorded_on = date(2026, 11, 25), date(2026, 12, 10)
    with school.register.transaction() as tx:
        keep_everything(tx, school.key, school.config, actor="Pat Clerk", now=at(MONDAY))
    order(school, "id-Lee", today=MONDAY)
    with deciding(school.register, school.root, "Office", at(recorded_on)) as decision:
        record_handed_over(decision, ["id-Lee"], on=handed_on, config=school.config, today=recorded_on)

    def states(day: date) -> set[ReadingState]:
        with school.register.reading() as tx:
            figures = figures_of(picture_as_at(tx, school.key, school.config, at(day, 22)))
        return {one.state for policy in figures for one in policy.readings if one.person.id == lee.id}

    assert states(date(2026, 11, 24)) == {ReadingState.NOT_ASKED}
    assert states(handed_on) == {ReadingState.IN_TIME}
    assert states(date(2026, 12, 1)) == {ReadingState.IN_TIME}
    assert states(date(2026, 12, 8)) == {ReadingState.IN_TIME}, "not late by the day that the printing would have given"
    assert states(date(2026, 12, 10)) == {ReadingState.LATE}


def test_each_part_begins_on_the_front_of_a_sheet(school: School) -> None:
    parts = [pdf_file(lines_down(f"Part {number}")) for number in range(5)]
    sheets = pages_of_bytes(bind(parts, "All of them"))
    assert sheets == ["Part 0", "", "Part 1", "", "Part 2", "", "Part 3", "", "Part 4"]


def pages_of_bytes(pdf: bytes) -> list[str]:
    """The words of each page of a PDF at hand."""
    return [sheet.extract_text().strip() for sheet in pypdf.PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("by_policy", [False, True])
def test_papers_are_accessible_with_the_copies_behind_them(school: School, by_policy: bool) -> None:
    for title in ("Attendance", "Complaints & appeals"):
        accessible_copy(school, school.add_policy(title))
    only = '[reading]\nfind = ["confidentiality", "behaviour"]\n'
    school.config = parse_config(TOML + OFFICE + only, root=school.root)
    school.add_person("Lee", email=None)
    school.add_person("O’Dowd-García", email=None)
    for file in order(school, "Teacher", by_policy=by_policy).packs.files:
        checked = page.validate_pdf_bytes(file.path.read_bytes(), profile="ua1")
        assert [f"{each.rule_id}: {each.message}" for each in checked.failures] == []
        assert "pdfuaid:part" in claims(file.path)
        metadata = pypdf.PdfReader(file.path).metadata
        assert metadata is not None
        assert metadata.title == (file.name if by_policy else f"Papers for {file.name}")


def test_a_copy_that_is_not_accessible_lets_the_pack_claim_nothing(school: School) -> None:
    school.add_person("Lee", email=None)
    [file] = order(school, "Kim Lee").packs.files
    assert "pdfuaid:part" not in claims(file.path)


def test_only_confirmed_numbers_stand_on_paper(school: School) -> None:
    with school.register.transaction() as tx:
        note_contacts(tx, school.key, school.config, MONDAY, at(MONDAY))
    school.config = parse_config((TOML + OFFICE).replace("01632 960101", "01632 960199"), root=school.root)
    school.add_person("Lee", email=None)
    [file] = order(school, "id-Lee").packs.files
    front = pages_of(file.path)[0]
    assert "960199" not in front
    assert "Ms Pat Marsh (01632 960110)" in front


def test_a_starter_to_come_gets_the_pack_with_days_from_the_first_day_and_the_request_stays(school: School) -> None:
    first_day = MONDAY + timedelta(days=7)
    school.add_person("New", email=None, start_on=first_day)
    report = order(school, "id-New")
    front, *_ = pages_of(report.packs.files[0].path)
    assert "You start on 30 November 2026. Please read these 2 policies" in front
    first = "of being given this, or of your first day where that is later"
    assert f"within 14 days {first} Everybody who joins is given it." in front
    printed = {request.id: request.due_on for request in school.requests()}
    assert len(printed) == 2
    for day in (MONDAY, first_day):
        school.plan(day)
        assert {request.id: request.due_on for request in school.requests()} == printed


def test_papers_of_a_starter_are_asked_for_afresh_where_the_policy_changed_before_the_first_day(school: School) -> None:
    school.add_person("New", email=None, start_on=MONDAY + timedelta(days=7))
    order(school, "id-New")
    school.add_version(1, RevisionKind.MAJOR, title="Confidentiality")
    school.plan()
    assert [request.policy_id for request in school.requests()] == [2]


def test_printing_asks_at_once_what_no_run_has_asked_and_asks_nothing_twice(school: School) -> None:
    school.add_person("Lee", email=None)
    order(school, "id-Lee")
    printed = school.requests()
    assert len(printed) == 2
    order(school, "id-Lee")
    school.plan()
    assert school.requests() == printed


def test_what_was_read_is_not_printed_again(school: School) -> None:
    row = school.add_person("Lee", email=None)
    with school.register.reading() as tx:
        versions = list_versions(tx, school.key)
    for version in versions[:2]:
        school.record(row, version)
    report = order(school, "id-Lee")
    assert report.packs.files == ()
    assert [one.person.last_name for one in report.nothing_owed] == ["Lee"]


def test_what_is_only_to_read_is_printed_without_a_line_to_sign(school: School) -> None:
    school.config = parse_config(TOML + '[reading]\nread = ["behaviour"]\n', root=school.root)
    school.add_person("Lee", email=None)
    [file] = order(school, "id-Lee").packs.files
    front, _, sheet, *_ = pages_of(file.path)
    assert "Nothing to sign." in front
    assert "Behaviour" not in sheet
    by_policy = order(school, "id-Lee", by_policy=True).packs
    assert [one.name for one in by_policy.files] == ["Confidentiality"]
    assert [one.policy_id for one in by_policy.handed_out] == [1]


def test_everybody_on_paper_is_whom_no_mail_reaches(school: School) -> None:
    school.add_person("Lee", email=None)
    school.add_person("Mailed")
    school.add_person("Ash", email="office@example.org")
    school.add_person("Elm", email="office@example.org")
    school.add_person("Gone", email=None, leave_on=MONDAY - timedelta(days=1))
    school.add_person("Away", email=None, away_until=MONDAY + timedelta(days=3))
    school.add_person("Soon", email=None, start_on=MONDAY + timedelta(days=14))
    school.add_person("Later", email=None, start_on=MONDAY + timedelta(days=15))
    assert {file.name for file in order(school).packs.files} == {"Kim Lee", "Kim Ash", "Kim Elm", "Kim Soon"}


def test_where_mail_reaches_everybody_nothing_is_printed(school: School) -> None:
    school.add_person("Mailed")
    with pytest.raises(UsageError, match="Mail reaches everybody"):
        order(school)


def test_a_role_or_team_means_everybody_in_it_who_is_there(school: School) -> None:
    school.add_person("Lee", email=None)
    school.add_person("Kay", role="Site Manager", team="Premises")
    school.add_person("Away", away_until=MONDAY + timedelta(days=3))
    assert {file.name for file in order(school, "teacher", "PREMISES").packs.files} == {"Kim Lee", "Kim Kay"}
    assert [file.name for file in order(school, "Kim Away").packs.files] == ["Kim Away"]


@pytest.mark.parametrize(
    ("wanted", "says"), [("nobody", "Nobody here has the id"), (" ", "Nobody here"), ("Kim Lee", "can be Kim Lee")]
)
def test_whom_nobody_can_tell_is_asked_about(school: School, wanted: str, says: str) -> None:
    school.add_person("Lee")
    school.add_person("Lee ", person_id="id-2", email=None)
    with pytest.raises(UsageError, match=says):
        order(school, wanted)
    assert not (school.root / "packs").exists()


def test_a_sheet_a_policy_has_everybody_with_their_code(school: School) -> None:
    school.add_person("Lee", email=None)
    school.add_person("Day")
    report = order(school, "Teacher", by_policy=True)
    [first] = [file for file in report.packs.files if file.name == "Confidentiality"]
    assert first.path.name == "confidentiality-to-sign.pdf"
    sheet, back, copy = pages_of(first.path)
    assert (back, copy) == ("", "Copy C1V1")
    assert sheet.index("Worried about a child?") < sheet.index("Kim Day") < sheet.index("Kim Lee")
    found = [read_code(SECRET, school.key, code) for code in codes_in(sheet)]
    assert sorted(found) == [request.id for request in school.requests() if request.policy_id == 1]  # type: ignore[type-var]


def test_a_copy_that_waits_or_was_changed_by_hand_is_not_handed_out(school: School) -> None:
    version = school.add_policy("Attendance")
    school.hold_copy(version)
    (school.config.distribution / "copies" / "C1V1.pdf").write_bytes(b"changed by hand")
    school.add_person("Lee", email=None)
    report = order(school, "id-Lee")
    assert set(report.waiting_for_copy) == {"Attendance", "Confidentiality"}
    assert [file.titles for file in report.packs.files] == [("Behaviour",)]
    assert [request.policy_id for request in school.requests()] == [2]


def test_a_long_copy_and_one_that_cannot_be_opened_stay_files_of_their_own(school: School) -> None:
    long = pypdf.PdfWriter()
    for _ in range(MOST_PAGES + 1):
        long.add_blank_page(595, 842)
    stream = io.BytesIO()
    long.write(stream)
    put_copy(school, school.add_policy("Long"), stream.getvalue())
    put_copy(school, school.add_policy("Broken"), b"%PDF-1.7 cut off")
    school.add_person("Lee", email=None)
    [file] = order(school, "id-Lee").packs.files
    assert {path.name for path in file.beside} == {"lee-kim-N4.pdf", "lee-kim-N5.pdf"}
    assert all(path.read_bytes() for path in file.beside)
    assert "lee-kim-N4.pdf" in pages_of(file.path)[0]
    by_policy = order(school, "id-Lee", by_policy=True).packs.files
    assert [path.name for one in by_policy for path in one.beside] == ["broken.pdf", "long.pdf"]


def test_what_cannot_be_bound_says_so() -> None:
    with pytest.raises(RenderError, match="print it by itself"):
        bind([b"%PDF-1.7 cut off", pdf_file(lines_down("Behind"))], "Both")


def test_papers_are_their_owners_alone_and_people_of_one_name_get_files_of_their_own(school: School) -> None:
    school.add_person("Lee", email=None)
    school.add_person("Lee", email=None, person_id="id-2")
    files = order(school, "id-Lee", "id-2").packs.files
    assert [file.path.name for file in files] == ["lee-kim.pdf", "lee-kim-2.pdf"]
    if os.name == "posix":
        assert stat.S_IMODE(files[0].path.stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_to_says_so(school: School) -> None:
    school.add_person("Lee", email=None)
    (school.root / "packs").write_text("a file", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be used as a folder"):
        order(school, "id-Lee")
    (school.root / "packs").unlink()
    (school.root / "packs" / "lee-kim.pdf").mkdir(parents=True)
    with pytest.raises(UsageError, match="cannot be written"):
        order(school, "id-Lee")


def test_the_schools_own_template_and_look_go_before_the_packaged_ones(school: School) -> None:
    own = school.root / "templates" / "papers"
    own.mkdir(parents=True)
    shared = (template_folder() / "papers" / "papers.typ").read_text(encoding="utf-8")
    (own / "papers.typ").write_text(shared.replace("[Signature]", "[Signed in ink]"), encoding="utf-8")
    school.add_person("Lee", email=None)
    [file] = order(school, "id-Lee").packs.files
    assert "Signed in ink" in pages_of(file.path)[2]
    (own / "papers.typ").unlink()
    (own / "papers.typ").mkdir()
    (own / "pack.typ").write_text("#let broken = ", encoding="utf-8")
    with pytest.raises(RenderError, match=r"papers/pack\.typ"):
        order(school, "id-Lee")


def test_mails_staff_site_is_named_as_the_place_to_find_the_others(school: School) -> None:
    address = "https://vle.example.sch.uk/policies"
    school.config = parse_config(TOML + f'[publish]\nstaff_address = "{address}"\n', root=school.root)
    school.add_person("Lee", email=None)
    [file] = order(school, "id-Lee").packs.files
    assert f"They are at {address}" in pages_of(file.path)[0]


@pytest.mark.parametrize("by_policy", [False, True])
def test_a_document_of_others_has_a_line_to_sign_and_the_address_where_it_is_read(
    school: School, by_policy: bool
) -> None:
    with deciding(school.register, school.root, "Jo Marsh", at(MONDAY)) as decision:
        issue(decision, "kcsie-part-one", kind=None, reason=None, today=MONDAY)
    refresh_copies(school.register, school.config, school.standings(), today=MONDAY, now=at(MONDAY))
    school.add_person("Lee", email=None)
    report = order(school, "id-Lee", by_policy=by_policy)
    title = "Keeping Children Safe in Education, Part One"
    file = next(one for one in report.packs.files if title in one.titles)
    said = "".join(pages_of(file.path)).replace(" ", "")
    assert "https://www.gov.uk/government/publications/keeping-children-safe-in-education--2" in said
    assert file.beside == ()
    assert title in [
        one.title for one in school.standings() if one.policy_id in {r.policy_id for r in school.requests()}
    ]


LONG = "Supporting pupils with long-lasting medical conditions, giving medicines and keeping the records of it"


def test_no_words_of_a_sheet_lie_over_others_however_long_the_titles(school: School) -> None:
    for number in range(6):
        school.add_policy(f"{LONG} {number}")
    school.add_person("O’Dowd-García de la Torre", email=None)
    [file] = order(school, "Teacher").packs.files
    pdf = pypdfium2.PdfDocument(file.path)
    words = pdf[2].get_textpage()
    boxes = [words.get_rect(index) for index in range(words.count_rects())]
    over = [
        (one, other)
        for one, other in itertools.combinations(boxes, 2)
        if min(one[2], other[2]) - max(one[0], other[0]) > 1 and min(one[3], other[3]) - max(one[1], other[1]) > 1
    ]
    pdf.close()
    assert over == []
