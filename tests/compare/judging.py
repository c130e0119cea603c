"""What is known to be right: the mistakes of one tree with one document that has a truth."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

from pipeline.facts.as_json import facts_from_json
from pipeline.word.regenerate import DocxCopy
from tests import hard_names
from tests.compare.documents import Subject
from tests.compare.people import Fate, whereabouts
from tests.compare.trees import Outcome, Record
from tests.evaluate import Score, plain_name, score_case
from tests.soak_copies.oracle import judge, still_there
from tests.soak_copies.planting import Planted


def scored_fields(subject: Subject, facts: dict[str, Any]) -> dict[str, Score]:
    """Return the scores of the facts of one document by field; empty where nothing is known of it."""
    if subject.truth is None:
        return {}
    scores: dict[str, Score] = {}
    score_case(subject.truth, facts_from_json(facts), cast(Any, _Scores(scores)))
    return scores


class _Scores(dict[str, Score]):
    """Scores that begin at none, kept in the dict that is given."""

    def __init__(self, kept: dict[str, Score]) -> None:
        super().__init__()
        self._kept = kept

    def __missing__(self, name: str) -> Score:
        return self._kept.setdefault(name, Score())


def mistakes(subject: Subject, record: Record) -> Iterator[str]:
    """Yield what is known to be wrong in what a tree made of a document, in the same words each time.

    People who are silent, names that are wrong, contacts misread in an invented layout, faults of a soaked copy. What
    is not among them may be right or unknown; facts of real documents are scored apart (``scored_fields``).
    """
    for each in whereabouts(subject, record):
        if each.fate is Fate.SILENT:
            yield f"silent: {each.name}, {each.role}" + (f" ({each.workspace} configured)" if each.workspace else "")
    outcome = record.outcomes.get("")
    if outcome is None or record.facts is None:
        return
    if subject.laid is not None:
        read = {(each["role"], plain_name(each["name"])) for each in record.facts["contacts"]}
        named = {(each.role, plain_name(each.name)) for each in subject.laid.named}
        yield from (f"read in no role or another: {name}, {role}" for role, name in sorted(named - read))
        yield from (f"read in a role that is not theirs: {name}, {role}" for role, name in sorted(read - named))
    if outcome.stopped is not None:
        yield f"no copy: {outcome.stopped}"
        return
    if subject.hard is not None:
        yield from _hard_mistakes(subject.hard, outcome)
    if subject.planted is not None:
        yield from _soak_mistakes(subject, subject.planted, outcome)


def _hard_mistakes(hard: hard_names.HardDocument, outcome: Outcome) -> Iterator[str]:
    wrong = {hard_names.End.WRONG, hard_names.End.OTHER, hard_names.End.SILENT}
    for found in hard_names.judge(hard, _as_copy(outcome)).found:
        if found.end in wrong:
            yield f"{found.end.name.lower()}: {found.person.written} → {found.now}"
    if outcome.held is not None and hard.plain:
        yield f"a plain document is held: {outcome.held}"


def _as_copy(outcome: Outcome) -> DocxCopy:
    """Return an outcome with the names that the judge of hard names asks for."""
    lists = {name: [SimpleNamespace(**each) for each in getattr(outcome, name)] for name in ("left", "left_on_purpose")}
    plan = SimpleNamespace(held=outcome.held, **lists)
    return cast(DocxCopy, SimpleNamespace(content=outcome.copies["docx"].read_bytes(), plan=plan))


def _soak_mistakes(subject: Subject, planted: Planted, outcome: Outcome) -> Iterator[str]:
    original, copy = subject.file.read_bytes(), outcome.copies["docx"].read_bytes()
    if outcome.held is not None or planted.may_wait:
        if outcome.held is None or not planted.may_wait:
            yield f"wrongly held: {outcome.held}"
        if copy != original:
            yield "a held copy changed"
        return
    expected = planted.after.written()
    rows = any(each["kind"] == "row" for each in outcome.replacements)
    yield from judge(original, copy, expected, rows_may_change=rows).faults
    yield from (f"{each} is still there" for each in still_there(copy, planted.old, expected))
    if len(outcome.left_on_purpose) < planted.staying:
        yield "what stays on purpose is not listed"
