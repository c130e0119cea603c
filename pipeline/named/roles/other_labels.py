"""Labels that speak of something the program knows nothing of: "School cook: X", "Class 3 | X", "Choir – X".

A person who stands there may be another of the surname, or the same person in another post: nobody can tell, so it is
asked. What a label of contacts says ("Name", "Main contact", "On Mondays") and what is the lead's own duty is no such
label.
"""

import re
from functools import cache

from pipeline.dates.weekdays import day_words
from pipeline.named.layout.entries import begins_with_name
from pipeline.named.roles.words import words_of
from pipeline.text.lazily import compiled_lazily

_LONGEST = 60
OF_SAFEGUARDING = (
    r"safe-?guard|(?<!data )protect|designat|\bdd?sls?\b|\bds[po]s?\b|\bcp\b|concern|worr|disclos|\bprevent\b|radicali"
    r"|referral|refer\b|welfare|pastoral|allegation|abuse|neglect|bully|whistle|early help|vulnerable|looked[ -]after"
    r"|e-?safety|online (?:safe|harm|abuse)|\bfgm\b|\bcs[ae]\b|\bcce\b|\bp?lac\b|\bcla\b|child(?:ren)? in (?:care|need)"
    r"|exploit|sexual|\b(?:self-)?harm|at risk|encompass"
)
"""Letters of the words that are about safeguarding, as a pattern in any case: what they label is the lead's."""
_DUTY = compiled_lazily(
    rf"{OF_SAFEGUARDING}|well-?being|complain|online|inclusion|behaviour|attendance|contact|responsib|\bleads?\b|\bdeput"
    r"|policy|procedure|record",
    re.IGNORECASE,
)
"""What a lead of safeguarding may look after by the post."""


@cache
def _says_nothing() -> frozenset[str]:
    """Return words of which a label says nothing of the person who stands there, days of the week among them."""
    return words_of("label").union(day_words(), (f"{day}s" for day in day_words()))


_PART = r"schools?|academy|college|sites?|campus|centre|infants?|juniors?|primary|secondary|prep|sixth form|lower|upper"
_OF_A_SITE = compiled_lazily(rf"\W*(?:(?:the|our)\s+)?(?:[A-Z][\w'’.-]*\s+){{0,4}}(?i:{_PART})\W*")
"""A part of the school, of which a person may be the lead."""
_WORD = compiled_lazily(r"[^\W\d_][\w'’-]*")
_NAMES = (
    r"(?:[^\w:(]|\d|\([^()\n]{0,60}\)|\b(?:and|or|ext|tel|the (?:school )?office|on|via|mobile|phone|e-?mail)\b|\S+@\S+"
    r"|(?<![^\W_])[^\W\d_a-z][\w'’.-]*+)*+"
)
"""Nothing but words with a capital, numbers, addresses, the ways to reach a person and what brackets hold."""
_LABELLED = compiled_lazily(
    rf"(?:^|[;.|(\n]|,[\s\u00a0])[^\w(]*(?P<label>[^:;|\t()\n]{{2,{_LONGEST}}}?)[\s\u00a0]*"
    rf"(?:\([^()]{{1,30}}\)[\s\u00a0]*)?(?:[:\t]|[\s\u00a0][–—-](?=[\s\u00a0])){_NAMES}\(?$"
)
_IS = compiled_lazily(
    rf"^\W*(?:(?:and|or)\s+)?(?P<label>(?:the|our|my|your|an?|[\w’']+['’]s)\s[^:;,()]{{2,{_LONGEST}}})\s(?:is|are)\s+$",
    re.IGNORECASE,
)
_HELP = (
    r"(?:help|advice|advise|assistance|support|guidance|emergenc\w*|urgent\w*|quer\w*|questions?|child(?:ren)?|pupils?"
    r"|anything)"
)
_BESIDE = compiled_lazily(
    r"\b(?:(?:the|our|my|your|his|her|their|whose|an?)|[\w’']+['’]s)\s(?P<label>(?:[\w’'-]+\s){0,2}[\w’'-]+),\s*$",
    re.IGNORECASE,
)
"""Right before a name that a comma or the sentence's end follows: "Tom's mother, X, …"."""
_ASK_FOR = compiled_lazily(
    rf"^\W*(?:for|about)\s(?!.*\b{_HELP}\b)(?P<label>[^:;,()]{{2,{_LONGEST}}}?),?\s(?:please\s)?"
    r"(?:ring|call|phone|e-?mail|contact|see|ask(?:\sfor)?|tell|(?:speak|talk|write|go)\sto)\s+$",
    re.IGNORECASE,
)
"""Right before a name: "For breakfast club ring X". Help may be the lead's to give."""
_BESIDE_ENDS = compiled_lazily(r"\s*(?:$|[,;)(]|\.(?:\s|$))")
_CONDITION = compiled_lazily(
    r"\W*(?:if|once|when|whenever|after|until|unless|before|where|should|for|in|on|at|to)\b", re.I
)
_CERTIFIED = compiled_lazily(r"\s*[,(–-][^.;]{0,40}\b(?:certificat|certified|expire|expiry|valid|renew)", re.IGNORECASE)
_NAME_HEAD = compiled_lazily(r"\b(?:names?|staff|who)\b", re.IGNORECASE)
_COURSE_HEAD = compiled_lazily(r"\b(?:courses?|training|trained|qualifications?|certificates?|level)\b", re.IGNORECASE)
_ONLY_NAMES = compiled_lazily(_NAMES)
_NEXT = compiled_lazily(r"[;\t|\n]")


_OF_A_DEPUTY = re.compile(r"\W*(?:(?:the|our)\s+)?(?:deputy|assistant|vice)\s+[a-z]", re.IGNORECASE)
"""So begins a post below another: where it names no role that is known, nobody can tell which."""


def is_of_something_else(label: str) -> bool:
    """Whether words before a name say that it is a person's of whom the roles of a school say nothing."""
    words = _WORD.findall(label)
    short = bool(words) and len(label.strip()) <= _LONGEST
    if short and _OF_A_DEPUTY.match(label):
        return True
    own = (
        not short
        or _DUTY.search(label)
        or _OF_A_SITE.fullmatch(label)
        or {each.casefold() for each in words} <= _says_nothing()
    )
    return not own and not begins_with_name(label.strip())


def label_before(before: str, after: str) -> str:
    """Return the words of a sentence that say what a name in it is named for; empty where none do.

    A label where names are all it speaks for, "the clerk is X", "our cook, X, …".
    """
    alone = is_only_names("", _NEXT.split(after, maxsplit=1)[0]) or _CERTIFIED.match(after)
    found = (_LABELLED.search(before) if alone else None) or _IS.search(before) or _ASK_FOR.search(before)
    if found is None and _BESIDE_ENDS.match(after) and not _CONDITION.match(before):
        found = _BESIDE.search(before)
    return found["label"] if found is not None else ""


def is_training_row(text: str) -> bool:
    """Whether the first row of a table is that of a record of training: name, course, date."""
    return len(text) < 200 and _NAME_HEAD.search(text) is not None and _COURSE_HEAD.search(text) is not None


def is_only_names(before: str, after: str) -> bool:
    """Whether nothing but names, numbers and remarks in brackets stands around a name."""
    return _ONLY_NAMES.fullmatch(before) is not None and _ONLY_NAMES.fullmatch(after) is not None
