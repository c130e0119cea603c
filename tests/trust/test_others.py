"""Another school's name, and its contacts, in the words of this one."""

from pathlib import Path

import pytest

from pipeline.trust.others import Among, KnownBy, faults_of_others, known_by
from tests.policies.folders import policy_text
from tests.trust.world import World

OAK = KnownBy("Oakfield Primary School", ("Anna Oakes", "Niamh O'Dell"), ("dsl@oak.example.org",), ("01632960101",))
SAINT = KnownBy("St Mary\u2019s CE Primary School")
OWN = KnownBy("Beech Hill Infant School", ("Jo Marsh",), ("office@example.org",), ("01632960200",))
AMONG = Among(OWN, (OAK, SAINT, KnownBy("Beech Hill Junior School"), KnownBy()))


def told(text: str, *may_name: str, among: Among = AMONG) -> list[str]:
    return list(faults_of_others([("The words for 'worried'", text)], among, may_name, "visits"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("As at Oakfield Primary School.", "Oakfield Primary School"),
        ("As at OAKFIELD PRIMARY's office.", "Oakfield Primary School"),
        ("As at Oakfield  Primary.", "Oakfield Primary School"),
        ("As at St Mary's CE Primary School.", "St Mary\u2019s CE Primary School"),
        ("As at St. Marys.", "St Mary\u2019s CE Primary School"),
        ("With Beech Hill Junior School.", "Beech Hill Junior School"),
    ],
)
def test_another_school_is_told_by_its_name_and_by_its_first_words(text: str, named: str) -> None:
    (fault,) = told(text)
    assert fault == (
        f"The words for 'worried' name {named}, another school of the trust. Put the right name in, or, if it is "
        f'meant, write may_name = ["{named}"] into slots/visits.toml.'
    )
    assert told(text, named) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See Anna Oakes.", "Anna Oakes"),
        ("See niamh o\u2019dell.", "Niamh O'Dell"),
        ("Ring (01632) 96 01 01.", "(01632) 96 01 01"),
        ("Ring +44 1632 960101.", "+44 1632 960101"),
        ("Write to DSL@oak.example.org.", "DSL@oak.example.org"),
    ],
)
def test_a_contact_of_another_school_is_told(text: str, found: str) -> None:
    (fault,) = told(text)
    assert f"hold {found}, from the contacts of Oakfield Primary School, another school of the trust." in fault
    assert f'write may_name = ["{found}"] into slots/visits.toml' in fault
    assert told(text, found) == []


@pytest.mark.parametrize(
    "text",
    [
        "Beech Hill Infant School: see Jo Marsh, 01632 960200, office@example.org.",
        "Come in from St Mary's Road, by St Mary's church.",
        "Through the oakfield, past the primary classes, 01632 9601019.",
        "Write to deputy.dsl@oak.example.org.uk.",
        "In the infant school at Beech Hill.",
    ],
)
def test_what_is_this_schools_own_or_nobodys_is_not_told(text: str) -> None:
    assert told(text) == []


def test_who_works_for_both_schools_may_stand_there() -> None:
    both = KnownBy("Elm School", OAK.people, OAK.addresses, OAK.phones)
    assert told("See Anna Oakes, 01632 960101, dsl@oak.example.org.", among=Among(both, (OAK,))) == []


def test_an_own_name_that_holds_anothers_is_no_other(tmp_path: Path) -> None:
    among = Among(KnownBy("Beech Hill School"), (KnownBy("Hill School"),))
    assert told("At Beech Hill School.", among=among) == []
    assert len(told("At Beech Hill School and Hill School.", among=among)) == 1


CONTACTS = """
[school]
name = "Ash School"
[contacts.dsl]
name = "Mrs Anna Oakes"
phone = "01632 960101 / 07700 900101"
email = "DSL@ash.example.org"
[[contacts.deputy-dsl]]
name = "Sam Ashdown"
[contacts.helpline]
name = "School office"
phone = "0800 1111"
"""


@pytest.mark.parametrize("more", ["", '[mail]\nport = "x"\n', "[mail\n"])
def test_a_school_is_known_though_its_settings_cannot_be_used(tmp_path: Path, more: str) -> None:
    (tmp_path / "config.toml").write_text(CONTACTS + more, encoding="utf-8")
    assert known_by(tmp_path) == KnownBy(
        "Ash School", ("Anna Oakes", "Sam Ashdown"), ("dsl@ash.example.org",), ("01632960101", "07700900101")
    )
    assert known_by(tmp_path / "none") == KnownBy()


def test_nothing_of_another_school_goes_out_by_slot_default_or_appendix(trust: World) -> None:
    for key in ("oakfield", "beech"):
        trust.add(key, f"{key.title()} Primary School")
    config = trust.school("oakfield") / "config.toml"
    text = config.read_text(encoding="utf-8").replace("01632 960101", "01632 960777")
    lead = next(line for line in text.splitlines() if line.startswith("name =") and "School" not in line)
    config.write_text(f'{text}\n[mail]\nport = "x"\n', encoding="utf-8")
    who = lead.partition("=")[2].strip(' "')
    body = "Tell [[slot: worried]], or come in [[slot: door | as at Oakfield Primary]]."
    (trust.root / "policies" / "Visits Policy.txt").write_text(
        policy_text("Visits Policy", body=body, school="Vale Learning Trust"), encoding="utf-8"
    )
    own = trust.school("beech")
    (own / "slots" / "visits.toml").write_text(f'worried = "{who}"\n', encoding="utf-8")
    (own / "policies" / "Visits Policy appendix.txt").write_text("Ring 01632 960 777 first.\n", encoding="utf-8")
    answer = trust.policy("trust", "distribute")
    said = " ".join(answer.out.split())
    assert answer.code == 4
    assert f"The words for 'worried' hold {who}, from the contacts of Oakfield Primary School" in said
    assert "The trust's own words for 'door' name Oakfield Primary School, another school" in said
    assert "The words of policies/Visits Policy appendix.txt hold 01632 960 777, from the contacts of" in said
    assert not (own / "policies" / "Visits Policy.txt").exists()
