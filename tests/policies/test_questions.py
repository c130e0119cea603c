"""What is unclear becomes questions, and each answer is carried out with its reason."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.config import parse_config
from pipeline.errors import UsageError
from pipeline.facts.as_json import facts_to_json
from pipeline.findings.machine_read import SURENESS
from pipeline.model.policies import VersionStatus
from pipeline.policies.decisions.decided import Decided
from pipeline.policies.decisions.settle import settle
from pipeline.policies.questions import KEEP, OTHER, RELEASE, WITHDRAW, Question, list_asked, list_questions
from pipeline.register.decision import Decision
from pipeline.register.ledger.check import verify
from pipeline.register.policies import policies as rows
from pipeline.register.tables import schema
from tests.builders import paragraph, word_file
from tests.policies.folders import NOW, TODAY, Folder, policy_text
from tests.policies.test_decide import CHANGED, approve, in_force, issue, set_facts
from tests.policies.test_standing import codes, stand


def ask(folder: Folder) -> list[Question]:
    with folder.register.reading() as tx:
        return list(list_questions(tx, folder.register.school, parse_config("", root=Path()), TODAY))


def fields(folder: Folder) -> list[tuple[str, str]]:
    return [(question.field, question.status) for question in ask(folder)]


def answer(folder: Folder, question: Question, value: str, reason: str = "the clerk says so") -> Decided:
    with folder.register.transaction() as tx:
        return settle(
            Decision(tx, folder.register.school, "Pat Clerk", NOW), question, value, reason=reason, today=TODAY
        )


def test_a_clear_policy_asks_nothing(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    assert ask(folder) == []


def test_a_text_that_may_be_another_schools_is_asked_about_and_held_for_nothing(folder: Folder) -> None:
    text = policy_text("Lettings Policy").replace("Westhaven School", "Lettings").replace("Westhaven", "Lettings")
    folder.write("lettings.txt", f"{text}\nPupils visit Thornfield School.\n")
    folder.record()
    config = parse_config('[school]\nname = "Westhaven School"\n', root=Path())
    with folder.register.reading() as tx:
        (asked,) = list_questions(tx, folder.register.school, config, TODAY)
    assert (asked.field, asked.status) == ("school", "ambiguous")
    assert asked.asks.startswith("It may be the policy of “Thornfield School”. Is it Westhaven School’s?")
    assert asked.choices[0].value == "Westhaven School"
    answer(folder, asked, asked.choices[0].value)
    with folder.register.reading() as tx:
        assert list_questions(tx, folder.register.school, config, TODAY) == ()
        assert not any(each.holds for each in rows.versions_in_force(tx, folder.register.school).values())


def test_whose_a_text_is_that_one_sign_alone_shows_is_listed_and_asks_nothing(folder: Folder) -> None:
    text = policy_text("Lettings Policy").replace("Westhaven School", "Lettings").replace("Westhaven", "Lettings")
    folder.write("lettings.txt", f"{text}\nStudents of Moorland Folk meet here, and so do families of Moorland Folk.\n")
    folder.record()
    assert fields(folder) == [("school", "ambiguous")]
    assert list_asked(ask(folder)) == (), "what a look can settle later is no question"


def test_an_owner_that_is_read_unsurely_is_asked_with_what_was_read_as_the_first_answer(folder: Folder) -> None:
    text = policy_text("Lettings Policy").replace("Policy Owner: Business Manager", "Reviewed by: Alistair Attwell")
    folder.write("lettings.txt", text)
    folder.record()
    (owner,) = ask(folder)
    assert (owner.field, owner.status, owner.where) == ("owner", "ambiguous", "line 6")
    assert owner.choices[0].label == "what the document says: Alistair Attwell"
    answer(folder, owner, owner.choices[0].value)
    assert ask(folder) == []


def test_what_is_blank_or_missing_is_asked_with_its_words_and_place(folder: Folder) -> None:
    text = policy_text("Lettings Policy").replace("Governors: 10 September 2026", "Governors:")
    folder.write("lettings.txt", text.replace("Policy Owner: Business Manager\n", ""))
    folder.record()
    approved, owner = ask(folder)
    assert (approved.field, approved.status, approved.where) == ("approved_on", "blank", "line 5")
    assert approved.words == "Date approved by Governors:"
    assert (owner.field, owner.status, owner.words) == ("owner", "missing", None)
    answer(folder, approved, "10 September 2026")
    answer(folder, owner, "Business Manager")
    assert ask(folder) == []
    assert not {"approval-blank", "owner-missing"} & set(codes(stand(folder)["lettings"]))


def test_a_missing_owner_may_be_one_that_other_policies_name_the_commonest_first(folder: Folder) -> None:
    for title, owner in (("Homework", "Headteacher"), ("Uniform", "Business Manager"), ("Music", "Business Manager")):
        text = policy_text(f"{title} Policy").replace("Business Manager", owner)
        folder.write(f"{title}.txt", text)
    folder.write("lettings.txt", policy_text("Lettings Policy").replace("Policy Owner: Business Manager\n", ""))
    folder.record()
    (question,) = ask(folder)
    assert [choice.value for choice in question.choices] == ["Business Manager", "Headteacher"]


def test_dates_that_a_machine_read_from_a_scan_are_held_against_the_page(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    with folder.register.transaction() as tx:
        (version,) = rows.versions_in_force(tx, folder.register.school).values()
        evidence = {
            name: replace(each, confidence=SURENESS if name in ("next_review", "owner") else each.confidence)
            for name, each in version.facts.evidence.items()
        }
        facts = facts_to_json(replace(version.facts, evidence=evidence))
        tx.execute(update(schema.policy_version).values(facts=facts))
    (question,) = ask(folder)
    assert (question.field, question.status) == ("next_review", "read-by-machine")
    assert question.asks == "When is its next review? A machine read it from a scan; hold it against the page."
    assert [choice.value for choice in question.choices] == ["2027-08"]
    answer(folder, question, "2027-08")
    assert ask(folder) == []


def test_two_dates_that_could_be_meant_are_the_choices(folder: Folder) -> None:
    text = policy_text("Lettings Policy").replace(
        "Date of next Review: August 2027", "Review date: August 2027\nReview date: March 2028"
    )
    folder.write("lettings.txt", text)
    folder.record()
    (question,) = ask(folder)
    assert (question.field, question.status) == ("next_review", "ambiguous")
    assert [choice.value for choice in question.choices] == ["2027-08", "2028-03"]
    answer(folder, question, "2028-03")
    review = stand(folder)["lettings"].next_review
    assert review is not None
    assert review.value == "2028-03"
    assert "date-ambiguous" not in codes(stand(folder)["lettings"])


def test_a_missing_review_date_offers_what_the_policys_own_cycle_gives(folder: Folder) -> None:
    text = policy_text("Lettings Policy").replace("Date of next Review: August 2027\n", "")
    folder.write("lettings.txt", text + "\nThis policy is reviewed every two years.\n")
    folder.record()
    (question,) = ask(folder)
    assert [(choice.value, choice.label) for choice in question.choices] == [
        ("2028-08", "August 2028, which is 24 months after “August 2026”")
    ]


def test_a_cycle_that_means_two_things_is_asked(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy") + "\nThis policy is reviewed biannually.\n")
    folder.record()
    (question,) = ask(folder)
    assert (question.field, [choice.value for choice in question.choices]) == ("review_cycle_months", ["6", "24"])
    answer(folder, question, "6")
    assert ask(folder) == []
    assert "cycle-ambiguous" not in codes(stand(folder)["lettings"])


def test_a_register_that_is_kept_up_to_date_is_asked_for_no_review(folder: Folder) -> None:
    text = policy_text("Single Central Record").replace("Date of next Review: August 2027\n", "")
    folder.write("scr.txt", text)
    folder.record()
    assert ask(folder) == []


def test_an_approval_that_was_recorded_is_asked_for_no_more(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy").replace("Governors: 10 September 2026", "Governors:"))
    folder.record()
    approve(folder)
    assert ask(folder) == []


def test_the_last_review_is_asked_for_where_no_day_stands_and_then_it_can_wait(folder: Folder) -> None:
    text = policy_text("Lettings Policy").replace("Date approved by Governors: 10 September 2026\n", "")
    folder.write("lettings.txt", text.replace("Date of last Review: August 2026\n", ""))
    folder.record()
    assert ask(folder) == [], "where the next review stands nothing is counted from the last"
    folder.write("lettings.txt", text.replace("Date of last Review: August 2026\n", "").replace("August 2027", ""))
    folder.record()
    assert fields(folder) == [("next_review", "blank"), ("last_review", "missing")]
    assert [each.field for thing in list_asked(ask(folder)) for each in thing] == ["next_review"]


def test_an_earlier_edition_of_a_policy_is_listed_and_asked_about_only_of_who_asks(folder: Folder) -> None:
    later = policy_text("Lettings Policy", body="Halls are let to clubs of the parish.")
    folder.write("lettings.docx.txt", later)
    earlier = later.replace("2027", "2025").replace("2026", "2024").replace("clubs", "the clubs")
    folder.write("old-lettings.txt", earlier)
    folder.record()
    (second,) = ask(folder)
    assert (second.status, second.can_wait) == ("differs", True)
    assert list_asked(ask(folder)) == ()


def test_a_withdrawn_policy_asks_nothing(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy").replace("Business Manager", ""))
    folder.record()
    assert fields(folder) != []
    set_facts(folder, "withdrawn=yes")
    assert ask(folder) == []


def test_a_held_draft_is_used_with_a_reason(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body=CHANGED + " Ring «OfficePhone»."))
    folder.record()
    (question,) = ask(folder)
    assert (question.field, question.status, question.where) == ("draft", "held", "lettings.txt")
    assert "«OfficePhone»" in (question.words or "")
    with pytest.raises(UsageError, match="Choose one of the numbers"):
        answer(folder, question, "2027")
    answer(folder, question, RELEASE)
    assert in_force(folder).status is VersionStatus.PENDING_APPROVAL
    assert ask(folder) == []


def test_a_held_first_text_is_released(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", school="Otherton Primary School"))
    folder.record()
    (question,) = ask(folder)
    assert question.field == "hold"
    answer(folder, question, RELEASE)
    assert in_force(folder).holds == ()


@pytest.fixture
def doubled(folder: Folder) -> Folder:
    """A Word file that counts and a text of the same policy with another date."""
    text = policy_text("Lettings Policy", review="August 2026")
    (folder.root / "lettings.docx").write_bytes(word_file(*(paragraph(line) for line in text.splitlines() if line)))
    folder.write("lettings.txt", policy_text("Lettings Policy", review="August 2028"))
    folder.record()
    return folder


def test_a_second_file_that_differs_is_set_aside_until_it_changes(doubled: Folder) -> None:
    (question,) = ask(doubled)
    assert (question.field, question.status) == ("file:lettings.txt", "differs")
    answer(doubled, question, KEEP)
    assert ask(doubled) == []
    assert "duplicate-differs" not in codes(stand(doubled)["lettings"])
    doubled.write("lettings.txt", policy_text("Lettings Policy", review="August 2029"))
    doubled.record()
    assert [each.field for each in ask(doubled)] == ["file:lettings.txt"]


def test_the_other_file_counts_from_the_next_run_and_stays_so(doubled: Folder) -> None:
    (question,) = ask(doubled)
    assert "counts from now on" in answer(doubled, question, OTHER).message
    doubled.record()
    version = in_force(doubled)
    assert version.path == "lettings.txt"
    assert version.facts.next_review is not None
    assert version.facts.next_review.date.value == "2028-08"
    with doubled.register.reading() as tx:
        standing = {path: file.standing for path, file in rows.list_source_files(tx, doubled.register.school).items()}
    assert standing == {"lettings.docx": "duplicate", "lettings.txt": "primary"}
    doubled.record()
    assert in_force(doubled).path == "lettings.txt"


def test_a_file_that_is_gone_when_the_answer_comes_is_told(doubled: Folder) -> None:
    (question,) = ask(doubled)
    with doubled.register.transaction() as tx:
        gone = rows.list_source_files(tx, doubled.register.school)["lettings.txt"]
        rows.save_source_file(tx, doubled.register.school, replace(gone, policy_id=None), NOW)
    with pytest.raises(UsageError, match="look again"):
        answer(doubled, question, KEEP)


@pytest.fixture
def put_away(folder: Folder) -> Folder:
    """A policy whose file was moved to the folder of old ones."""
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    (folder.root / "old").mkdir()
    (folder.root / "lettings.txt").rename(folder.root / "old" / "lettings.txt")
    folder.record()
    return folder


def test_a_policy_that_was_put_away_is_withdrawn_on_a_word(put_away: Folder) -> None:
    (question,) = ask(put_away)
    assert question.status == "put-away"
    answer(put_away, question, WITHDRAW)
    with put_away.register.reading() as tx:
        assert rows.list_policies(tx, put_away.register.school)[0].withdrawn_on == TODAY


def test_a_policy_that_was_put_away_stays_in_use_on_a_word(put_away: Folder) -> None:
    (question,) = ask(put_away)
    assert "stays in use" in answer(put_away, question, KEEP).message
    assert ask(put_away) == []
    assert "proposed-withdrawn" not in codes(stand(put_away)["lettings"])


@pytest.mark.parametrize(("choice", "kept"), [(0, "2027-08"), (1, "2028-08")])
def test_a_text_that_contradicts_what_was_settled_is_asked_about_once(folder: Folder, choice: int, kept: str) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy").replace("Date of next Review: August 2027\n", ""))
    folder.record()
    set_facts(folder, "next_review=2028-08")
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    issue(folder)
    (question,) = ask(folder)
    assert (question.field, question.status, question.where) == ("next_review", "differs", "line 8")
    answer(folder, question, question.choices[choice].value)
    assert ask(folder) == []
    assert "settled-differs" not in codes(stand(folder)["lettings"])
    review = stand(folder)["lettings"].next_review
    assert review is not None
    assert review.value == kept


def test_answers_survive_a_new_version_and_stand_in_the_ledger(folder: Folder) -> None:
    text = policy_text("Lettings Policy").replace("Policy Owner: Business Manager\n", "")
    folder.write("lettings.txt", text)
    folder.record()
    (question,) = ask(folder)
    answer(folder, question, "Business Manager")
    folder.write("lettings.txt", text.replace("every day", "on every day of the school year"))
    folder.record()
    issue(folder)
    assert stand(folder)["lettings"].owner == "Business Manager"
    with folder.register.reading() as tx:
        assert verify(tx, folder.register.school).faults == ()


@pytest.mark.parametrize(("value", "reason", "message"), [("", "x", "Type a value"), ("soon", "x", "is no date"),
                                                          ("2027-08", " ", "Say why")])  # fmt: skip
def test_an_answer_that_is_none_keeps_nothing(folder: Folder, value: str, reason: str, message: str) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy").replace("Date of next Review: August 2027\n", ""))
    folder.record()
    (question,) = ask(folder)
    with pytest.raises(UsageError, match=message):
        answer(folder, question, value, reason)
    assert fields(folder) == [("next_review", "missing")]


def test_whoever_has_what_nobody_looks_after_is_named_once_and_no_policy_asks_for_more(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy").replace("Policy Owner: Business Manager\n", ""))
    folder.write("music.txt", policy_text("Music Policy").replace("Owner: Business Manager", "Owner:"))
    folder.record()
    assert [len(thing) for thing in list_asked(ask(folder))] == [2]
    config = parse_config('[review]\ndefault_owner = "head@example.org"\n', root=Path())
    with folder.register.reading() as tx:
        asked = list_questions(tx, folder.register.school, config, TODAY)
    assert [each.slug for each in asked] == ["lettings", "music"], "they are listed with what can wait"
    assert list_asked(asked) == ()


def test_an_owner_that_is_read_unsurely_is_no_part_of_the_answer_for_those_that_say_none(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy").replace("Policy Owner: Business Manager\n", ""))
    unsure = policy_text("Music Policy").replace("Owner: Business Manager", "Owner: To be agreed")
    folder.write("music.txt", unsure)
    folder.record()
    assert {each.slug: each.status for each in ask(folder)} == {"lettings": "missing", "music": "ambiguous"}
    assert [len(thing) for thing in list_asked(ask(folder))] == [1, 1]
