"""The copy of a policy as it was made, and how copies are made: what setting, keeping and filing them share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.documents.office import find_office
from pipeline.plan.values import ReplacementPlan


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
