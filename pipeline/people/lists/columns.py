"""Tell what the columns of a list of people are, by their headings and by how their cells look.

Between ``sheets`` and ``staff_list``. The headings met are data (``columns.toml``). What is not understood is never
passed over in silence: each column says what it was taken as, and one that looks like a last day, an address or a
status carries a doubt, which stops an import until the office answers it in ``config.toml``.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pipeline.configuration.values import LIST_FIELDS
from pipeline.model.people import EngagementKind
from pipeline.named.names.people import drop_title
from pipeline.people.lists.dates import looks_like_date

_MEANT_AS_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
"""A cell of a column of addresses, well written or not: "<ann@…>" and "mailto:ann@…" show what the column is too."""
_REMARK = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
IGNORE = "ignore"
"""What ``[people.columns]`` calls a column that is not to be read."""


class Use(StrEnum):
    """What became of a column."""

    USED = "used"
    NOT_NEEDED = "not needed"
    """Understood, and nothing the program keeps."""
    SECOND = "another column used"
    """Understood, but a surer column of the list says the same."""
    IGNORED = "ignored"
    """``[people.columns]`` says so."""
    UNKNOWN = "not understood"


class ColumnDoubt(StrEnum):
    """What a column that nobody knows looks like."""

    LAST_DAY = "last day"
    ADDRESS = "address"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class NamedColumn:
    """One column of a list, and what it was taken as."""

    index: int
    """From 0."""
    heading: str
    """As it stands in the list; empty where it has none."""
    field: str | None
    """``person_id``, ``work_email``, ``leave_date`` …: a field of ``columns.toml``; None where it is not known."""
    use: Use
    rank: int = 0
    """How sure the heading is among those of its field: the lowest is surest."""
    doubt: ColumnDoubt | None = None
    """Set where it must not be left out without an answer."""

    @property
    def letter(self) -> str:
        """The column as a spreadsheet program names it: A, B … AA."""
        number, letters = self.index + 1, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return letters


@dataclass(frozen=True, slots=True)
class _Option:
    """One way to take a heading."""

    field: str
    rank: int
    look: str | None
    """What the cells must look like for it."""


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    options: Mapping[str, tuple[_Option, ...]]
    """By compact heading."""
    joined: frozenset[str]
    """Fields whose columns are read together."""
    remarks: frozenset[str]
    owners: tuple[str, ...]
    words: Mapping[str, frozenset[str]]
    """The other lists of words, by name such as ``status.left``."""


_WORDS = ("status", "asked", "kinds", "not_staff", "not_roles", "pupils", "for_many", "of_role", "private", "footer")
"""The tables of ``columns.toml`` that hold lists of words."""


@cache
def _vocabulary() -> _Vocabulary:
    data = tomllib.loads(files("pipeline.people.lists").joinpath("columns.toml").read_text(encoding="utf-8"))
    options: dict[str, list[_Option]] = defaultdict(list)
    ranks: dict[str, int] = defaultdict(int)
    for name, entry in data["fields"].items():
        field = entry.get("field", name)
        for heading in entry["headings"]:
            options[_squeezed(heading)].append(_Option(field, ranks[field], entry.get("look")))
            ranks[field] += 1
    return _Vocabulary(
        options={key: tuple(found) for key, found in options.items()},
        joined=frozenset(e.get("field", n) for n, e in data["fields"].items() if e.get("joined")),
        remarks=frozenset(_squeezed(remark) for remark in data["remarks"]),
        owners=tuple(sorted((_squeezed(word) for word in data["owners"]), key=len, reverse=True)),
        words={f"{table}.{name}": frozenset(words) for table in _WORDS for name, words in data[table].items()},
    )


def list_words(name: str) -> frozenset[str]:
    """Return one of the lists of words in ``columns.toml``, such as ``status.left``."""
    return _vocabulary().words[name]


def kind_of(word: str) -> EngagementKind | None:
    """Return as what a person works by the word of a list; None for one that is not known."""
    plain = " ".join(_REMARK.sub("", word).casefold().split())
    return next((kind for kind in EngagementKind if plain in list_words(f"kinds.{kind.value}")), None)


def is_role_code(column: NamedColumn) -> bool:
    """Return whether a column of roles holds codes of a census or of payroll, which a job title goes before."""
    return column.field == "role" and column.rank >= _first_code_rank()


@cache
def _first_code_rank() -> int:
    return min(option.rank for option in _options("role identifier"))


def _squeezed(heading: str) -> str:
    """Return a heading as they are compared: its letters and figures alone, without capitals."""
    return "".join(character for character in heading.casefold() if character.isalnum())


def _compact(heading: str) -> str:
    """Return a heading without the remarks behind it and the name of the schema before it, squeezed."""
    if heading.casefold().startswith("urn:"):
        heading = heading.rpartition(":")[2]
    remarks = _vocabulary().remarks
    return _squeezed(_REMARK.sub(lambda found: "" if _squeezed(found[1]) in remarks else found[0], heading))


def _options(heading: str) -> tuple[_Option, ...]:
    """Return the ways to take a heading, the likeliest first; a word that says whose it is may stand before it."""
    known, key = _vocabulary().options, _compact(heading)
    for whole in (_squeezed(heading), key):
        if whole in known:
            return known[whole]
    for owner in _vocabulary().owners:
        if key.startswith(owner) and key.removeprefix(owner) in known:
            return known[key.removeprefix(owner)]
    return ()


def is_of_classes(headings: Sequence[str]) -> bool:
    """Return whether a row of headings is that of a table of lessons: who teaches or learns what until when."""
    classes = {_squeezed(heading) for heading in list_words("not_roles.headings")}
    return any(_compact(heading) in classes for heading in headings)


def tells_pupils(column: NamedColumn, words: str) -> bool:
    """Return whether a column is one that lists of pupils have; ``words``: ``only`` theirs, or ``usual`` with them."""
    told = {_squeezed(heading) for heading in list_words(f"pupils.{words}")}
    return not told.isdisjoint((_squeezed(column.heading), _compact(column.heading)))


def possible_fields(headings: Sequence[str], own: Mapping[str, str]) -> frozenset[str]:
    """Return every field some heading of a row may stand for, before a cell below it is looked at.

    ``own`` is ``[people.columns]``: heading → field.
    """
    mine = {_squeezed(heading): field for heading, field in own.items()}
    given = {mine[key] for heading in headings if (key := _squeezed(heading)) in mine}
    return frozenset(option.field for heading in headings for option in _options(heading)) | given


def recognise(
    headings: Sequence[str], cells: Sequence[Sequence[str]], own: Mapping[str, str] | None = None
) -> tuple[NamedColumn, ...]:
    """Return what each column of a list is, in their order.

    ``cells`` holds each column's cells below its heading, without empty ones; ``own`` is ``[people.columns]``.
    """
    mine = {_squeezed(heading): field for heading, field in (own or {}).items()}
    ways = [_ways(heading, column, mine) for heading, column in zip(headings, cells, strict=True)]
    chosen = _choose(ways)
    columns = [
        NamedColumn(index, heading.strip(), option.field if option else None, Use.UNKNOWN, option.rank if option else 0)
        for index, (heading, option) in enumerate(zip(headings, chosen, strict=True))
    ]
    used = [replace(column, use=_use(column, columns, cells)) for column in columns]
    can_tell = any(column.field in ("leave_date", "contract_end", "status", "leaver") for column in used)
    return tuple(
        replace(column, doubt=_doubt(column.heading, cells[column.index], can_tell))
        if column.use is Use.UNKNOWN
        else column
        for column in used
    )


def _ways(heading: str, cells: Sequence[str], mine: Mapping[str, str]) -> tuple[_Option, ...]:
    """Return the ways to take one column that its cells allow; an empty one may be anything its heading says."""
    if own := mine.get(_squeezed(heading)):
        return (_Option(own, -1, None),)
    return tuple(option for option in _options(heading) if not cells or _looks_like(option.look, cells))


def _choose(ways: Sequence[tuple[_Option, ...]]) -> list[_Option | None]:
    """Choose one way a column: the first, unless a surer column of the list is that already and there is another."""
    chosen = [found[0] if found else None for found in ways]
    for index, found in enumerate(ways):
        for option in found:
            chosen[index] = option
            others = [other for place, other in enumerate(chosen) if place != index and other]
            if not any(other.field == option.field and other.rank < option.rank for other in others):
                break
        else:
            chosen[index] = found[0] if found else None
    return chosen


def _use(column: NamedColumn, columns: Sequence[NamedColumn], cells: Sequence[Sequence[str]]) -> Use:
    if column.field is None:
        return Use.UNKNOWN
    if column.field == IGNORE:
        return Use.IGNORED
    if column.field not in LIST_FIELDS:
        return Use.NOT_NEEDED
    same = [other for other in columns if other.field == column.field]
    best = min(same, key=lambda other: (not cells[other.index], other.rank, other.index))
    return Use.USED if column is best or column.field in _vocabulary().joined else Use.SECOND


def _mostly(cells: Sequence[str], fits: int) -> bool:
    return fits > 0 and fits * 2 >= len(cells)


def _looks_like(look: str | None, cells: Sequence[str]) -> bool:
    match look:
        case "address":
            return _mostly(cells, sum(bool(_MEANT_AS_ADDRESS.fullmatch(cell)) for cell in cells))
        case "date":
            return _mostly(cells, sum(looks_like_date(cell) for cell in cells))
        case "flag":
            known = list_words("status.left") | list_words("status.here") | {"x"}
            return _mostly(cells, sum(cell.casefold() in known for cell in cells))
        case "title":
            return _mostly(cells, sum(drop_title(f"{cell.rstrip('.')} Lee") == "Lee" for cell in cells))
        case "kind":
            return any(kind_of(cell) not in (None, EngagementKind.STAFF) for cell in cells)
        case _:
            return True


def _doubt(heading: str, cells: Sequence[str], can_tell: bool) -> ColumnDoubt | None:
    """Return what an unknown column looks like that must not be left out; ``can_tell``: leavers are told otherwise."""
    words = set(re.findall(r"[^\W\d_]+", _HUMP.sub(" ", heading).casefold().replace("_", " ")))
    if not cells or words & list_words("asked.elsewhere"):
        return None
    if _looks_like("address", cells):
        return ColumnDoubt.ADDRESS
    if words & list_words("asked.ending") or (not can_tell and _looks_like("date", cells)):
        return ColumnDoubt.LAST_DAY
    state_words = sum(cell.casefold() in list_words("asked.state_words") for cell in cells)
    if _mostly(cells, state_words) or (words & list_words("asked.state") and _looks_like("flag", cells)):
        return ColumnDoubt.STATUS
    return None
