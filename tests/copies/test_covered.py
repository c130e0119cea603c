"""A held copy takes nothing offline: the policy stays readable with its contacts covered and today's before it."""

import re
from pathlib import Path

import pypdfium2
import pytest

from pipeline.copies.covered import COVER, cover, is_covered, make_covered
from pipeline.copies.regenerate import CopyStyle
from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model import Contact, Directory, DocumentFormat, Holder, Pronoun
from pipeline.pages.pdf import FrontBlock, front_contacts
from pipeline.plan.rewording import passages_of
from pipeline.publish.site import publish_site
from pipeline.register.policies import copies as rows
from tests.builders import field, paragraph, run, table, word_file
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
    return [each.text for each in passages_of(cover(document, stated, directory))][1:]


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


def test_an_owner_who_is_covered_in_the_document_does_not_stand_on_its_front() -> None:
    line = "Policy owner: Ann Lister, Designated Safeguarding Lead"
    document = read_document_bytes(word_file(paragraph(TITLE), paragraph(line)), shown_as="policy.docx")
    for owner, stays in (("Ann Lister, Designated Safeguarding Lead", False), ("the bursar", True)):
        front = FrontBlock(TITLE, "Elm", "1", "in use", None, None, None, owner, front_contacts(NOW), "ABC")
        copy = make_covered(document, (LEAD,), NOW, front, CopyStyle())
        assert copy is not None
        for words in (words_of_pdf(copy.pdf), copy.html or ""):
            assert "Lister" not in words
            assert (owner in words) is stays


def test_a_link_to_a_former_contact_leads_nowhere() -> None:
    link = field('HYPERLINK "mailto:a.lister@example.org"', "write to the lead")
    content = word_file(paragraph(TITLE), paragraph("The DSL is Ann Lister."), paragraph(link))
    document = read_document_bytes(content, shown_as="policy.docx", format=DocumentFormat.DOCX)
    assert any(each.links for each in passages_of(document))
    assert not any(each.links for each in passages_of(cover(document, (LEAD,), NOW)))


def test_nobody_is_led_to_while_nobody_holds_the_role() -> None:
    nobody = Directory((), (Holder("dsl", "Ann Lister", "", "01632 960177", None),), ("dsl",))
    lines = covered_lines(table(("DSL", "Ann Lister"), ("Telephone", "01632 960177")), directory=nobody)
    assert lines == ["DSL", COVER, "Telephone", COVER]


def test_who_must_be_public_or_was_stays_readable_and_what_is_kept_off_does_not() -> None:
    assert is_covered("child-protection", had_a_copy=False)
    assert is_covered(None, had_a_copy=True)
    assert not is_covered(None, had_a_copy=False)
    assert not is_covered("kcsie-part-one", had_a_copy=False)
    assert is_covered("kcsie-part-one", had_a_copy=True)


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
                "The safeguarding contacts in this copy are being renewed. Today they are: Ms Deborah Field (designated"
                in words
            )
            assert "Every adult listens to children." in words
            assert COVER in words
            assert "Ngozi" not in words
            assert "960444" not in words.replace(" ", "")
        raw = (site / "policies" / "child-protection.pdf").read_bytes()
        assert b"Ngozi" not in raw
        assert "its contacts are being renewed" in (site / "index.html").read_text(encoding="utf-8")
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
        assert "being renewed" not in page


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
