"""A trust is laid out, and schools are added: new ones, and workspaces that are there already."""

from pathlib import Path

from pipeline.config import load_config
from pipeline.workspace import init_workspace
from tests.trust.world import World


def test_an_empty_trust_says_what_to_do_next(tmp_path: Path) -> None:
    world = World(tmp_path / "a trust")
    answer = world.policy("trust", "init", str(world.root), "--name", 'The "Vale" Trust')
    assert answer.code == 0
    assert "policy trust add KEY --school NAME" in answer.out
    status = world.policy("trust", "status")
    assert (status.code, status.out.splitlines()[0]) == (0, 'The "Vale" Trust on 24 November 2026')
    assert "The trust has no school yet: policy trust add KEY --school NAME" in status.out
    assert world.policy("trust", "run").code == 0


def test_a_folder_that_is_a_trust_or_a_school_is_refused(trust: World, tmp_path: Path) -> None:
    again = trust.policy("trust", "init", str(trust.root), "--name", "Other")
    assert (again.code, "already is a trust" in again.err) == (2, True)
    init_workspace(tmp_path / "school", "Westhaven School")
    school = trust.policy("trust", "init", str(tmp_path / "school"), "--name", "Other")
    assert (school.code, "is a school's own folder" in school.err) == (2, True)


def test_a_new_school_says_nothing_but_who_it_is(trust: World) -> None:
    trust.policy("trust", "add", "oakfield", "--school", "Oakfield School")
    lines = (trust.school("oakfield") / "config.toml").read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if line and not line.startswith(("#", "["))]
    assert said == ['name = "Oakfield School"', 'time_zone = "Europe/London"', 'trust = "../.."']
    assert (trust.school("oakfield") / "slots").is_dir()


def test_a_workspace_that_is_there_keeps_its_settings_and_names_the_trust(trust: World, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere" / "westhaven"
    init_workspace(place, "Westhaven School")
    answer = trust.policy("trust", "add", "westhaven", "--folder", str(place))
    assert answer.code == 0, answer.err
    config = load_config(place / "config.toml")
    assert (config.school.name, config.school.trust) == ("Westhaven School", "../../trust")
    assert config.reading.default == "catalogue", "what its own file says counts before the trust's"
    assert trust.policy("trust", "status").code == 0


def test_a_school_that_cannot_be_added_leaves_the_trust_as_it_was(trust: World, tmp_path: Path) -> None:
    trust.add("oakfield", "Oakfield School")
    before = (trust.root / "trust.toml").read_bytes()
    for arguments, said in (
        (("oakfield", "--school", "Other"), "is a school of Vale Learning Trust already"),
        (("Oak Field", "--school", "Other"), "a school's key is written in small letters"),
        (("beech",), "give the new school's name with --school NAME"),
        (("beech", "--folder", str(trust.school("oakfield"))), "its folder is that of 'oakfield'"),
    ):
        answer = trust.policy("trust", "add", *arguments)
        assert answer.code in (2, 3), answer
        assert said in answer.err
    assert (trust.root / "trust.toml").read_bytes() == before


def test_a_school_whose_folder_is_gone_is_told_and_the_others_still_come(trust: World) -> None:
    trust.add("oakfield", "Oakfield School")
    trust.add("beech", "Beech School")
    trust.school("beech").rename(trust.root / "elsewhere")
    answer = trust.policy("trust", "status")
    assert answer.code == 3
    told = " ".join(answer.out.split())
    assert f"There is no config.toml in {trust.school('beech')}. Put the school's folder back" in told
    assert "Oakfield School" in told


def test_a_command_outside_any_trust_says_where_to_go(tmp_path: Path) -> None:
    answer = World(tmp_path).policy("trust", "status")
    assert answer.code == 3
    assert "policy trust init FOLDER --name NAME" in answer.err
