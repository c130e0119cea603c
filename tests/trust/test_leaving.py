"""A school leaves its trust: it takes its whole history along, runs alone, and never are there two that could mail."""

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline.config import load_config
from pipeline.configuration.trust import read_trust
from pipeline.errors import ConfigurationError
from pipeline.register.ledger.words import positions_of
from pipeline.register.store.for_run import open_workspace_register
from pipeline.trust.leaving.entry import without_school
from pipeline.trust.leaving.notes import list_leaving, list_left
from tests.conftest import ROOT
from tests.made_once import put_aside
from tests.postgresql import Server
from tests.registers import on_server
from tests.trust.world import TODAY, Answer, World, lay_out

SETTINGS = """
[every_school.calendar]
terms = ["2026-09-01..2026-12-18", "2027-01-04..2027-03-25"]

[[every_school.reading.rules]]
policies = ["lettings"]
ask = "sign"
roles = ["teacher"]

[every_school.groups.parents]
name = "Parents and carers"
policies = ["lettings"]
"""
SEED = 20261128


def alone(folder: Path, *arguments: str) -> Answer:
    """Run one command in a workspace of its own."""
    return World(folder).policy(*arguments)


def tree_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock" and not path.name.endswith(("-wal", "-shm"))
    }


def words(answer: Answer) -> str:
    return " ".join((answer.out + answer.err).split())


def kinds_in(folder: Path, kind: str) -> list[dict[str, str]]:
    """Return the words of each record of a kind in a workspace's ledger."""
    config = load_config(folder / "config.toml")
    with open_workspace_register(config, create=False) as register, register.reading() as tx:
        return [dict(words) for _, words in positions_of(tx, register.school, kind)]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trust with two schools that have had a night."""
    trust = lay_out(tmp_path_factory.mktemp("leaving") / "trust")
    trust.settings(SETTINGS)
    path = trust.root / "trust.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("keys = []", 'keys = ["calendar.terms"]'), encoding="utf-8"
    )
    for key, name in (("oak", "Oak Primary School"), ("elm", "Elm Primary School")):
        trust.add(key, name)
    answer = trust.policy("trust", "run")
    assert answer.code == 0, answer
    return put_aside(trust.root)


@pytest.fixture
def two(prepared: Path, tmp_path: Path) -> World:
    """A copy of it, by itself."""
    return World(Path(shutil.copytree(prepared, tmp_path / "trust")))


def test_a_dry_run_says_what_would_happen_and_changes_nothing(two: World, tmp_path: Path) -> None:
    before = tree_of(two.root)
    answer = two.policy("trust", "leave", "oak", "--out", str(tmp_path / "oak"), "--dry-run")
    assert answer.code == 0, answer
    said = words(answer)
    assert "This is a dry run: nothing was changed. Oak Primary School can leave" in said
    assert f"{two.school('oak')} goes to {tmp_path / 'oak'}" in said
    assert "distribution/register.sqlite3 in its folder, as it is; its ledger," in said
    assert (
        "reading.rules, calendar.terms, groups.parents.name and groups.parents.policies are the trust's so far" in said
    )
    assert not (tmp_path / "oak").exists()
    assert tree_of(two.root) == before


def test_a_school_that_left_runs_alone_and_the_other_goes_on(two: World, tmp_path: Path) -> None:
    place, before = tmp_path / "elsewhere" / "oak", two.letters("oak")
    was = load_config(two.school("oak") / "config.toml")
    comments = re.findall(r"^#.*", (two.school("oak") / "config.toml").read_text(encoding="utf-8"), re.M)
    trust_comments = re.findall(r"^#.*", (two.root / "trust.toml").read_text(encoding="utf-8"), re.M)
    answer = two.policy("--as", "Pat Officer", "trust", "leave", "oak", "--out", str(place))
    assert answer.code == 0, answer
    assert "Oak Primary School has left Vale Learning Trust" in words(answer)

    assert not two.school("oak").exists()
    assert [one.key for one in read_trust(two.root).schools] == ["elm"]
    assert re.findall(r"^#.*", (two.root / "trust.toml").read_text(encoding="utf-8"), re.M) == trust_comments
    kept = (two.root / "left.json").read_text(encoding="utf-8")
    assert list_left(two.root)[0].to == str(place)
    assert not list_leaving(two.root)
    assert "Pat" not in kept, "the trust keeps nobody's name of a school that left"
    assert two.policy("trust", "run").code == 0
    assert alone(two.school("elm"), "ledger", "verify").code == 0
    again = two.policy("trust", "leave", "oak", "--out", str(place))
    assert (again.code, "Oak Primary School left Vale Learning Trust on 2026-11-24" in again.err) == (2, True)

    two.root.rename(tmp_path / "gone")
    config = load_config(place / "config.toml")
    assert (config.school.trust, config.trust_name) == ("", "")
    assert config.model_dump(include={"reading", "calendar", "groups", "contacts"}) == was.model_dump(
        include={"reading", "calendar", "groups", "contacts"}
    )
    text = (place / "config.toml").read_text(encoding="utf-8")
    assert set(comments) <= set(re.findall(r"^#.*", text, re.M))
    assert text.startswith("# Until 2026-11-24 this school belonged to Vale Learning Trust.")
    for arguments in (("status",), ("run",), ("ledger", "verify")):
        answer = alone(place, *arguments)
        assert answer.code == 0, (arguments, answer)
    assert kinds_in(place, "left-trust") == [{"trust": "Vale Learning Trust", "actor": "Pat Officer"}]
    assert len(list((place / "distribution" / "outbox").glob("*.eml"))) == sum(before.values()), "nobody is asked twice"


def test_a_school_that_is_outside_the_trusts_folder_stays_in_its_place(two: World, tmp_path: Path) -> None:
    place = tmp_path / "beech"
    two.policy("trust", "add", "beech", "--school", "Beech Primary School", "--folder", str(place))
    answer = two.policy("trust", "leave", "beech")
    assert answer.code == 0, answer
    assert (
        load_config(place / "config.toml").calendar.terms
        == load_config(two.school("elm") / "config.toml").calendar.terms
    )
    assert alone(place, "run").code == 0, "it had no register yet, and makes its own"
    inside = two.policy("trust", "leave", "oak")
    assert (inside.code, "Name a place outside of that with --out FOLDER" in inside.err) == (2, True)


def test_a_place_that_cannot_be_is_refused_and_nothing_is_changed(two: World, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x", encoding="utf-8")
    before = tree_of(two.root)
    for place, said in (
        (two.root / "away", "lies in a folder of the trust"),
        (two.school("elm"), "lies in a folder of the trust"),
        (tmp_path, "or holds one"),
        (tmp_path / "full", "There is something in"),
        (tmp_path / "full" / "letter.txt" / "oak", "cannot be written to"),
        (Path("/proc/policy-oak"), "is on another drive"),
    ):
        answer = two.policy("trust", "leave", "oak", "--out", str(place))
        assert (answer.code, said in words(answer)) == (2, True), (place, answer)
    assert two.policy("trust", "leave", "ash", "--out", str(tmp_path / "ash")).code == 2
    assert tree_of(two.root) == before


def test_a_night_that_is_at_work_there_is_let_end_first(two: World, tmp_path: Path) -> None:
    place = tmp_path / "oak"
    with FileLock(two.school("oak") / "distribution" / "night.lock"):
        answer = two.policy("trust", "leave", "oak", "--out", str(place))
    assert (answer.code, "Another night is at work" in answer.err) == (6, True), answer
    assert not list_leaving(two.root), "nothing was begun, so its nights go on"
    assert two.policy("trust", "status").code == 0
    assert two.policy("trust", "leave", "oak", "--out", str(place)).code == 0


def test_settings_that_cannot_be_written_out_are_named_and_nothing_is_changed(two: World, tmp_path: Path) -> None:
    path = two.school("oak") / "config.toml"
    text = path.read_text(encoding="utf-8").replace("\n[calendar]\n", "\n")
    path.write_text("calendar = { closed = [] }\n" + text, encoding="utf-8")
    assert load_config(path).calendar.terms
    before = tree_of(two.root)
    answer = two.policy("trust", "leave", "oak", "--out", str(tmp_path / "oak"))
    assert answer.code == 3, answer
    assert "Write these keys into it by hand" in words(answer)
    assert "calendar.terms" in words(answer)
    assert tree_of(two.root) == before


def test_what_must_be_given_anew_and_what_leads_elsewhere_is_told(
    two: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.own("oak", "mail", 'route = "smtp"\nhost = "127.0.0.1"\nuser = "oak@example.org"\nfrom = "oak@example.org"')
    two.own("oak", "publish", 'public_folder = "../../site-of-oak"')
    monkeypatch.setenv("POLICY_SMTP_PASSWORD__OAK", "not to be shown")
    answer = two.policy("trust", "leave", "oak", "--out", str(tmp_path / "oak"))
    assert answer.code == 0, answer
    said = words(answer)
    assert "the password of the mail route: from the variable POLICY_SMTP_PASSWORD of the account" in said
    assert "not to be shown" not in said
    assert "publish.public_folder = '../../site-of-oak'" in said


def test_a_register_outside_the_schools_folder_is_carried_into_it(two: World, tmp_path: Path) -> None:
    moved = alone(two.school("oak"), "register", "move", "../../oak-register.sqlite3", "--yes")
    assert moved.code == 0, moved
    two.own("oak", "register", 'url = "../../oak-register.sqlite3"')
    place = tmp_path / "oak"
    answer = two.policy("trust", "leave", "oak", "--out", str(place), "--json")
    assert answer.code == 0, answer
    assert answer.json["register"] == "distribution/register-2.sqlite3"
    assert answer.json["carried_from"].endswith("oak-register.sqlite3")
    assert alone(place, "ledger", "verify").code == 0
    assert alone(place, "run").code == 0


@pytest.mark.parametrize(
    ("entry", "rest"),
    [
        ('[[schools]]\nkey = "oak" # the first\n# a word on it\n', "# a word on it\n"),
        ('[[schools]]\nkey = "oak"\n[schools.delegation]\nvisits = "school"\n', ""),
        ('[[schools]]\nkey = "oak"\ndelegation = { visits = "school" }\n', ""),
    ],
)
def test_one_entry_is_taken_out_however_it_is_written(entry: str, rest: str) -> None:
    before, after = '[trust]\nname = "Vale"\n\n', '[[schools]]\nkey = "elm"\n'
    found = without_school(before + entry + after, "oak")
    assert [line for line in found.splitlines() if line] == [
        line for line in (before + rest + after).splitlines() if line
    ]
    assert without_school(found, "oak") == found
    inline = 'schools = [{key = "oak"}, {key = "elm"}]\n[trust]\nname = "Vale"\n'
    assert read_keys(without_school(inline, "oak")) == ["elm"]


def read_keys(text: str) -> list[str]:
    import tomllib

    return [each["key"] for each in tomllib.loads(text)["schools"]]


def test_a_note_that_is_damaged_stops_the_command(two: World, tmp_path: Path) -> None:
    (two.root / "leaving.json").write_text("{", encoding="utf-8")
    answer = two.policy("trust", "leave", "oak", "--out", str(tmp_path / "oak"))
    assert (answer.code, "says which schools leave the trust" in words(answer)) == (3, True)
    with pytest.raises(ConfigurationError):
        list_leaving(two.root)


# --- killed in the middle ------------------------------------------------------------------------------------------

KEYS = ("ash", "birch", "elm", "hazel", "larch", "oak")


@pytest.fixture
def grove(trust: World) -> World:
    """Six schools that have had a night, their registers in files or in one database."""
    server: Server | None = on_server()
    if server is not None:
        trust.settings(f'\n[every_school.register]\nurl = "{server.new_database()}"\n')
    trust.settings(SETTINGS)
    for key in KEYS:
        trust.add(key, f"{key.title()} Primary School", people=1)
    answer = trust.policy("trust", "run")
    assert answer.code == 0, answer
    return trust


def leave_killed(trust: World, line: int, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command: Sequence[str] = [
        *(sys.executable, "-m", "tests.trust.killed_at", str(line), "--workspace", str(trust.root)),
        *("--today", TODAY, "trust", "leave", *arguments),
    ]
    return subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT, capture_output=True, text=True, check=False
    )


def mails_of(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "distribution" / "outbox").glob("*.eml"))


def can_work(folder: Path) -> bool:
    """Whether a program could send mail from a workspace."""
    if not (folder / "config.toml").is_file():
        return False
    answer = alone(folder, "deliver")
    assert answer.code in (0, 3, 6), answer
    return answer.code == 0


@pytest.mark.slow
@pytest.mark.both_registers
@pytest.mark.needs("postgresql")
def test_killed_at_any_line_it_goes_on_and_never_two_could_mail(grove: World, tmp_path: Path) -> None:
    whole = leave_killed(grove, 0, KEYS[0], "--out", str(tmp_path / KEYS[0]))
    assert whole.returncode == 0, whole.stderr
    (lines,) = re.findall(r"(\d+) lines", whole.stdout)
    chance, killed = random.Random(SEED), KEYS[1:-1]
    for number, key in enumerate(killed):
        place, old = tmp_path / key, grove.school(key)
        mails = mails_of(old)
        span = int(lines) // len(killed)
        line = 1 + number * span + chance.randrange(span)
        ended = leave_killed(grove, line, key, "--out", str(place))
        assert ended.returncode < 0, (line, ended.stdout, ended.stderr)
        able = [folder for folder in (old, place) if can_work(folder)]
        assert len(able) <= 1, (line, able)
        if key in list_leaving(grove.root) and read_trust(grove.root).school(key) is not None:
            status = grove.policy("trust", "status")
            assert f"'policy trust leave {key}' again finishes that" in words(status), (line, status)
        again = grove.policy("trust", "leave", key, *([] if key in list_leaving(grove.root) else ["--out", str(place)]))
        assert again.code == 0 or "left Vale Learning Trust on" in again.err, (line, again.err)
        assert not old.exists()
        assert mails_of(place) == mails, line
    assert [one.key for one in read_trust(grove.root).schools] == [KEYS[-1]]
    assert alone(grove.school(KEYS[-1]), "ledger", "verify").code == 0
    assert grove.policy("trust", "run").code == 0

    grove.root.rename(tmp_path / "away")
    for key in KEYS[:-1]:
        place = tmp_path / key
        mails = mails_of(place)
        for arguments in (("ledger", "verify"), ("run",), ("ledger", "verify")):
            answer = alone(place, *arguments)
            assert answer.code == 0, (key, arguments, answer)
        assert mails_of(place) == mails, "nobody is asked a second time"
        assert len(kinds_in(place, "left-trust")) == 1, key
