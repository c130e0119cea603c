"""How what two trees make of one document differs: gains, losses, and changes that a reader must judge."""

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.compare.documents import Subject
from tests.compare.judging import mistakes, scored_fields
from tests.compare.trees import Outcome, Record
from tests.compare.words import words_of

_SCORED_UNDER = {"contacts": ("dsl name", "dsl phone", "dsl email", "deputy names")}
"""The fields of a score that one fact is scored under; others are scored under their own name."""
_BESIDE = ("evidence", "problems")
_LINES_SHOWN = 3


class Verdict(StrEnum):
    """Which way something went."""

    LOSS = "loss"
    GAIN = "gain"
    CHANGE = "change"
    """The truth is not known."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the two trees make otherwise."""

    verdict: Verdict
    kind: str
    """What it is of: ``fact: owner``, ``replacement``, ``held``, ``left``, ``left on purpose``, ``copy`` …"""
    document: str
    workspace: str
    before: str
    after: str


def differences(subject: Subject, base: Record, head: Record) -> Iterator[Difference]:
    """Yield how the second record of a document differs from the first; nothing where they are the same."""
    if base.unread != head.unread:
        verdict = Verdict.CHANGE if base.unread and head.unread else Verdict.LOSS if head.unread else Verdict.GAIN
        yield Difference(verdict, "read", subject.id, "", base.unread or "read", head.unread or "read")
    if base.facts is not None and head.facts is not None:
        yield from _of_facts(subject, base.facts, head.facts)
    known, now = Counter(mistakes(subject, base)), Counter(mistakes(subject, head))
    for each in sorted((known - now).elements()):
        yield Difference(Verdict.GAIN, "known mistake", subject.id, "", each, "")
    for each in sorted((now - known).elements()):
        yield Difference(Verdict.LOSS, "known mistake", subject.id, "", "", each)
    for workspace in sorted(base.outcomes.keys() & head.outcomes.keys()):
        pair = (base.outcomes[workspace], head.outcomes[workspace])
        for kind, before, after in _of_outcomes(*pair):
            yield Difference(Verdict.CHANGE, kind, subject.id, workspace, before, after)


# --- facts -----------------------------------------------------------------------------------------------------


def _of_facts(subject: Subject, base: Mapping[str, Any], head: Mapping[str, Any]) -> Iterator[Difference]:
    scores = [scored_fields(subject, dict(facts)) for facts in (base, head)] if base != head else [{}, {}]
    for name in sorted(base.keys() | head.keys()):
        before, after = (_value(name, facts.get(name)) for facts in (base, head))
        if before == after:
            if name not in _BESIDE and base.get(name) != head.get(name):
                yield _fact(subject, Verdict.CHANGE, "fact, only its words or place: ", name, base[name], head[name])
            continue
        if name in _BESIDE:
            yield from _of_entries(subject, name, before, after)
            continue
        yield _fact(subject, _verdict(name, *scores), "fact: ", name, before, after)


def _fact(subject: Subject, verdict: Verdict, kind: str, name: str, before: Any, after: Any) -> Difference:
    return Difference(verdict, f"{kind}{name}", subject.id, "", _say(before), _say(after))


def _value(name: str, stored: Any) -> Any:
    """Return what counts of one fact: of a date its value and precision, of evidence the status a field."""
    if name == "evidence":
        return [f"{field} {each['status']}" for field, each in sorted((stored or {}).items())]
    if name == "problems":
        return sorted(f"{each['code']}: {each['message']}" for each in stored or ())
    if isinstance(stored, dict) and "precision" in stored:
        return f"{stored['value']} ({stored['precision']})"
    return stored


def _of_entries(subject: Subject, name: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Difference]:
    kind = {"evidence": "status of a fact", "problems": "finding"}[name]
    for was, now in _paired(before, after, lambda each: each.split()[0]):
        yield Difference(Verdict.CHANGE, kind, subject.id, "", was, now)


def _verdict(name: str, base: Mapping[str, Any], head: Mapping[str, Any]) -> Verdict:
    wrong = [
        sum(scores[each].invented + scores[each].missed for each in _SCORED_UNDER.get(name, (name,)) if each in scores)
        for scores in (base, head)
    ]
    return Verdict.CHANGE if wrong[0] == wrong[1] else Verdict.LOSS if wrong[1] > wrong[0] else Verdict.GAIN


# --- plans and copies ------------------------------------------------------------------------------------------


def _of_outcomes(base: Outcome, head: Outcome) -> Iterator[tuple[str, str, str]]:
    """Yield the kind, the words before and the words after of each difference of two outcomes."""
    if base.stopped != head.stopped:
        yield "no copy", base.stopped or "a copy", head.stopped or "a copy"
    if base.held != head.held:
        yield "held", base.held or "not held", head.held or "not held"
    for kind, lists in (
        ("replacement", (base.replacements, head.replacements)),
        ("left", (base.left, head.left)),
        ("left on purpose", (base.left_on_purpose, head.left_on_purpose)),
    ):
        yield from _of_lists(kind, *lists)
    for was, now in _paired(base.notes, head.notes, lambda each: each):
        yield "note", was, now
    yield from _of_copies(base, head)


def _of_lists(
    kind: str, base: Sequence[dict[str, str]], head: Sequence[dict[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """Yield what one list has and the other has not; what only stands elsewhere is told as that."""
    entries = [Counter(map(_entry, entries)) for entries in (base, head)]
    gone, new = (list((entries[one] - entries[other]).elements()) for one, other in ((0, 1), (1, 0)))
    for was, now in _paired(gone, new, lambda each: each[0]):
        if was and now and was[0] == now[0]:
            yield f"{kind}, only its place or reason", _say_entry(was), _say_entry(now)
        else:
            yield kind, _say_entry(was), _say_entry(now)


def _entry(stored: Mapping[str, str]) -> tuple[str, str]:
    """Return the words of an entry, and where it stands and why."""
    if "text" in stored:
        return stored["text"], f"{stored['where']}; {stored['reason']}"
    return f"{stored['role']}, {stored['kind']}: {stored['before']} → {stored['after']}", stored["where"]


def _say_entry(entry: Any) -> str:
    return f"{entry[0]} [{entry[1]}]" if entry else ""


def _paired(before: Sequence[Any], after: Sequence[Any], key: Any) -> Iterator[tuple[Any, Any]]:
    """Yield what only one sequence has: pairs of one key first, then each by itself with ``""`` beside it."""
    gone, new = (list((Counter(one) - Counter(other)).elements()) for one, other in ((before, after), (after, before)))
    for was in gone:
        match = next((each for each in new if key(each) == key(was)), "")
        if match != "":
            new.remove(match)
        yield was, match
    yield from (("", each) for each in new)


def _of_copies(base: Outcome, head: Outcome) -> Iterator[tuple[str, str, str]]:
    """Yield how the finished copies differ: their words, or only their bytes."""
    for kind in sorted(base.copies.keys() | head.copies.keys()):
        if kind not in base.copies or kind not in head.copies:
            yield f"copy ({kind})", *("a file" if kind in each.copies else "none" for each in (base, head))
            continue
        before, after = base.copies[kind], head.copies[kind]
        if before.read_bytes() == after.read_bytes():
            continue
        lines = list(_changed_lines(words_of(before), words_of(after)))
        yield from ((f"copy ({kind})", was, now) for was, now in lines)
        if not lines:
            yield f"copy ({kind}), its bytes and no word", "", ""


def _changed_lines(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    changed = 0
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        changed += 1
        if changed <= _LINES_SHOWN:
            yield " ⏎ ".join(before[i1:i2]), " ⏎ ".join(after[j1:j2])
    if changed > _LINES_SHOWN:
        yield f"({changed - _LINES_SHOWN} more places)", ""


def _say(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return "; ".join(map(_say, value)) or "nothing"
    if isinstance(value, dict):
        return ", ".join(str(each) for each in value.values() if each is not None)
    return str(value)
