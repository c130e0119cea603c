"""Who is given a role by the sentence beside the one that names them: "Concerns go to Ann Lee. She is our DSL.".

``claims`` hands over the words around a name, up to the next name on either side; a line break parts what stood in
different sentences or lines.
"""

import re
from re import IGNORECASE

from pipeline.last_look.role_labels import list_labels
from pipeline.text.lazily import compiled_lazily

_WHO = r"\b(?P<who>she|he|they)"
_BEGINS = r"(?:^|[.;:!?,(–—-]\s*|\n\W*|\b(?:because|that|and|since|where)\s+)"
_IS = (
    r"(?:['’](?:s|re)|\W+(?:also\W+)?(?:is|are|acts?|serves?|works?|remains?|(?:has|have)\W+been"
    r"|(?:holds?|has|have|took|takes?|fills?)(?:\W+(?:on|over|up))?\W+the\W+(?:role|post|position|title)\W+of))\b"
)
_OUR = r"(?:(?:the|our|an?|this|school['’]?s)\W+)*"
_ENDS = r"(?:\(s\)|s)?\s*(?:$|[^\w\s]|\n|(?:and|at|for|from|in|of|on|since|this|with)\b)"
_NO_ROLE = (
    r"(?!['’]s?\b|s['’]|[\s-]*(?:\(?in[\s-]+training|trained|training|qualified|level|standard)\b"
    r"|\s+(?:at|of|for|in)\s+(?:another|other|a\s+different|(?:her|his|their)\s+(?:own|last|previous|former|old))\b"
    r"|\s+there\b|\s+(?:in|across|for)\s+(?:the\s+)?(?:county|city|district|borough|diocese|region|trust)\b)"
)
"""Not behind a role that is a person's here: "DSL trained", "a DSL at another school", "the DSL there"."""
_TELLINGS = (
    compiled_lazily(
        rf"{_BEGINS}{_WHO}{_IS}(?:(?!\b(?:as|by|from|to|under|with)\b)[^.;:!?\n]){{0,80}}\{{role\}}{_NO_ROLE}",
        IGNORECASE,
    ),
    compiled_lazily(rf"{_BEGINS}{_WHO}\b[^.;:!?\n]{{0,60}}\bas\W+{_OUR}\{{role\}}{_NO_ROLE}{_ENDS}", IGNORECASE),
    compiled_lazily(
        rf"\b(?:as|being)\W+{_OUR}\{{role\}}[^\w\n]{{0,4}}(?:\([^)\n]{{0,25}}\)[^\w\n]{{0,3}})?{_WHO}\b", IGNORECASE
    ),
)
"""Behind a name: "She is our {role}", "he does this as {role}", "As our {role}, she"."""
_OF_ANOTHER = compiled_lazily(
    r"\b(?:nursery|setting|centre|club|pool|pre-?school)['’]s\W+(?:\w+\W+){0,2}\{role\}", IGNORECASE
)
"""What may be of a setting with a name of its own."""
_NO_MORE = compiled_lazily(
    r"\b(?:not|never|no longer|was|were|used to|until|former\w*|previous\w*|worked|trained|qualified|known|training)\b",
    IGNORECASE,
)
_IN_FRONT = compiled_lazily(
    r"(?:^|[.!?\n])\W*(?:(?P<named>(?:her|his|their)\W+(?:full\W+)?name\W+is|(?:it|this|that|he|she)(?:['’]s|\W+is)"
    r"|(?:they|these|those)\W+are)|(?:please\W+)?(?:ask(?:\W+for)?|(?:speak|talk|go)\W+to|see|contact|call|ring|phone"
    r"|tell|e-?mail)\b)\W*$",
    IGNORECASE,
)
"""Before a name, behind the sentence with the role: "Her name is", "Ask for"."""
_SUBJECT = compiled_lazily(
    r"\W*(?:(?:we|they|there|everybody|everyone|who|what|which|the|our|your|this|every|each|a|an|one|school|academy|nursery|college"
    r"|setting|trust|member|person|staff|of|has|have|is|are|also|now|appointed|trained|named)(?:['’]?s)?\b\W*)*",
    IGNORECASE,
)
"""What stands before the role that a sentence is about: "Our", "The school has a"."""
_LONGEST = 400
_TITLE = compiled_lazily(r"\W*(?:(?P<he>Mr)|Mrs|Miss|Ms)\b", IGNORECASE)


Told = tuple[str, bool]
"""A role that a sentence gives to a person whom the one beside it names, and whether only that person can be meant."""


def told_behind(name: str, behind: str) -> Told | None:
    """Return the role that the words behind a name give by "she", "he" or "they"; ``name`` has its title."""
    behind = _with_pronoun(name, behind[:_LONGEST])
    label = next((each for each in list_labels(behind) if each.role is not None), None)
    if label is None or label.role is None:
        return None
    told = f"{behind[: label.start]}{{role}}{behind[label.end :]}"
    match = next((found for each in _TELLINGS if (found := each.search(told)) is not None), None)
    if match is None or _NO_MORE.search(match[0]) is not None or not _may_be(name, match["who"]):
        return None
    return label.role, _OF_ANOTHER.search(told) is None


def _with_pronoun(name: str, behind: str) -> str:
    """Return the words with "they" where the given name stands alone again: "Go to Ann Lee. Ann is our DSL"."""
    first = name.split(maxsplit=1)[0]
    if len(name.split()) < 2 or _TITLE.match(name) is not None:
        return behind
    return re.sub(rf"\b{re.escape(first)}\b(?!\s+[A-Z])", "they", behind)


def told_in_front(name: str, before: str) -> Told | None:
    """Return the role that the sentence before names and nobody holds there: "Our DSL … . Her name is Ann Lee".

    Only whom that sentence begins with can be meant for certain: "The chair writes to the DSL" is about the chair.
    """
    before = before[-_LONGEST:]
    match = _IN_FRONT.search(before)
    if match is None or name.rstrip("s").endswith(("'", "’")):
        return None
    sentence = re.split(r"[.!?]\s+|\n", before[: match.start()].rstrip())[-1]
    labels = [each for each in list_labels(sentence) if each.role]
    if len({each.role for each in labels}) != 1:
        return None
    first = _SUBJECT.fullmatch(sentence, 0, labels[0].start) is not None
    return str(labels[0].role), match["named"] is not None and first


def _may_be(name: str, who: str) -> bool:
    """Whether a title and a pronoun can be one person's."""
    title = _TITLE.match(name)
    return title is None or who.casefold() == "they" or (title["he"] is not None) == (who.casefold() == "he")
