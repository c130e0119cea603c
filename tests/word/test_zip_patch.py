"""Versions of a member that begin alike are deflated as each would be alone."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.facts import Contact
from pipeline.word.regenerate import open_docx, regenerate_docx, regenerate_opened
from pipeline.word.zip_patch import Deflater
from tests.builders import paragraph, word_file


@given(st.lists(st.tuples(st.binary(max_size=300), st.binary(max_size=300), st.integers(0, 400)), max_size=5))
def test_what_is_deflated_in_turn_comes_back_whole(versions: list[tuple[bytes, bytes, int]]) -> None:
    deflater = Deflater()
    for beginning, rest, alike in versions:
        new = (beginning + rest) * 3
        packed = deflater.deflate(new, alike=min(alike, len(new)))
        assert zlib.decompressobj(-15).decompress(packed) == new


def test_the_copies_of_an_opened_file_are_those_of_the_file_alone() -> None:
    words = [paragraph(f"Line {number} of the policy.") for number in range(40)]
    content = word_file(*words, paragraph("The DSL is Ann Lister."), *words, paragraph("Tell Ann Lister."))
    stated = (Contact("dsl", "Ann Lister"),)
    opened = open_docx(content)
    for name in ("Jo Marsh", "Oluwaseun Adeyemi-Brown", "Jo Marsh"):
        directory = Directory((Holder("dsl", name, "Ms", "01632 960123", None, Pronoun.SHE),))
        copy = regenerate_opened(opened, stated, directory)
        assert copy.plan.replacements
        assert copy.content == regenerate_docx(content, stated, directory).content
