"""Whether numbered steps were put into another order by their numbers alone, which changes a rule and not its layout.

For ``compare``, which takes numbers for no difference: a section that moves up takes all numbers behind it along.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

_LABEL = re.compile(r"[^\W_]+(?=[\W_]*$)")
_ROMAN = {"i": 1, "v": 5, "x": 10}
_FIRST = frozenset({"1", "a", "i"})


def list_reordered(old: Sequence[str], new: Sequence[str]) -> tuple[int, ...]:
    """Return which of some paragraphs stand in another order than before by the numbers they begin with.

    ``old`` and ``new``: the numbers of the same paragraphs in two texts, as written ("3.2 ", "(a) "), else empty.
    A list may be cut in two, whose second part begins anew; it may not run back.
    """
    found: set[int] = set()
    for run in _runs(old):
        before, after = ([_label(numbers[index]) for index in run] for numbers in (old, new))
        if sorted(before) == sorted(after):
            found |= {index for index, was, now in zip(run, before, after, strict=True) if was != now}
        else:
            found |= {each for pair in pairwise(run) if _runs_back(new, *pair) for each in pair}
    return tuple(sorted(found))


def _runs(numbers: Sequence[str]) -> list[list[int]]:
    """Return the paragraphs of each list, told by numbers of one shape that go up."""
    runs: list[list[int]] = []
    open_runs: dict[str, list[int]] = {}
    for index, number in enumerate(numbers):
        if not number:
            continue
        run = open_runs.get(_shape(number))
        if run is None or not any(a < b for a, b in _values(_label(numbers[run[-1]]), _label(number))):
            run = open_runs[_shape(number)] = []
            runs.append(run)
        run.append(index)
    return runs


def _runs_back(numbers: Sequence[str], one: int, other: int) -> bool:
    shape = _shape(numbers[one])
    if not numbers[one] or not numbers[other] or shape != _shape(numbers[other]):
        return False
    label, following = _label(numbers[one]), _label(numbers[other])
    anew = following in _FIRST and not re.search(r"\w", shape.replace("#", ""))
    values = list(_values(label, following))
    return bool(values) and not anew and all(a > b for a, b in values)


def _label(number: str) -> str:
    match = _LABEL.search(number)
    return match[0].casefold() if match else ""


def _shape(number: str) -> str:
    """Return a number without its last part: ``3.#`` for 3.2."""
    return _LABEL.sub("#", number.strip(), count=1).rstrip(".")


def _values(one: str, other: str) -> Iterator[tuple[int, int]]:
    """Yield how far two labels are counted, in each way in which both can be: (i) is one, or the ninth letter."""
    if one.isdigit() and other.isdigit():
        yield int(one), int(other)
    if len(one) == len(other) == 1 and one.isalpha() and other.isalpha():
        yield ord(one), ord(other)
    if set(one + other) <= set(_ROMAN):
        yield _roman(one), _roman(other)


def _roman(label: str) -> int:
    parts = [_ROMAN[letter] for letter in label]
    return sum(-part if part < max(parts[at:]) else part for at, part in enumerate(parts))
