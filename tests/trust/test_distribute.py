"""The trust's policies are handed out: with each school's words, over nobody's changes, and without a mail."""

import json
from pathlib import Path

import pytest

from tests.builders import paragraph, run, word_file
from tests.policies.folders import policy_text
from tests.trust.world import World

NAME = "Visits Policy"


def trust_text(body: str) -> str:
    return policy_text(NAME, body=body, school="Vale Learning Trust")


@pytest.fixture
def handing(trust: World) -> World:
    """Two schools, and a policy of the trust with a slot that says something without them, and one that does not."""
    for key in ("oakfield", "beech"):
        trust.add(key, f"{key.title()} School")
    write(trust, "Visitors come in by [[slot: door | the main door]] and [[slot: visitors]].")
    say(trust, "oakfield", 'visitors = "ring the bell at the east gate"\n')
    say(trust, "beech", 'visitors = "report to Mrs Elm"\ndoor = "the garden door"\n')
    return trust


def write(trust: World, body: str) -> None:
    (trust.root / "policies" / f"{NAME}.txt").write_text(trust_text(body), encoding="utf-8")


def say(trust: World, key: str, text: str) -> None:
    (trust.school(key) / "slots" / "visits.toml").write_text(text, encoding="utf-8")


def version(trust: World, key: str) -> Path:
    return trust.school(key) / "policies" / f"{NAME}.txt"


def states(trust: World, *arguments: str) -> dict[str, str]:
    answer = trust.policy("trust", "distribute", "--json", *arguments)
    return {one["school"]: one["state"] for one in answer.json["handed"]}


def test_each_school_gets_its_version_and_the_ordinary_way_takes_over(handing: World) -> None:
    assert states(handing, "--dry-run") == {"oakfield": "written", "beech": "written"}
    assert not version(handing, "oakfield").exists()
    answer = handing.policy("--as", "Jo Marsh", "trust", "distribute", "visits")
    assert answer.code == 0, answer.err
    assert "2 versions written. Nobody is mailed by this." in answer.out
    assert "come in by the main door and ring the bell at the east gate." in version(handing, "oakfield").read_text(
        "utf-8"
    )
    assert "come in by the garden door and report to Mrs Elm." in version(handing, "beech").read_text("utf-8")
    assert not (handing.school("oakfield") / "distribution" / "register.sqlite3").exists(), (
        "handing out decides nothing"
    )
    kept = json.loads((handing.school("oakfield") / "slots" / "received.json").read_text("utf-8"))
    assert kept[f"{NAME}.txt"]["by"] == "Jo Marsh"
    assert states(handing) == {"oakfield": "unchanged", "beech": "unchanged"}


@pytest.mark.slow
def test_a_changed_version_waits_for_the_schools_own_word(handing: World) -> None:
    handing.policy("trust", "distribute")
    assert handing.policy("trust", "run").code == 0
    before = handing.letters("oakfield")
    write(handing, "Visitors must come in by [[slot: door | the main door]] and [[slot: visitors]]. They wear a badge.")
    differences = handing.policy("trust", "differences", "visits")
    assert differences.code == 0, differences.err
    said = " ".join(differences.out.split())
    assert "Oakfield School" in said
    assert "a major change, its readers are asked again; 1 paragraph changed" in said
    assert "[new: must] come in by" in said
    assert states(handing) == {"oakfield": "written", "beech": "written"}
    assert handing.policy("trust", "run", today="2026-11-25").code == 0
    school = World(handing.school("oakfield"))
    (policy,) = [one for one in school.policy("status", "--json").json["policies"] if one["slug"] == "visits"]
    assert "draft-waiting" in [problem["code"] for problem in policy["problems"]]
    assert handing.letters("oakfield") == before, "nobody hears of a draft"
    assert school.policy("issue", "visits", today="2026-11-25").code == 0
    assert handing.policy("trust", "run", today="2026-11-26").code == 0
    assert len(handing.letters("oakfield")) > len(before)


def test_a_file_that_the_school_changed_by_hand_stays_and_the_difference_is_told(handing: World) -> None:
    handing.policy("trust", "distribute")
    path = version(handing, "beech")
    path.write_text(path.read_text("utf-8").replace("report to Mrs Elm", "report to the pond"), encoding="utf-8")
    write(handing, "Visitors must come in by [[slot: door | the main door]] and [[slot: visitors]].")
    answer = handing.policy("trust", "distribute")
    assert answer.code == 4
    told = " ".join(answer.out.split())
    assert "1 version written, 1 version kept back." in told
    assert "was changed at the school. The trust's version differs from it: 1 paragraph changed." in told
    assert "report to the pond" in path.read_text("utf-8")
    refused = handing.policy("trust", "distribute", "visits", "--replace")
    assert (refused.code, "name one policy and one --school with it" in refused.err) == (2, True)
    assert states(handing, "visits", "--school", "beech", "--replace") == {"beech": "written"}
    assert "report to Mrs Elm" in path.read_text("utf-8")
    (aside,) = (handing.school("beech") / "slots" / "set-aside").iterdir()
    assert "report to the pond" in aside.read_text("utf-8")


def test_a_file_that_lay_there_before_counts_as_the_schools_own(handing: World) -> None:
    version(handing, "beech").write_text(policy_text(NAME, school="Beech School"), encoding="utf-8")
    assert states(handing) == {"oakfield": "written", "beech": "changed-by-hand"}


def test_what_is_missing_keeps_that_school_back_alone(handing: World) -> None:
    say(handing, "oakfield", 'visitors = "as at Beech School"\nwindow = "x"\n')
    answer = handing.policy("trust", "distribute")
    assert answer.code == 4
    told = " ".join(answer.out.split())
    assert "has words for 'window', which the policy does not have; its slots are door and visitors." in told
    assert "name Beech School, another school of the trust" in told
    assert not version(handing, "oakfield").exists()
    assert version(handing, "beech").exists()
    say(handing, "oakfield", "")
    assert "The slot 'visitors' has no words yet" in " ".join(handing.policy("trust", "distribute").out.split())


def test_the_scheme_of_delegation_leaves_a_policy_to_a_school(handing: World) -> None:
    path = handing.root / "trust.toml"
    text = path.read_text(encoding="utf-8").replace(
        'key = "beech"', 'key = "beech"\ndelegation = { visits = "school" }'
    )
    path.write_text(text, encoding="utf-8")
    assert states(handing) == {"oakfield": "written", "beech": "own"}
    path.write_text(text.replace("[delegation]\n", '[delegation]\nvisits = "school"\n'), encoding="utf-8")
    assert states(handing) == {"oakfield": "own", "beech": "own"}
    assert "by the scheme of delegation" in handing.policy("trust", "distribute").out


def test_a_school_with_a_file_of_its_own_for_the_policy_is_told(handing: World) -> None:
    own = handing.school("beech") / "policies" / "Our visits.txt"
    own.write_text(policy_text(NAME, school="Beech School"), encoding="utf-8")
    assert handing.policy("trust", "run").code == 0
    answer = handing.policy("trust", "distribute")
    assert answer.code == 4
    assert "It has a file of its own for this policy, policies/Our visits.txt." in " ".join(answer.out.split())
    assert not version(handing, "beech").exists()


@pytest.mark.parametrize(
    ("own", "title"),
    [
        ("visits_policy_2026.txt", ""),
        ("VISITS POLICY.txt", ""),
        ("Sub/VisitsPolicy v2 final.txt", ""),
        ("Ours.txt", NAME),
    ],
)
def test_a_file_of_the_school_that_no_run_has_read_yet_is_not_displaced(trust: World, own: str, title: str) -> None:
    trust.add("oakfield", "Oakfield School")
    write(trust, "Visitors come in by the door.")
    path = trust.school("oakfield") / "policies" / own
    path.parent.mkdir(exist_ok=True)
    path.write_text(policy_text(title or "Coming and going", school="Oakfield School"), encoding="utf-8")
    answer = trust.policy("trust", "distribute")
    assert answer.code == 4
    said = f"It has a file of its own for this policy that no run has read yet, policies/{own}."
    assert said in " ".join(answer.out.split())
    assert not version(trust, "oakfield").exists()
    (path.parent / "old").mkdir()
    path.rename(path.parent / "old" / path.name)
    assert states(trust) == {"oakfield": "written"}


@pytest.mark.parametrize("slip", ["[[slots: door | the main door]]", "[[visitors]]"])
def test_a_slip_of_the_pen_reaches_no_school(handing: World, slip: str) -> None:
    write(handing, f"Visitors come in by {slip}.")
    answer = handing.policy("trust", "distribute")
    assert answer.code == 4
    assert f"“{slip}” is no slot." in " ".join((answer.out + answer.err).split())
    assert not version(handing, "oakfield").exists()


@pytest.mark.slow
def test_a_slot_that_was_copied_to_a_school_by_hand_is_found_there(handing: World) -> None:
    body = "Visitors come in by [[slot: door | the main door]]."
    version(handing, "oakfield").write_text(policy_text(NAME, body=body, school="Oakfield School"), encoding="utf-8")
    school = World(handing.school("oakfield"))
    assert school.policy("run").code == 0
    (policy,) = [one for one in school.policy("status", "--json").json["policies"] if one["slug"] == "visits"]
    assert "draft-mark" in [problem["code"] for problem in policy["problems"]]


def test_documents_of_the_trusts_that_no_school_can_have_are_named(handing: World) -> None:
    folder = handing.root / "policies"
    (folder / "Twice.txt").write_text(policy_text("Twice Policy", body="[[slot: a]] [[slot: a]]"), encoding="utf-8")
    (folder / "Broken.docx").write_bytes(b"no Word file")
    (folder / "Visits again.txt").write_text(trust_text("The same."), encoding="utf-8")
    answer = handing.policy("trust", "distribute", "--json")
    assert answer.code == 4
    told = {one["file"]: " ".join(one["said"]) for one in answer.json["unusable"]}
    assert set(told) == {"Twice.txt", "Broken.docx", "Visits again.txt"}
    assert "The slot 'a' is there twice" in told["Twice.txt"]
    assert "is the same policy (visits)" in told["Visits again.txt"]
    assert {one["state"] for one in answer.json["handed"]} == {"written"}
    assert handing.policy("trust", "distribute", "behaviour").code == 2


def test_a_broken_school_keeps_no_other_from_getting_its_version(handing: World) -> None:
    handing.own("beech", "mail", 'route = "pigeon"')
    assert states(handing) == {"oakfield": "written", "beech": "waits"}


def test_a_word_file_goes_out_as_it_is_but_for_the_slot_and_a_local_appendix_joins_it(handing: World) -> None:
    (handing.root / "policies" / f"{NAME}.txt").unlink()
    content = word_file(
        paragraph("Visits Policy", style="Heading1"),
        paragraph("Policy Owner: Business Manager"),
        paragraph("Date of next Review: August 2027"),
        paragraph("Visitors ", run("[[slot: visi", "<w:b/>"), run("tors]]", "<w:b/>"), " and sign."),
    )
    (handing.root / "policies" / f"{NAME}.docx").write_bytes(content)
    say(handing, "beech", 'visitors = "report to Mrs Elm"\n')
    folder = handing.school("oakfield") / "policies"
    (folder / f"{NAME} appendix.txt").write_text("At our school the pond is out of bounds.\n", encoding="utf-8")
    assert states(handing) == {"oakfield": "written", "beech": "written"}
    assert handing.policy("trust", "run").code == 0
    school = World(handing.school("oakfield"))
    shown = school.policy("status", "--json").json["policies"]
    assert "visits" in [one["slug"] for one in shown]
    copies = list((handing.school("oakfield") / "distribution" / "copies").glob("visits*"))
    assert copies, "a copy was made of text and appendix"
    unchanged = handing.policy("trust", "differences", "visits", "--school", "oakfield", "--json").json
    assert unchanged[0]["said"] == "not a word changed", "the school's appendix is no difference"
