"""What letters tell others than readers, declared: owners, line managers, the office, the clerk, the governors.

A ``LetterPart`` is all that the program knows of one such thing; ``registry`` lists them, and the functions that say to
whom each is told on a day. What a letter says to its readers is ``items``.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pipeline.mail.composed import Attachment
from pipeline.mail.words import one_line
from pipeline.model.mail import MailKind
from pipeline.register.mail.told import ToldRecord
from pipeline.wording import say_list

SUBJECT_TITLES_LIMIT = 110
"""Characters of policy titles in a subject; what does not fit is counted."""

Item = TypeVar("Item")
Shared = tuple[int, str, str]
"""What is noted of every item of a letter: the message, the address in small letters and the route."""


@dataclass(frozen=True, slots=True, eq=False)
class LetterPart(Generic[Item]):
    """One thing that letters tell others than readers, and everything that is known of it by its kind."""

    kind: MailKind
    """What a letter is kept as that tells it first; its template bears the name of the kind."""
    rank: int
    """Where it stands in a letter that tells several, the lowest first."""
    in_calendar: str
    """What a mail of it is for, in the words of a look at the days to come."""
    on_desk: str
    """The same in the lists of mailings."""
    fields: Callable[[Sequence[Item], int, Sequence[Attachment]], dict[str, object]]
    """What templates get, of no item, too: of titles in a subject so many characters, and what the mail carries."""
    noted: Callable[[Sequence[Item], Shared], Iterable[ToldRecord]]
    """What the register keeps of having told it."""
    said: Callable[[Sequence[Item]], Iterable[str]]
    """What the text of a letter that tells it holds; a template of the school's own may have no place for it."""
    about: tuple[str, ...] = ()
    """As what it is noted, where what was told before decides what is told today."""
    shown: Callable[[Sequence[Item]], Iterable[str]] = lambda items: ()
    """The same of the HTML."""
    must_be_said: bool = False
    """A letter whose template has no place for it is made with the template that comes with the program."""
    in_report: Callable[[Sequence[Item]], str] = lambda items: ""
    """What a letter that tells it says, in a few words for the report of a run."""
    files: Callable[[Sequence[Item], int], tuple[Attachment, ...]] = lambda items, most_bytes: ()
    """What is to be attached, of at most so many bytes."""
    policies: Callable[[Item], Iterable[int]] = lambda item: ()
    """The policies that an item is about, by the register's key."""


def some_titles(
    titles: Sequence[str], remarks: Sequence[str] = (), *, limit: int = SUBJECT_TITLES_LIMIT, most: int | None = None
) -> str:
    """Return titles for a subject, as many as fit ``limit``, the rest counted: ``A, B and 4 more``.

    Those behind the first ``most`` are counted only.
    """
    shown: list[str] = []
    for index, title in enumerate(titles[:most]):
        words = one_line(title, min(60, limit)) + (f" ({remarks[index]})" if remarks else "")
        if shown and len(", ".join([*shown, words])) > limit:
            break
        shown.append(words)
    rest = len(titles) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return say_list(shown)
