"""Bodies, titles and schemes that are gone, and what each is called now.

Facts of England, as of November 2026. A name that the text itself puts in the past ("formerly the CRB") is right and no
finding.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.lifecycle.lines import Line
from pipeline.lifecycle.wording import say_count
from pipeline.model import Problem


@dataclass(frozen=True, slots=True)
class ObsoleteTerm:
    """A name that is out of use."""

    pattern: str
    """How it is written; case counts in abbreviations, which are all capitals."""
    now: str
    """What to write, as the end of a sentence."""
    marks: tuple[str, ...]
    """Lower-case words of which a text that has the term has at least one."""


_APOSTROPHE = "['’‘]?"
TERMS: tuple[ObsoleteTerm, ...] = (
    ObsoleteTerm(
        rf"(?i:(?:local\s+)?safeguarding\s+children{_APOSTROPHE}s?\s+boards?)|LSCBs?",
        "safeguarding partners took the boards' place in 2019 (many areas call them the Safeguarding Children "
        "Partnership)",
        ("board", "lscb"),
    ),
    ObsoleteTerm(
        r"(?i:sex\s+and\s+relationships?\s+(?:education|polic(?:y|ies)))|Sex\s+(?:and|&)\s+Relationships?|SRE",
        "the subject is called Relationships and Sex Education since 2020",
        ("sex ", "sre"),
    ),
    ObsoleteTerm(
        r"(?i:statements?\s+of\s+(?:special\s+educational\s+needs?|SEN)\b|statemented)",
        "education, health and care plans took the place of statements in 2014",
        ("statement",),
    ),
    ObsoleteTerm(
        r"School\s+Action(?:\s+Plus)?(?!\s+Plan)",
        "SEN support took its place in 2014",
        ("school action",),
    ),
    ObsoleteTerm(
        r"(?i:criminal\s+records?\s+bureau)|CRB",
        "the Disclosure and Barring Service (DBS) took its place in 2012",
        ("criminal", "crb"),
    ),
    ObsoleteTerm(
        r"(?i:independent\s+safeguarding\s+authority)",
        "the Disclosure and Barring Service (DBS) took its place in 2012",
        ("independent safeguarding",),
    ),
    ObsoleteTerm(
        r"List\s+99",
        "it is the children's barred list of the Disclosure and Barring Service",
        ("list 99",),
    ),
    ObsoleteTerm(
        r"(?i:general\s+teaching\s+council(?:\s+for\s+england)?(?!\s+(?:for\s+)?(?:scotland|wales|northern)))|GTCE?",
        "the Teaching Regulation Agency deals with teachers' conduct",
        ("teaching council", "gtc"),
    ),
    ObsoleteTerm(
        r"(?i:department\s+for\s+children,?\s+schools\s+and\s+families|department\s+(?:for|of)\s+education\s+and"
        r"\s+skills)|DCSF|DfES|DFES|DfEE",
        "it is the Department for Education (DfE) since 2010",
        ("dcsf", "dfes", "dfee", "department for children", "education and skills"),
    ),
    ObsoleteTerm(
        r"(?i:national\s+college\s+(?:for|of)\s+(?:school\s+|teaching\s+and\s+)?leadership)|NCSL|NCTL",
        "the Department for Education and the Teaching Regulation Agency do its work since 2018",
        ("national college", "ncsl", "nctl"),
    ),
    ObsoleteTerm(
        r"(?i:every\s+child\s+matters)",
        "the programme ended in 2010; Working Together sets out today's duties",
        ("every child matters",),
    ),
    ObsoleteTerm(
        rf"(?i:children{_APOSTROPHE}s{_APOSTROPHE}\s+trust\s+boards?)",
        "the duty to have these boards ended in 2010; safeguarding partners work together today",
        ("trust board",),
    ),
    ObsoleteTerm(
        r"(?i:qualifications\s+and\s+curriculum\s+(?:development\s+)?(?:authority|agency))|QCDA|QCA",
        "the Standards and Testing Agency and Ofqual do its work",
        ("qualifications and", "qca", "qcda"),
    ),
    ObsoleteTerm(
        r"BECTA|Becta",
        "it closed in 2011",
        ("becta",),
    ),
    ObsoleteTerm(
        r"(?i:education\s+(?:and\s+skills\s+)?funding\s+agency)|ESFA",
        "it closed on 31 March 2025; write Department for Education",
        ("funding agency", "esfa"),
    ),
    ObsoleteTerm(
        r"(?i:regional\s+schools\s+commissioners?)",
        "the Department for Education's Regions Group since 2022",
        ("regional school",),
    ),
    ObsoleteTerm(
        r"(?i:public\s+health\s+england|health\s+protection\s+agency)",
        "the UK Health Security Agency took its place in 2021",
        ("public health england", "health protection agency"),
    ),
    ObsoleteTerm(
        r"(?i:clinical\s+commissioning\s+groups?)",
        "integrated care boards took their place in 2022",
        ("clinical commissioning",),
    ),
    ObsoleteTerm(
        r"(?i:local\s+education\s+authorit(?:y|ies))|LEAs?",
        "it is the local authority since 2010",
        ("education authorit", "lea"),
    ),
    ObsoleteTerm(
        r"(?i:data\s+protection\s+act,?\s*\(?\s*1998)",
        "the Data Protection Act 2018 and the UK GDPR took its place",
        ("data protection act",),
    ),
    ObsoleteTerm(
        r"(?i:disability\s+discrimination\s+act)",
        "in England the Equality Act 2010 took its place",
        ("disability discrimination",),
    ),
    ObsoleteTerm(
        r"(?i:safeguarding\s+children\s+and\s+safer\s+recruitment\s+in\s+education)",
        "Keeping Children Safe in Education took its place in 2014",
        ("safer recruitment",),
    ),
    ObsoleteTerm(
        r"(?i:child\s+protection\s+liaison\s+(?:officer|teacher)|designated\s+(?:senior\s+)?(?:person|teacher|officer)"
        r"\s+for\s+child\s+protection|designated\s+child\s+protection\s+(?:officer|person|teacher|co-?ordinator))|CPLO",
        "the role is called Designated Safeguarding Lead since 2014",
        ("child protection", "cplo"),
    ),
)
_PAST = re.compile(
    r"\b(?:formerly|previously|former|used\s+to|replac\w+|supersed\w+|known\s+as|(?:was|were|been)\s+(?:called|abolished)"
    r"|abolish\w+|no\s+longer|took\s+over|taken\s+over|merged|predecessors?|old)\b|\bnow\s+(?:the|called|known|DBS|an?)\b",
    re.IGNORECASE,
)
_LIST_OF_REPLACED = re.compile(r"\b(?:replac(?:es|ed|ing)|supersed(?:es|ed|ing)|repeal(?:s|ed|ing))\b[^.;]{0,140}$")
"""An enumeration whose last names stand far from the verb: "replaces the … Act 1976, the … Act 1995 and"."""
_NEAR_LETTERS = 50


def obsolete_problems(lines: Sequence[Line]) -> Iterator[Problem]:
    """Yield a minor finding ``obsolete-term`` for each name that is out of use, with its first place."""
    whole = " ".join(" ".join(line.text.casefold().split()) for line in lines)
    for term, pattern in _compiled():
        if not any(mark in whole for mark in term.marks):
            continue
        found = [(match, line) for line in lines for match in pattern.finditer(line.text) if not _is_past(line, match)]
        if found:
            match, line = found[0]
            more = f" and {say_count(len(found) - 1, 'other place')}" if len(found) > 1 else ""
            words = " ".join(match[0].split())
            yield Problem("obsolete-term", f"“{words}” ({line.where}{more}) is out of date: {term.now}.", minor=True)


@cache
def _compiled() -> tuple[tuple[ObsoleteTerm, re.Pattern[str]], ...]:
    """Each term as a whole word, outside addresses."""
    return tuple((term, re.compile(rf"(?<![\w@./-])(?:{term.pattern})(?![\w@]|\.\w)")) for term in TERMS)


def _is_past(line: Line, match: re.Match[str]) -> bool:
    near = line.text[max(0, match.start() - _NEAR_LETTERS) : match.start()]
    if _LIST_OF_REPLACED.search(line.text, max(0, match.start() - 3 * _NEAR_LETTERS), match.start()):
        return True
    return bool(_PAST.search(near) or _PAST.search(line.text[match.end() : match.end() + _NEAR_LETTERS]))
