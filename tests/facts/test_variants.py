"""One header in many dresses: layout, words of the labels, forms of the dates, capitals and blanks change no fact."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.documents import Block, BlockKind, Cell, Document, DocumentFormat, Span
from pipeline.model.facts import Facts
from pipeline.places import read_place
from tests.evaluate import document_from_text, plain

A, L, N, OWNER, BODY, CYCLE, VERSION = (
    "approved_on", "last_review", "next_review", "owner", "approved_by", "review_cycle_months", "version",
)  # fmt: skip
DATES = (A, L, N)
LABELS = {
    A: "Ratified on|Date adopted|Approval date|Date of approval|Date agreed|Policy adopted|Signed off on"
    "|Formally adopted|Date authorised|Agreed on|Adoption date|Date ratified",
    L: "Date of last review|Policy reviewed|Reviewed on|Last updated|Date amended|Most recent review"
    "|Date of this review|Review date (last)|Last full review|Updated on|Date of amendment|Previous review date",
    N: "To be reviewed by|Review due|Date for renewal|Valid until|Next review due by|Date of next policy review"
    "|Expiry date|Review required by|Policy expires|Scheduled review date|Date policy due for review|Next update due",
    OWNER: "Policy lead|SLT link|Person responsible|Author(s)|Document owner|Written by|Lead member of staff"
    "|Policy holder|Responsible manager|Owner of policy|Reviewing officer|Responsible for this policy",
    BODY: "Approved by|Ratified by|Approving body|Responsible committee|Level of approval|Body responsible for approval"
    "|Committee name|Governors' sub-committee|Final approver|Authorising body|Reviewing committee|Approval level",
    CYCLE: "Review cycle|Frequency of review|Review interval|Review rota|Policy cycle|Timescale for review"
    "|Update frequency|How often is this policy reviewed?|Review period|Cycle of review",
    VERSION: "Version|Version no.|Issue number|Document version|Policy version number|Current version",
}
FORMS: dict[str, Callable[[int], str]] = {
    "2": lambda year: f"12.09.{year % 100}",
    "3": lambda year: f"12/9/{year}",
    "4": lambda year: f"12th Sept. {year}",
    "5": lambda year: f"12 September {year}",
    "6": lambda year: f"12-Sep-{year % 100}",
    "7": lambda year: f"September 12th {year}",
}
MONTHS = ("Sept {}", "September, {}", "09/{}", "SEPTEMBER {}", "Sep {}")
TERMS = ("Autumn Term {}", "Autumn {}", "Autumn 1 {}", "Autumn term, {}", "Autumn Term ({})")
OWNERS = ("Mrs A. Holt", "Deputy Headteacher", "SENCO", "Business Manager", "Ada Holt (DSL)")
BODIES = ("Full Governing Body", "Trust Board", "Resources Committee", "FGB", "Headteacher", "Board of Trustees")
CYCLES = {"Annual": 12, "Every 2 years": 24, "Biennial": 24, "Every three years": 36, "3 years": 36, "Termly": 4}

Row = tuple[str, str, str, Any]


def dated(pick: random.Random, year: int) -> tuple[str, str]:
    kind = pick.randrange(3)
    if kind == 0:
        return pick.choice(list(FORMS.values()))(year), f"{year}-09-12"
    if kind == 1:
        return pick.choice(MONTHS).format(year), f"{year}-09"
    return pick.choice(TERMS).format(year), f"{year}-autumn"


def header(pick: random.Random) -> list[Row]:
    approved, last, coming = dated(pick, 2024), dated(pick, 2025), dated(pick, pick.randint(2026, 2028))
    owner, body, cycle, version = pick.choice(OWNERS), pick.choice(BODIES), pick.choice(list(CYCLES)), "2.1"
    values = {
        A: approved, L: last, N: coming, OWNER: (owner, owner), BODY: (body, body), CYCLE: (cycle, CYCLES[cycle]),
        VERSION: (version, version),
    }  # fmt: skip
    names = pick.sample(list(values), pick.randint(2, 6))
    return [(name, dress(pick, pick.choice(LABELS[name].split("|"))), *values[name]) for name in names]


def dress(pick: random.Random, label: str) -> str:
    return pick.choice((label, label, label.title().replace("'S", "'s"), label.upper()))


def table(rows: list[tuple[str, ...]]) -> Block:
    made = tuple(
        tuple(Cell((Block(BlockKind.PARAGRAPH, read_place(f"table 1, row {at}"), (Span(text),)),)) for text in row)
        for at, row in enumerate(rows, 1)
    )
    return Block(BlockKind.TABLE, read_place("table 1"), rows=made)


def lines(*made: str) -> Document:
    text = "\n".join(("Thornfield Primary School", "Homework Policy", *made, "Introduction", "Homework is set weekly."))
    return document_from_text(text)


def with_table(rows: list[tuple[str, ...]]) -> Document:
    around = lines().blocks
    return Document("x.docx", DocumentFormat.DOCX, "0" * 64, 1, (*around[:2], table(rows), *around[2:]))


LAYOUTS: dict[str, Callable[[list[tuple[str, str]]], Document]] = {
    "colon": lambda rows: lines(*(f"{label}: {value}" for label, value in rows)),
    "dash": lambda rows: lines(*(f"{label} – {value}" for label, value in rows)),
    "dots": lambda rows: lines(*(f"{label} ........ {value}" for label, value in rows)),
    "tab": lambda rows: lines(*(f"{label}\t{value}" for label, value in rows)),
    "bars": lambda rows: lines(" | ".join(f"{label}: {value}" for label, value in rows)),
    "wide": lambda rows: lines("     ".join(f"{label}: {value}" for label, value in rows)),
    "below": lambda rows: lines(*(part for label, value in rows for part in (f"{label}:", value))),
    "labels first": lambda rows: lines(*(f"{label}:" for label, _ in rows), *(value for _, value in rows)),
    "rows": lambda rows: with_table([(label, value) for label, value in rows]),
    "columns": lambda rows: with_table([tuple(label for label, _ in rows), tuple(value for _, value in rows)]),
    "no-break": lambda rows: lines(*(f"{label}: {value}".replace(" ", "\u00a0") for label, value in rows)),
}


def value_of(facts: Facts, name: str) -> Any:
    value = getattr(facts, name)
    return value.date.value if hasattr(value, "date") else value


def same(read: Any, truth: Any) -> bool:
    return plain(read) == plain(truth) if isinstance(truth, str) and isinstance(read, str) else bool(read == truth)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_facts_are_read_in_every_layout_and_no_date_is_wrong(layout: str) -> None:
    pick = random.Random(layout)
    tally: Counter[str] = Counter()
    for _ in range(30):
        rows = header(pick)
        facts = extract_facts(LAYOUTS[layout]([(label, value) for _, label, value, _ in rows]))
        truth = {name: expected for name, _, _, expected in rows}
        for name in (*DATES, OWNER, BODY, CYCLE, VERSION):
            read, expected = value_of(facts, name), truth.get(name)
            if name in DATES and read is not None:
                assert read == expected, (name, rows)
            if expected is not None:
                tally["right" if same(read, expected) else f"{name} {read!r}"] += 1
    assert tally["right"] >= 0.93 * tally.total(), tally


SHARED = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "headers-dev.jsonl"
DRESSES: dict[str, Callable[[str], str]] = {
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "stray blanks": lambda text: re.sub(r"(?m)$", "  ", text.replace(": ", " :  ")),
    "empty lines": lambda text: text.replace("\n", "\n\n"),
    "page numbers": lambda text: text + "\n" + "\n".join(f"Page {number} of 9" for number in range(1, 10)),
}


@pytest.mark.needs("shared")
@pytest.mark.parametrize("name", DRESSES)
def test_blanks_and_page_numbers_change_no_date_of_a_header(name: str) -> None:
    rows = [json.loads(row) for row in SHARED.read_text(encoding="utf-8").splitlines()]
    for row in random.Random(name).sample(rows, 30):
        before = extract_facts(document_from_text(row["text"]))
        after = extract_facts(document_from_text(DRESSES[name](row["text"])))
        assert [value_of(after, each) for each in DATES] == [value_of(before, each) for each in DATES], row["id"]
