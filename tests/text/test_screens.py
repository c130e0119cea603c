"""A look for letters before a costly pattern: whatever the pattern finds has some of them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dates import written
from pipeline.facts import links, own_lines, problems
from pipeline.findings import promises, template_marks
from pipeline.labels import history_headings, listed, unlisted
from pipeline.last_look import lines as last_lines
from pipeline.last_look import role_labels
from pipeline.named import contacts, own_body
from pipeline.named.layout import broken
from pipeline.named.ties import find
from pipeline.text.phrases import phrase_openings
from tests.text.drawing import everywhere

_SIGNS = "".join(map(chr, range(32, 127))) + "\t–—…©’‘“”"
SCREENS = {
    **{f"date {number}": (form[0], form[2]) for number, form in enumerate(written._FORMS) if form[2]},
    "announcements": (links._ANNOUNCES, links._STEMS),
    "leaders": (own_lines._LEADERS, ("...", ". .", "…")),
    "leaders to a page": (own_lines._LEADERS_TO_A_PAGE, ("...", ". .", "…")),
    "a deputy officer": (own_body._DEPUTY_OFFICER, ("officer",)),
    "a church’s council": (own_body._CHURCH_COUNCIL, own_body._OF_COUNCILS),
    "a promise": (promises._MAY_PROMISE, promises._OF_PAPERS),
    "to whom it is promised": (promises._TO_WHOM, promises._OF_READERS),
    "a field": (template_marks._MAY_HOLD, (*template_marks._OPENINGS, *template_marks._OF_FIELDS)),
    "a duty": (find._DUTY, find._OF_DUTY),
    "the area": (contacts._AREA_WORDS, contacts._OF_AREA),
    "where teachers lead": (contacts._WHERE_TEACHERS_LEAD, contacts._OF_WHERE_TEACHERS_LEAD),
    "a deputy": (find._DEPUTY_WORD, find._OF_DEPUTIES),
    "unfinished": (broken._UNFINISHED, broken._OF_UNFINISHED),
}


@pytest.mark.parametrize("name", SCREENS)
@settings(max_examples=30)
@given(st.data())
def test_whatever_a_pattern_finds_has_the_letters_that_are_looked_for(name: str, data: st.DataObject) -> None:
    pattern, letters = SCREENS[name]
    text = data.draw(st.from_regex(everywhere(pattern), alphabet=_SIGNS))
    assert any(letter.casefold() in text.casefold() for letter in letters)


_LABEL_WORDS = ("Policy", "Date", "review", "of", "the", "Owner:", "Approved", "by", "s", "ducks", "May", "12", "2026")
_GAPS = st.sampled_from((" ", " ", " ", "  ", ": ", "\t", "-", ", ", "’s ", "…", ". "))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_LABEL_WORDS), _GAPS), min_size=1, max_size=9))
def test_no_label_is_lost_by_a_look_at_the_second_word(words: list[tuple[str, str]]) -> None:
    text = "".join(word + gap for word, gap in words).strip()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(unlisted, "_goes_on_otherwise", lambda text, position: False)
        wanted = list(unlisted.find_phrases(text))
    assert list(unlisted.find_phrases(text)) == wanted


@settings(max_examples=60)
@given(st.from_regex(last_lines._A_SENTENCE.pattern, alphabet=_SIGNS))
def test_whatever_ends_as_a_sentence_ends_in_a_full_stop(text: str) -> None:
    assert text.rstrip().endswith(".")


@settings(max_examples=60)
@given(st.from_regex(everywhere(role_labels._ROLE), alphabet=_SIGNS))
def test_whatever_is_a_role_to_the_last_look_is_seen_before_it(text: str) -> None:
    assert role_labels.may_name_role(text)


@pytest.mark.parametrize("role", ["Deſignated person", "CHİLD PROTECTıON officer", "Safeguarding Lead", "our dſl"])
def test_the_last_look_sees_a_role_in_whatever_letters_its_pattern_does(role: str) -> None:
    assert role_labels.may_name_role(role)


@settings(max_examples=60)
@given(st.from_regex(problems._MAY_BE_MARKED, alphabet=_SIGNS))
def test_whatever_may_be_a_mark_has_its_letters(text: str) -> None:
    assert any(letter in text for letter in problems._OF_MARKS)


@settings(max_examples=200)
@given(st.sampled_from(written._FORMS), st.data())
def test_every_form_of_a_date_has_two_figures_side_by_side(form: tuple, data: st.DataObject) -> None:  # type: ignore[type-arg]
    text = data.draw(st.from_regex(everywhere(form[0]), alphabet=_SIGNS))
    assert re.search(r"\d\d", text)


def test_the_openings_of_all_phrases_are_letters() -> None:
    """What is not would never be found: a word is looked up by its letters."""
    openings = {opening for each in listed._PHRASES for opening in phrase_openings(each.phrase, listed._RULES.words)}
    assert [opening for opening in openings if opening and not re.fullmatch("[a-z]+", opening)] == []


_HISTORY_WORDS_TEXT = """
    Version date DATE Issued iſſued of changes Change AMENDMENTS amended by author Description revision rev issue policy
    history Record control LOG document reason comments summary details ducks Reviewed reviewed review Review 2026 |
"""


@settings(max_examples=2000)
@given(st.lists(st.sampled_from(_HISTORY_WORDS_TEXT.split()), max_size=7).map(" ".join))
def test_whatever_heads_a_history_has_its_words(text: str) -> None:
    assert history_headings.may_head_history(text) or not history_headings._HISTORY_HEADING.match(text)


_OF_REVIEWS = (
    "Date of review",
    "review date",
    "date reviewed",
    "Reviewed by",
    "REVIEWED BY",
    "Changes",
    "comment",
    "duck",
)


@settings(max_examples=500)
@given(st.lists(st.sampled_from(_OF_REVIEWS), max_size=5).map(" | ".join))
def test_whatever_heads_reviews_says_by_whom(text: str) -> None:
    told = history_headings._OF_REVIEWS.match(text) is not None and "eview" in text
    assert history_headings.heads_reviews(text) == told


_CHANGED = ("Description", "Changes", "Amended", "Author", "Summary", "Reason", "Comment", "Details", "Revision")


@pytest.mark.parametrize("word", _CHANGED)
def test_each_word_of_changes_heads_a_history_beside_a_date(word: str) -> None:
    for text in (f"Version | Date | {word}", f"VERSION ISSUED {word.upper()}"):
        assert history_headings._HISTORY_HEADING.match(text)
        assert history_headings.may_head_history(text)


def test_a_row_of_reviews_and_a_title_head_a_history() -> None:
    assert history_headings.heads_reviews("Review date | Reviewed by | Changes")
    assert history_headings.may_head_history("Document control")
    assert not history_headings.may_head_history("Please record the date with the pond")
