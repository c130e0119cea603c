"""Ways in which documents tell who is lead, their dates, owner, title and whose they are, flattened tables among them.

``ways.txt`` was mended by. Of ``ways_kept.txt``, written before any was mended, only the counts decide: it shows how
ways fare that no rule was written for.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.last_look.check import with_last_check
from pipeline.model.contacts import Directory, Holder
from pipeline.model.facts import DateFact, Facts
from pipeline.word.regenerate import regenerate_docx
from tests.builders import paragraph, word_file
from tests.evaluate import document_from_text, plain, plain_name, plain_title

NOW = Directory(
    tuple(
        Holder(role, name, "Ms", phone, None)
        for role, name, phone in (
            ("dsl", "Jo Hill", "01632 960901"),
            ("deputy-dsl", "Tom Fox", "01632 960902"),
            ("headteacher", "Hed Ter", "01632 960904"),
        )
    )
)
ROLES = {"dsl": "dsl", "deputies": "deputy-dsl"}
FIELDS = ("title", "school", "owner", "approved_by", "version", "approved_on", "last_review", "next_review", "cycle")
BODY = "1. Aims\nWe want every child to be safe in school.\nThe end."


def rows_of(name: str) -> list[str]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


class Way:
    """One row: what is to be read, a field at a time, and the text."""

    def __init__(self, row: str) -> None:
        wanted, words = row.lstrip("!").split(" ¦ ")
        self.wanted = dict(each.split("=", 1) for each in wanted.split("; "))
        about = "Safeguarding Policy" if ROLES.keys() & self.wanted.keys() else "Attendance Policy"
        self.told = re.sub(r" ?⇥ ?", "\t", words.replace(" ¶ ", "\n"))
        opening = ""
        if not row.startswith("!"):
            self.wanted = {"title": about, "school": "Hillside Primary School"} | self.wanted
            opening = f"{about}\n{self.wanted['school'].split('//')[0]}\n"
        self.text = f"{opening}{self.told}\n{BODY}"

    @property
    def named(self) -> list[str]:
        """Return everybody whom it tells in the role of the lead or of a deputy."""
        return [name for field in ROLES for name in self.wanted.get(field, "-").split("|") if name != "-"]

    def judged(self) -> Counter[str]:
        """Return how many values were right, wrong and missed."""
        facts = extract_facts(document_from_text(self.text))
        counts: Counter[str] = Counter()
        for field in (*FIELDS, *ROLES):
            wanted = [self.wanted.get(field, "-").split("//")] if field in FIELDS else self._people(field)
            answers = [{_plain(field, each) for each in answer} for answer in wanted if answer != ["-"]]
            read = {_plain(field, each) for each in _read(facts, field)}
            right = sum(bool(answer & read) for answer in answers)
            counts += Counter(right=right, missed=len(answers) - right, wrong=len(read - set().union(*answers)))
        return counts

    def _people(self, field: str) -> list[list[str]]:
        return [[name] for name in self.wanted.get(field, "-").split("|")]


def _read(facts: Facts, field: str) -> list[str]:
    if field in ROLES:
        return [each.name or "" for each in facts.contacts if each.role == ROLES[field]]
    value = getattr(facts, "review_cycle_months" if field == "cycle" else field)
    value = value.date.value if isinstance(value, DateFact) else value
    return [] if value is None else [str(value)]


def _plain(field: str, value: str) -> str:
    if field in ROLES:
        return plain_name(value)
    if field == "title":
        return plain_title(value)
    if field == "version":
        return re.sub(r"^v?\.?0*|(?<=\d)\.0$", "", value.lower())
    return plain(re.sub(r"(?i)^(?:the|mrs?|ms)\b", "", value)) if field in FIELDS[:4] else value


@pytest.mark.parametrize("row", rows_of("ways.txt"))
def test_what_is_told_is_read_and_nothing_else(row: str) -> None:
    assert {name: count for name, count in Way(row).judged().items() if name != "right" and count} == {}


def test_ways_that_no_rule_was_written_for_are_read_as_well() -> None:
    counts = sum((Way(row).judged() for row in rows_of("ways_kept.txt")), Counter[str]())
    assert counts["right"] >= 0.97 * (counts["right"] + counts["missed"])
    assert counts["wrong"] <= 0.006 * counts["right"]


KEPT_SILENT = 2
"""People of a table of which a line says "Lead Deputy" and the next "Safeguarding" and both names."""


def test_whoever_is_told_in_a_role_is_changed_held_or_listed() -> None:
    silent, wrong = [], []
    for row in (*rows_of("ways.txt"), *rows_of("ways_kept.txt")):
        way = Way(row)
        if not ROLES.keys() & way.wanted.keys():
            continue
        content = word_file(*map(paragraph, way.text.splitlines()))
        contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
        copy = regenerate_docx(content, contacts, NOW, shown_as="care.docx")
        made = read_document_bytes(copy.content, shown_as="care.docx")
        plan = with_last_check(made, copy.plan, NOW)
        told = " ".join(map(str, (*plan.left, *plan.left_on_purpose)))
        if plan.held is None:
            silent += [(row, name) for name in way.named if name in made.text and name not in told]
            put = {"dsl": "Jo Hill" in made.text, "deputies": "Tom Fox" in made.text}
            wrong += [(row, field) for field in ROLES if put[field] and way.wanted.get(field, "-") == "-"]
    assert wrong == []
    assert len(silent) <= KEPT_SILENT, silent
