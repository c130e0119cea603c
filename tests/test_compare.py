"""Two trees compared: one with itself has no difference, and a planted one is found wherever the program reads."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.compare.__main__ import compare, main, say_differences
from tests.compare.differences import Difference, Verdict
from tests.compare.documents import Library, Subject, build
from tests.compare.people import Fate, fate_of
from tests.compare.trees import CompareError, Outcome, check_out

_POLICY = "Safeguarding Policy\nOwner: Business Manager\nDesignated Safeguarding Lead: Ada Holt, 01632 960101\n"
_TREE = ("pipeline", "templates", "config.toml", "pyproject.toml")


def library_in(folder: Path, parts: tuple[str, ...], limit: int) -> Library:
    """Return a few invented Word files and one file that goes the way of real documents."""
    library = build(folder / "documents", parts, limit=limit, seed=7)
    path = folder / "documents" / "safeguarding.txt"
    path.write_text(_POLICY, encoding="utf-8")
    library.subjects.append(Subject("real/safeguarding.txt", "real", path))
    return library


def tree_with(repository: Path, folder: Path, changes: dict[str, str]) -> Path:
    """Return a copy of the program with lines added behind some of its modules."""
    for name in _TREE:
        source = repository / name
        if source.is_dir():
            shutil.copytree(source, folder / name)  # With what Python has compiled of it.
        else:
            shutil.copy(source, folder / name)
    for name, lines in changes.items():
        with (folder / name).open("a", encoding="utf-8") as module:
            module.write(lines)
    return folder


ANOTHER_OWNER = """
from dataclasses import replace as _replaced
_whole_facts = extract_facts
def extract_facts(*given, **named):
    return _replaced(_whole_facts(*given, **named), owner="Somebody Else")
"""
NOTHING_CHANGED = """
_whole_copy = regenerate_docx
def regenerate_docx(content, *given, **named):
    from dataclasses import replace
    copy = _whole_copy(content, *given, **named)
    return replace(copy, content=content, plan=replace(copy.plan, replacements=(), left=(), rows=()))
"""


@pytest.mark.slow
def test_a_tree_compared_with_itself_has_no_differences(repository: Path, tmp_path: Path) -> None:
    library = library_in(tmp_path, ("soak", "names", "layouts"), 3)
    lines = compare(library, repository, repository, tmp_path)
    assert lines[:2] == ["10 documents", "no differences"]


@pytest.mark.slow
def test_planted_differences_of_facts_plans_and_copies_are_found(repository: Path, tmp_path: Path) -> None:
    planted = {"pipeline/facts/reading.py": ANOTHER_OWNER, "pipeline/word/regenerate.py": NOTHING_CHANGED}
    base = tree_with(repository, tmp_path / "tree", planted)
    library = library_in(tmp_path, ("soak", "layouts"), 2)
    lines = compare(library, base, repository, tmp_path, show_all=True)
    text = "\n".join(lines)
    assert "no differences" not in text
    # The file is read in a child process, which must be of the same tree.
    read = lines.index("    real/safeguarding.txt")
    assert lines[read : read + 3] == ["    real/safeguarding.txt", "      - Somebody Else", "      + Business Manager"]
    assert "  replacement: " in text
    assert "  copy (docx): " in text
    gains = text[text.index("Gains") : text.index("Changes")]
    assert "known mistake" in gains
    assert "Losses: none" in text


@pytest.mark.slow
def test_what_gets_worse_is_a_loss(repository: Path, tmp_path: Path) -> None:
    head = tree_with(repository, tmp_path / "tree", {"pipeline/word/regenerate.py": NOTHING_CHANGED})
    lines = compare(build(tmp_path / "documents", ("soak",), limit=1, seed=7), repository, head, tmp_path)
    assert any(line.startswith("\nLosses: ") and not line.endswith("none") for line in lines)
    assert "\nGains: none" in lines


def test_a_tree_that_does_not_answer_is_told(repository: Path, tmp_path: Path) -> None:
    base = tree_with(repository, tmp_path / "tree", {"pipeline/facts/reading.py": "\nraise ValueError('planted')\n"})
    library = build(tmp_path / "documents", ("soak",), limit=1, seed=7)
    with pytest.raises(CompareError, match="planted"):
        compare(library, base, repository, tmp_path)


def test_a_commit_is_laid_out_and_an_unknown_one_refused(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = subprocess.run(["git", "-C", str(repository), "rev-parse", "HEAD"], capture_output=True, check=False)
    if known.returncode:
        pytest.skip("this checkout has no history")
    tree = check_out("HEAD", tmp_path)
    assert (tree / "pipeline" / "run.py").is_file()
    assert main(["--base", "no-such-commit", "--only", "soak", "--limit", "1"]) == 2
    assert "no-such-commit cannot be checked out" in capsys.readouterr().err


def test_the_same_seed_gives_the_same_documents(tmp_path: Path) -> None:
    one, other = (build(tmp_path / name, ("soak", "names", "layouts"), limit=2, seed=3) for name in ("one", "other"))
    assert [each.id for each in one.subjects] == [each.id for each in other.subjects]
    for first, second in zip(one.subjects, other.subjects, strict=True):
        assert first.file.read_bytes() == second.file.read_bytes()


def test_a_named_person_is_silent_only_where_nothing_tells_of_them(tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text("The lead is Yusra Quill.", encoding="utf-8")
    outcome = Outcome(None, copies={"pdf": copy})
    names = ("Mrs Ada Holt", "Ada Holt")
    told = ({"where": "line 1", "text": "Mrs Holt is no lead", "reason": "because"},)
    changed = ({"where": "line 1", "role": "dsl", "kind": "name", "before": "Ada Holt", "after": "Yusra Quill"},)
    assert fate_of(names, outcome) is Fate.SILENT
    assert fate_of(names, replace(outcome, left=told)) is Fate.LISTED
    assert fate_of(names, replace(outcome, left_on_purpose=told)) is Fate.LISTED
    assert fate_of(names, replace(outcome, held="Somebody is unknown.")) is Fate.HELD
    assert fate_of(names, replace(outcome, replacements=changed)) is Fate.CHANGED
    copy.write_text("The lead is Yusra Quill. Tell Ada Holt.", encoding="utf-8")
    assert fate_of(names, replace(outcome, replacements=changed)) is Fate.SILENT
    assert fate_of(names, Outcome("It could not be made.")) is Fate.STOPPED


def test_what_is_the_same_in_many_documents_is_said_once() -> None:
    one = Difference(Verdict.CHANGE, "copy (pdf)", "real/a.pdf", "lead", "Version 1", "")
    found = [one, replace(one, document="real/b.pdf"), replace(one, document="real/c.pdf", after="Version 2")]
    lines = say_differences(found, show_all=False)
    assert lines[3:] == [
        "  copy (pdf): 3",
        "    real/a.pdf (lead configured), and the same 1 times more",
        "      - Version 1",
        "    real/c.pdf (lead configured)",
        "      - Version 1",
        "      + Version 2",
    ]
