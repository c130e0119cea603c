"""250 generated Word files; ``make soak-copies`` does ten thousand."""

import io
import zipfile
from dataclasses import replace
from functools import lru_cache

import pytest

from pipeline.word.zip_patch import exchange_members
from tests.soak_copies.oracle import judge, still_there
from tests.soak_copies.people import NAMES
from tests.soak_copies.places import PLACES, SPLITS
from tests.soak_copies.planting import SCENARIOS, combinations
from tests.soak_copies.readers import faults_of_pdfs, faults_of_words, fit_for_readers
from tests.soak_copies.soaking import Outcome, Tally, soak

SEED = 20261124
_COUNT = 250


@lru_cache(maxsize=1)
def outcomes() -> tuple[Outcome, ...]:
    return tuple(soak(SEED, number) for number in range(_COUNT))


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_generated_documents_leave_nobody_and_change_nothing_else() -> None:
    tally = Tally()
    for outcome in outcomes():
        tally.add(outcome)
    assert tally.faults == [], f"seed {SEED}"
    assert tally.changed > _COUNT * 0.9
    assert tally.rows > 20
    assert tally.held_rightly > 10


def test_the_generated_documents_cover_every_place_form_split_and_scenario() -> None:
    planted = [line.split(" / ") for each in outcomes() for line in each.planted.planted if line[:6] != "target"]
    assert {line[0] for line in planted} == set(PLACES)
    assert {line[2] for line in planted if line[1] == "name"} == set(NAMES)
    assert {line[3] for line in planted} == set(SPLITS)
    assert {each.planted.scenario for each in outcomes()} == set(SCENARIOS)
    assert {each.planted.merged for each in outcomes()} == {"", "roles over columns", "roles at the left"}
    numbers = {(number * 7919 + SEED) % len(combinations()) for number in range(10_000)}
    assert len(numbers) == len(combinations()), "ten thousand documents go through every combination"


def test_the_same_seed_gives_the_same_documents() -> None:
    again = soak(SEED, 7)
    for one, other in ((again.original, outcomes()[7].original), (again.expected, outcomes()[7].expected)):
        assert unpacked(one) == unpacked(other)


def test_the_check_sees_a_name_a_number_a_letter_and_a_member_that_are_wrong() -> None:
    outcome = next(
        each
        for each in outcomes()
        if each.planted.scenario == "another lead"
        and still_there(each.original, each.planted.old, each.expected)
        and b"<w:r>" in unpacked(each.original)["word/document.xml"]
        and judge(each.original, each.original, each.expected, rows_may_change=False).people
    )
    assert outcome.copy is not None
    assert judge(outcome.original, outcome.copy.content, outcome.expected, rows_may_change=False).faults == []
    untouched = judge(outcome.original, outcome.original, outcome.expected, rows_may_change=False)
    assert untouched.people
    assert still_there(outcome.original, outcome.planted.old, outcome.expected)
    words = unpacked(outcome.copy.content)["word/document.xml"]
    letter = exchange_members(outcome.copy.content, {"word/document.xml": words.replace(b"The end of", b"The End of")})
    assert judge(outcome.original, letter, outcome.expected, rows_may_change=False).characters
    tag = exchange_members(outcome.copy.content, {"word/document.xml": words.replace(b"<w:r>", b"<w:r >", 1)})
    assert judge(outcome.original, tag, outcome.expected, rows_may_change=False).markup == ["word/document.xml"]
    member = exchange_members(outcome.copy.content, {"word/media/image1.png": b"x"})
    assert judge(outcome.original, member, outcome.expected, rows_may_change=False).members
    tally = Tally()
    tally.add(replace(outcome, verdict=untouched))
    assert tally.people > 0


@pytest.mark.slow
def test_pdfs_of_generated_documents_pass_both_checkers() -> None:
    assert faults_of_pdfs(fit_for_readers(outcomes(), 15)) == []


def test_merged_cells_below_headings_are_no_headings_cut_to_pieces() -> None:
    """Four headings, one over two columns, above three cells, one of them below three headings."""
    found = soak(1, 300)
    assert found.planted.merged
    assert faults_of_pdfs([found]) == []
    plain = replace(found, planted=replace(found.planted, merged=""))
    assert len(faults_of_pdfs([plain])) == 1, "of any other document it is told"


@pytest.mark.slow
@pytest.mark.needs("soffice")
def test_libreoffice_reads_the_expected_words_of_generated_documents() -> None:
    assert faults_of_words(fit_for_readers(outcomes(), 15)) == []
