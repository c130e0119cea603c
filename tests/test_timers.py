"""The lines for a computer's own scheduler: each really runs in a workspace whose path has a space and more in it."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import policy
from pipeline.errors import UsageError
from pipeline.register.mail.outbox import list_messages
from pipeline.register.store.database import open_register
from pipeline.starting.timers import Timed, cron_lines, systemd_units, windows_lines
from tests.policies.folders import policy_text

ROOT = Path(__file__).resolve().parents[1]
MAILBOX = '[inbox]\nroute = "imap"\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\nuser = "policies@example.org"\n'


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with three people to write to, whose path has what shells, cron and systemd read otherwise."""
    folder = tmp_path_factory.mktemp("timers") / "Our School 100% $HOME 'a'"
    (folder / "policies").mkdir(parents=True)
    (folder / "config.toml").write_text(
        '[school]\nname = "Westhaven School"\n[reading]\ndefault = "sign"\n[contacts.dsl]\nname = "Sam Hillcrest"\n'
        'phone = "01632 960101"\n',
        encoding="utf-8",
    )
    (folder / "policies" / "lettings.txt").write_text(policy_text("Lettings Policy"), encoding="utf-8")
    lines = [f"id-{name},Kim,{name},{name.lower()}@example.org,Teacher,," for name in ("Lee", "Day", "Ash")]
    head = "person_id,first_name,last_name,work_email,role,start_date,leave_date"
    (folder / "staff.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return folder


def timed(root: Path, *, has_mailbox: bool = True) -> Timed:
    return Timed("Test School", str(root), sys.executable, "nobody", time(6, 45), "Europe/London", has_mailbox)


def cron_commands(text: str) -> list[tuple[str, str]]:
    """The times and commands of a crontab, as cron reads them: a % ends a command unless a backslash stands before."""
    found = []
    for line in text.splitlines():
        if line.startswith("#") or re.match(r"\w+=", line):
            continue
        *when, command = line.split(" ", 5)
        assert len(when) == 5
        assert not re.search(r"(?<!\\)%", command)
        found.append((" ".join(when), command.replace(r"\%", "%")))
    return found


def unit_command(text: str) -> list[str]:
    """The words of ExecStart as systemd reads them."""
    [line] = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', line)
    return [re.sub(r"\\(.)", r"\1", quoted or plain).replace("%%", "%").replace("$$", "$") for quoted, plain in words]


def environ() -> dict[str, str]:
    """What cron and systemd give a command: nearly nothing."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT)}


def by_shell(call: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", call], env=environ(), cwd="/", capture_output=True, text=True, check=False, timeout=120
    )


def letters(root: Path) -> list[str]:
    """Whom the register has letters to; those that wait for a day on which mail goes too."""
    with (
        open_register(
            "distribution/register.sqlite3", root=root, school_name="Westhaven School", time_zone="Europe/London"
        ) as register,
        register.reading() as tx,
    ):
        return sorted(mail.recipient for mail in list_messages(tx, register.school) if mail.person is not None)


def test_cron_lines_run_and_two_at_the_same_minute_write_to_nobody_twice(root: Path) -> None:
    commands = cron_commands(cron_lines(timed(root, has_mailbox=False)))
    assert [when for when, _ in commands] == ["45 6 * * *", "*/5 * * * *"]
    calls = [command for _, command in commands] * 2
    with ThreadPoolExecutor() as together:
        ended = list(together.map(by_shell, calls))
    # Of two runs the second finds the first at work, or everything done.
    assert {one.returncode for one in ended} <= {0, 6}, [one.stderr for one in ended]
    assert ended[0].returncode == 0 or ended[2].returncode == 0
    for call in calls[:2]:
        assert by_shell(call).returncode == 0
    assert letters(root) == ["ash@example.org", "day@example.org", "lee@example.org"]
    files = [path.read_text(encoding="utf-8") for path in (root / "distribution" / "outbox").glob("*.eml")]
    ids = [re.findall(r"^Message-ID: *(\S+)", text, re.MULTILINE) for text in files]
    assert len(ids) == len({each[0] for each in ids})


def test_the_commands_of_units_and_cron_are_the_same_words(root: Path) -> None:
    order = timed(root)
    units = systemd_units(order)
    for number, command in enumerate(("run", "deliver", "take-in")):
        assert unit_command(units[f"policy-{command}.service"]) == list(order.words(command))
        words = shlex.split(cron_commands(cron_lines(order))[number][1].removesuffix(" >/dev/null"))
        assert words == list(order.words(command))
    # Without a shell in between; a delivery needs the register that a run makes.
    for name in ("policy-run.service", "policy-deliver.service"):
        called = unit_command(units[name])
        ended = subprocess.run(called, env=environ(), cwd="/", capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
    assert "Persistent=true" in units["policy-run.timer"]
    assert "OnCalendar=*-*-* 06:45:00 Europe/London" in units["policy-run.timer"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze is here to judge units")
def test_units_are_what_systemd_takes(root: Path, tmp_path: Path) -> None:
    # Whoever verifies must find the account: root is on every machine that has systemd.
    units = systemd_units(replace(timed(root), account="root"))
    for name, text in units.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", *(str(tmp_path / name) for name in units)]
    judged = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    complaints = [
        line for line in (judged.stdout + judged.stderr).splitlines() if str(tmp_path) in line or "policy-" in line
    ]
    assert judged.returncode == 0, judged.stderr
    assert complaints == []
    days = [text.partition("OnCalendar=")[2].splitlines()[0] for name, text in units.items() if name.endswith(".timer")]
    assert subprocess.run(["systemd-analyze", "calendar", *days], capture_output=True, check=False).returncode == 0


def checking_crontab(tmp_path: Path) -> str | None:
    """Return the option with which this machine's crontab checks a file and installs nothing; None for none."""
    if shutil.which("crontab") is None:
        return None
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text("* * * * * true\n", encoding="utf-8")
    bad.write_text("61 * * * * true\n", encoding="utf-8")
    for option in ("-T", "-n"):
        codes = [
            subprocess.run(["crontab", option, str(file)], capture_output=True, check=False).returncode
            for file in (good, bad)
        ]
        if codes[0] == 0 and codes[1] != 0:
            return option
    return None


def test_cron_takes_the_lines(root: Path, tmp_path: Path) -> None:
    option = checking_crontab(tmp_path)
    if option is None:
        pytest.skip("no crontab is here that checks a file and installs nothing")
    (tmp_path / "lines").write_text(cron_lines(replace(timed(root), skipped_on="28 March 2027")), encoding="utf-8")
    judged = subprocess.run(["crontab", option, str(tmp_path / "lines")], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stderr


def test_the_command_prints_what_is_set_and_no_mailbox_is_read_that_is_not_there(root: Path, tmp_path: Path) -> None:
    early = '[schedule]\ndaily_at = "01:30"\n'
    (tmp_path / "config.toml").write_text(f'[school]\nname = "Test School"\n{early}', encoding="utf-8")
    for today, day in (
        ("2026-11-24", "28 March 2027"),
        ("2027-03-28", "28 March 2027"),
        ("2027-03-29", "26 March 2028"),
    ):
        arguments = ["--workspace", str(tmp_path), "--today", today, "schedule", "--print", "cron"]
        assert f"On {day} the clocks go forward" in CliRunner().invoke(policy, arguments).output
    for extra, commands in (("", ["run", "deliver"]), (MAILBOX, ["run", "deliver", "take-in"])):
        (tmp_path / "config.toml").write_text(f'[school]\nname = "Test School"\n{extra}', encoding="utf-8")
        for kind in ("cron", "systemd", "windows"):
            arguments = ["--workspace", str(tmp_path), "--json", "schedule", "--print", kind]
            answer = CliRunner().invoke(policy, arguments, catch_exceptions=False)
            told = json.loads(answer.output)
            assert told["commands"] == commands
            assert ("take-in" in told["lines"]) == bool(extra)
            assert str(tmp_path) in told["lines"]


def test_cron_lines_say_on_which_day_the_hour_of_the_run_does_not_exist(root: Path) -> None:
    skipped = replace(timed(root), daily_at=time(1, 30), skipped_on="28 March 2027")
    assert "# On 28 March 2027 the clocks go forward and there is no 01:30" in cron_lines(skipped)
    assert "clocks" not in cron_lines(timed(root))


def test_windows_lines_say_that_nobody_tried_them_and_quote_the_path() -> None:
    order = replace(timed(Path("x")), workspace=r"C:\Our School\O'Neill", python=r"C:\Program Files\Python\python.exe")
    lines = windows_lines(order)
    assert "Nobody has tried these lines yet" in lines
    assert "-Execute 'C:\\Program Files\\Python\\python.exe'" in lines
    assert "--workspace \"C:\\Our School\\O''Neill\" run'" in lines
    assert "-Daily -At 06:45" in lines
    assert "-MultipleInstances IgnoreNew" in lines


def test_a_path_that_no_line_can_hold_is_refused() -> None:
    with pytest.raises(UsageError, match="line break"):
        timed(Path("/srv/our\nschool"))
