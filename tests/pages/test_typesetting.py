"""What Typst keeps from copy to copy never shows in another: each is set from its own files as they are then."""

import io
from pathlib import Path

import pypdf

from pipeline.pages.look import Look
from pipeline.pages.typesetting import set_pages

_SETTINGS = '#set document(title: "Page")\n#set text(lang: "en")\n'


def _set(folder: Path, template: str, said: str, *pictures: tuple[str, bytes]) -> str:
    (folder / "page.typ").write_text(_SETTINGS + template, encoding="utf-8")
    pdf = set_pages("page.typ", {"said": said}, None, folder, look=Look(), pictures=pictures)
    return " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def test_a_changed_template_and_other_content_are_seen_at_the_next_copy(tmp_path: Path) -> None:
    assert _set(tmp_path, '#json("/data.json").said', "first") == "first"
    assert _set(tmp_path, '#json("/data.json").said', "second") == "second"
    assert _set(tmp_path, 'Anew: #json("/data.json").said', "second") == "Anew: second"


def test_a_file_of_the_same_name_is_read_for_each_copy(tmp_path: Path) -> None:
    for words in ("crest of one school", "crest of another"):
        assert _set(tmp_path, '#read("/logo.txt")', "", ("logo.txt", words.encode())) == words


def test_no_template_is_told_what_another_was_told_the_earlier_way(tmp_path: Path) -> None:
    assert _set(tmp_path, "#json(bytes(sys.inputs.data)).said", "Mrs Okafor") == "Mrs Okafor"
    assert _set(tmp_path, "#import sys: inputs\nTold: #inputs.len()", "Mr Bell") == "Told: 0"
