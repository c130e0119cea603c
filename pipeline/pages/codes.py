"""The short code printed on each copy, and the QR code that leads to what is said of it."""

import hashlib
import io
from collections.abc import Set

_CODE_LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"
"""No letters or digits that are taken for one another, and no vowels, so that no code spells a word."""


def short_code(slug: str, fingerprint: str) -> str:
    """Return the code printed on a copy, such as ``K7M-2QX4``; the same input gives the same code."""
    number = int.from_bytes(hashlib.sha256(f"{slug}:{fingerprint}".encode()).digest()[:8])
    letters = ""
    for _ in range(7):
        number, rest = divmod(number, len(_CODE_LETTERS))
        letters += _CODE_LETTERS[rest]
    return f"{letters[:3]}-{letters[3:]}"


def free_code(slug: str, fingerprint: str, taken: Set[str]) -> str:
    """Return the code of a new copy: its own also where the same copy was in use before and was replaced since."""
    code, tries = short_code(slug, fingerprint), 1
    while code in taken:
        tries += 1
        code = short_code(slug, f"{fingerprint}:{tries}")
    return code


def recall_qr(base_url: str, code: str) -> str | None:
    """Return the QR code that leads from a printed copy to ``/c/CODE``, as SVG; None without a served address."""
    return qr_svg(f"{base_url}/c/{code}") if base_url else None


def qr_svg(address: str) -> str:
    """Return the QR code that leads to an address, as SVG without a size of its own."""
    import segno

    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="svg", xmldecl=False, omitsize=True)
    return drawn.getvalue().decode("utf-8").strip()
