"""Reasons as values: what the code gives each, how they are worded, and that nothing looks into the words."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.places import body_paragraph
from pipeline.reasons.kept import reason_from_json, reason_to_json
from pipeline.reasons.reason import Reason, Voice, because, in_words, load_sentences, say

PACKAGE = Path(__file__).resolve().parent.parent / "pipeline"
UNSAFE = because("unsafe", words="Ann Lee", where=body_paragraph(3), why=because("no-successor", name="Bo Ray"))


def made_in_code() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Every reason that the package makes: where, its code and the names of its fields."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "because":
                code = node.args[0]
                assert isinstance(code, ast.Constant), f"{path.name}:{node.lineno}: its code is no literal"
                assert all(word.arg for word in node.keywords), f"{path.name}:{node.lineno}: its fields are not named"
                yield f"{path.name}:{node.lineno}", str(code.value), frozenset(str(w.arg) for w in node.keywords)


def fields_of(sentence: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


def test_every_reason_has_its_sentence_and_the_fields_that_it_names() -> None:
    sentences = load_sentences()
    wrong = [
        f"{where}: {code} has {sorted(given)}"
        for where, code, given in made_in_code()
        if code not in sentences or fields_of(sentences[code]["command"]) != given
    ]
    assert wrong == []


def test_every_sentence_is_said_somewhere() -> None:
    assert load_sentences().keys() == {code for _, code, _ in made_in_code()}


def test_the_desk_names_neither_commands_nor_the_file_of_settings() -> None:
    told = [
        (code, words)
        for code, sentences in load_sentences().items()
        for words in (sentences.get("desk", sentences["command"]),)
        if any(mark in words for mark in ("'policy ", "config.toml", "[contacts", "[[contacts", "--"))
    ]
    assert [code for code, _ in told if not code.startswith("field-")] == []


def test_a_sentence_for_the_desk_has_no_field_that_the_reason_may_lack() -> None:
    both = [each for each in load_sentences().values() if "desk" in each]
    assert both
    assert all(fields_of(each["desk"]) <= fields_of(each["command"]) for each in both)
    assert all(each["desk"] != each["command"] for each in both)


def test_a_reason_behind_a_reason_is_said_in_the_same_voice() -> None:
    assert str(UNSAFE) == (
        "“Ann Lee” in paragraph 3 could not be changed safely, since Bo Ray is named beside already and nobody is "
        "known for the other place: name the successor in config.toml, or take the name out of the document"
    )
    assert "name the successor under Contacts" in say(UNSAFE, Voice.DESK)


@pytest.mark.parametrize("reason", [UNSAFE, in_words("“{x}” stays"), because("in-the-appendix", reasons=(UNSAFE,))])
def test_reasons_come_back_from_the_register_as_they_were(reason: Reason) -> None:
    assert reason_from_json(reason_to_json(reason)) == reason


def test_words_of_a_document_are_no_template() -> None:
    assert str(in_words("the field “{{ dsl.name }}” is empty")) == "the field “{{ dsl.name }}” is empty"
