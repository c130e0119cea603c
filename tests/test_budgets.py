"""The budgets: published, and held by the benchmark."""

from pathlib import Path

from tests.benchmarks.budgets import BUDGETS, over
from tests.benchmarks.measuring import Row

_PUBLISHED = (Path(__file__).parents[1] / "docs" / "budgets.md").read_text(encoding="utf-8")


def test_every_budget_that_is_measured_is_published() -> None:
    """In the order of the table; a letter in thousandths."""
    rows = [
        line.split("|")[2].strip() for line in _PUBLISHED.splitlines() if line.startswith("| ") and "budget" not in line
    ]
    shown = [
        f"{value:g} MB" if value > 100 else f"{value:g} s" if value >= 0.1 else f"{value * 1000:g} ms"
        for value in BUDGETS.values()
    ]
    assert rows == shown


def test_what_takes_longer_than_its_budget_is_told() -> None:
    """And nothing that is within."""
    assert over([Row("quick", "1 s", ratio=1.0, goal=1.0), Row("slow", "2 s", ratio=2.0, goal=1.0)]) == ["slow"]
