"""Writes ``docs/reference/decisions.md`` from the declarations: ``make reference``."""

from pathlib import Path

from pipeline.configuration.accounts import RIGHTS
from pipeline.decisions.declare import DeclaredDecision
from pipeline.decisions.fields import DeclaredField, Where, fields_of
from pipeline.decisions.rights import NEEDS_SECOND_STEP, rights_for
from pipeline.decisions.table import DECISIONS

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "decisions.md"
_HEAD = """# Decisions

Made from the declarations in `pipeline/decisions`; not written by hand. Every command also takes `--json`, and
`--preview`, which shows what would happen and records nothing. At the desk a page asks for the same.

| command | does | at the desk | who may |
|---|---|---|---|
"""


def make_reference() -> str:
    """Return the reference of all declared decisions, a row each."""
    return _HEAD + "".join(f"| {' | '.join(_cells(one))} |\n" for one in DECISIONS)


def _cells(declared: type[DeclaredDecision]) -> tuple[str, str, str, str]:
    words = declared.words
    command = " ".join(("policy", words.command, *filter(None, map(_usage, fields_of(declared)))))
    options = [one for one in fields_of(declared) if one.words.help and not one.is_argument]
    said = [f"`{one.option}`: {one.words.help}" for one in options] if words.command else []
    step = ", with the second step" if words.right in NEEDS_SECOND_STEP else ""
    who = ", ".join(said for right, said in RIGHTS.items() if right in rights_for(words.right))
    return (
        f"`{command}`" if words.command else "",
        " ".join((words.help, words.explains, *said)),
        f"`{words.page}`" if words.page else "",
        f"{who}{step}",
    )


def _usage(one: DeclaredField) -> str:
    if one.words.where is Where.PAGE:
        return ""
    if one.is_argument:
        return one.words.metavar or one.name.upper()
    value = (
        ""
        if one.kind is bool
        else f" {one.words.metavar or {'date': 'DATE', 'int': 'N'}.get(one.kind.__name__, 'TEXT')}"
    )
    return f"{one.option}{value}" if one.is_required else f"[{one.option}{value}]"


if __name__ == "__main__":
    REFERENCE.parent.mkdir(exist_ok=True)
    REFERENCE.write_text(make_reference(), encoding="utf-8")
