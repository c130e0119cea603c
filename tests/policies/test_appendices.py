"""A trust's text and the school's local appendix: two files, one policy."""

from collections.abc import Sequence

import pytest

from pipeline.config import parse_config
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.policies.decisions.drafts import show_draft
from pipeline.policies.intake.appendices import pair_appendices
from pipeline.policies.intake.reading import read_files
from pipeline.policies.intake.scan import files_given, scan_folder
from pipeline.policies.standing import list_standings
from pipeline.register.ledger.check import verify
from pipeline.register.policies import policies as rows
from pipeline.register.policies.contents import load_content
from tests.policies.folders import SCHOOL, TODAY, Folder, policy_text

TRUST = "Fernhill Learning Trust"
LOCAL = "Westhaven School\n\nThe key to the hall is kept in the office.\nThe hall closes at nine on Fridays.\n"


def pairs(*names: str) -> dict[str, str]:
    return pair_appendices(names).appendix_of


@pytest.mark.parametrize(
    "appendix",
    [
        "Lettings Policy appendix.docx",
        "Lettings Policy - local appendix.docx",
        "lettings_policy_appendix.docx",
        "Lettings Policy (Local Appendix).pdf",
        "Lettings Policy - school appendix.txt",
    ],
)
def test_a_file_of_the_policys_name_and_the_word_appendix_belongs_to_it(appendix: str) -> None:
    assert pairs("Lettings Policy.docx", appendix) == {"Lettings Policy.docx": appendix}


@pytest.mark.parametrize(
    "names",
    [
        ("Lettings Policy.docx", "Homework appendix.docx"),
        ("Lettings Policy.docx", "old/Lettings Policy appendix.docx"),
        ("Lettings Policy.docx", "Lettings Policy appendix 2.docx"),
        ("Lettings Policy appendix.docx",),
        ("Appendix.docx", "appendix.pdf"),
    ],
)
def test_any_other_file_is_a_policy_of_its_own(names: Sequence[str]) -> None:
    assert pairs(*names) == {}


def test_the_file_that_counts_has_the_appendix_and_a_second_format_of_it_is_left_out() -> None:
    pairing = pair_appendices(["a/Pay.pdf", "a/Pay.docx", "a/Pay appendix.pdf", "a/Pay appendix.docx"])
    assert pairing.appendix_of == {"a/Pay.docx": "a/Pay appendix.docx"}
    assert pairing.spare == ("a/Pay appendix.pdf",)


def test_two_different_appendices_are_told_and_neither_is_taken() -> None:
    pairing = pair_appendices(["Pay.docx", "Pay appendix.docx", "Pay - local appendix.docx"])
    assert pairing.appendix_of == {}
    (said,) = pairing.unclear
    assert "Pay - local appendix.docx and Pay appendix.docx could each be the local appendix of Pay.docx" in said


def put(folder: Folder, body: str = "Fees are set each spring.", local: str = LOCAL) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", body=body, school=TRUST))
    folder.write("lettings appendix.txt", local)


def latest(folder: Folder) -> rows.VersionRow:
    with folder.register.reading() as tx:
        return rows.list_versions(tx, folder.register.school)[-1]


def test_both_files_are_one_version_with_the_bytes_of_both(folder: Folder) -> None:
    put(folder)
    report = folder.record()
    assert [item.slug for item in report.adopted] == ["lettings"]
    version = latest(folder)
    assert version.appendix_path == "lettings appendix.txt"
    assert version.facts.school == "Westhaven School"
    assert version.holds == ()
    with folder.register.reading() as tx:
        stored = load_content(tx, version.sha256)
        assert "The key to the hall" in rows.load_text(tx, version.id)
        assert verify(tx, folder.register.school).faults == ()
    assert stored.appendix is not None
    assert stored.appendix.content.decode() == LOCAL
    assert folder.record().changed == 0


def test_a_changed_appendix_alone_has_the_kind_of_its_own_comparison(folder: Folder) -> None:
    put(folder)
    folder.record()
    put(folder, local=LOCAL.replace("office", "workshop"))
    (draft,) = folder.record().drafts
    assert "(minor: 1 paragraph changed (only the local appendix changed))" in draft.message
    assert latest(folder).kind is RevisionKind.MINOR


def test_both_parts_are_told_apart(folder: Folder) -> None:
    put(folder)
    folder.record()
    put(folder, body="Fees are set each autumn.", local=f"{LOCAL}Dogs stay outside.\n")
    folder.record()
    with folder.register.reading() as tx:
        view = show_draft(tx, folder.register.school, "lettings")
    assert view.kind is RevisionKind.MAJOR
    assert view.said == "in the main text 1 paragraph changed, in the local appendix 1 paragraph new"


def test_an_appendix_that_comes_later_is_a_draft_of_the_policy(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings appendix.txt", LOCAL)
    (draft,) = folder.record().drafts
    assert "only the local appendix changed" in draft.message
    assert latest(folder).kind is RevisionKind.MAJOR
    (folder.root / "lettings appendix.txt").unlink()
    folder.record()
    assert latest(folder).status is VersionStatus.WITHDRAWN


def test_an_appendix_that_names_another_school_holds_the_policy(folder: Folder) -> None:
    put(folder, local="Oakwell Primary School\n\nThis appendix applies at Oakwell Primary School.\n")
    folder.record()
    assert [problem.code for problem in latest(folder).holds] == ["other-school"]


def test_an_appendix_that_is_marked_draft_holds_the_policy(folder: Folder) -> None:
    put(folder, local=f"DRAFT\n{LOCAL}")
    folder.record()
    (held,) = latest(folder).holds
    assert held.code == "draft-mark"
    assert held.message.startswith("In the local appendix: ")


def test_an_appendix_that_cannot_be_read_keeps_the_policy_as_it_was(folder: Folder) -> None:
    put(folder)
    folder.record()
    (folder.root / "lettings appendix.txt").write_bytes(b"")
    (reading,) = read_files(scan_folder(folder.root).files)
    assert reading.error is not None
    assert "lettings appendix.txt" in str(reading.error)


def test_both_files_are_read_in_children_and_joined(folder: Folder) -> None:
    put(folder)
    (reading,) = read_files(scan_folder(folder.root).files)
    assert "Fees are set" in reading.text
    assert "The key to the hall" in reading.text
    assert [reading.file.path for reading in read_files(files_given([folder.root]))] == [
        str(folder.root / name) for name in ("lettings appendix.txt", "lettings.txt")
    ]


def codes(folder: Folder) -> dict[str, list[str]]:
    config = parse_config(f'[school]\nname = "{SCHOOL}"\n', root=folder.root.parent)
    with folder.register.reading() as tx:
        standings = list_standings(tx, folder.register.school, config, TODAY)
    return {each.slug: [problem.code for problem in each.problems if "append" in problem.code] for each in standings}


def test_an_appendix_left_alone_is_no_policy_and_is_told(folder: Folder) -> None:
    put(folder)
    folder.record()
    (folder.root / "lettings.txt").unlink()
    report = folder.record()
    assert report.changed == 0
    assert [item.path for item in report.vanished] == ["lettings.txt"]
    assert codes(folder) == {"lettings": ["appendix-alone"]}


def test_an_appendix_that_was_a_policy_of_its_own_is_told(folder: Folder) -> None:
    folder.write("lettings appendix.txt", policy_text("Hall Keys Policy"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    report = folder.record()
    assert report.vanished == []
    assert codes(folder) == {"hall-keys": ["now-appendix"], "lettings": []}


def test_an_appendix_of_one_policy_says_nothing_of_another(folder: Folder) -> None:
    put(folder)
    folder.write("wall keys.txt", policy_text("Hall Keys Policy"))
    folder.record()
    assert codes(folder) == {"lettings": [], "hall-keys": []}
    (folder.root / "wall keys.txt").unlink()
    folder.record()
    assert codes(folder) == {"lettings": [], "hall-keys": []}
