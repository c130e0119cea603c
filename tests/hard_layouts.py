"""The layouts of ``tests.hard_names``: in each, a mark says whose name or number stands there.

``L`` and ``M`` are leads, ``D`` and ``E`` deputies, ``H`` is the headteacher; ``p``, ``q`` and ``r`` are the numbers of
``L``, ``D`` and ``H``; ``lead``, ``leads`` and ``deputy`` are what the roles are called. A text is a paragraph (``#``
begins a heading), a list of tuples is a table, ``¶`` parts the paragraphs of a cell.
"""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.builders import paragraph, table, text_box, word_file

_Rows = list[tuple[str, ...]]
_Layout = tuple[str | _Rows, ...]

_LINES: dict[str, _Layout] = {
    "colon": ("{lead}: {L}", "{deputy}: {D}", "Headteacher: {H}"),
    "colon and number": ("{lead}: {L} {p}", "{deputy}: {D}, tel. {q}"),
    "colon without a space": ("{lead}:{L}", "{deputy}:{D}"),
    "equals": ("{lead} = {L}", "{deputy} = {D}"),
    "dash": ("{lead} – {L}", "{D} – {deputy}"),
    "dots": ("{lead} ........ {L}", "{deputy} ........ {D}"),
    "spaces": ("{lead}      {L}      {p}", "{deputy}      {D}      {q}"),
    "tabs": ("{lead}\t{L}\t{p}", "{deputy}\t{D}\t{q}"),
    "pipes": ("{lead} | {L} | {p}", "{deputy} | {D} | {q}"),
    "numbered": ("1. {lead}: {L}", "2. {deputy}: {D}"),
    "bullets": ("• {L} ({lead})", "• {D} ({deputy})", "• {H} (Headteacher)"),
    "commas": ("{L}, {lead}, {p}", "{D}, {deputy}, {q}"),
    "name and number in brackets": ("{lead} ({L}, {p})", "{deputy} ({D}, {q})"),
    "form": ("Name: {L}", "Role: {lead}", "Telephone: {p}", "Name: {D}", "Role: {deputy}"),
    "name of": ("Name of {lead}: {L}", "Name of {deputy}: {D}"),
    "headings": ("#{lead}", "{L}", "{p}", "#{deputy}", "{D}", "{q}"),
    "names in headings": ("#{lead}: {L}", "Leads on everything.", "#{deputy}: {D}", "Helps."),
    "lines": ("{lead}", "{L}", "Tel: {p}", "{deputy}", "{D}", "Tel: {q}"),
    "names over roles": ("Key contacts", "{L}", "{lead}", "{p}", "{D}", "{deputy}", "{q}"),
    "names over roles without numbers": ("{L}", "{lead}", "{D}", "{deputy}", "{H}", "Headteacher"),
    "line breaks": ("{lead}\n{L}\n{p}", "{deputy}\n{D}\n{q}"),
    "line breaks, names first": ("{L}\n{lead}\n{p}", "{D}\n{deputy}\n{q}"),
    "question": ("Who is the {lead}?", "{L}", "Who is the {deputy}?", "{D}"),
    "list under": ("The {lead} is:", "{L}", "The {deputy}s are:", "{D}", "{E}"),
    "team": ("Safeguarding team", "{lead} – {L}; {deputy}s – {D} and {E}"),
    "two": ("{leads}: {L} and {M}", "{deputy}: {D} & {E}"),
    "two with a stroke": ("{lead}: {L} / {M}",),
    "job share": ("{lead}: {L} (Mon–Wed) and {M} (Thu–Fri)",),
    "job share in brackets": ("{lead} (job share): {L} & {M}", "{deputy}: {D}"),
}
_SENTENCES: dict[str, _Layout] = {
    "is": ("The {lead} is {L}. The {deputy} is {D}.",),
    "is our": ("{L} is our {lead}.", "{D} is the {deputy} and deputises in absence."),
    "named": ("Our named {lead} is {L}; our {deputy} is {D}.",),
    "two are": ("Our {leads} are {L} and {M}.",),
    "tell either": ("Tell {L} or {M} ({leads}) at once.", "Or {D} ({deputy})."),
    "speak to": ("If you are worried, speak to {L} ({lead}) or {D} ({deputy}) straight away.",),
    "appointed": (
        "The governing body has appointed {L} to be the {lead}.",
        "Governors have appointed {D} as {deputy}.",
    ),
    "beside": ("All concerns go to {L}, our {lead}, on the day.", "Our {deputy}, {D}, keeps the records."),
    "brackets": ("Concerns are passed to the {lead} ({L}) or, in absence, the {deputy} ({D}).",),
    "currently": ("{lead} (currently {L}) leads on this; the {deputy} is currently {D}.",),
    "for years": ("{L} has been our {lead} for some years.", "{D} acts as {deputy}."),
    "role of": ("The role of {lead} is carried out by {L}.", "The role of {deputy} is held by {D}."),
    "role before": ("{lead} {L} will decide.", "Contact our {lead}, {L}, or our {deputy}, {D}."),
    "led by": ("Safeguarding is led by {L}, who is the {lead}.", "It is supported by {D}, who is the {deputy}."),
    "ring": ("Ring {L} ({lead}) on {p}.", "{deputy} {D} can be reached on {q}."),
    "again": ("{lead}: {L}", "Records go to {L}.", "In {L}’s absence tell {D} ({deputy})."),
    "absence": ("In the absence of the {lead}, {L}, contact {D}, {deputy}.",),
    "hand to": ("Hand the form to {L}, the school’s {lead}.", "{D}, the {deputy}, will file it."),
    "responsible": ("{L} is responsible for safeguarding as {lead}.", "{D} deputises as {deputy}."),
    "office": ("{lead}: {L}", "{L}’s office is by the hall; {D} ({deputy}) is next door."),
}
_TABLES: dict[str, _Layout] = {
    "role left": (
        [
            ("Role", "Name", "Telephone"),
            ("{lead}", "{L}", "{p}"),
            ("{deputy}", "{D}", "{q}"),
            ("Headteacher", "{H}", ""),
        ],
    ),
    "name left": ([("Name", "Position", "Ext"), ("{L}", "{lead}", "204"), ("{D}", "{deputy}", "210")],),
    "designation": ([("Designation", "Staff", "Contact"), ("{lead}", "{L}", "{p}"), ("{deputy}", "{D}", "{q}")],),
    "days": ([("Role", "Name", "Days"), ("{lead}", "{L}", "Mon–Wed"), ("{deputy}", "{D}", "Thursday and Friday")],),
    "days and number": (
        [
            ("Title", "Name", "Days", "Tel"),
            ("{lead}", "{L}", "Mon-Weds", "{p}"),
            ("{deputy}", "{D}", "Thurs, Fri", "{q}"),
            ("Headteacher", "{H}", "", "{r}"),
        ],
    ),
    "roles above": ([("{lead}", "{deputy}"), ("{L}", "{D}"), ("{p}", "{q}")],),
    "cells of lines": ([("{lead}¶{L}¶{p}", "{deputy}¶{D}¶{q}")],),
    "cells of breaks": ([("{L}\n{lead}\n{p}", "{D}\n{deputy}\n{q}")],),
    "poster": ([("[photo]", "[photo]", "[photo]"), ("{L}¶{lead}", "{D}¶{deputy}", "{H}¶Headteacher")],),
    "poster with roles first": ([("{lead}¶{L}", "{deputy}¶{D}", "Headteacher¶{H}")],),
    "poster with numbers": ([("{L}¶{lead}¶Tel {p}", "{D}¶{deputy}¶Tel {q}"), ("{H}¶Headteacher", "")],),
    "poster in rows": (
        [("", "", ""), ("{L}", "{D}", "{H}"), ("{lead}", "{deputy}", "Headteacher"), ("{p}", "{q}", "{r}")],
    ),
    "role and name in a cell": ([("{lead}: {L}", "{deputy}: {D}"), ("Tel {p}", "Tel {q}")],),
    "form in a table": (
        [("Name", "{L}"), ("Role", "{lead}"), ("Tel", "{p}"), ("Name", "{D}"), ("Role", "{deputy}"), ("Tel", "{q}")],
    ),
}  # fmt: skip
_ELSEWHERE: dict[str, _Layout] = {
    "header": ("{lead}: {L}\t{deputy}: {D}",),
    "footer": ("Worried? {lead} – {L} – {p}",),
    "footnote": ("The {lead} is {L}, and the {deputy} is {D}.",),
    "text box": ("{lead}", "{L}", "{p}"),
    "picture": ("Photo of {L}, {lead}",),
    "merged cells": ("{lead}", "{L}|{p}", "{deputy}", "{D}|{q}"),
    "table in a cell": ("{L}|{lead}", "{D}|{deputy}"),
}
LAYOUTS: dict[str, _Layout] = _LINES | _SENTENCES | _TABLES | _ELSEWHERE
PLAIN_LAYOUTS = (
    "colon", "colon and number", "dash", "tabs", "numbered", "bullets", "commas", "lines", "names over roles", "is",
    "is our", "speak to", "appointed", "beside", "brackets", "role of", "absence", "hand to", "role left",
    "designation", "roles above", "poster", "poster with numbers", "form in a table",
)  # fmt: skip
"""Layouts that most schools use, for one lead and one deputy."""


def build(layout: str, words: Mapping[str, str]) -> bytes:
    """Return a Word file with ``words`` in the places of a layout; ``KeyError`` for an unknown layout."""
    body: list[str] = []
    extra: dict[str, Any] = {}
    pieces = LAYOUTS[layout]
    if layout in _ELSEWHERE:
        body, extra = _put_elsewhere(layout, [str(piece).format_map(words) for piece in pieces])
    else:
        for piece in pieces:
            if isinstance(piece, str):
                body.append(_paragraph(piece.format_map(words)))
            else:
                body.append(table(*([_cell(text.format_map(words)) for text in row] for row in piece)))
    return word_file(paragraph("Safeguarding Policy"), *body, paragraph("Records are kept locked away."), **extra)


def _put_elsewhere(layout: str, lines: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    written = [_paragraph(line) for line in lines]
    pairs = [line.split("|") for line in lines]
    match layout:
        case "header" | "footer":
            return [], {"parts": {f"{layout}1": "".join(written)}}
        case "footnote":
            note = f'<w:footnote w:id="2">{"".join(written)}</w:footnote>'
            return [paragraph("See the note.")], {"parts": {"footnotes": note}}
        case "text box":
            return [paragraph(text_box(*written))], {}
        case "picture":
            shown = f'<wp:docPr id="1" name="p" descr="{html.escape(lines[0])}"/>'
            return [f"<w:p><w:r><w:drawing><wp:inline>{shown}</wp:inline></w:drawing></w:r></w:p>"], {}
        case "merged cells":
            rows = "".join(f"<w:tr>{_merged(cells)}</w:tr>" for cells in pairs)
            return [f"<w:tbl>{rows}</w:tbl>"], {}
    return [table([f"{table((name,), (role,))}<w:p/>" for name, role in pairs])], {}


def _merged(cells: Sequence[str]) -> str:
    span = f'<w:tcPr><w:gridSpan w:val="{3 - len(cells)}"/></w:tcPr>'
    return "".join(f"<w:tc>{span}{paragraph(text)}</w:tc>" for text in cells)


def _cell(text: str) -> str:
    return "".join(_paragraph(line) for line in text.split("¶"))


def _paragraph(text: str) -> str:
    marks = {"\t": "<w:r><w:tab/></w:r>", "\n": "<w:r><w:br/></w:r>"}
    parts = [marks.get(part, part) for part in re.split("([\t\n])", text.removeprefix("#")) if part]
    return paragraph(*parts, style="Heading2" if text.startswith("#") else "")
