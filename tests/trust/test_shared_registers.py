"""A school's folder that was copied for another: neither writes to anybody until the copy is a school of its own."""

import shutil
from pathlib import Path

import pytest

from tests.trust.world import World, lay_out

ASH, ELM = "Ash Primary School", "Elm Primary School"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ash has had a night; Elm's register and keys are copies of Ash's, its settings and people its own."""
    trust = lay_out(tmp_path_factory.mktemp("shared") / "trust")
    trust.add("ash", ASH)
    assert trust.policy("trust", "run").code == 0
    trust.add("elm", ELM)
    for name in ("distribution", ".secrets"):
        shutil.copytree(trust.school("ash") / name, trust.school("elm") / name, dirs_exist_ok=True)
    return trust.root


@pytest.fixture
def copied(prepared: Path, tmp_path: Path) -> World:
    """A copy of it, by itself."""
    return World(shutil.copytree(prepared, tmp_path / "trust"))


def mails_in(folder: Path) -> set[str]:
    return {path.name for path in (folder / "distribution" / "outbox").glob("*.eml")}


def test_two_schools_with_one_register_are_both_left_alone_and_named(copied: World) -> None:
    copied.add("oak", "Oak Primary School")
    before = {key: mails_in(copied.school(key)) for key in ("ash", "elm")}
    register = (copied.school("elm") / "distribution" / "register.sqlite3").read_bytes()
    for work in ("run", "deliver"):
        answer = copied.policy("trust", work, "--json")
        ended = {one["key"]: (one["outcome"], " ".join(one["said"])) for one in answer.json["schools"]}
        assert answer.code == 3
        assert ended["oak"][0] == "done"
        for key in ("ash", "elm"):
            assert ended[key][0] == "failed"
            assert "ash and elm" in ended[key][1] or "elm and ash" in ended[key][1]
            assert "delete distribution/ and .secrets in the copy" in ended[key][1]
    assert {key: mails_in(copied.school(key)) for key in ("ash", "elm")} == before
    assert (copied.school("elm") / "distribution" / "register.sqlite3").read_bytes() == register
    status = copied.policy("trust", "status")
    assert status.code == 3
    assert "one register or one set of keys" in " ".join(status.out.split())
    alone = copied.policy("trust", "run", "--school", "elm", "--json")
    assert [one["outcome"] for one in alone.json["schools"]] == ["failed"], "asked for by itself it is told as well"


def test_once_the_copy_is_a_school_of_its_own_both_go_on(copied: World) -> None:
    for name in ("distribution", ".secrets"):
        shutil.rmtree(copied.school("elm") / name)
    answer = copied.policy("trust", "run")
    assert answer.code == 0, (answer.out, answer.err)
    assert {recipient.partition(".")[2] for recipient, _ in copied.letters("elm")} == {"elm@example.org"}


@pytest.mark.parametrize("kept", ["secret-key", "ledger-key", "register-mark"])
def test_one_key_or_mark_in_both_folders_is_enough(copied: World, kept: str) -> None:
    shutil.rmtree(copied.school("elm") / "distribution")
    secrets = copied.school("elm") / ".secrets"
    shutil.rmtree(secrets)
    secrets.mkdir()
    shutil.copy(copied.school("ash") / ".secrets" / kept, secrets / kept)
    answer = copied.policy("trust", "run", "--json")
    assert {one["outcome"] for one in answer.json["schools"]} == {"failed"}
