"""Who is given a role by the sentence beside the one that names them: "Concerns go to Ann Lee. She is our DSL.".

``claims`` hands over the words around a name, up to the next name on either side; a line break parts what stood in
different sentences or lines.
"""

import re
from dataclasses import dataclass
from re import IGNORECASE

from pipeline.last_look.role_labels import list_labels
from pipeline.text.lazily import compiled_lazily

_WHO = r"\b(?P<who>she|he|they)"
_BEGINS = r"(?:^|[.;:!?,(–—-]\s*|\n\W*|\b(?:because|that|and|since|where)\s+)"
_IS = (
    r"(?:['’](?:s|re)|\W+(?:also\W+)?(?:is|are|acts?|serves?|works?|remains?|(?:has|have)\W+been"
    r"|(?:holds?|has|have|took|takes?|fills?)(?:\W+(?:on|over|up))?\W+the\W+(?:role|post|position|title)\W+of))\b"
)
_SHE_IS = compiled_lazily(rf"{_BEGINS}{_WHO}{_IS}(?:(?!\b(?:by|from|to|under|with)\b)[^.;:!?\n]){{0,80}}$", IGNORECASE)
"""Before a role: "She is our", "he's the Headteacher and", "They have the role of"."""
_DOES_AS = compiled_lazily(
    rf"{_BEGINS}{_WHO}\b[^.;:!?\n]{{0,60}}\bas\W+(?:(?:the|our|an?|this|school['’]?s)\W+)*$", IGNORECASE
)
"""Before a role: "She does this as"."""
_AS = compiled_lazily(r"\b(?:as|being)\W+(?:(?:the|our|an?|this|school['’]?s)\W+)*$", IGNORECASE)
_ENDS = compiled_lazily(r"(?:\(s\)|s)?\s*(?:$|[^\w\s]|\n|(?:and|at|for|from|in|of|on|since|this|with)\b)", IGNORECASE)
"""Behind a role that somebody holds, and not "as the DSL decides"."""
_ELSEWHERE = (
    r"\s+(?:at|of|for|in)\s+(?:another|other|a\s+different|(?:her|his|their)\s+(?:own|last|previous|former|old))\b"
    r"|\s+there\b|\s+(?:in|across|for)\s+(?:the\s+)?(?:county|city|district|borough|diocese|region|trust)\b"
)
_NO_ROLE = compiled_lazily(
    r"(?:['’]s?\b|s['’])|[\s-]*(?:\(?in[\s-]+training|trained|training|qualified|level|standard)\b|" + _ELSEWHERE,
    IGNORECASE,
)
"""Behind a role that is not somebody's here: "DSL trained", "a DSL at another school", "the DSL there"."""
_KIND = r"school|academy|nursery|college|setting|centre|club|pool|pre-?school"
_OF_A_SETTING = compiled_lazily(rf"\b(?P<kind>{_KIND})['’]s\W+(?:\w+\W+){{0,2}}$", IGNORECASE)
"""Before a role: "the nursery's"."""
_THEN_SHE = compiled_lazily(rf"[^\w\n]{{0,4}}(?:\([^)\n]{{0,25}}\)[^\w\n]{{0,3}})?{_WHO}\b", IGNORECASE)
"""Around a role: "As our …, she leads"."""
_NO_MORE = compiled_lazily(
    r"\b(?:not|never|no longer|was|were|used to|until|former\w*|previous\w*|worked|trained|qualified|known|training)\b",
    IGNORECASE,
)
_HER_NAME = compiled_lazily(
    r"(?:^|[.!?\n])\W*(?:(?:her|his|their)\W+(?:full\W+)?name\W+is|(?:it|this|that|he|she)(?:['’]s|\W+is)|(?:they|these|those)\W+are)\W*$",
    IGNORECASE,
)
_SENTENCE_END = compiled_lazily(r"[.!?]\s+|\n")
_SUBJECT = compiled_lazily(
    r"\W*(?:(?:we|they|there|everybody|everyone|who|what|which|the|our|your|this|every|each|a|an|one|school|academy|nursery|college"
    r"|setting|trust|member|person|staff|of|has|have|is|are|also|now|appointed|trained|named)(?:['’]?s)?\b\W*)*",
    IGNORECASE,
)
"""What stands before the role that a sentence is about: "Our", "The school has a"."""
_ASK_FOR = compiled_lazily(
    r"(?:^|[.!?\n])\W*(?:please\W+)?(?:ask(?:\W+for)?|(?:speak|talk|go)\W+to|see|contact|call|ring|phone|tell|e-?mail)"
    r"\W+$",
    IGNORECASE,
)
_LONGEST = 400
_TITLE = compiled_lazily(r"\W*(?:(?P<he>Mr)|Mrs|Miss|Ms)\b", IGNORECASE)
_OWNS = compiled_lazily(r"['’]s?\s*$")


@dataclass(frozen=True, slots=True)
class Told:
    """A role that a sentence gives to somebody whom the one beside it names."""

    role: str
    is_certain: bool
    """Only that person can be meant."""


def told_behind(name: str, before: str, behind: str) -> Told | None:
    """Return the role that the words behind a name give by "she", "he" or "they"; ``name`` has its title.

    ``before`` stands before it: where a nursery with a name of its own is spoken of, "the nursery's DSL" may be its.
    """
    behind = _with_pronoun(name, behind[:_LONGEST])
    label = next((each for each in list_labels(behind) if each.role is not None), None)
    if label is None or label.role is None or _NO_ROLE.match(behind, label.end) is not None:
        return None
    as_role = _AS.search(behind, 0, label.start) is not None
    ends = not as_role or _ENDS.match(behind, label.end) is not None
    match = _SHE_IS.search(behind, 0, label.start) if ends else None
    if match is None and as_role:
        match = _THEN_SHE.match(behind, label.end) or (_DOES_AS.search(behind, 0, label.start) if ends else None)
    if match is None or _NO_MORE.search(match[0]) is not None or not _may_be(name, match["who"]):
        return None
    return Told(label.role, is_certain=not _is_of_a_named_setting(before, behind[: label.start]))


def _is_of_a_named_setting(before: str, told: str) -> bool:
    """Whether a role is "the nursery's" and the words before speak of one by name: "the nursery at St Mary's"."""
    of_a = _OF_A_SETTING.search(told)
    if of_a is None:
        return False
    kind = re.escape(of_a["kind"])
    named = rf"(?-i:[A-Z])[\w'’]+\s+{kind}\b|\b{kind}\s+(?:at|of|in|next\s+to|beside)\s+(?:the\s+)?(?-i:[A-Z])"
    return re.search(named, before, IGNORECASE) is not None


def _with_pronoun(name: str, behind: str) -> str:
    """Return the words with "they" where the given name stands alone again: "Go to Ann Lee. Ann is our DSL"."""
    first = name.split(maxsplit=1)[0]
    if len(name.split()) < 2 or _TITLE.match(name) is not None or first not in behind:
        return behind
    return re.sub(rf"\b{re.escape(first)}\b(?!\s+[A-Z])", "they", behind)


def told_in_front(name: str, before: str, behind: str) -> Told | None:
    """Return the role that the sentence before names and nobody holds there: "Our DSL … . Her name is Ann Lee".

    Only whom that sentence begins with can be meant for certain: "The chair writes to the DSL" is about the chair.
    """
    before = before[-_LONGEST:]
    named = _HER_NAME.search(before)
    match = named or _ASK_FOR.search(before)
    if match is None or _OWNS.search(name) is not None:
        return None
    told = before[: match.start()].rstrip()
    sentence = told[max((each.end() for each in _SENTENCE_END.finditer(told)), default=0) :]
    labels = [each for each in list_labels(sentence) if each.role]
    if len({each.role for each in labels}) != 1:
        return None
    first = _SUBJECT.fullmatch(sentence, 0, labels[0].start) is not None
    return Told(str(labels[0].role), is_certain=named is not None and first)


def _may_be(name: str, who: str) -> bool:
    """Whether a title and a pronoun can be one person's."""
    title = _TITLE.match(name)
    return title is None or who.casefold() == "they" or (title["he"] is not None) == (who.casefold() == "he")
