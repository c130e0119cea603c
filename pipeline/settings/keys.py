"""Which settings there are, table by table: of what kind each is, who may change it, and what explains it.

The tables and their keys are those of ``config``; the explanation of a key is the comment above it in the school's own
file, else in the sample, else what the program says of it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from pipeline import config as sections
from pipeline.configuration.accounts import GoogleSection, MicrosoftSection
from pipeline.configuration.calendar import BodySection, CalendarSection, GovernorsSection
from pipeline.configuration.declarations import DeclarationSection
from pipeline.configuration.inbox import InboxSection
from pipeline.configuration.mail import MailSection, OAuthSection
from pipeline.configuration.people import MicrosoftPeopleSection, PeopleListSection, PeopleSection
from pipeline.configuration.values import LIST_FIELDS
from pipeline.resources import shipped
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
    is_required: bool = False
    """An entry cannot be without it."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file."""

    name: str
    title: str
    shape: Shape = Shape.ONE
    model: Any = None
    of_route: bool = False
    """Mail route, web address, sign-in and the register itself: for whoever looks after the machine."""
    note: str = ""
    """What a page says of all of it."""
    asks: tuple[str, str] = ("", "")
    """Of ``LINES``: what stands on the left of a line, and on its right."""
    options: tuple[str, ...] = ()
    """Of ``LINES``: what may stand on the right; empty for anything."""

    @property
    def keys(self) -> tuple[Key, ...]:
        """Its keys, in the order of the program."""
        known = _keys_of(self.model) if self.model is not None else ()
        return tuple(key for key in known if (self.name, key.name) not in _TABLES_BELOW)

    def key(self, name: str) -> Key | None:
        """Return one of its keys, None for a name it does not know."""
        return next((one for one in self.keys if one.name == name), None)


_RESTARTS = "A change counts when the program is next started."
TABLES: tuple[Table, ...] = (
    Table("school", "The school", model=sections.SchoolSection),
    Table("contacts", "When staff hear of new contacts", model=sections.TellSection),
    Table("reading", "What staff are asked to read", model=sections.ReadingSection),
    Table("reading.rules", "Who is asked otherwise", Shape.SEVERAL, sections.ReadingRuleSection),
    Table("declarations", "What staff declare each school year", Shape.NAMED, DeclarationSection),
    Table("groups", "Groups that are told, not asked", Shape.NAMED, sections.GroupSection),
    Table("review", "Reviews", model=sections.ReviewSection),
    Table("governors", "Governors", model=GovernorsSection),
    Table("governors.bodies", "Who else approves policies", Shape.NAMED, BodySection),
    Table("calendar", "Terms and closed days", model=CalendarSection),
    Table("people", "People", model=PeopleSection),
    Table(
        "people.roles", "Who is meant by an owner that policies name", Shape.LINES,
        asks=("As policies call them", "Their work address, or several with commas"),
    ),
    Table(
        "people.columns", "What headings of the staff list mean", Shape.LINES,
        asks=("Heading", "What it is"), options=(*LIST_FIELDS, "ignore"),
    ),
    Table(
        "people.microsoft", "The staff list from Microsoft 365", model=MicrosoftPeopleSection, of_route=True
    ),
    Table("people.lists", "Lists beside the staff list", Shape.SEVERAL, PeopleListSection),
    Table("documents", "Documents", model=sections.DocumentsSection),
    Table("publish", "Websites", model=sections.PublishSection),
    Table("schedule", "The daily run", model=sections.ScheduleSection, note=_RESTARTS),
    Table("backup", "Safety copies", model=sections.BackupSection),
    Table("accounts", "Who may sign in", Shape.ACCOUNTS, of_route=True),
    Table("accounts.microsoft", "Sign-in with Microsoft 365", model=MicrosoftSection, of_route=True),
    Table(
        "accounts.microsoft.groups", "Rights by groups of Microsoft 365", Shape.LINES, of_route=True,
        asks=("App role, or id of a group", "Its rights, with commas"),
    ),
    Table("accounts.google", "Sign-in with Google", model=GoogleSection, of_route=True),
    Table("web", "Addresses of the pages", model=sections.WebSection, of_route=True),
    Table("mail", "Mail route", model=MailSection, of_route=True),
    Table("mail.oauth", "Sign-in to the mail service", model=OAuthSection, of_route=True),
    Table("inbox", "The mailbox that is read", model=InboxSection, of_route=True),
    Table("register", "The register", model=sections.RegisterSection, of_route=True, note=_RESTARTS),
)  # fmt: skip
"""In the order in which pages show them. Who holds a role has pages of its own."""
_TABLES_BELOW = frozenset(
    {
        ("reading", "rules"), ("people", "columns"), ("people", "lists"), ("people", "roles"), ("mail", "oauth"),
        ("governors", "bodies"), ("accounts.microsoft", "groups"), ("people", "microsoft"),
    }
)  # fmt: skip
"""Keys of a table that are tables themselves."""


def table_of(name: str) -> Table | None:
    """Return a table by its name, None where there is none of it."""
    return next((one for one in TABLES if one.name == name), None)


def settings_of(config: Any, table: Table) -> Any:
    """Return what holds of a table of ``Shape.ONE``: from the file, else what holds without it."""
    if table.model is sections.TellSection:
        return sections.TellSection(tell=config.tell_contacts)
    found = config
    for part in table.name.split("."):
        found = found.register_ if part == "register" else getattr(found, part)
    return found


@lru_cache(maxsize=64)
def _keys_of(model: Any) -> tuple[Key, ...]:
    told = words_below_fields(model)
    return tuple(_key(name, field, told.get(name, "")) for name, field in model.model_fields.items())


def _key(name: str, field: FieldInfo, told: str) -> Key:
    kind, options, is_optional = _kind_of(field.annotation)
    said = " ".join(told.replace("``", "").split())
    return Key(field.alias or name, name, kind, is_optional, options, said, field.is_required())


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


# --- what explains a key -----------------------------------------------------------------------------------------

_EXAMPLE = re.compile(r"#\s*(\"[^\"]+\"|[\w-]+) = ")
_HEAD = re.compile(r"\[\[?([^\[\]]+)\]")
_RULER = re.compile(r"#\s*-{3,}")


def explanations(text: str) -> Mapping[tuple[str, str], str]:
    """Return the comment above each key of a text, by table and key; above a table's heading with an empty key."""
    found: dict[tuple[str, str], str] = {}
    above: list[str] = []
    table = ""
    for line in text.split("\n"):
        if head := _HEAD.match(line):
            table = head[1].strip()
            found.setdefault((table, ""), _joined(above))
            above = []
        elif example := _EXAMPLE.match(line):
            found.setdefault((table, example[1].strip('"')), _joined(above))
            above = []
        elif line.startswith("#"):
            above.append("" if _RULER.match(line) else line.removeprefix("#").strip())
        else:
            if match := re.match(r"(\"[^\"]+\"|[\w-]+)\s*=", line):
                found.setdefault((table, match[1].strip('"')), _joined(above))
            above = []
    return found


def _joined(lines: Sequence[str]) -> str:
    return " ".join(line for line in lines if line).replace("`", "")


@lru_cache(maxsize=1)
def _of_the_sample() -> Mapping[tuple[str, str], str]:
    return explanations(shipped("config.toml").read_text(encoding="utf-8"))


def explain(own: Mapping[tuple[str, str], str], table: Table, key: Key | None = None) -> str:
    """Return what explains a key, or a whole table; ``own`` is of the school's file."""
    place = (table.name, key.name if key else "")
    said = own.get(place) or _of_the_sample().get(place, "") or (key.said if key else "")
    return re.sub(r"^true: (.)", lambda found: f"Yes: {found[1]}", said)
