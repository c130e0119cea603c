"""A PDF that came as a PDF: a front sheet with the contacts of the day, then the original pages as they are.

The words of its pages are not changed; the sheet says which pages name somebody who no longer holds the role.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.copies.holders import role_words
from pipeline.copies.look import Look, load_look
from pipeline.copies.pdf import FrontBlock, document_date, front_fields, logo_picture
from pipeline.copies.plan import Left, ReplacementKind, ReplacementPlan
from pipeline.copies.showable import showable
from pipeline.copies.typesetting import TypesettingError, set_pages, unusable
from pipeline.errors import RenderError

if TYPE_CHECKING:
    from pypdf import PdfWriter

_TEMPLATE = "front-sheet.typ"
_PAGE = re.compile(r"^page (\d+)\b")


def front_sheet_pdf(
    original: bytes,
    front: FrontBlock,
    plan: ReplacementPlan,
    *,
    metadata: Mapping[str, str] | None = None,
    templates: Path | None = None,
) -> bytes:
    """Return the original PDF behind a front sheet; the tags of both are kept.

    ``plan`` is what would have to change in the original; the sheet lists it page by page. ``metadata`` as in
    ``Document``.

    Raises:
        RenderError: the original cannot be opened for copying, or the template cannot be used.
    """
    made_on = front.made_on or document_date(metadata or {})
    look = load_look(templates)
    notes = [showable(note) for note in page_notes(plan)]
    try:
        fields = {**front_fields(front, made_on, look), "notes": notes}
        sheet = set_pages(_TEMPLATE, fields, made_on, templates, look=look, pictures=logo_picture(look))
    except TypesettingError as error:
        if look.logo is None:
            raise unusable(_TEMPLATE, error) from error
        look = replace(look, logo=None)
        fields = {**front_fields(front, made_on, look), "notes": notes}
        sheet = _without_logo(fields, made_on, templates, look)
    return _joined(sheet, original, front.title)


def _without_logo(fields: Mapping[str, Any], made_on: date | None, templates: Path | None, look: Look) -> bytes:
    try:
        return set_pages(_TEMPLATE, fields, made_on, templates, look=look)
    except TypesettingError as error:
        raise unusable(_TEMPLATE, error) from error


def page_notes(plan: ReplacementPlan) -> tuple[str, ...]:
    """Return a sentence for each page and detail that is no longer right; empty where all is."""
    notes: dict[str, None] = {}
    for each in plan.replacements:
        if each.kind in (ReplacementKind.PRONOUN, ReplacementKind.LINK):
            continue
        page = _PAGE.match(each.where)
        place = f"Page {page[1]}" if page else each.where[:1].upper() + each.where[1:]
        notes[f"{place} says {each.before} ({role_words(each.role)}); it is now {each.after}."] = None
    return tuple(notes)


def left_in_the_original(plan: ReplacementPlan) -> ReplacementPlan:
    """Return a plan that says what a front sheet does: nothing in the pages changed, each place is listed."""
    stays = [
        Left(each.where, each.before, f"stays in the original pages; the front sheet gives {each.after}")
        for each in plan.replacements
        if each.kind is not ReplacementKind.PRONOUN
    ]
    held = [Left("the whole document", "", plan.held)] if plan.held else []
    return replace(plan, replacements=(), left=(*plan.left, *stays, *held), held=None)


# --- joining -----------------------------------------------------------------------------------------------------


def _joined(sheet: bytes, original: bytes, title: str) -> bytes:
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(original))
        if reader.is_encrypted:
            reader.decrypt("")
        if "/StructTreeRoot" in reader.root_object:
            writer = PdfWriter(clone_from=reader)
            _put_before(writer, sheet)
        else:
            writer = PdfWriter(clone_from=io.BytesIO(sheet))
            writer.append(reader, import_outline=True)
        writer.add_metadata({"/Title": title})
        stream = io.BytesIO()
        writer.write(stream)
    except (PyPdfError, ValueError, KeyError, RecursionError, NotImplementedError) as error:
        raise RenderError(
            f"The pages of “{title}” could not be put behind a front sheet ({error}). Print it to a new PDF and use "
            "that."
        ) from error
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
