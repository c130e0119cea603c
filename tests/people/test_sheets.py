"""Lists as people export them: encodings, separators, workbooks, and files that are no list."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.people.lists.files.sheets import read_sheet

_ROWS = [("person_id", "last_name"), ("p1", "Núñez"), ("p2", "O'Neill")]


def _workbook(*rows: tuple[object, ...]) -> bytes:
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.active.title = "empty"
    sheet = workbook.create_sheet("staff")
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_usual_encodings_and_separators_give_the_same_rows(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "staff.csv"
    path.write_bytes("\r\n".join(separator.join(row) for row in _ROWS).encode(encoding))
    assert [row.cells for row in read_sheet(path).rows] == _ROWS


def test_rows_keep_the_number_a_spreadsheet_shows_and_empty_ones_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text('a,b\n,\n"x\ny",2\n', encoding="utf-8")
    assert [(row.number, row.cells) for row in read_sheet(path).rows] == [(1, ("a", "b")), (4, ("x\ny", "2"))]


def test_file_of_one_column_is_read(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text("person_id\np1\n", encoding="utf-8")
    assert len(read_sheet(path).rows) == 2


def test_workbook_gives_dates_the_iso_way_and_whole_numbers_plainly(tmp_path: Path) -> None:
    path = tmp_path / "staff.xlsx"
    path.write_bytes(
        _workbook(
            ("id", "start", "seen"),
            (1042.0, date(2026, 4, 3), datetime.fromisoformat("2026-04-03T09:01")),
            (None, None, 1.5),
        )
    )
    assert [row.cells for row in read_sheet(path).rows] == [
        ("id", "start", "seen"),
        ("1042", "2026-04-03", "2026-04-03 09:01:00"),
        ("", "", "1.5"),
    ]


def test_workbook_with_a_list_ending_is_still_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_bytes(_workbook(("id",), ("7",)))
    assert [row.cells for row in read_sheet(path).rows] == [("id",), ("7",)]


def test_workbook_without_any_cell_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "staff.xlsx"
    path.write_bytes(_workbook())
    assert read_sheet(path).rows == ()


def _bomb() -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/worksheets/sheet1.xml", "w") as member,
    ):
        for _ in range(210):
            member.write(bytes(1024 * 1024))
    return stream.getvalue()


def _other_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("hello.txt", "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("staff.xlsx", b"plain words", "not an .xlsx workbook"),
        ("staff.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not an .xlsx workbook"),
        ("staff.xlsx", b"PK\x03\x04broken", "not a workbook"),
        ("staff.xlsx", _other_zip(), "not a workbook"),
        ("staff.csv", b"id,name\np1,\x81\xff\x8d\n", "CSV UTF-8"),
        ("staff.csv", b"id,name\n" + b"x" * 300 + b"\0\n", "bytes that no text has"),
        ("staff.csv", b'id,name\np1,"never closed\n', "stray quotation mark"),
        ("staff.csv", b"," * 500, "more rows or columns"),
        ("staff.csv", b"x\n" * 100_002, "more rows or columns"),
    ],
)
def test_file_that_is_no_list_is_refused_with_what_to_do(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UsageError, match=says):
        read_sheet(path)


def test_workbook_that_unpacks_enormously_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "staff.xlsx"
    path.write_bytes(_bomb())
    with pytest.raises(UsageError, match="unpacks to more"):
        read_sheet(path)


def test_missing_and_oversized_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.csv cannot be read"):
        read_sheet(tmp_path / "nowhere.csv")
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    with pytest.raises(UsageError, match="larger than any list"):
        read_sheet(large)


def test_workbook_with_more_rows_than_people_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "staff.xlsx"
    path.write_bytes(_workbook(("id",), ("1",)))
    content = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w") as new:
        for member in old.infolist():
            body = old.read(member)
            if member.filename.endswith("sheet2.xml"):
                body = body.replace(b'<row r="2"', b'<row r="100003"').replace(b'"A2"', b'"A100003"')
            new.writestr(member, body)
    path.write_bytes(content.getvalue())
    with pytest.raises(UsageError, match="more rows"):
        read_sheet(path)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_but_never_break(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    try:
        rows = read_sheet(path).rows
    except UsageError:
        return
    assert all(any(row.cells) for row in rows)


def _packed(content: bytes, *, spoil: bool = False, encrypted: bool = False) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("export/users.csv", content)
    packed = bytearray(stream.getvalue())
    if spoil:
        packed[45:50] = b"\xff" * 5
    if encrypted:
        packed[6] |= 1
        packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def test_packed_lists_are_opened(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(_packed(b"id,name\np1,Ana Lee\n"))
    sheet = read_sheet(path)
    assert (sheet.name, [row.cells for row in sheet.rows]) == ("users.csv", [("id", "name"), ("p1", "Ana Lee")])


@pytest.mark.parametrize("fault", ["spoil", "encrypted"])
def test_packed_list_that_cannot_be_unpacked_is_told(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(_packed(b"id,name\n" + b"p1,Ana Lee\n" * 50, **{fault: True}))
    with pytest.raises(UsageError, match="unpack it yourself and give users"):
        read_sheet(path)


@given(st.integers(0, 5000), st.binary(min_size=1, max_size=8))
def test_damaged_workbook_is_read_or_refused_but_never_breaks(
    tmp_path_factory: pytest.TempPathFactory, place: int, bytes_: bytes
) -> None:
    content = bytearray(_WORKBOOK)
    content[place : place + len(bytes_)] = bytes_
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    path.write_bytes(content)
    try:
        rows = read_sheet(path).rows
    except UsageError as refused:
        rows, said = (), str(refused)
    else:
        said = path.name
    assert len(rows) <= 42
    assert path.name in said


_WORKBOOK = _workbook(("id", "name"), *((number, f"Ana Lee{number}") for number in range(40)), ("9", "=A1"))
