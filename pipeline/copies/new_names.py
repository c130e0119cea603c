"""Hold the copy of an edited text that sets a person beside a role who holds no role in the school.

What a document said when it was taken in is only listed; a name that an edit brought would be mailed to everybody.
"""

from collections.abc import Collection
from dataclasses import replace

from pipeline.model.contacts import ReplacementKind
from pipeline.named.holders import role_words
from pipeline.plan.values import ReplacementPlan
from pipeline.reasons.reason import because


def hold_new_names(plan: ReplacementPlan, known: Collection[str]) -> ReplacementPlan:
    """Return the plan, held where it leaves a name beside a role that is none of ``known``, the words left before."""
    seen = {" ".join(words.split()) for words in known}
    for item in plan.unknown if not plan.holds else ():
        if item.kind is ReplacementKind.NAME and not item.holds and item.value not in seen:
            reason = because("new-name", words=item.value, where=item.where, role=role_words(item.role))
            others = (each for each in plan.unknown if each is not item)
            return replace(plan, holds=(reason,), unknown=(replace(item, holds=True), *others))
    return plan
