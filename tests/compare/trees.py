"""Two trees of the program side by side: one checked out of the history, one as it lies here."""

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_SNAPSHOT = Path(__file__).with_name("snapshot.py")
_OF_THE_PROGRAM = ("pipeline", "templates", "config.toml", "pyproject.toml")


class CompareError(Exception):
    """A tree could not be asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document in one workspace."""

    stopped: str | None
    """Why there is no copy, where something went wrong."""
    held: str | None = None
    replacements: tuple[dict[str, str], ...] = ()
    left: tuple[dict[str, str], ...] = ()
    left_on_purpose: tuple[dict[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    copies: dict[str, Path] = field(default_factory=dict)
    """The finished copies by kind (``docx``, ``pdf``)."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one tree makes of one document."""

    facts: dict[str, Any] | None
    unread: str | None
    """Why the document could not be read."""
    outcomes: dict[str, Outcome]
    """By the name of the workspace; one of no name where the document has a directory of its own."""


def check_out(commit: str, folder: Path) -> Path:
    """Lay the program of ``commit`` out in ``folder`` and return it.

    Raises:
        CompareError: there is no such commit.
    """
    command = ["git", "-C", str(ROOT), "archive", "--format=tar", commit, "--", *_OF_THE_PROGRAM]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise CompareError(f"{commit} cannot be checked out: {done.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def ask_both(manifest: Path, base: Path, head: Path) -> tuple[dict[str, Record], dict[str, Record]]:
    """Return what both trees make of the documents of a manifest, by the document's id; both are asked at once.

    Raises:
        CompareError: a tree did not answer, or another tree than the one wanted did.
    """
    folders = [manifest.parent / name for name in ("base", "head")]
    with ThreadPoolExecutor(2) as workers:
        first, second = workers.map(lambda pair: _ask(manifest, *pair), zip((base, head), folders, strict=True))
    return first, second


def _ask(manifest: Path, tree: Path, out: Path) -> dict[str, Record]:
    out.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    command = [sys.executable, "-P", str(_SNAPSHOT), str(manifest), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=out, check=False)
    if done.returncode:
        raise CompareError(f"{tree} did not answer: {done.stderr[-3000:]}")
    answered = (out / "tree").read_text(encoding="utf-8")
    if Path(answered) != tree.resolve():
        raise CompareError(f"{answered} answered instead of {tree}")
    with (out / "records.jsonl").open(encoding="utf-8") as lines:
        return dict(_records(lines))


def _records(lines: Iterator[str]) -> Iterator[tuple[str, Record]]:
    for row in map(json.loads, lines):
        outcomes = {name: _outcome(stored) for name, stored in row["outcomes"].items()}
        unread = row.get("unread")
        yield row["id"], Record(row.get("facts"), None if unread is None else _why(unread), outcomes)


def _why(stored: str | dict[str, str]) -> str:
    return stored if isinstance(stored, str) else f"{stored['code']}: {stored['message']}"


def _outcome(stored: dict[str, Any]) -> Outcome:
    if "stopped" in stored:
        return Outcome(stored["stopped"])
    copies = {kind: Path(path) for kind, path in stored["copies"].items()}
    lists: Sequence[tuple[Any, ...]] = [
        tuple(stored[name] or ()) for name in ("replacements", "left", "left_on_purpose", "notes")
    ]
    return Outcome(None, stored["held"], *lists, copies)
