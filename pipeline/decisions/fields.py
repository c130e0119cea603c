"""How the fields of a decision are asked for: on its page, and as arguments and options of its command."""

from dataclasses import MISSING, Field, dataclass, field, fields
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints


class Where(StrEnum):
    """Where a field is asked for."""

    ADDRESS = "address"
    """What the decision is about: a part of the page's address, and an argument of the command."""
    BOTH = "both"
    PAGE = "page"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class FieldWords:
    """How a field is asked for."""

    label: str = ""
    """Above it on the page."""
    hint: str = ""
    help: str = ""
    """Of the command's option."""
    missing: str = ""
    """What the page says where it is left empty, or not ticked; empty where it may be."""
    to_come: str = ""
    """What the page says of a day that is still to come; empty where it may be."""
    is_today: bool = False
    """Whether today stands there while nothing was typed."""
    is_linked: bool = False
    """Whether a link to the page may say what stands there: of nothing that a forged one could slip in."""
    option: str = ""
    """The command's option, where it is called otherwise than the field."""
    metavar: str | None = None
    where: Where = Where.BOTH
    is_argument: bool = False
    """Whether the command takes it without an option; what the address names is an argument always."""
    is_long: bool = False
    """Whether several lines are typed."""
    typed_as: str = "text"
    """What a browser takes it for, such as "email"."""


def asked(
    label: str = "", *, default: Any = MISSING, where: Where = Where.BOTH, metavar: str | None = None, **words: Any
) -> Any:
    """Return a field of a declaration: its label on the page, and the rest of ``FieldWords``.

    The command must be given what has no ``default``; the page, what has a sentence for where it is ``missing``.
    """
    return field(default=default, metadata={"words": FieldWords(label, where=where, metavar=metavar, **words)})


def asked_at_desk(label: str, **words: Any) -> Any:
    """Return a field that the page alone asks for; None where it was not."""
    return asked(label, where=Where.PAGE, default=None, **words)


@dataclass(frozen=True, slots=True)
class DeclaredField:
    """A field of a declaration."""

    name: str
    kind: type
    """``str``, ``date``, ``bool`` or ``int``."""
    words: FieldWords
    is_required: bool
    default: Any
    is_several: bool = False
    """Whether the command takes several, or none; the page, one."""

    @property
    def is_argument(self) -> bool:
        """Whether the command takes it without an option."""
        return self.words.is_argument or self.words.where is Where.ADDRESS

    @property
    def option(self) -> str:
        """Its option at the command line."""
        return self.words.option or f"--{self.name.replace('_', '-')}"


@cache
def fields_of(declared: type[Any]) -> tuple[DeclaredField, ...]:
    """Return the fields of a declaration, those of the address first."""
    kinds = get_type_hints(declared)
    found = [_field(one, kinds[one.name]) for one in fields(declared)]
    return tuple(sorted(found, key=lambda one: one.words.where is not Where.ADDRESS))


def _field(one: Field[Any], hint: Any) -> DeclaredField:
    kind = next((each for each in get_args(hint) if each is not type(None)), hint)
    required = one.default is MISSING
    default = None if required else one.default
    return DeclaredField(one.name, kind, one.metadata["words"], required, default, get_origin(hint) is tuple)
