"""``policy copy``: regenerate copies of documents given by hand, outside the register."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_for_copy
from pipeline.copies.copy import Copy, CopyStyle, Part, Reworded
from pipeline.copies.explain import ChangeReason, explain_changes
from pipeline.copies.rewording import RewordedFile, prepare_rewording, reword_file
from pipeline.copies.setting import set_copy
from pipeline.copies.shelf import front_block
from pipeline.documents import load_source
from pipeline.documents.sandbox.calls import MEMORY_BYTES, TIMEOUT_SECONDS, Caller, ContainedCalls
from pipeline.documents.sandbox.readers import FileOutcome, contained_map
from pipeline.documents.source import Source
from pipeline.errors import DocumentError, RenderError, UsageError
from pipeline.files import write_atomically
from pipeline.model.progress import Progress, no_progress
from pipeline.pages.codes import short_code
from pipeline.plan.values import ROW, ReplacementPlan, plan_lists, say_change
from pipeline.policies.intake.scan import FoundFile
from pipeline.policies.standing import standing_from_facts
from pipeline.wording import say_count


@dataclass(frozen=True, slots=True)
class CopyOutcome:
    """What became of one file."""

    file: str
    docx: Path | None = None
    pdf: Path | None = None
    plan: ReplacementPlan = field(default_factory=ReplacementPlan)
    held: str | None = None
    reasons: tuple[ChangeReason, ...] = ()
    """Why each of the plan's replacements is made, in their order; empty where nobody asked."""
    notes: tuple[str, ...] = ()
    """One sentence each on what the copy could not show or lacks, such as a picture without a description."""
    error: DocumentError | None = None
    """The file could not be read."""
    render_error: RenderError | None = None
    """It was read, but its copy could not be made or written."""

    @property
    def failed(self) -> bool:
        """Whether there is no copy because something went wrong (a held copy is not wrong)."""
        return self.error is not None or self.render_error is not None

    def as_json(self, *, explain: bool = False) -> dict[str, Any]:
        """Return the outcome as ``copy --json`` prints it; ``explain`` adds why each replacement is made."""
        if self.error is not None:
            return {"file": self.file, "error": {"code": self.error.code.value, "message": str(self.error)}}
        if self.render_error is not None:
            return {"file": self.file, "error": {"code": "not-written", "message": str(self.render_error)}}
        docx, pdf = (str(path) if path else None for path in (self.docx, self.pdf))
        made = {"file": self.file, "docx": docx, "pdf": pdf}
        told = {**made, **plan_lists(self.plan), "held": self.held, "notes": list(self.notes)}
        return {**told, "explain": [each.as_json() for each in self.reasons]} if explain else told

    def as_lines(self) -> list[str]:
        """Return the outcome in words, a line each, with why each replacement is made where that was asked."""
        if self.failed:
            return [f"{self.file}: no copy. {self.error or self.render_error}"]
        if self.held is not None:
            return [f"{self.file}: held. {self.held}", *(self._changes() if self.reasons else ())]
        made = " and ".join(str(path) for path in (self.docx, self.pdf) if path)
        changed = len(self.plan.replacements) + len(self.plan.rows)
        lines = [f"{self.file}: {made} ({say_count(changed, 'contact detail')} put right)"]
        lines += self._changes()
        lines += [f"  {row.where}: {say_change(ROW, row.before, row.after)}" for row in self.plan.rows]
        lines += [f"  left on purpose, {item.where}: {item.text} ({item.reason})" for item in self.plan.left_on_purpose]
        lines += [f"  please look, {item.where}: {item.text} ({item.reason})" for item in self.plan.left]
        return [*lines, *(f"  {note}" for note in self.notes)]

    def _changes(self) -> Iterator[str]:
        for item, reason in zip_longest(self.plan.replacements, self.reasons):
            yield f"  {item.where}: {item.before} → {item.after}"
            if reason is not None:
                yield f"    ↳ {reason.sentence()}"


def copy_files(
    files: Sequence[FoundFile],
    out: Path,
    config: Config,
    today: date,
    progress: Progress = no_progress,
    *,
    explain: bool = False,
) -> Iterator[CopyOutcome]:
    """Regenerate ``out/<stem>.docx`` (for .docx) and ``out/<stem>.pdf`` for each file, in order.

    Raises:
        UsageError: when a copy would be written over the document it is made from.
    """
    for file in files:
        if out.resolve() == file.location.resolve().parent:
            raise UsageError(
                f"{out} is the folder {file.path} lies in; the copy would overwrite it. Choose another --out."
            )
    taken: dict[str, str] = {}
    _, planned = contacts_for_copy(config, today)
    outcomes = contained_map(
        partial(reword_file, directory=planned, school=config.school.name or None),
        [file.location for file in files],
        timeout_seconds=TIMEOUT_SECONDS,
        memory_bytes=MEMORY_BYTES,
        prepare=prepare_rewording,
    )
    with ContainedCalls(prepare_rewording) as call:
        for done, (file, outcome) in enumerate(zip(files, outcomes, strict=True)):
            progress("Making copies", done, len(files))
            yield _outcome(file, outcome, _Shop(out, config, today, taken, call, explain))
    progress("Making copies", len(files), len(files))


@dataclass(frozen=True, slots=True)
class _Shop:
    """What all copies of one command are made with."""

    out: Path
    config: Config
    today: date
    taken: dict[str, str]
    """The file that each name of a copy was given for."""
    call: Caller
    """Opens documents, apart from this process."""
    explain: bool
    """Whether it is to be said why each replacement is made."""


def _outcome(found: FoundFile, outcome: FileOutcome[RewordedFile], shop: _Shop) -> CopyOutcome:
    file, stem, reworded = found.path, found.location.stem, outcome.value
    if reworded is None:
        return CopyOutcome(file, error=outcome.error)
    if stem.casefold() in shop.taken:
        other = shop.taken[stem.casefold()]
        return CopyOutcome(file, held=f"{stem}.pdf was already made from {other}; give this one another --out.")
    shop.taken[stem.casefold()] = file
    if reworded.part is None:
        return CopyOutcome(file, render_error=reworded.refused)
    try:
        copy = _set(found, reworded, reworded.part, shop)
        reasons = explain_changes(reworded.part.document, copy.plan) if shop.explain else ()
        if copy.plan.holds:
            return CopyOutcome(file, plan=copy.plan, held=copy.plan.held, reasons=reasons)
        return CopyOutcome(file, *_write(copy, shop.out, stem), plan=copy.plan, reasons=reasons, notes=copy.notes)
    except DocumentError as error:
        return CopyOutcome(file, error=error)
    except RenderError as error:
        return CopyOutcome(file, render_error=error)


def _set(found: FoundFile, reworded: RewordedFile, part: Part, shop: _Shop) -> Copy:
    config, facts = shop.config, reworded.facts
    on_front, _ = contacts_for_copy(config, shop.today)
    standing = standing_from_facts(facts, facts.title or found.location.stem, reworded.count, config, shop.today)
    front = front_block(standing, facts, config, on_front, None)
    front = replace(front, code=short_code(standing.slug, found.sha256), made_on=shop.today)
    style = CopyStyle(config.templates, pdf=config.documents.pdf)
    return set_copy(Reworded(part, _pages_of(found, part)), None, front, style, call=shop.call)


def _pages_of(found: FoundFile, part: Part) -> Source:
    """Return the file whose own pages its copy shows, as it was read; of any other nothing is needed again."""
    if not part.keeps_pages:
        return Source(b"", found.path)
    file = load_source(found.location, shown_as=found.path)
    if hashlib.sha256(file.content).hexdigest() != part.document.sha256:
        raise RenderError(
            f"“{found.path}” was changed while its copy was made, so the copy was not written. Run the command again."
        )
    return file


def _write(copy: Copy, out: Path, stem: str) -> tuple[Path | None, Path]:
    docx = out / f"{stem}.docx" if copy.docx is not None else None
    if docx is not None and copy.docx is not None:
        write_atomically(docx, copy.docx)
    pdf = out / f"{stem}.pdf"
    write_atomically(pdf, copy.pdf)
    return docx, pdf
