"""A trust's night: a process a school, a failing school alone, killed and taken up again, never one school twice."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from pipeline.mail.outbox import DeliveryReport
from pipeline.trust import school_night
from pipeline.trust.night import _PRELOAD, NightOrder, _NightProcesses, _Running
from pipeline.trust.outcomes import NightOutcome, NightTask, NightWork, SchoolNight
from pipeline.trust.school_night import night_of
from pipeline.trust.schools import list_schools, load_trust
from tests.conftest import ROOT
from tests.trust.world import World, holder_of

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the holder of a lock is told by Linux alone")
LOADS = """
import importlib, sys
from pathlib import Path
for name in {loaded}:
    importlib.import_module(name)
from pipeline.trust.outcomes import NightOutcome, NightTask, NightWork
from pipeline.trust.school_night import night_of
before = set(sys.modules)
task = NightTask(Path(sys.argv[1]), "oakfield", NightWork.RUN, False, None, {{}})
assert night_of(task).outcome is NightOutcome.DONE
known = {{name.partition(".")[0] for name in before}}
new = {{name.partition(".")[0]: module for name, module in sys.modules.items() if name not in before}}
print(*(name for name, module in new.items() if name not in known and "site-packages" in str(module)))
"""
"""Prints which parts one school's night loads beside those that are loaded already."""
MANY = [f"Subject {number} Policy" for number in range(20)]


def outcomes(world: World, *arguments: str) -> tuple[int, dict[str, str]]:
    answer = world.policy("trust", "run", "--json", *arguments)
    return answer.code, {one["key"]: one["outcome"] for one in answer.json["schools"]}


def wait_for_holder(world: World, key: str, after: int | None = None) -> int:
    """Return the process that is at work in a school, another one than ``after``."""
    lock = world.school(key) / "distribution" / "night.lock"
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = holder_of(lock)
        if found is not None and found != after:
            return found
        time.sleep(0.01)
    raise AssertionError("nobody took the school's lock")


def test_every_schools_work_is_done_and_each_is_told(trust: World) -> None:
    for key in ("oakfield", "beech", "cedar"):
        trust.add(key, f"{key.title()} School")
    dry = trust.policy("trust", "run", "--dry-run")
    assert dry.code == 0
    assert "This is a dry run: nothing was written or sent." in dry.out
    assert not (trust.school("oakfield") / "distribution" / "register.sqlite3").exists()
    answer = trust.policy("trust", "run", "--workers", "2")
    assert answer.code == 0, answer.err
    assert "Vale Learning Trust: 3 of 3 schools went through" in answer.out
    assert "Oakfield School: 1 policy; 1 read; 2 mails written." in answer.out
    assert "3 of 3: " in answer.err
    again = trust.policy("trust", "run", "--school", "cedar", "--json")
    (only,) = again.json["schools"]
    assert (only["key"], only["figures"]["written"], only["figures"]["read"]) == ("cedar", 0, 0)
    for key in ("oakfield", "beech", "cedar"):
        assert set(trust.letters(key).values()) == {1}


def test_a_school_that_is_not_the_trusts_is_refused(trust: World) -> None:
    trust.add("oakfield", "Oakfield School")
    answer = trust.policy("trust", "run", "--school", "elm")
    assert (answer.code, answer.err.strip()) == (
        2,
        "'elm' is no school of Vale Learning Trust; its schools are oakfield.",
    )


@pytest.mark.slow
def test_a_broken_config_and_a_broken_register_stop_their_own_school_alone(trust: World) -> None:
    for key in ("oakfield", "beech", "cedar", "damson"):
        trust.add(key, f"{key.title()} School")
    assert trust.policy("trust", "run").code == 0
    trust.own("beech", "mail", 'route = "pigeon"')
    (trust.school("cedar") / "distribution" / "register.sqlite3").write_bytes(b"no register" * 400)
    (trust.school("damson") / "policies" / "Broken.docx").write_bytes(b"no Word file")
    code, ended = outcomes(trust)
    assert code == 6, "the worst of 3, 4 and 6"
    assert ended == {"oakfield": "done", "beech": "failed", "cedar": "failed", "damson": "done"}
    night = trust.policy("trust", "run")
    told = night.out.partition("These need you")[2].partition("\nSchools")[0]
    assert "Beech School" not in night.err.partition("Traceback")[2]
    assert "beech: config.toml: mail.route:" in told
    assert "When that is put right: policy trust run --school beech" in told
    assert "Cedar School" in told
    assert "1 file could not be read" in told
    status = trust.policy("trust", "status")
    assert status.code == 6
    assert "Oakfield School" in status.out
    assert "Beech School (beech): config.toml: mail.route:" in " ".join(status.out.split())


def test_a_fault_in_the_program_stops_its_own_school_alone(trust: World) -> None:
    """A column that is gone from a register is nothing that the program expects."""
    for key in ("oakfield", "beech"):
        trust.add(key, f"{key.title()} School")
    assert trust.policy("trust", "run").code == 0
    register = trust.school("beech") / "distribution" / "register.sqlite3"
    with sqlite3.connect(register) as connection:
        connection.execute("ALTER TABLE job_run RENAME COLUMN detail TO details")
    connection.close()
    answer = trust.policy("trust", "run", "--json", today="2026-11-25")
    ended = {one["key"]: one["outcome"] for one in answer.json["schools"]}
    assert ended == {"oakfield": "done", "beech": "failed"}
    assert answer.code in (1, 6)


def test_a_school_whose_folder_cannot_be_written_is_told_in_a_sentence(trust: World) -> None:
    trust.add("oakfield", "Oakfield School")
    trust.add("beech", "Beech School")
    folder = trust.school("beech") / "distribution"
    shutil.rmtree(folder)
    folder.write_text("no folder", encoding="utf-8")
    answer = trust.policy("trust", "run")
    assert answer.code == 6
    assert "cannot be written" in answer.out
    assert "run this again" in " ".join(answer.out.split())
    assert "Oakfield School" in answer.out
    assert "A fault in the program" not in answer.out
    assert "Traceback" not in answer.err


def test_a_school_that_another_run_uses_is_told_and_is_no_fault(trust: World) -> None:
    trust.add("oakfield", "Oakfield School")
    trust.add("beech", "Beech School")
    assert trust.policy("trust", "run").code == 0
    with FileLock(trust.school("beech") / "distribution" / "night.lock"):
        assert outcomes(trust) == (0, {"oakfield": "done", "beech": "in-use"})
    with trust.register("oakfield") as register, register.lock():
        answer = trust.policy("trust", "run")
    assert answer.code == 0
    assert "Oakfield School: Another run is using it; that one does what is to be done." in answer.out


@pytest.mark.slow
@linux_only
def test_a_process_that_is_killed_in_mid_school_is_followed_by_another_once(trust: World) -> None:
    trust.add("oakfield", "Oakfield School", policies=MANY, people=6)
    trust.add("beech", "Beech School")
    night = trust.start("trust", "run", "--json", "--workers", "2")
    os.kill(wait_for_holder(trust, "oakfield"), signal.SIGKILL)
    out, err = night.communicate(timeout=120)
    assert night.returncode == 0, err
    assert '"key": "oakfield"' in out
    assert out.count('"attempts": 2') == 1
    for key in ("oakfield", "beech"):
        letters = trust.letters(key)
        assert letters
        assert set(letters.values()) == {1}


@pytest.mark.slow
@linux_only
def test_a_process_that_is_killed_twice_is_reported_and_the_others_go_on(trust: World) -> None:
    trust.add("oakfield", "Oakfield School", policies=MANY)
    trust.add("beech", "Beech School")
    night = trust.start("trust", "run", "--workers", "1")
    first = wait_for_holder(trust, "oakfield")
    os.kill(first, signal.SIGKILL)
    os.kill(wait_for_holder(trust, "oakfield", first), signal.SIGKILL)
    out, err = night.communicate(timeout=120)
    assert night.returncode == 1, err
    assert "Oakfield School: Its process was ended by signal 9 twice" in out
    assert "Beech School: 1 policy; 1 read; 2 mails written." in out
    status = trust.policy("trust", "status")
    assert "the last night did not go through" in " ".join(status.out.split())
    assert outcomes(trust) == (0, {"oakfield": "done", "beech": "done"})
    assert "the last night did not go through" not in " ".join(trust.policy("trust", "status").out.split())


@pytest.mark.slow
@linux_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_night_within_seconds_and_the_next_one_goes_on(trust: World, number: int) -> None:
    trust.add("oakfield", "Oakfield School", policies=MANY)
    trust.add("beech", "Beech School")
    night = trust.start("trust", "run", "--workers", "1")
    wait_for_holder(trust, "oakfield")
    os.kill(night.pid, number)
    began = time.monotonic()
    out, err = night.communicate(timeout=30)
    assert (night.returncode, time.monotonic() - began < 8) == (130, True), err
    assert "Beech School: not finished; the night was ended before." in out
    assert "Traceback" not in err
    assert holder_of(trust.school("oakfield") / "distribution" / "night.lock") is None
    assert outcomes(trust)[0] == 0
    assert set(trust.letters("oakfield").values()) == {1}


@pytest.mark.slow
def test_two_nights_at_once_write_each_letter_once(trust: World) -> None:
    keys = ("oakfield", "beech", "cedar")
    for key in keys:
        trust.add(key, f"{key.title()} School", policies=MANY[:6], people=4)
    nights = [trust.start("trust", "run", "--json", "--workers", "2") for _ in range(2)]
    answers = [night.communicate(timeout=180) for night in nights]
    assert [night.returncode for night in nights] == [0, 0], answers
    for key in keys:
        letters = trust.letters(key)
        assert len(letters) >= 4
        assert set(letters.values()) == {1}


def test_what_is_due_goes_between_two_nights(trust: World) -> None:
    trust.add("oakfield", "Oakfield School")
    assert trust.policy("trust", "run").code == 0
    answer = trust.policy("trust", "deliver", "--json")
    assert answer.code == 0
    assert [one["outcome"] for one in answer.json["schools"]] == ["done"]


def test_before_its_first_run_nothing_is_due_at_a_school_and_that_is_no_fault(trust: World) -> None:
    trust.add("oakfield", "Oakfield School")
    answer = trust.policy("trust", "deliver")
    assert answer.code == 0, answer
    assert "Oakfield School: It has had no run yet, so nothing is due there" in answer.out
    assert not (trust.school("oakfield") / "distribution" / "register.sqlite3").exists()
    assert trust.policy("trust", "run").code == 0
    (trust.school("oakfield") / "distribution" / "register.sqlite3").unlink()
    gone = trust.policy("trust", "deliver")
    assert gone.code == 6, "a register that was there is missed"


def test_a_schools_own_secrets_stand_beside_those_of_all() -> None:
    from pipeline.trust.school_night import environ_of

    given = {
        "POLICY_SMTP_PASSWORD": "all",
        "POLICY_SMTP_PASSWORD__OAK_FIELD": "own",
        "POLICY_SECRET_KEY": "of one school",
        "POLICY_SECRET_KEY__BEECH": "beech's",
    }
    oak, beech = environ_of(given, "oak-field"), environ_of(given, "beech")
    assert (oak["POLICY_SMTP_PASSWORD"], beech["POLICY_SMTP_PASSWORD"]) == ("own", "all")
    assert "POLICY_SECRET_KEY" not in oak, "a personal link of one school must not open at another"
    assert beech["POLICY_SECRET_KEY"] == "beech's"


def test_the_lines_for_schedulers_run_and_deliver_at_every_school(trust: World) -> None:
    systemd = trust.policy("trust", "schedule", "--print", "systemd").out
    assert "policy-trust-run.timer" in systemd
    assert f"-m pipeline --workspace {trust.root} trust deliver" in systemd
    assert "OnCalendar=*-*-* 02:00:00 Europe/London" in systemd
    cron = trust.policy("trust", "schedule", "--print", "cron").out
    assert f"0 2 * * * {sys.executable} -P -m pipeline --workspace {trust.root} trust run\n" in cron


def test_what_the_last_night_kept_is_closed_to_other_accounts(trust: World) -> None:
    trust.add("oakfield", "Oakfield School")
    assert trust.policy("trust", "run").code == 0
    kept = Path(trust.root / "last-night.json")
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_text("{", encoding="utf-8")
    assert trust.policy("trust", "status").code == 0


class AnswersAndEnds:
    """A process that answers and ends at the very moment at which it is asked whether it lives."""

    def __init__(self, answers: Connection, answer: SchoolNight) -> None:
        self._answers, self._answer = answers, answer

    def is_alive(self) -> bool:
        self._answers.send(self._answer)
        return False


def test_a_process_that_ends_while_it_is_looked_at_has_answered(trust: World) -> None:
    """Else its school would be taken up again and, where that happens twice, be told as one that was killed."""
    trust.add("oakfield", "Oakfield School")
    (school,) = list_schools(load_trust(trust.root))
    ours, theirs = Pipe(duplex=False)
    answer = SchoolNight("oakfield", "Oakfield School", NightOutcome.DONE)
    one: Any = _Running(school, 1, AnswersAndEnds(theirs, answer), ours, 0.0)  # type: ignore[arg-type]
    night = _NightProcesses(load_trust(trust.root), NightOrder(), lambda done: None)
    assert night._has_ended(one)
    assert one.answer == answer
    ours.close()
    theirs.close()


COMPILES = """
import importlib, sys
from datetime import date
from pathlib import Path
import jinja2
for name in {loaded}:
    importlib.import_module(name)
from pipeline.trust.outcomes import NightOutcome, NightTask, NightWork
from pipeline.trust.school_night import night_of
compiled = []
compile_one = jinja2.Environment.compile
jinja2.Environment.compile = lambda self, source, name=None, *more, **others: (
    compiled.append(name), compile_one(self, source, name, *more, **others))[1]
task = NightTask(Path(sys.argv[1]), "oakfield", NightWork.RUN, False, date(2026, 11, 24), {{}})
assert night_of(task).outcome is NightOutcome.DONE
print(*compiled)
"""
"""Prints which templates one school's night compiles."""


@pytest.mark.slow
def test_a_schools_process_finds_compiled_what_it_writes_with(trust: World) -> None:
    trust.add("oakfield", "Oakfield School")
    words = [sys.executable, "-c", COMPILES.format(loaded=list(_PRELOAD)), str(trust.root)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(words, check=True, env=environ, stdout=subprocess.PIPE, text=True)
    assert list((trust.school("oakfield") / "distribution" / "outbox").glob("*.eml"))
    assert ended.stdout.split() == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="processes are not forked there")
def test_a_schools_process_finds_loaded_what_its_night_needs(trust: World) -> None:
    """What is missing costs each school of a hundred a quarter of a second."""
    trust.add("oakfield", "Oakfield School")
    words = [sys.executable, "-c", LOADS.format(loaded=list(_PRELOAD)), str(trust.root)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(words, check=True, env=environ, stdout=subprocess.PIPE, text=True)
    assert ended.stdout.split() == []


def test_a_mail_that_microsoft_took_is_counted_once(trust: World, monkeypatch: pytest.MonkeyPatch) -> None:
    trust.add("oakfield", "Oakfield School")
    assert trust.policy("trust", "run").code == 0
    monkeypatch.setattr(school_night, "deliver_due", lambda *_: DeliveryReport(sent=3, accepted=3))
    night = night_of(NightTask(trust.root, "oakfield", NightWork.DELIVER, False, None, {}))
    assert (night.outcome, night.figures.sent) == (NightOutcome.DONE, 3)
