"""Lines that say who looks after a policy, wrote it, reviews or approves it: a person there is no contact.

The labels are those the reading of facts knows. ``named.scene`` asks of a name or number whether such a label speaks
for it.
"""

import re
from collections.abc import Sequence

from pipeline.labels.kinds import Label, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.named.details.ways import WAY
from pipeline.named.roles.passages import APPROVAL, AUTHOR, OWNER, SIGNATURE, RoleLabel
from pipeline.named.roles.rules import OTHER
from pipeline.reasons.reason import Reason

_REASONS = (
    (LabelKind.OWNER, OWNER),
    (LabelKind.SIGNATURE, SIGNATURE),
    (LabelKind.APPROVED, APPROVAL),
    (LabelKind.APPROVER, APPROVAL),
    (LabelKind.LAST_REVIEW, AUTHOR),
    (LabelKind.NEXT_REVIEW, OWNER),
    (LabelKind.REVIEW, OWNER),
)
_BY_WHOM = re.compile(r"\bby\W*$", re.IGNORECASE)
_UP_TO_NAME = re.compile(
    rf"[\s\u00a0)]*[:|=–—-]?(?:[\s\u00a0.,;&/()*_–—-]|\b(?:and|or|by|the|our|is|are)\b|\b{WAY}|[+\d]|\S+@\S+"
    r"|(?-i:[^\W\d_a-z])[\w'’.-]*)*",
    re.IGNORECASE,
)
"""What may stand between such a label and a name it speaks for: other names, their numbers and posts."""
_ONLY_LABEL = re.compile(r"[\W\d_]*(?:\b(?:the|name|names|of|s|date)\b[\W\d_]*)*", re.IGNORECASE)
_OPENS = re.compile(r"(?:^|[\t|:;,(\n]|\d|\s{3})[\W\d]*(?:\b(?:the|this|policy|document|and)\b\W*)*$", re.IGNORECASE)
"""What may stand before such a label in its line: a sentence goes on before others ("risks are reviewed by X")."""
_DASH = re.compile(r"(?<=[ \u00a0])[–—-](?=[ \u00a0])")
"""Said like a colon: "Responsible for updating – X"."""
_BARE_LEAD = re.compile(r"\W*leads?\W*", re.IGNORECASE)
"""A lead of what, only the section tells: in one about safeguarding it is the role itself."""
_OF_THE_TEXT = re.compile(
    r"policy|document|plan|statement|review|updat|up-dat|revis|amend|author|writ|wrote|prepar|compil|draft|produc|creat"
    r"|develop|maintain|devis|own|hold|originat|custodian|approv|adopt|ratif|agree|sign|sponsor|edit|monitor",
    re.IGNORECASE,
)
_DOES = r"(?:owned|managed|maintained|monitored|overseen|circulated|distributed|issued|implemented|introduced)"
_CARE = r"(?:updat|review|revis|maintain|writ|draft|amend|monitor)\w*"
_MORE_CARE = r"(?:\s+(?:and|or)\s+(?:updat|review|revis|maintain|writ|draft|amend|monitor|implement)\w*)*"
_WHO_ANSWERS = (
    r"(?:named|key|lead|contact|responsible)\s+(?:person|contact|member\s+of\s+staff|officer|teacher)\s+for\s+"
    r"(?:this|the|our)\s+(?:policy|document|plan)"
)
_THIS_POLICY = r"(?:this|the|our)\s+(?:policy|document|plan|statement)"
_IN_WORDS = re.compile(
    rf"^\W*(?:(?:this|the)\s+)?(?:policy\s+|document\s+|plan\s+)?(?:is\s+)?{_DOES}\s+by\b"
    rf"|\b{_THIS_POLICY}\s+(?:is|remains)\s+the\s+responsibility\s+of\b"
    rf"|\bresponsib(?:le|ility)\s+(?:for|to|of)\s+(?:the\s+)?{_CARE}{_MORE_CARE}(?:\s+of)?\s+{_THIS_POLICY}\b"
    rf"|\b{_WHO_ANSWERS}\b|\bin\s+charge\s+of\s+(?:(?:this|the|our)\s+)?(?:policy|document|plan)\b",
    re.IGNORECASE,
)
"""The same in words that are no label, wherever in its sentence the name stands."""


def owner_of_text(sentence: str, position: int, roles: Sequence[RoleLabel]) -> Reason | None:
    """Return why the name or detail at ``position`` of a sentence stays, None where no such words speak for it.

    ``roles`` are those named in the sentence; words that name one are no such label.
    """
    if _IN_WORDS.search(sentence):
        return OWNER
    for label in reversed(find_labels(_DASH.sub(":", sentence))):
        if label.end <= position and not _names_a_role(label, roles):
            if not _OPENS.search(sentence, 0, label.start) or any(
                label.end <= each.start < position and each.role != OTHER for each in roles
            ):
                return None
            between = _without(sentence, label.end, position, roles)
            return _reason(label) if _UP_TO_NAME.fullmatch(between) else None
    return None


def owner_label(text: str, roles: Sequence[RoleLabel]) -> Reason | None:
    """Return the same of a cell or line that is such a label and nothing else, for the name beside or below it."""
    words = text.strip()
    if not words or len(words) > 100:
        return None
    closed = words if words.endswith(":") else f"{words}:"
    for label in find_labels(closed):
        rest = closed[: label.start] + closed[label.end :]
        if _ONLY_LABEL.fullmatch(rest) and not _names_a_role(label, roles):
            return _reason(label)
    return OWNER if _IN_WORDS.fullmatch(words.rstrip(" :")) else None


def may_be_of_the_role(words: str) -> bool:
    """Whether a label in ``words`` names a person responsible and not for what: the policy, or what it is about."""
    return _OF_THE_TEXT.search(words) is None


def _reason(label: Label) -> Reason | None:
    if _BARE_LEAD.fullmatch(label.text):
        return None
    names = label.means(LabelKind.OWNER) or label.means(LabelKind.APPROVER) or label.means(LabelKind.SIGNATURE)
    if not names and not _BY_WHOM.search(label.text):
        return None
    return next((reason for kind, reason in _REASONS if label.means(kind)), None)


def _names_a_role(label: Label, roles: Sequence[RoleLabel]) -> bool:
    return any(each.start < label.end and label.start < each.end for each in roles)


def _without(text: str, start: int, end: int, roles: Sequence[RoleLabel]) -> str:
    """Return the words between two places, the posts among them left out."""
    kept, position = "", start
    for role in roles:
        if position <= role.start and role.end <= end:
            kept += text[position : role.start]
            position = role.end
    return kept + text[position:end]
