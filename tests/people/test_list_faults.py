"""A list that cannot be read, is empty or is gone: nobody is asked or reminded by it, and all else goes on."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.people.list_faults import list_faults, say_it_is_meant
from pipeline.people.lists.several_lists import ListsTaken, take_lists
from pipeline.people.lists.staff_import import import_staff
from pipeline.people.lists.staff_list import ListFault, read_or_refuse_staff_list
from pipeline.register.deciding import deciding
from tests.people.test_who_they_are import COLLEAGUES, WITH_IDS, mailed, write
from tests.school import MONDAY, School, at

DAY = timedelta(days=1)
FAULTS = {
    ListFault.GONE: lambda path: path.unlink(),
    ListFault.EMPTY: lambda path: path.write_text(",".join(WITH_IDS) + "\n", encoding="utf-8"),
    ListFault.UNREADABLE: lambda path: path.write_bytes(b"\x00\x01\x02 nothing of the kind"),
}
GOVERNORS = '[[people.lists]]\nname = "Governors"\nsource = "governors.csv"\nkind = "governor"\n'


@pytest.fixture(params=list(FAULTS), ids=str)
def fault(request: pytest.FixtureRequest) -> ListFault:
    return ListFault(request.param)


def spoil(school: School, fault: ListFault, name: str = "staff.csv") -> None:
    FAULTS[fault](school.root / name)


def to_readers(school: School) -> list[str]:
    return [mail.recipient for mail in school.messages() if mail.person is not None]


def take(school: School, today: date) -> ListsTaken:
    return take_lists(school.register, school.config, today, at(today))


def test_new_asks_and_reminders_wait_from_the_first_day_until_the_list_is_back(
    tmp_path: Path, fault: ListFault
) -> None:
    with School(tmp_path) as school:
        first = school.add_policy("Child Protection")
        path = write(school, *COLLEAGUES)
        take(school, MONDAY)
        assert len(mailed(school)) == len(COLLEAGUES)
        before, whole = len(to_readers(school)), path.read_bytes()
        spoil(school, fault)
        school.add_policy("Whistleblowing")
        for days in (1, 21):  # a new policy to ask for, then days to be reminded on
            today = MONDAY + days * DAY
            taken = take(school, today)
            assert taken.are_unknown
            assert taken.bad[0].startswith("The staff list ")
            assert "is asked" not in taken.bad[0]
            mailed(school, today)
            assert len(to_readers(school)) == before
        assert {one.policy_id for one in school.requests()} == {first.policy_id}, "nothing is asked that nobody is told"
        path.write_bytes(whole)
        back = MONDAY + 22 * DAY
        assert (take(school, back).bad, take(school, back).are_unknown) == ((), False)
        mailed(school, back)
        assert len(to_readers(school)) == before + len(COLLEAGUES)


def test_asks_that_waited_in_the_outbox_wait_as_well(tmp_path: Path, fault: ListFault) -> None:
    with School(tmp_path) as school:
        school.add_policy("Child Protection")
        write(school, *COLLEAGUES)
        take(school, MONDAY)
        school.plan(MONDAY)
        spoil(school, fault)
        take(school, MONDAY + DAY)
        assert mailed(school, MONDAY + DAY) == set()


def test_packs_of_the_first_day_go_on_by_the_last_good_list_less_known_leavers(
    tmp_path: Path, fault: ListFault
) -> None:
    with School(tmp_path) as school:
        school.add_policy("Child Protection")
        starter = ("s1", "Sam", "Start", "sam@example.org", "Cook", (MONDAY + 3 * DAY).isoformat(), "")
        never = (
            "s2",
            "Lia",
            "Leaves",
            "lia@example.org",
            "Cook",
            (MONDAY + DAY).isoformat(),
            (MONDAY + DAY).isoformat(),
        )
        write(school, *COLLEAGUES, starter, never)
        take(school, MONDAY)
        assert "sam@example.org" not in mailed(school)
        spoil(school, fault)
        take(school, MONDAY + 3 * DAY)
        assert mailed(school, MONDAY + 3 * DAY) - {one[3] for one in COLLEAGUES} == {"sam@example.org"}


def test_somebody_says_that_it_is_meant_and_asking_goes_on(tmp_path: Path, fault: ListFault) -> None:
    with School(tmp_path) as school:
        write(school, *COLLEAGUES)
        take(school, MONDAY)
        spoil(school, fault)
        school.add_policy("Child Protection")
        take(school, MONDAY)
        with deciding(school.register, school.root, "Office", at(MONDAY)) as decision:
            say_it_is_meant(decision, "staff.csv")
        assert not take(school, MONDAY).are_unknown
        assert len(mailed(school)) == len(COLLEAGUES)


def test_the_people_of_another_list_are_asked_as_ever(tmp_path: Path, fault: ListFault) -> None:
    with School(tmp_path, GOVERNORS + '[reading]\ndefault = "sign"\n') as school:
        write(school, *COLLEAGUES)
        write(school, ("g1", "Gill", "Gover", "gill@example.org", "Governor", "", ""), name="governors.csv")
        take(school, MONDAY)
        spoil(school, fault)
        school.add_policy("Child Protection")
        taken = take(school, MONDAY)
        assert len(taken.bad) >= 1
        assert mailed(school) == {"gill@example.org"}


def test_a_school_that_never_had_a_list_waits_for_none(tmp_path: Path, fault: ListFault) -> None:
    with School(tmp_path) as school:
        (school.root / "staff.csv").write_text("", encoding="utf-8")
        spoil(school, fault)
        assert not take(school, MONDAY).are_unknown
        with school.register.reading() as tx:
            assert list_faults(tx, school.key) == ()


def test_the_office_is_told_in_its_letter_on_the_first_day(tmp_path: Path, fault: ListFault) -> None:
    office = '[contacts.office]\nname = "Sam Reed"\nphone = "01632 960100"\nemail = "office@example.org"\n'
    with School(tmp_path, office) as school:
        write(school, *COLLEAGUES)
        take(school, MONDAY)
        spoil(school, fault)
        take(school, MONDAY)
        school.plan(MONDAY)
        school.deliver(MONDAY)
        told = [path.read_text(encoding="utf-8") for path in (school.config.distribution / "outbox").glob("*.eml")]
        assert any("To: office@example.org" in one and "The staff list" in one for one in told)


def test_headings_alone_are_no_lost_list_where_people_were_only_ever_handed_over(tmp_path: Path) -> None:
    """A new workspace has such a file, and the guide has the list handed over in the browser: 24 letters waited."""
    with School(tmp_path) as school:
        school.add_policy("Child Protection")
        path = write(school, *COLLEAGUES)
        listed = read_or_refuse_staff_list(path, school.config.people)
        with deciding(school.register, school.root, "office", at(MONDAY)) as decision:
            name = school.config.people_lists[0].name
            import_staff(decision.tx, school.key, listed, name, MONDAY, at(MONDAY), actor="office")
        spoil(school, ListFault.EMPTY)
        assert not take(school, MONDAY).are_unknown
        assert len(mailed(school)) == len(COLLEAGUES)
        spoil(school, ListFault.UNREADABLE)
        assert take(school, MONDAY + DAY).are_unknown


def test_what_is_said_to_wait_is_readings_and_no_review_of_a_policy(tmp_path: Path, fault: ListFault) -> None:
    with School(tmp_path) as school:
        write(school, *COLLEAGUES)
        take(school, MONDAY)
        spoil(school, fault)
        said = next(one for one in take(school, MONDAY).bad if "nobody knows who has left" in one)
        assert "its people are asked to read nothing new and reminded of no reading until the list is back" in said
        assert "reviews of policies go out by the last list" in said
        assert "of nothing" not in said
