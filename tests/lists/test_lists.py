"""Each list, held against a record of what it gave when it was written by hand: nothing of a row is lost.

JSON, lines of commands, cells of spreadsheets and of the evidence pack are the same to the letter. A page's row keeps
its first link, its place and every word; words may stand in other columns now. The record is made anew with
``python -m tests.lists.test_lists``, only where a list is meant to say something else.
"""

import io
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from lxml import html

from pipeline.cli import policy
from pipeline.evidence.writing import EvidenceOrder, write_pack
from pipeline.register.deciding import deciding
from pipeline.register.states import keep_everything
from tests.school import MONDAY, School, at
from tests.web.desks import Desk, fill

RECORD = Path(__file__).parent / "record.json"
PAGES = (
    *("/policies", "/policies?state=overdue", "/policies?state=held", "/policies?q=safe", "/policies?state=changed"),
    *("/policies/confidentiality/readers", "/policies/attendance/readers?state=late", "/people", "/people?state=late"),
    *("/people?state=done", "/people?kind=volunteer", "/people?state=paper", "/people?q=lee", "/problems"),
    *("/problems?about=minor", "/problems?about=pressing", "/reports", "/reports?state=open", "/reports?state=settled"),
    *("/readings/declarations", "/readings/declarations?state=late", "/mailings", "/mailings/mails", "/mailings/other"),
    *("/mailings/mails?state=written", "/copies", "/copies?state=held", "/owners", "/mailings/1"),
)
COMMANDS = (
    *("status", "acknowledge list", "acknowledge list --late", "acknowledge list --declarations", "staff list"),
    *("owners", "contacts"),
)
DAYS_LATER = "2026-12-21"
"""A second day on which lists are asked for: readings are late by then."""


@contextmanager
def filled(root: Path) -> Iterator[School]:
    """A school with something of everything."""
    with School(root, '[reading]\ndefault = "sign"\n') as school:
        fill(school)
        yield school


def rows_of(page: str) -> list[dict[str, Any]]:
    """The rows of a page's list: the first link of each and its words, those of the headings among them."""
    tree = html.fromstring(page)
    main = tree.xpath("//main")[0]
    headings = " ".join(main.xpath(".//thead//text()"))
    found = main.xpath(".//tbody/tr | .//ul[contains(@class, 'rows')]/li")
    return [
        {
            "link": next(iter(row.xpath(".//a/@href")), ""),
            "words": sorted(set(re.findall(r"\w+", f"{' '.join(row.itertext())} {headings}".casefold()))),
        }
        for row in found
    ]


def cells_of(content: bytes) -> dict[str, list[list[str]]]:
    """The cells of a workbook by sheet, each with its kind."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        sheet.title: [[f"{cell.data_type} {cell.value} {cell.number_format}" for cell in row] for row in sheet]
        for sheet in book
    }


def called(school: School, today: str, *arguments: str) -> str:
    result = CliRunner().invoke(policy, ["--workspace", str(school.root), "--today", today, *arguments])
    return f"{result.exit_code}\n{result.stdout}"


def pages(school: School) -> dict[str, Any]:
    with Desk(school) as desk:
        desk.sign_in()
        return {path: rows_of(desk.get(path).text) for path in PAGES}


def outputs(school: School) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for day in (MONDAY.isoformat(), DAYS_LATER):
        for command in COMMANDS:
            found[f"{day} {command}"] = called(school, day, *command.split())
            found[f"{day} {command} --json"] = called(school, day, "--json", *command.split())
        for kind in ([], ["--late"]):
            file = school.root / f"list-{day}{''.join(kind)}.xlsx"
            assert called(school, day, "acknowledge", "list", *kind, "--out", str(file)).startswith("0")
            found[file.name] = cells_of(file.read_bytes())
    return found


def evidence(school: School) -> dict[str, Any]:
    with deciding(school.register, school.root, "Pat Clerk", at(MONDAY, 11)) as decision:
        keep_everything(decision.tx, school.key, school.config, actor="Pat Clerk", now=at(MONDAY, 11))
    written = write_pack(
        school.register, school.config, school.root / "packs", EvidenceOrder(), actor="Pat Clerk", now=at(MONDAY, 12)
    )
    return {file.name: cells_of(file.content) for file in written.pack.files if file.name.endswith(".xlsx")}


KINDS = {"pages": pages, "outputs": outputs, "evidence": evidence}


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    with filled(tmp_path_factory.mktemp("lists")) as one:
        yield one


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


def test_each_page_keeps_its_rows_their_order_their_links_and_their_words(
    school: School, record: dict[str, Any]
) -> None:
    now = pages(school)
    for path, rows in record["pages"].items():
        assert [row["link"] for row in now[path]] == [row["link"] for row in rows], path
        lost = [set(was["words"]) - set(row["words"]) for was, row in zip(rows, now[path], strict=True)]
        assert not any(lost), (path, lost)


def test_json_lines_and_spreadsheets_are_as_they_were(school: School, record: dict[str, Any]) -> None:
    now = outputs(school)
    for name, was in record["outputs"].items():
        assert now[name] == was, name


def test_the_tables_of_the_evidence_pack_are_as_they_were(school: School, record: dict[str, Any]) -> None:
    assert evidence(school) == record["evidence"]


LISTS = ("/policies", "/copies", "/reports")
"""The pages that follow a declaration: sorted by any column, and given out as a spreadsheet."""


@pytest.mark.parametrize("path", LISTS)
def test_a_declared_list_is_sorted_by_any_column_and_loses_no_row(school: School, path: str) -> None:
    with Desk(school) as desk:
        desk.sign_in()
        usual = rows_of(desk.get(path).text)
        headings = html.fromstring(desk.get(path).text).xpath("//main//thead//th/text()")
        for heading in headings:
            rows = rows_of(desk.browser.get(path, params={"sort": heading}).text)
            assert sorted(row["link"] for row in rows) == sorted(row["link"] for row in usual), heading
        first = [row["link"] for row in rows_of(desk.browser.get(path, params={"sort": headings[0]}).text)]
        assert first == sorted(first, key=lambda link: link.casefold()) or path != "/policies"


@pytest.mark.parametrize("path", LISTS)
def test_a_declared_list_is_given_out_as_a_spreadsheet_with_the_rows_that_are_chosen(school: School, path: str) -> None:
    with Desk(school) as desk:
        desk.sign_in()
        answer = desk.get(f"{path}?as=xlsx")
        [cells] = cells_of(answer.content).values()
        headings = html.fromstring(desk.get(path).text).xpath("//main//thead//th/text()")
        assert [cell.split(" ", 1)[1].removesuffix(" General") for cell in cells[0]] == headings
        assert len(cells) - 1 == len(rows_of(desk.get(path).text))
        few = cells_of(desk.get(f"{path}?as=xlsx&q=confidentiality").content)
        assert len(next(iter(few.values()))) - 1 == len(rows_of(desk.get(f"{path}?q=confidentiality").text)) < 6
        desk.browser.cookies.clear()
        assert desk.get(f"{path}?as=xlsx").status_code == 401


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, filled(Path(folder)) as one:
        made = {kind: make(one) for kind, make in KINDS.items()}
    RECORD.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
