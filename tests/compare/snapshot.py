"""Write down what one tree of the program makes of the documents of a manifest.

Run as a file, ``python -P snapshot.py MANIFEST OUT`` with the tree on ``PYTHONPATH``: it imports the program of that
tree and nothing of the tests, so that both trees are asked by the same words. Files are read and copied by the command
line, whose interfaces stay; invented Word files, each with a directory of its own, are read and copied in this process.

``OUT/records.jsonl`` gets one object a document: ``id``, ``facts`` (as ``policy extract --json``), or ``unread`` (why
not), and ``outcomes``, by the name of the workspace: ``replacements``, ``left``, ``left_on_purpose``, ``held``, or
``stopped`` (why there is no copy), and ``copies`` (paths by kind).
"""

import importlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_WORD_FILE = "word-file"
_AT_ONCE = 120
"""Files given to one command: a command line has its limits."""


def main(manifest_path: Path, out: Path) -> None:
    """Ask this tree about every document of the manifest."""
    import pipeline

    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    (out / "tree").write_text(str(Path(pipeline.__file__).resolve().parent.parent), encoding="utf-8")
    with (out / "records.jsonl").open("w", encoding="utf-8") as records:
        for record in (*of_files(manifest, out), *of_word_files(manifest["word_files"], out)):
            records.write(json.dumps(record, ensure_ascii=False) + "\n")


def of_files(manifest: Mapping[str, Any], out: Path) -> Iterator[dict[str, Any]]:
    """Yield what the command line says of the files of the manifest, in their order."""
    names = {each["file"]: each["id"] for each in manifest["files"]}
    if not names:
        return
    facts = {line["file"]: line for line in _policy(["extract", "--json"], list(names))}
    outcomes: dict[str, dict[str, Any]] = {file: {} for file in names}
    for workspace in manifest["workspaces"]:
        for folder in sorted({str(Path(file).parent) for file in names}):
            # Two folders may hold files of one name, whose copies would be one file.
            copies = out / "copies" / workspace["name"] / str(len(list(out.glob("copies/*/*"))))
            copies.mkdir(parents=True)
            files = [file for file in names if str(Path(file).parent) == folder]
            given = ["--workspace", workspace["folder"], "--today", manifest["today"], "copy", "--out", str(copies)]
            for line in _policy([*given, "--json"], files):
                outcomes[line["file"]][workspace["name"]] = _outcome(line)
    for file, name in names.items():
        yield {"id": name, **_facts(facts[file]), "outcomes": outcomes[file]}


def _policy(arguments: Sequence[str], files: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the lines of JSON that a command prints for files."""
    for start in range(0, len(files), _AT_ONCE):
        command = [sys.executable, "-P", "-m", "pipeline", *arguments, *files[start : start + _AT_ONCE]]
        done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=False)
        if done.returncode not in {0, 4}:
            raise SystemExit(f"policy {arguments[-1]} ended with {done.returncode}: {done.stderr[-2000:]}")
        yield from map(json.loads, done.stdout.splitlines())


def _facts(line: dict[str, Any]) -> dict[str, Any]:
    if "error" in line:
        return {"unread": line["error"]}
    return {"facts": {name: value for name, value in line.items() if name != "file"}}


def _outcome(line: dict[str, Any]) -> dict[str, Any]:
    if "error" in line:
        return {"stopped": line["error"]["message"]}
    copies = {kind: line[kind] for kind in ("docx", "pdf") if line.get(kind)}
    plan = {name: line.get(name) for name in ("replacements", "left", "left_on_purpose", "held", "notes")}
    return {**plan, "copies": copies}


def of_word_files(cases: Sequence[Mapping[str, Any]], out: Path) -> Iterator[dict[str, Any]]:
    """Yield what is read in and made of invented Word files, in their order."""
    from pipeline.documents import read_document_bytes
    from pipeline.model.documents import DocumentFormat

    facts_to_json = _wherever("facts_to_json", "facts.as_json", "lifecycle.facts_json")
    extract_facts = _wherever("extract_facts", "facts.reading", "lifecycle.fields")
    folder = out / "copies" / _WORD_FILE
    folder.mkdir(parents=True)
    for number, case in enumerate(cases):
        content = Path(case["file"]).read_bytes()
        try:
            read = read_document_bytes(content, shown_as="policy.docx", format=DocumentFormat.DOCX)
            facts = extract_facts(read)
        except Exception as error:  # whatever one of the trees raises is a difference to show
            yield {"id": case["id"], "unread": _fault(error), "outcomes": {}}
            continue
        outcome = _copied(content, case, facts.contacts, folder / f"{number}.docx")
        yield {"id": case["id"], "facts": json.loads(json.dumps(facts_to_json(facts))), "outcomes": {"": outcome}}


def _copied(content: bytes, case: Mapping[str, Any], read: Sequence[Any], path: Path) -> dict[str, Any]:
    from pipeline.model.contacts import Directory
    from pipeline.model.facts import Contact

    plan_lists = _wherever("plan_lists", "plan.values", "copies.plan")
    regenerate_docx = _wherever("regenerate_docx", "word.regenerate", "copies.docx")
    named = case["directory"]
    directory = Directory(
        tuple(map(_holder, named["holders"])),
        tuple(map(_holder, named["former"])),
        tuple(named["vacant"]),
        _holder(named["office"]) if named["office"] else None,
    )
    stated = read if case["stated"] is None else tuple(Contact(**each) for each in case["stated"])
    try:
        copy = regenerate_docx(content, stated, directory, shown_as="policy.docx")
        plan = json.loads(json.dumps(plan_lists(copy.plan)))
    except Exception as error:  # as above
        return {"stopped": _fault(error)}
    path.write_bytes(copy.content)
    return {**plan, "held": copy.plan.held, "notes": [], "copies": {"docx": str(path)}}


def _wherever(name: str, *modules: str) -> Any:
    """Return a function by its name from the first of the modules that this tree has: they have moved between rooms."""
    found = next(each for each in modules if _is_there(f"pipeline.{each}"))
    return getattr(importlib.import_module(f"pipeline.{found}"), name)


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False  # its package is not there either


def _holder(stored: Mapping[str, Any]) -> Any:
    from pipeline.model.contacts import Holder, Pronoun

    return Holder(**{**stored, "pronoun": Pronoun(stored["pronoun"])})


def _fault(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
