"""The documents that both trees are asked about, and what is known of them: built once, by the tests of this tree."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.model.contacts import Directory
from pipeline.model.facts import Contact
from tests import contact_layouts, hard_names
from tests.evaluate import SHARED, Case, list_blocks, list_files
from tests.soak_copies.planting import Planted, plant

TODAY = "2026-11-26"
PARTS = ("blocks", "real-policies", "real-policies-2", "soak", "names", "layouts")
_SOAKED, _NAMES, _ROUNDS = 2000, 800, 10
_LEAD = """
[school]
name = "Brackenfield Primary School"

[contacts.dsl]
name = "Yusra Quill"
title = "Mrs"
phone = "01632 960901"
email = "y.quill@example.org"
pronoun = "she"
"""
_TEAM = """
[[contacts.deputy-dsl]]
name = "Piotr Zeller"
phone = "01632 960902"
email = "p.zeller@example.org"
pronoun = "he"

[contacts.headteacher]
name = "Nia Prosser"
phone = "01632 960905"
email = "n.prosser@example.org"
pronoun = "she"
"""
WORKSPACES = {"lead": _LEAD, "team": _LEAD + _TEAM}
"""By name the ``config.toml`` that real documents are copied with: invented people, and nobody listed as former."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One document."""

    id: str
    """Its part and its own name: ``soak/17``."""
    part: str
    file: Path
    truth: Case | None = None
    """What the document says of itself, where that is known."""
    planted: Planted | None = None
    """Of the soak: the document that must come out."""
    hard: hard_names.HardDocument | None = None
    laid: contact_layouts.Laid | None = None
    directory: Directory | None = None
    """Of an invented Word file; real files are copied for each of ``WORKSPACES``."""
    stated: tuple[Contact, ...] | None = None
    """Whom the program is told that the document names; None where it must read that itself."""


@dataclass(slots=True)
class Library:
    """All documents, as files in one folder."""

    folder: Path
    subjects: list[Subject] = field(default_factory=list)

    def write_manifest(self, folder: Path) -> Path:
        """Write what ``snapshot`` is told into ``folder``, with a workspace for each of ``WORKSPACES``."""
        workspaces = []
        for name, settings in WORKSPACES.items():
            (folder / name / "policies").mkdir(parents=True)
            (folder / name / "config.toml").write_text(settings, encoding="utf-8")
            workspaces.append({"name": name, "folder": str(folder / name)})
        files = [{"id": each.id, "file": str(each.file)} for each in self.subjects if each.directory is None]
        words = [_told(each, each.directory) for each in self.subjects if each.directory is not None]
        manifest = {"today": TODAY, "workspaces": workspaces, "files": files, "word_files": words}
        path = folder / "manifest.json"
        path.write_text(json.dumps(manifest), encoding="utf-8")
        return path


def _told(subject: Subject, directory: Directory) -> dict[str, Any]:
    stated = None if subject.stated is None else [asdict(each) for each in subject.stated]
    return {"id": subject.id, "file": str(subject.file), "stated": stated, "directory": asdict(directory)}


def build(folder: Path, parts: Sequence[str], *, limit: int | None, seed: int) -> Library:
    """Write the documents of ``parts`` into ``folder``, at most ``limit`` of each; the same seed gives the same ones.

    Parts of real documents are empty where they are not beside the checkout.
    """
    library = Library(folder)
    for part in parts:
        (folder / part).mkdir(parents=True)
        library.subjects += islice(_BUILDERS[part](folder / part, seed), limit)
    return library


def _blocks(folder: Path, seed: int) -> Iterator[Subject]:
    del seed
    if not SHARED.is_dir():
        return
    texts = {row["id"]: row["text"] for row in _rows(SHARED / "corpus" / "headers-dev.jsonl")}
    for case in list_blocks():
        path = folder / f"{case.name}.txt"
        path.write_text(texts[case.name], encoding="utf-8")
        yield Subject(f"blocks/{case.name}", "blocks", path, truth=case)


def _real(part: str) -> Callable[[Path, int], Iterator[Subject]]:
    def build_part(folder: Path, seed: int) -> Iterator[Subject]:
        del folder, seed
        if not SHARED.is_dir():
            return
        truths = {case.name: case for case in list_files()}
        for path in sorted((SHARED / part / "files").iterdir()):
            yield Subject(f"{part}/{path.name}", part, path, truth=truths.get(path.name))

    return build_part


def _soak(folder: Path, seed: int) -> Iterator[Subject]:
    for number in range(_SOAKED):
        planted = plant(seed, number)
        path = _written(folder / f"{number}.docx", planted.before.written())
        stated = tuple(planted.stated)
        yield Subject(f"soak/{number}", "soak", path, planted=planted, directory=planted.directory, stated=stated)


def _names(folder: Path, seed: int) -> Iterator[Subject]:
    for number in range(seed, seed + _NAMES):
        hard = hard_names.invent(number)
        path = _written(folder / f"{number}.docx", hard.content)
        yield Subject(f"names/{number}", "names", path, hard=hard, directory=hard_names.directory_for(hard))


def _layouts(folder: Path, seed: int) -> Iterator[Subject]:
    for number, laid in enumerate(contact_layouts.lay_out(seed, _ROUNDS)):
        path = _written(folder / f"{number}.docx", laid.content)
        directory = contact_layouts.directory_for(laid)
        yield Subject(f"layouts/{number} ({laid.layout})", "layouts", path, laid=laid, directory=directory)


_BUILDERS: Mapping[str, Callable[[Path, int], Iterator[Subject]]] = {
    "blocks": _blocks,
    "real-policies": _real("real-policies"),
    "real-policies-2": _real("real-policies-2"),
    "soak": _soak,
    "names": _names,
    "layouts": _layouts,
}


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
