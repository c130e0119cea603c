"""Which place of which document a question to the policy owner is about: the text in use, and the words read from it.

``pages.shown_place`` shows it. A question about a file, or about what a document says nothing of, has no place; one
about a text that is held since it names another school has that of the name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.dates.written import find_dates
from pipeline.documents.source import Source
from pipeline.errors import KeptDocumentError
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import FactStatus
from pipeline.places import Place, PlaceKind, read_places
from pipeline.policies.decisions.contact_answers import OpenContact
from pipeline.policies.questions import ABOUT_FILES, DATES, DRAFT, Question
from pipeline.register.policies.contents import load_content, version_files
from pipeline.register.policies.policies import VersionRow, drafts, find_policy, versions_in_force
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """What is to be shown of one policy's document."""

    sha256: str
    """Of the version."""
    places: tuple[Place, ...]
    """Where the words were read; of what is said in several places each."""
    words: str


@dataclass(frozen=True, slots=True)
class VersionFile:
    """A file of a version, unopened."""

    source: Source
    format: DocumentFormat


def place_of_question(tx: Transaction, school: str, question: Question) -> AskedPlace | None:
    """Return the place that a question is about; None where it is about none of the text."""
    if question.names_instead:
        return _place_of_name(_find(tx, school, question.slug, draft=question.field == DRAFT))
    if question.status in ABOUT_FILES or not question.words or not question.stands:
        return None
    version = _find(tx, school, question.slug)
    return _asked(version, question.stands, _words_of(question, question.words))


def _place_of_name(held: VersionRow | None) -> AskedPlace | None:
    """Return where a text that is held for it names another school."""
    evidence = held.facts.evidence.get("school") if held is not None else None
    if evidence is None or evidence.where is None or not evidence.text:
        return None
    return _asked(held, evidence.stands, evidence.text)


def _words_of(question: Question, words: str) -> str:
    """Return what was read; of several dates without their labels, which may stand in another cell."""
    dates = [found.text for found in find_dates(words)] if question.field in DATES else []
    return "; ".join(dates) if question.status == FactStatus.AMBIGUOUS and dates else words


def place_of_contact(tx: Transaction, school: str, named: OpenContact) -> AskedPlace | None:
    """Return where a name or number stands that nobody in the school's contacts has."""
    return _asked(_find(tx, school, named.slug), read_places(named.where), named.value)


def _find(tx: Transaction, school: str, slug: str, *, draft: bool = False) -> VersionRow | None:
    policy = find_policy(tx, school, slug)
    versions = drafts(tx, school) if draft else versions_in_force(tx, school)
    return versions.get(policy.id) if policy is not None else None


def _asked(version: VersionRow | None, places: Iterable[Place], words: str) -> AskedPlace | None:
    """Return what is to be shown of a text; nothing of a document that others publish, or at no place of its own."""
    shown = tuple(place for place in places if place.kind not in (PlaceKind.CALLED, PlaceKind.PROPERTY))
    if version is None or version.edition is not None or not shown:
        return None
    return AskedPlace(version.sha256, shown, words)


def files_of(tx: Transaction, school: str, asked: AskedPlace) -> Sequence[VersionFile]:
    """Return the files that a place may be in: the document, then its local appendix; none where it is damaged."""
    versions = (*versions_in_force(tx, school).values(), *drafts(tx, school).values())
    version = next((each for each in versions if each.sha256 == asked.sha256), None)
    if version is None:
        return ()
    try:
        files = version_files(load_content(tx, version.sha256), version)
    except KeptDocumentError:
        return ()
    return tuple(VersionFile(*file) for file in files)
