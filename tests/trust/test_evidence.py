"""Packs of several schools in one file: each as its school makes it; none keeps another from having one."""

import shutil
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import ExitCode
from tests.trust.world import World, lay_out


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trust with two schools that have made a run, and one whose settings are broken."""
    trust = lay_out(tmp_path_factory.mktemp("evidence") / "trust")
    for key, name in (("oak", "Oak Primary School"), ("elm", "Elm Primary School")):
        trust.add(key, name)
    assert trust.policy("trust", "run").code == 0
    assert trust.policy("trust", "add", "ash", "--school", "Ash School").code == 0
    with (trust.school("ash") / "config.toml").open("a", encoding="utf-8") as file:
        file.write('\n[nonsense]\nwho = "Pat Readera"\n')
    return trust.root


@pytest.fixture
def ran(prepared: Path, tmp_path: Path) -> World:
    """A copy of it, by itself."""
    return World(shutil.copytree(prepared, tmp_path / "trust"))


def test_every_school_has_a_folder_and_the_broken_one_is_named(ran: World, tmp_path: Path) -> None:
    out = tmp_path / "packs"
    answer = ran.policy("trust", "evidence", "--out", str(out), "--for", "governors", "--json")
    assert answer.code == ExitCode.CONFIGURATION, answer.err
    told = answer.json
    assert (told["schools"], list(told["left_out"])) == (["oak", "elm"], ["ash"])
    archive = Path(told["archive"])
    assert [each.name for each in out.iterdir()] == [archive.name]
    with zipfile.ZipFile(archive) as zipped:
        assert zipped.testzip() is None
        assert {name.split("/")[0] for name in zipped.namelist()} == {"oak", "elm", "left-out.txt"}
        assert "Oak Primary School" in zipped.read("oak/index.html").decode()
        assert "Elm Primary School" not in zipped.read("oak/index.html").decode()
        left_out = zipped.read("left-out.txt").decode()
    assert "(ash)" in left_out
    assert "Readera" not in left_out
    for key in ("oak", "elm"):
        assert World(ran.school(key)).policy("ledger", "verify").code == 0
    again = ran.policy("trust", "evidence", "--out", str(out), "--for", "governors")
    if again.code == ExitCode.USAGE:
        # Within the same minute.
        assert "is there already" in again.err
    assert archive.exists()


def test_one_school_by_name_is_an_encrypted_file_in_its_folder(
    ran: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_EVIDENCE_PASSPHRASE", "four words nobody guesses")
    arguments = ("--out", str(tmp_path / "packs"), "--school", "elm", "--for", "inspector", "--names")
    answer = ran.policy("trust", "evidence", *arguments)
    assert answer.code == 0, answer.err
    (archive,) = (tmp_path / "packs").iterdir()
    with zipfile.ZipFile(archive) as zipped:
        (name,) = zipped.namelist()
        assert name.startswith("elm/")
        inner = tmp_path / "inner.zip"
        inner.write_bytes(zipped.read(name))
    with zipfile.ZipFile(inner) as encrypted:
        assert all(entry.flag_bits & 1 for entry in encrypted.infolist())


def test_what_cannot_be_made_anywhere_is_said_once_and_leaves_nothing(ran: World, tmp_path: Path) -> None:
    out = tmp_path / "packs"
    told = ran.policy(
        "trust", "evidence", "--out", str(out), "--school", "oak", "--school", "elm", "--as-at", "2031-01-01"
    )
    assert told.code == ExitCode.USAGE
    assert told.err.count("That day is still to come") == 1
    assert list(out.iterdir()) == []
    told = ran.policy("trust", "evidence", "--out", str(out), "--school", "ash")
    assert (told.code, "nonsense" in told.err) == (ExitCode.USAGE, True)
    told = ran.policy("trust", "evidence", "--out", str(out), "--school", "nowhere")
    assert (told.code, "is no school of" in told.err) == (ExitCode.USAGE, True)
