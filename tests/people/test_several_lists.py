"""The lists of the configuration on a day's run: each for itself, told together."""

from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.errors import ConfigurationError
from pipeline.model.people import EngagementKind
from pipeline.people.lists.several_lists import take_lists
from pipeline.people.lists.staff_list import read_staff_list
from pipeline.register.people.persons import list_people
from tests.school import MONDAY, School, at

LISTS = """
[[people.lists]]
name = "governors"
source = "governors.csv"
kind = "governor"
[[people.lists]]
name = "Supply pool"
source = "supply.csv"
kind = "supply"
"""
HEADINGS = "person_id,first_name,last_name,work_email,role,team,line manager,kind\n"


def _write(school: School, name: str, *rows: str) -> None:
    (school.root / name).write_text(HEADINGS + "".join(f"{row}\n" for row in rows), encoding="utf-8")


def test_every_list_is_taken_in_with_its_kind_and_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    with School(tmp_path, LISTS) as school:
        _write(school, "staff.csv", "1,Ana,Lee,ana@example.org,Cook,Year 3,Jo Hill,", "2,Bo,Day,,Cook,,,Agency worker")
        _write(school, "governors.csv", "1,Ana,Lee,ANA@example.org,Chair,,,", "9,Cy,Fox,cy@example.org,,,,")
        taken = take_lists(school.register, school.config, MONDAY, at(MONDAY))
        assert [row.person.name for row in taken.whole.new] == ["Ana Lee", "Bo Day", "Cy Fox", "Ana Lee"]
        assert (
            "In the list “Supply pool”: supply.csv is not there, so nobody was added or changed." in taken.whole.notes
        )
        with school.register.reading() as tx:
            people = {row.person.name: row for row in list_people(tx, school.key, MONDAY)}
        assert (people["Ana Lee"].person.team, people["Ana Lee"].person.manager) == ("Year 3", "Jo Hill")
        kinds = {name: [one.kind for one in row.engagements] for name, row in people.items()}
        assert kinds == {
            "Ana Lee": [EngagementKind.STAFF, EngagementKind.GOVERNOR],
            "Bo Day": [EngagementKind.SUPPLY],
            "Cy Fox": [EngagementKind.GOVERNOR],
        }


def test_a_list_that_is_refused_or_waits_keeps_no_other_from_being_taken(tmp_path: Path) -> None:
    with School(tmp_path, LISTS) as school:
        rows = [f"{number},Ana,Lee{letter},,Cook,,," for number, letter in enumerate("abcdef")]
        _write(school, "staff.csv", *rows)
        _write(school, "governors.csv", *rows)
        take_lists(school.register, school.config, MONDAY, at(MONDAY))
        (school.root / "staff.csv").write_text("this is no list\n", encoding="utf-8")
        _write(school, "governors.csv", *(row.replace("Cook", "Chair") for row in rows))
        _write(school, "supply.csv", "77,Di,Ash,,Teacher,,,")
        taken = take_lists(school.register, school.config, MONDAY, at(MONDAY))
        assert taken.bad[0].startswith("The staff list cannot be read, so nobody knows who has left")
        assert taken.bad[1].startswith("Nothing was taken from the staff list")
        assert taken.waiting[0].startswith("The list “governors” would change or remove more than a fifth")
        assert '\'policy staff import "governors.csv" --source "governors" --yes\'' in taken.waiting[0]
        assert [row.person.name for row in taken.whole.new] == ["Di Ash"]


def test_the_advice_for_a_further_list_names_that_list(tmp_path: Path) -> None:
    with School(tmp_path, LISTS) as school:
        _write(school, "supply.csv", "1,Ana,Lee,ana@example.org,Cook,,,")
        take_lists(school.register, school.config, MONDAY, at(MONDAY))
        _write(school, "supply.csv", "7,Cy,Fox,cy@example.org,Cook,,,")
        taken = take_lists(school.register, school.config, MONDAY, at(MONDAY))
        assert "'policy staff import FILE --source \"Supply pool\" --yes'" in taken.whole.refused[0].reason


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Staff.csv", "people.lists: 'Staff.csv' is the name of the staff list; give list 1"),
        ("by hand", "people.lists: 'by hand' is the name of those added with 'policy staff add'; give list 1"),
    ],
)
def test_a_list_needs_a_name_of_its_own(name: str, fault: str) -> None:
    with pytest.raises(ConfigurationError, match="give list 1 a name of its own") as raised:
        parse_config(f'[[people.lists]]\nname = "{name}"\nsource = "a.csv"\n', root=Path())
    assert fault in str(raised.value)


def test_two_lists_of_one_name_and_a_kind_that_is_none_are_refused() -> None:
    twice = '[[people.lists]]\nname = "a"\nsource = "a.csv"\n[[people.lists]]\nname = "A"\nsource = "b.csv"\n'
    with pytest.raises(ConfigurationError, match="'A' is the name of list 1; give list 2 a name of its own"):
        parse_config(twice, root=Path())
    with pytest.raises(ConfigurationError, match="'cook' is none of staff, supply, volunteer"):
        parse_config('[[people.lists]]\nname = "a"\nsource = "a.csv"\nkind = "cook"\n', root=Path())


@pytest.mark.parametrize(
    ("heading", "word", "kind"),
    [
        ("Kind", "Volunteer", EngagementKind.VOLUNTEER),
        ("Kind", "", EngagementKind.CONTRACTOR),
        ("Staff Type", "Peripatetic", EngagementKind.VISITING),
        ("Contract Type", "Supply (agency)", EngagementKind.SUPPLY),
        ("Contract Type", "Permanent", EngagementKind.CONTRACTOR),  # nobody in the column is anything but staff
    ],
)
def test_the_kind_is_read_by_its_words(tmp_path: Path, heading: str, word: str, kind: EngagementKind) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"person_id,first_name,last_name,{heading}\n1,Ana,Lee,{word}\n", encoding="utf-8")
    listed = read_staff_list(path, kind=EngagementKind.CONTRACTOR)
    assert [person.kind for person in listed.people] == [kind]


def test_a_kind_that_is_not_known_is_told_and_taken_as_that_of_the_list(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("person_id,first_name,last_name,kind\n1,Ana,Lee,Wizard\n2,Bo,Day,Governor\n", encoding="utf-8")
    listed = read_staff_list(path)
    assert listed.notes[0] == "The kind “Wizard” (1 row) is not known; it was taken as staff."


def test_a_staff_list_under_another_file_name_is_the_same_list(tmp_path: Path) -> None:
    with School(tmp_path) as school:
        rows = [f"{number},Ana,Lee{letter},{letter}@example.org,Cook,,," for number, letter in enumerate("abcdef")]
        _write(school, "staff.csv", *rows)
        take_lists(school.register, school.config, MONDAY, at(MONDAY))
        moved = parse_config('[people]\nsource = "export.csv"\n', root=school.root)
        _write(school, "export.csv", *rows[1:])
        taken = take_lists(school.register, moved, MONDAY, at(MONDAY)).whole
        assert ([row.person.person_id for row in taken.missing], taken.new) == (["0"], ())
        assert taken.notes[-1] == "The staff list is export.csv now; its people go on as those of staff.csv."
        with school.register.reading() as tx:
            people = list_people(tx, school.key, MONDAY)
            assert {row.source for row in people} == {"export.csv"}
            assert list_people(tx, school.key, MONDAY, as_at=at(MONDAY)) == people
        assert take_lists(school.register, moved, MONDAY, at(MONDAY)).whole.notes == taken.notes[:-1]


def test_a_list_that_the_configuration_names_no_more_is_told(tmp_path: Path) -> None:
    with School(tmp_path, LISTS) as school:
        _write(school, "governors.csv", "9,Cy,Fox,cy@example.org,,,,")
        take_lists(school.register, school.config, MONDAY, at(MONDAY))
        without = parse_config("", root=school.root)
        _write(school, "staff.csv", "1,Ana,Lee,ana@example.org,Cook,,,")
        taken = take_lists(school.register, without, MONDAY, at(MONDAY)).whole
        assert [row.person.name for row in taken.new] == ["Ana Lee"]
        (note,) = taken.notes
        assert note.startswith(
            "1 person is here by the list “governors”, which config.toml does not name and nobody reads"
        )
        assert note.endswith("'policy staff leaves PERSON --list \"governors\"'.")
