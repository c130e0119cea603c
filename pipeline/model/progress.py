"""How a long stage says where it is."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""How a long stage says where it is: the stage in words, how many are done, how many there are."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Say nothing: for callers that show no bar."""
