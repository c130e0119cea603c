"""Documents become policies and versions: adopted, draft, self-issued, renamed, duplicate, vanished."""

from datetime import timedelta

import pytest

from pipeline.model.facts import Facts
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.policies.intake.record import PRIMARY, files_to_read
from pipeline.policies.intake.scan import scan_folder
from pipeline.register.ledger.check import verify
from pipeline.register.policies import policies as rows
from pipeline.register.policies.contents import load_content
from tests.policies.folders import NOW, Folder, policy_text


def versions(folder: Folder, slug: str) -> list[tuple[int, VersionStatus, RevisionKind | None]]:
    with folder.register.reading() as tx:
        policy = rows.find_policy(tx, folder.register.school, slug)
        assert policy is not None
        found = rows.list_versions(tx, folder.register.school, policy.id)
    return [(version.number, version.status, version.kind) for version in found]


def slugs(folder: Folder) -> list[str]:
    with folder.register.reading() as tx:
        return [policy.slug for policy in rows.list_policies(tx, folder.register.school)]


ADOPTED = (1, VersionStatus.APPROVED, RevisionKind.ADOPTED)


def test_the_first_version_of_a_file_is_adopted(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    report = folder.record()
    assert [item.slug for item in report.adopted] == ["lettings"]
    assert versions(folder, "lettings") == [ADOPTED]


def test_the_same_files_again_change_nothing(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    report = folder.record(now=NOW + timedelta(days=1))
    assert report.changed == 0
    assert versions(folder, "lettings") == [ADOPTED]


def test_only_new_and_changed_files_are_read(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    changing = folder.write("homework.txt", policy_text("Homework Policy"))
    folder.record()
    changing.write_text(policy_text("Homework Policy", body="Another body."), encoding="utf-8")
    folder.write("uniform.txt", policy_text("Uniform Policy"))
    with folder.register.reading() as tx:
        known = rows.list_source_files(tx, folder.register.school)
    wanted = files_to_read(scan_folder(folder.root).files, known)
    assert [file.path for file in wanted] == ["homework.txt", "uniform.txt"]


def test_a_changed_file_is_a_draft_and_the_earlier_text_stays_in_force(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body="Halls must be left locked. Nobody may smoke."))
    report = folder.record()
    assert [item.slug for item in report.drafts] == ["lettings"]
    assert versions(folder, "lettings") == [ADOPTED, (2, VersionStatus.DRAFT, RevisionKind.MAJOR)]


def test_a_second_change_replaces_the_draft(folder: Folder) -> None:
    for body in ("First text of it all.", "Second text, and it is longer.", "Third text, which is longer still."):
        folder.write("lettings.txt", policy_text("Lettings Policy", body=body))
        folder.record()
    assert versions(folder, "lettings") == [
        ADOPTED,
        (2, VersionStatus.WITHDRAWN, RevisionKind.MAJOR),
        (3, VersionStatus.DRAFT, RevisionKind.MAJOR),
    ]


def test_a_file_put_back_takes_its_draft_with_it(folder: Folder) -> None:
    original = policy_text("Lettings Policy")
    folder.write("lettings.txt", original)
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body="Quite another text than the one before it."))
    folder.record()
    folder.write("lettings.txt", original)
    report = folder.record()
    assert report.changed == 0
    assert versions(folder, "lettings")[-1] == (2, VersionStatus.WITHDRAWN, RevisionKind.MAJOR)


def test_moved_dates_alone_issue_themselves(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", review="August 2028"))
    report = folder.record()
    assert [item.slug for item in report.issued] == ["lettings"]
    assert versions(folder, "lettings") == [
        (1, VersionStatus.SUPERSEDED, RevisionKind.ADOPTED),
        (2, VersionStatus.APPROVED, RevisionKind.REAFFIRMED),
    ]


def test_a_new_lead_alone_issues_itself(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", lead="Jo Fairweather"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", lead="Sam Hillcrest"))
    folder.record()
    assert versions(folder, "lettings")[-1] == (2, VersionStatus.APPROVED, RevisionKind.CONTACTS)


def test_a_date_change_with_a_draft_mark_does_not_issue_itself(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings.txt", "DRAFT\n\n" + policy_text("Lettings Policy", review="August 2028"))
    report = folder.record()
    assert [item.slug for item in report.drafts] == ["lettings"]


def test_nobody_is_told_to_put_a_changed_text_in_use_unread(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy") + "\n\nHirers pay a week before.")
    (waiting,) = folder.record().drafts
    assert waiting.message.endswith("once somebody has read it, 'policy issue lettings' puts it in use.")
    folder.write("lettings.txt", "DRAFT\n\n" + policy_text("Lettings Policy") + "\n\nHirers pay a month before.")
    (held,) = folder.record().drafts
    assert "is held: " in held.message
    assert "DRAFT" in held.message
    assert "puts it in use" not in held.message


def test_a_policy_of_another_school_is_held_from_the_start(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", school="Otherton Primary School"))
    folder.record()
    with folder.register.reading() as tx:
        (version,) = rows.versions_in_force(tx, folder.register.school).values()
    assert [problem.code for problem in version.holds] == ["other-school"]


def test_a_renamed_file_stays_the_same_policy(folder: Folder) -> None:
    text = policy_text("Lettings Policy")
    folder.write("old name.txt", text)
    folder.record()
    (folder.root / "old name.txt").rename(folder.root / "Lettings 2027.txt")
    report = folder.record()
    assert [item.path for item in report.moved] == ["Lettings 2027.txt"]
    assert report.vanished == []
    assert slugs(folder) == ["lettings"]
    assert versions(folder, "lettings") == [ADOPTED]


def test_a_file_renamed_and_copied_at_once_counts_under_its_new_name(folder: Folder) -> None:
    text = policy_text("Lettings Policy")
    folder.write("lettings.txt", text)
    folder.record()
    (folder.root / "lettings.txt").rename(folder.root / "Lettings FINAL.txt")
    folder.write("copy/Lettings FINAL.txt", text)
    report = folder.record()
    assert [item.message for item in report.duplicates] == [
        "copy/Lettings FINAL.txt is another file of Lettings Policy; Lettings FINAL.txt is the one that counts."
    ]
    with folder.register.reading() as tx:
        files = rows.list_source_files(tx, folder.register.school).values()
        assert [file.path for file in files if file.standing == PRIMARY] == ["Lettings FINAL.txt"]


def test_a_renamed_and_changed_file_is_offered_as_the_next_version(folder: Folder) -> None:
    folder.write("lettings 2026.txt", policy_text("Lettings Policy"))
    folder.record()
    (folder.root / "lettings 2026.txt").unlink()
    folder.write(
        "lettings 2027.txt", policy_text("Lettings Policy", body="Halls must be left clean. Hirers pay first.")
    )
    report = folder.record()
    assert [item.slug for item in report.drafts] == ["lettings"]
    assert slugs(folder) == ["lettings"]


def test_a_policy_that_changed_its_title_is_known_by_its_words(folder: Folder) -> None:
    body = "Visitors sign in at the office, wear a badge and are met by a member of staff. " * 8
    folder.write("a.txt", policy_text("Policy on Guests", body=body))
    folder.record()
    (folder.root / "a.txt").unlink()
    folder.write("b.txt", policy_text("Welcoming People", body=body))
    folder.record()
    assert len(slugs(folder)) == 1


def test_a_second_file_of_one_policy_is_a_duplicate(folder: Folder) -> None:
    folder.write("a lettings.txt", policy_text("Lettings Policy"))
    folder.write("b lettings.txt", policy_text("Lettings Policy", review="August 2026"))
    report = folder.record()
    assert [item.path for item in report.duplicates] == ["b lettings.txt"]
    assert versions(folder, "lettings") == [ADOPTED]


def test_of_two_files_the_one_with_the_later_review_counts(folder: Folder) -> None:
    folder.write("a lettings.txt", policy_text("Lettings Policy", review="August 2026"))
    folder.write("b lettings.txt", policy_text("Lettings Policy", review="August 2028"))
    report = folder.record()
    assert [item.path for item in report.duplicates] == ["a lettings.txt"]


def test_an_old_folder_is_proposed_as_withdrawn_and_left_alone(folder: Folder) -> None:
    folder.write("Archive/lettings.txt", policy_text("Lettings Policy"))
    report = folder.record()
    assert [item.path for item in report.proposed_withdrawn] == ["Archive/lettings.txt"]
    assert slugs(folder) == []


def test_a_file_that_vanished_is_flagged_and_its_policy_stays(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    (folder.root / "lettings.txt").unlink()
    report = folder.record()
    assert [item.path for item in report.vanished] == ["lettings.txt"]
    assert versions(folder, "lettings") == [ADOPTED]
    assert folder.record().vanished == []


def test_every_version_stands_in_the_ledger(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.write("homework.txt", policy_text("Homework Policy"))
    folder.record()
    with folder.register.reading() as tx:
        check = verify(tx, folder.register.school)
    assert (check.records, check.faults) == (2, ())


def test_the_bytes_of_an_earlier_version_are_kept(folder: Folder) -> None:
    original = policy_text("Lettings Policy")
    folder.write("lettings.txt", original)
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body="Quite another text than the one before it."))
    folder.record()
    with folder.register.reading() as tx:
        (version,) = rows.versions_in_force(tx, folder.register.school).values()
        assert load_content(tx, version.sha256).content == original.encode()


def test_a_file_that_holds_another_policys_text_is_held(folder: Folder) -> None:
    lettings, homework = policy_text("Lettings Policy"), policy_text("Homework Policy")
    folder.write("lettings.txt", lettings)
    folder.write("homework.txt", homework)
    folder.record()
    folder.write("lettings.txt", homework)
    folder.write("homework.txt", lettings)
    folder.record()
    with folder.register.reading() as tx:
        drafts = rows.drafts(tx, folder.register.school).values()
    assert [[problem.code for problem in draft.holds] for draft in drafts] == [["other-policy"], ["other-policy"]]


def test_a_file_that_now_holds_a_policy_of_another_name_is_held(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings.txt", policy_text("Anti-Bullying Policy"))
    folder.record()
    with folder.register.reading() as tx:
        (draft,) = rows.drafts(tx, folder.register.school).values()
    assert "Anti-bullying" in next(problem.message for problem in draft.holds if problem.code == "other-policy")


@pytest.mark.parametrize(
    ("approved", "held"),
    [
        ("10 September 2024", True),
        ("2025", True),
        ("2026", False),
        ("10 September 2026", False),
        ("1 October 2026", False),
        ("", False),
    ],
)
def test_an_older_edition_saved_over_the_one_in_use_is_held(folder: Folder, approved: str, *, held: bool) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    changed = policy_text("Lettings Policy", last="", body="The hall is let to nobody, on no day of the week.")
    folder.write("lettings.txt", changed.replace("10 September 2026", approved))
    report = folder.record()
    with folder.register.reading() as tx:
        (draft,) = rows.drafts(tx, folder.register.school).values()
    assert [problem.code for problem in draft.holds] == (["older-edition"] if held else [])
    assert ("of 10 September 2026: it may be an older edition" in report.drafts[0].message) is held


def test_a_text_that_was_in_use_before_is_held_when_it_comes_back(folder: Folder) -> None:
    original = policy_text("Lettings Policy")
    folder.write("lettings.txt", original)
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body="Quite another text than the one before it."))
    folder.record()
    with folder.register.transaction() as tx:
        (first,) = rows.versions_in_force(tx, folder.register.school).values()
        (second,) = rows.drafts(tx, folder.register.school).values()
        rows.set_version_status(tx, first.id, VersionStatus.SUPERSEDED)
        rows.set_version_status(tx, second.id, VersionStatus.APPROVED)
    folder.write("lettings.txt", original)
    folder.record()
    with folder.register.reading() as tx:
        (draft,) = rows.drafts(tx, folder.register.school).values()
    assert [problem.code for problem in draft.holds] == ["older-edition"]
    assert "is version 1 again" in draft.holds[0].message


def two_of_one_title(folder: Folder) -> None:
    """Write two files of one title with other dates, and answer that both are policies of their own."""
    from tests.policies.test_questions import answer, ask

    folder.write("infants.txt", policy_text("Attendance Policy", body="The infants come at nine o'clock each day."))
    folder.write("juniors.txt", policy_text("Attendance Policy", review="May 2028", body="The juniors come at eight."))
    folder.record()
    question = next(each for each in ask(folder) if each.field.startswith("file:"))
    assert [choice.value for choice in question.choices] == ["keep", "other", "own"]
    said = answer(folder, question, "own", "two buildings, two times")
    assert "is a policy of its own; the next run takes it into the register." in said.message


def test_two_files_that_are_both_policies_of_their_own_are_two_policies_from_the_next_run_on(folder: Folder) -> None:
    from tests.policies.test_questions import ask
    from tests.policies.test_standing import codes, stand

    two_of_one_title(folder)
    folder.record()
    standings = stand(folder)
    assert sorted(standings) == ["attendance", "attendance-2"]
    assert [standings[slug].title for slug in sorted(standings)] == [
        "Attendance Policy",
        "Attendance Policy (infants)",
    ]
    assert {standing.version_number for standing in standings.values()} == {1}
    assert not any("duplicate" in code for standing in standings.values() for code in codes(standing))
    assert ask(folder) == []


def test_a_policy_made_of_a_second_file_stays_one_when_nothing_or_something_of_it_changes(folder: Folder) -> None:
    from tests.policies.test_questions import ask
    from tests.policies.test_standing import stand

    two_of_one_title(folder)
    for _ in range(3):
        report = folder.record()
        assert report.duplicates == []
    assert sorted(stand(folder)) == ["attendance", "attendance-2"]
    for name in ("infants", "juniors"):
        text = policy_text("Attendance Policy", review="May 2029", body=f"The {name} may come whenever the bell rings.")
        folder.write(f"{name}.txt", text)
    report = folder.record()
    assert sorted(item.slug for item in report.drafts) == ["attendance", "attendance-2"]
    assert ask(folder) == []


def test_a_policy_made_of_a_second_file_is_known_again_under_another_name(folder: Folder) -> None:
    from tests.policies.test_standing import stand

    two_of_one_title(folder)
    folder.record()
    (folder.root / "juniors.txt").rename(folder.root / "older children.txt")
    (folder.root / "infants.txt").rename(folder.root / "younger children.txt")
    report = folder.record()
    assert sorted(item.slug for item in report.moved) == ["attendance", "attendance-2"]
    assert sorted(stand(folder)) == ["attendance", "attendance-2"]


@pytest.mark.parametrize(
    "name",
    [
        "Lettings Policy DRAFT.txt",
        "Lettings Policy - not yet agreed.txt",
        "draft_lettings.txt",
        "Lettings (for consultation).txt",
        "Lettings Policy do not use.txt",
    ],
)
def test_a_file_whose_name_says_that_it_is_no_more_than_a_draft_is_held(folder: Folder, name: str) -> None:
    folder.write(name, policy_text("Lettings Policy"))
    folder.record()
    with folder.register.reading() as tx:
        (version,) = rows.versions_in_force(tx, folder.register.school).values()
    assert [problem.code for problem in version.holds] == ["draft-mark"]


@pytest.mark.parametrize(
    "name",
    ["Lettings.txt", "Drafting Policy.txt", "Policy 3 final.txt", "Overdraft.txt", "Procedure for consultation.txt"],
)
def test_other_names_hold_nothing(folder: Folder, name: str) -> None:
    folder.write(name, policy_text("Lettings Policy"))
    folder.record()
    with folder.register.reading() as tx:
        (version,) = rows.versions_in_force(tx, folder.register.school).values()
    assert version.holds == ()


def test_what_is_no_policy_waits_when_it_comes_and_goes_on_waiting_when_it_is_read_otherwise(folder: Folder) -> None:
    folder.write("Notes.txt", "Buy milk")
    for _ in range(2):
        folder.record()
        with folder.register.transaction() as tx:
            (version,) = rows.versions_in_force(tx, folder.register.school).values()
            assert [problem.code for problem in version.holds] == ["no-policy"]
            rows.refresh_version(tx, version.id, facts=Facts(title="As an earlier reader had it"), text="Buy")


@pytest.mark.parametrize("held", [True, False])
def test_a_changed_text_that_is_no_policy_is_doubted_unless_the_one_before_was_taken(
    folder: Folder, held: bool
) -> None:
    folder.write("Sun.txt", "Notes\nBuy milk")
    folder.record()
    if not held:
        with folder.register.transaction() as tx:
            (version,) = rows.versions_in_force(tx, folder.register.school).values()
            rows.set_version_status(tx, version.id, version.status, holds=())
    folder.write("Sun.txt", "Notes\nBuy milk and bread, and bring it to the staff room before the bell on Monday.")
    folder.record()
    with folder.register.reading() as tx:
        (draft,) = rows.drafts(tx, folder.register.school).values()
    assert [each.code for each in draft.holds] == (["no-policy"] if held else [])


def test_a_policy_that_was_written_over_by_something_else_is_doubted(folder: Folder) -> None:
    folder.write("Pay.txt", "Pay\nNext review: March 2027")
    folder.record()
    folder.write("Pay.txt", "Pay\nName\tSalary\nA Lee\t£31,650\nB Ash\t£49,084")
    folder.record()
    with folder.register.reading() as tx:
        (draft,) = rows.drafts(tx, folder.register.school).values()
    assert "no-policy" in {each.code for each in draft.holds}


@pytest.mark.parametrize(
    "other", ["Lettings DRAFT.txt", "Copy of Lettings.txt", "Lettings (2).txt", "Lettings old.txt"]
)
def test_of_several_files_of_a_policy_a_draft_or_copy_is_none_that_counts(folder: Folder, other: str) -> None:
    folder.write(other, policy_text("Lettings Policy", review="August 2028", body="Something else altogether."))
    folder.write("Lettings.txt", policy_text("Lettings Policy"))
    report = folder.record()
    assert [item.path for item in report.adopted] == ["Lettings.txt"]
    assert [item.path for item in report.duplicates] == [other]
