"""What changes in a reader's letter because they work at several schools of the trust, and one asks for all. Pure.

``other_schools`` has settled before who asks. What another school asks for is not asked here; where this school's copy
did not go with that school's letter it is sent here, to read and not to sign. Where this school asks, the others'
copies go with its letter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.letters.items import AlsoAt, LetterContents, ReaderEntry
from pipeline.mail.composed import Attachment, attachment_name
from pipeline.model.policies import ReadingRule
from pipeline.people.obligations import ReadingDuty
from pipeline.register.readings.shared_readings import AskedBy, CopyBeside, SharedReading


@dataclass(frozen=True, slots=True)
class SharedMarks:
    """What a day says of one person's readings that are owed at several schools."""

    asked_there: frozenset[int] = frozenset()
    """Policies that another school asks for, or is waited for with."""
    copy_alone: tuple[tuple[int, str], ...] = ()
    """Policies of which this school's copy is still to reach them, and where they confirm, or have confirmed, them."""
    beside: tuple[tuple[int, tuple[CopyBeside, ...]], ...] = ()
    """Policies that this school asks for, and the other schools' copies."""


NOT_SHARED = SharedMarks()


def shared_marks(shared: Iterable[SharedReading]) -> Mapping[int, SharedMarks]:
    """Return what it comes to for each person, by the register's key; in an order that is the same every day."""
    by_person: dict[int, list[SharedReading]] = {}
    for one in sorted(shared, key=lambda one: one.policy_id):
        by_person.setdefault(one.person, []).append(one)
    return {
        person: SharedMarks(
            frozenset(one.policy_id for one in mine if one.is_asked_elsewhere),
            tuple((one.policy_id, one.at_school) for one in mine if one.gives_copy),
            tuple((one.policy_id, one.beside) for one in mine if one.standing is AskedBy.HERE and one.beside),
        )
        for person, mine in by_person.items()
    }


def duties_here(duties: tuple[ReadingDuty, ...], marks: SharedMarks) -> tuple[ReadingDuty, ...]:
    """Return what is left for this school to ask."""
    copies = dict(marks.copy_alone)
    if not marks.asked_there and not copies:
        return duties
    return tuple(
        replace(duty, rule=ReadingRule.READ) if duty.standing.policy_id in copies else duty
        for duty in duties
        if duty.rule is not ReadingRule.SIGN
        or duty.standing.policy_id in copies
        or duty.standing.policy_id not in marks.asked_there
    )


def with_other_schools(contents: LetterContents, marks: SharedMarks, school: str) -> LetterContents:
    """Return a letter's contents with the other schools' copies, and why a copy comes alone; ``school`` is this one."""
    if not contents.asked or not (marks.copy_alone or marks.beside):
        return contents
    copies, beside = dict(marks.copy_alone), dict(marks.beside)
    return replace(contents, asked=tuple(_entry(each, copies, beside, school) for each in contents.asked))


def _entry(
    entry: ReaderEntry, copies: Mapping[int, str], beside: Mapping[int, Sequence[CopyBeside]], school: str
) -> ReaderEntry:
    item = entry.item
    if entry.policy_id in copies and item.rule is ReadingRule.READ:
        at = copies[entry.policy_id]
        why = f"you confirm it once for both schools, at {at}; this is the copy of {school or 'this school'}"
        return replace(entry, item=replace(item, why=why))
    if entry.policy_id in beside and item.rule is ReadingRule.SIGN:
        also = tuple(_also(each, item.title) for each in beside[entry.policy_id])
        return replace(entry, item=replace(item, also=also))
    return entry


def _also(copy: CopyBeside, title: str) -> AlsoAt:
    name = attachment_name(f"{copy.at_school} - {title}")
    attached = Attachment(None, name, Path(copy.path), copy.sha256, copy.size_bytes, of_school=copy.at_key)
    return AlsoAt(copy.at_school, attached)
