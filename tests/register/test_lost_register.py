"""A register that is gone is told from one that never was."""

from pathlib import Path

import pytest

from pipeline.register.store.lost_register import list_remains, say_lost_register


def say(root: Path, *, was_there: bool = False) -> str | None:
    remains = list_remains(root / "distribution", root / ".secrets", was_there=was_there)
    return say_lost_register(root / "distribution" / "register.sqlite3", remains)


def test_a_new_workspace_has_lost_nothing(tmp_path: Path) -> None:
    assert say(tmp_path) is None
    (tmp_path / "distribution" / "copies").mkdir(parents=True)
    (tmp_path / "distribution" / "outbox").mkdir()
    (tmp_path / ".secrets").mkdir()
    (tmp_path / ".secrets" / "secret-key").write_text("made before the register", encoding="utf-8")
    assert say(tmp_path) is None


@pytest.mark.parametrize(
    ("remains", "named"),
    [
        ("distribution/copies/lettings.pdf", "copies"),
        ("distribution/outbox/2026-11-24-kim-00001.eml", "mails"),
        (".secrets/ledger-key", "the key of the ledger"),
    ],
)
def test_what_an_earlier_run_left_tells_that_the_register_is_gone(tmp_path: Path, remains: str, named: str) -> None:
    path = tmp_path / remains
    path.parent.mkdir(parents=True)
    path.write_text("x", encoding="utf-8")
    told = say(tmp_path) or ""
    assert f"is gone or empty, although {named} of earlier runs are here" in told
    assert "put it back in that place and run again" in told
    assert (say(tmp_path, was_there=True) is None) == (named == "the key of the ledger")
