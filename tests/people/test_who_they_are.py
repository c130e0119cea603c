"""Who in a list is whom of those who are known: nobody inherits, and nobody is lost, by a role, a name or a list."""

import csv
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import openpyxl
import pytest

from pipeline.config import parse_config
from pipeline.errors import UsageError
from pipeline.people.absences import AbsenceKind, absent_holders, list_absences
from pipeline.people.away import absent_through
from pipeline.people.by_hand import set_by_hand
from pipeline.people.lists.identity import Asks
from pipeline.people.lists.one_list import take_list
from pipeline.people.lists.several_lists import take_lists
from pipeline.people.lists.staff_import import StaffImport
from pipeline.people.lists.staff_list import is_of_role, read_staff_list
from pipeline.people.lists.staff_wording import say_dates, say_question
from pipeline.people.obligations import has_left, is_away
from pipeline.register.deciding import deciding
from pipeline.register.ledger.records import list_records
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.policies.policies import VersionRow
from pipeline.register.readings.requests import list_requests
from pipeline.web.desk.people.lists_now import look_at_lists
from tests.school import MONDAY, School, at

DAY = timedelta(days=1)
WITH_IDS = ("person_id", "first_name", "last_name", "work_email", "role", "start_date", "leave_date")
WITHOUT = WITH_IDS[1:]
Row = Sequence[str]
NAMES = (
    "Lee", "Marsh", "Fox", "Day", "Holt", "Moss", "Reed", "Frost", "Hale", "Birch", "Lane", "Ford", "Wood", "Dale",
    "Orr", "Penn", "Quill", "Rudd", "Shaw", "Tate", "Usher", "Vane", "Wynn", "Yorke",
)  # fmt: skip
COLLEAGUES = tuple(
    (f"c{n}", "Kim", name, f"{name.lower()}@example.org", f"Post {n}", "2019-09-01", "") for n, name in enumerate(NAMES)
)
ANN = ("p1", "Ann", "Abbot", "headteacher@example.org", "Headteacher", "2015-09-01", "")
XENA = ("p1", "Xena", "Newby", "headteacher@example.org", "Headteacher", "2026-12-07", "")


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as opened:
        yield opened


def write(school: School, *rows: Row, heading: Row = WITH_IDS, name: str = "staff.csv") -> Path:
    """Write a list as an office exports it: CSV, or a workbook where the name says so."""
    path = school.root / name
    if name.endswith(".xlsx"):
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in (heading, *rows):
            book.active.append(row)
        book.save(path)
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heading, *(row[len(row) - len(heading) :] for row in rows)])
    return path


def take(school: School, *rows: Row, heading: Row = WITH_IDS, today: date = MONDAY) -> StaffImport:
    """Take a list in as the daily run does."""
    write(school, *rows, heading=heading)
    return take_lists(school.register, school.config, today, at(today)).whole


def answer(school: School, key: str, is_same: bool, *, today: date = MONDAY) -> StaffImport:
    """Answer one question of the list as 'policy staff import FILE --same' does, or '--other'."""
    listed = school.config.people_lists[0]
    staff_list = read_staff_list(school.root / listed.source, school.config.people)
    with deciding(school.register, school.root, "Office", at(today)) as decision:
        taken, _ = take_list(
            decision, school.config, staff_list, listed, today, confirmed=False, preview=False, answers={key: is_same}
        )
    return taken


def people(school: School, today: date = MONDAY) -> dict[str, PersonRow]:
    with school.register.reading() as tx:
        return {row.person.name: row for row in list_people(tx, school.key, today)}


def asked(taken: StaffImport) -> list[tuple[Asks, str]]:
    return [(one.asks, one.stated.name) for one in taken.asked]


def mailed(school: School, today: date = MONDAY) -> set[str]:
    """Plan a day, send what is due, and return everybody who was ever written to."""
    school.plan(today)
    school.deliver(today)
    return {mail.recipient for mail in school.messages() if mail.state.value in ("written", "sent")}


def read_by(school: School, name: str, version: VersionRow) -> None:
    school.record(people(school)[name], version)


# --- the mailbox of a role ------------------------------------------------------------------------------------------


def test_addresses_of_roles_are_told_by_the_examples_beside_the_words() -> None:
    words = tomllib.loads(files("pipeline.people.lists").joinpath("columns.toml").read_text(encoding="utf-8"))[
        "of_role"
    ]
    assert [one for one in words["examples"] if not is_of_role(one)] == []
    assert [one for one in words["never"] if is_of_role(one)] == []


@pytest.mark.parametrize("heading", [WITH_IDS, WITHOUT])
def test_who_follows_at_a_roles_mailbox_inherits_nothing_and_is_asked_about(school: School, heading: Row) -> None:
    version = school.add_policy("Child Protection")
    take(school, ANN, *COLLEAGUES, heading=heading)
    read_by(school, "Ann Abbot", version)
    taken = take(school, XENA, *COLLEAGUES, heading=heading)
    assert asked(taken) == [(Asks.SUCCESSOR, "Xena Newby")]
    assert "was that of Ann Abbot. Is that the same person, or somebody else?" in say_question(taken.asked[0])
    assert "Xena Newby" not in people(school)
    assert people(school)["Ann Abbot"].missing_since is None
    school.add_policy("Whistleblowing")
    assert "headteacher@example.org" not in mailed(school), "nobody is mailed about it meanwhile"
    answer(school, taken.asked[0].stated.person_id, is_same=False)
    now = people(school, date(2026, 12, 7))
    assert has_left(now["Ann Abbot"].person, date(2026, 12, 7))
    assert now["Xena Newby"].id != now["Ann Abbot"].id
    assert take(school, XENA, *COLLEAGUES, heading=heading).asked == ()
    assert "headteacher@example.org" in mailed(school, date(2026, 12, 7)), "mail to a role's mailbox goes on"
    owed = [one for one in school.requests() if one.person == now["Xena Newby"].id]
    assert len(owed) == 2, "what Ann read is not hers"


def test_mail_to_a_roles_mailbox_goes_on(school: School) -> None:
    school.add_policy("Child Protection")
    take(school, ANN, *COLLEAGUES)
    assert "headteacher@example.org" in mailed(school)


@pytest.mark.parametrize("heading", [WITH_IDS, WITHOUT])
def test_the_same_person_keeps_what_they_read_under_the_new_name(school: School, heading: Row) -> None:
    version = school.add_policy("Child Protection")
    take(school, ANN, *COLLEAGUES, heading=heading)
    read_by(school, "Ann Abbot", version)
    taken = take(school, XENA, *COLLEAGUES, heading=heading)
    answer(school, taken.asked[0].stated.person_id, is_same=True)
    now = people(school)
    assert "Ann Abbot" not in now
    assert len(now) == 1 + len(COLLEAGUES)
    mailed(school)
    assert not [one for one in school.requests() if one.person == now["Xena Newby"].id]
    assert take(school, XENA, *COLLEAGUES, heading=heading).asked == ()


def test_a_heads_wedding_at_the_roles_mailbox_with_the_same_first_day_asks_nothing(school: School) -> None:
    take(school, ANN, *COLLEAGUES, heading=WITHOUT)
    wed = ("", "Ann", "Brown", *ANN[3:])
    taken = take(school, wed, *COLLEAGUES, heading=WITHOUT)
    assert (taken.asked, [row.person.name for row in taken.changed]) == ((), ["Ann Brown"])


def test_a_head_who_moves_to_an_address_of_her_own_is_found_and_the_next_one_is_new(school: School) -> None:
    take(school, ANN, *COLLEAGUES, heading=WITHOUT)
    ann = people(school)["Ann Abbot"].id
    moved = ("", "Ann", "Abbot", "ann.abbot@example.org", "Teacher", "2015-09-01", "")
    taken = take(school, moved, XENA, *COLLEAGUES, heading=WITHOUT)
    now = people(school)
    assert (taken.asked, now["Ann Abbot"].id, now["Ann Abbot"].person.work_email) == ((), ann, "ann.abbot@example.org")
    assert now["Xena Newby"].id != ann


# --- id and address stay ----------------------------------------------------------------------------------------------


def test_id_and_address_that_stay_while_names_and_first_day_change_are_a_question(school: School) -> None:
    old = ("p7", "Ann", "Abbot", "a7@example.org", "Teacher", "2015-09-01", "")
    new = ("p7", "Xena", "Newby", "a7@example.org", "Teacher", "2026-09-01", "")
    take(school, old, *COLLEAGUES)
    assert asked(take(school, new, *COLLEAGUES)) == [(Asks.SUCCESSOR, "Xena Newby")]
    assert "Xena Newby" not in people(school)
    school.add_policy("Child Protection")
    assert "a7@example.org" not in mailed(school)


# --- one gone, one new ------------------------------------------------------------------------------------------------


def test_who_follows_a_leaver_under_their_id_and_address_is_a_question(school: School) -> None:
    take(school, ANN, *COLLEAGUES)
    take(school, with_last_day(ANN, MONDAY - 10 * DAY), *COLLEAGUES)
    assert asked(take(school, XENA, *COLLEAGUES)) == [(Asks.SUCCESSOR, "Xena Newby")]
    assert "Xena Newby" not in people(school)
    answer(school, "p1", is_same=False)
    assert {"Ann Abbot", "Xena Newby"} <= people(school).keys(), "two people, since the office said so"


def gone_and_new(count: int) -> tuple[list[Row], list[Row]]:
    """Return some people with another name, id and address, before and after, of the same posts and first days."""
    before = [
        (f"g{n}", "Ann", f"Olde{chr(97 + n)}", f"olde{n}@example.org", f"Shared {n}", "2018-09-01", "")
        for n in range(count)
    ]
    after = [
        (f"n{n}", "Xena", f"Newe{chr(97 + n)}", f"newe{n}@example.org", f"Shared {n}", "2018-09-01", "")
        for n in range(count)
    ]
    return before, after


@pytest.mark.parametrize("heading", [WITH_IDS, WITHOUT])
def test_one_gone_and_one_new_of_the_same_post_are_a_question(school: School, heading: Row) -> None:
    version = school.add_policy("Child Protection")
    (before,), (after,) = gone_and_new(1)
    take(school, before, *COLLEAGUES, heading=heading)
    read_by(school, "Ann Oldea", version)
    taken = take(school, after, *COLLEAGUES, heading=heading)
    assert asked(taken) == [(Asks.UNMATCHED, "Xena Newea")]
    assert (taken.waiting, taken.new, taken.missing) == (False, (), ())
    school.add_policy("Whistleblowing")
    assert not {"olde0@example.org", "newe0@example.org"} & mailed(school)
    answer(school, taken.asked[0].stated.person_id, is_same=True)
    row = people(school)["Xena Newea"]
    assert row.person.work_email == "newe0@example.org"
    assert "Ann Oldea" not in people(school)
    mailed(school, MONDAY + DAY)
    assert len([one for one in school.requests() if one.person == row.id]) == 1, "the reading stays theirs"


def test_one_gone_and_one_new_who_are_two_people_stay_two(school: School) -> None:
    (before,), (after,) = gone_and_new(1)
    take(school, before, *COLLEAGUES)
    take(school, after, *COLLEAGUES)
    taken = answer(school, "n0", is_same=False)
    assert ([row.person.name for row in taken.new], [row.person.name for row in taken.missing]) == (
        ["Xena Newea"],
        ["Ann Oldea"],
    )
    assert take(school, after, *COLLEAGUES).asked == ()


def test_the_same_team_asks_as_the_same_post_does(school: School) -> None:
    heading = (*WITH_IDS, "department")
    old = ("g1", "Ann", "Abbot", "ann@example.org", "Teacher", "", "", "Maths")
    new = ("n1", "Xena", "Newby", "xena@example.org", "Lead teacher", "", "", "Maths")
    rows = [(*one, "") for one in COLLEAGUES]
    take(school, old, *rows, heading=heading)
    assert asked(take(school, new, *rows, heading=heading)) == [(Asks.UNMATCHED, "Xena Newby")]


@pytest.mark.parametrize(("pairs", "colleagues", "waits"), [(1, 5, False), (3, 24, True), (4, 24, True), (2, 24, True)])
def test_above_three_pairs_or_a_twentieth_the_list_waits(
    school: School, pairs: int, colleagues: int, waits: bool
) -> None:
    before, after = gone_and_new(pairs)
    take(school, *before, *COLLEAGUES[:colleagues])
    promoted = (*COLLEAGUES[0][:4], "Deputy head", *COLLEAGUES[0][5:])
    taken = take(school, *after, promoted, *COLLEAGUES[1:colleagues])
    assert (taken.waiting, len(taken.asked)) == (waits, pairs)
    assert (people(school)["Kim Lee"].person.role == "Post 0") is waits, "the rest of the list waits, too"


def test_a_starter_of_this_term_is_not_taken_for_who_is_gone(school: School) -> None:
    (before,), _ = gone_and_new(1)
    take(school, before, *COLLEAGUES)
    starter = ("n0", "Xena", "Newea", "newe0@example.org", "Shared 0", "2026-11-30", "")
    taken = take(school, starter, *COLLEAGUES)
    assert (taken.asked, len(taken.new), len(taken.missing)) == ((), 1, 1)


# --- the same name ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", [WITH_IDS, WITHOUT])
@pytest.mark.parametrize("address", ["ann.abbot@example.org", "aabbot@newdomain.example.org"])
def test_the_same_name_is_the_same_person_at_a_new_address_and_under_a_new_id(
    school: School, heading: Row, address: str
) -> None:
    old = ("p1", "Ann", "Abbot", "a.abbot@example.org", "Teacher", "2015-09-01", "")
    take(school, old, *COLLEAGUES, heading=heading)
    ann = people(school)["Ann Abbot"].id
    taken = take(school, ("zz9", *old[1:3], address, *old[4:]), *COLLEAGUES, heading=heading)
    assert (taken.asked, taken.new, taken.missing) == ((), (), ())
    assert (people(school)["Ann Abbot"].id, people(school)["Ann Abbot"].person.work_email) == (ann, address)


def test_a_wedding_with_the_same_id_and_a_new_address_is_the_same_person(school: School) -> None:
    old = ("p1", "Ann", "Abbot", "a.abbot@example.org", "Teacher", "2015-09-01", "")
    take(school, old, *COLLEAGUES)
    taken = take(school, ("p1", "Ann", "Brown", "a.brown@example.org", *old[4:]), *COLLEAGUES)
    assert (taken.asked, [row.person.name for row in taken.changed]) == ((), ["Ann Brown"])


def test_the_same_name_with_another_first_day_is_asked_about(school: School) -> None:
    old = ("p1", "Ann", "Abbot", "a.abbot@example.org", "Teacher", "2015-09-01", "")
    take(school, old, *COLLEAGUES)
    taken = take(school, ("p2", "Ann", "Abbot", "ann2@example.org", "Cook", "2026-09-01", ""), *COLLEAGUES)
    assert asked(taken) == [(Asks.UNMATCHED, "Ann Abbot")]


# --- swapped ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", [WITH_IDS, WITHOUT])
@pytest.mark.parametrize("parts", [(1, 2), (2,), (1,)])
def test_names_that_are_swapped_between_two_rows_are_refused(
    school: School, heading: Row, parts: tuple[int, ...]
) -> None:
    one = ["p1", "Ann", "Abbot", "ann@example.org", "Teacher", "2015-09-01", ""]
    two = ["p2", "Bob", "Brown", "bob@example.org", "Cook", "2016-09-01", ""]
    take(school, one, two, *COLLEAGUES, heading=heading)
    for part in parts:
        one[part], two[part] = two[part], one[part]
    taken = take(school, one, two, *COLLEAGUES, heading=heading)
    assert len(taken.refused) == 2
    assert "names may stand in each other’s rows" in taken.refused[0].reason
    now = people(school)
    assert (now["Ann Abbot"].person.work_email, now["Bob Brown"].person.work_email) == (
        "ann@example.org",
        "bob@example.org",
    )
    assert (taken.changed, taken.new, taken.missing, taken.asked) == ((), (), (), ())


CONTACTS = """
[contacts.dsl]
name = "Kim Lee"
[contacts.headteacher]
name = "Ann Abbot"
email = "headteacher@example.org"
"""


def test_that_mail_waits_for_a_question_is_told_nowhere_as_an_absence(school: School) -> None:
    config = parse_config(CONTACTS, root=school.root)
    take(school, ANN, *COLLEAGUES)
    taken = take(school, ("p1", "Xena", "Newby", *ANN[3:5], "2026-11-23", ""), *COLLEAGUES)
    assert asked(taken) == [(Asks.SUCCESSOR, "Xena Newby")]
    held = people(school)["Ann Abbot"]
    assert is_away(held.person, MONDAY), "nobody is mailed about it"
    assert (held.person.away_until, absent_through(held.person, MONDAY)) == (None, None)
    assert list_absences(tuple(people(school).values()), config, MONDAY) == ()
    assert absent_holders(tuple(people(school).values()), config.directory(MONDAY), MONDAY) == frozenset()
    assert say_dates(held.person, MONDAY) == "no mail until a question about them is answered"
    take(school, ("p1", "Xena", "Newby", *ANN[3:5], "2026-11-23", ""), *COLLEAGUES, today=MONDAY + DAY)
    away = set_away(school, held.id, "2026-11-27", today=MONDAY + DAY)
    assert absent_through(away.person, MONDAY + DAY) == date(2026, 11, 27), "what somebody says of them is"
    assert list_absences([away], config, MONDAY + DAY)[0].kind is AbsenceKind.AWAY


def set_away(school: School, row_id: int, until: str, *, today: date) -> PersonRow:
    with deciding(school.register, school.root, "Office", at(today)) as decision:
        return set_by_hand(decision, row_id, [f"away_until={until}"], today).after


def test_a_last_day_that_no_list_gave_is_not_said_to_stand_in_it(school: School) -> None:
    heading, leaver = (*WITH_IDS, "status"), (*ANN, "Leaver")
    config = parse_config(CONTACTS, root=school.root)
    take(school, ANN, *COLLEAGUES)
    take(school, leaver, *[(*row, "") for row in COLLEAGUES], heading=heading)
    (told,) = list_absences(tuple(people(school).values()), config, MONDAY)
    assert "but they have left: 22 November 2026 is recorded as their last day." in told.message
    assert "the staff list was" not in told.message


def open_requests(school: School) -> list[tuple[int, date, date]]:
    with school.register.reading() as tx:
        return [(row.id, row.asked_on, row.due_on) for row in list_requests(tx, school.key, only_open=True)]


@pytest.mark.parametrize("heading", [WITH_IDS, WITHOUT])
@pytest.mark.parametrize("address", ["lee@example.org", "hart@example.org"])
def test_a_wedding_leaves_what_is_asked_and_by_when_as_it_was(school: School, heading: Row, address: str) -> None:
    """By id it is the same person; without ids the new address is asked about, and a day passes before the answer."""
    school.add_policy("Child Protection")
    school.add_policy("Behaviour")
    take(school, *COLLEAGUES, heading=heading)
    mailed(school)
    before, later = open_requests(school), MONDAY + 3 * DAY
    married = ("c0", "Kim", "Hart", address, *COLLEAGUES[0][4:])
    taken = take(school, married, *COLLEAGUES[1:], heading=heading, today=later)
    mailed(school, later)
    for one in taken.asked:
        answer(school, one.stated.person_id, is_same=True, today=later + DAY)
    mailed(school, later + DAY)
    assert people(school, later + DAY)["Kim Hart"].person.work_email == address
    assert open_requests(school) == before, "the same requests, by the same days"
    said = [one.subject for one in school.messages() if one.recipient == "hart@example.org"]
    assert len(said) == (address == "hart@example.org"), "a file that lies there for the old address is written again"
    assert all("by 7 December 2026" in subject for subject in said)


def test_a_wedding_said_in_the_form_leaves_what_is_asked_and_by_when_as_it_was(school: School) -> None:
    school.add_policy("Child Protection")
    take(school, *COLLEAGUES)
    mailed(school)
    before, later = open_requests(school), MONDAY + 3 * DAY
    with deciding(school.register, school.root, "Office", at(later)) as decision:
        fields = ["last_name=Hart", "work_email=hart@example.org"]
        set_by_hand(decision, people(school)["Kim Lee"].id, fields, later)
    assert "hart@example.org" in mailed(school, later)
    assert open_requests(school) == before


# --- leavers who come back --------------------------------------------------------------------------------------------


def with_last_day(row: Row, day: date) -> Row:
    return (*row[:-1], day.isoformat())


@pytest.mark.parametrize("heading", [WITH_IDS, WITHOUT])
def test_leavers_who_come_back_without_a_last_day_wait_one_by_one(school: School, heading: Row) -> None:
    school.add_policy("Child Protection")
    gone = [with_last_day(row, MONDAY - DAY) for row in COLLEAGUES[:3]]
    take(school, *COLLEAGUES, heading=heading)
    take(school, *gone, *COLLEAGUES[3:], heading=heading)
    taken = take(school, *COLLEAGUES, heading=heading)
    assert asked(taken) == [(Asks.BACK, f"Kim {name}") for name in NAMES[:3]]
    assert (taken.is_older, taken.changed) == (False, ())
    sent = mailed(school)
    assert not sent & {row[3] for row in gone}
    assert len(sent) == len(COLLEAGUES) - 3
    keys = {one.stated.name: one.stated.person_id for one in taken.asked}
    answer(school, keys["Kim Lee"], is_same=True)
    answer(school, keys["Kim Marsh"], is_same=False)
    assert asked(take(school, *COLLEAGUES, heading=heading)) == [(Asks.BACK, "Kim Fox")]
    assert mailed(school, MONDAY + DAY) - sent == {"lee@example.org"}


def test_above_a_fifth_of_leavers_the_list_is_older_and_waits_whole(school: School) -> None:
    school.add_policy("Child Protection")
    take(school, *COLLEAGUES)
    take(school, *[with_last_day(row, MONDAY - DAY) for row in COLLEAGUES[:8]], *COLLEAGUES[8:])
    starter = ("s1", "Sam", "Start", "sam@example.org", "Teacher", "2026-11-23", "")
    promoted = (*COLLEAGUES[9][:4], "Deputy head", *COLLEAGUES[9][5:])
    taken = take(school, *COLLEAGUES[:9], promoted, *COLLEAGUES[10:], starter)
    assert (taken.is_older, taken.waiting, taken.new, taken.changed, taken.missing) == (True, True, (), (), ())
    assert "Sam Start" not in people(school), "nothing is taken from it"
    assert not mailed(school) & {row[3] for row in COLLEAGUES[:8]}


def test_of_an_older_list_one_thing_is_asked_and_nobody_in_it_is_asked_about(school: School) -> None:
    head = ("h1", "Ann", "Abbot", "headteacher@example.org", "Headteacher", "2015-09-01", "")
    other = ("h1", "Xena", "Newby", "headteacher@example.org", "Headteacher", "2016-09-01", "")
    school.add_policy("Child Protection")
    take(school, *COLLEAGUES, head)
    take(school, *[with_last_day(row, MONDAY - DAY) for row in COLLEAGUES[:8]], *COLLEAGUES[8:], head)
    write(school, *COLLEAGUES, other)
    taken = take_lists(school.register, school.config, MONDAY, at(MONDAY))
    (said,) = taken.waiting
    assert "The staff list is older than what is known: Kim Lee, Kim Marsh, " in said
    assert taken.whole.asked == ()
    assert "headteacher@example.org" in mailed(school), "nothing was taken from the list, so nobody is doubted by it"
    with school.register.reading() as tx:
        seen = look_at_lists(tx, school.key, school.config, MONDAY, at(MONDAY))
    assert (len(seen.waits), seen.asked) == (1, ()), "the desk asks the same one thing"


def test_a_list_without_the_newest_starters_in_which_one_leaver_is_back_is_older(school: School) -> None:
    starter = ("s1", "Sam", "Start", "sam@example.org", "Teacher", "2026-11-16", "")
    take(school, *COLLEAGUES)
    take(school, with_last_day(COLLEAGUES[0], MONDAY - DAY), *COLLEAGUES[1:], starter)
    taken = take(school, *COLLEAGUES)
    assert (taken.is_older, taken.waiting, taken.missing) == (True, True, ())
    assert people(school)["Sam Start"].missing_since is None


def test_a_leaver_of_an_older_list_under_another_id_and_address_is_asked_about(school: School) -> None:
    school.add_policy("Child Protection")
    take(school, *COLLEAGUES)
    take(school, with_last_day(COLLEAGUES[0], MONDAY - DAY), *COLLEAGUES[1:])
    other = ("old-1", "Kim", "Lee", "k.lee@example.org", "Post 0", "2019-09-01", "")
    taken = take(school, other, *COLLEAGUES[1:])
    assert asked(taken) == [(Asks.NAMESAKE, "Kim Lee")]
    assert "k.lee@example.org" not in mailed(school)


def test_who_begins_again_on_a_first_day_after_the_last_one_waits_for_nothing(school: School) -> None:
    take(school, *COLLEAGUES)
    take(school, with_last_day(COLLEAGUES[0], date(2026, 8, 31)), *COLLEAGUES[1:])
    again = (*COLLEAGUES[0][:5], "2026-11-23", "")
    assert take(school, again, *COLLEAGUES[1:]).asked == ()
    assert not has_left(people(school)["Kim Lee"].person, MONDAY)


# --- addresses elsewhere ----------------------------------------------------------------------------------------------


def test_of_staff_an_address_outside_the_schools_domains_is_asked_about_slips_first(school: School) -> None:
    school.add_policy("Child Protection")
    take(school, *COLLEAGUES)
    home = ("n1", "Ann", "Home", "ann@gmail.com", "Teaching assistant", "2026-11-23", "")
    slip = ("n2", "Bob", "Slip", "bob@exampel.org", "Technician", "2026-11-23", "")
    taken = take(school, *COLLEAGUES, home, slip)
    assert [(one.stated.name, one.slip) for one in taken.asked] == [("Bob Slip", "example.org"), ("Ann Home", "")]
    assert {one.asks for one in taken.asked} == {Asks.ADDRESS}
    assert {row.person.name for row in taken.new} == {"Ann Home", "Bob Slip"}, "they are here, and can be given a pack"
    assert not {"ann@gmail.com", "bob@exampel.org"} & mailed(school)
    assert {one.person.person.name for one in school.plan(MONDAY).paper} == {"Ann Home", "Bob Slip"}
    assert len(take(school, *COLLEAGUES, home, slip).asked) == 2, "they go on being asked about"


def test_an_address_that_somebody_said_is_right_is_mailed_and_asked_about_no_more(school: School) -> None:
    school.add_policy("Child Protection")
    home = ("n1", "Ann", "Home", "ann@gmail.com", "Teaching assistant", "2026-11-23", "")
    take(school, *COLLEAGUES, home)
    with deciding(school.register, school.root, "Office", at(MONDAY)) as decision:
        set_by_hand(decision, "n1", ["work_email=ann@gmail.com"], MONDAY)
    assert take(school, *COLLEAGUES, home).asked == ()
    assert "ann@gmail.com" in mailed(school)


def test_a_new_address_elsewhere_of_somebody_known_waits_and_the_one_before_stays(school: School) -> None:
    take(school, *COLLEAGUES)
    moved = (*COLLEAGUES[0][:3], "kim.lee@hotmail.com", *COLLEAGUES[0][4:])
    assert asked(take(school, moved, *COLLEAGUES[1:])) == [(Asks.ADDRESS, "Kim Lee")]
    assert people(school)["Kim Lee"].person.work_email == "lee@example.org"


@pytest.mark.parametrize("kind", ["supply", "volunteer", "governor", "contractor", "visiting"])
def test_of_others_than_staff_addresses_elsewhere_are_expected(school: School, kind: str) -> None:
    heading = (*WITH_IDS, "kind")
    rows = [(*one, "staff") for one in COLLEAGUES]
    take(school, *rows, heading=heading)
    other = ("n1", "Ann", "Home", "ann@gmail.com", "Helper", "2026-11-23", "", kind)
    taken = take(school, *rows, other, heading=heading)
    assert taken.asked == ()
    assert people(school)["Ann Home"].person.work_email == "ann@gmail.com"


def test_many_addresses_elsewhere_at_once_always_wait(school: School) -> None:
    school.add_policy("Child Protection")
    rows = [(*one[:3], f"{one[2].lower()}@gmail.com", *one[4:]) if n < 8 else one for n, one in enumerate(COLLEAGUES)]
    taken = take(school, *rows)
    assert (taken.waiting, len(taken.asked)) == (True, 8)
    assert not any(address.endswith("gmail.com") for address in mailed(school))


def test_a_new_domain_of_the_school_waits_as_a_whole_and_is_taken_with_one_yes(school: School) -> None:
    take(school, *COLLEAGUES)
    moved = [(*one[:3], one[3].replace("example.org", "academy.example.com"), *one[4:]) for one in COLLEAGUES]
    assert take(school, *moved).waiting
    listed = school.config.people_lists[0]
    staff_list = read_staff_list(school.root / listed.source, school.config.people)
    with deciding(school.register, school.root, "Office", at(MONDAY)) as decision:
        taken, _ = take_list(decision, school.config, staff_list, listed, MONDAY, confirmed=True, preview=False)
    assert (len(taken.changed), taken.asked) == (len(COLLEAGUES), ())
    assert take(school, *moved).asked == ()


def test_the_domains_of_the_settings_are_the_schools_own(tmp_path: Path) -> None:
    with School(tmp_path, '[people]\ndomains = ["example.org", "gmail.com"]\n') as school:
        home = ("n1", "Ann", "Home", "ann@gmail.com", "Teaching assistant", "2026-11-23", "")
        other = ("n2", "Bob", "Else", "bob@elsewhere.example.com", "Technician", "2026-11-23", "")
        assert asked(take(school, *COLLEAGUES, home, other)) == [(Asks.ADDRESS, "Bob Else")]


# --- answers ----------------------------------------------------------------------------------------------------------


def test_somebody_who_is_not_asked_about_cannot_be_answered_for(school: School) -> None:
    take(school, *COLLEAGUES)
    with pytest.raises(UsageError, match="Nothing is asked about c1"):
        answer(school, "c1", is_same=True)


def test_an_answer_is_recorded_without_a_name_in_the_clear(school: School) -> None:
    (before,), (after,) = gone_and_new(1)
    take(school, before, *COLLEAGUES)
    take(school, after, *COLLEAGUES)
    answer(school, "n0", is_same=True)
    with school.register.reading() as tx:
        (record,) = list_records(tx, school.key, "person-told-apart")
    assert "Newea" not in str(record)


def test_a_workbook_is_read_like_a_list_of_text(tmp_path: Path) -> None:
    with School(tmp_path, '[people]\nsource = "staff.xlsx"\n') as school:
        write(school, ANN, *COLLEAGUES, name="staff.xlsx")
        take_lists(school.register, school.config, MONDAY, at(MONDAY))
        write(school, XENA, *COLLEAGUES, name="staff.xlsx")
        taken = take_lists(school.register, school.config, MONDAY, at(MONDAY)).whole
        assert asked(taken) == [(Asks.SUCCESSOR, "Xena Newby")]
