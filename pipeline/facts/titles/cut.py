"""Cut a line of a document into the title it may hold: numbers, labels, dates and the setting's name left off.

For ``find``, which asks it of each line at the top.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.catalogue.titles import is_policy_name
from pipeline.dates.written import find_dates
from pipeline.facts.titles.look import KIND, heads_part, is_bare, is_no_title, is_sentence, words_of
from pipeline.labels.kinds import LabelKind
from pipeline.labels.listed import find_labels
from pipeline.named.names.given_names import ordinary_words, words_in_small
from pipeline.named.schools import is_school_line, school_in, without_school
from pipeline.text.lines import HEAD_LINES, Line

LONGEST = 120
_REACH = 240
_KINDS = re.compile(rf"{KIND.pattern}(?:\s(?:and|&|/)\s{KIND.pattern})?(?:\s(?:and|&)\s[Pp]rocedures)?", re.IGNORECASE)
_GOES_ON = re.compile(r"$|[.:]?\s+[\dA-Z“(&]|[.,;:–-]")
_MOST_WORDS = 14
_STATE = (
    r"(?:proposed|draft|revised)\s(?:policy|document|version)\s?[:–-]|draft\s?[:–-]?(?!\s(?:and|of|or)\b)"
    r"|template(?:\s\d{1,2})?\s?:|page\s\d+\sof\s\d+|(?:19|20)\d\d\s?[-–/]\s?\d{2,4}|(?:version|v)\s?\d[\d.]*\s*/"
    r"|(?:(?:an?|our|the) )?(?:school policy|policy document) (?:for|on)"
)
_NUMBER = (
    r"(?!COVID|KS\d|Y\d|\d+\s(?:years?|terms?|days?|hours?|months?)\b)"
    r"(?:(?:policy|procedure)\s(?:(?:no|number|ref)\.?:?\s)?\d[\d./-]*[a-z]?|[A-Z]{1,5}[-/]\d[\d./-]*[a-z]?|[A-Z]{1,5}0\d{1,2}"
    r"|[A-Z]{0,2}\d[\d.]{0,5}[a-z]?(?:[.:)]|(?<=\d)(?=\s)))(?:\s?[:.)–-])?(?=\s+(?-i:[A-Z]))"
)
_BEFORE = re.compile(rf"^(?:{_STATE}|{_NUMBER})\s+", re.IGNORECASE)
"""A number or state printed before a title: "51: Lost Child", "POL-07 Lost Child", "Draft Trips Policy"."""
_YEARS = r"\s*[(–-]?\s*(?:(?:19|20)\d\d\s?[-–/]\s?(?:19|20)?\d\d|(?<=\s)\d\d\s?[-–/]\s?\d\d)\)?"
_STOP = (
    r"(?:(?<=policy)|(?<=plan)|(?<=procedure)|(?<=statement))"
    r"\.(?:\s(?:version\s[\d.]+|rationale|introduction|aims?|contents|purpose))?"
)
_BREAKS_OFF = r"(?:\s+(?:based on\b.*|at|for|&|and))+\s*|\s*[–-]\s*(?:[\w&]+ ){0,3}committee|\s*\([^()]*|[\s:;,/|(&–-]+"
_BEHIND = re.compile(
    r"\s*\((?=[^)]*\d)[^)]{1,24}\)|\s*\[[^\]]*\]|\bpage\s+\d+(?:\s+of\s+\d+)?\b.*$|\s+v(?:ersion)?\.?\s?\d[\d.]*$"
    rf"|{_YEARS}\s*$|(?<=policy)(?:\s\d{{1,2}}|\sdocument|\sintroduction)$|(?:{_BREAKS_OFF})$|(?-i:(?<=[a-z]{{3}})\d)$"
    rf"|{_STOP}$|(?<=[a-z])\s+1[.)]?\s+(?:Introduction|Aims?|Purpose|Scope|Overview)\b.*$",
    re.IGNORECASE,
)
"""A code, a version, years, what breaks off, a list of contents that begins on the same line."""
_OF_BODY = re.compile(
    r"\s+of\s+the\s+(?:[\w-]+\s)?(?:governing\s(?:body|board)|board\sof\s\w+|governors|trustees)$", re.IGNORECASE
)
"""Whose document it is, as the name of the school behind it."""
_ADDRESS = re.compile(
    r"^[\w ,.'’-]{0,50}\b(?:road|street|lane|avenue|close|drive|crescent|terrace|gardens|grove|square|place)[,.]?$"
    r"|\b[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}\.?$|^(?:fax|e-?mail|dear)\b",
    re.IGNORECASE,
)
_SPEAKS = re.compile(r"^\s*(?:what|how|who|when|where|why)\b.*\b(?:i|we|you|my|our|your|to)\b", re.IGNORECASE)
"""What is said behind a colon instead of a second title: "What I will do"."""
_ENDS_IN_KIND = re.compile(rf"{KIND.pattern}(?:\s(?:at|for|of|in))?\W*$", re.IGNORECASE)
_NO_PART = (LabelKind.TITLE, LabelKind.SIGNATURE, LabelKind.DATE, LabelKind.OTHER)


@lru_cache(maxsize=1024)
def cut_title(text: str, *, said: bool = False) -> str | None:
    """Return the title that a line holds, None where it holds none; one with a verb only where ``said``."""
    if heads_part(text):
        return None
    text = _BEFORE.sub("", text)
    kind, _, named = text.partition("\t")
    text = named if named and is_bare(kind) else text
    school, colon, rest = text.partition(":")
    if colon and KIND.search(rest) and is_school_line(school):
        text = rest.strip()
    elif colon and len(school) > 3 and (_SPEAKS.match(rest) or (KIND.search(school) and heads_part(rest))):
        text = school
    if len(text) > LONGEST or is_sentence(text):
        text = opening_title(text) or text
    if len(text) > LONGEST + 80 or is_no_title(text):
        return None
    title = tidy_title(_without_labels(text))
    if not title or len(title) > LONGEST or not re.search(r"[A-Za-z]{3}", title) or is_no_title(title):
        return None
    spoken = is_sentence(title) and not said
    return None if spoken or heads_part(title) or (_ADDRESS.search(title) and not KIND.search(title)) else title


def _without_labels(text: str) -> str:
    """Return what stands before the labels of a line; the cell that names a kind of document, where it is a row."""
    labels = [
        label
        for label in find_labels(text)
        if not any(map(label.means, _NO_PART))
        or (
            label.means(LabelKind.OTHER)
            and text.startswith(":", label.end)
            and KIND.search(f"{text[: label.start]}{label.text.split()[0]}")
        )
    ]
    if labels and "\t" in text:
        cells = [cell for cell in text.split("\t") if not find_labels(cell) and KIND.search(cell)]
        return cells[0] if cells else ""
    if not labels or re.search(r"\b(?:and|of|for|with)\s$", text[: labels[0].start]):
        return text
    if text[: labels[0].start].rstrip().endswith("/"):
        # "Principal/ Policy Owner:" is all label.
        return ""
    kind = re.match(r"(?:policy|plan|procedure|statement)\b", labels[0].text, re.IGNORECASE)
    # In "Homework Policy Agreed: May 2019" the kind of document belongs to the title.
    return text[: labels[0].start + (kind.end() if kind and labels[0].start > 3 else 0)]


def tidy_title(text: str) -> str:
    """Return a title without numbers, codes, dates, years and the school's name before and behind it."""
    text, previous = re.sub(r"\s+", " ", text).strip(), None
    while text != previous:
        previous = text
        text = _without_dates(_BEHIND.sub("", _BEFORE.sub("", text)))
        rest = without_school(_before_school(text))
        if rest != text and not rest[:1].islower() and not (is_bare(rest) and is_policy_name(text)):
            text = re.sub(r"^\([^()]*\)\s+(?=\w)", "", _OF_BODY.sub("", rest.strip()))
        text = text.strip(" ,;:|/-–")
    return text


def _before_school(text: str) -> str:
    """Return a title without the school's name and what follows it: "Fire Procedures Ada Holt School Staff Guide"."""
    name = school_in(text)
    before = text.partition(name)[0] if name else ""
    own = _ENDS_IN_KIND.search(before) or (KIND.search(before) and before.endswith((" at ", " of ", " for ")))
    return re.sub(r"\s(?:at|of|for)\s$", "", before) if own and not is_bare(before) else text


def _without_dates(text: str) -> str:
    """Return a title without the date behind it; one of an Act that says only behind it what it is stays."""
    dates = [date for date in find_dates(text) if date.start > 3]
    if not dates or (KIND.search(text[dates[-1].end :]) and not KIND.search(text[: dates[0].start])):
        return text
    return text[: dates[0].start].rstrip(" (–,-[")


_APART = re.compile(
    r"(?P<name>(?:The\s|THE\s)?[A-Z][\w'’@&()-]*(?:\s[\w'’@&()-]+){0,5}?)\s*(?:\s[–—-]\s|:\s|\s\|\s)(?P<rest>.+)"
)
_INITIALS = r"(?:\s?[(\[][A-Z][\w&]{1,9}[)\]])?"
_SURELY_A_NAME = 3
"""Words of a school's name that no subject of a policy begins with by chance."""


def without_setting(title: str, name: str | None, lines: Sequence[Line]) -> str:
    """Return a title without the setting's name before it, whole with its initials, or its first words alone.

    ``name`` is the setting's as it was read. All of the title where what follows names no kind of document.
    """
    if name is not None:
        known = re.match(rf"(?:the\s)?{re.escape(name)}{_INITIALS}\s*[:–—|-]?\s+", title, re.IGNORECASE)
        if known and len(title[known.end() :].split()) > 1:
            return title[known.end() :]
    apart = _APART.fullmatch(title)
    if apart and KIND.search(apart["rest"]) and len(apart["rest"].split()) > 1 and _is_name(apart["name"], lines):
        return apart["rest"]
    near = (line.text for line in lines[:HEAD_LINES] if title.startswith(line.text[:2]))
    names = [text for text in near if title.startswith(f"{text.split()[0]} ") and is_school_line(text)]
    for words in map(str.split, names):
        for count in range(len(words) - 1, 1, -1):
            rest = title.removeprefix(f"{' '.join(words[:count])} ")
            sure = is_policy_name(rest) or (count >= _SURELY_A_NAME and len(rest.split()) > 1)
            if rest != title and KIND.search(rest) and sure:
                return rest
    return title


def _is_name(words: str, lines: Sequence[Line]) -> bool:
    """Say whether words have one that is a name, for nobody writes it small, and stand elsewhere in the document."""
    text = "\n".join(line.text for line in lines)
    small = words_in_small(text) | ordinary_words()
    own = [word for word in re.findall(r"[A-Za-z]{3,}", words) if not word.isupper() and word.lower() not in small]
    plain = re.sub(r"\s*\([^)]*\)", "", words)
    return bool(own) and not KIND.search(words) and text.casefold().count(plain.casefold()) > 1


def opening_title(text: str) -> str | None:
    """Return the words at the start of a line that runs on which read as a title; None without any.

    Text taken from a web page or a careless PDF has lost its line breaks: title, labels and first paragraph in one.
    """
    head = _BEFORE.sub("", re.sub(r"\s*\[[^\]]*\]\s*", " ", text[:_REACH]))
    for kind in _KINDS.finditer(head):
        words = re.split(r"[;:!?|]\s|(?<=[a-z]{3})\.\s|\d{4}\s|[”\"]\s", head[: kind.end()])[-1]
        words = re.sub(r"^(?:Statutory|School|Trust) (?:Policy|Document) (?=[A-Z])", "", words, flags=re.IGNORECASE)
        name = school_in(words)
        rest = words.partition(name)[2].strip(" ,–-") if name else ""
        words = rest if len(rest.split()) > 1 else words
        parts = [part.strip("“”‘’'\",.()") for part in words.split()]
        shown = all(not part[:1].islower() or part in words_of("joining") for part in parts)
        told = 1 < len(parts) <= _MOST_WORDS and words[0].isupper() and parts[0].lower() not in words_of("spoken")
        if told and (shown or is_policy_name(words)) and not is_bare(words) and _GOES_ON.match(head, kind.end()):
            return words
    return None
