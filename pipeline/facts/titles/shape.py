"""Cut a line of a document into the title it may hold: numbers, labels, dates and the school's name left off.

For ``find``, which asks it of each line at the top.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from pipeline.dates.written import find_dates
from pipeline.facts.titles.headings import (
    heads_part,
    is_activity,
    is_furniture,
    is_no_title,
    names_requirement,
)
from pipeline.facts.titles.words import words_of
from pipeline.labels.kinds import Label, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.named.schools import is_school_line, school_in, without_school
from pipeline.text.lazily import compiled_lazily
from pipeline.text.phrases import one_of_words

KIND = re.compile(
    r"\b(?:policy|policies|procedures?|statement|plan|scheme|code of (?:conduct|practice)|strategy|guidelines"
    r"|protocol|notice|charter|addendum|handbook"
    r"|arrangements|terms (?:and|&) conditions|local offer|terms of reference|principles|framework"
    r"|information report)\b",
    re.IGNORECASE,
)
FULL_KIND = re.compile(
    r"\b(?:code of conduct|information report|policy|policies and|procedures?|statement|plan|scheme|local offer|notice"
    r"|strategy|agreement)\b(?! document)",
    re.IGNORECASE,
)
_TWO_KINDS = r"polic(?:y|ies) (?:and|&) procedures?(?: (?:no\.?|number) ?\d+)?"
_BARE_KIND = compiled_lazily(
    lambda: (
        r"^(?:(?:(?:school|federation|trust|our|whole school|academy|academies|model|statutory) )*"
        rf"(?:{one_of_words(words_of('kind-alone'))}|{_TWO_KINDS}|policy (?:no\.?|number) ?\d+"
        r"|policy (?:document|statement|details|information)|document information"
        r"|(?:senior |junior |whole )+school policies))$"
    ),
    re.IGNORECASE,
)
"""The kind of a document and nothing of its subject: "Whole school policy no. 7"."""
SENTENCE = re.compile(
    r"^(?:this|these|to)\b|^our (?-i:[a-z])|\b(?:is|are|was|were|will|has|have|should|must|may|can|we|our policy"
    r"|this policy|this document|please"
    r"|adopts?|download|click|aims?|recognises|covers|applies|believe[sd]?|written(?! statement)|policy of|see)\b"
    r"|[.;?!]$|(?<! incl)(?<! inc)(?<!\bSt)[.;]\s+[A-Z]",
    re.IGNORECASE,
)
_UNKNOWN_LABEL = re.compile(
    r"^(?P<title>.*?\b(?i:policy|policies|plan|procedures?|scheme|strategy))\s+(?:[A-Z]\w+\s){0,2}(?!Policy"
    r"|Statement)[A-Z]\w+\s*:"
)
"""A label that is none of ours after the kind of document: "Homework Policy Audience: Staff"."""
_ADDRESS_LINE = re.compile(
    r"^[\w ,.'’-]{0,50}\b(?:road|street|lane|avenue|close|drive|crescent|terrace|gardens|grove|square|place)[,.]?$"
    r"|\b[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}$|^(?:fax|e-?mail|dear)\b",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\s*\((?=[^)]*\d)[^)]{1,24}\)|^(?:version|v)\s*\d[\d.]*\s*/\s*|\bpage\s+\d+(?:\s+of\s+\d+)?\b|\s\d{1,2}\s+of\s+\d{1,2}$"
    r"|^[A-Z]{2,4}[-/]\d+\s*/\s*",
    re.IGNORECASE,
)
_IN_SQUARE = re.compile(r"\s*\[[^\]]*\]")
_POLICY_FOR_TEXT = r"(?:a|our|the) school policy (?:for|on)|policy document for|school policy (?:for|on)"
POLICY_FOR = re.compile(rf"^(?:{_POLICY_FOR_TEXT})", re.IGNORECASE)
_NUMBERED = (
    r"(?-i:(?:Policy|POLICY|Procedure|PROCEDURE)\s(?:(?:No|NO|Number|NUMBER|Ref|REF)\.?:?\s)?\d{1,3}(?:[./-]\d{1,3})*[a-z]?"
    r"(?:\s?[:.)–-])?\s+(?=[A-Z])"
    r"|[A-Z]{1,5}[-/]\d{1,3}(?:[./-]\d{1,3})*[a-z]?(?:\s?[:–-])?\s+(?=[A-Z])|[A-Z]{1,5}0\d{1,2}(?:\s?[:–-])?\s+(?=[A-Z])"
    r"|\d{1,3}(?:\.\d{1,2})*[a-z]?\s?:\s*(?=[A-Z]))"
)
"""A number printed before a title: "51: Lost Child", "POL-07 Lost Child", "Policy No. 4.2 Lost Child"."""
_LEADING = re.compile(
    rf"^(?:{_POLICY_FOR_TEXT}|(?!(?-i:COVID)){_NUMBERED}"
    r"|\d{1,2}(?:[.)]\s+"
    r"|\s?[-–]\s)|[A-Z]{1,2}\d{1,2}[.:)]\s|\d{1,2}(?:\.\d{1,2})+[.)]?\s+"
    r"|\d{1,2}\s(?=(?-i:[A-Z]))(?!(?:years?|terms?|days?|hours?|months?)\b))\s*",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:\s+(?:based on\b.*|at\s*|for\s*(?=$)))+$|\s*[–-]\s*(?:[\w&]+ ){0,3}committee$|(?<=policy)(?:\s\d{1,2}"
    r"|\sdocument|\sintroduction)$"
    r"|\s+v(?:ersion)?\.?\s?\d[\d.]*$|(?:\s+(?:&|and))?[\s:;,/|(–&-]+$|\s+and$|(?-i:(?<=[a-z]{3})\d)$",
    re.IGNORECASE,
)
_PAGE_BEFORE = re.compile(r"^page\s+\d+\s+of\s+\d+\s+(?=[A-Z])", re.IGNORECASE)
_RUN_IN = re.compile(
    r"^(?:\d{1,2}\s)?(?P<title>(?:[A-Z][\w&'’/.-]*,?\s|s\s|(?:and|of|for|the|on|in|to)\s|&\s){1,9}(?:Policy|POLICY))\s+"
    r"(?=(?:The|This|At|We|Our|In|It|To)\s[a-zA-Z]+\s[a-zA-Z]+\s)"
)
"""A heading set in one line with the sentence under it: "Homework Policy At our school we ..."."""
_FULL_STOP = re.compile(
    r"^(?P<type>[^.;]{3,80}\b(?:policy|policies|plan|procedures?|statement))\."
    r"(?:\s+(?:version\s[\d.]+|rationale|introduction|aims?|contents|purpose))?$",
    re.IGNORECASE,
)
_RUNS_ON = re.compile(r"\b(?:and|of|for|with)\s$")
_LONGEST_IN_CAPITALS = 14
_SPOKEN = re.compile(r"\b(?:we|our|this|these|please|must|should|will|has|have|click|download)\b|[.;?!]", re.IGNORECASE)
_SPEAKS = re.compile(
    r"^\s*(?:what|how|who|when|where|why)\b.*\b(?:i|we|you|my|our|your|to (?:do|contact|expect))\b", re.IGNORECASE
)
"""What is said behind a colon instead of a second title: "What I will do"."""
_CONTENTS_BEHIND = re.compile(
    r"(?<=[a-zA-Z])\s+1[.)]?\s+(?:Introduction|Aims?|Purpose|Scope|Policy|Overview|Background|Rationale)\b(?!\sPolicy).*$"
)
"""A list of contents that begins on the line of the title."""
_FORMERLY = re.compile(r"\s*\((?:formerly|previously|also|incorporating|including|replaces)\b[^)]*\)$", re.IGNORECASE)
_YEARS_AT_END = re.compile(r"\s*[(–-]?\s*(?:(?:19|20)\d\d\s?[-–/]\s?(?:19|20)?\d\d|(?<=\s)\d\d\s?[-–/]\s?\d\d)\)?\s*$")
LONGEST = 120


@lru_cache(maxsize=1024)
def candidate(text: str, *, said: bool = False) -> str | None:
    """Return ``text`` tidied into a title, None where it cannot be one; one with a verb only where ``said``."""
    text = _without_subheading(_PAGE_BEFORE.sub("", text))
    if heads_part(text) or names_requirement(text) or (len(text) <= LONGEST and is_furniture(text)):
        return None
    kind, _, named = text.partition("\t")
    if named and is_bare(kind):
        # The cell of a label without a colon: "Policy" | "Whistleblowing"
        text = named
    school, colon, rest = text.partition(":")
    if colon and KIND.search(rest) and is_school_line(school):
        # "THORNFIELD SCHOOL: HOMEWORK POLICY"
        text = rest.strip()
    run_in = _RUN_IN.match(text)
    text = run_in["title"] if run_in else _FULL_STOP.sub(r"\g<type>", text)
    if text.startswith("(") and text.endswith(")") and ")" not in text[:-1]:
        # What is said of the title above.
        return None
    if len(text) > LONGEST + 80 or is_no_title(text) or re.match(r"^[•\-–*·]\s", text):
        return None
    text = _without_labels(text)
    unknown = _UNKNOWN_LABEL.match(text)
    text = unknown["title"] if unknown else text
    title = tidy_title(text)
    title = _FORMERLY.sub("", title) if len(title) > LONGEST else title
    if _ADDRESS_LINE.search(title) and not KIND.search(title):
        return None
    if not title or len(title) > LONGEST or (is_sentence(title) and not said):
        return None
    return None if is_no_title(title) or is_furniture(title) or not re.search(r"[A-Za-z]{3}", title) else title


_NO_PART = (LabelKind.TITLE, LabelKind.SIGNATURE, LabelKind.DATE, LabelKind.OTHER)


def _without_labels(text: str) -> str:
    """Return what stands beside the labels of a line; the cell that names a kind of document, where it is a row."""
    labels = [label for label in find_labels(text) if not any(map(label.means, _NO_PART))]
    if labels and "\t" in text:
        cells = [cell for cell in text.split("\t") if not find_labels(cell) and KIND.search(cell)]
        return cells[0] if cells else ""
    if labels and not _RUNS_ON.search(text[: labels[0].start]):
        return _beside_labels(text, labels)
    return text


def is_sentence(text: str) -> bool:
    """Say whether a line says something; one in capitals may have a verb: "WHEN A CHILD IS NOT COLLECTED"."""
    if not SENTENCE.search(text):
        return False
    return not text.isupper() or len(text.split()) > _LONGEST_IN_CAPITALS or bool(_SPOKEN.search(text))


def _without_subheading(text: str) -> str:
    """Return a title without what a colon parts from it and speaks, or only heads a part: "Lost Child: What we do"."""
    before, colon, after = text.partition(":")
    if colon and after and len(before) > 3 and (_SPEAKS.match(after) or (KIND.search(before) and heads_part(after))):
        return before.strip()
    return _CONTENTS_BEHIND.sub("", text)


def _beside_labels(text: str, labels: Sequence[Label]) -> str:
    """Return what stands before the first label, or behind the last date where only the school stands before."""
    first = re.match(r"(?:policy|plan|procedure|statement)\b", labels[0].text, re.IGNORECASE)
    # In "Homework Policy Agreed: May 2019" the kind of document belongs to the title.
    before = text[: labels[0].start + (first.end() if first and labels[0].start > 3 else 0)]
    if text[: labels[0].start].rstrip().endswith("/"):
        # "Principal/ Policy Owner:" is all label.
        return ""
    if school_in(before) != before.strip():
        return before
    dates = find_dates(text)
    after = text[dates[-1].end :] if dates else ""
    if KIND.search(after) and not find_labels(after):
        return after
    return before if KIND.search(before) else _between_labels(text, labels) or before


def _between_labels(text: str, labels: Sequence[Label]) -> str:
    """Return the title that stands between the date of one label and the next label, empty where none does."""
    for first, second in pairwise(labels):
        dates = find_dates(text[first.end : second.start])
        words = text[first.end + dates[-1].end : second.start].strip(" |–-") if dates else ""
        if words[:1].isupper() and KIND.search(words) and not is_bare(words):
            return words
    return ""


def _before_school(text: str) -> str:
    """Return a title without the school's name and what follows it: "Fire Procedures Ada Holt School Staff Guide"."""
    name = school_in(text)
    before = text[: text.index(name)].rstrip(" ,–-") if name and name in text else ""
    return before if re.search(rf"(?:{FULL_KIND.pattern})$", before, re.IGNORECASE) and not is_bare(before) else text


def is_bare(title: str) -> bool:
    """Say whether words name a kind of document and nothing it is about: "School Policy"."""
    return bool(_BARE_KIND.match(title))


def _goes_on(text: str, start: int, end: int) -> bool:
    """Say whether a title that names an Act by its year says only behind it what kind of document it is."""
    return bool(KIND.search(text[end:])) and not KIND.search(text[:start])


def _without_school(text: str) -> str:
    name = school_in(text)
    return text if name is not None and is_activity(name) else without_school(text)


_OPEN_BRACKET = re.compile(r"\s*\([^()]*$")
"""A bracket that the line breaks off in: "Safeguarding Policy (Trentshire"."""


_STATE = re.compile(
    r"^(?:(?:proposed|draft|revised)\s+(?:policy|document|version)\s*[:–-]\s*(?=\S)"
    r"|draft\s*[:–-]?\s+(?!(?:and|of|or)\b)(?=.*\b(?:policy|policies|procedures?|plan|statement)\b))",
    re.IGNORECASE,
)
"""How far a text has come, before its title: "Proposed Policy: Safe Handling", "Draft Trips Policy"."""
_IN_WELSH = re.compile(
    r"^Polisi\b[^/|–-]{2,60}\s[/|–-]\s(?=.*\b(?:policy|procedures?|statement)\b)|\s[/|–-]\s*Polisi\b.*$", re.IGNORECASE
)
"""The same title in Welsh before or behind the English one."""


def tidy_title(text: str) -> str:
    """Return a title without numbers, codes, dates, years, its Welsh and the school's name before and behind it."""
    text = _IN_WELSH.sub("", _STATE.sub("", text.strip()))
    text = _LEADING.sub("", _CODE.sub("", _IN_SQUARE.sub("", text).replace("\t", " ").replace("\n", " ")).strip())
    dates = find_dates(text)
    if (
        dates
        and (
            dates[-1].end >= len(text.rstrip(" .)")) - 1
            or dates[-1].start > 12
            or FULL_KIND.search(text[: dates[0].start])
        )
        and dates[0].start > 3
        and not _goes_on(text, dates[0].start, dates[-1].end)
    ):
        text = text[: dates[0].start].rstrip(" (–-,[")
    text = _before_school(_YEARS_AT_END.sub("", text))
    previous = None
    while text != previous:
        previous = text
        text = _TRAILING.sub("", _LEADING.sub("", _without_school(text).lstrip())).strip()
    return re.sub(r"\s+", " ", _OPEN_BRACKET.sub("", text)).strip(" ,;:|/")
