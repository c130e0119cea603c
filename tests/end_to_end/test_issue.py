"""``policy issue``: its owner sees kind and difference first, on a terminal; scripts are not asked."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.workspace import init_workspace
from tests.end_to_end.conftest import TODAY, Answer, School, run_once

BEFORE = (
    "Lettings Policy\n\nDate of next review: August 2027\n\nAims\n\n"
    "Hirers leave the halls clean and locked by 10 pm on every day of the week.\n\nKeys are kept in the office.\n"
)
AFTER = BEFORE.replace("10 pm", "9 pm")


@pytest.fixture(scope="module")
def with_a_draft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A school with one policy in use and a changed text of it."""
    root = tmp_path_factory.mktemp("drafted") / "school"
    init_workspace(root, "Westhaven School")
    path = root / "policies" / "lettings.txt"
    path.write_text(BEFORE, encoding="utf-8")
    run_once(root)
    path.write_text(AFTER, encoding="utf-8")
    assert "it reads as a major change" in " ".join(run_once(root).split())
    return root


@pytest.fixture
def drafted(with_a_draft: Path, tmp_path: Path, call: Callable[..., Answer]) -> School:
    """That school, afresh for one test."""
    return School(shutil.copytree(with_a_draft, tmp_path / "school"), call)


def test_show_prints_kind_and_difference_and_issues_nothing(drafted: School) -> None:
    answer = drafted.policy("issue", "lettings", "--show")
    assert (answer.code, answer.err) == (0, "")
    assert "a major change, its readers are asked again; 1 paragraph changed." in answer.out
    assert "locked by [taken out: 10] [new: 9] pm" in answer.out
    assert drafted.status()["lettings"]["version"] == 1


def test_show_for_other_programs(drafted: School) -> None:
    shown = drafted.policy("issue", "lettings", "--show", "--json").json
    assert {name: shown[name] for name in ("slug", "kind", "held")} == {"slug": "lettings", "kind": "major", "held": []}
    assert [change["mark"] for change in shown["changes"]] == ["same"]
    assert "[new: 9]" in shown["changes"][0]["text"]
    assert drafted.status()["lettings"]["version"] == 1


def test_what_holds_a_draft_is_shown_with_it(drafted: School) -> None:
    path = drafted.root / "policies" / "lettings.txt"
    path.write_text(AFTER + "\nThe halls of [School name] are let.\n", encoding="utf-8")
    drafted.policy("run")
    assert "Held: " in drafted.policy("issue", "lettings", "--show").out
    assert drafted.policy("issue", "lettings", "--show", "--json").json["held"][0]["code"]


def test_without_a_terminal_it_issues_as_scripts_expect(drafted: School) -> None:
    answer = drafted.policy("issue", "lettings", "--json")
    assert answer.json["slug"] == "lettings"
    assert drafted.status()["lettings"]["version"] == 2


def test_nothing_to_show_is_a_mistake_in_one_line(drafted: School) -> None:
    drafted.policy("issue", "lettings")
    answer = drafted.policy("issue", "lettings", "--show")
    assert (answer.code, answer.out) == (2, "")
    assert "nothing to issue" in answer.err


def on_a_terminal(root: Path, typed: str, *arguments: str) -> str:
    """Call ``policy issue lettings`` as somebody at a terminal does; return what they see."""
    import pty

    master, slave = pty.openpty()
    command = [sys.executable, "-m", "pipeline", "--workspace", str(root), "--today", TODAY, "issue", "lettings"]
    with subprocess.Popen(
        [*command, *arguments], stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=Path.cwd()
    ) as program:
        os.close(slave)
        os.write(master, typed.encode())
        out, _ = program.communicate(timeout=120)
    os.close(master)
    assert program.returncode in (0, 2)
    return out.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals for programs to be tried on")
@pytest.mark.parametrize(("typed", "version"), [("n\n", 1), ("\n", 1), ("y\n", 2)])
def test_on_a_terminal_the_owner_is_asked_once_they_have_seen_it(drafted: School, typed: str, version: int) -> None:
    seen = on_a_terminal(drafted.root, typed)
    assert "[taken out: 10] [new: 9]" in seen
    assert "Issue it? [y/N]" in seen
    assert ("Nothing was issued." in seen) == (version == 1)
    assert drafted.status()["lettings"]["version"] == version


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals for programs to be tried on")
def test_on_a_terminal_yes_asks_nothing(drafted: School) -> None:
    seen = on_a_terminal(drafted.root, "", "--yes")
    assert "Issue it?" not in seen
    assert drafted.status()["lettings"]["version"] == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals for programs to be tried on")
def test_on_a_terminal_a_held_draft_is_refused_without_a_question(drafted: School) -> None:
    path = drafted.root / "policies" / "lettings.txt"
    path.write_text(AFTER + "\nThe halls of [School name] are let.\n", encoding="utf-8")
    drafted.policy("run")
    seen = on_a_terminal(drafted.root, "")
    assert "Issue it?" not in seen
    assert "add --reason" in seen
    assert drafted.status()["lettings"]["version"] == 1


def test_an_appendix_in_a_file_of_its_own_is_one_policy_from_reading_to_copy(empty_school: School) -> None:
    def policy(*arguments: str) -> str:
        done = empty_school.policy(*arguments)
        assert done.code == 0, done.err
        return " ".join(done.out.split())

    folder = empty_school.root / "policies"
    (folder / "Lettings.txt").write_text(BEFORE, encoding="utf-8")
    local = folder / "Lettings appendix.txt"
    local.write_text("Local appendix\n\nThe key of the hall hangs beside the office door.\n", encoding="utf-8")
    assert "1 taken into the register" in policy("run")
    local.write_text("Local appendix\n\nThe key of the hall hangs behind the kitchen door.\n", encoding="utf-8")
    assert "Lettings.txt with Lettings appendix.txt was changed" in policy("run")
    shown = policy("issue", "lettings", "--show")
    assert "(only the local appendix changed)" in shown
    assert "[taken out: beside] [new: behind]" in shown
    policy("issue", "lettings", "--yes")
    policy("run")
    copies = empty_school.root / "distribution" / "copies"
    page = (copies / "lettings.html").read_text(encoding="utf-8")
    assert page.index("Hirers leave the halls") < page.index("Local appendix") < page.index("behind the kitchen door")
    assert sorted(path.name for path in copies.iterdir()) == ["lettings.html", "lettings.pdf"]
