"""What an e-mail address looks like: found in running text, and as a whole value that mail can go to.

Texts are read generously, for what a school printed is an address whether or not mail would reach it; a value a person
enters is held against the rules of mail.
"""

import re

from pipeline.text.lazily import compiled_lazily

LOCAL = r"[\w.+%'’-]"
"""One sign before the @ of an address in a text."""
RUN_ON_LABEL = r"(?<=[a-z])(?:E-?mail|Tel(?:ephone)?|Phone|Mob(?:ile)?)\b"
"""A label that a document has run into the name or address before it, as cells of a PDF do: "jo@example.orgTel:"."""
DOMAIN = rf"[\w-]+(?:\.(?:(?!{RUN_ON_LABEL})[\w-])+)+"
_WHOLE_LOCAL = rf"(?<!\w)(?<!\w[.+%'’-])\w{LOCAL}{{0,63}}"
"""All that stands before the @, a quotation mark before it left out."""
ADDRESS = compiled_lazily(rf"{_WHOLE_LOCAL}@{DOMAIN}")
"""An address in running text."""
SPACED_ADDRESS = compiled_lazily(
    rf"(?P<first>\b[A-Za-z][A-Za-z'’-]{{0,40}}\s?\.\s+)?(?P<local>{_WHOLE_LOCAL})\s?@\s?(?P<domain>[\w-]+(?:\s?\.(?:\s(?![A-Z]))?(?!(?<=[a-z]\.)(?!(?:Org|Com|Net|Uk)\b)[A-Z][a-z]+(?![\w.]))(?:(?!{RUN_ON_LABEL})[\w-])+)+)"
)
"""An address in which spaces strayed; a word and a full stop before it (group ``first``) may belong to it.

A capital behind a full stop begins the next sentence."""
_WEB_ADDRESS = compiled_lazily(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_DOT_ATOMS = compiled_lazily(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_WIRE_DOMAIN = compiled_lazily(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LONGEST_LOCAL = 64


def is_address(value: str) -> bool:
    """Return whether ``value`` is one bare e-mail address that every mail program reads alike.

    What a header encodes (``=?utf-8?q?…?=``) is decoded by the program that reads it: another address than the one
    written.

    Source: RFC 5322, 3.4.1 (dot-atoms only), RFC 2047, 5, and RFC 5891 for domains beyond ASCII.
    """
    local, _, domain = value.rpartition("@")
    try:
        wire = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    plain = _DOT_ATOMS.fullmatch(local) is not None and len(local) <= _LONGEST_LOCAL and "=?" not in local
    return plain and _WIRE_DOMAIN.fullmatch(wire) is not None


def address_stretches(text: str) -> list[tuple[int, int]]:
    """Return the ranges of web and e-mail addresses, in which no name and no number is looked for."""
    if "@" not in text and "www." not in text and "://" not in text:
        return []
    return [match.span() for pattern in (ADDRESS, _WEB_ADDRESS) for match in pattern.finditer(text)]
