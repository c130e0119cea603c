"""What a cell of a list may hold before it is believed: safe text, a name, an address, a key.

Used by ``staff_list`` and by the import of a form's answers. Each check returns the clean value or raises
``ValueError`` whose text ends a sentence that begins with the row.
"""

import re
import unicodedata

from pipeline.people.lists.files.encoding import looks_garbled
from pipeline.text.addresses import is_address

_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ERROR = re.compile(r"#(?:REF|N/A|NAME|VALUE|DIV/0|NUM|NULL|SPILL|CALC)[!?]?", re.IGNORECASE)
_LONGEST_TEXT = 120
_LONG_NUMBER = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_]")
_NOT_IN_SURNAMES = re.compile(r"[()\[\]/@;:\d]")


def clean_text(value: str, what: str) -> str:
    """Return ``value`` in its composed form, inner spaces made one.

    Raises:
        ValueError: it begins like a formula, holds characters that do not show or turn the writing round, or is
            longer than 120 characters.
    """
    if value.startswith("="):
        raise ValueError(
            f"the {what} begins with '=' like a formula that was never worked out; open the list in a spreadsheet "
            "program, save it again with the values, and import that"
        )
    if value.startswith(_FORMULA):
        raise ValueError(f"the {what} begins with {value[0]!r} like a formula; take that character out")
    if _ERROR.fullmatch(value):
        raise ValueError(f"the {what} is {value}, a formula that failed; put it right in the spreadsheet program")
    value = unicodedata.normalize("NFC", value)
    if any(unicodedata.category(character) in _UNSAFE for character in value):
        raise ValueError(f"the {what} holds characters that do not show (a control or direction mark); type it afresh")
    if len(value) > _LONGEST_TEXT:
        raise ValueError(f"the {what} is longer than {_LONGEST_TEXT} characters")
    return " ".join(value.split())


def clean_name(value: str, what: str) -> str:
    """Return a first or last name, which may be empty but otherwise holds a letter.

    Raises:
        ValueError: as ``clean_text``, it holds no letter, or letters of it were lost when the list was saved.
    """
    value = clean_text(value, what)
    if value and not _NAME.search(value):
        raise ValueError(f"the {what} {value!r} holds no letter")
    if "?" in value or "\ufffd" in value or looks_garbled(value):
        raise ValueError(f"the {what} {value!r} lost letters when the list was saved; save it as 'CSV UTF-8'")
    return value


def clean_surname(value: str) -> str:
    """Return a last name, which readers type to confirm their reading and which is therefore nothing else.

    Raises:
        ValueError: as ``clean_name``, or something besides the name stands in the cell.
    """
    value = clean_name(value, "last name")
    if _NOT_IN_SURNAMES.search(value):
        raise ValueError(f"the last name {value!r} holds more than the name; staff confirm their reading by typing it")
    return value


def clean_key(value: str) -> str:
    """Return a person's key.

    Raises:
        ValueError: it is empty, looks like an address, or was damaged by a spreadsheet program (1.23E+11).
    """
    value = clean_text(value, "id")
    if not value:
        raise ValueError("there is no id; every person needs the key your school's system gives them")
    if "@" in value:
        raise ValueError(f"the id {value!r} is an e-mail address; addresses change hands, so give the person's own key")
    if _LONG_NUMBER.fullmatch(value):
        raise ValueError(f"the id {value!r} was shortened by the spreadsheet program; format the column as text")
    return value


def clean_address(value: str) -> str | None:
    """Return a work address, None where the cell is empty.

    Raises:
        ValueError: it is not exactly one plain address.
    """
    from email_validator import EmailNotValidError, validate_email

    if not value:
        return None
    value = clean_text(value, "e-mail address")
    try:
        if not is_address(value):
            raise EmailNotValidError
        return validate_email(value, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError:
        raise ValueError(f"{value!r} is not one e-mail address; correct it or leave the cell empty") from None
