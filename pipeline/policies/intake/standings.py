"""What a file of ``policies/`` is to the policy it belongs to: the words that the register keeps, and its name's."""

import re
from pathlib import PurePosixPath

from pipeline.model.documents import DocumentFormat

PRIMARY = "primary"
"""Its text is the policy's."""
APPENDIX = "appendix"
DUPLICATE = "duplicate"
PROPOSED_WITHDRAWN = "proposed-withdrawn"
OWN_POLICY = "own-policy"
"""A second file of a policy that its owner says is one of its own; the next run makes it one."""
UNREADABLE = "unreadable"

FORMAT_ORDER = tuple(DocumentFormat(name) for name in ("docx", "odt", "doc", "rtf", "pdf", "txt", "md"))
"""Of several files of one policy, the one whose format stands first counts."""
READ_AGAIN = ""
"""In place of a file's hash: the owner decided what it is, and the next run reads it for that."""
_RETIRED_FOLDERS = ("old", "archive", "archived", "superseded")
_UNFINISHED = re.compile(
    r"(?<![^\W_])(?:draft|wip|unapproved|not[ _-](?:yet[ _-])?(?:agreed|approved|final|finished|in[ _-]use)"
    r"|to[ _-]be[ _-](?:agreed|approved)|do[ _-]not[ _-]use"
    r"|(?<=[(–-])[ _]*for[ _-](?:comments?|consultation|discussion))(?![^\W\d_])",
    re.IGNORECASE,
)
"""Words set apart say for what a text is out: "Procedure for consultation" is a title."""
_A_COPY = re.compile(
    r"^copy[ _-]of\b|(?<![^\W_])(?:copy|old|backup|superseded|previous)(?:[ _-]*\(?\d+\)?)?$|\(\d+\)$", re.IGNORECASE
)


def unfinished_in_name(path: str) -> str | None:
    """Return the words of a file's name that say that its text is not in use yet, such as "DRAFT"; None without any."""
    match = _UNFINISHED.search(PurePosixPath(path).stem)
    return match[0].strip() if match is not None else None


def yields_to_others(path: str) -> bool:
    """Return whether a file of several of one policy is by its name none that counts: a draft, a copy, an old one."""
    return unfinished_in_name(path) is not None or _A_COPY.search(PurePosixPath(path).stem) is not None


def is_retired(path: str) -> bool:
    """Return whether a path relative to ``policies/`` lies in a folder named old, archive or superseded."""
    return any(part.casefold() in _RETIRED_FOLDERS for part in path.split("/")[:-1])
