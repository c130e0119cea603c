"""Documents that others publish by edition, such as Part One of Keeping Children Safe in Education.

The facts stand in ``external.toml`` beside this module. A school keeps no copy of them: staff read them where they are
published. An edition comes with the program, or with a later one, and is asked of nobody until the owner releases it.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_PATH = Path(__file__).with_name("external.toml")


@dataclass(frozen=True, slots=True)
class ExternalEdition:
    """One edition of a document."""

    edition: str
    """What it is called, such as ``2026``."""
    since: date
    """The first day on which it applies."""
    until: date | None
    """The last one, where it ended without a later edition."""
    address: str
    """Where it is read."""
    words: int
    """About how long it is."""
    source: str
    """Where the facts were seen."""
    checked_on: date

    def applies(self, today: date) -> bool:
        """Return whether it applies on ``today``, later editions aside."""
        return self.since <= today and (self.until is None or today <= self.until)


@dataclass(frozen=True, slots=True)
class ExternalDocument:
    """A document of another body, with its editions, oldest first."""

    slug: str
    """Its short name, as for a policy."""
    title: str
    editions: tuple[ExternalEdition, ...]

    def in_force(self, today: date) -> ExternalEdition | None:
        """Return the edition that applies on ``today``, None where none does."""
        begun = [each for each in self.editions if each.since <= today]
        return begun[-1] if begun and begun[-1].applies(today) else None


@cache
def load_documents() -> tuple[ExternalDocument, ...]:
    """Return the documents in the order of the file."""
    with _PATH.open("rb") as file:
        rows = tomllib.load(file)["document"]
    return tuple(
        ExternalDocument(
            row["slug"], row["title"], tuple(sorted((_edition(each) for each in row["edition"]), key=_first_day))
        )
        for row in rows
    )


def _edition(row: dict[str, object]) -> ExternalEdition:
    renamed = {("since" if key == "from" else key): value for key, value in row.items()}
    return ExternalEdition(**{"until": None, **renamed})  # type: ignore[arg-type]


def _first_day(edition: ExternalEdition) -> date:
    return edition.since


def find_document(slug: str) -> ExternalDocument | None:
    """Return the document with that short name, None where there is none."""
    return next((each for each in load_documents() if each.slug == slug), None)
