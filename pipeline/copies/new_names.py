"""Hold the copy of an edited text that sets somebody beside a role who holds no role in the school.

What a document said when it was taken in is only listed; a name that an edit brought would be mailed to everybody.
"""

from collections.abc import Collection
from dataclasses import replace

from pipeline.model import ReplacementKind
from pipeline.named.holders import role_words
from pipeline.plan.values import ReplacementPlan
from pipeline.wording import MAY_NAME


def hold_new_names(plan: ReplacementPlan, known: Collection[str]) -> ReplacementPlan:
    """Return the plan, held where it leaves a name beside a role that is none of ``known``, the words left before."""
    seen = {" ".join(words.split()) for words in known}
    for item in plan.unknown if plan.held is None else ():
        if item.kind is ReplacementKind.NAME and not item.holds and item.value not in seen:
            reason = (
                f"“{item.value}” in {item.where} {MAY_NAME} {role_words(item.role)}, is new in this version and is "
                "nobody in config.toml. Enter the person there, list a former holder under [[contacts.former]], or "
                "change the document."
            )
            others = (each for each in plan.unknown if each is not item)
            return replace(plan, holds=(reason,), unknown=(replace(item, holds=True), *others))
    return plan
