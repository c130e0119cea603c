"""The school's look: its colour only where it can be read, its logo and font in every copy, and never a failed copy."""

import io
import re
import shutil
from pathlib import Path

import page
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import RenderError
from pipeline.model.documents import Block, BlockKind, Document, DocumentFormat, Span
from pipeline.pages.front_sheet import front_sheet_pdf
from pipeline.pages.look import DEFAULT_COLOUR, Look, contrast, load_look
from pipeline.pages.pdf import FrontBlock, render_pdf
from pipeline.places import read_place
from pipeline.resources import template_folder

FRONT = FrontBlock("Anti-Bullying Policy", "West Park School", "2", "current", None, None, None, None, (), "K7M-2QX4")
POLICY = Document(
    "p.txt",
    DocumentFormat.TXT,
    "0" * 64,
    1,
    (
        Block(BlockKind.HEADING, read_place("p"), (Span("Why"),), level=1),
        Block(BlockKind.PARAGRAPH, read_place("p"), (Span("Words"),)),
    ),
    {"modified": "2026-09-01"},
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10" fill="#070"/></svg>'
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


def look_of(folder: Path, text: str) -> Look:
    (folder / "copies").mkdir(exist_ok=True)
    (folder / "copies" / "look.toml").write_text(text, encoding="utf-8")
    return load_look(folder)


_STREAM = re.compile(rb"/Length (\d+)[^>]*>>\s*stream\r?\n")


def is_valid(pdf: bytes) -> bool:
    found = [each for profile in ("ua1", "2a") for each in page.validate_pdf_bytes(pdf, profile=profile).failures]
    # The checker takes a carriage return that ends a stream's own bytes for a part of the line break behind them.
    ends = [pdf[match.end() + int(match[1]) :][:10] for match in _STREAM.finditer(pdf)]
    return all(each.rule_id == "PDFA2A-STREAM-LENGTH-001" for each in found) and set(ends) == {b"\nendstream"}


def test_the_sample_look_is_the_usual_one() -> None:
    assert load_look(template_folder()) == Look() == load_look(None)


def test_every_line_of_the_sample_is_understood(tmp_path: Path) -> None:
    sample = (template_folder() / "copies" / "look.toml").read_text(encoding="utf-8")
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "logo.svg").write_bytes(SVG)
    lines = [
        line.removeprefix("# ") for line in sample.splitlines() if " = " in line and not line.startswith("# fonts")
    ]
    look = look_of(tmp_path, "\n".join(lines))
    assert look.notes == ()
    assert look.logo == SVG


def test_a_readable_colour_is_used_and_a_pale_one_is_not(tmp_path: Path) -> None:
    assert look_of(tmp_path, 'colour = "#5B2A86"').colour == "#5b2a86"
    pale = look_of(tmp_path, 'colour = "#ffcc00"')
    assert pale.colour == DEFAULT_COLOUR
    assert "too light to read" in pale.notes[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("colour = ", "cannot be read"),
        ('colour = "purple"', "is written like"),
        ("colour = 7", "colour is not understood"),
        ('color = "#000000"', "color is not understood"),
        ('logo = "crest.png"', "the logo crest.png is no"),
        ('logo = "look.toml"', "the logo look.toml is no"),
        ('fonts = "none"', "holds none"),
    ],
)
def test_what_cannot_be_used_is_left_out_with_a_note(tmp_path: Path, text: str, expected: str) -> None:
    look = look_of(tmp_path, text)
    assert expected in look.notes[0]
    assert (look.colour, look.logo, look.fonts) == (DEFAULT_COLOUR, None, None)


@pytest.mark.parametrize(
    ("name", "content"), [("crest.png", b"Our crest"), ("crest.svg", b"<svg"), ("c.jpg", b"\xff\xd8")]
)
def test_a_logo_that_is_no_picture_is_left_out_with_a_note(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / name).write_bytes(content)
    look = look_of(tmp_path, f'logo = "{name}"')
    assert look.logo is None
    assert look.notes == (
        f"look.toml: the logo {name} cannot be opened as a picture; copies carry none. Save it once more as .png.",
    )


def test_a_logo_of_an_impossible_width_has_the_usual_one(tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "crest.svg").write_bytes(SVG)
    look = look_of(tmp_path, 'logo = "crest.svg"\nlogo_width_mm = 500')
    assert look.logo_width_mm == 25
    assert "from 5 to 80" in look.notes[0]


@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF))
def test_contrast_is_the_same_both_ways_and_within_bounds(one: int, other: int) -> None:
    ratio = contrast(f"#{one:06x}", f"#{other:06x}")
    assert 1 <= ratio <= 21.01
    assert ratio == contrast(f"#{other:06x}", f"#{one:06x}")


def test_contrast_agrees_with_published_pairs() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_logo_colour_and_font_are_in_a_valid_copy(tmp_path: Path) -> None:
    (tmp_path / "copies" / "fonts").mkdir(parents=True)
    (tmp_path / "copies" / "crest.svg").write_bytes(SVG)
    text = 'colour = "#5b2a86"\nlogo = "crest.svg"\nlogo_width_mm = 18\n'
    if FONT.is_file():
        shutil.copy(FONT, tmp_path / "copies" / "fonts")
        text += 'fonts = "fonts"\n'
    assert look_of(tmp_path, text).notes == ()
    pdf = render_pdf(POLICY, FRONT, templates=tmp_path)
    assert is_valid(pdf)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert "West Park School" in descriptions(reader)
    used = {
        str(font.get_object()["/BaseFont"]) for each in reader.pages for font in each["/Resources"]["/Font"].values()
    }
    assert any("DejaVuSans" in name for name in used) == FONT.is_file()


def descriptions(reader: pypdf.PdfReader) -> list[str]:
    return [str(each["/Alt"]) for each in map(reader.get_object, range(1, len(reader.xref[0]))) if has_alt(each)]


def has_alt(found: object) -> bool:
    return isinstance(found, dict) and "/Alt" in found


def test_a_tall_logo_leaves_whom_to_go_to_on_the_first_page(tmp_path: Path) -> None:
    tall = SVG.replace(b'width="10" height="10">', b'viewBox="0 0 10 300">', 1)
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "crest.svg").write_bytes(tall)
    look_of(tmp_path, 'logo = "crest.svg"\nlogo_width_mm = 80')
    pdf = render_pdf(POLICY, FRONT, templates=tmp_path)
    assert is_valid(pdf)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert "Worried about a child?" in reader.pages[0].extract_text()
    assert "Words" in reader.pages[0].extract_text()


def test_a_damaged_logo_does_not_stop_the_copy(tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "crest.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    assert look_of(tmp_path, 'logo = "crest.png"').logo is None
    assert is_valid(render_pdf(POLICY, FRONT, templates=tmp_path))


def test_a_damaged_logo_does_not_stop_a_front_sheet_and_a_wrong_template_does(tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "crest.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    look_of(tmp_path, 'logo = "crest.png"')
    original = render_pdf(POLICY, FRONT)
    made = front_sheet_pdf(original, FRONT, templates=tmp_path).pdf
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 2
    (tmp_path / "copies" / "front-sheet.typ").write_text("#nothing-of-this-name", encoding="utf-8")
    with pytest.raises(RenderError, match=r"copies/front-sheet\.typ"):
        front_sheet_pdf(original, FRONT, templates=tmp_path)
