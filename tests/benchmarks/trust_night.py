"""A night of ten schools on one machine, with one process and with two: how near two come to half the time.

Each school has ten policies and twenty people, of which nothing changed since its first night, and then of which one
policy did. What loading the program takes is in both.
"""

import json
import tempfile
from pathlib import Path

from tests.benchmarks.measuring import Row
from tests.policies.folders import policy_text
from tests.trust.world import World, lay_out

_SCHOOLS, _POLICIES, _PEOPLE = 10, 10, 20
_GOAL = 1.25


def measure() -> list[Row]:
    """Run the first night, unchanged ones and changed ones."""
    with tempfile.TemporaryDirectory() as name:
        world = lay_out(Path(name) / "trust")
        for number in range(_SCHOOLS):
            titles = [f"Subject {policy} Policy" for policy in range(_POLICIES)]
            world.add(f"school-{number}", f"Mar{chr(97 + number)}ley School", policies=titles, people=_PEOPLE)
        _seconds(world, 2)
        unchanged = _seconds(world, 1), _seconds(world, 2)
        one = _changed(world, "a", 1)
        two = _changed(world, "b", 2)
    return [_row("nothing changed", *unchanged), _row("one policy of each changed", one, two)]


def _changed(world: World, mark: str, workers: int) -> float:
    for number in range(_SCHOOLS):
        path = world.school(f"school-{number}") / "policies" / "Subject 0 Policy.txt"
        body = f"Staff must read this at once, in the words of edition {mark}."
        path.write_text(policy_text("Subject 0 Policy", body=body, school=f"Mar{chr(97 + number)}ley School"), "utf-8")
    return _seconds(world, workers)


def _seconds(world: World, workers: int) -> float:
    from datetime import datetime

    answer = world.policy("trust", "run", "--json", "--workers", str(workers))
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    return (datetime.fromisoformat(found["ended_at"]) - datetime.fromisoformat(found["began_at"])).total_seconds()


def _row(what: str, one: float, two: float) -> Row:
    ratio = two / (one / 2)
    return Row(
        f"a night of {_SCHOOLS} schools, {what}: two processes to the ideal",
        f"{ratio:.2f}",
        f"≤ {_GOAL}",
        f"{one:.1f} s with one process, {two:.1f} s with two",
        ratio=ratio,
        goal=_GOAL,
    )
