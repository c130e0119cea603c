"""How every policy stands on a day, and who is named in a role they do not hold."""

from datetime import date, timedelta
from pathlib import Path

from pipeline.config import Config, parse_config
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.policies.intake.naming import UnknownNaming, list_namings
from pipeline.policies.intake.reading import ReadFile
from pipeline.policies.intake.record import record_readings
from pipeline.policies.intake.scan import scan_folder
from pipeline.policies.meetings import say_standing
from pipeline.policies.standing import attention, list_standings
from tests.builders import lines_down, pdf_file
from tests.policies.folders import NOW, SCHOOL, TODAY, Folder, policy_text
from tests.policies.test_decide import CHANGED, approve, issue, set_facts

CONTACTS = '[contacts.dsl]\nname = "Sam Hillcrest"\nphone = "01632 960202"\nemail = "sam@example.org"\n'


def stand(folder: Folder, config: str = "", today: date = TODAY) -> dict[str, PolicyStanding]:
    settings: Config = parse_config(config, root=Path())
    with folder.register.reading() as tx:
        found = list_standings(tx, folder.register.school, settings, today)
    return {standing.slug: standing for standing in found}


def codes(standing: PolicyStanding) -> list[str]:
    return [problem.code for problem in standing.problems]


def namings(folder: Folder) -> tuple[UnknownNaming, ...]:
    directory = parse_config(CONTACTS, root=Path()).directory(TODAY)
    with folder.register.reading() as tx:
        return list_namings(tx, folder.register.school, directory)


def test_a_policy_in_date_is_current_and_needs_nobody(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    standing = stand(folder)["lettings"]
    assert standing.state is ReviewState.CURRENT
    assert (standing.due_on, standing.days) == (date(2027, 8, 31), 280)
    assert standing.owner == "Business Manager"
    assert attention([standing]) == ()


def test_a_policy_that_states_no_title_is_called_as_its_file(folder: Folder) -> None:
    folder.write("hall keys.txt", "The keys are kept in the office, and whoever takes them signs for them.\n")
    folder.record()
    standing = stand(folder)["hall-keys"]
    assert standing.title == "hall keys"


def test_a_late_review_is_overdue_and_still_in_force(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", review="August 2026"))
    folder.record()
    standing = stand(folder)["lettings"]
    assert standing.state is ReviewState.OVERDUE
    assert standing.days == -85
    assert "review-late" in codes(standing)
    assert "still in force" in standing.problems[codes(standing).index("review-late")].message.replace(
        "It stays", "still"
    )


def test_how_near_counts_as_soon_follows_the_reminder_days(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", review="August 2027"))
    folder.record()
    assert stand(folder, "[review]\nremind_days = [300]\n")["lettings"].state is ReviewState.DUE_SOON
    assert stand(folder, "[review]\nremind_days = []\n")["lettings"].state is ReviewState.CURRENT


def test_a_policy_without_a_date_is_undated_and_told_what_its_cycle_would_give(folder: Folder) -> None:
    text = policy_text("Lettings Policy").replace("Date of next Review: August 2027\n", "")
    folder.write("lettings.txt", text + "\nThis policy is reviewed every two years.\n")
    folder.record()
    standing = stand(folder)["lettings"]
    assert standing.state is ReviewState.UNDATED
    worked_out = next(problem for problem in standing.problems if problem.code == "review-undated")
    assert "next_review=2028-08" in worked_out.message


def test_a_live_document_has_no_review(folder: Folder) -> None:
    folder.write("scr.txt", policy_text("Single Central Record", review="August 2020"))
    folder.record()
    standing = stand(folder)["single-central-record"]
    assert standing.state is ReviewState.LIVE_DOCUMENT
    assert standing.days is None


def test_a_first_text_that_is_held_is_not_called_in_force(folder: Folder) -> None:
    folder.write("lettings DRAFT.txt", policy_text("Lettings Policy"))
    folder.write("attendance.txt", policy_text("Attendance Policy"))
    folder.record()
    standings = stand(folder)
    said = {slug: say_standing(one, parse_config("", root=Path()), TODAY) for slug, one in standings.items()}
    assert said["lettings"] == "held, not in use yet"
    assert "in force" in said["attendance"]


def test_a_held_draft_is_told_without_how_to_put_it_in_use(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body=f"DRAFT\n\n{CHANGED}"))
    folder.record()
    (waiting,) = (each for each in stand(folder)["lettings"].problems if each.code == "draft-waiting")
    assert "is held" in waiting.message
    assert "puts it in use" not in waiting.message


def test_of_a_changed_text_whose_first_is_held_too_nobody_is_told_that_staff_have_that(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", body="DRAFT"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body=CHANGED))
    folder.record()
    (waiting,) = (each for each in stand(folder)["lettings"].problems if each.code == "draft-waiting")
    assert "staff are given neither" in waiting.message
    assert "is what staff are given" not in waiting.message


def test_a_file_that_is_given_a_name_without_draft_is_held_by_its_name_no_more(folder: Folder) -> None:
    folder.write("lettings DRAFT.txt", policy_text("Lettings Policy"))
    folder.write("attendance DRAFT.txt", policy_text("Attendance Policy", body="DRAFT"))
    folder.record()
    for name in ("lettings", "attendance"):
        (folder.root / f"{name} DRAFT.txt").rename(folder.root / f"{name}.txt")
    folder.record()
    standings = stand(folder)
    assert not standings["lettings"].is_held
    assert standings["attendance"].is_held, "its text says so too"
    assert all("The name of" not in each.message for each in standings["attendance"].problems)


def test_an_issued_policy_awaits_approval_until_it_is_approved(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body=CHANGED))
    folder.record()
    assert "draft-waiting" in codes(stand(folder)["lettings"])
    issue(folder)
    assert stand(folder)["lettings"].state is ReviewState.AWAITING_APPROVAL
    approve(folder)
    standing = stand(folder)["lettings"]
    assert standing.state is ReviewState.CURRENT
    assert standing.approved_on is not None
    assert standing.approved_on.value == "2026-11-18"
    assert "draft-waiting" not in codes(standing)


def test_a_change_of_contacts_or_dates_leaves_the_day_since_when_a_text_awaits_approval(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body=CHANGED))
    folder.record()
    issue(folder)
    folder.write("lettings.txt", policy_text("Lettings Policy", body=CHANGED, last="November 2026"))
    folder.record(today=TODAY + timedelta(days=60), now=NOW + timedelta(days=60))
    standing = stand(folder)["lettings"]
    assert (standing.version_number, standing.unapproved_since) == (3, TODAY)


def test_a_blank_approval_is_a_finding_until_an_approval_is_recorded(folder: Folder) -> None:
    text = policy_text("Lettings Policy").replace("Governors: 10 September 2026", "Governors:")
    folder.write("lettings.txt", text)
    folder.record()
    assert "approval-blank" in codes(stand(folder)["lettings"])
    approve(folder)
    assert "approval-blank" not in codes(stand(folder)["lettings"])


def test_a_withdrawn_policy_has_no_findings(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", review="August 2020"))
    folder.record()
    set_facts(folder, "withdrawn=yes")
    standing = stand(folder)["lettings"]
    assert (standing.state, standing.problems) == (ReviewState.WITHDRAWN, ())


def test_files_that_vanished_were_doubled_or_put_away_are_findings(folder: Folder) -> None:
    folder.write("a.txt", policy_text("Lettings Policy"))
    folder.write("b.txt", policy_text("Lettings Policy"))
    folder.record()
    assert "duplicate" in codes(stand(folder)["lettings"])
    (folder.root / "b.txt").unlink()
    (folder.root / "old").mkdir()
    (folder.root / "a.txt").rename(folder.root / "old" / "a.txt")
    folder.record()
    assert "proposed-withdrawn" in codes(stand(folder)["lettings"])
    (folder.root / "old" / "a.txt").unlink()
    folder.record()
    assert stand(folder)["lettings"].state is ReviewState.CURRENT


def test_a_vanished_file_is_a_finding_of_its_policy(folder: Folder) -> None:
    folder.write("a.txt", policy_text("Lettings Policy"))
    folder.record()
    (folder.root / "a.txt").unlink()
    folder.record()
    assert "file-vanished" in codes(stand(folder)["lettings"])


def test_a_file_that_can_no_longer_be_read_is_a_finding_and_the_policy_stays(folder: Folder) -> None:
    folder.write("a.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("a.txt", "changed")
    scan = scan_folder(folder.root)
    error = DocumentError(UnreadableCode.DAMAGED, "a.txt is damaged.")
    with folder.register.transaction() as tx:
        readings = [ReadFile(scan.files[0], None, "a", error=error)]
        record_readings(tx, folder.register.school, readings, scan.files, school_name=SCHOOL, today=TODAY, now=NOW)
    standing = stand(folder)["lettings"]
    assert standing.version_number == 1
    assert "a.txt is damaged." in [problem.message for problem in standing.problems]


def test_linked_policies_that_are_missing_or_late_are_named(folder: Folder) -> None:
    links = "\n\nThis policy should be read with the Homework Policy and the Uniform Policy.\n"
    folder.write("lettings.txt", policy_text("Lettings Policy") + links)
    folder.write("homework.txt", policy_text("Homework Policy", review="August 2025"))
    folder.record()
    found = {problem.code: problem.message for problem in stand(folder)["lettings"].problems}
    assert "Uniform" in found["linked-missing"]
    assert "Homework" in found["linked-late"]


def test_a_linked_policy_that_was_withdrawn_is_missing(folder: Folder) -> None:
    links = "\n\nThis policy should be read with the Lettings Policy.\n"
    folder.write("homework.txt", policy_text("Homework Policy") + links)
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    assert "linked-missing" not in codes(stand(folder)["homework"])
    set_facts(folder, "withdrawn=yes")
    assert "linked-missing" in codes(stand(folder)["homework"])


def test_somebody_named_in_a_role_they_do_not_hold_is_a_finding(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", lead="Jo Fairweather"))
    folder.record()
    assert "contact-differs" in codes(stand(folder, CONTACTS)["lettings"])
    (naming,) = namings(folder)
    assert naming.contact.name == "Jo Fairweather"
    assert "that is Sam Hillcrest" in naming.message


def test_the_holder_written_with_another_apostrophe_is_no_finding(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", lead="Mary O’Dowd"))
    folder.record()
    contacts = CONTACTS.replace("Sam Hillcrest", "Mary O'Dowd")
    assert "contact-differs" not in codes(stand(folder, contacts)["lettings"])
    with folder.register.reading() as tx:
        assert list_namings(tx, SCHOOL, parse_config(contacts, root=folder.root).directory(TODAY)) == ()


def test_what_is_said_of_copies_is_true_of_a_pdf_and_of_a_copy_that_is_held(folder: Folder) -> None:
    lead = "The Designated Safeguarding Lead is Jo Fairweather."
    page = pdf_file(lines_down("Lettings Policy", "Date of next review: August 2027", lead))
    (folder.root / "lettings.pdf").write_bytes(page)
    folder.write("homework.txt", policy_text("Homework Policy", lead="Jo Fairweather") + "\nSee [insert name here].\n")
    folder.record()
    standings = stand(folder, CONTACTS)
    said = {
        slug: [each.message for each in standings[slug].problems if each.code == "contact-differs"]
        for slug in ("lettings", "homework")
    }
    assert "The sheet in front of its pages says so" in said["lettings"][0]
    assert said["homework"][0].endswith("that is Sam Hillcrest. Put the right name into the document.")


def test_a_former_number_beside_the_right_name_is_found(folder: Folder) -> None:
    lead = "Sam Hillcrest. Contact details are:\nTel. 01632 960111\nEmail: sam@example.org"
    folder.write("lettings.txt", policy_text("Lettings Policy", lead=lead))
    folder.record()
    (naming,) = namings(folder)
    assert "whose number is 01632 960202" in naming.message


def test_the_right_details_however_written_are_no_finding(folder: Folder) -> None:
    lead = "Mrs S. Hillcrest. Contact details are:\nTel. +44 (0)1632 960202\nEmail: Sam@example.org"
    folder.write("lettings.txt", policy_text("Lettings Policy", lead=lead))
    folder.record()
    assert namings(folder) == ()
