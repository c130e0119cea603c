"""Nights that workers share, on a PostgreSQL of the soak's own: killed, cut off and begun again until all is done."""

import argparse
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from pipeline.configuration.trust import read_trust
from pipeline.register.nights import Nights
from pipeline.register.store.postgresql.place import server_place
from pipeline.trust.identity import trust_id
from tests.postgresql import Server, running
from tests.trust.world import TODAY, World

_NIGHT = date.fromisoformat(TODAY)
_MOST_SECONDS = 3 * 3600
Adding = Callable[[World, int, argparse.Namespace], str]


def on_server(
    world: World, given: argparse.Namespace, draws: random.Random, add: Adding
) -> tuple[list[str], Counter[str], list[str]]:
    """Run the nights and carry each register into a file; return the schools, what was counted and what is wrong."""
    with running() as server:
        url = server.new_database()
        world.settings(f'\n[every_school.register]\nurl = "{url}"\n\n[workers]\nurl = "{url}"\n')
        keys = [add(world, number, given) for number in range(given.schools)]
        with Nights(server_place(url), trust_id(read_trust(world.root)), {}) as nights:
            counts, wrong = _share(world, keys, given, draws, server, nights)
        return keys, counts, wrong or _into_files(world, keys)


def _share(
    world: World, keys: list[str], given: argparse.Namespace, draws: random.Random, server: Server, nights: Nights
) -> tuple[Counter[str], list[str]]:
    """Keep workers going until all kills and cuts are spent and a night is through; it is done anew as often."""
    counts: Counter[str] = Counter()
    workers: list[subprocess.Popen[str]] = []
    until, next_kill = time.monotonic() + _MOST_SECONDS, time.monotonic() + draws.uniform(1.0, 5.0)
    while time.monotonic() < until:
        for one in [each for each in workers if each.poll() is not None]:
            workers.remove(one)
            _, said = one.communicate()
            if one.returncode not in (0, -signal.SIGKILL) or "Traceback" in said:
                return counts, [f"a worker ended with {one.returncode}: {said[-600:]}"]
        are_spent = counts["kills"] >= given.kills and counts["cuts of all connections"] >= given.cuts
        if not workers and counts["workers"] and _is_through(nights, keys):
            _count_attempts(nights, counts)
            counts["nights"] += 1
            if are_spent:
                return counts, []
            nights.forget_before(_NIGHT + timedelta(days=1))
        while len(workers) < given.workers and not (workers and _is_through(nights, keys)):
            workers.append(world.start("trust", "worker", "--once"))
            counts["workers"] += 1
        if not are_spent and time.monotonic() >= next_kill:
            _strike(workers, given, counts, draws, server)
            next_kill = time.monotonic() + draws.uniform(1.0, 8.0)
        time.sleep(0.1)
    return counts, ["no night went through in three hours"]


def _is_through(nights: Nights, keys: list[str]) -> bool:
    try:
        rows = nights.list_nights(_NIGHT)
    except Exception:
        # No worker has made the table yet, or all connections were just cut.
        return False
    return {row.school for row in rows if row.ended_at is not None} >= set(keys)


def _count_attempts(nights: Nights, counts: Counter[str]) -> None:
    attempts = [row.attempts for row in nights.list_nights(_NIGHT)]
    counts["schools begun more than once"] += sum(one > 1 for one in attempts)
    counts["most attempts of a school"] = max(counts["most attempts of a school"], *attempts)


def _strike(
    workers: list["subprocess.Popen[str]"],
    given: argparse.Namespace,
    counts: Counter[str],
    draws: random.Random,
    server: Server,
) -> None:
    """Kill a worker with all that it had started, or cut every connection, as is drawn."""
    cuts_left = given.cuts - counts["cuts of all connections"]
    kills_left = given.kills - counts["kills"]
    if draws.randrange(cuts_left + kills_left) < cuts_left:
        server.end_connections("policy_1")
        counts["cuts of all connections"] += 1
    elif workers:
        try:
            os.killpg(draws.choice(workers).pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        counts["kills"] += 1


def _into_files(world: World, keys: list[str]) -> list[str]:
    wrong = []
    for key in keys:
        answer = World(world.school(key)).policy("register", "move", "distribution/register.sqlite3", "--yes")
        if answer.code:
            wrong.append(f"{key}: its register was not carried into a file: {answer.err or answer.out}")
        else:
            world.own(key, "register", 'url = "distribution/register.sqlite3"')
    return wrong
