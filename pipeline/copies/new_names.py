"""Hold the copy of an edited text that sets somebody beside a role who holds no role in the school.

What a document said when it was taken in is only listed; a name that an edit brought would be mailed to everybody.
"""

from collections.abc import Collection
from dataclasses import replace

from pipeline.copies.plan import ReplacementPlan
from pipeline.lifecycle.wording import is_unread_name


def hold_new_names(plan: ReplacementPlan, known: Collection[str]) -> ReplacementPlan:
    """Return the plan, held where it leaves a name beside a role that is none of ``known``, the words left before."""
    for item in plan.left if plan.held is None else ():
        if is_unread_name(item.reason) and item.text not in known:
            reason = (
                f"“{item.text}” in {item.where} {item.reason.partition(':')[0]}, is new in this version and is nobody "
                "in config.toml. Enter the person there, list a former holder under [[contacts.former]], or change "
                "the document."
            )
            return replace(plan, held=reason)
    return plan
