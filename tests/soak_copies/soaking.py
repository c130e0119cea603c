"""Make the copy of one generated document and judge it."""

from dataclasses import dataclass, field

from pipeline.errors import PolicyPipelineError
from pipeline.word.regenerate import DocxCopy, regenerate_docx
from tests.soak_copies.oracle import Verdict, judge, still_there
from tests.soak_copies.planting import Planted, plant


@dataclass(frozen=True)
class Outcome:
    """One generated document, its copy, and what is wrong with it."""

    planted: Planted
    original: bytes
    expected: bytes
    copy: DocxCopy | None
    verdict: Verdict

    @property
    def held(self) -> bool:
        """Whether the copy waits for its owner."""
        return self.copy is not None and self.copy.plan.held is not None


@dataclass
class Tally:
    """The counts of the table."""

    documents: int = 0
    changed: int = 0
    held_rightly: int = 0
    replacements: int = 0
    rows: int = 0
    on_purpose: int = 0
    people: int = 0
    characters: int = 0
    members: int = 0
    markup: int = 0
    others: int = 0
    combinations: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.documents += 1
        self.combinations.update(outcome.planted.planted)
        if outcome.held and outcome.planted.may_wait:
            self.held_rightly += 1
        elif outcome.copy is not None:
            plan = outcome.copy.plan
            self.changed += bool(plan.replacements or plan.rows)
            self.replacements += len(plan.replacements)
            self.rows += len(plan.rows)
            self.on_purpose += len(plan.left_on_purpose)
        verdict = outcome.verdict
        self.people += len(verdict.people)
        self.characters += len(verdict.characters)
        self.members += len(verdict.members)
        self.markup += len(verdict.markup)
        self.others += len(verdict.notes)
        planted = outcome.planted
        self.faults += [f"document {planted.seed} ({planted.scenario}) {each}" for each in verdict.faults]

    def table(self) -> list[tuple[str, int, str]]:
        """Return what was counted, how many, and what is aimed at."""
        return [
            ("documents", self.documents, ""),
            ("place × form × split met", len(self.combinations), ""),
            ("copies changed", self.changed, ""),
            ("copies rightly held", self.held_rightly, ""),
            ("replacements made", self.replacements, ""),
            ("rows added or taken out", self.rows, ""),
            ("listed as left on purpose", self.on_purpose, ""),
            ("people or numbers left in a role they do not hold", self.people, "0"),
            ("other characters changed", self.characters, "0"),
            ("members not as they should be", self.members, "0"),
            ("tags changed", self.markup, "0"),
            ("wrongly held, stopped or not listed", self.others, "0"),
        ]


def soak(seed: int, number: int) -> Outcome:
    """Plant one document, make its copy, and judge it."""
    planted = plant(seed, number)
    original, expected = planted.before.written(), planted.after.written()
    try:
        copy = regenerate_docx(original, planted.stated, planted.directory)
    except PolicyPipelineError as error:
        return Outcome(planted, original, expected, None, Verdict(notes=[f"stopped: {error}"]))
    held = copy.plan.held
    if held is not None or planted.may_wait:
        notes = [] if held is not None and planted.may_wait else [f"held: {held}"]
        if copy.content != original:
            notes.append("a held copy changed")
        return Outcome(planted, original, expected, copy, Verdict(notes=notes))
    verdict = judge(original, copy.content, expected, rows_may_change=bool(copy.plan.rows))
    verdict.people += [f"{each} is still there" for each in still_there(copy.content, planted.old, expected)]
    if len(copy.plan.left_on_purpose) < planted.staying:
        verdict.notes.append("what stays on purpose is not listed")
    return Outcome(planted, original, expected, copy, verdict)
