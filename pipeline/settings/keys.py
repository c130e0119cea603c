"""Which settings there are, table by table: of what kind each is, who may change it, and what explains it.

The tables, their keys and their words are those of ``config``: nothing is listed here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import lru_cache, reduce
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from pipeline.config import Config
from pipeline.configuration.accounts import AccountEntry, AccountsSection
from pipeline.configuration.contacts import TellSection
from pipeline.configuration.values import Section
from pipeline.configuration.words import SettingsPage, Words
from pipeline.settings.field_words import words_below_fields


class Shape(StrEnum):
    """How a table stands in the file."""

    ONE = "one"
    """``[school]``: a key a line, each known."""
    SEVERAL = "several"
    """``[[people.lists]]``: as many as there are."""
    NAMED = "named"
    """``[groups.parents]``: as many as there are, each with a name of its own."""
    LINES = "lines"
    """``[people.roles]``: a line for each of something, whatever it is called."""
    ACCOUNTS = "accounts"
    """``[accounts]`` with ``[accounts.teams]``: who may sign in."""


class Kind(StrEnum):
    """What a value is, and so how it is asked for."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes-no"
    CHOICE = "choice"
    DAY = "day"
    LINES = "lines"
    NUMBERS = "numbers"
    DAYS = "days"
    RANGES = "ranges"
    CHOICES = "choices"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table."""

    name: str
    """As the file has it."""
    attribute: str
    """As ``config`` calls it."""
    kind: Kind
    may_be_left_out: bool
    """Nothing holds then, where nothing is not a value of its own."""
    options: tuple[str, ...]
    """Of a choice."""
    said: str
    """What the program says of it."""
    is_required: bool
    """An entry cannot be without it."""
    words: Words

    @property
    def label(self) -> str:
        """What a person calls it."""
        return self.words.label

    def say_option(self, value: str) -> str:
        """Return one of the values that it can have as a person reads it."""
        words = self.words.choices.get(value) or value.replace("-", " ")
        return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file."""

    name: str
    shape: Shape
    model: Any
    """The class of its keys, or of each entry's; None for ``LINES``."""
    page: SettingsPage
    said: str
    """What explains it."""

    @property
    def title(self) -> str:
        """What its page is called."""
        return self.page.title

    @property
    def of_route(self) -> bool:
        """Whether it is the IT provider's."""
        return self.page.of_route

    @property
    def keys(self) -> tuple[Key, ...]:
        """Its keys, in the order of the program; without those that are tables themselves."""
        return keys_of(self.model) if self.model is not None else ()


def _tables(model: Any, above: str = "") -> Iterator[Table]:
    """Return each table of the file that has a page, below its own one the tables in it."""
    told = words_below_fields(model)
    for attribute, field in model.model_fields.items():
        page = next((one for one in field.metadata if isinstance(one, SettingsPage)), None)
        if page is None:
            continue
        shape, inner = (Shape.ONE, page.model) if page.model else _shape_of(field.annotation)
        name = f"{above}{field.alias or attribute.removeprefix('tell_')}"
        keys = {Shape.LINES: None, Shape.ACCOUNTS: AccountEntry}.get(shape, inner)
        yield Table(name, shape, keys, page, _plain(told.get(attribute, "")))
        if shape in (Shape.ONE, Shape.ACCOUNTS):
            yield from _tables(inner, f"{name}.")


def _shape_of(annotation: Any) -> tuple[Shape, Any]:
    """Return how a table of that type stands in the file, and the class of what is in it."""
    kind, inner = get_origin(annotation), annotation
    if kind in (tuple, dict):
        inner, _ = _bare(get_args(annotation)[kind is dict])
    if not (isinstance(inner, type) and issubclass(inner, Section)):
        return Shape.LINES, inner
    if inner is AccountsSection:
        return Shape.ACCOUNTS, inner
    return {tuple: Shape.SEVERAL, dict: Shape.NAMED}.get(kind, Shape.ONE), inner


@lru_cache(maxsize=1)
def all_tables() -> tuple[Table, ...]:
    """Return every table that has a page, in the order in which pages show them.

    Who holds a role has pages of its own.
    """
    return tuple(_tables(Config))


def table_of(name: str) -> Table | None:
    """Return a table by its name, None where there is none of it."""
    return next((one for one in all_tables() if one.name == name), None)


def find_key(place: str) -> tuple[Table | None, Key | None]:
    """Return which table, and which of its keys, the place of a fault is about; None for what has no page."""
    around = [one for one in all_tables() if f"{place}.".startswith(f"{one.name}.")]
    table = max(around, key=lambda one: len(one.name), default=None)
    inner = place.removeprefix(table.name).split(".") if table else []
    return table, next((key for key in table.keys if key.name in inner), None) if table else None


def settings_of(config: Any, table: Table) -> Any:
    """Return what holds of a table of ``Shape.ONE``: from the file, else what holds without it."""
    if table.model is TellSection:
        return TellSection(tell=config.tell_contacts)
    return reduce(
        lambda found, part: getattr(found, "register_" if part == "register" else part), table.name.split("."), config
    )


@lru_cache(maxsize=64)
def keys_of(model: Any) -> tuple[Key, ...]:
    """Return the keys of a class of settings that are no tables themselves, in its order."""
    told = words_below_fields(model)
    fields = model.model_fields.items()
    return tuple(
        _key(name, field, told.get(name, ""))
        for name, field in fields
        if not any(isinstance(one, SettingsPage) for one in field.metadata)
    )


def _key(name: str, field: FieldInfo, told: str) -> Key:
    kind, options, is_optional = _kind_of(field.annotation)
    file_name = field.alias or name
    words = next((one for one in field.metadata if isinstance(one, Words)), None)
    words = words or Words(file_name.replace("_", " ").capitalize())
    return Key(file_name, name, kind, is_optional, options, _plain(told), field.is_required(), words)


def _plain(told: str) -> str:
    return " ".join(told.replace("``", "").split())


def _kind_of(annotation: Any) -> tuple[Kind, tuple[str, ...], bool]:
    """Return what a value is, the options of a choice, and whether it may be none at all."""
    annotation, is_optional = _bare(annotation)
    if get_origin(annotation) is Literal:
        return Kind.CHOICE, tuple(map(str, get_args(annotation))), is_optional
    if get_origin(annotation) is tuple:
        inner, _ = _bare(get_args(annotation)[0])
        if get_origin(inner) is tuple:
            return Kind.RANGES, (), is_optional
        if isinstance(inner, type) and issubclass(inner, Enum):
            return Kind.CHOICES, tuple(str(one.value) for one in inner), is_optional
        if get_origin(inner) is Literal:
            return Kind.CHOICES, tuple(map(str, get_args(inner))), is_optional
        return {int: Kind.NUMBERS, date: Kind.DAYS}.get(inner, Kind.LINES), (), is_optional
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Kind.CHOICE, tuple(str(one.value) for one in annotation), is_optional
    kinds = {bool: Kind.YES_NO, int: Kind.NUMBER, date: Kind.DAY}
    return kinds.get(annotation, Kind.TEXT), (), is_optional


def _bare(annotation: Any) -> tuple[Any, bool]:
    """Return a type without what is said about it, and whether it may be None."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        others = [one for one in get_args(annotation) if one is not NoneType]
        return _bare(others[0])[0], len(others) < len(get_args(annotation))
    return annotation, False
