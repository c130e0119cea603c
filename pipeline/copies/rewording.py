"""Put the contacts of the day into the words of a document: all of a copy that opens the document itself.

A Word file is patched and read again; of a PDF it is said what its pages no longer have right; every other format is
reworded on the model. Runs in a child process (``contained``); ``setting`` sets what comes of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from pipeline.copies.copy import Naming, Part
from pipeline.copies.parts import stated_in
from pipeline.documents import load_source, read_document_bytes
from pipeline.documents.packages import Package, open_package
from pipeline.documents.source import Source
from pipeline.errors import FieldError, RenderError
from pipeline.last_look.check import with_last_check
from pipeline.model.contacts import Directory, Holder
from pipeline.model.documents import Document, DocumentFlag, DocumentFormat
from pipeline.model.facts import Contact, Facts
from pipeline.pages.page_notes import PageReading, left_in_the_original, page_notes
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.header import HeaderFacts, own_header
from pipeline.plan.rewording import passages_of, regenerate_document
from pipeline.plan.values import Left, ReplacementPlan
from pipeline.policies.intake.extracting import TYPICAL, extract_document, prepare_extracting
from pipeline.reasons.reason import Reason, because, in_words, load_sentences
from pipeline.word.active import without_active_content
from pipeline.word.regenerate import OpenedDocx, open_docx, regenerate_opened

_ACTIVE = frozenset({DocumentFlag.ACTIVE_CONTENT, DocumentFlag.EXTERNAL_TEMPLATE})
_ZIP = b"PK"
_ALSO_SAID = """\
Our school’s Designated Safeguarding Lead, Mrs Ann Lee, is responsible for child protection and safeguarding.
Mrs Ann Lee (DSL) for the whole school or, in her absence, our deputy designated person, Mr Tom Hill (deputy head).
Mrs Lee leads on safeguarding and child protection. She has overall responsibility, as lead member of staff, for both.
The director of safeguarding, the data protection officer and a duty social worker are no staff of the school.
Every member of staff, and every officer, who is worried tells Ann Lee, who is the designated person for our school.
Mrs Lee, the DSL, and Mr Hill will support staff, with support from the children’s services of the council.
Mrs Ann Lee, supported by Mr Tom Hill, leads on safeguarding; if she is absent, her deputy, Mr Hill, is the lead.
If they are not in school, the deputies are told, or the Head of School, a class teacher or a parent governor.
The special educational needs and disabilities lead and children looked after: written by Ann Lee (2024).
Deputy: Tom Hill, 01632 960001. Our cook, Mrs Lee, knows. Position: vacant.
The principal, the multi-agency safeguarding hub (MASH), the county safeguarding hub and social services are told.
The designated member of staff for child protection, Mrs Lee, is head of safeguarding. Named governor for safeguarding:
Kim Day. Our deputy is responsible for safeguarding when Mrs Lee is away; Mrs Lee, Mr Hill and Ms Day are trained.
"""
"""Ways to speak of the lead and others that policies often have besides ``TYPICAL``."""


@dataclass(frozen=True)
class Original:
    """A document that a copy is made of: a policy, or its local appendix."""

    source: Source
    format: DocumentFormat
    package: Package | None = None
    """The zip of a Word file with what was parsed of it, so that nothing is parsed again."""

    @classmethod
    def read(cls, source: Source, document: Document, package: Package | None = None) -> "Original":
        """Return one that was read already."""
        original = cls(source, document.format, package)
        original.__dict__["document"] = document
        return original

    @cached_property
    def document(self) -> Document:
        """Its words, read once they are asked for: to be patched, a Word file need not be read, only its copy.

        Raises:
            DocumentError: it cannot be read.
        """
        return read_document_bytes(
            self.content, shown_as=self.source.shown_as, format=self.format, package=self.package
        )

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.source.content

    @property
    def is_patched(self) -> bool:
        """Whether its copy is the file itself with other words in it."""
        return self.format is DocumentFormat.DOCX and self.content.startswith(_ZIP)


def open_original(source: Source, document_format: DocumentFormat | None = None) -> Original:
    """Open a document that a copy is to be made of, once for all that is done with it.

    ``document_format`` overrules what the content and the name say.

    Raises:
        DocumentError: it cannot be opened; of what is no Word file for certain, it cannot be read.
    """
    is_zip = source.content.startswith(_ZIP) and document_format in (None, DocumentFormat.DOCX)
    package = open_package(source) if is_zip else None
    if package is not None and document_format is not None:
        return Original(source, document_format, package)
    document = read_document_bytes(source.content, shown_as=source.shown_as, format=document_format, package=package)
    return Original.read(source, document, package)


def reword(original: Original, naming: Naming, word: OpenedDocx | None = None) -> Part:
    """Put those of the directory into the words of a document in the places of whom it names in roles.

    ``word`` is a Word file as ``open_word`` has opened it, for one school after the other.

    Raises:
        RenderError: the words could not be changed, or not proved; a field in double braces is unknown or empty.
        DocumentError: the patched Word file could not be read again.
    """
    stated, directory, header = _stated_in(original, naming), naming.directory, naming.header
    if original.is_patched:
        return _reworded_word(original, word or open_word(original), stated, directory, header)
    if original.format is DocumentFormat.PDF:
        return _reworded_pdf(original.document, stated, directory, header)
    words, planned = regenerate_document(original.document, stated, directory, header=header)
    plan = with_last_check(words, planned, directory)
    return Part(words if plan.holds == planned.holds else original.document, plan)


def _stated_in(original: Original, naming: Naming) -> tuple[Contact, ...]:
    """Return whom one document of the policy names."""
    return stated_in(original.document, naming.stated) if naming.in_parts else naming.stated


def reword_source(source: Source, document_format: DocumentFormat, naming: Naming) -> Part:
    """Read a document and put today's contacts into its words; what a child process is asked for.

    Raises:
        RenderError: as ``reword``.
        DocumentError: it cannot be read.
    """
    return reword(open_original(source, document_format), naming)


def read_source(source: Source, document_format: DocumentFormat) -> Document:
    """Read a document; what a child process is asked for where nothing of it is changed.

    Raises:
        DocumentError: it cannot be read.
    """
    return open_original(source, document_format).document


@dataclass(frozen=True, slots=True)
class RewordedFile:
    """A file that was read, and its words with the contacts of the day."""

    facts: Facts
    count: int
    """How many words it has."""
    part: Part | None
    refused: RenderError | None = None
    """Why no copy can be made; ``part`` is None then."""


def reword_file(location: Path, *, directory: Directory, school: str | None) -> RewordedFile:
    """Read a file that no register knows, for what it says and for its copy; runs in a child process.

    Raises:
        DocumentError: it, or its copy, cannot be read.
    """
    original = open_original(load_source(location))
    extract = extract_document(original.document)
    facts, count = extract.facts, len(extract.text.split())
    header = own_header(facts, facts.title or location.stem, school)
    try:
        part = reword(original, Naming(facts.contacts, directory, header))
    except RenderError as error:
        return RewordedFile(facts, count, None, error)
    return RewordedFile(facts, count, part)


def plan_source(
    source: Source, document_format: DocumentFormat, naming: Naming, directories: Sequence[Directory]
) -> tuple[ReplacementPlan, ...]:
    """Return what each of ``directories`` would change in a document, which is opened once for all of them.

    The directory of ``naming`` is not asked.

    Raises:
        DocumentError: it cannot be read.
    """
    original = open_original(source, document_format)
    stated, header = _stated_in(original, naming), naming.header
    if not original.is_patched:
        passages = passages_of(original.document)
        return tuple(plan_replacements(passages, stated, each) for each in directories)
    try:
        opened = open_word(original)
    except RenderError as error:
        return (ReplacementPlan(holds=(in_words(str(error)),)),) * len(directories)
    return tuple(_word_plan(opened, stated, each, header) for each in directories)


@dataclass(frozen=True, slots=True)
class PlannedLines:
    """What a directory would change in a document against another, with the lines in which it does."""

    before: ReplacementPlan
    plan: ReplacementPlan
    lines: tuple[tuple[int, str], ...]
    """Each passage that ``plan`` changes with its words; none where table rows come or go: they are counted anew."""


def plan_lines(
    source: Source, document_format: DocumentFormat, naming: Naming, before: Directory, after: Directory
) -> PlannedLines:
    """Return what each of two directories would change in a document, and the lines in which the second does.

    Raises:
        DocumentError: it cannot be read.
    """
    earlier, plan = plan_source(source, document_format, naming, (before, after))
    if plan.rows or not plan.replacements:
        return PlannedLines(earlier, plan, ())
    original = open_original(source, document_format)
    passages = open_word(original).file.passages if original.is_patched else passages_of(original.document)
    touched = dict.fromkeys(each.passage for each in plan.replacements)
    return PlannedLines(earlier, plan, tuple((index, passages[index].text) for index in touched))


def _word_plan(
    opened: OpenedDocx, stated: Sequence[Contact], directory: Directory, header: HeaderFacts | None
) -> ReplacementPlan:
    try:
        return regenerate_opened(opened, stated, directory, header=header).plan
    except RenderError as error:
        return ReplacementPlan(holds=(in_words(str(error)),))


def open_word(original: Original) -> OpenedDocx:
    """Open a Word file to be patched, for any number of copies.

    Raises:
        RenderError: it is signed, locked, holds macros or is "Strict Open XML".
        DocumentError: it cannot be opened as a Word file.
    """
    shown_as = f"“{Path(original.source.shown_as).name}”"
    return open_docx(original.content, shown_as=shown_as, package=original.package)


def prepare_rewording() -> None:
    """Load what reading and rewording go by, once for all children.

    A pattern is compiled where it is first tried, so what most policies have the planning try is planned once here.
    """
    prepare_extracting()
    load_sentences()
    stated, directory = (Contact("dsl", "Ann Lee"),), Directory((Holder("dsl", "Jo Hill", "", None, None),))
    text = f"{TYPICAL}\n{_ALSO_SAID}"
    reword_source(Source(text.encode(), "none.txt"), DocumentFormat.TXT, Naming(stated, directory))


def _reworded_word(
    original: Original,
    opened: OpenedDocx,
    stated: Sequence[Contact],
    directory: Directory,
    header: HeaderFacts | None,
) -> Part:
    patched = regenerate_opened(opened, stated, directory, header=header)
    copied = original
    if patched.content != original.content:
        copied = open_original(Source(patched.content, original.source.shown_as), DocumentFormat.DOCX)
    plan = with_last_check(copied.document, patched.plan, directory)
    if plan.holds != patched.plan.holds:
        # A held copy has the words as they were.
        copied, plan = original, replace(plan, rows=())
    if not _ACTIVE & copied.document.flags:
        return Part(copied.document, plan, copied.content)
    # Last, since what is in an object was to be searched for former holders first.
    inert = without_active_content(copied.content, package=copied.package)
    shown = read_document_bytes(inert, shown_as=copied.document.path, format=DocumentFormat.DOCX)
    if shown.text != copied.document.text or _ACTIVE & shown.flags:
        raise RenderError(
            f"{opened.shown_as} fetches or starts something when it is opened, and that could not be taken out of its "
            "copy; it was not written. In Word, break its links (File, Info, Edit Links to Files) and save it again."
        )
    return Part(shown, plan, inert)


def _reworded_pdf(
    document: Document, stated: Sequence[Contact], directory: Directory, header: HeaderFacts | None
) -> Part:
    """Plan what a front sheet must say; the words of the web page are put right where all of them safely can be."""
    reading = PageReading(passages_of(document), stated, directory, header)
    pages = plan_replacements(reading.passages, stated, directory)
    plan = with_last_check(document, left_in_the_original(pages), directory, may_hold=False)
    plan = replace(plan, left=plan.left + _unfilled_fields(document))
    notes = page_notes(reading, pages)
    part = Part(document, plan, keeps_pages=True, page_notes=notes, not_on_pages=pages.replacements)
    if why := unfit_for_a_page(document):
        return replace(part, no_page=why)
    try:
        words, done = regenerate_document(document, stated, directory)
    except FieldError as error:
        return replace(part, no_page=error.reason)
    holds = with_last_check(words, done, directory).holds
    why = because("contacts-not-right", holds=holds) if holds else None
    return replace(part, document=words, no_page=why)


def unfit_for_a_page(document: Document) -> Reason | None:
    """Return why the words of a document are no page of their own: some were not read, or may be wrong; else None."""
    if DocumentFlag.SCANNED_PAGES in document.flags:
        return because("pages-unread")
    if DocumentFlag.MACHINE_READ in document.flags:
        return because("pages-machine-read")
    return None


def _unfilled_fields(document: Document) -> tuple[Left, ...]:
    """Fields like ``{{ dsl.name }}`` on the pages of a PDF, which stay as they are: the office should know."""
    return tuple(
        Left(
            block.where,
            block.text[start : start + 40],
            because("field-in-pdf"),
        )
        for block in document.walk()
        if not block.rows and (start := block.text.find("{{")) >= 0
    )
