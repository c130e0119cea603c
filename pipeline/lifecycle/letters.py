"""Write letters as a keyboard without accents has them, for comparing names and addresses."""

import unicodedata

_SPELT_OUT = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def plain_letters(text: str) -> str:
    """Return a text in small letters without marks above or below them, ``ø`` and its like spelt out."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_SPELT_OUT)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
