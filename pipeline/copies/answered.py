"""What each place of a name becomes by an answer about it, before the answer counts: in every document that has it.

Planned on the versions in force with the planner that makes the copies; nothing is written. The desk shows it, line by
line, so that a line of an author, a trainer or another post can stay.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.config import Config
from pipeline.contacts.confirmations import as_they_stand, known_directory
from pipeline.copies.change_preview import VersionInForce, list_sources
from pipeline.copies.copy import Naming
from pipeline.copies.rewording import PlannedLines, plan_lines, prepare_rewording
from pipeline.documents.sandbox.calls import Caller, ContainedCalls
from pipeline.errors import DocumentError, KeptDocumentError
from pipeline.model.contacts import Directory
from pipeline.named.names.parts import PersonName, parse_name
from pipeline.named.names.spellings import find_forms
from pipeline.places import Place
from pipeline.plan.values import reworded
from pipeline.policies.decisions.contact_answers import UnknownContact, with_answers
from pipeline.reasons.reason import Reason, in_words
from pipeline.register.policies.contents import version_files
from pipeline.register.policies.policies import load_text
from pipeline.register.policies.settlements import SettledAs, Settlement
from pipeline.register.store.database import Register


@dataclass(frozen=True, slots=True)
class AnsweredPlace:
    """One place of a name, and what becomes of it."""

    slug: str
    title: str
    where: Place | None
    """None of a document that cannot be looked through now."""
    line: str
    """As the document has it."""
    after: str
    """As copies will have it; empty where it stays."""
    why: Reason | None
    """Why it stays, or why nobody can tell; None where it changes."""


def list_answered(
    register: Register, config: Config, unknown: UnknownContact, roles: Mapping[str, SettledAs], today: date
) -> tuple[AnsweredPlace, ...]:
    """Return each place of a name in the documents in force as it would be by an answer, by title and place.

    ``roles`` says what each role is to the person; what is said of none stays open.
    """
    values = {(one.role, one.value) for one in unknown.places if one.role in roles}
    surnames = {value.split()[-1].casefold() for _, value in values if value.split()}
    sources = list_sources(register, config, today)
    with register.reading() as tx:
        known = as_they_stand(known_directory(tx, register.school, config, today))
        texts = {each.version.id: load_text(tx, each.version.id).casefold() for each in sources}
        decided_at = max((each.version.recorded_at for each in sources), default=None)
    mine = [each for each in sources if any(surname in texts[each.version.id] for surname in surnames)]
    if decided_at is None or not mine:
        return ()
    said = [
        Settlement(
            role=role,
            kind=unknown.kind,
            value=value,
            policy_id=None,
            answer=roles[role],
            reason="",
            decided_by="",
            texts=tuple(each.version.sha256 for each in mine),
            holders=tuple(holder.name for holder in known.of(role)),
            decided_at=decided_at,
        )
        for role, value in sorted(values)
    ]
    names = [name for value in sorted({value for _, value in values}) if (name := parse_name(value)) is not None]
    with ContainedCalls(prepare_rewording) as call:
        return tuple(place for each in mine for place in _places(each, said, known, names, call))


def _places(
    source: VersionInForce, said: Sequence[Settlement], known: Directory, names: Sequence[PersonName], call: Caller
) -> Iterator[AnsweredPlace]:
    slug, title = source.policy.slug, source.policy.title
    stored, version = source.content, source.version
    before, after = (
        with_answers(known, answers, source.policy.id, version.sha256)
        for answers in (source.said, (*source.said, *said))
    )
    if isinstance(stored, KeptDocumentError):
        yield AnsweredPlace(slug, title, None, "", "", in_words(str(stored)))
        return
    naming = Naming(version.facts.contacts, Directory(), source.header, in_parts=stored.appendix is not None)
    for file, each in zip(version_files(stored, version), (naming, naming.for_appendix()), strict=False):
        try:
            planned: PlannedLines = call(plan_lines, *file, each, before, after)
        except DocumentError as error:
            yield AnsweredPlace(slug, title, None, "", "", in_words(str(error)))
            continue
        yield from _of_plan(slug, title, planned, names)


def _of_plan(slug: str, title: str, planned: PlannedLines, names: Sequence[PersonName]) -> Iterator[AnsweredPlace]:
    """Yield what is otherwise than it would be without the answer, and what is the name: a namesake's place is not."""
    before, plan = planned.before, planned.plan

    def is_named(text: str) -> bool:
        return any(any(find_forms(text, name)) for name in names)

    for index, line in planned.lines:
        mine = plan.of_passage(index)
        if any(each not in before.replacements or is_named(each.before) for each in mine):
            yield AnsweredPlace(slug, title, mine[0].where, " ".join(line.split()), reworded(line, mine), None)
    stayed = (*before.left_on_purpose, *before.left)
    for left in (*plan.left_on_purpose, *plan.left):
        if left not in stayed or is_named(left.text):
            yield AnsweredPlace(slug, title, left.where, " ".join(left.text.split()), "", left.reason)
