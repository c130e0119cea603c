"""Schools that share people, leave their trust and have their copies made together: what holds all at once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.configuration.trust import read_trust
from tests.conftest import ROOT
from tests.policies.folders import policy_text
from tests.trust.test_two_schools import (
    BEECH,
    SAM,
    asked,
    at,
    both,
    distribute,
    files,
    homes,
    listed,
    mails,
    nights,
    prepared,
    read,
    sam,
    staff,
    told,
    told_once,
)
from tests.trust.world import World

__all__ = ["both", "prepared", "told", "told_once"]
pytestmark = pytest.mark.slow


def asked_at_once(world: World) -> None:
    """Let Oakfield ask Sam for both schools, the night after both told each other of Sam."""
    nights(world, "2026-11-25", "oakfield", "beech")
    assert (asked(mails(world, "oakfield")), asked(mails(world, "beech"))) == (1, 0)


def leave(world: World, key: str, out: Path, day: str) -> World:
    """Let a school leave; return its workspace."""
    answer = world.policy("trust", "leave", key, "--out", str(out), today=day)
    assert answer.code == 0, answer.out + answer.err
    return World(out)


def new_lead(world: World, key: str) -> str:
    """Give a school another lead in its settings; return who it was."""
    path = world.school(key) / "config.toml"
    old = load_config(path).contacts["dsl"][0].name
    text = path.read_text(encoding="utf-8").replace(f'"{old}"', '"Nia Newlead"').replace("01632 960101", "01632 960177")
    path.write_text(text, encoding="utf-8")
    return old


def outbox(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "distribution" / "outbox").rglob("*.eml"))]


@pytest.mark.parametrize("leaver", ["oakfield", "beech"])
def test_after_a_school_left_each_of_the_two_asks_whom_both_have(both: World, tmp_path: Path, leaver: str) -> None:
    homes(both, f'"{SAM}" = "oakfield"')
    distribute(both)
    nights(both, "2026-11-24", "oakfield", "beech")
    asked_at_once(both)
    gone = leave(both, leaver, tmp_path / "gone", "2026-11-25")
    trust = read_trust(both.root)
    assert [one.key for one in trust.schools] == ["beech" if leaver == "oakfield" else "oakfield"]
    assert trust.home_schools == ({} if leaver == "oakfield" else {SAM: "oakfield"})
    for day in ("2026-11-26", "2026-11-27"):
        nights(both, day, trust.schools[0].key)
        assert gone.policy("run", today=day).code == 0
    assert asked(mails(both, trust.schools[0].key)) == 1
    assert sum(SAM.encode() in each for each in outbox(gone.root)) == 1
    said = sorted(path.name for path in (both.root / ".asked-once").glob("*.json"))
    assert said == [f"{trust.schools[0].key}.json"], "nothing is kept of the people of the school that left"


def test_a_letter_that_waits_when_its_school_leaves_goes_without_the_others_copy(both: World, tmp_path: Path) -> None:
    distribute(both, day="2026-11-27")
    nights(both, "2026-11-27", "oakfield", "beech")
    nights(both, "2026-11-28", "oakfield")
    assert mails(both, "oakfield") == [], "it waits for Monday"
    gone = leave(both, "oakfield", tmp_path / "gone", "2026-11-29")
    answer = gone.policy("run", today="2026-11-30")
    assert answer.code == 0, answer.out + answer.err
    (letter,) = [each for each in outbox(gone.root) if SAM.encode() in each]
    assert BEECH.encode() not in letter


def test_a_copy_with_another_lead_than_its_school_names_today_does_not_go_along(told: World) -> None:
    old = new_lead(told, "beech")
    for day in ("2026-11-25", "2026-11-26", "2026-11-27"):
        nights(told, day, "oakfield", "beech")
    letters = mails(told, "oakfield") + mails(told, "beech")
    assert asked(letters) == 1
    assert all(old not in text for each in letters for text in files(each).values())
    (own,) = mails(told, "beech")
    assert "Nia Newlead" in files(own)["Visits Policy.pdf"]


def test_who_gets_an_address_that_was_a_colleagues_has_read_nothing(told: World) -> None:
    asked_at_once(told)
    read(told, "oakfield", "2026-11-25")
    nights(told, "2026-11-26", "oakfield", "beech")
    for key in ("oakfield", "beech"):
        staff(told, key, sam(email="samuel.elm@example.org"), sam("S2", first="Sara"))
    for day in ("2026-11-27", "2026-11-30", "2026-12-01"):
        nights(told, day, "oakfield", "beech")
    for key in ("oakfield", "beech"):
        said = listed(told, key, "2026-12-01").splitlines()
        (sara,) = [one for one in said if one.startswith("Sara")]
        assert "recorded on" not in sara, key
        assert any(one.startswith("Sam Elm") and "recorded on 25 November 2026" in one for one in said), key
    assert (
        asked([one for key in ("oakfield", "beech") for one in mails(told, key) if "samuel" not in str(one["To"])]) == 2
    )


def test_another_of_the_same_name_who_gets_the_address_is_asked_by_each_school(told: World) -> None:
    asked_at_once(told)
    read(told, "oakfield", "2026-11-25")
    nights(told, "2026-11-26", "oakfield", "beech")
    for key in ("oakfield", "beech"):
        staff(told, key, sam(email="samuel.elm@example.org"), sam("S2"))
    for day in ("2026-11-27", "2026-11-30", "2026-12-01"):
        nights(told, day, "oakfield", "beech")
    for key in ("oakfield", "beech"):
        assert sum("recorded on" in one for one in listed(told, key, "2026-12-01").splitlines()) == 1


KILLED = """
import os, signal, sys
import pipeline.{module} as module
from pipeline.cli import run_command

def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

module.{function} = killed
run_command(sys.argv[1:])
"""


def kill_night(world: World, key: str, day: str, module: str, function: str) -> None:
    """Do a school's night until a function is called, and no further."""
    code = KILLED.format(module=module, function=function)
    words = [sys.executable, "-c", code, "--workspace", str(world.school(key)), "--today", day, "run"]
    ended = subprocess.run(
        words, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, timeout=120
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


@pytest.mark.parametrize(("module", "function"), [("other_schools.night", "_keep"), ("run", "deliver_due")])
@pytest.mark.parametrize("key", ["oakfield", "beech"])
def test_a_night_that_is_killed_once_others_were_told_leads_to_one_letter(
    both: World, key: str, module: str, function: str
) -> None:
    distribute(both)
    nights(both, "2026-11-24", "oakfield", "beech")
    kill_night(both, key, "2026-11-25", module, function)
    for day in ("2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30"):
        nights(both, day, "beech", "oakfield")
    assert asked(mails(both, "oakfield") + mails(both, "beech")) == 1


def test_one_school_whose_clock_was_months_ahead_for_a_night_keeps_nobody_from_being_asked(both: World) -> None:
    nights(both, "2027-05-03", "oakfield")
    distribute(both)
    for day in ("2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01", "2026-12-02"):
        for key in ("oakfield", "beech"):
            answer = at(both, key, "run", day=day)
            print(day, key, answer.code, answer.err, len(mails(both, key)))
    assert asked(mails(both, "oakfield") + mails(both, "beech")) == 1


def test_two_nights_of_the_trust_at_once_ask_once(told: World) -> None:
    for day in ("2026-11-25", "2026-11-26"):
        at_once = [told.start("trust", "run", today=day) for _ in range(2)]
        for one in at_once:
            one.communicate(timeout=200)
    assert asked(mails(told, "oakfield") + mails(told, "beech")) == 1


def test_a_dry_run_of_one_school_between_two_nights_changes_nothing(told: World) -> None:
    for key in ("beech", "oakfield"):
        assert at(told, key, "run", "--dry-run", day="2026-11-30").code == 0
    nights(told, "2026-11-25", "oakfield", "beech")
    assert asked(mails(told, "oakfield") + mails(told, "beech")) == 1


def test_schools_of_one_name_with_leads_of_one_name_have_each_their_own_numbers(trust: World) -> None:
    """Same name, same policy, same lead: what differs is a number, a look or an appendix."""
    for number, key in enumerate(("oakfield", "beech", "cedar"), start=1):
        trust.add(key, "Vale Primary School", policies=())
        path = trust.school(key) / "config.toml"
        text = path.read_text(encoding="utf-8")
        lead = load_config(path).contacts["dsl"][0].name
        text = text.replace(lead, "Robin Ashdown").replace("01632 960101", f"01632 96020{number}")
        path.write_text(text, encoding="utf-8")
        staff(trust, key)
        body = "The Designated Safeguarding Lead is Deborah Field, telephone 01632 960191. Visitors sign the book."
        words = policy_text("Visits Policy", school="Vale Primary School", body=body)
        (trust.school(key) / "policies" / "Visits Policy.txt").write_text(words, encoding="utf-8")
    (trust.school("cedar") / "policies" / "Visits Policy appendix.txt").write_text("Ring at the gate.", "utf-8")
    for day in ("2026-11-24", "2026-11-25"):
        answer = trust.policy("trust", "run", today=day)
        assert answer.code == 0, answer.out + answer.err
    for number, key in enumerate(("oakfield", "beech", "cedar"), start=1):
        (letter,) = mails(trust, key, "pat@")
        (text,) = files(letter).values()
        print(key, text[:600])
        assert f"01632 96020{number}" in text
        assert not any(f"01632 96020{other}" in text for other in (1, 2, 3) if other != number)
        assert ("Ring at the gate" in text) == (key == "cedar")


def test_a_letter_that_waits_does_not_go_with_a_copy_whose_lead_changed_meanwhile(both: World) -> None:
    distribute(both, day="2026-11-27")
    nights(both, "2026-11-27", "oakfield", "beech")
    nights(both, "2026-11-28", "oakfield")
    assert mails(both, "oakfield") == [], "it waits for Monday"
    old = new_lead(both, "beech")
    nights(both, "2026-11-29", "beech")
    answer = at(both, "oakfield", "deliver", day="2026-11-30")
    print(answer, [files(one) for one in mails(both, "oakfield")])
    nights(both, "2026-11-30", "oakfield", "beech")
    letters = mails(both, "oakfield") + mails(both, "beech")
    print([(str(one["Subject"]), list(files(one))) for one in letters])
    assert asked(letters) == 1
    assert all(old not in text for each in letters for text in files(each).values())


def test_a_letter_that_waits_does_not_go_with_a_copy_whose_lead_was_changed_before_any_night(both: World) -> None:
    distribute(both, day="2026-11-27")
    nights(both, "2026-11-27", "oakfield", "beech")
    nights(both, "2026-11-28", "oakfield")
    old = new_lead(both, "beech")
    answer = at(both, "oakfield", "deliver", day="2026-11-30")
    print(answer, [files(one) for one in mails(both, "oakfield")])
    letters = mails(both, "oakfield")
    assert all(old not in text for each in letters for text in files(each).values())
