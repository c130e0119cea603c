"""Findings that need the register, the catalogue or the day: duplicates, promises, settled facts, unchanged reviews."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.model.facts import Problem
from pipeline.model.policies import PolicyStanding
from pipeline.policies.intake.reading import ReadFile
from pipeline.policies.intake.record import files_to_read, record_readings
from pipeline.policies.intake.scan import scan_folder
from pipeline.policies.standing import attention, missing_policies, pressing
from pipeline.register.policies import policies as rows
from tests.builders import lines_down, paragraph, pdf_file, word_file
from tests.policies.folders import NOW, SCHOOL, TODAY, Folder, policy_text, read_in_process
from tests.policies.test_decide import CHANGED, approve, issue, set_facts
from tests.policies.test_standing import codes, stand


def problem(standing: PolicyStanding, code: str) -> Problem:
    (found,) = [each for each in standing.problems if each.code == code]
    return found


def pdf_of(text: str) -> bytes:
    return pdf_file(lines_down(*(line for line in text.splitlines() if line)))


# --- several files of one policy -------------------------------------------------------------------------------


def test_a_word_file_and_its_pdf_are_one_policy_and_need_nobody(folder: Folder) -> None:
    text = policy_text("Lettings Policy", body="Halls are left clean by everybody who hires them for an evening.")
    content = word_file(*(paragraph(line) for line in text.splitlines() if line))
    (folder.root / "lettings.docx").write_bytes(content)
    (folder.root / "lettings.pdf").write_bytes(pdf_of(text))
    folder.record()
    standing = stand(folder)["lettings"]
    assert problem(standing, "duplicate").message == (
        "lettings.pdf is the same policy as a PDF; lettings.docx is the one used."
    )
    assert attention([standing]) == ()


def test_two_files_with_other_dates_and_leads_say_which(folder: Folder) -> None:
    folder.write("a.txt", policy_text("Lettings Policy", lead="Jo Fairweather", review="August 2026"))
    folder.write("b.txt", policy_text("Lettings Policy", lead="Sam Hillcrest", last="May 2026"))
    folder.record()
    standing = stand(folder)["lettings"]
    message = problem(standing, "duplicate-differs").message
    assert "the next review is “August 2026” (line 8) there and “August 2027” (line 8) here" in message
    assert "the last review is “August 2026” (line 7) there and “May 2026” (line 7) here" in message
    assert "Designated Safeguarding Lead is Jo Fairweather there and Sam Hillcrest here" in message
    assert attention([standing]) == (standing,)


def test_a_second_file_with_other_words_but_the_same_dates_is_quiet(folder: Folder) -> None:
    folder.write(
        "a.txt", policy_text("Lettings Policy", body="Halls are left clean and tidy by all who hire them. " * 5)
    )
    folder.write("b.txt", policy_text("Lettings Policy", body="Dogs stay outside at all times of the day. " * 5))
    folder.record()
    found = problem(stand(folder)["lettings"], "duplicate")
    assert found.minor
    assert "with other words" in found.message
    assert "counts nowhere: change the second, and put the first away" in found.message


def test_of_two_texts_without_a_next_review_the_later_year_in_the_name_counts(folder: Folder) -> None:
    for year in (2022, 2023):
        folder.write(f"{year}-lettings.txt", f"Lettings Policy\n\nHalls are let in {year} to all who ask for them.\n")
    folder.record()
    message = problem(stand(folder)["lettings"], "duplicate").message
    assert "2023-lettings.txt is the one used" in message


def test_the_same_text_twice_is_said_to_be_the_same(folder: Folder) -> None:
    folder.write("a.txt", policy_text("Lettings Policy"))
    folder.write("b.txt", policy_text("Lettings Policy"))
    folder.record()
    message = problem(stand(folder)["lettings"], "duplicate").message
    assert "the same policy as another file" in message
    assert "counts nowhere: change the second, and put the first away" in message


def test_two_pdf_files_of_one_text_are_not_told_apart_as_a_pdf(folder: Folder) -> None:
    for name in ("a.pdf", "b.pdf"):
        (folder.root / name).write_bytes(pdf_of(policy_text("Lettings Policy")))
    folder.record()
    assert "the same policy as another file" in problem(stand(folder)["lettings"], "duplicate").message


def test_a_text_that_a_better_reader_finds_whole_is_held_no_longer(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    scan = scan_folder(folder.root)
    whole = read_in_process(scan.files[0])
    worse = replace(whole, facts=replace(whole.facts, problems=(Problem("draft-mark", "“DRAFT” stands at line 1."),)))
    for reading in (worse, whole):
        with folder.register.transaction() as tx:
            record_readings(tx, folder.register.school, [reading], scan.files, school_name=SCHOOL, today=TODAY, now=NOW)
            (version,) = rows.versions_in_force(tx, folder.register.school).values()
        assert bool(version.holds) is (reading is worse)


def test_an_old_copy_in_the_archive_differs_and_that_is_right(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.write("Archive/lettings.txt", policy_text("Lettings Policy", review="August 2020"))
    folder.record()
    standing = stand(folder)["lettings"]
    assert "folder of old policies" in problem(standing, "duplicate").message
    assert "duplicate-differs" not in codes(standing)


def test_a_file_that_stops_counting_keeps_what_it_says(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", review="August 2026"))
    folder.record()
    text = policy_text("Lettings Policy", review="August 2028")
    (folder.root / "lettings.docx").write_bytes(word_file(*(paragraph(line) for line in text.splitlines() if line)))
    folder.record()
    message = problem(stand(folder)["lettings"], "duplicate-differs").message
    assert "lettings.txt is a second file" in message
    assert "lettings.docx, which counts" in message


def test_only_a_new_file_can_take_the_place_of_the_one_that_counts(folder: Folder) -> None:
    folder.write("b.txt", policy_text("Lettings Policy"))
    folder.write("a.txt", policy_text("Lettings Policy", review="August 2026"))
    folder.record()
    folder.write("a.txt", policy_text("Lettings Policy", review="August 2029"))
    report = folder.record()
    assert [item.path for item in report.duplicates] == ["a.txt"]


# --- names of files --------------------------------------------------------------------------------------------


def test_a_renamed_file_is_judged_by_its_name_today(folder: Folder) -> None:
    folder.write("Lettings 2019.txt", policy_text("Lettings Policy"))
    folder.record()
    assert "Lettings 2019.txt" in problem(stand(folder)["lettings"], "file-name-differs").message
    (folder.root / "Lettings 2019.txt").rename(folder.root / "Lettings 2026.txt")
    folder.record()
    assert "file-name-differs" not in codes(stand(folder)["lettings"])


def test_a_file_whose_name_cannot_be_written_is_refused_with_a_sentence(folder: Folder) -> None:
    try:
        (folder.root / "caf\udce9.txt").write_text("x", encoding="utf-8")
    except OSError:
        pytest.skip("this drive does not take such names")
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    scan = scan_folder(folder.root)
    assert [file.path for file in scan.files] == ["lettings.txt"]
    ((path, reason),) = scan.unopened
    assert path == "caf?.txt"
    assert "Rename the file" in reason


# --- catalogue -------------------------------------------------------------------------------------------------


def test_a_safeguarding_policy_on_a_two_year_cycle_agreed_by_a_committee_is_told(folder: Folder) -> None:
    text = policy_text("Child Protection Policy", last="September 2025", review="September 2027")
    text = text.replace("Date approved by Governors: 10", "Approved by: Curriculum Committee\nDate approved: 10")
    folder.write("cp.txt", text)
    folder.record()
    standing = stand(folder)["child-protection"]
    assert "must be reviewed every year" in problem(standing, "cycle-too-long").message
    assert "Curriculum Committee" in problem(standing, "approver-differs").message
    assert attention([standing]) == (standing,)


def test_an_approval_in_a_year_to_come_needs_somebody(folder: Folder) -> None:
    text = policy_text("Lettings Policy", last="September 2026", review="September 2063")
    folder.write("lettings.txt", text.replace("Governors: 10 September 2026", "Governors: 10 September 2062"))
    folder.record()
    standing = stand(folder)["lettings"]
    assert "“10 September 2062” (line 5) is still to come" in problem(standing, "date-ahead").message
    assert attention([standing]) == (standing,)


def test_an_advised_cycle_needs_nobody_now(folder: Folder) -> None:
    folder.write("complaints.txt", policy_text("Complaints Policy", last="August 2026", review="August 2028"))
    folder.record()
    standing = stand(folder)["complaints"]
    assert problem(standing, "cycle-too-long").minor
    assert attention([standing]) == ()


def test_what_every_school_must_have_is_named_once_for_the_school(folder: Folder) -> None:
    titles = ["Child Protection Policy", "Behaviour Policy", "Complaints Policy", "PSHE Policy"]
    for title in titles:
        folder.write(f"{title}.txt", policy_text(title))
    folder.record()
    assert missing_policies(list(stand(folder).values()), TODAY) == ()
    folder.write("rse.txt", policy_text("Relationships and Sex Education Policy"))
    folder.record()
    missing = [entry.slug for entry in missing_policies(list(stand(folder).values()), TODAY)]
    assert "data-protection" in missing
    assert not {"child-protection", "behaviour", "complaints", "rse"} & set(missing)


# --- promises and guidance -------------------------------------------------------------------------------------

PROMISE = "\nAll new staff receive a copy of this policy.\n"


def test_a_promise_to_new_staff_is_held_against_what_they_are_asked(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy") + PROMISE)
    folder.record()
    message = problem(stand(folder)["lettings"], "promise-not-kept").message
    assert "“All new staff receive a copy" in message
    assert "only told where to find it" in message
    assert "promise-not-kept" not in codes(stand(folder, '[reading]\nsign = ["lettings"]\n')["lettings"])


def test_a_promise_that_staff_sign_is_not_kept_by_sending_it(folder: Folder) -> None:
    text = policy_text("Lettings Policy") + "\nAll staff sign to say that they have read this policy.\n"
    folder.write("lettings.txt", text)
    folder.record()
    assert (
        "under sign in"
        in problem(stand(folder, '[reading]\nread = ["lettings"]\n')["lettings"], "promise-not-kept").message
    )


def test_a_promise_to_publish_is_kept_unless_it_is_held_or_kept_off_the_site(folder: Folder) -> None:
    published = "\nThis policy is available on the school website.\n"
    folder.write("lettings.txt", policy_text("Lettings Policy") + published)
    folder.write("fire.txt", policy_text("Fire Safety Policy") + published)
    folder.write("homework.txt", policy_text("Homework Policy", school="Otherton Primary School") + published)
    folder.record()
    standings = stand(folder)
    assert "promise-not-kept" not in codes(standings["lettings"])
    assert "kept off the public pages" in problem(standings["fire-safety"], "promise-not-kept").message
    assert "its copy is held" in problem(standings["homework"], "promise-not-kept").message


def test_a_policy_for_starters_that_the_school_only_lets_them_find_is_told_quietly(folder: Folder) -> None:
    folder.write("behaviour.txt", policy_text("Behaviour Policy"))
    folder.record()
    assert "staff-not-told" not in codes(stand(folder)["behaviour"])
    found = problem(stand(folder, '[reading]\nfind = ["behaviour"]\n')["behaviour"], "staff-not-told")
    assert found.minor


def test_last_years_guidance_is_out_of_date_from_the_day_of_the_new_one(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", body="We follow KCSIE 2025."))
    folder.record()
    assert "outdated-guidance" not in codes(stand(folder, today=date(2026, 8, 31))["lettings"])
    assert "“KCSIE 2025”" in problem(stand(folder)["lettings"], "outdated-guidance").message


def test_what_a_template_left_holds_a_text(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", body="Ring «OfficePhone» to book."))
    folder.record()
    with folder.register.reading() as tx:
        (version,) = rows.versions_in_force(tx, folder.register.school).values()
    assert [each.code for each in version.holds] == ["template-field"]


# --- facts that were settled -----------------------------------------------------------------------------------

UNCLEAR = policy_text("Lettings Policy").replace("Date of next Review: August 2027\n", "")


def test_a_later_text_that_says_clearly_otherwise_is_told(folder: Folder) -> None:
    folder.write("lettings.txt", UNCLEAR)
    folder.record()
    set_facts(folder, "next_review=August 2028")
    folder.record()
    assert "settled-differs" not in codes(stand(folder)["lettings"])
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    issue(folder)
    message = problem(stand(folder)["lettings"], "settled-differs").message
    assert "now says “2027-08” for next review (line 8)" in message
    assert "settled as “August 2028” (the head told me)" in message


def test_a_later_text_that_agrees_or_says_what_it_said_before_is_no_finding(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    set_facts(folder, "owner=Headteacher", "next_review=2027-08", "review_cycle_months=12")
    folder.write("lettings.txt", policy_text("Lettings Policy", body=CHANGED))
    folder.record()
    issue(folder)
    assert "settled-differs" not in codes(stand(folder)["lettings"])


# --- reviews that changed nothing ------------------------------------------------------------------------------


def reaffirm(folder: Folder, *years: int) -> PolicyStanding:
    for year in years:
        folder.write("lettings.txt", policy_text("Lettings Policy", last=f"August {year}", review=f"August {year + 1}"))
        folder.record()
    return stand(folder)["lettings"]


def test_a_review_that_moved_only_dates_is_minor_once_and_told_the_second_time(folder: Folder) -> None:
    once = problem(reaffirm(folder, 2024, 2025), "review-without-change")
    assert once.minor
    assert "from “August 2024” to “August 2025”" in once.message
    twice = problem(reaffirm(folder, 2026), "review-without-change")
    assert not twice.minor
    assert "2 times in a row" in twice.message


def test_an_approval_that_was_recorded_says_that_it_was_reviewed(folder: Folder) -> None:
    reaffirm(folder, 2024, 2025, 2026)
    approve(folder)
    assert "review-without-change" not in codes(stand(folder)["lettings"])


def test_only_the_next_review_moved_is_no_review(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", review="August 2027"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", review="September 2027"))
    assert len(folder.record().issued) == 1
    assert "review-without-change" not in codes(stand(folder)["lettings"])


# --- the report ------------------------------------------------------------------------------------------------


def test_a_report_shows_what_presses_and_nothing_twice(folder: Folder) -> None:
    links = "\nThis policy is reviewed every two years.\n\nThis policy should be read with the Homework Policy.\n"
    folder.write("lettings.txt", UNCLEAR + links)
    folder.record()
    standing = stand(folder)["lettings"]
    assert {"review-missing", "review-undated", "linked-missing"} <= set(codes(standing))
    assert [each.code for each in pressing(standing)] == ["review-undated"]


def test_an_unclear_date_is_no_finding_once_it_is_settled(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", review="31 February 2027"))
    folder.record()
    assert {"date-unreadable", "date-ambiguous"} & set(codes(stand(folder)["lettings"]))
    set_facts(folder, "next_review=2027-02-28")
    assert not {"date-unreadable", "date-ambiguous"} & set(codes(stand(folder)["lettings"]))


def test_a_newer_reader_reads_every_file_again_once(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    scan = scan_folder(folder.root)
    with folder.register.transaction() as tx:
        known = rows.list_source_files(tx, folder.register.school)
        assert files_to_read(scan.files, known) == []
        old = {path: replace(file, reader="0") for path, file in known.items()}
        wanted = files_to_read(scan.files, old)
        readings: list[ReadFile] = [read_in_process(file) for file in wanted]
        report = record_readings(
            tx, folder.register.school, readings, scan.files, school_name=SCHOOL, today=TODAY, now=NOW + timedelta(1)
        )
    assert [file.path for file in wanted] == ["lettings.txt"]
    assert report.changed == 0


def test_paths_of_the_workspace_are_no_part_of_a_finding(folder: Folder, tmp_path: Path) -> None:
    folder.write("a.txt", policy_text("Lettings Policy"))
    folder.write("b.txt", policy_text("Lettings Policy", review="May 2026"))
    folder.record()
    assert not [each for each in stand(folder)["lettings"].problems if str(tmp_path) in each.message]
