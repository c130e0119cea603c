"""Why something is as it is: a code and what it is about, made where it is found out and worded once, for its reader.

The code that decides makes a ``Reason`` (``because``) and compares reasons by their codes; the code that prints one
calls ``str`` for the words of commands and JSON, or ``say`` with another ``Voice``. The sentences stand in
``reasons.toml``.
"""

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.places import Place

_PATH = Path(__file__).with_name("reasons.toml")


class Voice(StrEnum):
    """Who is told."""

    COMMAND = "command"
    """A person who runs commands and edits ``config.toml``; the words of JSON too."""
    DESK = "desk"
    """A person who looks at the desk, which has a page for what a command does."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is as it is. Two are the same where code and fields are; nobody looks into their words."""

    code: str
    """Its name in ``reasons.toml``."""
    fields: tuple[tuple[str, "ReasonField"], ...] = ()
    """What the sentence is about, each with its name there: ``ReasonField`` values."""

    def __str__(self) -> str:
        """Return it in the words of the commands."""
        return say(self)

    def texts(self) -> Iterator[str]:
        """Yield every word that the reason has from a document or the school's contacts, places included."""
        for _, value in self.fields:
            yield from _texts(value)


ReasonField = str | int | Place | Reason | tuple[Reason, ...]
"""Words of a document, a name or the like; a number; where it stands; a reason behind the reason, or several."""


def because(code: str, /, **fields: ReasonField) -> Reason:
    """Return the reason of a code with what it is about."""
    return Reason(code, tuple(fields.items()))


def in_words(words: str) -> Reason:
    """Return a reason that other code worded: an error's message, or one kept by an earlier edition."""
    return because("in-words", words=words)


def say(reason: Reason | str, voice: Voice = Voice.COMMAND) -> str:
    """Return a reason in the words for its reader; a sentence or the half of one, as its code has it.

    A plain sentence, which everybody is told alike, comes back as it is.

    Raises:
        KeyError: ``reasons.toml`` has no such code, or its sentence names a field that the reason does not have.
    """
    if isinstance(reason, str):
        return reason
    sentences = load_sentences()[reason.code]
    sentence = sentences.get(voice.value, sentences[Voice.COMMAND.value])
    return _FORMATTER.vformat(sentence, (), {name: _said(value, voice) for name, value in reason.fields})


def say_all(reasons: tuple[Reason, ...], voice: Voice = Voice.COMMAND) -> str:
    """Return several reasons as one line; empty for none."""
    return "; ".join(say(each, voice) for each in reasons)


class _Formatter(string.Formatter):
    """Fills the sentences. ``{holds:unstopped}`` leaves out the full stop that a field may end with."""

    def format_field(self, value: Any, format_spec: str) -> str:
        return str(value).rstrip(".") if format_spec == "unstopped" else str(super().format_field(value, format_spec))


_FORMATTER = _Formatter()


@cache
def load_sentences() -> Mapping[str, Mapping[str, str]]:
    """Return the sentences of ``reasons.toml`` by code, each by voice; what the desk says otherwise under ``desk``."""
    with _PATH.open("rb") as file:
        read = tomllib.load(file)
    return {code: {"command": said} if isinstance(said, str) else said for code, said in read.items()}


def _said(value: ReasonField, voice: Voice) -> str:
    if isinstance(value, Reason):
        return say(value, voice)
    return say_all(value, voice) if isinstance(value, tuple) else str(value)


def _texts(value: ReasonField) -> Iterator[str]:
    if isinstance(value, Reason):
        yield from value.texts()
    elif isinstance(value, tuple):
        for each in value:
            yield from each.texts()
    else:
        yield str(value)
