"""``policy review`` with answers from a pipe, as a terminal would give them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import policy as policy_group
from tests.policies.folders import policy_text

ROOT = Path(__file__).resolve().parents[2]
CONFIG = '[school]\nname = "Westhaven School"\n[contacts.dsl]\nname = "Sam Hillcrest"\n'
HEADINGS = "person_id,first_name,last_name,work_email,role,start_date,leave_date\n"
BLANK_APPROVAL = policy_text("Lettings Policy").replace("Governors: 10 September 2026", "Governors:")
DAY = ("--today", "2026-11-24")


def policy(workspace: Path, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(
        policy_group, ["--workspace", str(workspace), *DAY, *arguments], input=typed, catch_exceptions=False
    )


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A school with one policy that lacks its approval and its owner, run once."""
    root = tmp_path_factory.mktemp("school")
    (root / "config.toml").write_text(CONFIG, encoding="utf-8")
    (root / "staff.csv").write_text(HEADINGS, encoding="utf-8")
    (root / "policies").mkdir()
    text = BLANK_APPROVAL.replace("Policy Owner: Business Manager\n", "")
    (root / "policies" / "lettings.txt").write_text(text, encoding="utf-8")
    assert policy(root, "run").exit_code == 0
    return root


@pytest.fixture
def workspace(first_run: Path, tmp_path: Path) -> Path:
    """That school, afresh for one test."""
    return shutil.copytree(first_run, tmp_path / "school")


def open_questions(workspace: Path) -> list[str]:
    listed = policy(workspace, "review", "--json")
    assert listed.exit_code == 0
    return [question["field"] for question in json.loads(listed.stdout)]


def test_json_lists_the_questions_and_asks_nothing(workspace: Path) -> None:
    (approved, owner) = json.loads(policy(workspace, "review", "--json").stdout)
    assert {"slug", "field", "status", "words", "where", "choices"} <= approved.keys()
    assert (approved["slug"], approved["field"], approved["status"]) == ("lettings", "approved_on", "blank")
    assert (approved["words"], approved["where"]) == ("Date approved by Governors:", "line 5")
    lead = {"value": "Designated Safeguarding Lead", "label": "Designated Safeguarding Lead (Sam Hillcrest)"}
    assert (owner["field"], owner["choices"]) == ("owner", [lead])


def test_answers_are_kept_with_their_reason(workspace: Path) -> None:
    typed = "10 September 2026\nminute 12.3\nBusiness Manager\nshe does it\n"
    done = policy(workspace, "review", typed=typed)
    assert done.exit_code == 0
    assert "The document says “Date approved by Governors:” (line 5)." in done.stdout
    assert "2 answers kept, 0 questions left." in done.stdout
    assert open_questions(workspace) == []
    assert "Nothing is unclear" in policy(workspace, "review").stdout


def test_the_place_of_each_question_lies_in_a_file_until_the_next_sitting(workspace: Path) -> None:
    places = workspace / "distribution" / "places"
    done = policy(workspace, "review", typed="\n\n")
    assert "  In the document: “Date approved by Governors:”" in done.stdout
    (page,) = places.iterdir()
    assert f"  The place, to open in a browser: {page}" in done.stdout
    assert page.name == "lettings-approved_on.html"
    assert "<mark>Date approved by Governors:</mark>" in page.read_text(encoding="utf-8")
    assert (page.stat().st_mode & 0o077, places.stat().st_mode & 0o077) == (0, 0)
    policy(workspace, "review", "owner", typed="\n")
    assert list(places.iterdir()) == []


def test_what_is_no_answer_is_asked_again_and_a_question_can_wait(workspace: Path) -> None:
    done = policy(workspace, "review", typed="soon\nlater\nBusiness Manager\n\n")
    assert "'soon' is no date" in done.stdout
    assert "Without a reason nothing is kept" in done.stdout
    assert "0 answers kept, 2 questions left." in done.stdout
    assert open_questions(workspace) == ["approved_on", "owner"]


@pytest.mark.parametrize("typed", ["10 September 2026\nminute 12.3\n", "10 September 2026\nminute 12.3\nstop\n"])
def test_an_end_in_the_middle_loses_nothing(workspace: Path, typed: str) -> None:
    done = policy(workspace, "review", typed=typed)
    assert done.exit_code == 0
    assert "1 answer kept, 1 question left." in done.stdout
    assert open_questions(workspace) == ["owner"]


def test_a_number_takes_the_choice(workspace: Path) -> None:
    text = BLANK_APPROVAL.replace("Lettings", "Homework").replace("Westhaven School", "Otherton Primary School")
    (workspace / "policies" / "homework.txt").write_text(text, encoding="utf-8")
    policy(workspace, "run")
    done = policy(workspace, "review", typed="1\nwe share it with them\nstop\n")
    assert "1. use it as it is" in done.stdout
    assert "is no longer held" in done.stdout


def test_a_second_file_that_differs_is_told_once_in_the_report(workspace: Path) -> None:
    (workspace / "policies" / "older.txt").write_text(
        policy_text("Lettings Policy", review="May 2020"), encoding="utf-8"
    )
    ran = policy(workspace, "run").output
    told = " ".join(ran.split())
    assert "older.txt is a second file of this policy and says otherwise" in told
    assert "Left alone" not in told


def test_a_file_of_a_policy_that_cannot_be_read_any_more_is_told_once(workspace: Path) -> None:
    (workspace / "policies" / "lettings.txt").write_bytes(b"")
    ran = " ".join(policy(workspace, "run").output.split())
    assert ran.count("is empty") == 1
    assert "1 read, 0 clear, 1 needs you" in ran


def test_an_answer_that_comes_during_a_run_is_kept(workspace: Path) -> None:
    from pipeline.register.store.database import open_register

    at = workspace / "distribution" / "register.sqlite3"
    with (
        open_register(str(at), root=workspace, school_name="Westhaven School", time_zone="Europe/London") as register,
        register.lock(),
    ):
        policy(workspace, "review", typed="10 September 2026\nminute 12.3\n")
    assert open_questions(workspace) == ["owner"]


def test_status_and_the_report_name_each_thing_once(workspace: Path) -> None:
    ran = policy(workspace, "run")
    assert ran.stdout.count("who looks after it") <= 1
    status = json.loads(policy(workspace, "status", "--json").stdout)
    assert status["missing"] == []
    assert [problem["code"] for problem in status["policies"][0]["problems"]] == ["approval-blank", "owner-missing"]


def test_answers_from_a_pipe_are_kept_by_the_command_itself(workspace: Path) -> None:
    command = [sys.executable, "-m", "pipeline", "--workspace", str(workspace), *DAY, "review"]
    typed = "10 September 2026\nminute 12.3\n"
    done = subprocess.run(
        command, cwd=ROOT, input=typed, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 answer kept, 1 question left." in done.stdout


@pytest.mark.parametrize(
    "words", ["don't know", "I don’t know", "dont know", "Not sure", "?", "unknown", "dunno", "skip"]
)
def test_not_knowing_leaves_a_question_and_is_no_value(workspace: Path, words: str) -> None:
    done = policy(workspace, "review", typed=f"{words}\n{words}\n")
    assert "0 answers kept, 2 questions left." in done.stdout
    assert open_questions(workspace) == ["approved_on", "owner"]


def test_approval_that_is_still_to_come_is_asked_again(workspace: Path) -> None:
    done = policy(workspace, "review", typed="10 September 2062\nNovember 2026\nminute 12.3\nstop\n")
    assert "'10 September 2062' is still to come" in done.stdout
    assert "1 answer kept" in done.stdout


NO_OWNER = "Policy Owner: Business Manager\n"
ROLES = (
    '[contacts.office]\nphone = "01632 960110"\n[[contacts.lado]]\nname = "Al Field"\n[people.roles]\n'
    '"Site Manager" = "site@example.org"\n'
)


def ownerless(root: Path, *titles: str, ends: str = "") -> Path:
    """Make a school of policies that name no owner, run once; each text ends with ``ends``."""
    (root / "policies").mkdir(parents=True)
    (root / "config.toml").write_text(CONFIG + ROLES, encoding="utf-8")
    (root / "staff.csv").write_text(
        HEADINGS + "1,Kim,Lee,kim.lee@example.org,Art Coordinator,2020-09-01,\n", encoding="utf-8"
    )
    for title in titles:
        text = policy_text(title, body=f"The {title} is followed by everybody. {title * 3}").replace(NO_OWNER, "")
        (root / "policies" / f"{title}.txt").write_text(text + ends, encoding="utf-8")
    assert policy(root, "run").exit_code == 0
    return root


def owners(root: Path) -> dict[str, str | None]:
    listed = json.loads(policy(root, "status", "--json").stdout)["policies"]
    return {entry["slug"]: entry["owner"] for entry in listed}


def test_configured_roles_of_the_school_are_offered_before_what_other_policies_say(tmp_path: Path) -> None:
    school = ownerless(tmp_path, "Music Policy")
    text = policy_text("Lettings Policy").replace("Business Manager", "Bursar")
    (school / "policies" / "lettings.txt").write_text(text, encoding="utf-8")
    policy(school, "run")
    (question,) = json.loads(policy(school, "review", "--json").stdout)
    assert [choice["value"] for choice in question["choices"]] == [
        "Designated Safeguarding Lead",
        "Site Manager",
        "Bursar",
    ]


@pytest.mark.parametrize("typed", ["asdf", "yes", "2027", "see above", "Kim"])
def test_what_is_no_role_or_person_is_refused_with_the_right_form(tmp_path: Path, typed: str) -> None:
    school = ownerless(tmp_path, "Music Policy")
    done = policy(school, "review", typed=f"{typed}\nstop\n")
    assert f"'{typed}' is no role or person that is known here. Choose a number, or write a role" in done.stdout
    assert owners(school) == {"music": None}


@pytest.mark.parametrize(
    "typed",
    ["Kim Lee", "Art Coordinator", "Bursar", "Resources Committee", "Headteacher and Governors", "kim@example.org"],
)
def test_a_role_a_post_a_body_a_colleague_and_an_address_are_owners(tmp_path: Path, typed: str) -> None:
    school = ownerless(tmp_path, "Music Policy")
    done = policy(school, "review", typed=f"{typed}\nthe head says so\n")
    assert "1 answer kept" in done.stdout
    assert owners(school) == {"music": typed}


def test_an_owner_whose_address_is_not_known_is_kept_and_said(tmp_path: Path) -> None:
    school = ownerless(tmp_path, "Music Policy")
    done = policy(school, "review", typed="Bursar\nthe head says so\n")
    assert "Nobody's address is known for Bursar" in done.stdout
    assert "add it under [people.roles] in config.toml, or set default_owner under [review]" in done.stdout


def test_one_answer_settles_all_policies_where_the_owner_says_so(tmp_path: Path) -> None:
    school = ownerless(tmp_path, "Art Policy", "Dance Policy", "Music Policy")
    done = policy(school, "review", typed="Site Manager for all\nhe looks after all of them\n")
    assert "add 'for all', as in '1 for all', to settle it for them too" in done.stdout
    assert "3 answers kept, 0 questions left." in done.stdout
    assert set(owners(school).values()) == {"Site Manager"}
    assert policy(school, "ledger", "verify").exit_code == 0


def test_without_that_word_an_answer_settles_one_policy_alone(tmp_path: Path) -> None:
    school = ownerless(tmp_path, "Art Policy", "Dance Policy", "Music Policy")
    policy(school, "review", typed="2\nhe looks after it\nstop\n")
    assert owners(school) == {"art": "Site Manager", "dance": None, "music": None}


def test_a_field_settles_one_kind_of_question_for_all_policies(tmp_path: Path) -> None:
    school = ownerless(tmp_path, "Art Policy", "Dance Policy", "Music Policy")
    text = policy_text("Lettings Policy").replace("Governors: 10 September 2026", "Governors:")
    (school / "policies" / "lettings.txt").write_text(text, encoding="utf-8")
    policy(school, "run")
    done = policy(school, "review", "owner", typed="asdf\n2\nhe looks after all of them\n")
    assert "3 policies: Art Policy, Dance Policy and Music Policy." in done.stdout
    assert "'asdf' is no role or person" in done.stdout
    assert "3 answers kept, 0 questions left." in done.stdout
    assert owners(school) == dict.fromkeys(("art", "dance", "music"), "Site Manager") | {"lettings": "Business Manager"}
    assert open_questions(school) == ["approved_on"]
    assert "Nothing of owner is unclear" in policy(school, "review", "owner").stdout


def test_of_one_kind_each_policy_can_have_its_own_answer(tmp_path: Path) -> None:
    school = ownerless(tmp_path, "Art Policy", "Dance Policy")
    typed = "each\nHeadteacher\nshe does\nBursar\nhe does\n"
    done = policy(school, "review", "owner", typed=typed)
    assert "2 answers kept, 0 questions left." in done.stdout
    assert owners(school) == {"art": "Headteacher", "dance": "Bursar"}


def test_a_field_that_is_none_is_refused_with_those_there_are(tmp_path: Path) -> None:
    from pipeline.errors import UsageError

    school = ownerless(tmp_path, "Art Policy")
    with pytest.raises(
        UsageError, match="'owners' is nothing that can be asked about alone; write one of everywhere, approved_on"
    ):
        policy(school, "review", "owners")


def test_a_first_review_asks_fifteen_things_late_and_safeguarding_policies_first(tmp_path: Path) -> None:
    names = [f"{chr(ord('A') + number)}{'eiou'[number % 4]}ning Policy" for number in range(17)]
    names += ["Whole-School Child Protection Policy", "Zebra Crossing Policy"]
    school = ownerless(tmp_path, *names, ends="\nThis policy is reviewed biannually.\n")
    path = school / "policies" / "Zebra Crossing Policy.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("August 2027", "August 2025"), encoding="utf-8")
    policy(school, "run")
    done = policy(school, "review", typed="\n" * 40)
    assert done.stdout.startswith("20 questions; the first 15 are asked now.")
    assert done.stdout.count("Answer: ") == 15
    assert "0 answers kept, 20 questions left: 'policy review --all' asks about all of them." in done.stdout
    everyone, *asked = json.loads(policy(school, "review", "--json").stdout)
    assert (everyone["field"], len(everyone["policies"])) == ("owner", 19)
    titles = [question["title"] for question in asked]
    assert titles[:2] == ["Whole-School Child Protection Policy", "Zebra Crossing Policy"]
    assert titles[2:] == sorted(titles[2:])
    assert policy(school, "review", "--all", typed="\n" * 40).stdout.count("Answer: ") == 20


def test_who_looks_after_what_nobody_does_is_asked_once_and_not_at_all_where_the_settings_say_it(
    tmp_path: Path,
) -> None:
    school = ownerless(tmp_path, "Art Policy", "Dance Policy", "Music Policy")
    (asked,) = json.loads(policy(school, "review", "--json").stdout)
    assert (asked["field"], asked["policies"]) == ("owner", ["art", "dance", "music"])
    done = policy(school, "review", typed="\n\n\n")
    assert done.stdout.count("Answer: ") == 1
    assert "Enter leaves all of them" in done.stdout
    with (school / "config.toml").open("a", encoding="utf-8") as config:
        config.write('[review]\ndefault_owner = "Site Manager"\n')
    assert json.loads(policy(school, "review", "--json").stdout) == []
    (kept,) = json.loads(policy(school, "review", "--all", "--json").stdout)
    assert kept["field"] == "owner"


THEIRS = "Amber Lane Homes is committed to safety. All staff of Amber Lane Homes know it."


def test_texts_that_are_held_for_one_other_name_are_used_with_one_answer(tmp_path: Path) -> None:
    school = ownerless(tmp_path, "Art Policy")
    for title in ("Dance Policy", "Music Policy"):
        text = policy_text(
            title, school="Amber Lane Homes", body=f"{THEIRS} The {title} is followed by all. {title * 3}"
        )
        (school / "policies" / f"{title}.txt").write_text(text, encoding="utf-8")
    policy(school, "run")
    done = policy(school, "review", "held", typed="1\nthey run our boarding house\n")
    assert "2 policies: Dance Policy and Music Policy." in done.stdout
    assert "It names another organisation, “Amber Lane Homes”" in done.stdout
    assert "2 answers kept, 0 questions left." in done.stdout


def test_one_answer_releases_no_text_that_is_held_for_something_else_too(tmp_path: Path) -> None:
    school = ownerless(tmp_path, "Art Policy")
    for title, more in (("Dance Policy", ""), ("Music Policy", " [insert name] leads it.")):
        text = policy_text(
            title, school="Amber Lane Homes", body=f"{THEIRS} The {title} is followed by all.{more} {title * 3}"
        )
        (school / "policies" / f"{title}.txt").write_text(text, encoding="utf-8")
    policy(school, "run")
    done = policy(school, "review", "held", typed="1 for all\nthey run our boarding house\nstop\n")
    assert "Choose one of the numbers." in done.stdout
    assert "0 answers kept, 2 questions left." in done.stdout
