"""Words of a Word file that nobody reads and a copy would still carry: hidden text, tracked deletions.

``regenerate`` asks whether a former holder stands in them.
"""

from dataclasses import dataclass

from pipeline.plan.contacts import plan_replacements
from pipeline.plan.planning import Wanted
from pipeline.plan.values import Left
from pipeline.reasons.reason import because
from pipeline.word.file import HIDDEN, TAKEN_OUT, WordFile


@dataclass(frozen=True, slots=True)
class Unread:
    """Former holders in words that nobody reads."""

    left: tuple[Left, ...] = ()
    """In hidden text: it shows in Word at one click, so a copy must not go out with it."""
    on_purpose: tuple[Left, ...] = ()
    listed: tuple[Left, ...] = ()
    """In what never shows: somebody should know."""


def unread_mentions(opened: WordFile, wanted: Wanted) -> Unread:
    """Find people and details that a plan would change, in hidden text and in tracked deletions."""
    passages = opened.unread
    if not passages:
        return Unread()
    plan = plan_replacements(passages, wanted.stated, wanted.directory)
    found = [(passages[each.passage].where, each.before) for each in plan.replacements]
    return Unread(
        tuple(Left(where, text, because("hidden-text")) for where, text in found if where == HIDDEN),
        tuple(Left(where, text, because("tracked-deletion")) for where, text in found if where == TAKEN_OUT),
    )
