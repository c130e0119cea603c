"""Numbers and addresses that a copy gives today's lead right behind the words of another: "Police: 01632 …".

For ``check``: reading and planning tell whose a number is by ``named.details``; should they be wrong, a reader who
rings the police by this copy would ring the lead. A short list of bodies and desks of its own, and nothing of what was
planned but the places it changed.
"""

import re
from collections.abc import Iterator, Set

from pipeline.last_look.lines import Rows
from pipeline.model.contacts import Directory
from pipeline.named.details.found import find_any_details, has_detail
from pipeline.places import Place
from pipeline.plan.values import Left
from pipeline.reasons.reason import Reason, because
from pipeline.text.lazily import compiled_lazily

_ANOTHERS_TEXT = r"""
    (?:county|district|borough|city)?\W*council (?:local|education)\W+authority CEOP child\W?line counsell(?:ing|ors?)
    EDT (?:emergency\W+)?duty\W+(?:team|desk|officer) early\W+help first\W+response front\W?door GP help\W?line hospital
    hotline hub LADO LSC[BP] MARAT MARU MASH NSPCC ofsted police prevent reception samaritans
    (?:school|main|general|front)\W+office social\W+(?:care|services|workers?)
"""
_ANOTHERS = compiled_lazily(
    rf"\b(?P<words>{'|'.join(_ANOTHERS_TEXT.split())})(?:\W+(?:team|desk|line|service)s?)?\b"
    r"(?:[\s:,–—(-]|\b(?:on|at|via|by|tel(?:ephone)?|phone|e-?mail|number|no)\b\.?)*\Z",
    re.IGNORECASE,
)
"""Right before a number or an address."""


def given_away(rows: Rows, directory: Directory, changed: Set[Place]) -> Iterator[tuple[Left, Reason]]:
    """Yield today's numbers and addresses of the lead and deputies that stand there as another's, with why that holds.

    The office's are left out: a lead may have no other. ``changed``: where a number or an address was exchanged; what
    stood in the document before is its author's.
    """
    holders = [*directory.of("dsl"), *directory.of("deputy-dsl")]
    office = [directory.office] if directory.office else []
    parts = ((at, number, words) for at in range(len(rows)) for number, words in enumerate(rows.words(at)))
    for index, number, text in parts:
        where, start = rows.where(index, number), 0
        for found in find_any_details(text) if where in changed else ():
            anothers, detail = _ANOTHERS.search(text, start, found.start), text[found.start : found.end]
            holder = next((one for one in holders if has_detail(found, (one,))), None)
            start = found.end
            if anothers is not None and holder is not None and not has_detail(found, office):
                words, name = anothers["words"], holder.name
                yield (
                    Left(where, detail, because("given-away", name=name, words=words)),
                    because("given-away-at", detail=detail, where=where, name=name, words=words),
                )
