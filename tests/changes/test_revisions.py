"""What kind of revision a changed text is, and what keeps it from being used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.changes.compare import ParagraphChange, PolicyPart, TextComparison, compare_texts
from pipeline.changes.differences import say_difference
from pipeline.changes.kinds import ISSUES_ITSELF
from pipeline.changes.revisions import holds, is_own_name, may_be_anothers, revision_kind, same_school
from pipeline.model.facts import Contact, Evidence, Facts, FactStatus, Problem
from pipeline.model.policies import RevisionKind
from pipeline.places import read_place

LEAD = Contact("dsl", "Jo Fairweather", "01632 960101", "jo.fairweather@example.org")
NEXT = Contact("dsl", "Sam O'Neill", "01632 960202", "sam.oneill@example.org")
HEAD = "Lettings Policy\nDate of last review: August 2025\nDate of next review: August 2026\n"
BODY = (
    "Halls are let to community groups outside school hours.\n"
    "The hirer must leave the premises clean and locked by 10 pm.\n"
    "Deposits are returned within 14 days.\n"
)
CONTACT = "Ask Mrs Jo Fairweather, the Designated Safeguarding Lead. Her contact details are:\nTel. 01632 960101\n"


def kind(before: str, after: str, old: Contact = LEAD, new: Contact = LEAD) -> RevisionKind:
    return revision_kind(compare_texts(before, Facts(contacts=(old,)), after, Facts(contacts=(new,))))


ROWS = "Version\tDate\tDescription of changes\n1.0\tSeptember 2025\tfirst issue\n"
LINES = "Version history\nVersion 1.0 – September 2025 – first issue\n"


@pytest.mark.parametrize(
    ("before", "entry"),
    [
        (ROWS, "2.0\tSeptember 2026\treviewed, no changes\n"),
        (f"Document history\n{ROWS}", "2.0\tSeptember 2026\tsection 4: the new name of the office\n"),
        (f"{ROWS}and a second line of that cell\n", "2.0\tSeptember 2026\treviewed, no changes\n"),
        (LINES, "Version 2.0 – September 2026 – reviewed, no changes\n"),
        (LINES, "1 September 2026: reviewed, no changes\n"),
    ],
)
def test_a_new_entry_in_the_history_of_revisions_is_reaffirmed_wherever_it_stands(before: str, entry: str) -> None:
    assert kind(HEAD + BODY + before, HEAD.replace("2026", "2027") + BODY + before + entry) is RevisionKind.REAFFIRMED
    assert kind(HEAD + before + BODY, HEAD + before + entry + BODY) is RevisionKind.REAFFIRMED
    both = compare_texts(before + BODY, Facts(), before + entry + BODY.replace("10 pm", "9 pm"), Facts())
    assert [change.after for change in both.changes] == ["The hirer must leave the premises clean and locked by 9 pm."]


@pytest.mark.parametrize(
    "entry",
    [
        "2.0\tSeptember 2026\tstaff must report on paper\n",
        "From September 2026 telephones are left at the office.\n",
        "2\tTelephones stay outside\treported to the office\n",
        "Telephones stay outside.\n",
    ],
)
def test_what_may_be_a_rule_is_no_entry_of_a_history(entry: str) -> None:
    for before in (ROWS, LINES):
        assert kind(BODY + before, BODY + before + entry) is RevisionKind.MAJOR
    assert kind(BODY, BODY + "September 2026\tTelephones stay outside\n") is RevisionKind.MAJOR


def test_a_file_saved_again_is_reaffirmed() -> None:
    assert kind(HEAD + BODY, HEAD.replace("\n", "\n\n") + BODY.replace(" ", "  ")) is RevisionKind.REAFFIRMED


def test_a_date_of_a_short_rule_that_speaks_of_reviews_is_no_matter_of_the_header_block() -> None:
    rule = "Risk assessments must be reviewed by 1 September 2025.\n"
    assert kind(BODY + rule, BODY + rule.replace("September 2025", "March 2026")) is RevisionKind.MAJOR


def test_the_next_version_number_beside_moved_dates_is_reaffirmed() -> None:
    before = "Version 2\n" + HEAD + BODY
    after = before.replace("Version 2", "Version 3").replace("2026", "2027")
    assert kind(before, after) is RevisionKind.REAFFIRMED


def test_moved_dates_in_the_header_block_are_reaffirmed() -> None:
    after = HEAD.replace("2026", "2027").replace("2025", "2026") + BODY
    assert kind(HEAD + BODY, after) is RevisionKind.REAFFIRMED


def test_a_blank_approval_that_is_filled_in_is_reaffirmed() -> None:
    before = "Date approved by Governors:\n" + BODY
    assert kind(before, before.replace("Governors:", "Governors: 14 October 2026")) is RevisionKind.REAFFIRMED


def test_a_date_inside_a_rule_is_no_matter_of_the_header_block() -> None:
    rule = (
        "Every hirer must send the insurance papers for the coming year to the school office before 1 September 2025.\n"
    )
    assert kind(BODY + rule, BODY + rule.replace("2025", "2026")) is RevisionKind.MAJOR


def test_a_new_lead_is_a_change_of_contacts() -> None:
    after = CONTACT.replace("Mrs Jo Fairweather", "Mr Sam O'Neill").replace("960101", "960202").replace("Her", "His")
    assert kind(HEAD + BODY + CONTACT, HEAD + BODY + after, LEAD, NEXT) is RevisionKind.CONTACTS


def test_a_new_lead_and_a_new_duty_are_a_major_change() -> None:
    after = CONTACT.replace("Jo Fairweather", "Sam O'Neill").replace("Ask", "Always ask")
    assert kind(BODY + CONTACT, BODY + after, LEAD, NEXT) is RevisionKind.MAJOR


def test_a_mended_word_is_a_minor_change() -> None:
    assert kind(BODY, BODY.replace("clean and locked", "tidy and locked")) is RevisionKind.MINOR


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("must leave", "may leave"),
        ("within 14 days", "within 28 days"),
        ("are let", "are not let"),
        ("Deposits are returned within 14 days.\n", ""),
        ("outside school hours.", "outside school hours.\nNo alcohol is sold."),
    ],
)
def test_a_duty_a_number_or_a_paragraph_makes_a_change_major(old: str, new: str) -> None:
    assert old in BODY
    assert kind(BODY, BODY.replace(old, new)) is RevisionKind.MAJOR


def test_the_changes_are_told_in_whole_paragraphs() -> None:
    after = BODY.replace("tidy", "clean").replace("14 days", "28 days") + "Keys are signed for.\n"
    comparison = compare_texts(BODY, Facts(), after, Facts())
    assert comparison.changes == (
        ParagraphChange("Deposits are returned within 14 days.", "Deposits are returned within 28 days."),
        ParagraphChange(None, "Keys are signed for."),
    )
    assert {"14", "28", "keys"} <= set(comparison.words_changed)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=400))
def test_a_text_never_differs_from_itself(text: str) -> None:
    comparison = compare_texts(text, Facts(contacts=(LEAD,)), text, Facts(contacts=(LEAD,)))
    assert comparison == TextComparison(True, True, True, (), ())


@given(st.text(alphabet="abcdefgh \n", max_size=120), st.text(alphabet="abcdefgh ", min_size=1, max_size=30))
def test_a_change_of_ordinary_words_never_issues_itself(text: str, added: str) -> None:
    after = text + "\n" + added
    same = "".join(text.split()) == "".join(after.split())
    found = kind(text, after)
    assert (found in ISSUES_ITSELF) == (not added.strip()) or same


def test_draft_marks_and_another_school_hold_a_text() -> None:
    facts = Facts(
        school="Otherton Primary School",
        evidence={"school": Evidence(FactStatus.FOUND, "Otherton Primary School", read_place("paragraph 1"), 0.97)},
        problems=(Problem("draft-mark", "It says DRAFT."), Problem("approval-blank", "The approval date is blank.")),
    )
    found = holds(facts, "Westhaven School")
    assert [problem.code for problem in found] == ["draft-mark", "other-school"]
    assert "“Otherton Primary School” (paragraph 1)" in found[1].message


def test_the_name_of_another_school_that_is_not_sure_is_asked_about_and_holds_nothing() -> None:
    evidence = {"school": Evidence(FactStatus.FOUND, "Otherton Primary School", read_place("page 3, line 1"), 0.9)}
    facts = Facts(school="Otherton Primary School", evidence=evidence)
    assert holds(facts, "Westhaven School") == ()
    assert may_be_anothers(facts, "Westhaven School")
    assert not may_be_anothers(facts, "Otherton School")
    assert not may_be_anothers(facts, "")


def test_what_a_club_does_is_not_asked_about_as_the_name_of_another() -> None:
    named = "Breakfast, Lunch & Holiday Club"
    evidence = {"school": Evidence(FactStatus.FOUND, named, read_place("page 1, line 1"), 0.9)}
    assert not may_be_anothers(Facts(school=named, evidence=evidence), "Merry Days")


@pytest.mark.parametrize(
    "found",
    [
        "Moorland Primary School and First Steps Nursery",
        "First Steps Nursery & Moorland Primary",
        "MCPS",
        "M.C.P.S.",
        "MOORLAND VALUES",
        "Moorland Community PrimarySchool",
    ],
)
def test_a_part_the_initials_and_a_motto_of_the_own_name_are_its_own(found: str) -> None:
    assert is_own_name(found, "Moorland Community Primary School")


@pytest.mark.parametrize("found", ["First Steps Nursery", "Otherton and Thornfield Schools", "OCPS", "Otherton Values"])
def test_the_name_of_others_is_not_the_own(found: str) -> None:
    assert not is_own_name(found, "Moorland Community Primary School")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("West Park School", "West Park school"),
        ("St Mary's C of E Primary School", "St. Mary’s CofE Primary"),
        ("The Avenue Academy", "Avenue Academy"),
        ("Moorland CP School", "Moorland Community Primary School"),
        ("Moorland VC Primary", "Moorland Primary School"),
        ("School", "Any School"),
        ("St. Orwin's CE Primary", "Saint Orwin’s Church of England (Voluntary Aided) Primary School"),
        ("ST ORWIN'S C.E. (V.A.) SCHOOL", "St Orwin's C of E Primary School"),
        ("St Orwin & St Ada Primary", "St Orwin and St Ada Catholic Primary School"),
        ("SS Orwin and Ada Catholic Primary", "Saints Orwin & Ada RC Primary School"),
        ("All Saints Church of England Primary School", "All Saints CE Primary School"),
    ],
)
def test_spellings_of_one_school_are_the_same_school(one: str, other: str) -> None:
    assert same_school(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("West Park School", "East Park School"),
        ("Hillside", "Brookfield"),
        ("St Orwin's Catholic Primary School", "St Orwin's CE Primary School"),
        ("All Saints CE Primary School", "All Souls CE Primary School"),
        ("Christ Church Primary School", "Christ the King Catholic Primary School"),
        ("Prince of Wales School", "Prince Albert School"),
    ],
)
def test_different_schools_are_told_apart(one: str, other: str) -> None:
    assert not same_school(one, other)


def test_a_text_that_names_the_school_itself_more_often_than_another_is_no_other_ones() -> None:
    evidence = {"school": Evidence(FactStatus.FOUND, "Otherton Trust", read_place("paragraph 1"), 0.97)}
    facts = Facts(school="Otherton Trust", evidence=evidence)
    assert holds(facts, "Westhaven School", text="Otherton Trust\nWesthaven School is open.\nWesthaven School") == ()
    assert holds(facts, "Westhaven School", text="Otherton Trust\nWesthaven School is open.") != ()
    assert holds(facts, "Westhaven School", text="Otherton Trust\nHalls of Otherton Trust\nWesthaven School") != ()
    assert holds(facts, "Westhaven School", text="Otherton Trust\nHalls are let.") != ()


def test_without_a_configured_school_no_school_is_another() -> None:
    assert holds(Facts(school="Otherton Primary School"), "") == ()


def test_the_same_words_in_another_layout_are_reaffirmed() -> None:
    before = "AIMS\nThe hirer’s “key” is kept.\n• Halls\n• Fields\nHirers leave at ten – or before.\n"
    after = 'Aims\nThe hirer\'s "key"\nis kept.\nHalls\n– Fields\nHirers leave at ten - or before.\n'
    assert kind(before, after) is RevisionKind.REAFFIRMED


NUMBERED = "1. Aims\n1.1 Halls are let.\n2. Hirers\n2.1 Hirers follow section 1.1 of this policy.\n(a) They lock up.\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1. Listen.\n2. Ask.\n", "2. Listen.\n1. Ask.\n"),
        ("1. Listen.\n2. Ask.\n", "2. Ask.\n1. Listen.\n"),
        ("1. Listen.\n2. Ask.\n", "1. Ask.\n2. Listen.\n"),
        ("(a) Listen.\n(b) Ask.\n(c) Write.\n", "(b) Listen.\n(c) Ask.\n(a) Write.\n"),
        ("i) Listen.\nii) Ask.\n", "ii) Listen.\ni) Ask.\n"),
        ("3.1 Listen.\n3.2 Ask.\n", "4.2 Listen.\n4.1 Ask.\n"),
        ("1. Listen.\nCalmly.\n2. Ask.\n3. Write.\n", "1. Listen.\nCalmly.\n4. Ask.\n3. Write.\n"),
    ],
)
def test_steps_that_change_places_by_their_numbers_change_a_rule(old: str, new: str) -> None:
    comparison = compare_texts(BODY + old, Facts(), BODY + new, Facts())
    assert revision_kind(comparison) is RevisionKind.MAJOR
    assert comparison.changes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1. Keys.\n2. Dogs.\n3. Cars.\n4. Fire.\n", "1. Keys.\n2. Dogs.\n1. Cars.\n2. Fire.\n"),
        ("1. Keys.\n2. Dogs.\n1. Cars.\n2. Fire.\n", "1. Keys.\n2. Dogs.\n3. Cars.\n4. Fire.\n"),
        ("1. Keys.\n2. Dogs.\n2. Cars.\n", "1. Keys.\n2. Dogs.\n3. Cars.\n"),
        ("2.3 Keys.\n2.4 Dogs.\n", "2.3 Keys.\n3.1 Dogs.\n"),
        ("1. Keys.\na) Dogs.\nb) Cars.\n2. Fire.\n", "2. Keys.\na) Dogs.\nb) Cars.\n3. Fire.\n"),
        ("h) Keys.\ni) Dogs.\nj) Cars.\n", "i) Keys.\nj) Dogs.\nk) Cars.\n"),
        ("i) Keys.\nii) Dogs.\nv) Cars.\n", "1) Keys.\n2) Dogs.\n3) Cars.\n"),
    ],
)
def test_numbers_that_move_and_keep_the_order_are_numbering_alone(old: str, new: str) -> None:
    assert kind(BODY + old, BODY + new) is RevisionKind.MINOR


def test_steps_in_another_order_are_shown_beside_another_change() -> None:
    before = "1. Listen.\n2. Ask.\n" + BODY
    comparison = compare_texts(before, Facts(), "2. Listen.\n1. Ask.\n" + BODY.replace("10 pm", "9 pm"), Facts())
    assert [change.after for change in comparison.changes[:2]] == ["2. Listen.", "1. Ask."]
    assert len(comparison.changes) == 3


def test_numbering_alone_is_a_minor_change_and_the_sections_pointed_to_follow_it() -> None:
    after = NUMBERED.replace("2.", "3.").replace("1.1", "1.2").replace("(a)", "(b)")
    assert kind(NUMBERED, after) is RevisionKind.MINOR
    comparison = compare_texts(NUMBERED, Facts(), after, Facts())
    assert (comparison.same_but_numbering, comparison.changes) == (True, ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("14 Days of notice are given", "28 Days of notice are given"),
        ("3.30 Pupils leave by the gate", "3.45 Pupils leave by the gate"),
        ("1.5 litres of water a child", "2.5 litres of water a child"),
        ("Hirers follow section 1.1", "Hirers follow section 2.3"),
        ("Gates close at 10pm on Fridays.", "Gates close at 9pm on Fridays."),
        ("They are kept for six years after that.", "They are kept for seven years after that."),
    ],
)
def test_a_number_that_is_no_numbering_makes_a_change_major(old: str, new: str) -> None:
    assert kind(f"{BODY}{old}\n", f"{BODY}{new}\n") is RevisionKind.MAJOR


def test_a_paragraph_that_was_only_renumbered_is_not_shown_among_the_changes() -> None:
    after = NUMBERED.replace("2.", "3.").replace("Halls are let", "Halls are hired out")
    (change,) = compare_texts(NUMBERED, Facts(), after, Facts()).changes
    assert change == ParagraphChange("1.1 Halls are let.", "1.1 Halls are hired out.")


STAFF = (
    "Ask the Business Manager, Mrs Anne Green, on 01632 960301 or at a.green@example.org. She keeps the diary.\n"
    "Site Manager: Mr P. Stone, tel. 01632 960302\n"
)


def test_details_of_staff_without_a_safeguarding_role_are_a_change_of_contacts() -> None:
    after = STAFF.replace("Mrs Anne Green", "Mr Ben Ashby").replace("960301", "960309").replace("a.green", "b.ashby")
    after = after.replace("She", "He").replace("Mr P. Stone", "Ms Rowan Hill")
    assert kind(BODY + STAFF, BODY + after) is RevisionKind.CONTACTS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Mrs Anne Green, on 01632 960301 or at ", "at "),
        ("the Business Manager, Mrs Anne Green", "the Site Manager, Mrs Anne Green"),
        ("Mrs Anne Green", "Mrs Anne Green must be told and Mr Fox"),
    ],
)
def test_a_detail_that_goes_or_another_role_is_more_than_a_change_of_contacts(old: str, new: str) -> None:
    assert old in STAFF
    assert kind(BODY + STAFF, BODY + STAFF.replace(old, new)) not in ISSUES_ITSELF


def test_another_name_beside_an_approval_is_no_change_of_contacts() -> None:
    signed = "Signed by the Chair: Mrs Anne Green\n"
    assert kind(BODY + signed, BODY + signed.replace("Mrs Anne Green", "Mr Ben Ashby")) not in ISSUES_ITSELF


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Items permitted in the hall", "Items prohibited in the hall"),
        ("Authorised visitors", "Unauthorised visitors"),
        ("What staff do", "What volunteers do"),
        ("Visitors who may stay", "Visitors who must stay"),
    ],
)
def test_a_heading_that_says_something_else_is_a_major_change(old: str, new: str) -> None:
    assert kind(f"{old}\n{BODY}", f"{new}\n{BODY}") is RevisionKind.MAJOR


def test_a_mended_word_in_a_heading_is_a_minor_change() -> None:
    assert kind(f"Hirers' responsibilites\n{BODY}", f"Hirers' responsibilities\n{BODY}") is RevisionKind.MINOR


SHARED = "The trust expects every school to let its halls.\nFees are set by the trust board each spring.\n"
LOCAL = "Halls close at nine on Fridays here.\nThe key is kept in the office.\n"


@pytest.mark.parametrize(
    "heading",
    ["Local appendix", "School Appendix for the year", "Appendix: Westhaven School", "Appendix A: local rules"],
)
def test_a_local_appendix_is_compared_apart_from_the_shared_text(heading: str) -> None:
    facts = Facts(school="Westhaven School")
    before = f"{SHARED}{heading}\n{LOCAL}"

    def part(after: str) -> PolicyPart | None:
        return compare_texts(before, facts, after, facts).part

    assert part(before.replace("the office", "the safe")) is PolicyPart.APPENDIX
    assert part(before.replace("each spring", "each autumn")) is PolicyPart.SHARED
    assert part(before.replace("each spring", "each autumn").replace("the office", "the safe")) is None
    assert part(f"{SHARED}{LOCAL.replace('office', 'safe')}") is None


def test_a_sentence_that_moves_into_the_appendix_is_a_change_of_both_parts() -> None:
    moved = "Dogs stay outside at all times.\n"
    facts = Facts()
    found = compare_texts(
        f"{SHARED}{moved}Local appendix\n{LOCAL}", facts, f"{SHARED}Local appendix\n{moved}{LOCAL}", facts
    )
    assert found.part is None
    assert found.changes == (
        ParagraphChange(moved.strip(), None, PolicyPart.SHARED),
        ParagraphChange(None, moved.strip(), PolicyPart.APPENDIX),
    )


RULES = (
    "Report any concern about a child to the headteacher on the same day.\n"
    "The governors decide within one week whether the parents are told.\n"
    "Records are kept securely for the school year.\n"
    "Staff do lock the gate, and call the police or the council where they have to.\n"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Staff do lock", "Staff don't lock"),
        ("one week", "one month"),
        ("same day", "next day"),
        ("to the headteacher", "to the deputy headteacher"),
        ("governors decide", "headteacher decides"),
        ("are kept", "are destroyed"),
        ("kept securely", "kept"),
        ("any concern", "any serious concern"),
        ("police or the council", "police and the council"),
        ("school year.", "school year. Coats are searched."),
        ("Records are kept", "✗ Records are kept"),
    ],
)
def test_who_when_whether_or_a_word_put_in_or_left_out_makes_a_change_major(old: str, new: str) -> None:
    assert old in RULES
    assert kind(RULES, RULES.replace(old, new)) is RevisionKind.MAJOR


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("headteacher", "head teacher"),
        ("headteacher", "headtaecher"),
        ("headteacher", "Principal"),
        ("securely", "securly"),
        ("do lock", "lock"),
        ("a child", "a pupil"),
        ("concern", "worry"),
        ("Records", "“Records”"),
        ("week whether", "week, whether"),
    ],
)
def test_a_word_mended_a_mark_or_one_plain_word_for_another_is_a_minor_change(old: str, new: str) -> None:
    assert kind(RULES.replace(old, new), RULES) is RevisionKind.MINOR


def test_a_contraction_written_out_is_a_minor_change() -> None:
    assert kind(RULES.replace("do lock", "don't lock"), RULES.replace("do lock", "do not lock")) is RevisionKind.MINOR


ALLOWED = "Item\tAllowed\tBanned\nPhones\t✓\t\nWatches\t✓\t\n"


def test_a_tick_in_another_column_is_a_major_change_and_shown_cell_by_cell() -> None:
    after = ALLOWED.replace("Phones\t✓\t", "Phones\t\t✓")
    found = compare_texts(BODY + ALLOWED, Facts(), BODY + after, Facts())
    assert revision_kind(found) is RevisionKind.MAJOR
    assert found.changes == (ParagraphChange("Phones | ✓ | –", "Phones | – | ✓"),)
    assert say_difference(found) == "1 paragraph changed"


def test_a_table_saved_by_another_program_or_with_other_people_is_the_same_table() -> None:
    people = "Lead\tMrs Jo Fairweather\t01632 960101\n"
    assert kind(BODY + ALLOWED, BODY + ALLOWED.replace("\t\n", "\n").replace("\t", "  ")) is RevisionKind.REAFFIRMED
    after = people.replace("Mrs Jo Fairweather", "Mr Sam O'Neill").replace("960101", "960202")
    assert kind(BODY + people, BODY + after, LEAD, NEXT) is RevisionKind.CONTACTS
