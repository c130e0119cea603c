"""What of a paragraph is no difference to its readers: dates of the header block, details of people, numbering, layout.

Between the words of a document and ``compare``, which looks at what is left. Pure functions over single paragraphs.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from pipeline.facts.own_dates import LABEL_LINE_WORDS, LIFECYCLE_WORDS
from pipeline.model.facts import Contact
from pipeline.named.details.found import number_pattern
from pipeline.named.names.spelling import spelled
from pipeline.named.names.titles import Shows, one_cut_short, one_title
from pipeline.text.addresses import ADDRESS
from pipeline.text.telephones import find_numbers, parse_phones, without_numbers

_SIGNED = re.compile(r"\b(signed|signature)\b", re.IGNORECASE)
HONORIFICS = rf"{one_title(Shows.BESIDE)}\b\.?"
_ANYBODYS_TITLE = rf"(?:{one_cut_short()}\b\.?|{one_title(Shows.ANYWHERE)}\b(?!\.))"
"""Before a name that may change unseen: no "Canon" and "Father", which begin names of places, of charities and days."""
_PRONOUNS = re.compile(r"\b(she|he|they|her|hers|his|him|their|theirs|them)\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_BULLET = re.compile(r"^[•▪◦‣·●○■□➢✓*\uf0b7\uf0a7–—-]\s+(?=\S)")
_WORD = re.compile(r"[\w'’-]+|[^\w\s]")
_SAME_MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"})

_LEAST_DIGITS = 6
_ROLE_WORD = (
    r"(?:Head|Deputy|Designated|Safeguarding|Business|Chair|Vice|Governor|Lead|Office|Senior|School|Principal|Clerk"
    r"|Class|Teacher|Assistant|Executive|Site|Pastoral|Link|SENCO|SENDCO|DSL|DDSL|DPO|LADO|Trustee|Manager)"
)
_TITLED_NAME = re.compile(
    rf"\b{_ANYBODYS_TITLE}\s+(?:[A-Z]\.?\s+){{0,2}}(?!{_ROLE_WORD})[A-Z][\w'’-]+(?:\s+(?!{_ROLE_WORD})[A-Z][\w'’-]+)?"
)
_NUMBER = re.compile(
    r"^(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,5})[.)]\s+(?=\S)"  # 3. and (a) and iv)
    r"|(?!\d{1,2}\.[0-5]\d\s)\d{1,2}(?:\.\d{1,2})+\.?\s+(?=[A-Z]))"  # 3.2 before a sentence, but 3.30 may be a time
)
_REFERENCE = re.compile(r"\b((?:section|paragraph|para|part|page)s?\.?\s+)\d{1,3}(?:\.\d{1,2})*", re.IGNORECASE)


def list_rows(text: str) -> list[tuple[str, ...]]:
    """Return the paragraphs of a text, each cell by cell, outside of tables a single one; white space is folded.

    Empty lines are dropped: a policy saved by another program is still the same policy.
    """
    rows = (tuple(map(_folded, _UNSEEN.sub("", line).split("\t"))) for line in text.split("\n"))
    return [row for row in rows if any(row)]


def join_row(row: Sequence[str]) -> str:
    """Return the words of a paragraph, its bullet dropped."""
    return _BULLET.sub("", " ".join(cell for cell in row if cell))


def _folded(words: str) -> str:
    return _SPACE.sub(" ", words).strip()


def list_words(paragraphs: Iterable[str]) -> list[str]:
    """Return the words of a text as they count: capitals, kinds of quotation mark and breaks are layout."""
    return _WORD.findall(" ".join(paragraphs).translate(_SAME_MARKS).casefold())


def without_number(paragraph: str) -> str:
    """Return a paragraph without the number it begins with; "14 days" begins with none."""
    return _NUMBER.sub("", paragraph, count=1)


def without_references(paragraph: str) -> str:
    """Return a paragraph without the numbers of the sections it points to."""
    return _REFERENCE.sub(r"\1", paragraph)


class Details:
    """The written forms in which two texts give names, numbers and addresses of people."""

    def __init__(self, contacts: Sequence[Contact]) -> None:
        patterns = [pattern for contact in contacts for pattern in _contact_patterns(contact)]
        self._known = (
            re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE) if patterns else None
        )

    def without(self, paragraph: str) -> str:
        """Return a paragraph without the details of people in roles, a sign in place of anybody else's.

        Of anybody else a detail may change; that one is there, or not, remains a difference. A name beside an approval
        or a signature is never a detail.
        """
        bare, count = self._known.subn("", paragraph) if self._known else (paragraph, 0)
        if not _is_record(paragraph):
            bare = without_numbers(ADDRESS.sub("✉", bare), lambda _: "☎")
            bare, named = _TITLED_NAME.subn("☺", bare)
            count += named
        if count or re.search(r"\bcontact details\b", bare):
            bare = _PRONOUNS.sub("", bare)
        return _SPACE.sub(" ", bare).strip()

    def carried(self, before: str, after: str) -> str:
        """Return ``before`` with the details that ``after`` gives, so that they show as no difference between the two.

        Where the two do not hold equally many, ``before`` is returned as it is.
        """
        kinds = [_spans_of(self._known)] if self._known else []
        kinds += [] if _is_record(before) else _ANYONES
        kinds += [_spans_of(_PRONOUNS)] if self.without(before) != before else []
        for spans in kinds:
            given, here = spans(after), spans(before)
            if len(given) == len(here):
                for (start, end), (first, last) in zip(reversed(here), reversed(given), strict=True):
                    before = f"{before[:start]}{after[first:last]}{before[end:]}"
        return before


_Spans = Callable[[str], list[tuple[int, int]]]


def _spans_of(pattern: re.Pattern[str]) -> _Spans:
    return lambda text: [match.span() for match in pattern.finditer(text)]


def _spans_of_numbers(text: str) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in find_numbers(text)]


_ANYONES: list[_Spans] = [_spans_of(ADDRESS), _spans_of_numbers, _spans_of(_TITLED_NAME)]


def _is_record(paragraph: str) -> bool:
    """Return whether a line records an approval, a review or a signature."""
    if len(paragraph.split()) > LABEL_LINE_WORDS:
        return False
    return LIFECYCLE_WORDS.search(paragraph) is not None or _SIGNED.search(paragraph) is not None


def _contact_patterns(contact: Contact) -> list[str]:
    """Return patterns for the written forms of one contact: name, title or initial with surname, number, address."""
    address = address_pattern(contact)
    return [*([address] if address else []), *number_patterns(contact), *name_patterns(contact)]


def address_pattern(contact: Contact) -> str | None:
    """Return a pattern for the address of a person; None where they have none."""
    if not contact.email:
        return None
    # A stray space after the full stop is common where Word was left to correct the sentence.
    return r"(?<![\w.])" + r"\s?".join(re.escape(part) for part in re.split(r"(?<=[.@])", contact.email)) + r"(?!\w)"


def number_patterns(contact: Contact) -> list[str]:
    """Return patterns for the numbers of a person, however their digits are set apart."""
    return [
        number_pattern(each.digits) for each in parse_phones(contact.phone or "") if len(each.digits) >= _LEAST_DIGITS
    ]


def name_patterns(contact: Contact) -> list[str]:
    """Return patterns for the names of a person: in full, with an initial, the surname behind a title."""
    names = (contact.name or "").split()
    if len(names) > 1:
        first, last = spelled(names[0]), spelled(names[-1])
        return [
            rf"\b(?:{HONORIFICS}\s+)?(?:{first}|{re.escape(names[0][0])}\.?)\s+(?:[\w'’.-]+\s+)??{last}\b",
            rf"\b{HONORIFICS}\s+{last}\b",
        ]
    return [rf"\b(?:{HONORIFICS}\s+)?{spelled(names[0])}\b"] if names else []
