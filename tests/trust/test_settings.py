"""``trust.toml``: what holds in every school, what no school may set otherwise, and each fault with its school."""

from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.configuration.trust import parse_trust
from pipeline.errors import ConfigurationError
from tests.trust.world import World

TERMS = '\n[every_school.calendar]\nterms = ["2026-09-01..2026-12-18"]\n'


def faults_of(path: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load_config(path / "config.toml")
    return str(caught.value).splitlines()


def test_what_a_school_leaves_out_is_as_the_trust_has_it_and_what_it_says_itself_counts(trust: World) -> None:
    trust.settings(TERMS + '[every_school.mail]\nhost = "mail.example.org"\n[every_school.review]\nescalate = true\n')
    school = trust.add("oakfield", "Oakfield School")
    trust.own("oakfield", "mail", 'host = "post.example.org"')
    config = load_config(school / "config.toml")
    assert [str(day) for day in config.calendar.terms[0]] == ["2026-09-01", "2026-12-18"]
    assert (config.mail.host, config.review.escalate, config.reading.default) == ("post.example.org", True, "sign")


def test_a_workspace_that_names_no_trust_takes_nothing_from_one_above_it(trust: World) -> None:
    school = trust.add("oakfield", "Oakfield School")
    text = (school / "config.toml").read_text(encoding="utf-8").replace('trust = "../.."', "")
    (school / "config.toml").write_text(text, encoding="utf-8")
    assert load_config(school / "config.toml").reading.default == "catalogue"
    status = trust.policy("trust", "status")
    assert status.code == 3
    assert 'school.trust: does not name this trust, so nothing of it holds there; write trust = "../.."' in " ".join(
        status.out.split()
    )


def test_a_locked_key_that_a_school_sets_otherwise_is_named_and_one_that_says_the_same_is_none(trust: World) -> None:
    trust.settings('sign = ["lettings"]\n')
    path = trust.root / "trust.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("keys = []", 'keys = ["reading"]'), encoding="utf-8")
    school = trust.add("oakfield", "Oakfield School")
    own = (school / "config.toml").read_text(encoding="utf-8")
    trust.own("oakfield", "reading", 'sign = ["lettings"]')
    assert load_config(school / "config.toml").reading.sign == ("lettings",)
    (school / "config.toml").write_text(own, encoding="utf-8")
    trust.own("oakfield", "reading", 'default = "find"\nrepeat = "september"')
    assert faults_of(school) == [
        f"config.toml: reading.{key}: the trust has locked this; take it out, so that it is as in trust.toml of Vale "
        "Learning Trust"
        for key in ("default", "repeat")
    ]


def test_who_reads_locked_as_a_whole_leaves_a_school_no_rule_of_its_own(trust: World) -> None:
    trust.settings('sign = ["lettings"]\n')
    path = trust.root / "trust.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("keys = []", 'keys = ["reading"]'), encoding="utf-8")
    school = trust.add("oakfield", "Oakfield School")
    with (school / "config.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[reading.rules]]\npolicies = ["lettings"]\nask = "nothing"\nkinds = ["staff"]\n')
    (fault,) = faults_of(school)
    assert fault.startswith("config.toml: reading.rules: the trust has locked this")


def test_a_value_of_the_trusts_that_cannot_be_is_told_as_the_trusts(trust: World) -> None:
    school = trust.add("oakfield", "Oakfield School")
    trust.settings('[every_school.mail]\nport = "mail"\n')
    trust.own("oakfield", "schedule", "daily_at = 7")
    faults = faults_of(school)
    assert len(faults) == 2
    assert faults[0].startswith("config.toml: schedule.daily_at: ") or faults[1].startswith("config.toml: schedule.")
    assert any(fault.startswith("trust.toml: every_school.mail.port: ") for fault in faults)
    status = trust.policy("trust", "status")
    assert (status.code, status.err.splitlines()[0].partition(": write")[0]) == (
        3,
        "trust.toml: every_school.mail.port",
    )


def test_all_faults_of_a_trusts_file_are_told_at_once() -> None:
    text = """
[trust]
name = "Vale"
[[schools]]
key = "one"
[[schools]]
key = "one"
[[schools]]
key = "two"
folder = "schools/one"
[every_school.contacts.dsl]
name = "Jo Marsh"
[every_school.web]
base_url = "https://example.org"
[every_school.accounts]
"jo@example.org" = "owner"
[locked]
keys = ["mail.route"]
"""
    with pytest.raises(ConfigurationError) as caught:
        parse_trust(text, root=Path("trust"))
    assert str(caught.value).splitlines() == [
        "trust.toml: entry 2 of [[schools]]: 'one' is there already; take another",
        "trust.toml: entry 3 of [[schools]]: its folder is that of 'one'; each school has its own",
        "trust.toml: every_school.contacts: who holds a role is each school's own; write it into the schools' "
        "config.toml",
        "trust.toml: every_school.web: personal links lead to one school; write it into the schools' config.toml",
        "trust.toml: every_school.accounts.jo@example.org: who may sign in is each school's own",
        "trust.toml: locked.keys: 'mail.route' has no value to hold to; write it under [every_school]",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[trust\n", "line 1, '[trust': the bracket ] at the end is missing."),
        ("[trust]\n", "trust.name is missing"),
        (
            '[trust]\nname = "A"\n[[schools]]\nkey = "Oak Field"\n',
            "entry 1 of [[schools]], key: 'Oak Field': a school's",
        ),
        ('[trust]\nname = "A"\n[[schools]]\nfolder = "x"\n', "entry 1 of [[schools]], key is missing"),
        ('[trust]\nname = "A"\n[delegation]\npay = "board"\n', "delegation.pay: "),
        ('[trust]\nname = "A"\nschool = 1\n', "trust.school is not a key of this file"),
    ],
)
def test_a_fault_of_a_trusts_file_says_where(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=r"trust\.toml") as caught:
        parse_trust(text, root=Path("trust"))
    assert said in str(caught.value)


OF_ONE_SCHOOL = {
    'school.key = "oak"': "school.key: with one key all schools would open one school's register",
    'people.source = "all.csv"': "people.source: with one list every school would ask the people of all",
    'people.lists = [{ name = "Governors", source = "governors.csv" }]': "people.lists: with one list every school",
    'people.microsoft.group = "x"': "people.microsoft: with one group every school would ask the people of all",
    "people.microsoft = {}": "people.microsoft: with one group",
    'people.roles = { "Business Manager" = "bm@example.org" }': "people.roles: who holds a post is each school's own",
    'accounts.microsoft.groups = { "x" = "owner" }': "accounts.microsoft.groups: who is in one group could sign in at",
    'review.default_owner = "head@example.org"': "review.default_owner: one address stands for one school; name a role",
    'governors.clerk_email = "clerk@example.org"': "governors.clerk_email: the governors of each school have a",
    'declarations.gifts.owner = "bm@example.org"': "declarations.gifts.owner: one address stands for one school",
    'mail.from = "policies@example.org"': "mail.from: answers to one school's mail would reach another",
}


@pytest.mark.parametrize(("line", "said"), OF_ONE_SCHOOL.items())
def test_what_is_one_schools_own_is_refused_for_every_school(line: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_trust(f'[trust]\nname = "Vale"\n[every_school]\n{line}\n', root=Path("trust"))
    (fault,) = str(caught.value).splitlines()
    assert fault.startswith(f"trust.toml: every_school.{said}")


def test_a_role_may_stand_for_every_school() -> None:
    text = 'review.default_owner = "headteacher"\ndeclarations.gifts.owner = "headteacher"\npeople.days_before = 3\n'
    trust = parse_trust(f'[trust]\nname = "Vale"\n[every_school]\n{text}', root=Path("trust"))
    assert trust.every_school["review"] == {"default_owner": "headteacher"}


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        (".", "its folder is the trust's own; give it another one, such as schools/elm"),
        ("schools/../", "its folder is the trust's own"),
        ("..", "its folder holds the trust's own folder"),
        ("/", "its folder holds the trust's own folder"),
        ("policies", "its folder lies among the trust's own policies"),
        ("policies/elm", "its folder lies among the trust's own policies"),
        ("schools/ash/elm", "its folder lies in that of 'ash'"),
        ("schools/ash/policies", "its folder lies in that of 'ash'"),
    ],
)
def test_a_schools_folder_holds_no_other_and_lies_in_none(tmp_path: Path, folder: str, said: str) -> None:
    entries = f'[[schools]]\nkey = "elm"\nfolder = "{folder}"\n[[schools]]\nkey = "ash"\n'
    with pytest.raises(ConfigurationError) as caught:
        parse_trust(f'[trust]\nname = "Vale"\n{entries}', root=tmp_path)
    (fault,) = str(caught.value).splitlines()
    assert fault.startswith(f"trust.toml: entry 1 of [[schools]]: {said}")


def test_a_folder_that_cannot_be_a_schools_is_not_added(trust: World) -> None:
    before = (trust.root / "trust.toml").read_text(encoding="utf-8")
    answer = trust.policy("trust", "add", "elm", "--school", "Elm School", "--folder", str(trust.root))
    assert (answer.code, "its folder is the trust's own" in answer.err) == (3, True)
    assert (trust.root / "trust.toml").read_text(encoding="utf-8") == before
    assert not (trust.root / "config.toml").exists()


def test_the_trusts_folder_is_not_there(trust: World) -> None:
    school = trust.add("oakfield", "Oakfield School")
    (trust.root / "trust.toml").rename(trust.root / "elsewhere.toml")
    assert faults_of(school) == [
        f"config.toml: school.trust: there is no trust.toml in {trust.root}; name the trust's folder"
    ]


def test_a_safety_copy_of_a_school_is_put_back_where_its_trust_is(trust: World) -> None:
    school = trust.add("oakfield", "Oakfield School")
    assert trust.policy("trust", "run").code == 0
    copy = school / "distribution" / "safety-copies" / "2026-11-24.zip"
    (school / "config.toml").unlink()
    answer = World(school).policy("restore", str(copy), "--yes")
    assert answer.code == 0, answer.err
    assert load_config(school / "config.toml").reading.default == "sign"
