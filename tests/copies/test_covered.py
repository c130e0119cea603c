"""A held copy takes nothing offline: the policy stays readable with its contacts covered and today's before it."""

import re
from collections.abc import Mapping
from pathlib import Path

import pypdfium2
import pytest

from pipeline.copies.copy import CopyStyle
from pipeline.copies.covered import COVER, CoveredCopy, cover, make_covered
from pipeline.documents import read_document_bytes
from pipeline.documents.pdf.drawn import list_drawn
from pipeline.documents.source import Source
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Contact
from pipeline.pages.pdf import FrontBlock, front_contacts
from pipeline.plan.rewording import passages_of
from pipeline.policies.audience import stays_public
from pipeline.publish.site import publish_site
from pipeline.register.policies import copies as rows
from tests.builders import field, lines_down, paragraph, pdf_file, run, table, text_box, word_file
from tests.copies.workspace import MONDAY, OFFICE, SHEFFIELD, Workspace, policy_file

TITLE = "Child Protection Policy"
QUILL = Holder("dsl", "Yusra Quill", "Mrs", "01632 960901", "y.quill@example.org", Pronoun.SHE)
NOW = Directory((QUILL,))
LEAD = Contact("dsl", "Ann Lister", "01632 960177", "a.lister@example.org")
TWO_LEADS = ("Infants site DSL: Deborah Field, 01632 960101", "Juniors site DSL: Ngozi House, 01632 960444")


def covered_lines(*body: str, directory: Directory = NOW) -> list[str]:
    content = word_file(paragraph(TITLE), *body)
    document = read_document_bytes(content, shown_as="policy.docx", format=DocumentFormat.DOCX)
    stated = (LEAD, *extract_facts(document).contacts)
    return [each.text for each in passages_of(cover(document, stated, directory).document)][1:]


def words_of_pdf(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("DSL: Ann Lister, 01632 960177", f"DSL: {COVER}, {COVER}"),
        ("Ring Mrs Lister (01632) 960177.", f"Ring {COVER} {COVER}."),
        ("Written by Ann Lister.", f"Written by {COVER}."),
        ("Write to a.lister@example.org", f"Write to {COVER}"),
        ("DSL: Ngozi House, 07700 900362", f"DSL: {COVER}, {COVER}"),
        ("DSL: {{ dsl.name }}", f"DSL: {COVER}"),
        ("NSPCC helpline: 0808 800 5000", "NSPCC helpline: 0808 800 5000"),
        ("The DSL is Yusra Quill, 01632 960901.", "The DSL is Yusra Quill, 01632 960901."),
        ("Every adult listens to children.", "Every adult listens to children."),
    ],
)
def test_what_may_not_be_right_any_more_is_covered_and_the_rest_stays(line: str, after: str) -> None:
    assert covered_lines(paragraph("The DSL is Ann Lister."), paragraph(run(line)))[1] == after


OUTSIDE = (
    "LADO: Karen Poole, 01632 960376, lado@council.example.org",
    "Children’s social care: 01632 960172 (out of hours 01632 960606)",
    "Multi-Agency Safeguarding Hub (MASH): 01632 960555, mash@council.example.org",
    "Police: 101, or 999 in an emergency",
    "Chair of governors: Robert Smith, 01632 960777",
    "SENCO: Mary Jones, 01632 960778",
)


def test_numbers_of_outside_bodies_and_of_roles_that_the_school_gives_nobody_for_stay() -> None:
    lines = covered_lines(
        paragraph("The DSL is Ann Lister, 01632 960177."), *(paragraph(run(each)) for each in OUTSIDE)
    )
    assert lines == [f"The DSL is {COVER}, {COVER}.", *OUTSIDE]


def test_a_number_that_a_former_lead_has_too_is_covered_wherever_it_stands() -> None:
    lines = covered_lines(
        paragraph("The DSL is Ann Lister, 01632 960177."), paragraph("SENCO: Mary Jones, (01632) 960177")
    )
    assert "960177" not in " ".join(lines)


def made(*body: str, members: Mapping[str, bytes] | None = None) -> CoveredCopy:
    files = [(Source(word_file(paragraph(TITLE), *body, members=members), "policy.docx"), DocumentFormat.DOCX)]
    front = FrontBlock(TITLE, "Elm", "1", "in use", None, None, None, None, front_contacts(NOW), None)
    copy = make_covered(files, (LEAD,), NOW, front, CopyStyle())
    assert copy is not None
    return copy


def test_a_copy_that_hides_nothing_but_contacts_says_all_that_the_policy_does() -> None:
    copy = made(paragraph("The DSL is Ann Lister, {{ dsl.phone }}."), paragraph("Every adult listens to children."))
    assert copy.covering is not None
    assert copy.covering.is_whole
    words = words_of_pdf(copy.copy.pdf)
    assert "This policy is in force. The safeguarding contacts in this copy are being updated." in words
    assert "Left out" not in words


def test_one_that_hides_more_than_contacts_does_not() -> None:
    covering = made(paragraph("The DSL is Ann Lister."), paragraph("Next review: {{ policy.next_review }}")).covering
    assert covering is not None
    assert (covering.is_whole, covering.only_contacts, covering.left_out) == (False, False, ())


def test_pictures_and_flowcharts_that_are_left_out_are_listed_by_page() -> None:
    filler = [
        paragraph(run("Every adult listens to children and writes it down the same day. " * 4)) for _ in range(40)
    ]
    chart = "".join(paragraph(text_box(paragraph(run(f"Step {step}")))) for step in range(4))
    copy = made(paragraph("The DSL is Ann Lister."), *filler, chart)
    assert copy.covering is not None
    [lost] = copy.covering.left_out
    assert (lost.what, copy.covering.is_whole) == ("drawing", False)
    pages = pypdfium2.PdfDocument(copy.copy.pdf)
    found = [
        number for number, page in enumerate(pages, 1) if "[Drawing 1 is left" in page.get_textpage().get_text_range()
    ]
    assert found == [lost.page]
    assert lost.page > 1
    for words in (words_of_pdf(copy.copy.pdf), copy.copy.html or ""):
        assert f"Left out of this copy: a drawing (page {lost.page})." in words


def drawn_pdf(marks: str) -> bytes:
    """Return a PDF with a line of text and what ``marks`` draw, as written in a PDF."""
    written = pdf_file(lines_down("What to do" + " " * 400)).decode("cp1252")
    begins = written.index("BT /F1")
    ends = written.index("endstream", begins)
    body = ("BT /F1 11 Tf 72 750 Td (What to do) Tj ET " + marks).ljust(ends - begins)
    return (written[:begins] + body + written[ends:]).encode("cp1252")


def test_what_is_drawn_on_the_pages_of_a_pdf_is_left_out_by_its_page() -> None:
    flow = "100 100 m 200 200 l S 200 200 m 300 100 l S 300 100 m 350 150 400 150 420 100 c S "
    frame = "50 50 200 100 re S 60 60 m 240 60 l S "
    assert list_drawn(Source(pdf_file(lines_down("What to do")), "policy.pdf")) == ()
    assert list_drawn(Source(drawn_pdf(frame), "policy.pdf")) == ()
    assert list_drawn(Source(drawn_pdf(flow), "policy.pdf")) == ((1, "drawing"),)
    assert list_drawn(Source(drawn_pdf("q 200 0 0 200 50 50 cm /Im1 Do Q "), "policy.pdf")) == ((1, "picture"),)


def test_an_owner_who_is_covered_in_the_document_does_not_stand_on_its_front() -> None:
    line = "Policy owner: Ann Lister, Designated Safeguarding Lead"
    files = [(Source(word_file(paragraph(TITLE), paragraph(line)), "policy.docx"), DocumentFormat.DOCX)]
    for owner, stays in (("Ann Lister, Designated Safeguarding Lead", False), ("the bursar", True)):
        front = FrontBlock(TITLE, "Elm", "1", "in use", None, None, None, owner, front_contacts(NOW), "ABC")
        made = make_covered(files, (LEAD,), NOW, front, CopyStyle())
        assert made is not None
        for words in (words_of_pdf(made.copy.pdf), made.copy.html or ""):
            assert "Lister" not in words
            assert (owner in words) is stays


def test_a_link_to_a_former_contact_leads_nowhere() -> None:
    link = field('HYPERLINK "mailto:a.lister@example.org"', "write to the lead")
    content = word_file(paragraph(TITLE), paragraph("The DSL is Ann Lister."), paragraph(link))
    document = read_document_bytes(content, shown_as="policy.docx", format=DocumentFormat.DOCX)
    assert any(each.links for each in passages_of(document))
    assert not any(each.links for each in passages_of(cover(document, (LEAD,), NOW).document))


def test_nobody_is_led_to_while_nobody_holds_the_role() -> None:
    nobody = Directory((), (Holder("dsl", "Ann Lister", "", "01632 960177", None),), ("dsl",))
    lines = covered_lines(table(("DSL", "Ann Lister"), ("Telephone", "01632 960177")), directory=nobody)
    assert lines == ["DSL", COVER, "Telephone", COVER]


def test_who_must_be_public_stays_readable_there_without_a_full_copy_and_what_is_kept_off_does_not() -> None:
    assert stays_public("child-protection")
    assert not stays_public(None)
    assert not stays_public("kcsie-part-one")


def publish(workspace: Workspace) -> Path:
    report = publish_site(workspace.register, workspace.config, workspace.standings(), MONDAY)
    assert report.failed is None
    return workspace.config.distribution / "site"


def test_a_statutory_policy_whose_first_copy_is_held_stands_on_the_site_with_its_contacts_covered(
    tmp_path: Path,
) -> None:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as workspace:
        workspace.put("child-protection.docx", policy_file(TITLE, *TWO_LEADS, "Every adult listens to children."))
        assert [title for title, _ in workspace.day().held] == [TITLE]
        site = publish(workspace)
        page = (site / "policies" / "child-protection.html").read_text(encoding="utf-8")
        pdf = words_of_pdf((site / "policies" / "child-protection.pdf").read_bytes())
        for words in (" ".join(re.sub(r"<[^>]+>", " ", page).split()), pdf):
            assert (
                "The safeguarding contacts in this copy are being updated. Today they are: Ms Deborah Field (designated"
                in words
            )
            assert "Every adult listens to children." in words
            assert COVER in words
            assert "Ngozi" not in words
            assert "960444" not in words.replace(" ", "")
        raw = (site / "policies" / "child-protection.pdf").read_bytes()
        assert b"Ngozi" not in raw
        assert "its contacts are being updated" in (site / "index.html").read_text(encoding="utf-8")
        with workspace.register.reading() as tx:
            assert rows.copies_to_give(tx, workspace.school) == {}


def test_the_covered_copy_goes_when_the_real_one_is_made(tmp_path: Path) -> None:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as workspace:
        workspace.put("child-protection.docx", policy_file(TITLE, *TWO_LEADS))
        workspace.day()
        assert sorted(path.name for path in workspace.copies.iterdir()) == [
            "child-protection-being-renewed.html",
            "child-protection-being-renewed.pdf",
        ]
        workspace.put("child-protection.docx", policy_file(TITLE, TWO_LEADS[0]))
        workspace.configure(SHEFFIELD, f'{OFFICE}\n[[contacts.former]]\nrole = "dsl"\nname = "Ngozi House"\n'
                            'phone = "01632 960444"\n')  # fmt: skip
        workspace.refresh()
        assert sorted(path.suffix for path in workspace.copies.iterdir()) == [".docx", ".html", ".pdf"]
        page = (publish(workspace) / "policies" / "child-protection.html").read_text(encoding="utf-8")
        assert "being updated" not in page


def test_a_covered_copy_that_was_changed_by_hand_is_made_again(tmp_path: Path) -> None:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as workspace:
        workspace.put("child-protection.docx", policy_file(TITLE, *TWO_LEADS))
        workspace.day()
        path = workspace.copies / "child-protection-being-renewed.html"
        before = path.read_bytes()
        path.write_bytes(b"Ring Ngozi House")
        workspace.refresh()
        assert path.read_bytes() == before


def test_a_copy_in_use_stays_readable_while_nobody_holds_the_role(tmp_path: Path) -> None:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as workspace:
        workspace.put("bicycle.docx", policy_file("Bicycle Policy", "The DSL is Deborah Field, 01632 960101."))
        assert workspace.day().made == ["Bicycle Policy"]
        workspace.configure(SHEFFIELD.replace("[contacts.dsl]", "[contacts.dsl]\nuntil = 2026-11-20"), OFFICE)
        assert [title for title, _ in workspace.refresh().held] == ["Bicycle Policy"]
        page = (publish(workspace) / "policies" / "bicycle.html").read_text(encoding="utf-8")
        assert f"The DSL is {COVER}" in page
        assert "Deborah" not in page
        assert "960101" not in page.replace(" ", "")


def test_staff_are_given_every_policy_with_contacts_being_updated_the_public_only_what_it_had(tmp_path: Path) -> None:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as workspace:
        workspace.put("lettings.docx", policy_file("Lettings Policy", *TWO_LEADS, "The hall may be let."))
        assert [title for title, _ in workspace.day().held] == ["Lettings Policy"]
        site = publish(workspace)
        staff = workspace.config.staff_site
        assert not (site / "policies" / "lettings.pdf").exists()
        words = words_of_pdf((staff / "policies" / "lettings.pdf").read_bytes())
        assert "This policy is in force. The safeguarding contacts in this copy are being updated." in words
        assert "Ngozi" not in words
        with workspace.register.reading() as tx:
            [copy] = rows.copies_for_staff(tx, workspace.school).values()
            assert (copy.is_covered, copy.takes_reading) == (True, True)
            assert rows.readable_policies(tx, workspace.school) == {copy.policy_id}


def test_a_document_that_names_another_school_gives_no_such_copy(tmp_path: Path) -> None:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as workspace:
        header = ("West Park School", TITLE, "Date approved by Governors: 10 September 2026")
        workspace.put("child-protection.docx", word_file(*(paragraph(run(each)) for each in (*header, *TWO_LEADS))))
        assert [title for title, _ in workspace.day().held] == [TITLE]
        assert not workspace.copies.exists()
        with workspace.register.reading() as tx:
            assert rows.copies_for_staff(tx, workspace.school) == {}


def test_a_field_that_waits_for_a_contact_holds_the_copy_and_staff_have_one_meanwhile(tmp_path: Path) -> None:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as workspace:
        workspace.put("child-protection.docx", policy_file(TITLE, "Ask {{ deputy-dsl.name }}.", "Listen to children."))
        assert [title for title, _ in workspace.day().failed] == [TITLE]
        words = words_of_pdf((workspace.copies / "child-protection-being-renewed.pdf").read_bytes())
        assert f"Ask {COVER}." in words
        with workspace.register.reading() as tx:
            [copy] = rows.copies_for_staff(tx, workspace.school).values()
        assert copy.takes_reading
        workspace.refresh()
        with workspace.register.reading() as tx:
            assert [each.id for each in rows.copies_for_staff(tx, workspace.school).values()] == [copy.id]
