"""``distribution/copies/`` is kept equal to what is in force: made once, made again when anything differs."""

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import page
import pypdf
import pytest

from pipeline.copies.copy_files import kept_path
from pipeline.copies.shelf import policy_addresses, refresh_copies
from pipeline.model.policies import ReviewState
from pipeline.pages.codes import recall_qr, short_code
from pipeline.policies.decisions.decide import issue_draft, set_facts
from pipeline.reasons.as_json import reason_from_json
from pipeline.register.decision import Decision
from pipeline.register.policies.copies import copies_to_give, held_copies, list_copies
from tests.builders import lines_down, paragraph, pdf_file, run, word_file
from tests.copies.workspace import HILL, LEAD_LINES, MONDAY, OFFICE, SHEFFIELD, Workspace, at, later, policy_file


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path) as made:
        made.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES))
        yield made


def pdf_words(path: Path) -> str:
    reader = pypdf.PdfReader(io.BytesIO(path.read_bytes()))
    return " ".join(" ".join(each.extract_text() for each in reader.pages).split())


def test_a_copy_is_made_once_and_left_alone_while_nothing_changes(workspace: Workspace) -> None:
    first = workspace.day()
    assert first.made == ["Lettings Policy"]
    names = sorted(path.name for path in workspace.copies.iterdir())
    assert names == ["lettings.docx", "lettings.html", "lettings.pdf"]
    stamps = {path: path.stat().st_mtime_ns for path in workspace.copies.iterdir()}
    again = workspace.day(later(1))
    assert (again.made, again.unchanged, again.removed) == ([], 1, [])
    assert {path: path.stat().st_mtime_ns for path in workspace.copies.iterdir()} == stamps


def test_a_copy_is_made_again_when_a_contact_changes_and_its_code_with_it(workspace: Workspace) -> None:
    workspace.day()
    before = workspace.current()["lettings"].code
    workspace.configure(SHEFFIELD, "[governors]\nmeetings = [2026-12-09]\n")
    assert workspace.day().unchanged == 1
    workspace.configure(SHEFFIELD + 'title = "Dr"\n')
    assert workspace.day().made == ["Lettings Policy"]
    assert "Dr Deborah Field" in pdf_words(workspace.copies / "lettings.pdf")
    assert workspace.current()["lettings"].code != before


def test_a_copy_says_when_the_body_that_decides_meets_and_no_other(workspace: Workspace) -> None:
    bodies = (
        '[governors.bodies.premises]\nname = "Premises Committee"\npolicies = ["lettings"]\nmeetings = [2027-02-03]\n'
    )
    workspace.configure(SHEFFIELD, f"[governors]\nmeetings = [2026-12-09]\n{bodies}")
    workspace.day()
    waiting = [replace(each, state=ReviewState.AWAITING_APPROVAL) for each in workspace.standings()]
    refresh_copies(workspace.register, workspace.config, waiting, today=MONDAY, now=at(MONDAY), write=True)
    words = pdf_words(workspace.copies / "lettings.pdf")
    assert "in use; governors decide on 3 February 2027" in words
    assert "9 December" not in words


def test_what_was_given_out_is_kept_when_another_takes_its_place(workspace: Workspace) -> None:
    workspace.day()
    digest, given = workspace.current()["lettings"].pdf_sha256, (workspace.copies / "lettings.pdf").read_bytes()
    workspace.configure(SHEFFIELD + 'title = "Dr"\n')
    workspace.day()
    assert (workspace.copies / "lettings.pdf").read_bytes() != given
    kept = kept_path(workspace.copies.parent, digest or "")
    assert kept.read_bytes() == given
    assert kept.stat().st_mode & 0o077 == 0


def test_a_copy_changed_by_hand_or_taken_away_is_made_again(workspace: Workspace) -> None:
    workspace.day()
    original = (workspace.copies / "lettings.pdf").read_bytes()
    (workspace.copies / "lettings.pdf").write_bytes(b"%PDF-1.7 mine")
    code = workspace.current()["lettings"].code
    assert workspace.day().made == ["Lettings Policy"]
    assert (workspace.copies / "lettings.pdf").read_bytes() == original
    assert workspace.current()["lettings"].code == code
    (workspace.copies / "lettings.docx").unlink()
    assert workspace.day().made == ["Lettings Policy"]
    assert (workspace.copies / "lettings.docx").is_file()


def test_a_file_that_is_no_current_copy_is_taken_away_and_others_are_left(workspace: Workspace) -> None:
    workspace.day()
    (workspace.copies / "old.pdf").write_bytes(b"%PDF-1.7")
    (workspace.copies / "notes.txt").write_text("mine", encoding="utf-8")
    assert workspace.day().removed == ["old.pdf"]
    assert not (workspace.copies / "old.pdf").exists()
    assert (workspace.copies / "notes.txt").exists()


def test_a_file_that_cannot_be_taken_away_is_told_and_the_rest_goes_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.day()
    old = workspace.copies / "old.pdf"
    old.write_bytes(b"%PDF-1.7")
    take = Path.unlink

    def held_open(path: Path, missing_ok: bool = False) -> None:
        if path == old:
            raise PermissionError(13, "The process cannot access the file", str(path))
        take(path, missing_ok)

    with monkeypatch.context() as windows:
        windows.setattr(Path, "unlink", held_open)
        report = workspace.day()
    assert (report.unchanged, report.removed) == (1, [])
    ((name, reason),) = report.failed
    assert name == "old.pdf"
    assert "could not be taken away" in reason
    assert "Close it where it is open" in reason
    assert workspace.day().removed == ["old.pdf"]


def test_what_stands_in_the_place_of_a_file_a_copy_lacks_is_told(workspace: Workspace) -> None:
    workspace.put("parking.pdf", pdf_file(lines_down("Westhaven School", "Parking Policy", *LEAD_LINES)))
    (workspace.copies / "parking.docx").mkdir(parents=True)
    report = workspace.day()
    assert report.made == ["Lettings Policy"]
    assert "parking.docx could not be taken away" in report.failed[0][1]


def test_the_copies_of_a_withdrawn_policy_are_taken_away(workspace: Workspace) -> None:
    workspace.day()
    with workspace.register.transaction() as tx:
        set_facts(
            Decision(tx, workspace.school, "Pat Clerk", at(MONDAY)),
            "lettings",
            ["withdrawn=yes"],
            reason="no hall",
            today=MONDAY,
        )
    report = workspace.refresh()
    assert sorted(report.removed) == ["lettings.docx", "lettings.html", "lettings.pdf"]
    assert workspace.current() == {}


def test_the_name_of_a_withdrawn_policy_is_no_link_in_the_other_copies_any_more(workspace: Workspace) -> None:
    workspace.put("fire-drill.docx", policy_file("Fire Drill Policy", "See the Lettings Policy."))
    workspace.day()
    page = workspace.copies / "fire-drill.html"
    assert 'href="lettings.pdf"' in page.read_text("utf-8")
    before = workspace.current()["fire-drill"]
    with workspace.register.transaction() as tx:
        set_facts(
            Decision(tx, workspace.school, "Pat Clerk", at(MONDAY)),
            "lettings",
            ["withdrawn=yes"],
            reason="no hall",
            today=MONDAY,
        )
    assert workspace.refresh().made == ["Fire Drill Policy"]
    assert "lettings.pdf" not in page.read_text("utf-8")
    assert b"lettings.pdf" not in (workspace.copies / "fire-drill.pdf").read_bytes()
    assert workspace.current()["fire-drill"].code == before.code, "its words are the same"
    assert workspace.refresh().made == []


def test_a_version_that_is_held_keeps_the_earlier_copy(workspace: Workspace) -> None:
    workspace.day()
    before = workspace.words("lettings.docx")
    two = "[[contacts.dsl]]\nname = 'Jo Hill'\n[[contacts.dsl]]\nname = 'Wen Li'\n"
    workspace.configure(two)
    report = workspace.refresh()
    assert [title for title, _ in report.held] == ["Lettings Policy"]
    assert workspace.words("lettings.docx") == before
    with workspace.register.reading() as tx:
        (held,) = held_copies(tx, workspace.school).values()
    assert held.held_reason == report.held[0][1]
    assert [reason_from_json(note["why"]) for note in held.left] == list(held.holds)
    assert workspace.refresh().held == report.held, "it is not tried again while nothing changes"
    assert "copy-held" in [problem.code for problem in workspace.standings()[0].problems]


def test_a_first_version_with_a_hold_of_its_own_gets_no_copy(tmp_path: Path) -> None:
    with Workspace(tmp_path) as workspace:
        workspace.put("lettings.docx", policy_file("Lettings Policy", "Hire of [school name] hall: DRAFT"))
        report = workspace.day()
        assert [title for title, _ in report.held] == ["Lettings Policy"]
        assert not workspace.copies.exists() or list(workspace.copies.iterdir()) == []


def test_a_copy_that_cannot_be_made_is_told_and_the_others_are_made(workspace: Workspace) -> None:
    (workspace.root / "templates" / "copies").mkdir(parents=True)
    template = workspace.root / "templates" / "copies" / "policy.typ"
    template.write_text("#panic()", encoding="utf-8")
    report = workspace.day()
    assert [title for title, _ in report.failed] == ["Lettings Policy"]
    assert workspace.current() == {}
    template.unlink()
    assert workspace.day().made == ["Lettings Policy"]


def test_a_dry_run_lists_what_it_would_make_and_writes_nothing(workspace: Workspace) -> None:
    workspace.note()
    workspace.record()
    assert workspace.refresh(write=False).made == ["Lettings Policy"]
    assert not workspace.config.distribution.joinpath("copies").exists()


# --- unconfirmed numbers and empty posts -------------------------------------------------------------------------


def test_a_new_lead_stands_in_copies_with_the_number_of_the_office_until_it_is_confirmed(workspace: Workspace) -> None:
    workspace.day()
    workspace.configure(HILL, OFFICE)
    assert workspace.day(later(1)).made == ["Lettings Policy"]
    words = workspace.words("lettings.docx")
    assert "The Designated Safeguarding Lead is Jo Hill." in words
    assert "Telephone: 01632 960110" in words
    assert "E-mail: through the school office, 01632 960110" in words
    front = pdf_words(workspace.copies / "lettings.pdf")
    for detail in ("01632 960155", "jo.hill@example.org", "01632 960101", "d.field@example.org", "Deborah"):
        assert detail not in words + front
    assert "Go to Mr Jo Hill (01632 960110), the designated safeguarding lead, now" in front


def test_without_an_office_number_the_copies_are_held_with_the_way_to_confirm(workspace: Workspace) -> None:
    workspace.day()
    before = {path.name: path.read_bytes() for path in workspace.copies.iterdir()}
    workspace.configure(HILL)
    report = workspace.day(later(1))
    ((title, reason),) = report.held
    assert title == "Lettings Policy"
    assert 'policy contacts --confirm dsl --by "Your Name"' in reason
    assert "[contacts.office] phone" in reason
    after = {path.name: path.read_bytes() for path in workspace.copies.iterdir()}
    assert {name: after[name] for name in before} == before
    assert sorted(after.keys() - before.keys()) == ["lettings-being-renewed.html", "lettings-being-renewed.pdf"]


def test_a_new_number_of_a_role_that_a_policy_does_not_name_holds_nothing(workspace: Workspace) -> None:
    workspace.day()
    workspace.configure(SHEFFIELD, "[contacts.senco]\nname = 'Al Penn'\nphone = '01632 960188'\n")
    assert workspace.day(later(1)).held == []


def test_on_a_day_without_a_lead_a_policy_that_names_one_is_held(workspace: Workspace) -> None:
    workspace.put("catering.docx", policy_file("Catering Policy", "We cook."))
    workspace.configure(SHEFFIELD + "until = 2026-11-30\n")
    assert sorted(workspace.day().made) == ["Catering Policy", "Lettings Policy"]
    report = workspace.day(later(8))
    assert report.made == ["Catering Policy"]
    ((title, reason),) = report.held
    assert title == "Lettings Policy"
    assert "nobody is that today" in reason
    assert "the school’s designated safeguarding lead" in pdf_words(workspace.copies / "catering.pdf")


def test_cover_is_said_on_the_front_and_ends_by_itself(workspace: Workspace) -> None:
    cover = (
        "[[contacts.next]]\nrole = 'dsl'\nname = 'Jo Hill'\npronoun = 'he'\nphone = '01632 960101'\n"
        "email = 'd.field@example.org'\nfrom = 2026-11-24\nuntil = 2026-11-25\n"
    )
    workspace.configure(SHEFFIELD, cover + OFFICE)
    workspace.day()
    workspace.day(later(1))
    assert "covering for Deborah Field" in pdf_words(workspace.copies / "lettings.pdf")
    assert "Lead is Jo Hill" in workspace.words("lettings.docx")
    workspace.day(later(3))
    assert "Lead is Deborah Field" in workspace.words("lettings.docx")
    assert "covering" not in pdf_words(workspace.copies / "lettings.pdf")


# --- codes -------------------------------------------------------------------------------------------------------


def test_a_copy_carries_its_code_and_with_a_served_address_a_qr_code_that_is_read_aloud(workspace: Workspace) -> None:
    workspace.day()
    code = workspace.current()["lettings"].code
    assert f"copy {code}" in pdf_words(workspace.copies / "lettings.pdf")
    assert "Is this copy current?" not in pdf_words(workspace.copies / "lettings.pdf")
    workspace.configure(SHEFFIELD, '[web]\nbase_url = "https://policies.example.sch.uk"\n')
    assert workspace.day().made == ["Lettings Policy"]
    pdf = workspace.copies / "lettings.pdf"
    code = workspace.current()["lettings"].code
    assert f"ask for {code}" in pdf_words(pdf)
    assert page.validate_pdf_bytes(pdf.read_bytes(), profile="ua1").failures == []
    alternatives = figure_texts(pypdf.PdfReader(pdf).root_object["/StructTreeRoot"])
    assert alternatives == [f"QR code: is copy {code} of this policy the current one?"]


def figure_texts(node: object) -> list[str]:
    """The alternative texts of the figures in a structure tree."""
    held = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(held, list):
        return [text for kid in held for text in figure_texts(kid)]
    if not isinstance(held, dict):
        return []
    own = [str(held["/Alt"])] if held.get("/S") == "/Figure" else []
    return own + figure_texts(held.get("/K"))


def test_the_qr_code_holds_the_address_of_the_copy() -> None:
    svg = recall_qr("https://policies.example.sch.uk", "K7M-2QX4")
    assert svg is not None
    assert svg.startswith("<svg xmlns=")
    assert recall_qr("", "K7M-2QX4") is None
    import segno

    drawn = io.BytesIO()
    same = segno.make_qr("https://policies.example.sch.uk/c/K7M-2QX4", error="m")
    same.save(drawn, kind="svg", xmldecl=False, omitsize=True)
    assert svg == drawn.getvalue().decode().strip()


def to_give(workspace: Workspace) -> set[str]:
    with workspace.register.reading() as tx:
        return {Path(row.pdf_path or "").stem for row in copies_to_give(tx, workspace.school).values()}


def break_template(workspace: Workspace) -> None:
    folder = workspace.root / "templates" / "copies"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policy.typ").write_text("#nothing-of-that-name", encoding="utf-8")


def test_the_copy_before_one_that_failed_is_not_given_once_the_lead_changed(workspace: Workspace) -> None:
    workspace.day()
    break_template(workspace)
    workspace.configure(HILL, OFFICE)
    assert workspace.day(later(1)).failed
    assert to_give(workspace) == set()
    shutil.rmtree(workspace.root / "templates")
    assert workspace.day(later(2)).made == ["Lettings Policy"]
    assert to_give(workspace) == {"lettings"}


def test_the_copy_before_one_that_failed_is_given_while_it_names_the_same_people(workspace: Workspace) -> None:
    workspace.day()
    break_template(workspace)
    assert workspace.day(later(1)).failed
    assert workspace.day(later(2)).failed
    assert to_give(workspace) == {"lettings"}


def test_codes_are_found_again_and_never_spell_a_word(workspace: Workspace) -> None:
    workspace.day()
    row = workspace.current()["lettings"]
    with workspace.register.reading() as tx:
        assert [copy for copy in list_copies(tx, workspace.school) if copy.code == row.code] == [row]
    codes = {short_code("lettings", str(number)) for number in range(500)}
    assert len(codes) == 500
    assert not set("".join(codes)) & set("AEIOU01Y")


def test_a_copy_that_comes_back_after_another_has_a_code_of_its_own(workspace: Workspace) -> None:
    workspace.day()
    first = workspace.current()["lettings"]
    workspace.configure(SHEFFIELD + 'title = "Dr"\n')
    workspace.day(later(1))
    workspace.configure(SHEFFIELD)
    assert workspace.day(later(2)).made == ["Lettings Policy"]
    back = workspace.current()["lettings"]
    assert back.fingerprint == first.fingerprint
    assert back.code != first.code


def test_the_same_folder_gives_the_same_copies_elsewhere(workspace: Workspace, tmp_path: Path) -> None:
    workspace.day()
    shutil.copytree(workspace.root / "policies", tmp_path / "elsewhere" / "policies")
    with Workspace(tmp_path / "elsewhere") as other:
        other.day()
        for name in ("lettings.docx", "lettings.pdf"):
            assert (other.copies / name).read_bytes() == (workspace.copies / name).read_bytes()


def test_a_pdf_that_names_a_lead_is_held_where_nobody_leads(tmp_path: Path) -> None:
    with Workspace(tmp_path, SHEFFIELD + "until = 2026-11-30\n") as workspace:
        workspace.put("lettings.docx", word_file(paragraph(run("Lettings Policy"))))
        workspace.day()
        content = (workspace.copies / "lettings.pdf").read_bytes()
    with Workspace(tmp_path / "other", SHEFFIELD + "until = 2026-11-30\n") as workspace:
        workspace.put("printed.pdf", content)
        ((title, reason),) = workspace.day(later(10)).held
        assert title == "Lettings Policy"
        assert "nobody is that today" in reason


def test_a_copy_says_the_day_it_was_made_and_links_to_the_other_policies_in_use(workspace: Workspace) -> None:
    workspace.put(
        "fire-drill.docx", policy_file("Fire Drill Policy", "See the Lettings Policy and the Fire Drill Policy.")
    )
    workspace.day()
    reader = pypdf.PdfReader(workspace.copies / "fire-drill.pdf")
    assert reader.metadata is not None
    assert reader.metadata.creation_date_raw == "D:20261123000000Z"
    links = [each.get_object()["/A"] for one in reader.pages for each in one.get("/Annots", ())]
    assert "lettings.pdf" in [each.get("/URI") for each in links]
    assert "fire-drill.pdf" not in [each.get("/URI") for each in links]
    assert '<a href="lettings.pdf">Lettings Policy</a>' in (workspace.copies / "fire-drill.html").read_text("utf-8")


def test_what_of_the_look_cannot_be_used_is_told_once_when_copies_are_made(workspace: Workspace) -> None:
    folder = workspace.config.templates / "copies"
    folder.mkdir(parents=True)
    (folder / "look.toml").write_text('colour = "#ffff00"\n', encoding="utf-8")
    notes = workspace.day().notes
    assert [title for title, note in notes if "too light to read" in note] == ["All copies"]
    assert workspace.day().notes == []


def test_the_header_of_a_copy_follows_an_approval_that_the_register_knows(workspace: Workspace) -> None:
    workspace.day()
    with workspace.register.transaction() as tx:
        set_facts(
            Decision(tx, workspace.school, "Pat Clerk", at(MONDAY)),
            "lettings",
            ["next_review=2027-09"],
            reason="moved",
            today=MONDAY,
        )
    report = workspace.refresh(later(1))
    assert report.made == ["Lettings Policy"]
    assert "Date of next Review: September 2027" in workspace.words("lettings.docx")
    assert report.replacements == 0, "a date is no contact detail"


def test_the_header_and_the_fields_of_a_copy_follow_a_version_that_was_set(workspace: Workspace) -> None:
    lines = ("Version: 2.1", "Version 2.1 is old.", "This is {{ policy.version }}.")
    workspace.put("parking.docx", policy_file("Parking Policy", *lines))
    workspace.day()
    with workspace.register.transaction() as tx:
        set_facts(
            Decision(tx, workspace.school, "Pat Clerk", at(MONDAY)),
            "parking",
            ["version=3"],
            reason="agreed",
            today=MONDAY,
        )
    workspace.refresh(later(1))
    words = workspace.words("parking.docx")
    assert "Version: 3" in words
    assert "Version 2.1 is old." in words
    assert "This is 3." in words


def test_a_policy_for_staff_alone_is_no_link_in_other_copies(workspace: Workspace) -> None:
    workspace.put("behaviour.docx", policy_file("Behaviour Policy", "See the Staff Discipline Policy."))
    workspace.put("discipline.docx", policy_file("Staff Discipline Policy"))
    workspace.put("pay-appeals.docx", policy_file("Staff Pay Appeals Policy"))
    workspace.record()
    addresses = policy_addresses(workspace.standings(), workspace.config.publish)
    assert "Behaviour Policy" in addresses
    assert not {"Staff Discipline Policy", "Staff Pay Appeals Policy"} & addresses.keys()


_STRANGER = "If behaviour is a sign of harm, tell Nora Policy, the Designated Safeguarding Lead, on 01632 960199."


_FIRST_NAME = "If behaviour is a sign of harm, please speak to Caoimhe (DSL) at once."
"""What may be a name and may be none: the words alone do not tell."""


@pytest.mark.parametrize(("words", "name", "made"), [(_FIRST_NAME, "Caoimhe", True), (_STRANGER, "Nora Policy", False)])
def test_a_name_nobody_read_beside_a_role_is_told_and_holds_the_copy_where_it_is_one_for_certain(
    workspace: Workspace, words: str, name: str, made: bool
) -> None:
    workspace.put("behaviour.docx", policy_file("Behaviour Policy", words))
    day = workspace.day()
    assert ("Behaviour Policy" in day.made) is made
    assert ("Behaviour Policy" in dict(day.held)) is not made
    told = {one.slug: [each.message for each in one.problems] for one in workspace.standings()}
    assert any(f"“{name}” in paragraph" in message for message in told["behaviour"])
    assert not any(name in message for message in told["lettings"])


@pytest.mark.parametrize(
    ("words", "name", "reason"),
    [
        (_FIRST_NAME, "Caoimhe", "is new in this version and is nobody in config.toml"),
        (_STRANGER, "Nora Policy", "is nobody in config.toml"),
    ],
)
def test_a_new_name_beside_a_role_in_an_edited_text_holds_its_copy(
    workspace: Workspace, words: str, name: str, reason: str
) -> None:
    workspace.put("behaviour.docx", policy_file("Behaviour Policy", "Pupils walk.", "Tell the lead of any harm."))
    workspace.day()
    workspace.put("behaviour.docx", policy_file("Behaviour Policy", "Pupils walk.", words))
    workspace.day()
    with workspace.register.transaction() as tx:
        issue_draft(
            Decision(tx, workspace.school, "Pat Clerk", at(MONDAY)), "behaviour", kind=None, reason=None, today=MONDAY
        )
    (held,) = workspace.day().held
    assert held[0] == "Behaviour Policy"
    assert f"“{name}”" in held[1]
    assert reason in held[1]


def test_a_former_holder_who_is_entered_as_one_gives_way_in_the_copy_that_waited(workspace: Workspace) -> None:
    workspace.put("behaviour.docx", policy_file("Behaviour Policy", "Pupils walk.", _STRANGER))
    assert "Behaviour Policy" in dict(workspace.day().held)
    workspace.configure(SHEFFIELD, "[[contacts.former]]\nrole = 'dsl'\nname = 'Nora Policy'\nphone = '01632 960199'\n")
    assert "Behaviour Policy" in workspace.day().made
    assert "tell Deborah Field" in workspace.words("behaviour.docx")


@pytest.mark.parametrize(("until", "differs"), [("", True), ("until = 2026-11-27\n", False)])
def test_no_name_of_a_cover_is_asked_into_the_document(workspace: Workspace, until: str, differs: bool) -> None:
    follows = "[[contacts.next]]\nrole = 'dsl'\nname = 'Jo Hill'\nfrom = 2026-11-24\n"
    workspace.configure(SHEFFIELD, follows + until)
    workspace.day(later(1))
    (standing,) = workspace.standings(later(1))
    assert ("contact-differs" in [each.code for each in standing.problems]) is differs


def test_what_opens_and_changes_documents_is_loaded_only_where_a_copy_is_ordered() -> None:
    asked = (
        "import sys, pipeline.run, pipeline.cli.report; print({'lxml', 'pipeline.plan.contacts'} & sys.modules.keys())"
    )
    shown = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert shown.stdout == "set()\n"
