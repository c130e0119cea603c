"""The ghost hunt: who lives on in documents, drafts and earlier copies, and which policies disagree."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.contacts.confirmations import Confirmation, confirm_contacts
from pipeline.contacts.ghosts import Ghost, GhostKind, GhostSource, Hunt, UnreadFile, hunt_ghosts
from pipeline.copies.shelf import refresh_copies
from pipeline.policies.intake.naming import list_namings
from pipeline.register.decision import Decision
from pipeline.register.policies import policies as policy_rows
from pipeline.register.policies.policies import SourceFile
from tests.copies.workspace import HILL, LEAD_LINES, OFFICE, SHEFFIELD, Workspace, at, later, policy_file

FORMER = (
    "[[contacts.former]]\nrole = 'dsl'\nname = 'Margaret Oak'\nphone = '01632 960177'\nemail = 'm.oak@example.org'\n"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path) as made:
        made.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES))
        yield made


def hunt(workspace: Workspace, days: int = 0) -> Hunt:
    with workspace.register.reading() as tx:
        return hunt_ghosts(tx, workspace.school, workspace.config, later(days))


def told(ghosts: tuple[Ghost, ...], source: GhostSource) -> list[tuple[str, GhostKind, str]]:
    return [(ghost.slug, ghost.kind, ghost.value) for ghost in ghosts if ghost.source is source]


def confirm(workspace: Workspace, days: int) -> None:
    with workspace.register.transaction() as tx:
        confirm_contacts(
            Decision(tx, workspace.school, "Pat Clerk", at(later(days))),
            workspace.config,
            Confirmation("dsl"),
            today=later(days),
        )


def test_a_school_whose_policies_agree_with_its_directory_has_no_ghosts(workspace: Workspace) -> None:
    workspace.day()
    assert hunt(workspace) == Hunt((), ())


def test_whoever_a_document_names_in_a_role_they_do_not_hold_is_a_ghost_with_the_words(workspace: Workspace) -> None:
    workspace.record()
    workspace.configure(HILL)
    ghosts = hunt(workspace).ghosts
    assert told(ghosts, GhostSource.DOCUMENT) == [
        ("lettings", GhostKind.NAME, "Deborah Field"),
        ("lettings", GhostKind.PHONE, "01632 960101"),
        ("lettings", GhostKind.EMAIL, "d.field@example.org"),
    ]
    assert ghosts[0].where == "The Designated Safeguarding Lead is Deborah Field."
    assert ghosts[0].message == "Deborah Field is named as Designated Safeguarding Lead; that is Jo Hill."


def test_numbers_and_addresses_of_former_holders_are_found_anywhere_in_a_text(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD, FORMER)
    workspace.put(
        "catering.docx",
        policy_file("Catering Policy", "Before a meal ring (01632) 960177, or write to M.Oak@example.org."),
    )
    workspace.day()
    documents = [ghost for ghost in hunt(workspace).ghosts if ghost.source is GhostSource.DOCUMENT]
    assert [(ghost.slug, ghost.kind, ghost.value) for ghost in documents] == [
        ("catering", GhostKind.PHONE, "(01632) 960177"),
        ("catering", GhostKind.EMAIL, "M.Oak@example.org"),
    ]
    assert documents[0].message == "(01632) 960177 was Margaret Oak's, Designated Safeguarding Lead before."
    assert documents[0].where.startswith("Before a meal ring")


def test_the_number_of_whoever_was_written_over_is_found_too(workspace: Workspace) -> None:
    workspace.put("visits.docx", policy_file("Visits Policy", "Before you go, ring 01632 960101."))
    workspace.day()
    workspace.configure(HILL, OFFICE)
    assert ("visits", GhostKind.PHONE, "01632 960101") in told(hunt(workspace, 1).ghosts, GhostSource.DOCUMENT)


def test_a_number_that_somebody_has_today_is_nobodys_ghost(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD, FORMER.replace("01632 960177", "01632 960101"))
    workspace.day()
    assert hunt(workspace).ghosts == ()


def test_whoever_is_covered_for_is_named_but_not_hunted_by_their_number(workspace: Workspace) -> None:
    cover = (
        "[[contacts.next]]\nrole = 'dsl'\nname = 'Jo Hill'\nphone = '01632 960155'\n"
        "from = 2026-11-20\nuntil = 2026-12-20\n"
    )
    workspace.configure(SHEFFIELD, cover)
    workspace.put("catering.docx", policy_file("Catering Policy", "On a trip ring 01632 960101."))
    workspace.record()
    assert [ghost.slug for ghost in hunt(workspace).ghosts if ghost.kind is GhostKind.PHONE] == ["lettings"]


def test_a_role_that_the_configuration_does_not_know_has_no_ghosts_and_an_empty_one_has(workspace: Workspace) -> None:
    workspace.record()
    workspace.configure("")
    assert hunt(workspace).ghosts == ()
    workspace.configure(SHEFFIELD + "until = 2026-11-22\n")
    ghosts = hunt(workspace).ghosts
    assert ghosts[0].message == "Deborah Field is named as Designated Safeguarding Lead; nobody is that today."
    with workspace.register.reading() as tx:
        (naming,) = list_namings(tx, workspace.school, workspace.config.directory(later(0)))
    assert naming.message == "Deborah Field is named as Designated Safeguarding Lead; nobody is that today."


def test_drafts_are_hunted_too(workspace: Workspace) -> None:
    workspace.day()
    draft = policy_file("Lettings Policy", "Everything about hiring the hall is new.", "The DSL is Margaret Oak.")
    workspace.put("lettings.docx", draft)
    workspace.record(later(1))
    assert told(hunt(workspace).ghosts, GhostSource.DRAFT) == [("lettings", GhostKind.NAME, "Margaret Oak")]


def test_an_earlier_copy_that_gives_somebody_who_went_is_found_by_its_code(workspace: Workspace) -> None:
    workspace.day()
    first = workspace.current()["lettings"].code
    workspace.configure(HILL, OFFICE)
    workspace.day(later(1))
    office = workspace.current()["lettings"].code
    confirm(workspace, 2)
    workspace.day(later(2))
    workspace.configure(HILL.replace("Jo Hill", "Wen Li").replace("960155", "960166"), OFFICE)
    copies = [ghost for ghost in hunt(workspace, 3).ghosts if ghost.source is GhostSource.COPY]
    assert (first, GhostKind.NAME, "Deborah Field") in [(each.file, each.kind, each.value) for each in copies]
    from_office = [(each.kind, each.value) for each in copies if each.file == office]
    assert from_office == [(GhostKind.NAME, "Jo Hill")], "the number of the office is nobody's ghost"
    in_use = [each for each in copies if "in use" in each.message]
    assert {(each.kind, each.value) for each in in_use} >= {
        (GhostKind.NAME, "Jo Hill"),
        (GhostKind.PHONE, "01632 960155"),
    }
    assert copies[0].message == (
        "The copy of 23 November 2026 (replaced on 24 November 2026) gives Deborah Field for the Designated "
        "Safeguarding Lead; that is Wen Li."
    )


def test_policies_that_name_different_leads_contradict_each_other(workspace: Workspace) -> None:
    workspace.put("catering.docx", policy_file("Catering Policy", "The DSL is Mrs M. Oak."))
    workspace.put(
        "parking.docx", policy_file("Parking Policy", "The Designated Safeguarding Lead is Mrs Margaret Oak.")
    )
    workspace.record()
    (found,) = hunt(workspace).contradictions
    assert found.role == "dsl"
    assert [each.slugs for each in found.names] == [("catering", "parking"), ("lettings",)]
    assert found.message.startswith("Policies disagree about who is Designated Safeguarding Lead: ")
    assert found.message.endswith("(Catering Policy and Parking Policy) and Deborah Field (Lettings Policy).")


def test_several_deputies_are_no_contradiction(workspace: Workspace) -> None:
    workspace.put(
        "catering.docx", policy_file("Catering Policy", "The Deputy Designated Safeguarding Lead is Tom Ash.")
    )
    workspace.put("parking.docx", policy_file("Parking Policy", "The Deputy Designated Safeguarding Lead is Wen Li."))
    workspace.record()
    assert hunt(workspace).contradictions == ()


def test_two_people_of_one_surname_are_told_apart_though_a_policy_gives_the_surname_alone(workspace: Workspace) -> None:
    workspace.put("art.docx", policy_file("Art Policy", "The DSL is Mrs Oak."))
    workspace.put("catering.docx", policy_file("Catering Policy", "The DSL is Margaret Oak."))
    workspace.put("parking.docx", policy_file("Parking Policy", "The DSL is Tom Oak."))
    (workspace.root / "policies" / "lettings.docx").unlink()
    workspace.record()
    (found,) = hunt(workspace).contradictions
    assert [(each.name, each.slugs) for each in found.names] == [
        ("Margaret Oak", ("art", "catering")),
        ("Tom Oak", ("parking",)),
    ]


def test_two_leads_who_both_hold_the_role_are_no_contradiction(workspace: Workspace) -> None:
    two = (SHEFFIELD + HILL).replace("[contacts.dsl]", "[[contacts.dsl]]")
    workspace.configure(two)
    workspace.put("catering.docx", policy_file("Catering Policy", "The Designated Safeguarding Leads are: Jo Hill."))
    workspace.day()
    assert hunt(workspace) == Hunt((), ())


def test_the_day_of_a_copy_is_the_schools(workspace: Workspace) -> None:
    summer = date(2026, 7, 6)
    night = datetime(2026, 7, 5, 23, 30, tzinfo=UTC)
    workspace.record(summer)
    refresh_copies(workspace.register, workspace.config, workspace.standings(summer), today=summer, now=night)
    workspace.configure(HILL)
    (first, *_) = [each for each in hunt(workspace).ghosts if each.source is GhostSource.COPY]
    assert first.message.startswith("The copy of 6 July 2026 (in use) gives Deborah Field")


def test_the_offices_address_in_an_earlier_copy_is_nobodys_ghost(workspace: Workspace) -> None:
    office = f"{OFFICE}email = 'office@example.org'\n"
    workspace.day()
    workspace.configure(HILL, office)
    workspace.day(later(1))
    by_office = workspace.current()["lettings"].code
    confirm(workspace, 2)
    workspace.day(later(2))
    assert [each for each in hunt(workspace, 2).ghosts if each.file == by_office] == []


def test_whom_only_the_front_of_a_copy_named_is_found_once_and_a_withdrawn_copy_was_not_replaced(
    workspace: Workspace,
) -> None:
    workspace.put("art.docx", policy_file("Art Policy", "Paint is washed off at once."))
    workspace.day()
    workspace.configure(HILL)
    with workspace.register.transaction() as tx:
        key = next(policy.id for policy in policy_rows.list_policies(tx, workspace.school) if policy.slug == "art")
        policy_rows.withdraw_policy(tx, key, later(1))
    workspace.refresh(later(1))
    found = [each for each in hunt(workspace, 1).ghosts if each.slug == "art"]
    assert [(each.source, each.kind, each.value) for each in found] == [
        (GhostSource.COPY, GhostKind.NAME, "Deborah Field"),
        (GhostSource.COPY, GhostKind.PHONE, "01632 960101"),
        (GhostSource.COPY, GhostKind.EMAIL, "d.field@example.org"),
    ]
    assert "(withdrawn on 24 November 2026)" in found[0].message


def test_a_former_holder_without_a_role_beside_the_name_and_a_name_nobody_could_read_are_found(
    workspace: Workspace,
) -> None:
    workspace.configure(SHEFFIELD, FORMER)
    workspace.put("catering.docx", policy_file("Catering Policy", "If worried about a child see Mrs Oak in room 4."))
    workspace.put("parking.docx", policy_file("Parking Policy", "The DSL: Sarah can be found in the office."))
    workspace.put("art.docx", policy_file("Art Policy", "This text was written by Margaret Oak."))
    workspace.day()
    found = [each for each in hunt(workspace).ghosts if each.source is GhostSource.DOCUMENT]
    assert [(each.slug, each.role, each.value, each.message) for each in found] == [
        ("catering", "dsl", "Mrs Oak",
         "Mrs Oak stands where the Designated Safeguarding Lead is meant; that is Deborah Field."),
        ("parking", "dsl", "Sarah",
         "Sarah may be named as Designated Safeguarding Lead; that is Deborah Field. Please look."),
    ]  # fmt: skip
    assert found[0].where == "If worried about a child see Mrs Oak in room 4."


def test_a_file_that_could_not_be_read_is_said_not_to_have_been_looked_through(workspace: Workspace) -> None:
    workspace.record()
    broken = SourceFile("broken.docx", 1, 1, "00", None, "unreadable", "damaged", "It is damaged.", "1")
    gone = replace(broken, path="gone.docx", vanished_at=at(later(0)))
    with workspace.register.transaction() as tx:
        for file in (broken, gone):
            policy_rows.save_source_file(tx, workspace.school, file, at(later(0)))
    assert hunt(workspace).unread == (UnreadFile("broken.docx", "It is damaged."),)
