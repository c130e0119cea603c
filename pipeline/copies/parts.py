"""A policy whose local appendix is a file of its own: two documents become one copy.

Each is reworded by itself; ``setting`` joins them here, and ``change_preview`` their plans.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.changes.appendix import HEADING
from pipeline.model.documents import Block, BlockKind, Document, Region, Span
from pipeline.model.facts import Contact
from pipeline.places import APPENDIX
from pipeline.plan.values import ReplacementPlan
from pipeline.reasons.reason import Reason, because
from pipeline.text.telephones import parse_phones

_BEHIND = 1_000_000
"""Added to the passages of an appendix, so that none has the number of one of the main document."""
_HEADED = re.compile(r"^(?:local|school(?:['’]s)?)\s+appendix\b", re.IGNORECASE)


def stated_in(document: Document, stated: Sequence[Contact]) -> tuple[Contact, ...]:
    """Return whom one part of a policy names of those that the whole names, with the details it gives of them.

    A part that does not name a person needs no change for them, and cannot be held for them.
    """
    words = document.text
    targets = " ".join(span.link or "" for block in document.walk() for span in block.spans).casefold()
    digits = re.sub(r"\D", "", f"{words} {targets}")
    found = []
    for contact in stated:
        name = contact.name if contact.name and _stands_in(contact.name.split()[-1], words) else None
        given = any(each.digits[-6:] in digits for each in parse_phones(contact.phone or ""))
        phone = contact.phone if given else None
        email = contact.email if contact.email and contact.email.casefold() in f"{words.casefold()} {targets}" else None
        if name or phone or email:
            found.append(Contact(contact.role, name, phone, email))
    return tuple(found)


def _stands_in(surname: str, words: str) -> bool:
    forms = "|".join(re.escape(form) for form in (surname, surname.upper()))
    return re.search(rf"\b(?:{forms})\b", words) is not None


def join_documents(document: Document, appendix: Document) -> Document:
    """Return one document of both, the appendix behind under a heading of its own."""
    body = [block for block in appendix.blocks if block.region is Region.BODY and block.text.strip()]
    headed = bool(body) and _HEADED.match(body[0].text.strip()) is not None
    blocks = [replace(block, level=block.level + 1) if _is_heading(block) else block for block in appendix.blocks]
    if headed:
        blocks.remove(next(each for each in blocks if each.text == body[0].text))
    words = " ".join(body[0].text.split()) if headed else HEADING
    heading = Block(BlockKind.HEADING, APPENDIX, (Span(words),), level=1)
    return replace(
        document,
        blocks=(*document.blocks, heading, *blocks),
        flags=document.flags | appendix.flags,
        notes=(*document.notes, *(f"In the local appendix: {note}" for note in appendix.notes)),
    )


def _is_heading(block: Block) -> bool:
    return block.kind is BlockKind.HEADING


def join_plans(plan: ReplacementPlan, appendix: ReplacementPlan) -> ReplacementPlan:
    """Return one list of what changes in both parts, places of the appendix named as such; held where either is."""
    return ReplacementPlan(
        plan.replacements
        + tuple(replace(e, where=e.where.behind(APPENDIX), passage=e.passage + _BEHIND) for e in appendix.replacements),
        plan.left_on_purpose + tuple(replace(e, where=e.where.behind(APPENDIX)) for e in appendix.left_on_purpose),
        plan.left + tuple(replace(e, where=e.where.behind(APPENDIX)) for e in appendix.left),
        _both(plan.holds, appendix.holds),
        plan.rows + tuple(replace(e, where=e.where.behind(APPENDIX)) for e in appendix.rows),
        vacant=_both(plan.vacant, appendix.vacant),
        unknown=plan.unknown + tuple(replace(e, where=e.where.behind(APPENDIX)) for e in appendix.unknown),
    )


def _both(reasons: Sequence[Reason], of_appendix: Sequence[Reason]) -> tuple[Reason, ...]:
    """Return the reasons of both, what the two have in common once; those of the appendix under its name."""
    more = tuple(each for each in of_appendix if each not in reasons)
    return (*reasons, because("in-the-appendix", reasons=more)) if more else tuple(reasons)
