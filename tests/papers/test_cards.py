"""Cards for supply staff: both sides in register, only confirmed numbers; a slip claims no more than its card says."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import page
import pypdf
import pypdfium2
import pytest

from pipeline.acknowledgements.codes import MOST_CARDS_A_DAY, card_code, read_card_code, request_code
from pipeline.acknowledgements.listing import list_acknowledgements
from pipeline.config import parse_config
from pipeline.contacts.confirmations import note_contacts
from pipeline.errors import RenderError, UsageError
from pipeline.model.people import EngagementKind
from pipeline.model.policies import RevisionKind
from pipeline.papers.cards import CardOrder, order_cards, print_cards
from pipeline.papers.slips import EnteredSlip, Slip, record_slip
from pipeline.people.by_hand import add_by_hand
from pipeline.register.deciding import deciding
from pipeline.register.ledger.check import verify
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.readings.cards import list_slips
from tests.papers.test_pack import OFFICE, pages_of
from tests.school import MONDAY, SECRET, TOML, School, at

A4_WIDTH, A4_HEIGHT = 595.28, 841.89


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, OFFICE) as opened:
        opened.add_policy("Child Protection Policy")
        opened.add_policy("Behaviour", "behaviour")
        yield opened


def order(school: School, number: int = 4, today: date = MONDAY) -> CardOrder:
    """Record a stack of cards."""
    with deciding(school.register, school.root, "Jo Clerk", at(today)) as decision:
        return order_cards(decision, school.config, number, secret=SECRET, today=today)


def printed(school: School, number: int = 4, today: date = MONDAY) -> Path:
    """Print a stack of cards."""
    out = school.root / "cards.pdf"
    print_cards(order(school, number, today), school.config, out, today)
    return out


def enter(
    school: School,
    code: str,
    name: str = "Kim Lee",
    *,
    signed_on: date = MONDAY,
    today: date = MONDAY,
    entered_by: str = "Jo Clerk",
    last_day: date | None = None,
) -> EnteredSlip:
    """Enter one slip."""
    slip = Slip(code, name, signed_on, entered_by, last_day)
    with deciding(school.register, school.root, entered_by, at(today)) as decision:
        return record_slip(decision, slip, secret=SECRET, today=today)


def people(school: School, today: date = MONDAY) -> tuple[PersonRow, ...]:
    """Everybody the register knows."""
    with school.register.reading() as tx:
        return list_people(tx, school.key, today)


def slips(school: School) -> dict[int, str]:
    """The number of each slip that was entered, with the id of whose it is."""
    ids = {row.id: row.person.person_id for row in people(school)}
    with school.register.reading() as tx:
        return {slip.number: ids[slip.person] for slip in list_slips(tx, school.key)}


def codes_with_places(path: Path, sheet: int) -> dict[str, tuple[float, float]]:
    """Each code on a page with the middle of the place where it stands, in points from the lower left."""
    found = {}
    pdf = pypdfium2.PdfDocument(path)
    words = pdf[sheet].get_textpage()
    for index in range(words.count_rects()):
        box = words.get_rect(index)
        for word in words.get_text_bounded(*box).split():
            if len(word) == 11 and word.count("-") == 2:
                found[word] = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    pdf.close()
    return found


def test_a_card_says_whom_to_go_to_what_to_do_and_of_which_policy_it_gives_the_essentials(school: School) -> None:
    front, back = pages_of(printed(school, 1))
    assert "Worried about a child? Go to Ms Pat Marsh (01632 960101), the designated safeguarding lead" in front
    assert "Sam Reed (01632 960103), the deputy designated safeguarding lead; or the school office" in front
    assert "About an adult who works here: the headteacher, Jo Hill (01632 960102)" in front
    assert (
        "About the headteacher: the chair of governors or trustees, or the local authority designated officer (LADO)"
        in front
    )
    assert "In danger now: 999" in front
    assert "Name Date Signature" in front
    assert "essentials of: Child Protection Policy, version 1. It is not the policy itself" in back
    assert "Behaviour" not in back


def test_only_numbers_that_were_confirmed_stand_on_a_card(school: School) -> None:
    with school.register.transaction() as tx:
        note_contacts(tx, school.key, school.config, MONDAY, at(MONDAY))
    school.config = parse_config((TOML + OFFICE).replace("01632 960101", "01632 960199"), root=school.root)
    front, _ = pages_of(printed(school, 1))
    assert "960199" not in front
    assert "Pat Marsh (01632 960110)" in front


def test_the_back_of_each_card_lies_behind_its_front_when_turned_on_the_long_edge(school: School) -> None:
    path = printed(school, 7)
    assert len(pypdf.PdfReader(path).pages) == 4
    for sheet, count in ((0, 4), (2, 3)):
        fronts, backs = codes_with_places(path, sheet), codes_with_places(path, sheet + 1)
        assert len(fronts) == count
        assert fronts.keys() == backs.keys()
        for code, (x, y) in fronts.items():
            mirrored = A4_WIDTH - backs[code][0]
            assert (x < A4_WIDTH / 2) == (mirrored < A4_WIDTH / 2)
            assert (y < A4_HEIGHT / 2) == (backs[code][1] < A4_HEIGHT / 2)


def test_cards_are_accessible_and_each_has_a_code_of_its_own(school: School) -> None:
    path = printed(school, 9)
    checked = page.validate_pdf_bytes(path.read_bytes(), profile="ua1")
    assert [f"{each.rule_id}: {each.message}" for each in checked.failures] == []
    codes = [code for sheet in range(0, 6, 2) for code in codes_with_places(path, sheet)]
    assert {read_card_code(SECRET, school.key, code) for code in codes} == {(MONDAY, each) for each in range(1, 10)}


def test_a_second_stack_of_a_day_is_numbered_on_and_a_day_has_an_end(school: School) -> None:
    assert (order(school, 3).stack.first_number, order(school, 3).stack.first_number) == (1, 4)
    assert order(school, 1, MONDAY + timedelta(days=1)).stack.first_number == 1
    with pytest.raises(UsageError, match="1017 of today’s are left"):
        order(school, MOST_CARDS_A_DAY)


def test_no_card_is_printed_that_names_nobody(school: School) -> None:
    school.config = parse_config('[school]\nname = "Test Primary School"\n', root=school.root)
    with pytest.raises(UsageError, match="it would name nobody"):
        order(school)


def test_contacts_that_do_not_fit_on_a_card_print_none(school: School) -> None:
    many = "".join(
        f'[[contacts.deputy-dsl]]\nname = "{"Long Name " * 6}{number}"\npronoun = "she"\nphone = "01632 9601{number}"\n'
        for number in range(10, 60)
    )
    school.config = parse_config(TOML + many, root=school.root)
    with pytest.raises(RenderError, match="too many, or too long, for a card"):
        printed(school)
    assert not (school.root / "cards.pdf").exists()


def test_a_school_without_a_child_protection_policy_gets_cards_that_name_none(tmp_path: Path) -> None:
    with School(tmp_path, OFFICE) as bare:
        _, back = pages_of(printed(bare, 1))
        assert "This card is no policy." in back
        assert enter(bare, card_code(SECRET, bare.key, MONDAY, 1)).stack.essentials == ()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("cards.txt", None, "ends in .pdf"),
        ("nowhere/cards.pdf", None, "is not there"),
        ("letter.pdf", b"%PDF-1.7 a letter", "was not made by this command"),
    ],
)
def test_cards_take_the_place_of_earlier_cards_and_of_nothing_else(
    school: School, name: str, content: bytes | None, says: str
) -> None:
    before = printed(school).read_bytes()
    assert printed(school, today=MONDAY + timedelta(days=1)).read_bytes() != before
    if content is not None:
        (school.root / name).write_bytes(content)
    with pytest.raises(UsageError, match=says):
        print_cards(order(school), school.config, school.root / name, MONDAY)


def test_a_slip_adds_its_reader_as_supply_and_records_what_the_card_carried(school: School) -> None:
    order(school)
    school.add_version(1, RevisionKind.MAJOR, title="Child Protection Policy")
    entered = enter(school, card_code(SECRET, school.key, MONDAY, 2).lower().replace("-", " "))
    assert entered.is_new_person
    [row] = people(school)
    assert (row.person.name, row.person.kind, row.source) == ("Kim Lee", EngagementKind.SUPPLY, "by hand")
    assert (row.person.start_on, row.person.leave_on, row.person.work_email) == (MONDAY, MONDAY, None)
    with school.register.reading() as tx:
        [slip] = list_slips(tx, school.key)
        assert verify(tx, school.key).faults == ()
    assert (slip.person, slip.number, slip.signed_on, slip.entered_by) == (row.id, 2, MONDAY, "Jo Clerk")
    # The version that was printed, not the one in force since.
    assert [(one.slug, one.version) for one in slip.stack.essentials] == [("child-protection-policy", 1)]


def test_a_slip_counts_as_no_reading_of_a_policy(school: School) -> None:
    row = school.add_person("Lee", email=None)
    school.plan()
    asked = school.requests()
    order(school)
    enter(school, card_code(SECRET, school.key, MONDAY, 1), "id-Lee")
    assert school.requests() == asked
    with school.register.reading() as tx:
        lines = list_acknowledgements(tx, school.key, school.config, school.standings(), MONDAY)
    assert {(line.person.id, line.state.value) for line in lines} == {(row.id, "owed")}


def test_a_slip_is_entered_once_and_the_same_again_adds_nothing(school: School) -> None:
    order(school)
    code = card_code(SECRET, school.key, MONDAY, 1)
    first = enter(school, code)
    again = enter(school, code)
    assert (first.already, again.already) == (False, True)
    with pytest.raises(UsageError, match="was entered for Kim Lee already"):
        enter(school, code, "Sam Day")
    assert [row.person.name for row in people(school)] == ["Kim Lee"]


def test_supply_who_comes_back_is_the_same_person_engaged_anew(school: School) -> None:
    order(school, 2)
    enter(school, card_code(SECRET, school.key, MONDAY, 1))
    week_later = MONDAY + timedelta(days=7)
    order(school, 2, week_later)
    back = enter(
        school,
        card_code(SECRET, school.key, week_later, 1),
        "kim lee",
        signed_on=week_later,
        today=week_later,
        last_day=week_later + timedelta(days=4),
    )
    assert not back.is_new_person
    [row] = people(school, week_later)
    assert (row.person.start_on, row.person.leave_on) == (week_later, week_later + timedelta(days=4))
    assert [one.term for one in row.engagements] == [2]
    other = enter(
        school, card_code(SECRET, school.key, week_later, 2), "Ada Moss", signed_on=week_later, today=week_later
    )
    assert other.person.person.person_id == "hand-2"
    assert {one.person.person_id for one in people(school, week_later)} == {"hand-1", "hand-2"}


def test_somebody_of_the_staff_list_is_not_taken_for_supply_of_the_same_name(school: School) -> None:
    school.add_person("Lee")
    order(school)
    code = card_code(SECRET, school.key, MONDAY, 1)
    with pytest.raises(UsageError, match=r"Kim Lee \(id-Lee in staff\.csv\) has that name\. Is it them\?"):
        enter(school, code)
    assert enter(school, code, "ID-lee").person.person.person_id == "id-Lee"
    assert len(people(school)) == 1
    assert enter(school, card_code(SECRET, school.key, MONDAY, 2), "Kim Ann Lee").is_new_person


def test_a_slip_that_two_supply_namesakes_could_have_signed_asks_whose_it_is(school: School) -> None:
    order(school)
    enter(school, card_code(SECRET, school.key, MONDAY, 1), "Kim Lee")
    with deciding(school.register, school.root, "Jo Clerk", at(MONDAY)) as decision:
        add_by_hand(decision, "Kim Lee", ("kind=supply", "role=Cook"), MONDAY, is_another=True)
    code = card_code(SECRET, school.key, MONDAY, 2)
    with pytest.raises(
        UsageError,
        match=r"Kim Lee \(hand-1, added by hand\) and Kim Lee \(hand-2, added by hand\) have that name. Is it one of",
    ):
        enter(school, code)
    assert slips(school) == {1: "hand-1"}
    assert enter(school, code, "hand-1").person.person.person_id == "hand-1"
    assert slips(school) == {1: "hand-1", 2: "hand-1"}


def test_a_slip_that_supply_or_staff_of_one_name_could_have_signed_asks_whose_it_is(school: School) -> None:
    order(school)
    enter(school, card_code(SECRET, school.key, MONDAY, 1))
    staff = school.add_person("Lee")
    code = card_code(SECRET, school.key, MONDAY, 2)
    with pytest.raises(UsageError, match=r"hand-1, added by hand.*id-Lee in staff\.csv.*Is it one of them\?"):
        enter(school, code)
    assert slips(school) == {1: "hand-1"}
    school.change_person(staff, leave_on=MONDAY - timedelta(days=1))
    assert enter(school, code).person.person.person_id == "hand-1"


def test_somebody_who_left_the_staff_and_comes_as_supply_is_the_same_person(school: School) -> None:
    school.add_person("Lee", leave_on=MONDAY - timedelta(days=30))
    order(school)
    back = enter(school, card_code(SECRET, school.key, MONDAY, 1), "id-Lee")
    assert (back.is_new_person, back.person.person.kind) == (False, EngagementKind.SUPPLY)
    assert len(people(school)) == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "Lee"}, "is one name only"),
        ({"name": "Jo Clerk"}, "cannot enter their own reading"),
        ({"signed_on": MONDAY + timedelta(days=1)}, "has not come yet"),
        ({"signed_on": MONDAY - timedelta(days=1)}, "The card was printed on 23 November 2026"),
        ({"last_day": MONDAY - timedelta(days=1)}, "cannot be before the day on the slip"),
        ({"code": "ABC-DEF-GHJ"}, "is no card of this school, or is mistyped"),
        ({"code": card_code(SECRET, "another-school", MONDAY, 1)}, "is no card of this school, or is mistyped"),
    ],
)
def test_a_slip_that_cannot_be_right_is_refused(school: School, fields: dict[str, object], says: str) -> None:
    order(school)
    given: dict[str, object] = {"code": card_code(SECRET, school.key, MONDAY, 1), "name": "Kim Lee"}
    with pytest.raises(UsageError, match=says):
        enter(school, **(given | fields))  # type: ignore[arg-type]
    assert people(school) == ()


def test_a_code_of_something_else_says_what_it_is_of(school: School) -> None:
    with pytest.raises(UsageError, match="enter it with --code"):
        enter(school, request_code(SECRET, school.key, 1))
    with pytest.raises(UsageError, match="does not know to have been printed"):
        enter(school, card_code(SECRET, school.key, MONDAY, 1))


def test_who_stands_in_for_the_lead_is_named_on_the_card(school: School) -> None:
    cover = """
[[contacts.next]]
role = "dsl"
name = "Sam Reed"
pronoun = "he"
phone = "01632 960103"
from = 2026-11-20
until = 2026-11-27
replaces = "Pat Marsh"
"""
    school.config = parse_config(TOML + OFFICE + cover, root=school.root)
    front, _ = pages_of(printed(school, 1))
    assert "Go to Mr Sam Reed (01632 960103), standing in as designated safeguarding lead" in front
