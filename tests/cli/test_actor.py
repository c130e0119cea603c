"""``--as NAME`` before a command: who decides."""

import getpass
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import policy as policy_group
from pipeline.cli.session import Session
from pipeline.errors import UsageError


def test_who_decides_is_named_before_the_command_or_is_the_account() -> None:
    assert Session(None, None, False, "Jo Marsh").actor == "Jo Marsh"
    assert Session(None, None, False).actor == getpass.getuser()


def test_a_by_of_the_command_says_the_same_and_two_people_are_refused() -> None:
    assert Session(None, None, False).actor_or(" Jo Marsh ") == "Jo Marsh"
    assert Session(None, None, False, "Jo Marsh").actor_or("Jo Marsh") == "Jo Marsh"
    assert Session(None, None, False, "Jo Marsh").actor_or(None) == "Jo Marsh"
    with pytest.raises(UsageError, match="--by needs a name"):
        Session(None, None, False).actor_or("  ")
    with pytest.raises(UsageError, match="--as names Jo Marsh and --by names Ann Other"):
        Session(None, None, False, "Jo Marsh").actor_or("Ann Other")


@pytest.mark.parametrize("name", ["", "  ", "--", "7", "Jo\x1b[2J", "Jo " * 100])
def test_what_names_nobody_is_refused(name: str, tmp_path: Path) -> None:
    called = CliRunner().invoke(policy_group, ["--workspace", str(tmp_path), "--as", name, "status"])
    assert called.exit_code == 2
    assert "give the name of whoever decides" in called.output


def test_spaces_around_the_name_are_not_part_of_it() -> None:
    with policy_group.make_context("policy", ["--as", "  Jo   Marsh ", "status"]) as context:
        assert context.params["named"] == "Jo Marsh"
