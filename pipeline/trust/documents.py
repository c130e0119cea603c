"""The trust's own policies as they lie in its folder, read, and each school's version made of one.

A file is read in the child first, as everything is that others wrote; filled is one that could be read.
"""

from dataclasses import dataclass

from pipeline.catalogue.titles import slug_for
from pipeline.configuration.trust import Trust
from pipeline.errors import DocumentError, RenderError, UsageError
from pipeline.model.contacts import ReplacementKind
from pipeline.model.documents import DocumentFormat
from pipeline.places import read_place
from pipeline.plan.values import Replacement
from pipeline.policies.intake.reading import ReadFile, read_files
from pipeline.policies.intake.scan import scan_folder
from pipeline.trust.slots import OwnWords, Slots, filling, find_in_passages, find_in_text
from pipeline.word.regenerate import OpenedDocx, fill_docx, open_docx


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """One policy of the trust."""

    slug: str
    title: str
    path: str
    """Relative to the trust's ``policies/``; a school's version lies under the same name in its own."""
    content: bytes
    reading: ReadFile
    slots: Slots
    opened: OpenedDocx | None = None
    """The Word file, open for every school's version."""

    def version_for(self, own: OwnWords) -> bytes:
        """Return a school's version: its words in the slots, and nothing else changed.

        Raises:
            RenderError: a Word file could not be changed and proved.
        """
        if not self.slots.slots:
            return self.content
        if self.opened is not None:
            return fill_docx(self.opened, [self._replacement(number, own) for number in range(len(self.slots.slots))])
        text, end = "", 0
        whole = self.content.decode("utf-8-sig")
        for slot in self.slots.slots:
            text += whole[end : slot.start] + filling(slot, own)
            end = slot.end
        return (text + whole[end:]).encode("utf-8")

    def _replacement(self, number: int, own: OwnWords) -> Replacement:
        slot = self.slots.slots[number]
        where = slot.where or read_place("the text")
        words = filling(slot, own)
        return Replacement(slot.passage, slot.start, slot.end, slot.marker, words, "slot", ReplacementKind.FIELD, where)


@dataclass(frozen=True, slots=True)
class Unusable:
    """A file of the trust's that no school can have, and why."""

    path: str
    why: tuple[str, ...]


def list_policies(trust: Trust) -> tuple[tuple[TrustPolicy, ...], tuple[Unusable, ...]]:
    """Read the trust's policies; return those that schools can have, by path, and the others with what is wrong."""
    scan = scan_folder(trust.policies) if trust.policies.is_dir() else None
    files = [file for file in scan.files if not file.is_retired] if scan else []
    usable: dict[str, TrustPolicy] = {}
    others = [Unusable(path, (why,)) for path, why in (scan.unopened if scan else ())]
    for reading in read_files(files):
        made = _policy_of(reading)
        if isinstance(made, TrustPolicy) and (twin := usable.get(made.slug)):
            made = Unusable(made.path, (f"{twin.path} is the same policy ({made.slug}); keep one of them here.",))
        if isinstance(made, Unusable):
            others.append(made)
        else:
            usable[made.slug] = made
    return tuple(usable.values()), tuple(others)


def choose(policies: tuple[TrustPolicy, ...], slugs: tuple[str, ...]) -> tuple[TrustPolicy, ...]:
    """Return the policies of these short names, all for none. Raises UsageError for one that is not there."""
    known = {one.slug: one for one in policies}
    for slug in slugs:
        if slug not in known:
            there = ", ".join(known) or "none yet"
            raise UsageError(f"{slug!r} is no policy of the trust that can be handed out; there are: {there}.")
    return tuple(known[slug] for slug in dict.fromkeys(slugs)) if slugs else policies


def _policy_of(reading: ReadFile) -> TrustPolicy | Unusable:
    file = reading.file
    if reading.error is not None or reading.format is None:
        return Unusable(file.path, (str(reading.error),))
    if file.appendix is not None:
        return Unusable(file.path, (f"{file.appendix.path} lies beside it: a local appendix is a school's own.",))
    content = file.location.read_bytes()
    title = reading.facts.title or reading.title_in_file_name
    try:
        opened = open_docx(content, shown_as=file.path) if reading.format is DocumentFormat.DOCX else None
        slots = _slots(content, opened, reading)
    except (RenderError, DocumentError) as error:
        return Unusable(file.path, (str(error),))
    if slots.faults:
        return Unusable(file.path, slots.faults)
    return TrustPolicy(slug_for(title), title, file.path, content, reading, slots, opened)


def _slots(content: bytes, opened: OpenedDocx | None, reading: ReadFile) -> Slots:
    if opened is not None:
        return find_in_passages(opened.file.passages, len(opened.file.paragraphs))
    if reading.format is DocumentFormat.TXT:
        try:
            return find_in_text(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return _without_slots(reading, "Save the text with the encoding UTF-8.")
    return _without_slots(reading, "Slots are filled in Word files (.docx) and texts alone; save it as one of these.")


def _without_slots(reading: ReadFile, advice: str) -> Slots:
    found = find_in_text(reading.text)
    return Slots((), (f"It has slots, and they cannot be filled. {advice}",) if found.slots or found.faults else ())
