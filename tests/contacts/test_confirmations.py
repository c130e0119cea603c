"""New numbers are confirmed once, by somebody else; until then the office stands in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.contacts.confirmations import Confirmation, confirm_contacts, contacts_of_day, list_unconfirmed
from pipeline.errors import UsageError
from pipeline.named.details.found import changed_target
from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger
from pipeline.register.people.erasure import address_of, stand_in
from pipeline.register.policies.copies import confirmed_contacts
from pipeline.register.tables.contacts import contact_confirmation
from tests.copies.workspace import HILL, MONDAY, OFFICE, SHEFFIELD, Workspace, at, later, policy_file

NEXT = "[[contacts.next]]\nrole = 'dsl'\nname = 'Jo Hill'\nphone = '01632 960155'\nfrom = 2027-01-04\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path) as made:
        made.note()
        yield made


def waiting(workspace: Workspace, days: int = 1) -> list[tuple[str, str]]:
    with workspace.register.reading() as tx:
        found = list_unconfirmed(tx, workspace.school, workspace.config, later(days))
    return [(one.holder.name, one.details) for one in found]


def confirm(
    workspace: Workspace, role: str = "dsl", by: str = "Pat Clerk", how: str | None = None, name: str | None = None
) -> list[str]:
    with workspace.register.transaction() as tx:
        confirmed = confirm_contacts(
            Decision(tx, workspace.school, by, at(later(1))),
            workspace.config,
            Confirmation(role, how, name),
            today=later(1),
        )
    return [holder.name for holder in confirmed]


def test_the_first_run_takes_the_configured_contacts_as_confirmed_and_says_nothing(tmp_path: Path) -> None:
    with Workspace(tmp_path) as workspace:
        assert waiting(workspace) == [], "before the first run nobody is asked about"
        assert workspace.note() == ()
        assert waiting(workspace) == []
        with workspace.register.reading() as tx:
            (row,) = confirmed_contacts(tx, workspace.school)
        assert (row.name, row.phone, row.how) == ("Deborah Field", "01632 960101", "configured")


def test_the_first_run_takes_a_lead_who_is_covered_for_too_but_nobody_yet_to_come(tmp_path: Path) -> None:
    cover = NEXT.replace("Jo Hill", "Wen Li").replace("960155", "960133").replace("2027-01-04", "2026-11-01")
    cover += "until = 2026-12-01\n"
    with Workspace(tmp_path, SHEFFIELD, cover + NEXT) as workspace:
        workspace.note()
        assert waiting(workspace, 0) == [("Jo Hill", "01632 960155")]
        assert waiting(workspace, 10) == [("Jo Hill", "01632 960155")], "Deborah Field is back and is not asked about"


def test_a_new_number_waits_is_confirmed_once_and_put_in_the_ledger_without_names(workspace: Workspace) -> None:
    workspace.configure(HILL, OFFICE)
    assert waiting(workspace) == [("Jo Hill", "01632 960155 and jo.hill@example.org")]
    (notice,) = workspace.note(later(1))
    assert notice == (
        "Jo Hill (Designated Safeguarding Lead): 01632 960155 and jo.hill@example.org are new and not confirmed. "
        'Ring it, then say: policy contacts --confirm dsl --by "Your Name". Until then copies give the school office '
        "(01632 960110) in its place."
    )
    assert confirm(workspace, how="I have rung it") == ["Jo Hill"]
    assert waiting(workspace) == []
    assert workspace.note(later(1)) == ()
    assert confirm(workspace) == []
    with workspace.register.reading() as tx:
        check = ledger.verify(tx, workspace.school)
        row = confirmed_contacts(tx, workspace.school)[-1]
    assert (check.records, check.faults) == (1, ())
    assert row.how == "Pat Clerk: I have rung it"
    key = ledger.load_or_make_key(workspace.root / "key")
    with workspace.register.transaction() as tx:
        ledger.sign_head(tx, workspace.school, key, at(MONDAY))
    with workspace.register.reading() as tx:
        exported = "".join(ledger.export(tx, workspace.school, key, at(MONDAY)))
    assert "contact-confirmed" in exported
    for secret in ("Hill", "960155", "Pat"):
        assert secret not in exported


def test_a_pair_that_comes_back_or_is_written_another_way_is_not_asked_about_again(workspace: Workspace) -> None:
    workspace.configure(HILL)
    confirm(workspace)
    workspace.configure(SHEFFIELD.replace("01632 960101", "(01632) 960 101").replace("d.field@", "D.Field@"))
    assert waiting(workspace) == []
    workspace.configure(HILL.replace("Jo Hill", "jo  hill"))
    assert waiting(workspace) == []


def test_a_deputy_who_becomes_the_lead_with_a_known_number_is_not_asked_about(tmp_path: Path) -> None:
    deputy = HILL.replace("contacts.dsl", "contacts.deputy-dsl")
    with Workspace(tmp_path, SHEFFIELD, deputy) as workspace:
        workspace.note()
        workspace.configure(HILL)
        assert waiting(workspace) == []


def test_the_address_of_whoever_led_before_is_not_confirmed_for_the_next_lead(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD.replace("Deborah Field", "Dana Price"))
    (notice,) = workspace.note(later(1))
    assert "d.field@example.org was confirmed for Deborah Field: is that right?" in notice
    assert "01632 960101 was confirmed for Deborah Field" in notice
    with pytest.raises(UsageError, match="has Deborah Field's name in it"):
        confirm(workspace)
    workspace.configure(SHEFFIELD.replace("Deborah Field", "Dana Price").replace("d.field@", "dsl@"))
    assert confirm(workspace) == ["Dana Price"], "a number may be handed on with the role"


def test_an_address_that_stays_with_a_new_surname_is_confirmed(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD.replace("Deborah Field", "Deborah Hay").replace("d.field@", "deborah.field@"))
    confirm(workspace)
    assert waiting(workspace) == []


def test_only_what_is_new_is_asked_about(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD.replace("d.field@example.org", "deborah.field@example.org"))
    assert waiting(workspace) == [("Deborah Field", "deborah.field@example.org")]
    (notice,) = workspace.note(later(1))
    assert "Write to it, then say" in notice
    assert "copies that would name them are held" in notice
    workspace.configure("[contacts.dsl]\nname = 'Kim Day'\n")
    assert waiting(workspace) == [], "without number and address there is nothing to ring"


def test_a_change_to_come_is_told_a_month_before_and_can_be_confirmed_before(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD, NEXT)
    assert workspace.note(later(1)) == ()
    (notice,) = workspace.note(later(20))
    assert notice.startswith("Jo Hill (Designated Safeguarding Lead from 4 January 2027): 01632 960155 is new")
    assert confirm(workspace) == ["Jo Hill"]
    assert workspace.note(later(20)) == ()


@pytest.mark.parametrize(
    "by",
    [
        "Jo Hill",
        "Mr Hill",
        "J. Hill",
        "jo hill",
        " Jo  Hill ",
        "Hill, Jo",
        "HILL JO",
        "Jó Hill",
        "JH",
        "Jo Hill-Marsh",
        "Mrs Joanna Hill",
        "jo.hill@example.org",
        "DSL",
        "the designated safeguarding lead",
    ],
)
def test_nobody_confirms_their_own_number(workspace: Workspace, by: str) -> None:
    workspace.configure(HILL)
    with pytest.raises(UsageError, match="cannot confirm their own"):
        confirm(workspace, by=by)
    assert waiting(workspace) != []


def test_a_number_confirmed_before_is_not_asked_about_again_for_another_apostrophe(workspace: Workspace) -> None:
    workspace.configure(HILL.replace("'Jo Hill'", '"Jo O\'Dowd"').replace('"Jo Hill"', '"Jo O\'Dowd"'))
    assert confirm(workspace) == ["Jo O'Dowd"]
    workspace.configure(HILL.replace("Jo Hill", "Jo O’Dowd"))
    assert waiting(workspace) == []
    workspace.configure(HILL.replace("Jo Hill", "Joan O’Dowd"))
    assert [name for name, _ in waiting(workspace)] == ["Joan O’Dowd"]


def test_somebody_of_the_same_surname_may_confirm(workspace: Workspace) -> None:
    workspace.configure(HILL)
    assert confirm(workspace, by="Anna Hill") == ["Jo Hill"]


def test_names_that_are_no_persons_are_compared_as_they_are_written(workspace: Workspace) -> None:
    workspace.configure("[contacts.lado]\nname = '1st'\nphone = '01632 960199'\n")
    with pytest.raises(UsageError, match="cannot confirm their own"):
        confirm(workspace, "lado", by=" 1ST")


def test_where_several_are_new_the_person_is_named(workspace: Workspace) -> None:
    deputies = (
        "[[contacts.deputy-dsl]]\nname = 'Tom Ash'\nphone = '01632 960142'\n"
        "[[contacts.deputy-dsl]]\nname = 'Wen Li'\nphone = '01632 960143'\n"
    )
    workspace.configure(SHEFFIELD, deputies)
    with pytest.raises(UsageError, match=r"Tom Ash and Wen Li are new as Deputy.*--name"):
        confirm(workspace, "deputy-dsl")
    assert confirm(workspace, "deputy-dsl", name="Wen Li") == ["Wen Li"]
    assert confirm(workspace, "deputy-dsl") == ["Tom Ash"]


def test_a_confirmation_is_of_a_role_that_there_is(workspace: Workspace) -> None:
    workspace.configure(HILL)
    with pytest.raises(UsageError, match="no entry for senco"):
        confirm(workspace, "senco")


def test_a_lead_whose_entry_was_deleted_is_missed(workspace: Workspace) -> None:
    workspace.configure(OFFICE)
    with workspace.register.reading() as tx:
        contacts = contacts_of_day(tx, workspace.school, workspace.config, later(1))
    assert contacts.shown.vacant == contacts.planned.vacant == ("dsl",)


def test_the_office_needs_no_confirmation(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD, OFFICE)
    assert waiting(workspace) == []


@pytest.mark.parametrize(
    ("office", "phone", "email", "words", "blocked"),
    [
        ("", None, None, None, True),
        (OFFICE, "01632 960110", None, "through the school office, 01632 960110", False),
        (OFFICE + "email = 'office@example.org'\n", "01632 960110", "office@example.org", "office@example.org", False),
        ("[contacts.office]\nemail = 'office@example.org'\n", None, "office@example.org", "office@example.org", True),
        ("[contacts.office]\n", None, None, None, True),
    ],
)
def test_until_then_the_office_stands_in_as_far_as_it_is_configured(
    workspace: Workspace, office: str, phone: str | None, email: str | None, words: str | None, blocked: bool
) -> None:
    workspace.configure(HILL, office)
    with workspace.register.reading() as tx:
        contacts = contacts_of_day(tx, workspace.school, workspace.config, later(1))
    (shown,), (planned,) = contacts.shown.of("dsl"), contacts.planned.of("dsl")
    assert (shown.name, shown.phone, shown.email) == ("Jo Hill", phone, email)
    assert (planned.name, planned.phone, planned.email) == ("Jo Hill", phone, words)
    assert [one.holder.name for one in contacts.waiting] == ["Jo Hill"]
    assert bool(contacts.blocked) == blocked
    assert contacts.planned.of("office") == ()
    confirm(workspace)
    with workspace.register.reading() as tx:
        after = contacts_of_day(tx, workspace.school, workspace.config, later(1))
    assert after.shown.of("dsl")[0].phone == after.planned.of("dsl")[0].phone == "01632 960155"
    assert after.waiting == after.blocked == ()


def test_a_new_address_alone_takes_the_address_of_the_office(workspace: Workspace) -> None:
    workspace.configure(
        SHEFFIELD.replace("d.field@example.org", "deb@example.org"), "[contacts.office]\nemail = 'office@example.org'\n"
    )
    with workspace.register.reading() as tx:
        contacts = contacts_of_day(tx, workspace.school, workspace.config, later(1))
    assert contacts.blocked == ()
    (shown,) = contacts.shown.of("dsl")
    assert (shown.phone, shown.email) == ("01632 960101", "office@example.org")


def test_a_link_to_an_address_becomes_one_to_the_number_that_stands_in() -> None:
    words = "through the school office, 01632 960110"
    assert changed_target("mailto:d.field@example.org?subject=Worry", words) == "tel:01632960110"
    assert changed_target("mailto:a@example.org?subject=x", "b@example.org") == "mailto:b@example.org?subject=x"


FORMER = "[[contacts.former]]\nrole = 'dsl'\nname = 'Deborah Field'\n"
DEPUTY = HILL.replace("contacts.dsl", "contacts.deputy-dsl")


@pytest.mark.parametrize(
    ("first", "then", "before"),
    [
        (SHEFFIELD, HILL, ["dsl: Deborah Field, 01632 960101"]),
        (SHEFFIELD, HILL + FORMER, ["dsl: Deborah Field, None"]),
        (SHEFFIELD, HILL + NEXT.replace("Jo Hill", "Deborah Field"), []),
        (SHEFFIELD + DEPUTY, HILL, ["dsl: Deborah Field, 01632 960101", "deputy-dsl: Jo Hill, 01632 960155"]),
        (SHEFFIELD, SHEFFIELD.replace("Deborah", "D."), []),
        (SHEFFIELD, SHEFFIELD.replace("Field", "Feild"), []),
        # Another surname, and another person of nearly the same name.
        (SHEFFIELD, SHEFFIELD.replace("Field", "Marsh"), ["dsl: Deborah Field, 01632 960101"]),
        (
            HILL,
            HILL.replace("Hill", "Hall").replace("hill", "hall").replace("55", "77"),
            ["dsl: Jo Hill, 01632 960155"],
        ),
        (SHEFFIELD + OFFICE, SHEFFIELD, []),
    ],
)
def test_whoever_was_written_over_counts_as_a_former_holder(
    tmp_path: Path, first: str, then: str, before: list[str]
) -> None:
    with Workspace(tmp_path, first) as workspace:
        workspace.note()
        workspace.configure(then)
        with workspace.register.reading() as tx:
            contacts = contacts_of_day(tx, workspace.school, workspace.config, later(1))
        for directory in (contacts.planned, contacts.for_copies, contacts.shown):
            assert [f"{one.role}: {one.name}, {one.phone}" for one in directory.former] == before


def test_of_whoever_was_erased_nothing_is_known(workspace: Workspace) -> None:
    workspace.configure(HILL)
    with workspace.register.transaction() as tx:
        tx.execute(update(contact_confirmation).values(name=stand_in(1), phone=None, email=address_of(1)))
    with workspace.register.reading() as tx:
        assert contacts_of_day(tx, workspace.school, workspace.config, later(1)).planned.former == ()


def test_a_lead_who_was_written_over_gives_way_where_no_word_of_the_role_stands(workspace: Workspace) -> None:
    lines = ("In a hurry speak to Mrs Field.", "Ring 01632 960101 at once.")
    workspace.put("lettings.docx", policy_file("Lettings Policy", *lines))
    workspace.day()
    workspace.configure(HILL, OFFICE)
    workspace.day(later(1))
    confirm(workspace)
    workspace.day(later(1))
    words = workspace.words("lettings.docx")
    assert "In a hurry speak to Mr Hill." in words
    assert "Ring 01632 960155 at once." in words


def test_a_name_that_was_mistyped_at_first_holds_nothing_once_it_is_right(tmp_path: Path) -> None:
    with Workspace(tmp_path, HILL.replace("Jo Hill", "Jo Hlil")) as workspace:
        workspace.put("lettings.docx", policy_file("Lettings Policy", "DSL: Jo Hill, 01632 960155"))
        workspace.day()
        workspace.configure(HILL, OFFICE)
        confirm(workspace)
        assert workspace.day(later(1)).held == []
        assert "DSL: Jo Hill, 01632 960155" in workspace.words("lettings.docx")
