"""What counts as "I have read": the writer's own first words, alone, above the quote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mail.inbox.words import Statement, read_words

ONE, TWO = ("Confidentiality",), ("Confidentiality", "Safeguarding")
NAMES = ("Kim", "Lee")
QUOTE = "\n\nOn Mon, 23 Nov 2026 at 09:00, School <policies@example.org> wrote:\n> I have read\n"


def said(text: str, titles: tuple[str, ...] = ONE) -> tuple[Statement, bool]:
    found = read_words(text, titles=titles, names=NAMES)
    return found.statement, found.has_more


@pytest.mark.parametrize(
    "text",
    [
        "I have read",
        "i have read.",
        "I've read it.",
        "I\u2019ve now read this",
        "Yes, I have read it",
        "I have read and understood.",
        "I confirm that I have read the above policy.",
        "I have read the Confidentiality policy.",
        "Hi,\n\nI have read\n\nThanks\nKim",
        "Dear office,\n\nI have read this today.\n\nKind regards,\n\nKim Lee\nClass teacher\n01632 960200",
        "I have read\n\nKim Lee\nClass teacher, Year 3",
        "I have read\n\nMrs K Lee\nYear 3",
        "I have read\n\nSent from my iPhone",
        "I have read\n--\nKim Lee | Example School",
        "*I have read*",
    ],
)
def test_these_words_say_it(text: str) -> None:
    assert said(text) == (Statement.READ, False)
    assert said(text + QUOTE) == (Statement.READ, False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I have not read it",
        "I have not yet read",
        "I haven't read",
        "I have read half of it",
        "I have read most of it",
        "I have read it?",
        "Have I read it?",
        "I will have read it by Friday",
        "I have read it but do not agree",
        "I have read, except the last page",
        "I have read nothing of it",
        "I never said I have read",
        "She says: I have read",
        "Thanks! I have read",
        "ok",
        "read",
        "I have read\n\nThat is a lie",
        "I have read\nnone of it",
        "> I have read",
        "Thanks\n\nI have read",
        "On Mon, 23 Nov 2026 the office wrote:\nI have read",
        "-----Original Message-----\nI have read",
        "From: office@example.org\nI have read",
        "Reply to this mail with these words at the top: I have read",
        "A worry about a child goes to Pat Marsh.\nReply to this mail with these words at the top: I have read",
    ],
)
def test_these_words_do_not(text: str) -> None:
    assert said(text)[0] is not Statement.READ
    assert said(text + QUOTE)[0] is not Statement.READ


def test_of_several_policies_one_named_leaves_the_others_open() -> None:
    assert said("I have read the Confidentiality policy", TWO)[0] is Statement.PERHAPS
    assert said("I have read the policy", TWO)[0] is Statement.PERHAPS
    assert said("I have read both policies", TWO) == (Statement.READ, False)
    assert said("I have read both policies", (*TWO, "PSHE"))[0] is Statement.PERHAPS


def test_what_stands_beside_the_words_is_for_somebody_to_look_at() -> None:
    assert said("I have read\n\nA pupil told me something today.") == (Statement.PERHAPS, True)
    assert said("I have read\n\nThanks\nKim\nPS I am worried about Sam") == (Statement.READ, True)
    assert said("Thanks\nKim\nCan I talk to somebody?") == (Statement.OTHER, True)


def test_a_forwarded_mail_is_seen_by_the_line_above_it() -> None:
    text = "I have read\n\n---------- Forwarded message ---------\nFrom: office@example.org\n"
    assert read_words(text, titles=ONE, names=NAMES).is_forwarded


@given(st.text(max_size=200), st.text(max_size=200))
def test_words_below_a_quote_mark_never_count(before: str, after: str) -> None:
    text = f"{before}\n> I have read\n{after}"
    own = read_words(before, titles=ONE, names=NAMES).statement
    assert read_words(text, titles=ONE, names=NAMES).statement in (own, Statement.NOTHING)


@given(st.sampled_from(["not", "never", "no", "haven't", "half", "unless", "but", "only", "?"]), st.integers(0, 4))
def test_a_word_that_takes_it_back_always_counts(word: str, place: int) -> None:
    words = ["I", "have", "read", "the", "policy"]
    text = " ".join([*words[:place], word, *words[place:]]) if place < 4 else f"I have read {word} the policy"
    assert said(text)[0] is not Statement.READ
