"""Put the lead's role in the place of words that point to the line above: "This is:", and a bare "Lead:".

In ``contact_lines``, before the layouts.
"""

import re
from collections.abc import Sequence

from pipeline.named.roles.rules import LEAD
from pipeline.named.roles.vocabulary import OF_LEADS, find_roles
from pipeline.text.lines import Line

_POINTS = re.compile(r"(?:this|these|they|he|she)\s+(?:is|are)\s*:?", re.IGNORECASE)
_BARE_LEAD = re.compile(r"(?:the )?lead(?: (?:contact|officer|person|practitioner))?(?= ?[:\t–])", re.IGNORECASE)
_TEAM = re.compile(
    r"(?:our |the )?(?:safe ?guarding|child protection)(?: and child protection| and welfare)?"
    r" (?:team|contacts?|people|staff)(?: (?:are|is))?:?",
    re.IGNORECASE,
)
_BESIDE_THE_LEAD = re.compile(
    r"(?:[\s,;:&/()•–-]|\b(?:and|contacts?|deput(?:y|ies)|details|governors?|our|team|the|trustees?)\b)*", re.IGNORECASE
)


def with_pointers(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with the lead's role in the place of "This is:" below the sentence that speaks of the lead.

    The same for a bare "Lead:" below a line that is about the lead and names nobody, or below "Safeguarding team".
    """
    told: list[Line] = []
    for line in lines:
        roles = find_roles(told[-1].text) if told and _POINTS.fullmatch(line.text) else ()
        is_leads = len({each.role for each in roles}) == 1 and roles[0].role in OF_LEADS
        lead = _BARE_LEAD.match(line.text) if told and len(line.cells) < 3 else None
        if is_leads and len(line.cells) == 1:
            told.append(line.with_cells([f"{roles[0].text}:"]))
        elif lead is not None and _heads_the_lead(told[-1].text):
            told.append(line.with_cells([f"DSL{line.cells[0][lead.end() :]}", *line.cells[1:]]))
        else:
            told.append(line)
    return told


def _heads_the_lead(text: str) -> bool:
    """Say whether a line is about the lead first and names nobody, or heads who looks after safeguarding."""
    roles, rest = find_roles(text), text
    for role in reversed(roles):
        rest = rest[: role.start] + rest[role.end :]
    about = bool(roles) and roles[0].role == LEAD and _BESIDE_THE_LEAD.fullmatch(rest) is not None
    return about or _TEAM.fullmatch(text.strip()) is not None
