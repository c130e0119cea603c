"""Everything of one owner goes to another in one decision, by whichever words their policies have for them."""

import pytest

from pipeline.config import Config, parse_config
from pipeline.errors import UsageError
from pipeline.policies.decisions.handing_over import hand_over, list_owners
from pipeline.register.decision import Decision
from tests.policies.folders import NOW, TODAY, Folder, policy_text

TOML = """
[contacts.dsl]
name = "Pat Marsh"
phone = "01632 960101"
email = "pat@example.org"
[contacts.headteacher]
name = "Kim Head"
email = "head@example.org"
"""
OWNERS = {
    "Lettings": "Designated Safeguarding Lead",
    "Homework": "Safeguarding Lead",
    "Uniform": "Pat Marsh",
    "Parking": "Headteacher and Safeguarding Lead",
    "Visitors": "Caretaker",
}


@pytest.fixture
def owned(folder: Folder) -> Folder:
    """A folder with policies that name their owners in several ways."""
    for title, owner in OWNERS.items():
        text = policy_text(f"{title} Policy").replace("Policy Owner: Business Manager", f"Policy Owner: {owner}")
        folder.write(f"{title.lower()}.txt", text)
    folder.record()
    return folder


def config_of(folder: Folder) -> Config:
    return parse_config(TOML, root=folder.root)


def owners(folder: Folder) -> dict[str, list[str]]:
    with folder.register.reading() as tx:
        found = list_owners(tx, folder.register.school, config_of(folder), TODAY)
    return {one.reached or one.name: [each.slug for each in one.policies] for one in found}


def give(folder: Folder, wanted: str, to: str, reason: str = "retires") -> str:
    with folder.register.transaction() as tx:
        decision = Decision(tx, folder.register.school, "Pat Clerk", NOW)
        return hand_over(decision, config_of(folder), wanted, to, reason=reason, today=TODAY)


def test_words_that_name_one_person_are_one_owner_and_several_people_stay(owned: Folder) -> None:
    assert owners(owned) == {
        "Pat Marsh (pat@example.org)": ["homework", "lettings", "uniform"],
        "Pat Marsh (pat@example.org) and Kim Head (head@example.org)": ["parking"],
        "Caretaker": ["visitors"],
    }
    said = give(owned, "pat marsh", "Kim Head")
    assert "3 policies of" in said
    assert owners(owned)["Kim Head (head@example.org)"] == ["homework", "lettings", "uniform"]
    assert owners(owned)["Pat Marsh (pat@example.org) and Kim Head (head@example.org)"] == ["parking"]
    with pytest.raises(UsageError, match="looks after no policy here"):
        give(owned, "Pat Marsh", "Kim Head")


@pytest.mark.parametrize(
    ("wanted", "to", "reason", "said"),
    [
        ("Bursar", "Kim Head", "x", "looks after no policy here"),
        ("Caretaker", "soon", "x", "is no role or person"),
        ("Caretaker", "caretaker", "x", "nothing to hand over"),
        ("Caretaker", "Kim Head", " ", "Say why"),
    ],
)
def test_nothing_is_handed_over_that_is_not_meant(owned: Folder, wanted: str, to: str, reason: str, said: str) -> None:
    before = owners(owned)
    with pytest.raises(UsageError, match=said):
        give(owned, wanted, to, reason)
    assert owners(owned) == before


def test_an_owner_whom_no_reminder_reaches_is_said_to_be_so(owned: Folder) -> None:
    assert "Nobody's address is known for Business Manager" in give(owned, "Caretaker", "Business Manager")
