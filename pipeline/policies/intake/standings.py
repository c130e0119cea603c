"""What a file of ``policies/`` is to the policy it belongs to: the words that the register keeps of it."""

PRIMARY = "primary"
"""Its text is the policy's."""
APPENDIX = "appendix"
DUPLICATE = "duplicate"
PROPOSED_WITHDRAWN = "proposed-withdrawn"
OWN_POLICY = "own-policy"
"""A second file of a policy that its owner says is one of its own; the next run makes it one."""
UNREADABLE = "unreadable"

READ_AGAIN = ""
"""In place of a file's hash: the owner decided what it is, and the next run reads it for that."""
_RETIRED_FOLDERS = ("old", "archive", "archived", "superseded")


def is_retired(path: str) -> bool:
    """Return whether a path relative to ``policies/`` lies in a folder named old, archive or superseded."""
    return any(part.casefold() in _RETIRED_FOLDERS for part in path.split("/")[:-1])
