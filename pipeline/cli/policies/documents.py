"""``policy extract`` and ``policy copy``: documents by themselves, without the register."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, progress_bar, say
from pipeline.errors import ExitCode
from pipeline.facts.as_json import facts_to_json
from pipeline.policies.intake.scan import Reading, files_given, read_files
from pipeline.wording import say_facts

FILES = click.Path(path_type=Path)


@click.command("extract", help="Read documents and print what they say of themselves.")
@click.argument("files", nargs=-1, required=True, type=FILES)
@json_option
@pass_session
def extract_command(session: Session, files: Sequence[Path]) -> int:
    """Read documents and print what they say of themselves."""
    code = ExitCode.DONE
    for reading in read_files(files_given(files)):
        if reading.error is not None:
            code = ExitCode.UNREADABLE
        if session.as_json:
            print_json(_as_json(reading))
        else:
            _show(reading)
    return code


def _as_json(reading: Reading) -> dict[str, Any]:
    if reading.error is not None:
        return _error_json(reading.file.path, reading)
    return {"file": reading.file.path, **facts_to_json(replace(reading.facts, beside_words=None))}


def _error_json(path: str, reading: Reading) -> dict[str, Any]:
    assert reading.error is not None  # only called for files that could not be read
    return {"file": path, "error": {"code": reading.error.code.value, "message": str(reading.error)}}


def _show(reading: Reading) -> None:
    if reading.error is not None:
        say(f"{reading.file.path}\n  could not be read: {reading.error}\n")
        return
    say(reading.file.path)
    facts = reading.facts
    for label, value in say_facts(facts):
        say(f"  {label:<16}{value}")
    for problem in facts.problems:
        say(f"  ! {problem.message}")
    say("")


@click.command("copy", help="Regenerate copies of documents with the school's contacts.")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder for the copies."
)
@json_option
@pass_session
def copy_command(session: Session, files: Sequence[Path], out: Path) -> int:
    """Regenerate copies of documents with the school's contacts."""
    from pipeline.copies.single import copy_files

    code = ExitCode.DONE
    progress = progress_bar(not session.as_json)
    for outcome in copy_files(files_given(files), out, session.config, session.today, progress):
        if outcome.failed:
            code = ExitCode.UNREADABLE
        if session.as_json:
            print_json(outcome.as_json())
        else:
            for line in outcome.as_lines():
                say(line)
    return code
