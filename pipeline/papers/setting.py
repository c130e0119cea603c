"""Have the printed papers set: their fields shown as they may be shown, in the school's look, as PDF/UA-1 and PDF/A-2a.

``pack`` and ``cards`` say what stands in the fields; the templates lie in ``templates/papers/``.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.contacts.confirmations import ContactsOfDay
from pipeline.pages.look import load_look
from pipeline.pages.pdf import (
    Attempt,
    ContactLine,
    front_contacts,
    logo_picture,
    look_fields,
    said_to_cover,
    set_in_the_end,
    unbroken,
)
from pipeline.pages.showable import showable
from pipeline.pages.typesetting import read_template, set_pages
from pipeline.wording import say_day

FOLDER = "papers"
_SHARED = "papers.typ"
_SPACES = re.compile(r"\s+")


def set_paper(template: str, fields: Mapping[str, Any], today: date, templates: Path | None) -> bytes:
    """Return the PDF of a paper, dated ``today``.

    ``template`` is a file of ``templates/papers/``; a school's own of the same name goes before it. What no font has a
    shape for is put as a box.

    Raises:
        RenderError: the template cannot be used.
    """

    shared = read_template(f"{FOLDER}/{_SHARED}", templates)

    def make(attempt: Attempt) -> bytes:
        shown = {**_shown(fields, attempt.missing), "look": look_fields(attempt.look)}
        files = ((_SHARED, shared), *logo_picture(attempt.look))
        made_on = attempt.made_on or today
        shown["date"] = [made_on.year, made_on.month, made_on.day]
        return set_pages(f"{FOLDER}/{template}", shown, made_on, templates, look=attempt.look, pictures=files)

    return set_in_the_end(f"{FOLDER}/{template}", Attempt(load_look(templates), today), make)[0]


def common_fields(contacts: ContactsOfDay, school: str, title: str, today: date) -> Mapping[str, Any]:
    """Return what every paper begins with: the school, whom a worry goes to, who leads and who stands in today."""
    return {
        "title": title,
        "school": school,
        "safety": unbroken(contacts.safety.child),
        "safety_others": unbroken(contacts.safety.others),
        "contacts": [_contact(line) for line in contact_lines(contacts)],
        "foot": f"{school} · printed {say_day(today)}; whom to turn to is as of that day.",
    }


def contact_lines(contacts: ContactsOfDay) -> Sequence[ContactLine]:
    """Return who may be named today, the lead first; a deputy says for whom."""
    return [said_to_cover(line, contacts.shown) for line in front_contacts(contacts.shown)]


def _contact(line: ContactLine) -> Mapping[str, str]:
    return {"role": line.role_words, "name": line.name, "phone": line.phone or ""}


def _shown(value: Any, missing: frozenset[str]) -> Any:
    """Return fields with every text in them as it may be printed."""
    if isinstance(value, str):
        # A space at either end stays: the pieces of a line are put together again.
        return showable(_SPACES.sub(" ", value), missing)
    if isinstance(value, Mapping):
        return {key: _shown(each, missing) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(each, missing) for each in value]
    return value
