"""The list of readings as a spreadsheet: it opens, works nothing out, and takes no other file's place."""

import os
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from pipeline.acknowledgements.listing import ReadingLine, list_acknowledgements
from pipeline.errors import UsageError
from pipeline.lists.readings import READINGS
from pipeline.lists.workbook import write_sheet
from pipeline.model.readings import RequestState
from pipeline.register.people.persons import PersonRow
from tests.mail.servers import scripted, settings_for
from tests.school import MONDAY, School, at

LONDON = ZoneInfo("Europe/London")
DANGEROUS = ("=1+1", "+44 1632 960101", "-2+3", "@SUM(A1:A9)", '=HYPERLINK("http://example.org","x")', "\t=1+1")


@pytest.fixture
def line(tmp_path: Path) -> ReadingLine:
    """One reading that is fourteen days late."""
    today = MONDAY + timedelta(days=28)
    with scripted() as server, School(tmp_path / "school", settings_for(server)) as school:
        school.add_policy("Confidentiality")
        school.add_person("Lee")
        school.plan()
        school.deliver()
        with school.register.reading() as tx:
            (found,) = list_acknowledgements(tx, school.key, school.config, school.standings(today), today)
    return found


def titled(line: ReadingLine, titles: Sequence[str]) -> list[ReadingLine]:
    return [replace(line, title=title) for title in titles]


def test_a_row_says_who_what_by_when_and_how_late(tmp_path: Path, line: ReadingLine) -> None:
    write_sheet(tmp_path / "late.xlsx", [READINGS.table([line], LONDON)], at(MONDAY))
    sheet = load_workbook(tmp_path / "late.xlsx").active
    assert sheet is not None
    headings, row = sheet.iter_rows(values_only=True)
    named = dict(zip(headings, row, strict=True))
    assert (named["Name"], named["Policy"], named["State"]) == ("Kim Lee", "Confidentiality", "not recorded yet")
    assert (named["Days late"], named["Recorded on"]) == (14, None)
    assert named["To read by"].date() == MONDAY + timedelta(days=14)


def test_a_reading_late_in_the_evening_has_the_day_of_the_schools_clock(tmp_path: Path, line: ReadingLine) -> None:
    read = replace(line, acknowledged_at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC), state=RequestState.ACKNOWLEDGED)
    write_sheet(tmp_path / "list.xlsx", [READINGS.table([read], LONDON)], at(MONDAY))
    sheet = load_workbook(tmp_path / "list.xlsx").active
    assert sheet is not None
    headings, row = sheet.iter_rows(values_only=True)
    assert dict(zip(headings, row, strict=True))["Recorded on"].date() == date(2026, 7, 2)


@pytest.mark.skipif(os.name != "posix", reason="a file has no mode there")
def test_a_list_of_readings_can_be_read_by_this_account_alone(tmp_path: Path, line: ReadingLine) -> None:
    before = os.umask(0o022)
    try:
        write_sheet(tmp_path / "late.xlsx", [READINGS.table([line], LONDON)], at(MONDAY))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "late.xlsx").stat().st_mode) == 0o600


def test_no_text_becomes_a_formula(tmp_path: Path, line: ReadingLine) -> None:
    write_sheet(tmp_path / "late.xlsx", [READINGS.table(titled(line, DANGEROUS), LONDON)], at(MONDAY))
    with ZipFile(tmp_path / "late.xlsx") as book:
        xml = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml
    sheet = load_workbook(tmp_path / "late.xlsx").active
    assert sheet is not None
    cells = [row[2] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == list(DANGEROUS)
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> PersonRow:
    with School(tmp_path_factory.mktemp("school")) as school:
        return school.add_person("Lee")


@given(title=st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_title_is_written_and_stays_a_text(
    tmp_path_factory: pytest.TempPathFactory, reader: PersonRow, title: str
) -> None:
    blank = ReadingLine(reader, 1, "x", title, 1, "1", RequestState.OWED, None, None, None)
    path = tmp_path_factory.mktemp("out") / "all.xlsx"
    write_sheet(path, [READINGS.table([blank], LONDON)], at(MONDAY))
    sheet = load_workbook(path).active
    assert sheet is not None
    assert sheet.cell(2, 3).data_type == ("s" if title else "n")


@pytest.mark.needs("localc")
def test_libreoffice_opens_it_and_shows_each_text_as_it_is(tmp_path: Path, line: ReadingLine) -> None:
    write_sheet(tmp_path / "late.xlsx", [READINGS.table(titled(line, DANGEROUS[:5]), LONDON)], at(MONDAY))
    command = [
        "soffice",
        f"-env:UserInstallation={(tmp_path / 'office').as_uri()}",
        "--headless",
        "--convert-to",
        "csv",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "late.xlsx")], check=True, capture_output=True, timeout=120
    )
    shown = (tmp_path / "late.csv").read_text(encoding="utf-8")
    for text in ("=1+1", "+44 1632 960101", "-2+3", "@SUM(A1:A9)", '=HYPERLINK(""http'):
        assert text in shown
    assert "Kim Lee" in shown


def test_a_later_list_takes_an_earlier_ones_place_and_no_other_files(tmp_path: Path, line: ReadingLine) -> None:
    write_sheet(tmp_path / "late.xlsx", [READINGS.table([line], LONDON)], at(MONDAY))
    write_sheet(tmp_path / "late.xlsx", [READINGS.table([line, line], LONDON)], at(MONDAY))
    sheet = load_workbook(tmp_path / "late.xlsx").active
    assert sheet is not None
    assert sheet.max_row == 3
    Workbook().save(tmp_path / "staff.xlsx")
    (tmp_path / "notes.xlsx").write_text("mine", encoding="utf-8")
    for name in ("staff.xlsx", "notes.xlsx"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(UsageError, match="is there already and is no list of this program"):
            write_sheet(tmp_path / name, [READINGS.table([line], LONDON)], at(MONDAY))
        assert (tmp_path / name).read_bytes() == before


@pytest.mark.parametrize(
    ("name", "said"), [("late.csv", "a name that ends in .xlsx"), ("nowhere/late.xlsx", "Make the folder first")]
)
def test_a_place_that_will_not_do_is_told(tmp_path: Path, line: ReadingLine, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        write_sheet(tmp_path / name, [READINGS.table([line], LONDON)], at(MONDAY))
    assert list(tmp_path.glob("**/*late*")) == []
