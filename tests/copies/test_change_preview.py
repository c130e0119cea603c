"""Before a switch the owner sees what it touches, planned as the copies are made; nothing is written."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.contacts.confirmations import Confirmation, confirm_contacts
from pipeline.copies.change_preview import ComingChange, Why, list_coming
from pipeline.policies.decisions.decide import issue_draft
from pipeline.register.decision import Decision
from pipeline.register.policies.copies import FRONT
from pipeline.register.tables.schema import source_content
from tests.builders import lines_down, paragraph, pdf_file, run, table, word_file, zip_file
from tests.copies.workspace import HILL, LEAD_LINES, OFFICE, SHEFFIELD, Workspace, at, later, policy_file
from tests.policies.folders import policy_text

FOLLOWS = (
    "[[contacts.next]]\nrole = 'dsl'\nname = 'Jo Hill'\npronoun = 'he'\nphone = '01632 960155'\n"
    "email = 'jo.hill@example.org'\nfrom = 2026-12-01\n"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path) as made:
        made.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES, "She is here on Mondays."))
        made.put("catering.txt", policy_text("Catering Policy").encode())
        made.day()
        yield made


def coming(workspace: Workspace, days: int = 1) -> tuple[ComingChange, ...]:
    return list_coming(workspace.register, workspace.config, later(days))


def places(change: ComingChange, slug: str) -> list[tuple[str, str, str]]:
    (policy,) = [policy for policy in change.policies if policy.slug == slug]
    return [(place.kind, place.before, place.after) for place in policy.places]


def test_nothing_is_to_come_where_nothing_is_dated_or_new(workspace: Workspace) -> None:
    assert coming(workspace) == ()


def test_a_follower_is_shown_with_every_place_and_copy_and_the_day_does_just_that(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD, FOLLOWS)
    (workspace.config.distribution / "site" / "policies").mkdir(parents=True)
    (workspace.config.distribution / "site" / "policies" / "lettings.pdf").write_bytes(b"%PDF-1.7")
    before = {path: path.read_bytes() for path in workspace.copies.iterdir()}
    (change,) = coming(workspace)
    assert (change.why, change.on, change.role) == (Why.NEXT, date(2026, 12, 1), "dsl")
    assert (change.before, change.after) == (("Deborah Field",), ("Jo Hill",))
    assert change.message == ("Designated Safeguarding Lead: from 1 December 2026 Jo Hill in place of Deborah Field.")
    assert [policy.slug for policy in change.policies] == ["catering", "lettings"]
    catering, lettings = change.policies
    assert (catering.front, catering.places) == (True, ())
    assert lettings.copies == (
        "copies/lettings.docx",
        "copies/lettings.pdf",
        "copies/lettings.html",
        "site/policies/lettings.pdf",
    )
    planned = places(change, "lettings")
    assert ("name", "Deborah Field", "Jo Hill") in planned
    assert ("phone", "01632 960101", "01632 960155") in planned
    assert ("email", "d.field@example.org", "jo.hill@example.org") in planned
    assert all(str(place.where).startswith("paragraph") for place in lettings.places)
    assert {path: path.read_bytes() for path in workspace.copies.iterdir()} == before
    with workspace.register.transaction() as tx:
        confirm_contacts(
            Decision(tx, workspace.school, "Pat Clerk", at(later(1))),
            workspace.config,
            Confirmation("dsl"),
            today=later(1),
        )
    workspace.day(later(8))
    made = [note for note in workspace.current()["lettings"].replacements if note["where"] != FRONT]
    assert [(note["kind"], note["before"], note["after"]) for note in made] == planned


def test_words_before_are_those_of_todays_copy_not_of_the_document(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD.replace("Deborah Field", "Wen Li"), FOLLOWS)
    (change,) = [each for each in coming(workspace) if each.why is Why.NEXT]
    assert ("name", "Wen Li", "Jo Hill") in places(change, "lettings")


def test_a_number_that_waits_is_shown_with_what_its_confirmation_would_change(workspace: Workspace) -> None:
    workspace.configure(HILL, OFFICE)
    (change,) = coming(workspace)
    assert (change.why, change.on, change.after) == (Why.UNCONFIRMED, None, ("Jo Hill",))
    assert change.message == (
        "Designated Safeguarding Lead: as soon as Jo Hill (01632 960155 and jo.hill@example.org) is confirmed."
    )
    assert places(change, "lettings") == [
        ("phone", "01632 960110", "01632 960155"),
        ("email", "through the school office, 01632 960110", "jo.hill@example.org"),
    ]


def test_cover_and_its_end_are_two_changes(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD, FOLLOWS + "until = 2026-12-11\n")
    there, back = coming(workspace)
    assert there.message.endswith("Jo Hill (covering for Deborah Field) in place of Deborah Field.")
    assert (back.on, back.before, back.after) == (date(2026, 12, 12), ("Jo Hill",), ("Deborah Field",))
    assert ("name", "Jo Hill", "Deborah Field") in places(back, "lettings")


def test_an_empty_post_to_come_says_which_policies_will_wait(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD + "until = 2026-11-30\n")
    (change,) = coming(workspace)
    assert change.message == "Designated Safeguarding Lead: from 1 December 2026 without Deborah Field."
    held = {policy.slug: policy.held for policy in change.policies}
    assert held["catering"] is None
    assert "nobody is that then" in (held["lettings"] or "")


def test_two_deputies_who_swap_are_one_change_of_one_day(workspace: Workspace) -> None:
    deputies = "[[contacts.deputy-dsl]]\nname = 'Tom Ash'\n[[contacts.deputy-dsl]]\nname = 'Wen Li'\n"
    swap = "".join(
        f"[[contacts.next]]\nrole = 'deputy-dsl'\nname = '{new}'\nreplaces = '{old}'\nfrom = 2026-12-01\n"
        for new, old in (("Tom Ash", "Wen Li"), ("Wen Li", "Tom Ash"))
    )
    workspace.configure(SHEFFIELD, deputies + swap)
    (change,) = coming(workspace)
    assert change.before == ("Tom Ash", "Wen Li")
    assert change.after == ("Wen Li", "Tom Ash")
    assert change.message.endswith(": from 1 December 2026 the same people in another order.")


def test_a_policy_that_could_not_be_changed_says_why(workspace: Workspace) -> None:
    two = (
        "[[contacts.dsl]]\nname = 'Jo Hill'\nfrom = 2026-12-01\n[[contacts.dsl]]\nname = 'Wen Li'\nfrom = 2026-12-01\n"
    )
    workspace.configure(SHEFFIELD.replace("[contacts.dsl]", "[[contacts.dsl]]") + "until = 2026-11-30\n", two)
    (change,) = coming(workspace)
    (lettings,) = [policy for policy in change.policies if policy.slug == "lettings"]
    assert "who takes whose place cannot be told" in (lettings.held or "")


def test_what_cannot_be_opened_is_told_and_the_others_are_planned(workspace: Workspace) -> None:
    workspace.configure(SHEFFIELD, FOLLOWS)
    with workspace.register.transaction() as tx:
        word_files = source_content.c.format == "docx"
        tx.execute(update(source_content).where(word_files).values(content=b"PK\x03\x04 cut short"))
    (change,) = coming(workspace)
    held = {policy.slug: policy.held for policy in change.policies}
    assert held["catering"] is None
    assert held["lettings"]


def test_the_pages_of_a_pdf_stay_and_its_front_sheet_is_what_changes(workspace: Workspace) -> None:
    page = lines_down("Westhaven School", "Parking Policy", *LEAD_LINES)
    workspace.put("parking.pdf", pdf_file(page))
    workspace.day()
    workspace.configure(SHEFFIELD, FOLLOWS)
    (change,) = coming(workspace)
    (parking,) = [policy for policy in change.policies if policy.slug == "parking"]
    assert parking.front
    assert parking.held is None
    assert ("name", "Deborah Field", "Jo Hill") in places(change, "parking")
    assert parking.copies == ("copies/parking.pdf", "copies/parking.html")


def test_a_signed_word_file_is_told_as_held(workspace: Workspace) -> None:
    signed = policy_file("Uniform Policy", *LEAD_LINES)
    with_signature = zip_file({**members_of(signed), "_xmlsignatures/origin.sigs": b"<Signature/>"})
    workspace.put("uniform.docx", with_signature)
    workspace.record()
    workspace.configure(SHEFFIELD, FOLLOWS)
    (change,) = coming(workspace)
    (uniform,) = [policy for policy in change.policies if policy.slug == "uniform"]
    assert "signed" in (uniform.held or "")


def members_of(content: bytes) -> dict[str, bytes]:
    """The members of a package by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


DEPUTIES = """
[[contacts.deputy-dsl]]
name = "Una Brook"
phone = "01632 960142"
email = "una@example.org"
[[contacts.deputy-dsl]]
name = "Ray Stone"
phone = "01632 960143"
email = "ray@example.org"
from = 2026-11-20
until = 2026-12-04
"""


def deputies_policy(*deputies: str) -> bytes:
    """A policy with a row for each deputy, then a line that names the lead."""
    rows = [("Deputy DSL", name, "01632 960142", "una@example.org") for name in deputies]
    contacts = table(("Role", "Name", "Telephone", "E-mail"), *rows)
    head = (paragraph(run(line)) for line in ("Westhaven School", "Visits Policy"))
    return word_file(*head, contacts, paragraph(run("The Designated Safeguarding Lead is Deborah Field.")))


def test_a_row_that_comes_is_in_the_list_of_the_copy_and_one_that_goes_is_shown_beforehand(tmp_path: Path) -> None:
    with Workspace(tmp_path, SHEFFIELD, DEPUTIES) as workspace:
        workspace.put("visits.docx", deputies_policy("Una Brook"))
        assert workspace.day().replacements == 1
        note = next(note for note in workspace.current()["visits"].replacements if note["where"] != FRONT)
        assert (note["kind"], note["role"], note["before"]) == ("row", "deputy-dsl", "")
        assert "Ray Stone" in str(note["after"])
        (change,) = coming(workspace)
    (visits,) = change.policies
    (place,) = visits.places
    assert place.words == "row taken out: Deputy DSL, Ray Stone, 01632 960143, ray@example.org"


def test_a_row_that_comes_with_another_change_leaves_the_other_places_told_right(workspace: Workspace) -> None:
    workspace.put("visits.docx", deputies_policy("Una Brook"))
    later_deputy = DEPUTIES.replace("from = 2026-11-20\nuntil = 2026-12-04", "from = 2026-12-01")
    workspace.configure(SHEFFIELD, later_deputy + FOLLOWS)
    workspace.day()
    found = {change.role: places(change, "visits") for change in coming(workspace)}
    assert found["dsl"] == [("name", "Deborah Field", "Jo Hill")]
    ((kind, before, after),) = found["deputy-dsl"]
    assert (kind, before) == ("row", "")
    assert "Ray Stone" in after


def test_a_lead_who_was_written_over_is_seen_as_one_before(workspace: Workspace) -> None:
    """What a confirmation would change is told from today's copy on, which has the new name already."""
    workspace.put("lettings.docx", policy_file("Lettings Policy", "In a hurry speak to Mrs Field on 01632 960101."))
    workspace.day()
    workspace.configure(HILL, OFFICE)
    with workspace.register.transaction() as tx:
        issue = Decision(tx, workspace.school, "Pat Clerk", at(later(1)))
        issue_draft(issue, "lettings", kind=None, reason=None, today=later(1))
    workspace.day(later(1))
    assert "speak to Mr Hill on 01632 960110" in workspace.words("lettings.docx")
    (change,) = coming(workspace)
    assert places(change, "lettings") == [("phone", "01632 960110", "01632 960155")]
