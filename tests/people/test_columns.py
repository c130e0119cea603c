"""What the columns of a list are taken as: every rule of the vocabulary, and any headings at all."""

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.configuration.values import LIST_FIELDS
from pipeline.people.lists.columns import IGNORE, ColumnDoubt, NamedColumn, Use, possible_fields, recognise

_VOCABULARY = tomllib.loads(files("pipeline.people.lists").joinpath("columns.toml").read_text(encoding="utf-8"))
_FIELDS = _VOCABULARY["fields"]
_KNOWN = [heading for entry in _FIELDS.values() for heading in entry["headings"]]
_EVERY = possible_fields(_KNOWN, {})
_CELLS = st.sampled_from(["", "Yes", "No", "x", "ana@example.org", "01/09/2019", "2026-08-31", "Ms", "Teacher", "left"])
_HEADING = st.one_of(st.text(max_size=20), st.sampled_from(_KNOWN), st.sampled_from(_KNOWN).map(str.upper))


def _one(heading: str, *cells: str, own: dict[str, str] | None = None) -> NamedColumn:
    (column,) = recognise([heading], [cells], own)
    return column


@pytest.mark.parametrize("name", _FIELDS)
def test_example_of_every_field_is_taken_so_and_its_counter_example_is_not(name: str) -> None:
    entry = _FIELDS[name]
    field = entry.get("field", name)
    assert entry["example"] not in entry["headings"]
    assert field in possible_fields([entry["example"]], {})
    assert field not in possible_fields([entry["never"]], {})


def test_every_field_that_is_kept_has_headings() -> None:
    assert set(LIST_FIELDS) <= _EVERY


@pytest.mark.parametrize(
    ("heading", "cells", "field"),
    [
        ("Title", ("Ms", "Dr", "Mrs"), "title"),
        ("Title", ("Teacher of Music", "Cook"), "job_title"),
        ("Username", ("ana@example.org", "bo@example.org"), "work_email"),
        ("Username", ("alee", "bday"), "staff_code"),
        ("Left", ("31/08/2026", ""), "leave_date"),
        ("Left", ("Yes", "No"), "leaver"),
        ("Leaver?", ("TRUE", "FALSE"), "leaver"),
        ("Post Held", ("Cook",), "job_title"),
        ("Employment End", ("31/08/2026",), "leave_date"),
        ("Employee Start Date (dd/mm/yyyy)", ("01/09/2019",), "start_date"),
        ("Staff Surname *", ("Lee",), "last_name"),
        ("Cyfenw", ("Llwyd",), "last_name"),
        ("Enw cyntaf", ("Eleri",), "first_name"),
        ("E-bost", ("eleri@example.org",), "work_email"),
        ("Cyfeiriad e-bost", ("eleri@example.org",), "work_email"),
        ("Swydd", ("Pennaeth",), "job_title"),
        ("Dyddiad cychwyn", ("01/09/2019",), "start_date"),
        ("Dyddiad gadael", ("31/08/2026",), "leave_date"),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", ("Music",), "department"),
    ],
)
def test_heading_is_taken_by_its_words_and_by_how_its_cells_look(
    heading: str, cells: tuple[str, ...], field: str
) -> None:
    column = _one(heading, *(cell for cell in cells if cell))
    assert (column.field, column.doubt) == (field, None)


def test_of_two_columns_that_say_the_same_the_surer_is_used_and_the_other_is_told() -> None:
    found = recognise(["Email", "Work Email", "Name"], [["a@example.net"], ["a@example.org"], ["Ana Lee"]])
    assert [(column.field, column.use) for column in found] == [
        ("work_email", Use.SECOND),
        ("work_email", Use.USED),
        ("full_name", Use.USED),
    ]


def test_a_surer_column_without_any_cell_gives_way_to_one_with_cells() -> None:
    found = recognise(["mail", "userPrincipalName"], [[], ["ana@example.org"]])
    assert [column.use for column in found] == [Use.SECOND, Use.USED]


def test_an_end_date_beside_a_leaving_date_is_that_of_the_contract() -> None:
    found = recognise(["Date Left", "End Date", "Date of arrival", "Start Date"], [["31/08/2026"]] * 4)
    assert [column.field for column in found] == ["leave_date", "contract_end", "start_date", "contract_start"]
    assert _one("End Date", "31/08/2026").field == "leave_date"


@pytest.mark.parametrize(
    ("heading", "cells", "doubt"),
    [
        ("Finish", ("31/08/2026",), ColumnDoubt.LAST_DAY),
        ("Resigned with effect from", ("end of term",), ColumnDoubt.LAST_DAY),
        ("GoesOn", ("31/08/2026",), ColumnDoubt.LAST_DAY),
        ("Mailbox", ("ana@example.org",), ColumnDoubt.ADDRESS),
        ("Category of person", ("Leaver", "Current"), ColumnDoubt.STATUS),
        ("Still employed", ("Y", "N"), ColumnDoubt.STATUS),
        ("", ("ana@example.org",), ColumnDoubt.ADDRESS),
        ("Mailbox", ("<ana@example.org>", "mailto:bo@example.org", "ana&bo@example.org"), ColumnDoubt.ADDRESS),
        ("DBS issued", ("31/08/2024",), None),
        ("Date of birth", ("31/08/1984",), None),
        ("Reason for leaving", ("retired",), None),
        ("Car park", ("A1",), None),
        ("First aider", ("Yes", "No"), None),
        ("Finish", (), None),
    ],
)
def test_unknown_column_that_looks_like_a_last_day_an_address_or_a_status_is_in_doubt(
    heading: str, cells: tuple[str, ...], doubt: ColumnDoubt | None
) -> None:
    column = _one(heading, *cells)
    assert column.doubt is doubt
    assert column.use is not Use.USED


def test_a_column_of_days_that_nobody_knows_is_let_be_where_the_list_says_who_left() -> None:
    found = recognise(["Leaving date", "Joined pension"], [["31/08/2026"], ["01/09/2019"]])
    assert [column.doubt for column in found] == [None, None]


@pytest.mark.parametrize(("field", "use"), [("leave_date", Use.USED), (IGNORE, Use.IGNORED)])
def test_the_schools_own_word_on_a_heading_goes_before_everything(field: str, use: Use) -> None:
    column = _one("Mailbox", "ana@example.org", own={"mail-box": field})
    assert (column.field, column.use, column.doubt) == (field, use, None)


@given(st.data())
def test_any_headings_give_each_column_one_meaning_and_each_single_field_one_column(data: st.DataObject) -> None:
    headings = data.draw(st.lists(_HEADING, max_size=12))
    cells = [[cell for cell in data.draw(st.lists(_CELLS, max_size=6)) if cell] for _ in headings]
    found = recognise(headings, cells)
    assert [column.index for column in found] == list(range(len(headings)))
    for column in found:
        assert (column.field is None) == (column.use is Use.UNKNOWN)
        assert column.doubt is None or column.use is Use.UNKNOWN
        assert column.field is None or column.field in _EVERY
    joined = {entry.get("field", name) for name, entry in _FIELDS.items() if entry.get("joined")}
    used = [column.field for column in found if column.use is Use.USED and column.field not in joined]
    assert len(used) == len(set(used))


@given(st.lists(_HEADING, max_size=8))
def test_what_a_heading_may_mean_depends_on_no_other(headings: list[str]) -> None:
    alone = {heading: possible_fields([heading], {}) for heading in headings}
    assert possible_fields(headings, {}) == frozenset().union(*alone.values())


def test_columns_are_named_as_a_spreadsheet_does() -> None:
    letters = [NamedColumn(index, "", None, Use.UNKNOWN).letter for index in (0, 25, 26, 27, 701, 702)]
    assert letters == ["A", "Z", "AA", "AB", "ZZ", "AAA"]
