"""Score the reading of facts against the development sets: ``python -m tests.evaluate [--misses] [--part P]``.

What is read stands in ``../shared`` beside the repository: the header blocks of ``corpus/headers-dev.jsonl``, the real
files of ``real-policies`` and ``real-policies-2``, and each whole school below ``real-schools``; of the last two people
are known by a hash of their name alone. The header blocks whose number leaves 3 when divided by 6 are reported apart:
rules were written from the others first. They have been looked at since, so they show how forms nobody wrote a rule for
fare, but are no blind test any more; files of other schools are.

Scoring, a field at a time:

- right (true positive): the value read is the truth or one of the other right answers (``lenient``, ``accept``);
- invented (false positive): a value was read and is none of them;
- missed (false negative): there is a truth and nothing (or something wrong) was read, unless silence is allowed;
- a field named in ``ambiguous``, or whose lenient answer is ``any``, is not scored;
- lists (contacts, linked policies) are scored an item at a time.

Dates compare by value and precision; texts by letters and figures only, in lower case; titles without "the" and a year;
names without titles such as Mrs.

Below the fields of a part stand its wrong values (nonsense: what is invented in title, school, owner, approver, dates
and contacts, for every 100 documents) and its calibration: how much of what is stated at .95 and more is right, with
counts, and the chance that of a right and a wrong value the right one is stated more surely (AUC; .5 tells nothing).

At the end one table has every set beside the others: all fields together (F1 over all values), wrong values per 100
documents, since when rules have been written with the set in sight, and each field with how many values it has in
truth. ``docs/decisions/2026-12-02-real-documents-measure-reading.md`` says what that is worth.
"""

import argparse
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.errors import DocumentError
from pipeline.facts.reading import extract_facts
from pipeline.model.documents import Block, BlockKind, Document, DocumentFormat, Span
from pipeline.model.facts import Facts
from pipeline.places import read_place

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
DATE_FIELDS = ("approved_on", "last_review", "next_review")
TEXT_FIELDS = ("title", "school", "owner", "approved_by", "version")


@dataclass(slots=True)
class Score:
    """Counts of one field."""

    right: int = 0
    invented: int = 0
    missed: int = 0
    misses: list[str] = field(default_factory=list)
    stated: list[tuple[float, bool]] = field(default_factory=list)
    """Of each value read its confidence and whether it is right."""

    def state(self, confidence: float | None, *, right: bool) -> None:
        """Count a value that was read."""
        self.right += right
        self.invented += not right
        self.stated.append((confidence or 0.0, right))

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.invented) if self.right + self.invented else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """One document with its truth."""

    name: str
    part: str
    read: Callable[[], Document]
    """Read the document; raises ``DocumentError``."""
    truth: dict[str, Any]
    also_right: dict[str, Any]
    unscored: frozenset[str]
    of_person: Callable[[str | None], str]
    """How what is read of a person (a name, a number, an address) is compared with the truth."""


def document_from_text(text: str, path: str = "policy.txt") -> Document:
    """Return ``text`` as a document, the way a .txt file is read: a paragraph for each line that is not empty."""
    blocks = tuple(
        Block(kind=BlockKind.PARAGRAPH, where=read_place(f"line {number}"), spans=(Span(line.strip("\r\n")),))
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    )
    return Document(path, DocumentFormat.TXT, "0" * 64, len(text.encode()), blocks)


def dates_of(facts: Facts) -> tuple[str | None, str | None, str | None]:
    """Return when a document says it was approved, last reviewed and is next due; None for what it does not say."""
    approved, last, due = (
        fact.date.value if fact else None for fact in (facts.approved_on, facts.last_review, facts.next_review)
    )
    return approved, last, due


def list_blocks() -> Iterator[Case]:
    """Yield the header blocks of the corpus."""
    for row in _rows(SHARED / "corpus" / "headers-dev.jsonl"):
        part = "blocks held out" if int(row["id"][1:]) % 6 == 3 else "blocks"
        lenient = {name: value for name, value in row["lenient"].items() if value != ["any"]}
        unscored = frozenset(name for name, value in row["lenient"].items() if value == ["any"])
        read = partial(document_from_text, row["text"])
        yield Case(row["id"], part, read, row["truth"], lenient, unscored, plain_name)


def list_files() -> Iterator[Case]:
    """Yield the real files that have a truth, whole schools last."""
    from pipeline.documents import read_document

    schools = sorted(path.parent for path in (SHARED / "real-schools").glob("*/truth.jsonl"))
    folders = (
        (SHARED / "real-policies", "files", "files", plain_name),
        (SHARED / "real-policies-2", "files", "files 2", hashed),
        *((school, ".", f"school {school.name}", hashed) for school in schools),
    )
    for folder, below, part, of_person in folders:
        for row in _rows(folder / "truth.jsonl"):
            unscored = frozenset(row.get("ambiguous") or ())
            read = partial(read_document, folder / below / row["file"])
            yield Case(row["file"], part, read, row["truth"], row.get("accept") or {}, unscored, of_person)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def plain(text: str | None) -> str:
    """Return the letters and figures of ``text``, in lower case."""
    return re.sub(r"[^a-z0-9]+", "", (text or "").lower().replace("&", "and"))


def plain_title(text: str | None) -> str:
    """Return a title as it is compared."""
    words = re.sub(r"\b(?:the|a)\b|\(?\b(?:19|20)\d\d(?:\s?[-–/]\s?(?:\d\d){1,2})?\b\)?", " ", (text or "").lower())
    return plain(words)


def plain_name(text: str | None) -> str:
    """Return a person's name as it is compared."""
    return plain(re.sub(r"^(?:mr|mrs|ms|miss|dr|rev|reverend|fr|sr|prof)\b\.?\s*", "", (text or "").strip().lower()))


def hashed(text: str | None) -> str:
    """Return the hash by which a set that keeps no names knows a name, number or address; a hash stays as it is."""
    text = (text or "").strip().lower()
    if not text or re.fullmatch(r"[0-9a-f]{64}", text):
        return text
    if "@" in text:
        value = re.sub(r"\s", "", text)
    elif re.search(r"\d", text):
        value = re.sub(r"\D", "", text)
    else:
        value = " ".join(re.findall(r"\w+", re.sub(r"^(?:mr|mrs|ms|miss|dr|rev|fr|sr|prof)\b", "", text)))
    return hashlib.sha256(value.encode()).hexdigest()


def score_case(case: Case, facts: Facts, scores: dict[str, Score]) -> None:
    """Add the fields of one document to ``scores``."""
    for name in DATE_FIELDS:
        fact = getattr(facts, name)
        read = fact and (fact.date.value, fact.date.precision.value)
        truth = case.truth.get(name)
        others = [each if not isinstance(each, dict) else each["value"] for each in case.also_right.get(name, ())]
        right = [(truth["value"], truth["precision"])] if truth else []
        sure = facts.evidence[name].confidence
        _count(case, name, read, truth and right[0], [*right, *others], scores, key=lambda v: v, sure=sure)
    for name in TEXT_FIELDS:
        key = plain_title if name == "title" else (_plain_version if name == "version" else plain)
        truth = case.truth.get(name)
        right, sure = [truth, *case.also_right.get(name, ())], facts.evidence[name].confidence
        read = _without_name(getattr(facts, name), case) if name == "owner" else getattr(facts, name)
        _count(case, name, read, truth, right, scores, key=key, sure=sure)
    cycle = case.truth.get("review_cycle_months")
    _count(
        case, "review_cycle_months", facts.review_cycle_months, cycle,
        [cycle, *case.also_right.get("review_cycle_months", ())], scores, key=lambda v: v,
        sure=facts.evidence["review_cycle_months"].confidence,
    )  # fmt: skip
    _score_contacts(case, facts, scores)
    _score_links(case, facts, scores)


def _without_name(read: str | None, case: Case) -> str | None:
    """Return an owner without the name that the truth knows by its hash alone; that name alone is the truth."""
    name = case.truth.get("owner_name_sha256")
    parts = re.split(r"\s*(?:[,;:(]|\s[–-])\s+", read or "")
    left = [part for part in parts if hashed(part) != name]
    return read if name is None or read is None or len(left) == len(parts) else ", ".join(left) or case.truth["owner"]


def _plain_version(text: str | None) -> str:
    return re.sub(r"^v?\.?0*|(?<=\d)\.0$", "", (text or "").lower().strip())


def _count(
    case: Case, name: str, read: Any, truth: Any, right: Iterable[Any], scores: dict[str, Score], *, key: Any,
    sure: float | None,
) -> None:  # fmt: skip
    if name in case.unscored:
        return
    score = scores[name]
    right = list(right)
    if read is not None:
        accepted = {key(each) for each in right if each is not None}
        # Lenient dates give the value alone, for the precision follows from its shape.
        values = {each for each in right if isinstance(each, str)}
        if key(read) in accepted or (isinstance(read, tuple) and read[0] in values):
            score.state(sure, right=True)
            return
        score.state(sure, right=False)
        score.misses.append(f"{case.name}: read {read!r}, truth {truth!r}, also {right!r}")
        if truth is not None:
            score.missed += 1
    elif truth is not None and None not in right:
        score.missed += 1
        score.misses.append(f"{case.name}: not read, truth {truth!r}")


def _score_contacts(case: Case, facts: Facts, scores: dict[str, Score]) -> None:
    leads = [contact for contact in facts.contacts if contact.role == "dsl"]
    sure = facts.evidence["contacts"].confidence
    truth = case.truth.get("dsl")
    if "dsl" not in case.unscored:
        others = [each for each in case.also_right.get("dsl", ()) if isinstance(each, dict)]
        right = [each for each in [truth, *others] if each]
        names = {name for each in right for name in _names(case, each)}
        read = leads[0] if leads else None
        silent = None in case.also_right.get("dsl", ())
        _tally(
            case, "dsl name", read and read.name, truth and truth["name"], names, silent, scores, case.of_person, sure
        )
        if read and truth and case.of_person(read.name) in _names(case, truth):
            key = hashed if case.of_person is hashed else plain
            for part in ("phone", "email"):
                answers = {key(each.get(part)) for each in right if each.get(part)}
                _tally(case, f"dsl {part}", getattr(read, part), truth.get(part), answers, False, scores, key, sure)
    lenient = case.also_right.get("deputies", ())
    if "deputies" in case.unscored or "any" in lenient:
        return
    deputies = {case.of_person(contact.name) for contact in facts.contacts if contact.role == "deputy-dsl"}
    expected = {case.of_person(each["name"]) for each in case.truth.get("deputies") or ()}
    for each in case.truth.get("deputies") or ():
        if deputies & (others := _names(case, each)):
            deputies = deputies - others | {case.of_person(each["name"])}
    _tally_set(case, "deputy names", deputies, expected, [] in lenient, scores, sure)


def _names(case: Case, person: dict[str, Any]) -> set[str]:
    return {case.of_person(name) for name in (person["name"], *person.get("name_alt", ()))}


def _tally(
    case: Case, name: str, read: str | None, truth: str | None, right: set[str], may_be_silent: bool,
    scores: dict[str, Score], key: Any, sure: float | None,
) -> None:  # fmt: skip
    score = scores[name]
    if read is not None:
        score.state(sure, right=key(read) in right)
        if key(read) not in right:
            score.missed += truth is not None
            score.misses.append(f"{case.name}: read {read!r}, truth {truth!r}")
    elif truth is not None and not may_be_silent:
        score.missed += 1
        score.misses.append(f"{case.name}: not read, truth {truth!r}")


def _tally_set(
    case: Case, name: str, read: set[str], expected: set[str], may_be_silent: bool, scores: dict[str, Score],
    sure: float | None,
) -> None:  # fmt: skip
    if not read and may_be_silent:
        return
    score = scores[name]
    for each in read:
        score.state(sure, right=each in expected)
    score.missed += len(expected - read)
    if read != expected:
        score.misses.append(f"{case.name}: invented {sorted(read - expected)}, missed {sorted(expected - read)}")


def _plain_link(text: str) -> str:
    return re.sub(r"(?:policy|policies)$", "", plain_title(text))


def _score_links(case: Case, facts: Facts, scores: dict[str, Score]) -> None:
    lenient = case.also_right.get("linked_policies", [])
    if "linked_policies" in case.unscored or "any" in lenient:
        return
    extra = {_plain_link(each) for each in lenient if isinstance(each, str)}
    answers = [case.truth.get("linked_policies") or []] + [each for each in lenient if isinstance(each, list)]
    read = {_plain_link(each) for each in facts.linked_policies}
    best = min(answers, key=lambda answer: len(read ^ {_plain_link(each) for each in answer}))
    expected = {_plain_link(each) for each in best}
    sure = facts.evidence["linked_policies"].confidence
    _tally_set(case, "linked_policies", read - (extra - expected), expected, False, scores, sure)


def evaluate(cases: Iterable[Case]) -> dict[str, dict[str, Score]]:
    """Return the scores by part and field; what cannot be read on this machine is printed and left out."""
    parts: dict[str, dict[str, Score]] = defaultdict(lambda: defaultdict(Score))
    for case in cases:
        try:
            document = case.read()
        except DocumentError as error:
            print(f"not read: {case.name}: {error}")
            continue
        score_case(case, extract_facts(document), parts[case.part])
    return parts


def add_totals(scores: dict[str, Score]) -> dict[str, Score]:
    """Return ``scores`` with the three dates taken together in front."""
    return {"dates": together(scores[name] for name in DATE_FIELDS)} | dict(scores)


NONSENSE_FIELDS = (*DATE_FIELDS, "title", "school", "owner", "approved_by", "dsl name", "deputy names")
SURE = 0.95


def auc(stated: Iterable[tuple[float, bool]]) -> float | None:
    """Return the chance that a right value is stated more surely than a wrong one, a tie counting half.

    ``stated`` holds confidence and whether it is right. None where all are right or all are wrong.
    """
    pairs = list(stated)
    right, wrong = ([sure for sure, good in pairs if good is each] for each in (True, False))
    if not right or not wrong:
        return None
    won = sum((good > bad) + (good == bad) / 2 for good in right for bad in wrong)
    return won / (len(right) * len(wrong))


def print_quality(scores: dict[str, Score], documents: int) -> None:
    """Print the wrong values of a part of ``documents`` documents and how well its confidence tells them."""
    wrong = wrong_values(scores)
    by_field = ", ".join(f"{name} {count}" for name, count in wrong.items()) or "none"
    print(f"  nonsense values per 100 documents: {100 * sum(wrong.values()) / documents:.1f}   ({by_field})")
    everything = [each for score in scores.values() for each in score.stated]
    print(f"  {'calibration':<22}{'right of >= .95':>20}{'right of >= .8':>20}{'AUC':>8}")
    for name, stated in [("all fields", everything), *((name, score.stated) for name, score in scores.items())]:
        shares = "".join(f"{_share(stated, least):>20}" for least in (SURE, 0.8))
        told = auc(stated)
        print(f"  {name:<22}{shares}{'-' if told is None else f'{told:.3f}':>8}")


def _share(stated: Iterable[tuple[float, bool]], least: float) -> str:
    good = [right for sure, right in stated if sure >= least]
    return f"{sum(good)} of {len(good)} {sum(good) / len(good):.3f}" if good else "-"


SEEN = {
    "header blocks": "24 November 2026, five in six",
    "real-policies": "24 November 2026",
    "real-policies-2": "26 November 2026",
    "real-schools/decoy": "2 December 2026",
}
"""Since when rules have been written with a set in sight; before that day it was a blind test."""


def set_of(part: str) -> str:
    """Return the folder of ``../shared`` that a part is of, as ``SEEN`` has it."""
    names = {"files": "real-policies", "files 2": "real-policies-2"}
    return names.get(part) or (
        "header blocks" if part.startswith("blocks") else part.replace("school ", "real-schools/")
    )


def together(scores: Iterable[Score]) -> Score:
    """Return one score over all values of several."""
    total = Score()
    for each in scores:
        total.right += each.right
        total.invented += each.invented
        total.missed += each.missed
    return total


def wrong_values(scores: dict[str, Score]) -> dict[str, int]:
    """Return how many values of a part are wrong, by those of ``NONSENSE_FIELDS`` that have any."""
    return {name: score.invented for name, score in scores.items() if name in NONSENSE_FIELDS and score.invented}


def print_sets(parts: dict[str, dict[str, Score]], documents: dict[str, int]) -> None:
    """Print all sets beside one another; ``documents`` says how many a part has."""
    sets: dict[str, dict[str, Score]] = {}
    for name in dict.fromkeys(map(set_of, parts)):
        mine = [scores for part, scores in parts.items() if set_of(part) == name]
        sets[name] = {
            fact: together(scores[fact] for scores in mine if fact in scores)
            for fact in dict.fromkeys(fact for scores in mine for fact in scores)
        }
    count = {name: sum(documents[part] for part in parts if set_of(part) == name) for name in sets}
    print(f"\n{'every set':<24}{'documents':>10}{'all F1':>8}{'wrong/100':>11}   rules have seen it since")
    for name, scores in sets.items():
        wrong = 100 * sum(wrong_values(scores).values()) / count[name]
        seen = SEEN.get(name, "not known")
        print(f"  {name:<22}{count[name]:>10}{together(scores.values()).f1:>8.3f}{wrong:>11.1f}   {seen}")
    print(f"\n{'F1, of values in truth':<24}" + "".join(f"{name:>22}" for name in sets))
    for fact in dict.fromkeys(fact for scores in sets.values() for fact in scores):
        print(f"  {fact:<22}" + "".join(f"{_of_truth(scores.get(fact, Score())):>22}" for scores in sets.values()))


def _of_truth(score: Score) -> str:
    values = score.right + score.missed
    return f"{score.f1:.3f} of {values}" if values or score.invented else "-"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="also list what was read wrong")
    parser.add_argument("--part", help="only this part: blocks, blocks held out, files, files 2, school NAME")
    parser.add_argument("--field", help="misses of this field only")
    options = parser.parse_args()
    cases = [*list_blocks(), *list_files()]
    parts = evaluate(case for case in cases if options.part in {None, case.part})
    documents = Counter(case.part for case in cases)
    for part, scores in parts.items():
        print(f"\n{part}: {documents[part]} documents")
        print(f"  {'field':<22}{'precision':>10}{'recall':>8}{'F1':>7}   right invented missed")
        for name, score in add_totals(scores).items():
            print(
                f"  {name:<22}{score.precision:>10.3f}{score.recall:>8.3f}{score.f1:>7.3f}"
                f"   {score.right:>5} {score.invented:>8} {score.missed:>6}"
            )
        print_quality(scores, documents[part])
        if options.misses:
            for name, score in scores.items():
                if options.field in {None, name}:
                    for miss in score.misses:
                        print(f"    {name}: {miss}")
    print_sets(parts, documents)


if __name__ == "__main__":
    main()
