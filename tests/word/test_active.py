"""What a Word file fetches or starts does not get into its copy; what it shows does, and the contacts are put right."""

import io
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import docx
import pytest

from pipeline.documents import read_document_bytes
from pipeline.errors import RenderError
from pipeline.facts.problems import document_problems
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.documents import DocumentFlag
from pipeline.model.facts import Contact, Facts
from pipeline.pages.pdf import FrontBlock, front_contacts
from pipeline.word.active import without_active_content
from tests.builders import NAMESPACES, RELATIONSHIP_TYPE, field, paragraph, run, word_file
from tests.copies.in_process import make_copy

ANN = Contact("dsl", "Ann Lee", "01632 960111", "a.lee@example.org")
TO_BOB = Directory((Holder("dsl", "Bob Ray", "Mr", "01632 960222", "b.ray@example.org", Pronoun.HE),))
FRONT = FrontBlock("Visits", "Hillside School", "1", "in use", None, None, None, None, front_contacts(TO_BOB), "ABC")
LEAD = paragraph("The designated safeguarding lead is Ann Lee.")
OFFICE = 'xmlns:o="urn:schemas-microsoft-com:office:office"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
ADDRESS = "http://pictures.example.org/crest.png"


def relationships(**entries: tuple[str, str, bool]) -> bytes:
    """The relationships of a part: id to kind, target and whether it lies outside."""
    rows = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONSHIP_TYPE}{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if outside else ''}/>"
        for key, (kind, target, outside) in entries.items()
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}">{rows}</Relationships>'.encode()


def made(*body: str, members: Mapping[str, bytes] | None = None, **entries: tuple[str, str, bool]) -> bytes:
    held = {**(members or {}), **({"word/_rels/document.xml.rels": relationships(**entries)} if entries else {})}
    return word_file(LEAD, *body, members=held)


def drawing(blip: str) -> str:
    return (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="9525" cy="9525"/><wp:docPr id="1" name="p" descr="The crest"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>{blip}</pic:blipFill><pic:spPr/>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


OBJECT = (
    f'<w:p><w:r><w:object><v:shape id="s" style="width:9pt;height:9pt"/><o:OLEObject {OFFICE} Type="{{}}" '
    'ProgID="Package" ShapeID="s" DrawAspect="Icon" ObjectID="_1" r:id="rId5"/></w:object></w:r></w:p>'
)
SETTINGS = f'<w:settings {NAMESPACES}><w:attachedTemplate r:id="rId1"/><w:zoom w:percent="100"/></w:settings>'

ACTIVE = {
    "a linked picture": made(drawing('<a:blip r:link="rId5"/>'), rId5=("image", ADDRESS, True)),
    "a picture on a share": made(
        drawing('<a:blip r:link="rId5"/>'), rId5=("image", "file:///\\\\server\\share\\crest.png", True)
    ),
    "an object": made(
        OBJECT.format("Embed"),
        members={"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0 a program"},
        rId5=("oleObject", "embeddings/oleObject1.bin", False),
    ),
    "a linked object": made(OBJECT.format("Link"), rId5=("oleObject", "file:///C:/figures.xlsx", True)),
    "a control": made(
        '<w:p><w:r><w:object><w:control r:id="rId5" w:name="Button"/></w:object></w:r></w:p>',
        members={"word/activeX/activeX1.xml": b"<x/>"},
        rId5=("control", "activeX/activeX1.xml", False),
    ),
    "a template elsewhere": made(
        members={
            "word/settings.xml": SETTINGS.encode(),
            "word/_rels/settings.xml.rels": relationships(
                rId1=("attachedTemplate", "http://templates.example.org/t.dotm", True)
            ),
        },
        rId9=("settings", "settings.xml", False),
    ),
    "another document in this one": made('<w:subDoc r:id="rId5"/>', rId5=("subDocument", ADDRESS, True)),
    **{
        f"a field {name}": made(paragraph(run("Rules: "), field(f'{name} "{ADDRESS}" \\d', "be kind"), run(".")))
        for name in ("INCLUDETEXT", "INCLUDEPICTURE", "DDEAUTO", "dde", "LINK")
    },
    "a simple field": made(
        f'<w:p><w:fldSimple w:instr="INCLUDETEXT &quot;{ADDRESS}&quot;">{run("be kind")}</w:fldSimple></w:p>'
    ),
    "a field in pieces": made(
        paragraph(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDE</w:instrText></w:r>'
            '<w:r><w:instrText>AUTO c:\\\\cmd.exe</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>',
            run("be kind"),
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        )
    ),
    "a field within a field": made(paragraph(field("IF 1 = 1", "kind"), field("INCLUDETEXT x", "and fair"))),
}


@pytest.mark.parametrize("name", ACTIVE)
def test_a_copy_fetches_and_starts_nothing_and_keeps_its_words(name: str) -> None:
    original = read_document_bytes(ACTIVE[name], shown_as="policy.docx")
    assert original.flags & {DocumentFlag.ACTIVE_CONTENT, DocumentFlag.EXTERNAL_TEMPLATE}
    copy = make_copy(ACTIVE[name], original, Facts(contacts=(ANN,)), TO_BOB, FRONT)
    assert copy.docx is not None
    assert copy.plan.held is None
    shown = read_document_bytes(copy.docx, shown_as="copy.docx")
    assert not shown.flags & {DocumentFlag.ACTIVE_CONTENT, DocumentFlag.EXTERNAL_TEMPLATE}
    assert shown.text == original.text.replace("Ann Lee", "Bob Ray")
    with zipfile.ZipFile(io.BytesIO(copy.docx)) as archive:
        assert archive.testzip() is None
        held = b"".join(archive.read(member) for member in archive.namelist()).lower()
    for mark in (b"example.org/crest", b"templates.example.org", b"figures.xlsx", b"a program", b"includetext", b"dde"):
        assert mark not in held
    docx.Document(io.BytesIO(copy.docx))


@pytest.mark.parametrize("name", ACTIVE)
def test_what_is_active_is_told_in_a_sentence(name: str) -> None:
    problems = document_problems(read_document_bytes(ACTIVE[name], shown_as="policy.docx"), Facts())
    assert [each.message for each in problems if each.code == "active-content"] != []


def test_a_field_that_never_ends_stops_the_copy_with_what_to_do() -> None:
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDE x</w:instrText></w:r>'
    content = made(paragraph(begun, run("Be kind.")))
    document = read_document_bytes(content, shown_as="policy.docx")
    with pytest.raises(RenderError, match=r"“policy\.docx” fetches or starts something .* Edit Links to Files"):
        make_copy(content, document, Facts(contacts=(ANN,)), TO_BOB, FRONT)


def test_links_a_reader_clicks_and_pictures_in_the_file_are_left_alone() -> None:
    content = made(
        '<w:p><w:hyperlink r:id="rId7"><w:r><w:t>Our site</w:t></w:r></w:hyperlink></w:p>',
        drawing('<a:blip r:embed="rId6"/>'),
        paragraph(field('HYPERLINK "https://example.org/"', "more"), field("PAGE", "1")),
        members={"word/media/image1.png": b"\x89PNG"},
        rId6=("image", "media/image1.png", False),
        rId7=("hyperlink", "https://example.org/", True),
    )
    assert DocumentFlag.ACTIVE_CONTENT not in read_document_bytes(content, shown_as="policy.docx").flags
    assert without_active_content(content) == content


def test_a_template_on_the_authors_own_disk_is_what_every_file_has() -> None:
    content = made(
        members={
            "word/settings.xml": SETTINGS.encode(),
            "word/_rels/settings.xml.rels": relationships(
                rId1=("attachedTemplate", "file:///C:\\Users\\jo\\Normal.dotm", True)
            ),
        },
        rId9=("settings", "settings.xml", False),
    )
    flags = read_document_bytes(content, shown_as="policy.docx").flags
    assert not flags & {DocumentFlag.ACTIVE_CONTENT, DocumentFlag.EXTERNAL_TEMPLATE}


@pytest.mark.needs("soffice")
def test_libreoffice_opens_what_is_left(tmp_path: Path) -> None:
    for number, name in enumerate(("an object", "a linked picture", "a field in pieces")):
        (tmp_path / f"{number}.docx").write_bytes(without_active_content(ACTIVE[name]))
    command = [
        "soffice",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "txt",
    ]
    files = [str(tmp_path / f"{number}.docx") for number in range(3)]
    subprocess.run([*command, "--outdir", str(tmp_path), *files], check=True, capture_output=True, timeout=120)
    for number in range(3):
        assert "Ann Lee" in (tmp_path / f"{number}.txt").read_text(encoding="utf-8")
