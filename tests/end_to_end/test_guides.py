"""Every command that a guide in ``docs/guides/`` shows is run, in its order, in the sample school's workspace."""

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.commands import COMMANDS
from tests.end_to_end.conftest import Answer, School, lay_out_west_park, run_once
from tests.made_once import made_once

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
TODAY = "2026-11-27"
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def commands_of(guide: Path) -> list[str]:
    return [line for block in _BLOCK.findall(guide.read_text(encoding="utf-8")) for line in block.splitlines() if line]


@pytest.fixture(scope="module")
def ran_today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """West Park School's workspace after its first run, on the day of the guides."""

    def make(folder: Path) -> None:
        run_once(lay_out_west_park(folder / "west park"), TODAY)

    return made_once(tmp_path_factory, "guides", make) / "west park"


def test_there_is_a_guide_for_each_of_them() -> None:
    assert [guide.stem for guide in GUIDES] == ["developers", "governors", "head", "it-provider", "office", "staff"]
    listed = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for guide in GUIDES:
        assert f"guides/{guide.name}" in listed
        assert f"docs/guides/{guide.name}" in readme


def test_governors_are_told_whom_to_ask_and_nothing_to_type() -> None:
    words = (ROOT / "docs" / "guides" / "governors.md").read_text(encoding="utf-8")
    assert not re.search(r"`policy |console|config\.toml", words)


def test_what_guides_name_in_passing_is_there() -> None:
    for guide in GUIDES:
        named = set(re.findall(r"`policy ([a-z-]+)", guide.read_text(encoding="utf-8")))
        assert named <= set(COMMANDS), guide.name


@pytest.mark.parametrize("guide", [guide for guide in GUIDES if commands_of(guide)], ids=lambda guide: guide.stem)
def test_each_command_does_what_the_guide_says(
    guide: Path, tmp_path: Path, ran_today: Path, call: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "west park"
    # That of the office begins with an empty register.
    school = School(lay_out_west_park(root) if guide.stem == "office" else shutil.copytree(ran_today, root), call)
    monkeypatch.chdir(school.root)
    for line in commands_of(guide):
        program, *arguments = shlex.split(line)
        assert program == "policy", line
        answer = school.policy(*arguments, today=TODAY)
        assert answer.code == 0, f"{line}\n{answer.out}\n{answer.err}"
        assert "Traceback" not in answer.err
