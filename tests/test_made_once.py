"""What tests copy is made once, and what was left half made is never copied."""

import os
from pathlib import Path

import pytest

from pipeline.register.store.computer_signs import STATE_FOLDER
from tests.made_once import made_once


def test_what_is_there_is_not_made_again(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    made: list[Path] = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "a.txt").write_text("a", encoding="utf-8")

    folders = [made_once(tmp_path_factory, tmp_path.name, make) for _ in range(2)]
    assert len(made) == 1
    assert not made[0].exists(), "it was moved, so that no copy of it is the second of two"
    assert folders[0] == folders[1]
    assert (folders[1] / "a.txt").read_text(encoding="utf-8") == "a"


def test_what_was_left_half_made_is_told_and_not_taken(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    def fail(folder: Path) -> None:
        (folder / "a.txt").write_text("a", encoding="utf-8")
        raise RuntimeError("no matter")

    with pytest.raises(RuntimeError, match="no matter"):
        made_once(tmp_path_factory, tmp_path.name, fail)
    with pytest.raises(FileExistsError):
        made_once(tmp_path_factory, tmp_path.name, lambda _: None)


@pytest.fixture(scope="module")
def account_for_a_module() -> str:
    """Where something that the tests of this module share would have noted how far its register came."""
    return os.environ[STATE_FOLDER]


@pytest.fixture(scope="session")
def account_for_a_run() -> str:
    """The same for what all tests share."""
    return os.environ[STATE_FOLDER]


def test_first_a_test_that_shares_nothing() -> None:
    assert Path(os.environ[STATE_FOLDER]).is_absolute(), "it has an account of its own"


def test_then_what_is_shared_is_made_under_no_account(account_for_a_module: str, account_for_a_run: str) -> None:
    """Pytest makes it before this test has its own; in that of the test before, a copy may have gone on from it."""
    assert (account_for_a_module, account_for_a_run) == ("none", "none")
