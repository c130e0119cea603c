"""What an e-mail address looks like: found in running text, and as a whole value that mail can go to.

Texts are read generously, for what a school printed is an address whether or not mail would reach it; a value somebody
enters is held against the rules of mail. ``named.details.written`` reads addresses with stray spaces besides.
"""

import re

LOCAL = r"[\w.+%'’-]"
"""One sign before the @ of an address in a text."""
DOMAIN = r"[\w-]+(?:\.[\w-]+)+"
ADDRESS = re.compile(rf"(?<!{LOCAL}){LOCAL}+@{DOMAIN}")
"""An address in running text."""
_DOT_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_WIRE_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LONGEST_LOCAL = 64


def is_address(value: str) -> bool:
    """Return whether ``value`` is one bare e-mail address that every mail program reads alike.

    What a header encodes (``=?utf-8?q?…?=``) is decoded by whoever reads it: another address than the one written.

    Source: RFC 5322, 3.4.1 (dot-atoms only), RFC 2047, 5, and RFC 5891 for domains beyond ASCII.
    """
    local, _, domain = value.rpartition("@")
    try:
        wire = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    plain = _DOT_ATOMS.fullmatch(local) is not None and len(local) <= _LONGEST_LOCAL and "=?" not in local
    return plain and _WIRE_DOMAIN.fullmatch(wire) is not None
