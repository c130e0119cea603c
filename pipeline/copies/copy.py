"""The copy of a policy as it was made, and what it is made of: what rewording, setting, keeping and filing share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pipeline.documents.office import find_office
from pipeline.documents.source import Source
from pipeline.model.contacts import Directory
from pipeline.model.documents import Document, DocumentFormat
from pipeline.model.facts import Contact
from pipeline.pages.pdf import FrontBlock
from pipeline.plan.header import HeaderFacts
from pipeline.plan.values import Replacement, ReplacementPlan
from pipeline.reasons.reason import Reason


@dataclass(frozen=True, slots=True)
class Copy:
    """The copies of one policy with the contacts of a day."""

    docx: bytes | None
    """The patched Word file; None where the source is none."""
    pdf: bytes
    plan: ReplacementPlan
    """What changed and what did not. ``held``: the files must not go out, they hold the words as they were."""
    notes: tuple[str, ...] = ()
    """One sentence each on what the PDF could not show as it is, such as a picture without a description."""
    html: str | None = None
    """The same as a web page; None where ``notes`` say why there is none."""
    appendix_docx: bytes | None = None
    """The patched Word file of the local appendix, where there is one and it is a Word file."""


@dataclass(frozen=True, slots=True)
class CopyStyle:
    """How copies are made, the same for all of a school."""

    templates: Path | None = None
    """The school's own templates folder."""
    links: Mapping[str, str] = field(default_factory=dict)
    """The names of other policies and the address of the PDF copy of each."""
    pdf: Literal["typst", "libreoffice"] = "typst"
    """What sets the pages of a Word file."""
    find_office: Callable[[], str | None] = find_office
    pdf_address: str | None = None
    """Where the PDF lies, as seen from the web page."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Who is to be named in a copy, and in whose place."""

    stated: tuple[Contact, ...]
    """Whom the policy names in roles."""
    directory: Directory
    header: HeaderFacts | None = None
    """What the register knows of it."""
    in_parts: bool = False
    """The policy lies in two files, so that each names some of ``stated``."""

    def for_appendix(self) -> "Naming":
        """Return the naming for a local appendix, whose list of changes is none of the register's."""
        return replace(self, header=replace(self.header, changes=()) if self.header is not None else None)


@dataclass(frozen=True, slots=True)
class Part:
    """A document with the contacts of the day in its words: a whole policy, or its local appendix."""

    document: Document
    """What a web page shows; of a PDF the words put right, while its pages stay."""
    plan: ReplacementPlan
    docx: bytes | None = None
    """The patched Word file; None where the source is none."""
    keeps_pages: bool = False
    """It is a PDF, whose own pages are shown."""
    page_notes: tuple[str, ...] = ()
    """Of a PDF: what its pages would have to say otherwise, a sentence each."""
    no_page: Reason | None = None
    """Why there is no web page of it; None where there is."""
    not_on_pages: tuple[Replacement, ...] = ()
    """Of a PDF: what its pages would have to say otherwise, place by place."""

    @property
    def put_right(self) -> tuple[Replacement, ...]:
        """What the document says otherwise today, whether its own pages show that or stay."""
        return self.not_on_pages if self.keeps_pages else self.plan.replacements

    @property
    def agrees(self) -> bool:
        """Whether a PDF's own pages are known to name nobody but those of the front."""
        return self.no_page is None and not self.page_notes and not self.plan.left


@dataclass(frozen=True, slots=True)
class Reworded:
    """One document with the contacts of the day in its words, and its file."""

    part: Part
    file: Source
    """As it came: of a PDF its pages are kept; of any other its bytes are asked for no more."""


@dataclass(frozen=True, slots=True)
class Making:
    """What one copy is made of."""

    files: tuple[tuple[Source, DocumentFormat], ...]
    """The policy's file and, where it has one, that of its local appendix."""
    naming: Naming
    front: FrontBlock
    """With the copy's code and day."""
    style: CopyStyle


Maker = Callable[[Making], Copy | None]
"""Gives a copy that another process makes; None where they do not, and it is made here."""
