"""Telephone numbers and mail addresses as documents write them."""

import re

from pipeline.named.names.people import drop_title
from pipeline.text.addresses import SPACED_ADDRESS
from pipeline.text.lines import Line
from pipeline.text.telephones import find_numbers, with_noughts

_WHOLE = 10
"""Digits of a number that a person may have; "0800 1111" has fewer."""
_FAX = re.compile(r"fax[\s.:]*$", re.IGNORECASE)


def find_phone(text: str) -> str | None:
    """Return the first telephone number in ``text`` as written, spaces tidied; fax numbers do not count."""
    for each in find_numbers(text):
        if len(each.phone.digits) >= _WHOLE and not _FAX.search(text, 0, each.start):
            return " ".join(with_noughts(each.words).split())
    return None


def find_email(text: str, name: str, line: Line) -> str | None:
    """Return the first address in ``text`` with stray spaces taken out.

    A word before the address belongs to it only where it is a part of the holder's own name ("Deborah. Sheffield@…").
    Where the words had a stray space and the link behind them is an address, the link's is taken.
    """
    match = SPACED_ADDRESS.search(text)
    if match is None:
        return None
    local = match["local"]
    first = (match["first"] or "").strip(" .")
    own_words = {word.strip(".").lower() for word in re.split(r"[\s-]+", drop_title(name))}
    joined = bool(first) and (
        first.lower() in own_words or (len(first) == 1 and any(w.startswith(first.lower()) for w in own_words))
    )
    if joined:
        local = f"{first}.{local}"
    domain = "".join(match["domain"].split())
    address = f"{local}@{domain}".rstrip(".")
    if joined or re.search(r"\s", match[0].strip()):
        for span in line.spans:
            if span.link and span.link.lower().startswith("mailto:"):
                target = span.link[7:].split("?")[0].strip()
                if "@" in target and " " not in target:
                    return target
    return address
