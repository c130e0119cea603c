"""Take in one list of people that the office gives, or look what it would do: ``policy staff import`` and the desk.

After ``staff_import``; the daily run takes its own lists in with ``several_lists``.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipeline.config import Config
from pipeline.configuration.people import PeopleListSection
from pipeline.errors import UsageError, say_system_error
from pipeline.people.absences import ask_about
from pipeline.people.lists.identity import Asks, PersonQuestion
from pipeline.people.lists.staff_import import StaffImport, import_staff, record_import
from pipeline.people.lists.staff_list import StaffList, read_or_refuse_staff_list
from pipeline.policies.standing import list_standings
from pipeline.private_files import write_file
from pipeline.register.decision import Decision
from pipeline.register.people.persons import list_people
from pipeline.wording import say_list

_WORKBOOKS = (".xlsx", ".xls", ".ods")
_TEXTS = (".csv", ".tsv", ".txt")
_OTHERS = (*_TEXTS, ".json", ".zip")


def take_list(
    decision: Decision,
    config: Config,
    staff_list: StaffList,
    listed: PeopleListSection,
    today: date,
    *,
    confirmed: bool,
    preview: bool,
    answers: Mapping[str, bool] = MappingProxyType({}),
) -> tuple[StaffImport, tuple[str, ...]]:
    """Bring the people in line with a list; return what it did, and a sentence on each whom the contacts still name.

    ``confirmed``: what waits of a list that changes much is taken as well. ``preview`` writes nothing. ``answers`` say,
    by the list's key, of each who is asked about (``StaffImport.asked``) that it is the same person, or that they are
    back; or that it is another person, or that they have left.

    Raises:
        UsageError: a person is answered for who is not asked about; nothing was written.
    """
    tx, school, now = decision.tx, decision.school, decision.now
    of_list = (tx, school, staff_list, listed.name, today, now)
    rules: dict[str, Any] = {"confirmed": confirmed, "actor": decision.actor, "domains": config.people.domains}
    questions = import_staff(*of_list, preview=True, **rules).asked if answers else ()
    said = _answer(answers, questions)
    taken = import_staff(*of_list, preview=preview, answers=said, **rules)
    record_import(decision, taken)
    for one in questions if taken.written else ():
        if one.stated.person_id in answers:
            is_same = "same" if answers[one.stated.person_id] else "other"
            words = {"name": one.stated.name, "known": one.known.person.name if one.known else None}
            decision.record("person-told-apart", {"about": one.asks.value, "answer": is_same}, words=words)
    standings = list_standings(tx, school, config, today)
    asked, _ = ask_about(list_people(tx, school, today), taken.left, taken.missing, standings, config, today)
    return taken, asked


def _answer(answers: Mapping[str, bool], asked: Sequence[PersonQuestion]) -> dict[str, str]:
    """Return by the list's key who a person was said to be, as ``find_identities`` takes it."""
    questions = {one.stated.person_id: one for one in asked if one.asks is not Asks.ADDRESS}
    if unasked := [key for key in answers if key not in questions]:
        raise UsageError(f"Nothing is asked about {say_list(unasked)} in this list, so nothing was changed.")
    return {key: questions[key].answers[0 if is_same else 1] for key, is_same in answers.items()}


def print_of(taken: StaffImport) -> str:
    """Return a print of what an import would do: another one says that it would do something else by now."""
    groups = (taken.new, taken.changed, taken.left, taken.doubted, taken.missing)
    people = [[(row.id, row.person) for row in group] for group in groups]
    said = repr(
        (
            people,
            taken.changes,
            taken.refused,
            taken.notes,
            taken.questions,
            taken.waiting,
            taken.strangers,
            taken.asked,
            taken.back,
        )
    )
    return hashlib.sha256(said.encode("utf-8")).hexdigest()


def say_other_file(config: Config, file: Path, listed: PeopleListSection) -> tuple[str, ...]:
    """Return what to say where the daily run will read another file for the same list tomorrow, or none."""
    if listed not in config.people_lists:
        return (
            f"The daily run does not know the list “{listed.name}”: put it into config.toml under [[people.lists]] "
            "with name, source and kind, so that it is read each day.",
        )
    there = config.root / listed.source
    if not there.exists() or file.resolve() == there.resolve():
        return ()
    return (
        f"The daily run reads {listed.source}, not {file.name}: put this list in its place, or name it in config.toml "
        "as source of its list, or the next run goes by the old one again.",
    )


def place_of(listed: PeopleListSection, content: bytes) -> str:
    """Return under which name a list is to lie where the run reads it: a workbook stays one, so it ends in .xlsx."""
    source = Path(listed.source)
    is_workbook = content.startswith(b"PK") and b"xl/" in content
    return str(source.with_suffix(".xlsx")) if is_workbook and source.suffix.lower() in _TEXTS else listed.source


def put_in_place(file: Path, config: Config, listed: PeopleListSection, today: date) -> str:
    """Put a list where the daily run reads it, the one that lay there beside it; return what was done, in words.

    A workbook in the place of a file of text lies beside it (``place_of``): the caller makes the run read it there.

    Raises:
        UsageError: it names nobody or cannot lie there; the list of before is as it was.
    """
    if read_or_refuse_staff_list(file, config.people, listed.kind).fault is not None:
        raise UsageError(f"{file.name} names nobody, so the list that is read each day was not replaced by it.")
    before = config.root / listed.source
    content = file.read_bytes()
    there = config.root / place_of(listed, content)
    # A person who may say where a list lies may not thereby write over settings, policies or the register.
    is_elsewhere = not any(
        there.resolve().is_relative_to(one.resolve()) for one in (config.policies, config.distribution)
    )
    if there.suffix.lower() not in (*_WORKBOOKS, *_OTHERS) or not is_elsewhere:
        raise UsageError(
            f"The daily run reads {listed.source}, which is no place for a list of people, so it was not replaced: "
            "name a file beside config.toml that ends in .csv or .xlsx as source of its list."
        )
    if there.suffix.lower() in _WORKBOOKS and not content.startswith(b"PK"):
        raise UsageError(
            f"The daily run reads {listed.source}, a workbook, and {file.name} is none: save it as .xlsx, or name it "
            "in config.toml as source of its list, or the next run goes by the old one again."
        )
    try:
        kept = _keep_old(before, content, today) or _keep_old(there, content, today)
        write_file(there, content)
    except OSError as error:
        raise UsageError(
            f"{listed.source} cannot be written: {say_system_error(error)}. Put the list there yourself, or the next "
            "run goes by the old one again."
        ) from error
    return f"The daily run reads this list now{f'; the one before is kept as {kept}' if kept else ''}."


def _keep_old(there: Path, content: bytes, today: date) -> str:
    """Keep a list that is to be replaced by another; return its name, empty where none lay there, or the same."""
    if not there.exists() or (old := there.read_bytes()) == content:
        return ""
    number = 1
    while True:
        more = f"-{number}" if number > 1 else ""
        kept = there.with_name(f"{there.stem}-before-{today.isoformat()}{more}{there.suffix}")
        if not kept.exists():
            write_file(kept, old)
            return kept.name
        number += 1
