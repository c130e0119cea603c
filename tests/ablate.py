"""Leave out each rule, pattern and module of what reads, and print what it alone gives: ``python -m tests.ablate``.

Three kinds of item are left out, one at a time, in the rooms of ``ROOMS``:

- ``pattern``: one compiled pattern finds nothing any more;
- ``module``: none of the patterns that a module made when it was imported finds anything;
- ``rule``: the phrases of one ``[[rule]]`` of a TOML file are met nowhere.

The same documents are read and planned with and without it: the header blocks and real files of ``tests.evaluate``
(facts, against their truth, and what a copy for people of no school would change), the Word files and texts of
``../shared/hard/copies`` (with their lead listed as former), and the layouts of ``tests.hard_layouts``. A row says

- ``right``: values of real documents that are read right, or not any more, without it (below 0: the rule earns them);
- ``wrong``: values read wrong that come without it (above 0: the rule keeps them away);
- ``real``: real documents whose facts or planned copy differ at all without it;
- ``silent``: names in hard files and layouts that go silent or wrong without it;
- ``hard``: hard documents that differ at all.

An item with nothing in any column is printed first, under ``gives nothing``: on these documents nobody would miss it.
Patterns are compared on those documents alone in which they found something, rules on those in which their words stand.
"""

import argparse
import json
import multiprocessing
import pickle
import re
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import _lru_cache_wrapper, cache, partial
from pathlib import Path
from typing import Any, ClassVar, cast

ROOMS = ("facts", "named", "plan", "last_look", "labels", "text", "findings")
_PACKAGE = Path(__file__).resolve().parents[1] / "pipeline"
_NOWHERE = "qzxjvq"
"""A phrase that stands in no document. A kind without any phrase would be met everywhere."""
_LAYOUTS = 240
_FOR_OTHERS = frozenset({"pipeline.text.lazily", "pipeline.text.phrases", "functools"})
"""Modules that compile patterns which others ask for."""


class Switch:
    """Stands for a compiled pattern that can be told to find nothing, and notes whether it found something.

    What is compiled at one place for each text anew has one number.
    """

    found: ClassVar[set[int]] = set()
    """The numbers of the patterns that have found something since this was last emptied."""
    off: ClassVar[frozenset[int]] = frozenset()

    def __init__(self, pattern: "re.Pattern[str]", number: int) -> None:
        self.real, self.number = pattern, number

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def _noted(self, found: Any) -> Any:
        if found:
            Switch.found.add(self.number)
        return found

    @property
    def _is_off(self) -> bool:
        return self.number in Switch.off

    def search(self, *given: Any) -> Any:
        return None if self._is_off else self._noted(self.real.search(*given))

    def match(self, *given: Any) -> Any:
        return None if self._is_off else self._noted(self.real.match(*given))

    def fullmatch(self, *given: Any) -> Any:
        return None if self._is_off else self._noted(self.real.fullmatch(*given))

    def finditer(self, *given: Any) -> Iterator[Any]:
        return iter(() if self._is_off else self._noted(list(self.real.finditer(*given))))

    def findall(self, *given: Any) -> list[Any]:
        return [] if self._is_off else cast("list[Any]", self._noted(self.real.findall(*given)))

    def split(self, text: str, *given: Any, **named: Any) -> list[Any]:
        parts = [text] if self._is_off else self.real.split(text, *given, **named)
        self._noted(len(parts) > 1)
        return parts

    def sub(self, new: Any, text: str, *given: Any, **named: Any) -> str:
        return cast(str, self.subn(new, text, *given, **named)[0])

    def subn(self, new: Any, text: str, *given: Any, **named: Any) -> tuple[str, int]:
        changed, count = (text, 0) if self._is_off else self.real.subn(new, text, *given, **named)
        self._noted(count)
        return changed, count


@dataclass(frozen=True, slots=True)
class Site:
    """Where patterns are compiled."""

    module: str
    line: int
    """0 for what is compiled lazily, when it is first asked for."""
    words: str
    """The first pattern that was compiled there."""


SITES: dict[Any, tuple[int, Site]] = {}


def switch_patterns() -> None:
    """Let every pattern that the rooms compile from now on be a ``Switch``; before anything of them is imported."""
    compile_really = re.compile

    def compile_switched(pattern: Any, flags: Any = 0) -> Any:
        made = compile_really(getattr(pattern, "real", pattern), flags)
        module, key, line = _asking(made)
        if module.partition(".")[0] not in ROOMS:
            return made
        number, _ = SITES.setdefault(key, (len(SITES), Site(module, line, " ".join(made.pattern.split()))))
        return Switch(made, number)

    re.compile = compile_switched  # type: ignore[assignment]


def _asking(made: "re.Pattern[str]") -> tuple[str, Any, int]:
    """Return the module that a pattern is compiled for, what tells the place from all others, and its line."""
    frame = sys._getframe(2)
    lazily = frame.f_globals.get("__name__") == "pipeline.text.lazily"
    while frame.f_back is not None and frame.f_globals.get("__name__", "") in _FOR_OTHERS:
        frame = frame.f_back
    name = frame.f_globals.get("__name__", "").removeprefix("pipeline.")
    return (name, made, 0) if lazily else (name, (name, frame.f_lineno), frame.f_lineno)


def leave_out_rule(file: str, number: int) -> None:
    """Let one rule of a file be met nowhere; before anything that reads files of rules is imported."""
    from pipeline.text import rules

    read = rules.tomllib.load

    def load(opened: Any) -> dict[str, Any]:
        tables = read(opened)
        if Path(opened.name).resolve() == _PACKAGE / file:
            tables["rule"][number]["phrases"] = [_NOWHERE]
        return tables

    rules.tomllib.load = load


@dataclass(frozen=True, slots=True)
class Subject:
    """A document to be read and planned."""

    name: str
    document: Any
    content: bytes | None
    """Of a Word file."""
    case: int | None = None
    """Its number among the cases of ``tests.evaluate``."""
    seed: int | None = None
    """Of a layout."""

    @property
    def is_hard(self) -> bool:
        """Whether it was made up to do harm."""
        return self.case is None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document."""

    said: str
    """Facts and plan as JSON."""
    right: int = 0
    wrong: int = 0
    silent: int = 0


@dataclass(slots=True)
class Given:
    """What an item gives: with it against without it."""

    right: int = 0
    wrong: int = 0
    silent: int = 0
    real: list[str] = field(default_factory=list)
    hard: list[str] = field(default_factory=list)

    def add(self, subject: Subject, with_it: Outcome, without: Outcome) -> None:
        """Count a document."""
        self.right += without.right - with_it.right
        self.wrong += without.wrong - with_it.wrong
        self.silent += without.silent - with_it.silent
        if with_it.said != without.said:
            (self.hard if subject.is_hard else self.real).append(subject.name)

    @property
    def nothing(self) -> bool:
        """Whether nobody would miss the item on these documents."""
        return not (self.real or self.hard or self.right or self.wrong or self.silent)


def read_subjects(limit: int | None = None) -> list[Subject]:
    """Read every document once, or ``limit`` of them, evenly taken; what cannot be read on this machine is left out."""
    from pipeline.errors import DocumentError
    from tests.evaluate import SHARED

    made: list[Callable[[], Subject]] = [partial(_of_case, number, case) for number, case in enumerate(_cases())]
    made += [partial(_of_hard_file, path) for path in sorted((SHARED / "hard" / "copies").glob("*"))]
    made += [partial(_of_layout, seed) for seed in range(_LAYOUTS)]
    subjects = []
    for make in made[:: max(1, len(made) // limit)] if limit else made:
        with suppress(DocumentError):
            subjects.append(make())
    return subjects


def _of_case(number: int, case: Any) -> Subject:
    document = case.read()
    content = Path(document.path).read_bytes() if document.path.endswith(".docx") else None
    return Subject(case.name, document, content, case=number)


def _of_hard_file(path: Path) -> Subject:
    from pipeline.documents import read_document

    return Subject(f"hard/{path.name}", read_document(path), path.read_bytes() if path.suffix == ".docx" else None)


def _of_layout(seed: int) -> Subject:
    from tests import hard_names

    hard = hard_names.invent(seed)
    return Subject(f"layout {seed}: {hard.layout}", None, hard.content, seed=seed)


def _cases() -> list[Any]:
    from tests import evaluate

    return [*evaluate.list_blocks(), *evaluate.list_files()]


class Judge:
    """Reads and plans documents, and knows what is right of them."""

    def __init__(self) -> None:
        self._cases = _cases()

    def outcome(self, subject: Subject) -> Outcome:
        """Return what becomes of a document now; a rule without which the program falls over gives that fault."""
        try:
            return self._layout(subject) if subject.seed is not None else self._read(subject)
        except Exception as error:  # whatever is raised without an item is what the item gives
            return Outcome(f"{type(error).__name__}: {error}")

    def _read(self, subject: Subject) -> Outcome:
        from pipeline.facts.as_json import facts_to_json
        from pipeline.facts.reading import extract_facts
        from pipeline.plan.values import plan_lists

        facts = extract_facts(subject.document)
        plan = self._plan(subject, facts.contacts)
        said = json.dumps([facts_to_json(facts), plan_lists(plan), plan.held], default=str)
        if subject.case is None:
            return Outcome(said, silent=_is_silent(plan, subject.document))
        right, wrong = self._scored(self._cases[subject.case], facts)
        return Outcome(said, right, wrong)

    def _plan(self, subject: Subject, stated: Any) -> Any:
        from pipeline.plan.contacts import plan_replacements
        from pipeline.plan.rewording import passages_of
        from pipeline.word.regenerate import regenerate_docx

        directory = _directory(listed=subject.is_hard)
        if subject.content is None:
            return plan_replacements(passages_of(subject.document), stated, directory)
        return regenerate_docx(subject.content, stated, directory, shown_as="policy.docx").plan

    def _layout(self, subject: Subject) -> Outcome:
        from pipeline.plan.values import plan_lists
        from tests import hard_names

        hard = hard_names.invent(cast(int, subject.seed))
        judged = hard_names.judge(hard, hard_names.copy_of(hard))
        bad = {hard_names.End.SILENT, hard_names.End.WRONG, hard_names.End.OTHER}
        said = json.dumps([plan_lists(judged.copy.plan), judged.copy.plan.held], default=str)
        return Outcome(said, silent=sum(each.end in bad for each in judged.found))

    @staticmethod
    def _scored(case: Any, facts: Any) -> tuple[int, int]:
        from tests.evaluate import Score, score_case

        scores: dict[str, Score] = defaultdict(Score)
        score_case(case, facts, scores)
        return sum(each.right for each in scores.values()), sum(each.invented for each in scores.values())


def _directory(*, listed: bool) -> Any:
    """Return the contacts that documents are copied with; ``listed`` with the lead of the hard files as former."""
    from pipeline.model.contacts import Directory, Holder, Pronoun

    lead = Holder("dsl", "Yusra Quill", "Mrs", "01632 960901", "y.quill@example.org", Pronoun.SHE)
    deputy = Holder("deputy-dsl", "Piotr Zeller", "Mr", "01632 960902", "p.zeller@example.org", Pronoun.HE)
    head = Holder("headteacher", "Nia Prosser", "Ms", "01632 960905", "n.prosser@example.org", Pronoun.SHE)
    former = Holder("dsl", "Karen Whitcombe", "Mrs", "01632 960555", "karen.whitcombe@example.org", Pronoun.SHE)
    return Directory((lead, deputy, head), (former,) if listed else ())


def _is_silent(plan: Any, document: Any) -> bool:
    """Whether the lead of a hard file still stands in it and nobody is told."""
    told = plan.holds or plan.replacements or plan.left or plan.left_on_purpose or plan.rows
    return not told and bool(re.search(r"Whitcombe|960555", document.text if hasattr(document, "text") else ""))


def empty_caches() -> None:
    """Forget what functions remember of texts they were asked about; patterns and files of rules stay as made."""
    for each in _caches(len(sys.modules)):
        each.cache_clear()


@cache
def _caches(modules: int) -> tuple["_lru_cache_wrapper[Any]", ...]:
    del modules  # those that were imported since are looked through, too
    ours = [vars(module) for name, module in list(sys.modules.items()) if name.startswith("pipeline.")]
    return tuple(
        value for names in ours for value in names.values() if isinstance(value, _lru_cache_wrapper) and _of_text(value)
    )


def _of_text(remembering: "_lru_cache_wrapper[Any]") -> bool:
    told = dict(remembering.__wrapped__.__annotations__)
    return not re.search("Pattern|RuleFile|Part", str(told.pop("return", ""))) and bool(told)


class Bench:
    """All documents with what becomes of them while nothing is left out."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self.subjects, self.judge = subjects, Judge()
        self.with_all: list[Outcome] = []
        self.found: list[set[int]] = []
        for subject in subjects:
            empty_caches()
            Switch.found.clear()
            self.with_all.append(self.judge.outcome(subject))
            self.found.append(set(Switch.found))

    def without(self, chosen: Iterable[int]) -> Given:
        """Return what becomes of some documents now, against what became of them before."""
        given = Given()
        for number in chosen:
            empty_caches()
            subject = self.subjects[number]
            given.add(subject, self.with_all[number], self.judge.outcome(subject))
        return given

    def without_patterns(self, numbers: frozenset[int]) -> Given:
        """Return what some patterns give together."""
        chosen = [at for at, found in enumerate(self.found) if found & numbers]
        Switch.off = numbers
        try:
            return self.without(chosen)
        finally:
            Switch.off = frozenset()


def pattern_items() -> dict[str, frozenset[int]]:
    """Return by name the places where patterns were compiled, each with its number."""
    rows = sorted(SITES.values(), key=lambda row: (row[1].module, row[1].line, row[0]))
    return {f"{site.module}:{site.line or ''} {site.words[:70]}": frozenset({number}) for number, site in rows}


def module_items() -> dict[str, frozenset[int]]:
    """Return by name the patterns of each module."""
    by_module: dict[str, set[int]] = defaultdict(set)
    for number, site in SITES.values():
        by_module[site.module].add(number)
    return {name: frozenset(numbers) for name, numbers in sorted(by_module.items())}


def rule_items() -> list[tuple[str, int, str]]:
    """Return file, number and name of every rule of the rooms."""
    items = []
    for path in sorted(each for room in ROOMS for each in (_PACKAGE / room).rglob("*.toml")):
        with path.open("rb") as opened:
            rules = tomllib.load(opened).get("rule", [])
        file = path.relative_to(_PACKAGE).as_posix()
        items += [
            (file, number, f"{file}: {rule['kind']}, “{rule['phrases'][0]}”")
            for number, rule in enumerate(rules)
            if rule.get("phrases") and rule.get("kind")
        ]
    return items


_FORKED: list[Bench] = []
"""What a worker process holds: it is forked from the one that has read and judged everything."""


def _pattern_given(item: tuple[str, frozenset[int]]) -> tuple[str, Given]:
    return item[0], _FORKED[0].without_patterns(item[1])


def _rule_given(job: tuple[str, int, str, bytes]) -> tuple[str, Given]:
    """Judge everything without one rule, in a process that has imported nothing of the rooms."""
    file, number, name, packed = job
    leave_out_rule(file, number)
    subjects, outcomes = pickle.loads(packed)
    judge, given = Judge(), Given()
    for subject, with_it in zip(subjects, outcomes, strict=True):
        given.add(subject, with_it, judge.outcome(subject))
    return name, given


def _where_words_stand(file: str, number: int, bench: Bench) -> list[int]:
    """Return the documents in which a rule's phrases may be met: every word of three letters of one phrase."""
    with (_PACKAGE / file).open("rb") as opened:
        phrases = tomllib.load(opened)["rule"][number]["phrases"]
    needed = [_plain_words(phrase) for phrase in phrases]
    return [at for at, words in enumerate(_texts(bench)) if any(all(word in words for word in each) for each in needed)]


def _plain_words(phrase: str) -> list[str]:
    """Return the words that every text with a phrase has: those in no bracket."""
    bare = phrase
    while (shorter := re.sub(r"\w*[(\[{][^()\[\]{}]*[)\]}]\*?\w*", " ", bare)) != bare:
        bare = shorter
    return re.findall(r"[a-z]{3,}", bare.lower())


_TEXTS: list[str] = []


def _texts(bench: Bench) -> list[str]:
    if not _TEXTS:
        _TEXTS.extend(_text_of(subject).lower() for subject in bench.subjects)
    return _TEXTS


def _text_of(subject: Subject) -> str:
    from tests.hard_names import words_of

    written = words_of(subject.content) if subject.content is not None else ""
    return written + repr(subject.document)


def judged(kind: str, bench: Bench, only: str, jobs: int) -> Iterator[tuple[str, Given]]:
    """Yield every item of a kind whose name has ``only`` in it, with what it gives."""
    _FORKED[:] = [bench]
    if kind == "rule":
        tasks = []
        for file, number, name in rule_items():
            if only in name:
                chosen = _where_words_stand(file, number, bench)
                packed = pickle.dumps(([bench.subjects[at] for at in chosen], [bench.with_all[at] for at in chosen]))
                tasks.append((file, number, name, packed))
        with multiprocessing.get_context("spawn").Pool(jobs, maxtasksperchild=1) as pool:
            yield from pool.imap(_rule_given, tasks)
        return
    items = module_items() if kind == "module" else pattern_items()
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        yield from pool.imap(_pattern_given, [item for item in items.items() if only in item[0]], chunksize=4)


def print_table(kind: str, rows: Sequence[tuple[str, Given]], out: Callable[[str], None] = print) -> None:
    """Print what gives nothing, then the others, those that few documents need first."""
    idle = [name for name, given in rows if given.nothing]
    out(f"\n{kind}: {len(rows)} items, {len(idle)} give nothing on these documents")
    for name in idle:
        out(f"  gives nothing  {name}")
    out(f"  {'right':>6}{'wrong':>6}{'silent':>7}{'real':>6}{'hard':>6}")
    for name, given in sorted(rows, key=lambda row: (len(row[1].real), len(row[1].hard))):
        if not given.nothing:
            figures = f"{given.right:>6}{given.wrong:>6}{given.silent:>7}{len(given.real):>6}{len(given.hard):>6}"
            out(f"  {figures}  {name}{'   ' + given.real[0] if len(given.real) == 1 else ''}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.ablate", description=(__doc__ or "").split("\n", 1)[0])
    kinds = ("rule", "pattern", "module")
    parser.add_argument("--kind", choices=kinds, action="append", help="only items of this kind; may be said again")
    parser.add_argument("--only", default="", help="only items with this in their name")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once (default: %(default)s)")
    parser.add_argument("--limit", type=int, help="so many documents, evenly taken")
    options = parser.parse_args()
    switch_patterns()
    started = time.monotonic()
    bench = Bench(subjects := read_subjects(options.limit))
    took = time.monotonic() - started
    print(f"{len(subjects)} documents, {len(SITES)} places of patterns in use, read and judged in {took:.0f} s")
    for kind in options.kind or kinds:
        print_table(kind, list(judged(kind, bench, options.only, options.jobs)))


if __name__ == "__main__":
    main()
