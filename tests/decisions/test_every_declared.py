"""Every declared decision, by its row: record and actor, second sending, stale page, held form, bad input, rights."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from pipeline.cli import policy
from pipeline.decisions.fields import Where, fields_of
from pipeline.decisions.rights import Action
from pipeline.decisions.table import DECISIONS
from pipeline.register.tables.schema import ledger_opening, ledger_record
from pipeline.web.desk.declared import SHOWN, page_fields
from tests.decisions.recording import SETTINGS, faults_of, last_hidden
from tests.decisions.reference import REFERENCE, make_reference
from tests.decisions.rows import ELSEWHERE, MARKER, ROWS, Row
from tests.made_once import made_once
from tests.school import School
from tests.web.desk import Desk
from tests.web.desks import fill

WITH_ROW = [pytest.param(row, id=row.declared.__name__) for row in ROWS]


class Trying:
    """One decision at its page, with what comes before it done."""

    def __init__(self, desk: Desk, places: Mapping[str, object], row: Row) -> None:
        self.desk, self.row = desk, row
        places = {**places, **row.address}
        desk.sign_in()
        for path, typed in row.before:
            sent = desk.send(path.format(**places), **typed)
            assert sent.status_code == 303, faults_of(sent)
        self.path = row.declared.words.page.format(**places)
        self.typed = {**row.typed, **row.prepare(desk.school)}

    def post(self, hidden: dict[str, str], **typed: str) -> httpx.Response:
        return self.desk.browser.post(self.path, data={**hidden, **self.typed, **typed})

    def hidden(self) -> dict[str, str]:
        return last_hidden(self.desk.browser.get(self.path))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of ``desks.fill``, and what stands in the addresses of its pages."""

    def make(folder: Path) -> None:
        with School(folder / "school", SETTINGS) as school:
            (folder / "places.json").write_text(json.dumps(fill(school)), encoding="utf-8")

    return made_once(tmp_path_factory, "filled", make)


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> Iterator[Desk]:
    copied = shutil.copytree(filled / "school", tmp_path / "school")
    with School.reopen(copied) as school, closing(Desk(school, "http://127.0.0.1:8000")) as desk:
        yield desk


@pytest.fixture
def places(filled: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((filled / "places.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def trying(request: pytest.FixtureRequest, desk: Desk, places: Mapping[str, object]) -> Trying:
    return Trying(desk, places, request.param)


def test_every_decision_has_its_row_or_a_reason_why_not() -> None:
    assert {row.declared for row in ROWS} | set(ELSEWHERE) == set(DECISIONS)


def test_the_reference_says_what_is_declared() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == make_reference(), "write it with: make reference"


@pytest.mark.parametrize("trying", WITH_ROW, indirect=True)
def test_a_decision_is_recorded_once_with_its_actor_and_no_free_text_in_the_clear(trying: Trying) -> None:
    desk, hidden = trying.desk, trying.hidden()
    before = len(desk.records())
    first = trying.post(hidden)
    assert first.status_code == 303, faults_of(first)
    with desk.school.register.reading() as tx:
        records = tx.scalars(select(ledger_record.c.record).order_by(ledger_record.c.position)).all()[before:]
        openings = {row.commitment: row.value for row in tx.execute(select(ledger_opening))}
    assert records
    for record in map(json.loads, records):
        assert openings[record["personal"]["actor"]]
        assert MARKER not in json.dumps(record)
    again = trying.post(hidden)
    assert (again.status_code, again.headers["location"].partition("?")[0]) == (
        303,
        first.headers["location"].partition("?")[0],
    )
    assert len(desk.records()) == before + len(records), "the same form, sent twice, is done once"


@pytest.mark.parametrize("trying", WITH_ROW, indirect=True)
def test_a_page_that_shows_what_holds_no_more_decides_nothing(trying: Trying) -> None:
    desk, stale = trying.desk, trying.hidden()
    assert trying.post(trying.hidden()).status_code == 303
    before = desk.records()
    late = trying.post(stale)
    if trying.row.is_repeatable:
        assert late.status_code == 303
        return
    assert late.status_code == 422
    assert faults_of(late)
    if SHOWN in stale:
        assert trying.post({name: value for name, value in stale.items() if name != SHOWN}).status_code == 422
    assert desk.records() == before


@pytest.mark.parametrize("trying", WITH_ROW, indirect=True)
def test_what_cannot_be_used_is_said_at_its_field_and_the_form_keeps_the_rest(trying: Trying) -> None:
    desk, hidden, page = trying.desk, trying.hidden(), trying.desk.browser.get(trying.path).text
    asked = [one for one in page_fields(trying.row.declared) if f'name="{one.name}"' in page]
    before = desk.records()
    for one in asked:
        if one.words.missing:
            sent = trying.post(hidden, **{one.name: ""})
            assert one.words.missing in faults_of(sent), one.name
            assert f'href="#{one.name}"' in sent.text
            others = [each.name for each in asked if each is not one and each.kind is str]
            assert all(trying.typed.get(name, "") in sent.text for name in others)
        if one.kind is date:
            assert "is not a day" in " ".join(faults_of(trying.post(hidden, **{one.name: "soon"})))
            if one.words.to_come:
                assert one.words.to_come in faults_of(trying.post(hidden, **{one.name: "2199-01-01"}))
    assert desk.records() == before


@pytest.mark.parametrize("trying", WITH_ROW, indirect=True)
def test_a_form_of_somebody_signed_out_is_held_and_decides_nothing(trying: Trying) -> None:
    desk, hidden = trying.desk, trying.hidden()
    desk.browser.cookies.clear()
    before = desk.records()
    held = trying.post(hidden)
    assert held.status_code == 401
    assert all(value in held.text for value in trying.typed.values())
    assert desk.records() == before


@pytest.mark.parametrize("trying", WITH_ROW, indirect=True)
def test_a_decision_is_for_whoever_has_its_right(trying: Trying) -> None:
    desk, words = trying.desk, trying.row.declared.words
    hidden = trying.hidden()
    desk.browser.cookies.clear()
    desk.sign_in("gov@example.org")
    if words.right is not Action.SEE_DESK:
        assert desk.browser.get(trying.path).status_code == 403
        assert trying.post({**hidden, "form": desk.form("/sessions")}).status_code == 403


@pytest.mark.parametrize("declared", [one for one in DECISIONS if one.words.command], ids=lambda one: one.__name__)
def test_a_command_is_previewed_in_a_workspace_that_it_does_not_write_to(
    declared: type, desk: Desk, places: Mapping[str, object]
) -> None:
    places = {**places, "person": "id-Lee", "declaration": "gifts", "assignments": "owner=Headteacher"}
    places |= {"slugs": places["slug"], "fields": "role=Cook", "name": "Ann Other"}
    before = desk.records()
    named = [str(places[one.name]) for one in fields_of(declared) if one.is_argument and one.name in places]
    asked = {str: "x", date: "2026-11-20", bool: "", int: "1"}
    options = [
        word
        for one in fields_of(declared)
        if one.is_required and not one.is_argument
        for word in (one.option, asked[one.kind])
    ]
    words = declared.words.command.split(" ")
    given = ["--workspace", str(desk.school.root), "--today", "2026-11-24", *words, *named, *options, "--preview"]
    called = CliRunner().invoke(policy, [*given, "--json"], catch_exceptions=False)
    assert called.exit_code == 0, called.output
    assert set(json.loads(called.stdout)) == {"now", "would"}
    assert CliRunner().invoke(policy, given, catch_exceptions=False).stdout.strip()
    assert desk.records() == before


def test_the_reference_names_every_option_of_every_declared_command() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    for declared in DECISIONS:
        if declared.words.command:
            row = re.search(rf"^\| `policy {declared.words.command}\b.*$", text, re.MULTILINE)
            assert row is not None
            asked = [one for one in fields_of(declared) if one.words.where in (Where.BOTH, Where.COMMAND)]
            options = [one.option for one in asked if not one.is_argument]
            assert [option for option in options if option not in row[0]] == []
