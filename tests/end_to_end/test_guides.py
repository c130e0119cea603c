"""Every command that a guide in ``docs/guides/`` shows is run, in its order, in the sample school's workspace."""

import re
import shlex
from pathlib import Path

import pytest

from pipeline.commands import COMMANDS
from tests.end_to_end.conftest import School

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
TODAY = "2026-11-27"
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def commands_of(guide: Path) -> list[str]:
    return [line for block in _BLOCK.findall(guide.read_text(encoding="utf-8")) for line in block.splitlines() if line]


def test_there_is_a_guide_for_each_of_them() -> None:
    assert [guide.stem for guide in GUIDES] == ["developers", "governors", "head", "it-provider", "office", "staff"]
    listed = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for guide in GUIDES:
        assert f"guides/{guide.name}" in listed
        assert f"docs/guides/{guide.name}" in readme


def test_what_guides_name_in_passing_is_there() -> None:
    for guide in GUIDES:
        named = set(re.findall(r"`policy ([a-z-]+)", guide.read_text(encoding="utf-8")))
        assert named <= set(COMMANDS), guide.name


@pytest.mark.parametrize("guide", [guide for guide in GUIDES if commands_of(guide)], ids=lambda guide: guide.stem)
def test_each_command_does_what_the_guide_says(guide: Path, west_park: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(west_park.root)
    if guide.stem != "office":  # Which begins with an empty register.
        assert west_park.policy("run", today=TODAY).code == 0
    for line in commands_of(guide):
        program, *arguments = shlex.split(line)
        assert program == "policy", line
        answer = west_park.policy(*arguments, today=TODAY)
        assert answer.code == 0, f"{line}\n{answer.out}\n{answer.err}"
        assert "Traceback" not in answer.err
