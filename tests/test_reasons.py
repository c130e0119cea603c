"""Reasons as values: what the code gives each, how they are worded, and that nothing looks into the words."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.places import body_paragraph
from pipeline.reasons.as_json import reason_from_json, reason_to_json
from pipeline.reasons.reason import Reason, Voice, because, in_words, load_sentences, say
from pipeline.settings.keys import all_tables

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


def fields_of(*sentences: str) -> frozenset[str]:
    parsed = (part for sentence in sentences for part in string.Formatter().parse(sentence))
    return frozenset(name for _, name, _, _ in parsed if name)


def test_every_reason_has_its_sentence_and_the_fields_that_it_names() -> None:
    sentences = load_sentences()
    wrong = [
        f"{where}: {code} has {sorted(given)}"
        for where, code, given in made_in_code()
        if code not in sentences or fields_of(*sentences[code].values()) != given
    ]
    assert wrong == []


def test_every_sentence_is_said_somewhere() -> None:
    assert load_sentences().keys() == {code for _, code, _ in made_in_code()}


def test_the_desk_names_neither_commands_nor_the_file_of_settings() -> None:
    """What is wrong with a field in double braces its author reads in the file: those name the file of settings."""
    told = {code: sentences.get("desk", sentences["command"]) for code, sentences in load_sentences().items()}
    names_one = re.compile(r"'policy |policy contacts|config\.toml|\[|--")
    assert [code for code, words in told.items() if names_one.search(words) and not code.startswith("field-")] == []


def test_settings_that_the_desk_names_are_called_as_their_pages_are() -> None:
    titles = {table.title for table in all_tables()}
    named = {
        title
        for sentences in load_sentences().values()
        for title in re.findall(r"“([^”{]+)” in the settings", sentences.get("desk", ""))
    }
    assert named
    assert named <= titles


def test_the_desk_has_words_of_its_own_only_where_they_differ() -> None:
    both = [each for each in load_sentences().values() if "desk" in each]
    assert both
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


@pytest.mark.parametrize("other", [{"code": "no-longer-known"}, {"fields": {"who": "Bo Ray"}}])
def test_a_reason_that_this_edition_words_no_more_is_told_as_it_was(other: dict[str, object]) -> None:
    assert reason_from_json(reason_to_json(UNSAFE) | other) == in_words(str(UNSAFE))


def test_words_of_a_document_are_no_template() -> None:
    assert str(in_words("the field “{{ dsl.name }}” is empty")) == "the field “{{ dsl.name }}” is empty"


# --- nobody looks into the words ---------------------------------------------------------------------------------

LOOKS = frozenset(
    (
        *("startswith", "endswith", "partition", "rpartition", "split", "rsplit", "removeprefix", "removesuffix"),
        *("find", "index", "count", "replace", "casefold", "lower"),
    )
)
"""What is done to words by whoever looks into them; ``splitlines`` lays them out, ``rstrip`` takes their full stop."""
SEARCHES = frozenset(("search", "match", "fullmatch", "finditer", "findall", "sub"))
"""The same by a pattern, whose argument is looked into."""
SENTENCES = frozenset(("message", "why", "reason", "held_reason", "held", "trouble", "unsure", "on_purpose", "said"))
"""Attributes that hold what another part of the program says, or the reason of it."""
SENTENCES_COMPARED = frozenset(("message", "held_reason", "held"))
"""Those of them that are words: reasons may be compared, as values are."""
NO_SENTENCES = {
    "register": "message is a table there, and its key",
    "evidence/findings.py": "message is the key of a mail",
}
"""Rooms and modules in which an attribute of such a name holds something else."""


def is_sentence(node: ast.AST, names: frozenset[str] = SENTENCES) -> bool:
    """Whether an expression is what another part says: ``problem.message``, ``str(error)``, ``say(…)`` of a reason."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        inner = node.args[0] if node.args else None
        if node.func.id == "str" and isinstance(inner, ast.Name | ast.Attribute):
            name = inner.id if isinstance(inner, ast.Name) else inner.attr
            return name in ("error", "reason", "why", "fault")
        return node.func.id in ("say", "say_all", "because", "in_words")
    return isinstance(node, ast.Attribute) and node.attr in names


def looks_into_words(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in LOOKS and is_sentence(node.func.value):
            return True
        return node.func.attr in SEARCHES and any(is_sentence(argument) for argument in node.args)
    if isinstance(node, ast.Compare):
        sides = (node.left, *node.comparators)
        told = any(isinstance(each, ast.In | ast.NotIn | ast.Eq | ast.NotEq) for each in node.ops)
        return told and any(is_sentence(side, SENTENCES_COMPARED) for side in sides)
    return False


def list_looks(source: str) -> list[int]:
    """The lines of a module in which words that another part says are compared, taken apart or searched."""
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.expr) and looks_into_words(node))
    return sorted({node.lineno for node in found})


@pytest.mark.parametrize(
    "line",
    [
        'if problem.message.startswith("“DRAFT”"): pass',
        'same = "“May 2021”" in problem.message',
        "found = _COMMAND.findall(self.problem.message)",
        "if plan.held != other.held: pass",
        "if str(error).startswith(PART): pass",
        "first, _, rest = say(why, Voice.DESK).partition(': ')",
    ],
)
def test_a_look_into_the_words_of_another_part_is_seen(line: str) -> None:
    assert list_looks(line) == [1]


def test_nothing_compares_or_takes_apart_what_another_part_says() -> None:
    looked = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if not NO_SENTENCES.keys() & {path.relative_to(PACKAGE).parts[0], path.relative_to(PACKAGE).as_posix()}
        for line in list_looks(path.read_text(encoding="utf-8"))
    ]
    assert looked == []
