"""Regenerating Word files: the right words change, in every place Word keeps text, and not one other byte."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents import read_document_bytes
from pipeline.documents.word.package import parse_member
from pipeline.errors import DocumentError, RenderError
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Contact
from pipeline.plan.values import ReplacementPlan
from pipeline.word.patch import MemberChange, patched_relationships, spliced, text_edits
from pipeline.word.regenerate import regenerate_docx, verify_copy
from pipeline.word.zip_patch import exchange_members, packed_members
from tests.builders import field, paragraph, run, table, text_box, word_file, zip_file

ANN = Contact("dsl", "Ann Lee", "01632 960111", "a.lee@example.org")
BOB = Holder("dsl", "Bob Ray", "Mr", "01632 960222", "b.ray@example.org", Pronoun.HE)
TO_BOB = Directory((BOB,))
LINK = "<w:hyperlink r:id='mail'>{}</w:hyperlink>"


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(content: bytes) -> str:
    return read_document_bytes(content, shown_as="copy.docx", format=DocumentFormat.DOCX).text


def body(content: bytes) -> str:
    return members(content)["word/document.xml"].decode()


def test_a_name_split_over_runs_keeps_the_first_runs_look_and_all_other_markup() -> None:
    original = word_file(
        paragraph(run("DSL: An", "<w:b/>"), run("n L", "<w:i/>"), run("ee, tel "), run("01632 960111"))
    )
    copy = regenerate_docx(original, [ANN], TO_BOB)
    assert body(copy.content) == body(original).replace(">DSL: An<", ">DSL: Bob Ray<").replace(">n L<", "><").replace(
        ">ee, tel <", ">, tel <"
    ).replace("01632 960111", "01632 960222")


def test_members_without_a_change_keep_their_compressed_bytes_order_and_dates() -> None:
    original = word_file(paragraph("DSL: Ann Lee"), parts={"header1": paragraph("School"), "settings": ""})
    copy = regenerate_docx(original, [ANN], TO_BOB).content
    old, new = packed_members(original), packed_members(copy)
    assert list(old) == list(new)
    assert [name for name in old if old[name] != new[name]] == ["word/document.xml"]


@pytest.mark.parametrize("place", ["header1", "footer1", "footnotes", "endnotes"])
def test_every_part_with_words_is_changed(place: str) -> None:
    note = place[:-1]
    inner = paragraph("DSL: Ann Lee")
    marked = f'<w:{note} w:id="2">{inner}</w:{note}>' if place.endswith("notes") else inner
    copy = regenerate_docx(word_file(paragraph("The DSL is Ann Lee."), parts={place: marked}), [ANN], TO_BOB)
    assert "DSL: Bob Ray" in members(copy.content)[f"word/{place}.xml"].decode()


@pytest.mark.parametrize(
    "inner",
    [
        "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
        "<w:ins w:id='1' w:author='x'>{}</w:ins>",
        "<w:smartTag>{}</w:smartTag>",
    ],
)
def test_controls_and_tracked_insertions_are_changed(inner: str) -> None:
    copy = regenerate_docx(word_file(paragraph(inner.format(run("DSL: Ann Lee")))), [ANN], TO_BOB)
    assert "DSL: Bob Ray" in body(copy.content)


def test_a_tracked_deletion_stays_as_it_was() -> None:
    gone = "<w:del w:id='1' w:author='x'><w:r><w:delText>Ann Lee</w:delText></w:r></w:del>"
    copy = regenerate_docx(word_file(paragraph(gone, run("DSL: Ann Lee"))), [ANN], TO_BOB)
    assert gone in body(copy.content)
    assert "DSL: Bob Ray" in body(copy.content)


def test_both_copies_of_a_text_box_are_changed() -> None:
    copy = regenerate_docx(word_file(paragraph(text_box(paragraph("DSL: Ann Lee")))), [ANN], TO_BOB)
    assert body(copy.content).count("DSL: Bob Ray") == 2
    assert "Ann Lee" not in body(copy.content)


def test_cells_of_a_table_are_changed_by_row() -> None:
    original = word_file(
        table(("Role", "Name", "Tel"), ("DSL", "Ann Lee", "01632 960111"), ("Nurse", "Ida Moss", "01632 960333"))
    )
    copy = regenerate_docx(original, [ANN], TO_BOB)
    assert [(str(each.where), each.after) for each in copy.plan.replacements] == [
        ("table 1, row 2, column 2", "Bob Ray"),
        ("table 1, row 2, column 3", "01632 960222"),
    ]


def test_the_target_of_a_link_changes_in_the_relationships_alone() -> None:
    original = word_file(
        paragraph("DSL Ann Lee ", LINK.format(run("a. lee@example.org"))),
        links={"mail": "mailto:a.lee@example.org?subject=A&body=B", "other": "https://example.org/?a=1&b=2"},
    )
    copy = regenerate_docx(original, [ANN], TO_BOB).content
    assert text_of(copy) == "DSL Bob Ray b.ray@example.org"
    old, new = members(original), members(copy)
    rels = "word/_rels/document.xml.rels"
    assert new[rels] == old[rels].replace(b"a.lee@example.org", b"b.ray@example.org")


def test_the_targets_of_fields_change() -> None:
    original = word_file(
        paragraph("DSL Ann Lee ", field('HYPERLINK "mailto:a.lee@example.org"', "a.lee@example.org")),
        paragraph('<w:fldSimple w:instr=" HYPERLINK &quot;tel:01632960111&quot; ">' + run("ring") + "</w:fldSimple>"),
    )
    copy = body(regenerate_docx(original, [ANN], TO_BOB).content)
    assert 'HYPERLINK "mailto:b.ray@example.org"' in copy
    assert "tel:01632960222" in copy
    assert "a.lee" not in copy


def test_a_field_instruction_split_over_elements_changes() -> None:
    split = field("X", "mail").replace(
        '<w:instrText xml:space="preserve"> X </w:instrText>',
        '<w:instrText> HYPERLINK "mailto:a.l</w:instrText><w:instrText>ee@example.org" </w:instrText>',
    )
    copy = body(regenerate_docx(word_file(paragraph("DSL Ann Lee ", split)), [ANN], TO_BOB).content)
    assert "mailto:b.ray@example.org</w:instrText>" in copy
    assert '>" </w:instrText>' in copy


def test_one_link_that_serves_two_people_holds_the_copy() -> None:
    stated = [ANN, Contact("headteacher", "Ida Moss", "01632 960333", "a.lee@example.org")]
    now = Directory((BOB, Holder("headteacher", "Jo Fox", "", None, "j.fox@example.org")))
    link = LINK.format(run("mail"))
    original = word_file(
        table(("DSL", "Ann Lee", paragraph(link)), ("Headteacher", "Ida Moss", paragraph(link))),
        links={"mail": "mailto:a.lee@example.org"},
    )
    copy = regenerate_docx(original, stated, now)
    assert copy.content == original
    assert copy.plan.held is not None
    assert "one link serves several people" in copy.plan.held


def test_a_name_or_number_around_a_break_changes_on_both_sides_of_it() -> None:
    original = word_file(
        paragraph(run("DSL: Ann"), "<w:r><w:br/></w:r>", run("Lee, 01632"), "<w:r><w:tab/></w:r>", run("960111"))
    )
    copy = regenerate_docx(original, [ANN], TO_BOB)
    assert [each.text for each in verify_copy(original, copy.content, copy.plan)] == ["DSL: Bob\nRay, 01632\t960222"]


def test_a_document_without_the_contact_comes_back_as_the_same_bytes() -> None:
    original = word_file(paragraph("Nothing here."))
    assert regenerate_docx(original, [], TO_BOB).content == original


def test_an_already_changed_copy_is_not_changed_again() -> None:
    once = regenerate_docx(word_file(paragraph("DSL: Ann Lee, 01632 960111. She is in.")), [ANN], TO_BOB).content
    again = regenerate_docx(once, [Contact("dsl", "Bob Ray", "01632 960222", None)], TO_BOB)
    assert again.content == once
    assert again.plan == ReplacementPlan()


def test_descriptions_and_properties_follow_the_role_and_authors_stay() -> None:
    core = b"<p xmlns:dc='d'><dc:creator>Ann Lee</dc:creator><dc:title>Ask Ann Lee</dc:title></p>"
    picture = "<w:r><w:drawing><wp:docPr id='1' name='x' descr='Ann Lee &amp; pupils'/></w:drawing></w:r>"
    original = word_file(paragraph(run("DSL: Ann Lee"), picture), members={"docProps/core.xml": core})
    copy = regenerate_docx(original, [ANN], TO_BOB)
    assert members(copy.content)["docProps/core.xml"] == core.replace(b"Ask Ann Lee", b"Ask Bob Ray")
    assert "descr='Bob Ray &amp; pupils'" in body(copy.content)
    assert [each.text for each in copy.plan.left] == ["Ann Lee & pupils"]
    assert "look whom the picture shows" in str(copy.plan.left[0].reason)
    assert [(str(each.where), str(each.reason)) for each in copy.plan.left_on_purpose] == [
        ("property “author” of the file", "the author of the text")
    ]


HIDDEN = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Ann Lee, 01632 960111</w:t></w:r>"


def test_a_former_holder_in_hidden_text_holds_the_copy() -> None:
    original = word_file(paragraph("DSL: Ann Lee"), paragraph(HIDDEN, run("seen")))
    copy = regenerate_docx(original, [ANN], TO_BOB)
    assert copy.content == original
    assert copy.plan.held is not None
    assert "hidden text" in copy.plan.held
    harmless = word_file(paragraph("DSL: Ann Lee"), paragraph(HIDDEN.replace("Ann Lee, 01632 960111", "x")))
    assert regenerate_docx(harmless, [ANN], TO_BOB).plan.held is None


def hidden(words: str) -> str:
    return paragraph(f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{words}</w:t></w:r>")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("The DSL is June Holt.", ["June Holt"]),
        ("Designated Safeguarding Lead: Mrs Quill, 01632 960177", ["Mrs Quill", "01632 960177"]),
        ("The DSL is at q.holt@elm.example.org", ["q.holt@elm.example.org"]),
    ],
)
def test_somebody_beside_a_role_in_hidden_text_holds_the_copy(words: str, told: list[str]) -> None:
    plan = regenerate_docx(word_file(paragraph("DSL: Bob Ray"), hidden(words)), (), TO_BOB).plan
    assert [each.text for each in plan.left] == told
    assert all(each in (plan.held or "") for each in told)


def test_somebody_else_in_hidden_text_is_told_and_the_copy_is_made() -> None:
    content = word_file(paragraph("DSL: Bob Ray"), hidden("Tom Reed was sent home; ask 01632 960188."))
    plan = regenerate_docx(content, (), TO_BOB).plan
    assert plan.held is None
    assert [(str(each.where), each.text) for each in plan.left] == [
        ("hidden text", "Tom Reed"),
        ("hidden text", "01632 960188"),
    ]


def test_a_note_of_a_model_policys_writer_is_told_and_the_copy_is_made() -> None:
    note = "Model policy by Hana Quill of the council, 01632 960777. Enter the name of your DSL below."
    plan = regenerate_docx(word_file(paragraph("DSL: Bob Ray"), hidden(note)), (), TO_BOB).plan
    assert plan.held is None
    assert [each.text for each in plan.left] == ["Hana Quill", "01632 960777"]


@pytest.mark.parametrize("words", ["The DSL is Bob Ray.", "Ask the council. Ring Childline on 0800 1111.", "Oak Class"])
def test_hidden_text_that_names_nobody_else_is_not_told(words: str) -> None:
    plan = regenerate_docx(word_file(paragraph("DSL: Bob Ray"), hidden(words)), (), TO_BOB).plan
    assert (plan.held, plan.left) == (None, ())


def test_a_former_holder_in_a_tracked_deletion_is_listed_and_stays() -> None:
    gone = "<w:del w:id='1' w:author='x'><w:r><w:delText>DSL: Ann Lee</w:delText></w:r></w:del>"
    moved = "<w:moveFrom w:id='2' w:author='x'><w:r><w:t>DSL: Ann Lee</w:t></w:r></w:moveFrom>"
    copy = regenerate_docx(word_file(paragraph("DSL: Ann Lee"), paragraph(gone), paragraph(moved)), [ANN], TO_BOB)
    assert copy.plan.held is None
    assert [(str(each.where), each.text) for each in copy.plan.left_on_purpose] == [
        ("a tracked deletion", "Ann Lee")
    ] * 2
    assert gone in body(copy.content)
    assert moved in body(copy.content)


def test_a_name_that_only_the_finished_copy_shows_to_be_a_former_holders_holds_it() -> None:
    stated = [Contact("dsl", "Ann Lee"), Contact("headteacher", "Abe Lee")]
    former = (Holder("dsl", "Ann Lee", "Mrs", None, None),)
    now = Directory((BOB, Holder("headteacher", "Zoe May", "Ms", None, None)), former)
    original = word_file(paragraph("DSL: Ann Lee"), paragraph("Headteacher: Abe Lee"), paragraph("A. Lee sings."))
    copy = regenerate_docx(original, stated, now)
    assert copy.content == original
    assert copy.plan.held is not None
    assert "A. Lee" in copy.plan.held


def test_a_symbol_inside_a_number_holds_the_copy() -> None:
    symbol = "<w:r><w:sym w:font='Symbol' w:char='F020'/></w:r>"
    original = word_file(paragraph(run("DSL: Ann "), symbol.replace("F020", "0020"), run("Lee")))
    copy = regenerate_docx(original, [ANN], TO_BOB)
    assert copy.content == original
    assert copy.plan.held is not None
    assert "special sign" in copy.plan.held


def test_a_link_without_words_and_a_tip_follow_the_role() -> None:
    tip = "<w:hyperlink r:id='page' w:tooltip='Ask Ann Lee'>" + run("page") + "</w:hyperlink>"
    original = word_file(
        paragraph("DSL: Ann Lee ", tip), links={"page": "https://example.org", "picture": "mailto:a.lee@example.org"}
    )
    copy = regenerate_docx(original, [ANN], TO_BOB)
    assert "w:tooltip='Ask Bob Ray'" in body(copy.content)
    assert b'"mailto:b.ray@example.org"' in members(copy.content)["word/_rels/document.xml.rels"]


def test_a_table_description_follows_and_lists_of_sources_stay() -> None:
    described = table(("DSL", "Ann Lee")).replace(
        "<w:tbl>", "<w:tbl><w:tblPr><w:tblCaption w:val='Ann Lee and team'/></w:tblPr>"
    )
    sources = (
        b"<b:S xmlns:b='http://schemas.openxmlformats.org/officeDocument/2006/bibliography'><b:L>Ann Lee</b:L></b:S>"
    )
    counted = b"<P><Words>01632960111</Words><Company>Ann Lee</Company></P>"
    cover = b"<c><DSL>Ann Lee</DSL><Document_x0020_Owner>Ann Lee</Document_x0020_Owner></c>"
    extra = {"customXml/item1.xml": sources, "docProps/app.xml": counted, "customXml/item2.xml": cover}
    copy = members(regenerate_docx(word_file(described, members=extra), [ANN], TO_BOB).content)
    assert b"w:val='Bob Ray and team'" in copy["word/document.xml"]
    assert copy["customXml/item1.xml"] == sources
    assert copy["docProps/app.xml"] == counted.replace(b"Ann Lee", b"Bob Ray")
    assert copy["customXml/item2.xml"] == cover.replace(b"Ann Lee", b"Bob Ray", 1)


def test_a_strict_file_is_refused_with_what_to_do() -> None:
    ordinary = members(word_file(paragraph("DSL: Ann Lee")))
    ordinary["word/document.xml"] = ordinary["word/document.xml"].replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    with pytest.raises(RenderError, match="Strict Open XML"):
        regenerate_docx(zip_file(ordinary), [ANN], TO_BOB)


def test_special_characters_in_names_are_escaped() -> None:
    odd = Directory((Holder("dsl", "Bob <Ray> & Söhne", "", "01632 960222", "b.ray@example.org"),))
    copy = regenerate_docx(word_file(paragraph("DSL: Ann Lee &amp; co")), [ANN], odd).content
    assert "Bob &lt;Ray&gt; &amp; Söhne" in body(copy)


@pytest.mark.parametrize(
    ("extra", "words"),
    [("_xmlsignatures/origin.sigs", "signed"), ("word/vbaProject.bin", "macros")],
)
def test_signed_and_macro_files_are_refused_with_the_reason(extra: str, words: str) -> None:
    original = word_file(paragraph("DSL: Ann Lee"), members={extra: b"x"})
    with pytest.raises(RenderError, match=words):
        regenerate_docx(original, [ANN], TO_BOB, shown_as="Policy.docx")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("application/vnd.ms-word.document.macroEnabled.main+xml", "holds macros"),
        ("application/vnd.ms-word.template.macroEnabledTemplate.main+xml", "holds macros"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", "is a Word template"),
    ],
)
def test_a_file_that_word_would_not_open_under_the_name_of_its_copy_is_refused(kind: str, words: str) -> None:
    ordinary = members(word_file(paragraph("DSL: Ann Lee")))
    main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    ordinary["[Content_Types].xml"] = ordinary["[Content_Types].xml"].replace(main, kind.encode())
    with pytest.raises(RenderError, match=rf"{words}.* Save it in Word as \.docx"):
        regenerate_docx(zip_file(ordinary), [ANN], TO_BOB)


def test_a_locked_file_is_refused_and_a_broken_one_is_no_word_file() -> None:
    with pytest.raises(RenderError, match="locked"):
        regenerate_docx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, [ANN], TO_BOB)
    with pytest.raises(DocumentError):
        regenerate_docx(b"PK\x03\x04 nothing", [ANN], TO_BOB)


def test_words_in_an_unusual_encoding_are_refused_rather_than_damaged() -> None:
    inner = body(word_file(paragraph("DSL: Ann Lee")))
    odd = dict(members(word_file(paragraph("DSL: Ann Lee"))))
    odd["word/document.xml"] = inner.replace("DSL: Ann Lee", "<![CDATA[DSL: Ann Lee]]>").encode()
    with pytest.raises(RenderError, match="unusual"):
        regenerate_docx(zip_file(odd), [ANN], TO_BOB)
    odd["word/document.xml"] = inner.replace("<w:body>", "<w:body><!-- <w:t>x</w:t> -->").encode()
    with pytest.raises(RenderError, match="unusual"):
        regenerate_docx(zip_file(odd), [ANN], TO_BOB)


def test_verification_refuses_any_other_difference() -> None:
    original = word_file(paragraph("DSL: Ann Lee"), paragraph("Other words"), parts={"settings": "<w:zoom/>"})
    copy = regenerate_docx(original, [ANN], TO_BOB)
    document = members(copy.content)["word/document.xml"]
    verify_copy(original, copy.content, copy.plan)
    for changed, message in (
        ({"word/document.xml": document.replace(b"Other", b"Othr")}, "not those that were planned"),
        ({"word/document.xml": document.replace(b"Bob Ray", b"Ann Lee")}, "not those that were planned"),
        ({"word/document.xml": document.replace(b"<w:p>", b"<w:p><w:pPr/>", 1)}, "more than words"),
        ({"word/settings.xml": b"<x/>"}, "part word/settings.xml changed"),
    ):
        with pytest.raises(RenderError, match=message):
            verify_copy(original, exchange_members(copy.content, changed), copy.plan)
    with pytest.raises(RenderError, match="parts are not those"):
        verify_copy(original, word_file(paragraph("DSL: Bob Ray")), copy.plan)


def test_a_zip_made_by_streaming_keeps_its_other_members_and_loses_the_trailer_of_the_changed() -> None:
    class Pipe(io.RawIOBase):
        """A stream that cannot go back, so that sizes follow the members."""

        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.written += bytes(data)  # type: ignore[call-overload]
            return len(bytes(data))  # type: ignore[call-overload]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        archive.comment = b"kept"
        for name in ("a.txt", "b.txt", "c.txt"):
            archive.writestr(name, name * 50)
    content = bytes(pipe.written)
    changed = exchange_members(content, {"b.txt": b"new words"})
    assert members(changed) == {"a.txt": b"a.txt" * 50, "b.txt": b"new words", "c.txt": b"c.txt" * 50}
    assert changed.endswith(b"kept")


def test_stored_members_stay_stored_and_odd_zips_are_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "old")
    assert members(exchange_members(stream.getvalue(), {"a.txt": b"new"})) == {"a.txt": b"new"}
    with pytest.raises(RenderError, match=r"no part b\.txt"):
        exchange_members(stream.getvalue(), {"b.txt": b""})
    with pytest.raises(RenderError, match="damaged"):
        exchange_members(b"no zip at all, and longer than the end record", {})
    broken = bytearray(stream.getvalue())
    broken[broken.rindex(b"PK\x01\x02")] = 0
    with pytest.raises(RenderError, match="list of parts"):
        exchange_members(bytes(broken), {})
    moved = bytearray(stream.getvalue())
    at = moved.rindex(b"PK\x01\x02")
    moved[at + 42 : at + 46] = b"\x05\0\0\0"
    with pytest.raises(RenderError, match="unusual kind"):
        exchange_members(bytes(moved), {})
    other = bytearray(stream.getvalue())
    other[8:10] = b"\x0c\0"
    with pytest.raises(RenderError, match="unusual way"):
        exchange_members(bytes(other), {"a.txt": b""})


def test_a_text_that_ends_in_a_space_is_marked_to_keep_it() -> None:
    content = b"<r xmlns:w='n'><w:t>old</w:t><w:t/></r>"
    root = parse_member(content, "x")
    first, second = root
    changed = spliced(content, text_edits(content, root, MemberChange({first: "new ", second: "more"}), "x"))
    assert changed == b"<r xmlns:w='n'><w:t xml:space=\"preserve\">new </w:t><w:t>more</w:t></r>"


def test_a_relationship_that_is_not_there_is_refused() -> None:
    with pytest.raises(RenderError):
        patched_relationships(b'<Relationships><Relationship Id="a" Target="b"/></Relationships>', {"c": "d"}, "x.rels")


@st.composite
def split_text(draw: st.DrawFn, text: str) -> str:
    """The runs of a paragraph that holds ``text``, split anywhere, each with a look of its own."""
    cuts = sorted(draw(st.sets(st.integers(1, len(text) - 1), max_size=8)))
    parts = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    looks = draw(st.lists(st.sampled_from(["", "<w:b/>", "<w:i/>"]), min_size=len(parts), max_size=len(parts)))
    return "".join(run(part, look) for part, look in zip(parts, looks, strict=True))


FORMS = {
    "Ann Lee": "Bob Ray",
    "Mrs Lee": "Mr Ray",
    "A. Lee": "B. Ray",
    "ANN LEE": "BOB RAY",
    "Miss Ann Lee’s": "Mr Bob Ray’s",
    "+44 (0)1632 960 111": "01632 960222",
    "01632-960111 ext. 4": "01632 960222",
    "a.lee@example.org": "b.ray@example.org",
    "a. lee@example.org": "b.ray@example.org",
}
AROUND = st.text(st.sampled_from("abc <>&\"'éß  ,;"), max_size=12)


@given(st.data(), st.sampled_from(sorted(FORMS)), AROUND, AROUND)
def test_any_split_of_any_written_form_changes_and_all_other_characters_stay(
    data: st.DataObject, form: str, before: str, behind: str
) -> None:
    text = f"{before} {form} {behind}"
    lead = paragraph("The DSL is Ann Lee, ring 01632 960111")
    original = word_file(lead, paragraph(data.draw(split_text(text))), paragraph("Joanne Leeson"))
    copy = regenerate_docx(original, [ANN], TO_BOB)
    lines = [each.text for each in verify_copy(original, copy.content, copy.plan)]
    assert lines[1:] == [f"{before} {FORMS[form]} {behind}", "Joanne Leeson"]


def seed_copy(shared: Path) -> tuple[bytes, bytes]:
    original = (shared / "seed" / "confidentiality-policy.docx").read_bytes()
    stated = Contact("dsl", "Deborah Sheffield", "01332 662337", "Deborah.Sheffield@westpark.derby.sch.uk")
    return original, regenerate_docx(original, [stated], TO_BOB).content


def test_the_schools_own_policy_gets_the_new_lead_and_nothing_else(shared: Path) -> None:
    original, copy = seed_copy(shared)
    old, new = members(original), members(copy)
    assert {name for name in old if old[name] != new[name]} == {"word/document.xml", "word/_rels/document.xml.rels"}
    expected = (
        text_of(original)
        .replace("Deborah Sheffield. Her contact", "Bob Ray. His contact")
        .replace("01332 662337", "01632 960222")
        .replace("Deborah. Sheffield@westpark.derby.sch.uk", "b.ray@example.org")
    )
    assert text_of(copy) == expected
    rels = "word/_rels/document.xml.rels"
    assert new[rels] == old[rels].replace(b"Deborah.Sheffield@westpark.derby.sch.uk", b"b.ray@example.org")


@pytest.mark.needs("soffice")
def test_libreoffice_opens_the_copy_and_reads_the_expected_words(shared: Path, tmp_path: Path) -> None:
    original, copy = seed_copy(shared)
    texts = []
    for name, content in (("original", original), ("copy", copy)):
        (tmp_path / f"{name}.docx").write_bytes(content)
        program = shutil.which("soffice")
        assert program is not None
        profile = (tmp_path / "profile").as_uri()
        subprocess.run(
            [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "txt:Text (encoded):UTF8",
             "--outdir", str(tmp_path), str(tmp_path / f"{name}.docx")],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        texts.append((tmp_path / f"{name}.txt").read_text(encoding="utf-8-sig"))
    assert texts[1] == (
        texts[0]
        .replace("Deborah Sheffield. Her contact", "Bob Ray. His contact")
        .replace("01332 662337", "01632 960222")
        .replace("Deborah. Sheffield@westpark.derby.sch.uk", "b.ray@example.org")
    )
