"""The names of other policies in a text, looked up once for all the copies of a run."""

import gc

import pytest

from pipeline.pages.policy_links import PolicyNames, names_of
from pipeline.text.lazily import _Lazily

NAMES = PolicyNames(
    {
        "Health and Safety Policy": "hs.pdf",
        "Health Policy": "health.pdf",
        "Anti-Bullying": "bullying.pdf",
        "Behaviour": "behaviour.pdf",
        "Behaviour Policy": "behaviour-2.pdf",
        "Unpublished": "",
    }
)


@pytest.mark.parametrize(
    ("text", "own", "links"),
    [
        ("See our Health and Safety Policy.", "", {"Health and Safety Policy": "hs.pdf"}),
        ("See our Health and Safety Policy.", "Health and Safety Policy", {}),
        ("See our Health Policy, not health policy.", "", {"Health Policy": "health.pdf"}),
        ("Health and well-being matter; Pre-Health Policy", "", {}),
        ("The Anti - Bullying policy and Anti-Bullyings", "", {"Anti - Bullying policy": "bullying.pdf"}),
        ("Behaviour Policy", "", {"Behaviour Policy": "behaviour-2.pdf"}),
        ("Behaviour Policy", "Behaviour Policy", {"Behaviour Policy": "behaviour.pdf"}),
        ("Unpublished Policy", "", {}),
    ],
)
def test_a_name_leads_to_its_policy_and_never_to_the_policy_it_stands_in(
    text: str, own: str, links: dict[str, str]
) -> None:
    parts = NAMES.apart_from(own).linked(text, None, whole=text)
    assert "".join(words for words, _ in parts) == text
    assert {words: address for words, address in parts if address} == links


def test_names_of_one_copy_are_those_given_without_its_own() -> None:
    mine = NAMES.apart_from("Behaviour")
    assert names_of(mine) is mine
    assert dict(mine) == {title: NAMES[title] for title in NAMES if title != "Behaviour"}
    assert names_of({"Data Protection": "d.pdf"}).linked("Data Protection", None, whole="") == [
        ("Data Protection", "d.pdf")
    ]


def test_of_many_names_only_those_with_the_same_first_two_words_are_tried() -> None:
    titles = {f"Policy Number {number}": f"{number}.pdf" for number in range(300)}
    names = PolicyNames({**titles, "Policy on Trips": "trips.pdf", "Policy": "policy.pdf"})
    text = "The Behaviour Policy is kept with the Policy on Trips"

    parts = names.linked(text, None, whole=text)

    assert [(words, address) for words, address in parts if address] == [("Policy on Trips", "trips.pdf")]
    lazy = (vars(each) for each in gc.get_objects() if type(each) is _Lazily)
    known = [each for each in lazy if isinstance(each["_words"], str) and each["_words"].startswith("Policy[^")]
    assert len(known) >= len(titles)
    assert not any("_compiled" in each for each in known if "Number" in each["_words"])
    assert names.linked("Policy Number 17", None, whole="") == [("Policy Number 17", "17.pdf")]
