"""Everything that is to change in one copy, as one plan: contacts, fields in double braces, the header block.

``word.regenerate`` and ``rewording`` call it with the passages of a document and carry the plan out.
"""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.named.scene import Scene
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.fields import plan_fields
from pipeline.plan.header import Wanted, plan_header
from pipeline.plan.values import Replacement, ReplacementPlan
from pipeline.text.passages import Passage


def plan_copy(passages: Sequence[Passage] | Scene, wanted: Wanted, *, shown_as: str) -> ReplacementPlan:
    """Plan all of one copy's changes, to be made at once.

    Raises:
        RenderError: a field in double braces is unknown or empty.
    """
    stated = [each for each in wanted.stated if "{{" not in f"{each.name}{each.phone}{each.email}"]
    scene = passages if isinstance(passages, Scene) else Scene(passages)
    plan = plan_replacements(scene, stated, wanted.directory)
    more = list(plan_fields(scene.passages, wanted.directory, wanted.header, shown_as=shown_as))
    left = plan.left
    if wanted.header is not None and wanted.header.changes:
        header, unreached = plan_header(scene.passages, wanted.header)
        more += [each for each in header if not _overlaps(each, plan.replacements)]
        left += tuple(unreached)
    if not more and left == plan.left:
        return plan
    return replace(plan, replacements=ordered([*plan.replacements, *more]), left=left)


def ordered(replacements: Sequence[Replacement]) -> tuple[Replacement, ...]:
    """Return replacements by passage, then by place in it, link targets last."""
    return tuple(
        sorted(replacements, key=lambda each: (each.passage, each.link is not None, each.start, each.link or 0))
    )


def _overlaps(one: Replacement, others: Sequence[Replacement]) -> bool:
    return any(
        each.passage == one.passage and each.link is None and each.start < one.end and one.start < each.end
        for each in others
    )
