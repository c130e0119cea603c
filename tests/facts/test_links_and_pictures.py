"""Links and pictures say something too: a policy with another flow chart is another policy."""

from dataclasses import replace

import pytest

from pipeline.changes.compare import ParagraphChange, compare_texts
from pipeline.changes.differences import say_difference
from pipeline.changes.revisions import revision_kind
from pipeline.documents import read_document_bytes
from pipeline.facts.links_and_pictures import find_beside_words
from pipeline.model.documents import Block, BlockKind, Document, DocumentFormat, Picture, Region, Span
from pipeline.model.facts import BesideWords, Facts, Unworded
from pipeline.model.policies import RevisionKind
from pipeline.places import read_place
from tests.builders import paragraph, word_file

TEXT = "Lettings Policy\nHirers use the booking form.\n"
FORM = Unworded("booking form", "https://example.org/book")
CHART = Unworded("Whom to ring", "aa11")
BEFORE = BesideWords(DocumentFormat.DOCX, (FORM,), (CHART,))


def kind_of(
    after: BesideWords | None, before: BesideWords | None = BEFORE
) -> tuple[RevisionKind, tuple[ParagraphChange, ...]]:
    found = compare_texts(TEXT, Facts(beside_words=before), TEXT, Facts(beside_words=after))
    return revision_kind(found), found.changes


def test_another_picture_is_a_major_change() -> None:
    kind, changes = kind_of(replace(BEFORE, pictures=(Unworded("Whom to ring", "bb22"),)))
    assert kind is RevisionKind.MAJOR
    assert changes == (ParagraphChange("Picture: Whom to ring", None), ParagraphChange(None, "Picture: Whom to ring"))


def test_a_link_that_leads_elsewhere_waits_for_its_owner_as_a_minor_change() -> None:
    kind, (change,) = kind_of(replace(BEFORE, links=(replace(FORM, content="https://example.com/other"),)))
    assert kind is RevisionKind.MINOR
    assert (change.before, change.after) == (
        "The link “booking form” leads to https://example.org/book .",
        "The link “booking form” leads to https://example.com/other .",
    )


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        None,
        replace(BEFORE, links=(replace(FORM, content="http://www.example.org/book/"),)),
        replace(BEFORE, links=()),
        replace(BEFORE, pictures=(replace(CHART, words="A chart"),)),
        BesideWords(DocumentFormat.PDF),
    ],
)
def test_the_same_page_pictures_of_another_format_and_what_is_not_known_are_no_change(
    after: BesideWords | None,
) -> None:
    assert kind_of(after) == (RevisionKind.REAFFIRMED, ())


def test_a_picture_beside_a_changed_text_is_told_with_it() -> None:
    after = Facts(beside_words=replace(BEFORE, pictures=()))
    found = compare_texts(TEXT, Facts(beside_words=BEFORE), TEXT.replace("booking", "paper"), after)
    assert say_difference(found) == "1 paragraph changed and 1 taken out"


def test_the_crest_links_of_people_and_plain_text_are_left_out() -> None:
    def picture(content: bytes, region: Region = Region.BODY) -> Block:
        return Block(
            BlockKind.PICTURE, read_place("p"), region=region, picture=Picture(content, "image/png", " A  chart ")
        )

    spans = (
        Span("Write to "),
        Span("Jo", link="mailto:jo@example.org"),
        Span(" or use the "),
        Span("booking ", link=FORM.content),
        Span("form", bold=True, link=FORM.content),
    )
    blocks = (
        picture(b"crest"),
        Block(BlockKind.PARAGRAPH, read_place("p"), spans),
        picture(b"chart"),
        picture(b"foot", Region.PAGE_FOOTER),
    )
    document = Document("a.docx", DocumentFormat.DOCX, "", 0, blocks)
    found = find_beside_words(document)
    assert found is not None
    assert found.links == (FORM,)
    assert [each.words for each in found.pictures] == ["A chart"]
    assert find_beside_words(replace(document, format=DocumentFormat.TXT)) is None


def test_a_windows_drawing_put_in_place_of_another_is_seen() -> None:
    def facts(drawing: bytes) -> Facts:
        blip = '<w:r><w:drawing><wp:inline><a:blip r:embed="i1"/></wp:inline></w:drawing></w:r>'
        kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        members = {
            "word/_rels/document.xml.rels": (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="i1" Type="{kinds}/image" Target="media/chart.emf"/></Relationships>'
            ).encode(),
            "word/media/chart.emf": drawing,
        }
        content = word_file(paragraph("Fire Policy"), paragraph(blip), members=members)
        return Facts(beside_words=find_beside_words(read_document_bytes(content, shown_as="p.docx")))

    comparison = compare_texts("Fire Policy", facts(b"one"), "Fire Policy", facts(b"two"))
    assert revision_kind(comparison) is RevisionKind.MAJOR
