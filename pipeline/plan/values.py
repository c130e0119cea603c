"""What is to change in one copy, and what is not: the values that planning, patching and reports share.

``contacts.plan_replacements`` makes a ``ReplacementPlan`` of ``Passage`` values; ``word.regenerate`` and ``rewording``
carry it out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pipeline.model.contacts import ReplacementKind
from pipeline.model.pick import pick
from pipeline.places import Place
from pipeline.reasons.reason import Reason, say_all
from pipeline.text.passages import Passage, PassageLink, Stretch


@dataclass(frozen=True, slots=True)
class Replacement:
    """One stretch of words (or one link target) and what stands there afterwards."""

    passage: int
    """Index into the passages that were planned."""
    start: int
    end: int
    """``before`` is ``text[start:end]``, except for links: there the range is the link's visible words."""
    before: str
    after: str
    role: str
    kind: ReplacementKind
    where: Place
    link: int | None = None
    """Index into the passage's links; None unless ``kind`` is ``LINK``."""
    told: bool = False
    """The words there give the person named the role: a sheet before pages that stay may say so."""


@dataclass(frozen=True, slots=True)
class Left:
    """Words that were seen and stay as they are."""

    where: Place
    text: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name, number or address that stands with a role and that nobody in ``config.toml`` has.

    Only the school can say whose it is: ``policy contacts --settle`` asks for each.
    """

    role: str
    kind: ReplacementKind
    """``NAME``, ``PHONE`` or ``EMAIL``."""
    value: str
    """As the document writes it."""
    where: Place
    words: str
    """A little of what stands around it, so that a person finds it."""
    holds: bool
    """The copy waits for the answer; else the value is only listed."""


def words_around(text: str, start: int, end: int) -> str:
    """Return the words of a place with a little of what stands around them, so that a person finds it."""
    first, last = max(0, start - 40), min(len(text), end + 40)
    words = " ".join(text[first:last].split())
    return ("…" if first else "") + words + ("…" if last < len(text) else "")


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a contact table added or taken out, because there are more or fewer people in a role."""

    where: Place
    role: str
    before: str
    """The words of the row taken out, cells by tab; empty where one is added."""
    after: str
    """The words of the row added, cells by tab; empty where one is taken out."""
    member: str
    start: int
    end: int
    """The member's bytes from ``start`` to ``end`` give way to ``markup``."""
    markup: bytes


ROW = "row"
"""The kind of a ``RowChange`` in a list of replacements."""


def say_change(kind: str, before: str, after: str) -> str:
    """Return one change in words for a list: ``Ann Lee → Bob Ray``, or the row that came or went."""
    if kind != ROW:
        return f"{before} → {after}"
    cells = ", ".join(cell.strip() for cell in (after or before).split("\t") if cell.strip())
    return f"row added: {cells}" if after else f"row taken out: {cells}"


@dataclass(frozen=True, slots=True)
class ReplacementPlan:
    """All of one copy's changes, to be applied at once."""

    replacements: tuple[Replacement, ...] = ()
    """By passage, then by place in it; ranges of one passage never overlap (links aside)."""
    left_on_purpose: tuple[Left, ...] = ()
    """Signatures, approvals, histories, authors, past events, a person in another capacity."""
    left: tuple[Left, ...] = ()
    """What could not be changed safely; the owner should look."""
    holds: tuple[Reason, ...] = ()
    """Why the copy must wait for the owner, a reason each; empty where it may go out."""
    rows: tuple[RowChange, ...] = ()
    """Rows added and taken out before the replacements, whose passages are counted with them."""
    vacant: tuple[Reason, ...] = ()
    """Those of ``holds`` that no front sheet mends: a person is named in a role that nobody holds today."""
    unknown: tuple[Unknown, ...] = ()
    """Who and what is nobody's in the school's contacts, each once: the owner can settle it in one step."""

    @property
    def held(self) -> str | None:
        """Return in words why the copy must wait; None where it may go out."""
        return say_all(self.holds) or None

    def of_passage(self, index: int) -> tuple[Replacement, ...]:
        """Return the replacements of one passage, in order."""
        return tuple(replacement for replacement in self.replacements if replacement.passage == index)


def reworded(text: str, replacements: Iterable[Replacement]) -> str:
    """Return ``text`` with the replacements of its passage made, link targets left out."""
    words = [replacement for replacement in replacements if replacement.kind is not ReplacementKind.LINK]
    for replacement in sorted(words, key=lambda each: each.start, reverse=True):
        text = text[: replacement.start] + replacement.after + text[replacement.end :]
    return text


def carried_out(passages: Sequence[Passage], plan: ReplacementPlan) -> tuple[Passage, ...]:
    """Return the passages as they read once the plan is carried out, links included.

    Raises nothing: a plan of these passages always fits them.
    """
    read = list(passages)
    for index, passage in changed_passages(passages, plan).items():
        read[index] = passage
    return tuple(read)


def changed_passages(passages: Sequence[Passage], plan: ReplacementPlan) -> dict[int, Passage]:
    """Return those passages that the plan changes, by index, as they read once it is carried out."""
    grouped: dict[int, list[Replacement]] = {}
    for each in plan.replacements:
        grouped.setdefault(each.passage, []).append(each)
    return {index: _carried_out(passages[index], mine) for index, mine in grouped.items()}


def _carried_out(passage: Passage, replacements: Sequence[Replacement]) -> Passage:
    targets = {each.link: each.after for each in replacements if each.kind is ReplacementKind.LINK}
    words = [each for each in replacements if each.kind is not ReplacementKind.LINK]
    links = tuple(
        PassageLink(
            moved(link.start, words, towards_end=False),
            moved(link.end, words, towards_end=True),
            targets.get(index, link.target),
        )
        for index, link in enumerate(passage.links)
    )
    return replace(passage, text=reworded(passage.text, words), links=links)


def moved(position: int, replacements: Iterable[Replacement], *, towards_end: bool) -> int:
    """Return where a position stands after the replacements; one inside a replaced stretch goes to its edge.

    ``towards_end`` chooses the edge: the end of the new words, else their start.
    """
    shift = 0
    for each in replacements:
        grown = len(each.after) - (each.end - each.start)
        if each.end <= position:
            shift += grown
        elif each.start < position:
            return each.start + shift + (len(each.after) if towards_end else 0)
    return position + shift


def plan_lists(plan: ReplacementPlan) -> dict[str, list[dict[str, Any]]]:
    """Return a plan as the lists that ``copy --json`` and the register show."""
    return {
        "replacements": [
            {"where": str(item.where), **pick(item, "role", "kind", "before", "after")} for item in plan.replacements
        ]
        + [
            {"where": str(row.where), "role": row.role, "kind": ROW, "before": row.before, "after": row.after}
            for row in plan.rows
        ],
        "left_on_purpose": [_left_fields(item) for item in plan.left_on_purpose],
        "left": [_left_fields(item) for item in plan.left],
        "unknown": [asdict(item) | {"kind": item.kind.value, "where": str(item.where)} for item in plan.unknown],
    }


def _left_fields(item: Left) -> dict[str, str]:
    return {"where": str(item.where), "text": item.text, "reason": str(item.reason)}


@dataclass(slots=True)
class DetailPlan:
    """What becomes of the numbers and addresses."""

    replacements: list[Replacement] = field(default_factory=list)
    on_purpose: list[Left] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    holds: list[Reason] = field(default_factory=list)
    places: list[Stretch] = field(default_factory=list)
    """Every detail in the words that is a person's of the map."""
    vacant: list[Reason] = field(default_factory=list)
    """Holds because nobody is there whose the detail could be."""
    told: list[Stretch] = field(default_factory=list)
    """Every detail for which the copy is held, links too."""
