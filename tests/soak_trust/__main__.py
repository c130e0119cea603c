"""Soak a trust's nights: ``python -m tests.soak_trust [--schools 30] [--kills 60] [--seed 1]`` (Linux only).

Each night is the program itself, ``policy trust run``, with its processes and its locks. While it is at work, a
process that holds a school's lock, drawn by the seed as is the moment, is ended by SIGKILL; so it goes on, night after
night of the same day, until all kills are spent and a night goes through. Then every letter, copy and request must be
there exactly once at every school, by ``checking``, and every ledger must verify. At the end a fault of each kind is
planted in a copy of one school, and must be found.

With ``--server`` the registers stand in a PostgreSQL of the soak's own and the nights are shared by workers (``policy
trust worker``): whole workers are ended by SIGKILL, with all that they had started, and now and then every connection
to the server is cut. Each register is carried into a file at the end, so that the same checks hold it.

The seed gives the same draws; at which line a process dies depends on the machine.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.soak_trust.checking import KINDS, counts_of, faults_of, plant
from tests.soak_trust.workers import on_server
from tests.trust.world import World, holder_of, lay_out

_FAULTS_SHOWN = 40
_MOST_NIGHTS = 400


def main(arguments: list[str]) -> int:
    """Run the nights and print the table; return 1 where anything is wrong, or a planted fault was not found."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak_trust", description=__doc__)
    parser.add_argument("--schools", type=int, default=30)
    parser.add_argument("--policies", type=int, default=20, help="at each school")
    parser.add_argument("--people", type=int, default=100, help="at each school")
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same draws")
    parser.add_argument("--server", action="store_true", help="registers in PostgreSQL, nights by workers")
    parser.add_argument("--cuts", type=int, default=20, help="with --server: so often all connections are cut")
    given = parser.parse_args(arguments)
    if sys.platform != "linux" or min(given.schools, given.policies, given.workers) < 1 or given.people < 2:
        parser.error("on Linux, at least one school, one policy, one process and two people")
    print(
        f"soak-trust: seed {given.seed}, {given.schools} schools, {given.policies} policies and {given.people} people "
        f"at each, {given.workers} processes, {given.kills} kills",
        flush=True,
    )
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="soak-trust-") as name:
        world = lay_out(Path(name) / "trust")
        draws = random.Random(given.seed)
        if given.server:
            keys, counts, wrong = on_server(world, given, draws, _add)
        else:
            keys = [_add(world, number, given) for number in range(given.schools)]
            counts, wrong = _nights(world, keys, given, draws)
        if wrong:
            # What stands at the schools then says nothing.
            return _report(counts, {}, wrong, given.kills, time.perf_counter() - started)
        wrong += _check(world, keys, given, counts)
        planted, missed = _plant(world, keys, given, draws)
    return _report(counts, planted, [*wrong, *missed], given.kills, time.perf_counter() - started)


def _add(world: World, number: int, given: argparse.Namespace) -> str:
    key = f"school-{number}"
    titles = [f"Subject {policy} Policy" for policy in range(given.policies)]
    world.add(key, f"{_word(number)} School", policies=titles)
    rows = ["person_id,first_name,last_name,work_email,role,start_date,leave_date\n"]
    rows += [f"P{one},Pat,{_word(one)},p{one}.{key}@example.org,Teacher,,\n" for one in range(given.people)]
    (world.school(key) / "staff.csv").write_text("".join(rows), encoding="utf-8")
    return key


def _word(number: int) -> str:
    """Return a name of letters alone, another for each number."""
    return "Mar" + "".join("aeioulnrst"[int(digit)] for digit in str(number)) + "ley"


def _nights(
    world: World, keys: list[str], given: argparse.Namespace, draws: random.Random
) -> tuple[Counter[str], list[str]]:
    """Run nights, killing their processes, until all kills are spent and one goes through."""
    counts: Counter[str] = Counter()
    for _ in range(_MOST_NIGHTS):
        night = world.start("trust", "run", "--json", "--workers", str(given.workers))
        next_kill = time.monotonic() + draws.uniform(0.2, 4.0)
        while night.poll() is None:
            time.sleep(0.01)
            # One that is due waits until somebody is at work: a small night is over before another one would be.
            is_due = counts["kills"] < given.kills and time.monotonic() >= next_kill
            if is_due and _kill_one(world, keys, draws):
                counts["kills"] += 1
                next_kill = time.monotonic() + draws.uniform(1.0, 15.0)
        out, err = night.communicate()
        counts["nights"] += 1
        if night.returncode not in (0, 1):
            return counts, [f"a night ended with {night.returncode}: {err[-400:]}"]
        schools = json.loads(out)["schools"]
        counts["schools taken up again"] += sum(one["attempts"] > 1 and one["outcome"] == "done" for one in schools)
        counts["schools killed twice, for the next night"] += sum(one["outcome"] == "died" for one in schools)
        if others := [one for one in schools if one["outcome"] not in ("done", "died")]:
            return counts, [f"{one['key']}: {one['outcome']} {one['said']}" for one in others]
        if night.returncode == 0 and counts["kills"] >= given.kills:
            return counts, []
    return counts, [f"no night of {_MOST_NIGHTS} went through"]


def _kill_one(world: World, keys: list[str], draws: random.Random) -> int:
    """Kill the process at work in a school that is drawn; return 0 where none is at work."""
    held = {key: holder_of(world.school(key) / "distribution" / "night.lock") for key in keys}
    at_work = [pid for pid in held.values() if pid is not None]
    if not at_work:
        return 0
    try:
        os.kill(draws.choice(at_work), signal.SIGKILL)
    except ProcessLookupError:
        return 0
    return 1


def _check(world: World, keys: list[str], given: argparse.Namespace, counts: Counter[str]) -> list[str]:
    wrong = []
    for key in keys:
        found = faults_of(world.school(key), policies=given.policies, people=given.people)
        wrong += [f"{key}: {kind}: {words}" for kind, words in found]
        counts.update(counts_of(world.school(key)))
        answer = World(world.school(key)).policy("ledger", "verify")
        counts["ledgers that verify"] += answer.code == 0
        wrong += [f"{key}: ledger: {answer.out}{answer.err}"] if answer.code else []
    return wrong


def _plant(
    world: World, keys: list[str], given: argparse.Namespace, draws: random.Random
) -> tuple[dict[str, str], list[str]]:
    """Plant a fault of each kind in a copy of a school; return them by kind, and those that were not found."""
    planted: dict[str, str] = {}
    missed = []
    for kind in KINDS:
        copy = world.root / "planted" / kind
        shutil.copytree(world.school(draws.choice(keys)), copy)
        planted[kind] = plant(copy, kind)
        found = {each for each, _ in faults_of(copy, policies=given.policies, people=given.people)}
        missed += [] if kind in found else [f"planted and not found: {kind}: {planted[kind]}"]
    return planted, missed


def _report(counts: Counter[str], planted: dict[str, str], wrong: list[str], kills: int, seconds: float) -> int:
    for what in (*_SHOWN, *(_ON_SERVER if counts["workers"] else ())):
        print(f"  {what:<44}{counts[what]:>10,}")
    for kind in KINDS:
        is_found = not any(line.startswith(f"planted and not found: {kind}:") for line in wrong)
        print(f"  planted and found: {kind:<25}{is_found:>10}  {planted.get(kind, 'not planted')}")
    print(f"  {'there other than exactly once':<44}{len(wrong):>10,}  aim 0")
    print(f"  {'seconds':<44}{seconds:>10.0f}", flush=True)
    if counts["kills"] < kills:
        wrong.append(f"{counts['kills']} processes were killed, not {kills}")
    for line in wrong[:_FAULTS_SHOWN]:
        print(f"  {line}")
    return 1 if wrong else 0


_SHOWN = (
    "nights", "kills", "schools taken up again", "schools killed twice, for the next night", "letters", "requests",
    "copies", "records", "ledgers that verify",
)  # fmt: skip
_ON_SERVER = ("workers", "cuts of all connections", "schools begun more than once", "most attempts of a school")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
