"""The soak of the mail, run small (``make soak-mail`` kills a thousand times), and what its third program finds."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.soak_mail import compare
from tests.soak_mail.planting import KINDS, plant
from tests.soak_mail.running import plan_run
from tests.soak_mail.soaking import CONNECTIONS


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
def test_killed_runs_lose_no_mail_repeat_none_in_silence_and_each_planted_fault_is_caught(repository: Path) -> None:
    small = ["--runs", "2", "--messages", "50", "--kills", "20", "--seed", "11"]
    run = subprocess.run(
        [sys.executable, "-m", "tests.soak_mail", *small],
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    lines = [line for line in run.stdout.splitlines() if line.startswith("  ")]
    table = {line[:48].strip(): int(line[48:].split()[0]) for line in lines}
    assert (table["kills"], table["mails planned"]) == (20, 100)
    ends = ("recorded as sent", "recorded as refused for good", "cancelled")
    assert sum(table[end] for end in ends) == 100
    assert all(table[end] for end in ("refusals of the route", "offers refused for good"))
    assert 0 < table["of them where PIPELINING is offered"] < table["mails taken by the server"]
    assert all(table[f"planted and caught: {kind}"] for kind in KINDS)


def test_the_same_seed_plans_the_same_kills_and_decisions() -> None:
    assert plan_run(1, 7, 2_000, 5) == plan_run(1, 7, 2_000, 5) != plan_run(2, 7, 2_000, 5)


# --- what the third program finds -------------------------------------------------------------------------------


@dataclass
class Written:
    """The folder of a run as its programs would leave it: two deliveries, the first of them killed at 100."""

    folder: Path
    states: dict[str, str] = field(default_factory=lambda: {"<a>": "sent", "<b>": "sent", "<c>": "cancelled"})
    taken: list[tuple[str, int]] = field(default_factory=lambda: [("<a>", 50), ("<b>", 150)])
    """Message-ID, and when its content was asked for."""
    decided: list[tuple[str, int, int | None]] = field(default_factory=lambda: [("<c>", 60, None)])
    """Message-ID, when it was decided on, and which process was sending it then."""
    told: list[str] = field(default_factory=list)
    """What the ledger tells of repeats."""
    failed: int | None = None
    """The exit code of the second, where it is one of an error."""
    recipients: dict[str, str] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    """When <b>'s recipient was refused for good."""

    def codes(self) -> list[str]:
        """Write it, and return what is found."""
        self._register()
        planned = [(message, f"{message[1]}@example.org") for message in ("<a>", "<b>", "<c>")]
        (self.folder / "planned.json").write_text(json.dumps(planned))
        lives = [
            {"pid": 11, "began": 0, "ended": 100, "killed": True, "failed": None},
            {"pid": 12, "began": 110, "ended": 200, "killed": False, "failed": self.failed},
        ]
        self._log("lives", lives)
        decided = [{"act": "read", "since": at, "messages": [(message, pid)]} for message, at, pid in self.decided]
        self._log("decided", decided)
        to = dict(planned) | self.recipients
        self._log("accepted", [{"message": each, "recipient": to[each], "begun": at} for each, at in self.taken])
        refused = [{"whose": "recipient", "recipient": "b@example.org", "at": at} for at in self.refused]
        self._log("refused", [*refused, {"whose": "route", "recipient": None, "at": 150}])
        comparison = compare.Comparison(self.folder, CONNECTIONS)
        comparison.compare()
        return [code for code, _ in comparison.faults]

    def _log(self, name: str, lines: list[dict[str, object]]) -> None:
        (self.folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    def _register(self) -> None:
        path = self.folder / "school" / "distribution" / "register.sqlite3"
        path.parent.mkdir(parents=True)
        with closing(sqlite3.connect(path)) as register:
            register.execute("CREATE TABLE message (message_id, state)")
            register.execute("CREATE TABLE ledger_record (record)")
            register.executemany("INSERT INTO message VALUES (?, ?)", self.states.items())
            records = [{"kind": "mail-repeated", "fields": {"message_id": message}} for message in self.told]
            register.executemany("INSERT INTO ledger_record VALUES (?)", [(json.dumps(each),) for each in records])
            register.commit()


@pytest.fixture
def written(tmp_path: Path) -> Written:
    return Written(tmp_path)


def test_a_run_in_which_all_went_well_has_no_fault(written: Written) -> None:
    assert written.codes() == []


def test_a_mail_that_is_recorded_as_sent_and_was_never_taken_is_lost(written: Written) -> None:
    written.taken = [("<a>", 50)]
    assert written.codes() == [compare.LOST]


@pytest.mark.parametrize("state", ["pending", "deferred", "sending"])
def test_a_mail_that_was_planned_and_never_went_is_found(written: Written, state: str) -> None:
    written.states["<b>"] = state
    assert written.codes() == [compare.UNSENT]


def test_a_mail_that_the_server_refused_for_good_may_be_recorded_so_and_no_other(written: Written) -> None:
    written.states["<b>"] = "bounced"
    written.taken.pop()
    written.refused = [150]
    assert written.codes() == []


def test_a_mail_that_is_recorded_as_refused_and_was_not_is_found(written: Written) -> None:
    written.states["<b>"] = "bounced"
    written.taken.pop()
    assert written.codes() == [compare.UNREFUSED]


@pytest.mark.parametrize(("first", "codes"), [(90, []), (120, [compare.ASKED_AGAIN])])
def test_who_was_refused_for_good_is_written_to_again_only_after_a_kill(
    written: Written, first: int, codes: list[str]
) -> None:
    written.states["<b>"] = "bounced"
    written.taken.pop()
    written.refused = [first, 150]
    assert written.codes() == codes


def test_a_mail_that_is_gone_from_the_register_is_found(written: Written) -> None:
    del written.states["<b>"]
    assert written.codes() == [compare.UNSENT]


def test_a_mail_that_was_cancelled_though_nobody_decided_so_is_found(written: Written) -> None:
    written.decided = []
    assert written.codes() == [compare.UNASKED]


def test_a_mail_to_another_address_is_found(written: Written) -> None:
    written.recipients["<b>"] = "somebody.else@example.org"
    assert written.codes() == [compare.ELSEWHERE]


def test_a_mail_that_goes_after_the_decision_is_too_late_and_one_before_it_is_not(written: Written) -> None:
    written.taken.append(("<c>", 59))
    assert written.codes() == []


@pytest.mark.parametrize("sender", [None, 12])
def test_a_mail_goes_after_the_decision_only_from_the_process_that_was_sending_it(
    written: Written, sender: int | None
) -> None:
    written.taken.append(("<c>", 70))
    written.decided = [("<c>", 60, sender)]
    assert written.codes() == [compare.LATE]


def test_a_mail_that_was_on_its_way_at_the_decision_may_still_go_once(written: Written) -> None:
    written.taken.append(("<c>", 70))
    written.decided = [("<c>", 60, 11)]
    assert written.codes() == []


def test_a_mail_that_was_on_its_way_at_the_decision_does_not_go_again_after_the_kill(written: Written) -> None:
    written.taken += [("<c>", 70), ("<c>", 150)]
    written.decided = [("<c>", 60, 11)]
    written.told = ["<c>"]
    assert written.codes() == [compare.LATE]


def test_a_repeat_after_a_kill_stands_in_the_ledger(written: Written) -> None:
    written.taken.append(("<a>", 120))
    assert written.codes() == [compare.SILENT]


def test_a_repeat_after_a_kill_that_the_ledger_tells_of_is_none_too_many(written: Written) -> None:
    written.taken.append(("<a>", 120))
    written.told = ["<a>"]
    assert written.codes() == []


def test_a_repeat_by_a_delivery_that_was_not_killed_is_found(written: Written) -> None:
    written.taken.append(("<b>", 160))
    written.told = ["<b>"]
    assert written.codes() == [compare.REPEATED]


def test_one_kill_repeats_no_more_mails_than_there_are_connections(written: Written) -> None:
    written.taken += [("<a>", at) for at in range(51, 51 + CONNECTIONS)] + [("<a>", 120)]
    written.told = ["<a>"] * (CONNECTIONS + 1)
    assert written.codes() == [compare.TOO_MANY]


def test_a_delivery_that_ends_with_an_error_is_found(written: Written) -> None:
    written.failed = 1
    assert written.codes() == [compare.FAILED]


@pytest.mark.parametrize("kind", KINDS)
def test_each_fault_can_be_planted_where_the_office_decided_about_mail_on_its_way_alone(
    written: Written, kind: str
) -> None:
    written.states |= {"<b>": "bounced"}
    written.refused, written.taken = [150], [("<a>", 50), ("<c>", 70)]
    written.decided = [("<c>", 60, 11)]
    assert written.codes() == []
    planted = plant(written.folder, kind)
    assert planted is not None
    found = compare.Comparison(written.folder, CONNECTIONS, **{planted[0]: planted[1]})  # type: ignore[arg-type]
    found.compare()
    assert kind in [code for code, _ in found.faults]
