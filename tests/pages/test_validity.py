"""PDF copies of real and of generated policies pass the checks for readers and archives, whatever they hold."""

import random
from collections.abc import Set
from pathlib import Path

import outloud
import page
import pytest

from pipeline.documents import read_document_bytes
from pipeline.model.documents import Block, BlockKind, Cell, Document, DocumentFormat, Picture, Region, Span
from pipeline.pages.front_sheet import front_sheet_pdf
from pipeline.pages.pdf import render_pdf
from pipeline.places import read_place
from tests.pages.test_pdf import FRONT, document, real_png

_SENTENCE = (
    "the school keeps children safe and staff know whom to tell it’s £5 naïve Siân 50% – “quoted” e.g. A&E "
    "d.field@example.sch.uk www.example.org/a/very/long/address/that/goes/on 01632 960123 #hash *star* _line_ [x] $y$"
)
_WORDS = _SENTENCE.split()
_GENERATED = 40


# What outloud guesses about tables that nobody would write: more headings than cells; and rows whose merged cells end
# in different rows, which it miscounts (that the grid closes is shown in test_pdf).
_GUESSES = {"TBL-004", "TBL-010"}
# A stream that ends with a carriage return: page-validation takes it for part of the line break behind it.
_MISREAD = "a stream /Length does not match its raw content length"


def wrong(pdf: bytes, folder: Path, *, archive: bool, ignored: Set[str] = frozenset()) -> list[str]:
    """Everything that page-validation and outloud find wrong with a copy; ``ignored`` are rules of outloud."""
    profiles = ("ua1", "2a") if archive else ("ua1",)
    found = [each.message for profile in profiles for each in page.validate_pdf_bytes(pdf, profile=profile).failures]
    if b"\r\nendstream" in pdf:
        found = [each for each in found if each != _MISREAD]
    (folder / "copy.pdf").write_bytes(pdf)
    checked = outloud.check(str(folder / "copy.pdf"))
    return found + [each.message for each in checked.findings if each.severity == "error" and each.rule not in ignored]


def test_the_policies_of_this_repository_make_valid_copies(repository: Path, tmp_path: Path) -> None:
    policies = sorted((repository / "policies").iterdir())
    assert len(policies) >= 6
    for path in policies:
        content = path.read_bytes()
        read = read_document_bytes(content, shown_as=path.name)
        if read.format is DocumentFormat.PDF:
            pdf = front_sheet_pdf(content, FRONT, metadata=read.metadata).pdf
            # A table without headings stays so: the pages are not ours.
            assert wrong(pdf, tmp_path, archive=False, ignored={"TBL-001"}) == [], path.name
        else:
            assert wrong(render_pdf(read, FRONT), tmp_path, archive=True) == [], path.name


@pytest.mark.parametrize("seed", range(_GENERATED))
def test_generated_policies_make_valid_copies(seed: int, tmp_path: Path) -> None:
    links = {"Keeps Children Safe Policy": "keeps.pdf", "Staff": "staff.pdf"}
    pdf = render_pdf(generated(random.Random(seed)), FRONT, links=links)
    assert wrong(pdf, tmp_path, archive=True, ignored=_GUESSES) == []


def generated(chance: random.Random) -> Document:
    """A policy of headings that skip levels, nested lists with and without marks, merged tables, pictures and links."""
    blocks = [made for _ in range(chance.randint(3, 25)) for made in one_of(chance)]
    edges = [
        Block(BlockKind.PARAGRAPH, read_place("f"), spans(chance), Region.PAGE_FOOTER)
        for _ in range(chance.randint(0, 3))
    ]
    return document(*blocks, *edges, metadata={"created": "2024-02-29T09:00:00Z"})


def one_of(chance: random.Random) -> list[Block]:
    kind = chance.choice(["heading", "words", "words", "list", "table", "picture", "footnote"])
    if kind == "heading":
        return [
            Block(
                BlockKind.HEADING,
                read_place("h"),
                spans(chance),
                level=chance.randint(1, 6),
                marker=chance.choice(["", "2.1"]),
            )
        ]
    if kind == "list":
        return [list_item(chance) for _ in range(chance.randint(1, 6))]
    if kind == "table":
        return [Block(BlockKind.TABLE, read_place("t"), rows=rows(chance))]
    if kind == "picture":
        picture = Picture(real_png(), "image/png", chance.choice(["", "A crest"]), chance.choice([None, 30.0, 900.0]))
        return [Block(BlockKind.PICTURE, read_place("p"), picture=picture)]
    region = Region.FOOTNOTE if kind == "footnote" else Region.BODY
    return [Block(BlockKind.PARAGRAPH, read_place("p"), spans(chance), region)]


def list_item(chance: random.Random) -> Block:
    marker = chance.choice(["", "", "(a)", "iv.", "•"])
    level = chance.randint(0, 4)
    return Block(
        BlockKind.LIST_ITEM, read_place("l"), spans(chance), level=level, ordered=chance.random() < 0.5, marker=marker
    )


def spans(chance: random.Random) -> tuple[Span, ...]:
    made = []
    for _ in range(chance.randint(0, 4)):
        text = " ".join(chance.choices(_WORDS, k=chance.randint(1, 12))) + chance.choice([" ", "\t", "\n", ""])
        link = chance.choice([None, None, None, "https://example.org/x", "mailto:a@example.org", "#top"])
        made.append(Span(text, chance.random() < 0.3, chance.random() < 0.2, link))
    return tuple(made)


def rows(chance: random.Random) -> tuple[tuple[Cell, ...], ...]:
    header = chance.random() < 0.5
    return tuple(
        tuple(
            Cell(
                tuple(Block(BlockKind.PARAGRAPH, read_place("c"), spans(chance)) for _ in range(chance.randint(0, 2))),
                chance.choice([1, 1, 1, 2]),
                chance.choice([1, 1, 1, 3]),
                header and row == 0,
            )
            for _ in range(chance.randint(1, 4))
        )
        for row in range(chance.randint(1, 5))
    )
