"""A first run on a whole real school, held against its true issues: ``python -m tests.whole_school``.

The folder of ``../shared/real-schools`` is taken into a fresh workspace in which the school, an owner for what nobody
looks after and another lead and head are named. ``tests/resources/whole_schools`` lists what a careful owner would want
found, written by hand before a run was held against it, and by their hash the people in its documents. It is printed

- how many things are asked: questions, where those that one answer settles are one, and people, each once;
- what is held, and why; who is named as somebody and is nobody;
- the lines on front sheets that are untrue, by ``TRUE_LINES`` of ``tests.copies.test_harm``;
- each true issue with its rank: ``held``, ``asked``, ``now`` (shown first), ``later`` or ``not found``.
"""

import argparse
import re
import shutil
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipeline.config import Config, load_config
from pipeline.contacts.ghosts import GhostKind, GhostSource, hunt_ghosts
from pipeline.documents import read_document
from pipeline.model.facts import Problem
from pipeline.policies.decisions.contact_answers import NAME, OpenContact, list_open_contacts
from pipeline.policies.questions import list_asked
from pipeline.policies.standing import pressing
from pipeline.register.policies import policies as rows
from pipeline.register.policies.copies import held_copies
from pipeline.register.store.database import Register
from pipeline.register.store.for_run import open_for_run
from pipeline.run import run_pipeline
from pipeline.stages.day import RunReport
from pipeline.workspace import init_workspace
from tests.evaluate import SHARED, hashed

TODAY = date(2026, 12, 2)
LISTS = Path(__file__).parent / "resources" / "whole_schools"
SCHOOLS = {"decoy": "Decoy Primary School"}
RANKS = ("held", "asked", "now", "later", "not found")
_SETTINGS = """
[contacts.dsl]
name = "Judith Ravenscroft"
phone = "01632 960811"
email = "judith.ravenscroft@example.org"
pronoun = "she"

[contacts.headteacher]
name = "Beatrix Lonsdale"
phone = "01632 960813"
email = "beatrix.lonsdale@example.org"
pronoun = "she"

"""
_LINE = re.compile(r"Pages? ([\d, and]+) names? a ([a-z ]+): use the details above\.")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a run tells of a file or of the whole folder, as the list of true issues calls it."""

    code: str
    rank: str
    files: frozenset[str]
    """Empty for what concerns the folder."""
    words: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What one first run gave."""

    asked: tuple[str, ...]
    """Each thing that is asked, in words."""
    held: tuple[tuple[str, str], ...]
    """Each file that is held, and why."""
    nobody: tuple[str, ...]
    """What is named as a person and is none."""
    untrue: tuple[tuple[str, str], ...]
    """Files with a line of their front sheet that is untrue."""
    issues: tuple[tuple[str, str, str], ...]
    """Rank, file and words of each true issue."""


def measure(school: str, root: Path, *, owner: str = "Headteacher") -> Measured:
    """Run the program for the first time on a school's folder, in a new workspace at ``root``, and look at it all.

    ``owner`` is named in the settings for what nobody looks after; empty: nobody is.
    """
    config = _lay_out(school, root, owner)
    report = run_pipeline(config, today=TODAY, now=datetime(2026, 12, 2, 9, tzinfo=UTC), environ={})
    listed = tomllib.loads((LISTS / f"{school}.toml").read_text(encoding="utf-8"))
    with open_for_run(config, dry_run=False, environ={}) as register:
        named = _open(register, config)
        people = dict.fromkeys(one.value for one in named)
        told = [*_told(report, register), *_told_of_people(register, config)]
        held = tuple(_held(register))
        untrue = tuple(_untrue(register, config))
    things = [f"{thing[0].title}: {thing[0].asks}" for thing in list_asked(report.questions)]
    known = set(listed["people"])
    given = dict.fromkeys([*people, *(one.words for one in told if one.code.startswith("person:"))])
    return Measured(
        asked=(*things, *(f"Who is {value}?" for value in people)),
        held=held,
        nobody=tuple(value for value in given if hashed(value) not in known),
        untrue=untrue,
        issues=tuple((_rank(issue, told), issue["file"], issue["what"]) for issue in listed["issue"]),
    )


def _lay_out(school: str, root: Path, owner: str) -> Config:
    init_workspace(root, SCHOOLS[school])
    for path in sorted((SHARED / "real-schools" / school).glob("*.pdf")):
        shutil.copy(path, root / "policies")
    settings = root / "config.toml"
    text = settings.read_text(encoding="utf-8").replace("\n[reading]\n", f"\n{_SETTINGS}[reading]\n", 1)
    settings.write_text(text.replace('default_owner = ""', f'default_owner = "{owner}"', 1), encoding="utf-8")
    return load_config(settings)


def _open(register: Register, config: Config) -> tuple[OpenContact, ...]:
    with register.reading() as tx:
        return list_open_contacts(tx, register.school, config.directory(TODAY))


def _told(report: RunReport, register: Register) -> Iterator[Told]:
    """Yield findings with their rank, questions and what is missing."""
    with register.reading() as tx:
        paths: dict[int | None, set[str]] = {}
        for file in rows.list_source_files(tx, register.school).values():
            paths.setdefault(file.policy_id, set()).add(file.path)
    files = {one.slug: frozenset(paths[one.policy_id]) for one in report.standings}
    for one in report.standings:
        first = pressing(one)
        for problem in one.problems:
            rank = "held" if problem.code in _HOLDING and one.is_held else "now" if problem in first else "later"
            yield Told(problem.code, rank, files[one.slug], problem.message)
    for question in report.questions:
        rank = "later" if question.can_wait else "asked"
        yield Told(f"ask:{question.field}", rank, files[question.slug], question.asks)
    if report.missing:
        yield Told("missing", "later", frozenset(), "")


_HOLDING = frozenset({"template-field", "draft-mark", "no-policy", "other-school"})


def _told_of_people(register: Register, config: Config) -> Iterator[Told]:
    """Yield each person that is told of as named in a document: who is asked about, who differs, whom nobody knows."""
    with register.reading() as tx:
        in_force = {one.policy_id: one for one in rows.versions_in_force(tx, register.school).values()}
        path = {policy.slug: in_force[policy.id].path for policy in rows.list_policies(tx, register.school)}
        hunt = hunt_ghosts(tx, register.school, config, TODAY)
    for one in _open(register, config):
        if one.kind == NAME:
            yield Told(f"person:{hashed(one.value)}", "asked", frozenset({path[one.slug]}), one.value)
    for ghost in hunt.ghosts:
        if ghost.source is GhostSource.DOCUMENT and ghost.kind is GhostKind.NAME:
            yield Told(f"person:{hashed(ghost.value)}", "now", frozenset({path[ghost.slug]}), ghost.value)
    for version in in_force.values():
        for contact in version.facts.contacts:
            yield Told(f"person:{hashed(contact.name)}", "later", frozenset({version.path}), contact.name)


def _rank(issue: dict[str, Any], told: list[Told]) -> str:
    """Return the highest rank with which a true issue is told."""
    file, words = issue["file"], issue.get("words", "")
    ranks = {
        one.rank
        for one in told
        if one.code in issue["found_as"] and (not file or file in one.files) and words in one.words
    }
    return next(rank for rank in RANKS if rank in ranks or rank == RANKS[-1])


def _held(register: Register) -> Iterator[tuple[str, str]]:
    """Yield the file and the reason of each text and each copy that is held."""
    with register.reading() as tx:
        in_force = rows.versions_in_force(tx, register.school)
        copies = held_copies(tx, register.school)
    for version in in_force.values():
        if version.holds:
            yield version.path, say_all(version.holds)
        elif version.policy_id in copies:
            yield version.path, " ".join(str(each) for each in copies[version.policy_id].holds)


def say_all(problems: tuple[Problem, ...]) -> str:
    """Return what several findings say."""
    return " ".join(problem.message for problem in problems)


def _untrue(register: Register, config: Config) -> Iterator[tuple[str, str]]:
    """Yield each line of a front sheet that says of a page what is not there."""
    from tests.copies.test_harm import TRUE_LINES

    with register.reading() as tx:
        in_force = rows.versions_in_force(tx, register.school)
        slugs = {policy.id: policy.slug for policy in rows.list_policies(tx, register.school)}
    for version in in_force.values():
        copy = config.root / "distribution" / "copies" / f"{slugs[version.policy_id]}.pdf"
        if not copy.exists():
            continue
        text = " ".join(span.text for block in read_document(copy).blocks for span in block.spans)
        for pages, role in _LINE.findall(" ".join(text.split())):
            true = TRUE_LINES.get(version.path, set())
            if any((role, page) not in true for page in re.findall(r"\d+", pages)):
                yield version.path, f"page {pages}: {role}"


def show(measured: Measured) -> None:
    """Print it all, the figures first."""
    ranks = Counter(rank for rank, _, _ in measured.issues)
    print(f"asked {len(measured.asked)} · held {len(measured.held)} · nobody {len(measured.nobody)}", end=" · ")
    print(f"untrue lines {len(measured.untrue)}")
    print("true issues: " + ", ".join(f"{ranks[rank]} {rank}" for rank in RANKS))
    for heading, lines in (
        ("asked", measured.asked),
        ("held", [f"{file}: {why}" for file, why in measured.held]),
        ("named as somebody, and nobody", measured.nobody),
        ("untrue lines", [f"{file}: {line}" for file, line in measured.untrue]),
        ("true issues", sorted((f"{rank:<10} {file}: {what}" for rank, file, what in measured.issues), key=_by_rank)),
    ):
        print(f"\n{heading}")
        for line in lines:
            print(f"  {line}")


def _by_rank(line: str) -> int:
    return next(place for place, rank in enumerate(RANKS) if line.startswith(rank))


def main() -> None:
    """Measure one school and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("school", nargs="?", choices=sorted(SCHOOLS), default="decoy")
    parser.add_argument("--owner", default="Headteacher", help="who looks after what nobody does; empty: nobody")
    options = parser.parse_args()
    if not (SHARED / "real-schools" / options.school).is_dir():
        raise SystemExit("the real schools are not beside this checkout")
    with tempfile.TemporaryDirectory() as folder:
        show(measure(options.school, Path(folder) / "school", owner=options.owner))


if __name__ == "__main__":
    main()
