"""``policy extract`` and ``policy copy``: documents by themselves, without the register."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from pipeline.cli.session import Session, pass_json_session, progress_bar
from pipeline.errors import ExitCode
from pipeline.facts.as_json import facts_to_json
from pipeline.facts.explain import explain_facts
from pipeline.policies.intake.reading import ReadFile, read_files
from pipeline.policies.intake.scan import files_given
from pipeline.wording import say_facts

FILES = click.Path(path_type=Path)


@click.command("extract", help="Read documents and print what they say of themselves.")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--explain", is_flag=True, help="Add which rule read each fact, in which words and where.")
@pass_json_session
def extract_command(session: Session, files: Sequence[Path], explain: bool) -> int:
    """Read documents and print what they say of themselves."""
    code = ExitCode.DONE
    for reading in read_files(files_given(files)):
        if reading.error is not None:
            code = ExitCode.UNREADABLE
        session.answer(_as_json(reading, explain=explain), *_show(reading, explain=explain))
    return code


def _as_json(reading: ReadFile, *, explain: bool) -> dict[str, Any]:
    if reading.error is not None:
        return _error_json(reading.file.path, reading)
    read = {"file": reading.file.path, **facts_to_json(replace(reading.facts, beside_words=None))}
    explained = [each.as_json() for each in explain_facts(reading.facts)] if explain else None
    return read if explained is None else {**read, "explain": explained}


def _error_json(path: str, reading: ReadFile) -> dict[str, Any]:
    assert reading.error is not None  # only called for files that could not be read
    return {"file": path, "error": {"code": reading.error.code.value, "message": str(reading.error)}}


_FACT_SAID_AS = {
    "approved": "approved_on",
    "approved by": "approved_by",
    "last review": "last_review",
    "next review": "next_review",
    "cycle": "review_cycle_months",
    "contact": "contacts",
    "refers to": "linked_policies",
}
"""Which fact a line of ``say_facts`` is about, where it is called otherwise."""


def _show(reading: ReadFile, *, explain: bool) -> Iterator[str]:
    if reading.error is not None:
        yield f"{reading.file.path}\n  could not be read: {reading.error}\n"
        return
    yield reading.file.path
    facts = reading.facts
    explanations = list(explain_facts(facts)) if explain else []
    said = say_facts(facts)
    for number, (label, value) in enumerate(said):
        yield f"  {label:<16}{value}"
        if label not in {label for label, _ in said[number + 1 :]}:
            for each in explanations:
                if each.fact == _FACT_SAID_AS.get(label, label):
                    yield f"{'':<18}↳ {each.sentence()}"
    for each in explanations:
        if each.fact in {"promise", "guidance"}:
            yield f"  {each.fact:<16}{each.sentence()}"
    yield from (f"  ! {problem.message}" for problem in facts.problems)
    yield ""


@click.command("copy", help="Regenerate copies of documents with the school's contacts.")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder for the copies."
)
@click.option("--explain", is_flag=True, help="Add by which words and which rule each detail is put right.")
@pass_json_session
def copy_command(session: Session, files: Sequence[Path], out: Path, explain: bool) -> int:
    """Regenerate copies of documents with the school's contacts."""
    from pipeline.copies.single import copy_files

    code = ExitCode.DONE
    progress = progress_bar(not session.as_json)
    for outcome in copy_files(files_given(files), out, session.config, session.today, progress, explain=explain):
        if outcome.failed:
            code = ExitCode.UNREADABLE
        session.answer(outcome.as_json(explain=explain), *outcome.as_lines())
    return code
