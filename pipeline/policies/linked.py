"""What is wrong with the other policies that a policy refers to. Beside ``standing``."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from pipeline.catalogue.titles import slug_for
from pipeline.model.facts import Facts, Problem
from pipeline.wording import say_list

_slug_of = lru_cache(maxsize=4096)(slug_for)
"""Many policies refer to the same few others, and the search for slips of the pen takes its time."""


def link_problems(facts: Facts, slug: str, dues: Mapping[str, date | None], today: date) -> list[Problem]:
    """Return which policies that the one of ``slug`` refers to are not there, and which are late.

    ``dues`` gives when each policy in use is due, by slug; None where it has no date.
    """
    missing = []
    late = []
    for name in facts.linked_policies:
        linked = _slug_of(name)
        if linked == slug:
            continue
        if linked not in dues:
            missing.append(f"“{name}”")
        elif (due := dues[linked]) is not None and due < today:
            late.append(f"“{name}”")
    problems = []
    if missing:
        which = "which is" if len(missing) == 1 else "which are"
        message = f"It refers to {say_list(missing)}, {which} not among the policies here."
        problems.append(Problem("linked-missing", message, minor=True))
    if late:
        problems.append(Problem("linked-late", f"It refers to {say_list(late)}, whose review is late.", minor=True))
    return problems
