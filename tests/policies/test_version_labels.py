"""One label for a version wherever people meet it, and one last review beside an approval."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.acknowledgements.listing import list_acknowledgements
from pipeline.changes.version_numbers import is_same_number
from pipeline.cli.report_json import standing_as_json
from pipeline.model.policies import PolicyStanding, RevisionKind
from pipeline.people.lists.staff_import import import_staff
from pipeline.people.lists.staff_list import read_staff_list
from pipeline.policies.decisions.decide import Approval, approve_version, issue_draft, set_facts
from pipeline.policies.decisions.drafts import show_draft
from pipeline.publish.recall import find_answer
from pipeline.register.decision import Decision
from tests.builders import paragraph, table, word_file
from tests.copies.workspace import LEAD_LINES, OFFICE, SHEFFIELD, Workspace, at, later, policy_file

FIRST = "The hall is let to groups of the parish."
OTHER = "The hall is let to nobody, and whoever holds a key must bring it back by the last day of March."


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as made:
        yield made


def put(workspace: Workspace, version: str | None, *lines: str, day: int = 0) -> None:
    said = [f"Version: {version}"] if version else []
    workspace.put("lettings.docx", policy_file("Lettings Policy", *said, *(lines or (FIRST,)), *LEAD_LINES))
    workspace.day(later(day))


def issue(workspace: Workspace, day: int, kind: RevisionKind | None = None) -> str:
    with workspace.register.transaction() as tx:
        decision = issue_draft(
            Decision(tx, workspace.school, "Pat Clerk", at(later(day))),
            "lettings",
            kind=kind,
            reason="so",
            today=later(day),
        )
    workspace.refresh(later(day))
    return decision.message


def approve(workspace: Workspace, day: int) -> None:
    with workspace.register.transaction() as tx:
        approval = Approval(later(day), "Governors")
        approve_version(
            Decision(tx, workspace.school, "Pat Clerk", at(later(day))),
            "lettings",
            approval,
            default_cycle_months=12,
            today=later(day),
        )
    workspace.refresh(later(day))


def standing(workspace: Workspace, day: int = 0) -> PolicyStanding:
    return workspace.standings(later(day))[0]


def pages(workspace: Workspace, name: str = "lettings.pdf") -> str:
    document = pypdfium2.PdfDocument(workspace.copies / name)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def told(workspace: Workspace, day: int = 0) -> list[str]:
    return [each.message for each in standing(workspace, day).problems if each.code == "version-differs"]


def test_a_number_that_was_not_raised_gives_way_to_the_registers_in_every_place(workspace: Workspace) -> None:
    put(workspace, "1")
    first = workspace.current()["lettings"].code
    assert standing(workspace).version_label == "1"
    assert told(workspace) == []
    put(workspace, "1", OTHER, day=1)
    with workspace.register.reading() as tx:
        assert ", version 2: " in show_draft(tx, workspace.school, "lettings").headline
    assert "(version 2)" in issue(workspace, 1)
    one = standing(workspace, 1)
    as_json = standing_as_json(one, {}, {})
    assert (as_json["version"], as_json["version_label"]) == (2, "2")
    assert "Version: 2" in workspace.words("lettings.docx")
    page = pages(workspace)
    assert "version 2" in page
    assert "ersion 1" not in page
    assert "ersion: 1" not in page
    assert "version 2" in (workspace.copies / "lettings.html").read_text(encoding="utf-8")
    with workspace.register.reading() as tx:
        answer = find_answer(tx, workspace.school, first, workspace.config.zone)
    assert (answer.version_label, answer.by) == ("1", "version 2, whose text has changed")
    assert told(workspace, 1) == [
        "The document still calls itself version 1, as the one before it did, though its text was changed. Copies and "
        "lists call it version 2: raise the number in the document, or say 'policy set lettings version=… --reason …'."
    ]


def test_the_documents_own_number_is_the_label_where_it_moved(workspace: Workspace) -> None:
    put(workspace, "3.2")
    assert standing(workspace).version_label == "3.2"
    put(workspace, "3.3", OTHER, day=1)
    assert "(version 3.3)" in issue(workspace, 1)
    assert (standing(workspace, 1).version_number, standing(workspace, 1).version_label) == (2, "3.3")
    assert "version 3.3" in pages(workspace)
    assert told(workspace, 1) == []


def test_a_change_of_contacts_alone_keeps_the_number_that_was_approved(workspace: Workspace) -> None:
    put(workspace, "3.2")
    new = tuple(line.replace("960101", "960188") for line in LEAD_LINES)
    workspace.put("lettings.docx", policy_file("Lettings Policy", "Version: 3.2", FIRST, *new))
    workspace.day(later(1))
    assert (standing(workspace, 1).version_number, standing(workspace, 1).version_label) == (2, "3.2")
    assert "Version: 3.2" in workspace.words("lettings.docx")
    assert told(workspace, 1) == []


def test_copies_of_a_document_without_a_version_invent_none(workspace: Workspace) -> None:
    put(workspace, None)
    assert standing(workspace).version_label == "1"
    assert "version" not in pages(workspace).casefold()
    assert "version" not in (workspace.copies / "lettings.html").read_text(encoding="utf-8").partition("<body")[2]
    put(workspace, None, OTHER, day=1)
    issue(workspace, 1)
    assert standing(workspace, 1).version_label == "2"
    assert "version" not in pages(workspace).casefold()
    assert told(workspace, 1) == []


def test_a_number_that_went_down_is_told(workspace: Workspace) -> None:
    put(workspace, "3")
    put(workspace, "2", OTHER, day=1)
    issue(workspace, 1)
    assert standing(workspace, 1).version_label == "2"
    assert "calls itself version 2, the one before it version 3" in told(workspace, 1)[0]


def test_the_owners_word_on_the_number_holds_from_then_on(workspace: Workspace) -> None:
    put(workspace, "1")
    first = workspace.current()["lettings"].code
    with workspace.register.transaction() as tx:
        set_facts(
            Decision(tx, workspace.school, "Pat Clerk", at(later(1))),
            "lettings",
            ["version=7"],
            reason="so",
            today=later(1),
        )
    workspace.refresh(later(1))
    assert standing(workspace, 1).version_label == "7"
    assert "Version: 7" in workspace.words("lettings.docx")
    put(workspace, "1", OTHER, day=2)
    issue(workspace, 2)
    assert standing(workspace, 2).version_label == "7"
    assert told(workspace, 2) == []
    with workspace.register.reading() as tx:
        answer = find_answer(tx, workspace.school, first, workspace.config.zone)
    assert (answer.version_label, answer.by) == ("7", "a newer text of version 7, whose text has changed")


def test_lists_of_readings_call_a_version_by_its_label(workspace: Workspace) -> None:
    put(workspace, "3.2")
    workspace.configure(SHEFFIELD, f'{OFFICE}\n[reading]\nsign = ["lettings"]\n')
    staff = workspace.root / "staff.csv"
    row = "1,Ann,Lee,ann@example.org,Teacher,2024-09-01,2026-12-18\n"
    head = "person_id,first_name,last_name,work_email,role,start_date,away_until\n"
    staff.write_text(f"{head}{row}", encoding="utf-8")
    with workspace.register.transaction() as tx:
        import_staff(tx, workspace.school, read_staff_list(staff), "staff.csv", later(0), at(later(0)))
        lines = list_acknowledgements(tx, workspace.school, workspace.config, workspace.standings(), later(0))
    assert [(line.state.value, line.version, line.version_label) for line in lines] == [("away", 1, "3.2")]


def test_the_number_in_a_row_of_a_history_stays(workspace: Workspace) -> None:
    head = ("Test Primary School", "Lettings Policy", "Date of next Review: August 2027")
    history = table(("Version", "Date", "Author"), ("1", "May 2020", "A Clerk"), ("2", "June 2021", "A Clerk"))
    for day, text in enumerate((FIRST, OTHER, f"{OTHER} Whoever does not must pay 40 pounds to the school.")):
        workspace.put("lettings.docx", word_file(*map(paragraph, (*head, text, *LEAD_LINES)), history))
        workspace.day(later(day))
        if day:
            issue(workspace, day)
    assert standing(workspace, 2).version_label == "3"
    assert workspace.words("lettings.docx").rstrip().endswith("2\tJune 2021\tA Clerk")


def test_an_approved_review_is_the_last_review_in_header_front_and_status(workspace: Workspace) -> None:
    put(workspace, None, "Date of last review: September 2014", FIRST)
    assert standing_as_json(standing(workspace), {}, {})["last_review"] == "2014-09"
    approve(workspace, 2)
    as_json = standing_as_json(standing(workspace, 2), {}, {})
    assert (as_json["approved_on"], as_json["last_review"]) == ("2026-11-25", "2026-11-25")
    words, page = workspace.words("lettings.docx"), pages(workspace)
    assert "Date of last review: 25 November 2026" in words
    assert "September 2014" not in words + page
    assert page.count("25 November 2026") == 3, "approved and last reviewed, on the front, and by whom, in the text"


def test_a_later_review_that_the_document_states_is_the_last_one(workspace: Workspace) -> None:
    put(workspace, None, "Date of last review: November 2026", FIRST)
    approve(workspace, 2)
    assert standing_as_json(standing(workspace, 2), {}, {})["last_review"] == "2026-11"


def test_an_approval_holds_on_for_the_same_text_with_other_contacts(workspace: Workspace) -> None:
    put(workspace, None, "Date of last review: September 2014", FIRST)
    approve(workspace, 1)
    new = tuple(line.replace("960101", "960188") for line in LEAD_LINES)
    workspace.put("lettings.docx", policy_file("Lettings Policy", "Date of last review: September 2014", FIRST, *new))
    workspace.day(later(2))
    one = standing(workspace, 2)
    assert one.version_number == 2
    assert (one.approved_on, one.last_review) == (standing(workspace, 1).approved_on,) * 2
    assert one.approved_on is not None
    assert one.approved_on.value == "2026-11-24"


@given(st.lists(st.integers(0, 99), min_size=1, max_size=3), st.sampled_from(("", "v", "V.", "v ")))
def test_a_number_is_the_same_however_it_is_written(parts: list[int], mark: str) -> None:
    plain = ".".join(map(str, parts))
    assert is_same_number(plain, f"{mark}{plain}.0")
    assert not is_same_number(plain, f"{parts[0] + 1}{plain.partition('.')[1]}{plain.partition('.')[2]}")
