"""The lines of what is open, and of new editions, as templates see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.letters.acting import is_address
from pipeline.letters.items import GuidanceItem, OpenList
from pipeline.mail.words import one_line
from pipeline.register.mail.slots import without_slots
from pipeline.wording import say_day, say_partial


@dataclass(frozen=True, slots=True)
class RestingLine:
    """One policy that rests on a new edition."""

    title: str
    last_review: str | None
    """In words; None where none is known."""
    act: str
    is_link: bool
    falls_to_you: bool
    """The letter goes to a person who is not the owner that the policy names."""


@dataclass(frozen=True, slots=True)
class EditionLines:
    """One new edition, with the policies that rest on it."""

    name: str
    edition: str
    since: str
    source: str
    is_release: bool
    policies: tuple[RestingLine, ...]


def edition_lines(items: Sequence[GuidanceItem]) -> list[EditionLines]:
    """Return the lines of each edition once, in the order of ``items``, with its policies by title."""
    found: dict[tuple[str, str], list[GuidanceItem]] = {}
    for item in items:
        found.setdefault((item.name, item.edition), []).append(item)
    return [_of_edition(mine) for mine in found.values()]


def said_of_editions(items: Sequence[GuidanceItem]) -> list[str]:
    """Return the words that a letter must hold if it tells of ``items``."""
    return [words for one in edition_lines(items) for words in (one.name, one.since, *(p.title for p in one.policies))]


def _of_edition(items: Sequence[GuidanceItem]) -> EditionLines:
    first = items[0]
    policies = sorted((_resting(item) for item in items), key=lambda line: line.title.casefold())
    source = one_line(first.source, 200)
    return EditionLines(first.name, first.edition, say_day(first.since), source, first.is_release, tuple(policies))


def _resting(item: GuidanceItem) -> RestingLine:
    title = one_line(without_slots(item.standing.title), 120)
    last = say_partial(item.standing.last_review)
    return RestingLine(title, last, item.act, is_address(item.act), item.falls_to_default)


# --- what is open ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One entry of the list of what is open."""

    words: str
    """What is wrong, behind the title of the policy where it is one's."""
    title: str
    wrong: str
    act: str
    is_link: bool


@dataclass(frozen=True, slots=True)
class OpenLines:
    """The list of what is open."""

    lines: tuple[OpenLine, ...]
    more: int
    all_at: str
    is_link: bool
    """``all_at`` is an address."""
    needs_account: bool


def open_lines(known: OpenList | None) -> OpenLines | None:
    """Return the lines of a list; None where there is none."""
    if known is None:
        return None
    lines = []
    for item in known.items:
        title, wrong = one_line(without_slots(item.title), 80), one_line(without_slots(item.wrong), 200)
        words = f"{title}: {wrong}" if title else wrong
        lines.append(OpenLine(words, title, wrong, item.act, is_address(item.act)))
    return OpenLines(tuple(lines), known.more, known.all_at, is_address(known.all_at), known.needs_account)


def said_of_open(known: OpenList | None) -> list[str]:
    """Return the words that a letter must hold if it has a list."""
    found = open_lines(known)
    return [line.words for line in found.lines] if found is not None else []
