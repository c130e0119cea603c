"""Join a front sheet and the pages of another PDF into one, with the tags of both.

It opens PDFs that others made: ``front_sheet`` and ``regenerate`` have it called in a child process.
"""

import contextlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pipeline.documents.pdf.mend import mended_forms
from pipeline.documents.pdf.scripts import PYTHON_FAULTS, runs_something
from pipeline.documents.source import Source
from pipeline.errors import RenderError
from pipeline.pages.active import take_out_active_content

if TYPE_CHECKING:
    from pypdf import PdfWriter

_UA_CLAIM = "pdfuaid"
_ARCHIVE_CLAIM = "pdfaid"
NOT_TAGGED = (
    "The PDF has no tags, so people who listen to it hear its pages without headings, lists or tables. Use the Word "
    "file, or save it as a PDF again with “Document structure tags for accessibility” ticked."
)
NOT_MARKED = (
    "The PDF is tagged, but does not say that it meets the standard for accessible PDFs (PDF/UA). Check it, or use the "
    "Word file."
)


@dataclass(frozen=True, slots=True)
class JoinedPdf:
    """A PDF whose pages stand behind others."""

    pdf: bytes
    notes: tuple[str, ...]
    """A sentence on what keeps those pages from being known as accessible; empty where they say they are."""


def join_behind(original: Source, sheet: bytes, title: str) -> JoinedPdf:
    """Return one PDF of the sheet and the original's pages, see ``join``, and what is to be said of those.

    An original that only PDFium can follow is written anew by it first, in this process: it is called in a child.

    Raises:
        RenderError: the original cannot be opened for copying.
    """
    notes = accessibility_notes(original.content)
    try:
        return JoinedPdf(join(sheet, original.content, title), notes)
    except RenderError as error:
        fault = error
    for form in mended_forms(original.content):
        with contextlib.suppress(RenderError):
            return JoinedPdf(join(sheet, form, title), notes)
    raise fault


def accessibility_notes(original: bytes) -> tuple[str, ...]:
    """Return a sentence on a PDF whose own pages are not known to be accessible; empty where they say they are."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(original))
        if reader.is_encrypted:
            reader.decrypt("")
        if "/StructTreeRoot" not in reader.root_object:
            return (NOT_TAGGED,)
        return () if _claims(reader.root_object, _UA_CLAIM) else (NOT_MARKED,)
    except (*PYTHON_FAULTS, PyPdfError):
        return ()


def join(sheet: bytes, original: bytes, title: str) -> bytes:
    """Return one PDF of the sheet and the original's pages; the tags of both are kept, and nothing in it runs.

    Links without a description get one, and what it says of itself (title, date, language) is what the sheet says. It
    calls itself PDF/UA only where the original does, PDF/A never: what the original's pages hold is not checked here.

    Raises:
        RenderError: the original cannot be opened for copying.
    """
    from pypdf.errors import PyPdfError

    try:
        return _joined(sheet, original, title)
    except (*PYTHON_FAULTS, PyPdfError) as error:
        raise RenderError(
            f"The pages of “{title}” could not be put behind a front sheet: the PDF is damaged in a way that only some "
            "programs get over. Open it, print it to a new PDF, and use that."
        ) from error


def _joined(sheet: bytes, original: bytes, title: str) -> bytes:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject, TextStringObject

    # Strict: where it would mend the file itself it can lose the words of a page without a sign.
    reader = PdfReader(io.BytesIO(original), strict=True)
    if reader.is_encrypted:
        reader.decrypt("")
    if "/StructTreeRoot" in reader.root_object:
        writer = PdfWriter(clone_from=reader)
        accessible = _claims(reader.root_object, _UA_CLAIM)
        _put_before(writer, sheet)
        _present_as(writer, sheet)
    else:
        writer, accessible = PdfWriter(clone_from=io.BytesIO(sheet)), False
        writer.append(reader, import_outline=True)
    if not accessible:
        _claim_less(writer, _UA_CLAIM)
    _claim_less(writer, _ARCHIVE_CLAIM)
    _describe_links(writer)
    writer.root_object.setdefault(NameObject("/Lang"), TextStringObject("en-GB"))
    writer.add_metadata({"/Title": title})
    written = _written(writer)
    if runs_something(written):
        take_out_active_content(writer)
        written = _written(writer)
    return written


def _written(writer: "PdfWriter") -> bytes:
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _put_before(writer: "PdfWriter", sheet: bytes) -> None:
    """Insert the sheet's pages before those of a tagged file, and its structure before the file's.

    Source: ISO 32000-1, 14.7.2 (structure hierarchy) and 14.7.4.4 (finding elements from content).
    """
    from pypdf import PdfReader
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

    front = PdfReader(io.BytesIO(sheet))
    pages = [writer.insert_page(page, index) for index, page in enumerate(front.pages)]
    root = writer.root_object["/StructTreeRoot"].get_object()
    tree: Any = front.root_object["/StructTreeRoot"].get_object()
    other = tree.clone(writer)
    assert isinstance(root, DictionaryObject)
    assert isinstance(other, DictionaryObject)
    numbers = _number_pairs(root.get("/ParentTree"))
    first_free = 1 + max([-1, *(int(key) for key, _ in numbers)])
    moved = [(int(key) + first_free, value) for key, value in _number_pairs(other.get("/ParentTree"))]
    for page in pages:
        _shift(page, "/StructParents", first_free)
        for annotation in page.get("/Annots", ()):
            _shift(annotation.get_object(), "/StructParent", first_free)
    joined = ArrayObject()
    for key, value in [*numbers, *moved]:
        joined += [NumberObject(int(key)), value]
    root[NameObject("/ParentTree")] = writer._add_object(DictionaryObject({NameObject("/Nums"): joined}))
    root[NameObject("/ParentTreeNextKey")] = NumberObject(first_free + len(moved))
    roles = root.setdefault(NameObject("/RoleMap"), DictionaryObject()).get_object()
    for name, role in other.get("/RoleMap", DictionaryObject()).get_object().items():
        roles.setdefault(name, role)
    kids = ArrayObject([*_kids(other), *_kids(root)])
    for kid in _kids(other):
        kid.get_object()[NameObject("/P")] = writer.root_object.raw_get("/StructTreeRoot")
    root[NameObject("/K")] = kids


def _kids(root: Any) -> Sequence[Any]:
    from pypdf.generic import ArrayObject

    kids = root.raw_get("/K") if "/K" in root else []
    held = kids.get_object() if hasattr(kids, "get_object") else kids
    return list(held) if isinstance(held, ArrayObject | list) else [kids]


def _shift(holder: Any, key: str, by: int) -> None:
    from pypdf.generic import NameObject, NumberObject

    if key in holder:
        holder[NameObject(key)] = NumberObject(int(holder[key]) + by)


def _number_pairs(tree: Any) -> list[tuple[int, Any]]:
    """The entries of a number tree, its branches included (ISO 32000-1, 7.9.7)."""
    if tree is None:
        return []
    node = tree.get_object()
    numbers = node.get("/Nums", [])
    pairs = [(int(numbers[at]), numbers[at + 1]) for at in range(0, len(numbers) - 1, 2)]
    for kid in node.get("/Kids", []):
        pairs += _number_pairs(kid)
    return pairs


# --- what the joined file says of itself -------------------------------------------------------------------------


def _packet(root: Any) -> bytes:
    """The metadata stream of a file (ISO 16684-1); empty without one."""
    held = root.get("/Metadata")
    stream: Any = held.get_object() if held is not None else None
    return bytes(stream.get_data()) if hasattr(stream, "get_data") else b""


def _claims(root: Any, prefix: str) -> bool:
    return re.search(rf"<{prefix}:part>|\b{prefix}:part=".encode(), _packet(root)) is not None


def _present_as(writer: "PdfWriter", sheet: bytes) -> None:
    """Let the joined file show the sheet's title in its window, and say of itself what the sheet does.

    Source: ISO 14289-1, 7.1 (a title in the metadata, and shown).
    """
    from pypdf import PdfReader
    from pypdf.generic import BooleanObject, DictionaryObject, NameObject

    root, front = writer.root_object, PdfReader(io.BytesIO(sheet)).root_object
    _put_packet(writer, _packet(front))
    preferences = root.setdefault(NameObject("/ViewerPreferences"), DictionaryObject()).get_object()
    preferences[NameObject("/DisplayDocTitle")] = BooleanObject(True)


def _put_packet(writer: "PdfWriter", packet: bytes) -> None:
    from pypdf.generic import DecodedStreamObject, NameObject

    stream = DecodedStreamObject()
    stream.set_data(packet)
    stream.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)


def _claim_less(writer: "PdfWriter", prefix: str) -> None:
    """Take the claim to a standard out of the metadata."""
    root = writer.root_object
    if not _claims(root, prefix):
        return
    name = prefix.encode()
    packet = re.sub(rb"<%b:(\w+)>[^<]*</%b:\1>" % (name, name), b"", _packet(root))
    packet = re.sub(rb"\s%b:\w+=(?:\"[^\"]*\"|'[^']*')" % name, b"", packet)
    _put_packet(writer, packet)


def _describe_links(writer: "PdfWriter") -> None:
    """Say of each link where it leads, for those who cannot see it (ISO 14289-1, 7.18.5)."""
    from pypdf.generic import NameObject, TextStringObject

    for page in writer.pages:
        annotations = page.get("/Annots")
        for each in annotations.get_object() if annotations is not None else ():
            annotation = each.get_object()
            if annotation.get("/Subtype") == "/Link" and not str(annotation.get("/Contents", "")).strip():
                annotation[NameObject("/Contents")] = TextStringObject(_description(annotation))


def _description(annotation: Any) -> str:
    action = annotation.get("/A")
    target = str(action.get_object().get("/URI", "")) if action is not None else ""
    scheme, _, rest = target.partition(":")
    if scheme.casefold() in ("mailto", "tel"):
        return f"{'E-mail' if scheme.casefold() == 'mailto' else 'Telephone'} {unquote(rest.partition('?')[0])}"
    return target or "Another place in this document"
