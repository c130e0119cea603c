"""Forms and commands do what they did before their decisions were declared: see ``recording``."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.decisions.recording import RECORD, take_record


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return take_record(Path(tmp_path_factory.mktemp("record")))


@pytest.mark.parametrize("part", ["commands", "command steps", "forms", "desk steps"])
def test_forms_and_commands_do_what_the_record_says(taken: dict[str, Any], part: str) -> None:
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))[part]
    assert taken[part].keys() >= recorded.keys(), "what is new is not recorded; what was there stays"
    differ = {name: taken[part][name] for name, one in recorded.items() if taken[part][name] != one}
    assert differ == {name: recorded[name] for name in differ}
