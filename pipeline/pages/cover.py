"""Tell what of a document's own cover the front of its copy says already, and which picture there is the logo.

Between the document and ``layout``: the title, the school and the lines of the header block ("Date of next review: May
2027") are left out where the front gives the very same; everything that it does not say stays.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.dates.written import scan_dates
from pipeline.labels.kinds import LabelKind
from pipeline.labels.listed import find_labels
from pipeline.model.documents import Block, BlockKind, Cell, Region, Span
from pipeline.pages.shaping import cut_spans
from pipeline.wording import say_partial

_MOST_BLOCKS = 25
"""Of a cover; what comes later is the policy itself."""
_MOST_ABOVE_TITLE = 3
"""Headings above the title: the school's motto, its trust."""
_MOST_WORDS = 25
"""Of a line on a cover; a longer one is running text, unless a label stands before it."""
_MOST_OF_A_SENTENCE = 7
_MOST_LABELLED = 60
_MOST_LABEL_WORDS = 4
_LABELLED = re.compile(r"[A-Z][^.:;?!]{2,45}:")
_BY_WHOM = re.compile(
    r"\b(?:(?i:govern\w*|boards?|trust\w*|committees?|councils?|head\w*|principal|directors?|management)"
    r"|FGB|LGB|SLT|SMT|MAT|CEO)\b"
)
"""A body or post in a label: "Approved by the Governing Body: July 2026"."""
_RULE = re.compile(r"[\s_\-–—=.…*·]+")
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
_EITHER_REVIEW = (LabelKind.NEXT_REVIEW, LabelKind.LAST_REVIEW)
_MAY_BE_BLANK = frozenset({LabelKind.APPROVED, LabelKind.LAST_REVIEW, LabelKind.NEXT_REVIEW, LabelKind.REVIEW})


@dataclass(frozen=True, slots=True)
class FrontWords:
    """What the front of a copy says, as it says it."""

    names: tuple[str, ...] = ()
    """The title, then the school."""
    facts: Mapping[LabelKind, str] = field(default_factory=dict)
    """The owner, the version and the days; a kind without a value stands there as not given."""


@dataclass(frozen=True, slots=True)
class CoverAndBody:
    """The body of a document, its cover told apart."""

    blocks: tuple[Block, ...]
    """Without what the front says already, and without the logo."""
    logo: Block | None
    """The first picture of the cover or, where it has none, of the pages' heads; None without one."""
    unseen: tuple[Block, ...] = ()
    """Pictures of the cover that no page can show and that nobody described, which are left out."""


def without_cover(
    blocks: Sequence[Block], headers: Sequence[Block], said: FrontWords, shown: Callable[[Block], bool]
) -> CoverAndBody:
    """Return the body without what the front repeats, and the logo.

    ``headers`` are the blocks of the pages' heads; ``shown`` says whether a page can show a picture.
    """
    end = _end_of_cover(blocks, said)
    cover, rest = blocks[:end], blocks[end:]
    pictures = [each for each in (*cover, *headers) if each.kind is BlockKind.PICTURE]
    logo = next((each for each in pictures if shown(each)), None)
    unseen = [each for each in cover if each.picture and not each.picture.description.strip() and not shown(each)]
    left_out = [each for each in (logo, *unseen) if each is not None]
    kept = [each for each in cover if not any(each is other for other in left_out) and not _is_said(each, said)]
    # The front stands in the place of the cover: the page that ends with it has none here.
    first = [replace(each, new_page=False) for each in (*(_unsaid(each, said) for each in kept), *rest[:1])]
    return CoverAndBody((*first, *rest[1:]), logo, tuple(unseen))


def _end_of_cover(blocks: Sequence[Block], said: FrontWords) -> int:
    """Return how many blocks stand before the policy's own text begins."""
    title = said.names[0] if said.names else ""
    for position, block in enumerate(blocks[:_MOST_BLOCKS]):
        if _is_said(block, said) or block.kind is BlockKind.PICTURE:
            continue
        ahead = blocks[position + 1 : position + 1 + _MOST_ABOVE_TITLE]
        if block.kind is BlockKind.HEADING and any(_words(each.text) == _words(title) for each in ahead):
            continue
        if block.kind is not BlockKind.PARAGRAPH:
            return position
        text = block.text.strip()
        most = _MOST_OF_A_SENTENCE if text.endswith(".") else _MOST_WORDS
        if len(text.split()) > (_MOST_LABELLED if _LABELLED.match(text) else most):
            return position
    return min(len(blocks), _MOST_BLOCKS)


def _is_said(block: Block, said: FrontWords) -> bool:
    """Whether the front says all that a block does; a line drawn with the keyboard says nothing."""
    if block.region not in (Region.BODY, Region.TEXT_BOX) or block.kind is BlockKind.LIST_ITEM:
        return False
    if block.rows:
        return all(_is_row_said(row, said) for row in block.rows)
    if block.kind is BlockKind.PICTURE:
        return False
    if _RULE.fullmatch(block.text):
        return True
    if block.kind is BlockKind.HEADING:
        return _words(block.text) in _names(said)
    lines = [line for line in block.text.split("\n") if line.strip()]
    return bool(lines) and all(_is_line_said(line, said) for line in lines)


def _unsaid(block: Block, said: FrontWords) -> Block:
    """Return a block of the cover without those of its lines that the front says."""
    if block.kind is not BlockKind.PARAGRAPH or "\n" not in block.text:
        return block
    spans: list[Span] = []
    start = 0
    for line in block.text.split("\n"):
        if not _is_line_said(line, said):
            spans += cut_spans(block.spans, start, start + len(line))
            spans.append(Span("\n"))
        start += len(line) + 1
    return replace(block, spans=tuple(spans[:-1]))


def _is_row_said(row: Sequence[Cell], said: FrontWords) -> bool:
    """Whether a row of a control table, label and value in turn, says only what the front does."""
    texts = [" ".join(cell.text.split()) for cell in row]
    if len(texts) == 1:
        return not texts[0] or _is_line_said(texts[0], said)
    pairs = [f"{label.rstrip(' :')}: {value}" for label, value in zip(texts[::2], [*texts[1::2], ""], strict=False)]
    return all(pair == ": " or _is_line_said(pair, said) for pair in pairs)


def _is_line_said(line: str, said: FrontWords) -> bool:
    if _words(line) in _names(said):
        return True
    text = line.strip()
    labels = [each for each in find_labels(text) if not each.means(LabelKind.OTHER)]
    if len(labels) != 1 or labels[0].start > 0:
        return False
    rest = text[labels[0].end :]
    words, colon, value = rest.partition(":")
    if colon and len(words.split()) <= _MOST_LABEL_WORDS and not scan_dates(words).dates:
        # "Date approved by Governors:" is one label.
        rest = colon + value
    if rest.strip(" :_.…") and _BY_WHOM.search(f"{labels[0].text} {words if rest == colon + value else ''}"):
        # The front gives the day and not who decided.
        return False
    return _is_fact_said(labels[0].kinds, rest, said)


def _is_fact_said(kinds: Sequence[LabelKind], text: str, said: FrontWords) -> bool:
    """Whether the front gives the value behind a label; a blank is said where the front has the same label."""
    value = _AROUND.sub("", text)
    awaits = text.strip(" \t").startswith((":", "_", "…", "...", "–", "-"))
    for kind in kinds:
        if kind is LabelKind.TITLE and _words(value) in _names(said):
            return True
        told = [said.facts[each] for each in _meant(kind) if each in said.facts]
        if not value and awaits and kind in _MAY_BE_BLANK and told:
            continue
        dates = scan_dates(value).dates
        alone = len(dates) == 1 and _AROUND.sub("", value.replace(value[dates[0].start : dates[0].end], "")) == ""
        given = say_partial(dates[0].date) if alone else value
        if not value or given is None or _words(given) not in {_words(each) for each in told}:
            return False
    return True


def _meant(kind: LabelKind) -> Sequence[LabelKind]:
    return _EITHER_REVIEW if kind is LabelKind.REVIEW else (kind,)


def _names(said: FrontWords) -> frozenset[str]:
    return frozenset(_words(each) for each in said.names if each.strip())


def _words(text: str) -> str:
    return _AROUND.sub("", " ".join(text.casefold().split()))
