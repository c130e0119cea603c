"""The page for trustees: counts by school, what is late, and nobody's name; as a page and on paper the same words."""

import re
import shutil
from pathlib import Path

import pypdfium2
import pytest

from tests.policies.folders import policy_text
from tests.trust.world import LEADS, World, lay_out


def words_of(pdf: Path) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One school with a late review, one whose settings are wrong, and one that has not run."""
    trust = lay_out(tmp_path_factory.mktemp("late") / "trust")
    folder = trust.add("oakfield", "Oakfield School", policies=("Lettings Policy", "Visits Policy"))
    text = policy_text("Pay Policy", last="August 2024", review="August 2025", school="Oakfield School")
    (folder / "policies" / "Pay.txt").write_text(text, encoding="utf-8")
    trust.add("beech", "Beech School")
    assert trust.policy("trust", "run").code == 0
    trust.own("beech", "mail", 'route = "pigeon"')
    trust.add("cedar", "Cedar School")
    return trust.root


@pytest.fixture
def late(prepared: Path, tmp_path: Path) -> World:
    """A copy of it, by itself."""
    return World(shutil.copytree(prepared, tmp_path / "trust"))


def test_a_page_and_a_paper_say_the_same_and_name_nobody(late: World, tmp_path: Path) -> None:
    paper, page = tmp_path / "report.pdf", tmp_path / "report.html"
    for out in (paper, page):
        answer = late.policy("trust", "report", "--out", str(out))
        assert answer.code == 3, "one school could not be looked at"
        assert "1 school with 3 policies: 2 in date and 1 late for review and still in force." in answer.out
    on_page = re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))
    for words in (words_of(paper), on_page):
        flat = " ".join(words.split())
        for said in (
            "Vale Learning Trust",
            "School policies on 24 November 2026",
            "A worry about a child goes to the safeguarding lead",
            "1 school with 3 policies",
            "0 of 6",
            "Pay Policy: 15 months late",
            "Cedar School: it has made no run yet",
            "Beech School: its settings or its register need mending",
        ):
            assert said in flat, said
        assert not [name for name in (*LEADS, "Reader", "example.org", "Business Manager") if name in flat]
    assert b"pdfuaid" in paper.read_bytes()


def test_a_trusts_own_template_goes_before_the_programs(late: World, tmp_path: Path) -> None:
    own = late.root / "templates" / "evidence"
    own.mkdir(parents=True)
    (own / "trustees.html").write_text("<p>{{ report.trust }} alone</p>", encoding="utf-8")
    late.policy("trust", "report", "--out", str(tmp_path / "own.html"))
    assert (tmp_path / "own.html").read_text(encoding="utf-8") == "<p>Vale Learning Trust alone</p>"


def test_another_ending_is_refused(trust: World, tmp_path: Path) -> None:
    answer = trust.policy("trust", "report", "--out", str(tmp_path / "report.docx"))
    assert (answer.code, "must end in .pdf or .html" in answer.err) == (2, True)
