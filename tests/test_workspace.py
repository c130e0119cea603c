"""Finding a workspace and laying out a new one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.errors import ConfigurationError, UsageError
from pipeline.pages.look import load_look
from pipeline.workspace import STAFF_HEADINGS, find_workspace, init_workspace


def test_a_new_workspace_loads_as_laid_out(tmp_path: Path) -> None:
    made = init_workspace(tmp_path / "school", 'St "Mary" & St Paul')
    config = load_config(tmp_path / "school" / "config.toml")
    assert config.school.name == 'St "Mary" & St Paul'
    assert (tmp_path / "school" / "staff.csv").read_text(encoding="utf-8") == STAFF_HEADINGS
    assert list((tmp_path / "school" / "policies").iterdir()) == []
    assert all(path.exists() for path in made)


def test_a_new_workspace_holds_the_commented_sample_of_the_look(tmp_path: Path) -> None:
    init_workspace(tmp_path, "")
    sample = (tmp_path / "templates" / "copies" / "look.toml").read_text(encoding="utf-8")
    assert '# logo = "logo.svg"' in sample
    assert load_look(tmp_path / "templates") == load_look(None)


def test_a_folder_of_policies_becomes_a_workspace_and_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "lettings.txt").write_text("Lettings", encoding="utf-8")
    (tmp_path / "staff.csv").write_text("mine", encoding="utf-8")
    init_workspace(tmp_path, "")
    assert (tmp_path / "policies" / "lettings.txt").read_text(encoding="utf-8") == "Lettings"
    assert (tmp_path / "staff.csv").read_text(encoding="utf-8") == "mine"


def test_a_workspace_is_not_laid_out_twice(tmp_path: Path) -> None:
    init_workspace(tmp_path, "")
    (tmp_path / "config.toml").write_text("# mine", encoding="utf-8")
    with pytest.raises(UsageError, match="already is a workspace"):
        init_workspace(tmp_path, "")
    assert (tmp_path / "config.toml").read_text(encoding="utf-8") == "# mine"


def test_a_name_that_would_break_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="one line"):
        init_workspace(tmp_path / "school", 'x"\n[mail]\nroute = "smtp')
    assert not (tmp_path / "school").exists()


def test_a_new_workspace_has_the_default_owner_it_was_given_and_nobody_of_the_sample_else(tmp_path: Path) -> None:
    init_workspace(tmp_path / "given", "", "office@example.org")
    assert load_config(tmp_path / "given" / "config.toml").review.default_owner == "office@example.org"
    init_workspace(tmp_path / "open", "")
    assert load_config(tmp_path / "open" / "config.toml").review.default_owner == ""


def test_a_default_owner_that_is_no_address_lays_nothing_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'the office' is not an e-mail address"):
        init_workspace(tmp_path / "school", "", "the office")
    assert not (tmp_path / "school").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of its own")
def test_on_a_terminal_init_asks_who_is_told_of_reviews_nobody_owns(tmp_path: Path, repository: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pipeline", "init", str(tmp_path / "school")]
    started = subprocess.Popen(command, cwd=repository, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    os.close(theirs)
    os.write(ours, b"the office\noffice@example.org\n")
    said, _ = started.communicate(timeout=60)
    os.close(ours)
    assert started.returncode == 0
    assert b"'the office' is not an e-mail address" in said
    assert load_config(tmp_path / "school" / "config.toml").review.default_owner == "office@example.org"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a folder that cannot be written to")
def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written to"):
        init_workspace(tmp_path / "taken" / "school", "")


def test_the_nearest_workspace_upwards_is_found(tmp_path: Path) -> None:
    init_workspace(tmp_path, "")
    inner = tmp_path / "policies" / "old"
    inner.mkdir()
    assert find_workspace(inner) == tmp_path.resolve()


def test_without_a_workspace_the_next_step_is_told(tmp_path: Path) -> None:
    if any((parent / "config.toml").exists() for parent in tmp_path.parents):
        pytest.skip("this machine has a workspace above its temporary folder")
    with pytest.raises(ConfigurationError, match="policy init"):
        find_workspace(tmp_path)


def test_shipped_files_are_found_in_a_checkout(repository: Path) -> None:
    from pipeline.resources import shipped, template_folder

    assert shipped("config.toml") == repository / "config.toml"
    assert template_folder() == repository / "templates"
    assert (template_folder() / "site" / "index.html").is_file()
