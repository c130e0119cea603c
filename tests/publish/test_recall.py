"""Is this printed copy current? Answered for every code ever printed, also without a server."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.policies.decisions.decide import set_facts
from pipeline.publish.recall import CopyState, RecallAnswer, find_answer, find_answer_now, list_answers
from pipeline.publish.site import publish_site
from pipeline.register.decision import Decision
from tests.copies.workspace import (
    HILL,
    LEAD_LINES,
    MONDAY,
    OFFICE,
    SHEFFIELD,
    Workspace,
    at,
    later,
    policy_file,
)
from tests.policies.folders import SCHOOL


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path) as made:
        made.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES))
        made.day()
        yield made


def ask(workspace: Workspace, code: str) -> tuple[CopyState, str, str]:
    with workspace.register.reading() as tx:
        answer = find_answer(tx, workspace.school, code, workspace.config.zone)
    return answer.state, answer.ended, answer.by


def code_of(workspace: Workspace) -> str:
    return workspace.current()["lettings"].code


def withdraw(workspace: Workspace, days: int) -> None:
    with workspace.register.transaction() as tx:
        set_facts(
            Decision(tx, workspace.school, "Pat Clerk", at(later(days))),
            "lettings",
            ["withdrawn=yes"],
            reason="the hall is gone",
            today=later(days),
        )


def publish(workspace: Workspace, days: int = 0) -> Path:
    publish_site(workspace.register, workspace.config, workspace.standings(later(days)), later(days))
    return workspace.config.distribution / "site"


def words(page: Path) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8").split("</style>")[1]).split())


def test_the_copy_in_use_is_current_however_its_code_is_typed(workspace: Workspace) -> None:
    code = code_of(workspace)
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ", code.replace("-", "–")):
        assert ask(workspace, typed)[0] is CopyState.CURRENT
    with workspace.register.reading() as tx:
        answer = find_answer(tx, workspace.school, code, workspace.config.zone)
    assert (answer.code, answer.title, answer.version, answer.made) == (code, "Lettings Policy", 1, "23 November 2026")


def test_letters_that_look_alike_are_forgiven(workspace: Workspace) -> None:
    from pipeline.pages.codes import short_code

    codes = [short_code("lettings", str(number)) for number in range(3000)]
    with_both = next(code for code in codes if "Q" in code and "L" in code)
    with workspace.register.transaction() as tx:
        from sqlalchemy import update

        from pipeline.register.tables.schema import policy_copy

        tx.execute(update(policy_copy).values(code=with_both))
    for typed in (with_both.replace("Q", "O").replace("L", "I"), with_both.replace("Q", "0").replace("L", "1")):
        assert ask(workspace, typed)[0] is CopyState.CURRENT


@pytest.mark.parametrize("typed", ["", "-", "K7M-2QX4", "../../etc/passwd", "%", "x" * 5000, "\u202eabc", "<script>"])
def test_anything_else_is_unknown_and_says_nothing(workspace: Workspace, typed: str) -> None:
    assert ask(workspace, typed) == (CopyState.UNKNOWN, "", "")


def test_a_copy_of_an_earlier_version_says_which_replaced_it_and_when(workspace: Workspace) -> None:
    from pipeline.policies.decisions.decide import Approval, approve_version

    first = code_of(workspace)
    workspace.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES, "The hall is closed on Sundays."))
    workspace.record(later(1))
    with workspace.register.transaction() as tx:
        approve_version(
            Decision(tx, workspace.school, "Pat Clerk", at(later(1))),
            "lettings",
            Approval(later(1), "Governors"),
            default_cycle_months=12,
            today=later(1),
        )
    workspace.refresh(later(2))
    assert ask(workspace, first) == (CopyState.REPLACED, "25 November 2026", "version 2, whose text has changed")
    assert ask(workspace, code_of(workspace))[0] is CopyState.CURRENT
    with workspace.register.reading() as tx:
        answer = find_answer(tx, workspace.school, first, workspace.config.zone)
    assert answer.current_code == code_of(workspace)


def test_a_copy_replaced_by_a_small_change_says_that(workspace: Workspace) -> None:
    from pipeline.model.policies import RevisionKind
    from pipeline.policies.decisions.decide import issue_draft

    first = code_of(workspace)
    workspace.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES, "The hall is closed on Sundays."))
    workspace.record(later(1))
    with workspace.register.transaction() as tx:
        kind, today = RevisionKind.MINOR, later(1)
        issue_draft(
            Decision(tx, workspace.school, "Pat Clerk", at(today)), "lettings", kind=kind, reason="a word", today=today
        )
    workspace.refresh(later(2))
    assert ask(workspace, first)[2] == "version 2, with a small change"


def test_a_copy_two_changes_back_says_what_the_copy_in_use_is(workspace: Workspace) -> None:
    from pipeline.policies.decisions.decide import issue_draft

    first = code_of(workspace)
    workspace.configure(HILL, OFFICE)
    workspace.day(later(1))
    workspace.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES, "The hall is let to nobody at all."))
    workspace.record(later(2))
    with workspace.register.transaction() as tx:
        issue_draft(
            Decision(tx, workspace.school, "Pat Clerk", at(later(2))),
            "lettings",
            kind=None,
            reason=None,
            today=later(2),
        )
    workspace.refresh(later(2))
    assert ask(workspace, first)[1:] == ("24 November 2026", "version 2, whose text has changed")


def test_a_copy_with_older_contacts_says_so(workspace: Workspace) -> None:
    first = code_of(workspace)
    workspace.configure(HILL, OFFICE)
    workspace.day(later(1))
    state, ended, by = ask(workspace, first)
    assert (state, ended) == (CopyState.REPLACED, "24 November 2026")
    assert by == "a copy of the same version with newer contacts or dates"


def test_a_withdrawn_policy_is_withdrawn_at_once_and_after_the_next_run(workspace: Workspace) -> None:
    code = code_of(workspace)
    withdraw(workspace, 1)
    assert ask(workspace, code) == (CopyState.WITHDRAWN, "24 November 2026", "")
    workspace.refresh(later(2))
    assert ask(workspace, code) == (CopyState.WITHDRAWN, "24 November 2026", "")


def test_a_copy_that_was_only_retired_is_told_as_withdrawn_too(workspace: Workspace) -> None:
    from pipeline.register.policies.copies import retire_copy

    code = code_of(workspace)
    with workspace.register.transaction() as tx:
        retire_copy(tx, workspace.school, 1, at(later(3)))
    assert ask(workspace, code) == (CopyState.WITHDRAWN, "26 November 2026", "")


def test_a_held_copy_was_never_printed_and_has_no_answer(workspace: Workspace) -> None:
    workspace.configure(HILL)
    workspace.day(later(1))
    with workspace.register.reading() as tx:
        answers = list_answers(tx, workspace.school, workspace.config.zone)
    assert [answer.state for _, answer in answers] == [CopyState.RENEWING]


def test_each_code_has_a_page_that_needs_no_server_and_old_ones_stay(workspace: Workspace) -> None:
    first = code_of(workspace)
    site = publish(workspace)
    page = site / "c" / first / "index.html"
    assert "Yes, this copy is the current one." in words(page)
    assert "Go to Ms Deborah Field ( 01632 960101 ), the designated safeguarding lead" in words(page)
    assert "http" not in page.read_text(encoding="utf-8").replace("https://www.w3.org", "")
    workspace.configure(HILL, OFFICE)
    workspace.day(later(1))
    publish(workspace, 1)
    assert "No, this copy was replaced on 24 November 2026" in words(page)
    assert "Go to Mr Jo Hill ( 01632 960110 ), the designated safeguarding lead" in words(page)
    second = code_of(workspace)
    assert f"The current copy is {second}" in words(page)
    assert "Yes, this copy" in words(site / "c" / second / "index.html")
    listed = words(site / "c" / "index.html")
    assert f"{first} replaced on 24 November 2026" in listed
    assert f"{second} current" in listed
    target = page.parent / "../../policies/lettings.html"
    assert 'href="../../policies/lettings.html">Open the current Lettings Policy</a>' in page.read_text(
        encoding="utf-8"
    )
    assert target.resolve().is_file()
    withdraw(workspace, 2)
    workspace.refresh(later(2))
    publish(workspace, 2)
    assert "Open the current" not in words(page)
    assert "this policy was withdrawn on 25 November 2026" in words(page)


def test_pages_that_say_the_same_are_not_written_again(workspace: Workspace) -> None:
    site = publish(workspace)
    stamps = {path: path.stat().st_mtime_ns for path in site.rglob("*.html")}
    report = publish_site(workspace.register, workspace.config, workspace.standings(), MONDAY)
    assert report.written == 0
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*.html")} == stamps


def test_what_is_kept_off_public_pages_is_in_no_list_but_its_code_is_answered(tmp_path: Path) -> None:
    with Workspace(tmp_path) as workspace:
        workspace.put("capability.docx", policy_file("Capability of Staff Policy", "Staff are helped to do well."))
        workspace.day()
        (row,) = workspace.current().values()
        site = publish(workspace)
        assert (site / "c" / row.code / "index.html").is_file()
        assert row.code not in words(site / "c" / "index.html")


def test_without_anybody_to_name_the_headteacher_is(tmp_path: Path) -> None:
    with Workspace(tmp_path, "") as workspace:
        site = publish(workspace)
        assert "safeguarding lead or the headteacher now" in words(site / "c" / "index.html")
        assert "No copies have been made yet." in words(site / "c" / "index.html")


def test_without_a_lead_the_deputies_are_named(workspace: Workspace) -> None:
    deputies = (
        "[[contacts.deputy-dsl]]\nname = 'Tom Ash'\npronoun = 'he'\n"
        "[[contacts.deputy-dsl]]\nname = 'Wen Li'\nphone = '01632 960143'\n"
    )
    workspace.configure(SHEFFIELD + "until = 2026-11-22\n", deputies)
    page = words(publish(workspace) / "c" / "index.html")
    assert "Go to Mr Tom Ash or Wen Li" in page


def test_a_copy_that_names_people_who_changed_is_out_of_date_while_the_next_is_made(workspace: Workspace) -> None:
    code = code_of(workspace)
    workspace.configure(HILL)
    assert workspace.day(later(1)).held
    assert ask(workspace, code)[0] is CopyState.RENEWING
    said = words(publish(workspace, 1) / "c" / code / "index.html")
    assert "No, this copy is out of date, and a new one is being made." in said
    assert "out of date, a new one is being made" in words(publish(workspace, 1) / "c" / "index.html")


def ask_now(workspace: Workspace, code: str) -> RecallAnswer:
    with workspace.register.reading() as tx:
        return find_answer_now(tx, workspace.school, code, workspace.config, later(1))


def test_the_moment_a_lead_changes_the_copy_in_use_is_out_of_date(workspace: Workspace) -> None:
    code = code_of(workspace)
    assert ask_now(workspace, code).state is CopyState.CURRENT
    workspace.configure(HILL, OFFICE)
    assert ask_now(workspace, code).state is CopyState.RENEWING
    workspace.day(later(1))
    assert ask_now(workspace, code).state is CopyState.REPLACED
    assert ask_now(workspace, code).current_code == code_of(workspace)
    assert ask_now(workspace, code_of(workspace)).state is CopyState.CURRENT


def test_a_replaced_copy_names_no_other_while_that_one_names_who_has_left(workspace: Workspace) -> None:
    first = code_of(workspace)
    workspace.configure(HILL, OFFICE)
    workspace.day(later(1))
    workspace.configure(SHEFFIELD, OFFICE)
    answer = ask_now(workspace, first)
    assert (answer.state, answer.current_code) == (CopyState.REPLACED, "")


def test_a_document_that_was_changed_since_leaves_the_answer_open(workspace: Workspace) -> None:
    code, path = code_of(workspace), workspace.config.policies / "lettings.docx"
    os.utime(path, (1, 1))
    assert ask_now(workspace, code).state is CopyState.CURRENT, "the same bytes at another time"
    workspace.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES, "The hall is closed on Sundays."))
    assert ask_now(workspace, code).state is CopyState.CHANGED
    path.unlink()
    assert ask_now(workspace, code).state is CopyState.CURRENT


def test_so_does_a_local_appendix_that_was_changed(workspace: Workspace) -> None:
    workspace.put("lettings - local appendix.docx", policy_file("Local appendix", "The caretaker has the keys."))
    workspace.day(later(1))
    code = code_of(workspace)
    assert ask_now(workspace, code).state is CopyState.CURRENT
    os.utime(workspace.config.policies / "lettings.docx", (1, 1))
    assert ask_now(workspace, code).state is CopyState.CURRENT
    workspace.put("lettings - local appendix.docx", policy_file("Local appendix", "The clerk has the keys."))
    assert ask_now(workspace, code).state is CopyState.CHANGED


def state_now(workspace: Workspace, code: str) -> CopyState:
    with workspace.register.reading() as tx:
        return find_answer_now(tx, workspace.school, code, workspace.config, later(1)).state


def put_new(workspace: Workspace, name: str) -> None:
    (workspace.config.policies / name).parent.mkdir(exist_ok=True)
    workspace.put(name, policy_file("Lettings Policy", *LEAD_LINES, "The hall is closed on Sundays."))


@pytest.fixture
def printed(tmp_path: Path) -> Iterator[tuple[Workspace, str]]:
    """A school whose lettings policy is a text file that Word files count before, and that policy's code."""
    text = f"{SCHOOL}\nLettings Policy\nDate approved by Governors: 10 September 2026\n" + "\n".join(LEAD_LINES)
    with Workspace(tmp_path) as made:
        made.put("lettings.txt", text.encode())
        made.put("Lettings appendix.txt", b"The hall of this school holds 80 people.")
        made.put("parking.docx", policy_file("Parking Policy", *LEAD_LINES))
        made.day()
        code = made.current()["lettings"].code
        assert state_now(made, code) is CopyState.CURRENT
        yield made, code


@pytest.mark.parametrize("name", ["Lettings Policy.docx", "2026/LETTINGS_v2 final.docm", "Final version.docx"])
def test_a_new_file_that_would_count_instead_is_no_yes(printed: tuple[Workspace, str], name: str) -> None:
    workspace, code = printed
    put_new(workspace, name)
    assert state_now(workspace, code) is CopyState.CHANGED


@pytest.mark.parametrize(
    "name",
    [
        "hall/Lettings.txt",
        "Visits Policy.docx",
        "Child Protection.docx",
        "Lettings DRAFT.docx",
        "old/Lettings.docx",
        "~$ttings.docx",
        "lettings.xlsx",
        "Parking appendix.docx",
    ],
)
def test_a_new_file_that_counts_for_nothing_there_leaves_the_yes(printed: tuple[Workspace, str], name: str) -> None:
    workspace, code = printed
    put_new(workspace, name)
    assert state_now(workspace, code) is CopyState.CURRENT


def test_a_file_that_took_the_place_of_one_that_is_gone_is_no_yes(printed: tuple[Workspace, str]) -> None:
    workspace, code = printed
    old = workspace.config.policies / "parking.docx"
    parking = workspace.current()["parking"].code
    old.rename(old.with_name("Parking of cars.docx"))
    assert state_now(workspace, parking) is CopyState.CURRENT
    put_new(workspace, "Cars.docx")
    assert state_now(workspace, parking) is CopyState.CHANGED
    assert state_now(workspace, code) is CopyState.CURRENT


def test_a_local_appendix_that_came_or_went_is_no_yes(printed: tuple[Workspace, str]) -> None:
    workspace, code = printed
    parking = workspace.current()["parking"].code
    put_new(workspace, "parking appendix.docx")
    assert state_now(workspace, parking) is CopyState.CHANGED
    (workspace.config.policies / "Lettings appendix.txt").unlink()
    assert state_now(workspace, code) is CopyState.CHANGED
