"""A night of the schools of a trust on one machine, with one process and with two: how near two come to half the time.

Each school has the trust's policies, the same Word files everywhere, a lead of its own and some people: its first
night, one in which nothing changed, and one with a policy of the trust that is new to all. Ten schools, or a hundred
with ``--full``. What loading the program takes is in all. The processor's time is that of every process of the night.
"""

import ctypes
import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tests.benchmarks.measuring import SEED, Row, Spent, processor_seconds
from tests.benchmarks.policies import policy_content
from tests.trust.world import World, lay_out

_SCHOOLS, _POLICIES, _PEOPLE = 10, 10, 20
_MANY = 100
_GOAL = 1.25
_CHILD_SUBREAPER = 36


def measure() -> list[Row]:
    """Run the nights of ten schools."""
    return _nights(_SCHOOLS)


def measure_full() -> list[Row]:
    """Run the nights of a hundred."""
    return _nights(_MANY)


def _nights(schools: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        first = [_first_night(Path(name) / str(workers), schools, workers) for workers in (1, 2)]
        world = first[1][0]
        unchanged = [_spent(world, workers) for workers in (1, 2)]
        changed = []
        for workers in (1, 2):
            for number in range(schools):
                _put(world, number, _POLICIES + workers)
            changed.append(_spent(world, workers))
    one_first, two_first = (taken for _, taken in first)
    return [
        *_rows("the first night", schools, one_first, two_first),
        *_rows("nothing changed", schools, *unchanged),
        *_rows("one new policy of the trust", schools, *changed),
    ]


def _first_night(root: Path, schools: int, workers: int) -> tuple[World, Spent]:
    world = lay_out(root)
    for number in range(schools):
        world.add(_key(number), f"Mar{_letters(number)}ley School", policies=(), people=_PEOPLE)
        for policy in range(_POLICIES):
            _put(world, number, policy)
    return world, _spent(world, workers)


def _key(number: int) -> str:
    return f"school-{number}"


def _letters(number: int) -> str:
    return chr(97 + number // 26) + chr(97 + number % 26)


def _put(world: World, school: int, policy: int) -> None:
    content = policy_content(SEED * 100 + policy, school="Vale Learning Trust")
    (world.school(_key(school)) / "policies" / f"policy-{policy:02}.docx").write_bytes(content)


def _spent(world: World, workers: int) -> Spent:
    """Run a night as a process of its own and return what it and all below it took; the wall is its own account."""
    from datetime import datetime

    if sys.platform.startswith("linux"):
        # Those whose parent ends before them are waited for here, and counted.
        ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = processor_seconds()
    night = world.start("trust", "run", "--json", "--workers", str(workers))
    out, err = night.communicate()
    assert night.returncode == 0, err
    _wait_for_all()
    found = json.loads(out)
    wall = (datetime.fromisoformat(found["ended_at"]) - datetime.fromisoformat(found["began_at"])).total_seconds()
    return Spent(processor_seconds() - before, wall)


def _wait_for_all() -> None:
    with suppress(ChildProcessError, AttributeError):
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)


def _rows(what: str, schools: int, one: Spent, two: Spent) -> list[Row]:
    ratio = two.wall / (one.wall / 2)
    each = two.processor / schools
    return [
        Row(
            f"a night of {schools} schools, {what}: two processes to the ideal",
            f"{ratio:.2f}",
            f"≤ {_GOAL}",
            f"{one.wall:.1f} s with one process, {two.wall:.1f} s with two",
            ratio=ratio,
            goal=_GOAL,
            seed=SEED,
        ),
        Row(
            "  of a processor, a school", f"{each:.2f} s", "", f"{one.processor / schools:.2f} s with one process", two
        ),
    ]
