"""What changed for a reader, by paragraph and word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.changes.appendix import join_texts
from pipeline.changes.asides import Details, without_number
from pipeline.changes.compare import compare_texts
from pipeline.changes.differences import (
    ChangedParagraph,
    WhatChanged,
    WordChange,
    list_changes,
    say_changes,
    say_difference,
)
from pipeline.model.facts import Contact, Facts

BEFORE = (
    "Lettings Policy\nDate of next review: August 2026\n"
    "The hirer must leave the premises clean and locked by 10 pm.\n"
    "Deposits are returned within 14 days.\nThe lead is Jo Fairweather.\n"
)


def changes(before: str, after: str) -> tuple[ChangedParagraph, ...]:
    facts = Facts(contacts=(Contact("dsl", "Jo Fairweather"), Contact("dsl", "Sam Hillcrest")))
    return list_changes(compare_texts(before, facts, after, facts))


def test_a_changed_word_is_marked_within_its_paragraph() -> None:
    (change,) = changes(BEFORE, BEFORE.replace("10 pm", "9 pm"))
    assert change.as_text == "The hirer must leave the premises clean and locked by [taken out: 10] [new: 9] pm."


def test_a_changed_phrase_reads_as_one() -> None:
    (change,) = changes(BEFORE, BEFORE.replace("clean and locked", "tidy but open"))
    assert change.as_text.count("[new:") == 1
    assert "[taken out: clean and locked] [new: tidy but open]" in change.as_text


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Tell us the same day", "Tell us at once and the same day", "Tell us [new: at once and] the same day"),
        ("Heard by the teacher.", "Heard by the teacher or the head.", "Heard by the teacher [new: or the head]."),
        ("Go home by bus today", "Go home today", "Go home [taken out: by bus] today"),
        ("Gates lock at 8.55am.", "Gates lock at 8.45am.", "Gates lock at [taken out: 8.55am] [new: 8.45am]."),
    ],
)
def test_words_put_in_or_taken_out_do_not_run_into_their_neighbours(before: str, after: str, shown: str) -> None:
    (change,) = changes(f"{BEFORE}{before}\n", f"{BEFORE}{after}\n")
    assert change.as_text == shown


def test_whole_paragraphs_are_new_or_taken_out() -> None:
    after = BEFORE.replace("Deposits are returned within 14 days.\n", "") + "Keys are signed for.\n"
    found = changes(BEFORE, after)
    assert {change.mark for change in found} == {WordChange.ADDED, WordChange.REMOVED}
    assert say_changes(found) == "1 paragraph new and 1 taken out"


def test_contacts_and_header_dates_are_no_difference() -> None:
    assert changes(BEFORE, BEFORE.replace("2026", "2027").replace("Jo Fairweather", "Sam Hillcrest")) == ()


def test_the_difference_is_said_in_a_few_words() -> None:
    after = BEFORE.replace("10 pm", "9 pm").replace("14 days", "28 days") + "Keys are signed for.\n"
    assert say_changes(changes(BEFORE, after)) == "2 paragraphs changed and 1 new"
    assert say_changes(()) == "no paragraph changed"
    assert say_changes(changes(BEFORE, "Lettings Policy\n")).endswith("taken out")


def test_a_very_long_paragraph_is_shown_around_its_changes() -> None:
    long = "word " * 600
    (change,) = changes(f"{long}must {long}\n", f"{long}may {long}\n")
    assert len(change.as_text) < 800
    assert "[taken out: must] [new: may]" in change.as_text
    assert change.as_text.count("…") == 2


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalpha())


# "a. b" is "b" with a number, and a number alone is no difference that readers are shown.
PARAGRAPH = st.text(alphabet="abcde ,.", min_size=1, max_size=40).filter(lambda text: without_number(text) == text)
PARAGRAPHS = st.lists(PARAGRAPH, max_size=6)


@given(PARAGRAPHS, PARAGRAPHS)
def test_the_marked_words_are_those_of_both_texts(before: list[str], after: list[str]) -> None:
    found = changes("\n".join(before), "\n".join(after))
    assert {_letters(each) for each in after} - {_letters(each) for each in (*before, "")} <= {
        _letters("".join(words.text for words in change.words if words.mark is not WordChange.REMOVED))
        for change in found
    }
    for change in found:
        kept = "".join(words.text for words in change.words if words.mark is not WordChange.REMOVED)
        taken = "".join(words.text for words in change.words if words.mark is not WordChange.ADDED)
        texts = {"".join(paragraph.split()) for paragraph in (*before, *after, "")}
        if change.mark is not WordChange.REMOVED:
            assert "".join(kept.split()) in texts
        if change.mark is not WordChange.ADDED:
            assert "".join(taken.split()) in texts


def test_a_new_paragraph_before_a_changed_one_is_told_apart_from_it() -> None:
    after = BEFORE.replace(
        "Deposits are returned within 14 days.",
        "No alcohol is sold on the premises.\nDeposits are returned within 28 days.",
    ).replace("by 10 pm", "by 9 pm")
    assert [change.as_text for change in changes(BEFORE, after)] == [
        "The hirer must leave the premises clean and locked by [taken out: 10] [new: 9] pm.",
        "[new: No alcohol is sold on the premises.]",
        "Deposits are returned within [taken out: 14] [new: 28] days.",
    ]


def test_a_new_lead_beside_a_real_change_is_not_marked() -> None:
    before = "Tell Mrs Jo Fairweather when you leave early and she will note it.\n"
    after = "Tell Mr Sam Hillcrest whenever you leave early and he will note it.\n"
    (change,) = changes(before, after)
    assert change.as_text == (
        "Tell Mr Sam Hillcrest [taken out: when] [new: whenever] you leave early and he will note it."
    )


def test_no_paragraph_is_shown_longer_than_a_reader_takes_in() -> None:
    long = " ".join(f"word{number}" for number in range(600))
    other = " ".join(f"else{number}" for number in range(600))
    for before, after in (("", long), (long, ""), (f"{long} end\n", f"{other} {long[:2000]} end\n")):
        found = changes(f"{BEFORE}{before}\n", f"{BEFORE}{after}\n")
        assert found
        for change in found:
            assert sum(len(words.text) for words in change.words) <= 1_200 + 160
            assert "…" in change.as_text


def test_a_rewritten_document_is_compared_in_its_order_and_quickly() -> None:
    before = "\n".join(f"Rule {number} on halls and keys." for number in range(250))
    after = "\n".join(f"Duty {number * 7} of visitors at the gate." for number in range(250))
    assert len(changes(before, after)) >= 250


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (BEFORE, "not a word changed"),
        (BEFORE.replace("2026", "2027"), "only dates changed"),
        (BEFORE.replace("Jo Fairweather", "Sam Hillcrest"), "only contact details and dates changed"),
        (BEFORE.replace("10 pm", "9 pm"), "1 paragraph changed"),
    ],
)
def test_the_whole_difference_is_said_in_a_few_words(after: str, said: str) -> None:
    facts = Facts(contacts=(Contact("dsl", "Jo Fairweather"), Contact("dsl", "Sam Hillcrest")))
    assert say_difference(compare_texts(BEFORE, facts, after, facts)) == said


def test_the_part_that_changed_is_said() -> None:
    before, facts = f"{BEFORE}1. Keys\nLocal appendix\nThe office opens at eight.\n", Facts()
    cases = {
        before.replace("at eight", "at nine"): "1 paragraph changed (only the local appendix changed)",
        before.replace("10 pm", "9 pm"): "1 paragraph changed (the local appendix is as it was)",
        before.replace("1. Keys", "2. Keys"): "only the numbering changed",
    }
    for after, said in cases.items():
        assert say_difference(compare_texts(before, facts, after, facts)) == said


def test_characters_that_turn_a_line_around_are_not_shown() -> None:
    (change,) = changes(BEFORE, f"{BEFORE}Keys are \u202esigned\x07 for.\n")
    assert change.as_text == "[new: Keys are signed for.]"


def test_a_paragraph_with_more_changed_words_than_a_reader_takes_in_is_ended() -> None:
    before = " ".join(f"old{number} and" for number in range(200))
    after = " ".join(f"new{number} and" for number in range(200))
    (change,) = changes(f"{BEFORE}{before}\n", f"{BEFORE}{after}\n")
    assert change.mark is WordChange.SAME
    assert sum(len(words.text) for words in change.words) <= 1_200 + 160


def test_paragraphs_saved_in_other_breaks_beside_a_change_are_not_shown() -> None:
    before = "Keys are signed for.\nDogs stay outside.\nHirers leave by ten.\n"
    after = "Keys are signed for. Dogs stay outside.\nHirers leave by nine.\n"
    shown = [
        change.as_text
        for change in changes(f"Start.\n{before}Same line.\n{BEFORE}", f"Start.\n{after}Same line.\n{BEFORE}")
    ]
    assert "Hirers leave by [taken out: ten] [new: nine]." in shown
    split = "Keys are signed for. Dogs stay outside.\nThe same.\nHirers leave by ten.\n"
    joined = "Keys are signed for.\nDogs stay outside.\nThe same.\nHirers leave by nine.\n"
    assert [change.as_text for change in changes(split, joined)] == ["Hirers leave by [taken out: ten] [new: nine]."]


def test_each_part_of_a_policy_with_its_own_appendix_has_its_heading_once() -> None:
    before = join_texts("Halls close at ten.\nDogs stay outside.", "The key is in the office.")
    after = join_texts("Halls close at nine.\nCats stay outside.", "The key is in the workshop.")
    shown = WhatChanged("", list_changes(compare_texts(before, Facts(), after, Facts())))
    headings = [shown.heading_of(index) for index in range(len(shown.paragraphs))]
    assert headings == ["In the main text", "", "In the local appendix"]


def test_a_text_in_one_file_has_no_headings_of_parts() -> None:
    assert WhatChanged("", changes(BEFORE, BEFORE.replace("10 pm", "9 pm"))).heading_of(0) == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The Canon Lane site is closed.", "The Canon Road site is closed."),
        ("Father Hudson's runs the centre.", "Father Brown's runs the centre."),
        ("Doctor Foster Surgery keeps it.", "Doctor Hill Surgery keeps it."),
        ("Tell the Professor. Parents must wait.", "Tell the Professor. Staff must wait."),
    ],
)
def test_what_only_begins_like_a_title_changes_in_sight(before: str, after: str) -> None:
    assert Details(()).without(before) != Details(()).without(after)
    assert Details(()).without("Mrs. Holt teaches.") == Details(()).without("Councillor Lee teaches.")
