"""Whatever lists come one after the other: no reading becomes another person's, and no known leaver is written to."""

import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pipeline.people.lists.identity import Asks
from pipeline.people.lists.one_list import take_list
from pipeline.people.lists.several_lists import take_lists
from pipeline.people.lists.staff_list import read_staff_list
from pipeline.people.obligations import has_left
from pipeline.register.deciding import deciding
from pipeline.register.people.persons import list_people
from tests.people.test_who_they_are import WITH_IDS, WITHOUT, Row, write
from tests.school import MONDAY, School, at

DAY = timedelta(days=1)
SURNAMES = ("Lee", "Marsh", "Fox", "Holt", "Moss", "Reed", "Frost", "Hale", "Birch", "Lane", "Ford", "Wood")
MARRIED = ("Ash", "Bell", "Cole", "Dunn", "East", "Firth", "Gale", "Hirst", "Ives", "Judd", "Kemp", "Lowe")
FIRST = ("Ann", "Bob", "Cat", "Dan", "Eve", "Flo", "Gus", "Hal", "Ida", "Jon", "Kay", "Len")


@dataclass
class Somebody:
    """One human being, as they truly are."""

    number: int
    first: str
    last: str
    local: str
    post: str
    key: str
    starts: str
    names: set[str] = field(default_factory=set)
    left: str = ""
    is_listed_without_last_day: bool = False

    def __post_init__(self) -> None:
        self.names.add(self.name)

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    def row(self, domain: str) -> list[str]:
        last = "" if self.is_listed_without_last_day else self.left
        return [self.key, self.first, self.last, f"{self.local}@{domain}", self.post, self.starts, last]


class World:
    """The people of a school, what its office exports of them, and what the program makes of that."""

    def __init__(self, school: School, heading: Row, *, answers: bool) -> None:
        self.school, self.heading, self.answers = school, heading, answers
        self.domain, self.swapped, self.day = "example.org", None, MONDAY
        self.people = [
            Somebody(n, first, last, f"{first[0]}.{last}".lower(), f"Post {n % 5}", f"p{n}", f"2015-09-{n + 1:02}")
            for n, (first, last) in enumerate(zip(FIRST[:10], SURNAMES, strict=False))
        ]
        self.people.append(Somebody(10, "Head", "Olde", "headteacher", "Headteacher", "p10", "2014-09-01"))
        self.readers: dict[int, Somebody] = {}
        """Who gave the readings of a row of the register."""
        self.school.add_policy("Child Protection")

    @property
    def listed(self) -> list[Somebody]:
        return [one for one in self.people if one.key]

    def step(self, event: str, which: int) -> None:
        """Let something happen, export the list, let the run take it in, and look at what came of it."""
        here = [one for one in self.listed if not one.left]
        one = here[which % len(here)]
        self.swapped = None
        match event:
            case "wedding" if one.local != "headteacher":
                one.last = MARRIED[one.number % len(MARRIED)]
                one.local = f"{one.first[0]}.{one.last}".lower()
                one.names.add(one.name)
            case "domain":
                self.domain = "academy.example.com" if self.domain == "example.org" else "example.org"
            case "swap":
                self.swapped = (one, here[(which + 1) % len(here)])
            case "leaves" if len(here) > 5 and one.local != "headteacher":
                one.left = (self.day - DAY).isoformat()
            case "back":
                for gone in self.listed:
                    gone.is_listed_without_last_day = bool(gone.left)
            case "successor":
                before = next(each for each in self.listed if each.local == "headteacher")
                number = len(self.people)
                starts = (self.day + 3 * DAY).isoformat()
                key = before.key
                before.key, before.left = "", before.left or (self.day - DAY).isoformat()
                self.people.append(
                    Somebody(number, "Head", f"Newe{chr(97 + number)}", "headteacher", "Headteacher", key, starts)
                )
                self.people[-1].first = f"Xena{chr(97 + number)}"
                self.people[-1].names = {self.people[-1].name}
        self.day += DAY
        self.export()
        self.look()
        for gone in self.listed:
            gone.is_listed_without_last_day = False

    def export(self) -> None:
        rows = [one.row(self.domain) for one in self.listed]
        if self.swapped is not None:
            first, second = (self.listed.index(one) for one in self.swapped)
            for part in (1, 2):
                rows[first][part], rows[second][part] = rows[second][part], rows[first][part]
        write(self.school, *rows, heading=self.heading)
        taken = take_lists(self.school.register, self.school.config, self.day, at(self.day)).whole
        if self.answers and taken.asked and not taken.is_older:
            self.answer({one.stated.person_id: one for one in taken.asked})

    def answer(self, asked: dict) -> None:  # type: ignore[type-arg]
        """Answer as an office does that knows its people."""
        said = {}
        for key, one in asked.items():
            if one.asks is Asks.ADDRESS:
                continue
            said[key] = one.asks not in (Asks.BACK, Asks.NAMESAKE) and any(
                {one.stated.name, one.known.person.name} <= each.names for each in self.people
            )
        listed = self.school.config.people_lists[0]
        staff_list = read_staff_list(self.school.root / listed.source, self.school.config.people)
        with deciding(self.school.register, self.school.root, "Office", at(self.day)) as decision:
            take_list(
                decision, self.school.config, staff_list, listed, self.day, confirmed=False, preview=False, answers=said
            )

    def look(self) -> None:
        before = {mail.id for mail in self.school.messages()}
        self.school.plan(self.day)
        with self.school.register.reading() as tx:
            rows = {row.id: row for row in list_people(tx, self.school.key, self.day)}
        for key, one in self.readers.items():
            assert rows[key].person.name in one.names, f"{one.names} have what {rows[key].person.name} has now"
        left = {name for one in self.people if one.left and one.key for name in one.names}
        known_leavers = {row.id for row in rows.values() if has_left(row.person, self.day)}
        for mail in self.school.messages():
            if mail.id not in before and mail.person is not None:
                assert mail.person not in known_leavers
                assert rows[mail.person].person.name not in left, "a leaver whom the list once gave a last day"

    def read(self) -> None:
        """Let everybody who is asked record that they have read."""
        with self.school.register.reading() as tx:
            rows = {row.id: row for row in list_people(tx, self.school.key, self.day)}
        version = next(one for one in self.school.standings(self.day))
        for request in self.school.requests():
            row = rows[request.person]
            mine = next((one for one in self.people if row.person.name in one.names), None)
            if mine is not None and request.policy_id == version.policy_id:
                self.readers[row.id] = mine


@pytest.mark.slow
@pytest.mark.parametrize("answers", [False, True], ids=["nobody answers", "the office answers"])
@pytest.mark.parametrize("heading", [WITH_IDS, WITHOUT], ids=["ids", "no ids"])
@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    events=st.lists(
        st.tuples(
            st.sampled_from(["wedding", "domain", "swap", "leaves", "back", "successor", "nothing"]),
            st.integers(min_value=0, max_value=20),
        ),
        min_size=2,
        max_size=7,
    )
)
def test_no_sequence_of_lists_gives_readings_to_another_or_writes_to_a_known_leaver(
    heading: Row, answers: bool, events: list[tuple[str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, School(Path(folder) / "school") as school:
        world = World(school, heading, answers=answers)
        world.export()
        world.look()
        world.read()
        for event, which in events:
            world.step(event, which)
            world.read()
