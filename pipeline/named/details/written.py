"""Telephone numbers and mail addresses as documents write them."""

import re

from pipeline.named.names.people import drop_title
from pipeline.text.lines import Line

PHONE = re.compile(
    r"(?<![\d/.-])(?:\+44\s?(?:\(0\)\s?)?\d{2,4}|\(0\d{2,4}\)|0\d{2,4})[\s-]?\d{2,4}[\s-]?\d{2,4}(?:[\s-]?\d{2,4})?(?!\d)"
)
_FAX = re.compile(r"fax[\s.:]*$", re.IGNORECASE)
EMAIL = re.compile(
    r"(?P<first>\b[A-Za-z][A-Za-z'’-]*\s?\.\s+)?(?P<local>[A-Za-z0-9][\w.+'’-]*)\s?@\s?(?P<domain>[A-Za-z0-9-]+(?:\s?\.\s?[A-Za-z0-9-]+)+)"
)


def find_phone(text: str) -> str | None:
    """Return the first telephone number in ``text`` as written, spaces tidied; fax numbers do not count."""
    for match in PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if 10 <= len(digits.removeprefix("44")) <= 11 and not _FAX.search(text[: match.start()]):
            return " ".join(match[0].split())
    return None


def find_email(text: str, name: str, line: Line) -> str | None:
    """Return the first address in ``text`` with stray spaces taken out.

    A word before the address belongs to it only where it is a part of the holder's own name ("Deborah. Sheffield@…").
    Where the words had a stray space and the link behind them is an address, the link's is taken.
    """
    match = EMAIL.search(text)
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
