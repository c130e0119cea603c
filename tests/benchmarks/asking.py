"""Who is asked what: 20,000 people × 40 policies one person at a time, without rules and with 500."""

import tracemalloc
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from pipeline.config import Config, parse_config
from pipeline.model.people import Person
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.people.obligations import obligations_by_person
from pipeline.register.people.persons import PersonRow
from tests.benchmarks.measuring import Row, seconds

TODAY = date(2026, 11, 24)
_PEOPLE, _POLICIES, _ROLES, _RULES = 20_000, 40, 300, 500


def measure() -> list[Row]:
    """Time both, and how much memory ten times as many people take more."""
    people = _people(_PEOPLE)
    _go_through(people[:1], _config(0))  # what is loaded once, such as the bank holidays, counts for neither
    few, many = _peak(people[: _PEOPLE // 10]), _peak(people)
    return [
        Row("owed, no rules", f"{_time(people, 0):.2f} s", "≤ 2 s"),
        Row(f"owed, {_RULES} rules", f"{_time(people, _RULES):.2f} s", "≤ 3 s"),
        Row("memory, ten times as many people", f"{many / few:.1f} ×", "about 1 ×", f"{many / 1e6:.1f} MB at most"),
    ]


def _time(people: Sequence[PersonRow], rules: int) -> float:
    config = _config(rules)
    return seconds(lambda: _go_through(people, config))


def _go_through(people: Sequence[PersonRow], config: Config) -> int:
    return sum(len(mine) for _, mine in obligations_by_person(people, _standings(), config, TODAY))


def _peak(people: Sequence[PersonRow]) -> int:
    tracemalloc.start()
    try:
        _go_through(people, _config(0))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _config(rules: int) -> Config:
    toml = "".join(
        f'[[reading.rules]]\npolicies = "p{number % _POLICIES}"\nask = "sign"\nroles = ["role {number % _ROLES}"]\n'
        for number in range(rules)
    )
    return parse_config(toml, root=Path())


def _people(number: int) -> list[PersonRow]:
    """Some of each role; one in seven has always been here, one in five leaves some day."""
    return [
        PersonRow(
            each,
            Person(
                f"p{each}",
                "Ana",
                "Lee",
                f"p{each}@example.org",
                f"Role {each % _ROLES}",
                TODAY - timedelta(days=each % 3000) if each % 7 else None,
                TODAY + timedelta(days=each % 900) if each % 5 == 0 else None,
            ),
            "staff.csv",
            "key",
        )
        for each in range(number)
    ]


def _standings() -> list[PolicyStanding]:
    return [
        PolicyStanding(
            policy_id=number,
            slug=f"p{number}",
            title=f"Policy {number}",
            catalogue_slug=None,
            version_id=number,
            version_number=1,
            version_sha256="00",
            words=2_000,
            state=ReviewState.CURRENT,
            approved_on=None,
            last_review=None,
            next_review=None,
            due_on=None,
            days=None,
            owner=None,
            draft_version_id=None,
            problems=(),
        )
        for number in range(_POLICIES)
    ]
